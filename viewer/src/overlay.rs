//! What lies over the picture: labels, scale, north, legend, title. One code for the window and for stills.

use crate::camera::Camera;
use crate::scene::pick::Cuts;
use crate::scene::section::{Face, Section};
use crate::scene::{AS_THEY_ARE, Hatch, Label, Layer, Object, Piece, ROCKS, Scene, Skin, pale, rock_name, zone_skin};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, Vec2, pos2, vec2};
use minesift_core::text::{Lang, Text};
use minesift_core::zone::Class;
use std::collections::{BTreeMap, BTreeSet};

/// The letters of every picture: Noto Sans SC, OFL, as in `assets/fonts`.
#[cfg(not(target_arch = "wasm32"))]
pub const FONT: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-subset.otf");

/// Gives a context the Chinese letters.
pub fn set_font(context: &egui::Context, data: egui::FontData) {
    let mut fonts = egui::FontDefinitions::default();
    fonts.font_data.insert("sc".to_owned(), std::sync::Arc::new(data));
    for family in [egui::FontFamily::Proportional, egui::FontFamily::Monospace] {
        fonts.families.entry(family).or_default().insert(0, "sc".to_owned());
    }
    context.set_fonts(fonts);
}

/// What the overlay needs to know.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// The scene.
    pub scene: &'a Scene,
    /// The view.
    pub camera: &'a Camera,
    /// What cuts it.
    pub cuts: Cuts<'a>,
    /// Language.
    pub lang: Lang,
    /// Colours.
    pub ink: Ink,
    /// What is shown: a layer on a seam.
    pub shown: &'a dyn Fn(Layer, Option<&str>) -> bool,
    /// Numbers of labels that lie behind a seam, as [`crate::scene::sight::behind`] says; empty: none.
    pub behind: &'a [bool],
    /// Title block and legend, or labels, scale and north only.
    pub with_frame: bool,
}

/// Colours of paper and words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// Behind the scene, red, green, blue from 0 to 1.
    pub background: [f32; 3],
    /// Words and lines.
    pub ink: Color32,
    /// Panels.
    pub paper: Color32,
    /// What lies under a label.
    pub slip: Color32,
    /// True where labels must be lightened to be read.
    pub dark: bool,
}

impl Ink {
    /// Dark words on light paper.
    pub const LIGHT: Self = Self {
        background: [0.955, 0.96, 0.965],
        ink: Color32::from_rgb(30, 30, 30),
        paper: Color32::from_rgba_premultiplied(236, 236, 234, 240),
        slip: Color32::from_rgba_premultiplied(165, 165, 165, 165),
        dark: false,
    };
    /// Light words on dark paper.
    pub const DARK: Self = Self {
        background: [0.09, 0.1, 0.115],
        ink: Color32::from_rgb(226, 228, 232),
        paper: Color32::from_rgba_premultiplied(30, 33, 38, 235),
        slip: Color32::from_rgba_premultiplied(12, 13, 15, 175),
        dark: true,
    };

    /// A label's own colour, as it is read on this paper.
    fn of(self, [r, g, b]: [u8; 3]) -> Color32 {
        let lift = |c: u8| if self.dark { 255 - (255 - c) / 2 } else { c };
        Color32::from_rgb(lift(r), lift(g), lift(b))
    }
}

/// More words than this on one picture nobody reads.
const MOST_LABELS: usize = 300;

/// Draws all of it into a rectangle.
pub fn draw(painter: &Painter, rect: Rect, sheet: &Sheet<'_>) {
    let mut taken = Vec::new();
    let grid = if sheet.camera.plan { grid(rect, sheet) } else { Vec::new() };
    grid_lines(painter, rect, sheet, &grid);
    if sheet.with_frame {
        taken.push(title(painter, rect, sheet));
        taken.push(legend(painter, rect, sheet));
    }
    taken.push(scale(painter, rect, sheet));
    taken.push(north(painter, rect, sheet));
    grid_words(painter, rect, sheet, &grid, &mut taken);
    if let Some(section) = sheet.cuts.section {
        section_ends(painter, rect, sheet, section, &mut taken);
    }
    labels(painter, rect, sheet, &mut taken);
}

