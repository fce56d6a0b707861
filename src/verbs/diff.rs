//! `minesift diff`: which ground changed its class, by which fact and which reason.

use crate::register::{failed, open_to_read};
use crate::verbs::report::write_whole;
use crate::words::{m2, round};
use crate::{Format, Globals, Outcome, load, refused, wrong_use};
use jiff::civil::Date;
use minesift_core::kind;
use minesift_core::outline::Outline;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::{self, Class, Zoning};
use minesift_onemap::Known;
use minesift_onemap::diff::{self, Difference, Met};
use minesift_papers::{Papers, raster, zone_map};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What `diff` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift diff demo.gpkg --from 12 --to now\n  minesift diff demo.gpkg --from 2026-11-01 --to 2027-11-01"
)]
pub(crate) struct Args {
    /// The map
    map: PathBuf,
    /// What was known then: a commit's number or a day
    #[arg(long, value_name = "DATE|COMMIT")]
    from: Known,
    /// What was known later
    #[arg(long, value_name = "DATE|COMMIT", default_value = "now")]
    to: Known,
    /// The day the earlier facts stand for, where it is not that of the later
    #[arg(long, value_name = "DATE")]
    from_as_of: Option<Date>,
    /// Write the ground that changed: .gpkg a layer, .geojson, or .png / .svg a picture of one seam
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Vec<PathBuf>,
    /// The seam of the picture [default: the one with most changed ground]
    #[arg(long)]
    seam: Option<String>,
    /// Draw only the changed ground and so many metres around it, not the whole sheet
    #[arg(long, value_name = "M")]
    around: Option<f64>,
    /// Dots per inch of a PNG
    #[arg(long, default_value_t = 100.0)]
    dpi: f64,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    let map = open_to_read(&args.map, globals)?;
    let fail = failed(&args.map, lang);
    let book = load::book_for(&args.map, globals)?;
    let site = |known: Known, as_of: Option<Date>| -> anyhow::Result<Site> {
        let mut globals = globals.clone();
        globals.as_of = as_of.or(globals.as_of);
        map.number_of(known).map_err(&fail)?;
        let facts = load::facts_known(&map, known, &globals)?;
        Site::new(&facts, globals.as_of).map_err(|problems| refused(load::sentences(&problems, lang)))
    };
    let (before, after) = (site(args.from, args.from_as_of)?, site(args.to, None)?);
    let zones_before = zone::classify(&before, &book);
    let mut zoning = Zoning::new(after, book.clone());
    let mut difference = diff::between(&before, &zones_before, zoning.site(), zoning.map());
    diff::blame(&mut difference, &before.facts, &mut zoning);
    let (after, zones_after) = (zoning.site(), zoning.map());
    for path in &args.output {
        let crs = map.crs();
        match path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase().as_str() {
            "gpkg" => diff::write_layer(path, crs.as_deref(), &difference).map_err(failed(path, lang))?,
            "geojson" | "json" => {
                write_whole(path, serde_json::to_string_pretty(&geojson(&difference, crs.as_deref()))?.as_bytes())?;
            }
            extension @ ("png" | "svg") => {
                let papers = Papers { site: after, map: zones_after, book: &book, receipts: &[], known: None };
                let svg = picture(&papers, &difference, args, lang)?;
                let bytes = if extension == "svg" {
                    svg.into_bytes()
                } else {
                    raster::png(&svg, args.dpi).map_err(|error| wrong_use(error.to_string()))?
                };
                write_whole(path, &bytes)?;
            }
            _ => return Err(wrong_use(format!("-o {}: .gpkg, .geojson, .png, .svg", path.display()))),
        }
    }
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => crate::words::json(&mut out, &to_json(&difference))?,
        Format::Text => write!(out, "{}", to_text(&difference, lang))?,
    }
    Ok(Outcome::Ok)
}

/// The zones after, with the ground that changed since.
fn picture(papers: &Papers<'_>, difference: &Difference, args: &Args, lang: Lang) -> anyhow::Result<String> {
    let most = difference.flips.iter().max_by(|a, b| a.outline.area_m2().total_cmp(&b.outline.area_m2()));
    let first = papers.map.seams.first().map(|zones| zones.seam.as_str());
    let seam = args.seam.as_deref().or(most.map(|flip| flip.seam.as_str())).or(first).unwrap_or_default();
    let changed: Vec<(Outline, Option<Class>, Option<Class>)> = difference
        .flips
        .iter()
        .filter(|flip| flip.seam == seam)
        .map(|flip| (flip.outline.clone(), flip.from, flip.to))
        .collect();
    let all = Outline::union(changed.iter().map(|(outline, ..)| outline));
    let window = args
        .around
        .filter(|metres| *metres >= 0.0)
        .and_then(|metres| all.bounds().map(|[w, s, e, n]| [w - metres, s - metres, e + metres, n + metres]));
    let longest_mm = if window.is_some() { 200.0 } else { zone_map::Options::sheet(lang).longest_mm };
    let options = zone_map::Options { changed, window, longest_mm, ..zone_map::Options::sheet(lang) };
    let known = || papers.map.seams.iter().map(|z| z.seam.as_str()).collect::<Vec<_>>().join(", ");
    let drawing =
        zone_map::zone_map(papers, seam, &options).ok_or_else(|| wrong_use(format!("--seam {seam}: {}", known())))?;
    Ok(drawing.finish())
}

