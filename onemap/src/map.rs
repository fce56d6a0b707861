//! [`Map`]: one register on disk, opened.

use crate::error::MapError;
use crate::history::{self, Known, Record};
use crate::layer::{self, Found};
use crate::valid::Valid;
use crate::{canon, schema};
use jiff::civil::Date;
use minesift_core::fact::{Fact, Source};
use minesift_core::kind;
use minesift_core::plan::versions;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A register, opened.
#[derive(Debug)]
pub struct Map {
    pub(crate) db: Connection,
    pub(crate) srs_id: i32,
    path: PathBuf,
    writable: bool,
    /// The chain was looked at and holds.
    pub(crate) is_sound: Cell<bool>,
    /// Every row of the layers was held against the history; what is edited since, triggers remember.
    pub(crate) is_looked_through: Cell<bool>,
}

/// What somebody did to a row by hand.
#[derive(Clone, Debug, PartialEq)]
pub enum EditKind {
    /// A row the history does not know.
    Added,
    /// Another content than the history has; the keys that differ.
    Changed(Vec<String>),
    /// A row of the history that is gone.
    Removed,
    /// A row that cannot be read as a fact, and why.
    Unreadable(String),
    /// A column that is none of the register's: what it says counts for nothing and is kept nowhere else.
    Column(String),
}

/// A change in a layer that no commit carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// Kind of fact: the layer.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// What was done.
    pub what: EditKind,
    /// The fact as the layer has it now.
    pub now: Option<(Fact, Valid)>,
}

impl Map {
    /// An empty register in the frame `crs` (`EPSG:4526`; absent: metres of no known frame).
    ///
    /// The file appears whole or not at all.
    ///
    /// # Errors
    /// When there is a file already, the frame is unknown, or the disk refuses.
    pub fn create(path: &Path, crs: Option<&str>, vertical_datum: Option<&str>) -> Result<Self, MapError> {
        if path.exists() {
            return Err(MapError::new(
                format!("{} 已存在；请换个名字或先移走它", path.display()),
                format!("{} exists already: choose another name or move it away", path.display()),
            ));
        }
        let draft = beside(path, "new");
        remove_quietly(&draft);
        let made = (|| {
            let mut db = Connection::open(&draft)?;
            layer::functions(&db)?;
            db.execute_batch("PRAGMA page_size = 4096;")?;
            let transaction = db.transaction()?;
            schema::create(&transaction, crs, vertical_datum)?;
            transaction.commit()?;
            db.close().map_err(|(_, error)| error)?;
            std::fs::rename(&draft, path).map_err(|error| MapError::new(error.to_string(), error.to_string()))
        })();
        if made.is_err() {
            remove_quietly(&draft);
        }
        made?;
        Self::open(path)
    }

    /// An existing register, to read and to write.
    ///
    /// # Errors
    /// When the file is no register, is damaged, or was made by a newer program.
    pub fn open(path: &Path) -> Result<Self, MapError> {
        Self::open_with(path, true)
    }

    /// An existing register, to read only.
    ///
    /// # Errors
    /// As [`Map::open`].
    pub fn open_to_read(path: &Path) -> Result<Self, MapError> {
        Self::open_with(path, false)
    }

    fn open_with(path: &Path, writable: bool) -> Result<Self, MapError> {
        Self::opened(path, writable).map_err(|error| match cut_off(path) {
            Some((is, was)) if error.of_the_file => MapError::file(
                format!("{} 被截断：应有 {was} 字节，现有 {is}；请从备份或证据包恢复", path.display()),
                format!(
                    "{} is cut off: {is} of {was} bytes are there; restore it from a backup or an evidence pack",
                    path.display()
                ),
            ),
            _ => error,
        })
    }

