#![doc = include_str!("outcrop.md")]

use crate::fact::Shape;
use crate::rulebook::goaf_water::Limit;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops, formula};
use crate::site::hazard::Hazard;
use crate::site::surface::where_below;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "OUTCROP-1", page: include_str!("outcrop.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects("outcrop").flat_map(|outcrop| closes(q, outcrop)).collect()
}

fn closes(q: &Question<'_>, outcrop: &Hazard) -> Vec<Finding> {
    let least = q.number("least_height_m");
    let near = outcrop.around(least);
    let limit = Limit::new(q, &near);
    let hb = q.seam.protective_layer_m;
    let caving = outcrop.number("caving_height_m").map(|hk| hk + hb);
    let m = q.seam.mining_height_over(&near).unwrap_or(formula::WORST_MINING_HEIGHT_M);
    let hardest = formula::fracture_height_m(m, None).0 + hb;
    let (mut missing, sure, worst) = match (outcrop.text("cover"), caving) {
        (Some("none" | "clayey"), Some(caving)) => (Vec::new(), caving, caving),
        (Some("none" | "clayey"), None) => (vec!["caving_height_m"], least, hardest),
        (Some(_), _) if limit.by_law => (Vec::new(), limit.zone_m, limit.zone_m),
        (Some(_), caving) => (limit.missing.clone(), caving.unwrap_or(least), limit.zone_m),
        (None, caving) => (vec!["cover"], caving.unwrap_or(least), hardest),
    };
    let (sure, worst) = (sure.max(least), worst.max(sure).max(least));
    let elevation = elevation_m(q, outcrop);
    if elevation.is_none() {
        missing.push("floor_z_m");
    }
    let formula = format!(
        "max({least}, {})",
        if caving.is_some_and(|c| c == sure) { "Hk + Hb".to_owned() } else { limit.formula.clone() }
    );
    let say = |class: Class, height: f64| {
        let close = match elevation {
            // Where the outcrop lies is unknown: all of the seam may be above the line.
            None => {
                if class == Class::Forbidden {
                    near.clone()
                } else {
                    q.ground.clone()
                }
            }
            Some(z) => {
                let linear = q.seam.floor.linear().map(|[a, b, c]| [-a, -b, z - height - c]);
                where_below(q.ground, linear, |x, y| Some(z - height - q.seam.floor_at(x, y)?)).below
            }
        };
        Finding::inside(q, class, outcrop, close, Stops::all())
            .measure(
                "露头防隔水煤（岩）柱垂高Hf",
                "vertical height Hf of the outcrop pillar",
                None,
                Some(height),
                "m",
                formula.clone(),
            )
            .because(
                format!("露头 {} 以下垂高不足 {height:.2} m", outcrop.id),
                format!("less than {height:.2} m, vertically, below outcrop {}", outcrop.id),
            )
            .missing(&missing)
    };
    let mut findings = vec![say(Class::Forbidden, sure)];
    if worst > sure || elevation.is_none() {
        findings.push(say(Class::Deferred, worst));
    }
    findings.retain(|finding: &Finding| !finding.outline.is_empty());
    findings
}

/// Lowest elevation of the outcrop, the worse case: as recorded, else of its line, else of the seam's floor under it.
fn elevation_m(q: &Question<'_>, outcrop: &Hazard) -> Option<f64> {
    let of_line = || match &outcrop.fact.shape {
        Some(Shape::Lines(lines)) => {
            lines.iter().flatten().map(|p| p.z.or_else(|| q.seam.floor_at(p.x, p.y))).collect::<Option<Vec<f64>>>()
        }
        _ => None,
    };
    outcrop.number("floor_z_m").or_else(|| of_line()?.into_iter().reduce(f64::min))
}
