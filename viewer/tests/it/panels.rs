//! The panels, in both languages, without a GPU.

use crate::far_mine::facts;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::text::Lang;
use minesift_viewer::app::Viewer;
use minesift_viewer::overlay;
use minesift_viewer::scene::Layer;

fn viewer() -> Viewer {
    Viewer::new(Site::new(&facts(), None).expect("a mine"), Rulebook::national(), Lang::Zh)
}

fn harness(viewer: Viewer) -> Harness<'static, Viewer> {
    Harness::builder()
        .with_size([1280.0, 800.0])
        .with_context_setup(|context| overlay::set_font(context, egui::FontData::from_static(overlay::FONT)))
        .build_ui_state(|ui, viewer: &mut Viewer| viewer.ui(ui, None), viewer)
}

#[test]
fn the_layer_tree_hides_a_layer_and_the_language_switches() {
    let mut harness = harness(viewer());
    harness.run();
    assert!(!harness.state().hidden.contains(&Layer::Faults));
    harness.get_by_label("断层 (1)").click();
    harness.run();
    assert!(harness.state().hidden.contains(&Layer::Faults));
    harness.get_by_label("English").click();
    harness.run();
    assert!(harness.query_by_label("faults (1)").is_some());
}

#[test]
fn a_search_flies_to_what_it_finds_and_the_panel_says_why_it_is_closed() {
    let mut viewer = viewer();
    let found = viewer.find("g1");
    assert!(!found.is_empty());
    viewer.fly_to(found[0]);
    let mut harness = harness(viewer);
    harness.run();
    assert!(harness.query_by_label("规则页 GOAF-1").is_some(), "the reasons are on the panel");
}

#[test]
fn exaggeration_and_plan_view_change_no_measured_value() {
    let mut viewer = viewer();
    viewer.measured = vec![[38_512_345.0, 4_873_210.0, -300.0], [38_512_375.0, 4_873_250.0, -300.0]];
    let before = viewer.measurement();
    viewer.camera.stretch = 7.0;
    viewer.camera.plan = true;
    assert_eq!(viewer.measurement(), before);
    assert!(before.is_some_and(|words| words.contains("50.00 m")));
}

#[test]
fn a_later_day_shows_the_face_being_worked() {
    use minesift_viewer::scene::{Progress, progress};
    let mut viewer = viewer();
    let skin = |viewer: &Viewer| {
        let scene = viewer.scene();
        let face = scene.objects.iter().position(|o| o.id == "3101").expect("the face") as u32;
        scene.pieces.iter().find(|piece| piece.object == face).expect("a piece").skin
    };
    let before = skin(&viewer);
    let day = jiff::civil::date(2027, 6, 1);
    viewer.go_to_day(day);
    assert_eq!(progress(Some(jiff::civil::date(2027, 3, 1)), None, day), Progress::Running);
    assert_ne!(skin(&viewer), before);
}
