//! How two segments lie to each other, decided exactly on the grid.
//!
//! A crossing is rounded to the grid, which moves what is cut there by less than a step. So two that stay more than
//! [`NEAR`] steps apart do not meet whatever becomes of either, and need not be looked at again.

/// A corner, in grid steps from a corner of one's own.
pub(super) type Spot = (i32, i32);
/// A segment from one corner to another.
pub(super) type Segment = (Spot, Spot);

/// Steps within which two segments may meet once one of them is moved.
pub(super) const NEAR: i32 = 2;

/// Twice the area of the triangle `a`, `b`, `p`: positive where `p` lies to the left of `a` → `b`.
pub(super) fn cross(a: Spot, b: Spot, p: Spot) -> i64 {
    (i64::from(b.0) - i64::from(a.0)) * (i64::from(p.1) - i64::from(a.1))
        - (i64::from(b.1) - i64::from(a.1)) * (i64::from(p.0) - i64::from(a.0))
}

/// Positive where `p` and `q` lie within a right angle of each other, as seen from `corner`.
pub(super) fn angle(corner: Spot, p: Spot, q: Spot) -> i64 {
    (i64::from(p.0) - i64::from(corner.0)) * (i64::from(q.0) - i64::from(corner.0))
        + (i64::from(p.1) - i64::from(corner.1)) * (i64::from(q.1) - i64::from(corner.1))
}

/// No less than [`NEAR`] steps times the length of a segment: what a cross product of more says is farther than that.
fn near((a, b): Segment) -> i64 {
    i64::from(NEAR) * (i64::from(b.0) - i64::from(a.0)).abs()
        + i64::from(NEAR) * (i64::from(b.1) - i64::from(a.1)).abs()
}

/// Two segments that come within [`NEAR`] steps of each other.
pub(super) struct Meeting {
    /// Where the ends of the second lie from the first, then those of the first from the second: cross products.
    pub(super) from: [i64; 4],
    near: [i64; 2],
}

impl Meeting {
    /// Nothing where the line of one has the other more than [`NEAR`] steps away on one side.
    pub(super) fn of(e: Segment, o: Segment) -> Option<Self> {
        let beside = |p: i64, q: i64, least: i64| (p > least && q > least) || (p < -least && q < -least);
        let (d1, d2, by_e) = (cross(e.0, e.1, o.0), cross(e.0, e.1, o.1), near(e));
        if beside(d1, d2, by_e) {
            return None;
        }
        let (d3, d4, by_o) = (cross(o.0, o.1, e.0), cross(o.0, o.1, e.1), near(o));
        (!beside(d3, d4, by_o)).then_some(Self { from: [d1, d2, d3, d4], near: [by_e, by_o] })
    }

    /// True where they have no point in common.
    pub(super) fn apart(&self) -> bool {
        let [d1, d2, d3, d4] = self.from.map(i64::signum);
        d1 * d2 > 0 || d3 * d4 > 0
    }

    /// True where each crosses the other's line between its ends.
    pub(super) fn crosses(&self) -> bool {
        let [d1, d2, d3, d4] = self.from.map(i64::signum);
        d1 * d2 < 0 && d3 * d4 < 0
    }

    /// True where all ends that do not lie on the other's line are more than [`NEAR`] steps away from it.
    pub(super) fn clean(&self) -> bool {
        let [by_e, by_o] = self.near;
        self.from.iter().zip([by_e, by_e, by_o, by_o]).all(|(d, least)| *d == 0 || d.abs() > least)
    }
}

/// True where two neighbours part at their common corner for good, wherever cuts move them: they go on by more than a right angle, or
/// the far end of each is more than [`NEAR`] steps from the other.
pub(super) fn part(p: Spot, corner: Spot, q: Spot) -> bool {
    angle(corner, p, q) <= 0 || {
        let d = cross(corner, p, q).abs();
        d > near((corner, p)) && d > near((corner, q))
    }
}
