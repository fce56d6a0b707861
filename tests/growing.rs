//! A stand-off is never smaller than the true distance and nowhere more than 1 cm larger, whatever the ring does.

use minesift_core::outline::Outline;
use proptest::prelude::*;

/// Rings with deep inlets, spikes, near-duplicate and collinear corners, some as holes of a larger square.
fn ring() -> impl Strategy<Value = Vec<[f64; 2]>> {
    (prop::collection::vec((2.0..120.0_f64, 0_u8..6), 3..60), 0.0..std::f64::consts::TAU).prop_map(|(radii, turn)| {
        let n = radii.len();
        let mut corners: Vec<[f64; 2]> = Vec::new();
        for (i, (radius, nasty)) in radii.into_iter().enumerate() {
            let angle = turn + std::f64::consts::TAU * i as f64 / n as f64;
            let p = [radius * angle.cos(), radius * angle.sin()];
            corners.push(p);
            match nasty {
                0 => corners.push([p[0] + 2e-4, p[1] - 1e-4]),
                1 => corners.push([p[0] * 0.5, p[1] * 0.5]),
                _ => {}
            }
        }
        corners
    })
}

fn outline(corners: &[[f64; 2]], at: [f64; 2], as_hole: bool) -> Outline {
    let line = |corners: &[[f64; 2]]| -> geo::LineString<f64> {
        corners.iter().map(|p| geo::Coord { x: at[0] + p[0], y: at[1] + p[1] }).collect()
    };
    let polygon = if as_hole {
        geo::Polygon::new(
            line(&[[-200.0, -200.0], [200.0, -200.0], [200.0, 200.0], [-200.0, 200.0]]),
            vec![line(corners)],
        )
    } else {
        geo::Polygon::new(line(corners), Vec::new())
    };
    Outline::repaired(&geo::MultiPolygon(vec![polygon])).map(|(outline, ..)| outline).unwrap_or_default()
}

fn holds(grown: &Outline, distance_m: f64, width: f64, at: [f64; 2]) -> Result<(), TestCaseError> {
    let inside = grown.contains(at[0], at[1]);
    // 0.3 mm for the grid, on either side.
    if distance_m < width - 3e-4 {
        prop_assert!(inside, "{distance_m} m away is not inside the {width} m stand-off");
    }
    if distance_m > width + 0.0103 {
        prop_assert!(!inside, "{distance_m} m away is inside the {width} m stand-off");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn round_an_area(corners in ring(), hole in any::<bool>(), width in 0.5..90.0_f64, far in any::<bool>(),
                     points in prop::collection::vec((-260.0..260.0_f64, -260.0..260.0_f64), 60)) {
        let at = if far { [38_512_345.25, 4_873_210.75] } else { [0.0, 0.0] };
        let area = outline(&corners, at, hole);
        prop_assume!(!area.is_empty());
        let grown = area.grown(width);
        for (x, y) in points {
            let p = [at[0] + x, at[1] + y];
            holds(&grown, area.distance_m(p[0], p[1]), width, p)?;
        }
        prop_assert!(area.minus(&grown).area_m2() < 1e-3);
    }

    #[test]
    fn round_a_line(line in prop::collection::vec((-100.0..100.0_f64, -100.0..100.0_f64), 1..20), width in 0.5..60.0_f64,
                    points in prop::collection::vec((-170.0..170.0_f64, -170.0..170.0_f64), 60)) {
        let line: Vec<[f64; 2]> = line.into_iter().map(|(x, y)| [x, y]).collect();
        let grown = Outline::around_line(&line, width);
        for (x, y) in points {
            let nearest = line.windows(2).map(|s| to_segment([x, y], s[0], s[1]))
                .fold((line[0][0] - x).hypot(line[0][1] - y), f64::min);
            holds(&grown, nearest, width, [x, y])?;
        }
    }
}

fn to_segment(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (a[0] + t * dx - p[0]).hypot(a[1] + t * dy - p[1])
}
