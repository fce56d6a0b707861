#![doc = include_str!("quarry.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule = Rule { code: "QRY-1", page: include_str!("quarry.md"), apply, reads: Reads::Kinds(&[]) };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    let width = q.number("distance_m");
    q.site
        .neighbours
        .iter()
        .map(|neighbour| {
            let strips: Vec<Outline> = neighbour.shared.iter().map(|line| Outline::around_line(line, width)).collect();
            let mut finding = Finding::ground(
                q,
                Class::Forbidden,
                Outline::union(&strips).within(&q.site.licence.outline),
                Stops::all(),
            )
            .measure("距相邻矿界", "distance to the neighbour's licence", None, Some(width), "m", format!("{width}"))
            .because(
                format!("距相邻采石场 {} 矿界不足 {width} m", neighbour.id),
                format!("within {width} m of the licence boundary of quarry {}", neighbour.id),
            );
            finding.hazards.push(neighbour.id.clone());
            finding.reach_m = Some(width);
            finding
        })
        .filter(|finding| !finding.outline.is_empty())
        .collect()
}
