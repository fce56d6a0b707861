//! From what stands in a cell to a value: numbers as mines write them, units, days in three styles, yes and no, the
//! words of the catalogue in Chinese.

use crate::table::Cell;
use crate::{exported, words};
use jiff::civil::Date;
use minesift_core::fact::Value;
pub use minesift_core::kind::filler::is_filler as is_sentinel;
use minesift_core::kind::{Field, FieldType};
use minesift_core::text::Text;

/// What a number's cell said.
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// Nothing, or a word for nothing.
    None,
    /// A number.
    One(f64),
    /// A range as `210–260`: the smaller and the larger end.
    Range(f64, f64),
    /// A filler that stands for "not known", as `-999`.
    Sentinel(f64),
}

/// Words for "nothing was recorded".
const NOTHING: &[&str] = &[
    "-", "--", "—", "——", "/", "\\", "无", "不详", "未知", "不明", "暂无", "缺", "n/a", "na", "nan", "null", "none",
    "nil", "?", "#n/a", "*",
];

/// Full-width letters, digits and signs as half-width ones.
pub fn half_width(text: &str) -> String {
    if text.is_ascii() {
        return text.trim().to_owned();
    }
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            '。' => '.',
            '−' => '-',
            _ => c,
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// A number without any doubt: digits, sign, exponent, thousands; with `comma` the comma is the decimal sign.
pub fn plain_number(text: &str, comma: bool) -> Option<f64> {
    let text = half_width(text);
    let text = text.trim_start_matches('+');
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.') {
        return None;
    }
    if text.contains(',') {
        let (head, tail) = text.split_once(',')?;
        let grouped = !comma
            && head.trim_start_matches('-').len() <= 3
            && tail
                .split(',')
                .all(|g| g.split('.').next().is_some_and(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit())));
        if grouped {
            return text.replace(',', "").parse().ok();
        }
        return if tail.contains([',', '.']) && !comma {
            None
        } else {
            text.replace('.', "").replace(',', ".").parse().ok()
        };
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Reads a cell as a number.
///
/// # Errors
/// In words, where it is none.
pub fn number(cell: &Cell, comma: bool, elevation: bool) -> Result<Number, Text> {
    let one = |number: f64| {
        if is_sentinel(number, elevation) { Number::Sentinel(number) } else { Number::One(number) }
    };
    let words = match cell {
        Cell::Empty => return Ok(Number::None),
        Cell::Number(number) if number.is_finite() => return Ok(one(*number)),
        Cell::Number(_) => return Err(Text::new("不是有限数", "is no finite number")),
        Cell::Flag(_) | Cell::Date(_) => {
            return Err(Text::new(format!("“{}”不是数", cell.words()), format!("\"{}\" is no number", cell.words())));
        }
        Cell::Text(words) => half_width(words),
    };
    if words.is_empty() || is_nothing(&words) {
        return Ok(Number::None);
    }
    if let Some(number) = plain_number(&words, comma) {
        return Ok(one(number));
    }
    let bare = words.trim_start_matches(['约', '≈', '~', '～']).trim();
    for sign in ["–", "—", "~", "～", "至", "到", "-"] {
        // The first sign may be a minus.
        let Some(at) = bare.char_indices().skip(1).map(|(i, _)| i).find(|i| bare[*i..].starts_with(sign)) else {
            continue;
        };
        let (a, b) = (strip_unit(&bare[..at]), strip_unit(&bare[at + sign.len()..]));
        if let (Some(a), Some(b)) = (plain_number(a, comma), plain_number(b, comma)) {
            return Ok(Number::Range(a.min(b), a.max(b)));
        }
    }
    plain_number(strip_unit(bare), comma)
        .map(one)
        .ok_or_else(|| Text::new(format!("“{words}”不是数"), format!("\"{words}\" is no number")))
}

/// True for the words by which people say that nothing was recorded.
pub fn is_nothing(words: &str) -> bool {
    let words = words.trim();
    NOTHING.iter().any(|nothing| nothing.eq_ignore_ascii_case(words))
}

fn strip_unit(words: &str) -> &str {
    let words = words.trim();
    let end = words.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |i| i + 1);
    if is_unit(&words[end..]) { words[..end].trim() } else { words }
}