fn place(rect: Rect, sheet: &Sheet<'_>, p: [f64; 3]) -> Option<Pos2> {
    let aspect = f64::from(rect.width()) / f64::from(rect.height()).max(1.0);
    let [x, y] = sheet.camera.project(sheet.scene.origin, aspect, p)?;
    let at = pos2(rect.left() + x as f32 * rect.width(), rect.top() + y as f32 * rect.height());
    rect.contains(at).then_some(at)
}

/// The same words are not written twice nearer than this, in points.
const TWICE: f32 = 160.0;

fn labels(painter: &Painter, rect: Rect, sheet: &Sheet<'_>, taken: &mut Vec<Rect>) {
    let mut labels: Vec<_> = sheet
        .scene
        .labels
        .iter()
        .enumerate()
        .filter(|(number, _)| sheet.behind.get(*number) != Some(&true))
        .map(|(_, label)| label)
        .filter(|label| (sheet.shown)(label.layer, label.seam.as_deref()))
        .filter(|label| sheet.cuts.keep(label.at))
        .collect();
    labels.sort_by_key(|label| label.rank);
    let aspect = f64::from(rect.width()) / f64::from(rect.height()).max(1.0);
    let project = sheet.camera.projector(sheet.scene.origin, aspect);
    let mut written: Vec<(&str, Pos2)> = Vec::new();
    for label in labels {
        let Some([x, y]) = project(label.at) else { continue };
        let at = pos2(rect.left() + x as f32 * rect.width(), rect.top() + y as f32 * rect.height());
        let words = label.text.get(sheet.lang);
        let letter = matches!(label.layer, Layer::Zones | Layer::Changes);
        // Where something stands already a letter gives way before it is laid out: of a hundred thousand holes few
        // names fit.
        if !rect.contains(at)
            || (letter || written.len() > MOST_LABELS / 3) && taken.iter().any(|other| other.contains(at))
            || !letter && written.iter().any(|(other, p)| *other == words && p.distance(at) < TWICE)
        {
            continue;
        }
        if written.len() >= MOST_LABELS {
            break;
        }
        let size = if letter { 17.0 } else { 11.0 };
        let galley = painter.layout_no_wrap(words.to_owned(), FontId::proportional(size), sheet.ink.of(label.colour));
        let size = galley.size() + vec2(4.0, 1.0);
        let free = |offset: &Vec2| {
            let area = Rect::from_center_size(at + *offset, size);
            rect.contains_rect(area) && !taken.iter().any(|other| other.intersects(area))
        };
        let Some(offset) = places(label, size).into_iter().find(free) else { continue };
        let area = Rect::from_center_size(at + offset, size);
        if offset != Vec2::ZERO {
            let to = pos2(at.x.clamp(area.left(), area.right()), at.y.clamp(area.top(), area.bottom()));
            painter.line_segment([at, to], Stroke::new(1.0, sheet.ink.of(label.colour)));
            painter.circle_filled(at, 1.8, sheet.ink.of(label.colour));
        }
        painter.rect_filled(area, 2.0, sheet.ink.slip);
        painter.galley(area.min + vec2(2.0, 0.5), galley, sheet.ink.ink);
        taken.push(area);
        written.push((words, at));
    }
}

/// Where a label may stand beside its place, the best first: a letter on its zone, a hole's name above its mouth.
fn places(label: &Label, size: Vec2) -> Vec<Vec2> {
    let (up, aside) = (size.y / 2.0 + 7.0, size.x / 2.0 + 9.0);
    let round =
        [vec2(0.0, -up), vec2(0.0, up), vec2(aside, 0.0), vec2(-aside, 0.0), vec2(0.0, -2.2 * up), vec2(0.0, 2.2 * up)];
    match label.layer {
        Layer::Zones | Layer::Changes => vec![Vec2::ZERO],
        Layer::Boreholes => vec![vec2(0.0, 1.0 - size.y / 2.0), round[2], round[3]],
        _ => std::iter::once(Vec2::ZERO).chain(round).collect(),
    }
}

fn objected(scene: &Scene) -> bool {
    scene.objects.iter().any(|object| !object.against.is_empty())
}

