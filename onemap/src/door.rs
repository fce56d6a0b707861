//! What may go onto the map, whoever brings it: a file, a layer edited by hand, a verb.

use crate::error::MapError;
use crate::{canon, history, layer};
use jiff::civil::Date;
use minesift_core::fact::{Fact, Position, Shape, Value};
use minesift_core::kind::{self, FieldType, Group, ShapeKind, filler};
use minesift_core::text::Text;
use rusqlite::Connection;

/// Can the register hold this fact, and does the catalogue allow what it says? `today`: the day of the record, after
/// which nothing has happened yet.
///
/// # Errors
/// In words: what was found, what is allowed.
pub(crate) fn admits(fact: &Fact, today: Option<Date>) -> Result<(), Text> {
    layer::fits(fact).map_err(Text::same)?;
    let Some(kind) = kind::kind(fact.kind) else { return Ok(()) };
    if let (Some(shape), Some((key, wanted))) = (&fact.shape, kind.shape) {
        shape_is(key, shape, wanted)?;
    }
    for (key, value) in &fact.attributes {
        if let Some(field) = kind.field(key) {
            value_is(field, value)?;
        }
    }
    match today.and_then(|today| to_come(fact, today)) {
        Some((key, day)) => {
            let name = kind.field(key).map_or(key, |field| field.zh);
            let today = today.unwrap_or_default();
            Err(Text::new(
                format!("{name} {day} 在登记日 {today} 之后：尚未发生的事不登记"),
                format!(
                    "{key} = {day} lies after {today}, the day of this record: what has not happened is not recorded"
                ),
            ))
        }
        None => Ok(()),
    }
}

/// A day of this fact on which something happened, where that day lies after `today`.
fn to_come(fact: &Fact, today: Date) -> Option<(&'static str, Date)> {
    let is_hazard = kind::kind(fact.kind).is_some_and(|kind| kind.group == Group::Hazard);
    let keys: &[&'static str] = match fact.kind {
        "observation" | "survey" => &["date"],
        "treatment" if matches!(fact.text("state"), Some("designed" | "planned")) => &["done", "accepted"],
        "treatment" => &["from", "done", "accepted"],
        _ if is_hazard => &["found"],
        _ => &[],
    };
    keys.iter().find_map(|key| fact.date(key).filter(|day| *day > today).map(|day| (*key, day)))
}

fn value_is(field: &kind::Field, value: &Value) -> Result<(), Text> {
    let key = field.key;
    match (field.ty, value) {
        (FieldType::Number { unit, least, most }, Value::Number(number)) => {
            // Where a number may be negative it may be an elevation.
            if filler::is_filler(*number, least < 0.0) {
                return Err(Text::new(
                    format!("{key} = {number} 是“无数据”的代号，不是数值；未知时留空"),
                    format!(
                        "{key} = {number} stands for \"no data\" and is no number; leave it empty where nobody knows"
                    ),
                ));
            }
            if *number < least || *number > most {
                return Err(Text::new(
                    format!("{key} = {number} 超出可用范围 {least} 至 {most} {unit}"),
                    format!("{key} = {number} is outside {least} to {most} {unit}"),
                ));
            }
        }
        (FieldType::OneOf(words), Value::Text(word)) if !words.contains(&word.as_str()) => {
            return Err(Text::new(
                format!("{key} = \"{word}\" 不可用，可取：{}", words.join("、")),
                format!("{key} = \"{word}\" is none of: {}", words.join(", ")),
            ));
        }
        (FieldType::Numbers(length), Value::Numbers(numbers)) if length > 0 && numbers.len() != length => {
            return Err(Text::new(
                format!("{key} 应有 {length} 个数，实有 {}", numbers.len()),
                format!("{key} should be {length} numbers, found {}", numbers.len()),
            ));
        }
        (FieldType::Shape(wanted), Value::Shape(shape)) => shape_is(key, shape, wanted)?,
        _ => {}
    }
    Ok(())
}

fn shape_is(key: &str, shape: &Shape, wanted: ShapeKind) -> Result<(), Text> {
    let fits = match wanted {
        ShapeKind::Any => true,
        ShapeKind::Point => matches!(shape, Shape::Point(_)),
        ShapeKind::Line => matches!(shape, Shape::Lines(_)),
        ShapeKind::Area => matches!(shape, Shape::Areas(_) | Shape::Mesh(_)),
        ShapeKind::Mesh => matches!(shape, Shape::Mesh(_)),
    };
    if !fits {
        return Err(Text::new(
            format!("{key} 的图形类型不对"),
            format!("{key} is another sort of shape than its layer's"),
        ));
    }
    let flat = |p: &Position| p.x.is_finite() && p.y.is_finite() && p.z.is_none_or(f64::is_finite);
    let finite = match shape {
        Shape::Point(at) => flat(at),
        Shape::Lines(lines) => lines.iter().flatten().all(flat),
        Shape::Areas(areas) => areas
            .iter()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
            .flat_map(|ring| &ring.0)
            .all(|c| c.x.is_finite() && c.y.is_finite()),
        Shape::Mesh(mesh) => mesh.vertices.iter().flatten().all(|n| n.is_finite()),
    };
    if finite {
        Ok(())
    } else {
        Err(Text::new(format!("{key} 有坐标不是有限数"), format!("a coordinate of {key} is no finite number")))
    }
}

/// Names this fact a seam that is on the map, or none? `before`: what was known of it; a seam that it had is not asked
/// for again.
///
/// # Errors
/// Of the database; in words, where there is no such seam.
pub(crate) fn knows_seam(db: &Connection, fact: &Fact, before: Option<&Fact>) -> Result<Result<(), Text>, MapError> {
    fn named(fact: &Fact) -> Option<&str> {
        match fact.attributes.get("seam") {
            Some(Value::Text(seam)) => Some(seam),
            _ => None,
        }
    }
    let Some(seam) = named(fact).filter(|seam| before.and_then(named) != Some(*seam)) else { return Ok(Ok(())) };
    let scope = crate::county::scope_of(db, &fact.id)?;
    let seams = history::facts_of_kind(db, "seam", &scope, i64::MAX, None)?;
    let ids: Vec<&str> = seams.iter().map(|known| &known.id[scope.len()..]).collect();
    if ids.contains(&seam) {
        return Ok(Ok(()));
    }
    Ok(Err(Text::new(
        format!("图上没有煤层 {seam}；有：{}", ids.join("、")),
        format!("there is no seam {seam} on the map; there are: {}", ids.join(", ")),
    )))
}

/// True where two facts say the same, wherever they were read.
pub(crate) fn say_the_same(a: &Fact, b: &Fact) -> bool {
    let bare = |fact: &Fact| canon::encode(&Fact { source: Default::default(), ..fact.clone() });
    bare(a) == bare(b)
}
