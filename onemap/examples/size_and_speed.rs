//! How large and how fast a register is: `cargo run --release -p minesift-onemap --example size_and_speed`.
//!
//! Prints the table of docs/size-and-speed.md: 1,000 commits with 100,000 facts, and one hazard of a mine with 2,000,
//! alone in its file and among 200 other mines. With `-- register`, `mine` or `county` only that.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that measures stops at the first surprise")]

use jiff::Timestamp;
use minesift_core::fact::{Fact, Shape, Value};
use minesift_core::outline::Outline;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::zone;
use minesift_onemap::{Entry, Known, Live, Map, Valid, county};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn entry(second: i64) -> Entry {
    Entry::new(Timestamp::from_second(1_790_000_000 + second).unwrap(), "someone", "import", "a week's facts")
}

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

fn area(outline: &Outline) -> Shape {
    Shape::Areas(outline.to_geo())
}

/// A mine of 10 km x 10 km with one seam, all surveyed.
fn frame(id: &str) -> Vec<Fact> {
    let all = Outline::rectangle(0.0, 0.0, 10_000.0, 10_000.0);
    vec![
        Fact::new("mine", id)
            .with("kind", text("coal-underground"))
            .with("hydrogeology", text("medium"))
            .with("gas", text("low"))
            .with("rock_burst", text("none"))
            .with("as_of", Value::Date(jiff::civil::date(2026, 11, 1))),
        Fact::new("licence", "L").with_shape(area(&all)).with("seams", Value::Texts(vec!["3".into()])),
        Fact::new("seam", "3").with("floor_m", Value::Number(-300.0)).with("thickness_m", Value::Number(3.0)),
        Fact::new("survey", "S")
            .with_shape(area(&all))
            .with("looks_for", Value::Texts(vec!["all".into()]))
            .with("methods", Value::Texts(vec!["geophysics".into(), "drilling".into()]))
            .with("date", Value::Date(jiff::civil::date(2026, 3, 1))),
    ]
}

/// A flooded goaf of 24 corners, the n-th of a lattice 50 wide.
fn goaf(n: usize, radius_m: f64) -> Fact {
    let (x, y) = (100.0 + 200.0 * (n % 50) as f64, 100.0 + 240.0 * (n / 50) as f64);
    let corners: Vec<[f64; 2]> = (0..24)
        .map(|i| {
            let angle = f64::from(i) * std::f64::consts::TAU / 24.0;
            [x + radius_m * angle.cos(), y + radius_m * angle.sin()]
        })
        .collect();
    Fact::new("goaf", format!("G{n}"))
        .with_shape(area(&Outline::convex(&corners)))
        .with("seam", text("3"))
        .with("flooded", Value::Flag(true))
        .with("water_level_m", Value::Number(-250.0))
        .with("evidence", text("drilled"))
}

fn interval(n: usize) -> Fact {
    Fact::new("interval", format!("I{n}"))
        .with("hole", text(&format!("ZK{}", n / 40)))
        .with("from_m", Value::Number((n % 40) as f64 * 12.5))
        .with("to_m", Value::Number((n % 40) as f64 * 12.5 + 12.5))
        .with("lithology", text("sandstone"))
}

fn put(map: &mut Map, second: i64, facts: impl IntoIterator<Item = Fact>) {
    let mut writing = map.begin().unwrap();
    for fact in facts {
        writing.put(&fact, Valid::ALWAYS).unwrap();
    }
    writing.finish(&entry(second)).unwrap();
}

fn line(what: &str, seconds: f64) {
    if seconds < 1.0 {
        println!("| {what} | {:.1} ms |", seconds * 1000.0);
    } else {
        println!("| {what} | {seconds:.2} s |");
    }
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let made = work();
    line(what, began.elapsed().as_secs_f64());
    made
}

fn fresh(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    let _ = std::fs::remove_file(&path);
    path
}

fn mega(path: &Path) -> f64 {
    std::fs::metadata(path).unwrap().len() as f64 / 1e6
}

