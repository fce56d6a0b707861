#![doc = include_str!("collapse_column.md")]

use super::{Conducts, conducts, once, pillar};
use crate::rulebook::{Finding, Question, Reads, Remark, Rule, Stops};
use crate::text::Text;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "COLUMN-1", page: include_str!("collapse_column.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for column in q.subjects("collapse_column").filter(|column| !super::column_below::ends_below(q, column)) {
        let known = conducts(column);
        if known == Conducts::Tight {
            continue;
        }
        let reach = once(|width| column.around(width));
        let width = pillar(q, column, &reach);
        let opened = q.opened(column, &["grouting"]);
        let band = |class: Class, width_m: f64, zh: &str, en: &str| {
            Finding::band_of(q, class, column, width_m, reach(width_m), Stops::all())
                .measure(
                    "陷落柱防隔水煤柱宽度",
                    "width of the column's water-barrier pillar",
                    None,
                    Some(width_m),
                    "m",
                    width.formula.clone(),
                )
                .because(
                    format!("位于{zh}陷落柱 {} 及其外 {width_m:.2} m 内", column.id),
                    format!("in or within {width_m:.2} m of collapse column {} {en}", column.id),
                )
                .missing(&width.missing)
                .but_for(&opened)
        };
        if known == Conducts::Yes {
            findings.extend(band(Class::Forbidden, width.sure_m, "导水", "which conducts water"));
            if width.worst_m > width.sure_m {
                findings.extend(band(
                    Class::Deferred,
                    width.worst_m,
                    "导水（水压未记录，按最差取值）",
                    "which conducts water under an unrecorded pressure",
                ));
            }
        } else {
            findings.extend(band(Class::Deferred, width.worst_m, "导水性未查明的", "whose conductivity is unknown"));
        }
    }
    findings
}

/// Columns proven tight stay mineable under a limit.
pub(super) fn limits(q: &Question<'_>) -> Vec<Remark> {
    q.hazards("collapse_column")
        .filter(|column| conducts(column) == Conducts::Tight)
        .map(|column| Remark {
            rule: "COLUMN-1".to_owned(),
            hazards: vec![column.id.clone()],
            words: Text::new(
                format!("陷落柱 {} 经钻探试验不导水，可采，但须编制专项安全措施", column.id),
                format!("column {} is proven tight: mineable under special measures", column.id),
            ),
        })
        .collect()
}
