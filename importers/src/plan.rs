//! Succession plans, 采掘接续计划: the mine's own workbook or tables of text, and MS Project. See `docs/formats/plan.md`.
//!
//! A sheet is told by its headers: faces, headings, treatments, the three reserves, district systems, and a sheet of
//! keys and values that names the plan. Shapes come from a drawing and are joined by name: [`join`].

pub mod belongs;
pub mod join;
mod project;
mod row;

use crate::columns::{self, Mapping};
use crate::table::{self, Cell, Row, Table};
use crate::{ImportError, Importer, Input, Intake, Options, exported, values};
use minesift_core::fact::{Fact, Source, Value};
use minesift_core::text::Text;
use std::collections::BTreeMap;

pub(crate) use project::IMPORTER as PROJECT;

pub(crate) const IMPORTER: Importer = Importer {
    name: "plan",
    about: "succession plans: faces, headings, treatments, the three reserves / 采掘接续计划表",
    extensions: &["xlsx", "xls", "ods", "csv", "tsv", "txt"],
    recognises,
    read,
};

/// No plan has more: a workbook beyond this is not opened to see what it is.
const LARGEST_LOOKED_INTO: u64 = 16 << 20;

/// What a sheet holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sheet {
    Faces,
    Headings,
    Treatments,
    Reserves,
    Systems,
    /// Keys and values that name the plan.
    About,
}

/// What columns mean, and the headers that say so (lower case, half-width, without spaces).
const ROLES: &[(&str, &[&str])] = &[
    ("face", &["工作面", "采煤工作面", "工作面名称", "face", "panel"]),
    ("heading", &["巷道", "巷道名称", "掘进工作面", "heading", "roadway"]),
    ("treatment", &["编号", "治理编号", "工程编号", "treatment"]),
    ("name", &["名称", "区域", "工程名称", "name"]),
    ("seam", &["煤层", "seam"]),
    ("level", &["水平", "level"]),
    ("district", &["采区", "盘区", "采(盘)区", "district"]),
    ("wing", &["翼", "wing"]),
    ("phase", &["阶段", "phase"]),
    ("mining_height_m", &["采高", "miningheight"]),
    ("recovery", &["回采率", "recovery"]),
    ("between", &["回采起止", "掘进起止", "起止", "起止日期", "起止时间", "回采时间", "dates"]),
    (
        "from",
        &[
            "起",
            "开工",
            "开始",
            "开工日期",
            "开始日期",
            "开始时间",
            "回采开始",
            "回采起",
            "掘进起",
            "掘进开始",
            "计划开工",
            "from",
            "start",
        ],
    ),
    (
        "to",
        &[
            "止",
            "竣工",
            "完工",
            "结束",
            "竣工日期",
            "完工日期",
            "结束日期",
            "完成时间",
            "回采结束",
            "回采止",
            "掘进止",
            "掘进结束",
            "计划竣工",
            "to",
            "finish",
            "end",
        ],
    ),
    ("tonnage_t", &["计划产量", "产量", "掘进煤量", "tonnage"]),
    ("month_t", &["月产量"]),
    ("next", &["接替面", "next"]),
    ("note", &["备注", "note"]),
    ("island", &["孤岛", "孤岛工作面", "island"]),
    ("leaves_pillar", &["留煤柱", "采空区留煤柱", "leavespillar"]),
    ("pillar_document", &["论证文号", "留煤柱论证文号", "pillardocument"]),
    ("after", &["前置", "前置任务", "紧前工作", "after", "predecessors"]),
    ("purpose", &["类别", "巷道类别", "purpose"]),
    ("rock", &["煤岩别", "煤岩类别", "rock"]),
    ("width_m", &["宽", "巷宽", "净宽", "width"]),
    ("height_m", &["高", "巷高", "净高", "height"]),
    ("serves", &["服务面", "服务工作面", "serves"]),
    ("breaks_into", &["贯通点", "breaksinto"]),
    ("crosses_seams", &["石门", "揭煤", "crossesseams"]),
    ("hazard", &["对象", "治理对象", "hazard"]),
    ("kind", &["措施", "治理措施", "measure"]),
    ("covers", &["范围", "covers"]),
    ("state", &["状态", "state"]),
    ("done", &["完成", "形成日期", "完成日期", "done"]),
    ("accepts", &["计划验收", "计划验收日期", "验收计划", "accepts"]),
    ("approver", &["验收人", "approver"]),
    ("design_days", &["设计工期", "designdays"]),
    ("date", &["统计日期", "期末日期", "日期", "date"]),
    ("developed_t", &["开拓煤量", "developed"]),
    ("prepared_t", &["准备煤量", "prepared"]),
    ("ready_t", &["回采煤量", "ready"]),
    ("system", &["系统", "system"]),
    ("type", &["类型", "任务类型", "type"]),
];

