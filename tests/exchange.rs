//! What we write, others read, and so do we: import, export, import gives the same features, in every format that
//! `export` writes. And an import that is broken off leaves nothing half-done.

use crate::onemap::{Folder, json, minesift, ok};
use minesift_datasets::{Kind, mine};
use minesift_importers::site_toml;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Facts by kind and id: shape and attributes.
type Facts = BTreeMap<(String, String), (String, Value)>;

fn facts(files: &[&str]) -> Facts {
    let answer = json(1, &[&["read", "--facts"], files].concat());
    let words = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = answer["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        let shape = words(row, "shape");
        ((words(row, "kind"), words(row, "id")), (shape, row["attributes"].clone()))
    })
    .collect()
}

fn same(written: &Facts, read: &Facts, format: &str) -> Result<(), TestCaseError> {
    for (key, (shape, attributes)) in written {
        let Some((same_shape, same)) = read.get(key) else {
            return Err(TestCaseError::fail(format!("{format}: {key:?} is lost")));
        };
        prop_assert_eq!(shape, same_shape, "{}: {:?}", format, key);
        prop_assert_eq!(attributes, same, "{}: {:?}", format, key);
    }
    prop_assert_eq!(written.len(), read.len(), "{}", format);
    Ok(())
}

/// How many mines are tried: a few, or `PROPTEST_CASES`.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn what_is_exported_says_the_same_when_it_is_imported(seed in 1_u64..10_000, number in 0_u64..40, metal in any::<bool>()) {
        let folder = Folder::new(&format!("exchange-{seed}-{number}"));
        let at = |name: &str| folder.file(name);
        let (site, map) = (at("site.toml"), at("map.gpkg"));
        let kind = if metal { Kind::MetalUnderground } else { Kind::CoalUnderground };
        std::fs::write(&site, site_toml::write(&mine(seed, number, kind)).unwrap()).unwrap();
        ok(0, &["new", &map]);
        ok(1, &["import", &map, &site]);
        let written = facts(&[&site]);
        prop_assert!(written.len() > 10);
        for name in ["out.toml", "out.gpkg", "out.geojson", "out/"] {
            ok(2, &["export", &map, "-o", &at(name)]);
        }
        same(&written, &facts(&[&at("out.toml")]), "site.toml")?;
        same(&written, &facts(&[&at("out.gpkg")]), "GeoPackage")?;
        let copy = at("copy.gpkg");
        ok(3, &["new", &copy]);
        ok(4, &["import", &copy, &at("out.gpkg")]);
        same(&written, &facts(&[&copy]), "GeoPackage into a map")?;
        // GeoJSON has features, a feature a shape.
        let placed: Facts =
            written.iter().filter(|(_, (shape, _))| !shape.is_empty()).map(|(key, fact)| (key.clone(), fact.clone())).collect();
        same(&placed, &facts(&[&at("out.geojson")]), "GeoJSON")?;
        let tables: Vec<String> = std::fs::read_dir(at("out/")).unwrap().map(|entry| entry.unwrap().path().to_str().unwrap().to_owned()).collect();
        same(&written, &facts(&tables.iter().map(String::as_str).collect::<Vec<_>>()), "CSV")?;
    }
}

/// Ctrl-C while a long file is read and written: the map is as before, sound, and takes the same file afterwards.
#[cfg(unix)]
#[test]
fn an_import_broken_off_leaves_nothing_half_done() {
    let folder = Folder::new("ctrl-c");
    let (map, file) = (folder.file("map.gpkg"), folder.file("goafs.geojson"));
    let feature = |i: u32| {
        let (x, y) = (i % 200 * 50, i / 200 * 50);
        let (x1, y1) = (x + 30, y + 30);
        format!(
            r#"{{"type":"Feature","properties":{{"id":"G{i}"}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{x1},{y}],[{x1},{y1}],[{x},{y1}],[{x},{y}]]]}}}}"#
        )
    };
    let features: Vec<String> = (0..20_000).map(feature).collect();
    std::fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    ok(0, &["new", &map]);
    // What a shell runs in the background is born deaf to Ctrl-C, and so are its children: `env` gives them their ears back, where it can.
    let hears = Command::new("env").args(["--default-signal=INT", "true"]).stderr(Stdio::null()).status();
    let mut words = vec![env!("CARGO_BIN_EXE_minesift")];
    if hears.is_ok_and(|status| status.success()) {
        words.splice(0..0, ["env", "--default-signal=INT"]);
    }
    let begin = || {
        Command::new(words[0])
            .args(&words[1..])
            .args(["import", &map, &file, "--kind", "goaf", "--seam", "3", "--crs", "local"])
            .env("SOURCE_DATE_EPOCH", (crate::onemap::EPOCH + 1).to_string())
            .env("USER", "张三")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let (mut broken, mut wait, mut finished) = (0, Duration::from_millis(100), None);
    while finished.is_none() && broken < 12 {
        let began = Instant::now();
        let mut child = begin();
        while began.elapsed() < wait && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        // SIGINT is what a terminal sends for Ctrl-C.
        let told = Command::new("kill").args(["-INT", &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
        let status = child.wait().unwrap();
        if status.success() {
            finished = Some(told);
            break;
        }
        // All or nothing: told after its commit was done, it had only its answer left to say.
        if json(2, &["log", &map])["commits"].as_array().unwrap().len() == 1 {
            finished = Some(told);
            break;
        }
        broken += 1;
        wait = wait.mul_f64(1.6);
        let sound = json(3, &["verify", &map]);
        assert_eq!((&sound["sound"], &sound["uncommitted_edits"]), (&Value::Bool(true), &Value::from(0)));
        assert!(!minesift(4, &["status", &map]).stdout.is_empty());
    }
    println!("broken off {broken} times, from 100 ms on");
    assert!(broken > 0);
    if finished.is_none() {
        assert!(begin().wait().unwrap().success());
    }
    let log = json(5, &["log", &map]);
    assert_eq!((log["commits"].as_array().unwrap().len(), &log["commits"][0]["changes"]), (1, &Value::from(20_000)));
    let left: Vec<_> = std::fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "the map and its file, no journal, no draft: {left:?}");
}
