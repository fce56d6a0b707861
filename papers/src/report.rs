//! The census report (普查报告): one HTML file in one language, maps and styles inside it, readable and printable.
//!
//! What the data do not hold is said, not left out: every section stands, empty ones say what is missing.

use crate::content::Papers;
use crate::tables::{self, Table};
use crate::words;
use crate::zone_map;
use minesift_core::fact::Severity;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::{Class, mine_name};
use minijinja::{AutoEscape, Environment};
use serde::Serialize;

/// Why a report was not written.
#[derive(Debug, thiserror::Error)]
#[error("the report's template does not render: {0}")]
pub struct ReportError(#[from] minijinja::Error);

#[derive(Serialize)]
struct Row {
    cells: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    text: String,
    number: bool,
}

#[derive(Serialize)]
struct Sheet {
    name: String,
    columns: Vec<String>,
    rows: Vec<Row>,
    note: String,
}

impl From<Table> for Sheet {
    fn from(table: Table) -> Self {
        let shown =
            |cell: &tables::Cell| Shown { text: cell.shown(), number: matches!(cell, tables::Cell::Number(..)) };
        Self {
            rows: table.rows.iter().map(|row| Row { cells: row.iter().map(shown).collect() }).collect(),
            name: table.name,
            columns: table.columns,
            note: table.note,
        }
    }
}

#[derive(Serialize)]
struct ClassShare {
    class: &'static str,
    letter: String,
    title: String,
    m2: String,
    percent: String,
    wan_t: String,
}

#[derive(Serialize)]
struct SeamPage {
    name: String,
    ground_m2: String,
    ground_wan_t: String,
    classes: Vec<ClassShare>,
    svg: String,
    findings: Vec<FindingPage>,
    remarks: Vec<[String; 3]>,
    slivers_m2: Option<String>,
}

#[derive(Serialize)]
struct ClausePage {
    cite: String,
    quote: String,
    mark: String,
}

#[derive(Serialize)]
struct FindingPage {
    rule: String,
    name: String,
    class: &'static str,
    letter: String,
    title: String,
    areas: String,
    m2: String,
    wan_t: String,
    because: String,
    hazards: Vec<String>,
    evidence: String,
    measure: String,
    stops: String,
    missing: String,
    exit: String,
    approver: String,
    cites: String,
    rests_on: String,
}

#[derive(Serialize)]
struct RulePage {
    code: String,
    name: String,
    used: bool,
    clauses: Vec<ClausePage>,
    policy: String,
    parameters: Vec<[String; 3]>,
}

#[derive(Serialize)]
struct Page {
    lang: &'static str,
    zh: bool,
    title: String,
    mine: String,
    facts: Vec<[String; 2]>,
    legal: bool,
    day: String,
    as_of: String,
    edition: String,
    seams: Vec<SeamPage>,
    unlicensed: Vec<String>,
    by_seam: Sheet,
    by_district: Sheet,
    by_face: Sheet,
    by_rule: Sheet,
    three_zones: Sheet,
    ledger: Sheet,
    surveys: Sheet,
    unseen: Vec<[String; 4]>,
    undrilled: Vec<String>,
    contradictions: Vec<[String; 2]>,
    problems: Vec<[String; 3]>,
    receipts: Sheet,
    rules: Vec<RulePage>,
    corners: Sheet,
}

/// The report in one language.
///
/// # Errors
/// [`ReportError`] when the compiled-in template does not render: a mistake in the program, caught by its tests.
pub fn report(papers: &Papers<'_>, lang: Lang) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax = minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?;
    environment.set_syntax(syntax);
    environment.add_template("report", include_str!("report.html"))?;
    Ok(environment.get_template("report")?.render(minijinja::value::Serde(page(papers, lang)))?)
}

fn page(papers: &Papers<'_>, lang: Lang) -> Page {
    let (site, map) = (papers.site, papers.map);
    let say = |zh: &str, en: &str| Text::new(zh, en).get(lang).to_owned();
    let mine = site.mine.name.get(lang).to_owned();
    Page {
        lang: if lang == Lang::Zh { "zh-CN" } else { "en" },
        zh: lang == Lang::Zh,
        title: match lang {
            Lang::Zh => format!("{mine}隐蔽致灾因素普查与三区划分报告"),
            Lang::En => format!("{mine}: census of hidden hazards and three-zone division"),
        },
        facts: mine_facts(papers, lang),
        legal: map.legal,
        day: map.day.to_string(),
        as_of: map.as_of.to_string(),
        edition: map.edition.clone(),
        seams: seams(papers, lang),
        unlicensed: map.unlicensed.clone(),
        by_seam: tables::by_seam(papers, lang).into(),
        by_district: tables::by_district(papers, lang).into(),
        by_face: tables::by_face(papers, lang).into(),
        by_rule: tables::by_rule(papers, lang).into(),
        three_zones: tables::three_zones(papers, lang).into(),
        ledger: tables::ledger(papers, lang).into(),
        surveys: tables::surveys(papers, lang).into(),
        unseen: unseen(papers, lang),
        undrilled: site.hazards_of("anomaly").filter(|a| a.text("drilled").is_none()).map(|a| a.id.clone()).collect(),
        contradictions: contradictions(papers, lang),
        problems: site
            .problems
            .iter()
            .map(|p| {
                let severity = match p.severity {
                    Severity::Note => say("提示", "note"),
                    Severity::Repaired => say("修复", "repaired"),
                    Severity::Refused => say("拒绝", "refused"),
                };
                [severity, p.source.told(lang), p.message.get(lang).to_owned()]
            })
            .collect(),
        receipts: tables::receipts(papers, lang).into(),
        rules: rules(papers, lang),
        corners: tables::corners(papers, lang).into(),
        mine,
    }
}

fn mine_facts(papers: &Papers<'_>, lang: Lang) -> Vec<[String; 2]> {
    let say = |zh: &str, en: &str| Text::new(zh, en).get(lang).to_owned();
    let (crs, datum) = papers.frame();
    let mut facts = Vec::new();
    let Some(fact) = papers.site.facts.iter().find(|fact| fact.kind == "mine") else { return facts };
    for key in
        ["kind", "hydrogeology", "gas", "rock_burst", "spontaneous_combustion", "capacity_t_a", "province", "county"]
    {
        if let Some(value) = fact.attributes.get(key)
            && let Some(value) = words::value("mine", key, value, lang)
        {
            facts.push([words::key_title("mine", key, lang), value]);
        }
    }
    facts.push([say("坐标系", "coordinates"), crs.get(lang).to_owned()]);
    facts.push([say("高程基准", "heights"), datum.get(lang).to_owned()]);
    facts.push([
        say("许可面积", "licensed area"),
        format!("{} m²", words::number(papers.site.licence.outline.area_m2(), 1)),
    ]);
    if let Some([low, high]) = papers.site.licence.z_m {
        facts.push([
            say("许可标高", "licensed elevations"),
            format!("{} ~ {} m", words::short(low), words::short(high)),
        ]);
    }
    facts.push([say("许可煤层", "licensed seams"), papers.site.licence.seams.join(words::comma(lang))]);
    facts.extend(papers.known.map(|known| [say("登记依据", "register"), known.get(lang).to_owned()]));
    facts
}

fn clauses(rule: &crate::content::RuleWords) -> Vec<ClausePage> {
    rule.clauses
        .iter()
        .map(|c| ClausePage {
            cite: format!("{} {}", c.text, c.clause).trim().to_owned(),
            quote: c.quote.clone(),
            mark: c.mark.clone(),
        })
        .collect()
}

fn seams(papers: &Papers<'_>, lang: Lang) -> Vec<SeamPage> {
    let mut pages = Vec::new();
    for (number, zones) in papers.map.seams.iter().enumerate() {
        let ground = zones.ground.area_m2();
        let seam = papers.site.seam(&zones.seam);
        let areas = papers.areas(zones);
        let classes = [Class::Mineable, Class::Deferred, Class::Forbidden]
            .into_iter()
            .enumerate()
            .map(|(i, class)| {
                let m2 = zones.of(class).area_m2();
                ClassShare {
                    class: class.name(),
                    letter: class.letter().get(lang).to_owned(),
                    title: class.title().get(lang).to_owned(),
                    m2: words::number(m2, 1),
                    percent: format!("{:.2}", if ground > 0.0 { 100.0 * m2 / ground } else { 0.0 }),
                    wan_t: words::wan_t(zones.tonnes.map(|t| t[i + 1])),
                }
            })
            .collect();
        let findings = zones
            .findings
            .iter()
            .map(|finding| {
                let rule = papers.rule(&finding.rule);
                let met = finding.outline.within(&zones.ground);
                let hazards = finding
                    .hazards
                    .iter()
                    .map(|id| {
                        if let Some(hazard) = papers.hazard(id) {
                            let numbers = tables::numbers_of(&hazard.fact, lang);
                            let head = format!(
                                "{} {id}（{}）",
                                words::kind_title(hazard.kind).get(lang),
                                hazard.grade.title().get(lang)
                            );
                            [head, numbers, hazard.source.told(lang)]
                                .into_iter()
                                .filter(|w| !w.is_empty())
                                .collect::<Vec<_>>()
                                .join(" · ")
                        } else {
                            let source =
                                papers.site.facts.iter().find(|fact| &fact.id == id).map(|fact| fact.source.told(lang));
                            [Some(id.clone()), source].into_iter().flatten().collect::<Vec<_>>().join(" · ")
                        }
                    })
                    .collect();
                let numbers: Vec<&str> = areas
                    .iter()
                    .filter(|area| area.findings.iter().any(|(f, _)| std::ptr::eq(*f, finding)))
                    .map(|area| area.number.get(lang))
                    .collect();
                FindingPage {
                    rule: finding.rule.clone(),
                    name: rule.name.get(lang).to_owned(),
                    class: finding.class.name(),
                    letter: finding.class.letter().get(lang).to_owned(),
                    title: match (finding.class, rule.shown_as.is_empty()) {
                        (Class::Forbidden, false) => rule.shown_as.get(lang).to_owned(),
                        _ => finding.class.title().get(lang).to_owned(),
                    },
                    areas: numbers.join(words::comma(lang)),
                    m2: words::number(met.area_m2(), 1),
                    wan_t: words::wan_t(seam.and_then(|seam| seam.tonnes(&met))),
                    because: finding.because.get(lang).to_owned(),
                    hazards,
                    evidence: finding.grade.map_or_else(String::new, |g| g.title().get(lang).to_owned()),
                    measure: tables::measure(&finding.measure, lang),
                    stops: finding.stops.words().get(lang).to_owned(),
                    missing: tables::missing(papers, finding, lang),
                    exit: finding.exit.get(lang).to_owned(),
                    approver: rule.approver.get(lang).to_owned(),
                    cites: papers.cites(&finding.rule, lang),
                    rests_on: finding.rests_on.join(words::comma(lang)),
                }
            })
            .collect();
        let options = zone_map::Options::page(lang, number);
        pages.push(SeamPage {
            name: zones.name.get(lang).to_owned(),
            ground_m2: words::number(ground, 1),
            ground_wan_t: words::wan_t(zones.tonnes.map(|t| t[0])),
            classes,
            svg: zone_map::zone_map(papers, &zones.seam, &options).map(|svg| svg.finish()).unwrap_or_default(),
            findings,
            remarks: zones
                .remarks
                .iter()
                .map(|r| [r.rule.clone(), r.hazards.join(words::comma(lang)), r.words.get(lang).to_owned()])
                .collect(),
            slivers_m2: (!zones.slivers.is_empty()).then(|| words::number(zones.slivers.area_m2(), 2)),
        });
    }
    pages
}

/// Ground that nobody surveyed: seam, what was not looked for, m², 万t.
fn unseen(papers: &Papers<'_>, lang: Lang) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for zones in &papers.map.seams {
        let seam = papers.site.seam(&zones.seam);
        for finding in zones.findings.iter().filter(|f| f.rule == "BASE-1") {
            let met = finding.outline.within(&zones.ground);
            let mut what = finding.because.get(lang).to_owned();
            if !finding.missing.is_empty() {
                let factors: Vec<String> =
                    finding.missing.iter().map(|factor| words::word(factor).get(lang).to_owned()).collect();
                what = format!(
                    "{}{}",
                    Text::new("未普查：", "not surveyed for: ").get(lang),
                    factors.join(words::comma(lang))
                );
            }
            rows.push([
                zones.name.get(lang).to_owned(),
                what,
                words::number(met.area_m2(), 1),
                words::wan_t(seam.and_then(|seam| seam.tonnes(&met))),
            ]);
        }
    }
    rows
}

