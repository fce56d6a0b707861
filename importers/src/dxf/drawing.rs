//! The entities of a drawing, in model space, blocks inserted.
#![allow(clippy::float_cmp, reason = "equal here means the same bits as written in the file")]

use super::curves;
use super::tags::{self, Tag};
use crate::gis::arcs;
use crate::gis::shapes::Raw;
use crate::{Choice, ImportError, Options};
use minesift_core::fact::Position;
use minesift_core::text::Text;
use std::collections::BTreeMap;
use std::f64::consts::TAU;

/// What an entity is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Geometry {
    Shape {
        raw: Raw,
        closed: bool,
    },
    /// Faces in space: 3DFACE, SOLID, polyface and polygon meshes.
    Faces(Vec<Vec<Position>>),
    Text {
        at: Position,
        words: String,
    },
    Insert {
        at: Position,
        parts: Vec<Raw>,
    },
}

impl Geometry {
    pub(super) fn positions(&self) -> Vec<Position> {
        match self {
            Self::Shape { raw, .. } => raw.positions(),
            Self::Faces(faces) => faces.iter().flatten().copied().collect(),
            Self::Text { at, .. } | Self::Insert { at, .. } => vec![*at],
        }
    }
}

/// One entity of model space.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entity {
    pub(super) layer: String,
    pub(super) handle: String,
    pub(super) line: usize,
    pub(super) what: String,
    pub(super) geometry: Geometry,
    /// Attributes of an inserted block.
    pub(super) attributes: Vec<(String, String)>,
}

impl Entity {
    pub(super) fn place(&self) -> String {
        if self.handle.is_empty() {
            format!("layer {}, {} at line {}", self.layer, self.what, self.line)
        } else {
            format!("layer {}, {} handle {}", self.layer, self.what, self.handle)
        }
    }

    pub(super) fn flagged_closed(&self) -> bool {
        matches!(self.geometry, Geometry::Shape { closed: true, .. })
    }
}

/// A drawing.
#[derive(Default)]
pub(super) struct Drawing {
    pub(super) entities: Vec<Entity>,
    /// Entities that hold no ground, by type.
    pub(super) skipped: BTreeMap<String, u64>,
    pub(super) notes: Vec<Text>,
}

/// Blocks in blocks, at most.
const DEEPEST: usize = 8;
/// Positions that inserted blocks may unfold to: a block of many corners, inserted in rows and columns, must not fill the
/// memory from a file of a few kilobytes.
const MOST_PARTS: usize = 4_000_000;

/// Reads a drawing.
pub(super) fn read(file: &str, bytes: &[u8], options: &Options) -> Result<(Drawing, Choice), ImportError> {
    let (tags, choice, stopped) = tags::read(file, bytes, options)?;
    let mut drawing = Drawing::default();
    if let Some(line) = stopped {
        drawing.notes.push(Text::new(
            format!("第 {line} 行起组码不成对，文件损坏或不完整；已跳到下一实体继续读取，请核对实体数"),
            format!("from line {line} on the group codes do not pair, the file is damaged or cut off: reading went on at the next entity; check the counts"),
        ));
    }
    let groups: Vec<&[Tag]> = tags.chunk_by(|_, next| next.code != 0).filter(|group| group[0].code == 0).collect();
    let mut section = "";
    let (mut blocks, mut block, mut model) = (BTreeMap::new(), None::<(String, Vec<&[Tag]>)>, Vec::new());
    let mut ended = false;
    for group in groups {
        let name = group[0].value.as_str();
        match (section, name) {
            (_, "SECTION") => section = group.iter().find(|tag| tag.code == 2).map_or("", |tag| tag.value.as_str()),
            (_, "ENDSEC") => section = "",
            (_, "EOF") => ended = true,
            ("BLOCKS", "BLOCK") => block = Some((first(group, 2).unwrap_or_default().to_owned(), vec![group])),
            ("BLOCKS", "ENDBLK") => {
                if let Some((name, groups)) = block.take() {
                    blocks.insert(name, groups);
                }
            }
            ("BLOCKS", _) => {
                if let Some((_, groups)) = &mut block {
                    groups.push(group);
                }
            }
            ("ENTITIES", _) => model.push(group),
            _ => {}
        }
    }
    if !ended {
        drawing
            .notes
            .push(Text::new("文件没有结束标志 EOF，可能不完整", "the file has no EOF mark: it may be cut off"));
    }
    let release = release(&tags);
    drawing.notes.push(match header_units(&tags) {
        Some((unit, false)) => Text::new(
            format!("{release}；图纸单位（$INSUNITS）写为{unit}，坐标仍按米读取；若确为{unit}请换算后导入"),
            format!("{release}; the drawing's unit ($INSUNITS) is {unit}; its coordinates are read as metres: convert the drawing if it really is"),
        ),
        Some((unit, true)) => Text::new(
            format!("{release}；图纸单位（$INSUNITS）为{unit}"),
            format!("{release}; the drawing's unit ($INSUNITS) is {unit}"),
        ),
        None => Text::new(
            format!("{release}；未注明图纸单位，坐标按米读取"),
            format!("{release}; it states no unit: its coordinates are read as metres"),
        ),
    });
    let mut reader = Reader { blocks: &blocks, parts: 0 };
    let mut paper = 0_u64;
    for entity in joined(&model) {
        if entity.tags.iter().any(|tag| tag.code == 67 && tag.value == "1") {
            paper += 1;
            continue;
        }
        match reader.geometry(&entity, 0) {
            Some(geometry) => drawing.entities.push(Entity {
                layer: first(entity.tags, 8).unwrap_or("0").to_owned(),
                handle: first(entity.tags, 5).unwrap_or_default().to_owned(),
                line: entity.tags[0].line,
                what: entity.name().to_owned(),
                geometry,
                attributes: entity.attributes(),
            }),
            None => *drawing.skipped.entry(entity.name().to_owned()).or_default() += 1,
        }
    }
    if paper > 0 {
        drawing.notes.push(Text::new(
            format!("图纸空间的 {paper} 个实体不是矿图内容，未读取"),
            format!("{paper} entities of paper space are no part of the map and were not read"),
        ));
    }
    if reader.parts >= MOST_PARTS {
        drawing.notes.push(Text::new(
            "块展开后图形过多，其余未展开",
            "inserted blocks unfold to too many shapes: the rest were not unfolded",
        ));
    }
    Ok((drawing, choice))
}

