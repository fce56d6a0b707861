//! `minesift verify`: is the register what its chain says?

use crate::register::{failed, open_to_read};
use crate::{Format, Globals, Outcome};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::text::Lang;
use minesift_core::zone;
use minesift_onemap::{Broken, Known, layers_hash};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What `verify` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift verify demo.gpkg --replay\n\nExit code 1 when something is broken.")]
pub(crate) struct Args {
    /// The map
    map: PathBuf,
    /// Classify again as at every classification, and compare
    #[arg(long)]
    replay: bool,
    /// The hash that some commit must have: what was written down when the map was handed over
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    let zh = lang == Lang::Zh;
    let map = open_to_read(&args.map, globals)?;
    let fail = failed(&args.map, lang);
    let mut broken = map.verify().map_err(&fail)?;
    let log = map.log().map_err(&fail)?;
    if let Some(head) = &args.head
        && (head.len() < 8 || !log.iter().any(|commit| commit.hash.starts_with(head.as_str())))
    {
        broken.push(Broken {
            commit: None,
            message: minesift_core::text::Text::new(
                format!("没有哈希为 {head} 的提交：此图不是当时交付的那一份，或其后的提交被截去"),
                format!(
                    "no commit has the hash {head}: this is not the map that was handed over, or its end was cut off"
                ),
            ),
        });
    }
    let mut replayed = Vec::new();
    if args.replay && broken.is_empty() {
        for commit in log.iter().filter(|commit| commit.entry.what == "classify") {
            let detail: Value = serde_json::from_str(&commit.entry.detail).unwrap_or_default();
            let mut book = Rulebook::national();
            for text in detail["rules"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                book = book.with(text).map_err(|error| crate::refused(error.to_string()))?;
            }
            let day = detail["as_of"].as_str().and_then(|day| day.parse().ok());
            let facts = map.facts(Known::Commit(commit.number), day).map_err(&fail)?;
            let same = Site::new(&facts, day).ok().is_some_and(|site| {
                let zones = zone::classify(&site, &book);
                layers_hash(&site, &zones, map.crs().as_deref(), detail["warning_m"].as_f64()).ok().as_deref()
                    == detail["layers_sha256"].as_str()
            });
            let program = detail["program"].as_str().unwrap_or("?").to_owned();
            if !same {
                let ours = format!("minesift {}", env!("CARGO_PKG_VERSION"));
                broken.push(Broken {
                    commit: Some(commit.number),
                    message: minesift_core::text::Text::new(
                        format!("第 {} 号提交的分区重算结果不同（当时程序 {program}，现为 {ours}）", commit.number),
                        format!(
                            "the zones of commit {} come out otherwise (written by {program}, this is {ours})",
                            commit.number
                        ),
                    ),
                });
            }
            replayed.push(commit.number);
        }
    }
    let edits = map.edits().map_err(&fail)?;
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => writeln!(
            out,
            "{}",
            serde_json::to_string_pretty(&json!({
                "commits": log.len(), "head": log.last().map(|commit| &commit.hash), "sound": broken.is_empty(),
                "broken": broken.iter().map(|b| json!({"commit": b.commit, "zh": b.message.zh, "en": b.message.en})).collect::<Vec<_>>(),
                "replayed": replayed, "uncommitted_edits": edits.len(),
            }))?
        )?,
        Format::Text => {
            for b in &broken {
                writeln!(out, "✗ {}", b.message.get(lang))?;
            }
            if !edits.is_empty() {
                writeln!(
                    out,
                    "{}",
                    if zh {
                        format!("! {} 处手工修改未提交（minesift status 列出）", edits.len())
                    } else {
                        format!("! {} edits are in no commit (`minesift status` lists them)", edits.len())
                    }
                )?;
            }
            let head = log.last().map_or("—", |commit| commit.hash.as_str());
            match (broken.is_empty(), zh) {
                (true, true) => {
                    writeln!(out, "完好：{} 次提交，重算分区 {} 次，末次哈希 {head}", log.len(), replayed.len())?;
                }
                (true, false) => writeln!(
                    out,
                    "sound: {} commits, {} classifications replayed, head {head}",
                    log.len(),
                    replayed.len()
                )?,
                (false, true) => writeln!(out, "不完好：{} 处", broken.len())?,
                (false, false) => writeln!(out, "broken in {} places", broken.len())?,
            }
        }
    }
    Ok(if broken.is_empty() { Outcome::Ok } else { Outcome::Objections })
}
