//! From findings to zones, all at once or again after an edit.
//!
//! A full run is an edit that touches everything: both go the same way, so that the zones after any sequence of edits
//! are, byte for byte, those of a full run over the same facts. What an edit spares: hazards it does not touch are not
//! read again, rules are asked only about what their [`Reads`] says the edit can concern, and only the tiles of ground
//! under findings that came or went are swept again.

use super::{Class, SeamZones, Share, ZoneMap, ground_of, mine_name};
use crate::fact::{Fact, Problem};
use crate::outline::mosaic::{DEFERRED, FORBIDDEN, Mosaic, Patch, Zones};
use crate::outline::{Outline, partition};
use crate::rulebook::{self, Finding, Question, Reads, Rulebook};
use crate::site::seam::Seam;
use crate::site::surface::Parts;
use crate::site::{Change, Site, Touched};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The zones of one mine, kept up to date while its facts change.
///
/// ```
/// use minesift_core::{fact::{Fact, Shape, Value, Position}, outline::Outline, rulebook::Rulebook};
/// use minesift_core::{site::{Change, Site}, zone::{self, Zoning}};
/// # let text = |w: &str| Value::Text(w.to_owned());
/// # let area = |o: Outline| Shape::Areas(o.to_geo());
/// # let facts = vec![
/// #     Fact::new("mine", "M").with("kind", text("coal-underground")).with("hydrogeology", text("simple"))
/// #         .with("gas", text("low")).with("rock_burst", text("none")).with("as_of", Value::Date(jiff::civil::date(2026, 11, 1))),
/// #     Fact::new("licence", "L").with_shape(area(Outline::rectangle(0.0, 0.0, 1000.0, 1000.0))).with("seams", Value::Texts(vec!["3".into()])),
/// #     Fact::new("seam", "3").with("floor_m", Value::Number(-300.0)).with("thickness_m", Value::Number(3.0)),
/// #     Fact::new("survey", "S").with_shape(area(Outline::rectangle(0.0, 0.0, 1000.0, 1000.0)))
/// #         .with("looks_for", Value::Texts(vec!["all".into()])).with("date", Value::Date(jiff::civil::date(2026, 3, 1))),
/// # ];
/// let mut zoning = Zoning::new(Site::new(&facts, None).unwrap(), Rulebook::national());
/// let goaf = Fact::new("goaf", "G1").with_shape(area(Outline::disc([500.0, 500.0], 60.0)));
/// let changed = zoning.apply(&[Change::Put(goaf)]).unwrap();
/// assert_eq!(changed[0].seam, "3");
/// assert!(zoning.map().seams[0].forbidden.area_m2() > 0.0);
/// // The same as a run over all facts.
/// let whole = zone::classify(&Site::new(&zoning.site().facts, None).unwrap(), &Rulebook::national());
/// assert_eq!(format!("{:?}", zoning.map()), format!("{whole:?}"));
/// ```
#[derive(Clone, Debug)]
pub struct Zoning {
    site: Site,
    book: Rulebook,
    /// The judged day, where it is not the day of the facts.
    day: Option<Date>,
    with_plan: bool,
    layers: Vec<Layer>,
    map: ZoneMap,
}

/// What an edit changed on one seam.
#[derive(Clone, Debug, PartialEq)]
pub struct SeamChange {
    /// The seam.
    pub seam: String,
    /// A box that holds all ground whose class may have changed, `[x_min, y_min, x_max, y_max]` in m; nothing where
    /// only reasons changed.
    pub within: Option<[f64; 4]>,
    /// Findings that are gone or no longer the same.
    pub gone: usize,
    /// Findings that are new or no longer the same.
    pub come: usize,
}

impl Zoning {
    /// The zones of a site as its facts stand, judged on their own day.
    pub fn new(site: Site, book: Rulebook) -> Self {
        Self::judged(site, book, None, false)
    }

    /// The zones of a site judged on `day`; `with_plan` counts planned acceptances up to that day.
    pub fn on(site: Site, book: Rulebook, day: Date, with_plan: bool) -> Self {
        Self::judged(site, book, Some(day), with_plan)
    }

