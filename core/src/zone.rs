//! Zoning: each seam's ground cut into mineable, deferred and forbidden, without gap or overlap, with every reason.

use crate::outline::{Outline, partition};
use crate::rulebook::{self, Finding, Question, Remark, Rulebook};
use crate::site::seam::Seam;
use crate::site::surface::Parts;
use crate::site::{MineKind, Site};
use crate::text::Text;
use jiff::civil::Date;
use std::collections::BTreeMap;

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

/// Below this a piece of ground is absorbed into its worse neighbour, m².
pub const SLIVER_M2: f64 = 1.0;

/// The zones of a mine as its facts stand, judged on their own day.
///
/// A pure function: the same site, book and day give the same bytes.
pub fn classify(site: &Site, book: &Rulebook) -> ZoneMap {
    classify_on(site, book, site.as_of, false)
}

/// The zones of a mine judged on `day`; `with_plan` counts planned acceptances up to that day.
pub fn classify_on(site: &Site, book: &Rulebook, day: Date, with_plan: bool) -> ZoneMap {
    ZoneMap {
        mine: site.mine.id.clone(),
        as_of: site.as_of,
        day,
        edition: std::iter::once(book.edition.as_str())
            .chain(book.books.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(" + "),
        legal: book.legal,
        seams: site.licensed_seams().map(|seam| classify_seam(site, seam, book, day, with_plan)).collect(),
        unlicensed: site
            .seams
            .iter()
            .filter(|seam| !site.licence.seams.contains(&seam.id))
            .map(|seam| seam.id.clone())
            .collect(),
    }
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
    let mine = mine_name(site.mine.kind);
    let mut q =
        Question { site, seam, ground: &ground.below, unknown: &ground.unknown, book, day, with_plan, code: "" };
    let mut findings: Vec<Finding> = Vec::new();
    for (rule, head) in book.in_force(mine, day) {
        q.code = rule.code;
        let mut found = (rule.apply)(&q, &findings);
        for finding in &mut found {
            if finding.exit.is_empty() {
                finding.exit = head.exit.clone();
            }
        }
        findings.extend(found);
    }
    q.code = "";
    findings.extend(book.apply_standoffs(&q));
    findings
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

fn classify_seam(site: &Site, seam: &Seam, book: &Rulebook, day: Date, with_plan: bool) -> SeamZones {
    let ground = ground_of(site, seam);
    let mut findings = findings_on(site, seam, &ground, book, day, with_plan);
    let remarks = rulebook::remarks(site, seam, &ground, book, day, with_plan);
    let ground = ground.below;
    let mut meets: Vec<Outline> = Vec::with_capacity(findings.len());
    findings.retain(|finding| {
        let met = finding.outline.within(&ground);
        let keep = !met.is_empty();
        if keep {
            meets.push(met);
        }
        keep
    });
    let of = |class: Class| findings.iter().filter(move |f| f.class == class).map(|f| &f.outline);
    let (forbidden, deferred, mineable) = partition(&ground, of(Class::Forbidden), of(Class::Deferred));
    let (mineable, deferred, forbidden, slivers) = absorb_slivers(mineable, deferred, forbidden);
    let mut by_rule: BTreeMap<(usize, String, Class), Vec<&Outline>> = BTreeMap::new();
    for (finding, met) in findings.iter().zip(&meets) {
        let place = rulebook::rules().position(|rule| rule.code == finding.rule).unwrap_or(usize::MAX);
        by_rule.entry((place, finding.rule.clone(), finding.class)).or_default().push(met);
    }
    let shares = by_rule
        .into_iter()
        .map(|((_, rule, class), outlines)| {
            let outline = Outline::union(outlines);
            Share { rule, class, m2: outline.area_m2(), tonnes: seam.tonnes(&outline) }
        })
        .collect();
    let tonnes = [&ground, &mineable, &deferred, &forbidden].map(|outline| seam.tonnes(outline));
    SeamZones {
        seam: seam.id.clone(),
        name: seam.name.clone(),
        tonnes: match tonnes {
            [Some(a), Some(b), Some(c), Some(d)] => Some([a, b, c, d]),
            _ => None,
        },
        ground,
        mineable,
        deferred,
        forbidden,
        findings,
        slivers,
        shares,
        remarks,
    }
}

/// Pieces below [`SLIVER_M2`] join the worse class they touch; nothing is ever opened by it.
fn absorb_slivers(mineable: Outline, deferred: Outline, forbidden: Outline) -> (Outline, Outline, Outline, Outline) {
    let small =
        |outline: &Outline| -> Vec<Outline> { outline.parts().filter(|part| part.area_m2() < SLIVER_M2).collect() };
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
