//! A vertical section along a line: what is kept, and the faces that fill the cut.
//!
//! The line goes from A to A′; who reads the section has A on the left. The side nearer to the reader, right of the
//! line, is cut away. Faces are computed here, exactly, from prisms and closed skins; the renderer only draws them.

use super::shape::{cut, fan};
use super::{Scene, Skin, Triangle};
use minesift_core::text::Text;
use std::collections::BTreeMap;

/// A face or a line of the section.
#[derive(Clone, Debug)]
pub struct Face {
    /// The object it belongs to.
    pub object: Option<u32>,
    /// The piece it was cut from, for its layer and seam.
    pub piece: Option<u32>,
    /// Skin.
    pub skin: Skin,
    /// Filled triangles, standing in the section.
    pub triangles: Vec<Triangle>,
    /// Lines where a surface without thickness is cut.
    pub lines: Vec<Vec<[f64; 3]>>,
}

/// A hole that is projected onto a section.
#[derive(Clone, Debug)]
pub struct Hole {
    /// Its name.
    pub name: Text,
    /// Where its mouth lies along the section, m.
    pub along_m: f64,
    /// Elevation of its mouth, m.
    pub z_m: f64,
}

/// A section.
#[derive(Clone, Debug)]
pub struct Section {
    /// A: easting and northing, m.
    pub a: [f64; 2],
    /// A′.
    pub b: [f64; 2],
    /// What fills it.
    pub faces: Vec<Face>,
    /// Holes projected onto it.
    pub holes: Vec<Hole>,
}

impl Section {
    /// The section of a scene from `a` to `b`, with boreholes up to `corridor_m` aside projected onto it. Nothing
    /// when the line has no length.
    pub fn new(scene: &Scene, a: [f64; 2], b: [f64; 2], corridor_m: f64) -> Option<Self> {
        let length = (b[0] - a[0]).hypot(b[1] - a[1]);
        if length < 1e-3 || !length.is_finite() {
            return None;
        }
        let mut section = Self { a, b, faces: Vec::new(), holes: Vec::new() };
        // Rock first: everything else lies before it.
        section.faces = super::strata::faces(&section, scene);
        for (number, piece) in scene.pieces.iter().enumerate().filter(|(_, piece)| piece.detail.real()) {
            let mut face = Face {
                object: Some(piece.object),
                piece: Some(number as u32),
                skin: piece.skin.opacity(255),
                triangles: Vec::new(),
                lines: Vec::new(),
            };
            for prism in &piece.prisms {
                section.fill_prism(prism, &mut face.triangles);
            }
            if piece.closed {
                section.fill_skin(&piece.triangles, &mut face.triangles);
            } else if piece.prisms.is_empty() {
                face.lines = piece.triangles.iter().filter_map(|t| section.trace(t)).map(|[p, q]| vec![p, q]).collect();
            }
            if !face.triangles.is_empty() || !face.lines.is_empty() {
                section.faces.push(face);
            }
        }
        section.project_boreholes(scene, corridor_m);
        Some(section)
    }

    /// Length of the line, m.
    pub fn length_m(&self) -> f64 {
        (self.b[0] - self.a[0]).hypot(self.b[1] - self.a[1])
    }

    /// Distance along the line and away from it (left of it positive), m.
    pub fn along(&self, p: [f64; 2]) -> [f64; 2] {
        let length = self.length_m();
        let (ux, uy) = ((self.b[0] - self.a[0]) / length, (self.b[1] - self.a[1]) / length);
        let (dx, dy) = (p[0] - self.a[0], p[1] - self.a[1]);
        [dx * ux + dy * uy, dy * ux - dx * uy]
    }

    /// The place at a distance along the line, at an elevation.
    pub fn place(&self, along_m: f64, z: f64) -> [f64; 3] {
        let t = along_m / self.length_m();
        [self.a[0] + t * (self.b[0] - self.a[0]), self.a[1] + t * (self.b[1] - self.a[1]), z]
    }

    /// True on the side that is kept.
    pub fn keeps(&self, at: [f64; 3]) -> bool {
        self.along([at[0], at[1]])[1] >= -1e-6
    }

    /// Unit vector towards the kept side: east, north.
    pub fn normal(&self) -> [f64; 2] {
        let length = self.length_m();
        [-(self.b[1] - self.a[1]) / length, (self.b[0] - self.a[0]) / length]
    }

    /// Area of the filled faces of an object, m².
    pub fn area_m2(&self, object: u32) -> f64 {
        self.faces
            .iter()
            .filter(|face| face.object == Some(object))
            .flat_map(|face| &face.triangles)
            .map(|t| {
                let p = t.map(|p| [self.along([p[0], p[1]])[0], p[2]]);
                super::shape::plan_area_m2(&p)
            })
            .sum()
    }

