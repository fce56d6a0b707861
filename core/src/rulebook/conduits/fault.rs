#![doc = include_str!("fault.md")]

use super::{Conducts, conducts, once, pillar};
use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Remark, Rule, Stops};
use crate::site::hazard::Hazard;
use crate::site::{Hydrogeology, attribute_lines};
use crate::text::Text;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "FAULT-1", page: include_str!("fault.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects_of_any_seam("fault").flat_map(|fault| closes(q, fault)).collect()
}

/// Small faults of unknown conductivity in mines of simple or medium hydrogeology: a warning, no closure.
pub(super) fn warns(q: &Question<'_>) -> Vec<Remark> {
    q.hazards("fault")
        .filter(|fault| conducts(fault) == Conducts::Unknown && too_small_to_close(q, fault))
        .map(|fault| Remark {
            rule: "FAULT-1".to_owned(),
            hazards: vec![fault.id.clone()],
            words: Text::new(
                format!("断层 {} 导水性未查明，落差较小，采掘前应探查", fault.id),
                format!("fault {} has a small throw and unknown conductivity: probe it before working near", fault.id),
            ),
        })
        .collect()
}

pub(crate) fn too_small_to_close(q: &Question<'_>, fault: &Hazard) -> bool {
    let threshold = q.number_of("FAULT-1", "unknown_from_throw_m");
    q.site.mine.hydrogeology < Hydrogeology::Complex && fault.number("throw_m").is_some_and(|throw| throw < threshold)
}

fn closes(q: &Question<'_>, fault: &Hazard) -> Vec<Finding> {
    let known = conducts(fault);
    if known == Conducts::Tight || (known == Conducts::Unknown && too_small_to_close(q, fault)) {
        return Vec::new();
    }
    let Some(lines) = lines_on_seam(q, fault) else { return Vec::new() };
    let between = between_walls(fault, &lines);
    let reach = once(|width: f64| {
        Outline::union([&fault.around_lines(&lines, width), &between.grown(width + fault.uncertainty_m)])
    });
    let width = pillar(q, fault, &reach);
    let opened = q.opened(fault, &["grouting"]);
    let band = |class: Class, width_m: f64, zh: &str, en: &str| {
        let finding = Finding::band_of(q, class, fault, width_m, reach(width_m), Stops::all())
            .measure(
                "断层防隔水煤柱宽度",
                "width of the fault's water-barrier pillar",
                None,
                Some(width_m),
                "m",
                width.formula.clone(),
            )
            .because(
                format!("距{zh}断层 {} 不足 {width_m:.2} m", fault.id),
                format!("within {width_m:.2} m of fault {} {en}", fault.id),
            )
            .missing(&width.missing);
        finding.but_for(&opened)
    };
    match known {
        Conducts::Yes => {
            let mut findings = Vec::new();
            findings.extend(band(Class::Forbidden, width.sure_m, "导水", "which conducts water"));
            if width.worst_m > width.sure_m {
                findings.extend(band(
                    Class::Deferred,
                    width.worst_m,
                    "导水（水压未记录，按最差取值）",
                    "which conducts water under an unrecorded pressure",
                ));
            }
            findings
        }
        _ => band(Class::Deferred, width.worst_m, "导水性未查明的", "whose conductivity is unknown")
            .into_iter()
            .collect(),
    }
}

/// The fault's lines as it cuts this seam; nothing where it does not meet it.
pub(crate) fn lines_on_seam(q: &Question<'_>, fault: &Hazard) -> Option<Vec<Vec<[f64; 2]>>> {
    let walls = [attribute_lines(&fault.fact, "hanging_wall"), attribute_lines(&fault.fact, "footwall")].concat();
    if fault.seam.is_some() {
        if !fault.on_seam(q.seam) {
            return None;
        }
        let mut lines = fault.lines().to_vec();
        lines.extend(walls.into_iter().filter(|wall| !fault.lines().contains(wall)));
        return Some(lines);
    }
    // A fault given once, with its dip: each seam is cut along another line.
    let (dip, direction) = (fault.number("dip_deg"), fault.number("dip_direction_deg"));
    let (Some(z), Some(dip), Some(direction)) = (fault.number("trace_z_m"), dip, direction) else {
        return Some(fault.lines().to_vec());
    };
    let azimuth = direction.to_radians();
    let per_metre = if dip >= 89.9 { 0.0 } else { 1.0 / dip.to_radians().tan() };
    let moved = |[x, y]: [f64; 2]| {
        let mut at = [x, y];
        for _ in 0..20 {
            let Some(floor) = q.seam.floor_at(at[0], at[1]) else { break };
            let shift = (z - floor) * per_metre;
            at = [x + shift * azimuth.sin(), y + shift * azimuth.cos()];
        }
        at
    };
    Some(fault.lines().iter().map(|line| line.iter().map(|p| moved(*p)).collect()).collect())
}

/// Ground between the two walls: between the recorded lines, or of one trace with its throw over the tangent of its dip.
pub(crate) fn between_walls(fault: &Hazard, lines: &[Vec<[f64; 2]>]) -> Outline {
    let hanging = attribute_lines(&fault.fact, "hanging_wall");
    let foot = attribute_lines(&fault.fact, "footwall");
    let ring = |a: &[[f64; 2]], b: &[[f64; 2]]| {
        // The two lines may be digitised in opposite directions.
        let d = |p: [f64; 2], q: [f64; 2]| (p[0] - q[0]).hypot(p[1] - q[1]);
        let (Some(a_end), Some(b_start), Some(b_end)) = (a.last(), b.first(), b.last()) else {
            return Outline::default();
        };
        let mut corners: Vec<[f64; 2]> = a.to_vec();
        if d(*a_end, *b_start) < d(*a_end, *b_end) {
            corners.extend(b);
        } else {
            corners.extend(b.iter().rev());
        }
        let line: geo::LineString<f64> = corners.iter().map(|p| geo::Coord { x: p[0], y: p[1] }).collect();
        Outline::repaired(&geo::MultiPolygon(vec![geo::Polygon::new(line, Vec::new())]))
            .map_or_else(|_| Outline::default(), |(outline, ..)| outline)
    };
    if let ([h], [f]) = (hanging.as_slice(), foot.as_slice()) {
        return ring(h, f);
    }
    let (Some(throw), Some(dip)) = (fault.number("throw_m"), fault.number("dip_deg")) else {
        return Outline::default();
    };
    if !(1.0..89.9).contains(&dip) || !hanging.is_empty() || !foot.is_empty() {
        return Outline::default();
    }
    let heave = throw / dip.to_radians().tan();
    // Nobody recorded which way it dips: the other wall may lie on either side, as far as the heave.
    let Some(direction) = fault.number("dip_direction_deg") else {
        return Outline::union(&lines.iter().map(|line| Outline::around_line(line, heave)).collect::<Vec<_>>());
    };
    let (dx, dy) = (heave * direction.to_radians().sin(), heave * direction.to_radians().cos());
    let parts: Vec<Outline> = lines
        .iter()
        .flat_map(|line| {
            line.windows(2)
                .map(|pair| {
                    Outline::convex(&[
                        pair[0],
                        pair[1],
                        [pair[1][0] + dx, pair[1][1] + dy],
                        [pair[0][0] + dx, pair[0][1] + dy],
                    ])
                })
                .collect::<Vec<_>>()
        })
        .collect();
    Outline::union(&parts)
}