/// The value of a variable of the header.
fn variable<'a>(tags: &'a [Tag], name: &str) -> Option<&'a str> {
    let at = tags.iter().position(|tag| tag.code == 9 && tag.value == name)?;
    tags.get(at + 1).map(|tag| tag.value.trim())
}

/// The unit that the header states, and whether it is the metre.
fn header_units(tags: &[Tag]) -> Option<(&'static str, bool)> {
    let unit = match variable(tags, "$INSUNITS")? {
        "1" => "inch / 英寸",
        "2" => "foot / 英尺",
        "3" => "mile / 英里",
        "4" => "millimetre / 毫米",
        "5" => "centimetre / 厘米",
        "6" => return Some(("metre / 米", true)),
        "7" => "kilometre / 千米",
        "21" => "US survey foot / 美制测量英尺",
        _ => return None,
    };
    Some((unit, false))
}

/// The release of the format, as CAD programs call it.
fn release(tags: &[Tag]) -> String {
    let Some(code) = variable(tags, "$ACADVER") else { return "DXF R12".to_owned() };
    let name = match code {
        "AC1006" => "R10",
        "AC1009" => "R12",
        "AC1012" => "R13",
        "AC1014" => "R14",
        "AC1015" => "R2000",
        "AC1018" => "R2004",
        "AC1021" => "R2007",
        "AC1024" => "R2010",
        "AC1027" => "R2013",
        "AC1032" => "R2018",
        _ => "?",
    };
    format!("DXF {name} ({code})")
}

/// The first value of a group code.
fn first(tags: &[Tag], code: i32) -> Option<&str> {
    tags.iter().find(|tag| tag.code == code).map(|tag| tag.value.as_str())
}

pub(super) fn number(tags: &[Tag], code: i32) -> Option<f64> {
    tags.iter().find(|tag| tag.code == code).and_then(Tag::number)
}

/// An entity with the vertices or attributes that follow it.
struct Joined<'a> {
    tags: &'a [Tag],
    rest: Vec<&'a [Tag]>,
}

impl Joined<'_> {
    fn name(&self) -> &str {
        &self.tags[0].value
    }

    fn attributes(&self) -> Vec<(String, String)> {
        let attribs = self.rest.iter().filter(|tags| tags[0].value == "ATTRIB");
        attribs.filter_map(|tags| Some((first(tags, 2)?.to_owned(), plain(first(tags, 1)?)))).collect()
    }
}

