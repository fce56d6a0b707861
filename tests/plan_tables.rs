//! The demo mine's plans as the planner sends them: workbooks with shapes in a drawing, two names written by hand, dates in
//! three styles. What was planted in them is found, and none besides.

use minesift_core::fact::{Fact, Problem, Severity};
use minesift_core::plan::{self, Plan, Verdict};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_importers::plan::join;
use minesift_importers::{Input, Options, import, site_toml};
use std::path::{Path, PathBuf};

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo")
}

fn mine() -> Vec<Fact> {
    let text = std::fs::read_to_string(demo().join("site.toml")).unwrap();
    site_toml::read("site.toml", &text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn facts(path: &str) -> (Vec<Fact>, Vec<Problem>) {
    let input = Input::open(&demo().join("plans").join(path)).unwrap();
    let intake = import(&input, &Options::default()).unwrap_or_else(|error| panic!("{path}: {error}"));
    let total = intake.receipt.total();
    assert_eq!(total.read, total.accepted + total.repaired + total.refused, "{path}");
    (intake.facts, intake.receipt.problems)
}

/// A workbook of the demo with the shapes of its version, and what reading it had to say.
fn plan(name: &str) -> (Vec<Fact>, Vec<Problem>) {
    let (mut planned, mut problems) = facts(&format!("{name}.xlsx"));
    let drawing = if name.ends_with("修订") { "接续图形-修订.gpkg" } else { "接续图形.gpkg" };
    problems.extend(join::shapes(&mut planned, &facts(drawing).0));
    problems.extend(join::overlaps(&mut planned));
    (planned, problems)
}

fn verdict(name: &str, against: &[&str]) -> (Verdict, Vec<Problem>) {
    let (planned, problems) = plan(name);
    let all: Vec<Fact> = mine().into_iter().chain(planned).collect();
    let site = Site::new(&all, None).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
    let others: Vec<Plan> = against.iter().map(|other| Plan::from_facts(&plan(other).0)).collect();
    (plan::check_against(&site, &Rulebook::national(), &Plan::new(&site), &others), problems)
}

#[test]
fn the_demo_workbooks_raise_exactly_what_was_planted() {
    let mut counts = Vec::new();
    for name in ["十年规划", "五年细排", "三年精排", "十年规划-修订", "五年细排-修订", "三年精排-修订"]
    {
        let text = std::fs::read_to_string(demo().join("plans").join(format!("{name}.toml"))).unwrap();
        let document: toml::Table = toml::from_str(&text).unwrap();
        let list = |key: &str| -> Vec<String> {
            document["expect"][key].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
        };
        let (verdict, problems) = verdict(name, &[]);
        let refused: Vec<&Problem> = problems.iter().filter(|p| p.severity == Severity::Refused).collect();
        assert!(refused.is_empty(), "{name}: {refused:#?}");
        let (mut found, mut want): (Vec<String>, Vec<String>) =
            (verdict.objections.iter().map(|o| format!("{}:{}", o.code, o.task)).collect(), list("objections"));
        found.sort();
        want.sort();
        assert_eq!(found, want, "{name}");
        assert!(verdict.undecided.is_empty(), "{name}: {:#?}", verdict.undecided);
        let remarks: Vec<String> = verdict.remarks.iter().map(|r| format!("{}:{}", r.code, r.task)).collect();
        for remark in list("remarks") {
            assert!(remarks.contains(&remark), "{name}: no {remark} in {remarks:?}");
        }
        counts.push((verdict.tasks.len(), verdict.objections.len()));
    }
    assert_eq!(counts, [(116, 19), (71, 17), (43, 8), (112, 0), (62, 0), (38, 0)]);
}

#[test]
fn names_written_by_hand_are_matched_and_said() {
    let (_, problems) = plan("三年精排");
    let said: Vec<String> =
        problems.iter().filter(|p| p.severity == Severity::Repaired).map(|p| p.message.en.clone()).collect();
    for (written, read) in [("321７", "3217"), ("32 22", "3222"), ("82 24回顺", "8224回顺")] {
        let words = format!("\"{written}\" is read as {read}");
        assert!(said.iter().any(|line| line.contains(&words)), "no {words} in {said:#?}");
    }
}

#[test]
fn tiers_are_held_against_each_other() {
    let (verdict, _) = verdict("三年精排-修订", &["五年细排"]);
    let compared: Vec<&str> =
        verdict.remarks.iter().filter(|r| r.code == "PLAN-COMPARE").map(|r| r.words.en.as_str()).collect();
    assert!(compared.iter().any(|words| words.contains("9101")), "version A planned 9101: {compared:#?}");
    assert!(
        compared.iter().any(|words| words.contains("shortened")),
        "3217 is shorter than in version A: {compared:#?}"
    );
}

#[test]
fn the_reserves_are_counted_month_by_month() {
    let (verdict, _) = verdict("三年精排", &[]);
    let first = &verdict.months[0];
    assert_eq!(first.tonnes, [Some(14_941_000.0), Some(2_890_000.0), Some(1_378_000.0)]);
    assert_eq!(verdict.months.len(), 25, "from 2027-01 to the year before the plan ends");
    for month in &verdict.months {
        for i in 0..3 {
            assert!(month.open_t[i] <= month.tonnes[i], "closed ground adds nothing");
        }
    }
    // What January wins comes off the developed reserves: nothing is developed by then.
    let (a, b) = (first.tonnes[0].unwrap(), verdict.months[1].tonnes[0].unwrap());
    assert!(b < a, "{b} of {a}");
}
