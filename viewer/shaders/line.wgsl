// Lines of a width in pixels: each stretch is a rectangle that always faces the viewer.

struct View {
    clip_from_local: mat4x4<f32>,
    light: vec4<f32>,
    section: vec4<f32>,
    hatch: vec4<f32>,
    more: vec4<f32>,
};

@group(0) @binding(0) var<uniform> view: View;

struct Corner {
    @builtin(position) clip: vec4<f32>,
    @location(0) local: vec3<f32>,
    @location(1) colour: vec4<f32>,
    @location(2) @interpolate(flat) tag: u32,
};

@vertex
fn vs(
    @builtin(vertex_index) index: u32,
    @location(0) from_local: vec3<f32>,
    @location(1) to_local: vec3<f32>,
    @location(2) colour: vec4<f32>,
    @location(3) width: f32,
    @location(4) tag: u32,
) -> Corner {
    let ends = array<vec4<f32>, 2>(
        view.clip_from_local * vec4<f32>(from_local, 1.0),
        view.clip_from_local * vec4<f32>(to_local, 1.0),
    );
    var a = ends[0];
    var b = ends[1];
    // What lies behind the viewer is drawn up to just before him.
    let near = 1e-3;
    if a.w < near && b.w > near { a = mix(a, b, (near - a.w) / (b.w - a.w)); }
    if b.w < near && a.w > near { b = mix(b, a, (near - b.w) / (a.w - b.w)); }
    let size = view.hatch.zw;
    let pa = a.xy / a.w * size;
    let pb = b.xy / b.w * size;
    let run = pb - pa;
    let along = select(vec2<f32>(1.0, 0.0), run / max(length(run), 1e-6), length(run) > 1e-6);
    let aside = vec2<f32>(-along.y, along.x);
    let second = index == 1u || index == 2u || index == 4u;
    let left = index == 2u || index == 4u || index == 5u;
    let end = select(a, b, second);
    let side = select(-1.0, 1.0, left);
    let out_along = select(-0.5, 0.5, second);
    let shift = (aside * side + along * out_along) * width / size;
    var out: Corner;
    // A little nearer than what it lies on.
    out.clip = vec4<f32>(end.xy + shift * end.w, end.z * 1.0005 + 2e-6 * end.w, end.w);
    out.local = select(from_local, to_local, second);
    out.colour = colour;
    out.tag = tag;
    return out;
}

@fragment
fn fs(corner: Corner) -> @location(0) vec4<f32> {
    if view.section.w > 0.5 && (corner.tag & 16u) == 0u {
        if dot(corner.local.xy, view.section.xy) < view.section.z { discard; }
    }
    if view.more.y > 0.5 && (corner.tag & 16u) == 0u && corner.local.z > view.more.x { discard; }
    let object = f32(corner.tag >> 8u);
    var rgb = corner.colour.rgb;
    if object > 0.5 && abs(object - view.hatch.y) < 0.5 { rgb = vec3<f32>(0.0, 0.65, 0.9); }
    return vec4<f32>(rgb, corner.colour.a);
}
