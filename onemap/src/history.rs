//! Commits, and reading the facts of any of them: who changed what, when and why.

use crate::canon;
use crate::error::MapError;
use crate::map::Map;
use crate::valid::Valid;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use minesift_core::fact::Fact;
use minesift_core::kind::{self, Kind};
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeMap, BTreeSet};

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

/// Beijing time, which all mines of China keep: UTC+8, the whole year.
const BEIJING: Offset = Offset::constant(8);

/// The day of a record: that of Beijing time, which all mines of China keep, wherever the program runs.
///
/// ```
/// // What was recorded in the small hours of 2 November was not known on the 1st.
/// let time = "2026-11-01T16:30:00Z".parse().unwrap();
/// assert_eq!(minesift_onemap::day_of(time), jiff::civil::date(2026, 11, 2));
/// ```
#[must_use]
pub fn day_of(time: Timestamp) -> Date {
    BEIJING.to_datetime(time).date()
}

/// Which knowledge is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// All of it.
    Now,
    /// As it stood after this commit; 0 is before the first.
    Commit(i64),
    /// As it stood after the commit whose hash begins so.
    Hash(HashStart),
    /// As it stood at the end of this day, Beijing time: see [`day_of`].
    On(Date),
}

/// The first digits of a commit's hash, eight or more, as `minesift log` prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashStart {
    digits: [u8; 64],
    count: usize,
}

impl HashStart {
    fn of(words: &str) -> Option<Self> {
        let count = words.len();
        let hexadecimal = (8..=64).contains(&count) && words.bytes().all(|byte| byte.is_ascii_hexdigit());
        hexadecimal.then(|| {
            let mut digits = [0; 64];
            digits[..count].copy_from_slice(words.to_ascii_lowercase().as_bytes());
            Self { digits, count }
        })
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.count]).unwrap_or_default()
    }
}

impl std::str::FromStr for Known {
    type Err = String;

    /// `now`, a date, the number of a commit, or the first eight or more digits of its hash.
    fn from_str(words: &str) -> Result<Self, String> {
        let words = words.trim();
        if words == "now" {
            return Ok(Self::Now);
        }
        // Digits alone are a number; no register has so many commits that eight digits would be one.
        if let Some(number) = words.strip_prefix('#').or(Some(words).filter(|words| words.len() < 8))
            && let Ok(number) = number.parse::<i64>()
        {
            return Ok(Self::Commit(number));
        }
        if let Some(start) = HashStart::of(words) {
            return Ok(Self::Hash(start));
        }
        words.parse().map(Self::On).map_err(|_| {
            format!(
                "\"{words}\" is neither a date (2026-11-01) nor a commit, by its number or eight digits of its hash / 既不是日期（2026-11-01），也不是提交的编号或哈希（至少前 8 位）"
            )
        })
    }
}

/// The last word about a fact.
#[derive(Clone, Debug)]
pub(crate) struct Latest {
    pub(crate) fact: Fact,
    pub(crate) valid: Valid,
    pub(crate) number: i64,
}

pub(crate) const COLUMNS: &str =
    "number, time, author, what, message, source, detail, changes, rows_hash, previous, hash";

