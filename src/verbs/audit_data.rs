//! `minesift audit-data`: hints that data may have been invented, each with its rows.

use crate::{Format, Globals, Outcome, load, wrong_use};
use jiff::civil::Date;
use minesift_core::text::Lang;
use minesift_onemap::hints::{self, Limits};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `audit-data` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift audit-data demo.gpkg --rigs 2 --contract 2025-03-01..2025-12-31\n\nHints, never accusations: what is listed is to be looked at. Exit code 0 whatever is found."
)]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    map: PathBuf,
    /// Rigs that worked at the same time
    #[arg(long)]
    rigs: Option<usize>,
    /// Metres that one rig drills in a day at most
    #[arg(long, value_name = "M")]
    rig_m_per_day: Option<f64>,
    /// Corners that a natural outline has at least
    #[arg(long, value_name = "N")]
    corners: Option<usize>,
    /// Values of one key in one file that are looked at together at least
    #[arg(long, value_name = "N")]
    digits: Option<usize>,
    /// Days of the survey contract, for all surveys or for one report; may be given several times
    #[arg(long, value_name = "[DOCUMENT=]FROM..TO")]
    contract: Vec<String>,
    /// List every row of every hint
    #[arg(long)]
    all: bool,
}

/// Rows of one hint that the text shows before it counts the rest.
const SHOWN: usize = 8;

fn limits(args: &Args) -> anyhow::Result<Limits> {
    let mut limits = Limits::default();
    limits.rigs = args.rigs.unwrap_or(limits.rigs).max(1);
    limits.rig_m_per_day = args.rig_m_per_day.filter(|m| *m > 0.0).unwrap_or(limits.rig_m_per_day);
    limits.corners = args.corners.unwrap_or(limits.corners);
    limits.digits = args.digits.unwrap_or(limits.digits);
    for words in &args.contract {
        let (document, days) = words.rsplit_once('=').unwrap_or(("", words));
        let span = days
            .split_once("..")
            .and_then(|(from, to)| Some((from.trim().parse::<Date>().ok()?, to.trim().parse::<Date>().ok()?)));
        let (from, to) =
            span.ok_or_else(|| wrong_use(format!("--contract {words}: [DOCUMENT=]2025-03-01..2025-12-31")))?;
        limits.contracts.push((document.to_owned(), from, to));
    }
    Ok(limits)
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    let zh = lang == Lang::Zh;
    let facts = load::facts(&args.map, globals)?;
    let seen = hints::look(&facts, &limits(args)?);
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => crate::words::json(
            &mut out,
            &load::signed(
                json!({
                    "hints": seen.iter().map(|hint| json!({
                        "code": hint.code, "objects": hint.objects, "zh": hint.words.zh, "en": hint.words.en,
                        "rows": hint.rows.iter().map(ToString::to_string).collect::<Vec<_>>(),
                    })).collect::<Vec<_>>(),
                }),
                &args.map,
                globals,
            )?,
        )?,
        Format::Text => {
            for hint in &seen {
                writeln!(out, "{}  {}", hint.code, hint.words.get(lang))?;
                let shown = if args.all { hint.rows.len() } else { SHOWN.min(hint.rows.len()) };
                for row in &hint.rows[..shown] {
                    writeln!(out, "    {row}")?;
                }
                if hint.rows.len() > shown {
                    let more = hint.rows.len() - shown;
                    writeln!(
                        out,
                        "    {}",
                        if zh { format!("另有 {more} 行（--all）") } else { format!("{more} more rows (--all)") }
                    )?;
                }
            }
            writeln!(
                out,
                "{}",
                match (seen.len(), zh) {
                    (0, true) => "没有提示".to_owned(),
                    (0, false) => "no hints".to_owned(),
                    (n, true) => format!("{n} 条提示，仅供核对，不是对任何人的指控"),
                    (n, false) => format!("{n} hints to look into; none of them is an accusation"),
                }
            )?;
        }
    }
    Ok(Outcome::Ok)
}
