//! At easting 38 512 345 and northing 4 873 210 nothing shakes: what is picked is the model's to a centimetre.

use crate::far_mine::{E, N, scene};
use minesift_core::explain;
use minesift_core::zone::Class;
use minesift_viewer::camera::Camera;
use minesift_viewer::scene::pick::{Cuts, pick, seam_at};
use minesift_viewer::scene::section::Section;
use minesift_viewer::scene::{Layer, Piece, Scene};

fn layer(scene: &Scene, piece: &Piece) -> Layer {
    scene.objects[piece.object as usize].layer
}

#[test]
fn a_click_on_the_seam_gives_its_own_coordinates_to_a_centimetre() {
    let (site, _, scene) = scene();
    let seam = site.seam("3").expect("seam 3");
    for (plan, stretch, azimuth) in [(false, 1.0, 20.0), (false, 4.0, 200.0), (true, 1.0, 0.0), (true, 3.0, 0.0)] {
        for (dx, dy) in [(0.0, 0.0), (100.12, -33.47), (-123.45, -77.01), (311.11, 222.22)] {
            let p = [E + dx, N + dy, seam.floor_at(E + dx, N + dy).expect("a floor")];
            let camera = Camera { target: p, distance_m: 900.0, azimuth_deg: azimuth, down_deg: 50.0, plan, stretch };
            let at = camera.project(scene.origin, 1.6, p).expect("in the picture");
            let hit = pick(&scene, camera.ray(scene.origin, 1.6, at), Cuts::default(), |piece| {
                layer(&scene, piece) == Layer::Zones
            })
            .expect("the seam");
            for axis in 0..3 {
                assert!((hit.at[axis] - p[axis]).abs() < 0.01, "{camera}: {:?} for {p:?}", hit.at);
            }
            assert_eq!(scene.objects[hit.object as usize].seam.as_deref(), Some("3"));
        }
    }
}

#[test]
fn a_click_says_why_the_ground_is_closed() {
    let (site, map, scene) = scene();
    // 10 m outside the goaf's east side: inside its stand-off.
    let (x, y) = (E - 70.0, N + 120.0);
    let z = site.seam("3").and_then(|seam| seam.floor_at(x, y)).expect("a floor");
    let camera =
        Camera { target: [x, y, z], distance_m: 500.0, azimuth_deg: 0.0, down_deg: 80.0, plan: true, stretch: 1.0 };
    let hit = pick(&scene, camera.ray(scene.origin, 1.0, [0.5, 0.5]), Cuts::default(), |piece| {
        layer(&scene, piece) == Layer::Zones
    })
    .expect("ground");
    let seam = seam_at(&scene, &site, &map, &hit).expect("a seam");
    let answer = explain::at(&site, &map, &seam, hit.at[0], hit.at[1]).expect("an answer");
    assert_eq!(answer.class, Some(Class::Forbidden));
    assert!(answer.reasons.iter().any(|reason| reason.finding.rule == "GOAF-2" && reason.finding.hazards == ["G1"]));
}

#[test]
fn what_a_section_cut_away_is_not_met_and_its_face_is() {
    let (_, _, scene) = scene();
    let section = Section::new(&scene, [E - 390.0, N + 120.0], [E + 390.0, N + 120.0], 50.0).expect("a section");
    let goaf = scene.objects.iter().position(|o| o.id == "G1" && o.layer == Layer::Goafs).expect("goaf") as u32;
    // 140 m of goaf cut along the strike of the line, 4 m of coal standing a little higher on the dip.
    let area = section.area_m2(goaf);
    assert!((area - 140.0 * 4.0).abs() < 15.0, "{area}");
    let camera = Camera::facing(&section, &scene, 1.0);
    let middle = [E - 150.0, N + 120.0];
    let z = scene
        .pieces
        .iter()
        .filter(|p| p.object == goaf)
        .flat_map(|p| &p.prisms)
        .map(|p| f64::midpoint(p.base[0][2], p.top[0]))
        .next();
    let p = [
        middle[0],
        middle[1],
        z.map_or(-325.0, |_| {
            -300.0 - (120.0 * 160f64.to_radians().cos() - 150.0 * 160f64.to_radians().sin()) * 12f64.to_radians().tan()
                + 2.0
        }),
    ];
    let at = camera.project(scene.origin, 1.6, p).expect("in the picture");
    let hit = pick(&scene, camera.ray(scene.origin, 1.6, at), Cuts { section: Some(&section), slice: None }, |piece| {
        layer(&scene, piece) == Layer::Goafs
    })
    .expect("the face");
    assert_eq!(hit.object, goaf);
    assert!((hit.at[1] - (N + 120.0)).abs() < 0.01, "on the section: {:?}", hit.at);
}

#[test]
fn every_fact_with_a_shape_can_be_pointed_at() {
    let (_, _, scene) = scene();
    for id in ["G1", "F1", "X1", "ZK1", "3101", "C1", "S1"] {
        let object =
            scene.objects.iter().position(|o| o.id == id).unwrap_or_else(|| panic!("{id} is in no picture")) as u32;
        assert!(
            scene.pieces.iter().any(|piece| piece.object == object && !piece.triangles.is_empty()),
            "{id} has no triangles"
        );
    }
    let fault = scene.objects.iter().find(|o| o.id == "F1").expect("fault");
    assert!(!fault.supposed.is_empty(), "the fault's unrecorded ends are said to be supposed");
}

#[test]
fn clicks_on_neighbouring_places_give_neighbouring_coordinates() {
    let (site, _, scene) = scene();
    let seam = site.seam("3").expect("seam 3");
    // Places 2 cm apart along a line, each met through its own point of the picture.
    let mut before: Option<[f64; 3]> = None;
    for step in 0..50 {
        let (x, y) = (E - 311.0 + 0.02 * f64::from(step), N - 222.0);
        let p = [x, y, seam.floor_at(x, y).expect("a floor")];
        let camera =
            Camera { target: p, distance_m: 40.0, azimuth_deg: 10.0, down_deg: 55.0, plan: false, stretch: 2.0 };
        let hit = pick(&scene, camera.ray(scene.origin, 1.6, [0.5, 0.5]), Cuts::default(), |piece| {
            layer(&scene, piece) == Layer::Zones
        })
        .expect("the seam");
        for axis in 0..3 {
            assert!((hit.at[axis] - p[axis]).abs() < 0.001, "{:?} for {p:?}", hit.at);
        }
        if let Some(before) = before {
            assert!((hit.at[0] - before[0] - 0.02).abs() < 0.001, "{before:?}, then {:?}", hit.at);
        }
        before = Some(hit.at);
    }
}
