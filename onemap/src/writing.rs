//! [`Writing`]: a commit in the making, and taking in or discarding what was edited by hand.

use crate::bulk::Ready;
use crate::chain::{hash_version, hex, link};
use crate::error::MapError;
use crate::history::{COLUMNS, Commit, Entry, Latest, day_of, days, fact_on, latest};
use crate::map::{self, Edit, EditKind, Map};
use crate::valid::Valid;
use crate::{canon, county, door, layer, schema};
use jiff::Timestamp;
use jiff::civil::Date;
use minesift_core::fact::Fact;
use minesift_core::kind::{self, Kind};
use minesift_core::text::Text;
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

impl Map {
    /// Begins a commit. Nothing is written before [`Writing::finish`].
    ///
    /// # Errors
    /// When another program is writing, or layers carry edits that were neither taken nor discarded.
    pub fn begin(&mut self) -> Result<Writing<'_>, MapError> {
        let writing = self.begin_beside_edits()?;
        let looked = writing.map().is_looked_through.replace(true);
        if !looked || Map::touched(&writing.transaction)? {
            let edits = map::edits(&writing.transaction)?;
            let n = edits.iter().filter(|edit| !matches!(edit.what, EditKind::Column(_))).count();
            if n > 0 {
                return Err(MapError::new(
                    format!("图层中有 {n} 处未提交的手工修改；请先 minesift commit MAP --take 收入，或 --discard 放弃"),
                    format!(
                        "the layers carry {n} edits that no commit has: take them in with `minesift commit MAP --take` or drop them with --discard"
                    ),
                ));
            }
        }
        Ok(writing)
    }

    /// Begins a commit that leaves rows edited by hand as they are.
    ///
    /// # Errors
    /// When another program is writing.
    pub fn begin_beside_edits(&mut self) -> Result<Writing<'_>, MapError> {
        map::journal(&self.db)?;
        // From here on nobody else writes: what is read to decide what to write is still so when it is written.
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        transaction.execute("INSERT OR REPLACE INTO ms_meta VALUES ('writing', '1')", [])?;
        let number: i64 =
            transaction.query_row("SELECT coalesce(max(number), 0) + 1 FROM ms_commit", [], |row| row.get(0))?;
        Ok(Writing {
            transaction,
            map: Some(self),
            number,
            srs_id: self.srs_id,
            changes: 0,
            hasher: Sha256::new(),
            watch: None,
            today: None,
            restores: false,
        })
    }

    /// Takes every edit made by hand in as a commit.
    ///
    /// # Errors
    /// When a row cannot be read as a fact, or the database refuses.
    pub fn take_edits(&mut self, entry: &Entry) -> Result<(Vec<Edit>, Option<Commit>), MapError> {
        let mut writing = self.begin_beside_edits()?;
        writing.at(entry.time);
        let edits = map::edits(&writing.transaction)?;
        if edits.is_empty() {
            // Somebody wrote what stood there already: nothing to take in, and nothing left to say.
            writing.transaction.execute("DELETE FROM ms_edit", [])?;
            writing.close()?;
            return Ok((edits, None));
        }
        let latest = latest(&writing.transaction, i64::MAX)?;
        for edit in &edits {
            writing.may_take(edit)?;
            match (&edit.what, &edit.now) {
                // Which commit brought it is for the register to say.
                (EditKind::Changed(keys), Some((fact, _))) if *keys == ["known_from"] => {
                    let of = |old: &&Latest| old.fact.kind == edit.kind && old.fact.id == fact.id;
                    if let (Some(kind), Some(old)) = (kind::kind(edit.kind), latest.iter().find(of)) {
                        put_back(&writing, kind, old)?;
                    }
                }
                (EditKind::Removed, _) => writing.retract(edit.kind, &edit.id, Valid::ALWAYS)?,
                (_, Some((fact, valid))) => writing.put(fact, *valid)?,
                (_, None) => {}
            }
        }
        writing.transaction.execute("DELETE FROM ms_edit", [])?;
        if writing.changes() == 0 {
            writing.close()?;
            return Ok((edits, None));
        }
        let commit = writing.finish(entry)?;
        Ok((edits, commit))
    }

    /// Puts every row edited by hand back to what the history says.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn discard_edits(&mut self) -> Result<Vec<Edit>, MapError> {
        let mut writing = self.begin_beside_edits()?;
        writing.mend_conflicts()?;
        schema::mend(&writing.transaction)?;
        crate::zones::mend(&writing.transaction, writing.srs_id)?;
        let edits = map::edits(&writing.transaction)?;
        let latest = latest(&writing.transaction, i64::MAX)?;
        for edit in &edits {
            let Some(kind) = kind::kind(edit.kind) else { continue };
            if !layer::is_whole(&writing.transaction, kind) || matches!(edit.what, EditKind::Column(_)) {
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

impl Writing<'_> {
    /// Refuses an edit that no pen in a layer makes: what cannot be read, what the catalogue does not allow, what opens
    /// ground by more than a word about it.
    fn may_take(&self, edit: &Edit) -> Result<(), MapError> {
        let Edit { kind, id, what, now } = edit;
        let name = kind::kind(kind).map_or(*kind, |kind| kind.zh);
        if let EditKind::Unreadable(why) = what {
            return Err(MapError::new(
                format!("图层 {kind} 的 {id} 不可读：{why}；请先改正或放弃"),
                format!("layer {kind}, {id} cannot be read: {why}; mend it or discard the edits"),
            ));
        }
        let before = fact_on(&self.transaction, kind, id, i64::MAX, None)?;
        // What was evaluated opens or closes ground by that.
        if *kind == "treatment" && now.iter().map(|(fact, _)| fact).chain(&before).any(is_evaluated) {
            return Err(MapError::new(
                format!(
                    "治理工程 {id} 的评价结果不能在图层中改写：验收用 minesift accept，写明批准人和文号；撤回用 minesift retract；或放弃修改"
                ),
                format!(
                    "treatment {id}: its evaluation is no edit of a layer; record an acceptance with `minesift accept`, by a named approver with a document, take one back with `minesift retract`, or discard the edits"
                ),
            ));
        }
        if county::is_claim(&self.transaction, id)? {
            return Err(county::not_his_to_change(name, id));
        }
        if let EditKind::Changed(keys) = what
            && keys.iter().any(|key| key == "valid")
        {
            return Err(MapError::new(
                format!(
                    "{name} {id} 的有效日期不能在图层中改写：自某日起不再存在用 minesift retract --from DATE；或放弃修改"
                ),
                format!(
                    "{kind} {id}: from when to when it holds is no edit of a layer; say that it ended with `minesift retract --from DATE`, or discard the edits"
                ),
            ));
        }
        let Some((fact, valid)) = now else { return Ok(()) };
        let ends = valid.from.zip(valid.to).is_some_and(|(from, to)| from >= to);
        let days = if ends {
            Err(Text::new("valid_from 不早于 valid_to", "valid_from is not before valid_to"))
        } else {
            Ok(())
        };
        let allowed = door::admits(fact, self.today).and(days);
        let allowed = allowed.and(door::knows_seam(&self.transaction, fact, before.as_ref())?);
        allowed.map_err(|why| {
            MapError::new(
                format!("{name} {id}：{}；请先改正或放弃", why.zh),
                format!("{kind} {id}: {}; mend it or discard the edits", why.en),
            )
        })
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
    map: Option<&'a Map>,
    pub(crate) srs_id: i32,
    number: i64,
    changes: i64,
    hasher: Sha256,
    watch: Option<fn(u64)>,
    today: Option<Date>,
    restores: bool,
}

impl<'a> Writing<'a> {
    /// Layers written into a database that is no map.
    pub(crate) fn of(transaction: Transaction<'a>, srs_id: i32) -> Self {
        Self {
            transaction,
            map: None,
            number: 1,
            srs_id,
            changes: 0,
            hasher: Sha256::new(),
            watch: None,
            today: None,
            restores: false,
        }
    }

    /// The map as it stands, with what this commit has written so far: what is read here to decide what to write cannot
    /// be changed by others before it is written.
    pub fn map(&self) -> &'a Map {
        self.map.expect("only layers in memory are written without a map")
    }
}

impl Writing<'_> {
    /// Refuses what no file may bring either: values that the catalogue does not allow, days that are still to come.
    ///
    /// # Errors
    /// In words, what is wrong with the fact.
    pub fn admits(&self, fact: &Fact) -> Result<(), MapError> {
        let name = kind::kind(fact.kind).map_or(fact.kind, |kind| kind.zh);
        door::admits(fact, self.today).map_err(|why| {
            MapError::new(
                format!("{name} {}（{}）无法入图：{}", fact.id, fact.source, why.zh),
                format!("{} {} ({}) cannot go onto the map: {}", fact.kind, fact.id, fact.source, why.en),
            )
        })
    }

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

    /// The time that the commit will bear: after its day nothing has happened yet.
    pub fn at(&mut self, time: Timestamp) {
        self.today = Some(day_of(time));
    }

    /// From now on files bring back what was retracted, though they say nothing new of it.
    pub fn restoring(&mut self) {
        self.restores = true;
    }

    /// True where files bring back what was retracted.
    pub(crate) fn restores(&self) -> bool {
        self.restores
    }

    /// The day of the record, where it was told.
    pub(crate) fn today(&self) -> Option<Date> {
        self.today
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
        let previous: Option<String> = self
            .transaction
            .query_row(
                "SELECT coalesce((SELECT hash FROM ms_commit ORDER BY number DESC LIMIT 1), (SELECT value FROM ms_meta WHERE key = 'begins'))",
                [],
                |row| row.get(0),
            )?;
        let previous = previous.unwrap_or_default();
        if let Some(last) = self.last_time()?.filter(|last| *last > entry.time) {
            return Err(MapError::new(
                format!(
                    "提交时间 {} 早于上一次提交 {last}；登记时间不能倒退：请核对本机时钟，或以 --time 给出其后的时间",
                    entry.time
                ),
                format!(
                    "the time {} lies before the last commit's {last}: the register does not run backwards; check the clock, or give a later --time",
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

    /// The time of the last commit.
    fn last_time(&self) -> Result<Option<Timestamp>, MapError> {
        let sql = "SELECT time FROM ms_commit ORDER BY number DESC LIMIT 1";
        let time: Option<String> = self.transaction.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
        Ok(time.and_then(|time| time.parse().ok()))
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
