//! What a receipt must say, each by its smallest file: guesses by a name, rows that say nothing, points far from all
//! others, degrees of half the world, columns and numbers written otherwise than expected.

use minesift_core::fact::{Severity, Shape};
use minesift_importers::{Input, Intake, Options, import, together};

fn read(name: &str, text: &str, options: &Options) -> Intake {
    let intake = import(&Input::memory(name, text.as_bytes().to_vec()), options).unwrap();
    adds_up(&intake);
    intake
}

fn adds_up(intake: &Intake) {
    for table in &intake.receipt.tables {
        assert_eq!(table.read, table.accepted + table.repaired + table.refused, "{}", table.name);
    }
}

fn said(intake: &Intake, words: &str) -> bool {
    intake.receipt.problems.iter().any(|problem| problem.message.en.contains(words))
}

fn kind(name: &str) -> Options {
    Options { kind: Some(name.into()), ..Options::default() }
}

fn geojson(features: &[(&str, [f64; 2])]) -> String {
    let feature = |(name, [x, y]): &(&str, [f64; 2])| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"LineString","coordinates":[[{x},{y}],[{},{}]]}}}}"#,
            x + 0.001,
            y + 0.001
        )
    };
    format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        features.iter().map(feature).collect::<Vec<_>>().join(",")
    )
}

#[test]
fn a_kind_that_only_a_word_in_a_name_tells_is_said() {
    let text = geojson(&[("F1", [112.5, 37.5])]);
    let guessed = read("北翼断层图.geojson", &text, &Options::default());
    assert_eq!(guessed.facts[0].kind, "fault");
    assert!(said(&guessed, "taken as fault (fault) by a word in the name of the"));
    assert!(!said(&read("北翼断层图.geojson", &text, &kind("fault")), "by a word"));
    let ledger = read("采空区2024.csv", "编号,采厚\nG1,3.5\n", &Options::default());
    assert_eq!(ledger.facts[0].kind, "goaf");
    assert!(said(&ledger, "taken as goaf (goaf) by a word in the name of the file"));
}

#[test]
fn rows_of_which_nothing_is_read_are_refused() {
    let table = "sigma_c,Wet,grade_of_burst\n120,4.486,1\n90,4.486,2\n";
    let intake = read("cases.csv", table, &kind("rock_burst_area"));
    assert_eq!((intake.receipt.total().read, intake.receipt.total().refused), (2, 2));
    assert!(said(&intake, "no column of this row says anything of a burst-risk area"));
    let named = read("cases.csv", "id,sigma_c\nR1,120\n", &kind("rock_burst_area"));
    assert_eq!(named.facts.len(), 1);
    assert!(said(&named, "1 of 1 facts have neither position nor outline"));
}

/// A scan in LAS 1.2, format 0, in units of 0.001.
fn las(points: &[[f64; 3]]) -> Vec<u8> {
    let mut bytes = vec![0_u8; 227];
    bytes[..4].copy_from_slice(b"LASF");
    (bytes[24], bytes[25], bytes[94]) = (1, 2, 227);
    bytes[96..100].copy_from_slice(&227_u32.to_le_bytes());
    bytes[105..107].copy_from_slice(&20_u16.to_le_bytes());
    bytes[107..111].copy_from_slice(&(points.len() as u32).to_le_bytes());
    let mut put = |at: usize, value: f64| bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
    (0..3).for_each(|axis| put(131 + axis * 8, 0.001));
    for axis in 0..3 {
        let along = || points.iter().map(|point| point[axis]);
        put(179 + axis * 16, along().fold(f64::MIN, f64::max));
        put(187 + axis * 16, along().fold(f64::MAX, f64::min));
    }
    for point in points {
        for value in point {
            bytes.extend(((value * 1000.0).round() as i32).to_le_bytes());
        }
        bytes.extend([0; 8]);
    }
    bytes
}

