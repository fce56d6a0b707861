//! Hints that data may have been invented: patterns that real work seldom leaves. A hint names its rows and is never an
//! accusation; people look.
//!
//! A hint is a file and a page in `hints/`, and one line in [`HINTS`].

mod even_digits;
mod fast_drilling;
mod few_corners;
mod repeated_intervals;
mod survey_dates;
mod twin_logs;
mod undated_water;

use jiff::civil::Date;
use minesift_core::fact::{Fact, Source};
use minesift_core::text::Text;
use std::collections::BTreeMap;

/// One kind of hint: what people must know, and a function.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    /// Its code.
    pub code: &'static str,
    /// Its page, with cases that a test runs.
    pub page: &'static str,
    /// What it sees in the facts.
    pub find: fn(&[Fact], &Limits) -> Vec<Seen>,
}

/// All hints.
pub const HINTS: &[Hint] = &[
    twin_logs::HINT,
    repeated_intervals::HINT,
    fast_drilling::HINT,
    survey_dates::HINT,
    undated_water::HINT,
    few_corners::HINT,
    even_digits::HINT,
];

/// Where hints begin. None of these is law: they are this program's own, and every one can be set.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Rows, or readings, that must be the same before two logs are called twins.
    pub twin_rows: usize,
    /// How often a pattern of intervals must follow itself.
    pub repeats: usize,
    /// Metres that one rig drills in a day at most.
    pub rig_m_per_day: f64,
    /// Rigs that worked at the same time.
    pub rigs: usize,
    /// Contracts: document (empty: every survey), first and last day.
    pub contracts: Vec<(String, Date, Date)>,
    /// Corners that a natural outline has at least.
    pub corners: usize,
    /// Values that are looked at together at least.
    pub digits: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { twin_rows: 4, repeats: 3, rig_m_per_day: 150.0, rigs: 4, contracts: Vec::new(), corners: 8, digits: 60 }
    }
}

/// What a hint saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Code of the hint.
    pub code: &'static str,
    /// Objects, `kind id`.
    pub objects: Vec<String>,
    /// What was seen, with its numbers.
    pub words: Text,
    /// The rows it was seen in.
    pub rows: Vec<Source>,
}

/// Everything that looks odd, by the order of [`HINTS`], then by object.
pub fn look(facts: &[Fact], limits: &Limits) -> Vec<Seen> {
    HINTS
        .iter()
        .flat_map(|hint| {
            let mut seen = (hint.find)(facts, limits);
            seen.sort_by(|a, b| (&a.objects, &a.words.en).cmp(&(&b.objects, &b.words.en)));
            seen
        })
        .collect()
}

/// `kind id`.
fn object(fact: &Fact) -> String {
    format!("{} {}", fact.kind, fact.id)
}

/// The intervals of each hole from the top down.
fn intervals(facts: &[Fact]) -> BTreeMap<&str, Vec<&Fact>> {
    let mut holes: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.kind == "interval" && fact.number("from_m").is_some()) {
        if let Some(hole) = fact.text("hole") {
            holes.entry(hole).or_default().push(fact);
        }
    }
    for rows in holes.values_mut() {
        rows.sort_by(|a, b| {
            let depth = |fact: &Fact| fact.number("from_m").unwrap_or_default();
            depth(a).total_cmp(&depth(b)).then_with(|| a.id.cmp(&b.id))
        });
    }
    holes
}

/// A number as people compare it: to the millimetre.
fn milli(number: f64) -> i64 {
    (number * 1000.0).round() as i64
}
