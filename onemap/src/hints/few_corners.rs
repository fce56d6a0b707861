//! Outlines of natural or old things drawn with a handful of corners.

use super::{Hint, Limits, Seen, object};
use minesift_core::fact::{Fact, Shape};
use minesift_core::text::Text;

pub(super) const HINT: Hint = Hint { code: "FEW-CORNERS", page: include_str!("few_corners.md"), find };

/// So many corners has the goaf of a longwall; no way of mining leaves fewer.
const WORKED: usize = 4;

/// What nature, fire, water and miners without drawings outline; what a mine plans has four corners for good reason.
const KINDS: [&str; 7] =
    ["old_working", "collapse_column", "fire_area", "anomaly", "subsidence", "gas_rich_area", "water_body"];

fn find(facts: &[Fact], limits: &Limits) -> Vec<Seen> {
    facts
        .iter()
        .filter_map(|fact| {
            let wanted = match fact.kind {
                "goaf" if fact.flag("neighbours") != Some(true) => WORKED.min(limits.corners),
                kind if kind == "goaf" || KINDS.contains(&kind) => limits.corners,
                _ => return None,
            };
            let Some(Shape::Areas(areas)) = &fact.shape else { return None };
            let rings: Vec<usize> = areas.iter().map(|polygon| polygon.exterior().0.len().saturating_sub(1)).collect();
            let least = rings.into_iter().min().filter(|corners| *corners < wanted)?;
            Some(Seen {
                code: HINT.code,
                objects: vec![object(fact)],
                words: Text::new(
                    format!("{} 的边界只有 {least} 个拐点（少于 {wanted}）", fact.id),
                    format!("the outline of {} has {least} corners, fewer than {wanted}", fact.id),
                ),
                rows: vec![fact.source.clone()],
            })
        })
        .collect()
}
