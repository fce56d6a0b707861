//! Fires in the mine.

mod fire_area;

use super::Rule;

pub(super) const RULES: &[Rule] = &[fire_area::RULE];
