//! `minesift explain`: every reason at a point, or a rule's page.

use crate::words::round;
use crate::{Format, Globals, Outcome, load, wrong_use};
use minesift_core::explain::{self, Answer, Reason};
use minesift_core::kind;
use minesift_core::plan;
use minesift_core::rulebook::{self, Head, Rulebook};
use minesift_core::site::Site;
use minesift_core::text::Lang;
use minesift_core::zone;
use minesift_papers::words::key_title;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// What `explain` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  minesift explain tests/cases/everything-at-once.toml --seam 3 --at 310,720\n  minesift explain GOAF-2"
)]
pub(crate) struct Args {
    /// A map (.gpkg) or a site.toml; or the code of a rule
    what: String,
    /// The seam
    #[arg(long)]
    seam: Option<String>,
    /// Easting and northing, metres
    #[arg(long, value_name = "E,N", allow_hyphen_values = true)]
    at: Option<String>,
}

pub(crate) fn run(args: &Args, globals: &Globals) -> anyhow::Result<Outcome> {
    let book = load::book(globals)?;
    let mut out = std::io::stdout().lock();
    let lang = globals.lang();
    let page =
        rulebook::rule(&args.what).map(|rule| rule.page).or_else(|| plan::check_of(&args.what).map(|check| check.page));
    if let Some(page) = page {
        let head = book.head(&args.what).ok_or_else(|| wrong_use(args.what.clone()))?;
        match globals.format {
            Format::Json => crate::words::json(&mut out, &rule_json(head, page))?,
            Format::Text => writeln!(out, "{page}")?,
        }
        return Ok(Outcome::Ok);
    }
    let path = Path::new(&args.what);
    if !path.exists() {
        return Err(wrong_use(match lang {
            Lang::Zh => format!("{} 既不是文件也不是规则代号（minesift rules 列出全部）", args.what),
            Lang::En => format!("{} is neither a file nor the code of a rule (`minesift rules` lists them)", args.what),
        }));
    }
    let at = args.at.as_deref().ok_or_else(|| wrong_use("--at E,N"))?;
    let (x, y) = at
        .split_once([',', '，'])
        .and_then(|(x, y)| Some((x.trim().parse::<f64>().ok()?, y.trim().parse::<f64>().ok()?)))
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .ok_or_else(|| wrong_use(format!("--at {at}: E,N")))?;
    let site = load::site(path, globals)?;
    let book = load::book_for(path, globals)?;
    let map = zone::classify(&site, &book);
    let seam = match &args.seam {
        Some(seam) => seam.clone(),
        None if map.seams.len() == 1 => map.seams[0].seam.clone(),
        None => {
            return Err(wrong_use(format!(
                "--seam: {}",
                map.seams.iter().map(|z| z.seam.as_str()).collect::<Vec<_>>().join(", ")
            )));
        }
    };
    let answer = explain::at(&site, &map, &seam, x, y).ok_or_else(|| {
        wrong_use(format!(
            "--seam {seam}: {}",
            map.seams.iter().map(|z| z.seam.as_str()).collect::<Vec<_>>().join(", ")
        ))
    })?;
    match globals.format {
        Format::Json => crate::words::json(&mut out, &load::signed(to_json(&site, &book, &answer), path, globals)?)?,
        Format::Text => write!(out, "{}", to_text(&site, &book, &answer, lang))?,
    }
    Ok(Outcome::Ok)
}

fn clauses_json(head: &Head) -> Vec<Value> {
    head.clauses
        .iter()
        .map(|c| json!({"text": c.text, "clause": c.clause, "quote": c.quote, "mark": c.mark, "ids": c.ids}))
        .collect()
}

