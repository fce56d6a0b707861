//! Tests of the register.
mod facts;
mod history;
mod round_trip;