/// Keys of the sheet that names the plan.
const ABOUT: &[(&str, &[&str])] = &[
    ("name_zh", &["名称", "计划名称", "name"]),
    ("tier", &["层次", "tier"]),
    ("version", &["版本", "version"]),
    ("from", &["计划期起", "起", "from"]),
    ("to", &["计划期止", "止", "to"]),
    ("mine", &["矿井", "矿井名称", "煤矿", "mine"]),
    ("crs", &["坐标系", "坐标系统", "平面坐标系", "crs"]),
    ("vertical_datum", &["高程基准", "高程系统", "高程系", "verticaldatum"]),
    ("", &["编制", "审核", "日期"]),
];

/// Tiers, as plans are called.
const TIERS: &[(&str, &[&str])] = &[
    ("ten-year", &["ten-year", "十年"]),
    ("five-year", &["five-year", "五年"]),
    ("three-year", &["three-year", "三年"]),
    ("annual", &["annual", "年度"]),
];

/// Columns of a table by what they mean.
struct Roles {
    /// Index of the column and its unit.
    of: BTreeMap<&'static str, (usize, Option<String>)>,
    /// Headers that mean nothing to a plan.
    unused: Vec<String>,
}

impl Roles {
    fn new(file: &str, table: &Table, mapping: &[Mapping]) -> Result<Self, ImportError> {
        let mut roles = Self { of: BTreeMap::new(), unused: Vec::new() };
        for (index, header) in table.headers.iter().enumerate() {
            let (name, unit) = columns::split(header);
            let plain = |words: &str| columns::split(words).0;
            let mapped = mapping.iter().find(|line| line.column == *header || plain(&line.column) == name);
            let named = |key: &str| {
                ROLES
                    .iter()
                    .find(|(role, words)| *role == key || words.contains(&plain(key).as_str()))
                    .map(|(role, _)| *role)
            };
            let (role, unit) = match mapped {
                Some(line) if line.key == "-" || line.key.is_empty() => (None, unit),
                Some(line) => {
                    let role = named(&line.key).ok_or_else(|| {
                        let known: Vec<&str> = ROLES.iter().map(|(role, _)| *role).collect();
                        ImportError::new(
                            file,
                            format!("列映射表中的 key “{}”不认识；可用：{}", line.key, known.join("、")),
                            format!("the mapping's key \"{}\" is not known; there are: {}", line.key, known.join(", ")),
                        )
                    })?;
                    (Some(role), if line.unit.is_empty() { unit } else { Some(line.unit.clone()) })
                }
                None => {
                    let told =
                        |name: &str| ROLES.iter().find(|(_, words)| words.contains(&name)).map(|(role, _)| *role);
                    // Below a group header stands the member's own: 回采起止 over 起 and 止.
                    let member = header.rsplit_once('/').and_then(|(group, own)| {
                        let (own, unit) = columns::split(own);
                        let days = told(&plain(group)) == Some("between");
                        told(&own).filter(|role| days == matches!(*role, "from" | "to")).map(|role| (role, unit))
                    });
                    match (member, told(&name)) {
                        (Some((role @ ("from" | "to"), unit)), _) | (Some((role, unit)), None) => (Some(role), unit),
                        (_, role) => (role, unit),
                    }
                }
            };
            match role {
                Some(role) if !roles.of.contains_key(role) => {
                    roles.of.insert(role, (index, unit));
                }
                _ if header.is_empty() || matches!(name.as_str(), "序号" | "no" | "队伍" | "支护") => {}
                _ => roles.unused.push(header.clone()),
            }
        }
        Ok(roles)
    }

    fn has(&self, role: &str) -> bool {
        self.of.contains_key(role)
    }

