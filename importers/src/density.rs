//! A catalogue of microseismic events as areas: the smallest ground that holds half of the events.
//!
//! Where events crowd is a description of the catalogue (its highest-density region), no grade of danger: what it means
//! for mining is for the rules and for people.
//!
//! # References
//! Hyndman, R. J. (1996). Computing and graphing highest density regions. The American Statistician 50(2).

use crate::{ImportError, Importer, Input, Intake, Options, ledger};
use minesift_core::fact::{Fact, Shape, Source, Value};
use minesift_core::outline::Outline;
use minesift_core::text::Text;
use std::collections::BTreeMap;

pub(crate) const IMPORTER: Importer = Importer {
    name: "microseism-density",
    about: "a microseismic catalogue as areas: the smallest ground with half of its events (only by --as) / 微震密集区",
    extensions: &["csv", "txt", "dat", "xlsx"],
    recognises: |_| false,
    read,
};

/// Side of a cell, m. Events are located to some tens of metres; finer cells would draw their errors.
const CELL_M: f64 = 50.0;
/// Cells to each side whose events count for a cell: a window of 150 m.
const AROUND: i64 = 1;
/// The share of events that the areas hold.
const SHARE: f64 = 0.5;
/// A window with fewer events is no crowd, however few there are in all.
const FEWEST: u64 = 3;

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let of_events = Options { kind: Some("microseism".to_owned()), ..options.clone() };
    ledger::read_with(input, &of_events, &[], intake)?;
    let events = std::mem::take(&mut intake.facts);
    let source = Source { file: input.name.clone(), place: String::new() };
    let areas = crowds(&events);
    let date = events.iter().filter_map(|event| event.date("date")).max();
    for (number, (outline, count)) in areas.iter().enumerate() {
        let hectares = outline.area_m2() / 10_000.0;
        let place = Source { file: input.name.clone(), place: format!("{count} events") };
        let mut fact = Fact::new("anomaly", format!("微震密集区-{}", number + 1))
            .with_shape(Shape::Areas(outline.to_geo()))
            .with("method", Value::Text("microseismic".to_owned()))
            .with("finding", Value::Text(format!("{count} 个微震事件，{:.1} 个/公顷", *count as f64 / hectares)))
            .with("evidence", Value::Text(options.evidence.clone().unwrap_or_else(|| "one-method".to_owned())))
            .from_source(place);
        if let Some(seam) = &options.seam {
            fact = fact.with("seam", Value::Text(seam.clone()));
        }
        if let Some(date) = date {
            fact = fact.with("date", Value::Date(date));
        }
        intake.facts.push(fact);
    }
    let held: u64 = areas.iter().map(|(_, count)| count).sum();
    intake.note(
        &source,
        Text::new(
            format!(
                "{} 个事件按 {CELL_M} m 格、150 m 窗计数：{} 个密集区含 {held} 个事件（含半数事件的最小范围）；这是目录的描述，不是危险等级",
                events.len(),
                areas.len()
            ),
            format!(
                "{} events counted by cells of {CELL_M} m in windows of 150 m: {} areas hold {held} of them (the smallest ground with half of the events); this describes the catalogue and grades nothing",
                events.len(),
                areas.len()
            ),
        ),
    );
    Ok(())
}

/// The crowded areas, the largest number of events first, and how many events each holds.
fn crowds(events: &[Fact]) -> Vec<(Outline, u64)> {
    let mut cells: BTreeMap<[i64; 2], u64> = BTreeMap::new();
    let mut total = 0;
    for event in events {
        if let Some(Shape::Point(at)) = event.shape {
            *cells.entry([at.x, at.y].map(|v| (v / CELL_M).floor() as i64)).or_default() += 1;
            total += 1;
        }
    }
    let window = |[x, y]: [i64; 2]| -> u64 {
        let near = (-AROUND..=AROUND).flat_map(|dx| (-AROUND..=AROUND).map(move |dy| [x + dx, y + dy]));
        near.filter_map(|cell| cells.get(&cell)).sum()
    };
    let mut ranked: Vec<(u64, [i64; 2], u64)> = cells.iter().map(|(cell, own)| (window(*cell), *cell, *own)).collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut taken: BTreeMap<[i64; 2], u64> = BTreeMap::new();
    let mut held = 0;
    for (density, cell, own) in ranked {
        if density < FEWEST || held as f64 >= SHARE * f64::from(total) {
            break;
        }
        taken.insert(cell, own);
        held += own;
    }
    let squares: Vec<Outline> = taken
        .keys()
        .map(|[x, y]| {
            let at = |n: i64| n as f64 * CELL_M;
            Outline::rectangle(at(*x), at(*y), at(x + 1), at(y + 1))
        })
        .collect();
    let mut areas: Vec<(Outline, u64)> = Outline::union(&squares)
        .parts()
        .map(|part| {
            let inside = |[x, y]: [i64; 2]| part.contains((x as f64 + 0.5) * CELL_M, (y as f64 + 0.5) * CELL_M);
            let count = taken.iter().filter(|(cell, _)| inside(**cell)).map(|(_, own)| own).sum();
            (part, count)
        })
        .collect();
    areas.sort_by(|a, b| {
        b.1.cmp(&a.1).then(a.0.bounds().partial_cmp(&b.0.bounds()).unwrap_or(std::cmp::Ordering::Equal))
    });
    areas
}

#[cfg(test)]
mod tests {
    use super::*;
    use minesift_core::fact::Position;

    #[test]
    fn half_of_the_events_lie_in_the_smallest_ground() {
        let event = |n: u32, x: f64, y: f64| {
            Fact::new("microseism", n.to_string()).with_shape(Shape::Point(Position::new(x, y, -300.0)))
        };
        // Forty within one cell, forty strewn over two kilometres.
        let mut events: Vec<Fact> = (0..40).map(|n| event(n, 510.0 + f64::from(n) / 2.0, 520.0)).collect();
        events.extend((0..40).map(|n| event(100 + n, 2_000.0 + 200.0 * f64::from(n), 900.0)));
        let areas = crowds(&events);
        assert_eq!(areas.len(), 1);
        assert_eq!((areas[0].1, areas[0].0.area_m2()), (40, CELL_M * CELL_M));
    }
}
