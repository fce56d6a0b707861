//! `minesift export`: the facts of any day, as other programs read them.

use super::classify;
use crate::register::{Stamp, failed, open_to_read};
use crate::verbs::report::write_whole;
use crate::{Format, Globals, Outcome, load, receipts, refused, wrong_use};
use minesift_core::fact::{Fact, Position, Shape};
use minesift_core::kind;
use minesift_core::site::Site;
use minesift_core::text::Lang;
use minesift_core::zone;
use minesift_importers::site_toml;
use minesift_onemap::{Known, Map, Valid};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What `export` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift export demo.gpkg -o then.gpkg --known-on 2026-11-01\n  minesift export demo.gpkg -o goafs.geojson --kind goaf\n  minesift export demo.gpkg -o tables/ --as-of 2027-06-01\n\nBy the ending: .gpkg a map with one commit and its zones, .geojson all shapes, .toml a site.toml, a folder (ends with /) one CSV a kind."
)]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    map: PathBuf,
    /// The file, or a folder that ends with / for CSV
    #[arg(long, short)]
    output: PathBuf,
    /// Only these kinds of fact; may be given several times
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    #[command(flatten)]
    stamp: Stamp,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    if let Some(name) = args.kind.iter().find(|name| kind::kind(name).is_none()) {
        return Err(wrong_use(format!(
            "--kind {name}: {}",
            kind::kinds().map(|k| k.name).collect::<Vec<_>>().join(", ")
        )));
    }
    let mut facts = load::facts(&args.map, globals)?;
    let crs = Map::is_map(&args.map)
        .then(|| open_to_read(&args.map, globals))
        .transpose()?
        .and_then(|map| map.crs())
        .or_else(|| facts.iter().find(|fact| fact.kind == "mine").and_then(|mine| mine.text("crs")).map(str::to_owned));
    if !args.kind.is_empty() {
        facts.retain(|fact| args.kind.iter().any(|name| name == fact.kind));
    }
    let extension = args.output.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let folder = args.output.to_string_lossy().ends_with('/') || args.output.is_dir();
    match extension.as_str() {
        _ if folder => csv_folder(&args.output, &facts)?,
        "gpkg" => geopackage(args, globals, &facts, crs.as_deref())?,
        "geojson" | "json" => {
            write_whole(&args.output, serde_json::to_string_pretty(&geojson(&facts, crs.as_deref()))?.as_bytes())?;
        }
        "toml" => {
            let text = site_toml::write(&facts).map_err(|error| refused(error.to_string()))?;
            write_whole(&args.output, text.as_bytes())?;
        }
        _ => {
            return Err(wrong_use(match lang {
                Lang::Zh => format!("-o {}：请以 .gpkg、.geojson、.toml 或 /（CSV 文件夹）结尾", args.output.display()),
                Lang::En => {
                    format!("-o {}: end it with .gpkg, .geojson, .toml or / (a folder of CSV)", args.output.display())
                }
            }));
        }
    }
    if globals.format == Format::Json {
        let made = json!({"file": args.output, "facts": receipts::count(&facts)});
        crate::words::json(&mut std::io::stdout().lock(), &made)?;
    }
    Ok(Outcome::Ok)
}

