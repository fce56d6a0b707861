//! Growing by a distance, specialised for the short rings and lines of mine maps.
//!
//! The raw offset curve of a ring is drawn corner by corner: an arc at each corner that turns away; at each that turns
//! in, the point where the two offset sides meet if both are long enough, else back through the corner itself. Where the
//! curve comes out simple it is the answer; where it folds, the folds are cut off one by one ([`super::folds`]); where
//! that cannot be done without doubt, one sweep under the *positive* fill rule keeps what is
//! truly within the distance. Most rings of a mine map need no sweep: that is where the time of a general buffer goes.

use super::{Outline, Ring, STEPS_PER_M, Sweep, folds, mosaic, ring_area2};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use std::f64::consts::{PI, TAU};

/// How round joins and ends are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arcs {
    /// Polygons *around* the true curve, nowhere more than this many metres outside it: never too small.
    Around {
        /// Largest distance outside the true curve, m.
        tolerance_m: f64,
    },
    /// Polygons *inside* the true curve with this many segments a quarter circle, as GEOS draws them: for
    /// comparisons with other engines only, since a stand-off drawn so is too small.
    Inscribed {
        /// Segments in a quarter circle.
        per_quarter: u32,
        /// An inner corner that lies nearer to the corner before it than this share of the distance is left out before
        /// the curve is drawn: GEOS does so with 0.01 and calls the corner shallow. Nothing is lost by it, but up to that
        /// share of the distance is gained. 0 leaves out none.
        leave_out: f64,
    },
}

impl Default for Arcs {
    fn default() -> Self {
        // The worked cases allow 1 cm outside and nothing inside; the grid's rounding keeps the last millimetre.
        Self::Around { tolerance_m: 0.009 }
    }
}

impl Arcs {
    /// Inner corners of what is grown that lie nearer to the corner before them than this are left out, m.
    fn leave_out_m(self, distance_m: f64) -> f64 {
        match self {
            Self::Around { .. } => 0.0,
            Self::Inscribed { leave_out, .. } => distance_m * leave_out,
        }
    }

    /// Largest angle of one segment for a radius.
    fn step(self, radius_m: f64) -> f64 {
        match self {
            Self::Around { tolerance_m } => (2.0 * (radius_m / (radius_m + tolerance_m)).acos()).clamp(0.01, PI / 4.0),
            Self::Inscribed { per_quarter, .. } => PI / 2.0 / f64::from(per_quarter.max(1)),
        }
    }
}

/// The nearest whole number, as `round` gives it, without a call of the mathematics library.
fn nearest(value: f64) -> i64 {
    let whole = value as i64;
    let rest = value - whole as f64;
    whole + i64::from(rest >= 0.5) - i64::from(rest <= -0.5)
}

/// A raw offset curve.
#[derive(Default)]
struct Curve {
    points: Ring,
    /// True where it may cross itself.
    folds: bool,
}

impl Curve {
    fn push(&mut self, x: f64, y: f64) {
        let point = (nearest(x * STEPS_PER_M), nearest(y * STEPS_PER_M));
        if self.points.last() != Some(&point) {
            self.points.push(point);
        }
    }

