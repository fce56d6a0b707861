//! The verdict on a succession plan as one self-contained page: a bar chart (横道图) whose bars carry the objections, a
//! map of the faces of each seam, the objections in full, and, without any, the statement of check (合规性核校意见).

mod statement;
mod workbook;

pub use workbook::{OwnSheet, workbook};

use minesift_core::outline::Outline;
use minesift_core::plan::months::Month;
use minesift_core::plan::{Days, Lawful, Plan, Verdict, Working, days};
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::ZoneMap;
use statement::statement;
use std::fmt::Write as _;

/// A file that the verdict rests on, and its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    /// What it is: map, plan, rulebook.
    pub what: Text,
    /// Its name.
    pub name: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

const STYLE: &str = "body{font:14px/1.5 'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif;margin:2em auto;max-width:1100px;color:#222}\
table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:4px 6px;text-align:left;vertical-align:top}\
th{background:#eee}svg{max-width:100%;max-height:250mm;border:1px solid #ccc;break-inside:avoid}code{word-break:break-all}\
.bad{color:#b00020;font-weight:bold}h2{break-after:avoid}tr,section{break-inside:avoid}thead{display:table-header-group}\
.statement{border:2px solid #222;padding:0 1.5em 1em}.sign{margin-top:3em}.key span{margin-right:1.5em}";

fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn pick(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    if lang == Lang::Zh { zh } else { en }
}

/// A line of colours and what they stand for.
fn key(of: &[(&str, &str)]) -> String {
    let spans =
        of.iter().map(|(colour, words)| format!("<span><b style=\"color:{colour}\">■</b> {}</span>", escape(words)));
    format!("<p class=\"key\">{}</p>", spans.collect::<String>())
}

/// Codes of the objections of one task.
fn codes<'a>(verdict: &'a Verdict, task: &str) -> &'a [String] {
    verdict.tasks.iter().find(|t| t.task == task).map_or(&[], |t| t.codes.as_slice())
}