    fn opened(path: &Path, writable: bool) -> Result<Self, MapError> {
        if !path.is_file() {
            return Err(MapError::new(
                format!("没有文件 {0}；新建：minesift new {0}", path.display()),
                format!("there is no file {0}; `minesift new {0}` makes one", path.display()),
            ));
        }
        let db = connect(path, writable)?;
        db.set_prepared_statement_cache_capacity(512);
        let size = path.metadata().map_or(0, |file| file.len());
        if !has_our_tables(&db)? {
            return Err(MapError::file(
                format!("{} 不是 minesift 图（{} 字节）；可用 minesift new 新建后 import 此文件", path.display(), size),
                format!(
                    "{} is no minesift map ({} bytes); make one with `minesift new` and import this file into it",
                    path.display(),
                    size
                ),
            ));
        }
        let meta = |key: &str| -> Result<String, MapError> {
            let value = db.query_row("SELECT value FROM ms_meta WHERE key = ?1", [key], |row| row.get(0)).optional()?;
            value.ok_or_else(|| {
                MapError::file(
                    format!("登记簿缺少 {key}，已损坏；请从备份或证据包恢复"),
                    format!("the register lacks its {key} and is damaged; restore a backup or an evidence pack"),
                )
            })
        };
        let format = meta("format")?;
        if format != schema::FORMAT {
            return Err(MapError::file(
                format!("图的格式为 {format}，本程序读取 {}；请使用较新的程序", schema::FORMAT),
                format!("the map has format {format}, this program reads {}: use a newer program", schema::FORMAT),
            ));
        }
        let srs_id = meta("srs_id")?.parse().unwrap_or(-1);
        if writable {
            db.pragma_update(None, "synchronous", "FULL")?;
            journal(&db)?;
        }
        Ok(Self {
            db,
            srs_id,
            path: path.to_owned(),
            writable,
            is_sound: Cell::new(false),
            is_looked_through: Cell::new(false),
        })
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its frame, where one was stated.
    pub fn crs(&self) -> Option<String> {
        self.meta("crs")
    }

    /// What its elevations are measured from, where that was stated.
    pub fn vertical_datum(&self) -> Option<String> {
        self.meta("vertical_datum")
    }

    fn meta(&self, key: &str) -> Option<String> {
        self.db.query_row("SELECT value FROM ms_meta WHERE key = ?1", [key], |row| row.get(0)).ok()
    }

    /// The facts that the register knew (`known`) to hold on a day; without a day, the last word about each. Of plans
    /// those in force, under their own ids: see [`minesift_core::plan::versions`].
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn facts(&self, known: Known, day: Option<Date>) -> Result<Vec<Fact>, MapError> {
        Ok(versions::in_force(self.all_facts(known, day)?))
    }

    /// The same with every version of every plan, as the register keeps them: by kind in the order of the catalogue,
    /// then by id.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn all_facts(&self, known: Known, day: Option<Date>) -> Result<Vec<Fact>, MapError> {
        history::facts(&self.db, history::number_of(&self.db, known)?, day)
    }

    /// The last word about every fact of one kind, by id; what other kinds the map holds does not matter.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn facts_of_kind(&self, kind: &str) -> Result<Vec<Fact>, MapError> {
        history::facts_of_kind(&self.db, kind, "", i64::MAX, None)
    }

    /// True when some fact holds only from or to a stated day, so that the day of the question matters to which facts
    /// are read.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn has_days(&self) -> Result<bool, MapError> {
        Ok(self.db.query_row(
            "SELECT EXISTS (SELECT 1 FROM ms_version WHERE valid_from IS NOT NULL OR valid_to IS NOT NULL)",
            [],
            |row| row.get(0),
        )?)
    }

    /// True for a file that is a register of this program, a damaged one included: it is not to be taken for somebody
    /// else's file.
    pub fn is_map(path: &Path) -> bool {
        let start = || -> Option<bool> {
            use std::io::Read;
            let mut head = [0; 72];
            std::fs::File::open(path).ok()?.read_exact(&mut head).ok()?;
            Some(head.starts_with(b"SQLite format 3\0") && &head[68..72] == b"GPKG")
        };
        start() == Some(true) && connect(path, false).and_then(|db| has_our_tables(&db)).unwrap_or(true)
    }

    /// True when some row of a layer was changed by another program since the last commit; quick, and blind to
    /// programs that go round the file's triggers: [`Map::edits`] looks at every row.
    pub(crate) fn touched(db: &Connection) -> Result<bool, MapError> {
        Ok(db.query_row("SELECT EXISTS (SELECT 1 FROM ms_edit)", [], |row| row.get(0))?)
    }

    /// Changes in the layers that no commit carries: every row is held against the history.
    ///
    /// # Errors
    /// When layers or history cannot be read.
    pub fn edits(&self) -> Result<Vec<Edit>, MapError> {
        edits(&self.db)
    }

    /// Writes the map, as it stands after the last commit, to a new file; whatever others write meanwhile is not in it.
    ///
    /// # Errors
    /// When there is a file already, or the disk refuses.
    pub fn copy_to(&self, path: &Path) -> Result<(), MapError> {
        if path.exists() {
            return Err(MapError::new(
                format!("{} 已存在", path.display()),
                format!("{} exists already", path.display()),
            ));
        }
        self.db.execute("VACUUM INTO ?1", [path.to_string_lossy()])?;
        Ok(())
    }

    /// Ends the work with the map and leaves one file that can be copied.
    ///
    /// # Errors
    /// Of the database; what was committed stands.
    pub fn close(self) -> Result<(), MapError> {
        if self.writable {
            let _ = self.db.busy_timeout(Duration::from_millis(200));
            // While somebody else reads, the log stays and is merged by the last one to leave.
            let _ = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            let _ = self.db.pragma_update(None, "journal_mode", "DELETE");
        }
        self.db.close().map_err(|(_, error)| error.into())
    }
}

