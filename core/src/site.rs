//! [`Site`]: all that is known of one mine on one day, frozen, in one frame of metres.
//!
//! A site is built once from facts and then only read. Building cannot fail half-way: what a fact lacks is taken as
//! the worse case by the rules, what contradicts itself is a [`Problem`]; only a mine that does not state its grades
//! is refused whole.

pub mod borehole;
pub mod evidence;
pub mod hazard;
pub mod mine;
pub mod seam;
pub mod surface;
pub mod survey;
pub mod treatment;

use crate::fact::{Fact, Problem, Shape, Source, Value};
use crate::kind;
use crate::outline::{Outline, OutlineError};
use crate::text::Text;
pub use borehole::{Borehole, boreholes};
use borehole::{by_hole, read_borehole};
use evidence::Observation;
use hazard::Hazard;
use jiff::civil::Date;
pub use mine::{BurstGrade, Gas, Hydrogeology, Licence, Mine, MineKind, Neighbour};
use mine::{read_licence, read_mine, read_neighbour};
use rstar::{AABB, RTree, RTreeObject};
use seam::Seam;
use std::collections::{BTreeMap, BTreeSet};
use survey::Survey;
use treatment::Treatment;

/// All that is known of one mine on one day.
#[derive(Clone, Debug)]
pub struct Site {
    /// The mine.
    pub mine: Mine,
    /// Its licence.
    pub licence: Licence,
    /// Seams from the uppermost down.
    pub seams: Vec<Seam>,
    /// Boreholes by id.
    pub boreholes: Vec<Borehole>,
    /// Neighbours by id.
    pub neighbours: Vec<Neighbour>,
    /// Surveys by id, those dated after the day left out.
    pub surveys: Vec<Survey>,
    /// Treatments by id.
    pub treatments: Vec<Treatment>,
    /// The day the facts stand for.
    pub as_of: Date,
    /// What people must know about the data.
    pub problems: Vec<Problem>,
    /// Every fact the site was built from, sorted by kind and id.
    pub facts: Vec<Fact>,
    hazards: Vec<Hazard>,
    tree: RTree<HazardBox>,
    /// The day that was asked for, where one was.
    asked: Option<Date>,
    /// Facts left out since another of their kind and id came first: kind, id and where they stand.
    pub(crate) doubles: Vec<(&'static str, String, Source)>,
    /// Problems of each part, kept apart so that a part can be kept while others are read again.
    found: Found,
}

/// What reading each part of a site had to say.
#[derive(Clone, Debug, Default)]
struct Found {
    /// Of the mine, the licence, the boreholes and the seams.
    frame: Vec<Problem>,
    treatments: Vec<Problem>,
    surveys: Vec<Problem>,
    /// Of the hazards, by kind and id, where there is any.
    hazards: BTreeMap<(&'static str, String), Vec<Problem>>,
}

/// What of a site an edit touches.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Touched {
    /// The mine, its licence, seams or boreholes: everything is read again.
    pub(crate) frame: bool,
    /// Surveys and neighbours.
    pub(crate) evidence: bool,
    /// Treatments.
    pub(crate) treatments: bool,
    /// Ids of hazards: edited themselves, observed or treated otherwise.
    pub(crate) hazards: BTreeSet<String>,
    /// Their kinds.
    pub(crate) kinds: BTreeSet<&'static str>,
}

/// A change of what is known: facts put on the map or taken off it.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "facts are what changes carry; removals are few")]
pub enum Change {
    /// This fact, in place of the one of its kind and id if there is one.
    Put(Fact),
    /// No fact of this kind and id.
    Remove {
        /// Kind, a name of the catalogue.
        kind: &'static str,
        /// Id.
        id: String,
    },
}

impl Change {
    fn key(&self) -> (usize, &str) {
        match self {
            Self::Put(fact) => (kind::rank(fact.kind), &fact.id),
            Self::Remove { kind, id } => (kind::rank(kind), id),
        }
    }

