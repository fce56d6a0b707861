//! Folds of a raw offset curve, cut off without a sweep.
//!
//! Walk along a closed curve that encloses, with winding number one or more, just what lies within the distance. Where
//! the walk comes back to itself, the loop it has made is cut off. Winding numbers add up: those of the curve are those
//! of what is left plus those of the loops. So when every loop winds the same way as the curve, and what is left does
//! not cross itself, the ground within the distance is what is left *together with* the loops; and when no loop comes
//! out of what is left, it is what is left alone. Both are checked, exactly; where they do not hold, the caller sweeps.

use super::meeting::{Meeting, NEAR, Spot, angle, cross, part};

/// Sides in a block of the walk: a block whose box lies apart is passed over as a whole.
const BLOCK: usize = 12;

#[derive(Clone, Copy)]
struct Side {
    a: Spot,
    b: Spot,
    low: Spot,
    high: Spot,
}

impl Side {
    fn new(a: Spot, b: Spot) -> Self {
        Self { a, b, low: (a.0.min(b.0), a.1.min(b.1)), high: (a.0.max(b.0), a.1.max(b.1)) }
    }

    /// The same side in a box that is wider on every side.
    fn wider(mut self, by: i32) -> Self {
        self.low = (self.low.0 - by, self.low.1 - by);
        self.high = (self.high.0 + by, self.high.1 + by);
        self
    }

    /// The box of both.
    fn with(&self, o: &Self) -> Self {
        Self {
            low: (self.low.0.min(o.low.0), self.low.1.min(o.low.1)),
            high: (self.high.0.max(o.high.0), self.high.1.max(o.high.1)),
            ..*self
        }
    }

    /// All four are asked, without a branch: which one says so cannot be foretold, and asking is cheaper than guessing.
    fn beside(&self, o: &Self) -> bool {
        (self.high.0 < o.low.0) | (o.high.0 < self.low.0) | (self.high.1 < o.low.1) | (o.high.1 < self.low.1)
    }
}

/// The sides walked so far, with the box of every block of them.
#[derive(Default)]
struct Walk {
    sides: Vec<Side>,
    boxes: Vec<Side>,
}

impl Walk {
    /// All sides of a ring.
    fn of(ring: &[Spot]) -> Self {
        let n = ring.len();
        let mut walk = Self { sides: Vec::with_capacity(n), boxes: Vec::with_capacity(n / BLOCK + 1) };
        for pair in ring.windows(2) {
            walk.push(Side::new(pair[0], pair[1]));
        }
        if let [first, .., last] = ring {
            walk.push(Side::new(*last, *first));
        }
        walk
    }

    /// True when two sides of the ring meet but at the corner they share.
    fn meets_itself(&self) -> bool {
        let n = self.sides.len();
        let hit = |i: usize, j: usize| {
            let (i, j) = (i.min(j), i.max(j));
            let (s, o) = (&self.sides[i], &self.sides[j]);
            if j == i + 1 || (i == 0 && j + 1 == n) { n < 4 || folds(s, o) } else { !s.beside(o) && touch(s, o) }
        };
        let within = |block: usize| block * BLOCK..n.min((block + 1) * BLOCK);
        // From left to right: what begins beyond a block's right end lies beside it.
        let mut order: Vec<usize> = (0..self.boxes.len()).collect();
        order.sort_unstable_by_key(|&block| self.boxes[block].low);
        for (place, &block) in order.iter().enumerate() {
            if within(block).any(|i| (i + 1..within(block).end).any(|j| hit(i, j))) {
                return true;
            }
            let all = &self.boxes[block];
            let later = order[place + 1..].iter().take_while(|&&other| self.boxes[other].low.0 <= all.high.0);
            for &other in later.filter(|&&other| !self.boxes[other].beside(all)) {
                let near = |i: &usize| !self.sides[*i].beside(&self.boxes[other]);
                if within(block).filter(near).any(|i| within(other).any(|j| hit(i, j))) {
                    return true;
                }
            }
        }
        false
    }

    /// True when a loop crosses the ring or touches it but at a corner.
    fn is_met_by(&self, fold: &[Spot], loose: &mut Vec<Side>) -> bool {
        let Some(&last) = fold.last() else { return false };
        let mut from = last;
        let sides = fold.iter().map(|&to| Side::new(std::mem::replace(&mut from, to), to));
        loose.clear();
        loose.extend(sides.filter(|side| side.a != side.b));
        let all = loose.iter().fold(Side::new(last, last), |all, side| all.with(side));
        for (block, _) in self.boxes.iter().enumerate().filter(|(_, b)| !b.beside(&all)) {
            let sides = &self.sides[block * BLOCK..self.sides.len().min((block + 1) * BLOCK)];
            for own in sides.iter().filter(|own| !own.beside(&all)) {
                if loose.iter().any(|loose| !own.beside(loose) && touches(own, loose)) {
                    return true;
                }
            }
        }
        false
    }

