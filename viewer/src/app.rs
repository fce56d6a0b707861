//! [`Viewer`]: panels, hand and eye. Holds a mine, shows its scene, answers what lies under the pointer.

use crate::camera::Camera;
use crate::overlay::{self, Sheet};
use crate::render::{Look, Renderer};
use crate::scene::pick::{self, Hit};
use crate::scene::section::Section;
use crate::scene::{Layer, Piece, Scene};
use jiff::civil::Date;
use minesift_core::explain;
use minesift_core::rulebook::{self, Rulebook};
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::{self, ZoneMap};
use std::collections::BTreeSet;

/// What the pointer does when it clicks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Choose and explain.
    Choose,
    /// Measure from point to point.
    Measure,
    /// Draw the line of a section.
    Section,
}

/// The viewer of one mine.
pub struct Viewer {
    site: Site,
    book: Rulebook,
    map: ZoneMap,
    scene: Scene,
    first_day: Date,
    /// Language of every word.
    pub lang: Lang,
    /// The view.
    pub camera: Camera,
    /// Layers that are hidden.
    pub hidden: BTreeSet<Layer>,
    /// Seams that are hidden.
    pub hidden_seams: BTreeSet<String>,
    /// What a click does.
    pub hand: Hand,
    /// Points of the measurement: easting, northing, elevation, m.
    pub measured: Vec<[f64; 3]>,
    /// What was clicked.
    pub chosen: Option<Hit>,
    section: Option<Section>,
    section_from: Option<[f64; 2]>,
    corridor_m: f64,
    search: String,
    /// Days after the first one.
    days: i32,
    bookmarks: Vec<Camera>,
    page: Option<String>,
    view: Option<View>,
    message: String,
    picture_wish: bool,
}

struct View {
    renderer: Renderer,
    id: Option<(egui::TextureId, [u32; 2], u32)>,
    scene_stale: bool,
    section_stale: bool,
    drawn: Option<Drawn>,
}

/// What the last picture showed: it is drawn again only when this changes.
#[derive(Clone, PartialEq)]
struct Drawn {
    camera: Camera,
    size: [u32; 2],
    samples: u32,
    hidden: BTreeSet<Layer>,
    seams: BTreeSet<String>,
    chosen: Option<u32>,
}

const BACKGROUND: [f32; 3] = [0.955, 0.96, 0.965];
/// The time slider reaches this many days past the day of the facts.
const SLIDER_DAYS: i32 = 3653;

impl Viewer {
    /// A viewer of a mine judged on the day of its facts.
    pub fn new(site: Site, book: Rulebook, lang: Lang) -> Self {
        let map = zone::classify(&site, &book);
        let scene = Scene::new(&site, &map);
        Self {
            camera: Camera::overview(&scene),
            hidden: Layer::ALL.iter().copied().filter(|layer| !layer.shown_at_first()).collect(),
            hidden_seams: BTreeSet::new(),
            hand: Hand::Choose,
            measured: Vec::new(),
            chosen: None,
            section: None,
            section_from: None,
            corridor_m: 60.0,
            search: String::new(),
            days: 0,
            bookmarks: Vec::new(),
            page: None,
            view: None,
            message: String::new(),
            picture_wish: false,
            first_day: map.day,
            lang,
            site,
            book,
            map,
            scene,
        }
    }

