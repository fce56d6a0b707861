//! Rock between the seams where a section cuts it: drawn after the nearest borehole, following the seams.
//!
//! A hole says what it met at its own place only. Between holes its strata are carried along with the floors of the
//! seams and the ground, stretched between them in proportion: what a geologist draws by hand. It is a reading, and
//! the objects say so.

use super::boreholes::{Log, rock_name};
use super::section::{Face, Section};
use super::{Layer, Object, Piece, Scene, Skin};
use minesift_core::fact::Source;
use minesift_core::text::Text;
use std::collections::BTreeMap;

/// A section is filled in so many upright strips.
const STRIPS: usize = 300;

/// A rock as it fills a section: paler than in the holes, so that seams and goafs stand out.
pub fn pale(rock: Skin) -> Skin {
    let [r, g, b, _] = rock.colour;
    let half = |c: u8| ((u16::from(c) + 255) / 2) as u8;
    Skin { colour: [half(r), half(g), half(b), 255], hatch: rock.hatch }
}

/// Gives every rock that the holes met an object, which a section's faces belong to.
pub(super) fn draw(scene: &mut Scene) {
    let met: std::collections::BTreeSet<Skin> =
        scene.lithology.iter().flat_map(|log| &log.intervals).map(|(.., skin)| *skin).collect();
    for skin in met {
        let object = scene.add(Object {
            id: String::new(),
            kind: "interval",
            name: rock_name(skin),
            layer: Layer::Strata,
            seam: None,
            source: Source::default(),
            said: Vec::new(),
            supposed: vec![Text::new(
                "岩层按最近钻孔推绘，随煤层底板和地面起伏，不是实测",
                "rock is drawn after the nearest borehole, following the seams and the ground: it is not measured here",
            )],
            days: None,
            against: Vec::new(),
        });
        scene.strata.insert(skin, (object, scene.pieces.len() as u32));
        scene.pieces.push(Piece { object, skin: pale(skin), ..Piece::default() });
    }
}

/// Faces of rock for a section, to be drawn behind all others.
pub(super) fn faces(section: &Section, scene: &Scene) -> Vec<Face> {
    let logs: Vec<&Log> = scene.lithology.iter().filter(|log| !log.intervals.is_empty()).collect();
    let Some(reach_m) = reach(&logs) else { return Vec::new() };
    let lines = Lines::new(section, scene);
    let step = section.length_m() / STRIPS as f64;
    let mut filled: BTreeMap<Skin, Vec<super::Triangle>> = BTreeMap::new();
    let stations: Vec<Vec<Option<f64>>> = (0..=STRIPS).map(|i| lines.at(i as f64 * step)).collect();
    for (i, edges) in stations.windows(2).enumerate() {
        let [x, y, _] = section.place((i as f64 + 0.5) * step, 0.0);
        let away = |log: &Log| log.path.first().map_or(f64::INFINITY, |p| (p[0] - x).hypot(p[1] - y));
        let Some(log) = logs.iter().min_by(|a, b| away(a).total_cmp(&away(b))) else { continue };
        if away(log) > reach_m {
            continue;
        }
        let carried = edges.iter().map(|known| Carry::new(log, known, &lines)).collect::<Option<Vec<_>>>();
        let Some([left, right]) = carried.as_deref() else { continue };
        let (u, v) = (i as f64 * step, (i as f64 + 1.0) * step);
        for (from, to, skin) in &log.intervals {
            let (Some(top), Some(foot)) = (log.z_at(*from), log.z_at(*to)) else { continue };
            let corners = [(u, left.z(foot)), (v, right.z(foot)), (v, right.z(top)), (u, left.z(top))];
            let [a, b, c, d] = corners.map(|(along, z)| section.place(along, z));
            if top > foot {
                filled.entry(*skin).or_default().extend([[a, b, c], [a, c, d]]);
            }
        }
    }
    let face = |(skin, triangles): (Skin, Vec<super::Triangle>)| {
        let (object, piece) = *scene.strata.get(&skin)?;
        Some(Face { object: Some(object), piece: Some(piece), skin: pale(skin), triangles, lines: Vec::new() })
    };
    filled.into_iter().filter_map(face).collect()
}

/// How far a hole speaks for the rock round it: as far as holes stand apart, m.
fn reach(logs: &[&Log]) -> Option<f64> {
    let mouths: Vec<[f64; 3]> = logs.iter().filter_map(|log| log.path.first().copied()).collect();
    let side = |axis: usize| {
        let span =
            mouths.iter().map(|p| p[axis]).fold((f64::INFINITY, f64::NEG_INFINITY), |s, c| (s.0.min(c), s.1.max(c)));
        (span.1 - span.0).max(100.0)
    };
    (!mouths.is_empty()).then(|| (side(0) * side(1) / mouths.len() as f64).sqrt().max(100.0))
}

