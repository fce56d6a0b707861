//! [`Outline`]: an area in plan that is valid once it exists.
//!
//! Coordinates stand on one grid of 0.1 mm, the same for every mine, so that a result does not depend on what else
//! is in the picture, on the order of the input or on the size of the map. All set operations run on that grid in
//! 64-bit integers (`i_overlay`); 0.1 mm is far below what any mine survey can see.

mod convex;
mod folds;
mod meeting;
pub(crate) mod mosaic;
mod offset;
mod tile;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use i_overlay::core::extract::BooleanExtractionBuffer;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::integer::OverlayInt;
use i_overlay::core::overlay::{Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;

pub use convex::Convex;
pub use offset::Arcs;

/// Grid steps in a metre: 0.1 mm.
const STEPS_PER_M: f64 = 10_000.0;
/// Below this a ring is a rounding of the grid, not ground, in m².
const SPECK_M2: f64 = 1e-4;

/// A closed ring, corners in grid steps.
pub(crate) type Ring = Vec<(i64, i64)>;
type Shapes = Vec<Vec<Ring>>;

/// What a sweep is asked for: which sets, of subject and clip under one fill rule.
struct Sweep<'a> {
    subject: &'a [&'a Ring],
    clip: &'a [&'a Ring],
    fill: FillRule,
}

impl Sweep<'_> {
    /// One set for each rule, from one graph. Works from the lower left corner of what it is given, so that most mines
    /// fit the faster 32-bit engine; the grid, and so the result, is the same in both.
    fn sets(&self, rules: &[OverlayRule]) -> Vec<Shapes> {
        let all = || self.subject.iter().chain(self.clip).flat_map(|ring| ring.iter());
        let Some(&first) = all().next() else { return vec![Vec::new(); rules.len()] };
        let low = all().fold(first, |b, p| (b.0.min(p.0), b.1.min(p.1)));
        let high = all().fold(first, |b, p| (b.0.max(p.0), b.1.max(p.1)));
        if (high.0 - low.0).max(high.1 - low.1) < i64::from(i32::MAX / 2) {
            self.run(rules, low, |v| v as i32, i64::from)
        } else {
            self.run(rules, low, |v| v, |v| v)
        }
    }

    fn run<I: OverlayInt>(
        &self,
        rules: &[OverlayRule],
        low: (i64, i64),
        to: impl Fn(i64) -> I,
        from: impl Fn(I) -> i64,
    ) -> Vec<Shapes> {
        let corners = self.subject.iter().chain(self.clip).map(|ring| ring.len()).sum();
        let mut overlay = Overlay::<I>::new(corners);
        for (rings, side) in [(self.subject, ShapeType::Subject), (self.clip, ShapeType::Clip)] {
            for ring in rings {
                overlay.add_path_iter(ring.iter().map(|&(x, y)| IntPoint::new(to(x - low.0), to(y - low.1))), side);
            }
        }
        let mut buffer = BooleanExtractionBuffer::default();
        let Some(graph) = overlay.build_graph_view(self.fill) else { return vec![Vec::new(); rules.len()] };
        rules
            .iter()
            .map(|rule| {
                graph
                    .extract_shapes(*rule, &mut buffer)
                    .into_iter()
                    .map(|shape| {
                        shape
                            .into_iter()
                            .map(|ring| ring.into_iter().map(|p| (from(p.x) + low.0, from(p.y) + low.1)).collect())
                            .collect()
                    })
                    .collect()
            })
            .collect()
    }

    fn set(&self, rule: OverlayRule) -> Outline {
        Outline::from_shapes(self.sets(&[rule]).pop().unwrap_or_default())
    }
}

/// What was wrong with a ring or an area, before or instead of a repair.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OutlineError {
    /// A coordinate is NaN or infinite, or farther than 10¹¹ m from the origin.
    #[error("a coordinate is not a usable number")]
    NotANumber,
    /// Nothing is left: fewer than three corners, or no area.
    #[error("the outline encloses no area")]
    Empty,
    /// A ring crosses or touches itself; the even-odd reading has another area.
    #[error("a ring crosses itself (area {before_m2:.1} m2 as written, {after_m2:.1} m2 by the even-odd rule)")]
    SelfCrossing {
        /// Area of the rings as written, m².
        before_m2: f64,
        /// Area by the even-odd rule, m².
        after_m2: f64,
    },
}