/// Seconds that this thread has been on a processor: what is left of a time when others want the machine too. Linux
/// says it; elsewhere nothing.
fn on_cpu() -> Option<f64> {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(said.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

/// Commits of one changed hazard and the zones after each: median and worst of 100.
fn edits(what: &str, map: &mut Map, mine: Option<&str>, second: i64) {
    let mut live = timed(&format!("{what}: first look, all of its zones"), || {
        Live::open(map, mine, Rulebook::national(), None).unwrap()
    });
    let (mut zoned, mut all, mut cpu) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..100 {
        let fact = goaf((37 + 91 * n) % 2000, if n % 2 == 0 { 30.0 } else { 35.0 });
        let fact = mine.map_or_else(|| fact.clone(), |mine| county::scoped(mine, &fact));
        let began = Instant::now();
        put(map, second + n as i64, [fact]);
        let (committed, before) = (Instant::now(), on_cpu());
        let changed = live.catch_up(map).unwrap();
        assert_eq!(changed.len(), 1);
        zoned.push(committed.elapsed().as_secs_f64());
        all.push(began.elapsed().as_secs_f64());
        cpu.extend(on_cpu().zip(before).map(|(after, before)| after - before));
    }
    let lists =
        [("zones after one hazard changed", zoned), ("of it on a processor", cpu), ("with its commit on disk", all)];
    for (words, mut list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        list.sort_by(f64::total_cmp);
        let (middle, worst) = (list[list.len() / 2] * 1000.0, list[list.len() - 1] * 1000.0);
        println!("| {what}: {words}, median / worst of 100 | {middle:.1} / {worst:.1} ms |");
    }
    let facts = match mine {
        Some(mine) => map.facts_of(mine, Known::Now, None).unwrap(),
        None => map.facts(Known::Now, None).unwrap(),
    };
    let whole = zone::classify(&Site::new(&facts, None).unwrap(), &Rulebook::national());
    assert_eq!(format!("{:?}", live.zones()), format!("{whole:?}"), "a full run says the same, byte for byte");
}

/// 1,000 commits, 100,000 facts.
fn register(folder: &Path) {
    let path = fresh(folder, "register.gpkg");
    let mut map = Map::create(&path, Some("EPSG:4526"), None).unwrap();
    let began = Instant::now();
    for number in 0..1000_usize {
        let first = if number == 0 { frame("M") } else { Vec::new() };
        let more = (0..100 - first.len()).map(|i| {
            let n = number * 100 + i;
            if n % 50 == 7 { goaf(n / 50, 40.0) } else { interval(n) }
        });
        put(&mut map, number as i64, first.iter().cloned().chain(more));
    }
    let took = began.elapsed().as_secs_f64();
    line("1,000 commits of 100 facts", took);
    line("one of them", took / 1000.0);
    timed("closing it as one file", || map.close().unwrap());
    println!("| its size | {:.1} MB, {:.0} bytes a fact |", mega(&path), mega(&path) * 10.0);
    let map = timed("opening it", || Map::open(&path).unwrap());
    assert_eq!(timed("reading all 100,000 facts", || map.facts(Known::Now, None).unwrap()).len(), 100_000);
    let then = timed("reading what commit 500 knew", || map.facts(Known::Commit(500), None).unwrap());
    assert_eq!(then.len(), 50_000);
    assert!(timed("`verify`: the whole chain, every record", || map.verify().unwrap()).is_empty());
    assert!(timed("`status`: every row held against the history", || map.edits().unwrap()).is_empty());
}

/// 2,000 hazards in a file of their own.
fn one_mine(folder: &Path) {
    let path = fresh(folder, "one-mine.gpkg");
    let mut map = Map::create(&path, Some("EPSG:4526"), None).unwrap();
    put(&mut map, 0, frame("M").into_iter().chain((0..2000).map(|n| goaf(n, 40.0))));
    edits("a mine with 2,000 hazards", &mut map, None, 1);
}

/// 2,000 hazards beside 200 other mines of 200 each.
fn a_county(folder: &Path) {
    let path = fresh(folder, "county.gpkg");
    let mut map = Map::create(&path, Some("EPSG:4526"), None).unwrap();
    for mine in 0..200 {
        let id = format!("M{mine:03}");
        let facts: Vec<Fact> = frame(&id).into_iter().chain((0..200).map(|n| goaf(n, 40.0))).collect();
        put(&mut map, mine, facts.iter().map(|fact| county::scoped(&id, fact)));
    }
    let facts: Vec<Fact> = frame("X").into_iter().chain((0..2000).map(|n| goaf(n, 40.0))).collect();
    put(&mut map, 200, facts.iter().map(|fact| county::scoped("X", fact)));
    edits("the same among 200 other mines", &mut map, Some("X"), 201);
}

fn main() {
    let folder = std::env::temp_dir().join("minesift-size-and-speed");
    std::fs::create_dir_all(&folder).unwrap();
    println!("| what | |\n| --- | --- |");

    let only = std::env::args().nth(1);
    let asked = |what: &str| only.as_deref().is_none_or(|only| only == what);
    if asked("register") {
        register(&folder);
    }
    if asked("mine") {
        one_mine(&folder);
    }
    if asked("county") {
        a_county(&folder);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