    /// Makes the change in a sorted list; gives what takes it back, nothing where the list says so already.
    fn make(&self, facts: &mut Vec<Fact>) -> Option<Self> {
        let place = facts.binary_search_by(|f| (kind::rank(f.kind), f.id.as_str()).cmp(&self.key()));
        match (self, place) {
            (Self::Put(fact), Ok(at)) if facts[at] == *fact => None,
            (Self::Put(fact), Ok(at)) => Some(Self::Put(std::mem::replace(&mut facts[at], fact.clone()))),
            (Self::Put(fact), Err(at)) => {
                facts.insert(at, fact.clone());
                Some(Self::Remove { kind: fact.kind, id: fact.id.clone() })
            }
            (Self::Remove { .. }, Ok(at)) => Some(Self::Put(facts.remove(at))),
            (Self::Remove { .. }, Err(_)) => None,
        }
    }
}

/// Numbers of hazards, boreholes and treatments by id.
pub(crate) type Index<'a> = std::collections::BTreeMap<&'a str, [Vec<usize>; 3]>;

/// The box of a hazard in x, y and z.
#[derive(Clone, Debug, PartialEq)]
struct HazardBox {
    number: usize,
    low: [f64; 3],
    high: [f64; 3],
}

impl RTreeObject for HazardBox {
    type Envelope = AABB<[f64; 3]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.low, self.high)
    }
}

impl Site {
    /// The site that `facts` describe, as of `as_of` or, where that is absent, `mine.as_of`, else the latest day of a
    /// recorded fact; never today. Facts dated after it do not count.
    ///
    /// # Errors
    /// All problems, when the mine, its grades or its licence are missing: nothing can be said then.
    pub fn new(facts: &[Fact], as_of: Option<Date>) -> Result<Self, Vec<Problem>> {
        Self::read(facts.to_vec(), as_of, None)
    }