fn rule_json(head: &Head, page: &str) -> Value {
    json!({
        "rule": head.code,
        "name": {"zh": head.name.zh, "en": head.name.en},
        "clauses": clauses_json(head),
        "policy": if head.policy.is_empty() { Value::Null } else { json!({"zh": head.policy.zh, "en": head.policy.en}) },
        "parameters": head.parameters.iter().map(|(key, p)| (key.clone(), json!({
            "zh": p.about.zh, "en": p.about.en, "unit": p.unit, "default": p.default,
            "stricter": if p.larger_is_stricter { "larger" } else { "smaller" }, "policy": p.policy,
        }))).collect::<serde_json::Map<_, _>>(),
        "exit": {"zh": head.exit.zh, "en": head.exit.en},
        "approver": {"zh": head.approver.zh, "en": head.approver.en},
        "page": page,
    })
}

fn reason_json(site: &Site, book: &Rulebook, reason: &Reason<'_>) -> Value {
    let finding = reason.finding;
    let head = book.head(&finding.rule);
    let hazards: Vec<Value> = finding
        .hazards
        .iter()
        .map(|id| match site.hazards().iter().find(|hazard| &hazard.id == id) {
            Some(hazard) => json!({
                "id": id, "kind": hazard.kind, "evidence": hazard.grade.name(),
                "uncertainty_m": hazard.uncertainty_m, "source": hazard.source.to_string(),
                "contradictions": hazard.contradictions,
            }),
            None => json!({ "id": id }),
        })
        .collect();
    json!({
        "rule": finding.rule,
        "class": finding.class.name(),
        "name": head.map(|h| json!({"zh": h.name.zh, "en": h.name.en})),
        "because": {"zh": finding.because.zh, "en": finding.because.en},
        "hazards": hazards,
        "evidence": finding.grade.map(minesift_core::site::evidence::Grade::name),
        "measure": {
            "zh": finding.measure.what.zh, "en": finding.measure.what.en,
            "value": decided(reason), "limit": finding.measure.limit, "unit": finding.measure.unit,
            "formula": finding.measure.formula,
        },
        "distance_m": round(reason.distance_m, 2),
        "limit_m": round(reason.limit_m, 2),
        "margin_m": round(reason.margin_m, 2),
        "stops": {"zh": finding.stops.words().zh, "en": finding.stops.words().en,
                  "stoping": finding.stops.stoping, "headings_but_for": finding.stops.headings_but_for},
        "missing": finding.missing,
        "exit": {"zh": finding.exit.zh, "en": finding.exit.en},
        "approver": head.map(|h| json!({"zh": h.approver.zh, "en": h.approver.en})),
        "clauses": head.map(clauses_json).unwrap_or_default(),
        "policy": head.filter(|h| !h.policy.is_empty()).map(|h| json!({"zh": h.policy.zh, "en": h.policy.en})),
    })
}

/// The number that decided: as the rule found it, or the distance where a width did.
fn decided(reason: &Reason<'_>) -> Option<f64> {
    let by_distance = reason.finding.reach_m.map(|_| (reason.distance_m * 100.0).round() / 100.0);
    reason.finding.measure.value.or(by_distance)
}

/// The answer for programs; its schema is `docs/schema/explain.json`.
fn to_json(site: &Site, book: &Rulebook, answer: &Answer<'_>) -> Value {
    json!({
        "mine": site.mine.id,
        "seam": answer.seam.seam,
        "at": answer.at,
        "class": answer.class.map(minesift_core::zone::Class::name),
        "as_of": site.as_of.to_string(),
        "rulebook": book.edition,
        "sliver": answer.sliver,
        "reasons": answer.reasons.iter().map(|reason| reason_json(site, book, reason)).collect::<Vec<_>>(),
        "nearest": answer.nearest.as_ref().map(|reason| reason_json(site, book, reason)),
    })
}

fn to_text(site: &Site, book: &Rulebook, answer: &Answer<'_>, lang: Lang) -> String {
    use std::fmt::Write as _;
    let zh = lang == Lang::Zh;
    let mut out = String::new();
    let class = answer.class.map_or_else(
        || if zh { "不在该煤层许可范围内".to_owned() } else { "no licensed ground of this seam".to_owned() },
        |class| class.title().get(lang).to_owned(),
    );
    let _ = writeln!(out, "{} ({}, {}): {class}", answer.seam.name.get(lang), answer.at[0], answer.at[1]);
    for reason in &answer.reasons {
        write_reason(&mut out, site, book, reason, lang);
    }
    if let Some(reason) = &answer.nearest {
        let _ =
            writeln!(out, "\n{}", if zh { "最近的未触及判定：" } else { "nearest finding that does not reach here:" });
        write_reason(&mut out, site, book, reason, lang);
    }
    out
}

