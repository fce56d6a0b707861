//! `minesift classify`

use crate::register::{Stamp, failed, open};
use crate::words::{PROGRAM, m2, round, wan_t};
use crate::{Format, Globals, Outcome, load};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::text::Lang;
use minesift_core::zone::{self, Class, ZoneMap};
use minesift_onemap::{Known, Map, Writing};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What `classify` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift classify tests/cases/everything-at-once.toml --format json")]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    pub(crate) map: PathBuf,
    /// Do not write zones, findings and water lines into the map
    #[arg(long)]
    no_write: bool,
    /// Distance of the warning line (警戒线) outside the probe line, m
    #[arg(long, value_name = "M")]
    warning_m: Option<f64>,
    #[command(flatten)]
    stamp: Stamp,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    // A question about another day or an older knowledge is answered, not written down.
    let asked_as_it_stands = globals.known_on.is_none() && globals.as_of.is_none();
    let book = load::book_for(&args.map, globals)?;
    let (site, zones) = if !args.no_write && asked_as_it_stands && Map::is_map(&args.map) {
        let fail = failed(&args.map, globals.lang());
        let mut map = open(&args.map, globals)?;
        let answer = written(&mut map, &book, globals, args.warning_m, &args.stamp)?;
        map.close().map_err(&fail)?;
        answer
    } else {
        let site = load::site(&args.map, globals)?;
        let zones = zone::classify(&site, &book);
        (site, zones)
    };
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => {
            crate::words::json(&mut out, &load::signed(to_json(&site, &zones), &args.map, globals)?)?;
        }
        Format::Text => write!(out, "{}", to_text(&site, &zones, globals.lang()))?,
    }
    Ok(Outcome::Ok)
}

/// Classifies a map as it stands and writes zones, findings and water lines into it as a commit that carries what a
/// replay needs: the day, the books and the hash of the layers. Nothing is written where the layers stand so already.
pub(crate) fn written(
    map: &mut Map,
    book: &Rulebook,
    globals: &Globals,
    warning_m: Option<f64>,
    stamp: &Stamp,
) -> anyhow::Result<(Site, ZoneMap)> {
    let path = map.path().to_owned();
    let fail = failed(&path, globals.lang());
    let answer = |map: &Map| -> anyhow::Result<(i64, Site, ZoneMap)> {
        let number = map.number_of(Known::Now).map_err(&fail)?;
        let site = load::site_of(map, globals)?;
        let zones = zone::classify(&site, book);
        Ok((number, site, zones))
    };
    // Others may record while this is worked out; where somebody did, it is worked out again while nobody can.
    let (number, mut site, mut zones) = answer(map)?;
    let mut writing = map.begin_beside_edits().map_err(&fail)?;
    stamp.tell(&mut writing)?;
    if writing.map().number_of(Known::Now).map_err(&fail)? != number {
        (_, site, zones) = answer(writing.map())?;
    }
    write(writing, &site, &zones, globals, warning_m, stamp)?;
    Ok((site, zones))
}

/// Writes zones that were worked out from the map as it stands.
pub(crate) fn write(
    mut writing: Writing<'_>,
    site: &Site,
    zones: &ZoneMap,
    globals: &Globals,
    warning_m: Option<f64>,
    stamp: &Stamp,
) -> anyhow::Result<()> {
    let map = writing.map();
    let fail = failed(map.path(), globals.lang());
    let rules: Vec<String> = globals.rules.iter().map(std::fs::read_to_string).collect::<Result<_, _>>()?;
    let last = map.log().map_err(&fail)?.into_iter().rev().find(|commit| commit.entry.what == "classify");
    let facts = map.number_of(Known::Now).map_err(&fail)?;
    let hash = writing.put_zones(site, zones, warning_m).map_err(&fail)?;
    let mut detail = to_json(site, zones);
    detail["rules"] = json!(rules);
    detail["warning_m"] = json!(warning_m);
    detail["layers_sha256"] = json!(hash);
    let detail = detail.to_string();
    // Written again only where another commit came between or the answer differs.
    if last.is_some_and(|last| last.entry.detail == detail && last.number == facts) {
        return writing.leave().map_err(&fail);
    }
    let mut entry = stamp.entry("classify", format!("{} {}", zones.day, zones.edition))?;
    entry.detail = detail;
    writing.finish(&entry).map_err(&fail)?;
    Ok(())
}

