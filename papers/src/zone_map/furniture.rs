//! What stands round the map: title, grid numbers, north arrow, scale bar, legend, tables, notes, title block.

use super::layers::{grid_step_m, grid_values};
use super::{COLUMN_MM, EDGE_MM, Frame, GRID_MM, Sheet, style};
use crate::svg::{Paint, Pen, Svg, wrap};
use crate::words;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::Class;

const ROW_MM: f64 = 5.0;
const CORNER_ROW_MM: f64 = 4.0;
/// Corners the table on the map holds; more stand in the workbook.
const MOST_CORNERS: usize = 16;
const GAP_MM: f64 = 4.0;

pub(super) fn column_height(sheet: &Sheet<'_>) -> f64 {
    sheet.legend.height_mm()
        + GAP_MM
        + totals_height()
        + GAP_MM
        + corners_height(sheet)
        + GAP_MM
        + block_rows(sheet).len() as f64 * ROW_MM
        + signs_height()
}

pub(super) fn draw(sheet: &mut Sheet<'_>, paper: [f64; 2], title: &str) {
    let prefix = sheet.options.prefix.clone();
    sheet.svg.begin(&format!("{prefix}-furniture"), None);
    let [left, top, right, _] = sheet.frame.paper;
    neat_lines(&mut sheet.svg, &sheet.frame, paper);
    grid_numbers(&mut sheet.svg, &sheet.frame);
    let middle = f64::midpoint(left, right);
    let size = (8.0 * (right - left) / crate::svg::width_mm(title, 8.0)).min(8.0);
    sheet.svg.text([middle, EDGE_MM + 8.2], title, &Pen::new(size).middle().bold());
    let scale = format!("1:{}", scale_words(sheet.frame.scale));
    sheet.svg.text([middle, EDGE_MM + 14.8], &scale, &Pen::new(4.2).middle());
    if !sheet.papers.map.legal {
        let words = sheet.words("※ 非法定分区（仅供研究比对）", "* not a legal classification (study only)");
        sheet.svg.text([left, EDGE_MM + 14.8], &words, &Pen::new(4.2).colour(style::FAULT).bold());
    }
    north(&mut sheet.svg, [right - 9.0, top + 8.0], sheet.options.lang);
    foot(sheet);
    column(sheet, right + GRID_MM + 4.0);
    sheet.svg.end();
}

fn scale_words(scale: f64) -> String {
    format!("{scale:.0}")
}

/// Frame of the paper, neat line and the strip for the numbers of the grid.
pub(crate) fn neat_lines(svg: &mut Svg, frame: &Frame, paper: [f64; 2]) {
    let [left, top, right, bottom] = frame.paper;
    svg.rect(EDGE_MM / 2.0, EDGE_MM / 2.0, paper[0] - EDGE_MM, paper[1] - EDGE_MM, &Paint::line(style::INK, 0.6));
    svg.rect(left, top, right - left, bottom - top, &Paint::line(style::INK, 0.35));
    let out = [right - left + 2.0 * GRID_MM, bottom - top + 2.0 * GRID_MM];
    svg.rect(left - GRID_MM, top - GRID_MM, out[0], out[1], &Paint::line(style::INK, 0.7));
}

pub(crate) fn grid_numbers(svg: &mut Svg, frame: &Frame) {
    let step = grid_step_m(frame);
    let [left, top, right, bottom] = frame.paper;
    let [west, south, east, north] = frame.ground;
    let tick = Paint::line(style::INK, 0.25);
    for x in grid_values(west, east, step) {
        let at = frame.at([x, south])[0];
        let label = format!("{x:.0}");
        svg.line([at, bottom], [at, bottom + 1.2], &tick);
        svg.line([at, top], [at, top - 1.2], &tick);
        if at > left + 4.0 && at < right - 4.0 {
            svg.text([at, bottom + GRID_MM - 1.3], &label, &Pen::new(2.4).middle());
            svg.text([at, top - 1.9], &label, &Pen::new(2.4).middle());
        }
    }
    for y in grid_values(south, north, step) {
        let at = frame.at([west, y])[1];
        let label = format!("{y:.0}");
        svg.line([left - 1.2, at], [left, at], &tick);
        svg.line([right, at], [right + 1.2, at], &tick);
        if at > top + 4.0 && at < bottom - 4.0 {
            svg.text([left - 1.9, at], &label, &Pen::new(2.4).middle().turned(-90.0));
            svg.text([right + GRID_MM - 1.3, at], &label, &Pen::new(2.4).middle().turned(-90.0));
        }
    }
}

