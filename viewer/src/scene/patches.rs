//! What covers an area of a seam: pillars, anomalies, gas, rock burst, fire, floor blocks, surveys.

use super::shape::{drape, lift, raise, rings};
use super::zones::supposed_floor;
use super::{Hatch, Label, Layer, Scene, Skin, object_of};
use minesift_core::fact::{Fact, Position, Shape};
use minesift_core::outline::Outline;
use minesift_core::site::Site;
use minesift_core::site::seam::Seam;
use minesift_core::site::surface::Surface;
use minesift_core::text::Text;
use minesift_core::zone::ZoneMap;

/// Kinds that have a picture of their own elsewhere.
const ELSEWHERE: &[&str] = &[
    "goaf",
    "old_working",
    "burnt_zone",
    "abandoned_shaft",
    "fault",
    "fold",
    "ground_fissure",
    "outcrop",
    "collapse_column",
    "intrusion",
    "neighbour",
];

/// Kinds of evidence that have a place: what was treated, seen, sealed, found hanging.
const EVIDENCE: &[&str] = &["treatment", "observation", "hanging_roof", "seal"];
const TREATED: Skin = Skin::plain(30, 150, 110);
const SEEN: Skin = Skin::plain(110, 80, 180);

pub(super) fn draw(scene: &mut Scene, site: &Site, _: &ZoneMap) {
    for hazard in site.hazards().iter().filter(|hazard| !ELSEWHERE.contains(&hazard.kind)) {
        let (layer, skin, lift_m) = match hazard.kind {
            "pillar" => (Layer::Pillars, Skin::plain(150, 110, 60).hatched(Hatch::Pillar).opacity(110), 1.2),
            "anomaly" => (Layer::Anomalies, Skin::plain(170, 60, 190).hatched(Hatch::Anomaly).opacity(130), 2.4),
            "fire_area" => (Layer::Hazards, Skin::plain(240, 90, 20).hatched(Hatch::Anomaly).opacity(150), 2.0),
            "gas_region" | "gas_rich_area" | "outburst_point" => {
                (Layer::Hazards, Skin::plain(230, 120, 200).opacity(90), 1.6)
            }
            "rock_burst_area" | "microseism" => (Layer::Hazards, Skin::plain(150, 60, 40).opacity(70), 1.4),
            "surface_water" | "aquifer" | "bed_separation_water" => {
                (Layer::Hazards, Skin::plain(60, 140, 230).hatched(Hatch::Water).opacity(100), 1.0)
            }
            _ => (Layer::Hazards, Skin::plain(110, 120, 150).opacity(60), 1.0),
        };
        let mut object = object_of(&hazard.fact, layer, hazard.seam.as_deref());
        let z = super::goafs::number(hazard, "top_z_m").or(super::goafs::number(hazard, "bed_m"));
        // What names no seam concerns all of them: it is drawn on the uppermost, or on the ground for surface water.
        let seam = hazard.seam.as_deref().and_then(|id| site.seam(id)).or_else(|| site.licensed_seams().next());
        let flat = match (hazard.kind, z, seam) {
            (_, Some(z), _) => Some(z),
            ("surface_water" | "subsidence" | "dump" | "slope", None, _) => {
                site.mine.surface_m.or_else(|| site.licence.z_m.map(|z| z[1]))
            }
            (_, None, None) => Some(site.licence.z_m.map_or(0.0, |z| f64::midpoint(z[0], z[1]))),
            _ => None,
        };
        if hazard.seam.is_none() && flat.is_none() {
            object.supposed.push(Text::new(
                "未记录煤层，画在最上一层许可煤层",
                "names no seam: drawn on the uppermost licensed one",
            ));
        }
        let name = object.name.clone();
        let number = scene.add(object);
        let colour = [skin.colour[0] / 2, skin.colour[1] / 2, skin.colour[2] / 2];
        let edge = Skin::plain(colour[0], colour[1], colour[2]);
        let at = patch(scene, site, number, hazard.outline(), seam, flat, lift_m, skin, edge);
        let mut at = at;
        for line in hazard.lines() {
            let height = |x: f64, y: f64| {
                flat.or_else(|| seam.map(|seam| seam.floor_at(x, y).unwrap_or_else(|| supposed_floor(site, seam))))
                    .map(|z| z + lift_m)
            };
            let lines = lift(line, 40.0, height);
            at = at.or_else(|| lines.first().and_then(|line| line.get(line.len() / 2)).copied());
            scene.lines(number, edge, 2.0, lines);
        }
        if let Some([x, y]) = hazard.point() {
            let measured = match &hazard.fact.shape {
                Some(Shape::Point(p)) => p.z,
                _ => None,
            };
            let z = measured.or(flat).or_else(|| seam.and_then(|seam| seam.floor_at(x, y))).unwrap_or(0.0);
            let r = super::goafs::number(hazard, "magnitude").map_or(6.0, |m| (4.0 + 3.0 * m).clamp(2.0, 20.0));
            scene.solid(number, skin.opacity(255), ball([x, y, z], r));
            at = Some([x, y, z + r]);
        }
        if let Some(at) = at
            && hazard.kind != "microseism"
        {
            scene.labels.push(Label { at, text: name, layer, seam: hazard.seam.clone(), rank: 5, colour });
        }
    }
    for survey in &site.surveys {
        let Some(fact) = site.facts.iter().find(|fact| fact.kind == "survey" && fact.id == survey.id) else { continue };
        for seam in site.licensed_seams().filter(|seam| survey.seams.is_empty() || survey.seams.contains(&seam.id)) {
            let number = scene.add(object_of(fact, Layer::Surveys, Some(&seam.id)));
            let skin = Skin::plain(40, 120, 200).opacity(36);
            patch(scene, site, number, &survey.covers, Some(seam), None, 3.0, skin, Skin::plain(40, 120, 200));
        }
    }
    for fact in site.facts.iter().filter(|fact| EVIDENCE.contains(&fact.kind)) {
        evidence(scene, site, fact);
    }
}

