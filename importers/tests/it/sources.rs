//! Every real file against the counts that its folder's SOURCE.md gives, which another program read.

use minesift_core::fact::Shape;
use minesift_importers::{Input, Options, import};
use std::path::{Path, PathBuf};

/// Files whose count is another, and why.
const OTHERWISE: [(&str, &str); 3] = [
    ("hf.csv", "1,348 lines are 1,038 records: remarks in quotes run over lines"),
    ("sample_3.0.las", "the rows of the other sections of LAS 3 are counted too, and refused one by one"),
    ("test032.ts", "its PATOMs are vertices of their own, where the other program joins them"),
];

/// Files refused whole though somebody counted their rows: nothing in them says what a row is.
const UNTOLD: [&str; 12] = [
    "nbleDH.csv",
    "bmodel.csv",
    "yushuling_sensors.csv",
    "borehole_collar.xlsx",
    "less_land_surface_vertices.csv",
    "less_land_surface_vertices_no_col.csv",
    "less_land_surface_vertices_wrong_col.csv",
    "magnetic.xlsx",
    "no_tops.csv",
    "well_based_temperature.csv",
    "P-129_deviation_survey.csv",
    "P-130_deviation_survey.csv",
];

/// What a SOURCE.md counts in a file.
#[derive(Debug, PartialEq)]
enum Count {
    Rows(u64),
    /// Vertices, where they are counted, and triangles.
    Mesh(Option<usize>, usize),
}

/// The number that stands before these words.
fn before(said: &str, words: &str) -> Option<u64> {
    let head = &said[..said.find(words)?];
    let digits = head.rfind(|c: char| !c.is_ascii_digit()).map_or(head, |at| &head[at + 1..]);
    digits.parse().ok()
}

fn counted(said: &str) -> Option<Count> {
    if let Some(triangles) = before(said, " triangles") {
        return Some(Count::Mesh(before(said, " vertices").map(|n| n as usize), triangles as usize));
    }
    if let Some(facets) = before(said, " facets") {
        return Some(Count::Mesh(None, facets as usize));
    }
    if let Some(rows) = [" rows", " points,", " samples"].iter().find_map(|words| before(said, words)) {
        return Some(Count::Rows(rows));
    }
    if let (Some(from), Some(to)) = (said.find('{'), said.find('}')) {
        // Entities of a drawing: {'LINE': 57, 'ARC': 22}.
        let entities =
            said[from + 1..to].split(',').filter_map(|part| part.split(": ").nth(1)?.trim().parse::<u64>().ok());
        return Some(Count::Rows(entities.sum::<u64>())).filter(|count| *count != Count::Rows(0));
    }
    if said.starts_with("sheet ") {
        // Each sheet's rows, the header among them.
        let rows = |sheet: &str| before(sheet, " x ").map(|n| n - 1);
        return said.split(';').map(rows).sum::<Option<u64>>().map(Count::Rows);
    }
    // Features: `faults: 35 MultiLineString 35`.
    let (_, features) = said.split_once(": ")?;
    let mut words = features.split(' ');
    let n = words.next()?.parse().ok()?;
    words.next().filter(|form| form.contains("Line") || form.contains("Polygon") || form.contains("Point"))?;
    Some(Count::Rows(n))
}

/// The real data, or nothing (and a word) where they are not on this machine.
pub(crate) fn data() -> Option<PathBuf> {
    let root = std::env::var_os("MINESIFT_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")), PathBuf::from);
    let here = root.is_dir();
    if !here {
        println!("skipped: {} is not here", root.display());
    }
    here.then_some(root)
}

/// What a user says on the command line; `LAYERS=kind` stands for a mapping of every layer of a drawing to a kind.
pub(crate) fn options_of(told: &str) -> Options {
    let mut options = Options::default();
    let mut words = told.split_whitespace();
    while let Some(word) = words.next() {
        if let Some(kind) = word.strip_prefix("LAYERS=") {
            options.mapping = Some(every_layer(kind));
            continue;
        }
        let value = Some(words.next().unwrap_or_default().to_owned());
        match word {
            "--kind" => options.kind = value,
            "--seam" => options.seam = value,
            "--units" => options.units = value,
            "--crs" => options.crs = value,
            "--map-crs" => options.map_crs = value,
            "--as" => options.importer = value,
            other => panic!("{other}"),
        }
    }
    options
}

