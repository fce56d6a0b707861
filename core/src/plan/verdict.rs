//! [`Verdict`]: what the checks say about a plan, one sentence an objection.

use super::closure::LEAST_M2;
use super::days::Days;
use super::model::{Plan, Working};
use super::months::Month;
use super::{Inquiry, after, clauses_on};
use crate::fact::{Problem, Source};
use crate::outline::Outline;
use crate::rulebook::{Clause, Measure, Rulebook};
use crate::site::Site;
use crate::text::Text;
use jiff::civil::Date;

/// The earliest lawful day of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Lawful {
    /// No date cures the offence.
    #[default]
    Never,
    /// It may begin on this day.
    From(Date),
}

/// A task that begins on another day and takes as long as before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// The task.
    pub task: String,
    /// Its new first day.
    pub from: Date,
}

/// One offence of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Objection {
    /// Code of the check.
    pub code: String,
    /// The task, district, period or `mine`.
    pub task: String,
    /// Workings that take part in it.
    pub workings: Vec<String>,
    /// Days of the offence.
    pub days: Option<Days>,
    /// Hazards, pillars, districts it is about.
    pub objects: Vec<String>,
    /// Rules whose findings it stands on, where it stands on ground.
    pub rules: Vec<String>,
    /// The number that decided: value and limit.
    pub measure: Measure,
    /// By how much the limit is missed, in the unit of the measure.
    pub shortfall: Option<f64>,
    /// What it stands on, in force on the first day of the offence.
    pub clauses: Vec<Clause>,
    /// The earliest lawful day.
    pub lawful: Lawful,
    /// The moves that cure it; empty where no date does.
    pub moves: Vec<Move>,
    /// The exits that set that day, or that are missing from the plan.
    pub chain: Vec<Text>,
    /// Planned treatments it rests on.
    pub rests_on: Vec<String>,
    /// What is wrong: task, dates, object, number.
    pub because: Text,
}

impl Objection {
    /// An objection of the check that is asked, with the clauses of its page in force on the day it begins.
    pub(crate) fn new(q: &Inquiry<'_>, task: impl Into<String>, days: Option<Days>) -> Self {
        let day = days.map(|days| days.from).or(q.plan.from).unwrap_or(q.site.as_of);
        Self {
            code: q.code.to_owned(),
            task: task.into(),
            workings: Vec::new(),
            days,
            objects: Vec::new(),
            rules: Vec::new(),
            measure: Measure::default(),
            shortfall: None,
            clauses: q.clauses_on(day),
            lawful: Lawful::Never,
            moves: Vec::new(),
            chain: Vec::new(),
            rests_on: Vec::new(),
            because: Text::default(),
        }
    }

    /// The same with the number that decided.
    pub(crate) fn measured(mut self, zh: &str, en: &str, value: f64, limit: f64, unit: &'static str) -> Self {
        self.shortfall = Some((value - limit).abs());
        self.measure =
            Measure { what: Text::new(zh, en), value: Some(value), limit: Some(limit), unit, formula: String::new() };
        self
    }

