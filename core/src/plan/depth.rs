#![doc = include_str!("depth.md")]

use super::verdict::{Note, short};
use super::{Check, Inquiry, Objection, Report};
use crate::site::Gas;

pub(super) const CHECK: Check = Check { code: "PLAN-DEPTH", page: include_str!("depth.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let Some(key) = q.plan.new_mine.as_deref().map(|size| if size == "small" { "small_m" } else { "large_m" }) else {
        return report;
    };
    let Some(surface) = q.site.mine.surface_m else {
        report.notes.push(Note::new(
            q,
            "mine",
            "未给出地面标高，开采深度未核",
            "the ground elevation is not stated: depths were not judged",
        ));
        return report;
    };
    let mut depths: Vec<(f64, &super::Working)> = Vec::new();
    for working in q.plan.workings.iter().filter(|working| !working.outline.is_empty()) {
        let floor = working.z_m.map(|z| z[0]).or_else(|| {
            let seam = q.site.seam(working.seam.as_deref()?)?;
            seam.floor.lowest_over(&working.outline)
        });
        if let Some(floor) = floor {
            depths.push((surface - floor, working));
        }
    }
    let first_level = depths.iter().min_by(|a, b| a.0.total_cmp(&b.0)).and_then(|(_, working)| working.level_key());
    for (depth, working) in depths {
        let day = working.from.unwrap_or(q.site.as_of);
        let first = q.site.mine.gas == Gas::Outburst && first_level.is_some() && working.level_key() == first_level;
        let limit = q.number_on(key, day).min(if first { q.number_on("first_level_m", day) } else { f64::INFINITY });
        if depth <= limit {
            continue;
        }
        let title = working.title();
        report.object(
            Objection::new(q, &working.id, working.days())
                .about([working])
                .measured("开采深度", "depth", depth, limit, "m")
                .because(
                    format!("{} 最大深度 {} m，新建（改扩建）矿井不得超过 {limit} m", title.zh, short(depth)),
                    format!(
                        "{} reaches a depth of {} m; a new or expanded mine may not pass {limit} m",
                        title.en,
                        short(depth)
                    ),
                ),
        );
    }
    report
}
