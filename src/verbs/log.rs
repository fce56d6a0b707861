//! `minesift log`: who changed what, when and why.

use crate::register::{failed, open_to_read, say_edits};
use crate::words::pad;
use crate::{Format, Globals, Outcome};
use minesift_core::text::Lang;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `log` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift log demo.gpkg --changes")]
pub(crate) struct Args {
    /// The map
    map: PathBuf,
    /// Name every fact that each commit changed
    #[arg(long)]
    changes: bool,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let map = open_to_read(&args.map, globals)?;
    let fail = failed(&args.map, globals.lang());
    say_edits(&map, globals).map_err(&fail)?;
    let zh = globals.lang() == Lang::Zh;
    let mut out = std::io::stdout().lock();
    let mut list = Vec::new();
    for commit in map.log().map_err(&fail)? {
        let changes = if args.changes { map.changes_of(commit.number).map_err(&fail)? } else { Vec::new() };
        match globals.format {
            Format::Json => list.push(json!({
                "number": commit.number, "time": commit.entry.time.to_string(), "author": commit.entry.author,
                "what": commit.entry.what, "message": commit.entry.message, "source_sha256": commit.entry.source,
                "changes": commit.changes, "hash": commit.hash, "previous": commit.previous,
                "facts": changes.iter().map(|(kind, id, put)| json!({"kind": kind, "id": id, "retracted": !put})).collect::<Vec<_>>(),
            })),
            Format::Text => {
                writeln!(
                    out,
                    "{:>4}  {}  {}  {} {:>6} {}  {}  {}",
                    commit.number,
                    &commit.hash[..commit.hash.len().min(12)],
                    commit.entry.time,
                    pad(verb(&commit.entry.what, globals.lang()), 9),
                    commit.changes,
                    if zh { "项改动" } else { "changes" },
                    commit.entry.author,
                    commit.entry.message
                )?;
                for (kind, id, put) in changes {
                    writeln!(out, "        {} {kind} {id}", if put { "+" } else { "-" })?;
                }
            }
        }
    }
    if globals.format == Format::Json {
        crate::words::json(&mut out, &json!({ "commits": list }))?;
    }
    Ok(Outcome::Ok)
}

/// What a commit did, as people say it.
fn verb(what: &str, lang: Lang) -> &str {
    match (lang, what) {
        (Lang::Zh, "import") => "导入",
        (Lang::Zh, "edit") => "手工修改",
        (Lang::Zh, "observe") => "观测",
        (Lang::Zh, "treat") => "治理",
        (Lang::Zh, "accept") => "验收",
        (Lang::Zh, "retract") => "撤去",
        (Lang::Zh, "classify") => "判定",
        (Lang::Zh, "plan") => "计划",
        (Lang::Zh, "merge") => "合并",
        (Lang::Zh, "export") => "导出",
        _ => what,
    }
}
