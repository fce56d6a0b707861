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

#[test]
fn a_file_of_which_nothing_is_read_says_what_to_do() {
    // One face on a layer that no profile knows.
    let dxf = "0\nSECTION\n2\nENTITIES\n0\n3DFACE\n8\nBaron schakt\n10\n0\n20\n0\n30\n0\n11\n9\n21\n0\n31\n0\n12\n9\n22\n9\n32\n0\n13\n0\n23\n9\n33\n0\n0\nENDSEC\n0\nEOF\n";
    let file = std::env::temp_dir().join(format!("minesift-unread-{}.dxf", std::process::id()));
    std::fs::write(&file, dxf).unwrap();
    for (lang, cure) in [("zh", "--mapping 对照表.toml"), ("en", "--mapping FILE.toml")] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_minesift"))
            .args(["view", "--lang", lang, "--png", "never-written.png"])
            .arg(&file)
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && words.contains(cure) && words.contains("minesift read"), "{words}");
    }
    std::fs::remove_file(&file).unwrap();
}
