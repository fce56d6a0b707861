//! [`Renderer`]: buffers, shaders, pixels. Knows triangles and lines with a layer; knows no mines.
//!
//! Written to the limits of WebGL 2: no compute, no storage buffers, one uniform block.

use crate::camera::Camera;
use crate::scene::pick::Cuts;
use crate::scene::section::{Face, Section};
use crate::scene::slice::Slice;
use crate::scene::{Detail, Layer, Piece, Scene, Skin, Triangle};
use bytemuck::{Pod, Zeroable};
use std::collections::BTreeMap;
use wgpu::util::DeviceExt;

/// What the picture is made in: gamma-encoded, so that a colour in the legend is the colour on the seam.
pub const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;
const DEPTH: wgpu::TextureFormat = wgpu::TextureFormat::Depth32Float;

/// The shaders by name, for their test.
pub const SHADERS: &[(&str, &str)] =
    &[("surface", include_str!("../shaders/surface.wgsl")), ("line", include_str!("../shaders/line.wgsl"))];

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Corner {
    local: [f32; 3],
    normal: [i8; 4],
    colour: [u8; 4],
    tag: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Stretch {
    from: [f32; 3],
    to: [f32; 3],
    colour: [u8; 4],
    width: f32,
    tag: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct View {
    clip_from_local: [[f32; 4]; 4],
    light: [f32; 4],
    section: [f32; 4],
    hatch: [f32; 4],
    more: [f32; 4],
}

/// Bit of a tag: a face of the section, which the section does not cut.
const IS_FACE: u32 = 16;
/// Bit of a tag: ground above the mine, whose opacity a person sets.
const IS_TERRAIN: u32 = 32;

/// How far the faces of one layer stand before those of the layer before it, m: nothing to the eye.
const FACE_STEP_M: f64 = 0.04;

/// A kind in a layer on a seam: what is shown and hidden together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// Layer.
    pub layer: Layer,
    /// Seam; none for what belongs to no seam.
    pub seam: Option<String>,
    /// Name of its kind.
    pub kind: &'static str,
}

/// What goes to the GPU in one piece: a group, how near it is drawn, and where it lies, so that what is out of sight
/// is not drawn.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Lot {
    group: Option<Group>,
    detail: Detail,
    tile: [i32; 2],
}

struct Batch {
    lot: Lot,
    low: [f32; 3],
    high: [f32; 3],
    wide_m: f64,
    opaque: Option<(wgpu::Buffer, u32)>,
    clear: Option<(wgpu::Buffer, u32)>,
    lines: Option<(wgpu::Buffer, u32)>,
}

struct Pipelines {
    samples: u32,
    opaque: wgpu::RenderPipeline,
    clear: wgpu::RenderPipeline,
    lines: wgpu::RenderPipeline,
}

/// A picture of a scene on the GPU.
pub struct Renderer {
    device: wgpu::Device,
    queue: wgpu::Queue,
    layout: wgpu::PipelineLayout,
    modules: [wgpu::ShaderModule; 2],
    uniform: wgpu::Buffer,
    bind: wgpu::BindGroup,
    pipelines: Vec<Pipelines>,
    batches: Vec<Batch>,
    faces: Vec<Batch>,
    origin: [f64; 3],
    target: Option<Target>,
}

struct Target {
    size: [u32; 2],
    samples: u32,
    colour: wgpu::Texture,
    view: wgpu::TextureView,
    many: Option<wgpu::TextureView>,
    depth: wgpu::TextureView,
}

/// How a picture is made.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// Where one stands.
    pub camera: &'a Camera,
    /// Pixels, width and height.
    pub size: [u32; 2],
    /// Samples a pixel: 1 while moving on a software adapter, 4 for stills.
    pub samples: u32,
    /// True while the picture moves on a software adapter: surfaces of very many triangles are drawn plainly.
    pub moving: bool,
    /// What cuts it.
    pub cuts: Cuts<'a>,
    /// Opacity of the terrain, 0 to 1.
    pub terrain: f32,
    /// Number of the chosen object.
    pub chosen: Option<u32>,
    /// Background.
    pub background: [f32; 3],
    /// Pixels in a point.
    pub pixels_per_point: f32,
}

