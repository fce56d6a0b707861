//! Attribute values as cells of a table: numbers and words as they are, lists and planes as JSON, second shapes as WKT.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use minesift_core::fact::{Plane, Position, Shape, Value};
use minesift_core::kind::FieldType;
use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use std::fmt::Write as _;

/// What SQL calls the type of a field.
pub(crate) fn sql_type(ty: FieldType) -> &'static str {
    match ty {
        FieldType::Number { .. } => "DOUBLE",
        FieldType::Flag => "BOOLEAN",
        FieldType::Date => "DATE",
        FieldType::Text
        | FieldType::OneOf(_)
        | FieldType::Texts
        | FieldType::Numbers(_)
        | FieldType::Plane
        | FieldType::Shape(_) => "TEXT",
    }
}

/// Can a field hold this value as it is?
///
/// # Errors
/// In words, where the value is of another type than its field, or a number is no number.
pub(crate) fn fits(ty: FieldType, value: &Value) -> Result<(), String> {
    match (ty, value) {
        (FieldType::Number { .. }, Value::Number(number)) if number.is_nan() => Err("not a number (NaN)".into()),
        (FieldType::Text | FieldType::OneOf(_), Value::Text(_))
        | (FieldType::Number { .. }, Value::Number(_))
        | (FieldType::Flag, Value::Flag(_))
        | (FieldType::Date, Value::Date(_))
        | (FieldType::Texts, Value::Texts(_))
        | (FieldType::Numbers(_), Value::Numbers(_))
        | (FieldType::Plane, Value::Plane(_))
        | (FieldType::Shape(_), Value::Shape(_)) => Ok(()),
        _ => Err(format!("a value of another type: {value:?}")),
    }
}

/// The cell of a value; words are borrowed.
///
/// # Errors
/// As [`fits`].
pub(crate) fn to_cell(ty: FieldType, value: &Value) -> Result<ToSqlOutput<'_>, String> {
    fits(ty, value)?;
    let text = |text: String| ToSqlOutput::Owned(Cell::Text(text));
    Ok(match value {
        Value::Text(words) => ToSqlOutput::Borrowed(ValueRef::Text(words.as_bytes())),
        Value::Number(number) => ToSqlOutput::Owned(Cell::Real(*number)),
        Value::Flag(flag) => ToSqlOutput::Owned(Cell::Integer(i64::from(*flag))),
        Value::Date(date) => text(date.to_string()),
        Value::Texts(texts) => text(serde_json::to_string(texts).map_err(|e| e.to_string())?),
        Value::Numbers(numbers) => text(numbers_text(numbers)),
        Value::Plane(plane) => text(format!(
            "{{\"at\":{},\"dip_deg\":{},\"dip_direction_deg\":{}}}",
            numbers_text(&plane.at),
            number_text(plane.dip_deg),
            number_text(plane.dip_direction_deg)
        )),
        Value::Shape(shape) => text(shape_text(shape)),
    })
}