    /// Where the section crosses a triangle.
    pub(super) fn trace(&self, t: &Triangle) -> Option<[[f64; 3]; 2]> {
        let away = t.map(|p| self.along([p[0], p[1]])[1]);
        let mut ends = Vec::with_capacity(2);
        for i in 0..3 {
            let j = (i + 1) % 3;
            // Half-open, so that a corner on the plane counts once.
            if (away[i] >= 0.0) != (away[j] >= 0.0) {
                let s = away[i] / (away[i] - away[j]);
                ends.push([0, 1, 2].map(|axis| t[i][axis] + s * (t[j][axis] - t[i][axis])));
            }
        }
        let (p, q) = (*ends.first()?, *ends.get(1)?);
        self.within(p, q)
    }

    /// The part of a stretch that lies between A and A′.
    fn within(&self, p: [f64; 3], q: [f64; 3]) -> Option<[[f64; 3]; 2]> {
        let (up, uq) = (self.along([p[0], p[1]])[0], self.along([q[0], q[1]])[0]);
        let length = self.length_m();
        let at = |u: f64| [0, 1, 2].map(|axis| p[axis] + (u - up) / (uq - up) * (q[axis] - p[axis]));
        let (low, high) = (up.min(uq), up.max(uq));
        if high <= 0.0 || low >= length {
            return None;
        }
        if high - low < 1e-9 {
            return Some([p, q]);
        }
        let first = if up < 0.0 {
            at(0.0)
        } else if up > length {
            at(length)
        } else {
            p
        };
        let last = if uq < 0.0 {
            at(0.0)
        } else if uq > length {
            at(length)
        } else {
            q
        };
        Some([first, last])
    }

