#![doc = include_str!("neighbour.md")]

use super::{Check, Inquiry, Objection, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-NEIGHBOUR", page: include_str!("neighbour.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for heading in q.plan.workings.iter().filter(|w| !w.is_face()) {
        let Some(into) = heading.fact.text("breaks_into") else { continue };
        if !q.site.neighbours.iter().any(|neighbour| neighbour.id == into) {
            continue;
        }
        let title = heading.title();
        let mut objection = Objection::new(q, &heading.id, heading.days()).about([heading]).because(
            format!("{} 与相邻矿井 {into} 贯通", title.zh),
            format!("{} breaks through into the neighbour mine {into}", title.en),
        );
        objection.objects.push(into.to_owned());
        report.object(objection);
    }
    report
}
