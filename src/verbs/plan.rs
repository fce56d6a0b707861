//! `minesift plan`: is the plan lawful? Its versions on the map.

mod answer;
mod import;
mod list;

use crate::together::together;
use crate::{Format, Globals, Outcome, load, wrong_use};
use anyhow::Context;
use minesift_core::fact::{Fact, Problem, Severity};
use minesift_core::plan::versions::{self, Version};
use minesift_core::plan::{self, Plan, Undecided, Verdict};
use minesift_core::rulebook;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_core::zone;
use minesift_importers::plan::belongs::{self, OnMap};
use minesift_importers::plan::join;
use minesift_importers::{Input, Options, Receipt, table};
use minesift_onemap::Map;
use minesift_papers::verdict::{self as papers, Hash};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

pub(crate) use import::{Source, bring};

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
    /// Take plans into the map, each as a version of its tier
    Import(import::ImportArgs),
    /// List the versions on the map
    List(list::ListArgs),
}

#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift plan check tests/plan-cases/treatment-in-time.toml --format json\n\nExit codes: 0 no objection, 1 objections, 3 a file refused whole, 4 a working that could not be judged"
)]
struct CheckArgs {
    /// A map (.gpkg) or a site.toml, with or without a plan of its own
    map: PathBuf,
    /// The plan, where it stands in a file of its own: it replaces the map's
    #[arg(id = "file", value_name = "PLAN")]
    plan: Option<PathBuf>,
    /// The version on the map [default: every version in force]
    #[arg(long = "plan", value_name = "VERSION", conflicts_with = "file")]
    of: Option<String>,
    /// Drawings with the shapes of its faces and headings (DXF, GeoPackage, shapefile), joined by name
    #[arg(long, value_name = "FILE")]
    shapes: Vec<PathBuf>,
    /// A mapping of the drawings' layers, as for `import --mapping`
    #[arg(long, value_name = "FILE")]
    layers: Option<PathBuf>,
    /// A mapping of the plan's columns: a table with the columns `column` and `key`, and `unit` where it is needed
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Another tier or version of the plan to hold it against: a file, or a version on the map [default: the longer
    /// tiers in force]
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
    match &args.action {
        Action::Check(args) => check(args, globals),
        Action::Import(args) => import::run(args, globals),
        Action::List(args) => list::run(args, globals),
    }
}

fn check(args: &CheckArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    let facts = load::facts_with_versions(&args.map, globals)?;
    let asked = asked(args, &facts, globals)?;
    if asked.len() > 1 && (args.html.is_some() || args.xlsx.is_some()) {
        let names: Vec<&str> = asked.iter().flatten().map(|version| version.name.as_str()).collect();
        return Err(wrong_use(match globals.lang() {
            Lang::Zh => format!("图上有多个现行计划版本，页面和表格各写一个：--plan {}", names.join(" | ")),
            Lang::En => {
                format!("several versions are in force and a page or workbook holds one: --plan {}", names.join(" | "))
            }
        }));
    }
    let mut outcome = Outcome::Ok;
    let mut answers = Vec::new();
    let mut out = std::io::stdout().lock();
    for version in &asked {
        let checked = checked(args, &facts, version.as_ref(), globals)?;
        let Checked { site, verdict, read, hashes } = &checked;
        let lang = globals.lang();
        if let Some(path) = &args.html {
            let zones = zone::classify(site, &load::book_for(&args.map, globals)?);
            std::fs::write(path, papers::html(site, &Plan::new(site), verdict, &zones, hashes, lang))
                .with_context(|| path.display().to_string())?;
        }
        if let Some(path) = &args.xlsx {
            std::fs::write(path, papers::workbook(&Plan::new(site), &read.facts, verdict, &own_sheets(args)?, lang)?)
                .with_context(|| path.display().to_string())?;
        }
        match globals.format {
            Format::Json => {
                answers.push(load::signed(answer::to_json(site, verdict, read, hashes), &args.map, globals)?)
            }
            Format::Text => write!(out, "{}", answer::to_text(site, verdict, read, lang))?,
        }
        outcome = match (outcome, verdict.objections.is_empty(), verdict.undecided.is_empty()) {
            (Outcome::Objections, ..) | (_, false, _) => Outcome::Objections,
            (Outcome::Undecided, ..) | (_, _, false) => Outcome::Undecided,
            _ => Outcome::Ok,
        };
    }
    if globals.format == Format::Json {
        let all = if answers.len() == 1 { answers.remove(0) } else { json!({ "verdicts": answers }) };
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
    }
    Ok(outcome)
}

/// Which versions are to be checked; a nothing is the plan of a file, or the one that the map's files hold.
fn asked(args: &CheckArgs, facts: &[Fact], globals: &Globals) -> anyhow::Result<Vec<Option<Version>>> {
    let known = versions::versions(facts);
    if let Some(name) = &args.of {
        let found = known.iter().find(|version| version.name == *name).cloned();
        let found = found.ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|version| version.name.as_str()).collect();
            wrong_use(match globals.lang() {
                Lang::Zh => format!("图上没有计划版本 {name}；有：{}", names.join("、")),
                Lang::En => format!("there is no version {name} on the map; there are: {}", names.join(", ")),
            })
        })?;
        return Ok(vec![Some(found)]);
    }
    let in_force: Vec<Option<Version>> = known.into_iter().filter(|version| version.in_force).map(Some).collect();
    Ok(if args.plan.is_some() || in_force.is_empty() { vec![None] } else { in_force })
}

