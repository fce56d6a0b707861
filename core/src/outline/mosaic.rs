//! Ground cut into classes tile by tile.
//!
//! The plane is tiled by squares of 2²² grid steps (419.43 m) that are the same for every mine. Each tile is swept by
//! itself ([`super::tile`]), and the pieces are sewn together along the tiles' sides. So a tile depends on nothing but
//! what lies in it: when a hazard changes, only the tiles under it are swept again, and the result is the same, byte for
//! byte, as if all had been. It is also the cheap way to do all of it: features that do not come near each other never
//! meet in a sweep, what lies outside the ground's box is never looked at, and one graph yields all classes and the
//! ground of every rule.

use super::tile::{self, Edge, Merged, Spot, Stretch, Tile};
use super::{Outline, Ring, SPECK_M2, from_lowest_corner, ring_area2, steps2_to_m2};
use std::borrow::Cow;

pub(crate) const NOTHING: u8 = 0;
pub(crate) const MINEABLE: u8 = 1;
pub(crate) const DEFERRED: u8 = 2;
pub(crate) const FORBIDDEN: u8 = 3;

/// Side of a tile: 2²² steps. A ground of more than [`MOST_TILES`] tiles along one side has larger ones.
const LEAST_BITS: u32 = 22;
const MOST_TILES: i64 = 64;
/// Above this the products of a sweep would not fit 64 bits; no licence is 4 000 km wide.
const MOST_BITS: u32 = 29;
/// Twice a square metre in squared grid steps.
const SLIVER: i64 = 2 * 100_000_000;

/// An outline that makes a class of the ground it covers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch<'a> {
    pub(crate) outline: &'a Outline,
    /// [`DEFERRED`] or [`FORBIDDEN`].
    pub(crate) class: u8,
    /// Whose ground is added up: patches of one share have one class.
    pub(crate) share: u32,
}

/// What became of the ground.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Zones {
    pub(crate) mineable: Outline,
    pub(crate) deferred: Outline,
    pub(crate) forbidden: Outline,
    pub(crate) slivers: Outline,
}

#[derive(Clone, Debug, Default)]
struct Cell {
    tile: Tile,
    /// Share of each set of the tile but the ground.
    shares: Vec<u32>,
    /// True where its edges did not come apart: the ground is then cut as a whole.
    failed: bool,
    /// For each chain that is a ring of its own, which nothing beyond the tile can change: twice its area; its corners
    /// are then as an outline has them, and sewing needs not look at them again.
    done: Vec<Option<i128>>,
}

impl Cell {
    fn new(tile: Tile, shares: Vec<u32>, corner: (i64, i64), size: i64) -> Self {
        let mut cell = Self { tile, shares, failed: false, done: Vec::new() };
        let mut touches = cell.tile.touches.clone();
        touches.sort_unstable();
        let inside =
            |p: &(i64, i64)| corner.0 < p.0 && p.0 < corner.0 + size && corner.1 < p.1 && p.1 < corner.1 + size;
        for chain in &mut cell.tile.chains {
            let own = chain.closed
                && chain.corners.iter().all(|p| inside(p) && (touches.is_empty() || touches.binary_search(p).is_err()));
            cell.done.push(own.then(|| {
                chain.corners = from_lowest_corner(without_straight(std::mem::take(&mut chain.corners)));
                ring_area2(&chain.corners)
            }));
        }
        cell
    }
}

/// A ring with twice its area, as it goes from a tile to an outline.
type Measured<'a> = (Cow<'a, [(i64, i64)]>, i128);

/// An outline of rings that begin at their lowest corner and have no straight ones, and twice its area.
fn outline_of(shapes: Vec<Vec<Measured<'_>>>) -> (Outline, i128) {
    let mut shapes: Vec<Vec<Measured<'_>>> = shapes
        .into_iter()
        .map(|mut rings| {
            rings.retain(|(ring, area2)| ring.len() > 2 && steps2_to_m2(*area2).abs() > SPECK_M2);
            if rings.len() > 1 {
                rings[1..].sort_unstable();
            }
            rings
        })
        .filter(|rings| rings.first().is_some_and(|shell| shell.1 > 0))
        .collect();
    shapes.sort_unstable();
    let area2 = shapes.iter().flatten().map(|ring| ring.1).sum();
    let own = |rings: Vec<Measured<'_>>| rings.into_iter().map(|(ring, _)| ring.into_owned()).collect();
    (Outline { shapes: shapes.into_iter().map(own).collect() }, area2)
}

