//! Laws of plan checks: what no plan and no mine may break.

use jiff::civil::{Date, date};
use minesift_core::fact::{Fact, Plane, Position, Shape, Value};
use minesift_core::plan::{self, Lawful, Plan, Verdict};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use proptest::prelude::*;

const ORIGIN: [f64; 2] = [38_512_345.0, 4_873_210.0];

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

fn area(x0: f64, y0: f64, x1: f64, y1: f64) -> Shape {
    let at = |x: f64, y: f64| geo::coord! { x: ORIGIN[0] + x, y: ORIGIN[1] + y };
    Shape::Areas(geo::MultiPolygon(vec![geo::Rect::new(at(x0, y0), at(x1, y1)).to_polygon()]))
}

fn day(offset: i64) -> Date {
    plan::days::later(date(2027, 1, 1), offset)
}

fn frame(size: f64) -> Vec<Fact> {
    vec![
        Fact::new("mine", "LAW")
            .with("kind", text("coal-underground"))
            .with("hydrogeology", text("medium"))
            .with("gas", text("outburst"))
            .with("rock_burst", text("none"))
            .with("capacity_t_a", Value::Number(900_000.0))
            .with("as_of", Value::Date(date(2026, 11, 1))),
        Fact::new("licence", "licence")
            .with_shape(area(0.0, 0.0, size, size))
            .with("z_m", Value::Numbers(vec![-900.0, 200.0]))
            .with("seams", Value::Texts(vec!["3".into()])),
        Fact::new("seam", "3")
            .with(
                "floor_plane",
                Value::Plane(Plane { at: [ORIGIN[0], ORIGIN[1], -238.0], dip_deg: 6.0, dip_direction_deg: 120.0 }),
            )
            .with("thickness_m", Value::Number(2.6))
            .with("coal_tensile_mpa", Value::Number(0.3)),
        Fact::new("survey", "S1")
            .with_shape(area(0.0, 0.0, size, size))
            .with("looks_for", Value::Texts(vec!["all".into()]))
            .with("methods", Value::Texts(vec!["geophysics".into(), "drilling".into()]))
            .with("date", Value::Date(date(2026, 3, 1))),
        Fact::new("gas_region", "G0")
            .with_shape(area(0.0, 0.0, size, size))
            .with("seam", text("3"))
            .with("pressure_mpa", Value::Number(0.3))
            .with("content_m3_t", Value::Number(3.0)),
        Fact::new("plan", "P")
            .with("tier", text("five-year"))
            .with("from", Value::Date(day(0)))
            .with("to", Value::Date(day(1825))),
    ]
}

#[derive(Clone, Debug)]
struct Draft {
    x: f64,
    y: f64,
    size: f64,
    from: i64,
    days: i64,
    word: u8,
}

fn draft() -> impl Strategy<Value = Draft> {
    (-20.0..900.0, -20.0..900.0, 20.0..160.0, 0_i64..1500, 1_i64..500, 0_u8..8)
        .prop_map(|(x, y, size, from, days, word)| Draft { x, y, size, from, days, word })
}

fn working(i: usize, d: &Draft) -> Fact {
    let from = Value::Date(day(d.from));
    let to = Value::Date(day(d.from + d.days));
    let (district, wing, level) = (
        ["21", "22"][usize::from(d.word % 2)],
        ["east", "west"][usize::from(d.word / 2 % 2)],
        ["-300", "-400", "-500"][usize::from(d.word % 3)],
    );
    let fact = if d.word < 5 {
        Fact::new("face", format!("F{i:02}"))
            .with_shape(area(d.x, d.y, d.x + d.size, d.y + 2.0 * d.size))
            .with("tonnage_t", Value::Number(d.size * 900.0))
    } else {
        let line = vec![
            Position::plan(ORIGIN[0] + d.x, ORIGIN[1] + d.y),
            Position::plan(ORIGIN[0] + d.x + d.size, ORIGIN[1] + d.y + 200.0),
        ];
        Fact::new("heading", format!("H{i:02}"))
            .with_shape(Shape::Lines(vec![line]))
            .with("width_m", Value::Number(5.0))
            .with("purpose", text(["gate", "exploration"][usize::from(d.word % 2)]))
            .with("rock", text(["coal", "rock", "half"][usize::from(d.word % 3)]))
    };
    fact.with("seam", text("3"))
        .with("from", from)
        .with("to", to)
        .with("district", text(district))
        .with("wing", text(wing))
        .with("level", text(level))
}

