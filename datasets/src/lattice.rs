//! Where the mines lie: a jittered lattice whose wiggly borders two neighbours share corner by corner.

use crate::dice::Dice;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use minesift_core::fact::{Position, Shape};

/// Mines in a row of the lattice.
const WIDE: u64 = 32;
/// Size of a cell, m.
const CELL_M: f64 = 3500.0;
/// South-west corner of the lattice.
const ORIGIN: [f64; 2] = [38_444_000.0, 4_000_000.0];

/// To the millimetre, so that the bytes do not depend on the last bits of a sine.
pub(crate) fn mm(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// One mine's ground in plan.
pub(crate) struct Licence {
    /// Corners against the clock, without the first again.
    pub(crate) ring: Vec<[f64; 2]>,
    /// Borders shared with another mine: its number or 0 outside the lattice, and the corners.
    pub(crate) shared: Vec<(u64, Vec<[f64; 2]>)>,
    /// Middle of the cell.
    pub(crate) centre: [f64; 2],
}

impl Licence {
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let (row, column) = (number / WIDE, number % WIDE);
        let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
        let (mut ring, mut shared) = (Vec::new(), Vec::new());
        let beside = [
            row.checked_sub(1).map(|row| row * WIDE + column),
            (column + 1 < WIDE).then_some(number + 1),
            Some(number + WIDE),
            column.checked_sub(1).map(|column| row * WIDE + column),
        ];
        for side in 0..4 {
            let (a, b) = (corners[side], corners[(side + 1) % 4]);
            // Each border is drawn once, from its smaller end, for whichever mine asks.
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            let mut border = border(seed, low, high);
            let known = Dice::new(seed, &[3, low.0, low.1, high.0, high.1]).chance(0.6);
            if let (Some(neighbour), true) = (beside[side], known) {
                shared.push((neighbour, border.clone()));
            }
            if a > b {
                border.reverse();
            }
            border.pop();
            ring.extend(border);
        }
        let centre = [ORIGIN[0] + CELL_M * (column as f64 + 0.5), ORIGIN[1] + CELL_M * (row as f64 + 0.5)];
        Self { ring, shared, centre }
    }

    /// Its area as a shape.
    pub(crate) fn shape(&self) -> Shape {
        area(&self.ring)
    }

    /// True when a point lies inside.
    pub(crate) fn contains(&self, [x, y]: [f64; 2]) -> bool {
        let mut inside = false;
        for (i, a) in self.ring.iter().enumerate() {
            let b = self.ring[(i + 1) % self.ring.len()];
            if (a[1] > y) != (b[1] > y) && x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) {
                inside = !inside;
            }
        }
        inside
    }

    /// `[x_min, y_min, x_max, y_max]`.
    pub(crate) fn bounds(&self) -> [f64; 4] {
        self.ring.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, p| {
            [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]
        })
    }

    /// A point inside, well away from most of the border.
    pub(crate) fn somewhere(&self, dice: &mut Dice) -> [f64; 2] {
        let [x0, y0, x1, y1] = self.bounds();
        for _ in 0..64 {
            let at = [mm(dice.between(x0, x1)), mm(dice.between(y0, y1))];
            if self.contains(at) {
                return at;
            }
        }
        self.centre
    }
}

fn corner(seed: u64, (column, row): (u64, u64)) -> [f64; 2] {
    let mut dice = Dice::new(seed, &[1, column, row]);
    [
        mm(ORIGIN[0] + CELL_M * column as f64 + dice.between(-450.0, 450.0)),
        mm(ORIGIN[1] + CELL_M * row as f64 + dice.between(-450.0, 450.0)),
    ]
}

/// Corners of the border from `low` to `high`, both ends included.
fn border(seed: u64, low: (u64, u64), high: (u64, u64)) -> Vec<[f64; 2]> {
    let (a, b) = (corner(seed, low), corner(seed, high));
    let mut dice = Dice::new(seed, &[2, low.0, low.1, high.0, high.1]);
    let parts = dice.whole(3, 7);
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = dx.hypot(dy);
    let mut border = vec![a];
    for part in 1..parts {
        let t = f64::from(part) / f64::from(parts);
        let off = dice.between(-130.0, 130.0);
        border.push([mm(a[0] + t * dx - off * dy / length), mm(a[1] + t * dy + off * dx / length)]);
    }
    border.push(b);
    border
}

/// An area from its corners.
pub(crate) fn area(ring: &[[f64; 2]]) -> Shape {
    let mut line: Vec<Coord<f64>> = ring.iter().map(|[x, y]| Coord { x: *x, y: *y }).collect();
    line.extend(line.first().copied());
    Shape::Areas(MultiPolygon(vec![Polygon::new(LineString(line), Vec::new())]))
}

/// A line from its positions.
pub(crate) fn line(of: &[[f64; 2]]) -> Shape {
    Shape::Lines(vec![of.iter().map(|[x, y]| Position::plan(*x, *y)).collect()])
}

/// A roundish area of about this radius.
pub(crate) fn blob(dice: &mut Dice, [x, y]: [f64; 2], radius_m: f64) -> Shape {
    let corners = dice.whole(8, 15);
    let ring: Vec<[f64; 2]> = (0..corners)
        .map(|i| {
            let angle = std::f64::consts::TAU * f64::from(i) / f64::from(corners);
            let reach = radius_m * dice.between(0.75, 1.25);
            [mm(x + reach * angle.cos()), mm(y + reach * angle.sin())]
        })
        .collect();
    area(&ring)
}

/// A rectangle of this length and width, turned by an angle in degrees from east.
pub(crate) fn panel([x, y]: [f64; 2], length_m: f64, width_m: f64, turn_deg: f64) -> Shape {
    let (sin, cos) = turn_deg.to_radians().sin_cos();
    let ring: Vec<[f64; 2]> = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
        .into_iter()
        .map(|(u, v)| (u * length_m, v * width_m))
        .map(|(u, v)| [mm(x + u * cos - v * sin), mm(y + u * sin + v * cos)])
        .collect();
    area(&ring)
}
