//! [`Writing`]: a commit in the making, and taking in or discarding what was edited by hand.

use crate::bulk::Ready;
use crate::chain::{hash_version, hex, link};
use crate::error::MapError;
use crate::history::{COLUMNS, Commit, Entry, Latest, days, fact_on, latest};
use crate::map::{self, Edit, EditKind, Map};
use crate::valid::Valid;
use crate::{canon, layer, schema};
use jiff::Timestamp;
use minesift_core::fact::Fact;
use minesift_core::kind::{self, Kind};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

impl Map {
    /// Begins a commit. Nothing is written before [`Writing::finish`].
    ///
    /// # Errors
    /// When another program is writing, or layers carry edits that were neither taken nor discarded.
    pub fn begin(&mut self) -> Result<Writing<'_>, MapError> {
        if Self::touched(&self.db)? {
            let n = self.edits()?.len();
            if n > 0 {
                return Err(MapError::new(
                    format!("图层中有 {n} 处未提交的手工修改；请先 minesift commit MAP --take 收入，或 --discard 放弃"),
                    format!(
                        "the layers carry {n} edits that no commit has: take them in with `minesift commit MAP --take` or drop them with --discard"
                    ),
                ));
            }
        }
        self.begin_beside_edits()
    }

    /// Begins a commit that leaves rows edited by hand as they are.
    ///
    /// # Errors
    /// When another program is writing.
    pub fn begin_beside_edits(&mut self) -> Result<Writing<'_>, MapError> {
        let srs_id = self.srs_id;
        map::journal(&self.db)?;
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("INSERT INTO ms_meta VALUES ('writing', '1')", [])?;
        let number: i64 =
            transaction.query_row("SELECT coalesce(max(number), 0) + 1 FROM ms_commit", [], |row| row.get(0))?;
        Ok(Writing { transaction, number, srs_id, changes: 0, hasher: Sha256::new(), watch: None })
    }

    /// Takes every edit made by hand in as a commit.
    ///
    /// # Errors
    /// When a row cannot be read as a fact, or the database refuses.
    pub fn take_edits(&mut self, entry: &Entry) -> Result<(Vec<Edit>, Option<Commit>), MapError> {
        let mut writing = self.begin_beside_edits()?;
        let edits = map::edits(&writing.transaction)?;
        if edits.is_empty() {
            // Somebody wrote what stood there already: nothing to take in, and nothing left to say.
            writing.transaction.execute("DELETE FROM ms_edit", [])?;
            writing.close()?;
            return Ok((edits, None));
        }
        for edit in &edits {
            if edit.kind == "treatment" {
                let before = fact_on(&writing.transaction, edit.kind, &edit.id, i64::MAX, None)?;
                // What was evaluated opens or closes ground by that: nobody's pen in a layer does.
                if edit.now.iter().map(|(fact, _)| fact).chain(&before).any(is_evaluated) {
                    return Err(MapError::new(
                        format!(
                            "治理工程 {} 的评价结果不能在图层中改写：验收用 minesift accept，写明批准人和文号；撤回用 minesift retract；或放弃修改",
                            edit.id
                        ),
                        format!(
                            "treatment {}: its evaluation is no edit of a layer; record an acceptance with `minesift accept`, by a named approver with a document, take one back with `minesift retract`, or discard the edits",
                            edit.id
                        ),
                    ));
                }
            }
            match (&edit.what, &edit.now) {
                (EditKind::Unreadable(why), _) => {
                    return Err(MapError::new(
                        format!("图层 {} 的 {} 不可读：{why}；请先改正或放弃", edit.kind, edit.id),
                        format!("layer {}, {} cannot be read: {why}; mend it or discard the edits", edit.kind, edit.id),
                    ));
                }
                (EditKind::Removed, _) => writing.retract(edit.kind, &edit.id, Valid::ALWAYS)?,
                (_, Some((fact, valid))) => writing.put(fact, *valid)?,
                (_, None) => {}
            }
        }
        writing.transaction.execute("DELETE FROM ms_edit", [])?;
        let commit = writing.finish(entry)?;
        Ok((edits, commit))
    }

    /// Puts every row edited by hand back to what the history says.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn discard_edits(&mut self) -> Result<Vec<Edit>, MapError> {
        let writing = self.begin_beside_edits()?;
        let edits = map::edits(&writing.transaction)?;
        let latest = latest(&writing.transaction, i64::MAX)?;
        for edit in &edits {
            let Some(kind) = kind::kind(edit.kind) else { continue };
            if !layer::is_whole(&writing.transaction, kind) {
                layer::rebuild(&writing.transaction, kind, writing.srs_id)?;
                for old in latest.iter().filter(|old| old.fact.kind == edit.kind) {
                    put_back(&writing, kind, old)?;
                }
                continue;
            }
            writing
                .transaction
                .execute(&format!("DELETE FROM {} WHERE id = ?1", layer::quote(kind.name)), [&edit.id])?;
            if let Some(old) = latest.iter().find(|old| old.fact.kind == edit.kind && old.fact.id == edit.id) {
                put_back(&writing, kind, old)?;
            }
        }
        writing.transaction.execute("DELETE FROM ms_edit", [])?;
        writing.close()?;
        Ok(edits)
    }
}

