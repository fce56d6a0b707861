//! A surface over a cloud: the highest layer of each column of cells, joined by a Delaunay triangulation.

use super::{Cells, Heap};
use minesift_core::fact::Mesh;
use spade::{DelaunayTriangulation, HasPosition, Point2, Triangulation};
use std::collections::BTreeMap;

/// Cells that a triangle may span: longer ones bridge what nobody scanned.
const LONGEST: f64 = 6.0;

struct Node {
    at: Point2<f64>,
    place: [f64; 3],
}

impl HasPosition for Node {
    type Scalar = f64;
    fn position(&self) -> Point2<f64> {
        self.at
    }
}

/// The surface; without triangles where the points are too few.
pub(super) fn over(cells: &Cells) -> Mesh {
    let mut columns: BTreeMap<[i32; 2], (i32, Heap)> = BTreeMap::new();
    for (key, heap) in &cells.heaps {
        let top = columns.entry([key[0], key[1]]).or_insert((key[2], *heap));
        if key[2] > top.0 {
            *top = (key[2], *heap);
        }
    }
    let mut net: DelaunayTriangulation<Node> = DelaunayTriangulation::new();
    for (_, heap) in columns.values() {
        let place = heap.mean();
        let at = Point2::new(place[0] - cells.origin[0], place[1] - cells.origin[1]);
        // Two columns never share a mean; a number that spade refuses is no place.
        let _ = net.insert(Node { at, place });
    }
    let mut mesh = Mesh { vertices: net.vertices().map(|v| v.data().place).collect(), triangles: Vec::new() };
    let longest = LONGEST * cells.size;
    for face in net.inner_faces() {
        let corners = face.vertices();
        let far = (0..3).any(|i| {
            let (a, b) = (corners[i].data().at, corners[(i + 1) % 3].data().at);
            (a.x - b.x).hypot(a.y - b.y) > longest
        });
        if !far {
            mesh.triangles.push(corners.map(|corner| corner.index() as u32));
        }
    }
    // Vertices that no triangle holds are no surface.
    let mut number = vec![u32::MAX; mesh.vertices.len()];
    let mut kept = Vec::new();
    for triangle in &mut mesh.triangles {
        for corner in triangle {
            let old = *corner as usize;
            if number[old] == u32::MAX {
                number[old] = kept.len() as u32;
                kept.push(mesh.vertices[old]);
            }
            *corner = number[old];
        }
    }
    mesh.vertices = kept;
    mesh
}
