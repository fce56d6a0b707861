//! The rulebook: what the law (or, named as such, policy) closes, with the clause behind every metre.
//!
//! A rule is two files with one stem: `standoff.rs`, a predicate, and `standoff.md`, its page. The page is compiled
//! in: it is the rustdoc, the worked cases that are tests, and what `minesift explain RULE` prints. Rules only close
//! ground; what opens it is better evidence or an accepted treatment, which are facts.

pub mod book;
pub mod formula;
pub mod page;

mod anomalies;
mod conduits;
mod fire;
mod floor_water;
mod gas;
mod goaf_water;
mod ground;
mod other_mines;
mod rock_burst;
mod roof_water;

use crate::outline::Outline;
use crate::site::evidence::Grade;
use crate::site::hazard::Hazard;
use crate::site::seam::Seam;
use crate::site::treatment::{Covers, State};
use crate::site::{MineKind, Site};
use crate::text::Text;
use crate::zone::Class;
pub use book::{BookError, Rulebook};
use jiff::civil::Date;
pub use page::{Clause, Head, Parameter};

/// One rule: what people must know about it, and a function.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its code, the same as in the head of its page.
    pub code: &'static str,
    /// Its page.
    pub page: &'static str,
    /// What it finds on one seam, given what earlier rules of the list found there.
    pub apply: fn(&Question<'_>, &[Finding]) -> Vec<Finding>,
    /// What its findings depend on, besides the ground, the seams, the book and the days.
    pub reads: Reads,
}

/// What a rule's findings depend on, so that an edit asks only the rules it can concern ([`crate::zone::Zoning`]).
///
/// Rules go over [`Question::subjects`]; what they look at besides is stated here. A rule that states too little would
/// be caught by the test that holds every edit against a full run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Each finding is about the hazard it names first, and depends on that hazard, its treatments, what earlier rules
    /// found about it, and hazards of these kinds.
    OneHazard {
        /// Other kinds it looks at.
        also: &'static [&'static str],
    },
    /// All its findings depend on hazards of these kinds; none: on the surveys and the neighbours only.
    Kinds(&'static [&'static str]),
    /// On anything.
    Everything,
}

/// Every rule, family by family. The order matters twice: a rule that widens another's ground (GAS-3, TREAT-1) comes
/// after it; and it is the order of every list on screen.
pub const FAMILIES: &[&[Rule]] = &[
    ground::RULES,
    goaf_water::RULES,
    conduits::RULES,
    roof_water::RULES,
    floor_water::RULES,
    gas::RULES,
    rock_burst::RULES,
    fire::RULES,
    other_mines::RULES,
    anomalies::RULES,
    ground::LAST_RULES,
];

/// All rules in order.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().copied().flatten()
}

/// The rule of this code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code == code)
}

/// What one rule is asked: one seam of one mine on one day under one book.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The mine.
    pub site: &'a Site,
    /// The seam.
    pub seam: &'a Seam,
    /// Its ground: licence ∩ extent of the seam.
    pub ground: &'a Outline,
    /// Ground where the seam itself is unknown.
    pub unknown: &'a Outline,
    /// The book in force.
    pub book: &'a Rulebook,
    /// The day that is judged.
    pub day: Date,
    /// True when planned acceptances up to [`Question::day`] count, as a plan check asks.
    pub with_plan: bool,
    /// The rule that is asked.
    pub code: &'static str,
    /// Hazards that are asked about, by id; nothing: all of them.
    pub only: Option<&'a std::collections::BTreeSet<String>>,
}

/// What a finding forbids. Boreholes are never stopped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stops {
    /// No stoping (回采).
    pub stoping: bool,
    /// Headings (掘进) are stopped, but for these purposes; nothing: headings are free.
    pub headings_but_for: Option<Vec<String>>,
}

impl Stops {
    /// No stoping and no heading of any purpose.
    pub fn all() -> Self {
        Self { stoping: true, headings_but_for: Some(Vec::new()) }
    }

