//! What a register survives: kill -9, a full disk, writers and readers at once, bytes lost or flipped.
//!
//! Small by default; `MINESIFT_SOAK=1` runs the whole size (`make soak`).

use crate::onemap::{Folder, a_map, json, minesift, ok};
use minesift_onemap::Map;
use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Rounds of a harness: the first number, or the second in a soak.
fn rounds(small: u64, soak: u64) -> u64 {
    if std::env::var_os("MINESIFT_SOAK").is_some() { soak } else { small }
}

/// Numbers without a clock: the same every run (Knuth's LCG, upper bits).
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }
}

fn start(second: u64, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_minesift"))
        .args(args)
        .env("SOURCE_DATE_EPOCH", (u64::from(crate::onemap::EPOCH) + second).to_string())
        .env("USER", "张三")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn goafs(round: u64, n: u64) -> String {
    (0..n)
        .map(|i| {
            let x = i * 10;
            format!(
                "[[goaf]]\nid = \"R{round}-{i}\"\nseam = \"3\"\noutline = \"POLYGON(({x} 0, {x} 9, {} 9, {x} 0))\"\n",
                x + 9
            )
        })
        .collect()
}

/// The history as it reads: commits, changes, hashes.
fn history(map: &str) -> Vec<Value> {
    json(3, &["log", map, "--changes"])["commits"].as_array().unwrap().clone()
}

/// Import, classify, a commit of an observation and taking in edits, each killed somewhere between its first and its
/// last instant: what was acknowledged is there afterwards, nothing is half there, the chain holds.
#[test]
fn a_kill_at_any_instant_loses_nothing_committed() {
    // So many are to die at work; one that ended before its time does not count.
    let kills = rounds(4, 220) as usize;
    let folder = Folder::new("kill");
    let mut map = a_map(&folder);
    let outside = Command::new("ogrinfo").arg("--version").output().is_ok_and(|done| done.status.success());
    if !outside {
        println!("skipped: ogrinfo is not installed, no edits from outside are killed while they are taken in");
    }
    let verbs = if outside { 4 } else { 3 };
    let mut dice = Dice(7);
    let mut took = [Duration::from_millis(150); 4];
    let mut before = history(&map);
    let mut killed = [0; 4];
    let mut registers = 1;
    let mut rounds = 0;
    while killed.iter().sum::<usize>() < kills {
        let round = rounds;
        rounds += 1;
        assert!(rounds < 10 * kills as u64, "hardly anything dies: {killed:?} of {rounds}");
        let second = 100 + round;
        // A register grows with every import; a small one dies oftener.
        if round > 0 && round % 40 == 0 {
            let _ = std::fs::remove_file(&map);
            map = a_map(&folder);
            before = history(&map);
            registers += 1;
        }
        let which = (round % verbs) as usize;
        let file = folder.file(&format!("r{round}.toml"));
        let wanted: u64 = match which {
            0 => {
                std::fs::write(&file, goafs(round, 300)).unwrap();
                300
            }
            // An observation; edits of one row.
            2 | 3 => 1,
            _ => 0,
        };
        if which == 3 {
            let sql = format!("UPDATE goaf SET note = 'round {round}' WHERE id = 'G1'");
            let done = Command::new("ogrinfo").args([&map, "-sql", &sql]).output().unwrap();
            assert!(done.status.success());
        }
        let id = format!("K{round}");
        let day = format!("2026-{:02}-{:02}", 1 + round % 9, 1 + round % 28);
        let words: Vec<&str> = match which {
            0 => vec!["import", &map, &file],
            1 => vec!["classify", &map],
            2 => vec!["observe", &map, "G1", "--method", "tem", "--id", &id, "--date", &day],
            _ => vec!["commit", &map, "--take", "-m", "round"],
        };
        let began = Instant::now();
        let mut child = start(second, &words);
        // Every eighth runs to its end and says how long that takes.
        let whole = round / verbs % 8 == 0;
        if !whole {
            std::thread::sleep(took[which].mul_f64(dice.next(1050) as f64 / 1000.0));
            killed[which] += usize::from(child.try_wait().unwrap().is_none());
            let _ = child.kill();
        }
        let status = child.wait().unwrap();
        if whole {
            assert!(status.success(), "round {round}: {words:?}");
            took[which] = began.elapsed();
        }
        let now = history(&map);
        assert!(now.len() >= before.len() && now.len() <= before.len() + 1, "round {round}: {words:?}");
        assert_eq!(now[..before.len()], before[..], "round {round}: what was committed stays as it was");
        if status.success() && wanted > 0 {
            assert_eq!(now.len(), before.len() + 1, "round {round}: what was acknowledged is there");
        }
        for commit in &now[before.len()..] {
            assert_eq!(commit["changes"], wanted, "round {round}: all of it or nothing");
        }
        let sound = json(4, &["verify", &map]);
        assert_eq!(sound["sound"], true, "round {round}: {words:?}: {sound}");
        // Edits that were not taken in are still there to be taken; nothing else is uncommitted.
        let edits = u64::from(which == 3 && now.len() == before.len());
        assert_eq!(sound["uncommitted_edits"], edits, "round {round}: {words:?}");
        if edits > 0 {
            ok(second as u32, &["commit", &map, "--discard"]);
        }
        before = now;
    }
    println!(
        "{} of {rounds} killed at work: {} imports, {} classifications, {} observations, {} takings-in, in {registers} registers; {} commits stand in the last",
        killed.iter().sum::<usize>(),
        killed[0],
        killed[1],
        killed[2],
        killed[3],
        before.len()
    );
}

/// A long import sets triggers aside and packs the tree of its layer at the end: wherever it is killed, into an empty
/// map or one in use, the file is as it was before, or whole.
#[test]
fn a_kill_in_a_long_import_leaves_the_map_as_it_was_or_whole() {
    let folder = Folder::new("long");
    let empty = folder.file("empty.gpkg");
    ok(1, &["new", &empty]);
    let used = a_map(&folder);
    let file = folder.file("long.toml");
    std::fs::write(&file, goafs(0, 6000)).unwrap();
    let mut dice = Dice(5);
    let map = folder.file("long.gpkg");
    let mut killed = 0;
    for before in [&empty, &used] {
        let commits = history(before).len();
        let mut took = Duration::ZERO;
        for round in 0..rounds(3, 60) {
            for end in ["", "-journal", "-wal", "-shm"] {
                let _ = std::fs::remove_file(map.clone() + end);
            }
            std::fs::copy(before, &map).unwrap();
            let began = Instant::now();
            let mut child = start(50, &["import", &map, &file]);
            if round > 0 {
                // Most of the time is reading; what is killed should be writing.
                std::thread::sleep(took.mul_f64(0.3 + dice.next(700) as f64 / 1000.0));
                killed += usize::from(child.try_wait().unwrap().is_none());
                let _ = child.kill();
            }
            let status = child.wait().unwrap();
            if round == 0 {
                assert!(status.success());
                took = began.elapsed();
            }
            let sound = json(60, &["verify", &map]);
            assert_eq!(
                (&sound["sound"], &sound["uncommitted_edits"]),
                (&Value::Bool(true), &Value::from(0)),
                "{sound}"
            );
            let done = history(&map).len() - commits;
            assert!(done <= 1 && (done == 1 || !status.success()), "round {round}");
            // What comes after goes its way: the triggers are there, the tree is whole.
            ok(70, &["import", &map, &file]);
            let log = history(&map);
            assert_eq!((log.len(), &log[commits]["changes"]), (commits + 1, &Value::from(6000)), "round {round}");
        }
    }
    println!("{killed} killed at work");
    assert!(killed > 0);
}

/// No file may grow beyond a limit, which is a full disk to the program: every limit refuses with words, and all that
/// was committed stands.
#[test]
fn a_full_disk_refuses_with_words_and_keeps_what_was_committed() {
    let folder = Folder::new("full");
    let map = a_map(&folder);
    let file = folder.file("many.toml");
    std::fs::write(&file, goafs(0, 2000)).unwrap();
    let before = history(&map);
    let blocks = std::fs::metadata(&map).unwrap().len() / 512;
    let mut refused = 0;
    for step in 0..rounds(4, 40) {
        // From hardly a journal to almost enough; SIGXFSZ is ignored, so that the program gets the error.
        let limit = 8 + step * (blocks + 1200) / rounds(4, 40);
        let output = Command::new("sh")
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" import \"$1\" \"$2\"")])
            .args([env!("CARGO_BIN_EXE_minesift"), &map, &file])
            .env("SOURCE_DATE_EPOCH", (crate::onemap::EPOCH + 50).to_string())
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        if output.status.success() {
            break;
        }
        refused += 1;
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!words.contains("panicked") && !words.trim().is_empty(), "limit {limit}: {words}");
        assert_eq!(history(&map), before, "limit {limit}");
        let sound = json(4, &["verify", &map]);
        assert_eq!((&sound["sound"], &sound["uncommitted_edits"]), (&Value::Bool(true), &Value::from(0)), "{limit}");
    }
    assert!(refused >= 2, "the limits were too generous");
    ok(60, &["import", &map, &file]);
    assert_eq!(history(&map).len(), before.len() + 1);
    println!("{refused} limits refused");
}

