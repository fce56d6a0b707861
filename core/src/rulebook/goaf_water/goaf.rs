#![doc = include_str!("goaf.md")]

use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "GOAF-1", page: include_str!("goaf.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects("goaf")
        .map(|goaf| {
            let mut finding = Finding::band(q, Class::Forbidden, goaf, 0.0, Stops::all());
            finding.because = crate::text::Text::new(
                format!("位于采空区 {} 内（含位置误差 {} m）", goaf.id, goaf.uncertainty_m),
                format!("inside goaf {} (uncertainty {} m)", goaf.id, goaf.uncertainty_m),
            );
            finding
        })
        .collect()
}
