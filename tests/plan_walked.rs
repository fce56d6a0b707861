//! What a walk through the plan checks by hand found open: each with the smallest plan that shows it.

use crate::onemap::{Folder, minesift};
use crate::plan_further::MINE;
use jiff::civil::date;
use minesift_core::plan::{self, Lawful, Plan, Verdict};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_importers::site_toml;

const PLAN: &str = "[plan]\nid = \"P\"\ntier = \"three-year\"\nfrom = 2027-01-01\nto = 2029-12-31\n";

/// A verdict on a plan of the small mine, whose lines may be changed before.
fn verdict_with(changes: &[(&str, &str)], own: &[String], book: &Rulebook) -> Verdict {
    let mine = changes.iter().fold(MINE.to_owned(), |mine, (old, new)| {
        assert!(mine.contains(old), "{old}");
        mine.replace(old, new)
    });
    let facts = site_toml::read("plan.toml", &format!("{mine}{PLAN}{}", own.concat()));
    let facts = facts.unwrap_or_else(|problems| panic!("{problems:#?}"));
    let site = Site::new(&facts, None).unwrap_or_else(|problems| panic!("{problems:#?}"));
    plan::check_plan(&site, book, &Plan::new(&site))
}

fn verdict(own: &[String]) -> Verdict {
    verdict_with(&[], own, &Rulebook::national())
}

/// `CODE:task` of every objection.
fn objections(verdict: &Verdict) -> Vec<String> {
    verdict.objections.iter().map(|o| format!("{}:{}", o.code, o.task)).collect()
}

fn face(id: &str, [x0, y0, x1, y1]: [u32; 4], from: &str, to: &str, more: &str) -> String {
    format!(
        "[[face]]\nid = \"{id}\"\nseam = \"3\"\noutline = \"POLYGON(({x0} {y0}, {x1} {y0}, {x1} {y1}, {x0} {y1}, {x0} {y0}))\"\nfrom = {from}\nto = {to}\ndistrict = \"31\"\nwing = \"east\"\nlevel = \"-300\"\n{more}"
    )
}

fn heading(id: &str, line: &str, from: &str, to: &str, more: &str) -> String {
    format!(
        "[[heading]]\nid = \"{id}\"\nseam = \"3\"\nline = \"{line}\"\nwidth_m = 5.0\nheight_m = 3.0\nfrom = {from}\nto = {to}\ndistrict = \"31\"\nwing = \"east\"\npurpose = \"gate\"\nrock = \"coal\"\nlevel = \"-300\"\n{more}"
    )
}

fn lawful(verdict: &Verdict, task: &str) -> Lawful {
    verdict.tasks.iter().find(|t| t.task == task).unwrap_or_else(|| panic!("no {task}")).lawful
}

#[test]
fn the_plans_own_goaf_is_entered_by_nobody() {
    let won = face("F1", [100, 100, 300, 700], "2027-01-01", "2027-06-30", "");
    let road = |from: &str, to: &str| heading("H2", "LINESTRING(200 50, 200 800)", from, to, "");
    let through = verdict(&[won.clone(), road("2027-08-01", "2027-12-31")]);
    assert_eq!(objections(&through), ["PLAN-GOAF:H2"]);
    let objection = &through.objections[0];
    assert_eq!((objection.measure.value, objection.lawful), (Some(3000.0), Lawful::Never));
    assert!(objection.because.en.contains("3000 m² of it lie in the goaf that face F1"), "{}", objection.because.en);
    // Driven before the coal is won it is nobody's goaf; still running when the face ends it is a remark.
    assert!(objections(&verdict(&[won.clone(), road("2027-01-01", "2027-06-30")])).is_empty());
    let across = verdict(&[won.clone(), road("2027-06-01", "2027-12-31")]);
    assert!(objections(&across).is_empty());
    assert!(across.remarks.iter().any(|r| r.code == "PLAN-GOAF" && r.task == "H2"), "{:#?}", across.remarks);
    // A face over it is coal that is won twice: objected, and not judged as drawn.
    let twice = verdict(&[won.clone(), face("F2", [200, 650, 400, 1200], "2027-08-01", "2027-12-31", "")]);
    assert_eq!(objections(&twice), ["PLAN-GOAF:F2"]);
    assert_eq!(twice.undecided.len(), 1);
    // In a seam mined in slices the ground above must have settled; how long that takes is the mine's to say.
    let slices = [("thickness_m = 3.0\n", "thickness_m = 9.0\nmethod = \"slicing\"\n")];
    let own = [won, road("2027-08-01", "2027-12-31")];
    assert!(objections(&verdict_with(&slices, &own, &Rulebook::national())).is_empty());
    let book =
        Rulebook::national().with("name = \"Mine\"\n[rule.PLAN-GOAF.parameters]\nsettle_days = 183.0\n").unwrap();
    let waits = verdict_with(&slices, &own, &book);
    assert_eq!(objections(&waits), ["PLAN-GOAF:H2"]);
    assert_eq!(waits.objections[0].lawful, Lawful::From(date(2027, 12, 31)));
}