/// An area in plan, possibly of several parts with holes; may be empty only as the result of a set operation.
///
/// ```
/// use minesift_core::outline::Outline;
/// let square = Outline::rectangle(0.0, 0.0, 100.0, 100.0);
/// let grown = square.grown(20.0);
/// // 100*100 + 4*100*20 + pi*20^2, never smaller
/// assert!(grown.area_m2() - 19_256.637 < 2.0 && grown.area_m2() >= 19_256.637);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub struct Outline {
    shapes: Vec<Vec<Vec<(i64, i64)>>>,
}

fn to_grid(value_m: f64) -> i64 {
    (value_m * STEPS_PER_M).round() as i64
}

fn to_metres(steps: i64) -> f64 {
    steps as f64 / STEPS_PER_M
}

/// Twice the area of a ring: as seen from its first corner, where products of a mine's size fit 64 bits.
fn ring_area2(ring: &[(i64, i64)]) -> i128 {
    let Some((&(x, y), rest)) = ring.split_first() else { return 0 };
    let near = |d: i64| d.unsigned_abs() < 1 << 30;
    rest.windows(2)
        .map(|side| {
            let (a, b) = ((side[0].0 - x, side[0].1 - y), (side[1].0 - x, side[1].1 - y));
            if near(a.0) && near(a.1) && near(b.0) && near(b.1) {
                i128::from(a.0 * b.1 - b.0 * a.1)
            } else {
                i128::from(a.0) * i128::from(b.1) - i128::from(b.0) * i128::from(a.1)
            }
        })
        .sum()
}

fn steps2_to_m2(area2: i128) -> f64 {
    area2 as f64 / 2.0 / (STEPS_PER_M * STEPS_PER_M)
}

impl Outline {
    /// The outline of a polygon or several, as read from a file.
    ///
    /// # Errors
    /// [`OutlineError`] when a coordinate is no number, nothing is enclosed, or a ring crosses itself: the door
    /// repairs with [`Outline::repaired`] and says so.
    pub fn new(areas: &MultiPolygon<f64>) -> Result<Self, OutlineError> {
        let (outline, before_m2) = Self::even_odd(areas)?;
        let after_m2 = outline.area_m2();
        if outline.is_empty() {
            return if before_m2 > 1.0 {
                Err(OutlineError::SelfCrossing { before_m2, after_m2 })
            } else {
                Err(OutlineError::Empty)
            };
        }
        if (before_m2 - after_m2).abs() > 1e-3_f64.max(1e-9 * after_m2) {
            return Err(OutlineError::SelfCrossing { before_m2, after_m2 });
        }
        Ok(outline)
    }

    /// The outline by the even-odd rule, whatever the rings do, with its area before and after in m².
    ///
    /// # Errors
    /// [`OutlineError::NotANumber`] or [`OutlineError::Empty`], which no rule can repair.
    pub fn repaired(areas: &MultiPolygon<f64>) -> Result<(Self, f64, f64), OutlineError> {
        let (outline, before_m2) = Self::even_odd(areas)?;
        if outline.is_empty() {
            return Err(OutlineError::Empty);
        }
        let after_m2 = outline.area_m2();
        Ok((outline, before_m2, after_m2))
    }

    fn even_odd(areas: &MultiPolygon<f64>) -> Result<(Self, f64), OutlineError> {
        let mut rings: Vec<Ring> = Vec::new();
        let mut parts: Vec<Outline> = Vec::new();
        let mut before_m2 = 0.0;
        for polygon in areas {
            rings.clear();
            for (number, line) in std::iter::once(polygon.exterior()).chain(polygon.interiors()).enumerate() {
                let ring = grid_ring(line)?;
                let area2 = ring_area2(&ring);
                let ring_m2 = steps2_to_m2(area2).abs();
                before_m2 += if number == 0 { ring_m2 } else { -ring_m2 };
                rings.push(ring);
            }
            // A ring that does not cross itself is what it says: no sweep.
            if let [ring] = rings.as_mut_slice()
                && folds::near_origin(ring).is_some_and(|(near, _)| folds::is_simple(&near))
            {
                let mut ring = mosaic::without_straight(std::mem::take(ring));
                if ring_area2(&ring) < 0 {
                    ring.reverse();
                }
                parts.push(Self::from_shapes(vec![vec![ring]]));
                continue;
            }
            let subject: Vec<&Ring> = rings.iter().collect();
            parts.push(Sweep { subject: &subject, clip: &[], fill: FillRule::EvenOdd }.set(OverlayRule::Subject));
        }
        let outline = if parts.len() == 1 { parts.remove(0) } else { Self::union(&parts) };
        Ok((outline, before_m2))
    }

