#![doc = include_str!("fire_area.md")]

use crate::rulebook::{Finding, Question, Reads, Rule, Stops};
use crate::site::hazard::Hazard;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "FIRE-1", page: include_str!("fire_area.md"), apply, reads: Reads::OneHazard { also: &[] } };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.subjects_of_any_seam("fire_area").filter(|fire| !declared_out(q, fire)).flat_map(|fire| closes(q, fire)).collect()
}

fn closes(q: &Question<'_>, fire: &Hazard) -> Vec<Finding> {
    let opened = q.opened(fire, &["fire-fighting"]);
    let stops = || Stops::but_for(&["treatment"]);
    if !fire.on_seam(q.seam) {
        return near_seam(q, fire).and_then(|finding| finding.but_for(&opened)).into_iter().collect();
    }
    let mut findings = Vec::new();
    let designed = fire.number("pillar_m");
    let width = match (designed, q.value("width_m")) {
        (Some(a), Some(b)) => Some(a.max(b)),
        (a, b) => a.or(b),
    };
    let core = fire.around(width.unwrap_or(0.0));
    let mut itself = Finding::band(q, Class::Forbidden, fire, width.unwrap_or(0.0), Stops::all()).because(
        format!("火区 {} 及其周围 {:.2} m 内，不得采掘", fire.id, width.unwrap_or(0.0)),
        format!(
            "in fire area {} or within {:.2} m of it: no work round a fire in its seam",
            fire.id,
            width.unwrap_or(0.0)
        ),
    );
    if width.is_none() {
        itself = itself.missing(&["pillar_m"]);
    }
    findings.extend(itself.but_for(&opened));
    // The section below a fire in a steep seam.
    let limit = q.number("below_from_dip_deg");
    if let Some(dip) = q.seam.dip_over(&core).filter(|dip| *dip >= limit) {
        let swept = q.down_dip(&core);
        let known = swept.is_some();
        let class = if known { Class::Forbidden } else { Class::Deferred };
        let mut below = Finding::inside(q, class, fire, swept.unwrap_or_else(|| q.ground.clone()), Stops::all())
            .measure("煤层倾角", "dip of the seam", Some(dip), Some(limit), "°", format!("{dip:.1} ≥ {limit}"))
            .because(
                format!("倾角 {dip:.1}° 的火区 {} 下部，严禁采掘", fire.id),
                format!("below fire area {} in a seam dipping {dip:.1}°", fire.id),
            );
        if !known {
            below = below.missing(&["dip_direction_deg"]);
        }
        findings.extend(below.but_for(&opened));
    }
    if designed.is_none() {
        findings.extend(
            Finding::inside(q, Class::Deferred, fire, q.ground.clone(), stops())
                .because(
                    format!("火区 {} 无经批准的隔离煤柱设计，同一煤层何处可采未定", fire.id),
                    format!(
                        "fire area {} has no approved isolation pillar: where its seam may be worked is undecided",
                        fire.id
                    ),
                )
                .missing(&["pillar_m"])
                .but_for(&opened),
        );
    }
    findings
}

/// Over and under a fire in another seam, as far as the mine does not call that seam far.
fn near_seam(q: &Question<'_>, fire: &Hazard) -> Option<Finding> {
    let outline = fire.around(0.0);
    let [x, y] = outline.label_point()?;
    let of_fire = fire.seam.as_ref().and_then(|id| q.site.seam(id));
    let apart = (|| {
        let (of_fire, cos) = (of_fire?, q.seam.cos_dip_at(x, y));
        let (above, below) =
            (of_fire.floor_at(x, y)? - q.seam.roof_at(x, y)?, q.seam.floor_at(x, y)? - of_fire.roof_at(x, y)?);
        Some(above.max(below) * cos)
    })();
    let near = q.value("near_seam_m");
    if apart.zip(near).is_some_and(|(apart, near)| apart > near) {
        return None;
    }
    let mut finding = Finding::inside(q, Class::Deferred, fire, outline, Stops::but_for(&["treatment"]))
        .measure("层间距（法向）", "distance of the seams along the normal", apart, near, "m", String::new())
        .because(
            format!("邻近煤层火区 {} 的上方或下方，须有设计和足够厚的隔离岩柱", fire.id),
            format!("over or under fire area {} of another seam: a design and enough rock between are needed", fire.id),
        );
    if near.is_none() {
        finding = finding.missing(&["near_seam_m"]);
    }
    Some(finding)
}

/// True when the fire is declared out and every number of 第二百八十三条 is recorded and holds.
fn declared_out(q: &Question<'_>, fire: &Hazard) -> bool {
    let under = |key: &str, limit: &str| fire.fact.number(key).is_some_and(|value| value < q.number(limit));
    fire.text("state") == Some("extinguished")
        && under("temperature_c", "air_c")
        && fire.number("oxygen_pct").is_some_and(|oxygen| oxygen <= q.number("oxygen_pct"))
        && under("co_pct", "co_pct")
        && under("water_c", "water_c")
        && fire.flag("hydrocarbons") == Some(false)
        && fire
            .fact
            .date("stable_since")
            .is_some_and(|since| since < q.site.as_of.saturating_sub(jiff::Span::new().months(1)))
        && q.last_failed(&fire.id).is_none()
}