const FLOODED: &str = "[[goaf]]\nid = \"G1\"\nseam = \"3\"\noutline = \"POLYGON((1000 0, 1100 0, 1100 2000, 1000 2000, 1000 0))\"\nflooded = true\nwater_level_m = -250.0\nevidence = \"surveyed\"\nextent_clear = true\n[[treatment]]\nid = \"T1\"\nhazard = \"G1\"\nkind = \"drainage\"\nstate = \"planned\"\ncovers = \"all\"\nfrom = 2027-01-01\nto = 2027-12-31\naccepts = 2028-02-01\n";

#[test]
fn earliest_lawful_dates_are_carried_along_the_order() {
    // H1 beside the flooded goaf waits for 2028-02-01, and with it F1 and what follows F1.
    let own = [
        FLOODED.to_owned(),
        heading("H1", "LINESTRING(985 100, 985 900)", "2027-02-01", "2027-05-31", ""),
        face("F1", [100, 100, 300, 700], "2027-06-01", "2028-05-31", "after = [\"H1\"]\n"),
        face("F2", [400, 100, 600, 700], "2028-06-01", "2029-05-31", "after = [\"F1\"]\n"),
    ];
    let found = verdict(&own);
    assert_eq!(lawful(&found, "H1"), Lawful::From(date(2028, 2, 1)));
    // 120 days of H1 end on 2028-05-30; 366 of F1 on 2029-05-31.
    assert_eq!(lawful(&found, "F1"), Lawful::From(date(2028, 5, 31)));
    assert_eq!(lawful(&found, "F2"), Lawful::From(date(2029, 6, 1)));
    let chain = &found.tasks.iter().find(|t| t.task == "F2").unwrap().chain;
    assert!(
        chain.iter().any(|t| t.en == "its predecessor F1 can be finished by 2029-05-31 at the earliest"),
        "{chain:?}"
    );
    let moved: Vec<&str> = found.moved().map(|(task, _)| task.task.as_str()).collect();
    assert_eq!(moved, ["F1", "F2"], "told though no objection names them");
    // Outside the licence no date cures H1, and so none cures what waits for it.
    let outside = own[1].replace("LINESTRING(985 100, 985 900)", "LINESTRING(985 -100, 985 900)");
    let found = verdict(&[own[0].clone(), outside, own[2].clone(), own[3].clone()]);
    assert_eq!([lawful(&found, "H1"), lawful(&found, "F1"), lawful(&found, "F2")], [Lawful::Never; 3]);
}

