//! The map of what is on record (实际材料图): every shape, grid and hole of some facts in plan, nothing judged; and the
//! map of a seam's thickness (煤层等厚线图), depth or floor as the holes found it.
//!
//! A file that was just imported has no mine, no licence and no grades, so it cannot be classified; this is how it is
//! looked at.

use crate::contours::contours;
use crate::labels::{Placer, round};
use crate::svg::{Paint, Pen, Svg, mm};
use crate::words;
use crate::zone_map::furniture;
use crate::zone_map::{EDGE_MM, Frame, GRID_MM, TITLE_MM, scale_for};
use minesift_core::fact::{Fact, Position, Shape, Value};
use minesift_core::kind;
use minesift_core::site::surface::Surface;
use minesift_core::site::{Borehole, boreholes};
use minesift_core::text::{Lang, Text};
use std::collections::{BTreeMap, BTreeSet};

/// What of a seam a map shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Thickness, m: all intervals of the seam in a hole together.
    Thickness,
    /// Depth of its floor along the hole below the collar, m.
    Depth,
    /// Elevation of its floor, m.
    Floor,
}

impl Quantity {
    fn title(self) -> Text {
        match self {
            Self::Thickness => Text::new("等厚线图（m）", "thickness (m)"),
            Self::Depth => Text::new("底板埋深图（自孔口，m）", "depth of the floor below the collar (m)"),
            Self::Floor => Text::new("底板等高线图（m）", "elevation of the floor (m)"),
        }
    }
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Every fact with a shape.
    All,
    /// One quantity of one seam.
    Seam(String, Quantity),
}

/// Colours that stay apart for colour-blind readers (Okabe and Ito), with darker ones behind.
const COLOURS: [&str; 10] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8930a", "#56b4e9", "#6a1b9a", "#5d3a1a", "#111111", "#93190f"];
/// From low to high, evenly lighter: cividis, which reads the same for all eyes and in grey.
const STEPS: [&str; 9] =
    ["#00224e", "#213b6e", "#4c556c", "#6c6e72", "#8b8779", "#aca179", "#d1ba69", "#efd652", "#fee838"];
const AROUND_MM: f64 = 10.0;
const COLUMN_MM: f64 = 66.0;
/// Labels beyond this many would cover what they name.
const MOST_LABELS: usize = 400;
/// Names longer than this, in letters, are left out.
const LONGEST_NAME: usize = 16;

/// A layer in the making: what the legend says of it.
struct Layer {
    title: String,
    colour: &'static str,
    count: usize,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Point,
    Line,
    Area,
    Mesh,
}

/// Draws `facts`; nothing where none of them has a place in plan.
///
/// ```
/// use minesift_core::fact::{Fact, Position, Shape};
/// use minesift_core::text::Lang;
/// use minesift_papers::fact_map::{Subject, fact_map};
/// let fault = Fact::new("fault", "F1")
///     .with_shape(Shape::Lines(vec![vec![Position::plan(0.0, 0.0), Position::plan(900.0, 400.0)]]));
/// let svg = fact_map(&[fault], &Subject::All, "faults.shp", Lang::En, 200.0).unwrap().finish();
/// assert!(svg.contains(">F1<") && svg.contains("1:5000"));
/// ```
pub fn fact_map(facts: &[Fact], subject: &Subject, name: &str, lang: Lang, longest_mm: f64) -> Option<Svg> {
    let holes = boreholes(facts);
    let values = match subject {
        Subject::Seam(seam, quantity) => values_of(facts, &holes, seam, *quantity),
        Subject::All => Vec::new(),
    };
    let background = match subject {
        Subject::All => facts.iter().find_map(|fact| Some((grid_of(fact)?, fact))),
        Subject::Seam(..) => None,
    };
    let bounds = bounds(facts, subject, &values, background.as_ref().map(|(_, fact)| *fact))?;
    let span = [bounds[2] - bounds[0], bounds[3] - bounds[1]];
    let scale = scale_for(span[0].max(span[1]).max(1.0), longest_mm);
    let width = (span[0] * 1000.0 / scale + 2.0 * AROUND_MM).max(120.0);
    let height = (span[1] * 1000.0 / scale + 2.0 * AROUND_MM).max(110.0);
    let frame = Frame::about(bounds, scale, width, height);
    let paper =
        [2.0 * (EDGE_MM + GRID_MM) + width + COLUMN_MM + 4.0, 2.0 * (EDGE_MM + GRID_MM) + TITLE_MM + height + 22.0];
    let title = match subject {
        Subject::All => Text::new(format!("{name}：实际材料图"), format!("{name}: what is on record")),
        Subject::Seam(seam, quantity) => Text::new(
            format!("{name}：{seam} 煤层{}", quantity.title().zh),
            format!("{name}: seam {seam}, {}", quantity.title().en),
        ),
    };
    let mut svg = Svg::new(paper[0], paper[1], title.get(lang));
    svg.define(&format!(
        "<clipPath id=\"facts-clip\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
        mm(frame.paper[0]),
        mm(frame.paper[1]),
        mm(width),
        mm(height)
    ));
    svg.begin("facts", Some("facts-clip"));
    let mut placer = Placer::new(frame.paper);
    let mut layers = Vec::new();
    let mut bands = None;
    match subject {
        Subject::All => {
            if let Some((surface, _)) = &background {
                bands = draw_surface(&mut svg, &frame, surface, &mut placer);
            }
            layers = draw_shapes(&mut svg, &frame, facts, &holes, lang, &mut placer);
        }
        Subject::Seam(..) => {
            let points: Vec<[f64; 3]> = values.iter().filter_map(|v| v.value.map(|z| [v.at[0], v.at[1], z])).collect();
            bands = draw_surface(&mut svg, &frame, &Surface::through(&points, &[]), &mut placer);
            draw_values(&mut svg, &frame, &values, &mut placer);
        }
    }
    svg.end();
    furnish(&mut svg, &frame, paper, title.get(lang), lang);
    let notes = notes(facts, subject, &values, background.map(|(_, fact)| fact), lang);
    column(&mut svg, [frame.paper[2] + GRID_MM + 4.0, frame.paper[1]], &layers, bands.as_ref(), &notes, lang);
    Some(svg)
}

