//! Shapes made of triangles: an outline draped on a surface, the skin of prisms, tubes, walls.

use super::{Prism, Triangle};
use geo::TriangulateDelaunay;
use minesift_core::outline::Outline;
use minesift_core::site::surface::Surface;
use std::collections::BTreeMap;

/// Triangles in plan that fill an outline exactly, corners in m.
///
/// ```
/// use minesift_core::outline::Outline;
/// use minesift_viewer::scene::shape::{fill, plan_area_m2};
/// let far_east = Outline::rectangle(38_512_345.0, 4_873_210.0, 38_512_445.0, 4_873_310.0);
/// let area: f64 = fill(&far_east).iter().map(plan_area_m2).sum();
/// assert!((area - 10_000.0).abs() < 1e-3);
/// ```
pub fn fill(outline: &Outline) -> Vec<[[f64; 2]; 3]> {
    let Some([x0, y0, ..]) = outline.bounds() else { return Vec::new() };
    let mut triangles = Vec::new();
    for polygon in &outline.to_geo() {
        // Local coordinates keep the digits of the triangulation's predicates.
        let local = |ring: &geo::LineString<f64>| {
            ring.coords().map(|c| geo::Coord { x: c.x - x0, y: c.y - y0 }).collect::<geo::LineString<f64>>()
        };
        let polygon = geo::Polygon::new(local(polygon.exterior()), polygon.interiors().iter().map(local).collect());
        let Ok(found) =
            polygon.constrained_triangulation(geo::triangulate_delaunay::DelaunayTriangulationConfig::default())
        else {
            continue;
        };
        triangles.extend(found.into_iter().map(|t| [t.v1(), t.v2(), t.v3()].map(|c| [c.x + x0, c.y + y0])));
    }
    triangles
}

/// Area in plan, m².
pub fn plan_area_m2(t: &[[f64; 2]; 3]) -> f64 {
    ((t[1][0] - t[0][0]) * (t[2][1] - t[0][1]) - (t[2][0] - t[0][0]) * (t[1][1] - t[0][1])).abs() / 2.0
}

/// Volume of a prism, m³: its base in plan times the mean of its heights.
pub(crate) fn prism_m3(prism: &Prism) -> f64 {
    let heights: f64 = (0..3).map(|i| prism.top[i] - prism.base[i][2]).sum();
    plan_area_m2(&prism.base.map(|p| [p[0], p[1]])) * heights / 3.0
}

/// Volume within closed skins that wind alike, m³, by the divergence theorem in coordinates from the first corner.
pub(crate) fn closed_m3(triangles: &[Triangle]) -> f64 {
    let Some(first) = triangles.first() else { return 0.0 };
    let from = first[0];
    let local = |p: [f64; 3]| [p[0] - from[0], p[1] - from[1], p[2] - from[2]];
    triangles
        .iter()
        .map(|t| {
            let [a, b, c] = t.map(local);
            a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0])
        })
        .sum::<f64>()
        .abs()
        / 6.0
}

/// The outline lying on a surface: exactly the surface's own triangles, cut at the outline's border. Where the surface
/// is unknown there is nothing.
pub fn drape(outline: &Outline, surface: &Surface) -> Vec<Triangle> {
    let filled = fill(outline);
    if let Some(linear) = surface.linear() {
        // A plane far from zero loses digits as a·x + b·y + c: ask the surface itself.
        let z = |p: [f64; 2]| surface.at(p[0], p[1]).unwrap_or(linear[2]);
        return filled.into_iter().map(|t| t.map(|p| [p[0], p[1], z(p)])).collect();
    }
    let Some(bounds) = outline.bounds() else { return Vec::new() };
    let facets = Facets::new(surface.triangles_over(bounds), bounds);
    let mut parts: Vec<(f64, Vec<Triangle>)> = vec![(0.0, Vec::new()); facets.facets.len()];
    for t in filled {
        facets.over(&t, |number, facet| {
            let cut = fan(&clip(facet, &t));
            let part = &mut parts[number];
            part.0 += cut.iter().map(|t| plan_area_m2(&t.map(|p| [p[0], p[1]]))).sum::<f64>();
            part.1.extend(cut);
        });
    }
    // A facet that lies wholly inside is one triangle again, not the splinters of the filling.
    let whole = |facet: &Triangle, area: f64| {
        let full = plan_area_m2(&facet.map(|p| [p[0], p[1]]));
        area >= full * (1.0 - 1e-9) - 1e-6
    };
    facets
        .facets
        .iter()
        .zip(parts)
        .flat_map(|(facet, (area, cut))| if cut.len() > 1 && whole(facet, area) { vec![*facet] } else { cut })
        .collect()
}

