//! The verdict on a succession plan as one self-contained page: a bar chart (横道图) whose bars carry the objections, a
//! map of the faces of each seam, the objections in full, and, without any, the statement of check (合规性核校意见).

use minesift_core::outline::Outline;
use minesift_core::plan::{Days, Lawful, Plan, Verdict, Working, days};
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
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
th{background:#eee}svg{max-width:100%;border:1px solid #ccc}code{word-break:break-all}.bad{color:#b00020;font-weight:bold}";

fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn pick(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    if lang == Lang::Zh { zh } else { en }
}

/// Codes of the objections of one task.
fn codes<'a>(verdict: &'a Verdict, task: &str) -> &'a [String] {
    verdict.tasks.iter().find(|t| t.task == task).map_or(&[], |t| t.codes.as_slice())
}

/// The page.
pub fn html(site: &Site, plan: &Plan, verdict: &Verdict, hashes: &[Hash], lang: Lang) -> String {
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
    let _ = write!(out, "<h2>{}</h2>{}", pick(lang, "横道图", "Bar chart"), gantt(plan, verdict, lang));
    for seam in &site.seams {
        if plan.workings.iter().any(|w| w.seam.as_deref() == Some(&seam.id) && !w.outline.is_empty()) {
            let _ = write!(
                out,
                "<h2>{} {}</h2>{}",
                pick(lang, "接续平面图", "Map"),
                escape(seam.name.get(lang)),
                map(site, plan, verdict, &seam.id)
            );
        }
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

/// The statement of check, 合规性核校意见: only for a verdict without objections.
fn statement(site: &Site, plan: &Plan, verdict: &Verdict, lang: Lang) -> String {
    let mut rests: Vec<&str> = verdict.tasks.iter().flat_map(|t| t.rests_on.iter().map(String::as_str)).collect();
    rests.sort_unstable();
    rests.dedup();
    let rests = if rests.is_empty() {
        String::new()
    } else {
        match lang {
            Lang::Zh => format!("本意见以下列计划治理工程按期验收为前提：{}。", rests.join("、")),
            Lang::En => format!("It rests on the planned acceptance of: {}.", rests.join(", ")),
        }
    };
    let words = match lang {
        Lang::Zh => format!(
            "{} 的{}（版本 {}）经核校，{}。{rests}本意见不代替审批。",
            site.mine.name.zh,
            plan.name,
            plan.version.as_deref().unwrap_or("—"),
            verdict.conclusion().zh,
        ),
        Lang::En => format!(
            "{}, plan {} (version {}): {}. {rests} This statement does not replace approval.",
            site.mine.name.en,
            plan.name,
            plan.version.as_deref().unwrap_or("—"),
            verdict.conclusion().en,
        ),
    };
    format!("<h2>{}</h2><p>{}</p>", pick(lang, "合规性核校意见", "Statement of check"), escape(&words))
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
pub fn map(site: &Site, plan: &Plan, verdict: &Verdict, seam: &str) -> String {
    let of: Vec<&Working> =
        plan.workings.iter().filter(|w| w.seam.as_deref() == Some(seam) && !w.outline.is_empty()).collect();
    let all = Outline::union(of.iter().map(|w| &w.outline).chain([&site.licence.outline]));
    let Some([x0, y0, x1, y1]) = all.bounds() else { return String::new() };
    let width = 1060.0;
    let scale = (width - 20.0) / (x1 - x0).max(1.0);
    let height = (y1 - y0) * scale + 20.0;
    let place = |x: f64, y: f64| (10.0 + (x - x0) * scale, 10.0 + (y1 - y) * scale);
    let mut out = format!("<svg viewBox=\"0 0 {width:.0} {height:.0}\" font-size=\"10\" font-family=\"sans-serif\">");
    let _ = write!(
        out,
        "<path d=\"{}\" fill=\"#fafafa\" stroke=\"#444\" stroke-dasharray=\"8 3\"/>",
        path(&site.licence.outline, &place)
    );
    for working in &of {
        let bad = !codes(verdict, &working.id).is_empty();
        let (fill, stroke) = match (bad, working.is_face()) {
            (true, _) => ("#ef9a9a", "#b71c1c"),
            (false, true) => ("#c8e6c9", "#2e7d32"),
            (false, false) => ("#bbdefb", "#1565c0"),
        };
        let _ = write!(
            out,
            "<path d=\"{}\" fill=\"{fill}\" stroke=\"{stroke}\" fill-rule=\"evenodd\"><title>{} {}</title></path>",
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
    out.push_str("</svg>");
    out
}

/// The plan back to the planner with a column of objections.
///
/// # Errors
/// Of the workbook writer.
pub fn workbook(plan: &Plan, verdict: &Verdict, lang: Lang) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let bold = rust_xlsxwriter::Format::new().set_bold();
    let red = rust_xlsxwriter::Format::new().set_font_color(rust_xlsxwriter::Color::Red).set_text_wrap();
    for (face, name) in [(true, "采煤"), (false, "掘进")] {
        let sheet = book.add_worksheet().set_name(name)?;
        let own: &str = if face { "工作面" } else { "巷道" };
        let heads = ["序号", "水平", "采区", own, "煤层", "起", "止", "产量 t", "不符合项", "最早合规日期"];
        for (column, head) in (0_u16..).zip(heads) {
            sheet.write_with_format(0, column, head, &bold)?;
        }
        sheet.set_column_width(8, 90)?;
        for (row, working) in (1_u32..).zip(plan.workings.iter().filter(|w| w.is_face() == face)) {
            sheet.write(row, 0, row)?;
            let words = [&working.level, &working.district, &Some(working.name.clone()), &working.seam];
            for (column, word) in (1_u16..).zip(words) {
                sheet.write(row, column, word.as_deref().unwrap_or(""))?;
            }
            for (column, day) in [(5, working.from), (6, working.to)] {
                sheet.write(row, column, day.map_or_else(String::new, |day| day.to_string()))?;
            }
            if let Some(tonnes) = working.tonnage_t {
                sheet.write(row, 7, tonnes)?;
            }
            let said: Vec<String> = verdict
                .objections
                .iter()
                .filter(|o| o.workings.contains(&working.id))
                .map(|o| format!("{}：{}", o.code, o.sentence().get(lang)))
                .collect();
            sheet.write_with_format(row, 8, said.join("\n"), &red)?;
            let lawful = verdict.tasks.iter().find(|t| t.task == working.id).map(|t| t.lawful);
            let lawful = match lawful {
                Some(Lawful::From(day)) => day.to_string(),
                _ => pick(lang, "无", "none").to_owned(),
            };
            sheet.write(row, 9, lawful)?;
        }
    }
    book.save_to_buffer()
}
