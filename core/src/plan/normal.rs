#![doc = include_str!("normal.md")]

use super::verdict::Note;
use super::{Check, Inquiry, Objection, Report, Working};
use crate::fact::Shape;
use crate::outline::Outline;
use crate::site::seam::Seam;
use crate::zone;
use jiff::civil::Date;

pub(super) const CHECK: Check = Check { code: "PLAN-NORMAL", page: include_str!("normal.md"), apply };

/// Metres between two looks along a heading.
const STEP_M: f64 = 1.0;

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let crossing = q.dated().filter(|(_, w, _)| !w.is_face() && w.fact.flag("crosses_seams") == Some(true));
    for (_, heading, own) in crossing {
        let path = path(heading);
        if path.is_empty() {
            report.notes.push(Note::new(
                q,
                &heading.id,
                format!("{} 是穿层巷道而中线无标高，与突出煤层的法向距离未核", heading.title().zh),
                format!(
                    "{} crosses the measures and its line has no elevations: its normal distance was not judged",
                    heading.title().en
                ),
            ));
            continue;
        }
        for seam in q.site.seams.iter().filter(|seam| seam.outburst) {
            near(q, heading, own.from, seam, &path, &mut report);
        }
    }
    report
}

fn near(q: &Inquiry<'_>, heading: &Working, day: Date, seam: &Seam, path: &[[f64; 3]], report: &mut Report) {
    let distances: Vec<(f64, [f64; 3])> = path
        .iter()
        .filter_map(|p| {
            let (floor, roof) = (seam.floor_at(p[0], p[1])?, seam.roof_at(p[0], p[1])?);
            let gap = if p[2] > roof { p[2] - roof } else { (floor - p[2]).max(0.0) };
            Some((gap * seam.cos_dip_at(p[0], p[1]), *p))
        })
        .collect();
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
    let mut note = Note::new(
        q,
        &heading.id,
        format!(
            "{} 接近突出煤层 {}，法向距离：{}（{} m 起探查，{} m 前完成区域措施，{} m 前预测，{} m 起远距离爆破）",
            title.zh,
            seam.name.zh,
            list("于"),
            bands[1],
            bands[2],
            bands[3],
            bands[4]
        ),
        format!(
            "{} nears outburst seam {}; normal distances: {} (explore from {} m, regional measures before {} m, predict before {} m, blast remotely from {} m)",
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

    let close: Vec<Outline> = distances
        .iter()
        .filter(|(distance, _)| *distance < bands[3])
        .map(|(_, p)| Outline::disc([p[0], p[1]], STEP_M))
        .collect();
    let strip = Outline::union(&close);
    let Some(ground) = q.closures.ground.get(&seam.id).filter(|_| !strip.is_empty()) else { return };
    let findings = zone::findings_on(q.site, seam, ground, q.book, day, true);
    let mut closing: Vec<_> = findings
        .into_iter()
        .filter(|finding| finding.rule.starts_with("GAS-"))
        .map(|finding| (finding.outline.within(&strip).area_m2(), finding))
        .filter(|(m2, _)| *m2 > super::closure::LEAST_M2)
        .collect();
    closing.sort_by(|a, b| b.0.total_cmp(&a.0));
    let Some((_, finding)) = closing.first() else { return };
    let nearest = distances.iter().map(|(distance, _)| *distance).fold(f64::INFINITY, f64::min);
    let mut objection = Objection::new(q, &heading.id, heading.days())
        .about([heading])
        .measured("法向距离", "normal distance", nearest, bands[3], "m")
        .because(
            format!("{} 于 {day} 开工，将进入突出煤层 {} 法向 {} m 以内，而该处区域防突措施未达标：{}", title.zh, seam.name.zh, bands[3], finding.because.zh),
            format!("{} begins on {day} and comes within {} m of outburst seam {} where no regional measure is accepted: {}", title.en, bands[3], seam.name.en, finding.because.en),
        );
    objection.rules.push(finding.rule.clone());
    objection.objects.extend(finding.hazards.iter().cloned());
    if !finding.exit.is_empty() {
        objection.chain.push(finding.exit.clone());
    }
    report.object(objection);
}

/// Points every metre along a heading's line in space; nothing where an elevation is missing.
fn path(heading: &Working) -> Vec<[f64; 3]> {
    let Some(Shape::Lines(lines)) = &heading.fact.shape else { return Vec::new() };
    let mut path = Vec::new();
    for pair in lines.iter().flat_map(|line| line.windows(2)) {
        let (Some(za), Some(zb)) = (pair[0].z, pair[1].z) else { return Vec::new() };
        let (a, b) = (pair[0], pair[1]);
        let length = (b.x - a.x).hypot(b.y - a.y).hypot(zb - za);
        let steps = (length / STEP_M).ceil().clamp(1.0, 100_000.0) as usize;
        path.extend((0..=steps).map(|i| {
            let t = i as f64 / steps as f64;
            [a.x + t * (b.x - a.x), a.y + t * (b.y - a.y), za + t * (zb - za)]
        }));
    }
    path
}
