//! Confined water below the floor.

mod inrush;

use super::Rule;

pub(super) const RULES: &[Rule] = &[inrush::RULE];
