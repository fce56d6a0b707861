//! From what the user names to a frozen site and a book.

use crate::{Globals, refused, wrong_use};
use minesift_core::fact::{Fact, Problem};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_importers::{Input, Options};
use std::path::Path;

/// The facts of a `site.toml` (or another file that one importer reads whole).
pub(crate) fn facts(path: &Path, globals: &Globals) -> anyhow::Result<Vec<Fact>> {
    let lang = globals.lang();
    let input = Input::open(path).map_err(|error| wrong_use(format!("{}: {error}", path.display())))?;
    let intake = minesift_importers::import(&input, &Options::default())
        .map_err(|error| refused(format!("{}: {}", path.display(), error.message.get(lang))))?;
    Ok(intake.facts)
}

/// The site that a file describes.
pub(crate) fn site(path: &Path, globals: &Globals) -> anyhow::Result<Site> {
    let lang = globals.lang();
    Site::new(&facts(path, globals)?, globals.as_of).map_err(|problems| refused(sentences(&problems, lang)))
}

/// Problems as lines.
pub(crate) fn sentences(problems: &[Problem], lang: minesift_core::text::Lang) -> String {
    problems.iter().map(|p| format!("{}: {}", p.source, p.message.get(lang))).collect::<Vec<_>>().join("\n")
}

/// The national book with every `--rules` file on top.
pub(crate) fn book(globals: &Globals) -> anyhow::Result<Rulebook> {
    let mut book = Rulebook::national();
    for path in &globals.rules {
        let text = std::fs::read_to_string(path).map_err(|error| wrong_use(format!("{}: {error}", path.display())))?;
        book = book.with(&text).map_err(|error| refused(format!("{}: {error}", path.display())))?;
    }
    Ok(book)
}