pub(crate) fn north(svg: &mut Svg, at: [f64; 2], lang: Lang) {
    svg.rect(at[0] - 6.0, at[1] - 6.5, 12.0, 21.0, &Paint::fill("#fff").opacity(0.85));
    let tip = [at[0], at[1] - 1.0];
    let half = |side: f64| vec![tip, [at[0] + side * 3.0, at[1] + 13.0], [at[0], at[1] + 10.0]];
    svg.path(&[half(-1.0)], true, &Paint::line(style::INK, 0.25).filled("#fff"));
    svg.path(&[half(1.0)], true, &Paint::line(style::INK, 0.25).filled(style::INK));
    svg.text([at[0], at[1] - 2.0], Text::new("北", "N").get(lang), &Pen::new(3.6).middle().bold());
}

/// A bar of about 40 mm and a round number of metres in four fields, its scale behind it; tells where it ends.
pub(crate) fn scale_bar(svg: &mut Svg, frame: &Frame, [left, top]: [f64; 2]) -> f64 {
    let whole = frame.metres(40.0);
    let unit = 10_f64.powf(whole.log10().floor());
    let length = [5.0, 2.0, 1.0].into_iter().map(|n| n * unit).find(|n| *n <= whole * 1.05).unwrap_or(unit);
    let field = frame.mm(length) / 4.0 * if frame.mm(length) < 24.0 { 2.0 } else { 1.0 };
    let metres = frame.metres(field);
    for i in 0..4 {
        let colour = if i % 2 == 0 { style::INK } else { "#fff" };
        svg.rect(left + f64::from(i) * field, top, field, 1.6, &Paint::line(style::INK, 0.2).filled(colour));
    }
    for i in [0, 2, 4] {
        let words = format!("{}{}", words::short(metres * f64::from(i)), if i == 4 { " m" } else { "" });
        svg.text([left + f64::from(i) * field, top + 5.0], &words, &Pen::new(2.5).middle());
    }
    svg.text([left + 4.0 * field + 9.0, top + 2.2], &format!("1:{}", scale_words(frame.scale)), &Pen::new(3.0));
    4.0 * field
}

fn foot(sheet: &mut Sheet<'_>) {
    let [left, _, right, bottom] = sheet.frame.paper;
    let top = bottom + GRID_MM + 4.0;
    let bar = scale_bar(&mut sheet.svg, &sheet.frame, [left, top]);

    let (crs, datum) = sheet.papers.frame();
    let lang = sheet.options.lang;
    let mut notes = vec![
        sheet.words(
            "可采区不等于批准开采，仍须地质说明书和允许掘进（回采）通知书。",
            "A mineable zone is no permission to mine: geological statement and heading (stoping) permit are still required.",
        ),
        match lang {
            Lang::Zh => format!("平面坐标：{}；高程：{}。X 为北，Y 为东，单位 m。疑似问题（待核实），以人工认定为准。", crs.zh, datum.zh),
            Lang::En => format!("Coordinates: {}; heights: {}. X north, Y east, metres. Candidate findings: people determine.", crs.en, datum.en),
        },
    ];
    let flat = sheet.seam.floor.linear().filter(|[a, b, _]| *a == 0.0 && *b == 0.0);
    if let Some([_, _, z]) = flat {
        notes.push(match lang {
            Lang::Zh => format!("底板水平，标高 {} m，故无等高线。", words::short(z)),
            Lang::En => format!("The floor is flat at {} m: no contours.", words::short(z)),
        });
    }
    if sheet.unlabelled > 0 {
        notes.push(match lang {
            Lang::Zh => format!("图面过小未注记的区块 {} 处，见三区表。", sheet.unlabelled),
            Lang::En => format!("{} areas too small here for a label: see the table.", sheet.unlabelled),
        });
    }
    if sheet.options.warning_m.is_none() && sheet.zones.findings.iter().any(|f| f.rule == "GOAF-3") {
        notes.push(sheet.words("警戒线距离未给出，不绘。", "No distance was given for the warning line: not drawn."));
    }
    let start = left + (bar + 34.0).max(70.0);
    let mut y = top + 1.8;
    let first = notes.remove(0);
    for line in wrap(&first, 3.0, right - start) {
        sheet.svg.text([start, y], &line, &Pen::new(3.0).bold());
        y += 4.1;
    }
    for line in wrap(&notes.join(" "), 2.4, right - start) {
        sheet.svg.text([start, y], &line, &Pen::new(2.4));
        y += 3.3;
    }
}

