//! `minesift generate`

use crate::{Format, Globals, Outcome, wrong_use};
use anyhow::Context;
use minesift_core::text::Lang;
use minesift_datasets::Kind;
use minesift_importers::site_toml;
use std::io::Write;
use std::path::PathBuf;

/// What `generate` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift generate --mines 10 --seed 7 -o county")]
pub(crate) struct Args {
    /// How many mines: 1, a county of 10, a province of 500
    #[arg(long, default_value_t = 1)]
    mines: u64,
    /// The number of the first mine; mine 7 is the same in every run
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// The same seed gives the same mines
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which kind of mine: coal-underground, coal-open-pit, metal-underground, metal-open-pit
    #[arg(long, default_value = "coal-underground")]
    kind: String,
    /// The folder to write one site.toml a mine into
    #[arg(short, long)]
    output: PathBuf,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let kind = Kind::from_name(&args.kind).ok_or_else(|| {
        let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        wrong_use(format!("--kind {}: {}", args.kind, known.join(", ")))
    })?;
    std::fs::create_dir_all(&args.output).with_context(|| args.output.display().to_string())?;
    let mut facts = 0;
    for number in args.first..args.first.saturating_add(args.mines) {
        let mine = minesift_datasets::mine(args.seed, number, kind);
        facts += mine.len();
        let path = args.output.join(format!("mine-{number:05}.toml"));
        std::fs::write(&path, site_toml::write(&mine)?).with_context(|| path.display().to_string())?;
    }
    let mut out = std::io::stdout().lock();
    match (globals.format, globals.lang()) {
        (Format::Json, _) => writeln!(out, "{}", serde_json::json!({ "mines": args.mines, "facts": facts }))?,
        (Format::Text, Lang::Zh) => writeln!(out, "{}：{} 座矿井，{facts} 条记录", args.output.display(), args.mines)?,
        (Format::Text, Lang::En) => writeln!(out, "{}: {} mines, {facts} facts", args.output.display(), args.mines)?,
    }
    Ok(Outcome::Ok)
}
