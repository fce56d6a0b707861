#![doc = include_str!("goaf_under_pit.md")]

use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "PIT-1", page: include_str!("goaf_under_pit.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    // Under a pit every level above a goaf may fall in: the goaf's own level does not matter.
    q.subjects_of_any_seam("goaf")
        .chain(q.subjects_of_any_seam("old_working"))
        .filter_map(|goaf| {
            let clear = goaf.flag("extent_clear") == Some(true);
            let opened = q.opened(goaf, &["backfill"]);
            let (zh, en) =
                if clear { ("未按设计处理", "not treated as designed") } else { ("未探明", "not explored") };
            let finding = Finding::inside(q, Class::Forbidden, goaf, goaf.around(0.0), Stops::all()).because(
                format!("露天采场下采空区 {} {zh}", goaf.id),
                format!("goaf {} under the pit is {en}", goaf.id),
            );
            if finding.outline.is_empty() {
                None
            } else if clear {
                finding.but_for(&opened)
            } else {
                Some(finding.missing(&["extent_clear"]))
            }
        })
        .collect()
}
