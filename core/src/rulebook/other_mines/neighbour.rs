#![doc = include_str!("neighbour.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Remark, Rule, Stops};
use crate::site::MineKind;
use crate::text::Text;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "METAL-1", page: include_str!("neighbour.md"), apply, reads: Reads::Kinds(&[]) };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.site
        .neighbours
        .iter()
        .map(|neighbour| {
            let width = match (neighbour.pillar_m, q.value("width_m")) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            };
            let mut finding = match width {
                Some(width) => {
                    let strips: Vec<Outline> =
                        neighbour.shared.iter().map(|line| Outline::around_line(line, width)).collect();
                    let mut finding = Finding::ground(
                        q,
                        Class::Forbidden,
                        Outline::union(&strips).within(&q.site.licence.outline),
                        Stops::all(),
                    )
                    .measure(
                        "边界隔离矿柱本侧宽度",
                        "boundary pillar on this side",
                        None,
                        Some(width),
                        "m",
                        format!("{width}"),
                    )
                    .because(
                        format!("距与相邻矿山 {} 的边界不足 {width} m", neighbour.id),
                        format!("within {width} m of the border shared with {}", neighbour.id),
                    );
                    finding.reach_m = Some(width);
                    finding
                }
                None => Finding::ground(q, Class::Deferred, q.ground.clone(), Stops::deferred())
                    .because(
                        format!("与相邻矿山 {} 的隔离矿柱宽度未定", neighbour.id),
                        format!("the width of the pillar against {} is undecided", neighbour.id),
                    )
                    .missing(&["pillar_m"]),
            };
            finding.hazards.push(neighbour.id.clone());
            finding
        })
        .filter(|finding| !finding.outline.is_empty())
        .collect()
}

/// A reminder that workings of two mines may not meet.
pub(super) fn warns(q: &Question<'_>) -> Vec<Remark> {
    if q.site.mine.kind != MineKind::MetalUnderground {
        return Vec::new();
    }
    q.site
        .neighbours
        .iter()
        .map(|neighbour| Remark {
            rule: "METAL-1".to_owned(),
            hazards: vec![neighbour.id.clone()],
            words: Text::new(
                format!("与相邻矿山 {} 的井巷严禁相互贯通；隔离矿柱按设计留设", neighbour.id),
                format!("workings may not break through into those of {}; keep the designed pillar", neighbour.id),
            ),
        })
        .collect()
}
