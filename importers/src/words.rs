//! The field's words for kinds, columns and values, Chinese and English, as features and drawings write them.
//!
//! A word that is not here is said in the receipt, never guessed.

use jiff::civil::Date;
use minesift_core::fact::Value;
use minesift_core::kind::{self, Field, FieldType, Kind};
use minesift_core::text::Text;

/// Parts of layer and file names, and the kind they mean; the first that occurs holds, so the special stand first.
const KIND_WORDS: &[(&str, &str)] = &[
    ("煤柱", "pillar"),
    ("pillar", "pillar"),
    ("火烧区", "burnt_zone"),
    ("火区", "fire_area"),
    ("废弃井筒", "abandoned_shaft"),
    ("废弃井", "abandoned_shaft"),
    ("报废井", "abandoned_shaft"),
    ("老窑", "old_working"),
    ("小窑", "old_working"),
    ("报废巷", "old_working"),
    ("废弃巷", "old_working"),
    ("old_working", "old_working"),
    ("离层水", "bed_separation_water"),
    ("塌陷", "subsidence"),
    ("采空", "goaf"),
    ("老空", "goaf"),
    ("积水", "goaf"),
    ("goaf", "goaf"),
    ("gob", "goaf"),
    ("陷落柱", "collapse_column"),
    ("collapse", "collapse_column"),
    ("断层", "fault"),
    ("fault", "fault"),
    ("褶曲", "fold"),
    ("背斜", "fold"),
    ("向斜", "fold"),
    ("裂隙带", "fracture_zone"),
    ("异常", "anomaly"),
    ("anomal", "anomaly"),
    ("底板块段", "floor_block"),
    ("块段", "floor_block"),
    ("冲击", "rock_burst_area"),
    ("突出点", "outburst_point"),
    ("瓦斯富集", "gas_rich_area"),
    ("瓦斯", "gas_region"),
    ("含水层", "aquifer"),
    ("天窗", "aquiclude_window"),
    ("地表水", "surface_water"),
    ("河流", "surface_water"),
    ("水库", "surface_water"),
    ("露头", "outcrop"),
    ("outcrop", "outcrop"),
    ("岩浆", "intrusion"),
    ("侵入", "intrusion"),
    ("冲刷", "washout"),
    ("地裂缝", "ground_fissure"),
    ("微震", "microseism"),
    ("边坡", "slope"),
    ("排土", "dump"),
    ("等高线", "contour"),
    ("等值线", "contour"),
    ("等厚线", "contour"),
    ("contour", "contour"),
    ("见煤点", "pick"),
    ("钻孔", "borehole"),
    ("borehole", "borehole"),
    ("drillhole", "borehole"),
    ("collar", "borehole"),
    ("普查", "survey"),
    ("井田边界", "licence"),
    ("采矿权", "licence"),
    ("licence", "licence"),
    ("掘进", "heading"),
    ("工作面", "face"),
    ("巷", "working"),
    ("roadway", "working"),
    ("tunnel", "working"),
    ("shaft", "working"),
];

/// Other names of columns, and the key they mean.
const COLUMN_WORDS: &[(&str, &str)] = &[
    ("编号", "id"),
    ("号", "id"),
    ("孔号", "id"),
    ("钻孔编号", "id"),
    ("断层编号", "id"),
    ("id", "id"),
    ("objectid", "id"),
    ("gml_id", "id"),
    ("fid", "id"),
    ("名称", "name_zh"),
    ("name", "name_zh"),
    ("fname", "name_zh"),
    ("tunnelname", "name_zh"),
    ("煤层", "seam"),
    ("煤层号", "seam"),
    ("seam", "seam"),
    ("formation", "seam"),
    ("性质", "kind"),
    ("类别", "kind"),
    ("类型", "kind"),
    ("导水试验", "water_tested"),
    ("导水性试验", "water_tested"),
    ("水压", "water_pressure_mpa"),
    ("水压", "pressure_mpa"),
    ("误差", "uncertainty_m"),
    ("位置误差", "uncertainty_m"),
    ("走向", "strike_deg"),
    ("断距", "throw_m"),
    ("throw", "throw_m"),
    ("dip", "dip_deg"),
    ("dip_dir", "dip_direction_deg"),
    ("azimuth", "dip_direction_deg"),
    ("倾向", "dip_direction_deg"),
    ("积水", "flooded"),
    ("水位", "water_level_m"),
    ("水位标高", "water_level_m"),
    ("积水面积", "water_area_m2"),
    ("标高", "z"),
    ("高程", "z"),
    ("底板标高", "z"),
    ("孔口标高", "z"),
    ("孔口高程", "z"),
    ("z", "z"),
    ("elevation", "z"),
    ("elev", "z"),
    ("日期", "date"),
    ("时间", "date"),
    ("煤厚", "thickness_m"),
    ("厚度", "thickness_m"),
    ("thickness", "thickness_m"),
    ("孔深", "depth_m"),
    ("depth", "depth_m"),
    ("备注", "note"),
    ("手段", "method"),
    ("方法", "method"),
];

