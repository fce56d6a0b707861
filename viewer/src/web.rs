//! The browser: a parcel, a font and a canvas go in, a viewer comes out. WebGPU where the browser has it, else WebGL 2.

use crate::app::{Viewer, Wish};
use crate::overlay;
use crate::parcel::Parcel;
use crate::pixels;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use wasm_bindgen::prelude::*;

/// A viewer in a page.
#[wasm_bindgen]
pub struct Page {
    runner: eframe::WebRunner,
    viewer: Rc<RefCell<Viewer>>,
    kept: Arc<Mutex<Vec<Kept>>>,
}

/// A file that the viewer made and the page must give to the person.
#[wasm_bindgen(getter_with_clone)]
#[derive(Clone)]
pub struct Kept {
    /// Name of the file.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

#[wasm_bindgen]
impl Page {
    /// Opens the viewer of a parcel on a canvas. `gl` asks for WebGL 2 even where there is WebGPU; `lang` is `zh`, `en`
    /// or empty for the parcel's own.
    ///
    /// # Errors
    /// In words, when the parcel is damaged or there is neither WebGPU nor WebGL 2.
    pub async fn open(
        canvas: web_sys::HtmlCanvasElement,
        parcel: Vec<u8>,
        font: Vec<u8>,
        gl: bool,
        lang: String,
    ) -> Result<Page, JsValue> {
        let mut parcel = Parcel::from_bytes(&parcel).map_err(|why| JsValue::from_str(&why))?;
        match lang.as_str() {
            "zh" => parcel.lang = minesift_core::text::Lang::Zh,
            "en" => parcel.lang = minesift_core::text::Lang::En,
            _ => {}
        }
        let viewer = Viewer::from_parcel(parcel).map_err(|why| JsValue::from_str(&why))?;
        let viewer = Rc::new(RefCell::new(viewer));
        let kept = Arc::new(Mutex::new(Vec::new()));
        let mut options = eframe::WebOptions::default();
        if gl && let egui_wgpu::WgpuSetup::CreateNew(setup) = &mut options.wgpu_options.wgpu_setup {
            setup.instance_descriptor.backends = wgpu::Backends::GL;
        }
        let runner = eframe::WebRunner::new();
        let window = Window { viewer: viewer.clone(), kept: kept.clone() };
        runner
            .start(
                canvas,
                options,
                Box::new(move |creation| {
                    overlay::set_font(&creation.egui_ctx, egui::FontData::from_owned(font));
                    crate::letters::complete(&creation.egui_ctx);
                    Ok(Box::new(window))
                }),
            )
            .await?;
        Ok(Page { runner, viewer, kept })
    }

    /// What stands on the screen, as JSON; what went wrong, if the viewer stopped.
    pub fn state(&self) -> String {
        match self.runner.panic_summary() {
            Some(summary) => format!(r#"{{"stopped":{:?}}}"#, summary.message()),
            None => self.viewer.try_borrow().map(|viewer| viewer.state()).unwrap_or_default(),
        }
    }

    /// Where on the page a click meets the object of this id, in points; empty where it is not seen.
    pub fn spot_of(&self, id: &str) -> Vec<f32> {
        let viewer = self.viewer.try_borrow();
        viewer.ok().and_then(|viewer| viewer.spot_of(id)).map(|at| at.to_vec()).unwrap_or_default()
    }

    /// Files that were asked for since the last time.
    pub fn take_files(&self) -> Vec<Kept> {
        self.kept.lock().map(|mut kept| std::mem::take(&mut *kept)).unwrap_or_default()
    }
}

struct Window {
    viewer: Rc<RefCell<Viewer>>,
    kept: Arc<Mutex<Vec<Kept>>>,
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        let Ok(mut viewer) = self.viewer.try_borrow_mut() else { return };
        viewer.ui(ui, frame.wgpu_render_state());
        for wish in viewer.take_wishes() {
            match wish {
                Wish::Sheet(name) => {
                    if let Some(drawing) = viewer.sheet(1600.0) {
                        push(&self.kept, name, drawing.svg().into_bytes());
                    }
                }
                // A page keeps no files: its bookmarks live as long as it is open.
                Wish::Bookmarks(_) => {}
                Wish::Picture(name) => {
                    let kept = self.kept.clone();
                    let shot = egui::ScreenshotCallback::new(move |image: Arc<egui::ColorImage>| {
                        let size = [image.width() as u32, image.height() as u32];
                        let rgba: Vec<u8> = image.pixels.iter().flat_map(|pixel| pixel.to_array()).collect();
                        if let Ok(png) = pixels::to_png(&rgba, size) {
                            push(&kept, name, png);
                        }
                    });
                    ui.ctx().send_viewport_cmd(egui::ViewportCommand::Screenshot(shot));
                }
            }
        }
    }
}

fn push(kept: &Arc<Mutex<Vec<Kept>>>, name: String, bytes: Vec<u8>) {
    if let Ok(mut kept) = kept.lock() {
        kept.push(Kept { name, bytes });
    }
}