fn totals_height() -> f64 {
    6.0 + 5.0 * CORNER_ROW_MM
}

fn corners_height(sheet: &Sheet<'_>) -> f64 {
    let corners: usize = sheet.papers.corners().iter().map(Vec::len).sum();
    let more = usize::from(corners > MOST_CORNERS);
    7.0 + (corners.min(MOST_CORNERS) + 1 + more) as f64 * CORNER_ROW_MM
}

fn signs_height() -> f64 {
    5.0 * ROW_MM * 1.25
}

fn column(sheet: &mut Sheet<'_>, x: f64) {
    let lang = sheet.options.lang;
    let width = COLUMN_MM - 4.0;
    let [_, top, _, bottom] = sheet.frame.paper;
    let mut y = top - GRID_MM;
    let legend = sheet.legend.clone();
    legend.draw(&mut sheet.svg, x, y, width, &sheet.options.prefix, lang);
    y += legend.height_mm() + GAP_MM;
    totals(sheet, x, y, width);
    y += totals_height() + GAP_MM;
    corner_table(sheet, x, y, width);
    // The title block stands in the corner, as on every drawing.
    let rows = block_rows(sheet);
    let high = rows.len() as f64 * ROW_MM + signs_height();
    block(sheet, x, bottom + super::FOOT_MM - 2.0 - high, width, &rows);
}

fn totals(sheet: &mut Sheet<'_>, x: f64, y: f64, width: f64) {
    let heading = sheet.words("三区面积及煤量", "Areas and coal by class");
    sheet.svg.text([x + width / 2.0, y + 4.0], &heading, &Pen::new(3.2).middle().bold());
    let unit = sheet.words("万t", "10⁴ t");
    let ground = sheet.zones.ground.area_m2();
    let mut rows =
        vec![[sheet.words("类别", "class"), "m²".to_owned(), "%".to_owned(), unit.replace("10⁴", "×10 000")]];
    for (i, class) in [Class::Mineable, Class::Deferred, Class::Forbidden].into_iter().enumerate() {
        let m2 = sheet.zones.of(class).area_m2();
        let share = if ground > 0.0 { 100.0 * m2 / ground } else { 0.0 };
        rows.push([
            sheet.say(&class.title()).to_owned(),
            words::number(m2, 0),
            format!("{share:.2}"),
            words::wan_t(sheet.zones.tonnes.map(|t| t[i + 1])),
        ]);
    }
    rows.push([
        sheet.words("合计", "ground"),
        words::number(ground, 0),
        "100".to_owned(),
        words::wan_t(sheet.zones.tonnes.map(|t| t[0])),
    ]);
    let edges = [0.0, 0.28, 0.60, 0.78, 1.0].map(|share| x + share * width);
    table(sheet, y + 6.0, &edges, &rows);
}

/// Rows between edges; the first row is the heading, the first column words, the others numbers.
fn table<const N: usize>(sheet: &mut Sheet<'_>, top: f64, edges: &[f64], rows: &[[String; N]]) {
    let bottom = top + rows.len() as f64 * CORNER_ROW_MM;
    let thin = Paint::line(style::INK, 0.15);
    for i in 0..=rows.len() {
        let y = top + i as f64 * CORNER_ROW_MM;
        sheet.svg.line([edges[0], y], [edges[edges.len() - 1], y], &thin);
    }
    for edge in edges {
        sheet.svg.line([*edge, top], [*edge, bottom], &thin);
    }
    for (i, row) in rows.iter().enumerate() {
        let foot = top + i as f64 * CORNER_ROW_MM + 2.9;
        for (j, cell) in row.iter().enumerate() {
            if i == 0 || j == 0 {
                sheet.svg.text([f64::midpoint(edges[j], edges[j + 1]), foot], cell, &Pen::new(2.4).middle());
            } else {
                sheet.svg.text([edges[j + 1] - 1.0, foot], cell, &Pen::new(2.4).end());
            }
        }
    }
}

