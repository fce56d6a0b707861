#![doc = include_str!("new_goaf.md")]

use super::days;
use super::verdict::{Note, short};
use super::{Check, Inquiry, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-GOAF", page: include_str!("new_goaf.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let last = q.plan.to;
    for face in q.plan.faces().filter(|face| face.producing) {
        let Some(own) = face.days() else { continue };
        let seal = days::later(own.to, q.number_on("seal_days", own.to) as i64);
        let width = q.number_on("probe_m", own.to);
        let mut next: Option<(&str, jiff::civil::Date, f64)> = None;
        for (_, later, days) in q.dated().filter(|(_, w, d)| d.from > own.to && w.seam == face.seam) {
            let near = face.outline.bounds().zip(later.outline.bounds()).is_some_and(|(a, b)| {
                a[0] - width <= b[2] && b[0] <= a[2] + width && a[1] - width <= b[3] && b[1] <= a[3] + width
            });
            if !near || next.is_some_and(|(_, from, _)| from <= days.from) {
                continue;
            }
            let distance = face.outline.distance_to_m(&later.outline);
            if distance < width {
                next = Some((&later.id, days.from, distance));
            }
        }
        let Some((id, from, distance)) = next else {
            if last.is_none_or(|last| seal <= last) {
                let mut note = Note::new(
                    q,
                    &face.id,
                    format!("{} 于 {} 采完成为采空区，应在 {seal} 前封闭", face.title().zh, own.to),
                    format!("{} is goaf from {}: seal it by {seal}", face.title().en, own.to),
                );
                note.due = Some(seal);
                report.notes.push(note);
            }
            continue;
        };
        let mut note = Note::new(
            q,
            &face.id,
            format!(
                "{} 于 {} 采完成为采空区，应在 {seal} 前封闭；{id} 于 {from} 在其 {} m 处开始，此前须探清并疏干积水",
                face.title().zh,
                own.to,
                short(distance)
            ),
            format!(
                "{} is goaf from {}: seal it by {seal}; {id} begins {} m from it on {from}: probe and drain it before",
                face.title().en,
                own.to,
                short(distance)
            ),
        );
        note.due = Some(from);
        report.remarks.push(note);
    }
    report
}
