//! Which ground stops which working, and from which day it no longer does.
//!
//! Zones change only on a few days: when a planned treatment is to be accepted, and when an edition of the book
//! changes. Between two of them one evaluation holds; that is a *stretch*.

use super::days::{self, Days};
use super::model::{Plan, Working};
use super::verdict::Lawful;
use crate::outline::Outline;
use crate::rulebook::{Finding, Rulebook};
use crate::site::Site;
use crate::site::surface::Parts;
use crate::site::treatment::State;
use crate::zone::{self, Class};
use jiff::civil::Date;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Below this an overlap is the thickness of a pen, m².
pub const LEAST_M2: f64 = 1.0;

/// The rule by which ground that nobody surveyed is deferred.
pub const UNSURVEYED: &str = "BASE-1";

/// Which of the three codes an overlap belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closing {
    /// Forbidden ground.
    Forbidden,
    /// Deferred ground, whatever else covers it.
    Deferred,
    /// Ground that only [`UNSURVEYED`] closes.
    Unsurveyed,
}

/// A working on ground that stops it.
#[derive(Clone, Debug)]
pub struct Offence {
    /// First and last day on which it is stopped.
    pub days: Days,
    /// Ground of it that is stopped on the first of them, m².
    pub m2: f64,
    /// What stops it then, the largest overlap first.
    pub findings: Vec<Finding>,
    /// The earliest day it may begin.
    pub lawful: Lawful,
    /// Planned treatments, by id, whose acceptance sets that day.
    pub set_by: Vec<String>,
}

/// What becomes of one working.
#[derive(Clone, Debug, Default)]
pub struct Closed {
    /// What it offends against.
    pub offences: BTreeMap<Closing, Offence>,
    /// Planned treatments without whose acceptance it would be stopped, by id.
    pub rests_on: Vec<String>,
}

/// The same for every working of a plan.
#[derive(Clone, Debug, Default)]
pub struct Closures {
    /// One for each working, in the order of the plan.
    pub of: Vec<Closed>,
    /// Ground of each seam on the map.
    pub ground: BTreeMap<String, Parts>,
}

type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

/// What stops workings on one seam in one stretch, findable by place.
struct Layer {
    findings: Vec<Finding>,
    tree: RTree<Boxed>,
}

impl Layer {
    fn new(findings: Vec<Finding>) -> Self {
        let boxes = findings
            .iter()
            .enumerate()
            .filter_map(|(i, finding)| {
                let [x0, y0, x1, y1] = finding.outline.bounds()?;
                Some(Boxed::new(Rectangle::from_corners([x0, y0], [x1, y1]), i))
            })
            .collect();
        Self { findings, tree: RTree::bulk_load(boxes) }
    }

    /// Findings that stop a working and the part of its ground that each meets, in the order of the book.
    fn stopping(&self, working: &Working, area: &Outline) -> Vec<(usize, Outline)> {
        let Some([x0, y0, x1, y1]) = area.bounds() else { return Vec::new() };
        let window = AABB::from_corners([x0, y0], [x1, y1]);
        let mut near: Vec<usize> = self.tree.locate_in_envelope_intersecting(&window).map(|found| found.data).collect();
        near.sort_unstable();
        near.into_iter()
            .filter(|i| {
                let stops = &self.findings[*i].stops;
                if working.is_face() { stops.stops_face() } else { stops.stops_heading(working.purpose.as_deref()) }
            })
            .map(|i| (i, self.findings[i].outline.within(area)))
            .filter(|(_, met)| !met.is_empty())
            .collect()
    }
}

/// Overlaps of one working in one stretch.
struct Overlap {
    m2: [f64; 3],
    by: [Vec<(f64, usize)>; 3],
}

impl Overlap {
    fn new(layer: &Layer, working: &Working, area: &Outline) -> Self {
        let met = layer.stopping(working, area);
        let mut by: [Vec<(f64, usize)>; 3] = Default::default();
        let of = |which: &dyn Fn(&Finding) -> bool| -> Vec<&Outline> {
            met.iter().filter(|(i, _)| which(&layer.findings[*i])).map(|(_, outline)| outline).collect()
        };
        let unsurveyed = |f: &Finding| f.rule == UNSURVEYED;
        let forbidden = Outline::union(of(&|f| f.class == Class::Forbidden));
        let deferred = Outline::union(of(&|f| f.class == Class::Deferred && !unsurveyed(f)));
        let mut alone = Outline::union(of(&unsurveyed));
        if !alone.is_empty() {
            alone = alone.minus(&Outline::union([&forbidden, &deferred]));
        }
        for (i, outline) in &met {
            let finding = &layer.findings[*i];
            let place = match finding.class {
                _ if unsurveyed(finding) => 2,
                Class::Forbidden => 0,
                _ => 1,
            };
            by[place].push((outline.area_m2(), *i));
        }
        for list in &mut by {
            list.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        Self { m2: [forbidden.area_m2(), deferred.area_m2(), alone.area_m2()], by }
    }

    fn stops(&self, closing: Closing) -> bool {
        self.m2[closing as usize] > LEAST_M2
    }
}

struct Reader<'a> {
    site: &'a Site,
    book: &'a Rulebook,
    /// First day of each stretch.
    starts: Vec<Date>,
    ground: BTreeMap<String, Parts>,
    layers: BTreeMap<(String, usize, bool), Rc<Layer>>,
}

