//! The tables as an Excel workbook: one sheet a table, headings frozen, numbers as numbers.

use crate::content::Papers;
use crate::svg::width_mm;
use crate::tables::{self, Cell, Table};
use minesift_core::text::{Lang, Text};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Most signs a cell of a workbook holds.
const MOST_SIGNS: usize = 32_767;

/// 三区表, 台账 and what belongs to them, in one language.
///
/// The dates of the file are the day of the map: the same map gives the same bytes.
///
/// # Errors
/// When the writer refuses, which valid tables never make it do.
pub fn workbook(papers: &Papers<'_>, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let day = papers.map.day;
    let created = ExcelDateTime::from_ymd(day.year().clamp(1900, 9999) as u16, day.month() as u8, day.day() as u8)?;
    let title =
        format!("{} {}", papers.site.mine.name.get(lang), Text::new("三区划分表", "three-zone tables").get(lang));
    book.set_properties(&DocProperties::new().set_title(&title).set_creation_datetime(&created));
    for table in [
        tables::three_zones(papers, lang),
        tables::ledger(papers, lang),
        tables::by_seam(papers, lang),
        tables::by_district(papers, lang),
        tables::by_face(papers, lang),
        tables::by_rule(papers, lang),
        tables::closures(papers, lang),
        tables::surveys(papers, lang),
        tables::corners(papers, lang),
        tables::receipts(papers, lang),
    ] {
        write(book.add_worksheet(), &table, papers, lang)?;
    }
    book.save_to_buffer()
}

/// Rows above the table: its title, and what it stands on.
pub const HEAD_ROWS: u32 = 2;

fn write(sheet: &mut Worksheet, table: &Table, papers: &Papers<'_>, lang: Lang) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0x00E3_EAF2))
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    let words = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top).set_text_wrap();
    sheet.set_name(&table.name)?;
    sheet.write_string_with_format(
        0,
        0,
        format!("{} {}", papers.site.mine.name.get(lang), table.name),
        &Format::new().set_bold().set_font_size(14),
    )?;
    let (crs, datum) = papers.frame();
    let map = papers.map;
    let mut about = match lang {
        Lang::Zh => format!(
            "划分时间 {}；资料截止 {}；规则 {}；坐标 {}；高程 {}。{}",
            map.day, map.as_of, map.edition, crs.zh, datum.zh, table.note
        ),
        Lang::En => format!(
            "Divided {}; facts as of {}; rulebook {}; coordinates {}; heights {}. {}",
            map.day, map.as_of, map.edition, crs.en, datum.en, table.note
        ),
    };
    if let Some(known) = papers.known {
        about = match lang {
            Lang::Zh => format!("{about}依据{}。", known.zh),
            Lang::En => format!("{about} From {}.", known.en),
        };
    }
    if !map.legal {
        about = format!("{} {about}", Text::new("※ 非法定分区。", "* Not a legal classification.").get(lang));
    }
    sheet.write_string(1, 0, about)?;
    let mut widths: Vec<f64> = table.columns.iter().map(|name| width_mm(name, 1.0) / 2.0).collect();
    for (j, name) in table.columns.iter().enumerate() {
        sheet.write_string_with_format(HEAD_ROWS, j as u16, name, &heading)?;
    }
    for (i, row) in table.rows.iter().enumerate() {
        let r = HEAD_ROWS + 1 + i as u32;
        for (j, cell) in row.iter().enumerate() {
            let c = j as u16;
            match cell {
                Cell::Empty => {
                    sheet.write_blank(r, c, &words)?;
                }
                Cell::Words(text) => {
                    widths[j] = widths[j].max(width_mm(text, 1.0) * 0.9);
                    let text: String = text.chars().take(MOST_SIGNS).collect();
                    sheet.write_string_with_format(r, c, text, &words)?;
                }
                Cell::Number(number, decimals) => {
                    widths[j] = widths[j].max(cell.shown().len() as f64 * 0.55);
                    let mut shape = String::from(if *decimals > 0 { "0." } else { "0" });
                    shape.extend(std::iter::repeat_n('0', *decimals));
                    sheet.write_number_with_format(r, c, *number, &words.clone().set_num_format(shape))?;
                }
            }
        }
    }
    for (j, width) in widths.iter().enumerate() {
        // A Chinese sign is about two of Excel's units wide.
        sheet.set_column_width(j as u16, (width * 2.0 + 2.0).clamp(7.0, 46.0))?;
    }
    sheet.set_freeze_panes(HEAD_ROWS + 1, 1)?;
    if !table.rows.is_empty() {
        sheet.autofilter(HEAD_ROWS, 0, HEAD_ROWS + table.rows.len() as u32, table.columns.len() as u16 - 1)?;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(HEAD_ROWS, HEAD_ROWS)?;
    Ok(())
}
