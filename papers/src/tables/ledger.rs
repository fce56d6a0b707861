//! The ledger of hidden hazards (隐蔽致灾因素台账): one row a hazard, with what is known, done and due.

use super::{Cell, Table, joined, spans, treatments_of, unique};
use crate::content::Papers;
use crate::words;
use minesift_core::fact::{Fact, Value};
use minesift_core::site::hazard::Hazard;
use minesift_core::text::{Lang, Text};
use std::collections::BTreeMap;

/// 隐蔽致灾因素台账: one row a hazard, and boreholes that were not sealed well or of which nobody knows.
pub fn ledger(papers: &Papers<'_>, lang: Lang) -> Table {
    let mut table = Table::new(
        lang,
        "隐蔽致灾因素台账",
        "hazard ledger",
        &[
            ("编号", "id"),
            ("类型", "kind"),
            ("煤层", "seam"),
            ("X（北，m）", "X (north, m)"),
            ("Y（东，m）", "Y (east, m)"),
            ("Z（m）", "Z (m)"),
            ("范围（m²）", "extent (m²)"),
            ("特征参数", "its numbers"),
            ("探查手段", "method"),
            ("探查时间/单位", "when / by whom"),
            ("可靠性", "reliability"),
            ("验证状态及结果", "verification"),
            ("查明程度", "ascertained"),
            ("影响工作面", "faces affected"),
            ("影响时间", "when affected"),
            ("风险等级", "risk"),
            ("防治措施", "measures"),
            ("责任人", "responsible"),
            ("完成时限", "due"),
            ("验收", "acceptance"),
        ],
    );
    let affected = tasks_by_hazard(papers);
    for hazard in papers.site.hazards() {
        table.push(ledger_row(papers, hazard, affected.get(&hazard.id), lang));
    }
    for hole in papers.site.boreholes.iter().filter(|hole| hole.sealing != Some(true)) {
        let sealing = if hole.sealing.is_some() { "unqualified" } else { "unknown" };
        let tasks = affected.get(&hole.id);
        let (treatments, due) = treatments_of(papers, std::slice::from_ref(&hole.id), lang);
        let depth = hole.depth_m.map_or_else(String::new, |depth| {
            format!("{} {} m", Text::new("孔深", "depth").get(lang), words::short(depth))
        });
        let unknown = Text::new("封孔质量不明", "sealing unknown");
        let bad = Text::new("封孔不合格", "sealing unqualified");
        table.push(vec![
            Cell::words(hole.id.clone()),
            Cell::words(if sealing == "unknown" { unknown.get(lang) } else { bad.get(lang) }),
            Cell::Empty,
            Cell::Number(hole.collar.y, 3),
            Cell::Number(hole.collar.x, 3),
            Cell::number(hole.collar.z, 2),
            Cell::Empty,
            Cell::words(depth),
            Cell::words(Text::new("资料", "records").get(lang)),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::words(
                if sealing == "unknown" {
                    Text::new("未查明", "not ascertained")
                } else {
                    Text::new("查明", "ascertained")
                }
                .get(lang),
            ),
            Cell::words(tasks.map_or_else(String::new, |t| names(t, lang))),
            Cell::words(tasks.map_or_else(String::new, |t| spans(t, lang))),
            Cell::Empty,
            Cell::words(treatments),
            Cell::Empty,
            Cell::words(due),
            Cell::words(acceptance(papers, &hole.id, lang)),
        ]);
    }
    table.note = Text::new(
        "坐标为图形内点或首点；“查明程度”按证据等级与范围查清情况列出；风险等级、责任人由矿方评定填写。",
        "Coordinates: a point inside the shape or its first; \"ascertained\" is read off the grade of evidence; risk and responsible person are the mine's to fill.",
    )
    .get(lang)
    .to_owned();
    table
}

