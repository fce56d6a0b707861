//! A small mine at an eight-digit easting, made of facts.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use minesift_core::fact::{Fact, Plane, Position, Shape, Value};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::zone::{self, ZoneMap};
use minesift_viewer::scene::Scene;

/// Easting of its middle, m.
pub(crate) const E: f64 = 38_512_345.0;
/// Northing of its middle, m.
pub(crate) const N: f64 = 4_873_210.0;

fn square(e: f64, n: f64, half: f64) -> Shape {
    let corner = |x: f64, y: f64| Coord { x: e + x * half, y: n + y * half };
    let ring = LineString::new(vec![
        corner(-1.0, -1.0),
        corner(1.0, -1.0),
        corner(1.0, 1.0),
        corner(-1.0, 1.0),
        corner(-1.0, -1.0),
    ]);
    Shape::Areas(MultiPolygon(vec![Polygon::new(ring, Vec::new())]))
}

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

/// The facts: one dipping seam, a flooded goaf, a fault, a column, a borehole, a face, a heading.
pub(crate) fn facts() -> Vec<Fact> {
    let day = jiff::civil::date(2026, 11, 1);
    vec![
        Fact::new("mine", "FAR")
            .with("name_zh", text("远东矿"))
            .with("kind", text("coal-underground"))
            .with("hydrogeology", text("medium"))
            .with("gas", text("low"))
            .with("rock_burst", text("none"))
            .with("as_of", Value::Date(day)),
        Fact::new("licence", "C1")
            .with_shape(square(E, N, 400.0))
            .with("seams", Value::Texts(vec!["3".into()]))
            .with("z_m", Value::Numbers(vec![-600.0, 0.0])),
        Fact::new("seam", "3")
            .with("floor_plane", Value::Plane(Plane { at: [E, N, -300.0], dip_deg: 12.0, dip_direction_deg: 160.0 }))
            .with("thickness_m", Value::Number(4.0)),
        Fact::new("survey", "S1")
            .with_shape(square(E, N, 380.0))
            .with("looks_for", Value::Texts(vec!["all".into()]))
            .with("methods", Value::Texts(vec!["geophysics".into(), "drilling".into()]))
            .with("date", Value::Date(jiff::civil::date(2026, 1, 10))),
        Fact::new("goaf", "G1")
            .with_shape(square(E - 150.0, N + 120.0, 70.0))
            .with("seam", text("3"))
            .with("flooded", Value::Flag(true))
            .with("water_level_m", Value::Number(-220.0))
            .with("evidence", text("surveyed"))
            .with("extent_clear", Value::Flag(true)),
        Fact::new("fault", "F1")
            .with_shape(Shape::Lines(vec![vec![
                Position::plan(E + 60.0, N - 300.0),
                Position::plan(E + 160.0, N + 300.0),
            ]]))
            .with("seam", text("3"))
            .with("throw_m", Value::Number(8.0))
            .with("dip_deg", Value::Number(65.0))
            .with("dip_direction_deg", Value::Number(100.0)),
        Fact::new("collapse_column", "X1")
            .with_shape(square(E - 160.0, N - 180.0, 30.0))
            .with("conducts_water", Value::Flag(true)),
        Fact::new("borehole", "ZK1")
            .with_shape(Shape::Point(Position::new(E + 20.0, N + 20.0, 50.0)))
            .with("depth_m", Value::Number(380.0)),
        Fact::new("face", "3101")
            .with_shape(square(E + 250.0, N - 150.0, 60.0))
            .with("seam", text("3"))
            .with("from", Value::Date(jiff::civil::date(2027, 3, 1)))
            .with("to", Value::Date(jiff::civil::date(2027, 12, 31))),
    ]
}

/// Site, zones and scene.
pub(crate) fn scene() -> (Site, ZoneMap, Scene) {
    let site = Site::new(&facts(), None).expect("a mine");
    let map = zone::classify(&site, &Rulebook::national());
    let scene = Scene::new(&site, &map);
    (site, map, scene)
}
