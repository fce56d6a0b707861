//! How numbers, days and the values of the catalogue are written on paper, in both languages.

use minesift_core::fact::{Fact, Value};
use minesift_core::kind::{self, FieldType};
use minesift_core::site::evidence::Grade;
use minesift_core::site::treatment::State;
use minesift_core::text::{Lang, Text};

/// A number with so many decimals and a space between thousands: `57 256.6`.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, rest) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(if text.chars().all(|c| matches!(c, '0' | '.')) { "" } else { sign });
    for (i, digit) in whole.chars().enumerate() {
        // Four digits are read without a gap: years, page numbers, elevations.
        if i > 0 && whole.len() > 4 && (whole.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// A number without useless zeros, at most three decimals.
pub fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Tonnes as 万t, two decimals; a dash where nobody gave a density.
pub fn wan_t(tonnes: Option<f64>) -> String {
    tonnes.map_or_else(|| "—".to_owned(), |t| number(t / 10_000.0, 2))
}

/// The name of a kind of fact.
pub fn kind_title(name: &str) -> Text {
    kind::kind(name).map_or_else(|| Text::same(name), kind::Kind::title)
}

/// One of the words of the catalogue as the field says it.
pub fn word(value: &str) -> Text {
    let zh = match value {
        "boundary" => "边界",
        "fault" => "断层",
        "outcrop" => "露头",
        "goaf-water" => "老空水",
        "surface-water" => "地表水体",
        "column" | "collapse-column" => "陷落柱",
        "borehole" => "钻孔",
        "shaft" => "井筒",
        "industrial-site" => "工业场地",
        "main-roadway" => "主要大巷",
        "building" => "建筑物",
        "railway" => "铁路",
        "river" => "河流",
        "qualified" => "合格",
        "unqualified" => "不合格",
        "unknown" => "不明",
        "confirmed" => "已验证存在",
        "refuted" => "已验证排除",
        "normal" => "正断层",
        "reverse" => "逆断层",
        "strike-slip" => "平移断层",
        "anticline" => "背斜",
        "syncline" => "向斜",
        "none" => "无",
        "weak" => "弱",
        "prone" => "自燃",
        "very-prone" => "容易自燃",
        "medium" => "中等",
        "strong" => "强",
        "very-strong" => "极强",
        "burning" => "燃烧",
        "sealed" => "已封闭",
        "extinguished" => "已熄灭",
        "filled" => "充填",
        "capped" => "加盖",
        "open" => "敞口",
        "survey" => "实测",
        "drilling" => "钻探",
        "geophysics" => "物探",
        "geochemistry" => "化探",
        "interview" => "调查访问",
        "document" => "资料",
        "tem" => "瞬变电磁",
        "resistivity" => "直流电法",
        "seismic-3d" => "三维地震",
        "in-seam-seismic" => "槽波地震",
        "radio-wave" => "无线电波透视",
        "magnetic" => "磁法",
        "microseismic" => "微震",
        "drainage" => "疏放水",
        "grouting" => "注浆",
        "gas-drainage" => "瓦斯抽采",
        "pressure-relief" => "卸压",
        "backfill" => "充填",
        "sealing" => "封孔",
        "reinjection" => "回灌",
        "fire-fighting" => "灭火",
        "mine-chief-engineer" => "矿总工程师",
        "company-chief-engineer" => "煤矿企业总工程师",
        "company-head" => "煤矿企业主要负责人",
        "all" => "全部因素",
        "goaf" => "采空区",
        "old-working" => "老窑",
        "abandoned-shaft" => "废弃井筒",
        "fold" => "褶曲",
        "fracture-zone" => "裂隙带",
        "gas" => "瓦斯",
        "aquifer" => "含水层",
        "fire" => "火区",
        "rock-burst" => "冲击地压",
        "weak-zone" => "软弱带",
        "slope" => "边坡",
        "weak-layer" => "软弱夹层",
        "dump" => "排土场",
        "dam" => "坝体",
        "seepage" => "渗流",
        "karst" => "岩溶",
        "downstream" => "下游",
        "low-resistivity" => "低阻",
        "high-resistivity" => "高阻",
        "heat" => "地温",
        "simple" => "简单",
        "complex" => "复杂",
        "extremely-complex" => "极复杂",
        "low" => "低瓦斯",
        "high" => "高瓦斯",
        "outburst" => "煤与瓦斯突出",
        "coal-underground" => "煤矿（井工）",
        "coal-open-pit" => "露天煤矿",
        "metal-underground" => "金属非金属地下矿山",
        "metal-open-pit" => "金属非金属露天矿山",
        "quarry" => "小型露天采石场",
        "tailings" => "尾矿库",
        other => other,
    };
    Text::new(zh, value.replace('-', " "))
}

/// How reliable, in the words of the ledger: 实测, 控制, 推断, 调查.
pub fn reliability(grade: Grade) -> Text {
    match grade {
        Grade::Surveyed => Text::new("实测", "surveyed"),
        Grade::Drilled => Text::new("控制", "controlled by drilling"),
        Grade::TwoMethods => Text::new("推断（两种手段）", "inferred, two methods"),
        Grade::OneMethod => Text::new("推断（单一手段）", "inferred, one method"),
        Grade::Reported => Text::new("调查", "reported"),
    }
}

/// How well ascertained, in the words of the ledger, read off the grade and off what was said of the extent.
pub fn ascertained(grade: Grade, extent_clear: Option<bool>) -> Text {
    match (grade, extent_clear) {
        (Grade::Surveyed | Grade::Drilled, None | Some(true)) => Text::new("查明", "ascertained"),
        (Grade::Surveyed | Grade::Drilled | Grade::TwoMethods, _) => Text::new("基本查明", "mostly ascertained"),
        _ => Text::new("未查明", "not ascertained"),
    }
}

/// How far a treatment is.
pub fn state(state: State) -> Text {
    match state {
        State::Designed => Text::new("已设计", "designed"),
        State::Planned => Text::new("计划", "planned"),
        State::Running => Text::new("施工中", "running"),
        State::Done => Text::new("已完工", "done"),
        State::Passed => Text::new("评价通过", "passed"),
        State::Failed => Text::new("评价未通过", "failed"),
    }
}

/// The name of a key of a kind, with its unit; the key itself where the catalogue does not know it.
pub fn key_title(kind_name: &str, key: &str, lang: Lang) -> String {
    let field = kind::kind(kind_name).and_then(|kind| kind.field(key)).or_else(|| {
        // What is missing may belong to the seam, the mine or a survey instead.
        kind::kinds().find_map(|kind| kind.field(key))
    });
    match (field, lang) {
        (Some(field), Lang::Zh) => field.zh.to_owned(),
        (Some(field), Lang::En) => field.about.split([';', ',', ':']).next().unwrap_or(field.about).trim().to_owned(),
        (None, _) => word(key).get(lang).to_owned(),
    }
}

/// A recorded value with its unit; nothing for shapes and planes.
pub fn value(kind_name: &str, key: &str, value: &Value, lang: Lang) -> Option<String> {
    let unit = kind::kind(kind_name).and_then(|kind| kind.field(key)).map_or("", |field| match field.ty {
        FieldType::Number { unit, .. } => unit,
        _ => "",
    });
    Some(match value {
        Value::Text(text) => word(text).get(lang).to_owned(),
        Value::Number(number) if unit.is_empty() => short(*number),
        Value::Number(number) => format!("{} {unit}", short(*number)),
        Value::Flag(true) => Text::new("是", "yes").get(lang).to_owned(),
        Value::Flag(false) => Text::new("否", "no").get(lang).to_owned(),
        Value::Date(date) => date.to_string(),
        Value::Texts(texts) => {
            texts.iter().map(|text| word(text).get(lang).to_owned()).collect::<Vec<_>>().join(comma(lang))
        }
        Value::Numbers(numbers) => numbers.iter().map(|number| short(*number)).collect::<Vec<_>>().join(comma(lang)),
        Value::Plane(_) | Value::Shape(_) => return None,
    })
}

/// The comma of a list.
pub fn comma(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    }
}

/// The semicolon of a list.
pub fn semicolon(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "；",
        Lang::En => "; ",
    }
}

