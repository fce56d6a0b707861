//! Ledgers, well logs and tables of real mines, and bad input.

use minesift_core::fact::{Fact, Severity, Shape};
use minesift_importers::{Input, Intake, Options, import, together};
use std::path::PathBuf;

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

fn read(path: &std::path::Path, options: &Options) -> Intake {
    let intake =
        import(&Input::open(path).unwrap(), options).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    adds_up(&intake);
    show(&intake);
    intake
}

fn adds_up(intake: &Intake) {
    for table in &intake.receipt.tables {
        assert_eq!(table.read, table.accepted + table.repaired + table.refused, "{}", table.name);
    }
    assert_eq!(intake.receipt.of(Severity::Refused).count() as u64, intake.receipt.total().refused);
}

/// With `--nocapture` a person can look at what was read.
fn show(intake: &Intake) {
    let receipt = &intake.receipt;
    println!(
        "{} [{}] {:?} crs {:?}",
        receipt.file,
        receipt.importer,
        receipt.encoding.as_ref().map(|c| &c.value),
        receipt.crs.as_ref().map(|c| (&c.value, &c.why.en))
    );
    for table in &receipt.tables {
        println!("  {table:?}");
    }
    for severity in [Severity::Refused, Severity::Repaired, Severity::Note] {
        for problem in receipt.of(severity).take(4) {
            println!("  {severity:?} {}: {} / {}", problem.source.place, problem.message.en, problem.message.zh);
        }
    }
    if let Some(fact) = intake.facts.last() {
        println!("  last: {} {} {:?} {:?}", fact.kind, fact.id, fact.shape, fact.attributes);
    }
}

fn count(facts: &[Fact], kind: &str) -> usize {
    facts.iter().filter(|fact| fact.kind == kind).count()
}

fn feet() -> Options {
    Options { units: Some("ft".into()), ..Options::default() }
}

fn kind(kind: &str) -> Options {
    Options { kind: Some(kind.into()), ..Options::default() }
}

fn words(name: &str, text: &str, options: &Options) -> Result<Intake, String> {
    let intake = import(&Input::memory(name, text.as_bytes().to_vec()), options).map_err(|error| error.message.en)?;
    adds_up(&intake);
    Ok(intake)
}

#[test]
fn mindong_holes_in_two_encodings_find_their_positions() {
    let Some(folder) = data("mindong-coal-boreholes") else { return };
    let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "csv"));
    paths.sort();
    let mut facts = Vec::new();
    let (mut layers, mut gbk, mut utf8, mut repaired) = (0, 0, 0, 0);
    for path in &paths {
        let intake = read(path, &Options::default());
        assert_eq!(intake.receipt.total().refused, 0, "{}", path.display());
        repaired += intake.receipt.total().repaired;
        if intake.receipt.importer == "hole-log" {
            layers += intake.receipt.total().read;
            match intake.receipt.encoding.as_ref().unwrap().value.as_str() {
                "GB18030" => gbk += 1,
                _ => utf8 += 1,
            }
        }
        facts.extend(intake.facts);
    }
    assert_eq!((layers, gbk, utf8), (1646, 25, 3));
    assert_eq!(count(&facts, "borehole"), 28);
    assert_eq!(repaired, 1, "16.2下煤 is written 16-2下");
    let seams: std::collections::BTreeSet<&str> =
        facts.iter().filter(|f| f.kind == "interval").filter_map(|f| f.text("seam")).collect();
    println!("{seams:?}");
    assert!(seams.contains("16-2下") && !seams.iter().any(|seam| seam.contains('煤') || seam.contains('.')));
    let first = facts.iter().find(|f| f.kind == "interval" && f.text("hole") == Some("52-17")).unwrap();
    assert_eq!(
        (first.text("lithology"), first.number("from_m"), first.number("to_m")),
        (Some("腐殖土"), Some(0.0), Some(0.5))
    );
    let across = together::problems(&facts);
    for problem in &across {
        println!("{}", problem.message);
    }
    assert!(across.iter().any(|p| p.message.en.starts_with("28 holes have no collar elevation")));
    assert!(!across.iter().any(|p| p.message.en.contains("no position")));
    let hole = facts.iter().find(|f| f.kind == "borehole" && f.id == "50-14").unwrap();
    let Some(Shape::Point(at)) = &hole.shape else { panic!("a position") };
    assert_eq!((at.x, at.y, at.z), (495_394.96, 5_404_813.13, None));
}

