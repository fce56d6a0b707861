//! Laser scans, OMF, Geo3DML, GOCAD wells, GeoParquet, FlatGeobuf, KML: real files, and files written here.

use minesift_core::fact::{Position, Severity, Shape};
use minesift_importers::{Input, Intake, Options, import};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn data(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MINESIFT_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")), PathBuf::from);
    let folder = root.join(folder);
    if !folder.is_dir() {
        println!("skipped: {} is not here", folder.display());
        return None;
    }
    Some(folder)
}

fn adds_up(intake: &Intake) {
    for table in &intake.receipt.tables {
        assert_eq!(table.read, table.accepted + table.repaired + table.refused, "{}", table.name);
    }
}

fn read(path: &Path, options: &Options) -> Intake {
    let intake =
        import(&Input::open(path).unwrap(), options).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    adds_up(&intake);
    println!("{} {:?} {:?}", intake.receipt.file, intake.receipt.crs, intake.receipt.tables);
    for problem in intake.receipt.problems.iter().take(6) {
        println!("  {:?} {}: {}", problem.severity, problem.source.place, problem.message.en);
    }
    intake
}

fn kind(kind: &str) -> Options {
    Options { kind: Some(kind.into()), ..Options::default() }
}

fn said(intake: &Intake, words: &str) -> bool {
    intake.receipt.problems.iter().any(|problem| problem.message.en.contains(words))
}

#[test]
fn scans_are_thinned_and_their_heights_are_metres() {
    let Some(folder) = data("autzen-two-epochs-las") else { return };
    let intake = read(&folder.join("autzen-bmx-2010.las"), &Options::default());
    assert_eq!((intake.receipt.total().read, intake.receipt.importer.as_str()), (829, "point-cloud"));
    let Some(Shape::Mesh(mesh)) = &intake.facts[0].shape else { panic!("a surface") };
    let top = mesh.vertices.iter().map(|v| v[2]).fold(f64::MIN, f64::max);
    // 434.51 US survey feet are 132.4 m; the plane of the file is in metres already.
    assert!((130.0..132.5).contains(&top), "{top}");
    assert!(intake.receipt.vertical_datum.as_ref().is_some_and(|datum| datum.value.contains("NAVD88")));
    assert!(said(&intake, "turned into metres"));
    assert_eq!(read(&folder.join("autzen-bmx-2023.las"), &Options::default()).receipt.total().read, 687);
}

#[test]
fn a_scan_of_half_a_million_points_becomes_a_surface() {
    let Some(folder) = data("lone-star-rock-laz") else { return };
    let start = Instant::now();
    let intake = read(&folder.join("lone-star.laz"), &Options::default());
    println!("{:.1?}", start.elapsed());
    assert_eq!(intake.receipt.total().read, 518_862);
    assert!(said(&intake, "the file's own frame"), "its record names degrees for metres");
    let Some(Shape::Mesh(mesh)) = &intake.facts[0].shape else { panic!("a surface") };
    assert!((1_000..100_000).contains(&mesh.vertices.len()), "{}", mesh.vertices.len());
    assert!(mesh.vertices.iter().all(|v| (2_322.0..2_339.0).contains(&v[2])));
}

#[test]
fn odd_scans_are_read_or_refused_within_a_second() {
    let Some(folder) = data("pdal-odd-las") else { return };
    for (file, points) in [
        ("garbage_nVariableLength.las", None),
        ("lots_of_vlr.las", Some(1)),
        ("1.2-empty-geotiff-vlrs.las", Some(43)),
        ("autzen-dd.las", Some(1065)),
        ("spurious.las", Some(1065)),
    ] {
        let start = Instant::now();
        let answer = import(&Input::open(&folder.join(file)).unwrap(), &Options::default());
        let took = start.elapsed();
        match (&answer, points) {
            (Ok(intake), Some(points)) => {
                adds_up(intake);
                println!("{file}: {:?} {:?} in {took:.1?}", intake.receipt.tables, intake.receipt.problems.first());
                assert_eq!(intake.receipt.total().read, points, "{file}");
            }
            (Err(error), None) => println!("{file}: {error} in {took:.1?}"),
            (answer, _) => panic!("{file}: {:?}", answer.as_ref().map(|i| &i.receipt.tables)),
        }
        assert!(took < Duration::from_secs(1), "{file} took {took:?}");
    }
}

