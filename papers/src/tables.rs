//! The tables of the papers: three-zone table (三区表), ledger (隐蔽致灾因素台账), sums, closures, receipts.
//!
//! Their columns follow mine practice and are templates that a mine may rearrange. A column that only people can
//! fill (responsible person, deadline) stays empty where nobody recorded it.

mod ledger;

pub use ledger::ledger;
pub(crate) use ledger::numbers_of;

use crate::content::{Area, Papers};
use crate::words;
use minesift_core::fact::Fact;
use minesift_core::outline::Outline;
use minesift_core::rulebook::{Finding, Measure};
use minesift_core::site::seam::Seam;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::{Class, SeamZones};
use std::collections::{BTreeMap, BTreeSet};

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing recorded.
    Empty,
    /// Words.
    Words(String),
    /// A number with so many decimals.
    Number(f64, usize),
}

impl Cell {
    fn words(words: impl Into<String>) -> Self {
        let words = words.into();
        if words.is_empty() { Self::Empty } else { Self::Words(words) }
    }

    fn number(number: Option<f64>, decimals: usize) -> Self {
        number.filter(|n| n.is_finite()).map_or(Self::Empty, |number| Self::Number(number, decimals))
    }

    fn wan_t(tonnes: Option<f64>) -> Self {
        Self::number(tonnes.map(|t| t / 10_000.0), 2)
    }

    /// As written for people.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Words(words) => words.clone(),
            Self::Number(number, decimals) => words::number(*number, *decimals),
        }
    }
}

/// One table in one language.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Name, short enough for a sheet of a workbook.
    pub name: String,
    /// Headings with their units.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// What a reader must know about it.
    pub note: String,
}

impl Table {
    fn new(lang: Lang, zh: &str, en: &str, columns: &[(&str, &str)]) -> Self {
        Self {
            name: Text::new(zh, en).get(lang).to_owned(),
            columns: columns.iter().map(|(zh, en)| Text::new(*zh, *en).get(lang).to_owned()).collect(),
            rows: Vec::new(),
            note: String::new(),
        }
    }

    fn push(&mut self, row: Vec<Cell>) {
        debug_assert_eq!(row.len(), self.columns.len(), "{}", self.name);
        self.rows.push(row);
    }
}

/// 三区表: one row an area, every seam.
pub fn three_zones(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut table = Table::new(
        lang,
        "三区表",
        "three-zone table",
        &[
            ("区号", "area"),
            ("煤层", "seam"),
            ("采区", "district"),
            ("工作面", "face"),
            ("类别", "class"),
            ("面积（m²）", "area (m²)"),
            ("标高范围（m）", "elevation (m)"),
            ("影响煤量（万t）", "coal (10 000 t)"),
            ("致灾因素及编号", "hazards and ids"),
            ("查明程度", "how well known"),
            ("划分依据（条款）", "on what grounds (clause)"),
            ("探查治理措施", "exploration and treatment"),
            ("责任人", "responsible"),
            ("完成时限", "due"),
            ("转换条件", "what would open it"),
            ("审批人", "approver"),
            ("划分时间", "divided on"),
        ],
    );
    for zones in &papers.map.seams {
        for area in papers.areas(zones) {
            table.push(zone_row(papers, zones, &area, lang));
        }
    }
    table.note = Text::new(
        "可采区不等于批准开采，仍须地质说明书和允许掘进（回采）通知书。空白栏由矿方填写。面积为平面面积，煤量按地质块段法（S/cosα·M·D）。",
        "A mineable zone is no permission to mine. Empty columns are for the mine to fill. Areas in plan; coal by S/cos α · M · D.",
    )
    .get(lang)
    .to_owned();
    table
}

