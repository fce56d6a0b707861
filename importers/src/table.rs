//! A decoded table: headers, rows, cell places; from CSV and TSV, or from the sheets of a workbook (xlsx, xls, ods).
//!
//! Titles above the header are passed over, a second header row (below merged cells) is joined with the first, a row
//! of units is joined in brackets, merged data cells count for each of their rows. Blank lines are not rows.

use crate::{Choice, ImportError, Input, Options, encoding, values};
use calamine::{Data, Reader};
use jiff::civil::Date;
use minesift_core::text::Text;
use std::collections::BTreeMap;
use std::io::Cursor;

/// The largest text that is read as a table: rows are held in memory.
pub const LARGEST_TEXT: u64 = 512 << 20;
/// The largest workbook.
pub const LARGEST_WORKBOOK: u64 = 256 << 20;
/// How far a packed workbook may unfold: so much, and so many times its size. Sheets of one word a million times stay below.
const UNFOLDS_TO: u64 = 256 << 20;
const UNFOLDS_TIMES: u64 = 60;
/// The longest line of a table, in bytes: a longer one is no row of a ledger.
pub const LONGEST_LINE: usize = 16 << 20;
/// Rows among which the header is looked for.
const HEADER_WITHIN: usize = 20;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing was written.
    Empty,
    /// Words, trimmed.
    Text(String),
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
    /// Yes or no.
    Flag(bool),
}

impl Cell {
    /// The words of the cell as a person would write them; empty where nothing is.
    pub fn words(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(words) => words.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    /// True where nothing was written.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    fn is_words(&self) -> bool {
        matches!(self, Self::Text(words) if values::plain_number(words, false).is_none())
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number in the file, from 1, headers counted; for text files the line it starts on.
    pub number: u64,
    /// Its cells.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column; empty beyond the end.
    pub fn cell(&self, index: usize) -> &Cell {
        self.cells.get(index).unwrap_or(&Cell::Empty)
    }
}

/// One table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Sheet name; empty where the file is one table.
    pub name: String,
    /// Header of each column, as written; joined with `/` where headers are stacked.
    pub headers: Vec<String>,
    /// What stands above the header: titles, the mine's name.
    pub above: Vec<Row>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// True where numbers are written with a decimal comma.
    pub decimal_comma: bool,
    /// What was found on the way.
    pub notes: Vec<Text>,
    /// Column of the sheet in which the first cell of a row stands, from 0.
    pub left: usize,
    /// Cells that took the value of a cell merged down over them: row number and index of the column.
    pub filled: Vec<(u64, usize)>,
}

impl Table {
    /// The name of a cell as a spreadsheet says it: `F7`.
    pub fn cell_name(&self, row: &Row, index: usize) -> String {
        let (mut letters, mut at) = (String::new(), self.left + index + 1);
        while at > 0 {
            letters.insert(0, char::from(b'A' + ((at - 1) % 26) as u8));
            at = (at - 1) / 26;
        }
        format!("{letters}{}", row.number)
    }
}

/// The tables of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Tables {
    /// In the order of the file; sheets without any row are among them.
    pub tables: Vec<Table>,
    /// Text encoding, for text files.
    pub encoding: Option<Choice>,
}

/// True when the name says that this is a workbook.
pub fn is_workbook(input: &Input) -> bool {
    matches!(input.extension().as_str(), "xlsx" | "xlsm" | "xls" | "ods" | "xlsb")
}

/// True when the name says that this may be a table of text.
pub fn is_text(input: &Input) -> bool {
    matches!(input.extension().as_str(), "csv" | "tsv" | "txt" | "tab" | "dat")
}

/// Reads every table of a file.
///
/// # Errors
/// When the file is too large, no text or workbook, or has no header.
pub fn read(input: &Input, options: &Options) -> Result<Tables, ImportError> {
    let limit = if is_workbook(input) { LARGEST_WORKBOOK } else { LARGEST_TEXT };
    if input.size > limit {
        let (size, limit) = (input.size >> 20, limit >> 20);
        return Err(ImportError::new(
            &input.name,
            format!("文件 {size} MiB，超过表格上限 {limit} MiB；请拆分后再导入"),
            format!("the file has {size} MiB, more than the {limit} MiB of a table: split it"),
        ));
    }
    let bytes = input.bytes().map_err(|error| ImportError::new(&input.name, error.to_string(), error.to_string()))?;
    if is_workbook(input) { workbook(&input.name, &bytes) } else { text(&input.name, &bytes, options) }
}

