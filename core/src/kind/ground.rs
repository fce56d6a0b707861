//! The mine, its licence, its seams and what was drilled.

use super::{Field, FieldType, Group, Kind, ShapeKind, between, date, flag, many, number, numbers, one_of, positive};
use super::{single, text, texts};

pub(super) const KINDS: &[Kind] = &[
    single("mine", "矿井", "mine", Group::Ground, None, &[
        text("name_zh", "矿井名称", "name in Chinese"),
        text("name_en", "英文名称", "name in English"),
        one_of("kind", "矿山类型", "what kind of mine", &[
            "coal-underground", "coal-open-pit", "metal-underground", "metal-open-pit", "quarry", "tailings",
        ]),
        one_of("hydrogeology", "水文地质类型", "hydrogeological type", &[
            "simple", "medium", "complex", "extremely-complex", "unknown",
        ]),
        one_of("gas", "瓦斯等级", "gas class", &["low", "high", "outburst", "unknown"]),
        one_of("rock_burst", "冲击地压等级", "rock-burst class", &["none", "weak", "medium", "strong", "unknown"]),
        one_of("spontaneous_combustion", "自燃倾向性", "tendency to spontaneous combustion", &[
            "none", "prone", "very-prone", "unknown",
        ]),
        date("as_of", "截止日期", "the day the facts stand for"),
        between("safety_factor", "安全系数K", "", "safety factor K of the barrier-pillar formula", 2.0, 5.0),
        positive("capacity_t_a", "核定生产能力", "t/a", "approved capacity"),
        number("surface_m", "地面标高", "m", "highest ground elevation"),
        text("province", "省", "province"),
        text("county", "县", "county"),
        text("crs", "坐标系", "coordinate reference system of the map, for example EPSG:4549"),
        text("vertical_datum", "高程基准", "vertical datum, for example 1985"),
    ]),
    single("licence", "采矿许可证", "mining licence", Group::Ground, Some(("outline", ShapeKind::Area)), &[
        numbers("z_m", "开采标高", "lowest and highest licensed elevation, m", 2),
        texts("seams", "许可煤层", "licensed seams"),
        text("number", "许可证号", "licence number"),
        date("from", "有效期起", "valid from"),
        date("to", "有效期止", "valid to"),
    ]),
    many("seam", "煤层", "seam", Group::Ground, None, &[
        text("name_zh", "煤层名称", "name in Chinese"),
        number("order", "层序", "", "place in the sequence, 1 is the uppermost"),
        number("floor_m", "底板标高", "m", "floor elevation of a flat seam"),
        Field { key: "floor_plane", zh: "底板平面", about: "floor as a plane { at = [x, y, z], dip_deg, dip_direction_deg }", ty: FieldType::Plane },
        positive("thickness_m", "煤厚", "m", "thickness where it is the same everywhere"),
        positive("mining_height_m", "采高", "m", "mining height; absent: the thickness"),
        between("dip_deg", "倾角", "°", "dip, where the floor does not tell", 0.0, 90.0),
        positive("density_t_m3", "容重", "t/m³", "density of the coal"),
        between("coal_tensile_mpa", "煤抗拉强度Kp", "MPa", "tensile strength of the coal", 0.05, 100.0),
        one_of("overburden_class", "覆岩类型", "overburden class", &["hard", "medium", "weak", "very-weak"]),
        positive("protective_layer_m", "保护层厚度Hb", "m", "protective layer above the fracture zone"),
        positive("fracture_height_m", "实测导水裂隙带高度", "m", "measured height of the water-conducting fracture zone"),
        positive("heading_height_m", "巷道高度", "m", "height of the headings"),
        one_of("method", "采煤方法", "mining method", &["longwall", "top-coal-caving", "slicing", "room-and-pillar", "backfill"]),
        flag("outburst", "突出煤层", "outburst seam; absent: follows the mine"),
        one_of("rock_burst", "冲击地压煤层等级", "rock-burst class of the seam; absent: follows the mine", &[
            "none", "weak", "medium", "strong",
        ]),
        flag("floor_aquifer", "受底板承压水威胁", "a confined aquifer lies below"),
        positive("floor_failure_m", "底板破坏深度", "m", "depth to which mining breaks the floor"),
        positive("gas_pressure_mpa", "瓦斯压力", "MPa", "highest gas pressure measured in the seam"),
        flag("dynamic_signs", "动力现象", "blow-outs, bounces or other dynamic signs were seen"),
        numbers("colour", "颜色", "red, green, blue of the seam in pictures, 0 to 255", 3),
    ]),
    many("pick", "见煤点", "seam pick", Group::Ground, Some(("at", ShapeKind::Point)), &[
        text("seam", "煤层", "the seam"),
        text("hole", "钻孔", "the borehole, where it comes from one"),
        positive("thickness_m", "煤厚", "m", "true thickness there"),
    ]),
    many("contour", "等值线", "contour", Group::Ground, Some(("line", ShapeKind::Line)), &[
        text("seam", "煤层", "the seam"),
        one_of("surface", "面", "what the value is", &["floor", "thickness", "terrain"]),
        number("value_m", "值", "m", "the value along the line"),
    ]),
    many("grid", "网格面", "grid", Group::Ground, None, &[
        text("seam", "煤层", "the seam; absent for terrain"),
        one_of("surface", "面", "what the values are", &["floor", "thickness", "terrain"]),
        numbers("origin", "原点", "x and y of the node with the smallest coordinates, m", 2),
        numbers("step_m", "间距", "distance of the nodes in x and y, m", 2),
        positive("columns", "列数", "", "nodes in a row"),
        numbers("values_m", "值", "row by row from the south; NaN where unknown", 0),
    ]),
    many("surface", "三维面", "surface", Group::Ground, Some(("mesh", ShapeKind::Mesh)), &[
        text("of", "所属", "what it is a surface of: terrain, or the id of a seam or hazard"),
        text("name_zh", "名称", "name in Chinese"),
    ]),
    many("borehole", "钻孔", "borehole", Group::Ground, Some(("at", ShapeKind::Point)), &[
        text("name_zh", "孔号", "name on the drawings"),
        positive("depth_m", "孔深", "m", "length of the hole"),
        one_of("sealing", "封孔质量", "sealing quality", &["qualified", "unqualified", "unknown"]),
        date("drilled", "终孔日期", "day of completion"),
        text("purpose", "用途", "exploration, hydrology, drainage …"),
        number("surface_m", "孔口标高", "m", "collar elevation where the position has none"),
    ]),
    many("station", "测斜点", "survey station", Group::Ground, None, &[
        text("hole", "钻孔", "the borehole"),
        positive("depth_m", "测点深度", "m", "depth along the hole"),
        between("azimuth_deg", "方位角", "°", "direction of the hole, clockwise from north", 0.0, 360.0),
        between("inclination_deg", "天顶角", "°", "angle from straight down: 0 is a vertical hole", 0.0, 180.0),
    ]),
    many("interval", "分层", "interval", Group::Ground, None, &[
        text("hole", "钻孔", "the borehole"),
        positive("from_m", "起深", "m", "upper end along the hole"),
        positive("to_m", "止深", "m", "lower end along the hole"),
        text("lithology", "岩性", "rock name as written"),
        text("seam", "煤层", "the seam, where it is one"),
        text("note", "备注", "remark"),
    ]),
    many("sample", "样品", "sample", Group::Ground, None, &[
        text("hole", "钻孔", "the borehole"),
        positive("from_m", "起深", "m", "upper end along the hole"),
        positive("to_m", "止深", "m", "lower end along the hole"),
        text("quantity", "测试项目", "what was measured, with its unit"),
        number("value", "结果", "", "the result"),
        date("date", "日期", "day of sampling"),
    ]),
];