/// Words of values: the key, the Chinese (or foreign) word, ours.
const VALUE_WORDS: &[(&str, &str, &str)] = &[
    ("evidence", "实测", "surveyed"),
    ("evidence", "实见", "surveyed"),
    ("evidence", "钻探", "drilled"),
    ("evidence", "钻孔", "drilled"),
    ("evidence", "两种", "two-methods"),
    ("evidence", "一种", "one-method"),
    ("evidence", "物探", "one-method"),
    ("evidence", "推断", "one-method"),
    ("evidence", "走访", "reported"),
    ("evidence", "调查", "reported"),
    ("evidence", "资料", "reported"),
    ("evidence", "推测", "reported"),
    ("evidence", "老图", "reported"),
    ("kind", "正断层", "normal"),
    ("kind", "逆断层", "reverse"),
    ("kind", "平移", "strike-slip"),
    ("kind", "走滑", "strike-slip"),
    ("kind", "背斜", "anticline"),
    ("kind", "向斜", "syncline"),
    ("kind", "边界", "boundary"),
    ("kind", "断层", "fault"),
    ("kind", "露头", "outcrop"),
    ("kind", "采空", "goaf-water"),
    ("kind", "老空", "goaf-water"),
    ("kind", "积水", "goaf-water"),
    ("kind", "陷落柱", "column"),
    ("kind", "钻孔", "borehole"),
    ("kind", "井筒", "shaft"),
    ("kind", "工业广场", "industrial-site"),
    ("kind", "大巷", "main-roadway"),
    ("kind", "村庄", "building"),
    ("kind", "建筑", "building"),
    ("kind", "铁路", "railway"),
    ("kind", "河", "river"),
    ("kind", "水体", "surface-water"),
    ("kind", "工作面", "face"),
    ("kind", "掘进", "heading"),
    ("kind", "巷", "roadway"),
    ("kind", "井", "shaft"),
    ("kind", "硐室", "chamber"),
    ("drilled", "证实", "confirmed"),
    ("drilled", "排除", "refuted"),
    ("drilled", "否定", "refuted"),
    ("grade", "无", "none"),
    ("grade", "弱", "weak"),
    ("grade", "中", "medium"),
    ("grade", "强", "strong"),
    ("richness", "极强", "very-strong"),
    ("richness", "弱", "weak"),
    ("richness", "中", "medium"),
    ("richness", "强", "strong"),
    ("sealing", "不合格", "unqualified"),
    ("sealing", "封闭不良", "unqualified"),
    ("sealing", "合格", "qualified"),
    ("sealing", "不明", "unknown"),
    ("sealed", "充填", "filled"),
    ("sealed", "盖", "capped"),
    ("sealed", "敞", "open"),
    ("sealed", "不明", "unknown"),
    ("surface", "底板", "floor"),
    ("surface", "厚", "thickness"),
    ("surface", "地形", "terrain"),
    ("surface", "地面", "terrain"),
    ("state", "熄灭", "extinguished"),
    ("state", "封闭", "sealed"),
    ("state", "燃烧", "burning"),
];

/// Numbers that mean "nobody knows".
const SENTINELS: &[f64] =
    &[-999.0, -9999.0, -888.0, -999.25, -99999.0, 1e30, 1.701_41e38, -1.797_693_134_862_315_7e308];

/// The kind that a name of a layer, file or table means: a name of the catalogue, else a part of it that is a word of
/// the field.
///
/// ```
/// use minesift_importers::words::kind_of;
/// assert_eq!(kind_of("3煤小窑采空区红").unwrap().name, "old_working");
/// assert_eq!(kind_of("F1断层").unwrap().name, "fault");
/// assert!(kind_of("图框").is_none());
/// ```
pub fn kind_of(name: &str) -> Option<&'static Kind> {
    let name = name.trim().to_lowercase();
    kind::kinds()
        .find(|kind| kind.name == name || kind.zh == name || kind.en == name)
        .or_else(|| KIND_WORDS.iter().find(|(word, _)| name.contains(word)).and_then(|(_, kind)| kind::kind(kind)))
}

/// What a column is to a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Column {
    /// The id.
    Id,
    /// The elevation of the position, m × factor.
    Elevation(f64),
    /// A key of the catalogue; numbers are multiplied by the factor to reach its unit.
    Key(&'static Field, f64),
}

