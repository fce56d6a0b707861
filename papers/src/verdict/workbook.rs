//! The plan back to the planner: his own sheets with a column of objections and one of the earliest lawful dates.

use super::pick;
use minesift_core::fact::{Fact, Source};
use minesift_core::plan::{Lawful, Objection, Plan, Verdict, Working};
use minesift_core::text::Lang;
use std::collections::BTreeSet;

/// A sheet as the planner wrote it: header and rows with their numbers in his file.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSheet {
    /// Its name.
    pub name: String,
    /// What stands above the header: titles, the mine's name.
    pub above: Vec<Vec<String>>,
    /// Headers.
    pub headers: Vec<String>,
    /// Rows: number in the file, cells.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Stands for the row of the three reserves.
const RESERVES: &str = "\0reserves";

/// True for an objection of the row of this id: a working that takes part in it, or the row itself.
fn concerns(objection: &Objection, id: &str) -> bool {
    if id == RESERVES {
        return objection.code == "PLAN-RESERVES";
    }
    objection.task == id || objection.workings.iter().any(|working| working == id)
}

/// What is said of one row, and the day it may begin.
fn said(verdict: &Verdict, id: &str, lang: Lang) -> [String; 2] {
    let objections: Vec<String> = verdict
        .objections
        .iter()
        .filter(|o| concerns(o, id))
        .map(|o| format!("{}：{}", o.code, o.sentence().get(lang)))
        .collect();
    let undecided = verdict.undecided.iter().filter(|u| u.task == id).map(|u| format!("？{}", u.why.get(lang)));
    let lawful = match verdict.tasks.iter().find(|t| t.task == id).map(|t| t.lawful) {
        Some(Lawful::From(day)) => day.to_string(),
        Some(Lawful::Never) => pick(lang, "无", "none").to_owned(),
        None => String::new(),
    };
    [objections.into_iter().chain(undecided).collect::<Vec<_>>().join("\n"), lawful]
}

/// The sheet and row of the planner's file that something was read from.
fn row_of(source: &Source) -> Option<(&str, u64)> {
    let (sheet, cell) = source.place.rsplit_once('!').unwrap_or(("", &source.place));
    let first = cell.split([' ', '(']).next()?;
    let digits: String = first.chars().filter(char::is_ascii_digit).collect();
    Some((sheet, digits.parse().ok()?))
}

/// What stands in a row of a sheet: a working of the plan, a treatment that it plans, or the three reserves.
fn row_id(plan: &Plan, others: &[Fact], usual: bool, sheet: &str, number: u64) -> Option<String> {
    if usual {
        let faces = sheet == FACES;
        let working = plan.workings.iter().find(|w| w.is_face() == faces && usual_row(plan, w) == number)?;
        return Some(working.id.clone());
    }
    let at = |source: &Source| row_of(source) == Some((sheet, number));
    if let Some(working) = plan.workings.iter().find(|w| at(&w.source)) {
        return Some(working.id.clone());
    }
    let other = others.iter().find(|fact| matches!(fact.kind, "treatment" | "reserves") && at(&fact.source))?;
    // The three reserves are one row with three verdicts.
    Some(if other.kind == "reserves" { RESERVES.to_owned() } else { other.id.clone() })
}

