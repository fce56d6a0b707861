//! A small drawing layer: shapes and words on paper, in millimetres, written as SVG.
//!
//! The same drawing is the SVG file, the picture inside the report and, through [`crate::raster`], the PNG. Numbers
//! are written to a thousandth of a millimetre, elements in the order they were drawn: the same drawing, the same
//! bytes.

use std::fmt::Write;

/// Families tried in turn by whoever shows the SVG; the first is the one the PNG is drawn with.
pub const FONTS: &str = "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','SimHei',sans-serif";

/// How a shape is painted. Widths and dashes in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paint<'a> {
    /// Inside; nothing: not filled.
    pub fill: Option<&'a str>,
    /// How much of the inside covers what lies below, 0 to 1.
    pub fill_opacity: f64,
    /// Border; nothing: none.
    pub stroke: Option<&'a str>,
    /// Width of the border.
    pub width: f64,
    /// Dashes and gaps; empty: solid.
    pub dash: &'a str,
}

impl<'a> Paint<'a> {
    /// A line of a colour and a width.
    pub fn line(stroke: &'a str, width: f64) -> Self {
        Self { fill: None, fill_opacity: 1.0, stroke: Some(stroke), width, dash: "" }
    }

    /// An inside without border.
    pub fn fill(fill: &'a str) -> Self {
        Self { fill: Some(fill), fill_opacity: 1.0, stroke: None, width: 0.0, dash: "" }
    }

    /// The same with an inside.
    #[must_use]
    pub fn filled(mut self, fill: &'a str) -> Self {
        self.fill = Some(fill);
        self
    }

    /// The same, letting shine through what lies below.
    #[must_use]
    pub fn opacity(mut self, opacity: f64) -> Self {
        self.fill_opacity = opacity;
        self
    }

    /// The same with a dashed border.
    #[must_use]
    pub fn dashed(mut self, dash: &'a str) -> Self {
        self.dash = dash;
        self
    }

    fn attributes(&self) -> String {
        let mut out = format!(" fill=\"{}\"", self.fill.unwrap_or("none"));
        if self.fill.is_some() && self.fill_opacity < 1.0 {
            let _ = write!(out, " fill-opacity=\"{}\"", mm(self.fill_opacity));
        }
        if let Some(stroke) = self.stroke {
            let _ = write!(out, " stroke=\"{stroke}\" stroke-width=\"{}\"", mm(self.width));
            if !self.dash.is_empty() {
                let _ = write!(out, " stroke-dasharray=\"{}\"", self.dash);
            }
        }
        out
    }
}

/// Where on the line of words their position lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At the left end.
    Start,
    /// In the middle.
    Middle,
    /// At the right end.
    End,
}

/// How words are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen<'a> {
    /// Height of the letters, mm.
    pub size: f64,
    /// Colour.
    pub colour: &'a str,
    /// Anchor.
    pub anchor: Anchor,
    /// White rim that keeps words readable on any ground.
    pub rim: bool,
    /// Heavier.
    pub bold: bool,
    /// Turned about its position, degrees clockwise.
    pub turn: f64,
}

impl<'a> Pen<'a> {
    /// Black letters of a height in mm, from the left.
    pub fn new(size: f64) -> Self {
        Self { size, colour: "#111", anchor: Anchor::Start, rim: false, bold: false, turn: 0.0 }
    }

    /// The same about the middle.
    #[must_use]
    pub fn middle(mut self) -> Self {
        self.anchor = Anchor::Middle;
        self
    }

    /// The same from the right.
    #[must_use]
    pub fn end(mut self) -> Self {
        self.anchor = Anchor::End;
        self
    }

    /// The same in a colour.
    #[must_use]
    pub fn colour(mut self, colour: &'a str) -> Self {
        self.colour = colour;
        self
    }

    /// The same with a white rim.
    #[must_use]
    pub fn rimmed(mut self) -> Self {
        self.rim = true;
        self
    }

    /// The same, heavier.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    /// The same, turned clockwise.
    #[must_use]
    pub fn turned(mut self, degrees: f64) -> Self {
        self.turn = degrees;
        self
    }
}

