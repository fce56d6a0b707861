#![doc = include_str!("failed_treatment.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "TREAT-1", page: include_str!("failed_treatment.md"), apply, reads: Reads::Everything };

fn apply(q: &Question<'_>, earlier: &[Finding]) -> Vec<Finding> {
    let mut findings = of_boreholes(q, earlier);
    findings.extend(of_hazards(q, earlier));
    findings
}

/// A borehole is no hazard of the map, but what HOLE-1 closes round it stays closed while its re-sealing failed.
fn of_boreholes(q: &Question<'_>, earlier: &[Finding]) -> Vec<Finding> {
    let closed = earlier.iter().filter(|finding| finding.rule == "HOLE-1");
    closed
        .filter_map(|closed| {
            let hole = closed.hazards.first()?;
            let failed = q.last_failed(hole)?;
            let mut finding = Finding::ground(q, Class::Forbidden, closed.outline.clone(), Stops::all()).because(
                format!("钻孔 {hole} 的封孔工程 {} 最近一次评价未通过", failed.id),
                format!("the last evaluation of borehole {hole}, treatment {}, failed", failed.id),
            );
            finding.hazards.push(hole.clone());
            finding.reach_m = closed.reach_m;
            Some(finding)
        })
        .collect()
}

fn of_hazards(q: &Question<'_>, earlier: &[Finding]) -> Vec<Finding> {
    q.site
        .hazards()
        .iter()
        .filter_map(|hazard| {
            let failed = q.last_failed(&hazard.id)?;
            let bands: Vec<&Finding> = earlier.iter().filter(|finding| finding.hazards.contains(&hazard.id)).collect();
            // A hazard of another seam closes here only what it closed here before.
            if bands.is_empty() && !hazard.on_seam(q.seam) {
                return None;
            }
            let own = if hazard.on_seam(q.seam) { hazard.around(0.0) } else { Outline::default() };
            let outline = Outline::union(bands.iter().map(|finding| &finding.outline).chain([&own]));
            let day = failed.evaluated().map_or_else(|| "—".to_owned(), |day| day.to_string());
            Some(Finding::inside(q, Class::Forbidden, hazard, outline, Stops::all()).because(
                format!("{} 的治理工程 {} 最近一次评价未通过（{day}）", hazard.id, failed.id),
                format!("the last evaluation of {}, treatment {}, failed ({day})", hazard.id, failed.id),
            ))
        })
        .collect()
}