impl Renderer {
    /// A renderer on a device.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue) -> Self {
        let modules = [0, 1].map(|i: usize| {
            device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(SHADERS[i].0),
                source: wgpu::ShaderSource::Wgsl(SHADERS[i].1.into()),
            })
        });
        let bind_layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("view"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            }],
        });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("view"),
            bind_group_layouts: &[Some(&bind_layout)],
            immediate_size: 0,
        });
        let uniform = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("view"),
            size: size_of::<View>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let bind = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("view"),
            layout: &bind_layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: uniform.as_entire_binding() }],
        });
        Self {
            device: device.clone(),
            queue: queue.clone(),
            layout,
            modules,
            uniform,
            bind,
            pipelines: Vec::new(),
            batches: Vec::new(),
            faces: Vec::new(),
            origin: [0.0; 3],
            target: None,
        }
    }

    /// Takes a scene up to the GPU, in place of the one before.
    pub fn upload(&mut self, scene: &Scene) {
        self.origin = scene.origin;
        // A dozen tiles across: enough to leave most of a large scene out when one stands in it.
        let tile_m = (scene.extent_m() / 12.0).max(1.0);
        let mut lots: BTreeMap<Lot, Draft> = BTreeMap::new();
        for piece in &scene.pieces {
            let first = piece.triangles.first().map(|t| t[0]).or(piece.lines.first().and_then(|l| l.first()).copied());
            let tile = match first {
                Some(p) => [0, 1].map(|axis| ((p[axis] - scene.origin[axis]) / tile_m).floor() as i32),
                None => continue,
            };
            let lot = Lot { group: Some(group_of(scene, piece)), detail: piece.detail, tile };
            lots.entry(lot).or_default().piece(scene, piece);
        }
        self.batches = lots.into_iter().map(|(lot, draft)| draft.finish(&self.device, lot)).collect();
    }

    /// Takes the faces of a section and of a level slice up to the GPU; none takes them away.
    pub fn upload_cuts(&mut self, scene: &Scene, section: Option<&Section>, slice: Option<&Slice>) {
        let of_section: &[Face] = section.map_or(&[], |section| &section.faces);
        let of_slice: &[Face] = slice.map_or(&[], |slice| &slice.faces);
        let mut lots: BTreeMap<Lot, Draft> = BTreeMap::new();
        // Coal, the goaf in it and the water in that are cut at one place: each a little before the other, or they flicker.
        let before = section.map_or([0.0; 3], |section| [-section.normal()[0], -section.normal()[1], 0.0]);
        let cut =
            of_section.iter().map(|face| (face, before)).chain(of_slice.iter().map(|face| (face, [0.0, 0.0, 1.0])));
        for (face, towards) in cut {
            let group = face.piece.map(|piece| group_of(scene, &scene.pieces[piece as usize]));
            let steps = group.as_ref().map_or(Layer::ALL.len(), |group| group.layer as usize);
            let by = towards.map(|t| t * FACE_STEP_M * steps as f64);
            let shift = |p: [f64; 3]| [0, 1, 2].map(|axis| p[axis] + by[axis]);
            let triangles: Vec<Triangle> = face.triangles.iter().map(|t| t.map(shift)).collect();
            let lines: Vec<Vec<[f64; 3]>> =
                face.lines.iter().map(|line| line.iter().copied().map(shift).collect()).collect();
            let draft = lots.entry(Lot { group, detail: Detail::Always, tile: [0, 0] }).or_default();
            let tag = IS_FACE | face.object.map_or(0, |object| (object + 1) << 8);
            draft.triangles(scene, face.skin, tag, &triangles);
            draft.lines(scene, face.skin, 2.4, tag, &lines);
        }
        self.faces = lots.into_iter().map(|(lot, draft)| draft.finish(&self.device, lot)).collect();
    }

    /// Samples a pixel that the adapter offers, at most `wanted`: 4 or 1.
    pub fn samples(adapter: &wgpu::Adapter, wanted: u32) -> u32 {
        let flags = adapter.get_texture_format_features(FORMAT).flags;
        if wanted >= 4 && flags.sample_count_supported(4) { 4 } else { 1 }
    }

    /// Draws the groups that `shown` lets through, and gives the texture they were drawn into.
    pub fn draw(&mut self, look: &Look<'_>, shown: impl Fn(&Group) -> bool) -> (&wgpu::Texture, &wgpu::TextureView) {
        let size = look.size.map(|n| n.clamp(1, self.device.limits().max_texture_dimension_2d));
        self.prepare(size, look.samples);
        let aspect = f64::from(size[0]) / f64::from(size[1]);
        let matrix = look.camera.clip_from_local(self.origin, aspect);
        let section = look.cuts.section.map_or([0.0; 4], |section| {
            let n = section.normal();
            let offset = n[0] * (section.a[0] - self.origin[0]) + n[1] * (section.a[1] - self.origin[1]);
            [n[0] as f32, n[1] as f32, offset as f32, 1.0]
        });
        // The period of a hatch is some twelve points, on powers of two so that it does not swim while zooming.
        let metre = look.camera.metres_per_point(f64::from(size[1]) / f64::from(look.pixels_per_point));
        let period = (metre * 12.0).log2().round().exp2();
        let view = View {
            clip_from_local: matrix.as_mat4().to_cols_array_2d(),
            light: [-0.35, -0.5, 0.8, look.camera.stretch as f32],
            section,
            hatch: [
                period as f32,
                look.chosen.map_or(0.0, |object| (object + 1) as f32),
                size[0] as f32,
                size[1] as f32,
            ],
            more: [
                look.cuts.slice.map_or(0.0, |slice| (slice.z_m - self.origin[2]) as f32),
                f32::from(u8::from(look.cuts.slice.is_some())),
                look.terrain,
                0.0,
            ],
        };
        self.queue.write_buffer(&self.uniform, 0, bytemuck::bytes_of(&view));
        let Some(target) = &self.target else { unreachable!("prepared above") };
        let Some(pipelines) = self.pipelines.iter().find(|p| p.samples == look.samples) else {
            unreachable!("prepared above")
        };
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("scene") });
        {
            let [r, g, b] = look.background.map(f64::from);
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("scene"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: target.many.as_ref().unwrap_or(&target.view),
                    depth_slice: None,
                    resolve_target: target.many.as_ref().map(|_| &target.view),
                    ops: wgpu::Operations {
                        load: wgpu::LoadOp::Clear(wgpu::Color { r, g, b, a: 1.0 }),
                        store: wgpu::StoreOp::Store,
                    },
                })],
                depth_stencil_attachment: Some(wgpu::RenderPassDepthStencilAttachment {
                    view: &target.depth,
                    depth_ops: Some(wgpu::Operations { load: wgpu::LoadOp::Clear(0.0), store: wgpu::StoreOp::Discard }),
                    stencil_ops: None,
                }),
                ..Default::default()
            });
            pass.set_bind_group(0, &self.bind, &[]);
            let cut = look.cuts.section.is_some() || look.cuts.slice.is_some();
            let faces: &[Batch] = if cut { &self.faces } else { &[] };
            let height = f64::from(size[1]) / f64::from(look.pixels_per_point);
            let visible = |batch: &&Batch| {
                batch.lot.group.as_ref().is_none_or(&shown)
                    && in_sight(&matrix, batch)
                    && batch.fits(look, self.origin, height)
            };
            let all: Vec<&Batch> = self.batches.iter().chain(faces).filter(visible).collect();
            // Terrain that hides what lies under it is drawn like any other ground.
            let solid = |batch: &Batch| {
                look.terrain >= 0.995 && batch.lot.group.as_ref().is_some_and(|group| group.layer == Layer::Terrain)
            };
            pass.set_pipeline(&pipelines.opaque);
            let ground = all.iter().filter(|batch| solid(batch)).filter_map(|batch| batch.clear.as_ref());
            for (buffer, count) in all.iter().filter_map(|batch| batch.opaque.as_ref()).chain(ground) {
                pass.set_vertex_buffer(0, buffer.slice(..));
                pass.draw(0..*count, 0..1);
            }
            pass.set_pipeline(&pipelines.lines);
            for (buffer, count) in all.iter().filter_map(|batch| batch.lines.as_ref()) {
                pass.set_vertex_buffer(0, buffer.slice(..));
                pass.draw(0..6, 0..*count);
            }
            pass.set_pipeline(&pipelines.clear);
            for (buffer, count) in all.iter().filter(|batch| !solid(batch)).filter_map(|batch| batch.clear.as_ref()) {
                pass.set_vertex_buffer(0, buffer.slice(..));
                pass.draw(0..*count, 0..1);
            }
        }
        self.queue.submit([encoder.finish()]);
        (&target.colour, &target.view)
    }

    fn prepare(&mut self, size: [u32; 2], samples: u32) {
        if self.pipelines.iter().all(|p| p.samples != samples) {
            let made = self.pipelines_for(samples);
            self.pipelines.push(made);
        }
        if self.target.as_ref().is_some_and(|target| target.size == size && target.samples == samples) {
            return;
        }
        let texture = |format, samples, usage| {
            self.device.create_texture(&wgpu::TextureDescriptor {
                label: Some("picture"),
                size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: samples,
                dimension: wgpu::TextureDimension::D2,
                format,
                usage,
                view_formats: &[],
            })
        };
        let attachment = wgpu::TextureUsages::RENDER_ATTACHMENT;
        let colour =
            texture(FORMAT, 1, attachment | wgpu::TextureUsages::COPY_SRC | wgpu::TextureUsages::TEXTURE_BINDING);
        let many = (samples > 1)
            .then(|| texture(FORMAT, samples, attachment).create_view(&wgpu::TextureViewDescriptor::default()));
        let depth = texture(DEPTH, samples, attachment).create_view(&wgpu::TextureViewDescriptor::default());
        let view = colour.create_view(&wgpu::TextureViewDescriptor::default());
        self.target = Some(Target { size, samples, colour, view, many, depth });
    }

    fn pipelines_for(&self, samples: u32) -> Pipelines {
        let corner = wgpu::vertex_attr_array![0 => Float32x3, 1 => Snorm8x4, 2 => Unorm8x4, 3 => Uint32];
        let stretch =
            wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3, 2 => Unorm8x4, 3 => Float32, 4 => Uint32];
        let corners = wgpu::VertexBufferLayout {
            array_stride: size_of::<Corner>() as u64,
            step_mode: wgpu::VertexStepMode::Vertex,
            attributes: &corner,
        };
        let stretches = wgpu::VertexBufferLayout {
            array_stride: size_of::<Stretch>() as u64,
            step_mode: wgpu::VertexStepMode::Instance,
            attributes: &stretch,
        };
        let make = |label: &str,
                    module: &wgpu::ShaderModule,
                    buffer: &wgpu::VertexBufferLayout<'_>,
                    blend: bool,
                    write: bool| {
            self.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
                label: Some(label),
                layout: Some(&self.layout),
                vertex: wgpu::VertexState {
                    module,
                    entry_point: Some("vs"),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    buffers: &[Some(buffer.clone())],
                },
                primitive: wgpu::PrimitiveState::default(),
                depth_stencil: Some(wgpu::DepthStencilState {
                    format: DEPTH,
                    depth_write_enabled: Some(write),
                    depth_compare: Some(wgpu::CompareFunction::GreaterEqual),
                    stencil: wgpu::StencilState::default(),
                    bias: wgpu::DepthBiasState::default(),
                }),
                multisample: wgpu::MultisampleState { count: samples, ..Default::default() },
                fragment: Some(wgpu::FragmentState {
                    module,
                    entry_point: Some("fs"),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    targets: &[Some(wgpu::ColorTargetState {
                        format: FORMAT,
                        blend: blend.then_some(wgpu::BlendState {
                            color: wgpu::BlendState::ALPHA_BLENDING.color,
                            // The picture itself stays opaque.
                            alpha: wgpu::BlendComponent {
                                src_factor: wgpu::BlendFactor::One,
                                dst_factor: wgpu::BlendFactor::OneMinusSrcAlpha,
                                operation: wgpu::BlendOperation::Add,
                            },
                        }),
                        write_mask: wgpu::ColorWrites::ALL,
                    })],
                }),
                multiview_mask: None,
                cache: None,
            })
        };
        Pipelines {
            samples,
            opaque: make("opaque", &self.modules[0], &corners, false, true),
            clear: make("clear", &self.modules[0], &corners, true, false),
            lines: make("lines", &self.modules[1], &stretches, false, true),
        }
    }

    /// The pixels of the last picture, row by row, red, green, blue, opacity. Blocks; not for the browser.
    ///
    /// # Errors
    /// In words, when the GPU does not give them back.
    pub fn read_back(&self) -> Result<Vec<u8>, String> {
        let target = self.target.as_ref().ok_or("nothing was drawn")?;
        read_texture(&self.device, &self.queue, &target.colour)
    }
}

