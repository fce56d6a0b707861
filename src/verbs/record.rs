//! `minesift observe`, `treat`, `accept`, `retract`: what somebody saw, did, accepted or took back, one commit each.

use crate::register::{Stamp, failed, open};
use crate::{Format, Globals, Outcome, load, wrong_use};
use jiff::civil::Date;
use minesift_core::fact::{Fact, Source, Value};
use minesift_core::kind::filler::is_filler;
use minesift_core::kind::{self, Kind};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Change;
use minesift_core::site::treatment::State;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::Class;
use minesift_importers::site_toml;
use minesift_onemap::diff::Difference;
use minesift_onemap::{Live, Map, MapError, Span, Valid, county, day_of, told_since};
use minesift_papers::words;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// What `observe` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift observe demo.gpkg G5 --method drilling --result '见空，无水' --date 2027-03-01\n  minesift observe demo.gpkg G5 --method tem --missed"
)]
pub(crate) struct ObserveArgs {
    /// The map
    map: PathBuf,
    /// Id of the hazard
    hazard: String,
    /// How it was looked at: survey, drilling, tem, seismic-3d, interview …
    #[arg(long)]
    method: String,
    /// It should have been seen and was not
    #[arg(long)]
    missed: bool,
    /// Day of the observation
    #[arg(long)]
    date: Option<Date>,
    /// The result, in words
    #[arg(long)]
    result: Option<String>,
    /// Who looked
    #[arg(long)]
    by: Option<String>,
    /// Document number
    #[arg(long)]
    document: Option<String>,
    /// What is known of the hazard since: key=value, such as flooded=false or extent_clear=true; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Id of the observation [default: the next free one]
    #[arg(long)]
    id: Option<String>,
    #[command(flatten)]
    stamp: Stamp,
}

/// What `treat` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift treat demo.gpkg G5 --kind drainage --state running --from 2027-04-01 --covers all"
)]
pub(crate) struct TreatArgs {
    /// The map
    map: PathBuf,
    /// Id of the hazard
    hazard: String,
    /// What is done: drainage, grouting, gas-drainage, pressure-relief …
    #[arg(long)]
    kind: String,
    /// How far it is: designed, planned, running, done, failed
    #[arg(long, default_value = "planned")]
    state: String,
    /// "all", or its outline as WKT [default: as on record, else all]
    #[arg(long)]
    covers: Option<String>,
    /// First day
    #[arg(long)]
    from: Option<Date>,
    /// Last day
    #[arg(long)]
    to: Option<Date>,
    /// Day it was finished
    #[arg(long)]
    done: Option<Date>,
    /// Planned day of acceptance
    #[arg(long)]
    accepts: Option<Date>,
    /// Id of the treatment [default: the next free one]
    #[arg(long)]
    id: Option<String>,
    #[command(flatten)]
    stamp: Stamp,
}

/// What `accept` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  minesift accept demo.gpkg T-001 --by mine-chief-engineer --document 石煤总〔2027〕15号 --date 2027-09-30"
)]
pub(crate) struct AcceptArgs {
    /// The map
    map: PathBuf,
    /// Id of the treatment
    treatment: String,
    /// Who accepts: mine-chief-engineer, company-chief-engineer, company-head
    #[arg(long)]
    by: String,
    /// Document of acceptance
    #[arg(long)]
    document: String,
    /// Day of acceptance
    #[arg(long)]
    date: Date,
    /// Day on which its work ended, where that is not on record
    #[arg(long)]
    done: Option<Date>,
    #[command(flatten)]
    stamp: Stamp,
}

/// What `retract` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  minesift retract demo.gpkg anomaly WT-3 -m '重复登记' ")]
pub(crate) struct RetractArgs {
    /// The map
    map: PathBuf,
    /// Kind of the fact, such as goaf
    kind: String,
    /// Its id
    id: String,
    /// It held until this day; absent: it never held
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    #[command(flatten)]
    stamp: Stamp,
}

