//! Where the real files lie: positions and elevations against what their SOURCE.md or their own columns say. Equal counts
//! do not show a kilometre taken for a metre.

use crate::sources::{data, options_of};
use minesift_core::fact::{Fact, Position, Shape};
use minesift_importers::{Input, import};
use std::collections::BTreeMap;

/// Numbers in brackets behind a word: `bbox [53.1, 3.6, 3408.1, 2592.9]`, `min [1, 2, 3]`.
fn bracket(said: &str, word: &str) -> Option<Vec<f64>> {
    let (_, rest) = said.split_once(&format!("{word} ["))?;
    let (inner, _) = rest.split_once(']')?;
    inner.split(',').map(|number| number.trim().parse().ok()).collect()
}

/// Least and most of each axis; heights only where there are some.
fn extent(facts: &[Fact]) -> [[f64; 2]; 3] {
    let mut extent = [[f64::INFINITY, f64::NEG_INFINITY]; 3];
    let mut take = |at: [Option<f64>; 3]| {
        for (axis, value) in at.into_iter().enumerate() {
            if let Some(value) = value {
                extent[axis] = [extent[axis][0].min(value), extent[axis][1].max(value)];
            }
        }
    };
    for fact in facts {
        match &fact.shape {
            Some(Shape::Point(at)) => take([Some(at.x), Some(at.y), at.z]),
            Some(Shape::Lines(lines)) => lines.iter().flatten().for_each(|at| take([Some(at.x), Some(at.y), at.z])),
            Some(Shape::Areas(areas)) => {
                use geo::CoordsIter;
                areas.coords_iter().for_each(|at| take([Some(at.x), Some(at.y), None]));
            }
            Some(Shape::Mesh(mesh)) => mesh.vertices.iter().for_each(|v| take(v.map(Some))),
            None => {}
        }
    }
    extent
}

/// What a user would say of each sort of file, coordinates kept as they are written.
fn told(folder: &str, file: &str, said: &str) -> Option<&'static str> {
    let features = file.ends_with(".shp") || file.ends_with(".geojson") || file.ends_with(".gpkg");
    Some(match file.rsplit('.').next()? {
        _ if features && folder.starts_with("gem-") => "--kind goaf --seam 3 --crs local",
        _ if features && said.contains("Polygon") => "--kind goaf --seam 3 --crs local",
        _ if features && said.contains("Point ") => "--kind pick --seam 3 --crs local",
        _ if features => "--kind fault --crs local",
        "ts" => "--kind surface --crs local",
        "las" | "laz" => "--crs local",
        _ => return None,
    })
}

#[test]
fn extents_are_those_that_another_program_found() {
    let Some(root) = data() else { return };
    let (mut compared, mut wrong) = (0, Vec::new());
    for folder in std::fs::read_dir(&root).unwrap().map(|folder| folder.unwrap().path()) {
        let Ok(source) = std::fs::read_to_string(folder.join("SOURCE.md")) else { continue };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        for line in source.lines().filter(|line| line.starts_with("| ")) {
            let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
            let (Some(file), Some(_), Some(said)) = (cells.next(), cells.next(), cells.next()) else { continue };
            let cloud = bracket(said, "min").zip(bracket(said, "max"));
            // `bbox [a, b, c] [d, e, f]` of a surface, `bbox [a, b, c, d]` of features.
            let boxed = bracket(said, "bbox").map(|low| match bracket(&said.replacen("bbox [", "", 1), "]") {
                Some(high) if low.len() == 3 => (low, high),
                _ => (low[..2].to_vec(), low[2..].to_vec()),
            });
            let Some((low, high)) = cloud.clone().or(boxed) else { continue };
            // Forty-three points in a box of 240 by 100 m: the mean of a cell is far from its corners.
            if file.starts_with("1.2-empty") {
                continue;
            }
            let Some(told) = told(&name, file, said).filter(|_| low.len() == high.len()) else { continue };
            let path = folder.join(file);
            let Ok(intake) = import(&Input::open(&path).unwrap(), &options_of(told)) else { continue };
            if intake.facts.is_empty() {
                continue;
            }
            let found = extent(&intake.facts);
            let text = std::fs::read(&path).unwrap();
            let has = |words: &str| text.windows(words.len()).any(|window| window == words.as_bytes());
            let km = has("\"km\" \"km\" \"m\"");
            let down = has("Depth\n") && file.ends_with(".ts");
            compared += 1;
            for axis in 0..low.len() {
                let plane = if km && axis < 2 { 1000.0 } else { 1.0 };
                let (mut from, mut to) = (low[axis] * plane, high[axis] * plane);
                if down && axis == 2 {
                    (from, to) = (-to, -from);
                }
                if name.starts_with("autzen") && axis == 2 {
                    (from, to) = (from * 1200.0 / 3937.0, to * 1200.0 / 3937.0);
                }
                // SOURCE.md gives surfaces to the metre, features to four digits; a scan is thinned to means of cells.
                let near = if cloud.is_some() {
                    0.15 * (to - from) + 1e-6
                } else if low.len() == 3 {
                    1.0
                } else {
                    1e-4
                };
                let [least, most] = found[axis];
                if (least - from).abs() > near * plane || (most - to).abs() > near * plane {
                    wrong.push(format!("{name}/{file} axis {axis}: SOURCE.md {from}…{to}, read {least}…{most}"));
                }
            }
        }
    }
    println!("{compared} extents compared");
    assert!(wrong.is_empty() && compared > 50, "{compared} compared\n{}", wrong.join("\n"));
}