/// The pixels of a texture of [`FORMAT`], row by row. Blocks; not for the browser.
///
/// # Errors
/// In words, when the GPU does not give them back.
pub fn read_texture(device: &wgpu::Device, queue: &wgpu::Queue, texture: &wgpu::Texture) -> Result<Vec<u8>, String> {
    let [width, height] = [texture.width(), texture.height()];
    let row = (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("read back"),
        size: u64::from(row) * u64::from(height),
        usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("read back") });
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &buffer,
            layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None },
        },
        wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
    );
    queue.submit([encoder.finish()]);
    buffer.slice(..).map_async(wgpu::MapMode::Read, |_| {});
    device.poll(wgpu::PollType::wait_indefinitely()).map_err(|error| error.to_string())?;
    let data = buffer.slice(..).get_mapped_range().map_err(|error| error.to_string())?;
    Ok(data.chunks(row as usize).flat_map(|line| &line[..(width * 4) as usize]).copied().collect())
}

fn group_of(scene: &Scene, piece: &Piece) -> Group {
    let object = &scene.objects[piece.object as usize];
    Group { layer: object.layer, seam: object.seam.clone(), kind: object.kind }
}

/// False when the box of a batch lies wholly outside one side of the picture.
fn in_sight(clip_from_local: &glam::DMat4, batch: &Batch) -> bool {
    let corners = (0..8).map(|i: u32| {
        let pick = |axis: usize| f64::from(if i >> axis & 1 == 0 { batch.low[axis] } else { batch.high[axis] });
        *clip_from_local * glam::DVec4::new(pick(0), pick(1), pick(2), 1.0)
    });
    let mut outside = [true; 5];
    for p in corners {
        for (out, far) in outside.iter_mut().zip([p.x > p.w, p.x < -p.w, p.y > p.w, p.y < -p.w, p.w <= 0.0]) {
            *out &= far;
        }
    }
    !outside.contains(&true)
}

