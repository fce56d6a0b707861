//! `minesift plan check`: is the plan lawful?

use crate::words::round;
use crate::{Format, Globals, Outcome, load};
use anyhow::Context;
use minesift_core::fact::{Fact, Problem, Severity};
use minesift_core::plan::{self, Lawful, Note, Objection, TaskVerdict, Undecided, Verdict};
use minesift_core::rulebook;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_importers::plan::join;
use minesift_importers::{Input, Options, Receipt, table};
use minesift_onemap::Map;
use minesift_papers::verdict::{self as papers, Hash};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

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
    /// Drawings with the shapes of its faces and headings (DXF, GeoPackage, shapefile), joined by name
    #[arg(long, value_name = "FILE")]
    shapes: Vec<PathBuf>,
    /// A mapping of the plan's columns: a table with the columns `column` and `key`, and `unit` where it is needed
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Another tier or version of the plan to hold it against
    #[arg(long, value_name = "PLAN")]
    against: Vec<PathBuf>,
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
    let drawn = drawn(&args.shapes, globals)?;
    let mut read = Read::default();
    if let Some(path) = &args.plan {
        read = planned(path, &drawn, args.mapping.as_deref(), globals)?;
        facts = with_plan(facts, read.facts.clone());
    }
    let site = Site::new(&facts, globals.as_of)
        .map_err(|problems| crate::refused(load::sentences(&problems, globals.lang())))?;
    let mut against = Vec::new();
    for path in &args.against {
        against.push(plan::Plan::from_facts(&planned(path, &drawn, args.mapping.as_deref(), globals)?.facts));
    }
    let mut verdict =
        plan::check_against(&site, &load::book_for(&args.map, globals)?, &plan::Plan::new(&site), &against);
    // A row that was refused is a working that nobody judged.
    verdict.undecided.extend(read.refused().map(|problem| Undecided {
        task: problem.source.place.clone(),
        source: problem.source.clone(),
        why: problem.message.clone(),
    }));
    let lang = globals.lang();
    if let Some(path) = &args.html {
        let plan = plan::Plan::new(&site);
        std::fs::write(path, papers::html(&site, &plan, &verdict, &hashes(args, globals)?, lang))
            .with_context(|| path.display().to_string())?;
    }
    if let Some(path) = &args.xlsx {
        std::fs::write(path, papers::workbook(&plan::Plan::new(&site), &verdict, &own_sheets(args)?, lang)?)
            .with_context(|| path.display().to_string())?;
    }
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => writeln!(
            out,
            "{}",
            serde_json::to_string_pretty(&to_json(&site, &verdict, &read, &hashes(args, globals)?))?
        )?,
        Format::Text => write!(out, "{}", to_text(&verdict, &read, globals.lang()))?,
    }
    Ok(if !verdict.objections.is_empty() {
        Outcome::Objections
    } else if verdict.undecided.is_empty() {
        Outcome::Ok
    } else {
        Outcome::Undecided
    })
}

/// A plan as it was read from a file of its own.
#[derive(Default)]
struct Read {
    facts: Vec<Fact>,
    /// What became of its rows and of its shapes.
    problems: Vec<Problem>,
}

impl Read {
    fn refused(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.severity == Severity::Refused)
    }
}

/// The facts of drawings.
fn drawn(paths: &[PathBuf], globals: &Globals) -> anyhow::Result<Vec<Fact>> {
    let mut drawn = Vec::new();
    for path in paths {
        drawn.extend(load::facts(path, globals)?);
    }
    Ok(drawn)
}

/// Reads a plan and gives its rows the shapes of the drawings.
fn planned(path: &Path, drawn: &[Fact], mapping: Option<&Path>, globals: &Globals) -> anyhow::Result<Read> {
    if Map::is_map(path) {
        return Ok(Read { facts: load::facts(path, globals)?, problems: Vec::new() });
    }
    let lang = globals.lang();
    let input = Input::open(path).map_err(|error| crate::wrong_use(format!("{}: {error}", path.display())))?;
    let options = Options { mapping: mapping.map(Path::to_owned), ..Options::default() };
    let intake = minesift_importers::import(&input, &options)
        .map_err(|error| crate::refused(format!("{}: {}", path.display(), error.message.get(lang))))?;
    let (mut facts, mut problems) = (intake.facts, intake.receipt.problems);
    if facts.iter().any(|fact| matches!(fact.kind, "face" | "heading") && fact.shape.is_none()) {
        problems.extend(join::shapes(&mut facts, drawn));
    }
    if intake.receipt.importer != "site-toml" {
        problems.extend(join::overlaps(&mut facts));
    }
    Ok(Read { facts, problems })
}

/// The planner's own sheets, where his plan is a table.
fn own_sheets(args: &CheckArgs) -> anyhow::Result<Vec<papers::OwnSheet>> {
    let Some(path) = &args.plan else { return Ok(Vec::new()) };
    let input = Input::open(path).with_context(|| path.display().to_string())?;
    if !table::is_workbook(&input) && !table::is_text(&input) {
        return Ok(Vec::new());
    }
    let tables = table::read(&input, &Options::default()).map_err(|error| crate::refused(error.to_string()))?;
    let own = tables.tables.into_iter().map(|table| papers::OwnSheet {
        name: table.name.clone(),
        headers: table.headers.clone(),
        rows: table.rows.iter().map(|row| (row.number, row.cells.iter().map(table::Cell::words).collect())).collect(),
    });
    Ok(own.collect())
}

/// What the verdict rests on: map, plan and rulebook, each with its hash.
fn hashes(args: &CheckArgs, globals: &Globals) -> anyhow::Result<Vec<Hash>> {
    let of = |input: &Input| Receipt::new(input, "").sha256;
    let mut hashes = Vec::new();
    let files = [("图", "map", Some(&args.map)), ("计划", "plan", args.plan.as_ref())];
    let drawings = args.shapes.iter().map(|path| ("图形", "shapes", Some(path)));
    let books = globals.rules.iter().map(|path| ("规则", "rulebook", Some(path)));
    for (zh, en, path) in files.into_iter().chain(drawings).chain(books) {
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
pub(crate) fn with_plan(mut facts: Vec<Fact>, planned: Vec<Fact>) -> Vec<Fact> {
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
fn to_json(site: &Site, verdict: &Verdict, read: &Read, hashes: &[Hash]) -> Value {
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
        "problems": site.problems.iter().chain(&read.problems).map(|p| json!({
            "severity": format!("{:?}", p.severity).to_lowercase(), "source": p.source.to_string(),
            "zh": p.message.zh, "en": p.message.en,
        })).collect::<Vec<_>>(),
    })
}

fn to_text(verdict: &Verdict, read: &Read, lang: Lang) -> String {
    use std::fmt::Write as _;
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let repaired: Vec<&Problem> = read.problems.iter().filter(|p| p.severity == Severity::Repaired).collect();
    for problem in &repaired {
        let _ = writeln!(out, "~ {}: {}", problem.source, problem.message.get(lang));
    }
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
