//! The ground itself: what nobody surveyed, designed pillars, the border to a neighbour; and what failed its treatment.

mod boundary;
mod designed_pillar;
mod failed_treatment;
mod unsurveyed;

use super::Rule;

pub(super) const RULES: &[Rule] = &[unsurveyed::RULE, designed_pillar::RULE, boundary::RULE];

/// Rules that widen what all others found.
pub(super) const LAST_RULES: &[Rule] = &[failed_treatment::RULE];

/// Warnings about the surveys: one method only, or older than three years.
pub(super) fn warns(q: &super::Question<'_>) -> Vec<super::Remark> {
    unsurveyed::warns(q)
}