    fn judged(site: Site, book: Rulebook, day: Option<Date>, with_plan: bool) -> Self {
        let (layers, map) = run(&site, &book, day.unwrap_or(site.as_of), with_plan);
        Self { site, book, day, with_plan, layers, map }
    }

    /// The site as it stands.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// The book.
    pub fn book(&self) -> &Rulebook {
        &self.book
    }

    /// Its zones.
    pub fn map(&self) -> &ZoneMap {
        &self.map
    }

    /// Changes facts and brings the zones up to date; says what changed on which seam, nothing for seams that stayed.
    ///
    /// # Errors
    /// All problems, when the mine, its grades or its licence would be missing afterwards; nothing is changed then.
    pub fn apply(&mut self, changes: &[Change]) -> Result<Vec<SeamChange>, Vec<Problem>> {
        let touched = self.site.change(changes)?;
        if touched == Touched::default() {
            return Ok(Vec::new());
        }
        let day = self.day.unwrap_or(self.site.as_of);
        if touched.frame {
            let before = std::mem::take(&mut self.map.seams);
            (self.layers, self.map) = run(&self.site, &self.book, day, self.with_plan);
            let all = |zones: &SeamZones| SeamChange {
                seam: zones.seam.clone(),
                within: zones.ground.bounds(),
                gone: before.iter().find(|b| b.seam == zones.seam).map_or(0, |b| b.findings.len()),
                come: zones.findings.len(),
            };
            return Ok(self.map.seams.iter().map(all).collect());
        }
        let mut changed = Vec::new();
        for (layer, zones) in self.layers.iter_mut().zip(&mut self.map.seams) {
            let Some(seam) = self.site.seams.iter().find(|seam| seam.id == zones.seam) else { continue };
            let change = layer.edit(&self.site, seam, &self.book, day, self.with_plan, &touched, zones);
            changed.extend(change);
        }
        Ok(changed)
    }

    /// Makes the facts these, and brings the zones up to date: [`Zoning::apply`] with the changes found by comparing.
    ///
    /// # Errors
    /// As [`Zoning::apply`].
    pub fn replace(&mut self, facts: &[Fact]) -> Result<Vec<SeamChange>, Vec<Problem>> {
        self.apply(&self.site.changes_to(facts))
    }
}

pub(super) fn classify(site: &Site, book: &Rulebook, day: Date, with_plan: bool) -> ZoneMap {
    run(site, book, day, with_plan).1
}

fn run(site: &Site, book: &Rulebook, day: Date, with_plan: bool) -> (Vec<Layer>, ZoneMap) {
    let (layers, seams) = site.licensed_seams().map(|seam| Layer::new(site, seam, book, day, with_plan)).unzip();
    let map = ZoneMap {
        mine: site.mine.id.clone(),
        as_of: site.as_of,
        day,
        edition: std::iter::once(book.edition.as_str())
            .chain(book.books.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(" + "),
        legal: book.legal,
        seams,
        unlicensed: site
            .seams
            .iter()
            .filter(|seam| !site.licence.seams.contains(&seam.id))
            .map(|seam| seam.id.clone())
            .collect(),
    };
    (layers, map)
}

/// What is kept of a finding beside itself.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// The place of the rule that made it among all that were asked.
    asked: u32,
    /// True where it meets the ground; nothing while nobody looked.
    meets: Option<bool>,
}

/// One of those that are asked: a rule of the book, or a stand-off made of data.
#[derive(Clone, Copy)]
enum Asked<'b> {
    Rule(&'static rulebook::Rule, &'b rulebook::Head),
    Standoff(usize),
}

fn asked<'b>(q: &Question<'b>) -> Vec<Asked<'b>> {
    let rules = q.book.in_force(mine_name(q.site.mine.kind), q.day).map(|(rule, head)| Asked::Rule(rule, head));
    rules.chain((0..q.book.standoffs().len()).map(Asked::Standoff)).collect()
}

