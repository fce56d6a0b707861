#![doc = include_str!("danger_region.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Rule, Stops};
use crate::site::hazard::Hazard;
use crate::zone::Class;

pub(super) const RULE: Rule = Rule { code: "GAS-1", page: include_str!("danger_region.md"), apply };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    if !acts_like_outburst(q) {
        return Vec::new();
    }
    let (mut safe, mut dangers, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for region in q.hazards("gas_region") {
        seen.push(region.outline().clone());
        if shown_safe(q, region) {
            safe.push(region.outline().clone());
        } else {
            dangers.push(region);
        }
    }
    let (safe, seen) = (Outline::union(&safe), Outline::union(&seen));
    let mut findings = Vec::new();
    for region in &dangers {
        let opened = q.opened(region, &["gas-drainage"]);
        let outline = region.around(0.0).within(q.ground);
        let (p, w) = (region.number("pressure_mpa"), region.number("content_m3_t"));
        let limit_w = content_limit(q, region);
        let show = |value: Option<f64>| value.map_or_else(|| "?".to_owned(), |v| v.to_string());
        let finding = Finding::inside(q, Class::Forbidden, region, outline, Stops::all())
            .measure("瓦斯压力", "gas pressure", p, Some(q.number("pressure_mpa")), "MPa", format!("p = {} < {} MPa ∧ W = {} < {limit_w} m³/t", show(p), q.number("pressure_mpa"), show(w)))
            .because(
                format!("突出危险区 {}：p = {} MPa，W = {} m³/t，未同时低于 {} 与 {limit_w}，区域措施未达标", region.id, show(p), show(w), q.number("pressure_mpa")),
                format!("outburst danger region {}: p = {} MPa, W = {} m3/t, not both below {} and {limit_w}; no measure accepted", region.id, show(p), show(w), q.number("pressure_mpa")),
            );
        findings.extend(finding.but_for(&opened));
    }
    // A region shown safe opens nothing that a danger region covers too: the worse holds, and that is said above.
    let unpredicted = q.ground.minus(&Outline::union([&safe, &seen]));
    if !unpredicted.is_empty() {
        findings.push(
            Finding::ground(q, Class::Forbidden, unpredicted, Stops::all())
                .because(
                    "突出煤层未进行区域预测，视为突出危险区",
                    "outburst seam without a regional prediction: counts as a danger region",
                )
                .missing(&["gas_region"]),
        );
    }
    findings
}

/// True for outburst seams and for seams that must be managed as such.
pub(super) fn acts_like_outburst(q: &Question<'_>) -> bool {
    q.seam.outburst
        || q.seam.fact.flag("dynamic_signs") == Some(true)
        || q.seam
            .fact
            .number("gas_pressure_mpa")
            .is_some_and(|p| p >= q.book.value("GAS-1", "pressure_mpa").unwrap_or(0.74))
}

fn content_limit(q: &Question<'_>, region: &Hazard) -> f64 {
    // A region that does not say whether it lies in a structure belt is taken to lie in one.
    if region.flag("structure_belt") == Some(false) {
        q.number("content_m3_t")
    } else {
        q.number("content_in_belt_m3_t")
    }
}

fn shown_safe(q: &Question<'_>, region: &Hazard) -> bool {
    let pressure = region.number("pressure_mpa").is_some_and(|p| p < q.number("pressure_mpa"));
    let content = region.number("content_m3_t").is_some_and(|w| w < content_limit(q, region));
    pressure && content && q.last_failed(&region.id).is_none()
}
