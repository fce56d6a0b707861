//! The mapping table that a surveyor edits: which layer is what.
//!
//! Columns: `layer_pattern, object_type, seam, mine, evidence_class, valid_from, label, where, note`, and any key of
//! the catalogue as a further column, holding a constant or `{column}` to take it from the feature. A pattern may hold
//! `*`, `?` and alternatives with `|`. `object_type` is a kind of the catalogue or `ignore`. The first row that fits
//! holds. A second form, `column, key`, says what the columns of a table mean.

use crate::{ImportError, words};
use minesift_core::kind::Kind;
use std::path::Path;

/// What a layer becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Facts of this kind.
    Kind(&'static Kind),
    /// Nothing, on purpose.
    Ignore,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Layers it speaks of.
    pub pattern: String,
    /// What they become.
    pub target: Target,
    /// Seam; empty: the one the layer's name begins with.
    pub seam: String,
    /// `inside`: texts of the same layer inside an outline name it.
    pub label: String,
    /// `column=value`: only features whose column holds this value.
    pub filter: Option<(String, String)>,
    /// Further keys: constant, or `{column}`.
    pub keys: Vec<(String, String)>,
    /// Row of the table, 1-based.
    pub row: usize,
}

/// A whole mapping.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    /// Rows for layers, in order.
    pub rules: Vec<Rule>,
    /// Column of the file → key of the catalogue (`id`, `z` or `-` to leave it out besides).
    pub columns: Vec<(String, String)>,
}

/// Chinese headers of the table.
const HEADERS: &[(&str, &str)] = &[
    ("图层", "layer_pattern"),
    ("图层名", "layer_pattern"),
    ("类型", "object_type"),
    ("对象类型", "object_type"),
    ("煤层", "seam"),
    ("矿井", "mine"),
    ("查明程度", "evidence_class"),
    ("生效日期", "valid_from"),
    ("标注", "label"),
    ("条件", "where"),
    ("备注", "note"),
    ("列", "column"),
    ("列名", "column"),
    ("键", "key"),
];

