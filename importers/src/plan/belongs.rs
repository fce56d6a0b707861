//! Does a plan belong to the map it is held against? What its sheet names beside what the map says.

use crate::crs::frame_of;
use crate::values;
use minesift_core::fact::Fact;
use minesift_core::text::Text;

/// What a map says of itself where its mine's record does not.
#[derive(Clone, Debug, Default)]
pub struct OnMap {
    /// Its coordinate reference system.
    pub crs: Option<String>,
    /// Its vertical datum.
    pub vertical_datum: Option<String>,
}

/// Where a plan names another mine, coordinate reference system or vertical datum than the map: each with both names.
/// What one of the two does not say, or says in words that cannot be compared, is not held against the plan.
///
/// ```
/// use minesift_core::fact::{Fact, Value};
/// use minesift_importers::plan::belongs::{OnMap, differences};
/// let text = |words: &str| Value::Text(words.to_owned());
/// let mine = Fact::new("mine", "M").with("name_zh", text("石桥煤矿")).with("crs", text("EPSG:4526"));
/// let plan = |mine: &str, crs: &str| Fact::new("plan", "P").with("mine", text(mine)).with("crs", text(crs));
/// assert!(differences(&plan("石桥 煤矿", "EPSG:4526"), &mine, &OnMap::default()).is_empty());
/// assert_eq!(differences(&plan("青石沟煤矿", "EPSG:4527"), &mine, &OnMap::default()).len(), 2);
/// ```
pub fn differences(plan: &Fact, mine: &Fact, map: &OnMap) -> Vec<Text> {
    let mut found = Vec::new();
    if let Some(said) = plan.text("mine") {
        let names = [mine.text("name_zh"), mine.text("name_en"), Some(mine.id.as_str())];
        let chinese = |words: &str| words.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        // A Chinese name is held against the Chinese one alone; where the map has none nothing can be said.
        let known: Vec<&str> = names.into_iter().flatten().filter(|name| chinese(name) == chinese(said)).collect();
        let own = mine_name(said);
        let same = known.iter().map(|name| mine_name(name)).any(|name| name.contains(&own) || own.contains(&name));
        if let Some(first) = known.first().filter(|_| !same) {
            found.push(Text::new(
                format!("计划属于矿井“{said}”，图属于矿井“{first}”"),
                format!("the plan is of mine \"{said}\", the map of \"{first}\""),
            ));
        }
    }
    let crs = mine.text("crs").map(str::to_owned).or_else(|| map.crs.clone());
    if let (Some(said), Some(known)) = (plan.text("crs"), crs)
        && !same_frame(said, &known)
    {
        found.push(Text::new(
            format!("计划坐标系“{said}”，图的坐标系“{known}”"),
            format!("the plan's coordinate system is \"{said}\", the map's \"{known}\""),
        ));
    }
    let datum = mine.text("vertical_datum").map(str::to_owned).or_else(|| map.vertical_datum.clone());
    if let (Some(said), Some(known)) = (plan.text("vertical_datum"), datum)
        && datum_key(said) != datum_key(&known)
    {
        found.push(Text::new(
            format!("计划高程基准“{said}”，图的高程基准“{known}”"),
            format!("the plan's vertical datum is \"{said}\", the map's \"{known}\""),
        ));
    }
    found
}

/// A mine's name without what kinds of mines and companies are called.
fn mine_name(words: &str) -> String {
    let plain: String = values::half_width(words).to_lowercase().split_whitespace().collect();
    let mut name = plain.as_str();
    while let Some(shorter) = ["有限责任公司", "有限公司", "煤矿", "矿井", "矿", "coalmine", "colliery", "mine"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .filter(|shorter| !shorter.is_empty())
    {
        name = shorter;
    }
    name.to_owned()
}

/// Elevations counted from one level have one name: 1985国家高程基准 is 1985.
fn datum_key(words: &str) -> String {
    let plain: String = values::half_width(words).to_lowercase().split_whitespace().collect();
    ["1985", "1956"].into_iter().find(|year| plain.contains(year)).map_or(plain.clone(), str::to_owned)
}

/// True unless both are understood and differ in datum or central meridian.
fn same_frame(said: &str, known: &str) -> bool {
    let (Some(a), Some(b)) = (frame_of(said), frame_of(known)) else { return true };
    let datum = a.0.zip(b.0).is_none_or(|(a, b)| a == b);
    let meridian = a.1.zip(b.1).is_none_or(|(a, b)| (a - b).abs() < 1e-6);
    datum && meridian
}