    /// No stoping, and no heading but for these purposes.
    pub fn but_for(purposes: &[&str]) -> Self {
        Self { stoping: true, headings_but_for: Some(purposes.iter().map(|p| (*p).to_owned()).collect()) }
    }

    /// What a 缓采区 of water's law stops: no stoping, no heading but for exploration and treatment.
    ///
    /// *Source:* 矿安〔2022〕85号 总则.
    pub fn deferred() -> Self {
        Self::but_for(&["exploration", "treatment"])
    }

    /// True when it stops a face.
    pub fn stops_face(&self) -> bool {
        self.stoping
    }

    /// True when it stops a heading driven for `purpose`; unknown purpose is stopped.
    pub fn stops_heading(&self, purpose: Option<&str>) -> bool {
        self.headings_but_for.as_ref().is_some_and(|free| !purpose.is_some_and(|p| free.iter().any(|f| f == p)))
    }

    /// In words.
    pub fn words(&self) -> Text {
        let free = self.headings_but_for.as_deref();
        let zh = |p: &String| match p.as_str() {
            "exploration" => "探查",
            "treatment" => "治理",
            "development" => "经批准设计的开拓",
            _ => "其他",
        };
        match (self.stoping, free) {
            (true, Some([])) => Text::new("禁止一切采掘", "all mining and heading"),
            (true, Some(free)) => Text::new(
                format!("禁止回采；掘进仅限{}", free.iter().map(zh).collect::<Vec<_>>().join("、")),
                format!("stoping, and headings but for {}", free.join(" and ")),
            ),
            (true, None) => Text::new("禁止回采", "stoping"),
            (false, Some(_)) => Text::new("禁止掘进", "headings"),
            (false, None) => Text::new("不限制", "nothing"),
        }
    }
}

/// The number that decided.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Measure {
    /// What it is.
    pub what: Text,
    /// Its value, where it was known or computed.
    pub value: Option<f64>,
    /// What it was held against.
    pub limit: Option<f64>,
    /// Unit of both.
    pub unit: &'static str,
    /// How it was computed, numbers put in: checkable by hand.
    pub formula: String,
}

/// The atom of every map and report: what one rule says about one piece of ground, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Code of the rule.
    pub rule: String,
    /// What it makes of the ground.
    pub class: Class,
    /// The ground, not yet clipped to the licence.
    pub outline: Outline,
    /// What it stops there.
    pub stops: Stops,
    /// Ids of the hazards behind it; empty where the ground itself is the reason.
    pub hazards: Vec<String>,
    /// How well they are known.
    pub grade: Option<Grade>,
    /// Distance from the hazard, uncertainty included, within which it closes, m; nothing where it closes an area as
    /// drawn.
    pub reach_m: Option<f64>,
    /// The number that decided.
    pub measure: Measure,
    /// One sentence: why.
    pub because: Text,
    /// What was missing and taken as the worse case.
    pub missing: Vec<String>,
    /// What would open it again; empty: as the rule's page says.
    pub exit: Text,
    /// Treatments only planned so far, on whose acceptance its shape rests.
    pub rests_on: Vec<String>,
}

impl Finding {
    /// A finding about one hazard and the ground within `reach_m` of it (its uncertainty added).
    pub(crate) fn band(q: &Question<'_>, class: Class, hazard: &Hazard, distance_m: f64, stops: Stops) -> Self {
        Self::band_of(q, class, hazard, distance_m, hazard.around(distance_m), stops)
    }

    /// [`Finding::band`], where the ground within the distance is drawn already.
    pub(crate) fn band_of(
        q: &Question<'_>,
        class: Class,
        hazard: &Hazard,
        distance_m: f64,
        outline: Outline,
        stops: Stops,
    ) -> Self {
        let mut finding = Self::inside(q, class, hazard, outline, stops);
        finding.reach_m = Some(distance_m + hazard.uncertainty_m);
        finding.measure = Measure {
            what: Text::new("距离", "distance"),
            value: None,
            limit: Some(distance_m),
            unit: "m",
            formula: String::new(),
        };
        finding
    }

