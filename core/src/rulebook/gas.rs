//! Coal and gas outburst.

mod danger_region;
mod strip;

use super::Rule;

pub(super) const RULES: &[Rule] = &[danger_region::RULE, strip::RULE];
