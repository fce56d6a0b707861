//! The licence as a curtain, the terrain, and surfaces given as triangles.

use super::shape::{rings, wall};
use super::{Label, Layer, Object, Scene, Skin, Triangle, object_of};
use minesift_core::fact::{Fact, Mesh, Shape};
use minesift_core::site::Site;
use minesift_core::site::surface::Surface;
use minesift_core::text::Text;
use minesift_core::zone::ZoneMap;

/// A border shared with a neighbour.
const SHARED: Skin = Skin::plain(150, 60, 20);
const CURTAIN: Skin = Skin::plain(30, 60, 160).opacity(26);
/// Surfaces of which no file says what they are take these colours in turn.
const SURFACES: [Skin; 6] = [
    Skin::plain(190, 120, 90),
    Skin::plain(110, 150, 190),
    Skin::plain(170, 160, 90),
    Skin::plain(150, 120, 180),
    Skin::plain(100, 165, 150),
    Skin::plain(190, 110, 140),
];
const TERRAIN: Skin = Skin::plain(150, 170, 110).opacity(70);

pub(super) fn draw(scene: &mut Scene, site: &Site, _: &ZoneMap) {
    licence(scene, site);
    for fact in &site.facts {
        match (fact.kind, fact.attributes.get("surface")) {
            ("grid", Some(minesift_core::fact::Value::Text(of))) if of == "terrain" => {
                let object = scene.add(object_of(fact, Layer::Terrain, None));
                if let ([x, y], [dx, dy], Some(columns)) =
                    (fact.numbers("origin"), fact.numbers("step_m"), fact.number("columns"))
                {
                    let surface = Surface::grid([*x, *y], [*dx, *dy], columns as usize, fact.numbers("values_m"));
                    scene.surface(object, TERRAIN, everywhere(&surface));
                }
            }
            ("surface", _) => {
                if let Some(Shape::Mesh(mesh)) = &fact.shape {
                    mesh_surface(scene, site, fact, mesh);
                }
            }
            _ => {}
        }
    }
    let points: Vec<[f64; 3]> = site
        .facts
        .iter()
        .filter(|fact| fact.kind == "contour" && fact.text("surface") == Some("terrain"))
        .filter_map(|fact| match (&fact.shape, fact.number("value_m")) {
            (Some(Shape::Lines(lines)), Some(value)) => Some(lines.iter().flatten().map(move |p| [p.x, p.y, value])),
            _ => None,
        })
        .flatten()
        .collect();
    if points.len() > 2 {
        let surface = Surface::through(&points, &[]);
        let object = scene.add(plain(Layer::Terrain, "contour", Text::new("地形（等高线）", "terrain (contours)")));
        scene.surface(object, TERRAIN, everywhere(&surface));
    }
}

fn plain(layer: Layer, kind: &'static str, name: Text) -> Object {
    Object {
        id: String::new(),
        kind,
        name,
        layer,
        seam: None,
        source: minesift_core::fact::Source::default(),
        said: Vec::new(),
        supposed: Vec::new(),
        days: None,
        against: Vec::new(),
    }
}

/// The terrain, where a grid of it is on the map.
pub(super) fn terrain(site: &Site) -> Option<Surface> {
    let fact = site.facts.iter().find(|fact| fact.kind == "grid" && fact.text("surface") == Some("terrain"))?;
    match (fact.numbers("origin"), fact.numbers("step_m"), fact.number("columns")) {
        ([x, y], [dx, dy], Some(columns)) => {
            Some(Surface::grid([*x, *y], [*dx, *dy], columns as usize, fact.numbers("values_m")))
        }
        _ => None,
    }
}

fn everywhere(surface: &Surface) -> Vec<Triangle> {
    surface.triangles_over([f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY])
}