    pub(crate) fn about<'a>(mut self, workings: impl IntoIterator<Item = &'a Working>) -> Self {
        self.workings = workings.into_iter().map(|working| working.id.clone()).collect();
        self
    }

    pub(crate) fn because(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.because = Text::new(zh, en);
        self
    }

    /// The same, cured by these moves.
    pub(crate) fn cured_by(mut self, moves: Vec<Move>) -> Self {
        self.lawful = moves.first().map_or(Lawful::Never, |step| Lawful::From(step.from));
        self.moves = moves;
        self
    }

    /// The whole sentence: what is wrong, the clause, the shortfall, the earliest lawful date and what sets it.
    pub fn sentence(&self) -> Text {
        let (mut zh, mut en) = (self.because.zh.clone(), self.because.en.clone());
        if let (Some(value), Some(limit)) = (self.measure.value, self.measure.limit) {
            let unit_zh = match self.measure.unit {
                "months" => "个月",
                "a" => "年",
                "d" => "天",
                unit => unit,
            };
            let (word_zh, word_en) = if value > limit { ("超出", "over by") } else { ("不足", "short by") };
            let by = self.shortfall.unwrap_or((value - limit).abs());
            let digits = telling_digits(by);
            let with = |number: f64, unit: &str| format!("{} {unit}", digits_of(number, digits)).trim_end().to_owned();
            zh.push_str(&format!(
                "；{} {}，限值 {}，{word_zh} {}",
                self.measure.what.zh,
                with(value, unit_zh),
                with(limit, unit_zh),
                with(by, unit_zh)
            ));
            let unit = self.measure.unit;
            en.push_str(&format!(
                "; {} {}, limit {}, {word_en} {}",
                self.measure.what.en,
                with(value, unit),
                with(limit, unit),
                with(by, unit)
            ));
        }
        if !self.clauses.is_empty() {
            let named: Vec<String> = self.clauses.iter().map(|c| format!("《{}》{}", c.text, c.clause)).collect();
            zh.push_str(&format!("；依据 {}", named.join("、")));
            en.push_str(&format!("; under {}", named.join(", ")));
        }
        match (self.lawful, self.moves.as_slice()) {
            (Lawful::Never, _) => {
                zh.push_str("；最早合规日期：无");
                en.push_str("; earliest lawful date: none");
            }
            (Lawful::From(day), [] | [_]) => {
                let task = self.moves.first().map_or(self.task.as_str(), |step| step.task.as_str());
                zh.push_str(&format!("；最早合规日期：{task} 不早于 {day} 开始"));
                en.push_str(&format!("; earliest lawful date: {task} from {day}"));
            }
            (Lawful::From(_), moves) => {
                let shown: Vec<String> = moves.iter().take(3).map(|m| format!("{} {}", m.task, m.from)).collect();
                let more = moves.len().saturating_sub(3);
                let (more_zh, more_en) = if more > 0 {
                    (format!(" 等另 {more} 项"), format!(" and {more} more"))
                } else {
                    Default::default()
                };
                zh.push_str(&format!("；最早合规日期：{}{more_zh}", shown.join("，")));
                en.push_str(&format!("; earliest lawful dates: {}{more_en}", shown.join(", ")));
            }
        }
        if !self.chain.is_empty() {
            let join = |lang: fn(&Text) -> &str, by: &str| self.chain.iter().map(lang).collect::<Vec<_>>().join(by);
            zh.push_str(&format!("（{}）", join(|t| &t.zh, "；")));
            en.push_str(&format!(" ({})", join(|t| &t.en, "; ")));
        }
        if !self.rests_on.is_empty() {
            let named = self.rests_on.join("、");
            zh.push_str(&format!("；本结论以计划中的治理工程 {named} 按期验收为前提"));
            en.push_str(&format!("; this rests on the planned acceptance of {}", self.rests_on.join(", ")));
        }
        zh.push('。');
        en.push('.');
        Text::new(zh, en)
    }
}

/// A number as people write it: at most two decimals, none where they are zero.
pub(crate) fn short(value: f64) -> String {
    digits_of(value, 2)
}

/// Decimals by which a difference can be told from nothing: two, more where it is smaller.
pub(crate) fn telling_digits(by: f64) -> usize {
    let by = by.abs();
    if by == 0.0 || !by.is_finite() { 2 } else { (1.0 - by.log10().floor()).clamp(2.0, 12.0) as usize }
}

/// A number with at most so many decimals, none where they are zero.
pub(crate) fn digits_of(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let text = if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A remark or a note: something to know that is no objection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// Code of the check.
    pub code: String,
    /// The task, district, period or `mine`.
    pub task: String,
    /// A day by which something is due.
    pub due: Option<Date>,
    /// The sentence.
    pub words: Text,
}

impl Note {
    /// A note of the check that is asked.
    pub(crate) fn new(q: &Inquiry<'_>, task: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: q.code.to_owned(), task: task.into(), due: None, words: Text::new(zh, en) }
    }
}

