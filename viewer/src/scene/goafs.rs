//! Goafs and old workings as volumes, with the level of their water; abandoned shafts as pipes.

use super::shape::{cut, drape, fan, lift, raise, rings, tube, wall};
use super::zones::{height, supposed_floor};
use super::{Hatch, Label, Layer, Piece, Scene, Skin, object_of};
use minesift_core::site::Site;
use minesift_core::site::hazard::Hazard;
use minesift_core::site::surface::Surface;
use minesift_core::text::Text;
use minesift_core::zone::ZoneMap;

const DRY: Skin = Skin::plain(150, 140, 128).hatched(Hatch::Goaf);
const MAYBE: Skin = Skin::plain(140, 152, 176).hatched(Hatch::Goaf);
const WET: Skin = Skin::plain(70, 120, 200).hatched(Hatch::Goaf);
const WATER: Skin = Skin::plain(60, 140, 230).hatched(Hatch::Water).opacity(90);
const OLD_WORKING_HEIGHT_M: f64 = 2.0;

pub(super) fn draw(scene: &mut Scene, site: &Site, _: &ZoneMap) {
    for hazard in site.hazards_of("goaf").chain(site.hazards_of("old_working")).chain(site.hazards_of("burnt_zone")) {
        volume(scene, site, hazard);
    }
    for shaft in site.hazards_of("abandoned_shaft") {
        pipe(scene, site, shaft);
    }
}

fn volume(scene: &mut Scene, site: &Site, hazard: &Hazard) {
    let seam = hazard.seam.as_deref().and_then(|id| site.seam(id));
    let mut object = object_of(&hazard.fact, Layer::Goafs, hazard.seam.as_deref());
    let outline = hazard.outline();
    let own = hazard.fact.attributes.get("height_m").and_then(|_| hazard.number("height_m"));
    let given = (number(hazard, "floor_z_m"), number(hazard, "top_z_m"));
    let base = match (given.0, seam) {
        (Some(z), _) => drape(outline, &Surface::Flat(z)),
        (None, Some(seam)) => {
            let draped = drape(outline, &seam.floor);
            if draped.is_empty() && !outline.is_empty() {
                object.supposed.push(Text::new(
                    "煤层底板标高未知，按示意标高绘制",
                    "the seam's floor is unknown here: drawn at a level that is only a sign",
                ));
                drape(outline, &Surface::Flat(supposed_floor(site, seam)))
            } else {
                draped
            }
        }
        (None, None) => {
            object.supposed.push(Text::new(
                "未记录煤层和标高，按许可标高中值绘制",
                "neither seam nor elevation recorded: drawn in the middle of the licensed elevations",
            ));
            let z = site.licence.z_m.map_or(0.0, |[low, high]| f64::midpoint(low, high));
            drape(outline, &Surface::Flat(z))
        }
    };
    let tall = |x: f64, y: f64, z: f64| match (given.1, own, seam) {
        (Some(top), _, _) => (top - z).max(0.1),
        (None, Some(height), _) => height,
        (None, None, Some(seam)) => seam.mining_height_at(x, y).unwrap_or_else(|| height(seam, x, y)).max(0.1),
        (None, None, None) => OLD_WORKING_HEIGHT_M,
    };
    let level = number(hazard, "water_level_m");
    if let (Some(level), Some(true)) =
        (level, hazard.fact.attributes.get("flooded").and_then(|_| hazard.flag("flooded")))
    {
        let lowest = base.iter().flatten().map(|p| p[2]).fold(f64::INFINITY, f64::min);
        if lowest.is_finite() {
            object.said.push((
                Text::new("最低底板以上水头", "head over its lowest floor"),
                Text::same(format!("{:.1} m", (level - lowest).max(0.0))),
            ));
        }
    }
    let skin = match hazard.fact.attributes.get("flooded").and_then(|_| hazard.flag("flooded")) {
        Some(true) => WET,
        Some(false) => DRY,
        None => MAYBE,
    };
    let dry = base.clone();
    let mut prisms = raise(base, |_, _| 0.0);
    for prism in &mut prisms {
        prism.top = prism.base.map(|p| p[2] + tall(p[0], p[1], p[2]));
    }
    let label = outline.label_point().map(|[x, y]| {
        let z = prisms.iter().flat_map(|prism| prism.top).fold(f64::NEG_INFINITY, f64::max);
        [x, y, seam.and_then(|seam| seam.floor_at(x, y)).map_or(z, |floor| floor + tall(x, y, floor))]
    });
    let top = prisms.iter().flat_map(|prism| prism.top).fold(f64::NEG_INFINITY, f64::max);
    let name = object.name.clone();
    let number = scene.add(object);
    scene.prisms(number, skin, prisms);
    if let Some(at) = label.filter(|at| at[2].is_finite()) {
        scene.labels.push(Label {
            at,
            text: name,
            layer: Layer::Goafs,
            seam: hazard.seam.clone(),
            rank: 3,
            colour: [40, 40, 60],
        });
    }
    if let Some(level) = level.filter(|_| top.is_finite()) {
        let mut water = object_of(&hazard.fact, Layer::Water, hazard.seam.as_deref());
        water.name =
            Text::new(format!("{} 积水 {level} m", water.name.zh), format!("water of {} at {level} m", water.name.en));
        let water = scene.add(water);
        // Water lies where its level is above the floor; up to the roof it fills the goaf, above it the level is a head.
        let wet: Vec<_> = dry.iter().flat_map(|t| fan(&cut(t, |p| level - p[2]))).collect();
        // The level stands on the water itself, where it is seen.
        let biggest = wet.iter().max_by(|a, b| plan_m2(a).total_cmp(&plan_m2(b)));
        if let Some(t) = biggest {
            let middle = |axis: usize| t.iter().map(|p| p[axis]).sum::<f64>() / 3.0;
            scene.labels.push(Label {
                at: [middle(0), middle(1), level],
                text: Text::new(format!("水位 {level} m"), format!("water {level} m")),
                layer: Layer::Water,
                seam: hazard.seam.clone(),
                rank: 1,
                colour: [10, 60, 170],
            });
        }
        let plane = wet.iter().map(|t| t.map(|p| [p[0], p[1], level])).collect();
        let mut body = raise(wet, |_, _| 0.0);
        for prism in &mut body {
            prism.top = prism.base.map(|p| (p[2] + tall(p[0], p[1], p[2])).min(level.max(p[2])));
        }
        scene.pieces.push(Piece { object: water, skin: WATER, triangles: plane, prisms: body, ..Piece::default() });
        if level > top {
            let curtain: Vec<_> = rings(outline).iter().flat_map(|ring| wall(ring, top, level)).collect();
            scene.surface(water, WATER.opacity(34), curtain);
        }
        let line = Skin::plain(20, 70, 190);
        let floor = |x: f64, y: f64| seam.and_then(|seam| seam.floor_at(x, y)).unwrap_or(level);
        let shore = |x: f64, y: f64| (given.0.unwrap_or_else(|| floor(x, y)) <= level).then_some(level);
        scene.lines(water, line, 1.6, rings(outline).iter().flat_map(|ring| lift(ring, 20.0, shore)).collect());
    }
}