/// A line of the section: distance along it and elevation at both ends.
type Stretch = [[f64; 2]; 2];

/// The ground and the floors of the seams along a section.
struct Lines {
    ground: Vec<Stretch>,
    floors: Vec<(String, Vec<Stretch>)>,
}

impl Lines {
    fn new(section: &Section, scene: &Scene) -> Self {
        let (mut ground, mut floors) = (Vec::new(), BTreeMap::<&str, Vec<Stretch>>::new());
        for piece in scene.pieces.iter().filter(|piece| piece.detail.real()) {
            let object = &scene.objects[piece.object as usize];
            let flat = |[p, q]: [[f64; 3]; 2]| {
                let end = |p: [f64; 3]| [section.along([p[0], p[1]])[0], p[2]];
                if end(p)[0] <= end(q)[0] { [end(p), end(q)] } else { [end(q), end(p)] }
            };
            match (object.layer, object.seam.as_deref()) {
                (Layer::Terrain, _) => ground.extend(piece.triangles.iter().filter_map(|t| section.trace(t)).map(flat)),
                (Layer::Zones, Some(seam)) => floors
                    .entry(seam)
                    .or_default()
                    .extend(piece.prisms.iter().filter_map(|prism| section.trace(&prism.base)).map(flat)),
                _ => {}
            }
        }
        let order = |line: &mut Vec<Stretch>| line.sort_by(|a, b| a[0][0].total_cmp(&b[0][0]));
        order(&mut ground);
        let mut floors: Vec<(String, Vec<Stretch>)> =
            floors.into_iter().map(|(seam, line)| (seam.to_owned(), line)).collect();
        floors.iter_mut().for_each(|(_, line)| order(line));
        Self { ground, floors }
    }

    /// Elevation of the ground and of each floor at a distance along the section.
    fn at(&self, u: f64) -> Vec<Option<f64>> {
        let on = |line: &Vec<Stretch>| {
            let [p, q] = line.iter().take_while(|[p, _]| p[0] <= u + 1e-6).find(|[_, q]| q[0] >= u - 1e-6)?;
            let share = if q[0] - p[0] > 1e-9 { (u - p[0]) / (q[0] - p[0]) } else { 0.0 };
            Some(p[1] + share * (q[1] - p[1]))
        };
        std::iter::once(on(&self.ground)).chain(self.floors.iter().map(|(_, line)| on(line))).collect()
    }
}

/// Elevations of a hole as they lie at another place.
struct Carry {
    /// Elevation in the hole and there, from the highest down.
    pairs: Vec<[f64; 2]>,
}

impl Carry {
    /// Nothing where neither the ground nor a seam is known there.
    fn new(log: &Log, known: &[Option<f64>], lines: &Lines) -> Option<Self> {
        let in_hole = std::iter::once(log.path.first().map(|p| p[2]))
            .chain(lines.floors.iter().map(|(seam, _)| log.floors.get(seam).copied()));
        let mut pairs: Vec<[f64; 2]> = in_hole.zip(known).filter_map(|(a, b)| Some([a?, (*b)?])).collect();
        pairs.sort_by(|a, b| b[0].total_cmp(&a[0]));
        // What would lie upside down says nothing.
        pairs.dedup_by(|later, kept| later[0] >= kept[0] || later[1] >= kept[1]);
        (!pairs.is_empty()).then_some(Self { pairs })
    }

    fn z(&self, z: f64) -> f64 {
        let below = self.pairs.iter().position(|pair| pair[0] <= z);
        match below {
            Some(0) => self.pairs[0][1] + z - self.pairs[0][0],
            Some(n) => {
                let ([high, there], [low, there_low]) = (self.pairs[n - 1], self.pairs[n]);
                there_low + (z - low) / (high - low) * (there - there_low)
            }
            None => self.pairs.last().map_or(z, |pair| pair[1] + z - pair[0]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strata_keep_their_share_between_the_seams() {
        // Ground 100 and a floor at 0 in the hole; there the ground is at 140 and the floor at -60.
        let carry = Carry { pairs: vec![[100.0, 140.0], [0.0, -60.0]] };
        assert_eq!(carry.z(50.0), 40.0);
        assert_eq!(carry.z(110.0), 150.0);
        assert_eq!(carry.z(-10.0), -70.0);
    }
}
