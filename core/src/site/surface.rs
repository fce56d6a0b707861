//! [`Surface`]: a seam's floor or thickness, known where there are data and nowhere else; and the path of a borehole.

use crate::fact::Plane;
use crate::outline::{Outline, clip_convex};
use rstar::{AABB, RTree, RTreeObject};
use spade::{DelaunayTriangulation, Point2, Triangulation};

/// A value over the plan: elevation or thickness, m.
#[derive(Clone, Debug)]
pub enum Surface {
    /// The same everywhere.
    Flat(f64),
    /// A plane `z0 + gx·(x − x0) + gy·(y − y0)`.
    Plane {
        /// A point on it: x, y, z.
        at: [f64; 3],
        /// Slope towards east and north, m per m.
        slope: [f64; 2],
    },
    /// Triangles between known points; unknown outside them.
    Triangles(Box<Triangles>),
    /// Nobody knows.
    Unknown,
}

/// A triangulated surface.
#[derive(Clone, Debug)]
pub struct Triangles {
    vertices: Vec<[f64; 3]>,
    tree: RTree<Triangle>,
    /// Slope s of the linear variogram γ(h) = s·h of the departures from a plane, m²/m; nothing for surfaces that
    /// came without their data.
    variogram: Option<f64>,
}

#[derive(Clone, Debug, PartialEq)]
struct Triangle {
    corners: [[f64; 3]; 3],
}

impl RTreeObject for Triangle {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        let c = &self.corners;
        AABB::from_corners(
            [c[0][0].min(c[1][0]).min(c[2][0]), c[0][1].min(c[1][1]).min(c[2][1])],
            [c[0][0].max(c[1][0]).max(c[2][0]), c[0][1].max(c[1][1]).max(c[2][1])],
        )
    }
}

impl Triangle {
    fn value(&self, x: f64, y: f64) -> Option<f64> {
        let w = self.weights(x, y)?;
        Some(w[0] * self.corners[0][2] + w[1] * self.corners[1][2] + w[2] * self.corners[2][2])
    }

    /// Barycentric weights of a point inside or on the border.
    fn weights(&self, x: f64, y: f64) -> Option<[f64; 3]> {
        let [a, b, c] = self.corners;
        let det = (b[1] - c[1]) * (a[0] - c[0]) + (c[0] - b[0]) * (a[1] - c[1]);
        let u = ((b[1] - c[1]) * (x - c[0]) + (c[0] - b[0]) * (y - c[1])) / det;
        let v = ((c[1] - a[1]) * (x - c[0]) + (a[0] - c[0]) * (y - c[1])) / det;
        let w = 1.0 - u - v;
        (u >= -1e-9 && v >= -1e-9 && w >= -1e-9).then_some([u, v, w])
    }
}

impl Surface {
    /// The surface of a plane in space.
    pub fn plane(plane: Plane) -> Self {
        let down = plane.dip_deg.to_radians().tan();
        let azimuth = plane.dip_direction_deg.to_radians();
        Self::Plane { at: plane.at, slope: [-down * azimuth.sin(), -down * azimuth.cos()] }
    }

    /// Triangles between `points` (x, y, z), none of them across a line of `barriers`: a fault with throw breaks the
    /// surface, and what lies between two points on different sides of it is unknown.
    pub fn through(points: &[[f64; 3]], barriers: &[Vec<[f64; 2]>]) -> Self {
        let Some(first) = points.first() else { return Self::Unknown };
        let mut mesh: DelaunayTriangulation<Vertex> = DelaunayTriangulation::new();
        for p in points {
            // The local frame keeps the predicates' digits; a point that is no number is left out by the door.
            let vertex = Vertex { x: p[0] - first[0], y: p[1] - first[1], z: p[2] };
            if mesh.insert(vertex).is_err() {
                return Self::Unknown;
            }
        }
        let triangles: Vec<[[f64; 3]; 3]> = mesh
            .inner_faces()
            .map(|face| face.vertices().map(|v| [v.data().x + first[0], v.data().y + first[1], v.data().z]))
            .filter(|corners| !barriers.iter().any(|line| crosses(corners, line)))
            .collect();
        let variogram = variogram_slope(&triangles);
        match Self::of_triangles(triangles) {
            Self::Triangles(mesh) => Self::Triangles(Box::new(Triangles { variogram, ..*mesh })),
            other => other,
        }
    }

    /// A surface of given triangles.
    pub fn of_triangles(triangles: Vec<[[f64; 3]; 3]>) -> Self {
        if triangles.is_empty() {
            return Self::Unknown;
        }
        let mut vertices: Vec<[f64; 3]> = triangles.iter().flatten().copied().collect();
        vertices.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        vertices.dedup();
        let tree = RTree::bulk_load(triangles.into_iter().map(|corners| Triangle { corners }).collect());
        Self::Triangles(Box::new(Triangles { vertices, tree, variogram: None }))
    }

