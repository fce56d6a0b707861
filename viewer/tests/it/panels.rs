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
    harness.get_by_label("规则页 GOAF-1").click();
    harness.run();
    // As a page and not as its source: a heading without its signs.
    assert!(harness.query_by_label_contains("GOAF-1: ").is_some());
    assert!(harness.query_by_label_contains("# GOAF-1").is_none());
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

#[test]
fn the_nearest_hazard_of_each_kind_is_measured_in_space() {
    let mut viewer = viewer();
    let found = viewer.find("ZK1");
    viewer.fly_to(found[0]);
    let near = viewer.near();
    let of = |kind: &str| near.iter().find(|near| near.kind == kind).expect("one of its kind");
    for kind in ["goaf", "fault", "collapse_column"] {
        assert!(of(kind).distance_m > 0.0, "{kind}");
    }
    assert!(near.windows(2).all(|pair| pair[0].distance_m <= pair[1].distance_m), "the nearest first");
    // The goaf's nearest corner lies at E-80, N+50; the hole at E+20, N+20: 104.4 m in plan is the least it can be.
    assert!(of("goaf").distance_m >= 100f64.hypot(30.0) - 0.01, "{}", of("goaf").distance_m);
    let mut harness = harness(viewer);
    harness.run();
    assert!(harness.query_by_label("最近的各类致灾因素（空间距离）").is_some());
}

#[test]
fn plan_view_keeps_the_place_and_a_kind_can_be_filtered() {
    let mut harness = harness(viewer());
    harness.run();
    let before = harness.state().camera;
    harness.get_by_label("平面").click();
    harness.run();
    let after = harness.state().camera;
    assert!(after.plan && !before.plan);
    assert_eq!((after.target, after.distance_m), (before.target, before.distance_m));
}

#[test]
fn a_comparison_shows_the_ground_that_changed_and_both_sides_of_it() {
    use minesift_core::zone;
    let site = |facts: &[minesift_core::fact::Fact]| Site::new(facts, None).expect("a mine");
    let without: Vec<_> = facts().into_iter().filter(|fact| fact.id != "G1").collect();
    let before = site(&without);
    let zones = zone::classify(&before, &Rulebook::national());
    let mut viewer = viewer();
    viewer.compare_with(minesift_core::text::Text::same("earlier"), before, zones);
    let changed = |viewer: &Viewer| viewer.scene().objects.iter().filter(|o| o.layer == Layer::Changes).count();
    assert!(changed(&viewer) > 0, "the goaf closed ground");
    assert!(viewer.scene().objects.iter().any(|o| o.kind == "goaf"));
    viewer.show_before(true);
    assert_eq!(changed(&viewer), 0);
    assert!(!viewer.scene().objects.iter().any(|o| o.kind == "goaf"), "before, nobody knew the goaf");
    let mut harness = harness(viewer);
    harness.run();
    assert!(harness.query_by_label("后").is_some());
}

#[test]
fn bookmarks_come_back_from_their_file() {
    let mut viewer = viewer();
    let camera = viewer.camera;
    viewer.bookmarks.push(minesift_viewer::app::Bookmark { name: "井底".into(), camera });
    let text = viewer.write_bookmarks();
    viewer.bookmarks.clear();
    viewer.read_bookmarks(&format!("{text}no bookmark\n"));
    assert_eq!(viewer.bookmarks.len(), 1);
    assert_eq!(viewer.bookmarks[0].name, "井底");
    assert!((viewer.bookmarks[0].camera.target[0] - camera.target[0]).abs() < 0.01);
}

#[test]
fn a_bookmark_is_renamed_and_deleted_by_the_right_button() {
    let mut viewer = viewer();
    let camera = viewer.camera;
    viewer.bookmarks.push(minesift_viewer::app::Bookmark { name: "井底".into(), camera });
    let mut harness = harness(viewer);
    harness.run();
    harness.get_by_label("井底").click_secondary();
    harness.run();
    let field = harness.get_by_role_and_label(egui::accesskit::Role::TextInput, "名称");
    field.focus();
    field.type_text("车场");
    harness.run();
    let name = |harness: &Harness<'_, Viewer>| harness.state().bookmarks.first().map(|mark| mark.name.clone());
    assert_eq!(name(&harness).as_deref(), Some("井底车场"));
    harness.get_by_label("删除").click();
    harness.run();
    assert_eq!(name(&harness), None);
}