/// Chooses how the next commit is made safe. A reader is never in the way of a writer, nor a writer of a reader: new pages
/// go to a log first. Of a map without commits there is nothing to read: what goes into it, most of a mine at once,
/// is written straight into the file and not twice. A crash loses nothing committed either way.
pub(crate) fn journal(db: &Connection) -> Result<(), MapError> {
    let empty: bool = db.query_row("SELECT NOT EXISTS (SELECT 1 FROM ms_commit)", [], |row| row.get(0))?;
    // Where somebody else holds the file it stays in the journal it has, which is as safe.
    let _ = db.pragma_update(None, "journal_mode", if empty { "DELETE" } else { "WAL" });
    Ok(())
}

/// Bytes of a file that is shorter than its own head says, and the bytes it should have.
fn cut_off(path: &Path) -> Option<(u64, u64)> {
    use std::io::Read;
    let mut head = [0; 32];
    let mut file = std::fs::File::open(path).ok()?;
    file.read_exact(&mut head).ok()?;
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let was = page * u64::from(u32::from_be_bytes([head[28], head[29], head[30], head[31]]));
    let is = file.metadata().ok()?.len();
    (head.starts_with(b"SQLite format 3\0") && is < was).then_some((is, was))
}

fn has_our_tables(db: &Connection) -> Result<bool, MapError> {
    let tables: i64 = db.query_row(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('ms_meta', 'ms_commit', 'ms_version')",
        [],
        |row| row.get(0),
    )?;
    Ok(tables == schema::TRUNK.len() as i64)
}

/// A connection that has read its first page. A program that was killed while it wrote may have left a journal; only a
/// connection that may write can roll it back, so where reading alone fails, one is opened for a moment.
fn connect(path: &Path, writable: bool) -> Result<Connection, MapError> {
    let open = |writable: bool| -> rusqlite::Result<Connection> {
        let flags = if writable { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
        let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        db.busy_timeout(Duration::from_secs(10))?;
        layer::functions(&db)?;
        if writable {
            // A commit of a million facts stays in memory until it is written once; statements with triggers keep what
            // would undo them there as well.
            db.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -262144;")?;
        }
        db.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
        Ok(db)
    };
    let unfinished = |error: &rusqlite::Error| {
        matches!(error.sqlite_error_code(), Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen))
            && ["-journal", "-wal"].iter().any(|end| with_end(path, end).is_file())
    };
    match open(writable) {
        Err(error) if unfinished(&error) => {}
        done => return Ok(done?),
    }
    let mended = open(true).and_then(|db| db.close().map_err(|(_, error)| error));
    match mended.and_then(|()| open(writable)) {
        Err(error) if unfinished(&error) => Err(MapError::new(
            "一次写入被中断，须先回滚未完成的部分才能读取，但文件或其所在文件夹不可写；请将此文件连同旁边的 -journal、-wal 文件复制到可写的文件夹后打开",
            "a program was cut off while it wrote, and what it left unfinished must be rolled back before anything is read, but the file or its folder cannot be written: copy it together with the -journal and -wal files beside it to a folder that can be written, and open it there",
        )),
        done => Ok(done?),
    }
}