#[test]
fn one_stray_point_does_not_spoil_a_scan() {
    let floor = |n: u32| (0..n).map(|i| [f64::from(i % 40), f64::from(i / 40), f64::from(i % 7) * 0.01]);
    let mut points: Vec<[f64; 3]> = floor(1600).collect();
    let whole = import(&Input::memory("a.las", las(&points)), &Options::default()).unwrap();
    points.push([90_000.0, 20.0, 0.0]);
    let stray = import(&Input::memory("a.las", las(&points)), &Options::default()).unwrap();
    adds_up(&stray);
    let vertices = |intake: &Intake| match &intake.facts[0].shape {
        Some(Shape::Mesh(mesh)) => mesh.vertices.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(vertices(&stray), vertices(&whole));
    assert_eq!((stray.receipt.total().read, stray.receipt.total().refused), (1601, 1));
    assert!(said(&stray, "stray points, far from all others (first: 90000.000 20.000 0.000)"));
    // A heap on a flat floor is no stray, nor is a part of the scan that lies apart.
    let mut heap: Vec<[f64; 3]> = floor(1600).collect();
    heap.push([20.0, 20.0, 12.0]);
    let heap = import(&Input::memory("a.las", las(&heap)), &Options::default()).unwrap();
    assert_eq!(heap.receipt.total().refused, 0);
    let mut apart: Vec<[f64; 3]> = floor(1600).collect();
    apart.extend(floor(100).map(|[x, y, z]| [x + 2_000.0, y, z]));
    let apart = import(&Input::memory("a.las", las(&apart)), &Options::default()).unwrap();
    assert_eq!((apart.receipt.total().read, apart.receipt.total().refused), (1700, 0));
}

#[test]
fn degrees_of_half_the_world_go_into_no_zone() {
    let text = geojson(&[("a", [112.5, 37.5]), ("b", [18.6, 50.2]), ("c", [-81.0, 38.0])]);
    let error = import(&Input::memory("mines.geojson", text.clone().into_bytes()), &kind("fault")).unwrap_err();
    assert!(error.message.en.contains("--map-crs") && error.message.en.contains("-81.0…112.5"), "{error}");
    // With a map the mine's own features are taken, the others refused one by one.
    let options = Options { map_crs: Some("EPSG:4526".into()), ..kind("fault") };
    let intake = read("mines.geojson", &text, &options);
    assert_eq!((intake.facts.len(), intake.receipt.total().refused), (1, 2));
    assert!(said(&intake, "lies too far from the central meridian of the map"));
    // One slip of the pen among many does not refuse a file.
    let mut many: Vec<(&str, [f64; 2])> = (0..30).map(|i| ("a", [112.5 + f64::from(i) * 0.001, 37.5])).collect();
    many.push(("slip", [12.5, 37.5]));
    let slip = read("mines.geojson", &geojson(&many), &kind("fault"));
    assert_eq!((slip.facts.len(), slip.receipt.total().refused), (30, 1));
}

#[test]
fn extents_are_those_of_all_positions() {
    let line: Vec<String> = (0..400).map(|i| format!("[{}.0,10.0]", if i == 399 { 90_000 } else { i })).collect();
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{{"type":"LineString","coordinates":[{}]}}}}]}}"#,
        line.join(",")
    );
    let options = Options { crs: None, ..kind("fault") };
    let intake = read("a.geojson", &text, &options);
    assert!(said(&intake, "0.0…90000.0"), "{:?}", intake.receipt.problems);
}

#[test]
fn the_collar_is_the_column_that_is_named_for_it() {
    let table = "x,y,name,z,altitude,base,formation,top\n303412,3913997,K12,-3894,108.7,1035,topo,0\n303412,3913997,K12,-3894,108.7,1652,etchegoin,1035\n";
    let intake = read("wells.csv", table, &Options::default());
    let hole = intake.facts.iter().find(|fact| fact.kind == "borehole").unwrap();
    assert!(matches!(hole.shape, Some(Shape::Point(at)) if at.z == Some(108.7)));
    assert!(said(
        &intake,
        "the collar's elevation is taken from \"altitude\"; \"z\" is not used (2 rows differ from it)"
    ));
    let ledger = read("a.csv", "孔号,x,y,z,孔口标高\nA,1,2,-300,1200\n", &Options::default());
    assert_eq!(ledger.facts[0].number("surface_m"), Some(1200.0));
    assert!(matches!(ledger.facts[0].shape, Some(Shape::Point(at)) if at.z.is_none()));
}

