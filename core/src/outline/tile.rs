//! One tile of a mosaic: its edges split where they meet, and what lies on either side of each.
//!
//! Coordinates are grid steps from the tile's lower left corner, so every product fits 64 bits and every decision is
//! exact. Edges are cut at their crossings, the crossing rounded to the grid, until none cross; one sweep from left to
//! right then counts, for every set at once, how many areas lie above each edge. From that one graph come the classes,
//! their borders, and the area of each set.

mod cuts;

use super::meeting::cross;
use super::mosaic::{DEFERRED, FORBIDDEN, MINEABLE, NOTHING};
use cuts::{cut, key};
use std::cmp::Ordering;

pub(super) use super::meeting::Spot;

/// Twice a square metre in squared grid steps: what a sliver is measured in.
const M2: i64 = 2 * 100_000_000;
/// Pieces of less than this are slivers: [`crate::zone::SLIVER_M2`] in squared grid steps, twice.
const SLIVER: i64 = M2;

/// An edge of an area, from its left end to its right end (upwards where it stands upright).
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    a: Spot,
    b: Spot,
    /// The set its area belongs to; 0 is the ground.
    set: u16,
    /// How many more areas of the set lie above it (to the left of a → b) than below.
    turn: i8,
    /// True where an end was made by a cut, not drawn.
    cut: [bool; 2],
}

impl Edge {
    /// The edge of an area that lies to the left of `from` → `to`; nothing where both are one point.
    pub(super) fn new(from: Spot, to: Spot, set: u16) -> Option<Self> {
        match from.cmp(&to) {
            Ordering::Less => Some(Self { a: from, b: to, set, turn: 1, cut: [false; 2] }),
            Ordering::Greater => Some(Self { a: to, b: from, set, turn: -1, cut: [false; 2] }),
            Ordering::Equal => None,
        }
    }

    pub(super) fn set(&self) -> u16 {
        self.set
    }

    pub(super) fn of_set(&self, set: u16) -> Self {
        Self { set, ..*self }
    }
}

/// A piece of a border of a class: corners from one side of the tile to another, or round in a ring.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chain {
    pub(super) class: u8,
    pub(super) face: u32,
    /// Corners on the map's grid; a ring does not repeat its first.
    pub(super) corners: Vec<(i64, i64)>,
    pub(super) closed: bool,
    /// The corner after the first and the one before the last, as they were before straight ones were left out.
    pub(super) next: (i64, i64),
    pub(super) before: (i64, i64),
}

/// A stretch of a side of the tile that borders on a class inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) low: i32,
    pub(super) high: i32,
    pub(super) class: u8,
    pub(super) face: u32,
}

/// What came of a tile.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tile {
    pub(super) chains: Vec<Chain>,
    /// Left, right, bottom, top.
    pub(super) sides: [Vec<Stretch>; 4],
    /// Of each face: its class, twice its area, and the classes it touches as bits.
    pub(super) faces: Vec<(u8, i64, u8)>,
    /// Twice the area of each set within the ground.
    pub(super) sets: Vec<i64>,
    /// Corners at which one class may meet itself.
    pub(super) touches: Vec<(i64, i64)>,
    /// Rings of slivers that were given to a worse class.
    pub(super) slivers: Vec<Vec<(i64, i64)>>,
}

/// Edges that lie on one another, as one; what lies below and above it.
struct Line {
    a: Spot,
    b: Spot,
    cut: [bool; 2],
    /// Its edges.
    first: u32,
    last: u32,
    below: u32,
    above: u32,
    /// Sets that cover the ground below and above, as bits.
    sets_below: u128,
    sets_above: u128,
}

/// Faces found to be one.
pub(super) struct Merged(pub(super) Vec<u32>);

impl Merged {
    pub(super) fn root(&mut self, mut face: u32) -> u32 {
        while self.0[face as usize] != face {
            let up = self.0[self.0[face as usize] as usize];
            self.0[face as usize] = up;
            face = up;
        }
        face
    }

    /// Every face points at its root.
    pub(super) fn flatten(&mut self) {
        for face in 0..self.0.len() {
            // A root has a lower number than what it leads, so it is final when it is read.
            self.0[face] = self.0[self.0[face] as usize];
        }
    }

    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        // The lower number leads, so that the result does not depend on the order of joining.
        if a < b {
            self.0[b as usize] = a;
        } else {
            self.0[a as usize] = b;
        }
    }
}