impl Asked<'_> {
    fn reads(self) -> Reads {
        match self {
            Self::Rule(rule, _) => rule.reads,
            Self::Standoff(_) => Reads::OneHazard { also: &[] },
        }
    }

    /// What it finds, in an order that does not depend on which hazards were asked about together.
    fn ask(self, q: &mut Question<'_>, earlier: &[Finding], rank: &BTreeMap<&str, usize>) -> Vec<Finding> {
        let mut found = match self {
            Self::Rule(rule, head) => {
                q.code = rule.code;
                let mut found = (rule.apply)(q, earlier);
                for finding in found.iter_mut().filter(|finding| finding.exit.is_empty()) {
                    finding.exit = head.exit.clone();
                }
                found
            }
            Self::Standoff(number) => {
                q.code = "";
                q.book.apply_standoff(number, q)
            }
        };
        if let (Some(only), Reads::OneHazard { .. }) = (q.only, self.reads()) {
            found.retain(|finding| subject(finding).is_some_and(|id| only.contains(id)));
        }
        if matches!(self.reads(), Reads::OneHazard { .. }) {
            found.sort_by_key(|finding| subject(finding).and_then(|id| rank.get(id)).copied());
        }
        found
    }
}

fn subject(finding: &Finding) -> Option<&str> {
    finding.hazards.first().map(String::as_str)
}

/// The place of each hazard in the site's order.
fn ranks(site: &Site) -> BTreeMap<&str, usize> {
    site.hazards().iter().enumerate().rev().map(|(number, hazard)| (hazard.id.as_str(), number)).collect()
}

/// What everything that is asked finds, in the order of the book.
pub(super) fn findings(q: &Question<'_>) -> Vec<Finding> {
    let mut all = Vec::new();
    again(q, &mut all, &mut Vec::new(), None);
    all
}

/// Makes `all` what everything that is asked finds after an edit; what the edit cannot concern is left where it lies.
fn again(q: &Question<'_>, all: &mut Vec<Finding>, marks: &mut Vec<Mark>, touched: Option<&Touched>) {
    let rank = ranks(q.site);
    let mut at = 0;
    for (place, asked) in asked(q).into_iter().enumerate() {
        let place = place as u32;
        let end = at + marks[at..].iter().take_while(|mark| mark.asked == place).count();
        let mut q = *q;
        let mut new: Vec<(Finding, Option<bool>)>;
        match (asked.reads(), touched.filter(|touched| is_settled(asked.reads(), touched))) {
            (Reads::OneHazard { .. }, Some(touched)) => {
                q.only = Some(&touched.hazards);
                let found = asked.ask(&mut q, &all[..at], &rank);
                let old = |finding: &Finding| subject(finding).is_some_and(|id| touched.hazards.contains(id));
                if found.is_empty() && !all[at..end].iter().any(old) {
                    at = end;
                    continue;
                }
                let kept = all.drain(at..end).zip(marks.drain(at..end)).filter(|(finding, _)| !old(finding));
                new = kept.map(|(finding, mark)| (finding, mark.meets)).collect();
                if !found.is_empty() {
                    new.extend(found.into_iter().map(|finding| (finding, None)));
                    new.sort_by_cached_key(|(finding, _)| subject(finding).and_then(|id| rank.get(id)).copied());
                }
            }
            (Reads::Kinds(_), Some(_)) => {
                at = end;
                continue;
            }
            _ => {
                new = asked.ask(&mut q, &all[..at], &rank).into_iter().map(|finding| (finding, None)).collect();
                all.drain(at..end);
                marks.drain(at..end);
            }
        }
        let count = new.len();
        marks.splice(at..at, new.iter().map(|(_, meets)| Mark { asked: place, meets: *meets }));
        all.splice(at..at, new.into_iter().map(|(finding, _)| finding));
        at += count;
    }
}

/// What is kept of a seam to bring its zones up to date.
#[derive(Clone, Debug)]
struct Layer {
    ground: Parts,
    /// For each finding, in the order of the book: who made it, and whether it meets the ground.
    marks: Vec<Mark>,
    /// The ground in tiles; nothing where it does not fit tiles.
    mosaic: Option<Mosaic>,
    /// Tonnes of shares on seams where a square metre does not say them.
    tonnes: BTreeMap<u32, Option<f64>>,
}

