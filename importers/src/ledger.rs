//! Ledgers: tables whose rows are facts. Each table of a file is read by what its headers, its name or the user say it
//! holds: collars, survey stations, layers, samples, seam picks, a thickness-only log of one hole, microseismic events,
//! or any kind of the catalogue.

use crate::columns::{self, Column, Mapping};
use crate::crs::Placement;
use crate::table::{self, Cell, Row, Table};
use crate::values::{self, DayOrder, Number};
use crate::{ImportError, Importer, Input, Intake, Options, site_toml};
use minesift_core::fact::{Fact, Position, Shape, Source, Value};
use minesift_core::kind::{self, Field, FieldType, Kind, ShapeKind};
use minesift_core::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// No hole of any mine is deeper: the deepest ever drilled has 12,262 m.
const DEEPEST_HOLE_M: f64 = 13_000.0;

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// One row a fact of this kind.
    Rows(&'static str),
    /// Layers and, in the same rows, the position of their hole.
    LayersWithCollar,
    /// From, to and results.
    Samples,
    /// One row a hole, a pair of columns a seam: `TOP_x`, `THICK_x`.
    Picks,
    /// Thickness only; the file's name is the hole.
    HoleLog,
}

pub(crate) const HOLE_LOG: Importer = Importer {
    name: "hole-log",
    about: "one file a hole, thickness only: layers from the top, the file's name is the hole / 一孔一表（只有厚度）",
    extensions: &["csv", "txt"],
    recognises: |input| seen(input) == Some(Content::HoleLog),
    read,
};

pub(crate) const BOREHOLES: Importer = Importer {
    name: "boreholes",
    about: "borehole ledgers: collars, survey stations, layers, samples / 钻孔台账：孔口、测斜、分层、样品",
    extensions: &["csv", "tsv", "txt", "xlsx", "xls", "ods"],
    recognises: |input| {
        matches!(
            seen(input),
            Some(Content::Samples | Content::LayersWithCollar | Content::Rows("borehole" | "station" | "interval"))
        )
    },
    read,
};

pub(crate) const PICKS: Importer = Importer {
    name: "seam-picks",
    about: "wide tables of seam picks: one row a hole, TOP_ and THICK_ columns a seam / 见煤点宽表",
    extensions: &["csv", "txt", "xlsx"],
    recognises: |input| seen(input) == Some(Content::Picks),
    read,
};

pub(crate) const MICROSEISMS: Importer = Importer {
    name: "microseisms",
    about: "catalogues of microseismic events / 微震事件目录",
    extensions: &["csv", "txt", "xlsx"],
    recognises: |input| seen(input) == Some(Content::Rows("microseism")),
    read,
};

pub(crate) const LEDGER: Importer = Importer {
    name: "ledger",
    about: "ledgers of any kind, CSV or workbook, every sheet by its headers, its name or --kind / 各类台账",
    extensions: &["csv", "tsv", "txt", "xlsx", "xls", "ods"],
    recognises: |input| table::is_workbook(input) || table::is_text(input),
    read,
};

fn seen(input: &Input) -> Option<Content> {
    if !table::is_text(input) {
        return None;
    }
    let table = table::peek(input, &Options::default())?;
    content(input, &table, &Options::default(), &[])
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    read_with(input, options, intake)
}

/// Reads every table of a file; the goaf tables come through here with their kind.
pub(crate) fn read_with(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let mapping = columns::mapping(options)?;
    let tables = table::read(input, options)?;
    intake.receipt.encoding = tables.encoding;
    let mut unread = Vec::new();
    let mut done = 0;
    for table in &tables.tables {
        if table.rows.is_empty() && table.headers.is_empty() {
            continue;
        }
        match content(input, table, options, &mapping) {
            Some(content) => {
                read_table(input, table, content, options, &mapping, intake)?;
                done += 1;
            }
            None => unread.push(table),
        }
    }
    for table in &unread {
        let why = unknown(table);
        if done == 0 {
            return Err(ImportError {
                place: Source { file: input.name.clone(), place: table.name.clone() },
                message: why,
            });
        }
        intake.table(&table.name);
        let source = Source { file: input.name.clone(), place: table.name.clone() };
        intake.note(&source, why.clone());
        for row in &table.rows {
            intake
                .refuse(&at(input, table, row), Text::new("工作表内容无法识别", "what this sheet holds is not known"));
        }
    }
    if done == 0 {
        return Err(ImportError::new(&input.name, "表中没有任何内容", "the table is empty"));
    }
    Ok(())
}

fn unknown(table: &Table) -> Text {
    if table.headers.is_empty() {
        return Text::new(
            "没有表头：第一行全是数。请加一行列名，例如 孔号,X,Y,Z",
            "there is no header, the first row is numbers: add a line of column names, for example hole,x,y,z",
        );
    }
    let headers = table.headers.join(", ");
    Text::new(
        format!(
            "看不出每行是什么（列：{headers}）；请用 --kind 指定种类（如 goaf、borehole、interval），或用 --mapping 给出列映射表"
        ),
        format!(
            "what a row is cannot be told (columns: {headers}): name it with --kind (goaf, borehole, interval …) or give a --mapping of columns"
        ),
    )
}

fn at(input: &Input, table: &Table, row: &Row) -> Source {
    let place = if table.name.is_empty() {
        format!("row {}", row.number)
    } else {
        format!("{}!row {}", table.name, row.number)
    };
    Source { file: input.name.clone(), place }
}

/// Names of files and sheets that tell a kind.
const NAMES: &[(&str, &[&str])] = &[
    ("abandoned_shaft", &["废弃井筒", "报废井筒", "abandoned_shaft", "abandoned-shaft"]),
    ("treatment", &["治理", "treatment"]),
    ("observation", &["观测", "验证钻", "observation"]),
    ("survey", &["普查范围", "普查台账", "surveys"]),
    ("goaf", &["采空区", "老空水", "老空区", "积水", "goaf"]),
    ("old_working", &["老窑", "小窑", "废弃巷道", "old_working", "old-working"]),
    ("collapse_column", &["陷落柱", "collapse_column"]),
    ("fault", &["断层", "fault"]),
    ("fold", &["褶曲", "fold"]),
    ("ground_fissure", &["地裂缝", "fissure"]),
    ("subsidence", &["塌陷", "subsidence"]),
    ("fire_area", &["火区", "自燃", "fire"]),
    ("outburst_point", &["突出点", "outburst"]),
    ("rock_burst_area", &["冲击危险", "rock_burst", "rockburst"]),
    ("anomaly", &["异常", "anomal"]),
    ("aquifer", &["含水层", "aquifer"]),
    ("surface_water", &["地表水", "surface_water"]),
    ("gas_region", &["瓦斯区", "突出危险区"]),
    ("pillar", &["煤柱", "pillar"]),
    ("pick", &["见煤", "picks"]),
    ("borehole", &["钻孔", "孔口", "封孔", "collar"]),
];