/// A map with the facts as one commit, and their zones where they make a mine.
fn geopackage(args: &Args, globals: &Globals, facts: &[Fact], crs: Option<&str>) -> anyhow::Result<()> {
    let fail = failed(&args.output, globals.lang());
    let (mut from, mut datum) = (json!({"file": file_name(&args.map)}), None);
    if Map::is_map(&args.map) {
        let map = open_to_read(&args.map, globals)?;
        let number = map.number_of(globals.known_on.unwrap_or(Known::Now)).map_err(&fail)?;
        let head =
            map.log().map_err(&fail)?.into_iter().find(|commit| commit.number == number).map(|commit| commit.hash);
        from["commit"] = json!(number);
        from["hash"] = json!(head);
        datum = map.vertical_datum();
    }
    from["as_of"] = json!(globals.as_of.map(|day| day.to_string()));
    let mut map = Map::create(&args.output, crs, datum.as_deref()).map_err(&fail)?;
    let mut writing = map.begin().map_err(&fail)?;
    for fact in facts {
        writing.put(fact, Valid::ALWAYS).map_err(&fail)?;
    }
    let mut entry = args.stamp.entry("export", format!("{} {}", file_name(&args.map), from["commit"]))?;
    entry.detail = from.to_string();
    writing.finish(&entry).map_err(&fail)?;
    // Chosen kinds alone make no mine; then there are facts and no zones.
    if let (true, Ok(site)) = (args.kind.is_empty(), Site::new(facts, globals.as_of)) {
        let zones = zone::classify(&site, &load::book_for(&args.map, globals)?);
        let mut writing = map.begin_beside_edits().map_err(&fail)?;
        args.stamp.tell(&mut writing)?;
        classify::write(writing, &site, &zones, globals, None, &args.stamp)?;
    }
    map.close().map_err(&fail)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn position(p: &Position) -> Value {
    match p.z {
        Some(z) => json!([p.x, p.y, z]),
        None => json!([p.x, p.y]),
    }
}

fn geometry(shape: &Shape) -> Value {
    match shape {
        Shape::Point(at) => json!({"type": "Point", "coordinates": position(at)}),
        Shape::Lines(lines) => json!({
            "type": "MultiLineString",
            "coordinates": lines.iter().map(|line| line.iter().map(position).collect::<Vec<_>>()).collect::<Vec<_>>(),
        }),
        Shape::Areas(areas) => json!({
            "type": "MultiPolygon",
            "coordinates": areas.iter().map(|polygon| {
                std::iter::once(polygon.exterior())
                    .chain(polygon.interiors())
                    .map(|ring| ring.0.iter().map(|c| [c.x, c.y]).collect::<Vec<_>>())
                    .collect::<Vec<_>>()
            }).collect::<Vec<_>>(),
        }),
        Shape::Mesh(mesh) => json!({
            "type": "MultiPolygon",
            "coordinates": mesh.triangles.iter().map(|t| {
                let corner = |i: usize| mesh.vertices.get(t[i] as usize).copied().unwrap_or([f64::NAN; 3]);
                vec![vec![corner(0), corner(1), corner(2), corner(0)]]
            }).collect::<Vec<_>>(),
        }),
    }
}

/// Every fact that has a shape, in the map's own frame (named in `crs`, as GDAL and QGIS read it).
fn geojson(facts: &[Fact], crs: Option<&str>) -> Value {
    let features: Vec<Value> = facts
        .iter()
        .filter_map(|fact| {
            let shape = fact.shape.as_ref()?;
            let mut properties = json!({"kind": fact.kind, "id": fact.id});
            for (key, value) in &fact.attributes {
                let key = if properties.get(key).is_some() { format!("{key}_") } else { (*key).to_owned() };
                properties[key] = receipts::value_json(value);
            }
            properties["source"] = json!(fact.source.to_string());
            Some(json!({"type": "Feature", "properties": properties, "geometry": geometry(shape)}))
        })
        .collect();
    let mut collection = json!({"type": "FeatureCollection", "features": features});
    if let Some((_, code)) = crs.and_then(|crs| crs.split_once(':')) {
        collection["crs"] = json!({"type": "name", "properties": {"name": format!("urn:ogc:def:crs:EPSG::{code}")}});
    }
    collection
}

/// One CSV a kind (UTF-8 with BOM, as spreadsheets expect): id, keys of the catalogue, shape as WKT, source.
fn csv_folder(folder: &Path, facts: &[Fact]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut kinds: BTreeMap<usize, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        kinds.entry(kind::rank(fact.kind)).or_default().push(fact);
    }
    for of in kinds.values() {
        let Some(kind) = of.first().and_then(|fact| kind::kind(fact.kind)) else { continue };
        let shape = kind.shape;
        let keys: Vec<&str> = kind
            .all_fields()
            .map(|field| field.key)
            .filter(|key| of.iter().any(|fact| fact.attributes.contains_key(key)))
            .collect();
        let mut text = String::from("\u{feff}");
        let mut row = |cells: Vec<String>| {
            text.push_str(&cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","));
            text.push_str("\r\n");
        };
        let head = std::iter::once("id").chain(keys.iter().copied()).chain(shape.map(|(key, _)| key)).chain(["source"]);
        row(head.map(str::to_owned).collect());
        for fact in of {
            let mut cells = vec![fact.id.clone()];
            cells.extend(keys.iter().map(|key| match fact.attributes.get(key) {
                None => String::new(),
                Some(value) => match receipts::value_json(value) {
                    Value::String(words) => words,
                    other => other.to_string(),
                },
            }));
            cells.extend(shape.map(|_| fact.shape.as_ref().map(site_toml::to_wkt).unwrap_or_default()));
            cells.push(fact.source.to_string());
            row(cells);
        }
        write_whole(&folder.join(format!("{}.csv", kind.name)), text.as_bytes())?;
    }
    Ok(())
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
