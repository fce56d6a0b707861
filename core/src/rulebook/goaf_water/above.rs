#![doc = include_str!("above.md")]

use super::{Water, body, but_for_drainage, water};
use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops, formula};
use crate::site::hazard::Hazard;
use crate::site::seam::Seam;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "GOAF-4", page: include_str!("above.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects_of_any_seam("goaf")
        .chain(q.subjects_of_any_seam("old_working"))
        .filter(|goaf| !goaf.on_seam(q.seam) && water(goaf) != Water::Dry)
        .flat_map(|goaf| under(q, goaf))
        .collect()
}

fn under(q: &Question<'_>, goaf: &Hazard) -> Vec<Finding> {
    let footprint = body(q, goaf);
    let upper = goaf.seam.as_ref().and_then(|id| q.site.seam(id));
    if !lies_above(q, goaf, upper, &footprint) {
        return Vec::new();
    }
    let limit = Limit::new(q, &footprint);
    let goaf_floor = |x: f64, y: f64| goaf.number("floor_z_m").or_else(|| upper?.floor_at(x, y));
    let base_linear = match goaf.number("floor_z_m") {
        Some(z) => Some([0.0, 0.0, z]),
        None => upper.and_then(|upper| upper.floor.linear()),
    };
    let parts = q.thin_cover(&footprint, base_linear, goaf_floor, limit.m);
    let close = Outline::union([&parts.below, &parts.unknown]);
    if close.is_empty() {
        return Vec::new();
    }
    let class = if water(goaf) == Water::Flooded && limit.by_law { Class::Forbidden } else { Class::Deferred };
    let interburden = close
        .label_point()
        .and_then(|[x, y]| Some((goaf_floor(x, y)? - q.seam.roof_at(x, y)?) * q.seam.cos_dip_at(x, y)));
    let words = |zh: &str, en: &str| {
        (
            format!("{zh}上层采空区 {} 下方：层间距小于 {:.2} m", goaf.id, limit.m),
            format!("{en} goaf {} of an upper seam: interburden below {:.2} m", goaf.id, limit.m),
        )
    };
    let mut findings = Vec::new();
    let (zh, en) = words("位于", "under");
    findings.extend(but_for_drainage(
        q,
        goaf,
        Finding::inside(q, class, goaf, close.clone(), Stops::all())
            .measure(
                "层间距（法向）",
                "interburden along the normal",
                interburden,
                Some(limit.m),
                "m",
                limit.formula.clone(),
            )
            .because(zh, en)
            .missing(&limit.missing),
    ));
    let (zh, en) = words("位于（外扩带）", "round the ground under");
    let strip = close.grown(q.number("strip_m"));
    let mut round = Finding::inside(q, Class::Deferred, goaf, strip, Stops::all())
        .measure(
            "外扩宽度（政策）",
            "strip round it (policy)",
            None,
            Some(q.number("strip_m")),
            "m",
            limit.formula.clone(),
        )
        .because(zh, en)
        .missing(&limit.missing);
    if class == Class::Deferred {
        // One deferred outline says it; the strip and the core carry the same word.
        round.outline = round.outline.minus(&close);
    }
    findings.extend(but_for_drainage(q, goaf, round));
    findings
}

pub(crate) fn lies_above(q: &Question<'_>, goaf: &Hazard, upper: Option<&Seam>, footprint: &Outline) -> bool {
    // Where both floors are planes and one lies above the other over the whole box, no point needs to be looked for.
    let goaf_floor = match goaf.number("floor_z_m") {
        Some(z) => Some([0.0, 0.0, z]),
        None => upper.and_then(|upper| upper.floor.linear()),
    };
    if let (Some(a), Some(b), Some([x0, y0, x1, y1])) = (goaf_floor, q.seam.floor.linear(), footprint.bounds()) {
        let above = |x: f64, y: f64| (a[0] - b[0]) * x + (a[1] - b[1]) * y + (a[2] - b[2]);
        let corners = [above(x0, y0), above(x1, y0), above(x1, y1), above(x0, y1)];
        // A millimetre more than the rounding of eight-figure eastings.
        const CLEAR_M: f64 = 0.001;
        if corners.iter().all(|m| *m > CLEAR_M) {
            return true;
        }
        if corners.iter().all(|m| *m < -CLEAR_M) {
            return false;
        }
    }
    let Some([x, y]) = footprint.label_point() else { return false };
    let floor = goaf.number("floor_z_m").or_else(|| upper?.floor_at(x, y));
    match (floor, q.seam.floor_at(x, y)) {
        (Some(goaf_floor), Some(seam_floor)) => goaf_floor > seam_floor,
        // Elevations unknown: the order of the seams decides, and without it the worse case.
        _ => match (
            goaf.seam.as_ref().and_then(|id| q.site.seams.iter().position(|s| &s.id == id)),
            q.site.seams.iter().position(|s| s.id == q.seam.id),
        ) {
            (Some(of_goaf), Some(of_seam)) => of_goaf < of_seam,
            _ => true,
        },
    }
}

/// The least interburden, and whether the law's formula could be used.
pub(crate) struct Limit {
    /// The larger of fracture zone + protective layer and the multiple of the heading height, m.
    pub(crate) m: f64,
    /// Fracture zone + protective layer alone, m.
    pub(crate) zone_m: f64,
    /// False where the formula may not be used and the hardest overburden was taken.
    pub(crate) by_law: bool,
    pub(crate) formula: String,
    pub(crate) missing: Vec<&'static str>,
}

impl Limit {
    pub(crate) fn new(q: &Question<'_>, footprint: &Outline) -> Self {
        let seam = q.seam;
        let height = seam.mining_height_over(footprint);
        let m = height.unwrap_or(formula::WORST_MINING_HEIGHT_M);
        let heading = seam.heading_height_m.unwrap_or(q.number_of("GOAF-4", "heading_height_m"));
        let must_measure = m > q.number_of("GOAF-4", "measure_above_height_m")
            || seam.top_coal_caving
            || seam.dip_over(footprint).is_some_and(|dip| dip > q.number_of("GOAF-4", "measure_above_dip_deg"));
        let mut missing = Vec::new();
        let (zone, how, by_law) = match seam.fracture_height_m {
            Some(measured) => (measured, format!("measured {measured}"), true),
            None if must_measure || seam.overburden.is_none() || height.is_none() => {
                missing.push(if must_measure { "fracture_height_m" } else { "overburden_class" });
                let (zone, how) = formula::fracture_height_m(m, None);
                (zone, how, false)
            }
            None => {
                let (zone, how) = formula::fracture_height_m(m, seam.overburden);
                (zone, how, true)
            }
        };
        let times = q.number_of("GOAF-4", "heading_heights");
        Self {
            m: (zone + seam.protective_layer_m).max(times * heading),
            zone_m: zone + seam.protective_layer_m,
            by_law,
            formula: format!("max({how} + {}, {times}×{heading})", seam.protective_layer_m),
            missing,
        }
    }
}
