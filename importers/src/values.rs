//! From what stands in a cell to a value: numbers as mines write them, units, days in three styles, yes and no, the
//! words of the catalogue in Chinese.

use crate::table::Cell;
use jiff::civil::Date;
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

/// Numbers that data systems write for "not known".
const SENTINELS: &[f64] =
    &[-555.0, -666.0, -777.0, -888.0, -999.0, -999.25, -9999.0, -9999.25, -99999.0, -999_999.0, 99999.0, 999_999.0];
/// Those that are fillers even where a great negative number may be true, as in an elevation.
const SURE_SENTINELS: &[f64] = &[-999.25, -9999.0, -9999.25, -99999.0, -999_999.0];
/// From here on a number is the filler of a grid program.
const HUGE: f64 = 1e29;

/// Words for "nothing was recorded".
const NOTHING: &[&str] = &[
    "-", "--", "—", "——", "/", "\\", "无", "不详", "未知", "不明", "暂无", "缺", "n/a", "na", "nan", "null", "none",
    "nil", "?", "#n/a", "*",
];

/// Full-width letters, digits and signs as half-width ones.
pub fn half_width(text: &str) -> String {
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
        let list = if elevation { SURE_SENTINELS } else { SENTINELS };
        #[expect(clippy::float_cmp, reason = "a filler is written exactly")]
        let filler = list.contains(&number) || number.abs() >= HUGE;
        if filler { Number::Sentinel(number) } else { Number::One(number) }
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
    NOTHING.contains(&words.trim().to_lowercase().as_str())
}

fn strip_unit(words: &str) -> &str {
    let words = words.trim();
    let end = words.rfind(|c: char| c.is_ascii_digit() || c == '.').map_or(0, |i| i + 1);
    if is_unit(&words[end..]) { words[..end].trim() } else { words }
}

/// A unit: what it measures and how many of the base unit it is.
const UNITS: &[(&str, f64, &[&str])] = &[
    ("m", 1.0, &["m", "米", "metre", "metres", "meter", "meters", "mbgl"]),
    ("m", 0.3048, &["ft", "feet", "foot", "英尺", "f", "usft"]),
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
        "是" | "有" | "true" | "yes" | "y" | "1" | "√" | "已" | "导水" | "积水" | "积气" | "查清" | "已查清" => {
            Ok(Some(true))
        }
        "否" | "无" | "false" | "no" | "n" | "0" | "×" | "未" | "没有" | "不导水" | "不积水" | "无积水" | "未查清" => {
            Ok(Some(false))
        }
        "" | "不详" | "未知" | "不明" | "unknown" | "-" | "—" | "/" => Ok(None),
        _ => Err(Text::new(format!("“{words}”不是“是”或“否”"), format!("\"{words}\" is neither yes nor no"))),
    }
}

