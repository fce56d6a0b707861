#![doc = include_str!("designed_pillar.md")]

use crate::rulebook::{Finding, Question, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule = Rule { code: "PILLAR-1", page: include_str!("designed_pillar.md"), apply };

/// Pillars that hold water back: nothing may enter them.
const WATER_BARRIERS: &[&str] =
    &["boundary", "fault", "goaf-water", "outcrop", "surface-water", "column", "borehole", "river"];

/// Pillars in which the approved design itself runs roadways.
const SAFETY: &[&str] = &["shaft", "industrial-site", "main-roadway", "building", "railway"];

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.hazards("pillar")
        .map(|pillar| {
            let kind = pillar.text("kind").unwrap_or("unknown");
            let approval = pillar.text("approval");
            // A pillar that does not say what it protects is taken as the strictest kind.
            let stops = if SAFETY.contains(&kind) && approval.is_some() && !WATER_BARRIERS.contains(&kind) {
                Stops::but_for(&["development"])
            } else {
                Stops::all()
            };
            let outline = pillar.around(0.0);
            Finding::inside(q, Class::Forbidden, pillar, outline, stops).because(
                format!("位于设计煤柱 {}（{kind}，批准文号 {}）内", pillar.id, approval.unwrap_or("未给出")),
                format!("inside designed pillar {} ({kind}, approval {})", pillar.id, approval.unwrap_or("not given")),
            )
        })
        .collect()
}
