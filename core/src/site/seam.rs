//! [`Seam`]: a floor surface and a thickness surface, or a level of a metal mine.

use super::surface::{Parts, Surface, where_below};
use super::{Borehole, BurstGrade, Gas, Mine, attribute_lines, lines_of};
use crate::fact::{Fact, Problem, Shape, Source, Value};
use crate::outline::Outline;
use crate::text::Text;

/// Strength of the rock above a seam, 覆岩类型.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overburden {
    /// 坚硬.
    Hard,
    /// 中硬.
    Medium,
    /// 软弱.
    Weak,
    /// 极软弱.
    VeryWeak,
}

/// One seam (煤层) or level (中段).
#[derive(Clone, Debug)]
pub struct Seam {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Place in the sequence, 1 is the uppermost.
    pub order: Option<f64>,
    /// Floor elevation, m.
    pub floor: Surface,
    /// True thickness, m.
    pub thickness: Surface,
    /// Mining height, m, where it is not the thickness.
    pub mining_height_m: Option<f64>,
    /// Dip in degrees, where the floor does not tell.
    pub dip_deg: Option<f64>,
    /// Density of the coal, t/m³.
    pub density_t_m3: Option<f64>,
    /// Tensile strength of the coal Kp, MPa.
    pub coal_tensile_mpa: Option<f64>,
    /// Overburden class.
    pub overburden: Option<Overburden>,
    /// Protective layer Hb, m.
    pub protective_layer_m: f64,
    /// Measured height of the water-conducting fracture zone, m.
    pub fracture_height_m: Option<f64>,
    /// Height of headings, m.
    pub heading_height_m: Option<f64>,
    /// Top-coal caving.
    pub top_coal_caving: bool,
    /// Outburst seam, its own word or the mine's.
    pub outburst: bool,
    /// Rock-burst class, its own or the mine's.
    pub rock_burst: BurstGrade,
    /// A confined aquifer lies below.
    pub floor_aquifer: bool,
    /// Depth to which mining breaks the floor, m.
    pub floor_failure_m: Option<f64>,
    /// Where its roof would lie above the floor of the seam over it: the data contradict each other there, and what
    /// contradicts itself is unknown.
    pub crossed: Outline,
    /// Where it was read.
    pub source: Source,
    /// Everything recorded about it.
    pub fact: Fact,
}