fn title(painter: &Painter, rect: Rect, sheet: &Sheet<'_>) -> Rect {
    let scene = sheet.scene;
    let zh = sheet.lang == Lang::Zh;
    let head = match (zh, sheet.cuts.section.is_some(), sheet.camera.plan) {
        (true, true, _) => format!("{} 地质剖面", scene.title.zh),
        (true, _, true) if objected(scene) => format!("{} 采掘计划异议图", scene.title.zh),
        (true, _, true) => format!("{} 三区划分平面图", scene.title.zh),
        (true, ..) => format!("{} 隐蔽致灾因素三维图", scene.title.zh),
        (false, true, _) => format!("{}: section", scene.title.en),
        (false, _, true) if objected(scene) => format!("{}: objections to the plan", scene.title.en),
        (false, _, true) => format!("{}: zones in plan", scene.title.en),
        (false, ..) => format!("{}: hidden hazards and zones", scene.title.en),
    };
    let judged = scene.objects.iter().all(|object| object.id != AS_THEY_ARE);
    let head = if judged { head } else { scene.title.get(sheet.lang).to_owned() };
    let mut sub = if !judged {
        (if zh { "按文件原样，未作判定" } else { "as the files say; nothing is judged" }).to_owned()
    } else if zh {
        format!("判定日期 {}", scene.day)
    } else {
        format!("judged on {}", scene.day)
    };
    if sheet.camera.stretch != 1.0 {
        sub += &if zh {
            format!(" · 垂直放大 {} 倍", sheet.camera.stretch)
        } else {
            format!(" · heights ×{}", sheet.camera.stretch)
        };
    }
    if !scene.legal {
        sub += if zh { " · ※非法定分区" } else { " · not a legal classification" };
    }
    let big = painter.layout_no_wrap(head, FontId::proportional(20.0), sheet.ink.ink);
    let small = painter.layout_no_wrap(sub, FontId::proportional(12.0), sheet.ink.ink);
    let size = vec2(big.size().x.max(small.size().x) + 20.0, big.size().y + small.size().y + 12.0);
    let area = Rect::from_min_size(rect.min + vec2(10.0, 10.0), size);
    panel(painter, area, sheet.ink);
    let second = area.min + vec2(10.0, 6.0 + big.size().y);
    painter.galley(area.min + vec2(10.0, 5.0), big, sheet.ink.ink);
    painter.galley(second, small, sheet.ink.ink);
    area
}

fn panel(painter: &Painter, area: Rect, ink: Ink) {
    painter.rect_filled(area, 3.0, ink.paper);
    painter.rect_stroke(area, 3.0, Stroke::new(1.0, Color32::from_gray(120)), StrokeKind::Inside);
}

