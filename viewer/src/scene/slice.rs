//! A level slice: what lies above an elevation is taken away, and the cut is filled.

use super::section::{Face, even_odd};
use super::{Scene, Triangle, shape};

/// A slice at an elevation.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Elevation, m: what is higher is not drawn.
    pub z_m: f64,
    /// What fills the cut.
    pub faces: Vec<Face>,
}

impl Slice {
    /// The slice of a scene at an elevation.
    pub fn new(scene: &Scene, z_m: f64) -> Self {
        let mut faces = Vec::new();
        for (number, piece) in scene.pieces.iter().enumerate().filter(|(_, piece)| piece.detail.real()) {
            let mut triangles = Vec::new();
            if piece.closed {
                fill(&piece.triangles, z_m, &mut triangles);
            }
            for prism in &piece.prisms {
                fill(&shape::skin_of_prisms(std::slice::from_ref(prism), true), z_m, &mut triangles);
            }
            let lines: Vec<Vec<[f64; 3]>> = if piece.closed || !piece.prisms.is_empty() {
                Vec::new()
            } else {
                piece.triangles.iter().filter_map(|t| trace(t, z_m)).map(|[p, q]| vec![p, q]).collect()
            };
            if !triangles.is_empty() || !lines.is_empty() {
                faces.push(Face {
                    object: Some(piece.object),
                    piece: Some(number as u32),
                    skin: piece.skin.opacity(255),
                    triangles,
                    lines,
                });
            }
        }
        Self { z_m, faces }
    }

    /// True below the slice.
    pub fn keeps(&self, at: [f64; 3]) -> bool {
        at[2] <= self.z_m + 1e-6
    }

    /// Area of the filled faces of one object, m².
    pub fn area_m2(&self, object: u32) -> f64 {
        let own = self.faces.iter().filter(|face| face.object == Some(object));
        own.flat_map(|face| &face.triangles).map(|t| shape::plan_area_m2(&t.map(|p| [p[0], p[1]]))).sum()
    }
}

/// Where a level crosses a triangle.
fn trace(t: &Triangle, z_m: f64) -> Option<[[f64; 3]; 2]> {
    let mut ends = Vec::with_capacity(2);
    for i in 0..3 {
        let (a, b) = (t[i], t[(i + 1) % 3]);
        let (up, vp) = (a[2] - z_m, b[2] - z_m);
        if (up >= 0.0) != (vp >= 0.0) {
            let s = up / (up - vp);
            ends.push([a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1]), z_m]);
        }
    }
    Some([*ends.first()?, *ends.get(1)?])
}

fn fill(skin: &[Triangle], z_m: f64, out: &mut Vec<Triangle>) {
    let Some(from) = skin.first().map(|t| t[0]) else { return };
    // From a corner of the skin, so that eight-digit eastings keep their digits.
    let cuts = skin
        .iter()
        .filter_map(|t| trace(t, z_m))
        .map(|[p, q]| [[p[0] - from[0], p[1] - from[1]], [q[0] - from[0], q[1] - from[1]]])
        .collect();
    out.extend(even_odd(cuts).into_iter().map(|t| t.map(|p| [p[0] + from[0], p[1] + from[1], z_m])));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tube_cut_across_shows_its_round_area() {
        let (e, n) = (38_512_345.0, 4_873_210.0);
        let tube = shape::tube(&[[e, n, 0.0], [e, n, -100.0]], 4.0, 64);
        let mut filled = Vec::new();
        fill(&tube, -33.3, &mut filled);
        let area: f64 = filled.iter().map(|t| shape::plan_area_m2(&t.map(|p| [p[0], p[1]]))).sum();
        assert!((area - std::f64::consts::PI * 16.0).abs() < 0.2, "{area}");
    }
}
