//! How far is the nearest hazard of each kind, in space.

use super::{Layer, Scene, Triangle};
use glam::DVec3;
use std::collections::BTreeMap;

/// The nearest thing of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// Name of its kind in the catalogue.
    pub kind: &'static str,
    /// Number of the object in [`Scene::objects`].
    pub object: u32,
    /// Distance in space, m.
    pub distance_m: f64,
    /// The point of it that is nearest: x, y, z in m.
    pub at: [f64; 3],
}

/// The nearest object of each kind of hazard, boreholes and workings among them, the nearest first. Distances are in
/// true metres to the shapes as drawn: where an end was only supposed, the object says so. `except` is left out: what
/// one stands on.
///
/// ```
/// # use minesift_viewer::scene::nearest::to_triangle;
/// let level = [[0.0, 0.0, 0.0], [10.0, 0.0, 0.0], [0.0, 10.0, 0.0]];
/// assert_eq!(to_triangle([2.0, 2.0, 7.0], &level), [2.0, 2.0, 0.0]);
/// ```
pub fn nearest(scene: &Scene, from: [f64; 3], except: Option<u32>) -> Vec<Near> {
    let here = DVec3::from_array(from);
    let mut best: BTreeMap<&'static str, Near> = BTreeMap::new();
    for piece in &scene.pieces {
        let object = &scene.objects[piece.object as usize];
        let counts = match object.layer {
            Layer::Goafs
            | Layer::Water
            | Layer::Faults
            | Layer::Columns
            | Layer::Pillars
            | Layer::Hazards
            | Layer::Anomalies
            | Layer::Workings
            | Layer::Boreholes => true,
            Layer::Strata
            | Layer::Changes
            | Layer::Zones
            | Layer::Plan
            | Layer::Licence
            | Layer::Surveys
            | Layer::Terrain
            | Layer::Surfaces
            | Layer::Neighbours => false,
        };
        // The water's level is a head, not a body: the goaf that holds it is measured.
        if !counts || object.layer == Layer::Water || Some(piece.object) == except || !piece.detail.real() {
            continue;
        }
        let mut offer = |at: [f64; 3]| {
            let distance_m = (DVec3::from_array(at) - here).length();
            if best.get(object.kind).is_none_or(|near| distance_m < near.distance_m) {
                best.insert(object.kind, Near { kind: object.kind, object: piece.object, distance_m, at });
            }
        };
        piece.triangles.iter().for_each(|triangle| offer(to_triangle(from, triangle)));
        if piece.triangles.is_empty() {
            piece
                .lines
                .iter()
                .flat_map(|line| line.windows(2))
                .for_each(|pair| offer(to_stretch(from, pair[0], pair[1])));
        }
        // Inside a volume the distance is none, however far its skin is.
        if piece.prisms.iter().any(|prism| prism.holds(from)) {
            offer(from);
        }
    }
    let mut found: Vec<Near> = best.into_values().collect();
    found.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
    found
}

fn to_stretch(from: [f64; 3], a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    let (p, a, b) = (DVec3::from_array(from), DVec3::from_array(a), DVec3::from_array(b));
    let ab = b - a;
    let t = ((p - a).dot(ab) / ab.length_squared().max(1e-30)).clamp(0.0, 1.0);
    (a + ab * t).to_array()
}

/// The point of a triangle that is nearest to a point.
///
/// *Source:* Ericson, *Real-Time Collision Detection* (2005), 5.1.5, in coordinates from the triangle's first corner.
pub fn to_triangle(from: [f64; 3], triangle: &Triangle) -> [f64; 3] {
    let a = DVec3::from_array(triangle[0]);
    let (ab, ac) = (DVec3::from_array(triangle[1]) - a, DVec3::from_array(triangle[2]) - a);
    let ap = DVec3::from_array(from) - a;
    let (d1, d2) = (ab.dot(ap), ac.dot(ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return a.to_array();
    }
    let bp = ap - ab;
    let (d3, d4) = (ab.dot(bp), ac.dot(bp));
    if d3 >= 0.0 && d4 <= d3 {
        return (a + ab).to_array();
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        return (a + ab * (d1 / (d1 - d3))).to_array();
    }
    let cp = ap - ac;
    let (d5, d6) = (ab.dot(cp), ac.dot(cp));
    if d6 >= 0.0 && d5 <= d6 {
        return (a + ac).to_array();
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        return (a + ac * (d2 / (d2 - d6))).to_array();
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 - d3 >= 0.0 && d5 - d6 >= 0.0 {
        let w = (d4 - d3) / ((d4 - d3) + (d5 - d6));
        return (a + ab + (ac - ab) * w).to_array();
    }
    let share = 1.0 / (va + vb + vc);
    (a + ab * (vb * share) + ac * (vc * share)).to_array()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_of_a_triangle_gives_its_nearest_point() {
        let (e, n) = (38_512_345.0, 4_873_210.0);
        let t = [[e, n, 0.0], [e + 10.0, n, 0.0], [e, n + 10.0, 0.0]];
        let near = |x: f64, y: f64, z: f64| {
            let p = to_triangle([e + x, n + y, z], &t);
            [p[0] - e, p[1] - n, p[2]]
        };
        let same = |a: [f64; 3], b: [f64; 3]| (0..3).all(|i| (a[i] - b[i]).abs() < 1e-6);
        assert!(same(near(-1.0, -1.0, 2.0), [0.0, 0.0, 0.0]));
        assert!(same(near(20.0, -1.0, 2.0), [10.0, 0.0, 0.0]));
        assert!(same(near(-1.0, 20.0, 2.0), [0.0, 10.0, 0.0]));
        assert!(same(near(5.0, -3.0, 2.0), [5.0, 0.0, 0.0]));
        assert!(same(near(-3.0, 5.0, 2.0), [0.0, 5.0, 0.0]));
        assert!(same(near(10.0, 10.0, 0.0), [5.0, 5.0, 0.0]));
        assert!(same(near(2.0, 3.0, -4.0), [2.0, 3.0, 0.0]));
    }
}
