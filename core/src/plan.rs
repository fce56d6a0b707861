//! Is the plan lawful? Succession plans held against the ground, the calendar and the law.
//!
//! A check is two files with one stem, like a rule: `spacing.rs`, a function, and `spacing.md`, its page with its
//! clauses, its numbers and worked cases. [`check`] asks every check of [`CHECKS`] and gives a [`Verdict`]:
//! objections, remarks, and of every working the earliest lawful date.

pub mod closure;
pub mod days;
pub mod model;
pub mod months;
mod places;
pub mod verdict;
pub mod versions;

mod after;
mod compare;
mod deferred;
mod depth;
mod district;
mod faces;
mod forbidden;
mod gap;
mod island;
mod left_pillar;
mod levels;
mod licence;
mod neighbour;
mod new_goaf;
mod normal;
mod output;
mod period;
mod probe;
mod protective;
mod reserves;
mod roadway;
mod seam;
mod spacing;
mod stable;
mod survey;
mod systems;
mod tonnage;
mod treatment_time;

pub use days::Days;
pub use model::{Plan, Reserves, Working, WorkingKind};
pub use verdict::{Lawful, Move, Note, Objection, TaskVerdict, Twice, Undecided, Verdict, won_twice};

use crate::rulebook::{Clause, Head, Rulebook};
use crate::site::Site;
use crate::zone;
use closure::Closures;
use jiff::civil::Date;

/// One check: what people must know about it, and a function.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its code, the same as in the head of its page.
    pub code: &'static str,
    /// Its page.
    pub page: &'static str,
    /// What it says about a plan.
    pub apply: fn(&Inquiry<'_>) -> Report,
}

/// Every check, in the order of every list on screen.
pub const CHECKS: &[Check] = &[
    licence::CHECK,
    seam::CHECK,
    forbidden::CHECK,
    deferred::CHECK,
    survey::CHECK,
    faces::CHECK,
    levels::CHECK,
    district::CHECK,
    spacing::CHECK,
    reserves::CHECK,
    output::CHECK,
    tonnage::CHECK,
    gap::CHECK,
    period::CHECK,
    systems::CHECK,
    after::CHECK,
    treatment_time::CHECK,
    island::CHECK,
    left_pillar::CHECK,
    roadway::CHECK,
    neighbour::CHECK,
    new_goaf::CHECK,
    protective::CHECK,
    normal::CHECK,
    stable::CHECK,
    depth::CHECK,
    probe::CHECK,
    compare::CHECK,
];

/// The check of this code.
pub fn check_of(code: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.code == code)
}

/// What one check says.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What is against the law or the book.
    pub objections: Vec<Objection>,
    /// What the planner should know; never an objection.
    pub remarks: Vec<Note>,
    /// What was not judged because nobody gave the data.
    pub notes: Vec<Note>,
}

impl Report {
    fn object(&mut self, objection: Objection) {
        self.objections.push(objection);
    }
}

/// What one check is asked: one plan of one mine under one book.
#[derive(Debug)]
pub struct Inquiry<'a> {
    /// The mine.
    pub site: &'a Site,
    /// The book.
    pub book: &'a Rulebook,
    /// The plan.
    pub plan: &'a Plan,
    /// Other tiers and versions it is held against.
    pub against: &'a [Plan],
    /// The check that is asked.
    pub code: &'static str,
    /// Which ground stops which working, and when.
    pub closures: Closures,
}

impl Inquiry<'_> {
    /// A parameter of the check that is asked, as the book sets it on a day.
    ///
    /// # Panics
    /// When the check's page has no such parameter, or gives it no default: a mistake in the program.
    pub fn number_on(&self, key: &str, day: Date) -> f64 {
        self.book.value_on(self.code, key, Some(day)).expect("a parameter with a default in the check's page").0
    }

    /// A parameter that the mine must say; nothing where it has not.
    ///
    /// # Panics
    /// When the check's page has no such parameter: a mistake in the program.
    pub fn value_on(&self, key: &str, day: Date) -> Option<f64> {
        self.book.value_on(self.code, key, Some(day)).map(|(value, _)| value)
    }

    /// The head of the page of the check that is asked.
    pub fn head(&self) -> Option<&Head> {
        self.book.head(self.code)
    }

    /// Clauses of the check that is asked that are in force on a day; all of them where none is dated so.
    pub fn clauses_on(&self, day: Date) -> Vec<Clause> {
        self.head().map(|head| clauses_on(head, day)).unwrap_or_default()
    }

    /// Workings that can be judged in time.
    pub fn dated(&self) -> impl Iterator<Item = (usize, &Working, Days)> {
        self.plan.workings.iter().enumerate().filter_map(|(i, working)| Some((i, working, working.days()?)))
    }
}

/// Clauses of a page that are in force on a day; all of them where the dates leave none.
pub(crate) fn clauses_on(head: &Head, day: Date) -> Vec<Clause> {
    let held: Vec<Clause> = head
        .clauses
        .iter()
        .filter(|clause| clause.from.is_none_or(|from| from <= day) && clause.to.is_none_or(|to| day < to))
        .cloned()
        .collect();
    if held.is_empty() { head.clauses.clone() } else { held }
}

/// The verdict on the plan that a site's facts hold.
///
/// A pure function: the same site and book give the same bytes.
pub fn check(site: &Site, book: &Rulebook) -> Verdict {
    let plan = Plan::new(site);
    check_plan(site, book, &plan)
}

/// The verdict on a plan for a site.
pub fn check_plan(site: &Site, book: &Rulebook, plan: &Plan) -> Verdict {
    check_against(site, book, plan, &[])
}

/// The verdict on a plan for a site, held against other tiers or versions of it as well.
pub fn check_against(site: &Site, book: &Rulebook, plan: &Plan, against: &[Plan]) -> Verdict {
    check_together(site, book, plan, against, &closure::one_by_one)
}

/// [`check_against`], with what does several jobs at a time: the verdict is the same.
pub fn check_together(
    site: &Site,
    book: &Rulebook,
    plan: &Plan,
    against: &[Plan],
    together: closure::Together<'_>,
) -> Verdict {
    let closures = Closures::new(site, book, plan, together);
    let mut inquiry = Inquiry { site, book, plan, against, code: "", closures };
    let mut verdict = Verdict::new(site, book, plan);
    let day = plan.from.unwrap_or(site.as_of);
    for check in CHECKS {
        if !book.checks_on(check.code, zone::mine_name(site.mine.kind), day) {
            continue;
        }
        inquiry.code = check.code;
        let mut report = (check.apply)(&inquiry);
        report.objections.sort_by(|a, b| a.task.cmp(&b.task));
        verdict.objections.append(&mut report.objections);
        verdict.remarks.append(&mut report.remarks);
        verdict.notes.append(&mut report.notes);
    }
    // The least supply of each month is a number of that check's page.
    inquiry.code = reserves::CHECK.code;
    verdict.months = months::months(&inquiry);
    verdict.finish(&inquiry);
    verdict
}