/// The plan back to the planner, in his own columns where `own` brings his sheets, else in those of the usual 采掘接续计划表,
/// with a column of objections and one of the earliest lawful dates; `others` are the treatments and reserves of the
/// plan's file. A last sheet holds the conclusion, every objection that no row shows, what could not be judged, and the
/// remarks.
///
/// # Errors
/// Of the workbook writer.
pub fn workbook(
    plan: &Plan,
    others: &[Fact],
    verdict: &Verdict,
    own: &[OwnSheet],
    lang: Lang,
) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let usual;
    let sheets = if own.is_empty() {
        usual = [usual_sheet(plan, true), usual_sheet(plan, false)];
        &usual[..]
    } else {
        own
    };
    let mut book = rust_xlsxwriter::Workbook::new();
    let bold = rust_xlsxwriter::Format::new()
        .set_bold()
        .set_text_wrap()
        .set_background_color(rust_xlsxwriter::Color::RGB(0x00EE_EEEE));
    let red = rust_xlsxwriter::Format::new().set_font_color(rust_xlsxwriter::Color::Red).set_text_wrap();
    for own_sheet in sheets {
        let sheet = book.add_worksheet();
        if !own_sheet.name.is_empty() {
            sheet.set_name(&own_sheet.name)?;
        }
        let task_of = |number: u64| row_id(plan, others, own.is_empty(), &own_sheet.name, number);
        let judged = own_sheet.rows.iter().any(|(number, _)| task_of(*number).is_some());
        let width = u16::try_from(own_sheet.headers.len()).unwrap_or(u16::MAX - 2);
        let more = [pick(lang, "不符合项", "Objections"), pick(lang, "最早合规日期", "Earliest lawful date")];
        for (row, cells) in (0_u32..).zip(&own_sheet.above) {
            for (column, cell) in (0_u16..).zip(cells) {
                sheet.write(row, column, cell.as_str())?;
            }
        }
        let head_row = u32::try_from(own_sheet.above.len()).unwrap_or_default();
        for (column, head) in
            (0_u16..).zip(own_sheet.headers.iter().map(String::as_str).chain(more.into_iter().filter(|_| judged)))
        {
            sheet.write_with_format(head_row, column, head, &bold)?;
        }
        sheet.set_freeze_panes(head_row + 1, 0)?;
        for (row, (number, cells)) in (head_row + 1..).zip(&own_sheet.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                match cell.parse::<f64>() {
                    Ok(value) if value.is_finite() && !cell.starts_with('+') => sheet.write(row, column, value)?,
                    _ => sheet.write(row, column, cell.as_str())?,
                };
            }
            if let Some(id) = task_of(*number) {
                let [objections, lawful] = said(verdict, &id, lang);
                // Not every program finds the height of wrapped lines by itself.
                let lines: usize =
                    objections.lines().map(|line| cells_wide(line).div_ceil(SENTENCES_WIDE - 4).max(1)).sum();
                sheet.set_row_height(row, 16.0 * lines.max(1) as f64)?;
                sheet.write_with_format(row, width, objections, &red)?;
                sheet.write(row, width + 1, lawful)?;
            }
        }
        // As wide as what stands in them, but for the sentences; on paper one A3 sheet wide, heads on every page.
        for (column, head) in (0_u16..).zip(&own_sheet.headers) {
            let cells = own_sheet.rows.iter().filter_map(|(_, cells)| cells.get(usize::from(column)));
            let widest = cells.chain([head]).map(|words| cells_wide(words)).max().unwrap_or(0);
            sheet.set_column_width(column, (widest + 2).min(60) as f64)?;
        }
        if judged {
            sheet.set_column_width(width, SENTENCES_WIDE as f64)?.set_column_width(width + 1, 14)?;
        }
        sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0).set_repeat_rows(head_row, head_row)?;
    }
    let ids: BTreeSet<String> = sheets
        .iter()
        .flat_map(|sheet| sheet.rows.iter().map(move |(number, _)| (sheet.name.as_str(), *number)))
        .filter_map(|(sheet, number)| row_id(plan, others, own.is_empty(), sheet, number))
        .collect();
    // What is about the mine, a district or a quarter stands in the rows of who takes part, and here as a whole.
    let of_rows = |objection: &Objection| {
        objection.task.split('+').all(|task| ids.contains(task))
            || objection.code == "PLAN-RESERVES" && ids.contains(RESERVES)
    };
    whole(&mut book, plan, verdict, of_rows, lang)?;
    book.save_to_buffer()
}

