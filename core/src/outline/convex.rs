//! Outlines held against a convex one, such as a planned face, without a sweep.

use super::{Bounds, Outline, STEPS_PER_M, ring_bounds};

/// Corners in one block: a block that lies wholly outside one side needs two of them.
const BLOCK: usize = 32;

/// A convex outline as the half-planes it is made of.
#[derive(Clone, Debug)]
pub struct Convex {
    origin: (i64, i64),
    /// n·x + c ≥ 0 inside, steps from the origin.
    sides: Vec<[f64; 3]>,
    bounds: Bounds,
    corners: Vec<[f64; 2]>,
}

impl Convex {
    /// An outline of one ring whose corners all turn the same way; nothing for any other.
    pub fn new(outline: &Outline) -> Option<Self> {
        let [shape] = outline.shapes.as_slice() else { return None };
        let [ring] = shape.as_slice() else { return None };
        let bounds = outline.grid_bounds()?;
        let origin = (bounds.0, bounds.1);
        let corners: Vec<[f64; 2]> = ring.iter().map(|p| [(p.0 - origin.0) as f64, (p.1 - origin.1) as f64]).collect();
        let n = corners.len();
        let mut sides = Vec::with_capacity(n);
        for i in 0..n {
            let (a, b, c) = (corners[i], corners[(i + 1) % n], corners[(i + 2) % n]);
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            if dx * (c[1] - b[1]) - dy * (c[0] - b[0]) <= 0.0 {
                return None;
            }
            sides.push([-dy, dx, dy * a[0] - dx * a[1]]);
        }
        Some(Self { origin, sides, bounds, corners })
    }

    fn beside(&self, ring: &[(i64, i64)]) -> bool {
        ring_bounds(ring).is_none_or(|b| self.beside_box(b))
    }

    fn beside_box(&self, o: Bounds) -> bool {
        let b = self.bounds;
        o.2 < b.0 || o.0 > b.2 || o.3 < b.1 || o.1 > b.3
    }

    fn at(&self, p: (i64, i64)) -> [f64; 2] {
        [(p.0 - self.origin.0) as f64, (p.1 - self.origin.1) as f64]
    }

    /// True when a box lies wholly outside one side.
    fn outside(&self, b: Bounds) -> bool {
        let (low, high) = (self.at((b.0, b.1)), self.at((b.2, b.3)));
        self.sides.iter().any(|s| {
            let x = if s[0] > 0.0 { high[0] } else { low[0] };
            let y = if s[1] > 0.0 { high[1] } else { low[1] };
            s[0] * x + s[1] * y + s[2] < 0.0
        })
    }

    /// The part of a ring inside, which may run along the sides more than once: its area is right. With the boxes of its blocks.
    fn clip(&self, ring: &[(i64, i64)], boxes: &[Bounds]) -> Vec<[f64; 2]> {
        let mut corners: Vec<[f64; 2]> = Vec::with_capacity(ring.len() + 8);
        for (block, all) in ring.chunks(BLOCK).zip(boxes) {
            let first = self.at(block[0]);
            // Wherever it goes out there, it is cut to the same side.
            if self.outside(*all) {
                corners.extend([first, self.at(block[block.len() - 1])]);
            } else {
                corners.extend(block.iter().map(|&p| self.at(p)));
            }
        }
        let mut next: Vec<[f64; 2]> = Vec::with_capacity(corners.len());
        for s in &self.sides {
            next.clear();
            let Some(mut a) = corners.last().copied() else { return corners };
            let mut va = s[0] * a[0] + s[1] * a[1] + s[2];
            for &b in &corners {
                let vb = s[0] * b[0] + s[1] * b[1] + s[2];
                if (va < 0.0) != (vb < 0.0) {
                    let t = va / (va - vb);
                    next.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
                }
                if vb >= 0.0 {
                    next.push(b);
                }
                (a, va) = (b, vb);
            }
            std::mem::swap(&mut corners, &mut next);
        }
        corners
    }
}

/// The box of each block of a ring.
fn boxes(ring: &[(i64, i64)]) -> Vec<Bounds> {
    ring.chunks(BLOCK).filter_map(ring_bounds).collect()
}

