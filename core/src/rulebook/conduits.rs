//! What leads water into a seam: faults, collapse columns, boreholes nobody sealed.

mod borehole;
mod collapse_column;
mod column_below;
pub(super) mod fault;

use super::{Question, Rule};
use crate::outline::Outline;
use crate::site::evidence::Grade;
use crate::site::hazard::Hazard;

pub(super) const RULES: &[Rule] = &[fault::RULE, collapse_column::RULE, column_below::RULE, borehole::RULE];

/// What is known of whether a fault or column conducts water.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conducts {
    /// It does.
    Yes,
    /// Nobody knows, or nobody tested it.
    Unknown,
    /// Proven tight: said so at grade drilled or better, and tested with water.
    Tight,
}

pub(crate) fn conducts(conduit: &Hazard) -> Conducts {
    match conduit.flag("conducts_water") {
        Some(true) => Conducts::Yes,
        Some(false) if conduit.grade >= Grade::Drilled && conduit.flag("water_tested") == Some(true) => Conducts::Tight,
        _ => Conducts::Unknown,
    }
}

/// Outlines by distance, each drawn once: widths are found step by step, and drawing is what takes the time.
pub(crate) fn once(draw: impl Fn(f64) -> Outline) -> impl Fn(f64) -> Outline {
    let drawn = std::cell::RefCell::new(Vec::<(f64, Outline)>::new());
    move |distance_m| {
        if let Some((_, outline)) = drawn.borrow().iter().find(|(known, _)| *known == distance_m) {
            return outline.clone();
        }
        let outline = draw(distance_m);
        drawn.borrow_mut().push((distance_m, outline.clone()));
        outline
    }
}

/// Widths of the water-barrier pillar of a conduit: what the law is sure of, and what the worst admissible number of
/// what is missing would make it.
pub(crate) struct Pillar {
    pub(crate) sure_m: f64,
    pub(crate) worst_m: f64,
    pub(crate) formula: String,
    pub(crate) missing: Vec<&'static str>,
}

pub(crate) fn pillar(q: &Question<'_>, conduit: &Hazard, reach: &impl Fn(f64) -> Outline) -> Pillar {
    let least = q.number("least_width_m");
    let (k, no_k) = q.safety_factor(conduit);
    let (kp, no_kp) = q.coal_tensile_mpa(conduit);
    // More than the full head cannot stand against the seam: such a number is refused and the full head holds.
    let full_m = q.full_head_mpa(q.lowest_floor_m(&reach(least)));
    let recorded = conduit.number("water_pressure_mpa").filter(|p| *p <= full_m + 1e-9);
    let mut missing = Vec::new();
    if no_k {
        missing.push("safety_factor");
    }
    if no_kp {
        missing.push("coal_tensile_mpa");
    }
    if recorded.is_none() {
        missing.push("water_pressure_mpa");
    }
    let head = |ground: &Outline| recorded.unwrap_or_else(|| q.full_head_mpa(q.lowest_floor_m(ground)));
    let (width, how, _) = q.barrier(least, (k, kp), reach, head);
    Pillar { sure_m: if recorded.is_some() { width } else { least }, worst_m: width, formula: how, missing }
}

/// Warnings and limits that close nothing.
pub(super) fn warns(q: &Question<'_>) -> Vec<super::Remark> {
    let mut remarks = fault::warns(q);
    for conduit in q.hazards("fault").chain(q.hazards("collapse_column")) {
        let Some(p) = conduit.number("water_pressure_mpa") else { continue };
        let code = if conduit.kind == "fault" { "FAULT-1" } else { "COLUMN-1" };
        let least = q.number_of(code, "least_width_m");
        let full = q.full_head_mpa(q.lowest_floor_m(&conduit.around(least)));
        if p > full + 1e-9 {
            remarks.push(super::Remark {
                rule: code.to_owned(),
                hazards: vec![conduit.id.clone()],
                words: crate::text::Text::new(
                    format!("{} 记录的水压 {p} MPa 高于全水头 {full:.3} MPa，不予采用，请核对", conduit.id),
                    format!("the recorded pressure of {}, {p} MPa, is above the full head of {full:.3} MPa: refused, check it", conduit.id),
                ),
            });
        }
    }
    remarks.extend(collapse_column::limits(q));
    remarks
}