#[test]
fn omf_projects_of_both_versions() {
    let Some(folder) = data("omf-files-a") else { return };
    let one = read(&folder.join("v1_test_file.omf"), &Options::default());
    println!("{:?}", one.facts.iter().map(|f| (f.kind, &f.id)).collect::<Vec<_>>());
    assert!(one.facts.iter().any(|f| f.kind == "surface"));
    let marvin = read(&folder.join("marvin_bm_from_csv.omf"), &Options::default());
    assert_eq!((marvin.receipt.total().read, marvin.receipt.total().refused), (1, 1));
    assert!(said(&marvin, "a block model"));
    let pyramid = read(&folder.join("pyramid.omf"), &kind("contour"));
    let Some(Shape::Mesh(mesh)) = &pyramid.facts[0].shape else { panic!("a pyramid") };
    assert_eq!((mesh.vertices.len(), mesh.triangles.len()), (5, 6));
    let volume = pyramid.facts[0].number("volume_m3").unwrap();
    println!("volume {volume}");
    assert!(
        matches!(&pyramid.facts[1].shape, Some(Shape::Lines(lines)) if lines.iter().map(|l| l.len() - 1).sum::<usize>() == 8)
    );
    let all = read(&folder.join("one_of_everything.omf"), &Options::default());
    // Eleven elements, two of them within a composite; four block models, lines and points without a kind are refused.
    let total = all.receipt.total();
    assert_eq!((total.read, total.accepted), (11, 4));
    let wrong = read(&folder.join("array_length_mismatch.omf"), &kind("pick"));
    assert_eq!(wrong.receipt.total().refused, 1);
    assert!(said(&wrong, "the index says 999"));
}

#[test]
fn a_cut_or_twisted_omf_is_a_problem_and_no_panic() {
    let Some(folder) = data("omf-files-a") else { return };
    for file in ["v1_test_file.omf", "pyramid.omf", "one_of_everything.omf"] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        for cut in [4, 20, 59, 61, bytes.len() / 2, bytes.len() - 7] {
            let answer = import(&Input::memory(file, bytes[..cut].to_vec()), &Options::default());
            assert!(answer.is_err() || answer.is_ok_and(|i| i.receipt.total().refused > 0), "{file} at {cut}");
        }
        for at in (0..bytes.len()).step_by(97) {
            let mut twisted = bytes.clone();
            twisted[at] ^= 0x55;
            if let Ok(intake) = import(&Input::memory(file, twisted), &Options::default()) {
                adds_up(&intake);
            }
        }
    }
}

#[test]
fn geo3dml_models_keep_names_and_skins() {
    let Some(folder) = data("geo3dml-xml") else { return };
    let drill = read(&folder.join("model_drill.xml"), &kind("pick"));
    println!("{:?}", drill.receipt.vertical_datum);
    assert!(drill.receipt.vertical_datum.as_ref().is_some_and(|d| d.value.contains("1985")));
    assert_eq!(drill.receipt.total().accepted, 4, "four marks; the strata are lines");
    // Its heights are held against the map's; its own frame cannot be so and is not used.
    let on = |datum: &str| Options { map_vertical_datum: Some(datum.into()), ..kind("pick") };
    assert!(said(&read(&folder.join("model_drill.xml"), &on("1956")), "the map's on 1956"));
    assert!(!said(&read(&folder.join("model_drill.xml"), &on("1985")), "heights stand on"));
    assert!(said(&drill, "EPSG:4526") && said(&drill, "not used"));
    let section = read(&folder.join("model_section.xml"), &kind("contour"));
    // Upright lines of the section have no length in plan, strata are named by their borders only.
    assert!(section.receipt.total().accepted >= 10);
    assert!(said(&section, "the line has no length"));
    for (file, words) in
        [("project.xml", "model_drill.xml"), ("map_drill.xml", "styles"), ("map_stratum.xml", "styles")]
    {
        let error = import(&Input::open(&folder.join(file)).unwrap(), &Options::default()).unwrap_err();
        assert!(error.message.en.contains(words), "{error}");
    }
    let Some(folder) = data("geo3dml-xml-volumes") else { return };
    let one = read(&folder.join("model_Volume_1.xml"), &Options::default());
    let two = read(&folder.join("model_Volume_2.xml"), &Options::default());
    let meshes = |intake: &Intake| intake.facts.iter().filter(|f| f.kind == "surface").count();
    println!("{} and {} meshes", meshes(&one), meshes(&two));
    assert!(meshes(&one) + meshes(&two) >= 2, "the triangle net and the skin of the tetrahedra");
    assert!(said(&one, "a body of cells (GeoCuboidVolume)"));
}

