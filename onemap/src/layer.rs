//! One layer a kind of fact: its columns, its rows, and the way between a row and a fact without loss.

use crate::error::MapError;
use crate::valid::Valid;
use crate::{values, wkb};
use jiff::civil::Date;
use minesift_core::fact::{Fact, Shape, Source};
use minesift_core::kind::{Field, Kind, ShapeKind};
use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use rusqlite::{Connection, ErrorCode, Row, params_from_iter};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A name in SQL.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The geometry type a layer declares.
fn geometry_type(kind: &Kind) -> Option<(&'static str, u8)> {
    Some(match kind.shape?.1 {
        ShapeKind::Point => ("POINT", 2),
        ShapeKind::Line => ("MULTILINESTRING", 2),
        ShapeKind::Area => ("MULTIPOLYGON", 2),
        ShapeKind::Any => ("GEOMETRY", 2),
        ShapeKind::Mesh => ("MULTIPOLYGON", 1),
    })
}

/// True where a shape may be a mesh, whose corners are kept as text beside the triangles a GIS draws.
fn has_mesh(kind: &Kind) -> bool {
    matches!(kind.shape, Some((_, ShapeKind::Area | ShapeKind::Any | ShapeKind::Mesh)))
}

/// Fields of a kind in the order of its columns.
fn fields(kind: &Kind) -> &'static [&'static Field] {
    static ALL: LazyLock<BTreeMap<&'static str, Vec<&'static Field>>> = LazyLock::new(|| {
        let of = |kind: &'static Kind| {
            let mut fields: Vec<&'static Field> = kind.all_fields().collect();
            // A kind may restate a key that all hazards share; its own word holds.
            let mut seen = Vec::new();
            fields.retain(|field| {
                let new = !seen.contains(&field.key);
                seen.push(field.key);
                new
            });
            fields
        };
        minesift_core::kind::kinds().map(|kind| (kind.name, of(kind))).collect()
    });
    &ALL[kind.name]
}

/// Creates the layer of a kind with its geometry column, R-tree and entries in the GeoPackage tables.
pub(crate) fn create(db: &Connection, kind: &Kind, srs_id: i32) -> Result<(), MapError> {
    let mut columns = vec!["\"fid\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL".to_owned()];
    if let Some((name, _)) = geometry_type(kind) {
        columns.push(format!("\"geom\" {name}"));
    }
    columns.push("\"id\" TEXT NOT NULL UNIQUE".into());
    if has_mesh(kind) {
        columns.push("\"mesh\" TEXT".into());
    }
    columns.extend(fields(kind).iter().map(|field| format!("{} {}", quote(field.key), values::sql_type(field.ty))));
    for column in [
        "\"source_file\" TEXT",
        "\"source_place\" TEXT",
        "\"valid_from\" DATE",
        "\"valid_to\" DATE",
        "\"known_from\" INTEGER",
    ] {
        columns.push(column.into());
    }
    let table = kind.name;
    db.execute_batch(&format!("CREATE TABLE {} ({})", quote(table), columns.join(", ")))?;
    for (_, sql) in watchers(kind) {
        db.execute_batch(&sql)?;
    }
    register(db, table, kind.zh, &format!("{} / {}", kind.zh, kind.en), geometry_type(kind), srs_id)
}

/// True while a table of this name is there.
pub(crate) fn is_there(db: &Connection, table: &str) -> Result<bool, MapError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1)";
    Ok(db.prepare_cached(sql)?.query_row([table], |row| row.get(0))?)
}

/// The triggers of a layer by which what another program changes is remembered until it is taken in or discarded, each
/// with the statement that makes it; our own commits say so themselves.
pub(crate) fn watchers(kind: &Kind) -> [(String, String); 3] {
    let table = kind.name;
    [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")].map(|(event, row)| {
        let name = edit_trigger(table, &event.to_lowercase());
        let sql = format!(
            "CREATE TRIGGER {} AFTER {event} ON {} WHEN NOT EXISTS (SELECT 1 FROM ms_meta WHERE key = 'writing') BEGIN INSERT INTO ms_edit VALUES ('{table}', {row}.\"fid\"); END",
            quote(&name),
            quote(table)
        );
        (name, sql)
    })
}

