//! Facts written down as `site.toml`, so that [`super::read`] gives the same facts again.

use minesift_core::fact::{Fact, Mesh, Plane, Position, Shape, Value};
use minesift_core::kind::{self, Kind};
use std::fmt::Write as _;

/// Why facts cannot be written down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The format has one `[mine]`, one `[licence]` …
    #[error("{kind} occurs twice ({id}), a site.toml has one")]
    Twice {
        /// The kind.
        kind: &'static str,
        /// Id of the second.
        id: String,
    },
    /// WKT has z at every position or at none.
    #[error("{kind} {id} has an elevation at some positions and none at others")]
    MixedElevations {
        /// The kind.
        kind: &'static str,
        /// Its id.
        id: String,
    },
}

/// Facts as the text of a `site.toml`: by kind in the order of the catalogue, within a kind in the order given. Where a
/// fact was read is not written down.
///
/// # Errors
/// [`WriteError`] where the format cannot hold the facts.
///
/// ```
/// use minesift_importers::site_toml::{read, write};
/// let text = "[[goaf]]\nid = \"G1\"\noutline = \"POLYGON((0 0, 10 0, 10 10, 0 0))\"\nflooded = true\n";
/// assert_eq!(write(&read("a.toml", text).unwrap()).unwrap(), text);
/// ```
pub fn write(facts: &[Fact]) -> Result<String, WriteError> {
    let mut sorted: Vec<&Fact> = facts.iter().collect();
    sorted.sort_by_key(|fact| kind::rank(fact.kind));
    let mut out = String::new();
    let mut last = "";
    for fact in sorted {
        let Some(kind) = kind::kind(fact.kind) else { continue };
        if kind.single && last == kind.name {
            return Err(WriteError::Twice { kind: kind.name, id: fact.id.clone() });
        }
        last = kind.name;
        if !out.is_empty() {
            out.push('\n');
        }
        write_fact(&mut out, kind, fact)?;
    }
    Ok(out)
}

fn write_fact(out: &mut String, kind: &'static Kind, fact: &Fact) -> Result<(), WriteError> {
    let mixed = || WriteError::MixedElevations { kind: kind.name, id: fact.id.clone() };
    // Writing to a String cannot fail.
    let _ = if kind.single { writeln!(out, "[{}]", kind.name) } else { writeln!(out, "[[{}]]", kind.name) };
    let mut line = |key: &str, value: String| {
        let _ = writeln!(out, "{key} = {value}");
    };
    line("id", text(&fact.id));
    if let (Some((key, _)), Some(shape)) = (kind.shape, &fact.shape) {
        line(key, self::shape(shape).ok_or_else(mixed)?);
    }
    for field in kind.all_fields() {
        if let Some(value) = fact.attributes.get(field.key) {
            line(field.key, self::value(value).ok_or_else(mixed)?);
        }
    }
    Ok(())
}

