//! Rock burst.

mod strong_area;
mod unevaluated;

use super::Rule;

pub(super) const RULES: &[Rule] = &[unevaluated::RULE, strong_area::RULE];
