//! The demo mine as built: what was planted among its surveyed workings is found, and nothing besides.

use crate::onemap::minesift;
use serde_json::Value;
use std::path::Path;

fn demo(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo").join(path).to_str().unwrap().to_owned()
}

#[test]
fn the_demo_audit_finds_exactly_what_was_planted() {
    let audit = |day: &str| -> Value {
        let args = ["audit", &demo("site.toml"), &demo("workings.toml"), "--plan", &demo("plans/三年精排-修订.toml")];
        let output = minesift(0, &[&args[..], &["--as-of", day, "--format", "json"]].concat());
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let word = |breach: &Value, key: &str| breach[key].as_str().unwrap_or_default().to_owned();
    let found = |answer: &Value, near: bool| -> Vec<(String, String)> {
        let breaches = answer["breaches"].as_array().unwrap().iter();
        let of = breaches.filter(|breach| (breach["severity"] == "near") == near);
        of.map(|breach| (word(breach, "severity"), word(breach, "working"))).collect()
    };
    let pair = |severity: &str, working: &str| (severity.to_owned(), working.to_owned());
    let june = audit("2027-06-30");
    assert_eq!(found(&june, false), [pair("forbidden", "SC-2"), pair("deferred", "SC-3"), pair("red-line", "SC-1")]);
    let of = |id: &str| june["breaches"].as_array().unwrap().iter().find(|b| b["working"] == id).unwrap().clone();
    let objects = |id: &str| of(id)["objects"].to_string();
    assert!(objects("SC-2").contains("F2") && objects("SC-3").contains("XY-6"), "{} {}", of("SC-2"), of("SC-3"));
    assert!((of("SC-1")["distance_m"].as_f64().unwrap() - 6.0).abs() < 0.05, "{}", of("SC-1"));
    // Four come as near the pillar of the main roads as their plans say.
    let near: Vec<String> = found(&june, true).into_iter().map(|(_, working)| working).collect();
    assert_eq!(near, ["SC-1", "SC-4", "SJ-3107H", "SJ-3107Y"]);
    // The rock roads of the drawing have neither seam nor elevation.
    let undecided: Vec<&str> =
        june["undecided"].as_array().unwrap().iter().map(|u| u["working"].as_str().unwrap()).collect();
    assert_eq!(undecided, ["DX-1", "DX-2", "SC-2"], "the road of SC-2 is not in the revised plan");
    // Half a year earlier nobody had surveyed SC-1.
    assert_eq!(found(&audit("2026-11-01"), false), [pair("forbidden", "SC-2"), pair("deferred", "SC-3")]);
}

/// An audit of the small mine with these workings.
fn audit_of(workings: &str) -> minesift_core::audit::Audit {
    let facts = minesift_importers::site_toml::read("site.toml", &format!("{}{workings}", crate::plan_further::MINE));
    let facts = facts.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let site = minesift_core::site::Site::new(&facts, None).unwrap_or_else(|problems| panic!("{problems:#?}"));
    minesift_core::audit::audit(&site, &minesift_core::rulebook::Rulebook::national(), 30.0)
}

#[test]
fn elevations_of_a_flat_drawing_are_none_and_the_floor_of_the_seam_stands_in() {
    let road = |id: &str, z: &str, seam: &str| {
        format!(
            "[[working]]\nid = \"{id}\"\nshape = \"LINESTRING Z(500 100 {z}, 500 300 {z})\"\nwidth_m = 5.0\nkind = \"heading\"\nsurveyed = 2026-10-01\n{seam}"
        )
    };
    // The licence reaches from -900 to 200 m; the floors of the seams lie at -300 and -330 m.
    let flat = audit_of(&road("W1", "0", "seam = \"3\"\n"));
    assert!(flat.breaches.is_empty() && flat.undecided.is_empty(), "{:#?} {:#?}", flat.breaches, flat.undecided);
    let high = audit_of(&road("W1", "260", "seam = \"3\"\n"));
    let said: Vec<&str> = high.breaches.iter().map(|b| b.words.en.as_str()).collect();
    assert_eq!(
        said,
        ["W1: surveyed on 2026-10-01: elevations 260.0 – 260.0 m leave the licensed -900.0 – 200.0 m by 60.0 m"]
    );
    let nowhere = audit_of(&road("W1", "0", ""));
    assert!(nowhere.breaches.is_empty());
    assert!(nowhere.undecided[0].1.en.contains("neither seam nor elevation"), "{:?}", nowhere.undecided);
}

#[test]
fn a_task_that_the_plan_does_not_know_is_said() {
    let found = audit_of(
        "[[working]]\nid = \"W1\"\nshape = \"LINESTRING(500 100, 500 300)\"\nseam = \"3\"\nkind = \"heading\"\ntask = \"H9\"\nsurveyed = 2026-10-01\n",
    );
    assert!(found.breaches.is_empty());
    assert!(found.undecided[0].1.en.contains("its task H9 is not in the plan"), "{:?}", found.undecided);
}

#[test]
fn every_line_of_closed_ground_says_square_metres_metres_and_since_when() {
    let pillar = "[[pillar]]\nid = \"P1\"\nseam = \"3\"\nkind = \"boundary\"\napproval = \"2024-3\"\noutline = \"POLYGON((0 400, 2000 400, 2000 440, 0 440, 0 400))\"\n";
    let across = "[[working]]\nid = \"W1\"\nshape = \"LINESTRING(500 100, 500 600)\"\nwidth_m = 5.0\nseam = \"3\"\nkind = \"heading\"\nfrom = 2026-08-01\nsurveyed = 2026-10-01\n";
    let into = "[[working]]\nid = \"W2\"\nshape = \"POLYGON((900 100, 1000 100, 1000 410, 900 410, 900 100))\"\nseam = \"3\"\nkind = \"face\"\nsurveyed = 2026-10-01\n";
    let found = audit_of(&format!("{pillar}{across}{into}"));
    let of = |id: &str| found.breaches.iter().find(|b| b.working == id).expect("it is in the pillar").clone();
    assert!(of("W2").words.en.contains("surveyed on 2026-10-01: 1000.0 m² of it, 10.0 m deep, in forbidden ground"));
    // It crosses all 40 m of the pillar: how long, not how deep.
    assert!(
        of("W1").words.en.contains("begun on 2026-08-01, surveyed on 2026-10-01: 200.0 m² of it, 40.3 m long,"),
        "{}",
        of("W1").words.en
    );
    assert_eq!(of("W1").since.map(|day| day.to_string()).as_deref(), Some("2026-10-01"));
}