    /// The site of these facts; of `before`, what `touched` does not name is kept.
    fn read(
        facts: Vec<Fact>,
        as_of: Option<Date>,
        before: Option<(&mut Self, &Touched)>,
    ) -> Result<Self, Vec<Problem>> {
        let mut ranked: Vec<(usize, Fact)> = facts.into_iter().map(|fact| (kind::rank(fact.kind), fact)).collect();
        ranked.sort_by(|(i, a), (j, b)| (i, &a.id, &a.source).cmp(&(j, &b.id, &b.source)));
        let mut facts: Vec<Fact> = ranked.into_iter().map(|(_, fact)| fact).collect();
        let (mut problems, mut doubles) = (Vec::new(), Vec::new());
        facts.dedup_by(|next, kept| {
            let same = next.kind == kept.kind && next.id == kept.id;
            if same {
                doubles.push((next.kind, next.id.clone(), next.source.clone()));
                problems.push(Problem::refused(
                    &next.source,
                    Text::new(
                        format!("{} 的编号 {} 重复，保留 {}；请改用不同编号", next.kind, next.id, kept.source),
                        format!(
                            "{} id {} occurs twice, kept the one at {}; give each its own id",
                            next.kind, next.id, kept.source
                        ),
                    ),
                ));
            }
            same
        });
        let Some(day) = day_of(&facts, as_of) else {
            problems.push(Problem::refused(
                &Source::default(),
                Text::new(
                    "没有任何带日期的记录，无法确定截止日期；请给出 mine.as_of 或 --as-of",
                    "no recorded fact has a date, so the day is unknown; give mine.as_of or --as-of",
                ),
            ));
            return Err(problems);
        };
        let mut found = Found::default();
        let mut old_hazards: BTreeMap<(&'static str, String), Hazard> = BTreeMap::new();
        let (mut old_found, mut old_treatments, mut old_surveys) = (Found::default(), None, None);
        let frame = before.map(|(site, touched)| {
            old_hazards = std::mem::take(&mut site.hazards)
                .into_iter()
                .filter(|hazard| !touched.hazards.contains(&hazard.id))
                .map(|hazard| ((hazard.kind, hazard.id.clone()), hazard))
                .collect();
            old_treatments = (!touched.treatments).then(|| std::mem::take(&mut site.treatments));
            old_surveys = (!touched.evidence).then(|| std::mem::take(&mut site.surveys));
            old_found = std::mem::take(&mut site.found);
            found.frame = std::mem::take(&mut old_found.frame);
            let (boreholes, seams) = (std::mem::take(&mut site.boreholes), std::mem::take(&mut site.seams));
            (site.mine.clone(), site.licence.clone(), boreholes, seams)
        });
        let (mine, licence, boreholes, seams) = match frame {
            Some((mine, licence, boreholes, seams)) => (mine, licence, boreholes, Some(seams)),
            None => {
                let mine = read_mine(&facts, &mut found.frame);
                let licence = read_licence(&facts, &mut found.frame);
                let (Some(mine), Some(licence)) = (mine, licence) else {
                    problems.append(&mut found.frame);
                    return Err(problems);
                };
                let drilled = by_hole(&facts);
                let boreholes: Vec<Borehole> = facts
                    .iter()
                    .filter(|f| f.kind == "borehole")
                    .filter_map(|f| read_borehole(f, &drilled, &mut found.frame))
                    .collect();
                (mine, licence, boreholes, None)
            }
        };
        let treatments = if let Some(treatments) = old_treatments {
            found.treatments = old_found.treatments;
            treatments
        } else {
            let of = facts.iter().filter(|f| f.kind == "treatment");
            of.filter_map(|f| Treatment::new(f, &mut found.treatments)).collect()
        };
        let surveys = if let Some(surveys) = old_surveys {
            found.surveys = old_found.surveys;
            surveys
        } else {
            let of = facts.iter().filter(|f| f.kind == "survey");
            of.filter_map(|f| Survey::new(f, &mut found.surveys)).filter(|survey| survey.date <= day).collect()
        };
        let mut observations: BTreeMap<&str, Vec<Observation>> = BTreeMap::new();
        for fact in facts.iter().filter(|f| f.kind == "observation") {
            let read = Observation::new(fact, &mut problems);
            if let (Some(of), Some(read)) =
                (fact.text("hazard"), read.filter(|o| o.date.is_none_or(|date| date <= day)))
            {
                observations.entry(of).or_default().push(read);
            }
        }
        let neighbours = facts.iter().filter(|f| f.kind == "neighbour").map(read_neighbour).collect();
        let mut hazards: Vec<Hazard> = Vec::new();
        let mut hazard_kind = ("", false);
        for fact in &facts {
            if hazard_kind.0 != fact.kind {
                hazard_kind = (fact.kind, kind::kind(fact.kind).is_some_and(|k| k.group == kind::Group::Hazard));
            }
            if !hazard_kind.1 || fact.date("found").is_some_and(|date| date > day) {
                continue;
            }
            let key = (fact.kind, fact.id.clone());
            if let Some(hazard) = old_hazards.remove(&key) {
                hazards.push(hazard);
                if let Some(said) = old_found.hazards.remove(&key) {
                    found.hazards.insert(key, said);
                }
            } else {
                let mut said = Vec::new();
                let looks = observations.get(fact.id.as_str()).map_or(&[] as &[Observation], Vec::as_slice);
                hazards.extend(Hazard::new(fact, looks, &mut said));
                if !said.is_empty() {
                    found.hazards.insert(key, said);
                }
            }
        }
        let seams = seams.unwrap_or_else(|| {
            let mut seams: Vec<Seam> = facts
                .iter()
                .filter(|f| f.kind == "seam")
                .map(|f| Seam::new(f, &facts, &boreholes, &mine, &mut found.frame))
                .collect();
            seam::order(&mut seams, &licence.outline, &mut found.frame);
            seams
        });
        problems.extend(found.frame.iter().chain(&found.treatments).chain(&found.surveys).cloned());
        problems.extend(found.hazards.values().flatten().cloned());
        for hazard in &mut hazards {
            let Some(named) = hazard.fact.text("seam").filter(|named| !seams.iter().any(|seam| seam.id == *named))
            else {
                continue;
            };
            let mut message = Text::new(
                format!("{} 所在煤层 {named} 未登记", hazard.id),
                format!("{} lies in seam {named}, which is not on the map", hazard.id),
            );
            // Its own elevation says where it lies; without one nobody knows. What a pit has below it is PIT-1's.
            if mine.kind == MineKind::CoalUnderground && hazard.number("floor_z_m").is_none() {
                hazard.seam = None;
                message.zh += "，按可能位于任一煤层论；请登记该煤层或改正";
                message.en += ": it is taken to lie in any; register the seam, or mend the name";
            }
            problems.push(Problem::note(&hazard.source, message));
        }
        for treatment in treatments.iter().filter(|treatment| treatment.kind == "drainage") {
            let Some(accepted) = treatment.accepted.filter(|_| treatment.accepted_by(day)) else { continue };
            for hazard in hazards.iter_mut().filter(|hazard| hazard.id == treatment.hazard) {
                let met: Vec<String> = hazard.water_since(accepted).map(str::to_owned).collect();
                let Some(first) = met.first() else { continue };
                problems.push(Problem::note(
                    &treatment.source,
                    Text::new(
                        format!(
                            "{} 在疏放水 {} 验收（{accepted}）当日或以后又见水（{first}）：该验收不再作数，须重新疏放并验收",
                            hazard.id, treatment.id
                        ),
                        format!(
                            "{}: water was met ({first}) on or after {accepted}, when its drainage {} was accepted: that acceptance does not count any more; drain it again and have that accepted",
                            hazard.id, treatment.id
                        ),
                    ),
                ));
                let new: Vec<String> = met.into_iter().filter(|id| !hazard.contradictions.contains(id)).collect();
                hazard.contradictions.extend(new);
            }
        }
        let unsure: Vec<&str> =
            hazards.iter().filter(|h| h.number("uncertainty_m").is_none()).map(|h| h.id.as_str()).collect();
        if let Some(first) = unsure.first() {
            problems.push(Problem::note(&Source::default(), Text::new(
                format!("{} 个致灾因素未给出位置误差，按 0 取值（由探水范围承担）：{first}{}", unsure.len(), if unsure.len() > 1 { " 等" } else { "" }),
                format!("{} hazards record no positional uncertainty, taken as 0 (the probe band carries it): {first}{}", unsure.len(), if unsure.len() > 1 { " and others" } else { "" }),
            )));
        }
        for treatment in &treatments {
            if !hazards.iter().any(|hazard| hazard.id == treatment.hazard) {
                problems.push(Problem::note(
                    &treatment.source,
                    Text::new(
                        format!("治理工程 {} 的对象 {} 不在图上，不起作用", treatment.id, treatment.hazard),
                        format!(
                            "treatment {} names hazard {}, which is not on the map: it opens nothing",
                            treatment.id, treatment.hazard
                        ),
                    ),
                ));
            }
        }
        let tree = boxes(&hazards, &seams);
        problems.sort();
        problems.dedup();
        Ok(Self {
            mine,
            licence,
            seams,
            boreholes,
            neighbours,
            surveys,
            treatments,
            as_of: day,
            problems,
            facts,
            hazards,
            tree,
            asked: as_of,
            doubles,
            found,
        })
    }

    /// Changes facts and reads again what that touches; all other parts stay as they are. Says what was touched.
    ///
    /// # Errors
    /// As [`Site::new`]; the site is then as it was.
    pub(crate) fn change(&mut self, changes: &[Change]) -> Result<Touched, Vec<Problem>> {
        let mut touched = Touched::default();
        let mut facts = std::mem::take(&mut self.facts);
        let mut back = Vec::new();
        for change in changes {
            let Some(inverse) = change.make(&mut facts) else { continue };
            for side in [change, &inverse] {
                if let Change::Put(fact) = side {
                    self.touch(fact, &mut touched);
                }
            }
            back.push(inverse);
        }
        touched.frame |= day_of(&facts, self.asked) != Some(self.as_of);
        if touched.frame {
            match Self::read(facts.clone(), self.asked, None) {
                Ok(site) => *self = site,
                Err(problems) => {
                    for change in back.iter().rev() {
                        change.make(&mut facts);
                    }
                    self.facts = facts;
                    return Err(problems);
                }
            }
            return Ok(touched);
        }
        // Of an observation or a treatment only the hazard's id is known so far.
        touched.kinds.extend(self.hazards.iter().filter(|h| touched.hazards.contains(&h.id)).map(|h| h.kind));
        *self = Self::read(facts, self.asked, Some((self, &touched)))?;
        touched.kinds.extend(self.hazards.iter().filter(|h| touched.hazards.contains(&h.id)).map(|h| h.kind));
        Ok(touched)
    }

    /// The same facts as another list, as changes.
    pub(crate) fn changes_to(&self, facts: &[Fact]) -> Vec<Change> {
        let mut next: BTreeMap<(usize, &str), &Fact> = BTreeMap::new();
        for fact in facts {
            let kept = next.entry((kind::rank(fact.kind), &fact.id)).or_insert(fact);
            if fact.source < kept.source {
                *kept = fact;
            }
        }
        let mut changes = Vec::new();
        for fact in &self.facts {
            match next.remove(&(kind::rank(fact.kind), fact.id.as_str())) {
                Some(same) if same == fact => {}
                Some(other) => changes.push(Change::Put(other.clone())),
                None => changes.push(Change::Remove { kind: fact.kind, id: fact.id.clone() }),
            }
        }
        changes.extend(next.into_values().cloned().map(Change::Put));
        changes
    }

    fn touch(&self, fact: &Fact, touched: &mut Touched) {
        let Some(kind) = kind::kind(fact.kind) else { return };
        match (kind.group, fact.kind) {
            (_, "survey") => touched.evidence = true,
            (kind::Group::Hazard, _) => {
                touched.evidence |= fact.kind == "neighbour";
                touched.hazards.insert(fact.id.clone());
                touched.kinds.insert(fact.kind);
                // A fault breaks the floors that are drawn through points.
                touched.frame |= fact.kind == "fault"
                    && self.seams.iter().any(|seam| matches!(seam.floor, surface::Surface::Triangles(_)));
            }
            (_, "observation") => touched.hazards.extend(fact.text("hazard").map(str::to_owned)),
            (_, "treatment") => {
                touched.treatments = true;
                // What is treated and is no hazard is a borehole, which rules ask for as a whole.
                let id = fact.text("hazard").unwrap_or_default();
                touched.hazards.insert(id.to_owned());
                touched.frame |= !self.hazards.iter().any(|hazard| hazard.id == id);
            }
            (kind::Group::Ground | kind::Group::Evidence, _) => touched.frame = true,
            _ => {}
        }
    }

    /// All hazards, by kind and id.
    pub fn hazards(&self) -> &[Hazard] {
        &self.hazards
    }

    /// Hazards of one kind, by id.
    pub fn hazards_of(&self, kind: &str) -> impl Iterator<Item = &Hazard> + use<'_> {
        debug_assert!(kind::kind(kind).is_some(), "no kind {kind}");
        // Hazards are sorted by kind: those of one stand together.
        let rank = kind::rank(kind);
        let first = self.hazards.partition_point(|hazard| kind::rank(hazard.kind) < rank);
        let last = self.hazards.partition_point(|hazard| kind::rank(hazard.kind) <= rank);
        self.hazards[first..last].iter()
    }