/// The unit that stands behind a number: `ft` of `12.5 ft`; none where there is none, or no number before it.
pub fn unit_behind(words: &str) -> Option<String> {
    let words = half_width(words);
    let number = strip_unit(&words);
    let unit = words[number.len()..].trim();
    (!unit.is_empty() && number.ends_with(|c: char| c.is_ascii_digit() || c == '.')).then(|| unit.to_owned())
}

/// A unit: what it measures and how many of the base unit it is.
const UNITS: &[(&str, f64, &[&str])] = &[
    ("m", 1.0, &["m", "米", "metre", "metres", "meter", "meters", "mbgl"]),
    ("m", 0.3048, &["ft", "feet", "foot", "英尺", "f"]),
    // The survey foot of the United States is longer by two millionths: a metre in half a million.
    ("m", 1200.0 / 3937.0, &["usft", "ftus", "us-ft", "ussurveyfoot", "ussurveyfeet", "surveyfeet"]),
    ("m", 0.01, &["cm", "厘米"]),
    ("m", 0.001, &["mm", "毫米"]),
    ("m", 1000.0, &["km", "千米", "公里"]),
    ("m²", 1.0, &["m2", "㎡", "平方米"]),
    ("m²", 1e4, &["万m2", "hm2", "ha", "公顷", "万平方米"]),
    ("m²", 1e6, &["km2", "平方公里"]),
    ("m³", 1.0, &["m3", "立方米", "方"]),
    ("m³", 1e4, &["万m3", "104m3", "万方", "万立方米", "10^4m3"]),
    ("MPa", 1.0, &["mpa", "兆帕"]),
    ("MPa", 0.001, &["kpa"]),
    ("MPa", 1000.0, &["gpa"]),
    ("MPa", 0.098_066_5, &["kgf/cm2", "kg/cm2"]),
    ("MPa", 0.1, &["bar"]),
    ("t", 1.0, &["t", "吨"]),
    ("t", 1e4, &["万t", "万吨", "104t", "10^4t"]),
    ("t", 1000.0, &["kt", "千吨"]),
    ("t/a", 1.0, &["t/a", "吨/年"]),
    ("t/a", 1e4, &["万t/a", "万吨/年"]),
    ("t/a", 1e6, &["mt/a"]),
    ("t/m³", 1.0, &["t/m3", "g/cm3"]),
    ("m³/t", 1.0, &["m3/t", "ml/g", "cm3/g"]),
    ("L/(s·m)", 1.0, &["l/(sm)", "l/sm", "l/s.m"]),
    ("°", 1.0, &["°", "度", "deg", "degree", "degrees"]),
    ("°C", 1.0, &["℃", "°c", "c"]),
    ("%", 1.0, &["%", "pct"]),
    ("J", 1.0, &["j", "焦"]),
    ("J", 1000.0, &["kj"]),
    ("J", 1e6, &["mj"]),
    ("d", 1.0, &["d", "天", "day", "days"]),
    ("d", 30.0, &["月", "month"]),
    ("", 0.01, &["%"]),
    ("", 1.0, &[""]),
];

fn unit_words(unit: &str) -> String {
    half_width(unit)
        .to_lowercase()
        .replace(['²'], "2")
        .replace(['³'], "3")
        .replace('⁴', "4")
        .replace([' ', '·', '^', '*', '×'], "")
}

/// True for a known unit, also one that no field of the catalogue has.
pub fn is_unit(words: &str) -> bool {
    let unit = unit_words(words);
    !unit.is_empty()
        && (UNITS.iter().any(|(_, _, names)| names.contains(&unit.as_str()))
            || matches!(
                unit.as_str(),
                "kn/m3" | "knm-3" | "ppm" | "g/t" | "ms" | "hz" | "l/s" | "m3/h" | "亩" | "个" | "ohmm" | "ωm" | "api"
            ))
}

/// How many of `base` one `unit` is; none where it measures something else.
pub fn factor(unit: &str, base: &str) -> Option<f64> {
    let unit = unit_words(unit);
    UNITS.iter().find(|(of, _, names)| *of == base && names.contains(&unit.as_str())).map(|(_, factor, _)| *factor)
}

/// In which order a column writes the parts of a day where digits alone leave it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// 23/07/2012.
    DayFirst,
    /// 07/23/2012.
    MonthFirst,
    /// Nothing in the column tells.
    Open,
}