    /// The rectangle from corner to corner, metres.
    pub fn rectangle(x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        let (x0, x1) = (to_grid(x0.min(x1)), to_grid(x0.max(x1)));
        let (y0, y1) = (to_grid(y0.min(y1)), to_grid(y0.max(y1)));
        if x0 == x1 || y0 == y1 {
            return Self::default();
        }
        Self { shapes: vec![vec![vec![(x0, y0), (x1, y0), (x1, y1), (x0, y1)]]] }
    }

    /// The triangle of three corners, metres; empty when they lie on one line.
    pub fn triangle(corners: [[f64; 2]; 3]) -> Self {
        Self::convex(&corners)
    }

    /// The convex polygon with these corners in either turning, metres; empty when it has no area.
    pub fn convex(corners: &[[f64; 2]]) -> Self {
        let mut ring: Vec<(i64, i64)> = corners.iter().map(|c| (to_grid(c[0]), to_grid(c[1]))).collect();
        ring.dedup();
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        let area2 = if ring.len() < 3 { 0 } else { ring_area2(&ring) };
        if area2 == 0 {
            return Self::default();
        }
        if area2 < 0 {
            ring.reverse();
        }
        Self { shapes: vec![vec![ring]] }
    }

    fn from_shapes(shapes: Shapes) -> Self {
        let mut shapes: Vec<Vec<Vec<(i64, i64)>>> = shapes
            .into_iter()
            .map(|shape| {
                let mut rings: Vec<Vec<(i64, i64)>> = shape
                    .into_iter()
                    .map(from_lowest_corner)
                    .filter(|ring| ring.len() > 2 && steps2_to_m2(ring_area2(ring)).abs() > SPECK_M2)
                    .collect();
                if rings.len() > 1 {
                    rings[1..].sort_unstable();
                }
                rings
            })
            .filter(|shape| !shape.is_empty() && ring_area2(&shape[0]) > 0)
            .collect();
        shapes.sort_unstable();
        Self { shapes }
    }

    /// Every ring: shells counter-clockwise, holes clockwise, corners in grid steps of 0.1 mm.
    fn rings(&self) -> impl Iterator<Item = &Vec<(i64, i64)>> {
        self.shapes.iter().flatten()
    }

    /// What is left of two outlines; of both, rings are swept only where their boxes meet the other's.
    fn overlay(&self, other: &Self, rule: OverlayRule) -> Self {
        let (Some(own), Some(others)) = (self.grid_bounds(), other.grid_bounds()) else { return self.clone() };
        // What is taken from stays whole; what is in both lies in both boxes.
        let subject: Vec<&Ring> =
            if rule == OverlayRule::Intersect { self.rings_near(others) } else { self.rings().collect() };
        let clip = other.rings_near(own);
        Sweep { subject: &subject, clip: &clip, fill: FillRule::NonZero }.set(rule)
    }

    /// Rings of the parts that may meet a box; holes beside it are left out: they take nothing from it.
    fn rings_near(&self, window: Bounds) -> Vec<&Ring> {
        let meets = |ring: &Ring| {
            ring_bounds(ring).is_some_and(|b| b.0 <= window.2 && window.0 <= b.2 && b.1 <= window.3 && window.1 <= b.3)
        };
        let parts = self.shapes.iter().filter(|shape| shape.first().is_some_and(meets));
        parts
            .flat_map(|shape| shape.iter().enumerate().filter(|(i, ring)| *i == 0 || meets(ring)))
            .map(|(_, ring)| ring)
            .collect()
    }

