//! Which ground stops which working, and from which day it no longer does.
//!
//! Zones change only on a few days: when a planned treatment is to be accepted, and when an edition of the book
//! changes. Between two of them one evaluation holds; that is a *stretch*. What changes from one stretch to the next is
//! only what the treated hazards close: see [`slices`].

mod slices;

use super::days::{self, Days};
use super::model::{Plan, Working};
use super::verdict::Lawful;
use crate::outline::Outline;
use crate::rulebook::{Finding, Rulebook};
use crate::site::Site;
use crate::site::seam::Seam;
use crate::site::surface::Parts;
use crate::site::treatment::State;
use crate::zone::{self, Class};
use jiff::civil::Date;
use slices::{Calendar, Slice, Slices};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::OnceLock;

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

/// How jobs that do not need each other are done: given their count and what does the one of a number, once each. Core
/// has no threads; who has some brings them.
pub type Together<'a> = &'a (dyn Fn(usize, &(dyn Fn(usize) + Sync)) + Sync);

/// Jobs one after the other.
pub fn one_by_one(count: usize, job: &(dyn Fn(usize) + Sync)) {
    (0..count).for_each(job);
}

/// What each job gives, in the order of their numbers.
fn collect<T: Send + Sync>(together: Together<'_>, count: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let done: Vec<OnceLock<T>> = (0..count).map(|_| OnceLock::new()).collect();
    let all = |number: usize| {
        done[number].get_or_init(|| job(number));
    };
    together(count, &all);
    // A job that was left out is done now.
    (0..count).for_each(&all);
    done.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// What one working meets, stretch by stretch.
struct Meeting<'a> {
    met: Vec<(&'a Slice, Outline)>,
    area: f64,
    /// First stretches of the runs in which nothing changes for this working.
    cuts: Vec<usize>,
    known: BTreeMap<usize, Overlap>,
}

/// Overlaps of one working in one run of stretches: findings of each closing, the largest overlap first.
#[derive(Clone, Default)]
struct Overlap {
    by: [Vec<(f64, usize)>; 3],
    /// What is known of their ground so far; a union is drawn only where it decides.
    m2: [Option<f64>; 3],
}

impl<'a> Meeting<'a> {
    fn new(slices: &'a Slices, working: &Working, area: &Outline, count: usize) -> Self {
        let met = slices.stopping(working, area);
        let mut cuts: Vec<usize> = met.iter().flat_map(|(slice, _)| [slice.when.start, slice.when.end]).collect();
        cuts.push(0);
        cuts.retain(|cut| *cut < count);
        cuts.sort_unstable();
        cuts.dedup();
        Self { met, area: area.area_m2(), cuts, known: BTreeMap::new() }
    }

    /// The run that a stretch lies in: its first stretch.
    fn run(&self, stretch: usize) -> usize {
        self.cuts[self.cuts.partition_point(|cut| *cut <= stretch).saturating_sub(1)]
    }

    /// Runs that meet some of these stretches.
    fn runs(&self, stretches: &Range<usize>) -> impl Iterator<Item = usize> + use<'_, 'a> {
        let first = self.run(stretches.start);
        let end = stretches.end;
        self.cuts.iter().copied().filter(move |cut| *cut >= first && *cut < end)
    }

    fn overlap(&mut self, run: usize) -> &Overlap {
        if !self.known.contains_key(&run) {
            let found = self.measure(run);
            self.known.insert(run, found);
        }
        self.known.entry(run).or_default()
    }

    fn measure(&self, run: usize) -> Overlap {
        let mut by: [Vec<(f64, usize)>; 3] = Default::default();
        for (i, (slice, outline)) in self.met.iter().enumerate().filter(|(_, (slice, _))| slice.when.contains(&run)) {
            let place = match slice.finding.class {
                _ if slice.finding.rule == UNSURVEYED => Closing::Unsurveyed,
                Class::Forbidden => Closing::Forbidden,
                _ => Closing::Deferred,
            };
            by[place as usize].push((outline.area_m2(), i));
        }
        for list in &mut by {
            list.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        Overlap { by, m2: [None; 3] }
    }

    /// Ground of a working that one closing stops in a run, m².
    fn m2(&mut self, run: usize, closing: Closing) -> f64 {
        let place = closing as usize;
        if let Some(m2) = self.overlap(run).m2[place] {
            return m2;
        }
        let by = self.overlap(run).by.clone();
        let union = |list: &[(f64, usize)]| Outline::union(list.iter().map(|(_, i)| &self.met[*i].1));
        // One finding alone, or one that takes all of the working, needs no union to be measured.
        let sum = |list: &[(f64, usize)]| match list {
            [] => 0.0,
            [(m2, _)] => *m2,
            [(m2, _), ..] if *m2 >= self.area => *m2,
            _ => union(list).area_m2(),
        };
        let m2 = match closing {
            Closing::Unsurveyed if !(by[place].is_empty() || by[0].is_empty() && by[1].is_empty()) => {
                union(&by[2]).minus(&Outline::union([&union(&by[0]), &union(&by[1])])).area_m2()
            }
            _ => sum(&by[place]),
        };
        if let Some(overlap) = self.known.get_mut(&run) {
            overlap.m2[place] = Some(m2);
        }
        m2
    }

    fn stops(&mut self, run: usize, closing: Closing) -> bool {
        let list = &self.overlap(run).by[closing as usize];
        match (closing, list.first()) {
            (_, None) => false,
            // The largest alone decides, or all together are too small to.
            (Closing::Forbidden | Closing::Deferred, Some((m2, _))) if *m2 > LEAST_M2 => true,
            (Closing::Forbidden | Closing::Deferred, _) if list.iter().map(|(m2, _)| m2).sum::<f64>() <= LEAST_M2 => {
                false
            }
            _ => self.m2(run, closing) > LEAST_M2,
        }
    }
}

struct Reader<'a> {
    site: &'a Site,
    /// First day of each stretch.
    starts: Vec<Date>,
    ground: BTreeMap<String, Parts>,
    slices: BTreeMap<String, Slices>,
}

impl Reader<'_> {
    /// Stretches that some of these days lie in.
    fn stretches(&self, days: Days) -> Range<usize> {
        let first = self.starts.partition_point(|start| *start <= days.from).saturating_sub(1);
        let end = self.starts.partition_point(|start| *start <= days.to).max(first + 1);
        first..end
    }

    fn closed(&self, working: &Working, days: Days) -> Option<Closed> {
        let seam = working.seam.as_deref()?;
        let slices = self.slices.get(seam)?;
        let area = working.outline.within(&self.ground.get(seam)?.below);
        if area.is_empty() {
            return None;
        }
        let mut meeting = Meeting::new(slices, working, &area, self.starts.len());
        let mut closed = Closed::default();
        let own = self.stretches(days);
        let own_runs: Vec<usize> = meeting.runs(&own).collect();
        for closing in [Closing::Forbidden, Closing::Deferred, Closing::Unsurveyed] {
            let stopped: Vec<usize> = own_runs.iter().copied().filter(|run| meeting.stops(*run, closing)).collect();
            let (Some(first), Some(last)) = (stopped.first().copied(), stopped.last().copied()) else { continue };
            let m2 = meeting.m2(first, closing);
            let at_first = meeting.overlap(first).clone();
            let findings: Vec<Finding> =
                at_first.by[closing as usize].iter().map(|(_, i)| meeting.met[*i].0.finding.clone()).collect();
            let after = meeting.cuts.iter().find(|cut| **cut > last).and_then(|cut| self.starts.get(*cut));
            let until = after.map_or(days.to, |next| days::later(*next, -1).min(days.to));
            // The earliest run from whose first day on all of its days are free.
            let mut lawful = Lawful::Never;
            let later: Vec<usize> = meeting.cuts.iter().copied().filter(|cut| *cut > first).collect();
            for run in later {
                let moved = self.stretches(days.moved_to(self.starts[run]));
                let runs: Vec<usize> = meeting.runs(&moved).collect();
                if runs.into_iter().all(|at| !meeting.stops(at, closing)) {
                    lawful = Lawful::From(self.starts[run]);
                    break;
                }
            }
            let hazards: BTreeSet<&str> = findings.iter().flat_map(|f| f.hazards.iter().map(String::as_str)).collect();
            let set_by = match lawful {
                Lawful::From(day) => self
                    .site
                    .treatments
                    .iter()
                    .filter(|t| hazards.contains(t.hazard.as_str()))
                    .filter(|t| t.state != State::Failed && t.accepts.is_some_and(|accepts| accepts <= day))
                    .map(|t| t.id.clone())
                    .collect(),
                Lawful::Never => Vec::new(),
            };
            closed.offences.insert(
                closing,
                Offence {
                    days: Days { from: self.starts[first].max(days.from), to: until },
                    m2,
                    findings,
                    lawful,
                    set_by,
                },
            );
        }
        // What would stop it if nothing that is only planned were accepted.
        let stopping: BTreeSet<&str> = meeting
            .met
            .iter()
            .filter(|(slice, met)| slice.unplanned && met.area_m2() > LEAST_M2)
            .flat_map(|(slice, _)| slice.finding.hazards.iter().map(String::as_str))
            .collect();
        let rests_on = self.site.treatments.iter().filter(|t| {
            stopping.contains(t.hazard.as_str()) && t.planned_by(days.to) && !t.accepted_by(self.site.as_of)
        });
        closed.rests_on = rests_on.map(|t| t.id.clone()).collect();
        closed.rests_on.sort();
        Some(closed)
    }
}