fn parts(words: &str) -> Vec<i32> {
    let day = words.split(['T', ' ']).find(|piece| !piece.is_empty()).unwrap_or_default();
    day.split(|c: char| !c.is_ascii_digit())
        .filter(|p| !p.is_empty() && p.len() <= 8)
        .filter_map(|p| p.parse().ok())
        .collect()
}

/// What the cells of a column tell about the order of their days.
pub fn day_order<'a>(cells: impl Iterator<Item = &'a Cell>) -> DayOrder {
    for cell in cells {
        if let Cell::Text(words) = cell
            && let [a, b, c] = parts(&half_width(words))[..]
        {
            match (a, b) {
                (13..=31, 1..=12) if c > 31 => return DayOrder::DayFirst,
                (1..=12, 13..=31) if c > 31 => return DayOrder::MonthFirst,
                _ => {}
            }
        }
    }
    DayOrder::Open
}

/// Reads a cell as a day: `2024-05-06`, `2024/5/6`, `2024.5.6`, `2024年5月6日`, `20240506`, `6/5/2024`, a serial number
/// of a spreadsheet. The second part says what was changed: a month alone is its first day.
///
/// # Errors
/// In words, where it is none or its order is open.
pub fn date(cell: &Cell, order: DayOrder) -> Result<Option<(Date, Option<Text>)>, Text> {
    let day =
        |y: i32, m: i32, d: i32| Date::new(i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok();
    let words = match cell {
        Cell::Empty => return Ok(None),
        Cell::Date(date) => return Ok(Some((*date, None))),
        other => half_width(&other.words()),
    };
    if words.is_empty() || is_nothing(&words) {
        return Ok(None);
    }
    let none = || {
        Text::new(format!("“{words}”不是日期；请写 2024-05-06"), format!("\"{words}\" is no date: write 2024-05-06"))
    };
    let found = match parts(&words)[..] {
        [y @ 1900..=2200, m, d] => day(y, m, d).map(|date| (date, None)),
        [y @ 1900..=2200, m] if words.contains(['年', '-', '/', '.']) => day(y, m, 1).map(|date| {
            (
                date,
                Some(Text::new(
                    format!("“{words}”只有年月，取当月第一天"),
                    format!("\"{words}\" names a month: its first day was taken"),
                )),
            )
        }),
        [a, b, y @ 1900..=2200] => match order {
            DayOrder::DayFirst => day(y, b, a).map(|date| (date, None)),
            DayOrder::MonthFirst => day(y, a, b).map(|date| (date, None)),
            DayOrder::Open if a == b => day(y, a, b).map(|date| (date, None)),
            DayOrder::Open => {
                return Err(Text::new(
                    format!("“{words}”的日、月次序无法判断；请写 2024-05-06"),
                    format!("nothing in the column tells day from month in \"{words}\": write 2024-05-06"),
                ));
            }
        },
        [one @ 19_000_101..=22_001_231] => day(one / 10_000, one / 100 % 100, one % 100).map(|date| (date, None)),
        [serial @ 15_000..=80_000] => Date::new(1899, 12, 30)
            .ok()
            .and_then(|base| base.checked_add(jiff::Span::new().days(i64::from(serial))).ok())
            .map(|date| (date, None)),
        _ => None,
    };
    found.map(Some).ok_or_else(none)
}

/// Reads a cell as yes or no.
///
/// # Errors
/// In words, where it is neither.
pub fn flag(cell: &Cell) -> Result<Option<bool>, Text> {
    let words = match cell {
        Cell::Empty => return Ok(None),
        Cell::Flag(flag) => return Ok(Some(*flag)),
        other => half_width(&other.words()).to_lowercase(),
    };
    match words.as_str() {
        "是" | "有" | "true" | "t" | "yes" | "y" | "1" | "√" | "已" | "导水" | "积水" | "有水" | "积气" | "查清"
        | "已查清" => Ok(Some(true)),
        "否" | "无" | "false" | "f" | "no" | "n" | "0" | "×" | "隔水" | "未" | "没有" | "不导水" | "不积水"
        | "无积水" | "无水" | "未查清" => Ok(Some(false)),
        "" | "不详" | "未知" | "不明" | "unknown" | "-" | "—" | "/" => Ok(None),
        _ => Err(Text::new(format!("“{words}”不是“是”或“否”"), format!("\"{words}\" is neither yes nor no"))),
    }
}

/// Reads words as one of the catalogue's.
///
/// # Errors
/// In words, naming what may stand there.
pub fn one_of(cell: &Cell, key: &str, of: &'static [&'static str]) -> Result<Option<&'static str>, Text> {
    let said = half_width(&cell.words());
    let known = words::word(key, of, &said);
    if known.is_some() || said.is_empty() || is_nothing(&said) {
        return Ok(known);
    }
    let list = of
        .iter()
        .map(|word| words::chinese(word).map_or_else(|| (*word).to_owned(), |zh| format!("{word}（{zh}）")))
        .collect::<Vec<_>>()
        .join("、");
    Err(Text::new(format!("“{said}”不在可用值中：{list}"), format!("\"{said}\" is none of: {}", of.join(", "))))
}