/// The row of a fact as the history has it.
fn put_back(writing: &Writing<'_>, kind: &Kind, old: &Latest) -> Result<(), MapError> {
    let cells = layer::cells(kind, &old.fact, old.valid, old.number, writing.srs_id)
        .map_err(|why| MapError::new(&*why, &*why))?;
    layer::put(&writing.transaction, kind, &old.fact.id, &cells, false).map(drop)
}

/// True for a treatment that passed or failed.
fn is_evaluated(treatment: &Fact) -> bool {
    matches!(treatment.text("state"), Some("passed" | "failed"))
}

/// A commit in the making: all of it is written, or nothing.
#[derive(Debug)]
pub struct Writing<'a> {
    pub(crate) transaction: Transaction<'a>,
    pub(crate) srs_id: i32,
    number: i64,
    changes: i64,
    hasher: Sha256,
    watch: Option<fn(u64)>,
}

impl<'a> Writing<'a> {
    pub(crate) fn of(transaction: Transaction<'a>, srs_id: i32) -> Self {
        Self { transaction, number: 1, srs_id, changes: 0, hasher: Sha256::new(), watch: None }
    }
}

impl Writing<'_> {
    /// Records a fact, in place of what was known of it.
    ///
    /// # Errors
    /// When its layer cannot hold it as it is, or the database refuses.
    pub fn put(&mut self, fact: &Fact, valid: Valid) -> Result<(), MapError> {
        let ready = Ready::new(fact, valid, self.number, self.srs_id)?;
        self.write(&ready, valid, false).map(drop)
    }

    /// Writes a fact into the history and its layer; gives the `fid` of a row that was not there. `new`: the history
    /// knows nothing of it.
    pub(crate) fn write(&mut self, ready: &Ready<'_>, valid: Valid, new: bool) -> Result<Option<i64>, MapError> {
        self.version("put", ready.kind.name, ready.id, valid, &ready.record)?;
        layer::put(&self.transaction, ready.kind, ready.id, &ready.cells, new)
    }

    /// True when the register holds this fact already, to the byte.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn holds(&self, fact: &Fact, valid: Valid) -> Result<bool, MapError> {
        let found: Option<(String, Option<String>, Option<String>, Vec<u8>)> = self
            .transaction
            .prepare_cached("SELECT op, valid_from, valid_to, row FROM ms_version WHERE kind = ?1 AND id = ?2 ORDER BY seq DESC LIMIT 1")?
            .query_row((fact.kind, &fact.id), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .optional()?;
        Ok(found.is_some_and(|(op, from, to, row)| {
            op == "put"
                && row == canon::encode(fact)
                && days(from.as_deref(), to.as_deref()).is_ok_and(|days| days == valid)
        }))
    }

    /// Records that a fact holds no longer, or never did; what was known of it stays in the history.
    ///
    /// # Errors
    /// When there is no such fact, or the database refuses.
    pub fn retract(&mut self, kind: &str, id: &str, valid: Valid) -> Result<(), MapError> {
        let Some(kind) = kind::kind(kind) else {
            return Err(MapError::new(format!("没有类型 {kind}"), format!("there is no kind {kind}")));
        };
        let row: Option<(String, Vec<u8>)> = self
            .transaction
            .prepare_cached("SELECT op, row FROM ms_version WHERE kind = ?1 AND id = ?2 ORDER BY seq DESC LIMIT 1")?
            .query_row((kind.name, id), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((_, row)) = row.filter(|(op, _)| op == "put") else {
            return Err(MapError::new(
                format!("图上没有 {} {id}", kind.zh),
                format!("there is no {} {id} on the map", kind.en),
            ));
        };
        self.version("retract", kind.name, id, valid, &row)?;
        layer::remove(&self.transaction, kind, id)
    }

    fn version(&mut self, op: &str, kind: &str, id: &str, valid: Valid, row: &[u8]) -> Result<(), MapError> {
        let (from, to) = (valid.from.map(|day| day.to_string()), valid.to.map(|day| day.to_string()));
        hash_version(&mut self.hasher, op, kind, id, from.as_deref(), to.as_deref(), row);
        self.changes += 1;
        self.transaction
            .prepare_cached("INSERT INTO ms_version(number, kind, id, op, valid_from, valid_to, row) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute((self.number, kind, id, op, from, to, row))?;
        Ok(())
    }

    /// From now on this is told, now and then, how many facts of a long commit are written.
    pub fn telling(&mut self, watch: fn(u64)) {
        self.watch = Some(watch);
    }

    /// Tells who is watching how many facts are written.
    pub(crate) fn tell(&self) {
        if let Some(watch) = self.watch {
            watch(self.changes.unsigned_abs());
        }
    }

    /// The number that the commit will have.
    pub(crate) fn number(&self) -> i64 {
        self.number
    }

    /// Facts put or retracted so far.
    pub fn changes(&self) -> i64 {
        self.changes
    }

    /// Writes the commit. A commit without changes and without detail says nothing and is not written.
    ///
    /// # Errors
    /// When its time lies before the last commit's, or the database refuses; then nothing is written.
    pub fn finish(self, entry: &Entry) -> Result<Option<Commit>, MapError> {
        if self.changes == 0 && entry.detail.is_empty() {
            return Ok(None);
        }
        let last: Option<(String, String)> = self
            .transaction
            .query_row("SELECT hash, time FROM ms_commit ORDER BY number DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (previous, time) = match last {
            Some(last) => last,
            None => (
                self.transaction
                    .query_row("SELECT value FROM ms_meta WHERE key = 'begins'", [], |row| row.get(0))
                    .optional()?
                    .unwrap_or_default(),
                String::new(),
            ),
        };
        if time.parse::<Timestamp>().is_ok_and(|last| last > entry.time) {
            return Err(MapError::new(
                format!(
                    "提交时间 {} 早于上一次提交 {time}；登记时间不能倒退：请核对本机时钟，或以 --time 给出其后的时间",
                    entry.time
                ),
                format!(
                    "the time {} lies before the last commit's {time}: the register does not run backwards; check the clock, or give a later --time",
                    entry.time
                ),
            ));
        }
        let rows_hash = hex(&self.hasher.clone().finalize());
        let hash = link(self.number, entry, self.changes, &rows_hash, &previous);
        self.transaction.execute(
            &format!("INSERT INTO ms_commit({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
            (
                self.number,
                entry.time.to_string(),
                &entry.author,
                &entry.what,
                &entry.message,
                &entry.source,
                &entry.detail,
                self.changes,
                &rows_hash,
                &previous,
                &hash,
            ),
        )?;
        let commit =
            Commit { number: self.number, entry: entry.clone(), changes: self.changes, previous, hash, rows_hash };
        schema::extents(&self.transaction)?;
        self.close()?;
        Ok(Some(commit))
    }

    /// Keeps the layers that were written without a commit of their own: they say what the last commit said.
    ///
    /// # Errors
    /// Of the database.
    pub fn leave(self) -> Result<(), MapError> {
        debug_assert_eq!(self.changes, 0);
        self.close()
    }

    fn close(self) -> Result<(), MapError> {
        self.transaction.execute("DELETE FROM ms_meta WHERE key = 'writing'", [])?;
        self.transaction.commit()?;
        Ok(())
    }
}
