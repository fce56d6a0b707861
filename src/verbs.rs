//! One file a verb.

pub(crate) mod audit;
pub(crate) mod build;
pub(crate) mod classify;
pub(crate) mod coverage;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod formats;
pub(crate) mod generate;
pub(crate) mod import;
pub(crate) mod ledger;
pub(crate) mod log;
pub(crate) mod map;
pub(crate) mod new;
pub(crate) mod plan;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod shell;
pub(crate) mod status;
pub(crate) mod verify;
pub(crate) mod view;
