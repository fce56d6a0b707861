//! Laws that hold for every mine, at local and at 8-digit Gauss-Krüger coordinates.

use minesift_core::fact::{Fact, Plane, Position, Shape, Value};
use minesift_core::outline::Outline;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::zone::{self, ZoneMap};
use proptest::prelude::*;

/// Two places for the same mine: a local frame, and zone 38 with its prefix.
pub(crate) const ORIGINS: [[f64; 2]; 2] = [[0.0, 0.0], [38_512_345.0, 4_873_210.0]];

/// The throw below which FAULT-1 only warns of a fault that nobody tested, m.
fn small_fault_m() -> f64 {
    Rulebook::national().value("FAULT-1", "unknown_from_throw_m").expect("its page gives it")
}

/// One random hazard, in metres from the mine's corner.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    kind: u8,
    seam: u8,
    x: f64,
    y: f64,
    size: f64,
    turn: f64,
    grade: u8,
    word: u8,
    number: f64,
}

pub(crate) fn draft() -> impl Strategy<Value = Draft> {
    (
        0_u8..20,
        0_u8..2,
        -50.0..1050.0,
        -50.0..1050.0,
        5.0..180.0,
        0.0..std::f64::consts::TAU,
        0_u8..5,
        0_u8..6,
        0.0..5.0,
    )
        .prop_map(|(kind, seam, x, y, size, turn, grade, word, number)| Draft {
            kind,
            seam,
            x,
            y,
            size,
            turn,
            grade,
            word,
            number,
        })
}

const GRADES: [&str; 5] = ["reported", "one-method", "two-methods", "drilled", "surveyed"];

fn ring(d: &Draft, origin: [f64; 2]) -> Shape {
    let corners = 3 + usize::from(d.word);
    let line: geo::LineString<f64> = (0..corners)
        .map(|i| {
            let angle = d.turn + std::f64::consts::TAU * i as f64 / corners as f64;
            let r = d.size * if i % 2 == 0 { 1.0 } else { 0.6 };
            geo::Coord { x: origin[0] + d.x + r * angle.cos(), y: origin[1] + d.y + r * angle.sin() }
        })
        .collect();
    Shape::Areas(geo::MultiPolygon(vec![geo::Polygon::new(line, Vec::new())]))
}

fn line(d: &Draft, origin: [f64; 2]) -> Shape {
    let at = |t: f64, off: f64| {
        Position::plan(
            origin[0] + d.x + 2.0 * d.size * t * d.turn.cos() - off * d.turn.sin(),
            origin[1] + d.y + 2.0 * d.size * t * d.turn.sin() + off * d.turn.cos(),
        )
    };
    Shape::Lines(vec![vec![at(-1.0, 0.0), at(-0.2, d.number * 8.0), at(0.3, -d.number * 5.0), at(1.0, 0.0)]])
}

