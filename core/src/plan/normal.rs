#![doc = include_str!("normal.md")]

use super::verdict::Note;
use super::{Check, Inquiry, Move, Objection, Report, Working};
use crate::fact::{Position, Shape};
use crate::outline::Outline;
use crate::rulebook::Finding;
use crate::site::elevations;
use crate::site::seam::Seam;
use crate::site::treatment::{State, Treatment};
use crate::text::Text;
use crate::zone;
use jiff::civil::Date;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check { code: "PLAN-NORMAL", page: include_str!("normal.md"), apply };

/// Metres between two looks along a heading.
const STEP_M: f64 = 1.0;

/// Half the way between two coarse looks, m.
const COARSE_M: f64 = 5.0;

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for (_, heading, own) in q.dated().filter(|(_, w, _)| !w.is_face()) {
        let said = heading.fact.flag("crosses_seams") == Some(true);
        let path = Path::new(heading);
        if path.0.is_empty() {
            if said {
                report.notes.push(Note::new(
                    q,
                    &heading.id,
                    format!("{} 是穿层巷道而中线无标高，与突出煤层的法向距离未核", heading.title().zh),
                    format!(
                        "{} crosses the measures and its line has no elevations: its normal distance was not judged",
                        heading.title().en
                    ),
                ));
            }
            continue;
        }
        for seam in q.site.seams.iter().filter(|seam| seam.outburst) {
            // A road in the coal of its own seam does not come near it: it is in it.
            let in_it = heading.seam.as_deref() == Some(seam.id.as_str()) && heading.in_coal;
            if said || (!in_it && path.comes_near(seam, q.number_on("explore_m", own.from))) {
                near(q, heading, own.from, seam, &path, said, &mut report);
            }
        }
    }
    report
}

fn near(q: &Inquiry<'_>, heading: &Working, day: Date, seam: &Seam, path: &Path, said: bool, report: &mut Report) {
    let measured: Vec<Vec<(f64, [f64; 3])>> = path.measured(seam, STEP_M);
    let distances: Vec<(f64, [f64; 3])> = measured.iter().flatten().copied().collect();
    let bands = ["explore_broken_m", "explore_m", "control_m", "predict_m", "blast_m"].map(|key| q.number_on(key, day));
    let reached: Vec<(f64, [f64; 3])> = bands
        .iter()
        .filter_map(|band| Some((*band, distances.iter().find(|(distance, _)| distance < band)?.1)))
        .collect();
    if reached.is_empty() {
        return;
    }
    let list = |at: &str| {
        reached
            .iter()
            .map(|(band, p)| format!("{band} m {at} ({:.0}, {:.0})", p[0], p[1]))
            .collect::<Vec<_>>()
            .join("；")
    };
    let title = heading.title();
    // Which data told it: the planner's word, or the line in space against the model of the seam.
    let (by_zh, by_en) = if said {
        ("计划注明为石门", "the plan calls it a crosscut")
    } else {
        (
            "由巷道中线标高与煤层模型得出，计划未注明为石门",
            "told by its line's elevations and the model of the seam, the plan does not call it a crosscut",
        )
    };
    let mut note = Note::new(
        q,
        &heading.id,
        format!(
            "{} 接近突出煤层 {}，法向距离：{}（{} m 起探查，{} m 前完成区域措施，{} m 前预测，{} m 起远距离爆破）；{by_zh}",
            title.zh,
            seam.name.zh,
            list("于"),
            bands[1],
            bands[2],
            bands[3],
            bands[4]
        ),
        format!(
            "{} nears {}, a seam of outbursts; normal distances: {} (explore from {} m, regional measures before {} m, predict before {} m, blast remotely from {} m); {by_en}",
            title.en,
            seam.name.en,
            list("at"),
            bands[1],
            bands[2],
            bands[3],
            bands[4]
        ),
    );
    note.due = Some(day);
    report.remarks.push(note);

    // Stretches of the line that come too near, each a straight strip.
    let mut close: Vec<Outline> = Vec::new();
    for leg in &measured {
        for run in leg.chunk_by(|a, b| (a.0 < bands[3]) == (b.0 < bands[3])) {
            let (Some((distance, a)), Some((_, b))) = (run.first(), run.last()) else { continue };
            if *distance >= bands[3] {
                continue;
            }
            if (a[0] - b[0]).hypot(a[1] - b[1]) > 0.01 {
                close.push(Outline::strip(&[[a[0], a[1]], [b[0], b[1]]], 2.0 * STEP_M));
            } else {
                close.push(Outline::disc([a[0], a[1]], STEP_M));
            }
        }
    }
    let strip = Outline::union(&close);
    let Some(ground) = q.closures.ground.get(&seam.id).filter(|_| !strip.is_empty()) else { return };
    // What gas rules close of the strip on a day, the largest first.
    let closed_on = |day: Date| -> Vec<(f64, Finding)> {
        let mut closing: Vec<_> = zone::findings_on(q.site, seam, ground, q.book, day, true)
            .into_iter()
            .filter(|finding| finding.rule.starts_with("GAS-"))
            .map(|finding| (finding.outline.within(&strip).area_m2(), finding))
            .filter(|(m2, _)| *m2 > super::closure::LEAST_M2)
            .collect();
        closing.sort_by(|a, b| b.0.total_cmp(&a.0));
        closing
    };
    let closing = closed_on(day);
    let Some((_, finding)) = closing.first() else { return };
    let nearest = distances.iter().map(|(distance, _)| *distance).fold(f64::INFINITY, f64::min);
    let mut objection = Objection::new(q, &heading.id, heading.days())
        .about([heading])
        .measured("法向距离", "normal distance", nearest, bands[3], "m")
        .because(
            format!("{} 于 {day} 开工，将进入突出煤层 {} 法向 {} m 以内，而该处区域防突措施未达标（{by_zh}）：{}", title.zh, seam.name.zh, bands[3], finding.because.zh),
            format!("{} begins on {day} and comes within {} m of {}, a seam of outbursts, where no regional measure is accepted ({by_en}): {}", title.en, bands[3], seam.name.en, finding.because.en),
        );
    objection.rules.push(finding.rule.clone());
    objection.objects.extend(finding.hazards.iter().cloned());
    // Ground opens on the days on which a treatment of what closes it is accepted.
    let hazards: BTreeSet<&str> = closing.iter().flat_map(|(_, f)| f.hazards.iter().map(String::as_str)).collect();
    let about = |t: &&Treatment| hazards.contains(t.hazard.as_str()) && t.state != State::Failed;
    let accepted: BTreeSet<Date> =
        q.site.treatments.iter().filter(about).filter_map(|t| t.accepts).filter(|on| *on > day).collect();
    match accepted.into_iter().find(|on| closed_on(*on).is_empty()) {
        Some(free) => {
            objection = objection.cured_by(vec![Move { task: heading.id.clone(), from: free }]);
            for treatment in q.site.treatments.iter().filter(about) {
                let Some(on) = treatment.accepts.filter(|on| *on <= free) else { continue };
                let id = &treatment.id;
                objection
                    .chain
                    .push(Text::new(format!("{id} 计划 {on} 验收"), format!("{id} is to be accepted on {on}")));
                objection.rests_on.push(id.clone());
            }
        }
        None if !finding.exit.is_empty() => objection.chain.push(finding.exit.clone()),
        None => {}
    }
    report.object(objection);
}

