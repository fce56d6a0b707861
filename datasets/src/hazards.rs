//! What is hidden: goafs that cluster, faults, columns, anomalies, and what was seen of them.

use crate::dice::Dice;
use crate::ground::{Ground, text};
use crate::lattice::{self, Licence, mm};
use crate::{AS_OF, Kind};
use jiff::civil::{Date, date};
use minesift_core::fact::{Fact, Position, Shape, Value};

const GRADES: &[&str] = &["reported", "one-method", "one-method", "two-methods", "drilled", "surveyed"];

pub(crate) fn day(dice: &mut Dice, from: i16, to: i16) -> Date {
    date(dice.whole(from as u32, to as u32) as i16, dice.whole(1, 12) as i8, dice.whole(1, 28) as i8).min(AS_OF)
}

pub(crate) fn hazards(facts: &mut Vec<Fact>, dice: &mut Dice, kind: Kind, licence: &Licence, ground: &Ground) {
    goafs(facts, dice, kind, licence, ground);
    if kind == Kind::CoalUnderground {
        faults(facts, dice, licence, ground);
        columns(facts, dice, licence);
        blocks(facts, dice, licence, ground);
    } else if !kind.underground() {
        slopes(facts, dice, licence);
    }
    anomalies(facts, dice, licence, ground);
    pillars(facts, dice, licence);
    observations(facts, dice);
}

/// Old small mines lie together; the mine's own goafs lie in rows along the strike.
fn goafs(facts: &mut Vec<Fact>, dice: &mut Dice, kind: Kind, licence: &Licence, ground: &Ground) {
    let (mut goafs, mut workings) = (0, 0);
    for _ in 0..dice.whole(1, 4) {
        let centre = licence.somewhere(dice);
        let small = dice.chance(0.6);
        let seam = &ground.seams[dice.whole(0, ground.seams.len() as u32 - 1) as usize];
        let mut last: Option<[f64; 2]> = None;
        for n in 0..dice.whole(2, if small { 9 } else { 5 }) {
            goafs += 1;
            let (at, shape) = if small {
                let at = [mm(centre[0] + dice.between(-350.0, 350.0)), mm(centre[1] + dice.between(-350.0, 350.0))];
                let radius = dice.between(20.0, 80.0);
                (at, lattice::blob(dice, at, radius))
            } else {
                let (sin, cos) = ground.strike_deg.to_radians().sin_cos();
                let up = f64::from(n) * 215.0;
                let at = [mm(centre[0] - up * sin), mm(centre[1] + up * cos)];
                (at, lattice::panel(at, 800.0, 190.0, ground.strike_deg))
            };
            let mut goaf = Fact::new("goaf", format!("{}{goafs:03}", if small { "XY-" } else { "G-" }))
                .with_shape(shape)
                .with("seam", Value::Text(seam.id.clone()))
                .with("evidence", text(if small { dice.pick(GRADES) } else { "surveyed" }));
            if small {
                goaf = goaf.with("uncertainty_m", Value::Number(dice.rounded(0.0, 15.0, 0)));
            }
            match dice.whole(0, 3) {
                0 => {}
                1 => goaf = goaf.with("flooded", Value::Flag(false)),
                wet => {
                    goaf = goaf.with("flooded", Value::Flag(true));
                    if wet == 2 {
                        goaf = goaf
                            .with("water_level_m", Value::Number(mm(seam.floor(at) + dice.between(2.0, 60.0))))
                            .with("water_volume_m3", Value::Number(dice.rounded(300.0, 90_000.0, 0)));
                    }
                }
            }
            if dice.chance(0.5) {
                goaf = goaf.with("extent_clear", Value::Flag(dice.chance(0.7)));
            }
            facts.push(goaf);
            if let (true, Some(from)) = (small, last) {
                workings += 1;
                facts.push(
                    Fact::new("old_working", format!("XH-{workings:03}"))
                        .with_shape(lattice::line(&[from, at]))
                        .with("seam", Value::Text(seam.id.clone()))
                        .with("evidence", text("reported"))
                        .with("width_m", Value::Number(3.0)),
                );
            }
            last = Some(at);
        }
        if small && kind.underground() {
            facts.push(
                Fact::new("abandoned_shaft", format!("FJ-{goafs:03}"))
                    .with_shape(Shape::Point(Position::plan(centre[0], centre[1])))
                    .with("seam", Value::Text(seam.id.clone()))
                    .with("radius_m", Value::Number(1.5))
                    .with("sealed", text(dice.pick(&["filled", "capped", "unknown"]))),
            );
        }
    }
}

