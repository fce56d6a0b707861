//! The R-tree of a layer, packed at once from the boxes of all of its rows: sorted into tiles and filled, where a million
//! insertions one by one would split and move every node many times.
//!
//! The form is that of SQLite's own R-tree tables: a node is a blob of a fixed size, the root is node 1 and says the depth
//! of the tree; numbers are big-endian, boxes are of 32-bit floats that never lie inside the true box.

use crate::error::MapError;
use crate::layer::quote;
use rusqlite::Connection;

/// A row, or a node below, and its box `[min x, max x, min y, max y]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) id: i64,
    pub(crate) sides: [f32; 4],
}

/// Bytes of an entry in a node: its number and four sides.
const ENTRY: usize = 8 + 4 * 4;
/// Bytes before the entries of a node: the depth (of the root alone) and how many there are.
const HEAD: usize = 4;

impl Entry {
    /// The entry of a row whose geometry has these bounds `[x_min, y_min, x_max, y_max]`.
    pub(crate) fn new(id: i64, [x0, y0, x1, y1]: [f64; 4]) -> Self {
        let down = |side: f64| {
            let near = side as f32;
            if f64::from(near) > side { near.next_down() } else { near }
        };
        let up = |side: f64| {
            let near = side as f32;
            if f64::from(near) < side { near.next_up() } else { near }
        };
        Self { id, sides: [down(x0), up(x1), down(y0), up(y1)] }
    }

    /// The box of a node with these entries.
    fn around(id: i64, entries: &[Self]) -> Self {
        let sides = entries.iter().skip(1).fold(entries[0].sides, |[x0, x1, y0, y1], e| {
            [x0.min(e.sides[0]), x1.max(e.sides[1]), y0.min(e.sides[2]), y1.max(e.sides[3])]
        });
        Self { id, sides }
    }

    fn middle(&self, axis: usize) -> f32 {
        self.sides[2 * axis] / 2.0 + self.sides[2 * axis + 1] / 2.0
    }
}

/// How many entries the R-tree `tree` holds.
pub(crate) fn count(db: &Connection, tree: &str) -> Result<usize, MapError> {
    let rows = quote(&format!("{tree}_rowid"));
    let count: i64 = db.query_row(&format!("SELECT count(*) FROM {rows}"), [], |row| row.get(0))?;
    Ok(count.unsigned_abs() as usize)
}

/// The bounds `[x_min, y_min, x_max, y_max]` of all that the R-tree `tree` holds: its root says them.
pub(crate) fn bounds(db: &Connection, tree: &str) -> Result<Option<[f64; 4]>, MapError> {
    let root: Vec<u8> =
        db.query_row(&format!("SELECT data FROM {} WHERE nodeno = 1", quote(&format!("{tree}_node"))), [], |row| {
            row.get(0)
        })?;
    let count = root.get(2..HEAD).map_or(0, |n| usize::from(u16::from_be_bytes([n[0], n[1]])));
    let side = |entry: &[u8], i: usize| -> f64 {
        let at = 8 + 4 * i;
        f64::from(f32::from_be_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]]))
    };
    let entries = root.get(HEAD..).unwrap_or_default().chunks_exact(ENTRY).take(count);
    Ok(entries
        .map(|entry| [side(entry, 0), side(entry, 2), side(entry, 1), side(entry, 3)])
        .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]))
}

/// Fills the R-tree `tree` anew with what it holds and these entries besides.
///
/// # Errors
/// Of the database.
pub(crate) fn pack(db: &Connection, tree: &str, more: Vec<Entry>) -> Result<(), MapError> {
    let [nodes, rows, parents] = ["node", "rowid", "parent"].map(|table| quote(&format!("{tree}_{table}")));
    let mut entries = more;
    {
        let mut old = db.prepare(&format!("SELECT id, minx, maxx, miny, maxy FROM {}", quote(tree)))?;
        let mut old = old.query([])?;
        while let Some(row) = old.next()? {
            let side = |i: usize| row.get::<_, f64>(i).map(|side| side as f32);
            entries.push(Entry { id: row.get(0)?, sides: [side(1)?, side(2)?, side(3)?, side(4)?] });
        }
    }
    let size: u32 = db.query_row(&format!("SELECT length(data) FROM {nodes} WHERE nodeno = 1"), [], |r| r.get(0))?;
    let size = size as usize;
    let room = (size.saturating_sub(HEAD) / ENTRY).max(2);
    db.execute_batch(&format!("DELETE FROM {nodes}; DELETE FROM {rows}; DELETE FROM {parents};"))?;
    let mut write = db.prepare(&format!("INSERT INTO {nodes} (nodeno, data) VALUES (?1, ?2)"))?;
    let mut parent = db.prepare(&format!("INSERT INTO {parents} (nodeno, parentnode) VALUES (?1, ?2)"))?;
    tile(&mut entries, room);
    let mut next = 2;
    let mut homes: Vec<(i64, i64)> = Vec::with_capacity(entries.len());
    let mut level = entries;
    let mut depth: u16 = 0;
    while level.len() > room {
        let mut above = Vec::with_capacity(level.len() / room + 1);
        for part in even(&level, room) {
            write.execute((next, node(part, 0, size)))?;
            homes.extend(part.iter().map(|entry| (entry.id, next)));
            above.push(Entry::around(next, part));
            next += 1;
        }
        keep(db, &rows, &mut parent, depth, &mut homes)?;
        level = above;
        depth += 1;
    }
    write.execute((1, node(&level, depth, size)))?;
    homes.extend(level.iter().map(|entry| (entry.id, 1)));
    keep(db, &rows, &mut parent, depth, &mut homes)
}