/// A ground and its tiles.
#[derive(Clone, Debug)]
pub(crate) struct Mosaic {
    ground: Outline,
    bits: u32,
    /// First and last column and row.
    columns: [i64; 2],
    rows: [i64; 2],
    cells: Vec<Cell>,
}

impl Mosaic {
    /// The tiles of a ground, not yet swept; nothing when there is no ground, or more than tiles can hold.
    pub(crate) fn new(ground: &Outline) -> Option<Self> {
        let (x0, y0, x1, y1) = ground.grid_bounds()?;
        let mut bits = LEAST_BITS;
        let tiles = |low: i64, high: i64, bits: u32| (high >> bits) - (low >> bits) + 1;
        while tiles(x0, x1, bits).max(tiles(y0, y1, bits)) > MOST_TILES {
            bits += 1;
        }
        if bits > MOST_BITS {
            return None;
        }
        let (columns, rows) = ([x0 >> bits, x1 >> bits], [y0 >> bits, y1 >> bits]);
        let count = (columns[1] - columns[0] + 1) * (rows[1] - rows[0] + 1);
        Some(Self { ground: ground.clone(), bits, columns, rows, cells: vec![Cell::default(); count as usize] })
    }

    fn width(&self) -> usize {
        (self.columns[1] - self.columns[0] + 1) as usize
    }

    /// First and last column, first and last row of the tiles under an outline; nothing where it lies beside them.
    fn under(&self, outline: &Outline) -> Option<[i64; 4]> {
        let (x0, y0, x1, y1) = outline.grid_bounds()?;
        let (c0, c1) = ((x0 >> self.bits).max(self.columns[0]), (x1 >> self.bits).min(self.columns[1]));
        let (r0, r1) = ((y0 >> self.bits).max(self.rows[0]), (y1 >> self.bits).min(self.rows[1]));
        (c0 <= c1 && r0 <= r1).then_some([c0, c1, r0, r1])
    }

    /// Marks the tiles under an outline.
    pub(crate) fn mark(&self, outline: &Outline, marked: &mut Vec<bool>) {
        marked.resize(self.cells.len(), false);
        let Some([c0, c1, r0, r1]) = self.under(outline) else { return };
        for row in r0..=r1 {
            for column in c0..=c1 {
                marked[self.number(column, row)] = true;
            }
        }
    }

    /// Marks for all tiles.
    pub(crate) fn all(&self) -> Vec<bool> {
        vec![true; self.cells.len()]
    }

    fn number(&self, column: i64, row: i64) -> usize {
        (row - self.rows[0]) as usize * self.width() + (column - self.columns[0]) as usize
    }

