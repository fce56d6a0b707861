//! `minesift ledger`: the cross-verification ledger: who saw what, who should have, what stays contradictory.

use crate::{Format, Globals, Outcome, load};
use minesift_core::fact::Fact;
use minesift_core::kind;
use minesift_core::text::Lang;
use minesift_papers::words::{comma, word};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `ledger` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift ledger demo.gpkg --open --lang zh")]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    map: PathBuf,
    /// Only hazards with an open contradiction, or anomalies that no drill has tested
    #[arg(long)]
    open: bool,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let site = load::site(&args.map, globals)?;
    let lang = globals.lang();
    let zh = lang == Lang::Zh;
    let mut out = std::io::stdout().lock();
    let mut rows = Vec::new();
    for hazard in site.hazards().iter().filter(|hazard| hazard.kind != "pillar") {
        let mut looks: Vec<&Fact> = site
            .facts
            .iter()
            .filter(|fact| fact.kind == "observation" && fact.text("hazard") == Some(&hazard.id))
            .filter(|fact| fact.date("date").is_none_or(|day| day <= site.as_of))
            .collect();
        looks.sort_by_key(|look| (look.date("date"), look.id.clone()));
        let untested = hazard.kind == "anomaly" && hazard.text("drilled").is_none();
        if args.open && hazard.contradictions.is_empty() && !untested {
            continue;
        }
        let of = |sees: bool| -> Vec<String> {
            looks
                .iter()
                .filter(|look| look.flag("sees").unwrap_or(false) == sees)
                .map(|look| {
                    let method = look.text("method").unwrap_or("?");
                    // Programs get the word of the file, people its name.
                    let method = match globals.format {
                        Format::Json => method.to_owned(),
                        Format::Text => word(method).get(lang).to_owned(),
                    };
                    let day = look.date("date").map_or(String::new(), |d| d.to_string());
                    format!("{method} {day}").trim().to_owned()
                })
                .collect()
        };
        let (saw, missed) = (of(true), of(false));
        match globals.format {
            Format::Json => rows.push(json!({
                "kind": hazard.kind, "id": hazard.id, "seam": hazard.seam, "evidence": hazard.grade.name(),
                "saw": saw, "missed": missed, "open_contradictions": hazard.contradictions, "untested": untested,
                "source": hazard.source.to_string(),
            })),
            Format::Text => {
                let title = kind::kind(hazard.kind)
                    .map_or_else(|| hazard.kind.to_owned(), |kind| kind.title().get(lang).to_owned());
                writeln!(out, "{title} {}  {}", hazard.id, hazard.grade.title().get(lang))?;
                if !saw.is_empty() {
                    writeln!(out, "    {} {}", if zh { "已见：" } else { "saw it:" }, saw.join(comma(lang)))?;
                }
                if !missed.is_empty() {
                    writeln!(
                        out,
                        "    {} {}",
                        if zh { "应见未见：" } else { "should have seen it and did not:" },
                        missed.join(comma(lang))
                    )?;
                }
                if !hazard.contradictions.is_empty() {
                    writeln!(
                        out,
                        "    {} {}",
                        if zh { "矛盾未消除：" } else { "open contradiction:" },
                        hazard.contradictions.join(comma(lang))
                    )?;
                }
                if untested {
                    writeln!(out, "    {}", if zh { "尚无钻探验证" } else { "no drill has tested it" })?;
                }
            }
        }
    }
    if globals.format == Format::Json {
        let answer = json!({"mine": site.mine.id, "as_of": site.as_of.to_string(), "hazards": rows});
        crate::words::json(&mut out, &load::signed(answer, &args.map, globals)?)?;
    }
    Ok(Outcome::Ok)
}
