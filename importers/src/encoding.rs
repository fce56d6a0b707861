//! Which encoding a text is in, and why: flag > byte-order mark > the file's own hint > valid UTF-8 > GB18030.
//!
//! One data set may mix encodings, so every file is decided by itself and the choice stands in its receipt.
//!
//! ```
//! use minesift_importers::encoding::decide;
//! // 断 in GBK: two high bytes, no valid UTF-8.
//! let decoded = decide("holes.csv", &[0xb6, 0xcf], None, &[]).unwrap();
//! assert_eq!(decoded.text, "断");
//! assert_eq!(decoded.choice.value, "GB18030");
//! ```

use crate::{Choice, ImportError};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use minesift_core::text::Text;
use std::borrow::Cow;

/// What a file says of its own encoding: a `.cpg` beside a shapefile, the language byte of a `.dbf`, a code page in a
/// header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The label, such as `GBK`, `936`, `UTF-8`.
    pub label: String,
    /// Where it stands, such as `.cpg`.
    pub from: String,
}

/// A decoded text and how it was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without byte-order mark.
    pub text: Cow<'a, str>,
    /// The encoding and why it was taken.
    pub choice: Choice,
}

/// The encoding of this name: the labels of the web (`gbk`, `utf-8`, `windows-1252`), the names of code pages
/// (`936`, `cp936`, `ANSI_936`, `65001`) and of the field (`ansi`, which in China is GBK).
pub fn named(label: &str) -> Option<&'static Encoding> {
    let label = label.trim();
    let lower = label.to_lowercase();
    let number =
        lower.strip_prefix("ansi_").or_else(|| lower.strip_prefix("ansi ")).or_else(|| lower.strip_prefix("cp"));
    match number.unwrap_or(&lower) {
        "936" | "gb18030" | "gb2312" | "gbk" | "ansi" | "dos936" => Some(GB18030),
        "950" => Some(encoding_rs::BIG5),
        "932" => Some(encoding_rs::SHIFT_JIS),
        "949" => Some(encoding_rs::EUC_KR),
        "65001" | "utf8" => Some(UTF_8),
        "1250" => Some(encoding_rs::WINDOWS_1250),
        "1251" => Some(encoding_rs::WINDOWS_1251),
        "1252" | "latin1" => Some(WINDOWS_1252),
        other => Encoding::for_label(other.as_bytes()).or_else(|| Encoding::for_label(label.as_bytes())),
    }
}

/// Decodes a text: the user's flag > a byte-order mark > hints of the file in their order > valid UTF-8 > GB18030.
///
/// Short texts can be both: 煤 alone in GBK is also valid UTF-8 for ú. A user who sees that names the encoding.
///
/// A hint that does not fit the bytes is passed over and named in the reason. Bytes whose high bytes never stand in
/// pairs are no Chinese text: they are read as windows-1252.
///
/// # Errors
/// When the flag names no known encoding or does not fit the bytes, and when nothing fits or the file is binary.
pub fn decide<'a>(file: &str, bytes: &'a [u8], flag: Option<&str>, hints: &[Hint]) -> Result<Decoded<'a>, ImportError> {
    if let Some(label) = flag {
        let encoding = named(label).ok_or_else(|| {
            ImportError::new(
                file,
                format!("不认识的编码 {label}；可用：utf-8、gbk、gb18030、big5、utf-16le、windows-1252"),
                format!("no encoding is called {label}; there are: utf-8, gbk, gb18030, big5, utf-16le, windows-1252"),
            )
        })?;
        let body = mark(bytes).filter(|(found, _)| *found == encoding).map_or(bytes, |(_, length)| &bytes[length..]);
        return strict(encoding, body).map(|text| chosen(text, name(encoding), Text::new("由 --encoding 指定", "named by --encoding"))).ok_or_else(|| {
            let line = 1 + body[..first_bad(encoding, body)].iter().filter(|byte| **byte == b'\n').count();
            ImportError::new(
                file,
                format!("第 {line} 行不是有效的 {label} 文本；去掉 --encoding 让程序判断，或改为 gbk、utf-8"),
                format!("line {line} is no valid {label}: leave --encoding away and let the file tell, or name gbk or utf-8"),
            )
        });
    }
    if let Some((encoding, length)) = mark(bytes)
        && let Some(text) = strict(encoding, &bytes[length..])
    {
        return Ok(chosen(
            text,
            name(encoding),
            Text::new("文件开头有字节顺序标记（BOM）", "it starts with a byte-order mark (BOM)"),
        ));
    }
    let mut passed_over = Vec::new();
    for hint in hints {
        match named(&hint.label).and_then(|encoding| Some((encoding, strict(encoding, bytes)?))) {
            Some((encoding, text)) => {
                let why = Text::new(
                    format!("{} 写明 {}", hint.from, hint.label),
                    format!("{} says {}", hint.from, hint.label),
                );
                return Ok(chosen(text, name(encoding), after(why, &passed_over)));
            }
            None => passed_over.push(hint),
        }
    }
    if let Some(encoding) = utf16_without_mark(bytes)
        && let Some(text) = strict(encoding, bytes)
    {
        let why = Text::new("每隔一个字节为零：无 BOM 的 UTF-16", "every other byte is zero: UTF-16 without a mark");
        return Ok(chosen(text, name(encoding), after(why, &passed_over)));
    }
    if bytes.contains(&0) {
        return Err(ImportError::new(
            file,
            "不是文本文件（含零字节）；若是 Excel 文件，请用 .xlsx 或 .xls 扩展名",
            "this is no text (it holds zero bytes): an Excel file needs its .xlsx or .xls extension",
        ));
    }
    if bytes.is_ascii() {
        let text = String::from_utf8_lossy(bytes);
        return Ok(chosen(
            text,
            "UTF-8".into(),
            after(Text::new("全部为 ASCII 字符", "all of it is ASCII"), &passed_over),
        ));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(chosen(
            Cow::Borrowed(text),
            "UTF-8".into(),
            after(Text::new("是有效的 UTF-8", "it is valid UTF-8"), &passed_over),
        ));
    }
    if pairs(bytes)
        && let Some(text) = strict(GB18030, bytes)
    {
        let why =
            Text::new("不是有效的 UTF-8，是有效的 GB18030（GBK）", "it is no valid UTF-8 and valid GB18030 (GBK)");
        return Ok(chosen(text, "GB18030".into(), after(why, &passed_over)));
    }
    let why = Text::new(
        "不是有效的 UTF-8，高位字节也不成对（不是 GB18030）：按西文 windows-1252 读取，请核对字母",
        "it is no valid UTF-8 and its high bytes do not stand in pairs (no GB18030): read as windows-1252, check its letters",
    );
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok(chosen(text, "windows-1252".into(), after(why, &passed_over)))
}

