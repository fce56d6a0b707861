//! Objections to a plan, drawn on the workings they are about.

use super::{Hatch, Layer, Scene, Skin};
use minesift_core::plan::Objection;
use minesift_core::text::Text;
use std::collections::BTreeMap;

/// How an objected working looks.
pub const AGAINST: Skin = Skin::plain(225, 30, 60).hatched(Hatch::Forbidden);

/// Marks every planned working that an objection names: red and crossed, its label with the codes, its panel with the
/// whole sentences. Gives what stands against no drawn working: districts, periods, the mine.
pub fn draw<'a>(scene: &mut Scene, objections: &'a [Objection]) -> Vec<&'a Objection> {
    let mut against: BTreeMap<u32, Vec<&Objection>> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for objection in objections {
        let named = |id: &str| id == objection.task || objection.workings.iter().any(|working| working == id);
        let mut found = false;
        for (number, object) in scene.objects.iter().enumerate() {
            if object.layer == Layer::Plan && named(&object.id) {
                against.entry(number as u32).or_default().push(objection);
                found = true;
            }
        }
        if !found {
            elsewhere.push(objection);
        }
    }
    for (number, objections) in against {
        let codes: Vec<&str> = objections.iter().map(|o| o.code.trim_start_matches("PLAN-")).collect();
        let own = scene.objects[number as usize].name.clone();
        for piece in scene.pieces.iter_mut().filter(|piece| piece.object == number && !piece.triangles.is_empty()) {
            piece.skin = AGAINST;
        }
        let words = Text::new(
            format!("{} 异议 {}", own.zh, codes.join(" ")),
            format!("{} objection {}", own.en, codes.join(" ")),
        );
        for label in scene.labels.iter_mut().filter(|label| label.layer == Layer::Plan && label.text == own) {
            label.text = words.clone();
            label.colour = [190, 0, 30];
            label.rank = 0;
        }
        let object = &mut scene.objects[number as usize];
        object.against = objections.iter().map(|o| (o.code.clone(), o.sentence())).collect();
    }
    elsewhere
}
