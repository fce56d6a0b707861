#![doc = include_str!("inrush.md")]

use crate::outline::Outline;
use crate::rulebook::formula::inrush_coefficient;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "FLOOR-1", page: include_str!("inrush.md"), apply, reads: Reads::Kinds(&["floor_block"]) };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    let (forbidden_above, deferred_above) = (q.number("forbidden_above_mpa_m"), q.number("deferred_above_mpa_m"));
    let mut findings = Vec::new();
    for block in q.hazards("floor_block") {
        let outline = block.around(0.0);
        let (pressure, aquiclude) = (block.number("pressure_mpa"), block.number("aquiclude_m").filter(|m| *m > 0.0));
        let coefficient = pressure.zip(aquiclude).map(|(p, m)| inrush_coefficient(p, m));
        let formula = match (pressure, aquiclude) {
            (Some(p), Some(m)) => format!("T = p/M = {p}/{m} = {:.4}", p / m),
            _ => "T = p/M".to_owned(),
        };
        let say = |class: Class, stops: Stops, limit: f64, zh: &str, en: &str| {
            Finding::inside(q, class, block, outline.clone(), stops)
                .measure("突水系数T", "water-inrush coefficient T", coefficient, Some(limit), "MPa/m", formula.clone())
                .because(format!("底板块段 {}：{zh}", block.id), format!("floor block {}: {en}", block.id))
        };
        let failure = block.number("floor_failure_m").or(q.seam.floor_failure_m);
        if coefficient.is_some_and(|t| t > forbidden_above) {
            findings.push(say(
                Class::Forbidden,
                Stops::all(),
                forbidden_above,
                &format!("突水系数大于 {forbidden_above} MPa/m"),
                "T above the limit",
            ));
        } else if coefficient.is_none() {
            findings.push(
                say(
                    Class::Deferred,
                    Stops::deferred(),
                    deferred_above,
                    "水压或隔水层厚度未记录，突水系数不可算",
                    "pressure or aquiclude thickness not recorded",
                )
                .missing(&["pressure_mpa", "aquiclude_m"]),
            );
        } else if coefficient.is_some_and(|t| t > deferred_above) {
            findings.push(say(
                Class::Deferred,
                Stops::deferred(),
                deferred_above,
                &format!("突水系数大于 {deferred_above} MPa/m"),
                "T above the lower limit",
            ));
        } else if block.flag("evaluated") != Some(true) || !q.dated_by_now(block) {
            findings.push(
                say(Class::Deferred, Stops::deferred(), deferred_above, "未经可采性评价", "not evaluated as mineable")
                    .missing(&["evaluated"]),
            );
        } else if failure.zip(aquiclude).is_some_and(|(failure, aquiclude)| aquiclude <= failure) {
            findings.push(
                say(
                    Class::Deferred,
                    Stops::deferred(),
                    deferred_above,
                    "隔水层厚度不大于底板破坏深度",
                    "aquiclude not thicker than the floor failure",
                )
                .measure("隔水层厚度", "aquiclude thickness", aquiclude, failure, "m", String::new()),
            );
        }
    }
    if q.seam.floor_aquifer {
        let blocks: Vec<Outline> = q.hazards("floor_block").map(|block| block.outline().clone()).collect();
        let outside = q.ground.minus(&Outline::union(&blocks));
        if !outside.is_empty() {
            findings.push(
                Finding::ground(q, Class::Deferred, outside, Stops::deferred())
                    .because(
                        "受底板承压水威胁而未划分底板块段",
                        "threatened by a floor aquifer and under no floor block",
                    )
                    .missing(&["floor_block"]),
            );
        }
    }
    findings
}