impl Reader<'_> {
    fn layer(&mut self, seam: &str, stretch: usize, with_plan: bool) -> Option<Rc<Layer>> {
        let key = (seam.to_owned(), stretch, with_plan);
        if let Some(layer) = self.layers.get(&key) {
            return Some(Rc::clone(layer));
        }
        let findings = zone::findings_on(
            self.site,
            self.site.seam(seam)?,
            self.ground.get(seam)?,
            self.book,
            self.starts[stretch],
            with_plan,
        );
        let layer = Rc::new(Layer::new(findings));
        self.layers.insert(key, Rc::clone(&layer));
        Some(layer)
    }

    /// Stretches that some of these days lie in.
    fn stretches(&self, days: Days) -> std::ops::Range<usize> {
        let first = self.starts.partition_point(|start| *start <= days.from).saturating_sub(1);
        let end = self.starts.partition_point(|start| *start <= days.to).max(first + 1);
        first..end
    }

    fn closed(&mut self, working: &Working, days: Days) -> Option<Closed> {
        let seam = working.seam.as_deref()?;
        if !self.site.licence.seams.iter().any(|licensed| licensed == seam) {
            return None;
        }
        let area = working.outline.within(&self.ground.get(seam)?.below);
        if area.is_empty() {
            return None;
        }
        let mut seen: BTreeMap<usize, Rc<Overlap>> = BTreeMap::new();
        let mut overlap = |reader: &mut Self, stretch: usize| -> Option<Rc<Overlap>> {
            if let Some(known) = seen.get(&stretch) {
                return Some(Rc::clone(known));
            }
            let layer = reader.layer(seam, stretch, true)?;
            let found = Rc::new(Overlap::new(&layer, working, &area));
            seen.insert(stretch, Rc::clone(&found));
            Some(found)
        };
        let mut closed = Closed::default();
        let own = self.stretches(days);
        for closing in [Closing::Forbidden, Closing::Deferred, Closing::Unsurveyed] {
            let mut stopped: Vec<usize> = Vec::new();
            for stretch in own.clone() {
                if overlap(self, stretch)?.stops(closing) {
                    stopped.push(stretch);
                }
            }
            let (Some(first), Some(last)) = (stopped.first().copied(), stopped.last().copied()) else { continue };
            let at_first = overlap(self, first)?;
            let layer = self.layer(seam, first, true)?;
            let findings: Vec<Finding> =
                at_first.by[closing as usize].iter().map(|(_, i)| layer.findings[*i].clone()).collect();
            let until = self.starts.get(last + 1).map_or(days.to, |next| days::later(*next, -1).min(days.to));
            // The earliest stretch from whose first day on all of its days are free.
            let mut lawful = Lawful::Never;
            for stretch in first + 1..self.starts.len() {
                let moved = days.moved_to(self.starts[stretch]);
                let mut free = true;
                for at in self.stretches(moved) {
                    free &= !overlap(self, at)?.stops(closing);
                }
                if free {
                    lawful = Lawful::From(self.starts[stretch]);
                    break;
                }
            }
            let hazards: Vec<&str> = findings.iter().flat_map(|f| f.hazards.iter().map(String::as_str)).collect();
            let set_by = match lawful {
                Lawful::From(day) => self
                    .site
                    .treatments
                    .iter()
                    .filter(|t| hazards.contains(&t.hazard.as_str()))
                    .filter(|t| t.state != State::Failed && t.accepts.is_some_and(|accepts| accepts <= day))
                    .map(|t| t.id.clone())
                    .collect(),
                Lawful::Never => Vec::new(),
            };
            closed.offences.insert(
                closing,
                Offence {
                    days: Days { from: self.starts[first].max(days.from), to: until },
                    m2: at_first.m2[closing as usize],
                    findings,
                    lawful,
                    set_by,
                },
            );
        }
        // What would stop it if nothing that is only planned were accepted.
        let planned: Vec<_> = self.site.treatments.iter().filter(|t| t.planned_by(days.to)).cloned().collect();
        if !planned.is_empty() {
            let layer = self.layer(seam, 0, false)?;
            let hazards: Vec<String> = layer
                .stopping(working, &area)
                .into_iter()
                .filter(|(_, met)| met.area_m2() > LEAST_M2)
                .flat_map(|(i, _)| layer.findings[i].hazards.clone())
                .collect();
            closed.rests_on = planned
                .iter()
                .filter(|t| hazards.contains(&t.hazard) && !t.accepted_by(self.site.as_of))
                .map(|t| t.id.clone())
                .collect();
            closed.rests_on.sort();
        }
        Some(closed)
    }
}

impl Closures {
    /// What becomes of every working of a plan on the ground it needs, day by day.
    pub fn new(site: &Site, book: &Rulebook, plan: &Plan) -> Self {
        let dated: Vec<Option<Days>> = plan.workings.iter().map(Working::days).collect();
        let ground: BTreeMap<String, Parts> =
            site.seams.iter().map(|seam| (seam.id.clone(), zone::ground_of(site, seam))).collect();
        let Some(first) = dated.iter().flatten().map(|days| days.from).min() else {
            return Self { of: vec![Closed::default(); plan.workings.len()], ground };
        };
        let accepted = site.treatments.iter().filter(|t| t.state != State::Failed).filter_map(|t| t.accepts);
        let mut starts: Vec<Date> = accepted.chain(book.edition_days()).filter(|day| *day > first).collect();
        starts.push(first);
        starts.sort_unstable();
        starts.dedup();
        let mut reader = Reader { site, book, starts, ground, layers: BTreeMap::new() };
        let of = plan
            .workings
            .iter()
            .zip(dated)
            .map(|(working, days)| days.and_then(|days| reader.closed(working, days)).unwrap_or_default())
            .collect();
        Self { of, ground: reader.ground }
    }
}
