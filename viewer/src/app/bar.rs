//! The bar: hands, cuts, time, pictures.

use super::canvas::Flight;
use super::{Bookmark, Hand, Play, SLIDER_DAYS, Viewer, Wish};
use crate::camera::Camera;
use minesift_core::text::Lang;

/// Seconds between two steps of the playing slider, and the days of one step.
const STEP_S: f64 = 0.6;
const STEP_DAYS: i32 = 30;

impl Viewer {
    pub(super) fn bar(&mut self, ui: &mut egui::Ui) {
        ui.horizontal_wrapped(|ui| {
            ui.strong(self.scene.title.get(self.lang));
            ui.separator();
            self.hands(ui);
            ui.separator();
            self.views(ui);
            ui.separator();
            self.keeping(ui);
        });
        ui.horizontal_wrapped(|ui| self.time(ui));
        ui.horizontal_wrapped(|ui| self.cutting(ui));
    }

    fn hands(&mut self, ui: &mut egui::Ui) {
        for (hand, zh, en) in
            [(Hand::Choose, "选取", "choose"), (Hand::Measure, "量测", "measure"), (Hand::Section, "剖面", "section")]
        {
            let words = self.words(zh, en);
            if ui.selectable_label(self.hand == hand, words).clicked() {
                self.hand = hand;
                self.section_from = None;
                if hand == Hand::Measure {
                    self.measured.clear();
                }
            }
        }
        if !self.measured.is_empty() && ui.button(self.words("清除量测", "clear")).clicked() {
            self.measured.clear();
        }
    }

    fn views(&mut self, ui: &mut egui::Ui) {
        let mut plan = self.camera.plan;
        if ui.toggle_value(&mut plan, self.words("平面", "plan")).changed() {
            self.camera = self.camera.in_plan(plan);
        }
        if ui.button(self.words("全图", "whole")).clicked() {
            let whole = if self.camera.plan { Camera::whole_plan(&self.scene) } else { Camera::overview(&self.scene) };
            self.camera = Camera { stretch: self.camera.stretch, ..whole };
        }
        let stretch = self.words("垂直放大", "heights ×");
        ui.add(egui::Slider::new(&mut self.camera.stretch, 1.0..=10.0).text(stretch));
        let (dark, tongue) = (self.words("深色", "dark"), self.words("English", "中文"));
        ui.toggle_value(&mut self.dark, dark);
        let legend = self.words("图例", "legend");
        ui.toggle_value(&mut self.frame, legend);
        if ui.button(tongue).clicked() {
            self.lang = if self.lang == Lang::Zh { Lang::En } else { Lang::Zh };
        }
    }

    fn keeping(&mut self, ui: &mut egui::Ui) {
        if ui.button(self.words("存书签", "bookmark")).clicked() {
            let number = (self.bookmarks.len() + 1).to_string();
            let name = self
                .chosen
                .as_ref()
                .map_or(number, |hit| self.scene.objects[hit.object as usize].name.get(self.lang).to_owned());
            self.bookmarks.push(Bookmark { name, camera: self.camera });
            self.wishes.push(Wish::Bookmarks("minesift-bookmarks.txt".to_owned()));
        }
        let (rename, strike) = (self.words("名称", "name"), self.words("删除", "delete"));
        let hint = self.words("右键改名或删除", "right click: rename or delete");
        let (mut changed, mut gone) = (false, None);
        for (number, mark) in self.bookmarks.iter_mut().enumerate() {
            let kept = ui.button(&mark.name).on_hover_text(format!("{}\n{hint}", mark.camera));
            if kept.clicked() {
                self.flight = Some(Flight::from(self.camera));
                self.camera = mark.camera;
            }
            kept.context_menu(|ui| {
                let label = ui.label(rename);
                changed |= ui.text_edit_singleline(&mut mark.name).labelled_by(label.id).lost_focus();
                if ui.button(strike).clicked() {
                    gone = Some(number);
                    ui.close();
                }
            });
        }
        if let Some(number) = gone {
            self.bookmarks.remove(number);
        }
        if changed || gone.is_some() {
            self.wishes.push(Wish::Bookmarks("minesift-bookmarks.txt".to_owned()));
        }
        if ui.button(self.words("截图", "picture")).clicked() {
            self.wishes.push(Wish::Picture(format!("minesift-{}.png", self.map.day)));
        }
    }

