//! Water above: aquifers in the roof, water on the surface, the weathered outcrop, steep seams.

mod aquifer;
mod outcrop;
mod steep;

use super::{Question, Rule};
use crate::outline::Outline;
use crate::site::hazard::Hazard;

pub(super) const RULES: &[Rule] = &[aquifer::RULE, outcrop::RULE, steep::RULE];

/// How rich in water an aquifer is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Richness {
    /// 弱.
    Weak,
    /// 中等.
    Medium,
    /// Nobody recorded it: taken as strong, but nothing is forbidden on it.
    Unknown,
    /// 强、极强.
    Strong,
}

/// The worse of what was named and what the unit inflow says.
///
/// *Source:* 煤矿防治水细则 附录一: 弱 q ≤ 0.1, 中等 0.1 < q ≤ 1.0, 强 q > 1.0 L/(s·m).
fn richness(q: &Question<'_>, aquifer: &Hazard) -> Richness {
    let named = aquifer.text("richness").map(|words| match words {
        "weak" => Richness::Weak,
        "medium" => Richness::Medium,
        _ => Richness::Strong,
    });
    let measured = aquifer.number("unit_inflow_l_s_m").map(|inflow| {
        if inflow <= q.number_of("ROOF-1", "weak_inflow_l_s_m") {
            Richness::Weak
        } else if inflow <= q.number_of("ROOF-1", "medium_inflow_l_s_m") {
            Richness::Medium
        } else {
            Richness::Strong
        }
    });
    named.max(measured).unwrap_or(Richness::Unknown)
}

/// The ground under a water body; one drawn as a line or a point has its half width from the page of ROOF-1.
fn footprint(q: &Question<'_>, water: &Hazard) -> Outline {
    water.around(if water.outline().is_empty() { q.number_of("ROOF-1", "line_half_width_m") } else { 0.0 })
}
