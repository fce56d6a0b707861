//! From the files a mine exchanges to facts: brings facts, judges nothing.
//!
//! An importer is a record in one list, [`IMPORTERS`], and a page in `docs/formats/`. It reads rows and says of each:
//! accepted, repaired or refused. Nothing is dropped in silence: rows read = accepted + repaired + refused, and the
//! [`Receipt`] names every refused row with its place and the cure.

pub mod columns;
pub mod crs;
mod density;
mod dxf;
pub mod encoding;
mod exported;
mod geo3dml;
mod gis;
mod goaf_tables;
pub mod input;
mod ledger;
mod mapgis;
pub mod mapping;
mod mesh;
mod omf;
mod parquet_rows;
pub mod plan;
mod point_cloud;
mod raster;
pub mod receipt;
pub mod site_toml;
mod site_toml_importer;
pub mod table;
pub mod together;
pub mod values;
mod vector;
mod vertical;
mod well_log;
pub mod words;

pub use input::{Content, Input, Options};
pub use receipt::{Choice, Receipt, Tally};

use minesift_core::fact::{Fact, Problem, Source};
use minesift_core::text::Text;

/// One format: what people must know about it, and a function.
#[derive(Clone, Copy)]
pub struct Importer {
    /// Name, as `--as` takes it.
    pub name: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// Usual file name extensions, lower case, without dot.
    pub extensions: &'static [&'static str],
    /// True when this importer should read the input, by its name and first bytes.
    pub recognises: fn(&Input) -> bool,
    /// Reads it. `Err` means that nothing of the file could be used.
    pub read: fn(&Input, &Options, &mut Intake) -> Result<(), ImportError>,
}

/// Every importer; the first that recognises an input reads it.
pub const IMPORTERS: &[Importer] = &[
    site_toml_importer::IMPORTER,
    dxf::IMPORTER,
    dxf::DWG,
    raster::IMPORTER,
    mesh::GOCAD,
    mesh::STL,
    mesh::OBJ,
    mesh::PLY,
    omf::IMPORTER,
    geo3dml::IMPORTER,
    point_cloud::IMPORTER,
    vector::GEOPARQUET,
    mapgis::IMPORTER,
    vector::IMPORTER,
    well_log::IMPORTER,
    plan::IMPORTER,
    plan::PROJECT,
    goaf_tables::IMPORTER,
    ledger::HOLE_LOG,
    ledger::PICKS,
    ledger::MICROSEISMS,
    density::IMPORTER,
    ledger::BOREHOLES,
    ledger::LEDGER,
];

/// Why a file was refused whole: exit code 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError {
    /// Where in the file, as far as known.
    pub place: Source,
    /// What was found, what was expected, what to do.
    pub message: Text,
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for ImportError {}

impl ImportError {
    /// An error about a file as a whole.
    pub fn new(file: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { place: Source { file: file.to_owned(), place: String::new() }, message: Text::new(zh, en) }
    }
}

/// What an importer brings: facts, and the receipt that accounts for every row.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Facts, in the order of the file.
    pub facts: Vec<Fact>,
    /// The account.
    pub receipt: Receipt,
    watch: Watch,
}

/// Who is told, now and then, how many rows were read.
#[derive(Clone, Copy, Default)]
pub struct Watch {
    tell: Option<fn(u64)>,
    rows: u64,
}

impl Watch {
    /// Rows between two words.
    const EVERY: u64 = 2_000;

    /// Tells every 2,000 rows.
    pub fn telling(tell: fn(u64)) -> Self {
        Self { tell: Some(tell), rows: 0 }
    }

    fn row(&mut self) {
        self.rows += 1;
        if let Some(tell) = self.tell.filter(|_| self.rows.is_multiple_of(Self::EVERY)) {
            tell(self.rows);
        }
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows", self.rows)
    }
}

impl Intake {
    /// An empty intake for a file.
    pub fn new(input: &Input, importer: &str) -> Self {
        Self { facts: Vec::new(), receipt: Receipt::new(input, importer), watch: Watch::default() }
    }

    /// Starts counting rows of a sheet, layer or table of the file.
    pub fn table(&mut self, name: impl Into<String>) {
        self.receipt.tables.push(Tally { name: name.into(), ..Tally::default() });
    }

    /// The account of the open table, for one row more.
    fn tally(&mut self) -> &mut Tally {
        self.watch.row();
        if self.receipt.tables.is_empty() {
            self.table("");
        }
        self.receipt.tables.last_mut().expect("a table was just added")
    }

