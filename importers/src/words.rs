//! The one dictionary: the field's words for kinds, columns and values, Chinese and English, as ledgers, features and
//! drawings write them.
//!
//! A word that is not here is said in the receipt, never guessed.

use crate::{columns, values};
use minesift_core::kind::{self, Field, Kind};

/// Parts of layer and file names, and the kind they mean; the first that occurs holds, so the special stand first.
const KIND_WORDS: &[(&str, &str)] = &[
    ("观测孔", "borehole"),
    ("治理", "treatment"),
    ("treatment", "treatment"),
    ("观测", "observation"),
    ("验证钻", "observation"),
    ("observation", "observation"),
    ("普查范围", "survey"),
    ("普查台账", "survey"),
    ("surveys", "survey"),
    ("密闭墙", "seal"),
    ("悬顶", "hanging_roof"),
    ("hanging_roof", "hanging_roof"),
    ("煤柱", "pillar"),
    ("pillar", "pillar"),
    ("火烧区", "burnt_zone"),
    ("火区", "fire_area"),
    ("自燃", "fire_area"),
    ("fire_area", "fire_area"),
    ("abandoned_shaft", "abandoned_shaft"),
    ("abandoned-shaft", "abandoned_shaft"),
    ("废弃井筒", "abandoned_shaft"),
    ("废弃井", "abandoned_shaft"),
    ("报废井", "abandoned_shaft"),
    ("老窑", "old_working"),
    ("小窑", "old_working"),
    ("报废巷", "old_working"),
    ("废弃巷", "old_working"),
    ("old_working", "old_working"),
    ("old-working", "old_working"),
    ("离层水", "bed_separation_water"),
    ("塌陷", "subsidence"),
    ("subsidence", "subsidence"),
    ("采空", "goaf"),
    ("老空", "goaf"),
    ("积水", "goaf"),
    ("goaf", "goaf"),
    ("gob", "goaf"),
    ("陷落柱", "collapse_column"),
    ("collapse", "collapse_column"),
    ("断层", "fault"),
    ("fault", "fault"),
    ("褶曲", "fold"),
    ("folds", "fold"),
    ("背斜", "fold"),
    ("向斜", "fold"),
    ("裂隙带", "fracture_zone"),
    ("异常", "anomaly"),
    ("anomal", "anomaly"),
    ("底板块段", "floor_block"),
    ("块段", "floor_block"),
    ("冲击", "rock_burst_area"),
    ("rock_burst", "rock_burst_area"),
    ("rockburst", "rock_burst_area"),
    ("突出危险区", "gas_region"),
    ("突出点", "outburst_point"),
    ("outburst", "outburst_point"),
    ("瓦斯富集", "gas_rich_area"),
    ("瓦斯", "gas_region"),
    ("含水层", "aquifer"),
    ("aquifer", "aquifer"),
    ("天窗", "aquiclude_window"),
    ("地表水", "surface_water"),
    ("surface_water", "surface_water"),
    ("河流", "surface_water"),
    ("水库", "surface_water"),
    ("露头", "outcrop"),
    ("outcrop", "outcrop"),
    ("岩浆", "intrusion"),
    ("侵入", "intrusion"),
    ("冲刷", "washout"),
    ("地裂缝", "ground_fissure"),
    ("fissure", "ground_fissure"),
    ("微震", "microseism"),
    ("边坡", "slope"),
    ("排土", "dump"),
    ("等高线", "contour"),
    ("等值线", "contour"),
    ("等厚线", "contour"),
    ("contour", "contour"),
    ("见煤", "pick"),
    ("picks", "pick"),
    ("钻孔", "borehole"),
    ("孔口", "borehole"),
    ("封孔", "borehole"),
    ("borehole", "borehole"),
    ("drillhole", "borehole"),
    ("collar", "borehole"),
    ("普查", "survey"),
    ("井田边界", "licence"),
    ("采矿权", "licence"),
    ("licence", "licence"),
    ("掘进", "heading"),
    ("工作面", "face"),
    ("巷", "working"),
    ("roadway", "working"),
    ("tunnel", "working"),
    ("shaft", "working"),
];

