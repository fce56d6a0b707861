//! The chain: every commit carries the hash of its records and of the commit before it; [`Map::verify`] recomputes them.

use crate::error::MapError;
use crate::history::{COLUMNS, Entry, commit_of, unreadable};
use crate::map::Map;
use crate::sign::Signed;
use crate::{canon, schema, srs};
use minesift_core::text::Text;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A broken place in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The commit, where one is concerned.
    pub commit: Option<i64>,
    /// What is wrong.
    pub message: Text,
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the first commit follows: the hash of the frame, which says where every coordinate and height of it lies.
pub(crate) fn beginning(crs: Option<&str>, vertical_datum: Option<&str>) -> String {
    let mut bytes = b"minesift frame 1\0".to_vec();
    for words in [crs, vertical_datum] {
        canon::text(&mut bytes, words.unwrap_or_default());
    }
    hex(&Sha256::digest(&bytes))
}

/// The hash of a commit over everything it says and the hash of the one before.
pub(crate) fn link(number: i64, entry: &Entry, changes: i64, rows_hash: &str, previous: &str) -> String {
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

pub(crate) fn hash_version(
    hasher: &mut Sha256,
    op: &str,
    kind: &str,
    id: &str,
    from: Option<&str>,
    to: Option<&str>,
    row: &[u8],
) {
    let mut bytes = Vec::with_capacity(row.len() + 64);
    for words in [op, kind, id, from.unwrap_or_default(), to.unwrap_or_default()] {
        canon::text(&mut bytes, words);
    }
    bytes.extend((row.len() as u64).to_le_bytes());
    hasher.update(&bytes);
    hasher.update(row);
}

/// The records of each commit: their hash and how many.
type Records = BTreeMap<i64, (Sha256, i64)>;

impl Map {
    /// Everything that is wrong with the chain, the file and the layers; the first broken link comes first.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn verify(&self) -> Result<Vec<Broken>, MapError> {
        let mut broken = self.links(true)?;
        // What else is wrong with the file is said beside it; a page that cannot be read ends only its own look.
        let looks: [fn(&Self) -> Result<Vec<Broken>, MapError>; 5] =
            [Self::frame, Self::structure, Self::watch, Self::broken_signatures, Self::changed_layers];
        for look in looks {
            match look(self) {
                Ok(more) => broken.extend(more),
                Err(error) => broken.push(Broken { commit: None, message: error.message }),
            }
        }
        Ok(broken)
    }

    /// Refuses a register whose chain is broken: nothing is answered from it and nothing added to it. Looks once.
    ///
    /// # Errors
    /// When a commit or a record was changed; the first broken link is named.
    pub fn sound(&self) -> Result<(), MapError> {
        if self.is_sound.get() {
            return Ok(());
        }
        if !schema::has_trunk(&self.db)? {
            return Err(MapError::file(
                "登记簿的表不是本程序所建，不据以作答；minesift verify 列出，请从备份或证据包恢复",
                "the register's tables are not those that this program made, and nothing is answered from them: `minesift verify` names them, restore a backup or an evidence pack",
            ));
        }
        if let Some(first) = self.links(false)?.into_iter().next() {
            return Err(MapError::file(
                format!(
                    "登记簿已损坏或被改动，不据以作答：{}；minesift verify 列出全部，请从备份或证据包恢复",
                    first.message.zh
                ),
                format!(
                    "the register is damaged or was changed, and nothing is answered from it: {}; `minesift verify` lists all of it, restore a backup or an evidence pack",
                    first.message.en
                ),
            ));
        }
        self.is_sound.set(true);
        Ok(())
    }

    /// Every link of the chain, first to last. The records are read in their order from the table itself: no index is
    /// believed. `within`: what the records say is looked at too, not only their bytes.
    fn links(&self, within: bool) -> Result<Vec<Broken>, MapError> {
        let mut broken = Vec::new();
        let (records, ended) = self.records(within, &mut broken)?;
        let mut statement = self.db.prepare(&format!("SELECT {COLUMNS} FROM ms_commit NOT INDEXED ORDER BY number"))?;
        let mut previous = beginning(self.crs().as_deref(), self.vertical_datum().as_deref());
        let mut reached = 0;
        let mut rows = statement.query([])?;
        loop {
            let commit = match rows.next().map_err(MapError::from).and_then(|row| row.map(commit_of).transpose()) {
                Ok(Some(commit)) => commit,
                Ok(None) => break,
                Err(error) => {
                    broken.push(ends(reached + 1, &error));
                    break;
                }
            };
            let n = commit.number;
            if n != reached + 1 {
                let missing = reached + 1;
                broken.push(Broken {
                    commit: Some(missing),
                    message: Text::new(format!("第 {missing} 号提交缺失"), format!("commit {missing} is missing")),
                });
            }
            reached = n;
            if commit.previous != previous {
                let message = if n == 1 {
                    Text::new(
                        format!(
                            "坐标系（{0}）或高程基准（{1}）被改动过：第 1 号提交始于另一个",
                            self.crs().as_deref().unwrap_or("未注明"),
                            self.vertical_datum().as_deref().unwrap_or("未注明")
                        ),
                        format!(
                            "the frame ({0}) or the height datum ({1}) was changed: commit 1 begins in another",
                            self.crs().as_deref().unwrap_or("not stated"),
                            self.vertical_datum().as_deref().unwrap_or("not stated")
                        ),
                    )
                } else {
                    Text::new(
                        format!("第 {n} 号提交与前一次的哈希不相连"),
                        format!("commit {n} does not follow the hash of the one before it"),
                    )
                };
                broken.push(Broken { commit: Some(n), message });
            }
            let (hasher, changes) = records.get(&n).cloned().unwrap_or_default();
            if hex(&hasher.finalize()) != commit.rows_hash || changes != commit.changes {
                broken.push(Broken {
                    commit: Some(n),
                    message: Text::new(
                        format!("第 {n} 号提交（{}）的记录被改动过：内容哈希不符", commit.entry.time),
                        format!("the records of commit {n} ({}) were changed: their hash differs", commit.entry.time),
                    ),
                });
            }
            if link(n, &commit.entry, commit.changes, &commit.rows_hash, &commit.previous) != commit.hash {
                broken.push(Broken {
                    commit: Some(n),
                    message: Text::new(
                        format!("第 {n} 号提交的作者、时间、说明或哈希被改动过"),
                        format!("author, time, words or hash of commit {n} were changed"),
                    ),
                });
            }
            previous = commit.hash;
        }
        let stray = records.keys().filter(|n| !(1..=reached).contains(*n)).count();
        if stray > 0 {
            broken.push(Broken {
                commit: None,
                message: Text::new(
                    format!("{stray} 组历史记录不属于任何提交"),
                    format!("records of {stray} commits that are not there"),
                ),
            });
        }
        // By commit; what belongs to none comes last.
        for broken in &mut broken {
            broken.commit = broken.commit.filter(|n| (1..=reached + 1).contains(n));
        }
        broken.sort_by_key(|broken| broken.commit.unwrap_or(i64::MAX));
        if let Some(error) = ended {
            // Records missing from there on made a hash differ; that commit is named above.
            broken.push(Broken { commit: None, message: error.message });
        }
        Ok(broken)
    }

    /// The records of each commit, and why they end early; records that cannot be read, stand out of the order of their
    /// commits, or speak of another thing than they are filed under, are broken. Within a commit the order is under its
    /// hash: together that fixes which word about a fact is the last.
    fn records(&self, within: bool, broken: &mut Vec<Broken>) -> Result<(Records, Option<MapError>), MapError> {
        let mut records = Records::new();
        let mut statement = self.db.prepare(
            "SELECT number, op, kind, id, valid_from, valid_to, row FROM ms_version NOT INDEXED ORDER BY seq",
        )?;
        let mut rows = statement.query([])?;
        let mut last = 1;
        loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => return Ok((records, None)),
                Err(error) => return Ok((records, Some(error.into()))),
            };
            let cells = Cells::of(row)?;
            let n = cells.number.unwrap_or(last);
            let (kind, id) = (cells.kind, cells.id);
            if cells.number.is_none() || cells.of_other_types {
                let why = "cells of another type than their columns";
                broken.push(Broken { commit: Some(n), message: unreadable(n, kind, id, why).message });
            }
            if n < last {
                broken.push(Broken {
                    commit: Some(n),
                    message: Text::new(
                        format!("第 {n} 号提交中 {kind} {id} 的记录排在第 {last} 号提交的记录之后：历史的先后被改动过"),
                        format!(
                            "the record of {kind} {id} in commit {n} stands behind those of commit {last}: the order of the history was changed"
                        ),
                    ),
                });
            }
            last = last.max(n);
            match within.then(|| canon::decode(cells.row)) {
                Some(Err(why)) => {
                    broken.push(Broken { commit: Some(n), message: unreadable(n, kind, id, &why).message });
                }
                Some(Ok(fact)) if fact.kind != kind || fact.id != id => broken.push(Broken {
                    commit: Some(n),
                    message: Text::new(
                        format!("第 {n} 号提交中 {kind} {id} 的记录说的是另一对象"),
                        format!("the record of {kind} {id} in commit {n} speaks of another thing"),
                    ),
                }),
                _ => {}
            }
            let (hasher, changes) = records.entry(n).or_default();
            hash_version(hasher, cells.op, kind, id, cells.from, cells.to, cells.row);
            *changes += 1;
        }
    }

    /// The frame under which other programs show the layers is the register's own.
    fn frame(&self) -> Result<Vec<Broken>, MapError> {
        let own = self.crs().as_deref().and_then(srs::code).map_or(-1, i64::from);
        let mut statement = self.db.prepare(
            "SELECT table_name, srs_id FROM gpkg_geometry_columns WHERE srs_id != ?1 UNION ALL SELECT 'ms_meta', value FROM ms_meta WHERE key = 'srs_id' AND CAST(value AS INTEGER) != ?1 ORDER BY 1",
        )?;
        let others = statement.query_map([own], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        let words = |table: String| Broken {
            commit: None,
            message: Text::new(
                format!("表 {table} 所注的坐标系不是此图的（{own}）"),
                format!("the table {table} names another frame than the map's ({own})"),
            ),
        };
        Ok(others.into_iter().map(words).collect())
    }

    /// What watches over the history stands as it was made.
    fn watch(&self) -> Result<Vec<Broken>, MapError> {
        let words = |name: String| {
            let lost = if name == "ms_signature" {
                Text::new("；其中的签名已失，须重新签名", "; its signatures are lost with it, sign again")
            } else {
                Text::default()
            };
            Broken {
                commit: None,
                message: Text::new(
                    format!("{name} 缺失或不是本程序所建；minesift commit MAP --discard 重建{}", lost.zh),
                    format!(
                        "{name} is gone, or was not made by this program: `minesift commit MAP --discard` makes it again{}",
                        lost.en
                    ),
                ),
            }
        };
        Ok(schema::changed(&self.db)?.into_iter().map(words).collect())
    }

    fn structure(&self) -> Result<Vec<Broken>, MapError> {
        let mut statement = self.db.prepare("PRAGMA integrity_check(20)")?;
        let words: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(words
            .iter()
            .filter(|words| *words != "ok")
            .map(|words| Broken {
                commit: None,
                message: Text::new(
                    format!("文件结构损坏：{words}"),
                    format!("the file's structure is damaged: {words}"),
                ),
            })
            .collect())
    }

    fn broken_signatures(&self) -> Result<Vec<Broken>, MapError> {
        let words = |signed: &Signed| {
            let n = signed.number;
            Broken {
                commit: None,
                message: Text::new(
                    format!("第 {n} 号提交的签名（{}）不成立", signed.fingerprint()),
                    format!("the signature of commit {n} by {} does not hold", signed.fingerprint()),
                ),
            }
        };
        Ok(self.signatures()?.iter().filter(|signed| !signed.holds()).map(words).collect())
    }

    fn changed_layers(&self) -> Result<Vec<Broken>, MapError> {
        let words = crate::zones::changed(&self.db)?.into_iter().chain(crate::county::changed(&self.db)?);
        Ok(words.map(|message| Broken { commit: None, message }).collect())
    }
}