pub(crate) fn hazard(i: usize, d: &Draft, origin: [f64; 2]) -> Vec<Fact> {
    let id = format!("H{i:03}");
    let text = |words: &str| Value::Text(words.to_owned());
    let base = |kind: &str, shape: Shape| {
        Fact::new(kind, &id)
            .with_shape(shape)
            .with("seam", text(["2", "3"][usize::from(d.seam)]))
            .with("evidence", text(GRADES[usize::from(d.grade)]))
            .with("uncertainty_m", Value::Number(f64::from(d.word)))
    };
    let mut facts = match d.kind {
        0..=2 => {
            let mut goaf = base("goaf", ring(d, origin)).with("extent_clear", Value::Flag(d.word.is_multiple_of(2)));
            if d.word != 3 {
                goaf = goaf.with("flooded", Value::Flag(d.word < 3));
            }
            if d.word != 1 {
                goaf = goaf.with("water_level_m", Value::Number(-290.0 + 30.0 * d.number));
            }
            vec![goaf]
        }
        3 | 4 => {
            let mut fault = base("fault", line(d, origin)).with("throw_m", Value::Number(d.number * 4.0));
            if d.word != 2 {
                fault = fault
                    .with("conducts_water", Value::Flag(d.word.is_multiple_of(2)))
                    .with("water_tested", Value::Flag(d.word > 3));
            }
            if d.word != 4 {
                fault = fault.with("water_pressure_mpa", Value::Number(d.number));
            }
            vec![fault]
        }
        5 => vec![base("collapse_column", ring(d, origin)).with("conducts_water", Value::Flag(d.word > 2))],
        6 => vec![
            base("anomaly", ring(d, origin)).with("drilled", text(["confirmed", "refuted"][usize::from(d.word % 2)])),
        ],
        7 => vec![base("pillar", ring(d, origin)).with("kind", text("goaf-water")).with("approval", text("2026-1"))],
        8 => vec![
            Fact::new("borehole", &id)
                .with_shape(Shape::Point(Position::new(origin[0] + d.x, origin[1] + d.y, 150.0)))
                .with("depth_m", Value::Number(300.0 + 100.0 * d.number))
                .with("sealing", text(["qualified", "unqualified", "unknown"][usize::from(d.word % 3)])),
        ],
        9 => vec![
            base("floor_block", ring(d, origin))
                .with("pressure_mpa", Value::Number(d.number))
                .with("aquiclude_m", Value::Number(30.0))
                .with("evaluated", Value::Flag(d.word > 2)),
        ],
        10 | 11 => vec![
            base("gas_region", ring(d, origin))
                .with("pressure_mpa", Value::Number(0.4 + 0.2 * d.number))
                .with("content_m3_t", Value::Number(4.0 + d.number))
                .with("structure_belt", Value::Flag(d.word.is_multiple_of(2)))
                .with("treatable", text(["no", "yes"][usize::from(d.grade % 2)])),
        ],
        12 => vec![
            base("rock_burst_area", ring(d, origin))
                .with("grade", text(["none", "weak", "medium", "strong"][usize::from(d.word % 4)])),
        ],
        13 => vec![
            base("old_working", line(d, origin))
                .with("width_m", Value::Number(d.number.max(0.5)))
                .with("flooded", Value::Flag(d.word < 3))
                .with("gas", Value::Flag(d.word.is_multiple_of(2)))
                .with("extent_clear", Value::Flag(d.word > 1))
                .with("water_level_m", Value::Number(-290.0 + 30.0 * d.number)),
        ],
        14 => vec![
            base("abandoned_shaft", Shape::Point(Position::new(origin[0] + d.x, origin[1] + d.y, 150.0)))
                .with("radius_m", Value::Number(d.number))
                .with("depth_m", Value::Number(300.0 + 60.0 * d.number))
                .with("flooded", Value::Flag(d.word < 3))
                .with("gas", Value::Flag(d.word.is_multiple_of(2))),
        ],
        15 => vec![
            base("fire_area", ring(d, origin))
                .with("state", text(["burning", "sealed", "extinguished"][usize::from(d.word % 3)]))
                .with("temperature_c", Value::Number(20.0 + 3.0 * d.number))
                .with("oxygen_pct", Value::Number(4.0))
                .with("co_pct", Value::Number(0.0004))
                .with("water_c", Value::Number(20.0))
                .with("hydrocarbons", Value::Flag(false))
                .with("stable_since", Value::Date(jiff::civil::date(2026, 5, 1)))
                .with("pillar_m", Value::Number(20.0 * d.number)),
        ],
        16 => vec![
            base("aquifer", ring(d, origin))
                .with("richness", text(["weak", "medium", "strong"][usize::from(d.word % 3)]))
                .with("floor_z_m", Value::Number(-200.0 + 50.0 * d.number))
                .with("top_z_m", Value::Number(60.0 * d.number))
                .with("treatable", text(["no", "yes"][usize::from(d.grade % 2)])),
        ],
        17 => vec![base("surface_water", line(d, origin)).with("bed_m", Value::Number(-180.0 + 60.0 * d.number))],
        18 => vec![
            base("outburst_point", Shape::Point(Position::plan(origin[0] + d.x, origin[1] + d.y)))
                .with("unit", Value::Shape(ring(d, origin)))
                .with("omen", Value::Flag(d.word.is_multiple_of(2))),
        ],
        _ => vec![
            base("collapse_column", ring(d, origin))
                .with("top_z_m", Value::Number(-420.0 + 40.0 * d.number))
                .with("conducts_water", Value::Flag(d.word > 2))
                .with("water_tested", Value::Flag(d.word.is_multiple_of(2)))
                .with("water_pressure_mpa", Value::Number(d.number)),
        ],
    };
    // Some hazards were treated: as a whole, or inside an outline of their own.
    if d.word == 5 || d.grade == 4 {
        let kind = match d.kind {
            0..=2 | 13 | 14 | 16 | 17 => "drainage",
            10 | 11 | 18 => "gas-drainage",
            12 => "pressure-relief",
            15 => "fire-fighting",
            _ => "grouting",
        };
        let treatment = Fact::new("treatment", format!("T{i:03}"))
            .with("hazard", text(&id))
            .with("kind", text(kind))
            .with("state", text(if d.grade == 0 { "failed" } else { "passed" }))
            .with("accepted", Value::Date(jiff::civil::date(2026, 5, 1)))
            .with("approver", text("company-chief-engineer"))
            .with("document", text("2026-7"));
        facts.push(if d.word == 5 {
            treatment.with("covers", text("all"))
        } else {
            treatment.with_shape(ring(&Draft { size: d.size * 0.7, ..d.clone() }, origin))
        });
    }
    facts
}