impl Layer {
    fn new(site: &Site, seam: &Seam, book: &Rulebook, day: Date, with_plan: bool) -> (Self, SeamZones) {
        let ground = ground_of(site, seam);
        let mosaic = Mosaic::new(&ground.below);
        let mut layer = Self { ground, marks: Vec::new(), mosaic, tonnes: BTreeMap::new() };
        let mut zones = SeamZones {
            seam: seam.id.clone(),
            name: seam.name.clone(),
            ground: layer.ground.below.clone(),
            mineable: Outline::default(),
            deferred: Outline::default(),
            forbidden: Outline::default(),
            findings: Vec::new(),
            beside: Vec::new(),
            slivers: Outline::default(),
            shares: Vec::new(),
            remarks: Vec::new(),
            tonnes: None,
        };
        let (mut all, mut marks) = (Vec::new(), Vec::new());
        again(&Question::new(site, seam, &layer.ground, book, day, with_plan), &mut all, &mut marks, None);
        zones.remarks = rulebook::remarks(site, seam, &layer.ground, book, day, with_plan);
        layer.keep(all, marks, &mut zones);
        let marked = layer.mosaic.as_ref().map(Mosaic::all).unwrap_or_default();
        layer.zone(seam, book, &marked, None, &mut zones);
        (layer, zones)
    }

    /// Splits what was found into what meets the ground and what lies beside it.
    fn keep(&mut self, all: Vec<Finding>, mut marks: Vec<Mark>, zones: &mut SeamZones) {
        let mut beside = false;
        for (finding, mark) in all.iter().zip(&mut marks) {
            let meets = mark.meets.get_or_insert_with(|| finding.outline.overlaps(&zones.ground));
            beside |= !*meets;
        }
        if beside {
            for (finding, mark) in all.into_iter().zip(&marks) {
                let list = if mark.meets == Some(true) { &mut zones.findings } else { &mut zones.beside };
                list.push(finding);
            }
        } else {
            zones.findings = all;
        }
        self.marks = marks;
    }

    /// All findings in the order of the book, taken out of the zones.
    fn all(&self, zones: &mut SeamZones) -> Vec<Finding> {
        let met = std::mem::take(&mut zones.findings);
        if zones.beside.is_empty() {
            return met;
        }
        let (mut met, mut beside) = (met.into_iter(), std::mem::take(&mut zones.beside).into_iter());
        let mut all = Vec::with_capacity(self.marks.len());
        for mark in &self.marks {
            all.extend(if mark.meets == Some(true) { met.next() } else { beside.next() });
        }
        all
    }

    #[expect(clippy::too_many_arguments, reason = "an edit of a seam stands in a site, a book, a day and a plan")]
    fn edit(
        &mut self,
        site: &Site,
        seam: &Seam,
        book: &Rulebook,
        day: Date,
        with_plan: bool,
        touched: &Touched,
        zones: &mut SeamZones,
    ) -> Option<SeamChange> {
        let mut all = self.all(zones);
        let mut marks = std::mem::take(&mut self.marks);
        // What may change is set aside, to be held against what comes.
        let q = Question::new(site, seam, &self.ground, book, day, with_plan);
        let settled: Vec<bool> = asked(&q).iter().map(|asked| is_settled(asked.reads(), touched)).collect();
        let may_change = |(finding, mark): &(&Finding, &Mark)| {
            !settled[mark.asked as usize] || finding.hazards.iter().any(|id| touched.hazards.contains(id))
        };
        let suspects: Vec<Finding> = all.iter().zip(&marks).filter(may_change).map(|(f, _)| f.clone()).collect();
        let order = order_of(&all, &marks);
        again(&q, &mut all, &mut marks, Some(touched));
        let news: Vec<&Finding> = all.iter().zip(&marks).filter(may_change).map(|(finding, _)| finding).collect();
        let (gone, come) = difference(&suspects, &news);
        // The same findings in another order are other bytes: two kinds of hazard may share an id.
        let moved = order != order_of(&all, &marks);
        let mut marked = Vec::new();
        let mut shares: BTreeSet<u32> = BTreeSet::new();
        let mut within: Option<[f64; 4]> = None;
        for finding in gone.iter().chain(&come) {
            if let Some(mosaic) = &self.mosaic {
                mosaic.mark(&finding.outline, &mut marked);
            }
            shares.insert(share_of(finding, book));
            let Some(b) = finding.outline.bounds() else { continue };
            let w = within.get_or_insert(b);
            *w = [w[0].min(b[0]), w[1].min(b[1]), w[2].max(b[2]), w[3].max(b[3])];
        }
        let (gone, come) = (gone.len(), come.len());
        let spoke = ["fault", "collapse_column", "slope", "dump"].iter().any(|kind| touched.kinds.contains(kind));
        let remarks = if spoke || touched.evidence {
            rulebook::remarks(site, seam, &self.ground, book, day, with_plan)
        } else {
            std::mem::take(&mut zones.remarks)
        };
        let said = remarks != zones.remarks && (spoke || touched.evidence);
        zones.remarks = remarks;
        self.keep(all, marks, zones);
        if gone + come > 0 {
            self.zone(seam, book, &marked, Some(&shares), zones);
        }
        (gone + come > 0 || moved || said).then(|| SeamChange { seam: zones.seam.clone(), within, gone, come })
    }