/// Writes in which node each row, or each node, stands.
fn keep(
    db: &Connection,
    rows: &str,
    parent: &mut rusqlite::Statement<'_>,
    depth: u16,
    homes: &mut Vec<(i64, i64)>,
) -> Result<(), MapError> {
    homes.sort_unstable();
    if depth == 0 {
        let mut row = db.prepare(&format!("INSERT INTO {rows} (rowid, nodeno) VALUES (?1, ?2)"))?;
        for home in homes.drain(..) {
            row.execute(home)?;
        }
    } else {
        for home in homes.drain(..) {
            parent.execute(home)?;
        }
    }
    Ok(())
}

/// Sorts entries so that those of one node lie together: into strips by x, within a strip by y (Leutenegger, Lopez and
/// Edgington 1997, "STR: a simple and efficient algorithm for R-tree packing").
fn tile(entries: &mut [Entry], room: usize) {
    let by = |axis: usize| {
        move |a: &Entry, b: &Entry| a.middle(axis).total_cmp(&b.middle(axis)).then_with(|| a.id.cmp(&b.id))
    };
    let nodes = entries.len().div_ceil(room).max(1);
    let strip = nodes.div_ceil((nodes as f64).sqrt().ceil() as usize) * room;
    entries.sort_unstable_by(by(0));
    for strip in entries.chunks_mut(strip) {
        strip.sort_unstable_by(by(1));
    }
}

/// As few parts as there must be of at most `room` entries, all about as long.
fn even(entries: &[Entry], room: usize) -> impl Iterator<Item = &[Entry]> {
    let (n, parts) = (entries.len(), entries.len().div_ceil(room));
    (0..parts).map(move |i| &entries[i * n / parts..(i + 1) * n / parts])
}

fn node(entries: &[Entry], depth: u16, size: usize) -> Vec<u8> {
    let mut data = Vec::with_capacity(size);
    data.extend(depth.to_be_bytes());
    data.extend((entries.len() as u16).to_be_bytes());
    for entry in entries {
        data.extend(entry.id.to_be_bytes());
        entry.sides.iter().for_each(|side| data.extend(side.to_be_bytes()));
    }
    data.resize(size, 0);
    data
}

#[cfg(test)]
mod tests {
    use super::{Entry, bounds, count, pack};
    use rusqlite::Connection;

    /// Boxes scattered over a field without chance, some of them alike.
    fn boxes(from: i64, n: i64) -> Vec<Entry> {
        (from..from + n)
            .map(|i| {
                let (x, y) = (38_500_000.3 + (i * 7919 % 1009) as f64, 4_000_000.7 + (i * 104_729 % 997) as f64);
                Entry::new(i, [x, y, x + 3.1, y + 2.9])
            })
            .collect()
    }

    fn found(db: &Connection, [x0, x1, y0, y1]: [f64; 4]) -> Vec<i64> {
        let sql = "SELECT id FROM tree WHERE maxx >= ?1 AND minx <= ?2 AND maxy >= ?3 AND miny <= ?4 ORDER BY id";
        let mut query = db.prepare(sql).unwrap();
        query.query_map([x0, x1, y0, y1], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn a_packed_tree_is_sound_answers_as_one_grown_row_by_row_and_grows_on() {
        for n in [0, 1, 51, 52, 2_601, 2_602, 9_000] {
            let (packed, grown) = (Connection::open_in_memory().unwrap(), Connection::open_in_memory().unwrap());
            for db in [&packed, &grown] {
                db.execute_batch("CREATE VIRTUAL TABLE tree USING rtree(id, minx, maxx, miny, maxy)").unwrap();
            }
            let insert = |db: &Connection, e: &Entry| {
                let [a, b, c, d] = e.sides.map(f64::from);
                db.execute("INSERT INTO tree VALUES (?1, ?2, ?3, ?4, ?5)", (e.id, a, b, c, d)).unwrap();
            };
            // Some are there before, most come at once, some after.
            for (from, part) in [(0, n / 5), (n / 5, n - n / 5), (n, 300)] {
                let entries = boxes(from, part);
                entries.iter().for_each(|e| insert(&grown, e));
                if from == n / 5 {
                    pack(&packed, "tree", entries).unwrap();
                } else {
                    entries.iter().for_each(|e| insert(&packed, e));
                }
                let sound: String = packed.query_row("SELECT rtreecheck('tree')", [], |row| row.get(0)).unwrap();
                assert_eq!(sound, "ok", "{n} rows");
            }
            assert_eq!(count(&packed, "tree").unwrap() as i64, n + 300);
            for window in [[0.0, 1e9, 0.0, 1e9], [38_500_100.0, 38_500_130.0, 4_000_050.0, 4_000_090.0]] {
                assert_eq!(found(&packed, window), found(&grown, window), "{n} rows");
            }
            let all = "SELECT min(minx), min(miny), max(maxx), max(maxy) FROM tree";
            let all = packed.query_row(all, [], |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?])).unwrap();
            assert_eq!((bounds(&packed, "tree").unwrap(), bounds(&grown, "tree").unwrap()), (Some(all), Some(all)));
            // Taking away comes down to an empty tree.
            packed.execute("DELETE FROM tree WHERE id % 3 > 0", []).unwrap();
            let sound: String = packed.query_row("SELECT rtreecheck('tree')", [], |row| row.get(0)).unwrap();
            assert_eq!(sound, "ok", "{n} rows, thinned");
        }
    }

    #[test]
    fn no_side_of_a_box_lies_inside_the_true_one() {
        for x in [38_500_000.3, -38_500_000.3, 0.1, -0.1, 0.0, 16_777_217.0, -16_777_217.0] {
            let e = Entry::new(1, [x, x, x, x]);
            assert!(f64::from(e.sides[0]) <= x && f64::from(e.sides[1]) >= x, "{x}: {e:?}");
        }
    }
}