/// Skins as the files of `scene` draw them, in the order of the legend.
const LEGEND: &[(Layer, Skin, &str, &str)] = &[
    (Layer::Goafs, Skin::plain(150, 140, 128).hatched(Hatch::Goaf), "采空区（无水）", "goaf, dry"),
    (Layer::Goafs, Skin::plain(140, 152, 176).hatched(Hatch::Goaf), "采空区（积水不明）", "goaf, water unknown"),
    (Layer::Goafs, Skin::plain(70, 120, 200).hatched(Hatch::Goaf), "采空区（积水）", "goaf, flooded"),
    (Layer::Goafs, Skin::plain(120, 70, 40), "废弃井筒", "abandoned shaft"),
    (Layer::Water, Skin::plain(60, 140, 230).hatched(Hatch::Water), "积水与水位", "water and its level"),
    (Layer::Faults, Skin::plain(190, 70, 170), "断层（导水性不明）", "fault, water unknown"),
    (Layer::Faults, Skin::plain(60, 90, 210), "断层（导水）", "fault, conducts water"),
    (Layer::Faults, Skin::plain(120, 120, 120), "断层（不导水）", "fault, tight"),
    (Layer::Columns, Skin::plain(170, 90, 170), "陷落柱（导水性不明）", "collapse column, water unknown"),
    (Layer::Columns, Skin::plain(50, 90, 200).hatched(Hatch::Water), "陷落柱（导水）", "collapse column, conducts"),
    (Layer::Columns, Skin::plain(140, 120, 90), "陷落柱（不导水）", "collapse column, tight"),
    (Layer::Columns, Skin::plain(200, 90, 120), "岩浆岩侵入体", "intrusion"),
    (Layer::Pillars, Skin::plain(150, 110, 60).hatched(Hatch::Pillar), "煤柱", "pillar"),
    (Layer::Anomalies, Skin::plain(170, 60, 190).hatched(Hatch::Anomaly), "物探异常区", "geophysical anomaly"),
    (Layer::Hazards, Skin::plain(240, 90, 20).hatched(Hatch::Anomaly), "火区", "fire area"),
    (Layer::Hazards, Skin::plain(230, 120, 200), "瓦斯富集区", "gas"),
    (Layer::Hazards, Skin::plain(150, 60, 40), "冲击危险区", "rock-burst area"),
    (Layer::Hazards, Skin::plain(60, 140, 230).hatched(Hatch::Water), "地表水体与含水层", "surface water, aquifer"),
    (Layer::Hazards, Skin::plain(110, 120, 150), "底板块段及其他", "floor blocks and others"),
    (Layer::Workings, Skin::plain(70, 78, 96), "井巷（实测）", "workings as built"),
    (Layer::Plan, Skin::plain(250, 130, 30), "正在采掘", "being worked"),
    (Layer::Plan, Skin::plain(90, 160, 220), "计划采掘", "planned"),
    (Layer::Plan, Skin::plain(130, 130, 130).hatched(Hatch::Goaf), "届时已采完", "worked out by then"),
    (Layer::Plan, crate::scene::objections::AGAINST, "计划有异议", "objected to"),
    (Layer::Licence, Skin::plain(30, 60, 160), "采矿许可范围", "licence"),
    (Layer::Licence, Skin::plain(150, 60, 20), "邻矿井田边界", "border with a neighbour"),
    (Layer::Surveys, Skin::plain(40, 120, 200), "普查范围", "survey coverage"),
    (Layer::Surveys, Skin::plain(30, 150, 110), "治理工程、密闭", "treatment, seal"),
    (Layer::Surveys, Skin::plain(110, 80, 180), "观测、悬顶", "observation, hanging roof"),
    (Layer::Terrain, Skin::plain(150, 170, 110), "地形", "terrain"),
];

/// So many surfaces that no file explains have a line of their own.
const OWN_LINES: usize = 8;