fn faults(facts: &mut Vec<Fact>, dice: &mut Dice, licence: &Licence, ground: &Ground) {
    for n in 1..=dice.whole(2, 7) {
        let from = licence.somewhere(dice);
        let (mut at, mut heading) = (from, dice.between(0.0, std::f64::consts::TAU));
        let mut trace = vec![at];
        for _ in 0..dice.whole(2, 6) {
            heading += dice.between(-0.3, 0.3);
            let step = dice.between(120.0, 420.0);
            at = [mm(at[0] + step * heading.cos()), mm(at[1] + step * heading.sin())];
            trace.push(at);
        }
        let throw = 40.0 * dice.between(0.0, 1.0).powi(2) + 0.8;
        let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
        let down = (90.0 - heading.to_degrees() + side * 90.0).rem_euclid(360.0);
        let mut fault = Fact::new("fault", format!("F{n}"))
            .with_shape(lattice::line(&trace))
            .with("throw_m", Value::Number((throw * 10.0).round() / 10.0))
            .with("dip_deg", Value::Number(dice.rounded(45.0, 80.0, 0)))
            .with("dip_direction_deg", Value::Number(down.floor()))
            .with("evidence", text(dice.pick(GRADES)))
            .with("seam", Value::Text(ground.seams[dice.whole(0, ground.seams.len() as u32 - 1) as usize].id.clone()));
        fault = conduit(dice, fault);
        facts.push(fault);
    }
}

/// What is known of how a fault or column carries water: often nothing.
fn conduit(dice: &mut Dice, fact: Fact) -> Fact {
    match dice.whole(0, 5) {
        0 => fact
            .with("conducts_water", Value::Flag(true))
            .with("water_pressure_mpa", Value::Number(dice.rounded(0.3, 2.0, 2))),
        1 => fact.with("conducts_water", Value::Flag(true)),
        2 => fact.with("conducts_water", Value::Flag(false)).with("water_tested", Value::Flag(true)),
        3 => fact.with("conducts_water", Value::Flag(false)),
        _ => fact,
    }
}

fn columns(facts: &mut Vec<Fact>, dice: &mut Dice, licence: &Licence) {
    for n in 1..=dice.whole(0, 5) {
        let (at, radius) = (licence.somewhere(dice), dice.between(12.0, 70.0));
        let column = Fact::new("collapse_column", format!("X{n}"))
            .with_shape(lattice::blob(dice, at, radius))
            .with("evidence", text(dice.pick(GRADES)));
        facts.push(conduit(dice, column));
    }
}

/// Floor blocks over a confined aquifer, gas regions of an outburst mine, areas of a rock-burst seam: each tiles the mine.
fn blocks(facts: &mut Vec<Fact>, dice: &mut Dice, licence: &Licence, ground: &Ground) {
    let [x0, y0, x1, y1] = licence.bounds();
    let tile = |column: u32, columns: u32, gap: f64| {
        let (a, b) = (f64::from(column) / f64::from(columns), f64::from(column + 1) / f64::from(columns));
        let (a, b) = (mm(x0 - 1.0 + (x1 - x0 + 2.0) * a), mm(x0 - 1.0 + (x1 - x0 + 2.0) * b - gap));
        lattice::area(&[[a, y0 - 1.0], [b, y0 - 1.0], [b, y1 + 1.0], [a, y1 + 1.0]])
    };
    for seam in &ground.seams {
        let of = |fact: Fact| fact.with("seam", Value::Text(seam.id.clone()));
        if seam.floor_aquifer {
            for n in 0..4 {
                let mut block =
                    of(Fact::new("floor_block", format!("K{}-{}", seam.id, n + 1)).with_shape(tile(n, 4, 0.0)))
                        .with("pressure_mpa", Value::Number(dice.rounded(0.8, 4.0, 2)))
                        .with("aquiclude_m", Value::Number(dice.rounded(25.0, 70.0, 1)));
                if dice.chance(0.8) {
                    block = block.with("evaluated", Value::Flag(true));
                }
                facts.push(block);
            }
        }
        if ground.outburst {
            for n in 0..5 {
                let mut region = of(Fact::new("gas_region", format!("W{}-{}", seam.id, n + 1)).with_shape(tile(
                    n,
                    5,
                    if n == 2 { 60.0 } else { 0.0 },
                )))
                .with("pressure_mpa", Value::Number(dice.rounded(0.2, 1.0, 2)))
                .with("date", Value::Date(day(dice, 2023, 2026)));
                if dice.chance(0.9) {
                    region = region
                        .with("content_m3_t", Value::Number(dice.rounded(3.0, 10.0, 1)))
                        .with("structure_belt", Value::Flag(dice.chance(0.2)));
                }
                facts.push(region);
            }
        }
        if seam.burst {
            for n in 0..4 {
                facts.push(
                    of(Fact::new("rock_burst_area", format!("CJ{}-{}", seam.id, n + 1)).with_shape(tile(
                        n,
                        4,
                        if n == 3 { 250.0 } else { 0.0 },
                    )))
                    .with("grade", text(dice.pick(&["none", "weak", "weak", "medium", "strong"])))
                    .with("date", Value::Date(day(dice, 2022, 2026))),
                );
            }
        }
    }
}

