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
        receipt.file,
        receipt.importer,
        receipt.encoding.as_ref().map(|c| &c.value),
        receipt.crs,
        total.read,
        total.accepted,
        total.repaired,
        total.refused,
        intake.facts.len()
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
        mapping: Some(mapping(
            "suancigou",
            "layer_pattern,object_type,seam,where,evidence_class,width_m,abandoned\n*,old_working,6,horizontalId=6煤废弃巷道,reported,4,\n*,ignore,,,,,\n",
        )),
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
    // Their places are a continent apart: no zone holds them, and what is asked here is what becomes of their geometry.
    let kind = |name: &str| Options { crs: Some("local".into()), ..kind(name) };
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
    assert_eq!(intake.receipt.encoding.as_ref().unwrap().value.to_uppercase(), "GB18030");
    let first = &intake.facts[0];
    assert_eq!((first.id.as_str(), first.number("throw_m"), first.text("kind")), ("F1-3", Some(35.0), Some("normal")));
    let gpkg = read(&demo("物探与防治分区.gpkg"), &Options::default());
    assert_eq!(gpkg.facts.len(), 12);
    let columns =
        read(&demo("陷落柱.geojson"), &Options { map_crs: Some("EPSG:4526".into()), ..kind("collapse_column") });
    assert_eq!(columns.facts.len(), 3);
    assert_eq!(columns.facts[0].flag("conducts_water"), Some(true));
}

#[test]
fn the_demo_mines_drawing() {
    let options =
        Options { mapping: Some(demo("图层对照表.csv")), map_crs: Some("EPSG:4526".into()), ..Options::default() };
    let intake = read(&demo("采掘工程平面图.dxf"), &options);
    assert_eq!(intake.receipt.encoding.as_ref().unwrap().value.to_uppercase(), "GB18030");
    let ids: Vec<&str> = intake.facts.iter().filter(|f| f.kind == "goaf").map(|f| f.id.as_str()).collect();
    println!("{ids:?}");
    for id in ["G3-01", "G3-02", "G3-03", "G8-01", "XY-1", "XY-6"] {
        assert!(ids.contains(&id), "{id} in {ids:?}");
    }
    assert!(says(&intake, Severity::Refused, "layer \"图框\""));
    assert_eq!(intake.facts.iter().find(|f| f.id == "G3-01").unwrap().text("seam"), Some("3"));
}

#[test]
fn real_drawings_lose_no_entity() {
    // Entities as ezdxf counts them (SOURCE.md): file, kind for everything, entities, of which texts.
    for (file, kind_name, entities, accepted) in [
        ("ezdxf-dxf-oddities-a/2_polylines.dxf", "fault", 86, 79),
        ("ezdxf-dxf-oddities-a/3dface.dxf", "surface", 71, 29),
        // 18 of its 1,441 lines have no length.
        ("ezdxf-dxf-oddities-a/recover01.dxf", "fault", 1_504, 1_423),
        ("ezdxf-dxf-oddities-a/hatches_2.dxf", "fault", 11, 7),
        ("baron-shaft-dxf/shafts_small.dxf", "surface", 343, 343),
        ("surfer-and-dem-grids/borders.dxf", "fault", 4, 4),
        ("pygslib-section-dxf/S_0.dxf", "fault", 9, 9),
        ("pygslib-section-dxf/S_-10.dxf", "fault", 4, 4),
        ("pygslib-section-dxf/S_210.dxf", "fault", 4, 4),
    ] {
        let Some(path) = data(file) else { return };
        let mut options = kind(kind_name);
        options.mapping =
            Some(mapping(&format!("all-{kind_name}"), &format!("layer_pattern,object_type\n*,{kind_name}\n")));
        let intake = read(&path, &options);
        let total = intake.receipt.total();
        assert_eq!((total.read, total.accepted + total.repaired), (entities, accepted), "{file}");
    }
}

#[test]
fn the_shaft_of_3d_faces_is_one_mesh() {
    let Some(path) = data("baron-shaft-dxf/shafts_small.dxf") else { return };
    let options = Options {
        mapping: Some(mapping("baron", "layer_pattern,object_type\nBaron*,surface\n")),
        ..Options::default()
    };
    let intake = read(&path, &options);
    let Some(Shape::Mesh(mesh)) = &intake.facts[0].shape else { panic!("a mesh") };
    println!("{} vertices, {} triangles", mesh.vertices.len(), mesh.triangles.len());
    assert_eq!(intake.facts.len(), 1);
    assert!(mesh.triangles.len() >= 343);
}

