//! The register, line by line: any day for every verb, export, differences as layer and picture, hints, county maps,
//! signatures, evidence packs, replays of other versions.

use crate::onemap::{Folder, a_map, case, json, minesift, ok};
use jiff::Timestamp;
use minesift_importers::site_toml;
use minesift_onemap::hints::{HINTS, Limits, look};
use minesift_onemap::{Entry, Map, Valid};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

#[test]
fn every_verb_answers_for_any_day() {
    let folder = Folder::new("any-day");
    let map = a_map(&folder);
    let answers = |second: u32, extra: &[&str]| -> Vec<Value> {
        let mut classify = json(second, &[&["classify", &map, "--no-write"], extra].concat());
        let mut explain = json(second, &[&["explain", &map, "--seam", "3", "--at", "325,720"], extra].concat());
        let check = minesift(second, &[&["plan", "check", &map, "--format", "json"], extra].concat());
        let mut check: Value = serde_json::from_slice(&check.stdout).unwrap();
        // The verdict carries the hash of the file it was asked of, which grew.
        check.as_object_mut().unwrap().retain(|key, _| key != "hashes" && key != "rests_on_files");
        // Whether that knowledge was asked for or is simply all there is, is the one thing that differs.
        for answer in [&mut classify, &mut explain, &mut check] {
            answer["known"].as_object_mut().unwrap().remove("asked");
        }
        let then = folder.file(&format!("then-{second}.toml"));
        ok(second, &[&["export", &map, "-o", &then], extra].concat());
        let exported = Value::String(std::fs::read_to_string(&then).unwrap());
        vec![classify, explain, check, exported]
    };
    let before = answers(2, &[]);
    ok(3, &["retract", &map, "goaf", "G1", "-m", "重复登记"]);
    let after = answers(4, &[]);
    let then = answers(5, &["--known-on", "1"]);
    for (i, name) in ["classify", "explain", "plan check", "export"].iter().enumerate() {
        assert_eq!(before[i], then[i], "{name}");
    }
    assert_ne!(before[0], after[0]);
    assert_ne!(before[3], after[3]);
    // Papers, maps and pictures of that day too.
    let papers = |second: u32, folder_name: &str, extra: &[&str]| {
        let out = folder.file(folder_name);
        ok(second, &[&["report", &map, "-o", &out, "--dpi", "30"], extra].concat());
        std::fs::read_to_string(Path::new(&out).join("report-en.html")).unwrap()
    };
    let (now, then) = (papers(6, "now", &[]), papers(6, "then", &["--known-on", "1"]));
    assert!(then.contains("G1") && now != then);
    let still = folder.file("then.png");
    let seen = minesift(7, &["view", &map, "--png", &still, "--size", "320x200", "--known-on", "1"]);
    if seen.status.success() {
        assert!(std::fs::metadata(&still).unwrap().len() > 1000);
    } else {
        println!("skipped: no picture ({})", String::from_utf8_lossy(&seen.stderr));
    }
    // The day underground: what ended in May is gone in June and there in April.
    ok(8, &["retract", &map, "goaf", "G2", "--from", "2026-06-01"]);
    let goafs = |day: &str| {
        let file = folder.file(&format!("{day}.geojson"));
        ok(9, &["export", &map, "-o", &file, "--kind", "goaf", "--as-of", day]);
        let layer: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let ids: Vec<String> =
            layer["features"].as_array().unwrap().iter().map(|f| f["properties"]["id"].to_string()).collect();
        ids
    };
    assert!(goafs("2026-04-01").contains(&"\"G2\"".to_owned()) && !goafs("2026-06-02").contains(&"\"G2\"".to_owned()));
}

