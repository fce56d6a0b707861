//! `minesift plan import`: plans into the map, each as a version of its tier, one commit each.

use super::{Read, belongs, drawn, planned};
use crate::register::{Stamp, failed, licence_box, open};
use crate::{Format, Globals, Outcome, load, receipts, refused, wrong_use};
use minesift_core::fact::{Fact, Severity};
use minesift_core::plan::versions;
use minesift_core::text::Lang;
use minesift_importers::plan::belongs::OnMap;
use minesift_importers::{Input, Options, Receipt};
use minesift_onemap::{Known, Map, Valid, county};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What a commit of a version is called in the log.
pub(super) const WHAT: &str = "plan";

/// What `plan import` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift plan import demo.gpkg datasets/demo/plans/三年精排.xlsx --shapes datasets/demo/plans/接续图形.gpkg\n\nThe newest version of each tier is in force. The same file twice changes nothing. Refused rows are in the answer; the exit code is 3 where a file is refused whole."
)]
pub(crate) struct ImportArgs {
    /// The map
    map: PathBuf,
    /// The plans: workbooks, tables of text, MS Project XML, site.toml
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Drawings with the shapes of their faces and headings (DXF, GeoPackage, shapefile), joined by name
    #[arg(long, value_name = "FILE")]
    shapes: Vec<PathBuf>,
    /// A mapping of the drawings' layers, as for `import --mapping`
    #[arg(long, value_name = "FILE")]
    layers: Option<PathBuf>,
    /// A mapping of the plans' columns: a table with the columns `column` and `key`, and `unit` where it is needed
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Name of the version, where one plan is imported [default: its tier and its own version]
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    stamp: Stamp,
}

pub(super) fn run(args: &ImportArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    if args.name.is_some() && args.files.len() > 1 {
        return Err(wrong_use("--name NAME PLAN"));
    }
    let mut map = open(&args.map, globals)?;
    let mut answers = Vec::new();
    let mut out = std::io::stdout().lock();
    for file in &args.files {
        let source = Source {
            file,
            shapes: &args.shapes,
            layers: args.layers.clone(),
            mapping: args.mapping.clone(),
            version: args.name.as_deref(),
        };
        let (text, json) = bring(&mut map, &source, &args.stamp, globals)?;
        if globals.format == Format::Text {
            write!(out, "{text}")?;
        }
        answers.push(json);
    }
    if globals.format == Format::Json {
        writeln!(out, "{}", serde_json::to_string_pretty(&json!({ "plans": answers }))?)?;
    }
    map.close().map_err(failed(&args.map, globals.lang()))?;
    Ok(Outcome::Ok)
}

/// A plan to be taken in.
pub(crate) struct Source<'a> {
    /// The plan.
    pub(crate) file: &'a PathBuf,
    /// Drawings with its shapes.
    pub(crate) shapes: &'a [PathBuf],
    /// A mapping of the drawings' layers.
    pub(crate) layers: Option<PathBuf>,
    /// A mapping of its columns.
    pub(crate) mapping: Option<PathBuf>,
    /// What its version is to be called.
    pub(crate) version: Option<&'a str>,
}