/// A plan held against the map, and what the verdict rests on.
struct Checked {
    site: Site,
    verdict: Verdict,
    read: Read,
    hashes: Vec<Hash>,
}

fn checked(args: &CheckArgs, facts: &[Fact], version: Option<&Version>, globals: &Globals) -> anyhow::Result<Checked> {
    let drawn = drawn(&args.shapes, &Options { mapping: args.layers.clone(), ..Options::default() }, globals)?;
    let options = Options { mapping: args.mapping.clone(), ..Options::default() };
    let mut read = Read::default();
    let facts_of = |facts: Vec<Fact>| match version {
        Some(version) => versions::of(facts, &version.name),
        None => versions::in_force(facts),
    };
    let mut mine = facts_of(facts.to_vec());
    if let Some(path) = &args.plan {
        read = planned(path, &drawn, &options, globals)?;
        belongs(path, &read.facts, &mine, &on_map(&args.map, globals)?, globals.lang())?;
        mine = versions::with_plan(mine, read.facts.clone());
    }
    let site = Site::new(&mine, globals.as_of)
        .map_err(|problems| crate::refused(load::sentences(&problems, globals.lang())))?;
    let known = versions::versions(facts);
    let version_on_map = |name: &str| Plan::from_facts(&versions::of(facts.to_vec(), name));
    let mut against = Vec::new();
    for path in &args.against {
        let name = path.to_string_lossy();
        if !path.exists() && known.iter().any(|version| version.name == name) {
            against.push(version_on_map(&name));
        } else {
            let other = planned(path, &drawn, &options, globals)?.facts;
            belongs(path, &other, &site.facts, &on_map(&args.map, globals)?, globals.lang())?;
            against.push(Plan::from_facts(&other));
        }
    }
    if let Some(version) = version.filter(|_| args.against.is_empty()) {
        // The tiers stand in their order, the longer ones behind.
        let longer = known.iter().skip_while(|other| other.tier != version.tier).filter(|other| other.in_force);
        against.extend(longer.filter(|other| other.tier != version.tier).map(|other| version_on_map(&other.name)));
    }
    let book = load::book_for(&args.map, globals)?;
    let mut verdict = plan::check_together(&site, &book, &Plan::new(&site), &against, &together);
    // A row that was refused is a working that nobody judged.
    verdict.undecided.extend(read.refused().map(|problem| Undecided {
        task: problem.source.place.clone(),
        source: problem.source.clone(),
        why: problem.message.clone(),
    }));
    Ok(Checked { hashes: hashes(args, version, globals)?, site, verdict, read })
}

/// What a map says of itself besides its mine's record.
fn on_map(path: &Path, globals: &Globals) -> anyhow::Result<OnMap> {
    if !Map::is_map(path) {
        return Ok(OnMap::default());
    }
    let map = crate::register::open_to_read(path, globals)?;
    Ok(OnMap { crs: map.crs(), vertical_datum: map.vertical_datum() })
}