    fn push(&mut self, side: Side) {
        if self.sides.len().is_multiple_of(BLOCK) {
            self.boxes.push(side);
        } else if let Some(all) = self.boxes.last_mut() {
            *all = all.with(&side);
        }
        self.sides.push(side);
    }

    fn truncate(&mut self, length: usize) {
        let whole = length / BLOCK;
        self.sides.truncate(length);
        self.boxes.truncate(whole);
        let rest = self.sides[whole * BLOCK..].iter().copied();
        self.boxes.extend(rest.reduce(|all, side| all.with(&side)));
    }
}

/// The corners moved so that the lowest is the origin; nothing where they spread too far for exact products.
pub(super) fn near_origin(ring: &[(i64, i64)]) -> Option<(Vec<Spot>, (i64, i64))> {
    let (mut low, mut high) = (*ring.first()?, *ring.first()?);
    for p in ring {
        low = (low.0.min(p.0), low.1.min(p.1));
        high = (high.0.max(p.0), high.1.max(p.1));
    }
    let reach = 1_i64 << 29;
    let fits = high.0 - low.0 < reach && high.1 - low.1 < reach;
    fits.then(|| (ring.iter().map(|p| ((p.0 - low.0) as i32, (p.1 - low.1) as i32)).collect(), low))
}

/// True when no two sides of a ring meet but neighbours at their common corner.
pub(super) fn is_simple(ring: &[Spot]) -> bool {
    ring.len() > 2 && !Walk::of(ring).meets_itself()
}

/// The curve without its folds; with them, as rings of their own to be joined to it, where one comes out of it; nothing
/// where only a sweep can tell.
pub(super) fn cut(curve: &[Spot]) -> Option<Vec<Vec<Spot>>> {
    let n = curve.len();
    // The lowest corner is border for sure: nothing lies beyond it.
    let start = (0..n).min_by_key(|&i| curve[i])?;
    let mut walked: Vec<Spot> = Vec::with_capacity(n + 1);
    // Side i of the walk runs from corner i to corner i + 1.
    let mut walk = Walk { sides: Vec::with_capacity(n), boxes: Vec::with_capacity(n / BLOCK + 1) };
    let mut loops = Loops::default();
    let mut doubtful = false;
    walked.push(curve[start]);
    for &target in curve[start + 1..].iter().chain(&curve[..=start]) {
        loop {
            let here = *walked.last()?;
            if here == target {
                break;
            }
            let ahead = Side::new(here, target);
            let (meeting, doubt) = first_meeting(&walk, &ahead);
            doubtful |= doubt;
            let Some((k, at)) = meeting else {
                walked.push(target);
                walk.push(ahead);
                break;
            };
            // The loop: from the meeting along side k to its end, and on to here and back to the meeting.
            let fold = loops.add(at, &walked[k + 1..]);
            let area2: i64 = fold.windows(2).map(|pair| cross(at, pair[0], pair[1])).sum();
            let turn = {
                let s = &walk.sides[k];
                (i64::from(s.b.0) - i64::from(s.a.0)) * (i64::from(target.1) - i64::from(here.1))
                    - (i64::from(s.b.1) - i64::from(s.a.1)) * (i64::from(target.0) - i64::from(here.0))
            };
            // It winds like the curve, and what is left goes round it.
            if area2 < 0 || turn >= 0 {
                return None;
            }
            walked.truncate(k + 1);
            walk.truncate(k);
            let back = *walked.last()?;
            if back != at {
                walked.push(at);
                walk.push(Side::new(back, at));
            }
        }
    }
    // The walk ends where it began.
    walked.pop();
    if walked.len() < 3 {
        return None;
    }
    let out = coming_out(&loops, &walk);
    // Each side was held against all before it when it was walked, so what is left meets itself only where that left a doubt.
    if doubtful && walk.meets_itself() {
        return None;
    }
    let mut rings: Vec<Vec<Spot>> =
        out.iter().enumerate().filter(|(_, out)| **out).map(|(i, _)| loops.get(i).to_vec()).collect();
    rings.push(walked);
    Some(rings)
}

