#![doc = include_str!("faces.md")]

use super::places::{Claim, Limit, counts, names, overload};
use super::{Check, Inquiry, Objection, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-FACES", page: include_str!("faces.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let claims: Vec<Claim> = q
        .dated()
        .filter(|(_, working, _)| counts(working))
        .map(|(i, working, days)| Claim { working: i, days, groups: vec![usize::from(!working.is_face())] })
        .collect();
    let limits = [Limit::new(q, "faces"), Limit::new(q, "coal_headings")];
    if let Some(over) = overload(q.plan, &claims, &[&limits[0], &limits[1]]) {
        let (zh, en) = [("采煤工作面", "faces"), ("煤（半煤岩）巷掘进工作面", "coal headings")][over.group];
        let named = names(q.plan, &over.involved);
        report.object(
            Objection::new(q, "mine", Some(over.days))
                .about(over.involved.iter().map(|i| &q.plan.workings[*i]))
                .measured("同时作业个数", "at the same time", over.count as f64, over.limit, "")
                .because(
                    format!(
                        "全矿 {} 同时有{zh} {} 个（{named}），原则上不得超过 {} 个",
                        over.days.from, over.count, over.limit
                    ),
                    format!(
                        "the mine has {} {en} at work on {} ({named}); in principle not more than {}",
                        over.count, over.days.from, over.limit
                    ),
                )
                .cured_by(over.moves),
        );
    }
    report
}
