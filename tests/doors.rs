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