/// The sheet of what belongs to no row: the mine, districts, quarters, the reserves; and the conclusion.
fn whole(
    book: &mut rust_xlsxwriter::Workbook,
    plan: &Plan,
    verdict: &Verdict,
    of_rows: impl Fn(&Objection) -> bool,
    lang: Lang,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let mut rows: Vec<[String; 4]> = Vec::new();
    for objection in verdict.objections.iter().filter(|objection| !of_rows(objection)) {
        let lawful = match objection.lawful {
            Lawful::From(day) => day.to_string(),
            Lawful::Never => pick(lang, "无", "none").to_owned(),
        };
        let what = pick(lang, "不符合项", "objection").to_owned();
        rows.push([
            what,
            format!("{} {}", objection.code, objection.task),
            objection.sentence().get(lang).to_owned(),
            lawful,
        ]);
    }
    for undecided in &verdict.undecided {
        let why = format!("{}（{}）", undecided.why.get(lang), undecided.source.told(lang));
        rows.push([pick(lang, "无法判定", "not judged").to_owned(), undecided.task.clone(), why, String::new()]);
    }
    for remark in &verdict.remarks {
        let due = remark.due.map_or_else(String::new, |day| day.to_string());
        let what = pick(lang, "提示", "remark").to_owned();
        rows.push([what, format!("{} {}", remark.code, remark.task), remark.words.get(lang).to_owned(), due]);
    }
    let bold = rust_xlsxwriter::Format::new().set_bold().set_text_wrap();
    let wrap = rust_xlsxwriter::Format::new().set_text_wrap();
    let sheet = book.add_worksheet();
    sheet.set_name(pick(lang, "核校结论", "Verdict"))?;
    sheet.write_with_format(0, 0, plan.name.as_str(), &bold)?;
    sheet.write(1, 0, verdict.conclusion().get(lang))?;
    let heads = [
        pick(lang, "类别", "What"),
        pick(lang, "对象", "About"),
        pick(
            lang,
            "内容（不属于某一行的不符合项、未判定项和提示）",
            "Objections of no row, what was not judged, remarks",
        ),
        pick(lang, "最早合规日期 / 期限", "Earliest lawful date / due"),
    ];
    for (column, head) in (0_u16..).zip(heads) {
        sheet.write_with_format(3, column, head, &bold)?;
    }
    for (row, cells) in (4_u32..).zip(&rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_with_format(row, column, cell.as_str(), &wrap)?;
        }
        let lines = cells_wide(&cells[2]).div_ceil(SENTENCES_WIDE - 4).max(1);
        sheet.set_row_height(row, 16.0 * lines as f64)?;
    }
    sheet.set_column_width(0, 12)?.set_column_width(1, 26)?.set_column_width(2, SENTENCES_WIDE as f64)?;
    sheet.set_column_width(3, 16)?;
    sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Width of the column of objections, in letters.
const SENTENCES_WIDE: usize = 90;

/// How many Latin letters wide words are: a Chinese one takes two.
fn cells_wide(words: &str) -> usize {
    words.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

const FACES: &str = "采煤工作面接续";

fn usual_row(plan: &Plan, working: &Working) -> u64 {
    plan.workings
        .iter()
        .filter(|w| w.is_face() == working.is_face())
        .position(|w| w.id == working.id)
        .map_or(0, |i| i as u64 + 2)
}

/// The columns of a 采掘接续计划表 that facts can fill.
fn usual_sheet(plan: &Plan, face: bool) -> OwnSheet {
    let headers: &[&str] = if face {
        &[
            "序号",
            "水平",
            "采区",
            "翼",
            "工作面",
            "煤层",
            "采高/m",
            "回采率",
            "计划产量/万t",
            "回采起止",
            "接替面",
            "备注",
        ]
    } else {
        &[
            "序号",
            "水平",
            "采区",
            "翼",
            "巷道",
            "煤层",
            "类别",
            "煤岩别",
            "宽/m",
            "开工",
            "竣工",
            "服务面",
            "贯通点",
            "备注",
        ]
    };
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |day| day.to_string());
    let rows = plan.workings.iter().filter(|w| w.is_face() == face).map(|w| {
        let word = |key: &str| {
            w.fact.attributes.get(key).map_or_else(String::new, |value| match value {
                minesift_core::fact::Value::Text(words) => words.clone(),
                minesift_core::fact::Value::Number(number) => number.to_string(),
                _ => String::new(),
            })
        };
        let number = usual_row(plan, w);
        let own = |value: &Option<String>| value.clone().unwrap_or_default();
        let mut cells =
            vec![(number - 1).to_string(), own(&w.level), own(&w.district), own(&w.wing), w.id.clone(), own(&w.seam)];
        if face {
            let tonnes = w.tonnage_t.map_or_else(String::new, |t| format!("{}", t / 1e4));
            let between = if w.from.is_some() { format!("{}～{}", day(w.from), day(w.to)) } else { String::new() };
            cells.extend([word("mining_height_m"), word("recovery"), tonnes, between, word("next"), word("note")]);
        } else {
            cells.extend(["purpose", "rock", "width_m"].map(word));
            cells.extend([day(w.from), day(w.to)]);
            cells.extend(["face", "breaks_into", "note"].map(word));
        }
        (number, cells)
    });
    OwnSheet {
        name: if face { FACES } else { "掘进工作面接续" }.to_owned(),
        above: Vec::new(),
        headers: headers.iter().map(|head| (*head).to_owned()).collect(),
        rows: rows.collect(),
    }
}
