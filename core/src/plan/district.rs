#![doc = include_str!("district.md")]

use super::places::{Claim, Limit, counts, names, overload};
use super::verdict::Note;
use super::{Check, Inquiry, Objection, Report};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check = Check { code: "PLAN-DISTRICT", page: include_str!("district.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let mut districts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, working) in q.plan.workings.iter().enumerate() {
        match &working.district {
            Some(district) => districts.entry(district).or_default().push(i),
            None => report.notes.push(Note::new(
                q,
                &working.id,
                format!("{} 未说明采区，采区内工作面个数未核", working.title().zh),
                format!("{} does not say its district: not counted in any", working.title().en),
            )),
        }
    }
    let [one_face, one_heading, all_face, all_heading] =
        ["wing_faces", "wing_coal_headings", "faces", "coal_headings"].map(|key| Limit::new(q, key));
    for (district, workings) in districts {
        // Wings and seams are those of all its workings in the plan, whenever they run.
        let seams: BTreeSet<Option<&str>> = workings.iter().map(|i| q.plan.workings[*i].seam.as_deref()).collect();
        let wings: BTreeSet<&str> = workings.iter().filter_map(|i| q.plan.workings[*i].wing.as_deref()).collect();
        let several = wings.len() > 1 || seams.len() > 1;
        let (faces, headings) = if several { (&all_face, &all_heading) } else { (&one_face, &one_heading) };
        let mut limits = vec![faces, headings];
        let mut group_of: BTreeMap<(Option<&str>, &str, bool), usize> = BTreeMap::new();
        for seam in &seams {
            for wing in &wings {
                for face in [true, false] {
                    group_of.insert((*seam, *wing, face), limits.len());
                    limits.push(if face { &one_face } else { &one_heading });
                }
            }
        }
        let claims: Vec<Claim> = workings
            .iter()
            .filter_map(|i| {
                let working = &q.plan.workings[*i];
                let days = working.days().filter(|_| counts(working))?;
                let mut groups = vec![usize::from(!working.is_face())];
                // A working that does not say its wing may be in any.
                for wing in wings.iter().filter(|wing| working.wing.as_deref().is_none_or(|own| own == **wing)) {
                    groups.extend(group_of.get(&(working.seam.as_deref(), *wing, working.is_face())));
                }
                Some(Claim { working: *i, days, groups })
            })
            .collect();
        let Some(over) = overload(q.plan, &claims, &limits) else { continue };
        let face = over.group == 0 || over.involved.first().is_some_and(|i| q.plan.workings[*i].is_face());
        let (zh, en) =
            if face { ("采煤工作面", "faces") } else { ("煤（半煤岩）巷掘进工作面", "coal headings") };
        let wing = over.group >= 2 || !several;
        let (where_zh, where_en) = match (wing, over.involved.first().map(|i| &q.plan.workings[*i])) {
            (true, Some(working)) => {
                let seam = working.seam.as_deref().unwrap_or("?");
                let wing = working.wing.as_deref().unwrap_or("?");
                (
                    format!("采区 {district} 的 {seam} 煤 {wing} 翼"),
                    format!("one wing ({wing}) of seam {seam} in district {district}"),
                )
            }
            _ => (format!("采区 {district}"), format!("district {district}")),
        };
        let named = names(q.plan, &over.involved);
        let mut objection = Objection::new(q, district, Some(over.days))
            .about(over.involved.iter().map(|i| &q.plan.workings[*i]))
            .measured("同时作业个数", "at the same time", over.count as f64, over.limit, "")
            .because(
                format!(
                    "{where_zh} {} 同时有{zh} {} 个（{named}），最多 {} 个",
                    over.days.from, over.count, over.limit
                ),
                format!(
                    "{where_en} has {} {en} at work on {} ({named}), at most {} may be",
                    over.count, over.days.from, over.limit
                ),
            )
            .cured_by(over.moves);
        objection.objects.push(district.to_owned());
        report.object(objection);
    }
    report
}
