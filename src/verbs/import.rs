//! `minesift import`: files into the map, each one a commit with its receipt.

use super::read::{ReadOptions, given};
use crate::register::{Stamp, failed, open, some_refused, take_in};
use crate::{Format, Globals, Outcome};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `import` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift import demo.gpkg 采空区.shp --kind goaf --seam 3 --encoding gbk\n\nThe same file twice changes nothing. Refused rows are in the receipt; the exit code is 3 where a file is refused whole."
)]
pub(crate) struct Args {
    /// The map
    map: PathBuf,
    /// The files, read in this order; of a folder its files by name
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    options: ReadOptions,
    #[command(flatten)]
    stamp: Stamp,
    /// Bring facts back that were retracted, though the file says nothing new of them
    #[arg(long)]
    restore: bool,
    /// List every problem, not only the first of each severity
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let mut map = open(&args.map, globals)?;
    let options = args.options.to_options();
    let mut out = std::io::stdout().lock();
    let (mut receipts, mut refusals) = (Vec::new(), Vec::new());
    let given = given(&args.files)?;
    for file in &given.files {
        let taken = take_in(&mut map, file, &options, &args.stamp, globals, args.all, args.restore)?;
        if globals.format == Format::Text {
            writeln!(out, "{}", taken.text)?;
        }
        receipts.push(taken.json);
        if !taken.read {
            refusals.push(file.display().to_string());
        }
    }
    if globals.format == Format::Json {
        crate::words::json(&mut out, &json!({ "receipts": receipts }))?;
    }
    if let (Some(parts), Format::Text) = (given.parts_told(globals.lang()), globals.format) {
        writeln!(out, "{parts}")?;
    }
    let outdated = map.zones_outdated().map_err(failed(&args.map, globals.lang()))?;
    map.close().map_err(failed(&args.map, globals.lang()))?;
    if let (Some(outdated), Format::Text) = (outdated, globals.format) {
        writeln!(out, "! {}", outdated.get(globals.lang()))?;
    }
    if refusals.is_empty() { Ok(Outcome::Ok) } else { Err(some_refused(&refusals, globals.lang())) }
}
