//! What may hurt a mine: the factors of the census and the pillars left for them.

use super::{Field, FieldType, Group, Kind, ShapeKind, between, date, flag, many, number, one_of, positive, text};

/// Keys that every hazard may carry.
pub(super) const COMMON: &[Field] = &[
    text("seam", "煤层", "the seam it lies in"),
    text("name_zh", "名称", "name"),
    one_of("evidence", "查明程度", "how well it is known, where no observations are recorded", &[
        "surveyed", "drilled", "two-methods", "one-method", "reported",
    ]),
    positive("uncertainty_m", "位置误差", "m", "positional uncertainty; absent: 0, and said so"),
    number("floor_z_m", "底界标高", "m", "lowest elevation, where it is not the seam's"),
    number("top_z_m", "顶界标高", "m", "highest elevation, where it is not the seam's"),
    date("found", "发现日期", "day it became known"),
    text("treatable", "可治理性", "\"no\": no measure can make it safe, as determined and documented"),
    text("document", "资料", "document"),
    text("note", "备注", "remark"),
];

const CONDUCTS: Field = flag("conducts_water", "导水性", "it conducts water");
const TESTED: Field = flag("water_tested", "导水性试验", "its conductivity was tested in a hole");
const PRESSURE: Field = positive("water_pressure_mpa", "水头压力", "MPa", "head pressure against the seam");
const OWN_K: Field = between("safety_factor", "安全系数K", "", "its own K, used before the mine's", 2.0, 5.0);
const OWN_KP: Field = between("coal_tensile_mpa", "煤抗拉强度Kp", "MPa", "its own Kp, used before the seam's", 0.05, 100.0);
const FLOODED: Field = flag("flooded", "是否积水", "holds water");
const LEVEL: Field = number("water_level_m", "积水标高", "m", "elevation of the water's surface");
const VOLUME: Field = positive("water_volume_m3", "积水量", "m³", "volume of the water");
const CLEAR: Field = flag("extent_clear", "范围查清", "its extent is ascertained");
const THROW: Field = positive("throw_m", "落差", "m", "vertical throw");
const DIP: Field = between("dip_deg", "倾角", "°", "dip", 0.0, 90.0);
const DIP_DIRECTION: Field = between("dip_direction_deg", "倾向", "°", "down-dip direction, clockwise from north", 0.0, 360.0);
const RICHNESS: Field = one_of("richness", "富水性", "how rich in water", &["weak", "medium", "strong", "very-strong"]);

const AREA: Option<(&str, ShapeKind)> = Some(("outline", ShapeKind::Area));
const ANY: Option<(&str, ShapeKind)> = Some(("outline", ShapeKind::Any));