    /// The arc about `centre` from the unit normal `from` over `sweep` radians counter-clockwise to `to`, with the ends
    /// that its kind needs.
    fn arc(&mut self, centre: [f64; 2], from: [f64; 2], to: [f64; 2], sweep: f64, radius_m: f64, arcs: Arcs) {
        let steps = sweep / arcs.step(radius_m);
        let steps = match arcs {
            Arcs::Around { .. } => steps.ceil(),
            // GEOS rounds the number of segments of an arc.
            Arcs::Inscribed { .. } => steps.round(),
        };
        let steps = steps.max(1.0);
        let (sin, cos) = (sweep / steps).sin_cos();
        let turn = |v: [f64; 2]| [v[0] * cos - v[1] * sin, v[0] * sin + v[1] * cos];
        match arcs {
            Arcs::Around { .. } => {
                // A tangent polygon: corners outside, sides touching the circle; its first and last sides lie on the
                // offset sides, so the points of tangency are not corners.
                let half = sweep / steps / 2.0;
                let outer = radius_m / half.cos();
                let (sin, cos) = half.sin_cos();
                let mut v = [from[0] * cos - from[1] * sin, from[0] * sin + from[1] * cos];
                for _ in 0..steps as u32 {
                    self.push(centre[0] + outer * v[0], centre[1] + outer * v[1]);
                    v = turn(v);
                }
            }
            Arcs::Inscribed { .. } => {
                let mut v = from;
                for _ in 0..steps as u32 {
                    self.push(centre[0] + radius_m * v[0], centre[1] + radius_m * v[1]);
                    v = turn(v);
                }
                self.push(centre[0] + radius_m * to[0], centre[1] + radius_m * to[1]);
            }
        }
    }
}

/// The raw offset curve to the right of a closed ring (outside of a counter-clockwise one).
fn raw_curve(ring: &[[f64; 2]], distance_m: f64, arcs: Arcs) -> Curve {
    let n = ring.len();
    let mut curve = Curve { points: Vec::with_capacity(n * 3), ..Curve::default() };
    let sides: Vec<([f64; 2], f64)> = (0..n)
        .map(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % n]);
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let length = (dx * dx + dy * dy).sqrt();
            ([dx / length, dy / length], length)
        })
        .collect();
    // How much of its sides an inner corner takes: d·tan(turn/2); nothing at an outer corner.
    let turns: Vec<(f64, f64)> = (0..n)
        .map(|i| {
            let (u, v) = (sides[(i + n - 1) % n].0, sides[i].0);
            let (cross, dot) = (u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]);
            // A turn of exactly half a circle is the end of a line and wants its cap.
            let turn = if dot < 0.0 && cross.abs() < 1e-12 { PI } else { cross.atan2(dot) };
            (turn, if turn < 0.0 { distance_m * (-turn / 2.0).tan() } else { 0.0 })
        })
        .collect();
    let fits = |i: usize| turns[i].1 + turns[(i + 1) % n].1 <= sides[i].1;
    for i in 0..n {
        let corner = ring[i];
        let (u, v) = (sides[(i + n - 1) % n].0, sides[i].0);
        let (from, to) = ([u[1], -u[0]], [v[1], -v[0]]);
        let (turn, takes) = turns[i];
        if turn >= 0.0 {
            curve.arc(corner, from, to, turn, distance_m, arcs);
        } else if fits((i + n - 1) % n) && fits(i) {
            curve
                .push(corner[0] + distance_m * from[0] - takes * u[0], corner[1] + distance_m * from[1] - takes * u[1]);
        } else {
            curve.folds = true;
            curve.push(corner[0] + distance_m * from[0], corner[1] + distance_m * from[1]);
            curve.push(corner[0], corner[1]);
            curve.push(corner[0] + distance_m * to[0], corner[1] + distance_m * to[1]);
        }
    }
    if curve.points.len() > 1 && curve.points.first() == curve.points.last() {
        curve.points.pop();
    }
    curve
}

/// Leaves out corners that turn to `inner` (-1 right, 1 left) and lie nearer than `within_m` to the corner before them that
/// stays, round after round until none does: of several in a row every second goes in one round, as in GEOS. The ends of
/// a line stay, as does the first corner of a ring.
fn without_near_inner(corners: &mut Vec<[f64; 2]>, within_m: f64, inner: f64) {
    if within_m <= 0.0 {
        return;
    }
    loop {
        let before = corners.len();
        let mut kept = 1;
        let mut at = 1;
        while at + 1 < before {
            let (p, q, r) = (corners[kept - 1], corners[at], corners[at + 1]);
            let (u, v) = ([q[0] - p[0], q[1] - p[1]], [r[0] - q[0], r[1] - q[1]]);
            if (u[0] * v[1] - u[1] * v[0]) * inner > 0.0 && u[0].hypot(u[1]) < within_m {
                corners[kept] = r;
                at += 1;
            } else {
                corners[kept] = q;
            }
            kept += 1;
            at += 1;
        }
        if at < before {
            corners[kept] = corners[at];
            kept += 1;
        }
        if kept == before {
            return;
        }
        corners.truncate(kept);
    }
}