/// Memory runs out at one place after another: the program ends with words, and all that was committed stands.
#[cfg(target_os = "linux")]
#[test]
fn memory_that_runs_out_loses_nothing_committed() {
    let folder = Folder::new("memory");
    let map = a_map(&folder);
    let file = folder.file("many.toml");
    std::fs::write(&file, goafs(0, 8000)).unwrap();
    let before = history(&map);
    let within = |limit: u64, second: u32, args: &[&str]| {
        Command::new("sh")
            .args([
                "-c",
                &format!("ulimit -c 0; ulimit -v {limit}; exec \"$0\" \"$@\""),
                env!("CARGO_BIN_EXE_minesift"),
            ])
            .args(args)
            .env("SOURCE_DATE_EPOCH", (crate::onemap::EPOCH + second).to_string())
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap()
    };
    // KiB of address space in which the program and its libraries just start.
    let (mut too_little, mut starts) = (10_000, 4_000_000);
    while starts - too_little > 500 {
        let middle = (too_little + starts) / 2;
        let runs = within(middle, 0, &["--version"]).status.success();
        *(if runs { &mut starts } else { &mut too_little }) = middle;
    }
    let (mut refused, mut second) = (0, 50);
    for step in 0..rounds(4, 40) {
        let limit = starts + step * 60_000 / rounds(4, 40);
        second += 1;
        let output = within(limit, second, &["import", &map, &file]);
        if output.status.success() {
            println!("{limit} KiB are enough");
            break;
        }
        refused += 1;
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        println!("{limit} KiB: {:?} {}", output.status, words.lines().next().unwrap_or_default());
        assert!(!words.trim().is_empty(), "{limit} KiB: nothing was said");
        assert_eq!(history(&map), before, "{limit} KiB");
        let sound = json(second, &["verify", &map]);
        assert_eq!((&sound["sound"], &sound["uncommitted_edits"]), (&Value::Bool(true), &Value::from(0)), "{limit}");
    }
    assert!(refused > 0, "the limits were too generous");
    ok(200, &["import", &map, &file]);
}

