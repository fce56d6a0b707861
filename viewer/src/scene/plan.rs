//! Faces, headings and workings: what is planned, by its day, and what was driven.

use super::shape::{drape, lift, raise, rings, sweep};
use super::zones::{height, supposed_floor};
use super::{Hatch, Label, Layer, Scene, Skin, object_of};
use jiff::civil::Date;
use minesift_core::fact::{Fact, Position, Shape};
use minesift_core::outline::Outline;
use minesift_core::site::Site;
use minesift_core::site::seam::Seam;
use minesift_core::site::surface::Surface;
use minesift_core::text::Text;
use minesift_core::zone::ZoneMap;

/// How far a task is on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Not begun.
    Ahead,
    /// Being worked.
    Running,
    /// Finished.
    Done,
}

/// How far a task with these days is on a day; without a first day it is ahead.
///
/// ```
/// use jiff::civil::date;
/// use minesift_viewer::scene::{Progress, progress};
/// let (from, to) = (Some(date(2027, 1, 1)), Some(date(2027, 6, 30)));
/// assert_eq!(progress(from, to, date(2026, 12, 31)), Progress::Ahead);
/// assert_eq!(progress(from, to, date(2027, 1, 1)), Progress::Running);
/// assert_eq!(progress(from, to, date(2027, 7, 1)), Progress::Done);
/// ```
pub fn progress(from: Option<Date>, to: Option<Date>, day: Date) -> Progress {
    match (from, to) {
        (_, Some(to)) if to < day => Progress::Done,
        (Some(from), _) if from <= day => Progress::Running,
        _ => Progress::Ahead,
    }
}

fn skin(progress: Progress) -> Skin {
    match progress {
        Progress::Ahead => Skin::plain(90, 160, 220).opacity(190),
        Progress::Running => Skin::plain(250, 130, 30),
        Progress::Done => Skin::plain(130, 130, 130).hatched(Hatch::Goaf),
    }
}

const WORKING: Skin = Skin::plain(70, 78, 96);

pub(super) fn draw(scene: &mut Scene, site: &Site, map: &ZoneMap) {
    for fact in &site.facts {
        let (layer, skin) = match fact.kind {
            "face" | "heading" => (Layer::Plan, skin(progress(fact.date("from"), fact.date("to"), map.day))),
            "working" => (Layer::Workings, WORKING),
            _ => continue,
        };
        let seam = fact.text("seam").and_then(|id| site.seam(id));
        let mut object = object_of(fact, layer, fact.text("seam"));
        object.days = Some((fact.date("from"), fact.date("to")));
        let name = object.name.clone();
        let object = scene.add(object);
        let at = match &fact.shape {
            Some(Shape::Areas(areas)) => area(scene, site, object, fact, areas, seam, skin),
            Some(Shape::Lines(lines)) => {
                lines.iter().filter_map(|line| road(scene, site, object, fact, line, seam, skin)).last()
            }
            Some(Shape::Mesh(mesh)) => {
                scene.solid(object, skin, super::ground::triangles_of(mesh));
                mesh.vertices.first().copied()
            }
            Some(Shape::Point(p)) => {
                let top = p.z.or(site.mine.surface_m).unwrap_or(0.0);
                let foot = seam.or(site.seams.last()).and_then(|seam| seam.floor_at(p.x, p.y)).unwrap_or(top - 10.0);
                scene.solid(
                    object,
                    skin,
                    super::shape::tube(&[[p.x, p.y, top], [p.x, p.y, foot.min(top - 1.0)]], width(fact, 5.0) / 2.0, 10),
                );
                Some([p.x, p.y, top])
            }
            None => None,
        };
        if let Some(at) = at {
            scene.labels.push(Label {
                at,
                // A heading's own name is enough beside the face it serves.
                text: if fact.kind == "heading" { Text::same(fact.id.clone()) } else { name },
                layer,
                seam: fact.text("seam").map(str::to_owned),
                rank: if fact.kind == "face" { 3 } else { 6 },
                colour: [30, 60, 110],
            });
        }
    }
}

/// True where an elevation of 0 may be meant: the licence reaches it.
fn licensed_at_zero(site: &Site) -> bool {
    site.licence.z_m.is_none_or(|[low, high]| low <= 0.0 && 0.0 <= high)
}

fn width(fact: &Fact, absent: f64) -> f64 {
    fact.attributes.get("width_m").and_then(|_| fact.number("width_m")).unwrap_or(absent)
}

