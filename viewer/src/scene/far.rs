//! A mine from far: licence, classes of its uppermost seams, its name. What a province is made of.

use super::shape::{drape, rings};
use super::zones::{skin, supposed_floor};
use super::{Label, Layer, Object, Scene, Skin};
use minesift_core::fact::Source;
use minesift_core::outline::Outline;
use minesift_core::site::Site;
use minesift_core::site::surface::Surface;
use minesift_core::text::Text;
use minesift_core::zone::{Class, ZoneMap};

/// A mine as it is drawn from far: a few hundred triangles.
#[derive(Clone, Debug)]
pub struct FarMine {
    /// Its name.
    pub name: Text,
    /// Its licence in plan: low and high easting and northing, m.
    pub bounds: [f64; 4],
    /// Level planes coloured by class, one object.
    pub scene: Scene,
}

/// Parts of a zone below this area are not drawn from far, m².
const LEAST_M2: f64 = 5000.0;

impl FarMine {
    /// A mine from far. Nothing when its licence has no outline.
    pub fn new(site: &Site, map: &ZoneMap) -> Option<Self> {
        let bounds = site.licence.outline.bounds()?;
        let name = site.mine.name.clone();
        let mut scene = Scene::empty(name.clone(), map);
        let share = |class: Class| map.seams.iter().map(|zones| zones.of(class).area_m2()).sum::<f64>();
        let said = [Class::Mineable, Class::Deferred, Class::Forbidden]
            .map(|class| (class.title(), Text::same(format!("{:.3} km²", share(class) / 1e6))));
        let number = scene.add(Object {
            id: map.mine.clone(),
            kind: "mine",
            name: name.clone(),
            layer: Layer::Neighbours,
            seam: None,
            source: Source::default(),
            said: said.to_vec(),
            supposed: vec![Text::new(
                "远处矿井按各煤层平均标高示意，飞近后逐一绘制",
                "from far each seam is drawn level at its mean elevation; fly near for the mine itself",
            )],
            days: None,
            against: Vec::new(),
        });
        let mut middle = site.mine.surface_m.unwrap_or(0.0);
        for zones in &map.seams {
            let Some(seam) = site.seam(&zones.seam) else { continue };
            let level = supposed_floor(site, seam);
            middle = level;
            for class in [Class::Mineable, Class::Deferred, Class::Forbidden] {
                let parts: Vec<Outline> = zones
                    .of(class)
                    .parts()
                    .filter(|part| part.area_m2() >= LEAST_M2)
                    .map(|part| plain(&part))
                    .collect();
                let triangles = parts.iter().flat_map(|part| drape(part, &Surface::Flat(level))).collect();
                scene.surface(number, skin(class), triangles);
            }
        }
        let edge = rings(&site.licence.outline);
        scene.lines(
            number,
            Skin::plain(30, 60, 160),
            1.4,
            edge.iter().map(|ring| ring.iter().map(|p| [p[0], p[1], middle]).collect()).collect(),
        );
        if let Some([x, y]) = site.licence.outline.label_point() {
            scene.labels.push(Label {
                at: [x, y, middle],
                text: name.clone(),
                layer: Layer::Neighbours,
                seam: None,
                rank: 6,
                colour: [30, 40, 80],
            });
        }
        scene.measure();
        Some(Self { name, bounds, scene })
    }
}

/// The outer ring without its small steps: every corner that lies within 3 m of the line of its neighbours is left out.
fn plain(part: &Outline) -> Outline {
    use geo::Simplify;
    let simple = part.to_geo().simplify(3.0);
    Outline::new(&simple)
        .or_else(|_| Outline::repaired(&simple).map(|(outline, ..)| outline))
        .unwrap_or_else(|_| part.clone())
}