    /// Sweeps the marked tiles again, under these patches, in this order.
    pub(crate) fn sweep(&mut self, patches: &[Patch<'_>], marked: &[bool]) {
        let width = self.width();
        let mut window: Option<[i64; 4]> = None;
        for (number, _) in marked.iter().enumerate().filter(|(_, marked)| **marked) {
            let (column, row) = (self.columns[0] + (number % width) as i64, self.rows[0] + (number / width) as i64);
            let w = window.get_or_insert([column, column, row, row]);
            *w = [w[0].min(column), w[1].max(column), w[2].min(row), w[3].max(row)];
        }
        let Some(window) = window else { return };
        let mut edges: Vec<Vec<Edge>> = vec![Vec::new(); marked.len()];
        let mut shares: Vec<Vec<(u32, u8)>> = vec![Vec::new(); marked.len()];
        let mut scatter = Scatter::new(self.bits, window);
        for ring in self.ground.rings() {
            scatter.ring(ring, |column, row, piece| {
                let number = (row - self.rows[0]) as usize * width + (column - self.columns[0]) as usize;
                if marked[number] {
                    push(&mut edges[number], piece, 0);
                }
            });
        }
        for patch in patches {
            let Some([c0, c1, r0, r1]) = self.under(patch.outline) else { continue };
            if c0 > window[1] || c1 < window[0] || r0 > window[3] || r1 < window[2] {
                continue;
            }
            for ring in patch.outline.rings() {
                scatter.ring(ring, |column, row, piece| {
                    let number = (row - self.rows[0]) as usize * width + (column - self.columns[0]) as usize;
                    // Where there is no ground, nothing is closed.
                    if !marked[number] || edges[number].is_empty() {
                        return;
                    }
                    let known = shares[number].iter().position(|(share, _)| *share == patch.share);
                    let set = known.unwrap_or_else(|| {
                        shares[number].push((patch.share, patch.class));
                        shares[number].len() - 1
                    });
                    push(&mut edges[number], piece, (set + 1) as u16);
                });
            }
        }
        let size = 1_i32 << self.bits;
        for (number, (edges, shares)) in edges.into_iter().zip(shares).enumerate().filter(|(n, _)| marked[*n]) {
            let (column, row) = (self.columns[0] + (number % width) as i64, self.rows[0] + (number / width) as i64);
            let corner = (column << self.bits, row << self.bits);
            self.cells[number] =
                cell(edges, &shares, corner, size).unwrap_or_else(|| Cell { failed: true, ..Cell::default() });
        }
    }

    /// Ground that each share covers, m², added up in the order of the tiles.
    pub(crate) fn shares_m2(&self) -> std::collections::BTreeMap<u32, f64> {
        let mut sums: std::collections::BTreeMap<u32, i128> = std::collections::BTreeMap::new();
        for cell in &self.cells {
            for (share, area) in cell.shares.iter().zip(&cell.tile.sets[1.min(cell.tile.sets.len())..]) {
                *sums.entry(*share).or_default() += i128::from(*area);
            }
        }
        sums.into_iter().map(|(share, area)| (share, steps2_to_m2(area))).collect()
    }

    /// The classes, sewn together along the tiles' sides; nothing where that fails, which a sweep of the whole then
    /// does.
    pub(crate) fn zones(&self) -> Option<Zones> {
        if self.cells.iter().any(|cell| cell.failed) {
            return None;
        }
        Sewing::new(self).zones()
    }
}

/// Above this a lone sweep would add up areas beyond 64 bits: 6.7 km.
const LONE_BITS: u32 = 26;

/// What rings enclose more often counter-clockwise than clockwise: the *positive* fill, by one sweep of its own; nothing
/// where they spread too far.
pub(super) fn positive(rings: &[Ring]) -> Option<Outline> {
    let mut corners = rings.iter().flatten();
    let first = *corners.next()?;
    let (low, high) = corners
        .fold((first, first), |(low, high), p| ((low.0.min(p.0), low.1.min(p.1)), (high.0.max(p.0), high.1.max(p.1))));
    // Room on every side, so that nothing lies on a side of the tile.
    let corner = (low.0 - 1, low.1 - 1);
    let size = u64::try_from((high.0 - low.0).max(high.1 - low.1) + 3).ok()?.next_power_of_two();
    if size > 1 << LONE_BITS {
        return None;
    }
    let (mut edges, mut piece) = (Vec::new(), Vec::new());
    for ring in rings {
        piece.clear();
        piece.extend(ring.iter().map(|p| ((p.0 - corner.0) as i32, (p.1 - corner.1) as i32)));
        push(&mut edges, &piece, 0);
    }
    let tile = tile::sweep(edges, &[MINEABLE], corner, size as i32)?;
    let mosaic = Mosaic {
        ground: Outline::default(),
        bits: size.ilog2(),
        columns: [0, 0],
        rows: [0, 0],
        cells: vec![Cell { tile, ..Cell::default() }],
    };
    let shapes = Sewing::new(&mosaic).lone()?;
    Some(outline_of(shapes.into_iter().map(|shape| shape.2).collect()).0)
}

fn push(edges: &mut Vec<Edge>, piece: &[Spot], set: u16) {
    for (i, &from) in piece.iter().enumerate() {
        edges.extend(Edge::new(from, piece[(i + 1) % piece.len()], set));
    }
}

fn cell(edges: Vec<Edge>, shares: &[(u32, u8)], corner: (i64, i64), size: i32) -> Option<Cell> {
    if edges.is_empty() {
        return Some(Cell::default());
    }
    let names = shares.iter().map(|s| s.0).collect();
    if shares.len() < tile::MOST_SETS {
        let classes: Vec<u8> = std::iter::once(MINEABLE).chain(shares.iter().map(|s| s.1)).collect();
        return Some(Cell::new(tile::sweep(edges, &classes, corner, size)?, names, corner, i64::from(size)));
    }
    // More rules than one sweep counts: the classes from one, the areas from several.
    let of_class = |set: u16| if set == 0 { 0 } else { u16::from(shares[set as usize - 1].1 == FORBIDDEN) + 1 };
    let by_class = edges.iter().map(|e| e.of_set(of_class(e.set()))).collect();
    let mut tile = tile::sweep(by_class, &[MINEABLE, DEFERRED, FORBIDDEN], corner, size)?;
    tile.sets.truncate(1);
    for chunk in (1..=shares.len()).collect::<Vec<_>>().chunks(tile::MOST_SETS - 1) {
        let (first, last) = (chunk[0], chunk[chunk.len() - 1]);
        let some = edges
            .iter()
            .filter(|e| e.set() == 0 || (first..=last).contains(&(e.set() as usize)))
            .map(|e| e.of_set(if e.set() == 0 { 0 } else { e.set() - first as u16 + 1 }))
            .collect();
        let classes: Vec<u8> = std::iter::once(MINEABLE).chain(shares[first - 1..last].iter().map(|s| s.1)).collect();
        tile.sets.extend(&tile::sweep(some, &classes, corner, size)?.sets[1..]);
    }
    Some(Cell::new(tile, names, corner, i64::from(size)))
}

/// Cuts rings along the sides of the tiles of a window. A cut edge's crossing is rounded to the grid, the same on both
/// sides of the line.
struct Scatter {
    bits: u32,
    window: [i64; 4],
    columns: Vec<Vec<(i64, i64)>>,
    rows: Vec<Vec<(i64, i64)>>,
    piece: Vec<Spot>,
}

impl Scatter {
    fn new(bits: u32, window: [i64; 4]) -> Self {
        let slots = |low: i64, high: i64| vec![Vec::new(); (high - low + 3) as usize];
        Self {
            bits,
            window,
            columns: slots(window[0], window[1]),
            rows: slots(window[2], window[3]),
            piece: Vec::new(),
        }
    }

