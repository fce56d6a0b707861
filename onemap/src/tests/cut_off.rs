//! What a program leaves that was killed while it wrote.

use super::round_trip::{Folder, entry};
use crate::map::with_end;
use crate::{Known, Map, Valid};
use minesift_core::fact::{Fact, Value};
use std::path::{Path, PathBuf};

fn borehole(n: usize) -> Fact {
    Fact::new("borehole", format!("ZK{n}")).with("depth_m", Value::Number(n as f64))
}

/// A map of one commit as it lies on the disk after a writer was killed in the middle of the second: in the journal that
/// another program uses, or in our own log.
fn cut_off(folder: &Folder, wal: bool) -> PathBuf {
    let mut map = folder.map();
    let mut writing = map.begin().unwrap();
    writing.put(&borehole(0), Valid::ALWAYS).unwrap();
    writing.finish(&entry(0)).unwrap().unwrap();
    map.close().unwrap();
    let whole = folder.0.join("map.gpkg");
    let db = rusqlite::Connection::open(&whole).unwrap();
    crate::layer::functions(&db).unwrap();
    db.execute_batch(&format!("PRAGMA journal_mode = {};", if wal { "WAL" } else { "DELETE" })).unwrap();
    // A cache of a few pages: what is not committed reaches the file, as in a large import.
    db.execute_batch("PRAGMA cache_size = 4; BEGIN IMMEDIATE;").unwrap();
    for n in 1..2000 {
        db.execute("INSERT INTO borehole(id, depth_m) VALUES (?1, ?2)", (format!("ZK{n}"), n as f64)).unwrap();
    }
    let killed = folder.0.join("killed.gpkg");
    for end in ["", "-journal", "-wal"] {
        let _ = std::fs::copy(with_end(&whole, end), with_end(&killed, end));
    }
    killed
}

fn as_before(path: &Path) {
    assert!(Map::is_map(path));
    let map = Map::open_to_read(path).unwrap();
    assert_eq!(map.log().unwrap().len(), 1);
    assert_eq!(map.facts(Known::Now, None).unwrap(), vec![borehole(0)]);
    assert_eq!((map.edits().unwrap(), map.verify().unwrap()), (vec![], vec![]));
}

#[test]
fn a_reader_rolls_back_what_a_killed_writer_began() {
    for wal in [false, true] {
        let folder = Folder::new();
        let killed = cut_off(&folder, wal);
        let left = with_end(&killed, if wal { "-wal" } else { "-journal" });
        assert!(left.metadata().unwrap().len() > 10_000, "the writer was in the middle");
        as_before(&killed);
        as_before(&killed);
    }
}

#[test]
fn a_map_that_cannot_be_rolled_back_names_the_cure() {
    let folder = Folder::new();
    let killed = cut_off(&folder, false);
    let mut permissions = killed.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&killed, permissions).unwrap();
    if std::fs::OpenOptions::new().write(true).open(&killed).is_ok() {
        println!("skipped: this user may write to files that are read-only");
        return;
    }
    let error = Map::open_to_read(&killed).unwrap_err();
    assert!(error.message.en.contains("copy it together with the -journal"), "{error}");
    let elsewhere = folder.0.join("copy.gpkg");
    std::fs::write(&elsewhere, std::fs::read(&killed).unwrap()).unwrap();
    std::fs::copy(with_end(&killed, "-journal"), with_end(&elsewhere, "-journal")).unwrap();
    as_before(&elsewhere);
}