    /// Hazards whose box comes within `distance_m` of a box `[x_min, y_min, x_max, y_max]` and of the elevations
    /// from `z_low` to `z_high`, by kind and id.
    pub fn hazards_near(&self, bounds: [f64; 4], z_low: f64, z_high: f64, distance_m: f64) -> Vec<&Hazard> {
        let window = AABB::from_corners(
            [bounds[0] - distance_m, bounds[1] - distance_m, z_low - distance_m],
            [bounds[2] + distance_m, bounds[3] + distance_m, z_high + distance_m],
        );
        let mut numbers: Vec<usize> =
            self.tree.locate_in_envelope_intersecting(&window).map(|found| found.number).collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|number| &self.hazards[number]).collect()
    }

    /// The same mine without hazards, boreholes, surveys and facts: [`Site::hold`] puts some hazards into it.
    pub(crate) fn bare(&self) -> Self {
        Self {
            mine: self.mine.clone(),
            licence: self.licence.clone(),
            seams: self.seams.clone(),
            boreholes: Vec::new(),
            neighbours: Vec::new(),
            surveys: Vec::new(),
            treatments: Vec::new(),
            as_of: self.as_of,
            problems: Vec::new(),
            facts: Vec::new(),
            hazards: Vec::new(),
            tree: RTree::new(),
            asked: None,
            doubles: Vec::new(),
            found: Found::default(),
        }
    }

    /// Hazards, boreholes and treatments by the id they are about, for [`Site::hold`].
    pub(crate) fn index(&self) -> Index<'_> {
        let mut index = Index::new();
        for (i, hazard) in self.hazards.iter().enumerate() {
            index.entry(&hazard.id).or_default()[0].push(i);
        }
        for (i, hole) in self.boreholes.iter().enumerate() {
            index.entry(&hole.id).or_default()[1].push(i);
        }
        for (i, treatment) in self.treatments.iter().enumerate() {
            index.entry(&treatment.hazard).or_default()[2].push(i);
        }
        index
    }

    /// Puts the hazards and boreholes of these ids, with their treatments, in place of those it has.
    pub(crate) fn hold(&mut self, of: &Self, index: &Index<'_>, ids: &std::collections::BTreeSet<&str>) {
        let mut numbers: [Vec<usize>; 3] = Default::default();
        for found in ids.iter().filter_map(|id| index.get(id)) {
            for (all, own) in numbers.iter_mut().zip(found) {
                all.extend(own);
            }
        }
        numbers.iter_mut().for_each(|list| list.sort_unstable());
        let [hazards, holes, treatments] = numbers;
        self.hazards = hazards.into_iter().map(|i| of.hazards[i].clone()).collect();
        self.boreholes = holes.into_iter().map(|i| of.boreholes[i].clone()).collect();
        self.treatments = treatments.into_iter().map(|i| of.treatments[i].clone()).collect();
        self.tree = boxes(&self.hazards, &self.seams);
    }

    /// The seam of this id.
    pub fn seam(&self, id: &str) -> Option<&Seam> {
        self.seams.iter().find(|seam| seam.id == id)
    }

    /// Seams that the licence names, from the uppermost down.
    pub fn licensed_seams(&self) -> impl Iterator<Item = &Seam> {
        self.seams.iter().filter(|seam| self.licence.seams.contains(&seam.id))
    }
}

