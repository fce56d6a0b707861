//! The tables of a map: GeoPackage 1.3, one layer a kind, and the append-only history beneath.

use crate::error::MapError;
use crate::{chain, layer, rtree, srs};
use minesift_core::kind;
use rusqlite::{Connection, OptionalExtension};

/// Version of the tables of the register.
pub(crate) const FORMAT: &str = "1";
/// Time stamp of entries that carry none: the same map gives the same bytes.
pub(crate) const EPOCH: &str = "1970-01-01T00:00:00.000Z";

const GEOPACKAGE: &str = "
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name), CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name), CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
";

/// Tables that the history cannot be read without.
pub(crate) const TRUNK: [&str; 3] = ["ms_meta", "ms_commit", "ms_version"];

/// Tables, indexes and triggers of the history, each with the statement that makes it.
const HISTORY: &[(&str, &str)] = &[
    ("ms_meta", "CREATE TABLE ms_meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)"),
    (
        "ms_commit",
        "CREATE TABLE ms_commit (number INTEGER PRIMARY KEY, time TEXT NOT NULL, author TEXT NOT NULL, what TEXT NOT NULL, message TEXT NOT NULL, source TEXT NOT NULL, detail TEXT NOT NULL, changes INTEGER NOT NULL, rows_hash TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)",
    ),
    (
        "ms_version",
        "CREATE TABLE ms_version (seq INTEGER PRIMARY KEY, number INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, op TEXT NOT NULL CHECK (op IN ('put', 'retract')), valid_from TEXT, valid_to TEXT, row BLOB NOT NULL)",
    ),
    ("ms_version_fact", "CREATE INDEX ms_version_fact ON ms_version(kind, id, seq)"),
    ("ms_version_number", "CREATE INDEX ms_version_number ON ms_version(number)"),
    ("ms_edit", "CREATE TABLE ms_edit (kind TEXT NOT NULL, fid INTEGER NOT NULL)"),
    (
        "ms_signature",
        "CREATE TABLE ms_signature (number INTEGER NOT NULL, hash TEXT NOT NULL, signer TEXT NOT NULL, signature TEXT NOT NULL, PRIMARY KEY (number, signer))",
    ),
    (
        "ms_commit_chain",
        "CREATE TRIGGER ms_commit_chain BEFORE INSERT ON ms_commit WHEN NEW.previous IS NOT coalesce((SELECT hash FROM ms_commit ORDER BY number DESC LIMIT 1), (SELECT value FROM ms_meta WHERE key = 'begins')) OR NEW.number IS NOT coalesce((SELECT max(number) FROM ms_commit), 0) + 1 BEGIN SELECT RAISE(ABORT, 'the chain of commits would break'); END",
    ),
    (
        "ms_commit_update",
        "CREATE TRIGGER ms_commit_update BEFORE UPDATE ON ms_commit BEGIN SELECT RAISE(ABORT, 'a commit is never changed'); END",
    ),
    (
        "ms_commit_delete",
        "CREATE TRIGGER ms_commit_delete BEFORE DELETE ON ms_commit BEGIN SELECT RAISE(ABORT, 'a commit is never deleted'); END",
    ),
    (
        "ms_version_late",
        "CREATE TRIGGER ms_version_late BEFORE INSERT ON ms_version WHEN NEW.number <= coalesce((SELECT max(number) FROM ms_commit), 0) BEGIN SELECT RAISE(ABORT, 'that commit is closed'); END",
    ),
    (
        "ms_version_update",
        "CREATE TRIGGER ms_version_update BEFORE UPDATE ON ms_version BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
    ),
    (
        "ms_version_delete",
        "CREATE TRIGGER ms_version_delete BEFORE DELETE ON ms_version BEGIN SELECT RAISE(ABORT, 'history is append-only'); END",
    ),
];

/// Fills an empty database with the tables that every GeoPackage has; gives the number of the frame.
pub(crate) fn plain(db: &Connection, crs: Option<&str>) -> Result<i32, MapError> {
    db.execute_batch(GEOPACKAGE)?;
    let add = |srs: &srs::Srs| {
        db.execute(
            "INSERT OR IGNORE INTO gpkg_spatial_ref_sys(srs_name, srs_id, organization, organization_coordsys_id, definition) VALUES (?1, ?2, ?3, ?2, ?4)",
            (&srs.name, srs.id, srs.organization, &srs.definition),
        )
    };
    db.execute_batch(
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', NULL), ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL);",
    )?;
    for code in [4326, 4490].into_iter().chain(4513..=4554) {
        if let Some(srs) = srs::of(code) {
            add(&srs)?;
        }
    }
    let srs_id = match crs {
        None => -1,
        Some(crs) => {
            let srs = srs::code(crs).and_then(srs::of).ok_or_else(|| {
                MapError::new(
                    format!("坐标系 {crs} 应写作 EPSG:4526 这样的代号"),
                    format!("write the frame {crs} as a code such as EPSG:4526"),
                )
            })?;
            add(&srs)?;
            srs.id
        }
    };
    Ok(srs_id)
}

