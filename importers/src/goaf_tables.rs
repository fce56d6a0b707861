//! The ten tables of the goaf census (KA/T 22.2 chapter 5) as CSV, one file a table: `{mine}-{表名}.csv`.
//!
//! The names of the tables and fields come from a published schema, not from the standard's own words: unverified, as
//! the page `docs/formats/goaf-tables.md` says.

use crate::columns::Mapping;
use crate::{ImportError, Importer, Input, Intake, Options, ledger};
use minesift_core::fact::Source;
use minesift_core::text::Text;

/// Name of each table and the kind its rows become.
const TABLES: &[(&str, &str)] = &[
    ("采空区基本信息", "goaf"),
    ("废弃井筒", "abandoned_shaft"),
    ("采空区积水", "goaf"),
    ("自燃发火", "fire_area"),
    ("火区", "fire_area"),
    ("采空区积气", "observation"),
    ("悬顶", "hanging_roof"),
    ("塌陷", "subsidence"),
    ("地裂缝", "ground_fissure"),
    ("密闭墙", "seal"),
    ("治理", "treatment"),
];

/// What a column means in one of these tables and may not mean elsewhere: table, column, key.
const OWN: &[(&str, &str, &str)] = &[
    ("采空区积水", "验证结果", "flooded"),
    ("治理", "工程编号", "id"),
    ("治理", "采空区编号", "hazard"),
    ("治理", "方法", "kind"),
];

pub(crate) const IMPORTER: Importer = Importer {
    name: "goaf-tables",
    about: "the goaf census tables of KA/T 22.2 as CSV, {mine}-{table}.csv (fields unverified) / 采空区普查表",
    extensions: &["csv"],
    recognises: |input| input.extension() == "csv" && table_of(&input.name).is_some(),
    read,
};

fn table_of(file: &str) -> Option<(&'static str, &'static str)> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (_, table) = stem.rsplit_once(['-', '－', '—', '_'])?;
    let table = table.trim_end_matches(['表']).trim_end_matches("情况");
    TABLES.iter().copied().find(|(name, _)| table == *name)
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let (table, kind) = table_of(&input.name).unwrap_or(("", "goaf"));
    let kind = options.kind.clone().unwrap_or_else(|| kind.to_owned());
    let options = Options { kind: Some(kind), ..options.clone() };
    let source = Source { file: input.name.clone(), place: String::new() };
    intake.note(
        &source,
        Text::new(
            format!("按 KA/T 22.2 “{table}”表读取；字段名来自公开的表结构，尚未与标准原文核对"),
            format!("read as the table {table} of KA/T 22.2; its fields follow a published schema, not yet checked against the standard"),
        ),
    );
    let own: Vec<Mapping> = OWN
        .iter()
        .filter(|(of, ..)| *of == table)
        .map(|(_, column, key)| Mapping { column: (*column).into(), key: (*key).into(), unit: String::new() })
        .collect();
    ledger::read_with(input, &options, &own, intake)
}