/// Triangles sorted into the cells of a lattice by the low corner of their box.
struct Facets {
    low: [f64; 2],
    cell_m: [f64; 2],
    widest_m: [f64; 2],
    facets: Vec<Triangle>,
    cells: Vec<Vec<u32>>,
}

impl Facets {
    const SIDE: usize = 64;

    fn new(facets: Vec<Triangle>, bounds: [f64; 4]) -> Self {
        let low = [bounds[0], bounds[1]];
        let cell_m = [
            (bounds[2] - bounds[0]).max(1e-3) / Self::SIDE as f64,
            (bounds[3] - bounds[1]).max(1e-3) / Self::SIDE as f64,
        ];
        let mut found = Self {
            low,
            cell_m,
            widest_m: [0.0; 2],
            cells: vec![Vec::new(); Self::SIDE * Self::SIDE],
            facets: Vec::new(),
        };
        for (number, facet) in facets.iter().enumerate() {
            let corner = |axis: usize| facet[0][axis].min(facet[1][axis]).min(facet[2][axis]);
            let far = |axis: usize| facet[0][axis].max(facet[1][axis]).max(facet[2][axis]);
            for axis in 0..2 {
                found.widest_m[axis] = found.widest_m[axis].max(far(axis) - corner(axis));
            }
            let at = found.cell(1, corner(1)) * Self::SIDE + found.cell(0, corner(0));
            found.cells[at].push(number as u32);
        }
        found.facets = facets;
        found
    }

    fn cell(&self, axis: usize, at: f64) -> usize {
        // A float below zero becomes 0 here, as it should.
        (((at - self.low[axis]) / self.cell_m[axis]) as usize).min(Self::SIDE - 1)
    }

    fn over(&self, t: &[[f64; 2]; 3], mut each: impl FnMut(usize, &Triangle)) {
        let low = |axis: usize| t[0][axis].min(t[1][axis]).min(t[2][axis]);
        let high = |axis: usize| t[0][axis].max(t[1][axis]).max(t[2][axis]);
        for row in self.cell(1, low(1) - self.widest_m[1])..=self.cell(1, high(1)) {
            for column in self.cell(0, low(0) - self.widest_m[0])..=self.cell(0, high(0)) {
                for number in &self.cells[row * Self::SIDE + column] {
                    let facet = &self.facets[*number as usize];
                    let apart = (0..2).any(|axis| {
                        facet.iter().all(|p| p[axis] < low(axis)) || facet.iter().all(|p| p[axis] > high(axis))
                    });
                    if !apart {
                        each(*number as usize, facet);
                    }
                }
            }
        }
    }
}

/// The part of a triangle in space that lies over a triangle in plan: corners of a convex polygon.
fn clip(facet: &Triangle, window: &[[f64; 2]; 3]) -> Vec<[f64; 3]> {
    let turn = (window[1][0] - window[0][0]) * (window[2][1] - window[0][1])
        - (window[2][0] - window[0][0]) * (window[1][1] - window[0][1]);
    let sign = turn.signum();
    let mut corners: Vec<[f64; 3]> = facet.to_vec();
    for i in 0..3 {
        let (a, b) = (window[i], window[(i + 1) % 3]);
        let side = |p: &[f64; 3]| sign * ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
        corners = cut(&corners, side);
        if corners.len() < 3 {
            return Vec::new();
        }
    }
    corners
}

/// The part of a convex polygon where `side` is not negative.
pub(crate) fn cut(corners: &[[f64; 3]], side: impl Fn(&[f64; 3]) -> f64) -> Vec<[f64; 3]> {
    let mut out = Vec::with_capacity(corners.len() + 2);
    for (i, p) in corners.iter().enumerate() {
        let q = &corners[(i + 1) % corners.len()];
        let (sp, sq) = (side(p), side(q));
        if sp >= 0.0 {
            out.push(*p);
        }
        if (sp > 0.0 && sq < 0.0) || (sp < 0.0 && sq > 0.0) {
            let t = sp / (sp - sq);
            out.push([0, 1, 2].map(|axis| p[axis] + t * (q[axis] - p[axis])));
        }
    }
    out
}

/// A convex polygon as triangles, slivers below a square millimetre left out.
pub(crate) fn fan(corners: &[[f64; 3]]) -> Vec<Triangle> {
    (2..corners.len())
        .map(|i| [corners[0], corners[i - 1], corners[i]])
        .filter(|t| plan_area_m2(&t.map(|p| [p[0], p[1]])) > 1e-6)
        .collect()
}