/// Fills an empty database with the tables of a map in one frame.
pub(crate) fn create(db: &Connection, crs: Option<&str>, vertical_datum: Option<&str>) -> Result<i32, MapError> {
    let srs_id = plain(db, crs)?;
    for (_, sql) in HISTORY {
        db.execute_batch(sql)?;
    }
    for kind in kind::kinds() {
        layer::create(db, kind, srs_id)?;
    }
    layer::register(db, "ms_commit", "提交记录", "commits, hash-chained", None, srs_id)?;
    let crs = crs.map(str::to_uppercase);
    let begins = chain::beginning(crs.as_deref(), vertical_datum);
    let mut meta = vec![("format", FORMAT.to_owned()), ("srs_id", srs_id.to_string()), ("begins", begins)];
    meta.extend(crs.map(|crs| ("crs", crs)));
    meta.extend(vertical_datum.map(|datum| ("vertical_datum", datum.to_owned())));
    for (key, value) in meta {
        db.execute("INSERT INTO ms_meta VALUES (?1, ?2)", (key, value))?;
    }
    crate::zones::create(db, srs_id)?;
    crate::style::create(db)?;
    Ok(srs_id)
}

/// Writes the extents that a GIS zooms to.
pub(crate) fn extents(db: &Connection) -> Result<(), MapError> {
    let tables: Vec<String> = db
        .prepare("SELECT table_name FROM gpkg_geometry_columns ORDER BY table_name")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for table in tables {
        let bounds = rtree::bounds(db, &layer::tree(&table))?;
        let side = |i: usize| bounds.map(|bounds| bounds[i]);
        db.prepare_cached(
            "UPDATE gpkg_contents SET min_x = ?2, min_y = ?3, max_x = ?4, max_y = ?5 WHERE table_name = ?1",
        )?
        .execute((&table, side(0), side(1), side(2), side(3)))?;
    }
    Ok(())
}

/// The statement by which something of the history is made; nothing where there is none of that name.
fn made_by(db: &Connection, name: &str) -> Result<Option<String>, MapError> {
    let sql = "SELECT sql FROM sqlite_master WHERE name = ?1";
    Ok(db.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()?)
}

/// True while the tables that the history cannot be read without stand as they were made; a view, or another table in
/// their place, could say anything.
pub(crate) fn has_trunk(db: &Connection) -> Result<bool, MapError> {
    for (name, sql) in HISTORY.iter().filter(|(name, _)| TRUNK.contains(name)) {
        if made_by(db, name)?.as_deref() != Some(*sql) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What of the history's tables, indexes and triggers, and of the triggers that remember edits, is gone or was made
/// otherwise, and triggers and indexes that are not the register's own; by name.
pub(crate) fn changed(db: &Connection) -> Result<Vec<String>, MapError> {
    let mut changed = Vec::new();
    for (name, sql) in parts(db)? {
        if made_by(db, &name)?.as_deref() != Some(sql.as_str()) {
            changed.push(name);
        }
    }
    changed.extend(strange(db)?);
    // Left behind it would keep edits from being remembered.
    let writing = "SELECT EXISTS (SELECT 1 FROM ms_meta WHERE key = 'writing')";
    changed.extend(db.query_row(writing, [], |row| row.get::<_, bool>(0))?.then(|| "ms_meta.writing".to_owned()));
    Ok(changed)
}

/// Makes again what [`changed`] names, the tables that hold the history excepted, and takes off what is strange.
pub(crate) fn mend(db: &Connection) -> Result<(), MapError> {
    for name in strange(db)? {
        remove(db, &name)?;
    }
    for (name, sql) in parts(db)? {
        if !TRUNK.contains(&name.as_str()) && made_by(db, &name)?.as_deref() != Some(sql.as_str()) {
            remove(db, &name)?;
            db.execute_batch(&sql)?;
        }
    }
    Ok(())
}

/// Everything that watches over the history, with the statement that makes it.
fn parts(db: &Connection) -> Result<Vec<(String, String)>, MapError> {
    let mut parts: Vec<(String, String)> =
        HISTORY.iter().map(|(name, sql)| ((*name).to_owned(), (*sql).to_owned())).collect();
    for kind in kind::kinds() {
        // Where the layer itself is gone, that is said of the layer.
        if made_by(db, kind.name)?.is_some() {
            parts.extend(layer::watchers(kind));
        }
    }
    Ok(parts)
}

/// Triggers and indexes on the history that this program did not make.
fn strange(db: &Connection) -> Result<Vec<String>, MapError> {
    let mut statement = db.prepare(
        "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'index') AND tbl_name LIKE 'ms\\_%' ESCAPE '\\' AND sql IS NOT NULL ORDER BY name",
    )?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(names.into_iter().filter(|name| !HISTORY.iter().any(|(own, _)| own == name)).collect())
}

fn remove(db: &Connection, name: &str) -> Result<(), MapError> {
    let what: Option<String> =
        db.query_row("SELECT type FROM sqlite_master WHERE name = ?1", [name], |row| row.get(0)).optional()?;
    if let Some(what) = what {
        db.execute_batch(&format!("DROP {what} {}", layer::quote(name)))?;
    }
    Ok(())
}
