//! One file a verb.

pub(crate) mod classify;
pub(crate) mod explain;
pub(crate) mod formats;
pub(crate) mod generate;
pub(crate) mod read;
pub(crate) mod plan;
pub(crate) mod rules;
