//! What each column of a table means: a mapping file, else the catalogue's own keys and names, else the dictionary of
//! Chinese and English headers in [`crate::words`]. Units in headers (`厚度/m`, `孔深(m)`, `积水量(万m³)`, `depth_ft`) are converted.

use crate::table::{self, Cell, Table};
use crate::{ImportError, Input, Options, values, words};
use minesift_core::kind::{Field, FieldType, Kind};
use minesift_core::text::Text;

/// One line of a mapping file: `column, key, unit, note`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Header of the column, as written.
    pub column: String,
    /// What it means: a role, a key of the kind or its Chinese name, `sample:NAME`, or `-` for "leave it".
    pub key: String,
    /// Its unit, where the header states none or a wrong one.
    pub unit: String,
}

/// One column and what it means.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its place in the row.
    pub index: usize,
    /// Its header as written.
    pub header: String,
    /// What it means: `id`, `x`, `y`, `z`, a key of the catalogue …; none where nobody knows.
    pub role: Option<String>,
    /// Unit stated by mapping or header.
    pub unit: Option<String>,
}

/// Chinese units that run into the name before them; of two that end alike the longer first.
const UNIT_ENDS: &[&str] = &[
    "万平方米",
    "平方米",
    "平方公里",
    "万立方米",
    "立方米",
    "万方",
    "厘米",
    "毫米",
    "千米",
    "公里",
    "米",
    "英尺",
    "万吨",
    "度",
];

/// A header split into its name, normalised for comparison, and its unit.
pub fn split(header: &str) -> (String, Option<String>) {
    let plain = values::half_width(header);
    for (open, close) in [('(', ')'), ('[', ']'), ('【', '】')] {
        let Some(at) = plain.rfind(open) else { continue };
        let inner = plain[at + open.len_utf8()..].trim_end().trim_end_matches(close).trim();
        if values::is_unit(inner) {
            return (normal(&plain[..at]), Some(inner.to_owned()));
        }
        // `孔口标高（1985国家高程基准）`: a datum is no part of the name.
        if at > 0 && (inner.contains("高程") || inner.contains("黄海")) {
            return split(&plain[..at]);
        }
    }
    for sign in ['/', ',', '_', '、', ' '] {
        let Some((name, unit)) = plain.rsplit_once(sign) else { continue };
        // `mass_t` may be tonnes; `x_m` never a unit of its own without a name before it.
        if !name.trim().is_empty() && values::is_unit(unit) && !(sign == '_' && unit.trim() == "c") {
            return (normal(name), Some(unit.trim().to_owned()));
        }
    }
    // `落差m`: a Chinese word runs into its unit; `form` does not end in metres.
    let at = plain.char_indices().rev().take_while(|(_, c)| c.is_ascii() || "㎡³²°℃".contains(*c)).last();
    if let Some((at, _)) = at.filter(|(at, _)| *at > 0 && values::is_unit(&plain[*at..])) {
        return (normal(&plain[..at]), Some(plain[at..].to_owned()));
    }
    for unit in UNIT_ENDS {
        let name = plain.strip_suffix(unit).filter(|name| name.chars().count() > 1);
        // 终孔深度, 煤层厚度 and 坡度 end in 度 and mean no degrees; angles do.
        if let Some(name) = name.filter(|name| *unit != "度" || name.ends_with(['角', '向', '位'])) {
            return (normal(name), Some((*unit).to_owned()));
        }
    }
    (normal(&plain), None)
}

pub(crate) fn normal(name: &str) -> String {
    values::half_width(name)
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.' | ':' | '#' | '"'))
        .collect()
}

/// Reads the mapping file that the options name.
///
/// # Errors
/// When it cannot be read or has no columns `column` and `key`.
pub fn mapping(options: &Options) -> Result<Vec<Mapping>, ImportError> {
    let Some(path) = &options.mapping else { return Ok(Vec::new()) };
    let file = path.display().to_string();
    let input = Input::open(path).map_err(|error| ImportError::new(&file, error.to_string(), error.to_string()))?;
    let tables = table::read(&input, &Options::default())?.tables;
    let Some(table) = tables.first() else { return Ok(Vec::new()) };
    let at = |names: &[&str]| table.headers.iter().position(|header| names.contains(&normal(header).as_str()));
    let (Some(column), Some(key)) = (at(&["column", "列", "列名"]), at(&["key", "键", "字段", "含义"])) else {
        return Err(ImportError::new(
            &file,
            "列映射表需要 column（列名）与 key（字段）两列，另可有 unit（单位）、note（备注）",
            "a mapping of columns needs the columns `column` and `key`, and may have `unit` and `note`",
        ));
    };
    let unit = at(&["unit", "单位"]);
    Ok(table
        .rows
        .iter()
        .map(|row| Mapping {
            column: row.cell(column).words(),
            key: row.cell(key).words(),
            unit: unit.map(|unit| row.cell(unit).words()).unwrap_or_default(),
        })
        .filter(|line| !line.column.is_empty())
        .collect())
}