/// True while the layer of a kind is there with all its columns and its R-tree; another program may have dropped it.
pub(crate) fn is_whole(db: &Connection, kind: &'static Kind) -> bool {
    let has_tree = kind.shape.is_none() || is_there(db, &tree(kind.name)).is_ok_and(|there| there);
    has_tree && db.prepare(&format!("SELECT fid, {} FROM {}", columns(kind).join(", "), quote(kind.name))).is_ok()
}

/// Columns of a layer that are none of the register's.
pub(crate) fn foreign_columns(db: &Connection, kind: &'static Kind) -> Result<Vec<String>, MapError> {
    let own = columns(kind);
    let mut statement = db.prepare_cached("SELECT name FROM pragma_table_xinfo(?1)")?;
    let names = statement.query_map([kind.name], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(names.into_iter().filter(|name| name != "fid" && !own.contains(&quote(name))).collect())
}

/// Creates the layer of a kind anew in place of what is left of it; its rows are the caller's to put back.
pub(crate) fn rebuild(db: &Connection, kind: &Kind, srs_id: i32) -> Result<(), MapError> {
    drop(db, kind.name)?;
    create(db, kind, srs_id)
}

/// Takes a layer off with its R-tree and its entries in the GeoPackage tables.
pub(crate) fn drop(db: &Connection, table: &str) -> Result<(), MapError> {
    // A trigger of a layer may name a column that is gone; with it nothing of the layer could be dropped.
    // Where the table was renamed they went with it, and are in the way of the new ones.
    let mut statement = db.prepare(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND (tbl_name = ?1 OR name GLOB ?2 || '_*' OR name GLOB 'ms_edit_' || ?1 || '_*')",
    )?;
    let triggers =
        statement.query_map((table, tree(table)), |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    std::mem::drop(statement);
    for trigger in triggers {
        db.execute_batch(&format!("DROP TRIGGER {}", quote(&trigger)))?;
    }
    for name in [tree(table), table.to_owned()] {
        db.execute_batch(&format!("DROP TABLE IF EXISTS {}", quote(&name)))?;
    }
    for list in ["gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"] {
        db.execute(&format!("DELETE FROM {list} WHERE table_name = ?1"), [table])?;
    }
    Ok(())
}

fn edit_trigger(table: &str, event: &str) -> String {
    format!("ms_edit_{table}_{event}")
}

/// The R-tree of a layer.
pub(crate) fn tree(table: &str) -> String {
    format!("rtree_{table}_geom")
}

/// The triggers that every new row of a layer fires.
pub(crate) fn insert_triggers(table: &str) -> [String; 2] {
    [format!("{}_insert", tree(table)), edit_trigger(table, "insert")]
}

/// Enters a table into the GeoPackage's contents, with an R-tree where it has a geometry column `geom`.
pub(crate) fn register(
    db: &Connection,
    table: &str,
    identifier: &str,
    description: &str,
    geometry: Option<(&str, u8)>,
    srs_id: i32,
) -> Result<(), MapError> {
    let Some((geometry, z)) = geometry else {
        db.execute(
            "INSERT INTO gpkg_contents(table_name, data_type, identifier, description, last_change) VALUES (?1, 'attributes', ?2, ?3, ?4)",
            (table, format!("{table} {identifier}"), description, crate::schema::EPOCH),
        )?;
        return Ok(());
    };
    db.execute(
        "INSERT INTO gpkg_contents(table_name, data_type, identifier, description, last_change, srs_id) VALUES (?1, 'features', ?2, ?3, ?4, ?5)",
        (table, format!("{table} {identifier}"), description, crate::schema::EPOCH, srs_id),
    )?;
    db.execute("INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, ?4, 0)", (table, geometry, srs_id, z))?;
    db.execute(
        "INSERT INTO gpkg_extensions VALUES (?1, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        [table],
    )?;
    let tree = tree(table);
    let (t, r) = (quote(table), quote(&tree));
    let full = |row: &str| format!("({row}.\"geom\" NOTNULL AND NOT ST_IsEmpty({row}.\"geom\"))");
    let none = |row: &str| format!("({row}.\"geom\" ISNULL OR ST_IsEmpty({row}.\"geom\"))");
    let insert = format!(
        "INSERT OR REPLACE INTO {r} VALUES (NEW.\"fid\", ST_MinX(NEW.\"geom\"), ST_MaxX(NEW.\"geom\"), ST_MinY(NEW.\"geom\"), ST_MaxY(NEW.\"geom\"));"
    );
    let trigger = |name: &str| quote(&format!("{tree}_{name}"));
    db.execute_batch(&format!(
        "CREATE VIRTUAL TABLE {r} USING rtree(id, minx, maxx, miny, maxy);
         CREATE TRIGGER {} AFTER INSERT ON {t} WHEN {} BEGIN {insert} END;
         CREATE TRIGGER {} AFTER UPDATE OF \"geom\" ON {t} WHEN OLD.\"fid\" = NEW.\"fid\" AND {} AND {} BEGIN {insert} END;
         CREATE TRIGGER {} AFTER UPDATE OF \"geom\" ON {t} WHEN OLD.\"fid\" = NEW.\"fid\" AND {} AND {} BEGIN {insert} END;
         CREATE TRIGGER {} AFTER UPDATE OF \"geom\" ON {t} WHEN OLD.\"fid\" = NEW.\"fid\" AND {} BEGIN DELETE FROM {r} WHERE id = OLD.\"fid\"; END;
         CREATE TRIGGER {} AFTER UPDATE ON {t} WHEN OLD.\"fid\" != NEW.\"fid\" AND {} BEGIN DELETE FROM {r} WHERE id = OLD.\"fid\"; {insert} END;
         CREATE TRIGGER {} AFTER UPDATE ON {t} WHEN OLD.\"fid\" != NEW.\"fid\" AND {} BEGIN DELETE FROM {r} WHERE id IN (OLD.\"fid\", NEW.\"fid\"); END;
         CREATE TRIGGER {} AFTER DELETE ON {t} WHEN OLD.\"geom\" NOT NULL BEGIN DELETE FROM {r} WHERE id = OLD.\"fid\"; END;",
        trigger("insert"), full("NEW"),
        trigger("update6"), full("NEW"), full("OLD"),
        trigger("update7"), full("NEW"), none("OLD"),
        trigger("update2"), none("NEW"),
        trigger("update5"), full("NEW"),
        trigger("update4"), none("NEW"),
        trigger("delete"),
    ))?;
    Ok(())
}

/// Functions that the R-tree's triggers call: every connection that writes needs them.
pub(crate) fn functions(db: &Connection) -> rusqlite::Result<()> {
    use rusqlite::functions::{Context, FunctionFlags};
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let bounds = |context: &Context<'_>| context.get_raw(0).as_blob().ok().and_then(wkb::envelope);
    db.create_scalar_function("ST_IsEmpty", 1, flags, move |context| Ok(bounds(context).is_none()))?;
    for (name, side) in [("ST_MinX", 0), ("ST_MinY", 1), ("ST_MaxX", 2), ("ST_MaxY", 3)] {
        db.create_scalar_function(name, 1, flags, move |context| Ok(bounds(context).map(|b| b[side])))?;
    }
    Ok(())
}

/// Can its layer hold this fact as it is?
///
/// # Errors
/// In words, where it cannot.
pub(crate) fn fits(fact: &Fact) -> Result<(), String> {
    let kind = minesift_core::kind::kind(fact.kind).ok_or_else(|| format!("no kind {}", fact.kind))?;
    if fact.shape.is_some() && kind.shape.is_none() {
        return Err(format!("{} {} has a shape; its kind has none", fact.kind, fact.id));
    }
    if matches!(fact.shape, Some(Shape::Mesh(_))) && !has_mesh(kind) {
        return Err(format!("{} {} has a mesh where its kind has a position or a line", fact.kind, fact.id));
    }
    for (key, value) in &fact.attributes {
        if let Some(field) = fields(kind).iter().find(|field| field.key == *key) {
            values::fits(field.ty, value).map_err(|why| format!("{key}: {why}"))?;
        }
    }
    Ok(())
}

/// The cells of one row, `fid` left out.
#[derive(Debug)]
pub(crate) struct Cells<'a>(Vec<ToSqlOutput<'a>>);

impl Cells<'_> {
    /// The geometry, where the row has one.
    pub(crate) fn geometry(&self) -> Option<&[u8]> {
        match self.0.first() {
            Some(ToSqlOutput::Owned(Cell::Blob(blob))) => Some(blob),
            _ => None,
        }
    }
}

