//! Commits: who changed what, when and why, each chained to the one before by its hash.

use crate::error::MapError;
use crate::map::{self, Edit, EditKind, Map};
use crate::valid::Valid;
use crate::{canon, layer, schema};
use jiff::Timestamp;
use jiff::civil::Date;
use minesift_core::fact::Fact;
use minesift_core::kind;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What a commit says of itself. The time comes from the caller: nothing in the register asks a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub time: Timestamp,
    /// Who.
    pub author: String,
    /// Which verb: import, edit, observe, treat, accept, retract, classify …
    pub what: String,
    /// Why, in words.
    pub message: String,
    /// SHA-256 of the file it came from; empty where there is none.
    pub source: String,
    /// JSON that belongs to it: a receipt, areas of a classification.
    pub detail: String,
}

impl Entry {
    /// An entry without source and detail.
    pub fn new(time: Timestamp, author: &str, what: &str, message: impl Into<String>) -> Self {
        Self {
            time,
            author: author.to_owned(),
            what: what.to_owned(),
            message: message.into(),
            source: String::new(),
            detail: String::new(),
        }
    }
}

/// A commit as the register keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its number, from 1.
    pub number: i64,
    /// What it says of itself.
    pub entry: Entry,
    /// Facts it put or retracted.
    pub changes: i64,
    /// Hash of the commit before, hexadecimal; empty for the first.
    pub previous: String,
    /// Its own hash, hexadecimal.
    pub hash: String,
    /// Hash of its changes, hexadecimal.
    pub rows_hash: String,
}

/// Which knowledge is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// All of it.
    Now,
    /// As it stood after this commit; 0 is before the first.
    Commit(i64),
    /// As it stood at the end of this day (UTC).
    On(Date),
}

impl std::str::FromStr for Known {
    type Err = String;

    /// `now`, a date, or the number of a commit.
    fn from_str(words: &str) -> Result<Self, String> {
        let words = words.trim();
        if words == "now" {
            return Ok(Self::Now);
        }
        if let Ok(number) = words.trim_start_matches('#').parse::<i64>() {
            return Ok(Self::Commit(number));
        }
        words
            .parse()
            .map(Self::On)
            .map_err(|_| format!("\"{words}\" is neither a date (2026-11-01) nor the number of a commit"))
    }
}

/// A broken place in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The commit, where one is concerned.
    pub commit: Option<i64>,
    /// What is wrong.
    pub message: minesift_core::text::Text,
}

/// The last word about a fact.
#[derive(Clone, Debug)]
pub(crate) struct Latest {
    pub(crate) fact: Fact,
    pub(crate) valid: Valid,
    pub(crate) number: i64,
}

const COLUMNS: &str = "number, time, author, what, message, source, detail, changes, rows_hash, previous, hash";

