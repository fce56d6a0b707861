//! Tests of the register.
mod bulk;
mod by_hand;
mod chain;
mod cut_off;
mod facts;
mod history;
mod round_trip;