    /// A regular grid: node (column, row) at `origin + step·(column, row)`, rows from the south, NaN where unknown.
    pub fn grid(origin: [f64; 2], step_m: [f64; 2], columns: usize, values_m: &[f64]) -> Self {
        if columns < 2 {
            return Self::Unknown;
        }
        let node = |column: usize, row: usize| {
            let z = *values_m.get(row * columns + column)?;
            z.is_finite().then(|| [origin[0] + step_m[0] * column as f64, origin[1] + step_m[1] * row as f64, z])
        };
        let mut triangles = Vec::new();
        for row in 0..(values_m.len() / columns).saturating_sub(1) {
            for column in 0..columns - 1 {
                let corners =
                    [node(column, row), node(column + 1, row), node(column + 1, row + 1), node(column, row + 1)];
                let known: Vec<[f64; 3]> = corners.into_iter().flatten().collect();
                match known.as_slice() {
                    [a, b, c, d] => triangles.extend([[*a, *b, *c], [*a, *c, *d]]),
                    [a, b, c] => triangles.push([*a, *b, *c]),
                    _ => {}
                }
            }
        }
        Self::of_triangles(triangles)
    }

    /// The value at a point, m; nothing where it is unknown.
    pub fn at(&self, x: f64, y: f64) -> Option<f64> {
        match self {
            Self::Flat(z) => Some(*z),
            Self::Plane { at, slope } => Some(at[2] + slope[0] * (x - at[0]) + slope[1] * (y - at[1])),
            Self::Triangles(mesh) => mesh
                .tree
                .locate_in_envelope_intersecting(&AABB::from_point([x, y]))
                .find_map(|triangle| triangle.value(x, y)),
            Self::Unknown => None,
        }
    }

    /// Standard error of the value at a point, m, where the surface was drawn through data: of the linear estimator
    /// Σ wᵢ·zᵢ under the linear variogram γ(h) = s·h, `√(2·Σ wᵢ·γ(x − xᵢ) − Σ Σ wᵢ·wⱼ·γ(xᵢ − xⱼ))`. Zero at a datum.
    ///
    /// *Source:* Chilès and Delfiner, Geostatistics (2012), 3.3: variance of a linear estimator.
    ///
    /// ```
    /// use minesift_core::site::surface::Surface;
    /// let points = [[0.0, 0.0, 0.0], [100.0, 0.0, 1.0], [0.0, 100.0, 2.0], [100.0, 100.0, 9.0]];
    /// let surface = Surface::through(&points, &[]);
    /// assert!(surface.standard_error_at(0.0, 0.0).unwrap() < 1e-6);
    /// assert!(surface.standard_error_at(50.0, 30.0).unwrap() > 0.5);
    /// ```
    pub fn standard_error_at(&self, x: f64, y: f64) -> Option<f64> {
        let Self::Triangles(mesh) = self else { return None };
        let slope = mesh.variogram?;
        mesh.tree.locate_in_envelope_intersecting(&AABB::from_point([x, y])).find_map(|triangle| {
            let w = triangle.weights(x, y)?;
            let c = triangle.corners;
            let gamma = |a: [f64; 2], b: [f64; 2]| slope * (a[0] - b[0]).hypot(a[1] - b[1]);
            let xy = |i: usize| [c[i][0], c[i][1]];
            let mut variance = 0.0;
            for i in 0..3 {
                variance += 2.0 * w[i] * gamma([x, y], xy(i));
                for j in 0..3 {
                    variance -= w[i] * w[j] * gamma(xy(i), xy(j));
                }
            }
            Some(variance.max(0.0).sqrt())
        })
    }

    /// `[a, b, c]` with value `a·x + b·y + c`, where the surface is that simple.
    pub fn linear(&self) -> Option<[f64; 3]> {
        match self {
            Self::Flat(z) => Some([0.0, 0.0, *z]),
            Self::Plane { at, slope } => Some([slope[0], slope[1], at[2] - slope[0] * at[0] - slope[1] * at[1]]),
            _ => None,
        }
    }

    /// Slope towards east and north at a point, m per m.
    pub fn slope_at(&self, x: f64, y: f64) -> Option<[f64; 2]> {
        match self {
            Self::Flat(_) => Some([0.0, 0.0]),
            Self::Plane { slope, .. } => Some(*slope),
            Self::Triangles(mesh) => {
                let [a, b, c] = mesh
                    .tree
                    .locate_in_envelope_intersecting(&AABB::from_point([x, y]))
                    .find(|triangle| triangle.value(x, y).is_some())?
                    .corners;
                let det = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
                Some([
                    ((b[2] - a[2]) * (c[1] - a[1]) - (c[2] - a[2]) * (b[1] - a[1])) / det,
                    ((c[2] - a[2]) * (b[0] - a[0]) - (b[2] - a[2]) * (c[0] - a[0])) / det,
                ])
            }
            Self::Unknown => None,
        }
    }

