//! Every worked plan case raises exactly its objections and at least its remarks.

use crate::cases::complete;
use minesift_core::plan::{self, Verdict};
use minesift_core::rulebook::{Rulebook, page};
use minesift_core::site::Site;
use minesift_importers::site_toml;
use std::path::Path;

fn verdict(name: &str, text: &str) -> Result<Verdict, Vec<String>> {
    let words = |problems: Vec<minesift_core::fact::Problem>| -> Vec<String> {
        problems.iter().map(|p| format!("{}: {}", p.source, p.message.en)).collect()
    };
    let facts = site_toml::read(name, text).map_err(words)?;
    let site = Site::new(&facts, None).map_err(words)?;
    Ok(plan::check(&site, &Rulebook::national()))
}

/// What is wrong with a case, in sentences; nothing when all holds.
fn check(name: &str, text: &str) -> Vec<String> {
    let verdict = match verdict(name, text) {
        Ok(verdict) => verdict,
        Err(wrong) => return wrong,
    };
    let document: toml::Table = toml::from_str(text).unwrap();
    let list = |key: &str| -> Vec<String> {
        document["expect"][key].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
    };
    let mut wrong = Vec::new();
    let mut found: Vec<String> = verdict.objections.iter().map(|o| format!("{}:{}", o.code, o.task)).collect();
    found.sort();
    let mut want = list("objections");
    want.sort();
    if found != want {
        let why: Vec<String> = verdict.objections.iter().map(|o| o.sentence().en).collect();
        wrong.push(format!("{name}: objections expected {want:?}, got {found:?}\n  {}", why.join("\n  ")));
    }
    let remarks: Vec<String> = verdict.remarks.iter().map(|r| format!("{}:{}", r.code, r.task)).collect();
    for remark in list("remarks") {
        if !remarks.contains(&remark) {
            wrong.push(format!("{name}: remark {remark} is missing from {remarks:?}"));
        }
    }
    for objection in &verdict.objections {
        let said = objection.sentence();
        if said.zh.is_empty() || !said.en.contains("earliest lawful date") {
            wrong.push(format!("{name}: {} says no earliest lawful date: {}", objection.code, said.en));
        }
    }
    if !verdict.undecided.is_empty() {
        wrong.push(format!("{name}: could not be judged: {:?}", verdict.undecided));
    }
    wrong
}

#[test]
fn every_worked_plan_case_raises_exactly_its_objections() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan-cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    assert!(files.len() >= 27, "only {} plan cases", files.len());
    let wrong: Vec<String> = files
        .iter()
        .flat_map(|path| check(path.file_name().unwrap().to_str().unwrap(), &std::fs::read_to_string(path).unwrap()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_in_a_checks_page_holds() {
    let mut wrong = Vec::new();
    for rule in plan::CHECKS {
        let blocks = page::blocks(rule.page);
        assert!(blocks.len() > 1, "{} has no worked case in its page", rule.code);
        for block in &blocks[1..] {
            let name = format!("{}, line {}: {}", rule.code, block.line, block.heading);
            wrong.extend(check(&name, &complete(block.text)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_earliest_lawful_date_is_the_day_of_acceptance_and_says_what_it_rests_on() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plan-cases/treatment-in-time.toml");
    let verdict = verdict("treatment-in-time.toml", &std::fs::read_to_string(path).unwrap()).unwrap();
    let day = plan::Lawful::From(jiff::civil::date(2028, 5, 1));
    assert!(verdict.objections.iter().all(|o| o.lawful == day && o.rests_on == ["T1"]), "{:?}", verdict.objections);
    let second = verdict.tasks.iter().find(|task| task.task == "F2").unwrap();
    assert!(second.codes.is_empty());
    assert_eq!(second.rests_on, ["T1"]);
}

#[test]
fn plan_check_answers_as_its_schema_says_and_ends_with_its_code() {
    for (case, code) in [("treatment-in-time", 1), ("lawful-plan", 0), ("succession-gap", 0)] {
        let output =
            crate::answers::minesift(&["plan", "check", &format!("tests/plan-cases/{case}.toml"), "--format", "json"]);
        assert_eq!(output.status.code(), Some(code), "{case}: {}", String::from_utf8_lossy(&output.stderr));
        crate::answers::holds("docs/schema/plan-check.json", &serde_json::from_slice(&output.stdout).unwrap());
    }
}
