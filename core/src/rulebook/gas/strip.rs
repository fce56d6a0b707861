#![doc = include_str!("strip.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};

pub(super) const RULE: Rule = Rule {
    code: "GAS-3",
    page: include_str!("strip.md"),
    apply,
    reads: Reads::Kinds(&["gas_region", "outburst_point"]),
};

fn apply(q: &Question<'_>, earlier: &[Finding]) -> Vec<Finding> {
    let width = q.number("strip_m");
    let closed: Vec<&Finding> = earlier.iter().filter(|finding| finding.rule == "GAS-1").collect();
    closed
        .iter()
        .filter_map(|danger| {
            let grown = danger.outline.grown(width);
            // Only what lies near takes something off.
            let near = closed.iter().map(|other| &other.outline).filter(|other| other.may_meet(&grown));
            let outline = grown.minus(&Outline::union(near)).within(q.ground);
            let what = danger.hazards.first();
            let mut finding = Finding::ground(q, danger.class, outline, Stops::all())
                .measure("距未达标边界", "distance to ineffective coal", None, Some(width), "m", format!("{width}"))
                .because(
                    format!(
                        "距{}边界不足 {width} m",
                        what.map_or("未预测区".to_owned(), |id| format!("突出危险区 {id} "))
                    ),
                    format!(
                        "within {width} m of {}",
                        what.map_or("unpredicted ground".to_owned(), |id| format!("danger region {id}"))
                    ),
                );
            finding.hazards.clone_from(&danger.hazards);
            finding.grade = danger.grade;
            finding.reach_m = Some(width);
            finding.rests_on.clone_from(&danger.rests_on);
            (!finding.outline.is_empty()).then_some(finding)
        })
        .collect()
}