/// The first table of the first bytes of a text file, to recognise it by; none where it cannot be told.
pub fn peek(input: &Input, options: &Options) -> Option<Table> {
    let whole = input.head.len() as u64 == input.size;
    let end =
        if whole { input.head.len() } else { input.head.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'))? };
    text(&input.name, &input.head[..end], options).ok()?.tables.into_iter().next()
}

fn text(file: &str, bytes: &[u8], options: &Options) -> Result<Tables, ImportError> {
    let decoded = encoding::decide(file, bytes, options.encoding.as_deref(), &[])?;
    if let Some((line, long)) = (1..).zip(decoded.text.split('\n')).find(|(_, line)| line.len() > LONGEST_LINE) {
        let (long, most) = (long.len() >> 20, LONGEST_LINE >> 20);
        return Err(ImportError::new(
            file,
            format!("第 {line} 行长 {long} MiB，超过 {most} MiB：不是表格"),
            format!("line {line} has {long} MiB, more than {most} MiB: this is no table"),
        ));
    }
    if let Some(table) = fixed_width(&decoded.text) {
        return Ok(Tables { tables: vec![table], encoding: Some(decoded.choice) });
    }
    let delimiter = delimiter(&decoded.text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(decoded.text.as_bytes());
    let mut rows = Vec::new();
    // How many cells of the first rows have blanks around them.
    let mut padded: Vec<usize> = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut count = 0;
    let mut lines = Lines { text: decoded.text.as_bytes(), at: 0, line: 1 };
    while reader
        .read_record(&mut record)
        .map_err(|error| ImportError::new(file, error.to_string(), error.to_string()))?
    {
        count += 1;
        let number = record.position().map_or(count, |at| lines.of(at.byte() as usize));
        let cells: Vec<Cell> = record
            .iter()
            .map(|cell| match cell.trim() {
                "" => Cell::Empty,
                words => Cell::Text(words.to_owned()),
            })
            .collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            if rows.len() < HEADER_WITHIN {
                padded.push(
                    record.iter().filter(|cell| cell.trim().len() != cell.len() && !cell.trim().is_empty()).count(),
                );
            }
            rows.push(Row { number, cells });
        }
    }
    let mut table = headed(String::new(), rows, delimiter == b';');
    if let Some(name) = [(b';', ["分号", "semicolons"]), (b'|', ["竖线", "bars"]), (b'\t', ["制表符", "tabs"])]
        .iter()
        .find(|(sign, _)| *sign == delimiter)
        .map(|(_, name)| name)
        .filter(|_| table.headers.len() > 1)
    {
        table.notes.push(Text::new(format!("各列以{}分隔", name[0]), format!("its columns are parted by {}", name[1])));
    }
    if let Some(headers) = padded.get(table.above.len()).copied().filter(|n| *n > 0 && !table.headers.is_empty()) {
        table.notes.push(Text::new(
            format!("{headers} 个列名前后有空格，已去掉"),
            format!("{headers} headers have blanks around them: read without"),
        ));
    }
    Ok(Tables { tables: vec![table], encoding: Some(decoded.choice) })
}

/// Lines whose columns line up: told by blanks that stand at the same place in every line.
const FIXED_WITHIN: usize = 400;

/// Numbers of lines by offsets that only grow. The reader's own count says the line before where lines end with CR LF,
/// and the first of the blank lines above a record.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record begins whose bytes begin here, line ends before it passed over.
    fn of(&mut self, offset: usize) -> u64 {
        let rest = self.text.get(offset..).unwrap_or_default();
        let start = offset + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.text.get(self.at..start).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = self.at.max(start);
        self.line
    }
}