    /// The scene that is shown.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    fn words(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn shown(&self, layer: Layer, seam: Option<&str>) -> bool {
        !self.hidden.contains(&layer) && seam.is_none_or(|seam| !self.hidden_seams.contains(seam))
    }

    fn piece_shown(&self, piece: &Piece) -> bool {
        let object = &self.scene.objects[piece.object as usize];
        self.shown(object.layer, object.seam.as_deref())
    }

    /// Judges and draws the mine on a day, planned acceptances counted.
    pub fn go_to_day(&mut self, day: Date) {
        self.map = zone::classify_on(&self.site, &self.book, day, day > self.site.as_of);
        self.scene = Scene::new(&self.site, &self.map);
        self.chosen = None;
        if let Some(section) = self.section.take() {
            self.section = Section::new(&self.scene, section.a, section.b, self.corridor_m);
        }
        self.stale();
    }

    fn stale(&mut self) {
        if let Some(view) = &mut self.view {
            view.scene_stale = true;
            view.section_stale = true;
        }
    }

    /// Cuts along a line, or takes the section away.
    pub fn set_section(&mut self, line: Option<[[f64; 2]; 2]>) {
        self.section = line.and_then(|[a, b]| Section::new(&self.scene, a, b, self.corridor_m));
        if let Some(view) = &mut self.view {
            view.section_stale = true;
        }
    }

    /// What lies at a point of the picture (0 to 1 from the upper left).
    pub fn pick(&self, aspect: f64, at: [f64; 2]) -> Option<Hit> {
        let ray = self.camera.ray(self.scene.origin, aspect, at);
        pick::pick(&self.scene, ray, self.section.as_ref(), |piece| self.piece_shown(piece))
    }

    /// Does what a click at a point of the picture means.
    pub fn click(&mut self, aspect: f64, at: [f64; 2]) {
        let hit = self.pick(aspect, at);
        match (self.hand, hit) {
            (Hand::Choose, hit) => {
                self.chosen = hit;
                self.page = None;
            }
            (Hand::Measure, Some(hit)) => self.measured.push(hit.at),
            (Hand::Section, Some(hit)) => {
                let p = [hit.at[0], hit.at[1]];
                match self.section_from.take() {
                    None => self.section_from = Some(p),
                    Some(a) => {
                        self.set_section(Some([a, p]));
                        self.hand = Hand::Choose;
                        if let (Some(section), false) = (&self.section, self.camera.plan) {
                            self.camera = Camera::facing(section, &self.scene, self.camera.stretch);
                        }
                    }
                }
            }
            (_, None) => {}
        }
    }

    /// The measurement in words: true metres, whatever the vertical exaggeration.
    pub fn measurement(&self) -> Option<String> {
        let (first, last) = (self.measured.first()?, self.measured.last()?);
        if self.measured.len() < 2 {
            return None;
        }
        let step = |a: &[f64; 3], b: &[f64; 3]| [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
        let total: f64 = self
            .measured
            .windows(2)
            .map(|p| step(&p[0], &p[1]))
            .map(|d| (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt())
            .sum();
        let d = step(first, last);
        let plan = d[0].hypot(d[1]);
        let azimuth = d[0].atan2(d[1]).to_degrees().rem_euclid(360.0);
        let dip = (-d[2]).atan2(plan).to_degrees();
        Some(match self.lang {
            Lang::Zh => {
                format!("长度 {total:.2} m，平距 {plan:.2} m，高差 {:+.2} m，方位 {azimuth:.1}°，倾角 {dip:.1}°", d[2])
            }
            Lang::En => format!(
                "length {total:.2} m, level {plan:.2} m, rise {:+.2} m, azimuth {azimuth:.1}°, dip {dip:.1}°",
                d[2]
            ),
        })
    }

    /// Objects whose name or id holds these letters, at most thirty.
    pub fn find(&self, letters: &str) -> Vec<u32> {
        let letters = letters.trim().to_lowercase();
        if letters.is_empty() {
            return Vec::new();
        }
        let holds = |words: &str| words.to_lowercase().contains(&letters);
        let found = self
            .scene
            .objects
            .iter()
            .enumerate()
            .filter(|(_, o)| holds(&o.id) || holds(&o.name.zh) || holds(&o.name.en));
        found.map(|(number, _)| number as u32).take(30).collect()
    }

    /// Flies to an object and chooses it.
    pub fn fly_to(&mut self, object: u32) {
        let points: Vec<[f64; 3]> = self
            .scene
            .pieces
            .iter()
            .filter(|piece| piece.object == object)
            .flat_map(|piece| piece.triangles.iter().flatten().chain(piece.lines.iter().flatten()))
            .copied()
            .collect();
        let Some(first) = points.first() else { return };
        let (mut low, mut high) = (*first, *first);
        for p in &points {
            for axis in 0..3 {
                low[axis] = low[axis].min(p[axis]);
                high[axis] = high[axis].max(p[axis]);
            }
        }
        let target = [0, 1, 2].map(|axis| f64::midpoint(low[axis], high[axis]));
        let size = (0..3).map(|axis| (high[axis] - low[axis]).powi(2)).sum::<f64>().sqrt();
        self.camera.target = target;
        self.camera.distance_m = (size * 2.2).max(60.0);
        self.chosen = Some(Hit { object, at: target, along: 0.0 });
    }

    /// True once after a picture was asked for.
    pub fn take_picture_wish(&mut self) -> Option<()> {
        std::mem::take(&mut self.picture_wish).then_some(())
    }

    /// Saves what is asked for as a picture beside the program's working folder.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn say_picture(&mut self, (): ()) {
        let shot = crate::still::Shot {
            camera: self.camera,
            size: [1600, 1000],
            lang: self.lang,
            seams: self
                .scene
                .seams
                .iter()
                .map(|(id, _)| id.clone())
                .filter(|id| !self.hidden_seams.contains(id))
                .collect(),
            hidden: self.hidden.iter().copied().collect(),
            section: self.section.clone(),
            words: true,
        };
        let name = format!("minesift-{}.png", self.map.day);
        let saved = crate::still::picture(&self.scene, &shot)
            .map_err(|error| error.to_string())
            .and_then(|png| std::fs::write(&name, png).map_err(|error| error.to_string()));
        self.message = saved.map_or_else(|error| error, |()| name);
    }

    /// All panels, and the picture where there is a GPU.
    pub fn ui(&mut self, ui: &mut egui::Ui, gpu: Option<&egui_wgpu::RenderState>) {
        egui::Panel::top("bar").show(ui, |ui| self.bar(ui));
        egui::Panel::left("layers").default_size(230.0).show(ui, |ui| {
            egui::ScrollArea::vertical().show(ui, |ui| self.layers(ui));
        });
        if self.chosen.is_some() {
            egui::Panel::right("why").default_size(330.0).show(ui, |ui| {
                egui::ScrollArea::vertical().show(ui, |ui| self.why(ui));
            });
        }
        egui::CentralPanel::no_frame().show(ui, |ui| self.picture(ui, gpu));
    }

    fn bar(&mut self, ui: &mut egui::Ui) {
        ui.horizontal_wrapped(|ui| {
            ui.strong(self.scene.title.get(self.lang));
            ui.separator();
            for (hand, zh, en) in [
                (Hand::Choose, "选取", "choose"),
                (Hand::Measure, "量测", "measure"),
                (Hand::Section, "剖面", "section"),
            ] {
                let words = self.words(zh, en);
                if ui.selectable_label(self.hand == hand, words).clicked() {
                    self.hand = hand;
                    self.section_from = None;
                    if hand == Hand::Measure {
                        self.measured.clear();
                    }
                }
            }
            if self.section.is_some() && ui.button(self.words("取消剖面", "no section")).clicked() {
                self.set_section(None);
            }
            ui.separator();
            let plan = self.words("平面", "plan");
            ui.toggle_value(&mut self.camera.plan, plan);
            if ui.button(self.words("全图", "whole")).clicked() {
                self.camera =
                    Camera { plan: self.camera.plan, stretch: self.camera.stretch, ..Camera::overview(&self.scene) };
            }
            let stretch = self.words("垂直放大", "heights ×");
            ui.add(egui::Slider::new(&mut self.camera.stretch, 1.0..=10.0).text(stretch));
            ui.separator();
            if ui.button(self.words("存书签", "bookmark")).clicked() {
                self.bookmarks.push(self.camera);
            }
            for (i, camera) in self.bookmarks.clone().into_iter().enumerate() {
                if ui.button(format!("{}", i + 1)).on_hover_text(camera.to_string()).clicked() {
                    self.camera = camera;
                }
            }
            if ui.button(self.words("截图", "picture")).clicked() {
                self.picture_wish = true;
            }
            if ui.button(self.words("English", "中文")).clicked() {
                self.lang = if self.lang == Lang::Zh { Lang::En } else { Lang::Zh };
            }
        });
        ui.horizontal(|ui| {
            let before = self.days;
            let label = self.words("天后", "days on");
            ui.label(self.scene.day.to_string());
            let slider = ui.add(egui::Slider::new(&mut self.days, 0..=SLIDER_DAYS).text(label));
            let settled = slider.drag_stopped() || (slider.changed() && !slider.dragged());
            if settled || (before != self.days && !slider.dragged()) {
                let day = self.first_day.checked_add(jiff::Span::new().days(self.days)).unwrap_or(self.first_day);
                self.go_to_day(day);
            }
            if let Some(measurement) = self.measurement() {
                ui.separator();
                ui.label(measurement);
            }
            ui.label(&self.message);
        });
    }

    fn layers(&mut self, ui: &mut egui::Ui) {
        let hint = self.words("按名称或编号查找", "find by name or id");
        ui.add(egui::TextEdit::singleline(&mut self.search).hint_text(hint));
        for object in self.find(&self.search.clone()) {
            let name = self.scene.objects[object as usize].name.get(self.lang).to_owned();
            if ui.button(name).clicked() {
                self.fly_to(object);
            }
        }
        ui.separator();
        ui.strong(self.words("图层", "layers"));
        for layer in Layer::ALL.iter().copied() {
            let count = self.scene.objects.iter().filter(|object| object.layer == layer).count();
            if count == 0 {
                continue;
            }
            let mut on = !self.hidden.contains(&layer);
            if ui.checkbox(&mut on, format!("{} ({count})", layer.title().get(self.lang))).changed() {
                if on {
                    self.hidden.remove(&layer)
                } else {
                    self.hidden.insert(layer)
                };
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

    fn why(&mut self, ui: &mut egui::Ui) {
        let Some(hit) = self.chosen.clone() else { return };
        let object = self.scene.objects[hit.object as usize].clone();
        let lang = self.lang;
        ui.heading(object.name.get(lang));
        ui.monospace(format!("E {:.2}\nN {:.2}\nZ {:.2}", hit.at[0], hit.at[1], hit.at[2]));
        for (label, value) in &object.said {
            ui.label(format!("{}: {value}", label.get(lang)));
        }
        if !object.source.file.is_empty() || !object.source.place.is_empty() {
            ui.weak(format!("{} {}", self.words("来源", "source"), object.source));
        }
        for supposed in &object.supposed {
            ui.colored_label(egui::Color32::from_rgb(170, 90, 0), supposed.get(lang));
        }
        ui.separator();
        let mut open = None;
        if let Some(seam) = pick::seam_at(&self.scene, &self.site, &self.map, &hit)
            && let Some(answer) = explain::at(&self.site, &self.map, &seam, hit.at[0], hit.at[1])
        {
            let outside = Text::new("不在该煤层许可范围内", "no licensed ground of this seam");
            let class = answer.class.map_or(outside, minesift_core::zone::Class::title);
            ui.strong(format!("{} {}", answer.seam.name.get(lang), class.get(lang)));
            for reason in &answer.reasons {
                let finding = reason.finding;
                ui.separator();
                ui.label(format!(
                    "{} {}  {}",
                    finding.class.letter().get(lang),
                    finding.rule,
                    finding.because.get(lang)
                ));
                ui.label(match lang {
                    Lang::Zh => format!(
                        "距离 {:.2} m，限值 {:.2} m，裕度 {:+.2} m",
                        reason.distance_m, reason.limit_m, reason.margin_m
                    ),
                    Lang::En => format!(
                        "distance {:.2} m, limit {:.2} m, margin {:+.2} m",
                        reason.distance_m, reason.limit_m, reason.margin_m
                    ),
                });
                if !finding.exit.is_empty() {
                    ui.label(format!("{}: {}", self.words("转换条件", "opens again"), finding.exit.get(lang)));
                }
                if let Some(head) = self.book.head(&finding.rule) {
                    for clause in &head.clauses {
                        ui.weak(format!("{} {} “{}”", clause.text, clause.clause, clause.quote));
                    }
                }
                if rulebook::rule(&finding.rule).is_some()
                    && ui.button(format!("{} {}", self.words("规则页", "page of"), finding.rule)).clicked()
                {
                    open = Some(finding.rule.clone());
                }
            }
        }
        if open.is_some() {
            self.page = open;
        }
        if let Some(rule) = self.page.as_deref().and_then(rulebook::rule) {
            ui.separator();
            ui.monospace(rule.page);
        }
    }

    fn picture(&mut self, ui: &mut egui::Ui, gpu: Option<&egui_wgpu::RenderState>) {
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), egui::Sense::click_and_drag());
        if rect.width() < 2.0 || rect.height() < 2.0 {
            return;
        }
        let aspect = f64::from(rect.width()) / f64::from(rect.height());
        let within = |p: egui::Pos2| {
            [f64::from((p.x - rect.left()) / rect.width()), f64::from((p.y - rect.top()) / rect.height())]
        };
        let drag = response.drag_delta();
        let height = f64::from(rect.height());
        let pans =
            response.dragged_by(egui::PointerButton::Secondary) || response.dragged_by(egui::PointerButton::Middle);
        if pans || (self.camera.plan && response.dragged()) {
            self.camera.pan(f64::from(drag.x), f64::from(drag.y), height);
        } else if response.dragged() {
            self.camera.orbit(f64::from(drag.x) * 0.35, f64::from(drag.y) * 0.35);
        }
        let scroll = ui.input(|input| input.smooth_scroll_delta.y);
        if scroll != 0.0 && response.hovered() {
            let under = response.hover_pos().and_then(|p| self.pick(aspect, within(p)));
            self.camera.zoom((-f64::from(scroll) * 0.003).exp(), under.map(|hit| hit.at));
        }
        if response.clicked()
            && let Some(p) = response.interact_pointer_pos()
        {
            self.click(aspect, within(p));
        }
        let moving = response.dragged() || scroll != 0.0;
        if let Some(gpu) = gpu {
            self.draw_scene(ui, rect, gpu, moving);
        } else {
            ui.painter().rect_filled(rect, 0.0, egui::Color32::from_gray(244));
        }
        if moving {
            // One more frame after the hand stops, for the sharper picture.
            ui.ctx().request_repaint();
        }
        let painter = ui.painter_at(rect);
        let shown = |layer: Layer, seam: Option<&str>| self.shown(layer, seam);
        let sheet = Sheet {
            scene: &self.scene,
            camera: &self.camera,
            section: self.section.as_ref(),
            lang: self.lang,
            shown: &shown,
            with_frame: true,
        };
        overlay::draw(&painter, rect, &sheet);
        let mark = |p: &[f64; 3]| {
            let [x, y] = self.camera.project(self.scene.origin, aspect, *p)?;
            Some(egui::pos2(rect.left() + x as f32 * rect.width(), rect.top() + y as f32 * rect.height()))
        };
        let red = egui::Color32::from_rgb(200, 0, 60);
        let points: Vec<egui::Pos2> = self.measured.iter().filter_map(mark).collect();
        for pair in points.windows(2) {
            painter.line_segment([pair[0], pair[1]], egui::Stroke::new(2.0, red));
        }
        for p in points {
            painter.circle_filled(p, 3.5, red);
        }
        if let Some(p) = self.chosen.as_ref().and_then(|hit| mark(&hit.at)) {
            painter.circle_stroke(p, 6.0, egui::Stroke::new(2.0, red));
        }
    }

    fn draw_scene(&mut self, ui: &egui::Ui, rect: egui::Rect, gpu: &egui_wgpu::RenderState, moving: bool) {
        let points = ui.ctx().pixels_per_point();
        let size = [(rect.width() * points) as u32, (rect.height() * points) as u32].map(|n| n.max(1));
        let software = gpu.adapter.get_info().device_type == wgpu::DeviceType::Cpu;
        let samples = Renderer::samples(&gpu.adapter, if moving && software { 1 } else { 4 });
        let view = self.view.get_or_insert_with(|| View {
            renderer: Renderer::new(&gpu.device, &gpu.queue),
            id: None,
            scene_stale: true,
            section_stale: true,
            drawn: None,
        });
        let wanted = Drawn {
            camera: self.camera,
            size,
            samples,
            hidden: self.hidden.clone(),
            seams: self.hidden_seams.clone(),
            chosen: self.chosen.as_ref().map(|hit| hit.object),
        };
        if view.scene_stale {
            view.renderer.upload(&self.scene);
        }
        if view.section_stale {
            view.renderer.upload_section(&self.scene, self.section.as_ref());
        }
        if view.scene_stale || view.section_stale || view.drawn.as_ref() != Some(&wanted) {
            let look = Look {
                camera: &self.camera,
                size,
                samples,
                section: self.section.as_ref(),
                chosen: wanted.chosen,
                background: BACKGROUND,
                pixels_per_point: points,
            };
            let (hidden, seams) = (&self.hidden, &self.hidden_seams);
            let (_, texture) = view.renderer.draw(&look, |group| {
                !hidden.contains(&group.layer) && group.seam.as_ref().is_none_or(|seam| !seams.contains(seam))
            });
            let mut egui_renderer = gpu.renderer.write();
            match view.id {
                Some((_, had, sampled)) if had == size && sampled == samples => {}
                Some((id, ..)) => {
                    egui_renderer.update_egui_texture_from_wgpu_texture(
                        &gpu.device,
                        texture,
                        wgpu::FilterMode::Linear,
                        id,
                    );
                    view.id = Some((id, size, samples));
                }
                None => {
                    let id = egui_renderer.register_native_texture(&gpu.device, texture, wgpu::FilterMode::Linear);
                    view.id = Some((id, size, samples));
                }
            }
            view.scene_stale = false;
            view.section_stale = false;
            view.drawn = Some(wanted);
        }
        if let Some((id, ..)) = view.id {
            let all = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
            ui.painter().image(id, rect, all, egui::Color32::WHITE);
        }
    }
}
