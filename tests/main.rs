//! What crosses crates: cases, pages, laws, formats.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod answers;
mod bad_input;
mod cases;
mod datasets;
mod doors;
mod exchange;
mod generated;
mod geos;
mod growing;
mod guides;
mod incremental;
mod laws;
mod onemap;
mod plan_audit;
mod plan_bad;
mod plan_cases;
mod plan_further;
mod plan_laws;
mod plan_shapes;
mod plan_tables;
mod plan_versions;
mod plan_walked;
mod records;
mod register;
mod rulebook;
mod seen;
mod survival;
mod tidy;
mod window;
mod zoning;
