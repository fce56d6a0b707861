//! Doors through which ground could be opened, or a record lost, without anybody having meant it.

use crate::onemap::{Folder, a_map, json, minesift, ok};
use std::process::Command;

/// Runs a verb that must be refused; what it says.
fn refused(second: u32, args: &[&str]) -> String {
    let output = minesift(second, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// What a GIS of somebody else's says to a statement; nothing where there is none.
fn outside(map: &str, sql: &str) -> Option<String> {
    let Ok(done) = Command::new("ogrinfo").args([map, "-sql", sql]).output() else {
        println!("skipped: ogrinfo is not installed");
        return None;
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(String::from_utf8(done.stdout).unwrap())
}

/// The map of everything at once with a treatment of its goaf G1 in this state.
fn treated(folder: &Folder, state: &str) -> String {
    let map = a_map(folder);
    let day = ["--from", "2026-08-01", "--done", "2026-08-20", "--date", "2026-09-01"];
    let done = if state == "done" || state == "failed" { &day[..4] } else { &day[..2] };
    ok(2, &[&["treat", &map, "G1", "--kind", "drainage", "--state", state, "--id", "D1"], done].concat());
    map
}

fn accept<'a>(map: &'a str, document: &'a str, date: &'a str) -> Vec<&'a str> {
    vec!["accept", map, "D1", "--by", "company-chief-engineer", "--document", document, "--date", date]
}

#[test]
fn an_acceptance_needs_a_document_a_work_that_ended_and_a_day_after_it() {
    let folder = Folder::new("accept");
    for (state, document, date, why) in [
        ("done", " ", "2026-09-01", "blank"),
        ("done", "2026-7", "2026-08-10", "before 2026-08-20"),
        ("planned", "2026-7", "2026-09-01", "not carried out yet"),
        ("designed", "2026-7", "2026-09-01", "not carried out yet"),
        ("failed", "2026-7", "2026-09-01", "failed its evaluation"),
    ] {
        let _ = std::fs::remove_file(folder.file("map.gpkg"));
        let map = treated(&folder, state);
        let said = refused(3, &accept(&map, document, date));
        assert!(said.contains(why), "{state}: {said}");
    }
    let _ = std::fs::remove_file(folder.file("map.gpkg"));
    let map = treated(&folder, "done");
    assert!(ok(3, &accept(&map, "2026-7", "2026-09-01")).contains("accepted by"));
}

#[test]
fn a_blank_document_in_a_file_opens_nothing() {
    let folder = Folder::new("blank");
    let classify = |document: &str| {
        let text = std::fs::read_to_string(crate::onemap::case("flooded-goaf-drained.toml")).unwrap();
        let document = format!("document = \"{document}\"");
        let lines: Vec<String> = text
            .lines()
            .map(|line| if line.starts_with("document") { document.clone() } else { line.to_owned() })
            .collect();
        let file = folder.file("site.toml");
        std::fs::write(&file, lines.join("\n")).unwrap();
        json(0, &["classify", &file])["seams"][0]["mineable_m2"].as_f64().unwrap()
    };
    assert!(classify("  ") < classify("2026-7"));
}

#[test]
fn an_evaluation_is_no_edit_of_a_layer() {
    let folder = Folder::new("layer");
    let map = treated(&folder, "failed");
    for edit in [
        "UPDATE treatment SET state = 'passed', accepted = '2026-09-01', approver = 'company-head', document = 'x'",
        "UPDATE treatment SET state = 'running'",
        "DELETE FROM treatment",
    ] {
        if outside(&map, edit).is_none() {
            return;
        }
        let said = refused(4, &["commit", &map, "--take"]);
        assert!(said.contains("minesift accept"), "{edit}: {said}");
        ok(5, &["commit", &map, "--discard"]);
        assert_eq!(json(6, &["status", &map])["edits"].as_array().unwrap().len(), 0, "{edit}");
    }
}

#[test]
fn an_id_on_record_is_not_taken_for_something_else() {
    let folder = Folder::new("ids");
    let map = treated(&folder, "failed");
    ok(3, &["observe", &map, "G1", "--method", "tem", "--id", "O1", "--date", "2026-09-02"]);
    let other = ["observe", &map, "F1", "--method", "tem", "--id", "O1", "--date", "2026-09-03"];
    assert!(refused(4, &other).contains("on record for G1"));
    // What failed is not made undone by another state: it is treated again, under an id of its own.
    let again = ["treat", &map, "G1", "--kind", "drainage", "--state", "done", "--id", "D1", "--done", "2026-09-05"];
    assert!(refused(5, &again).contains("on record for G1"));
}

#[test]
fn a_treatment_keeps_what_is_not_said_anew() {
    let folder = Folder::new("keeps");
    let map = treated(&folder, "running");
    ok(3, &["treat", &map, "G1", "--kind", "drainage", "--state", "done", "--id", "D1", "--done", "2026-09-05"]);
    let Some(row) = outside(&map, "SELECT * FROM treatment WHERE id = 'D1'") else { return };
    assert!(row.contains("2026/08/01") && row.contains("2026/09/05"), "{row}");
}

#[test]
fn a_filler_is_no_water_level() {
    let folder = Folder::new("filler");
    let map = a_map(&folder);
    let level =
        ["observe", &map, "G1", "--method", "interview", "--date", "2026-09-02", "--set", "water_level_m=-9999"];
    assert!(refused(3, &level).contains("no data"));
}

#[test]
fn zones_that_facts_left_behind_or_hands_changed_are_said() {
    let folder = Folder::new("stale");
    let map = a_map(&folder);
    ok(2, &["classify", &map]);
    assert_eq!(json(3, &["status", &map])["zones"].as_array().unwrap().len(), 0);
    let said = ok(4, &["observe", &map, "G1", "--method", "tem", "--date", "2026-09-02"]);
    assert!(said.contains("run `minesift classify`"), "{said}");
    assert_eq!(json(5, &["status", &map])["zones"].as_array().unwrap().len(), 1);
    ok(6, &["classify", &map]);
    if outside(&map, "UPDATE zones SET class = 'mineable'").is_none() {
        return;
    }
    let zones = json(7, &["status", &map])["zones"].clone();
    assert!(zones[0]["en"].as_str().unwrap().contains("changed by hand"), "{zones}");
}

#[test]
fn what_has_not_happened_is_not_recorded() {
    let folder = Folder::new("future");
    let map = treated(&folder, "done");
    for args in [
        vec!["observe", &map, "G1", "--method", "tem", "--date", "2099-01-01"],
        vec!["treat", &map, "G1", "--kind", "drainage", "--state", "done", "--done", "2099-01-01"],
        accept(&map, "2026-7", "2099-01-01"),
    ] {
        assert!(refused(3, &args).contains("has not happened"), "{args:?}");
    }
    // What is planned lies ahead by its nature.
    let ahead = ["treat", &map, "G1", "--kind", "drainage", "--from", "2099-01-01", "--accepts", "2099-06-01"];
    ok(4, &ahead);
}

#[test]
fn an_acceptance_in_a_file_before_its_work_opens_nothing() {
    let folder = Folder::new("before");
    let answer = |accepted: &str| {
        let text = std::fs::read_to_string(crate::onemap::case("flooded-goaf-drained.toml")).unwrap();
        let lines = text.lines().map(|line| match line.starts_with("accepted") {
            true => format!("accepted = {accepted}\nfrom = 2026-03-01"),
            false => line.to_owned(),
        });
        let file = folder.file("site.toml");
        std::fs::write(&file, lines.collect::<Vec<_>>().join("\n")).unwrap();
        json(0, &["classify", &file])
    };
    let (early, well) = (answer("2026-02-01"), answer("2026-06-01"));
    let mineable = |answer: &serde_json::Value| answer["seams"][0]["mineable_m2"].as_f64().unwrap();
    assert!(mineable(&early) < mineable(&well));
    assert!(early["problems"].to_string().contains("before a day of its work"), "{early}");
}

#[test]
fn two_mines_are_not_mixed_in_one_register() {
    let folder = Folder::new("mixed");
    let map = a_map(&folder);
    let text = std::fs::read_to_string(crate::onemap::case("everything-at-once.toml")).unwrap();
    let other = folder.file("other.toml");
    std::fs::write(&other, text.replace("EVERYTHING-AT-ONCE", "OTHER")).unwrap();
    assert!(refused(2, &["import", &map, &other]).contains("`minesift merge`"));
    assert!(refused(3, &["retract", &map, "mine", "EVERYTHING-AT-ONCE"]).contains("not retracted"));
}

#[test]
fn a_changed_register_answers_nothing_and_takes_nothing() {
    let folder = Folder::new("tampered");
    let map = a_map(&folder);
    let Some(_) = outside(&map, "DROP TRIGGER ms_commit_update") else { return };
    outside(&map, "UPDATE ms_commit SET author = 'somebody' WHERE number = 1");
    for args in [
        vec!["classify", &map],
        vec!["import", &map, &folder.file("none.toml")],
        vec!["merge", &map, "-o", &folder.file("county.gpkg")],
        vec!["pack", &map, "-o", &folder.file("pack")],
    ] {
        let output = minesift(2, &args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(3) && said.contains("commit 1 were changed"), "{args:?}: {said}");
    }
}

#[test]
fn the_frame_is_under_the_chain() {
    let folder = Folder::new("frame");
    let map = a_map(&folder);
    let Some(_) = outside(&map, "INSERT OR REPLACE INTO ms_meta VALUES ('vertical_datum', '1956')") else { return };
    let output = minesift(2, &["verify", &map]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("height datum (1956)"), "{said}");
}

#[test]
fn a_layer_that_was_dropped_is_made_again() {
    let folder = Folder::new("dropped");
    let map = a_map(&folder);
    let before = json(1, &["export", &map, "-o", &folder.file("before.geojson")]);
    if outside(&map, "DROP TABLE goaf").is_none() {
        return;
    }
    assert!(ok(2, &["status", &map]).contains("the layer or a column of it is gone"));
    assert!(refused(3, &["commit", &map, "--take"]).contains("--discard"));
    ok(4, &["commit", &map, "--discard"]);
    assert!(ok(5, &["status", &map]).contains("no edits"));
    let goafs = outside(&map, "SELECT count(*) AS n FROM goaf").unwrap();
    assert!(goafs.contains(&format!("n (Integer) = {}", before["facts"]["goaf"])), "{goafs}");
}

#[test]
fn a_day_that_the_answer_is_not_about_is_refused() {
    let folder = Folder::new("days");
    let map = a_map(&folder);
    for args in [
        vec!["log", &map, "--as-of", "2026-01-01"],
        vec!["verify", &map, "--known-on", "1"],
        vec!["observe", &map, "G1", "--method", "tem", "--known-on", "1"],
        vec!["diff", &map, "--from", "1", "--known-on", "1"],
    ] {
        refused(2, &args);
    }
    assert!(refused(2, &["classify", &map, "--known-on", "2020-01-01"]).contains("knew nothing on 2020-01-01"));
}

#[test]
fn the_hash_that_log_prints_names_a_commit() {
    let folder = Folder::new("hash");
    let map = a_map(&folder);
    let log = ok(2, &["log", &map]);
    let hash = log.split_whitespace().nth(1).unwrap();
    let by_hash = ok(3, &["classify", &map, "--known-on", hash, "-f", "json"]);
    assert_eq!(by_hash, ok(3, &["classify", &map, "--known-on", "1", "-f", "json"]));
    assert!(refused(4, &["classify", &map, "--known-on", "00000000"]).contains("no commit"));
}

#[test]
fn what_is_set_wrong_is_told_by_its_key() {
    let folder = Folder::new("set");
    let map = a_map(&folder);
    for (set, why) in [("flooded=perhaps", "flooded should be true or false"), ("flooded", "KEY=VALUE")] {
        let said = refused(2, &["observe", &map, "G1", "--method", "tem", "--set", set]);
        assert!(said.contains(why), "{said}");
    }
}
