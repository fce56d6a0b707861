//! Tests of the register.
mod facts;
mod round_trip;
