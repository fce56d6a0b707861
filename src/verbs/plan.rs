//! `minesift plan check`: is the plan lawful?

use crate::words::round;
use crate::{Format, Globals, Outcome, load};
use anyhow::Context;
use minesift_core::plan::{self, Lawful, Note, Objection, TaskVerdict, Verdict};
use minesift_core::rulebook;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_importers::{Input, Receipt};
use minesift_papers::verdict::{self as papers, Hash};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What `plan` takes.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Hold a succession plan against the ground, the calendar and the law
    Check(CheckArgs),
}

#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift plan check tests/plan-cases/treatment-in-time.toml --format json\n\nExit codes: 0 no objection, 1 objections, 3 a file refused whole, 4 a working that could not be judged"
)]
struct CheckArgs {
    /// A map (.gpkg) or a site.toml, with or without a plan of its own
    map: PathBuf,
    /// The plan, where it stands in a file of its own: it replaces the map's
    plan: Option<PathBuf>,
    /// Also write the verdict as one page: bar chart, map of each seam, objections, statement of check
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Also write the plan back as a workbook with a column of objections
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let Action::Check(args) = &args.action;
    let mut facts = load::facts(&args.map, globals)?;
    if let Some(path) = &args.plan {
        let planned = load::facts(path, globals)?;
        facts = with_plan(facts, planned);
    }
    let site = Site::new(&facts, globals.as_of)
        .map_err(|problems| crate::refused(load::sentences(&problems, globals.lang())))?;
    let verdict = plan::check(&site, &load::book_for(&args.map, globals)?);
    let lang = globals.lang();
    if let Some(path) = &args.html {
        let plan = plan::Plan::new(&site);
        std::fs::write(path, papers::html(&site, &plan, &verdict, &hashes(args, globals)?, lang))
            .with_context(|| path.display().to_string())?;
    }
    if let Some(path) = &args.xlsx {
        std::fs::write(path, papers::workbook(&plan::Plan::new(&site), &verdict, lang)?)
            .with_context(|| path.display().to_string())?;
    }
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&to_json(&site, &verdict))?)?,
        Format::Text => write!(out, "{}", to_text(&verdict, globals.lang()))?,
    }
    Ok(if !verdict.objections.is_empty() {
        Outcome::Objections
    } else if verdict.undecided.is_empty() {
        Outcome::Ok
    } else {
        Outcome::Undecided
    })
}

/// What the verdict rests on: map, plan and rulebook, each with its hash.
fn hashes(args: &CheckArgs, globals: &Globals) -> anyhow::Result<Vec<Hash>> {
    let of = |input: &Input| Receipt::new(input, "").sha256;
    let mut hashes = Vec::new();
    let files = [("图", "map", Some(&args.map)), ("计划", "plan", args.plan.as_ref())];
    let books = globals.rules.iter().map(|path| ("规则", "rulebook", Some(path)));
    for (zh, en, path) in files.into_iter().chain(books) {
        let Some(path) = path else { continue };
        let input = Input::open(path).with_context(|| path.display().to_string())?;
        hashes.push(Hash { what: Text::new(zh, en), name: input.name.clone(), sha256: of(&input) });
    }
    let pages = rulebook::rules().map(|rule| rule.page).chain(plan::CHECKS.iter().map(|check| check.page));
    let national = Input::memory(rulebook::book::EDITION, pages.collect::<String>().into_bytes());
    hashes.push(Hash { what: Text::new("规则", "rulebook"), name: national.name.clone(), sha256: of(&national) });
    Ok(hashes)
}

/// The map's facts with the plan of another file in place of its own; planned treatments of the file join the map's.
fn with_plan(
    mut facts: Vec<minesift_core::fact::Fact>,
    planned: Vec<minesift_core::fact::Fact>,
) -> Vec<minesift_core::fact::Fact> {
    const OF_PLAN: &[&str] = &["plan", "reserves", "face", "heading", "system"];
    facts.retain(|fact| !OF_PLAN.contains(&fact.kind));
    facts.extend(planned.into_iter().filter(|fact| OF_PLAN.contains(&fact.kind) || fact.kind == "treatment"));
    facts
}

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
    json!({
        "code": o.code,
        "task": o.task,
        "from": o.days.map(|days| days.from.to_string()),
        "to": o.days.map(|days| days.to.to_string()),
        "workings": o.workings,
        "objects": o.objects,
        "rules": o.rules,
        "what": { "zh": o.measure.what.zh, "en": o.measure.what.en },
        "value": o.measure.value.map(|v| round(v, 3)),
        "limit": o.measure.limit.map(|v| round(v, 3)),
        "unit": o.measure.unit,
        "shortfall": o.shortfall.map(|v| round(v, 3)),
        "clauses": o.clauses.iter().map(|c| json!({ "text": c.text, "clause": c.clause, "mark": c.mark })).collect::<Vec<_>>(),
        "earliest_lawful": lawful(o.lawful),
        "moves": o.moves.iter().map(|m| json!({ "task": m.task, "from": m.from.to_string() })).collect::<Vec<_>>(),
        "chain": texts(&o.chain),
        "rests_on": o.rests_on,
        "zh": sentence.zh,
        "en": sentence.en,
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
pub(crate) fn to_json(site: &Site, verdict: &Verdict) -> Value {
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
        "conclusion": { "zh": conclusion.zh, "en": conclusion.en },
        "problems": site.problems.iter().map(|p| json!({
            "severity": format!("{:?}", p.severity).to_lowercase(), "source": p.source.to_string(),
            "zh": p.message.zh, "en": p.message.en,
        })).collect::<Vec<_>>(),
    })
}

fn to_text(verdict: &Verdict, lang: Lang) -> String {
    use std::fmt::Write as _;
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let title = if zh { "采掘接续计划核校" } else { "succession plan check" };
    let _ = writeln!(out, "{title}  {}  {}  {}", verdict.mine, verdict.plan, verdict.edition);
    if !verdict.legal {
        let _ = writeln!(out, "{}", if zh { "※ 非法定判定" } else { "* not a legal judgement" });
    }
    for objection in &verdict.objections {
        let _ = writeln!(out, "\n✗ {} {}\n  {}", objection.code, objection.task, objection.sentence().get(lang));
    }
    for undecided in &verdict.undecided {
        let words = if zh { "无法判定" } else { "could not be judged" };
        let _ = writeln!(out, "\n? {} {words}: {} ({})", undecided.task, undecided.why.get(lang), undecided.source);
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
