//! Which labels lie behind a seam: a letter of the lower seam must not be read as one of the upper.

use super::pick::{Cuts, meets};
use super::{Layer, Piece, Scene};
use crate::camera::Camera;
use glam::DVec3;

/// What lies nearer to a label than this does not hide it: its own surface, m.
const CLEAR_M: f64 = 5.0;
/// The picture is sorted into so many columns and rows, so that a triangle asks only the labels near it.
const BINS: usize = 24;

/// For every label of the scene, true where a zone that is shown lies between it and the eye. Names of seams and of
/// what is objected to (rank 0) are never hidden.
pub fn behind(
    scene: &Scene,
    camera: &Camera,
    aspect: f64,
    cuts: Cuts<'_>,
    shown: impl Fn(&Piece) -> bool,
) -> Vec<bool> {
    let project = camera.projector(scene.origin, aspect);
    let bin = |t: f64| ((t * BINS as f64).floor().clamp(0.0, (BINS - 1) as f64)) as usize;
    let mut bins = vec![Vec::new(); BINS * BINS];
    for (number, label) in scene.labels.iter().enumerate().filter(|(_, label)| label.rank > 0) {
        if let Some([x, y]) = project(label.at).filter(|p| p.iter().all(|t| (0.0..=1.0).contains(t))) {
            bins[bin(y) * BINS + bin(x)].push(number);
        }
    }
    let mut behind = vec![false; scene.labels.len()];
    let solid = |piece: &&Piece| {
        piece.skin.colour[3] == 255 && scene.objects[piece.object as usize].layer == Layer::Zones && shown(piece)
    };
    // A section filled with rock is a wall: what stands behind it is not seen.
    let rock = cuts.section.into_iter().flat_map(|section| &section.faces).filter(|face| {
        let piece = face.piece.map(|piece| &scene.pieces[piece as usize]);
        piece.is_some_and(|piece| scene.objects[piece.object as usize].layer == Layer::Strata && shown(piece))
    });
    let seams = scene.pieces.iter().filter(solid).flat_map(|piece| &piece.triangles);
    for triangle in seams.chain(rock.flat_map(|face| &face.triangles)) {
        let [Some(a), Some(b), Some(c)] = triangle.map(&project) else { continue };
        let span = |axis: usize| {
            let (low, high) = (a[axis].min(b[axis]).min(c[axis]), a[axis].max(b[axis]).max(c[axis]));
            (high >= 0.0 && low <= 1.0).then(|| bin(low)..=bin(high))
        };
        let (Some(columns), Some(rows)) = (span(0), span(1)) else { continue };
        for number in rows.flat_map(|row| columns.clone().map(move |column| row * BINS + column)).flat_map(|n| &bins[n])
        {
            if behind[*number] {
                continue;
            }
            let at = DVec3::from_array(scene.labels[*number].at);
            let to_eye = DVec3::from_array(camera.towards_eye(scene.labels[*number].at));
            if let Some(along) = meets(at, to_eye, triangle)
                && along < 1.0
                && along * to_eye.length() > CLEAR_M
                && cuts.keep((at + to_eye * along).to_array())
            {
                behind[*number] = true;
            }
        }
    }
    behind
}