/// A drawing in the making.
#[derive(Clone, Debug)]
pub struct Svg {
    width_mm: f64,
    height_mm: f64,
    title: String,
    defs: String,
    body: String,
}

impl Svg {
    /// An empty sheet of paper; the title is what a screen reader says.
    pub fn new(width_mm: f64, height_mm: f64, title: &str) -> Self {
        Self { width_mm, height_mm, title: escape(title), defs: String::new(), body: String::new() }
    }

    /// Adds a definition (pattern, clip path) as SVG.
    pub fn define(&mut self, definition: &str) {
        self.defs.push_str(definition);
        self.defs.push('\n');
    }

    /// Starts a named group, optionally clipped: a layer in Inkscape and the like.
    pub fn begin(&mut self, id: &str, clip: Option<&str>) {
        let clip = clip.map_or_else(String::new, |clip| format!(" clip-path=\"url(#{clip})\""));
        let _ = writeln!(self.body, "<g id=\"{}\"{clip}>", escape(id));
    }

    /// Ends the group.
    pub fn end(&mut self) {
        self.body.push_str("</g>\n");
    }

    /// Rings or lines as one path. `closed` rings follow the even-odd rule.
    pub fn path(&mut self, lines: &[Vec<[f64; 2]>], closed: bool, paint: &Paint<'_>) {
        let d = path_data(lines, closed);
        if !d.is_empty() {
            let rule = if closed && paint.fill.is_some() { " fill-rule=\"evenodd\"" } else { "" };
            let _ = writeln!(self.body, "<path d=\"{d}\"{rule}{} stroke-linejoin=\"round\"/>", paint.attributes());
        }
    }

    /// A straight line.
    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], paint: &Paint<'_>) {
        self.path(&[vec![from, to]], false, paint);
    }

    /// A rectangle.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, paint: &Paint<'_>) {
        let _ = writeln!(
            self.body,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>",
            mm(x),
            mm(y),
            mm(width),
            mm(height),
            paint.attributes()
        );
    }

    /// A circle.
    pub fn circle(&mut self, centre: [f64; 2], radius: f64, paint: &Paint<'_>) {
        let _ = writeln!(
            self.body,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
            mm(centre[0]),
            mm(centre[1]),
            mm(radius),
            paint.attributes()
        );
    }

    /// One line of words, its foot at the position.
    pub fn text(&mut self, at: [f64; 2], words: &str, pen: &Pen<'_>) {
        if words.is_empty() {
            return;
        }
        let anchor = match pen.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let turn = if pen.turn == 0.0 {
            String::new()
        } else {
            format!(" transform=\"rotate({} {} {})\"", mm(pen.turn), mm(at[0]), mm(at[1]))
        };
        // One weight of the font is carried: heavier letters get a rim of their own colour.
        let (x, y, size) = (mm(at[0]), mm(at[1]), mm(pen.size));
        if pen.rim {
            let rim = mm(pen.size * 0.26);
            let _ = writeln!(
                self.body,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"#fff\" stroke=\"#fff\" stroke-width=\"{rim}\" stroke-linejoin=\"round\" aria-hidden=\"true\"{anchor}{turn}>{}</text>",
                escape(words)
            );
        }
        let bold = if pen.bold {
            format!(" stroke=\"{}\" stroke-width=\"{}\"", pen.colour, mm(pen.size * 0.045))
        } else {
            String::new()
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{}\"{bold}{anchor}{turn}>{}</text>",
            pen.colour,
            escape(words)
        );
    }

    /// The drawing as an SVG file.
    pub fn finish(&self) -> String {
        let (w, h) = (mm(self.width_mm), mm(self.height_mm));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}mm\" height=\"{h}mm\" viewBox=\"0 0 {w} {h}\" font-family=\"{FONTS}\" role=\"img\">\n<title>{}</title>\n<defs>\n{}</defs>\n<rect width=\"{w}\" height=\"{h}\" fill=\"#fff\"/>\n{}</svg>\n",
            self.title, self.defs, self.body
        )
    }
}

