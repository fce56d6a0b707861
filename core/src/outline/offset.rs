//! Growing by a distance, specialised for the short rings and lines of mine maps.
//!
//! The raw offset curve of a ring is drawn corner by corner (an arc at each corner that turns away, back through the
//! corner itself at each that turns in) and one sweep under the *positive* fill rule keeps what is truly within the
//! distance: folds at inner corners wind the other way and vanish.

use super::{Outline, Ring, STEPS_PER_M};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;
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
    },
}

impl Default for Arcs {
    fn default() -> Self {
        // 1 cm is what the law's metres are worth on a mine map; 5 mm leaves half of it for everything else.
        Self::Around { tolerance_m: 0.005 }
    }
}

impl Arcs {
    /// Largest angle of one segment for a radius.
    fn step(self, radius_m: f64) -> f64 {
        match self {
            Self::Around { tolerance_m } => (2.0 * (radius_m / (radius_m + tolerance_m)).acos()).clamp(0.01, PI / 4.0),
            Self::Inscribed { per_quarter } => PI / 2.0 / f64::from(per_quarter.max(1)),
        }
    }
}

struct Curve {
    points: Ring,
}

impl Curve {
    fn push(&mut self, x: f64, y: f64) {
        let point = IntPoint::new((x * STEPS_PER_M).round() as i64, (y * STEPS_PER_M).round() as i64);
        if self.points.last() != Some(&point) {
            self.points.push(point);
        }
    }

    /// The arc about `centre` from direction `from` over `sweep` radians counter-clockwise.
    fn arc(&mut self, centre: [f64; 2], from: f64, sweep: f64, radius_m: f64, arcs: Arcs) {
        let steps = (sweep / arcs.step(radius_m)).ceil().max(1.0);
        let step = sweep / steps;
        match arcs {
            Arcs::Around { .. } => {
                // Tangents at both ends and in between: the corners lie outside, the sides touch the circle.
                let outer = radius_m / (step / 2.0).cos();
                for k in 0..steps as u32 {
                    let angle = from + (f64::from(k) + 0.5) * step;
                    self.push(centre[0] + outer * angle.cos(), centre[1] + outer * angle.sin());
                }
            }
            Arcs::Inscribed { .. } => {
                for k in 1..steps as u32 {
                    let angle = from + f64::from(k) * step;
                    self.push(centre[0] + radius_m * angle.cos(), centre[1] + radius_m * angle.sin());
                }
            }
        }
    }
}

/// The raw offset curve to the right of a closed ring (outside of a counter-clockwise one).
fn raw_curve(ring: &[[f64; 2]], distance_m: f64, arcs: Arcs) -> Ring {
    let n = ring.len();
    let mut curve = Curve { points: Vec::with_capacity(n * 4) };
    for i in 0..n {
        let (before, corner, after) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
        let into = (corner[1] - before[1]).atan2(corner[0] - before[0]);
        let out = (after[1] - corner[1]).atan2(after[0] - corner[0]);
        // A turn of exactly half a circle is the end of a line and wants its cap.
        let mut turn = out - into;
        while turn <= -PI + 1e-12 {
            turn += TAU;
        }
        while turn > PI + 1e-12 {
            turn -= TAU;
        }
        let (normal_in, normal_out) = (into - PI / 2.0, out - PI / 2.0);
        curve.push(corner[0] + distance_m * normal_in.cos(), corner[1] + distance_m * normal_in.sin());
        if turn >= 0.0 {
            if turn > 1e-9 {
                curve.arc(corner, normal_in, turn, distance_m, arcs);
            }
        } else {
            curve.push(corner[0], corner[1]);
        }
        curve.push(corner[0] + distance_m * normal_out.cos(), corner[1] + distance_m * normal_out.sin());
    }
    curve.points
}

fn positive(curves: &[Ring]) -> Outline {
    let mut overlay = Overlay::<i64>::new(curves.iter().map(Vec::len).sum());
    for curve in curves {
        overlay.add_contour(curve, ShapeType::Subject);
    }
    Outline::from_shapes(overlay.overlay(OverlayRule::Subject, FillRule::Positive))
}

pub(super) fn grow(outline: &Outline, distance_m: f64, arcs: Arcs) -> Outline {
    let parts: Vec<Outline> = outline
        .shapes
        .iter()
        .map(|shape| {
            let curves: Vec<Ring> = shape
                .iter()
                .map(|ring| {
                    let ring: Vec<[f64; 2]> =
                        ring.iter().map(|&(x, y)| [x as f64 / STEPS_PER_M, y as f64 / STEPS_PER_M]).collect();
                    raw_curve(&ring, distance_m, arcs)
                })
                .collect();
            positive(&curves)
        })
        .collect();
    Outline::union(&parts)
}

pub(super) fn around_line(line: &[[f64; 2]], distance_m: f64, arcs: Arcs) -> Outline {
    let mut path: Vec<[f64; 2]> = line.to_vec();
    path.dedup();
    match path.len() {
        0 => Outline::default(),
        1 => disc(path[0], distance_m, arcs),
        n => {
            let ring: Vec<[f64; 2]> = path.iter().copied().chain(path[1..n - 1].iter().rev().copied()).collect();
            positive(&[raw_curve(&ring, distance_m, arcs)])
        }
    }
}

pub(super) fn disc(centre: [f64; 2], radius_m: f64, arcs: Arcs) -> Outline {
    if radius_m <= 0.0 {
        return Outline::default();
    }
    let mut curve = Curve { points: Vec::new() };
    match arcs {
        Arcs::Around { .. } => curve.arc(centre, 0.0, TAU, radius_m, arcs),
        Arcs::Inscribed { .. } => {
            curve.push(centre[0] + radius_m, centre[1]);
            curve.arc(centre, 0.0, TAU, radius_m, arcs);
        }
    }
    positive(&[curve.points])
}