#[test]
fn a_column_that_names_the_frame_is_believed() {
    let table = "BHID,UTM_East,UTM_North,UTM_RL,UTM_Grid_ID\nP1,388559.4,62299.8,444.8,WGS84_51\nP2,388601.6,62289.6,472.2,WGS84_51\n";
    let intake = read("collar.csv", table, &Options::default());
    assert!(intake.receipt.crs.as_ref().unwrap().value.starts_with("EPSG:32651"));
    assert!(said(&intake, "the column \"UTM_Grid_ID\" says in which frame"));
}

#[test]
fn tables_of_semicolons_tabs_and_commas_say_so() {
    let semicolons = read("a.csv", "hole ;x; y;z\nA;1,5;2;3\n", &kind("borehole"));
    assert!(said(&semicolons, "parted by semicolons") && said(&semicolons, "2 headers have blanks around them"));
    assert!(matches!(semicolons.facts[0].shape, Some(Shape::Point(at)) if at.x == 1.5));
    // Three decimals: no thousands, since another number of the column has two.
    let tabs = read("a.tsv", "hole\tx\ty\tz\nA\t512,345\t10,25\t1\nB\t512,3\t10,255\t1\n", &kind("borehole"));
    assert!(said(&tabs, "parted by tabs") && said(&tabs, "decimal comma"));
    assert!(matches!(tabs.facts[0].shape, Some(Shape::Point(at)) if at.x == 512.345));
    let thousands = read("a.tsv", "hole\tx\ty\tz\nA\t512,345\t1,025.5\t1\n", &kind("borehole"));
    assert!(matches!(thousands.facts[0].shape, Some(Shape::Point(at)) if at.x == 512_345.0 && at.y == 1025.5));
}

#[test]
fn lines_that_end_in_cr_alone_are_counted() {
    let table = "hole,x,y,z\rA,1,2,3\rB,,,\rC,5,6,7\r";
    let intake = read("a.csv", table, &kind("borehole"));
    let refused = intake.receipt.of(Severity::Refused).next().unwrap();
    assert_eq!((intake.facts.len(), refused.source.place.as_str()), (2, "row 3"));
    // One LF at the end of such a file changes nothing.
    let mixed = read("a.csv", &format!("{}\n", table.trim_end()), &kind("borehole"));
    assert_eq!(mixed.receipt.of(Severity::Refused).next().unwrap().source.place, "row 3");
    let las = "~V\rVERS. 2.0:\rWRAP. NO:\r~W\r~C\rDEPT.M :\rGR.API :\r~A\r1 2\r2 x 3\r";
    let log = read("a.las", las, &Options::default());
    assert_eq!(log.receipt.of(Severity::Refused).next().unwrap().source.place, "row 10");
    let obj = "o a\rv 0 0 0\rv 1 0 0\rv 0 1 0\rf 1 2 3\r";
    assert_eq!(read("a.obj", obj, &Options::default()).facts.len(), 1);
    let dxf = "0\rSECTION\r2\rENTITIES\r0\rLINE\r8\r断层\r10\r0\r20\r0\r11\r9\r21\r9\r0\rENDSEC\r0\rEOF\r";
    assert_eq!(read("a.dxf", dxf, &kind("fault")).facts.len(), 1);
}

