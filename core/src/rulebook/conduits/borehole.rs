#![doc = include_str!("borehole.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::site::Borehole;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "HOLE-1", page: include_str!("borehole.md"), apply, reads: Reads::Kinds(&[]) };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    let radius = q.number("radius_m");
    q.site
        .boreholes
        .iter()
        .filter(|hole| hole.sealing != Some(true))
        .filter(|hole| !resealed(q, &hole.id))
        .filter_map(|hole| {
            let at = meets(q, hole)?;
            let (class, zh, en) = match hole.sealing {
                Some(false) => (Class::Forbidden, "封孔不合格", "is badly sealed"),
                _ => (Class::Deferred, "封孔质量无记录", "has no record of its sealing"),
            };
            let mut finding = Finding::ground(q, class, Outline::disc(at, radius), Stops::all())
                .measure("距离", "distance", None, Some(radius), "m", format!("{radius}"))
                .because(
                    format!("距钻孔 {} 不足 {radius} m，该孔{zh}", hole.id),
                    format!("within {radius} m of borehole {}, which {en}", hole.id),
                );
            finding.hazards.push(hole.id.clone());
            finding.reach_m = Some(radius);
            if hole.sealing.is_none() {
                finding = finding.missing(&["sealing"]);
            }
            Some(finding)
        })
        .collect()
}

/// Where the hole meets the seam; its collar where elevations or depth are unknown, which is the worse case.
fn meets(q: &Question<'_>, hole: &Borehole) -> Option<[f64; 2]> {
    let collar = hole.collar.xy();
    if hole.path.len() < 2 {
        return Some(collar);
    }
    for pair in hole.path.windows(2) {
        // The roof is smooth at the scale of a hole: its value beside the lower end serves for the whole stretch.
        let Some(roof) = q.seam.roof_at(pair[1][0], pair[1][1]) else { return Some([pair[1][0], pair[1][1]]) };
        if pair[1][2] <= roof {
            let t = if pair[0][2] > pair[1][2] {
                ((pair[0][2] - roof) / (pair[0][2] - pair[1][2])).clamp(0.0, 1.0)
            } else {
                1.0
            };
            return Some([pair[0][0] + t * (pair[1][0] - pair[0][0]), pair[0][1] + t * (pair[1][1] - pair[0][1])]);
        }
    }
    None
}

fn resealed(q: &Question<'_>, hole: &str) -> bool {
    q.last_failed(hole).is_none()
        && q.site.treatments.iter().any(|t| {
            t.hazard == hole
                && t.kind == "sealing"
                && t.covers == Some(crate::site::treatment::Covers::All)
                && (t.accepted_by(q.site.as_of) || (q.with_plan && t.planned_by(q.day)))
        })
}
