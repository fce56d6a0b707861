//! Ledgers: tables whose rows are facts. Each table of a file is read by what its headers, its name or the user say it
//! holds: collars, survey stations, layers, samples, seam picks, a thickness-only log of one hole, microseismic events,
//! or any kind of the catalogue.

mod content;
mod facts;
mod hole_log;
mod layers;
mod odd;
mod picks;
mod prepare;
mod reading;
mod samples;

use crate::columns::{self, Mapping};
use crate::table::{self, Row, Table};
use crate::{ImportError, Importer, Input, Intake, Options};
use content::{Content, content, seam_pairs};
pub(crate) use facts::place_shape;
use hole_log::HoleLog;
use minesift_core::fact::{Fact, Source};
use minesift_core::kind;
use minesift_core::text::Text;
use picks::tell_picks;
use prepare::{collar_by_its_name, lithology_by_its_words};
use reading::{Reading, Row1};
use std::collections::{BTreeMap, BTreeSet};

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
    content(input, &table, &Options::default(), &[]).map(|(content, _)| content)
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    read_with(input, options, &[], intake)
}

/// Reads every table of a file; the goaf tables come through here with their kind and with what a column means in them
/// alone (`own`), which the user's mapping overrides.
pub(crate) fn read_with(
    input: &Input,
    options: &Options,
    own: &[Mapping],
    intake: &mut Intake,
) -> Result<(), ImportError> {
    let mut mapping = columns::mapping(options)?;
    let mut tables = table::read(input, options)?;
    tables.tables.iter_mut().for_each(|table| columns::by_number(table, &mapping));
    mapping.extend_from_slice(own);
    intake.receipt.encoding = tables.encoding;
    let mut unread = Vec::new();
    let mut done = 0;
    for table in &tables.tables {
        if table.rows.is_empty() && table.headers.is_empty() {
            continue;
        }
        match content(input, table, options, &mapping) {
            Some((content, by_name)) => {
                read_table(input, table, content, options, &mapping, intake)?;
                if let Some(said) = by_name {
                    intake.note(&Source { file: input.name.clone(), place: table.name.clone() }, said);
                }
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
            "没有表头：第一行全是数。请加一行列名，例如 孔号,X,Y,Z；或在 --mapping 中用列号（1、2…）指明每列",
            "there is no header, the first row is numbers: add a line of column names, for example hole,x,y,z, or say with a --mapping what the columns 1, 2 … are",
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
    if kind.name == "borehole" || content == Content::LayersWithCollar {
        collar_by_its_name(table, &mut columns, &sheet, intake);
    }
    let pairs = if content == Content::Picks { seam_pairs(table) } else { Vec::new() };
    let mut reading = Reading {
        input,
        table,
        options,
        columns,
        orders: BTreeMap::new(),
        scales: BTreeMap::new(),
        bases: BTreeMap::new(),
        placement: None,
        axes: None,
        dip_sign: 1.0,
        numeric: BTreeSet::new(),
    };
    reading.prepare(kind, content, &pairs, &sheet, intake)?;
    for remark in odd::remarks(&reading) {
        intake.note(&sheet, remark);
    }
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
    let before = intake.facts.len();
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
                intake.take(facts, &source, &repairs);
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
    if content == Content::Picks {
        tell_picks(&reading, &pairs, &sheet, intake);
    }
    if kind.name == "microseism" {
        for remark in odd::events(&intake.facts[before..]) {
            intake.note(&sheet, remark);
        }
    }
    if kind.shape.is_some() {
        let (all, lost) = (intake.facts.len() - before, shapeless(&intake.facts[before..], kind.name));
        if lost > 0 {
            intake.note(
                &sheet,
                Text::new(
                    format!("{all} 个对象中有 {lost} 个没有位置或范围：图上没有它们"),
                    format!("{lost} of {all} facts have neither position nor outline: they stand nowhere on the map"),
                ),
            );
        }
    }
    Ok(())
}

fn shapeless(facts: &[Fact], kind: &str) -> usize {
    facts.iter().filter(|fact| fact.kind == kind && fact.shape.is_none()).count()
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