#[test]
fn the_map_as_it_was_known_before_and_the_level_slice() {
    use minesift_core::text::Text;
    use minesift_viewer::parcel::{Memory, Parcel};
    let all = facts();
    let mut memory = Memory::default();
    let without: Vec<_> = all.iter().filter(|fact| fact.id != "F1").cloned().collect();
    memory.push(Text::same("#1"), &without);
    memory.push(Text::same("#2"), &all);
    let parcel = Parcel { lang: Lang::Zh, memory, ..Parcel::default() };
    let bytes = parcel.to_bytes();
    let mut viewer = Viewer::from_parcel(Parcel::from_bytes(&bytes).expect("a parcel")).expect("a mine");
    let fault = |viewer: &Viewer| viewer.scene().objects.iter().any(|o| o.id == "F1");
    assert!(fault(&viewer));
    viewer.go_to_moment(0);
    assert!(!fault(&viewer));
    // Through the middle of the goaf, which dips with its seam.
    viewer.set_level(Some(-264.0));
    let goaf = viewer.scene().objects.iter().position(|o| o.id == "G1" && o.kind == "goaf").expect("goaf") as u32;
    let slice = viewer.slice().expect("a slice");
    assert!(slice.area_m2(goaf) > 0.0 && slice.area_m2(goaf) < 140.0 * 140.0, "{}", slice.area_m2(goaf));
    let mut harness = harness(viewer);
    harness.run();
    assert!(harness.query_by_label("当时所知").is_some());
    // Dark panels and English words are drawn with letters that exist: a missing one would stop the harness.
    harness.get_by_label("逐次播放").click();
    harness.run_steps(2);
    assert!(harness.query_by_label("停住").is_some(), "it plays");
    harness.get_by_label("停住").click();
    harness.run();
    harness.get_by_label("深色").click();
    harness.run();
    assert!(harness.state().dark);
}

#[test]
fn objections_stand_on_the_workings_they_are_about() {
    let mut viewer = viewer();
    // The face is planned across the licence's border, on ground nobody surveyed.
    let found = viewer.object(true);
    assert!(found > 0, "the plan of the far mine is objected to");
    let face = viewer.scene().objects.iter().find(|o| o.id == "3101").expect("the face");
    assert!(!face.against.is_empty(), "{:?}", face.said);
    let number = viewer.find("3101")[0];
    viewer.fly_to(number);
    let (name, sentence) = viewer.scene().objects[number as usize].against[0].clone();
    assert!(!name.zh.contains("PLAN-") && !name.zh.is_ascii(), "a name, not a code: {}", name.zh);
    let label = viewer.scene().labels.iter().find(|label| label.text.zh.contains("异议")).expect("a label");
    assert!(label.text.zh.contains(&name.zh) && label.text.en.contains("objection: "), "{:?}", label.text);
    let mut harness = harness(viewer);
    harness.run();
    assert!(harness.query_all_by_label(&name.zh).next().is_some());
    assert!(harness.query_all_by_label(&sentence.zh).next().is_some());
    assert!(harness.query_by_label(&format!("计划异议 ({found})")).is_some(), "every objection is listed");
}

#[test]
fn the_drawing_of_a_section_has_axes_and_names() {
    use crate::far_mine::{E, N};
    let mut viewer = viewer();
    viewer.set_section(Some([[E - 390.0, N + 120.0], [E + 390.0, N + 120.0]]));
    viewer.corridor_m = 150.0;
    viewer.set_section(Some([[E - 390.0, N + 120.0], [E + 390.0, N + 120.0]]));
    let svg = viewer.sheet(1200.0).expect("a drawing").svg();
    for words in ["标高 m", "沿剖面线距离 m", "A′", "采空区 G1", "ZK1", "E 38511955.0  N 4873330.0", "禁采区"]
    {
        assert!(svg.contains(words), "{words} is not on the drawing");
    }
}

