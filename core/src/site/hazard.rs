//! [`Hazard`]: what may hurt a mine, with how well it is known.

use super::evidence::{self, Grade, Observation};
use super::seam::Seam;
use super::{attribute_lines, lines_of, outline_of};
use crate::fact::{Fact, Mesh, Problem, Shape, Source};
use crate::outline::Outline;
use crate::text::Text;
use jiff::civil::Date;

/// One hidden hazard or designed pillar.
#[derive(Clone, Debug)]
pub struct Hazard {
    /// Id.
    pub id: String,
    /// Kind, a name of the catalogue.
    pub kind: &'static str,
    /// The seam it lies in, where one was recorded.
    pub seam: Option<String>,
    /// How well it is known: computed from observations where there are any, else as declared, else reported.
    pub grade: Grade,
    /// Positional uncertainty, m.
    pub uncertainty_m: f64,
    /// Ids of observations that contradict it and stay open.
    pub contradictions: Vec<String>,
    /// Where it was read.
    pub source: Source,
    /// Everything recorded about it.
    pub fact: Fact,
    /// Observations that met water: day and id.
    water: Vec<(Option<Date>, String)>,
    outline: Outline,
    lines: Vec<Vec<[f64; 2]>>,
    points: Vec<[f64; 2]>,
}

impl Hazard {
    pub(crate) fn new(fact: &Fact, observations: &[Observation], problems: &mut Vec<Problem>) -> Option<Self> {
        let (mut outline, mut lines, mut points) = (Outline::default(), Vec::new(), Vec::new());
        match &fact.shape {
            Some(Shape::Areas(_)) => outline = outline_of(fact, problems)?,
            Some(shape @ Shape::Lines(_)) => {
                lines = lines_of(shape);
                if let Some(width) = fact.attributes.get("width_m").and_then(|v| match v {
                    crate::fact::Value::Number(width) => Some(*width),
                    _ => None,
                }) {
                    outline = Outline::union(&lines.iter().map(|line| Outline::strip(line, width)).collect::<Vec<_>>());
                }
            }
            Some(Shape::Point(at)) => points.push(at.xy()),
            Some(Shape::Mesh(mesh)) => outline = footprint(mesh),
            None => {
                let walls = if fact.kind == "fault" {
                    [attribute_lines(fact, "hanging_wall"), attribute_lines(fact, "footwall")].concat()
                } else {
                    Vec::new()
                };
                if walls.is_empty() {
                    problems.push(Problem::refused(
                        &fact.source,
                        Text::new(
                            format!("{} {} 没有图形，无法落图", fact.kind, fact.id),
                            format!("{} {} has no shape and cannot be put on the map", fact.kind, fact.id),
                        ),
                    ));
                    return None;
                }
                lines = walls;
            }
        }
        let declared = fact.text("evidence").and_then(Grade::from_name);
        let mut looks: Vec<&Observation> = observations.iter().filter(|o| o.hazard == fact.id).collect();
        looks.sort();
        let (grade, contradictions) = if looks.is_empty() {
            (declared.unwrap_or_default(), Vec::new())
        } else {
            let (computed, open) = evidence::grade(&looks);
            if let Some(declared) = declared
                && declared > computed
            {
                problems.push(Problem::note(
                    &fact.source,
                    Text::new(
                        format!(
                            "{} {} 自报查明程度 {} 高于观测记录所得 {}，按后者采用",
                            fact.kind,
                            fact.id,
                            declared.name(),
                            computed.name()
                        ),
                        format!(
                            "{} {} declares {} but its observations earn {}, which holds",
                            fact.kind,
                            fact.id,
                            declared.name(),
                            computed.name()
                        ),
                    ),
                ));
            }
            (declared.map_or(computed, |declared| declared.min(computed)), open)
        };
        Some(Self {
            id: fact.id.clone(),
            kind: fact.kind,
            seam: fact.text("seam").map(str::to_owned),
            grade,
            uncertainty_m: fact.number("uncertainty_m").unwrap_or(0.0),
            contradictions,
            source: fact.source.clone(),
            fact: fact.clone(),
            water: looks.iter().filter(|o| o.water).map(|o| (o.date, o.id.clone())).collect(),
            outline,
            lines,
            points,
        })
    }

    /// Observations that met water on this day or later, or nobody knows when: an acceptance of its drainage on that day
    /// does not count.
    pub fn water_since(&self, day: Date) -> impl Iterator<Item = &str> {
        self.water.iter().filter(move |(met, _)| met.is_none_or(|met| met >= day)).map(|(_, id)| id.as_str())
    }