fn commit_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Commit> {
    let time: String = row.get(1)?;
    Ok(Commit {
        number: row.get(0)?,
        entry: Entry {
            time: time.parse().map_err(|error: jiff::Error| {
                rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error))
            })?,
            author: row.get(2)?,
            what: row.get(3)?,
            message: row.get(4)?,
            source: row.get(5)?,
            detail: row.get(6)?,
        },
        changes: row.get(7)?,
        rows_hash: row.get(8)?,
        previous: row.get(9)?,
        hash: row.get(10)?,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of a commit over everything it says and the hash of the one before.
fn chain(number: i64, entry: &Entry, changes: i64, rows_hash: &str, previous: &str) -> String {
    let mut bytes = b"minesift commit 1\0".to_vec();
    bytes.extend(number.to_le_bytes());
    bytes.extend(changes.to_le_bytes());
    for words in [
        &entry.time.to_string(),
        &entry.author,
        &entry.what,
        &entry.message,
        &entry.source,
        &entry.detail,
        rows_hash,
        previous,
    ] {
        canon::text(&mut bytes, words);
    }
    hex(&Sha256::digest(&bytes))
}

fn hash_version(hasher: &mut Sha256, op: &str, kind: &str, id: &str, from: Option<&str>, to: Option<&str>, row: &[u8]) {
    let mut bytes = Vec::with_capacity(row.len() + 64);
    for words in [op, kind, id, from.unwrap_or_default(), to.unwrap_or_default()] {
        canon::text(&mut bytes, words);
    }
    bytes.extend((row.len() as u64).to_le_bytes());
    hasher.update(&bytes);
    hasher.update(row);
}

/// The number of the last commit that `known` reaches.
pub(crate) fn number_of(db: &Connection, known: Known) -> Result<i64, MapError> {
    let last: i64 = db.query_row("SELECT coalesce(max(number), 0) FROM ms_commit", [], |row| row.get(0))?;
    match known {
        Known::Now => Ok(last),
        Known::Commit(number) if (0..=last).contains(&number) => Ok(number),
        Known::Commit(number) => Err(MapError::new(
            format!("没有第 {number} 号提交，最后一次为第 {last} 号"),
            format!("there is no commit {number}; the last is {last}"),
        )),
        Known::On(day) => Ok(db.query_row(
            "SELECT coalesce(max(number), 0) FROM ms_commit WHERE substr(time, 1, 10) <= ?1",
            [day.to_string()],
            |row| row.get(0),
        )?),
    }
}

fn days(from: Option<&str>, to: Option<&str>) -> Result<Valid, MapError> {
    let day = |words: Option<&str>| {
        words
            .map(str::parse)
            .transpose()
            .map_err(|_| MapError::file("历史记录中的日期不可读", "a date in the history cannot be read"))
    };
    Ok(Valid { from: day(from)?, to: day(to)? })
}

fn unreadable(number: i64, kind: &str, id: &str, why: &str) -> MapError {
    MapError::file(
        format!("第 {number} 号提交中 {kind} {id} 的记录不可读：{why}"),
        format!("the record of {kind} {id} in commit {number} cannot be read: {why}"),
    )
}

/// The last word about every fact up to a commit, by kind and id; retracted ones are left out.
pub(crate) fn latest(db: &Connection, number: i64) -> Result<Vec<Latest>, MapError> {
    let mut statement = db.prepare_cached(
        "SELECT number, kind, id, op, valid_from, valid_to, row FROM ms_version WHERE seq IN (SELECT max(seq) FROM ms_version WHERE number <= ?1 GROUP BY kind, id)",
    )?;
    let mut rows = statement.query([number])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get_ref(3)?.as_str().unwrap_or_default() == "retract" {
            continue;
        }
        let number: i64 = row.get(0)?;
        let text = |i: usize| row.get_ref(i).ok().and_then(|cell| cell.as_str_or_null().ok().flatten());
        let (kind, id) = (text(1).unwrap_or_default(), text(2).unwrap_or_default());
        let fact = row
            .get_ref(6)?
            .as_blob()
            .map_err(|error| error.to_string())
            .and_then(canon::decode)
            .map_err(|why| unreadable(number, kind, id, &why))?;
        found.push(Latest { fact, valid: days(text(4), text(5))?, number });
    }
    found.sort_by(|a, b| (kind::rank(a.fact.kind), &a.fact.id).cmp(&(kind::rank(b.fact.kind), &b.fact.id)));
    Ok(found)
}

/// One version of a fact, as far as choosing among them needs it.
struct Spoken {
    seq: i64,
    put: bool,
    valid: Valid,
}

/// The version in force among those of one fact in their order: the last that speaks of the day, or the last of all.
fn in_force(versions: &[Spoken], day: Option<Date>) -> Option<i64> {
    let last = versions.iter().rev().find(|version| day.is_none_or(|day| version.valid.on(day)))?;
    last.put.then_some(last.seq)
}

fn spoken(row: &rusqlite::Row<'_>) -> Result<Spoken, MapError> {
    let text = |i: usize| row.get_ref(i).ok().and_then(|cell| cell.as_str_or_null().ok().flatten());
    Ok(Spoken { seq: row.get(0)?, put: text(1) == Some("put"), valid: days(text(2), text(3))? })
}

fn read_version(db: &Connection, seq: i64) -> Result<Fact, MapError> {
    let (number, kind, id, row): (i64, String, String, Vec<u8>) = db
        .prepare_cached("SELECT number, kind, id, row FROM ms_version WHERE seq = ?1")?
        .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    canon::decode(&row).map_err(|why| unreadable(number, &kind, &id, &why))
}