    fn sheet(&self, table: &Table) -> Option<Sheet> {
        let dated = self.has("between") || (self.has("from") && self.has("to"));
        if self.has("hazard") && self.has("kind") {
            Some(Sheet::Treatments)
        } else if self.has("developed_t") || self.has("prepared_t") || self.has("ready_t") {
            Some(Sheet::Reserves)
        } else if self.has("heading") && dated {
            Some(Sheet::Headings)
        } else if self.has("face") && dated {
            Some(Sheet::Faces)
        } else if self.has("system") && self.has("district") && self.has("done") {
            Some(Sheet::Systems)
        } else {
            let first = table.headers.first()?;
            (table.headers.len() == 2 && about(first).is_some()).then_some(Sheet::About)
        }
    }
}

fn about(key: &str) -> Option<&'static str> {
    let key = columns::split(key).0;
    ABOUT.iter().find(|(_, words)| words.contains(&key.as_str())).map(|(key, _)| *key)
}

fn recognises(input: &Input) -> bool {
    let is_plan = |table: &Table| {
        // What an export wrote down as facts is no plan's table, though it speaks of faces and headings.
        exported::kind_of(&input.name, &table.headers).is_none()
            && Roles::new(&input.name, table, &[]).ok().and_then(|roles| roles.sheet(table)).is_some_and(|sheet| {
                // Ledgers of treatments are read by the ledger.
                matches!(sheet, Sheet::Faces | Sheet::Headings | Sheet::Reserves)
            })
    };
    if table::is_text(input) {
        return table::peek(input, &Options::default()).is_some_and(|table| is_plan(&table));
    }
    table::is_workbook(input)
        && input.size <= LARGEST_LOOKED_INTO
        && table::read(input, &Options::default()).is_ok_and(|tables| tables.tables.iter().any(is_plan))
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let mapping = columns::mapping(options)?;
    let tables = table::read(input, options)?;
    intake.receipt.encoding = tables.encoding;
    let mut plan = Named::default();
    let mut known = 0;
    for table in &tables.tables {
        if table.headers.is_empty() && table.rows.is_empty() {
            continue;
        }
        let roles = Roles::new(&input.name, table, &mapping)?;
        let sheet = Source { file: input.name.clone(), place: table.name.clone() };
        intake.table(&table.name);
        for note in table.notes.iter().filter(|_| table.filled.is_empty()) {
            intake.note(&sheet, note.clone());
        }
        let Some(holds) = roles.sheet(table) else {
            for row in &table.rows {
                let source = Source { file: input.name.clone(), place: place(table, &format!("row {}", row.number)) };
                intake.refuse(
                    &source,
                    Text::new(
                        "工作表内容无法识别：看不出是采煤、掘进、治理还是三量",
                        "what this sheet holds is not known: neither faces, headings, treatments nor reserves",
                    ),
                );
            }
            continue;
        };
        known += 1;
        if holds == Sheet::About {
            plan.read(input, table, intake);
            continue;
        }
        if !roles.unused.is_empty() {
            let list = roles.unused.join("、");
            intake.note(
                &sheet,
                Text::new(
                    format!("以下列不参与核校，原样留在文件中：{list}"),
                    format!("columns that no check reads, left in the file: {list}"),
                ),
            );
        }
        rows(input, table, &roles, holds, intake);
    }
    if known == 0 {
        return Err(ImportError::new(
            &input.name,
            "没有一张表像采掘接续计划：采煤表需要列 工作面、煤层、回采起止，掘进表需要 巷道、煤层、开工、竣工；或用 --mapping 给出列映射表",
            "no sheet looks like a plan: faces need the columns 工作面, 煤层, 回采起止, headings 巷道, 煤层, 开工, 竣工; or give a --mapping of columns",
        ));
    }
    let named = plan.fact(input);
    intake.facts.insert(0, named);
    Ok(())
}

fn place(table: &Table, words: &str) -> String {
    if table.name.is_empty() { words.to_owned() } else { format!("{}!{words}", table.name) }
}

