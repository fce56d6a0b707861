//! OMF 0.9: a header of 60 bytes, arrays packed with zlib, and an index in JSON at the end.

use super::{Element, MOST_NUMBERS, Project, block_model, by, damaged, grid, object, three};
use crate::mesh::Object;
use minesift_core::text::Text;
use serde_json::{Map, Value};
use std::cell::Cell;
use std::io::Read;

/// The first bytes.
pub(super) const MAGIC: [u8; 4] = [0x84, 0x83, 0x82, 0x81];
/// Where the index begins is written here.
const INDEX_AT: usize = 52;
/// Elements in a project, at most.
const MOST_ELEMENTS: usize = 100_000;

struct File<'a> {
    bytes: &'a [u8],
    index: Map<String, Value>,
    /// Numbers that may still be unpacked.
    left: Cell<usize>,
}

/// The project of a file.
pub(super) fn project(bytes: &[u8]) -> Result<Project, Text> {
    let at = bytes.get(INDEX_AT..INDEX_AT + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
    let json = at.and_then(|at| bytes.get(usize::try_from(at).ok()?..)).ok_or_else(damaged)?;
    let Ok(Value::Object(index)) = serde_json::from_slice(json) else { return Err(damaged()) };
    let file = File { bytes, index, left: Cell::new(MOST_NUMBERS) };
    let project = file.index.values().find(|object| object["__class__"] == "Project").ok_or_else(damaged)?;
    let shift = three(&project["origin"]).unwrap_or([0.0; 3]);
    let list = project["elements"].as_array().map(Vec::as_slice).unwrap_or_default();
    let elements = list
        .iter()
        .take(MOST_ELEMENTS)
        .enumerate()
        .map(|(number, id)| {
            let element = file.at(id);
            let name = element["name"].as_str().unwrap_or_default().trim().to_owned();
            let place = format!("element {} {name}", number + 1).trim_end().to_owned();
            Element { made: file.geometry(element, shift), name, place }
        })
        .collect();
    Ok(Project::new(project, elements))
}

impl File<'_> {
    fn at(&self, id: &Value) -> &Value {
        id.as_str().and_then(|id| self.index.get(id)).unwrap_or(&Value::Null)
    }

    fn geometry(&self, element: &Value, shift: [f64; 3]) -> Result<Object, Text> {
        let geometry = self.at(&element["geometry"]);
        let own = three(&geometry["origin"]).unwrap_or([0.0; 3]);
        let origin = [0, 1, 2].map(|axis| shift[axis] + own[axis]);
        let vertices = || -> Result<Vec<[f64; 3]>, Text> {
            let raw = by::<3>(&self.array(&geometry["vertices"])?)?;
            Ok(raw.into_iter().map(|v| [0, 1, 2].map(|axis| v[axis] + origin[axis])).collect())
        };
        match geometry["__class__"].as_str().unwrap_or_default() {
            "PointSetGeometry" => object(vertices()?, &[], &[]),
            "LineSetGeometry" => object(vertices()?, &[], &by::<2>(&self.array(&geometry["segments"])?)?),
            "SurfaceGeometry" => object(vertices()?, &by::<3>(&self.array(&geometry["triangles"])?)?, &[]),
            "SurfaceGridGeometry" => {
                let axis = |key: &str| three(&geometry[key]).ok_or_else(damaged);
                let steps = |key: &str| -> Result<Vec<f64>, Text> {
                    let list = geometry[key].as_array().ok_or_else(damaged)?;
                    list.iter().map(Value::as_f64).collect::<Option<_>>().ok_or_else(damaged)
                };
                let heights =
                    if geometry["offset_w"].is_string() { self.array(&geometry["offset_w"])? } else { Vec::new() };
                let (u, v) = (steps("tensor_u")?, steps("tensor_v")?);
                let made = grid(origin, [axis("axis_u")?, axis("axis_v")?], [&u, &v], &heights, self.left.get())?;
                self.left.set(self.left.get() - made.vertices.len());
                Ok(made)
            }
            "VolumeGridGeometry" => Err(block_model()),
            other => Err(Text::new(
                format!("几何类型“{other}”不认识，未读取"),
                format!("geometry of class \"{other}\" is not known and not read"),
            )),
        }
    }

    /// An array by its id: `<f8` and `<i8`, packed.
    fn array(&self, id: &Value) -> Result<Vec<f64>, Text> {
        let array = &self.at(id)["array"];
        let number = |key: &str| array[key].as_u64().and_then(|n| usize::try_from(n).ok());
        let (start, length) = number("start").zip(number("length")).ok_or_else(damaged)?;
        let end = start.checked_add(length).ok_or_else(damaged)?;
        let packed = self.bytes.get(start..end).ok_or_else(|| {
            Text::new(
                format!("数组位于第 {start}–{end} 字节，超出文件"),
                format!("an array stands at bytes {start} to {end}, beyond the end of the file"),
            )
        })?;
        let mut plain = Vec::new();
        let most = self.left.get() as u64 * 8;
        flate2::read::ZlibDecoder::new(packed).take(most + 1).read_to_end(&mut plain).map_err(|_| damaged())?;
        if plain.len() as u64 > most || !plain.len().is_multiple_of(8) {
            return Err(damaged());
        }
        self.left.set(self.left.get() - plain.len() / 8);
        let words = plain.chunks_exact(8).filter_map(|piece| <[u8; 8]>::try_from(piece).ok());
        match array["dtype"].as_str() {
            Some("<f8") => Ok(words.map(f64::from_le_bytes).collect()),
            Some("<i8") => Ok(words.map(|word| i64::from_le_bytes(word) as f64).collect()),
            other => Err(Text::new(
                format!("数组类型 {} 不认识", other.unwrap_or("?")),
                format!("an array of type {} is not known", other.unwrap_or("?")),
            )),
        }
    }
}
