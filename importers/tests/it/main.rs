//! The importers on real files and on bad ones.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod fuzzed;
mod gis;
mod ledgers;
mod models;
mod places;
mod said;
mod sources;
mod tried;
mod units;
