//! Why is this ground closed? Every reason at a point, or the nearest one where it is open.

use crate::rulebook::Finding;
use crate::site::Site;
use crate::zone::{Class, SeamZones, ZoneMap};

/// One reason at a point.
#[derive(Clone, Debug)]
pub struct Reason<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Distance from the point to the hazard as drawn, m; to the closed outline where the finding has none.
    pub distance_m: f64,
    /// Distance within which the rule closes, uncertainty included, m; 0 where it closes an outline as drawn.
    pub limit_m: f64,
    /// Limit minus distance, m: positive inside what is closed, negative outside.
    pub margin_m: f64,
}

/// What the map says of a point on a seam.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// The seam.
    pub seam: &'a SeamZones,
    /// The point.
    pub at: [f64; 2],
    /// Its class; nothing where it is no ground of the seam.
    pub class: Option<Class>,
    /// Every reason that closes it, the worse class first.
    pub reasons: Vec<Reason<'a>>,
    /// The nearest reason that does not reach it.
    pub nearest: Option<Reason<'a>>,
    /// True when it was closed only because it is a sliver between closed grounds.
    pub sliver: bool,
}

/// Every reason at a point; nothing when the map has no such seam.
pub fn at<'a>(site: &Site, map: &'a ZoneMap, seam: &str, x: f64, y: f64) -> Option<Answer<'a>> {
    let zones = map.seams.iter().find(|zones| zones.seam == seam)?;
    let class = if !zones.ground.contains(x, y) {
        None
    } else if zones.forbidden.contains(x, y) {
        Some(Class::Forbidden)
    } else if zones.deferred.contains(x, y) {
        Some(Class::Deferred)
    } else {
        Some(Class::Mineable)
    };
    let mut inside = Vec::new();
    let mut nearest: Option<(f64, &Finding)> = None;
    for finding in &zones.findings {
        let to_outline = finding.outline.distance_m(x, y);
        if to_outline == 0.0 {
            inside.push(finding);
        } else if nearest.is_none_or(|(best, _)| to_outline < best) {
            nearest = Some((to_outline, finding));
        }
    }
    let reason = |finding: &'a Finding| {
        let hazard = finding.hazards.first().and_then(|id| site.hazards().iter().find(|hazard| &hazard.id == id));
        let (distance_m, limit_m) = match (finding.reach_m, hazard) {
            (Some(reach), Some(hazard)) => (hazard.distance_m(x, y), reach),
            (Some(reach), None) => {
                // A borehole or a border: known by the outline it closes, which lies `reach` round it.
                let (border, inside) = finding.outline.to_border(x, y);
                (if inside { (reach - border).max(0.0) } else { reach + border }, reach)
            }
            (None, _) => (finding.outline.distance_m(x, y), 0.0),
        };
        Reason { finding, distance_m, limit_m, margin_m: limit_m - distance_m }
    };
    let mut reasons: Vec<Reason<'a>> = inside.into_iter().map(reason).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.finding.class));
    Some(Answer {
        seam: zones,
        at: [x, y],
        class,
        sliver: class.is_some_and(|class| class > Class::Mineable)
            && reasons.is_empty()
            && zones.slivers.contains(x, y),
        reasons,
        nearest: nearest.map(|(_, finding)| reason(finding)),
    })
}
