//! `minesift new`: an empty register.

use crate::register::failed;
use crate::{Format, Globals, Outcome};
use minesift_onemap::Map;
use serde_json::json;
use std::path::PathBuf;

/// What `new` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift new demo.gpkg --crs EPSG:4526 --vertical-datum 1985")]
pub(crate) struct Args {
    /// The map to make (.gpkg)
    map: PathBuf,
    /// Its coordinate reference system, such as EPSG:4526; absent: metres of no known frame
    #[arg(long)]
    crs: Option<String>,
    /// What elevations are measured from, such as 1985
    #[arg(long)]
    vertical_datum: Option<String>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let fail = failed(&args.map, globals.lang());
    let map = Map::create(&args.map, args.crs.as_deref(), args.vertical_datum.as_deref()).map_err(&fail)?;
    let made = json!({"map": args.map, "crs": map.crs(), "vertical_datum": map.vertical_datum()});
    map.close().map_err(&fail)?;
    if globals.format == Format::Json {
        crate::words::json(&mut std::io::stdout().lock(), &made)?;
    }
    Ok(Outcome::Ok)
}
