#![doc = include_str!("aquifer.md")]

use super::{Richness, footprint, richness};
use crate::outline::Outline;
use crate::rulebook::goaf_water::Limit;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops, formula};
use crate::site::hazard::Hazard;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "ROOF-1", page: include_str!("aquifer.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    let aquifers = q.subjects_of_any_seam("aquifer").filter(|aquifer| richness(q, aquifer) > Richness::Weak);
    aquifers.chain(q.subjects_of_any_seam("surface_water")).flat_map(|water| under(q, water)).collect()
}

fn under(q: &Question<'_>, water: &Hazard) -> Vec<Finding> {
    let aquifer = water.kind == "aquifer";
    let base = if aquifer { water.number("floor_z_m") } else { water.number("bed_m").or(water.number("floor_z_m")) };
    let mut plan = footprint(q, water);
    if let Some(top) = water.number("top_z_m").filter(|_| aquifer) {
        plan = plan.minus(&q.below_floor(&plan, top));
    }
    if plan.is_empty() {
        return Vec::new();
    }
    let limit = Limit::new(q, &plan);
    // A strong aquifer keeps ten heading heights too; a medium one the fracture zone alone.
    let strong = aquifer && richness(q, water) > Richness::Medium;
    let sure_m = if strong { limit.m } else { limit.zone_m };
    // The law asks for a measured zone here: without one the hardest overburden is taken.
    let measured = q.seam.fracture_height_m.is_some();
    let worst_m = if measured {
        sure_m
    } else {
        let m = q.seam.mining_height_over(&plan).unwrap_or(formula::WORST_MINING_HEIGHT_M);
        sure_m.max(formula::fracture_height_m(m, None).0 + q.seam.protective_layer_m)
    };
    let reach = |limit_m: f64| match base {
        None => plan.clone(),
        Some(z) => {
            let parts = q.thin_cover(&plan, Some([0.0, 0.0, z]), |_, _| Some(z), limit_m);
            Outline::union([&parts.below, &parts.unknown])
        }
    };
    let opened = q.opened(water, &["drainage", "grouting"]);
    let what = if aquifer { ("含水层", "aquifer") } else { ("地表水体", "surface water") };
    let say = |class: Class, limit_m: f64, stops: Stops| {
        let close = reach(limit_m);
        let cover =
            close.label_point().and_then(|[x, y]| Some((base? - q.seam.roof_at(x, y)?) * q.seam.cos_dip_at(x, y)));
        let mut finding = Finding::inside(q, class, water, close, stops)
            .measure(
                "距水体底界（法向）",
                "rock below the water, along the normal",
                cover,
                Some(limit_m),
                "m",
                limit.formula.clone(),
            )
            .because(
                format!("{} {} 位于导水裂隙带加保护层 {limit_m:.2} m 范围内", what.0, water.id),
                format!(
                    "{} {} lies within the fracture zone and its protective layer, {limit_m:.2} m",
                    what.1, water.id
                ),
            )
            .missing(&limit.missing);
        if base.is_none() {
            finding = finding.missing(&[if aquifer { "floor_z_m" } else { "bed_m" }]);
        }
        if aquifer && richness(q, water) == Richness::Unknown {
            finding = finding.missing(&["richness"]);
        }
        if !measured && limit.by_law {
            finding = finding.missing(&["fracture_height_m"]);
        }
        finding.but_for(&opened).filter(|finding| !finding.outline.is_empty())
    };
    let mut findings = Vec::new();
    let untreatable = water.text("treatable") == Some("no");
    if untreatable && limit.by_law && base.is_some() {
        findings.extend(say(Class::Forbidden, sure_m, Stops::all()));
        if worst_m > sure_m {
            findings.extend(say(Class::Deferred, worst_m, Stops::deferred()));
        }
    } else {
        findings.extend(say(Class::Deferred, worst_m, Stops::deferred()));
    }
    findings
}