impl Seam {
    pub(crate) fn new(
        fact: &Fact,
        facts: &[Fact],
        boreholes: &[Borehole],
        mine: &Mine,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let of_seam = |f: &&Fact| f.text("seam") == Some(&fact.id);
        let faults: Vec<Vec<[f64; 2]>> = facts
            .iter()
            .filter(|f| f.kind == "fault" && f.number("throw_m").is_none_or(|throw| throw > 0.0))
            .filter(|f| f.text("seam").is_none_or(|seam| seam == fact.id))
            .flat_map(|f| {
                let mut lines = f.shape.as_ref().map(lines_of).unwrap_or_default();
                lines.extend(attribute_lines(f, "hanging_wall"));
                lines.extend(attribute_lines(f, "footwall"));
                lines
            })
            .collect();
        let grid = |which: &str| {
            facts.iter().filter(|f| f.kind == "grid").filter(of_seam).find(|f| f.text("surface") == Some(which)).map(
                |f| {
                    let (origin, step) = (f.numbers("origin"), f.numbers("step_m"));
                    match (origin, step, f.number("columns")) {
                        ([x, y], [dx, dy], Some(columns)) => {
                            Surface::grid([*x, *y], [*dx, *dy], columns as usize, f.numbers("values_m"))
                        }
                        _ => Surface::Unknown,
                    }
                },
            )
        };
        let (mut floor_points, mut thickness_points) = (Vec::new(), Vec::new());
        for pick in facts.iter().filter(|f| f.kind == "pick").filter(of_seam) {
            if let Some(Shape::Point(at)) = pick.shape {
                floor_points.extend(at.z.map(|z| [at.x, at.y, z]));
                thickness_points.extend(pick.number("thickness_m").map(|t| [at.x, at.y, t]));
            }
        }
        for contour in facts.iter().filter(|f| f.kind == "contour").filter(of_seam) {
            let (Some(Shape::Lines(lines)), Some(value)) = (&contour.shape, contour.number("value_m")) else {
                continue;
            };
            let points = lines.iter().flatten().map(|p| [p.x, p.y, value]);
            match contour.text("surface") {
                Some("thickness") => thickness_points.extend(points),
                Some("floor") => floor_points.extend(points),
                _ => {}
            }
        }
        for interval in facts.iter().filter(|f| f.kind == "interval").filter(of_seam) {
            let hole = interval.text("hole").and_then(|id| boreholes.iter().find(|hole| hole.id == id));
            let (Some(hole), Some(from), Some(to)) = (hole, interval.number("from_m"), interval.number("to_m")) else {
                continue;
            };
            if let (Some(top), Some(bottom)) = (along(&hole.path, from), along(&hole.path, to)) {
                floor_points.push(bottom);
                thickness_points.push([bottom[0], bottom[1], (top[2] - bottom[2]).max(0.0)]);
            } else {
                thickness_points.push([hole.collar.x, hole.collar.y, to - from]);
            }
        }
        let floor = grid("floor")
            .or_else(|| match fact.get("floor_plane") {
                Some(Value::Plane(plane)) => Some(Surface::plane(*plane)),
                _ => None,
            })
            .or_else(|| fact.number("floor_m").map(Surface::Flat))
            .unwrap_or_else(|| Surface::through(&floor_points, &faults));
        let thickness = grid("thickness")
            .or_else(|| fact.number("thickness_m").map(Surface::Flat))
            .unwrap_or_else(|| Surface::through(&thickness_points, &[]));
        if matches!(floor, Surface::Unknown) {
            problems.push(Problem::note(
                &fact.source,
                Text::new(
                    format!("煤层 {} 没有底板数据（floor_m、floor_plane、网格、见煤点均无），全部按未知处理", fact.id),
                    format!(
                        "seam {} has no floor data (no floor_m, floor_plane, grid or picks): all of it is unknown",
                        fact.id
                    ),
                ),
            ));
        }
        Self {
            id: fact.id.clone(),
            name: Text::new(
                fact.text("name_zh").map_or_else(|| format!("{}煤", fact.id), str::to_owned),
                format!("seam {}", fact.id),
            ),
            order: fact.number("order"),
            floor,
            thickness,
            mining_height_m: fact.number("mining_height_m"),
            dip_deg: fact.number("dip_deg"),
            density_t_m3: fact.number("density_t_m3"),
            coal_tensile_mpa: fact.number("coal_tensile_mpa"),
            overburden: match fact.text("overburden_class") {
                Some("hard") => Some(Overburden::Hard),
                Some("medium") => Some(Overburden::Medium),
                Some("weak") => Some(Overburden::Weak),
                Some("very-weak") => Some(Overburden::VeryWeak),
                _ => None,
            },
            protective_layer_m: fact.number("protective_layer_m").unwrap_or(0.0),
            fracture_height_m: fact.number("fracture_height_m"),
            heading_height_m: fact.number("heading_height_m"),
            top_coal_caving: fact.text("method") == Some("top-coal-caving"),
            outburst: fact.flag("outburst").unwrap_or(mine.gas == Gas::Outburst),
            rock_burst: fact.text("rock_burst").and_then(BurstGrade::from_name).unwrap_or(mine.rock_burst),
            floor_aquifer: fact.flag("floor_aquifer").unwrap_or(false),
            floor_failure_m: fact.number("floor_failure_m"),
            crossed: Outline::default(),
            source: fact.source.clone(),
            fact: fact.clone(),
        }
    }

    /// Floor elevation at a point, m.
    pub fn floor_at(&self, x: f64, y: f64) -> Option<f64> {
        self.floor.at(x, y)
    }

    /// Thickness at a point, m, never negative.
    pub fn thickness_at(&self, x: f64, y: f64) -> Option<f64> {
        self.thickness.at(x, y).map(|t| t.max(0.0))
    }

    /// Roof elevation at a point, m: the thickness is true, so its rise is steeper on a dipping floor.
    pub fn roof_at(&self, x: f64, y: f64) -> Option<f64> {
        Some(self.floor_at(x, y)? + self.thickness_at(x, y)? / self.cos_dip_at(x, y))
    }

