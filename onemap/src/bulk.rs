//! Many facts in one commit: what needs no database is done on a second thread, and what can be built at once from all
//! rows is built once, at the end.
//!
//! It is one transaction like any other commit: whenever the program is cut off, all of it is in the file or nothing.

use crate::error::MapError;
use crate::layer::{self, Cells};
use crate::rtree::{self, Entry};
use crate::valid::Valid;
use crate::writing::Writing;
use crate::{canon, wkb};
use minesift_core::fact::Fact;
use minesift_core::kind::{self, Kind};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;

/// A fact to be put.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Put<'a> {
    pub(crate) fact: &'a Fact,
    /// From when to when it holds.
    pub(crate) valid: Valid,
    /// True where the history knows nothing of it.
    pub(crate) new: bool,
}

/// A fact ready for the file.
pub(crate) struct Ready<'a> {
    pub(crate) kind: &'static Kind,
    pub(crate) id: &'a str,
    /// Its canonical bytes.
    pub(crate) record: Vec<u8>,
    /// The cells of its row in its layer.
    pub(crate) cells: Cells<'a>,
}

impl<'a> Ready<'a> {
    /// # Errors
    /// When its layer cannot hold the fact as it is.
    pub(crate) fn new(fact: &'a Fact, valid: Valid, number: i64, srs_id: i32) -> Result<Self, MapError> {
        let kind = kind::kind(fact.kind).ok_or_else(|| MapError::new(fact.kind, fact.kind))?;
        let cells = layer::cells(kind, fact, valid, number, srs_id).map_err(|why| {
            MapError::new(
                format!("{} {}（{}）无法入图：{why}", fact.kind, fact.id, fact.source),
                format!("{} {} ({}) cannot go onto the map: {why}", fact.kind, fact.id, fact.source),
            )
        })?;
        Ok(Self { kind, id: &fact.id, record: canon::encode(fact), cells })
    }
}

/// From so many facts on a second thread pays.
const MANY: usize = 1_000;
/// From so many new rows of a layer on its R-tree is packed instead of grown, where it does not hold more already.
const PACKED: usize = 5_000;
/// Facts handed over at once, and how many such handfuls wait at most: the memory this takes does not grow with the file.
const HANDFUL: usize = 256;
const WAITING: usize = 8;

impl Writing<'_> {
    /// Records these facts in their order, each in place of what was known of it.
    ///
    /// # Errors
    /// When a layer cannot hold one of them as it is, or the database refuses.
    pub(crate) fn put_all(&mut self, puts: &[Put<'_>]) -> Result<(), MapError> {
        let (number, srs_id) = (self.number(), self.srs_id);
        if puts.len() < MANY {
            for put in puts {
                self.write(&Ready::new(put.fact, put.valid, number, srs_id)?, put.valid, put.new)?;
            }
            return Ok(());
        }
        let mut packing = Packing::begin(&self.transaction, puts)?;
        let done = std::thread::scope(|scope| {
            let (send, receive) = sync_channel(WAITING);
            scope.spawn(move || {
                for handful in puts.chunks(HANDFUL) {
                    let ready: Result<Vec<_>, _> =
                        handful.iter().map(|put| Ready::new(put.fact, put.valid, number, srs_id)).collect();
                    // Nobody listens any more where the file has refused.
                    if send.send(ready).is_err() {
                        return;
                    }
                }
            });
            for (handful, ready) in puts.chunks(HANDFUL).zip(receive) {
                for (put, ready) in handful.iter().zip(ready?) {
                    if let Some(fid) = self.write(&ready, put.valid, put.new)? {
                        packing.row(fid, &ready);
                    }
                }
                self.tell();
            }
            Ok::<_, MapError>(())
        });
        done?;
        packing.end(&self.transaction)
    }
}

/// Layers whose R-trees wait for all of their new rows, and the triggers that were set aside meanwhile.
struct Packing {
    entries: BTreeMap<&'static str, Vec<Entry>>,
    triggers: Vec<String>,
}

impl Packing {
    fn begin(db: &Connection, puts: &[Put<'_>]) -> Result<Self, MapError> {
        let mut new: BTreeMap<&'static str, usize> = BTreeMap::new();
        for put in puts {
            *new.entry(put.fact.kind).or_default() += usize::from(put.new);
        }
        let mut packing = Self { entries: BTreeMap::new(), triggers: Vec::new() };
        for (name, rows) in new {
            if rows < PACKED || kind::kind(name).is_none_or(|kind| kind.shape.is_none()) {
                continue;
            }
            if rtree::count(db, &layer::tree(name))? <= rows {
                packing.entries.insert(name, Vec::with_capacity(rows));
            }
        }
        let layers: Vec<&str> = packing.entries.keys().copied().collect();
        for trigger in layers.into_iter().flat_map(layer::insert_triggers) {
            packing.set_aside(db, &trigger)?;
        }
        if !packing.entries.is_empty() {
            packing.set_aside(db, "ms_version_late")?;
        }
        Ok(packing)
    }

    /// Takes a trigger out of the file until [`Packing::end`]; nobody else sees it gone, for both are one transaction.
    fn set_aside(&mut self, db: &Connection, trigger: &str) -> Result<(), MapError> {
        let sql = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?1";
        let found: Vec<String> =
            db.prepare_cached(sql)?.query_map([trigger], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if !found.is_empty() {
            db.execute_batch(&format!("DROP TRIGGER {}", layer::quote(trigger)))?;
        }
        self.triggers.extend(found);
        Ok(())
    }

    fn row(&mut self, fid: i64, ready: &Ready<'_>) {
        if let Some(entries) = self.entries.get_mut(ready.kind.name)
            && let Some(bounds) = ready.cells.geometry().and_then(wkb::envelope)
        {
            entries.push(Entry::new(fid, bounds));
        }
    }

    fn end(self, db: &Connection) -> Result<(), MapError> {
        for (name, entries) in self.entries {
            rtree::pack(db, &layer::tree(name), entries)?;
        }
        for trigger in self.triggers {
            db.execute_batch(&trigger)?;
        }
        Ok(())
    }
}