fn hazard(i: usize, d: &Draft) -> Vec<Fact> {
    let id = format!("Z{i:02}");
    let shape = area(d.x, d.y, d.x + d.size, d.y + d.size);
    let hazard = match d.word % 3 {
        0 => Fact::new("goaf", &id)
            .with("flooded", Value::Flag(true))
            .with("evidence", text("surveyed"))
            .with("water_level_m", Value::Number(-200.0)),
        1 => Fact::new("anomaly", &id).with("method", text("geophysics")),
        _ => Fact::new("collapse_column", &id)
            .with("conducts_water", Value::Flag(true))
            .with("evidence", text("drilled")),
    };
    let mut facts = vec![hazard.with_shape(shape).with("seam", text("3")).with("uncertainty_m", Value::Number(1.0))];
    if d.word > 3 {
        facts.push(
            Fact::new("treatment", format!("T{i:02}"))
                .with("hazard", text(&id))
                .with("kind", text(if d.word.is_multiple_of(3) { "drainage" } else { "grouting" }))
                .with("state", text("planned"))
                .with("covers", text("all"))
                .with("accepts", Value::Date(day(d.from))),
        );
    }
    facts
}

fn facts(workings: &[Draft], hazards: &[Draft]) -> Vec<Fact> {
    let mut facts = frame(1000.0);
    facts.extend(workings.iter().enumerate().map(|(i, d)| working(i, d)));
    facts.extend(hazards.iter().enumerate().flat_map(|(i, d)| hazard(i, d)));
    facts
}

fn verdict(facts: &[Fact]) -> Verdict {
    plan::check(&Site::new(facts, None).expect("a mine that states its grades"), &Rulebook::national())
}