#[test]
fn two_writers_at_once_and_a_reader_between_them_leave_one_chain() {
    let folder = Folder::new("writers");
    let map = a_map(&folder);
    for round in 0..rounds(1, 20) {
        let before = history(&map).len();
        let mut writers = Vec::new();
        for writer in 0..2 {
            let file = folder.file(&format!("w{round}-{writer}.toml"));
            let id = format!("W{round}-{writer}");
            std::fs::write(
                &file,
                format!("[[goaf]]\nid = \"{id}\"\nseam = \"3\"\noutline = \"POLYGON((0 0, 9 0, 9 9, 0 0))\"\n"),
            )
            .unwrap();
            writers.push(start(50 + round, &["import", &map, &file]));
        }
        // A reader sees a whole state, whichever it is.
        for _ in 0..3 {
            let seen = history(&map).len();
            assert!((before..=before + 2).contains(&seen), "{seen}");
            let answer = json(2, &["classify", &map, "--no-write"]);
            assert!(answer["seams"].as_array().is_some_and(|seams| !seams.is_empty()));
        }
        for mut writer in writers {
            assert!(writer.wait().unwrap().success());
        }
        let sound = json(200, &["verify", &map]);
        assert_eq!((&sound["commits"], &sound["sound"]), (&Value::from(before + 2), &Value::Bool(true)));
    }
}