fn legend(painter: &Painter, rect: Rect, sheet: &Sheet<'_>) -> Rect {
    let zones = sheet.scene.objects.iter().any(|object| matches!(object.layer, Layer::Zones | Layer::Neighbours));
    let mut lines: Vec<(Skin, Text)> = [Class::Mineable, Class::Deferred, Class::Forbidden]
        .into_iter()
        .filter(|_| zones)
        .map(|class| {
            let (title, letter) = (class.title(), class.letter());
            (
                zone_skin(class),
                Text::new(format!("{}（{}）", title.zh, letter.zh), format!("{} ({})", title.en, letter.en)),
            )
        })
        .collect();
    // What is drawn, shown and within the picture: a line of the legend that nothing on it matches would only puzzle.
    let aspect = f64::from(rect.width()) / f64::from(rect.height()).max(1.0);
    let project = sheet.camera.projector(sheet.scene.origin, aspect);
    let seen =
        |p: &[f64; 3]| sheet.cuts.keep(*p) && project(*p).is_some_and(|at| at.iter().all(|t| (0.0..=1.0).contains(t)));
    let within = |piece: &Piece| {
        // Some sixty places of each piece tell enough.
        let triangles = piece.triangles.iter().step_by(piece.triangles.len() / 60 + 1).map(|t| &t[0]);
        let lines = piece.lines.iter().step_by(piece.lines.len() / 60 + 1).filter_map(|line| line.first());
        triangles.chain(lines).any(seen)
    };
    let pieces: Vec<(&Piece, &Object)> = sheet
        .scene
        .pieces
        .iter()
        .map(|piece| (piece, &sheet.scene.objects[piece.object as usize]))
        .filter(|(piece, object)| (sheet.shown)(object.layer, object.seam.as_deref()) && within(piece))
        .collect();
    let drawn: BTreeSet<(Layer, [u8; 3])> = pieces
        .iter()
        .map(|(piece, object)| (object.layer, [piece.skin.colour[0], piece.skin.colour[1], piece.skin.colour[2]]))
        .collect();
    for (layer, skin, zh, en) in LEGEND {
        let [r, g, b, _] = skin.colour;
        if drawn.contains(&(*layer, [r, g, b])) {
            lines.push((*skin, Text::new(*zh, *en)));
        }
    }
    // Surfaces that no file explains take colours in turn: each is told by its name.
    let own: BTreeMap<u32, (Skin, Text)> = pieces
        .iter()
        .filter(|(_, object)| object.layer == Layer::Surfaces)
        .map(|(piece, object)| (piece.object, (piece.skin, object.name.clone())))
        .collect();
    let more = own.len().saturating_sub(OWN_LINES);
    lines.extend(own.into_values().take(OWN_LINES));
    if more > 0 {
        lines.push((Skin::default(), Text::new(format!("另有 {more} 个曲面"), format!("{more} more surfaces"))));
    }
    if let Some(section) = sheet.cuts.section {
        lines.extend(rocks_of(sheet.scene, section, |layer| (sheet.shown)(layer, None)));
    } else if rect.height() > 720.0 {
        let of_holes =
            |skin: &Skin| drawn.contains(&(Layer::Boreholes, [skin.colour[0], skin.colour[1], skin.colour[2]]));
        lines.extend(ROCKS.iter().filter(|(_, skin)| of_holes(skin)).map(|(_, skin)| (*skin, rock_name(*skin))));
    }
    if lines.is_empty() {
        return Rect::NOTHING;
    }
    // A small window keeps more of its picture.
    let (row, letter) = if rect.height() < 720.0 { (14.5, 10.5) } else { (17.0, 12.0) };
    let galleys: Vec<_> = lines
        .iter()
        .map(|(skin, text)| {
            (
                *skin,
                painter.layout_no_wrap(text.get(sheet.lang).to_owned(), FontId::proportional(letter), sheet.ink.ink),
            )
        })
        .collect();
    let width = galleys.iter().map(|(_, g)| g.size().x).fold(0.0, f32::max) + 48.0;
    let size = vec2(width, galleys.len() as f32 * row + 10.0);
    let area = Rect::from_min_size(pos2(rect.right() - size.x - 10.0, rect.bottom() - size.y - 10.0), size);
    panel(painter, area, sheet.ink);
    for (i, (skin, galley)) in galleys.into_iter().enumerate() {
        let y = area.top() + 5.0 + i as f32 * row;
        let swatch = Rect::from_min_size(pos2(area.left() + 8.0, y + 2.0), vec2(26.0, row - 5.0));
        sample(painter, swatch, skin);
        painter.galley(pos2(area.left() + 40.0, y), galley, sheet.ink.ink);
    }
    area
}

/// Rocks that a section cuts or that its holes met, for its legend.
pub(crate) fn rocks_of(scene: &Scene, section: &Section, shown: impl Fn(Layer) -> bool) -> Vec<(Skin, Text)> {
    let met = |layer: Layer, skin: Skin| {
        let own = |face: &&Face| face.object.is_some_and(|object| scene.objects[object as usize].layer == layer);
        shown(layer) && section.faces.iter().filter(own).any(|face| face.skin.colour == skin.colour)
    };
    let rocks = ROCKS.iter().map(|(_, skin)| *skin);
    // Where the rock itself is filled, its paler colour is the one the eye looks for.
    rocks
        .filter_map(|skin| {
            let filled = met(Layer::Strata, pale(skin));
            let shown = if filled { Some(pale(skin)) } else { met(Layer::Boreholes, skin).then_some(skin) };
            shown.map(|shown| (shown, rock_name(skin)))
        })
        .collect()
}

