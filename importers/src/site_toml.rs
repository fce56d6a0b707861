//! `site.toml`: our own small text format, the language of every worked case and of bug reports.
//!
//! See `docs/formats/site-toml.md`. Unknown keys and wrong types refuse the file, with line and column: a misspelt key
//! that is silently ignored would be a fact silently lost.

mod write;

pub use write::{WriteError, write};

use jiff::civil::Date;
use minesift_core::fact::{Fact, Mesh, Plane, Position, Problem, Shape, Source, Value};
use minesift_core::kind::{self, Field, FieldType, Kind, ShapeKind};
use minesift_core::text::Text;
use std::ops::Range;
use toml_edit::{Document, Item, Table, TableLike};

/// Tables that are not facts: what a worked case expects.
const NOT_FACTS: &[&str] = &["expect"];

/// The facts of a `site.toml`.
///
/// # Errors
/// Every problem found, each with line and column; no fact is taken from a file with problems.
///
/// ```
/// let facts = minesift_importers::site_toml::read("case.toml", r#"
///     [[goaf]]
///     id = "G1"
///     seam = "3"
///     outline = "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"
/// "#).unwrap();
/// assert_eq!(facts[0].id, "G1");
/// let wrong = minesift_importers::site_toml::read("case.toml", "[[goaf]]\nid = \"G1\"\nflodded = true\n").unwrap_err();
/// assert_eq!(wrong[0].source.place, "line 3, column 1");
/// ```
pub fn read(file: &str, text: &str) -> Result<Vec<Fact>, Vec<Problem>> {
    let mut reader = Reader { file, text, problems: Vec::new(), facts: Vec::new() };
    let document = match Document::parse(text.to_owned()) {
        Ok(document) => document,
        Err(error) => {
            reader.refuse(error.span(), Text::same(error.message()));
            return Err(reader.problems);
        }
    };
    for (name, item) in document.as_table() {
        reader.top_level(document.as_table(), name, item);
    }
    if reader.problems.is_empty() { Ok(reader.facts) } else { Err(reader.problems) }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
    facts: Vec<Fact>,
}

