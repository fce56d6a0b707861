//! The window, and what it keeps in files.

use crate::app::{Viewer, Wish};
use crate::overlay;
use crate::still::{self, Shot};
use std::path::{Path, PathBuf};

/// How a window is opened.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// Where pictures, sections and bookmarks are kept; absent: the working folder.
    pub folder: Option<PathBuf>,
    /// Close by itself after so many frames: for a test of the window.
    pub frames: Option<u64>,
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// In words, when no window can be opened: no display, no adapter.
pub fn open(mut viewer: Viewer, opening: Opening) -> Result<(), String> {
    let options = eframe::NativeOptions {
        renderer: eframe::Renderer::Wgpu,
        viewport: egui::ViewportBuilder::default().with_inner_size([1280.0, 800.0]).with_title("MineSift"),
        ..Default::default()
    };
    let folder = opening.folder.clone().unwrap_or_default();
    if let Ok(text) = std::fs::read_to_string(folder.join(BOOKMARKS)) {
        viewer.read_bookmarks(&text);
    }
    eframe::run_native(
        "minesift",
        options,
        Box::new(move |creation| {
            overlay::set_font(&creation.egui_ctx, egui::FontData::from_static(overlay::FONT));
            crate::letters::complete(&creation.egui_ctx);
            Ok(Box::new(Window { viewer, folder, left: opening.frames }))
        }),
    )
    .map_err(|error| error.to_string())
}

const BOOKMARKS: &str = "minesift-bookmarks.txt";

struct Window {
    viewer: Viewer,
    folder: PathBuf,
    left: Option<u64>,
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.viewer.ui(ui, frame.wgpu_render_state());
        for wish in self.viewer.take_wishes() {
            let said = keep(&self.viewer, &wish, &self.folder).unwrap_or_else(|error| error);
            self.viewer.say(said);
        }
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
            }
            ui.ctx().request_repaint();
        }
    }
}

/// Keeps what was asked for, and says where.
///
/// # Errors
/// In words, when the picture cannot be made or the file not be written.
pub fn keep(viewer: &Viewer, wish: &Wish, folder: &Path) -> Result<String, String> {
    let (name, bytes) = match wish {
        Wish::Picture(name) => {
            let png = still::picture(viewer.scene(), &viewer.shot([1600, 1000]));
            (name, png.map_err(|error| error.to_string())?)
        }
        Wish::Sheet(name) => {
            let drawing = viewer.sheet(1600.0).ok_or("no section")?;
            if let Ok(png) = still::drawing(&drawing) {
                write(&folder.join(name).with_extension("png"), &png)?;
            }
            (name, drawing.svg().into_bytes())
        }
        Wish::Bookmarks(name) => (name, viewer.write_bookmarks().into_bytes()),
    };
    let path = folder.join(name);
    write(&path, &bytes)?;
    Ok(path.display().to_string())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

impl Viewer {
    /// The picture as it stands in the window.
    pub fn shot(&self, size: [u32; 2]) -> Shot {
        let seams = self.scene().seams.iter().map(|(id, _)| id.clone());
        Shot {
            lang: self.lang,
            seams: if self.hidden_seams.is_empty() {
                Vec::new()
            } else {
                seams.filter(|id| !self.hidden_seams.contains(id)).collect()
            },
            hidden: self.hidden.iter().copied().collect(),
            hidden_kinds: self.hidden_kinds.iter().copied().collect(),
            section: self.section().cloned(),
            slice: self.slice().cloned(),
            terrain: self.terrain,
            ink: self.ink(),
            ..Shot::of(self.camera, size)
        }
    }
}