fn content(input: &Input, table: &Table, options: &Options, mapping: &[Mapping]) -> Option<Content> {
    if table.headers.is_empty() {
        return None;
    }
    let roles = |kind: Option<&'static Kind>| -> BTreeSet<String> {
        columns::columns(&input.name, table, kind, mapping)
            .map(|columns| columns.into_iter().filter_map(|c| c.role).collect())
            .unwrap_or_default()
    };
    if let Some(kind) = options.kind.as_deref().and_then(kind::kind) {
        let plain = roles(Some(kind));
        return Some(match kind.name {
            "sample" if !plain.contains("quantity") => Content::Samples,
            "pick" if !seam_pairs(table).is_empty() => Content::Picks,
            name => Content::Rows(name),
        });
    }
    if !seam_pairs(table).is_empty() {
        return Some(Content::Picks);
    }
    let any = roles(None);
    let has = |role: &str| any.contains(role);
    let placed = (has("x") && has("y")) || (has("east") && has("north")) || (has("lon") && has("lat"));
    let layer = has("lithology") || roles(kind::kind("interval")).contains("seam");
    let named = has("hole") || has("name");
    if has("from_m") && has("to_m") && (has("hole") || (placed && named)) {
        return Some(if placed {
            Content::LayersWithCollar
        } else if layer {
            Content::Rows("interval")
        } else {
            Content::Samples
        });
    }
    if has("hole") && has("depth_m") && (has("dip") || has("inclination_deg")) && has("azimuth_deg") && !placed {
        return Some(Content::Rows("station"));
    }
    let by_name = || {
        let name = format!("{} {}", table.name, input.name).to_lowercase();
        NAMES.iter().find(|(_, words)| words.iter().any(|word| name.contains(word))).map(|(kind, _)| *kind)
    };
    if has("hole") && placed {
        return Some(Content::Rows("borehole"));
    }
    if has("thickness") && has("lithology") && !has("hole") && !placed {
        return Some(Content::HoleLog);
    }
    let event = roles(kind::kind("microseism"));
    if placed && (event.contains("magnitude") || event.contains("energy_j")) {
        return Some(Content::Rows("microseism"));
    }
    if let Some(kind) = by_name() {
        let roles = roles(kind::kind(kind));
        let kind_of = kind::kind(kind)?;
        // A name alone is no proof: some column must be of that kind as well.
        let own = roles.iter().filter(|role| kind_of.field(role).is_some()).count();
        if own > 0 || roles.contains("wkt") || roles.contains("id") {
            return Some(Content::Rows(kind_of.name));
        }
    }
    None
}

/// Everything a table's rows are read with.
struct Reading<'a> {
    input: &'a Input,
    table: &'a Table,
    options: &'a Options,
    columns: Vec<Column>,
    orders: BTreeMap<usize, DayOrder>,
    /// Factor of each column into metres or the field's unit.
    scales: BTreeMap<usize, f64>,
    placement: Option<Placement>,
    /// Roles of the first and second coordinate, east first unless the file leaves it to [`Placement`].
    axes: Option<[&'static str; 2]>,
    /// Plus one where a positive dip points down.
    dip_sign: f64,
    /// Columns of samples that nobody named and that hold numbers.
    numeric: BTreeSet<usize>,
}

/// What became of one row.
enum Row1 {
    Facts(Vec<Fact>, Vec<Text>),
    Refused(Text),
}

