//! Colours, hatches and line styles of the three-zone map.
//!
//! Green, yellow and red that differ in lightness too (about 75, 92 and 55 of 100), so that they stay apart for
//! colour-blind readers and on a black-and-white print; the hatch and the letter say it a second and third time.

use crate::svg::{Svg, mm};
use minesift_core::zone::Class;
use std::fmt::Write;

pub(crate) const INK: &str = "#111";
pub(crate) const LICENCE: &str = "#111";
pub(crate) const CONTOUR: &str = "#8a5a2b";
pub(crate) const FAULT: &str = "#c00020";
pub(crate) const WATER: &str = "#0057b8";
pub(crate) const PROBE: &str = "#b000b0";
pub(crate) const WARNING: &str = "#e06a00";
pub(crate) const PILLAR: &str = "#6a1b9a";
pub(crate) const COLUMN: &str = "#5d3a1a";
pub(crate) const ANOMALY: &str = "#007a7a";
pub(crate) const OTHER: &str = "#444";
pub(crate) const FIRE: &str = "#d84315";
pub(crate) const GRID: &str = "#555";

/// Colour of a class, and of its hatch.
pub(crate) fn colours(class: Class) -> (&'static str, &'static str) {
    match class {
        Class::Mineable => ("#86cfae", "#2f8f68"),
        Class::Deferred => ("#fdeb9c", "#b8930a"),
        Class::Forbidden => ("#e0776b", "#93190f"),
    }
}

/// Dark enough for words on white.
pub(crate) fn dark(class: Class) -> &'static str {
    match class {
        Class::Mineable => "#0b4d33",
        Class::Deferred => "#5c4700",
        Class::Forbidden => "#7a0c05",
    }
}

/// Patterns and the clip path of a map. Patterns carry the map's prefix: several maps may stand on one page.
pub(crate) fn define(svg: &mut Svg, prefix: &str, clip: [f64; 4]) {
    let mut pattern = |name: &str, size: f64, body: &str| {
        svg.define(&format!(
            "<pattern id=\"{prefix}-{name}\" width=\"{0}\" height=\"{0}\" patternUnits=\"userSpaceOnUse\">{body}</pattern>",
            mm(size)
        ));
    };
    let hatch = |class: Class| colours(class).1;
    pattern(
        "mineable",
        4.0,
        &format!(
            "<circle cx=\"1\" cy=\"1\" r=\"0.22\" fill=\"{0}\"/><circle cx=\"3\" cy=\"3\" r=\"0.22\" fill=\"{0}\"/>",
            hatch(Class::Mineable)
        ),
    );
    pattern("deferred", 3.0, &diagonals(3.0, hatch(Class::Deferred), 0.18, false));
    pattern("forbidden", 2.6, &diagonals(2.6, hatch(Class::Forbidden), 0.18, true));
    pattern("goaf", 2.0, "<path d=\"M0.2 1.5L1 0.6\" stroke=\"#333\" stroke-width=\"0.14\" fill=\"none\"/>");
    pattern(
        "water",
        3.0,
        &format!("<path d=\"M0.3 1L1.5 1M1.6 2.4L2.8 2.4\" stroke=\"{WATER}\" stroke-width=\"0.16\" fill=\"none\"/>"),
    );
    pattern(
        "column",
        2.4,
        &format!(
            "<path d=\"M0.5 0.5L1.9 1.9M1.9 0.5L0.5 1.9\" stroke=\"{COLUMN}\" stroke-width=\"0.16\" fill=\"none\"/>"
        ),
    );
    pattern(
        "fire",
        2.4,
        &format!("<path d=\"M0.4 2L1.2 0.4L2 2Z\" stroke=\"{FIRE}\" stroke-width=\"0.16\" fill=\"none\"/>"),
    );
    svg.define(&format!(
        "<clipPath id=\"{prefix}-clip\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
        mm(clip[0]),
        mm(clip[1]),
        mm(clip[2] - clip[0]),
        mm(clip[3] - clip[1])
    ));
}

fn diagonals(size: f64, colour: &str, width: f64, both: bool) -> String {
    let s = mm(size);
    let mut d = format!("M0 {s}L{s} 0");
    if both {
        let _ = write!(d, "M0 0L{s} {s}");
    }
    format!(
        "<path d=\"{d}\" stroke=\"{colour}\" stroke-width=\"{}\" stroke-linecap=\"square\" fill=\"none\"/>",
        mm(width)
    )
}
