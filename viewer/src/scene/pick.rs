//! What lies under the pointer: a ray against every triangle that is shown, in `f64`.

use super::section::{Face, Section};
use super::slice::Slice;
use super::{Scene, Triangle};
use glam::DVec3;
use minesift_core::site::Site;
use minesift_core::zone::ZoneMap;

/// A half-line in the map's own metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ray {
    /// Where it begins.
    pub from: [f64; 3],
    /// Which way it goes; of any length.
    pub towards: [f64; 3],
}

/// What a ray met first.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Number of the object in [`Scene::objects`].
    pub object: u32,
    /// Easting, northing, elevation, m.
    pub at: [f64; 3],
    /// Distance along the ray, in lengths of `towards`.
    pub along: f64,
}

/// What cuts a scene: a vertical section, a level slice, both or neither.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cuts<'a> {
    /// The section.
    pub section: Option<&'a Section>,
    /// The slice.
    pub slice: Option<&'a Slice>,
}

impl Cuts<'_> {
    /// True for a place that no cut took away.
    pub fn keep(&self, at: [f64; 3]) -> bool {
        self.section.is_none_or(|section| section.keeps(at)) && self.slice.is_none_or(|slice| slice.keeps(at))
    }

    /// Faces of both.
    fn faces(&self) -> impl Iterator<Item = &Face> {
        let section = self.section.into_iter().flat_map(|section| &section.faces);
        section.chain(self.slice.into_iter().flat_map(|slice| &slice.faces))
    }
}

/// The nearest thing along a ray among the pieces that `shown` lets through. Where something cuts, only what is left
/// of it counts, and its filled faces are met like anything else. What lets a click through (licence, terrain) is met
/// only when nothing lies behind it.
pub fn pick(scene: &Scene, ray: Ray, cuts: Cuts<'_>, shown: impl Fn(&super::Piece) -> bool) -> Option<Hit> {
    let (from, towards) = (DVec3::from_array(ray.from), DVec3::from_array(ray.towards));
    let mut best: [Option<Hit>; 2] = [None, None];
    let mut meet = |object: u32, triangle: &Triangle, kept: &dyn Fn([f64; 3]) -> bool| {
        let Some(along) = meets(from, towards, triangle) else { return };
        let place = usize::from(!scene.objects[object as usize].layer.stops_a_click());
        if best[place].as_ref().is_some_and(|hit| hit.along <= along) {
            return;
        }
        let at = (from + towards * along).to_array();
        if kept(at) {
            best[place] = Some(Hit { object, at, along });
        }
    };
    for piece in scene.pieces.iter().filter(|piece| piece.detail.real() && shown(piece)) {
        for triangle in &piece.triangles {
            meet(piece.object, triangle, &|at| cuts.keep(at));
        }
    }
    let faces = cuts.faces();
    for face in faces.filter(|face| face.piece.is_some_and(|piece| shown(&scene.pieces[piece as usize]))) {
        if let Some(object) = face.object {
            for triangle in &face.triangles {
                meet(object, triangle, &|_| true);
            }
        }
    }
    let [first, second] = best;
    first.or(second)
}

/// Where a ray meets a triangle, in lengths of `towards`; nothing behind its beginning.
///
/// *Source:* Möller and Trumbore, "Fast, minimum storage ray/triangle intersection" (1997), in coordinates from the
/// triangle's first corner, so that eight-digit eastings lose nothing.
pub(super) fn meets(from: DVec3, towards: DVec3, triangle: &Triangle) -> Option<f64> {
    let corner = DVec3::from_array(triangle[0]);
    let a = DVec3::from_array(triangle[1]) - corner;
    let b = DVec3::from_array(triangle[2]) - corner;
    let p = towards.cross(b);
    let det = a.dot(p);
    if det.abs() < 1e-12 * a.length() * p.length() || det == 0.0 {
        return None;
    }
    let s = from - corner;
    let u = s.dot(p) / det;
    if !(-1e-9..=1.0 + 1e-9).contains(&u) {
        return None;
    }
    let q = s.cross(a);
    let v = towards.dot(q) / det;
    if v < -1e-9 || u + v > 1.0 + 1e-9 {
        return None;
    }
    let along = b.dot(q) / det;
    (along > 0.0).then_some(along)
}

/// The seam to ask about at a place: the object's own, else the licensed seam whose floor is nearest.
pub fn seam_at(scene: &Scene, site: &Site, map: &ZoneMap, hit: &Hit) -> Option<String> {
    let own = scene.objects[hit.object as usize].seam.clone();
    own.filter(|seam| map.seams.iter().any(|zones| &zones.seam == seam)).or_else(|| {
        map.seams
            .iter()
            .filter_map(|zones| {
                let floor = site.seam(&zones.seam)?.floor_at(hit.at[0], hit.at[1])?;
                Some(((floor - hit.at[2]).abs(), zones.seam.clone()))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, seam)| seam)
    })
}
