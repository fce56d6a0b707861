//! Units and places that no count shows: kilometres, feet, where a well begins, what a cell says behind its number.

use minesift_core::fact::{Fact, Position, Shape};
use minesift_importers::{Input, Intake, Options, import};

fn read(name: &str, text: &str, options: &Options) -> Intake {
    let intake = import(&Input::memory(name, text.as_bytes().to_vec()), options).unwrap();
    for table in &intake.receipt.tables {
        assert_eq!(table.read, table.accepted + table.repaired + table.refused);
    }
    intake
}

fn said(intake: &Intake, words: &str) -> bool {
    intake.receipt.problems.iter().any(|problem| problem.message.en.contains(words))
}

fn feet() -> Options {
    Options { units: Some("ft".into()), ..Options::default() }
}

fn vertices(fact: &Fact) -> Vec<[f64; 3]> {
    match &fact.shape {
        Some(Shape::Mesh(mesh)) => mesh.vertices.clone(),
        other => panic!("{other:?}"),
    }
}

fn place(fact: &Fact) -> Position {
    match &fact.shape {
        Some(Shape::Point(at)) => *at,
        other => panic!("{other:?}"),
    }
}

#[test]
fn axes_of_a_gocad_surface_are_in_the_units_that_it_states() {
    let surface = |units: &str| {
        format!(
            "GOCAD TSurf 1\nHEADER {{\nname:a\n}}\nGOCAD_ORIGINAL_COORDINATE_SYSTEM\n{units}\nZPOSITIVE Elevation\nEND_ORIGINAL_COORDINATE_SYSTEM\nTFACE\nVRTX 1 868.5 6936.25 -354\nVRTX 2 868 6936 -355\nVRTX 3 868 6934 -352\nTRGL 1 2 3\nEND\n"
        )
    };
    let km = read("a.ts", &surface("AXIS_UNIT \"km\" \"km\" \"m\""), &Options::default());
    assert_eq!(vertices(&km.facts[0])[0], [868_500.0, 6_936_250.0, -354.0]);
    assert!(said(&km, "its axes are in km, km, m: turned into metres"));
    assert_eq!(km.receipt.total().repaired, 1);
    let m = read("a.ts", &surface("AXIS_UNIT m m m"), &feet());
    assert_eq!(vertices(&m.facts[0])[0], [868.5, 6936.25, -354.0], "what the file says goes before --units");
    assert!(!said(&m, "no unit"));
    let none = read("a.ts", &surface("AXIS_UNIT \" number\" \" number\" \" number\""), &feet());
    assert_eq!(vertices(&none.facts[0])[1], [868.0 * 0.3048, 6936.0 * 0.3048, -355.0 * 0.3048]);
    assert!(said(&none, "taken as ft, as --units says"));
}

#[test]
fn a_gocad_well_begins_where_its_path_begins() {
    let well = |lines: &str| {
        format!(
            "GOCAD Well 1\nHEADER {{\nname: w\n}}\nAXIS_UNIT m m m\nZPOSITIVE Elevation\nPATH_ZM_UNIT m\n{lines}END\n"
        )
    };
    let options = Options::default();
    // Depth is measured from the kelly bushing, 94 m above the sea that WREF stands on.
    let path = read(
        "w.wl",
        &well("WREF 377318 8372318 0\nDATUM SeaLevel\nKB 94\nPATH 0 94 0 0\nPATH 1586.3 -1492.3 0 0\n"),
        &options,
    );
    assert_eq!(place(&path.facts[0]), Position::new(377_318.0, 8_372_318.0, 94.0));
    assert!(said(&path, "the collar is where PATH begins"));
    let bushing = read("w.wl", &well("WREF 10 20 0\nKB 94\nSTATION 0 0 0\n"), &options);
    assert_eq!(place(&bushing.facts[0]).z, Some(94.0));
    let ground = read("w.wl", &well("WREF 10 20 98.9\nKB 0\nSTATION 0 0 0\n"), &options);
    assert_eq!(place(&ground.facts[0]).z, Some(98.9));
    assert!(!said(&ground, "collar"));
}

#[test]
fn feet_of_meshes_are_turned_into_metres() {
    let obj = "o a\nv 0 0 0\nv 100 0 0\nv 0 100 10\nf 1 2 3\n";
    assert_eq!(vertices(&read("a.obj", obj, &feet()).facts[0])[2], [0.0, 30.48, 3.048]);
    let bare = read("a.obj", obj, &Options::default());
    assert_eq!(vertices(&bare.facts[0])[2], [0.0, 100.0, 10.0]);
    assert!(said(&bare, "states no unit of length: taken as metres"));
    let stl = "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 10 0 0\nvertex 0 10 0\nendloop\nendfacet\nendsolid a\n";
    assert_eq!(vertices(&read("a.stl", stl, &feet()).facts[0])[1][0], 3.048);
    let ply = "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n10 0 0\n0 10 0\n3 0 1 2\n";
    assert_eq!(vertices(&read("a.ply", ply, &feet()).facts[0])[1][0], 3.048);
}