/// A working that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undecided {
    /// The task.
    pub task: String,
    /// Where it was read.
    pub source: Source,
    /// Why, and what would help.
    pub why: Text,
}

/// What becomes of one working.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskVerdict {
    /// The task.
    pub task: String,
    /// Its days.
    pub days: Option<Days>,
    /// Codes of the objections it takes part in.
    pub codes: Vec<String>,
    /// The earliest day it may begin by all of them; its own first day where nothing stops it.
    pub lawful: Lawful,
    /// What sets that day.
    pub chain: Vec<Text>,
    /// Planned treatments that it, or the absence of an objection, rests on.
    pub rests_on: Vec<String>,
}

/// What the checks say about a plan.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The plan's id.
    pub plan: String,
    /// Its tier.
    pub tier: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Mine id.
    pub mine: String,
    /// The day the facts stand for.
    pub as_of: Date,
    /// Edition of the book and names of those read on top of it.
    pub edition: String,
    /// False: not a legal judgement.
    pub legal: bool,
    /// Offences, by check and task.
    pub objections: Vec<Objection>,
    /// Remarks, never an offence.
    pub remarks: Vec<Note>,
    /// What was not judged because nobody gave the data.
    pub notes: Vec<Note>,
    /// Workings that could not be judged.
    pub undecided: Vec<Undecided>,
    /// One for each working, in the order of the plan.
    pub tasks: Vec<TaskVerdict>,
    /// The three reserves month by month, where they are stated.
    pub months: Vec<Month>,
    /// What was read otherwise than drawn or written: outlines that cross themselves, widths that nobody gave.
    pub problems: Vec<Problem>,
}

impl Verdict {
    pub(super) fn new(site: &Site, book: &Rulebook, plan: &Plan) -> Self {
        let edition = std::iter::once(book.edition.as_str()).chain(book.books.iter().map(String::as_str));
        Self {
            plan: plan.id.clone(),
            tier: plan.tier.clone(),
            version: plan.version.clone(),
            mine: site.mine.id.clone(),
            as_of: site.as_of,
            edition: edition.collect::<Vec<_>>().join(" + "),
            legal: book.legal,
            objections: Vec::new(),
            remarks: Vec::new(),
            notes: Vec::new(),
            undecided: undecided(site, plan),
            tasks: Vec::new(),
            months: Vec::new(),
            problems: plan.problems.clone(),
        }
    }

    pub(super) fn finish(&mut self, q: &Inquiry<'_>) {
        self.remarks.sort();
        self.remarks.dedup();
        self.notes.sort();
        self.notes.dedup();
        self.undecided.sort();
        let mut of_working: std::collections::BTreeMap<&str, Vec<&Objection>> = std::collections::BTreeMap::new();
        for objection in &self.objections {
            for id in &objection.workings {
                of_working.entry(id).or_default().push(objection);
            }
        }
        self.tasks = q
            .plan
            .workings
            .iter()
            .zip(&q.closures.of)
            .map(|(working, closed)| {
                let mut lawful = working.from.map_or(Lawful::Never, Lawful::From);
                let (mut codes, mut chain) = (Vec::new(), Vec::new());
                for objection in of_working.get(working.id.as_str()).into_iter().flatten() {
                    codes.push(objection.code.clone());
                    let own: Option<&Move> = objection.moves.iter().find(|step| step.task == working.id);
                    match (objection.lawful, own) {
                        // A month of too much coal says nothing of the day a face may begin.
                        (Lawful::Never, _) if objection.task == working.id => lawful = Lawful::Never,
                        (_, Some(step)) if matches!(lawful, Lawful::From(day) if day < step.from) => {
                            lawful = Lawful::From(step.from);
                        }
                        _ => {}
                    }
                    chain.extend(objection.chain.iter().cloned());
                }
                codes.dedup();
                chain.sort();
                chain.dedup();
                TaskVerdict {
                    task: working.id.clone(),
                    days: working.days(),
                    codes,
                    lawful,
                    chain,
                    rests_on: closed.rests_on.clone(),
                }
            })
            .collect();
        after::carry(q.plan, q.site, &mut self.tasks);
        // An objection about the order says the same day as its task.
        for objection in self.objections.iter_mut().filter(|objection| objection.code == after::CHECK.code) {
            let Some(task) = self.tasks.iter().find(|task| task.task == objection.task) else { continue };
            match (objection.lawful, task.lawful) {
                (Lawful::From(own), Lawful::From(day)) if own < day => {
                    objection.lawful = task.lawful;
                    objection.moves = vec![Move { task: task.task.clone(), from: day }];
                }
                (Lawful::From(_), Lawful::Never) => {
                    objection.lawful = Lawful::Never;
                    objection.moves.clear();
                }
                _ => continue,
            }
            objection.chain.clone_from(&task.chain);
        }
    }

