//! Canonical bytes of a fact: what the chain hashes and the history keeps.
//!
//! One fact has exactly one writing: keys in order, lengths before contents, little-endian numbers, one zero and one
//! not-a-number. The first byte is the version of this writing.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use jiff::civil::Date;
use minesift_core::fact::{Fact, Mesh, Plane, Position, Shape, Source, Value};
use minesift_core::kind;

const VERSION: u8 = 1;

/// The bytes of a fact.
pub(crate) fn encode(fact: &Fact) -> Vec<u8> {
    let mut out = vec![VERSION];
    text(&mut out, fact.kind);
    text(&mut out, &fact.id);
    match &fact.shape {
        None => out.push(0),
        Some(shape) => {
            out.push(1);
            put_shape(&mut out, shape);
        }
    }
    length(&mut out, fact.attributes.len());
    for (key, value) in &fact.attributes {
        text(&mut out, key);
        put_value(&mut out, value);
    }
    text(&mut out, &fact.source.file);
    text(&mut out, &fact.source.place);
    out
}

fn length(out: &mut Vec<u8>, n: usize) {
    out.extend((n as u64).to_le_bytes());
}

pub(crate) fn text(out: &mut Vec<u8>, words: &str) {
    length(out, words.len());
    out.extend(words.as_bytes());
}

fn double(out: &mut Vec<u8>, number: f64) {
    // One zero, one not-a-number.
    let number = if number.is_nan() { f64::NAN } else { number + 0.0 };
    out.extend(number.to_le_bytes());
}

fn put_position(out: &mut Vec<u8>, p: &Position) {
    double(out, p.x);
    double(out, p.y);
    double(out, p.z.unwrap_or(f64::NAN));
}

fn put_shape(out: &mut Vec<u8>, shape: &Shape) {
    match shape {
        Shape::Point(at) => {
            out.push(1);
            put_position(out, at);
        }
        Shape::Lines(lines) => {
            out.push(2);
            length(out, lines.len());
            for line in lines {
                length(out, line.len());
                line.iter().for_each(|p| put_position(out, p));
            }
        }
        Shape::Areas(areas) => {
            out.push(3);
            length(out, areas.0.len());
            for polygon in areas {
                length(out, 1 + polygon.interiors().len());
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    length(out, ring.0.len());
                    for c in ring {
                        double(out, c.x);
                        double(out, c.y);
                    }
                }
            }
        }
        Shape::Mesh(mesh) => {
            out.push(4);
            length(out, mesh.vertices.len());
            mesh.vertices.iter().flatten().for_each(|n| double(out, *n));
            length(out, mesh.triangles.len());
            for corner in mesh.triangles.iter().flatten() {
                out.extend(corner.to_le_bytes());
            }
        }
    }
}

fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(words) => {
            out.push(b't');
            text(out, words);
        }
        Value::Number(number) => {
            out.push(b'n');
            double(out, *number);
        }
        Value::Flag(flag) => out.extend([b'f', u8::from(*flag)]),
        Value::Date(date) => {
            out.push(b'd');
            text(out, &date.to_string());
        }
        Value::Texts(texts) => {
            out.push(b'T');
            length(out, texts.len());
            texts.iter().for_each(|words| text(out, words));
        }
        Value::Numbers(numbers) => {
            out.push(b'N');
            length(out, numbers.len());
            numbers.iter().for_each(|n| double(out, *n));
        }
        Value::Plane(plane) => {
            out.push(b'p');
            for n in plane.at.iter().chain([&plane.dip_deg, &plane.dip_direction_deg]) {
                double(out, *n);
            }
        }
        Value::Shape(shape) => {
            out.push(b's');
            put_shape(out, shape);
        }
    }
}

