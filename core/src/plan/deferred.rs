#![doc = include_str!("deferred.md")]

use super::closure::Closing;
use super::forbidden::{offences, on_ground};
use super::{Check, Inquiry, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-DEFERRED", page: include_str!("deferred.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for (working, offence) in offences(q, Closing::Deferred) {
        report.object(on_ground(q, working, offence, ("缓采区", "deferred ground")));
    }
    report
}
