//! The edges of a tile, cut at their crossings until they meet at ends only.

use super::super::meeting::{Meeting, NEAR, angle, cross};
use super::{Edge, Spot};
use std::cmp::Ordering;

/// Strips into which a tile is divided while meetings are looked for.
const STRIPS: usize = 16;

/// Lists that are filled anew for each tile.
#[derive(Default)]
pub(super) struct Room {
    order: Vec<u128>,
    sorted: Vec<Edge>,
    found: Found,
    gone: Vec<bool>,
    numbers: Vec<u32>,
    strips: [[Vec<Reach>; 2]; STRIPS],
}

/// What a round of looking for meetings found.
#[derive(Default)]
struct Found {
    /// Where which edge is to be cut.
    cuts: Vec<(u32, Spot)>,
    /// Pairs that come within [`NEAR`] of each other other than by a clean crossing or at a corner from which they part:
    /// where one of them moves, they may meet anew.
    near: Vec<(u32, u32)>,
    /// Edges that a rounded crossing moves, by up to half a step in each direction.
    moved: Vec<bool>,
}

/// Steps between two cuts of one edge within which the piece between them may lie anyhow.
const CLOSE: i32 = 8;

impl Found {
    /// True where pieces may meet though no edges do: a pair that is near was moved.
    fn doubtful(&self) -> bool {
        self.near.iter().any(|&(i, j)| self.moved[i as usize] || self.moved[j as usize])
    }
}

/// Cuts edges where they cross, touch or overlap until they meet at ends only; false where near-coincident edges go on
/// making new crossings with each other.
///
/// A crossing is rounded to the grid, which moves the edge by less than a step; so a second round is needed only where
/// something lies within two steps of what moved, or an edge is cut twice within a few steps. Leaves the edges in the
/// order of [`ascending`].
pub(super) fn cut(room: &mut Room, edges: &mut Vec<Edge>, size: i32) -> bool {
    room.put_in_order(edges);
    // What was there at first stays in its order, so that only pieces are sorted again.
    let (drawn, mut fresh_from) = (edges.len(), 0);
    let (mut found, mut gone) = (std::mem::take(&mut room.found), std::mem::take(&mut room.gone));
    found.near.clear();
    gone.clear();
    gone.resize(drawn, false);
    // Rounding a crossing may make a new one beside it: a few rounds suffice, and more are not worth waiting for.
    let most = 4 * drawn + 4096;
    let mut settled = false;
    for _ in 0..24 {
        if edges.len() > most {
            break;
        }
        found.cuts.clear();
        found.moved.clear();
        found.moved.resize(edges.len(), false);
        room.meetings(edges, &gone, [drawn, fresh_from], size, &mut found);
        if found.cuts.is_empty() {
            settled = true;
            break;
        }
        fresh_from = edges.len();
        let close = divide(edges, &mut found.cuts, &mut gone);
        if !close && !found.doubtful() {
            settled = true;
            break;
        }
    }
    room.put_pieces_in_order(edges, &gone, drawn);
    (room.found, room.gone) = (found, gone);
    settled
}

/// Puts pieces in the place of edges that are cut; true where two cuts of one edge lie close to each other.
fn divide(edges: &mut Vec<Edge>, cuts: &mut Vec<(u32, Spot)>, gone: &mut Vec<bool>) -> bool {
    cuts.sort_unstable_by_key(|&(number, p)| numbered_by(number, p));
    cuts.dedup();
    let mut close = false;
    for of_edge in cuts.chunk_by_mut(|c, d| c.0 == d.0) {
        let which = of_edge[0].0;
        let edge = edges[which as usize];
        if of_edge.len() > 1 {
            let along = |p: Spot| {
                i64::from(p.0 - edge.a.0) * i64::from(edge.b.0 - edge.a.0)
                    + i64::from(p.1 - edge.a.1) * i64::from(edge.b.1 - edge.a.1)
            };
            of_edge.sort_unstable_by_key(|c| (along(c.1), c.1));
            close |= of_edge.windows(2).any(|c| (c[1].1.0 - c[0].1.0).abs() + (c[1].1.1 - c[0].1.1).abs() <= CLOSE);
        }
        let (mut from, mut made) = (edge.a, edge.cut[0]);
        for &(_, to) in of_edge.iter().chain(std::iter::once(&(which, edge.b))) {
            let last = to == edge.b;
            let end_made = if last { edge.cut[1] } else { true };
            if let Some(mut piece) = Edge::new(from, to, edge.set) {
                piece.cut = if piece.turn > 0 { [made, end_made] } else { [end_made, made] };
                piece.turn *= edge.turn;
                edges.push(piece);
            }
            (from, made) = (to, end_made);
        }
        gone[which as usize] = true;
    }
    gone.resize(edges.len(), false);
    close
}