/// Most sets that one sweep counts; a tile of more is swept again for the rest.
pub(super) const MOST_SETS: usize = 127;

/// The tile whose edges these are; nothing where they do not come apart. `classes` says which class each set makes of the ground (set 0 is the ground
/// itself); `corner` is the tile's lower left corner on the map and `size` its side, in grid steps.
pub(super) fn sweep(
    room: &mut Room,
    mut edges: Vec<Edge>,
    classes: &[u8],
    corner: (i64, i64),
    size: i32,
) -> Option<Tile> {
    if !cut(&mut room.cuts, &mut edges, size) {
        return None;
    }
    Some(Sweep::new(room, &edges, classes, corner, size).run())
}

/// The lists of a sweep, which the next one fills again: to ask the system for them anew for each of a hundred tiles is
/// dearer than what some of them hold.
#[derive(Default)]
pub(super) struct Room {
    cuts: cuts::Room,
    lines: Vec<Line>,
    /// The classes below and above each line, once faces are known.
    sides: Vec<(u8, u8)>,
    /// For each corner: how many lines meet there; the lines, counter-clockwise from straight down, the lowest bit set
    /// where the line ends there.
    corners: Vec<(Spot, u32)>,
    spokes: Vec<u32>,
    /// How many areas of each set lie above each line.
    counts: Vec<i16>,
    /// The right ends of all lines, as numbers.
    ends: Vec<u64>,
    /// Lines that reach the corner that the sweep has come to, from below.
    active: Vec<u32>,
    seen: Vec<bool>,
    path: Path,
    links: Links,
}

/// A border as it is followed from half to half: its halves, their corners, and which of these lie on the line between their
/// neighbours.
#[derive(Default)]
struct Path {
    halves: Vec<u32>,
    thin: Vec<Spot>,
    flagged: Vec<usize>,
}

/// How the borders go on at each corner.
#[derive(Default)]
struct Links {
    /// The half that follows a half; none at the sides of the tile.
    next: Vec<u32>,
    /// True where the corner at which a half begins was only made by cuts and joins two lines.
    made: Vec<bool>,
    /// Corners at which one class may meet itself.
    touches: Vec<(i64, i64)>,
}

struct Sweep<'a> {
    room: &'a mut Room,
    edges: &'a [Edge],
    classes: &'a [u8],
    corner: (i64, i64),
    size: i32,
    merged: Merged,
    class_of: Vec<u8>,
    forbids: u128,
    defers: u128,
}

impl<'a> Sweep<'a> {
    fn new(room: &'a mut Room, edges: &'a [Edge], classes: &'a [u8], corner: (i64, i64), size: i32) -> Self {
        let lines = &mut room.lines;
        lines.clear();
        room.corners.clear();
        room.spokes.clear();
        let mut first = 0;
        while first < edges.len() {
            let e = &edges[first];
            let mut last = first + 1;
            let (mut cut, mut any) = (e.cut, false);
            while last < edges.len() && edges[last].a == e.a && edges[last].b == e.b {
                cut = [cut[0] && edges[last].cut[0], cut[1] && edges[last].cut[1]];
                last += 1;
            }
            // Areas side by side cancel: their common border is none.
            for i in first..last {
                let sum: i32 =
                    edges[first..last].iter().filter(|o| o.set == edges[i].set).map(|o| i32::from(o.turn)).sum();
                any |= sum != 0;
            }
            if any {
                lines.push(Line {
                    a: e.a,
                    b: e.b,
                    cut,
                    first: first as u32,
                    last: last as u32,
                    below: 0,
                    above: 0,
                    sets_below: 0,
                    sets_above: 0,
                });
            }
            first = last;
        }
        let of = |class: u8| {
            classes.iter().enumerate().filter(|(_, c)| **c == class).fold(0_u128, |bits, (set, _)| bits | 1 << set)
        };
        Self {
            room,
            edges,
            classes,
            corner,
            size,
            merged: Merged(vec![0]),
            class_of: vec![NOTHING],
            forbids: of(FORBIDDEN),
            defers: of(DEFERRED),
        }
    }

    fn class(&self, sets: u128) -> u8 {
        if sets & 1 == 0 {
            NOTHING
        } else if sets & self.forbids != 0 {
            FORBIDDEN
        } else if sets & self.defers != 0 {
            DEFERRED
        } else {
            MINEABLE
        }
    }