#[test]
fn a_truncated_file_and_a_file_that_is_no_map_are_refused_with_a_cure() {
    let folder = Folder::new("broken");
    let map = a_map(&folder);
    let bytes = std::fs::read(&map).unwrap();
    let mut ends = vec![0, 1, 100, 4096, bytes.len() / 3, bytes.len() - 5000, bytes.len() - 1];
    let mut dice = Dice(3);
    ends.extend((0..rounds(3, 60)).map(|_| dice.next(bytes.len() as u64) as usize));
    for end in ends {
        let cut = folder.file("cut.gpkg");
        std::fs::write(&cut, &bytes[..end]).unwrap();
        let output = minesift(2, &["verify", &cut]);
        assert!(!output.status.success(), "{end} bytes");
        let words = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert!(!words.contains("panicked") && !words.trim().is_empty(), "{end}: {words}");
    }
    // One byte of an old record: the commit is named. (Every bit of one: onemap/src/tests/chain.rs.)
    let record = b"\x17\0\0\0\0\0\0\0everything-at-";
    let places: Vec<usize> = (0..bytes.len() - record.len()).filter(|&at| bytes[at..].starts_with(record)).collect();
    let file = folder.file("flipped.gpkg");
    let mut named = 0;
    for place in places {
        let mut flipped = bytes.clone();
        flipped[place + 8] ^= 1;
        std::fs::write(&file, &flipped).unwrap();
        let output = minesift(2, &["verify", &file, "--format", "json"]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        match output.status.code() {
            Some(1) => named += usize::from(found["broken"][0]["commit"] == 1),
            // An older copy in space that the file no longer uses.
            code => assert_eq!((code, &found["head"]), (Some(0), &json(2, &["verify", &map])["head"])),
        }
    }
    assert!(named > 0);
    let text = folder.file("text.gpkg");
    std::fs::write(&text, "no database").unwrap();
    assert_eq!(minesift(2, &["log", &text]).status.code(), Some(3));
    assert_eq!(minesift(2, &["log", &folder.file("nowhere.gpkg")]).status.code(), Some(2));
}

/// A byte flipped anywhere: either `verify` says so, or the byte belongs to no record and everything reads as before.
#[test]
fn any_flipped_byte_is_found_or_changes_nothing_that_counts() {
    let folder = Folder::new("flip");
    let map = a_map(&folder);
    ok(2, &["retract", &map, "fault", "F3"]);
    ok(3, &["classify", &map]);
    let bytes = std::fs::read(&map).unwrap();
    let read = |path: &Path| {
        let map = Map::open_to_read(path)?;
        let broken = map.verify()?;
        let edits = map.edits()?;
        Ok::<_, minesift_onemap::MapError>((broken, format!("{:?} {:?}", map.log()?, map.current()?), edits.len()))
    };
    let (broken, before, edits) = read(Path::new(&map)).unwrap();
    assert!(broken.is_empty() && edits == 0);
    let mut dice = Dice(11);
    let (mut found, mut harmless, mut named) = (0, 0, 0);
    for _ in 0..rounds(120, 4000) {
        let mut flipped = bytes.clone();
        let at = dice.next(bytes.len() as u64) as usize;
        flipped[at] ^= 1 << dice.next(8);
        let file = folder.file("flipped.gpkg");
        std::fs::write(&file, &flipped).unwrap();
        match read(Path::new(&file)) {
            Err(_) => found += 1,
            Ok((broken, ..)) if !broken.is_empty() => {
                found += 1;
                named += usize::from(broken.iter().any(|broken| broken.commit.is_some()));
            }
            Ok((_, after, edits)) => {
                // A row of a layer that differs from the history shows as an edit; the history itself is whole.
                assert!(after == before, "byte {at} changed the history and nobody said so");
                harmless += 1;
                found += usize::from(edits > 0);
            }
        }
    }
    println!("{found} found ({named} with the commit named), {harmless} left the history as it was");
    assert!(found > 0 && harmless > 0);
}
