#![doc = include_str!("boundary.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "BOUND-1", page: include_str!("boundary.md"), apply, reads: Reads::Kinds(&[]) };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    if !q.coal_underground() {
        return Vec::new();
    }
    q.site
        .neighbours
        .iter()
        .map(|neighbour| {
            let law = q.number("half_width_m");
            let width = neighbour.pillar_m.map_or(law, |approved| approved.max(law));
            let strips: Vec<Outline> = neighbour.shared.iter().map(|line| Outline::around_line(line, width)).collect();
            let mut finding = Finding::ground(
                q,
                Class::Forbidden,
                Outline::union(&strips).within(&q.site.licence.outline),
                Stops::all(),
            )
            .measure(
                "边界煤柱本侧宽度",
                "boundary pillar on this side",
                None,
                Some(width),
                "m",
                format!("max({law}, approved)"),
            )
            .because(
                format!("距与邻矿 {} 的井田边界不足 {width} m（边界防隔水煤柱）", neighbour.id),
                format!("within {width} m of the border shared with {} (boundary pillar)", neighbour.id),
            );
            finding.hazards.push(neighbour.id.clone());
            finding.reach_m = Some(width);
            finding
        })
        .collect()
}
