#![doc = include_str!("island.md")]

use super::verdict::Note;
use super::{Check, Inquiry, Objection, Report};
use crate::site::BurstGrade;

pub(super) const CHECK: Check = Check { code: "PLAN-ISLAND", page: include_str!("island.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for face in q.plan.faces().filter(|face| face.fact.flag("island") == Some(true)) {
        let Some(seam) = face.seam.as_deref().and_then(|id| q.site.seam(id)) else { continue };
        let title = face.title();
        match seam.rock_burst {
            BurstGrade::None => {}
            BurstGrade::Strong => report.object(Objection::new(q, &face.id, face.days()).about([face]).because(
                format!("{} 是强冲击地压煤层（{}）中的孤岛工作面", title.zh, seam.name.zh),
                format!("{} is an island face in {}, a strong rock-burst seam", title.en, seam.name.en),
            )),
            _ => report.remarks.push(Note::new(
                q,
                &face.id,
                format!("{} 是冲击地压煤层（{}）中的孤岛工作面，须经防冲安全性论证并批准", title.zh, seam.name.zh),
                format!(
                    "{} is an island face in {}, a rock-burst seam: it must be argued safe and approved",
                    title.en, seam.name.en
                ),
            )),
        }
    }
    report
}
