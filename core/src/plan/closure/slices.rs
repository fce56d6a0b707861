//! Findings of one seam over the whole plan, each with the stretches in which it holds.
//!
//! An acceptance changes what its own hazard closes and nothing else, so only findings about treated hazards are asked
//! for anew, on a mine that holds those hazards and the ones that speak in the same findings. Gas regions and outburst
//! points are asked for together: whether a region is safe decides how wide its neighbours reach.

use crate::outline::Outline;
use crate::plan::model::Working;
use crate::rulebook::{Finding, Rulebook};
use crate::site::Site;
use crate::site::seam::Seam;
use crate::site::surface::Parts;
use crate::site::treatment::State;
use crate::zone;
use jiff::civil::Date;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

/// A finding and when it holds.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    pub(super) finding: Finding,
    /// Place of its rule in the book.
    place: usize,
    /// Stretches in which it holds; empty where a treatment is accepted before the first.
    pub(super) when: Range<usize>,
    /// True when it holds on the first day while nothing that is only planned is accepted.
    pub(super) unplanned: bool,
}

/// What stops workings on one seam, findable by place.
pub(super) struct Slices {
    pub(super) all: Vec<Slice>,
    tree: RTree<Boxed>,
}

/// Kinds of hazards whose findings build on each other's.
const GAS: &[&str] = &["gas_region", "outburst_point"];

/// The rule by which a failed treatment keeps ground closed.
const FAILED: &str = "TREAT-1";

/// What the stretches of a plan are cut from.
pub(super) struct Calendar<'a> {
    pub(super) site: &'a Site,
    pub(super) book: &'a Rulebook,
    /// First day of each stretch.
    pub(super) starts: &'a [Date],
    /// Days on which the book changes.
    pub(super) editions: &'a [Date],
}

impl Calendar<'_> {
    /// Stretches between two changes of the book.
    fn periods(&self) -> Vec<Range<usize>> {
        let mut firsts: Vec<usize> =
            self.editions.iter().filter_map(|day| self.starts.binary_search(day).ok()).filter(|at| *at > 0).collect();
        firsts.insert(0, 0);
        firsts.push(self.starts.len());
        firsts.dedup();
        firsts.windows(2).map(|pair| pair[0]..pair[1]).collect()
    }

    /// Hazards whose state changes with the beginning of each stretch of a period; those of its first stretch are all
    /// that are accepted by then.
    fn changes(&self, period: &Range<usize>) -> BTreeMap<usize, BTreeSet<String>> {
        let mut changes: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
        for treatment in self.site.treatments.iter().filter(|t| t.state != State::Failed) {
            let Some(accepts) = treatment.accepts else { continue };
            let at = self.starts.partition_point(|start| *start < accepts).max(period.start);
            if period.contains(&at) {
                changes.entry(at).or_default().insert(treatment.hazard.clone());
            }
        }
        changes
    }
}

