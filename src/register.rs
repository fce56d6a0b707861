//! What the verbs of the one map share: opening it, who writes and when, and taking files in.

use crate::{Globals, Refusal, own_map, receipts, refused, wrong_use};
use jiff::Timestamp;
use minesift_core::outline::Outline;
use minesift_core::text::Lang;
use minesift_importers::{Input, Options};
use minesift_onemap::{Brought, Entry, Map, MapError, Writing};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Who writes, and when: the one place where the clock is asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Stamp {
    /// Who makes this commit [default: the user's login]
    #[arg(long, value_name = "NAME")]
    pub(crate) author: Option<String>,
    /// When, instead of now; also from SOURCE_DATE_EPOCH
    #[arg(long, value_name = "TIME")]
    time: Option<Timestamp>,
    /// Why, in words
    #[arg(long, short = 'm', value_name = "WORDS")]
    message: Option<String>,
}

impl Stamp {
    /// The entry of a commit by this verb; `message` where the user gave none.
    pub(crate) fn entry(&self, what: &str, message: String) -> anyhow::Result<Entry> {
        let time = match self.time {
            Some(time) => time,
            None => clock()?,
        };
        let blank = |words: &String| words.trim().is_empty();
        if self.author.as_ref().is_some_and(blank) {
            return Err(wrong_use("--author 不能为空：写明是谁登记的 / --author is blank: say who makes this record"));
        }
        let login = |name| std::env::var(name).ok().filter(|words| !blank(words));
        let author = self.author.clone().or_else(|| login("USER")).or_else(|| login("USERNAME"));
        let author = author.unwrap_or_else(|| "minesift".to_owned());
        Ok(Entry::new(time, author.trim(), what, self.message.clone().unwrap_or(message)))
    }

    /// Tells a commit in the making when it is made.
    pub(crate) fn tell(&self, writing: &mut Writing<'_>) -> anyhow::Result<()> {
        writing.at(self.entry("", String::new())?.time);
        Ok(())
    }
}

/// What the clock says: SOURCE_DATE_EPOCH where that is set, so that the same work gives the same bytes.
fn clock() -> anyhow::Result<Timestamp> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds
            .parse()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .ok_or_else(|| wrong_use(format!("SOURCE_DATE_EPOCH={seconds}"))),
        Err(_) => Ok(Timestamp::from_second(Timestamp::now().as_second())?),
    }
}

/// An error of the register with its exit code.
pub(crate) fn failed(path: &Path, lang: Lang) -> impl Fn(MapError) -> anyhow::Error + '_ {
    move |error| {
        let message = format!("{}: {}", path.display(), error.message.get(lang));
        if error.of_the_file { refused(message) } else { wrong_use(message) }
    }
}

/// The map, to write to. Nothing is added to a register whose chain is broken.
pub(crate) fn open(path: &Path, globals: &Globals) -> anyhow::Result<Map> {
    let map = Map::open(path).map_err(failed(path, globals.lang()))?;
    map.sound().map_err(failed(path, globals.lang()))?;
    Ok(map)
}

/// The map, to read.
pub(crate) fn open_to_read(path: &Path, globals: &Globals) -> anyhow::Result<Map> {
    Map::open_to_read(path).map_err(failed(path, globals.lang()))
}

/// Says that the layers carry edits that nobody took in: once, however often a verb reads its maps. Every row is held
/// against the history: no list of what was touched is believed.
pub(crate) fn say_edits(map: &Map, globals: &Globals) -> Result<(), MapError> {
    static LOOKED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    static SAID: AtomicBool = AtomicBool::new(false);
    let new = LOOKED.lock().is_ok_and(|mut looked| looked.insert(map.path().to_owned()));
    if new && !globals.quiet && !map.edits()?.is_empty() && !SAID.swap(true, Ordering::Relaxed) {
        crate::words::remark(match globals.lang() {
            Lang::Zh => "图层中有未提交的手工修改，不参与判定（minesift status 列出）",
            Lang::En => {
                "the layers carry edits that are in no commit; they do not count (`minesift status` lists them)"
            }
        });
    }
    Ok(())
}

/// The texts of the books that a mine of a county map brought when it was merged.
pub(crate) fn rules_of(map: &Map, mine: &str) -> Result<Vec<String>, MapError> {
    let merged = map.log()?.into_iter().rev().filter(|commit| commit.entry.what == "merge").find_map(|commit| {
        let detail: Value = serde_json::from_str(&commit.entry.detail).ok()?;
        (detail["mine"].as_str() == Some(mine)).then_some(detail)
    });
    Ok(merged.map(|detail| texts(&detail["rules"])).unwrap_or_default())
}