#[test]
fn an_omf_project_is_in_the_unit_that_it_states() {
    use std::io::Write;
    let packed = |bytes: &[u8]| {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    let numbers: Vec<u8> =
        [0.0, 0.0, 0.0, 100.0, 0.0, 0.0, 0.0, 100.0, 0.0].iter().flat_map(|n: &f64| n.to_le_bytes()).collect();
    let corners: Vec<u8> = [0_i64, 1, 2].iter().flat_map(|n| n.to_le_bytes()).collect();
    let (numbers, corners) = (packed(&numbers), packed(&corners));
    let index = format!(
        r#"{{"v":{{"array":{{"start":60,"length":{},"dtype":"<f8"}},"__class__":"Vector3Array"}},
            "t":{{"array":{{"start":{},"length":{},"dtype":"<i8"}},"__class__":"Int3Array"}},
            "g":{{"origin":[0,0,0],"vertices":"v","triangles":"t","__class__":"SurfaceGeometry"}},
            "e":{{"name":"s","geometry":"g","__class__":"SurfaceElement"}},
            "p":{{"elements":["e"],"origin":[0,0,0],"units":"feet","__class__":"Project"}}}}"#,
        numbers.len(),
        60 + numbers.len(),
        corners.len()
    );
    let mut bytes = vec![0x84, 0x83, 0x82, 0x81];
    bytes.extend(b"OMF-v0.9.0");
    bytes.resize(52, 0);
    bytes.extend(((60 + numbers.len() + corners.len()) as u64).to_le_bytes());
    bytes.extend(numbers);
    bytes.extend(corners);
    bytes.extend(index.into_bytes());
    let intake = import(&Input::memory("a.omf", bytes), &Options::default()).unwrap();
    assert_eq!(vertices(&intake.facts[0])[1][0], 30.48);
    assert!(said(&intake, "feet"));
}

#[test]
fn a_frame_in_feet_says_the_unit_of_its_coordinates() {
    let table = "hole,x,y,z\nA,6500000,2100000,100\n";
    let options = |units: &str| Options {
        crs: Some("EPSG:2226".into()),
        map_crs: Some("EPSG:32610".into()),
        units: Some(units.into()),
        ..Options::default()
    };
    let (feet, metres) = (read("a.csv", table, &options("ft")), read("a.csv", table, &options("m")));
    let (a, b) = (place(&feet.facts[0]), place(&metres.facts[0]));
    // 2,100,000 ft of EPSG:2226 are ground of California, whatever the heights are in.
    assert_eq!(a.xy(), b.xy());
    assert!((500_000.0..700_000.0).contains(&a.x) && (4_200_000.0..4_400_000.0).contains(&a.y), "{a:?}");
    assert_eq!((a.z, b.z), (Some(30.48), Some(100.0)));
}

#[test]
fn a_unit_behind_a_number_holds_for_its_cell() {
    let options = Options { kind: Some("fault".into()), ..Options::default() };
    let intake = read("断层.csv", "编号,落差(m)\nF1,12\nF2,10 ft\nF3,5 MPa\nF4,0.012km\n", &options);
    let throw = |id: &str| intake.facts.iter().find(|fact| fact.id == id).unwrap().number("throw_m");
    assert_eq!((throw("F1"), throw("F2"), throw("F3"), throw("F4")), (Some(12.0), Some(3.048), None, Some(12.0)));
    assert!(said(&intake, "the unit MPa of \"5 MPa\" is no m"));
}

#[test]
fn the_survey_foot_of_the_united_states_is_its_own_unit() {
    let options = Options { units: Some("us-ft".into()), ..Options::default() };
    let at = place(&read("a.csv", "hole,x,y,z\nA,3937,7874,3937\n", &options).facts[0]);
    assert!((at.x - 1200.0).abs() < 1e-9 && (at.y - 2400.0).abs() < 1e-9, "{at:?}");
}

#[test]
fn a_grid_in_feet_is_turned_into_metres() {
    let grid = "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 10\nNODATA_value -9999\n100 110\n120 130\n";
    let intake = read("地形.asc", grid, &feet());
    let Some(minesift_core::fact::Value::Numbers(values)) = intake.facts[0].attributes.get("values_m") else {
        panic!()
    };
    assert!((values[0] - 120.0 * 0.3048).abs() < 1e-9, "{values:?}");
    let Some(minesift_core::fact::Value::Numbers(step)) = intake.facts[0].attributes.get("step_m") else { panic!() };
    assert!((step[0] - 3.048).abs() < 1e-9, "{step:?}");
}
