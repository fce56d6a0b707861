//! What differs between two states of a mine: facts, ground that changed its class and why, faces that flipped.

use crate::canon;
use minesift_core::fact::{Fact, Shape};
use minesift_core::kind;
use minesift_core::outline::Outline;
use minesift_core::rulebook::Finding;
use minesift_core::site::Site;
use minesift_core::text::Text;
use minesift_core::zone::{Class, SeamZones, ZoneMap};
use std::collections::BTreeMap;

/// What became of one fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    /// Kind.
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// True when it is new, false when it is gone, nothing when it changed.
    pub added: Option<bool>,
    /// Keys that differ.
    pub keys: Vec<String>,
}

/// Ground of one seam that went from one class to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// Seam.
    pub seam: String,
    /// Its class before; nothing where it was no ground.
    pub from: Option<Class>,
    /// Its class after; nothing where it is no ground any more.
    pub to: Option<Class>,
    /// The ground.
    pub outline: Outline,
    /// Findings that decide: what closes it now, or what closed it before and does not now.
    pub reasons: Vec<Why>,
}

/// One finding behind a flip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Why {
    /// True when it closes now and did not before; false when it closed before.
    pub closes: bool,
    /// Rule.
    pub rule: String,
    /// Its class.
    pub class: Class,
    /// Hazards behind it.
    pub hazards: Vec<String>,
    /// Those of them, and treatments and observations of them, that changed.
    pub changed: Vec<String>,
    /// Why.
    pub because: Text,
}

/// A face or working whose worst class changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Face {
    /// Kind: face, heading or working.
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// Seam.
    pub seam: String,
    /// Worst class before.
    pub from: Option<Class>,
    /// Worst class after.
    pub to: Option<Class>,
}

/// What differs between two states.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference {
    /// Facts.
    pub facts: Vec<Changed>,
    /// Ground, seam by seam.
    pub flips: Vec<Flip>,
    /// Faces, headings and workings.
    pub faces: Vec<Face>,
}

impl Difference {
    /// True when nothing differs.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.flips.is_empty() && self.faces.is_empty()
    }
}

/// Ground below this, m², is a rounding of the grid and no flip.
const LEAST_M2: f64 = 0.01;

/// What differs between two sites and their zones.
pub fn between(before: &Site, zones_before: &ZoneMap, after: &Site, zones_after: &ZoneMap) -> Difference {
    let facts = changed(&before.facts, &after.facts);
    let mut seams: Vec<&str> = Vec::new();
    for zones in zones_after.seams.iter().chain(&zones_before.seams) {
        if !seams.contains(&zones.seam.as_str()) {
            seams.push(&zones.seam);
        }
    }
    let of = |map: &'_ ZoneMap, seam: &str| map.seams.iter().find(|zones| zones.seam == seam).cloned();
    let mut flips = Vec::new();
    let mut faces = Vec::new();
    for seam in seams {
        let (a, b) = (of(zones_before, seam), of(zones_after, seam));
        flips.extend(flips_of(seam, a.as_ref(), b.as_ref(), &facts, before, after));
        faces.extend(faces_of(seam, a.as_ref(), b.as_ref(), before, after));
    }
    faces.sort();
    Difference { facts, flips, faces }
}

/// Facts that differ between two lists, by kind and id.
pub fn changed(before: &[Fact], after: &[Fact]) -> Vec<Changed> {
    let index = |facts: &[Fact]| -> BTreeMap<(usize, String), Fact> {
        facts.iter().map(|fact| ((kind::rank(fact.kind), fact.id.clone()), fact.clone())).collect()
    };
    let (before, after) = (index(before), index(after));
    let mut changes = Vec::new();
    for key in before.keys().chain(after.keys()).collect::<std::collections::BTreeSet<_>>() {
        match (before.get(key), after.get(key)) {
            (Some(a), Some(b)) => {
                let keys = crate::map::changed_keys(a, b, true);
                if canon::encode(a) != canon::encode(b) {
                    changes.push(Changed { kind: b.kind, id: b.id.clone(), added: None, keys });
                }
            }
            (None, Some(b)) => {
                changes.push(Changed { kind: b.kind, id: b.id.clone(), added: Some(true), keys: Vec::new() });
            }
            (Some(a), None) => {
                changes.push(Changed { kind: a.kind, id: a.id.clone(), added: Some(false), keys: Vec::new() });
            }
            (None, None) => {}
        }
    }
    changes
}

const CLASSES: [Class; 3] = [Class::Mineable, Class::Deferred, Class::Forbidden];

