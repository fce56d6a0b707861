//! One file a verb.

pub(crate) mod classify;
pub(crate) mod explain;
pub(crate) mod formats;
pub(crate) mod read;
pub(crate) mod rules;
pub(crate) mod view;