fn text(words: &str) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(ValueRef::Text(words.as_bytes()))
}

/// Cells of a fact in the order of its layer's columns, `fid` left out; its words are borrowed.
///
/// # Errors
/// In words, where the layer cannot hold the fact as it is.
pub(crate) fn cells<'a>(
    kind: &Kind,
    fact: &'a Fact,
    valid: Valid,
    known_from: i64,
    srs_id: i32,
) -> Result<Cells<'a>, String> {
    fits(fact)?;
    let null = || ToSqlOutput::Owned(Cell::Null);
    let mut cells = Vec::with_capacity(fields(kind).len() + 8);
    match (&fact.shape, kind.shape) {
        (Some(shape), Some(_)) => cells.push(ToSqlOutput::Owned(Cell::Blob(wkb::encode(shape, srs_id)))),
        (None, Some(_)) => cells.push(null()),
        (_, None) => {}
    }
    cells.push(text(&fact.id));
    if has_mesh(kind) {
        cells.push(match &fact.shape {
            Some(Shape::Mesh(mesh)) => ToSqlOutput::Owned(Cell::Text(wkb::mesh_text(mesh))),
            _ => null(),
        });
    }
    for field in fields(kind) {
        cells.push(match fact.attributes.get(field.key) {
            None => null(),
            Some(value) => values::to_cell(field.ty, value).map_err(|why| format!("{}: {why}", field.key))?,
        });
    }
    cells.push(text(&fact.source.file));
    cells.push(text(&fact.source.place));
    let day = |day: Option<Date>| day.map_or_else(null, |day| ToSqlOutput::Owned(Cell::Text(day.to_string())));
    cells.push(day(valid.from));
    cells.push(day(valid.to));
    cells.push(ToSqlOutput::Owned(Cell::Integer(known_from)));
    Ok(Cells(cells))
}

