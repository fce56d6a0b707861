//! Shapes as GeoPackage geometry: the `GP` header, then ISO well-known binary.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use minesift_core::fact::{Mesh, Position, Shape};

/// Geometry of a shape as a GeoPackage stores it. Elevations nobody measured are NaN where others of the same line are known.
pub(crate) fn encode(shape: &Shape, srs_id: i32) -> Vec<u8> {
    let mut body = Vec::new();
    let envelope = match shape {
        Shape::Point(at) => {
            point(&mut body, *at, at.z.is_some());
            None
        }
        Shape::Lines(lines) => {
            let z = lines.iter().flatten().any(|p| p.z.is_some());
            head(&mut body, 5, z);
            count(&mut body, lines.len());
            for line in lines {
                head(&mut body, 2, z);
                count(&mut body, line.len());
                for p in line {
                    position(&mut body, *p, z);
                }
            }
            bounds(lines.iter().flatten().map(|p| p.xy()))
        }
        Shape::Areas(areas) => {
            head(&mut body, 6, false);
            count(&mut body, areas.0.len());
            for polygon in areas {
                head(&mut body, 3, false);
                let rings: Vec<&LineString<f64>> = std::iter::once(polygon.exterior())
                    .chain(polygon.interiors())
                    .enumerate()
                    .filter(|(number, ring)| *number > 0 || !ring.0.is_empty() || !polygon.interiors().is_empty())
                    .map(|(_, ring)| ring)
                    .collect();
                count(&mut body, rings.len());
                for ring in rings {
                    count(&mut body, ring.0.len());
                    for c in ring {
                        position(&mut body, Position::plan(c.x, c.y), false);
                    }
                }
            }
            bounds(areas.iter().flat_map(|polygon| polygon.exterior().0.iter().map(|c| [c.x, c.y])))
        }
        Shape::Mesh(mesh) => {
            let corner = |i: u32| mesh.vertices.get(i as usize).copied();
            let triangles: Vec<[[f64; 3]; 3]> =
                mesh.triangles.iter().filter_map(|t| Some([corner(t[0])?, corner(t[1])?, corner(t[2])?])).collect();
            head(&mut body, 6, true);
            count(&mut body, triangles.len());
            for [a, b, c] in &triangles {
                head(&mut body, 3, true);
                count(&mut body, 1);
                count(&mut body, 4);
                for p in [a, b, c, a] {
                    position(&mut body, Position::new(p[0], p[1], p[2]), true);
                }
            }
            bounds(triangles.iter().flatten().map(|p| [p[0], p[1]]))
        }
    };
    let empty = envelope.is_none() && !matches!(shape, Shape::Point(_));
    let mut blob = b"GP\0".to_vec();
    blob.push(1 | if envelope.is_some() { 2 } else { 0 } | if empty { 16 } else { 0 });
    blob.extend(srs_id.to_le_bytes());
    if let Some([x0, y0, x1, y1]) = envelope {
        for value in [x0, x1, y0, y1] {
            blob.extend(value.to_le_bytes());
        }
    }
    blob.extend(body);
    blob
}

fn head(body: &mut Vec<u8>, kind: u32, z: bool) {
    body.push(1);
    body.extend((if z { kind + 1000 } else { kind }).to_le_bytes());
}

fn count(body: &mut Vec<u8>, n: usize) {
    body.extend((n as u32).to_le_bytes());
}

fn point(body: &mut Vec<u8>, at: Position, z: bool) {
    head(body, 1, z);
    position(body, at, z);
}

fn position(body: &mut Vec<u8>, at: Position, z: bool) {
    body.extend(at.x.to_le_bytes());
    body.extend(at.y.to_le_bytes());
    if z {
        body.extend(at.z.unwrap_or(f64::NAN).to_le_bytes());
    }
}

fn bounds(corners: impl Iterator<Item = [f64; 2]>) -> Option<[f64; 4]> {
    corners.fold(None, |bounds, [x, y]| {
        let [x0, y0, x1, y1] = bounds.unwrap_or([x, y, x, y]);
        Some([x0.min(x), y0.min(y), x1.max(x), y1.max(y)])
    })
}