fn chosen(text: Cow<'_, str>, value: String, why: Text) -> Decoded<'_> {
    Decoded { text: ended(text), choice: Choice { value, why } }
}

/// Lines end with LF or CR LF: the CR alone of old Macintosh programs is made LF, so that every reader counts the same lines.
pub(crate) fn ended(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let alone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if !(0..bytes.len()).any(alone) {
        return text;
    }
    let mut ended = String::with_capacity(text.len());
    let mut pieces = text.split('\r').peekable();
    while let Some(piece) = pieces.next() {
        ended.push_str(piece);
        match pieces.peek() {
            Some(next) if next.starts_with('\n') => ended.push('\r'),
            Some(_) => ended.push('\n'),
            None => {}
        }
    }
    Cow::Owned(ended)
}

fn name(encoding: &'static Encoding) -> String {
    encoding.name().to_owned()
}

fn after(why: Text, passed_over: &[&Hint]) -> Text {
    passed_over.iter().fold(why, |why, hint| {
        Text::new(
            format!("{}（{} 写的 {} 与内容不符）", why.zh, hint.from, hint.label),
            format!("{} ({} says {}, which does not fit)", why.en, hint.from, hint.label),
        )
    })
}

fn mark(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(bytes)
}

fn strict<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}

/// How many bytes are good before the first bad one, to the line.
fn first_bad(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let (mut good, mut bad) = (0, bytes.len());
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut room = String::with_capacity(decoder.max_utf8_buffer_length(middle).unwrap_or(0));
        let (result, _) = decoder.decode_to_string_without_replacement(&bytes[..middle], &mut room, false);
        if matches!(result, encoding_rs::DecoderResult::InputEmpty) { good = middle } else { bad = middle }
    }
    good
}

/// True when some high byte is followed by another: in Chinese text nearly all are.
fn pairs(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair[0] >= 0x81 && pair[1] >= 0x80)
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let half = sample.len() / 2;
    if half < 8 {
        return None;
    }
    match (zeros(0) * 10 > half * 4, zeros(1) * 10 > half * 4) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(bytes: &[u8], flag: Option<&str>, hints: &[Hint]) -> (String, String) {
        let decoded = decide("a.csv", bytes, flag, hints).expect("a text");
        (decoded.text.into_owned(), decoded.choice.value)
    }

    #[test]
    fn the_order_is_flag_mark_hint_utf8_gb18030() {
        let gbk = [0xb6, 0xcf, b'1']; // 断1
        assert_eq!(decided(&gbk, None, &[]), ("断1".into(), "GB18030".into()));
        assert_eq!(decided("断1".as_bytes(), None, &[]), ("断1".into(), "UTF-8".into()));
        assert_eq!(decided("\u{feff}断1".as_bytes(), None, &[]), ("断1".into(), "UTF-8".into()));
        let wrong = Hint { label: "UTF-8".into(), from: ".cpg".into() };
        let decoded = decide("a.dbf", &gbk, None, &[wrong]).expect("a text");
        assert_eq!(decoded.text, "断1");
        assert!(decoded.choice.why.en.contains(".cpg says UTF-8, which does not fit"), "{}", decoded.choice.why.en);
        assert_eq!(decided(&gbk, Some("cp936"), &[]).0, "断1");
    }

    #[test]
    fn a_flag_that_does_not_fit_is_refused_with_its_line() {
        let error = decide("a.csv", b"a,b\n1,2\n\xb6\xcf,3\n", Some("utf-8"), &[]).expect_err("GBK is no UTF-8");
        assert!(error.message.en.starts_with("line 3 "), "{}", error.message.en);
        assert!(decide("a.csv", b"a", Some("klingon"), &[]).is_err());
    }

    #[test]
    fn utf16_and_western_text_are_told_apart() {
        let utf16: Vec<u8> = "depth,rock\n1,coal\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decided(&utf16, None, &[]), ("depth,rock\n1,coal\n".into(), "UTF-16LE".into()));
        assert_eq!(decided(b"25 \xb5s", None, &[]), ("25 µs".into(), "windows-1252".into()));
        assert!(decide("a.csv", &[1, 0, 2, 3, 0, 0, 5], None, &[]).is_err());
    }
}
