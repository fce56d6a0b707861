//! How the catalogue's words, keys and values are said to people, in both languages.

use super::{FieldType, kind, kinds};
use crate::fact::Value;
use crate::text::{Lang, Text};

/// A number without useless zeros, at most three decimals.
pub fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// One of the words of the catalogue as the field says it; other words as they are.
///
/// ```
/// use minesift_core::kind::words::word;
/// assert_eq!(word("collapse-column").zh, "陷落柱");
/// assert_eq!(word("collapse-column").en, "collapse column");
/// ```
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
        "in-force" => "现行",
        "superseded" => "已被替代",
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
        "reported" => "调查（资料）",
        "one-method" => "推断（单一手段）",
        "two-methods" => "两种手段互相验证",
        "drilled" => "钻探控制",
        "surveyed" => "实测",
        "designed" => "已设计",
        "planned" => "计划",
        "running" => "进行中",
        "done" => "已完工",
        "passed" => "评价通过",
        "failed" => "评价未通过",
        "face" => "采煤工作面",
        "heading" => "掘进工作面",
        "roadway" => "巷道",
        "gate" => "顺槽",
        "chamber" => "硐室",
        "coal" => "煤",
        "half" => "半煤岩",
        "rock" => "岩",
        "mixed" => "混合",
        "longwall" => "长壁",
        "room-and-pillar" => "房柱",
        "slicing" => "分层",
        "top-coal-caving" => "综放",
        "hard" => "坚硬",
        "very-weak" => "极软弱",
        "stable" => "稳定",
        "basically-stable" => "基本稳定",
        "less-stable" => "欠稳定",
        "unstable" => "不稳定",
        "clayey" => "黏土类",
        "loose-aquifer" => "松散含水层",
        "floor" => "底板标高",
        "thickness" => "厚度",
        "terrain" => "地形",
        "small" => "小",
        "large" => "大",
        "ventilation" => "通风",
        "power" => "供电",
        "communication" => "通信",
        "installing" => "安装",
        "producing" => "生产",
        "withdrawing" => "回撤",
        "treatment" => "治理",
        "exploration" => "探查",
        "development" => "开拓",
        "preparation" => "准备",
        "annual" => "年度",
        "three-year" => "三年",
        "five-year" => "五年",
        "ten-year" => "十年",
        "heavy-haul" => "重载铁路",
        "high-speed" => "高速铁路",
        "intercity-200" => "城际铁路（200 km/h 及以下）",
        "other" => "其他",
        other => other,
    };
    Text::new(zh, value.replace('-', " "))
}

/// The name of a key of a kind, with its unit; the key itself where the catalogue does not know it.
pub fn key_title(kind_name: &str, key: &str, lang: Lang) -> String {
    let field = kind(kind_name).and_then(|kind| kind.field(key)).or_else(|| {
        // What is missing may belong to the seam, the mine or a survey instead.
        kinds().find_map(|kind| kind.field(key))
    });
    match (field, lang) {
        (Some(field), Lang::Zh) => field.zh.to_owned(),
        (Some(field), Lang::En) => field.about.split([';', ',', ':']).next().unwrap_or(field.about).trim().to_owned(),
        (None, _) => word(key).get(lang).to_owned(),
    }
}

/// A recorded value with its unit; nothing for shapes and planes.
pub fn value(kind_name: &str, key: &str, value: &Value, lang: Lang) -> Option<String> {
    let ty = kind(kind_name).and_then(|kind| kind.field(key)).map(|field| field.ty);
    let unit = if let Some(FieldType::Number { unit, .. }) = ty { unit } else { "" };
    Some(match value {
        // Words of one's own stay as they were written: a name keeps its hyphen.
        Value::Text(text) if lang == Lang::En && ty == Some(FieldType::Text) => text.clone(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_a_key_may_take_is_said_in_chinese() {
        for kind in kinds() {
            for field in kind.all_fields() {
                let FieldType::OneOf(words) = field.ty else { continue };
                for one in words {
                    let zh = word(one).zh;
                    assert!(!zh.is_ascii(), "{} {}: {one} has no Chinese", kind.name, field.key);
                }
            }
        }
    }
}
