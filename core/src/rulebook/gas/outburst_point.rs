#![doc = include_str!("outburst_point.md")]

use crate::fact::{Shape, Value};
use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::site::hazard::Hazard;
use crate::site::surface::where_below;
use crate::site::treatment::Covers;
use crate::zone::Class;

pub(super) const RULE: Rule = Rule {
    code: "GAS-2",
    page: include_str!("outburst_point.md"),
    apply,
    reads: Reads::OneHazard { also: &["gas_region"] },
};

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects("outburst_point").flat_map(|point| closes(q, point)).collect()
}

fn closes(q: &Question<'_>, point: &Hazard) -> Vec<Finding> {
    let Some([x, y]) = point.point() else { return Vec::new() };
    let omen = point.flag("omen") == Some(true);
    let opened = q.opened(point, &["gas-drainage"]);
    let mut findings = Vec::new();
    let radius = q.number("radius_m");
    let (zh, en) = if omen { ("突出预兆点", "omen of an outburst") } else { ("突出点", "outburst point") };
    findings.extend(
        Finding::band(q, Class::Forbidden, point, radius, Stops::all())
            .because(format!("距{zh} {} 不足 {radius} m", point.id), format!("within {radius} m of {en} {}", point.id))
            .but_for(&opened),
    );
    // In a drained region an omen spoils the radius; elsewhere it spoils the unit by elevation.
    if omen && drained_there(q, [x, y]) {
        return findings;
    }
    let unit = match point.fact.attributes.get("unit") {
        Some(Value::Shape(Shape::Areas(areas))) => Outline::new(areas).ok().map(|unit| unit.within(q.ground)),
        _ => None,
    };
    let mut missing = if unit.is_none() { vec!["unit"] } else { Vec::new() };
    let unit = unit.unwrap_or_else(|| q.ground.clone());
    let above = q.number("above_m");
    let of_shape = match &point.fact.shape {
        Some(Shape::Point(at)) => at.z,
        _ => None,
    };
    let elevation = of_shape.or(point.number("floor_z_m")).or_else(|| q.seam.floor_at(x, y));
    let outline = match elevation {
        None => {
            missing.push("floor_z_m");
            unit
        }
        Some(z) => {
            let cut = |limit: f64, sign: f64| {
                let linear = q.seam.floor.linear().map(|[a, b, c]| [sign * a, sign * b, sign * (c - limit)]);
                let parts = where_below(&unit, linear, |x, y| Some(sign * (q.seam.floor_at(x, y)? - limit)));
                Outline::union([&parts.below, &parts.unknown])
            };
            let below = cut(z + above, 1.0);
            if omen { below.within(&cut(z - above, -1.0)) } else { below }
        }
    };
    if !outline.is_empty() {
        let words =
            if omen { ("上下各", "above and below") } else { ("以上及其以下全部", "above and all below") };
        findings.extend(
            Finding::inside(q, Class::Forbidden, point, outline, Stops::all())
                .measure(
                    "标高界限",
                    "limit of elevation",
                    elevation,
                    elevation.map(|z| z + above),
                    "m",
                    elevation.map_or_else(String::new, |z| format!("{z:.2} + {above}")),
                )
                .because(
                    format!("与{zh} {} 同一地质单元，{} {above} m（标高）", point.id, words.0),
                    format!("in the geological unit of {en} {}, {above} m {} by elevation", point.id, words.1),
                )
                .missing(&missing)
                .but_for(&opened),
        );
    }
    findings
}

/// True where an accepted gas drainage covers the point.
fn drained_there(q: &Question<'_>, at: [f64; 2]) -> bool {
    q.hazards("gas_region").any(|region| {
        q.last_failed(&region.id).is_none()
            && q.site.treatments.iter().any(|t| {
                t.hazard == region.id
                    && t.kind == "gas-drainage"
                    && t.accepted_by(q.site.as_of)
                    && match &t.covers {
                        Some(Covers::All) => region.outline().contains(at[0], at[1]),
                        Some(Covers::Part(part)) => part.contains(at[0], at[1]),
                        None => false,
                    }
            })
    })
}
