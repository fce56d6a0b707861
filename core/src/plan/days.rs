//! Days of a working: both ends are worked.

use jiff::Span;
use jiff::civil::Date;
use std::fmt;

/// From a first day to a last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days {
    /// First day.
    pub from: Date,
    /// Last day, not before the first.
    pub to: Date,
}

impl Days {
    /// Days from `from` to `to`; nothing when they end before they begin.
    pub fn new(from: Date, to: Date) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// How many days.
    pub fn count(self) -> i64 {
        number(self.to) - number(self.from) + 1
    }

    /// The days in both.
    pub fn common(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.to.min(other.to))
    }

    /// True when the day is one of them.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// As many days, the first of them `from`.
    #[must_use]
    pub fn moved_to(self, from: Date) -> Self {
        Self { from, to: later(from, self.count() - 1) }
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{} – {}", self.from, self.to) }
    }
}

/// The day as a number, one more for each day.
pub fn number(day: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    i64::from((day - epoch).get_days())
}

/// So many days later (earlier when negative), held inside the calendar.
pub fn later(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days.clamp(-3_000_000, 3_000_000)))
}

/// So many years later; 29 February becomes the 28th where there is none.
pub fn years_later(day: Date, years: f64) -> Date {
    day.saturating_add(Span::new().months((years * 12.0).round().clamp(-12_000.0, 12_000.0) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_count_both_ends_and_keep_their_number_when_moved() {
        let days = Days::new(date(2028, 2, 1), date(2028, 3, 1)).unwrap();
        assert_eq!(days.count(), 30);
        assert_eq!(days.moved_to(date(2029, 1, 31)).to, date(2029, 3, 1));
        assert_eq!(number(date(1970, 1, 2)), 1);
        assert_eq!(number(date(2026, 11, 22)) - number(date(2025, 11, 22)), 365);
        assert!(Days::new(date(2028, 2, 2), date(2028, 2, 1)).is_none());
    }
}
