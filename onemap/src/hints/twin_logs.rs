//! The same log in two holes.

use super::{Hint, Limits, Seen, intervals, milli, object};
use minesift_core::fact::{Fact, Source, Value};
use minesift_core::text::Text;
use std::collections::BTreeMap;

pub(super) const HINT: Hint = Hint { code: "TWIN-LOGS", page: include_str!("twin_logs.md"), find };

fn find(facts: &[Fact], limits: &Limits) -> Vec<Seen> {
    let mut seen = Vec::new();
    // Layers: thickness and rock, from the top down; where the collar lies does not matter.
    let mut layers: BTreeMap<Vec<(i64, String)>, Vec<(&str, Vec<&Fact>)>> = BTreeMap::new();
    for (hole, rows) in intervals(facts) {
        let pattern: Vec<(i64, String)> = rows
            .iter()
            .filter_map(|row| {
                let thickness = row.number("to_m")? - row.number("from_m")?;
                Some((milli(thickness), row.text("lithology").unwrap_or_default().to_owned()))
            })
            .collect();
        if pattern.len() >= limits.twin_rows {
            layers.entry(pattern).or_default().push((hole, rows));
        }
    }
    for (pattern, holes) in layers.into_iter().filter(|(_, holes)| holes.len() > 1) {
        let names: Vec<&str> = holes.iter().map(|(hole, _)| *hole).collect();
        seen.push(Seen {
            code: HINT.code,
            objects: names.iter().map(|hole| format!("borehole {hole}")).collect(),
            words: Text::new(
                format!("{} 的 {} 层分层厚度和岩性完全相同", names.join("、"), pattern.len()),
                format!("{} have the same {} layers, thickness and rock", names.join(", "), pattern.len()),
            ),
            rows: holes.iter().flat_map(|(_, rows)| rows.iter().map(|row| row.source.clone())).collect(),
        });
    }
    // Curves: the same readings under one mnemonic.
    let mut curves: BTreeMap<(&str, Vec<u64>), Vec<&Fact>> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.kind == "log") {
        if let Some(Value::Numbers(values)) = fact.attributes.get("values") {
            let known: Vec<u64> = values.iter().filter(|value| !value.is_nan()).map(|value| value.to_bits()).collect();
            // A flat line says nothing.
            if known.len() >= 5 * limits.twin_rows && known.iter().any(|value| *value != known[0]) {
                curves.entry((fact.text("curve").unwrap_or_default(), known)).or_default().push(fact);
            }
        }
    }
    for ((curve, values), logs) in curves {
        let mut holes: Vec<&str> = logs.iter().filter_map(|log| log.text("hole")).collect();
        holes.sort_unstable();
        holes.dedup();
        if holes.len() > 1 {
            seen.push(Seen {
                code: HINT.code,
                objects: logs.iter().map(|log| object(log)).collect(),
                words: Text::new(
                    format!("{} 的 {curve} 曲线 {} 个读数完全相同", holes.join("、"), values.len()),
                    format!("{} have the same {} readings of {curve}", holes.join(", "), values.len()),
                ),
                rows: logs.iter().map(|log| log.source.clone()).collect::<Vec<Source>>(),
            });
        }
    }
    seen
}