#[test]
fn gocad_wells_are_holes_with_stations() {
    let Some(folder) = data("gocad-odd-files-b") else { return };
    let intake = read(&folder.join("wlTest.wl"), &Options::default());
    let hole = &intake.facts[0];
    assert_eq!((hole.kind, hole.id.as_str(), hole.number("depth_m")), ("borehole", "wlTest", Some(465.299_988)));
    let Some(Shape::Point(at)) = hole.shape else { panic!("a collar") };
    assert_eq!(at.z, Some(98.885_131_835_937_5));
    assert_eq!(intake.facts.len() - 1, 25, "stations");
    assert!(said(&intake, "2 curves lie in a second, binary file"));
}

/// A line across the frame, from 112.5° E.
fn wkb(x: f64) -> Vec<u8> {
    let mut bytes = vec![1, 2, 0, 0, 0, 2, 0, 0, 0];
    for value in [x, 37.5, x + 0.01, 37.51] {
        bytes.extend(f64::to_le_bytes(value));
    }
    bytes
}

#[test]
fn geoparquet_features_keep_their_columns() {
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
    use parquet::file::metadata::KeyValue;
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use std::sync::Arc;
    let schema = "message schema { required binary name (UTF8); optional double throw; required binary geometry; }";
    let write = |geo: Option<&str>| -> Vec<u8> {
        let schema = Arc::new(parquet::schema::parser::parse_message_type(schema).unwrap());
        let records = geo.map(|geo| vec![KeyValue::new("geo".to_owned(), geo.to_owned())]);
        let properties = Arc::new(WriterProperties::builder().set_key_value_metadata(records).build());
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut number = 0;
        while let Some(mut column) = group.next_column().unwrap() {
            match number {
                0 => drop(column.typed::<ByteArrayType>().write_batch(
                    &[ByteArray::from("F1"), ByteArray::from("断层二")],
                    None,
                    None,
                )),
                1 => drop(column.typed::<DoubleType>().write_batch(&[12.5], Some(&[1, 0]), None)),
                _ => drop(column.typed::<ByteArrayType>().write_batch(
                    &[ByteArray::from(wkb(112.5)), ByteArray::from(wkb(112.6))],
                    None,
                    None,
                )),
            }
            column.close().unwrap();
            number += 1;
        }
        group.close().unwrap();
        writer.close().unwrap();
        bytes
    };
    let geo = r#"{"version":"1.0.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["LineString"]}}}"#;
    let options = Options { map_crs: Some("EPSG:4526".into()), ..kind("fault") };
    let intake = import(&Input::memory("断层.parquet", write(Some(geo))), &options).unwrap();
    adds_up(&intake);
    assert_eq!((intake.receipt.importer.as_str(), intake.receipt.total().accepted), ("geoparquet", 2));
    assert_eq!((intake.facts[0].text("name_zh"), intake.facts[0].number("throw_m")), (Some("F1"), Some(12.5)));
    assert_eq!((intake.facts[1].text("name_zh"), intake.facts[1].number("throw_m")), (Some("断层二"), None));
    let Some(Shape::Lines(lines)) = &intake.facts[0].shape else { panic!("a line") };
    assert!((38_300_000.0..38_600_000.0).contains(&lines[0][0].x), "{:?}", lines[0]);
    let error = import(&Input::memory("a.parquet", write(None)), &options).unwrap_err();
    assert!(error.message.en.contains("no geo record"), "{error}");
    let arrow = geo.replace("WKB", "geoarrow.linestring");
    assert!(import(&Input::memory("a.parquet", write(Some(&arrow))), &options).is_err());
}