#[test]
fn what_is_exported_is_read_again() {
    let folder = Folder::new("export");
    let map = a_map(&folder);
    let zones = json(2, &["classify", &map, "--no-write"])["seams"].clone();
    let toml = folder.file("day.toml");
    ok(3, &["export", &map, "-o", &toml]);
    assert_eq!(json(3, &["classify", &toml])["seams"], zones);
    let copy = folder.file("day.gpkg");
    ok(4, &["export", &map, "-o", &copy, "--known-on", "1"]);
    assert_eq!(json(4, &["classify", &copy, "--no-write"])["seams"], zones);
    assert_eq!(json(5, &["verify", &copy, "--replay"])["sound"], true);
    let said = json(5, &["log", &copy]);
    assert_eq!(
        (&said["commits"][0]["what"], &said["commits"][1]["what"]),
        (&Value::from("export"), &Value::from("classify"))
    );
    let tables = folder.file("tables/");
    ok(6, &["export", &map, "-o", &tables]);
    let goafs = std::fs::read_to_string(Path::new(&tables).join("goaf.csv")).unwrap();
    assert!(goafs.starts_with("\u{feff}id,") && goafs.contains("MULTIPOLYGON(((") && goafs.lines().count() > 3);
    assert_eq!(minesift(7, &["export", &map, "-o", &folder.file("x.doc")]).status.code(), Some(2));
    assert_eq!(minesift(7, &["export", &map, "-o", &toml, "--kind", "goafs"]).status.code(), Some(2));
}

#[test]
fn a_verified_goaf_shrinks_its_band_and_the_commit_says_so() {
    let folder = Folder::new("shrinks");
    let map = folder.file("map.gpkg");
    let file = folder.file("site.toml");
    let text = std::fs::read_to_string(case("everything-at-once.toml")).unwrap();
    let head = &text[..text.find("[[goaf]]").unwrap()];
    std::fs::write(
        &file,
        format!("{head}[[goaf]]\nid = \"G1\"\nseam = \"3\"\noutline = \"POLYGON((400 400, 500 400, 500 500, 400 500, 400 400))\"\nflooded = true\nwater_level_m = -250.0\nextent_clear = true\n"),
    )
    .unwrap();
    ok(0, &["new", &map]);
    ok(1, &["import", &map, &file]);
    let closed = |second: u32| {
        let answer = json(second, &["classify", &map, "--no-write"]);
        1_000_000.0 - answer["seams"][0]["mineable_m2"].as_f64().unwrap()
    };
    let before = closed(2);
    let done = json(3, &["observe", &map, "G1", "--method", "drilling", "--date", "2026-09-01"]);
    let after = closed(4);
    assert!(after < before - 1000.0, "{before} {after}");
    let flips = done["difference"]["ground"].as_array().unwrap();
    assert!(!flips.is_empty() && flips.iter().all(|flip| flip["seam"] == "3"));
    // Which fact did it is named, though it was not there before; nothing was accepted, so no exit was met.
    assert_eq!(flips[0]["reasons"][0]["changed"], serde_json::json!(["observation OB-001"]));
    assert_eq!(done["difference"]["exits_met"], serde_json::json!([]));
    // The commit itself carries it, in words and in numbers.
    let log = json(5, &["log", &map]);
    let message = log["commits"].as_array().unwrap().last().unwrap()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("→ mineable") && message.contains("m²"), "{message}");
    let kept = Map::open_to_read(Path::new(&map)).unwrap().log().unwrap().pop().unwrap().entry.detail;
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["difference"], done["difference"]);
    // The same as the two states held against each other.
    assert_eq!(json(6, &["diff", &map, "--from", "1"])["ground"], done["difference"]["ground"]);
}

