//! The ten tables of the goaf census (KA/T 22.2 chapter 5) as CSV, one file a table: `{mine}-{表名}.csv`.
//!
//! The names of the tables and fields come from a published schema, not from the standard's own words: unverified, as
//! the page `docs/formats/goaf-tables.md` says.

use crate::{ImportError, Importer, Input, Intake, Options, ledger};
use minesift_core::fact::Source;
use minesift_core::text::Text;

/// Name of each table and the kind its rows become; none where the catalogue has no such thing yet.
const TABLES: &[(&str, Option<&str>)] = &[
    ("采空区基本信息", Some("goaf")),
    ("废弃井筒", Some("abandoned_shaft")),
    ("采空区积水", Some("goaf")),
    ("自燃发火", Some("fire_area")),
    ("火区", Some("fire_area")),
    ("采空区积气", Some("observation")),
    ("悬顶", None),
    ("塌陷", Some("subsidence")),
    ("地裂缝", Some("ground_fissure")),
    ("密闭墙", None),
    ("治理", Some("treatment")),
];

pub(crate) const IMPORTER: Importer = Importer {
    name: "goaf-tables",
    about: "the goaf census tables of KA/T 22.2 as CSV, {mine}-{table}.csv (fields unverified) / 采空区普查表",
    extensions: &["csv"],
    recognises: |input| input.extension() == "csv" && table_of(&input.name).is_some(),
    read,
};

fn table_of(file: &str) -> Option<(&'static str, Option<&'static str>)> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (_, table) = stem.rsplit_once(['-', '－', '—', '_'])?;
    let table = table.trim_end_matches(['表']).trim_end_matches("情况");
    TABLES.iter().copied().find(|(name, _)| table == *name)
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let (table, kind) = table_of(&input.name).unwrap_or(("", None));
    let kind = options.kind.clone().or_else(|| kind.map(str::to_owned));
    let Some(kind) = kind else {
        return Err(ImportError::new(
            &input.name,
            format!("“{table}”表没有对应的种类；请用 --kind 指定（如 goaf、observation）"),
            format!(
                "no kind of the catalogue holds rows of the table {table}: name one with --kind (goaf, observation …)"
            ),
        ));
    };
    let options = Options { kind: Some(kind), ..options.clone() };
    let source = Source { file: input.name.clone(), place: String::new() };
    intake.note(
        &source,
        Text::new(
            format!("按 KA/T 22.2 “{table}”表读取；字段名来自公开的表结构，尚未与标准原文核对"),
            format!("read as the table {table} of KA/T 22.2; its fields follow a published schema, not yet checked against the standard"),
        ),
    );
    ledger::read_with(input, &options, intake)
}
