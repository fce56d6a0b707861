//! Jobs that do not need each other, on all cores: what the core asks for and has no threads for.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Does the jobs of these numbers, each once, and comes back when all are done.
pub(crate) fn together(count: usize, job: &(dyn Fn(usize) + Sync)) {
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            job(number);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 1..cores.min(count) {
            scope.spawn(work);
        }
        work();
    });
}
