//! The lowest layer of DXF: pairs of a group code and a value.

use crate::encoding::{self, Hint};
use crate::{Choice, ImportError, Options};
use minesift_core::text::Text;

/// One pair, and the line its value stands on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tag {
    pub(super) code: i32,
    pub(super) value: String,
    pub(super) line: usize,
}

impl Tag {
    pub(super) fn number(&self) -> Option<f64> {
        self.value.trim().parse().ok()
    }
}

/// True when the first bytes look like an ASCII DXF.
pub(super) fn looks_like_dxf(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&head[..head.len().min(400)]);
    let mut lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    let mut pair = (lines.next(), lines.next());
    while pair.0 == Some("999") {
        pair = (lines.next(), lines.next());
    }
    pair == (Some("0"), Some("SECTION"))
}

/// The pairs of a file, decoded: R2007 and later is UTF-8, earlier by its code page, escapes resolved.
///
/// The second value is the line where the pairs stopped making sense, if they did.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    options: &Options,
) -> Result<(Vec<Tag>, Choice, Option<usize>), ImportError> {
    if bytes.starts_with(b"AutoCAD Binary DXF") {
        return Err(ImportError::new(
            file,
            "二进制 DXF 不直接读取；请另存为 ASCII DXF",
            "binary DXF is not read: save it as ASCII DXF",
        ));
    }
    if !looks_like_dxf(bytes) {
        return Err(ImportError::new(
            file,
            "不是 DXF：开头不是 0 / SECTION；请重新导出",
            "this is no DXF: it does not begin with 0 / SECTION; export it again",
        ));
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(20_000)]);
    let after = |name: &str| {
        let mut lines = head.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
        lines.find(|line| *line == name)?;
        lines.nth(1).map(str::to_owned)
    };
    let version = after("$ACADVER").unwrap_or_default();
    let mut hints = Vec::new();
    // The program that wrote R2007 keeps the old code page in its header beside text in UTF-8.
    if version.as_str() >= "AC1021" {
        hints.push(Hint { label: "UTF-8".to_owned(), from: format!("$ACADVER {version}") });
    } else if let Some(page) = after("$DWGCODEPAGE").filter(|page| encoding::named(page).is_some()) {
        // Programs that know nothing of code pages write ANSI_1252 above any text: only Chinese ones are believed first.
        if !page.ends_with("1252") {
            hints.push(Hint { label: page, from: "$DWGCODEPAGE".to_owned() });
        }
    }
    let decoded = encoding::decide(file, bytes, options.encoding.as_deref(), &hints)?;
    let mut tags = Vec::new();
    let mut lines = decoded.text.lines().enumerate();
    let mut stopped = None;
    while let Some((number, code)) = lines.next() {
        let code = code.trim();
        let Ok(code) = code.parse::<i32>() else {
            // A blank line too many at the end is nobody's loss.
            if code.is_empty() && lines.clone().all(|(_, rest)| rest.trim().is_empty()) {
                break;
            }
            // Look for the next pair that starts an entity, so that one bad line does not cost the file.
            stopped.get_or_insert(number + 1);
            let mut ahead = lines.clone();
            let mut found = false;
            while let Some((_, line)) = ahead.next() {
                let next = ahead.clone().next().map_or("", |(_, l)| l.trim());
                if line.trim() == "0"
                    && next.len() > 2
                    && next.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                {
                    tags.push(Tag { code: 0, value: next.to_owned(), line: number + 2 });
                    ahead.next();
                    lines = ahead;
                    found = true;
                    break;
                }
            }
            if !found {
                break;
            }
            continue;
        };
        let Some((line, value)) = lines.next() else {
            stopped.get_or_insert(number + 1);
            break;
        };
        let value = value.trim_end_matches('\r');
        tags.push(Tag {
            code,
            value: if value.contains('\\') { unescaped(value) } else { value.trim().to_owned() },
            line: line + 1,
        });
    }
    let mut choice = decoded.choice;
    if decoded.text.contains("\\U+") || decoded.text.contains("\\M+") {
        choice.why = Text::new(
            format!("{}；另解码 \\U+、\\M+ 转义", choice.why.zh),
            format!("{}; \\U+ and \\M+ escapes decoded", choice.why.en),
        );
    }
    Ok((tags, choice, stopped))
}

/// `\U+91C7` and `\M+5B2C9` (5 = code page 936) as characters.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let unicode = rest
            .strip_prefix("\\U+")
            .and_then(|r| r.get(..4))
            .and_then(|hex| char::from_u32(u32::from_str_radix(hex, 16).ok()?));
        if let Some(c) = unicode {
            out.push(c);
            rest = &rest[7..];
            continue;
        }
        let multi = rest.strip_prefix("\\M+").and_then(|r| {
            let page = match r.get(..1)? {
                "1" => "932",
                "2" => "950",
                "3" => "949",
                "5" => "936",
                _ => return None,
            };
            let code = u16::from_str_radix(r.get(1..5)?, 16).ok()?;
            Some(encoding::named(page)?.decode_without_bom_handling(&code.to_be_bytes()).0.into_owned())
        });
        if let Some(words) = multi {
            out.push_str(&words);
            rest = &rest[8..];
            continue;
        }
        out.push('\\');
        rest = &rest[1..];
    }
    out.push_str(rest);
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn escapes_of_both_sorts_are_decoded() {
        assert_eq!(unescaped("\\U+91C7\\U+7A7A\\U+533A 3"), "采空区 3");
        assert_eq!(unescaped("\\M+5B2C9\\M+5BFD5"), "采空");
        assert_eq!(unescaped("a\\Pb \\U+12"), "a\\Pb \\U+12");
    }
}