/// One fact as known at a commit on a day; nothing where it does not hold.
pub(crate) fn fact_on(
    db: &Connection,
    kind: &str,
    id: &str,
    number: i64,
    day: Option<Date>,
) -> Result<Option<Fact>, MapError> {
    let mut statement = db.prepare_cached(
        "SELECT seq, op, valid_from, valid_to FROM ms_version WHERE kind = ?1 AND id = ?2 AND number <= ?3 ORDER BY seq",
    )?;
    let mut rows = statement.query((kind, id, number))?;
    let mut versions = Vec::new();
    while let Some(row) = rows.next()? {
        versions.push(spoken(row)?);
    }
    in_force(&versions, day).map(|seq| read_version(db, seq)).transpose()
}

/// The facts whose ids begin with `scope`, as known at a commit on a day: an index leads to them, whatever else the
/// file holds.
pub(crate) fn facts_within(
    db: &Connection,
    scope: &str,
    number: i64,
    day: Option<Date>,
) -> Result<Vec<Fact>, MapError> {
    let mut statement = db.prepare_cached(
        "SELECT seq, op, valid_from, valid_to, id FROM ms_version WHERE kind = ?1 AND id >= ?2 AND id < ?3 AND number <= ?4 ORDER BY id, seq",
    )?;
    let end = format!("{scope}\u{10FFFF}");
    let mut facts = Vec::new();
    for kind in kind::kinds() {
        let mut versions: BTreeMap<String, Vec<Spoken>> = BTreeMap::new();
        let mut rows = statement.query((kind.name, scope, &end, number))?;
        while let Some(row) = rows.next()? {
            versions.entry(row.get(4)?).or_default().push(spoken(row)?);
        }
        for versions in versions.values() {
            if let Some(seq) = in_force(versions, day) {
                facts.push(read_version(db, seq)?);
            }
        }
    }
    Ok(facts)
}

/// Kinds and ids that commits after one number put or retracted, each once.
pub(crate) fn touched_since(db: &Connection, number: i64) -> Result<Vec<(&'static str, String)>, MapError> {
    let mut statement =
        db.prepare_cached("SELECT DISTINCT kind, id FROM ms_version WHERE number > ?1 ORDER BY kind, id")?;
    let mut rows = statement.query([number])?;
    let mut touched = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if let Some(kind) = kind::kind(&name) {
            touched.push((kind.name, row.get(1)?));
        }
    }
    Ok(touched)
}

/// The facts known at a commit that hold on a day; without a day the last word about each.
pub(crate) fn facts(db: &Connection, number: i64, day: Option<Date>) -> Result<Vec<Fact>, MapError> {
    let Some(day) = day else { return Ok(latest(db, number)?.into_iter().map(|latest| latest.fact).collect()) };
    let mut statement = db.prepare_cached(
        "SELECT seq, number, kind, id, op, valid_from, valid_to FROM ms_version WHERE number <= ?1 ORDER BY seq",
    )?;
    let mut rows = statement.query([number])?;
    // The last word that speaks of this day wins; a retraction from a later day on leaves this day as it was.
    let mut chosen: BTreeMap<(usize, String), (i64, i64, bool)> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let text = |i: usize| row.get_ref(i).ok().and_then(|cell| cell.as_str_or_null().ok().flatten());
        if days(text(5), text(6))?.on(day) {
            let key = (kind::rank(text(2).unwrap_or_default()), text(3).unwrap_or_default().to_owned());
            chosen.insert(key, (row.get(0)?, row.get(1)?, text(4) == Some("put")));
        }
    }
    let mut read = db.prepare_cached("SELECT row FROM ms_version WHERE seq = ?1")?;
    let mut facts = Vec::new();
    for ((rank, id), (seq, number, put)) in chosen {
        if put {
            let row: Vec<u8> = read.query_row([seq], |row| row.get(0))?;
            let kind = kind::kinds().nth(rank).map_or("?", |kind| kind.name);
            facts.push(canon::decode(&row).map_err(|why| unreadable(number, kind, &id, &why))?);
        }
    }
    Ok(facts)
}

