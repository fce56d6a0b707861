//! What people record by verbs: nothing of it is lost, put back or opened by somebody else's record, at once or later.

use crate::onemap::{Folder, a_map, case, json, minesift, ok};
use serde_json::Value;
use std::process::{Child, Command, Stdio};

/// Runs a verb that must be refused; what it says.
fn refused(second: u32, args: &[&str]) -> String {
    let output = minesift(second, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// The map of a goaf that was flooded, drained and accepted on 1 June 2026.
fn drained(folder: &Folder) -> String {
    let map = folder.file("map.gpkg");
    ok(0, &["new", &map]);
    ok(1, &["import", &map, &case("flooded-goaf-drained.toml")]);
    map
}

fn mineable(second: u32, map: &str, more: &[&str]) -> f64 {
    let answer = json(second, &[&["classify", map, "--no-write"], more].concat());
    answer["seams"][0]["mineable_m2"].as_f64().unwrap()
}

fn start(second: u32, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_minesift"))
        .args(args)
        .env("SOURCE_DATE_EPOCH", (crate::onemap::EPOCH + second).to_string())
        .env("USER", "张三")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Observations, settings and a treatment by several at once: each of them stands afterwards.
#[test]
fn of_two_who_record_at_once_none_loses_a_word() {
    let folder = Folder::new("at-once");
    let map = a_map(&folder);
    let rounds = if std::env::var_os("MINESIFT_SOAK").is_some() { 25 } else { 2 };
    for round in 0..rounds {
        let second = 10 + round;
        let (level, note) = (format!("water_level_m={}", -240 + round as i32), format!("note=round {round}"));
        // Later from round to round: a record of an earlier day would not reach beyond a later one.
        let day = format!("2026-01-{:02}", 1 + round);
        let writers = [
            start(second, &["observe", &map, "G1", "--method", "drilling", "--date", &day, "--set", &level]),
            start(second, &["observe", &map, "G1", "--method", "tem", "--date", &day, "--set", &note]),
            start(second, &["treat", &map, "G1", "--kind", "drainage"]),
        ];
        for mut writer in writers {
            assert!(writer.wait().unwrap().success());
        }
        let file = folder.file("out.geojson");
        let _ = std::fs::remove_file(&file);
        let facts = json(second, &["export", &map, "--kind", "goaf", "-o", &file, "--as-of", "2027-06-01"]);
        assert!(facts["facts"]["goaf"].as_u64().unwrap() > 0);
        let text = std::fs::read_to_string(&file).unwrap();
        let read: Value = serde_json::from_str(&text).unwrap();
        let goaf = read["features"].as_array().unwrap().iter().find(|f| f["properties"]["id"] == "G1").unwrap();
        let said = &goaf["properties"];
        assert_eq!(
            (said["water_level_m"].as_f64(), said["note"].as_str()),
            (Some(f64::from(-240 + round as i32)), Some(format!("round {round}").as_str())),
            "round {round}: {said}"
        );
    }
    let log = json(200, &["log", &map, "--changes"]);
    let put = |kind: &str| {
        let commits = log["commits"].as_array().unwrap().iter();
        let facts = commits.flat_map(|commit| commit["facts"].as_array().unwrap().clone());
        facts.filter(|fact| fact["kind"] == kind).map(|fact| fact["id"].clone()).collect::<Vec<_>>()
    };
    for (kind, wanted) in [("observation", 2 * rounds), ("treatment", rounds)] {
        let mut ids: Vec<String> = put(kind).iter().map(Value::to_string).collect();
        ids.retain(|id| id.contains("-0"));
        ids.sort();
        let all = ids.len();
        ids.dedup();
        // Each record has an id of its own: none took another's place.
        assert_eq!((ids.len(), all), (wanted as usize, wanted as usize), "{kind}: {ids:?}");
    }
    assert_eq!(json(201, &["verify", &map])["sound"], true);
}

/// A classification that others overtake is worked out again: what its commit says is what its facts give.
#[test]
fn a_classification_says_what_the_facts_before_it_give() {
    let folder = Folder::new("overtaken");
    let map = a_map(&folder);
    for round in 0..if std::env::var_os("MINESIFT_SOAK").is_some() { 20 } else { 3 } {
        let level = format!("water_level_m={}", -240 + 5 * round);
        let writers = [
            start(10 + round as u32, &["classify", &map]),
            start(10 + round as u32, &["observe", &map, "G1", "--method", "tem", "--set", &level]),
        ];
        for mut writer in writers {
            assert!(writer.wait().unwrap().success());
        }
    }
    let sound = json(100, &["verify", &map, "--replay"]);
    assert_eq!(sound["sound"], true, "{sound}");
}

#[test]
fn an_acceptance_is_not_overwritten_nor_given_twice() {
    let folder = Folder::new("overwritten");
    let map = a_map(&folder);
    let treat = ["treat", &map, "G1", "--kind", "drainage", "--id", "D1"];
    ok(2, &[&treat[..], &["--state", "done", "--from", "2027-01-01", "--done", "2027-02-01"]].concat());
    let accept = |document: &'static str| {
        ["accept", "D1", "--by", "company-chief-engineer", "--document", document, "--date", "2027-03-01"]
    };
    let accept_on =
        |second, document| minesift(second, &[&[accept(document)[0], &map], &accept(document)[1..]].concat());
    assert!(accept_on(3, "2027-3").status.success());
    // The map stands for November 2026; the acceptance counts from March on, and is on record all the same.
    assert!(refused(4, &[&treat[..], &["--state", "failed"]].concat()).contains("on record for G1"));
    let again = String::from_utf8(accept_on(5, "2027-4").stderr).unwrap();
    assert!(again.contains("was accepted on 2027-03-01 (2027-3) already"), "{again}");
}

#[test]
fn an_observation_is_on_record_once() {
    let folder = Folder::new("once");
    let map = a_map(&folder);
    let seen = ["observe", &map, "G1", "--method", "tem", "--id", "O1", "--date", "2026-09-02", "--result"];
    ok(2, &[&seen[..], &["low"]].concat());
    assert!(ok(3, &[&seen[..], &["low"]].concat()).contains("nothing changed"));
    assert!(refused(4, &[&seen[..], &["nothing seen"]].concat()).contains("on record for G1"));
    ok(5, &["retract", &map, "observation", "O1"]);
    // A number that was given once is not given to something else.
    ok(6, &["observe", &map, "G1", "--method", "tem", "--id", "OB-001"]);
    ok(7, &["retract", &map, "observation", "OB-001"]);
    let next = json(8, &["observe", &map, "G1", "--method", "tem"]);
    assert_eq!(next["facts"][0]["id"], "OB-002");
}

#[test]
fn a_record_of_an_earlier_day_does_not_put_a_later_one_back() {
    let folder = Folder::new("earlier");
    let map = a_map(&folder);
    let set = |second, day: &str, set: &str| {
        ok(second, &["observe", &map, "G1", "--method", "drilling", "--date", day, "--set", set]);
    };
    // The map stands for November 2026. Told of May first, then of March: May's water stands.
    set(2, "2027-05-01", "water_level_m=-200");
    set(3, "2027-03-01", "water_level_m=-245");
    set(4, "2027-05-15", "extent_clear=true");
    let level = |day: &str| {
        let file = folder.file("out.geojson");
        let _ = std::fs::remove_file(&file);
        ok(5, &["export", &map, "--kind", "goaf", "-o", &file, "--as-of", day]);
        let read: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let goafs = read["features"].as_array().unwrap();
        let goaf = goafs.iter().find(|f| f["properties"]["id"] == "G1");
        goaf.map(|goaf| goaf["properties"]["water_level_m"].as_f64().unwrap())
    };
    let said = ["2027-02-28", "2027-03-01", "2027-04-30", "2027-05-01", "2027-05-31"].map(level);
    assert_eq!(said, [-250.0, -245.0, -245.0, -200.0, -200.0].map(Some));
    // What ended is not begun again by a record of the time before, and takes none of the time after.
    ok(6, &["retract", &map, "goaf", "G1", "--from", "2027-05-20"]);
    set(7, "2027-05-10", "water_level_m=-190");
    assert_eq!(["2027-05-10", "2027-05-19", "2027-05-20"].map(level), [Some(-190.0), Some(-190.0), None]);
    let late = ["observe", &map, "G1", "--method", "tem", "--date", "2027-05-25", "--set", "flooded=false"];
    assert!(refused(8, &late).contains("not on the map on that day"));
}

#[test]
fn what_is_set_is_taken_whole_or_refused() {
    let folder = Folder::new("set-whole");
    let map = a_map(&folder);
    let before = mineable(2, &map, &[]);
    let larger = "outline=POLYGON((0 700, 400 700, 400 800, 0 800, 0 700))";
    ok(3, &["observe", &map, "G1", "--method", "drilling", "--date", "2026-10-01", "--set", larger]);
    assert!(mineable(4, &map, &[]) < before - 5000.0, "the outline that was drilled holds");
    let seam = ["observe", &map, "G1", "--method", "drilling", "--date", "2026-10-02", "--set", "seam=99"];
    assert!(refused(5, &seam).contains("there are: 3"));
}

#[test]
fn a_seam_that_is_not_on_the_map_frees_no_ground() {
    let classify = |seam: &str| {
        let folder = Folder::new("no-seam");
        let text = std::fs::read_to_string(case("flooded-goaf-drained.toml")).unwrap();
        let text = text.replace("id = \"G1\"\nseam = \"3\"", &format!("id = \"G1\"\nseam = \"{seam}\""));
        let file = folder.file("site.toml");
        std::fs::write(&file, text).unwrap();
        json(0, &["classify", &file])
    };
    let (known, unknown) = (classify("3"), classify("99"));
    assert_eq!(known["seams"], unknown["seams"]);
    assert!(unknown["problems"].to_string().contains("taken to lie in any"));
}

#[test]
fn water_after_an_acceptance_closes_the_ground_again() {
    let folder = Folder::new("water-again");
    let map = drained(&folder);
    let open = mineable(2, &map, &[]);
    // Looked at again without water, or before it was accepted: nothing is taken back.
    ok(3, &["observe", &map, "G1", "--method", "drilling", "--date", "2026-08-01", "--result", "dry"]);
    let early = ["observe", &map, "G1", "--method", "drilling", "--date", "2026-05-01", "--set", "water_level_m=-260"];
    ok(4, &early);
    assert_eq!(mineable(5, &map, &[]).to_bits(), open.to_bits());
    let wet = ["observe", &map, "G1", "--method", "drilling", "--date", "2026-09-01", "--set", "water_level_m=-255"];
    let said = ok(6, &wet);
    assert!(said.contains("+ F GOAF-2 [G1]"), "{said}");
    assert!(mineable(7, &map, &[]) < open - 10_000.0);
    let hazards = json(8, &["ledger", &map, "--open"]);
    assert_eq!(hazards["hazards"][0]["open_contradictions"][0], "OB-003", "{hazards}");
    let answer = json(9, &["classify", &map, "--no-write"]);
    assert!(answer["problems"].to_string().contains("drain it again"), "{answer}");
    // The day before it was met the acceptance stood.
    assert_eq!(mineable(10, &map, &["--as-of", "2026-08-31"]).to_bits(), open.to_bits());
    // Drained and accepted once more.
    let work = ["--from", "2026-09-05", "--done", "2026-09-20", "--state", "done", "--id", "T2"];
    ok(11, &[&["treat", &map, "G1", "--kind", "drainage"], &work[..]].concat());
    let by = ["--by", "company-chief-engineer", "--document", "2026-30", "--date", "2026-10-01"];
    ok(12, &[&["accept", &map, "T2"], &by[..]].concat());
    assert_eq!(mineable(13, &map, &[]).to_bits(), open.to_bits());
}

#[test]
fn nobody_signs_with_a_blank() {
    let folder = Folder::new("nobody");
    let map = a_map(&folder);
    assert!(refused(2, &["observe", &map, "G1", "--method", "tem", "--author", "  "]).contains("--author is blank"));
}

#[test]
fn what_is_still_to_come_is_kept_out_of_a_file_too() {
    let folder = Folder::new("to-come");
    let map = a_map(&folder);
    let file = folder.file("later.toml");
    let observation = |id: &str, day: &str| {
        format!("[[observation]]\nid = \"{id}\"\nhazard = \"G1\"\nmethod = \"tem\"\nsees = true\ndate = {day}\n\n")
    };
    // The register is kept in June 2027.
    std::fs::write(&file, observation("A1", "2027-06-01") + &observation("A2", "2027-06-02")).unwrap();
    let receipt = json(2, &["import", &map, &file]);
    assert_eq!(
        (&receipt["receipts"][0]["map"]["new"], &receipt["receipts"][0]["map"]["kept_out"]),
        (&1.into(), &1.into())
    );
    assert!(receipt.to_string().contains("what has not happened is not recorded"), "{receipt}");
}

#[test]
fn a_retracted_fact_comes_back_only_when_that_is_asked_for() {
    let folder = Folder::new("back");
    let map = a_map(&folder);
    ok(2, &["retract", &map, "goaf", "G1", "-m", "registered twice"]);
    let without = mineable(3, &map, &[]);
    let again = ok(4, &["import", &map, &case("everything-at-once.toml")]);
    assert!(again.contains("was retracted in commit 2"), "{again}");
    assert_eq!(mineable(5, &map, &[]).to_bits(), without.to_bits());
    ok(6, &["import", &map, &case("everything-at-once.toml"), "--restore"]);
    assert!(mineable(7, &map, &[]) < without);
}

#[test]
fn a_neighbours_claim_is_not_retracted_by_the_mine_it_binds() {
    let folder = Folder::new("claims");
    let (x, y) = (38_510_000.0, 4_870_000.0);
    let shape = |w: f64, e: f64| {
        let (w, e, s, n) = (x + w, x + e, y + 400.0, y + 500.0);
        format!("POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))")
    };
    let working = |id: &str, w, e, flooded: bool| {
        format!("[[old_working]]\nid = \"{id}\"\nseam = \"3\"\noutline = \"{}\"\nflooded = {flooded}\n", shape(w, e))
    };
    let maps = [
        ("east", [x + 1000.0, y, x + 2000.0, y + 1000.0], working("L9", 950.0, 1050.0, false)),
        ("west", [x, y, x + 1000.0, y + 1000.0], working("L1", 900.0, 1100.0, true)),
    ]
    .map(|(name, licence, working)| {
        let (file, map) = (folder.file(&format!("{name}.toml")), folder.file(&format!("{name}.gpkg")));
        std::fs::write(&file, crate::register::a_mine(name, licence, &working)).unwrap();
        ok(0, &["new", &map, "--crs", "EPSG:4526"]);
        ok(1, &["import", &map, &file]);
        map
    });
    let county = folder.file("county.gpkg");
    ok(2, &["merge", &maps[0], &maps[1], "-o", &county]);
    let on = |args: &[&'static str]| [&[args[0], &county], &args[1..], &["--mine", "east"]].concat();
    for args in [
        on(&["retract", "old_working", "west:L1"]),
        on(&["observe", "west:L1", "--method", "tem", "--set", "flooded=false"]),
    ] {
        assert!(refused(3, &args).contains("not this mine's to retract or change"), "{args:?}");
    }
    // To look at it, and to say what was seen, is everybody's.
    ok(4, &on(&["observe", "west:L1", "--method", "tem", "--date", "2027-05-01"]));
    assert!(json(5, &["status", &county])["zones"].to_string().contains("merge"));
    // The layer that shows both claims is held against the commit that wrote it.
    let Ok(done) = Command::new("ogrinfo").args([&county, "-sql", "UPDATE conflicts SET m2_b = 1"]).output() else {
        println!("skipped: ogrinfo is not installed");
        return;
    };
    assert!(done.status.success());
    let broken = minesift(6, &["verify", &county]);
    let said = String::from_utf8(broken.stdout).unwrap();
    assert!(broken.status.code() == Some(1) && said.contains("the layer conflicts differs"), "{said}");
    ok(7, &["commit", &county, "--discard"]);
    assert_eq!(json(8, &["verify", &county])["sound"], true);
}

#[test]
fn answers_say_which_knowledge_they_rest_on() {
    let folder = Folder::new("known");
    let map = a_map(&folder);
    ok(2, &["observe", &map, "G1", "--method", "tem", "--date", "2026-10-01"]);
    let log = json(3, &["log", &map]);
    let hash = |n: usize| log["commits"][n]["hash"].clone();
    let verbs: [&[&str]; 5] = [
        &["classify", "--no-write"],
        &["explain", "--at", "500,500", "--seam", "3"],
        &["ledger"],
        &["coverage"],
        &["audit-data"],
    ];
    for verb in verbs {
        let args = |more: &[&'static str]| [&verb[..1], &[map.as_str()], &verb[1..], more].concat();
        let now = json(4, &args(&[]));
        assert_eq!((&now["known"]["hash"], &now["known"]["asked"]), (&hash(1), &false.into()), "{verb:?}");
        let then = json(4, &args(&["--known-on", "1"]));
        assert_eq!((&then["known"]["hash"], &then["known"]["asked"]), (&hash(0), &true.into()), "{verb:?}");
        let said = String::from_utf8(minesift(5, &args(&["--known-on", "1"])).stderr).unwrap();
        assert!(said.contains("answered from what was registered up to commit 1"), "{verb:?}: {said}");
    }
    let papers = folder.file("papers");
    ok(6, &["report", &map, "-o", &papers, "--known-on", "1", "--dpi", "30"]);
    let page = std::fs::read_to_string(format!("{papers}/report-zh.html")).unwrap();
    assert!(page.contains("第 1 号提交"), "the report says it");
    let sheet = std::fs::read_to_string(format!("{papers}/zones-3-zh.svg")).unwrap();
    assert!(sheet.contains("第 1 号提交"), "the sheet says it");
}

#[test]
fn no_tick_stands_beside_a_signature_of_something_else() {
    let folder = Folder::new("tick");
    let map = a_map(&folder);
    let key = folder.file("key");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &key]).status();
    let edit =
        |sql: &str| Command::new("ogrinfo").args([&map, "-sql", sql]).output().is_ok_and(|done| done.status.success());
    if !made.is_ok_and(|status| status.success()) || !edit("SELECT 1") {
        println!("skipped: ssh-keygen or ogrinfo is not installed");
        return;
    }
    ok(2, &["sign", &map, "--key", &key]);
    ok(3, &["observe", &map, "G1", "--method", "tem", "--date", "2026-10-01"]);
    let public = format!("{key}.pub");
    // The signature of commit 1 under the number of the last one.
    assert!(edit("UPDATE ms_signature SET number = 2"));
    let answer = minesift(4, &["verify", &map, "--key", &public, "--lang", "en"]);
    let said = String::from_utf8(answer.stdout).unwrap();
    assert!(answer.status.code() == Some(1) && !said.contains('✓'), "{said}");
    assert!(edit("UPDATE ms_signature SET number = 1"));
    let output = minesift(5, &["verify", &map]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("✓ commit 1"));
    // Of a history that was changed before it, it says nothing.
    assert!(edit("DROP TRIGGER ms_commit_update") && edit("UPDATE ms_commit SET author = 'x' WHERE number = 1"));
    let output = minesift(6, &["verify", &map]);
    assert!(!String::from_utf8(output.stdout).unwrap().contains('✓'));
}