fn named(verdict: &Verdict) -> Vec<String> {
    verdict.objections.iter().map(|o| format!("{}:{}", o.code, o.task)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn one_more_hazard_never_removes_an_objection(workings in prop::collection::vec(draft(), 1..8), hazards in prop::collection::vec(draft(), 1..6)) {
        let fewer = named(&verdict(&facts(&workings, &hazards[..hazards.len() - 1])));
        let more = named(&verdict(&facts(&workings, &hazards)));
        for objection in fewer {
            prop_assert!(more.contains(&objection), "{objection} is gone from {more:?}");
        }
    }

    #[test]
    fn a_later_start_never_breaks_an_exit_rule(workings in prop::collection::vec(draft(), 1..6), hazards in prop::collection::vec(draft(), 1..6), by in 1_i64..900) {
        let on_ground = |v: &Verdict| -> Vec<String> {
            named(v).into_iter().filter(|o| o.starts_with("PLAN-FORBIDDEN") || o.starts_with("PLAN-DEFERRED")).collect()
        };
        let later: Vec<Draft> = workings.iter().map(|d| Draft { from: d.from + by, ..d.clone() }).collect();
        let now = on_ground(&verdict(&facts(&workings, &hazards)));
        for objection in on_ground(&verdict(&facts(&later, &hazards))) {
            prop_assert!(now.contains(&objection), "{objection} is new when everything begins {by} days later");
        }
    }

    #[test]
    fn the_order_of_the_rows_changes_no_byte(workings in prop::collection::vec(draft(), 1..8), hazards in prop::collection::vec(draft(), 0..5), turn in 0_usize..20) {
        let facts = facts(&workings, &hazards);
        let mut turned = facts.clone();
        turned.rotate_left(turn % facts.len());
        turned.reverse();
        let words = |v: &Verdict| format!("{:?} {:?} {:?} {:?} {:?}", v.objections, v.remarks, v.notes, v.undecided, v.tasks);
        prop_assert_eq!(words(&verdict(&facts)), words(&verdict(&turned)));
    }

    #[test]
    fn the_earliest_lawful_date_when_used_removes_that_objection(workings in prop::collection::vec(draft(), 1..9), hazards in prop::collection::vec(draft(), 0..5)) {
        let site = Site::new(&facts(&workings, &hazards), None).expect("a mine that states its grades");
        let (book, plan) = (Rulebook::national(), Plan::new(&site));
        for objection in plan::check_plan(&site, &book, &plan).objections {
            if objection.lawful == Lawful::Never {
                continue;
            }
            prop_assert!(!objection.moves.is_empty());
            let cured = plan::check_plan(&site, &book, &plan.moved(&objection.moves));
            let left = cured.objections.iter().find(|o| o.code == objection.code && o.task == objection.task);
            prop_assert!(left.is_none(), "{}\nstill after its moves: {}", objection.sentence().en, left.map(|o| o.sentence().en).unwrap_or_default());
        }
    }

    #[test]
    fn moving_all_dates_by_whole_weeks_moves_the_objections_with_them(workings in prop::collection::vec(draft(), 1..8), hazards in prop::collection::vec(draft(), 0..5), weeks in 1_i64..60) {
        // Checks that count days from one working to another, not calendar months, quarters or years.
        const FREE: &[&str] = &["PLAN-LICENCE", "PLAN-SEAM", "PLAN-FORBIDDEN", "PLAN-DEFERRED", "PLAN-FACES", "PLAN-LEVELS", "PLAN-DISTRICT", "PLAN-SPACING", "PLAN-TONNAGE"];
        let by = 7 * weeks;
        let moved = |drafts: &[Draft]| -> Vec<Draft> { drafts.iter().map(|d| Draft { from: d.from + by, ..d.clone() }).collect() };
        let said = |v: &Verdict, by: i64| -> Vec<String> {
            v.objections
                .iter()
                .filter(|o| FREE.contains(&o.code.as_str()))
                .map(|o| {
                    let on = |day: Date| plan::days::later(day, -by).to_string();
                    let days = o.days.map(|days| format!("{} {}", on(days.from), on(days.to)));
                    let lawful = match o.lawful { Lawful::Never => "none".to_owned(), Lawful::From(day) => on(day) };
                    format!("{}:{} {days:?} {lawful}", o.code, o.task)
                })
                .collect()
        };
        let (now, then) = (verdict(&facts(&workings, &hazards)), verdict(&facts(&moved(&workings), &moved(&hazards))));
        prop_assert_eq!(said(&now, 0), said(&then, by));
    }

    /// What the treated hazards alone are asked for anew gives what a whole evaluation on each day gives.
    #[test]
    fn ground_asked_for_piece_by_piece_is_that_of_a_whole_evaluation(workings in prop::collection::vec(draft(), 1..6), hazards in prop::collection::vec(draft(), 1..9)) {
        let site = Site::new(&facts(&workings, &hazards), None).expect("a mine that states its grades");
        piecewise_is_whole(&site)?;
    }
}

/// Holds every working's closed ground against a whole evaluation on its first day and on every day on which a treatment
/// is accepted while it runs.
fn piecewise_is_whole(site: &Site) -> Result<(), TestCaseError> {
    use minesift_core::outline::Outline;
    use minesift_core::plan::closure::{Closing, Closures, LEAST_M2, UNSURVEYED};
    use minesift_core::zone::{self, Class};
    let (book, plan) = (Rulebook::national(), Plan::new(site));
    let closures = Closures::new(site, &book, &plan, &minesift_core::plan::closure::one_by_one);
    for (working, closed) in plan.workings.iter().zip(&closures.of) {
        let (Some(days), Some(seam)) = (working.days(), working.seam.as_deref().and_then(|id| site.seam(id))) else {
            continue;
        };
        if !site.licence.seams.contains(&seam.id) {
            continue;
        }
        let ground = zone::ground_of(site, seam);
        let mut looks: Vec<Date> =
            site.treatments.iter().filter_map(|t| t.accepts).filter(|day| days.contains(*day)).collect();
        looks.push(days.from);
        looks.sort_unstable();
        looks.dedup();
        for closing in [Closing::Forbidden, Closing::Deferred] {
            let mut first: Option<(Date, f64)> = None;
            for day in &looks {
                let met: Vec<Outline> = zone::findings_on(site, seam, &ground, &book, *day, true)
                    .iter()
                    .filter(|f| f.rule != UNSURVEYED)
                    .filter(|f| (f.class == Class::Forbidden) == (closing == Closing::Forbidden))
                    .filter(|f| {
                        if working.is_face() {
                            f.stops.stops_face()
                        } else {
                            f.stops.stops_heading(working.purpose.as_deref())
                        }
                    })
                    .map(|f| f.outline.within(&working.outline).within(&ground.below))
                    .collect();
                let m2 = Outline::union(&met).area_m2();
                if m2 > LEAST_M2 {
                    first = Some((*day, m2));
                    break;
                }
            }
            let found = closed.offences.get(&closing).map(|offence| (offence.days.from, offence.m2));
            let same = match (first, found) {
                (None, None) => true,
                (Some((a, m2)), Some((b, n2))) => a == b && (m2 - n2).abs() < 0.05,
                _ => false,
            };
            prop_assert!(same, "{} {closing:?}: whole {first:?}, piecewise {found:?}", working.id);
        }
    }
    Ok(())
}

#[test]
fn the_demo_and_synthetic_mines_are_the_same_piece_by_piece() {
    use minesift_datasets::{Kind, mine};
    for number in 0..6 {
        let site = Site::new(&mine(3, number, Kind::CoalUnderground), None).expect("a mine that states its grades");
        piecewise_is_whole(&site).unwrap_or_else(|error| panic!("mine {number}: {error}"));
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/demo");
    let read = |path: &str| {
        let text = std::fs::read_to_string(folder.join(path)).unwrap();
        minesift_importers::site_toml::read(path, &text).unwrap()
    };
    let facts: Vec<Fact> = read("site.toml").into_iter().chain(read("plans/十年规划.toml")).collect();
    let site = Site::new(&facts, None).expect("a mine that states its grades");
    piecewise_is_whole(&site).unwrap_or_else(|error| panic!("demo: {error}"));
}