#[test]
fn unmapped_layers_are_listed_not_guessed() {
    let Some(path) = data("pygslib-section-dxf/S_0.dxf") else { return };
    let intake = read(&path, &Options::default());
    assert!(intake.facts.is_empty());
    assert_eq!(intake.receipt.total().refused, 9);
    assert_eq!(intake.receipt.of(Severity::Refused).count(), 5, "one problem a layer");
    assert!(says(&intake, Severity::Note, "INSUNITS"));
    assert!(says(&intake, Severity::Note, "its name says that this is a section"));
}

#[test]
fn three_sorts_of_grd_are_told_by_their_first_bytes() {
    for (file, columns, rows, least, most) in [
        ("demstd.grd", 376.0, 253, 81.0, 4469.0),
        ("surfdem.grd", 376.0, 253, 81.0, 4469.0),
        ("surfer-grid.grd", 222.0, 182, -251.926, 175.437),
    ] {
        let Some(path) = data(&format!("surfer-and-dem-grids/{file}")) else { return };
        let intake = read(&path, &Options::default());
        let fact = &intake.facts[0];
        let values: Vec<f64> = fact.numbers("values_m").iter().copied().filter(|v| v.is_finite()).collect();
        let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
        println!("{file}: {low} to {high}, origin {:?}, step {:?}", fact.numbers("origin"), fact.numbers("step_m"));
        assert_eq!((fact.number("columns"), fact.numbers("values_m").len()), (Some(columns), columns as usize * rows));
        assert!(low >= least - 1.0 && high <= most + 1.0, "{file}: {low} to {high}");
    }
}

#[test]
fn the_demo_mines_grids() {
    let options = Options { seam: Some("3".into()), map_crs: Some("EPSG:4526".into()), ..Options::default() };
    let floor = read(&demo("3煤底板等高线网格.grd"), &options);
    assert_eq!(floor.facts[0].number("columns"), Some(76.0));
    assert_eq!(floor.facts[0].text("surface"), Some("floor"));
    let eight = read(&demo("8煤底板等高线网格.grd"), &Options::default());
    assert_eq!(eight.facts[0].text("seam"), Some("8"));
    let terrain = read(&demo("地形.tif"), &Options { map_crs: Some("EPSG:4526".into()), ..Options::default() });
    assert_eq!(terrain.facts[0].text("surface"), Some("terrain"));
    assert_eq!(terrain.facts[0].numbers("values_m").iter().filter(|v| v.is_nan()).count(), 4);
}

#[test]
fn scec_fault_surfaces_are_read_whole() {
    for (file, vertices, triangles) in [
        ("CRFA-SJMZ-CHMN-Big_Spring_fault-CFM5_2000m.ts", 233, 398),
        ("SNFA-ALFZ-COSO-Airport_Lake_fault-CFM5_2000m.ts", 379, 684),
        ("SFBY-SAFZ-OFPR-Point_Reyes-CFM7_2000m.ts", 281, 468),
    ] {
        let Some(path) = data(&format!("scec-fault-surfaces-a/{file}")) else { return };
        let intake = read(&path, &Options::default());
        let Some(Shape::Mesh(mesh)) = &intake.facts[0].shape else { panic!("a mesh") };
        assert_eq!((mesh.vertices.len(), mesh.triangles.len()), (vertices, triangles), "{file}");
    }
}

/// Every file of a folder, with what became of it, one line each.
fn sweep(folder: &str, options: &Options) -> Option<Vec<String>> {
    let folder = data(folder)?;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut lines = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if ["SOURCE.md", "prj", "cpg", "dbf", "shx", "xml", "qgz"].iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let line = match import(&Input::open(&path).unwrap(), options) {
            Ok(intake) => {
                let t = intake.receipt.total();
                assert_eq!(t.read, t.accepted + t.repaired + t.refused, "{name}");
                let refused: Vec<&str> =
                    intake.receipt.of(Severity::Refused).take(1).map(|p| p.message.en.as_str()).collect();
                let repaired: Vec<&str> =
                    intake.receipt.of(Severity::Repaired).take(1).map(|p| p.message.en.as_str()).collect();
                format!(
                    "{name} | {} | {} | {} | {} | {} | {} | {}{}",
                    intake.receipt.importer,
                    t.read,
                    t.accepted,
                    t.repaired,
                    t.refused,
                    intake.facts.len(),
                    repaired.join(""),
                    refused.join("")
                )
            }
            Err(error) => format!("{name} | – | – | – | – | – | 0 | refused whole: {}", error.message.en),
        };
        println!("{line}");
        lines.push(line);
    }
    Some(lines)
}

