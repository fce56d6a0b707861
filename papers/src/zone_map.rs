//! The three-zone map (三区图) of one seam: zones with colour, hatch and letter over the seam's plan, to scale.

pub(crate) mod furniture;
mod layers;
mod legend;
mod style;
mod symbols;

use crate::content::{Area, Papers};
use crate::labels::{self, Placer};
use crate::svg::{Paint, Pen, Svg, width_mm};
use crate::words;
use legend::Legend;
use minesift_core::outline::Outline;
use minesift_core::site::seam::Seam;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::{Class, SeamZones};

/// How the map is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Language of all words.
    pub lang: Lang,
    /// N of the scale 1:N; absent: the largest usual scale whose map is not longer than [`Options::longest_mm`].
    pub scale: Option<f64>,
    /// Longest side of the map proper where the scale is chosen, mm.
    pub longest_mm: f64,
    /// Distance of the warning line (警戒线) outside the probe line, m; absent: none is drawn, since no clause sets it.
    pub warning_m: Option<f64>,
    /// The part of the ground that is drawn: west, south, east, north, m; absent: the licence.
    pub window: Option<[f64; 4]>,
    /// Ground that changed its class, with the class before and after; drawn over the zones.
    pub changed: Vec<(Outline, Option<Class>, Option<Class>)>,
    /// Put before every id, so that several maps can stand on one page.
    pub prefix: String,
}

impl Options {
    /// A sheet for the wall.
    pub fn sheet(lang: Lang) -> Self {
        Self {
            lang,
            scale: None,
            longest_mm: 820.0,
            warning_m: None,
            window: None,
            changed: Vec::new(),
            prefix: "map".to_owned(),
        }
    }

    /// A picture for a page of the report.
    pub fn page(lang: Lang, number: usize) -> Self {
        Self {
            lang,
            scale: None,
            longest_mm: 400.0,
            warning_m: None,
            window: None,
            changed: Vec::new(),
            prefix: format!("map{number}"),
        }
    }
}

/// Usual scales of mine plans.
const SCALES: [f64; 8] = [500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 25_000.0, 50_000.0, 100_000.0];
/// Shortest sides of the map proper, mm: below this the furniture would be all there is.
const LEAST_MM: [f64; 2] = [150.0, 140.0];
/// Margin between the licence and the neat line, mm.
const AROUND_MM: f64 = 12.0;
/// Blank border of the paper, mm.
pub(crate) const EDGE_MM: f64 = 9.0;
/// Room for the numbers of the grid, mm.
pub(crate) const GRID_MM: f64 = 5.5;
/// Height of the title, mm.
pub(crate) const TITLE_MM: f64 = 19.0;
/// Height of scale bar, notes and footer below the map, mm.
const FOOT_MM: f64 = 25.0;
/// Width of the column with legend, tables and title block, mm.
const COLUMN_MM: f64 = 84.0;

/// From metres on the map to millimetres on paper.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// N of the scale.
    pub(crate) scale: f64,
    /// Neat line on paper: left, top, right, bottom.
    pub(crate) paper: [f64; 4],
    /// Neat line in metres: west, south, east, north.
    pub(crate) ground: [f64; 4],
}

impl Frame {
    /// A map of so many millimetres about the middle of a box.
    pub(crate) fn about(bounds: [f64; 4], scale: f64, width: f64, height: f64) -> Self {
        let middle = [f64::midpoint(bounds[0], bounds[2]), f64::midpoint(bounds[1], bounds[3])];
        let (left, top) = (EDGE_MM + GRID_MM, EDGE_MM + TITLE_MM + GRID_MM);
        let half = [width * scale / 2000.0, height * scale / 2000.0];
        Self {
            scale,
            paper: [left, top, left + width, top + height],
            ground: [middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]],
        }
    }

    pub(crate) fn at(&self, p: [f64; 2]) -> [f64; 2] {
        [self.paper[0] + self.mm(p[0] - self.ground[0]), self.paper[3] - self.mm(p[1] - self.ground[1])]
    }

    pub(crate) fn mm(&self, metres: f64) -> f64 {
        metres * 1000.0 / self.scale
    }

    pub(crate) fn metres(&self, mm: f64) -> f64 {
        mm * self.scale / 1000.0
    }

    pub(crate) fn line(&self, line: &[[f64; 2]]) -> Vec<[f64; 2]> {
        line.iter().map(|p| self.at(*p)).collect()
    }

    pub(crate) fn rings(&self, outline: &Outline) -> Vec<Vec<[f64; 2]>> {
        outline
            .to_geo()
            .iter()
            .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
            .map(|ring| ring.0[..ring.0.len().saturating_sub(1)].iter().map(|c| self.at([c.x, c.y])).collect())
            .collect()
    }

    pub(crate) fn shows(&self, p: [f64; 2]) -> bool {
        p[0] >= self.ground[0] && p[0] <= self.ground[2] && p[1] >= self.ground[1] && p[1] <= self.ground[3]
    }
}