/// Changes in the layers that no commit carries.
pub(crate) fn edits(db: &Connection) -> Result<Vec<Edit>, MapError> {
    let mut by_kind: BTreeMap<usize, BTreeMap<String, Record>> = BTreeMap::new();
    for record in history::records(db, i64::MAX)? {
        by_kind.entry(kind::rank(record.kind.name)).or_default().insert(record.id.clone(), record);
    }
    let mut edits = Vec::new();
    for (rank, kind) in kind::kinds().enumerate() {
        if !layer::is_whole(db, kind) {
            let why = "图层缺失或缺列；--discard 按历史重建 / the layer or a column of it is gone; --discard makes it again from the history";
            edits.push(Edit { kind: kind.name, id: "*".into(), what: EditKind::Unreadable(why.into()), now: None });
            continue;
        }
        let column = |name| Edit { kind: kind.name, id: "*".into(), what: EditKind::Column(name), now: None };
        edits.extend(layer::foreign_columns(db, kind)?.into_iter().map(column));
        let mut known = by_kind.remove(&rank).unwrap_or_default();
        for found in layer::rows(db, kind)? {
            let before = known.remove(&found.id);
            edits.extend(edit_of(kind.name, found, before)?);
        }
        edits.extend(known.into_keys().map(|id| Edit { kind: kind.name, id, what: EditKind::Removed, now: None }));
    }
    Ok(edits)
}

/// What was done to a row by hand; nothing where it stands as the history has it.
fn edit_of(kind: &'static str, found: Found, before: Option<Record>) -> Result<Option<Edit>, MapError> {
    let Found { fid, id, fact, known_from } = found;
    let (what, now) = match (fact, before) {
        (Err(why), _) => (EditKind::Unreadable(format!("fid {fid}: {why}")), None),
        (Ok(now), None) => (EditKind::Added, Some(now)),
        (Ok(now), Some(before)) if canon::encode(&now.0) == before.row && now.1 == before.valid => {
            if known_from == Some(before.number) {
                return Ok(None);
            }
            (EditKind::Changed(vec!["known_from".into()]), Some(now))
        }
        (Ok(mut now), Some(before)) => {
            let old = before.fact()?;
            // Ground would open because a shape was lost: to say that it is no longer there is what `retract` is for.
            if now.0.shape.is_none() && old.shape.is_some() {
                let why = format!(
                    "fid {fid}: 图形被清空；若已不存在请用 minesift retract / its shape was emptied: if it is no longer there say so with `minesift retract`"
                );
                return Ok(Some(Edit { kind, id, what: EditKind::Unreadable(why), now: None }));
            }
            // A fact that never had a source: the place of its row is none.
            if old.source == Source::default() && now.0.source.file.is_empty() {
                now.0.source = Source::default();
            }
            let mut keys = changed_keys(&old, &now.0, before.valid == now.1);
            keys.extend((known_from != Some(before.number)).then(|| "known_from".to_owned()));
            if keys.is_empty() {
                return Ok(None);
            }
            (EditKind::Changed(keys), Some(now))
        }
    };
    Ok(Some(Edit { kind, id, what, now }))
}

/// Keys in which two states of a fact differ.
pub(crate) fn changed_keys(before: &Fact, now: &Fact, same_days: bool) -> Vec<String> {
    let mut keys = Vec::new();
    if canon::shape(before.shape.as_ref()) != canon::shape(now.shape.as_ref()) {
        keys.push(kind::kind(now.kind).and_then(|kind| kind.shape).map_or("geom", |(key, _)| key).to_owned());
    }
    let all: std::collections::BTreeSet<&str> =
        before.attributes.keys().chain(now.attributes.keys()).copied().collect();
    keys.extend(
        all.into_iter()
            .filter(|key| canon::value(before.attributes.get(key)) != canon::value(now.attributes.get(key)))
            .map(str::to_owned),
    );
    if before.source != now.source {
        keys.push("source".into());
    }
    if !same_days {
        keys.push("valid".into());
    }
    keys
}

/// A name beside a path, for a file that is not finished.
fn beside(path: &Path, word: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{word}-{}", std::process::id()));
    path.with_file_name(name)
}

fn remove_quietly(path: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(with_end(path, end));
    }
}

/// The file beside a map that SQLite names so.
pub(crate) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(end);
    PathBuf::from(name)
}
