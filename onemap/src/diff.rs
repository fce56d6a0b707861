//! What differs between two states of a mine: facts, ground that changed its class and why, faces that flipped.

use crate::error::MapError;
use crate::{canon, layer, schema, wkb};
use minesift_core::fact::{Fact, Shape};
use minesift_core::kind;
use minesift_core::outline::Outline;
use minesift_core::rulebook::Finding;
use minesift_core::site::{Change, Site};
use minesift_core::text::Text;
use minesift_core::zone::{Class, SeamZones, ZoneMap, Zoning};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

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
    /// The hazard that it is about, where it is an observation or a treatment.
    pub about: Option<String>,
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
    /// What opens it.
    pub exit: Text,
}

/// A finding that holds no longer though its hazards are still on the register. Its exit was met where a treatment was
/// accepted since; otherwise it went because facts changed, which is not the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Met {
    /// Seam.
    pub seam: String,
    /// Rule.
    pub rule: String,
    /// Class it had.
    pub class: Class,
    /// Its hazards.
    pub hazards: Vec<String>,
    /// The exit it named.
    pub exit: Text,
    /// Treatments of its hazards that were accepted since; none: no exit was met, the facts changed.
    pub accepted: Vec<String>,
    /// Facts that changed with it.
    pub by: Vec<String>,
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
    /// Findings that are gone: exits met, and facts that changed.
    pub met: Vec<Met>,
}

impl Difference {
    /// True when nothing differs.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.flips.is_empty() && self.faces.is_empty() && self.met.is_empty()
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
    let mut met = Vec::new();
    for seam in seams {
        let (a, b) = (of(zones_before, seam), of(zones_after, seam));
        flips.extend(flips_of(seam, a.as_ref(), b.as_ref(), &facts));
        faces.extend(faces_of(seam, a.as_ref(), b.as_ref(), before, after));
        met.extend(met_of(seam, a.as_ref(), b.as_ref(), &facts, before, after));
    }
    faces.sort();
    met.sort();
    met.dedup();
    Difference { facts, flips, faces, met }
}

/// How many changed facts are tried one by one, at most.
const MOST_TRIED: usize = 64;

/// Leaves of the changed facts behind each flip those without which the ground would not have changed: each is taken
/// back alone, and what `after` then finds is looked at. Where no single one decides, all of them stay named. `before`:
/// the facts as they were; `after` stands in the end as it stood.
pub fn blame(difference: &mut Difference, before: &[Fact], after: &mut Zoning) {
    let several = |why: &Why| why.changed.len() > 1;
    let named: BTreeSet<String> = difference
        .flips
        .iter()
        .flat_map(|flip| &flip.reasons)
        .filter(|why| several(why))
        .flat_map(|why| why.changed.iter().cloned())
        .collect();
    if named.is_empty() || named.len() > MOST_TRIED {
        return;
    }
    let mut decides: BTreeSet<(usize, &str)> = BTreeSet::new();
    for fact in &difference.facts {
        let name = fact.name();
        let Some(name) = named.get(&name) else { continue };
        let of = |facts: &[Fact]| facts.iter().find(|known| known.kind == fact.kind && known.id == fact.id).cloned();
        let change = |known: Option<Fact>| match known {
            Some(known) => Change::Put(known),
            None => Change::Remove { kind: fact.kind, id: fact.id.clone() },
        };
        let (back, again) = (change(of(before)), change(of(&after.site().facts)));
        // What cannot be taken back alone, such as the mine, decides.
        if after.apply(&[back]).is_err() {
            decides.extend((0..difference.flips.len()).map(|i| (i, name.as_str())));
            continue;
        }
        for (i, flip) in difference.flips.iter().enumerate() {
            let zones = after.map().seams.iter().find(|zones| zones.seam == flip.seam);
            let same = match (zones, flip.to) {
                (Some(zones), Some(to)) => zones.of(to).within(&flip.outline).area_m2(),
                (Some(zones), None) => flip.outline.minus(&zones.ground).area_m2(),
                (None, _) => 0.0,
            };
            if same < flip.outline.area_m2() - LEAST_M2 {
                decides.insert((i, name.as_str()));
            }
        }
        if after.apply(&[again]).is_err() {
            return;
        }
    }
    for (i, flip) in difference.flips.iter_mut().enumerate() {
        for why in &mut flip.reasons {
            let deciding: Vec<String> =
                why.changed.iter().filter(|fact| decides.contains(&(i, fact.as_str()))).cloned().collect();
            if !deciding.is_empty() {
                why.changed = deciding;
            }
        }
    }
}

impl Changed {
    /// Its kind and id.
    fn name(&self) -> String {
        format!("{} {}", self.kind, self.id)
    }
}

/// Facts that differ between two lists, by kind and id.
pub fn changed(before: &[Fact], after: &[Fact]) -> Vec<Changed> {
    let index = |facts: &[Fact]| -> BTreeMap<(usize, String), Fact> {
        facts.iter().map(|fact| ((kind::rank(fact.kind), fact.id.clone()), fact.clone())).collect()
    };
    let (before, after) = (index(before), index(after));
    let mut changes = Vec::new();
    for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let (fact, added, keys) = match (before.get(key), after.get(key)) {
            (Some(a), Some(b)) if canon::encode(a) == canon::encode(b) => continue,
            (Some(a), Some(b)) => (b, None, crate::map::changed_keys(a, b, true)),
            (None, Some(b)) => (b, Some(true), Vec::new()),
            (Some(a), None) => (a, Some(false), Vec::new()),
            (None, None) => continue,
        };
        let about = match fact.kind {
            "observation" | "treatment" => fact.text("hazard").map(str::to_owned),
            _ => None,
        };
        changes.push(Changed { kind: fact.kind, id: fact.id.clone(), added, keys, about });
    }
    changes
}

