//! What the checks say once a mine's own book, another tier or another version gives them the data.

use minesift_core::plan::{self, Plan, Verdict};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_importers::site_toml;

/// A mine of two seams, all surveyed, with nothing in it.
pub(crate) const MINE: &str = r#"
[mine]
id = "CASE"
kind = "coal-underground"
hydrogeology = "medium"
gas = "low"
rock_burst = "none"
as_of = 2026-11-01
[licence]
outline = "POLYGON((0 0, 2000 0, 2000 2000, 0 2000, 0 0))"
z_m = [-900.0, 200.0]
seams = ["3", "8"]
[[seam]]
id = "3"
floor_m = -300.0
thickness_m = 3.0
[[seam]]
id = "8"
floor_m = -330.0
thickness_m = 2.0
[[survey]]
id = "S"
covers = "POLYGON((0 0, 2000 0, 2000 2000, 0 2000, 0 0))"
looks_for = ["all"]
methods = ["geophysics", "drilling"]
date = 2026-03-01
"#;

fn facts(text: &str) -> Vec<minesift_core::fact::Fact> {
    site_toml::read("plan.toml", text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn face(id: &str, x: u32, length: u32, from: &str, to: &str, district: &str) -> String {
    format!(
        "[[face]]\nid = \"{id}\"\nseam = \"3\"\noutline = \"POLYGON(({x} 100, {0} 100, {0} {1}, {x} {1}, {x} 100))\"\nfrom = {from}\nto = {to}\ndistrict = \"{district}\"\nwing = \"east\"\nlevel = \"-300\"\n",
        x + 200,
        100 + length
    )
}

fn plan(tier: &str, version: &str, years: u32, faces: &[String]) -> String {
    format!(
        "[plan]\nid = \"{tier}-{version}\"\ntier = \"{tier}\"\nversion = \"{version}\"\nfrom = 2027-01-01\nto = {}-12-31\n{}",
        2026 + years,
        faces.concat()
    )
}

fn check(own: &str, against: &[String], book: &Rulebook) -> Verdict {
    let site = Site::new(&facts(&format!("{MINE}{own}")), None).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let others: Vec<Plan> = against.iter().map(|text| Plan::from_facts(&facts(text))).collect();
    plan::check_against(&site, book, &Plan::new(&site), &others)
}

/// What PLAN-COMPARE says of each task.
fn compared(own: &str, other: &str) -> Vec<(String, String)> {
    let verdict = check(own, &[other.to_owned()], &Rulebook::national());
    assert!(verdict.objections.is_empty(), "{:#?}", verdict.objections);
    let found = verdict.remarks.into_iter().filter(|remark| remark.code == "PLAN-COMPARE");
    found.map(|remark| (remark.task, remark.words.en)).collect()
}

fn says(found: &[(String, String)], task: &str, words: &str) {
    assert!(
        found.iter().any(|(of, said)| of == task && said.contains(words)),
        "no \"{words}\" of {task} in {found:#?}"
    );
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn a_face_that_the_longer_tier_does_not_know_is_said() {
    let one = face("F1", 100, 800, "2027-01-01", "2027-12-31", "31");
    let two = face("F2", 400, 800, "2028-01-01", "2028-12-31", "31");
    let five = plan("five-year", "A", 5, std::slice::from_ref(&one));
    says(
        &compared(&plan("three-year", "A", 3, &[one.clone(), two.clone()]), &five),
        "F2",
        "is not in plan five-year-A",
    );
    // The other way round: the longer plan has it within the shorter's days, the shorter lost it.
    let both = plan("five-year", "A", 5, &[one.clone(), two]);
    says(&compared(&plan("three-year", "A", 3, std::slice::from_ref(&one)), &both), "F2", "is not in this plan");
    assert!(
        compared(&plan("three-year", "A", 3, std::slice::from_ref(&one)), &plan("five-year", "A", 5, &[one]))
            .is_empty()
    );
}

#[test]
fn dates_that_drift_are_said_beyond_ninety_days() {
    let of = |from: &str| plan("three-year", "A", 3, &[face("F1", 100, 800, from, "2028-06-30", "31")]);
    let five = plan("five-year", "A", 5, &[face("F1", 100, 800, "2027-01-01", "2028-06-30", "31")]);
    assert!(compared(&of("2027-04-01"), &five).is_empty(), "90 days are no drift");
    says(&compared(&of("2027-04-02"), &five), "F1", "91 days apart");
}

#[test]
fn a_last_day_and_planned_coal_that_drift_are_said_and_two_plans_that_agree_are_named_once() {
    let of = |to: &str, coal: u32| {
        let one = face("F1", 100, 800, "2027-01-01", to, "31");
        plan("five-year", "A", 5, &[format!("{one}tonnage_t = {coal}\n")])
    };
    let own = of("2027-12-31", 1_000_000);
    assert!(compared(&own, &of("2028-03-30", 1_000_000)).is_empty(), "90 days are no drift");
    says(
        &compared(&own, &of("2028-03-31", 1_000_000)),
        "F1",
        "ends on 2027-12-31, in plan five-year-A on 2028-03-31: 91 days apart",
    );
    assert!(compared(&own, &of("2027-12-31", 1_100_000)).is_empty(), "9.1 % less");
    says(
        &compared(&own, &of("2027-12-31", 1_120_000)),
        "F1",
        "its planned coal is 1000000 t, in plan five-year-A 1120000 t",
    );
    // The same said of two plans is said once.
    let two = [of("2028-03-31", 1_000_000), of("2028-03-31", 1_000_000).replace("five-year", "ten-year")];
    let verdict = check(&own, &two, &Rulebook::national());
    let said: Vec<&str> =
        verdict.remarks.iter().filter(|r| r.code == "PLAN-COMPARE").map(|r| r.words.en.as_str()).collect();
    assert_eq!(
        said,
        ["face F1 ends on 2027-12-31, in plan five-year-A and plan ten-year-A on 2028-03-31: 91 days apart"]
    );
}

#[test]
fn a_shortened_face_is_said_beyond_five_per_cent() {
    let of = |length: u32, version: &str| {
        plan("three-year", version, 3, &[face("F1", 100, length, "2027-01-01", "2027-12-31", "31")])
    };
    assert!(compared(&of(770, "B"), &of(800, "A")).is_empty(), "3.75 % shorter");
    says(&compared(&of(600, "B"), &of(800, "A")), "F1", "shortened by 25 %");
    assert!(compared(&of(800, "B"), &of(600, "A")).is_empty(), "a longer face is no shortened one");
}

#[test]
fn a_face_drawn_elsewhere_is_said() {
    let of =
        |x: u32, version: &str| plan("three-year", version, 3, &[face("F1", x, 800, "2027-01-01", "2027-12-31", "31")]);
    says(
        &compared(&of(150, "B"), &of(100, "A")),
        "F1",
        "lies elsewhere than in plan three-year-A: 75 % of it are the same ground",
    );
    assert!(compared(&of(105, "B"), &of(100, "A")).is_empty(), "5 m are the thickness of a survey");
}

#[test]
fn a_district_split_in_two_is_said_with_each_face_that_moved() {
    let of = |second: &str, version: &str| {
        let one = face("F1", 100, 800, "2027-01-01", "2027-12-31", "31");
        plan("three-year", version, 3, &[one, face("F2", 400, 800, "2028-01-01", "2028-12-31", second)])
    };
    let found = compared(&of("31B", "B"), &of("31", "A"));
    assert!(
        found.contains(&(
            "31".to_owned(),
            "district 31 of plan three-year-A is split into 31、31B: not without an approval".to_owned()
        )),
        "{found:#?}"
    );
    assert!(found.iter().any(|(task, words)| task == "F2" && words.contains("its district is 31B")), "{found:#?}");
    assert!(compared(&of("31", "B"), &of("31", "A")).is_empty());
}

#[test]
fn a_gate_road_over_ground_that_has_not_settled_waits_until_it_has() {
    let book = Rulebook::national()
        .with("name = \"Mine book\"\n[rule.PLAN-STABLE.parameters]\ndays = 365.0\nnear_m = 40.0\n")
        .unwrap_or_else(|error| panic!("{error}"));
    let heading = |from: &str| {
        format!(
            "[[heading]]\nid = \"H1\"\nseam = \"8\"\nline = \"LINESTRING(200 200, 200 800)\"\nwidth_m = 5.0\nheight_m = 3.0\nfrom = {from}\nto = 2029-06-30\ndistrict = \"81\"\nwing = \"east\"\npurpose = \"gate\"\nrock = \"coal\"\nlevel = \"-300\"\n"
        )
    };
    let of = |from: &str| {
        plan("three-year", "A", 3, &[face("F1", 100, 800, "2027-01-01", "2027-12-31", "31"), heading(from)])
    };
    let objections = |text: &str, book: &Rulebook| {
        let mut verdict = check(text, &[], book);
        verdict.objections.retain(|objection| objection.code == "PLAN-STABLE");
        verdict.objections
    };
    let found = objections(&of("2028-06-01"), &book);
    assert_eq!(found.len(), 1);
    // Between 31 December 2027 and 1 June 2028 lie 152 days; 365 have passed on 31 December 2028.
    assert_eq!((found[0].measure.value, found[0].measure.limit), (Some(152.0), Some(365.0)));
    assert_eq!(found[0].moves[0].from.to_string(), "2028-12-31");
    assert!(objections(&of("2028-12-31"), &book).is_empty(), "the earliest lawful date cures it");
    assert!(objections(&of("2028-06-01"), &Rulebook::national()).is_empty(), "the law gives no number");
}
