//! The legend: one entry for each thing that was drawn, in the order of drawing, drawn with the same hand.

use super::style;
use crate::svg::{Paint, Pen, Svg};
use minesift_core::text::{Lang, Text};
use minesift_core::zone::Class;

/// What stands in the box of an entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Swatch {
    /// A zone with its hatch and letter.
    Zone(Class),
    /// A line.
    Line(&'static str, f64, &'static str),
    /// The line of a hanging wall.
    HangingWall,
    /// The line of a footwall.
    Footwall,
    /// An area: border, dash, pattern (empty: none).
    Area(&'static str, &'static str, &'static str),
    /// A licence corner.
    Corner,
    /// A borehole by its sealing.
    Hole(Option<bool>),
    /// An outburst point.
    Outburst,
    /// A shaft.
    Shaft,
    /// A small cross: an event.
    Cross,
}

/// Entries in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Legend {
    entries: Vec<(Text, Swatch)>,
}

/// Height of an entry, mm.
pub(crate) const ENTRY_MM: f64 = 5.4;

impl Legend {
    /// An entry, once.
    pub(crate) fn add(&mut self, zh: &str, en: &str, swatch: Swatch) {
        if !self.entries.iter().any(|(text, _)| text.zh == zh) {
            self.entries.push((Text::new(zh, en), swatch));
        }
    }

    pub(crate) fn height_mm(&self) -> f64 {
        7.0 + self.entries.len().div_ceil(2) as f64 * ENTRY_MM
    }

    pub(crate) fn draw(&self, svg: &mut Svg, x: f64, y: f64, width: f64, prefix: &str, lang: Lang) {
        svg.text([x + width / 2.0, y + 4.4], Text::new("图  例", "Legend").get(lang), &Pen::new(3.6).middle().bold());
        let column = width / 2.0;
        let rows = self.entries.len().div_ceil(2);
        for (i, (text, swatch)) in self.entries.iter().enumerate() {
            let left = x + (i / rows) as f64 * column;
            let top = y + 7.0 + (i % rows) as f64 * ENTRY_MM;
            draw_swatch(svg, *swatch, [left, top + 0.5, left + 10.0, top + ENTRY_MM - 0.7], prefix, lang);
            let words = text.get(lang);
            let room = column - 12.0;
            let size = (2.5 * room / crate::svg::width_mm(words, 2.5)).min(2.5);
            svg.text([left + 11.2, top + 3.4], words, &Pen::new(size));
        }
    }
}

fn draw_swatch(svg: &mut Svg, swatch: Swatch, b: [f64; 4], prefix: &str, lang: Lang) {
    let (width, height) = (b[2] - b[0], b[3] - b[1]);
    let middle = [f64::midpoint(b[0], b[2]), f64::midpoint(b[1], b[3])];
    let line = vec![vec![[b[0], middle[1]], [b[2], middle[1]]]];
    match swatch {
        Swatch::Zone(class) => {
            let (fill, edge) = style::colours(class);
            svg.rect(b[0], b[1], width, height, &Paint::line(edge, 0.25).filled(fill));
            let hatch = format!("url(#{prefix}-{})", class.name());
            svg.rect(b[0], b[1], width, height, &Paint::fill(&hatch));
            svg.text([middle[0], middle[1] + 1.1], class.letter().get(lang), &Pen::new(3.0).middle().rimmed().bold());
        }
        Swatch::Line(stroke, width, dash) => svg.path(&line, false, &Paint::line(stroke, width).dashed(dash)),
        Swatch::HangingWall => super::symbols::wall(svg, &line, true),
        Swatch::Footwall => super::symbols::wall(svg, &line, false),
        Swatch::Area(stroke, dash, pattern) => {
            let fill = format!("url(#{prefix}-{pattern})");
            let mut paint = Paint::line(stroke, 0.3).dashed(dash);
            if !pattern.is_empty() {
                paint = paint.filled(&fill);
            }
            svg.rect(b[0], b[1], width, height, &paint);
        }
        Swatch::Corner => super::symbols::corner(svg, middle),
        Swatch::Hole(sealing) => super::symbols::hole(svg, middle, sealing),
        Swatch::Outburst => super::symbols::outburst(svg, middle),
        Swatch::Shaft => super::symbols::shaft(svg, middle),
        Swatch::Cross => super::symbols::cross(svg, middle),
    }
}