fn value(value: &Value) -> Option<String> {
    Some(match value {
        Value::Text(words) => text(words),
        Value::Number(number) => float(*number),
        Value::Flag(flag) => flag.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Texts(texts) => list(texts.iter().map(|words| text(words))),
        Value::Numbers(numbers) => list(numbers.iter().map(|number| float(*number))),
        Value::Plane(Plane { at, dip_deg, dip_direction_deg }) => format!(
            "{{ at = {}, dip_deg = {}, dip_direction_deg = {} }}",
            list(at.iter().map(|number| float(*number))),
            float(*dip_deg),
            float(*dip_direction_deg),
        ),
        Value::Shape(shape) => return self::shape(shape),
    })
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn text(words: &str) -> String {
    toml_edit::Value::from(words).to_string()
}

/// The shortest digits that read back as the same number, with a point, as TOML wants a float.
fn float(number: f64) -> String {
    if number.is_nan() { "nan".to_owned() } else { format!("{number:?}") }
}

fn shape(shape: &Shape) -> Option<String> {
    Some(match shape {
        Shape::Point(Position { x, y, z }) => list([Some(*x), Some(*y), *z].into_iter().flatten().map(float)),
        Shape::Mesh(Mesh { vertices, triangles }) => format!(
            "{{ vertices = {}, triangles = {} }}",
            list(vertices.iter().map(|vertex| list(vertex.iter().map(|number| float(*number))))),
            list(triangles.iter().map(|triangle| list(triangle.iter().map(u32::to_string)))),
        ),
        Shape::Lines(lines) => {
            let mut positions = lines.iter().flatten();
            let with_z = positions.next().is_some_and(|position| position.z.is_some());
            if positions.any(|position| position.z.is_some() != with_z) {
                return None;
            }
            let z = if with_z { " Z" } else { "" };
            let rows: Vec<String> =
                lines.iter().map(|line| coordinates(line.iter().map(|p| (p.x, p.y, p.z)))).collect();
            match rows.as_slice() {
                [one] => format!("\"LINESTRING{z}{one}\""),
                many => format!("\"MULTILINESTRING{z}({})\"", many.join(", ")),
            }
        }
        Shape::Areas(areas) => {
            let ring = |ring: &geo::LineString<f64>| coordinates(ring.0.iter().map(|c| (c.x, c.y, None)));
            let rings = |polygon: &geo::Polygon<f64>| {
                let all: Vec<String> =
                    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect();
                format!("({})", all.join(", "))
            };
            match areas.0.as_slice() {
                [one] => format!("\"POLYGON{}\"", rings(one)),
                many => format!("\"MULTIPOLYGON({})\"", many.iter().map(rings).collect::<Vec<_>>().join(", ")),
            }
        }
    })
}

/// `(x y, x y)`: WKT in full digits, since not every reader of WKT knows exponents.
fn coordinates(positions: impl Iterator<Item = (f64, f64, Option<f64>)>) -> String {
    let rows: Vec<String> =
        positions.map(|(x, y, z)| z.map_or_else(|| format!("{x} {y}"), |z| format!("{x} {y} {z}"))).collect();
    format!("({})", rows.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use minesift_core::kind::{FieldType, ShapeKind};
    use proptest::prelude::*;

    /// A stream of numbers from one seed: what a random fact is made of.
    struct Dice(u64);

    impl Dice {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            self.0 >> 33
        }
        fn below(&mut self, n: u64) -> u64 {
            self.next() % n
        }
        fn number(&mut self) -> f64 {
            match self.below(5) {
                0 => self.below(1000) as f64,
                1 => 38_512_345.678 + self.below(10_000) as f64 / 1000.0,
                2 => 1.0 / (1.0 + self.below(1_000_000) as f64),
                3 => -(self.below(900) as f64) / 7.0,
                _ => f64::from_bits(0x3ff0_0000_0000_0000 | (self.next() << 20)),
            }
        }
        fn words(&mut self) -> String {
            ["石桥煤矿", "a \"quoted\" name", "two\nlines", "", "back\\slash", "tab\tand ' quote", "３上煤"]
                [self.below(7) as usize]
                .to_owned()
        }
        fn shape(&mut self, kind: ShapeKind) -> Shape {
            let which = match kind {
                ShapeKind::Point => 0,
                ShapeKind::Line => 1,
                ShapeKind::Area => 2,
                ShapeKind::Mesh => 3,
                ShapeKind::Any => self.below(4),
            };
            let with_z = self.below(2) == 0;
            match which {
                0 => Shape::Point(self.position(with_z)),
                1 => {
                    let lines = 1 + self.below(3);
                    Shape::Lines(
                        (0..lines).map(|_| (0..2 + self.below(4)).map(|_| self.position(with_z)).collect()).collect(),
                    )
                }
                2 => {
                    let polygons = 1 + self.below(3);
                    Shape::Areas((0..polygons).map(|_| self.polygon()).collect())
                }
                _ => Shape::Mesh(Mesh {
                    vertices: (0..4).map(|_| [self.number(), self.number(), self.number()]).collect(),
                    triangles: vec![[0, 1, 2], [1, 2, 3]],
                }),
            }
        }
        fn position(&mut self, with_z: bool) -> Position {
            Position { x: self.number(), y: self.number(), z: with_z.then(|| self.number()) }
        }
        fn polygon(&mut self) -> geo::Polygon<f64> {
            let mut ring =
                |n| (0..n).map(|_| geo::Coord { x: self.number(), y: self.number() }).collect::<geo::LineString<f64>>();
            let shell = ring(5);
            let holes = vec![ring(4)];
            geo::Polygon::new(shell, holes)
        }
        fn value(&mut self, ty: FieldType) -> Value {
            match ty {
                FieldType::Text => Value::Text(self.words()),
                FieldType::OneOf(words) => Value::Text(words[self.below(words.len() as u64) as usize].to_owned()),
                FieldType::Number { least, most, .. } => Value::Number(self.number().clamp(least, most)),
                FieldType::Flag => Value::Flag(self.below(2) == 0),
                FieldType::Date => {
                    Value::Date(date(1950 + self.below(100) as i16, 1 + self.below(12) as i8, 1 + self.below(28) as i8))
                }
                FieldType::Texts => Value::Texts((0..self.below(4)).map(|_| self.words()).collect()),
                FieldType::Numbers(length) => {
                    let length = if length == 0 { self.below(5) as usize } else { length };
                    Value::Numbers((0..length).map(|_| self.number()).collect())
                }
                FieldType::Plane => Value::Plane(Plane {
                    at: [self.number(), self.number(), self.number()],
                    dip_deg: self.below(89) as f64,
                    dip_direction_deg: self.below(360) as f64,
                }),
                FieldType::Shape(kind) => Value::Shape(self.shape(kind)),
            }
        }
        fn fact(&mut self, kind: &'static Kind) -> Fact {
            let mut fact = Fact::new(kind.name, format!("{}-{}", self.words(), self.below(100)));
            if let Some((_, shape)) = kind.shape
                && self.below(5) > 0
            {
                fact.shape = Some(self.shape(shape));
            }
            for field in kind.all_fields() {
                if self.below(2) == 0 {
                    let value =
                        if field.key == "covers" { Value::Text("all".to_owned()) } else { self.value(field.ty) };
                    fact.attributes.insert(field.key, value);
                }
            }
            fact
        }
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back_the_same(seed in any::<u64>()) {
            let mut dice = Dice(seed);
            let mut facts = Vec::new();
            for kind in kind::kinds() {
                for _ in 0..if kind.single { 1 } else { dice.below(3) } {
                    facts.push(dice.fact(kind));
                }
            }
            let text = write(&facts).unwrap();
            let read: Vec<Fact> = crate::site_toml::read("written.toml", &text)
                .unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
                .into_iter()
                .map(|fact| fact.from_source(Default::default()))
                .collect();
            prop_assert_eq!(read, facts);
        }
    }

    #[test]
    fn a_grid_keeps_its_unknown_nodes() {
        let grid = Fact::new("grid", "floor").with("values_m", Value::Numbers(vec![1.5, f64::NAN, -2.0]));
        let text = write(&[grid]).unwrap();
        let read = crate::site_toml::read("grid.toml", &text).unwrap();
        let values = read[0].numbers("values_m");
        assert!(values[1].is_nan() && values[0] == 1.5 && values[2] == -2.0, "{text}");
    }

    #[test]
    fn two_mines_and_half_given_elevations_are_refused() {
        let mine = || Fact::new("mine", "M");
        assert!(matches!(write(&[mine(), mine()]), Err(WriteError::Twice { kind: "mine", .. })));
        let line = vec![Position::plan(0.0, 0.0), Position::new(1.0, 0.0, 5.0)];
        let fault = Fact::new("fault", "F").with_shape(Shape::Lines(vec![line]));
        assert!(matches!(write(&[fault]), Err(WriteError::MixedElevations { .. })));
    }
}
