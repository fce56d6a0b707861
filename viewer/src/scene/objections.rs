//! Objections to a plan, drawn on the workings they are about.

use super::{Hatch, Layer, Scene, Skin};
use minesift_core::plan::Objection;
use minesift_core::rulebook::Rulebook;
use minesift_core::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// How an objected working looks.
pub const AGAINST: Skin = Skin::plain(225, 30, 60).hatched(Hatch::Forbidden);

/// What the book calls a rule or a check; its code where the book does not know it.
///
/// ```
/// use minesift_core::rulebook::Rulebook;
/// use minesift_viewer::scene::objections::name_of;
/// assert_eq!(name_of(&Rulebook::national(), "PLAN-FACES").zh, "全矿同时作业工作面过多");
/// ```
pub fn name_of(book: &Rulebook, code: &str) -> Text {
    book.head(code).map_or_else(|| Text::same(code), |head| head.name.clone())
}

/// Numbers of the drawn workings that an objection names: tasks first, then what takes part in it.
pub fn about(scene: &Scene, objection: &Objection) -> Vec<u32> {
    let named = |id: &str| id == objection.task || objection.workings.iter().any(|working| working == id);
    let plan = scene.objects.iter().enumerate().filter(|(_, object)| object.layer == Layer::Plan && named(&object.id));
    plan.map(|(number, _)| number as u32).collect()
}

/// Marks every planned working that an objection names: red and crossed, its label with what is wrong in a word, its
/// panel with the whole sentences.
pub fn draw(scene: &mut Scene, objections: &[Objection], book: &Rulebook) {
    let mut against: BTreeMap<u32, Vec<&Objection>> = BTreeMap::new();
    for objection in objections {
        for number in about(scene, objection) {
            against.entry(number).or_default().push(objection);
        }
    }
    for (number, objections) in against {
        let own = scene.objects[number as usize].name.clone();
        let own_id = scene.objects[number as usize].id.clone();
        for piece in scene.pieces.iter_mut().filter(|piece| piece.object == number && !piece.triangles.is_empty()) {
            piece.skin = AGAINST;
        }
        let mut words = own.clone();
        let codes: BTreeSet<&str> = objections.iter().map(|o| o.code.as_str()).collect();
        for name in codes.into_iter().map(|code| name_of(book, code)) {
            words.zh += &format!("\n异议：{}", name.zh);
            words.en += &format!("\nobjection: {}", name.en);
        }
        for label in scene
            .labels
            .iter_mut()
            .filter(|label| label.layer == Layer::Plan && (label.text == own || label.text.zh == own_id))
        {
            label.text = words.clone();
            label.colour = [190, 0, 30];
            label.rank = 0;
        }
        scene.objects[number as usize].against =
            objections.iter().map(|o| (name_of(book, &o.code), o.sentence())).collect();
    }
}