fn read_table(
    input: &Input,
    table: &Table,
    content: Content,
    options: &Options,
    mapping: &[Mapping],
    intake: &mut Intake,
) -> Result<(), ImportError> {
    let kind_name = match content {
        Content::Rows(kind) => kind,
        Content::LayersWithCollar | Content::HoleLog => "interval",
        Content::Samples => "sample",
        Content::Picks => "pick",
    };
    let Some(kind) = kind::kind(kind_name) else { return Ok(()) };
    intake.table(&table.name);
    let sheet = Source { file: input.name.clone(), place: table.name.clone() };
    for note in &table.notes {
        intake.note(&sheet, note.clone());
    }
    let mut columns = columns::columns(&input.name, table, Some(kind), mapping)?;
    if kind.name == "interval" {
        lithology_by_its_words(table, &mut columns, &sheet, intake);
    }
    let pairs = if content == Content::Picks { seam_pairs(table) } else { Vec::new() };
    let mut reading = Reading {
        input,
        table,
        options,
        columns,
        orders: BTreeMap::new(),
        scales: BTreeMap::new(),
        placement: None,
        axes: None,
        dip_sign: 1.0,
        numeric: BTreeSet::new(),
    };
    reading.prepare(kind, content, &pairs, &sheet, intake)?;
    let needs: &[&str] = match (content, kind.name) {
        (Content::HoleLog, _) => &["thickness"],
        (Content::Samples, _) | (_, "interval") => &["from_m", "to_m"],
        (_, "station") => &["depth_m"],
        _ => &[],
    };
    for need in needs {
        if reading.column(need).is_none() {
            return Err(missing(input, table, need));
        }
    }
    let mut seen: BTreeMap<(&'static str, String), u64> =
        intake.facts.iter().map(|fact| ((fact.kind, fact.id.clone()), 0)).collect();
    let mut log = HoleLog::new(&reading, &sheet, intake);
    let mut empty_results = (0_u64, 0_u64);
    for row in &table.rows {
        let source = at(input, table, row);
        if let Some(why) = reading.no_record(row) {
            intake.refuse(&source, why);
            continue;
        }
        let made = match content {
            Content::Rows(_) => reading.fact(kind, row),
            Content::LayersWithCollar => reading.layer_with_collar(kind, row, &seen),
            Content::Samples => reading.samples(row),
            Content::Picks => reading.picks(row, &pairs),
            Content::HoleLog => log.layer(&reading, row),
        };
        match made {
            Row1::Refused(why) => intake.refuse(&source, why),
            Row1::Facts(facts, repairs) => {
                let twice =
                    facts.iter().find_map(|fact| seen.get(&(fact.kind, fact.id.clone())).map(|row| (fact, *row)));
                if let Some((fact, before)) = twice {
                    intake.refuse(
                        &source,
                        Text::new(
                            format!("{} {} 与第 {before} 行重复；请删除其一或改编号", kind.zh, fact.id),
                            format!(
                                "{} {} stands already in row {before}: delete one or give it another id",
                                kind.en, fact.id
                            ),
                        ),
                    );
                    continue;
                }
                if facts.is_empty() {
                    empty_results.0 += 1;
                    if empty_results.1 == 0 {
                        empty_results.1 = row.number;
                    }
                }
                let facts: Vec<Fact> = facts.into_iter().map(|fact| fact.from_source(source.clone())).collect();
                for fact in &facts {
                    seen.insert((fact.kind, fact.id.clone()), row.number);
                }
                if repairs.is_empty() {
                    intake.accept(facts);
                } else {
                    let join = |of: fn(&Text) -> &str, by: &str| repairs.iter().map(of).collect::<Vec<_>>().join(by);
                    intake.repair(facts, &source, Text::new(join(|t| &t.zh, "；"), join(|t| &t.en, "; ")));
                }
            }
        }
    }
    if empty_results.0 > 0 {
        intake.note(
            &sheet,
            Text::new(
                format!("{} 行没有任何结果（首见第 {} 行）：已读，不产生样品", empty_results.0, empty_results.1),
                format!(
                    "{} rows have no result in any column (first: row {}): read, they give no sample",
                    empty_results.0, empty_results.1
                ),
            ),
        );
    }
    if content == Content::HoleLog {
        log.tell(&sheet, intake);
    }
    Ok(())
}

fn missing(input: &Input, table: &Table, role: &str) -> ImportError {
    ImportError {
        place: Source { file: input.name.clone(), place: table.name.clone() },
        message: Text::new(
            format!(
                "缺少列 {role}；现有列：{}。请改列名，或用 --mapping 指明哪一列是 {role}",
                table.headers.join("、")
            ),
            format!(
                "there is no column for {role} among: {}. Rename one, or say which with --mapping",
                table.headers.join(", ")
            ),
        ),
    }
}

/// Rock words, to tell a column of lithology from one of strata codes.
const ROCKS: &[&str] =
    &["stone", "coal", "clay", "shale", "gravel", "sand", "loess", "soil", "岩", "煤", "砂", "土", "砾", "泥"];

fn lithology_by_its_words(table: &Table, columns: &mut [Column], sheet: &Source, intake: &mut Intake) {
    let candidates: Vec<usize> = columns
        .iter()
        .filter(|column| {
            matches!(columns::split(&column.header).0.as_str(), "strataname" | "rockname" | "岩石名称" | "地层名称")
        })
        .map(|column| column.index)
        .collect();
    if candidates.len() < 2 {
        return;
    }
    let rocks = |index: usize| {
        table
            .rows
            .iter()
            .filter(|row| {
                let words = row.cell(index).words().to_lowercase();
                ROCKS.iter().any(|rock| words.contains(rock))
            })
            .count()
    };
    let Some(best) = candidates.iter().copied().max_by_key(|index| (rocks(*index), std::cmp::Reverse(*index))) else {
        return;
    };
    for column in columns.iter_mut() {
        if column.index == best {
            column.role = Some("lithology".into());
        } else if candidates.contains(&column.index) && column.role.as_deref() == Some("lithology") {
            column.role = None;
        }
    }
    let header = &columns[best].header;
    if columns::split(header).0 != "rockname" {
        intake.note(sheet, Text::new(
            format!("岩性取自列“{header}”：其中是岩石名称，而名为岩石名称的列不是"),
            format!("lithology is taken from \"{header}\": it holds the rock names, the column called rock name does not"),
        ));
    }
}

/// Column pairs of a wide table of picks: seam, column of its top, column of its thickness.
fn seam_pairs(table: &Table) -> Vec<(String, Option<usize>, Option<usize>)> {
    let mut seams: Vec<(String, Option<usize>, Option<usize>)> = Vec::new();
    for (index, header) in table.headers.iter().enumerate() {
        let upper = header.trim().to_uppercase();
        let (name, top) = if let Some(name) = upper.strip_prefix("TOP_") {
            (name, true)
        } else if let Some(name) = upper.strip_prefix("THICK_") {
            (name, false)
        } else {
            continue;
        };
        let at = seams.iter().position(|(seam, ..)| seam == name).unwrap_or_else(|| {
            seams.push((name.to_owned(), None, None));
            seams.len() - 1
        });
        if top { seams[at].1 = Some(index) } else { seams[at].2 = Some(index) }
    }
    seams.retain(|(_, top, thick)| top.is_some() && thick.is_some());
    seams
}

impl Reading<'_> {
    fn column(&self, role: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.role.as_deref() == Some(role))
    }

    fn cell<'r>(&self, row: &'r Row, role: &str) -> Option<(&Column, &'r Cell)> {
        let column = self.column(role)?;
        Some((column, row.cell(column.index)))
    }

    fn words(&self, row: &Row, role: &str) -> Option<String> {
        let (_, cell) = self.cell(row, role)?;
        let words = cell.words();
        (!words.is_empty()).then_some(words)
    }

    /// A number in its base unit; repairs are said into `repairs`, a range is none.
    fn number(&self, row: &Row, role: &str, repairs: &mut Vec<Text>) -> Result<Option<f64>, Text> {
        let Some((column, cell)) = self.cell(row, role) else { return Ok(None) };
        self.number_in(column, cell, columns::is_elevation(role), repairs)
    }

    fn number_in(
        &self,
        column: &Column,
        cell: &Cell,
        elevation: bool,
        repairs: &mut Vec<Text>,
    ) -> Result<Option<f64>, Text> {
        let scale = self.scales.get(&column.index).copied().unwrap_or(1.0);
        let header = &column.header;
        match values::number(cell, self.table.decimal_comma, elevation) {
            Ok(Number::None) => Ok(None),
            Ok(Number::One(number)) => Ok(Some(number * scale)),
            Ok(Number::Sentinel(number)) => {
                repairs.push(Text::new(
                    format!("列“{header}”的 {number} 按“无数据”处理"),
                    format!("{number} in \"{header}\" stands for no data"),
                ));
                Ok(None)
            }
            Ok(Number::Range(a, b)) => {
                repairs.push(Text::new(
                    format!("列“{header}”是范围 {a}–{b}，不是一个数：按未知处理，请给出一个值"),
                    format!(
                        "\"{header}\" holds the range {a}–{b}, no single number: taken as not known, give one value"
                    ),
                ));
                Ok(None)
            }
            Err(why) => Err(Text::new(format!("列“{header}”：{}", why.zh), format!("column \"{header}\": {}", why.en))),
        }
    }

    /// Rows that are no records: totals, repeated headers, more cells than columns.
    fn no_record(&self, row: &Row) -> Option<Text> {
        let first = row.cells.iter().find(|cell| !cell.is_empty()).map(Cell::words).unwrap_or_default();
        if matches!(
            first.replace(' ', "").as_str(),
            "合计" | "小计" | "总计" | "累计" | "平均" | "total" | "Total" | "TOTAL"
        ) {
            return Some(Text::new("合计行，不是记录", "a total, no record"));
        }
        let extra = row.cells.iter().skip(self.table.headers.len()).filter(|cell| !cell.is_empty()).count();
        if extra > 0 {
            return Some(Text::new(
                format!("比表头多 {extra} 个单元格：可能有未加引号的逗号"),
                format!("{extra} more cells than the header has: a comma without quotes?"),
            ));
        }
        let same = row
            .cells
            .iter()
            .zip(&self.table.headers)
            .filter(|(cell, header)| !header.is_empty() && cell.words() == **header)
            .count();
        (same > 1 && same == self.table.headers.iter().filter(|h| !h.is_empty()).count())
            .then(|| Text::new("重复的表头行，不是记录", "the header again, no record"))
    }

    fn prepare(
        &mut self,
        kind: &'static Kind,
        content: Content,
        pairs: &[(String, Option<usize>, Option<usize>)],
        sheet: &Source,
        intake: &mut Intake,
    ) -> Result<(), ImportError> {
        let mut assumed = Vec::new();
        for column in &mut self.columns {
            let Some(role) = column.role.clone() else { continue };
            let base = match role.as_str() {
                "x" | "y" | "z" | "east" | "north" | "from_m" | "to_m" | "thickness" | "tvd" => "m",
                "depth_m" => "m",
                "dip" | "dip_up" | "dip_down" => "°",
                _ => match kind.field(&role).map(|field| field.ty) {
                    Some(FieldType::Number { unit, .. }) => unit,
                    Some(FieldType::Date) => {
                        let cells = self.table.rows.iter().map(|row| row.cell(column.index));
                        self.orders.insert(column.index, values::day_order(cells));
                        continue;
                    }
                    _ => continue,
                },
            };
            match columns::scale(column, base, self.options) {
                Ok((factor, remark)) => {
                    self.scales.insert(column.index, factor);
                    if remark.is_some() {
                        assumed.push(column.header.clone());
                    }
                }
                Err(why) => {
                    intake.note(
                        sheet,
                        Text::new(format!("{}；该列未读", why.zh), format!("{}; the column was not read", why.en)),
                    );
                    column.role = None;
                }
            }
        }
        if content == Content::Picks {
            let factor = self.options.units.as_deref().and_then(|unit| values::factor(unit, "m")).unwrap_or(1.0);
            for (_, top, thick) in pairs {
                for index in [top, thick].into_iter().flatten() {
                    self.scales.insert(*index, factor);
                    self.columns[*index].role = Some("-".to_owned());
                }
            }
            if self.options.units.is_none() {
                assumed.push("TOP_…, THICK_…".to_owned());
            }
        }
        if !assumed.is_empty() {
            let list = assumed.join(", ");
            intake.note(
                sheet,
                Text::new(
                    format!("列 {list} 未写单位，按米读取；若为英尺请加 --units ft"),
                    format!("columns {list} state no unit: taken as metres; if they are feet say --units ft"),
                ),
            );
        }
        if kind.name == "station" {
            // Some call the dip an inclination: an angle from straight down is never negative.
            let negative = self.column("inclination_deg").is_some_and(|column| {
                self.table.rows.iter().any(|row| matches!(values::number(row.cell(column.index), self.table.decimal_comma, false), Ok(Number::One(n)) if n < 0.0))
            });
            if negative && self.column("dip").is_none() {
                for column in self.columns.iter_mut().filter(|column| column.role.as_deref() == Some("inclination_deg"))
                {
                    column.role = Some("dip".to_owned());
                }
            }
        }
        if let Some(dip) = self.column("dip") {
            let (mut up, mut down) = (0, 0);
            for row in &self.table.rows {
                if let Ok(Number::One(number)) = values::number(row.cell(dip.index), self.table.decimal_comma, false) {
                    if number > 0.0 {
                        down += 1;
                    } else if number < 0.0 {
                        up += 1;
                    }
                }
            }
            if kind.name == "station" && up + down > 0 {
                self.dip_sign = if up > down { -1.0 } else { 1.0 };
                let (sign_zh, sign_en) = if up > down { ("负", "negative") } else { ("正", "positive") };
                intake.note(sheet, Text::new(
                    format!("倾角{sign_zh}值向下（{down} 个正值、{up} 个负值），已换算为天顶角"),
                    format!("{sign_en} dip points down ({down} positive, {up} negative values): turned into the angle from straight down"),
                ));
            }
        }
        let samples_from = content == Content::Samples;
        if samples_from {
            self.numeric =
                self.columns.iter().filter(|c| c.role.is_none() && self.is_numeric(c.index)).map(|c| c.index).collect();
        }
        let left: Vec<String> = self
            .columns
            .iter()
            .filter(|column| {
                !column.header.is_empty() && self.table.rows.iter().any(|row| !row.cell(column.index).is_empty())
            })
            .filter(|column| match column.role.as_deref() {
                None => !self.numeric.contains(&column.index),
                Some(
                    "-" | "serial" | "id" | "hole" | "x" | "y" | "z" | "east" | "north" | "lon" | "lat" | "wkt"
                    | "name",
                ) => false,
                Some("dip" | "azimuth_deg") => kind.name != "station",
                Some("thickness") => content != Content::HoleLog,
                Some("year" | "month" | "day" | "tvd") => kind.name != "microseism",
                Some(role) => kind.field(role).is_none() && !role.starts_with("sample:") && !role.starts_with("dip"),
            })
            .map(|column| column.header.clone())
            .collect();
        if !left.is_empty() {
            intake.note(
                sheet,
                Text::new(
                    format!("未读的列：{}；需要时用 --mapping 指明含义", left.join("、")),
                    format!(
                        "columns that were not read: {}; say what they mean with --mapping if you need them",
                        left.join(", ")
                    ),
                ),
            );
        }
        self.place(kind, content, sheet, intake)
    }

    fn is_numeric(&self, index: usize) -> bool {
        let (mut numbers, mut words) = (0, 0);
        for row in &self.table.rows {
            match values::number(row.cell(index), self.table.decimal_comma, false) {
                Ok(Number::None) => {}
                Ok(_) => numbers += 1,
                Err(_) => words += 1,
            }
        }
        numbers > 0 && words * 10 < numbers
    }

    fn place(
        &mut self,
        kind: &'static Kind,
        content: Content,
        sheet: &Source,
        intake: &mut Intake,
    ) -> Result<(), ImportError> {
        if kind.shape.is_none() && content != Content::LayersWithCollar {
            return Ok(());
        }
        let pair = [["lon", "lat"], ["east", "north"], ["x", "y"]]
            .into_iter()
            .find(|[a, b]| self.column(a).is_some() && self.column(b).is_some());
        let mut samples = Vec::new();
        if let Some([a, b]) = pair {
            self.axes = Some([a, b]);
            for row in &self.table.rows {
                if let (Ok(Some(x)), Ok(Some(y))) =
                    (self.number(row, a, &mut Vec::new()), self.number(row, b, &mut Vec::new()))
                {
                    samples.push([x, y]);
                }
            }
        } else if let Some(wkt) = self.column("wkt") {
            for row in self.table.rows.iter().take(200) {
                if let Ok(shape) = site_toml::from_wkt(&row.cell(wkt.index).words()) {
                    samples.extend(positions(&shape).into_iter().map(Position::xy));
                }
            }
        }
        if samples.is_empty() {
            return Ok(());
        }
        let local = samples.iter().all(|[x, y]| x.abs() < 100_000.0 && y.abs() < 100_000.0);
        let survey_x = self.column("x").is_some_and(|column| column.header.contains("坐标"));
        if local
            && survey_x
            && self.axes == Some(["x", "y"])
            && self.options.near.is_none()
            && self.options.crs.is_none()
        {
            self.axes = Some(["y", "x"]);
            for sample in &mut samples {
                sample.swap(0, 1);
            }
            intake.note(
                sheet,
                Text::new(
                    "坐标X、坐标Y 按测量习惯：X 为北、Y 为东",
                    "坐标X and 坐标Y are read as surveyors write them: X is north, Y is east",
                ),
            );
        }
        let in_china = samples.iter().all(|[x, y]| (73.0..136.0).contains(x) && (3.0..54.0).contains(y));
        let degrees = self.axes == Some(["lon", "lat"]) && !in_china && self.options.crs.is_none();
        if degrees {
            intake.note(
                sheet,
                Text::new(
                    "列名说明是经纬度，未写明基准面：按 WGS 84 读取；请用 --crs 指定",
                    "the headers say longitude and latitude, no datum: read as WGS 84, name another with --crs",
                ),
            );
        }
        let placement = Placement::decide(&self.input.name, &samples, degrees.then_some("EPSG:4326"), self.options)?;
        placement.report(intake);
        self.placement = Some(placement);
        Ok(())
    }

    /// The position of a row in the map's frame; none where nothing was written.
    fn position(&self, row: &Row, repairs: &mut Vec<Text>) -> Result<Option<Position>, Text> {
        let (Some([a, b]), Some(placement)) = (self.axes, &self.placement) else { return Ok(None) };
        let (x, y) = (self.number(row, a, repairs)?, self.number(row, b, repairs)?);
        let (x, y) = match (x, y) {
            (Some(x), Some(y)) => (x, y),
            (None, None) => return Ok(None),
            _ => return Err(Text::new("坐标只有一个数", "only one of the two coordinates is there")),
        };
        let mut at = Position { x, y, z: self.number(row, "z", repairs)? };
        placement.apply(&mut at)?;
        Ok(Some(at))
    }

    fn id(&self, kind: &Kind, row: &Row) -> Result<String, Text> {
        // Only positions are called by their hole; another kind's `hole` says where it lies.
        let roles: &[&str] = if kind.name == "borehole" { &["hole", "id", "name"] } else { &["id", "name"] };
        let mut asked = None;
        for role in roles {
            if let Some((column, cell)) = self.cell(row, role) {
                if !cell.is_empty() {
                    return Ok(cell.words());
                }
                asked = asked.or(Some(column.header.clone()));
            }
        }
        if let Some(header) = asked {
            Err(Text::new(format!("列“{header}”没有编号"), format!("column \"{header}\" has no id")))
        } else {
            let stem = self.input.name.rsplit_once('.').map_or(self.input.name.as_str(), |(stem, _)| stem);
            let sheet = if self.table.name.is_empty() { String::new() } else { format!("/{}", self.table.name) };
            Ok(format!("{stem}{sheet}#{}", row.number))
        }
    }

    fn value(
        &self,
        field: &'static Field,
        column: &Column,
        cell: &Cell,
        repairs: &mut Vec<Text>,
    ) -> Result<Option<Value>, Text> {
        let headed = |why: Text| {
            Text::new(format!("列“{}”：{}", column.header, why.zh), format!("column \"{}\": {}", column.header, why.en))
        };
        if cell.is_empty() {
            return Ok(None);
        }
        Ok(match field.ty {
            FieldType::Number { unit, least, most } => {
                match self.number_in(column, cell, columns::is_elevation(field.key), repairs)? {
                    Some(number) if number < least || number > most => {
                        return Err(headed(Text::new(
                            format!("{number} 超出范围（{least} 至 {most} {unit}）"),
                            format!("{number} is not between {least} and {most} {unit}"),
                        )));
                    }
                    number => number.map(Value::Number),
                }
            }
            FieldType::Text if field.key == "seam" => values::seam(&cell.words()).map(|(name, changed)| {
                if changed {
                    repairs.push(Text::new(
                        format!("煤层“{}”写作“{name}”", cell.words()),
                        format!("seam \"{}\" is written \"{name}\"", cell.words()),
                    ));
                }
                Value::Text(name)
            }),
            FieldType::Text => Some(Value::Text(cell.words())),
            FieldType::OneOf(of) => values::one_of(cell, of).map_err(headed)?.map(|word| Value::Text(word.to_owned())),
            FieldType::Flag => values::flag(cell).map_err(headed)?.map(Value::Flag),
            FieldType::Date => {
                let order = self.orders.get(&column.index).copied().unwrap_or(DayOrder::Open);
                values::date(cell, order).map_err(headed)?.map(|(date, repair)| {
                    repairs.extend(repair);
                    Value::Date(date)
                })
            }
            FieldType::Texts => Some(Value::Texts(
                cell.words()
                    .split(['、', ',', ';', '；', '+', '，'])
                    .map(|word| word.trim().to_owned())
                    .filter(|word| !word.is_empty())
                    .collect(),
            )),
            FieldType::Shape(_) => {
                Some(Value::Shape(site_toml::from_wkt(&cell.words()).map_err(|why| headed(Text::same(why)))?))
            }
            FieldType::Plane | FieldType::Numbers(_) => None,
        })
    }

    /// One row as one fact of a kind (several where it names several seams with `+`).
    fn fact(&self, kind: &'static Kind, row: &Row) -> Row1 {
        let mut repairs = Vec::new();
        let hole = self.words(row, "hole");
        let id = match kind.name {
            "station" | "interval" => Ok(String::new()),
            _ => self.id(kind, row),
        };
        let id = match id {
            Ok(id) => id,
            Err(why) => return Row1::Refused(why),
        };
        let mut fact = Fact::new(kind.name, id);
        let needed: &[&str] = match kind.name {
            "station" => &["hole", "depth_m"],
            "interval" => &["hole", "from_m", "to_m"],
            _ => &[],
        };
        for column in &self.columns {
            let Some(field) = column.role.as_deref().and_then(|role| kind.field(role)) else { continue };
            match self.value(field, column, row.cell(column.index), &mut repairs) {
                Ok(Some(value)) => {
                    fact.attributes.insert(field.key, value);
                }
                Ok(None) => {}
                Err(why) if needed.contains(&field.key) => return Row1::Refused(why),
                Err(why) => repairs
                    .push(Text::new(format!("{}；按未记录处理", why.zh), format!("{}; taken as not recorded", why.en))),
            }
        }
        for key in needed {
            if !fact.attributes.contains_key(key) {
                let header = self.column(key).map_or_else(|| (*key).to_owned(), |column| column.header.clone());
                return Row1::Refused(Text::new(
                    format!("列“{header}”没有值，无法使用"),
                    format!("column \"{header}\" has no value: the row cannot be used"),
                ));
            }
        }
        if let Err(why) = self.shape(kind, row, &mut fact, &mut repairs) {
            return Row1::Refused(why);
        }
        let hole = hole.unwrap_or_default();
        match kind.name {
            "station" => {
                if let Err(why) = self.station(row, &mut fact, &mut repairs) {
                    return Row1::Refused(why);
                }
                fact.id = format!("{hole}@{}", short(fact.number("depth_m").unwrap_or(0.0)));
            }
            "interval" => {
                if let Err(why) = layer(&mut fact, &mut repairs) {
                    return Row1::Refused(why);
                }
            }
            "microseism" => {
                if let Err(why) = self.event(row, &mut fact, &mut repairs) {
                    return Row1::Refused(why);
                }
            }
            "borehole" if fact.shape.is_none() => {
                return Row1::Refused(Text::new("没有坐标（X、Y 为空）", "there is no position: x and y are empty"));
            }
            "borehole" if fact.number("depth_m").is_some_and(|depth| depth > DEEPEST_HOLE_M) => {
                return Row1::Refused(too_deep(fact.number("depth_m").unwrap_or(0.0)));
            }
            _ => {}
        }
        if let Some(name) = self.words(row, "name")
            && kind.field("name_zh").is_some()
            && name != fact.id
        {
            fact.attributes.entry("name_zh").or_insert(Value::Text(name));
        }
        if kind.field("seam").is_some()
            && kind.name != "interval"
            && let (None, Some(seam)) = (fact.text("seam"), &self.options.seam)
        {
            fact.attributes.insert("seam", Value::Text(seam.clone()));
        }
        if kind.field("evidence").is_some()
            && let (None, Some(evidence)) = (fact.text("evidence"), &self.options.evidence)
        {
            fact.attributes.insert("evidence", Value::Text(evidence.clone()));
        }
        Row1::Facts(by_seam(fact), repairs)
    }

    fn shape(&self, kind: &'static Kind, row: &Row, fact: &mut Fact, repairs: &mut Vec<Text>) -> Result<(), Text> {
        let Some((_, wanted)) = kind.shape else { return Ok(()) };
        if let Some(words) = self.words(row, "wkt") {
            let mut shape = site_toml::from_wkt(&words).map_err(|why| {
                Text::new(format!("图形（WKT）不可读：{why}"), format!("the WKT cannot be read: {why}"))
            })?;
            if let Some(placement) = &self.placement {
                place_shape(&mut shape, placement)?;
            }
            let fits = matches!(
                (wanted, &shape),
                (ShapeKind::Any, _)
                    | (ShapeKind::Point, Shape::Point(_))
                    | (ShapeKind::Line, Shape::Lines(_))
                    | (ShapeKind::Area, Shape::Areas(_))
                    | (ShapeKind::Mesh, Shape::Mesh(_))
            );
            if !fits {
                return Err(Text::new(
                    format!("{}的图形类别不对", kind.zh),
                    format!("a shape of this type is no {}", kind.en),
                ));
            }
            fact.shape = Some(shape);
            return Ok(());
        }
        if let Some(at) = self.position(row, repairs)? {
            if matches!(wanted, ShapeKind::Point | ShapeKind::Any) {
                fact.shape = Some(Shape::Point(at));
            } else {
                repairs.push(Text::new(
                    format!("坐标是一个点，而{}需要范围：图形未取，请另给范围（WKT、DXF 或 shp）", kind.zh),
                    format!("x and y are a position, a {} needs its outline: no shape was taken, bring it as WKT, DXF or shapefile", kind.en),
                ));
            }
        }
        Ok(())
    }

    fn station(&self, row: &Row, fact: &mut Fact, repairs: &mut Vec<Text>) -> Result<(), Text> {
        let depth = fact.number("depth_m").unwrap_or(0.0);
        if depth > DEEPEST_HOLE_M {
            return Err(too_deep(depth));
        }
        if fact.number("inclination_deg").is_none() {
            for (role, sign) in [("dip", self.dip_sign), ("dip_down", 1.0), ("dip_up", -1.0)] {
                if let Some(dip) = self.number(row, role, repairs)? {
                    if dip.abs() > 90.0 {
                        return Err(Text::new(
                            format!("倾角 {dip}° 超出 ±90°"),
                            format!("the dip {dip}° is beyond ±90°"),
                        ));
                    }
                    fact.attributes.insert("inclination_deg", Value::Number(90.0 - sign * dip));
                }
            }
        }
        if fact.number("inclination_deg").is_none() {
            return Err(Text::new("没有倾角或天顶角", "there is neither dip nor inclination"));
        }
        if fact.number("azimuth_deg").is_none() && fact.number("inclination_deg").is_some_and(|angle| angle > 0.5) {
            return Err(Text::new("斜孔没有方位角", "an inclined hole needs an azimuth"));
        }
        fact.attributes.entry("azimuth_deg").or_insert(Value::Number(0.0));
        Ok(())
    }

    fn event(&self, row: &Row, fact: &mut Fact, repairs: &mut Vec<Text>) -> Result<(), Text> {
        if fact.shape.is_none() {
            return Err(Text::new("没有坐标", "there is no position"));
        }
        if !fact.attributes.contains_key("depth_m")
            && let Some(depth) = self.number(row, "tvd", repairs)?
        {
            fact.attributes.insert("depth_m", Value::Number(depth));
        }
        if !fact.attributes.contains_key("date") {
            let part = |role: &str| self.number(row, role, &mut Vec::new()).ok().flatten();
            if let (Some(y), Some(m), Some(d)) = (part("year"), part("month"), part("day")) {
                let date = jiff::civil::Date::new(y as i16, m as i8, d as i8)
                    .map_err(|_| Text::new(format!("{y}-{m}-{d} 不是日期"), format!("{y}-{m}-{d} is no date")))?;
                fact.attributes.insert("date", Value::Date(date));
            }
        }
        Ok(())
    }

    fn layer_with_collar(&self, kind: &'static Kind, row: &Row, seen: &BTreeMap<(&'static str, String), u64>) -> Row1 {
        let Some(hole) = self.words(row, "hole").or_else(|| self.words(row, "name")) else {
            return Row1::Refused(Text::new("没有孔号", "the row names no hole"));
        };
        let Row1::Facts(mut facts, mut repairs) = self.fact_of_hole(kind, row, &hole) else {
            return self.fact_of_hole(kind, row, &hole);
        };
        if !seen.contains_key(&("borehole", hole.clone())) {
            match self.position(row, &mut repairs) {
                Ok(Some(at)) => facts.insert(0, Fact::new("borehole", hole).with_shape(Shape::Point(at))),
                Ok(None) => {}
                Err(why) => return Row1::Refused(why),
            }
        }
        Row1::Facts(facts, repairs)
    }

    fn fact_of_hole(&self, kind: &'static Kind, row: &Row, hole: &str) -> Row1 {
        let mut repairs = Vec::new();
        let mut fact = Fact::new(kind.name, "").with("hole", Value::Text(hole.to_owned()));
        for column in &self.columns {
            let Some(field) = column.role.as_deref().filter(|role| *role != "hole").and_then(|role| kind.field(role))
            else {
                continue;
            };
            match self.value(field, column, row.cell(column.index), &mut repairs) {
                Ok(Some(value)) => {
                    fact.attributes.insert(field.key, value);
                }
                Ok(None) => {}
                Err(why) => return Row1::Refused(why),
            }
        }
        match layer(&mut fact, &mut repairs) {
            Ok(()) => Row1::Facts(vec![fact], repairs),
            Err(why) => Row1::Refused(why),
        }
    }

    /// From, to and every numeric column as a sample.
    fn samples(&self, row: &Row) -> Row1 {
        let mut repairs = Vec::new();
        let Some(hole) = self.words(row, "hole") else {
            return Row1::Refused(Text::new("没有孔号", "the row names no hole"));
        };
        let depth = |role: &str, repairs: &mut Vec<Text>| self.number(row, role, repairs);
        let (from, to) = match (depth("from_m", &mut repairs), depth("to_m", &mut repairs)) {
            (Ok(Some(from)), Ok(Some(to))) => (from, to),
            (Err(why), _) | (_, Err(why)) => return Row1::Refused(why),
            _ => return Row1::Refused(Text::new("没有起止深度", "there is no from or no to")),
        };
        if let Err(why) = ends(from, to) {
            return Row1::Refused(why);
        }
        let date = self.columns.iter().find(|column| column.role.as_deref() == Some("date")).and_then(|column| {
            let order = self.orders.get(&column.index).copied().unwrap_or(DayOrder::Open);
            values::date(row.cell(column.index), order).ok().flatten()
        });
        let mut facts = Vec::new();
        for column in &self.columns {
            let named = column.role.as_deref().and_then(|role| role.strip_prefix("sample:"));
            let quantity = match (named, column.role.as_deref()) {
                (Some(name), _) => name.to_owned(),
                (None, None) if !column.header.is_empty() => column.header.clone(),
                _ => continue,
            };
            let number = match self.number_in(column, row.cell(column.index), false, &mut repairs) {
                Ok(Some(number)) => number,
                Ok(None) => continue,
                // A column of words beside the results is listed as not read, once.
                Err(_) if named.is_none() => continue,
                Err(why) => {
                    repairs.push(why);
                    continue;
                }
            };
            if named.is_none() && !self.scales.contains_key(&column.index) && !self.numeric.contains(&column.index) {
                continue;
            }
            let mut fact = Fact::new("sample", format!("{hole}@{}-{}/{quantity}", short(from), short(to)))
                .with("hole", Value::Text(hole.clone()))
                .with("from_m", Value::Number(from))
                .with("to_m", Value::Number(to))
                .with("quantity", Value::Text(quantity))
                .with("value", Value::Number(number));
            if let Some((date, _)) = &date {
                fact = fact.with("date", Value::Date(*date));
            }
            facts.push(fact);
        }
        Row1::Facts(facts, repairs)
    }

    fn picks(&self, row: &Row, pairs: &[(String, Option<usize>, Option<usize>)]) -> Row1 {
        let mut repairs = Vec::new();
        let Some(hole) = self.words(row, "id").or_else(|| self.words(row, "hole")) else {
            return Row1::Refused(Text::new("没有孔号", "the row names no hole"));
        };
        let at = match self.position(row, &mut repairs) {
            Ok(Some(at)) => at,
            Ok(None) => return Row1::Refused(Text::new("没有坐标", "there is no position")),
            Err(why) => return Row1::Refused(why),
        };
        let mut facts = vec![Fact::new("borehole", hole.clone()).with_shape(Shape::Point(at))];
        for (seam, top, thick) in pairs {
            let get = |index: &Option<usize>, elevation: bool, repairs: &mut Vec<Text>| match index {
                Some(index) => self.number_in(&self.columns[*index], row.cell(*index), elevation, repairs),
                None => Ok(None),
            };
            let (top, thick) = match (get(top, true, &mut repairs), get(thick, false, &mut repairs)) {
                (Ok(top), Ok(thick)) => (top, thick),
                (Err(why), _) | (_, Err(why)) => {
                    repairs.push(why);
                    continue;
                }
            };
            if top.is_none() && thick.is_none() {
                continue;
            }
            if thick.is_some_and(|thick| thick < 0.0) {
                repairs.push(Text::new(
                    format!("煤层 {seam} 厚度为负，未取"),
                    format!("the thickness of seam {seam} is negative: not taken"),
                ));
                continue;
            }
            // The floor lies below the top by the thickness; without a thickness only the top is known.
            let floor = top.zip(thick).map(|(top, thick)| top - thick);
            let mut fact = Fact::new("pick", format!("{hole}/{seam}"))
                .with_shape(Shape::Point(Position { x: at.x, y: at.y, z: floor }))
                .with("seam", Value::Text(seam.clone()))
                .with("hole", Value::Text(hole.clone()));
            if let Some(thick) = thick {
                fact = fact.with("thickness_m", Value::Number(thick));
            }
            facts.push(fact);
        }
        Row1::Facts(facts, repairs)
    }
}

