//! How many places of work there are on each day, and who must wait for whom.

use super::days::{self, Days};
use super::model::Working;
use super::verdict::Move;
use super::{Inquiry, Plan};
use jiff::civil::Date;

/// A limit that may change with the edition: its value from a day on.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    steps: Vec<(i64, f64)>,
}

impl Limit {
    /// The parameter of the check that is asked, on every day of a plan.
    pub(super) fn new(q: &Inquiry<'_>, key: &str) -> Self {
        let first = q.plan.from.unwrap_or(q.site.as_of);
        let mut steps = vec![(i64::MIN, q.number_on(key, first))];
        for day in q.book.edition_days() {
            steps.push((days::number(day), q.number_on(key, day)));
        }
        Self { steps }
    }

    pub(super) fn on(&self, day: i64) -> f64 {
        let place = self.steps.partition_point(|(from, _)| *from <= day);
        self.steps[place.saturating_sub(1)].1
    }
}

/// One working and the groups in which it takes a place.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    /// Number of the working in the plan.
    pub(super) working: usize,
    /// Its days.
    pub(super) days: Days,
    /// Groups.
    pub(super) groups: Vec<usize>,
}

/// Too many places of work in one group.
#[derive(Clone, Debug)]
pub(super) struct Overload {
    /// The group.
    pub(super) group: usize,
    /// First and last day on which any group has too many.
    pub(super) days: Days,
    /// How many there are on the first of these days.
    pub(super) count: usize,
    /// How many there may be.
    pub(super) limit: f64,
    /// Workings in that group on the first of these days.
    pub(super) involved: Vec<usize>,
    /// Who must wait, and how long.
    pub(super) moves: Vec<Move>,
}

/// Counts of one group, day by day from the plan's first.
#[derive(Clone, Debug, Default)]
struct Counts(Vec<u16>);

impl Counts {
    fn at(&self, place: usize) -> u16 {
        self.0.get(place).copied().unwrap_or(0)
    }

    fn add(&mut self, from: usize, to: usize) {
        if self.0.len() <= to {
            self.0.resize(to + 1, 0);
        }
        for count in &mut self.0[from..=to] {
            *count = count.saturating_add(1);
        }
    }
}

/// The first group with too many places of work on one day, and the moves after which no group has.
///
/// Tasks keep their order: each in turn, by its first day, waits until there is a place for all of its days.
pub(super) fn overload(plan: &Plan, claims: &[Claim], limits: &[&Limit]) -> Option<Overload> {
    let origin = claims.iter().map(|claim| days::number(claim.days.from)).min()?;
    let place = |day: Date| usize::try_from(days::number(day) - origin).unwrap_or(0);
    let mut counts = vec![Counts::default(); limits.len()];
    for claim in claims {
        for group in &claim.groups {
            counts[*group].add(place(claim.days.from), place(claim.days.to));
        }
    }
    let over =
        |counts: &Counts, group: usize, at: usize| f64::from(counts.at(at)) > limits[group].on(origin + at as i64);
    let length = counts.iter().map(|c| c.0.len()).max()?;
    let first = (0..length).find_map(|at| (0..limits.len()).find(|g| over(&counts[*g], *g, at)).map(|g| (at, g)));
    let (at, group) = first?;
    let last = (0..length).rev().find(|at| (0..limits.len()).any(|g| over(&counts[g], g, *at))).unwrap_or(at);
    let date = |at: usize| days::later(Date::constant(1970, 1, 1), origin + at as i64);
    let involved = claims
        .iter()
        .filter(|claim| claim.groups.contains(&group) && claim.days.contains(date(at)))
        .map(|claim| claim.working)
        .collect();

    let mut order: Vec<&Claim> = claims.iter().collect();
    let id = |claim: &Claim| plan.workings[claim.working].id.as_str();
    order.sort_by(|a, b| (a.days.from, id(a)).cmp(&(b.days.from, id(b))));
    let mut taken = vec![Counts::default(); limits.len()];
    let mut moves = Vec::new();
    let mut possible = true;
    for claim in order {
        let count = usize::try_from(claim.days.count()).unwrap_or(1);
        let wanted = place(claim.days.from);
        let full = |at: usize| {
            claim.groups.iter().any(|g| f64::from(taken[*g].at(at)) + 1.0 > limits[*g].on(origin + at as i64))
        };
        let mut start = wanted;
        // The next day after the last full one of the days wanted, until none of them is full.
        while let Some(blocked) = (start..start + count).rev().find(|at| full(*at)) {
            // Beyond every count there is room, unless the limit itself leaves none.
            if blocked >= length + plan.workings.len() * count {
                possible = false;
                break;
            }
            start = blocked + 1;
        }
        for group in &claim.groups {
            taken[*group].add(start, start + count - 1);
        }
        if start > wanted {
            moves.push(Move { task: id(claim).to_owned(), from: date(start) });
        }
    }
    if !possible {
        moves.clear();
    }
    Some(Overload {
        group,
        days: Days { from: date(at), to: date(last) },
        count: usize::from(counts[group].at(at)),
        limit: limits[group].on(origin + at as i64),
        involved,
        moves,
    })
}

/// True for a working that takes a place: a face that is neither installed nor withdrawn, a heading in coal.
pub(super) fn counts(working: &Working) -> bool {
    if working.is_face() { working.producing } else { working.in_coal }
}

/// Ids of workings, in a sentence.
pub(super) fn names(plan: &Plan, numbers: &[usize]) -> String {
    let mut ids: Vec<&str> = numbers.iter().map(|i| plan.workings[*i].id.as_str()).collect();
    ids.sort_unstable();
    let more = ids.len().saturating_sub(12);
    ids.truncate(12);
    if more > 0 { format!("{}, … +{more}", ids.join(", ")) } else { ids.join(", ") }
}