/// A map in the making.
pub(crate) struct Sheet<'a> {
    pub(crate) papers: &'a Papers<'a>,
    pub(crate) seam: &'a Seam,
    pub(crate) zones: &'a SeamZones,
    pub(crate) areas: &'a [Area<'a>],
    pub(crate) options: &'a Options,
    pub(crate) frame: Frame,
    pub(crate) svg: Svg,
    pub(crate) placer: Placer,
    pub(crate) legend: Legend,
    /// Words to be written last, over everything.
    pub(crate) waiting: Vec<Waiting>,
    /// Areas too small on paper for a label.
    pub(crate) unlabelled: usize,
}

/// Words whose place is sought when all symbols stand.
pub(crate) struct Waiting {
    /// The less, the earlier.
    pub(crate) rank: u8,
    /// Lines of words.
    pub(crate) lines: Vec<String>,
    pub(crate) size: f64,
    pub(crate) colour: &'static str,
    pub(crate) at: Spot,
    /// Written even on top of other words where there is no room.
    pub(crate) must: bool,
    /// The first line larger and heavier: letter and number of a zone.
    pub(crate) bold_first: bool,
}

/// Where words may stand.
pub(crate) enum Spot {
    /// Beside a point.
    Beside([f64; 2]),
    /// On or beside one of several places along a line, turned with it: position and angle in degrees.
    Along(Vec<([f64; 2], f64)>),
    /// In an area, about one of several points; else beside the first of them with a leader.
    Inside(Vec<[f64; 2]>),
}

/// The three-zone map of a seam; nothing when the map has no such seam.
pub fn zone_map(papers: &Papers<'_>, seam: &str, options: &Options) -> Option<Svg> {
    let zones = papers.map.seams.iter().find(|zones| zones.seam == seam)?;
    let seam = papers.site.seam(seam)?;
    let areas = papers.areas(zones);
    Some(draw(papers, seam, zones, &areas, options))
}

fn draw(papers: &Papers<'_>, seam: &Seam, zones: &SeamZones, areas: &[Area<'_>], options: &Options) -> Svg {
    let lang = options.lang;
    let bounds = options.window.unwrap_or_else(|| bounds_of(papers, zones));
    let span = [bounds[2] - bounds[0], bounds[3] - bounds[1]];
    let scale = options.scale.unwrap_or_else(|| scale_for(span[0].max(span[1]), options.longest_mm));
    let width = (span[0] * 1000.0 / scale + 2.0 * AROUND_MM).max(LEAST_MM[0]);
    let height = (span[1] * 1000.0 / scale + 2.0 * AROUND_MM).max(LEAST_MM[1]);

    // First all that is drawn decides what the legend holds; the legend decides how high the sheet must be.
    let mut sheet = Sheet {
        papers,
        seam,
        zones,
        areas,
        options,
        frame: Frame::about(bounds, scale, width, height),
        svg: Svg::new(0.0, 0.0, ""),
        placer: Placer::default(),
        legend: Legend::default(),
        waiting: Vec::new(),
        unlabelled: 0,
    };
    layers::draw(&mut sheet);
    let column = furniture::column_height(&sheet);
    let height = height.max(column - FOOT_MM + 8.0);
    let paper = [
        EDGE_MM * 2.0 + GRID_MM * 2.0 + width + COLUMN_MM + 4.0,
        EDGE_MM * 2.0 + TITLE_MM + GRID_MM * 2.0 + height + FOOT_MM,
    ];
    let title = title(papers, seam, lang);
    let frame = Frame::about(bounds, scale, width, height);
    let mut sheet = Sheet {
        frame,
        svg: Svg::new(paper[0], paper[1], &title),
        placer: Placer::new(frame.paper),
        legend: Legend::default(),
        waiting: Vec::new(),
        ..sheet
    };
    style::define(&mut sheet.svg, &options.prefix, frame.paper);
    layers::draw(&mut sheet);
    write_waiting(&mut sheet);
    furniture::draw(&mut sheet, paper, &title);
    sheet.svg
}