/// Rings or lines as the data of a path.
pub fn path_data(lines: &[Vec<[f64; 2]>], closed: bool) -> String {
    let mut d = String::new();
    for line in lines.iter().filter(|line| line.len() > 1) {
        let mut last = None;
        for point in line {
            let written = (mm(point[0]), mm(point[1]));
            // Corners nearer than a thousandth of a millimetre draw nothing.
            if last.as_ref() == Some(&written) {
                continue;
            }
            let _ = write!(d, "{}{} {}", if last.is_none() { "M" } else { "L" }, written.0, written.1);
            last = Some(written);
        }
        if closed {
            d.push('Z');
        }
    }
    d
}

/// A number of millimetres as written: three decimals at most, no `-0`.
pub fn mm(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Words with the signs of XML written out.
pub fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for sign in words.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML knows no control signs.
            sign if sign.is_control() => out.push(' '),
            sign => out.push(sign),
        }
    }
    out
}

/// Advance widths of ASCII from the space on in the carried font, thousandths of the height.
const ASCII: [u16; 95] = [
    224, 323, 474, 555, 555, 921, 680, 278, 338, 338, 467, 555, 278, 347, 278, 392, 555, 555, 555, 555, 555, 555, 555, 555, 555, 555,
    278, 278, 555, 555, 555, 474, 946, 608, 657, 638, 688, 589, 552, 689, 728, 293, 535, 646, 543, 812, 723, 742, 633, 742, 635, 596,
    599, 721, 575, 878, 573, 531, 603, 338, 392, 338, 555, 559, 606, 563, 618, 510, 620, 554, 325, 564, 607, 275, 275, 552, 284, 926,
    610, 606, 620, 620, 388, 468, 377, 607, 521, 802, 498, 521, 475, 338, 270, 338, 555,
];

/// Length of a line of words at a height, mm.
pub fn width_mm(words: &str, size_mm: f64) -> f64 {
    let thousandths: u32 = words
        .chars()
        .map(|sign| match sign {
            ' '..='~' => u32::from(ASCII[sign as usize - 32]),
            '²' | '³' | '°' => 411,
            _ => 1000,
        })
        .sum();
    f64::from(thousandths) / 1000.0 * size_mm
}

/// Words broken into lines no longer than `width_mm` at a height: after any Chinese sign, else between words.
pub fn wrap(words: &str, size_mm: f64, width_mm: f64) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for sign in words.chars() {
        let glued = match (pieces.last().and_then(|piece| piece.chars().last()), sign) {
            (None, _) => false,
            // Closing punctuation never starts a line.
            (_, '，' | '。' | '；' | '：' | '、' | '）' | '”' | '》' | '〕' | '」') => true,
            (Some('（' | '“' | '《' | '〔'), _) => true,
            (Some(last), sign) => last.is_ascii() && sign.is_ascii() && last != ' ',
        };
        match pieces.last_mut() {
            Some(piece) if glued => piece.push(sign),
            _ => pieces.push(sign.to_string()),
        }
    }
    let mut lines = vec![String::new()];
    for piece in pieces {
        let last = lines.last_mut().expect("one line at least");
        if !last.is_empty() && self::width_mm(last, size_mm) + self::width_mm(piece.trim_end(), size_mm) > width_mm {
            *last = last.trim_end().to_owned();
            lines.push(piece.trim_start().to_owned());
        } else {
            last.push_str(&piece);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_minus_zero() {
        assert_eq!(mm(-0.0001), "0");
        assert_eq!(mm(12.5), "12.5");
        assert_eq!(mm(f64::NAN), "0");
    }

    #[test]
    fn words_wrap_between_signs_and_keep_punctuation() {
        let lines = wrap("可采区不等于批准开采，仍须地质说明书。", 3.0, 34.0);
        assert_eq!(lines, ["可采区不等于批准开采，", "仍须地质说明书。"]);
        assert_eq!(wrap("no mining here", 3.0, 16.0), ["no mining", "here"]);
    }
}