/// The fact that a small `site.toml` says: the same checks, the same words as in a file.
fn fact(kind: &str, id: &str, keys: &[(&str, Option<String>)], lang: Lang) -> anyhow::Result<Fact> {
    let mut text = format!("[[{kind}]]\nid = {}\n", quoted(id));
    for (key, value) in keys {
        if let Some(value) = value {
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    let facts = site_toml::read("", &text).map_err(|problems| {
        wrong_use(problems.iter().map(|p| p.message.get(lang).to_owned()).collect::<Vec<_>>().join("\n"))
    })?;
    facts.into_iter().next().ok_or_else(|| wrong_use(kind))
}

fn quoted(words: &str) -> String {
    toml::Value::String(words.to_owned()).to_string()
}

fn word(words: Option<&String>) -> Option<String> {
    words.map(|words| quoted(words))
}

/// What the register knows as a verb writes: nobody else writes until it has, so that what is checked still holds.
struct Known<'a> {
    map: &'a Map,
    mine: Option<String>,
    /// The last word about every fact, whatever day it speaks of.
    facts: Vec<Fact>,
    lang: Lang,
}

impl Known<'_> {
    fn fail(&self) -> impl Fn(MapError) -> anyhow::Error + '_ {
        failed(self.map.path(), self.lang)
    }

    /// The last word about a fact.
    fn fact(&self, kind: &str, id: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.kind == kind && fact.id == id)
    }

    fn spans(&self, kind: &str, id: &str) -> anyhow::Result<Vec<Span>> {
        self.map.spans(self.mine.as_deref(), kind, id).map_err(self.fail())
    }

    /// The next id `PREFIX-001` that no fact of a kind ever had.
    fn next_id(&self, kind: &str, prefix: &str) -> anyhow::Result<String> {
        let taken = self.map.ids_ever(self.mine.as_deref(), kind).map_err(self.fail())?;
        let mut ids = (1..).map(|n| format!("{prefix}-{n:03}"));
        let free = |id: &String| !taken.contains(id) && self.fact(kind, id).is_none();
        Ok(ids.find(free).unwrap_or_else(|| prefix.to_owned()))
    }

    /// The id that the user gives a record, or the next free one.
    fn id(&self, given: Option<&String>, kind: &str, prefix: &str) -> anyhow::Result<String> {
        match given {
            None => self.next_id(kind, prefix),
            Some(id) if id.trim().is_empty() => Err(wrong_use(match self.lang {
                Lang::Zh => "--id 不能为空；不写则自动编号",
                Lang::En => "--id is blank; leave it out and the next free one is taken",
            })),
            Some(id) => Ok(id.clone()),
        }
    }

    /// Why an id cannot be taken: something else is on record under it.
    fn on_record(&self, known: &Fact) -> anyhow::Error {
        let (id, of) = (&known.id, known.text("hazard").unwrap_or_default());
        wrong_use(match self.lang {
            Lang::Zh => {
                format!("编号 {id} 已用于 {of} 的记录（{}）；请换一个 --id，或不写", known.source.told(self.lang))
            }
            Lang::En => format!("the id {id} is on record for {of} ({}); give another --id, or none", known.source),
        })
    }

    /// The hazard of this id with what holds of it from when to when.
    fn hazard(&self, id: &str) -> anyhow::Result<(&'static Kind, Vec<Span>)> {
        for kind in kind::kinds().filter(|kind| kind.group == kind::Group::Hazard || kind.name == "borehole") {
            let spans = self.spans(kind.name, id)?;
            if !spans.is_empty() {
                return Ok((kind, spans));
            }
        }
        Err(wrong_use(match self.lang {
            Lang::Zh => format!("图上没有编号为 {id} 的致灾因素"),
            Lang::En => format!("there is no hazard {id} on the map"),
        }))
    }

    /// Refuses to change what a neighbour registers.
    fn is_his_own(&self, kind: &str, id: &str) -> anyhow::Result<()> {
        self.map.may_change(self.mine.as_deref(), kind, id).map_err(self.fail())
    }
}

