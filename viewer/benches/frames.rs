//! Frame times off-screen: `cargo bench -p minesift-viewer --bench frames -- [FILE.parcel…]`.
//!
//! Two made scenes (terrain of a million triangles, boreholes of 100 000 intervals) and any parcel that is named
//! (`gunzip` of the `mine.parcel.gz` that `minesift view MAP --web out/` writes). Every frame turns the camera by two
//! degrees and waits for the GPU. Figures and machine: `docs/performance-viewer.md`.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use minesift_core::fact::{Fact, Plane, Position, Shape, Value};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::zone;
use minesift_viewer::camera::Camera;
use minesift_viewer::parcel::Parcel;
use minesift_viewer::render::{Look, Renderer};
use minesift_viewer::scene::pick::Cuts;
use minesift_viewer::scene::{Layer, Scene, TERRAIN_AT_FIRST};
use minesift_viewer::still::Gpu;
use std::time::{Duration, Instant};

const E: f64 = 38_512_345.0;
const N: f64 = 4_873_210.0;
const SIDE_M: f64 = 7000.0;

fn mine() -> Vec<Fact> {
    let at = |x: f64, y: f64| Coord { x: E + x * SIDE_M, y: N + y * SIDE_M };
    let ring = LineString::new(vec![at(0.0, 0.0), at(1.0, 0.0), at(1.0, 1.0), at(0.0, 1.0), at(0.0, 0.0)]);
    let text = |words: &str| Value::Text(words.to_owned());
    vec![
        Fact::new("mine", "BIG")
            .with("kind", text("coal-underground"))
            .with("hydrogeology", text("simple"))
            .with("gas", text("low"))
            .with("rock_burst", text("none"))
            .with("as_of", Value::Date(jiff::civil::date(2026, 11, 1))),
        Fact::new("licence", "C1")
            .with_shape(Shape::Areas(MultiPolygon(vec![Polygon::new(ring, Vec::new())])))
            .with("seams", Value::Texts(vec!["3".into()])),
        Fact::new("seam", "3")
            .with("floor_plane", Value::Plane(Plane { at: [E, N, -500.0], dip_deg: 3.0, dip_direction_deg: 90.0 }))
            .with("thickness_m", Value::Number(4.0)),
    ]
}

/// A grid of 708 x 708 nodes: 999 698 triangles.
fn terrain() -> Vec<Fact> {
    const NODES: usize = 708;
    let step = SIDE_M / (NODES - 1) as f64;
    let height = |i: usize| {
        let (x, y) = ((i % NODES) as f64 * step, (i / NODES) as f64 * step);
        60.0 * (x / 700.0).sin() * (y / 900.0).cos() + 4.0 * (x / 61.0).sin() + 1200.0
    };
    let grid = Fact::new("grid", "terrain")
        .with("surface", Value::Text("terrain".into()))
        .with("origin", Value::Numbers(vec![E, N]))
        .with("step_m", Value::Numbers(vec![step, step]))
        .with("columns", Value::Number(NODES as f64))
        .with("values_m", Value::Numbers((0..NODES * NODES).map(height).collect()));
    [mine(), vec![grid]].concat()
}