impl Batch {
    /// What is thin is drawn as tubes where a tube is wider than four points, as lines where it is not.
    fn fits(&self, look: &Look<'_>, origin: [f64; 3], height_points: f64) -> bool {
        match self.lot.detail {
            Detail::Always => return true,
            Detail::Still => return !look.moving,
            Detail::Moving => return look.moving,
            Detail::Near | Detail::Far => {}
        }
        let low = [0, 1, 2].map(|axis| f64::from(self.low[axis]) + origin[axis]);
        let high = [0, 1, 2].map(|axis| f64::from(self.high[axis]) + origin[axis]);
        let near = self.wide_m > 4.0 * look.camera.metres_per_point_at(low, high, height_points);
        near == (self.lot.detail == Detail::Near)
    }
}

/// A batch before it goes to the GPU.
#[derive(Default)]
struct Draft {
    wide_m: f64,
    opaque: Vec<Corner>,
    clear: Vec<Corner>,
    lines: Vec<Stretch>,
}

impl Draft {
    fn piece(&mut self, scene: &Scene, piece: &Piece) {
        let terrain = scene.objects[piece.object as usize].layer == Layer::Terrain;
        let tag = (piece.object + 1) << 8 | if terrain { IS_TERRAIN } else { 0 };
        self.wide_m = self.wide_m.max(piece.wide_m);
        self.triangles(scene, piece.skin, tag, &piece.triangles);
        self.lines(scene, piece.skin, piece.line_points, tag, &piece.lines);
    }