/// A value at a hole or pick; nothing where the hole did not meet the seam.
struct Measured {
    id: String,
    at: [f64; 2],
    value: Option<f64>,
    times: usize,
}

fn values_of(facts: &[Fact], holes: &[Borehole], seam: &str, quantity: Quantity) -> Vec<Measured> {
    let mut met: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for f in facts.iter().filter(|f| f.kind == "interval" && f.text("seam") == Some(seam)) {
        if let (Some(hole), Some(from), Some(to)) = (f.text("hole"), f.number("from_m"), f.number("to_m")) {
            met.entry(hole).or_default().push((from, to));
        }
    }
    let mut values = Vec::new();
    for hole in holes {
        let of = met.get(hole.id.as_str()).map_or(&[][..], Vec::as_slice);
        let floor = of.iter().map(|(_, to)| *to).fold(None, |low: Option<f64>, to| Some(low.map_or(to, |l| l.max(to))));
        let value = match quantity {
            Quantity::Thickness => (!of.is_empty()).then(|| of.iter().map(|(from, to)| to - from).sum()),
            Quantity::Depth => floor,
            Quantity::Floor => floor.and_then(|depth| hole.at_depth(depth)).map(|p| p[2]),
        };
        values.push(Measured { id: hole.id.clone(), at: hole.collar.xy(), value, times: of.len() });
    }
    for pick in facts.iter().filter(|f| f.kind == "pick" && f.text("seam") == Some(seam)) {
        let Some(Shape::Point(at)) = pick.shape else { continue };
        let value = match quantity {
            Quantity::Thickness => pick.number("thickness_m"),
            Quantity::Depth => None,
            Quantity::Floor => at.z,
        };
        values.push(Measured { id: pick.id.clone(), at: at.xy(), value, times: 1 });
    }
    values
}

fn grid_of(fact: &Fact) -> Option<Surface> {
    if fact.kind != "grid" {
        return None;
    }
    let ([x, y], [dx, dy]) = (fact.numbers("origin"), fact.numbers("step_m")) else { return None };
    let columns = fact.number("columns")? as usize;
    // A picture needs no more than some hundred nodes a side.
    let values = fact.numbers("values_m");
    let rows = values.len() / columns.max(1);
    let every = columns.max(rows).div_ceil(240).max(1);
    let thin: Vec<f64> = (0..rows)
        .step_by(every)
        .flat_map(|row| (0..columns).step_by(every).map(move |column| values[row * columns + column]))
        .collect();
    Some(Surface::grid([*x, *y], [dx * every as f64, dy * every as f64], columns.div_ceil(every), &thin))
}

