#![doc = include_str!("systems.md")]

use super::verdict::{Lawful, Note};
use super::{Check, Inquiry, Move, Objection, Report};
use crate::text::Text;
use jiff::civil::Date;
use std::collections::BTreeMap;

pub(super) const CHECK: Check = Check { code: "PLAN-SYSTEMS", page: include_str!("systems.md"), apply };

/// The systems a district needs before its gate roads, as files and as people say them.
const SYSTEMS: &[(&str, &str)] =
    &[("ventilation", "通风"), ("drainage", "排水"), ("power", "供电"), ("communication", "通讯")];

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let mut of_district: BTreeMap<&str, BTreeMap<&str, Option<Date>>> = BTreeMap::new();
    for fact in q.site.facts.iter().filter(|fact| fact.kind == "system") {
        if let (Some(district), Some(system)) = (fact.text("district"), fact.text("system")) {
            of_district.entry(district).or_default().insert(system, fact.date("done"));
        }
    }
    for (_, heading, days) in q.dated().filter(|(_, w, _)| w.purpose.as_deref() == Some("gate")) {
        let Some((district, systems)) = heading.district.as_deref().and_then(|d| of_district.get_key_value(d)) else {
            continue;
        };
        let silent: Vec<&(&str, &str)> = SYSTEMS.iter().filter(|(en, _)| !systems.contains_key(en)).collect();
        if !silent.is_empty() {
            report.notes.push(Note::new(
                q,
                *district,
                format!(
                    "采区 {district} 未填报{}系统，未核",
                    silent.iter().map(|s| s.1).collect::<Vec<_>>().join("、")
                ),
                format!(
                    "district {district} does not state its {}: not judged",
                    silent.iter().map(|s| s.0).collect::<Vec<_>>().join(", ")
                ),
            ));
        }
        let late: Vec<(&str, Option<Date>)> = SYSTEMS
            .iter()
            .filter_map(|(en, _)| Some((*en, *systems.get(en)?)))
            .filter(|(_, done)| done.is_none_or(|done| done > days.from))
            .collect();
        if late.is_empty() {
            continue;
        }
        let named: Vec<String> = late
            .iter()
            .map(|(en, done)| format!("{en} {}", done.map_or_else(|| "—".to_owned(), |d| d.to_string())))
            .collect();
        let ready =
            late.iter().map(|(_, done)| *done).collect::<Option<Vec<Date>>>().and_then(|days| days.into_iter().max());
        let mut objection = Objection::new(q, &heading.id, Some(days)).about([heading]).because(
            format!(
                "{} {} 开工时，采区 {district} 的系统尚未形成（{}）",
                heading.title().zh,
                days.from,
                named.join("，")
            ),
            format!(
                "{} begins on {} before the systems of district {district} are complete ({})",
                heading.title().en,
                days.from,
                named.join(", ")
            ),
        );
        if let Some(day) = ready {
            objection = objection.cured_by(vec![Move { task: heading.id.clone(), from: day }]);
            objection.lawful = Lawful::From(day);
            objection.chain.push(Text::new(
                format!("采区 {district} 系统 {day} 形成"),
                format!("the systems of district {district} are complete on {day}"),
            ));
        }
        objection.objects.push((*district).to_owned());
        report.object(objection);
    }
    report
}