/// Loops that were cut off, one after the other.
#[derive(Default)]
struct Loops {
    corners: Vec<Spot>,
    ends: Vec<usize>,
}

impl Loops {
    fn add(&mut self, at: Spot, rest: &[Spot]) -> &[Spot] {
        self.corners.push(at);
        self.corners.extend_from_slice(rest);
        self.ends.push(self.corners.len());
        self.get(self.ends.len() - 1)
    }

    fn get(&self, i: usize) -> &[Spot] {
        &self.corners[if i == 0 { 0 } else { self.ends[i - 1] }..self.ends[i]]
    }
}

/// Which loops come out of what is left, or hang at one that does. All others lie inside: each hangs at a corner of what
/// is left, or of a loop inside it, and does not meet what is left.
fn coming_out(loops: &Loops, left: &Walk) -> Vec<bool> {
    let count = loops.ends.len();
    let mut loose = Vec::new();
    let mut out: Vec<bool> = (0..count).map(|i| left.is_met_by(loops.get(i), &mut loose)).collect();
    if out.iter().any(|out| *out) {
        // A loop hangs where it begins, at what was left when it was cut off: at a loop cut off later, or at none.
        for child in (0..count).rev() {
            let hangs = |parent: usize| out[parent] && loops.get(parent).contains(&loops.get(child)[0]);
            out[child] = out[child] || (child + 1..count).any(hangs);
        }
    }
    out
}

/// Where a side first meets the walk but for the side before it, and which side of the walk that is; and whether something comes so
/// near that rounding may make it meet.
fn first_meeting(walk: &Walk, ahead: &Side) -> (Option<(usize, Spot)>, bool) {
    let Some(last) = walk.sides.len().checked_sub(1) else { return (None, false) };
    let mut doubt = !part(walk.sides[last].a, ahead.a, ahead.b);
    let mut best: Option<(f64, usize, Spot)> = None;
    let wider = ahead.wider(NEAR);
    for (block, _) in walk.boxes.iter().enumerate().rev().filter(|(_, all)| !all.beside(&wider)) {
        for k in (block * BLOCK..last.min((block + 1) * BLOCK)).rev() {
            let s = &walk.sides[k];
            if s.beside(&wider) {
                continue;
            }
            if k == 0 && s.a == ahead.b {
                // The way closes: its last side and its first are neighbours.
                doubt |= !part(ahead.a, ahead.b, s.b);
                continue;
            }
            let Some(meeting) = Meeting::of((s.a, s.b), (ahead.a, ahead.b)) else { continue };
            // Only clean crossings are cut; what touches or overlaps is found by the check and swept.
            doubt |= !meeting.clean() || !meeting.crosses();
            if !meeting.crosses() {
                continue;
            }
            let [d1, d2, ..] = meeting.from;
            let t = d1 as f64 / (d1 - d2) as f64;
            if best.is_none_or(|(least, ..)| t < least) {
                let x = f64::from(ahead.a.0) + t * (f64::from(ahead.b.0) - f64::from(ahead.a.0));
                let y = f64::from(ahead.a.1) + t * (f64::from(ahead.b.1) - f64::from(ahead.a.1));
                best = Some((t, k, (x.round() as i32, y.round() as i32)));
            }
        }
    }
    (best.map(|(_, k, at)| (k, at)), doubt)
}

/// True when two sides have a point in common.
fn touch(s: &Side, o: &Side) -> bool {
    let (d1, d2) = (cross(s.a, s.b, o.a).signum(), cross(s.a, s.b, o.b).signum());
    d1 * d2 <= 0 && {
        let (d3, d4) = (cross(o.a, o.b, s.a).signum(), cross(o.a, o.b, s.b).signum());
        d3 * d4 <= 0
    }
}

/// True when a loose side has a point in common with a side of the ring other than a corner they share.
fn touches(own: &Side, loose: &Side) -> bool {
    if own.a == loose.a || own.a == loose.b || own.b == loose.a || own.b == loose.b {
        // From the shared corner on they part, unless one runs along the other.
        return cross(own.a, own.b, loose.a) == 0 && cross(own.a, own.b, loose.b) == 0;
    }
    touch(own, loose)
}

/// True when two neighbours run back along each other.
fn folds(s: &Side, o: &Side) -> bool {
    let (first, middle, last) = if s.b == o.a { (s.a, s.b, o.b) } else { (o.a, o.b, s.b) };
    cross(first, middle, last) == 0 && angle(middle, first, last) > 0
}
