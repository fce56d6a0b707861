#![doc = include_str!("old_working.md")]

use super::{Water, body, but_for_drainage, drained, recorded_width, undrawn_m, water};
use crate::fact::Shape;
use crate::rulebook::{Finding, Opening, Question, Reads, Rule, Stops};
use crate::site::evidence::Grade;
use crate::site::hazard::Hazard;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "OLD-1", page: include_str!("old_working.md"), apply, reads: Reads::OneHazard { also: &["pillar"] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects("old_working").chain(q.subjects("abandoned_shaft")).flat_map(|old| closes(q, old)).collect()
}

fn closes(q: &Question<'_>, old: &Hazard) -> Vec<Finding> {
    let name = if old.kind == "old_working" {
        ("老窑（废弃井巷）", "old working")
    } else {
        ("废弃井筒", "abandoned shaft")
    };
    let undrawn = undrawn_m(q, old);
    let by_grade = match old.grade {
        Grade::Surveyed | Grade::Drilled => q.number_of("GOAF-3", "drilled_m"),
        Grade::TwoMethods | Grade::OneMethod => q.number_of("GOAF-3", "methods_m"),
        Grade::Reported => q.number_of("GOAF-3", "reported_m"),
    };
    let state = water(old);
    let pillar = recorded_width(q, old);
    let band_m =
        if state == Water::Dry { by_grade } else { by_grade.max(pillar.m + q.number_of("GOAF-3", "beyond_pillar_m")) };
    if ends_above(q, old, band_m) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut itself = Finding::band(q, Class::Forbidden, old, undrawn, Stops::all())
        .because(format!("位于{} {} 内", name.0, old.id), format!("inside {} {}", name.1, old.id));
    itself.outline = body(q, old);
    if !itself.outline.is_empty() {
        findings.push(itself);
    }
    if state == Water::Flooded {
        // Without a level only the law's least width is sure.
        let (width, formula, missing) = if old.number("water_level_m").is_some() {
            (pillar.m, pillar.formula.clone(), pillar.missing.clone())
        } else {
            let least = q.number_of("GOAF-2", "least_width_m");
            (least, format!("{least}"), vec!["water_level_m"])
        };
        let finding = Finding::band(q, Class::Forbidden, old, width + undrawn, Stops::all())
            .measure("防隔水煤柱宽度", "width of the water-barrier pillar", None, Some(width), "m", formula)
            .because(
                format!("距积水{} {} 不足防隔水煤柱宽度 {width:.2} m", name.0, old.id),
                format!("within the {width:.2} m water-barrier pillar of flooded {} {}", name.1, old.id),
            )
            .missing(&missing);
        findings.extend(but_for_drainage(q, old, finding));
    }
    let clear = old.flag("extent_clear") == Some(true);
    let no_water = state == Water::Dry || (clear && drained(q, old)) || super::probe_band::opened(q, old);
    let gas_known_absent = old.flag("gas") == Some(false) && old.grade >= Grade::Drilled;
    let no_gas = gas_known_absent || (clear && q.opened(old, &["gas-drainage", "sealing"]).ground == Opening::All);
    if !(no_water && no_gas) {
        let (zh, en) = match (no_water, no_gas) {
            (false, false) => ("积水、积气未查清或未治理", "water and gas not settled"),
            (false, true) => ("积水未查清或未治理", "water not settled"),
            _ => ("积气未查清或未治理", "gas not settled"),
        };
        let width = if no_water { by_grade } else { band_m };
        let mut finding = Finding::band(q, Class::Deferred, old, width + undrawn, Stops::deferred())
            .measure(
                "探放范围宽度",
                "width of the probe band",
                None,
                Some(width),
                "m",
                format!("max({by_grade}, {} + {})", pillar.formula, q.number_of("GOAF-3", "beyond_pillar_m")),
            )
            .because(
                format!(
                    "位于{} {} 的探放范围内（{width:.2} m，查明程度：{}；{zh}）",
                    name.0,
                    old.id,
                    old.grade.title().zh
                ),
                format!("within the {width:.2} m probe band of {} {} ({}; {en})", name.1, old.id, old.grade.title().en),
            );
        if !no_water {
            finding = finding.missing(&pillar.missing);
        }
        if !no_gas && old.flag("gas").is_none() {
            finding = finding.missing(&["gas"]);
        }
        findings.push(finding);
    }
    findings
}

/// True for a shaft whose recorded bottom lies farther above the roof than the band is wide.
fn ends_above(q: &Question<'_>, old: &Hazard, band_m: f64) -> bool {
    let Some(Shape::Point(at)) = &old.fact.shape else { return false };
    if old.kind != "abandoned_shaft" {
        return false;
    }
    let depth = old.number("depth_m");
    let bottom = old.number("floor_z_m").or_else(|| Some(at.z.or(old.number("top_z_m"))? - depth?));
    bottom.zip(q.seam.roof_at(at.x, at.y)).is_some_and(|(bottom, roof)| bottom - roof > band_m)
}