fn every_layer(kind: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("minesift-{}-every-layer-{kind}.csv", std::process::id()));
    std::fs::write(&path, format!("layer_pattern,object_type,seam\n*,{kind},3\n")).unwrap();
    path
}

/// What a person who knows the folder would say about the file.
fn options(folder: &str, file: &str, said: &str, every_layer: &Path) -> Options {
    let ending = file.rsplit('.').next().unwrap_or_default().to_lowercase();
    let kind = match ending.as_str() {
        "shp" | "geojson" | "gpkg" if folder.starts_with("suancigou") => "old_working",
        "shp" | "geojson" | "gpkg" if said.contains("Polygon") => "goaf",
        "shp" | "geojson" | "gpkg" if said.contains("Point ") && !said.contains("LineString") => "pick",
        "shp" | "geojson" | "gpkg" if folder.starts_with("gemgis") => "contour",
        "shp" | "geojson" | "gpkg" => "fault",
        "ts" | "stl" => "surface",
        _ if folder.starts_with("rockburst") => "rock_burst_area",
        _ if file.starts_with("seelyville") => "goaf",
        _ => "",
    };
    let feet = folder.starts_with("babbitt") || folder.starts_with("illinois");
    Options {
        kind: Some(kind.to_owned()).filter(|kind| !kind.is_empty()),
        seam: Some("3".to_owned()).filter(|_| ["shp", "geojson", "gpkg"].contains(&ending.as_str()) || kind == "goaf"),
        units: feet.then(|| "ft".to_owned()),
        // Oddities whose places are thousands of kilometres apart; what is counted is their rows.
        crs: folder.starts_with("vector-").then(|| "local".to_owned()),
        mapping: (ending == "dxf").then(|| every_layer.to_owned()),
        // Its mines lie on four continents: those of the map's zone are taken, the others refused one by one.
        map_crs: folder.starts_with("gem-").then(|| "EPSG:4526".to_owned()),
        ..Options::default()
    }
}

#[test]
fn counts_are_those_that_another_program_found() {
    let Some(root) = data() else { return };
    let every_layer = every_layer("fault");
    let (mut compared, mut wrong) = (0, Vec::new());
    for folder in std::fs::read_dir(&root).unwrap().map(|folder| folder.unwrap().path()) {
        let Ok(source) = std::fs::read_to_string(folder.join("SOURCE.md")) else { continue };
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        for line in source.lines().filter(|line| line.starts_with("| ")) {
            let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
            let (Some(file), Some(_), Some(said)) = (cells.next(), cells.next(), cells.next()) else { continue };
            let Some(want) = counted(said) else { continue };
            let path = folder.join(file);
            if OTHERWISE.iter().any(|(known, _)| *known == file) || want == Count::Mesh(Some(0), 0) || !path.is_file() {
                continue;
            }
            let read = import(&Input::open(&path).unwrap(), &options(&name, file, said, &every_layer));
            let found = match (&read, &want) {
                (Err(_), _) if UNTOLD.contains(&file) || file == "P-135_deviation_survey.xlsx" => continue,
                (Err(error), _) => Err(error.to_string()),
                (Ok(intake), Count::Rows(_)) => Ok(Count::Rows(intake.receipt.total().read)),
                (Ok(intake), Count::Mesh(vertices, _)) => {
                    match intake.facts.first().and_then(|fact| fact.shape.as_ref()) {
                        Some(Shape::Mesh(mesh)) => {
                            Ok(Count::Mesh(vertices.map(|_| mesh.vertices.len()), mesh.triangles.len()))
                        }
                        _ => Err("no mesh".to_owned()),
                    }
                }
            };
            compared += 1;
            if found.as_ref() != Ok(&want) {
                wrong.push(format!("{name}/{file}: SOURCE.md {want:?}, read {found:?}"));
            }
        }
    }
    println!("{compared} files compared");
    assert!(wrong.is_empty() && compared > 100, "{compared} compared\n{}", wrong.join("\n"));
}