/// The largest usual scale at which so many metres are not longer on paper than that; beyond the usual sheets, the
/// next round number that fits.
pub(crate) fn scale_for(longest_m: f64, longest_mm: f64) -> f64 {
    SCALES
        .into_iter()
        .find(|scale| longest_m * 1000.0 / scale <= longest_mm)
        .unwrap_or_else(|| (longest_m * 1000.0 / longest_mm / 50_000.0).ceil() * 50_000.0)
}

/// Title of the map.
pub(crate) fn title(papers: &Papers<'_>, seam: &Seam, lang: Lang) -> String {
    let mine = papers.site.mine.name.get(lang);
    match lang {
        Lang::Zh => format!("{mine}{}三区划分图", seam.name.zh),
        Lang::En => format!("{mine}, {}: three-zone map", seam.name.en),
    }
}

/// The licence; it is the sheet's business, whatever else lies far outside.
fn bounds_of(papers: &Papers<'_>, zones: &SeamZones) -> [f64; 4] {
    papers.site.licence.outline.bounds().or_else(|| zones.ground.bounds()).unwrap_or([0.0, 0.0, 1000.0, 1000.0])
}

impl Sheet<'_> {
    pub(crate) fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.options.lang)
    }

    pub(crate) fn words(&self, zh: &str, en: &str) -> String {
        match self.options.lang {
            Lang::Zh => zh.to_owned(),
            Lang::En => en.to_owned(),
        }
    }

    pub(crate) fn wait(&mut self, rank: u8, lines: Vec<String>, size: f64, colour: &'static str, at: Spot, must: bool) {
        if lines.iter().any(|line| !line.is_empty()) {
            // A wall sheet is read from farther away than a page.
            let longest = (self.frame.paper[2] - self.frame.paper[0]).max(self.frame.paper[3] - self.frame.paper[1]);
            let size = size * (longest / 300.0).clamp(1.0, 1.6);
            self.waiting.push(Waiting { rank, lines, size, colour, at, must, bold_first: false });
        }
    }

    /// Places along a line on paper for words turned with it: the middle first, then outwards; never upside down.
    pub(crate) fn along(lines: &[Vec<[f64; 2]>]) -> Vec<([f64; 2], f64)> {
        let mut places = Vec::new();
        for line in lines {
            let length: f64 = line.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
            if length < 4.0 {
                continue;
            }
            for share in [0.5, 0.3, 0.7, 0.15, 0.85, 0.4, 0.6, 0.22, 0.78, 0.05, 0.95] {
                places.extend(point_along(line, share * length));
            }
        }
        places
    }
}

/// Position and direction (degrees, upright for reading) at a distance along a line.
pub(crate) fn point_along(line: &[[f64; 2]], distance: f64) -> Option<([f64; 2], f64)> {
    let mut left = distance;
    for pair in line.windows(2) {
        let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
        let length = dx.hypot(dy);
        if length > 0.0 && left <= length {
            let mut angle = dy.atan2(dx).to_degrees();
            if angle > 90.0 {
                angle -= 180.0;
            } else if angle <= -90.0 {
                angle += 180.0;
            }
            return Some(([pair[0][0] + dx * left / length, pair[0][1] + dy * left / length], angle));
        }
        left -= length;
    }
    None
}

const LINE_HEIGHT: f64 = 1.25;
/// How much larger the first line of a zone is.
const BOLD_FIRST: f64 = 1.4;