/// A depth as it stands in an id: without the noise of a conversion.
fn short(depth: f64) -> String {
    let text = format!("{depth:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn too_deep(depth: f64) -> Text {
    Text::new(
        format!("深度 {} m 超过世界上最深的钻孔：是填充值，不是深度；请给出真实深度", short(depth)),
        format!("a depth of {} m is deeper than any hole ever drilled: a filler, give the true depth", short(depth)),
    )
}

fn ends(from: f64, to: f64) -> Result<(), Text> {
    if from < 0.0 || to < from {
        return Err(Text::new(
            format!("止深 {} m 小于起深 {} m，或起深为负", short(to), short(from)),
            format!("the lower end {} m lies above the upper end {} m, or that is negative", short(to), short(from)),
        ));
    }
    if to > DEEPEST_HOLE_M { Err(too_deep(to)) } else { Ok(()) }
}

/// Checks a layer, finds its seam in the words of its lithology and gives it its id.
fn layer(fact: &mut Fact, repairs: &mut Vec<Text>) -> Result<(), Text> {
    let (Some(from), Some(to)) = (fact.number("from_m"), fact.number("to_m")) else {
        return Err(Text::new("没有起止深度", "there is no from or no to"));
    };
    ends(from, to)?;
    if fact.text("seam").is_none()
        && let Some((seam, repair)) = fact.text("lithology").and_then(seam_of_rock)
    {
        repairs.extend(repair);
        fact.attributes.insert("seam", Value::Text(seam));
    }
    fact.id = format!("{}@{}-{}", fact.text("hole").unwrap_or_default(), short(from), short(to));
    Ok(())
}

/// The seam a layer's name says: `16-2下煤`, `3号煤层`; none for plain 煤 and for names that count within a hole.
fn seam_of_rock(words: &str) -> Option<(String, Option<Text>)> {
    let plain = values::half_width(words);
    let coal = plain.ends_with('煤') || plain.ends_with("煤层");
    if !coal || !plain.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (name, changed) = values::seam(&plain)?;
    let known = name.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '上' | '中' | '下' | '号'));
    known.then(|| {
        let repair = changed.then(|| {
            Text::new(format!("煤层“{words}”写作“{name}”"), format!("seam \"{words}\" is written \"{name}\""))
        });
        (name, repair)
    })
}

