//! The text encoding of a shapefile: flag > `.cpg` > language byte > valid UTF-8 > GB18030, from the raw `.dbf`.

use crate::encoding::{self, Hint};
use crate::{Choice, ImportError, Input, Options};

/// Text looked at to decide, bytes.
const ENOUGH: usize = 4 << 20;

/// The choice for a shapefile; nothing where it has no `.dbf`.
pub(super) fn of_shapefile(input: &Input, options: &Options) -> Result<Option<Choice>, ImportError> {
    let Some(path) = input.path() else { return Ok(None) };
    let beside = |extension: &str| {
        [extension.to_owned(), extension.to_uppercase()].iter().find_map(|e| std::fs::read(path.with_extension(e)).ok())
    };
    let Some(dbf) = beside("dbf") else { return Ok(None) };
    let mut hints = Vec::new();
    if let Some(cpg) = beside("cpg") {
        let label = String::from_utf8_lossy(&cpg).trim().to_owned();
        if !label.is_empty() {
            hints.push(Hint { label, from: ".cpg".to_owned() });
        }
    }
    if let Some(label) = dbf.get(29).and_then(|byte| language(*byte)) {
        hints.push(Hint { label: label.to_owned(), from: format!(".dbf LDID 0x{:02X}", dbf[29]) });
    }
    let text = texts(&dbf);
    encoding::decide(&input.name, &text, options.encoding.as_deref(), &hints).map(|decoded| Some(decoded.choice))
}

/// The code page that a language byte stands for. 0x57 ("ANSI") names none: it is whatever the writer's machine had.
fn language(byte: u8) -> Option<&'static str> {
    Some(match byte {
        0x13 | 0x7b => "932",
        0x4d | 0x7a => "936",
        0x4e | 0x79 => "949",
        0x4f | 0x78 => "950",
        0x03 | 0x58 | 0x59 => "1252",
        0xc8 => "1250",
        0xc9 => "1251",
        _ => return None,
    })
}

/// Field names and text cells of a `.dbf`, one a line, without half characters at their ends.
fn texts(dbf: &[u8]) -> Vec<u8> {
    let word = |at: usize| dbf.get(at..at + 2).map_or(0, |b| usize::from(u16::from_le_bytes([b[0], b[1]])));
    let (header, record) = (word(8), word(10));
    let mut pieces: Vec<&[u8]> = Vec::new();
    let (mut fields, mut offset) = (Vec::new(), 1);
    for field in dbf.get(32..header.max(32).min(dbf.len())).unwrap_or_default().chunks_exact(32) {
        if field[0] == 0x0d {
            break;
        }
        let end = field[..11].iter().position(|b| *b == 0).unwrap_or(11);
        pieces.push(&field[..end]);
        let length = usize::from(field[16]);
        if field[11] == b'C' {
            fields.push((offset, length));
        }
        offset += length;
    }
    if record > 0 {
        let mut size = 0;
        'rows: for row in dbf.get(header..).unwrap_or_default().chunks_exact(record) {
            for (offset, length) in &fields {
                let cell = row.get(*offset..offset + length).unwrap_or_default();
                let end = cell.iter().rposition(|b| *b != b' ' && *b != 0).map_or(0, |at| at + 1);
                pieces.push(&cell[..end]);
                size += end;
                if size > ENOUGH {
                    break 'rows;
                }
            }
        }
    }
    // A name of 10 bytes may end in the middle of a character of UTF-8: that is no reason to doubt UTF-8.
    let whole = |piece: &[u8]| match std::str::from_utf8(piece) {
        Ok(_) => Some(piece.len()),
        Err(error) if error.error_len().is_none() => Some(error.valid_up_to()),
        Err(_) => None,
    };
    let cut = pieces.iter().all(|piece| whole(piece).is_some_and(|n| n > 0 || piece.is_empty()));
    let mut text = Vec::new();
    for piece in pieces {
        let piece = if cut { &piece[..whole(piece).unwrap_or(0)] } else { piece };
        text.extend(piece.iter().filter(|b| **b != 0));
        text.push(b'\n');
    }
    text
}

/// GDAL's name of an encoding.
pub(super) fn for_gdal(name: &str) -> String {
    match name.to_lowercase().as_str() {
        "gb18030" | "gbk" => "CP936".to_owned(),
        "big5" => "CP950".to_owned(),
        "shift_jis" => "CP932".to_owned(),
        "euc-kr" => "CP949".to_owned(),
        other => match other.strip_prefix("windows-") {
            Some(number) => format!("CP{number}"),
            None => name.to_owned(),
        },
    }
}
