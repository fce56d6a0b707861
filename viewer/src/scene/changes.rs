//! Ground that changed its class between two judgements: before and after of a diff.

use super::shape::{drape, lift, rings};
use super::zones::{skin, supposed_floor};
use super::{Hatch, Label, Layer, Object, Scene, Skin};
use minesift_core::fact::Source;
use minesift_core::outline::Outline;
use minesift_core::site::Site;
use minesift_core::site::surface::Surface;
use minesift_core::text::Text;
use minesift_core::zone::{Class, SeamZones, ZoneMap};

/// A piece of a seam's ground that changed; no class stands for ground the seam does not have.
#[derive(Clone, Debug)]
pub struct Change {
    /// The seam.
    pub seam: String,
    /// Its class before.
    pub from: Option<Class>,
    /// Its class after.
    pub to: Option<Class>,
    /// Where.
    pub outline: Outline,
}

impl Change {
    /// Letters of both classes with an arrow.
    pub fn letters(&self) -> Text {
        let letter = |class: Option<Class>| class.map_or_else(|| Text::same("－"), Class::letter);
        let (from, to) = (letter(self.from), letter(self.to));
        Text::new(format!("{}→{}", from.zh, to.zh), format!("{}→{}", from.en, to.en))
    }
}

/// Every piece of ground that changed, by seam, then by class before and after.
pub fn between(before: &ZoneMap, after: &ZoneMap) -> Vec<Change> {
    let empty = Outline::default();
    let of = |zones: Option<&SeamZones>, class: Option<Class>| match (zones, class) {
        (Some(zones), Some(class)) => zones.of(class).clone(),
        _ => empty.clone(),
    };
    let classes = [Class::Mineable, Class::Deferred, Class::Forbidden];
    let mut changes = Vec::new();
    for now in &after.seams {
        let then = before.seams.iter().find(|zones| zones.seam == now.seam);
        let mut add = |from: Option<Class>, to: Option<Class>, outline: Outline| {
            if outline.area_m2() >= minesift_core::zone::SLIVER_M2 {
                changes.push(Change { seam: now.seam.clone(), from, to, outline });
            }
        };
        for from in classes {
            for to in classes.into_iter().filter(|to| *to != from) {
                add(Some(from), Some(to), of(then, Some(from)).within(now.of(to)));
            }
            add(Some(from), None, of(then, Some(from)).minus(&now.ground));
            add(None, Some(from), then.map_or(now.of(from).clone(), |then| now.of(from).minus(&then.ground)));
        }
    }
    changes
}

/// Draws changes over the zones, hatched like the class they went to, bordered in the colour of the one they left.
pub fn draw(scene: &mut Scene, site: &Site, changes: &[Change]) {
    for change in changes {
        let Some(seam) = site.seam(&change.seam) else { continue };
        let none = Skin::plain(235, 235, 240).hatched(Hatch::Unknown);
        let (left, came) = (change.from.map_or(none, skin), change.to.map_or(none, skin));
        let hatch = if change.to == Some(Class::Mineable) { Hatch::Pillar } else { came.hatch };
        let [r, g, b, _] = came.colour;
        let bright = [r, g, b].map(|c| c.saturating_add(30));
        let letters = change.letters();
        let object = scene.add(Object {
            id: format!("{}:{}", change.seam, letters.en),
            kind: "change",
            name: Text::new(format!("{} {}", seam.name.zh, letters.zh), format!("{} {}", seam.name.en, letters.en)),
            layer: Layer::Changes,
            seam: Some(change.seam.clone()),
            source: Source::default(),
            said: vec![(Text::new("面积", "area"), Text::same(format!("{:.1} m²", change.outline.area_m2())))],
            supposed: Vec::new(),
            days: None,
            against: Vec::new(),
        });
        let level = supposed_floor(site, seam);
        let raised = 1.0;
        let mut triangles = drape(&change.outline, &seam.floor);
        if triangles.is_empty() {
            triangles = drape(&change.outline, &Surface::Flat(level));
        }
        for p in triangles.iter_mut().flatten() {
            p[2] += raised;
        }
        scene.surface(object, Skin::plain(bright[0], bright[1], bright[2]).hatched(hatch), triangles);
        let z = |x: f64, y: f64| Some(seam.floor_at(x, y).unwrap_or(level) + raised + 0.2);
        let [r, g, b, _] = left.colour;
        scene.lines(
            object,
            Skin::plain(r / 2, g / 2, b / 2),
            3.0,
            rings(&change.outline).iter().flat_map(|ring| lift(ring, 40.0, z)).collect(),
        );
        let label = Label {
            at: [0.0; 3],
            text: letters,
            layer: Layer::Changes,
            seam: Some(change.seam.clone()),
            rank: 1,
            colour: [20, 20, 90],
        };
        super::zones::letters(scene, &change.outline, 200.0, &label, |x, y| z(x, y).unwrap_or(level));
    }
    scene.measure();
}