/// A table in columns of fixed width, as catalogues are printed; none where a delimiter is at work. Lines before the
/// header that begin with `#` are remarks.
fn fixed_width(text: &str) -> Option<Table> {
    let mut lines: Vec<(u64, Vec<char>)> =
        (1..).zip(text.lines().map(|line| line.trim_end().chars().collect())).collect();
    lines.retain(|(_, line): &(u64, Vec<char>)| !line.is_empty());
    let (remarks, lines): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(_, line)| line[0] == '#');
    if lines.len() < 3
        || lines.iter().take(FIXED_WITHIN).any(|(_, l)| l.iter().any(|c| matches!(c, ',' | ';' | '\t' | '|')))
    {
        return None;
    }
    let width = lines.iter().take(FIXED_WITHIN).map(|(_, line)| line.len()).max()?;
    if width > 1_000 {
        return None;
    }
    let mut blank = vec![true; width];
    for (_, line) in lines.iter().take(FIXED_WITHIN) {
        for (at, c) in line.iter().enumerate() {
            blank[at] &= c.is_whitespace();
        }
    }
    let mut fields: Vec<(usize, usize)> = Vec::new();
    for at in 0..width {
        match (blank[at], fields.last_mut()) {
            (true, _) => {}
            (false, Some((_, end))) if *end == at => *end = at + 1,
            (false, _) => fields.push((at, at + 1)),
        }
    }
    let words: Vec<usize> = lines
        .iter()
        .take(FIXED_WITHIN)
        .map(|(_, l)| l.split(|c| c.is_whitespace()).filter(|w| !w.is_empty()).count())
        .collect();
    // The same number of words in every line: no cell is blank, whether the columns line up or not.
    let by_words = words.iter().all(|n| *n == words[0]);
    if fields.len().max(if by_words { words[0] } else { 0 }) < 3 {
        return None;
    }
    let cells = |line: &[char]| -> Vec<Cell> {
        let pieces: Vec<String> = if by_words {
            line.split(|c| c.is_whitespace()).filter(|w| !w.is_empty()).map(|w| w.iter().collect()).collect()
        } else {
            let last = fields.len() - 1;
            let piece = |(i, (from, to)): (usize, &(usize, usize))| {
                let to = if i == last { line.len() } else { (*to).min(line.len()) };
                line.get(*from..to.max(*from)).unwrap_or_default().iter().collect::<String>().trim().to_owned()
            };
            fields.iter().enumerate().map(piece).collect()
        };
        pieces.into_iter().map(|words| if words.is_empty() { Cell::Empty } else { Cell::Text(words) }).collect()
    };
    let rows = lines.iter().map(|(number, line)| Row { number: *number, cells: cells(line) }).collect();
    let mut table = headed(String::new(), rows, false);
    table.notes.push(Text::new("各列按固定宽度读取", "its columns are of fixed width"));
    if !remarks.is_empty() {
        let said: Vec<String> = remarks.iter().take(4).map(|(_, line)| line.iter().collect::<String>()).collect();
        let said = said.join(" ");
        table.notes.push(Text::new(
            format!("{} 行注释：{said}", remarks.len()),
            format!("{} lines of remarks: {said}", remarks.len()),
        ));
    }
    Some(table)
}

