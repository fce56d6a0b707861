#![doc = include_str!("standoff.md")]

use super::{Water, barrier_width, but_for_drainage, water};
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "GOAF-2", page: include_str!("standoff.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects("goaf")
        .filter(|goaf| water(goaf) == Water::Flooded)
        .filter_map(|goaf| {
            let least = q.number("least_width_m");
            let level = goaf.number("water_level_m");
            // Without a level only the law's least width is sure; the full head is GOAF-3's to defer.
            let (width, formula, missing, reached) = match level {
                Some(_) => {
                    let width = barrier_width(q, goaf, level, least);
                    (width.m, width.formula, width.missing, width.reached)
                }
                None => {
                    let width = least.max(goaf.number("approved_width_m").unwrap_or(0.0));
                    (width, format!("{least}"), vec!["water_level_m"], goaf.around(width))
                }
            };
            let finding = Finding::band_of(q, Class::Forbidden, goaf, width, reached, Stops::all())
                .measure("防隔水煤柱宽度", "width of the water-barrier pillar", None, Some(width), "m", formula)
                .because(
                    format!("距积水采空区 {} 不足防隔水煤柱宽度 {width:.2} m", goaf.id),
                    format!("within the {width:.2} m water-barrier pillar of flooded goaf {}", goaf.id),
                )
                .missing(&missing);
            but_for_drainage(q, goaf, finding)
        })
        .collect()
}
