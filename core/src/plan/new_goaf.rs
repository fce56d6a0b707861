#![doc = include_str!("new_goaf.md")]

use super::closure::LEAST_M2;
use super::days::{self, Days};
use super::verdict::{Note, short};
use super::{Check, Inquiry, Move, Objection, Report, Working};
use crate::text::Text;

pub(super) const CHECK: Check = Check { code: "PLAN-GOAF", page: include_str!("new_goaf.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let last = q.plan.to;
    for face in q.plan.faces().filter(|face| face.producing) {
        let Some(own) = face.days() else { continue };
        let seal = days::later(own.to, q.number_on("seal_days", own.to) as i64);
        let width = q.number_on("probe_m", own.to);
        let mut next: Option<(&str, jiff::civil::Date, f64)> = None;
        for (_, later, days) in q.dated().filter(|(_, w, d)| d.to > own.to && w.seam == face.seam && w.id != face.id) {
            let near = face.outline.bounds().zip(later.outline.bounds()).is_some_and(|(a, b)| {
                a[0] - width <= b[2] && b[0] <= a[2] + width && a[1] - width <= b[3] && b[1] <= a[3] + width
            });
            if near {
                through(q, face, own, later, days, &mut report);
            }
            if !near || days.from <= own.to || next.is_some_and(|(_, from, _)| from <= days.from) {
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

/// A working over the ground that a face of the plan has mined out before it comes there.
fn through(q: &Inquiry<'_>, face: &Working, own: Days, later: &Working, days: Days, report: &mut Report) {
    let m2 = later.outline.within(&face.outline).area_m2();
    if m2 <= LEAST_M2 {
        return;
    }
    let (title, goaf) = (later.title(), face.title());
    if days.from <= own.to {
        // Two faces drawn over each other are not judged at all; a road may have been driven before the coal was won.
        if !later.is_face() {
            report.remarks.push(Note::new(
                q,
                &later.id,
                format!("{} 有 {} m² 位于 {} 内，后者 {} 采完而前者掘至 {}：此后不得在其采空区内掘进", title.zh, short(m2), goaf.zh, own.to, days.to),
                format!("{}: {} m² of it lie in {}, which is goaf after {}, and it is driven until {}: no work in that goaf from then on", title.en, short(m2), goaf.en, own.to, days.to),
            ));
        }
        return;
    }
    let slices =
        later.seam.as_deref().and_then(|id| q.site.seam(id)).is_some_and(|s| s.fact.text("method") == Some("slicing"));
    // Under a slice that was won before the ground must have settled; how long that takes is the mine's to say.
    let settled =
        slices.then(|| q.value_on("settle_days", days.from)).flatten().map(|wait| days::later(own.to, wait as i64 + 1));
    if slices && settled.is_none_or(|free| free <= days.from) {
        report.remarks.push(Note::new(
            q,
            &later.id,
            format!("{} 自 {} 起在分层开采的 {}（{} 采完）之下作业 {} m²：须有上分层顶板稳定的依据", title.zh, days.from, goaf.zh, own.to, short(m2)),
            format!("{} works from {} on under {} m² of {} (won by {}), a seam mined in slices: show that the slice above has settled", title.en, days.from, short(m2), goaf.en, own.to),
        ));
        return;
    }
    let mut objection = Objection::new(q, &later.id, Some(days))
        .about([later])
        .measured("在采空区内的面积", "area in goaf", m2, LEAST_M2, "m²")
        .because(
            format!(
                "{} 自 {} 起有 {} m² 位于本计划 {} 的采空区内（{} 采完）",
                title.zh,
                days.from,
                short(m2),
                goaf.zh,
                own.to
            ),
            format!(
                "{}, {days}: {} m² of it lie in the goaf that {} of this plan leaves after {}",
                title.en,
                short(m2),
                goaf.en,
                own.to
            ),
        );
    objection.clauses.clear();
    objection.objects.push(face.id.clone());
    match settled {
        Some(free) => {
            objection = objection.cured_by(vec![Move { task: later.id.clone(), from: free }]);
            objection
                .chain
                .push(Text::new(format!("{} 采后顶板稳定", face.id), format!("the ground of {} has settled", face.id)));
        }
        None => objection.chain.push(Text::new(
            "采空区不再回采、不得进入；请改移图形或调整先后次序",
            "mined ground is neither mined again nor entered: move the drawing, or change the order of the two",
        )),
    }
    report.object(objection);
}
