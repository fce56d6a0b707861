//! What only our own `export` writes into a cell: lists and planes as JSON, second shapes as WKT.

use crate::site_toml;
use minesift_core::fact::{Plane, Value};
use minesift_core::kind::{self, Field, FieldType, Kind};

/// The value of a cell that an export wrote; nothing where the cell holds no JSON and no WKT, or of another type.
pub(crate) fn value(field: &Field, cell: &str) -> Option<Value> {
    let cell = cell.trim();
    if let FieldType::Shape(_) = field.ty {
        return site_toml::from_wkt(cell).ok().map(Value::Shape);
    }
    if !cell.starts_with(['[', '{']) {
        return None;
    }
    let json: serde_json::Value = serde_json::from_str(cell).ok()?;
    let numbers = |json: &serde_json::Value| -> Option<Vec<f64>> {
        json.as_array()?.iter().map(serde_json::Value::as_f64).collect()
    };
    match field.ty {
        FieldType::Texts => {
            let words = json.as_array()?.iter().map(|word| word.as_str().map(str::to_owned));
            words.collect::<Option<_>>().map(Value::Texts)
        }
        FieldType::Numbers(length) => {
            numbers(&json).filter(|list| length == 0 || list.len() == length).map(Value::Numbers)
        }
        FieldType::Plane => {
            let number = |key: &str| json.get(key)?.as_f64();
            let at = <[f64; 3]>::try_from(numbers(json.get("at")?)?).ok()?;
            let (dip_deg, dip_direction_deg) = (number("dip_deg")?, number("dip_direction_deg")?);
            Some(Value::Plane(Plane { at, dip_deg, dip_direction_deg }))
        }
        _ => None,
    }
}

/// The kind whose facts a CSV of an export holds: named like the kind, from `id` to `source`.
pub(crate) fn kind_of(file: &str, headers: &[String]) -> Option<&'static Kind> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let ends =
        [headers.first(), headers.last()].map(|header| header.map(|header| header.trim_start_matches('\u{feff}')));
    (ends == [Some("id"), Some("source")]).then(|| kind::kind(stem)).flatten()
}
