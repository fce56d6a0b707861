#![doc = include_str!("unevaluated.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::site::BurstGrade;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "BURST-0", page: include_str!("unevaluated.md"), apply, reads: Reads::Kinds(&["rock_burst_area"]) };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    // An area without a grade, or whose evaluation comes after the day of the facts, is not evaluated, whatever lies over it.
    let mut findings: Vec<Finding> = q
        .hazards("rock_burst_area")
        .filter(|area| area.text("grade").is_none() || !q.dated_by_now(area))
        .map(|area| {
            Finding::inside(q, Class::Deferred, area, area.around(0.0), Stops::all())
                .because(
                    format!("冲击危险区 {} 未给出评价等级", area.id),
                    format!("burst area {} has no evaluated grade", area.id),
                )
                .missing(&["grade"])
        })
        .collect();
    if q.seam.rock_burst == BurstGrade::None {
        return findings;
    }
    let evaluated: Vec<Outline> = q
        .hazards("rock_burst_area")
        .filter(|area| area.text("grade").is_some() && q.dated_by_now(area) && q.surely_here(area))
        .map(|area| area.outline().clone())
        .collect();
    let outline = q.ground.minus(&Outline::union(&evaluated));
    if !outline.is_empty() {
        findings.push(
            Finding::ground(q, Class::Deferred, outline, Stops::all())
                .because(
                    "冲击地压矿井（煤层）中未进行冲击危险性评价",
                    "in a rock-burst mine or seam, not evaluated for burst risk",
                )
                .missing(&["rock_burst_area"]),
        );
    }
    findings
}
