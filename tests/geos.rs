//! Our areas held against those of GEOS (by way of GDAL) on random and nasty outlines; and large mines.
//!
//! A few hundred in `make test`, ten thousand with MINESIFT_SOAK=1 (`make soak`).

use gdal::vector::{Geometry, OGRwkbGeometryType};
use minesift_core::fact::{Fact, Shape, Value};
use minesift_core::outline::{Arcs, Outline};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::zone;
use proptest::prelude::*;

fn soak() -> bool {
    std::env::var_os("MINESIFT_SOAK").is_some()
}

fn geos(outline: &Outline) -> Geometry {
    let mut all = Geometry::empty(OGRwkbGeometryType::wkbMultiPolygon).unwrap();
    for polygon in outline.to_geo() {
        let mut one = Geometry::empty(OGRwkbGeometryType::wkbPolygon).unwrap();
        for line in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            let mut ring = Geometry::empty(OGRwkbGeometryType::wkbLinearRing).unwrap();
            for c in line {
                ring.add_point_2d((c.x, c.y));
            }
            one.add_geometry(ring).unwrap();
        }
        all.add_geometry(one).unwrap();
    }
    all
}

/// Outlines as mines have them and worse: collinear, touching, near-duplicate corners, slivers, holes, at 8-digit
/// coordinates. Many share lines and corners with each other.
fn nasty() -> impl Strategy<Value = Outline> {
    const EAST: f64 = 39_512_345.25;
    const NORTH: f64 = 4_210_987.75;
    let corners = prop::collection::vec((0..12_i32, 0..12_i32, 0..4_u8), 3..12);
    (corners, 0..6_u8, 0.0..300.0_f64, 0.0..300.0_f64, 1.0..120.0_f64).prop_map(|(corners, kind, x, y, size)| {
        let at = |x: f64, y: f64| geo::coord! { x: EAST + x, y: NORTH + y };
        match kind {
            // On a lattice, crossing itself: repaired by the even-odd rule.
            0..=2 => {
                let ring: geo::LineString<f64> = corners
                    .iter()
                    .map(|&(i, j, near)| {
                        let off = if near == 0 { 2e-4 } else { 0.0 };
                        at(f64::from(i) * 25.0 + off, f64::from(j) * 25.0 - off)
                    })
                    .collect();
                Outline::repaired(&geo::MultiPolygon(vec![geo::Polygon::new(ring, Vec::new())]))
                    .map(|o| o.0)
                    .unwrap_or_default()
            }
            3 => Outline::rectangle(EAST + x, NORTH + y, EAST + x + size, NORTH + y + 0.003),
            4 => Outline::disc([EAST + x, NORTH + y], size).minus(&Outline::disc([EAST + x, NORTH + y], size * 0.6)),
            _ => {
                Outline::strip(&[[EAST + x, NORTH + y], [EAST + y, NORTH + x], [EAST, NORTH + size]], 0.5 + size / 20.0)
            }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: if soak() { 10_000 } else { 200 }, ..ProptestConfig::default() })]

    #[test]
    fn set_operations_and_growing_agree_with_geos(a in nasty(), b in nasty(), width in 0.5..60.0_f64) {
        prop_assume!(!a.is_empty() && !b.is_empty());
        let (ga, gb) = (geos(&a), geos(&b));
        // Each crossing of ours is rounded to 0.1 mm: along all sides that is the most by which areas may differ.
        let allowed = 1e-6 * (a.area_m2() + b.area_m2()) + 1e-4 * (a.perimeter_m() + b.perimeter_m());
        for (ours, theirs) in [
            (a.within(&b), ga.intersection(&gb)),
            (a.minus(&b), ga.difference(&gb)),
            (Outline::union([&a, &b]), ga.union(&gb)),
        ] {
            // GEOS gives up on some; that is its answer, not ours.
            let Some(theirs) = theirs else { continue };
            prop_assert!((ours.area_m2() - theirs.area()).abs() <= allowed, "{} and {}", ours.area_m2(), theirs.area());
        }
        // GEOS draws the same arcs but leaves out inner corners of less than a hundredth of the width.
        let ours = a.grown_with(width, Arcs::Inscribed { per_quarter: 8, leave_out: 0.0 });
        let theirs = ga.buffer(width, 8).unwrap();
        let allowed = 1e-4 * ours.area_m2() + 0.012 * width * width + 0.01 * width * a.perimeter_m() * 0.02;
        prop_assert!((ours.area_m2() - theirs.area()).abs() <= allowed.max(0.05), "grown by {width}: {} and {}", ours.area_m2(), theirs.area());
    }
}

/// Every cell of the partition by all reasons: each finding cuts each cell into what it covers and the rest.
#[test]
fn the_cells_of_the_reasons_sum_to_the_ground() {
    let site = Site::new(&mine(if soak() { 300 } else { 60 }), None).unwrap();
    let map = zone::classify(&site, &Rulebook::national());
    let zones = &map.seams[0];
    let mut cells = vec![(zones.ground.clone(), None)];
    for finding in &zones.findings {
        let mut next = Vec::with_capacity(cells.len() + 8);
        for (cell, class) in cells {
            let inside = cell.within(&finding.outline);
            if inside.is_empty() {
                next.push((cell, class));
                continue;
            }
            let rest = cell.minus(&finding.outline);
            next.push((inside, Some(finding.class).max(class)));
            if !rest.is_empty() {
                next.push((rest, class));
            }
        }
        cells = next;
    }
    let ground = zones.ground.area_m2();
    let sum: f64 = cells.iter().map(|cell| cell.0.area_m2()).sum();
    assert!(cells.len() > 60, "{} cells", cells.len());
    assert!((sum - ground).abs() < 1e-6 * ground, "{} cells sum to {sum} of {ground}", cells.len());
    for (class, outline) in [
        (None, &zones.mineable),
        (Some(zone::Class::Deferred), &zones.deferred),
        (Some(zone::Class::Forbidden), &zones.forbidden),
    ] {
        let of: f64 = cells.iter().filter(|cell| cell.1 == class).map(|cell| cell.0.area_m2()).sum();
        let apart = (of - outline.area_m2()).abs();
        assert!(apart < 1e-6 * ground + zones.slivers.area_m2(), "{class:?}: {of} and {}", outline.area_m2());
    }
}

