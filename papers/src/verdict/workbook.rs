//! The plan back to the planner: his own sheets with a column of objections and one of the earliest lawful dates.

use super::pick;
use minesift_core::plan::{Lawful, Plan, Verdict, Working};
use minesift_core::text::Lang;

/// A sheet as the planner wrote it: header and rows with their numbers in his file.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSheet {
    /// Its name.
    pub name: String,
    /// Headers.
    pub headers: Vec<String>,
    /// Rows: number in the file, cells.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// What is said of one working, and the day it may begin.
fn said(verdict: &Verdict, id: &str, lang: Lang) -> [String; 2] {
    let objections: Vec<String> = verdict
        .objections
        .iter()
        .filter(|o| o.workings.iter().any(|working| working == id))
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

/// The sheet and row of the planner's file that a working was read from.
fn row_of(working: &Working) -> Option<(&str, u64)> {
    let (sheet, cell) = working.source.place.rsplit_once('!').unwrap_or(("", &working.source.place));
    let first = cell.split([' ', '(']).next()?;
    let digits: String = first.chars().filter(char::is_ascii_digit).collect();
    Some((sheet, digits.parse().ok()?))
}

/// The plan back to the planner, in his own columns where `own` brings his sheets, else in those of the usual 采掘接续计划表,
/// with a column of objections and one of the earliest lawful dates.
///
/// # Errors
/// Of the workbook writer.
pub fn workbook(
    plan: &Plan,
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
        let task_of = |number: u64| {
            plan.workings.iter().find(|w| {
                if own.is_empty() {
                    w.is_face() == (own_sheet.name == FACES) && usual_row(plan, w) == number
                } else {
                    row_of(w) == Some((own_sheet.name.as_str(), number))
                }
            })
        };
        let judged = own_sheet.rows.iter().any(|(number, _)| task_of(*number).is_some());
        let width = u16::try_from(own_sheet.headers.len()).unwrap_or(u16::MAX - 2);
        let more = [pick(lang, "不符合项", "Objections"), pick(lang, "最早合规日期", "Earliest lawful date")];
        for (column, head) in
            (0_u16..).zip(own_sheet.headers.iter().map(String::as_str).chain(more.into_iter().filter(|_| judged)))
        {
            sheet.write_with_format(0, column, head, &bold)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        for (row, (number, cells)) in (1_u32..).zip(&own_sheet.rows) {
            for (column, cell) in (0_u16..).zip(cells) {
                match cell.parse::<f64>() {
                    Ok(value) if value.is_finite() && !cell.starts_with('+') => sheet.write(row, column, value)?,
                    _ => sheet.write(row, column, cell.as_str())?,
                };
            }
            if let Some(working) = task_of(*number) {
                let [objections, lawful] = said(verdict, &working.id, lang);
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
        sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    }
    book.save_to_buffer()
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
        headers: headers.iter().map(|head| (*head).to_owned()).collect(),
        rows: rows.collect(),
    }
}
