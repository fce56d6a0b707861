//! Rules of mines that are not underground coal: slopes, goafs under pits, distances between licences.

mod goaf_under_pit;
mod neighbour;
mod quarry;
mod slope;

use super::{Question, Remark, Rule};

pub(super) const RULES: &[Rule] = &[slope::RULE, goaf_under_pit::RULE, quarry::RULE, neighbour::RULE];

/// Warnings and limits that close nothing.
pub(super) fn warns(q: &Question<'_>) -> Vec<Remark> {
    let mut remarks = slope::warns(q);
    remarks.extend(neighbour::warns(q));
    remarks
}