    fn triangles(&mut self, scene: &Scene, skin: Skin, tag: u32, triangles: &[Triangle]) {
        let terrain = tag & IS_TERRAIN != 0;
        let out = if skin.colour[3] == 255 && !terrain { &mut self.opaque } else { &mut self.clear };
        out.reserve(triangles.len() * 3);
        let tag = tag | skin.hatch as u32;
        for t in triangles {
            let [a, b, c] = t.map(|p| glam::DVec3::from_array(p) - glam::DVec3::from_array(scene.origin));
            let n = (b - a).cross(c - a).normalize_or(glam::DVec3::Z) * 127.0;
            let normal = [n.x as i8, n.y as i8, n.z as i8, 0];
            out.extend([a, b, c].map(|p| Corner { local: p.as_vec3().to_array(), normal, colour: skin.colour, tag }));
        }
    }

    fn lines(&mut self, scene: &Scene, skin: Skin, width: f32, tag: u32, lines: &[Vec<[f64; 3]>]) {
        let local = |p: &[f64; 3]| [0, 1, 2].map(|axis| (p[axis] - scene.origin[axis]) as f32);
        for pair in lines.iter().flat_map(|line| line.windows(2)) {
            self.lines.push(Stretch { from: local(&pair[0]), to: local(&pair[1]), colour: skin.colour, width, tag });
        }
    }

