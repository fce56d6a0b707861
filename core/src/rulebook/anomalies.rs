//! What geophysics saw and drilling has not yet settled.

mod anomaly;

use super::Rule;

pub(super) const RULES: &[Rule] = &[anomaly::RULE];