/// The value that a feature's cell gives a field: nothing for an empty cell and for what means "unknown".
///
/// # Errors
/// Words that say what the cell holds and what the field needs.
pub fn value(field: &Field, said: &str, factor: f64) -> Result<Option<Value>, Text> {
    if let Some(value) = exported::value(field, said) {
        return Ok(Some(value));
    }
    let words = half_width(said);
    let nothing = is_nothing(&words) || words.is_empty() || words == "无资料";
    let cell = Cell::Text(words);
    if nothing {
        // 无 is an answer where yes and no are asked for.
        let answer = match field.ty {
            FieldType::Flag => flag(&cell).ok().flatten().map(Value::Flag),
            FieldType::OneOf(of) => words::word(field.key, of, said).map(|word| Value::Text(word.to_owned())),
            _ => None,
        };
        return Ok(answer);
    }
    let of = |why: Text| {
        Text::new(format!("{}（{}）：{}", field.zh, field.key, why.zh), format!("{}: {}", field.key, why.en))
    };
    match field.ty {
        // A seam's number may be typed at full width; words and names stay as they were written.
        FieldType::Text if field.key == "seam" => Ok(Some(Value::Text(cell.words()))),
        FieldType::Text => Ok(Some(Value::Text(said.trim().to_owned()))),
        FieldType::Texts => Ok(Some(Value::Texts(texts(&cell.words())))),
        FieldType::OneOf(list) => {
            one_of(&cell, field.key, list).map(|word| word.map(|word| Value::Text(word.to_owned()))).map_err(of)
        }
        FieldType::Flag => flag(&cell).map(|flag| flag.map(Value::Flag)).map_err(of),
        FieldType::Number { unit, least, most } => {
            match number(&cell, false, crate::columns::is_elevation(field.key)).map_err(of)? {
                Number::None | Number::Sentinel(_) => Ok(None),
                Number::Range(a, b) => Err(of(Text::new(
                    format!("是范围 {a}–{b}，不是一个数"),
                    format!("the range {a}–{b} is no single number"),
                ))),
                Number::One(number) if (least..=most).contains(&(number * factor)) => {
                    Ok(Some(Value::Number(number * factor)))
                }
                Number::One(number) => Err(of(Text::new(
                    format!("{} 应在 {least} 至 {most} {unit} 之间", number * factor),
                    format!("{} is not between {least} and {most} {unit}", number * factor),
                ))),
            }
        }
        FieldType::Date => {
            date(&cell, DayOrder::Open).map(|found| found.map(|(date, _)| Value::Date(date))).map_err(of)
        }
        FieldType::Numbers(length) => {
            let numbers: Option<Vec<f64>> = cell
                .words()
                .split([',', ';', ' ', '~', '～'])
                .filter(|t| !t.is_empty())
                .map(|t| plain_number(t, false))
                .collect();
            let wrong = || of(Text::new("不是一组数字", "no list of numbers"));
            let numbers = numbers.filter(|numbers| length == 0 || numbers.len() == length).ok_or_else(wrong)?;
            Ok(Some(Value::Numbers(numbers)))
        }
        FieldType::Plane | FieldType::Shape(_) => Err(of(Text::new("不能写在一列里", "nothing a column can hold"))),
    }
}

/// Words in a list: 甲、乙.
pub fn texts(words: &str) -> Vec<String> {
    let words = words.split(['、', ',', ';', '；', '+', '，']).map(|word| word.trim().to_owned());
    words.filter(|word| !word.is_empty()).collect()
}