/// The fact of these bytes.
///
/// # Errors
/// In words, where they are no fact of this program's catalogue.
pub(crate) fn decode(bytes: &[u8]) -> Result<Fact, String> {
    let mut reader = Reader { bytes, at: 0 };
    let version = reader.byte()?;
    if version != VERSION {
        return Err(format!("written as version {version}, this program reads {VERSION}"));
    }
    let name = reader.text()?;
    let kind = kind::kind(&name).ok_or_else(|| format!("no kind {name} in this program's catalogue"))?;
    let mut fact = Fact::new(kind.name, reader.text()?);
    if reader.byte()? == 1 {
        fact.shape = Some(reader.shape()?);
    }
    for _ in 0..reader.length(9)? {
        let key = reader.text()?;
        let field = kind.field(&key).ok_or_else(|| format!("{name} has no key {key} in this program's catalogue"))?;
        fact.attributes.insert(field.key, reader.value()?);
    }
    fact.source = Source { file: reader.text()?, place: reader.text()? };
    if reader.at == bytes.len() { Ok(fact) } else { Err("bytes are left over".into()) }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let piece = self.bytes.get(self.at..self.at + N).ok_or("the record ends too early")?;
        self.at += N;
        piece.try_into().map_err(|_| "the record ends too early".to_owned())
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take::<1>()?[0])
    }

    fn length(&mut self, least_bytes: usize) -> Result<usize, String> {
        let n = u64::from_le_bytes(self.take()?) as usize;
        if n.saturating_mul(least_bytes) > self.bytes.len() - self.at {
            return Err("the record counts more than it holds".into());
        }
        Ok(n)
    }

    fn text(&mut self) -> Result<String, String> {
        let n = self.length(1)?;
        let words = std::str::from_utf8(&self.bytes[self.at..self.at + n]).map_err(|e| e.to_string())?.to_owned();
        self.at += n;
        Ok(words)
    }

    fn double(&mut self) -> Result<f64, String> {
        Ok(f64::from_le_bytes(self.take()?))
    }

    fn position(&mut self) -> Result<Position, String> {
        let (x, y, z) = (self.double()?, self.double()?, self.double()?);
        Ok(Position { x, y, z: (!z.is_nan()).then_some(z) })
    }

    fn shape(&mut self) -> Result<Shape, String> {
        Ok(match self.byte()? {
            1 => Shape::Point(self.position()?),
            2 => {
                let mut lines = Vec::new();
                for _ in 0..self.length(8)? {
                    let n = self.length(24)?;
                    lines.push((0..n).map(|_| self.position()).collect::<Result<_, _>>()?);
                }
                Shape::Lines(lines)
            }
            3 => {
                let mut polygons = Vec::new();
                for _ in 0..self.length(8)? {
                    let mut rings: Vec<LineString<f64>> = Vec::new();
                    for _ in 0..self.length(8)? {
                        let n = self.length(16)?;
                        let corners: Vec<Coord<f64>> = (0..n)
                            .map(|_| Ok::<_, String>(Coord { x: self.double()?, y: self.double()? }))
                            .collect::<Result<_, _>>()?;
                        rings.push(LineString::new(corners));
                    }
                    let mut rings = rings.into_iter();
                    let shell = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
                    polygons.push(Polygon::new(shell, rings.collect()));
                }
                Shape::Areas(MultiPolygon(polygons))
            }
            4 => {
                let n = self.length(24)?;
                let vertices = (0..n)
                    .map(|_| Ok::<_, String>([self.double()?, self.double()?, self.double()?]))
                    .collect::<Result<_, _>>()?;
                let n = self.length(12)?;
                let mut corner = || self.take::<4>().map(u32::from_le_bytes);
                let triangles =
                    (0..n).map(|_| Ok::<_, String>([corner()?, corner()?, corner()?])).collect::<Result<_, _>>()?;
                Shape::Mesh(Mesh { vertices, triangles })
            }
            other => return Err(format!("shape {other} is unknown")),
        })
    }

    fn value(&mut self) -> Result<Value, String> {
        Ok(match self.byte()? {
            b't' => Value::Text(self.text()?),
            b'n' => Value::Number(self.double()?),
            b'f' => Value::Flag(self.byte()? != 0),
            b'd' => Value::Date(self.text()?.parse::<Date>().map_err(|e| e.to_string())?),
            b'T' => {
                let n = self.length(8)?;
                Value::Texts((0..n).map(|_| self.text()).collect::<Result<_, _>>()?)
            }
            b'N' => {
                let n = self.length(8)?;
                Value::Numbers((0..n).map(|_| self.double()).collect::<Result<_, _>>()?)
            }
            b'p' => Value::Plane(Plane {
                at: [self.double()?, self.double()?, self.double()?],
                dip_deg: self.double()?,
                dip_direction_deg: self.double()?,
            }),
            b's' => Value::Shape(self.shape()?),
            other => return Err(format!("value {other} is unknown")),
        })
    }
}

/// Canonical bytes of a shape, to compare two by.
pub(crate) fn shape(shape: Option<&Shape>) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(shape) = shape {
        put_shape(&mut out, shape);
    }
    out
}

/// Canonical bytes of a value, to compare two by.
pub(crate) fn value(value: Option<&Value>) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(value) = value {
        put_value(&mut out, value);
    }
    out
}
