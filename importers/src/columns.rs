//! What each column of a table means: a mapping file, else a dictionary of Chinese and English headers, else the
//! catalogue's own keys and names. Units in headers (`厚度/m`, `孔深(m)`, `积水量(万m³)`, `depth_ft`) are converted.

use crate::table::{self, Table};
use crate::{ImportError, Input, Options, values};
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

/// Roles that are no keys of the catalogue, with the headers that mean them (normalised: lower case, half-width,
/// without spaces and underscores). The first role that a header fits is taken.
const DICTIONARY: &[(&str, &[&str])] = &[
    (
        "hole",
        &[
            "孔号",
            "钻孔",
            "钻孔号",
            "钻孔编号",
            "钻孔名",
            "钻孔名称",
            "孔名",
            "bhid",
            "holeid",
            "hole",
            "boreholeid",
            "borehole",
            "dhhole",
            "dhholeid",
            "wellid",
            "siteid",
            "wellname",
            "well",
            "dhid",
        ],
    ),
    (
        "from_m",
        &[
            "起深",
            "起始深度",
            "顶深",
            "顶板深度",
            "自",
            "从",
            "from",
            "mfrom",
            "depthfrom",
            "fromdepth",
            "depthtop",
            "topdepth",
            "top",
            "dhtop",
            "depthfromm",
        ],
    ),
    (
        "to_m",
        &[
            "止深",
            "终止深度",
            "底深",
            "底板深度",
            "至",
            "到",
            "to",
            "mto",
            "depthto",
            "todepth",
            "depthbottom",
            "bottomdepth",
            "bottom",
            "base",
            "dhbottom",
            "basedepth",
        ],
    ),
    (
        "depth_m",
        &[
            "孔深",
            "终孔深度",
            "孔深度",
            "测点深度",
            "测深",
            "深度",
            "depth",
            "at",
            "md",
            "maxdepth",
            "enddepth",
            "eoh",
            "totaldepth",
            "dhplandepth",
            "测斜深度",
            "length",
            "tvd",
        ],
    ),
    (
        "azimuth_deg",
        &[
            "方位角",
            "方位",
            "az",
            "azi",
            "azimuth",
            "direction",
            "azm",
            "brg",
            "bearing",
            "utmazimuth",
            "dhazimuth",
            "azim",
        ],
    ),
    ("inclination_deg", &["天顶角", "顶角", "倾斜角", "inc", "incl", "inclination"]),
    ("dip", &["倾角", "dip", "dhdip", "孔倾角"]),
    (
        "lithology",
        &[
            "岩性",
            "岩石名称",
            "岩层名称",
            "岩层",
            "名称",
            "岩性名称",
            "lithology",
            "lith",
            "rock",
            "rocktype",
            "rockname",
            "complith",
            "formation",
            "strataname",
            "geology",
            "component lith",
        ],
    ),
    ("thickness", &["厚度", "层厚", "分层厚度", "thickness", "layerthickness", "thick"]),
    ("serial", &["序号", "层号", "no", "serial"]),
    ("x", &["x", "坐标x", "x坐标", "坐标/x", "孔口坐标/x", "x1"]),
    ("y", &["y", "坐标y", "y坐标", "坐标/y", "孔口坐标/y", "y1"]),
    (
        "east",
        &[
            "东坐标",
            "横坐标",
            "东",
            "y(东)",
            "横坐标y",
            "y(东坐标)",
            "经距",
            "east",
            "easting",
            "xcollar",
            "utmeast",
            "dheast",
            "xeast",
            "mine east",
        ],
    ),
    (
        "north",
        &[
            "北坐标",
            "纵坐标",
            "北",
            "x(北)",
            "纵坐标x",
            "x(北坐标)",
            "纬距",
            "north",
            "northing",
            "ycollar",
            "utmnorth",
            "dhnorth",
            "ynorth",
        ],
    ),
    (
        "z",
        &[
            "z",
            "z坐标",
            "坐标/z",
            "孔口标高",
            "孔口高程",
            "标高",
            "高程",
            "地面标高",
            "zcollar",
            "utmrl",
            "rl",
            "elevation",
            "elev",
            "surfelv",
            "altitude",
            "孔口坐标/z",
            "collarelevation",
        ],
    ),
    ("lon", &["经度", "longitude", "lon", "long", "lng"]),
    ("lat", &["纬度", "latitude", "lat"]),
    ("wkt", &["wkt", "geometry", "geom", "图形", "范围坐标"]),
    ("tvd", &["tvd", "震源深度"]),
    ("year", &["year", "年"]),
    ("month", &["month", "月"]),
    ("day", &["day", "日"]),
    ("id", &["编号", "id", "eventid", "ids", "积水区编号", "采空区编号", "断层编号", "井筒编号", "编码", "代号"]),
    ("name", &["名称", "name", "采空区名称", "断层名称", "积水区名称", "index"]),
];

