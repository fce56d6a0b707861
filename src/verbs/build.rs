//! `minesift build`: a map from its recipe, everything in one go.

use super::{classify, plan};
use crate::register::{Stamp, failed, some_refused, take_in};
use crate::{Format, Globals, Outcome, load, recipe, wrong_use};
use minesift_core::text::Lang;
use minesift_onemap::Map;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `build` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift build datasets/demo/mine.toml -o demo.gpkg")]
pub(crate) struct Args {
    /// The recipe (mine.toml)
    recipe: PathBuf,
    /// The map to make (.gpkg)
    #[arg(long, short = 'o', value_name = "MAP")]
    output: PathBuf,
    /// Replace the map if there is one
    #[arg(long)]
    force: bool,
    /// Distance of the warning line (警戒线) outside the probe line, m
    #[arg(long, value_name = "M")]
    warning_m: Option<f64>,
    /// List every problem, not only the first of each severity
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    stamp: Stamp,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    let recipe = recipe::read(&args.recipe)?;
    if args.output.exists() && !args.force {
        return Err(wrong_use(match lang {
            Lang::Zh => format!("{} 已存在；--force 可替换它", args.output.display()),
            Lang::En => format!("{} exists already; --force replaces it", args.output.display()),
        }));
    }
    // Built beside its place and moved there at the end: no half map is ever seen.
    let draft = args.output.with_extension(format!("{}.gpkg", std::process::id()));
    let fail = failed(&args.output, lang);
    let made = (|| {
        let mut map =
            Map::create(&draft, recipe.map_crs.as_deref(), recipe.vertical_datum.as_deref()).map_err(&fail)?;
        let (mut texts, mut receipts, mut plans, mut refusals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (path, options) in &recipe.files {
            let taken = take_in(&mut map, path, options, &args.stamp, globals, args.all, false)?;
            texts.push(taken.text);
            receipts.push(taken.json);
            if !taken.read {
                refusals.push(path.display().to_string());
            }
        }
        for recipe::Plan { file, shapes, layers, mapping, name } in &recipe.plans {
            let source = plan::Source {
                file,
                shapes,
                layers: layers.clone(),
                mapping: mapping.clone(),
                version: name.as_deref(),
            };
            let (text, json) = plan::bring(&mut map, &source, &args.stamp, globals)?;
            texts.push(text);
            plans.push(json);
        }
        let mut globals = globals.clone();
        globals.rules.extend(recipe.rules.iter().cloned());
        let book = load::book(&globals)?;
        let (site, zones) = classify::written(&mut map, &book, &globals, args.warning_m, &args.stamp)?;
        map.close().map_err(&fail)?;
        let mut out = std::io::stdout().lock();
        match globals.format {
            Format::Json => crate::words::json(
                &mut out,
                &json!({"receipts": receipts, "plans": plans, "classification": classify::to_json(&site, &zones)}),
            )?,
            Format::Text => write!(out, "{}\n{}", texts.join("\n"), classify::to_text(&site, &zones, lang))?,
        }
        anyhow::Ok(refusals)
    })();
    match made {
        Ok(refusals) => {
            std::fs::rename(&draft, &args.output)?;
            if refusals.is_empty() { Ok(Outcome::Ok) } else { Err(some_refused(&refusals, lang)) }
        }
        Err(error) => {
            for end in ["", "-wal", "-shm"] {
                let mut name = draft.clone().into_os_string();
                name.push(end);
                let _ = std::fs::remove_file(name);
            }
            Err(error)
        }
    }
}