    /// All ground that lies in any of `outlines`.
    pub fn union<'a>(outlines: impl IntoIterator<Item = &'a Outline>) -> Self {
        let outlines: Vec<&Outline> = outlines.into_iter().filter(|outline| !outline.is_empty()).collect();
        match outlines.as_slice() {
            [] => Self::default(),
            [only] => (*only).clone(),
            _ => {
                let subject: Vec<&Ring> = outlines.iter().flat_map(|outline| outline.rings()).collect();
                Sweep { subject: &subject, clip: &[], fill: FillRule::NonZero }.set(OverlayRule::Subject)
            }
        }
    }

    /// The ground that lies in both.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        if !self.may_meet(other) {
            return Self::default();
        }
        self.overlay(other, OverlayRule::Intersect)
    }

    /// True when both have ground in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (Some(a), Some(b)) = (self.grid_bounds(), other.grid_bounds()) else { return false };
        if a.0 > b.2 || b.0 > a.2 || a.1 > b.3 || b.1 > a.3 {
            return false;
        }
        // Where no border of the other comes near, all of it lies on one side.
        let near = |ring: &Vec<(i64, i64)>| {
            ring.iter()
                .zip(ring.iter().cycle().skip(1))
                .any(|(p, q)| p.0.min(q.0) <= a.2 && a.0 <= p.0.max(q.0) && p.1.min(q.1) <= a.3 && a.1 <= p.1.max(q.1))
        };
        if other.rings().any(near) {
            // A corner well inside says it without a sweep.
            let inside = |p: &(i64, i64)| {
                let (border_m, inside) = other.to_border(to_metres(p.0), to_metres(p.1));
                inside && border_m > 0.1
            };
            if self.shapes.iter().any(|shape| shape[0].iter().step_by(8).any(inside)) {
                return true;
            }
            return !self.within(other).is_empty();
        }
        self.shapes.first().is_some_and(|shape| other.to_border(to_metres(shape[0][0].0), to_metres(shape[0][0].1)).1)
    }

    /// The ground of `self` that does not lie in `other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        if !self.may_meet(other) {
            return self.clone();
        }
        self.overlay(other, OverlayRule::Difference)
    }

    /// The outline and all ground within `distance_m` of it, with round joins: never smaller than the true
    /// distance, nowhere more than 1 cm larger. A distance of zero or less changes nothing.
    #[must_use]
    pub fn grown(&self, distance_m: f64) -> Self {
        self.grown_with(distance_m, Arcs::default())
    }

    /// [`Outline::grown`] with arcs of a stated kind.
    #[must_use]
    pub fn grown_with(&self, distance_m: f64, arcs: Arcs) -> Self {
        if distance_m <= 0.0 || self.is_empty() {
            return self.clone();
        }
        offset::grow(self, distance_m, arcs)
    }

    /// All ground within `distance_m` of a line, with round joins and ends.
    pub fn around_line(line: &[[f64; 2]], distance_m: f64) -> Self {
        Self::around_line_with(line, distance_m, Arcs::default())
    }

    /// [`Outline::around_line`] with arcs of a stated kind.
    pub fn around_line_with(line: &[[f64; 2]], distance_m: f64, arcs: Arcs) -> Self {
        offset::around_line(line, distance_m, arcs)
    }

    /// A line with its width, half of it on each side, with flat ends: a heading's outline.
    pub fn strip(line: &[[f64; 2]], width_m: f64) -> Self {
        let half = width_m / 2.0;
        let pieces: Vec<Outline> = line
            .windows(2)
            .filter_map(|pair| {
                let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
                let length = dx.hypot(dy);
                (length > 0.0).then(|| {
                    let (nx, ny) = (-dy / length * half, dx / length * half);
                    Outline::convex(&[
                        [pair[0][0] + nx, pair[0][1] + ny],
                        [pair[0][0] - nx, pair[0][1] - ny],
                        [pair[1][0] - nx, pair[1][1] - ny],
                        [pair[1][0] + nx, pair[1][1] + ny],
                    ])
                })
            })
            // Round the inner corners: a bend of a heading is driven, not notched.
            .chain(
                line.iter()
                    .skip(1)
                    .take(line.len().saturating_sub(2))
                    .map(|corner| offset::disc(*corner, half, Arcs::default())),
            )
            .collect();
        Self::union(&pieces)
    }

    /// The disc around a point.
    pub fn disc(centre: [f64; 2], radius_m: f64) -> Self {
        offset::disc(centre, radius_m, Arcs::default())
    }

    /// [`Outline::disc`] with arcs of a stated kind.
    pub fn disc_with(centre: [f64; 2], radius_m: f64, arcs: Arcs) -> Self {
        offset::disc(centre, radius_m, arcs)
    }

    /// The part where `a·x + b·y + c <= 0`, coordinates in metres.
    #[must_use]
    pub fn half_plane(&self, a: f64, b: f64, c: f64) -> Self {
        let Some([x0, y0, x1, y1]) = self.bounds() else { return Self::default() };
        let corners = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(|[x, y]| ([x, y], a * x + b * y + c));
        if corners.iter().all(|(_, value)| *value <= 0.0) {
            return self.clone();
        }
        self.within(&Self::convex(&clip_convex(&corners)))
    }

    /// True when there is no ground in it.
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// Area in m².
    pub fn area_m2(&self) -> f64 {
        steps2_to_m2(self.rings().map(|ring| ring_area2(ring)).sum::<i128>())
    }

    /// Number of corners of all rings.
    pub fn corners(&self) -> usize {
        self.rings().map(Vec::len).sum()
    }

    /// Length of all rings in m.
    pub fn perimeter_m(&self) -> f64 {
        self.rings()
            .flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)).take(ring.len()))
            .map(|(a, b)| (to_metres(a.0 - b.0)).hypot(to_metres(a.1 - b.1)))
            .sum()
    }

    /// `[x_min, y_min, x_max, y_max]` in m, or nothing for an empty outline.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let (x0, y0, x1, y1) = self.grid_bounds()?;
        Some([to_metres(x0), to_metres(y0), to_metres(x1), to_metres(y1)])
    }

    fn grid_bounds(&self) -> Option<Bounds> {
        let mut corners = self.shapes.iter().flat_map(|shape| &shape[0]);
        let first = corners.next()?;
        Some(
            corners.fold((first.0, first.1, first.0, first.1), |b, &(x, y)| {
                (b.0.min(x), b.1.min(y), b.2.max(x), b.3.max(y))
            }),
        )
    }

    /// False when the boxes are apart: a cheap answer before a set operation.
    pub fn may_meet(&self, other: &Self) -> bool {
        match (self.grid_bounds(), other.grid_bounds()) {
            (Some(a), Some(b)) => a.0 <= b.2 && b.0 <= a.2 && a.1 <= b.3 && b.1 <= a.3,
            _ => false,
        }
    }

    /// The parts, each one connected outline.
    pub fn parts(&self) -> impl Iterator<Item = Outline> + '_ {
        self.shapes.iter().map(|shape| Outline { shapes: vec![shape.clone()] })
    }

    /// True when the point lies inside or on the border.
    pub fn contains(&self, x: f64, y: f64) -> bool {
        self.distance_m(x, y) == 0.0
    }

    /// Distance in m from a point to the outline, zero inside.
    pub fn distance_m(&self, x: f64, y: f64) -> f64 {
        let (border, inside) = self.to_border(x, y);
        if inside { 0.0 } else { border }
    }

    /// Distance in m to the nearest border, and whether the point lies inside; infinite for an empty outline.
    pub fn to_border(&self, x: f64, y: f64) -> (f64, bool) {
        let (px, py) = (x * STEPS_PER_M, y * STEPS_PER_M);
        let mut inside = false;
        let mut best2 = f64::INFINITY;
        for ring in self.rings() {
            for (i, &(ax, ay)) in ring.iter().enumerate() {
                let (bx, by) = ring[(i + 1) % ring.len()];
                let (ax, ay, bx, by) = (ax as f64 - px, ay as f64 - py, bx as f64 - px, by as f64 - py);
                if (ay > 0.0) != (by > 0.0) && 0.0 < ax + (bx - ax) * (-ay) / (by - ay) {
                    inside = !inside;
                }
                let (dx, dy) = (bx - ax, by - ay);
                let t = (-(ax * dx + ay * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
                best2 = best2.min((ax + t * dx).powi(2) + (ay + t * dy).powi(2));
            }
        }
        let border = best2.sqrt() / STEPS_PER_M;
        (border, inside || border == 0.0)
    }

    /// Shortest distance in m between two outlines, zero where they meet; infinite when one is empty.
    pub fn distance_to_m(&self, other: &Self) -> f64 {
        if self.is_empty() || other.is_empty() {
            return f64::INFINITY;
        }
        use geo::{Distance, Euclidean};
        // A common shift keeps the digits of 8-figure eastings for the inside of the distance routine.
        let (x0, y0, _, _) = self.grid_bounds().unwrap_or_default();
        Euclidean.distance(&self.to_geo_from(x0, y0), &other.to_geo_from(x0, y0))
    }

    /// A point that surely lies inside, near the middle: where a label goes. Nothing for an empty outline.
    pub fn label_point(&self) -> Option<[f64; 2]> {
        use geo::InteriorPoint;
        let largest = self.shapes.iter().max_by_key(|shape| ring_area2(&shape[0]))?;
        let (x0, y0, _, _) = self.grid_bounds()?;
        let point = Outline { shapes: vec![largest.clone()] }.to_geo_from(x0, y0).interior_point()?;
        Some([to_metres(x0) + point.x(), to_metres(y0) + point.y()])
    }

    /// The areas as geometry in metres, shells counter-clockwise.
    pub fn to_geo(&self) -> MultiPolygon<f64> {
        self.to_geo_from(0, 0)
    }

    fn to_geo_from(&self, x0: i64, y0: i64) -> MultiPolygon<f64> {
        let line = |ring: &Vec<(i64, i64)>| -> LineString<f64> {
            ring.iter()
                .chain(ring.first())
                .map(|&(x, y)| Coord { x: to_metres(x - x0), y: to_metres(y - y0) })
                .collect()
        };
        self.shapes.iter().map(|shape| Polygon::new(line(&shape[0]), shape[1..].iter().map(line).collect())).collect()
    }
}

/// A box on the grid: lowest and highest corner.
type Bounds = (i64, i64, i64, i64);

fn ring_bounds(ring: &[(i64, i64)]) -> Option<Bounds> {
    let first = ring.first()?;
    Some(
        ring.iter()
            .fold((first.0, first.1, first.0, first.1), |b, &(x, y)| (b.0.min(x), b.1.min(y), b.2.max(x), b.3.max(y))),
    )
}

/// Ground cut into forbidden, deferred and mineable: (union of forbidden) ∩ ground, (union of deferred) ∩ ground less
/// forbidden, and the rest. Two sweeps, each of which yields two of the sets.
pub fn partition<'a>(
    ground: &Outline,
    forbidden: impl Iterator<Item = &'a Outline>,
    deferred: impl Iterator<Item = &'a Outline>,
) -> (Outline, Outline, Outline) {
    fn touching<'a>(outlines: impl Iterator<Item = &'a Outline>, ground: &Outline) -> Vec<&'a Ring> {
        outlines.filter(|outline| outline.may_meet(ground)).flat_map(Outline::rings).collect()
    }
    let (forbidden, deferred) = (touching(forbidden, ground), touching(deferred, ground));
    let clip: Vec<&Ring> = ground.rings().collect();
    let sweep = Sweep { subject: &forbidden, clip: &clip, fill: FillRule::NonZero };
    let mut sets = sweep.sets(&[OverlayRule::Intersect, OverlayRule::InverseDifference]).into_iter();
    let closed = Outline::from_shapes(sets.next().unwrap_or_default());
    let rest = sets.next().unwrap_or_default();
    let clip: Vec<&Ring> = rest.iter().flatten().collect();
    let sweep = Sweep { subject: &deferred, clip: &clip, fill: FillRule::NonZero };
    let mut sets =
        sweep.sets(&[OverlayRule::Intersect, OverlayRule::InverseDifference]).into_iter().map(Outline::from_shapes);
    let waits = sets.next().unwrap_or_default();
    (closed, waits, sets.next().unwrap_or_default())
}

