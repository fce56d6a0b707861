//! OMF 2: a zip with an index in packed JSON and one Parquet file an array.

use super::{Element, MOST_NUMBERS, Project, block_model, by, damaged, grid, object, three};
use crate::mesh::Object;
use crate::parquet_rows;
use minesift_core::text::Text;
use serde_json::Value;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The most bytes of an unpacked member.
const MOST_BYTES: u64 = 1 << 30;
/// Composites in composites, at most.
const DEEPEST: usize = 8;

/// The package, and how many numbers may still be unpacked from it.
struct Zip<'a> {
    members: ZipArchive<Cursor<&'a [u8]>>,
    left: usize,
}

/// The project of a file, elements of composites by their path.
pub(super) fn project(bytes: &[u8]) -> Result<Project, Text> {
    let broken = |error: &dyn std::fmt::Display| {
        Text::new(
            format!("OMF 无法打开（{error}）；请重新导出"),
            format!("this OMF cannot be opened ({error}): export it again"),
        )
    };
    let members = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut zip = Zip { members, left: MOST_NUMBERS };
    let packed = member(&mut zip, "index.json.gz")?;
    let mut json = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice())
        .take(MOST_BYTES)
        .read_to_end(&mut json)
        .map_err(|error| broken(&error))?;
    let project: Value = serde_json::from_slice(&json).map_err(|error| broken(&error))?;
    let shift = three(&project["origin"]).unwrap_or([0.0; 3]);
    let mut elements = Vec::new();
    gather(&mut zip, &project["elements"], "", shift, 0, &mut elements);
    Ok(Project::new(&project, elements))
}

fn gather(zip: &mut Zip<'_>, list: &Value, within: &str, shift: [f64; 3], depth: usize, out: &mut Vec<Element>) {
    for element in list.as_array().map(Vec::as_slice).unwrap_or_default() {
        let own = element["name"].as_str().unwrap_or_default().trim();
        let name = if within.is_empty() { own.to_owned() } else { format!("{within}/{own}") };
        let geometry = &element["geometry"];
        if geometry["type"] == "Composite" && depth < DEEPEST {
            gather(zip, &geometry["elements"], &name, shift, depth + 1, out);
            continue;
        }
        let place = format!("element {} {name}", out.len() + 1).trim_end().to_owned();
        out.push(Element { made: made(zip, geometry, shift), name, place });
    }
}

fn made(zip: &mut Zip<'_>, geometry: &Value, shift: [f64; 3]) -> Result<Object, Text> {
    let own = three(&geometry["origin"]).unwrap_or([0.0; 3]);
    let origin = [0, 1, 2].map(|axis| shift[axis] + own[axis]);
    let vertices = |zip: &mut Zip<'_>| -> Result<Vec<[f64; 3]>, Text> {
        let raw = by::<3>(&array(zip, &geometry["vertices"], 3)?)?;
        Ok(raw.into_iter().map(|v| [0, 1, 2].map(|axis| v[axis] + origin[axis])).collect())
    };
    match geometry["type"].as_str().unwrap_or_default() {
        "PointSet" => object(vertices(zip)?, &[], &[]),
        "LineSet" => object(vertices(zip)?, &[], &by::<2>(&array(zip, &geometry["segments"], 2)?)?),
        "Surface" => object(vertices(zip)?, &by::<3>(&array(zip, &geometry["triangles"], 3)?)?, &[]),
        "GridSurface" => {
            let orient = &geometry["orient"];
            let axis = |key: &str| three(&orient[key]).ok_or_else(damaged);
            let at = axis("origin")?;
            let origin = [0, 1, 2].map(|i| shift[i] + at[i]);
            let (u, v) = match geometry["grid"]["type"].as_str() {
                Some("Tensor") => (array(zip, &geometry["grid"]["u"], 1)?, array(zip, &geometry["grid"]["v"], 1)?),
                _ => {
                    let (size, count) = (&geometry["grid"]["size"], &geometry["grid"]["count"]);
                    let steps = |i: usize| -> Result<Vec<f64>, Text> {
                        let n = count[i].as_u64().filter(|n| *n <= 100_000).ok_or_else(damaged)?;
                        Ok(vec![size[i].as_f64().ok_or_else(damaged)?; n as usize])
                    };
                    (steps(0)?, steps(1)?)
                }
            };
            let heights =
                if geometry["heights"].is_object() { array(zip, &geometry["heights"], 1)? } else { Vec::new() };
            let made = grid(origin, [axis("u")?, axis("v")?], [&u, &v], &heights, zip.left)?;
            zip.left -= made.vertices.len();
            Ok(made)
        }
        "BlockModel" => Err(block_model()),
        other => Err(Text::new(
            format!("几何类型“{other}”不认识，未读取"),
            format!("geometry of type \"{other}\" is not known and not read"),
        )),
    }
}

/// The numbers of an array, `columns` to a row; the index says how many rows there must be.
fn array(zip: &mut Zip<'_>, said: &Value, columns: usize) -> Result<Vec<f64>, Text> {
    let name = said["filename"].as_str().ok_or_else(damaged)?;
    let count = said["item_count"].as_u64().ok_or_else(damaged)?;
    let bytes = member(zip, name)?;
    let numbers = parquet_rows::numbers(bytes, zip.left).map_err(|error| {
        Text::new(format!("数组 {name} 无法读取：{error}"), format!("the array {name} cannot be read: {error}"))
    })?;
    zip.left -= numbers.len();
    let rows = numbers.len() / columns;
    if rows as u64 != count || !numbers.len().is_multiple_of(columns) {
        return Err(Text::new(
            format!("数组 {name} 有 {rows} 项，而索引写明 {count} 项：文件自相矛盾，请重新导出"),
            format!(
                "the array {name} has {rows} items, the index says {count}: the file contradicts itself, export it again"
            ),
        ));
    }
    Ok(numbers)
}

fn member(zip: &mut Zip<'_>, name: &str) -> Result<Vec<u8>, Text> {
    let missing = |error: String| {
        Text::new(
            format!("缺少 {name}（{error}）；不是完整的 OMF 2，请重新导出"),
            format!("{name} is missing ({error}): this is no whole OMF 2, export it again"),
        )
    };
    let file = zip.members.by_name(name).map_err(|error| missing(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(|error| missing(error.to_string()))?;
    Ok(bytes)
}
