#![doc = include_str!("seam.md")]

use super::{Check, Inquiry, Objection, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-SEAM", page: include_str!("seam.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let licensed = &q.site.licence.seams;
    for working in &q.plan.workings {
        let Some(seam) = working.seam.as_ref().filter(|seam| !licensed.contains(seam)) else { continue };
        // A seam that is not on the map at all cannot be judged; that is said there.
        if q.site.seam(seam).is_none() {
            continue;
        }
        let title = working.title();
        let mut objection = Objection::new(q, &working.id, working.days()).about([working]).because(
            format!("{} 在 {seam} 煤，许可证只列 {} 煤", title.zh, licensed.join("、")),
            format!("{} is in seam {seam}; the licence names {}", title.en, licensed.join(", ")),
        );
        objection.objects.push(seam.clone());
        report.object(objection);
    }
    report
}