#[test]
fn odd_gocad_files_give_problems_not_panics() {
    for folder in ["gocad-odd-files-a", "gocad-odd-files-b"] {
        let Some(lines) = sweep(folder, &kind("pick")) else { return };
        assert!(lines.len() > 25, "{}", lines.len());
        let surfaces = lines.iter().filter(|line| line.contains(".ts | gocad | 1 | ")).count();
        assert!(surfaces >= 8, "{surfaces} surfaces");
    }
    let whole = sweep("scec-fault-surfaces-a", &Options::default()).unwrap();
    assert_eq!(whole.iter().filter(|line| line.contains(" | gocad | 1 | 1 | 0 | 0 | 1 | ")).count(), 20);
}

#[test]
fn whole_folders_of_vectors_drawings_and_grids() {
    for (folder, of) in [
        ("gemgis-coal-seam-mining-21", "contour"),
        ("gemgis-fault-15", "contour"),
        ("gemgis-coal-measures-22", "contour"),
        ("hamersley-faults-geology", "fault"),
        ("gem-coal-mine-boundaries-a", "goaf"),
        ("vector-oddities", "goaf"),
        ("surfer-and-dem-grids", "fault"),
        ("pygslib-section-dxf", "fault"),
        ("baron-shaft-dxf", "surface"),
        ("ezdxf-dxf-oddities-a", "fault"),
        ("suancigou-old-workings", "old_working"),
    ] {
        println!("## {folder}");
        let Some(lines) = sweep(folder, &kind(of)) else { return };
        assert!(!lines.is_empty());
    }
}

const CUBE_STL: &str = "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid a\n";

#[test]
fn meshes_of_every_sort() {
    let obj = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\nf 1 2 99\n";
    let ply = "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n";
    for (name, text, triangles, repaired) in [("a.stl", CUBE_STL, 1, 0), ("a.obj", obj, 2, 1), ("a.ply", ply, 1, 0)] {
        let intake = import(&Input::memory(name, text.as_bytes().to_vec()), &Options::default()).unwrap();
        let Some(Shape::Mesh(mesh)) = &intake.facts[0].shape else { panic!("a mesh") };
        assert_eq!((mesh.triangles.len(), intake.receipt.total().repaired), (triangles, repaired), "{name}");
    }
}

fn dxf(entities: &str) -> Vec<u8> {
    format!("0\nSECTION\n2\nENTITIES\n{entities}0\nENDSEC\n0\nEOF\n").into_bytes()
}

fn polyline(layer: &str, corners: &[[f64; 2]], closed: bool) -> String {
    let mut text = format!("0\nLWPOLYLINE\n5\nA1\n8\n{layer}\n90\n{}\n70\n{}\n", corners.len(), i32::from(closed));
    for [x, y] in corners {
        text.push_str(&format!("10\n{x}\n20\n{y}\n"));
    }
    text
}

#[test]
fn a_drawing_of_the_hard_cases() {
    let bow_tie = polyline("3煤采空区", &[[0.0, 0.0], [100.0, 100.0], [100.0, 0.0], [0.0, 100.0]], true);
    let open = polyline("3煤采空区", &[[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]], false);
    let line = polyline("3煤采空区", &[[0.0, 0.0], [100.0, 0.0], [50.0, 0.0]], true);
    let paper = "0\nLINE\n67\n1\n8\n断层\n10\n0\n20\n0\n11\n1\n21\n1\n";
    let nan = "0\nLINE\n8\nF1断层\n10\nnan\n20\n0\n11\n1\n21\n1\n";
    let escape = "0\nTEXT\n8\n3煤采空区\n10\n10\n20\n5\n1\n\\U+8001\\U+7A7A\\U+533A G1\n";
    let level = "0\nTEXT\n8\n3煤采空区\n10\n90\n20\n50\n1\n积水标高 -250\n";
    let intake = import(
        &Input::memory("a.dxf", dxf(&format!("{bow_tie}{open}{line}{paper}{nan}{escape}{level}"))),
        &Options::default(),
    )
    .unwrap();
    show(&intake);
    let total = intake.receipt.total();
    // The bow-tie and its labels; open, without area, NaN.
    assert_eq!((total.repaired, intake.facts.len()), (1, 1));
    assert_eq!(intake.facts[0].number("water_level_m"), Some(-250.0));
    assert!(says(&intake, Severity::Repaired, "even-odd rule, area"));
    assert!(says(&intake, Severity::Refused, "the polyline is open (its ends are 141.42 m apart)"));
    assert!(says(&intake, Severity::Refused, "no area"));
    assert!(says(&intake, Severity::Refused, "no finite number"));
    assert!(says(&intake, Severity::Note, "paper space"));
    assert_eq!(total.read, 6);
}

