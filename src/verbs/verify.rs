//! `minesift verify`: is the register what its chain says?

use super::classify;
use crate::register::{failed, open_to_read, rules_of};
use crate::{Format, Globals, Outcome};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_core::zone;
use minesift_onemap::{Broken, Key, Known, Signed, layers_hash};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// What `verify` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift verify demo.gpkg --replay\n\nExit code 1 when something is broken.")]
pub(crate) struct Args {
    /// The map, or an evidence pack
    map: PathBuf,
    /// Classify again as at every classification, and compare
    #[arg(long)]
    replay: bool,
    /// The hash that some commit must have: what was written down when the map was handed over
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    /// A public key (OpenSSH, such as id_ed25519.pub) that must have signed the last commit
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// A classification that comes out otherwise: what differs, and why.
struct Differs {
    commit: i64,
    cause: Text,
    what: Vec<Text>,
}

/// What differs between two answers of `classify`, seam by seam.
fn differences(then: &Value, now: &Value) -> Vec<Text> {
    let seam = |answer: &Value, id: &str| -> Value {
        let seams = answer["seams"].as_array();
        seams.and_then(|list| list.iter().find(|seam| seam["seam"] == id)).cloned().unwrap_or_default()
    };
    let mut ids: Vec<String> = Vec::new();
    for answer in [then, now] {
        for id in answer["seams"].as_array().into_iter().flatten().filter_map(|seam| seam["seam"].as_str()) {
            if !ids.iter().any(|known| known == id) {
                ids.push(id.to_owned());
            }
        }
    }
    let mut what = Vec::new();
    for id in ids {
        let (a, b) = (seam(then, &id), seam(now, &id));
        for (key, zh, en) in [
            ("ground_m2", "面积", "ground"),
            ("mineable_m2", "可采区", "mineable"),
            ("deferred_m2", "缓采区", "deferred"),
            ("forbidden_m2", "禁采区", "forbidden"),
        ] {
            if a[key] != b[key] {
                what.push(Text::new(
                    format!("{id}煤{zh} {} → {} m²", a[key], b[key]),
                    format!("seam {id}, {en}: {} -> {} m2", a[key], b[key]),
                ));
            }
        }
        let rules = |seam: &Value| -> Vec<String> {
            seam["rules"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let (old, new) = (rules(&a), rules(&b));
        for rule in old.iter().filter(|rule| !new.contains(rule)) {
            what.push(Text::new(format!("{id}煤不再有 {rule}"), format!("seam {id}: {rule} finds nothing any more")));
        }
        for rule in new.iter().filter(|rule| !old.contains(rule)) {
            what.push(Text::new(format!("{id}煤新有 {rule}"), format!("seam {id}: {rule} is new")));
        }
    }
    what
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    let zh = lang == Lang::Zh;
    let mut broken = Vec::new();
    let mut head_wanted = args.head.clone();
    let mut file = args.map.clone();
    if args.map.is_dir() {
        let (wrong, head) = super::pack::check(&args.map)?;
        broken.extend(wrong.into_iter().map(|(zh, en)| Broken { commit: None, message: Text::new(zh, en) }));
        head_wanted = head_wanted.or(head);
        file = args.map.join(super::pack::MAP);
    }
    let map = open_to_read(&file, globals)?;
    let fail = failed(&file, lang);
    broken.extend(map.verify().map_err(&fail)?);
    // A commit that cannot be read is named above; of the rest as much is said as can be.
    let log = map.log().unwrap_or_default();
    let signatures = map.signatures().map_err(&fail)?;
    // A signature speaks for everything before it: of a broken history it says nothing.
    let intact_to = broken.iter().filter_map(|broken| broken.commit).min().map_or(i64::MAX, |first| first - 1);
    let stands = |signed: &Signed| signed.holds() && signed.number <= intact_to;
    let mut signed_to = None;
    if let Some(path) = &args.key {
        let key = Key::read(path).map_err(&fail)?;
        signed_to = signatures.iter().filter(|signed| signed.is_by(&key) && stands(signed)).map(|s| s.number).max();
        let by = key.fingerprint();
        let later = log.last().map_or(0, |last| last.number - signed_to.unwrap_or(0));
        let message = match signed_to {
            None => {
                Some(Text::new(format!("没有提交由密钥 {by} 签名"), format!("no commit is signed by the key {by}")))
            }
            Some(to) if later > 0 => Some(Text::new(
                format!("密钥 {by} 只签到第 {to} 号提交，其后 {later} 次提交没有它的签名"),
                format!("the key {by} signed up to commit {to}; {later} later commits carry no signature of it"),
            )),
            Some(_) => None,
        };
        broken.extend(message.map(|message| Broken { commit: None, message }));
    }
    if let Some(head) = &head_wanted
        && (head.len() < 8 || !log.iter().any(|commit| commit.hash.starts_with(head.as_str())))
    {
        broken.push(Broken {
            commit: None,
            message: Text::new(
                format!("没有哈希为 {head} 的提交：此图不是当时交付的那一份，或其后的提交被截去"),
                format!(
                    "no commit has the hash {head}: this is not the map that was handed over, or its end was cut off"
                ),
            ),
        });
    }
    let mines = map.mines().unwrap_or_default();
    let mut replayed = Vec::new();
    let mut differ = Vec::new();
    // What is wrong with the last layers does not hinder; a broken chain does.
    if args.replay && broken.iter().all(|b| b.commit.is_none()) {
        for commit in log.iter().filter(|commit| commit.entry.what == "classify") {
            let detail: Value = serde_json::from_str(&commit.entry.detail).unwrap_or_default();
            // A county's map: the facts and the books of the mine that was classified.
            let mine = detail["mine"].as_str().filter(|mine| mines.iter().any(|known| known == mine));
            let brought = mine.map(|mine| rules_of(&map, mine)).transpose().map_err(&fail)?.unwrap_or_default();
            let mut book = Rulebook::national();
            for text in &brought {
                book = book.with(text).map_err(|error| crate::refused(error.to_string()))?;
            }
            for text in detail["rules"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                book = book.with(text).map_err(|error| crate::refused(error.to_string()))?;
            }
            let day = detail["as_of"].as_str().and_then(|day| day.parse().ok());
            let known = Known::Commit(commit.number);
            let facts = match mine {
                Some(mine) => map.facts_of(mine, known, day),
                None => map.facts(known, day),
            }
            .map_err(&fail)?;
            let site =
                Site::new(&facts, day).map_err(|problems| crate::refused(crate::load::sentences(&problems, lang)))?;
            let zones = zone::classify(&site, &book);
            let hash = layers_hash(&site, &zones, map.crs().as_deref(), detail["warning_m"].as_f64()).map_err(&fail)?;
            let now = classify::to_json(&site, &zones);
            let mut what = differences(&detail, &now);
            let layers = Some(hash.as_str()) == detail["layers_sha256"].as_str();
            if !layers && what.is_empty() {
                what.push(Text::new(
                    "面积和规则相同；图层中的文字或分块不同",
                    "areas and rules are the same; words or parts of the layers differ",
                ));
            }
            if !what.is_empty() {
                let program = detail["program"].as_str().unwrap_or("?");
                let ours = crate::words::PROGRAM;
                let edition = |answer: &Value| answer["rulebook"].as_str().unwrap_or("?").to_owned();
                let cause = if program != ours {
                    Text::new(
                        format!("程序版本不同：当时 {program}，现为 {ours}"),
                        format!("another version of the program: {program} then, {ours} now"),
                    )
                } else if edition(&detail) != edition(&now) {
                    Text::new(
                        format!("规则版次不同：当时 {}，现为 {}", edition(&detail), edition(&now)),
                        format!("another edition of the rulebook: {} then, {} now", edition(&detail), edition(&now)),
                    )
                } else {
                    Text::new(
                        format!("程序（{ours}）和规则相同：提交中所记的结果不是它所算的"),
                        format!("the same program ({ours}) and rulebook: what the commit says is not what they find"),
                    )
                };
                differ.push(Differs { commit: commit.number, cause, what });
            }
            replayed.push(commit.number);
        }
    }
    let edits = map.edits().unwrap_or_else(|error| {
        broken.push(Broken { commit: None, message: error.message });
        Vec::new()
    });
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => crate::words::json(
            &mut out,
            &json!({
                "commits": log.len(), "head": log.last().map(|commit| &commit.hash), "sound": broken.is_empty() && differ.is_empty(),
                "broken": broken.iter().map(|b| json!({"commit": b.commit, "zh": b.message.zh, "en": b.message.en})).collect::<Vec<_>>(),
                "signatures": signatures.iter().map(|signed| json!({
                    "commit": signed.number, "fingerprint": signed.fingerprint(), "holds": stands(signed),
                })).collect::<Vec<_>>(),
                "signed_to": signed_to,
                "differs": differ.iter().map(|d: &Differs| json!({
                    "commit": d.commit, "zh": d.cause.zh, "en": d.cause.en,
                    "what": d.what.iter().map(|w| json!({"zh": w.zh, "en": w.en})).collect::<Vec<_>>(),
                })).collect::<Vec<_>>(),
                "replayed": replayed, "uncommitted_edits": edits.len(),
            }),
        )?,
        Format::Text => {
            for b in &broken {
                writeln!(out, "✗ {}", b.message.get(lang))?;
            }
            for d in &differ {
                let n = d.commit;
                let head = if zh {
                    format!("第 {n} 号提交的分区重算不同")
                } else {
                    format!("the zones of commit {n} come out otherwise")
                };
                writeln!(out, "≠ {head}: {}", d.cause.get(lang))?;
                for what in &d.what {
                    writeln!(out, "    {}", what.get(lang))?;
                }
            }
            for signed in signatures.iter().filter(|signed| stands(signed)) {
                let (n, by) = (signed.number, signed.fingerprint());
                writeln!(
                    out,
                    "✓ {}",
                    if zh {
                        format!("第 {n} 号提交及其以前由 {by} 签名")
                    } else {
                        format!("commit {n} and all before it are signed by {by}")
                    }
                )?;
            }
            if !edits.is_empty() {
                writeln!(
                    out,
                    "{}",
                    if zh {
                        format!("! {} 处手工修改未提交（minesift status 列出）", edits.len())
                    } else {
                        format!("! {} edits are in no commit (`minesift status` lists them)", edits.len())
                    }
                )?;
            }
            let head = log.last().map_or("—", |commit| commit.hash.as_str());
            match (broken.is_empty() && differ.is_empty(), zh) {
                (true, true) => {
                    writeln!(out, "完好：{} 次提交，重算分区 {} 次，末次哈希 {head}", log.len(), replayed.len())?;
                }
                (true, false) => writeln!(
                    out,
                    "sound: {} commits, {} classifications replayed, head {head}",
                    log.len(),
                    replayed.len()
                )?,
                (false, true) => writeln!(out, "不完好：{} 处", broken.len() + differ.len())?,
                (false, false) => writeln!(out, "broken in {} places", broken.len() + differ.len())?,
            }
        }
    }
    Ok(if broken.is_empty() && differ.is_empty() { Outcome::Ok } else { Outcome::Objections })
}