/// Headers of keys of the catalogue besides its own names (normalised: lower case, half-width, without spaces and
/// signs); a kind that has the key takes them.
const KEYS: &[(&str, &[&str])] = &[
    ("lithology", &["formation"]),
    (
        "seam",
        &[
            "seam",
            "formation",
            "煤层",
            "开采煤层",
            "煤层编号",
            "所在煤层",
            "煤层号",
            "coalseam",
            "煤层名称",
            "seamname",
            "层位",
        ],
    ),
    ("water_level_m", &["积水标高", "水位标高", "水位", "积水水位", "水面标高", "waterlevel", "积水上限标高"]),
    ("water_volume_m3", &["积水量", "估算积水量", "积水体积", "水量", "volume", "预计积水量"]),
    ("flooded", &["积水", "是否积水", "积水情况", "积水状况", "有无积水"]),
    ("throw_m", &["落差", "断距", "throw"]),
    ("radius_m", &["半径", "直径", "井筒直径", "井径", "radius", "diameter"]),
    ("dip_deg", &["倾角", "dip"]),
    ("dip_direction_deg", &["azimuth", "倾向", "dipdirection", "dipdir"]),
    ("conducts_water", &["导水性", "是否导水"]),
    ("sealing", &["封孔质量", "封孔情况", "封闭质量", "sealing", "封孔质量评价"]),
    ("begun", &["开孔日期", "开钻日期", "开孔时间", "开钻时间"]),
    ("drilled", &["终孔日期", "竣工日期", "完工日期", "终孔时间"]),
    ("hazard", &["对象", "治理对象", "隐患编号", "致灾因素编号", "hazard"]),
    ("mined_from", &["开采时间起", "开采开始时间", "开始时间", "miningstart"]),
    ("mined_to", &["开采时间止", "开采结束时间", "结束时间", "停采时间", "miningend"]),
    ("height_m", &["采高", "开采厚度", "采厚", "miningthickness"]),
    ("recovery", &["采出率", "回采率", "recoveryrate"]),
    ("roof_control", &["顶板控制方式", "顶板管理", "roofcontrolmethod"]),
    ("recharge", &["充水水源", "补给来源", "rechargesource"]),
    ("mining_method", &["采煤方法", "开采方法", "miningmethod"]),
    ("kind", &["性质", "类别", "类型"]),
    ("water_tested", &["导水试验", "导水性试验"]),
    ("water_pressure_mpa", &["水压"]),
    ("pressure_mpa", &["水压"]),
    ("uncertainty_m", &["误差", "位置误差"]),
    ("method", &["手段", "方法"]),
    ("hangs", &["是否悬顶", "hassuspendedroof"]),
    ("area_m2", &["悬顶面积"]),
    ("goaf", &["采空区编号", "采空区"]),
    ("place", &["位置", "地点"]),
    ("structure", &["墙体结构"]),
    ("built", &["施工日期", "砌筑日期"]),
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

/// Headers of what is no key of the catalogue: positions, holes, ids. The first role that a header fits is taken.
const ROLES: &[(&str, &[&str])] = &[
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
            "holenumber",
            "holeno",
            "boreholeno",
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
            "defr",
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
            "deto",
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
            "eodh",
            "deat",
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
            "geol",
            "litologia",
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
            "grideast",
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
            "nort",
            "gridnorth",
            "northingm",
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
            "井口标高",
            "井口高程",
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
    (
        "id",
        &[
            "号",
            "objectid",
            "gmlid",
            "fid",
            "断层号",
            "编号",
            "id",
            "eventid",
            "ids",
            "积水区编号",
            "采空区编号",
            "断层编号",
            "井筒编号",
            "编码",
            "代号",
        ],
    ),
    ("name", &["fname", "tunnelname", "名称", "name", "采空区名称", "断层名称", "积水区名称", "index"]),
];

/// What Chinese ledgers say for the words of the catalogue.
const WORDS: &[(&str, &[&str])] = &[
    ("surveyed", &["实测", "实见", "井下实测"]),
    ("drilled", &["钻探", "钻探验证", "钻孔揭露", "钻孔控制"]),
    ("two-methods", &["两种方法", "两种物探", "综合物探"]),
    ("one-method", &["物探", "一种方法", "推断"]),
    ("reported", &["调查", "访问", "收集", "资料", "推测"]),
    ("qualified", &["合格", "良好", "优良"]),
    ("unqualified", &["不合格", "不良", "封闭不良", "未封", "未封孔"]),
    ("unknown", &["不详", "不明", "未知"]),
    ("simple", &["简单"]),
    ("medium", &["中等", "中"]),
    ("complex", &["复杂"]),
    ("extremely-complex", &["极复杂"]),
    ("low", &["低瓦斯", "低"]),
    ("high", &["高瓦斯", "高"]),
    ("outburst", &["突出", "煤与瓦斯突出"]),
    ("none", &["无", "无冲击", "不易自燃"]),
    ("weak", &["弱", "软弱", "弱冲击"]),
    ("strong", &["强", "强冲击"]),
    ("very-strong", &["极强"]),
    ("hard", &["坚硬"]),
    ("very-weak", &["极软弱"]),
    ("normal", &["正断层", "正"]),
    ("reverse", &["逆断层", "逆"]),
    ("strike-slip", &["平移断层", "走滑"]),
    ("anticline", &["背斜"]),
    ("syncline", &["向斜"]),
    ("drainage", &["疏放水", "探放水", "疏干", "放水", "疏水降压"]),
    ("grouting", &["注浆", "注浆加固", "帷幕注浆"]),
    ("gas-drainage", &["瓦斯抽采", "抽采"]),
    ("pressure-relief", &["卸压", "大直径钻孔卸压"]),
    ("backfill", &["充填"]),
    ("sealing", &["封闭", "密闭"]),
    ("designed", &["设计", "已设计"]),
    ("planned", &["计划", "拟治理"]),
    ("running", &["施工中", "进行中", "治理中", "在建"]),
    ("done", &["完成", "完工", "已完工", "已完成", "竣工"]),
    ("passed", &["通过", "验收合格", "验收通过", "达标"]),
    ("failed", &["未通过", "不合格", "验收不合格", "未达标"]),
    ("mine-chief-engineer", &["矿总工程师", "总工程师", "矿总工"]),
    ("company-chief-engineer", &["公司总工程师", "集团总工程师"]),
    ("company-head", &["公司负责人", "企业主要负责人"]),
    ("filled", &["充填", "回填"]),
    ("capped", &["盖板", "封盖", "封口"]),
    ("open", &["未封", "敞口"]),
    ("burning", &["燃烧", "未熄灭"]),
    ("sealed", &["封闭"]),
    ("extinguished", &["熄灭", "已熄灭"]),
    ("confirmed", &["证实", "已证实"]),
    ("refuted", &["排除", "否定"]),
    ("drilling", &["钻探", "钻孔"]),
    ("document", &["资料", "查阅资料"]),
    ("geophysics", &["物探"]),
    ("geochemistry", &["化探"]),
    ("interview", &["调查访问", "访问", "走访"]),
    ("survey", &["实测", "测量"]),
    ("tem", &["瞬变电磁", "瞬变电磁法"]),
    ("resistivity", &["直流电法", "电法"]),
    ("seismic-3d", &["三维地震"]),
    ("in-seam-seismic", &["槽波", "槽波地震"]),
    ("radio-wave", &["坑透", "无线电波透视"]),
    ("stable", &["稳定"]),
    ("basically-stable", &["基本稳定"]),
    ("less-stable", &["欠稳定"]),
    ("unstable", &["不稳定"]),
];

/// Parts of values that tell, by key: the key, the part, ours; the first that occurs holds.
const PARTS: &[(&str, &str, &str)] = &[
    ("evidence", "实测", "surveyed"),
    ("evidence", "实见", "surveyed"),
    ("evidence", "钻探", "drilled"),
    ("evidence", "钻孔", "drilled"),
    ("evidence", "两种", "two-methods"),
    ("evidence", "一种", "one-method"),
    ("evidence", "物探", "one-method"),
    ("evidence", "推断", "one-method"),
    ("evidence", "走访", "reported"),
    ("evidence", "调查", "reported"),
    ("evidence", "资料", "reported"),
    ("evidence", "推测", "reported"),
    ("evidence", "老图", "reported"),
    ("kind", "正断层", "normal"),
    ("kind", "逆断层", "reverse"),
    ("kind", "平移", "strike-slip"),
    ("kind", "走滑", "strike-slip"),
    ("kind", "背斜", "anticline"),
    ("kind", "向斜", "syncline"),
    ("kind", "边界", "boundary"),
    ("kind", "断层", "fault"),
    ("kind", "露头", "outcrop"),
    ("kind", "采空", "goaf-water"),
    ("kind", "老空", "goaf-water"),
    ("kind", "积水", "goaf-water"),
    ("kind", "陷落柱", "column"),
    ("kind", "钻孔", "borehole"),
    ("kind", "井筒", "shaft"),
    ("kind", "工业广场", "industrial-site"),
    ("kind", "大巷", "main-roadway"),
    ("kind", "村庄", "building"),
    ("kind", "建筑", "building"),
    ("kind", "铁路", "railway"),
    ("kind", "河", "river"),
    ("kind", "水体", "surface-water"),
    ("kind", "工作面", "face"),
    ("kind", "掘进", "heading"),
    ("kind", "巷", "roadway"),
    ("kind", "井", "shaft"),
    ("kind", "硐室", "chamber"),
    ("drilled", "证实", "confirmed"),
    ("drilled", "排除", "refuted"),
    ("drilled", "否定", "refuted"),
    ("grade", "无", "none"),
    ("grade", "弱", "weak"),
    ("grade", "中", "medium"),
    ("grade", "强", "strong"),
    ("richness", "极强", "very-strong"),
    ("richness", "弱", "weak"),
    ("richness", "中", "medium"),
    ("richness", "强", "strong"),
    ("sealing", "不合格", "unqualified"),
    ("sealing", "封闭不良", "unqualified"),
    ("sealing", "合格", "qualified"),
    ("sealing", "不明", "unknown"),
    ("sealed", "充填", "filled"),
    ("sealed", "盖", "capped"),
    ("sealed", "敞", "open"),
    ("sealed", "不明", "unknown"),
    ("surface", "底板", "floor"),
    ("surface", "厚", "thickness"),
    ("surface", "地形", "terrain"),
    ("surface", "地面", "terrain"),
    ("state", "熄灭", "extinguished"),
    ("state", "封闭", "sealed"),
    ("state", "燃烧", "burning"),
];

/// The kind that a name of a layer, file or table means: a name of the catalogue, else a part of it that is a word of
/// the field.
///
/// ```
/// use minesift_importers::words::kind_of;
/// assert_eq!(kind_of("3煤小窑采空区红").unwrap().name, "old_working");
/// assert_eq!(kind_of("F1断层").unwrap().name, "fault");
/// assert!(kind_of("图框").is_none());
/// ```
pub fn kind_of(name: &str) -> Option<&'static Kind> {
    let name = name.trim().to_lowercase();
    kind::kinds()
        .find(|kind| kind.name == name || kind.zh == name || kind.en == name)
        .or_else(|| KIND_WORDS.iter().find(|(word, _)| name.contains(word)).and_then(|(_, kind)| kind::kind(kind)))
}