#[test]
fn a_comma_for_a_point_in_one_reading_of_a_log_is_repaired() {
    let log = |rows: &str| format!("~V\nVERS. 2.0:\nWRAP. NO:\n~W\n~C\nDEPT.M :\nGR.API :\nRT.OHMM :\n~A\n{rows}");
    let values = |intake: &Intake, of: usize| match intake.facts[of].attributes.get("values") {
        Some(minesift_core::fact::Value::Numbers(values)) => values.clone(),
        other => panic!("{other:?}"),
    };
    let one = read("a.las", &log("1.0 123.450 5.5\n2.0 123,420 5.5\n"), &Options::default());
    assert_eq!(values(&one, 0), [123.45, 123.42]);
    assert_eq!(one.receipt.total().repaired, 1);
    assert!(said(&one, "a comma was read as the decimal point: 123,420"));
    let all = read("a.las", &log("1,0 123,45 5\n2,0 123,42 5\n"), &Options::default());
    assert_eq!(values(&all, 0), [123.45, 123.42]);
    assert_eq!(all.receipt.total().accepted, 2);
    assert!(said(&all, "written with a decimal comma"));
}

#[test]
fn wrapped_records_are_said() {
    let log = "~V\nVERS. 2.0:\nWRAP. YES:\n~W\n~C\nDEPT.M :\nA. :\nB. :\n~A\n1\n2 3\n2\n5 6\n";
    let intake = read("a.las", log, &Options::default());
    assert_eq!(intake.receipt.total().read, 2);
    assert!(said(&intake, "4 lines are 2 records"));
}

#[test]
fn a_hatch_with_a_spline_edge_is_an_area_in_every_release() {
    let edge = |fit: &str| {
        format!(
            "0\nSECTION\n2\nENTITIES\n0\nHATCH\n8\n采空区\n30\n0\n91\n1\n92\n1\n93\n2\n72\n1\n10\n0\n20\n0\n11\n9\n21\n0\n72\n4\n94\n3\n73\n0\n74\n0\n95\n8\n96\n4\n40\n0\n40\n0\n40\n0\n40\n0\n40\n1\n40\n1\n40\n1\n40\n1\n10\n9\n20\n0\n10\n9\n20\n9\n10\n0\n20\n9\n10\n0\n20\n0\n{fit}97\n0\n75\n1\n98\n0\n0\nENDSEC\n0\nEOF\n"
        )
    };
    for (release, fit) in [
        ("R2004", ""),
        ("R2010", "97\n0\n"),
        ("R2010 with tangents", "97\n2\n11\n9\n21\n0\n11\n0\n21\n0\n12\n0\n22\n1\n13\n0\n23\n-1\n"),
    ] {
        let intake = read("a.dxf", &edge(fit), &kind("goaf"));
        assert!(matches!(intake.facts.first().and_then(|f| f.shape.as_ref()), Some(Shape::Areas(_))), "{release}");
    }
}