#[test]
fn a_difference_is_text_json_layer_and_picture_with_faces_and_exits() {
    let folder = Folder::new("diff");
    let map = folder.file("map.gpkg");
    let file = folder.file("site.toml");
    let text = std::fs::read_to_string(case("everything-at-once.toml")).unwrap();
    let more = "\n[[face]]\nid = \"F-1\"\nseam = \"3\"\noutline = \"POLYGON((300 690, 360 690, 360 760, 300 760, 300 690))\"\nfrom = 2027-01-01\nto = 2027-06-30\n\n[[working]]\nid = \"W-1\"\nkind = \"roadway\"\nseam = \"3\"\nwidth_m = 5.0\nshape = \"LINESTRING(300 720, 350 720)\"\nsurveyed = 2026-10-01\n";
    std::fs::write(&file, text + more).unwrap();
    ok(0, &["new", &map, "--crs", "EPSG:4526"]);
    ok(1, &["import", &map, &file]);
    ok(2, &["observe", &map, "G1", "--method", "drilling", "--date", "2026-09-01", "--set", "extent_clear=true"]);
    ok(3, &["treat", &map, "G1", "--kind", "drainage", "--state", "done", "--done", "2026-10-10"]);
    ok(4, &["observe", &map, "G1", "--method", "survey", "--date", "2026-10-12", "--set", "flooded=false"]);
    let accept = ["accept", &map, "T-001", "--by", "company-chief-engineer"];
    ok(5, &[&accept[..], &["--document", "2026-77", "--date", "2026-10-20"]].concat());
    let (layer, picture, lines) = (folder.file("d.gpkg"), folder.file("d.png"), folder.file("d.geojson"));
    let outputs = ["-o", &layer, "-o", &picture, "-o", &lines];
    let found = json(6, &[&["diff", &map, "--from", "1", "--dpi", "40"], &outputs[..]].concat());
    assert!(!found["ground"].as_array().unwrap().is_empty());
    let met = found["exits_met"].as_array().unwrap();
    assert!(
        met.iter().any(|met| met["hazards"][0] == "G1"
            && !met["en"].as_str().unwrap().is_empty()
            && met["by"].as_array().unwrap().contains(&Value::from("treatment T-001"))),
        "{found}"
    );
    assert!(found["workings"].is_array());
    let words = ok(6, &["diff", &map, "--from", "1"]);
    assert!(words.contains("exit met") && words.contains("seam 3"), "{words}");
    assert!(std::fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
    assert!(std::fs::read_to_string(&lines).unwrap().contains("MultiPolygon"));
    assert_eq!(
        minesift(6, &["diff", &map, "--from", "1", "-o", &layer]).status.code(),
        Some(2),
        "nothing is overwritten"
    );
    if let Ok(list) = Command::new("ogrinfo").args(["-so", &layer, "changed_ground"]).output() {
        let words = String::from_utf8_lossy(&list.stdout).into_owned();
        assert!(
            words.contains("Multi Polygon") && words.contains("zone 38") && !words.contains("Feature Count: 0"),
            "{words}"
        );
    }
}

#[test]
fn a_face_and_a_driven_road_flip_when_a_goaf_is_found() {
    let folder = Folder::new("flip-faces");
    let map = folder.file("map.gpkg");
    let file = folder.file("site.toml");
    let text = std::fs::read_to_string(case("everything-at-once.toml")).unwrap();
    let head = &text[..text.find("[[goaf]]").unwrap()];
    std::fs::write(&file, format!("{head}[[face]]\nid = \"F-1\"\nseam = \"3\"\noutline = \"POLYGON((400 400, 600 400, 600 500, 400 500, 400 400))\"\nfrom = 2027-01-01\nto = 2027-06-30\n\n[[working]]\nid = \"W-1\"\nkind = \"roadway\"\nseam = \"3\"\nwidth_m = 5.0\nshape = \"LINESTRING(450 440, 520 440)\"\n")).unwrap();
    let goaf = folder.file("goaf.toml");
    std::fs::write(&goaf, "[[goaf]]\nid = \"G1\"\nseam = \"3\"\noutline = \"POLYGON((450 420, 500 420, 500 480, 450 480, 450 420))\"\nflooded = true\nwater_level_m = -250.0\nevidence = \"reported\"\n").unwrap();
    ok(0, &["new", &map]);
    ok(1, &["import", &map, &file]);
    ok(2, &["import", &map, &goaf]);
    let found = json(3, &["diff", &map, "--from", "1"]);
    let flipped: Vec<String> = found["workings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| format!("{} {} {} {}", w["kind"], w["id"], w["from"], w["to"]).replace('"', ""))
        .collect();
    assert_eq!(flipped, ["face F-1 mineable forbidden", "working W-1 mineable forbidden"]);
}

#[test]
fn every_hint_has_a_page_whose_cases_hold() {
    for hint in HINTS {
        assert!(hint.page.starts_with(&format!("# {}: ", hint.code)), "{}", hint.code);
        let cases: Vec<&str> =
            hint.page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        assert!(cases.len() >= 2 || hint.code == "EVEN-DIGITS", "{}: one case seen, one not seen", hint.code);
        for case in cases {
            let wanted: usize = case.lines().next().unwrap().strip_prefix("# seen: ").unwrap().parse().unwrap();
            let facts = site_toml::read("case.toml", case).unwrap_or_else(|why| panic!("{}: {why:?}", hint.code));
            let seen = (hint.find)(&facts, &Limits::default());
            assert_eq!(seen.len(), wanted, "{}: {seen:?}", hint.code);
            assert!(seen.iter().all(|seen| !seen.rows.is_empty() && seen.code == hint.code));
            assert!(look(&facts, &Limits::default()).iter().filter(|seen| seen.code == hint.code).count() == wanted);
        }
    }
}

#[test]
fn even_digits_are_seen() {
    let list = |digit: &dyn Fn(u32) -> u32| -> usize {
        let text: String = (0..60)
            .map(|i| {
                format!(
                    "[[interval]]\nid = \"{i}\"\nhole = \"ZK{i}\"\nfrom_m = 0.0\nto_m = {}.{}{}\n",
                    i * 7 % 90 + 1,
                    i * 3 % 10,
                    digit(i)
                )
            })
            .collect();
        let facts = site_toml::read("list.toml", &text).unwrap();
        look(&facts, &Limits::default()).iter().filter(|seen| seen.code == "EVEN-DIGITS").count()
    };
    assert_eq!(list(&|i| if i % 8 == 1 { 3 } else { 5 * (i % 2) }), 1, "rounded");
    assert_eq!(list(&|i| i % 10), 1, "too even");
    // Digits of π after the point: chance enough.
    let pi = "141592653589793238462643383279502884197169399375105820974944";
    assert_eq!(list(&|i| u32::from(pi.as_bytes()[i as usize]) - 48), 0);
}

#[test]
fn audit_data_gives_rows_and_accuses_nobody() {
    let folder = Folder::new("audit");
    let file = folder.file("twins.toml");
    let page = HINTS.iter().find(|hint| hint.code == "TWIN-LOGS").unwrap().page;
    std::fs::write(&file, page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap()).unwrap();
    let map = folder.file("map.gpkg");
    ok(0, &["new", &map]);
    ok(1, &["import", &map, &file]);
    let found = json(2, &["audit-data", &map]);
    assert_eq!(found["hints"][0]["code"], "TWIN-LOGS");
    assert_eq!(found["hints"][0]["rows"].as_array().unwrap().len(), 8);
    assert!(found["hints"][0]["rows"][0].as_str().unwrap().starts_with("twins.toml: "), "{found}");
    let words = ok(3, &["audit-data", &map]);
    assert!(words.contains("none of them is an accusation"), "{words}");
}

/// A mine whose licence and old working lie at an offset; seam 3.
pub(crate) fn a_mine(id: &str, licence: [f64; 4], old: &str) -> String {
    let [w, s, e, n] = licence;
    let ring = format!("POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))");
    format!(
        "[mine]\nid = \"{id}\"\nkind = \"coal-underground\"\nhydrogeology = \"medium\"\ngas = \"low\"\nrock_burst = \"none\"\nas_of = 2026-11-01\n\n[licence]\noutline = \"{ring}\"\nseams = [\"3\"]\n\n[[seam]]\nid = \"3\"\nfloor_m = -300.0\nthickness_m = 3.0\n\n[[survey]]\nid = \"S1\"\ncovers = \"{ring}\"\nlooks_for = [\"all\"]\nmethods = [\"geophysics\", \"drilling\"]\ndate = 2026-01-10\n\n{old}"
    )
}

#[test]
fn coverage_names_the_workings_of_the_next_three_and_five_years_over_ground_too_old_or_unseen() {
    let folder = Folder::new("coverage");
    let (map, file) = (folder.file("map.gpkg"), folder.file("mine.toml"));
    let face = |id: &str, x: u32, from: &str| {
        let e = x + 100;
        format!(
            "[[face]]\nid = \"{id}\"\nseam = \"3\"\noutline = \"POLYGON(({x} 100, {e} 100, {e} 200, {x} 200, {x} 100))\"\nfrom = {from}\n\n"
        )
    };
    let faces = face("F-3", 100, "2029-01-01") + &face("F-5", 300, "2031-01-01") + &face("F-9", 500, "2035-01-01");
    std::fs::write(&file, a_mine("M", [0.0, 0.0, 1000.0, 1000.0], &faces)).unwrap();
    ok(0, &["new", &map]);
    ok(1, &["import", &map, &file]);
    let goaf = |answer: Value| -> Value {
        answer["gaps"].as_array().unwrap().iter().find(|gap| gap["factor"] == "goaf").unwrap().clone()
    };
    let fresh = goaf(json(2, &["coverage", &map]));
    assert_eq!((&fresh["unsurveyed_m2"], &fresh["faces"]), (&Value::from(0.0), &serde_json::json!([])));
    assert_eq!(
        (&fresh["oldest"], &fresh["methods"]),
        (&Value::from("2026-01-10"), &serde_json::json!(["drilling", "geophysics"]))
    );
    // Half a year is too old for a survey of January: all of the ground, and each face with its range.
    let old = goaf(json(2, &["coverage", &map, "--older-than", "0.5"]));
    assert_eq!((&old["unsurveyed_m2"], &old["too_old_m2"]), (&Value::from(0.0), &Value::from(1_000_000.0)));
    let ranges: Vec<(&str, Option<u64>, f64)> = old["faces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["id"].as_str().unwrap(), f["years"].as_u64(), f["unsurveyed_or_too_old_m2"].as_f64().unwrap()))
        .collect();
    assert_eq!(ranges, [("F-3", Some(3), 10_000.0), ("F-5", Some(5), 10_000.0), ("F-9", None, 10_000.0)]);
    let words = ok(3, &["coverage", &map, "--older-than", "0.5", "--lang", "zh"]);
    assert!(words.contains("采空区") && words.contains("F-3 2029-01-01（3年内）"), "{words}");
    assert!(ok(3, &["coverage", &map, "--lang", "zh"]).contains("钻探、物探  2026-01-10"));
}

#[test]
fn a_county_map_holds_both_claims_and_lets_the_stricter_stand() {
    let folder = Folder::new("county");
    let (x, y) = (38_510_000.0, 4_870_000.0);
    let at = |w: f64, s: f64, e: f64, n: f64| {
        format!(
            "POLYGON(({} {}, {} {}, {} {}, {} {}, {} {}))",
            x + w,
            y + s,
            x + e,
            y + s,
            x + e,
            y + n,
            x + w,
            y + n,
            x + w,
            y + s
        )
    };
    // The old working lies across the boundary at x + 1000: the east says less ground and less water than the west.
    let west = a_mine(
        "west",
        [x, y, x + 1000.0, y + 1000.0],
        &format!(
            "[[old_working]]\nid = \"L1\"\nseam = \"3\"\noutline = \"{}\"\nflooded = true\nwater_level_m = -200.0\nwater_volume_m3 = 9000\nevidence = \"reported\"\n",
            at(900.0, 400.0, 1100.0, 500.0)
        ),
    );
    let east = a_mine(
        "east",
        [x + 1000.0, y, x + 2000.0, y + 1000.0],
        &format!(
            "[[old_working]]\nid = \"LW\"\nseam = \"3\"\noutline = \"{}\"\nflooded = false\nwater_volume_m3 = 500\nevidence = \"drilled\"\n\n[[old_working]]\nid = \"L9\"\nseam = \"3\"\noutline = \"{}\"\nevidence = \"reported\"\n",
            at(950.0, 400.0, 1050.0, 500.0),
            at(980.0, 800.0, 1040.0, 860.0)
        ),
    );
    let map_of = |name: &str, text: &str| {
        let (file, map) = (folder.file(&format!("{name}.toml")), folder.file(&format!("{name}.gpkg")));
        std::fs::write(&file, text).unwrap();
        ok(0, &["new", &map, "--crs", "EPSG:4526"]);
        ok(1, &["import", &map, &file]);
        map
    };
    let book = folder.file("east-book.toml");
    std::fs::write(&book, "name = \"east book\"\n\n[rule.OLD-1.parameters]\nassumed_width_m = 30.0\n").unwrap();
    let (west, east) = (map_of("west", &west), map_of("east", &east));
    ok(2, &["classify", &west]);
    ok(2, &["classify", &east, "--rules", &book]);
    let county = folder.file("county.gpkg");
    let merged = json(3, &["merge", &east, &west, "-o", &county]);
    let conflicts = merged["conflicts"].as_array().unwrap();
    assert_eq!(conflicts.len(), 2, "{merged}");
    let both = &conflicts[0];
    assert_eq!((&both["claims"][0]["id"], &both["claims"][1]["id"]), (&Value::from("LW"), &Value::from("L1")));
    assert_eq!(both["common_m2"], 10_000.0);
    assert_eq!(both["differs_m2"], 10_000.0);
    assert_eq!(both["differs_m3"], 8500.0);
    assert!(both["keys"].as_array().unwrap().contains(&Value::from("flooded")));
    assert_eq!(
        (&conflicts[1]["claims"][0]["id"], &conflicts[1]["claims"][1]["id"]),
        (&Value::from("L9"), &Value::Null)
    );
    // In force for the east: its own claim and the stricter one of the west.
    let alone = json(4, &["classify", &east, "--no-write", "--rules", &book]);
    let joined = json(4, &["classify", &county, "--mine", "east", "--no-write"]);
    let mineable = |answer: &Value| answer["seams"][0]["mineable_m2"].as_f64().unwrap();
    assert!(mineable(&joined) < mineable(&alone) - 1000.0, "{} {}", mineable(&joined), mineable(&alone));
    assert!(joined["rulebook"].as_str().unwrap().ends_with("east book"), "each mine keeps its own book");
    assert!(!json(4, &["classify", &county, "--mine", "west", "--no-write"])["rulebook"].to_string().contains("east"));
    let why = json(
        5,
        &["explain", &county, "--mine", "east", "--seam", "3", "--at", &format!("{},{}", x + 1080.0, y + 450.0)],
    );
    assert!(why.to_string().contains("west:L1"), "{why}");
    assert_eq!(json(6, &["verify", &county])["sound"], true);
    // Without a name the answer is which mines there are.
    let asked = minesift(6, &["classify", &county]);
    assert_eq!(asked.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&asked.stderr).contains("east, west"));
    // An edit goes to its mine.
    ok(7, &["observe", &county, "L1", "--mine", "west", "--method", "drilling", "--date", "2026-10-01"]);
    assert_eq!(json(8, &["log", &county, "--changes"])["commits"][3]["facts"][0]["id"], "west/OB-001");
    // A replay asks the mine that was classified, with its own books.
    let mine = json(8, &["classify", &county, "--mine", "west"]);
    assert_eq!(mine["mine"], "west");
    assert_eq!(json(9, &["verify", &county, "--replay"])["sound"], true);
    assert_eq!(minesift(9, &["merge", &east, &east, "-o", &folder.file("c2.gpkg")]).status.code(), Some(2));
    assert_eq!(minesift(9, &["merge", &east, &west, "-o", &county]).status.code(), Some(2));
}

#[test]
fn maps_of_two_frames_meet_on_the_county_map() {
    let folder = Folder::new("frames");
    // The same rectangle in zone 38 (EPSG:4526) and, brought over, in zone 39's neighbour: read back from zone 37.
    let text = a_mine(
        "one",
        [38_510_000.0, 4_870_000.0, 38_511_000.0, 4_871_000.0],
        "[[goaf]]\nid = \"G1\"\nseam = \"3\"\noutline = \"POLYGON((38510400 4870400, 38510600 4870400, 38510600 4870500, 38510400 4870400))\"\n",
    );
    let other = a_mine("two", [38_512_000.0, 4_870_000.0, 38_513_000.0, 4_871_000.0], "");
    let map_of = |name: &str, text: &str| {
        let (file, map) = (folder.file(&format!("{name}.toml")), folder.file(&format!("{name}.gpkg")));
        std::fs::write(&file, text).unwrap();
        ok(0, &["new", &map, "--crs", "EPSG:4526"]);
        ok(1, &["import", &map, &file]);
        map
    };
    let (one, two) = (map_of("one", &text), map_of("two", &other));
    let county = folder.file("county.gpkg");
    // The county's frame is the next zone: every corner moves by hundreds of kilometres and comes back the same.
    let merged = json(2, &["merge", &one, &two, "-o", &county, "--crs", "EPSG:4527"]);
    assert_eq!(merged["mines"][0]["notes"], serde_json::json!([]), "{merged}");
    let there = json(3, &["classify", &county, "--mine", "one", "--no-write"]);
    let here = json(3, &["classify", &one, "--no-write"]);
    let (a, b) = (there["seams"][0]["ground_m2"].as_f64().unwrap(), here["seams"][0]["ground_m2"].as_f64().unwrap());
    // Three degrees off its meridian a transverse Mercator map is larger by about a thousandth.
    assert!(a > b && (a - b) / b < 0.003, "{a} {b}");
    let none = folder.file("none.gpkg");
    ok(4, &["new", &none]);
    ok(5, &["import", &none, &folder.file("two.toml")]);
    assert_eq!(minesift(6, &["merge", &one, &none, "-o", &folder.file("c2.gpkg")]).status.code(), Some(3));
}

#[test]
fn a_signature_is_checked_with_the_public_key_alone() {
    let folder = Folder::new("sign");
    let map = a_map(&folder);
    let key = |name: &str, word: &str| -> Option<String> {
        let file = folder.file(name);
        let made =
            Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", word, "-C", "x", "-f", &file]).output();
        made.ok().filter(|made| made.status.success()).map(|_| file)
    };
    let Some(own) = key("id", "") else {
        println!("skipped: ssh-keygen is not installed");
        return;
    };
    let other = key("other", "").unwrap();
    let locked = key("locked", "secret").unwrap();
    let public = |file: &str| format!("{file}.pub");
    let signed = json(2, &["sign", &map, "--key", &own]);
    assert_eq!(signed["commit"], 1);
    let found = json(3, &["verify", &map, "--key", &public(&own)]);
    assert_eq!((&found["sound"], &found["signed_to"]), (&Value::from(true), &Value::from(1)));
    assert_eq!(minesift(3, &["verify", &map, "--key", &public(&other)]).status.code(), Some(1));
    assert_eq!(minesift(3, &["verify", &map, "--key", &map]).status.code(), Some(2));
    // Another program agrees.
    let hash = signed["hash"].as_str().unwrap();
    let pem = Map::open_to_read(Path::new(&map)).unwrap().signatures().unwrap()[0].signature.clone();
    let (signers, sig) = (folder.file("signers"), folder.file("sig"));
    std::fs::write(&signers, format!("zhang {}", std::fs::read_to_string(public(&own)).unwrap())).unwrap();
    std::fs::write(&sig, pem).unwrap();
    let check = format!("printf %s {hash} | ssh-keygen -Y verify -f {signers} -I zhang -n minesift -s {sig}");
    let agreed = Command::new("sh").args(["-c", &check]).output().unwrap();
    assert!(agreed.status.success(), "{}", String::from_utf8_lossy(&agreed.stderr));
    // And a signature it made is taken, but not one over something else.
    assert_eq!(
        minesift(4, &["sign", &map, "--key", &locked]).status.code(),
        Some(2),
        "a passphrase is asked for elsewhere"
    );
    let message = folder.file("hash");
    std::fs::write(&message, hash).unwrap();
    let made = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-f", &other, "-n", "minesift", &message])
        .output()
        .unwrap();
    assert!(made.status.success());
    ok(5, &["sign", &map, "--signature", &format!("{message}.sig")]);
    ok(6, &["retract", &map, "fault", "F3"]);
    assert_eq!(minesift(7, &["sign", &map, "--signature", &format!("{message}.sig")]).status.code(), Some(2));
    let found = minesift(8, &["verify", &map, "--key", &public(&other)]);
    assert_eq!(found.status.code(), Some(1), "what came after the signature is not signed");
    let found = String::from_utf8(found.stdout).unwrap();
    assert!(found.contains("1 later commits carry no signature"), "{found}");
    // A byte of the signed words changed: chain and signature both say so.
    let mut bytes = std::fs::read(&map).unwrap();
    let at = (0..bytes.len()).find(|&at| bytes[at..].starts_with(hash.as_bytes())).unwrap();
    bytes[at] ^= 1;
    std::fs::write(&map, bytes).unwrap();
    assert_eq!(minesift(9, &["verify", &map]).status.code(), Some(1));
}

#[test]
fn an_evidence_pack_verifies_anywhere_and_a_changed_one_does_not() {
    let folder = Folder::new("pack");
    let map = a_map(&folder);
    let book = folder.file("mine-book.toml");
    std::fs::write(&book, "name = \"own book\"\n\n[rule.GOAF-2.parameters]\nleast_width_m = 25.0\n").unwrap();
    ok(2, &["classify", &map, "--rules", &book]);
    let pack = folder.file("evidence");
    let made = json(3, &["pack", &map, "-o", &pack]);
    assert!(made["files"].as_u64().unwrap() >= 8, "{made}");
    // Elsewhere: the folder alone is enough.
    let elsewhere = folder.file("usb");
    std::fs::rename(&pack, &elsewhere).unwrap();
    let found = json(4, &["verify", &elsewhere, "--replay"]);
    assert_eq!((&found["sound"], &found["replayed"]), (&Value::from(true), &serde_json::json!([2])));
    assert!(std::fs::read_to_string(Path::new(&elsewhere).join("rules/01.toml")).unwrap().contains("own book"));
    let sums = Command::new("sha256sum").args(["-c", "--quiet", "SHA256SUMS"]).current_dir(&elsewhere).output();
    assert!(sums.is_ok_and(|sums| sums.status.success()));
    // The report changed by one letter; a file added; the map exchanged for a later one.
    let report = Path::new(&elsewhere).join("report/report-en.html");
    let html = std::fs::read_to_string(&report).unwrap();
    std::fs::write(&report, html.replacen("goaf", "goof", 1)).unwrap();
    let broken = minesift(5, &["verify", &elsewhere, "--format", "json"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&broken.stdout).contains("report/report-en.html was changed"));
    std::fs::write(&report, html).unwrap();
    std::fs::write(Path::new(&elsewhere).join("more.txt"), "x").unwrap();
    assert_eq!(minesift(6, &["verify", &elsewhere]).status.code(), Some(1));
    std::fs::remove_file(Path::new(&elsewhere).join("more.txt")).unwrap();
    assert_eq!(minesift(7, &["verify", &elsewhere]).status.code(), Some(0));
    assert_eq!(minesift(8, &["pack", &map, "-o", &elsewhere]).status.code(), Some(2), "nothing is overwritten");
}

#[test]
fn another_version_says_what_differs_and_why() {
    let folder = Folder::new("version");
    let map = a_map(&folder);
    ok(2, &["classify", &map]);
    // The same answer as an earlier version would have written it, which found another square metre closed.
    let mut register = Map::open(Path::new(&map)).unwrap();
    let last = register.log().unwrap().pop().unwrap();
    let write = |register: &mut Map, second: i64, program: &str| {
        let mut detail: Value = serde_json::from_str(&last.entry.detail).unwrap();
        detail["program"] = program.into();
        detail["layers_sha256"] = "0".repeat(64).into();
        detail["seams"][0]["forbidden_m2"] = 1.0.into();
        let mut entry =
            Entry::new(Timestamp::from_second(i64::from(crate::onemap::EPOCH) + second).unwrap(), "x", "classify", "x");
        entry.detail = detail.to_string();
        let mut writing = register.begin().unwrap();
        let fact = minesift_core::fact::Fact::new("system", format!("S{second}"));
        writing.put(&fact, Valid::ALWAYS).unwrap();
        writing.finish(&entry).unwrap();
    };
    write(&mut register, 10, "minesift 0.0.1");
    write(&mut register, 11, &format!("minesift {}", env!("CARGO_PKG_VERSION")));
    register.close().unwrap();
    let output = minesift(12, &["verify", &map, "--replay", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let differs = found["differs"].as_array().unwrap_or_else(|| panic!("{found}"));
    assert_eq!(differs.len(), 2, "{found}");
    assert!(differs[0]["en"].as_str().unwrap().contains("minesift 0.0.1 then"), "{found}");
    assert!(
        differs[0]["what"].as_array().unwrap().iter().any(|w| w["en"].as_str().unwrap().contains("forbidden: 1.0 ->"))
    );
    assert!(differs[1]["en"].as_str().unwrap().contains("the same program"), "{found}");
}