    fn run(mut self) -> Tile {
        self.cross();
        let mut tile = Tile { sets: self.areas(), ..Tile::default() };
        self.settle();
        let faces = self.faces();
        let links = self.links();
        let slivers = self.absorb(&faces, &links.next, &mut tile);
        let (faces, links) = if slivers { (self.faces(), self.links()) } else { (faces, links) };
        self.borders(&links, &mut tile);
        self.room.links = links;
        tile.faces = faces;
        tile
    }

    /// Goes over the corners from left to right and gives every line what lies below and above it.
    fn cross(&mut self) {
        let n = self.room.lines.len();
        let stride = self.classes.len();
        let (mut counts, mut ends, mut active) = (
            std::mem::take(&mut self.room.counts),
            std::mem::take(&mut self.room.ends),
            std::mem::take(&mut self.room.active),
        );
        // Each line's are written where it begins, before they are read.
        counts.resize(counts.len().max(n * stride), 0);
        ends.clear();
        ends.extend(self.room.lines.iter().map(|line| key(line.b)));
        ends.sort_unstable();
        active.clear();
        let end_of = |end: usize| ((ends[end] >> 32) as i32, ends[end] as i32);
        let (mut start, mut end) = (0, 0);
        let mut count = vec![0_i16; stride];
        while end < n {
            let stop = end_of(end);
            let p = if start < n { stop.min(self.room.lines[start].a) } else { stop };
            let from = active.partition_point(|&l| {
                let line = &self.room.lines[l as usize];
                cross(line.a, line.b, p) > 0
            });
            let mut to = from;
            while to < active.len() && self.room.lines[active[to] as usize].b == p {
                to += 1;
            }
            end += to - from;
            if to == from && end < n && end_of(end) == p {
                // A line that should end here stands out of order: count it as ended; the outcome is checked by area.
                end += 1;
                active.retain(|&l| self.room.lines[l as usize].b != p);
                continue;
            }
            let (mut face, mut sets) = match from.checked_sub(1).map(|i| active[i] as usize) {
                Some(under) => {
                    count.copy_from_slice(&counts[under * stride..(under + 1) * stride]);
                    (self.room.lines[under].above, self.room.lines[under].sets_above)
                }
                None => {
                    count.fill(0);
                    (0, 0)
                }
            };
            let over = if to > from { self.room.lines[active[to - 1] as usize].above } else { face };
            let began = start;
            while start < n && self.room.lines[start].a == p {
                let (first, last) = (self.room.lines[start].first as usize, self.room.lines[start].last as usize);
                let (below, sets_below) = (face, sets);
                for edge in &self.edges[first..last] {
                    count[edge.set as usize] += i16::from(edge.turn);
                }
                for edge in &self.edges[first..last] {
                    let bit = 1_u128 << edge.set;
                    if count[edge.set as usize] > 0 { sets |= bit } else { sets &= !bit }
                }
                if self.class(sets) != self.class(sets_below) {
                    face = self.merged.0.len() as u32;
                    self.merged.0.push(face);
                    self.class_of.push(self.class(sets));
                }
                counts[start * stride..(start + 1) * stride].copy_from_slice(&count);
                let line = &mut self.room.lines[start];
                (line.below, line.above, line.sets_below, line.sets_above) = (below, face, sets_below, sets);
                start += 1;
            }
            // What lies above the last that begins here is what lay above the last that ended.
            self.merged.join(face, over);
            let spokes = self.room.spokes.len();
            self.room.spokes.extend((began..start).map(|l| (l as u32) << 1));
            self.room.spokes.extend(active[from..to].iter().rev().map(|l| l << 1 | 1));
            self.room.corners.push((p, (self.room.spokes.len() - spokes) as u32));
            if to - from == start - began {
                active[from..to].iter_mut().zip(began as u32..).for_each(|(line, begun)| *line = begun);
            } else {
                active.splice(from..to, began as u32..start as u32);
            }
        }
        (self.room.counts, self.room.ends, self.room.active) = (counts, ends, active);
    }

    /// Twice the area of each set within the ground.
    fn areas(&self) -> Vec<i64> {
        let mut areas = vec![0_i64; self.classes.len()];
        for line in &self.room.lines {
            let held = |sets: u128| if sets & 1 == 0 { 0 } else { sets };
            let (below, above) = (held(line.sets_below), held(line.sets_above));
            let mut changed = below ^ above;
            if changed == 0 {
                continue;
            }
            let area = i64::from(line.a.0) * i64::from(line.b.1) - i64::from(line.b.0) * i64::from(line.a.1);
            while changed != 0 {
                let set = changed.trailing_zeros() as usize;
                changed &= changed - 1;
                areas[set] += if above >> set & 1 == 1 { area } else { -area };
            }
        }
        areas
    }