#[test]
fn blocks_are_inserted_with_their_attributes() {
    let text = "0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n2\n孔\n10\n0\n20\n0\n0\nCIRCLE\n8\n0\n10\n0\n20\n0\n40\n1\n0\nENDBLK\n0\nENDSEC\n\
        0\nSECTION\n2\nENTITIES\n0\nINSERT\n8\n钻孔\n2\n孔\n66\n1\n10\n500\n20\n600\n30\n7\n0\nATTRIB\n8\n钻孔\n2\n孔号\n1\nZK101\n0\nATTRIB\n8\n钻孔\n2\n孔深\n1\n320.5\n0\nSEQEND\n0\nENDSEC\n0\nEOF\n";
    let options = Options {
        mapping: Some(mapping("holes", "layer_pattern,object_type\n钻孔,borehole\n")),
        ..Options::default()
    };
    let intake = import(&Input::memory("holes.dxf", text.as_bytes().to_vec()), &options).unwrap();
    show(&intake);
    assert_eq!((intake.facts[0].id.as_str(), intake.facts[0].number("depth_m")), ("ZK101", Some(320.5)));
    assert!(matches!(intake.facts[0].shape, Some(Shape::Point(p)) if p.x == 500.0 && p.z == Some(7.0)));
}

#[test]
fn bad_files_are_refused_with_words() {
    let geojson = |body: &str| format!("{{\"type\":\"FeatureCollection\",\"features\":[{body}]}}");
    let whole: Vec<(&str, Vec<u8>)> = vec![
        ("empty.shp", vec![]),
        ("zeros.shp", vec![0; 200]),
        ("cut.geojson", geojson("{\"type\":\"Fea").into_bytes()[..50].to_vec()),
        ("junk.gpkg", b"SQLite format 3\0junk".to_vec()),
        ("junk.kml", b"<kml><Document>".to_vec()),
        ("a.dwg", b"AC1032....".to_vec()),
        ("bad.grd", b"DSAA\n5 5\n0 1\n".to_vec()),
        ("bad.tif", b"II*\0....".to_vec()),
        ("bad.dxf", b"hello".to_vec()),
        ("binary.dxf", b"AutoCAD Binary DXF\r\n".to_vec()),
        ("cut.stl", vec![0; 90]),
        ("cut.ply", b"ply\nformat ascii 1.0\nelement vertex 9\nproperty float x\nend_header\n1\n".to_vec()),
    ];
    for (name, bytes) in whole {
        match import(&Input::memory(name, bytes), &kind("fault")) {
            Ok(intake) => {
                assert!(intake.facts.is_empty() && !intake.receipt.problems.is_empty(), "{name}: {:?}", intake.receipt);
            }
            Err(error) => {
                println!("{name}: {}", error.message.en);
                assert!(error.message.en.len() > 10 && !error.message.zh.is_empty(), "{name}");
            }
        }
    }
    let feature = |id: &str, ring: &str| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"id\":\"{id}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[{ring}]}}}}"
        )
    };
    let body = [
        feature("G1", "[[0,0],[1000,1000],[1000,0],[0,1000],[0,0]]"),
        feature("G1", "[[0,0],[1000,0],[1000,1000],[0,0]]"),
        feature("G2", "[[0,0],[1000,0],[2000,0],[0,0]]"),
        "{\"type\":\"Feature\",\"properties\":{\"id\":\"G3\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1000,5]}}".to_owned(),
    ];
    let mut options = kind("goaf");
    options.crs = Some("local".into());
    let intake = import(&Input::memory("a.geojson", geojson(&body.join(",")).into_bytes()), &options).unwrap();
    show(&intake);
    let total = intake.receipt.total();
    assert_eq!((total.read, total.accepted, total.repaired, total.refused), (4, 0, 2, 2));
    assert_eq!(intake.facts[1].id, "G1~2");
}

