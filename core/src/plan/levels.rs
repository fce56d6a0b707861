#![doc = include_str!("levels.md")]

use super::days::{self, Days};
use super::places::Limit;
use super::verdict::Note;
use super::{Check, Inquiry, Move, Objection, Report};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check = Check { code: "PLAN-LEVELS", page: include_str!("levels.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    // A level written in several ways is one, called as the first face by id writes it.
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for working in q.plan.faces() {
        if let (Some(key), Some(level)) = (working.level_key(), working.level.as_deref()) {
            names.entry(key).or_insert(level);
        }
    }
    let mut faces: Vec<(Days, &str, &str)> = Vec::new();
    for (_, working, days) in q.dated().filter(|(_, working, _)| working.is_face() && working.producing) {
        match working.level_key().and_then(|key| names.get(&key)) {
            Some(level) => faces.push((days, working.id.as_str(), level)),
            None => report.notes.push(Note::new(
                q,
                &working.id,
                format!("{} 未说明水平，同时生产水平个数未核", working.title().zh),
                format!("{} does not say its level: not counted", working.title().en),
            )),
        }
    }
    faces.sort();
    let limit = Limit::new(q, "levels");
    let levels_on = |faces: &[(Days, &str, &str)], day: Date| -> BTreeSet<String> {
        faces.iter().filter(|(days, ..)| days.contains(day)).map(|(_, _, level)| (*level).to_owned()).collect()
    };
    let over =
        |faces: &[(Days, &str, &str)], day: Date| levels_on(faces, day).len() as f64 > limit.on(days::number(day));
    // Only on a first day can there be one more than the day before, and only after a last day one less.
    let mut firsts: Vec<Date> = faces.iter().map(|(days, ..)| days.from).chain(q.book.edition_days()).collect();
    firsts.sort_unstable();
    firsts.dedup();
    let wrong: Vec<Date> = firsts.iter().copied().filter(|day| over(&faces, *day)).collect();
    let (Some(first), Some(latest)) = (wrong.first().copied(), wrong.last().copied()) else { return report };
    let last = faces
        .iter()
        .filter(|(days, ..)| days.contains(latest))
        .map(|(days, ..)| days.to)
        .filter(|day| over(&faces, *day))
        .max()
        .unwrap_or(latest);
    let levels = levels_on(&faces, first);

    let mut placed: Vec<(Days, &str, &str)> = Vec::new();
    let mut moves = Vec::new();
    for (days, id, level) in &faces {
        let mut starts: Vec<Date> =
            placed.iter().map(|(d, ..)| days::later(d.to, 1)).filter(|day| *day > days.from).collect();
        starts.push(days.from);
        starts.sort_unstable();
        let fits = |from: Date| {
            let moved = days.moved_to(from);
            let mut with: Vec<(Days, &str, &str)> =
                placed.iter().filter(|(d, ..)| d.common(moved).is_some()).copied().collect();
            with.push((moved, id, level));
            let checks: Vec<Date> = with.iter().map(|(d, ..)| d.from.max(moved.from)).collect();
            checks.into_iter().all(|day| !over(&with, day))
        };
        let from = starts.iter().copied().find(|from| fits(*from)).unwrap_or(days.from);
        placed.push((days.moved_to(from), id, level));
        if from > days.from {
            moves.push(Move { task: (*id).to_owned(), from });
        }
    }
    let by_level: BTreeMap<&str, &str> =
        faces.iter().filter(|(days, ..)| days.contains(first)).map(|(_, id, level)| (*level, *id)).collect();
    let named: Vec<String> = by_level.iter().map(|(level, id)| format!("{level}: {id}")).collect();
    let held = limit.on(days::number(first));
    let mut objection = Objection::new(q, "mine", Some(Days { from: first, to: last }))
        .about(
            q.plan
                .workings
                .iter()
                .filter(|w| w.is_face() && w.producing && w.days().is_some_and(|d| d.contains(first))),
        )
        .measured("同时生产水平", "levels at the same time", levels.len() as f64, held, "")
        .because(
            format!("{first} 同时生产的水平有 {} 个（{}），不得超过 {held} 个", levels.len(), named.join("，")),
            format!("{} levels produce on {first} ({}), not more than {held} may", levels.len(), named.join(", ")),
        )
        .cured_by(moves);
    objection.objects = levels.into_iter().collect();
    report.object(objection);
    report
}