    /// A finding about an outline that belongs to one hazard.
    pub(crate) fn inside(q: &Question<'_>, class: Class, hazard: &Hazard, outline: Outline, stops: Stops) -> Self {
        Self {
            rule: q.code.to_owned(),
            class,
            outline,
            stops,
            hazards: vec![hazard.id.clone()],
            grade: Some(hazard.grade),
            reach_m: None,
            measure: Measure::default(),
            because: Text::default(),
            missing: Vec::new(),
            exit: Text::default(),
            rests_on: Vec::new(),
        }
    }

    /// A finding about ground itself.
    pub(crate) fn ground(q: &Question<'_>, class: Class, outline: Outline, stops: Stops) -> Self {
        Self {
            rule: q.code.to_owned(),
            class,
            outline,
            stops,
            hazards: Vec::new(),
            grade: None,
            reach_m: None,
            measure: Measure::default(),
            because: Text::default(),
            missing: Vec::new(),
            exit: Text::default(),
            rests_on: Vec::new(),
        }
    }

    pub(crate) fn because(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.because = Text::new(zh, en);
        self
    }

    pub(crate) fn measure(
        mut self,
        zh: &str,
        en: &str,
        value: Option<f64>,
        limit: Option<f64>,
        unit: &'static str,
        formula: impl Into<String>,
    ) -> Self {
        self.measure = Measure { what: Text::new(zh, en), value, limit, unit, formula: formula.into() };
        self
    }

    pub(crate) fn missing(mut self, keys: &[&str]) -> Self {
        self.missing.extend(keys.iter().map(|key| (*key).to_owned()));
        self
    }

    /// The same finding where nothing opens it; nothing where all of it is opened.
    pub(crate) fn but_for(mut self, opened: &Opened) -> Option<Self> {
        match &opened.ground {
            Opening::Nothing => {}
            Opening::All => return None,
            Opening::Part(part) => {
                self.outline = self.outline.minus(part);
                self.rests_on.extend(opened.rests_on.iter().cloned());
            }
        }
        (!self.outline.is_empty()).then_some(self)
    }
}

/// What accepted treatments of one hazard open.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// Which ground.
    pub ground: Opening,
    /// Those that are only planned.
    pub rests_on: Vec<String>,
}

/// Which ground is opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Opening {
    /// None.
    #[default]
    Nothing,
    /// All that the hazard closed.
    All,
    /// This outline.
    Part(Outline),
}

impl<'q> Question<'q> {
    /// A question about the ground of one seam, of all hazards; each rule puts its own code in.
    pub fn new(
        site: &'q Site,
        seam: &'q Seam,
        ground: &'q crate::site::surface::Parts,
        book: &'q Rulebook,
        day: Date,
        with_plan: bool,
    ) -> Self {
        let (ground, unknown) = (&ground.below, &ground.unknown);
        Self { site, seam, ground, unknown, book, day, with_plan, code: "", only: None }
    }

    /// Hazards of a kind that a rule of [`Reads::OneHazard`] is asked about, in whatever seam they lie.
    pub fn subjects_of_any_seam(&self, kind: &str) -> impl Iterator<Item = &'q Hazard> + use<'q> {
        let only = self.only;
        self.site.hazards_of(kind).filter(move |hazard| only.is_none_or(|only| only.contains(&hazard.id)))
    }

    /// Those of them that lie in this seam.
    pub fn subjects(&self, kind: &str) -> impl Iterator<Item = &'q Hazard> + use<'q> {
        let seam = self.seam;
        self.subjects_of_any_seam(kind).filter(move |hazard| hazard.on_seam(seam))
    }
}

