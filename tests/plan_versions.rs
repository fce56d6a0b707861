//! Plans on the one map: tiers beside each other, a corrected version in place of the first, and what was known before.

use crate::onemap::{Folder, json, minesift, ok};
use serde_json::Value;
use std::path::Path;

fn demo(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo").join(path).to_str().unwrap().to_owned()
}

fn import(second: u32, map: &str, plans: &[&str], shapes: &str) -> Value {
    let plans: Vec<String> = plans.iter().map(|name| demo(&format!("plans/{name}.xlsx"))).collect();
    let shapes = demo(&format!("plans/{shapes}.gpkg"));
    let mut args = vec!["plan", "import", map, "--shapes", &shapes];
    args.extend(plans.iter().map(String::as_str));
    json(second, &args)
}

/// Names of versions and how many objections each has.
fn checked(args: &[&str]) -> Vec<(String, usize)> {
    let output = minesift(50, &[args, &["--format", "json"]].concat());
    let answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{args:?}: {}", String::from_utf8_lossy(&output.stderr)));
    let verdicts = answer["verdicts"].as_array().cloned().unwrap_or_else(|| vec![answer.clone()]);
    let found: Vec<(String, usize)> = verdicts
        .iter()
        .map(|v| (v["plan"].as_str().unwrap().to_owned(), v["objections"].as_array().unwrap().len()))
        .collect();
    let worst = i32::from(found.iter().any(|(_, objections)| *objections > 0));
    assert_eq!(output.status.code(), Some(worst), "{found:?}");
    found
}

fn listed(map: &str) -> Vec<(String, bool)> {
    let list = json(50, &["plan", "list", map]);
    let list = list["versions"].as_array().unwrap();
    list.iter().map(|v| (v["version"].as_str().unwrap().to_owned(), v["in_force"].as_bool().unwrap())).collect()
}

fn has(name: &str, in_force: bool) -> (String, bool) {
    (name.to_owned(), in_force)
}

fn a_map(folder: &Folder) -> String {
    let map = folder.file("map.gpkg");
    ok(0, &["new", &map, "--crs", "EPSG:4526"]);
    ok(1, &["import", &map, &demo("site.toml")]);
    map
}

#[test]
fn tiers_and_versions_live_on_the_map() {
    let folder = Folder::new("plan-versions");
    let map = a_map(&folder);
    assert!(listed(&map).is_empty());
    let plans = ["十年规划", "五年细排", "三年精排"];
    let brought = import(2, &map, &plans, "接续图形");
    let three = &brought["plans"][2];
    assert_eq!((three["plan"].as_str(), three["faces"].as_u64()), (Some("three-year-A"), Some(12)), "{three}");
    assert!(three["problems"].as_array().unwrap().iter().any(|p| p["zh"].as_str().unwrap().contains("3217")));
    let all = [has("three-year-A", true), has("five-year-A", true), has("ten-year-A", true)];
    assert_eq!(listed(&map), all);
    // The same files again: nothing is changed, nothing is committed.
    let before = ok(3, &["log", &map]);
    assert!(import(3, &map, &plans, "接续图形")["plans"][0]["commit"].is_null());
    assert_eq!(ok(3, &["log", &map]), before);
    // What was planted in each is found from the map as from its file.
    let count = |name: &str, n| (name.to_owned(), n);
    assert_eq!(
        checked(&["plan", "check", &map]),
        [count("three-year-A", 8), count("five-year-A", 17), count("ten-year-A", 19)]
    );
    // The corrected version of one tier takes its place; the first stays, and the day before it was in force.
    let corrected = import(4, &map, &["三年精排-修订"], "接续图形-修订");
    assert_eq!(corrected["plans"][0]["supersedes"][0], "three-year-A");
    assert_eq!(
        listed(&map),
        [has("three-year-B", true), has("three-year-A", false), has("five-year-A", true), has("ten-year-A", true)]
    );
    let of = |version: &str| checked(&["plan", "check", &map, "--plan", version])[0].1;
    assert_eq!((of("three-year-B"), of("three-year-A")), (0, 8));
    let commit = (corrected["plans"][0]["commit"].as_i64().unwrap() - 1).to_string();
    assert_eq!(checked(&["plan", "check", &map, "--known-on", &commit])[0].1, 8);
    // The longer tier in force does not know what was corrected: remarks, no objections.
    let answer = json(50, &["plan", "check", &map, "--plan", "three-year-B"]);
    assert!(answer["remarks"].as_array().unwrap().iter().any(|r| r["code"] == "PLAN-COMPARE"), "{answer}");
    assert!(answer["hashes"].as_array().unwrap().iter().any(|h| h["name"] == "three-year-B"));
    // The first version again: it is what it was, and in force.
    import(5, &map, &["三年精排"], "接续图形");
    assert_eq!(listed(&map)[..2], [has("three-year-A", true), has("three-year-B", false)]);
    let unknown = minesift(6, &["plan", "check", &map, "--plan", "three-year-C"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("three-year-B"));
    assert!(minesift(7, &["verify", &map]).status.success());
}

#[test]
fn what_reads_the_map_sees_the_plan_in_force() {
    let folder = Folder::new("plan-in-force");
    let map = a_map(&folder);
    assert!(!ok(2, &["coverage", &map]).contains("8226"), "the map's files hold no plan");
    import(3, &map, &["五年细排", "三年精排"], "接续图形");
    let coverage = ok(4, &["coverage", &map, "--format", "json"]);
    let answer: Value = serde_json::from_str(&coverage).unwrap();
    for gap in answer["gaps"].as_array().unwrap() {
        let mut ids: Vec<&str> = gap["faces"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "a working of two tiers is one working");
    }
    assert!(coverage.contains("\"8226回顺\"") && !coverage.contains('@'), "{coverage}");
    // Written down, the plan in force stands under its own ids.
    let file = folder.file("site.toml");
    ok(5, &["export", &map, "-o", &file]);
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("id = \"JH-01\"") && !written.contains('@'));
    // A planned treatment is accepted like any other, once it was carried out; what was done outlives the plan.
    let accept = ["--by", "mine-chief-engineer", "--document", "1", "--date", "2027-03-01", "--done", "2027-02-20"];
    assert_eq!(minesift(6, &[&["accept", &map, "JH-01"][..], &accept[..6]].concat()).status.code(), Some(2));
    ok(6, &[&["accept", &map, "JH-01"][..], &accept].concat());
    ok(7, &["export", &map, "-o", &file, "--as-of", "2027-04-01"]);
    let written = std::fs::read_to_string(&file).unwrap();
    let one = written.split("[[treatment]]").find(|part| part.contains("id = \"JH-01\"")).unwrap();
    assert!(one.contains("accepted = 2027-03-01"), "{one}");
}

#[test]
fn another_plan_under_the_same_name_is_refused() {
    let folder = Folder::new("plan-same-name");
    let map = a_map(&folder);
    let plan = |face: &str| {
        let path = folder.file("计划.csv");
        std::fs::write(&path, format!("工作面,煤层,计划产量/万t,回采起止\n{face},3煤,75,2027.1.1-2027.6.30\n"))
            .unwrap();
        path
    };
    ok(2, &["plan", "import", &map, &plan("3107")]);
    let refused = minesift(3, &["plan", "import", &map, &plan("3108")]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--name"));
    ok(4, &["plan", "import", &map, &plan("3108"), "--name", "二版"]);
    assert_eq!(listed(&map), [has("二版", true), has("plan", false)]);
}
