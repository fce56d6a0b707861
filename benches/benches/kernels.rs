//! Micro benches of the kernel: `cargo bench -p minesift-bench` (`make micro`).

use minesift_core::explain;
use minesift_core::fact::{Fact, Position, Shape, Value};
use minesift_core::outline::Outline;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::{Change, Site};
use minesift_core::zone::{Zoning, classify};
use std::f64::consts::TAU;

fn main() {
    divan::main();
}

/// Numbers between 0 and 1 that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const CORNER: [f64; 2] = [39_512_000.0, 4_210_000.0];

/// A ring of 55 noisy corners, as a digitised goaf.
fn blob(n: &mut Numbers, at: [f64; 2], radius_m: f64) -> Shape {
    let ring: geo::LineString<f64> = (0..55)
        .map(|i| {
            let (angle, r) = (TAU * f64::from(i) / 55.0, radius_m * (0.8 + 0.06 * n.next()));
            geo::coord! { x: at[0] + r * angle.cos(), y: at[1] + 1.6 * r * angle.sin() }
        })
        .collect();
    Shape::Areas(geo::MultiPolygon(vec![geo::Polygon::new(ring, Vec::new())]))
}

fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn goaf(n: &mut Numbers, number: usize, side_m: f64) -> Fact {
    let at = [CORNER[0] + side_m * n.next(), CORNER[1] + side_m * n.next()];
    let radius = 40.0 + 80.0 * n.next();
    Fact::new("goaf", format!("G{number}"))
        .with_shape(blob(n, at, radius))
        .with("seam", word("3"))
        .with("flooded", Value::Flag(n.next() < 0.5))
        .with("evidence", word("drilled"))
        .with("water_level_m", Value::Number(-250.0))
}

/// A mine of so many goafs and faults on a seam drawn through picks, about eleven hazards a square kilometre.
fn mine(hazards: usize, picks: usize) -> Vec<Fact> {
    let side_m = (hazards as f64 / 11.0).sqrt() * 1000.0;
    let mut n = Numbers(7);
    let mut facts = vec![
        Fact::new("mine", "M")
            .with("kind", word("coal-underground"))
            .with("hydrogeology", word("medium"))
            .with("gas", word("low"))
            .with("rock_burst", word("none"))
            .with("safety_factor", Value::Number(4.0))
            .with("as_of", Value::Date(jiff::civil::date(2026, 11, 1))),
        Fact::new("licence", "L")
            .with_shape(Shape::Areas(
                Outline::rectangle(CORNER[0], CORNER[1], CORNER[0] + side_m, CORNER[1] + side_m).to_geo(),
            ))
            .with("seams", Value::Texts(vec!["3".into()])),
        Fact::new("survey", "S")
            .with_shape(Shape::Areas(
                Outline::rectangle(CORNER[0], CORNER[1], CORNER[0] + side_m, CORNER[1] + side_m).to_geo(),
            ))
            .with("looks_for", Value::Texts(vec!["all".into()]))
            .with("date", Value::Date(jiff::civil::date(2026, 3, 1))),
    ];
    let seam =
        Fact::new("seam", "3").with("coal_tensile_mpa", Value::Number(0.3)).with("overburden_class", word("medium"));
    if picks == 0 {
        facts.push(seam.with("floor_m", Value::Number(-300.0)).with("thickness_m", Value::Number(3.0)));
    } else {
        facts.push(seam);
        for i in 0..picks {
            let (x, y) = (CORNER[0] + side_m * n.next(), CORNER[1] + side_m * n.next());
            let pick = Fact::new("pick", format!("P{i}"));
            facts.push(
                pick.with_shape(Shape::Point(Position::new(x, y, -300.0 + 40.0 * n.next())))
                    .with("seam", word("3"))
                    .with("thickness_m", Value::Number(2.0 + n.next())),
            );
        }
    }
    for i in 0..hazards * 2 / 3 {
        let fact = goaf(&mut n, i, side_m);
        facts.push(fact);
    }
    for i in 0..hazards / 3 {
        let mut at = [CORNER[0] + side_m * n.next(), CORNER[1] + side_m * n.next()];
        let mut heading = TAU * n.next();
        let line = (0..20)
            .map(|_| {
                heading += 0.2 * (n.next() - 0.5);
                at = [at[0] + 40.0 * heading.cos(), at[1] + 40.0 * heading.sin()];
                Position::plan(at[0], at[1])
            })
            .collect();
        facts.push(
            Fact::new("fault", format!("F{i}"))
                .with_shape(Shape::Lines(vec![line]))
                .with("seam", word("3"))
                .with("throw_m", Value::Number(12.0 * n.next()))
                .with("conducts_water", Value::Flag(n.next() < 0.3)),
        );
    }
    facts
}

