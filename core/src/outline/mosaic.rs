//! Ground cut into classes tile by tile.
//!
//! The plane is tiled by squares of 2²² grid steps (419.43 m) that are the same for every mine. Each tile is swept by
//! itself ([`super::tile`]), and the pieces are sewn together along the tiles' sides. So a tile depends on nothing but
//! what lies in it: when a hazard changes, only the tiles under it are swept again, and the result is the same, byte for
//! byte, as if all had been. It is also the cheap way to do all of it: features that do not come near each other never
//! meet in a sweep, what lies outside the ground's box is never looked at, and one graph yields all classes and the
//! ground of every rule.

mod sewing;

use super::tile::{self, Edge, Room, Spot, Tile};
use super::{Outline, Ring, SPECK_M2, from_lowest_corner, ring_area2, steps2_to_m2};
use sewing::Sewing;
pub(super) use sewing::without_straight;
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
        let mut room = Room::default();
        for (number, (edges, shares)) in edges.into_iter().zip(shares).enumerate().filter(|(n, _)| marked[*n]) {
            let (column, row) = (self.columns[0] + (number % width) as i64, self.rows[0] + (number / width) as i64);
            let corner = (column << self.bits, row << self.bits);
            self.cells[number] = cell(&mut room, edges, &shares, corner, size)
                .unwrap_or_else(|| Cell { failed: true, ..Cell::default() });
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
    let tile = tile::sweep(&mut Room::default(), edges, &[MINEABLE], corner, size as i32)?;
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
    if edges.capacity() == 0 {
        edges.reserve(512.max(piece.len()));
    }
    for (i, &from) in piece.iter().enumerate() {
        edges.extend(Edge::new(from, piece[(i + 1) % piece.len()], set));
    }
}

fn cell(room: &mut Room, edges: Vec<Edge>, shares: &[(u32, u8)], corner: (i64, i64), size: i32) -> Option<Cell> {
    if edges.is_empty() {
        return Some(Cell::default());
    }
    let names = shares.iter().map(|s| s.0).collect();
    if shares.len() < tile::MOST_SETS {
        let classes: Vec<u8> = std::iter::once(MINEABLE).chain(shares.iter().map(|s| s.1)).collect();
        return Some(Cell::new(tile::sweep(room, edges, &classes, corner, size)?, names, corner, i64::from(size)));
    }
    // More rules than one sweep counts: the classes from one, the areas from several.
    let of_class = |set: u16| if set == 0 { 0 } else { u16::from(shares[set as usize - 1].1 == FORBIDDEN) + 1 };
    let by_class = edges.iter().map(|e| e.of_set(of_class(e.set()))).collect();
    let mut tile = tile::sweep(room, by_class, &[MINEABLE, DEFERRED, FORBIDDEN], corner, size)?;
    tile.sets.truncate(1);
    for chunk in (1..=shares.len()).collect::<Vec<_>>().chunks(tile::MOST_SETS - 1) {
        let (first, last) = (chunk[0], chunk[chunk.len() - 1]);
        let some = edges
            .iter()
            .filter(|e| e.set() == 0 || (first..=last).contains(&(e.set() as usize)))
            .map(|e| e.of_set(if e.set() == 0 { 0 } else { e.set() - first as u16 + 1 }))
            .collect();
        let classes: Vec<u8> = std::iter::once(MINEABLE).chain(shares[first - 1..last].iter().map(|s| s.1)).collect();
        tile.sets.extend(&tile::sweep(room, some, &classes, corner, size)?.sets[1..]);
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

#[cfg(test)]
mod tests;