#[test]
fn tasks_that_wait_for_each_other_are_named_and_an_unknown_one_leaves_the_row_unjudged() {
    let h = |id: &str, x: u32, after: &str| {
        let more = format!("after = [{after}]\n");
        heading(id, &format!("LINESTRING({x} 100, {x} 300)"), "2027-01-01", "2027-06-30", &more)
    };
    assert_eq!(objections(&verdict(&[h("H1", 100, "\"H1\"")])), ["PLAN-AFTER:H1"]);
    let three = [h("H1", 100, "\"H2\""), h("H2", 300, "\"H3\""), h("H3", 500, "\"H1\"")];
    let found = verdict(&three);
    let round = found.objections.iter().find(|o| o.task == "H1+H2+H3").expect("the circle is named");
    assert!(round.because.en.contains("H1, H2, H3 wait for each other in a circle"), "{}", round.because.en);
    assert_eq!(round.lawful, Lawful::Never);
    let found = verdict(&[h("H1", 100, "\"H9\"")]);
    assert!(found.objections.is_empty());
    assert_eq!(found.undecided.len(), 1);
    assert!(found.undecided[0].why.en.contains("predecessor H9 is neither in the plan nor among the treatments"));
}

#[test]
fn a_crosscut_near_an_outburst_seam_waits_for_the_treatment_that_is_planned() {
    let seams = [("floor_m = -330.0\nthickness_m = 2.0\n", "floor_m = -360.0\nthickness_m = 3.0\noutburst = true\n")];
    let region = "[[gas_region]]\nid = \"D8\"\nseam = \"8\"\noutline = \"POLYGON((0 0, 2000 0, 2000 2000, 0 2000, 0 0))\"\npressure_mpa = 1.2\ncontent_m3_t = 12.0\nstructure_belt = false\n[[treatment]]\nid = \"T1\"\nhazard = \"D8\"\nkind = \"gas-drainage\"\nstate = \"planned\"\ncovers = \"all\"\nfrom = 2027-01-01\nto = 2027-10-01\naccepts = 2027-11-01\n";
    let cut = |from: &str, to: &str| {
        heading("X1", "LINESTRING Z(100 100 -300, 400 100 -360)", from, to, "crosses_seams = true\n")
            .replace("\"gate\"", "\"preparation\"")
            .replace("\"coal\"", "\"rock\"")
    };
    let book = Rulebook::national();
    let found = verdict_with(&seams, &[region.to_owned(), cut("2027-06-01", "2027-09-30")], &book);
    let objection = found.objections.iter().find(|o| o.code == "PLAN-NORMAL").expect("it enters ground of outbursts");
    assert_eq!(objection.lawful, Lawful::From(date(2027, 11, 1)), "{}", objection.sentence().en);
    assert_eq!(objection.rests_on, ["T1"]);
    let cured = verdict_with(&seams, &[region.to_owned(), cut("2027-11-01", "2028-02-28")], &book);
    assert!(cured.objections.iter().all(|o| o.code != "PLAN-NORMAL"), "{:?}", objections(&cured));
}

fn remarks(verdict: &Verdict, code: &str) -> Vec<(String, String)> {
    let of = verdict.remarks.iter().filter(|remark| remark.code == code);
    of.map(|remark| (remark.task.clone(), remark.words.en.clone())).collect()
}

#[test]
fn a_road_whose_line_tells_that_it_nears_an_outburst_seam_needs_no_flag() {
    let seams = [("floor_m = -330.0\nthickness_m = 2.0\n", "floor_m = -360.0\nthickness_m = 3.0\noutburst = true\n")];
    let road = |line: &str| heading("X1", line, "2027-06-01", "2027-09-30", "").replace("\"coal\"", "\"rock\"");
    let of = |line: &str| verdict_with(&seams, &[road(line)], &Rulebook::national());
    let told = of("LINESTRING Z(100 100 -300, 400 100 -350)");
    let said = remarks(&told, "PLAN-NORMAL");
    assert_eq!(said.len(), 1);
    assert!(said[0].1.contains("told by its line's elevations and the model of the seam"), "{}", said[0].1);
    // 12 m above the roof of the seam: beyond the distance at which it is explored; and a flat drawing tells nothing.
    assert!(remarks(&of("LINESTRING Z(100 100 -300, 400 100 -345)"), "PLAN-NORMAL").is_empty());
    assert!(remarks(&of("LINESTRING Z(100 100 0, 400 100 0)"), "PLAN-NORMAL").is_empty());
}

