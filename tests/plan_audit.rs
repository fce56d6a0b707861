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
