//! `minesift pack`: an evidence pack, one folder that `minesift verify` checks on any machine, offline.

use super::report;
use crate::register::{Stamp, failed, last_rules, open_to_read, say_edits};
use crate::verbs::report::write_whole;
use crate::{Format, Globals, Outcome, load, wrong_use};
use minesift_core::rulebook;
use minesift_core::text::Lang;
use minesift_importers::{Input, Receipt};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Names in a pack.
pub(crate) const MAP: &str = "map.gpkg";
const SUMS: &str = "SHA256SUMS";
const ABOUT: &str = "pack.json";

/// What `pack` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift pack demo.gpkg -o evidence\n  minesift verify evidence --replay\n\nThe folder holds the map, the rulebook it was judged by, the reports, and SHA256SUMS, which `sha256sum -c` reads too."
)]
pub(crate) struct Args {
    /// The map
    map: PathBuf,
    /// The folder to make
    #[arg(long, short)]
    output: PathBuf,
    #[command(flatten)]
    stamp: Stamp,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    let fail = failed(&args.map, lang);
    if args.output.exists() {
        return Err(wrong_use(match lang {
            Lang::Zh => format!("{} 已存在；请换个名字", args.output.display()),
            Lang::En => format!("{} exists already: choose another name", args.output.display()),
        }));
    }
    let map = open_to_read(&args.map, globals)?;
    map.sound().map_err(&fail)?;
    say_edits(&map, globals).map_err(&fail)?;
    // Made beside its place and moved there whole.
    let draft = args.output.with_extension(format!("{}.part", std::process::id()));
    let made = (|| {
        std::fs::create_dir_all(draft.join("rules"))?;
        map.copy_to(&draft.join(MAP)).map_err(&fail)?;
        let mut books = globals.clone();
        let brought = last_rules(&map).map_err(&fail)?;
        let own = globals.rules.iter().map(std::fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
        books.rules.clear();
        for (number, text) in brought.iter().chain(own.iter().filter(|text| !brought.contains(text))).enumerate() {
            let file = draft.join(format!("rules/{:02}.toml", number + 1));
            write_whole(&file, text.as_bytes())?;
            books.rules.push(file);
        }
        let pages = rulebook::rules().map(|rule| rule.page).collect::<Vec<_>>().join("\n");
        write_whole(&draft.join("rules/national.md"), pages.as_bytes())?;
        books.quiet = true;
        report::write(&draft.join(MAP), &draft.join("report"), 100.0, None, &books)?;
        let head = map.log().map_err(&fail)?.pop();
        let entry = args.stamp.entry("pack", String::new())?;
        let about = json!({
            "program": crate::words::PROGRAM,
            "made": entry.time.to_string(), "by": entry.author,
            "map": args.map.file_name().map(|name| name.to_string_lossy().into_owned()),
            "commit": head.as_ref().map(|commit| commit.number), "head": head.as_ref().map(|commit| &commit.hash),
            "rulebook": load::book(&books)?.edition,
            "as_of": globals.as_of.map(|day| day.to_string()),
        });
        write_whole(&draft.join(ABOUT), serde_json::to_string_pretty(&about)?.as_bytes())?;
        let mut sums = String::new();
        for name in names(&draft)? {
            sums.push_str(&format!("{}  {name}\n", sha256(&draft.join(&name))?));
        }
        write_whole(&draft.join(SUMS), sums.as_bytes())?;
        std::fs::rename(&draft, &args.output)?;
        anyhow::Ok((head, sums))
    })();
    let (head, sums) = match made {
        Ok(made) => made,
        Err(error) => {
            let _ = std::fs::remove_dir_all(&draft);
            return Err(error);
        }
    };
    let mut out = std::io::stdout().lock();
    let sum = sha256(&args.output.join(SUMS))?;
    match globals.format {
        Format::Json => crate::words::json(
            &mut out,
            &json!({
                "pack": args.output.display().to_string(), "files": sums.lines().count(),
                "head": head.map(|commit| commit.hash), "sha256": sum,
            }),
        )?,
        Format::Text => writeln!(
            out,
            "{}",
            match lang {
                Lang::Zh => format!(
                    "{}：{} 个文件；清单 {SUMS} 的 SHA-256 为 {sum}",
                    args.output.display(),
                    sums.lines().count()
                ),
                Lang::En =>
                    format!("{}: {} files; the SHA-256 of {SUMS} is {sum}", args.output.display(), sums.lines().count()),
            }
        )?,
    }
    Ok(Outcome::Ok)
}

/// Every file below a folder but the list of sums, by name.
fn names(folder: &Path) -> std::io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                found.insert(name.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.remove(SUMS);
    Ok(found)
}

fn sha256(path: &Path) -> std::io::Result<String> {
    Ok(Receipt::new(&Input::open(path)?, "").sha256)
}

/// What is wrong with the files of a pack, as (Chinese, English), and the head that its map must have.
pub(crate) fn check(folder: &Path) -> anyhow::Result<(Vec<(String, String)>, Option<String>)> {
    let sums = std::fs::read_to_string(folder.join(SUMS))
        .map_err(|error| wrong_use(format!("{}: {error}", folder.join(SUMS).display())))?;
    let mut wrong = Vec::new();
    let mut there = names(folder)?;
    for line in sums.lines() {
        let Some((sum, name)) = line.split_once("  ") else {
            wrong.push((format!("{SUMS} 中有一行不可读：{line}"), format!("a line of {SUMS} cannot be read: {line}")));
            continue;
        };
        if !there.remove(name) {
            wrong.push((format!("缺少文件 {name}"), format!("the file {name} is missing")));
        } else if sha256(&folder.join(name))? != sum {
            wrong.push((format!("文件 {name} 被改动过"), format!("the file {name} was changed")));
        }
    }
    for name in there {
        wrong.push((format!("文件 {name} 不在清单中"), format!("the file {name} is not on the list")));
    }
    let about: Value = std::fs::read_to_string(folder.join(ABOUT))
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    Ok((wrong, about["head"].as_str().map(str::to_owned)))
}
