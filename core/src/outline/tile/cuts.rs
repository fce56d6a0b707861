//! The edges of a tile, cut at their crossings until they meet at ends only.

use super::{Edge, Spot, cross};
use std::cmp::Ordering;

/// Strips into which a tile is divided while meetings are looked for.
const STRIPS: usize = 16;

/// Lists that are filled anew for each tile.
#[derive(Default)]
pub(super) struct Room {
    order: Vec<u128>,
    sorted: Vec<Edge>,
    cuts: Vec<(u32, Spot)>,
    gone: Vec<bool>,
    numbers: Vec<u32>,
    strips: [[Vec<Reach>; 2]; STRIPS],
}

/// Cuts edges where they cross, touch or overlap until they meet at ends only; false where near-coincident edges go on
/// making new crossings with each other.
///
/// Leaves them in the order of [`ascending`].
pub(super) fn cut(room: &mut Room, edges: &mut Vec<Edge>, size: i32) -> bool {
    room.put_in_order(edges);
    // What was there at first stays in its order, so that only pieces are sorted again.
    let (drawn, mut fresh_from) = (edges.len(), 0);
    let (mut cuts, mut gone) = (std::mem::take(&mut room.cuts), std::mem::take(&mut room.gone));
    gone.clear();
    gone.resize(drawn, false);
    // Rounding a crossing may make a new one beside it: a few rounds suffice, and more are not worth waiting for.
    let most = 4 * drawn + 4096;
    let mut settled = false;
    for _ in 0..24 {
        if edges.len() > most {
            break;
        }
        cuts.clear();
        room.meetings(edges, &gone, [drawn, fresh_from], size, &mut cuts);
        if cuts.is_empty() {
            settled = true;
            break;
        }
        cuts.sort_unstable();
        cuts.dedup();
        fresh_from = edges.len();
        let mut i = 0;
        while i < cuts.len() {
            let which = cuts[i].0;
            let mut end = i;
            while end < cuts.len() && cuts[end].0 == which {
                end += 1;
            }
            let edge = edges[which as usize];
            let along = |p: Spot| {
                i64::from(p.0 - edge.a.0) * i64::from(edge.b.0 - edge.a.0)
                    + i64::from(p.1 - edge.a.1) * i64::from(edge.b.1 - edge.a.1)
            };
            cuts[i..end].sort_by_key(|c| (along(c.1), c.1));
            let (mut from, mut made) = (edge.a, edge.cut[0]);
            for &(_, to) in cuts[i..end].iter().chain(std::iter::once(&(which, edge.b))) {
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
            i = end;
        }
        gone.resize(edges.len(), false);
    }
    let mut left_out = gone.iter();
    edges.retain(|_| left_out.next() != Some(&true));
    room.put_in_order(edges);
    (room.cuts, room.gone) = (cuts, gone);
    settled
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

/// An edge while meetings are looked for: its right end as a number, its span of y, its own number.
#[derive(Clone, Copy)]
struct Reach {
    right: u64,
    low: i32,
    high: i32,
    number: u32,
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

    /// All meetings of edges with those from number `fresh` on: in the order of their left ends, each held against those it
    /// can still reach. Of the first `drawn` the order is that already.
    fn meetings(
        &mut self,
        edges: &[Edge],
        gone: &[bool],
        [drawn, fresh]: [usize; 2],
        size: i32,
        cuts: &mut Vec<(u32, Spot)>,
    ) {
        let bits = (size as u32).ilog2();
        let strip = |y: i32| ((y >> bits.saturating_sub(STRIPS.ilog2())) as usize).min(STRIPS - 1);
        // Which 64ths of each strip hold a new edge: an old one beside them all has nothing left to meet.
        let column = |x: i32| ((x >> bits.saturating_sub(6)) as u32).min(63);
        let columns = |e: &Edge| u64::MAX << column(e.a.0) & u64::MAX >> (63 - column(e.b.0));
        let mut fresh_in = [0_u64; STRIPS];
        for edge in &edges[fresh..] {
            let (low, high) = span(edge);
            fresh_in[strip(low)..=strip(high)].iter_mut().for_each(|held| *held |= columns(edge));
        }
        let may_meet = |i: &u32| {
            if *i as usize >= fresh {
                return true;
            }
            let edge = &edges[*i as usize];
            let ((low, high), columns) = (span(edge), columns(edge));
            fresh_in[strip(low)..=strip(high)].iter().any(|held| held & columns != 0)
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
            let ((low, high), from, new) = (span(edge), key(edge.a), usize::from(number as usize >= fresh));
            let own = Reach { right: key(edge.b), low, high, number };
            for at in strip(low)..=strip(high) {
                // The new ones are in the second list; a new one is held against both, an old one against the new.
                for list in &mut lists[at][1 - new..] {
                    let mut kept = 0;
                    for j in 0..list.len() {
                        let o = list[j];
                        // Points are in one order: one that ends where this begins, or before, has no other point of it.
                        let reaches = o.right > from;
                        list[kept] = o;
                        kept += usize::from(reaches);
                        // Two that share several strips meet in the lowest.
                        if reaches & (o.low <= high) & (low <= o.high) && strip(o.low.max(low)) == at {
                            meet(edges, o.number as usize, number as usize, cuts);
                        }
                    }
                    list.truncate(kept);
                }
                lists[at][new].push(own);
            }
        }
    }
}

fn meet(edges: &[Edge], i: usize, j: usize, cuts: &mut Vec<(u32, Spot)>) {
    let (e, o) = (&edges[i], &edges[j]);
    let (d1, d2) = (cross(e.a, e.b, o.a), cross(e.a, e.b, o.b));
    if (d1 > 0 && d2 > 0) || (d1 < 0 && d2 < 0) {
        return;
    }
    let (d3, d4) = (cross(o.a, o.b, e.a), cross(o.a, o.b, e.b));
    if (d3 > 0 && d4 > 0) || (d3 < 0 && d4 < 0) {
        return;
    }
    // On one line with an edge, a point lies inside it where it comes between its ends.
    let inside = |edge: &Edge, p: Spot| edge.a < p && p < edge.b;
    if d1 == 0 || d2 == 0 || d3 == 0 || d4 == 0 {
        for (d, edge, number, p) in [(d1, e, i, o.a), (d2, e, i, o.b), (d3, o, j, e.a), (d4, o, j, e.b)] {
            if d == 0 && inside(edge, p) {
                cuts.push((number as u32, p));
            }
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
        cuts.push((i as u32, p));
    }
    if p != o.a && p != o.b {
        cuts.push((j as u32, p));
    }
}
