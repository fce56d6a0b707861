#![doc = include_str!("stable.md")]

use super::days;
use super::verdict::short;
use super::{Check, Inquiry, Move, Objection, Report};
use crate::text::Text;

pub(super) const CHECK: Check = Check { code: "PLAN-STABLE", page: include_str!("stable.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for (_, heading, own) in q.dated().filter(|(_, w, _)| w.purpose.as_deref() == Some("gate")) {
        let (Some(wait), Some(near_m)) = (q.value_on("days", own.from), q.value_on("near_m", own.from)) else {
            continue;
        };
        let Some(seam) = heading.seam.as_deref() else { continue };
        let mut held: Option<(jiff::civil::Date, &super::Working, f64)> = None;
        for (_, face, ran) in q.dated().filter(|(_, w, _)| w.is_face() && w.producing) {
            let Some(other) = face.seam.as_deref().filter(|other| *other != seam) else { continue };
            let met = face.outline.within(&heading.outline);
            if met.area_m2() <= super::closure::LEAST_M2 {
                continue;
            }
            let Some(distance) = normal_distance_m(q, seam, other, &met) else { continue };
            let free = days::later(ran.to, wait as i64 + 1);
            if distance > near_m || ran.to > own.from && ran.from > own.to || own.from >= free {
                continue;
            }
            if held.as_ref().is_none_or(|(day, ..)| *day < free) {
                held = Some((free, face, distance));
            }
        }
        let Some((free, face, distance)) = held else { continue };
        let since = (days::number(own.from) - days::number(face.to.unwrap_or(own.from)) - 1) as f64;
        let (title, other) = (heading.title(), face.title());
        let mut objection = Objection::new(q, &heading.id, Some(own))
            .about([heading, face])
            .measured("稳定时间", "time to settle", since.max(0.0), wait, "d")
            .because(
                format!("{} 于 {} 在 {}（法向 {} m）采动范围内开工", title.zh, own.from, other.zh, short(distance)),
                format!(
                    "{} begins on {} over or under {} ({} m along the normal)",
                    title.en,
                    own.from,
                    other.en,
                    short(distance)
                ),
            )
            .cured_by(vec![Move { task: heading.id.clone(), from: free }]);
        objection.chain.push(Text::new(
            format!("{} 采完后满 {wait} 天", face.id),
            format!("{wait} days after the end of {}", face.id),
        ));
        report.object(objection);
    }
    report
}

/// Rock between two seams along the normal under or over an outline, at its middle, m: from the roof of the lower to the
/// floor of the upper.
pub(super) fn normal_distance_m(q: &Inquiry<'_>, a: &str, b: &str, over: &crate::outline::Outline) -> Option<f64> {
    let (a, b) = (q.site.seam(a)?, q.site.seam(b)?);
    let [x, y] = over.label_point()?;
    let (za, zb) = (a.floor_at(x, y)?, b.floor_at(x, y)?);
    let (upper, lower) = if za >= zb { (a, b) } else { (b, a) };
    let rock = upper.floor_at(x, y)? - lower.roof_at(x, y).or_else(|| lower.floor_at(x, y))?;
    Some((rock * lower.cos_dip_at(x, y)).max(0.0))
}
