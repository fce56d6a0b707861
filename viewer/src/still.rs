//! A picture without a window: `minesift view MAP --png out.png`, on Vulkan or GL, on a software adapter where there is
//! no GPU.

use crate::camera::Camera;
use crate::overlay::{self, Sheet};
use crate::render::{FORMAT, Look, Renderer, read_texture};
use crate::scene::section::Section;
use crate::scene::{Layer, Scene};
use minesift_core::text::Lang;

/// What a picture shows.
#[derive(Clone, Debug)]
pub struct Shot {
    /// Where one stands.
    pub camera: Camera,
    /// Pixels, width and height.
    pub size: [u32; 2],
    /// Language of its words.
    pub lang: Lang,
    /// Seams shown; empty: all.
    pub seams: Vec<String>,
    /// Layers hidden.
    pub hidden: Vec<Layer>,
    /// The section that cuts it.
    pub section: Option<Section>,
    /// Title, legend, labels, scale and north.
    pub words: bool,
}

/// Why there is no picture.
#[derive(Debug)]
pub enum StillError {
    /// No adapter of any kind; the message says what would help.
    NoAdapter(String),
    /// The GPU or the file format refused.
    Failed(String),
}

impl std::fmt::Display for StillError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoAdapter(why) => write!(
                f,
                "no graphics adapter, not even a software one (Debian: mesa-vulkan-drivers or libgl1-mesa-dri): {why}"
            ),
            Self::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for StillError {}

/// An adapter with its device.
pub struct Gpu {
    /// The adapter.
    pub adapter: wgpu::Adapter,
    /// Its device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
}

impl Gpu {
    /// The first adapter that works: a GPU, else a software one.
    ///
    /// # Errors
    /// [`StillError::NoAdapter`] when there is none.
    pub fn any() -> Result<Self, StillError> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::VULKAN | wgpu::Backends::GL;
        let instance = wgpu::Instance::new(descriptor);
        let mut why = Vec::new();
        for force_fallback_adapter in [false, true] {
            let options = wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                force_fallback_adapter,
                ..Default::default()
            };
            match pollster::block_on(instance.request_adapter(&options)) {
                Ok(adapter) => {
                    let wanted = wgpu::DeviceDescriptor {
                        label: Some("still"),
                        required_limits: adapter.limits(),
                        ..Default::default()
                    };
                    match pollster::block_on(adapter.request_device(&wanted)) {
                        Ok((device, queue)) => return Ok(Self { adapter, device, queue }),
                        Err(error) => why.push(error.to_string()),
                    }
                }
                Err(error) => why.push(error.to_string()),
            }
        }
        Err(StillError::NoAdapter(why.join("; ")))
    }
}

/// The picture as PNG.
///
/// # Errors
/// [`StillError`] when there is no adapter or the GPU refuses.
pub fn picture(scene: &Scene, shot: &Shot) -> Result<Vec<u8>, StillError> {
    let gpu = Gpu::any()?;
    let pixels = pixels(&gpu, scene, shot)?;
    to_png(&pixels, shot.size)
}

/// The picture as pixels, row by row, red, green, blue, opacity.
///
/// # Errors
/// [`StillError::Failed`] when the GPU refuses.
pub fn pixels(gpu: &Gpu, scene: &Scene, shot: &Shot) -> Result<Vec<u8>, StillError> {
    let limit = gpu.device.limits().max_texture_dimension_2d;
    if shot.size.iter().any(|n| *n == 0 || *n > limit) {
        return Err(StillError::Failed(format!(
            "a picture of {} x {} pixels: 1 to {limit} each way",
            shot.size[0], shot.size[1]
        )));
    }
    let mut renderer = Renderer::new(&gpu.device, &gpu.queue);
    renderer.upload(scene);
    renderer.upload_section(scene, shot.section.as_ref());
    let on_seam = |seam: Option<&str>| {
        shot.seams.is_empty() || seam.is_none_or(|seam| shot.seams.iter().any(|shown| shown == seam))
    };
    let shown = |layer: Layer, seam: Option<&str>| !shot.hidden.contains(&layer) && on_seam(seam);
    let look = Look {
        camera: &shot.camera,
        size: shot.size,
        samples: Renderer::samples(&gpu.adapter, 4),
        section: shot.section.as_ref(),
        chosen: None,
        background: [0.955, 0.96, 0.965],
        pixels_per_point: 1.0,
    };
    let (texture, view) = renderer.draw(&look, |group| shown(group.layer, group.seam.as_deref()));
    if shot.words {
        let sheet = Sheet {
            scene,
            camera: &shot.camera,
            section: shot.section.as_ref(),
            lang: shot.lang,
            shown: &shown,
            with_frame: true,
        };
        write_words(gpu, view, shot.size, &sheet);
    }
    read_texture(&gpu.device, &gpu.queue, texture).map_err(StillError::Failed)
}

/// Draws the overlay onto a finished picture with egui.
fn write_words(gpu: &Gpu, view: &wgpu::TextureView, size: [u32; 2], sheet: &Sheet<'_>) {
    let context = egui::Context::default();
    overlay::set_font(&context, egui::FontData::from_static(overlay::FONT));
    let rect = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(size[0] as f32, size[1] as f32));
    let input = || egui::RawInput { screen_rect: Some(rect), ..Default::default() };
    let mut renderer = egui_wgpu::Renderer::new(&gpu.device, FORMAT, egui_wgpu::RendererOptions::default());
    let screen = egui_wgpu::ScreenDescriptor { size_in_pixels: size, pixels_per_point: 1.0 };
    // The first pass only loads the letters.
    let mut textures = context.run_ui(input(), |_| {}).textures_delta;
    let output = context.run_ui(input(), |ui| {
        let painter = ui.ctx().layer_painter(egui::LayerId::background());
        overlay::draw(&painter, rect, sheet);
    });
    textures.append(output.textures_delta);
    #[expect(clippy::iter_over_hash_type, reason = "each texture is set once, whatever the order")]
    for (id, deltas) in &textures.set {
        for delta in deltas {
            renderer.update_texture(&gpu.device, &gpu.queue, *id, delta);
        }
    }
    // Applied; egui holds a delta that is dropped unapplied to be a mistake.
    textures.clear();
    let jobs = context.tessellate(output.shapes, 1.0);
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("words") });
    renderer.update_buffers(&gpu.device, &gpu.queue, &mut encoder, &jobs, &screen);
    {
        let mut pass = encoder
            .begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("words"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations { load: wgpu::LoadOp::Load, store: wgpu::StoreOp::Store },
                })],
                ..Default::default()
            })
            .forget_lifetime();
        renderer.render(&mut pass, &jobs, &screen);
    }
    gpu.queue.submit([encoder.finish()]);
}

/// Pixels as PNG.
///
/// # Errors
/// [`StillError::Failed`] when there are not as many pixels as the size says.
pub fn to_png(pixels: &[u8], size: [u32; 2]) -> Result<Vec<u8>, StillError> {
    let failed = |error: png::EncodingError| StillError::Failed(error.to_string());
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[0], size[1]);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let rgb: Vec<u8> = pixels.chunks_exact(4).flat_map(|p| &p[..3]).copied().collect();
    encoder.write_header().map_err(failed)?.write_image_data(&rgb).map_err(failed)?;
    Ok(bytes)
}