    /// Cosine of the dip at a point; 1 where it is unknown.
    pub fn cos_dip_at(&self, x: f64, y: f64) -> f64 {
        match (self.floor.slope_at(x, y), self.dip_deg) {
            (Some([gx, gy]), _) if gx != 0.0 || gy != 0.0 => 1.0 / (1.0 + gx * gx + gy * gy).sqrt(),
            (_, Some(dip)) => dip.to_radians().cos().max(0.01),
            _ => 1.0,
        }
    }

    /// Mining height at a point, m: as stated, else the thickness.
    pub fn mining_height_at(&self, x: f64, y: f64) -> Option<f64> {
        self.mining_height_m.or_else(|| self.thickness_at(x, y))
    }

    /// Largest mining height over an outline, m.
    pub fn mining_height_over(&self, outline: &Outline) -> Option<f64> {
        if let Some(height) = self.mining_height_m {
            return Some(height);
        }
        if let Surface::Flat(t) = self.thickness {
            return Some(t.max(0.0));
        }
        let corners = outline.to_geo();
        let values = corners.iter().flat_map(|p| p.exterior().0.iter()).filter_map(|c| self.thickness_at(c.x, c.y));
        let over = values.fold(f64::NEG_INFINITY, f64::max);
        let over = outline.label_point().and_then(|[x, y]| self.thickness_at(x, y)).map_or(over, |t| over.max(t));
        if over.is_finite() { Some(over) } else { self.thickness.range().map(|range| range.1.max(0.0)) }
    }

    /// Lowest floor and highest roof anywhere, m, where they are known.
    pub fn z_range(&self) -> Option<(f64, f64)> {
        let (low, high) = self.floor.range()?;
        Some((low, high + self.thickness.range().map_or(0.0, |range| range.1.max(0.0))))
    }

    /// Steepest dip over an outline, degrees.
    pub fn dip_over(&self, outline: &Outline) -> Option<f64> {
        let dip = |[gx, gy]: [f64; 2]| gx.hypot(gy).atan().to_degrees();
        let steepest = match &self.floor {
            // The same everywhere: no point needs to be looked for.
            Surface::Flat(_) | Surface::Plane { .. } => {
                outline.bounds().and_then(|[x, y, ..]| self.floor.slope_at(x, y)).map(dip)
            }
            _ => {
                let corners = outline.to_geo();
                let points = corners.iter().flat_map(|p| p.exterior().0.iter()).map(|c| [c.x, c.y]);
                points
                    .chain(outline.label_point())
                    .filter_map(|[x, y]| self.floor.slope_at(x, y))
                    .map(dip)
                    .fold(None, |most: Option<f64>, dip| Some(most.map_or(dip, |m| m.max(dip))))
            }
        };
        match (steepest, self.dip_deg) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        }
    }

    /// The part of `outline` where the floor lies inside `z_m`, and the part where the floor is unknown.
    pub fn floor_between(&self, outline: &Outline, z_m: [f64; 2]) -> Parts {
        let linear = self.floor.linear();
        // Floor below the lowest licensed level, floor above the highest: both are cut off.
        let too_low = where_below(outline, linear.map(|[a, b, c]| [a, b, c - z_m[0]]), |x, y| {
            Some(self.floor_at(x, y)? - z_m[0])
        });
        let too_high = where_below(outline, linear.map(|[a, b, c]| [-a, -b, z_m[1] - c]), |x, y| {
            Some(z_m[1] - self.floor_at(x, y)?)
        });
        // A floor exactly at the limit is licensed: the half-planes are closed, so take back what only touches.
        let flat_at_limit = linear.is_some_and(|[a, b, c]| a == 0.0 && b == 0.0 && (c == z_m[0] || c == z_m[1]));
        if flat_at_limit {
            return Parts { below: outline.clone(), unknown: Outline::default() };
        }
        let unknown = Outline::union([&too_low.unknown, &too_high.unknown]);
        let known = outline.minus(&unknown);
        Parts { below: known.minus(&too_low.below).minus(&too_high.below), unknown }
    }

    /// Tonnes under a square metre, where that is the same everywhere.
    pub(crate) fn tonnes_per_m2(&self) -> Option<f64> {
        let density = self.density_t_m3?;
        let flat = matches!(self.floor, Surface::Flat(_) | Surface::Plane { .. } | Surface::Unknown);
        let height = match (self.mining_height_m, &self.thickness) {
            (Some(height), _) => height,
            (None, Surface::Flat(thickness)) => thickness.max(0.0),
            _ => return None,
        };
        flat.then(|| height * density / self.cos_dip_at(0.0, 0.0))
    }

    /// Tonnes under an outline: area / cos dip × mining height × density; nothing where a number is missing.
    ///
    /// *Source:* 地质块段法, Q = S/cos α · M · D.
    pub fn tonnes(&self, outline: &Outline) -> Option<f64> {
        let density = self.density_t_m3?;
        if outline.is_empty() {
            return Some(0.0);
        }
        if let Some(per_m2) = self.tonnes_per_m2() {
            return Some(outline.area_m2() * per_m2);
        }
        let mut sum = 0.0;
        for part in outline.parts() {
            let [x, y] = part.label_point()?;
            sum += part.area_m2() / self.cos_dip_at(x, y) * self.mining_height_at(x, y)? * density;
        }
        Some(sum)
    }
}

