//! [`Span`]: what held of one fact from when to when, by the last words about each day.

use crate::canon;
use crate::county::scope;
use crate::error::MapError;
use crate::history::{self, in_force};
use crate::map::Map;
use crate::valid::Valid;
use jiff::civil::Date;
use minesift_core::fact::Fact;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Days on which one word about a fact is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// From when to when.
    pub valid: Valid,
    /// What holds then.
    pub fact: Fact,
}

impl Map {
    /// What holds of a fact from when to when, earliest first; days on which it does not hold are left out. `mine`: the
    /// mine of a county map whose fact it is; it comes under its own id.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn spans(&self, mine: Option<&str>, kind: &str, id: &str) -> Result<Vec<Span>, MapError> {
        let scope = mine.map(scope).unwrap_or_default();
        let mut spans = spans(&self.db, kind, &format!("{scope}{id}"))?;
        for span in &mut spans {
            span.fact.id.drain(..scope.len());
        }
        Ok(spans)
    }
}

pub(crate) fn spans(db: &Connection, kind: &str, id: &str) -> Result<Vec<Span>, MapError> {
    let versions = history::versions(db, kind, id)?;
    let days: BTreeSet<Date> =
        versions.iter().flat_map(|version| [version.valid.from, version.valid.to]).flatten().collect();
    let mut chosen: Vec<(Valid, i64)> = Vec::new();
    let starts = std::iter::once(None).chain(days.iter().copied().map(Some));
    let ends = days.iter().copied().map(Some).chain([None]);
    for (from, to) in starts.zip(ends) {
        // Within a span every day is as any other.
        let day = from.or_else(|| to.and_then(|to| to.yesterday().ok()));
        let Some(seq) = in_force(&versions, day) else { continue };
        match chosen.last_mut() {
            Some((valid, last)) if *last == seq && valid.to == from => valid.to = to,
            _ => chosen.push((Valid { from, to }, seq)),
        }
    }
    let read = |(valid, seq)| Ok(Span { valid, fact: history::read_version(db, seq)? });
    chosen.into_iter().map(read).collect()
}

/// What holds after something was told of a day: from it on, until a record of a later day says otherwise of a key.
/// `told` carries the keys, and a shape where one was told; the spans that change are given, earliest first.
pub fn told_since(spans: &[Span], from: Option<Date>, told: &Fact) -> Vec<Span> {
    let later = |a: Option<Date>, b: Option<Date>| a.max(b);
    let meets = |span: &&Span| from.is_none_or(|from| span.valid.to.is_none_or(|to| from < to));
    let affected: Vec<&Span> = spans.iter().filter(meets).collect();
    let Some(first) = affected.first().map(|span| &span.fact) else { return Vec::new() };
    let mut open: BTreeSet<&str> = told.attributes.keys().copied().collect();
    let mut shape_open = told.shape.is_some();
    let mut changed = Vec::new();
    for span in affected {
        open.retain(|key| canon::value(span.fact.attributes.get(key)) == canon::value(first.attributes.get(key)));
        shape_open &= canon::shape(span.fact.shape.as_ref()) == canon::shape(first.shape.as_ref());
        let mut fact = span.fact.clone();
        for (key, value) in told.attributes.iter().filter(|(key, _)| open.contains(*key)) {
            fact.attributes.insert(key, value.clone());
        }
        if shape_open {
            fact.shape.clone_from(&told.shape);
        }
        if canon::encode(&fact) != canon::encode(&span.fact) {
            fact.source.place = match fact.source.place.as_str() {
                "" => told.source.to_string(),
                place => format!("{place} + {}", told.source),
            };
            changed.push(Span { valid: Valid { from: later(span.valid.from, from), to: span.valid.to }, fact });
        }
    }
    changed
}