fn licence(scene: &mut Scene, site: &Site) {
    let Some(fact) = site.facts.iter().find(|fact| fact.kind == "licence") else { return };
    let mut object = object_of(fact, Layer::Licence, None);
    let floors: Vec<(f64, f64)> = site.seams.iter().filter_map(minesift_core::site::seam::Seam::z_range).collect();
    let known = floors.iter().copied().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let [low, high] = site.licence.z_m.unwrap_or_else(|| {
        object.supposed.push(Text::new("许可标高未记录", "licensed elevations not recorded"));
        known.map_or([0.0, 100.0], |(low, high)| [low - 20.0, high + 20.0])
    });
    // A licence from -900 to +200 m round one flat seam would make everything else a line: draw near what is known.
    let (drawn_low, drawn_high) = known.map_or((low, high), |(a, b)| {
        let reach = ((b - a) * 0.5).max(60.0);
        (low.max(a - reach), high.min(b + reach).max(a + 1.0))
    });
    let name = object.name.clone();
    let object = scene.add(object);
    let rings = rings(&site.licence.outline);
    scene.surface(object, CURTAIN, rings.iter().flat_map(|ring| wall(ring, drawn_low, drawn_high)).collect());
    let edge = Skin::plain(30, 60, 160);
    let at = |ring: &Vec<[f64; 2]>, z: f64| ring.iter().map(|p| [p[0], p[1], z]).collect::<Vec<_>>();
    let mut lines: Vec<Vec<[f64; 3]>> =
        rings.iter().flat_map(|ring| [at(ring, drawn_low), at(ring, drawn_high)]).collect();
    lines.extend(rings.iter().flatten().map(|p| vec![[p[0], p[1], drawn_low], [p[0], p[1], drawn_high]]));
    scene.lines(object, edge, 1.6, lines);
    if let Some(p) = rings.first().and_then(|ring| ring.first()) {
        scene.labels.push(Label {
            at: [p[0], p[1], drawn_high],
            text: name,
            layer: Layer::Licence,
            seam: None,
            rank: 6,
            colour: [30, 60, 160],
        });
    }
    for neighbour in &site.neighbours {
        let Some(fact) = site.facts.iter().find(|f| f.kind == "neighbour" && f.id == neighbour.id) else { continue };
        let object = object_of(fact, Layer::Licence, None);
        let name = Text::new(format!("邻矿 {}", object.name.zh), object.name.en.clone());
        let object = scene.add(object);
        let shared: Vec<Vec<[f64; 3]>> =
            neighbour.shared.iter().map(|line| line.iter().map(|p| [p[0], p[1], drawn_high]).collect()).collect();
        let middle = shared.first().and_then(|line| line.get(line.len() / 2)).copied();
        scene.lines(object, SHARED, 3.0, shared);
        if let Some(at) = middle {
            scene.labels.push(Label {
                at,
                text: name,
                layer: Layer::Licence,
                seam: None,
                rank: 6,
                colour: [120, 50, 20],
            });
        }
    }
}

fn mesh_surface(scene: &mut Scene, site: &Site, fact: &Fact, mesh: &Mesh) {
    let of = fact.text("of").unwrap_or_default();
    let hazard = site.hazards().iter().find(|hazard| hazard.id == of);
    let (layer, skin) = match hazard.map(|hazard| hazard.kind) {
        Some("fault") => (Layer::Faults, Skin::plain(190, 70, 170).opacity(180)),
        Some("goaf" | "old_working") => (Layer::Goafs, Skin::plain(150, 140, 128)),
        Some("collapse_column" | "intrusion") => (Layer::Columns, Skin::plain(170, 90, 170)),
        Some(_) => (Layer::Hazards, Skin::plain(160, 120, 120)),
        None if site.seam(of).is_some() => (Layer::Zones, Skin::plain(60, 60, 62).opacity(200)),
        None if of == "terrain" => (Layer::Terrain, TERRAIN),
        None => {
            let others = scene.objects.iter().filter(|object| object.layer == Layer::Surfaces).count();
            (Layer::Surfaces, SURFACES[others % SURFACES.len()])
        }
    };
    let object = object_of(fact, layer, hazard.and_then(|hazard| hazard.seam.as_deref()));
    if layer == Layer::Surfaces
        && let Some(at) = mesh.vertices.iter().copied().max_by(|a, b| a[2].total_cmp(&b[2]))
    {
        let text = Text::same(fact.id.clone());
        scene.labels.push(Label { at, text, layer, seam: None, rank: 4, colour: [40, 40, 60] });
    }
    let object = scene.add(object);
    let triangles = triangles_of(mesh);
    if closed(&mesh.triangles) { scene.solid(object, skin, triangles) } else { scene.surface(object, skin, triangles) }
}

/// The triangles of a mesh; one that names a corner there is not is left out.
pub(super) fn triangles_of(mesh: &Mesh) -> Vec<Triangle> {
    let corner = |i: u32| mesh.vertices.get(i as usize).copied();
    mesh.triangles.iter().filter_map(|t| Some([corner(t[0])?, corner(t[1])?, corner(t[2])?])).collect()
}

/// True when every edge joins two triangles.
fn closed(triangles: &[[u32; 3]]) -> bool {
    let mut edges: std::collections::BTreeMap<(u32, u32), u8> = std::collections::BTreeMap::new();
    for t in triangles {
        for i in 0..3 {
            let (a, b) = (t[i], t[(i + 1) % 3]);
            let n = edges.entry((a.min(b), a.max(b))).or_default();
            *n = n.saturating_add(1);
        }
    }
    !edges.is_empty() && edges.values().all(|n| *n == 2)
}