/// The answer for programs; its schema is `docs/schema/classify.json`.
pub(crate) fn to_json(site: &Site, map: &ZoneMap) -> Value {
    let seams: Vec<Value> = map
        .seams
        .iter()
        .map(|zones| {
            json!({
                "seam": zones.seam,
                "ground_m2": round(zones.ground.area_m2(), 1),
                "mineable_m2": round(zones.mineable.area_m2(), 1),
                "deferred_m2": round(zones.deferred.area_m2(), 1),
                "forbidden_m2": round(zones.forbidden.area_m2(), 1),
                "tonnes": zones.tonnes.map(|[ground, mineable, deferred, forbidden]| json!({
                    "ground": round(ground, 0), "mineable": round(mineable, 0),
                    "deferred": round(deferred, 0), "forbidden": round(forbidden, 0),
                })),
                "rules": zones.rules(),
                "closed_by": zones.shares.iter().map(|share| json!({
                    "rule": share.rule, "class": share.class.name(), "m2": round(share.m2, 1),
                    "tonnes": share.tonnes.map(|t| round(t, 0)),
                })).collect::<Vec<_>>(),
                "slivers_m2": round(zones.slivers.area_m2(), 2),
                "remarks": zones.remarks.iter().map(|remark| json!({
                    "rule": remark.rule, "hazards": remark.hazards, "zh": remark.words.zh, "en": remark.words.en,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "program": PROGRAM,
        "mine": map.mine,
        "as_of": map.as_of.to_string(),
        "day": map.day.to_string(),
        "rulebook": map.edition,
        "legal": map.legal,
        "seams": seams,
        "unlicensed_seams": map.unlicensed,
        "problems": site.problems.iter().map(|p| json!({
            "severity": format!("{:?}", p.severity).to_lowercase(), "source": p.source.to_string(),
            "zh": p.message.zh, "en": p.message.en,
        })).collect::<Vec<_>>(),
    })
}

pub(crate) fn to_text(site: &Site, map: &ZoneMap, lang: Lang) -> String {
    use std::fmt::Write as _;
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let _ = writeln!(out, "{}  {}  {}", site.mine.name.get(lang), map.day, map.edition);
    if !map.legal {
        let _ = writeln!(out, "{}", if zh { "※ 非法定分区" } else { "* not a legal classification" });
    }
    for zones in &map.seams {
        let ground = zones.ground.area_m2();
        let _ = writeln!(out, "\n{}  {} m²", zones.name.get(lang), m2(ground));
        for (i, class) in [Class::Mineable, Class::Deferred, Class::Forbidden].into_iter().enumerate() {
            let area = zones.of(class).area_m2();
            let _ = writeln!(
                out,
                "  {} {:<10} {:>16} m²  {:>6.2} %  {:>10} {}",
                class.letter().get(lang),
                class.title().get(lang),
                m2(area),
                if ground > 0.0 { 100.0 * area / ground } else { 0.0 },
                wan_t(zones.tonnes.map(|t| t[i + 1])),
                if zh { "万t" } else { "10⁴ t" },
            );
        }
        for share in &zones.shares {
            let _ = writeln!(
                out,
                "    {:<10} {} {:>16} m²  {:>10} {}",
                share.rule,
                share.class.letter().get(lang),
                m2(share.m2),
                wan_t(share.tonnes),
                if zh { "万t" } else { "10⁴ t" },
            );
        }
        for remark in &zones.remarks {
            let _ = writeln!(out, "    ! {}: {}", remark.rule, remark.words.get(lang));
        }
    }
    for seam in &map.unlicensed {
        let _ = writeln!(
            out,
            "\n{}",
            if zh {
                format!("{seam}煤：许可证未列，不是可采地")
            } else {
                format!("seam {seam}: not named by the licence, no ground")
            }
        );
    }
    if !site.problems.is_empty() {
        let _ = writeln!(out, "\n{}", load::sentences(&site.problems, lang));
    }
    out
}
