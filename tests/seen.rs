//! What the viewer shows of a mine, held against the mine's own facts.

use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::zone;
use minesift_importers::{Input, Options};
use minesift_viewer::scene::Scene;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn everything_that_has_a_place_is_in_the_picture() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/one-of-everything/site.toml");
    let intake = minesift_importers::import(&Input::open(&path).unwrap(), &Options::default()).unwrap();
    let site = Site::new(&intake.facts, None).unwrap();
    let scene = Scene::new(&site, &zone::classify(&site, &Rulebook::national()));
    let drawn: BTreeSet<(&str, &str)> = scene
        .pieces
        .iter()
        .filter(|piece| !piece.triangles.is_empty() || !piece.lines.is_empty())
        .map(|piece| &scene.objects[piece.object as usize])
        .map(|object| (object.kind, object.id.as_str()))
        .collect();
    // Contours are drawn as the surface they make, not one by one.
    let placed = site.facts.iter().filter(|fact| fact.shape.is_some() && fact.kind != "contour");
    let unseen: Vec<(&str, &str)> =
        placed.map(|fact| (fact.kind, fact.id.as_str())).filter(|fact| !drawn.contains(fact)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}
