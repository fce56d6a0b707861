//! STL, OBJ and PLY: vertices and faces, nothing else is taken.

use super::{Object, bytes, give};
use crate::crs::Placement;
use crate::{ImportError, Input, Intake, Options, encoding};
use minesift_core::text::Text;
use std::collections::BTreeMap;

/// Reads one object's worth of bytes, or says what is wrong.
type Parse = fn(&[u8]) -> Result<Object, Text>;

pub(super) fn read(input: &Input, options: &Options, intake: &mut Intake, parse: Parse) -> Result<(), ImportError> {
    let bytes = bytes(input)?;
    let mut object = parse(&bytes).map_err(|why| ImportError::new(&input.name, why.zh, why.en))?;
    if object.name.is_empty() {
        object.name = input.name.rsplit_once('.').map_or(input.name.as_str(), |(stem, _)| stem).to_owned();
    }
    let samples = object.samples(options);
    let placement = Placement::decide(&input.name, &samples, None, options)?;
    placement.report(intake);
    object.units.say(options, intake);
    intake.table("");
    if object.bad > 0 {
        object.problems.push(Text::new(
            format!("{} 行（面）无法读取，未采用", object.bad),
            format!("{} lines (faces) could not be read and were left out", object.bad),
        ));
    }
    give(object, options, &placement, intake)
}

fn cut_off() -> Text {
    Text::new("文件不完整，请重新导出", "the file is cut off: export it again")
}

#[derive(Default)]
struct Corners {
    seen: BTreeMap<[u64; 3], u32>,
}

impl Corners {
    fn of(&mut self, object: &mut Object, at: [f64; 3]) -> u32 {
        *self.seen.entry(at.map(f64::to_bits)).or_insert_with(|| {
            object.vertices.push(at);
            object.vertices.len() as u32 - 1
        })
    }
}

fn face(object: &mut Object, corners: &[u32]) {
    let before = object.triangles.len();
    for i in 1..corners.len().saturating_sub(1) {
        let [a, b, c] = [corners[0], corners[i], corners[i + 1]];
        if a != b && b != c && a != c {
            object.triangles.push([a, b, c]);
        }
    }
    object.bad += u64::from(object.triangles.len() == before);
}

/// STL; binary when its length says so, for binary files may begin with "solid" too.
pub(super) fn stl(bytes: &[u8]) -> Result<Object, Text> {
    let mut object = Object::default();
    let mut corners = Corners::default();
    let count = bytes.get(80..84).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let binary = count.is_some_and(|count| count.checked_mul(50).is_some_and(|size| bytes.len() == size + 84));
    if binary || !bytes.trim_ascii_start().starts_with(b"solid") {
        let count = count.ok_or_else(cut_off)?;
        let body = &bytes[84..];
        if count.checked_mul(50).is_none_or(|size| body.len() < size) {
            return Err(cut_off());
        }
        for facet in body.chunks_exact(50).take(count) {
            let number = |i: usize| f64::from(f32::from_le_bytes([facet[i], facet[i + 1], facet[i + 2], facet[i + 3]]));
            let at: Vec<[f64; 3]> = (0..3).map(|k| [0, 4, 8].map(|axis| number(12 + 12 * k + axis))).collect();
            if at.iter().flatten().any(|v| !v.is_finite()) {
                object.bad += 1;
                continue;
            }
            let ids: Vec<u32> = at.into_iter().map(|at| corners.of(&mut object, at)).collect();
            face(&mut object, &ids);
        }
        return Ok(object);
    }
    let text = encoding::ended(String::from_utf8_lossy(bytes));
    let mut ids: Vec<u32> = Vec::new();
    let mut ended = false;
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("solid") => object.name = words.collect::<Vec<_>>().join(" "),
            Some("vertex") => match three(words) {
                Some(at) => ids.push(corners.of(&mut object, at)),
                None => object.bad += 1,
            },
            Some("endfacet") => face(&mut object, &std::mem::take(&mut ids)),
            Some("endsolid") => ended = true,
            _ => {}
        }
    }
    if !ended {
        object
            .problems
            .push(Text::new("没有 endsolid，文件可能不完整", "there is no endsolid: the file may be cut off"));
    }
    Ok(object)
}

fn three<'a>(words: impl Iterator<Item = &'a str>) -> Option<[f64; 3]> {
    let at: Vec<f64> = words.take(3).map(|w| w.parse::<f64>().ok().filter(|v| v.is_finite())).collect::<Option<_>>()?;
    at.try_into().ok()
}