    /// Tasks that no objection names and that may yet not begin when they are planned: what they wait for may not. Each
    /// with its earliest lawful date and what sets it, in one sentence.
    pub fn moved(&self) -> impl Iterator<Item = (&TaskVerdict, Text)> {
        self.tasks.iter().filter(|task| task.codes.is_empty()).filter_map(|task| {
            let own = task.days?.from;
            let (zh, en) = match task.lawful {
                Lawful::From(day) if day <= own => return None,
                Lawful::From(day) => (format!("最早合规日期 {day}"), format!("earliest lawful date {day}")),
                Lawful::Never => ("最早合规日期：无".to_owned(), "earliest lawful date: none".to_owned()),
            };
            let join = |of: fn(&Text) -> &str, by: &str| task.chain.iter().map(of).collect::<Vec<_>>().join(by);
            Some((
                task,
                Text::new(
                    format!("{zh}，计划 {own}（{}）", join(|t| &t.zh, "；")),
                    format!("{en}, planned {own} ({})", join(|t| &t.en, "; ")),
                ),
            ))
        })
    }

    /// The line that ends every verdict: never "lawful", and never instead of an approval.
    pub fn conclusion(&self) -> Text {
        let (edition, day) = (&self.edition, self.as_of);
        if !self.objections.is_empty() {
            let n = self.objections.len();
            return Text::new(
                format!("按 {edition}，依据截至 {day} 已知的资料，有 {n} 项不符合项（疑似问题，待核实）"),
                format!(
                    "{n} objection{} under edition {edition}, on the facts known on {day}",
                    if n == 1 { "" } else { "s" }
                ),
            );
        }
        if !self.undecided.is_empty() {
            let n = self.undecided.len();
            return Text::new(
                format!("按 {edition}，依据截至 {day} 已知的资料，未发现不符合项，但有 {n} 项任务无法判定"),
                format!(
                    "no objection under edition {edition}, on the facts known on {day}, but {n} working{} could not be judged",
                    if n == 1 { "" } else { "s" }
                ),
            );
        }
        Text::new(
            format!("按 {edition}，依据截至 {day} 已知的资料，未发现不符合项；不代替审批"),
            format!(
                "no objection under edition {edition}, on the facts known on {day}; this does not replace approval"
            ),
        )
    }
}

/// Clauses of the pages of rules that stand behind findings, in force on a day, without repeats.
pub(crate) fn rule_clauses(q: &Inquiry<'_>, rules: &[String], day: Date) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    for rule in rules {
        for clause in q.book.head(rule).map(|head| clauses_on(head, day)).unwrap_or_default() {
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
    }
    clauses
}