#[test]
fn the_panel_says_values_and_evidence_in_the_language_of_the_reader() {
    let mut viewer = viewer();
    let found = viewer.find("G1");
    viewer.fly_to(found[0]);
    let mut harness = harness(viewer);
    harness.run();
    assert!(said(&harness, "实测"), "the grade in Chinese");
    assert!(!said(&harness, "surveyed") && !said(&harness, "true"), "no English word in the Chinese panel");
    harness.get_by_label("English").click();
    harness.run();
    assert!(said(&harness, "surveyed") && !said(&harness, "实测"));
}

/// True when a label of the panel of what is chosen holds these letters.
fn said(harness: &Harness<'_, Viewer>, letters: &str) -> bool {
    let viewer = harness.state();
    let hit = viewer.chosen.as_ref().expect("chosen");
    let object = &viewer.scene().objects[hit.object as usize];
    let labels =
        object.said.iter().map(|(label, value)| format!("{}: {}", label.get(viewer.lang), value.get(viewer.lang)));
    labels.filter(|label| harness.query_all_by_label(label).next().is_some()).any(|label| label.contains(letters))
}

#[test]
fn a_label_behind_a_seam_is_not_written_and_one_above_it_is() {
    use minesift_viewer::camera::Camera;
    use minesift_viewer::scene::pick::Cuts;
    use minesift_viewer::scene::sight::behind;
    let viewer = viewer();
    let scene = viewer.scene();
    let hidden = |camera: &Camera| {
        let behind = behind(scene, camera, 1.6, Cuts::default(), |_| true);
        let goaf = scene.labels.iter().position(|label| label.text.zh.contains("G1")).expect("a label");
        behind[goaf]
    };
    let above = Camera::overview(scene);
    assert!(!hidden(&above), "from above the goaf lies on its seam");
    assert!(!hidden(&above.in_plan(true)));
    assert!(hidden(&Camera { down_deg: -60.0, ..above }), "from below the seam hides it");
}

#[test]
fn what_is_flown_to_is_asked_about_on_itself() {
    // The forbidden ground is a ring round the goaf and a strip along the border: the middle of its box is open ground.
    let mut viewer = viewer();
    let number = viewer.find("3:forbidden")[0];
    viewer.fly_to(number);
    let state = viewer.state();
    assert!(!state.contains(r#""rules":[]"#), "{state}");
}

#[test]
fn the_day_decides_what_holds_and_a_section_may_begin_beside_everything() {
    use minesift_core::text::Text;
    use minesift_viewer::parcel::{Memory, Parcel, Word};
    let day = |month: i8| jiff::civil::date(2027, month, 1);
    let mut memory = Memory::default();
    for fact in facts() {
        // The fault was found to end in June, the goaf is mined from March on.
        let (from, to) = match fact.id.as_str() {
            "G1" => (Some(day(3)), None),
            "F1" => (None, Some(day(6))),
            _ => (None, None),
        };
        memory.say(Word { fact, holds: true, from, to });
    }
    memory.mark(Text::same("#1"));
    let mut viewer = Viewer::from_parcel(Parcel { lang: Lang::Zh, memory, ..Parcel::default() }).expect("a mine");
    let there = |viewer: &Viewer| ["G1", "F1"].map(|id| viewer.scene().objects.iter().any(|o| o.id == id));
    assert_eq!(there(&viewer), [false, true], "on the day of the facts");
    viewer.go_to_day(day(4));
    assert_eq!(there(&viewer), [true, true]);
    viewer.go_to_day(day(7));
    assert_eq!(there(&viewer), [true, false]);
    viewer.go_to_day(jiff::civil::date(2025, 7, 1));
    assert_eq!(there(&viewer), [false, true]);
    assert_eq!(viewer.map().day, jiff::civil::date(2025, 7, 1));
    assert!(viewer.scene().objects.iter().all(|o| o.id != "S1"), "the survey of 2026 was not made yet");

    viewer.camera = viewer.camera.in_plan(true);
    viewer.hand = minesift_viewer::app::Hand::Section;
    viewer.click(1.6, [0.01, 0.5]);
    viewer.click(1.6, [0.99, 0.5]);
    assert!(viewer.section().is_some_and(|section| section.length_m() > 800.0), "across the whole mine");
}