impl Question<'_> {
    /// Width in m of a water-barrier pillar and how it was computed: at least `least_m`, widened by
    /// [`formula::barrier_width_m`] of safety factor and tensile strength `(k, kp)` until the ground that it reaches asks for
    /// no more; the ground it reaches as well. `head` is the head on some ground, MPa.
    pub(crate) fn barrier(
        &self,
        least_m: f64,
        (k, kp): (f64, f64),
        reach: impl Fn(f64) -> Outline,
        head: impl Fn(&Outline) -> f64,
    ) -> (f64, String, Outline) {
        let (mut width, mut how, mut ground) = (least_m, String::new(), reach(least_m));
        for _ in 0..12 {
            let m = self.seam.mining_height_over(&ground).unwrap_or(formula::WORST_MINING_HEIGHT_M);
            let p = head(&ground);
            let by_formula = formula::barrier_width_m(k, m, p, kp);
            how = format!("max({least_m}, 0.5×{k}×{m}×√(3×{p:.3}/{kp}) = {by_formula:.2})");
            let next = least_m.max(by_formula);
            if next <= width + 1e-6 {
                break;
            }
            width = next;
            ground = reach(width);
        }
        (width, how, ground)
    }

    /// A parameter of the rule that is asked, as the book in force sets it; nothing where the mine must say it and has not.
    ///
    /// # Panics
    /// When the rule's page has no such parameter: a mistake in the program.
    pub fn value(&self, key: &str) -> Option<f64> {
        self.book.value_on(self.code, key, Some(self.day)).map(|(value, _)| value)
    }

    /// A parameter that has a default.
    ///
    /// # Panics
    /// When the rule's page has no such parameter, or gives it no default: a mistake in the program.
    pub fn number(&self, key: &str) -> f64 {
        self.value(key).expect("a parameter with a default in the rule's page")
    }

    /// True when a prediction or an evaluation surely speaks of this seam: it names it, or the map has no other.
    pub(crate) fn surely_here(&self, hazard: &Hazard) -> bool {
        hazard.seam.is_some() || self.site.seams.len() < 2
    }

    /// False for a prediction, evaluation or identification dated after the day the facts stand for: it does not count.
    pub(crate) fn dated_by_now(&self, hazard: &Hazard) -> bool {
        match hazard.fact.attributes.get("date") {
            Some(crate::fact::Value::Date(day)) => *day <= self.site.as_of,
            _ => true,
        }
    }

    /// A number of another rule's page, on which this one builds.
    pub(crate) fn number_of(&self, code: &str, key: &str) -> f64 {
        self.book
            .value_on(code, key, Some(self.day))
            .map(|(value, _)| value)
            .expect("a parameter with a default in that rule's page")
    }

    /// Ground straight down the dip from an outline, itself included, to the end of the seam's ground; nothing where the
    /// direction of the dip is unknown. On a curved floor the direction is that at the middle of the outline.
    pub(crate) fn down_dip(&self, outline: &Outline) -> Option<Outline> {
        let [x, y] = outline.label_point()?;
        let [gx, gy] = self.seam.floor.slope_at(x, y).filter(|[gx, gy]| *gx != 0.0 || *gy != 0.0)?;
        let bounds = Outline::union([outline, self.ground]).bounds()?;
        let length = (bounds[2] - bounds[0]).hypot(bounds[3] - bounds[1]) / gx.hypot(gy);
        let down = [-gx * length, -gy * length];
        let swept: Vec<Outline> = outline
            .to_geo()
            .iter()
            .flat_map(|part| part.exterior().lines().collect::<Vec<_>>())
            .map(|edge| {
                let (a, b) = ([edge.start.x, edge.start.y], [edge.end.x, edge.end.y]);
                Outline::convex(&[a, b, [b[0] + down[0], b[1] + down[1]], [a[0] + down[0], a[1] + down[1]]])
            })
            .collect();
        Some(Outline::union(swept.iter().chain([outline])))
    }

    /// The part of a water body's outline under which the rock down to this seam's roof, along the normal, is not
    /// thicker than `limit_m`, and the part where that is unknown. `base` is the elevation of its underside, linear
    /// where `base_linear` says so.
    pub(crate) fn thin_cover(
        &self,
        outline: &Outline,
        base_linear: Option<[f64; 3]>,
        base: impl Fn(f64, f64) -> Option<f64>,
        limit_m: f64,
    ) -> crate::site::surface::Parts {
        let linear = || {
            let (base, floor) = (base_linear?, self.seam.floor.linear()?);
            let crate::site::surface::Surface::Flat(thickness) = self.seam.thickness else { return None };
            let cos = self.seam.cos_dip_at(0.0, 0.0);
            let roof = [floor[0], floor[1], floor[2] + thickness / cos];
            Some([(base[0] - roof[0]) * cos, (base[1] - roof[1]) * cos, (base[2] - roof[2]) * cos - limit_m + 1e-9])
        };
        crate::site::surface::where_below(outline, linear(), |x, y| {
            Some((base(x, y)? - self.seam.roof_at(x, y)?) * self.seam.cos_dip_at(x, y) - limit_m + 1e-9)
        })
    }

    /// The part of an outline whose top, at elevation `top_m`, lies below this seam's floor: no water body *above* it.
    pub(crate) fn below_floor(&self, outline: &Outline, top_m: f64) -> Outline {
        let linear = self.seam.floor.linear().map(|[a, b, c]| [-a, -b, top_m - c]);
        crate::site::surface::where_below(outline, linear, |x, y| Some(top_m - self.seam.floor_at(x, y)?)).below
    }

    /// Hazards of a kind that lie in this seam.
    pub fn hazards(&self, kind: &'static str) -> impl Iterator<Item = &Hazard> {
        self.site.hazards_of(kind).filter(|hazard| hazard.on_seam(self.seam))
    }

    /// Safety factor K for a hazard: its own, else the mine's, else the worst, and whether it had to be the worst.
    pub fn safety_factor(&self, hazard: &Hazard) -> (f64, bool) {
        let own = hazard.number("safety_factor").or(self.site.mine.safety_factor);
        (own.unwrap_or(formula::WORST_SAFETY_FACTOR), own.is_none())
    }

    /// Tensile strength Kp of the coal for a hazard in MPa: its own, else the seam's, else the worst.
    pub fn coal_tensile_mpa(&self, hazard: &Hazard) -> (f64, bool) {
        let own = hazard.number("coal_tensile_mpa").or(self.seam.coal_tensile_mpa);
        (own.unwrap_or(formula::WORST_COAL_TENSILE_MPA), own.is_none())
    }

    /// The full head at a floor elevation in MPa: from the licence's top, else the surface, down to the floor.
    pub fn full_head_mpa(&self, floor_m: f64) -> f64 {
        let top_m = self.site.licence.z_m.map(|z| z[1]).or(self.site.mine.surface_m).unwrap_or(0.0).max(floor_m);
        formula::HEAD_MPA_PER_M * (top_m - floor_m)
    }

    /// Lowest floor of the seam over an outline; where it is unknown, the lowest licensed elevation, the worse case.
    pub fn lowest_floor_m(&self, outline: &Outline) -> f64 {
        self.seam
            .floor
            .lowest_over(outline)
            .or_else(|| self.seam.z_range().map(|range| range.0))
            .or_else(|| self.site.licence.z_m.map(|z| z[0]))
            .unwrap_or(-1000.0)
    }

    /// What accepted treatments of these kinds open of a hazard. Nothing while its last evaluation failed.
    pub fn opened(&self, hazard: &Hazard, kinds: &[&str]) -> Opened {
        if self.last_failed(&hazard.id).is_some() {
            return Opened::default();
        }
        let (mut parts, mut rests_on, mut all) = (Vec::new(), Vec::new(), false);
        for treatment in &self.site.treatments {
            if treatment.hazard != hazard.id || !kinds.contains(&treatment.kind.as_str()) {
                continue;
            }
            // Water that was met afterwards takes back what its drainage opened.
            let stands = |day: Option<jiff::civil::Date>| {
                treatment.kind != "drainage" || day.is_some_and(|day| hazard.water_since(day).next().is_none())
            };
            let accepted = treatment.accepted_by(self.site.as_of) && stands(treatment.accepted);
            let planned = self.with_plan && treatment.planned_by(self.day) && stands(treatment.accepts);
            if !accepted && !planned {
                continue;
            }
            if !accepted {
                rests_on.push(treatment.id.clone());
            }
            match &treatment.covers {
                Some(Covers::All) => all = true,
                Some(Covers::Part(part)) => parts.push(part.clone()),
                None => {}
            }
        }
        let ground = if all {
            Opening::All
        } else if parts.is_empty() {
            Opening::Nothing
        } else {
            Opening::Part(Outline::union(&parts))
        };
        Opened { ground, rests_on }
    }

    /// The treatment by which the last evaluation of a hazard failed, unless a later one passed or, in a plan, is due.
    pub fn last_failed(&self, hazard: &str) -> Option<&crate::site::treatment::Treatment> {
        let of_hazard = || self.site.treatments.iter().filter(|t| t.hazard == hazard);
        let failed = of_hazard()
            .filter(|t| t.state == State::Failed && t.evaluated().is_none_or(|day| day <= self.site.as_of))
            .max_by_key(|t| t.evaluated().unwrap_or(self.site.as_of))?;
        let since = failed.evaluated().unwrap_or(self.site.as_of);
        let mended = of_hazard().any(|t| {
            (t.accepted_by(self.site.as_of) && t.accepted.is_some_and(|day| day > since))
                || (self.with_plan && t.planned_by(self.day) && t.accepts.is_some_and(|day| day > since))
        });
        (!mended).then_some(failed)
    }

    /// True when the rules of underground coal speak.
    pub fn coal_underground(&self) -> bool {
        self.site.mine.kind == MineKind::CoalUnderground
    }
}