#[test]
fn babbitt_in_feet_refuses_fillers_by_name() {
    let Some(folder) = data("babbitt-cu-ni-drillholes") else { return };
    let collar = read(&folder.join("collar_BABBITT.csv"), &feet());
    assert_eq!(count(&collar.facts, "borehole"), 399);
    let Some(Shape::Point(at)) = &collar.facts[0].shape else { panic!("a position") };
    assert!((at.z.unwrap() - 1590.0 * 0.3048).abs() < 1e-6);
    let survey = read(&folder.join("survey_BABBITT.csv"), &feet());
    let total = survey.receipt.total();
    assert_eq!((total.read, total.refused), (2628, 70));
    assert!(
        survey
            .receipt
            .of(Severity::Refused)
            .all(|p| p.source.place.starts_with("row ") && p.message.en.contains("27432"))
    );
    let first = &survey.facts[0];
    assert_eq!(first.number("inclination_deg"), Some(0.0), "a dip of 90° down is vertical");
    assert_eq!(survey.facts[1].number("inclination_deg"), Some(30.0));
    let assay = read(&folder.join("assay_BABBITT.csv"), &feet());
    let total = assay.receipt.total();
    assert_eq!((total.read, total.refused), (35_616, 0));
    // No file states the length of a hole: each reaches to its deepest station or sample.
    let licence = "[mine]\nid = \"M\"\nkind = \"metal-underground\"\nas_of = 2026-11-01\n[licence]\nid = \"L\"\n\
                   outline = \"POLYGON((690000 120000, 710000 120000, 710000 140000, 690000 120000))\"\nz_m = [-500.0, 600.0]\nseams = [\"1\"]\n[[seam]]\nid = \"1\"\norder = 1\nfloor_m = 0.0\nthickness_m = 1.0\n";
    let mut facts = minesift_importers::site_toml::read("site.toml", licence).unwrap();
    let (stations, deepest) = survey
        .facts
        .iter()
        .fold((0, 0.0_f64), |(n, deepest), fact| (n + 1, deepest.max(fact.number("depth_m").unwrap())));
    facts.extend(collar.facts.into_iter().chain(survey.facts).chain(assay.facts));
    let site = minesift_core::site::Site::new(&facts, None).unwrap();
    let bent = site.boreholes.iter().filter(|hole| hole.path.len() > 2).count();
    println!("{stations} stations to {deepest:.1} m; {bent} of {} holes bend", site.boreholes.len());
    let bare: Vec<&str> =
        site.boreholes.iter().filter(|hole| hole.path.len() < 2).map(|hole| hole.id.as_str()).collect();
    println!("{} of {} holes have nothing below their collar: {bare:?}", bare.len(), site.boreholes.len());
    let below = |fact: &Fact| fact.number(if fact.kind == "station" { "depth_m" } else { "to_m" }) > Some(0.0);
    assert!(bare.iter().all(|id| {
        !facts.iter().any(|f| matches!(f.kind, "station" | "sample") && f.text("hole") == Some(id) && below(f))
    }));
    assert!(bare.len() < 80, "every hole with anything along it is desurveyed");
    assert!(bent > 300 && site.boreholes.iter().all(|hole| hole.path.iter().all(|at| at[2] > -2_500.0)));
}