    /// Lowest value over an outline, m; nothing where part of it is unknown.
    pub fn lowest_over(&self, outline: &Outline) -> Option<f64> {
        let corners = outline.to_geo();
        let mut lowest = f64::INFINITY;
        for c in corners.iter().flat_map(|p| p.exterior().0.iter()) {
            lowest = lowest.min(self.at(c.x, c.y)?);
        }
        if let Self::Triangles(mesh) = self {
            for v in &mesh.vertices {
                if v[2] < lowest && outline.contains(v[0], v[1]) {
                    lowest = lowest.min(v[2]);
                }
            }
        }
        lowest.is_finite().then_some(lowest)
    }

    /// Lowest and highest value anywhere; nothing when it has no bounds.
    pub fn range(&self) -> Option<(f64, f64)> {
        match self {
            Self::Flat(z) => Some((*z, *z)),
            Self::Triangles(mesh) => Some(
                mesh.vertices.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |r, v| (r.0.min(v[2]), r.1.max(v[2]))),
            ),
            Self::Plane { .. } | Self::Unknown => None,
        }
    }

    /// The triangles of the surface over a box, for pictures: a plane as two.
    pub fn triangles_over(&self, bounds: [f64; 4]) -> Vec<[[f64; 3]; 3]> {
        match self {
            Self::Triangles(mesh) => {
                let mut found: Vec<[[f64; 3]; 3]> = mesh
                    .tree
                    .locate_in_envelope_intersecting(&AABB::from_corners(
                        [bounds[0], bounds[1]],
                        [bounds[2], bounds[3]],
                    ))
                    .map(|triangle| triangle.corners)
                    .collect();
                found.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
                found
            }
            Self::Unknown => Vec::new(),
            _ => {
                let [x0, y0, x1, y1] = bounds;
                let p = |x, y| [x, y, self.at(x, y).unwrap_or_default()];
                vec![[p(x0, y0), p(x1, y0), p(x1, y1)], [p(x0, y0), p(x1, y1), p(x0, y1)]]
            }
        }
    }
}

/// Slope of the linear variogram of the departures from the best plane, over the sides of the triangles.
fn variogram_slope(triangles: &[[[f64; 3]; 3]]) -> Option<f64> {
    let mut points: Vec<[f64; 3]> = triangles.iter().flatten().copied().collect();
    points.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    points.dedup();
    let n = points.len() as f64;
    let mean = |axis: usize| points.iter().map(|p| p[axis]).sum::<f64>() / n;
    let (mx, my, mz) = (mean(0), mean(1), mean(2));
    let (mut xx, mut xy, mut yy, mut xz, mut yz) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for p in &points {
        let (x, y, z) = (p[0] - mx, p[1] - my, p[2] - mz);
        xx += x * x;
        xy += x * y;
        yy += y * y;
        xz += x * z;
        yz += y * z;
    }
    let det = xx * yy - xy * xy;
    if det <= 0.0 {
        return None;
    }
    let (gx, gy) = ((xz * yy - yz * xy) / det, (yz * xx - xz * xy) / det);
    let departure = |p: &[f64; 3]| p[2] - mz - gx * (p[0] - mx) - gy * (p[1] - my);
    let (mut sum, mut count) = (0.0, 0.0);
    for t in triangles {
        for i in 0..3 {
            let (a, b) = (&t[i], &t[(i + 1) % 3]);
            let h = (a[0] - b[0]).hypot(a[1] - b[1]);
            if h > 0.0 {
                sum += (departure(a) - departure(b)).powi(2) / (2.0 * h);
                count += 1.0;
            }
        }
    }
    (count > 0.0).then(|| sum / count)
}

#[derive(Clone, Copy)]
struct Vertex {
    x: f64,
    y: f64,
    z: f64,
}

impl spade::HasPosition for Vertex {
    type Scalar = f64;
    fn position(&self) -> Point2<f64> {
        Point2::new(self.x, self.y)
    }
}

fn crosses(corners: &[[f64; 3]; 3], line: &[[f64; 2]]) -> bool {
    let side = |a: [f64; 2], b: [f64; 2], p: [f64; 2]| (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
    line.windows(2).any(|pair| {
        (0..3).any(|i| {
            let a = [corners[i][0], corners[i][1]];
            let b = [corners[(i + 1) % 3][0], corners[(i + 1) % 3][1]];
            side(a, b, pair[0]) * side(a, b, pair[1]) < 0.0
                && side(pair[0], pair[1], a) * side(pair[0], pair[1], b) < 0.0
        })
    })
}

/// The parts of an outline where a value is at most zero, and where it is unknown.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Value at most zero.
    pub below: Outline,
    /// Value unknown.
    pub unknown: Outline,
}