/// Prisms over draped triangles, `height_m` above them at each corner.
pub(crate) fn raise(base: Vec<Triangle>, height_m: impl Fn(f64, f64) -> f64) -> Vec<Prism> {
    base.into_iter().map(|base| Prism { base, top: base.map(|p| p[2] + height_m(p[0], p[1])) }).collect()
}

/// What one sees of prisms side by side: tops, bases where wanted, and walls where no other prism joins.
pub(crate) fn skin_of_prisms(prisms: &[Prism], feet: bool) -> Vec<Triangle> {
    let key = |p: &[f64; 3]| ((p[0] * 1000.0).round() as i64, (p[1] * 1000.0).round() as i64);
    let mut edges: BTreeMap<_, (usize, [f64; 3], [f64; 3], f64, f64)> = BTreeMap::new();
    let mut out = Vec::with_capacity(prisms.len() * 2);
    for prism in prisms {
        let b = prism.base;
        let top = [0, 1, 2].map(|i| [b[i][0], b[i][1], prism.top[i]]);
        if feet {
            out.push(b);
        }
        out.push(top);
        for i in 0..3 {
            let j = (i + 1) % 3;
            let (ka, kb) = (key(&b[i]), key(&b[j]));
            if ka == kb {
                continue;
            }
            let edge = edges.entry((ka.min(kb), ka.max(kb))).or_insert((0, b[i], b[j], prism.top[i], prism.top[j]));
            edge.0 += 1;
        }
    }
    for (times, a, b, top_a, top_b) in edges.into_values() {
        if times == 1 {
            out.push([a, b, [b[0], b[1], top_b]]);
            out.push([a, [b[0], b[1], top_b], [a[0], a[1], top_a]]);
        }
    }
    out
}

/// Upright walls along a line from `low` to `high`.
pub(crate) fn wall(line: &[[f64; 2]], low: f64, high: f64) -> Vec<Triangle> {
    line.windows(2)
        .flat_map(|pair| {
            let [a, b] = [pair[0], pair[1]];
            [
                [[a[0], a[1], low], [b[0], b[1], low], [b[0], b[1], high]],
                [[a[0], a[1], low], [b[0], b[1], high], [a[0], a[1], high]],
            ]
        })
        .collect()
}

/// Every ring of an outline, closed, corners in m.
pub(crate) fn rings(outline: &Outline) -> Vec<Vec<[f64; 2]>> {
    outline
        .to_geo()
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
        .map(|ring| ring.coords().map(|c| [c.x, c.y]).collect())
        .collect()
}

/// A line in plan lifted on a surface, with corners at most `step_m` apart; parts where it is unknown are left out.
pub(crate) fn lift(line: &[[f64; 2]], step_m: f64, z: impl Fn(f64, f64) -> Option<f64>) -> Vec<Vec<[f64; 3]>> {
    let mut parts: Vec<Vec<[f64; 3]>> = vec![Vec::new()];
    let mut put = |p: [f64; 2]| match z(p[0], p[1]) {
        Some(z) => {
            if let Some(last) = parts.last_mut() {
                last.push([p[0], p[1], z]);
            }
        }
        None => {
            if parts.last().is_some_and(|part| !part.is_empty()) {
                parts.push(Vec::new());
            }
        }
    };
    for p in resample(line, step_m) {
        put(p);
    }
    parts.retain(|part| part.len() > 1);
    parts
}

/// The same line with corners at most `step_m` apart.
pub(crate) fn resample(line: &[[f64; 2]], step_m: f64) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> = line.first().copied().into_iter().collect();
    for pair in line.windows(2) {
        let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
        let pieces = ((dx.hypot(dy) / step_m).ceil() as usize).clamp(1, 1000);
        out.extend((1..=pieces).map(|i| {
            let t = i as f64 / pieces as f64;
            [pair[0][0] + t * dx, pair[0][1] + t * dy]
        }));
    }
    out
}

/// A closed tube along a path: a ring of `sides` corners of `radius_m` at each point, and two ends.
pub(crate) fn tube(path: &[[f64; 3]], radius_m: f64, sides: usize) -> Vec<Triangle> {
    let around: Vec<[f64; 2]> = (0..sides)
        .map(|i| {
            let a = std::f64::consts::TAU * i as f64 / sides as f64;
            [radius_m * a.cos(), radius_m * a.sin()]
        })
        .collect();
    sweep(path, &around)
}

