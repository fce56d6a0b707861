//! Boreholes as tubes coloured by rock, with the seams they met.

use super::shape::tube;
use super::{Detail, Label, Layer, Piece, Scene, Skin, Triangle, object_of};
use minesift_core::fact::{Position, Shape};
use minesift_core::site::Site;
use minesift_core::site::seam::Seam;
use minesift_core::text::Text;
use minesift_core::zone::ZoneMap;
use std::collections::BTreeMap;

/// What a section needs of a hole: its path, its intervals from, to, colour, and the floors of the seams where it
/// stands, m.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) object: u32,
    pub(crate) piece: u32,
    pub(crate) name: Text,
    pub(crate) path: Vec<[f64; 3]>,
    pub(crate) intervals: Vec<(f64, f64, Skin)>,
    pub(crate) floors: BTreeMap<String, f64>,
}

impl Log {
    /// Elevation at a depth along the hole; nothing below its end.
    pub(crate) fn z_at(&self, depth_m: f64) -> Option<f64> {
        if depth_m <= 0.0 {
            return self.path.first().map(|p| p[2]);
        }
        stretch(&self.path, 0.0, depth_m).last().map(|p| p[2])
    }
}

/// Words that name a rock, Chinese and English, and its colour; the first that occurs decides. The first Chinese and the
/// first English word are what the legend calls it.
pub const ROCKS: &[(&[&str], Skin)] = &[
    (&["煤层", "煤", "coal"], Skin::plain(30, 30, 32)),
    (
        &["黄土等松散层", "loose cover", "黄土", "loess", "表土", "soil", "粘土", "黏土", "clay", "冲积", "alluvium"],
        Skin::plain(222, 184, 110),
    ),
    (&["灰岩", "limestone", "白云"], Skin::plain(120, 170, 210)),
    (&["砾岩", "conglomerate", "砾"], Skin::plain(214, 140, 80)),
    (&["砂质泥岩", "sandy mudstone"], Skin::plain(150, 160, 130)),
    (&["粉砂岩", "siltstone", "粉砂"], Skin::plain(196, 190, 130)),
    (&["砂岩", "sandstone"], Skin::plain(240, 220, 120)),
    (&["铝质岩", "bauxitic rock", "铝", "bauxit"], Skin::plain(190, 130, 130)),
    (&["泥岩、页岩", "mudstone, shale", "泥岩", "mudstone", "页岩", "shale"], Skin::plain(130, 140, 130)),
    (&["岩浆岩", "igneous rock", "岩浆", "火成", "intrusi", "basalt", "granite", "花岗"], Skin::plain(210, 100, 110)),
];

const OTHER: Skin = Skin::plain(168, 168, 162);

/// Above so many stretches of tube, holes are drawn as lines from far.
const MANY: usize = 5000;

/// Colour of a rock by its name.
pub fn rock(name: &str) -> Skin {
    let name = name.to_lowercase();
    ROCKS.iter().find(|(words, _)| words.iter().any(|word| name.contains(word))).map_or(OTHER, |(_, skin)| *skin)
}

/// What the legend calls the rock of a colour.
pub fn rock_name(skin: Skin) -> Text {
    let words =
        ROCKS.iter().find(|(_, own)| own.colour == skin.colour).map_or(&["其他岩石", "other rock"][..], |r| r.0);
    let first = |ascii: bool| words.iter().find(|word| word.is_ascii() == ascii).copied().unwrap_or_default();
    Text::new(first(false), first(true))
}

