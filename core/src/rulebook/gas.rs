//! Coal and gas outburst.

mod danger_region;
mod outburst_point;
mod strip;
mod untreatable;

use super::Rule;

pub(super) const RULES: &[Rule] = &[danger_region::RULE, strip::RULE, outburst_point::RULE, untreatable::RULE];
