#![doc = include_str!("after.md")]

use super::days::{self, Days};
use super::verdict::{Lawful, Note};
use super::{Check, Inquiry, Move, Objection, Plan, Report, TaskVerdict, Working};
use crate::site::Site;
use crate::text::Text;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check = Check { code: "PLAN-AFTER", page: include_str!("after.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let rounds = rounds(q.plan);
    // What waits for its own circle is told there, once.
    let circle = |id: &str| rounds.iter().position(|round| round.iter().any(|w| w.id == id));
    for round in &rounds {
        let named = round.iter().map(|w| w.id.as_str()).collect::<Vec<_>>();
        let (list_zh, list_en) = (named.join("、"), named.join(", "));
        let days =
            round.iter().filter_map(|w| w.days()).reduce(|a, b| Days { from: a.from.min(b.from), to: a.to.max(b.to) });
        let because = match round.as_slice() {
            [one] => (
                format!("{} 的前置是它自己", one.title().zh),
                format!("{} names itself as its predecessor", one.title().en),
            ),
            _ => (
                format!("{list_zh} 互为前置，形成循环，没有一项能先开始"),
                format!("{list_en} wait for each other in a circle: none of them can be first"),
            ),
        };
        let mut objection =
            Objection::new(q, named.join("+"), days).about(round.iter().copied()).because(because.0, because.1);
        objection.chain.push(Text::new("请在“前置”列中去掉其中一项", "take one of them out of the predecessors"));
        report.object(objection);
    }
    for (_, working, own) in q.dated() {
        let mut wait: Option<(Date, &str)> = None;
        let own_circle = circle(&working.id);
        for before in working.fact.texts("after") {
            if own_circle.is_some() && circle(before) == own_circle {
                continue;
            }
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
                // What no plan knows is told among what could not be judged.
                None => {}
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

/// Workings by id, each with those it names as predecessors, by number.
fn befores(plan: &Plan) -> Vec<Vec<usize>> {
    let number: BTreeMap<&str, usize> =
        plan.workings.iter().enumerate().rev().map(|(i, w)| (w.id.as_str(), i)).collect();
    let named = |w: &Working| w.fact.texts("after").iter().filter_map(|id| number.get(id.as_str()).copied()).collect();
    plan.workings.iter().map(named).collect()
}

/// Workings that wait for each other in a circle, each circle once, by id; one that names itself alone.
fn rounds(plan: &Plan) -> Vec<Vec<&Working>> {
    let befores = befores(plan);
    let order = in_order(&befores);
    let placed: BTreeSet<usize> = order.iter().copied().collect();
    // All that never came out of the queue waits for a circle; a circle is what reaches itself.
    let left: Vec<usize> = (0..befores.len()).filter(|i| !placed.contains(i)).collect();
    let reach = |from: usize| {
        let mut seen = BTreeSet::new();
        let mut open = befores[from].clone();
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(&befores[next]);
            }
        }
        seen
    };
    let reached: BTreeMap<usize, BTreeSet<usize>> = left.iter().map(|i| (*i, reach(*i))).collect();
    let mut told: BTreeSet<usize> = BTreeSet::new();
    let mut rounds = Vec::new();
    for (i, own) in reached.iter().filter(|(i, own)| own.contains(i)) {
        if told.contains(i) {
            continue;
        }
        let round: BTreeSet<usize> =
            own.iter().copied().filter(|j| reached.get(j).is_some_and(|back| back.contains(i))).collect();
        told.extend(&round);
        let mut workings: Vec<&Working> = round.iter().map(|j| &plan.workings[*j]).collect();
        workings.sort_by(|a, b| a.id.cmp(&b.id));
        rounds.push(workings);
    }
    rounds.sort_by(|a, b| a[0].id.cmp(&b[0].id));
    rounds
}

/// Numbers of workings, each behind its predecessors; those that wait for a circle are left out.
fn in_order(befores: &[Vec<usize>]) -> Vec<usize> {
    let mut waits: Vec<usize> = befores.iter().map(Vec::len).collect();
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); befores.len()];
    for (i, list) in befores.iter().enumerate() {
        list.iter().for_each(|before| behind[*before].push(i));
    }
    let mut order: Vec<usize> = (0..befores.len()).filter(|i| waits[*i] == 0).collect();
    let mut next = 0;
    while let Some(done) = order.get(next).copied() {
        next += 1;
        for i in behind[done].clone() {
            waits[i] -= 1;
            if waits[i] == 0 {
                order.push(i);
            }
        }
    }
    order
}

/// Earliest lawful days carried along: what waits for a task begins after that task, moved to its own earliest lawful
/// day, can be finished; behind a task that no date cures stands none.
pub(super) fn carry(plan: &Plan, site: &Site, tasks: &mut [TaskVerdict]) {
    let befores = befores(plan);
    let order = in_order(&befores);
    let placed: BTreeSet<usize> = order.iter().copied().collect();
    for i in (0..befores.len()).filter(|i| !placed.contains(i)) {
        tasks[i].lawful = Lawful::Never;
    }
    for i in order {
        for &before in &befores[i] {
            let id = &tasks[before].task;
            let done = match (tasks[before].lawful, plan.workings[before].days()) {
                (Lawful::Never, _) => None,
                (Lawful::From(from), Some(days)) => Some(days.moved_to(from.max(days.from)).to),
                // Without days of its own nobody knows when it is finished: nothing is carried.
                (Lawful::From(_), None) => continue,
            };
            let said = match done {
                None => {
                    Text::new(format!("前置 {id} 没有合规日期"), format!("its predecessor {id} has no lawful date"))
                }
                Some(to) => Text::new(
                    format!("前置 {id} 最早 {to} 完成"),
                    format!("its predecessor {id} can be finished by {to} at the earliest"),
                ),
            };
            wait_for(&mut tasks[i], done.map(|to| days::later(to, 1)), said);
        }
        for id in plan.workings[i].fact.texts("after") {
            let treatment = site.treatments.iter().find(|t| &t.id == id);
            let Some(free) = treatment.and_then(|t| t.accepted.or(t.accepts)) else { continue };
            let said = Text::new(format!("{id} 计划 {free} 验收"), format!("{id} is to be accepted on {free}"));
            wait_for(&mut tasks[i], Some(free), said);
        }
    }
}

fn wait_for(task: &mut TaskVerdict, free: Option<Date>, said: Text) {
    let later = match (task.lawful, free) {
        (Lawful::From(own), Some(free)) => own < free,
        (Lawful::From(_), None) => true,
        (Lawful::Never, _) => false,
    };
    if later {
        task.lawful = free.map_or(Lawful::Never, Lawful::From);
        if !task.chain.contains(&said) {
            task.chain.push(said);
        }
    }
}

/// Predecessors that neither the plan nor the treatments know, of one working.
pub(super) fn unknown<'a>(plan: &'a Plan, site: &Site, working: &'a Working) -> Vec<&'a str> {
    let known = |id: &str| plan.working(id).is_some() || site.treatments.iter().any(|t| t.id == id);
    working.fact.texts("after").iter().map(String::as_str).filter(|id| !known(id)).collect()
}