/// The page.
///
/// `zones` are those of the map as it stands, drawn under the workings.
pub fn html(site: &Site, plan: &Plan, verdict: &Verdict, zones: &ZoneMap, hashes: &[Hash], lang: Lang) -> String {
    let mut out = String::new();
    let title = pick(lang, "采掘接续计划核校", "Succession plan check");
    let _ = write!(
        out,
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title} {}</title><style>{STYLE}</style></head><body>",
        pick(lang, "zh-CN", "en"),
        escape(&plan.name),
    );
    let _ = write!(
        out,
        "<h1>{title}</h1><p>{} · {} · {} · {}</p><p><b>{}</b></p>",
        escape(site.mine.name.get(lang)),
        escape(&plan.name),
        escape(&verdict.edition),
        verdict.as_of,
        escape(verdict.conclusion().get(lang)),
    );
    if verdict.objections.is_empty() && verdict.undecided.is_empty() {
        out.push_str(&statement(site, plan, verdict, lang));
    }
    let _ = write!(
        out,
        "<section><h2>{}</h2>{}{}</section>",
        pick(lang, "横道图", "Bar chart"),
        key(&[
            ("#2e7d32", pick(lang, "采煤工作面", "face")),
            ("#1565c0", pick(lang, "掘进工作面", "heading")),
            ("#c62828", pick(lang, "✗ 有不符合项（代号在右）", "✗ objected to (code at its right)")),
        ]),
        gantt(plan, verdict, lang)
    );
    for seam in &site.seams {
        if plan.workings.iter().any(|w| w.seam.as_deref() == Some(&seam.id) && !w.outline.is_empty()) {
            let _ = write!(
                out,
                "<section><h2>{} {}</h2>{}{}</section>",
                pick(lang, "接续平面图", "Map"),
                escape(seam.name.get(lang)),
                key(&[
                    ("#c8e6c9", pick(lang, "采煤工作面", "face")),
                    ("#bbdefb", pick(lang, "掘进工作面", "heading")),
                    ("#ef9a9a", pick(lang, "✗ 有不符合项", "✗ objected to")),
                    ("#e57373", pick(lang, "斜线：禁采区", "hatched: forbidden ground")),
                    ("#ffd54f", pick(lang, "缓采区", "deferred ground")),
                ]),
                map(site, plan, verdict, zones, &seam.id, lang)
            );
        }
    }
    if !verdict.months.is_empty() {
        let _ = write!(
            out,
            "<h2>{}</h2>{}{}",
            pick(lang, "三量可采期", "The three reserves"),
            reserves_chart(verdict, lang),
            reserves_table(verdict, lang)
        );
    }
    if !verdict.objections.is_empty() {
        let _ = write!(
            out,
            "<h2>{}</h2><table><tr><th>#</th><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr>",
            pick(lang, "不符合项（疑似问题，待核实）", "Objections (candidate findings)"),
            pick(lang, "代号", "Code"),
            pick(lang, "任务", "Task"),
            pick(lang, "说明", "What is wrong"),
            pick(lang, "最早合规日期", "Earliest lawful date"),
        );
        for (i, objection) in verdict.objections.iter().enumerate() {
            let date = match objection.lawful {
                Lawful::Never => pick(lang, "无", "none").to_owned(),
                Lawful::From(day) => day.to_string(),
            };
            let _ = write!(
                out,
                "<tr id=\"o{n}\"><td>{n}</td><td class=\"bad\">{}</td><td>{}</td><td>{}</td><td>{date}</td></tr>",
                escape(&objection.code),
                escape(&objection.task),
                escape(objection.sentence().get(lang)),
                n = i + 1,
            );
        }
        out.push_str("</table>");
    }
    for undecided in &verdict.undecided {
        let _ = write!(out, "<p>? {}: {}</p>", escape(&undecided.task), escape(undecided.why.get(lang)));
    }
    let moved: Vec<_> = verdict.moved().collect();
    if !moved.is_empty() {
        let _ = write!(out, "<h2>{}</h2><ul>", pick(lang, "随前置任务顺延", "Later with their predecessors"));
        for (task, words) in moved {
            let _ = write!(out, "<li>{}: {}</li>", escape(&task.task), escape(words.get(lang)));
        }
        out.push_str("</ul>");
    }
    if !verdict.problems.is_empty() {
        let _ = write!(out, "<h2>{}</h2><ul>", pick(lang, "资料读取说明", "How its data were read"));
        for problem in &verdict.problems {
            let (place, words) = (problem.source.told(lang), problem.message.get(lang));
            let _ = write!(out, "<li>{}: {}</li>", escape(&place), escape(words));
        }
        out.push_str("</ul>");
    }
    if !verdict.remarks.is_empty() || !verdict.notes.is_empty() {
        let _ = write!(out, "<h2>{}</h2><ul>", pick(lang, "提示", "Remarks"));
        for note in verdict.remarks.iter().chain(&verdict.notes) {
            let _ =
                write!(out, "<li>{} {}: {}</li>", escape(&note.code), escape(&note.task), escape(note.words.get(lang)));
        }
        out.push_str("</ul>");
    }
    let _ = write!(out, "<h2>{}</h2><table>", pick(lang, "依据文件", "What it rests on"));
    for hash in hashes {
        let _ = write!(
            out,
            "<tr><td>{}</td><td>{}</td><td><code>{}</code></td></tr>",
            escape(hash.what.get(lang)),
            escape(&hash.name),
            escape(&hash.sha256),
        );
    }
    out.push_str("</table></body></html>\n");
    out
}

