//! A pattern of layers that follows itself again and again in one hole.

use super::{Hint, Limits, Seen, intervals, milli};
use minesift_core::fact::Fact;
use minesift_core::text::Text;

pub(super) const HINT: Hint = Hint { code: "REPEATED-INTERVALS", page: include_str!("repeated_intervals.md"), find };

fn find(facts: &[Fact], limits: &Limits) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (hole, rows) in intervals(facts) {
        let rows: Vec<(&Fact, (i64, &str))> = rows
            .into_iter()
            .filter_map(|row| {
                let thickness = row.number("to_m")? - row.number("from_m")?;
                Some((row, (milli(thickness), row.text("lithology").unwrap_or_default())))
            })
            .collect();
        let mut at = 0;
        while at < rows.len() {
            // The longest run of one block of two or more layers from here.
            let run = (2..=(rows.len() - at) / 2)
                .map(|block| {
                    let same = |n: usize| {
                        (0..block)
                            .all(|i| rows.get(at + n * block + i).is_some_and(|(_, layer)| *layer == rows[at + i].1))
                    };
                    (block, (1..).take_while(|n| same(*n)).count() + 1)
                })
                .filter(|(block, times)| {
                    *times >= limits.repeats && rows[at..at + block].iter().any(|(_, layer)| *layer != rows[at].1)
                })
                .max_by_key(|(block, times)| (block * times, std::cmp::Reverse(*block)));
            let Some((block, times)) = run else {
                at += 1;
                continue;
            };
            seen.push(Seen {
                code: HINT.code,
                objects: vec![format!("borehole {hole}")],
                words: Text::new(
                    format!("{hole} 中 {block} 层一组的厚度和岩性连续重复 {times} 次"),
                    format!("in {hole} a group of {block} layers follows itself {times} times, thickness and rock"),
                ),
                rows: rows[at..at + block * times].iter().map(|(row, _)| row.source.clone()).collect(),
            });
            at += block * times;
        }
    }
    seen
}
