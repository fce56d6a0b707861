//! From what the user names to a frozen site and a book.

use crate::{Format, Globals, refused, register, wrong_use};
use minesift_core::fact::{Fact, Problem};
use minesift_core::plan::versions;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_importers::{Input, Options};
use minesift_onemap::{Commit, Known, Map};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The facts of a map as `--known-on` and `--as-of` ask, or of a `site.toml` (or another file that one importer reads
/// whole).
pub(crate) fn facts(path: &Path, globals: &Globals) -> anyhow::Result<Vec<Fact>> {
    Ok(versions::in_force(facts_with_versions(path, globals)?))
}

/// The same with every version of the plans on the map.
pub(crate) fn facts_with_versions(path: &Path, globals: &Globals) -> anyhow::Result<Vec<Fact>> {
    facts_read(path, &Options::default(), globals)
}

/// The same of a file that is to be read in a stated way.
pub(crate) fn facts_read(path: &Path, options: &Options, globals: &Globals) -> anyhow::Result<Vec<Fact>> {
    let lang = globals.lang();
    if Map::is_map(path) {
        let map = register::open_to_read(path, globals)?;
        static SAID: AtomicBool = AtomicBool::new(false);
        if globals.known_on.is_some() && !SAID.swap(true, Ordering::Relaxed) {
            say_knowledge(path, globals)?;
        }
        return all_facts_known(&map, globals.known_on.unwrap_or(Known::Now), globals);
    }
    let input = Input::open(path).map_err(|error| wrong_use(format!("{}: {error}", path.display())))?;
    let intake = minesift_importers::import(&input, options)
        .map_err(|error| refused(format!("{}: {}", path.display(), error.message.get(lang))))?;
    Ok(intake.facts)
}

/// The facts of a map as `--known-on` and `--as-of` ask.
pub(crate) fn facts_of(map: &Map, globals: &Globals) -> anyhow::Result<Vec<Fact>> {
    facts_known(map, globals.known_on.unwrap_or(Known::Now), globals)
}

/// The facts that a map knew, on the day that `--as-of` or they themselves name.
pub(crate) fn facts_known(map: &Map, known: Known, globals: &Globals) -> anyhow::Result<Vec<Fact>> {
    Ok(versions::in_force(all_facts_known(map, known, globals)?))
}

/// The same with every version of the plans on the map.
fn all_facts_known(map: &Map, known: Known, globals: &Globals) -> anyhow::Result<Vec<Fact>> {
    let lang = globals.lang();
    let fail = register::failed(map.path(), lang);
    map.sound().map_err(&fail)?;
    register::say_edits(map, globals).map_err(&fail)?;
    let mine = mine_of(map, globals)?;
    let read = |day| match &mine {
        Some(mine) => map.all_facts_of(mine, known, day),
        None => map.all_facts(known, day),
    };
    let facts = read(globals.as_of).map_err(&fail)?;
    if globals.as_of.is_some() || !map.has_days().map_err(&fail)? {
        return Ok(facts);
    }
    // The day is what the facts themselves say it is; what held on it is then read.
    match Site::new(&versions::in_force(facts.clone()), None) {
        Ok(site) => read(Some(site.as_of)).map_err(&fail),
        Err(_) => Ok(facts),
    }
}

/// What of a map's history an answer rests on.
pub(crate) struct Knowledge {
    commit: Commit,
    /// It was asked for, and is not simply all there is.
    asked: bool,
}

impl Knowledge {
    /// For programs; null where the answer is not that of a map.
    fn to_json(of: Option<&Self>) -> Value {
        of.map_or(Value::Null, |of| {
            json!({
                "commit": of.commit.number, "hash": of.commit.hash, "time": of.commit.entry.time.to_string(),
                "asked": of.asked,
            })
        })
    }

    /// For people.
    pub(crate) fn words(&self) -> Text {
        let Commit { number, hash, entry, .. } = &self.commit;
        let (hash, time) = (&hash[..hash.len().min(12)], entry.time);
        Text::new(
            format!("第 {number} 号提交（{time}，{hash}）以前已登记的资料"),
            format!("what was registered up to commit {number} ({time}, {hash})"),
        )
    }

    /// The same where it was asked for.
    pub(crate) fn if_asked(of: Option<&Self>) -> Option<Text> {
        of.filter(|of| of.asked).map(Self::words)
    }
}

/// What an answer about this file rests on; nothing where it is no map, or one without a commit.
pub(crate) fn knowledge(path: &Path, globals: &Globals) -> anyhow::Result<Option<Knowledge>> {
    if !Map::is_map(path) {
        return Ok(None);
    }
    let fail = register::failed(path, globals.lang());
    let map = register::open_to_read(path, globals)?;
    let number = map.number_of(globals.known_on.unwrap_or(Known::Now)).map_err(&fail)?;
    let commit = map.log().map_err(&fail)?.into_iter().find(|commit| commit.number == number);
    Ok(commit.map(|commit| Knowledge { commit, asked: globals.known_on.is_some() }))
}

/// Writes into an answer for programs which program gives it and what of the map's history it rests on.
pub(crate) fn signed(mut answer: Value, path: &Path, globals: &Globals) -> anyhow::Result<Value> {
    answer["program"] = json!(crate::words::PROGRAM);
    answer["known"] = Knowledge::to_json(knowledge(path, globals)?.as_ref());
    Ok(answer)
}

/// Says on which knowledge an answer for people rests, where that was asked for.
pub(crate) fn say_knowledge(path: &Path, globals: &Globals) -> anyhow::Result<()> {
    if globals.format == Format::Text
        && !globals.quiet
        && let Some(words) = Knowledge::if_asked(knowledge(path, globals)?.as_ref())
    {
        let words = words.get(globals.lang());
        crate::words::remark(&match globals.lang() {
            Lang::Zh => format!("据{words}作答"),
            Lang::En => format!("answered from {words}"),
        });
    }
    Ok(())
}

/// The mine that `--mine` names on a county map; nothing on the map of one mine.
pub(crate) fn mine_of(map: &Map, globals: &Globals) -> anyhow::Result<Option<String>> {
    let mines = map.mines().map_err(register::failed(map.path(), globals.lang()))?;
    match (&globals.mine, mines.as_slice()) {
        (Some(mine), known) if known.contains(mine) => Ok(Some(mine.clone())),
        (None, []) => Ok(None),
        (None, [one]) => Ok(Some(one.clone())),
        (asked, known) => Err(wrong_use(match globals.lang() {
            Lang::Zh => format!(
                "{} 上{}：--mine 可为 {}",
                map.path().display(),
                asked.as_ref().map_or("有多个矿井".to_owned(), |mine| format!("没有矿井 {mine}")),
                if known.is_empty() { "（单矿图，不需要）".to_owned() } else { known.join("、") }
            ),
            Lang::En => format!(
                "{}: {}; --mine may be {}",
                map.path().display(),
                asked.as_ref().map_or("it holds several mines".to_owned(), |mine| format!("there is no mine {mine}")),
                if known.is_empty() { "left out: the map is that of one mine".to_owned() } else { known.join(", ") }
            ),
        })),
    }
}

/// The site that a file describes.
pub(crate) fn site(path: &Path, globals: &Globals) -> anyhow::Result<Site> {
    let lang = globals.lang();
    Site::new(&facts(path, globals)?, globals.as_of).map_err(|problems| refused(sentences(&problems, lang)))
}

/// The site of an open map.
pub(crate) fn site_of(map: &Map, globals: &Globals) -> anyhow::Result<Site> {
    let lang = globals.lang();
    Site::new(&facts_of(map, globals)?, globals.as_of).map_err(|problems| refused(sentences(&problems, lang)))
}

/// Problems as lines.
pub(crate) fn sentences(problems: &[Problem], lang: Lang) -> String {
    // What concerns the whole map has no place of its own.
    let sentence = |problem: &Problem| match problem.source.told(lang) {
        place if place.is_empty() => problem.message.get(lang).to_owned(),
        place => format!("{place}: {}", problem.message.get(lang)),
    };
    problems.iter().map(sentence).collect::<Vec<_>>().join("\n")
}

/// The book of what `path` is: on a county map the books that the mine brought, then every `--rules` file.
pub(crate) fn book_for(path: &Path, globals: &Globals) -> anyhow::Result<Rulebook> {
    let mut brought = Vec::new();
    if Map::is_map(path) {
        let map = register::open_to_read(path, globals)?;
        if let Some(mine) = mine_of(&map, globals)? {
            brought = register::rules_of(&map, &mine).map_err(register::failed(path, globals.lang()))?;
        }
    }
    on_top(Rulebook::national(), &brought, globals)
}

/// The national book with every `--rules` file on top.
pub(crate) fn book(globals: &Globals) -> anyhow::Result<Rulebook> {
    on_top(Rulebook::national(), &[], globals)
}

fn on_top(mut book: Rulebook, brought: &[String], globals: &Globals) -> anyhow::Result<Rulebook> {
    for text in brought {
        book = book.with(text).map_err(|error| refused(error.to_string()))?;
    }
    for path in &globals.rules {
        let text = std::fs::read_to_string(path).map_err(|error| wrong_use(format!("{}: {error}", path.display())))?;
        book = book.with(&text).map_err(|error| refused(format!("{}: {error}", path.display())))?;
    }
    Ok(book)
}
