#![doc = include_str!("survey.md")]

use super::closure::Closing;
use super::days;
use super::forbidden::{offences, on_ground};
use super::verdict::{Note, short};
use super::{Check, Inquiry, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-SURVEY", page: include_str!("survey.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for (working, offence) in offences(q, Closing::Unsurveyed) {
        let Some(begins) = working.from else { continue };
        let years = q.number_on("ahead_years", begins);
        let start = q.plan.from.unwrap_or(begins);
        if begins < days::years_later(start, years) {
            report.object(on_ground(q, working, offence, ("未普查区", "ground nobody surveyed")));
            continue;
        }
        let due = days::years_later(begins, -years);
        let title = working.title();
        let mut note = Note::new(
            q,
            &working.id,
            format!("{} 于 {begins} 进入未普查区 {} m²，应在 {due} 前查清", title.zh, short(offence.m2)),
            format!(
                "{} enters {} m² that nobody surveyed on {begins}: survey it by {due}",
                title.en,
                short(offence.m2)
            ),
        );
        note.due = Some(due);
        report.remarks.push(note);
    }
    report
}