fn joined<'a>(groups: &[&'a [Tag]]) -> Vec<Joined<'a>> {
    let mut entities: Vec<Joined<'a>> = Vec::new();
    let mut open = false;
    for group in groups {
        match group[0].value.as_str() {
            "VERTEX" | "ATTRIB" if open => {
                if let Some(last) = entities.last_mut() {
                    last.rest.push(group);
                }
            }
            "SEQEND" => open = false,
            name => {
                open = matches!(name, "POLYLINE" | "INSERT");
                entities.push(Joined { tags: group, rest: Vec::new() });
            }
        }
    }
    entities
}

struct Reader<'a> {
    blocks: &'a BTreeMap<String, Vec<&'a [Tag]>>,
    parts: usize,
}

impl Reader<'_> {
    fn geometry(&mut self, entity: &Joined<'_>, depth: usize) -> Option<Geometry> {
        let tags = entity.tags;
        let turned = Ocs::of(tags);
        let point = |code: i32| -> Option<Position> {
            Some(Position {
                x: number(tags, code)?,
                y: number(tags, code + 10)?,
                z: Some(number(tags, code + 20).unwrap_or(0.0)),
            })
        };
        let line = |mut points: Vec<Position>, closed: bool| {
            if closed && points.first().map(|p| p.xy()) != points.last().map(|p| p.xy()) {
                points.extend(points.first().copied());
            }
            Some(Geometry::Shape { raw: Raw::Lines(vec![points]), closed })
        };
        match entity.name() {
            "POINT" => Some(Geometry::Shape { raw: Raw::Points(vec![point(10)?]), closed: false }),
            "LINE" => line(vec![point(10)?, point(11)?], false),
            "LWPOLYLINE" => {
                let z = number(tags, 38).unwrap_or(0.0);
                let mut corners: Vec<(Position, f64)> = Vec::new();
                for tag in tags {
                    match (tag.code, tag.number()) {
                        (10, Some(x)) => corners.push((Position::new(x, f64::NAN, z), 0.0)),
                        (20, Some(y)) => corners.last_mut()?.0.y = y,
                        (42, Some(bulge)) => corners.last_mut()?.1 = bulge,
                        _ => {}
                    }
                }
                let closed = number(tags, 70).is_some_and(|flags| flags as i64 & 1 == 1);
                line(turned.all(bulged(&corners, closed)), closed)
            }
            "POLYLINE" => Self::polyline(entity, &turned),
            "ARC" => {
                let (from, mut to) = (number(tags, 50)?.to_radians(), number(tags, 51)?.to_radians());
                if to <= from {
                    to += TAU;
                }
                line(turned.all(arcs::circle(point(10)?, number(tags, 40)?, from, to)), false)
            }
            "CIRCLE" => line(turned.all(arcs::circle(point(10)?, number(tags, 40)?, 0.0, TAU)), true),
            "ELLIPSE" => {
                let axis = point(11)?;
                let (from, mut to) = (number(tags, 41).unwrap_or(0.0), number(tags, 42).unwrap_or(TAU));
                if to <= from {
                    to += TAU;
                }
                let whole = (to - from - TAU).abs() < 1e-6;
                // Its centre and axis stand in world coordinates; an extrusion down only turns its sense.
                let ratio = number(tags, 40)? * if turned.down() { -1.0 } else { 1.0 };
                line(arcs::ellipse(point(10)?, axis.xy(), ratio, from, to), whole)
            }
            "SPLINE" => curves::spline(tags)
                .and_then(|points| line(points, number(tags, 70).is_some_and(|flags| flags as i64 & 1 == 1))),
            "3DFACE" | "SOLID" | "TRACE" => {
                let mut corners: Vec<Position> = (10..14).filter_map(point).collect();
                if entity.name() != "3DFACE" && corners.len() == 4 {
                    corners.swap(2, 3);
                }
                // A triangle repeats a corner; a face with two is a line, and none.
                let mut distinct: Vec<Position> = Vec::new();
                for corner in corners {
                    if !distinct.contains(&corner) {
                        distinct.push(corner);
                    }
                }
                let face = if entity.name() == "3DFACE" { distinct } else { turned.all(distinct) };
                Some(Geometry::Faces(Some(face).filter(|face| face.len() > 2).into_iter().collect()))
            }
            "HATCH" => curves::hatch(tags, &turned),
            "TEXT" | "MTEXT" | "ATTDEF" => {
                let words: String =
                    tags.iter().filter(|tag| matches!(tag.code, 1 | 3)).map(|tag| tag.value.as_str()).collect();
                Some(Geometry::Text { at: turned.all(vec![point(10)?])[0], words: plain(&words) })
            }
            "INSERT" => {
                let at = turned.all(vec![point(10)?])[0];
                Some(Geometry::Insert { at, parts: self.insert(tags, &turned, depth) })
            }
            _ => None,
        }
    }

    fn polyline(entity: &Joined<'_>, turned: &Ocs) -> Option<Geometry> {
        let flags = number(entity.tags, 70).unwrap_or(0.0) as i64;
        let vertices: Vec<(&[Tag], Position, i64)> = entity
            .rest
            .iter()
            .filter_map(|tags| {
                let at =
                    Position { x: number(tags, 10)?, y: number(tags, 20)?, z: Some(number(tags, 30).unwrap_or(0.0)) };
                Some((*tags, at, number(tags, 70).unwrap_or(0.0) as i64))
            })
            .collect();
        if flags & 64 != 0 {
            // Polyface mesh: positions first, then faces that name them from 1, an invisible edge negative.
            let corners: Vec<Position> = vertices.iter().filter(|v| v.2 & 64 != 0).map(|v| v.1).collect();
            let faces = vertices.iter().filter(|v| v.2 & 192 == 128).map(|(tags, ..)| {
                let numbers =
                    (71..75).filter_map(|code| number(tags, code)).map(|n| n.abs() as usize).filter(|n| *n > 0);
                numbers.filter_map(|n| corners.get(n - 1).copied()).collect::<Vec<_>>()
            });
            return Some(Geometry::Faces(faces.filter(|face| face.len() > 2).collect()));
        }
        if flags & 16 != 0 {
            let (m, n) = (number(entity.tags, 71)? as usize, number(entity.tags, 72)? as usize);
            let at: Vec<Position> = vertices.iter().map(|v| v.1).collect();
            if m < 2 || n < 2 || m.checked_mul(n)? > at.len() {
                return None;
            }
            let faces = (0..m - 1).flat_map(|i| (0..n - 1).map(move |j| (i, j)));
            return Some(Geometry::Faces(
                faces
                    .map(|(i, j)| vec![at[i * n + j], at[(i + 1) * n + j], at[(i + 1) * n + j + 1], at[i * n + j + 1]])
                    .collect(),
            ));
        }
        let closed = flags & 1 != 0;
        // Corners of the frame that a smoothed line was drawn from are no part of it.
        let corners: Vec<(Position, f64)> = vertices
            .iter()
            .filter(|v| v.2 & 16 == 0)
            .map(|(tags, at, _)| (*at, number(tags, 42).unwrap_or(0.0)))
            .collect();
        let mut points = if flags & 8 != 0 {
            corners.iter().map(|c| c.0).collect()
        } else {
            let z = number(entity.tags, 30).unwrap_or(0.0);
            turned.all(
                bulged(&corners, closed)
                    .into_iter()
                    .map(|p| Position { z: p.z.filter(|own| *own != 0.0).or(Some(z)), ..p })
                    .collect(),
            )
        };
        if closed && points.first().map(|p: &Position| p.xy()) != points.last().map(|p| p.xy()) {
            points.extend(points.first().copied());
        }
        (!points.is_empty()).then_some(Geometry::Shape { raw: Raw::Lines(vec![points]), closed })
    }

    /// The shapes of an inserted block, where it stands.
    fn insert(&mut self, tags: &[Tag], turned: &Ocs, depth: usize) -> Vec<Raw> {
        let Some(groups) = first(tags, 2).and_then(|name| self.blocks.get(name)) else { return Vec::new() };
        if depth >= DEEPEST || self.parts >= MOST_PARTS {
            return Vec::new();
        }
        let base = [
            number(groups[0], 10).unwrap_or(0.0),
            number(groups[0], 20).unwrap_or(0.0),
            number(groups[0], 30).unwrap_or(0.0),
        ];
        let scale = [41, 42, 43].map(|code| number(tags, code).unwrap_or(1.0));
        let (sin, cos) = number(tags, 50).unwrap_or(0.0).to_radians().sin_cos();
        let at = [10, 20, 30].map(|code| number(tags, code).unwrap_or(0.0));
        let count = |code| (number(tags, code).unwrap_or(1.0) as usize).clamp(1, 1_000);
        let (columns, rows) = (count(70), count(71));
        let (dx, dy) = (number(tags, 44).unwrap_or(0.0), number(tags, 45).unwrap_or(0.0));
        let mut inner = Vec::new();
        for entity in joined(&groups[1..]) {
            match self.geometry(&entity, depth + 1) {
                Some(Geometry::Shape { raw, closed }) => {
                    inner.push(if closed { raw.closed().unwrap_or(raw) } else { raw });
                }
                Some(Geometry::Faces(faces)) => {
                    inner.push(Raw::Areas(faces.into_iter().map(|face| vec![super::close(face)]).collect()));
                }
                Some(Geometry::Insert { parts, .. }) => inner.extend(parts),
                _ => {}
            }
        }
        let mut placed = Vec::new();
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            for raw in &inner {
                if self.parts >= MOST_PARTS {
                    return placed;
                }
                self.parts += raw.positions().len().max(1);
                let mut raw = raw.clone();
                for p in raw.positions_mut() {
                    let x = (p.x - base[0]) * scale[0] + column as f64 * dx;
                    let y = (p.y - base[1]) * scale[1] + row as f64 * dy;
                    let z = (p.z.unwrap_or(0.0) - base[2]) * scale[2] + at[2];
                    *p = turned.world(Position::new(x * cos - y * sin + at[0], x * sin + y * cos + at[1], z));
                }
                placed.push(raw);
            }
        }
        placed
    }
}