fn area2(corners: &[[f64; 2]]) -> f64 {
    let Some(mut a) = corners.last().copied() else { return 0.0 };
    let mut sum = 0.0;
    for &b in corners {
        sum += a[0] * b[1] - b[0] * a[1];
        a = b;
    }
    sum
}

impl Outline {
    /// Ground of it inside a convex outline, m²: `self.within(convex).area_m2()`, much faster.
    pub fn area_within_convex_m2(&self, convex: &Convex) -> f64 {
        self.areas_within_convex_m2(std::slice::from_ref(convex))[0]
    }

    /// [`Outline::area_within_convex_m2`] of each of several; the box of each ring is looked for once.
    pub fn areas_within_convex_m2(&self, convex: &[Convex]) -> Vec<f64> {
        let mut sums = vec![0.0; convex.len()];
        for ring in self.rings() {
            let Some(bounds) = ring_bounds(ring) else { continue };
            let boxes = boxes(ring);
            for (sum, convex) in sums.iter_mut().zip(convex).filter(|(_, convex)| !convex.beside_box(bounds)) {
                *sum += area2(&convex.clip(ring, &boxes));
            }
        }
        sums.iter().map(|sum| sum / 2.0 / (STEPS_PER_M * STEPS_PER_M)).collect()
    }

    /// True when it has a point in common with a convex outline.
    pub fn meets_convex(&self, convex: &Convex) -> bool {
        let inside = |p: [f64; 2]| convex.sides.iter().all(|s| s[0] * p[0] + s[1] * p[1] + s[2] >= 0.0);
        // What lies wholly outside one side of it has no point in common.
        let beyond = |ring: &[(i64, i64)]| {
            convex.sides.iter().any(|s| {
                ring.iter().all(|&p| {
                    let [x, y] = convex.at(p);
                    s[0] * x + s[1] * y + s[2] < 0.0
                })
            })
        };
        let near = || self.shapes.iter().filter(|shape| !convex.beside(&shape[0]) && !beyond(&shape[0]));
        near().flatten().flatten().any(|&p| inside(convex.at(p)))
            || near().flatten().any(|ring| area2(&convex.clip(ring, &boxes(ring))).abs() > 0.0)
            || near().next().is_some() && {
                let [x, y] = convex.corners[0];
                self.to_border((x + convex.origin.0 as f64) / STEPS_PER_M, (y + convex.origin.1 as f64) / STEPS_PER_M).1
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_convex_part_has_the_area_that_a_sweep_finds() {
        let (x, y) = (39_512_345.67, 4_210_987.65);
        let zone = Outline::disc([x, y], 300.0).minus(&Outline::disc([x + 40.0, y], 120.0)).minus(&Outline::rectangle(
            x - 500.0,
            y + 10.0,
            x + 500.0,
            y + 30.0,
        ));
        for turn in 0..24 {
            let (sin, cos) = (f64::from(turn) * 0.3).sin_cos();
            let at = [x + 20.0 * f64::from(turn) - 250.0, y + 15.0 * f64::from(turn % 7)];
            let corner = |u: f64, v: f64| [at[0] + u * cos - v * sin, at[1] + u * sin + v * cos];
            let face = Outline::convex(&[
                corner(-200.0, -40.0),
                corner(200.0, -40.0),
                corner(200.0, 40.0),
                corner(-200.0, 40.0),
            ]);
            let convex = Convex::new(&face).expect("four corners that turn one way");
            let (fast, swept) = (zone.area_within_convex_m2(&convex), zone.within(&face).area_m2());
            assert!((fast - swept).abs() < 0.05, "{fast} and {swept}");
            assert_eq!(zone.meets_convex(&convex), swept > 0.0);
        }
        let inside = Convex::new(&Outline::rectangle(x - 220.0, y - 20.0, x - 200.0, y - 10.0)).expect("a rectangle");
        assert!(zone.meets_convex(&inside), "a face wholly inside a zone");
        assert!(Convex::new(&zone).is_none());
    }
}