impl Mapping {
    /// Reads a mapping file: CSV in UTF-8 or GB18030, or the first sheet of an xlsx.
    ///
    /// # Errors
    /// When it cannot be read, or a row is not understood: each named.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let fail = |error: String| {
            ImportError::new(&name, format!("无法读取对照表：{error}"), format!("the mapping cannot be read: {error}"))
        };
        let rows = if path
            .extension()
            .is_some_and(|e| matches!(e.to_string_lossy().to_lowercase().as_str(), "xlsx" | "xls" | "ods"))
        {
            use calamine::Reader;
            let mut book = calamine::open_workbook_auto(path).map_err(|error| fail(error.to_string()))?;
            let sheet = book
                .worksheet_range_at(0)
                .ok_or_else(|| fail("no sheet".to_owned()))?
                .map_err(|error| fail(error.to_string()))?;
            sheet.rows().map(|row| row.iter().map(|cell| cell.to_string().trim().to_owned()).collect()).collect()
        } else {
            let bytes = std::fs::read(path).map_err(|error| fail(error.to_string()))?;
            csv_rows(&text_of(&bytes))
        };
        Self::from_rows(&name, &rows)
    }

    /// Reads a mapping from CSV text.
    ///
    /// # Errors
    /// When a row is not understood.
    pub fn parse(name: &str, text: &str) -> Result<Self, ImportError> {
        Self::from_rows(name, &csv_rows(text))
    }

    fn from_rows(file: &str, rows: &[Vec<String>]) -> Result<Self, ImportError> {
        let fail = |row: usize, zh: String, en: String| {
            let mut error = ImportError::new(file, zh, en);
            error.place.place = format!("row {row}");
            error
        };
        let headers: Vec<String> = rows
            .first()
            .map(|row| {
                row.iter()
                    .map(|h| {
                        HEADERS
                            .iter()
                            .find(|(zh, _)| zh == h)
                            .map_or_else(|| h.to_lowercase(), |(_, en)| (*en).to_owned())
                    })
                    .collect()
            })
            .unwrap_or_default();
        let at = |name: &str| headers.iter().position(|header| header == name);
        let mut mapping = Self::default();
        if let (Some(column), Some(key)) = (at("column"), at("key")) {
            for row in &rows[1..] {
                if let (Some(column), Some(key)) = (row.get(column), row.get(key))
                    && !column.is_empty()
                {
                    mapping.columns.push((column.clone(), key.clone()));
                }
            }
            return Ok(mapping);
        }
        let (Some(pattern), Some(kind)) = (at("layer_pattern"), at("object_type")) else {
            return Err(fail(
                1,
                "表头应含 layer_pattern（图层）与 object_type（类型），或 column（列）与 key（键）".to_owned(),
                "its header needs layer_pattern and object_type, or column and key".to_owned(),
            ));
        };
        for (number, row) in rows.iter().enumerate().skip(1) {
            let cell = |name: &str| at(name).and_then(|i| row.get(i)).cloned().unwrap_or_default();
            let layer = row.get(pattern).cloned().unwrap_or_default();
            if layer.is_empty() {
                continue;
            }
            let what = row.get(kind).cloned().unwrap_or_default();
            let target = match what.as_str() {
                "ignore" | "忽略" | "不导入" => Target::Ignore,
                name => Target::Kind(
                    minesift_core::kind::kinds().find(|k| k.name == name || k.zh == name).ok_or_else(|| {
                        fail(
                            number + 1,
                            format!("类型 {name} 不在目录中（例如 goaf、fault、ignore）"),
                            format!("there is no kind {name} (such as goaf, fault, ignore)"),
                        )
                    })?,
                ),
            };
            let filter = match cell("where") {
                empty if empty.is_empty() => None,
                text => Some(
                    text.split_once('=').map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned())).ok_or_else(|| {
                        fail(
                            number + 1,
                            format!("条件应写作 列=值，而为“{text}”"),
                            format!("a condition is written column=value, not \"{text}\""),
                        )
                    })?,
                ),
            };
            let mut keys = Vec::new();
            for (header, value) in headers.iter().zip(row) {
                let header = match header.as_str() {
                    "evidence_class" => "evidence",
                    "layer_pattern" | "object_type" | "seam" | "label" | "where" => continue,
                    other => other,
                };
                if !value.is_empty() {
                    keys.push((header.to_owned(), value.clone()));
                }
            }
            mapping.rules.push(Rule {
                pattern: layer,
                target,
                seam: cell("seam"),
                label: cell("label"),
                filter,
                keys,
                row: number + 1,
            });
        }
        Ok(mapping)
    }

    /// The rules that fit a layer, in order.
    pub fn for_layer<'a>(&'a self, layer: &'a str) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| fits(&rule.pattern, layer))
    }

    /// What a column means by this mapping.
    pub fn column(&self, name: &str) -> Option<&str> {
        self.columns.iter().find(|(column, _)| column == name).map(|(_, key)| key.as_str())
    }
}

/// The default profile: the common layer names of Chinese mine drawings.
pub fn default_profile() -> Mapping {
    Mapping::parse("dxf_layers.csv", include_str!("dxf_layers.csv")).unwrap_or_default()
}

/// True when a name fits a pattern of `*`, `?` and `|`.
///
/// ```
/// use minesift_importers::mapping::fits;
/// assert!(fits("*煤采空区*", "3煤采空区红"));
/// assert!(fits("断层|fault*", "faults"));
/// assert!(!fits("断层", "物探断层"));
/// ```
pub fn fits(pattern: &str, name: &str) -> bool {
    pattern.split('|').any(|one| {
        let (pattern, name): (Vec<char>, Vec<char>) = (one.trim().chars().collect(), name.trim().chars().collect());
        // Greedy with one step back: linear but for the stars.
        let (mut p, mut n, mut star, mut mark) = (0, 0, None, 0);
        while n < name.len() {
            if p < pattern.len() && pattern[p] == '*' {
                (star, mark) = (Some(p), n);
                p += 1;
            } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == name[n]) {
                (p, n) = (p + 1, n + 1);
            } else if let Some(at) = star {
                mark += 1;
                (p, n) = (at + 1, mark);
            } else {
                return false;
            }
        }
        pattern[p..].iter().all(|c| *c == '*')
    })
}

fn text_of(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    reader.records().filter_map(Result::ok).map(|record| record.iter().map(str::to_owned).collect()).collect()
}

/// The seam of a feature: the rule's, else the user's, else what its layer begins with.
pub(crate) fn seam_of(rule: Option<&Rule>, said: Option<&str>, layer: &str) -> Option<String> {
    rule.map(|rule| rule.seam.clone())
        .filter(|seam| !seam.is_empty())
        .or_else(|| said.map(str::to_owned))
        .or_else(|| words::seam_in(layer))
}