/// Names the columns of a table without a header by their numbers, `1` and on, where the mapping speaks of numbers.
pub fn by_number(table: &mut Table, mapping: &[Mapping]) {
    let spoken = !mapping.is_empty() && mapping.iter().all(|line| line.column.parse::<usize>().is_ok_and(|n| n > 0));
    if table.headers.is_empty() && spoken {
        let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        table.headers = (1..=width).map(|n| n.to_string()).collect();
    }
}

/// What each column means for rows of `kind`; the first column that fits a role has it.
///
/// # Errors
/// When the mapping names a key that the kind does not have.
pub fn columns(
    file: &str,
    table: &Table,
    kind: Option<&'static Kind>,
    mapping: &[Mapping],
) -> Result<Vec<Column>, ImportError> {
    let mut columns: Vec<Column> = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    for (index, header) in table.headers.iter().enumerate() {
        let (name, mut unit) = split(header);
        let whole = normal(header);
        // A key of the catalogue says its own unit: `density_t_m3` is no density in cubic metres.
        if let Some(FieldType::Number { unit: own, .. }) =
            kind.and_then(|kind| kind.field(header)).map(|field| field.ty)
        {
            unit = Some(own.to_owned()).filter(|own| !own.is_empty());
        }
        let mapped = mapping.iter().find(|line| line.column == *header || normal(&line.column) == whole);
        let (role, unit) = match mapped {
            Some(line) => {
                let unit = if line.unit.is_empty() { unit } else { Some(line.unit.clone()) };
                (Some(meaning(file, &line.key, kind)?), unit)
            }
            None if !taken.iter().any(|role| role == "wkt") && is_shape(table, index, kind) => {
                (Some("wkt".to_owned()), None)
            }
            None => (words::role(&whole, &name, kind, &taken).map(str::to_owned), unit),
        };
        taken.extend(role.clone());
        columns.push(Column { index, header: header.clone(), role, unit });
    }
    Ok(columns)
}

/// True for a column filled with WKT, whatever its header, where the rows have a shape.
fn is_shape(table: &Table, index: usize, kind: Option<&'static Kind>) -> bool {
    if kind.is_some_and(|kind| kind.shape.is_none()) {
        return false;
    }
    let mut cells = table.rows.iter().map(|row| row.cell(index)).filter(|cell| !cell.is_empty()).peekable();
    let wkt = |words: String| {
        let words = words.to_uppercase();
        ["POINT", "LINESTRING", "MULTI", "POLYGON", "TIN"].iter().any(|form| words.starts_with(form))
            && words.contains('(')
    };
    cells.peek().is_some() && cells.take(50).all(|cell| matches!(cell, Cell::Text(_)) && wkt(cell.words()))
}

fn meaning(file: &str, key: &str, kind: Option<&'static Kind>) -> Result<String, ImportError> {
    if key == "-" || key.is_empty() {
        return Ok("-".to_owned());
    }
    if key.starts_with("sample:") || words::roles().any(|role| role == key) || matches!(key, "dip_down" | "dip_up") {
        return Ok(key.to_owned());
    }
    let field = kind.and_then(|kind| kind.all_fields().find(|field| field.key == key || field.zh == key));
    // Without a kind any key of the catalogue may stand: the kind is found from the columns.
    let any = || minesift_core::kind::kinds().find_map(|kind| kind.field(key));
    field.or_else(any).map(|field| field.key.to_owned()).ok_or_else(|| {
        let roles: Vec<&str> = words::roles().collect();
        let keys: Vec<&str> = kind.map(|kind| kind.all_fields().map(|field| field.key).collect()).unwrap_or_default();
        ImportError::new(
            file,
            format!("列映射表中的 key “{key}”不认识；可用：{}、{}、sample:名称、-", roles.join("、"), keys.join("、")),
            format!(
                "the mapping's key \"{key}\" is not known; there are: {}, {}, sample:NAME, -",
                roles.join(", "),
                keys.join(", ")
            ),
        )
    })
}