fn zone_row(papers: &Papers<'_>, zones: &SeamZones, area: &Area<'_>, lang: Lang) -> Vec<Cell> {
    let deciding: Vec<&Finding> = area.findings.iter().map(|(f, _)| *f).filter(|f| f.class == area.class).collect();
    let (kinds, ids) = papers.causes(area, lang);
    let grade = deciding.iter().filter_map(|f| f.grade).min();
    let (treatments, due) = treatments_of(papers, &ids, lang);
    let districts = joined(area.tasks.iter().filter_map(|fact| fact.text("district").map(str::to_owned)), lang);
    let tasks = joined(area.tasks.iter().map(|fact| words::name_of(fact)), lang);
    let causes = match (kinds.is_empty(), ids.is_empty()) {
        (true, true) => String::new(),
        (false, true) => kinds.join(words::comma(lang)),
        _ => format!("{}: {}", kinds.join(words::comma(lang)), ids.join(words::comma(lang)))
            .replace(": ", if lang == Lang::Zh { "：" } else { ": " }),
    };
    vec![
        Cell::words(area.number.get(lang)),
        Cell::words(zones.name.get(lang)),
        Cell::words(districts),
        Cell::words(tasks),
        Cell::words(area.class.title().get(lang)),
        Cell::Number(area.m2, 1),
        Cell::words(area.floor_m.map_or_else(String::new, |(low, high)| {
            if high - low < 0.05 { format!("{low:.1}") } else { format!("{low:.1} ~ {high:.1}") }
        })),
        Cell::wan_t(area.tonnes),
        Cell::words(causes),
        Cell::words(grade.map_or_else(String::new, |g| g.title().get(lang).to_owned())),
        Cell::words(unique(deciding.iter().map(|f| papers.cites(&f.rule, lang))).join(words::semicolon(lang))),
        Cell::words(treatments),
        Cell::Empty,
        Cell::words(due),
        Cell::words(unique(deciding.iter().map(|f| f.exit.get(lang).to_owned())).join(words::semicolon(lang))),
        Cell::words(
            unique(deciding.iter().map(|f| papers.rule(&f.rule).approver.get(lang).to_owned()))
                .join(words::comma(lang)),
        ),
        Cell::words(papers.map.day.to_string()),
    ]
}

fn unique(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.filter(|word| !word.is_empty() && seen.insert(word.clone())).collect()
}

fn joined(words: impl Iterator<Item = String>, lang: Lang) -> String {
    unique(words).join(words::comma(lang))
}

/// Treatments of these hazards in words, and the days by which they are due.
fn treatments_of(papers: &Papers<'_>, ids: &[String], lang: Lang) -> (String, String) {
    let of = || papers.site.treatments.iter().filter(|t| ids.contains(&t.hazard));
    let said =
        unique(of().map(|t| {
            format!("{} {}（{}）", t.hazard, words::word(&t.kind).get(lang), words::state(t.state).get(lang))
        }));
    let due =
        unique(of().filter(|t| t.accepted.is_none()).filter_map(|t| t.accepts.or(t.days.1)).map(|day| day.to_string()));
    (said.join(words::semicolon(lang)), due.join(words::comma(lang)))
}

fn spans(tasks: &[&Fact], lang: Lang) -> String {
    unique(tasks.iter().filter_map(|task| Some(format!("{} ~ {}", task.date("from")?, task.date("to")?))))
        .join(words::comma(lang))
}

/// Areas and coal by class: the whole mine, then each seam.
pub fn by_seam(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut table = Table::new(lang, "分煤层汇总", "by seam", &class_columns(("煤层", "seam")));
    for zones in &papers.map.seams {
        let areas = [Class::Mineable, Class::Deferred, Class::Forbidden].map(|class| zones.of(class).area_m2());
        table.push(class_row(zones.name.get(lang), areas, zones.tonnes));
    }
    if papers.map.seams.len() > 1 {
        let sum = |class: Class| papers.map.seams.iter().map(|z| z.of(class).area_m2()).sum::<f64>();
        let tonnes: Option<Vec<[f64; 4]>> = papers.map.seams.iter().map(|z| z.tonnes).collect();
        let tonnes = tonnes
            .map(|all| all.into_iter().fold([0.0; 4], |s, t| [s[0] + t[0], s[1] + t[1], s[2] + t[2], s[3] + t[3]]));
        table.push(class_row(
            Text::new("全矿", "whole mine").get(lang),
            [sum(Class::Mineable), sum(Class::Deferred), sum(Class::Forbidden)],
            tonnes,
        ));
    }
    table
}