    /// Cuts the marked tiles again and brings zones, shares and tonnes up to date; `shares` names those that changed.
    fn zone(
        &mut self,
        seam: &Seam,
        book: &Rulebook,
        marked: &[bool],
        shares: Option<&BTreeSet<u32>>,
        zones: &mut SeamZones,
    ) {
        let numbers = shares_of(&zones.findings, book);
        let patches: Vec<Patch<'_>> = zones
            .findings
            .iter()
            .zip(&numbers)
            .filter(|(finding, _)| finding.class > Class::Mineable)
            .map(|(finding, &share)| Patch {
                outline: &finding.outline,
                class: if finding.class == Class::Forbidden { FORBIDDEN } else { DEFERRED },
                share,
            })
            .collect();
        let sewn = self.mosaic.as_mut().and_then(|mosaic| {
            if !marked.is_empty() {
                mosaic.sweep(&patches, marked);
            }
            Some((mosaic.zones()?, mosaic.shares_m2()))
        });
        let (cut, m2) = match sewn {
            Some((cut, m2)) => (cut, Some(m2)),
            None => (whole(&zones.ground, &patches), None),
        };
        Zones {
            mineable: zones.mineable,
            deferred: zones.deferred,
            forbidden: zones.forbidden,
            slivers: zones.slivers,
        } = cut;
        let per_m2 = seam.tonnes_per_m2();
        let mut named: BTreeMap<(u32, String, Class), u32> = BTreeMap::new();
        let mut last = None;
        for (finding, &share) in zones.findings.iter().zip(&numbers) {
            let this = Some((share, finding.rule.as_str()));
            if this == last {
                continue;
            }
            last = this;
            // In the order of the book's rules; stand-offs by their names.
            let place = if share < STANDOFFS { share / 4 } else { u32::MAX };
            named.insert((place, finding.rule.clone(), finding.class), share);
        }
        let union = |share: u32| {
            Outline::union(patches.iter().filter(|p| p.share == share).map(|p| p.outline)).within(&zones.ground)
        };
        let mut tonnes = std::mem::take(&mut self.tonnes);
        tonnes.retain(|share, _| shares.is_some_and(|changed| !changed.contains(share)));
        zones.shares = named
            .into_iter()
            .map(|((_, rule, class), share)| {
                let m2 = match &m2 {
                    Some(m2) => m2.get(&share).copied().unwrap_or(0.0),
                    None => union(share).area_m2(),
                };
                let tonnes = match (seam.density_t_m3, per_m2) {
                    (None, _) => None,
                    (_, Some(per_m2)) => Some(m2 * per_m2),
                    _ => *tonnes.entry(share).or_insert_with(|| seam.tonnes(&union(share))),
                };
                Share { rule, class, m2, tonnes }
            })
            .collect();
        self.tonnes = tonnes;
        let of =
            [&zones.ground, &zones.mineable, &zones.deferred, &zones.forbidden].map(|outline| seam.tonnes(outline));
        zones.tonnes = match of {
            [Some(a), Some(b), Some(c), Some(d)] => Some([a, b, c, d]),
            _ => None,
        };
    }
}

/// Who found what about whom, in order, as one number.
fn order_of(all: &[Finding], marks: &[Mark]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (finding, mark) in all.iter().zip(marks) {
        (mark.asked, subject(finding)).hash(&mut hasher);
    }
    hasher.finish()
}

