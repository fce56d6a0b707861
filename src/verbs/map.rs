//! `minesift map`: the three-zone map (三区图) of a seam, to scale; or what is on record, with nothing judged.

use crate::verbs::report::write_whole;
use crate::{Globals, Outcome, load, refused, wrong_use};
use minesift_core::text::Lang;
use minesift_core::zone;
use minesift_papers::fact_map::{Quantity, Subject, fact_map};
use minesift_papers::{Papers, raster, zone_map};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What `map` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  minesift map mine.toml --seam 3 -o seam3.png --scale 5000 --lang zh\n  minesift map demo.gpkg --show thickness --seam 3 -o thickness.png\n  minesift map holes.gpkg --show records -o records.png"
)]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    map: PathBuf,
    /// The seam
    #[arg(long)]
    seam: Option<String>,
    /// The picture: .svg or .png
    #[arg(long, short)]
    output: PathBuf,
    /// What to show: the zones, or without judging anything all records, or what the holes say of a seam
    #[arg(long, value_enum, default_value = "zones")]
    show: Show,
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

/// What a map may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Show {
    /// 三区图
    Zones,
    /// 实际材料图: every shape, grid and hole on record
    Records,
    /// 等厚线图 of a seam
    Thickness,
    /// Depth of a seam's floor below the collars
    Depth,
    /// 底板等高线图 of a seam
    Floor,
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
    if args.show != Show::Zones {
        let svg = of_records(args, globals)?;
        return write(&args.output, svg, extension == "svg", args.dpi);
    }
    let site = load::site(&args.map, globals)?;
    let book = load::book_for(&args.map, globals)?;
    let zones = zone::classify(&site, &book);
    let seams = || zones.seams.iter().map(|z| z.seam.as_str()).collect::<Vec<_>>().join(", ");
    let seam = match &args.seam {
        Some(seam) => seam.clone(),
        None if zones.seams.len() == 1 => zones.seams[0].seam.clone(),
        None => return Err(wrong_use(format!("--seam: {}", seams()))),
    };
    let known = load::Knowledge::if_asked(load::knowledge(&args.map, globals)?.as_ref());
    let papers = Papers { site: &site, map: &zones, book: &book, receipts: &[], known: known.as_ref() };
    let options =
        zone_map::Options { scale: args.scale, warning_m: args.warning_line, ..zone_map::Options::sheet(lang) };
    let drawing =
        zone_map::zone_map(&papers, &seam, &options).ok_or_else(|| wrong_use(format!("--seam {seam}: {}", seams())))?;
    write(&args.output, drawing.finish(), extension == "svg", args.dpi)
}

/// What is on record, drawn without a mine, a licence or a rule.
fn of_records(args: &Args, globals: &Globals) -> anyhow::Result<String> {
    let lang = globals.lang();
    let facts = load::facts(&args.map, globals)?;
    let quantity = match args.show {
        Show::Thickness => Some(Quantity::Thickness),
        Show::Depth => Some(Quantity::Depth),
        Show::Floor => Some(Quantity::Floor),
        Show::Records | Show::Zones => None,
    };
    let subject = match quantity {
        None => Subject::All,
        Some(quantity) => {
            let known: BTreeSet<&str> = facts
                .iter()
                .filter(|fact| matches!(fact.kind, "interval" | "pick"))
                .filter_map(|fact| fact.text("seam"))
                .collect();
            let known = || known.iter().copied().collect::<Vec<_>>().join(", ");
            let seam = args.seam.clone().ok_or_else(|| wrong_use(format!("--seam: {}", known())))?;
            if !facts.iter().any(|f| matches!(f.kind, "interval" | "pick") && f.text("seam") == Some(&seam)) {
                return Err(wrong_use(match lang {
                    Lang::Zh => format!("--seam {seam}：没有钻孔分层或见煤点；已有：{}", known()),
                    Lang::En => format!("--seam {seam}: no interval and no pick names it; there are: {}", known()),
                }));
            }
            Subject::Seam(seam, quantity)
        }
    };
    let name = args.map.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let drawing = fact_map(&facts, &subject, &name, lang, 260.0).ok_or_else(|| {
        refused(match lang {
            Lang::Zh => format!("{}：没有可画的图形", args.map.display()),
            Lang::En => format!("{}: nothing in it has a place in plan", args.map.display()),
        })
    })?;
    Ok(drawing.finish())
}

fn write(path: &Path, svg: String, as_svg: bool, dpi: f64) -> anyhow::Result<Outcome> {
    let bytes =
        if as_svg { svg.into_bytes() } else { raster::png(&svg, dpi).map_err(|error| wrong_use(error.to_string()))? };
    write_whole(path, &bytes)?;
    Ok(Outcome::Ok)
}
