//! The picture in the middle: pointer, scene, overlay.

use super::Viewer;
use crate::camera::Camera;
use crate::overlay::{self, Sheet};
use crate::render::{Look, Renderer};
use crate::scene::{Layer, sight};
use std::collections::BTreeSet;

/// How long a flight to an object or a bookmark takes, seconds.
const FLIGHT_S: f64 = 0.7;

/// A flight under way: where it began, and when by the window's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flight {
    from: Camera,
    begun_s: Option<f64>,
}

impl Flight {
    pub(super) fn from(from: Camera) -> Self {
        Self { from, begun_s: None }
    }
}

/// The scene on the GPU.
pub(super) struct View {
    renderer: Renderer,
    id: Option<(egui::TextureId, [u32; 2], u32)>,
    pub(super) scene_stale: bool,
    pub(super) cuts_stale: bool,
    drawn: Option<Drawn>,
    /// Labels that lie behind a seam, and the picture for which that was found out.
    behind: Vec<bool>,
    behind_for: Option<Drawn>,
}

/// What the last picture showed: it is drawn again only when this changes.
#[derive(Clone, PartialEq)]
struct Drawn {
    camera: Camera,
    size: [u32; 2],
    samples: u32,
    moving: bool,
    hidden: BTreeSet<Layer>,
    kinds: BTreeSet<&'static str>,
    seams: BTreeSet<String>,
    chosen: Option<u32>,
    terrain: u32,
    dark: bool,
}

impl Viewer {
    pub(super) fn canvas(&mut self, ui: &mut egui::Ui, gpu: Option<&egui_wgpu::RenderState>) {
        let (rect, response) = ui.allocate_exact_size(ui.available_size(), egui::Sense::click_and_drag());
        self.rect = rect;
        if rect.width() < 2.0 || rect.height() < 2.0 {
            return;
        }
        let by_hand = self.by_hand(ui, rect, &response);
        let goal = self.camera;
        self.camera = self.on_the_way(ui.input(|input| input.time), by_hand);
        let moving = by_hand || self.flight.is_some();
        if let Some(gpu) = gpu {
            self.draw_scene(ui, rect, gpu, moving);
        } else {
            ui.painter().rect_filled(rect, 0.0, self.ink().paper);
        }
        if moving {
            // One more frame after the hand stops, for the sharper picture.
            ui.ctx().request_repaint();
        } else {
            self.come_near();
        }
        self.draw_overlay(ui, rect);
        self.camera = goal;
    }

    /// Where one stands at a moment of a flight; a hand on the picture ends it.
    fn on_the_way(&mut self, now_s: f64, by_hand: bool) -> Camera {
        let Some(flight) = self.flight.as_mut().filter(|_| !by_hand) else {
            self.flight = None;
            return self.camera;
        };
        let share = (now_s - *flight.begun_s.get_or_insert(now_s)) / FLIGHT_S;
        if share >= 1.0 {
            self.flight = None;
            return self.camera;
        }
        flight.from.between(&self.camera, share)
    }

    /// Turns, moves, zooms and clicks; true while the picture moves.
    fn by_hand(&mut self, ui: &egui::Ui, rect: egui::Rect, response: &egui::Response) -> bool {
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
        response.dragged() || (scroll != 0.0 && response.hovered()) || self.play.is_some()
    }

