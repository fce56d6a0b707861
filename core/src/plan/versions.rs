//! Versions of plans on one map.
//!
//! Several plans live on a map beside each other: tiers, and older versions of each. A fact of a version carries the
//! version's name under its key `plan` and behind its id, `3107@three-year-A`; the version itself is the `plan` fact
//! whose id is that name and which says its `state`. One version of each tier is in force. What reads a map sees the
//! workings of the versions in force under their own ids: [`in_force`]; or those of one version: [`of`].

use crate::fact::{Fact, Value};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Kinds that belong to a plan and to nothing else.
pub const KINDS: &[&str] = &["plan", "reserves", "face", "heading", "system"];

/// Tiers, the most detailed first.
const TIERS: &[&str] = &["annual", "three-year", "five-year", "ten-year"];

const IN_FORCE: &str = "in-force";
const SUPERSEDED: &str = "superseded";

/// One version of a plan on a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Its name, unique on the map: the id of its `plan` fact.
    pub name: String,
    /// Name of the plan for people.
    pub title: String,
    /// Tier.
    pub tier: Option<String>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// SHA-256 of the file it was read from.
    pub sha256: Option<String>,
    /// True while no later version of its tier took its place.
    pub in_force: bool,
    /// Its faces.
    pub faces: usize,
    /// Its headings.
    pub headings: usize,
    /// Treatments that it plans.
    pub treatments: usize,
}

fn mark(version: &str) -> String {
    format!("@{version}")
}

/// The version that a fact belongs to; nothing for a fact of the mine itself.
pub fn version_of(fact: &Fact) -> Option<&str> {
    match fact.kind {
        "plan" => fact.text("state").map(|_| fact.id.as_str()),
        "reserves" | "face" | "heading" | "system" | "treatment" => {
            fact.text("plan").filter(|version| fact.id.ends_with(&mark(version)))
        }
        _ => None,
    }
}

/// Could a fact of this kind and id be one of a version? By its id alone: for who knows no more of it.
pub fn may_be_of_a_version(kind: &str, id: &str) -> bool {
    kind == "plan" || (id.contains('@') && (KINDS.contains(&kind) || kind == "treatment"))
}

/// The facts of a plan as a map keeps them for a version in force; what is neither of a plan nor a treatment is left
/// out. `plan` must be among them: a plan without a head gets one.
pub fn stamp(facts: &[Fact], version: &str, sha256: &str) -> Vec<Fact> {
    let head = facts.iter().find(|fact| fact.kind == "plan").cloned();
    let head = head.unwrap_or_else(|| {
        let source = facts.first().map(|fact| crate::fact::Source { place: String::new(), ..fact.source.clone() });
        Fact::new("plan", version).from_source(source.unwrap_or_default())
    });
    let text = |words: &str| Value::Text(words.to_owned());
    let head = Fact { id: version.to_owned(), ..head }.with("state", text(IN_FORCE)).with("sha256", text(sha256));
    let rest =
        facts.iter().filter(|fact| fact.kind != "plan" && (KINDS.contains(&fact.kind) || fact.kind == "treatment"));
    std::iter::once(head)
        .chain(rest.map(|fact| {
            Fact { id: format!("{}{}", fact.id, mark(version)), ..fact.clone() }.with("plan", text(version))
        }))
        .collect()
}

/// The head of a version that another took the place of; nothing where it is superseded already.
pub fn superseded(head: &Fact) -> Option<Fact> {
    (head.text("state") == Some(IN_FORCE)).then(|| head.clone().with("state", Value::Text(SUPERSEDED.to_owned())))
}

fn tier_rank(tier: Option<&str>) -> usize {
    TIERS.iter().position(|known| Some(*known) == tier).unwrap_or(TIERS.len())
}

/// The versions on a map, the most detailed tier first, of one tier the one in force first.
pub fn versions(facts: &[Fact]) -> Vec<Version> {
    let count = |kind: &str, name: &str| {
        facts.iter().filter(|fact| fact.kind == kind && version_of(fact) == Some(name)).count()
    };
    let mut versions: Vec<Version> = facts
        .iter()
        .filter(|fact| fact.kind == "plan" && version_of(fact).is_some())
        .map(|head| Version {
            name: head.id.clone(),
            title: head.text("name_zh").unwrap_or(&head.id).to_owned(),
            tier: head.text("tier").map(str::to_owned),
            from: head.date("from"),
            to: head.date("to"),
            sha256: head.text("sha256").map(str::to_owned),
            in_force: head.text("state") == Some(IN_FORCE),
            faces: count("face", &head.id),
            headings: count("heading", &head.id),
            treatments: count("treatment", &head.id),
        })
        .collect();
    versions.sort_by(|a, b| {
        (tier_rank(a.tier.as_deref()), &a.tier, !a.in_force, &a.name).cmp(&(
            tier_rank(b.tier.as_deref()),
            &b.tier,
            !b.in_force,
            &b.name,
        ))
    });
    versions
}

/// The mine's facts with the workings of one version, under their own ids.
pub fn of(facts: Vec<Fact>, version: &str) -> Vec<Fact> {
    choose(facts, &[version])
}

