//! What people did and mean to do: surveys that leave gaps, treatments in every state, a succession plan.

use crate::dice::Dice;
use crate::ground::{Ground, text};
use crate::hazards::day;
use crate::lattice::{self, Licence, mm};
use crate::{AS_OF, Kind};
use jiff::ToSpan;
use jiff::civil::date;
use minesift_core::fact::{Fact, Value};

pub(crate) fn work(facts: &mut Vec<Fact>, dice: &mut Dice, kind: Kind, licence: &Licence, ground: &Ground) {
    surveys(facts, dice, licence, ground);
    treatments(facts, dice, ground);
    if kind.underground() {
        plan(facts, dice, licence, ground);
    }
}

/// One survey over most of the mine by two methods, one of a few factors, and ground that nobody looked at.
fn surveys(facts: &mut Vec<Fact>, dice: &mut Dice, licence: &Licence, ground: &Ground) {
    let [x0, y0, x1, y1] = licence.bounds();
    let end = mm(x0 + (x1 - x0) * dice.between(0.8, 1.1));
    let notch = mm(y0 + (y1 - y0) * dice.between(0.0, 0.3));
    let methods = |of: &[&str]| Value::Texts(of.iter().map(|method| (*method).to_owned()).collect());
    facts.push(
        Fact::new("survey", "PC-1")
            .with_shape(lattice::area(&[
                [x0 - 5.0, y0 - 5.0],
                [mm(f64::midpoint(x0, end)), y0 - 5.0],
                [mm(f64::midpoint(x0, end)), notch],
                [end, notch],
                [end, y1 + 5.0],
                [x0 - 5.0, y1 + 5.0],
            ]))
            .with("looks_for", Value::Texts(vec!["all".to_owned()]))
            .with(
                "methods",
                if dice.chance(0.8) { methods(&["geophysics", "drilling"]) } else { methods(&["geophysics"]) },
            )
            .with("date", Value::Date(day(dice, 2021, 2026))),
    );
    let at = licence.somewhere(dice);
    facts.push(
        Fact::new("survey", "PC-2")
            .with_shape(lattice::panel(at, 1500.0, 900.0, ground.strike_deg))
            .with("looks_for", Value::Texts(["goaf", "fault"].map(str::to_owned).to_vec()))
            .with("methods", methods(&["drilling"]))
            .with("seams", Value::Texts(vec![ground.seams[0].id.clone()]))
            .with("date", Value::Date(day(dice, 2018, 2025))),
    );
}

/// Some hazards are treated, in every state from designed to failed.
fn treatments(facts: &mut Vec<Fact>, dice: &mut Dice, ground: &Ground) {
    let mut treated: Vec<(String, &str, Option<minesift_core::fact::Shape>)> = facts
        .iter()
        .filter_map(|fact| {
            let kind = match fact.kind {
                "goaf" => "drainage",
                "fault" | "collapse_column" => "grouting",
                "gas_region" => "gas-drainage",
                "rock_burst_area" => "pressure-relief",
                _ => return None,
            };
            Some((fact.id.clone(), kind, fact.shape.clone()))
        })
        .collect();
    treated.extend(ground.holes.first().map(|hole| (hole.clone(), "sealing", None)));
    let mut n = 0;
    for (hazard, kind, shape) in treated {
        if !dice.chance(0.3) {
            continue;
        }
        n += 1;
        let state = dice.pick(&["designed", "planned", "running", "done", "passed", "passed", "failed"]);
        let from = day(dice, 2022, 2025);
        let mut treatment = Fact::new("treatment", format!("ZL-{n:03}"))
            .with("hazard", Value::Text(hazard))
            .with("kind", text(kind))
            .with("state", text(state))
            .with("from", Value::Date(from));
        match shape {
            Some(shape @ minesift_core::fact::Shape::Areas(_)) if dice.chance(0.3) => {
                treatment = treatment.with_shape(shape);
            }
            _ => treatment = treatment.with("covers", text("all")),
        }
        let later = |days: i32| from.saturating_add(days.days()).min(AS_OF);
        if ["done", "passed", "failed"].contains(&state) {
            treatment = treatment.with("done", Value::Date(later(200)));
        }
        if ["passed", "failed"].contains(&state) {
            treatment = treatment
                .with("accepted", Value::Date(later(240)))
                .with("approver", text("company-chief-engineer"))
                .with("document", Value::Text(format!("云煤水验〔{}〕{n}号", later(240).year())));
        }
        if ["designed", "planned", "running"].contains(&state) {
            treatment = treatment.with("accepts", Value::Date(day(dice, 2026, 2026).saturating_add(400.days())));
        }
        facts.push(treatment);
    }
}

/// Faces in rows along the strike, two gate roads each, one face after the other on the uppermost seam.
fn plan(facts: &mut Vec<Fact>, dice: &mut Dice, licence: &Licence, ground: &Ground) {
    facts.push(
        Fact::new("plan", "plan-1")
            .with("tier", text("five-year"))
            .with("from", Value::Date(date(2027, 1, 1)))
            .with("to", Value::Date(date(2031, 12, 31)))
            .with("version", text("A")),
    );
    let seam = &ground.seams[0];
    let (sin, cos) = ground.strike_deg.to_radians().sin_cos();
    let base = licence.centre;
    let (count, length) = (dice.whole(4, 8), dice.rounded(600.0, 1200.0, 0));
    let mut from = date(2027, 1, 1);
    for n in 0..count {
        let up = 260.0 * (f64::from(n) - f64::from(count) / 2.0);
        let place = |along: f64, across: f64| {
            [mm(base[0] + along * cos - across * sin), mm(base[1] + along * sin + across * cos)]
        };
        let id = format!("11{:02}", n + 1);
        let to = from.saturating_add(229.days());
        let thickness = seam.thickness(place(0.0, up));
        facts.push(
            Fact::new("face", id.clone())
                .with_shape(lattice::panel(place(0.0, up), length, 200.0, ground.strike_deg))
                .with("seam", Value::Text(seam.id.clone()))
                .with("from", Value::Date(from))
                .with("to", Value::Date(to))
                .with("tonnage_t", Value::Number((length * 200.0 * thickness * 1.2 / 100.0).floor() * 100.0))
                .with("district", text("11"))
                .with("wing", text("east"))
                .with("level", text("1")),
        );
        if n > 0 {
            for (name, across) in [("运顺", up - 103.0), ("回顺", up + 103.0)] {
                facts.push(
                    Fact::new("heading", format!("{id}{name}"))
                        .with_shape(lattice::line(&[place(-length / 2.0 - 40.0, across), place(length / 2.0, across)]))
                        .with("seam", Value::Text(seam.id.clone()))
                        .with("width_m", Value::Number(5.0))
                        .with("height_m", Value::Number(3.2))
                        .with("from", Value::Date(from.saturating_sub(200.days())))
                        .with("to", Value::Date(from.saturating_sub(20.days())))
                        .with("district", text("11"))
                        .with("wing", text("east"))
                        .with("level", text("1"))
                        .with("purpose", text("gate"))
                        .with("rock", text("coal"))
                        .with("face", Value::Text(id.clone())),
                );
            }
        }
        from = to.saturating_add(1.days());
    }
}