    fn draw_overlay(&self, ui: &egui::Ui, rect: egui::Rect) {
        let painter = ui.painter_at(rect);
        let shown = |layer: Layer, seam: Option<&str>| self.shown(layer, seam);
        let sheet = Sheet {
            scene: &self.scene,
            camera: &self.camera,
            cuts: self.cuts(),
            lang: self.lang,
            ink: self.ink(),
            shown: &shown,
            behind: self.view.as_ref().map_or(&[], |view| &view.behind),
            with_frame: self.frame,
        };
        overlay::draw(&painter, rect, &sheet);
        let aspect = f64::from(rect.width()) / f64::from(rect.height());
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
        if let Some(p) = self.section_from.as_ref().and_then(mark) {
            painter.circle_filled(p, 3.5, red);
            let words = self.words("A：再点一处为剖面终点 A′", "A: click the other end, A′");
            painter.text(
                p + egui::vec2(8.0, -8.0),
                egui::Align2::LEFT_BOTTOM,
                words,
                egui::FontId::proportional(13.0),
                red,
            );
        }
        if let Some(hit) = &self.chosen
            && let Some(p) = mark(&hit.at)
        {
            painter.circle_stroke(p, 6.0, egui::Stroke::new(2.0, red));
            // The way to the nearest hazard of each kind.
            for near in self.near.iter().take(5) {
                if let Some(q) = mark(&near.at) {
                    painter.line_segment([p, q], egui::Stroke::new(1.0, red.gamma_multiply(0.55)));
                }
            }
        }
    }

    fn draw_scene(&mut self, ui: &egui::Ui, rect: egui::Rect, gpu: &egui_wgpu::RenderState, moving: bool) {
        let points = ui.ctx().pixels_per_point();
        let size = [(rect.width() * points) as u32, (rect.height() * points) as u32].map(|n| n.max(1));
        let software = gpu.adapter.get_info().device_type == wgpu::DeviceType::Cpu;
        let samples = Renderer::samples(&gpu.adapter, if moving && software { 1 } else { 4 });
        let background = self.ink().background;
        let mut view = self.view.take().unwrap_or_else(|| View {
            renderer: Renderer::new(&gpu.device, &gpu.queue),
            id: None,
            scene_stale: true,
            cuts_stale: true,
            drawn: None,
            behind: Vec::new(),
            behind_for: None,
        });
        let wanted = Drawn {
            camera: self.camera,
            size,
            samples,
            moving: moving && software,
            hidden: self.hidden.clone(),
            kinds: self.hidden_kinds.clone(),
            seams: self.hidden_seams.clone(),
            chosen: self.chosen.as_ref().map(|hit| hit.object),
            terrain: self.terrain.to_bits(),
            dark: self.dark,
        };
        if view.scene_stale {
            view.renderer.upload(&self.scene);
        }
        if view.cuts_stale {
            view.renderer.upload_cuts(&self.scene, self.section.as_ref(), self.slice.as_ref());
        }
        // While the picture moves the labels stay as they were.
        if view.scene_stale || view.cuts_stale || (!moving && view.behind_for.as_ref() != Some(&wanted)) {
            let aspect = f64::from(rect.width()) / f64::from(rect.height());
            view.behind =
                sight::behind(&self.scene, &self.camera, aspect, self.cuts(), |piece| self.piece_shown(piece));
            view.behind_for = Some(wanted.clone());
        }
        if view.scene_stale || view.cuts_stale || view.drawn.as_ref() != Some(&wanted) {
            let look = Look {
                camera: &self.camera,
                size,
                samples,
                moving: moving && software,
                cuts: self.cuts(),
                terrain: self.terrain,
                chosen: wanted.chosen,
                background,
                pixels_per_point: points,
            };
            let (_, texture) = view.renderer.draw(&look, |group| self.group_shown(group));
            let mut egui_renderer = gpu.renderer.write();
            let filter = wgpu::FilterMode::Linear;
            match view.id {
                Some((_, had, sampled)) if had == size && sampled == samples => {}
                Some((id, ..)) => {
                    egui_renderer.update_egui_texture_from_wgpu_texture(&gpu.device, texture, filter, id);
                    view.id = Some((id, size, samples));
                }
                None => {
                    let id = egui_renderer.register_native_texture(&gpu.device, texture, filter);
                    view.id = Some((id, size, samples));
                }
            }
            view.scene_stale = false;
            view.cuts_stale = false;
            view.drawn = Some(wanted);
        }
        if let Some((id, ..)) = view.id {
            let all = egui::Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
            ui.painter().image(id, rect, all, egui::Color32::WHITE);
        }
        self.view = Some(view);
    }
}
