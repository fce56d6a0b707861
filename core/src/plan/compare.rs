#![doc = include_str!("compare.md")]

use super::days;
use super::verdict::{Note, short};
use super::{Check, Inquiry, Plan, Report, Working};
use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check = Check { code: "PLAN-COMPARE", page: include_str!("compare.md"), apply };

/// Stands in a sentence for the names of the plans that it is true of.
const PLAN: &str = "\u{1}";

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    // The same said of two tiers is said once, with both their names.
    let mut said: BTreeMap<(String, Text), Vec<Text>> = BTreeMap::new();
    for other in q.against {
        let name = name(other);
        for one in compare(q, other) {
            let names = said.entry(one).or_default();
            if !names.contains(&name) {
                names.push(name.clone());
            }
        }
    }
    for ((task, words), names) in said {
        let join = |of: fn(&Text) -> &str, by: &str| names.iter().map(of).collect::<Vec<_>>().join(by);
        let zh = words.zh.replace(PLAN, &join(|t| &t.zh, ""));
        let en = words.en.replace(PLAN, &join(|t| &t.en, " and "));
        report.remarks.push(Note::new(q, task, zh, en));
    }
    report
}

/// What a plan is called: its version once, where its id does not end with it.
fn name(plan: &Plan) -> Text {
    let with = |name: &str| match plan.version.as_deref() {
        Some(version) if !name.ends_with(version) => format!("{name} {version}"),
        _ => name.to_owned(),
    };
    Text::new(format!("《{}》", with(&plan.name)), format!("plan {}", with(&plan.id)))
}

/// How far ahead a tier looks: the longer knows what the shorter plans.
fn rank(tier: Option<&str>) -> u8 {
    match tier {
        Some("ten-year") => 4,
        Some("five-year") => 3,
        Some("three-year") => 2,
        Some("annual") => 1,
        _ => 0,
    }
}

fn compare(q: &Inquiry<'_>, other: &Plan) -> Vec<(String, Text)> {
    let day = q.plan.from.unwrap_or(q.site.as_of);
    let (drift, shorter) = (q.number_on("drift_days", day), q.number_on("shorter", day));
    let change = q.number_on("change", day);
    let mut said = Vec::new();
    let mut remark = |task: &str, zh: String, en: String| said.push((task.to_owned(), Text::new(zh, en)));
    for own in &q.plan.workings {
        let title = own.title();
        let Some(theirs) = other.working(&own.id) else {
            let known = rank(other.tier.as_deref()) >= rank(q.plan.tier.as_deref());
            let within = own.from.zip(other.to).is_none_or(|(from, to)| from <= to);
            if own.is_face() && known && within {
                remark(&own.id, format!("{} 不在{PLAN}中", title.zh), format!("{} is not in {PLAN}", title.en));
            }
            continue;
        };
        for (zh, en, a, b) in [("起始", "begins", own.from, theirs.from), ("结束", "ends", own.to, theirs.to)] {
            let (Some(a), Some(b)) = (a, b) else { continue };
            let by = (days::number(a) - days::number(b)).abs();
            if by as f64 > drift {
                remark(
                    &own.id,
                    format!("{} {zh} {a}，{PLAN}为 {b}，相差 {by} 天", title.zh),
                    format!("{} {en} on {a}, in {PLAN} on {b}: {by} days apart", title.en),
                );
            }
        }
        for (zh, en, unit, a, b) in [
            ("计划产量", "planned coal", "t", own.tonnage_t, theirs.tonnage_t),
            ("推进长度", "length of advance", "m", advance_m(own), advance_m(theirs)),
        ] {
            let (Some(a), Some(b)) = (a, b.filter(|b| *b > 0.0)) else { continue };
            if (a - b).abs() >= b * change {
                remark(
                    &own.id,
                    format!(
                        "{} {zh} {} {unit}，{PLAN}为 {} {unit}，相差 {} %",
                        title.zh,
                        short(a),
                        short(b),
                        short((a / b - 1.0) * 100.0)
                    ),
                    format!(
                        "{}: its {en} is {} {unit}, in {PLAN} {} {unit}: {} % apart",
                        title.en,
                        short(a),
                        short(b),
                        short((a / b - 1.0) * 100.0)
                    ),
                );
            }
        }
        let (a, b) = (own.outline.area_m2(), theirs.outline.area_m2());
        if own.is_face() && a > 0.0 && a < b * (1.0 - shorter) {
            remark(
                &own.id,
                format!(
                    "{} 面积 {} m²，{PLAN}为 {} m²，缩短 {} %：须有批准",
                    title.zh,
                    short(a),
                    short(b),
                    short((1.0 - a / b) * 100.0)
                ),
                format!(
                    "{} has {} m², in {PLAN} {} m²: shortened by {} %, which needs an approval",
                    title.en,
                    short(a),
                    short(b),
                    short((1.0 - a / b) * 100.0)
                ),
            );
        }
        // Drawn elsewhere: a cut face lies within what it was, a moved one does not.
        let shared = if own.is_face() && a > 0.0 && b > 0.0 {
            own.outline.within(&theirs.outline).area_m2() / a.min(b)
        } else {
            1.0
        };
        if shared < 1.0 - shorter {
            remark(
                &own.id,
                format!("{} 的位置与{PLAN}不同，只有 {} % 重合", title.zh, short(shared * 100.0)),
                format!(
                    "{} lies elsewhere than in {PLAN}: {} % of it are the same ground",
                    title.en,
                    short(shared * 100.0)
                ),
            );
        }
        for (zh, en, a, b) in
            [("煤层", "seam", &own.seam, &theirs.seam), ("采区", "district", &own.district, &theirs.district)]
        {
            if let (Some(a), Some(b)) = (a, b)
                && a != b
            {
                remark(
                    &own.id,
                    format!("{} {zh}为 {a}，{PLAN}为 {b}", title.zh),
                    format!("{}: its {en} is {a}, in {PLAN} {b}", title.en),
                );
            }
        }
    }
    // A face that the other plan has, within this plan's days, and this one no longer has.
    for theirs in other.faces().filter(|face| q.plan.working(&face.id).is_none()) {
        let within = theirs.from.zip(q.plan.to).is_some_and(|(from, to)| from <= to)
            && theirs.to.zip(q.plan.from).is_some_and(|(last, from)| last >= from);
        let whole = theirs.to.zip(q.plan.to).is_some_and(|(last, to)| last <= to);
        if within && whole {
            remark(
                &theirs.id,
                format!("{PLAN}中的 {} 不在本计划中", theirs.title().zh),
                format!("{} of {PLAN} is not in this plan", theirs.title().en),
            );
        }
    }
    let mut split: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for own in q.plan.faces() {
        if let (Some(theirs), Some(now)) = (other.working(&own.id), own.district.as_deref())
            && let Some(before) = theirs.district.as_deref()
        {
            split.entry(before).or_default().insert(now);
        }
    }
    for (district, now) in split.into_iter().filter(|(_, now)| now.len() > 1) {
        let list = now.into_iter().collect::<Vec<_>>().join("、");
        remark(
            district,
            format!("{PLAN}的采区 {district} 在本计划中分为 {list}：未经批准不得将一个采区划分为多个采区"),
            format!("district {district} of {PLAN} is split into {list}: not without an approval"),
        );
    }
    said
}

/// How far the working place of a task advances, m; nothing where no direction is given.
fn advance_m(working: &Working) -> Option<f64> {
    let metres: f64 = working.advance.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
    (metres > 0.0).then_some(metres)
}
