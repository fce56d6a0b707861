//! Plans as they should not be: every bad row is refused or repaired by itself, its cell named, and the verdict says what
//! nobody judged. A cell merged over two rows is in the importer's own tests: tables of text have none.

use crate::onemap::{Folder, minesift};
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
