//! A plain likeness of a surface of very many triangles, drawn while the picture moves on a software adapter.
//!
//! *Source:* Rossignac and Borrel, "Multi-resolution 3D approximations for rendering complex scenes" (1993): corners
//! within one cell become one corner, triangles that lose a corner go.

use super::Triangle;
use std::collections::BTreeMap;

/// Surfaces of more triangles than this get a plain likeness.
pub(crate) const MANY: usize = 150_000;
/// Cells across its longer side in plan.
const CELLS: f64 = 160.0;

/// The likeness: corners gathered by cells in plan, each at the mean of what it gathers.
pub(crate) fn coarse(triangles: &[Triangle]) -> Vec<Triangle> {
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for p in triangles.iter().flatten() {
        for axis in 0..2 {
            low[axis] = low[axis].min(p[axis]);
            high[axis] = high[axis].max(p[axis]);
        }
    }
    let cell_m = ((high[0] - low[0]).max(high[1] - low[1]) / CELLS).max(1e-6);
    let cell = |p: &[f64; 3]| [0, 1].map(|axis| ((p[axis] - low[axis]) / cell_m) as u32);
    let mut gathered: BTreeMap<[u32; 2], ([f64; 3], f64)> = BTreeMap::new();
    for p in triangles.iter().flatten() {
        let (sum, number) = gathered.entry(cell(p)).or_default();
        for axis in 0..3 {
            sum[axis] += p[axis] - if axis < 2 { low[axis] } else { 0.0 };
        }
        *number += 1.0;
    }
    let mean = |at: &[u32; 2]| {
        gathered.get(at).map_or([0.0; 3], |(sum, n)| [sum[0] / n + low[0], sum[1] / n + low[1], sum[2] / n])
    };
    let whole = triangles.iter().map(|t| t.each_ref().map(cell)).filter(|[a, b, c]| a != b && b != c && a != c);
    whole.map(|cells| cells.each_ref().map(mean)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hill_keeps_its_shape_and_few_of_its_triangles() {
        let (e, n) = (38_512_345.0, 4_873_210.0);
        let z = |x: f64, y: f64| 40.0 * (x / 90.0).sin() * (y / 70.0).cos();
        let corner = |i: usize, j: usize| {
            let (x, y) = (i as f64, j as f64);
            [e + x, n + y, z(x, y)]
        };
        let triangles: Vec<Triangle> = (0..600)
            .flat_map(|i| (0..600).map(move |j| (i, j)))
            .flat_map(|(i, j)| {
                let [a, b, c, d] = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
                [[a, b, c], [a, c, d]]
            })
            .collect();
        let few = coarse(&triangles);
        assert!(few.len() < 60_000 && few.len() > 30_000, "{} of {}", few.len(), triangles.len());
        for p in few.iter().flatten() {
            assert!((p[2] - z(p[0] - e, p[1] - n)).abs() < 1.0, "{p:?}");
        }
        let area = |ts: &[Triangle]| -> f64 {
            ts.iter().map(|t| crate::scene::shape::plan_area_m2(&t.map(|p| [p[0], p[1]]))).sum()
        };
        assert!((area(&few) - 360_000.0).abs() < 6000.0, "no holes: {}", area(&few));
    }
}