/// Corners with bulges as points.
pub(super) fn bulged(corners: &[(Position, f64)], closed: bool) -> Vec<Position> {
    let mut points: Vec<Position> = Vec::new();
    for (i, (at, bulge)) in corners.iter().enumerate() {
        points.push(*at);
        let next = corners.get(i + 1).or_else(|| corners.first().filter(|_| closed));
        if let Some((to, _)) = next.filter(|_| bulge.abs() > 1e-9) {
            let arc = arcs::bulge(*at, *to, *bulge);
            // Two corners in one place make an arc of a single point.
            points.extend(arc.get(1..arc.len().saturating_sub(1)).unwrap_or_default());
        }
    }
    points
}

/// The frame of an entity that lies in its own plane (the "arbitrary axis algorithm" of the DXF reference).
pub(super) struct Ocs {
    axes: Option<[[f64; 3]; 3]>,
}

impl Ocs {
    fn of(tags: &[Tag]) -> Self {
        let n = [210, 220, 230].map(|code| number(tags, code));
        let [Some(x), Some(y), Some(z)] = n else { return Self { axes: None } };
        let length = (x * x + y * y + z * z).sqrt();
        if length < 1e-12 || (x == 0.0 && y == 0.0 && z > 0.0) {
            return Self { axes: None };
        }
        let n = [x / length, y / length, z / length];
        let cross = |a: [f64; 3], b: [f64; 3]| {
            [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
        };
        let unit = |a: [f64; 3]| {
            let length = (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt();
            a.map(|v| v / length)
        };
        let helper = if n[0].abs() < 1.0 / 64.0 && n[1].abs() < 1.0 / 64.0 { [0.0, 1.0, 0.0] } else { [0.0, 0.0, 1.0] };
        let ax = unit(cross(helper, n));
        Self { axes: Some([ax, unit(cross(n, ax)), n]) }
    }

    fn down(&self) -> bool {
        self.axes.is_some_and(|axes| axes[2][2] < 0.0)
    }

    fn world(&self, p: Position) -> Position {
        let Some([a, b, n]) = self.axes else { return p };
        let z = p.z.unwrap_or(0.0);
        let at = |i: usize| p.x * a[i] + p.y * b[i] + z * n[i];
        Position::new(at(0), at(1), at(2))
    }

    pub(super) fn all(&self, points: Vec<Position>) -> Vec<Position> {
        points.into_iter().map(|p| self.world(p)).collect()
    }
}

/// MTEXT without its formatting codes, `%%` codes of TEXT resolved.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' => {}
            '\\' => match chars.next() {
                Some('P' | 'n') => out.push('\n'),
                Some('~') => out.push(' '),
                Some(c @ ('\\' | '{' | '}')) => out.push(c),
                Some('L' | 'l' | 'O' | 'o' | 'K' | 'k') => {}
                // A code with a value, up to its semicolon: \fSimSun|b0; \H2.5; \A1; …
                Some('A' | 'C' | 'c' | 'F' | 'f' | 'H' | 'Q' | 'T' | 'W' | 'p' | 'S') => {
                    for c in chars.by_ref() {
                        if c == ';' {
                            break;
                        }
                    }
                }
                Some(c) => out.push(c),
                None => {}
            },
            '%' if chars.peek() == Some(&'%') => {
                chars.next();
                match chars.next() {
                    Some('d' | 'D') => out.push('°'),
                    Some('p' | 'P') => out.push('±'),
                    Some('c' | 'C') => out.push('⌀'),
                    _ => {}
                }
            }
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}
