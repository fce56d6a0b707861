//! The pieces that the tiles of a mosaic left along their sides, sewn together to the outlines of classes.

use super::{DEFERRED, FORBIDDEN, Measured, Mosaic, SLIVER, Zones, outline_of};
use crate::outline::tile::{self, Merged, Spot, Stretch};
use crate::outline::{Outline, Ring, from_lowest_corner, ring_area2, steps2_to_m2};
use std::borrow::Cow;

/// A piece of border between two sides of tiles, to be joined to others.
struct Open {
    class: u8,
    face: u32,
    from: (i64, i64),
    to: (i64, i64),
    next: (i64, i64),
    before: (i64, i64),
    /// Cell and chain; nothing for a stretch along a side.
    chain: Option<(u32, u32)>,
}

/// A ring of a class and a face.
type Loop<'a> = (u8, u32, Measured<'a>);
/// A shell and its holes, of a class and a face.
type Shape<'a> = (u8, u32, Vec<Measured<'a>>);

pub(super) struct Sewing<'a> {
    mosaic: &'a Mosaic,
    /// Number of the first face of each cell.
    first: Vec<u32>,
    merged: Merged,
    faces: Vec<(u8, i64, u8)>,
    open: Vec<Open>,
    follow: Vec<u32>,
    /// True where the corner at which a piece begins lies on the line between its neighbours.
    straight: Vec<bool>,
    touches: Vec<(i64, i64)>,
}

impl<'a> Sewing<'a> {
    pub(super) fn new(mosaic: &'a Mosaic) -> Self {
        let mut first = Vec::with_capacity(mosaic.cells.len());
        let mut faces = Vec::new();
        let mut touches = Vec::new();
        for cell in &mosaic.cells {
            first.push(faces.len() as u32);
            faces.extend_from_slice(&cell.tile.faces);
            touches.extend_from_slice(&cell.tile.touches);
        }
        let merged = Merged((0..faces.len() as u32).collect());
        Self { mosaic, first, merged, faces, open: Vec::new(), follow: Vec::new(), straight: Vec::new(), touches }
    }

    pub(super) fn zones(mut self) -> Option<Zones> {
        self.sides();
        self.chains();
        self.merged.flatten();
        self.link()?;
        for face in 0..self.faces.len() {
            let root = self.merged.0[face] as usize;
            if root != face {
                let (_, area, touched) = self.faces[face];
                self.faces[root].1 += area;
                self.faces[root].2 |= touched;
            }
        }
        self.touches.sort_unstable();
        self.touches.dedup();
        let shapes = self.shapes(self.rings()?);
        self.outlines(shapes)
    }