    fn time(&mut self, ui: &mut egui::Ui) {
        ui.label(self.words("真实日期", "true on"));
        ui.strong(self.map.day.to_string());
        let label = self.words("天（负为以前）", "days (before: −)");
        let mut days = self.days;
        let slider = ui.add(egui::Slider::new(&mut days, -SLIDER_DAYS..=SLIDER_DAYS).text(label));
        self.days = days;
        let playing = self.play.is_some();
        if ui.button(if playing { self.words("暂停", "pause") } else { self.words("播放", "play") }).clicked() {
            self.play = (!playing).then_some(Play { last_s: ui.input(|input| input.time) });
        }
        let settled = slider.drag_stopped() || (slider.changed() && !slider.dragged());
        if settled {
            self.go_to_slider();
        }
        self.step(ui);
        if self.parcel.memory.len() > 1 {
            ui.separator();
            let title = ui.label(self.words("当时所知", "known after"));
            let mut moment = self.moment;
            let last = self.parcel.memory.len() - 1;
            let slider = ui.add(egui::Slider::new(&mut moment, 0..=last).show_value(false)).labelled_by(title.id);
            if let Some(label) = self.parcel.memory.label(moment) {
                ui.label(label.get(self.lang));
            }
            if slider.changed() && moment != self.moment {
                self.go_to_moment(moment);
            }
            let playing = self.play_known.is_some();
            let words = if playing { self.words("停住", "stop") } else { self.words("逐次播放", "play commits") };
            if ui.button(words).clicked() {
                self.play_known = (!playing).then_some(Play { last_s: ui.input(|input| input.time) });
                // At the end it begins anew.
                if !playing && self.moment == last {
                    self.go_to_moment(0);
                }
            }
            self.step_known(ui, last);
        }
        ui.separator();
        self.comparing(ui);
        let objects = self.objections.is_some();
        let words = self.words("计划异议", "objections");
        if ui.selectable_label(objects, words).clicked() {
            let found = self.object(!objects);
            if !objects {
                self.message = match self.lang {
                    Lang::Zh => format!("{found} 条异议"),
                    Lang::En => format!("{found} objections"),
                };
            }
        }
    }

    fn comparing(&mut self, ui: &mut egui::Ui) {
        let Some(before) = &self.before else {
            if ui.button(self.words("记为对比前", "compare from here")).clicked() {
                self.compare(true);
            }
            return;
        };
        let label = before.label.get(self.lang).to_owned();
        let shown = before.shown;
        if ui.selectable_label(shown, self.words("前", "before")).on_hover_text(label).clicked() {
            self.show_before(true);
        }
        if ui.selectable_label(!shown, self.words("后", "after")).clicked() {
            self.show_before(false);
        }
        if ui.button(self.words("结束对比", "end comparison")).clicked() {
            self.compare(false);
        }
    }

    fn go_to_slider(&mut self) {
        let day = self.first_day.checked_add(jiff::Span::new().days(self.days)).unwrap_or(self.first_day);
        if day != self.map.day {
            self.go_to_day(day);
        }
    }

    /// One step of the playing slider, when its time has come.
    fn step(&mut self, ui: &egui::Ui) {
        let Some(play) = self.play else { return };
        let now = ui.input(|input| input.time);
        if now - play.last_s >= STEP_S {
            self.days = (self.days + STEP_DAYS).min(SLIDER_DAYS);
            self.go_to_slider();
            self.play = (self.days < SLIDER_DAYS).then_some(Play { last_s: now });
        }
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
    }

    /// One commit further, when its time has come.
    fn step_known(&mut self, ui: &egui::Ui, last: usize) {
        let Some(play) = self.play_known else { return };
        let now = ui.input(|input| input.time);
        if now - play.last_s >= 2.0 * STEP_S {
            self.go_to_moment((self.moment + 1).min(last));
            self.play_known = (self.moment < last).then_some(Play { last_s: now });
        }
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
    }

    fn cutting(&mut self, ui: &mut egui::Ui) {
        if self.section.is_some() {
            if ui.button(self.words("取消剖面", "no section")).clicked() {
                self.set_section(None);
            }
            if ui.button(self.words("存剖面图", "save section")).clicked() {
                self.wishes.push(Wish::Sheet(format!("minesift-section-{}.svg", self.map.day)));
            }
            let words = self.words("投影距离", "project within");
            let corridor =
                ui.add(egui::DragValue::new(&mut self.corridor_m).range(0.0..=5000.0).suffix(" m").prefix(words));
            if corridor.changed()
                && let Some(line) = self.section.as_ref().map(|section| [section.a, section.b])
            {
                self.set_section(Some(line));
            }
        }
        let (low, high) = (self.scene.low[2], self.scene.high[2]);
        let mut on = self.slice.is_some();
        if ui.checkbox(&mut on, self.words("按标高切", "cut at level")).changed() {
            self.set_level(on.then(|| f64::midpoint(low, high)));
        }
        let level = self.words("切面标高", "level");
        if let Some(mut z) = self.slice.as_ref().map(|slice| slice.z_m)
            && ui.add(egui::Slider::new(&mut z, low..=high).suffix(" m").text(level)).changed()
        {
            self.set_level(Some(z));
        }
        if self.scene.objects.iter().any(|object| object.layer == crate::scene::Layer::Terrain) {
            let words = self.words("地形不透明度", "terrain opacity");
            ui.add(egui::Slider::new(&mut self.terrain, 0.0..=1.0).text(words));
        }
        if let Some(measurement) = self.measurement() {
            ui.separator();
            ui.label(measurement);
        }
        ui.label(&self.message);
    }
}