/// The bar chart: a bar a working, red where an objection names it, its codes beside it, years as lines.
pub fn gantt(plan: &Plan, verdict: &Verdict, lang: Lang) -> String {
    let bars: Vec<(&Working, Days)> = plan.workings.iter().filter_map(|w| Some((w, w.days()?))).collect();
    let (Some(first), Some(last)) = (bars.iter().map(|(_, d)| d.from).min(), bars.iter().map(|(_, d)| d.to).max())
    else {
        return format!("<p>{}</p>", pick(lang, "没有带日期的任务", "no task has dates"));
    };
    let (row, label, width) = (18.0, 120.0, 1060.0);
    let height = row * bars.len() as f64 + 30.0;
    let span = (days::number(last) - days::number(first) + 1) as f64;
    let x = |day: jiff::civil::Date| {
        label + (days::number(day) - days::number(first)) as f64 / span * (width - label - 160.0)
    };
    let mut out = format!("<svg viewBox=\"0 0 {width:.0} {height:.0}\" font-size=\"11\" font-family=\"sans-serif\">");
    for year in first.year()..=last.year() {
        let day = jiff::civil::Date::new(year, 1, 1).unwrap_or(first).max(first);
        let _ = write!(
            out,
            "<line x1=\"{0:.1}\" y1=\"16\" x2=\"{0:.1}\" y2=\"{height:.0}\" stroke=\"#ccc\"/><text x=\"{0:.1}\" y=\"12\">{year}</text>",
            x(day),
        );
    }
    for (i, (working, own)) in bars.iter().enumerate() {
        let y = 22.0 + row * i as f64;
        let codes = codes(verdict, &working.id);
        let colour = match (codes.is_empty(), working.is_face()) {
            (false, _) => "#c62828",
            (true, true) => "#2e7d32",
            (true, false) => "#1565c0",
        };
        let _ = write!(
            out,
            "<text x=\"4\" y=\"{:.1}\">{}</text><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{colour}\"><title>{} {own} {}</title></rect>",
            y + 11.0,
            escape(&working.name),
            x(own.from),
            y,
            (x(days::later(own.to, 1)) - x(own.from)).max(1.5),
            row - 5.0,
            escape(&working.id),
            escape(&codes.join(" ")),
        );
        if !codes.is_empty() {
            let _ = write!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"#c62828\">✗ {}</text>",
                x(days::later(own.to, 1)) + 4.0,
                y + 11.0,
                escape(&codes.iter().map(|code| code.trim_start_matches("PLAN-")).collect::<Vec<_>>().join(" ")),
            );
        }
    }
    out.push_str("</svg>");
    out
}

fn path(outline: &Outline, place: &dyn Fn(f64, f64) -> (f64, f64)) -> String {
    let mut out = String::new();
    for polygon in &outline.to_geo() {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for (i, corner) in ring.0.iter().enumerate() {
                let (x, y) = place(corner.x, corner.y);
                let _ = write!(out, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
            }
            out.push('Z');
        }
    }
    out
}