/// True where an edit cannot change what a rule finds but about the hazards it names.
fn is_settled(reads: Reads, touched: &Touched) -> bool {
    let concerns = |kinds: &[&str]| kinds.iter().any(|kind| touched.kinds.contains(kind));
    match reads {
        Reads::OneHazard { also } => !concerns(also),
        Reads::Kinds(kinds) => !touched.evidence && !concerns(kinds),
        Reads::Everything => false,
    }
}

/// Findings of one list that the other has not, the same ones set against each other one by one.
fn difference<'a>(before: &'a [Finding], after: &[&'a Finding]) -> (Vec<&'a Finding>, Vec<&'a Finding>) {
    let mut held: BTreeMap<(&str, Class, &Outline), Vec<&Finding>> = BTreeMap::new();
    for finding in before {
        held.entry((&finding.rule, finding.class, &finding.outline)).or_default().push(finding);
    }
    let mut come = Vec::new();
    for finding in after {
        let same = held
            .get_mut(&(finding.rule.as_str(), finding.class, &finding.outline))
            .and_then(|list| list.iter().position(|other| other == finding).map(|place| list.swap_remove(place)));
        if same.is_none() {
            come.push(*finding);
        }
    }
    (held.into_values().flatten().collect(), come)
}

/// Numbers of shares of stand-offs made of data begin here; those of rules are four times the rule's place, and the class.
const STANDOFFS: u32 = 1 << 20;

/// The number of what a finding adds to: its rule and class.
fn share_of(finding: &Finding, book: &Rulebook) -> u32 {
    let place = rulebook::rules().position(|rule| rule.code == finding.rule);
    let place = match place {
        Some(place) => place as u32 * 4,
        // Stand-offs of one code add up together.
        None => STANDOFFS + book.standoffs().iter().position(|s| s.code == finding.rule).unwrap_or(1 << 16) as u32 * 4,
    };
    place + finding.class as u32
}

/// [`share_of`] each; findings of one rule follow each other.
fn shares_of(findings: &[Finding], book: &Rulebook) -> Vec<u32> {
    let mut last: Option<(&Finding, u32)> = None;
    findings
        .iter()
        .map(|finding| match last {
            Some((same, share)) if same.rule == finding.rule && same.class == finding.class => share,
            _ => last.insert((finding, share_of(finding, book))).1,
        })
        .collect()
}

/// The same by sweeps of the whole, for ground that does not fit tiles.
fn whole(ground: &Outline, patches: &[Patch<'_>]) -> Zones {
    let of = |class: u8| patches.iter().filter(move |p| p.class == class).map(|p| p.outline);
    let (forbidden, deferred, mineable) = partition(ground, of(FORBIDDEN), of(DEFERRED));
    let (mineable, deferred, forbidden, slivers) = absorb_slivers(mineable, deferred, forbidden);
    Zones { mineable, deferred, forbidden, slivers }
}

/// Pieces below [`super::SLIVER_M2`] join the worse class they touch; nothing is ever opened by it.
fn absorb_slivers(mineable: Outline, deferred: Outline, forbidden: Outline) -> (Outline, Outline, Outline, Outline) {
    let small = |outline: &Outline| -> Vec<Outline> {
        outline.parts().filter(|part| part.area_m2() < super::SLIVER_M2).collect()
    };
    let touches =
        |part: &Outline, class: &Outline| !class.is_empty() && part.may_meet(class) && part.distance_to_m(class) < 1e-3;
    let (mut to_deferred, mut to_forbidden) = (Vec::new(), Vec::new());
    for part in small(&mineable) {
        if touches(&part, &forbidden) {
            to_forbidden.push(part);
        } else if touches(&part, &deferred) {
            to_deferred.push(part);
        }
    }
    for part in small(&deferred) {
        if touches(&part, &forbidden) {
            to_forbidden.push(part);
        }
    }
    if to_deferred.is_empty() && to_forbidden.is_empty() {
        return (mineable, deferred, forbidden, Outline::default());
    }
    let (up, over) = (Outline::union(&to_deferred), Outline::union(&to_forbidden));
    let slivers = Outline::union([&up, &over]);
    let forbidden = Outline::union([&forbidden, &over]);
    let deferred = Outline::union([&deferred, &up]).minus(&forbidden);
    (mineable.minus(&slivers), deferred, forbidden, slivers)
}