/// The mine's facts with the workings of the versions in force, under their own ids: each working as the most detailed
/// tier that knows it plans it. A map without versions keeps the plan that its files hold.
pub fn in_force(facts: Vec<Fact>) -> Vec<Fact> {
    if !facts.iter().any(|fact| version_of(fact).is_some()) {
        return facts;
    }
    let names: Vec<String> =
        versions(&facts).into_iter().filter(|version| version.in_force).map(|version| version.name).collect();
    choose(facts, &names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The mine's facts with the workings of these versions; where several know a working the first holds.
fn choose(facts: Vec<Fact>, names: &[&str]) -> Vec<Fact> {
    let (versioned, own): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(|fact| version_of(fact).is_some());
    let mut planned: Vec<Fact> = Vec::new();
    let mut known: BTreeSet<(&'static str, String)> = BTreeSet::new();
    for name in names {
        for fact in versioned.iter().filter(|fact| version_of(fact) == Some(name)) {
            let mut fact = fact.clone();
            // Of heads and reserves there is one: that of the first version.
            let key = match fact.kind {
                "plan" | "reserves" => String::new(),
                _ => fact.id.strip_suffix(&mark(name)).unwrap_or(&fact.id).to_owned(),
            };
            if fact.kind != "plan" {
                fact.id = fact.id.strip_suffix(&mark(name)).unwrap_or(&fact.id).to_owned();
            }
            if known.insert((fact.kind, key)) {
                planned.push(fact);
            }
        }
    }
    with_plan(own, planned)
}

/// The mine's facts with the workings of another plan in place of its own. Treatments that it plans join the mine's;
/// where the mine itself records one of the same id that is further than planned, the record holds.
pub fn with_plan(mut facts: Vec<Fact>, planned: Vec<Fact>) -> Vec<Fact> {
    let further: BTreeSet<String> = facts
        .iter()
        .filter(|fact| fact.kind == "treatment" && !matches!(fact.text("state"), None | Some("designed" | "planned")))
        .map(|fact| fact.id.clone())
        .collect();
    let planned: Vec<Fact> = planned
        .into_iter()
        .filter(|fact| KINDS.contains(&fact.kind) || (fact.kind == "treatment" && !further.contains(&fact.id)))
        .collect();
    let ids: BTreeSet<&str> =
        planned.iter().filter(|fact| fact.kind == "treatment").map(|fact| fact.id.as_str()).collect();
    facts.retain(|fact| {
        let of_it = KINDS.contains(&fact.kind) || fact.kind == "treatment" && ids.contains(fact.id.as_str());
        !of_it
    });
    facts.extend(planned);
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Value {
        Value::Text(words.to_owned())
    }

    fn plan(tier: &str, faces: &[&str]) -> Vec<Fact> {
        let mut facts = vec![Fact::new("plan", "x").with("tier", text(tier)), Fact::new("goaf", "G1")];
        facts.extend(faces.iter().map(|id| Fact::new("face", *id).with("note", text(tier))));
        facts
    }

    fn ids(facts: &[Fact]) -> Vec<String> {
        facts.iter().map(|fact| format!("{} {} {}", fact.kind, fact.id, fact.text_or_none())).collect()
    }

    impl Fact {
        fn text_or_none(&self) -> &str {
            if self.kind == "face" { self.text("note").unwrap_or("") } else { "" }
        }
    }

    #[test]
    fn each_working_is_that_of_the_most_detailed_tier_in_force() {
        let mut map = vec![Fact::new("goaf", "G1"), Fact::new("face", "of the map's files")];
        map.extend(stamp(&plan("ten-year", &["3101", "3102", "3103"]), "T", "aa"));
        map.extend(stamp(&plan("three-year", &["3101"]), "A", "bb"));
        map.extend(stamp(&plan("three-year", &["3101", "3102"]), "B", "cc"));
        let old = map.iter().position(|fact| fact.id == "A").unwrap();
        map[old] = superseded(&map[old]).unwrap();
        assert!(superseded(&map[old]).is_none());
        let listed: Vec<(String, bool, usize)> =
            versions(&map).into_iter().map(|v| (v.name, v.in_force, v.faces)).collect();
        assert_eq!(listed, [("B".to_owned(), true, 2), ("A".to_owned(), false, 1), ("T".to_owned(), true, 3)]);
        assert_eq!(
            ids(&in_force(map.clone())),
            ["goaf G1 ", "plan B ", "face 3101 three-year", "face 3102 three-year", "face 3103 ten-year"]
        );
        assert_eq!(ids(&of(map, "A")), ["goaf G1 ", "plan A ", "face 3101 three-year"]);
    }

    #[test]
    fn what_was_done_is_not_undone_by_what_was_planned() {
        let treatment = |id: &str, state: &str| Fact::new("treatment", id).with("state", text(state));
        let own = vec![treatment("T1", "passed"), treatment("T2", "planned")];
        let found =
            with_plan(own, vec![treatment("T1", "planned"), treatment("T2", "running"), treatment("T3", "planned")]);
        let states: Vec<_> = found.iter().map(|fact| (fact.id.as_str(), fact.text("state"))).collect();
        assert_eq!(states, [("T1", Some("passed")), ("T2", Some("running")), ("T3", Some("planned"))]);
    }
}