/// Writes what waits, the most needed first, each where there is room.
fn write_waiting(sheet: &mut Sheet<'_>) {
    let mut waiting = std::mem::take(&mut sheet.waiting);
    waiting.sort_by_key(|words| words.rank);
    sheet.svg.begin(&format!("{}-labels", sheet.options.prefix), Some(&format!("{}-clip", sheet.options.prefix)));
    for words in &waiting {
        let first = if words.bold_first { BOLD_FIRST } else { 1.0 };
        let widths = words
            .lines
            .iter()
            .enumerate()
            .map(|(i, line)| width_mm(line, if i == 0 { words.size * first } else { words.size }));
        let width = widths.fold(0.0, f64::max) + 0.6;
        let height = words.size * LINE_HEIGHT * (words.lines.len() as f64 - 1.0 + first);
        match &words.at {
            Spot::Beside(point) => {
                let mut places = labels::round(*point, width, height, 1.4);
                if !words.must {
                    places.truncate(16);
                }
                if let Some((number, place)) = take(sheet, places, words.must) {
                    // Far from its point: a leader says whose words these are.
                    if number >= 8 {
                        let end = nearest_on(place, *point);
                        sheet.svg.line(*point, end, &Paint::line(words.colour, 0.12));
                    }
                    write_lines(sheet, words, place);
                }
            }
            Spot::Inside(points) => {
                let mut places: Vec<_> = points.iter().map(|point| labels::about(*point, width, height)).collect();
                let inside = places.len();
                if let (Some(first), true) = (points.first(), words.must) {
                    places.extend(labels::round(*first, width, height, 4.0));
                    places.extend(labels::round(*first, width, height, 26.0));
                }
                if let Some((number, place)) = take(sheet, places, words.must) {
                    if number >= inside
                        && let Some(first) = points.first()
                    {
                        sheet.svg.line(*first, nearest_on(place, *first), &Paint::line(words.colour, 0.15));
                        sheet.svg.circle(*first, 0.45, &Paint::fill(words.colour));
                    }
                    write_lines(sheet, words, place);
                }
            }
            Spot::Along(places) => {
                let boxes = places.iter().map(|(at, angle)| {
                    let (sin, cos) = (angle.to_radians().sin().abs(), angle.to_radians().cos().abs());
                    labels::about(*at, width * cos + height * sin, width * sin + height * cos)
                });
                let found = if words.must { sheet.placer.best(boxes) } else { sheet.placer.free(boxes) };
                if let Some((number, _)) = found {
                    let (at, angle) = places[number];
                    let pen = Pen::new(words.size).middle().colour(words.colour).rimmed().turned(angle);
                    // The foot of the letters, a third of their height below the line, in the turned frame.
                    let (sin, cos) = (angle.to_radians().sin(), angle.to_radians().cos());
                    let drop = words.size * 0.36;
                    sheet.svg.text([at[0] - sin * drop, at[1] + cos * drop], &words.lines.join(" "), &pen);
                }
            }
        }
    }
    sheet.svg.end();
}

fn take(sheet: &mut Sheet<'_>, places: Vec<labels::Box4>, must: bool) -> Option<(usize, labels::Box4)> {
    if must { sheet.placer.best(places) } else { sheet.placer.free(places) }
}

fn nearest_on(place: labels::Box4, point: [f64; 2]) -> [f64; 2] {
    [point[0].clamp(place[0], place[2]), point[1].clamp(place[1], place[3])]
}

fn write_lines(sheet: &mut Sheet<'_>, words: &Waiting, place: labels::Box4) {
    let middle = f64::midpoint(place[0], place[2]);
    for (i, line) in words.lines.iter().enumerate() {
        let first = if words.bold_first { BOLD_FIRST } else { 1.0 };
        let (size, foot) = match i {
            0 => (words.size * first, words.size * first * 0.98),
            _ => (words.size, words.size * (LINE_HEIGHT * (i as f64 - 1.0 + first) + 0.98)),
        };
        let foot = place[1] + foot;
        let mut pen = Pen::new(size).middle().colour(words.colour).rimmed();
        pen.bold = i == 0 && words.bold_first;
        sheet.svg.text([middle, foot], line, &pen);
    }
}

/// What stands on the map in a zone: number, kinds of hazard, day of the division, and the words that its law wants.
pub(crate) fn zone_words(sheet: &Sheet<'_>, area: &Area<'_>) -> Vec<String> {
    let lang = sheet.options.lang;
    let mut lines = vec![format!("{} {}", sheet.say(&area.class.letter()), sheet.say(&area.number))];
    if area.class > Class::Mineable {
        let (kinds, _) = sheet.papers.causes(area, lang);
        if !kinds.is_empty() {
            lines.push(kinds.join(words::comma(lang)));
        }
        let mut shown: Vec<String> = Vec::new();
        for (finding, _) in area.findings.iter().filter(|(finding, _)| finding.class == Class::Forbidden) {
            let words = sheet.papers.rule(&finding.rule).shown_as.get(lang).to_owned();
            if !words.is_empty() && !shown.contains(&words) {
                shown.push(words);
            }
        }
        lines.append(&mut shown);
    }
    lines.push(match lang {
        Lang::Zh => format!("{} 划分", sheet.papers.map.day),
        Lang::En => format!("divided {}", sheet.papers.map.day),
    });
    lines
}
