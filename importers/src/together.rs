//! What only shows when the facts of several files lie side by side: holes without a position, positions without an
//! elevation, layers below the end of their hole, ground registered twice.

use minesift_core::fact::{Fact, Problem, Shape, Source};
use minesift_core::outline::Outline;
use minesift_core::plan::won_twice;
use minesift_core::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// How many ids a sentence names before it counts the rest.
const NAMED: usize = 8;

/// What the facts of all files together do not tell, sorted; nothing is changed.
pub fn problems(facts: &[Fact]) -> Vec<Problem> {
    let holes: BTreeMap<&str, &Fact> =
        facts.iter().filter(|f| f.kind == "borehole").map(|f| (f.id.as_str(), f)).collect();
    let of = |kind: &str| -> BTreeSet<&str> {
        facts.iter().filter(|f| f.kind == kind).filter_map(|f| f.text("hole")).collect()
    };
    let mut out = Vec::new();
    for (kind, zh, en) in [
        ("interval", "分层", "intervals"),
        ("station", "测斜点", "survey stations"),
        ("sample", "样品", "samples"),
        ("log", "测井曲线", "well-log curves"),
    ] {
        let named = of(kind);
        let lost: Vec<&str> = named.iter().copied().filter(|hole| !placed(holes.get(hole))).collect();
        if !lost.is_empty() {
            out.push(note(
                format!(
                    "{} 个钻孔有{zh}而没有孔口坐标：{}；请同时给出坐标表（孔号、X、Y）",
                    lost.len(),
                    some(&lost, "、", "等")
                ),
                format!(
                    "{} holes have {en} and no position: {}; read the table of positions (hole, x, y) as well",
                    lost.len(),
                    some(&lost, ", ", "…")
                ),
            ));
        }
    }
    let surveyed = of("station");
    let straight: Vec<&str> = holes.keys().copied().filter(|hole| !surveyed.contains(hole)).collect();
    if !surveyed.is_empty() && !straight.is_empty() {
        out.push(note(
            format!("{} 个钻孔没有测斜，按铅直孔处理：{}", straight.len(), some(&straight, "、", "等")),
            format!(
                "{} holes have no deviation survey and are taken as straight down: {}",
                straight.len(),
                some(&straight, ", ", "…")
            ),
        ));
    }
    let mut deepest: BTreeMap<&str, f64> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.kind == "station") {
        if let (Some(hole), Some(depth)) = (fact.text("hole"), fact.number("depth_m")) {
            let of = deepest.entry(hole).or_default();
            *of = of.max(depth);
        }
    }
    let collar_only: Vec<&str> = deepest.iter().filter(|(_, depth)| **depth == 0.0).map(|(hole, _)| *hole).collect();
    if !collar_only.is_empty() {
        out.push(note(
            format!(
                "{} 个钻孔只在孔口（0 m）有测斜，全孔按此方向直线处理：{}",
                collar_only.len(),
                some(&collar_only, "、", "等")
            ),
            format!(
                "{} holes have one survey station, at their collar (0 m): taken as straight in that direction: {}",
                collar_only.len(),
                some(&collar_only, ", ", "…")
            ),
        ));
    }
    let layered = of("interval");
    let flat: Vec<&str> = holes
        .iter()
        .filter(|(id, hole)| layered.contains(*id) && placed(Some(hole)) && elevation(hole).is_none())
        .map(|(id, _)| *id)
        .collect();
    if !flat.is_empty() {
        out.push(note(
            format!("{} 个钻孔没有孔口标高：{}；只能得出厚度和埋深，得不出标高", flat.len(), some(&flat, "、", "等")),
            format!(
                "{} holes have no collar elevation: {}; they give thickness and depth below the collar, no elevation",
                flat.len(),
                some(&flat, ", ", "…")
            ),
        ));
    }
    let mut deeper = Vec::new();
    for fact in facts.iter().filter(|f| f.kind == "interval") {
        let depth = fact.text("hole").and_then(|hole| holes.get(hole)).and_then(|hole| hole.number("depth_m"));
        if let (Some(depth), Some(to)) = (depth, fact.number("to_m"))
            && to > depth + 0.05
        {
            deeper.push((&fact.source, to, depth));
        }
    }
    if let Some((source, to, depth)) = deeper.first() {
        out.push(note(
            format!("{} 个分层低于孔深，首例 {source}：{to} m 深于孔深 {depth} m", deeper.len()),
            format!("{} intervals lie below the end of their hole, first {source}: {to} m is deeper than the hole, {depth} m", deeper.len()),
        ));
    }
    out.extend(
        [("goaf", "采空区", "goafs"), ("old_working", "老空（老窑）", "old workings")]
            .into_iter()
            .filter_map(|(kind, zh, en)| registered_twice(facts, kind, zh, en)),
    );
    out
}

/// Above this, pairs are too many to look at.
const MOST_AREAS: usize = 3_000;

/// Areas of one kind and seam that lie over each other: drawn twice, or by two hands.
fn registered_twice(facts: &[Fact], kind: &str, zh: &str, en: &str) -> Option<Problem> {
    let areas: Vec<(&Fact, Outline)> = facts
        .iter()
        .filter(|fact| fact.kind == kind)
        .filter_map(|fact| match &fact.shape {
            Some(Shape::Areas(areas)) => Some((fact, Outline::repaired(areas).ok()?.0)),
            _ => None,
        })
        .collect();
    if areas.len() > MOST_AREAS {
        return None;
    }
    let outlines: Vec<(Option<&str>, &Outline)> =
        areas.iter().map(|(fact, outline)| (Some(fact.text("seam").unwrap_or_default()), outline)).collect();
    let twice = won_twice(&outlines);
    let first = twice.first()?;
    let (n, m2) = (twice.len(), first.m2);
    let (later, earlier) = (&areas[first.later].0.id, &areas[first.earlier].0.id);
    Some(note(
        format!("{n} 个{zh}与同煤层的另一个重叠，首例 {later} 与 {earlier} 重叠 {m2:.1} m²：请核对是否重复登记"),
        format!(
            "{n} {en} lie over another of their seam, first {later} over {earlier} by {m2:.1} m²: registered twice?"
        ),
    ))
}

fn placed(hole: Option<&&Fact>) -> bool {
    hole.is_some_and(|hole| matches!(hole.shape, Some(Shape::Point(_))))
}

fn elevation(hole: &Fact) -> Option<f64> {
    match hole.shape {
        Some(Shape::Point(at)) => at.z.or_else(|| hole.number("surface_m")),
        _ => None,
    }
}

fn some(ids: &[&str], between: &str, more: &str) -> String {
    let mut words = ids[..ids.len().min(NAMED)].join(between);
    if ids.len() > NAMED {
        words = format!("{words} {more}");
    }
    words
}

fn note(zh: String, en: String) -> Problem {
    Problem::note(&Source::default(), Text::new(zh, en))
}
