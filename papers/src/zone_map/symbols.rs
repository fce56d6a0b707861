//! The signs of the map, as they stand on the sheet and in its legend.

use super::{point_along, style};
use crate::svg::{Paint, Pen, Svg};

/// A borehole: filled where sealed well, crossed in red where badly, hollow with a dot of doubt where nobody knows.
pub(super) fn hole(svg: &mut Svg, at: [f64; 2], sealing: Option<bool>) {
    match sealing {
        Some(true) => {
            svg.circle(at, 1.1, &Paint::line(style::INK, 0.22).filled("#fff"));
            svg.circle(at, 0.55, &Paint::fill(style::INK));
        }
        Some(false) => {
            svg.circle(at, 1.2, &Paint::line(style::FAULT, 0.35).filled("#fff"));
            cross_of(svg, at, 0.8, style::FAULT);
        }
        None => {
            svg.circle(at, 1.2, &Paint::line(style::WARNING, 0.35).filled("#fff"));
            svg.text([at[0], at[1] + 0.75], "?", &Pen::new(2.0).middle().colour("#a04a00").bold());
        }
    }
}

pub(super) fn corner(svg: &mut Svg, at: [f64; 2]) {
    svg.circle(at, 0.9, &Paint::line(style::INK, 0.3).filled("#fff"));
    svg.circle(at, 0.25, &Paint::fill(style::INK));
}

pub(super) fn outburst(svg: &mut Svg, at: [f64; 2]) {
    let ring = vec![vec![[at[0], at[1] - 1.6], [at[0] + 1.4, at[1] + 0.9], [at[0] - 1.4, at[1] + 0.9]]];
    svg.path(&ring, true, &Paint::line("#fff", 0.25).filled(style::FAULT));
}

pub(super) fn shaft(svg: &mut Svg, at: [f64; 2]) {
    svg.circle(at, 1.4, &Paint::line(style::INK, 0.3).filled("#fff"));
    let half = vec![vec![
        [at[0], at[1] - 1.4],
        [at[0] + 1.0, at[1] - 1.0],
        [at[0] + 1.4, at[1]],
        [at[0] + 1.0, at[1] + 1.0],
        [at[0], at[1] + 1.4],
    ]];
    svg.path(&half, true, &Paint::fill(style::INK));
}

pub(super) fn cross(svg: &mut Svg, at: [f64; 2]) {
    cross_of(svg, at, 0.9, style::OTHER);
}

/// 上盘断煤交线 with dots, 下盘断煤交线 with crosses.
pub(super) fn wall(svg: &mut Svg, lines: &[Vec<[f64; 2]>], hanging: bool) {
    if hanging {
        svg.path(lines, false, &Paint::line(style::FAULT, 0.35).dashed("4 0.9 0.5 0.9"));
        return;
    }
    svg.path(lines, false, &Paint::line(style::FAULT, 0.35).dashed("4 2"));
    for line in lines {
        let length: f64 = line.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
        let mut at_mm = 5.0;
        while at_mm < length {
            if let Some((at, _)) = point_along(line, at_mm) {
                cross_of(svg, at, 0.55, style::FAULT);
            }
            at_mm += 6.0;
        }
    }
}

fn cross_of(svg: &mut Svg, at: [f64; 2], half: f64, colour: &str) {
    let paint = Paint::line(colour, 0.25);
    svg.line([at[0] - half, at[1] - half], [at[0] + half, at[1] + half], &paint);
    svg.line([at[0] - half, at[1] + half], [at[0] + half, at[1] - half], &paint);
}