/// Refuses a plan whose sheet names another mine, coordinate reference system or vertical datum than the map.
fn belongs(path: &Path, plan: &[Fact], on_map: &[Fact], map: &OnMap, lang: Lang) -> anyhow::Result<()> {
    let of = |facts: &[Fact], kind: &str| facts.iter().find(|fact| fact.kind == kind).cloned();
    let (Some(plan), Some(mine)) = (of(plan, "plan"), of(on_map, "mine")) else { return Ok(()) };
    let found = belongs::differences(&plan, &mine, map);
    if found.is_empty() {
        return Ok(());
    }
    let said = found.iter().map(|text| text.get(lang)).collect::<Vec<_>>();
    let file = path.display();
    Err(crate::refused(match lang {
        Lang::Zh => format!("{file}: 计划不属于此图：{}；请换用该矿的图或改正计划说明", said.join("；")),
        Lang::En => format!(
            "{file}: the plan is not of this map: {}; take the map of that mine, or mend the sheet that names the plan",
            said.join("; ")
        ),
    }))
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
fn drawn(paths: &[PathBuf], options: &Options, globals: &Globals) -> anyhow::Result<Vec<Fact>> {
    let mut drawn = Vec::new();
    for path in paths {
        drawn.extend(load::facts_read(path, options, globals)?);
    }
    Ok(drawn)
}

/// Reads a plan and gives its rows the shapes of the drawings.
fn planned(path: &Path, drawn: &[Fact], options: &Options, globals: &Globals) -> anyhow::Result<Read> {
    if Map::is_map(path) {
        return Ok(Read { facts: load::facts(path, globals)?, problems: Vec::new() });
    }
    let lang = globals.lang();
    let input = Input::open(path).map_err(|error| crate::wrong_use(format!("{}: {error}", path.display())))?;
    // Whoever maps columns says that it is a table of a plan, whatever its headers look like.
    let table = options.mapping.is_some() && (table::is_workbook(&input) || table::is_text(&input));
    let importer = if table { Some("plan".to_owned()) } else { options.importer.clone() };
    let intake = minesift_importers::import(&input, &Options { importer, ..options.clone() })
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
        above: table.above.iter().map(|row| row.cells.iter().map(table::Cell::words).collect()).collect(),
        headers: table.headers.clone(),
        rows: table.rows.iter().map(|row| (row.number, row.cells.iter().map(table::Cell::words).collect())).collect(),
    });
    Ok(own.collect())
}

/// What the verdict rests on: map, plan and rulebook, each with its hash.
fn hashes(args: &CheckArgs, version: Option<&Version>, globals: &Globals) -> anyhow::Result<Vec<Hash>> {
    let of = |input: &Input| Receipt::new(input, "").sha256;
    let mut hashes = Vec::new();
    let files = [("图", "map", Some(&args.map)), ("计划", "plan", args.plan.as_ref())];
    let drawings = args.shapes.iter().map(|path| ("图形", "shapes", Some(path)));
    let books = globals.rules.iter().map(|path| ("规则", "rulebook", Some(path)));
    for (zh, en, path) in files.into_iter().chain(drawings).chain(books) {
        let Some(path) = path else { continue };
        let input = Input::open(path).with_context(|| path.display().to_string())?;
        let known = if path == &args.map { load::knowledge(path, globals)? } else { None };
        let name = match load::Knowledge::if_asked(known.as_ref()) {
            Some(words) => format!("{}（{}）", input.name, words.get(globals.lang())),
            None => input.name.clone(),
        };
        hashes.push(Hash { what: Text::new(zh, en), name, sha256: of(&input) });
    }
    let pages = rulebook::rules().map(|rule| rule.page).chain(plan::CHECKS.iter().map(|check| check.page));
    if let Some((version, sha256)) = version.and_then(|version| Some((version, version.sha256.clone()?))) {
        hashes.insert(1, Hash { what: Text::new("计划", "plan"), name: version.name.clone(), sha256 });
    }
    let national = Input::memory(rulebook::book::EDITION, pages.collect::<String>().into_bytes());
    hashes.push(Hash { what: Text::new("规则", "rulebook"), name: national.name.clone(), sha256: of(&national) });
    Ok(hashes)
}
