//! The window.

use crate::app::Viewer;
use crate::overlay;

/// Opens the window and returns when it is closed.
///
/// # Errors
/// In words, when no window can be opened: no display, no adapter.
pub fn open(viewer: Viewer) -> Result<(), String> {
    let options = eframe::NativeOptions {
        renderer: eframe::Renderer::Wgpu,
        viewport: egui::ViewportBuilder::default().with_inner_size([1280.0, 800.0]).with_title("MineSift"),
        ..Default::default()
    };
    eframe::run_native(
        "minesift",
        options,
        Box::new(move |creation| {
            overlay::set_font(&creation.egui_ctx, egui::FontData::from_static(overlay::FONT));
            Ok(Box::new(Window(viewer)))
        }),
    )
    .map_err(|error| error.to_string())
}

struct Window(Viewer);

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.0.ui(ui, frame.wgpu_render_state());
        if let Some(pixels) = self.0.take_picture_wish() {
            self.0.say_picture(pixels);
        }
    }
}
