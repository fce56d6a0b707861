//! A closed mesh around the space that points enclose.
//!
//! The cells that hold points are a wall; what cannot be reached from outside through empty cells is inside. The mesh is
//! the dual of the faces between inside and outside (a surface net), its corners drawn onto the points of the wall, so
//! that it lies on the scan and not half a cell beside it.
//!
//! # References
//! Gibson, S. F. F. (1998). Constrained elastic surface nets. MERL TR99-24.

use super::Cells;
use minesift_core::fact::Mesh;
use std::collections::BTreeMap;

/// Cells of the whole lattice that are looked at; 200 along each side and a margin.
const MOST: usize = 16_000_000;
/// Enclosed empty cells, for each cell of the wall, from which on a cloud is the skin of a space.
const ENOUGH: f64 = 0.25;

/// The mesh; nothing where the points enclose nothing.
pub(super) fn around(cells: &Cells) -> Option<Mesh> {
    let first = *cells.heaps.keys().next()?;
    let (mut low, mut high) = (first, first);
    for key in cells.heaps.keys() {
        for axis in 0..3 {
            low[axis] = low[axis].min(key[axis]);
            high[axis] = high[axis].max(key[axis]);
        }
    }
    // A margin of outside on every side.
    let low = low.map(|value| value - 1);
    let n = [0, 1, 2].map(|axis| (i64::from(high[axis]) - i64::from(low[axis]) + 2) as usize);
    let total = n[0].checked_mul(n[1])?.checked_mul(n[2])?;
    if total > MOST {
        return None;
    }
    let at = |k: [usize; 3]| (k[2] * n[1] + k[1]) * n[0] + k[0];
    let mut solid = vec![true; total];
    let mut wall = vec![false; total];
    for key in cells.heaps.keys() {
        wall[at([0, 1, 2].map(|axis| (key[axis] - low[axis]) as usize))] = true;
    }
    let mut reach = vec![[0, 0, 0]];
    solid[0] = false;
    while let Some(k) = reach.pop() {
        for axis in 0..3 {
            for step in [-1_i64, 1] {
                let to = k[axis] as i64 + step;
                if to < 0 || to >= n[axis] as i64 {
                    continue;
                }
                let mut next = k;
                next[axis] = to as usize;
                let i = at(next);
                if solid[i] && !wall[i] {
                    solid[i] = false;
                    reach.push(next);
                }
            }
        }
    }
    let inside = solid.iter().zip(&wall).filter(|(solid, wall)| **solid && !**wall).count();
    if (inside as f64) < ENOUGH * cells.heaps.len() as f64 {
        return None;
    }
    // A corner of the lattice whose eight cells differ carries a vertex.
    let mut mesh = Mesh::default();
    let mut corners: BTreeMap<[usize; 3], u32> = BTreeMap::new();
    let mut corner = |mesh: &mut Mesh, c: [usize; 3]| -> u32 {
        *corners.entry(c).or_insert_with(|| {
            let (mut sum, mut count) = ([0.0; 3], 0.0);
            for step in 0..8_usize {
                let key = [0, 1, 2].map(|axis| low[axis] + c[axis] as i32 - ((step >> axis) & 1) as i32);
                if let Some(heap) = cells.heaps.get(&key) {
                    let mean = heap.mean();
                    (0..3).for_each(|axis| sum[axis] += mean[axis]);
                    count += 1.0;
                }
            }
            let place = [0, 1, 2].map(|axis| {
                if count > 0.0 {
                    sum[axis] / count
                } else {
                    cells.origin[axis] + f64::from(low[axis] + c[axis] as i32) * cells.size
                }
            });
            mesh.vertices.push(place);
            mesh.vertices.len() as u32 - 1
        })
    };
    for z in 0..n[2] {
        for y in 0..n[1] {
            for x in 0..n[0] {
                let k = [x, y, z];
                if !solid[at(k)] {
                    continue;
                }
                for axis in 0..3 {
                    let (a, b) = ((axis + 1) % 3, (axis + 2) % 3);
                    for up in [false, true] {
                        let mut next = k;
                        // The margin keeps every solid cell off the rim.
                        next[axis] = if up { k[axis] + 1 } else { k[axis] - 1 };
                        if solid[at(next)] {
                            continue;
                        }
                        let mut face = k;
                        face[axis] += usize::from(up);
                        let ring = [[0, 0], [1, 0], [1, 1], [0, 1]].map(|[da, db]| {
                            let mut c = face;
                            c[a] += da;
                            c[b] += db;
                            corner(&mut mesh, c)
                        });
                        let [p, q, r, s] = if up { ring } else { [ring[0], ring[3], ring[2], ring[1]] };
                        mesh.triangles.extend([[p, q, r], [p, r, s]]);
                    }
                }
            }
        }
    }
    Some(mesh)
}