impl Map {
    /// All commits, the first one first.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn log(&self) -> Result<Vec<Commit>, MapError> {
        let mut statement = self.db.prepare(&format!("SELECT {COLUMNS} FROM ms_commit ORDER BY number"))?;
        let commits = statement.query_map([], commit_of)?.collect::<Result<_, _>>()?;
        Ok(commits)
    }

    /// Facts that one commit put (true) or retracted (false), by kind and id.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn changes_of(&self, number: i64) -> Result<Vec<(String, String, bool)>, MapError> {
        let mut statement =
            self.db.prepare("SELECT kind, id, op = 'put' FROM ms_version WHERE number = ?1 ORDER BY seq")?;
        let changes = statement
            .query_map([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        Ok(changes)
    }

    /// The last word about every fact with the days it holds, by kind in the order of the catalogue, then by id.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn current(&self) -> Result<Vec<(Fact, Valid)>, MapError> {
        Ok(latest(&self.db, i64::MAX)?.into_iter().map(|latest| (latest.fact, latest.valid)).collect())
    }

    /// Number of the last commit that `known` reaches; 0 when there is none.
    ///
    /// # Errors
    /// When there is no such commit.
    pub fn number_of(&self, known: Known) -> Result<i64, MapError> {
        number_of(&self.db, known)
    }

    /// The commit that imported a file of this SHA-256, if one did.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn imported(&self, sha256: &str) -> Result<Option<i64>, MapError> {
        Ok(self
            .db
            .query_row(
                "SELECT number FROM ms_commit WHERE source = ?1 AND what = 'import' ORDER BY number LIMIT 1",
                [sha256],
                |row| row.get(0),
            )
            .optional()?)
    }

    /// Everything that is wrong with the file, the chain and the layers; the first broken link comes first.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn verify(&self) -> Result<Vec<Broken>, MapError> {
        let mut broken = Vec::new();
        let say = |commit: Option<i64>, zh: String, en: String| Broken {
            commit,
            message: minesift_core::text::Text::new(zh, en),
        };
        let check: Vec<String> = self
            .db
            .prepare("PRAGMA integrity_check(20)")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for words in check.iter().filter(|words| *words != "ok") {
            broken.push(say(
                None,
                format!("文件结构损坏：{words}"),
                format!("the file's structure is damaged: {words}"),
            ));
        }
        let mut previous = String::new();
        let mut statement = self
            .db
            .prepare("SELECT op, kind, id, valid_from, valid_to, row FROM ms_version WHERE number = ?1 ORDER BY seq")?;
        let mut expected = 1;
        for commit in self.log()? {
            let n = commit.number;
            if n != expected {
                broken.push(say(Some(n), format!("第 {expected} 号提交缺失"), format!("commit {expected} is missing")));
            }
            expected = n + 1;
            if commit.previous != previous {
                broken.push(say(
                    Some(n),
                    format!("第 {n} 号提交与前一次的哈希不相连"),
                    format!("commit {n} does not follow the hash of the one before it"),
                ));
            }
            let mut hasher = Sha256::new();
            let mut changes = 0;
            let mut rows = statement.query([n])?;
            while let Some(row) = rows.next()? {
                changes += 1;
                let text = |i: usize| row.get_ref(i).ok().and_then(|cell| cell.as_str_or_null().ok().flatten());
                let blob = row.get_ref(5)?.as_blob().unwrap_or_default().to_vec();
                let (kind, id) = (text(1).unwrap_or_default(), text(2).unwrap_or_default());
                if let Err(why) = canon::decode(&blob) {
                    let error = unreadable(n, kind, id, &why);
                    broken.push(Broken { commit: Some(n), message: error.message });
                } else if canon::decode(&blob).is_ok_and(|fact| fact.kind != kind || fact.id != id) {
                    broken.push(say(
                        Some(n),
                        format!("第 {n} 号提交中 {kind} {id} 的记录说的是另一对象"),
                        format!("the record of {kind} {id} in commit {n} speaks of another thing"),
                    ));
                }
                hash_version(&mut hasher, text(0).unwrap_or_default(), kind, id, text(3), text(4), &blob);
            }
            let rows_hash = hex(&hasher.finalize());
            if rows_hash != commit.rows_hash || changes != commit.changes {
                broken.push(say(
                    Some(n),
                    format!("第 {n} 号提交（{}）的记录被改动过：内容哈希不符", commit.entry.time),
                    format!("the records of commit {n} ({}) were changed: their hash differs", commit.entry.time),
                ));
            }
            if chain(n, &commit.entry, commit.changes, &commit.rows_hash, &commit.previous) != commit.hash {
                broken.push(say(
                    Some(n),
                    format!("第 {n} 号提交的作者、时间、说明或哈希被改动过"),
                    format!("author, time, words or hash of commit {n} were changed"),
                ));
            }
            previous = commit.hash;
        }
        let commits = self.log()?;
        for signed in self.signatures()? {
            let n = signed.number;
            let same = commits.iter().any(|commit| commit.number == n && commit.hash == signed.hash);
            if !(same && signed.holds()) {
                broken.push(say(
                    Some(n),
                    format!("第 {n} 号提交的签名（{}）不成立", signed.fingerprint()),
                    format!("the signature of commit {n} by {} does not hold", signed.fingerprint()),
                ));
            }
        }
        let stray: i64 = self.db.query_row(
            "SELECT count(*) FROM ms_version WHERE number NOT IN (SELECT number FROM ms_commit)",
            [],
            |row| row.get(0),
        )?;
        if stray > 0 {
            broken.push(say(
                None,
                format!("{stray} 条历史记录不属于任何提交"),
                format!("{stray} records belong to no commit"),
            ));
        }
        if let Some(words) = crate::zones::changed(&self.db)? {
            broken.push(Broken { commit: None, message: words });
        }
        Ok(broken)
    }

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
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("INSERT INTO ms_meta VALUES ('writing', '1')", [])?;
        let number: i64 =
            transaction.query_row("SELECT coalesce(max(number), 0) + 1 FROM ms_commit", [], |row| row.get(0))?;
        Ok(Writing { transaction, number, srs_id, changes: 0, hasher: Sha256::new() })
    }

    /// Takes every edit made by hand in as a commit.
    ///
    /// # Errors
    /// When a row cannot be read as a fact, or the database refuses.
    pub fn take_edits(&mut self, entry: &Entry) -> Result<(Vec<Edit>, Option<Commit>), MapError> {
        let mut writing = self.begin_beside_edits()?;
        let edits = map::edits(&writing.transaction)?;
        for edit in &edits {
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
            writing
                .transaction
                .execute(&format!("DELETE FROM {} WHERE id = ?1", layer::quote(kind.name)), [&edit.id])?;
            if let Some(old) = latest.iter().find(|old| old.fact.kind == edit.kind && old.fact.id == edit.id) {
                let cells = layer::cells(&old.fact, old.valid, old.number, writing.srs_id)
                    .map_err(|why| MapError::new(&*why, &*why))?;
                layer::put(&writing.transaction, kind, &edit.id, cells)?;
            }
        }
        writing.transaction.execute("DELETE FROM ms_edit", [])?;
        writing.close()?;
        Ok(edits)
    }
}

