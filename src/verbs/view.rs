//! `minesift view`: the mine in three dimensions: in a window, as a picture, as a page for a browser.

use crate::{Globals, Outcome, load, refused, register, wrong_use};
use jiff::civil::Date;
use minesift_core::plan::versions;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_core::zone;
use minesift_onemap::{Known, Map};
use minesift_viewer::app::Viewer;
use minesift_viewer::camera::Camera;
use minesift_viewer::native::{self, Opening};
use minesift_viewer::parcel::{Parcel, Word};
use minesift_viewer::province::Province;
use minesift_viewer::scene::far::FarMine;
use minesift_viewer::scene::{AS_THEY_ARE, Layer};
use minesift_viewer::{site_folder, still};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What `view` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  minesift view mine.toml\n  minesift view mine.toml --png overview.png --stretch 3\n  minesift view mine.toml --sheet section.svg --section 38510600,4873850,38513900,4873850 --stretch 4\n  minesift view demo.gpkg --with-plan five-years.toml --objections --date 2028-06-30 --plan --seam 3 --png 2028.png\n  minesift view demo.gpkg --web out/\n  minesift view province/"
)]
pub(crate) struct Args {
    /// A map (.gpkg), a site.toml, or a folder of many: a province
    map: PathBuf,
    /// Further files to show with it; may be given several times
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,
    /// Write a picture instead of opening a window
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Write a folder that any static server shows in a browser, or one page when the name ends with .html
    #[arg(long, value_name = "FOLDER|FILE.html")]
    web: Option<PathBuf>,
    /// Write the section as a drawing with axes, SVG or PNG; needs --section
    #[arg(long, value_name = "FILE.svg|FILE.png", requires = "section")]
    sheet: Option<PathBuf>,
    /// Where to stand: E,N,Z,distance,azimuth,down[,stretch][,plan], as a bookmark of the window
    #[arg(long, allow_hyphen_values = true)]
    camera: Option<String>,
    /// Fly to the object of this id or name
    #[arg(long, value_name = "ID", conflicts_with = "camera")]
    at: Option<String>,
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
    /// Take away what lies above this elevation, metres
    #[arg(long, value_name = "Z", allow_hyphen_values = true)]
    level: Option<f64>,
    /// Judge and draw the plan as of this day, planned acceptances counted
    #[arg(long)]
    date: Option<Date>,
    /// The plan, where it stands in a file of its own: it replaces the map's
    #[arg(long, value_name = "FILE")]
    with_plan: Option<PathBuf>,
    /// Mark what the plan check objects to
    #[arg(long)]
    objections: bool,
    /// Compare with what the map knew on that day or after that commit
    #[arg(long, value_name = "DATE|COMMIT")]
    before: Option<Known>,
    /// Plan view: north up, with a grid
    #[arg(long)]
    plan: bool,
    /// Vertical exaggeration of the picture
    #[arg(long, default_value_t = 1.0)]
    stretch: f64,
    /// Opacity of the terrain, 0 to 1
    #[arg(long, value_name = "SHARE")]
    terrain: Option<f32>,
    /// Dark paper
    #[arg(long)]
    dark: bool,
    /// Hide these layers: strata, changes, zones, goafs, water, faults, columns, pillars, hazards, anomalies, workings, plan,
    /// boreholes, licence, surveys, terrain, surfaces, neighbours
    #[arg(long, value_delimiter = ',')]
    hide: Vec<String>,
    /// Close the window by itself after so many frames
    #[arg(long, hide = true, value_name = "N")]
    frames: Option<u64>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    if !(args.stretch > 0.0 && args.stretch <= 100.0) {
        return Err(wrong_use(format!("--stretch {}: 0 < stretch <= 100", args.stretch)));
    }
    let fail = |why: String| refused(why);
    if let Some(out) = &args.web {
        let parcel = parcel(args, globals)?;
        parcel.site(parcel.memory.len().saturating_sub(1)).map_err(fail)?;
        let built = site_folder::built().ok_or_else(|| {
            wrong_use(match globals.lang() {
                Lang::Zh => "未找到浏览器端文件：先运行 make web，或用 MINESIFT_WEB 指明其文件夹",
                Lang::En => {
                    "the browser's build is not there: run `make web` first, or name its folder in MINESIFT_WEB"
                }
            })
        })?;
        let single = out.extension().is_some_and(|e| e.eq_ignore_ascii_case("html"));
        let write = if single { site_folder::single_page } else { site_folder::folder };
        write(&parcel, &built, out).map_err(wrong_use)?;
        return Ok(Outcome::Ok);
    }
    let mut viewer = if args.map.is_dir() {
        province(args, globals)?
    } else {
        Viewer::from_parcel(parcel(args, globals)?).map_err(fail)?
    };
    set_up(&mut viewer, args, globals)?;
    if let Some(path) = &args.sheet {
        let drawing = viewer.sheet(f64::from(size(&args.size)?[0])).ok_or_else(|| wrong_use("--sheet: --section"))?;
        let bytes = if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("png")) {
            still::drawing(&drawing).map_err(|error| refused(error.to_string()))?
        } else {
            drawing.svg().into_bytes()
        };
        write(path, &bytes)?;
    }
    if let Some(path) = &args.png {
        let png = still::picture(viewer.scene(), &viewer.shot(size(&args.size)?));
        write(path, &png.map_err(|error| refused(error.to_string()))?)?;
    }
    if args.png.is_none() && args.sheet.is_none() {
        let opening = Opening { folder: None, frames: args.frames };
        native::open(viewer, opening).map_err(|why| wrong_use(format!("{why} (--png FILE)")))?;
    }
    Ok(Outcome::Ok)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).map_err(|error| wrong_use(format!("{}: {error}", path.display())))
}