/// What Chinese ledgers say for the words of the catalogue.
const WORDS: &[(&str, &[&str])] = &[
    ("surveyed", &["实测", "实见", "井下实测"]),
    ("drilled", &["钻探", "钻探验证", "钻孔揭露", "钻孔控制"]),
    ("two-methods", &["两种方法", "两种物探", "综合物探"]),
    ("one-method", &["物探", "一种方法", "推断"]),
    ("reported", &["调查", "访问", "收集", "资料", "推测"]),
    ("qualified", &["合格", "良好", "优良"]),
    ("unqualified", &["不合格", "不良", "封闭不良", "未封", "未封孔"]),
    ("unknown", &["不详", "不明", "未知"]),
    ("simple", &["简单"]),
    ("medium", &["中等", "中"]),
    ("complex", &["复杂"]),
    ("extremely-complex", &["极复杂"]),
    ("low", &["低瓦斯", "低"]),
    ("high", &["高瓦斯", "高"]),
    ("outburst", &["突出", "煤与瓦斯突出"]),
    ("none", &["无", "无冲击", "不易自燃"]),
    ("weak", &["弱", "软弱", "弱冲击"]),
    ("strong", &["强", "强冲击"]),
    ("very-strong", &["极强"]),
    ("hard", &["坚硬"]),
    ("very-weak", &["极软弱"]),
    ("normal", &["正断层", "正"]),
    ("reverse", &["逆断层", "逆"]),
    ("strike-slip", &["平移断层", "走滑"]),
    ("anticline", &["背斜"]),
    ("syncline", &["向斜"]),
    ("drainage", &["疏放水", "探放水", "疏干", "放水", "疏水降压"]),
    ("grouting", &["注浆", "注浆加固", "帷幕注浆"]),
    ("gas-drainage", &["瓦斯抽采", "抽采"]),
    ("pressure-relief", &["卸压", "大直径钻孔卸压"]),
    ("backfill", &["充填"]),
    ("sealing", &["封闭", "密闭"]),
    ("designed", &["设计", "已设计"]),
    ("planned", &["计划", "拟治理"]),
    ("running", &["施工中", "进行中", "治理中", "在建"]),
    ("done", &["完成", "完工", "已完成", "竣工"]),
    ("passed", &["通过", "验收合格", "验收通过", "达标"]),
    ("failed", &["未通过", "不合格", "验收不合格", "未达标"]),
    ("mine-chief-engineer", &["矿总工程师", "总工程师", "矿总工"]),
    ("company-chief-engineer", &["公司总工程师", "集团总工程师"]),
    ("company-head", &["公司负责人", "企业主要负责人"]),
    ("filled", &["充填", "回填"]),
    ("capped", &["盖板", "封盖", "封口"]),
    ("open", &["未封", "敞口"]),
    ("burning", &["燃烧", "未熄灭"]),
    ("sealed", &["封闭"]),
    ("extinguished", &["熄灭", "已熄灭"]),
    ("confirmed", &["证实", "已证实"]),
    ("refuted", &["排除", "否定"]),
    ("drilling", &["钻探", "钻孔"]),
    ("document", &["资料", "查阅资料"]),
    ("geophysics", &["物探"]),
    ("geochemistry", &["化探"]),
    ("interview", &["调查访问", "访问", "走访"]),
    ("survey", &["实测", "测量"]),
    ("tem", &["瞬变电磁", "瞬变电磁法"]),
    ("resistivity", &["直流电法", "电法"]),
    ("seismic-3d", &["三维地震"]),
    ("in-seam-seismic", &["槽波", "槽波地震"]),
    ("radio-wave", &["坑透", "无线电波透视"]),
    ("stable", &["稳定"]),
    ("basically-stable", &["基本稳定"]),
    ("less-stable", &["欠稳定"]),
    ("unstable", &["不稳定"]),
];

/// Reads words as one of the catalogue's.
///
/// # Errors
/// In words, naming what may stand there.
pub fn one_of(cell: &Cell, of: &'static [&'static str]) -> Result<Option<&'static str>, Text> {
    let words = half_width(&cell.words()).to_lowercase();
    let known = of.iter().copied().find(|word| *word == words).or_else(|| {
        of.iter().copied().find(|word| WORDS.iter().any(|(name, zh)| name == word && zh.contains(&words.as_str())))
    });
    if known.is_some() || words.is_empty() || is_nothing(&words) {
        return Ok(known);
    }
    let list = of
        .iter()
        .map(|word| {
            WORDS
                .iter()
                .find(|(name, _)| name == word)
                .and_then(|(_, zh)| zh.first())
                .map_or_else(|| (*word).to_owned(), |zh| format!("{word}（{zh}）"))
        })
        .collect::<Vec<_>>()
        .join("、");
    Err(Text::new(format!("“{words}”不在可用值中：{list}"), format!("\"{words}\" is none of: {}", of.join(", "))))
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
    let name = ["号煤层", "煤层", "号煤", "煤", "#"].iter().find_map(|end| plain.strip_suffix(end)).unwrap_or(&plain);
    if name.is_empty() {
        return None;
    }
    let letters: Vec<char> = name.chars().collect();
    let digit = |i: Option<usize>| i.and_then(|i| letters.get(i)).is_some_and(char::is_ascii_digit);
    let mut changed = false;
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
