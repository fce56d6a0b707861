//! Every worked case gives its areas within tolerance and exactly its rules.

use minesift_core::rulebook::{self, Rulebook, page};
use minesift_core::site::Site;
use minesift_core::zone;
use minesift_importers::site_toml;
use std::path::Path;

/// Where a case of a rule's page leaves them out: the standard square mine, 1 km by 1 km, seam 3 flat at −300 m.
const STANDARD: &[(&str, &str)] = &[
    (
        "mine",
        "[mine]\nid = \"CASE\"\nkind = \"coal-underground\"\nhydrogeology = \"medium\"\ngas = \"low\"\nrock_burst = \"none\"\nas_of = 2026-11-01\nsafety_factor = 4.0\n",
    ),
    (
        "licence",
        "[licence]\noutline = \"POLYGON((0 0, 1000 0, 1000 1000, 0 1000, 0 0))\"\nz_m = [-900.0, 200.0]\nseams = [\"3\"]\n",
    ),
    ("seam", "[[seam]]\nid = \"3\"\nfloor_m = -300.0\nthickness_m = 3.0\ncoal_tensile_mpa = 0.2\n"),
    (
        "survey",
        "[[survey]]\nid = \"S-all\"\ncovers = \"POLYGON((0 0, 1000 0, 1000 1000, 0 1000, 0 0))\"\nlooks_for = [\"all\"]\nmethods = [\"geophysics\", \"drilling\"]\ndate = 2026-03-01\n",
    ),
];

pub(crate) fn complete(case: &str) -> String {
    let mut text = case.to_owned();
    for (kind, standard) in STANDARD {
        let given = case.lines().any(|line| line.trim() == format!("[{kind}]") || line.trim() == format!("[[{kind}]]"));
        if !given {
            text.push('\n');
            text.push_str(standard);
        }
    }
    text
}

/// What is wrong with a case, in sentences; nothing when all holds.
pub(crate) fn check(name: &str, text: &str) -> Vec<String> {
    let facts = match site_toml::read(name, text) {
        Ok(facts) => facts,
        Err(problems) => return problems.iter().map(|p| format!("{}: {}", p.source, p.message.en)).collect(),
    };
    let site = match Site::new(&facts, None) {
        Ok(site) => site,
        Err(problems) => return problems.iter().map(|p| format!("{}: {}", p.source, p.message.en)).collect(),
    };
    let book = Rulebook::national();
    let map = zone::classify(&site, &book);
    let document: toml::Table = toml::from_str(text).unwrap();
    let mut wrong = Vec::new();
    let expected = document["expect"]["seam"].as_table().unwrap();
    for (seam, expect) in expected {
        let Some(zones) = map.seams.iter().find(|zones| &zones.seam == seam) else {
            wrong.push(format!("{name}: no zones for seam {seam}"));
            continue;
        };
        let number = |key: &str| expect[key].as_float().or(expect[key].as_integer().map(|i| i as f64)).unwrap();
        let tolerance = number("tolerance_m2");
        for (key, found) in [
            ("ground_m2", zones.ground.area_m2()),
            ("mineable_m2", zones.mineable.area_m2()),
            ("deferred_m2", zones.deferred.area_m2()),
            ("forbidden_m2", zones.forbidden.area_m2()),
        ] {
            let want = number(key);
            if (found - want).abs() > tolerance {
                wrong.push(format!("{name}, seam {seam}: {key} expected {want}, got {found:.1}"));
            }
        }
        let mut want: Vec<String> =
            expect["rules"].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect();
        want.sort();
        if zones.rules() != want {
            wrong.push(format!("{name}, seam {seam}: rules expected {want:?}, got {:?}", zones.rules()));
        }
    }
    wrong
}

#[test]
fn every_worked_case_gives_its_areas_and_its_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 27, "only {} cases", files.len());
    let wrong: Vec<String> = files
        .iter()
        .flat_map(|path| check(path.file_name().unwrap().to_str().unwrap(), &std::fs::read_to_string(path).unwrap()))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_in_a_rules_page_holds() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for rule in rulebook::rules() {
        let blocks = page::blocks(rule.page);
        assert!(blocks.len() > 1, "{} has no worked case in its page", rule.code);
        for block in &blocks[1..] {
            count += 1;
            let name = format!("{}, line {}: {}", rule.code, block.line, block.heading);
            wrong.extend(check(&name, &complete(block.text)));
        }
    }
    assert!(count > 15);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
