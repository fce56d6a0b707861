//! What in a whole table looks odd though every row of it can be read: rows that come twice, a column filled with one
//! value, a value far above all others. Said, never mended.

use super::reading::Reading;
use crate::values::{self, Number};
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
