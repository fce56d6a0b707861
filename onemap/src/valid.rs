//! [`Valid`]: from when to when a fact was true underground.

use jiff::civil::Date;

/// From when to when something was true underground; an open end has no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Valid {
    /// First day; absent: always was.
    pub from: Option<Date>,
    /// The day it ended, no longer counted; absent: still is.
    pub to: Option<Date>,
}

impl Valid {
    /// Always true.
    pub const ALWAYS: Self = Self { from: None, to: None };

    /// True from a day on.
    pub fn since(day: Date) -> Self {
        Self { from: Some(day), to: None }
    }

    /// True when it held on that day.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use minesift_onemap::Valid;
    /// let valid = Valid { from: Some(date(2026, 1, 1)), to: Some(date(2026, 6, 1)) };
    /// assert!(valid.on(date(2026, 1, 1)) && !valid.on(date(2026, 6, 1)));
    /// ```
    pub fn on(self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
}