/// What kind of mine the first draft makes of it: plain, with an outburst seam, with rock burst, or steep.
fn flavour(drafts: &[Draft]) -> u8 {
    drafts.first().map_or(0, |d| d.word % 4)
}

/// What a mine of this flavour has looked at: a prediction or an evaluation of all its ground.
fn evaluated(flavour: u8, origin: [f64; 2]) -> Vec<Fact> {
    let all = || {
        let [x0, y0] = origin;
        Shape::Areas(geo::MultiPolygon(vec![
            geo::Rect::new(geo::coord! {x: x0, y: y0}, geo::coord! {x: x0 + 1000.0, y: y0 + 1000.0}).to_polygon(),
        ]))
    };
    match flavour {
        1 => vec![
            Fact::new("gas_region", "R0")
                .with_shape(all())
                .with("seam", Value::Text("3".into()))
                .with("pressure_mpa", Value::Number(0.4))
                .with("content_m3_t", Value::Number(4.0))
                .with("structure_belt", Value::Flag(false)),
        ],
        2 => vec![
            Fact::new("rock_burst_area", "Q0")
                .with_shape(all())
                .with("seam", Value::Text("3".into()))
                .with("grade", Value::Text("weak".into())),
        ],
        _ => Vec::new(),
    }
}

pub(crate) fn frame(origin: [f64; 2], surveyed_to: f64, flavour: u8) -> Vec<Fact> {
    let text = |words: &str| Value::Text(words.to_owned());
    let area = |x1: f64, y1: f64| {
        let [x0, y0] = origin;
        Shape::Areas(geo::MultiPolygon(vec![
            geo::Rect::new(geo::coord! {x: x0, y: y0}, geo::coord! {x: x0 + x1, y: y0 + y1}).to_polygon(),
        ]))
    };
    let seam = |id: &str, z: f64, dip: f64| {
        Fact::new("seam", id)
            .with(
                "floor_plane",
                Value::Plane(Plane { at: [origin[0], origin[1], z], dip_deg: dip, dip_direction_deg: 120.0 }),
            )
            .with("thickness_m", Value::Number(2.6))
            .with("coal_tensile_mpa", Value::Number(0.3))
            .with("overburden_class", text("medium"))
    };
    vec![
        Fact::new("mine", "LAW")
            .with("kind", text("coal-underground"))
            .with("hydrogeology", text("medium"))
            .with("gas", text("low"))
            .with("rock_burst", text(if flavour == 2 { "medium" } else { "none" }))
            .with("safety_factor", Value::Number(4.0))
            .with("as_of", Value::Date(jiff::civil::date(2026, 11, 1))),
        Fact::new("licence", "licence")
            .with_shape(area(1000.0, 1000.0))
            .with("z_m", Value::Numbers(vec![-2500.0, 200.0]))
            .with("seams", Value::Texts(vec!["2".into(), "3".into()])),
        seam("2", -200.0, if flavour == 3 { 50.0 } else { 4.0 }),
        seam("3", -238.0, if flavour == 3 { 50.0 } else { 6.0 }).with("outburst", Value::Flag(flavour == 1)),
        Fact::new("survey", "S1")
            .with_shape(area(surveyed_to, 1000.0))
            .with("looks_for", Value::Texts(vec!["all".into()]))
            .with("methods", Value::Texts(vec!["geophysics".into(), "drilling".into()]))
            .with("date", Value::Date(jiff::civil::date(2026, 3, 1))),
    ]
}

pub(crate) fn mine(drafts: &[Draft], origin: [f64; 2], surveyed_to: f64) -> Vec<Fact> {
    let mut facts = frame(origin, surveyed_to, flavour(drafts));
    facts.extend(evaluated(flavour(drafts), origin));
    facts.extend(drafts.iter().enumerate().flat_map(|(i, d)| hazard(i, d, origin)));
    facts
}

pub(crate) fn zones(facts: &[Fact]) -> ZoneMap {
    zone::classify(&Site::new(facts, None).expect("a mine that states its grades"), &Rulebook::national())
}

/// Ground that is mineable in `after` and was not in `before`, m².
fn opened(before: &ZoneMap, after: &ZoneMap) -> f64 {
    before.seams.iter().zip(&after.seams).map(|(b, a)| a.mineable.minus(&b.mineable).area_m2()).sum()
}

