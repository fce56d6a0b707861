//! Boreholes: collar, length, how they were sealed, the path that was surveyed.

use super::seam;
use crate::fact::{Fact, Position, Problem, Shape, Source, Value};
use crate::text::Text;
use std::collections::BTreeMap;

/// A borehole with its path.
#[derive(Clone, Debug, PartialEq)]
pub struct Borehole {
    /// Id.
    pub id: String,
    /// Collar.
    pub collar: Position,
    /// Length, m.
    pub depth_m: Option<f64>,
    /// Sealing: qualified (true), unqualified (false), unknown.
    pub sealing: Option<bool>,
    /// Desurveyed path from the collar down: x, y, z in m; two points where no survey of its path is given.
    pub path: Vec<[f64; 3]>,
    /// Where it was read.
    pub source: Source,
}

impl Borehole {
    /// The point so many metres along the hole; nothing beyond its end, or where its path is unknown.
    pub fn at_depth(&self, depth_m: f64) -> Option<[f64; 3]> {
        seam::along(&self.path, depth_m)
    }
}

/// The boreholes among some facts, each with its path; those without a position are left out.
pub fn boreholes(facts: &[Fact]) -> Vec<Borehole> {
    let (drilled, mut problems) = (by_hole(facts), Vec::new());
    facts.iter().filter(|f| f.kind == "borehole").filter_map(|f| read_borehole(f, &drilled, &mut problems)).collect()
}

/// What was recorded along one hole.
#[derive(Default)]
pub(super) struct Along {
    stations: Vec<super::surface::Station>,
    /// The deepest station, layer or sample: the hole reaches at least so far.
    deepest_m: f64,
}

/// What was recorded along every hole, by its id.
pub(super) fn by_hole(facts: &[Fact]) -> BTreeMap<&str, Along> {
    let mut holes: BTreeMap<&str, Along> = BTreeMap::new();
    for fact in facts {
        let end = match fact.kind {
            "station" => fact.number("depth_m"),
            "interval" | "sample" => fact.number("to_m"),
            _ => continue,
        };
        let Some(hole) = fact.text("hole") else { continue };
        let along = holes.entry(hole).or_default();
        along.deepest_m = along.deepest_m.max(end.unwrap_or(0.0));
        if let ("station", Some(depth_m), Some(azimuth_deg), Some(inclination_deg)) =
            (fact.kind, end, fact.attributes.get("azimuth_deg"), fact.attributes.get("inclination_deg"))
            && let (Value::Number(azimuth_deg), Value::Number(inclination_deg)) = (azimuth_deg, inclination_deg)
        {
            let (azimuth_deg, inclination_deg) = (*azimuth_deg, *inclination_deg);
            along.stations.push(super::surface::Station { depth_m, azimuth_deg, inclination_deg });
        }
    }
    for along in holes.values_mut() {
        along.stations.sort_by(|a, b| a.depth_m.total_cmp(&b.depth_m));
    }
    holes
}

/// A hole and its path; without a recorded length it ends at the deepest station, layer or sample.
pub(super) fn read_borehole(
    fact: &Fact,
    drilled: &BTreeMap<&str, Along>,
    problems: &mut Vec<Problem>,
) -> Option<Borehole> {
    let Some(Shape::Point(mut collar)) = fact.shape else {
        problems.push(Problem::refused(
            &fact.source,
            Text::new(format!("钻孔 {} 没有孔口坐标", fact.id), format!("borehole {} has no position", fact.id)),
        ));
        return None;
    };
    collar.z = collar.z.or(fact.number("surface_m"));
    let depth_m = fact.number("depth_m");
    let along = drilled.get(fact.id.as_str());
    let reached = depth_m.or_else(|| along.map(|along| along.deepest_m).filter(|deepest| *deepest > 0.0));
    let path = match (collar.z, reached) {
        (Some(z), Some(end)) => {
            super::surface::desurvey([collar.x, collar.y, z], along.map_or(&[][..], |along| &along.stations), end)
        }
        _ => Vec::new(),
    };
    Some(Borehole {
        id: fact.id.clone(),
        collar,
        depth_m,
        sealing: match fact.text("sealing") {
            Some("qualified") => Some(true),
            Some("unqualified") => Some(false),
            _ => None,
        },
        path,
        source: fact.source.clone(),
    })
}
