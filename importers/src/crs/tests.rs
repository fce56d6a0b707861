#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use super::*;
use minesift_core::text::Lang;

fn to(map: &str) -> Options {
    Options { map_crs: Some(map.to_owned()), ..Options::default() }
}

fn placed(placement: &Placement, x: f64, y: f64) -> [f64; 2] {
    let mut position = Position::plan(x, y);
    placement.apply(&mut position).unwrap();
    position.xy()
}

fn near(a: [f64; 2], b: [f64; 2], tolerance: f64) {
    assert!((a[0] - b[0]).abs() < tolerance && (a[1] - b[1]).abs() < tolerance, "{a:?} is not {b:?}");
}

// EPSG:4490 (lon 118.6, lat 36.1), in EPSG:4548 (CM 117) and 4527 (zone 39): stack.md A.4 and gdaltransform.
const LON_LAT: [f64; 2] = [118.6, 36.1];

fn in_4548() -> [f64; 2] {
    let proj = Proj::new_known_crs("EPSG:4490", "EPSG:4548", None).unwrap();
    let (x, y) = proj.convert((LON_LAT[0], LON_LAT[1])).unwrap();
    [x, y]
}

#[test]
fn degrees_come_in_either_order() {
    let [x, y] = in_4548();
    for point in [LON_LAT, [LON_LAT[1], LON_LAT[0]]] {
        let placement = Placement::decide("a", &[point], None, &to("EPSG:4548")).unwrap();
        near(placed(&placement, point[0], point[1]), [x, y], 1e-6);
        assert_eq!(placement.swaps_axes(), point[0] < point[1]);
    }
}

#[test]
fn zone_prefixes_come_and_go_exactly() {
    let [x, y] = in_4548();
    let placement = Placement::decide("a", &[[x + 39e6, y]], None, &to("EPSG:4548")).unwrap();
    assert!(placement.choice().value.starts_with("EPSG:4527"), "{:?}", placement.choice());
    near(placed(&placement, x + 39e6, y), [x, y], 1e-6);
    let placement = Placement::decide("a", &[[y, x]], None, &to("EPSG:4527")).unwrap();
    assert!(placement.swaps_axes());
    near(placed(&placement, y, x), [x + 39e6, y], 1e-6);
}

#[test]
fn six_degree_zones_are_told_from_three_degree_zones() {
    let proj = Proj::new_known_crs("EPSG:4490", "EPSG:4498", None).unwrap(); // zone 20, CM 117
    let (x, y) = proj.convert((119.5, 36.1)).unwrap();
    let placement = Placement::decide("a", &[[x, y]], None, &to("EPSG:4549")).unwrap(); // CM 120
    assert!(placement.choice().value.starts_with("EPSG:4498"));
    let proj = Proj::new_known_crs("EPSG:4490", "EPSG:4549", None).unwrap();
    let (east, north) = proj.convert((119.5, 36.1)).unwrap();
    near(placed(&placement, x, y), [east, north], 1e-3);
}

#[test]
fn a_wrong_prj_is_said_and_not_used() {
    let placement =
        Placement::decide("points21.shp", &[[53.0, 293.7], [3673.0, 2547.7]], Some("EPSG:4326"), &Options::default())
            .unwrap();
    assert_eq!(placement.choice().value, "local");
    assert!(placement.notes()[0].get(Lang::En).contains("is wrong"), "{:?}", placement.notes());
    near(placed(&placement, 53.0, 293.7), [53.0, 293.7], 1e-12);
}

#[test]
fn a_prj_without_the_prefix_of_its_coordinates_keeps_its_datum() {
    let [x, y] = in_4548();
    // Says Xi'an 80, CM 117; the coordinates carry zone 39.
    let placement = Placement::decide("a", &[[x + 39e6, y]], Some("EPSG:2384"), &to("EPSG:2384")).unwrap();
    assert!(placement.choice().value.starts_with("EPSG:2363"), "{:?}", placement.choice());
    near(placed(&placement, x + 39e6, y), [x, y], 1e-6);
}

#[test]
fn a_datum_shift_is_refused_without_parameters_and_made_with_them() {
    let [x, y] = in_4548();
    for (file, map) in [("EPSG:2384", "EPSG:4548"), ("EPSG:4214", "EPSG:4548"), ("EPSG:4610", "EPSG:2442")] {
        let point = if file.starts_with("EPSG:4") { LON_LAT } else { [x, y] };
        let error = Placement::decide("a", &[point], Some(file), &to(map)).unwrap_err();
        assert!(error.message.get(Lang::En).contains("towgs84"), "{error}");
    }
    let mut options = to("EPSG:4548");
    options.crs = Some("+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=500000 +y_0=0 +a=6378140 +rf=298.257 +units=m +towgs84=100,0,0,0,0,0,0".into());
    let placement = Placement::decide("a", &[[x, y]], None, &options).unwrap();
    let [east, north] = placed(&placement, x, y);
    let moved = (east - x).hypot(north - y);
    // 100 m along X: east by -sin(118.6 deg) and north by -sin(36.1 deg) cos(118.6 deg) of it, and the other ellipsoid.
    let (a, b) = (118.6_f64.to_radians(), 36.1_f64.to_radians());
    assert!((east - x + 100.0 * a.sin()).abs() < 1.0, "moved {} m east", east - x);
    assert!((north - y + 100.0 * b.sin() * a.cos()).abs() < 5.0, "moved {} m north", north - y);
    assert!((20.0..150.0).contains(&moved), "moved {moved} m");
    assert!(placement.notes().iter().any(|note| note.get(Lang::En).contains("parameters")));
}