/// Unit of a field, where it is a number.
pub fn unit_of(field: &Field) -> Option<&'static str> {
    match field.ty {
        FieldType::Number { unit, .. } => Some(unit),
        _ => None,
    }
}

/// A seam's name as the map writes it: without 煤 or 煤层, half-width, `16.2下` as `16-2下`. The second part is true
/// where more than the word 煤 was changed. None for 煤 alone.
pub fn seam(words: &str) -> Option<(String, bool)> {
    let plain = half_width(words).replace(' ', "");
    let name = ["号煤层", "煤层", "号煤", "煤"].iter().find_map(|end| plain.strip_suffix(end)).unwrap_or(&plain);
    // `3#煤`, `3#`, `#3煤`: the sign means 号 and is no part of the name.
    let bare = name.trim_matches('#');
    if bare.is_empty() {
        return None;
    }
    let letters: Vec<char> = bare.chars().collect();
    let digit = |i: Option<usize>| i.and_then(|i| letters.get(i)).is_some_and(char::is_ascii_digit);
    let mut changed = bare != name;
    let name: String = letters
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let between = digit(i.checked_sub(1)) && digit(Some(i + 1));
            if between && matches!(c, '.' | '_' | '–' | '—' | '~') {
                changed = true;
                '-'
            } else {
                *c
            }
        })
        .collect();
    Some((name, changed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Cell {
        Cell::Text(words.into())
    }

    #[test]
    fn numbers_as_mines_write_them() {
        for (words, comma, expected) in [
            ("１２．５", false, 12.5),
            ("1,234.5", false, 1234.5),
            ("12,5", false, 12.5),
            ("1.234,5", true, 1234.5),
            ("约12m", false, 12.0),
            ("−210", false, -210.0),
            ("12.5 m", false, 12.5),
            ("1e3", false, 1000.0),
            ("+3", false, 3.0),
        ] {
            assert_eq!(number(&text(words), comma, false), Ok(Number::One(expected)), "{words}");
        }
        for words in ["210–260", "210~260", "210～260m", "210m至260m", "210-260", "260-210"] {
            assert_eq!(number(&text(words), false, false), Ok(Number::Range(210.0, 260.0)), "{words}");
        }
        assert_eq!(number(&text("-260~-210"), false, true), Ok(Number::Range(-260.0, -210.0)));
        assert_eq!(number(&text("-888"), false, false), Ok(Number::Sentinel(-888.0)));
        assert_eq!(number(&text("-888"), false, true), Ok(Number::One(-888.0)), "an elevation may be so low");
        assert_eq!(number(&text("1e30"), false, true), Ok(Number::Sentinel(1e30)));
        assert_eq!(number(&text("       NaN"), false, false), Ok(Number::None));
        assert!(number(&text("ten"), false, false).is_err());
        assert!(number(&text("inf"), false, false).is_err());
        assert!(number(&Cell::Number(f64::INFINITY), false, false).is_err());
    }

    #[test]
    fn days_in_their_styles() {
        let day = Date::constant(2024, 5, 6);
        for words in ["2024-05-06", "2024/5/6", "2024.5.6", "2024年5月6日", "20240506", "2024-05-06T10:00", "45418"]
        {
            assert_eq!(date(&text(words), DayOrder::Open).map(|d| d.map(|d| d.0)), Ok(Some(day)), "{words}");
        }
        assert!(date(&text("6/5/2024"), DayOrder::Open).is_err());
        assert_eq!(date(&text("6/05/2024 0:00"), DayOrder::DayFirst).map(|d| d.map(|d| d.0)), Ok(Some(day)));
        assert!(date(&text("2024年5月"), DayOrder::Open).is_ok_and(|d| d.is_some_and(|d| d.1.is_some())));
        assert_eq!(day_order([text("6/08/2012 0:00"), text("23/07/2012 0:00")].iter()), DayOrder::DayFirst);
    }

    #[test]
    fn units_and_seams() {
        assert_eq!(factor("万m³", "m³"), Some(1e4));
        assert_eq!(factor("ft", "m"), Some(0.3048));
        assert_eq!(factor("ft", "MPa"), None);
        assert_eq!(seam("16.2下煤"), Some(("16-2下".into(), true)));
        assert_eq!(seam("15-1上煤"), Some(("15-1上".into(), false)));
        assert_eq!(seam("3号煤层"), Some(("3".into(), false)));
        assert_eq!(seam("煤"), None);
    }
}
