//! Last digits that no measurement leaves: all round, or all alike.

use super::{Hint, Limits, Seen};
use minesift_core::fact::{Fact, Source, Value};
use minesift_core::text::Text;
use std::collections::BTreeMap;

pub(super) const HINT: Hint = Hint { code: "EVEN-DIGITS", page: include_str!("even_digits.md"), find };

/// Share of last digits 0 and 5 from which they look rounded; chance gives a fifth.
const ROUND_SHARE: f64 = 0.6;
/// χ² of nine degrees of freedom below which only one list in a thousand of chance digits lies (Abramowitz and Stegun,
/// table 26.8: 1.152).
const TOO_EVEN: f64 = 1.152;

fn find(facts: &[Fact], limits: &Limits) -> Vec<Seen> {
    // The last digit of what was measured, by file, kind and key.
    let mut lists: BTreeMap<(&str, &str, &str), Vec<(f64, &Source)>> = BTreeMap::new();
    for fact in facts {
        for (key, value) in &fact.attributes {
            if let (Value::Number(number), true) = (value, key.ends_with("_m") || *key == "value") {
                lists.entry((&fact.source.file, fact.kind, key)).or_default().push((*number, &fact.source));
            }
        }
    }
    let mut seen = Vec::new();
    for ((_, kind, key), list) in lists {
        // As many decimals as the finest of them was written with, three at most.
        let Some(decimals) = (0..=3_i32).find(|decimals| {
            list.iter().all(|(number, _)| {
                let scaled = number * 10_f64.powi(*decimals);
                (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1.0)
            })
        }) else {
            continue;
        };
        if list.len() < limits.digits || decimals == 0 {
            continue;
        }
        let mut counts = [0_usize; 10];
        for (number, _) in &list {
            counts[((number * 10_f64.powi(decimals)).round().abs() % 10.0) as usize % 10] += 1;
        }
        let n = list.len() as f64;
        let round = (counts[0] + counts[5]) as f64 / n;
        let expected = n / 10.0;
        let chi2: f64 = counts.iter().map(|count| (*count as f64 - expected).powi(2) / expected).sum();
        let words = if round > ROUND_SHARE {
            Text::new(
                format!(
                    "{kind} 的 {key} 共 {} 个值写到 {decimals} 位小数，{:.0}% 末位为 0 或 5",
                    list.len(),
                    100.0 * round
                ),
                format!(
                    "{} values of {key} of {kind} are written with {decimals} decimals, and {:.0} % of them end in 0 or 5",
                    list.len(),
                    100.0 * round
                ),
            )
        } else if chi2 < TOO_EVEN {
            Text::new(
                format!("{kind} 的 {key} 共 {} 个值，末位数字过于均匀：χ² = {chi2:.2}，小于 {TOO_EVEN}", list.len()),
                format!(
                    "the last digits of {} values of {key} of {kind} are too evenly spread: χ² = {chi2:.2}, below {TOO_EVEN}",
                    list.len()
                ),
            )
        } else {
            continue;
        };
        seen.push(Seen {
            code: HINT.code,
            objects: vec![format!("{kind} {key}")],
            words,
            rows: list.iter().map(|(_, source)| (*source).clone()).collect(),
        });
    }
    seen
}
