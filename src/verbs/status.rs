//! `minesift status`: what was changed by hand and is in no commit; `minesift commit`: taking it in or discarding it.

use super::diff::{key_name, kind_name};
use crate::register::{Stamp, failed, open, open_to_read};
use crate::{Format, Globals, Outcome, wrong_use};
use minesift_core::text::{Lang, Text};
use minesift_onemap::{Edit, EditKind};
use minesift_papers::words::comma;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What `status` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift status demo.gpkg")]
pub(crate) struct Args {
    /// The map
    map: PathBuf,
}

/// What `commit` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift commit demo.gpkg --take -m '按3月实测图修正G5边界' --author 李四")]
pub(crate) struct CommitArgs {
    /// The map
    map: PathBuf,
    /// Take the edits in as a commit
    #[arg(long, conflicts_with = "discard")]
    take: bool,
    /// Put every edited row back to what the history says
    #[arg(long)]
    discard: bool,
    #[command(flatten)]
    stamp: Stamp,
}

fn line(edit: &Edit, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let what = match &edit.what {
        EditKind::Added => if zh { "新增" } else { "added" }.to_owned(),
        EditKind::Changed(keys) => {
            let keys: Vec<String> = keys.iter().map(|key| key_name(edit.kind, key, lang)).collect();
            format!("{} {}", if zh { "改动" } else { "changed" }, keys.join(comma(lang)))
        }
        EditKind::Removed => if zh { "删除" } else { "removed" }.to_owned(),
        EditKind::Unreadable(why) => format!("{} {why}", if zh { "不可读" } else { "unreadable" }),
        EditKind::Column(name) if zh => format!("列 {name} 不属于登记簿：不参与判定，也不入历史"),
        EditKind::Column(name) => format!("the column {name} is none of the register's: it counts for nothing"),
    };
    let name = kind_name(edit.kind, lang);
    if zh { format!("{name} {}：{what}", edit.id) } else { format!("{name} {}: {what}", edit.id) }
}

fn to_json(edits: &[Edit]) -> Value {
    edits
        .iter()
        .map(|edit| {
            let (what, keys) = match &edit.what {
                EditKind::Added => ("added", Vec::new()),
                EditKind::Changed(keys) => ("changed", keys.clone()),
                EditKind::Removed => ("removed", Vec::new()),
                EditKind::Unreadable(why) => ("unreadable", vec![why.clone()]),
                EditKind::Column(name) => ("column", vec![name.clone()]),
            };
            json!({"kind": edit.kind, "id": edit.id, "what": what, "keys": keys})
        })
        .collect()
}

fn print(edits: &[Edit], zones: &[Text], ending: &str, globals: &Globals) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => {
            let zones: Vec<Value> = zones.iter().map(|text| json!({"zh": text.zh, "en": text.en})).collect();
            let all = json!({"edits": to_json(edits), "zones": zones});
            crate::words::json(&mut out, &all)?;
        }
        Format::Text => {
            for edit in edits {
                writeln!(out, "{}", line(edit, globals.lang()))?;
            }
            writeln!(out, "{ending}")?;
            for text in zones {
                writeln!(out, "! {}", text.get(globals.lang()))?;
            }
        }
    }
    Ok(())
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let map = open_to_read(&args.map, globals)?;
    let edits = map.edits().map_err(failed(&args.map, globals.lang()))?;
    let zh = globals.lang() == Lang::Zh;
    let ending = match (edits.len(), zh) {
        (0, true) => "没有未提交的手工修改".to_owned(),
        (0, false) => "no edits outside the commits".to_owned(),
        (n, true) => format!("{n} 处手工修改未提交，不参与判定；minesift commit MAP --take 收入，--discard 放弃"),
        (n, false) => format!(
            "{n} edits are in no commit and do not count; `minesift commit MAP --take` takes them in, --discard drops them"
        ),
    };
    let zones = map.about_zones().map_err(failed(&args.map, globals.lang()))?;
    print(&edits, &zones, &ending, globals)?;
    Ok(Outcome::Ok)
}

pub(crate) fn commit(args: &CommitArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    let zh = globals.lang() == Lang::Zh;
    let fail = failed(&args.map, globals.lang());
    let mut map = open(&args.map, globals)?;
    let (edits, ending) = match (args.take, args.discard) {
        (true, _) => {
            let (edits, commit) = map
                .take_edits(&args.stamp.entry("edit", if zh { "手工修改" } else { "edited by hand" }.into())?)
                .map_err(&fail)?;
            let ending = match (commit, zh) {
                (Some(commit), true) => format!("{} 处修改收入第 {} 号提交", edits.len(), commit.number),
                (Some(commit), false) => format!("{} edits taken in as commit {}", edits.len(), commit.number),
                (None, true) => "没有可收入的修改".to_owned(),
                (None, false) => "there are no edits to take in".to_owned(),
            };
            (edits, ending)
        }
        (_, true) => {
            let edits = map.discard_edits().map_err(&fail)?;
            let n = edits.len();
            (edits, if zh { format!("放弃 {n} 处修改") } else { format!("{n} edits discarded") })
        }
        _ => {
            return Err(wrong_use(if zh {
                "请选择 --take（收入）或 --discard（放弃）；minesift status 列出修改"
            } else {
                "choose --take (take them in) or --discard (drop them); `minesift status` lists the edits"
            }));
        }
    };
    let zones = map.zones_outdated().map_err(&fail)?;
    map.close().map_err(&fail)?;
    print(&edits, zones.as_slice(), &ending, globals)?;
    Ok(Outcome::Ok)
}