/// A closed tube along a path with any cross-section, given as (across, up) round its middle.
pub(crate) fn sweep(path: &[[f64; 3]], section: &[[f64; 2]]) -> Vec<Triangle> {
    use glam::DVec3;
    let mut points: Vec<DVec3> = path.iter().map(|p| DVec3::from_array(*p)).collect();
    points.dedup_by(|a, b| a.distance_squared(*b) < 1e-12);
    if points.len() < 2 {
        return Vec::new();
    }
    let rings: Vec<Vec<DVec3>> = (0..points.len())
        .map(|i| {
            let before = if i > 0 { (points[i] - points[i - 1]).normalize() } else { DVec3::ZERO };
            let after = points.get(i + 1).map_or(DVec3::ZERO, |next| (*next - points[i]).normalize());
            let along = (before + after).try_normalize().unwrap_or(DVec3::X);
            // The cross-section of a road stands upright: across is level. A hole straight down takes east.
            let across = along.cross(DVec3::Z).try_normalize().unwrap_or(DVec3::X);
            let up = across.cross(along);
            // At a bend the ring is mitred, so that the tube keeps its width.
            let mitre = if i > 0 && i + 1 < points.len() { 1.0 / along.dot(before).max(0.4) } else { 1.0 };
            section.iter().map(|[a, u]| points[i] + across * *a * mitre + up * *u).collect()
        })
        .collect();
    let n = section.len();
    let mut out = Vec::with_capacity(points.len() * n * 2);
    let t = |a: DVec3, b: DVec3, c: DVec3| [a.to_array(), b.to_array(), c.to_array()];
    for pair in rings.windows(2) {
        for i in 0..n {
            let j = (i + 1) % n;
            out.push(t(pair[0][i], pair[0][j], pair[1][j]));
            out.push(t(pair[0][i], pair[1][j], pair[1][i]));
        }
    }
    for ring in [rings.first(), rings.last()].into_iter().flatten() {
        out.extend((2..n).map(|i| t(ring[0], ring[i - 1], ring[i])));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Volume by the divergence of the closed skin, whatever the turning of each triangle is fixed to.
    fn area(triangles: &[Triangle]) -> f64 {
        triangles.iter().map(|t| plan_area_m2(&t.map(|p| [p[0], p[1]]))).sum()
    }

    #[test]
    fn a_draped_outline_keeps_its_area_and_lies_on_the_surface() {
        let (e, n) = (38_512_345.0, 4_873_210.0);
        let values: Vec<f64> =
            (0..121).map(|i| 700.0 + f64::from(i % 11) * 1.5 - f64::from(i / 11) * 0.7 + f64::from(i % 3)).collect();
        let surface = Surface::grid([e - 50.0, n - 50.0], [20.0, 20.0], 11, &values);
        let outline = Outline::rectangle(e, n, e + 90.0, n + 70.0).minus(&Outline::disc([e + 40.0, n + 30.0], 12.0));
        let draped = drape(&outline, &surface);
        assert!((area(&draped) - outline.area_m2()).abs() < 0.05, "{} {}", area(&draped), outline.area_m2());
        for p in draped.iter().flatten() {
            let z = surface.at(p[0], p[1]).or_else(|| surface.at(p[0] + 1e-6, p[1] + 1e-6)).expect("on the surface");
            assert!((z - p[2]).abs() < 1e-3, "{p:?} {z}");
        }
    }

    #[test]
    fn a_tube_is_closed() {
        let tube = tube(&[[0.0, 0.0, 0.0], [0.0, 0.0, -50.0], [10.0, 0.0, -100.0]], 2.0, 6);
        let mut edges: BTreeMap<[[i64; 3]; 2], usize> = BTreeMap::new();
        let key = |p: [f64; 3]| p.map(|c| (c * 1e6).round() as i64);
        for t in &tube {
            for i in 0..3 {
                let mut edge = [key(t[i]), key(t[(i + 1) % 3])];
                edge.sort_unstable();
                *edges.entry(edge).or_default() += 1;
            }
        }
        assert!(edges.values().all(|n| *n == 2), "every edge joins two triangles");
    }

    #[test]
    fn prisms_show_walls_only_on_the_outside() {
        let base = drape(&Outline::rectangle(0.0, 0.0, 10.0, 10.0), &Surface::Flat(-300.0));
        let prisms = raise(base, |_, _| 3.0);
        // two triangles: 2 bases, 2 tops, 4 outer walls of two triangles each
        assert_eq!(skin_of_prisms(&prisms, true).len(), 2 + 2 + 8);
        assert_eq!(skin_of_prisms(&prisms, false).len(), 2 + 8);
    }
}
