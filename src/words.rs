//! How numbers and errors are written for people.

use std::io::Write;

/// This program and its version, as answers carry it.
pub(crate) const PROGRAM: &str = concat!("minesift ", env!("CARGO_PKG_VERSION"));

/// An error on standard error; nothing more can be done when even that fails.
pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "minesift: {error:#}");
}

/// Something to know, on standard error.
pub(crate) fn remark(words: &str) {
    let _ = writeln!(std::io::stderr(), "minesift: {words}");
}

/// An answer for programs.
pub(crate) fn json(out: &mut impl Write, answer: &serde_json::Value) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, answer)?;
    writeln!(out)
}

/// An area with thousands separators: `57 256.6`.
pub(crate) fn m2(value: f64) -> String {
    let text = format!("{value:.1}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, "0"));
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 && !out.ends_with('-') {
            out.push(' ');
        }
        out.push(digit);
    }
    format!("{out}.{rest}")
}

/// Tonnes as 万t.
pub(crate) fn wan_t(tonnes: Option<f64>) -> String {
    tonnes.map_or_else(|| "—".to_owned(), |t| format!("{:.2}", t / 10_000.0))
}

/// Rounded for JSON, so that the last bits of a float do not print.
pub(crate) fn round(value: f64, digits: i32) -> serde_json::Value {
    let scale = 10_f64.powi(digits);
    serde_json::json!((value * scale).round() / scale)
}

/// Words filled up with spaces to so many columns of a terminal, where a Chinese character takes two.
pub(crate) fn pad(words: &str, columns: usize) -> String {
    let taken: usize = words.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    format!("{words}{}", " ".repeat(columns.saturating_sub(taken)))
}