/// What a header means: a key of the kind by its own names, else by another usual name, else a role; `whole` and `name`
/// are the header normalised with and without its unit. Roles that `taken` names are not given twice.
pub(crate) fn role(whole: &str, name: &str, kind: Option<&'static Kind>, taken: &[String]) -> Option<&'static str> {
    let free = |role: &str| !taken.iter().any(|taken| taken == role);
    let fields = || kind.into_iter().flat_map(Kind::all_fields);
    let is = |words: &[&str]| words.contains(&whole) || words.contains(&name);
    let own = |field: &&'static Field| {
        let key = columns::normal(field.key);
        let bare = columns::split(field.key).0;
        is(&[&key, &bare, &columns::normal(field.zh)])
    };
    if let Some(field) = fields().find(|field| own(field) && free(field.key)) {
        return Some(field.key);
    }
    let key = KEYS.iter().find(|(key, words)| is(words) && free(key) && fields().any(|field| field.key == *key));
    key.or_else(|| ROLES.iter().find(|(role, words)| is(words) && free(role))).map(|(role, _)| *role)
}

/// Every role that is no key of the catalogue.
pub(crate) fn roles() -> impl Iterator<Item = &'static str> {
    ROLES.iter().map(|(role, _)| *role)
}

/// The word of the catalogue that a cell means; none where it means none of `of`.
pub(crate) fn word(key: &str, of: &'static [&'static str], text: &str) -> Option<&'static str> {
    let lower = values::half_width(text).to_lowercase();
    let known = |name: &str, zh: &[&str]| of.contains(&name) && zh.contains(&lower.as_str());
    of.iter()
        .find(|word| **word == lower)
        .or_else(|| of.iter().find(|word| WORDS.iter().any(|(name, zh)| name == *word && known(name, zh))))
        .or_else(|| {
            let part = PARTS.iter().find(|(k, part, word)| *k == key && lower.contains(part) && of.contains(word));
            part.and_then(|(_, _, ours)| of.iter().find(|word| *word == ours))
        })
        .copied()
}

/// A Chinese word for a word of the catalogue, where there is one.
pub(crate) fn chinese(word: &str) -> Option<&'static str> {
    WORDS.iter().find(|(name, _)| *name == word).and_then(|(_, zh)| zh.first().copied())
}

/// The seam that a layer's name begins with: `3煤…`, `3下煤…`, `15-1煤…`, `8#煤…`.
///
/// ```
/// use minesift_importers::words::seam_in;
/// assert_eq!(seam_in("3煤采空区").as_deref(), Some("3"));
/// assert_eq!(seam_in("兴隆3下煤实见断层").as_deref(), Some("3下"));
/// assert_eq!(seam_in("断层"), None);
/// ```
pub fn seam_in(name: &str) -> Option<String> {
    let before = name.split('煤').next().filter(|before| before.len() < name.len())?;
    let number = before.trim_end_matches(['#', '号']);
    let start = number
        .rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '上' | '中' | '下')))
        .map_or(0, |at| at + number[at..].chars().next().map_or(1, char::len_utf8));
    let seam = &number[start..];
    seam.starts_with(|c: char| c.is_ascii_digit()).then(|| seam.to_owned())
}