/// A remark that closes nothing: a warning, a limit, a gap in the data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// The rule that says it.
    pub rule: String,
    /// What it is about.
    pub hazards: Vec<String>,
    /// The sentence.
    pub words: Text,
}

/// Numbers that a book sets stricter than the law, with both.
fn tightened(q: &Question<'_>) -> Vec<Remark> {
    let mine = crate::zone::mine_name(q.site.mine.kind);
    let spoken: Vec<&str> = q.book.in_force(mine, q.day).map(|(rule, _)| rule.code).collect();
    q.book
        .tightened(q.day)
        .into_iter()
        .filter(|number| spoken.contains(&number.rule.as_str()))
        .map(|number| {
            let list = |between: &str| {
                number
                    .others
                    .iter()
                    .map(|(value, book)| format!("{value} {} {between} {book}", number.unit))
                    .collect::<Vec<_>>()
            };
            let (value, book) = &number.holds;
            Remark {
                rule: number.rule.clone(),
                hazards: Vec::new(),
                words: Text::new(
                    format!(
                        "{}取 {value} {}（《{book}》）；另有：{}",
                        number.about.zh,
                        number.unit,
                        list("——").join("；")
                    ),
                    format!(
                        "{}: {value} {} of {book} holds; also {}",
                        number.about.en,
                        number.unit,
                        list("of").join(", ")
                    ),
                ),
            }
        })
        .collect()
}

/// What rules say about one seam without closing any of it: warnings, limits, gaps in the data.
pub fn remarks(
    site: &Site,
    seam: &Seam,
    ground: &crate::site::surface::Parts,
    book: &Rulebook,
    day: Date,
    with_plan: bool,
) -> Vec<Remark> {
    let q = Question::new(site, seam, ground, book, day, with_plan);
    let mut remarks = Vec::new();
    if q.coal_underground() {
        remarks.extend(conduits::warns(&q));
    }
    remarks.extend(ground::warns(&q));
    remarks.extend(other_mines::warns(&q));
    remarks.extend(tightened(&q));
    remarks
}