/// Sorts seams from the uppermost down, by their stated order, else by floor; finds where two cross.
pub(crate) fn order(seams: &mut [Seam], licence: &Outline, problems: &mut Vec<Problem>) {
    let height = |seam: &Seam| match &seam.floor {
        Surface::Plane { at, .. } => at[2],
        floor => floor.range().map_or(f64::NEG_INFINITY, |(low, high)| f64::midpoint(low, high)),
    };
    seams.sort_by(|a, b| match (a.order, b.order) {
        (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.id.cmp(&b.id)),
        _ => height(b).total_cmp(&height(a)).then_with(|| a.id.cmp(&b.id)),
    });
    for i in 1..seams.len() {
        let (upper, lower) = seams.split_at_mut(i);
        let (above, below) = (&upper[i - 1], &mut lower[0]);
        // Interburden along the vertical; unknown where either seam is, which is no crossing.
        let gap = |x: f64, y: f64| Some(above.floor_at(x, y)? - below.roof_at(x, y)? + 1e-6);
        let linear = above.floor.linear().zip(below.floor.linear()).and_then(|(a, b)| match below.thickness {
            Surface::Flat(t) => Some([a[0] - b[0], a[1] - b[1], a[2] - b[2] - t / below.cos_dip_at(0.0, 0.0) + 1e-6]),
            _ => None,
        });
        let crossed = where_below(licence, linear, gap).below;
        if let Some([x, y]) = crossed.label_point() {
            problems.push(Problem::note(
                &below.source,
                Text::new(
                    format!(
                        "煤层 {} 与 {} 在 ({x:.1}, {y:.1}) 附近相交（{:.0} m²），该处按未知处理；请核对见煤点",
                        above.id,
                        below.id,
                        crossed.area_m2()
                    ),
                    format!(
                        "seams {} and {} cross near ({x:.1}, {y:.1}) ({:.0} m2): unknown there; check their picks",
                        above.id,
                        below.id,
                        crossed.area_m2()
                    ),
                ),
            ));
        }
        below.crossed = crossed;
    }
}

/// The point on a desurveyed path at a depth along the hole.
pub(super) fn along(path: &[[f64; 3]], depth_m: f64) -> Option<[f64; 3]> {
    let mut travelled = 0.0;
    for pair in path.windows(2) {
        let length =
            ((pair[1][0] - pair[0][0]).powi(2) + (pair[1][1] - pair[0][1]).powi(2) + (pair[1][2] - pair[0][2]).powi(2))
                .sqrt();
        if travelled + length >= depth_m - 1e-6 && length > 0.0 {
            let t = (depth_m - travelled) / length;
            return Some([0, 1, 2].map(|axis| pair[0][axis] + t * (pair[1][axis] - pair[0][axis])));
        }
        travelled += length;
    }
    None
}