fn class_columns(first: (&'static str, &'static str)) -> [(&'static str, &'static str); 12] {
    [
        first,
        ("总面积（m²）", "ground (m²)"),
        ("总煤量（万t）", "coal (10 000 t)"),
        ("可采（m²）", "mineable (m²)"),
        ("可采（%）", "mineable (%)"),
        ("可采（万t）", "mineable (10 000 t)"),
        ("缓采（m²）", "deferred (m²)"),
        ("缓采（%）", "deferred (%)"),
        ("缓采（万t）", "deferred (10 000 t)"),
        ("禁采（m²）", "forbidden (m²)"),
        ("禁采（%）", "forbidden (%)"),
        ("禁采（万t）", "forbidden (10 000 t)"),
    ]
}

fn class_row(name: &str, areas: [f64; 3], tonnes: Option<[f64; 4]>) -> Vec<Cell> {
    let ground: f64 = areas.iter().sum();
    let mut row = vec![Cell::words(name), Cell::Number(ground, 1), Cell::wan_t(tonnes.map(|t| t[0]))];
    for (i, m2) in areas.into_iter().enumerate() {
        row.push(Cell::Number(m2, 1));
        row.push(Cell::Number(if ground > 0.0 { 100.0 * m2 / ground } else { 0.0 }, 2));
        row.push(Cell::wan_t(tonnes.map(|t| t[i + 1])));
    }
    row
}

fn classes_of(zones: &SeamZones, seam: &Seam, ground: &Outline) -> ([f64; 3], Option<[f64; 4]>) {
    let parts = [Class::Mineable, Class::Deferred, Class::Forbidden].map(|class| zones.of(class).within(ground));
    let tonnes: Option<Vec<f64>> = parts.iter().map(|part| seam.tonnes(part)).collect();
    let tonnes = tonnes.map(|t| [t[0] + t[1] + t[2], t[0], t[1], t[2]]);
    (parts.map(|part| part.area_m2()), tonnes)
}

/// Areas and coal by class of every district: the ground of its planned faces and headings.
pub fn by_district(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut table = Table::new(lang, "分采区汇总", "by district", &class_columns(("采区（煤层）", "district (seam)")));
    for zones in &papers.map.seams {
        let Some(seam) = papers.site.seam(&zones.seam) else { continue };
        let mut districts: BTreeMap<&str, Vec<Outline>> = BTreeMap::new();
        for (fact, ground) in papers.tasks_on(&zones.seam) {
            if let Some(district) = fact.text("district") {
                districts.entry(district).or_default().push(ground);
            }
        }
        for (district, grounds) in districts {
            let (areas, tonnes) = classes_of(zones, seam, &Outline::union(&grounds));
            table.push(class_row(&format!("{district}（{}）", zones.name.get(lang)), areas, tonnes));
        }
    }
    table.note = Text::new(
        "采区范围取其计划工作面与巷道的范围；图上没有采区边界。",
        "A district is the ground of its planned faces and headings: the map has no outlines of districts.",
    )
    .get(lang)
    .to_owned();
    table
}

/// Areas and coal by class of every planned face and heading.
pub fn by_face(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut columns = class_columns(("工作面/巷道", "face / heading")).to_vec();
    columns.insert(1, ("煤层", "seam"));
    columns.insert(2, ("采区", "district"));
    columns.insert(3, ("起止", "from – to"));
    columns.push(("触及的规则", "rules met"));
    let mut table = Table::new(lang, "分工作面汇总", "by face", &columns);
    for zones in &papers.map.seams {
        let Some(seam) = papers.site.seam(&zones.seam) else { continue };
        for (fact, ground) in papers.tasks_on(&zones.seam) {
            let (areas, tonnes) = classes_of(zones, seam, &ground);
            let mut row = class_row(&words::name_of(fact), areas, tonnes);
            row.insert(1, Cell::words(zones.name.get(lang)));
            row.insert(2, Cell::words(fact.text("district").unwrap_or_default()));
            row.insert(3, Cell::words(spans(&[fact], lang)));
            let rules =
                unique(zones.findings.iter().filter(|f| !f.outline.within(&ground).is_empty()).map(|f| f.rule.clone()));
            row.push(Cell::words(rules.join(words::comma(lang))));
            table.push(row);
        }
    }
    table
}