/// What the options say of the view.
fn set_up(viewer: &mut Viewer, args: &Args, globals: &Globals) -> anyhow::Result<()> {
    if let Some(day) = args.date {
        viewer.go_to_day(day);
    }
    if let Some(known) = args.before {
        let (site, map) = before(args, known, globals)?;
        viewer.compare_with(Text::same(format!("{known:?}")), site, map);
    }
    if args.objections {
        viewer.object(true);
    }
    for seam in &args.seam {
        if !viewer.scene().seams.iter().any(|(id, _)| id == seam) {
            let known: Vec<&str> = viewer.scene().seams.iter().map(|(id, _)| id.as_str()).collect();
            return Err(wrong_use(format!("--seam {seam}: {}", known.join(", "))));
        }
    }
    if !args.seam.is_empty() {
        viewer.hidden_seams =
            viewer.scene().seams.iter().map(|(id, _)| id.clone()).filter(|id| !args.seam.contains(id)).collect();
    }
    for name in &args.hide {
        viewer.hidden.insert(layer(name)?);
    }
    if without_mine(viewer) {
        viewer.hidden.insert(Layer::Licence);
        viewer.terrain = 1.0;
    }
    viewer.dark = args.dark;
    if let Some(opacity) = args.terrain {
        viewer.terrain = opacity.clamp(0.0, 1.0);
    }
    viewer.set_level(args.level);
    viewer.corridor_m = args.corridor;
    viewer.camera = Camera { stretch: args.stretch, ..viewer.camera };
    if let Some(text) = &args.section {
        viewer.set_section(Some(line(text)?));
        let section = viewer.section().ok_or_else(|| wrong_use(format!("--section {text}: E1,N1,E2,N2")))?;
        viewer.camera = Camera::facing(section, viewer.scene(), args.stretch);
    }
    if let Some(id) = &args.at {
        let found = viewer.find(id).first().copied();
        viewer.fly_to(found.ok_or_else(|| wrong_use(format!("--at {id}: ?")))?);
    }
    if args.plan {
        let whole = args.at.is_none() && args.section.is_none();
        let camera = if whole { Camera::whole_plan(viewer.scene()) } else { viewer.camera };
        viewer.camera = Camera { stretch: args.stretch, ..camera.in_plan(true) };
    }
    if let Some(text) = &args.camera {
        viewer.camera = text.parse::<Camera>().map_err(|why| wrong_use(format!("--camera {text}: {why}")))?;
    }
    Ok(())
}

/// True for what [`as_they_are`] put round files that hold no mine.
fn without_mine(viewer: &Viewer) -> bool {
    viewer.scene().objects.iter().any(|object| object.id == AS_THEY_ARE)
}

/// Everything the viewer is given: of a map its history, with what it knew after each of its last commits.
fn parcel(args: &Args, globals: &Globals) -> anyhow::Result<Parcel> {
    let mut parcel = Parcel { lang: globals.lang(), as_of: globals.as_of, ..Parcel::default() };
    let name = args.map.file_name().map(|name| name.to_string_lossy().into_owned());
    parcel.name = name.unwrap_or_default();
    if Map::is_map(&args.map) {
        remember(&mut parcel, args, globals)?;
    } else {
        let facts = load::facts_with_versions(&args.map, globals)?;
        if facts.is_empty() {
            let path = args.map.display();
            return Err(refused(match globals.lang() {
                Lang::Zh => format!(
                    "{path}：没有读到任何对象。用 minesift read {path} 查看原因；需要对照表的文件先导入图中（minesift import 图.gpkg {path} --mapping 对照表.toml）再查看"
                ),
                Lang::En => format!(
                    "{path}: nothing was read from it. `minesift read {path}` says why; what wants a mapping goes by way of a map: `minesift import MAP.gpkg {path} --mapping FILE.toml`"
                ),
            }));
        }
        parcel.memory.push(Text::new("现在", "now"), &facts);
    }
    if args.with_plan.is_some() || !args.with.is_empty() {
        let mut facts = versions::in_force(parcel.memory.facts(parcel.memory.len().saturating_sub(1), None));
        for path in &args.with {
            facts.extend(load::facts(path, globals)?);
        }
        if let Some(path) = &args.with_plan {
            facts = versions::with_plan(facts, load::facts(path, globals)?);
        }
        parcel.memory.push(Text::new("含另加文件", "with further files"), &facts);
    }
    for path in &globals.rules {
        let read = std::fs::read_to_string(path);
        parcel.books.push(read.map_err(|error| wrong_use(format!("{}: {error}", path.display())))?);
    }
    Ok(parcel)
}