impl Slices {
    /// All findings on a seam that may stop one of the workings on it.
    pub(super) fn new(calendar: &Calendar<'_>, seam: &Seam, ground: &Parts, areas: &[&Outline]) -> Self {
        let Calendar { site, book, starts, .. } = *calendar;
        let places: BTreeMap<&str, usize> =
            crate::rulebook::rules().enumerate().map(|(place, rule)| (rule.code, place)).collect();
        let wanted = RTree::bulk_load(areas.iter().filter_map(|area| boxed(area, 0)).collect());
        let near = |finding: &Finding| {
            boxed(&finding.outline, 0).is_some_and(|own| {
                wanted.locate_in_envelope_intersecting(&rstar::RTreeObject::envelope(&own)).next().is_some()
            })
        };
        let gas: BTreeSet<&str> = GAS.iter().flat_map(|kind| site.hazards_of(kind)).map(|h| h.id.as_str()).collect();
        // Where no seam of outbursts makes unpredicted ground count, a region speaks only of itself and its neighbours.
        let apart = regions_apart(site, seam);
        let beside = if apart { Beside::new(site, book, starts[0]) } else { Beside::default() };
        let of_gas = |finding: &Finding| {
            if apart {
                return false;
            }
            finding.rule.starts_with("GAS-") || finding.hazards.iter().any(|id| gas.contains(id.as_str()))
        };
        let mut bare = site.bare();
        let index = site.index();
        // Slices of this period that still hold, by hazard; those of gas together under its own word.
        let mut open: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        const OF_GAS: &str = "\0gas";
        let mut all: Vec<Slice> = Vec::new();
        for period in calendar.periods() {
            let day = starts[period.start];
            open.clear();
            let base = zone::findings_on(site, seam, ground, book, day, false);
            // Who speaks in the same finding while nothing is accepted: acceptance adds nobody.
            let mut together: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for finding in base.iter().filter(|finding| finding.hazards.len() > 1) {
                for id in &finding.hazards {
                    together.entry(id).or_default().extend(finding.hazards.iter().map(String::as_str));
                }
            }
            // What failed stays closed by all that it took part in: it changes with its partners.
            let spoiled: BTreeSet<&str> = base
                .iter()
                .filter(|finding| finding.rule == FAILED)
                .flat_map(|finding| finding.hazards.iter().map(String::as_str))
                .collect();
            let mut met: BTreeSet<&str> = BTreeSet::new();
            let mut gas_met = false;
            for finding in base.iter().filter(|finding| near(finding)) {
                met.extend(finding.hazards.iter().map(String::as_str));
                gas_met |= of_gas(finding);
            }
            let changes = calendar.changes(&period);
            let mut ended: Vec<(usize, usize)> = Vec::new();
            let slice = |finding: Finding, when: Range<usize>, unplanned: bool| Slice {
                place: places.get(finding.rule.as_str()).copied().unwrap_or(usize::MAX),
                finding,
                when,
                unplanned,
            };
            let mut push = |slice: Slice, open: &mut BTreeMap<String, Vec<usize>>| {
                for id in &slice.finding.hazards {
                    open.entry(id.clone()).or_default().push(all.len());
                }
                if of_gas(&slice.finding) {
                    open.entry(OF_GAS.to_owned()).or_default().push(all.len());
                }
                all.push(slice);
            };
            for finding in base.iter().filter(|finding| near(finding)) {
                push(slice(finding.clone(), period.clone(), period.start == 0), &mut open);
            }
            for (at, changed) in &changes {
                let with_gas = gas_met && !apart && changed.iter().any(|id| gas.contains(id.as_str()));
                let mut changed: BTreeSet<&str> = changed
                    .iter()
                    .map(String::as_str)
                    .filter(|id| {
                        met.contains(id)
                            || (with_gas && gas.contains(id))
                            || beside.of(id).any(|near| met.contains(near))
                    })
                    .collect();
                if changed.is_empty() {
                    continue;
                }
                let partners: Vec<&str> = changed.iter().filter_map(|id| together.get(id)).flatten().copied().collect();
                changed.extend(partners.into_iter().filter(|id| spoiled.contains(id)));
                let neighbours: Vec<&str> = changed.iter().flat_map(|id| beside.of(id)).collect();
                changed.extend(neighbours);
                let about = |finding: &Finding| {
                    finding.hazards.iter().any(|id| changed.contains(id.as_str())) || (with_gas && of_gas(finding))
                };
                let mut held: BTreeSet<&str> = changed.clone();
                held.extend(changed.iter().filter_map(|id| together.get(id)).flatten());
                held.extend(changed.iter().flat_map(|id| beside.of(id)));
                if with_gas {
                    held.extend(&gas);
                }
                let mut closed: Vec<usize> = changed.iter().filter_map(|id| open.remove(*id)).flatten().collect();
                if with_gas {
                    closed.extend(open.remove(OF_GAS).into_iter().flatten());
                }
                ended.extend(closed.into_iter().map(|i| (i, *at)));
                bare.hold(site, &index, &held);
                let found = zone::findings_on(&bare, seam, ground, book, starts[*at], true);
                for finding in found.into_iter().filter(|finding| about(finding) && near(finding)) {
                    push(slice(finding, *at..period.end, false), &mut open);
                }
            }
            for (i, at) in ended {
                all[i].when.end = all[i].when.end.min(at);
            }
        }
        let boxes = all.iter().enumerate().filter_map(|(i, slice)| boxed(&slice.finding.outline, i)).collect();
        Self { tree: RTree::bulk_load(boxes), all }
    }