/// Where something was treated or seen, on the seam of its hazard.
fn evidence(scene: &mut Scene, site: &Site, fact: &Fact) {
    let about = if fact.kind == "hanging_roof" { "goaf" } else { "hazard" };
    let about = if fact.kind == "seal" { "" } else { fact.text(about).unwrap_or_default() };
    let own = site.hazards().iter().find(|hazard| hazard.id == about).and_then(|hazard| hazard.seam.as_deref());
    let seam = own.and_then(|id| site.seam(id)).or_else(|| site.licensed_seams().next());
    let colour = if matches!(fact.kind, "treatment" | "seal") { TREATED } else { SEEN };
    let Some(shape) = &fact.shape else { return };
    let number = scene.add(object_of(fact, Layer::Surveys, own));
    let floor = |x: f64, y: f64| seam.map(|seam| seam.floor_at(x, y).unwrap_or_else(|| supposed_floor(site, seam)));
    match shape {
        Shape::Areas(areas) => {
            let outline = Outline::new(areas).or_else(|_| Outline::repaired(areas).map(|(outline, ..)| outline));
            if let Ok(outline) = outline {
                patch(scene, site, number, &outline, seam, None, 3.4, colour.opacity(60), colour);
            }
        }
        Shape::Lines(lines) => {
            let plan = |line: &Vec<Position>| line.iter().map(|p| p.xy()).collect::<Vec<_>>();
            let lifted = |line: &Vec<Position>| {
                if line.iter().all(|p| p.z.is_some()) {
                    vec![line.iter().map(|p| [p.x, p.y, p.z.unwrap_or_default()]).collect()]
                } else {
                    lift(&plan(line), 40.0, |x, y| floor(x, y).map(|z| z + 3.4))
                }
            };
            scene.lines(number, colour, 2.0, lines.iter().flat_map(lifted).collect());
        }
        Shape::Point(p) => {
            let z = p.z.or_else(|| floor(p.x, p.y)).unwrap_or(0.0);
            scene.solid(number, colour, ball([p.x, p.y, z], 5.0));
        }
        Shape::Mesh(mesh) => scene.surface(number, colour.opacity(120), super::ground::triangles_of(mesh)),
    }
}

#[expect(clippy::too_many_arguments, reason = "one line of a table, used twice")]
fn patch(
    scene: &mut Scene,
    site: &Site,
    number: u32,
    outline: &Outline,
    seam: Option<&Seam>,
    flat: Option<f64>,
    lift_m: f64,
    skin: Skin,
    edge: Skin,
) -> Option<[f64; 3]> {
    if outline.is_empty() {
        return None;
    }
    let base = match (flat, seam) {
        (None, Some(seam)) => drape(outline, &seam.floor),
        (z, _) => drape(outline, &Surface::Flat(z.unwrap_or(0.0))),
    };
    let z = |x: f64, y: f64| {
        flat.or_else(|| seam.map(|seam| seam.floor_at(x, y).unwrap_or_else(|| supposed_floor(site, seam))))
            .map(|z| z + lift_m)
    };
    let raised = raise(base, |_, _| lift_m);
    let tops =
        raised.iter().map(|prism| [0, 1, 2].map(|i| [prism.base[i][0], prism.base[i][1], prism.top[i]])).collect();
    scene.surface(number, skin, tops);
    scene.lines(number, edge, 1.8, rings(outline).iter().flat_map(|ring| lift(ring, 40.0, z)).collect());
    let [x, y] = outline.label_point()?;
    Some([x, y, z(x, y)?])
}

/// Eight triangles round a point.
fn ball(at: [f64; 3], r: f64) -> Vec<super::Triangle> {
    let p = |dx: f64, dy: f64, dz: f64| [at[0] + dx * r, at[1] + dy * r, at[2] + dz * r];
    let ring = [p(1.0, 0.0, 0.0), p(0.0, 1.0, 0.0), p(-1.0, 0.0, 0.0), p(0.0, -1.0, 0.0)];
    (0..4).flat_map(|i| [p(0.0, 0.0, 1.0), p(0.0, 0.0, -1.0)].map(|pole| [pole, ring[i], ring[(i + 1) % 4]])).collect()
}
