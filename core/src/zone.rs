//! Zoning: each seam's ground cut into mineable, deferred and forbidden, without gap or overlap, with every reason.

mod zoning;

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Remark, Rulebook};
use crate::site::seam::Seam;
use crate::site::surface::Parts;
use crate::site::{MineKind, Site};
use crate::text::Text;
use jiff::civil::Date;
pub use zoning::{SeamChange, Zoning};

/// The class of a piece of ground; the worse wins (就高不就低).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 可采区.
    Mineable,
    /// 缓采区.
    Deferred,
    /// 禁采区.
    Forbidden,
}

impl Class {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mineable => "mineable",
            Self::Deferred => "deferred",
            Self::Forbidden => "forbidden",
        }
    }

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::Mineable => Text::new("可采区", "mineable"),
            Self::Deferred => Text::new("缓采区", "deferred"),
            Self::Forbidden => Text::new("禁采区", "forbidden"),
        }
    }

    /// The letter it carries on every map, for readers who do not see colours.
    pub fn letter(self) -> Text {
        match self {
            Self::Mineable => Text::new("可", "M"),
            Self::Deferred => Text::new("缓", "D"),
            Self::Forbidden => Text::new("禁", "F"),
        }
    }
}

/// What one rule and class closes on a seam.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Rule.
    pub rule: String,
    /// Class.
    pub class: Class,
    /// Ground it closes, whatever else covers it, m².
    pub m2: f64,
    /// The same in tonnes, where the seam has a density.
    pub tonnes: Option<f64>,
}

/// One seam's ground and what became of it.
#[derive(Clone, Debug)]
pub struct SeamZones {
    /// The seam.
    pub seam: String,
    /// Its name.
    pub name: Text,
    /// Licence ∩ extent of the seam.
    pub ground: Outline,
    /// 可采区.
    pub mineable: Outline,
    /// 缓采区.
    pub deferred: Outline,
    /// 禁采区.
    pub forbidden: Outline,
    /// All findings that meet the ground, in the order of the rulebook, clipped to nothing.
    pub findings: Vec<Finding>,
    /// Findings that lie beside the ground and close none of it, in the order of the rulebook.
    pub beside: Vec<Finding>,
    /// Slivers absorbed into the worse neighbour: their ground.
    pub slivers: Outline,
    /// What each rule closes.
    pub shares: Vec<Share>,
    /// Warnings and notes.
    pub remarks: Vec<Remark>,
    /// Tonnes of ground, mineable, deferred, forbidden, where the seam has a density.
    pub tonnes: Option<[f64; 4]>,
}

impl SeamZones {
    /// The ground of a class.
    pub fn of(&self, class: Class) -> &Outline {
        match class {
            Class::Mineable => &self.mineable,
            Class::Deferred => &self.deferred,
            Class::Forbidden => &self.forbidden,
        }
    }

    /// `RULE:class` of every rule and class with a finding that meets the ground, sorted.
    pub fn rules(&self) -> Vec<String> {
        let mut rules: Vec<String> = self.findings.iter().map(|f| format!("{}:{}", f.rule, f.class.name())).collect();
        rules.sort();
        rules.dedup();
        rules
    }
}

/// The zones of one mine on one day.
#[derive(Clone, Debug)]
pub struct ZoneMap {
    /// Mine id.
    pub mine: String,
    /// The day the facts stand for.
    pub as_of: Date,
    /// The day that was judged.
    pub day: Date,
    /// Edition of the book and names of those read on top of it.
    pub edition: String,
    /// False: not a legal classification.
    pub legal: bool,
    /// Licensed seams from the uppermost down.
    pub seams: Vec<SeamZones>,
    /// Seams on the map that the licence does not name.
    pub unlicensed: Vec<String>,
}

/// Below this a piece of ground is absorbed into the worst neighbour that is worse, m².
pub const SLIVER_M2: f64 = 1.0;

/// The zones of a mine as its facts stand, judged on their own day.
///
/// A pure function: the same site, book and day give the same bytes.
pub fn classify(site: &Site, book: &Rulebook) -> ZoneMap {
    classify_on(site, book, site.as_of, false)
}

/// The zones of a mine judged on `day`; `with_plan` counts planned acceptances up to that day.
pub fn classify_on(site: &Site, book: &Rulebook, day: Date, with_plan: bool) -> ZoneMap {
    zoning::classify(site, book, day, with_plan)
}

/// Ground of a seam: licence ∩ the part whose floor lies inside the licensed elevations, and the part where the seam
/// is unknown, which is ground too.
pub fn ground_of(site: &Site, seam: &Seam) -> Parts {
    let outline = &site.licence.outline;
    let z = site.licence.z_m.unwrap_or([f64::MIN, f64::MAX]);
    let parts = seam.floor_between(outline, z);
    let ground = Outline::union([&parts.below, &parts.unknown]);
    let unknown = Outline::union([&parts.unknown, &seam.crossed.within(&ground)]);
    Parts { below: ground, unknown }
}

/// What all rules in force find on one seam, in the order of the book.
pub fn findings_on(
    site: &Site,
    seam: &Seam,
    ground: &Parts,
    book: &Rulebook,
    day: Date,
    with_plan: bool,
) -> Vec<Finding> {
    let q = Question::new(site, seam, ground, book, day, with_plan);
    zoning::findings(&q)
}

/// The name of a kind of mine in files and heads of pages.
pub fn mine_name(kind: MineKind) -> &'static str {
    match kind {
        MineKind::CoalUnderground => "coal-underground",
        MineKind::CoalOpenPit => "coal-open-pit",
        MineKind::MetalUnderground => "metal-underground",
        MineKind::MetalOpenPit => "metal-open-pit",
        MineKind::Quarry => "quarry",
        MineKind::Tailings => "tailings",
    }
}
