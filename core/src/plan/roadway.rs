#![doc = include_str!("roadway.md")]

use super::{Check, Inquiry, Objection, Report};
use crate::site::BurstGrade;

pub(super) const CHECK: Check = Check { code: "PLAN-ROADWAY", page: include_str!("roadway.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let main = |purpose: Option<&str>| matches!(purpose, Some("development" | "preparation"));
    for heading in q.plan.workings.iter().filter(|w| !w.is_face() && w.in_coal && main(w.purpose.as_deref())) {
        let Some(seam) = heading.seam.as_deref().and_then(|id| q.site.seam(id)) else { continue };
        if seam.rock_burst < BurstGrade::Strong {
            continue;
        }
        let title = heading.title();
        let mut objection = Objection::new(q, &heading.id, heading.days()).about([heading]).because(
            format!("{} 是布置在强冲击地压煤层（{}）中的开拓或准备巷道", title.zh, seam.name.zh),
            format!(
                "{} is a development or preparation roadway in {}, a strong rock-burst seam",
                title.en, seam.name.en
            ),
        );
        objection.objects.push(seam.id.clone());
        report.object(objection);
    }
    report
}
