#![doc = include_str!("column_below.md")]

use super::{Conducts, conducts, pillar};
use crate::rulebook::formula::{HEAD_MPA_PER_M, inrush_coefficient};
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::site::hazard::Hazard;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "COLUMN-2", page: include_str!("column_below.md"), apply, reads: Reads::OneHazard { also: &[] } };

/// True when all of the column's recorded top lies below this seam's floor.
pub(super) fn ends_below(q: &Question<'_>, column: &Hazard) -> bool {
    column
        .number("top_z_m")
        .is_some_and(|top| q.seam.floor.lowest_over(&column.around(0.0)).is_some_and(|floor| top < floor))
}

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects("collapse_column").filter(|column| ends_below(q, column)).filter_map(|column| over(q, column)).collect()
}

fn over(q: &Question<'_>, column: &Hazard) -> Option<Finding> {
    let known = conducts(column);
    let (top, floor) = (column.number("top_z_m")?, q.seam.floor.lowest_over(&column.around(0.0))?);
    let (lower, upper) = (q.number("deferred_above_mpa_m"), q.number("forbidden_above_mpa_m"));
    let rock = floor - top;
    let full = q.full_head_mpa(floor) + HEAD_MPA_PER_M * rock;
    let recorded = column.number("water_pressure_mpa").filter(|p| *p <= full + 1e-9);
    let p = recorded.unwrap_or(full);
    let t = inrush_coefficient(p, rock);
    let failure = q.seam.floor_failure_m.unwrap_or(0.0);
    if known == Conducts::Tight || (t <= lower && rock > failure) {
        return None;
    }
    let class =
        if known == Conducts::Yes && recorded.is_some() && t > upper { Class::Forbidden } else { Class::Deferred };
    let width = pillar(q, column, &|width| column.around(width));
    let limit = if class == Class::Forbidden { upper } else { lower };
    let stops = if class == Class::Forbidden { Stops::all() } else { Stops::deferred() };
    let mut finding = Finding::band(q, class, column, width.worst_m, stops)
        .measure(
            "突水系数T",
            "water-inrush coefficient T",
            Some(t),
            Some(limit),
            "MPa/m",
            format!("T = p/M = {p:.3}/{rock:.2} = {t:.4}"),
        )
        .because(
            format!("隐伏陷落柱 {} 顶界距煤层底板 {rock:.2} m，位于其上方及外扩 {:.2} m 内", column.id, width.worst_m),
            format!(
                "above or within {:.2} m of buried column {}, whose top lies {rock:.2} m below the floor",
                width.worst_m, column.id
            ),
        );
    if recorded.is_none() {
        finding = finding.missing(&["water_pressure_mpa"]);
    }
    if known == Conducts::Unknown {
        finding = finding.missing(&["conducts_water"]);
    }
    finding.but_for(&q.opened(column, &["grouting"]))
}
