//! Plans as they should not be: every bad row is refused or repaired by itself, its cell named, and the verdict says what
//! nobody judged. A cell merged over two rows is in the importer's own tests: tables of text have none.

use crate::onemap::{Folder, minesift};
use crate::plan_further::MINE as LOCAL;
use crate::plan_shapes::MINE;
use serde_json::Value;
use std::fmt::Write as _;

const PLAN: &str = "工作面,煤层,采区,翼,水平,计划产量/万t,回采起止
3101,3,31,东,-300,1,2027.6.30-2027.1.1
3102,99,31,东,-300,1,2027.1.1-2027.1.31
3103,3,31,东,-300,1,2027.2.1-2027.2.28
3104,3,31,东,-300,1,2027.3.1-2027.3.31
3105,3,31,东,-300,1,2027.4.1-2027.4.30
3104,3,31,东,-300,1,2027.5.1-2027.5.31
3106,3,31,东,-300,1,2028.1.1-2028.3.31
3107,3,31,东,-300,1,2028年4月1日至2028年6月30日
3108,3,31,东,-300,1,2028-07-01～2028-09-30
";

#[test]
fn every_bad_row_is_named_by_its_cell() {
    let folder = Folder::new("plan-bad");
    let (mine, plan, shapes) = (folder.file("site.toml"), folder.file("plan.csv"), folder.file("shapes.toml"));
    std::fs::write(&mine, MINE).unwrap();
    std::fs::write(&plan, PLAN).unwrap();
    let mut drawn = String::new();
    // 3105 is drawn half over 3104; 3103 is not drawn.
    for (name, x) in
        [("3101", 0), ("3102", 150), ("3104", 300), ("3105", 350), ("3106", 600), ("3107", 750), ("3108", 900)]
    {
        let (x0, x1) = (38_510_200 + x, 38_510_300 + x);
        let _ = write!(
            drawn,
            "[[face]]\nid = \"{name}\"\noutline = \"POLYGON(({x0} 4870500, {x1} 4870500, {x1} 4870900, {x0} 4870900, {x0} 4870500))\"\n"
        );
    }
    std::fs::write(&shapes, drawn).unwrap();
    let output = minesift(0, &["plan", "check", &mine, &plan, "--shapes", &shapes, "--format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(output.status.code(), Some(4), "{answer:#}");
    assert_eq!(answer["statement"], false, "no statement of check while a row is refused");
    let undecided: Vec<(String, String)> = answer["undecided"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| (u["source"].as_str().unwrap().to_owned(), u["en"].as_str().unwrap().to_owned()))
        .collect();
    for (cell, words) in [
        ("plan.csv: G2", "before it begins"),
        ("plan.csv: A3 (煤层 B3)", "seam 99 is not on the map"),
        ("plan.csv: A4 (煤层 B4)", "no shape"),
        ("plan.csv: A6 (煤层 B6)", "3105 overlaps 3104"),
        ("plan.csv: A7 (煤层 B7)", "stands already at A5"),
    ] {
        let found = undecided.iter().any(|(source, why)| source == cell && why.contains(words));
        assert!(found, "no \"{words}\" at {cell} in {undecided:#?}");
    }
    // Dates as text in three styles are one way to write days.
    let days = |task: &str| {
        let of = answer["tasks"].as_array().unwrap().iter().find(|t| t["task"] == task).unwrap().clone();
        (of["from"].as_str().unwrap().to_owned(), of["to"].as_str().unwrap().to_owned())
    };
    for (task, from, to) in [
        ("3106", "2028-01-01", "2028-03-31"),
        ("3107", "2028-04-01", "2028-06-30"),
        ("3108", "2028-07-01", "2028-09-30"),
    ] {
        assert_eq!(days(task), (from.to_owned(), to.to_owned()));
    }
}

/// What `plan check` answers about a mine.
fn of_site(name: &str, text: &str) -> (Option<i32>, Value) {
    let folder = Folder::new(name);
    let file = folder.file("site.toml");
    std::fs::write(&file, text).unwrap();
    let output = minesift(0, &["plan", "check", &file, "--format", "json"]);
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

fn face(id: &str, x: u32, days: &str) -> String {
    format!(
        "[[face]]\nid = \"{id}\"\nseam = \"3\"\noutline = \"POLYGON(({x} 500, {} 500, {} 1000, {x} 1000, {x} 500))\"\n{days}\n",
        x + 100,
        x + 100
    )
}

#[test]
fn no_statement_for_a_plan_that_says_a_thing_twice_or_says_nothing() {
    let first = "from = 2027-01-01\nto = 2027-06-30";
    let later = "from = 2028-01-01\nto = 2028-06-30";
    let undecided = |name: &str, plan: &str, words: &str| {
        let (code, answer) = of_site(name, &format!("{LOCAL}{plan}"));
        assert_eq!(code, Some(4), "{name}: {answer}");
        let why = answer["undecided"].to_string();
        assert!(why.contains(words), "{name}: {why}");
    };
    undecided("twice", &[face("F1", 500, first), face("F1", 900, later)].concat(), "its id is taken");
    undecided("over", &[face("F1", 500, first), face("F2", 550, first)].concat(), "overlaps face F1 by 25000.0 m2");
    undecided("empty", "", "no faces and no headings");
    let backwards = "[plan]\nid = \"B\"\ntier = \"three-year\"\nfrom = 2029-01-01\nto = 2027-12-31\n";
    undecided("backwards", &[backwards, &face("F1", 500, first)].concat(), "ends (2027-12-31) before it begins");
    let (code, answer) = of_site("plain", &[LOCAL, &face("F1", 500, first)].concat());
    assert_eq!(code, Some(0), "{answer}");
}

#[test]
fn what_is_accepted_before_its_work_ends_opens_nothing() {
    let plan = |accepts: &str| {
        let goaf = "[[goaf]]\nid = \"G\"\nseam = \"3\"\noutline = \"POLYGON((400 520, 480 520, 480 900, 400 900, 400 520))\"\nflooded = true\nwater_level_m = -250.0\nevidence = \"surveyed\"\nextent_clear = true\n";
        let treatment = format!(
            "[[treatment]]\nid = \"T\"\nhazard = \"G\"\nkind = \"drainage\"\nstate = \"planned\"\nfrom = 2027-01-01\nto = 2027-12-31\naccepts = {accepts}\ncovers = \"all\"\n"
        );
        format!("{LOCAL}{goaf}{treatment}{}", face("F1", 500, "from = 2028-03-01\nto = 2028-09-30"))
    };
    let (_, late) = of_site("late", &plan("2028-01-31"));
    let (_, early) = of_site("early", &plan("2027-06-30"));
    let objections = |answer: &Value| answer["objections"].as_array().unwrap().len();
    assert!(objections(&early) > objections(&late), "{early} {late}");
    assert!(early["problems"].to_string().contains("before its work ends"), "{}", early["problems"]);
}