fn columns(kind: &Kind) -> Vec<String> {
    let mut columns = Vec::new();
    if kind.shape.is_some() {
        columns.push(quote("geom"));
    }
    columns.push(quote("id"));
    if has_mesh(kind) {
        columns.push(quote("mesh"));
    }
    columns.extend(fields(kind).iter().map(|field| quote(field.key)));
    columns.extend(["source_file", "source_place", "valid_from", "valid_to", "known_from"].map(quote));
    columns
}

/// The statements that write a row of each kind, put together once.
struct Statements {
    find: String,
    update: String,
    insert: String,
}

fn statements(kind: &Kind) -> &'static Statements {
    static ALL: LazyLock<BTreeMap<&'static str, Statements>> = LazyLock::new(|| {
        let of = |kind: &Kind| {
            let columns = columns(kind);
            let set: Vec<String> =
                columns.iter().enumerate().map(|(i, column)| format!("{column} = ?{}", i + 1)).collect();
            let marks: Vec<String> = (1..=columns.len()).map(|i| format!("?{i}")).collect();
            let table = quote(kind.name);
            Statements {
                find: format!("SELECT 1 FROM {table} WHERE id = ?1"),
                update: format!("UPDATE {table} SET {} WHERE id = ?{}", set.join(", "), columns.len() + 1),
                insert: format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), marks.join(", ")),
            }
        };
        minesift_core::kind::kinds().map(|kind| (kind.name, of(kind))).collect()
    });
    &ALL[kind.name]
}

