//! Seams coloured by class, with hatch and letter.

use super::shape::{drape, raise, rings};
use super::{Hatch, Label, Layer, Object, Scene, Skin};
use minesift_core::outline::Outline;
use minesift_core::site::Site;
use minesift_core::site::seam::Seam;
use minesift_core::site::surface::Surface;
use minesift_core::text::Text;
use minesift_core::zone::{self, Class, ZoneMap};

/// How a class looks: green, yellow, red, each with its own hatch.
pub fn skin(class: Class) -> Skin {
    match class {
        Class::Mineable => Skin::plain(126, 196, 130),
        Class::Deferred => Skin::plain(250, 208, 80).hatched(Hatch::Deferred),
        Class::Forbidden => Skin::plain(226, 92, 84).hatched(Hatch::Forbidden),
    }
}

/// Below this part of the ground a zone gets no letter of its own.
const LETTER_SHARE: f64 = 0.004;

pub(super) fn draw(scene: &mut Scene, site: &Site, map: &ZoneMap) {
    for zones in &map.seams {
        let Some(seam) = site.seam(&zones.seam) else { continue };
        let unknown = zone::ground_of(site, seam).unknown;
        let supposed_z = supposed_floor(site, seam);
        for class in [Class::Mineable, Class::Deferred, Class::Forbidden] {
            let outline = zones.of(class);
            if outline.is_empty() {
                continue;
            }
            let mut object = Object {
                id: format!("{}:{}", zones.seam, class.name()),
                kind: "zone",
                name: Text::new(
                    format!("{} {}", zones.name.zh, class.title().zh),
                    format!("{} {}", zones.name.en, class.title().en),
                ),
                layer: Layer::Zones,
                seam: Some(zones.seam.clone()),
                source: seam.source.clone(),
                said: vec![(Text::new("面积", "area"), Text::same(format!("{:.1} m²", outline.area_m2())))],
                supposed: Vec::new(),
                days: None,
                against: Vec::new(),
            };
            let hidden = if unknown.is_empty() { Outline::default() } else { outline.within(&unknown) };
            if !hidden.is_empty() {
                object.supposed.push(Text::new(
                    "底板标高未知处按平面示意，不代表实际标高",
                    "where the floor is unknown it is drawn level as a sign, not as an elevation",
                ));
            }
            let number = scene.add(object);
            let prisms = raise(drape(outline, &seam.floor), |x, y| height(seam, x, y));
            let borders = rings(outline);
            scene.slab(number, skin(class), prisms);
            if !hidden.is_empty() {
                let flat = drape(&hidden, &Surface::Flat(supposed_z));
                scene.surface(number, skin(class).hatched(Hatch::Unknown).opacity(120), flat);
            }
            let z = |x: f64, y: f64| Some(seam.floor_at(x, y).unwrap_or(supposed_z) + 0.2);
            let edge = skin(class).colour;
            let dark = Skin::plain(edge[0] / 2, edge[1] / 2, edge[2] / 2);
            scene.lines(number, dark, 1.2, borders.iter().flat_map(|ring| super::shape::lift(ring, 50.0, z)).collect());
            let letter = Label {
                at: [0.0; 3],
                text: class.letter(),
                layer: Layer::Zones,
                seam: Some(zones.seam.clone()),
                rank: 1,
                colour: [dark.colour[0], dark.colour[1], dark.colour[2]],
            };
            letters(scene, outline, LETTER_SHARE * zones.ground.area_m2(), &letter, |x, y| {
                z(x, y).unwrap_or(supposed_z)
            });
        }
        if let Some([x0, y0, _, y1]) = zones.ground.bounds() {
            let z = seam.floor_at(x0, f64::midpoint(y0, y1)).unwrap_or(supposed_z);
            scene.labels.push(Label {
                at: [x0, f64::midpoint(y0, y1), z],
                text: zones.name.clone(),
                layer: Layer::Zones,
                seam: Some(zones.seam.clone()),
                rank: 0,
                colour: [20, 20, 20],
            });
        }
    }
}

/// One label on every part of an outline that is larger than this, at its place and elevation.
pub(super) fn letters(scene: &mut Scene, outline: &Outline, least_m2: f64, label: &Label, z: impl Fn(f64, f64) -> f64) {
    for part in outline.parts().filter(|part| part.area_m2() >= least_m2) {
        if let Some([x, y]) = part.label_point() {
            scene.labels.push(Label { at: [x, y, z(x, y)], ..label.clone() });
        }
    }
}

/// Vertical thickness of a seam at a point, m; a metre where nobody knows.
pub(super) fn height(seam: &Seam, x: f64, y: f64) -> f64 {
    match (seam.floor_at(x, y), seam.roof_at(x, y)) {
        (Some(floor), Some(roof)) => roof - floor,
        _ => seam.mining_height_m.unwrap_or(1.0),
    }
}

/// Where a floor that nobody knows is drawn as a sign: the middle of what is known, else of the licence.
pub(super) fn supposed_floor(site: &Site, seam: &Seam) -> f64 {
    seam.floor
        .range()
        .map(|(low, high)| f64::midpoint(low, high))
        .or_else(|| site.licence.z_m.map(|[low, high]| f64::midpoint(low, high)))
        .unwrap_or(0.0)
}