/// The number of an edge and a corner as one number, which sorts as both do.
fn numbered_by(number: u32, p: Spot) -> u128 {
    u128::from(number) << 64 | u128::from(key(p))
}

/// A corner and the number of what is there as one number, which sorts as the corner does; its low 32 bits are the number.
pub(super) fn numbered(p: Spot, number: u32) -> u128 {
    u128::from(key(p)) << 32 | u128::from(number)
}

/// A corner as one number of the same order: corners of a tile are not negative.
pub(super) fn key(p: Spot) -> u64 {
    u64::from(p.0 as u32) << 32 | u64::from(p.1 as u32)
}

/// By left ends; from one point, the lower slope first.
fn ascending(e: &Edge, o: &Edge) -> Ordering {
    key(e.a).cmp(&key(o.a)).then_with(|| {
        0.cmp(&cross(e.a, e.b, o.b)).then_with(|| (e.b, e.set, e.turn, e.cut).cmp(&(o.b, o.set, o.turn, o.cut)))
    })
}

fn span(edge: &Edge) -> (i32, i32) {
    (edge.a.1.min(edge.b.1), edge.a.1.max(edge.b.1))
}

/// An edge while meetings are looked for: how far it reaches, with [`NEAR`] steps between two, and its number.
#[derive(Clone, Copy)]
struct Reach {
    right: i32,
    low: i32,
    high: i32,
    number: u32,
}

impl Reach {
    fn new(edge: &Edge, number: u32) -> Self {
        let (low, high) = span(edge);
        let half = NEAR / 2;
        Self { right: edge.b.0 + NEAR, low: low - half, high: high + half, number }
    }
}

impl Room {
    /// Puts edges in the order of [`ascending`]: by numbers first, which are sorted without a branch; then the few that begin at
    /// one point among themselves.
    fn put_in_order(&mut self, edges: &mut Vec<Edge>) {
        self.order.clear();
        self.order.extend(edges.iter().zip(0..).map(|(edge, number)| numbered(edge.a, number)));
        self.order.sort_unstable();
        self.sorted.clear();
        self.sorted.extend(self.order.iter().map(|&packed| edges[packed as u32 as usize]));
        std::mem::swap(edges, &mut self.sorted);
        for run in edges.chunk_by_mut(|e, o| e.a == o.a).filter(|run| run.len() > 1) {
            run.sort_unstable_by(ascending);
        }
    }

    /// The same for what is left of the first `drawn`, which are in order, and pieces after them, which are not.
    fn put_pieces_in_order(&mut self, edges: &mut Vec<Edge>, gone: &[bool], drawn: usize) {
        self.order.clear();
        let pieces = (drawn..edges.len()).filter(|&i| !gone[i]);
        self.order.extend(pieces.map(|i| numbered(edges[i].a, i as u32)));
        self.order.sort_unstable();
        self.sorted.clear();
        let mut pieces = self.order.iter().peekable();
        for (edge, _) in edges[..drawn].iter().zip(gone).filter(|(_, gone)| !**gone) {
            let from = numbered(edge.a, 0);
            while let Some(packed) = pieces.next_if(|packed| **packed < from) {
                self.sorted.push(edges[*packed as u32 as usize]);
            }
            self.sorted.push(*edge);
        }
        self.sorted.extend(pieces.map(|packed| edges[*packed as u32 as usize]));
        std::mem::swap(edges, &mut self.sorted);
        for run in edges.chunk_by_mut(|e, o| e.a == o.a).filter(|run| run.len() > 1) {
            run.sort_unstable_by(ascending);
        }
    }