#[test]
fn flatgeobuf_and_kml_give_what_geojson_gives() {
    use gdal::DriverManager;
    use gdal::vector::LayerAccess;
    let folder = std::env::temp_dir().join(format!("minesift-formats-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let geojson = folder.join("faults.geojson");
    let feature = |name: &str, x: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"LineString","coordinates":[[{x},37.5],[{},37.52]]}}}}"#,
            x + 0.01
        )
    };
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
        feature("F1", 112.5),
        feature("采空区边界断层", 112.6)
    );
    std::fs::write(&geojson, text).unwrap();
    let options = Options { map_crs: Some("EPSG:4526".into()), ..kind("fault") };
    let shapes = |intake: &Intake| -> Vec<(Option<String>, Vec<[i64; 2]>)> {
        let line = |at: &Position| at.xy().map(|v| (v * 100.0).round() as i64);
        let mut list: Vec<_> = intake
            .facts
            .iter()
            .map(|f| match &f.shape {
                Some(Shape::Lines(lines)) => {
                    (f.text("name_zh").map(str::to_owned), lines[0].iter().map(line).collect())
                }
                other => panic!("{other:?}"),
            })
            .collect();
        list.sort();
        list
    };
    let expected = shapes(&read(&geojson, &options));
    assert_eq!(expected.len(), 2);
    for (driver, file) in
        [("FlatGeobuf", "faults.fgb"), ("LIBKML", "faults.kml"), ("LIBKML", "faults.kmz"), ("GPKG", "faults.gpkg")]
    {
        let from = gdal::Dataset::open(&geojson).unwrap();
        let path = folder.join(file);
        let mut to = DriverManager::get_driver_by_name(driver).unwrap().create_vector_only(&path).unwrap();
        {
            let mut source = from.layer(0).unwrap();
            let srs = gdal::spatial_ref::SpatialRef::from_epsg(4326).unwrap();
            let target = to
                .create_layer(gdal::vector::LayerOptions {
                    name: "faults",
                    srs: Some(&srs),
                    ty: gdal::vector::OGRwkbGeometryType::wkbLineString,
                    ..Default::default()
                })
                .unwrap();
            target.create_defn_fields(&[("name", gdal::vector::OGRFieldType::OFTString)]).unwrap();
            for feature in source.features() {
                let mut copy = gdal::vector::Feature::new(target.defn()).unwrap();
                copy.set_geometry(feature.geometry().unwrap().clone()).unwrap();
                let name = feature.field_as_string(0).unwrap().unwrap();
                let at = copy.field_index("name").unwrap();
                copy.set_field_string(at, &name).unwrap();
                copy.create(&target).unwrap();
            }
        }
        to.flush_cache().unwrap();
        drop(to);
        let intake = read(&path, &options);
        assert_eq!(shapes(&intake), expected, "{file}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_cannot_be_read_says_how_to_convert_it() {
    for (name, bytes, words) in [
        ("断层.wl", &b"WMAP`D22rest"[..], "MapGIS"),
        ("图.dwg", &b"AC1032rest"[..], "DXF"),
        ("scan.las", &b"LASF\0\0"[..], "header"),
        ("a.omf", &b"PK\x03\x04zip"[..], "OMF"),
        ("a.xml", &b"<g:Geo3DModel xmlns:g='x'><a></g:Geo3DModel>"[..], "line 1"),
    ] {
        let error = import(&Input::memory(name, bytes.to_vec()), &Options::default()).unwrap_err();
        assert!(error.message.en.contains(words), "{name}: {error}");
        assert!(error.message.zh.contains("请") || error.message.zh.contains("再导入"), "{name}: {}", error.message.zh);
    }
}

fn words(name: &str, text: &str, options: &Options) -> Intake {
    let intake = import(&Input::memory(name, text.as_bytes().to_vec()), options).unwrap();
    adds_up(&intake);
    for problem in &intake.receipt.problems {
        println!("{:?} {}: {}", problem.severity, problem.source.place, problem.message.en);
    }
    intake
}

#[test]
fn a_catalogue_of_fixed_width_gives_events_and_density() {
    let mut text = String::from("# network of a mine, 2026\nid        x          y        z    magnitude  date\n");
    for n in 0..60 {
        let (x, y) = if n % 2 == 0 { (512_000 + n, 4_870_000) } else { (512_000 + 300 * n, 4_872_000) };
        text.push_str(&format!(
            "E{n:<6} {x:>10}.5 {y:>10}.0  -310.5   {:>6.2}  2026-05-0{}\n",
            f64::from(n % 7) / 4.0,
            1 + n % 9
        ));
    }
    let events = words("微震.txt", &text, &Options::default());
    assert_eq!((events.receipt.importer.as_str(), events.receipt.total().accepted), ("microseisms", 60));
    let first = &events.facts[0];
    assert_eq!((first.id.as_str(), first.number("magnitude")), ("E0", Some(0.0)));
    let Some(Shape::Point(at)) = first.shape else { panic!("a position") };
    assert_eq!(at.z, Some(-310.5));
    let density =
        words("微震.txt", &text, &Options { importer: Some("microseism-density".into()), ..Options::default() });
    assert_eq!(density.receipt.total().accepted, 60);
    assert_eq!(density.facts.len(), 1, "one crowd");
    assert_eq!((density.facts[0].kind, density.facts[0].text("method")), ("anomaly", Some("microseismic")));
}

#[test]
fn heights_are_stated_and_degrees_may_have_minutes() {
    let table = "孔号,经度,纬度,孔口标高（1956年黄海高程系）\nA,112°30′18″,37:30:00,812.5\n";
    let options = Options {
        kind: Some("borehole".into()),
        map_crs: Some("EPSG:4526".into()),
        map_vertical_datum: Some("1985".into()),
        ..Options::default()
    };
    let intake = words("孔口.csv", table, &options);
    assert_eq!(intake.receipt.vertical_datum.as_ref().map(|d| d.value.as_str()), Some("1956"));
    assert!(said(&intake, "they differ from place to place"));
    let Some(Shape::Point(at)) = intake.facts[0].shape else { panic!("a position") };
    assert!((38_360_000.0..38_370_000.0).contains(&at.x), "{at:?}");
    assert_eq!(intake.facts[0].number("surface_m"), Some(812.5));
    let plain = words("孔口.csv", &table.replace("（1956年黄海高程系）", ""), &options);
    let datum = plain.receipt.vertical_datum.unwrap();
    assert_eq!((datum.value.as_str(), datum.why.en.as_str()), ("1985", "the file does not say: taken as the map's"));
    assert_eq!(plain.receipt.problems.iter().filter(|p| p.severity == Severity::Refused).count(), 0);
}

#[test]
fn a_table_without_a_header_is_read_by_the_numbers_of_its_columns() {
    let Some(folder) = data("subsurface-xlsx-boreholes") else { return };
    let mapping = std::env::temp_dir().join(format!("minesift-numbers-{}.csv", std::process::id()));
    std::fs::write(&mapping, "column,key\n1,hole\n2,east\n3,north\n4,z\n5,depth_m\n").unwrap();
    let options = Options { mapping: Some(mapping.clone()), ..kind("borehole") };
    let intake = read(&folder.join("borehole_collar.xlsx"), &options);
    std::fs::remove_file(&mapping).unwrap();
    assert_eq!(intake.receipt.total().accepted, 2);
    assert_eq!((intake.facts[0].id.as_str(), intake.facts[0].number("depth_m")), ("foo", Some(508.4)));
}