/// `[x_min, y_min, x_max, y_max]` of a stored geometry; nothing where it is empty or unreadable.
pub(crate) fn envelope(blob: &[u8]) -> Option<[f64; 4]> {
    stated(blob).or_else(|| measured(blob))
}

/// The envelope that the header of a geometry states.
fn stated(blob: &[u8]) -> Option<[f64; 4]> {
    let (head, rest) = blob.split_at_checked(8)?;
    if !head.starts_with(b"GP") || head[3] & 1 == 0 || head[3] & 16 != 0 || !(1..=4).contains(&((head[3] >> 1) & 7)) {
        return None;
    }
    let (sides, _) = rest.get(..32)?.as_chunks::<8>();
    let [x0, x1, y0, y1] = std::array::from_fn(|i| f64::from_le_bytes(sides[i]));
    let sound = [x0, x1, y0, y1].iter().all(|side| side.is_finite()) && x0 <= x1 && y0 <= y1;
    sound.then_some([x0, y0, x1, y1])
}

fn measured(blob: &[u8]) -> Option<[f64; 4]> {
    match decode(blob).ok()? {
        Shape::Point(at) => (at.x.is_finite() && at.y.is_finite()).then_some([at.x, at.y, at.x, at.y]),
        Shape::Lines(lines) => bounds(lines.iter().flatten().map(|p| p.xy())),
        Shape::Areas(areas) => bounds(areas.iter().flat_map(|polygon| polygon.exterior().0.iter().map(|c| [c.x, c.y]))),
        Shape::Mesh(mesh) => bounds(mesh.vertices.iter().map(|v| [v[0], v[1]])),
    }
}