/// Small files of every format read by a reader of our own, and one of GDAL's.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let bow_tie = polyline("3煤采空区", &[[0.0, 0.0], [100.0, 100.0], [100.0, 0.0], [0.0, 100.0]], true);
    let hatch = "0\nHATCH\n8\n采空区\n10\n0\n20\n0\n30\n0\n91\n1\n92\n1\n93\n2\n72\n2\n10\n0\n20\n0\n40\n5\n50\n0\n51\n180\n73\n1\n72\n1\n10\n-5\n20\n0\n11\n5\n21\n0\n97\n0\n75\n1\n98\n0\n";
    let spline = "0\nSPLINE\n8\n断层\n70\n0\n71\n3\n72\n8\n73\n4\n40\n0\n40\n0\n40\n0\n40\n0\n40\n1\n40\n1\n40\n1\n40\n1\n10\n0\n20\n0\n10\n1\n20\n2\n10\n3\n20\n2\n10\n4\n20\n0\n";
    let insert = "0\nINSERT\n8\n断层\n2\nB\n10\n0\n20\n0\n70\n3\n71\n3\n44\n5\n45\n5\n";
    vec![
        ("a.dxf", dxf(&format!("{bow_tie}{hatch}{spline}{insert}0\nARC\n8\n断层\n10\n0\n20\n0\n40\n5\n50\n10\n51\n80\n210\n0\n220\n0\n230\n-1\n"))),
        ("a.ts", b"GOCAD TSurf 1\nHEADER {\nname: F1\n}\nZPOSITIVE Depth\nTFACE\nVRTX 1 0 0 0\nVRTX 2 1 0 0\nPVRTX 3 0 1 0 9\nTRGL 1 2 3\nEND\n".to_vec()),
        ("a.pl", b"GOCAD PLine 1\nILINE\nVRTX 1 0 0 0\nVRTX 2 1 0 0\nSEG 1 2\nEND\n".to_vec()),
        ("a.stl", CUBE_STL.as_bytes().to_vec()),
        ("a.obj", b"v 0 0 0\nv 1 0 0\nv 1 1 0\nf 1 2 3\nf -1 -2 -3\n".to_vec()),
        ("a.ply", b"ply\nformat binary_little_endian 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\x3f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\x3f\0\0\0\0\x03\0\0\0\0\x01\0\0\0\x02\0\0\0".to_vec()),
        ("a.geojson", b"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"id\":\"F1\",\"dip\":-999},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[111.1,39.6],[111.2,39.7]]}}]}".to_vec()),
        ("a.grd", b"DSAA\n3 2\n0 2\n0 1\n1 6\n1 2 3\n4 5 1.70141e38\n".to_vec()),
    ]
}

#[test]
fn damaged_bytes_never_panic() {
    let mut state = 2026_u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    let asked: Option<usize> = std::env::var("MINESIFT_FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok());
    let digits = b"0123456789-.eE+\n ";
    let mut read = 0;
    for (name, seed) in seeds() {
        // Opening a data set and a frame of PROJ takes a tenth of a second: fewer rounds where a library reads.
        let library = name.ends_with("geojson") || name.ends_with("grd");
        let rounds = asked.unwrap_or(if library { 15 } else { 300 });
        for _ in 0..rounds {
            let mut bytes = seed.clone();
            for _ in 0..=next(4) {
                let at = next(bytes.len());
                match next(5) {
                    0 => bytes[at] = next(256) as u8,
                    1 => bytes[at] = digits[next(digits.len())],
                    2 => bytes.truncate(at.max(1)),
                    3 => bytes.insert(at, digits[next(digits.len())]),
                    _ => {
                        let piece: Vec<u8> = bytes[at..(at + 1 + next(20)).min(bytes.len())].to_vec();
                        let to = next(bytes.len());
                        bytes.splice(to..to, piece);
                    }
                }
            }
            if let Ok(intake) = import(&Input::memory(name, bytes), &kind("fault")) {
                let total = intake.receipt.total();
                assert_eq!(total.read, total.accepted + total.repaired + total.refused, "{name}");
                read += 1;
            }
        }
    }
    assert!(read > 0, "every damaged file was refused whole: the damage is too coarse to test anything");
}

#[test]
fn a_property_that_a_feature_does_not_have_is_not_recorded_as_nought() {
    let feature = |properties: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,0]]]}}}}"#
        )
    };
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{},{},{}]}}"#,
        feature(r#""id":"G1","water_volume_m3":500,"flooded":true,"sources":["a"]"#),
        feature(r#""id":"G2","sources":[]"#),
        feature(r#""id":"G3","water_volume_m3":null"#),
    );
    let options = Options { kind: Some("goaf".into()), crs: Some("local".into()), ..Options::default() };
    let intake = import(&Input::memory("a.geojson", text.into_bytes()), &options).unwrap();
    assert_eq!(intake.receipt.total().accepted, 3);
    assert_eq!(intake.facts[0].number("water_volume_m3"), Some(500.0));
    for fact in &intake.facts[1..] {
        assert!(fact.attributes.is_empty(), "{:?}", fact.attributes);
    }
}