/// The cells of one record; a cell of another type than its column says nothing.
struct Cells<'a> {
    number: Option<i64>,
    op: &'a str,
    kind: &'a str,
    id: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
    row: &'a [u8],
    /// Some cell is of another type than its column, so that a question to the table would pass it by.
    of_other_types: bool,
}

impl<'a> Cells<'a> {
    fn of(row: &'a rusqlite::Row<'_>) -> Result<Self, MapError> {
        use rusqlite::types::ValueRef::{Blob, Integer, Null, Text};
        let mut others = false;
        let mut words = |at: usize, may_be_empty: bool| -> Result<Option<&'a str>, MapError> {
            let cell = row.get_ref(at)?;
            others |= !(matches!(cell, Text(_)) || may_be_empty && matches!(cell, Null));
            Ok(cell.as_str().ok())
        };
        let (op, kind, id) = (words(1, false)?, words(2, false)?, words(3, false)?);
        let (from, to) = (words(4, true)?, words(5, true)?);
        let (number, record) = (row.get_ref(0)?, row.get_ref(6)?);
        others |= !matches!(record, Blob(_));
        Ok(Self {
            number: if let Integer(number) = number { Some(number) } else { None },
            op: op.unwrap_or_default(),
            kind: kind.unwrap_or_default(),
            id: id.unwrap_or_default(),
            from,
            to,
            row: record.as_blob().unwrap_or_default(),
            of_other_types: others,
        })
    }
}

/// The chain cannot be read from this commit on.
fn ends(commit: i64, error: &MapError) -> Broken {
    Broken {
        commit: Some(commit),
        message: Text::new(
            format!("自第 {commit} 号提交起历史不可读：{}", error.message.zh),
            format!("from commit {commit} on the history cannot be read: {}", error.message.en),
        ),
    }
}