/// One fact for each seam where several are joined by `+`.
fn by_seam(fact: Fact) -> Vec<Fact> {
    if !fact.attributes.contains_key("seam") {
        return vec![fact];
    }
    let seams: Vec<String> = match fact.text("seam") {
        Some(words) if words.contains('+') => {
            words.split('+').filter_map(|word| values::seam(word).map(|(name, _)| name)).collect()
        }
        _ => return vec![fact],
    };
    seams
        .into_iter()
        .map(|seam| {
            let mut one = fact.clone();
            one.id = format!("{}@{seam}", fact.id);
            one.attributes.insert("seam", Value::Text(seam));
            one
        })
        .collect()
}

fn positions(shape: &Shape) -> Vec<Position> {
    use geo::CoordsIter;
    match shape {
        Shape::Point(at) => vec![*at],
        Shape::Lines(lines) => lines.iter().flatten().copied().collect(),
        Shape::Areas(areas) => areas.coords_iter().map(|c| Position::plan(c.x, c.y)).collect(),
        Shape::Mesh(mesh) => mesh.vertices.iter().map(|v| Position::new(v[0], v[1], v[2])).collect(),
    }
}

fn place_shape(shape: &mut Shape, placement: &Placement) -> Result<(), Text> {
    use geo::MapCoordsInPlace;
    match shape {
        Shape::Point(at) => placement.apply(at),
        Shape::Lines(lines) => lines.iter_mut().flatten().try_for_each(|at| placement.apply(at)),
        Shape::Areas(areas) => areas.try_map_coords_in_place(|c| {
            let mut at = Position::plan(c.x, c.y);
            placement.apply(&mut at)?;
            Ok(geo::Coord { x: at.x, y: at.y })
        }),
        Shape::Mesh(mesh) => mesh.vertices.iter_mut().try_for_each(|v| {
            let mut at = Position::new(v[0], v[1], v[2]);
            placement.apply(&mut at)?;
            *v = [at.x, at.y, v[2]];
            Ok(())
        }),
    }
}