fn bounds(facts: &[Fact], subject: &Subject, values: &[Measured], grid: Option<&Fact>) -> Option<[f64; 4]> {
    let mut b = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let mut take = |p: [f64; 2]| {
        b = [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])];
    };
    if let Subject::Seam(..) = subject {
        values.iter().for_each(|v| take(v.at));
    } else {
        for fact in facts {
            for_each_corner(fact, &mut |p| take(p.xy()));
        }
        if let Some(grid) = grid
            && let ([x, y], [dx, dy], Some(columns)) =
                (grid.numbers("origin"), grid.numbers("step_m"), grid.number("columns"))
        {
            take([*x, *y]);
            let rows = grid.numbers("values_m").len() as f64 / columns;
            take([x + dx * (columns - 1.0), y + dy * (rows - 1.0)]);
        }
    }
    b.iter().all(|v| v.is_finite()).then_some(b)
}

fn for_each_corner(fact: &Fact, see: &mut impl FnMut(Position)) {
    match &fact.shape {
        Some(Shape::Point(at)) => see(*at),
        Some(Shape::Lines(lines)) => lines.iter().flatten().for_each(|p| see(*p)),
        Some(Shape::Areas(areas)) => {
            areas.iter().flat_map(|polygon| polygon.exterior().0.iter()).for_each(|c| see(Position::plan(c.x, c.y)))
        }
        Some(Shape::Mesh(mesh)) => mesh.vertices.iter().for_each(|v| see(Position::new(v[0], v[1], v[2]))),
        None => {}
    }
}

/// Fills the bands between round values and draws their borders; tells the bands for the legend.
fn draw_surface(svg: &mut Svg, frame: &Frame, surface: &Surface, placer: &mut Placer) -> Option<(f64, f64)> {
    let (low, high) = surface.range()?;
    let g = frame.ground;
    let triangles = surface.triangles_over(g);
    let width = (high - low).max(1e-9) / STEPS.len() as f64;
    for (number, colour) in STEPS.iter().enumerate() {
        let from = low + number as f64 * width;
        let to = if number + 1 == STEPS.len() { high + 1.0 } else { from + width };
        let pieces: Vec<Vec<[f64; 2]>> = triangles
            .iter()
            .filter_map(|corners| {
                let below = keep(corners, |z| to - z);
                let piece = keep(&below, |z| z - from);
                (piece.len() > 2).then(|| piece.iter().map(|p| frame.at([p[0], p[1]])).collect())
            })
            .collect();
        if !pieces.is_empty() {
            // The hair of a border closes the seams between triangles that the renderer would let shine through.
            svg.path(&pieces, true, &Paint::line(colour, 0.08).filled(colour));
        }
    }
    for contour in contours(surface, g) {
        let lines: Vec<Vec<[f64; 2]>> = contour.lines.iter().map(|line| frame.line(line)).collect();
        svg.path(&lines, false, &Paint::line("#fff", 0.45));
        svg.path(&lines, false, &Paint::line("#111", 0.18));
        if let Some(at) = lines.iter().max_by_key(|line| line.len()).and_then(|line| line.get(line.len() / 2)) {
            let words = words::short(contour.z_m);
            let place = crate::labels::about(*at, crate::svg::width_mm(&words, 2.2), 2.4);
            if placer.free([place]).is_some() {
                svg.text([at[0], at[1] + 0.8], &words, &Pen::new(2.2).middle().rimmed());
            }
        }
    }
    Some((low, high))
}

/// The part of a polygon in space where `inside` of its z is not negative.
fn keep(corners: &[[f64; 3]], inside: impl Fn(f64) -> f64) -> Vec<[f64; 3]> {
    let mut kept = Vec::with_capacity(corners.len() + 2);
    for (i, a) in corners.iter().enumerate() {
        let b = corners[(i + 1) % corners.len()];
        let (ia, ib) = (inside(a[2]), inside(b[2]));
        if ia >= 0.0 {
            kept.push(*a);
        }
        if (ia < 0.0) != (ib < 0.0) {
            let t = ia / (ia - ib);
            kept.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])]);
        }
    }
    kept
}

fn draw_values(svg: &mut Svg, frame: &Frame, values: &[Measured], placer: &mut Placer) {
    for v in values {
        let at = frame.at(v.at);
        let paint = Paint::line("#111", 0.25).filled(if v.value.is_some() { "#fff" } else { "none" });
        svg.circle(at, 0.9, &paint);
        placer.take(crate::labels::about(at, 2.2, 2.2));
    }
    for v in values {
        let at = frame.at(v.at);
        let number = v.value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"));
        let words =
            format!("{} {number}{}", v.id, if v.times > 1 { format!(" ({}×)", v.times) } else { String::new() });
        label(svg, at, &words, 2.3, "#111", placer);
    }
}