fn class_name(class: Option<Class>) -> Value {
    class.map_or(Value::Null, |class| json!(class.name()))
}

fn gone(met: &Met) -> Value {
    json!({
        "seam": met.seam, "rule": met.rule, "class": met.class.name(), "hazards": met.hazards,
        "accepted": met.accepted, "by": met.by, "zh": met.exit.zh, "en": met.exit.en,
    })
}

/// A difference for programs.
pub(crate) fn to_json(difference: &Difference) -> Value {
    json!({
        "facts": difference.facts.iter().map(|fact| json!({
            "kind": fact.kind, "id": fact.id,
            "what": match fact.added { Some(true) => "added", Some(false) => "gone", None => "changed" }, "keys": fact.keys, "about": fact.about,
        })).collect::<Vec<_>>(),
        "ground": difference.flips.iter().map(|flip| json!({
            "seam": flip.seam, "from": class_name(flip.from), "to": class_name(flip.to),
            "m2": round(flip.outline.area_m2(), 1), "parts": flip.outline.parts().count(),
            "reasons": flip.reasons.iter().map(|why| json!({
                "rule": why.rule, "class": why.class.name(), "closes_now": why.closes, "hazards": why.hazards,
                "changed": why.changed, "zh": why.because.zh, "en": why.because.en,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "exits_met": difference.met.iter().filter(|met| !met.accepted.is_empty()).map(gone).collect::<Vec<_>>(),
        "findings_gone": difference.met.iter().filter(|met| met.accepted.is_empty()).map(gone).collect::<Vec<_>>(),
        "workings": difference.faces.iter().map(|face| json!({
            "kind": face.kind, "id": face.id, "seam": face.seam, "from": class_name(face.from), "to": class_name(face.to),
        })).collect::<Vec<_>>(),
    })
}

fn geojson(difference: &Difference, crs: Option<&str>) -> Value {
    let ring = |line: &[[f64; 2]]| line.to_vec();
    let features: Vec<Value> = difference
        .flips
        .iter()
        .flat_map(|flip| flip.outline.parts().map(move |part| (flip, part)))
        .map(|(flip, part)| {
            let polygons: Vec<Vec<Vec<[f64; 2]>>> = part
                .to_geo()
                .iter()
                .map(|polygon| {
                    std::iter::once(polygon.exterior())
                        .chain(polygon.interiors())
                        .map(|line| ring(&line.0.iter().map(|c| [c.x, c.y]).collect::<Vec<_>>()))
                        .collect()
                })
                .collect();
            json!({
                "type": "Feature",
                "properties": {
                    "seam": flip.seam, "from": class_name(flip.from), "to": class_name(flip.to), "m2": round(part.area_m2(), 1),
                    "rules": flip.reasons.iter().map(|why| why.rule.as_str()).collect::<Vec<_>>().join(" "),
                },
                "geometry": {"type": "MultiPolygon", "coordinates": polygons},
            })
        })
        .collect();
    let mut collection = json!({"type": "FeatureCollection", "features": features});
    if let Some(code) = crs.and_then(|crs| crs.split_once(':')).map(|(_, code)| code) {
        collection["crs"] = json!({"type": "name", "properties": {"name": format!("urn:ogc:def:crs:EPSG::{code}")}});
    }
    collection
}

fn seam_name(seam: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{seam}煤"),
        Lang::En => format!("seam {seam}"),
    }
}

/// The name of a kind of fact, as people say it.
pub(crate) fn kind_name(name: &str, lang: Lang) -> &str {
    kind::kind(name).map_or(name, |kind| match lang {
        Lang::Zh => kind.zh,
        Lang::En => kind.en,
    })
}

/// The name of a key; in English the key itself, which files use.
pub(crate) fn key_name(name: &str, key: &str, lang: Lang) -> String {
    let kind = kind::kind(name);
    let (field, shape) = (kind.and_then(|kind| kind.field(key)), kind.and_then(|kind| kind.shape).map(|shape| shape.0));
    match (field, lang) {
        (Some(field), Lang::Zh) => field.zh.to_owned(),
        (None, Lang::Zh) if key == "source" => "来源".to_owned(),
        (None, Lang::Zh) if key == "valid" => "有效日期".to_owned(),
        (None, Lang::Zh) if shape == Some(key) => "图形".to_owned(),
        _ => key.to_owned(),
    }
}

/// Facts, `kind id` each, behind an arrow.
fn because_of(facts: &[String], lang: Lang) -> String {
    let said = |fact: &String| match fact.split_once(' ') {
        Some((kind, id)) => format!("{} {id}", kind_name(kind, lang)),
        None => fact.clone(),
    };
    match (facts.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("  ← {}", facts.iter().map(said).collect::<Vec<_>>().join("、")),
        (false, Lang::En) => format!("  ← {}", facts.iter().map(said).collect::<Vec<_>>().join(", ")),
    }
}

/// A difference for people.
pub(crate) fn to_text(difference: &Difference, lang: Lang) -> String {
    use std::fmt::Write as _;
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    if difference.is_empty() {
        let _ = writeln!(out, "{}", if zh { "没有差别" } else { "no difference" });
        return out;
    }
    let title =
        |class: Option<Class>| class.map_or(Text::new("非矿权地", "no ground"), Class::title).get(lang).to_owned();
    for fact in &difference.facts {
        let what = match fact.added {
            Some(true) => Text::new("新增", "new"),
            Some(false) => Text::new("撤去", "gone"),
            None => Text::new("更改", "changed"),
        };
        let name = kind_name(fact.kind, lang);
        let about = match (&fact.about, zh) {
            (Some(hazard), true) => format!("（{hazard}）"),
            (Some(hazard), false) => format!(" of {hazard}"),
            (None, _) => String::new(),
        };
        let keys: Vec<String> = fact.keys.iter().map(|key| key_name(fact.kind, key, lang)).collect();
        let keys = match (keys.is_empty(), zh) {
            (true, _) => String::new(),
            (false, true) => format!("：{}", keys.join("、")),
            (false, false) => format!(": {}", keys.join(", ")),
        };
        let _ = writeln!(out, "  {} {name} {}{about}{keys}", what.get(lang), fact.id);
    }
    for flip in &difference.flips {
        let area = m2(flip.outline.area_m2());
        let (from, to) = (title(flip.from), title(flip.to));
        let parts = flip.outline.parts().count();
        let _ = match (zh, parts) {
            (true, _) => writeln!(out, "{}煤 {from} → {to}  {area} m²（{parts} 块）", flip.seam),
            (false, 1) => writeln!(out, "seam {}: {from} → {to}  {area} m² (1 piece)", flip.seam),
            (false, _) => writeln!(out, "seam {}: {from} → {to}  {area} m² ({parts} pieces)", flip.seam),
        };
        for why in &flip.reasons {
            let sign = if why.closes { "+" } else { "-" };
            let by = because_of(&why.changed, lang);
            let _ = writeln!(
                out,
                "    {sign} {} {} [{}] {}{by}",
                why.class.letter().get(lang),
                why.rule,
                why.hazards.join(" "),
                why.because.get(lang)
            );
        }
    }
    for met in &difference.met {
        let by = because_of(&met.by, lang);
        let what = format!(
            "{} {} {} [{}]",
            seam_name(&met.seam, lang),
            met.class.letter().get(lang),
            met.rule,
            met.hazards.join(" ")
        );
        let _ = match (met.accepted.is_empty(), zh) {
            (false, true) => {
                writeln!(out, "  ✓ 出口已满足（{} 验收）：{what} {}{by}", met.accepted.join("、"), met.exit.zh)
            }
            (false, false) => {
                writeln!(out, "  ✓ exit met ({} accepted): {what} {}{by}", met.accepted.join(", "), met.exit.en)
            }
            (true, true) => writeln!(out, "  - 判定消失（资料改变，非验收）：{what}{by}"),
            (true, false) => writeln!(out, "  - finding gone (facts changed, nothing was accepted): {what}{by}"),
        };
    }
    for face in &difference.faces {
        let (name, seam) = (kind_name(face.kind, lang), seam_name(&face.seam, lang));
        let (from, to) = (title(face.from), title(face.to));
        let _ = match lang {
            Lang::Zh => writeln!(out, "  ! {name} {}（{seam}）：{from} → {to}", face.id),
            Lang::En => writeln!(out, "  ! {name} {} ({seam}): {from} → {to}", face.id),
        };
    }
    out
}