fn area(
    scene: &mut Scene,
    site: &Site,
    object: u32,
    fact: &Fact,
    areas: &geo::MultiPolygon<f64>,
    seam: Option<&Seam>,
    skin: Skin,
) -> Option<[f64; 3]> {
    let outline = Outline::new(areas).or_else(|_| Outline::repaired(areas).map(|(outline, ..)| outline)).ok()?;
    let given = fact.attributes.get("z_from_m").and_then(|_| fact.number("z_from_m"));
    let flat = given.or_else(|| seam.is_none().then(|| site.licence.z_m.map_or(0.0, |z| f64::midpoint(z[0], z[1]))));
    let mut base = match (flat, seam) {
        (None, Some(seam)) => drape(&outline, &seam.floor),
        (z, _) => drape(&outline, &Surface::Flat(z.unwrap_or(0.0))),
    };
    if let (true, Some(seam)) = (base.is_empty(), seam) {
        base = drape(&outline, &Surface::Flat(supposed_floor(site, seam)));
    }
    let tall = |x: f64, y: f64| {
        let own = fact.attributes.get("mining_height_m").and_then(|_| fact.number("mining_height_m"));
        own.unwrap_or_else(|| seam.map_or(3.0, |seam| height(seam, x, y))).max(0.5)
    };
    let prisms = raise(base, tall);
    let top = prisms.iter().flat_map(|p| p.top).fold(f64::NEG_INFINITY, f64::max);
    scene.prisms(object, skin, prisms);
    let z = |x: f64, y: f64| flat.or_else(|| seam.and_then(|seam| seam.floor_at(x, y))).map(|z| z + tall(x, y) + 0.1);
    scene.lines(
        object,
        Skin::plain(20, 40, 90),
        1.8,
        rings(&outline).iter().flat_map(|ring| lift(ring, 40.0, z)).collect(),
    );
    let [x, y] = outline.label_point()?;
    Some([x, y, z(x, y).unwrap_or(top)]).filter(|at| at[2].is_finite())
}

fn road(
    scene: &mut Scene,
    site: &Site,
    object: u32,
    fact: &Fact,
    line: &[Position],
    seam: Option<&Seam>,
    skin: Skin,
) -> Option<[f64; 3]> {
    let tall = fact.attributes.get("height_m").and_then(|_| fact.number("height_m")).unwrap_or(3.0);
    let wide = width(fact, 4.0);
    // A flat drawing puts everything at 0: that is no elevation.
    let flat = line.iter().all(|p| p.z.is_none_or(|z| z == 0.0));
    let any_z = !flat || (seam.is_none() && line.iter().any(|p| p.z.is_some()) && licensed_at_zero(site));
    if !any_z && line.iter().any(|p| p.z.is_some()) {
        scene.objects[object as usize].supposed.push(Text::new(
            "图上标高全为 0，按未记录处理，画在煤层底板或许可标高中值",
            "every elevation is 0 as in a flat drawing: taken as not recorded, drawn on the seam's floor or in the middle of \
             the licensed elevations",
        ));
    }
    let supposed = seam
        .map(|seam| supposed_floor(site, seam))
        .or_else(|| site.licence.z_m.map(|z| f64::midpoint(z[0], z[1])))
        .unwrap_or(0.0);
    let path: Vec<[f64; 3]> = if any_z {
        line.iter().map(|p| [p.x, p.y, p.z.or_else(|| seam?.floor_at(p.x, p.y)).unwrap_or(supposed)]).collect()
    } else {
        let plan: Vec<[f64; 2]> = line.iter().map(|p| p.xy()).collect();
        let z = |x: f64, y: f64| Some(seam.and_then(|seam| seam.floor_at(x, y)).unwrap_or(supposed));
        lift(&plan, 30.0, z).into_iter().next().unwrap_or_default()
    };
    // The recorded line is the middle of the floor; the section is a box with a slightly arched roof.
    let w = wide / 2.0;
    let section = [[-w, 0.0], [w, 0.0], [w, tall * 0.75], [w * 0.5, tall], [-w * 0.5, tall], [-w, tall * 0.75]];
    let middle = path.get(path.len() / 2).map(|p| [p[0], p[1], p[2] + tall]);
    scene.solid(object, skin.opacity(255), sweep(&path, &section));
    scene.lines(object, skin.opacity(255), 1.6, vec![path.iter().map(|p| [p[0], p[1], p[2] + tall * 0.5]).collect()]);
    middle
}