/// What a column of this header means to a kind, by key, by Chinese name or by another usual name; units in the
/// header (`落差m`, `水量(万m³)`, `depth_ft`) are understood.
pub fn column(kind: &Kind, header: &str) -> Option<Column> {
    let (bare, unit) = split_unit(header);
    let by = |name: &str| -> Option<&'static Field> { kind.all_fields().find(|f| f.key == name || f.zh == name) };
    if matches!(bare.as_str(), "id" | "ID") {
        return Some(Column::Id);
    }
    let lower = bare.to_lowercase();
    if let Some(field) = by(header.trim()).or_else(|| by(&bare)).or_else(|| by(&lower)) {
        return Some(Column::Key(field, factor(field, unit)?));
    }
    let mut elevation = false;
    for (_, key) in COLUMN_WORDS.iter().filter(|(word, _)| *word == lower) {
        match *key {
            "id" => return Some(Column::Id),
            "z" => elevation = true,
            key => {
                if let Some(field) = by(key) {
                    return Some(Column::Key(field, factor(field, unit)?));
                }
            }
        }
    }
    if elevation {
        let metres = match unit {
            "" | "m" | "米" => 1.0,
            "ft" => 0.3048,
            _ => return None,
        };
        // The value along a contour is what it is drawn for.
        return Some(match by("value_m") {
            Some(field) if kind.name == "contour" => Column::Key(field, metres),
            _ => Column::Elevation(metres),
        });
    }
    None
}

/// Units that a header may end with, longest first.
const UNITS: &[&str] = &[
    "万m³", "万m3", "万方", "m³/t", "m3/t", "m³/h", "t/m³", "MPa/m", "MPa", "kPa", "m³", "m3", "m²", "m2", "°C", "℃",
    "米", "度", "km", "cm", "mm", "ft", "°", "m", "t", "d",
];

fn split_unit(header: &str) -> (String, &'static str) {
    let header: String = header.trim().chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
    let bracket = header.find(['(', '[', '/']).filter(|at| *at > 0);
    let (bare, said) = match bracket {
        Some(at) => (header[..at].to_owned(), header[at + 1..].trim_end_matches([')', ']']).to_owned()),
        None => (header.clone(), String::new()),
    };
    if let Some(unit) = UNITS.iter().find(|unit| **unit == said) {
        return (bare, unit);
    }
    if bracket.is_none() {
        for unit in UNITS {
            if let Some(rest) = header.strip_suffix(unit) {
                // "落差m", "depth_m"; but "form" does not end in metres.
                let word = rest.trim_end_matches('_');
                if !word.is_empty() && (word.len() < rest.len() || !word.ends_with(|c: char| c.is_ascii_alphabetic())) {
                    return (word.to_owned(), unit);
                }
            }
        }
    }
    (bare, "")
}

/// From the unit of a header to the unit of a field; nothing where one cannot become the other.
fn factor(field: &Field, unit: &str) -> Option<f64> {
    let FieldType::Number { unit: ours, .. } = field.ty else { return Some(1.0) };
    let unit = match unit {
        "米" => "m",
        "m3" => "m³",
        "m2" => "m²",
        "度" => "°",
        "℃" => "°C",
        "m3/t" => "m³/t",
        "万m3" | "万方" => "万m³",
        other => other,
    };
    match (unit, ours) {
        (a, b) if a.is_empty() || a == b => Some(1.0),
        ("万m³", "m³") => Some(10_000.0),
        ("kPa", "MPa") => Some(0.001),
        ("km", "m") => Some(1_000.0),
        ("cm", "m") => Some(0.01),
        ("mm", "m") => Some(0.001),
        ("ft", "m") => Some(0.3048),
        _ => None,
    }
}

