//! A progress bar on long reads and writes: rows and facts so far, on a terminal or where `--progress` asks for it.

use crate::Globals;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use minesift_core::text::Lang;
use minesift_importers::{Input, Watch};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

/// A file smaller than this is read before a bar could be seen, bytes.
const SMALL: u64 = 256 * 1024;

/// The bar of the file that is being read or written; importers and the register tell through a plain function.
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
    let words = match globals.lang() {
        Lang::Zh => "{spinner} {msg} 已读 {human_pos} 行 {per_sec} {elapsed}",
        Lang::En => "{spinner} {msg} {human_pos} rows read {per_sec} {elapsed}",
    };
    beside(input, globals, words, |watched| work(if watched { Watch::telling(tell) } else { Watch::default() }))
}

/// Runs the writing of what was read with a bar beside it: `work` is given what to tell facts to, where somebody looks.
pub(crate) fn writing<T>(input: &Input, globals: &Globals, work: impl FnOnce(Option<fn(u64)>) -> T) -> T {
    let words = match globals.lang() {
        Lang::Zh => "{spinner} {msg} 已写入 {human_pos} 个对象 {per_sec} {elapsed}",
        Lang::En => "{spinner} {msg} {human_pos} facts written {per_sec} {elapsed}",
    };
    beside(input, globals, words, |watched| work(watched.then_some(tell)))
}

/// Runs work on so many files with a bar beside it; `work` is given what to call after each of them.
pub(crate) fn files<T>(total: usize, globals: &Globals, work: impl FnOnce(&(dyn Fn() + Sync)) -> T) -> T {
    let terminal = std::io::stderr().is_terminal();
    if globals.quiet || total < 2 || !(globals.progress || terminal) {
        return work(&|| {});
    }
    let bar = ProgressBar::new(total as u64);
    if !terminal {
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(1));
    }
    let words = match globals.lang() {
        Lang::Zh => "{bar:30} {pos}/{len} 个矿井 {elapsed}，约剩 {eta}",
        Lang::En => "{bar:30} {pos}/{len} mines {elapsed}, about {eta} left",
    };
    if let Ok(style) = ProgressStyle::with_template(words) {
        bar.set_style(style);
    }
    let done = work(&|| bar.inc(1));
    if terminal {
        bar.finish_and_clear();
    } else {
        bar.abandon();
    }
    done
}

fn beside<T>(input: &Input, globals: &Globals, words: &str, work: impl FnOnce(bool) -> T) -> T {
    let wanted = globals.progress || std::io::stderr().is_terminal() && input.size >= SMALL;
    if globals.quiet || !wanted {
        return work(false);
    }
    let bar = ProgressBar::new_spinner();
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(1));
    }
    if let Ok(style) = ProgressStyle::with_template(words) {
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
    let done = work(true);
    keep(None);
    if std::io::stderr().is_terminal() {
        bar.finish_and_clear();
    } else {
        bar.abandon();
    }
    done
}