fn positive(curves: &[Ring]) -> Outline {
    if let Some(outline) = mosaic::positive(curves) {
        return outline;
    }
    let subject: Vec<&Ring> = curves.iter().collect();
    Sweep { subject: &subject, clip: &[], fill: FillRule::Positive }.set(OverlayRule::Subject)
}

/// What the raw curves enclose, without a sweep where one curve is simple or becomes so once its folds are cut off.
fn enclosed(curves: Vec<Curve>) -> Outline {
    if let [curve] = curves.as_slice()
        && let Some((near, low)) = folds::near_origin(&curve.points)
    {
        let rings = if !curve.folds && folds::is_simple(&near) { Some(vec![near]) } else { folds::cut(&near) };
        if let Some(rings) = rings {
            let back = |p: (i32, i32)| (i64::from(p.0) + low.0, i64::from(p.1) + low.1);
            let mut rings: Vec<Ring> = rings.into_iter().map(|ring| ring.into_iter().map(back).collect()).collect();
            if rings.len() > 1 {
                return positive(&rings);
            }
            if let Some(ring) = rings.pop().filter(|ring| ring_area2(ring) > 0) {
                return Outline::from_shapes(vec![vec![ring]]);
            }
        }
    }
    positive(&curves.into_iter().map(|curve| curve.points).collect::<Vec<_>>())
}

pub(super) fn grow(outline: &Outline, distance_m: f64, arcs: Arcs) -> Outline {
    let mut parts: Vec<Outline> = outline
        .shapes
        .iter()
        .map(|shape| {
            let curves: Vec<Curve> = shape
                .iter()
                .map(|ring| {
                    let mut ring: Vec<[f64; 2]> =
                        ring.iter().map(|&(x, y)| [x as f64 / STEPS_PER_M, y as f64 / STEPS_PER_M]).collect();
                    ring.extend(ring.first().copied());
                    without_near_inner(&mut ring, arcs.leave_out_m(distance_m), -1.0);
                    ring.pop();
                    raw_curve(&ring, distance_m, arcs)
                })
                .collect();
            enclosed(curves)
        })
        .collect();
    if parts.len() == 1 { parts.remove(0) } else { Outline::union(&parts) }
}

pub(super) fn around_line(line: &[[f64; 2]], distance_m: f64, arcs: Arcs) -> Outline {
    let mut path: Vec<[f64; 2]> = line.to_vec();
    path.dedup();
    match path.len() {
        0 => Outline::default(),
        1 => disc(path[0], distance_m, arcs),
        _ => {
            // Out along one side and back along the other.
            let mut back = path.clone();
            without_near_inner(&mut path, arcs.leave_out_m(distance_m), -1.0);
            without_near_inner(&mut back, arcs.leave_out_m(distance_m), 1.0);
            let ring: Vec<[f64; 2]> =
                path.iter().copied().chain(back[1..back.len() - 1].iter().rev().copied()).collect();
            enclosed(vec![raw_curve(&ring, distance_m, arcs)])
        }
    }
}

