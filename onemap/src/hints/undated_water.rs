//! A water level that nobody dated.

use super::{Hint, Limits, Seen, object};
use minesift_core::fact::Fact;
use minesift_core::text::Text;

pub(super) const HINT: Hint = Hint { code: "UNDATED-WATER", page: include_str!("undated_water.md"), find };

fn find(facts: &[Fact], _: &Limits) -> Vec<Seen> {
    facts
        .iter()
        .filter(|fact| fact.attributes.contains_key("water_level_m"))
        .filter_map(|fact| Some((fact, fact.number("water_level_m")?)))
        .filter(|(fact, _)| {
            !fact.attributes.contains_key("date")
                && !facts.iter().any(|look| {
                    look.kind == "observation"
                        && look.text("hazard") == Some(&fact.id)
                        && look.flag("sees") == Some(true)
                        && look.date("date").is_some()
                })
        })
        .map(|(fact, level)| Seen {
            code: HINT.code,
            objects: vec![object(fact)],
            words: Text::new(
                format!("{} 的水位 {level} m 没有观测日期", fact.id),
                format!("the water level {level} m of {} has no day", fact.id),
            ),
            rows: vec![fact.source.clone()],
        })
        .collect()
}