/// The class at random points, held against GEOS, which grows every goaf itself: the same but within 1 cm of a border.
#[test]
fn classes_at_random_points_are_those_of_geos() {
    const BOOK: &str = r#"
        name = "as GEOS draws"
        base = "none"
        arc_segments_per_quarter = 16
        leave_out_near_inner_corners = 0.01
        [[standoff]]
        code = "F"
        zh = "禁"
        en = "near"
        kind = "goaf"
        width_m = 20.0
        class = "forbidden"
        [[standoff]]
        code = "D"
        zh = "缓"
        en = "far"
        kind = "goaf"
        width_m = 60.0
        class = "deferred"
    "#;
    let site = Site::new(&mine(if soak() { 300 } else { 60 }), None).unwrap();
    let map = zone::classify(&site, &Rulebook::national().with(BOOK).unwrap());
    let zones = &map.seams[0];
    let hazards: Vec<Geometry> = site.hazards_of("goaf").map(|goaf| geos(goaf.outline())).collect();
    let around = |width: f64| -> Vec<(Geometry, [f64; 4])> {
        let grown = hazards.iter().map(|goaf| goaf.buffer(width, 16).unwrap());
        grown.map(|zone| (zone.envelope(), zone)).map(|(e, zone)| (zone, [e.MinX, e.MinY, e.MaxX, e.MaxY])).collect()
    };
    let (near, far) = (around(20.0), around(60.0));
    let b = zones.ground.bounds().unwrap();
    let mut state = 11_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut seen = [0; 3];
    for _ in 0..if soak() { 10_000 } else { 1_500 } {
        let (x, y) = (b[0] + (b[2] - b[0]) * next(), b[1] + (b[3] - b[1]) * next());
        let mut point = Geometry::empty(OGRwkbGeometryType::wkbPoint).unwrap();
        point.add_point_2d((x, y));
        let held = |zones: &[(Geometry, [f64; 4])]| {
            zones.iter().any(|(zone, b)| b[0] <= x && x <= b[2] && b[1] <= y && y <= b[3] && zone.contains(&point))
        };
        let theirs = if held(&near) {
            zone::Class::Forbidden
        } else if held(&far) {
            zone::Class::Deferred
        } else {
            zone::Class::Mineable
        };
        seen[theirs as usize] += 1;
        let (border_m, inside) = zones.of(theirs).to_border(x, y);
        assert!(inside || border_m < 0.01, "({x}, {y}) is {theirs:?} by GEOS, {border_m} m from ours");
    }
    assert!(seen.iter().all(|&count| count > 20), "{seen:?}");
}

/// Thousands of hazards on one seam: the classes still fill the ground.
#[test]
fn a_large_mine_is_filled() {
    let count = if soak() { 20_000 } else { 600 };
    let site = Site::new(&mine(count), None).unwrap();
    let map = zone::classify(&site, &Rulebook::national());
    let zones = &map.seams[0];
    assert!(zones.findings.len() >= count, "{} findings", zones.findings.len());
    let ground = zones.ground.area_m2();
    let sum = zones.mineable.area_m2() + zones.deferred.area_m2() + zones.forbidden.area_m2();
    assert!((sum - ground).abs() < 1e-6 * ground, "{sum} of {ground}");
}

fn mine(goafs: usize) -> Vec<Fact> {
    let text = |words: &str| Value::Text(words.to_owned());
    let side = (goafs as f64 / 11.0).sqrt() * 1000.0;
    let all = || Shape::Areas(Outline::rectangle(0.0, 0.0, side, side).to_geo());
    let mut facts = vec![
        Fact::new("mine", "M")
            .with("kind", text("coal-underground"))
            .with("hydrogeology", text("simple"))
            .with("gas", text("low"))
            .with("rock_burst", text("none"))
            .with("as_of", Value::Date(jiff::civil::date(2026, 11, 1))),
        Fact::new("licence", "L").with_shape(all()).with("seams", Value::Texts(vec!["3".into()])),
        Fact::new("seam", "3").with("floor_m", Value::Number(-300.0)).with("thickness_m", Value::Number(3.0)),
        Fact::new("survey", "S")
            .with_shape(all())
            .with("looks_for", Value::Texts(vec!["all".into()]))
            .with("date", Value::Date(jiff::civil::date(2026, 3, 1))),
    ];
    let mut state = 5_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for i in 0..goafs {
        let (x, y, r) = (side * next(), side * next(), 20.0 + 80.0 * next());
        let ring: geo::LineString<f64> = (0..40)
            .map(|k| {
                let (angle, r) = (std::f64::consts::TAU * f64::from(k) / 40.0, r * (0.8 + 0.2 * next()));
                geo::coord! { x: x + r * angle.cos(), y: y + r * angle.sin() }
            })
            .collect();
        facts.push(
            Fact::new("goaf", format!("G{i:05}"))
                .with_shape(Shape::Areas(geo::MultiPolygon(vec![geo::Polygon::new(ring, Vec::new())])))
                .with("seam", text("3"))
                .with("flooded", Value::Flag(false))
                .with("evidence", text("drilled")),
        );
    }
    facts
}
