#![doc = include_str!("compare.md")]

use super::days;
use super::verdict::{Note, short};
use super::{Check, Inquiry, Plan, Report};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check = Check { code: "PLAN-COMPARE", page: include_str!("compare.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for other in q.against {
        compare(q, other, &mut report);
    }
    report
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

fn compare(q: &Inquiry<'_>, other: &Plan, report: &mut Report) {
    let day = q.plan.from.unwrap_or(q.site.as_of);
    let (drift, shorter) = (q.number_on("drift_days", day), q.number_on("shorter", day));
    let version = other.version.as_deref().map_or_else(String::new, |version| format!(" {version}"));
    let (name_zh, name_en) = (format!("{}{version}", other.name), format!("{}{version}", other.id));
    let mut remark = |task: &str, zh: String, en: String| report.remarks.push(Note::new(q, task, zh, en));
    for own in &q.plan.workings {
        let title = own.title();
        let Some(theirs) = other.working(&own.id) else {
            let known = rank(other.tier.as_deref()) >= rank(q.plan.tier.as_deref());
            let within = own.from.zip(other.to).is_none_or(|(from, to)| from <= to);
            if own.is_face() && known && within {
                remark(
                    &own.id,
                    format!("{} 不在《{name_zh}》中", title.zh),
                    format!("{} is not in plan {name_en}", title.en),
                );
            }
            continue;
        };
        if let (Some(a), Some(b)) = (own.from, theirs.from) {
            let by = days::number(a) - days::number(b);
            if by.abs() as f64 > drift {
                remark(
                    &own.id,
                    format!("{} 起始 {a}，《{name_zh}》为 {b}，相差 {} 天", title.zh, by.abs()),
                    format!("{} begins on {a}, in plan {name_en} on {b}: {} days apart", title.en, by.abs()),
                );
            }
        }
        let (a, b) = (own.outline.area_m2(), theirs.outline.area_m2());
        if own.is_face() && a > 0.0 && a < b * (1.0 - shorter) {
            remark(
                &own.id,
                format!(
                    "{} 面积 {} m²，《{name_zh}》为 {} m²，缩短 {} %：须有批准",
                    title.zh,
                    short(a),
                    short(b),
                    short((1.0 - a / b) * 100.0)
                ),
                format!(
                    "{} has {} m², in plan {name_en} {} m²: shortened by {} %, which needs an approval",
                    title.en,
                    short(a),
                    short(b),
                    short((1.0 - a / b) * 100.0)
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
                    format!("{} {zh}为 {a}，《{name_zh}》为 {b}", title.zh),
                    format!("{}: its {en} is {a}, in plan {name_en} {b}", title.en),
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
                format!("《{name_zh}》中的 {} 不在本计划中", theirs.title().zh),
                format!("{} of plan {name_en} is not in this plan", theirs.title().en),
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
            format!("《{name_zh}》的采区 {district} 在本计划中分为 {list}：未经批准不得将一个采区划分为多个采区"),
            format!("district {district} of plan {name_en} is split into {list}: not without an approval"),
        );
    }
}