/// OBJ: `v` and `f`.
pub(super) fn obj(bytes: &[u8]) -> Result<Object, Text> {
    let text = encoding::ended(String::from_utf8_lossy(bytes));
    let mut object = Object::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("o" | "g") if object.name.is_empty() => object.name = words.collect::<Vec<_>>().join(" "),
            Some("v") => match three(words) {
                Some(at) => object.vertices.push(at),
                // A vertex left out would shift the numbers of all that follow.
                None => {
                    return Err(Text::new(format!("顶点无法读取：{line}"), format!("a vertex cannot be read: {line}")));
                }
            },
            Some("f") => {
                let count = object.vertices.len() as i64;
                let ids: Option<Vec<u32>> = words
                    .map(|word| {
                        let n: i64 = word.split('/').next()?.parse().ok()?;
                        let n = if n < 0 { count + n } else { n - 1 };
                        (0..count).contains(&n).then_some(n as u32)
                    })
                    .collect();
                match ids {
                    Some(ids) => face(&mut object, &ids),
                    None => object.bad += 1,
                }
            }
            _ => {}
        }
    }
    Ok(object)
}

/// PLY: the elements `vertex` (x, y, z) and `face` (a list of corners).
pub(super) fn ply(bytes: &[u8]) -> Result<Object, Text> {
    let end = bytes.windows(10).position(|w| w == b"end_header").ok_or_else(cut_off)?;
    let header = encoding::ended(String::from_utf8_lossy(&bytes[..end]));
    let rest = &bytes[end..];
    let line_end = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
    // CR LF are one end; a body that begins with LF after a lone CR would be text of old programs.
    let body_at = end + line_end + if rest[line_end..].starts_with(b"\r\n") { 2 } else { 1 };
    let mut elements: Vec<(String, usize, Vec<Vec<String>>)> = Vec::new();
    let mut format = String::new();
    for line in header.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["format", name, ..] => format = (*name).to_owned(),
            ["element", name, count] => {
                elements.push(((*name).to_owned(), count.parse().map_err(|_| cut_off())?, Vec::new()));
            }
            ["property", rest @ ..] => {
                // A property of no type takes no bytes: nothing would bound the count of its element.
                if !matches!(rest, ["list", _, _, _] | [_, _]) {
                    return Err(Text::new(
                        format!("PLY 文件头无法读取：{line}"),
                        format!("the header of the PLY cannot be read: {line}"),
                    ));
                }
                if let Some((_, _, properties)) = elements.last_mut() {
                    properties.push(rest.iter().map(|w| (*w).to_owned()).collect());
                }
            }
            _ => {}
        }
    }
    let body = bytes.get(body_at..).unwrap_or_default();
    let mut source: Box<dyn FnMut(&str) -> Option<f64> + '_> = match format.as_str() {
        "ascii" => {
            let text = std::str::from_utf8(body).map_err(|_| cut_off())?;
            let mut words = text.split_whitespace();
            Box::new(move |_| words.next()?.parse().ok())
        }
        "binary_little_endian" => {
            let mut at = 0;
            Box::new(move |ty| {
                let size = match ty {
                    "char" | "uchar" | "int8" | "uint8" => 1,
                    "short" | "ushort" | "int16" | "uint16" => 2,
                    "double" | "float64" => 8,
                    _ => 4,
                };
                let b = body.get(at..at + size)?;
                at += size;
                Some(match ty {
                    "char" | "int8" => f64::from(b[0] as i8),
                    "uchar" | "uint8" => f64::from(b[0]),
                    "short" | "int16" => f64::from(i16::from_le_bytes([b[0], b[1]])),
                    "ushort" | "uint16" => f64::from(u16::from_le_bytes([b[0], b[1]])),
                    "int" | "int32" => f64::from(i32::from_le_bytes([b[0], b[1], b[2], b[3]])),
                    "uint" | "uint32" => f64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]])),
                    "double" | "float64" => f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]),
                    _ => f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
                })
            })
        }
        other => {
            return Err(Text::new(
                format!("PLY 格式 {other} 不支持；请存为 ascii 或 binary_little_endian"),
                format!("PLY format {other} is not read: save it as ascii or binary_little_endian"),
            ));
        }
    };
    let mut object = Object::default();
    // An element without properties takes no bytes: its count is bound by nothing, and it says nothing.
    for (name, count, properties) in elements.iter().filter(|element| !element.2.is_empty()) {
        for _ in 0..*count {
            let (mut at, mut corners) = ([f64::NAN; 3], Vec::new());
            for property in properties {
                let words: Vec<&str> = property.iter().map(String::as_str).collect();
                match words.as_slice() {
                    ["list", length, ty, _] => {
                        let n = source(length).ok_or_else(cut_off)?;
                        for _ in 0..n as usize {
                            corners.push(source(ty).ok_or_else(cut_off)?);
                        }
                    }
                    [ty, key] => {
                        let value = source(ty).ok_or_else(cut_off)?;
                        if let Some(axis) = ["x", "y", "z"].iter().position(|name| name == key) {
                            at[axis] = value;
                        }
                    }
                    _ => {}
                }
            }
            match name.as_str() {
                "vertex" => object.vertices.push(at),
                "face" => {
                    let known = object.vertices.len() as f64;
                    if corners.iter().all(|n| (0.0..known).contains(n)) {
                        let ids: Vec<u32> = corners.iter().map(|n| *n as u32).collect();
                        face(&mut object, &ids);
                    } else {
                        object.bad += 1;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(object)
}
