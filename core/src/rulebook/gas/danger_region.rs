#![doc = include_str!("danger_region.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::site::hazard::Hazard;
use crate::zone::Class;

pub(super) const RULE: Rule = Rule {
    code: "GAS-1",
    page: include_str!("danger_region.md"),
    apply,
    reads: Reads::Kinds(&["gas_region", "outburst_point"]),
};

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    let as_outburst = acts_like_outburst(q);
    let (mut seen, mut findings) = (Vec::new(), Vec::new());
    for region in q.hazards("gas_region") {
        // A region that does not say its seam predicts none for certain: a measure in it opens nothing here.
        if q.surely_here(region) {
            seen.push(region.outline().clone());
        }
        findings.extend(danger(q, region, as_outburst));
    }
    if as_outburst {
        // A region shown safe opens nothing that a danger region covers too: the worse holds, and that is said above.
        let unpredicted = q.ground.minus(&Outline::union(&seen));
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
    }
    findings
}

/// What a region closes: in a seam managed as an outburst seam unless it is shown safe, in any other only where its
/// pressure reaches the limit, or was never measured.
fn danger(q: &Question<'_>, region: &Hazard, as_outburst: bool) -> Option<Finding> {
    if shown_safe(q, region) {
        return None;
    }
    let (p, w) = (region.number("pressure_mpa"), region.number("content_m3_t"));
    let (limit_p, limit_w) = (q.number("pressure_mpa"), content_limit(q, region));
    if !as_outburst && p.is_some_and(|p| p < limit_p) {
        return None;
    }
    let class = if as_outburst || p.is_some() { Class::Forbidden } else { Class::Deferred };
    let show = |value: Option<f64>| value.map_or_else(|| "未测".to_owned(), |v| v.to_string());
    let show_en = |value: Option<f64>| value.map_or_else(|| "not measured".to_owned(), |v| v.to_string());
    let mut missing = Vec::new();
    for (absent, key) in [
        (p.is_none(), "pressure_mpa"),
        (w.is_none(), "content_m3_t"),
        (region.flag("structure_belt").is_none(), "structure_belt"),
    ] {
        if absent {
            missing.push(key);
        }
    }
    Finding::inside(q, class, region, region.around(0.0).within(q.ground), Stops::all())
        .measure("瓦斯压力", "gas pressure", p, Some(limit_p), "MPa", format!("p = {} < {limit_p} MPa ∧ W = {} < {limit_w} m³/t", show_en(p), show_en(w)))
        .because(
            format!("突出危险区 {}：p = {} MPa，W = {} m³/t，未同时低于 {limit_p} 与 {limit_w}，区域措施未达标", region.id, show(p), show(w)),
            format!("outburst danger region {}: p = {} MPa, W = {} m3/t, not both below {limit_p} and {limit_w}; no measure accepted", region.id, show_en(p), show_en(w)),
        )
        .missing(&missing)
        .but_for(&q.opened(region, &["gas-drainage"]))
}

/// True for outburst seams and for seams that must be managed as such.
pub(super) fn acts_like_outburst(q: &Question<'_>) -> bool {
    q.seam.outburst
        || q.seam.fact.flag("dynamic_signs") == Some(true)
        || q.hazards("outburst_point").any(|point| point.flag("omen") != Some(true))
        || q.seam.fact.number("gas_pressure_mpa").is_some_and(|p| p >= q.number_of("GAS-1", "pressure_mpa"))
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
    pressure && content && q.dated_by_now(region) && q.surely_here(region) && q.last_failed(&region.id).is_none()
}