#[test]
fn an_island_is_told_from_what_is_drawn_on_both_of_its_long_sides() {
    let burst = [("rock_burst = \"none\"", "rock_burst = \"strong\"")];
    let area = "[[rock_burst_area]]\nid = \"R\"\nseam = \"3\"\noutline = \"POLYGON((0 0, 2000 0, 2000 2000, 0 2000, 0 0))\"\ngrade = \"weak\"\nevidence = \"two-methods\"\n";
    let goaf = |id: &str, x0: u32, x1: u32| {
        format!(
            "[[goaf]]\nid = \"{id}\"\nseam = \"3\"\noutline = \"POLYGON(({x0} 100, {x1} 100, {x1} 1100, {x0} 1100, {x0} 100))\"\nflooded = false\nevidence = \"drilled\"\nextent_clear = true\n"
        )
    };
    let own = face("F1", [800, 100, 1000, 1100], "2027-01-01", "2027-12-31", "");
    let of = |goafs: &[String]| {
        let mut parts = vec![area.to_owned(), own.clone()];
        parts.extend_from_slice(goafs);
        let mut verdict = verdict_with(&burst, &parts, &Rulebook::national());
        verdict.objections.retain(|o| o.code == "PLAN-ISLAND");
        verdict
    };
    let found = of(&[goaf("G1", 590, 785), goaf("G2", 1015, 1200)]);
    assert_eq!(objections(&found), ["PLAN-ISLAND:F1"]);
    assert_eq!(found.objections[0].objects, ["G1", "G2"]);
    assert!(found.objections[0].because.en.contains("told by the goaf drawn along both of its long sides: G1, G2"));
    assert!(objections(&of(&[goaf("G1", 590, 785)])).is_empty(), "goaf on one side only");
    assert!(objections(&of(&[goaf("G1", 590, 785), goaf("G2", 1060, 1200)])).is_empty(), "60 m away");
}

#[test]
fn the_licences_last_day_and_tasks_outside_the_plans_days_are_said() {
    let licence = [("z_m = [-900.0, 200.0]\n", "z_m = [-900.0, 200.0]\nto = 2027-06-30\n")];
    let own = [
        face("F1", [100, 100, 300, 700], "2027-01-01", "2027-06-30", ""),
        face("F2", [400, 100, 600, 700], "2027-07-01", "2027-12-31", ""),
    ];
    let said = remarks(&verdict_with(&licence, &own, &Rulebook::national()), "PLAN-LICENCE");
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0].0, "F2");
    assert!(said[0].1.contains("the licence is valid until 2027-06-30"));
    assert!(remarks(&verdict(&own), "PLAN-LICENCE").is_empty(), "no last day, nothing said");
    let late = heading("H1", "LINESTRING(305 100, 305 900)", "2037-01-01", "2037-06-30", "");
    let over = heading("H2", "LINESTRING(405 100, 405 900)", "2029-12-01", "2030-01-31", "");
    let found = verdict(&[late, over]);
    let said = remarks(&found, "PLAN-PERIOD");
    assert_eq!(said.iter().map(|(task, _)| task.as_str()).collect::<Vec<_>>(), ["H1"]);
    assert!(found.notes.iter().any(|note| note.code == "PLAN-PERIOD" && note.task == "H2"));
}

#[test]
fn levels_written_in_three_ways_are_one() {
    let of = |level: &str, id: &str, x: u32| {
        face(id, [x, 100, x + 150, 700], "2027-01-01", "2027-06-30", "").replace("\"-300\"", &format!("\"{level}\""))
    };
    let three = verdict(&[of("-300", "F1", 100), of("-300m", "F2", 300), of("－300 水平", "F3", 500)]);
    assert!(three.objections.iter().all(|o| o.code != "PLAN-LEVELS"), "{:?}", objections(&three));
    let more = verdict(&[of("-300", "F1", 100), of("-400", "F2", 300), of("-500", "F3", 500)]);
    let levels = more.objections.iter().find(|o| o.code == "PLAN-LEVELS").expect("three levels");
    assert_eq!(levels.objects, ["-300", "-400", "-500"]);
}