fn label(svg: &mut Svg, at: [f64; 2], words: &str, size: f64, colour: &str, placer: &mut Placer) {
    let width = crate::svg::width_mm(words, size);
    if let Some((_, b)) = placer.free(round(at, width, size * 1.1, 1.2)) {
        svg.text([b[0], b[3] - size * 0.2], words, &Pen::new(size).colour(colour).rimmed());
    }
}

fn draw_shapes(
    svg: &mut Svg,
    frame: &Frame,
    facts: &[Fact],
    holes: &[Borehole],
    lang: Lang,
    placer: &mut Placer,
) -> Vec<Layer> {
    let by_id: BTreeMap<&str, &Borehole> = holes.iter().map(|hole| (hole.id.as_str(), hole)).collect();
    let mut of_kind: BTreeMap<(usize, Form), Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        let form = match fact.shape {
            Some(Shape::Areas(_)) => Form::Area,
            Some(Shape::Mesh(_)) => Form::Mesh,
            Some(Shape::Lines(_)) => Form::Line,
            Some(Shape::Point(_)) => Form::Point,
            None => continue,
        };
        of_kind
            .entry((kind::kinds().position(|k| k.name == fact.kind).unwrap_or(usize::MAX), form))
            .or_default()
            .push(fact);
    }
    let mut order: Vec<_> = of_kind.into_iter().collect();
    // Areas below lines below points.
    order.sort_by_key(|((place, form), _)| (std::cmp::Reverse(*form), *place));
    let mut layers = Vec::new();
    let mut waiting = Vec::new();
    for (number, ((_, form), facts)) in order.into_iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        for fact in &facts {
            let mut named = None;
            match &fact.shape {
                Some(Shape::Areas(areas)) => {
                    let rings: Vec<Vec<[f64; 2]>> = areas
                        .iter()
                        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()))
                        .map(|ring| ring.0.iter().map(|c| frame.at([c.x, c.y])).collect())
                        .collect();
                    named = rings.first().and_then(|ring: &Vec<[f64; 2]>| ring.first().copied());
                    svg.path(&rings, true, &Paint::line(colour, 0.3).filled(colour).opacity(0.18));
                }
                Some(Shape::Lines(lines)) => {
                    let drawn: Vec<Vec<[f64; 2]>> =
                        lines.iter().map(|line| line.iter().map(|p| frame.at(p.xy())).collect()).collect();
                    named = drawn.first().and_then(|line: &Vec<[f64; 2]>| line.get(line.len() / 2).copied());
                    svg.path(&drawn, false, &Paint::line(colour, 0.35));
                }
                Some(Shape::Mesh(mesh)) => {
                    let faces: Vec<Vec<[f64; 2]>> = mesh
                        .triangles
                        .iter()
                        .map(|t| t.map(|v| mesh.vertices.get(v as usize).copied().unwrap_or_default()))
                        .map(|t| t.map(|v| frame.at([v[0], v[1]])).to_vec())
                        .collect();
                    named = faces.first().map(|face| face[0]);
                    svg.path(&faces, true, &Paint::line(colour, 0.1).filled(colour).opacity(0.06));
                }
                Some(Shape::Point(at)) => {
                    let at = frame.at(at.xy());
                    if let Some(hole) = by_id.get(fact.id.as_str()).filter(|_| fact.kind == "borehole") {
                        let trace: Vec<[f64; 2]> = hole.path.iter().map(|p| frame.at([p[0], p[1]])).collect();
                        if trace.len() > 1 {
                            svg.path(&[trace], false, &Paint::line(colour, 0.25));
                        }
                    }
                    svg.circle(at, 0.7, &Paint::line(colour, 0.2).filled("#fff"));
                    named = Some(at);
                }
                None => {}
            }
            // A key of a database is no name that a map could carry.
            let name = words::name_of(fact);
            waiting.extend(named.filter(|_| name.chars().count() <= LONGEST_NAME).map(|at| (at, name, colour)));
        }
        let title =
            facts.first().and_then(|f| kind::kind(f.kind)).map_or_else(String::new, |k| k.title().get(lang).to_owned());
        layers.push(Layer { title, colour, count: facts.len(), form });
    }
    if waiting.len() <= MOST_LABELS {
        for (at, words, colour) in waiting {
            label(svg, at, &words, 2.0, colour, placer);
        }
    }
    layers
}