/// What a number of this column is multiplied with to stand in the unit of its field; the second part is a remark
/// where a unit had to be assumed.
///
/// # Errors
/// In words, where the unit stated measures something else.
pub fn scale(column: &Column, base: &str, options: &Options) -> Result<(f64, Option<Text>), Text> {
    let part = column.role.as_deref().map_or(1.0, |role| part_of_header(&column.header, role));
    match &column.unit {
        Some(unit) => values::factor(unit, base).map(|factor| (factor * part, None)).ok_or_else(|| {
            Text::new(
                format!("列“{}”的单位 {unit} 不能换算为 {base}；请在列映射表中写明单位", column.header),
                format!(
                    "the unit {unit} of column \"{}\" is no {base}: state the unit in a mapping of columns",
                    column.header
                ),
            )
        }),
        None if base == "m" => match options.units.as_deref() {
            Some(unit) => Ok((values::factor(unit, "m").unwrap_or(1.0) * part, None)),
            None => Ok((part, Some(Text::new("", "")))),
        },
        None => Ok((part, None)),
    }
}

/// What share of the number under a header the catalogue's key is: a radius is half of the diameter that a ledger gives.
fn part_of_header(header: &str, key: &str) -> f64 {
    let diameter = header.contains("径") && !header.contains("半径") || header.to_lowercase().contains("diameter");
    if key == "radius_m" && diameter { 0.5 } else { 1.0 }
}

/// What a column of a feature, or a label of a drawing, is to a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    /// The id.
    Id,
    /// The elevation of the position, m × factor.
    Elevation(f64),
    /// A key of the catalogue; numbers are multiplied by the factor to reach its unit.
    Key(&'static Field, f64),
}

/// What a column of this header means to features of a kind; units in the header (`落差m`, `水量(万m³)`, `depth_ft`)
/// are understood, a unit of another quantity means that the column is not known.
pub fn of_feature(kind: &'static Kind, header: &str) -> Option<Meaning> {
    let (name, mut unit) = split(header);
    if kind.field(header).is_some() {
        unit = None;
    }
    let factor = |base: &str| unit.as_deref().map_or(Some(1.0), |unit| values::factor(unit, base));
    let key = |field: &'static Field| match field.ty {
        FieldType::Number { unit: base, .. } => {
            Some(Meaning::Key(field, factor(base)? * part_of_header(header, field.key)))
        }
        _ => Some(Meaning::Key(field, 1.0)),
    };
    let role = words::role(&normal(header), &name, Some(kind), &[])?;
    match (role, kind.field(role)) {
        ("id", _) => Some(Meaning::Id),
        // The value along a contour is what it is drawn for.
        ("z", _) if kind.name == "contour" => key(kind.field("value_m")?),
        (_, Some(field)) => key(field),
        ("hole", None) => Some(Meaning::Id),
        ("name", None) => kind.field("name_zh").and_then(key),
        ("z", None) => Some(Meaning::Elevation(factor("m")?)),
        _ => None,
    }
}

/// True for fields that hold an elevation: great negative numbers may be true there.
pub fn is_elevation(key: &str) -> bool {
    matches!(
        key,
        "z" | "floor_z_m"
            | "top_z_m"
            | "water_level_m"
            | "floor_m"
            | "surface_m"
            | "value_m"
            | "bed_m"
            | "z_from_m"
            | "z_to_m"
    )
}

/// True for a field that a ledger's cell can hold.
pub fn fits_a_cell(field: &Field) -> bool {
    !matches!(field.ty, FieldType::Plane | FieldType::Numbers(_))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_word_that_ends_like_a_unit_has_none() {
        for name in ["终孔深度", "煤层厚度", "起始深度", "采空高度", "坡度", "经度", "查明程度"]
        {
            assert_eq!(split(name), (name.to_owned(), None));
        }
        for (header, name, unit) in [
            ("倾角度", "倾角", "度"),
            ("方位角(度)", "方位角", "度"),
            ("终孔深度(m)", "终孔深度", "m"),
            ("终孔深度米", "终孔深度", "米"),
            ("落差厘米", "落差", "厘米"),
            ("面积平方米", "面积", "平方米"),
            ("积水量万立方米", "积水量", "万立方米"),
            ("煤厚m", "煤厚", "m"),
        ] {
            assert_eq!(split(header), (name.to_owned(), Some(unit.to_owned())), "{header}");
        }
    }
}