/// More headers of catalogue keys than the catalogue's own names.
const ALIASES: &[(&str, &[&str])] = &[
    ("seam", &["煤层", "开采煤层", "煤层编号", "所在煤层", "煤层号", "coalseam", "煤层名称", "seamname", "层位"]),
    ("water_level_m", &["积水标高", "水位标高", "水位", "积水水位", "水面标高", "waterlevel", "积水上限标高"]),
    ("water_volume_m3", &["积水量", "估算积水量", "积水体积", "水量", "volume", "预计积水量"]),
    ("flooded", &["是否积水", "积水情况", "积水状况", "有无积水"]),
    ("throw_m", &["落差", "断距", "throw"]),
    ("dip_deg", &["倾角", "dip"]),
    ("dip_direction_deg", &["倾向", "dipdirection", "dipdir"]),
    ("conducts_water", &["导水性", "是否导水"]),
    ("sealing", &["封孔质量", "封孔情况", "封闭质量", "sealing", "封孔质量评价"]),
    ("drilled", &["终孔日期", "竣工日期", "完工日期", "终孔时间"]),
    ("hazard", &["对象", "治理对象", "隐患编号", "致灾因素编号", "hazard"]),
    ("mined_from", &["开采时间起", "开采开始时间", "开始时间", "miningstart"]),
    ("mined_to", &["开采时间止", "开采结束时间", "结束时间", "停采时间", "miningend"]),
    ("height_m", &["采高", "开采厚度", "采厚", "miningthickness"]),
    ("recovery", &["采出率", "回采率", "recoveryrate"]),
    ("roof_control", &["顶板控制方式", "顶板管理", "roofcontrolmethod"]),
    ("recharge", &["充水水源", "补给来源", "rechargesource"]),
    ("mining_method", &["采煤方法", "开采方法", "miningmethod"]),
    ("evidence", &["查明程度", "可靠程度", "控制程度", "evidence"]),
    ("note", &["备注", "说明", "note", "remark", "remarks"]),
    ("magnitude", &["震级", "mw", "ml", "magnitude", "mag"]),
    ("energy_j", &["能量", "energy"]),
    ("thickness_m", &["煤厚", "厚度", "thickness"]),
    ("floor_z_m", &["底板标高", "底界标高", "最低标高"]),
    ("top_z_m", &["顶板标高", "顶界标高", "最高标高"]),
    ("from", &["开工日期", "开工时间", "开始日期"]),
    ("to", &["竣工日期", "完工日期", "结束日期"]),
    ("date", &["日期", "时间", "date", "探测日期", "发生时间", "评价日期"]),
    ("document", &["资料", "报告", "报告名称", "文号", "资料来源"]),
    ("by", &["单位", "施工单位", "探测单位"]),
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
    }
    for sign in ['/', ',', '_', '、', ' '] {
        let Some((name, unit)) = plain.rsplit_once(sign) else { continue };
        // `mass_t` may be tonnes; `x_m` never a unit of its own without a name before it.
        if !name.trim().is_empty() && values::is_unit(unit) && !(sign == '_' && unit.trim() == "c") {
            return (normal(name), Some(unit.trim().to_owned()));
        }
    }
    (normal(&plain), None)
}

fn normal(name: &str) -> String {
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
        let (name, unit) = split(header);
        let whole = normal(header);
        let mapped = mapping.iter().find(|line| line.column == *header || normal(&line.column) == whole);
        let (role, unit) = match mapped {
            Some(line) => {
                let unit = if line.unit.is_empty() { unit } else { Some(line.unit.clone()) };
                (Some(meaning(file, &line.key, kind)?), unit)
            }
            None => (guess(&whole, &name, kind, &taken), unit),
        };
        taken.extend(role.clone());
        columns.push(Column { index, header: header.clone(), role, unit });
    }
    Ok(columns)
}

fn meaning(file: &str, key: &str, kind: Option<&'static Kind>) -> Result<String, ImportError> {
    if key == "-" || key.is_empty() {
        return Ok("-".to_owned());
    }
    if key.starts_with("sample:")
        || DICTIONARY.iter().any(|(role, _)| *role == key)
        || matches!(key, "dip_down" | "dip_up")
    {
        return Ok(key.to_owned());
    }
    let field = kind.and_then(|kind| kind.all_fields().find(|field| field.key == key || field.zh == key));
    // Without a kind any key of the catalogue may stand: the kind is found from the columns.
    let any = || minesift_core::kind::kinds().find_map(|kind| kind.field(key));
    field.or_else(any).map(|field| field.key.to_owned()).ok_or_else(|| {
        let roles: Vec<&str> = DICTIONARY.iter().map(|(role, _)| *role).collect();
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

fn guess(whole: &str, name: &str, kind: Option<&'static Kind>, taken: &[String]) -> Option<String> {
    let free = |role: &str| !taken.iter().any(|taken| taken == role);
    let fields = || kind.into_iter().flat_map(Kind::all_fields);
    let is = |words: &[&str]| words.contains(&whole) || words.contains(&name);
    let own = |field: &&'static Field| {
        let key = normal(field.key);
        let bare = split(field.key).0;
        is(&[&key, &bare, &normal(field.zh)])
    };
    if let Some(field) = fields().find(|field| own(field) && free(field.key)) {
        // A hole is named by its number, a key of other kinds.
        return Some(field.key.to_owned());
    }
    let alias = ALIASES.iter().find(|(key, words)| is(words) && free(key) && fields().any(|field| field.key == *key));
    if let Some((key, _)) = alias {
        return Some((*key).to_owned());
    }
    DICTIONARY.iter().find(|(role, words)| is(words) && free(role)).map(|(role, _)| (*role).to_owned())
}

/// What a number of this column is multiplied with to stand in the unit of its field; the second part is a remark
/// where a unit had to be assumed.
///
/// # Errors
/// In words, where the unit stated measures something else.
pub fn scale(column: &Column, base: &str, options: &Options) -> Result<(f64, Option<Text>), Text> {
    match &column.unit {
        Some(unit) => values::factor(unit, base).map(|factor| (factor, None)).ok_or_else(|| {
            Text::new(
                format!("列“{}”的单位 {unit} 不能换算为 {base}；请在列映射表中写明单位", column.header),
                format!(
                    "the unit {unit} of column \"{}\" is no {base}: state the unit in a mapping of columns",
                    column.header
                ),
            )
        }),
        None if base == "m" => match options.units.as_deref() {
            Some(unit) => Ok((values::factor(unit, "m").unwrap_or(1.0), None)),
            None => Ok((1.0, Some(Text::new("", "")))),
        },
        None => Ok((1.0, None)),
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