    /// All meetings of edges with those from number `fresh` on: in the order of their left ends, each held against those it
    /// can still reach. Of the first `drawn` the order is that already.
    fn meetings(&mut self, edges: &[Edge], gone: &[bool], [drawn, fresh]: [usize; 2], size: i32, found: &mut Found) {
        let bits = (size as u32).ilog2();
        let strip = |y: i32| ((y.max(0) >> bits.saturating_sub(STRIPS.ilog2())) as usize).min(STRIPS - 1);
        // Which 64ths of each strip hold a new edge: an old one beside them all has nothing left to meet.
        let column = |x: i32| ((x.max(0) >> bits.saturating_sub(6)) as u32).min(63);
        let half = NEAR / 2;
        let columns = |e: &Edge| u64::MAX << column(e.a.0 - half) & u64::MAX >> (63 - column(e.b.0 + half));
        let mut fresh_in = [0_u64; STRIPS];
        if fresh > 0 {
            for edge in &edges[fresh..] {
                let reach = Reach::new(edge, 0);
                let under = strip(reach.low)..=strip(reach.high);
                fresh_in[under].iter_mut().for_each(|held| *held |= columns(edge));
            }
        }
        let may_meet = |i: &u32| {
            if *i as usize >= fresh {
                return true;
            }
            let edge = &edges[*i as usize];
            let (reach, columns) = (Reach::new(edge, 0), columns(edge));
            fresh_in[strip(reach.low)..=strip(reach.high)].iter().any(|held| held & columns != 0)
        };
        let left = |i: u32| key(edges[i as usize].a);
        let pieces = &mut self.numbers;
        pieces.clear();
        pieces.extend((drawn as u32..edges.len() as u32).filter(|&i| !gone[i as usize] && may_meet(&i)));
        pieces.sort_unstable_by_key(|&i| (left(i), i));
        let base = (0..drawn as u32).filter(|&i| !gone[i as usize] && may_meet(&i));
        let (mut base, mut rest) = (base.peekable(), pieces.iter().copied().peekable());
        let in_order = std::iter::from_fn(|| match (base.peek(), rest.peek()) {
            (Some(&i), Some(&j)) if left(j) < left(i) => rest.next(),
            (Some(_), _) => base.next(),
            (None, _) => rest.next(),
        });
        // By strips of y. Old ones and new ones: old ones have met each other before.
        let lists = &mut self.strips;
        lists.iter_mut().flatten().for_each(Vec::clear);
        for number in in_order {
            let edge = &edges[number as usize];
            let (own, from, new) = (Reach::new(edge, number), edge.a.0, usize::from(number as usize >= fresh));
            for at in strip(own.low)..=strip(own.high) {
                // The new ones are in the second list; a new one is held against both, an old one against the new.
                for list in &mut lists[at][1 - new..] {
                    let mut kept = 0;
                    for j in 0..list.len() {
                        let o = list[j];
                        let reaches = o.right >= from;
                        list[kept] = o;
                        kept += usize::from(reaches);
                        // Two that share several strips meet in the lowest.
                        if reaches & (o.low <= own.high) & (own.low <= o.high) && strip(o.low.max(own.low)) == at {
                            meet(edges, o.number, number, found);
                        }
                    }
                    list.truncate(kept);
                }
                lists[at][new].push(own);
            }
        }
    }
}