#[test]
fn wgs84_and_cgcs2000_are_taken_as_one_and_that_is_said() {
    let placement = Placement::decide("a.geojson", &[LON_LAT], Some("EPSG:4326"), &to("EPSG:4548")).unwrap();
    near(placed(&placement, LON_LAT[0], LON_LAT[1]), in_4548(), 0.01);
    assert!(placement.notes()[0].get(Lang::En).contains("taken as one"));
}

#[test]
fn ground_out_of_its_zone_is_said() {
    let placement = Placement::decide("a", &[[112.0, 36.0]], Some("EPSG:4490"), &to("EPSG:4548")).unwrap();
    assert!(
        placement.notes().iter().any(|note| note.get(Lang::En).contains("out of the zone")),
        "{:?}",
        placement.notes()
    );
}

#[test]
fn local_grids_swap_by_the_licence() {
    let mut options = Options { near: Some([0.0, 50_000.0, 2_000.0, 53_000.0]), ..Options::default() };
    let placement = Placement::decide("a", &[[51_000.0, 500.0], [52_000.0, 800.0]], None, &options).unwrap();
    assert!(placement.swaps_axes());
    options.near = Some([50_000.0, 0.0, 53_000.0, 2_000.0]);
    assert!(!Placement::decide("a", &[[51_000.0, 500.0]], None, &options).unwrap().swaps_axes());
    options.near = Some([900_000.0, 0.0, 901_000.0, 2_000.0]);
    let far = Placement::decide("a", &[[51_000.0, 500.0]], None, &options).unwrap();
    assert!(far.notes().iter().any(|note| note.get(Lang::En).contains("far from the licence")));
}

#[test]
fn degrees_without_a_map_frame_become_metres_and_that_is_said() {
    let placement = Placement::decide("a", &[LON_LAT], Some("EPSG:4326"), &Options::default()).unwrap();
    near(
        placed(&placement, LON_LAT[0], LON_LAT[1]),
        {
            let proj = Proj::new_known_crs("EPSG:4490", "EPSG:4528", None).unwrap(); // 118.6 is nearer to 120
            let (x, y) = proj.convert((LON_LAT[0], LON_LAT[1])).unwrap();
            [x, y]
        },
        0.01,
    );
    assert!(placement.notes().iter().any(|note| note.get(Lang::En).contains("--map-crs")));
}

#[test]
fn frames_that_cannot_be_are_refused() {
    let mut options = to("EPSG:4490");
    assert!(Placement::decide("a", &[], None, &options).is_err(), "a map in degrees");
    options = to("EPSG:99999999");
    assert!(Placement::decide("a", &[], None, &options).is_err(), "no such frame");
    options = to("EPSG:4548");
    options.crs = Some("EPSG:4490".into());
    assert!(Placement::decide("a", &[[500_000.0, 4e6]], None, &options).is_err(), "metres said to be degrees");
}

#[test]
fn not_a_number_is_refused_and_left_alone() {
    let placement = Placement::keep(Text::default());
    let mut position = Position::plan(f64::NAN, 1.0);
    assert!(placement.apply(&mut position).is_err());
    assert!(position.x.is_nan());
}

#[test]
fn a_local_grid_is_fitted_with_residuals() {
    use fit::{Kind, fit, read_known};
    let (turn, scale) = (0.3_f64, 1.000_2);
    let truth = |[x, y]: [f64; 2]| {
        [
            38_512_000.0 + scale * (turn.cos() * x - turn.sin() * y),
            4_873_000.0 + scale * (turn.sin() * x + turn.cos() * y),
        ]
    };
    let csv: String = [[0.0, 0.0], [1000.0, 0.0], [1000.0, 2000.0], [0.0, 2000.0]]
        .iter()
        .enumerate()
        .map(|(i, &p)| {
            format!("P{i},{},{},{},{}\n", p[0], p[1], truth(p)[0] + if i == 0 { 0.04 } else { 0.0 }, truth(p)[1])
        })
        .collect();
    let known = read_known(&format!("name,x,y,E,N\n{csv}")).unwrap();
    for kind in [Kind::Similarity, Kind::Affine] {
        let fitted = fit(kind, &known).unwrap();
        near(fitted.apply([500.0, 700.0]), truth([500.0, 700.0]), 0.03);
        assert!((fitted.scale() - scale).abs() < 1e-4 && (fitted.turn_deg() - turn.to_degrees()).abs() < 1e-2);
        assert!(fitted.rms_m() > 0.005 && fitted.rms_m() < 0.04, "rms {}", fitted.rms_m());
    }
    assert!(fit(Kind::Affine, &known[..2]).is_err());
    assert!(read_known("P,1,2,3\nQ,x,2,3,4\n").is_err());
}
