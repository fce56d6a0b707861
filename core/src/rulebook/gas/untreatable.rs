#![doc = include_str!("untreatable.md")]

use crate::rulebook::{Finding, Question, Reads, Rule};
use crate::zone::Class;

pub(super) const RULE: Rule = Rule {
    code: "GAS-14",
    page: include_str!("untreatable.md"),
    apply,
    reads: Reads::Kinds(&["gas_region", "outburst_point"]),
};

fn apply(q: &Question<'_>, earlier: &[Finding]) -> Vec<Finding> {
    q.hazards("gas_region")
        .filter(|region| region.text("treatable") == Some("no"))
        .flat_map(|region| earlier.iter().filter(move |f| f.rule == "GAS-1" && f.hazards.first() == Some(&region.id)))
        .map(|danger| {
            let mut finding = danger.clone();
            finding.rule = q.code.to_owned();
            finding.class = Class::Forbidden;
            finding.exit = crate::text::Text::default();
            let id = danger.hazards.first().cloned().unwrap_or_default();
            finding.because(
                format!("突出危险区 {id} 不具备实施区域防突措施的条件，划定为禁采区"),
                format!("no regional measure is possible in danger region {id}: 禁采区"),
            )
        })
        .collect()
}
