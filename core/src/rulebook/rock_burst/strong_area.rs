#![doc = include_str!("strong_area.md")]

use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "BURST-1", page: include_str!("strong_area.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects("rock_burst_area")
        .filter(|area| area.text("grade") == Some("strong"))
        .filter_map(|area| {
            Finding::inside(q, Class::Forbidden, area, area.around(0.0), Stops::all())
                .because(
                    format!("强冲击危险区 {}，未卸压达标", area.id),
                    format!("strong burst-risk area {}, relief not accepted", area.id),
                )
                .but_for(&q.opened(area, &["pressure-relief"]))
        })
        .collect()
}