/// Mines a law: few by default, more by PROPTEST_CASES.
pub(crate) fn how_many() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: how_many(), ..ProptestConfig::default() })]

    #[test]
    fn the_classes_fill_the_ground_and_never_overlap(drafts in prop::collection::vec(draft(), 0..14), surveyed in 200.0..1000.0) {
        for origin in ORIGINS {
            for seam in zones(&mine(&drafts, origin, surveyed)).seams {
                let parts = [&seam.mineable, &seam.deferred, &seam.forbidden];
                let ground = seam.ground.area_m2();
                let allowed = (1e-6 * ground).max(1.0);
                let sum: f64 = parts.iter().map(|part| part.area_m2()).sum();
                prop_assert!((sum - ground).abs() <= allowed, "sum {sum} of ground {ground}");
                for (i, a) in parts.iter().enumerate() {
                    for b in &parts[i + 1..] {
                        prop_assert!(a.within(b).area_m2() <= allowed);
                    }
                }
                prop_assert!((Outline::union(parts).area_m2() - ground).abs() <= allowed);
                // Every closed square metre has a reason, but for absorbed slivers.
                let reasons = Outline::union(seam.findings.iter().map(|f| &f.outline));
                let closed = Outline::union([&seam.deferred, &seam.forbidden]);
                prop_assert!(closed.minus(&reasons).minus(&seam.slivers).area_m2() <= allowed);
            }
        }
    }

    #[test]
    fn one_more_hazard_never_opens_ground(drafts in prop::collection::vec(draft(), 2..10)) {
        for origin in ORIGINS {
            // A refuted anomaly, a qualified hole or an accepted treatment closes nothing, and opens nothing either;
            // an approved pillar may open a probe band, which is what pillars are for.
            // A prediction of gas or an evaluation of burst risk is no hazard but knowledge, and may open what was unknown.
            prop_assume!(drafts.last().is_some_and(|d| !matches!(d.kind, 7 | 10..=12)));
            let all = mine(&drafts, origin, 1000.0);
            let fewer = mine(&drafts[..drafts.len() - 1], origin, 1000.0);
            prop_assert!(opened(&zones(&fewer), &zones(&all)) <= 1.0);
        }
    }

    #[test]
    fn less_data_or_worse_evidence_never_makes_ground_mineable(
        drafts in prop::collection::vec(draft(), 1..8), which in any::<prop::sample::Index>(), key in any::<prop::sample::Index>(), worse in any::<bool>(),
    ) {
        // The law of deleting leaves these three out: what they fall back to may be milder.
        const OUTSIDE_THE_LAW: [&str; 3] = ["uncertainty_m", "safety_factor", "coal_tensile_mpa"];
        for origin in ORIGINS {
            let full = mine(&drafts, origin, 900.0);
            let mut less = full.clone();
            let frame_facts = frame(origin, 900.0, 0).len();
            let number = frame_facts + which.index(less.len() - frame_facts);
            let fact = &mut less[number];
            if worse {
                if let Some(Value::Text(grade)) = fact.attributes.get("evidence") {
                    let place = GRADES.iter().position(|g| g == grade).unwrap_or(0);
                    fact.attributes.insert("evidence", Value::Text(GRADES[place.saturating_sub(1)].to_owned()));
                }
            } else {
                let keys: Vec<&'static str> = fact.attributes.keys().copied().filter(|k| !OUTSIDE_THE_LAW.contains(k)).collect();
                // A treatment without its hazard or state is refused whole, which opens nothing.
                let key = keys[key.index(keys.len())];
                // To forget that an evaluation failed is not less data about a hazard but a hazard's evaluation withdrawn.
                prop_assume!(fact.kind != "treatment" || fact.attributes.get("state") != Some(&Value::Text("failed".into())));
                // A small fault of unknown conductivity is a warning by policy (FAULT-1): docs/decisions/0006-small-faults.md.
                prop_assume!(!(fact.kind == "fault" && key == "conducts_water"
                    && fact.number("throw_m").is_some_and(|throw| throw < small_fault_m())));
                fact.attributes.remove(key);
            }
            prop_assert!(opened(&zones(&full), &zones(&less)) <= 1.0, "without part of {:?}", full[number]);
        }
    }

    #[test]
    fn the_order_of_the_input_changes_no_byte(drafts in prop::collection::vec(draft(), 1..10), seed in any::<u64>()) {
        let facts = mine(&drafts, ORIGINS[1], 800.0);
        let mut shuffled = facts.clone();
        let mut state = seed | 1;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(i, (state >> 33) as usize % (i + 1));
        }
        prop_assert_eq!(format!("{:?}", zones(&facts)), format!("{:?}", zones(&shuffled)));
    }

    #[test]
    fn moving_the_mine_moves_its_zones(drafts in prop::collection::vec(draft(), 0..10)) {
        let [here, there] = ORIGINS.map(|origin| zones(&mine(&drafts, origin, 700.0)));
        for (a, b) in here.seams.iter().zip(&there.seams) {
            prop_assert_eq!(a.rules(), b.rules());
            for (one, other) in [(&a.mineable, &b.mineable), (&a.deferred, &b.deferred), (&a.forbidden, &b.forbidden)] {
                prop_assert!((one.area_m2() - other.area_m2()).abs() <= 1.0, "{} and {}", one.area_m2(), other.area_m2());
            }
        }
    }
}
