//! A progress bar on long reads: rows so far, on a terminal or where `--progress` asks for it.

use crate::Globals;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use minesift_core::text::Lang;
use minesift_importers::{Input, Watch};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

/// A file smaller than this is read before a bar could be seen, bytes.
const SMALL: u64 = 256 * 1024;

/// The bar of the file that is being read; importers tell rows through a plain function.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

fn tell(rows: u64) {
    if let Ok(bar) = BAR.lock()
        && let Some(bar) = &*bar
    {
        bar.set_position(rows);
    }
}

/// Runs a long read with a bar beside it; the bar leaves no trace.
pub(crate) fn reading<T>(input: &Input, globals: &Globals, work: impl FnOnce(Watch) -> T) -> T {
    let wanted = globals.progress || std::io::stderr().is_terminal() && input.size >= SMALL;
    if globals.quiet || !wanted {
        return work(Watch::default());
    }
    let bar = ProgressBar::new_spinner();
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(1));
    }
    let template = match globals.lang() {
        Lang::Zh => "{spinner} {msg} 已读 {human_pos} 行 {per_sec} {elapsed}",
        Lang::En => "{spinner} {msg} {human_pos} rows read {per_sec} {elapsed}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(input.name.clone());
    bar.enable_steady_tick(Duration::from_millis(200));
    let keep = |value: Option<ProgressBar>| {
        if let Ok(mut slot) = BAR.lock() {
            *slot = value;
        }
    };
    keep(Some(bar.clone()));
    let done = work(Watch::telling(tell));
    keep(None);
    if std::io::stderr().is_terminal() {
        bar.finish_and_clear();
    } else {
        bar.abandon();
    }
    done
}
