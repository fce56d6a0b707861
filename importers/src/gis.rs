//! What every importer that stands on GDAL shares: its warnings, kept instead of printed.

use gdal::errors::CplErrType;
use std::cell::RefCell;
use std::sync::Once;

thread_local! {
    static SAID: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The most words of GDAL kept between two looks: a damaged file may warn a million times.
const MOST: usize = 200;

/// From the first call on, GDAL prints nothing: what it says is kept for [`said`].
pub(crate) fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gdal::config::set_error_handler(|kind, _, message| {
            if !matches!(kind, CplErrType::Debug | CplErrType::None) {
                SAID.with_borrow_mut(|said| {
                    if said.len() < MOST && !said.iter().any(|line| line == message) {
                        said.push(message.to_owned());
                    }
                });
            }
        });
    });
}

/// What GDAL said on this thread since the last call.
pub(crate) fn said() -> Vec<String> {
    SAID.with_borrow_mut(std::mem::take)
}