/// What each rule closes on each seam, whatever else covers it.
pub fn by_rule(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut table = Table::new(
        lang,
        "分规则汇总",
        "by rule",
        &[
            ("煤层", "seam"),
            ("规则", "rule"),
            ("名称", "name"),
            ("类别", "class"),
            ("面积（m²）", "area (m²)"),
            ("占比（%）", "share (%)"),
            ("影响煤量（万t）", "coal (10 000 t)"),
        ],
    );
    for zones in &papers.map.seams {
        let ground = zones.ground.area_m2();
        for share in &zones.shares {
            table.push(vec![
                Cell::words(zones.name.get(lang)),
                Cell::words(share.rule.clone()),
                Cell::words(papers.rule(&share.rule).name.get(lang)),
                Cell::words(share.class.title().get(lang)),
                Cell::Number(share.m2, 1),
                Cell::Number(if ground > 0.0 { 100.0 * share.m2 / ground } else { 0.0 }, 2),
                Cell::wan_t(share.tonnes),
            ]);
        }
    }
    table.note = Text::new("同一地块可被多条规则划入，各行不可相加。", "Rules overlap: the rows do not add up.")
        .get(lang)
        .to_owned();
    table
}

/// The number that decided, in one line.
pub fn measure(measure: &Measure, lang: Lang) -> String {
    if measure.what.is_empty() {
        return String::new();
    }
    let number = |v: f64| format!("{} {}", words::short(v), measure.unit).trim().to_owned();
    let values = match (measure.value, measure.limit) {
        (Some(value), Some(limit)) => {
            format!("{}（{} {}）", number(value), Text::new("限值", "limit").get(lang), number(limit))
        }
        (Some(value), None) | (None, Some(value)) => number(value),
        (None, None) => String::new(),
    };
    let formula = if measure.formula.is_empty() { String::new() } else { format!("＝{}", measure.formula) };
    format!("{} {values} {formula}", measure.what.get(lang)).trim().to_owned()
}

/// Every finding that closes ground: rule, hazard, evidence, the number that decided, what is missing, the exit.
pub fn closures(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut table = Table::new(
        lang,
        "判定明细",
        "findings",
        &[
            ("煤层", "seam"),
            ("规则", "rule"),
            ("类别", "class"),
            ("面积（m²）", "area (m²)"),
            ("影响煤量（万t）", "coal (10 000 t)"),
            ("致灾因素", "hazards"),
            ("查明程度", "evidence"),
            ("理由", "why"),
            ("决定性数值", "the number that decided"),
            ("限制", "stops"),
            ("缺失（按最差取值）", "missing, taken as the worse"),
            ("转换条件", "what would open it"),
            ("审批人", "approver"),
            ("条款", "clauses"),
            ("来源", "source"),
        ],
    );
    for zones in &papers.map.seams {
        let seam = papers.site.seam(&zones.seam);
        for finding in &zones.findings {
            let met = finding.outline.within(&zones.ground);
            table.push(vec![
                Cell::words(zones.name.get(lang)),
                Cell::words(finding.rule.clone()),
                Cell::words(finding.class.title().get(lang)),
                Cell::Number(met.area_m2(), 1),
                Cell::wan_t(seam.and_then(|seam| seam.tonnes(&met))),
                Cell::words(finding.hazards.join(words::comma(lang))),
                Cell::words(finding.grade.map_or_else(String::new, |g| g.title().get(lang).to_owned())),
                Cell::words(finding.because.get(lang)),
                Cell::words(measure(&finding.measure, lang)),
                Cell::words(finding.stops.words().get(lang)),
                Cell::words(missing(papers, finding, lang)),
                Cell::words(finding.exit.get(lang)),
                Cell::words(papers.rule(&finding.rule).approver.get(lang)),
                Cell::words(papers.cites(&finding.rule, lang)),
                Cell::words(sources(papers, finding, lang)),
            ]);
        }
    }
    table
}