/// Refuses to record as done what lies after the day of the commit: an acceptance of tomorrow opens ground today.
fn has_happened(days: &[Option<Date>], stamp: &Stamp, lang: Lang) -> anyhow::Result<()> {
    let today = day_of(stamp.entry("", String::new())?.time);
    let Some(day) = days.iter().flatten().find(|day| **day > today) else { return Ok(()) };
    Err(wrong_use(match lang {
        Lang::Zh => format!(
            "{day} 在登记日 {today} 之后：尚未发生的事不登记；计划中的治理用 treat --state planned --accepts DATE"
        ),
        Lang::En => format!(
            "{day} lies after {today}, the day of this record: what has not happened is not recorded; a treatment to come is `treat --state planned --accepts DATE`"
        ),
    }))
}

/// Where a fact recorded by hand comes from.
fn by_hand(verb: &str, stamp: &Stamp) -> anyhow::Result<Source> {
    let entry = stamp.entry(verb, String::new())?;
    Ok(Source { file: format!("minesift {verb}"), place: format!("{} {}", entry.author, entry.time) })
}

/// The mine of the map with its zones as its facts stand, on the later of their own day and `day`; nothing without a
/// licence.
fn live(map: &Map, book: &Rulebook, day: Option<Date>, globals: &Globals) -> Option<Live> {
    let mine = load::mine_of(map, globals).ok()?;
    let open = |as_of: Option<Date>| Live::open(map, mine.as_deref(), book.clone(), as_of).ok();
    let live = open(globals.as_of)?;
    match day {
        Some(day) if globals.as_of.is_none() && day > live.site().as_of => open(Some(day)),
        _ => Some(live),
    }
}

/// Which ground changed its class, in a line.
fn in_short(difference: &Difference, lang: Lang) -> String {
    let title =
        |class: Option<Class>| class.map_or(Text::new("非矿权地", "no ground"), Class::title).get(lang).to_owned();
    let flips: Vec<String> = difference
        .flips
        .iter()
        .map(|flip| {
            let (from, to, m2) = (title(flip.from), title(flip.to), flip.outline.area_m2());
            match lang {
                Lang::Zh => format!("{}煤 {from}→{to} {m2:.0} m²", flip.seam),
                Lang::En => format!("seam {}: {from} → {to} {m2:.0} m²", flip.seam),
            }
        })
        .collect();
    flips.join(if lang == Lang::Zh { "，" } else { ", " })
}

