#![doc = include_str!("probe_band.md")]

use super::{Water, but_for_drainage, drained, recorded_width, water};
use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::site::evidence::Grade;
use crate::site::hazard::Hazard;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "GOAF-3", page: include_str!("probe_band.md"), apply, reads: Reads::OneHazard { also: &["pillar"] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects("goaf")
        .filter(|goaf| water(goaf) != Water::Dry)
        .filter(|goaf| !opened(q, goaf))
        .filter_map(|goaf| {
            let by_grade = match goaf.grade {
                Grade::Surveyed | Grade::Drilled => q.number("drilled_m"),
                Grade::TwoMethods | Grade::OneMethod => q.number("methods_m"),
                Grade::Reported => q.number("reported_m"),
            };
            let pillar = recorded_width(q, goaf);
            let beyond = q.number("beyond_pillar_m");
            let width = by_grade.max(pillar.m + beyond);
            let finding = Finding::band(q, Class::Deferred, goaf, width, Stops::deferred())
                .measure(
                    "探水范围宽度",
                    "width of the probe band",
                    None,
                    Some(width),
                    "m",
                    format!("max({by_grade}, {} + {beyond})", pillar.formula),
                )
                .because(
                    format!("位于采空区 {} 的探水范围内（{width:.2} m，查明程度：{}）", goaf.id, goaf.grade.title().zh),
                    format!("within the {width:.2} m probe band of goaf {} ({})", goaf.id, goaf.grade.title().en),
                )
                .missing(&pillar.missing);
            // With its extent clear, a drainage accepted for a part of the goaf opens that part.
            if goaf.flag("extent_clear") == Some(true) { but_for_drainage(q, goaf, finding) } else { Some(finding) }
        })
        .collect()
}

/// The band opens when the extent is clear and the goaf is drained and accepted, or an approved goaf-water pillar
/// covers all of GOAF-2's ring.
pub(super) fn opened(q: &Question<'_>, goaf: &Hazard) -> bool {
    if goaf.flag("extent_clear") != Some(true) || q.last_failed(&goaf.id).is_some() {
        return false;
    }
    if drained(q, goaf) {
        return true;
    }
    if water(goaf) != Water::Flooded || goaf.number("water_level_m").is_none() {
        return false;
    }
    let pillars: Vec<Outline> = q
        .hazards("pillar")
        .filter(|pillar| pillar.text("kind") == Some("goaf-water") && pillar.text("approval").is_some())
        .map(|pillar| pillar.outline().clone())
        .collect();
    let ring = goaf.around(recorded_width(q, goaf).m).minus(goaf.outline()).within(q.ground);
    !pillars.is_empty() && ring.minus(&Outline::union(&pillars)).area_m2() < 1.0
}