/// Puts the history of a map into a parcel, as far as `--known-on` reaches, with the rules that its mine brought.
fn remember(parcel: &mut Parcel, args: &Args, globals: &Globals) -> anyhow::Result<()> {
    /// So many commits back the slider reaches.
    const MOMENTS: usize = 60;
    let map = register::open_to_read(&args.map, globals)?;
    let fail = register::failed(&args.map, globals.lang());
    map.sound().map_err(&fail)?;
    register::say_edits(&map, globals).map_err(&fail)?;
    let mine = load::mine_of(&map, globals)?;
    if let Some(mine) = &mine {
        parcel.books = register::rules_of(&map, mine).map_err(&fail)?;
    }
    let words = map.words(mine.as_deref(), globals.known_on.unwrap_or(Known::Now)).map_err(&fail)?;
    let spoke: BTreeSet<i64> = words.iter().map(|word| word.number).collect();
    let mut marks: Vec<(i64, Text)> = map
        .log()
        .map_err(&fail)?
        .into_iter()
        .map(|commit| (commit.number, Text::same(format!("#{} {}", commit.number, commit.entry.message))))
        .filter(|(number, _)| spoke.contains(number))
        .collect();
    marks.drain(..marks.len().saturating_sub(MOMENTS));
    let mut marks = marks.into_iter().peekable();
    for word in words {
        while let Some((_, label)) = marks.next_if(|(number, _)| *number < word.number) {
            parcel.memory.mark(label);
        }
        let (fact, holds) = (word.fact, word.holds);
        parcel.memory.say(Word { fact, holds, from: word.valid.from, to: word.valid.to });
    }
    marks.for_each(|(_, label)| parcel.memory.mark(label));
    if parcel.memory.is_empty() {
        parcel.memory.mark(Text::new("现在", "now"));
    }
    Ok(())
}

/// The same map as it was known before, judged on the day that is shown.
fn before(args: &Args, known: Known, globals: &Globals) -> anyhow::Result<(Site, zone::ZoneMap)> {
    let lang = globals.lang();
    let map = register::open_to_read(&args.map, globals)?;
    map.number_of(known).map_err(register::failed(&args.map, lang))?;
    let facts = load::facts_known(&map, known, globals)?;
    let site = Site::new(&facts, globals.as_of).map_err(|problems| refused(load::sentences(&problems, lang)))?;
    let book: Rulebook = load::book_for(&args.map, globals)?;
    let zones = zone::classify(&site, &book);
    Ok((site, zones))
}

/// Every mine of a folder, drawn from far; the one that one comes near to is read again in full.
fn province(args: &Args, globals: &Globals) -> anyhow::Result<Viewer> {
    let folder = std::fs::read_dir(&args.map).map_err(|error| wrong_use(format!("{}: {error}", args.map.display())))?;
    let mut paths: Vec<PathBuf> = folder
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml" || e == "gpkg"))
        .collect();
    paths.sort();
    let book = load::book_for(&args.map, globals)?;
    let quiet = Globals { quiet: true, ..globals.clone() };
    let far = |path: &PathBuf| -> Option<FarMine> {
        let site = load::site(path, &quiet).ok()?;
        FarMine::new(&site, &zone::classify(&site, &book))
    };
    let read: Vec<Option<FarMine>> =
        crate::progress::files(paths.len(), globals, |done| paths.par_iter().map(far).inspect(|_| done()).collect());
    let mut refused_files = Vec::new();
    let (mut kept, mut mines) = (Vec::new(), Vec::new());
    for (path, mine) in paths.into_iter().zip(read) {
        match mine {
            Some(mine) => {
                kept.push(path);
                mines.push(mine);
            }
            None => refused_files.push(path.display().to_string()),
        }
    }
    if !refused_files.is_empty() && !globals.quiet {
        crate::words::remark(&match globals.lang() {
            Lang::Zh => format!("{} 个文件不是矿图，未绘制：{}", refused_files.len(), refused_files.join("、")),
            Lang::En => {
                format!("{} files are no mines and are not drawn: {}", refused_files.len(), refused_files.join(", "))
            }
        });
    }
    let fetch = move |number: usize| {
        let path = kept.get(number).ok_or("no such mine")?;
        load::site(path, &quiet).map_err(|error| error.to_string())
    };
    Viewer::of_province(Province::new(mines, Box::new(fetch)), book, globals.lang()).map_err(refused)
}

fn line(text: &str) -> anyhow::Result<[[f64; 2]; 2]> {
    let numbers: Option<Vec<f64>> =
        text.split([',', '，']).map(|n| n.trim().parse::<f64>().ok().filter(|n| n.is_finite())).collect();
    match numbers.as_deref() {
        Some([x1, y1, x2, y2]) => Ok([[*x1, *y1], [*x2, *y2]]),
        _ => Err(wrong_use(format!("--section {text}: E1,N1,E2,N2"))),
    }
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
