//! `minesift classify`

use crate::words::{m2, round, wan_t};
use crate::{Format, Globals, Outcome, load};
use minesift_core::site::Site;
use minesift_core::text::Lang;
use minesift_core::zone::{self, Class, ZoneMap};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What `classify` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift classify tests/cases/everything-at-once.toml --format json")]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    pub(crate) map: PathBuf,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let site = load::site(&args.map, globals)?;
    let map = zone::classify(&site, &load::book(globals)?);
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&to_json(&site, &map))?)?,
        Format::Text => write!(out, "{}", to_text(&site, &map, globals.lang()))?,
    }
    Ok(Outcome::Ok)
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

fn to_text(site: &Site, map: &ZoneMap, lang: Lang) -> String {
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