/// The delimiter that gives the first lines the same number of cells, more than one; comma where none does.
fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> =
        text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).take(HEADER_WITHIN).collect();
    let cells = |line: &str, delimiter: char| {
        let mut quoted = false;
        1 + line
            .chars()
            .filter(|c| {
                quoted ^= *c == '"';
                *c == delimiter && !quoted
            })
            .count()
    };
    let mut best = (0, b',');
    for delimiter in [b',', b'\t', b';', b'|'] {
        let counts: Vec<usize> = lines.iter().map(|line| cells(line, char::from(delimiter))).collect();
        let most =
            counts.iter().copied().filter(|n| *n > 1).max_by_key(|n| (counts.iter().filter(|m| *m == n).count(), *n));
        let score = most.map_or(0, |n| counts.iter().filter(|m| **m == n).count());
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn workbook(file: &str, bytes: &[u8]) -> Result<Tables, ImportError> {
    let broken = |error: &dyn std::fmt::Display| {
        ImportError::new(
            file,
            format!("工作簿无法打开（{error}）；请在 Excel 中另存为 .xlsx（不加密码）"),
            format!("the workbook cannot be opened ({error}): save it again as .xlsx, without a password"),
        )
    };
    if let Ok(mut packed) = zip::ZipArchive::new(Cursor::new(bytes)) {
        let unfolded: u64 =
            (0..packed.len()).filter_map(|i| packed.by_index_raw(i).ok().map(|member| member.size())).sum();
        let most = UNFOLDS_TO.max(UNFOLDS_TIMES * bytes.len() as u64);
        if unfolded > most {
            let (unfolded, most) = (unfolded >> 20, most >> 20);
            return Err(ImportError::new(
                file,
                format!("工作簿展开后有 {unfolded} MiB，超过 {most} MiB：请删去空行空列，或拆分后另存"),
                format!(
                    "the workbook unfolds to {unfolded} MiB, more than {most} MiB: delete its empty rows and columns, or save it in parts"
                ),
            ));
        }
    }
    let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut tables = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|error| broken(&error))?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut grid: Vec<Vec<Cell>> = range.rows().map(|row| row.iter().map(cell).collect()).collect();
        let merged = match &mut book {
            calamine::Sheets::Xlsx(book) => book.merge_cells_by_sheet_name(&name).unwrap_or_default(),
            calamine::Sheets::Xls(book) => book.merge_cells_by_sheet_name(&name).unwrap_or_default(),
            _ => Vec::new(),
        };
        let mut filled: Vec<(u64, usize)> = Vec::new();
        for region in &merged {
            // A merge down a column says the same of each row; a merge across is a title or a group header.
            if region.start.1 != region.end.1 || region.start.0 < top || region.start.1 < left {
                continue;
            }
            let (first, last, column) =
                ((region.start.0 - top) as usize, (region.end.0 - top) as usize, (region.start.1 - left) as usize);
            let Some(value) = grid.get(first).and_then(|row| row.get(column)).cloned() else { continue };
            for (number, row) in grid.iter_mut().enumerate().take(last + 1).skip(first + 1) {
                if let Some(cell) = row.get_mut(column) {
                    *cell = value.clone();
                    filled.push((u64::from(top) + number as u64 + 1, column));
                }
            }
        }
        let rows: Vec<Row> = grid
            .into_iter()
            .enumerate()
            .map(|(i, cells)| Row { number: u64::from(top) + i as u64 + 1, cells })
            .filter(|row| row.cells.iter().any(|cell| !cell.is_empty()))
            .collect();
        let mut table = headed(name, rows, false);
        if !filled.is_empty() {
            let count = filled.len();
            table.notes.push(Text::new(
                format!("合并单元格的值用于其每一行（{count} 格）"),
                format!("the value of merged cells counts for each of their rows ({count} cells)"),
            ));
        }
        filled.sort_unstable();
        (table.left, table.filled) = (left as usize, filled);
        tables.push(table);
    }
    Ok(Tables { tables, encoding: None })
}

fn cell(data: &Data) -> Cell {
    let words = |words: &str| match words.trim() {
        "" => Cell::Empty,
        words => Cell::Text(words.to_owned()),
    };
    match data {
        Data::Empty => Cell::Empty,
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(flag) => Cell::Flag(*flag),
        Data::DateTime(time) if time.is_datetime() => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            match (i16::try_from(year), i8::try_from(month), i8::try_from(day)) {
                (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).map_or(Cell::Empty, Cell::Date),
                _ => Cell::Empty,
            }
        }
        Data::DateTime(time) => Cell::Number(time.as_f64()),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => words(text),
        Data::Error(error) => Cell::Text(format!("{error}")),
    }
}

/// What commas within numbers mean.
#[derive(Clone, Copy, PartialEq)]
enum Commas {
    /// There are none, or nothing tells.
    Open,
    /// `12,5` and `4873210,123`: no thousands are grouped so.
    Decimal,
}