fn sample(painter: &Painter, swatch: Rect, skin: Skin) {
    let [r, g, b, _] = skin.colour;
    painter.rect_filled(swatch, 0.0, Color32::from_rgb(r, g, b));
    let ink = Stroke::new(
        1.0,
        Color32::from_rgb((f32::from(r) * 0.45) as u8, (f32::from(g) * 0.45) as u8, (f32::from(b) * 0.45) as u8),
    );
    let clipped = painter.with_clip_rect(swatch);
    let (h, w) = (swatch.height(), swatch.width());
    let slanting = |sign: f32| {
        let mut x = swatch.left() - h;
        while x < swatch.right() + h {
            let (y0, y1) = if sign > 0.0 { (swatch.top(), swatch.bottom()) } else { (swatch.bottom(), swatch.top()) };
            clipped.line_segment([pos2(x, y0), pos2(x + h, y1)], ink);
            x += 6.0;
        }
    };
    match skin.hatch {
        Hatch::Forbidden => {
            slanting(1.0);
            slanting(-1.0);
        }
        Hatch::Deferred => slanting(1.0),
        Hatch::Goaf => (0..5).for_each(|i| {
            let x = swatch.left() + 3.0 + i as f32 * w / 5.0;
            clipped.line_segment([pos2(x, swatch.top()), pos2(x, swatch.bottom())], ink);
        }),
        Hatch::Pillar | Hatch::Water => (0..3).for_each(|i| {
            let y = swatch.top() + 2.0 + i as f32 * 4.0;
            clipped.line_segment([pos2(swatch.left(), y), pos2(swatch.right(), y)], ink);
        }),
        Hatch::Anomaly | Hatch::Unknown => (0..4).for_each(|i| {
            clipped.circle_filled(pos2(swatch.left() + 4.0 + i as f32 * 6.5, swatch.center().y), 1.6, ink.color);
        }),
        Hatch::None => {}
    }
    painter.rect_stroke(swatch, 0.0, Stroke::new(1.0, Color32::from_gray(60)), StrokeKind::Inside);
}

/// A round number of metres: 1, 2 or 5 times a power of ten, at most `most`.
///
/// ```
/// use minesift_viewer::overlay::round_metres;
/// assert_eq!(round_metres(730.0), 500.0);
/// assert_eq!(round_metres(0.21), 0.2);
/// ```
pub fn round_metres(most: f64) -> f64 {
    let power = 10f64.powf(most.max(1e-6).log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|n| n * power).find(|n| *n <= most).unwrap_or(power)
}

fn scale(painter: &Painter, rect: Rect, sheet: &Sheet<'_>) -> Rect {
    let metre = sheet.camera.metres_per_point(f64::from(rect.height()));
    let length = round_metres(metre * 150.0);
    let points = (length / metre) as f32;
    let text = if sheet.camera.plan {
        format!("{length} m")
    } else if sheet.lang == Lang::Zh {
        format!("{length} m（视线中心处）")
    } else {
        format!("{length} m (at the middle)")
    };
    let galley = painter.layout_no_wrap(text, FontId::proportional(11.0), sheet.ink.ink);
    let size = vec2(points.max(galley.size().x) + 16.0, 32.0);
    let area = Rect::from_min_size(pos2(rect.left() + 10.0, rect.bottom() - size.y - 10.0), size);
    panel(painter, area, sheet.ink);
    let (x, y) = (area.left() + 8.0, area.bottom() - 7.0);
    for i in 0..4 {
        let part =
            Rect::from_min_max(pos2(x + points * i as f32 / 4.0, y - 4.0), pos2(x + points * (i + 1) as f32 / 4.0, y));
        painter.rect_filled(part, 0.0, if i % 2 == 0 { sheet.ink.ink } else { Color32::WHITE });
        painter.rect_stroke(part, 0.0, Stroke::new(1.0, sheet.ink.ink), StrokeKind::Inside);
    }
    painter.galley(area.min + vec2(8.0, 3.0), galley, sheet.ink.ink);
    area
}

