//! `minesift audit`: surveyed workings against zones, licence and the planned outline.

use crate::words::round;
use crate::{Format, Globals, Outcome, load};
use minesift_core::audit::{self, Audit, Severity};
use minesift_core::site::Site;
use minesift_core::text::Lang;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What `audit` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift audit mine.toml advance-2026-10.toml --as-of 2026-10-31\n\nExit codes: 0 nothing worse than near closed ground, 1 breaches, 4 a working that could not be judged"
)]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    map: PathBuf,
    /// Surveyed workings, where they stand in a file of their own; they join the map's
    workings: Option<PathBuf>,
    /// The plan whose outlines are the red lines, where it stands in a file of its own
    #[arg(long, value_name = "PLAN")]
    plan: Option<PathBuf>,
    /// Say which workings come within so many metres of closed ground
    #[arg(long, value_name = "M", default_value_t = 30.0)]
    warn_within: f64,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let mut facts = load::facts(&args.map, globals)?;
    if let Some(path) = &args.workings {
        facts.extend(load::facts(path, globals)?.into_iter().filter(|fact| fact.kind == "working"));
    }
    if let Some(path) = &args.plan {
        facts.retain(|fact| !matches!(fact.kind, "plan" | "face" | "heading"));
        facts.extend(load::facts(path, globals)?.into_iter().filter(|f| matches!(f.kind, "plan" | "face" | "heading")));
    }
    let site = Site::new(&facts, globals.as_of)
        .map_err(|problems| crate::refused(load::sentences(&problems, globals.lang())))?;
    let audit = audit::audit(&site, &load::book_for(&args.map, globals)?, args.warn_within);
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => {
            writeln!(out, "{}", serde_json::to_string_pretty(&load::signed(to_json(&audit), &args.map, globals)?)?)?
        }
        Format::Text => write!(out, "{}", to_text(&audit, globals.lang()))?,
    }
    Ok(if audit.breaches.iter().any(|breach| breach.severity < Severity::Near) {
        Outcome::Objections
    } else if audit.undecided.is_empty() {
        Outcome::Ok
    } else {
        Outcome::Undecided
    })
}

fn to_json(audit: &Audit) -> Value {
    json!({
        "mine": audit.mine,
        "as_of": audit.as_of.to_string(),
        "rulebook": audit.edition,
        "judged": audit.judged,
        "breaches": audit.breaches.iter().map(|b| json!({
            "severity": b.severity.name(), "working": b.working, "since": b.since.map(|day| day.to_string()),
            "m2": round(b.m2, 1), "distance_m": b.distance_m.map(|d| round(d, 2)),
            "uncertainty_m": round(b.uncertainty_m, 2), "certain": b.certain, "rules": b.rules, "objects": b.objects,
            "source": b.source.to_string(), "zh": b.words.zh, "en": b.words.en,
        })).collect::<Vec<_>>(),
        "undecided": audit.undecided.iter().map(|(working, why)| json!({
            "working": working, "zh": why.zh, "en": why.en,
        })).collect::<Vec<_>>(),
    })
}

fn to_text(audit: &Audit, lang: Lang) -> String {
    use std::fmt::Write as _;
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let title = if zh { "井巷实测核查" } else { "audit of workings as built" };
    let _ = writeln!(out, "{title}  {}  {}  {}\n", audit.mine, audit.as_of, audit.edition);
    for breach in &audit.breaches {
        let mark = if breach.severity == Severity::Near { '!' } else { '✗' };
        let _ = writeln!(out, "{mark} {:<9} {}", breach.severity.name(), breach.words.get(lang));
    }
    for (working, why) in &audit.undecided {
        let _ = writeln!(out, "? {working}: {}", why.get(lang));
    }
    let (judged, found) = (audit.judged, audit.breaches.len());
    let _ = if zh {
        writeln!(out, "\n核查 {judged} 项，疑似问题 {found} 项（待核实）")
    } else {
        writeln!(out, "\n{judged} workings held against the map, {found} candidate findings")
    };
    out
}