fn furnish(svg: &mut Svg, frame: &Frame, paper: [f64; 2], title: &str, lang: Lang) {
    furniture::neat_lines(svg, frame, paper);
    furniture::grid_numbers(svg, frame);
    let [left, top, right, bottom] = frame.paper;
    let size = (6.0 * (right - left) / crate::svg::width_mm(title, 6.0)).min(6.0);
    svg.text([f64::midpoint(left, right), EDGE_MM + 8.2], title, &Pen::new(size).middle().bold());
    let scale = format!("1:{:.0}", frame.scale);
    svg.text([f64::midpoint(left, right), EDGE_MM + 14.8], &scale, &Pen::new(4.2).middle());
    furniture::north(svg, [right - 9.0, top + 8.0], lang);
    furniture::scale_bar(svg, frame, [left, bottom + GRID_MM + 4.0]);
}

fn column(svg: &mut Svg, at: [f64; 2], layers: &[Layer], bands: Option<&(f64, f64)>, notes: &[String], lang: Lang) {
    let [x, mut y] = at;
    svg.text([x, y + 4.0], Text::new("图  例", "Legend").get(lang), &Pen::new(3.6).bold());
    y += 8.0;
    for layer in layers {
        let paint = Paint::line(layer.colour, 0.35);
        match layer.form {
            Form::Point => svg.circle([x + 4.0, y + 1.6], 0.8, &paint.filled("#fff")),
            Form::Line => svg.line([x, y + 1.6], [x + 8.0, y + 1.6], &paint),
            Form::Area | Form::Mesh => svg.rect(x, y, 8.0, 3.4, &paint.filled(layer.colour).opacity(0.18)),
        }
        svg.text([x + 10.0, y + 2.7], &format!("{}  {}", layer.title, layer.count), &Pen::new(2.8));
        y += 5.0;
    }
    if let Some((low, high)) = bands {
        y += 2.0;
        for (number, colour) in STEPS.iter().enumerate().rev() {
            let from = low + (high - low) * number as f64 / STEPS.len() as f64;
            let to = low + (high - low) * (number + 1) as f64 / STEPS.len() as f64;
            svg.rect(x, y, 8.0, 4.0, &Paint::fill(colour));
            svg.text([x + 10.0, y + 3.0], &format!("{from:.2} … {to:.2} m"), &Pen::new(2.6));
            y += 4.0;
        }
        y += 3.0;
    }
    for note in notes {
        for line in crate::svg::wrap(note, 2.5, COLUMN_MM - 6.0) {
            svg.text([x, y + 3.0], &line, &Pen::new(2.5));
            y += 3.5;
        }
        y += 1.5;
    }
}

fn notes(facts: &[Fact], subject: &Subject, values: &[Measured], grid: Option<&Fact>, lang: Lang) -> Vec<String> {
    let mut notes = vec![Text::new("只画出记录，未作任何划分。", "Drawn as recorded; nothing is judged.")];
    let files: BTreeSet<&str> = facts.iter().map(|f| f.source.file.as_str()).filter(|f| !f.is_empty()).collect();
    if (1..=4).contains(&files.len()) {
        let list: Vec<&str> = files.into_iter().collect();
        notes.push(Text::new(format!("来源：{}", list.join("、")), format!("From {}", list.join(", "))));
    } else {
        notes.push(Text::new(format!("来源：{} 个文件", files.len()), format!("From {} files", files.len())));
    }
    if let Some(grid) = grid {
        notes.push(Text::new(format!("底色：网格 {}", grid.id), format!("Coloured: grid {}", grid.id)));
    }
    if let Subject::Seam(_, quantity) = subject {
        let met = values.iter().filter(|v| v.value.is_some()).count();
        notes.push(Text::new(
            format!("{met} 孔见煤，{} 孔未见或未达（空心）。三角网插值，数据范围之外未知。", values.len() - met),
            format!(
                "{met} holes meet the seam, {} do not or end above it (hollow). Linear between holes; unknown outside them.",
                values.len() - met
            ),
        ));
        if values.iter().any(|v| v.times > 1) {
            notes.push(Text::new(
                "(n×)：一孔内同名煤层出现 n 次，厚度相加，深度取最下一层。",
                "(n×): a hole names the seam n times: thicknesses are added, the depth is that of the lowest.",
            ));
        }
        if *quantity != Quantity::Floor && facts.iter().any(|f| f.kind == "borehole" && collar_z(f).is_none()) {
            notes.push(Text::new(
                "孔口标高未给，不推算标高。",
                "Collar elevations are not on record: no elevation is invented.",
            ));
        }
    }
    notes.into_iter().map(|note| note.get(lang).to_owned()).collect()
}

fn collar_z(fact: &Fact) -> Option<f64> {
    match (&fact.shape, fact.attributes.get("surface_m")) {
        (Some(Shape::Point(at)), _) if at.z.is_some() => at.z,
        (_, Some(Value::Number(z))) => Some(*z),
        _ => None,
    }
}
