#![doc = include_str!("output.md")]

use super::days::{self, Days};
use super::model::Working;
use super::verdict::{Note, short};
use super::{Check, Inquiry, Objection, Report};
use jiff::civil::Date;

pub(super) const CHECK: Check = Check { code: "PLAN-OUTPUT", page: include_str!("output.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let Some(capacity) = q.site.mine.capacity_t_a else {
        report.notes.push(Note::new(
            q,
            "mine",
            "未给出核定生产能力，产量未核",
            "the approved capacity is not stated: output was not judged",
        ));
        return report;
    };
    let worked: Vec<Days> = q.plan.workings.iter().filter_map(Working::days).collect();
    let (Some(first), Some(last)) =
        (worked.iter().map(|d| d.from.year()).min(), worked.iter().map(|d| d.to.year()).max())
    else {
        return report;
    };
    for year in first..=last {
        let whole = (1..=4_i8).filter_map(|quarter| quarter_of(year, quarter)).collect::<Vec<_>>();
        let (Some(begin), Some(end)) = (whole.first(), whole.last()) else { continue };
        let periods = std::iter::once((year.to_string(), Days { from: begin.from, to: end.to }, "year_share"))
            .chain(whole.iter().enumerate().map(|(i, days)| (format!("{year}-Q{}", i + 1), *days, "quarter_share")));
        for (name, days, key) in periods {
            let limit = capacity * q.number_on(key, days.from);
            let output = q.plan.output_t(days);
            if output <= limit * (1.0 + 1e-9) {
                continue;
            }
            report.object(
                Objection::new(q, &name, Some(days))
                    .about(q.plan.workings.iter().filter(|working| working.tonnes_in(days) > 0.0))
                    .measured("计划产量", "output", output, limit, "t")
                    .because(
                        format!(
                            "{name} 计划产量 {} 万t，超过核定生产能力 {} 万t/a 的 {} %",
                            short(output / 1e4),
                            short(capacity / 1e4),
                            short(limit / capacity * 100.0)
                        ),
                        format!(
                            "output of {name} is {} t, more than {} % of the approved {} t/a",
                            short(output),
                            short(limit / capacity * 100.0),
                            short(capacity)
                        ),
                    ),
            );
        }
    }
    report
}

/// A calendar quarter.
fn quarter_of(year: i16, quarter: i8) -> Option<Days> {
    let from = Date::new(year, quarter * 3 - 2, 1).ok()?;
    let to = days::later(days::years_later(from, 0.25), -1);
    Days::new(from, to)
}