fn north(painter: &Painter, rect: Rect, sheet: &Sheet<'_>) -> Rect {
    let azimuth = if sheet.camera.plan { 0.0 } else { sheet.camera.azimuth_deg.to_radians() as f32 };
    let flat = if sheet.camera.plan { 1.0 } else { sheet.camera.down_deg.to_radians().sin().abs().max(0.45) as f32 };
    let middle = pos2(rect.right() - 40.0, rect.top() + 46.0);
    let turned = |v: Vec2| {
        middle + vec2(v.x * azimuth.cos() + v.y * azimuth.sin(), (-v.x * azimuth.sin() + v.y * azimuth.cos()) * flat)
    };
    let (tip, left, right, notch) =
        (turned(vec2(0.0, -26.0)), turned(vec2(-9.0, 14.0)), turned(vec2(9.0, 14.0)), turned(vec2(0.0, 7.0)));
    painter.circle_filled(middle, 36.0, sheet.ink.paper);
    painter.add(egui::Shape::convex_polygon(vec![tip, notch, left], sheet.ink.ink, Stroke::new(1.0, sheet.ink.ink)));
    painter.add(egui::Shape::convex_polygon(vec![tip, right, notch], Color32::WHITE, Stroke::new(1.0, sheet.ink.ink)));
    let letter = tip + (tip - middle).normalized() * 9.0;
    painter.text(
        letter,
        Align2::CENTER_CENTER,
        if sheet.lang == Lang::Zh { "北" } else { "N" },
        FontId::proportional(12.0),
        sheet.ink.ink,
    );
    Rect::from_center_size(middle, vec2(80.0, 84.0))
}

fn section_ends(painter: &Painter, rect: Rect, sheet: &Sheet<'_>, section: &Section, taken: &mut Vec<Rect>) {
    let z = sheet.scene.high[2];
    for (name, at) in [("A", section.a), ("A′", section.b)] {
        if let Some(p) = place(rect, sheet, [at[0], at[1], z]) {
            let area = Rect::from_center_size(p, vec2(26.0, 20.0));
            panel(painter, area, sheet.ink);
            painter.text(p, Align2::CENTER_CENTER, name, FontId::proportional(14.0), sheet.ink.of([160, 0, 0]));
            taken.push(area);
        }
    }
    // Names of the seams, right of where they end.
    for (seam, name) in &sheet.scene.seams {
        if !(sheet.shown)(Layer::Zones, Some(seam)) {
            continue;
        }
        let own = section.faces.iter().filter(|face| {
            let object = face.object.map(|object| &sheet.scene.objects[object as usize]);
            object.is_some_and(|object| object.layer == Layer::Zones && object.seam.as_deref() == Some(seam))
        });
        let corners = own.flat_map(|face| face.triangles.iter().flatten().chain(face.lines.iter().flatten()));
        let end = corners.max_by(|p, q| section.along([p[0], p[1]])[0].total_cmp(&section.along([q[0], q[1]])[0]));
        let Some(p) = end.and_then(|p| place(rect, sheet, *p)) else { continue };
        let galley = painter.layout_no_wrap(name.get(sheet.lang).to_owned(), FontId::proportional(14.0), sheet.ink.ink);
        let area = Rect::from_min_size(p + vec2(8.0, -galley.size().y / 2.0), galley.size() + vec2(6.0, 0.0));
        if rect.contains_rect(area) && !taken.iter().any(|other| other.intersects(area)) {
            painter.rect_filled(area, 2.0, sheet.ink.slip);
            painter.galley(area.min + vec2(3.0, 0.0), galley, sheet.ink.ink);
            taken.push(area);
        }
    }
    cut_plans(painter, rect, sheet, section, taken);
    // Elevations at A, on round metres.
    let (low, high) = (sheet.scene.low[2], sheet.scene.high[2]);
    let step = round_metres((high - low).max(1.0) / 4.0);
    let mut z = (low / step).ceil() * step;
    while z <= high {
        if let Some(p) = place(rect, sheet, section.place(0.0, z))
            && let area = Rect::from_min_max(p - vec2(50.0, 7.0), p + vec2(6.0, 7.0))
            && !taken.iter().any(|other| other.intersects(area))
        {
            taken.push(area);
            painter.line_segment([p - vec2(6.0, 0.0), p + vec2(6.0, 0.0)], Stroke::new(1.0, sheet.ink.ink));
            painter.text(
                p - vec2(9.0, 0.0),
                Align2::RIGHT_CENTER,
                format!("{z} m"),
                FontId::proportional(10.0),
                sheet.ink.ink,
            );
        }
        z += step;
    }
}