    /// The shapes of a tile that nothing leaves.
    pub(super) fn lone(mut self) -> Option<Vec<Shape<'a>>> {
        self.touches.sort_unstable();
        self.touches.dedup();
        let rings = self.rings()?;
        Some(self.shapes(rings))
    }

    /// Ground of one class on both sides of a line between tiles is one; where the classes differ, the line is border.
    fn sides(&mut self) {
        let (mosaic, bits) = (self.mosaic, self.mosaic.bits);
        let empty: &[Stretch] = &[];
        let side = |column: i64, row: i64, side: usize| -> (u32, &[Stretch]) {
            let inside = (mosaic.columns[0]..=mosaic.columns[1]).contains(&column)
                && (mosaic.rows[0]..=mosaic.rows[1]).contains(&row);
            if inside {
                let number = mosaic.number(column, row);
                (number as u32, mosaic.cells[number].tile.sides[side].as_slice())
            } else {
                (0, empty)
            }
        };
        for row in mosaic.rows[0]..=mosaic.rows[1] + 1 {
            for column in mosaic.columns[0]..=mosaic.columns[1] + 1 {
                let corner = (column << bits, row << bits);
                // Left of the line x = corner and right of it; below the line y = corner and above it.
                let (left, right) = (side(column - 1, row, 1), side(column, row, 0));
                self.seam(left, right, |at| (corner.0, corner.1 + i64::from(at)), false);
                let (below, above) = (side(column, row - 1, 3), side(column, row, 2));
                self.seam(below, above, |at| (corner.0 + i64::from(at), corner.1), true);
            }
        }
    }

    /// Two sides that lie on one line. `a` lies to its left where it runs up, or below it where it runs right.
    fn seam(
        &mut self,
        a: (u32, &[Stretch]),
        b: (u32, &[Stretch]),
        point: impl Fn(i32) -> (i64, i64),
        runs_right: bool,
    ) {
        let (mut i, mut j) = (0, 0);
        let mut at = i32::MIN;
        while i < a.1.len() || j < b.1.len() {
            let (sa, sb) = (a.1.get(i), b.1.get(j));
            let begin = |s: Option<&Stretch>| s.map_or(i32::MAX, |s| s.low.max(at));
            at = begin(sa).min(begin(sb));
            let here = |s: Option<&Stretch>| s.copied().filter(|s| s.low <= at);
            let (ha, hb) = (here(sa), here(sb));
            let until = |s: Option<&Stretch>| s.map_or(i32::MAX, |s| if s.low <= at { s.high } else { s.low });
            let to = until(sa).min(until(sb));
            let (p, q) = (point(at), point(to));
            let face = |cell: u32, s: Stretch, first: &[u32]| first[cell as usize] + s.face;
            match (ha, hb) {
                (Some(x), Some(y)) if x.class == y.class => {
                    let (x, y) = (face(a.0, x, &self.first), face(b.0, y, &self.first));
                    self.merged.join(x, y);
                }
                _ => {
                    // Left of an upward line, below a line that runs right: the border of what lies there runs so that
                    // its ground is to the left.
                    for (s, cell, forward) in [(ha, a.0, !runs_right), (hb, b.0, runs_right)] {
                        let Some(s) = s else { continue };
                        let (from, end) = if forward { (p, q) } else { (q, p) };
                        self.open.push(Open {
                            class: s.class,
                            face: face(cell, s, &self.first),
                            from,
                            to: end,
                            next: end,
                            before: from,
                            chain: None,
                        });
                    }
                }
            }
            at = to;
            if sa.is_some_and(|s| s.high <= at) {
                i += 1;
            }
            if sb.is_some_and(|s| s.high <= at) {
                j += 1;
            }
        }
    }

    fn chains(&mut self) {
        for (number, cell) in self.mosaic.cells.iter().enumerate() {
            for (which, chain) in cell.tile.chains.iter().enumerate().filter(|(_, chain)| !chain.closed) {
                let (Some(&from), Some(&to)) = (chain.corners.first(), chain.corners.last()) else { continue };
                self.open.push(Open {
                    class: chain.class,
                    face: self.first[number] + chain.face,
                    from,
                    to,
                    next: chain.next,
                    before: chain.before,
                    chain: Some((number as u32, which as u32)),
                });
            }
        }
    }

    /// Says which piece follows which, corner by corner along the sides.
    fn link(&mut self) -> Option<()> {
        let n = self.open.len();
        self.follow = vec![u32::MAX; n];
        self.straight = vec![false; n];
        let mut ends: Vec<((i64, i64), bool, u32)> = Vec::with_capacity(n * 2);
        for (number, piece) in self.open.iter().enumerate() {
            ends.push((piece.from, true, number as u32));
            ends.push((piece.to, false, number as u32));
        }
        ends.sort_unstable();
        let mut i = 0;
        while i < ends.len() {
            let at = ends[i].0;
            let mut j = i;
            while j < ends.len() && ends[j].0 == at {
                j += 1;
            }
            let here = &ends[i..j];
            let (into, out): (Vec<u32>, Vec<u32>) = {
                let of = |outward: bool| here.iter().filter(|e| e.1 == outward).map(|e| e.2).collect();
                (of(false), of(true))
            };
            if into.len() != out.len() {
                return None;
            }
            let bits = here.iter().fold(0_u8, |bits, e| bits | 1 << self.open[e.2 as usize].class);
            let mut plain = true;
            for &a in &into {
                let piece = &self.open[a as usize];
                let root = self.merged.0[piece.face as usize] as usize;
                self.faces[root].2 |= bits;
                let mut following = out.iter().copied().filter(|&o| self.open[o as usize].class == piece.class);
                let first = following.next()?;
                let next = if let Some(second) = following.next() {
                    plain = false;
                    let back = angle(at, piece.before);
                    // The first way out, clockwise from where it came.
                    let turn =
                        |o: u32| (back - angle(at, self.open[o as usize].next)).rem_euclid(std::f64::consts::TAU);
                    let rest = [first, second].into_iter().chain(following);
                    rest.min_by(|&x, &y| turn_key(turn(x)).total_cmp(&turn_key(turn(y))))?
                } else {
                    first
                };
                self.follow[a as usize] = next;
            }
            if !plain {
                self.touches.push(at);
            }
            if plain && (into.len() == 1 || into.len() == 2) {
                let ends_of = |a: u32| {
                    let next = self.follow[a as usize];
                    (self.open[a as usize].before, self.open[next as usize].next)
                };
                let (before, after) = ends_of(into[0]);
                let agree = into.get(1).is_none_or(|&b| ends_of(b) == (after, before));
                if agree && straight(before, at, after) {
                    for &a in &into {
                        self.straight[self.follow[a as usize] as usize] = true;
                    }
                }
            }
            i = j;
        }
        Some(())
    }

    /// All rings with their class and face.
    fn rings(&self) -> Option<Vec<Loop<'a>>> {
        let mut rings = Vec::new();
        for (number, cell) in self.mosaic.cells.iter().enumerate() {
            for (which, chain) in cell.tile.chains.iter().enumerate().filter(|(_, chain)| chain.closed) {
                let face = self.merged.0[(self.first[number] + chain.face) as usize];
                match cell.done.get(which) {
                    Some(Some(area2)) => rings.push((chain.class, face, (Cow::Borrowed(&*chain.corners), *area2))),
                    _ => self.finish(chain.class, face, chain.corners.clone(), &mut rings),
                }
            }
        }
        let mut seen = vec![false; self.open.len()];
        let (mut pieces, mut removable) = (Vec::new(), Vec::new());
        for start in 0..self.open.len() {
            if seen[start] {
                continue;
            }
            pieces.clear();
            let (mut at, mut length) = (start, 0);
            while !seen[at] {
                seen[at] = true;
                pieces.push(at);
                length += 1 + self.within(at).len();
                at = *self.follow.get(at)? as usize;
                if at >= seen.len() {
                    return None;
                }
            }
            if at != start {
                return None;
            }
            let mut ring = Vec::with_capacity(length);
            removable.clear();
            for &piece in &pieces {
                if self.straight[piece] {
                    removable.push(ring.len());
                }
                ring.push(self.open[piece].from);
                ring.extend_from_slice(self.within(piece));
            }
            tile::thin_out(&mut ring, &removable, straight);
            self.finish(self.open[start].class, self.merged.0[self.open[start].face as usize], ring, &mut rings);
        }
        Some(rings)
    }

    /// The corners of a piece between its ends.
    fn within(&self, piece: usize) -> &'a [(i64, i64)] {
        let Some((cell, chain)) = self.open[piece].chain else { return &[] };
        let corners = &self.mosaic.cells[cell as usize].tile.chains[chain as usize].corners;
        &corners[1..corners.len() - 1]
    }

    /// A ring as an outline has it: apart where it comes back to a corner, without straight ones.
    fn finish(&self, class: u8, face: u32, ring: Ring, rings: &mut Vec<Loop<'a>>) {
        for ring in self.apart(ring) {
            let ring = from_lowest_corner(without_straight(ring));
            let area2 = ring_area2(&ring);
            rings.push((class, face, (Cow::Owned(ring), area2)));
        }
    }

    /// Rings grouped to shapes: the shell of a face and its holes.
    fn shapes(&self, mut loops: Vec<Loop<'a>>) -> Vec<Shape<'a>> {
        loops.retain(|(.., (ring, _))| ring.len() > 2);
        // By class and face; the largest first, which is the shell.
        loops.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.1.cmp(&a.2.1)).then_with(|| a.2.0.cmp(&b.2.0)));
        let mut shapes: Vec<Shape<'a>> = Vec::new();
        let mut of_face = usize::MAX;
        for (class, face, (ring, area2)) in loops {
            if area2 > 0 {
                if shapes.last().is_none_or(|s| (s.0, s.1) != (class, face)) {
                    of_face = shapes.len();
                }
                shapes.push((class, face, vec![(ring, area2)]));
            } else if area2 < 0 && shapes.get(of_face).is_some_and(|s| (s.0, s.1) == (class, face)) {
                let shells = &shapes[of_face..];
                let home = if shells.len() == 1 {
                    0
                } else {
                    shells.iter().position(|s| holds(&s.2[0].0, ring[0])).unwrap_or(0)
                };
                shapes[of_face + home].2.push((ring, area2));
            }
        }
        shapes
    }

    /// A ring that comes back to a corner, as several that do not.
    fn apart(&self, ring: Ring) -> Vec<Ring> {
        if self.touches.is_empty() {
            return vec![ring];
        }
        let touching: Vec<bool> = ring.iter().map(|p| self.touches.binary_search(p).is_ok()).collect();
        if touching.iter().filter(|t| **t).count() < 2 {
            return vec![ring];
        }
        let (mut rings, mut stack): (Vec<Ring>, Vec<((i64, i64), bool)>) = (Vec::new(), Vec::new());
        for (&p, &touch) in ring.iter().zip(&touching) {
            if touch && let Some(place) = stack.iter().position(|&(q, t)| t && q == p) {
                rings.push(stack.drain(place..).map(|s| s.0).collect());
            }
            stack.push((p, touch));
        }
        rings.push(stack.into_iter().map(|s| s.0).collect());
        rings
    }

    fn outlines(&self, shapes: Vec<Shape<'a>>) -> Option<Zones> {
        let mut of_class: [Vec<Vec<Measured<'a>>>; 4] = Default::default();
        let mut moved: Vec<(u8, Vec<Measured<'a>>)> = Vec::new();
        for (class, face, rings) in shapes {
            let (_, area, touched) = self.faces[face as usize];
            let worse = [FORBIDDEN, DEFERRED].into_iter().find(|&c| c > class && touched >> c & 1 == 1);
            match worse.filter(|_| area < SLIVER) {
                Some(worse) => moved.push((worse, rings)),
                None => of_class[class as usize].push(rings),
            }
        }
        let mut slivers: Vec<Vec<Ring>> = Vec::new();
        for cell in &self.mosaic.cells {
            let mut rings: Vec<Ring> = cell.tile.slivers.clone();
            rings.sort_by_key(|ring| std::cmp::Reverse(ring_area2(ring)));
            slivers.extend(rings.into_iter().filter(|ring| ring_area2(ring) > 0).map(|ring| vec![ring]));
        }
        // Slivers that reach over the side of a tile are few: joined to the shapes they touch by a sweep of their own.
        for worse in [DEFERRED, FORBIDDEN] {
            let given: Vec<Outline> = moved
                .iter()
                .filter(|(class, _)| *class == worse)
                .map(|(_, rings)| outline_of(vec![rings.clone()]).0)
                .collect();
            if given.is_empty() {
                continue;
            }
            let (near, far): (Vec<_>, Vec<_>) =
                std::mem::take(&mut of_class[worse as usize]).into_iter().partition(|rings| {
                    let shell = rings.iter().take(1).map(|(ring, _)| ring.to_vec()).collect();
                    let shape = Outline { shapes: vec![shell] };
                    given.iter().any(|sliver| sliver.may_meet(&shape))
                });
            let joined = Outline::union(given.iter().chain([&outline_of(near).0]));
            of_class[worse as usize] = far;
            let measured = |ring: Ring| {
                let area2 = ring_area2(&ring);
                (Cow::Owned(ring), area2)
            };
            of_class[worse as usize]
                .extend(joined.shapes.into_iter().map(|rings| rings.into_iter().map(measured).collect()));
            slivers.extend(given.into_iter().flat_map(|sliver| sliver.shapes));
        }
        let [_, mineable, deferred, forbidden] = of_class.map(outline_of);
        let filled = steps2_to_m2(mineable.1) + steps2_to_m2(deferred.1) + steps2_to_m2(forbidden.1);
        let slivers = if slivers.is_empty() {
            Outline::default()
        } else {
            Outline::union(&slivers.into_iter().map(|s| Outline::from_shapes(vec![s])).collect::<Vec<_>>())
        };
        let zones = Zones { mineable: mineable.0, deferred: deferred.0, forbidden: forbidden.0, slivers };
        // The classes must fill the ground; else something went wrong that only a sweep of the whole can mend.
        let ground = self.mosaic.ground.area_m2();
        ((filled - ground).abs() <= 0.5 + 1e-8 * ground).then_some(zones)
    }
}

fn angle(at: (i64, i64), to: (i64, i64)) -> f64 {
    ((to.1 - at.1) as f64).atan2((to.0 - at.0) as f64)
}

/// Straight back is the last choice, not the first.
fn turn_key(turn: f64) -> f64 {
    if turn < 1e-12 { std::f64::consts::TAU } else { turn }
}

fn straight(before: (i64, i64), p: (i64, i64), after: (i64, i64)) -> bool {
    let near =
        |q: (i64, i64)| -> Option<Spot> { Some((i32::try_from(q.0 - p.0).ok()?, i32::try_from(q.1 - p.1).ok()?)) };
    let (Some(before), Some(after)) = (near(before), near(after)) else { return false };
    let apart = |a: i32, b: i32| a.checked_sub(b).is_some();
    apart(after.0, before.0) && apart(after.1, before.1) && tile::straight(before, (0, 0), after)
}

/// A ring without the corners at which it goes straight on.
pub(in crate::outline) fn without_straight(ring: Ring) -> Ring {
    let n = ring.len();
    if n == 0 {
        return ring;
    }
    let side = |a: (i64, i64), b: (i64, i64)| (b.0 - a.0, b.1 - a.1);
    let near = |(x, y): (i64, i64)| (x.unsigned_abs() | y.unsigned_abs()) < 1 << 31;
    // Straight on is no corner; a spike is.
    let turns = |u: (i64, i64), v: (i64, i64)| {
        if near(u) && near(v) {
            return u.0 * v.1 != u.1 * v.0 || u.0 * v.0 + u.1 * v.1 < 0;
        }
        let [ux, uy, vx, vy] = [u.0, u.1, v.0, v.1].map(i128::from);
        ux * vy != uy * vx || ux * vx + uy * vy < 0
    };
    let (first, last) = (ring[0], ring[n - 1]);
    let mut into = side(last, first);
    let all = ring.windows(2).all(|pair| {
        let out = side(pair[0], pair[1]);
        turns(std::mem::replace(&mut into, out), out)
    });
    if all && turns(into, side(last, first)) {
        return ring;
    }
    (0..n)
        .filter(|&i| turns(side(ring[(i + n - 1) % n], ring[i]), side(ring[i], ring[(i + 1) % n])))
        .map(|i| ring[i])
        .collect()
}

/// True when a ring holds a point, by the even-odd rule.
fn holds(ring: &[(i64, i64)], p: (i64, i64)) -> bool {
    let mut inside = false;
    for (i, a) in ring.iter().enumerate() {
        let b = ring[(i + 1) % ring.len()];
        if (a.1 > p.1) != (b.1 > p.1) {
            let side = i128::from(b.0 - a.0) * i128::from(p.1 - a.1) - i128::from(b.1 - a.1) * i128::from(p.0 - a.0);
            inside ^= (side > 0) == (b.1 > a.1);
        }
    }
    inside
}