impl Reader<'_> {
    fn source(&self, span: Option<Range<usize>>) -> Source {
        let at = span.map_or(0, |span| span.start).min(self.text.len());
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        Source { file: self.file.to_owned(), place: format!("line {line}, column {column}") }
    }

    fn refuse(&mut self, span: Option<Range<usize>>, message: Text) {
        let source = self.source(span);
        self.problems.push(Problem::refused(&source, message));
    }

    fn top_level(&mut self, document: &Table, name: &str, item: &Item) {
        if NOT_FACTS.contains(&name) {
            return;
        }
        let span = document.key(name).and_then(toml_edit::Key::span).or_else(|| item.span());
        let Some(kind) = kind::kind(name) else {
            let known: Vec<&str> = kind::kinds().map(|kind| kind.name).collect();
            let near = nearest(name, &known);
            self.refuse(
                span,
                Text::new(
                    format!("没有名为 [{name}] 的类型{}", hint_zh(near)),
                    format!("there is no kind [{name}]{}", hint_en(near)),
                ),
            );
            return;
        };
        match (kind.single, item) {
            (true, Item::Table(table)) => self.fact(kind, table, item.span()),
            (false, Item::ArrayOfTables(tables)) => {
                for table in tables {
                    self.fact(kind, table, table.span());
                }
            }
            (single, _) => {
                let want = if single { format!("[{name}]") } else { format!("[[{name}]]") };
                self.refuse(span, Text::new(format!("应写作 {want}"), format!("write {want}")));
            }
        }
    }

    fn fact(&mut self, kind: &'static Kind, table: &Table, span: Option<Range<usize>>) {
        let source = self.source(span.clone());
        let id = match table.get("id").and_then(Item::as_str) {
            Some(id) => id.to_owned(),
            None if kind.single => kind.name.to_owned(),
            None => {
                self.refuse(span, Text::new(format!("{} 缺少 id", kind.name), format!("{} without id", kind.name)));
                return;
            }
        };
        let mut fact = Fact::new(kind.name, id).from_source(source);
        for (key, item) in table {
            let span = item.span().or_else(|| table.key(key).and_then(toml_edit::Key::span));
            let key_span = table.key(key).and_then(toml_edit::Key::span).or_else(|| span.clone());
            if key == "id" {
                continue;
            }
            if key == "reserves" && kind.name == "plan" {
                if let Item::Table(reserves) = item {
                    let kind = kind::kind("reserves").expect("reserves are a kind");
                    self.fact(kind, reserves, item.span());
                }
                continue;
            }
            if let Some((shape_key, shape_kind)) = kind.shape
                && key == shape_key
            {
                fact.shape = self.shape(shape_kind, key, item, span);
                continue;
            }
            let Some(field) = kind.field(key) else {
                let known: Vec<&str> = kind
                    .all_fields()
                    .map(|field| field.key)
                    .chain(kind.shape.map(|(key, _)| key))
                    .chain(["id"])
                    .collect();
                let near = nearest(key, &known);
                self.refuse(
                    key_span,
                    Text::new(
                        format!("{} 没有键 {key}{}", kind.name, hint_zh(near)),
                        format!("{} has no key {key}{}", kind.name, hint_en(near)),
                    ),
                );
                continue;
            };
            // A treatment may write its shape where others write "all".
            if kind.name == "treatment" && key == "covers" && item.as_str().is_some_and(|words| words != "all") {
                fact.shape = self.shape(ShapeKind::Area, key, item, span);
                continue;
            }
            if let Some(value) = self.value(field, item, span) {
                fact.attributes.insert(field.key, value);
            }
        }
        self.facts.push(fact);
    }

    fn value(&mut self, field: &'static Field, item: &Item, span: Option<Range<usize>>) -> Option<Value> {
        let number = |item: &toml_edit::Value| item.as_float().or_else(|| item.as_integer().map(|i| i as f64));
        let found = item.as_value();
        let value = match field.ty {
            FieldType::Text => found?.as_str().map(|text| Value::Text(text.to_owned())),
            FieldType::OneOf(words) => match found.and_then(toml_edit::Value::as_str) {
                Some(word) if words.contains(&word) => Some(Value::Text(word.to_owned())),
                Some(word) => {
                    let near = nearest(word, words);
                    self.refuse(
                        span,
                        Text::new(
                            format!("{} = \"{word}\" 不可用，可取：{}{}", field.key, words.join("、"), hint_zh(near)),
                            format!("{} = \"{word}\" is none of: {}{}", field.key, words.join(", "), hint_en(near)),
                        ),
                    );
                    return None;
                }
                None => None,
            },
            FieldType::Number { unit, least, most } => match found.and_then(number) {
                Some(number) if number.is_finite() && number >= least && number <= most => Some(Value::Number(number)),
                Some(number) if !number.is_finite() => {
                    self.refuse(
                        span,
                        Text::new(
                            format!("{} = {number} 不是有限数", field.key),
                            format!("{} = {number} is no finite number", field.key),
                        ),
                    );
                    return None;
                }
                Some(number) => {
                    self.refuse(
                        span,
                        Text::new(
                            format!("{} = {number} 超出可用范围 {least} 至 {most} {unit}", field.key),
                            format!("{} = {number} is outside {least} to {most} {unit}", field.key),
                        ),
                    );
                    return None;
                }
                None => None,
            },
            FieldType::Flag => found.and_then(toml_edit::Value::as_bool).map(Value::Flag),
            FieldType::Date => found
                .and_then(|value| match value {
                    toml_edit::Value::Datetime(at) => date(*at.value()),
                    toml_edit::Value::String(text) => text.value().parse().ok(),
                    _ => None,
                })
                .map(Value::Date),
            FieldType::Texts => found
                .and_then(toml_edit::Value::as_array)
                .and_then(|array| array.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>())
                .map(Value::Texts),
            FieldType::Numbers(length) => found
                .and_then(toml_edit::Value::as_array)
                .and_then(|array| array.iter().map(number).collect::<Option<Vec<_>>>())
                .filter(|numbers| length == 0 || numbers.len() == length)
                .map(Value::Numbers),
            FieldType::Plane => item.as_table_like().and_then(plane).map(Value::Plane),
            FieldType::Shape(kind) => return self.shape(kind, field.key, item, span).map(Value::Shape),
        };
        if value.is_none() {
            let (zh, en) = wanted(field.ty);
            let found = item.as_value().map_or("a table", toml_edit::Value::type_name);
            self.refuse(
                span,
                Text::new(
                    format!("{} 应为{zh}，实为 {found}", field.key),
                    format!("{} should be {en}, found {found}", field.key),
                ),
            );
        }
        value
    }

    fn shape(&mut self, kind: ShapeKind, key: &str, item: &Item, span: Option<Range<usize>>) -> Option<Shape> {
        let shape = match (kind, item.as_value()) {
            (ShapeKind::Point | ShapeKind::Any, Some(toml_edit::Value::Array(array))) => {
                let numbers: Option<Vec<f64>> =
                    array.iter().map(|item| item.as_float().or_else(|| item.as_integer().map(|i| i as f64))).collect();
                match numbers.as_deref() {
                    Some([x, y]) => Ok(Shape::Point(Position::plan(*x, *y))),
                    Some([x, y, z]) => Ok(Shape::Point(Position::new(*x, *y, *z))),
                    _ => Err("a position is [x, y] or [x, y, z]".to_owned()),
                }
            }
            (ShapeKind::Mesh, _) => mesh(item),
            // Whatever was surveyed may be a surface too.
            (ShapeKind::Any, _) if item.as_table_like().is_some() => mesh(item),
            (_, Some(toml_edit::Value::String(words))) => from_wkt(words.value()),
            _ => Err("WKT in quotes, or [x, y, z] for a position".to_owned()),
        };
        let fits = |shape: &Shape| {
            matches!(
                (kind, shape),
                (ShapeKind::Any, _)
                    | (ShapeKind::Point, Shape::Point(_))
                    | (ShapeKind::Line, Shape::Lines(_))
                    | (ShapeKind::Area, Shape::Areas(_))
                    | (ShapeKind::Mesh, Shape::Mesh(_))
            )
        };
        match shape {
            Ok(shape) if fits(&shape) => Some(shape),
            Ok(_) => {
                let (zh, en) = wanted(FieldType::Shape(kind));
                self.refuse(span, Text::new(format!("{key} 应为{zh}"), format!("{key} should be {en}")));
                None
            }
            Err(why) => {
                self.refuse(
                    span,
                    Text::new(
                        format!("{key} 的图形不可读：{why}"),
                        format!("the shape of {key} cannot be read: {why}"),
                    ),
                );
                None
            }
        }
    }
}