/// The faces and headings of one seam on the licence, red where an objection names them.
pub fn map(site: &Site, plan: &Plan, verdict: &Verdict, zones: &ZoneMap, seam: &str, lang: Lang) -> String {
    let of: Vec<&Working> =
        plan.workings.iter().filter(|w| w.seam.as_deref() == Some(seam) && !w.outline.is_empty()).collect();
    let all = Outline::union(of.iter().map(|w| &w.outline).chain([&site.licence.outline]));
    let Some([x0, y0, x1, y1]) = all.bounds() else { return String::new() };
    let width = 1060.0;
    let scale = (width - 20.0) / (x1 - x0).max(1.0);
    let height = (y1 - y0) * scale + 20.0;
    let place = |x: f64, y: f64| (10.0 + (x - x0) * scale, 10.0 + (y1 - y) * scale);
    let mut out = format!("<svg viewBox=\"0 0 {width:.0} {height:.0}\" font-size=\"13\" font-family=\"sans-serif\">");
    let _ = write!(
        out,
        "<path d=\"{}\" fill=\"#fafafa\" stroke=\"#444\" stroke-dasharray=\"8 3\"/>",
        path(&site.licence.outline, &place)
    );
    if let Some(zones) = zones.seams.iter().find(|zones| zones.seam == seam) {
        // The pattern's name is the seam's place: several maps share one page.
        let number = site.seams.iter().position(|s| s.id == seam).unwrap_or(0);
        let _ = write!(
            out,
            "<defs><pattern id=\"no{number}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#fdecea\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#e57373\" stroke-width=\"2\"/></pattern></defs><path d=\"{}\" fill=\"#fff3c4\" stroke=\"#ffd54f\" fill-rule=\"evenodd\"/><path d=\"{}\" fill=\"url(#no{number})\" stroke=\"#e57373\" fill-rule=\"evenodd\"/>",
            path(&zones.deferred, &place),
            path(&zones.forbidden, &place)
        );
    }
    for working in &of {
        let bad = !codes(verdict, &working.id).is_empty();
        let (fill, stroke) = match (bad, working.is_face()) {
            (true, _) => ("#ef9a9a", "#b71c1c"),
            (false, true) => ("#c8e6c9", "#2e7d32"),
            (false, false) => ("#bbdefb", "#1565c0"),
        };
        let _ = write!(
            out,
            "<path d=\"{}\" fill=\"{fill}\" fill-opacity=\"0.7\" stroke=\"{stroke}\" fill-rule=\"evenodd\"><title>{} {}</title></path>",
            path(&working.outline, &place),
            escape(&working.id),
            escape(&codes(verdict, &working.id).join(" ")),
        );
    }
    for working in of.iter().filter(|w| w.is_face()) {
        if let Some([x, y]) = working.outline.label_point() {
            let (x, y) = place(x, y);
            let cross = if codes(verdict, &working.id).is_empty() { "" } else { "✗ " };
            let _ = write!(
                out,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{cross}{}</text>",
                escape(&working.name)
            );
        }
    }
    // North is up; the bar says how long the stated metres are.
    let fifth = ((x1 - x0) / 5.0).max(1.0);
    let ten = 10_f64.powf(fifth.log10().floor());
    let bar_m = [5.0, 2.0, 1.0].into_iter().map(|times| times * ten).find(|m| *m <= fifth).unwrap_or(ten);
    let (left, low) = (20.0, height - 16.0);
    let _ = write!(
        out,
        "<line x1=\"{left}\" y1=\"{low:.1}\" x2=\"{:.1}\" y2=\"{low:.1}\" stroke=\"#222\" stroke-width=\"3\"/><text x=\"{left}\" y=\"{:.1}\">{bar_m:.0} m</text><text x=\"{:.1}\" y=\"24\" text-anchor=\"end\" font-size=\"14\">↑ {}</text>",
        left + bar_m * scale,
        low - 6.0,
        width - 14.0,
        pick(lang, "北", "N")
    );
    out.push_str("</svg>");
    out
}

/// The three reserves: name, unit, places of the number.
const RESERVES: [(&str, &str, &str, &str); 3] = [
    ("开拓煤量", "developed", "a", "年"),
    ("准备煤量", "prepared", "months", "个月"),
    ("回采煤量", "ready", "months", "个月"),
];

