//! Contours of a seam's floor (底板等高线), cut from its triangles.

use minesift_core::site::surface::Surface;
use std::collections::BTreeMap;

/// One contour: its elevation in m and its lines in plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Contour {
    /// Elevation, m.
    pub z_m: f64,
    /// Lines.
    pub lines: Vec<Vec<[f64; 2]>>,
}

/// A round interval that gives at most about a dozen contours over a range, m.
pub fn interval_m(low: f64, high: f64) -> f64 {
    let range = high - low;
    [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0].into_iter().find(|step| range / step <= 14.0).unwrap_or(1000.0)
}

/// Contours of a surface over a box at a round interval; none where it is flat or unknown. One that runs along the
/// lowest edge of the surface has nothing below it and is not drawn.
///
/// ```
/// use minesift_core::{fact::Plane, site::surface::Surface};
/// // Dips 45° to the east: one metre down per metre.
/// let floor = Surface::plane(Plane { at: [0.0, 0.0, 0.0], dip_deg: 45.0, dip_direction_deg: 90.0 });
/// let contours = minesift_papers::contours::contours(&floor, [0.0, 0.0, 100.0, 50.0]);
/// assert_eq!(contours.iter().map(|c| c.z_m).collect::<Vec<_>>(), [-90.0, -80.0, -70.0, -60.0, -50.0, -40.0, -30.0, -20.0, -10.0, 0.0]);
/// assert!((contours[8].lines[0][0][0] - 10.0).abs() < 1e-9);
/// ```
pub fn contours(surface: &Surface, bounds: [f64; 4]) -> Vec<Contour> {
    let triangles = surface.triangles_over(bounds);
    let zs = || triangles.iter().flatten().map(|p| p[2]);
    let (low, high) = (zs().fold(f64::INFINITY, f64::min), zs().fold(f64::NEG_INFINITY, f64::max));
    if high - low < 1e-6 || !low.is_finite() || !high.is_finite() {
        return Vec::new();
    }
    let step = interval_m(low, high);
    // A plane's corners carry the last bits of its slope: what is a hair off the limit is the limit.
    let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
    (first..=last)
        .map(|number| {
            let z_m = number as f64 * step;
            Contour { z_m, lines: chain(&cuts(&triangles, z_m)) }
        })
        .filter(|contour| !contour.lines.is_empty())
        .collect()
}

type Segment = [[f64; 2]; 2];

fn cuts(triangles: &[[[f64; 3]; 3]], z_m: f64) -> Vec<Segment> {
    let mut segments = Vec::new();
    for corners in triangles {
        let mut ends: Vec<[f64; 2]> = Vec::with_capacity(3);
        for i in 0..3 {
            let (a, b) = (corners[i], corners[(i + 1) % 3]);
            // Half-open, so that a corner exactly on the level is met once.
            if (a[2] < z_m - 1e-9) != (b[2] < z_m - 1e-9) {
                let t = ((z_m - a[2]) / (b[2] - a[2])).clamp(0.0, 1.0);
                ends.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
            }
        }
        if let [a, b] = ends.as_slice()
            && (a[0] - b[0]).hypot(a[1] - b[1]) > 1e-6
        {
            segments.push([*a, *b]);
        }
    }
    segments
}

/// Segments joined end to end into lines, ends that agree to a millimetre being one.
fn chain(segments: &[Segment]) -> Vec<Vec<[f64; 2]>> {
    let key = |p: [f64; 2]| ((p[0] * 1000.0).round() as i64, (p[1] * 1000.0).round() as i64);
    let mut at: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for (number, segment) in segments.iter().enumerate() {
        for end in segment {
            at.entry(key(*end)).or_default().push(number);
        }
    }
    let mut used = vec![false; segments.len()];
    let next = |from: [f64; 2], used: &mut Vec<bool>| -> Option<[f64; 2]> {
        let number = *at.get(&key(from))?.iter().find(|number| !used[**number])?;
        used[number] = true;
        let [a, b] = segments[number];
        Some(if key(a) == key(from) { b } else { a })
    };
    let mut lines = Vec::new();
    for start in 0..segments.len() {
        if used[start] {
            continue;
        }
        used[start] = true;
        let mut line = segments[start].to_vec();
        while let Some(point) = line.last().copied().and_then(|end| next(end, &mut used)) {
            line.push(point);
        }
        line.reverse();
        while let Some(point) = line.last().copied().and_then(|end| next(end, &mut used)) {
            line.push(point);
        }
        lines.push(line);
    }
    lines.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    lines
}
