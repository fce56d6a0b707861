//! Synthetic mines of any number, and the demo mine.