    /// Faces found to be one are one from here on; what lies beside each line is looked up once.
    fn settle(&mut self) {
        self.merged.flatten();
        self.room.sides.clear();
        for line in &mut self.room.lines {
            line.below = self.merged.0[line.below as usize];
            line.above = self.merged.0[line.above as usize];
            self.room.sides.push((self.class_of[line.below as usize], self.class_of[line.above as usize]));
        }
    }

    fn face_classes(&self, line: u32) -> (u8, u8) {
        self.room.sides[line as usize]
    }

    /// Class, twice the area and touched classes of each face. Only of a sliver does anyone ask what it touches, and a
    /// face that has more ground than one in this tile alone is none.
    fn faces(&self) -> Vec<(u8, i64, u8)> {
        let mut faces: Vec<(u8, i64, u8)> = (0..self.merged.0.len())
            .map(|f| if self.merged.0[f] as usize == f { (self.class_of[f], 0, 0) } else { (NOTHING, 0, 0) })
            .collect();
        for (number, line) in self.room.lines.iter().enumerate() {
            let (below, above) = self.face_classes(number as u32);
            if below != above {
                let area = i64::from(line.a.0) * i64::from(line.b.1) - i64::from(line.b.0) * i64::from(line.a.1);
                faces[line.above as usize].1 += area;
                faces[line.below as usize].1 -= area;
            }
        }
        if !faces.iter().any(|&(class, area, _)| (class == MINEABLE || class == DEFERRED) && area < SLIVER) {
            return faces;
        }
        let mut at = 0;
        for &(_, spokes) in &self.room.corners {
            let here = &self.room.spokes[at..at + spokes as usize];
            at += spokes as usize;
            let mut bits = 0_u8;
            for &spoke in here {
                let (below, above) = self.face_classes(spoke >> 1);
                bits |= 1 << below | 1 << above;
            }
            for &spoke in here {
                let line = &self.room.lines[(spoke >> 1) as usize];
                faces[line.below as usize].2 |= bits;
                faces[line.above as usize].2 |= bits;
            }
        }
        faces
    }

    fn on_side(&self, p: Spot) -> bool {
        p.0 == 0 || p.1 == 0 || p.0 == self.size || p.1 == self.size
    }

    /// For each half of a line (2·line from left to right, 2·line + 1 back) the half that follows round its face;
    /// none at the sides of the tile.
    fn links(&mut self) -> Links {
        let Links { mut next, mut made, mut touches } = std::mem::take(&mut self.room.links);
        next.clear();
        next.resize(self.room.lines.len() * 2, u32::MAX);
        made.clear();
        made.resize(self.room.lines.len() * 2, false);
        touches.clear();
        let mut around: Vec<u32> = Vec::new();
        let mut at = 0;
        for &(p, spokes) in &self.room.corners {
            let here = &self.room.spokes[at..at + spokes as usize];
            at += spokes as usize;
            around.clear();
            around.extend(here.iter().filter(|&&spoke| {
                let (below, above) = self.face_classes(spoke >> 1);
                below != above
            }));
            if around.len() > 3 {
                touches.push(self.global(p));
            }
            if self.on_side(p) {
                continue;
            }
            for (i, &spoke) in around.iter().enumerate() {
                let following = around[(i + 1) % around.len()];
                // Out along one spoke lies the wedge to its left; in along the next it lies to the left too.
                next[(following ^ 1) as usize] = spoke;
            }
            if let [a, b] = around[..] {
                let cut = |spoke: u32| self.room.lines[(spoke >> 1) as usize].cut[(spoke & 1) as usize];
                let both = cut(a) && cut(b);
                made[a as usize] = both;
                made[b as usize] = both;
            }
        }
        Links { next, made, touches }
    }

    fn start(&self, half: u32) -> Spot {
        let line = &self.room.lines[(half >> 1) as usize];
        if half & 1 == 0 { line.a } else { line.b }
    }

    fn global(&self, p: Spot) -> (i64, i64) {
        (i64::from(p.0) + self.corner.0, i64::from(p.1) + self.corner.1)
    }