/// Takes a plan into the map as a version in force; says so for people and for programs.
pub(crate) fn bring(
    map: &mut Map,
    source: &Source<'_>,
    stamp: &Stamp,
    globals: &Globals,
) -> anyhow::Result<(String, Value)> {
    let lang = globals.lang();
    let path = map.path().to_owned();
    let fail = failed(&path, lang);
    let mine = load::mine_of(map, globals)?;
    let at = Options { map_crs: map.crs(), near: licence_box(map).map_err(&fail)?, ..Options::default() };
    let drawn = drawn(source.shapes, &Options { mapping: source.layers.clone(), ..at.clone() }, globals)?;
    let read = planned(source.file, &drawn, &Options { mapping: source.mapping.clone(), ..at }, globals)?;
    let input = Input::open(source.file).map_err(|error| wrong_use(format!("{}: {error}", source.file.display())))?;
    let sha256 = Receipt::new(&input, "").sha256;
    let version = match source.version {
        Some(name) => name.to_owned(),
        None => read.facts.iter().find(|fact| fact.kind == "plan").map_or("plan", |fact| &fact.id).to_owned(),
    };
    if version.contains(['@', '/']) || version.is_empty() {
        return Err(wrong_use(match lang {
            Lang::Zh => format!("版本名“{version}”中不能有 @ 和 /，也不能为空"),
            Lang::En => format!("the name of a version, \"{version}\", must not be empty or hold @ or /"),
        }));
    }
    let stamped = versions::stamp(&read.facts, &version, &sha256);
    let mut writing = map.begin().map_err(&fail)?;
    stamp.tell(&mut writing)?;
    let map = writing.map();
    let known = match &mine {
        Some(mine) => map.all_facts_of(mine, Known::Now, None),
        None => map.all_facts(Known::Now, None),
    }
    .map_err(&fail)?;
    let said = OnMap { crs: map.crs(), vertical_datum: map.vertical_datum() };
    belongs(source.file, &read.facts, &known, &said, lang)?;
    let on_map = |fact: &Fact| mine.as_ref().map_or_else(|| fact.clone(), |mine| county::scoped(mine, fact));
    let before: Vec<&Fact> = known.iter().filter(|fact| versions::version_of(fact) == Some(&version)).collect();
    // A version is what was sent under its name: its workings never change, only whether it is in force does.
    let same = |fact: &&Fact| before.iter().any(|old| old.kind == fact.kind && (*old == *fact || fact.kind == "plan"));
    let other = !before.is_empty() && (before.len() != stamped.len() || !stamped.iter().all(|fact| same(&fact)));
    if other {
        return Err(refused(match lang {
            Lang::Zh => format!(
                "{}: 图上已有内容不同的计划版本 {version}；请在计划说明中改“版本”，或用 --name 另取名称",
                source.file.display()
            ),
            Lang::En => format!(
                "{}: the map holds another plan as version {version}; give this one its own 版本, or a name with --name",
                source.file.display()
            ),
        }));
    }
    let head = stamped.iter().find(|fact| fact.kind == "plan");
    let tier = head.and_then(|head| head.text("tier")).map(str::to_owned);
    let replaced: Vec<Fact> = known
        .iter()
        .filter(|fact| fact.kind == "plan" && fact.id != version && fact.text("tier") == tier.as_deref())
        .filter(|fact| versions::version_of(fact).is_some())
        .filter_map(versions::superseded)
        .collect();
    for fact in stamped.iter().chain(&replaced).map(on_map) {
        if !writing.holds(&fact, Valid::ALWAYS).map_err(&fail)? {
            writing.admits(&fact).map_err(&fail)?;
            writing.put(&fact, Valid::ALWAYS).map_err(&fail)?;
        }
    }
    let count = |kind: &str| stamped.iter().filter(|fact| fact.kind == kind).count();
    let names: Vec<&str> = replaced.iter().map(|fact| fact.id.as_str()).collect();
    let mut json = json!({
        "plan": version, "tier": tier, "file": input.name, "sha256": sha256,
        "faces": count("face"), "headings": count("heading"), "treatments": count("treatment"),
        "supersedes": names,
        "problems": read.problems.iter().map(receipts::problem_json).collect::<Vec<_>>(),
    });
    let mut entry = stamp.entry(WHAT, format!("{version}  {}", input.name))?;
    entry.source.clone_from(&sha256);
    if writing.changes() > 0 {
        entry.detail = json.to_string();
    }
    let commit = writing.finish(&entry).map_err(&fail)?;
    json["commit"] = json!(commit.as_ref().map(|commit| commit.number));
    Ok((to_text(&json, &read, lang), json))
}

fn to_text(json: &Value, read: &Read, lang: Lang) -> String {
    use std::fmt::Write as _;
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let word = |key: &str| json[key].as_str().unwrap_or_default();
    let number = |key: &str| json[key].as_u64().unwrap_or_default();
    let _ = writeln!(out, "{}  sha256 {}", word("file"), &word("sha256")[..16.min(word("sha256").len())]);
    for (severity, name) in [
        (Severity::Refused, if zh { "拒收" } else { "refused" }),
        (Severity::Repaired, if zh { "修正" } else { "repaired" }),
        (Severity::Note, if zh { "说明" } else { "note" }),
    ] {
        for problem in read.problems.iter().filter(|problem| problem.severity == severity) {
            let _ = writeln!(out, "  [{name}] {}: {}", problem.source.place_told(lang), problem.message.get(lang));
        }
    }
    let (faces, headings, treatments) = (number("faces"), number("headings"), number("treatments"));
    let replaced: Vec<&str> = json["supersedes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let done = match json["commit"].as_i64() {
        Some(commit) if zh => format!("第 {commit} 号提交"),
        Some(commit) => format!("commit {commit}"),
        None if zh => "图上已有，未作改动".to_owned(),
        None => "on the map already, nothing changed".to_owned(),
    };
    let plan = word("plan");
    let _ = if zh {
        writeln!(out, "  计划版本 {plan}：采煤 {faces}、掘进 {headings}、治理 {treatments}；{done}")
    } else {
        writeln!(out, "  version {plan}: {faces} faces, {headings} headings, {treatments} treatments; {done}")
    };
    if !replaced.is_empty() {
        let list = replaced.join(if zh { "、" } else { ", " });
        let _ = if zh { writeln!(out, "  取代 {list}") } else { writeln!(out, "  supersedes {list}") };
    }
    out
}