/// The value of a cell; nothing for an empty one.
///
/// # Errors
/// In words, where the cell does not hold what its column is for.
pub(crate) fn from_cell(ty: FieldType, cell: ValueRef<'_>) -> Result<Option<Value>, String> {
    let text = || cell.as_str().map_err(|_| format!("{} where text was expected", cell.data_type()));
    Ok(Some(match (ty, cell) {
        (_, ValueRef::Null) => return Ok(None),
        (FieldType::Text, _) => Value::Text(text()?.to_owned()),
        (FieldType::OneOf(words), _) => {
            let word = text()?;
            if !words.contains(&word) {
                return Err(format!("\"{word}\" is none of: {}", words.join(", ")));
            }
            Value::Text(word.to_owned())
        }
        (FieldType::Number { .. }, ValueRef::Real(number)) => Value::Number(number),
        (FieldType::Number { .. }, ValueRef::Integer(number)) => Value::Number(number as f64),
        (FieldType::Flag, ValueRef::Integer(flag)) => Value::Flag(flag != 0),
        (FieldType::Date, _) => {
            // A GIS may write a time of day behind the date.
            let day = text()?;
            let day = day.split('T').next().unwrap_or(day);
            Value::Date(day.parse().map_err(|_| format!("\"{day}\" is no date such as 2026-11-01"))?)
        }
        (FieldType::Texts, _) => {
            Value::Texts(serde_json::from_str(text()?).map_err(|e| format!("no list of words: {e}"))?)
        }
        (FieldType::Numbers(_), _) => Value::Numbers(numbers_in(text()?)?),
        (FieldType::Plane, _) => Value::Plane(plane_in(text()?)?),
        (FieldType::Shape(_), _) => Value::Shape(shape_in(text()?)?),
        (FieldType::Number { .. }, _) => return Err(format!("{} where a number was expected", cell.data_type())),
        (FieldType::Flag, _) => return Err(format!("{} where 0 or 1 was expected", cell.data_type())),
    }))
}

/// A number with all of its digits; null for none, 1e999 for infinity, which JSON reads back as such.
fn number_text(number: f64) -> String {
    match number {
        n if n.is_nan() => "null".into(),
        n if n.is_infinite() => if n > 0.0 { "1e999" } else { "-1e999" }.into(),
        n => format!("{n:?}"),
    }
}

/// `[1.0,2.5,null]`
pub(crate) fn numbers_text(numbers: &[f64]) -> String {
    let words: Vec<String> = numbers.iter().map(|n| number_text(*n)).collect();
    format!("[{}]", words.join(","))
}

/// All numbers of a JSON list, nested or not, exactly as written.
pub(crate) fn numbers_in(text: &str) -> Result<Vec<f64>, String> {
    text.split([',', '[', ']', '{', '}', ' ', '\n', '\t', '\r'])
        .filter(|word| !word.is_empty())
        .map(|word| match word {
            "null" => Ok(f64::NAN),
            word => word.parse().map_err(|_| format!("\"{word}\" is no number")),
        })
        .collect()
}

fn plane_in(text: &str) -> Result<Plane, String> {
    let after = |key: &str| {
        text.split_once(&format!("\"{key}\""))
            .and_then(|(_, rest)| rest.split_once(':'))
            .map(|(_, rest)| rest.trim_start())
    };
    let number = |key: &str| -> Result<f64, String> {
        let rest = after(key).ok_or_else(|| format!("a plane without {key}"))?;
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        numbers_in(&rest[..end])?.first().copied().ok_or_else(|| format!("a plane without {key}"))
    };
    let at = after("at").and_then(|rest| rest.split_once(']')).ok_or("a plane without at")?.0;
    let at: [f64; 3] = numbers_in(at)?.try_into().map_err(|_| "at is [x, y, z]")?;
    Ok(Plane { at, dip_deg: number("dip_deg")?, dip_direction_deg: number("dip_direction_deg")? })
}

/// A shape as WKT; a mesh as JSON. `NaN` stands for an elevation nobody measured.
pub(crate) fn shape_text(shape: &Shape) -> String {
    fn position(p: &Position, z: bool) -> String {
        let mut out = format!("{:?} {:?}", p.x, p.y);
        if z {
            let _ = write!(out, " {:?}", p.z.unwrap_or(f64::NAN));
        }
        out
    }
    let list =
        |line: &[Position], z| format!("({})", line.iter().map(|p| position(p, z)).collect::<Vec<_>>().join(", "));
    match shape {
        Shape::Point(p) => format!("POINT{}({})", if p.z.is_some() { " Z " } else { "" }, position(p, p.z.is_some())),
        Shape::Lines(lines) => {
            let z = lines.iter().flatten().any(|p| p.z.is_some());
            let lines: Vec<String> = lines.iter().map(|line| list(line, z)).collect();
            format!("MULTILINESTRING{}({})", if z { " Z " } else { "" }, lines.join(", "))
        }
        Shape::Areas(areas) => {
            let ring = |ring: &LineString<f64>| {
                list(&ring.0.iter().map(|c| Position::plan(c.x, c.y)).collect::<Vec<_>>(), false)
            };
            let polygons: Vec<String> = areas
                .iter()
                .map(|p| {
                    let rings: Vec<String> = std::iter::once(p.exterior()).chain(p.interiors()).map(ring).collect();
                    format!("({})", rings.join(", "))
                })
                .collect();
            format!("MULTIPOLYGON({})", polygons.join(", "))
        }
        Shape::Mesh(mesh) => super::wkb::mesh_text(mesh),
    }
}