fn wanted(ty: FieldType) -> (&'static str, &'static str) {
    match ty {
        FieldType::Text | FieldType::OneOf(_) => ("引号中的文字", "words in quotes"),
        FieldType::Number { .. } => ("数", "a number"),
        FieldType::Flag => (" true 或 false", "true or false"),
        FieldType::Date => ("日期，如 2026-11-01", "a date such as 2026-11-01"),
        FieldType::Texts => ("文字列表", "a list of words"),
        FieldType::Numbers(_) => ("数的列表", "a list of numbers of the right length"),
        FieldType::Plane => {
            ("平面 { at, dip_deg, dip_direction_deg }", "a plane { at = [x, y, z], dip_deg, dip_direction_deg }")
        }
        FieldType::Shape(ShapeKind::Point) => ("点 [x, y, z]", "a position [x, y, z]"),
        FieldType::Shape(ShapeKind::Line) => ("线（LINESTRING）", "a line (LINESTRING)"),
        FieldType::Shape(ShapeKind::Area) => ("面（POLYGON）", "an area (POLYGON)"),
        FieldType::Shape(ShapeKind::Any) => ("图形（WKT）", "a shape (WKT)"),
        FieldType::Shape(ShapeKind::Mesh) => ("三角网", "a mesh { vertices, triangles }"),
    }
}

