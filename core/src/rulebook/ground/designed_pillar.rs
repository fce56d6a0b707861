#![doc = include_str!("designed_pillar.md")]

use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::text::Text;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "PILLAR-1", page: include_str!("designed_pillar.md"), apply, reads: Reads::OneHazard { also: &[] } };

/// Pillars that hold water back: nothing may enter them.
const WATER_BARRIERS: &[&str] =
    &["boundary", "fault", "goaf-water", "outcrop", "surface-water", "column", "borehole", "river"];

/// Pillars in which the approved design itself runs roadways.
const SAFETY: &[&str] = &["shaft", "industrial-site", "main-roadway", "building", "railway"];

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects("pillar")
        .map(|pillar| {
            let kind = pillar.text("kind").unwrap_or("unknown");
            let approval = pillar.text("approval");
            // A pillar that does not say what it protects is taken as the strictest kind.
            let stops = if SAFETY.contains(&kind) && approval.is_some() && !WATER_BARRIERS.contains(&kind) {
                Stops::but_for(&["development"])
            } else {
                Stops::all()
            };
            let outline = pillar.around(0.0);
            let mut finding = Finding::inside(q, Class::Forbidden, pillar, outline, stops).because(
                format!("位于设计煤柱 {}（{}，批准文号 {}）内", pillar.id, kind_zh(kind), approval.unwrap_or("未给出")),
                format!("inside designed pillar {} ({kind}, approval {})", pillar.id, approval.unwrap_or("not given")),
            );
            for key in ["kind", "approval"] {
                if pillar.text(key).is_none() {
                    finding = finding.missing(&[key]);
                }
            }
            // A railway pillar that does not say its line is taken as one that is never mined.
            if kind == "railway" && pillar.text("line") != Some("other") {
                finding.exit = Text::new(
                    "无：高速铁路、时速 200 km 城际铁路、客货共线铁路和重载铁路的安全煤柱严禁开采",
                    "nothing: pillars of high-speed, intercity, mixed and heavy-haul railways are never mined",
                );
            }
            finding
        })
        .collect()
}

fn kind_zh(kind: &str) -> &'static str {
    match kind {
        "boundary" => "井田边界煤柱",
        "fault" => "断层防隔水煤柱",
        "outcrop" => "露头防隔水煤柱",
        "goaf-water" => "老空水防隔水煤柱",
        "surface-water" => "地表水体防隔水煤柱",
        "column" => "陷落柱防隔水煤柱",
        "borehole" => "钻孔保护煤柱",
        "river" => "河流保护煤柱",
        "shaft" => "井筒保护煤柱",
        "industrial-site" => "工业场地保护煤柱",
        "main-roadway" => "大巷保护煤柱",
        "building" => "建筑物保护煤柱",
        "railway" => "铁路保护煤柱",
        _ => "类别未给出",
    }
}
