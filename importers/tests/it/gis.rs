//! Vector files, drawings, grids and meshes: files that nobody here made, the demo mine's, and broken ones.

use minesift_core::fact::{Severity, Shape, Value};
use minesift_core::text::Lang;
use minesift_importers::{Input, Intake, Options, import};
use std::path::{Path, PathBuf};

/// A file of the real data, or nothing (and a word) where they are not on this machine.
fn data(path: &str) -> Option<PathBuf> {
    let root = std::env::var("MINESIFT_DATA")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let path = root.join(path);
    if !path.exists() {
        println!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

fn demo(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/demo/files").join(path)
}

fn read(path: &Path, options: &Options) -> Intake {
    let intake = import(&Input::open(path).unwrap(), options).unwrap();
    show(&intake);
    intake
}

/// Prints a receipt and checks that it adds up.
fn show(intake: &Intake) {
    let receipt = &intake.receipt;
    let total = receipt.total();
    println!(
        "{} [{}] {:?} {:?}\n  read {} = {} + {} + {}, {} facts",
        receipt.file, receipt.importer, receipt.encoding.as_ref().map(|c| &c.value), receipt.crs, total.read, total.accepted,
        total.repaired, total.refused, intake.facts.len()
    );
    for problem in receipt.problems.iter().take(12) {
        println!("  {:?} {}: {}", problem.severity, problem.source, problem.message);
    }
    assert_eq!(total.read, total.accepted + total.repaired + total.refused);
}

fn kind(name: &str) -> Options {
    Options { kind: Some(name.to_owned()), ..Options::default() }
}

fn says(intake: &Intake, severity: Severity, words: &str) -> bool {
    intake.receipt.of(severity).any(|problem| problem.message.get(Lang::En).contains(words))
}

fn mapping(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("minesift-{}-{name}.csv", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_wrong_prj_is_said_and_the_metres_stay() {
    let Some(points) = data("gemgis-coal-seam-mining-21/points21.shp") else { return };
    let mut options = kind("pick");
    options.seam = Some("coal".into());
    let intake = read(&points, &options);
    assert_eq!((intake.facts.len(), intake.receipt.total().accepted), (44, 44));
    assert_eq!(intake.receipt.crs.as_ref().unwrap().value, "local");
    assert!(says(&intake, Severity::Note, "is wrong"));
    assert!(intake.facts.iter().all(|f| matches!(f.shape, Some(Shape::Point(p)) if p.z.is_some())));
    let topo = read(&points.with_file_name("topo21.shp"), &kind("contour"));
    assert_eq!(topo.facts.len(), 15);
    assert!(topo.facts.iter().all(|fact| fact.number("value_m").is_some()));
}

#[test]
fn projected_geojson_keeps_its_frame_and_minus_999_is_unknown() {
    let Some(faults) = data("hamersley-faults-geology/faults.geojson") else { return };
    let intake = read(&faults, &kind("fault"));
    assert_eq!(intake.facts.len(), 35);
    assert!(intake.receipt.crs.as_ref().unwrap().value.starts_with("EPSG:28350"));
    assert!(intake.facts.iter().all(|fact| fact.number("dip_deg").is_none_or(|dip| dip >= 0.0)));
    assert!(says(&intake, Severity::Note, "mean unknown"));
    assert!(says(&intake, Severity::Note, "f_length"), "columns that nobody knows are listed");
}

#[test]
fn abandoned_roadways_are_chosen_by_the_mapping() {
    let Some(file) = data("suancigou-old-workings/suancigou_roadways.geojson") else { return };
    let options = Options {
        mapping: Some(mapping("suancigou", "layer_pattern,object_type,seam,where,evidence_class,width_m,abandoned\n*,old_working,6,horizontalId=6煤废弃巷道,reported,4,\n*,ignore,,,,,\n")),
        map_crs: Some("EPSG:4525".into()),
        ..Options::default()
    };
    let intake = read(&file, &options);
    assert_eq!(intake.facts.len(), 157);
    assert_eq!(intake.receipt.total().refused, 612 - 157 - intake.receipt.total().refused.saturating_sub(612 - 157));
    let Some(Shape::Lines(lines)) = &intake.facts[0].shape else { panic!("a line") };
    assert!((37_500_000.0..37_560_000.0).contains(&lines[0][0].x), "{:?}", lines[0][0]);
    assert_eq!(intake.facts[0].get("seam"), Some(&Value::Text("6".into())));
}

#[test]
fn odd_vector_files_are_read_or_refused_by_name() {
    let Some(null) = data("vector-oddities/null_geom.geojson") else { return };
    let intake = read(&null, &kind("fault"));
    assert_eq!((intake.receipt.total().accepted, intake.receipt.total().refused), (1, 1));
    assert!(says(&intake, Severity::Refused, "no geometry"));
    for (file, of) in [("curve.gpkg", "fault"), ("multisurface.gpkg", "goaf")] {
        let intake = read(&null.with_file_name(file), &kind(of));
        assert_eq!(intake.receipt.total().read, 1, "{file}");
    }
}

#[test]
fn the_demo_mines_vector_files() {
    let intake = read(&demo("断层.shp"), &kind("fault"));
    assert_eq!(intake.facts.len(), 6);
    assert_eq!(intake.receipt.encoding.as_ref().unwrap().value, "GB18030");
    let first = &intake.facts[0];
    assert_eq!((first.id.as_str(), first.number("throw_m"), first.text("kind")), ("F1-3", Some(35.0), Some("normal")));
    let gpkg = read(&demo("物探与防治分区.gpkg"), &Options::default());
    assert_eq!(gpkg.facts.len(), 12);
    let columns = read(&demo("陷落柱.geojson"), &Options { map_crs: Some("EPSG:4526".into()), ..kind("collapse_column") });
    assert_eq!(columns.facts.len(), 3);
    assert_eq!(columns.facts[0].flag("conducts_water"), Some(true));
}
