//! The one map through the command line: import, classify, observe, edit by hand, verify, break and crash.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("minesift-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The day on which the tests happen: 2027-06-01 08:00 UTC.
pub(crate) const EPOCH: u32 = 1_811_836_800;

/// The second at which a step of a test happens: the register is told, it asks no clock.
pub(crate) fn minesift(second: u32, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_minesift"))
        .args(args)
        .env("SOURCE_DATE_EPOCH", (EPOCH + second).to_string())
        .env("USER", "张三")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

pub(crate) fn ok(second: u32, args: &[&str]) -> String {
    let output = minesift(second, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn json(second: u32, args: &[&str]) -> Value {
    serde_json::from_str(&ok(second, &[args, &["--format", "json"]].concat())).unwrap()
}

pub(crate) fn case(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name).to_str().unwrap().to_owned()
}

/// A map of the case with everything at once, imported and classified.
pub(crate) fn a_map(folder: &Folder) -> String {
    let map = folder.file("map.gpkg");
    ok(0, &["new", &map]);
    ok(1, &["import", &map, &case("everything-at-once.toml")]);
    map
}

fn areas(answer: &Value) -> Value {
    answer["seams"].clone()
}

#[test]
fn a_map_gives_the_zones_of_the_file_it_was_made_from_and_a_second_import_changes_nothing() {
    let folder = Folder::new("zones");
    let map = a_map(&folder);
    let file = case("everything-at-once.toml");
    assert_eq!(areas(&json(2, &["classify", &map])), areas(&json(2, &["classify", &file])));
    let before = json(3, &["log", &map]);
    let again = json(4, &["import", &map, &file]);
    assert_eq!(again["receipts"][0]["imported_before"], 1);
    assert_eq!(json(5, &["log", &map]), before);
    // Classifying again writes nothing either.
    ok(6, &["classify", &map]);
    assert_eq!(json(7, &["log", &map]), before);
    let sound = json(8, &["verify", &map, "--replay"]);
    assert_eq!((&sound["sound"], &sound["commits"]), (&Value::Bool(true), &Value::from(2)));
    assert_eq!(sound["replayed"], serde_json::json!([2]));
}

#[test]
fn what_was_known_on_a_day_stays_known_as_it_was() {
    let folder = Folder::new("known");
    let map = a_map(&folder);
    let before = json(2, &["classify", &map, "--no-write"]);
    let done = json(3, &["retract", &map, "goaf", "G1", "-m", "重复登记"]);
    let flips = done["difference"]["ground"].as_array().unwrap();
    assert!(
        flips.iter().any(|flip| flip["reasons"].as_array().unwrap().iter().any(|why| why["changed"][0] == "goaf G1")),
        "{done}"
    );
    assert_ne!(areas(&json(4, &["classify", &map, "--no-write"])), areas(&before));
    assert_eq!(areas(&json(5, &["classify", &map, "--known-on", "1"])), areas(&before));
    let difference = json(6, &["diff", &map, "--from", "1", "--to", "2"]);
    assert_eq!(difference["facts"][0]["id"], "G1");
    assert_eq!(difference, done["difference"]);
    // A retraction is no deletion: the log keeps both.
    let log = json(7, &["log", &map, "--changes"]);
    assert_eq!(log["commits"][1]["facts"][0]["retracted"], true);
    assert_eq!(json(8, &["verify", &map])["sound"], true);
}

#[test]
fn an_observation_and_an_acceptance_are_commits_that_say_which_ground_they_open() {
    let folder = Folder::new("observe");
    let map = a_map(&folder);
    ok(2, &["observe", &map, "G1", "--method", "drilling", "--date", "2026-10-01", "--set", "extent_clear=true"]);
    ok(3, &["treat", &map, "G1", "--kind", "drainage", "--state", "done", "--done", "2026-10-10"]);
    let accepted = json(
        4,
        &["accept", &map, "T-001", "--by", "company-chief-engineer", "--document", "2026-77", "--date", "2026-10-20"],
    );
    let ground = accepted["difference"]["ground"].as_array().unwrap();
    assert!(
        ground.iter().any(|flip| flip["from"] == "forbidden" && flip["m2"].as_f64().unwrap() > 1000.0),
        "{accepted}"
    );
    assert!(
        !minesift(5, &["accept", &map, "T-001", "--by", "foreman", "--document", "1", "--date", "2026-10-21"])
            .status
            .success()
    );
    assert!(!minesift(5, &["treat", &map, "G1", "--kind", "drainage", "--state", "passed"]).status.success());
    assert!(!minesift(5, &["observe", &map, "NO-SUCH", "--method", "drilling"]).status.success());
    // The register does not run backwards.
    assert!(!minesift(1, &["retract", &map, "goaf", "G1"]).status.success());
    assert_eq!(json(6, &["verify", &map])["sound"], true);
    let ledger = json(7, &["ledger", &map]);
    let goaf = ledger["hazards"].as_array().unwrap().iter().find(|h| h["id"] == "G1").unwrap();
    assert_eq!(goaf["saw"][0], "drilling 2026-10-01");
    assert!(json(8, &["coverage", &map])["gaps"].as_array().unwrap().len() > 5);
}

#[test]
fn an_edit_made_by_another_program_does_not_count_until_it_is_taken_in() {
    let folder = Folder::new("edit");
    let map = a_map(&folder);
    let before = json(2, &["classify", &map]);
    // ogr2ogr is the outside witness: it changes the layer through SQL, as a desktop GIS does.
    let sql = "UPDATE goaf SET flooded = 0, evidence = 'drilled' WHERE id = 'G1'";
    let Ok(done) = Command::new("ogrinfo").args([&map, "-sql", sql]).output() else {
        println!("skipped: ogrinfo is not installed");
        return;
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let status = json(3, &["status", &map]);
    assert_eq!(status["edits"][0]["id"], "G1", "{status}");
    assert_eq!(areas(&json(4, &["classify", &map, "--no-write"])), areas(&before));
    let refused = minesift(5, &["retract", &map, "fault", "F3"]);
    assert_eq!(refused.status.code(), Some(2));
    ok(6, &["commit", &map, "--discard"]);
    assert_eq!(json(7, &["status", &map])["edits"], serde_json::json!([]));
    Command::new("ogrinfo").args([&map, "-sql", sql]).output().unwrap();
    ok(8, &["commit", &map, "--take", "-m", "见空"]);
    assert_ne!(areas(&json(9, &["classify", &map])), areas(&before));
    assert_eq!(json(10, &["verify", &map])["sound"], true);
}

#[test]
fn a_gis_finds_layers_frame_and_styles() {
    let folder = Folder::new("gis");
    let map = folder.file("map.gpkg");
    ok(0, &["new", &map, "--crs", "EPSG:4526", "--vertical-datum", "1985"]);
    ok(1, &["import", &map, &case("everything-at-once.toml")]);
    ok(2, &["classify", &map, "--warning-m", "30"]);
    let Ok(list) = Command::new("ogrinfo").args(["-so", &map, "zones"]).output() else {
        println!("skipped: ogrinfo is not installed");
        return;
    };
    let words = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(list.stderr.is_empty(), "{}", String::from_utf8_lossy(&list.stderr));
    assert!(words.contains("CGCS2000 / 3-degree Gauss-Kruger zone 38"), "{words}");
    assert!(words.contains("Geometry: Multi Polygon") && words.contains("reasons_zh"), "{words}");
    let lines = Command::new("ogrinfo")
        .args(["-q", &map, "-sql", "SELECT DISTINCT line_zh FROM water_lines ORDER BY 1"])
        .output()
        .unwrap();
    let lines = String::from_utf8_lossy(&lines.stdout).into_owned();
    assert!(["积水线", "探水线", "警戒线"].iter().all(|line| lines.contains(line)), "{lines}");
    let unstyled =
        "SELECT table_name FROM gpkg_geometry_columns WHERE table_name NOT IN (SELECT f_table_name FROM layer_styles)";
    let bare = Command::new("ogrinfo").args(["-so", &map, "-sql", unstyled]).output().unwrap();
    let bare = String::from_utf8_lossy(&bare.stdout).into_owned();
    assert!(bare.contains("Feature Count: 0"), "a layer without a style: {bare}");
}

#[test]
fn the_recipe_of_a_mine_gives_the_same_map_twice() {
    let folder = Folder::new("recipe");
    std::fs::copy(case("everything-at-once.toml"), folder.file("site.toml")).unwrap();
    let recipe = folder.file("mine.toml");
    std::fs::write(&recipe, "map_crs = \"EPSG:4526\"\nvertical_datum = \"1985\"\n\n[[file]]\npath = \"site.toml\"\n")
        .unwrap();
    let (a, b) = (folder.file("a.gpkg"), folder.file("b.gpkg"));
    ok(0, &["build", &recipe, "-o", &a]);
    ok(0, &["build", &recipe, "-o", &b]);
    let head = |map: &str| json(1, &["verify", map])["head"].clone();
    assert_eq!(head(&a), head(&b));
    assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap(), "the same recipe, the same bytes");
    assert_eq!(minesift(2, &["build", &recipe, "-o", &a]).status.code(), Some(2));
    std::fs::write(&recipe, "map_crs = \"EPSG:4526\"\n\n[[file]]\npaht = \"site.toml\"\n").unwrap();
    assert_eq!(minesift(2, &["build", &recipe, "-o", &folder.file("c.gpkg")]).status.code(), Some(3));
    assert!(!Path::new(&folder.file("c.gpkg")).exists());
}