fn flips_of(
    seam: &str,
    before: Option<&SeamZones>,
    after: Option<&SeamZones>,
    facts: &[Changed],
    site_before: &Site,
    site_after: &Site,
) -> Vec<Flip> {
    let none = Outline::default();
    let ground = |zones: Option<&SeamZones>, class: Option<Class>, other: Option<&SeamZones>| match (zones, class) {
        (Some(zones), Some(class)) => zones.of(class).clone(),
        (None, Some(_)) => none.clone(),
        (zones, None) => other.map_or_else(Outline::default, |o| o.ground.minus(zones.map_or(&none, |z| &z.ground))),
    };
    let mut flips = Vec::new();
    let classes = || CLASSES.into_iter().map(Some).chain([None]);
    for from in classes() {
        for to in classes().filter(|to| *to != from) {
            let outline = ground(before, from, after).within(&ground(after, to, before));
            if outline.area_m2() < LEAST_M2 {
                continue;
            }
            let was = reasons(before, &outline, false, facts, site_before);
            let is = reasons(after, &outline, true, facts, site_after);
            // What speaks before and after alike explains nothing.
            let same = |a: &Why, b: &Why| {
                a.rule == b.rule && a.class == b.class && a.hazards == b.hazards && a.because == b.because
            };
            let mut reasons: Vec<Why> =
                is.iter().filter(|why| !was.iter().any(|old| same(why, old))).cloned().collect();
            reasons.extend(was.iter().filter(|why| !is.iter().any(|new| same(why, new))).cloned());
            if reasons.is_empty() {
                // The same reason with another reach: it is named as it stands now.
                reasons = if to > from { is } else { was };
            }
            reasons.sort();
            reasons.dedup();
            flips.push(Flip { seam: seam.to_owned(), from, to, outline, reasons });
        }
    }
    flips
}

fn reasons(zones: Option<&SeamZones>, outline: &Outline, closes: bool, facts: &[Changed], site: &Site) -> Vec<Why> {
    let findings: &[Finding] = zones.map_or(&[], |zones| &zones.findings);
    let mut why: Vec<Why> = findings
        .iter()
        .filter(|finding| finding.outline.within(outline).area_m2() >= LEAST_M2)
        .map(|finding| Why {
            closes,
            rule: finding.rule.clone(),
            class: finding.class,
            hazards: finding.hazards.clone(),
            changed: facts
                .iter()
                .filter(|fact| {
                    finding.hazards.contains(&fact.id)
                        || about(site, fact).is_some_and(|id| finding.hazards.contains(&id))
                })
                .map(|fact| format!("{} {}", fact.kind, fact.id))
                .collect(),
            because: finding.because.clone(),
        })
        .collect();
    why.sort();
    why.dedup();
    why
}

/// The hazard that an observation or a treatment is about.
fn about(site: &Site, changed: &Changed) -> Option<String> {
    let fact = site.facts.iter().find(|fact| fact.kind == changed.kind && fact.id == changed.id)?;
    match fact.kind {
        "observation" | "treatment" => fact.text("hazard").map(str::to_owned),
        _ => None,
    }
}

/// The ground of a planned or driven working in plan.
pub(crate) fn footprint(fact: &Fact) -> Option<Outline> {
    match &fact.shape {
        Some(Shape::Areas(areas)) => Outline::repaired(areas).ok().map(|(outline, ..)| outline),
        Some(Shape::Lines(lines)) => {
            let width = fact.number("width_m").unwrap_or(5.0);
            let strips: Vec<Outline> = lines
                .iter()
                .map(|line| Outline::strip(&line.iter().map(|p| p.xy()).collect::<Vec<_>>(), width))
                .collect();
            Some(Outline::union(&strips))
        }
        _ => None,
    }
}

fn worst(zones: Option<&SeamZones>, outline: &Outline) -> Option<Class> {
    let zones = zones?;
    CLASSES.into_iter().rev().find(|class| zones.of(*class).within(outline).area_m2() >= 1.0)
}

fn faces_of(seam: &str, a: Option<&SeamZones>, b: Option<&SeamZones>, before: &Site, after: &Site) -> Vec<Face> {
    let mut faces = Vec::new();
    for fact in after
        .facts
        .iter()
        .filter(|fact| matches!(fact.kind, "face" | "heading" | "working") && fact.text("seam") == Some(seam))
    {
        let Some(now) = footprint(fact) else { continue };
        let was = before.facts.iter().find(|old| old.kind == fact.kind && old.id == fact.id).and_then(footprint);
        let from = was.as_ref().and_then(|was| worst(a, was));
        let to = worst(b, &now);
        if was.is_some() && from != to {
            faces.push(Face { kind: fact.kind, id: fact.id.clone(), seam: seam.to_owned(), from, to });
        }
    }
    faces
}
