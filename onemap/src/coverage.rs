//! What nobody has looked at: by seam and factor, with the methods and ages of what was looked at.

use crate::diff::footprint;
use jiff::civil::Date;
use minesift_core::outline::Outline;
use minesift_core::site::Site;
use minesift_core::site::survey::{self, Survey};
use minesift_core::zone;

/// A planned or driven working over ground nobody has looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Over {
    /// Its id.
    pub id: String,
    /// Its first day.
    pub from: Option<Date>,
    /// 3 or 5 when it begins within that many years; nothing later or without a day.
    pub years: Option<u8>,
    /// Unsurveyed ground, or ground surveyed too long ago, under it, m².
    pub m2: f64,
}

/// What is known and unknown of one factor on one seam.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Seam.
    pub seam: String,
    /// Factor.
    pub factor: String,
    /// Ground of the seam, m².
    pub ground_m2: f64,
    /// Ground no survey looked at for it.
    pub unsurveyed: Outline,
    /// Ground that was looked at, but by surveys too old to count.
    pub too_old: Outline,
    /// Ground looked at by a single method: nothing verifies it.
    pub one_method: Outline,
    /// Methods of the surveys that count, sorted.
    pub methods: Vec<String>,
    /// Day of the oldest survey that counts.
    pub oldest: Option<Date>,
    /// Day of the newest.
    pub newest: Option<Date>,
    /// Workings over unsurveyed ground, by first day.
    pub faces: Vec<Over>,
}

/// Every factor of every licensed seam; surveys older than `years` do not count where that is given.
pub fn gaps(site: &Site, years: Option<f64>) -> Vec<Gap> {
    let oldest = years.map(|years| site.as_of.saturating_sub(jiff::Span::new().days((years * 365.25) as i64)));
    let mut gaps = Vec::new();
    for seam in site.licensed_seams() {
        let ground = zone::ground_of(site, seam).below;
        let here = |s: &&Survey| s.seams.is_empty() || s.seams.contains(&seam.id);
        let counts = |s: &&Survey| oldest.is_none_or(|day| s.date >= day);
        let covers = |s: &Survey| match s.depth_to_m {
            None => s.covers.clone(),
            Some(depth) => {
                // The highest ground makes the reach shallowest: the worse case, as in rule BASE-1.
                let top = site.mine.surface_m.or(site.licence.z_m.map(|z| z[1])).unwrap_or(0.0);
                seam.floor_between(&s.covers, [top - depth, f64::MAX]).below
            }
        };
        for factor in survey::factors(site.mine.kind) {
            let (surveys, old): (Vec<&Survey>, Vec<&Survey>) =
                site.surveys.iter().filter(here).filter(|s| s.looked_for(factor)).partition(counts);
            let seen = Outline::union(&surveys.iter().map(|s| covers(s)).collect::<Vec<_>>());
            let mut methods: Vec<String> = surveys.iter().flat_map(|s| s.methods.clone()).collect();
            methods.sort();
            methods.dedup();
            // Two methods look where two surveys of different methods, or one survey of two, overlap.
            let by_method: Vec<Outline> = methods
                .iter()
                .map(|m| {
                    Outline::union(
                        &surveys.iter().filter(|s| s.methods.contains(m)).map(|s| covers(s)).collect::<Vec<_>>(),
                    )
                })
                .collect();
            let mut twice = Vec::new();
            for (i, a) in by_method.iter().enumerate() {
                twice.extend(by_method[i + 1..].iter().map(|b| a.within(b)));
            }
            let missing = ground.minus(&seen);
            let ever = Outline::union(&old.iter().map(|s| covers(s)).collect::<Vec<_>>());
            let too_old = missing.within(&ever);
            gaps.push(Gap {
                seam: seam.id.clone(),
                factor: (*factor).to_owned(),
                ground_m2: ground.area_m2(),
                one_method: seen.within(&ground).minus(&Outline::union(&twice)),
                methods,
                oldest: surveys.iter().map(|s| s.date).min(),
                newest: surveys.iter().map(|s| s.date).max(),
                faces: faces(site, &seam.id, &missing),
                unsurveyed: missing.minus(&ever),
                too_old,
            });
        }
    }
    gaps
}

fn faces(site: &Site, seam: &str, unsurveyed: &Outline) -> Vec<Over> {
    let mut over: Vec<Over> = site
        .facts
        .iter()
        .filter(|fact| matches!(fact.kind, "face" | "heading") && fact.text("seam") == Some(seam))
        .filter_map(|fact| {
            let m2 = footprint(fact)?.within(unsurveyed).area_m2();
            let from = fact.date("from");
            let within =
                |years: i64| from.is_some_and(|day| day <= site.as_of.saturating_add(jiff::Span::new().years(years)));
            let years = if within(3) {
                Some(3)
            } else if within(5) {
                Some(5)
            } else {
                None
            };
            (m2 >= 1.0).then(|| Over { id: fact.id.clone(), from, years, m2 })
        })
        .collect();
    over.sort_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id)));
    over
}