/// What a finding lacked, each key by its name.
pub fn missing(papers: &Papers<'_>, finding: &Finding, lang: Lang) -> String {
    let kind = finding.hazards.first().and_then(|id| papers.hazard(id)).map_or("seam", |hazard| hazard.kind);
    unique(finding.missing.iter().map(|key| words::key_title(kind, key, lang))).join(words::comma(lang))
}

/// File and row of every hazard behind a finding.
pub fn sources(papers: &Papers<'_>, finding: &Finding, lang: Lang) -> String {
    let source = |id: &String| {
        let hazard = papers.hazard(id).map(|hazard| hazard.source.told(lang));
        hazard.or_else(|| papers.site.facts.iter().find(|fact| &fact.id == id).map(|fact| fact.source.told(lang)))
    };
    unique(finding.hazards.iter().filter_map(source)).join("; ")
}

/// Corners of the licence.
pub fn corners(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut table = Table::new(
        lang,
        "井田拐点",
        "licence corners",
        &[("点号", "no."), ("X（北，m）", "X (north, m)"), ("Y（东，m）", "Y (east, m)")],
    );
    for (i, p) in papers.corners().into_iter().flatten().enumerate() {
        table.push(vec![Cell::words(format!("J{}", i + 1)), Cell::Number(p[1], 3), Cell::Number(p[0], 3)]);
    }
    table
}

/// The surveys: what was looked for, how, where, when.
pub fn surveys(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut table = Table::new(
        lang,
        "普查工作",
        "surveys",
        &[
            ("编号", "id"),
            ("日期", "date"),
            ("手段", "methods"),
            ("查找因素", "looked for"),
            ("煤层", "seams"),
            ("探测深度（m）", "depth (m)"),
            ("面积（m²）", "area (m²)"),
            ("来源", "source"),
        ],
    );
    for survey in &papers.site.surveys {
        let list = |words: &[String]| {
            words.iter().map(|w| words::word(w).get(lang).to_owned()).collect::<Vec<_>>().join(words::comma(lang))
        };
        let seams = if survey.seams.is_empty() {
            Text::new("全部", "all").get(lang).to_owned()
        } else {
            survey.seams.join(words::comma(lang))
        };
        table.push(vec![
            Cell::words(survey.id.clone()),
            Cell::words(survey.date.to_string()),
            Cell::words(list(&survey.methods)),
            Cell::words(list(&survey.looks_for)),
            Cell::words(seams),
            Cell::number(survey.depth_to_m, 0),
            Cell::Number(survey.covers.area_m2(), 1),
            Cell::words(survey.source.told(lang)),
        ]);
    }
    table
}

/// The files that were read, and what became of every row.
pub fn receipts(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut table = Table::new(
        lang,
        "导入回执",
        "receipt",
        &[
            ("文件", "file"),
            ("SHA-256", "SHA-256"),
            ("字节", "bytes"),
            ("导入器", "importer"),
            ("编码/坐标系", "encoding / coordinates"),
            ("读入行", "rows read"),
            ("接受", "accepted"),
            ("修复", "repaired"),
            ("拒绝", "refused"),
            ("说明", "remarks"),
        ],
    );
    for receipt in papers.receipts {
        let choices =
            receipt.choices.iter().map(|(what, value, why)| format!("{} {value}（{}）", what.get(lang), why.get(lang)));
        let problems = receipt
            .problems
            .iter()
            .map(|(severity, place, said)| format!("[{}] {place}: {}", severity.get(lang), said.get(lang)));
        table.push(vec![
            Cell::words(receipt.file.clone()),
            Cell::words(receipt.sha256.clone()),
            Cell::Number(receipt.bytes as f64, 0),
            Cell::words(receipt.importer.clone()),
            Cell::words(choices.collect::<Vec<_>>().join(words::semicolon(lang))),
            Cell::Number(receipt.rows[0] as f64, 0),
            Cell::Number(receipt.rows[1] as f64, 0),
            Cell::Number(receipt.rows[2] as f64, 0),
            Cell::Number(receipt.rows[3] as f64, 0),
            Cell::words(problems.collect::<Vec<_>>().join("\n")),
        ]);
    }
    if papers.receipts.is_empty() {
        table.note = Text::new("没有可用的导入回执。", "No receipt was kept.").get(lang).to_owned();
    }
    table
}