fn write_reason(out: &mut String, site: &Site, book: &Rulebook, reason: &Reason<'_>, lang: Lang) {
    use std::fmt::Write as _;
    let zh = lang == Lang::Zh;
    let finding = reason.finding;
    let label = |zh_word: &'static str, en_word: &'static str| if zh { zh_word } else { en_word };
    let _ = writeln!(out, "\n  {}  {}  {}", finding.class.letter().get(lang), finding.rule, finding.because.get(lang));
    for id in &finding.hazards {
        if let Some(hazard) = site.hazards().iter().find(|hazard| &hazard.id == id) {
            let _ = writeln!(
                out,
                "     {}: {} {id}, {}, {}",
                label("致灾因素", "hazard"),
                kind::kind(hazard.kind)
                    .map_or_else(|| hazard.kind.to_owned(), |kind| kind.title().get(lang).to_owned()),
                hazard.grade.title().get(lang),
                hazard.source.told(lang)
            );
        }
    }
    // A key by the name a person uses, the key itself besides: that is what the file wants.
    let named = |id: Option<&String>, key: &str| {
        let hazard = id.and_then(|id| site.hazards().iter().find(|hazard| &hazard.id == id));
        format!("{} ({key})", key_title(hazard.map_or("seam", |hazard| hazard.kind), key, lang))
    };
    let measure = &finding.measure;
    // A distance and its limit stand in the next line; an allowance for uncertainty between the two limits is told here.
    let computed = measure.value.is_some() || !(measure.formula.is_empty() || measure.formula.parse::<f64>().is_ok());
    let allowed = measure.limit.is_some_and(|limit| (limit - reason.limit_m).abs() > 1e-9);
    if !measure.what.is_empty() && (computed || allowed) {
        let number = |v: Option<f64>| {
            v.map_or_else(
                || "—".to_owned(),
                |v| format!("{v:.4}").trim_end_matches('0').trim_end_matches('.').to_owned(),
            )
        };
        let _ = writeln!(
            out,
            "     {}: {} / {} {}  {}",
            measure.what.get(lang),
            number(decided(reason)),
            number(measure.limit),
            measure.unit,
            measure.formula
        );
    }
    let _ = writeln!(
        out,
        "     {}: {:.2} m, {}: {:.2} m, {}: {:+.2} m",
        label("距离", "distance"),
        reason.distance_m,
        label("限值", "limit"),
        reason.limit_m,
        label("裕度", "margin"),
        reason.margin_m
    );
    let _ = writeln!(out, "     {}: {}", label("禁止", "stops"), finding.stops.words().get(lang));
    if !finding.missing.is_empty() {
        let _ = writeln!(
            out,
            "     {}: {}",
            label("未记录、按最差取值", "not recorded, taken as the worse"),
            finding.missing.iter().map(|key| named(finding.hazards.first(), key)).collect::<Vec<_>>().join(", ")
        );
    }
    let _ = writeln!(out, "     {}: {}", label("转换条件", "exit"), finding.exit.get(lang));
    if let Some(head) = book.head(&finding.rule) {
        for clause in &head.clauses {
            let quote = if clause.quote.is_empty() { String::new() } else { format!(" “{}”", clause.quote) };
            let cite = format!("{} {}{quote}", clause.text, clause.clause);
            let _ = writeln!(out, "     {}: {cite} [{}]", label("条款", "clause"), clause.mark);
        }
        if !head.policy.is_empty() {
            let _ = writeln!(out, "     {}: {}", label("政策", "policy"), head.policy.get(lang));
        }
    }
}