/// Names of the planned workings and goafs that a section cuts, under their cut: their own label may lie on the part taken away.
fn cut_plans(painter: &Painter, rect: Rect, sheet: &Sheet<'_>, section: &Section, taken: &mut Vec<Rect>) {
    for face in section.faces.iter().filter(|face| !face.triangles.is_empty()) {
        let Some(object) = face.object.map(|object| &sheet.scene.objects[object as usize]) else { continue };
        if !matches!(object.layer, Layer::Plan | Layer::Goafs) || !(sheet.shown)(object.layer, object.seam.as_deref()) {
            continue;
        }
        let corners: Vec<&[f64; 3]> = face.triangles.iter().flatten().collect();
        let mean = [0, 1, 2].map(|axis| corners.iter().map(|p| p[axis]).sum::<f64>() / corners.len() as f64);
        let Some(p) = place(rect, sheet, mean) else { continue };
        let colour = sheet.ink.of([20, 60, 130]);
        let galley = painter.layout_no_wrap(object.name.get(sheet.lang).to_owned(), FontId::proportional(12.0), colour);
        let size = galley.size() + vec2(6.0, 1.0);
        let area = Rect::from_center_size(p + vec2(0.0, 18.0), size);
        if rect.contains_rect(area) && !taken.iter().any(|other| other.intersects(area)) {
            painter.rect_filled(area, 2.0, sheet.ink.slip);
            painter.galley(area.min + vec2(3.0, 0.5), galley, colour);
            taken.push(area);
        }
    }
}

/// Lines of the plan's grid: axis (0 for eastings), where on the picture, and the coordinate.
fn grid(rect: Rect, sheet: &Sheet<'_>) -> Vec<(usize, f32, f64)> {
    let metre = sheet.camera.metres_per_point(f64::from(rect.height()));
    let step = round_metres(metre * 190.0);
    let [e, n, _] = sheet.camera.target;
    let half = [f64::from(rect.width()) / 2.0 * metre, f64::from(rect.height()) / 2.0 * metre];
    let mut lines = Vec::new();
    for (axis, middle) in [e, n].into_iter().enumerate() {
        let mut at = ((middle - half[axis]) / step).ceil() * step;
        while at < middle + half[axis] {
            let offset = ((at - middle) / metre) as f32;
            lines.push((axis, if axis == 0 { rect.center().x + offset } else { rect.center().y - offset }, at));
            at += step;
        }
    }
    lines
}

fn grid_lines(painter: &Painter, rect: Rect, sheet: &Sheet<'_>, grid: &[(usize, f32, f64)]) {
    let colour = if sheet.ink.dark {
        Color32::from_rgba_unmultiplied(200, 200, 230, 50)
    } else {
        Color32::from_rgba_unmultiplied(30, 30, 60, 60)
    };
    let stroke = Stroke::new(1.0, colour);
    for (axis, at, _) in grid {
        if *axis == 0 {
            painter.vline(*at, rect.y_range(), stroke);
        } else {
            painter.hline(rect.x_range(), *at, stroke);
        }
    }
}

/// Full eastings and northings at the ends of the grid's lines, where no panel stands.
fn grid_words(painter: &Painter, rect: Rect, sheet: &Sheet<'_>, grid: &[(usize, f32, f64)], taken: &mut Vec<Rect>) {
    for (axis, at, coordinate) in grid {
        let galley =
            painter.layout_no_wrap(format!("{coordinate:.0}"), FontId::proportional(9.5), sheet.ink.of([70, 70, 70]));
        let size = galley.size();
        let corner = if *axis == 0 {
            pos2(at + 2.0, rect.bottom() - 2.0 - size.y)
        } else {
            pos2(rect.left() + 2.0, at - 1.0 - size.y)
        };
        let area = Rect::from_min_size(corner, size);
        if rect.contains_rect(area) && !taken.iter().any(|other| other.intersects(area)) {
            painter.galley(corner, galley, sheet.ink.ink);
            taken.push(area);
        }
    }
}