#[test]
fn a_shortfall_is_never_rounded_to_nothing() {
    // 2 999 999 t at a million a year: 1 t short of three years.
    let reserves =
        "[plan.reserves]\ndate = 2027-01-01\ndeveloped_t = 2999999\nprepared_t = 5000000\nready_t = 5000000\n";
    let own = face("F1", [100, 100, 300, 700], "2027-01-01", "2027-12-31", "tonnage_t = 1000000\n");
    let found = verdict(&[reserves.to_owned(), own]);
    let short =
        found.objections.iter().find(|o| o.code == "PLAN-RESERVES" && o.task == "developed").expect("1 t short");
    let said = short.sentence();
    assert!(said.en.contains("supply 2.999999 a, limit 3 a, short by 0.000001 a"), "{}", said.en);
    assert!(said.zh.contains("可采期 2.999999 年") && !said.zh.contains("不足 0 年"), "{}", said.zh);
}

#[test]
fn months_of_short_supply_are_named_as_spans() {
    let reserves =
        "[plan.reserves]\ndate = 2027-01-01\ndeveloped_t = 9000000\nprepared_t = 9000000\nready_t = 400000\n";
    let own = [
        reserves.to_owned(),
        face("F1", [100, 100, 300, 700], "2027-01-01", "2027-12-31", "tonnage_t = 900000\n"),
        face("F2", [400, 100, 600, 700], "2028-01-01", "2028-12-31", "tonnage_t = 900000\n"),
        face("F3", [700, 100, 900, 700], "2029-01-01", "2029-12-31", "tonnage_t = 900000\n"),
    ];
    let said = remarks(&verdict(&own), "PLAN-RESERVES");
    let ready = said.iter().find(|(task, _)| task == "ready").expect("ready coal runs out");
    assert!(ready.1.contains("2027-03 – "), "{}", ready.1);
}

#[test]
fn a_face_drawn_as_a_bow_tie_is_repaired_and_its_areas_said() {
    let own = face("F1", [100, 100, 300, 700], "2027-01-01", "2027-06-30", "").replace(
        "POLYGON((100 100, 300 100, 300 700, 100 700, 100 100))",
        "POLYGON((100 100, 300 700, 300 100, 100 700, 100 100))",
    );
    let found = verdict(&[own]);
    let said: Vec<&str> = found.problems.iter().map(|p| p.message.en.as_str()).collect();
    assert_eq!(said, ["face F1 crosses itself, repaired by the even-odd rule: area 0.0 -> 60000.0 m2"]);
}

