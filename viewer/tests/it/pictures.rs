//! Golden pictures on whatever adapter there is, compared by mean difference; `MINESIFT_BLESS=1` rewrites them.

use crate::far_mine::{E, N, scene};
use minesift_viewer::camera::Camera;
use minesift_viewer::scene::section::Section;
use minesift_viewer::still::{Gpu, Shot, StillError, pixels, to_png};
use std::path::Path;

/// Mean difference of a channel, of 255, that two adapters may show.
const TOLERANCE: f64 = 4.0;

fn compare(name: &str, shot: impl FnOnce(&minesift_viewer::scene::Scene) -> Shot) {
    let gpu = match Gpu::any() {
        Ok(gpu) => gpu,
        Err(StillError::NoAdapter(why)) => {
            println!("skipped: no graphics adapter for {name}: {why}");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let (_, _, scene) = scene();
    let shot = shot(&scene);
    let found = pixels(&gpu, &scene, &shot).expect("a picture");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    if std::env::var_os("MINESIFT_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder of golden pictures");
        std::fs::write(&path, to_png(&found, shot.size).expect("a PNG")).expect("a golden picture");
    }
    let file = std::fs::File::open(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; MINESIFT_BLESS=1 makes it", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().expect("a PNG");
    let mut expected = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut expected).expect("pixels");
    let found: Vec<u8> = found.chunks_exact(4).flat_map(|p| &p[..3]).copied().collect();
    assert_eq!(found.len(), expected.len(), "{name}: another size");
    let mean = found.iter().zip(&expected).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / found.len() as f64;
    assert!(mean < TOLERANCE, "{name}: mean difference {mean:.2}");
}

fn shot(camera: Camera) -> Shot {
    Shot { words: false, ..Shot::of(camera, [384, 256]) }
}

#[test]
fn overview() {
    compare("overview", |scene| shot(Camera::overview(scene)));
}

#[test]
fn plan() {
    compare("plan", |scene| shot(Camera { distance_m: 1500.0, ..Camera::whole_plan(scene) }));
}

#[test]
fn section_with_filled_caps() {
    compare("section", |scene| {
        let section = Section::new(scene, [E - 390.0, N + 120.0], [E + 390.0, N + 120.0], 120.0).expect("a section");
        Shot { section: Some(section.clone()), ..shot(Camera::facing(&section, scene, 2.0)) }
    });
}
