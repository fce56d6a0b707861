#![doc = include_str!("anomaly.md")]

use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "ANOM-1", page: include_str!("anomaly.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for anomaly in q.subjects("anomaly") {
        let drilled = anomaly.text("drilled");
        if drilled == Some("refuted") {
            continue;
        }
        let width = q.number("deferred_m");
        let (zh, en) = if drilled == Some("confirmed") {
            ("经钻探证实", "confirmed by drilling")
        } else {
            ("未经钻探验证", "not drilled")
        };
        findings.push(Finding::band(q, Class::Deferred, anomaly, width, Stops::but_for(&["exploration"])).because(
            format!("位于物探异常 {} 及其外 {width} m 内（{zh}）", anomaly.id),
            format!("in or within {width} m of anomaly {} ({en})", anomaly.id),
        ));
        if drilled == Some("confirmed") {
            let width = q.number("confirmed_m");
            findings.push(Finding::band(q, Class::Forbidden, anomaly, width, Stops::all()).because(
                format!("位于已证实的物探异常 {} 及其外 {width} m 内，尚未登记为具体致灾因素", anomaly.id),
                format!("in or within {width} m of confirmed anomaly {}, not yet registered as what it is", anomaly.id),
            ));
        }
    }
    findings
}
