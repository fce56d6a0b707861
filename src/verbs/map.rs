//! `minesift map`: the three-zone map (三区图) of a seam, to scale.

use crate::verbs::report::write_whole;
use crate::{Globals, Outcome, load, wrong_use};
use minesift_core::text::Lang;
use minesift_core::zone;
use minesift_papers::{Papers, raster, zone_map};
use std::path::PathBuf;

/// What `map` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift map mine.toml --seam 3 -o seam3.png --scale 5000 --lang zh")]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    map: PathBuf,
    /// The seam
    #[arg(long)]
    seam: Option<String>,
    /// The picture: .svg or .png
    #[arg(long, short)]
    output: PathBuf,
    /// N of the scale 1:N [default: the largest usual one that fits an A0 sheet]
    #[arg(long, value_name = "N")]
    scale: Option<f64>,
    /// Dots per inch of a PNG
    #[arg(long, default_value_t = 150.0)]
    dpi: f64,
    /// Distance of the warning line (警戒线) outside the probe line, m; without it none is drawn
    #[arg(long, value_name = "M")]
    warning_line: Option<f64>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    if args.scale.is_some_and(|scale| !(1.0..=1e7).contains(&scale)) {
        return Err(wrong_use("--scale: 1 … 10000000"));
    }
    if !(args.dpi >= 20.0 && args.dpi <= 1200.0) {
        return Err(wrong_use("--dpi: 20 … 1200"));
    }
    let extension = args.output.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    if !matches!(extension.as_str(), "svg" | "png") {
        return Err(wrong_use(match lang {
            Lang::Zh => format!("-o {}：请以 .svg 或 .png 结尾", args.output.display()),
            Lang::En => format!("-o {}: end it with .svg or .png", args.output.display()),
        }));
    }
    let site = load::site(&args.map, globals)?;
    let book = load::book(globals)?;
    let zones = zone::classify(&site, &book);
    let known = || zones.seams.iter().map(|z| z.seam.as_str()).collect::<Vec<_>>().join(", ");
    let seam = match &args.seam {
        Some(seam) => seam.clone(),
        None if zones.seams.len() == 1 => zones.seams[0].seam.clone(),
        None => return Err(wrong_use(format!("--seam: {}", known()))),
    };
    let papers = Papers { site: &site, map: &zones, book: &book, receipts: &[] };
    let options =
        zone_map::Options { scale: args.scale, warning_m: args.warning_line, ..zone_map::Options::sheet(lang) };
    let drawing =
        zone_map::zone_map(&papers, &seam, &options).ok_or_else(|| wrong_use(format!("--seam {seam}: {}", known())))?;
    let svg = drawing.finish();
    let bytes = if extension == "svg" {
        svg.into_bytes()
    } else {
        raster::png(&svg, args.dpi).map_err(|error| wrong_use(error.to_string()))?
    };
    write_whole(&args.output, &bytes)?;
    Ok(Outcome::Ok)
}
