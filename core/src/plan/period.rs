#![doc = include_str!("period.md")]

use super::days::Days;
use super::verdict::Note;
use super::{Check, Inquiry, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-PERIOD", page: include_str!("period.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let Some(fact) = q.site.facts.iter().find(|fact| fact.kind == "plan") else { return report };
    // Only days that the plan states: those taken from its workings hold them all.
    let stated = fact.date("from").zip(fact.date("to")).filter(|_| fact.id == q.plan.id);
    let Some(period) = stated.and_then(|(from, to)| Days::new(from, to)) else { return report };
    for (_, working, own) in q.dated() {
        let title = working.title();
        if own.common(period).is_none() {
            report.remarks.push(Note::new(
                q,
                &working.id,
                format!("{}（{own}）不在计划期 {period} 内：请核对日期", title.zh),
                format!("{} ({own}) lies outside the plan's days, {period}: look at its dates", title.en),
            ));
        } else if own.from < period.from || own.to > period.to {
            report.notes.push(Note::new(
                q,
                &working.id,
                format!("{}（{own}）跨出计划期 {period}", title.zh),
                format!("{} ({own}) reaches beyond the plan's days, {period}", title.en),
            ));
        }
    }
    for treatment in &q.site.treatments {
        let fact = q.site.facts.iter().find(|fact| fact.kind == "treatment" && fact.id == treatment.id);
        // What is done already belongs to no plan.
        let planned = fact.is_some_and(|fact| fact.text("state").is_none_or(|state| state == "planned"));
        let (Some(from), Some(to)) = treatment.days else { continue };
        let Some(own) = Days::new(from, to).filter(|own| planned && own.common(period).is_none()) else { continue };
        report.remarks.push(Note::new(
            q,
            &treatment.id,
            format!("治理工程 {}（{own}）不在计划期 {period} 内：请核对日期", treatment.id),
            format!("treatment {} ({own}) lies outside the plan's days, {period}: look at its dates", treatment.id),
        ));
    }
    report
}