#[divan::bench(args = [180, 2000])]
fn zones_of_one_mine(bencher: divan::Bencher<'_, '_>, hazards: usize) {
    let site = Site::new(&mine(hazards, 0), None).expect("a mine");
    let book = Rulebook::national();
    bencher.bench_local(|| classify(&site, &book));
}

#[divan::bench(args = [180, 2000])]
fn grow_every_goaf_by_60_m(bencher: divan::Bencher<'_, '_>, hazards: usize) {
    let site = Site::new(&mine(hazards, 0), None).expect("a mine");
    bencher.bench_local(|| site.hazards_of("goaf").map(|goaf| goaf.around(60.0).corners()).sum::<usize>());
}

#[divan::bench(args = [2000])]
fn site_with_its_tree(bencher: divan::Bencher<'_, '_>, hazards: usize) {
    let facts = mine(hazards, 0);
    bencher.bench_local(|| Site::new(&facts, None).expect("a mine"));
}

#[divan::bench(args = [2000])]
fn hazards_near_a_point(bencher: divan::Bencher<'_, '_>, hazards: usize) {
    let site = Site::new(&mine(hazards, 0), None).expect("a mine");
    let at = [CORNER[0] + 5000.0, CORNER[1] + 5000.0];
    bencher.bench_local(|| site.hazards_near([at[0], at[1], at[0], at[1]], -400.0, -200.0, 150.0).len());
}

#[divan::bench(args = [180, 2000])]
fn explain_at_a_point(bencher: divan::Bencher<'_, '_>, hazards: usize) {
    let site = Site::new(&mine(hazards, 0), None).expect("a mine");
    let map = classify(&site, &Rulebook::national());
    bencher.bench_local(|| {
        explain::at(&site, &map, "3", CORNER[0] + 1500.0, CORNER[1] + 1500.0).map(|answer| answer.reasons.len())
    });
}

#[divan::bench(args = [180, 2000, 20000], sample_count = 10)]
fn one_goaf_edited(bencher: divan::Bencher<'_, '_>, hazards: usize) {
    let mut zoning = Zoning::new(Site::new(&mine(hazards, 0), None).expect("a mine"), Rulebook::national());
    let side_m = (hazards as f64 / 11.0).sqrt() * 1000.0;
    let mut n = Numbers(99);
    bencher.bench_local(move || zoning.apply(&[Change::Put(goaf(&mut n, 7, side_m))]).expect("a mine").len());
}

#[divan::bench(args = [100_000], sample_count = 20)]
fn floor_of_a_seam_at_points(bencher: divan::Bencher<'_, '_>, points: usize) {
    let site = Site::new(&mine(180, 600), None).expect("a mine");
    let seam = site.seam("3").expect("the seam");
    bencher.bench_local(|| {
        let mut n = Numbers(3);
        (0..points)
            .filter_map(|_| seam.floor_at(CORNER[0] + 4000.0 * n.next(), CORNER[1] + 4000.0 * n.next()))
            .sum::<f64>()
    });
}