/// A commit in the making: all of it is written, or nothing.
#[derive(Debug)]
pub struct Writing<'a> {
    pub(crate) transaction: Transaction<'a>,
    pub(crate) srs_id: i32,
    number: i64,
    changes: i64,
    hasher: Sha256,
}

impl<'a> Writing<'a> {
    pub(crate) fn of(transaction: Transaction<'a>, srs_id: i32) -> Self {
        Self { transaction, number: 1, srs_id, changes: 0, hasher: Sha256::new() }
    }
}

impl Writing<'_> {
    /// The facts as the history has them now, this commit included.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn facts(&self) -> Result<Vec<Fact>, MapError> {
        facts(&self.transaction, i64::MAX, None)
    }

    /// Records a fact, in place of what was known of it.
    ///
    /// # Errors
    /// When its layer cannot hold it as it is, or the database refuses.
    pub fn put(&mut self, fact: &Fact, valid: Valid) -> Result<(), MapError> {
        let kind = kind::kind(fact.kind).ok_or_else(|| MapError::new(fact.kind, fact.kind))?;
        let cells = layer::cells(fact, valid, self.number, self.srs_id).map_err(|why| {
            MapError::new(
                format!("{} {}（{}）无法入图：{why}", fact.kind, fact.id, fact.source),
                format!("{} {} ({}) cannot go onto the map: {why}", fact.kind, fact.id, fact.source),
            )
        })?;
        self.version("put", fact.kind, &fact.id, valid, &canon::encode(fact))?;
        layer::put(&self.transaction, kind, &fact.id, cells)
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
        let (previous, time) = last.unwrap_or_default();
        if time.parse::<Timestamp>().is_ok_and(|last| last > entry.time) {
            return Err(MapError::new(
                format!("提交时间 {} 早于上一次提交 {time}；登记时间不能倒退", entry.time),
                format!(
                    "the time {} lies before the last commit's {time}: the register does not run backwards",
                    entry.time
                ),
            ));
        }
        let rows_hash = hex(&self.hasher.clone().finalize());
        let hash = chain(self.number, entry, self.changes, &rows_hash, &previous);
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