    /// One row, read as written, which gave these facts (several where one row says several things).
    pub fn accept(&mut self, facts: impl IntoIterator<Item = Fact>) {
        let tally = self.tally();
        tally.read += 1;
        tally.accepted += 1;
        self.facts.extend(facts);
    }

    /// One row, read otherwise than written.
    pub fn repair(&mut self, facts: impl IntoIterator<Item = Fact>, source: &Source, why: Text) {
        let tally = self.tally();
        tally.read += 1;
        tally.repaired += 1;
        self.facts.extend(facts);
        self.receipt.problems.push(Problem::repaired(source, why));
    }

    /// One row, read as written where there are no `repairs`, else otherwise than written.
    pub fn take(&mut self, facts: impl IntoIterator<Item = Fact>, source: &Source, repairs: &[Text]) {
        match receipt::all(repairs) {
            None => self.accept(facts),
            Some(why) => self.repair(facts, source, why),
        }
    }

    /// One row that was not taken.
    pub fn refuse(&mut self, source: &Source, why: Text) {
        let tally = self.tally();
        tally.read += 1;
        tally.refused += 1;
        self.receipt.problems.push(Problem::refused(source, why));
    }

    /// Something to know about the file.
    pub fn note(&mut self, source: &Source, words: Text) {
        self.receipt.problems.push(Problem::note(source, words));
    }
}

/// Reads a file: by the importer that `options` names, else by the first that recognises it.
///
/// # Errors
/// [`ImportError`] when the file is empty, of no known format, or unusable as a whole.
pub fn import(input: &Input, options: &Options) -> Result<Intake, ImportError> {
    import_watched(input, options, Watch::default())
}

/// Reads a file as [`import`] does, and tells somebody how far it is.
///
/// # Errors
/// As [`import`].
pub fn import_watched(input: &Input, options: &Options, watch: Watch) -> Result<Intake, ImportError> {
    if input.is_empty() {
        return Err(ImportError::new(
            &input.name,
            "文件为空（0 字节），请重新导出",
            "the file is empty (0 bytes): export it again",
        ));
    }
    if let Some(shp) = input.part_of().filter(|_| options.importer.is_none()) {
        let shp = shp.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Err(ImportError::new(
            &input.name,
            format!("是 {shp} 的一部分，随它一起读取；请只给出 {shp}"),
            format!("this is a part of {shp} and is read with it: name {shp} alone"),
        ));
    }
    let importer = match &options.importer {
        Some(name) => IMPORTERS.iter().find(|importer| importer.name == name).ok_or_else(|| {
            let known: Vec<&str> = IMPORTERS.iter().map(|importer| importer.name).collect();
            ImportError::new(
                &input.name,
                format!("没有名为 {name} 的导入器；可用：{}", known.join("、")),
                format!("no importer is called {name}; there are: {}", known.join(", ")),
            )
        })?,
        None => IMPORTERS.iter().find(|importer| (importer.recognises)(input)).ok_or_else(|| {
            if matches!(input.extension().as_str(), "shx" | "dbf" | "prj" | "cpg") {
                return ImportError::new(
                    &input.name,
                    "是 shapefile 的一部分，旁边没有同名 .shp；请把 .shp、.shx、.dbf、.prj 放在一起，导入 .shp（只有属性表时另存为 CSV）",
                    "this is a part of a shapefile without its .shp beside it: keep .shp, .shx, .dbf and .prj together and import the .shp (a table alone: save it as CSV)",
                );
            }
            ImportError::new(
                &input.name,
                "无法识别的格式；可用 --as 指定导入器（minesift formats 列出全部）",
                "the format is not recognised; name one with --as (`minesift formats` lists all)",
            )
        })?,
    };
    let mut intake = Intake { watch, ..Intake::new(input, importer.name) };
    // A reader that breaks on a file, ours or a library's, refuses that file and not the work of a day.
    let read = std::panic::AssertUnwindSafe(|| (importer.read)(input, options, &mut intake));
    match std::panic::catch_unwind(read) {
        Ok(read) => read?,
        Err(_) => {
            return Err(ImportError::new(
                &input.name,
                format!(
                    "读取器 {} 在此文件上出错（程序缺陷）；文件未导入，请把文件交给开发者，并另存或转换后再试",
                    importer.name
                ),
                format!(
                    "the reader {} broke on this file (a bug): nothing of it was taken; hand the file in, and save or convert it to go on",
                    importer.name
                ),
            ));
        }
    }
    vertical::state(input, options, &mut intake);
    Ok(intake)
}