    /// A number recorded about it.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.fact.number(key)
    }

    /// Yes or no, where recorded.
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.fact.flag(key)
    }

    /// Words recorded about it.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.fact.text(key)
    }

    /// Its lines in plan, for faults and other lines.
    pub fn lines(&self) -> &[Vec<[f64; 2]>] {
        &self.lines
    }

    /// Its area in plan, without uncertainty; empty for lines without width and for points.
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// Its position, for shafts and other points.
    pub fn point(&self) -> Option<[f64; 2]> {
        self.points.first().copied()
    }

    /// All ground within `distance_m` of it, its own ground and positional uncertainty included.
    pub fn around(&self, distance_m: f64) -> Outline {
        self.around_lines(&self.lines, distance_m)
    }

    /// [`Hazard::around`], with other lines in place of its own: a fault as it cuts another seam.
    pub fn around_lines(&self, lines: &[Vec<[f64; 2]>], distance_m: f64) -> Outline {
        let reach_m = self.uncertainty_m + distance_m;
        let mut parts = vec![self.outline.grown(reach_m)];
        parts.extend(lines.iter().map(|line| Outline::around_line(line, reach_m)));
        let radius_m = self.fact.attributes.get("radius_m").map_or(0.0, |value| match value {
            crate::fact::Value::Number(radius) => *radius,
            _ => 0.0,
        });
        parts.extend(self.points.iter().map(|point| Outline::disc(*point, reach_m + radius_m)));
        Outline::union(&parts)
    }

    /// Distance in m in plan from a point to the hazard as drawn, zero inside.
    pub fn distance_m(&self, x: f64, y: f64) -> f64 {
        let mut nearest = self.outline.distance_m(x, y);
        for line in &self.lines {
            for pair in line.windows(2) {
                nearest = nearest.min(to_segment_m([x, y], pair[0], pair[1]));
            }
        }
        for point in &self.points {
            nearest = nearest.min((point[0] - x).hypot(point[1] - y));
        }
        nearest
    }

    /// `[x_min, y_min, x_max, y_max]` with its uncertainty, or nothing when it has no shape.
    pub fn bounds(&self) -> Option<[f64; 4]> {
        let corners = self.lines.iter().flatten().chain(&self.points).copied();
        let corners =
            corners.chain(self.outline.bounds().into_iter().flat_map(|[x0, y0, x1, y1]| [[x0, y0], [x1, y1]]));
        let mut bounds: Option<[f64; 4]> = None;
        for [x, y] in corners {
            let b = bounds.get_or_insert([x, y, x, y]);
            *b = [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)];
        }
        let u = self.uncertainty_m;
        bounds.map(|[x0, y0, x1, y1]| [x0 - u, y0 - u, x1 + u, y1 + u])
    }

    /// Lowest and highest elevation in m: as recorded, else of its seam, else everything.
    pub fn z_range(&self, seams: &[Seam]) -> (f64, f64) {
        let seam = self.seam.as_ref().and_then(|id| seams.iter().find(|seam| &seam.id == id));
        let of_seam = seam.and_then(Seam::z_range);
        let z = |key| {
            self.fact.attributes.get(key).and_then(|value| match value {
                crate::fact::Value::Number(z) => Some(*z),
                _ => None,
            })
        };
        (
            z("floor_z_m").or(of_seam.map(|range| range.0)).unwrap_or(-12_000.0),
            z("top_z_m").or(of_seam.map(|range| range.1)).unwrap_or(9_000.0),
        )
    }

    /// True when it lies in this seam: it says so, or says nothing about where it lies.
    pub fn on_seam(&self, seam: &Seam) -> bool {
        self.seam.as_ref().is_none_or(|id| *id == seam.id)
    }
}

/// Distance in m from a point to a segment.
pub(crate) fn to_segment_m(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (a[0] + t * dx - p[0]).hypot(a[1] + t * dy - p[1])
}

fn footprint(mesh: &Mesh) -> Outline {
    let corner = |i: u32| mesh.vertices.get(i as usize).map(|v| [v[0], v[1]]);
    let triangles: Vec<Outline> = mesh
        .triangles
        .iter()
        .filter_map(|t| Some(Outline::triangle([corner(t[0])?, corner(t[1])?, corner(t[2])?])))
        .collect();
    Outline::union(&triangles)
}
