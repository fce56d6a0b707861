//! The tree: search, layers with their kinds, seams.

use super::Viewer;
use crate::scene::{Layer, objections};
use std::collections::BTreeMap;

impl Viewer {
    pub(super) fn tree(&mut self, ui: &mut egui::Ui) {
        let hint = self.words("按名称或编号查找", "find by name or id");
        ui.add(egui::TextEdit::singleline(&mut self.search).hint_text(hint));
        for object in self.find(&self.search.clone()) {
            let name = self.scene.objects[object as usize].name.get(self.lang).to_owned();
            if ui.button(name).clicked() {
                self.fly_to(object);
            }
        }
        self.objected(ui);
        ui.separator();
        ui.strong(self.words("图层", "layers"));
        let mut counts: BTreeMap<Layer, BTreeMap<&'static str, usize>> = BTreeMap::new();
        for object in &self.scene.objects {
            *counts.entry(object.layer).or_default().entry(object.kind).or_default() += 1;
        }
        for (layer, kinds) in counts {
            // Rock is seen in sections only.
            if layer == Layer::Strata && self.section.is_none() {
                continue;
            }
            let mut on = !self.hidden.contains(&layer);
            let total: usize = kinds.values().sum();
            if ui.checkbox(&mut on, format!("{} ({total})", layer.title().get(self.lang))).changed() {
                if on {
                    self.hidden.remove(&layer)
                } else {
                    self.hidden.insert(layer)
                };
            }
            if on && kinds.len() > 1 {
                ui.indent(layer, |ui| self.kinds(ui, &kinds));
            }
        }
        ui.separator();
        ui.strong(self.words("煤层", "seams"));
        for (seam, name) in self.scene.seams.clone() {
            let mut on = !self.hidden_seams.contains(&seam);
            if ui.checkbox(&mut on, name.get(self.lang)).changed() {
                if on {
                    self.hidden_seams.remove(&seam)
                } else {
                    self.hidden_seams.insert(seam)
                };
            }
        }
    }

    /// Every objection, those against districts, periods and the whole mine too; a click flies to what it is about.
    fn objected(&mut self, ui: &mut egui::Ui) {
        let Some(found) = &self.objections else { return };
        ui.separator();
        ui.strong(format!("{} ({})", self.words("计划异议", "objections to the plan"), found.len()));
        let mut fly = None;
        for objection in found {
            let name = objections::name_of(&self.book, &objection.code);
            let about = objections::about(&self.scene, objection).first().copied();
            let words = egui::RichText::new(name.get(self.lang)).color(egui::Color32::from_rgb(220, 30, 60));
            match about {
                Some(object) if ui.link(words.clone()).clicked() => fly = Some(object),
                Some(_) => {}
                None => drop(ui.label(words)),
            }
            ui.label(objection.sentence().get(self.lang));
        }
        if let Some(object) = fly {
            self.fly_to(object);
        }
    }

    /// The filter within a layer: its kinds of facts.
    fn kinds(&mut self, ui: &mut egui::Ui, kinds: &BTreeMap<&'static str, usize>) {
        for (name, count) in kinds {
            let title = minesift_core::kind::kind(name).map(minesift_core::kind::Kind::title);
            let title = title.map_or_else(|| (*name).to_owned(), |title| title.get(self.lang).to_owned());
            let mut on = !self.hidden_kinds.contains(name);
            if ui.checkbox(&mut on, format!("{title} ({count})")).changed() {
                if on {
                    self.hidden_kinds.remove(name)
                } else {
                    self.hidden_kinds.insert(name)
                };
            }
        }
    }
}