/// What cannot be judged: workings that lack something, rows whose id is taken, faces drawn over another one, a plan
/// without workings or whose days run backwards.
fn undecided(site: &Site, plan: &Plan) -> Vec<Undecided> {
    let of_plan = |why: Text| Undecided { task: plan.id.clone(), source: Source::default(), why };
    let lacking = plan.workings.iter().filter_map(|working| {
        let why = working.undecided(site)?;
        Some(Undecided { task: working.id.clone(), source: working.source.clone(), why })
    });
    let doubles = site.doubles.iter().filter(|(kind, ..)| matches!(*kind, "face" | "heading"));
    let doubles = doubles.map(|(_, id, source)| Undecided {
        task: id.clone(),
        source: source.clone(),
        why: Text::new(
            "编号重复，此项未核校；请改用不同编号",
            "its id is taken by another, it was not checked: give it its own",
        ),
    });
    let orphans = plan.workings.iter().filter_map(|working| {
        let missing = after::unknown(plan, site, working);
        let (zh, en) = (missing.join("、"), missing.join(", "));
        (!missing.is_empty()).then(|| Undecided {
            task: working.id.clone(),
            source: working.source.clone(),
            why: Text::new(
                format!("前置 {zh} 不在计划和治理工程中，先后次序无法核校；请改正“前置”或补上该任务"),
                format!(
                    "its predecessor {en} is neither in the plan nor among the treatments, the order was not judged: mend `after`, or add that task"
                ),
            ),
        })
    });
    let mut all: Vec<Undecided> = lacking.chain(doubles).chain(orphans).collect();
    let faces: Vec<&Working> = plan.workings.iter().filter(|w| w.is_face() && w.producing).collect();
    let drawn: Vec<_> = faces.iter().map(|face| (face.seam.as_deref(), &face.outline)).collect();
    for twice in won_twice(&drawn) {
        let (face, other) = (faces[twice.later], faces[twice.earlier]);
        all.push(Undecided {
            task: face.id.clone(),
            source: face.source.clone(),
            why: Text::new(
                format!("与工作面 {} 重叠 {:.1} m²，同一块煤不能采两次；请改正图形", other.id, twice.m2),
                format!("it overlaps face {} by {:.1} m2, and coal is won once: mend the drawing", other.id, twice.m2),
            ),
        });
    }
    if plan.workings.is_empty() {
        all.push(of_plan(Text::new("计划中没有工作面和巷道", "the plan has no faces and no headings")));
    }
    if let (Some(from), Some(to)) = (plan.from, plan.to)
        && to < from
    {
        all.push(of_plan(Text::new(
            format!("计划期止（{to}）早于起（{from}）"),
            format!("the plan ends ({to}) before it begins ({from})"),
        )));
    }
    all
}

/// Two faces drawn over the same coal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Twice {
    /// The one that comes later in the list.
    pub later: usize,
    /// The first of those before it that it overlaps.
    pub earlier: usize,
    /// By how much, m².
    pub m2: f64,
}

/// Faces, by seam and outline, that overlap an earlier one of their seam by more than the thickness of a pen: coal is not
/// won twice. One that does is not held against those after it.
///
/// ```
/// use minesift_core::{outline::Outline, plan::won_twice};
/// let at = |x: f64| Outline::rectangle(x, 0.0, x + 100.0, 50.0);
/// let (a, b, c) = (at(0.0), at(90.0), at(180.0));
/// let twice = won_twice(&[(Some("3"), &a), (Some("3"), &b), (Some("3"), &c), (Some("8"), &a)]);
/// assert_eq!((twice.len(), twice[0].later, twice[0].earlier, twice[0].m2), (1, 1, 0, 500.0));
/// ```
pub fn won_twice(faces: &[(Option<&str>, &Outline)]) -> Vec<Twice> {
    let mut kept: Vec<usize> = Vec::new();
    let mut all = Vec::new();
    for (later, (seam, own)) in faces.iter().enumerate() {
        let over = kept
            .iter()
            .filter(|&&k| seam.is_some() && faces[k].0 == *seam && faces[k].1.may_meet(own))
            .map(|&earlier| Twice { later, earlier, m2: faces[earlier].1.within(own).area_m2() })
            .find(|twice| twice.m2 > LEAST_M2);
        match over {
            Some(twice) => all.push(twice),
            None => kept.push(later),
        }
    }
    all
}
