//! What was looked for, what was seen, what was done about it.

use super::{Group, Kind, ShapeKind, date, flag, many, number, one_of, positive, text, texts};

pub(super) const KINDS: &[Kind] = &[
    many("survey", "普查", "survey", Group::Evidence, Some(("covers", ShapeKind::Area)), &[
        texts("looks_for", "查找因素", "the factors it looked for, or [\"all\"]"),
        texts("methods", "手段", "geophysics, drilling, geochemistry, interview …"),
        date("date", "日期", "day of the report"),
        texts("seams", "煤层", "seams it covers; absent: all"),
        positive("depth_to_m", "探测深度", "m", "depth it reached below ground; absent: all depths"),
        positive("resolves_m", "分辨率", "m", "smallest thing it would have seen"),
        text("by", "单位", "who did it"),
        text("document", "报告", "report number"),
    ]),
    many("observation", "观测", "observation", Group::Evidence, Some(("at", ShapeKind::Any)), &[
        text("hazard", "对象", "id of the hazard it is about"),
        one_of("method", "手段", "by which method", &[
            "survey", "drilling", "geophysics", "geochemistry", "interview", "tem", "resistivity", "seismic-3d",
            "in-seam-seismic", "radio-wave", "magnetic", "microseismic", "document",
        ]),
        flag("sees", "是否发现", "true: it saw the thing; false: it should have seen it and did not"),
        date("date", "日期", "day of the observation"),
        text("result", "结果", "in words"),
        text("by", "单位", "who"),
        text("document", "资料", "document number"),
    ]),
    many("treatment", "治理工程", "treatment", Group::Evidence, Some(("outline", ShapeKind::Area)), &[
        text("hazard", "对象", "id of the hazard it treats"),
        one_of("kind", "措施", "what was done", &[
            "drainage", "grouting", "gas-drainage", "pressure-relief", "backfill", "sealing", "reinjection", "fire-fighting",
        ]),
        one_of("state", "状态", "how far it is; the last evaluation passed or failed", &[
            "designed", "planned", "running", "done", "passed", "failed",
        ]),
        text("covers", "范围", "\"all\": the whole hazard; otherwise give an outline"),
        date("from", "开工", "first day"),
        date("to", "完工", "last day"),
        date("done", "完成", "day it was finished"),
        date("accepted", "验收日期", "day of acceptance"),
        date("accepts", "计划验收", "planned day of acceptance"),
        one_of("approver", "批准人", "who accepted it", &[
            "mine-chief-engineer", "company-chief-engineer", "company-head",
        ]),
        text("document", "文号", "document of acceptance"),
        positive("design_days", "设计工期", "d", "days the design says it takes"),
        number("volume_m3", "工程量", "m³", "volume of the work"),
        text("name_zh", "名称", "name"),
    ]),
];
