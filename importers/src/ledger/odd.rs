//! What in a whole table looks odd though every row of it can be read: rows that come twice, a column filled with one
//! value, a value far above all others. Said, never mended.

use super::reading::Reading;
use crate::values::{self, Number};
use minesift_core::fact::{Fact, Shape};
use minesift_core::text::Text;
use std::collections::BTreeMap;

/// Of fewer numbers a column tells nothing.
const FEW: usize = 100;
/// A value that stands for at least so many of a column's numbers, in tenths, fills it.
const FILLS_TENTHS: usize = 7;
/// A filled column has so many other values, or it is what the column is.
const OTHERS: usize = 20;
/// The highest value is odd from so many times the next on.
const TIMES: f64 = 5.0;

/// Everything odd about a table, in the order of its columns.
pub(super) fn remarks(reading: &Reading<'_>) -> Vec<Text> {
    let mut remarks: Vec<Text> = twins(reading).into_iter().collect();
    for column in &reading.columns {
        let place = matches!(
            column.role.as_deref(),
            Some("-" | "serial" | "id" | "hole" | "x" | "y" | "east" | "north" | "lon" | "lat" | "name" | "year")
        );
        if !place {
            remarks.extend(of_column(reading, column.index, &column.header));
        }
    }
    remarks
}

/// Rows that say what an earlier one says, cell for cell.
fn twins(reading: &Reading<'_>) -> Option<Text> {
    let mut known: BTreeMap<Vec<String>, u64> = BTreeMap::new();
    let mut again: Vec<(u64, u64)> = Vec::new();
    for row in &reading.table.rows {
        let words: Vec<String> = row.cells.iter().map(crate::table::Cell::words).collect();
        if words.iter().filter(|words| !words.is_empty()).count() < 2 {
            continue;
        }
        let first = *known.entry(words).or_insert(row.number);
        if first != row.number {
            again.push((row.number, first));
        }
    }
    let (row, first) = *again.first()?;
    let n = again.len();
    Some(Text::new(
        format!("{n} 行与前面某行逐格相同（如第 {row} 行与第 {first} 行）：请核对是否重复录入"),
        format!("{n} rows are the same, cell for cell, as one before them (row {row} as row {first}): entered twice?"),
    ))
}

/// What is to know about a catalogue of events as a whole.
pub(super) fn events(events: &[Fact]) -> Vec<Text> {
    let depths = || {
        events
            .iter()
            .filter(|e| !matches!(e.shape, Some(Shape::Point(at)) if at.z.is_some()))
            .filter_map(|e| e.number("depth_m"))
    };
    let ends = depths().reduce(f64::min).zip(depths().reduce(f64::max));
    let deep = ends.map(|(least, most)| {
        Text::new(
            format!("事件只有深度（网络基准面以下 {least} 至 {most} m），没有标高"),
            format!("its events have depths below the datum of the network ({least} to {most} m) and no elevations"),
        )
    });
    deep.into_iter().chain(same_places(events)).collect()
}

/// Events that lie, to the last digit, where an earlier one lies: a network seldom finds one place twice.
fn same_places(events: &[Fact]) -> Option<Text> {
    let mut known: BTreeMap<[Option<u64>; 3], &str> = BTreeMap::new();
    let mut again: Vec<(&str, &str)> = Vec::new();
    for event in events {
        let Some(Shape::Point(at)) = event.shape else { continue };
        let depth = at.z.or_else(|| event.number("depth_m"));
        let place = [Some(at.x), Some(at.y), depth].map(|value| value.map(f64::to_bits));
        match known.get(&place) {
            Some(first) => again.push((&event.id, first)),
            None => {
                known.insert(place, &event.id);
            }
        }
    }
    let ((event, first), n) = (again.first()?, again.len());
    Some(Text::new(
        format!("{n} 个事件与前面某个事件位置完全相同（如 {event} 与 {first}）：请核对是否重复"),
        format!("{n} events lie exactly where another lies (such as {event} and {first}): recorded twice?"),
    ))
}

fn of_column(reading: &Reading<'_>, index: usize, header: &str) -> Vec<Text> {
    let mut numbers: Vec<(f64, u64)> = reading
        .table
        .rows
        .iter()
        .filter_map(|row| match values::number(row.cell(index), reading.table.decimal_comma, false) {
            Ok(Number::One(number)) => Some((number, row.number)),
            _ => None,
        })
        .collect();
    if numbers.len() < FEW {
        return Vec::new();
    }
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let runs: Vec<&[(f64, u64)]> = numbers.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()).collect();
    let mut remarks = Vec::new();
    if let Some(most) = runs.iter().max_by_key(|run| run.len())
        && most.len() * 10 >= numbers.len() * FILLS_TENTHS
        && runs.len() > OTHERS
        && most[0].0 != 0.0
    {
        let (value, n, all) = (most[0].0, most.len(), numbers.len());
        remarks.push(Text::new(
            format!("列“{header}”的 {all} 个数中有 {n} 个都是 {value}：可能是填充的常数"),
            format!("{n} of the {all} numbers in \"{header}\" are {value}: a constant that was filled in?"),
        ));
    }
    if let [.., next, highest] = runs.as_slice()
        && next[0].0 > 0.0
        && highest[0].0 >= TIMES * next[0].0
    {
        let ((value, row), next) = (highest[0], next[0].0);
        remarks.push(Text::new(
            format!("列“{header}”第 {row} 行的 {value} 是次高值 {next} 的 {:.1} 倍：异常值或笔误", value / next),
            format!(
                "{value} in \"{header}\", row {row}, is {:.1} times the next highest, {next}: an outlier, or a slip?",
                value / next
            ),
        ));
    }
    remarks
}