    fn ring(&mut self, ring: &Ring, mut each: impl FnMut(i64, i64, &[Spot])) {
        let [c0, _, r0, _] = self.window;
        deal(ring, self.bits, c0, &mut self.columns, |p| p);
        let columns = self.columns.len() - 2;
        for column in 1..=columns {
            if self.columns[column].len() < 3 {
                continue;
            }
            // The same cut, with x and y exchanged.
            deal(&self.columns[column], self.bits, r0, &mut self.rows, |(x, y)| (y, x));
            let (column, rows) = (c0 + column as i64 - 1, self.rows.len() - 2);
            for row in 1..=rows {
                if self.rows[row].len() < 3 {
                    continue;
                }
                let corner = (column << self.bits, (r0 + row as i64 - 1) << self.bits);
                self.piece.clear();
                self.piece.extend(self.rows[row].iter().map(|&(y, x)| ((x - corner.0) as i32, (y - corner.1) as i32)));
                each(column, r0 + row as i64 - 1, &self.piece);
            }
        }
    }
}

/// Deals the corners of a closed line to the slots of a row of tiles, with the points where it crosses from one to the
/// next in both. `as_dealt` exchanges x and y where rows are dealt. The first and the last slot take what lies beyond.
fn deal(
    ring: &[(i64, i64)],
    bits: u32,
    low: i64,
    slots: &mut [Vec<(i64, i64)>],
    as_dealt: impl Fn((i64, i64)) -> (i64, i64),
) {
    for slot in &mut *slots {
        slot.clear();
    }
    let last = slots.len() as i64 - 1;
    let slot_of = |x: i64| ((x >> bits) - low + 1).clamp(0, last);
    let Some(&end) = ring.last() else { return };
    let mut p = as_dealt(end);
    let mut s = slot_of(p.0);
    let push = |slot: &mut Vec<(i64, i64)>, at: (i64, i64)| {
        if slot.last() != Some(&at) {
            slot.push(at);
        }
    };
    for &q in ring {
        let q = as_dealt(q);
        let t = slot_of(q.0);
        while s != t {
            let up = t > s;
            let line = (low + s - i64::from(!up)) << bits;
            let at = (line, crossing(p, q, line));
            push(&mut slots[s as usize], at);
            s = if up { s + 1 } else { s - 1 };
            push(&mut slots[s as usize], at);
        }
        push(&mut slots[t as usize], q);
        p = q;
    }
    for slot in slots {
        while slot.len() > 1 && slot.first() == slot.last() {
            slot.pop();
        }
    }
}

/// Where a side crosses the line x = `line`, rounded to the grid; the same for both directions of the side.
fn crossing(p: (i64, i64), q: (i64, i64), line: i64) -> i64 {
    let (p, q) = if p < q { (p, q) } else { (q, p) };
    let (dx, dy, part) = (q.0 - p.0, q.1 - p.1, line - p.0);
    let small = i64::from(i32::MAX / 2);
    if dx < small && dy.abs() < small {
        p.1 + (2 * dy * part + dx).div_euclid(2 * dx)
    } else {
        let (dx, dy, part) = (i128::from(dx), i128::from(dy), i128::from(part));
        p.1 + (2 * dy * part + dx).div_euclid(2 * dx) as i64
    }
}

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

struct Sewing<'a> {
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
    fn new(mosaic: &'a Mosaic) -> Self {
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

    fn zones(mut self) -> Option<Zones> {
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
    fn lone(mut self) -> Option<Vec<Shape<'a>>> {
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
        for start in 0..self.open.len() {
            if seen[start] {
                continue;
            }
            let mut ring: Vec<((i64, i64), bool)> = Vec::new();
            let mut at = start;
            while !seen[at] {
                seen[at] = true;
                let piece = &self.open[at];
                ring.push((piece.from, self.straight[at]));
                if let Some((cell, chain)) = piece.chain {
                    let corners = &self.mosaic.cells[cell as usize].tile.chains[chain as usize].corners;
                    ring.extend(corners[1..corners.len() - 1].iter().map(|&corner| (corner, false)));
                }
                at = *self.follow.get(at)? as usize;
                if at >= seen.len() {
                    return None;
                }
            }
            if at != start {
                return None;
            }
            let ring = tile::without(&ring, straight);
            self.finish(self.open[start].class, self.merged.0[self.open[start].face as usize], ring, &mut rings);
        }
        Some(rings)
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
pub(super) fn without_straight(ring: Ring) -> Ring {
    let n = ring.len();
    let near = |d: i64| d.unsigned_abs() < 1 << 31;
    let turns = |i: usize| {
        let before = if i == 0 { n - 1 } else { i - 1 };
        let after = if i + 1 == n { 0 } else { i + 1 };
        let (a, p, b) = (ring[before], ring[i], ring[after]);
        let (ux, uy, vx, vy) = (p.0 - a.0, p.1 - a.1, b.0 - p.0, b.1 - p.1);
        if near(ux) && near(uy) && near(vx) && near(vy) {
            return ux * vy != uy * vx || ux * vx + uy * vy < 0;
        }
        i128::from(ux) * i128::from(vy) != i128::from(uy) * i128::from(vx)
            || i128::from(ux) * i128::from(vx) + i128::from(uy) * i128::from(vy) < 0
    };
    if (0..n).all(turns) {
        return ring;
    }
    (0..n).filter(|&i| turns(i)).map(|i| ring[i]).collect()
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

#[cfg(test)]
mod tests;