/// The day that was asked for, else the mine's own, else the latest recorded.
pub fn day_of(facts: &[Fact], asked: Option<Date>) -> Option<Date> {
    let own = || facts.iter().find(|fact| fact.kind == "mine")?.date("as_of");
    asked.or_else(own).or_else(|| latest_recorded(facts))
}

/// Boxes of hazards, to find them by place.
fn boxes(hazards: &[Hazard], seams: &[Seam]) -> RTree<HazardBox> {
    let boxes = hazards.iter().enumerate().filter_map(|(number, hazard)| {
        let [x0, y0, x1, y1] = hazard.bounds()?;
        let (z0, z1) = hazard.z_range(seams);
        Some(HazardBox { number, low: [x0, y0, z0], high: [x1, y1, z1] })
    });
    RTree::bulk_load(boxes.collect())
}

/// The latest day of a recorded fact: survey, treatment done or accepted, observation; not of a plan.
fn latest_recorded(facts: &[Fact]) -> Option<Date> {
    facts
        .iter()
        .filter_map(|fact| match fact.kind {
            "survey" | "observation" => fact.date("date"),
            "treatment" => fact.date("done").max(fact.date("accepted")),
            _ => None,
        })
        .max()
}

/// The outline of a fact's area, repaired by the even-odd rule where its rings cross, and said so.
pub(crate) fn outline_of(fact: &Fact, problems: &mut Vec<Problem>) -> Option<Outline> {
    let Some(Shape::Areas(areas)) = &fact.shape else {
        problems.push(Problem::refused(
            &fact.source,
            Text::new(
                format!("{} {} 没有面图形", fact.kind, fact.id),
                format!("{} {} has no area", fact.kind, fact.id),
            ),
        ));
        return None;
    };
    match Outline::new(areas) {
        Ok(outline) => Some(outline),
        Err(OutlineError::SelfCrossing { .. }) => {
            match Outline::repaired(areas) {
                Ok((outline, before, after)) => {
                    problems.push(Problem::repaired(&fact.source, Text::new(
                    format!("{} {} 边界自相交，按奇偶规则修复：面积 {before:.1} → {after:.1} m²", fact.kind, fact.id),
                    format!("{} {} crosses itself, repaired by the even-odd rule: area {before:.1} -> {after:.1} m2", fact.kind, fact.id),
                )));
                    Some(outline)
                }
                Err(_) => None,
            }
        }
        Err(error) => {
            problems.push(Problem::refused(
                &fact.source,
                Text::new(
                    format!("{} {} 的图形不可用：{error}", fact.kind, fact.id),
                    format!("the shape of {} {} cannot be used: {error}", fact.kind, fact.id),
                ),
            ));
            None
        }
    }
}

/// The elevations of a shape's points, m; none where each of them is exactly 0: that is how flat drawings write that
/// nobody gave any.
pub(crate) fn elevations(shape: &Shape) -> Vec<f64> {
    let all: Vec<f64> = match shape {
        Shape::Point(at) => at.z.into_iter().collect(),
        Shape::Lines(lines) => lines.iter().flatten().filter_map(|p| p.z).collect(),
        _ => Vec::new(),
    };
    if all.iter().all(|z| *z == 0.0) { Vec::new() } else { all }
}

/// The lines of a value or shape, in plan.
pub(crate) fn lines_of(shape: &Shape) -> Vec<Vec<[f64; 2]>> {
    match shape {
        Shape::Lines(lines) => lines.iter().map(|line| line.iter().map(|p| p.xy()).collect()).collect(),
        _ => Vec::new(),
    }
}

/// The lines of an attribute, in plan; empty when not recorded.
pub(crate) fn attribute_lines(fact: &Fact, key: &str) -> Vec<Vec<[f64; 2]>> {
    match fact.get(key) {
        Some(Value::Shape(shape)) => lines_of(shape),
        _ => Vec::new(),
    }
}
