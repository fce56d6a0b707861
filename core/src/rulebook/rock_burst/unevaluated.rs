#![doc = include_str!("unevaluated.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Rule, Stops};
use crate::site::BurstGrade;
use crate::zone::Class;

pub(super) const RULE: Rule = Rule { code: "BURST-0", page: include_str!("unevaluated.md"), apply };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    if q.seam.rock_burst == BurstGrade::None {
        return Vec::new();
    }
    let evaluated: Vec<Outline> = q
        .hazards("rock_burst_area")
        .filter(|area| area.text("grade").is_some())
        .map(|area| area.outline().clone())
        .collect();
    let outline = q.ground.minus(&Outline::union(&evaluated));
    if outline.is_empty() {
        return Vec::new();
    }
    vec![
        Finding::ground(q, Class::Deferred, outline, Stops::all())
            .because(
                "冲击地压矿井（煤层）中未进行冲击危险性评价",
                "in a rock-burst mine or seam, not evaluated for burst risk",
            )
            .missing(&["rock_burst_area"]),
    ]
}