pub(super) fn draw(scene: &mut Scene, site: &Site, _: &ZoneMap) {
    let radius = site
        .licence
        .outline
        .bounds()
        .map_or(3.0, |[x0, y0, x1, y1]| ((x1 - x0).hypot(y1 - y0) / 700.0).clamp(0.5, 8.0));
    // Many holes take fewer sides, so that a hundred thousand stay fluid.
    let sides = if site.boreholes.len() > 2000 { 6 } else { 8 };
    let facts: BTreeMap<&str, _> =
        site.facts.iter().filter(|f| f.kind == "borehole").map(|fact| (fact.id.as_str(), fact)).collect();
    let mut intervals: BTreeMap<&str, Vec<(f64, f64, Skin)>> = BTreeMap::new();
    for fact in site.facts.iter().filter(|fact| fact.kind == "interval") {
        let (Some(hole), Some(from), Some(to)) = (fact.text("hole"), fact.number("from_m"), fact.number("to_m")) else {
            continue;
        };
        let skin =
            if fact.text("seam").is_some() { rock("煤") } else { rock(fact.text("lithology").unwrap_or_default()) };
        intervals.entry(hole).or_default().push((from, to, skin));
    }
    let many = intervals.values().map(Vec::len).sum::<usize>() + site.boreholes.len() > MANY;
    for hole in &site.boreholes {
        let Some(fact) = facts.get(hole.id.as_str()) else { continue };
        let mut object = object_of(fact, Layer::Boreholes, None);
        let mut path = hole.path.clone();
        if path.len() < 2 {
            object.supposed.push(Text::new(
                "孔口标高或孔深未记录，画为示意",
                "collar elevation or depth not recorded: drawn as a sign",
            ));
            let z = hole.collar.z.or(site.mine.surface_m).unwrap_or_else(|| site.licence.z_m.map_or(0.0, |z| z[1]));
            let foot =
                site.seams.last().and_then(|seam| seam.floor_at(hole.collar.x, hole.collar.y)).unwrap_or(z - 10.0);
            path = vec![[hole.collar.x, hole.collar.y, z], [hole.collar.x, hole.collar.y, foot.min(z - 1.0)]];
        }
        // Ledgers name a hole by its number or by its name.
        let by_name = || fact.text("name_zh").and_then(|name| intervals.get(name));
        let mut logs = intervals.get(hole.id.as_str()).or_else(by_name).cloned().unwrap_or_default();
        logs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (name, top) = (object.name.clone(), path[0]);
        let bad = hole.sealing == Some(false);
        let object = scene.add(object);
        let mut merged: BTreeMap<Skin, (Vec<Triangle>, Vec<Vec<[f64; 3]>>)> = BTreeMap::new();
        if logs.is_empty() {
            merged.insert(OTHER, (tube(&path, radius, sides), vec![path.clone()]));
        }
        for (from, to, skin) in &logs {
            let part = stretch(&path, *from, *to);
            let wide = if *skin == rock("煤") { radius * 1.5 } else { radius };
            let kept = merged.entry(*skin).or_default();
            kept.0.extend(tube(&part, wide, sides));
            kept.1.push(part);
        }
        let piece = scene.pieces.len() as u32;
        for (skin, (triangles, lines)) in merged {
            let near = Piece { object, skin, triangles, closed: true, wide_m: radius * 2.0, ..Piece::default() };
            if many {
                let far = Piece { triangles: Vec::new(), closed: false, lines, line_points: 1.5, ..near.clone() };
                scene.pieces.push(Piece { detail: Detail::Near, ..near });
                scene.pieces.push(Piece { detail: Detail::Far, ..far });
            } else {
                scene.pieces.push(near);
            }
        }
        let colour = if bad { [200, 20, 20] } else { [50, 50, 50] };
        let short = |words: &str| words.rsplit(' ').next().unwrap_or_default().to_owned();
        // On the picture the name alone: that it is a borehole one sees.
        let name = Text::new(short(&name.zh), short(&name.en));
        scene.labels.push(Label {
            at: top,
            text: name.clone(),
            layer: Layer::Boreholes,
            seam: None,
            rank: if bad { 4 } else { 7 },
            colour,
        });
        let floor = |seam: &Seam| Some((seam.id.clone(), seam.floor_at(top[0], top[1])?));
        let floors = site.seams.iter().filter_map(floor).collect();
        scene.lithology.push(Log { object, piece, name, path, intervals: logs, floors });
    }
    picks(scene, site, radius);
    super::strata::draw(scene);
}

/// Where holes met the seams: a black collar as high as the coal, wider than the hole.
fn picks(scene: &mut Scene, site: &Site, radius: f64) {
    let all = || site.facts.iter().filter(|fact| fact.kind == "pick");
    let detail = if all().count() > MANY { Detail::Near } else { Detail::Always };
    for fact in all() {
        let Some(Shape::Point(Position { x, y, z: Some(z) })) = fact.shape else { continue };
        let seam = fact.text("seam");
        let mut object = object_of(fact, Layer::Boreholes, seam);
        let (hole, name) = (fact.text("hole").unwrap_or_default(), seam.and_then(|id| site.seam(id)));
        let name = name.map_or_else(|| Text::same(seam.unwrap_or_default()), |seam| seam.name.clone());
        object.name = Text::new(format!("{hole} 见{}", name.zh), format!("{} met in {hole}", name.en));
        let object = scene.add(object);
        let high = fact.number("thickness_m").unwrap_or(1.0).max(0.2);
        let triangles = tube(&[[x, y, z + high], [x, y, z]], radius * 1.8, 8);
        let (skin, wide_m) = (rock("煤"), radius * 3.6);
        scene.pieces.push(Piece { object, skin, triangles, closed: true, detail, wide_m, ..Piece::default() });
    }
}

/// The part of a path between two depths along it.
pub(crate) fn stretch(path: &[[f64; 3]], from_m: f64, to_m: f64) -> Vec<[f64; 3]> {
    let mut out = Vec::new();
    let mut depth = 0.0;
    for pair in path.windows(2) {
        let length = (0..3).map(|axis| (pair[1][axis] - pair[0][axis]).powi(2)).sum::<f64>().sqrt();
        if length <= 0.0 {
            continue;
        }
        let at = |d: f64| [0, 1, 2].map(|axis| pair[0][axis] + (d - depth) / length * (pair[1][axis] - pair[0][axis]));
        let (a, b) = (from_m.max(depth), to_m.min(depth + length));
        if a < b {
            if out.is_empty() {
                out.push(at(a));
            }
            out.push(at(b));
        }
        depth += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_keeps_its_length_round_a_bend() {
        let path = [[0.0, 0.0, 0.0], [0.0, 0.0, -100.0], [0.0, 60.0, -180.0]];
        assert_eq!(stretch(&path, 50.0, 150.0), vec![[0.0, 0.0, -50.0], [0.0, 0.0, -100.0], [0.0, 30.0, -140.0]]);
        assert!(stretch(&path, 300.0, 310.0).is_empty());
    }

    #[test]
    fn coal_and_limestone_look_different_in_both_languages() {
        assert_eq!(rock("3号煤"), rock("Coal"));
        assert_eq!(rock("石灰岩"), rock("limestone"));
        assert_ne!(rock("石灰岩"), rock("砂岩"));
        assert_ne!(rock("粉砂岩"), rock("砂岩"));
    }
}