/// Months of supply over the plan, one panel a quantity: as the planner counts (line), with closed ground taken off
/// (dashed), and the least for the mine's class (red).
pub fn reserves_chart(verdict: &Verdict, lang: Lang) -> String {
    let months = &verdict.months;
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return String::new() };
    let (width, panel, left) = (1060.0, 150.0, 120.0);
    let span = ((days::number(last.day) - days::number(first.day)) as f64).max(1.0);
    let x = |day: jiff::civil::Date| {
        left + (days::number(day) - days::number(first.day)) as f64 / span * (width - left - 60.0)
    };
    let height = panel * 3.0 + 20.0;
    let mut out = format!("<svg viewBox=\"0 0 {width:.0} {height:.0}\" font-size=\"11\" font-family=\"sans-serif\">");
    for (i, (zh, en, unit, unit_zh)) in RESERVES.iter().enumerate() {
        let top = panel * i as f64 + 14.0;
        let of = |month: &Month, open: bool| if open { month.open_supply[i] } else { month.supply[i] };
        let most = months
            .iter()
            .flat_map(|month| [of(month, false).unwrap_or(0.0), month.least[i]])
            .fold(0.0, f64::max)
            .max(1e-9)
            * 1.1;
        let y = |value: f64| top + (panel - 30.0) * (1.0 - value / most);
        let (name, unit) = (pick(lang, zh, en), pick(lang, unit_zh, unit));
        let _ = write!(
            out,
            "<text x=\"4\" y=\"{:.1}\">{name} ({unit})</text><line x1=\"{left}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"#888\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{:.0}</text>",
            top + 12.0,
            y(0.0),
            width - 60.0,
            y(0.0),
            left - 4.0,
            y(most / 1.1) + 4.0,
            most / 1.1,
        );
        let line = |value: &dyn Fn(&Month) -> Option<f64>| {
            let points: Vec<String> =
                months.iter().filter_map(|m| Some(format!("{:.1},{:.1}", x(m.day), y(value(m)?)))).collect();
            points.join(" ")
        };
        for (points, style) in [
            (line(&|m| Some(m.least[i])), "stroke=\"#c62828\""),
            (line(&|m| of(m, true)), "stroke=\"#1565c0\" stroke-dasharray=\"5 3\""),
            (line(&|m| of(m, false)), "stroke=\"#1565c0\" stroke-width=\"2\""),
        ] {
            let _ = write!(out, "<polyline points=\"{points}\" fill=\"none\" {style}/>");
        }
        let below = months.iter().filter(|m| of(m, false).is_some_and(|supply| supply < m.least[i] * (1.0 - 1e-9)));
        for month in below {
            let at = of(month, false).unwrap_or(0.0);
            let _ = write!(out, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"#c62828\"/>", x(month.day), y(at));
        }
        let least = last.least[i];
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"#c62828\">≥ {least}</text>",
            width - 56.0,
            y(least) + 4.0
        );
    }
    for month in months.iter().filter(|month| month.day.month() == 1 || month.day == first.day) {
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}-{:02}</text>",
            x(month.day),
            height - 4.0,
            month.day.year(),
            month.day.month()
        );
    }
    out.push_str("</svg>");
    let _ = write!(
        out,
        "<p>{}</p>",
        pick(
            lang,
            "实线：按计划口径；虚线：扣除禁采、缓采煤量（按面积比例估算）；红线：规定最短时间。计划未列的工作面不计入，越往后越是下限。逐月数为提示，不符合项按统计日期判定。",
            "Line: as the planner counts; dashed: closed ground taken off, by its share of area; red: the least. Faces that the plan does not list are left out: the later, the more a lower bound. Months are remarks; the objection is judged on the stated date."
        )
    );
    out
}

/// 三量表, month by month.
fn reserves_table(verdict: &Verdict, lang: Lang) -> String {
    let mut out = format!("<table><tr><th>{}</th>", pick(lang, "期末日期", "Date"));
    for (zh, en, unit, unit_zh) in RESERVES {
        let (name, unit) = (pick(lang, zh, en), pick(lang, unit_zh, unit));
        let _ = write!(
            out,
            "<th>{name} {}</th><th>{}</th><th>{} {unit}</th><th>{}</th><th>{}</th>",
            pick(lang, "万t", "10⁴ t"),
            pick(lang, "扣除封闭地段", "open"),
            pick(lang, "可采期", "supply"),
            pick(lang, "规定", "least"),
            pick(lang, "达标", "met"),
        );
    }
    out.push_str("</tr>");
    let number = |value: Option<f64>, by: f64, digits: usize| {
        value.map_or_else(|| "—".to_owned(), |v| format!("{:.digits$}", v / by))
    };
    for month in &verdict.months {
        let _ = write!(out, "<tr><td>{}</td>", month.day);
        for i in 0..3 {
            let met = month.supply[i].map(|supply| supply >= month.least[i] * (1.0 - 1e-9));
            let word = match met {
                Some(true) => pick(lang, "是", "yes"),
                Some(false) => pick(lang, "否", "no"),
                None => "—",
            };
            let _ = write!(
                out,
                "<td>{}</td><td>{}</td><td>{}</td><td>{}</td><td{}>{word}</td>",
                number(month.tonnes[i], 1e4, 1),
                number(month.open_t[i], 1e4, 1),
                number(month.supply[i], 1.0, 1),
                month.least[i],
                if met == Some(false) { " class=\"bad\"" } else { "" },
            );
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
    out
}