fn ledger_row(papers: &Papers<'_>, hazard: &Hazard, tasks: Option<&Vec<&Fact>>, lang: Lang) -> Vec<Cell> {
    let at = hazard.outline().label_point().or(hazard.point()).or_else(|| {
        let line = hazard.lines().first()?;
        line.get(line.len() / 2).copied()
    });
    let seam = hazard.seam.as_ref().and_then(|id| papers.site.seam(id));
    let z = hazard.number("floor_z_m").or_else(|| at.zip(seam).and_then(|([x, y], seam)| seam.floor_at(x, y)));
    let looks: Vec<&Fact> =
        papers.site.facts.iter().filter(|f| f.kind == "observation" && f.text("hazard") == Some(&hazard.id)).collect();
    let methods = if looks.is_empty() {
        fact_text(&hazard.fact, "method").map_or_else(String::new, |m| words::word(m).get(lang).to_owned())
    } else {
        joined(looks.iter().filter_map(|f| f.text("method")).map(|m| words::word(m).get(lang).to_owned()), lang)
    };
    let when = if looks.is_empty() {
        let day = ["date", "found"].iter().find_map(|key| match hazard.fact.attributes.get(key) {
            Some(Value::Date(day)) => Some(day.to_string()),
            _ => None,
        });
        day.unwrap_or_default()
    } else {
        unique(looks.iter().map(|f| {
            let day = f.date("date").map_or_else(String::new, |day| day.to_string());
            format!("{day} {}", f.text("by").unwrap_or_default()).trim().to_owned()
        }))
        .join(words::semicolon(lang))
    };
    let mut verified = Vec::new();
    if hazard.kind == "anomaly" {
        verified.push(hazard.text("drilled").map_or_else(
            || Text::new("未钻探验证", "not drilled").get(lang).to_owned(),
            |d| words::word(d).get(lang).to_owned(),
        ));
    }
    verified.extend(looks.iter().filter_map(|f| f.text("result").map(|result| format!("{}: {result}", f.id))));
    if !hazard.contradictions.is_empty() {
        verified.push(format!(
            "{} {}",
            Text::new("矛盾未闭合：", "open contradiction:").get(lang),
            hazard.contradictions.join(words::comma(lang))
        ));
    }
    let (treatments, due) = treatments_of(papers, std::slice::from_ref(&hazard.id), lang);
    let clear = fact_flag(&hazard.fact, "extent_clear");
    vec![
        Cell::words(hazard.id.clone()),
        Cell::words(words::kind_title(hazard.kind).get(lang)),
        Cell::words(
            seam.map_or_else(|| hazard.seam.clone().unwrap_or_default(), |seam| seam.name.get(lang).to_owned()),
        ),
        Cell::number(at.map(|p| p[1]), 3),
        Cell::number(at.map(|p| p[0]), 3),
        Cell::number(z, 2),
        Cell::number((!hazard.outline().is_empty()).then(|| hazard.outline().area_m2()), 1),
        Cell::words(numbers_of(&hazard.fact, lang)),
        Cell::words(methods),
        Cell::words(when),
        Cell::words(words::reliability(hazard.grade).get(lang)),
        Cell::words(verified.join(words::semicolon(lang))),
        Cell::words(words::ascertained(hazard.grade, clear).get(lang)),
        Cell::words(tasks.map_or_else(String::new, |t| names(t, lang))),
        Cell::words(tasks.map_or_else(String::new, |t| spans(t, lang))),
        Cell::Empty,
        Cell::words(treatments),
        Cell::Empty,
        Cell::words(due),
        Cell::words(acceptance(papers, &hazard.id, lang)),
    ]
}

fn fact_text<'a>(fact: &'a Fact, key: &str) -> Option<&'a str> {
    match fact.attributes.get(key) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

fn fact_flag(fact: &Fact, key: &str) -> Option<bool> {
    match fact.attributes.get(key) {
        Some(Value::Flag(flag)) => Some(*flag),
        _ => None,
    }
}

/// What only this kind has, as recorded: 落差 8 m；倾角 70 °.
pub(crate) fn numbers_of(fact: &Fact, lang: Lang) -> String {
    const ELSEWHERE: &[&str] =
        &["seam", "evidence", "name_zh", "document", "note", "found", "floor_z_m", "method", "drilled"];
    let said = fact.attributes.iter().filter(|(key, _)| !ELSEWHERE.contains(key)).filter_map(|(key, value)| {
        Some(format!("{} {}", words::key_title(fact.kind, key, lang), words::value(fact.kind, key, value, lang)?))
    });
    said.collect::<Vec<_>>().join(words::semicolon(lang))
}

fn acceptance(papers: &Papers<'_>, id: &str, lang: Lang) -> String {
    let accepted = papers.site.treatments.iter().filter(|t| t.hazard == id).filter_map(|t| {
        let (by, document) = t.acceptance.as_ref()?;
        Some(format!("{} {} {document}", t.accepted?, words::word(by).get(lang)))
    });
    unique(accepted).join(words::semicolon(lang))
}

/// Planned faces and headings that meet ground which a hazard closes, by hazard.
fn tasks_by_hazard<'a>(papers: &Papers<'a>) -> BTreeMap<String, Vec<&'a Fact>> {
    let mut by: BTreeMap<String, Vec<&'a Fact>> = BTreeMap::new();
    for zones in &papers.map.seams {
        for (task, ground) in papers.tasks_on(&zones.seam) {
            for finding in &zones.findings {
                if finding.outline.within(&ground).is_empty() {
                    continue;
                }
                for id in &finding.hazards {
                    let tasks = by.entry(id.clone()).or_default();
                    if !tasks.iter().any(|t| t.kind == task.kind && t.id == task.id) {
                        tasks.push(task);
                    }
                }
            }
        }
    }
    by
}

fn names(tasks: &[&Fact], lang: Lang) -> String {
    joined(tasks.iter().map(|task| words::name_of(task)), lang)
}
