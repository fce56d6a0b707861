//! Karst collapse columns as pipes.

use super::goafs::number;
use super::shape::{drape, raise};
use super::{Hatch, Label, Layer, Scene, Skin, object_of};
use minesift_core::site::Site;
use minesift_core::site::surface::Surface;
use minesift_core::text::Text;
use minesift_core::zone::ZoneMap;

/// How far a column is drawn above the uppermost and below the lowest seam where nobody recorded its ends, m.
const REACH_M: f64 = 40.0;

pub(super) fn draw(scene: &mut Scene, site: &Site, _: &ZoneMap) {
    for hazard in site.hazards_of("collapse_column").chain(site.hazards_of("intrusion")) {
        let mut object = object_of(&hazard.fact, Layer::Columns, hazard.seam.as_deref());
        let Some([x, y]) = hazard.outline().label_point() else { continue };
        let floors: Vec<f64> = site.seams.iter().filter_map(|seam| seam.floor_at(x, y)).collect();
        let middle = site.licence.z_m.map_or(0.0, |z| f64::midpoint(z[0], z[1]));
        let lowest = floors.iter().copied().reduce(f64::min).unwrap_or(middle);
        let highest = floors.iter().copied().reduce(f64::max).unwrap_or(middle);
        let (low, high) = (number(hazard, "floor_z_m"), number(hazard, "top_z_m"));
        if low.is_none() || high.is_none() {
            object.supposed.push(Text::new(
                format!("顶底界未记录，按各煤层上下各 {REACH_M} m 绘制"),
                format!("top or foot not recorded: drawn {REACH_M} m beyond the seams"),
            ));
        }
        let (low, high) = (low.unwrap_or(lowest - REACH_M), high.unwrap_or(highest + REACH_M));
        let skin = match (
            hazard.kind,
            hazard.fact.attributes.contains_key("conducts_water").then(|| hazard.flag("conducts_water")).flatten(),
        ) {
            ("intrusion", _) => Skin::plain(200, 90, 120).opacity(170),
            (_, Some(true)) => Skin::plain(50, 90, 200).opacity(170).hatched(Hatch::Water),
            (_, Some(false)) => Skin::plain(140, 120, 90).opacity(170),
            (_, None) => Skin::plain(170, 90, 170).opacity(170),
        };
        let name = object.name.clone();
        let object = scene.add(object);
        scene.prisms(object, skin, raise(drape(hazard.outline(), &Surface::Flat(low)), |_, _| (high - low).max(0.1)));
        scene.labels.push(Label {
            at: [x, y, high],
            text: name,
            layer: Layer::Columns,
            seam: None,
            rank: 3,
            colour: [60, 30, 90],
        });
    }
}
