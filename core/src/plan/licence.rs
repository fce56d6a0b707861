#![doc = include_str!("licence.md")]

use super::closure::LEAST_M2;
use super::verdict::{Note, short};
use super::{Check, Inquiry, Objection, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-LICENCE", page: include_str!("licence.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let licence = &q.site.licence;
    let until = q.site.facts.iter().find(|fact| fact.kind == "licence").and_then(|fact| fact.date("to"));
    for working in &q.plan.workings {
        let title = working.title();
        if let (Some(until), Some(days)) = (until, working.days())
            && days.to > until
        {
            let mut note = Note::new(
                q,
                &working.id,
                format!("{} 计划作业至 {}，采矿许可证有效期止 {until}：须在到期前办理延续", title.zh, days.to),
                format!(
                    "{} is planned until {}, the licence is valid until {until}: have it renewed before",
                    title.en, days.to
                ),
            );
            note.due = Some(until);
            report.remarks.push(note);
        }
        let outside = working.outline.minus(&licence.outline).area_m2();
        if outside > LEAST_M2 {
            report.object(
                Objection::new(q, &working.id, working.days())
                    .about([working])
                    .measured("越界面积", "area outside", outside, LEAST_M2, "m²")
                    .because(
                        format!("{} 有 {} m² 在采矿许可证平面范围之外", title.zh, short(outside)),
                        format!("{}: {} m² of it lie outside the licence outline", title.en, short(outside)),
                    ),
            );
            continue;
        }
        let (Some(z), Some(seam)) = (licence.z_m, working.seam.as_ref()) else { continue };
        let range = format!("{} – {} m", short(z[0]), short(z[1]));
        if let Some([low, high]) = working.z_m
            && (low < z[0] || high > z[1])
        {
            let by = (z[0] - low).max(high - z[1]);
            let (value, limit) = if z[0] - low >= high - z[1] { (low, z[0]) } else { (high, z[1]) };
            let mut objection = Objection::new(q, &working.id, working.days())
                .about([working])
                .measured("标高", "elevation", value, limit, "m")
                .because(
                    format!("{} 标高 {} – {} m，超出许可标高 {range}", title.zh, short(low), short(high)),
                    format!("{}: elevations {} – {} m, licensed are {range}", title.en, short(low), short(high)),
                );
            objection.shortfall = Some(by);
            report.object(objection);
            continue;
        }
        let Some(ground) = q.closures.ground.get(seam) else { continue };
        let area = working.outline.within(&licence.outline);
        let beyond = area.minus(&ground.below).area_m2();
        if beyond > LEAST_M2 {
            report.object(
                Objection::new(q, &working.id, working.days())
                    .about([working])
                    .measured("超标高面积", "area beyond the elevations", beyond, LEAST_M2, "m²")
                    .because(
                        format!("{} 有 {} m² 处的 {seam} 煤底板不在许可标高 {range} 内", title.zh, short(beyond)),
                        format!(
                            "{}: under {} m² of it the floor of seam {seam} lies outside the licensed {range}",
                            title.en,
                            short(beyond)
                        ),
                    ),
            );
        } else if area.within(&ground.unknown).area_m2() > LEAST_M2 {
            report.notes.push(Note::new(
                q,
                &working.id,
                format!("{} 部分位于煤层底板未知处，标高无法核对", title.zh),
                format!("{}: part of it lies where the seam floor is unknown, its elevation was not judged", title.en),
            ));
        }
    }
    report
}
