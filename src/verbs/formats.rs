//! `minesift formats`: what can be read.

use crate::{Format, Globals, Outcome};
use serde_json::json;
use std::io::Write;

/// What `formats` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift formats")]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => {
            let formats: Vec<_> = minesift_importers::IMPORTERS
                .iter()
                .map(|importer| json!({"name": importer.name, "about": importer.about, "extensions": importer.extensions}))
                .collect();
            crate::words::json(&mut out, &json!({ "formats": formats }))?;
        }
        Format::Text => {
            for importer in minesift_importers::IMPORTERS {
                writeln!(out, "{:<14} {:<24} {}", importer.name, importer.extensions.join(" "), importer.about)?;
            }
        }
    }
    Ok(Outcome::Ok)
}
