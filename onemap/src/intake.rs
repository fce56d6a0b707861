//! Bringing the facts of a file into the register: joined by kind and id with what other files said.

use crate::bulk::Put;
use crate::error::MapError;
use crate::valid::Valid;
use crate::writing::Writing;
use crate::{canon, history, layer};
use minesift_core::fact::{Fact, Problem};
use minesift_core::kind;
use minesift_core::text::Text;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What became of the facts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Facts the register did not know.
    pub new: usize,
    /// Facts that say more, or otherwise, than before.
    pub changed: usize,
    /// Facts it held already.
    pub same: usize,
    /// Values that contradict an earlier file, and facts no layer can hold.
    pub problems: Vec<Problem>,
}

impl Writing<'_> {
    /// Brings facts of one file in. What several files say of one object is joined by kind and id; where two of them
    /// give a key differently the earlier file holds and the difference is a problem. A newer version of the same file
    /// takes the place of its older one.
    ///
    /// # Errors
    /// Of the database; a fact that no layer can hold is a problem, not an error.
    pub fn bring(&mut self, facts: &[Fact]) -> Result<Brought, MapError> {
        one_mine(&history::facts_of_kind(&self.transaction, "mine", "", i64::MAX, None)?, facts)?;
        let empty = self.number() == 1;
        let mut known: BTreeMap<(&str, &str), Held<'_>> = BTreeMap::new();
        let mut brought = Brought::default();
        for fact in facts {
            if let Err(why) = layer::fits(fact) {
                brought.problems.push(Problem::refused(
                    &fact.source,
                    Text::new(
                        format!("{} {} 无法入图：{why}", fact.kind, fact.id),
                        format!("{} {} cannot go onto the map: {why}", fact.kind, fact.id),
                    ),
                ));
                continue;
            }
            let (held, first) = match known.entry((fact.kind, fact.id.as_str())) {
                Entry::Occupied(place) => (place.into_mut(), false),
                Entry::Vacant(place) => {
                    let registered = match empty {
                        true => None,
                        false => history::fact_on(&self.transaction, fact.kind, &fact.id, i64::MAX, None)?,
                    };
                    match registered {
                        Some(old) => (place.insert(Held { fact: Cow::Owned(old), change: None }), true),
                        None => {
                            place.insert(Held { fact: Cow::Borrowed(fact), change: Some(Change::New) });
                            continue;
                        }
                    }
                }
            };
            // What this file says in another row is not its own older version.
            let newer_version = first && held.fact.source.file == fact.source.file;
            let joined = join(&held.fact, fact, newer_version, &mut brought.problems);
            if canon::encode(&held.fact) != canon::encode(&joined) {
                held.fact = Cow::Owned(joined);
                held.change = held.change.or(Some(Change::Other));
            }
        }
        // One version a fact and commit, however many rows of the file spoke of it.
        let mut puts = Vec::new();
        for held in known.values() {
            let new = match held.change {
                Some(Change::New) => true,
                Some(Change::Other) => false,
                None => {
                    brought.same += 1;
                    continue;
                }
            };
            *(if new { &mut brought.new } else { &mut brought.changed }) += 1;
            puts.push(Put { fact: &held.fact, new });
        }
        self.put_all(&puts, Valid::ALWAYS)?;
        Ok(brought)
    }
}

/// Refuses facts of another mine than the register's: two mines in one register would be judged as one.
fn one_mine(registered: &[Fact], facts: &[Fact]) -> Result<(), MapError> {
    let mine = |facts: &[Fact]| facts.iter().find(|fact| fact.kind == "mine").map(|fact| fact.id.clone());
    let Some(own) = mine(registered) else { return Ok(()) };
    if own.contains('/') {
        return Err(MapError::new(
            "这是多矿井图；请导入该矿自己的图，再用 minesift merge 重新合并",
            "this is a county map: import into the mine's own map, and `minesift merge` again",
        ));
    }
    match mine(facts) {
        Some(other) if other != own => Err(MapError::new(
            format!("此图是矿井 {own} 的，文件是矿井 {other} 的；请为 {other} 另建一图，再用 minesift merge 合并"),
            format!(
                "the map is that of the mine {own}, the file that of {other}: make {other} a map of its own and join them with `minesift merge`"
            ),
        )),
        _ => Ok(()),
    }
}

/// What is known of one object of which the file speaks.
struct Held<'a> {
    fact: Cow<'a, Fact>,
    change: Option<Change>,
}

#[derive(Clone, Copy)]
enum Change {
    /// The register did not know it.
    New,
    /// It says more, or otherwise, than before.
    Other,
}

/// What two rows say of one object.
fn join(old: &Fact, new: &Fact, newer_version: bool, problems: &mut Vec<Problem>) -> Fact {
    let several = old.source.place.contains(" + ");
    if newer_version && !several {
        return new.clone();
    }
    let mut joined = old.clone();
    let mut differ = Vec::new();
    let mut more = false;
    match (&old.shape, &new.shape) {
        (None, Some(shape)) => {
            joined.shape = Some(shape.clone());
            more = true;
        }
        (Some(a), Some(b)) if canon::shape(Some(a)) != canon::shape(Some(b)) => {
            if newer_version {
                joined.shape = Some(b.clone());
            } else {
                differ.push(kind::kind(old.kind).and_then(|kind| kind.shape).map_or("shape", |(key, _)| key));
            }
        }
        _ => {}
    }
    for (key, value) in &new.attributes {
        match old.attributes.get(key) {
            None => {
                joined.attributes.insert(key, value.clone());
                more = true;
            }
            Some(before) if canon::value(Some(before)) != canon::value(Some(value)) => {
                if newer_version {
                    joined.attributes.insert(key, value.clone());
                } else {
                    differ.push(key);
                }
            }
            Some(_) => {}
        }
    }
    let place = if new.source.file == old.source.file { new.source.place.clone() } else { new.source.to_string() };
    if more
        && !place.is_empty()
        && place != old.source.place
        && !old.source.place.split(" + ").any(|known| known == place)
    {
        joined.source.place = format!("{} + {place}", old.source.place);
    }
    if !differ.is_empty() {
        let field = |key: &&str| {
            kind::kind(old.kind).and_then(|kind| kind.field(key)).map_or((*key).to_owned(), |f| f.zh.to_owned())
        };
        problems.push(Problem::refused(&new.source, Text::new(
            format!(
                "{} {} 已由 {} 登记，{} 与之不同，保留先登记者；若确需更改请先更正原文件",
                old.kind, old.id, old.source, differ.iter().map(field).collect::<Vec<_>>().join("、")
            ),
            format!(
                "{} {} is registered from {} with another {}: the earlier holds; correct that file if this one is right",
                old.kind, old.id, old.source, differ.join(", ")
            ),
        )));
    }
    joined
}