/// The texts of the books of the last classification of a map.
pub(crate) fn last_rules(map: &Map) -> Result<Vec<String>, MapError> {
    let last = map.log()?.into_iter().rev().find(|commit| commit.entry.what == "classify");
    let detail = last.and_then(|commit| serde_json::from_str::<Value>(&commit.entry.detail).ok());
    Ok(detail.map(|detail| texts(&detail["rules"])).unwrap_or_default())
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What became of one file.
pub(crate) struct Taken {
    pub(crate) text: String,
    pub(crate) json: Value,
    /// False when the file was refused whole.
    pub(crate) read: bool,
}

/// Reads one file into the map as one commit.
pub(crate) fn take_in(
    map: &mut Map,
    path: &Path,
    options: &Options,
    stamp: &Stamp,
    globals: &Globals,
    all: bool,
    restore: bool,
) -> anyhow::Result<Taken> {
    let lang = globals.lang();
    let zh = lang == Lang::Zh;
    let input = Input::open(path).map_err(|error| wrong_use(format!("{}: {error}", path.display())))?;
    let mut options = options.clone();
    options.map_crs = options.map_crs.or_else(|| map.crs());
    options.map_vertical_datum = options.map_vertical_datum.or_else(|| map.vertical_datum());
    let fail = failed(path, lang);
    options.near = options.near.or(licence_box(map).map_err(&fail)?);
    let read = crate::progress::reading(&input, globals, |watch| match own_map::read(&input, &options) {
        Some(read) => read,
        None => minesift_importers::import_watched(&input, &options, watch),
    });
    let intake = match read {
        Ok(intake) => intake,
        Err(error) => {
            let json = receipts::refusal_json(&input.name, &error);
            let text = format!("{}: {}\n", input.name, error.message.get(lang));
            return Ok(Taken { text, json, read: false });
        }
    };
    let mut receipt = intake.receipt;
    let counts = receipts::count(&intake.facts);
    let mut entry = stamp.entry("import", receipt.file.clone())?;
    entry.source.clone_from(&receipt.sha256);
    let written = crate::progress::writing(&input, globals, |watch| {
        let mut writing = map.begin()?;
        writing.at(entry.time);
        if restore {
            writing.restoring();
        }
        let earlier = writing.map().imported(&receipt.sha256)?;
        if let Some(watch) = watch {
            writing.telling(watch);
        }
        let brought = writing.bring(&intake.facts)?;
        receipt.problems.extend(brought.problems.iter().cloned());
        let mut json = receipts::to_json(&receipt, &counts);
        json["map"] = json!({"new": brought.new, "changed": brought.changed, "same": brought.same, "kept_out": brought.problems.len()});
        if writing.changes() > 0 || earlier.is_none() {
            entry.detail = json.to_string();
        }
        Ok((brought, json, writing.finish(&entry)?, earlier))
    });
    let (brought, mut json, commit, earlier) = written.map_err(&fail)?;
    let mut text = receipts::to_text(&receipt, &counts, lang, all);
    let done = match (&commit, earlier) {
        (Some(commit), _) => {
            json["commit"] = json!(commit.number);
            if zh { format!("第 {} 号提交", commit.number) } else { format!("commit {}", commit.number) }
        }
        (None, Some(number)) => {
            json["imported_before"] = json!(number);
            if zh {
                format!("此文件已在第 {number} 号提交中导入，未作改动")
            } else {
                format!("imported before in commit {number}, nothing changed")
            }
        }
        (None, None) => if zh { "未作改动" } else { "nothing changed" }.to_owned(),
    };
    // The file could be read; what it says did not all go onto the map.
    let kept_out = match (brought.problems.len(), zh) {
        (0, _) => String::new(),
        (n, true) => format!("、未采纳 {n}（见上“拒收”）"),
        (n, false) => format!(", {n} kept out (see \"refused\" above)"),
    };
    let Brought { new, changed, same, .. } = brought;
    let line = if zh {
        format!("  入图 新增 {new}、更新 {changed}、相同 {same}{kept_out}；{done}\n")
    } else {
        format!("  on the map: {new} new, {changed} changed, {same} the same{kept_out}; {done}\n")
    };
    text.push_str(&line);
    Ok(Taken { text, json, read: true })
}

/// The box of the licence on the map, by which importers tell swapped axes.
pub(crate) fn licence_box(map: &Map) -> Result<Option<[f64; 4]>, MapError> {
    Ok(map.facts_of_kind("licence")?.first().and_then(|fact| match &fact.shape {
        Some(minesift_core::fact::Shape::Areas(areas)) => {
            Outline::repaired(areas).ok().and_then(|(outline, ..)| outline.bounds())
        }
        _ => None,
    }))
}

/// The refusal that ends a verb after some of its files were refused whole.
pub(crate) fn some_refused(names: &[String], lang: Lang) -> anyhow::Error {
    let message = match lang {
        Lang::Zh => format!("{} 个文件整体拒收：{}", names.len(), names.join("、")),
        Lang::En => format!("{} files were refused whole: {}", names.len(), names.join(", ")),
    };
    Refusal { code: 3, message }.into()
}
