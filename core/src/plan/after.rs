#![doc = include_str!("after.md")]

use super::days;
use super::verdict::Note;
use super::{Check, Inquiry, Move, Objection, Report};
use crate::text::Text;
use jiff::civil::Date;

pub(super) const CHECK: Check = Check { code: "PLAN-AFTER", page: include_str!("after.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for (_, working, own) in q.dated() {
        let mut wait: Option<(Date, &str)> = None;
        for before in working.fact.texts("after") {
            // A working is finished on its last day; a treatment on the day of its acceptance.
            let working_free = q.plan.working(before).map(|w| w.to.map(|to| days::later(to, 1)));
            let treatment = q.site.treatments.iter().find(|t| &t.id == before);
            match working_free.or_else(|| treatment.map(|t| t.accepted.or(t.accepts))) {
                Some(Some(free)) if free > own.from && wait.is_none_or(|(day, _)| day < free) => {
                    wait = Some((free, before));
                }
                Some(Some(_)) => {}
                Some(None) => report.notes.push(Note::new(
                    q,
                    &working.id,
                    format!("{} 的前置 {before} 没有完成日期，未核", working.title().zh),
                    format!("{}: its predecessor {before} has no last day, not judged", working.title().en),
                )),
                None => report.notes.push(Note::new(
                    q,
                    &working.id,
                    format!("{} 的前置 {before} 不在计划中，未核", working.title().zh),
                    format!("{}: its predecessor {before} is not in the plan, not judged", working.title().en),
                )),
            }
        }
        let Some((free, before)) = wait else { continue };
        let late = (days::number(free) - days::number(own.from)) as f64;
        let mut objection = Objection::new(q, &working.id, Some(own))
            .about([working])
            .measured("提前", "too early by", late, 0.0, "d")
            .because(
                format!("{} 于 {} 开始，前置 {before} 要到 {free} 才完成", working.title().zh, own.from),
                format!(
                    "{} begins on {}; its predecessor {before} is finished only by {free}",
                    working.title().en,
                    own.from
                ),
            )
            .cured_by(vec![Move { task: working.id.clone(), from: free }]);
        objection.objects.push(before.to_owned());
        objection.chain.push(Text::new(format!("{before} 至 {free} 完成"), format!("{before} is finished by {free}")));
        report.object(objection);
    }
    report
}
