//! Bringing the facts of a file into the register: joined by kind and id with what other files said.

use crate::bulk::Put;
use crate::error::MapError;
use crate::spans::{Span, spans};
use crate::valid::Valid;
use crate::writing::Writing;
use crate::{canon, door, history};
use minesift_core::fact::{Fact, Problem, Source};
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
            if let Err(why) = door::admits(fact, self.today()) {
                let name = kind::kind(fact.kind).map_or(fact.kind, |kind| kind.zh);
                brought.problems.push(Problem::refused(
                    &fact.source,
                    Text::new(
                        format!("{name} {} 无法入图：{}", fact.id, why.zh),
                        format!("{} {} cannot go onto the map: {}", fact.kind, fact.id, why.en),
                    ),
                ));
                continue;
            }
            let (held, first) = match known.entry((fact.kind, fact.id.as_str())) {
                Entry::Occupied(place) => (place.into_mut(), false),
                Entry::Vacant(place) => {
                    let registered = match empty {
                        true => Vec::new(),
                        false => spans(&self.transaction, fact.kind, &fact.id)?,
                    };
                    if registered.is_empty() {
                        if !empty && let Some(stays) = self.was_retracted(fact, &mut brought.problems)? {
                            brought.same += usize::from(stays);
                            if stays {
                                continue;
                            }
                        }
                        place.insert(Held::new(fact));
                        continue;
                    }
                    (place.insert(Held::registered(registered)), true)
                }
            };
            // Where it says otherwise from some day on, every span is joined; the last one says what differs.
            let mut problems = Vec::new();
            for (span, changed) in &mut held.spans {
                problems.clear();
                // What this file says in another row is not its own older version.
                let newer_version = first && span.fact.source.file == fact.source.file;
                let joined = join(&span.fact, fact, newer_version, &mut problems);
                if canon::encode(&span.fact) != canon::encode(&joined) {
                    span.fact = Cow::Owned(joined);
                    *changed = true;
                }
            }
            brought.problems.append(&mut problems);
        }
        // One version a fact, span and commit, however many rows of the file spoke of it.
        let mut puts = Vec::new();
        for held in known.values() {
            let before = puts.len();
            let changed = held.spans.iter().filter(|(_, changed)| *changed);
            puts.extend(changed.map(|(span, _)| Put { fact: &span.fact, valid: span.valid, new: held.new }));
            match (held.new, puts.len() > before) {
                (true, _) => brought.new += 1,
                (_, true) => brought.changed += 1,
                (_, false) => brought.same += 1,
            }
        }
        self.put_all(&puts)?;
        Ok(brought)
    }

    /// Says so where a fact that the register no longer holds was retracted; true where the file says nothing else than
    /// what was retracted: then it stays so.
    fn was_retracted(&self, fact: &Fact, problems: &mut Vec<Problem>) -> Result<Option<bool>, MapError> {
        let Some((number, old)) = history::retracted(&self.transaction, fact.kind, &fact.id)? else { return Ok(None) };
        let (name, id) = (kind::kind(fact.kind).map_or(fact.kind, |kind| kind.zh), &fact.id);
        let stays = !self.restores() && door::say_the_same(fact, &old);
        let message = if stays {
            Text::new(
                format!(
                    "{name} {id} 已在第 {number} 号提交中撤去，文件所述与撤去时相同，保持撤去；若确实存在，用 minesift import --restore 恢复"
                ),
                format!(
                    "{} {id} was retracted in commit {number} and the file says what was retracted: it stays so; if it is there after all, `minesift import --restore` brings it back",
                    fact.kind
                ),
            )
        } else {
            Text::new(
                format!("{name} {id} 曾在第 {number} 号提交中撤去，现重新登记，请核实"),
                format!("{} {id} was retracted in commit {number} and is on the map again: check it", fact.kind),
            )
        };
        problems.push(if stays {
            Problem::refused(&fact.source, message)
        } else {
            Problem::note(&fact.source, message)
        });
        Ok(Some(stays))
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
    /// What holds of it from when to when, and whether the file changes that.
    spans: Vec<(HeldSpan<'a>, bool)>,
    /// The register did not know it.
    new: bool,
}

struct HeldSpan<'a> {
    valid: Valid,
    fact: Cow<'a, Fact>,
}

impl<'a> Held<'a> {
    fn new(fact: &'a Fact) -> Self {
        Self { spans: vec![(HeldSpan { valid: Valid::ALWAYS, fact: Cow::Borrowed(fact) }, true)], new: true }
    }

    fn registered(spans: Vec<Span>) -> Self {
        let held = |span: Span| (HeldSpan { valid: span.valid, fact: Cow::Owned(span.fact) }, false);
        Self { spans: spans.into_iter().map(held).collect(), new: false }
    }
}

/// True where a part of what is known was recorded by a verb: an observation, an acceptance. No file takes its place.
fn by_hand(source: &Source) -> bool {
    source.to_string().split(" + ").any(|place| place.starts_with("minesift "))
}

/// What two rows say of one object.
fn join(old: &Fact, new: &Fact, newer_version: bool, problems: &mut Vec<Problem>) -> Fact {
    let several = old.source.place.contains(" + ");
    let newer_version = newer_version && !by_hand(&old.source);
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