fn plan_m2(t: &super::Triangle) -> f64 {
    super::shape::plan_area_m2(&t.map(|p| [p[0], p[1]]))
}

/// A number, where its kind has that key at all.
pub(super) fn number(hazard: &Hazard, key: &str) -> Option<f64> {
    match hazard.fact.attributes.get(key) {
        Some(minesift_core::fact::Value::Number(number)) => Some(*number),
        _ => None,
    }
}

fn pipe(scene: &mut Scene, site: &Site, shaft: &Hazard) {
    let Some([x, y]) = shaft.point() else { return };
    let mut object = object_of(&shaft.fact, Layer::Goafs, shaft.seam.as_deref());
    let collar = match shaft.fact.shape {
        Some(minesift_core::fact::Shape::Point(at)) => at.z,
        _ => None,
    };
    let top = collar.or(number(shaft, "top_z_m")).or(site.mine.surface_m).unwrap_or_else(|| {
        object.supposed.push(Text::new("井口标高未记录", "elevation of its mouth not recorded"));
        site.licence.z_m.map_or(0.0, |z| z[1])
    });
    let bottom =
        number(shaft, "depth_m").map(|depth| top - depth).or(number(shaft, "floor_z_m")).unwrap_or_else(|| {
            object.supposed.push(Text::new("井深未记录，画至所在煤层", "depth not recorded: drawn down to its seam"));
            shaft
                .seam
                .as_deref()
                .and_then(|id| site.seam(id))
                .and_then(|seam| seam.floor_at(x, y))
                .unwrap_or(top - 10.0)
        });
    let name = object.name.clone();
    let object = scene.add(object);
    let radius = number(shaft, "radius_m").unwrap_or(2.0).max(3.0);
    scene.solid(object, Skin::plain(120, 70, 40), tube(&[[x, y, top], [x, y, bottom]], radius, 10));
    scene.labels.push(Label {
        at: [x, y, top],
        text: name,
        layer: Layer::Goafs,
        seam: shaft.seam.clone(),
        rank: 4,
        colour: [90, 50, 30],
    });
}
