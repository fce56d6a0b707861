//! `minesift coverage`: what nobody has looked at.

use crate::words::{m2, pad, round};
use crate::{Format, Globals, Outcome, load};
use minesift_core::text::Lang;
use minesift_onemap::coverage;
use minesift_papers::words::{comma, word};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `coverage` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift coverage demo.gpkg --older-than 3\n\nFaces and headings are those of the plans in force; (within 3 years), (within 5 years): by their first day."
)]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml
    map: PathBuf,
    /// Surveys older than this many years do not count
    #[arg(long, value_name = "YEARS")]
    older_than: Option<f64>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let site = load::site(&args.map, globals)?;
    let lang = globals.lang();
    let zh = lang == Lang::Zh;
    let gaps = coverage::gaps(&site, args.older_than);
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => crate::words::json(
            &mut out,
            &load::signed(
                json!({
                    "mine": site.mine.id, "as_of": site.as_of.to_string(),
                    "gaps": gaps.iter().map(|gap| json!({
                        "seam": gap.seam, "factor": gap.factor, "ground_m2": round(gap.ground_m2, 1),
                        "unsurveyed_m2": round(gap.unsurveyed.area_m2(), 1), "too_old_m2": round(gap.too_old.area_m2(), 1), "one_method_m2": round(gap.one_method.area_m2(), 1),
                        "methods": gap.methods, "oldest": gap.oldest.map(|day| day.to_string()), "newest": gap.newest.map(|day| day.to_string()),
                        "faces": gap.faces.iter().map(|face| json!({"id": face.id, "from": face.from.map(|d| d.to_string()), "years": face.years, "unsurveyed_or_too_old_m2": round(face.m2, 1)})).collect::<Vec<_>>(),
                    })).collect::<Vec<_>>(),
                }),
                &args.map,
                globals,
            )?,
        )?,
        Format::Text => {
            let mut seam = "";
            for gap in &gaps {
                if gap.seam != seam {
                    seam = &gap.seam;
                    writeln!(
                        out,
                        "{}",
                        if zh {
                            format!("{seam}煤  {} m²", m2(gap.ground_m2))
                        } else {
                            format!("seam {seam}  {} m²", m2(gap.ground_m2))
                        }
                    )?;
                }
                let share = if gap.ground_m2 > 0.0 { 100.0 * gap.unsurveyed.area_m2() / gap.ground_m2 } else { 0.0 };
                let days = match (gap.oldest, gap.newest) {
                    (Some(old), Some(new)) if old == new => format!("  {new}"),
                    (Some(old), Some(new)) => format!("  {old} – {new}"),
                    _ => String::new(),
                };
                let methods: Vec<String> = gap.methods.iter().map(|method| word(method).get(lang).to_owned()).collect();
                let too_old = match args.older_than {
                    Some(_) => {
                        format!("   {} {:>16} m²", if zh { "过期" } else { "too old" }, m2(gap.too_old.area_m2()))
                    }
                    None => String::new(),
                };
                writeln!(
                    out,
                    "  {} {} {:>16} m² {share:>6.2} %{too_old}   {} {:>16} m²   {}{days}",
                    pad(word(&gap.factor).get(lang), 17),
                    if zh { "未查" } else { "unsurveyed" },
                    m2(gap.unsurveyed.area_m2()),
                    if zh { "单一手段" } else { "one method" },
                    m2(gap.one_method.area_m2()),
                    methods.join(comma(lang))
                )?;
                for face in &gap.faces {
                    let from = face.from.map_or_else(|| "—".to_owned(), |day| day.to_string());
                    writeln!(
                        out,
                        "    ! {} {} {from}{}: {} m²",
                        if zh { "工作面" } else { "working" },
                        face.id,
                        face.years.map_or(String::new(), |y| if zh {
                            format!("（{y}年内）")
                        } else {
                            format!(" (within {y} years)")
                        }),
                        m2(face.m2)
                    )?;
                }
            }
        }
    }
    Ok(Outcome::Ok)
}