/// A table, which of its columns are id, x, y, z, and by how much its numbers are multiplied.
struct Table(&'static str, &'static str, [&'static str; 4], [f64; 2], &'static str);

const FT: f64 = 0.3048;
const TABLES: &[Table] = &[
    Table(
        "babbitt-cu-ni-drillholes/collar_BABBITT.csv",
        "--units ft --crs local",
        ["BHID", "XCOLLAR", "YCOLLAR", "ZCOLLAR"],
        [FT, FT],
        "borehole",
    ),
    Table(
        "pani-gold-drillholes/collar_pani.txt",
        "",
        ["BHID", "UTM_East", "UTM_North", "UTM_RL"],
        [1.0, 1.0],
        "borehole",
    ),
    Table("pygslib-section-dxf/collar.csv", "", ["BHID", "XCOLLAR", "YCOLLAR", "ZCOLLAR"], [1.0, 1.0], "borehole"),
    Table("subsurface-xlsx-boreholes/kim_ready.csv", "", ["name", "x", "y", "altitude"], [1.0, 1.0], "borehole"),
    Table("mindong-coal-boreholes/敏东钻孔对应坐标.csv", "", ["钻孔名", "坐标x", "坐标y", ""], [1.0, 1.0], "borehole"),
    Table(
        "toc2me-microseismic-a/Catalog_Eaton2018_SRL.csv",
        "",
        ["EventID", "Easting (m)", "Northing (m)", ""],
        [1.0, 1.0],
        "microseism",
    ),
    Table(
        "illinois-coal-isgs/all-coals-study-area-combined.csv",
        "--units ft --crs local",
        ["IDS", "LONGITUDE", "LATITUDE", "SURFELV"],
        [1.0, FT],
        "borehole",
    ),
];

#[test]
fn positions_of_tables_are_those_of_their_columns() {
    let Some(root) = data() else { return };
    for Table(path, told, names, [plane, height], kind) in TABLES {
        let intake = import(&Input::open(&root.join(path)).unwrap(), &options_of(told)).unwrap();
        let placed: BTreeMap<&str, Position> = intake
            .facts
            .iter()
            .filter(|fact| fact.kind == *kind)
            .filter_map(|fact| match fact.shape {
                Some(Shape::Point(at)) => Some((fact.id.as_str(), at)),
                _ => None,
            })
            .collect();
        let text = std::fs::read_to_string(root.join(path)).unwrap();
        let text = text.trim_start_matches('\u{feff}');
        let delimiter = if text.lines().next().unwrap().contains('\t') { '\t' } else { ',' };
        let headers: Vec<&str> = text.lines().next().unwrap().trim().split(delimiter).collect();
        let at = |name: &str| headers.iter().position(|header| *header == name);
        let mut seen = 0;
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(delimiter).map(str::trim).collect();
            let number = |name: &str| cells.get(at(name)?)?.parse::<f64>().ok();
            let id = cells[at(names[0]).unwrap()];
            let (Some(x), Some(y)) = (number(names[1]), number(names[2])) else { continue };
            let found = placed.get(id).unwrap_or_else(|| panic!("{path}: {id} is lost"));
            let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
            assert!(near(found.x, x * plane) && near(found.y, y * plane), "{path}: {id} at {found:?}, written {x} {y}");
            if let Some(z) = number(names[3]) {
                assert!(found.z.is_some_and(|found| near(found, z * height)), "{path}: {id} at {found:?}, written {z}");
            }
            seen += 1;
        }
        println!("{path}: {seen} positions, {} facts", placed.len());
        assert!(seen > 20, "{path}: {seen}");
    }
}
