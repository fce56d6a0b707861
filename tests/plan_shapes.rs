//! Shapes of a plan from a drawing and from a shapefile: joined by name, and what was taken for the same is said. Those of
//! a GeoPackage are the demo mine's own, in `plan_tables.rs`.

use crate::onemap::{Folder, minesift};
use serde_json::Value;
use std::fmt::Write as _;

pub(crate) const MINE: &str = r#"
[mine]
id = "CASE"
kind = "coal-underground"
hydrogeology = "simple"
gas = "low"
rock_burst = "none"
as_of = 2026-11-01
[licence]
outline = "POLYGON((38510000 4870000, 38512000 4870000, 38512000 4872000, 38510000 4872000, 38510000 4870000))"
z_m = [-900.0, 200.0]
seams = ["3"]
[[seam]]
id = "3"
floor_m = -300.0
thickness_m = 3.0
[[survey]]
id = "S"
covers = "POLYGON((38510000 4870000, 38512000 4870000, 38512000 4872000, 38510000 4872000, 38510000 4870000))"
looks_for = ["all"]
methods = ["geophysics", "drilling"]
date = 2026-03-01
"#;

/// What the planner wrote by hand: a space in one name, full-width digits in the other.
const PLAN: &str = "工作面,煤层,采区,翼,水平,计划产量/万t,回采起止\n31 07,3,31,东,-300,20,2027.1.1-2027.6.30\n３１０８,3,31,东,-300,20,2027.7.1-2027.12.31\n";

/// Faces by the name the drawing gives them, with their lower left corner; each is 200 m by 600 m.
const DRAWN: [(&str, f64, f64); 2] = [("3107", 38_510_500.0, 4_870_500.0), ("3108", 38_511_000.0, 4_870_500.0)];

fn corners(x: f64, y: f64) -> [[f64; 2]; 5] {
    [[x, y], [x, y + 600.0], [x + 200.0, y + 600.0], [x + 200.0, y], [x, y]]
}

/// Holds the plan with these shapes against the mine: both faces are judged, and both names are said.
fn joined(folder: &Folder, shapes: &str, more: &[&str]) {
    let (mine, plan) = (folder.file("site.toml"), folder.file("plan.csv"));
    std::fs::write(&mine, MINE).unwrap();
    std::fs::write(&plan, PLAN).unwrap();
    let args = ["plan", "check", &mine, &plan, "--shapes", shapes, "--format", "json"];
    let output = minesift(0, &[&args[..], more].concat());
    let answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{shapes}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(output.status.code(), Some(0), "{shapes}: {answer:#}");
    assert!(answer["undecided"].as_array().unwrap().is_empty(), "{shapes}: {answer:#}");
    let said: Vec<&str> =
        answer["problems"].as_array().unwrap().iter().map(|p| p["en"].as_str().unwrap_or_default()).collect();
    for words in ["\"31 07\" is read as 3107", "\"３１０８\" is read as 3108"] {
        assert!(said.iter().any(|line| line.contains(words)), "{shapes}: no {words} in {said:#?}");
    }
    // Without the shapes nobody can judge them.
    assert_eq!(minesift(1, &["plan", "check", &mine, &plan]).status.code(), Some(4));
}

#[test]
fn shapes_of_a_drawing_are_joined_by_name() {
    let folder = Folder::new("plan-shapes-dxf");
    let mut dxf = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1027\n0\nENDSEC\n0\nSECTION\n2\nENTITIES\n".to_owned();
    for (name, x, y) in DRAWN {
        dxf.push_str("0\nLWPOLYLINE\n100\nAcDbEntity\n8\n采煤工作面\n100\nAcDbPolyline\n90\n4\n70\n1\n");
        for [x, y] in &corners(x, y)[..4] {
            let _ = write!(dxf, "10\n{x}\n20\n{y}\n");
        }
        let _ = write!(
            dxf,
            "0\nTEXT\n100\nAcDbEntity\n8\n采煤工作面\n100\nAcDbText\n10\n{}\n20\n{}\n40\n10\n1\n{name}\n",
            x + 100.0,
            y + 300.0
        );
    }
    dxf.push_str("0\nENDSEC\n0\nEOF\n");
    let file = folder.file("shapes.dxf");
    std::fs::write(&file, dxf).unwrap();
    // Which layer holds the faces is the mine's own custom.
    let layers = folder.file("layers.csv");
    std::fs::write(&layers, "layer_pattern,object_type,seam,label\n采煤工作面,face,3,inside\n").unwrap();
    joined(&folder, &file, &["--layers", &layers]);
}

#[test]
fn shapes_of_a_shapefile_are_joined_by_name() {
    let folder = Folder::new("plan-shapes-shp");
    let [low, high] = [[38_510_500.0_f64, 4_870_500.0], [38_511_200.0, 4_871_100.0]];
    let bounds: Vec<u8> = [low[0], low[1], high[0], high[1]].iter().flat_map(|v| v.to_le_bytes()).collect();
    let header = |words: i32| {
        let mut bytes = 9994_i32.to_be_bytes().to_vec();
        bytes.extend([0; 20]);
        bytes.extend(words.to_be_bytes());
        bytes.extend(1000_i32.to_le_bytes());
        bytes.extend(5_i32.to_le_bytes());
        bytes.extend(&bounds);
        bytes.extend([0; 32]);
        bytes
    };
    // A polygon of one ring of five corners: 44 + 4 + 80 bytes, 64 words.
    let (mut shp, mut shx) = (header(50 + 2 * 68), header(50 + 2 * 4));
    for (number, (_, x, y)) in (1_i32..).zip(DRAWN) {
        shx.extend((50 + (number - 1) * 68).to_be_bytes());
        shx.extend(64_i32.to_be_bytes());
        shp.extend(number.to_be_bytes());
        shp.extend(64_i32.to_be_bytes());
        shp.extend(5_i32.to_le_bytes());
        shp.extend([x, y, x + 200.0, y + 600.0].iter().flat_map(|v| v.to_le_bytes()));
        shp.extend([1_i32, 5, 0].iter().flat_map(|v| v.to_le_bytes()));
        shp.extend(corners(x, y).iter().flatten().flat_map(|v| v.to_le_bytes()));
    }
    // One column, 名称, in UTF-8.
    let mut dbf = vec![3, 126, 11, 1];
    dbf.extend(2_u32.to_le_bytes());
    dbf.extend(65_u16.to_le_bytes());
    dbf.extend(11_u16.to_le_bytes());
    dbf.extend([0; 20]);
    let mut name = "名称".as_bytes().to_vec();
    name.resize(11, 0);
    dbf.extend(name);
    dbf.push(b'C');
    dbf.extend([0; 4]);
    dbf.extend([10, 0]);
    dbf.extend([0; 14]);
    dbf.push(13);
    for (name, ..) in DRAWN {
        dbf.extend(format!(" {name:<10}").into_bytes());
    }
    dbf.push(26);
    for (end, bytes) in [("shp", shp), ("shx", shx), ("dbf", dbf), ("cpg", b"UTF-8".to_vec())] {
        std::fs::write(folder.file(&format!("采煤工作面.{end}")), bytes).unwrap();
    }
    joined(&folder, &folder.file("采煤工作面.shp"), &[]);
}