    /// Gives slivers that lie inside the tile to the worst class they touch; true when there were any.
    fn absorb(&mut self, faces: &[(u8, i64, u8)], next: &[u32], tile: &mut Tile) -> bool {
        let mut taken: Vec<(u32, u8)> = Vec::new();
        for (face, &(class, area, touched)) in faces.iter().enumerate() {
            if (class == MINEABLE || class == DEFERRED) && area < SLIVER && self.merged.0[face] as usize == face {
                let worse = [FORBIDDEN, DEFERRED].into_iter().find(|&c| c > class && touched >> c & 1 == 1);
                taken.extend(worse.map(|c| (face as u32, c)));
            }
        }
        if taken.is_empty() {
            return false;
        }
        // A face that reaches a side of the tile goes on beyond it: the mosaic decides.
        let mut inner: Vec<(u32, u8, Vec<Vec<(i64, i64)>>)> = Vec::new();
        for (face, worse) in taken {
            let halves: Vec<u32> =
                (0..next.len() as u32).filter(|&half| self.face_on_left(half) == Some(face)).collect();
            if halves.iter().any(|&half| self.on_side(self.start(half))) {
                continue;
            }
            let mut seen = vec![false; next.len()];
            let mut rings = Vec::new();
            for &half in &halves {
                let (mut ring, mut at) = (Vec::new(), half);
                while !seen[at as usize] {
                    seen[at as usize] = true;
                    ring.push(self.global(self.start(at)));
                    at = next[at as usize];
                }
                if ring.len() > 2 {
                    rings.push(ring);
                }
            }
            inner.push((face, worse, rings));
        }
        for (face, worse, rings) in &mut inner {
            self.class_of[*face as usize] = *worse;
            tile.slivers.append(rings);
        }
        if inner.is_empty() {
            return false;
        }
        // Faces that are of one class now and share a line are one.
        self.settle();
        for number in 0..self.room.lines.len() as u32 {
            let (below, above) = self.face_classes(number);
            if below == above {
                let (b, a) = (self.room.lines[number as usize].below, self.room.lines[number as usize].above);
                self.merged.join(b, a);
            }
        }
        self.settle();
        true
    }

    fn face_on_left(&self, half: u32) -> Option<u32> {
        let (below, above) = self.face_classes(half >> 1);
        if below == above {
            return None;
        }
        let line = &self.room.lines[(half >> 1) as usize];
        Some(if half & 1 == 0 { line.above } else { line.below })
    }

    /// The side along which a line runs, if any: left, right, bottom, top.
    fn side(&self, line: &Line) -> Option<usize> {
        let (a, b) = (line.a, line.b);
        if a.0 == 0 && b.0 == 0 {
            Some(0)
        } else if a.0 == self.size && b.0 == self.size {
            Some(1)
        } else if a.1 == 0 && b.1 == 0 {
            Some(2)
        } else if a.1 == self.size && b.1 == self.size {
            Some(3)
        } else {
            None
        }
    }

    fn borders(&mut self, links: &Links, tile: &mut Tile) {
        let next = &links.next;
        let (mut seen, mut path) = (std::mem::take(&mut self.room.seen), std::mem::take(&mut self.room.path));
        seen.clear();
        seen.resize(next.len(), false);
        for (number, line) in self.room.lines.iter().enumerate() {
            if let Some(side) = self.side(line) {
                seen[number * 2] = true;
                seen[number * 2 + 1] = true;
                // Inside the tile: right of the left side and below the top one, left of the right one and above the bottom.
                let half = (number * 2) as u32 + u32::from(side == 0 || side == 3);
                if let Some(face) = self.face_on_left(half) {
                    let class = self.class_of[face as usize];
                    if class != NOTHING {
                        let (low, high) = if side < 2 { (line.a.1, line.b.1) } else { (line.a.0, line.b.0) };
                        tile.sides[side].push(Stretch { low, high, class, face });
                    }
                }
            }
        }
        for side in &mut tile.sides {
            side.sort_unstable_by_key(|s| s.low);
        }
        tile.touches.clone_from(&links.touches);
        // First those that begin on a side, so that each is followed from its beginning; what is left then are rings.
        for open in [true, false] {
            for half in 0..next.len() as u32 {
                let (below, above) = self.face_classes(half >> 1);
                if below == above || seen[half as usize] || (open && !self.on_side(self.start(half))) {
                    continue;
                }
                let Some(face) = self.face_on_left(half) else { continue };
                let class = self.class_of[face as usize];
                if class == NOTHING {
                    continue;
                }
                self.follow(half, (class, face), links, &mut path, &mut seen, tile);
            }
        }
        (self.room.seen, self.room.path) = (seen, path);
    }