    /// Findings that stop a working and the part of its ground that each meets, in the order of the book.
    pub(super) fn stopping(&self, working: &Working, area: &Outline) -> Vec<(&Slice, Outline)> {
        let Some([x0, y0, x1, y1]) = area.bounds() else { return Vec::new() };
        let window = AABB::from_corners([x0, y0], [x1, y1]);
        let mut near: Vec<&Slice> =
            self.tree.locate_in_envelope_intersecting(&window).map(|found| &self.all[found.data]).collect();
        near.retain(|slice| {
            let stops = &slice.finding.stops;
            if working.is_face() { stops.stops_face() } else { stops.stops_heading(working.purpose.as_deref()) }
        });
        let order = |slice: &Slice| (slice.place, slice.when.start, slice.when.end);
        near.sort_by(|a, b| {
            let words = |s: &Slice| (s.finding.because.en.clone(), s.finding.rests_on.clone());
            (order(a), &a.finding.hazards).cmp(&(order(b), &b.finding.hazards)).then_with(|| words(a).cmp(&words(b)))
        });
        near.into_iter()
            .map(|slice| (slice, slice.finding.outline.within(area)))
            .filter(|(_, met)| !met.is_empty())
            .collect()
    }
}

/// True where what a gas region closes depends on its neighbours only: the seam is none of outbursts, nor managed as one.
fn regions_apart(site: &Site, seam: &Seam) -> bool {
    !seam.outburst
        && seam.fact.flag("dynamic_signs") != Some(true)
        && seam.fact.number("gas_pressure_mpa").is_none()
        && site.hazards_of("outburst_point").next().is_none()
}

/// Gas regions by id, each with those within the strip round it.
#[derive(Default)]
struct Beside<'a>(BTreeMap<&'a str, Vec<&'a str>>);

impl<'a> Beside<'a> {
    fn new(site: &'a Site, book: &Rulebook, day: Date) -> Self {
        let strip = book.value_on("GAS-3", "strip_m", Some(day)).map_or(0.0, |(value, _)| value);
        let regions: Vec<_> = site.hazards_of("gas_region").collect();
        let boxes = regions.iter().enumerate().filter_map(|(i, region)| boxed(&region.around(strip + 1.0), i));
        let tree = RTree::bulk_load(boxes.collect());
        let near = |region: &crate::site::hazard::Hazard| {
            let own = boxed(&region.around(strip + 1.0), 0);
            let found = own.into_iter().flat_map(|own| {
                let window = rstar::RTreeObject::envelope(&own);
                tree.locate_in_envelope_intersecting(&window)
                    .map(|found| regions[found.data].id.as_str())
                    .collect::<Vec<_>>()
            });
            found.collect()
        };
        Self(regions.iter().map(|region| (region.id.as_str(), near(region))).collect())
    }

    fn of(&self, id: &str) -> impl Iterator<Item = &'a str> + use<'a, '_> {
        self.0.get(id).into_iter().flatten().copied()
    }
}

fn boxed(outline: &Outline, number: usize) -> Option<Boxed> {
    let [x0, y0, x1, y1] = outline.bounds()?;
    Some(Boxed::new(Rectangle::from_corners([x0, y0], [x1, y1]), number))
}