impl Closures {
    /// What becomes of every working of a plan on the ground it needs, day by day.
    pub fn new(site: &Site, book: &Rulebook, plan: &Plan, together: Together<'_>) -> Self {
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
        let editions: Vec<Date> = book.edition_days();
        let calendar = Calendar { site, book, starts: &starts, editions: &editions };
        let mut seams: Vec<(&Seam, Vec<&Outline>)> = site
            .licensed_seams()
            .filter_map(|seam| {
                let of_seam = |working: &&Working| working.seam.as_deref() == Some(&seam.id);
                let outlines = plan.workings.iter().filter(of_seam).map(|working| &working.outline);
                let areas: Vec<&Outline> = outlines.filter(|outline| !outline.is_empty()).collect();
                (!areas.is_empty() && ground.contains_key(&seam.id)).then_some((seam, areas))
            })
            .collect();
        // The lower a seam, the more lies above it: the longest job goes first.
        seams.reverse();
        let slices: Vec<Slices> = collect(together, seams.len(), |number| {
            let (seam, areas) = &seams[number];
            Slices::new(&calendar, seam, &ground[&seam.id], areas)
        });
        let slices = seams.iter().map(|(seam, _)| seam.id.clone()).zip(slices).collect();
        let reader = Reader { site, starts, ground, slices };
        let of = collect(together, plan.workings.len(), |number| {
            dated[number].and_then(|days| reader.closed(&plan.workings[number], days)).unwrap_or_default()
        });
        Self { of, ground: reader.ground }
    }
}