pub(super) fn disc(centre: [f64; 2], radius_m: f64, arcs: Arcs) -> Outline {
    if radius_m <= 0.0 {
        return Outline::default();
    }
    let mut curve = Curve::default();
    curve.arc(centre, [1.0, 0.0], [1.0, 0.0], TAU, radius_m, arcs);
    if curve.points.len() > 1 && curve.points.first() == curve.points.last() {
        curve.points.pop();
    }
    enclosed(vec![curve])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn swept(curve: &Curve) -> Outline {
        Sweep { subject: &[&curve.points], clip: &[], fill: FillRule::Positive }.set(OverlayRule::Subject)
    }

    fn same(ours: &Outline, swept: &Outline) -> Result<(), TestCaseError> {
        let apart = ours.minus(swept).area_m2() + swept.minus(ours).area_m2();
        // Crossings are rounded to 0.1 mm by both.
        let allowed = 1e-4 * (ours.perimeter_m() + swept.perimeter_m());
        prop_assert!(apart <= allowed, "{apart} m2 apart of {} and {}", ours.area_m2(), swept.area_m2());
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// Folds cut off, with the loops that come out of what is left, are what one sweep of the whole curve keeps.
        #[test]
        fn a_curve_without_its_folds_encloses_what_a_sweep_keeps(
            radii in prop::collection::vec(0.05..1.0_f64, 5..60),
            size in 20.0..150.0_f64,
            distance in 1.0..90.0_f64,
            wander in prop::collection::vec(-2.5..2.5_f64, 2..25),
            inscribed in any::<bool>(),
        ) {
            let arcs = if inscribed { Arcs::Inscribed { per_quarter: 8, leave_out: 0.0 } } else { Arcs::default() };
            let n = radii.len() as f64;
            let ring: Vec<[f64; 2]> = radii
                .iter()
                .enumerate()
                .map(|(i, r)| {
                    let angle = TAU * i as f64 / n;
                    [size * r * angle.cos() + 500_000.0, size * r * angle.sin() + 4_200_000.0]
                })
                .collect();
            let curve = raw_curve(&ring, distance, arcs);
            let all = swept(&curve);
            same(&enclosed(vec![curve]), &all)?;
            // A line that turns hard and comes back to itself.
            let (mut at, mut heading) = ([500_000.0, 4_200_000.0], 0.0_f64);
            let mut line = vec![at];
            for turn in wander {
                heading += turn;
                at = [at[0] + size * 0.4 * heading.cos(), at[1] + size * 0.4 * heading.sin()];
                line.push(at);
            }
            let back: Vec<[f64; 2]> = line.iter().copied().chain(line[1..line.len() - 1].iter().rev().copied()).collect();
            let curve = raw_curve(&back, distance, arcs);
            let all = swept(&curve);
            same(&enclosed(vec![curve]), &all)?;
        }

        /// Leaving out near inner corners takes nothing away.
        #[test]
        fn near_inner_corners_left_out_lose_nothing(
            radii in prop::collection::vec((0.7..1.0_f64, 0.0..1.0_f64), 5..60),
            size in 2.0..150.0_f64,
            distance in 1.0..90.0_f64,
        ) {
            let n = radii.len() as f64;
            let corners: geo::LineString<f64> = radii
                .iter()
                .enumerate()
                .map(|(i, (r, shift))| {
                    let angle = TAU * (i as f64 + shift * 0.9) / n;
                    geo::coord! { x: size * r * angle.cos(), y: size * r * angle.sin() }
                })
                .collect();
            let outline = Outline::new(&geo::MultiPolygon(vec![geo::Polygon::new(corners, Vec::new())]));
            prop_assume!(outline.is_ok());
            let outline = outline.unwrap_or_default();
            let drawn = |leave_out: f64| outline.grown_with(distance, Arcs::Inscribed { per_quarter: 8, leave_out });
            let (all, some) = (drawn(0.0), drawn(0.01));
            // Where two arcs become one, it is drawn in other steps: up to what inscribed arcs miss of the circle. Steps are
            // rounded, so that an arc of nearly one and a half is drawn as one.
            let missed = distance * (1.0 - (1.5 * PI / 32.0).cos());
            prop_assert!(all.minus(&some.grown(missed + 1e-3)).area_m2() < 0.01);
            prop_assert!(some.minus(&all.grown(0.01 * distance + missed + 1e-3)).area_m2() < 0.01);
        }
    }
}
