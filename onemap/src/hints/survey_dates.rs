//! Work dated outside its contract, or after the report that reports it.

use super::{Hint, Limits, Seen, object};
use minesift_core::fact::Fact;
use minesift_core::text::Text;

pub(super) const HINT: Hint = Hint { code: "SURVEY-DATES", page: include_str!("survey_dates.md"), find };

fn find(facts: &[Fact], limits: &Limits) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut say = |objects: Vec<&Fact>, zh: String, en: String| {
        seen.push(Seen {
            code: HINT.code,
            objects: objects.iter().map(|fact| object(fact)).collect(),
            words: Text::new(zh, en),
            rows: objects.iter().map(|fact| fact.source.clone()).collect(),
        });
    };
    let today = facts.iter().find(|fact| fact.kind == "mine").and_then(|mine| mine.date("as_of"));
    for survey in facts.iter().filter(|fact| fact.kind == "survey") {
        let Some(day) = survey.date("date") else { continue };
        let document = survey.text("document").unwrap_or_default();
        for (_, from, to) in limits.contracts.iter().filter(|(of, ..)| of.is_empty() || of == document) {
            if day < *from || day > *to {
                say(
                    vec![survey],
                    format!("普查 {} 的日期 {day} 不在合同期 {from} 至 {to} 内", survey.id),
                    format!("survey {} is dated {day}, outside its contract from {from} to {to}", survey.id),
                );
            }
        }
        if let Some(today) = today.filter(|today| day > *today) {
            say(
                vec![survey],
                format!("普查 {} 的日期 {day} 晚于图的截止日期 {today}", survey.id),
                format!("survey {} is dated {day}, after the map's own day {today}", survey.id),
            );
        }
        if document.is_empty() {
            continue;
        }
        for look in facts.iter().filter(|fact| fact.kind == "observation" && fact.text("document") == Some(document)) {
            if let Some(seen_on) = look.date("date").filter(|seen_on| *seen_on > day) {
                say(
                    vec![survey, look],
                    format!("观测 {} 的日期 {seen_on} 晚于其报告 {document} 的日期 {day}", look.id),
                    format!("observation {} is dated {seen_on}, after its report {document} of {day}", look.id),
                );
            }
        }
    }
    for sample in facts.iter().filter(|fact| fact.kind == "sample") {
        let Some(day) = sample.date("date") else { continue };
        let hole = facts.iter().find(|fact| fact.kind == "borehole" && Some(fact.id.as_str()) == sample.text("hole"));
        if let Some((hole, drilled)) = hole.and_then(|hole| Some((hole, hole.date("drilled")?)))
            && day > drilled
        {
            say(
                vec![hole, sample],
                format!("样品 {} 采于 {day}，晚于钻孔 {} 终孔 {drilled}", sample.id, hole.id),
                format!("sample {} was taken on {day}, after hole {} ended on {drilled}", sample.id, hole.id),
            );
        }
    }
    seen
}
