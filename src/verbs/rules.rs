//! `minesift rules`: the rulebook as a list.

use crate::{Format, Globals, Outcome, load};
use serde_json::json;
use std::io::Write;

/// What `rules` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift rules --lang zh")]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let book = load::book(globals)?;
    let lang = globals.lang();
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => {
            let rules: Vec<_> = book
                .heads()
                .map(|(head, on)| {
                    json!({
                        "rule": head.code, "zh": head.name.zh, "en": head.name.en, "enabled": on, "mines": head.mines,
                        "clauses": head.clauses.iter().map(|c| format!("{} {}", c.text, c.clause)).collect::<Vec<_>>(),
                        "parameters": head.parameters.keys().map(|key| {
                            let value = book.value_on(&head.code, key, globals.as_of);
                            json!({"key": key, "value": value.map(|v| v.0), "by": value.map(|v| v.1)})
                        }).collect::<Vec<_>>(),
                    })
                })
                .collect();
            crate::words::json(&mut out, &json!({"edition": book.edition, "books": book.books, "rules": rules}))?;
        }
        Format::Text => {
            for (head, on) in book.heads() {
                let clauses: Vec<String> = head.clauses.iter().map(|c| format!("{} {}", c.text, c.clause)).collect();
                writeln!(
                    out,
                    "{:<10} {}  {}  {}",
                    head.code,
                    if on { " " } else { "×" },
                    head.name.get(lang),
                    clauses.join("; ")
                )?;
            }
        }
    }
    Ok(Outcome::Ok)
}
