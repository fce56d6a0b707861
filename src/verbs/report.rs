//! `minesift report`: the papers of a mine in one folder.

use crate::register::{failed, open_to_read};
use crate::{Globals, Outcome, load, receipts, refused, wrong_use};
use anyhow::Context;
use minesift_core::text::Lang;
use minesift_core::zone;
use minesift_importers::{Input, Options};
use minesift_onemap::{Known, Map};
use minesift_papers::{Papers, Receipt, raster, report, workbook, zone_map};
use rayon::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What `report` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift report mine.toml -o papers\n\nWrites report-zh.html, report-en.html, tables-zh.xlsx, tables-en.xlsx and, for each seam, zones-SEAM-zh.svg, .png (and -en)."
)]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    map: PathBuf,
    /// The folder; it is made where it is missing
    #[arg(long, short)]
    output: PathBuf,
    /// Dots per inch of the PNG maps
    #[arg(long, default_value_t = 150.0)]
    dpi: f64,
    /// Distance of the warning line (警戒线) outside the probe line, m; without it none is drawn
    #[arg(long, value_name = "M")]
    warning_line: Option<f64>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    if !(args.dpi >= 20.0 && args.dpi <= 1200.0) {
        return Err(wrong_use("--dpi: 20 … 1200"));
    }
    let written = write(&args.map, &args.output, args.dpi, args.warning_line, globals)?;
    if !globals.quiet {
        let mut out = std::io::stdout().lock();
        for name in &written {
            writeln!(out, "{}", args.output.join(name).display())?;
        }
    }
    Ok(Outcome::Ok)
}

/// Writes all papers of a mine into a folder; gives the names of the files.
pub(crate) fn write(
    map: &Path,
    output: &Path,
    dpi: f64,
    warning_m: Option<f64>,
    globals: &Globals,
) -> anyhow::Result<Vec<String>> {
    let site = load::site(map, globals)?;
    let book = load::book_for(map, globals)?;
    let zones = zone::classify(&site, &book);
    let receipts = receipts(map, globals)?;
    let known = load::Knowledge::if_asked(load::knowledge(map, globals)?.as_ref());
    let papers = Papers { site: &site, map: &zones, book: &book, receipts: &receipts, known: known.as_ref() };
    std::fs::create_dir_all(output).with_context(|| output.display().to_string())?;
    let mut written = Vec::new();
    let mut write = |name: String, bytes: &[u8]| -> anyhow::Result<()> {
        write_whole(&output.join(&name), bytes)?;
        written.push(name);
        Ok(())
    };
    const LANGS: [(Lang, &str); 2] = [(Lang::Zh, "zh"), (Lang::En, "en")];
    for (lang, tag) in LANGS {
        write(format!("report-{tag}.html"), report::report(&papers, lang)?.as_bytes())?;
        write(format!("tables-{tag}.xlsx"), &workbook::workbook(&papers, lang)?)?;
    }
    // Most of the time goes into the pixels of the sheets, and no sheet needs another.
    let sheets: Vec<_> = LANGS.iter().flat_map(|of| zones.seams.iter().map(move |seam| (of, seam))).collect();
    let drawn: Vec<(String, String, Vec<u8>)> = sheets
        .into_par_iter()
        .filter_map(|((lang, tag), seam)| {
            let options = zone_map::Options { warning_m, ..zone_map::Options::sheet(*lang) };
            let svg = zone_map::zone_map(&papers, &seam.seam, &options)?.finish();
            let stem = format!("zones-{}-{tag}", file_name(&seam.seam));
            Some(raster::png(&svg, dpi).map(|png| (stem, svg, png)).map_err(|error| refused(error.to_string())))
        })
        .collect::<Result<_, _>>()?;
    for (stem, svg, png) in drawn {
        write(format!("{stem}.png"), &png)?;
        write(format!("{stem}.svg"), svg.as_bytes())?;
    }
    written.sort();
    Ok(written)
}

/// A seam's id as part of a file name: what a file system may not like becomes an underscore.
fn file_name(seam: &str) -> String {
    seam.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

/// The accounts of every file that the map was made from; of a file that one importer reads whole, its own.
fn receipts(path: &Path, globals: &Globals) -> anyhow::Result<Vec<Receipt>> {
    if Map::is_map(path) {
        let map = open_to_read(path, globals)?;
        let log = map.log().map_err(failed(path, globals.lang()))?;
        let last = map.number_of(globals.known_on.unwrap_or(Known::Now)).map_err(failed(path, globals.lang()))?;
        let known = log.iter().filter(|commit| commit.number <= last);
        return Ok(known
            .filter(|commit| commit.entry.what == "import")
            .filter_map(|commit| receipts::for_papers(&serde_json::from_str(&commit.entry.detail).ok()?))
            .collect());
    }
    let Ok(input) = Input::open(path) else { return Ok(Vec::new()) };
    let Ok(intake) = minesift_importers::import(&input, &Options::default()) else { return Ok(Vec::new()) };
    Ok(receipts::for_papers(&receipts::to_json(&intake.receipt, &receipts::count(&intake.facts))).into_iter().collect())
}

/// Writes a file whole or not at all: beside it first, then in its place.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    std::fs::write(&beside, bytes).with_context(|| path.display().to_string())?;
    std::fs::rename(&beside, path).with_context(|| path.display().to_string())
}