/// The name of a thing on a drawing: its own name where it has one, else its id.
pub fn name_of(fact: &Fact) -> String {
    match fact.attributes.get("name_zh") {
        Some(Value::Text(name)) => name.clone(),
        _ => fact.id.clone(),
    }
}

/// A coordinate reference system in words: `EPSG:4527` says little to a surveyor, the zone and meridian all.
pub fn crs(code: &str) -> Text {
    let number: Option<u32> = code.trim().to_ascii_uppercase().strip_prefix("EPSG:").and_then(|n| n.parse().ok());
    match number {
        Some(n @ 4513..=4533) => {
            let zone = n - 4513 + 25;
            Text::new(
                format!("CGCS2000 3°带第{zone}带，中央子午线{}°E（{code}）", zone * 3),
                format!("CGCS2000 3-degree zone {zone}, central meridian {}°E ({code})", zone * 3),
            )
        }
        Some(n @ 4534..=4554) => {
            let meridian = (n - 4534) * 3 + 75;
            Text::new(
                format!("CGCS2000 3°带，中央子午线{meridian}°E，横坐标不加带号（{code}）"),
                format!("CGCS2000 3-degree, central meridian {meridian}°E, no zone prefix ({code})"),
            )
        }
        Some(n @ 4491..=4501) => {
            let zone = n - 4491 + 13;
            Text::new(
                format!("CGCS2000 6°带第{zone}带，中央子午线{}°E（{code}）", zone * 6 - 3),
                format!("CGCS2000 6-degree zone {zone}, central meridian {}°E ({code})", zone * 6 - 3),
            )
        }
        Some(n @ 4502..=4512) => {
            let meridian = (n - 4502) * 6 + 75;
            Text::new(
                format!("CGCS2000 6°带，中央子午线{meridian}°E，横坐标不加带号（{code}）"),
                format!("CGCS2000 6-degree, central meridian {meridian}°E, no zone prefix ({code})"),
            )
        }
        _ => Text::same(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(number(57256.63, 1), "57 256.6");
        assert_eq!(number(-0.01, 1), "0.0");
        assert_eq!(number(1000.0, 0), "1000");
        assert_eq!(number(-12345.0, 0), "-12 345");
        assert_eq!(number(39_512_345.0, 0), "39 512 345");
        assert_eq!(short(3.50), "3.5");
        assert_eq!(short(-300.0), "-300");
    }

    #[test]
    fn zones_are_said_with_their_meridian() {
        assert!(crs("EPSG:4527").zh.contains("第39带，中央子午线117°E"));
        assert!(crs("EPSG:4549").zh.contains("中央子午线120°E"));
        assert_eq!(crs("local").zh, "local");
    }
}
