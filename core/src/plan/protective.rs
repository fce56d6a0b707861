#![doc = include_str!("protective.md")]

use super::days::{self, Days};
use super::stable::normal_distance_m;
use super::verdict::{Lawful, short};
use super::{Check, Inquiry, Move, Objection, Report, Working};
use crate::outline::Outline;
use crate::text::Text;

pub(super) const CHECK: Check = Check { code: "PLAN-PROTECT", page: include_str!("protective.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let pairs: Vec<(&str, &str)> =
        q.plan.protective.iter().filter_map(|pair| pair.split_once('>')).map(|(a, b)| (a.trim(), b.trim())).collect();
    for (above, below) in pairs {
        let won: Vec<&Outline> = q
            .site
            .hazards_of("goaf")
            .filter(|goaf| goaf.seam.as_deref() == Some(above))
            .map(crate::site::hazard::Hazard::outline)
            .collect();
        for (_, working, own) in q.dated().filter(|(_, w, _)| w.seam.as_deref() == Some(below) && !w.outline.is_empty())
        {
            if let Some(objection) = judge(q, working, own, above, &won) {
                report.object(objection);
            }
        }
    }
    report
}

fn judge(q: &Inquiry<'_>, working: &Working, own: Days, above: &str, won: &[&Outline]) -> Option<Objection> {
    let faces: Vec<(&Working, Days)> = q
        .dated()
        .filter(|(_, face, _)| face.is_face() && face.producing && face.seam.as_deref() == Some(above))
        .filter(|(_, face, _)| face.outline.may_meet(&working.outline))
        .map(|(_, face, days)| (face, days))
        .collect();
    let covered = Outline::union(won.iter().copied().chain(faces.iter().map(|(face, _)| &face.outline)));
    let bare = working.outline.minus(&covered).area_m2();
    let title = working.title();
    let seam = working.seam.as_deref()?;
    if bare > super::closure::LEAST_M2 {
        return Some(
            Objection::new(q, &working.id, Some(own))
                .about([working])
                .measured("未受保护面积", "area not protected", bare, super::closure::LEAST_M2, "m²")
                .because(
                    format!("{} 有 {} m² 未先采保护层 {above} 煤", title.zh, short(bare)),
                    format!(
                        "{}: over or under {} m² of it seam {above}, which protects seam {seam}, is not won first",
                        title.en,
                        short(bare)
                    ),
                ),
        );
    }
    let mut wait: Option<(jiff::civil::Date, &Working, f64, f64)> = None;
    for (face, ran) in faces.into_iter().filter(|(_, ran)| ran.to >= own.from) {
        let met = face.outline.within(&working.outline);
        if met.area_m2() <= super::closure::LEAST_M2 {
            continue;
        }
        let distance = normal_distance_m(q, seam, above, &met)?;
        let limit = (q.number_on("times", own.from) * distance).max(q.number_on("least_m", own.from));
        let lead = lead_m(face, ran, own.from, &met);
        if lead.is_some_and(|lead| lead >= limit) {
            continue;
        }
        let free = days::later(ran.to, 1);
        if wait.as_ref().is_none_or(|(day, ..)| *day < free) {
            wait = Some((free, face, lead.unwrap_or(0.0), limit));
        }
    }
    let (free, face, lead, limit) = wait?;
    let mut objection = Objection::new(q, &working.id, Some(own))
        .about([working, face])
        .measured("超前距", "lead", lead, limit, "m")
        .because(
            format!("{} 于 {} 开始时，保护层工作面 {} 超前不足", title.zh, own.from, face.id),
            format!(
                "when {} begins on {}, the protective face {} does not lead far enough",
                title.en, own.from, face.id
            ),
        )
        .cured_by(vec![Move { task: working.id.clone(), from: free }]);
    objection.lawful = Lawful::From(free);
    objection.objects.push(face.id.clone());
    objection.chain.push(Text::new(
        format!("{} 至 {} 采完", face.id, days::later(free, -1)),
        format!("{} ends on {}", face.id, days::later(free, -1)),
    ));
    Some(objection)
}

/// How far the face's working place is ahead of all of an outline on a day, along its advance; nothing where no direction
/// was given.
fn lead_m(face: &Working, ran: Days, day: jiff::civil::Date, met: &Outline) -> Option<f64> {
    let (first, last) = (face.advance.first()?, face.advance.last()?);
    let length = (last[0] - first[0]).hypot(last[1] - first[1]);
    if length <= 0.0 {
        return None;
    }
    let along =
        |p: [f64; 2]| ((p[0] - first[0]) * (last[0] - first[0]) + (p[1] - first[1]) * (last[1] - first[1])) / length;
    let share = ((days::number(day) - days::number(ran.from)) as f64 / ran.count() as f64).clamp(0.0, 1.0);
    let farthest = met
        .to_geo()
        .iter()
        .flat_map(|part| part.exterior().0.iter().map(|c| along([c.x, c.y])).collect::<Vec<_>>())
        .fold(f64::NEG_INFINITY, f64::max);
    Some(share * length - farthest)
}
