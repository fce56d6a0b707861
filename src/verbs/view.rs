//! `minesift view`: the mine in three dimensions, in a window or as a picture.

use crate::{Globals, Outcome, load, refused, wrong_use};
use jiff::civil::Date;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::zone;
use minesift_viewer::app::Viewer;
use minesift_viewer::camera::Camera;
use minesift_viewer::native;
use minesift_viewer::scene::section::Section;
use minesift_viewer::scene::{Layer, Scene};
use minesift_viewer::still::{self, Shot};
use std::path::PathBuf;

/// What `view` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  minesift view mine.toml\n  minesift view mine.toml --png overview.png --stretch 3\n  minesift view mine.toml --png section.png --section 38510600,4873850,38513900,4873850 --stretch 4\n  minesift view mine.toml --png plan.png --plan --seam 3 --date 2028-06-30"
)]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    map: PathBuf,
    /// Write a picture instead of opening a window
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Where to stand: E,N,Z,distance,azimuth,down[,stretch][,plan], as a bookmark of the window
    #[arg(long, allow_hyphen_values = true)]
    camera: Option<String>,
    /// Size of the picture in pixels
    #[arg(long, default_value = "1280x800", value_name = "WxH")]
    size: String,
    /// Show only these seams; may be given several times
    #[arg(long)]
    seam: Vec<String>,
    /// Cut along this line, A to A', the reader having A on the left
    #[arg(long, value_name = "E1,N1,E2,N2", allow_hyphen_values = true)]
    section: Option<String>,
    /// Project boreholes up to this far from the section onto it, metres
    #[arg(long, default_value_t = 60.0, value_name = "M")]
    corridor: f64,
    /// Judge and draw the plan as of this day, planned acceptances counted
    #[arg(long)]
    date: Option<Date>,
    /// Plan view: north up, with a grid
    #[arg(long)]
    plan: bool,
    /// Vertical exaggeration of the picture
    #[arg(long, default_value_t = 1.0)]
    stretch: f64,
    /// Hide these layers: zones, goafs, water, faults, columns, pillars, hazards, anomalies, workings, plan, boreholes,
    /// licence, surveys, terrain
    #[arg(long, value_delimiter = ',')]
    hide: Vec<String>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let site = load::site(&args.map, globals)?;
    let book = load::book_for(&args.map, globals)?;
    let map = match args.date {
        Some(day) => zone::classify_on(&site, &book, day, true),
        None => zone::classify(&site, &book),
    };
    if let Some(seam) = args.seam.iter().find(|seam| site.seam(seam).is_none()) {
        let known: Vec<&str> = site.seams.iter().map(|seam| seam.id.as_str()).collect();
        return Err(wrong_use(format!("--seam {seam}: {}", known.join(", "))));
    }
    if !(args.stretch > 0.0 && args.stretch <= 100.0) {
        return Err(wrong_use(format!("--stretch {}: 0 < stretch <= 100", args.stretch)));
    }
    let scene = Scene::new(&site, &map);
    let section = args.section.as_deref().map(|text| section(text, &scene, args.corridor)).transpose()?;
    let camera = match &args.camera {
        Some(text) => text.parse::<Camera>().map_err(|why| wrong_use(format!("--camera {text}: {why}")))?,
        None if args.plan => Camera::whole_plan(&scene),
        None => match &section {
            Some(section) => Camera::facing(section, &scene, args.stretch),
            None => Camera { stretch: args.stretch, ..Camera::overview(&scene) },
        },
    };
    let hidden = args.hide.iter().map(|name| layer(name)).collect::<anyhow::Result<Vec<_>>>()?;
    let Some(path) = &args.png else {
        return window(args, globals, site, book, camera, hidden);
    };
    let shot = Shot {
        camera,
        size: size(&args.size)?,
        lang: globals.lang(),
        seams: args.seam.clone(),
        hidden: if args.hide.is_empty() { vec![Layer::Surveys] } else { hidden },
        section,
        words: true,
    };
    let png = still::picture(&scene, &shot).map_err(|error| refused(error.to_string()))?;
    std::fs::write(path, png).map_err(|error| wrong_use(format!("{}: {error}", path.display())))?;
    Ok(Outcome::Ok)
}

fn section(text: &str, scene: &Scene, corridor_m: f64) -> anyhow::Result<Section> {
    let numbers: Option<Vec<f64>> =
        text.split([',', '，']).map(|n| n.trim().parse::<f64>().ok().filter(|n| n.is_finite())).collect();
    let section = match numbers.as_deref() {
        Some([x1, y1, x2, y2]) => Section::new(scene, [*x1, *y1], [*x2, *y2], corridor_m),
        _ => None,
    };
    section.ok_or_else(|| wrong_use(format!("--section {text}: E1,N1,E2,N2")))
}

fn size(text: &str) -> anyhow::Result<[u32; 2]> {
    text.split_once(['x', 'X', '×'])
        .and_then(|(w, h)| Some([w.trim().parse::<u32>().ok()?, h.trim().parse::<u32>().ok()?]))
        .filter(|size| size.iter().all(|n| (16..=16_384).contains(n)))
        .ok_or_else(|| wrong_use(format!("--size {text}: 1280x800")))
}

fn layer(name: &str) -> anyhow::Result<Layer> {
    let known = |layer: &Layer| format!("{layer:?}").to_lowercase();
    Layer::ALL.iter().find(|layer| known(layer) == name.to_lowercase()).copied().ok_or_else(|| {
        wrong_use(format!("--hide {name}: {}", Layer::ALL.iter().map(known).collect::<Vec<_>>().join(", ")))
    })
}

fn window(
    args: &Args,
    globals: &Globals,
    site: Site,
    book: Rulebook,
    camera: Camera,
    hidden: Vec<Layer>,
) -> anyhow::Result<Outcome> {
    let mut viewer = Viewer::new(site, book, globals.lang());
    if let Some(day) = args.date {
        viewer.go_to_day(day);
    }
    viewer.camera = camera;
    viewer.hidden.extend(hidden);
    if let Some(text) = &args.section {
        let line = section(text, viewer.scene(), args.corridor)?;
        viewer.set_section(Some([line.a, line.b]));
    }
    if !args.seam.is_empty() {
        viewer.hidden_seams =
            viewer.scene().seams.iter().map(|(id, _)| id.clone()).filter(|id| !args.seam.contains(id)).collect();
    }
    native::open(viewer).map_err(|why| wrong_use(format!("{why} (--png FILE)")))?;
    Ok(Outcome::Ok)
}