/// The value of a cell for a field: nothing for an empty cell and for what means "unknown".
///
/// # Errors
/// Words that say what the cell holds and what the field needs.
pub fn value(field: &Field, text: &str, factor: f64) -> Result<Option<Value>, Text> {
    let text: String = text.trim().chars().map(half_width).collect();
    let text = text.trim();
    if text.is_empty()
        || matches!(text, "-" | "—" | "/" | "不详" | "不明" | "未知" | "无资料" | "NULL" | "null" | "nan" | "NaN")
    {
        return Ok(None);
    }
    let wrong = |zh: &str, en: &str| {
        Text::new(
            format!("{}（{}）为“{text}”，{zh}", field.zh, field.key),
            format!("{} is \"{text}\", {en}", field.key),
        )
    };
    match field.ty {
        FieldType::Text => Ok(Some(Value::Text(text.to_owned()))),
        FieldType::Texts => {
            Ok(Some(Value::Texts(text.split(['、', ',', ';', '；', '+', '，']).map(|t| t.trim().to_owned()).collect())))
        }
        FieldType::OneOf(of) => match one_of(field.key, of, text) {
            Some(word) => Ok(Some(Value::Text(word.to_owned()))),
            None => Err(wrong(&format!("应为 {} 之一", of.join("、")), &format!("not one of {}", of.join(", ")))),
        },
        FieldType::Flag => match text.to_lowercase().as_str() {
            "是" | "有" | "true" | "t" | "yes" | "y" | "1" | "√" | "导水" | "积水" | "已" => {
                Ok(Some(Value::Flag(true)))
            }
            "否" | "无" | "false" | "f" | "no" | "n" | "0" | "×" | "不导水" | "不积水" | "未" | "隔水" => {
                Ok(Some(Value::Flag(false)))
            }
            _ => Err(wrong("应为 是 或 否", "neither yes nor no")),
        },
        FieldType::Number { unit, least, most } => {
            let number = number(text).ok_or_else(|| wrong("不是数字", "no number"))?;
            if is_sentinel(number) {
                return Ok(None);
            }
            let number = number * factor;
            if !(least..=most).contains(&number) {
                return Err(wrong(
                    &format!("应在 {least} 至 {most} {unit} 之间"),
                    &format!("not between {least} and {most} {unit}"),
                ));
            }
            Ok(Some(Value::Number(number)))
        }
        FieldType::Date => date(text).map(|date| Some(Value::Date(date))).ok_or_else(|| wrong("不是日期", "no date")),
        FieldType::Numbers(length) => {
            let numbers: Option<Vec<f64>> =
                text.split([',', ';', ' ', '~', '～']).filter(|t| !t.is_empty()).map(number).collect();
            numbers
                .filter(|numbers| length == 0 || numbers.len() == length)
                .map(|numbers| Some(Value::Numbers(numbers)))
                .ok_or_else(|| wrong("不是一组数字", "no list of numbers"))
        }
        FieldType::Plane | FieldType::Shape(_) => Err(wrong("不能写在一列里", "nothing a column can hold")),
    }
}

/// True for a number that stands for "unknown": -999, -9999, 1e30, Surfer's 1.70141e38 ….
pub fn is_sentinel(number: f64) -> bool {
    !number.is_finite() || number.abs() >= 1e30 || SENTINELS.iter().any(|s| (number - s).abs() <= 1e-6 * s.abs())
}

fn one_of(key: &str, of: &[&'static str], text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let ours = |word: &str| of.iter().copied().find(|w| *w == word);
    ours(&lower)
        .or_else(|| {
            VALUE_WORDS
                .iter()
                .find(|(k, zh, en)| *k == key && *zh == text && of.contains(en))
                .and_then(|(_, _, en)| ours(en))
        })
        .or_else(|| {
            VALUE_WORDS
                .iter()
                .find(|(k, zh, en)| *k == key && text.contains(zh) && of.contains(en))
                .and_then(|(_, _, en)| ours(en))
        })
}

fn number(text: &str) -> Option<f64> {
    let text = text.trim().replace('−', "-");
    let text = text.trim_end_matches(|c: char| !c.is_ascii_digit() && c != '.').trim_start_matches('+');
    text.parse().ok().or_else(|| text.replace(',', "").parse().ok())
}

/// A day written `2024-08-02`, `2024/8/2`, `2024.8.2`, `20240802` or `2024年8月2日`, with or without a time after it.
pub fn date(text: &str) -> Option<Date> {
    let text = text.split(['T', ' ']).next()?.trim();
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [y, m, d] => Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok(),
        [all] if all.len() == 8 && all.is_ascii() => {
            Date::new(all[..4].parse().ok()?, all[4..6].parse().ok()?, all[6..].parse().ok()?).ok()
        }
        _ => None,
    }
}

/// The seam that a layer's name begins with: `3煤…`, `3下煤…`, `15-1煤…`, `8#煤…`.
///
/// ```
/// use minesift_importers::words::seam_in;
/// assert_eq!(seam_in("3煤采空区").as_deref(), Some("3"));
/// assert_eq!(seam_in("兴隆3下煤实见断层").as_deref(), Some("3下"));
/// assert_eq!(seam_in("断层"), None);
/// ```
pub fn seam_in(name: &str) -> Option<String> {
    let before = name.split('煤').next().filter(|before| before.len() < name.len())?;
    let number = before.trim_end_matches(['#', '号']);
    let start = number
        .rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '上' | '中' | '下')))
        .map_or(0, |at| at + number[at..].chars().next().map_or(1, char::len_utf8));
    let seam = &number[start..];
    seam.starts_with(|c: char| c.is_ascii_digit()).then(|| seam.to_owned())
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}