/// Writes the row of a fact, in place of the row with its id where there is one; gives the `fid` of a row that was not
/// there. `new`: most probably there is none.
pub(crate) fn put(
    db: &Connection,
    kind: &Kind,
    id: &str,
    cells: &Cells<'_>,
    new: bool,
) -> Result<Option<i64>, MapError> {
    let statements = statements(kind);
    if new || !db.prepare_cached(&statements.find)?.exists([id])? {
        match db.prepare_cached(&statements.insert)?.insert(params_from_iter(&cells.0)) {
            Ok(fid) => return Ok(Some(fid)),
            // A row that the history does not know has this id already.
            Err(error) if new && error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let id = text(id);
    let cells = cells.0.iter().chain(std::iter::once(&id));
    db.prepare_cached(&statements.update)?.execute(params_from_iter(cells))?;
    Ok(None)
}

/// Takes the row of an id away.
pub(crate) fn remove(db: &Connection, kind: &Kind, id: &str) -> Result<(), MapError> {
    db.prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", quote(kind.name)))?.execute([id])?;
    Ok(())
}

/// A row of a layer as it stands: a fact, or why it is none.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) fid: i64,
    pub(crate) id: String,
    pub(crate) fact: Result<(Fact, Valid), String>,
    /// The number of the commit that brought it, as the row says.
    pub(crate) known_from: Option<i64>,
}

/// Every row of a layer, by id.
pub(crate) fn rows(db: &Connection, kind: &'static Kind) -> Result<Vec<Found>, MapError> {
    let mut statement =
        db.prepare(&format!("SELECT fid, {} FROM {} ORDER BY id, fid", columns(kind).join(", "), quote(kind.name)))?;
    let width = columns(kind).len();
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let fid: i64 = row.get(0)?;
        let id = row.get_ref(usize::from(kind.shape.is_some()) + 1)?.as_str().unwrap_or_default().to_owned();
        let known_from = row.get_ref(width)?.as_i64().ok();
        found.push(Found { fid, fact: from_row(kind, row, fid), id, known_from });
    }
    Ok(found)
}

fn from_row(kind: &'static Kind, row: &Row<'_>, fid: i64) -> Result<(Fact, Valid), String> {
    let mut at = 1;
    let mut next = || {
        at += 1;
        row.get_ref(at - 1).map_err(|error| error.to_string())
    };
    let geometry = if kind.shape.is_some() { next()? } else { ValueRef::Null };
    let id = next()?.as_str().map_err(|_| "id is no text".to_owned())?.to_owned();
    if id.is_empty() {
        return Err("the id is empty".into());
    }
    let mut fact = Fact::new(kind.name, id);
    fact.shape = match geometry {
        ValueRef::Null => None,
        ValueRef::Blob(blob) => Some(wkb::decode(blob)?),
        other => return Err(format!("{} where a geometry was expected", other.data_type())),
    };
    if has_mesh(kind)
        && let ValueRef::Text(_) = next()?
    {
        let text = row.get_ref(at_of_mesh(kind)).map_err(|e| e.to_string())?;
        fact.shape = Some(Shape::Mesh(wkb::mesh_from(text.as_str().map_err(|e| e.to_string())?)?));
    }
    for field in fields(kind) {
        if let Some(value) = values::from_cell(field.ty, next()?).map_err(|why| format!("{}: {why}", field.key))? {
            fact.attributes.insert(field.key, value);
        }
    }
    let mut text = || next().map(|cell| cell.as_str().unwrap_or_default().to_owned());
    fact.source = Source { file: text()?, place: text()? };
    if fact.source == Source::default() {
        fact.source.place = format!("layer {}, fid {fid}", kind.name);
    }
    let mut day = |name: &str| match text()?.as_str() {
        "" => Ok(None),
        words => words
            .split('T')
            .next()
            .unwrap_or(words)
            .parse()
            .map(Some)
            .map_err(|_| format!("{name}: \"{words}\" is no date")),
    };
    let valid = Valid { from: day("valid_from")?, to: day("valid_to")? };
    Ok((fact, valid))
}

fn at_of_mesh(kind: &Kind) -> usize {
    usize::from(kind.shape.is_some()) + 2
}

#[cfg(test)]
mod tests {
    use super::fields;
    use minesift_core::kind;

    #[test]
    fn no_key_of_the_catalogue_takes_the_name_of_a_column_that_every_layer_has() {
        let taken =
            ["fid", "geom", "id", "mesh", "source_file", "source_place", "valid_from", "valid_to", "known_from"];
        for kind in kind::kinds() {
            let mut keys: Vec<String> = fields(kind).iter().map(|field| field.key.to_lowercase()).collect();
            assert!(keys.iter().all(|key| !taken.contains(&key.as_str())), "{}", kind.name);
            keys.sort();
            let before = keys.len();
            keys.dedup();
            assert_eq!(keys.len(), before, "{} has two keys that SQL takes for one", kind.name);
        }
    }
}