/// A plan as the planner sends it, with a title above the header and a sheet of text that says what it is of.
fn planned(folder: &Folder, name: &str, text: &str) -> String {
    let file = folder.file(name);
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn a_plan_of_another_mine_or_frame_is_refused_with_both_names() {
    let folder = Folder::new("plan-other-mine");
    let own = "id = \"CASE\"\n";
    assert!(MINE.contains(own));
    let named =
        MINE.replace(own, "id = \"CASE\"\nname_zh = \"石桥煤矿\"\ncrs = \"EPSG:4526\"\nvertical_datum = \"1985\"\n");
    let mine = planned(&folder, "site.toml", &named);
    let of = |says: &str| {
        let plan = planned(
            &folder,
            "plan.toml",
            &format!("{PLAN}{says}{}", face("F1", [100, 100, 300, 700], "2027-01-01", "2027-06-30", "")),
        );
        let output = minesift(0, &["plan", "check", &mine, &plan]);
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(of("mine = \"石桥 煤矿\"\ncrs = \"EPSG:4526\"\nvertical_datum = \"1985国家高程基准\"\n").0, Some(0));
    // The same meridian without the zone before the easting is the same ground, in words or by code.
    assert_eq!(of("crs = \"EPSG:4547\"\n").0, Some(0));
    assert_eq!(of("crs = \"CGCS2000 3度带 中央子午线114°\"\n").0, Some(0));
    for (says, words) in [
        ("mine = \"青石沟煤矿\"\n", ["青石沟煤矿", "石桥煤矿"]),
        ("crs = \"EPSG:4527\"\n", ["EPSG:4527", "EPSG:4526"]),
        ("crs = \"西安80 3度带\"\n", ["西安80 3度带", "EPSG:4526"]),
        ("vertical_datum = \"1956年黄海高程系\"\n", ["1956年黄海高程系", "1985"]),
    ] {
        let (code, said) = of(says);
        assert_eq!(code, Some(3), "{says}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{says}: {said}");
    }
}

#[test]
fn the_workbook_goes_back_with_its_title_and_with_what_no_row_shows() {
    let folder = Folder::new("plan-back");
    let mine = planned(
        &folder,
        "site.toml",
        &format!(
            "{}[[goaf]]\nid = \"G1\"\nseam = \"3\"\noutline = \"POLYGON((1800 0, 1900 0, 1900 500, 1800 500, 1800 0))\"\nflooded = true\nevidence = \"drilled\"\n",
            MINE.replace("id = \"CASE\"\n", "id = \"CASE\"\ncapacity_t_a = 1000000.0\n")
        ),
    );
    let shapes = planned(
        &folder,
        "shapes.toml",
        "[[face]]\nid = \"3107\"\noutline = \"POLYGON((100 100, 300 100, 300 700, 100 700, 100 100))\"\n",
    );
    // A workbook with a title above the header, the reserves and a treatment that is given too little time.
    let book = folder.file("三年精排.xlsx");
    let mut out = rust_xlsxwriter::Workbook::new();
    for (name, rows) in [
        (
            "采煤",
            vec![
                vec!["某矿三年精排"],
                vec!["工作面", "煤层", "采区", "翼", "水平", "计划产量/万t", "回采起止"],
                vec!["3107", "3", "31", "东", "-300", "120", "2027.1.1-2027.12.31"],
            ],
        ),
        (
            "三量",
            vec![
                vec!["统计日期", "开拓煤量/万t", "准备煤量/万t", "回采煤量/万t"],
                vec!["2027-01-01", "300", "500", "500"],
            ],
        ),
        (
            "治理",
            vec![
                vec!["编号", "对象", "措施", "开工", "竣工", "计划验收", "设计工期/d"],
                vec!["T1", "G1", "drainage", "2027-01-01", "2027-01-31", "2027-02-28", "90"],
            ],
        ),
    ] {
        let sheet = out.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cells) in (0_u32..).zip(rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                sheet.write(row, column, cell).unwrap();
            }
        }
    }
    out.save(&book).unwrap();
    let back = folder.file("back.xlsx");
    let output = minesift(0, &["plan", "check", &mine, &book, "--shapes", &shapes, "--xlsx", &back, "--lang", "en"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let input = minesift_importers::Input::open(std::path::Path::new(&back)).unwrap();
    let tables = minesift_importers::table::read(&input, &minesift_importers::Options::default()).unwrap().tables;
    let sheet =
        |name: &str| tables.iter().find(|table| table.name == name).unwrap_or_else(|| panic!("no sheet {name}"));
    assert_eq!(sheet("采煤").above[0].cells[0].words(), "某矿三年精排");
    let last = |name: &str, back: usize| {
        let row = &sheet(name).rows[0];
        row.cell(sheet(name).headers.len() - back).words()
    };
    assert!(last("三量", 2).contains("PLAN-RESERVES") && last("三量", 2).contains("developed"), "{}", last("三量", 2));
    assert!(last("治理", 2).contains("PLAN-TREATMENT"), "{}", last("治理", 2));
    let whole: Vec<String> = tables
        .last()
        .unwrap()
        .rows
        .iter()
        .map(|row| row.cells.iter().map(|c| c.words()).collect::<Vec<_>>().join(" "))
        .collect();
    // The face may be in work, the quarter is none of the planner's rows.
    let of = |words: &str| whole.iter().any(|line| line.starts_with("objection") && line.contains(words));
    assert!(of("PLAN-OUTPUT 2027"), "{whole:#?}");
    assert!(!of("PLAN-RESERVES") && !of("PLAN-TREATMENT"), "what a row shows is not said again: {whole:#?}");
}