    fn finish(self, device: &wgpu::Device, lot: Lot) -> Batch {
        let (mut low, mut high) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
        let corners = self.opaque.iter().chain(&self.clear).map(|corner| &corner.local);
        for p in corners.chain(self.lines.iter().flat_map(|line| [&line.from, &line.to])) {
            for axis in 0..3 {
                low[axis] = low[axis].min(p[axis]);
                high[axis] = high[axis].max(p[axis]);
            }
        }
        let buffer = |bytes: &[u8], count: usize| {
            (count > 0).then(|| {
                let made = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
                    label: Some("scene"),
                    contents: bytes,
                    usage: wgpu::BufferUsages::VERTEX,
                });
                (made, count as u32)
            })
        };
        Batch {
            lot,
            low,
            high,
            wide_m: self.wide_m,
            opaque: buffer(bytemuck::cast_slice(&self.opaque), self.opaque.len()),
            clear: buffer(bytemuck::cast_slice(&self.clear), self.clear.len()),
            lines: buffer(bytemuck::cast_slice(&self.lines), self.lines.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shader_is_valid() {
        for (name, text) in SHADERS {
            let module = naga::front::wgsl::parse_str(text).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            // No capabilities: what the browser's WebGL 2 has.
            naga::valid::Validator::new(naga::valid::ValidationFlags::all(), naga::valid::Capabilities::empty())
                .validate(&module)
                .unwrap_or_else(|error| panic!("{name}: {error:?}"));
        }
    }

    /// A scene whose origin lies 400 m from corners that are one to five millimetres apart.
    fn far_scene() -> Scene {
        let (e, n, z) = (38_512_345.0, 4_873_210.0, -312.5);
        let corner = |mm: f64| [e + 400.0 + mm / 1000.0, n - 400.0 + mm / 2000.0, z + mm / 1000.0];
        let triangles = (0..20).map(|i| [0.0, 1.0, 5.0].map(|mm| corner(mm + 7.0 * f64::from(i)))).collect();
        Scene {
            title: minesift_core::text::Text::default(),
            day: jiff::civil::date(2026, 11, 1),
            legal: true,
            seams: Vec::new(),
            objects: Vec::new(),
            pieces: vec![Piece { triangles, ..Piece::default() }],
            labels: Vec::new(),
            low: [e - 400.0, n - 400.0, z - 1.0],
            high: [e + 400.0, n + 400.0, z + 1.0],
            origin: [e, n, z.round()],
            lithology: Vec::new(),
            strata: BTreeMap::new(),
        }
    }

    #[test]
    fn corners_a_millimetre_apart_reach_the_gpu_apart() {
        let scene = far_scene();
        let mut draft = Draft::default();
        draft.triangles(&scene, Skin::default(), 0, &scene.pieces[0].triangles);
        let model: Vec<[f64; 3]> = scene.pieces[0].triangles.iter().flatten().copied().collect();
        assert_eq!(draft.opaque.len(), model.len());
        for (corner, p) in draft.opaque.iter().zip(&model) {
            for axis in 0..3 {
                let back = f64::from(corner.local[axis]) + scene.origin[axis];
                assert!((back - p[axis]).abs() < 1e-4, "{back} for {}", p[axis]);
            }
        }
        for pair in draft.opaque.windows(2) {
            assert!(
                pair[0].local[0] < pair[1].local[0],
                "{:?} and {:?} snapped together",
                pair[0].local,
                pair[1].local
            );
        }
    }

    #[test]
    fn nothing_shakes_in_single_precision_while_the_camera_turns() {
        let scene = far_scene();
        let p = scene.pieces[0].triangles[7][1];
        let local = glam::DVec3::from_array([0, 1, 2].map(|axis| p[axis] - scene.origin[axis])).as_vec3();
        for step in 0..360 {
            let azimuth_deg = f64::from(step);
            // Thirty metres away: a millimetre is a thirtieth of a pixel.
            let camera =
                Camera { target: p, distance_m: 30.0, azimuth_deg, down_deg: 35.0, plan: step % 2 == 1, stretch: 2.0 };
            let clip = camera.clip_from_local(scene.origin, 1.6).as_mat4() * local.extend(1.0);
            let [x, y] = [clip.x / clip.w * 640.0, clip.y / clip.w * 400.0];
            assert!(x.abs() < 0.1 && y.abs() < 0.1, "at {azimuth_deg}° the middle lies {x}, {y} pixels off");
        }
    }
}