/// Reads every row of a sheet: accepted, repaired, refused, each with its cell.
fn rows(input: &Input, table: &Table, roles: &Roles, sheet: Sheet, intake: &mut Intake) {
    let reading = row::Reading { table, roles, sheet };
    for row in &table.rows {
        let at = |words: &str| Source { file: input.name.clone(), place: place(table, words) };
        if row.cells.iter().any(is_total) {
            intake.accept([]);
            intake.note(&at(&format!("row {}", row.number)), Text::new("合计行，不是任务", "a row of totals, no task"));
            continue;
        }
        match reading.fact(row) {
            Err((cell, why)) => intake.refuse(&at(&cell), why),
            Ok((fact, cells, repairs)) => {
                let tasks = ["face", "heading"];
                let before = intake.facts.iter().find(|f| {
                    f.id == fact.id && (f.kind == fact.kind || (tasks.contains(&f.kind) && tasks.contains(&fact.kind)))
                });
                if let Some(before) = before {
                    let why = Text::new(
                        format!("{} 已见于 {}；同名任务只取第一个，请改名或合并", fact.id, before.source.place),
                        format!(
                            "{} stands already at {}: the first is kept, rename this one or join the two",
                            fact.id, before.source.place
                        ),
                    );
                    intake.refuse(&at(&cells), why);
                    continue;
                }
                let source = at(&cells);
                let fact = fact.from_source(source.clone());
                intake.take([fact], &source, &repairs);
            }
        }
    }
}

fn is_total(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(words) if matches!(words.replace(' ', "").as_str(), "合计" | "小计" | "总计" | "total"))
}

/// A name as shapes write it: half-width, without spaces, without 工作面.
pub(crate) fn plain_name(words: &str) -> String {
    let plain: String = values::half_width(words).chars().filter(|c| !c.is_whitespace()).collect();
    plain.strip_suffix("采煤工作面").or_else(|| plain.strip_suffix("工作面")).unwrap_or(&plain).to_owned()
}

/// What the sheet of keys and values says of the plan.
#[derive(Default)]
struct Named(BTreeMap<&'static str, Value>);

impl Named {
    fn read(&mut self, input: &Input, table: &Table, intake: &mut Intake) {
        let header = Row { number: 1, cells: table.headers.iter().map(|words| Cell::Text(words.clone())).collect() };
        for row in std::iter::once(&header).chain(&table.rows) {
            let source = Source { file: input.name.clone(), place: place(table, &table.cell_name(row, 1)) };
            let (key, cell) = (row.cell(0).words(), row.cell(1));
            let Some(role) = about(&key) else {
                intake.refuse(
                    &source,
                    Text::new(format!("计划说明中的“{key}”不认识"), format!("\"{key}\" says nothing about a plan")),
                );
                continue;
            };
            let value = match role {
                "" => Ok(None),
                "from" | "to" => {
                    values::date(cell, values::DayOrder::Open).map(|day| day.map(|(day, _)| Value::Date(day)))
                }
                "tier" => Ok(tier(&cell.words()).map(|tier| Value::Text(tier.to_owned()))),
                _ => Ok(Some(Value::Text(cell.words()))),
            };
            match value {
                Err(why) => intake.refuse(&source, why),
                Ok(None) => intake.accept([]),
                Ok(Some(value)) => {
                    self.0.insert(role, value);
                    intake.accept([]);
                }
            }
        }
    }

    /// The plan itself; its tier by the file's name where nothing says it.
    fn fact(mut self, input: &Input) -> Fact {
        if !self.0.contains_key("tier")
            && let Some(tier) = tier(&input.name)
        {
            self.0.insert("tier", Value::Text(tier.to_owned()));
        }
        let words = |key: &str| match self.0.get(key) {
            Some(Value::Text(words)) => Some(words.clone()),
            _ => None,
        };
        let id: Vec<String> =
            [words("tier").unwrap_or_else(|| "plan".to_owned())].into_iter().chain(words("version")).collect();
        let source = Source { file: input.name.clone(), place: String::new() };
        let fact = Fact::new("plan", id.join("-")).from_source(source);
        self.0.into_iter().fold(fact, |fact, (key, value)| fact.with(key, value))
    }
}

fn tier(words: &str) -> Option<&'static str> {
    TIERS.iter().find(|(_, names)| names.iter().any(|name| words.contains(name))).map(|(tier, _)| *tier)
}

#[cfg(test)]
mod tests;