fn contradictions(papers: &Papers<'_>, lang: Lang) -> Vec<[String; 2]> {
    let mut rows = Vec::new();
    for hazard in papers.site.hazards() {
        for id in &hazard.contradictions {
            let look = papers.site.facts.iter().find(|f| f.kind == "observation" && &f.id == id);
            let said = look.map_or_else(String::new, |f| {
                let method = words::word(f.text("method").unwrap_or_default());
                let day = f.date("date").map_or_else(String::new, |day| day.to_string());
                format!("{day} {} {} · {}", method.get(lang), f.text("result").unwrap_or_default(), f.source.told(lang))
            });
            let none = match look.and_then(|f| f.flag("water")) {
                Some(true) => Text::new("疏放水验收后又见水", "met water after its drainage was accepted"),
                _ => Text::new("应能发现而未发现", "should have seen it and did not"),
            };
            rows.push([
                format!("{} {}", words::kind_title(hazard.kind).get(lang), hazard.id),
                format!("{id}: {} {}", none.get(lang), said.trim()),
            ]);
        }
    }
    rows
}

fn rules(papers: &Papers<'_>, lang: Lang) -> Vec<RulePage> {
    let used = |code: &str| papers.map.seams.iter().any(|zones| zones.findings.iter().any(|f| f.rule == code));
    let mut pages: Vec<RulePage> = papers
        .book
        .in_force(mine_name(papers.site.mine.kind), papers.map.day)
        .map(|(rule, head)| RulePage {
            code: rule.code.to_owned(),
            name: head.name.get(lang).to_owned(),
            used: used(rule.code),
            clauses: clauses(&papers.rule(rule.code)),
            policy: head.policy.get(lang).to_owned(),
            parameters: head
                .parameters
                .iter()
                .map(|(key, parameter)| {
                    let held = papers.book.value_on(rule.code, key, Some(papers.map.day));
                    let value = held.map_or_else(
                        || Text::new("未给出（矿方须说明）", "not given: the mine must say").get(lang).to_owned(),
                        |(value, _)| format!("{} {}", words::short(value), parameter.unit).trim().to_owned(),
                    );
                    [
                        parameter.about.get(lang).to_owned(),
                        value,
                        held.map_or_else(String::new, |(_, by)| by.to_owned()),
                    ]
                })
                .collect(),
        })
        .collect();
    for standoff in papers.book.standoffs() {
        let rule = papers.rule(&standoff.code);
        pages.push(RulePage {
            code: standoff.code.clone(),
            name: rule.name.get(lang).to_owned(),
            used: used(&standoff.code),
            clauses: Vec::new(),
            policy: rule.policy.get(lang).to_owned(),
            parameters: vec![[
                Text::new("宽度", "width").get(lang).to_owned(),
                format!("{} m", words::short(standoff.width_m)),
                standoff.book.clone(),
            ]],
        });
    }
    pages
}
