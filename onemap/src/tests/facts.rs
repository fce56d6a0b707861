//! Random facts of every kind in the catalogue.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use jiff::civil::date;
use minesift_core::fact::{Fact, Mesh, Plane, Position, Shape, Source, Value};
use minesift_core::kind::{self, FieldType, Kind, ShapeKind};
use proptest::collection::vec;
use proptest::prelude::*;

fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![-1e4..1e4, 38_000_000.0..39_000_000.0, Just(0.1 + 0.2), Just(1e-300)]
}

fn position() -> impl Strategy<Value = Position> {
    (coordinate(), coordinate(), prop::option::of(coordinate())).prop_map(|(x, y, z)| Position { x, y, z })
}

fn ring() -> impl Strategy<Value = LineString<f64>> {
    vec((coordinate(), coordinate()), 3..7).prop_map(|corners| {
        let mut line: LineString<f64> = corners.into_iter().map(|(x, y)| Coord { x, y }).collect();
        line.close();
        line
    })
}

fn area() -> impl Strategy<Value = Shape> {
    vec((ring(), vec(ring(), 0..2)), 1..3).prop_map(|polygons| {
        Shape::Areas(MultiPolygon(polygons.into_iter().map(|(shell, holes)| Polygon::new(shell, holes)).collect()))
    })
}

fn lines() -> impl Strategy<Value = Shape> {
    vec(vec(position(), 2..6), 1..4).prop_map(Shape::Lines)
}

fn mesh() -> impl Strategy<Value = Shape> {
    (vec([coordinate(), coordinate(), coordinate()], 3..8), vec([0_u32..3, 0_u32..3, 0_u32..3], 0..6))
        .prop_map(|(vertices, triangles)| Shape::Mesh(Mesh { vertices, triangles }))
}

pub(crate) fn shape(kind: ShapeKind) -> BoxedStrategy<Shape> {
    match kind {
        ShapeKind::Point => position().prop_map(Shape::Point).boxed(),
        ShapeKind::Line => lines().boxed(),
        ShapeKind::Area => prop_oneof![4 => area(), 1 => mesh()].boxed(),
        ShapeKind::Any => prop_oneof![area(), lines(), position().prop_map(Shape::Point), mesh()].boxed(),
        ShapeKind::Mesh => mesh().boxed(),
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z\"',\\[\\]\\\\]{1,12}",
        "[采空区积水断层钻孔]{1,6}",
        Just("a\nb\t'c'".to_owned())
    ]
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("a number", |n| !n.is_nan()),
        -1000.0..1000.0,
        Just(0.0),
        Just(-0.0),
        Just(3.0)
    ]
}

fn value(ty: FieldType) -> BoxedStrategy<Value> {
    match ty {
        FieldType::Text => words().prop_map(Value::Text).boxed(),
        FieldType::OneOf(of) => prop::sample::select(of.to_vec()).prop_map(|word| Value::Text(word.to_owned())).boxed(),
        FieldType::Number { .. } => number().prop_map(Value::Number).boxed(),
        FieldType::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        FieldType::Date => {
            (1900_i16..2100, 1_i8..13, 1_i8..29).prop_map(|(y, m, d)| Value::Date(date(y, m, d))).boxed()
        }
        FieldType::Texts => vec(words(), 0..4).prop_map(Value::Texts).boxed(),
        FieldType::Numbers(0) => {
            vec(prop_oneof![3 => number(), 1 => Just(f64::NAN)], 0..6).prop_map(Value::Numbers).boxed()
        }
        FieldType::Numbers(length) => vec(number(), length).prop_map(Value::Numbers).boxed(),
        FieldType::Plane => ([coordinate(), coordinate(), coordinate()], 0.0..89.0, 0.0..360.0)
            .prop_map(|(at, dip_deg, dip_direction_deg)| Value::Plane(Plane { at, dip_deg, dip_direction_deg }))
            .boxed(),
        FieldType::Shape(kind) => shape(kind).prop_map(Value::Shape).boxed(),
    }
}

pub(crate) fn fact_of(kind: &'static Kind) -> BoxedStrategy<Fact> {
    let attributes: Vec<_> =
        kind.all_fields().map(|field| prop::option::of(value(field.ty)).prop_map(move |v| (field.key, v))).collect();
    let shape = match kind.shape {
        Some((_, of)) => prop::option::weighted(0.8, shape(of)).boxed(),
        None => Just(None).boxed(),
    };
    ("[A-Za-z0-9采空]{1,8}", shape, attributes, "[a-z]{1,8}\\.[a-z]{3}", "行 [0-9]{1,3}")
        .prop_map(move |(id, shape, attributes, file, place)| {
            let mut fact = Fact::new(kind.name, id).from_source(Source { file, place });
            fact.shape = shape;
            fact.attributes = attributes.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
            fact
        })
        .boxed()
}

/// One fact of every kind.
pub(crate) fn one_of_each() -> impl Strategy<Value = Vec<Fact>> {
    kind::kinds().map(fact_of).collect::<Vec<_>>()
}