/// What one of these verbs writes down.
struct Step {
    verb: &'static str,
    message: String,
    /// The day from which it counts.
    day: Option<Date>,
    put: Vec<(Fact, Valid)>,
    retract: Option<(&'static Kind, String, Valid)>,
}

/// Reads what the register knows, lets `decide` say what to write, commits it and says which ground changed its class:
/// all of it while nobody else writes.
fn record(
    path: &std::path::Path,
    stamp: &Stamp,
    globals: &Globals,
    decide: impl FnOnce(&Known<'_>) -> anyhow::Result<Step>,
) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    let zh = lang == Lang::Zh;
    let fail = failed(path, lang);
    let mut map = open(path, globals)?;
    let book = load::book_for(path, globals)?;
    let mut writing = map.begin().map_err(&fail)?;
    stamp.tell(&mut writing)?;
    let mine = load::mine_of(writing.map(), globals)?;
    let facts = match &mine {
        Some(mine) => writing.map().facts_of(mine, minesift_onemap::Known::Now, None),
        None => writing.map().facts(minesift_onemap::Known::Now, None),
    };
    let known = Known { map: writing.map(), mine: mine.clone(), facts: facts.map_err(&fail)?, lang };
    let Step { verb, message, day, put: facts, retract } = decide(&known)?;
    let mut live = live(writing.map(), &book, day, globals);
    // What the commit will change is known before it is written, so that it can say so.
    let flips = live.as_mut().and_then(|live| {
        let day = live.site().as_of;
        let mut changes: Vec<Change> =
            facts.iter().filter(|(_, valid)| valid.on(day)).map(|(fact, _)| Change::Put(fact.clone())).collect();
        if let Some((kind, id, _)) = retract.as_ref().filter(|(.., valid)| valid.on(day)) {
            changes.push(Change::Remove { kind: kind.name, id: id.clone() });
        }
        live.difference(&changes).ok()
    });
    let flips = flips.unwrap_or_default();
    let scoped = |fact: &Fact| mine.as_ref().map_or_else(|| fact.clone(), |mine| county::scoped(mine, fact));
    for (fact, valid) in &facts {
        let fact = scoped(fact);
        writing.admits(&fact).map_err(&fail)?;
        if !writing.holds(&fact, *valid).map_err(&fail)? {
            writing.put(&fact, *valid).map_err(&fail)?;
        }
    }
    if let Some((kind, id, valid)) = &retract {
        let id = mine.as_ref().map_or_else(|| id.clone(), |mine| format!("{mine}/{id}"));
        writing.retract(kind.name, &id, *valid).map_err(&fail)?;
    }
    let short = in_short(&flips, lang);
    let message = if short.is_empty() { message } else { format!("{message}; {short}") };
    let mut entry = stamp.entry(verb, message.clone())?;
    if writing.changes() > 0 {
        entry.detail = json!({"difference": super::diff::to_json(&flips)}).to_string();
    }
    let commit = writing.finish(&entry).map_err(&fail)?;
    let outdated = map.zones_outdated().map_err(&fail)?;
    map.close().map_err(&fail)?;
    let mut out = std::io::stdout().lock();
    match globals.format {
        Format::Json => crate::words::json(
            &mut out,
            &json!({
                "commit": commit.as_ref().map(|commit| commit.number), "hash": commit.as_ref().map(|commit| &commit.hash),
                "facts": facts.iter().map(|(fact, _)| json!({"kind": fact.kind, "id": fact.id})).collect::<Vec<_>>(),
                "difference": super::diff::to_json(&flips),
                "zones": outdated.iter().map(|text| json!({"zh": text.zh, "en": text.en})).collect::<Vec<_>>(),
            }),
        )?,
        Format::Text => {
            match &commit {
                Some(commit) if zh => writeln!(out, "第 {} 号提交：{message}", commit.number)?,
                Some(commit) => writeln!(out, "commit {}: {message}", commit.number)?,
                None if zh => writeln!(out, "未作改动")?,
                None => writeln!(out, "nothing changed")?,
            }
            if let (Some(day), None) = (day, globals.as_of)
                && let Some(own) = load_day(path, globals).filter(|own| *own < day)
            {
                writeln!(
                    out,
                    "{}",
                    if zh {
                        format!("图的截止日期为 {own}，早于 {day}；--as-of {day} 起计入")
                    } else {
                        format!("the map stands for {own}, before {day}: it counts from --as-of {day} on")
                    }
                )?;
            }
            write!(out, "{}", super::diff::to_text(&flips, lang))?;
            if let Some(outdated) = &outdated {
                writeln!(out, "! {}", outdated.get(lang))?;
            }
        }
    }
    Ok(Outcome::Ok)
}

/// The day a map's facts name themselves.
fn load_day(path: &std::path::Path, globals: &Globals) -> Option<Date> {
    let mut globals = globals.clone();
    globals.quiet = true;
    load::site(path, &globals).ok().map(|site| site.as_of)
}

pub(crate) fn observe(args: &ObserveArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    has_happened(&[args.date], &args.stamp, globals.lang())?;
    record(&args.map, &args.stamp, globals, |known| observed(args, known))
}

fn observed(args: &ObserveArgs, known: &Known<'_>) -> anyhow::Result<Step> {
    let lang = known.lang;
    let (kind, spans) = known.hazard(&args.hazard)?;
    let id = known.id(args.id.as_ref(), "observation", "OB")?;
    let source = by_hand("observe", &args.stamp)?;
    let told = told(args, kind, known)?;
    let seen = fact(
        "observation",
        &id,
        &[
            ("hazard", Some(quoted(&args.hazard))),
            ("method", Some(quoted(&args.method))),
            ("sees", Some((!args.missed).to_string())),
            ("water", water_met(told.as_ref())),
            ("date", args.date.map(|day| day.to_string())),
            ("result", word(args.result.as_ref())),
            ("by", word(args.by.as_ref())),
            ("document", word(args.document.as_ref())),
        ],
        lang,
    )?
    .from_source(source.clone());
    let mut put = Vec::new();
    match known.fact("observation", &id) {
        // Said once more, it is the same observation.
        Some(old) if old.attributes == seen.attributes => {}
        Some(old) => return Err(known.on_record(old)),
        None => put.push((seen, Valid::ALWAYS)),
    }
    if let Some(told) = told {
        known.is_his_own(kind.name, &args.hazard)?;
        let changed = told_since(&spans, args.date, &told.from_source(source));
        if changed.is_empty() && !spans.iter().any(|span| args.date.is_none_or(|day| span.valid.on(day))) {
            return Err(wrong_use(match lang {
                Lang::Zh => format!("{} {} 在所给日期已不在图上，--set 无从记录", kind.zh, args.hazard),
                Lang::En => {
                    format!("{} {} is not on the map on that day: there is nothing to --set", kind.name, args.hazard)
                }
            }));
        }
        put.extend(changed.into_iter().map(|span| (span.fact, span.valid)));
    }
    let message = match lang {
        Lang::Zh => format!(
            "{} {} 观测 {}：{}{}",
            kind.zh,
            args.hazard,
            words::word(&args.method).zh,
            if args.missed { "未见" } else { "已见" },
            args.result.as_deref().map(|r| format!("，{r}")).unwrap_or_default()
        ),
        Lang::En => format!(
            "{} {} {} by {}{}",
            kind.name,
            args.hazard,
            if args.missed { "not seen" } else { "seen" },
            args.method,
            args.result.as_deref().map(|r| format!(": {r}")).unwrap_or_default()
        ),
    };
    Ok(Step { verb: "observe", message, day: args.date, put, retract: None })
}

/// What `--set` says of the hazard, read and checked as in a file; nothing where nothing was set.
fn told(args: &ObserveArgs, kind: &'static Kind, known: &Known<'_>) -> anyhow::Result<Option<Fact>> {
    let lang = known.lang;
    if args.set.is_empty() {
        return Ok(None);
    }
    let mut keys = Vec::new();
    for set in &args.set {
        let (key, value) = set.split_once('=').ok_or_else(|| {
            wrong_use(match lang {
                Lang::Zh => format!("--set {set}: 请写作 键=值，如 flooded=false"),
                Lang::En => format!("--set {set}: write KEY=VALUE, such as flooded=false"),
            })
        })?;
        if value.trim().parse().is_ok_and(|number| is_filler(number, true)) {
            return Err(wrong_use(match lang {
                Lang::Zh => format!("--set {set}: {} 是“无数据”的代号，不是数值；未知时不要给出此项", value.trim()),
                Lang::En => format!(
                    "--set {set}: {} stands for \"no data\" and is no number; leave it out where nobody knows",
                    value.trim()
                ),
            }));
        }
        let text = kind
            .field(key.trim())
            .is_some_and(|field| matches!(field.ty, kind::FieldType::Text | kind::FieldType::OneOf(_)));
        // What is no value of the format is words: the catalogue then says what it wants instead.
        let words = text || format!("value = {}", value.trim()).parse::<toml::Table>().is_err();
        keys.push((key.trim(), Some(if words { quoted(value.trim()) } else { value.trim().to_owned() })));
    }
    let told = fact(kind.name, &args.hazard, &keys, lang)?;
    if let Some(Value::Text(seam)) = told.attributes.get("seam")
        && known.fact("seam", seam).is_none()
    {
        let seams: Vec<&str> =
            known.facts.iter().filter(|fact| fact.kind == "seam").map(|fact| fact.id.as_str()).collect();
        return Err(wrong_use(match lang {
            Lang::Zh => format!("--set seam={seam}: 图上没有此煤层；有：{}", seams.join("、")),
            Lang::En => {
                format!("--set seam={seam}: there is no such seam on the map; there are: {}", seams.join(", "))
            }
        }));
    }
    Ok(Some(told))
}

/// Whether an observation met water, where what it tells of the hazard says so.
fn water_met(told: Option<&Fact>) -> Option<String> {
    let of = |key| told.and_then(|told| told.attributes.get(key));
    let met = match (of("flooded"), of("water_level_m"), of("water_volume_m3")) {
        (Some(Value::Flag(flooded)), ..) => *flooded,
        (_, Some(_), _) => true,
        (.., Some(Value::Number(m3))) => *m3 > 0.0,
        _ => return None,
    };
    Some(met.to_string())
}

pub(crate) fn treat(args: &TreatArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    if args.state == "passed" {
        return Err(wrong_use(match lang {
            Lang::Zh => "通过验收请用 minesift accept，须写明批准人和文号",
            Lang::En => "what passed is accepted with `minesift accept`, by a named approver with a document",
        }));
    }
    let begun = args.from.filter(|_| !["designed", "planned"].contains(&args.state.as_str()));
    has_happened(&[begun, args.done], &args.stamp, lang)?;
    record(&args.map, &args.stamp, globals, |known| treated(args, known))
}

fn treated(args: &TreatArgs, known: &Known<'_>) -> anyhow::Result<Step> {
    let lang = known.lang;
    known.hazard(&args.hazard)?;
    let id = known.id(args.id.as_ref(), "treatment", "T")?;
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    // What is on record of it and not said anew still holds; what was evaluated is not made undone by another state.
    let old = known.fact("treatment", &id);
    if let Some(old) = old
        && (old.text("hazard") != Some(&args.hazard) || matches!(old.text("state"), Some("passed" | "failed")))
    {
        return Err(known.on_record(old));
    }
    let covers = args.covers.as_deref().or_else(|| old.is_none().then_some("all"));
    let told = fact(
        "treatment",
        &id,
        &[
            ("hazard", Some(quoted(&args.hazard))),
            ("kind", Some(quoted(&args.kind))),
            ("state", Some(quoted(&args.state))),
            ("covers", covers.map(quoted)),
            ("from", day(args.from)),
            ("to", day(args.to)),
            ("done", day(args.done)),
            ("accepts", day(args.accepts)),
        ],
        lang,
    )?;
    let mut treatment = old.map_or_else(|| told.clone(), Clone::clone).from_source(by_hand("treat", &args.stamp)?);
    treatment.attributes.extend(told.attributes);
    treatment.shape = told.shape.or(treatment.shape);
    let message = match lang {
        Lang::Zh => {
            let all = [State::Designed, State::Planned, State::Running, State::Done, State::Failed];
            let state = all.map(words::state).into_iter().find(|state| state.en == args.state);
            let state = state.map_or_else(|| args.state.clone(), |state| state.zh.to_string());
            format!("治理工程 {id}：{} {}，{state}", args.hazard, words::word(&args.kind).zh)
        }
        Lang::En => format!("treatment {id} of {}: {}, {}", args.hazard, args.kind, args.state),
    };
    let put = vec![(treatment, Valid::ALWAYS)];
    Ok(Step { verb: "treat", message, day: args.done, put, retract: None })
}

/// Refuses an acceptance that cannot be: without a document, of what failed, was never carried out or is accepted
/// already, before its end.
fn may_be_accepted(treatment: &Fact, args: &AcceptArgs, lang: Lang) -> anyhow::Result<()> {
    let id = &treatment.id;
    let state = treatment.text("state").unwrap_or_default();
    let days = [treatment.date("from"), treatment.date("done"), args.done];
    let early = days.into_iter().flatten().find(|day| args.date < *day);
    let why = if args.document.trim().is_empty() {
        Text::new("--document 不能为空：写明验收文号", "--document is blank: name the document of acceptance")
    } else if state == "failed" {
        Text::new(
            format!("治理工程 {id} 评价未通过，不能再验收：重新治理后以 minesift treat 另立治理工程"),
            format!("treatment {id} failed its evaluation: treat again and record that with `minesift treat`"),
        )
    } else if state == "passed" {
        let (day, by) = (treatment.date("accepted").unwrap_or_default(), treatment.text("document").unwrap_or("—"));
        Text::new(
            format!("治理工程 {id} 已于 {day} 验收（{by}）；再次治理请以 minesift treat 另立治理工程"),
            format!(
                "treatment {id} was accepted on {day} ({by}) already: record what was done since with `minesift treat`, under an id of its own"
            ),
        )
    } else if ["designed", "planned"].contains(&state) && args.done.is_none() {
        Text::new(
            format!(
                "治理工程 {id} 尚未实施：先以 minesift treat --id {id} --state done --done DATE 记录完工，或在此给出 --done DATE"
            ),
            format!(
                "treatment {id} was not carried out yet: record its end first, `minesift treat --id {id} --state done --done DATE`, or say it here: --done DATE"
            ),
        )
    } else if let Some(day) = early {
        Text::new(
            format!("验收日期 {} 早于治理工程 {id} 的 {day}", args.date),
            format!("the day of acceptance {} lies before {day}, a day of treatment {id}", args.date),
        )
    } else {
        return Ok(());
    };
    Err(wrong_use(why.get(lang).to_owned()))
}

pub(crate) fn accept(args: &AcceptArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    has_happened(&[Some(args.date), args.done], &args.stamp, globals.lang())?;
    record(&args.map, &args.stamp, globals, |known| accepted(args, known))
}

fn accepted(args: &AcceptArgs, known: &Known<'_>) -> anyhow::Result<Step> {
    let lang = known.lang;
    let Some(old) = known.fact("treatment", &args.treatment) else {
        return Err(wrong_use(match lang {
            Lang::Zh => format!("图上没有治理工程 {}", args.treatment),
            Lang::En => format!("there is no treatment {} on the map", args.treatment),
        }));
    };
    may_be_accepted(old, args, lang)?;
    // The same words and checks as in a file: who may accept is a list of the catalogue.
    let told = fact(
        "treatment",
        &args.treatment,
        &[("approver", Some(quoted(&args.by))), ("document", Some(quoted(&args.document)))],
        lang,
    )?;
    let mut accepted = old.clone();
    accepted.attributes.extend(told.attributes);
    accepted = accepted.with("state", Value::Text("passed".into())).with("accepted", Value::Date(args.date));
    if let Some(done) = args.done {
        accepted = accepted.with("done", Value::Date(done));
    }
    accepted.source.place = format!("{} + {}", old.source.place, by_hand("accept", &args.stamp)?);
    let message = match lang {
        Lang::Zh => {
            format!("治理工程 {} 验收通过：{}，{}", args.treatment, words::word(&args.by).zh, args.document)
        }
        Lang::En => format!("treatment {} accepted by {}, {}", args.treatment, args.by, args.document),
    };
    let put = vec![(accepted, Valid::since(args.date))];
    Ok(Step { verb: "accept", message, day: Some(args.date), put, retract: None })
}

pub(crate) fn retract(args: &RetractArgs, globals: &Globals) -> anyhow::Result<Outcome> {
    let lang = globals.lang();
    if args.kind == "mine" {
        return Err(wrong_use(match lang {
            Lang::Zh => "矿井本身不能撤回：没有它，图上的一切都无从判定；请另建新图",
            Lang::En => {
                "the mine itself is not retracted: without it nothing on the map could be judged; make a new map"
            }
        }));
    }
    let Some(kind) = kind::kind(&args.kind) else {
        return Err(wrong_use(match lang {
            Lang::Zh => format!("没有类型 {}；minesift log --changes 列出图上的类型和编号", args.kind),
            Lang::En => format!("there is no kind {}; `minesift log --changes` lists kinds and ids", args.kind),
        }));
    };
    let valid = args.from.map_or(Valid::ALWAYS, Valid::since);
    let message = match lang {
        Lang::Zh => format!("撤回 {} {}", kind.zh, args.id),
        Lang::En => format!("retracted {} {}", kind.name, args.id),
    };
    record(&args.map, &args.stamp, globals, |known| {
        known.is_his_own(kind.name, &args.id)?;
        let retract = Some((kind, args.id.clone(), valid));
        Ok(Step { verb: "retract", message, day: args.from, put: Vec::new(), retract })
    })
}