#[test]
fn pani_fillers_are_no_assays() {
    let Some(folder) = data("pani-gold-drillholes") else { return };
    let collar = read(&folder.join("collar_pani.txt"), &Options::default());
    assert_eq!(count(&collar.facts, "borehole"), 137);
    let survey = read(&folder.join("survey_pani.csv"), &Options::default());
    assert_eq!(survey.receipt.total().read, 696);
    assert!(survey.facts.iter().all(|f| f.number("inclination_deg").is_some_and(|i| i <= 90.0)));
    let assay = read(&folder.join("assay_pani.csv"), &Options::default());
    assert_eq!(assay.receipt.total().read, 25_018);
    let fillers = assay.receipt.of(Severity::Repaired).filter(|p| p.message.en.contains("stands for no data")).count();
    println!("{fillers} rows with fillers");
    assert_eq!(fillers, 324);
    let says = |words: &str| assay.receipt.problems.iter().any(|p| p.message.en.contains(words));
    assert!(says("906 in \"Au_ppm\", row 24948, is 11.5 times the next highest, 78.6"));
    assert!(!assay.facts.iter().any(|f| f.number("value").is_some_and(|v| v < -100.0)));
}

#[test]
fn hongliu_layers_without_a_place() {
    let Some(folder) = data("hongliu-coal-hydro-boreholes") else { return };
    let all = read(&folder.join("hf.csv"), &Options::default());
    // 1,348 lines below the header are 1,038 records: remarks in quotes run over several lines.
    assert_eq!(all.receipt.total().read, 1038);
    assert!(all.facts.iter().any(|f| f.text("lithology") == Some("mudstone")));
    let one = read(&folder.join("h502.csv"), &Options::default());
    let sheet = read(&folder.join("H502.xlsx"), &Options::default());
    // Their headers differ: `hole id`, `hole number`; `thickness` beside `layer thickness`.
    assert_eq!((one.receipt.total().read, sheet.receipt.total().read), (181, 181));
    assert_eq!((one.receipt.total().refused, sheet.receipt.total().refused), (0, 0));
    assert!(together::problems(&all.facts).iter().any(|p| p.message.en.contains("no position")));
}

#[test]
fn subsurface_workbooks_and_headless_tables() {
    let Some(folder) = data("subsurface-xlsx-boreholes") else { return };
    for (name, options, what, n) in [
        ("borehole_survey.xlsx", Options::default(), "station", 32),
        ("borehole_lith.xlsx", Options::default(), "interval", 266),
        ("kim_ready.csv", Options::default(), "interval", 0),
    ] {
        let intake = read(&folder.join(name), &options);
        println!("{name}: {} {what}", count(&intake.facts, what));
        assert!(count(&intake.facts, what) >= n.min(1), "{name}");
    }
    for name in [
        "borehole_collar.xlsx",
        "borehole_assays.xlsx",
        "borehole_density.xlsx",
        "wells-database-small.xlsx",
        "no_tops.csv",
    ] {
        match import(&Input::open(&folder.join(name)).unwrap(), &Options::default()) {
            Ok(intake) => show(&intake),
            Err(error) => println!("{name}: {error}"),
        }
    }
    for name in ["less_land_surface_vertices_no_col.csv", "less_land_surface_vertices_wrong_col.csv"] {
        let error = import(&Input::open(&folder.join(name)).unwrap(), &Options::default()).unwrap_err();
        println!("{name}: {error}");
    }
}