#[test]
fn parts_of_a_shapefile_are_read_with_it_and_not_again() {
    let folder = std::env::temp_dir().join(format!("minesift-parts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["a.shp", "a.shx", "a.dbf", "b.dbf"] {
        let start: &[u8] = if name.ends_with("dbf") { &[3, 124, 1, 1] } else { &[0, 0, 0x27, 0x0a, 0, 0] };
        std::fs::write(folder.join(name), start).unwrap();
    }
    let open = |name: &str| Input::open(&folder.join(name)).unwrap();
    assert_eq!(open("a.shx").part_of(), Some(folder.join("a.shp")));
    assert_eq!((open("a.shp").part_of(), open("b.dbf").part_of()), (None, None));
    let error = import(&open("a.shx"), &Options::default()).unwrap_err();
    assert!(error.message.en.contains("a part of a.shp"), "{error}");
    let alone = import(&open("b.dbf"), &Options::default()).unwrap_err();
    assert!(alone.message.en.contains("without its .shp"), "{alone}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn lines_in_plan_only_and_words_of_any_length_are_kept_and_said() {
    let long = "断裂带".repeat(200);
    let text = geojson(&[(long.as_str(), [112.5, 37.5])]).replace("\"name\"", "\"remark_of_the_mine\"");
    let intake = read("a.geojson", &text, &kind("fault"));
    assert!(intake.facts[0].text("note").unwrap().contains(&long));
    assert!(said(&intake, "1 of 1 fault have no elevation"));
}

#[test]
fn holes_surveyed_at_their_collar_only_are_told() {
    let stations = read("survey.csv", "BHID,AT,AZ,DIP\nA,0,90,60\nB,0,90,60\nB,50,91,61\n", &Options::default());
    let problems = together::problems(&stations.facts);
    assert!(problems.iter().any(|p| p.message.en.contains("1 holes have one survey station, at their collar (0 m)")
        && p.message.en.ends_with(": A")));
}

#[test]
fn layers_numbered_downwards_and_seams_met_twice_are_said() {
    let log = "序号,名称,厚度/m\n4,泥岩,2.5\n3,3煤,1.2\n2,砂岩,4\n1,3煤,0.8\n";
    let intake = read("ZK1.csv", log, &Options::default());
    assert!(said(&intake, "numbered downwards from 4 to 1"));
    assert!(said(&intake, "seam 3 stands 2 times in this hole (rows 3, 5)"));
}

#[test]
fn merged_header_cells_of_a_workbook_are_joined() {
    use rust_xlsxwriter::{Format, Workbook};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("钻孔台账").unwrap();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 4, "某矿钻孔台账（1956年黄海高程系）", &plain).unwrap();
    sheet.merge_range(1, 0, 2, 0, "孔号", &plain).unwrap();
    sheet.merge_range(1, 1, 1, 2, "孔口坐标", &plain).unwrap();
    for (column, [header, below]) in [["", "X"], ["", "Y"], ["孔口标高", "m"], ["终孔深度", "m"]].iter().enumerate()
    {
        let column = column as u16 + 1;
        if !header.is_empty() {
            sheet.write(1, column, *header).unwrap();
        }
        sheet.write(2, column, *below).unwrap();
    }
    for (row, (hole, depth)) in [("ZK1", "300.5"), ("ZK2", "310–312")].iter().enumerate() {
        let row = row as u32 + 3;
        sheet.write(row, 0, *hole).unwrap();
        sheet.write(row, 1, 4_873_210.0 + f64::from(row)).unwrap();
        sheet.write(row, 2, 38_512_345.0).unwrap();
        sheet.write(row, 3, 1200.0).unwrap();
        sheet.write(row, 4, *depth).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let options =
        Options { map_crs: Some("EPSG:4526".into()), map_vertical_datum: Some("1985".into()), ..Options::default() };
    let intake = import(&Input::memory("钻孔台账.xlsx", bytes), &options).unwrap();
    adds_up(&intake);
    let holes: Vec<_> = intake.facts.iter().filter(|fact| fact.kind == "borehole").collect();
    assert_eq!((holes.len(), holes[0].id.as_str(), holes[0].number("depth_m")), (2, "ZK1", Some(300.5)));
    let Some(Shape::Point(at)) = holes[0].shape else { panic!("{:?}", intake.receipt.problems) };
    assert_eq!((at.x, at.y, holes[0].number("surface_m")), (38_512_345.0, 4_873_213.0, Some(1200.0)));
    assert_eq!(holes[1].number("depth_m"), None);
    assert!(said(&intake, "holds the range 310–312"));
    assert_eq!(intake.receipt.vertical_datum.as_ref().unwrap().value, "1956");
    assert!(said(&intake, "the map's on 1985"));
}

#[test]
fn an_outline_in_wkt_that_crosses_itself_says_its_area_before_and_after() {
    let table = "编号,范围\nG1,\"POLYGON((0 0,100 100,100 0,0 100,0 0))\"\nG2,\"POLYGON((0 0,100 0,100 100,0 0))\"\n";
    let intake = read("采空区.csv", table, &kind("goaf"));
    assert_eq!((intake.receipt.total().accepted, intake.receipt.total().repaired), (1, 1));
    assert!(said(&intake, "5000.0 m² after"), "{:?}", intake.receipt.problems);
}
