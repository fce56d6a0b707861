#![doc = include_str!("probe.md")]

use super::verdict::{Note, short};
use super::{Check, Inquiry, Report};
use crate::outline::Outline;

pub(super) const CHECK: Check = Check { code: "PLAN-PROBE", page: include_str!("probe.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for (_, heading, days) in q.dated().filter(|(_, w, _)| !w.is_face() && !w.outline.is_empty()) {
        let Some(seam) = heading.seam.as_deref().and_then(|id| q.site.seam(id)) else { continue };
        let Some(bounds) = heading.outline.bounds() else { continue };
        let ahead = q.number_on("ahead_m", days.from);
        let mut near: Vec<(f64, &str)> = q
            .site
            .hazards_near(bounds, f64::MIN / 4.0, f64::MAX / 4.0, ahead + 100.0)
            .into_iter()
            .filter(|hazard| matches!(hazard.kind, "goaf" | "old_working") && hazard.on_seam(seam))
            .filter(|hazard| hazard.flag("flooded").is_none())
            .filter_map(|hazard| {
                let distance = distance(hazard, &heading.outline) - hazard.uncertainty_m;
                (distance < ahead).then_some((distance.max(0.0), hazard.id.as_str()))
            })
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        let Some((distance, first)) = near.first().copied() else { continue };
        let more = near.len() - 1;
        let (more_zh, more_en) = if more > 0 {
            (format!("（另有 {more} 处）"), format!(" (and {more} more)"))
        } else {
            Default::default()
        };
        let title = heading.title();
        let mut note = Note::new(
            q,
            &heading.id,
            format!("{} 距水情不清的老空 {first} {} m，不足 {ahead} m：先探后掘{more_zh}", title.zh, short(distance)),
            format!(
                "{} comes within {} m of {first}, whose water is unclear, less than {ahead} m: probe before it is driven{more_en}",
                title.en,
                short(distance)
            ),
        );
        note.due = Some(days.from);
        report.remarks.push(note);
    }
    report
}

fn distance(hazard: &crate::site::hazard::Hazard, outline: &Outline) -> f64 {
    let mut nearest = if hazard.outline().is_empty() { f64::INFINITY } else { hazard.outline().distance_to_m(outline) };
    for [x, y] in hazard.lines().iter().flatten().copied().chain(hazard.point()) {
        nearest = nearest.min(outline.distance_m(x, y));
    }
    nearest
}