/// A heading's line in space, leg by leg; none where an elevation is missing.
struct Path(Vec<[[f64; 3]; 2]>);

impl Path {
    fn new(heading: &Working) -> Self {
        let Some(Shape::Lines(lines)) = heading.fact.shape.as_ref().filter(|shape| !elevations(shape).is_empty())
        else {
            return Self(Vec::new());
        };
        let leg = |pair: &[Position]| Some([[pair[0].x, pair[0].y, pair[0].z?], [pair[1].x, pair[1].y, pair[1].z?]]);
        let legs: Option<Vec<_>> = lines.iter().flat_map(|line| line.windows(2)).map(leg).collect();
        Self(legs.unwrap_or_default())
    }

    /// Distances along the normal of a seam, m, at steps along each leg; points beyond the model are left out.
    fn measured(&self, seam: &Seam, step_m: f64) -> Vec<Vec<(f64, [f64; 3])>> {
        let at = |p: [f64; 3]| {
            let (floor, roof) = (seam.floor_at(p[0], p[1])?, seam.roof_at(p[0], p[1])?);
            let gap = if p[2] > roof { p[2] - roof } else { (floor - p[2]).max(0.0) };
            Some((gap * seam.cos_dip_at(p[0], p[1]), p))
        };
        let legs = self.0.iter().map(|[a, b]| {
            let length = (b[0] - a[0]).hypot(b[1] - a[1]).hypot(b[2] - a[2]);
            let steps = (length / step_m).ceil().clamp(1.0, 100_000.0) as usize;
            let points = (0..=steps).map(|i| {
                let t = i as f64 / steps as f64;
                [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])]
            });
            points.filter_map(at).collect()
        });
        legs.collect()
    }

    /// True where it comes nearer to a seam than this, at a coarse look that errs to the near side.
    fn comes_near(&self, seam: &Seam, within_m: f64) -> bool {
        // Between two looks the distance changes by no more than the way to the nearer of them.
        let coarse = self.measured(seam, 2.0 * COARSE_M);
        coarse.iter().flatten().any(|(distance, _)| *distance < within_m + COARSE_M)
            && self.measured(seam, STEP_M).iter().flatten().any(|(distance, _)| *distance < within_m)
    }
}
