#![doc = include_str!("left_pillar.md")]

use super::verdict::{Note, short};
use super::{Check, Inquiry, Objection, Report, Working};
use crate::site::BurstGrade;

pub(super) const CHECK: Check = Check { code: "PLAN-LEFT", page: include_str!("left_pillar.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for face in q.plan.faces().filter(|face| face.fact.flag("leaves_pillar") == Some(true)) {
        let Some(seam) = face.seam.as_deref().and_then(|id| q.site.seam(id)) else { continue };
        if seam.rock_burst == BurstGrade::None {
            continue;
        }
        let title = face.title();
        match face.fact.text("pillar_document") {
            None => report.object(Objection::new(q, &face.id, face.days()).about([face]).because(
                format!("{} 在冲击地压煤层（{}）采空区内留煤柱，无防冲安全性论证及批准文号", title.zh, seam.name.zh),
                format!(
                    "{} leaves a pillar in the goaf of {}, a rock-burst seam, and no argument of its safety was approved",
                    title.en, seam.name.en
                ),
            )),
            Some(document) => report.remarks.push(Note::new(
                q,
                &face.id,
                format!(
                    "{} 在冲击地压煤层（{}）采空区内留煤柱（{document}）：须在图上标明其位置和影响范围",
                    title.zh, seam.name.zh
                ),
                format!(
                    "{} leaves a pillar in the goaf of {}, a rock-burst seam ({document}): draw it and the range of its stress on the map",
                    title.en, seam.name.en
                ),
            )),
        }
    }
    for working in &q.plan.workings {
        under(q, working, &mut report);
    }
    report
}

/// A working in the recorded range of a pillar that was left: in its own seam, or in a seam below it.
fn under(q: &Inquiry<'_>, working: &Working, report: &mut Report) {
    let Some(seam) = working.seam.as_deref().and_then(|id| q.site.seam(id)) else { return };
    if seam.rock_burst == BurstGrade::None {
        return;
    }
    let place = |id: &str| q.site.seams.iter().position(|seam| seam.id == id);
    for pillar in q.site.hazards_of("left_pillar") {
        // The stress of a pillar goes down: it counts in its own seam and in those below.
        let reaches =
            pillar.seam.as_deref().and_then(place).is_none_or(|of| place(&seam.id).is_some_and(|own| own >= of));
        let Some(range) = pillar.number("influence_m").filter(|_| reaches) else { continue };
        let m2 = working.outline.within(&pillar.around(range)).area_m2();
        if m2 <= super::closure::LEAST_M2 {
            continue;
        }
        let title = working.title();
        report.remarks.push(Note::new(
            q,
            &working.id,
            format!(
                "{} 有 {} m² 位于遗留煤柱 {} 的影响范围（{range} m）内：冲击地压煤层，须有专项措施",
                title.zh,
                short(m2),
                pillar.id
            ),
            format!(
                "{} has {} m² within the range ({range} m) of left pillar {}, in a rock-burst seam: special measures are needed",
                title.en,
                short(m2),
                pillar.id
            ),
        ));
    }
}