    fn fill_prism(&self, prism: &super::Prism, out: &mut Vec<Triangle>) {
        let Some([p, q]) = self.trace(&prism.base) else { return };
        let top = |at: [f64; 3]| {
            // The top is linear over the base: barycentric, in coordinates from the first corner.
            let [a, b, c] = prism.base;
            let det = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
            let u = ((at[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (at[1] - a[1])) / det;
            let v = ((b[0] - a[0]) * (at[1] - a[1]) - (at[0] - a[0]) * (b[1] - a[1])) / det;
            prism.top[0] + u * (prism.top[1] - prism.top[0]) + v * (prism.top[2] - prism.top[0])
        };
        let (tp, tq) = ([p[0], p[1], top(p)], [q[0], q[1], top(q)]);
        out.push([p, q, tq]);
        out.push([p, tq, tp]);
    }

    /// Fills the cut of a closed skin by the even-odd rule.
    fn fill_skin(&self, triangles: &[Triangle], out: &mut Vec<Triangle>) {
        let cuts = triangles
            .iter()
            .filter_map(|t| self.trace(t))
            .map(|[p, q]| [[self.along([p[0], p[1]])[0], p[2]], [self.along([q[0], q[1]])[0], q[2]]])
            .collect();
        out.extend(even_odd(cuts).into_iter().map(|t| t.map(|p| self.place(p[0], p[1]))));
    }

    fn project_boreholes(&mut self, scene: &Scene, corridor_m: f64) {
        let width = (scene.extent_m() / 900.0).clamp(0.5, 8.0);
        for log in &scene.lithology {
            let near = log.path.iter().all(|p| {
                let [u, away] = self.along([p[0], p[1]]);
                away.abs() <= corridor_m && u >= 0.0 && u <= self.length_m()
            });
            if !near {
                continue;
            }
            if let Some(top) = log.path.first() {
                let along_m = self.along([top[0], top[1]])[0];
                self.holes.push(Hole { name: log.name.clone(), along_m, z_m: top[2] });
            }
            let mut by_skin: BTreeMap<Skin, Vec<Triangle>> = BTreeMap::new();
            for (from, to, skin) in &log.intervals {
                let part: Vec<[f64; 2]> = super::boreholes::stretch(&log.path, *from, *to)
                    .iter()
                    .map(|p| [self.along([p[0], p[1]])[0], p[2]])
                    .collect();
                for pair in part.windows(2) {
                    let corner = |p: [f64; 2], side: f64| self.place(p[0] + side * width, p[1]);
                    let (a, b, c, d) =
                        (corner(pair[0], -1.0), corner(pair[0], 1.0), corner(pair[1], 1.0), corner(pair[1], -1.0));
                    by_skin.entry(*skin).or_default().extend([[a, b, c], [a, c, d]]);
                }
            }
            let (object, piece) = (Some(log.object), Some(log.piece));
            self.faces.extend(by_skin.into_iter().map(|(skin, triangles)| Face {
                object,
                piece,
                skin,
                triangles,
                lines: Vec::new(),
            }));
        }
    }

    /// The part of a triangle on the kept side.
    pub fn keep(&self, t: &Triangle) -> Vec<Triangle> {
        fan(&cut(t, |p| self.along([p[0], p[1]])[1]))
    }
}

/// The inside of closed lines, by the even-odd rule: between two neighbouring corners no line begins or ends, so that
/// the lines crossing there pair off.
pub(crate) fn even_odd(mut cuts: Vec<[[f64; 2]; 2]>) -> Vec<[[f64; 2]; 3]> {
    for cut in &mut cuts {
        if cut[0][0] > cut[1][0] {
            cut.swap(0, 1);
        }
    }
    cuts.retain(|[p, q]| q[0] - p[0] > 1e-9);
    let mut stations: Vec<f64> = cuts.iter().flat_map(|[p, q]| [p[0], q[0]]).collect();
    stations.sort_by(f64::total_cmp);
    stations.dedup_by(|a, b| *a - *b < 1e-9);
    let z = |[p, q]: &[[f64; 2]; 2], at: f64| p[1] + (at - p[0]) / (q[0] - p[0]) * (q[1] - p[1]);
    let mut out = Vec::new();
    for pair in stations.windows(2) {
        let (u, v) = (pair[0], pair[1]);
        let middle = f64::midpoint(u, v);
        let mut crossing: Vec<&[[f64; 2]; 2]> = cuts.iter().filter(|[p, q]| p[0] < middle && q[0] > middle).collect();
        crossing.sort_by(|a, b| z(a, middle).total_cmp(&z(b, middle)));
        for pair in crossing.chunks_exact(2) {
            let corners = [[u, z(pair[0], u)], [v, z(pair[0], v)], [v, z(pair[1], v)], [u, z(pair[1], u)]];
            out.push([corners[0], corners[1], corners[2]]);
            out.push([corners[0], corners[2], corners[3]]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Prism, shape};
    use minesift_core::outline::Outline;
    use minesift_core::site::surface::Surface;

    fn empty(a: [f64; 2], b: [f64; 2]) -> Section {
        Section { a, b, faces: Vec::new(), holes: Vec::new() }
    }

    fn area(section: &Section, triangles: &[Triangle]) -> f64 {
        triangles.iter().map(|t| shape::plan_area_m2(&t.map(|p| [section.along([p[0], p[1]])[0], p[2]]))).sum()
    }

    #[test]
    fn a_tube_is_cut_to_its_full_width_far_from_zero() {
        let (e, n) = (38_512_345.0, 4_873_210.0);
        let tube = shape::tube(&[[e, n, 0.0], [e, n, -100.0]], 4.0, 64);
        let section = empty([e - 50.0, n + 0.1], [e + 50.0, n + 0.1]);
        let mut filled = Vec::new();
        section.fill_skin(&tube, &mut filled);
        assert!((area(&section, &filled) - 800.0).abs() < 3.0, "{}", area(&section, &filled));
    }

    #[test]
    fn a_hollow_tube_stays_hollow() {
        let outer = shape::tube(&[[0.0, 0.0, 0.0], [0.0, 0.0, -10.0]], 4.0, 4);
        let inner = shape::tube(&[[0.0, 0.0, 0.0], [0.0, 0.0, -10.0]], 2.0, 4);
        let section = empty([-10.0, 1e-4], [10.0, 1e-4]);
        let mut filled = Vec::new();
        section.fill_skin(&[outer, inner].concat(), &mut filled);
        assert!((area(&section, &filled) - 40.0).abs() < 0.1, "{}", area(&section, &filled));
    }

    #[test]
    fn a_prism_is_cut_between_floor_and_roof_and_only_between_a_and_a() {
        let base = shape::drape(&Outline::rectangle(0.0, 0.0, 100.0, 40.0), &Surface::Flat(-300.0));
        let prisms: Vec<Prism> = shape::raise(base, |x, _| 3.0 + x / 100.0);
        let section = empty([20.0, 17.0], [60.0, 17.0]);
        let mut filled = Vec::new();
        for prism in &prisms {
            section.fill_prism(prism, &mut filled);
        }
        // 40 m long, 3.2 m high at one end and 3.6 m at the other
        assert!((area(&section, &filled) - 40.0 * 3.4).abs() < 1e-6, "{}", area(&section, &filled));
        assert!(section.keeps([0.0, 18.0, 0.0]) && !section.keeps([0.0, 16.0, 0.0]));
    }
}