/// The state of reading a thickness-only log from the top down.
struct HoleLog {
    hole: String,
    depth: f64,
    lost: Option<u64>,
    nameless: BTreeMap<String, u64>,
    layers: u64,
}

impl HoleLog {
    fn new(reading: &Reading<'_>, _: &Source, _: &mut Intake) -> Self {
        let hole = reading.input.name.rsplit_once('.').map_or(reading.input.name.as_str(), |(stem, _)| stem).to_owned();
        Self { hole, depth: 0.0, lost: None, nameless: BTreeMap::new(), layers: 0 }
    }

    fn layer(&mut self, reading: &Reading<'_>, row: &Row) -> Row1 {
        if let Some(lost) = self.lost {
            return Row1::Refused(Text::new(
                format!("第 {lost} 行没有厚度，以下各层的埋深不知"),
                format!("row {lost} has no thickness: the depth of every layer below it is not known"),
            ));
        }
        let mut repairs = Vec::new();
        let thickness = match reading.number(row, "thickness", &mut repairs) {
            Ok(Some(thickness)) if thickness >= 0.0 => thickness,
            other => {
                self.lost = Some(row.number);
                return Row1::Refused(match other {
                    Err(why) => why,
                    Ok(Some(_)) => Text::new("厚度为负", "the thickness is negative"),
                    Ok(None) => Text::new("没有厚度", "there is no thickness"),
                });
            }
        };
        let (from, to) = (self.depth, self.depth + thickness);
        self.depth = to;
        self.layers += 1;
        let rock = reading.words(row, "lithology");
        let mut fact = Fact::new("interval", "")
            .with("hole", Value::Text(self.hole.clone()))
            .with("from_m", Value::Number(from))
            .with("to_m", Value::Number(to));
        if let Some(rock) = &rock {
            fact = fact.with("lithology", Value::Text(rock.clone()));
        }
        if let Err(why) = layer(&mut fact, &mut repairs) {
            return Row1::Refused(why);
        }
        if let (None, Some(rock)) = (fact.text("seam"), rock.filter(|rock| rock.contains('煤'))) {
            *self.nameless.entry(rock).or_default() += 1;
        }
        // Two layers of no thickness would share an id.
        if thickness == 0.0 {
            fact.id = format!("{}#{}", fact.id, row.number);
        }
        Row1::Facts(vec![fact], repairs)
    }

    fn tell(&self, sheet: &Source, intake: &mut Intake) {
        intake.note(sheet, Text::new(
            format!("孔 {}：{} 层，累计 {} m；只有厚度，自孔口向下累加为埋深。文件没有孔口标高和坐标：坐标取自坐标表，标高不得而知", self.hole, self.layers, short(self.depth)),
            format!("hole {}: {} layers, {} m in all; thickness only, summed downwards to depths below the collar. The file has neither position nor collar elevation: the position comes from a table of positions, elevations are not known", self.hole, self.layers, short(self.depth)),
        ));
        if !self.nameless.is_empty() {
            let list: Vec<String> = self.nameless.iter().map(|(rock, n)| format!("{rock}×{n}")).collect();
            intake.note(
                sheet,
                Text::new(
                    format!("没有煤层编号的煤：{}；不归入任何煤层", list.join("、")),
                    format!("coal without a seam's number: {}; it belongs to no seam", list.join(", ")),
                ),
            );
        }
    }
}
