//! Goafs and the water in them: the goaf, its pillar, its probe band, what lies under it.

mod above;
mod conduit_below;
mod goaf;
mod old_working;
mod probe_band;
mod standoff;

use super::formula::HEAD_MPA_PER_M;
use super::{Finding, Opening, Question, Rule};
use crate::outline::Outline;
use crate::site::evidence::Grade;
use crate::site::hazard::Hazard;

pub(crate) use above::{Limit, lies_above};

pub(super) const RULES: &[Rule] =
    &[goaf::RULE, standoff::RULE, probe_band::RULE, above::RULE, conduit_below::RULE, old_working::RULE];

/// What is known of the water in a goaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Water {
    /// It holds water.
    Flooded,
    /// Nobody knows, or somebody says it is dry who did not drill.
    Unknown,
    /// Drilled or surveyed dry.
    Dry,
}

pub(crate) fn water(goaf: &Hazard) -> Water {
    match goaf.flag("flooded") {
        Some(true) => Water::Flooded,
        Some(false) if goaf.grade >= Grade::Drilled => Water::Dry,
        _ => Water::Unknown,
    }
}

/// Width of the water-barrier pillar round a goaf, m, with how it was computed and what was missing.
pub(crate) struct Width {
    pub(crate) m: f64,
    pub(crate) formula: String,
    pub(crate) missing: Vec<&'static str>,
    /// The ground within it.
    pub(crate) reached: Outline,
}

/// GOAF-2's width for a water level, or for the full head where there is none. The ring it reaches decides the lowest
/// floor, and the floor the ring: the width grows until both agree.
pub(crate) fn barrier_width(q: &Question<'_>, goaf: &Hazard, level_m: Option<f64>, least_m: f64) -> Width {
    let (k, no_k) = q.safety_factor(goaf);
    let (kp, no_kp) = q.coal_tensile_mpa(goaf);
    let approved = goaf.fact.attributes.get("approved_width_m").and_then(|v| match v {
        crate::fact::Value::Number(m) => Some(*m),
        _ => None,
    });
    let least = least_m.max(approved.unwrap_or(0.0));
    let mut missing = Vec::new();
    if no_k {
        missing.push("safety_factor");
    }
    if no_kp {
        missing.push("coal_tensile_mpa");
    }
    if level_m.is_none() {
        missing.push("water_level_m");
    }
    let head = |ring: &Outline| head_mpa(q, level_m, q.lowest_floor_m(ring));
    let (m, formula, reached) = q.barrier(least, (k, kp), |width| goaf.around(width), head);
    Width { m, formula, missing, reached }
}

/// Head on a floor at this elevation under water of a recorded level, MPa; the full head where none is recorded.
pub(crate) fn head_mpa(q: &Question<'_>, level_m: Option<f64>, floor_m: f64) -> f64 {
    level_m.map_or_else(|| q.full_head_mpa(floor_m), |level| HEAD_MPA_PER_M * (level - floor_m).max(0.0))
}

/// The width by what is recorded, for the rules that build on it.
pub(crate) fn recorded_width(q: &Question<'_>, goaf: &Hazard) -> Width {
    let least = q.number_of("GOAF-2", "least_width_m");
    barrier_width(q, goaf, goaf.number("water_level_m"), least)
}

/// True when the goaf was drained and accepted as a whole.
pub(crate) fn drained(q: &Question<'_>, goaf: &Hazard) -> bool {
    q.opened(goaf, &["drainage"]).ground == Opening::All
}

/// Ids of the treatments that are only planned so far and on which an opening rests are the caller's to name.
pub(crate) fn but_for_drainage(q: &Question<'_>, goaf: &Hazard, finding: Finding) -> Option<Finding> {
    finding.but_for(&q.opened(goaf, &["drainage"]))
}

/// Metres by which a body drawn as a line or a point without its width is taken to reach beyond what was drawn.
pub(crate) fn undrawn_m(q: &Question<'_>, hazard: &Hazard) -> f64 {
    let recorded = |key: &str| hazard.fact.attributes.contains_key(key);
    match hazard.kind {
        "old_working" if hazard.outline().is_empty() && !recorded("width_m") => {
            q.number_of("OLD-1", "assumed_width_m") / 2.0
        }
        "abandoned_shaft" if !recorded("radius_m") => q.number_of("OLD-1", "assumed_radius_m"),
        _ => 0.0,
    }
}

/// The ground a goaf, an old working or a shaft takes itself, uncertainty included.
pub(crate) fn body(q: &Question<'_>, hazard: &Hazard) -> Outline {
    hazard.around(undrawn_m(q, hazard))
}