fn date(value: toml_edit::Datetime) -> Option<Date> {
    let date = value.date?;
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

fn plane(table: &dyn TableLike) -> Option<Plane> {
    let number =
        |key: &str| table.get(key).and_then(|item| item.as_float().or_else(|| item.as_integer().map(|i| i as f64)));
    if table.iter().any(|(key, _)| !["at", "dip_deg", "dip_direction_deg"].contains(&key)) {
        return None;
    }
    let at: Vec<f64> = table
        .get("at")?
        .as_array()?
        .iter()
        .map(|item| item.as_float().or_else(|| item.as_integer().map(|i| i as f64)))
        .collect::<Option<_>>()?;
    let dip_deg = number("dip_deg").filter(|dip| (0.0..90.0).contains(dip))?;
    Some(Plane { at: at.try_into().ok()?, dip_deg, dip_direction_deg: number("dip_direction_deg")? })
}

fn mesh(item: &Item) -> Result<Shape, String> {
    let table = item.as_table_like().ok_or("a mesh is { vertices = [[x, y, z], …], triangles = [[a, b, c], …] }")?;
    let rows = |key: &str| -> Option<Vec<Vec<f64>>> {
        table
            .get(key)?
            .as_array()?
            .iter()
            .map(|row| {
                row.as_array()?.iter().map(|n| n.as_float().or_else(|| n.as_integer().map(|i| i as f64))).collect()
            })
            .collect()
    };
    let (Some(vertices), Some(triangles)) = (rows("vertices"), rows("triangles")) else {
        return Err("vertices and triangles are lists of three numbers".into());
    };
    let vertices: Option<Vec<[f64; 3]>> = vertices.into_iter().map(|v| v.try_into().ok()).collect();
    let vertices = vertices.ok_or("a vertex is [x, y, z]")?;
    let triangles: Option<Vec<[u32; 3]>> = triangles
        .into_iter()
        .map(|t| {
            let t: [f64; 3] = t.try_into().ok()?;
            t.iter().all(|i| *i >= 0.0 && (*i as usize) < vertices.len()).then(|| t.map(|i| i as u32))
        })
        .collect();
    Ok(Shape::Mesh(Mesh { vertices, triangles: triangles.ok_or("a triangle is three numbers of vertices")? }))
}

/// A shape as WKT, which [`from_wkt`] reads back; a mesh as a TIN.
pub fn to_wkt(shape: &Shape) -> String {
    let at = |p: &Position| p.z.map_or_else(|| format!("{} {}", p.x, p.y), |z| format!("{} {} {z}", p.x, p.y));
    let ring = |ring: &geo::LineString<f64>| {
        format!("({})", ring.0.iter().map(|c| format!("{} {}", c.x, c.y)).collect::<Vec<_>>().join(", "))
    };
    match shape {
        Shape::Point(p) => format!("POINT{}({})", if p.z.is_some() { " Z " } else { "" }, at(p)),
        Shape::Lines(lines) => {
            let z = lines.iter().flatten().all(|p| p.z.is_some());
            let lines: Vec<String> =
                lines.iter().map(|line| format!("({})", line.iter().map(at).collect::<Vec<_>>().join(", "))).collect();
            format!("MULTILINESTRING{}({})", if z { " Z " } else { "" }, lines.join(", "))
        }
        Shape::Areas(areas) => {
            let polygons: Vec<String> = areas
                .iter()
                .map(|polygon| {
                    let rings: Vec<String> =
                        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect();
                    format!("({})", rings.join(", "))
                })
                .collect();
            format!("MULTIPOLYGON({})", polygons.join(", "))
        }
        Shape::Mesh(mesh) => {
            let triangles: Vec<String> = mesh
                .triangles
                .iter()
                .map(|t| {
                    let corner = |i: usize| {
                        let [x, y, z] = mesh.vertices.get(t[i] as usize).copied().unwrap_or([f64::NAN; 3]);
                        format!("{x} {y} {z}")
                    };
                    format!("(({}, {}, {}, {}))", corner(0), corner(1), corner(2), corner(0))
                })
                .collect();
            format!("TIN Z ({})", triangles.join(", "))
        }
    }
}

/// A shape from WKT, with Z where it is given.
///
/// # Errors
/// In words, where the text is no WKT, of a kind no fact has, or holds a coordinate that is no number.
pub fn from_wkt(text: &str) -> Result<Shape, String> {
    use std::str::FromStr;
    let parsed = wkt::Wkt::<f64>::from_str(text).map_err(str::to_owned)?;
    let position = |c: &wkt::types::Coord<f64>| Position { x: c.x, y: c.y, z: c.z };
    let line = |line: &wkt::types::LineString<f64>| line.coords().iter().map(position).collect::<Vec<_>>();
    let ring = |line: &wkt::types::LineString<f64>| -> geo::LineString<f64> {
        line.coords().iter().map(|c| geo::Coord { x: c.x, y: c.y }).collect()
    };
    let polygon = |polygon: &wkt::types::Polygon<f64>| {
        let mut rings = polygon.rings().iter().map(ring);
        let shell = rings.next().unwrap_or_else(|| geo::LineString::new(Vec::new()));
        geo::Polygon::new(shell, rings.collect())
    };
    let shape = match &parsed {
        wkt::Wkt::Point(point) => Shape::Point(position(point.coord().ok_or("an empty point")?)),
        wkt::Wkt::LineString(one) => Shape::Lines(vec![line(one)]),
        wkt::Wkt::MultiLineString(many) => Shape::Lines(many.line_strings().iter().map(line).collect()),
        wkt::Wkt::Polygon(one) => Shape::Areas(geo::MultiPolygon(vec![polygon(one)])),
        wkt::Wkt::MultiPolygon(many) => Shape::Areas(many.polygons().iter().map(polygon).collect()),
        _ => return Err("POINT, LINESTRING, POLYGON or their MULTI forms are understood".into()),
    };
    let finite = match &shape {
        Shape::Point(p) => p.x.is_finite() && p.y.is_finite(),
        Shape::Lines(lines) => lines.iter().flatten().all(|p| p.x.is_finite() && p.y.is_finite()),
        Shape::Areas(areas) => {
            use geo::CoordsIter;
            areas.coords_iter().all(|c| c.x.is_finite() && c.y.is_finite())
        }
        Shape::Mesh(_) => true,
    };
    let long_enough = match &shape {
        Shape::Lines(lines) => !lines.is_empty() && lines.iter().all(|line| line.len() > 1),
        Shape::Areas(areas) => !areas.0.is_empty(),
        _ => true,
    };
    match (finite, long_enough) {
        (false, _) => Err("a coordinate is not a finite number".into()),
        (_, false) => Err("it is empty".into()),
        _ => Ok(shape),
    }
}

/// The known word nearest to a misspelt one, if any is near.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 2.max(candidate.len() / 4))
        .map(|(_, candidate)| candidate)
}

/// Edit distance (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let next = (diagonal + usize::from(ca != *cb)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}

fn hint_zh(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("，是否为 {near}？"))
}

fn hint_en(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean {near}?"))
}