/// 2000 holes of 50 intervals.
fn holes() -> Vec<Fact> {
    const ROCKS: [&str; 5] = ["黄土", "砂岩", "泥岩", "粉砂岩", "灰岩"];
    let mut facts = mine();
    for hole in 0..2000 {
        let id = format!("ZK{hole:04}");
        let (x, y) = ((hole % 50) as f64 / 50.0 * SIDE_M, (hole / 50) as f64 / 40.0 * SIDE_M);
        let collar = Shape::Point(Position::new(E + x, N + y, 60.0));
        facts.push(Fact::new("borehole", &id).with_shape(collar).with("depth_m", Value::Number(1000.0)));
        for part in 0..50 {
            let from = f64::from(part) * 20.0;
            let rock = ROCKS[(part as usize * 7 + hole) % ROCKS.len()];
            facts.push(
                Fact::new("interval", format!("{id}@{part}"))
                    .with("hole", Value::Text(id.clone()))
                    .with("from_m", Value::Number(from))
                    .with("to_m", Value::Number(from + 20.0))
                    .with("lithology", Value::Text(rock.into())),
            );
        }
    }
    facts
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Processor time of this process so far, all threads; where the system says so. In hundredths of a second.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// The most memory this process ever held, MiB; where the system says so.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}

fn measure(gpu: &Gpu, name: &str, facts: &[Fact], distances: &[(&str, f64)]) {
    let begin = Instant::now();
    let site = match Site::new(facts, None) {
        Ok(site) => site,
        Err(problems) => return println!("{name}: {}", problems[0].message),
    };
    let map = zone::classify(&site, &Rulebook::national());
    let judged = begin.elapsed();
    let begin = Instant::now();
    let scene = Scene::new(&site, &map);
    let drawn = begin.elapsed();
    let mut layers = std::collections::BTreeMap::<Layer, usize>::new();
    for piece in &scene.pieces {
        *layers.entry(scene.objects[piece.object as usize].layer).or_default() += piece.triangles.len();
    }
    println!("  triangles by layer: {layers:?}");
    let mut renderer = Renderer::new(&gpu.device, &gpu.queue);
    let begin = Instant::now();
    renderer.upload(&scene);
    println!(
        "{name}: {} triangles; site and zones {:.0} ms, scene {:.0} ms, upload {:.0} ms",
        scene.triangle_count(),
        ms(judged),
        ms(drawn),
        ms(begin.elapsed())
    );
    for (from, distance) in distances {
        for samples in [1, 4] {
            let mut camera = Camera::overview(&scene);
            camera.distance_m *= distance;
            let before = cpu();
            let mut times: Vec<Duration> = (0..21)
                .map(|_| {
                    camera.orbit(2.0, 0.0);
                    let look = Look {
                        camera: &camera,
                        size: [1280, 800],
                        samples: Renderer::samples(&gpu.adapter, samples),
                        moving: samples == 1,
                        cuts: Cuts::default(),
                        terrain: TERRAIN_AT_FIRST,
                        chosen: None,
                        background: [1.0; 3],
                        pixels_per_point: 1.0,
                    };
                    let begin = Instant::now();
                    renderer.draw(&look, |group| group.layer != Layer::Surveys);
                    let _ = gpu.device.poll(wgpu::PollType::wait_indefinitely());
                    begin.elapsed()
                })
                .collect();
            let spent = before.zip(cpu()).map_or(0.0, |(before, after)| ms(after.saturating_sub(before)) / 21.0);
            // The first frame pays for the shaders.
            times.remove(0);
            times.sort();
            let (median, slow) = (ms(times[times.len() / 2]), ms(times[times.len() - 2]));
            println!(
                "  {from}, {samples}x: median {median:.0} ms ({:.1} a second), 95th percentile {slow:.0} ms; processor {spent:.0} ms a frame",
                1000.0 / median
            );
        }
    }
    if let Some(peak) = peak_mib() {
        println!("  peak memory of the process so far: {peak:.0} MiB");
    }
}

fn main() {
    let gpu = match Gpu::any() {
        Ok(gpu) => gpu,
        Err(error) => return println!("skipped: {error}"),
    };
    let info = gpu.adapter.get_info();
    println!("adapter: {} ({:?}, {:?}), 1280 x 800", info.name, info.backend, info.device_type);
    for path in std::env::args().skip(1).filter(|argument| !argument.starts_with("--")) {
        let parcel = std::fs::read(&path).map_err(|error| error.to_string());
        match parcel.and_then(|bytes| Parcel::from_bytes(&bytes)) {
            Ok(parcel) => {
                let facts = parcel.memory.facts(parcel.memory.len().saturating_sub(1), None);
                measure(&gpu, &path, &facts, &[("whole", 1.0), ("near", 0.3)]);
            }
            Err(why) => println!("{path}: {why}"),
        }
    }
    if std::env::args().any(|argument| argument == "--only") {
        return;
    }
    measure(&gpu, "100 000 intervals in 2000 holes", &holes(), &[("whole", 1.0), ("near", 0.05)]);
    measure(&gpu, "terrain", &terrain(), &[("whole", 1.0), ("near", 0.3)]);
}