/// A commit of the columns [`COLUMNS`].
///
/// # Errors
/// When a cell of it is not what this program writes; the commit is named.
pub(crate) fn commit_of(row: &rusqlite::Row<'_>) -> Result<Commit, MapError> {
    let number: i64 = row.get(0)?;
    let read = || -> Result<Commit, Box<dyn std::error::Error>> {
        let words: String = row.get(1)?;
        let time: Timestamp = words.parse()?;
        // Other words for the same instant were not written here.
        if time.to_string() != words {
            return Err(format!("{words}, which this program writes {time}").into());
        }
        Ok(Commit {
            number,
            entry: Entry {
                time,
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
    };
    read().map_err(|why| {
        MapError::file(
            format!("第 {number} 号提交不可读（{why}）；请从备份或证据包恢复"),
            format!("commit {number} cannot be read ({why}); restore a backup or an evidence pack"),
        )
    })
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
        Known::Hash(start) => {
            let start = start.as_str();
            let numbers: Vec<i64> = db
                .prepare("SELECT number FROM ms_commit WHERE substr(hash, 1, ?2) = ?1 ORDER BY number LIMIT 2")?
                .query_map((start, start.len() as i64), |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            match numbers[..] {
                [number] => Ok(number),
                _ => Err(MapError::new(
                    format!("没有（或不止一次）提交的哈希以 {start} 开头；minesift log 列出各次提交"),
                    format!(
                        "no commit, or more than one, has a hash that begins with {start}; `minesift log` lists them"
                    ),
                )),
            }
        }
        Known::On(day) => {
            // The words of times sort as the times do; without a letter behind it the end stands before every fraction.
            let end = day.tomorrow().ok().and_then(|next| BEIJING.to_timestamp(next.at(0, 0, 0, 0)).ok());
            let end = end.map_or_else(|| "9".to_owned(), |end| end.to_string().trim_end_matches('Z').to_owned());
            let sql = "SELECT coalesce(max(number), 0) FROM ms_commit WHERE time < ?1";
            let number: i64 = db.query_row(sql, [end], |row| row.get(0))?;
            if number == 0 && last > 0 {
                let first: String =
                    db.query_row("SELECT time FROM ms_commit ORDER BY number LIMIT 1", [], |row| row.get(0))?;
                let first = first.parse().map_or(first, |time| day_of(time).to_string());
                return Err(MapError::new(
                    format!("此图在 {day} 尚无登记：第 1 号提交为 {first}"),
                    format!("the register knew nothing on {day}: its first commit is of {first}"),
                ));
            }
            Ok(number)
        }
    }
}

pub(crate) fn days(from: Option<&str>, to: Option<&str>) -> Result<Valid, MapError> {
    let day = |words: Option<&str>| {
        words
            .map(str::parse)
            .transpose()
            .map_err(|_| MapError::file("历史记录中的日期不可读", "a date in the history cannot be read"))
    };
    Ok(Valid { from: day(from)?, to: day(to)? })
}

pub(crate) fn unreadable(number: i64, kind: &str, id: &str, why: &str) -> MapError {
    MapError::file(
        format!("第 {number} 号提交中 {kind} {id} 的记录不可读：{why}"),
        format!("the record of {kind} {id} in commit {number} cannot be read: {why}"),
    )
}

/// The last word about a fact as the history keeps it.
pub(crate) struct Record {
    pub(crate) number: i64,
    pub(crate) kind: &'static Kind,
    pub(crate) id: String,
    pub(crate) valid: Valid,
    /// Its canonical bytes.
    pub(crate) row: Vec<u8>,
}

impl Record {
    pub(crate) fn fact(&self) -> Result<Fact, MapError> {
        canon::decode(&self.row).map_err(|why| unreadable(self.number, self.kind.name, &self.id, &why))
    }
}

/// The last word about every fact up to a commit, by kind and id; retracted ones are left out.
pub(crate) fn records(db: &Connection, number: i64) -> Result<Vec<Record>, MapError> {
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
        let (name, id) = (text(1).unwrap_or_default(), text(2).unwrap_or_default().to_owned());
        let kind = kind::kind(name)
            .ok_or_else(|| unreadable(number, name, &id, "no such kind in this program's catalogue"))?;
        let row = row.get_ref(6)?.as_blob().map_err(|error| unreadable(number, name, &id, &error.to_string()))?;
        found.push(Record { number, kind, id, valid: days(text(4), text(5))?, row: row.to_vec() });
    }
    found.sort_by(|a, b| (kind::rank(a.kind.name), &a.id).cmp(&(kind::rank(b.kind.name), &b.id)));
    Ok(found)
}

/// The same, read.
pub(crate) fn latest(db: &Connection, number: i64) -> Result<Vec<Latest>, MapError> {
    let read = |record: Record| Ok(Latest { fact: record.fact()?, valid: record.valid, number: record.number });
    records(db, number)?.into_iter().map(read).collect()
}

/// One version of a fact, as far as choosing among them needs it.
pub(crate) struct Spoken {
    seq: i64,
    put: bool,
    pub(crate) valid: Valid,
}

/// The version in force among those of one fact in their order: the last that speaks of the day, or the last of all.
pub(crate) fn in_force(versions: &[Spoken], day: Option<Date>) -> Option<i64> {
    let last = versions.iter().rev().find(|version| day.is_none_or(|day| version.valid.on(day)))?;
    last.put.then_some(last.seq)
}

fn spoken(row: &rusqlite::Row<'_>) -> Result<Spoken, MapError> {
    let text = |i: usize| row.get_ref(i).ok().and_then(|cell| cell.as_str_or_null().ok().flatten());
    Ok(Spoken { seq: row.get(0)?, put: text(1) == Some("put"), valid: days(text(2), text(3))? })
}

pub(crate) fn read_version(db: &Connection, seq: i64) -> Result<Fact, MapError> {
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
    in_force(&versions_to(db, kind, id, number)?, day).map(|seq| read_version(db, seq)).transpose()
}

/// Everything that was ever said of one fact, in its order.
pub(crate) fn versions(db: &Connection, kind: &str, id: &str) -> Result<Vec<Spoken>, MapError> {
    versions_to(db, kind, id, i64::MAX)
}

fn versions_to(db: &Connection, kind: &str, id: &str, number: i64) -> Result<Vec<Spoken>, MapError> {
    let mut statement = db.prepare_cached(
        "SELECT seq, op, valid_from, valid_to FROM ms_version WHERE kind = ?1 AND id = ?2 AND number <= ?3 ORDER BY seq",
    )?;
    let mut rows = statement.query((kind, id, number))?;
    let mut versions = Vec::new();
    while let Some(row) = rows.next()? {
        versions.push(spoken(row)?);
    }
    Ok(versions)
}

/// The commit that retracted a fact, and what it then said; nothing where the last word about it is another.
pub(crate) fn retracted(db: &Connection, kind: &str, id: &str) -> Result<Option<(i64, Fact)>, MapError> {
    let sql = "SELECT number, op, row FROM ms_version WHERE kind = ?1 AND id = ?2 ORDER BY seq DESC LIMIT 1";
    let last: Option<(i64, String, Vec<u8>)> =
        db.prepare_cached(sql)?.query_row((kind, id), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    last.filter(|(_, op, _)| op == "retract")
        .map(|(number, _, row)| {
            let fact = canon::decode(&row).map_err(|why| unreadable(number, kind, id, &why))?;
            Ok((number, fact))
        })
        .transpose()
}

/// The facts whose ids begin with `scope`, as known at a commit on a day: an index leads to them, whatever else the
/// file holds.
pub(crate) fn facts_within(
    db: &Connection,
    scope: &str,
    number: i64,
    day: Option<Date>,
) -> Result<Vec<Fact>, MapError> {
    let mut facts = Vec::new();
    for kind in kind::kinds() {
        facts.extend(facts_of_kind(db, kind.name, scope, number, day)?);
    }
    Ok(facts)
}

/// The same of one kind.
pub(crate) fn facts_of_kind(
    db: &Connection,
    kind: &str,
    scope: &str,
    number: i64,
    day: Option<Date>,
) -> Result<Vec<Fact>, MapError> {
    let mut statement = db.prepare_cached(
        "SELECT seq, op, valid_from, valid_to, id FROM ms_version WHERE kind = ?1 AND id >= ?2 AND id < ?3 AND number <= ?4 ORDER BY id, seq",
    )?;
    let mut versions: BTreeMap<String, Vec<Spoken>> = BTreeMap::new();
    let mut rows = statement.query((kind, scope, format!("{scope}\u{10FFFF}"), number))?;
    while let Some(row) = rows.next()? {
        versions.entry(row.get(4)?).or_default().push(spoken(row)?);
    }
    versions.values().filter_map(|versions| in_force(versions, day)).map(|seq| read_version(db, seq)).collect()
}

/// Kinds and ids that commits after one number put or retracted, each once.
pub(crate) fn touched_since(db: &Connection, number: i64) -> Result<Vec<(&'static str, String)>, MapError> {
    // Left alone, the planner walks the whole history in the order asked for, instead of the last commits.
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT kind, id FROM ms_version INDEXED BY ms_version_number WHERE number > ?1 ORDER BY kind, id",
    )?;
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

/// Something the register said of a fact, in the order in which it was said.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The commit that said it.
    pub number: i64,
    /// The fact; where it is taken back only its kind and id count.
    pub fact: Fact,
    /// False: there is no such fact on these days.
    pub holds: bool,
    /// The days it speaks of.
    pub valid: Valid,
}

/// True when some fact of a commit after `number` holds only from or to a stated day.
pub(crate) fn days_since(db: &Connection, number: i64) -> Result<bool, MapError> {
    Ok(db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM ms_version WHERE number > ?1 AND (valid_from IS NOT NULL OR valid_to IS NOT NULL))",
        )?
        .query_row([number], |row| row.get(0))?)
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
        let mut rows = statement.query([])?;
        let mut commits = Vec::new();
        while let Some(row) = rows.next()? {
            commits.push(commit_of(row)?);
        }
        Ok(commits)
    }

    /// Everything the register said up to a commit, the first word first: what [`Map::all_facts`] chooses from, for who
    /// asks of many days and moments. On a county map of one mine only, under its own ids.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn words(&self, mine: Option<&str>, known: Known) -> Result<Vec<Word>, MapError> {
        let scope = mine.map(crate::county::scope).unwrap_or_default();
        let mut statement = self.db.prepare(
            "SELECT number, kind, id, op = 'put', valid_from, valid_to, row FROM ms_version WHERE number <= ?1 ORDER BY number, seq",
        )?;
        let mut rows = statement.query([number_of(&self.db, known)?])?;
        let mut words = Vec::new();
        while let Some(row) = rows.next()? {
            let (number, name, id): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (Some(kind), Some(own)) = (kind::kind(&name), id.strip_prefix(&scope)) else { continue };
            let holds: bool = row.get(3)?;
            let fact = if holds {
                let blob = row.get_ref(6)?.as_blob().map_err(|error| error.to_string());
                let fact = blob.and_then(canon::decode).map_err(|why| unreadable(number, &name, &id, &why))?;
                Fact { id: own.to_owned(), ..fact }
            } else {
                Fact::new(kind.name, own)
            };
            let text = |i: usize| row.get_ref(i).ok().and_then(|cell| cell.as_str_or_null().ok().flatten());
            words.push(Word { number, fact, holds, valid: days(text(4), text(5))? });
        }
        Ok(words)
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

    /// Every id that a fact of this kind ever had, retracted ones included; `mine`: of this mine of a county map, as its
    /// own.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn ids_ever(&self, mine: Option<&str>, kind: &str) -> Result<BTreeSet<String>, MapError> {
        let scope = mine.map(crate::county::scope).unwrap_or_default();
        let mut statement = self.db.prepare_cached("SELECT DISTINCT id FROM ms_version WHERE kind = ?1")?;
        let ids = statement.query_map([kind], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(ids.iter().filter_map(|id| id.strip_prefix(scope.as_str()).map(str::to_owned)).collect())
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
}