/// The shape a stored geometry says. Elevations of areas are not kept: an area lies in plan.
///
/// # Errors
/// In words, where the bytes are no geometry or of a type no fact has.
pub(crate) fn decode(blob: &[u8]) -> Result<Shape, String> {
    if blob.len() < 8 || &blob[..2] != b"GP" {
        return Err("no GeoPackage geometry".into());
    }
    let skip = match (blob[3] >> 1) & 7 {
        0 => 8,
        1 => 8 + 32,
        2 | 3 => 8 + 48,
        4 => 8 + 64,
        other => return Err(format!("envelope of unknown kind {other}")),
    };
    let body = blob.get(skip..).ok_or("the geometry ends in its header")?;
    let mut reader = Reader { bytes: body, at: 0 };
    reader.shape()
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

#[derive(Clone, Copy)]
struct Form {
    kind: u32,
    little: bool,
    z: bool,
    m: bool,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let piece = self.bytes.get(self.at..self.at + N).ok_or("the geometry ends too early")?;
        self.at += N;
        piece.try_into().map_err(|_| "the geometry ends too early".to_owned())
    }

    fn form(&mut self) -> Result<Form, String> {
        let little = self.take::<1>()?[0] == 1;
        let word = self.number(little)?;
        let (mut z, mut m) = (word & 0x8000_0000 != 0, word & 0x4000_0000 != 0);
        let mut kind = word & 0x0fff_ffff;
        match kind / 1000 {
            0 => {}
            1 => z = true,
            2 => m = true,
            3 => (z, m) = (true, true),
            _ => return Err(format!("geometry type {kind} is unknown")),
        }
        kind %= 1000;
        if word & 0x2000_0000 != 0 {
            self.number(little)?;
        }
        Ok(Form { kind, little, z, m })
    }

    fn number(&mut self, little: bool) -> Result<u32, String> {
        let bytes = self.take::<4>()?;
        Ok(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn double(&mut self, little: bool) -> Result<f64, String> {
        let bytes = self.take::<8>()?;
        Ok(if little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    fn count(&mut self, form: Form, least_bytes: usize) -> Result<usize, String> {
        let n = self.number(form.little)? as usize;
        if n.saturating_mul(least_bytes) > self.bytes.len() - self.at {
            return Err("the geometry counts more than it holds".into());
        }
        Ok(n)
    }

    fn position(&mut self, form: Form) -> Result<Position, String> {
        let (x, y) = (self.double(form.little)?, self.double(form.little)?);
        let z = if form.z { Some(self.double(form.little)?).filter(|z| !z.is_nan()) } else { None };
        if form.m {
            self.double(form.little)?;
        }
        Ok(Position { x, y, z })
    }

    fn line(&mut self, form: Form) -> Result<Vec<Position>, String> {
        let n = self.count(form, 16)?;
        (0..n).map(|_| self.position(form)).collect()
    }

    fn polygon(&mut self, form: Form) -> Result<Polygon<f64>, String> {
        let n = self.count(form, 4)?;
        let mut rings = Vec::with_capacity(n);
        for _ in 0..n {
            let ring: LineString<f64> = self.line(form)?.iter().map(|p| Coord { x: p.x, y: p.y }).collect();
            rings.push(ring);
        }
        let mut rings = rings.into_iter();
        let shell = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
        Ok(Polygon::new(shell, rings.collect()))
    }

    fn shape(&mut self) -> Result<Shape, String> {
        let form = self.form()?;
        Ok(match form.kind {
            1 => Shape::Point(self.position(form)?),
            2 => Shape::Lines(vec![self.line(form)?]),
            3 => Shape::Areas(MultiPolygon(vec![self.polygon(form)?])),
            4 => {
                let n = self.count(form, 21)?;
                let inner = if n == 1 { Some(self.form()?) } else { None };
                match inner {
                    Some(inner) if inner.kind == 1 => Shape::Point(self.position(inner)?),
                    _ => return Err(format!("{n} positions in one row; a fact has one")),
                }
            }
            5 => {
                let n = self.count(form, 9)?;
                let mut lines = Vec::with_capacity(n);
                for _ in 0..n {
                    let inner = self.form()?;
                    lines.push(self.line(inner)?);
                }
                Shape::Lines(lines)
            }
            6 => {
                let n = self.count(form, 9)?;
                let mut polygons = Vec::with_capacity(n);
                for _ in 0..n {
                    let inner = self.form()?;
                    polygons.push(self.polygon(inner)?);
                }
                Shape::Areas(MultiPolygon(polygons))
            }
            other => return Err(format!("geometry type {other} is none a fact has")),
        })
    }
}

/// A mesh as JSON text: `{"vertices":[[x,y,z],…],"triangles":[[a,b,c],…]}`.
pub(crate) fn mesh_text(mesh: &Mesh) -> String {
    let vertices: Vec<String> = mesh.vertices.iter().map(|v| super::values::numbers_text(v)).collect();
    let triangles: Vec<String> = mesh.triangles.iter().map(|t| format!("[{},{},{}]", t[0], t[1], t[2])).collect();
    format!("{{\"vertices\":[{}],\"triangles\":[{}]}}", vertices.join(","), triangles.join(","))
}

/// The mesh that [`mesh_text`] wrote.
pub(crate) fn mesh_from(text: &str) -> Result<Mesh, String> {
    let (vertices, triangles) = text
        .strip_prefix("{\"vertices\":")
        .and_then(|rest| rest.split_once(",\"triangles\":"))
        .ok_or("a mesh is {\"vertices\":[…],\"triangles\":[…]}")?;
    let rows = super::values::numbers_in(vertices)?;
    let corners = super::values::numbers_in(triangles)?;
    if rows.len() % 3 != 0 || corners.len() % 3 != 0 {
        return Err("a vertex is [x,y,z], a triangle three numbers of vertices".into());
    }
    Ok(Mesh {
        vertices: rows.chunks_exact(3).map(|v| [v[0], v[1], v[2]]).collect(),
        triangles: corners.chunks_exact(3).map(|t| [t[0] as u32, t[1] as u32, t[2] as u32]).collect(),
    })
}
