//! A picture without a window: `minesift view MAP --png out.png`, on Vulkan or GL, on a software adapter where there is
//! no GPU.

use crate::camera::Camera;
use crate::overlay::{self, Ink, Sheet};
use crate::pixels;
use crate::render::{FORMAT, Look, Renderer, read_texture};
use crate::scene::pick::Cuts;
use crate::scene::section::Section;
use crate::scene::slice::Slice;
use crate::scene::{Layer, Scene};
use crate::sheet::Drawing;
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
    /// Kinds of facts hidden.
    pub hidden_kinds: Vec<&'static str>,
    /// The section that cuts it.
    pub section: Option<Section>,
    /// The level slice that cuts it.
    pub slice: Option<Slice>,
    /// Opacity of the terrain, 0 to 1.
    pub terrain: f32,
    /// Colours of paper and words.
    pub ink: Ink,
    /// Title, legend, labels, scale and north.
    pub words: bool,
}

impl Shot {
    /// A picture of a whole scene from a camera, in Chinese, everything shown but the survey coverage.
    pub fn of(camera: Camera, size: [u32; 2]) -> Self {
        Self {
            camera,
            size,
            lang: Lang::Zh,
            seams: Vec::new(),
            hidden: Layer::ALL.iter().copied().filter(|layer| !layer.shown_at_first()).collect(),
            hidden_kinds: Vec::new(),
            section: None,
            slice: None,
            terrain: crate::scene::TERRAIN_AT_FIRST,
            ink: Ink::LIGHT,
            words: true,
        }
    }
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
    renderer.upload_cuts(scene, shot.section.as_ref(), shot.slice.as_ref());
    let cuts = Cuts { section: shot.section.as_ref(), slice: shot.slice.as_ref() };
    let on_seam = |seam: Option<&str>| {
        shot.seams.is_empty() || seam.is_none_or(|seam| shot.seams.iter().any(|shown| shown == seam))
    };
    let shown = |layer: Layer, seam: Option<&str>| !shot.hidden.contains(&layer) && on_seam(seam);
    let look = Look {
        camera: &shot.camera,
        size: shot.size,
        samples: Renderer::samples(&gpu.adapter, 4),
        moving: false,
        cuts,
        terrain: shot.terrain,
        chosen: None,
        background: shot.ink.background,
        pixels_per_point: 1.0,
    };
    let (texture, view) = renderer
        .draw(&look, |group| shown(group.layer, group.seam.as_deref()) && !shot.hidden_kinds.contains(&group.kind));
    if shot.words {
        let piece_shown = |piece: &crate::scene::Piece| {
            let object = &scene.objects[piece.object as usize];
            shown(object.layer, object.seam.as_deref()) && !shot.hidden_kinds.contains(&object.kind)
        };
        let aspect = f64::from(shot.size[0]) / f64::from(shot.size[1]);
        let sheet = Sheet {
            behind: &crate::scene::sight::behind(scene, &shot.camera, aspect, cuts, piece_shown),
            scene,
            camera: &shot.camera,
            cuts,
            lang: shot.lang,
            ink: shot.ink,
            shown: &shown,
            with_frame: true,
        };
        write(gpu, view, shot.size, |painter, rect| overlay::draw(painter, rect, &sheet));
    }
    read_texture(&gpu.device, &gpu.queue, texture).map_err(StillError::Failed)
}

/// A drawing as PNG.
///
/// # Errors
/// [`StillError`] when there is no adapter or the GPU refuses.
pub fn drawing(drawing: &Drawing) -> Result<Vec<u8>, StillError> {
    let gpu = Gpu::any()?;
    let limit = gpu.device.limits().max_texture_dimension_2d;
    let size = drawing.size.map(|n| (n.ceil() as u32).clamp(1, limit));
    let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some("drawing"),
        size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: FORMAT,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
    write(&gpu, &view, size, |painter, _| drawing.paint(painter));
    let pixels = read_texture(&gpu.device, &gpu.queue, &texture).map_err(StillError::Failed)?;
    to_png(&pixels, size)
}

/// Draws onto a picture with the painter of the panels.
fn write(gpu: &Gpu, view: &wgpu::TextureView, size: [u32; 2], draw: impl Fn(&egui::Painter, egui::Rect)) {
    let context = egui::Context::default();
    overlay::set_font(&context, egui::FontData::from_static(overlay::FONT));
    crate::letters::complete(&context);
    let rect = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(size[0] as f32, size[1] as f32));
    let input = || egui::RawInput { screen_rect: Some(rect), ..Default::default() };
    let mut renderer = egui_wgpu::Renderer::new(&gpu.device, FORMAT, egui_wgpu::RendererOptions::default());
    let screen = egui_wgpu::ScreenDescriptor { size_in_pixels: size, pixels_per_point: 1.0 };
    // The first pass only loads the letters.
    let mut textures = context.run_ui(input(), |_| {}).textures_delta;
    let output = context.run_ui(input(), |ui| {
        let painter = ui.ctx().layer_painter(egui::LayerId::background());
        draw(&painter, rect);
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
    pixels::to_png(pixels, size).map_err(StillError::Failed)
}