/// Corners of the part of a convex polygon where the value at each corner, linear between them, is at most zero.
pub(crate) fn clip_convex(corners: &[([f64; 2], f64)]) -> Vec<[f64; 2]> {
    let mut kept = Vec::with_capacity(corners.len() + 1);
    for (i, &(a, va)) in corners.iter().enumerate() {
        let (b, vb) = corners[(i + 1) % corners.len()];
        if va <= 0.0 {
            kept.push(a);
        }
        if (va < 0.0 && vb > 0.0) || (va > 0.0 && vb < 0.0) {
            let t = va / (va - vb);
            kept.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
        }
    }
    kept
}

fn grid_ring(line: &LineString<f64>) -> Result<Ring, OutlineError> {
    let mut ring: Ring = Vec::with_capacity(line.0.len());
    for c in &line.0 {
        if !(c.x.is_finite() && c.y.is_finite()) || c.x.abs() > 1e11 || c.y.abs() > 1e11 {
            return Err(OutlineError::NotANumber);
        }
        ring.push((to_grid(c.x), to_grid(c.y)));
    }
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring.dedup();
    Ok(ring)
}

fn from_lowest_corner(mut ring: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    if let Some(lowest) = (0..ring.len()).min_by_key(|&i| ring[i]) {
        ring.rotate_left(lowest);
    }
    ring
}