#[test]
fn illinois_in_ten_seconds() {
    let Some(folder) = data("illinois-coal-isgs") else { return };
    let start = std::time::Instant::now();
    let major = read(&folder.join("coalstrat_major.xlsx"), &feet());
    println!("{:.1} s", start.elapsed().as_secs_f64());
    assert_eq!(major.receipt.total().read, 58_463);
    assert!(count(&major.facts, "borehole") + major.receipt.total().refused as usize == 58_463);
    let minor = read(&folder.join("coalstrat_minor.txt"), &feet());
    assert_eq!(minor.receipt.total().read, 12_604);
    assert!(minor.facts.iter().any(|f| f.id == "00100017000C"), "leading zeros stay");
    let combined = read(&folder.join("all-coals-study-area-combined.csv"), &feet());
    assert_eq!(combined.receipt.total().read, 2_854);
    // On a busy machine without optimisation a margin is left to the ten seconds of the released program.
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn toc2me_events() {
    let Some(folder) = data("toc2me-microseismic-a") else { return };
    let intake = read(&folder.join("Catalog_Eaton2018_SRL.csv"), &Options::default());
    assert_eq!(intake.receipt.total().read, 4083);
    assert_eq!(count(&intake.facts, "microseism") as u64 + intake.receipt.total().refused, 4083);
    let first = &intake.facts[0];
    assert_eq!(
        (first.number("magnitude"), first.date("date").map(|d| d.to_string())),
        (Some(-0.21), Some("2016-10-26".into()))
    );
    assert_eq!(first.number("depth_m"), Some(3613.0));
}

#[test]
fn rockburst_cases_name_no_place() {
    let Some(folder) = data("rockburst-cases") else { return };
    match import(&Input::open(&folder.join("combined_rockburst_dataset.csv")).unwrap(), &Options::default()) {
        Ok(intake) => show(&intake),
        Err(error) => println!("{error}"),
    }
    let intake = read(&folder.join("combined_rockburst_dataset.csv"), &kind("rock_burst_area"));
    assert_eq!(intake.receipt.total().read, 3374);
    assert!(intake.facts.iter().all(|fact| fact.shape.is_none()));
    let says = |words: &str| intake.receipt.problems.iter().any(|p| p.message.en.contains(words));
    assert!(says("49 rows are the same, cell for cell"));
    assert!(
        says("2848 of the 3374 numbers in \"Wet\" are 4.486") && says("2922 of the 3374 numbers in \"depth\" are 710")
    );
}

#[test]
fn a_chinese_goaf_ledger_with_titles_units_and_ranges() {
    let text = "红柳矿老空水台账,,,,,,\n编号,煤层,坐标X,坐标Y,积水标高(m),积水量(万m³),积水情况\nG1,3煤,1200,3400,-210,１．５,有\nG2,16.2下煤,1300,3500,-210～-205,2,不详\n合计,,,,,3.5,\n";
    let intake = words("老空水台账.csv", text, &Options::default()).unwrap();
    show(&intake);
    let total = intake.receipt.total();
    assert_eq!((total.read, total.refused), (3, 1), "the total is no record");
    let goaf = &intake.facts[0];
    assert_eq!(
        (goaf.kind, goaf.id.as_str(), goaf.text("seam"), goaf.flag("flooded")),
        ("goaf", "G1", Some("3"), Some(true))
    );
    assert_eq!((goaf.number("water_level_m"), goaf.number("water_volume_m3")), (Some(-210.0), Some(15_000.0)));
    assert_eq!(intake.facts[1].text("seam"), Some("16-2下"));
    assert_eq!(intake.facts[1].number("water_level_m"), Some(-205.0), "of a range of levels the higher end counts");
}

#[test]
fn bad_input_is_refused_with_place_and_cure() {
    for (name, text) in
        [("a.csv", "hole,x,y\n"), ("a.csv", "\n\n"), ("a.csv", "1,2,3\n4,5,6\n"), ("a.csv", "colour,taste\nred,sour\n")]
    {
        let result = words(name, text, &Options::default());
        println!("{text:?}: {:?}", result.as_ref().map(|i| i.receipt.total()));
        assert!(
            result.is_err() || result.is_ok_and(|intake| intake.facts.is_empty() && intake.receipt.total().read == 0)
        );
    }
    assert!(import(&Input::memory("a.csv", Vec::new()), &Options::default()).is_err());
    assert!(import(&Input::memory("a.xlsx", b"PK\x03\x04 cut".to_vec()), &Options::default()).is_err());
    assert!(import(&Input::memory("a.csv", vec![b'1'; 17 << 20]), &kind("goaf")).is_err(), "a very long line");
    let text = "hole,x,y,z\nA,1,2,3\nA,1,2,3\nB,NaN,2,3\nC,inf,2,3\nD,ten,2,3\nE,5,6,7,8,9\nF,4\n\nG,1,2,-9999\n";
    let intake = words("collar.csv", text, &Options::default()).unwrap();
    show(&intake);
    let refused: Vec<&str> = intake.receipt.of(Severity::Refused).map(|p| p.source.place.as_str()).collect();
    assert_eq!(refused, ["row 3", "row 4", "row 5", "row 6", "row 7", "row 8"]);
    assert_eq!(intake.receipt.total().read, 8, "a blank line is no row");
    let error = words("gaps.csv", "hole,from,rock\nA,1,coal\n", &kind("interval")).unwrap_err();
    assert!(error.contains("no column for to_m"), "{error}");
    let log = words("K1.csv", "序号,名称,厚度/m\n3,表土,10\n2,煤,\n1,泥岩,4\n", &Options::default()).unwrap();
    assert_eq!((log.receipt.total().accepted, log.receipt.total().refused), (1, 2));
}

#[test]
fn a_table_with_one_coordinate_only_is_refused_by_its_column() {
    for (text, column, absent) in [
        ("孔号,X,孔口标高,终孔深度\nB1,38500000,25,300\n", "X", "(y)"),
        ("hole,Y,depth\nB1,4000000,100\n", "Y", "(x)"),
        ("hole,lon,depth\nB1,112.5,100\n", "lon", "(lat)"),
    ] {
        let error = words("holes.csv", text, &kind("borehole")).unwrap_err();
        assert!(error.contains(&format!("column \"{column}\" is one coordinate")) && error.contains(absent), "{error}");
        // Without a word on what the rows are, its columns are listed.
        let error = words("holes.csv", text, &Options::default()).unwrap_err();
        assert!(error.contains(column), "{error}");
    }
}

/// A ledger may give a position and, under any header, the outline: the outline is taken, on its own axes.
#[test]
fn a_column_of_wkt_is_known_by_what_it_holds() {
    let text = "编号,煤层,X,Y,边界\n\
        G1,3,4873210,38512345,\"POLYGON((38512300 4873200,38512400 4873200,38512400 4873300,38512300 4873200))\"\n\
        G2,3,4873210,38512345,\n";
    let intake = words("采空区.csv", text, &kind("goaf")).unwrap();
    let Some(minesift_core::fact::Shape::Areas(areas)) = &intake.facts[0].shape else { panic!("{:?}", intake.facts) };
    assert_eq!(areas.0[0].exterior().0[1], (38_512_400.0, 4_873_200.0).into());
    assert_eq!(intake.facts[1].shape, None);
    let says = |words: &str| intake.receipt.problems.iter().any(|p| p.message.en.contains(words));
    assert!(says("\"边界\" is empty") && says("positions in X, Y were not used"), "{:?}", intake.receipt.problems);
}

#[test]
fn depths_of_a_log_in_feet_are_turned_into_metres_and_it_is_said() {
    let log = |unit: &str| {
        format!(
            "~V\nVERS. 2.0 :\nWRAP. NO :\n~W\nNULL. -999.25 :\nWELL. K1 :\n~C\nDEPT.{unit} :\nGR.GAPI :\n~A\n100 1\n200 2\n"
        )
    };
    let read = |unit: &str, options: &Options| words("k1.las", &log(unit), options).unwrap();
    let says = |intake: &Intake, words: &str| intake.receipt.problems.iter().any(|p| p.message.en.contains(words));
    assert!(says(&read("F", &Options::default()), "depths are in F: turned into metres (× 0.3048)"));
    assert!(!says(&read("M", &Options::default()), "metres"));
    assert!(says(&read("Q", &Options::default()), "taken as metres"));
    assert!(says(&read("Q", &feet()), "taken as ft, as --units says"));
}

#[test]
fn a_mapping_file_says_what_columns_mean() {
    let folder = std::env::temp_dir().join(format!("minesift-mapping-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("mapping.csv");
    std::fs::write(&path, "column,key,unit,note\nNr,hole,,\nO,east,ft,\nN,north,ft,\nH,z,ft,\n").unwrap();
    let options = Options { mapping: Some(path.clone()), kind: Some("borehole".into()), ..Options::default() };
    let intake = words("a.csv", "Nr,O,N,H\nA,100,200,10\n", &options).unwrap();
    let Some(Shape::Point(at)) = &intake.facts[0].shape else { panic!("a position") };
    assert!((at.x - 30.48).abs() < 1e-9 && (at.y - 60.96).abs() < 1e-9 && (at.z.unwrap() - 3.048).abs() < 1e-9);
    std::fs::write(&path, "column,key\nNr,colour of hat\n").unwrap();
    assert!(words("a.csv", "Nr,O\nA,1\n", &options).unwrap_err().contains("colour of hat"));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn odd_well_logs_are_read_or_refused_in_words() {
    for folder in ["lasio-odd-las-a", "well-logs-las-a"] {
        let Some(folder) = data(folder) else { return };
        let mut paths: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("las")));
        paths.sort();
        for path in &paths {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            match import(&Input::open(path).unwrap(), &Options::default()) {
                Ok(intake) => {
                    adds_up(&intake);
                    let total = intake.receipt.total();
                    println!(
                        "{name}: {} curves, {total:?}, {:?}",
                        intake.facts.len(),
                        intake.receipt.encoding.as_ref().map(|c| &c.value)
                    );
                    for problem in intake.receipt.problems.iter().take(4) {
                        println!("   {} {}", problem.source.place, problem.message.en);
                    }
                    match name.as_str() {
                        "sample.las" => assert_eq!((intake.facts.len(), total.accepted), (7, 3)),
                        "sample_2.0_wrapped.las" => assert_eq!(total.accepted, 2),
                        "sample_3.0.las" => {
                            assert_eq!((intake.facts.len(), intake.receipt.tables[0].accepted), (14, 3));
                            assert_eq!(total.refused, 24, "rows of cores, tests, tops and surveys, each said");
                        }
                        "null_policy_runon.las" => assert_eq!((total.accepted, total.repaired), (2, 3)),
                        "24034.LAS" => assert_eq!(total.accepted, 769),
                        "F03-02.las" => {
                            assert_eq!(total.accepted, 14_069);
                            let depths = intake.facts[0].numbers("depths_m");
                            assert!(depths[0] < depths[depths.len() - 1], "it ran upwards");
                        }
                        "P-135_out.LAS" => assert_eq!(total.accepted, 4_951),
                        _ => {}
                    }
                }
                Err(error) => {
                    println!("{name}: {error}");
                    assert_eq!(name, "not_a_las_file.las");
                }
            }
        }
    }
}

#[test]
fn goaf_census_tables_are_told_by_their_names() {
    let text =
        "编号,名称,开采煤层,采煤方法,开采厚度(m),采出率(%),顶板控制方式\nC1,一采区,3+5,走向长壁,2.5,85,全部垮落\n";
    let intake = words("红柳矿-采空区基本信息.csv", text, &Options::default()).unwrap();
    show(&intake);
    assert_eq!(intake.receipt.importer, "goaf-tables");
    assert_eq!(
        intake.facts.iter().map(|f| (f.id.as_str(), f.text("seam"))).collect::<Vec<_>>(),
        [("C1@3", Some("3")), ("C1@5", Some("5"))]
    );
    assert_eq!((intake.facts[0].number("height_m"), intake.facts[0].number("recovery")), (Some(2.5), Some(0.85)));
    let walls = "编号,位置,用途,施工日期,结构,掏槽深度/m,状态,验收\nMB-1,巷口,永久密闭,2013-06-08,砖混,0.5,完好,合格\n";
    let intake = words("红柳矿-密闭墙.csv", walls, &Options::default()).unwrap();
    let wall = &intake.facts[0];
    assert_eq!((wall.kind, wall.text("place"), wall.number("groove_m")), ("seal", Some("巷口"), Some(0.5)));
    let roofs = "编号,采空区编号,是否悬顶,悬顶面积/m²,垮落状态\nXD-1,G3,是,320,未垮落\n";
    let intake = words("红柳矿-悬顶.csv", roofs, &Options::default()).unwrap();
    let roof = &intake.facts[0];
    assert_eq!((roof.kind, roof.id.as_str(), roof.text("goaf")), ("hanging_roof", "XD-1", Some("G3")));
    assert_eq!((roof.flag("hangs"), roof.number("area_m2")), (Some(true), Some(320.0)));
}