fn slopes(facts: &mut Vec<Fact>, dice: &mut Dice, licence: &Licence) {
    for n in 1..=dice.whole(2, 5) {
        let (at, turn) = (licence.somewhere(dice), dice.between(0.0, 180.0));
        facts.push(
            Fact::new("slope", format!("BP-{n}"))
                .with_shape(lattice::panel(at, 600.0, 150.0, turn))
                .with("stability", text(dice.pick(&["stable", "basically-stable", "less-stable", "unstable"])))
                .with("height_m", Value::Number(dice.rounded(40.0, 260.0, 0)))
                .with("monitored", Value::Flag(dice.chance(0.8))),
        );
    }
    let at = licence.somewhere(dice);
    facts.push(
        Fact::new("dump", "PT-1")
            .with_shape(lattice::blob(dice, at, 260.0))
            .with("height_m", Value::Number(dice.rounded(30.0, 120.0, 0))),
    );
}

fn anomalies(facts: &mut Vec<Fact>, dice: &mut Dice, licence: &Licence, ground: &Ground) {
    for n in 1..=dice.whole(1, 6) {
        let (at, radius) = (licence.somewhere(dice), dice.between(25.0, 110.0));
        let mut anomaly = Fact::new("anomaly", format!("WT-{n}"))
            .with_shape(lattice::blob(dice, at, radius))
            .with("seam", Value::Text(ground.seams[0].id.clone()))
            .with("method", text(dice.pick(&["tem", "seismic-3d", "resistivity"])))
            .with("date", Value::Date(day(dice, 2021, 2026)));
        match dice.whole(0, 3) {
            0 => anomaly = anomaly.with("drilled", text("refuted")),
            1 => anomaly = anomaly.with("drilled", text("confirmed")),
            _ => {}
        }
        facts.push(anomaly);
    }
}

fn pillars(facts: &mut Vec<Fact>, dice: &mut Dice, licence: &Licence) {
    let kinds = ["industrial-site", "main-roadway", "building", "railway", "surface-water"];
    for n in 1..=dice.whole(1, 3) {
        let kind = dice.pick(&kinds);
        let (at, turn) = (licence.somewhere(dice), dice.between(0.0, 180.0));
        let (length, width) = match kind {
            "main-roadway" | "railway" | "surface-water" => (1600.0, 110.0),
            _ => (350.0, 260.0),
        };
        facts.push(
            Fact::new("pillar", format!("MZ-{n}"))
                .with_shape(lattice::panel(at, length, width, turn))
                .with("kind", text(kind))
                .with("approval", Value::Text(format!("云煤技〔20{:02}〕{}号", dice.whole(12, 25), dice.whole(1, 60)))),
        );
    }
}

/// Looks at some of the hazards; one in eight contradicts another.
fn observations(facts: &mut Vec<Fact>, dice: &mut Dice) {
    let hazards: Vec<String> = facts
        .iter()
        .filter(|fact| ["goaf", "fault", "collapse_column"].contains(&fact.kind))
        .map(|fact| fact.id.clone())
        .collect();
    let mut n = 0;
    for hazard in hazards {
        if !dice.chance(0.4) {
            continue;
        }
        for look in 0..dice.whole(1, 3) {
            n += 1;
            facts.push(
                Fact::new("observation", format!("GC-{n:04}"))
                    .with("hazard", Value::Text(hazard.clone()))
                    .with(
                        "method",
                        text(dice.pick(&["drilling", "survey", "tem", "seismic-3d", "resistivity", "interview"])),
                    )
                    .with("sees", Value::Flag(look == 0 || !dice.chance(0.12)))
                    .with("date", Value::Date(day(dice, 2016, 2026))),
            );
        }
    }
}
