//! Plain layers of one GeoPackage, read window by window: a province of many mines, of which one at a time is held.

use crate::{MapError, wkb};
use minesift_core::fact::{Shape, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;

/// A GeoPackage opened to be read, whatever its layers are.
#[derive(Debug)]
pub struct Layers {
    connection: Connection,
}

/// One row: its shape and the columns that were asked for; empty cells are nothing.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its shape, as far as it can be read.
    pub shape: Option<Shape>,
    /// Its columns, in the order asked for.
    pub values: Vec<Option<Value>>,
}

impl Row {
    /// A number in a column.
    pub fn number(&self, column: usize) -> Option<f64> {
        match self.values.get(column) {
            Some(Some(Value::Number(number))) => Some(*number),
            _ => None,
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Layers {
    /// Opens a file to read.
    ///
    /// # Errors
    /// [`MapError`] when it is no SQLite file or cannot be read.
    pub fn open(path: &Path) -> Result<Self, MapError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        // A thread reads one neighbourhood after the other; 8 MB hold it.
        connection.pragma_update(None, "cache_size", -8_000)?;
        connection.pragma_update(None, "mmap_size", 1_i64 << 30)?;
        connection.query_row("SELECT count(*) FROM gpkg_contents", [], |_| Ok(()))?;
        // One look at the file as it stands: no lock is taken and given back for every row.
        connection.execute_batch("BEGIN")?;
        Ok(Self { connection })
    }

    /// Row numbers of a layer, in their order.
    ///
    /// # Errors
    /// [`MapError`] when there is no such layer.
    pub fn rows(&self, layer: &str) -> Result<Vec<i64>, MapError> {
        let mut query = self.connection.prepare(&format!("SELECT fid FROM {} ORDER BY fid", quoted(layer)))?;
        let found = query.query_map([], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// For each run of rows with one value in a whole-number column: the value, the first and the last row.
    ///
    /// # Errors
    /// [`MapError`] when there is no such layer or column.
    pub fn runs(&self, layer: &str, column: &str) -> Result<Vec<(i64, i64, i64)>, MapError> {
        let text = format!("SELECT fid, {} FROM {} ORDER BY fid", quoted(column), quoted(layer));
        let mut query = self.connection.prepare(&text)?;
        let mut runs: Vec<(i64, i64, i64)> = Vec::new();
        let mut found = query.query([])?;
        while let Some(row) = found.next()? {
            let (row, value): (i64, i64) = (row.get(0)?, row.get(1)?);
            match runs.last_mut() {
                Some(run) if run.0 == value => run.2 = row,
                _ => runs.push((value, row, row)),
            }
        }
        Ok(runs)
    }

    /// The largest value of a column; nothing where it has none.
    ///
    /// # Errors
    /// [`MapError`] when there is no such layer or column.
    pub fn largest(&self, layer: &str, column: &str) -> Result<Option<f64>, MapError> {
        let text = format!("SELECT max({}) FROM {}", quoted(column), quoted(layer));
        Ok(self.connection.query_row(&text, [], |row| row.get(0))?)
    }

    /// Row numbers and boxes `[x_min, y_min, x_max, y_max]` of a layer that meet a window, by row number. The boxes are
    /// those of the file's spatial index, up to a few centimetres too large.
    ///
    /// # Errors
    /// [`MapError`] when the layer has no spatial index.
    pub fn boxes(&self, layer: &str, window: [f64; 4]) -> Result<Vec<(i64, [f64; 4])>, MapError> {
        let index = quoted(&format!("rtree_{layer}_geom"));
        let text = format!(
            "SELECT id, minx, miny, maxx, maxy FROM {index} WHERE minx <= ?3 AND maxx >= ?1 AND miny <= ?4 AND maxy >= ?2"
        );
        let mut query = self.connection.prepare_cached(&text)?;
        let found = query.query_map(params![window[0], window[1], window[2], window[3]], |row| {
            Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]))
        })?;
        let mut boxes = found.collect::<Result<Vec<(i64, [f64; 4])>, _>>()?;
        boxes.sort_unstable_by_key(|found| found.0);
        Ok(boxes)
    }

    /// Rows of a layer by their numbers; a number that is not there is left out.
    ///
    /// # Errors
    /// [`MapError`] when there is no such layer or column.
    pub fn read(&self, layer: &str, columns: &[&str], rows: &[i64]) -> Result<Vec<Row>, MapError> {
        let names: String = columns.iter().map(|column| format!(", {}", quoted(column))).collect();
        let text = format!("SELECT geom{names} FROM {} WHERE fid = ?1", quoted(layer));
        let mut query = self.connection.prepare_cached(&text)?;
        let mut read = Vec::with_capacity(rows.len());
        for number in rows {
            let mut found = query.query(params![number])?;
            let Some(row) = found.next()? else { continue };
            let shape = match row.get_ref(0)? {
                ValueRef::Blob(blob) => wkb::decode(blob).ok(),
                _ => None,
            };
            let mut values = Vec::with_capacity(columns.len());
            for column in 0..columns.len() {
                values.push(match row.get_ref(column + 1)? {
                    ValueRef::Integer(number) => Some(Value::Number(number as f64)),
                    ValueRef::Real(number) => Some(Value::Number(number)),
                    ValueRef::Text(text) => Some(Value::Text(String::from_utf8_lossy(text).into_owned())),
                    _ => None,
                });
            }
            read.push(Row { shape, values });
        }
        Ok(read)
    }
}

/// A new GeoPackage of zones, filled mine by mine; what is committed survives a kill.
#[derive(Debug)]
pub struct ZoneSink {
    connection: Connection,
    srs_id: i32,
}

impl ZoneSink {
    /// Opens a sink, or makes it, and forgets all zones of mines whose place is `from` or later: those of a run that was
    /// broken off.
    ///
    /// # Errors
    /// [`MapError`] when the file cannot be written.
    pub fn open(path: &Path, srs_id: i32, from: usize) -> Result<Self, MapError> {
        // A run from the beginning needs nothing of an earlier one: a new file is cheaper than rows deleted one by one.
        if from == 0 {
            for old in [path.to_path_buf(), path.with_extension("gpkg-journal")] {
                if let Err(error) = std::fs::remove_file(&old)
                    && error.kind() != std::io::ErrorKind::NotFound
                {
                    return Err(MapError::new(
                        format!("无法删除旧结果 {}：{error}", old.display()),
                        format!("the old result {} cannot be removed: {error}", old.display()),
                    ));
                }
            }
        }
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "TRUNCATE")?;
        // What a killed run has written stays with the system; only a machine that loses power needs the run again.
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.execute_batch(
            "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;
             CREATE TABLE IF NOT EXISTS gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
               organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
             CREATE TABLE IF NOT EXISTS gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
               identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT '2000-01-01T00:00:00.000Z',
               min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
             CREATE TABLE IF NOT EXISTS gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
               geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
               PRIMARY KEY (table_name, column_name));
             CREATE TABLE IF NOT EXISTS zones (fid INTEGER PRIMARY KEY, geom MULTIPOLYGON, place INTEGER NOT NULL,
               mine_id INTEGER NOT NULL, class TEXT NOT NULL, area_m2 REAL NOT NULL);",
        )?;
        for (name, id) in [("Undefined Cartesian", -1), ("Undefined geographic", 0), ("Projected", srs_id)] {
            connection.execute(
                "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?1, ?2, 'EPSG', ?2, 'undefined', NULL)",
                params![name, id],
            )?;
        }
        connection.execute(
            "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
             VALUES ('zones', 'features', 'zones', 'not a legal classification', ?1)",
            params![srs_id],
        )?;
        connection.execute(
            "INSERT OR IGNORE INTO gpkg_geometry_columns VALUES ('zones', 'geom', 'MULTIPOLYGON', ?1, 0, 0)",
            params![srs_id],
        )?;
        connection.execute("DELETE FROM zones WHERE place >= ?1", params![from as i64])?;
        connection.execute_batch("BEGIN")?;
        Ok(Self { connection, srs_id })
    }

    /// One class of one mine.
    ///
    /// # Errors
    /// [`MapError`] when the disk is full, for example.
    pub fn put(
        &mut self,
        place: usize,
        mine: i64,
        class: &str,
        area_m2: f64,
        outline: &minesift_core::outline::Outline,
    ) -> Result<(), MapError> {
        let blob = wkb::encode(&Shape::Areas(outline.to_geo()), self.srs_id);
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO zones (geom, place, mine_id, class, area_m2) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        insert.execute(params![blob, place as i64, mine, class, area_m2])?;
        Ok(())
    }

    /// Makes sure that all zones put so far stay.
    ///
    /// # Errors
    /// [`MapError`] when they could not be written; nothing of them is then kept.
    pub fn keep(&mut self) -> Result<(), MapError> {
        self.connection.execute_batch("COMMIT; BEGIN")?;
        Ok(())
    }

    /// Keeps all and closes the file.
    ///
    /// # Errors
    /// As [`ZoneSink::keep`].
    pub fn close(self) -> Result<(), MapError> {
        self.connection.execute_batch("COMMIT")?;
        Ok(())
    }
}
