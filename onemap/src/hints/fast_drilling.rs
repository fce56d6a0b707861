//! More metres in a time than the rigs can drill.

use super::{Hint, Limits, Seen, object};
use minesift_core::fact::Fact;
use minesift_core::text::Text;

pub(super) const HINT: Hint = Hint { code: "FAST-DRILLING", page: include_str!("fast_drilling.md"), find };

fn find(facts: &[Fact], limits: &Limits) -> Vec<Seen> {
    let mut holes: Vec<_> = facts
        .iter()
        .filter(|fact| fact.kind == "borehole")
        .filter_map(|fact| Some((fact.date("drilled")?, fact.number("depth_m")?, fact)))
        .collect();
    holes.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.2.id.cmp(&b.2.id)));
    let mut seen = Vec::new();
    let mut first = 0;
    while first + 1 < holes.len() {
        // Holes finished after the first: all but those that other rigs may have begun before lie between the days.
        let worst = (first + 1..holes.len())
            .filter_map(|last| {
                let days = f64::from((holes[last].0 - holes[first].0).get_days()).max(1.0);
                let mut metres: Vec<f64> = holes[first + 1..=last].iter().map(|hole| hole.1).collect();
                metres.sort_by(f64::total_cmp);
                metres.truncate(metres.len().saturating_sub(limits.rigs - limits.rigs.min(1)));
                let sum: f64 = metres.iter().sum();
                let may = limits.rigs as f64 * limits.rig_m_per_day * days;
                (sum > may).then_some((last, sum, days, sum / may))
            })
            .max_by(|a, b| a.3.total_cmp(&b.3));
        let Some((last, sum, days, _)) = worst else {
            first += 1;
            continue;
        };
        let rows = &holes[first..=last];
        seen.push(Seen {
            code: HINT.code,
            objects: rows.iter().map(|(_, _, fact)| object(fact)).collect(),
            words: Text::new(
                format!(
                    "{} 至 {}（{days:.0} 天）终孔 {} 个，至少 {sum:.0} m 在此期间钻成；{} 台钻机每日 {} m 至多 {:.0} m",
                    holes[first].0, holes[last].0, rows.len(), limits.rigs, limits.rig_m_per_day,
                    limits.rigs as f64 * limits.rig_m_per_day * days
                ),
                format!(
                    "from {} to {} ({days:.0} days) {} holes ended and at least {sum:.0} m were drilled; {} rigs at {} m a day drill {:.0} m at most",
                    holes[first].0, holes[last].0, rows.len(), limits.rigs, limits.rig_m_per_day,
                    limits.rigs as f64 * limits.rig_m_per_day * days
                ),
            ),
            rows: rows.iter().map(|(_, _, fact)| fact.source.clone()).collect(),
        });
        first = last;
    }
    seen.extend(facts.iter().filter(|fact| fact.kind == "borehole").filter_map(|hole| alone(hole, limits)));
    seen
}

/// A hole that one rig cannot have drilled between its own two days.
fn alone(hole: &Fact, limits: &Limits) -> Option<Seen> {
    let (begun, drilled, metres) = (hole.date("begun")?, hole.date("drilled")?, hole.number("depth_m")?);
    // Both days may have been worked.
    let days = f64::from((drilled - begun).get_days()) + 1.0;
    let may = limits.rig_m_per_day * days.max(0.0);
    (metres > may).then(|| Seen {
        code: HINT.code,
        objects: vec![object(hole)],
        words: Text::new(
            format!(
                "{} 自 {begun} 至 {drilled} 钻进 {metres:.0} m；一台钻机每日 {} m 至多 {may:.0} m",
                hole.id, limits.rig_m_per_day
            ),
            format!(
                "{}: {metres:.0} m from {begun} to {drilled}; one rig at {} m a day drills {may:.0} m at most",
                hole.id, limits.rig_m_per_day
            ),
        ),
        rows: vec![hole.source.clone()],
    })
}
