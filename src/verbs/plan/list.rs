//! `minesift plan list`: the versions of plans on a map.

use crate::{Format, Globals, Outcome, load, register};
use minesift_core::plan::versions;
use minesift_core::text::Lang;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `plan list` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift plan list demo.gpkg")]
pub(crate) struct ListArgs {
    /// The map
    map: PathBuf,
}

pub(super) fn run(args: &ListArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    let map = register::open_to_read(&args.map, globals)?;
    let log = map.log().map_err(register::failed(&args.map, globals.lang()))?;
    let zh = globals.lang() == Lang::Zh;
    let mut out = std::io::stdout().lock();
    let found = versions::versions(&load::facts_with_versions(&args.map, globals)?);
    // The commit that brought a version in: the last that says so.
    let brought = |name: &str| {
        log.iter().rev().find(|commit| {
            commit.entry.what == super::import::WHAT
                && serde_json::from_str::<serde_json::Value>(&commit.entry.detail)
                    .is_ok_and(|detail| detail["plan"] == name)
        })
    };
    if globals.format == Format::Json {
        let list: Vec<_> = found
            .iter()
            .map(|version| {
                json!({
                    "version": version.name, "title": version.title, "tier": version.tier, "in_force": version.in_force,
                    "from": version.from.map(|day| day.to_string()), "to": version.to.map(|day| day.to_string()),
                    "faces": version.faces, "headings": version.headings, "treatments": version.treatments,
                    "sha256": version.sha256, "commit": brought(&version.name).map(|commit| commit.number),
                    "time": brought(&version.name).map(|commit| commit.entry.time.to_string()),
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&json!({ "versions": list }))?)?;
        return Ok(Outcome::Ok);
    }
    if found.is_empty() {
        writeln!(out, "{}", if zh { "图上没有计划版本" } else { "the map holds no version of a plan" })?;
    }
    for version in &found {
        let day = |day: Option<jiff::civil::Date>| day.map_or_else(|| "—".to_owned(), |day| day.to_string());
        let state = match (version.in_force, zh) {
            (true, true) => "现行",
            (true, false) => "in force",
            (false, true) => "已被取代",
            (false, false) => "superseded",
        };
        let commit = brought(&version.name).map_or_else(
            || "—".to_owned(),
            |commit| format!("#{} {}", commit.number, &commit.entry.time.to_string()[..10]),
        );
        let counts = if zh {
            format!("采煤 {}  掘进 {}  治理 {}", version.faces, version.headings, version.treatments)
        } else {
            format!("faces {}  headings {}  treatments {}", version.faces, version.headings, version.treatments)
        };
        let hash = version.sha256.as_deref().map_or("—", |hash| &hash[..hash.len().min(12)]);
        writeln!(
            out,
            "{}  {state}  {} .. {}  {counts}  {commit}  sha256 {hash}  {}",
            version.name,
            day(version.from),
            day(version.to),
            version.title
        )?;
    }
    Ok(Outcome::Ok)
}
