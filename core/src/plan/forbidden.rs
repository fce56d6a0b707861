#![doc = include_str!("forbidden.md")]

use super::closure::{Closing, LEAST_M2, Offence};
use super::model::Working;
use super::verdict::{Lawful, rule_clauses, short};
use super::{Check, Inquiry, Move, Objection, Report};
use crate::text::Text;

pub(super) const CHECK: Check = Check { code: "PLAN-FORBIDDEN", page: include_str!("forbidden.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for (working, offence) in offences(q, Closing::Forbidden) {
        report.object(on_ground(q, working, offence, ("禁采区", "forbidden ground")));
    }
    report
}

/// Workings with an offence of one kind against the ground.
pub(super) fn offences<'a>(q: &'a Inquiry<'_>, closing: Closing) -> impl Iterator<Item = (&'a Working, &'a Offence)> {
    q.plan
        .workings
        .iter()
        .zip(&q.closures.of)
        .filter_map(move |(working, closed)| Some((working, closed.offences.get(&closing)?)))
}

/// The objection to a working on ground that stops it.
pub(super) fn on_ground(q: &Inquiry<'_>, working: &Working, offence: &Offence, ground: (&str, &str)) -> Objection {
    let title = working.title();
    let days = offence.days;
    let mut objection = Objection::new(q, &working.id, Some(days)).about([working]).measured(
        "压占面积",
        "area",
        offence.m2,
        LEAST_M2,
        "m²",
    );
    let push = |list: &mut Vec<String>, item: &String| {
        if !list.contains(item) {
            list.push(item.clone());
        }
    };
    let mut why: Vec<Text> = Vec::new();
    for finding in &offence.findings {
        push(&mut objection.rules, &finding.rule);
        finding.hazards.iter().for_each(|hazard| push(&mut objection.objects, hazard));
        finding.rests_on.iter().for_each(|treatment| push(&mut objection.rests_on, treatment));
        if why.len() < 3 {
            why.push(Text::new(
                format!("{} {}", finding.rule, finding.because.zh),
                format!("{} {}", finding.rule, finding.because.en),
            ));
        }
    }
    let more = offence.findings.len().saturating_sub(why.len());
    let join = |lang: fn(&Text) -> &str, by: &str| why.iter().map(lang).collect::<Vec<_>>().join(by);
    let (more_zh, more_en) =
        if more > 0 { (format!(" 等另 {more} 条"), format!(" and {more} more")) } else { Default::default() };
    objection = objection.because(
        format!(
            "{} 在 {days} 有 {} m² 位于{}：{}{more_zh}",
            title.zh,
            short(offence.m2),
            ground.0,
            join(|t| &t.zh, "；")
        ),
        format!(
            "{}, {days}: {} m² of it lie in {}: {}{more_en}",
            title.en,
            short(offence.m2),
            ground.1,
            join(|t| &t.en, "; ")
        ),
    );
    for clause in rule_clauses(q, &objection.rules, days.from) {
        if !objection.clauses.contains(&clause) {
            objection.clauses.push(clause);
        }
    }
    match offence.lawful {
        Lawful::From(day) => {
            objection = objection.cured_by(vec![Move { task: working.id.clone(), from: day }]);
            for id in &offence.set_by {
                let accepts = q.site.treatments.iter().find(|t| &t.id == id).and_then(|t| t.accepts);
                let on = accepts.map_or_else(String::new, |day| day.to_string());
                objection
                    .chain
                    .push(Text::new(format!("{id} 计划 {on} 验收"), format!("{id} is to be accepted on {on}")));
                push(&mut objection.rests_on, id);
            }
        }
        Lawful::Never => {
            for finding in offence.findings.iter().take(3) {
                let who = q.book.head(&finding.rule).map(|head| head.approver.clone()).unwrap_or_default();
                if finding.exit.is_empty() {
                    continue;
                }
                let by = |words: &str, open: &str, close: &str| {
                    if words.is_empty() { String::new() } else { format!("{open}{words}{close}") }
                };
                let exit = Text::new(
                    format!("转换条件：{}{}", finding.exit.zh, by(&who.zh, "，审批人 ", "")),
                    format!("exit: {}{}", finding.exit.en, by(&who.en, ", approved by the ", "")),
                );
                if !objection.chain.contains(&exit) {
                    objection.chain.push(exit);
                }
            }
        }
    }
    objection
}
