//! [`Treatment`]: what was done about a hazard, and whether it was accepted.

use crate::fact::{Fact, Problem, Source};
use crate::outline::Outline;
use crate::text::Text;
use jiff::civil::Date;

/// One treatment of one hazard.
#[derive(Clone, Debug)]
pub struct Treatment {
    /// Id.
    pub id: String,
    /// The hazard it treats.
    pub hazard: String,
    /// What was done.
    pub kind: String,
    /// How far it is.
    pub state: State,
    /// Which ground it treats; absent: it opens nothing.
    pub covers: Option<Covers>,
    /// Day it was finished.
    pub done: Option<Date>,
    /// Day of acceptance.
    pub accepted: Option<Date>,
    /// Planned day of acceptance.
    pub accepts: Option<Date>,
    /// Who accepted it, by which document.
    pub acceptance: Option<(String, String)>,
    /// First and last day of the work.
    pub days: (Option<Date>, Option<Date>),
    /// Where it was read.
    pub source: Source,
}

/// How far a treatment is; passed and failed are results of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 已设计.
    Designed,
    /// 计划.
    Planned,
    /// 施工中.
    Running,
    /// 已完工.
    Done,
    /// 评价通过.
    Passed,
    /// 评价未通过.
    Failed,
}

/// Which ground a treatment treats.
#[derive(Clone, Debug, PartialEq)]
pub enum Covers {
    /// The whole hazard and every band round it.
    All,
    /// This outline.
    Part(Outline),
}

impl Treatment {
    pub(crate) fn new(fact: &Fact, problems: &mut Vec<Problem>) -> Option<Self> {
        let refuse = |zh: &str, en: &str, problems: &mut Vec<Problem>| {
            let message = Text::new(format!("治理工程 {} {zh}", fact.id), format!("treatment {} {en}", fact.id));
            problems.push(Problem::refused(&fact.source, message));
        };
        let state = match fact.text("state") {
            Some("designed") => State::Designed,
            Some("planned") => State::Planned,
            Some("running") => State::Running,
            Some("done") => State::Done,
            Some("passed") => State::Passed,
            Some("failed") => State::Failed,
            _ => {
                refuse("未给出状态 state", "does not state its state", problems);
                return None;
            }
        };
        let (Some(hazard), Some(kind)) = (fact.text("hazard"), fact.text("kind")) else {
            refuse("未说明对象或措施", "does not say its hazard or its kind", problems);
            return None;
        };
        let covers = if fact.text("covers") == Some("all") {
            Some(Covers::All)
        } else if fact.shape.is_some() {
            super::outline_of(fact, problems).map(Covers::Part)
        } else {
            None
        };
        // Nothing is accepted before its work has ended: such a day opens nothing.
        let begun = [fact.date("from"), fact.date("to")].into_iter().flatten().max();
        let (done, accepts) = (fact.date("done"), fact.date("accepts"));
        let ends = done.or(begun);
        let early = accepts.zip(ends).is_some_and(|(accepts, ends)| accepts < ends);
        if early && state != State::Passed {
            refuse(
                "计划验收日期早于施工结束，不予采用；请改正日期",
                "is to be accepted before its work ends: that day is not taken, mend the dates",
                problems,
            );
        }
        let accepted = fact.date("accepted");
        let begins = [done, fact.date("from")].into_iter().flatten().max();
        let too_early = accepted.zip(begins).is_some_and(|(accepted, begins)| accepted < begins);
        if too_early {
            refuse(
                "验收日期早于施工日期，不予采用，按未验收论；请改正日期",
                "was accepted before a day of its work: that day is not taken and it counts as not accepted, mend the dates",
                problems,
            );
        }
        Some(Self {
            id: fact.id.clone(),
            hazard: hazard.to_owned(),
            kind: kind.to_owned(),
            state,
            covers,
            done,
            accepted: accepted.filter(|_| !too_early),
            accepts: accepts.filter(|_| !early),
            acceptance: fact
                .text("approver")
                .zip(fact.text("document"))
                // Blanks name nobody and nothing.
                .filter(|(by, document)| !by.trim().is_empty() && !document.trim().is_empty())
                .map(|(by, document)| (by.to_owned(), document.to_owned())),
            days: (fact.date("from"), fact.date("to")),
            source: fact.source.clone(),
        })
    }

    /// True when it passed, was accepted by a named approver with a document on or before `as_of`.
    ///
    /// *Source:* 矿安〔2022〕85号 (三区转换报告, 煤矿企业总工程师批准); 煤矿安全规程 第五十五条（五）.
    pub fn accepted_by(&self, as_of: Date) -> bool {
        self.state == State::Passed && self.acceptance.is_some() && self.accepted.is_some_and(|day| day <= as_of)
    }

    /// True when the plan has it accepted on or before `day`, whatever its state but failed; no approver is needed yet.
    pub fn planned_by(&self, day: Date) -> bool {
        self.state != State::Failed && self.accepts.is_some_and(|accepts| accepts <= day)
    }

    /// The day of its evaluation: acceptance, else completion.
    pub fn evaluated(&self) -> Option<Date> {
        self.accepted.or(self.done)
    }
}