const CLASSES: [Class; 3] = [Class::Mineable, Class::Deferred, Class::Forbidden];

fn flips_of(seam: &str, before: Option<&SeamZones>, after: Option<&SeamZones>, facts: &[Changed]) -> Vec<Flip> {
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
            let was = reasons(before, &outline, false, facts);
            let is = reasons(after, &outline, true, facts);
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

fn reasons(zones: Option<&SeamZones>, outline: &Outline, closes: bool, facts: &[Changed]) -> Vec<Why> {
    let findings: &[Finding] = zones.map_or(&[], |zones| &zones.findings);
    let mut why: Vec<Why> = findings
        .iter()
        .filter(|finding| finding.outline.within(outline).area_m2() >= LEAST_M2)
        .map(|finding| Why {
            closes,
            rule: finding.rule.clone(),
            class: finding.class,
            hazards: finding.hazards.clone(),
            changed: changed_with(&finding.hazards, facts),
            because: finding.because.clone(),
            exit: finding.exit.clone(),
        })
        .collect();
    why.sort();
    why.dedup();
    why
}

/// Changed facts that are among these hazards, or about one of them.
fn changed_with(hazards: &[String], facts: &[Changed]) -> Vec<String> {
    facts
        .iter()
        .filter(|fact| hazards.contains(&fact.id) || fact.about.as_ref().is_some_and(|id| hazards.contains(id)))
        .map(Changed::name)
        .collect()
}

/// Findings of before whose rule finds nothing about their hazards now, though all of them are still there.
fn met_of(
    seam: &str,
    before: Option<&SeamZones>,
    after: Option<&SeamZones>,
    facts: &[Changed],
    site_before: &Site,
    site: &Site,
) -> Vec<Met> {
    let passed = |site: &Site, hazards: &[String]| -> Vec<String> {
        let of = |fact: &&Fact| fact.kind == "treatment" && fact.text("state") == Some("passed");
        let about = |fact: &&Fact| fact.text("hazard").is_some_and(|id| hazards.iter().any(|hazard| hazard == id));
        site.facts.iter().filter(of).filter(about).map(|fact| fact.id.clone()).collect()
    };
    let of = |zones: Option<&'_ SeamZones>| zones.map_or(Vec::new(), |zones| zones.findings.clone());
    let now = of(after);
    of(before)
        .into_iter()
        .filter(|old| !old.hazards.is_empty())
        .filter(|old| old.hazards.iter().all(|id| site.hazards().iter().any(|hazard| &hazard.id == id)))
        .filter(|old| {
            !now.iter().any(|new| new.rule == old.rule && new.class == old.class && new.hazards == old.hazards)
        })
        .map(|old| Met {
            seam: seam.to_owned(),
            accepted: {
                let before = passed(site_before, &old.hazards);
                passed(site, &old.hazards).into_iter().filter(|id| !before.contains(id)).collect()
            },
            by: changed_with(&old.hazards, facts),
            rule: old.rule,
            class: old.class,
            hazards: old.hazards,
            exit: old.exit,
        })
        .collect()
}

/// Writes the ground that changed as a GeoPackage with one layer, `changed_ground`.
///
/// # Errors
/// When there is a file already, the frame is unknown, or the disk refuses.
pub fn write_layer(path: &Path, crs: Option<&str>, difference: &Difference) -> Result<(), MapError> {
    if path.exists() {
        return Err(MapError::new(format!("{} 已存在", path.display()), format!("{} exists already", path.display())));
    }
    let mut db = Connection::open(path)?;
    layer::functions(&db)?;
    let transaction = db.transaction()?;
    let srs_id = schema::plain(&transaction, crs)?;
    transaction.execute_batch(
        "CREATE TABLE changed_ground (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, seam TEXT NOT NULL, class_before TEXT, class_after TEXT, before_zh TEXT, after_zh TEXT, area_m2 DOUBLE, rules TEXT, hazards TEXT, changed TEXT, reasons_zh TEXT, reasons_en TEXT);",
    )?;
    layer::register(
        &transaction,
        "changed_ground",
        "变化",
        "类别改变的地块 / ground that changed its class",
        Some(("MULTIPOLYGON", 0)),
        srs_id,
    )?;
    for flip in &difference.flips {
        let words = |pick: fn(&Why) -> String| {
            let mut words: Vec<String> = flip.reasons.iter().map(pick).filter(|words| !words.is_empty()).collect();
            words.dedup();
            words
        };
        for part in flip.outline.parts() {
            transaction.execute(
                "INSERT INTO changed_ground(geom, seam, class_before, class_after, before_zh, after_zh, area_m2, rules, hazards, changed, reasons_zh, reasons_en) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                params![
                    wkb::encode(&Shape::Areas(part.to_geo()), srs_id),
                    flip.seam,
                    flip.from.map(Class::name),
                    flip.to.map(Class::name),
                    flip.from.map(|class| class.title().zh),
                    flip.to.map(|class| class.title().zh),
                    part.area_m2(),
                    words(|why| why.rule.clone()).join(" "),
                    words(|why| why.hazards.join(" ")).join(" "),
                    words(|why| why.changed.join(", ")).join(", "),
                    words(|why| format!("{}{}", if why.closes { "+" } else { "-" }, why.because.zh)).join("\n"),
                    words(|why| format!("{}{}", if why.closes { "+" } else { "-" }, why.because.en)).join("\n"),
                ],
            )?;
        }
    }
    schema::extents(&transaction)?;
    transaction.commit()?;
    db.close().map_err(|(_, error)| error.into())
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