pub(super) const KINDS: &[Kind] = &[
    many("neighbour", "相邻矿井", "neighbour mine", Group::Ground, Some(("shared", ShapeKind::Line)), &[
        text("name_zh", "名称", "name"),
        text("document", "设计文号", "approved design of the boundary pillar"),
        positive("pillar_m", "边界煤柱", "m", "approved width on this side"),
    ]),
    many("pillar", "煤柱", "pillar", Group::Hazard, AREA, &[
        one_of("kind", "煤柱类别", "what it protects", &[
            "boundary", "fault", "outcrop", "goaf-water", "surface-water", "column", "borehole", "shaft",
            "industrial-site", "main-roadway", "building", "railway", "river",
        ]),
        text("approval", "批准文号", "approval of its design"),
        one_of("line", "线路等级", "class of a railway", &["high-speed", "intercity-200", "mixed", "heavy-haul", "other"]),
    ]),
    many("goaf", "采空区", "goaf", Group::Hazard, AREA, &[
        FLOODED, LEVEL, VOLUME, CLEAR, OWN_K, OWN_KP,
        positive("approved_width_m", "批准煤柱宽度", "m", "approved width of its water-barrier pillar"),
        positive("height_m", "采高", "m", "height that was mined"),
        date("mined_from", "开采时间起", "mined from"),
        date("mined_to", "开采时间止", "mined to"),
        text("mining_method", "采煤方法", "how it was mined"),
        text("roof_control", "顶板管理", "how the roof was controlled"),
        positive("recovery", "采出率", "", "recovery, 0 to 1"),
        text("recharge", "充水水源", "where its water comes from"),
        flag("neighbours", "邻矿采空区", "it belongs to a neighbour mine"),
        flag("gas", "积气", "it holds gas"),
        flag("grouted", "注浆充填", "it holds water or slurry of a grouting"),
    ]),
    many("old_working", "老窑", "old working", Group::Hazard, ANY, &[
        FLOODED, LEVEL, VOLUME, CLEAR, OWN_K, OWN_KP,
        positive("approved_width_m", "批准煤柱宽度", "m", "approved width of its water-barrier pillar"),
        positive("width_m", "巷宽", "m", "width of a roadway drawn as a line"),
        flag("gas", "积气", "it may hold gas"),
        date("abandoned", "报废时间", "day it was given up"),
        text("level", "水平", "level it belongs to"),
    ]),
    many("abandoned_shaft", "废弃井筒", "abandoned shaft", Group::Hazard, Some(("at", ShapeKind::Point)), &[
        FLOODED, LEVEL, CLEAR, OWN_K, OWN_KP,
        positive("radius_m", "半径", "m", "radius"),
        positive("depth_m", "深度", "m", "depth"),
        one_of("sealed", "封闭情况", "how it is closed", &["filled", "capped", "open", "unknown"]),
        flag("gas", "积气", "it may hold gas"),
    ]),
    many("fault", "断层", "fault", Group::Hazard, Some(("trace", ShapeKind::Line)), &[
        THROW, DIP, DIP_DIRECTION, CONDUCTS, TESTED, PRESSURE, OWN_K, OWN_KP,
        one_of("kind", "断层性质", "which way it moved", &["normal", "reverse", "strike-slip"]),
        number("trace_z_m", "迹线标高", "m", "elevation of the trace, where it is not on a seam"),
        Field { key: "hanging_wall", zh: "上盘断煤交线", about: "line where the hanging wall cuts the seam", ty: FieldType::Shape(ShapeKind::Line) },
        Field { key: "footwall", zh: "下盘断煤交线", about: "line where the footwall cuts the seam", ty: FieldType::Shape(ShapeKind::Line) },
        text("fill", "充填物", "what fills it"),
    ]),
    many("fold", "褶曲", "fold", Group::Hazard, Some(("axis", ShapeKind::Line)), &[
        one_of("kind", "褶曲性质", "anticline or syncline", &["anticline", "syncline"]),
        positive("amplitude_m", "幅度", "m", "amplitude"),
    ]),
    many("fracture_zone", "裂隙带", "fracture zone", Group::Hazard, ANY, &[CONDUCTS, TESTED, PRESSURE, OWN_K, OWN_KP]),
    many("collapse_column", "陷落柱", "karst collapse column", Group::Hazard, AREA, &[
        CONDUCTS, TESTED, PRESSURE, OWN_K, OWN_KP,
    ]),
    many("intrusion", "岩浆岩体", "intrusion", Group::Hazard, AREA, &[CONDUCTS]),
    many("washout", "冲刷带", "washout", Group::Hazard, AREA, &[]),
    many("aquifer", "含水层", "aquifer", Group::Hazard, AREA, &[
        RICHNESS, LEVEL,
        positive("unit_inflow_l_s_m", "单位涌水量q", "L/(s·m)", "unit inflow"),
    ]),
    many("aquiclude_window", "隔水层天窗", "aquiclude window", Group::Hazard, AREA, &[]),
    many("surface_water", "地表水体", "surface water", Group::Hazard, ANY, &[
        LEVEL, VOLUME,
        number("bed_m", "水底标高", "m", "elevation of its bed"),
    ]),
    many("bed_separation_water", "离层水", "bed-separation water", Group::Hazard, AREA, &[VOLUME]),
    many("burnt_zone", "火烧区", "burnt zone", Group::Hazard, AREA, &[FLOODED]),
    many("outcrop", "煤层露头", "outcrop", Group::Hazard, Some(("line", ShapeKind::Line)), &[
        one_of("cover", "覆盖层", "what covers it", &["none", "clayey", "loose-aquifer"]),
        positive("caving_height_m", "垮落带高度Hk", "m", "height of the caving zone"),
    ]),
    many("fire_area", "火区", "fire area", Group::Hazard, AREA, &[
        one_of("state", "状态", "how far it is", &["burning", "sealed", "extinguished"]),
        number("temperature_c", "温度", "°C", "air temperature"),
        number("oxygen_pct", "氧浓度", "%", "oxygen"),
        number("co_pct", "一氧化碳浓度", "%", "carbon monoxide"),
        number("water_c", "出水温度", "°C", "temperature of the water that leaves it"),
        flag("hydrocarbons", "乙烯乙炔", "ethylene or acetylene is there"),
        date("stable_since", "稳定起", "all of these hold since"),
        positive("pillar_m", "隔离煤柱", "m", "isolation pillar of the approved design"),
    ]),
    many("gas_region", "瓦斯区域", "gas region", Group::Hazard, AREA, &[
        positive("pressure_mpa", "瓦斯压力", "MPa", "gas pressure"),
        positive("content_m3_t", "瓦斯含量", "m³/t", "gas content"),
        flag("structure_belt", "构造带", "it lies in a structure belt"),
        date("date", "预测日期", "day of the prediction"),
    ]),
    many("gas_rich_area", "瓦斯富集区", "gas-rich area", Group::Hazard, AREA, &[
        positive("content_m3_t", "瓦斯含量", "m³/t", "gas content"),
    ]),
    many("outburst_point", "突出点", "outburst point", Group::Hazard, Some(("at", ShapeKind::Point)), &[
        positive("tonnage_t", "突出煤量", "t", "coal thrown out"),
        positive("gas_m3", "瓦斯量", "m³", "gas set free"),
        date("date", "日期", "day"),
        flag("omen", "突出预兆", "an omen, not an outburst"),
        Field { key: "unit", zh: "地质单元", about: "outline of the geological unit it belongs to", ty: FieldType::Shape(ShapeKind::Area) },
    ]),
    many("rock_burst_area", "冲击危险区", "burst-risk area", Group::Hazard, AREA, &[
        one_of("grade", "危险等级", "evaluated risk", &["none", "weak", "medium", "strong"]),
        date("date", "评价日期", "day of the evaluation"),
        text("approval", "批准", "approval of the evaluation"),
    ]),
    many("left_pillar", "遗留煤柱", "left pillar", Group::Hazard, AREA, &[
        positive("influence_m", "影响范围", "m", "range of its stress, by the mine's own study"),
    ]),
    many("hard_roof", "厚硬岩层", "hard thick roof", Group::Hazard, AREA, &[
        positive("thickness_m", "厚度", "m", "thickness"),
        positive("strength_mpa", "强度", "MPa", "uniaxial compressive strength"),
        positive("above_m", "距煤层", "m", "distance above the seam"),
    ]),
    many("floor_block", "底板块段", "floor block", Group::Hazard, AREA, &[
        positive("pressure_mpa", "水压", "MPa", "water pressure on the bottom of the aquiclude"),
        positive("aquiclude_m", "隔水层厚度", "m", "thickness of the aquiclude"),
        flag("evaluated", "经评价", "evaluated as mineable"),
        positive("floor_failure_m", "底板破坏深度", "m", "depth to which mining breaks the floor; absent: the seam's"),
        date("date", "评价日期", "day of the evaluation"),
    ]),
    many("anomaly", "物探异常区", "geophysical anomaly", Group::Hazard, AREA, &[
        text("method", "手段", "what saw it"),
        text("finding", "异常性质", "what it looks like: low-resistivity …"),
        one_of("drilled", "钻探验证", "what drilling over its outline showed", &["confirmed", "refuted"]),
        date("date", "日期", "day of the report"),
    ]),
    many("slope", "边坡", "slope unit", Group::Hazard, AREA, &[
        one_of("stability", "稳定性", "result of the identification", &["stable", "basically-stable", "less-stable", "unstable"]),
        positive("height_m", "坡高", "m", "height"),
        flag("monitored", "在线监测", "monitored on line"),
        date("date", "鉴定日期", "day of the identification"),
    ]),
    many("weak_layer", "软弱夹层", "weak layer", Group::Hazard, AREA, &[DIP, DIP_DIRECTION]),
    many("dump", "排土场", "dump", Group::Hazard, AREA, &[
        positive("height_m", "堆置高度", "m", "height"),
        flag("monitored", "在线监测", "monitored on line"),
    ]),
    many("subsidence", "地面塌陷", "subsidence", Group::Hazard, AREA, &[
        positive("depth_m", "深度", "m", "depth"),
        FLOODED,
    ]),
    many("ground_fissure", "地裂缝", "ground fissure", Group::Hazard, Some(("trace", ShapeKind::Line)), &[
        positive("width_m", "宽度", "m", "width"),
        positive("depth_m", "深度", "m", "depth"),
        CONDUCTS,
    ]),
    many("heat", "地温异常", "heat anomaly", Group::Hazard, AREA, &[
        number("temperature_c", "温度", "°C", "rock temperature"),
    ]),
    many("microseism", "微震事件", "microseismic event", Group::Hazard, Some(("at", ShapeKind::Point)), &[
        number("magnitude", "震级", "", "local magnitude"),
        positive("energy_j", "能量", "J", "energy"),
        date("date", "日期", "day"),
    ]),
];