/// Holds two edges against each other: where they cross, touch or overlap, and whether they come near.
fn meet(edges: &[Edge], i: u32, j: u32, found: &mut Found) {
    let (e, o) = (&edges[i as usize], &edges[j as usize]);
    // Neighbours that go on from their corner by more than a right angle have nothing else in common, wherever a cut moves them.
    if e.b == o.a && angle(o.a, e.a, o.b) <= 0 {
        return;
    }
    let Some(meeting) = Meeting::of((e.a, e.b), (o.a, o.b)) else { return };
    if meeting.apart() {
        found.near.push((i, j));
        return;
    }
    let [d1, d2, d3, d4] = meeting.from;
    if !meeting.crosses() {
        // On one line with an edge, a point lies inside it where it comes between its ends.
        let inside = |edge: &Edge, p: Spot| edge.a < p && p < edge.b;
        let mut touches = 0;
        for (d, edge, number, p) in [(d1, e, i, o.a), (d2, e, i, o.b), (d3, o, j, e.a), (d4, o, j, e.b)] {
            if d == 0 && inside(edge, p) {
                found.cuts.push((number, p));
                touches += 1;
            }
        }
        // At one corner, or with one end on the other, they part if all other ends are far from the other's line.
        let on = meeting.from.iter().filter(|d| **d == 0).count();
        let shared = [(e.a, o.a), (e.a, o.b), (e.b, o.a), (e.b, o.b)].iter().filter(|(p, q)| p == q).count();
        let parts = (on == 1 && touches == 1) || (on == 2 && touches == 0 && shared == 1);
        if !parts || !meeting.clean() {
            found.near.push((i, j));
        }
        return;
    }
    let t = d3 as f64 / (d3 - d4) as f64;
    let x = f64::from(e.a.0) + t * f64::from(e.b.0 - e.a.0);
    let y = f64::from(e.a.1) + t * f64::from(e.b.1 - e.a.1);
    let ((el, eh), (ol, oh)) = (span(e), span(o));
    let p = (
        (x.round() as i32).clamp(e.a.0.max(o.a.0), e.b.0.min(o.b.0)),
        (y.round() as i32).clamp(el.max(ol), eh.min(oh)),
    );
    if p != e.a && p != e.b {
        found.cuts.push((i, p));
        found.moved[i as usize] = true;
    }
    if p != o.a && p != o.b {
        found.cuts.push((j, p));
        found.moved[j as usize] = true;
    }
    if !meeting.clean() {
        found.near.push((i, j));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Edges of many kinds: anyhow, on few columns and rows, through one corner, one beside another.
    fn drawn(size: i32) -> impl Strategy<Value = Vec<Edge>> {
        let spot = move || (0..=size, 0..=size);
        let one = (spot(), spot(), 0..5_u8, 0..3_u16, (-2..=2_i32, -2..=2_i32)).prop_map(
            move |(p, q, kind, set, by): (Spot, Spot, u8, u16, Spot)| {
                let round = |v: i32| v / (size / 4).max(1) * (size / 4).max(1);
                let beside = |v: i32, by: i32| (v + by).clamp(0, size);
                match kind {
                    0 => (p, q, set),
                    1 => ((round(p.0), p.1), (round(p.0), q.1), set),
                    2 => ((beside(size / 2, by.0), beside(size / 2, by.1)), q, set),
                    3 => (p, (beside(size - p.0, by.0), beside(size - p.1, by.1)), set),
                    _ => (p, (beside(p.0, by.0 * 3), beside(p.1, by.1 * 3)), set),
                }
            },
        );
        prop::collection::vec(one, 1..40)
            .prop_map(|all| all.into_iter().filter_map(|(p, q, set)| Edge::new(p, q, set)).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// What is cut meets at ends only, however few rounds it took.
        #[test]
        fn pieces_meet_at_their_ends_only(mut edges in (0..4_usize).prop_flat_map(|scale| drawn([40, 400, 20_000, 1 << 22][scale]))) {
            let size = 1 << 22;
            if cut(&mut Room::default(), &mut edges, size) {
                let mut found = Found { moved: vec![false; edges.len()], ..Found::default() };
                let (mut room, gone) = (Room::default(), vec![false; edges.len()]);
                room.meetings(&edges, &gone, [edges.len(), 0], size, &mut found);
                prop_assert!(found.cuts.is_empty(), "{:?} of {edges:?}", found.cuts);
                prop_assert!(edges.is_sorted_by(|e, o| ascending(e, o) != Ordering::Greater));
            }
        }
    }
}