impl Commas {
    /// By the cells that are digits around one comma: decimal where every column that has such cells holds one that can be
    /// nothing else.
    fn of(rows: &[Row]) -> Self {
        let mut sure: BTreeMap<usize, bool> = BTreeMap::new();
        for (index, cell) in rows.iter().flat_map(|row| row.cells.iter().enumerate()) {
            let Cell::Text(words) = cell else { continue };
            let Some((head, tail)) = words.split_once(',') else { continue };
            let head = head.trim_start_matches(['-', '+']);
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            if !digits(head) {
                continue;
            }
            // `1,234.5` and `1,234,567` group thousands: then no comma of the table is a decimal one.
            if tail.contains([',', '.']) && tail.split([',', '.']).all(digits) {
                return Self::Open;
            }
            if digits(tail) {
                *sure.entry(index).or_default() |= tail.len() != 3 || head.len() > 3 || head == "0";
            }
        }
        if !sure.is_empty() && sure.values().all(|sure| *sure) { Self::Decimal } else { Self::Open }
    }
}

/// Finds the header, joins what is stacked.
fn headed(name: String, mut rows: Vec<Row>, semicolons: bool) -> Table {
    let commas = Commas::of(&rows);
    let decimal_comma = semicolons || commas == Commas::Decimal;
    let mut table = Table {
        name,
        headers: Vec::new(),
        above: Vec::new(),
        rows: Vec::new(),
        decimal_comma,
        notes: Vec::new(),
        left: 0,
        filled: Vec::new(),
    };
    let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.is_empty()).count();
    let widest = rows.iter().take(HEADER_WITHIN).map(filled).max().unwrap_or(0);
    let is_header = |row: &Row| {
        let words = row.cells.iter().filter(|cell| cell.is_words()).count();
        // A header may hold a bare number (a column named 7), never mostly numbers.
        filled(row) * 2 >= widest && words * 2 > filled(row)
    };
    let Some(at) = rows.iter().take(HEADER_WITHIN).position(is_header) else {
        table.rows = rows;
        return table;
    };
    let titles: Vec<String> =
        rows[..at].iter().flat_map(|row| &row.cells).filter(|cell| !cell.is_empty()).map(Cell::words).collect();
    if !titles.is_empty() {
        let titles = titles.join(" ");
        table.notes.push(Text::new(format!("表头之上的文字：{titles}"), format!("above the header: {titles}")));
    }
    let mut headers: Vec<String> = rows[at].cells.iter().map(Cell::words).collect();
    let mut first = at + 1;
    if let Some(next) = rows.get(at + 1) {
        let said: Vec<(usize, String)> = next
            .cells
            .iter()
            .enumerate()
            .filter(|(_, c)| !c.is_empty())
            .map(|(i, c)| (i, c.words()))
            // A header merged over both rows says the same word twice.
            .filter(|(i, words)| headers.get(*i) != Some(words))
            .collect();
        let blank = |i: usize| headers.get(i).is_none_or(String::is_empty);
        let units = said.len() > 1 && said.iter().all(|(i, words)| !blank(*i) && values::is_unit(words));
        let stacked =
            next.cells.iter().all(|c| c.is_empty() || c.is_words()) && said.iter().any(|(i, _)| blank(*i)) && {
                // Below a group header stand its members: more than one of them, the first under the group's name.
                said.len() >= 2 && said.len() < next.cells.len().max(headers.len()).max(3)
            };
        if units {
            for (i, unit) in said {
                headers[i] = format!("{}({unit})", headers[i]);
            }
            first += 1;
        } else if stacked {
            let mut group = String::new();
            let width = headers.len().max(next.cells.len());
            headers.resize(width, String::new());
            for (i, header) in headers.iter_mut().enumerate() {
                if !header.is_empty() {
                    group.clone_from(header);
                }
                let own = next.cell(i).words();
                if !own.is_empty() && *header != own {
                    // "Coordinates" over x, y and z says nothing that they do not say themselves.
                    let bare = group.is_empty() || group.starts_with("坐标") || group.starts_with("位置");
                    *header = if bare { own } else { format!("{group}/{own}") };
                }
            }
            first += 1;
        }
    }
    while headers.last().is_some_and(String::is_empty) {
        headers.pop();
    }
    if commas == Commas::Decimal {
        table.notes.push(Text::new("数字用逗号作小数点", "numbers are written with a decimal comma"));
    }
    table.headers = headers;
    table.rows = rows.split_off(first.min(rows.len()));
    rows.truncate(at);
    table.above = rows;
    table
}
