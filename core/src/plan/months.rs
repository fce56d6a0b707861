//! The three reserves (三量) month by month: what extraction takes off and drivage adds.
//!
//! From the stated date on: each month the plan's output comes off all three. A face's coal joins the ready reserves
//! when the last gate road that serves it is finished, the prepared reserves of its district when its last preparation
//! heading is, and the developed reserves of its level when its last development heading is. Beside the planner's count
//! stands the same with the coal of closed ground taken off: the closed share of every face not yet won whose earliest
//! lawful day lies after that month, or never comes.

use super::days::{self, Days};
use super::verdict::Lawful;
use super::{Inquiry, Working};
use jiff::civil::Date;

/// The three reserves at the beginning of one month: developed, prepared, ready.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Month {
    /// First day of the month; the first is the stated date.
    pub day: Date,
    /// As the planner counts, t.
    pub tonnes: [Option<f64>; 3],
    /// With closed ground taken off, t.
    pub open_t: [Option<f64>; 3],
    /// Supply at the plan of the next twelve months: years, months, months.
    pub supply: [Option<f64>; 3],
    /// The same with closed ground taken off.
    pub open_supply: [Option<f64>; 3],
    /// Least supply for the mine's class: years, months, months.
    pub least: [f64; 3],
}

/// Every month from the stated date to a year before the plan's end: later the plan no longer says what twelve months win.
pub(crate) fn months(q: &Inquiry<'_>) -> Vec<Month> {
    let (Some(reserves), Some(last)) = (&q.plan.reserves, q.plan.to) else { return Vec::new() };
    let stated = [reserves.developed_t, reserves.prepared_t, reserves.ready_t];
    let mut months = Vec::new();
    let mut day = reserves.date;
    while days::years_later(day, 1.0) <= days::later(last, 1) && months.len() < 240 {
        let year_t = q.plan.output_t(Days { from: day, to: days::later(days::years_later(day, 1.0), -1) });
        let won = if day > reserves.date {
            q.plan.output_t(Days { from: reserves.date, to: days::later(day, -1) })
        } else {
            0.0
        };
        let added = ["development", "preparation", "gate"].map(|purpose| added_t(q, purpose, reserves.date, day));
        let closed = closed_t(q, day);
        let mut tonnes = [None; 3];
        let mut open_t = [None; 3];
        let (mut supply, mut open_supply) = ([None; 3], [None; 3]);
        for i in 0..3 {
            tonnes[i] = stated[i].map(|t| (t + added[i] - won).max(0.0));
            // Ready coal is that of faces with their roads driven, the others' closed coal is not in it.
            open_t[i] = tonnes[i].map(|t: f64| (t - closed[i]).max(0.0));
            let divisor = if i == 0 { year_t } else { year_t / 12.0 };
            if divisor > 0.0 {
                supply[i] = tonnes[i].map(|t| t / divisor);
                open_supply[i] = open_t[i].map(|t| t / divisor);
            }
        }
        months.push(Month { day, tonnes, open_t, supply, open_supply, least: super::reserves::least(q, day) });
        day = days::later(day.last_of_month(), 1);
    }
    months
}

/// The last day of drivage that a face waits for, of one purpose; nothing where none is planned.
fn driven(q: &Inquiry<'_>, face: &Working, purpose: &str) -> Option<Date> {
    let serves = |heading: &&Working| match purpose {
        "gate" => heading.fact.text("face") == Some(&face.id),
        "preparation" => heading.district.is_some() && heading.district == face.district,
        _ => heading.level.is_some() && heading.level_key() == face.level_key(),
    };
    let headings = q.plan.workings.iter().filter(|w| !w.is_face() && w.purpose.as_deref() == Some(purpose));
    // A road finished only after the face began is not what the face waited for.
    headings.filter(serves).filter_map(|w| w.to).filter(|to| face.from.is_some_and(|from| *to <= from)).max()
}

fn added_t(q: &Inquiry<'_>, purpose: &str, since: Date, day: Date) -> f64 {
    let ready = |face: &&Working| driven(q, face, purpose).is_some_and(|done| since <= done && done < day);
    q.plan.faces().filter(|face| face.producing).filter(ready).filter_map(|face| face.tonnage_t).sum()
}

/// Coal of closed ground in the three reserves, t: of faces not begun, counted where their roads are driven.
fn closed_t(q: &Inquiry<'_>, day: Date) -> [f64; 3] {
    let mut closed = [0.0; 3];
    for (face, ground) in q.plan.workings.iter().zip(&q.closures.of).filter(|(w, _)| w.is_face() && w.producing) {
        let area = face.outline.area_m2();
        let (Some(tonnes), Some(from)) = (face.tonnage_t, face.from) else { continue };
        if area <= 0.0 || from < day {
            continue;
        }
        let shut = ground.offences.values().filter(|o| match o.lawful {
            Lawful::Never => true,
            Lawful::From(free) => free > day,
        });
        let share = shut.map(|offence| (offence.m2 / area).min(1.0)).fold(0.0, f64::max);
        for (sum, purpose) in closed.iter_mut().zip(["development", "preparation", "gate"]) {
            if driven(q, face, purpose).is_none_or(|done| done < day) {
                *sum += share * tonnes;
            }
        }
    }
    closed
}
