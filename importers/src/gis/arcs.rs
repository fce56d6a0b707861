//! Arcs as chords that stay within 1 cm of them.
#![allow(clippy::float_cmp, reason = "equal here means the same bits as written in the file")]

use minesift_core::fact::Position;
use std::f64::consts::{PI, TAU};

/// Largest distance of a chord from its arc, m.
const TOLERANCE_M: f64 = 0.01;

/// Points along an ellipse: centre, the vector of its first half-axis, the ratio of the second to it, from one
/// parameter to another (radians, anticlockwise when the second is larger); both ends included.
pub(crate) fn ellipse(centre: Position, axis: [f64; 2], ratio: f64, from: f64, to: f64) -> Vec<Position> {
    let radius = axis[0].hypot(axis[1]).max(1e-9);
    let step = (2.0 * (1.0 - (TOLERANCE_M / radius).min(1.0)).acos()).clamp(0.01, PI / 8.0);
    let pieces = ((to - from).abs() / step).ceil().clamp(1.0, 2_000.0);
    (0..=pieces as usize)
        .map(|i| {
            let angle = from + (to - from) * i as f64 / pieces;
            let (s, c) = angle.sin_cos();
            Position {
                x: centre.x + axis[0] * c - axis[1] * ratio * s,
                y: centre.y + axis[1] * c + axis[0] * ratio * s,
                z: centre.z,
            }
        })
        .collect()
}

/// Points along a circle's arc, anticlockwise from one angle to another, radians.
pub(crate) fn circle(centre: Position, radius: f64, from: f64, to: f64) -> Vec<Position> {
    ellipse(centre, [radius, 0.0], 1.0, from, to)
}

/// Points along the arc through three points; a straight piece where they lie on a line, a circle where the ends meet.
pub(crate) fn through(a: Position, b: Position, c: Position) -> Vec<Position> {
    if a.xy() == c.xy() {
        let centre = Position { x: f64::midpoint(a.x, b.x), y: f64::midpoint(a.y, b.y), z: a.z };
        let start = (a.y - centre.y).atan2(a.x - centre.x);
        return circle(centre, (a.x - centre.x).hypot(a.y - centre.y), start, start + TAU);
    }
    let (bx, by, cx, cy) = (b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y);
    let d = 2.0 * (bx * cy - by * cx);
    if d.abs() < 1e-12 * (cx * cx + cy * cy) {
        return vec![a, c];
    }
    let (b2, c2) = (bx * bx + by * by, cx * cx + cy * cy);
    let (ux, uy) = ((cy * b2 - by * c2) / d, (bx * c2 - cx * b2) / d);
    let centre = Position { x: a.x + ux, y: a.y + uy, z: a.z };
    let angle = |p: Position| (p.y - centre.y).atan2(p.x - centre.x);
    let from = angle(a);
    let mut sweep = (angle(c) - from).rem_euclid(TAU);
    if d < 0.0 {
        sweep -= TAU;
    }
    let mut line = circle(centre, ux.hypot(uy), from, from + sweep);
    if let Some(first) = line.first_mut() {
        *first = a;
    }
    if let Some(last) = line.last_mut() {
        *last = c;
    }
    line
}

/// Points along the arc of a bulge (tangent of a quarter of its angle, positive to the left) between two corners.
pub(crate) fn bulge(a: Position, b: Position, bulge: f64) -> Vec<Position> {
    if bulge.abs() < 1e-9 || a.xy() == b.xy() {
        return vec![a, b];
    }
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    // The middle of the arc lies half a chord times the bulge to the right of the chord.
    let middle = Position {
        x: f64::midpoint(a.x, b.x) + dy * bulge / 2.0,
        y: f64::midpoint(a.y, b.y) - dx * bulge / 2.0,
        z: a.z,
    };
    through(a, middle, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bulge_of_one_is_a_half_circle_to_the_right_of_its_chord() {
        let line = bulge(Position::plan(0.0, 0.0), Position::plan(2.0, 0.0), 1.0);
        let lowest = line.iter().map(|p| p.y).fold(f64::MAX, f64::min);
        assert!((lowest + 1.0).abs() < 0.02, "{lowest}");
        assert!(line.iter().all(|p| ((p.x - 1.0).hypot(p.y) - 1.0).abs() < 1e-9));
    }
}
