// Lit triangles with a hatch pattern drawn in metres of the ground; cut by the section plane.

struct View {
    clip_from_local: mat4x4<f32>,
    light: vec4<f32>,     // towards the light; w: vertical exaggeration
    section: vec4<f32>,   // east, north, offset of the kept side; w: 1 when there is a section
    hatch: vec4<f32>,     // period of the pattern in m; number of the chosen object; size of the picture in pixels
    more: vec4<f32>,      // level of the slice; 1 when there is one; opacity of the terrain
};

@group(0) @binding(0) var<uniform> view: View;

struct Corner {
    @builtin(position) clip: vec4<f32>,
    @location(0) local: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) colour: vec4<f32>,
    @location(3) @interpolate(flat) tag: u32,
};

@vertex
fn vs(
    @location(0) local: vec3<f32>,
    @location(1) normal: vec4<f32>,
    @location(2) colour: vec4<f32>,
    @location(3) tag: u32,
) -> Corner {
    var out: Corner;
    out.clip = view.clip_from_local * vec4<f32>(local, 1.0);
    out.local = local;
    out.normal = normal.xyz;
    out.colour = colour;
    out.tag = tag;
    return out;
}

// 1 on a line of the pattern, 0 between; lines take `share` of the period and fade where they get finer than a pixel.
fn lines(at: f32, share: f32) -> f32 {
    let width = max(fwidth(at), 1e-6);
    let from_line = abs(fract(at) - 0.5);
    let on = smoothstep(0.5 - share * 0.5 - width, 0.5 - share * 0.5 + width * 0.2, from_line);
    return on * clamp(1.6 - width * 2.0, 0.0, 1.0);
}

fn dots(at: vec2<f32>, radius: f32) -> f32 {
    let cell = fract(at) - vec2<f32>(0.5, 0.5);
    let width = max(fwidth(at.x) + fwidth(at.y), 1e-6);
    return (1.0 - smoothstep(radius - width * 0.5, radius + width * 0.5, length(cell))) * clamp(1.6 - width * 1.5, 0.0, 1.0);
}

// Derivatives are taken outside any branch, as WGSL wants: every pattern is computed and one is chosen.
fn pattern(hatch: u32, at: vec2<f32>) -> f32 {
    let falling = lines((at.x + at.y) * 0.70711, 0.16);
    let rising = lines((at.x - at.y) * 0.70711, 0.16);
    let upright = lines(at.x * 0.9, 0.2);
    let level = lines(at.y * 0.9, 0.2);
    let spots = dots(at * 0.9, 0.22);
    let wide_spots = dots(at * 0.55, 0.13);
    let broken = lines(at.y * 0.8 + 0.12 * sin(at.x * 3.0), 0.14);
    var ink = 0.0;
    if hatch == 1u { ink = max(falling, rising); }
    if hatch == 2u { ink = falling; }
    if hatch == 3u { ink = upright; }
    if hatch == 4u { ink = level; }
    if hatch == 5u { ink = spots; }
    if hatch == 6u { ink = wide_spots; }
    if hatch == 7u { ink = broken; }
    return ink;
}

@fragment
fn fs(corner: Corner) -> @location(0) vec4<f32> {
    let hatch = corner.tag & 15u;
    let is_face = (corner.tag & 16u) != 0u;
    let object = f32(corner.tag >> 8u);
    // The lattice of the pattern: the plan for what lies flat, along and up for what stands.
    let n = normalize(corner.normal + vec3<f32>(0.0, 0.0, 1e-6));
    let along = vec2<f32>(-n.y, n.x);
    var at = corner.local.xy;
    if abs(n.z) < 0.5 { at = vec2<f32>(dot(corner.local.xy, along), corner.local.z * view.light.w); }
    let ink = pattern(hatch, at / view.hatch.x);
    if view.section.w > 0.5 && !is_face {
        if dot(corner.local.xy, view.section.xy) < view.section.z { discard; }
    }
    if view.more.y > 0.5 && !is_face && corner.local.z > view.more.x { discard; }
    // Light from both sides: a seam is seen from above and from below.
    // Slopes are lit as steep as they are drawn.
    let steep = normalize(vec3<f32>(n.xy * view.light.w, n.z));
    let lit = select(0.55 + 0.45 * abs(dot(steep, normalize(view.light.xyz))), 1.0, is_face);
    var rgb = corner.colour.rgb * lit;
    rgb = mix(rgb, corner.colour.rgb * 0.42, ink * 0.85);
    var alpha = corner.colour.a;
    if (corner.tag & 32u) != 0u { alpha = view.more.z; }
    if hatch != 0u && alpha < 1.0 { alpha = mix(alpha, min(1.0, alpha + 0.45), ink); }
    if object > 0.5 && abs(object - view.hatch.y) < 0.5 {
        rgb = mix(rgb, vec3<f32>(0.1, 0.85, 1.0), 0.45);
        alpha = max(alpha, 0.6);
    }
    return vec4<f32>(rgb, alpha);
}