    fn follow(
        &self,
        half: u32,
        (class, face): (u8, u32),
        links: &Links,
        path: &mut Path,
        seen: &mut [bool],
        tile: &mut Tile,
    ) {
        let Path { halves, thin, flagged } = path;
        halves.clear();
        halves.push(half);
        let mut at = half;
        let closed = loop {
            seen[at as usize] = true;
            at = links.next[at as usize];
            if at == u32::MAX {
                break false;
            }
            if seen[at as usize] {
                break true;
            }
            halves.push(at);
        };
        thin.clear();
        thin.extend(halves.iter().map(|&h| self.start(h)));
        if !closed {
            let last = *halves.last().unwrap_or(&half);
            thin.push(self.start(last ^ 1));
        }
        let n = thin.len();
        if n < 2 {
            return;
        }
        let (next, before) = (thin[1], thin[n - 2]);
        let made = |i: usize| halves.get(i).is_some_and(|&h| links.made[h as usize]) && (closed || i > 0);
        flagged.clear();
        flagged.extend((0..n).filter(|&i| made(i) && straight(thin[(i + n - 1) % n], thin[i], thin[(i + 1) % n])));
        thin_out(thin, flagged, straight);
        let m = thin.len();
        let keep = |i: usize| {
            if !closed && (i == 0 || i + 1 == m) {
                return true;
            }
            let (before, p, after) = (thin[(i + m - 1) % m], thin[i], thin[(i + 1) % m]);
            // Straight on is no corner; a spike is.
            let along = i64::from(p.0 - before.0) * i64::from(after.0 - p.0)
                + i64::from(p.1 - before.1) * i64::from(after.1 - p.1);
            cross(before, after, p) != 0 || along < 0
        };
        let mut corners = Vec::with_capacity(m);
        corners.extend((0..m).filter(|&i| keep(i)).map(|i| self.global(thin[i])));
        tile.chains.push(Chain { class, face, corners, closed, next: self.global(next), before: self.global(before) });
    }
}

/// Takes out of a line or ring those of its flagged corners, given by their places in rising order, that lie on the line
/// between the corners that stay.
///
/// A flag says only that a corner lies on the line between its neighbours. Where a neighbour is a step away that holds for
/// any bend, so a run of flagged corners goes only where the corners on both sides of the run, which stay, say so too.
/// Seen from either side of a border the run is the same: both faces lose the same corners.
pub(super) fn thin_out<P: Copy>(corners: &mut Vec<P>, flagged: &[usize], straight: impl Fn(P, P, P) -> bool) {
    let (n, count) = (corners.len(), flagged.len());
    let follows = |k: usize| flagged[k % count] == (flagged[(k + count - 1) % count] + 1) % n;
    // A run may go over the end of a ring: the first is one before which a corner stays.
    let Some(first) = (0..count).find(|&k| !follows(k)).filter(|_| count < n) else { return };
    let mut gone = Vec::with_capacity(count);
    let mut k = first;
    while k < first + count {
        let end = (k + 1..first + count).find(|&k| !follows(k)).unwrap_or(first + count);
        let run = (k..end).map(|k| flagged[k % count]);
        let from = corners[(flagged[k % count] + n - 1) % n];
        let to = corners[(flagged[(end - 1) % count] + 1) % n];
        if run.clone().all(|i| straight(from, corners[i], to)) {
            gone.extend(run);
        }
        k = end;
    }
    gone.sort_unstable();
    let (mut gone, mut at) = (gone.into_iter().peekable(), 0);
    corners.retain(|_| {
        let stays = gone.next_if_eq(&at).is_none();
        at += 1;
        stays
    });
}

/// True where a corner that a cut made lies on the line between its neighbours, but for the grid's rounding.
pub(super) fn straight(before: Spot, p: Spot, after: Spot) -> bool {
    let (dx, dy) = (f64::from(after.0 - before.0), f64::from(after.1 - before.1));
    let (ex, ey) = (f64::from(p.0 - before.0), f64::from(p.1 - before.1));
    let off = dx * ey - dy * ex;
    let along = dx * ex + dy * ey;
    let length2 = dx * dx + dy * dy;
    // One and a half steps: a cut moves by half a step in each direction, and so do its neighbours.
    off * off <= 2.25 * length2 && along > 0.0 && along < length2
}