fn corner_table(sheet: &mut Sheet<'_>, x: f64, y: f64, width: f64) {
    let corners: Vec<[f64; 2]> = sheet.papers.corners().into_iter().flatten().collect();
    let heading = sheet.words("井田拐点坐标", "Corners of the licence");
    sheet.svg.text([x + width / 2.0, y + 4.0], &heading, &Pen::new(3.2).middle().bold());
    let mut rows =
        vec![[sheet.words("点号", "no."), sheet.words("X（北）", "X (north)"), sheet.words("Y（东）", "Y (east)")]];
    for (i, p) in corners.iter().take(MOST_CORNERS).enumerate() {
        rows.push([format!("J{}", i + 1), format!("{:.3}", p[1]), format!("{:.3}", p[0])]);
    }
    let edges = [0.0, 0.2, 0.6, 1.0].map(|share| x + share * width);
    table(sheet, y + 6.0, &edges, &rows);
    if corners.len() > MOST_CORNERS {
        let words = match sheet.options.lang {
            Lang::Zh => format!("共 {} 点，其余见附表", corners.len()),
            Lang::En => format!("{} corners in all: see the workbook", corners.len()),
        };
        sheet.svg.text([x, y + 6.0 + rows.len() as f64 * CORNER_ROW_MM + 3.0], &words, &Pen::new(2.4));
    }
}

fn block_rows(sheet: &Sheet<'_>) -> Vec<(String, String)> {
    let lang = sheet.options.lang;
    let map = sheet.papers.map;
    let (crs, datum) = sheet.papers.frame();
    let row = |zh: &str, en: &str, value: &Text| (Text::new(zh, en).get(lang).to_owned(), value.get(lang).to_owned());
    let mut rows = vec![
        row("矿  名", "mine", &sheet.papers.site.mine.name),
        row("图  名", "drawing", &Text::new("三区划分图", "three-zone map")),
        row("煤  层", "seam", &sheet.seam.name),
        row("比例尺", "scale", &Text::same(format!("1:{}", scale_words(sheet.frame.scale)))),
        row("坐标系", "coordinates", &crs),
        row("高  程", "heights", &datum),
        row("规则版本", "rulebook", &Text::same(map.edition.clone())),
        row("资料截止", "facts as of", &Text::same(map.as_of.to_string())),
        row("划分时间", "divided on", &Text::same(map.day.to_string())),
    ];
    rows.extend(sheet.papers.known.map(|known| row("登记依据", "register", known)));
    rows
}

fn block(sheet: &mut Sheet<'_>, x: f64, y: f64, width: f64, rows: &[(String, String)]) {
    let edge = x + 0.24 * width;
    let (line, bold) = (Paint::line(style::INK, 0.2), Paint::line(style::INK, 0.6));
    for (i, (name, value)) in rows.iter().enumerate() {
        let top = y + i as f64 * ROW_MM;
        sheet.svg.line([x, top], [x + width, top], &line);
        sheet.svg.text([f64::midpoint(x, edge), top + 3.5], name, &Pen::new(2.6).middle());
        let size = (2.6 * (0.76 * width - 2.4) / crate::svg::width_mm(value, 2.6).max(0.1)).min(2.6);
        sheet.svg.text([edge + 1.2, top + 3.5], value, &Pen::new(size));
    }
    let signs_top = y + rows.len() as f64 * ROW_MM;
    sheet.svg.line([edge, y], [edge, signs_top], &line);
    let signs = [
        ("绘  图", "drawn"),
        ("审  核", "checked"),
        ("地测副总", "chief geologist"),
        ("总  工", "chief engineer"),
        ("日  期", "date"),
    ];
    let step = ROW_MM * 1.25;
    let day = x + 0.72 * width;
    for (i, (zh, en)) in signs.into_iter().enumerate() {
        let top = signs_top + i as f64 * step;
        sheet.svg.line([x, top], [x + width, top], &line);
        let words = sheet.words(zh, en);
        sheet.svg.text([f64::midpoint(x, edge), top + 4.2], &words, &Pen::new(2.6).middle());
        if i < 4 {
            let day_words = sheet.words("年   月   日", "date");
            sheet.svg.text(
                [f64::midpoint(day, x + width), top + 4.2],
                &day_words,
                &Pen::new(2.1).middle().colour("#666"),
            );
        }
    }
    let bottom = signs_top + 5.0 * step;
    sheet.svg.line([edge, signs_top], [edge, bottom], &line);
    sheet.svg.line([day, signs_top], [day, bottom - step], &line);
    sheet.svg.rect(x, y, width, bottom - y, &bold);
}
