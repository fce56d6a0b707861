//! Open Mining Format, version 1 (0.9: one binary file) and 2 (a zip of Parquet arrays): surfaces, grids, lines and
//! points. See `docs/formats/omf.md`.

mod one;
mod two;

use crate::crs::Placement;
use crate::mesh::{AxisUnits, Object, bytes, give};
use crate::{ImportError, Importer, Input, Intake, Options};
use minesift_core::fact::Source;
use minesift_core::text::Text;

pub(crate) const IMPORTER: Importer = Importer {
    name: "omf",
    about: "Open Mining Format 1 and 2: surfaces, grid surfaces, lines, points / 开放矿业格式",
    extensions: &["omf"],
    recognises: |input| input.head.starts_with(&one::MAGIC) || input.extension() == "omf",
    read,
};

/// The largest file that is read: its arrays are held in memory.
const LARGEST: u64 = 1 << 30;
/// The most numbers in all arrays together: packed, they may be a thousandth of their size.
const MOST_NUMBERS: usize = 60_000_000;

/// A project: what it says of itself, and its elements.
struct Project {
    /// Unit of its coordinates, as written; empty where none is stated.
    units: String,
    /// Its coordinate reference system, as written; version 1 has none.
    crs: Option<String>,
    elements: Vec<Element>,
}

impl Project {
    fn new(said: &serde_json::Value, elements: Vec<Element>) -> Self {
        let word = |key: &str| said[key].as_str().map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
        Self { units: word("units").unwrap_or_default(), crs: word("coordinate_reference_system"), elements }
    }
}

/// One element of a project.
struct Element {
    name: String,
    place: String,
    /// What it is made of, or why it is not taken.
    made: Result<Object, Text>,
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    if input.size > LARGEST {
        return Err(ImportError::new(
            &input.name,
            format!("文件超过 {} MiB；请拆分导出", LARGEST >> 20),
            format!("the file has more than {} MiB: export it in parts", LARGEST >> 20),
        ));
    }
    let bytes = bytes(input)?;
    let project = if bytes.starts_with(&one::MAGIC) { one::project(&bytes) } else { two::project(&bytes) };
    let Project { units, crs, mut elements } = project.map_err(|why| ImportError::new(&input.name, why.zh, why.en))?;
    for object in elements.iter_mut().filter_map(|element| element.made.as_mut().ok()) {
        object.units = AxisUnits::all(&units);
    }
    let made = elements.iter().filter_map(|element| element.made.as_ref().ok());
    let samples: Vec<[f64; 2]> = made.flat_map(|object| object.samples(options)).collect();
    let placement = Placement::decide(&input.name, &samples, crs.as_deref(), options)?;
    if !samples.is_empty() {
        placement.report(intake);
        AxisUnits::all(&units).say(options, intake);
    }
    intake.table("");
    if elements.is_empty() {
        let source = Source { file: input.name.clone(), place: String::new() };
        intake.note(&source, Text::new("工程里没有任何元素", "the project holds no element"));
    }
    for Element { name, place, made } in elements {
        match made {
            Ok(object) => give(Object { name, place, ..object }, options, &placement, intake)?,
            Err(why) => intake.refuse(&Source { file: input.name.clone(), place }, why),
        }
    }
    Ok(())
}

fn block_model() -> Text {
    Text::new(
        "块体模型（品位块）不是致灾因素的图形，未读取；请导出其外壳面",
        "a block model is no surface, line or point set and is not read: export its shell as a surface",
    )
}

fn damaged() -> Text {
    Text::new("文件损坏或不完整，请重新导出", "the file is damaged or cut off: export it again")
}

/// An object of vertices and the corners that join them, every number checked against the vertices.
fn object(vertices: Vec<[f64; 3]>, triangles: &[[f64; 3]], segments: &[[f64; 2]]) -> Result<Object, Text> {
    if vertices.iter().flatten().any(|value| !value.is_finite()) {
        return Err(Text::new("顶点坐标不是有限数", "a vertex is no finite number"));
    }
    let count = vertices.len() as f64;
    let wrong = |list: &[f64]| list.iter().any(|n| !(0.0..count).contains(n) || n.fract() != 0.0);
    if triangles.iter().any(|t| wrong(t)) || segments.iter().any(|s| wrong(s)) {
        return Err(Text::new(
            "三角形或线段引用了不存在的顶点",
            "a triangle or segment names a vertex that is not there",
        ));
    }
    let mut lines: Vec<Vec<u32>> = Vec::new();
    for [a, b] in segments.iter().map(|s| s.map(|n| n as u32)) {
        match lines.last_mut() {
            Some(line) if line.last() == Some(&a) => line.push(b),
            _ => lines.push(vec![a, b]),
        }
    }
    let triangles = triangles.iter().map(|t| t.map(|n| n as u32)).filter(|[a, b, c]| a != b && b != c && a != c);
    Ok(Object { vertices, triangles: triangles.collect(), lines, ..Object::default() })
}

/// A grid surface: steps along its two axes, and heights along the third at its nodes, of which there may be `most`.
fn grid(
    origin: [f64; 3],
    axes: [[f64; 3]; 2],
    steps: [&[f64]; 2],
    heights: &[f64],
    most: usize,
) -> Result<Object, Text> {
    let count = steps.map(|steps| steps.len() + 1);
    let nodes = count[0].checked_mul(count[1]).filter(|nodes| *nodes <= most).ok_or_else(damaged)?;
    if !heights.is_empty() && heights.len() != nodes {
        return Err(Text::new(
            format!("网格有 {nodes} 个结点，而高度有 {} 个", heights.len()),
            format!("the grid has {nodes} nodes and {} heights", heights.len()),
        ));
    }
    let places = steps.map(|steps| {
        let mut at = 0.0;
        let mut places = vec![0.0];
        places.extend(steps.iter().map(|step| {
            at += step;
            at
        }));
        places
    });
    let [u, v] = axes;
    let w = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    let mut vertices = Vec::with_capacity(nodes);
    for (j, b) in places[1].iter().enumerate() {
        for (i, a) in places[0].iter().enumerate() {
            let h = heights.get(j * count[0] + i).copied().unwrap_or(0.0);
            vertices.push([0, 1, 2].map(|axis| origin[axis] + a * u[axis] + b * v[axis] + h * w[axis]));
        }
    }
    let mut triangles = Vec::new();
    for j in 0..count[1] - 1 {
        for i in 0..count[0] - 1 {
            let p = (j * count[0] + i) as f64;
            let q = p + count[0] as f64;
            triangles.extend([[p, p + 1.0, q + 1.0], [p, q + 1.0, q]]);
        }
    }
    object(vertices, &triangles, &[])
}

/// Numbers by three or by two.
fn by<const N: usize>(numbers: &[f64]) -> Result<Vec<[f64; N]>, Text> {
    if !numbers.len().is_multiple_of(N) {
        return Err(damaged());
    }
    Ok(numbers.chunks_exact(N).filter_map(|piece| piece.try_into().ok()).collect())
}

/// Three numbers of JSON.
fn three(value: &serde_json::Value) -> Option<[f64; 3]> {
    let list: Vec<f64> = value.as_array()?.iter().map(serde_json::Value::as_f64).collect::<Option<_>>()?;
    list.try_into().ok()
}