/// The shape of a WKT text, or of a mesh's JSON.
pub(crate) fn shape_in(text: &str) -> Result<Shape, String> {
    let text = text.trim();
    if text.starts_with('{') {
        return super::wkb::mesh_from(text).map(Shape::Mesh);
    }
    let open = text.find('(').ok_or("no WKT")?;
    let mut words = text[..open].split_whitespace();
    let name = words.next().unwrap_or_default().to_ascii_uppercase();
    let z = name.ends_with('Z') || words.next().is_some_and(|word| word.eq_ignore_ascii_case("z"));
    let name = name.trim_end_matches('Z');
    let body = &text[open..];
    Ok(match name {
        "POINT" => Shape::Point(*line_in(body, z)?.first().ok_or("an empty point")?),
        "LINESTRING" => Shape::Lines(vec![line_in(body, z)?]),
        "MULTILINESTRING" => {
            Shape::Lines(pieces(body)?.into_iter().map(|line| line_in(line, z)).collect::<Result<_, _>>()?)
        }
        "POLYGON" => Shape::Areas(MultiPolygon(vec![polygon_in(body)?])),
        "MULTIPOLYGON" => {
            Shape::Areas(MultiPolygon(pieces(body)?.into_iter().map(polygon_in).collect::<Result<_, _>>()?))
        }
        other => return Err(format!("{other} is no shape a fact has")),
    })
}

/// The bracketed pieces of `((…), (…))`.
fn pieces(body: &str) -> Result<Vec<&str>, String> {
    let inner = body.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or("a bracket is missing")?;
    let (mut depth, mut start, mut found) = (0_i32, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    start = at;
                }
                depth += 1;
            }
            ')' => {
                depth -= 1;
                if depth == 0 {
                    found.push(&inner[start..=at]);
                }
            }
            _ => {}
        }
    }
    if depth == 0 { Ok(found) } else { Err("a bracket is missing".into()) }
}

fn line_in(body: &str, z: bool) -> Result<Vec<Position>, String> {
    let inner = body.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or("a bracket is missing")?;
    inner
        .split(',')
        .filter(|word| !word.trim().is_empty())
        .map(|word| {
            let numbers: Vec<f64> = word
                .split_whitespace()
                .map(|n| n.parse().map_err(|_| format!("\"{n}\" is no number")))
                .collect::<Result<_, _>>()?;
            match numbers.as_slice() {
                [x, y] => Ok(Position::plan(*x, *y)),
                [x, y, h] => Ok(Position { x: *x, y: *y, z: (z && !h.is_nan()).then_some(*h) }),
                _ => Err(format!("\"{}\" is no position", word.trim())),
            }
        })
        .collect()
}

fn polygon_in(body: &str) -> Result<Polygon<f64>, String> {
    let mut rings = pieces(body)?.into_iter().map(|ring| {
        line_in(ring, false).map(|line| line.iter().map(|p| Coord { x: p.x, y: p.y }).collect::<LineString<f64>>())
    });
    let shell = rings.next().transpose()?.unwrap_or_else(|| LineString::new(Vec::new()));
    Ok(Polygon::new(shell, rings.collect::<Result<_, _>>()?))
}
