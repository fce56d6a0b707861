//! A verdict for programs and for people.

use super::{Read, papers};
use crate::words::round;
use minesift_core::fact::{Problem, Severity};
use minesift_core::plan::{self, Lawful, Note, Objection, TaskVerdict, Verdict};
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use papers::Hash;
use serde_json::{Value, json};

fn lawful(lawful: Lawful) -> Value {
    match lawful {
        Lawful::Never => json!("none"),
        Lawful::From(day) => json!(day.to_string()),
    }
}

fn texts(texts: &[Text]) -> Vec<Value> {
    texts.iter().map(|text| json!({ "zh": text.zh, "en": text.en })).collect()
}

fn objection(o: &Objection) -> Value {
    let sentence = o.sentence();
    // As many digits as tell the value from its limit.
    let digits = o.shortfall.filter(|by| *by > 0.0).map_or(3, |by| (1.0 - by.log10().floor()).clamp(3.0, 12.0) as i32);
    json!({
        "code": o.code,
        "task": o.task,
        "from": o.days.map(|days| days.from.to_string()),
        "to": o.days.map(|days| days.to.to_string()),
        "workings": o.workings,
        "objects": o.objects,
        "rules": o.rules,
        "what": { "zh": o.measure.what.zh, "en": o.measure.what.en },
        "value": o.measure.value.map(|v| round(v, digits)),
        "limit": o.measure.limit.map(|v| round(v, digits)),
        "unit": o.measure.unit,
        "shortfall": o.shortfall.map(|v| round(v, digits)),
        "clauses": o.clauses.iter().map(|c| json!({ "text": c.text, "clause": c.clause, "mark": c.mark })).collect::<Vec<_>>(),
        "earliest_lawful": lawful(o.lawful),
        "moves": o.moves.iter().map(|m| json!({ "task": m.task, "from": m.from.to_string() })).collect::<Vec<_>>(),
        "chain": texts(&o.chain),
        "rests_on": o.rests_on,
        "zh": sentence.zh,
        "en": sentence.en,
    })
}

fn month(month: &plan::months::Month) -> Value {
    let row = |values: &[Option<f64>; 3], digits: i32| json!(values.map(|value| value.map(|v| round(v, digits))));
    json!({
        "from": month.day.to_string(),
        "tonnes": row(&month.tonnes, 0),
        "tonnes_open": row(&month.open_t, 0),
        "supply": row(&month.supply, 2),
        "supply_open": row(&month.open_supply, 2),
        "least": month.least,
    })
}

fn note(note: &Note) -> Value {
    json!({
        "code": note.code, "task": note.task, "due": note.due.map(|day| day.to_string()),
        "zh": note.words.zh, "en": note.words.en,
    })
}

fn task(task: &TaskVerdict) -> Value {
    json!({
        "task": task.task,
        "from": task.days.map(|days| days.from.to_string()),
        "to": task.days.map(|days| days.to.to_string()),
        "objections": task.codes,
        "earliest_lawful": lawful(task.lawful),
        "chain": texts(&task.chain),
        "rests_on": task.rests_on,
    })
}

/// The answer for programs; its schema is `docs/schema/plan-check.json`.
pub(super) fn to_json(site: &Site, verdict: &Verdict, read: &Read, hashes: &[Hash]) -> Value {
    let conclusion = verdict.conclusion();
    json!({
        "mine": verdict.mine,
        "plan": verdict.plan,
        "tier": verdict.tier,
        "version": verdict.version,
        "as_of": verdict.as_of.to_string(),
        "rulebook": verdict.edition,
        "legal": verdict.legal,
        "objections": verdict.objections.iter().map(objection).collect::<Vec<_>>(),
        "remarks": verdict.remarks.iter().map(note).collect::<Vec<_>>(),
        "notes": verdict.notes.iter().map(note).collect::<Vec<_>>(),
        "undecided": verdict.undecided.iter().map(|u| json!({
            "task": u.task, "source": u.source.to_string(), "zh": u.why.zh, "en": u.why.en,
        })).collect::<Vec<_>>(),
        "tasks": verdict.tasks.iter().map(task).collect::<Vec<_>>(),
        "reserves": verdict.months.iter().map(month).collect::<Vec<_>>(),
        "statement": verdict.objections.is_empty() && verdict.undecided.is_empty(),
        "hashes": hashes.iter().map(|h| json!({
            "what": { "zh": h.what.zh, "en": h.what.en }, "name": h.name, "sha256": h.sha256,
        })).collect::<Vec<_>>(),
        "conclusion": { "zh": conclusion.zh, "en": conclusion.en },
        "problems": site.problems.iter().chain(&verdict.problems).chain(&read.problems).map(|p| json!({
            "severity": format!("{:?}", p.severity).to_lowercase(), "source": p.source.to_string(),
            "zh": p.message.zh, "en": p.message.en,
        })).collect::<Vec<_>>(),
    })
}

pub(super) fn to_text(site: &Site, verdict: &Verdict, read: &Read, lang: Lang) -> String {
    use std::fmt::Write as _;
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let all = read.problems.iter().chain(&verdict.problems);
    let repaired: Vec<&Problem> = all.filter(|p| p.severity == Severity::Repaired).collect();
    for problem in &repaired {
        let _ = writeln!(out, "~ {}: {}", problem.source.told(lang), problem.message.get(lang));
    }
    let title = if zh { "采掘接续计划核校" } else { "succession plan check" };
    let named = |name: &str, id: &str| if name == id { id.to_owned() } else { format!("{name} ({id})") };
    let mine = named(site.mine.name.get(lang), &verdict.mine);
    let plan = named(&plan::Plan::new(site).name, &verdict.plan);
    let _ = writeln!(out, "{title}  {mine}  {plan}  {}", verdict.edition);
    if !verdict.legal {
        let _ = writeln!(out, "{}", if zh { "※ 非法定判定" } else { "* not a legal judgement" });
    }
    for objection in &verdict.objections {
        let _ = writeln!(out, "\n✗ {} {}\n  {}", objection.code, objection.task, objection.sentence().get(lang));
    }
    for undecided in &verdict.undecided {
        let words = if zh { "无法判定" } else { "could not be judged" };
        let _ = writeln!(
            out,
            "\n? {} {words}: {} ({})",
            undecided.task,
            undecided.why.get(lang),
            undecided.source.told(lang)
        );
    }
    if !verdict.remarks.is_empty() {
        let _ = writeln!(out);
    }
    for remark in &verdict.remarks {
        let _ = writeln!(out, "! {} {}: {}", remark.code, remark.task, remark.words.get(lang));
    }
    for note in &verdict.notes {
        let _ = writeln!(out, "· {} {}: {}", note.code, note.task, note.words.get(lang));
    }
    for (task, words) in verdict.moved() {
        let _ = writeln!(out, "→ {}: {}", task.task, words.get(lang));
    }
    for task in verdict.tasks.iter().filter(|task| task.codes.is_empty() && !task.rests_on.is_empty()) {
        let words = if zh {
            "无不符合项，但以下列计划治理按期验收为前提"
        } else {
            "no objection, which rests on the planned acceptance of"
        };
        let _ = writeln!(out, "· {} {words}: {}", task.task, task.rests_on.join(", "));
    }
    let _ = writeln!(out, "\n{}", verdict.conclusion().get(lang));
    out
}
