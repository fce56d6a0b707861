//! A plan of 2,000 workings over ten years against a mine of 20,000 hazards, of which some hundreds are to be treated
//! while the plan runs: `cargo bench -p minesift-core --bench plan_check`.

use jiff::civil::{Date, date};
use minesift_core::fact::{Fact, Plane, Position, Shape, Value};
use minesift_core::plan::{self, Plan};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;

const ORIGIN: [f64; 2] = [38_500_000.0, 4_860_000.0];
const SIZE: f64 = 12_000.0;
const SEAMS: [&str; 3] = ["3", "8", "15"];

/// Numbers that are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }

    fn whole(&mut self, below: usize) -> usize {
        ((self.next() * below as f64) as usize).min(below - 1)
    }
}

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

fn ring(corners: &[[f64; 2]]) -> Shape {
    let at = |c: &[f64; 2]| geo::coord! { x: ORIGIN[0] + c[0], y: ORIGIN[1] + c[1] };
    let line: Vec<_> = corners.iter().chain(&corners[..1]).map(at).collect();
    Shape::Areas(geo::MultiPolygon(vec![geo::Polygon::new(geo::LineString(line), Vec::new())]))
}

fn area(x0: f64, y0: f64, x1: f64, y1: f64) -> Shape {
    ring(&[[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
}

fn blob(n: &mut Numbers, [x, y]: [f64; 2], radius: f64, corners: usize) -> Shape {
    let around = |i: usize| std::f64::consts::TAU * i as f64 / corners as f64;
    let points: Vec<[f64; 2]> = (0..corners)
        .map(|i| {
            let r = radius * n.between(0.7, 1.0);
            [x + r * around(i).cos(), y + r * around(i).sin()]
        })
        .collect();
    ring(&points)
}

fn day(offset: i64) -> Date {
    plan::days::later(date(2027, 1, 1), offset)
}

/// The mine; its middle seam is one of outbursts where that is asked for.
fn frame(outburst: bool) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new("mine", "BENCH")
            .with("kind", text("coal-underground"))
            .with("hydrogeology", text("complex"))
            .with("gas", text("high"))
            .with("rock_burst", text("none"))
            .with("safety_factor", Value::Number(3.0))
            .with("capacity_t_a", Value::Number(5_000_000.0))
            .with("as_of", Value::Date(date(2026, 11, 1))),
        Fact::new("licence", "licence")
            .with_shape(area(0.0, 0.0, SIZE, SIZE))
            .with("z_m", Value::Numbers(vec![-1200.0, 900.0]))
            .with("seams", Value::Texts(SEAMS.iter().map(|seam| (*seam).to_owned()).collect())),
        Fact::new("survey", "S1")
            .with_shape(area(0.0, 0.0, SIZE, SIZE))
            .with("looks_for", Value::Texts(vec!["all".into()]))
            .with("methods", Value::Texts(vec!["geophysics".into(), "drilling".into()]))
            .with("date", Value::Date(date(2026, 3, 1))),
        Fact::new("plan", "P")
            .with("tier", text("ten-year"))
            .with("from", Value::Date(day(0)))
            .with("to", Value::Date(day(3652))),
    ];
    for (i, seam) in SEAMS.iter().enumerate() {
        let at = [ORIGIN[0], ORIGIN[1], -100.0 - 90.0 * i as f64];
        facts.push(
            Fact::new("seam", *seam)
                .with("floor_plane", Value::Plane(Plane { at, dip_deg: 3.0, dip_direction_deg: 120.0 }))
                .with("thickness_m", Value::Number(3.0))
                .with("density_t_m3", Value::Number(1.4))
                .with("coal_tensile_mpa", Value::Number(0.3))
                .with("outburst", Value::Flag(outburst && i == 1)),
        );
    }
    facts
}

/// Hazards of the kinds of a large old coalfield; every fiftieth is to be treated while the plan runs.
fn hazards(count: usize) -> Vec<Fact> {
    let mut n = Numbers(20_261_101);
    let mut facts = Vec::new();
    for i in 0..count {
        let at = [n.between(0.0, SIZE), n.between(0.0, SIZE)];
        let id = format!("Z{i:05}");
        let (hazard, treatment) = match i % 20 {
            // Small faults, as three-dimensional seismics and headings see them: half are drilled and tight.
            0..=6 => {
                let (dx, dy) = (n.between(-150.0, 150.0), n.between(-150.0, 150.0));
                let line = [-1.0, -0.3, 0.4, 1.0].map(|t| {
                    Position::plan(ORIGIN[0] + at[0] + t * dx, ORIGIN[1] + at[1] + t * dy + n.between(-8.0, 8.0))
                });
                let fault = Fact::new("fault", &id)
                    .with_shape(Shape::Lines(vec![line.to_vec()]))
                    .with("throw_m", Value::Number(n.between(1.0, 12.0)))
                    .with("evidence", text("drilled"));
                let known = match i % 4 {
                    0 | 1 => fault.with("conducts_water", Value::Flag(false)).with("water_tested", Value::Flag(true)),
                    2 => fault.with("conducts_water", Value::Flag(true)).with("water_pressure_mpa", Value::Number(1.2)),
                    _ => fault,
                };
                (known, "grouting")
            }
            7..=9 => (
                Fact::new("anomaly", &id).with_shape(blob(&mut n, at, 30.0, 8)).with("method", text("geophysics")),
                "drainage",
            ),
            10 | 11 => (
                Fact::new("goaf", &id)
                    .with_shape(blob(&mut n, at, 45.0, 10))
                    .with("flooded", Value::Flag(true))
                    .with("water_level_m", Value::Number(n.between(-90.0, -40.0)))
                    .with("evidence", text("surveyed")),
                "drainage",
            ),
            12 => (
                Fact::new("collapse_column", &id)
                    .with_shape(blob(&mut n, at, 25.0, 16))
                    .with("conducts_water", Value::Flag(true))
                    .with("water_pressure_mpa", Value::Number(1.5))
                    .with("evidence", text("drilled")),
                "grouting",
            ),
            13 => (
                Fact::new("abandoned_shaft", &id)
                    .with_shape(Shape::Point(Position::plan(ORIGIN[0] + at[0], ORIGIN[1] + at[1]))),
                "backfill",
            ),
            14 => (
                Fact::new("borehole", &id)
                    .with_shape(Shape::Point(Position::new(ORIGIN[0] + at[0], ORIGIN[1] + at[1], 900.0)))
                    .with("depth_m", Value::Number(1300.0))
                    .with("sealing", text(["unqualified", "unknown"][i / 20 % 2])),
                "sealing",
            ),
            15 => (
                Fact::new("gas_region", &id)
                    .with_shape(blob(&mut n, at, 60.0, 9))
                    .with("pressure_mpa", Value::Number(n.between(0.4, 1.1)))
                    .with("content_m3_t", Value::Number(n.between(4.0, 11.0))),
                "gas-drainage",
            ),
            16 | 17 => (Fact::new("old_working", &id).with_shape(blob(&mut n, at, 35.0, 12)), "drainage"),
            18 => (Fact::new("subsidence", &id).with_shape(blob(&mut n, at, 60.0, 9)), ""),
            _ => (
                Fact::new("pillar", &id)
                    .with_shape(blob(&mut n, at, 40.0, 6))
                    .with("kind", text("shaft"))
                    .with("approval", text("2024-3")),
                "",
            ),
        };
        let seam = SEAMS[n.whole(3)];
        // A borehole goes through every seam.
        let everywhere = hazard.kind == "borehole";
        let placed = |hazard: Fact| hazard.with("seam", text(seam)).with("uncertainty_m", Value::Number(2.0));
        facts.push(if everywhere { hazard } else { placed(hazard) });
        if i % 47 == 0 && !treatment.is_empty() {
            facts.push(
                Fact::new("treatment", format!("T{i:05}"))
                    .with("hazard", text(&id))
                    .with("kind", text(treatment))
                    .with("state", text("planned"))
                    .with("covers", text("all"))
                    .with("accepts", Value::Date(day(n.between(0.0, 3650.0) as i64))),
            );
        }
    }
    facts
}

/// Faces of 700 m by 180 m and their headings, one behind the other in 40 chains.
fn workings(count: usize) -> Vec<Fact> {
    let mut n = Numbers(7);
    let (chains, mut facts) = (40, Vec::new());
    for i in 0..count {
        let (chain, step) = (i % chains, i / chains);
        let from = 73 * step as i64;
        let [x, y] = [n.between(0.0, SIZE - 800.0), n.between(0.0, SIZE - 800.0)];
        let fact = if i % 3 == 0 {
            Fact::new("face", format!("F{i:04}"))
                .with_shape(area(x, y, x + 180.0, y + 700.0))
                .with("tonnage_t", Value::Number(60_000.0))
        } else {
            let line = [[x, y], [x, y + 740.0]].map(|[x, y]| Position::plan(ORIGIN[0] + x, ORIGIN[1] + y));
            Fact::new("heading", format!("H{i:04}"))
                .with_shape(Shape::Lines(vec![line.to_vec()]))
                .with("width_m", Value::Number(5.0))
                .with("purpose", text("gate"))
                .with("rock", text("coal"))
        };
        facts.push(
            fact.with("seam", text(SEAMS[chain % 3]))
                .with("from", Value::Date(day(from)))
                .with("to", Value::Date(day(from + 140)))
                .with("district", text(&format!("{}", chain / 4)))
                .with("wing", text(["east", "west"][chain % 2]))
                .with("level", text(["-300", "-400"][chain % 2])),
        );
    }
    facts
}

fn site(hazard_count: usize, working_count: usize, outburst: bool) -> Site {
    let mut facts = frame(outburst);
    facts.extend(hazards(hazard_count));
    facts.extend(workings(working_count));
    Site::new(&facts, None).expect("a mine that states its grades")
}

fn main() {
    divan::main();
}

/// Workings, hazards.
const SIZES: [(usize, usize); 3] = [(200, 2_000), (2_000, 2_000), (2_000, 20_000)];

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn check(bencher: divan::Bencher<'_, '_>, (workings, hazards): (usize, usize)) {
    let site = site(hazards, workings, false);
    let (book, plan) = (Rulebook::national(), Plan::new(&site));
    bencher.bench_local(|| plan::check_plan(&site, &book, &plan));
}

/// The same on two threads, as the command line does it.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn check_on_two_threads(bencher: divan::Bencher<'_, '_>, (workings, hazards): (usize, usize)) {
    let site = site(hazards, workings, false);
    let (book, plan) = (Rulebook::national(), Plan::new(&site));
    bencher.bench_local(|| plan::check_together(&site, &book, &plan, &[], &on_two_threads));
}

/// The same on two threads where one of the three seams is a seam of outbursts: whether ground is predicted then depends
/// on all gas regions together.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn check_with_an_outburst_seam(bencher: divan::Bencher<'_, '_>, (workings, hazards): (usize, usize)) {
    let site = site(hazards, workings, true);
    let (book, plan) = (Rulebook::national(), Plan::new(&site));
    bencher.bench_local(|| plan::check_together(&site, &book, &plan, &[], &on_two_threads));
}

fn on_two_threads(count: usize, job: &(dyn Fn(usize) + Sync)) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        loop {
            let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if number >= count {
                break;
            }
            job(number);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
}