/// Where over `outline` a value is at most zero: exact for a linear value `[a, b, c]`, else on a lattice of triangles
/// of about 1/100 of the outline's size.
pub fn where_below(outline: &Outline, linear: Option<[f64; 3]>, value: impl Fn(f64, f64) -> Option<f64>) -> Parts {
    if let Some([a, b, c]) = linear {
        return Parts { below: outline.half_plane(a, b, c), unknown: Outline::default() };
    }
    let Some([x0, y0, x1, y1]) = outline.bounds() else { return Parts::default() };
    let step = ((x1 - x0).max(y1 - y0) / 100.0).max(1.0);
    let columns = ((x1 - x0) / step).ceil() as usize + 1;
    let rows = ((y1 - y0) / step).ceil() as usize + 1;
    let place = |column: usize, row: usize| [x0 + step * column as f64, y0 + step * row as f64];
    let values: Vec<Option<f64>> = (0..rows * columns)
        .map(|i| {
            let [x, y] = place(i % columns, i / columns);
            value(x, y)
        })
        .collect();
    let (mut below, mut unknown) = (Vec::new(), Vec::new());
    for row in 0..rows - 1 {
        for column in 0..columns - 1 {
            for corners in [
                [(column, row), (column + 1, row), (column + 1, row + 1)],
                [(column, row), (column + 1, row + 1), (column, row + 1)],
            ] {
                let at: Vec<_> = corners.map(|(c, r)| (place(c, r), values[r * columns + c])).to_vec();
                let known: Vec<([f64; 2], f64)> = at.iter().filter_map(|(p, v)| Some((*p, (*v)?))).collect();
                if known.len() == 3 {
                    below.push(Outline::convex(&clip_convex(&known)));
                } else {
                    unknown.push(Outline::convex(&at.iter().map(|(p, _)| *p).collect::<Vec<_>>()));
                }
            }
        }
    }
    Parts { below: Outline::union(&below).within(outline), unknown: Outline::union(&unknown).within(outline) }
}

/// A measured direction of a borehole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Station {
    /// Depth along the hole, m.
    pub depth_m: f64,
    /// Direction, degrees clockwise from north.
    pub azimuth_deg: f64,
    /// Angle from straight down, degrees.
    pub inclination_deg: f64,
}

/// The path of a borehole from its collar by minimum curvature, points at each station and at its end; vertical
/// where there are no stations.
///
/// *Source:* Taylor and Mason, "A systematic approach to well surveying calculations", SPE 3362 (1972).
///
/// ```
/// use minesift_core::site::surface::{desurvey, Station};
/// let straight = desurvey([0.0, 0.0, 100.0], &[], 50.0);
/// assert_eq!(straight.last(), Some(&[0.0, 0.0, 50.0]));
/// // A quarter circle of radius 100 m towards the east ends 100 m east and 100 m down.
/// let quarter = 50.0 * std::f64::consts::PI;
/// let bent = desurvey([0.0, 0.0, 0.0], &[
///     Station { depth_m: 0.0, azimuth_deg: 90.0, inclination_deg: 0.0 },
///     Station { depth_m: quarter, azimuth_deg: 90.0, inclination_deg: 90.0 },
/// ], quarter);
/// let end = bent.last().unwrap();
/// assert!((end[0] - 100.0).abs() < 1e-9 && (end[2] + 100.0).abs() < 1e-9);
/// ```
pub fn desurvey(collar: [f64; 3], stations: &[Station], depth_m: f64) -> Vec<[f64; 3]> {
    let direction = |s: &Station| {
        let (a, i) = (s.azimuth_deg.to_radians(), s.inclination_deg.to_radians());
        [i.sin() * a.sin(), i.sin() * a.cos(), -i.cos()]
    };
    let mut path = vec![collar];
    let mut at = collar;
    let mut depth = 0.0;
    let mut heading = stations.first().map_or([0.0, 0.0, -1.0], direction);
    let end = stations.iter().map(|s| (s.depth_m, direction(s))).filter(|(d, _)| *d <= depth_m);
    let last = stations.last().map_or([0.0, 0.0, -1.0], direction);
    for (next_depth, next) in end.chain(std::iter::once((depth_m, last))) {
        let length = next_depth - depth;
        if length > 0.0 {
            let dot = (heading[0] * next[0] + heading[1] * next[1] + heading[2] * next[2]).clamp(-1.0, 1.0);
            let bend = dot.acos();
            let factor = if bend < 1e-9 { 1.0 } else { 2.0 / bend * (bend / 2.0).tan() };
            for axis in 0..3 {
                at[axis] += length / 2.0 * (heading[axis] + next[axis]) * factor;
            }
            path.push(at);
            depth = next_depth;
        }
        heading = next;
    }
    path
}
