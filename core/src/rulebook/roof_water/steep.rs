#![doc = include_str!("steep.md")]

use super::{Richness, footprint, richness};
use crate::outline::Outline;
use crate::rulebook::goaf_water::{Water, body, lies_above, water};
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::site::hazard::Hazard;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "STEEP-1", page: include_str!("steep.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for hazard in q.subjects_of_any_seam("surface_water") {
        findings.extend(under(q, hazard, Class::Forbidden, footprint(q, hazard), &["drainage", "grouting"]));
    }
    for hazard in q.subjects_of_any_seam("aquifer") {
        let class = match richness(q, hazard) {
            Richness::Weak | Richness::Medium => continue,
            Richness::Unknown => Class::Deferred,
            Richness::Strong => Class::Forbidden,
        };
        let mut plan = footprint(q, hazard);
        if let Some(top) = hazard.number("top_z_m") {
            plan = plan.minus(&q.below_floor(&plan, top));
        }
        findings.extend(under(q, hazard, class, plan, &["drainage", "grouting"]));
    }
    for hazard in q.subjects_of_any_seam("goaf").chain(q.subjects_of_any_seam("old_working")) {
        let class = match water(hazard) {
            Water::Dry => continue,
            Water::Unknown => Class::Deferred,
            Water::Flooded => Class::Forbidden,
        };
        let plan = body(q, hazard);
        // In its own seam the water stands over all that lies down the dip; in others over what lies straight below.
        if hazard.on_seam(q.seam) {
            if let Some(swept) = steep(q, &plan).and_then(|_| q.down_dip(&plan)) {
                findings.extend(under(q, hazard, class, swept, &["drainage"]));
            }
        } else if lies_above(q, hazard, hazard.seam.as_ref().and_then(|id| q.site.seam(id)), &plan) {
            findings.extend(under(q, hazard, class, plan, &["drainage"]));
        }
    }
    findings
}

/// The steepest dip over an outline, where it is above the limit.
fn steep(q: &Question<'_>, plan: &Outline) -> Option<f64> {
    q.seam.dip_over(plan).filter(|dip| *dip > q.number("steeper_than_deg"))
}

fn under(q: &Question<'_>, hazard: &Hazard, class: Class, plan: Outline, kinds: &[&str]) -> Option<Finding> {
    let dip = steep(q, &plan)?;
    let limit = q.number("steeper_than_deg");
    Finding::inside(q, class, hazard, plan, Stops::all())
        .measure("煤层倾角", "dip of the seam", Some(dip), Some(limit), "°", format!("{dip:.1} > {limit}"))
        .because(
            format!("急倾斜煤层（{dip:.1}°）位于水体 {} 之下，水患威胁未消除", hazard.id),
            format!("a seam dipping {dip:.1}° under water body {}, whose threat lasts", hazard.id),
        )
        .missing(if class == Class::Deferred {
            if hazard.kind == "aquifer" { &["richness"] } else { &["flooded"] }
        } else {
            &[]
        })
        .but_for(&q.opened(hazard, kinds))
}
