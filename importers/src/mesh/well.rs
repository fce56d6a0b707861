//! GOCAD wells: a hole, where it begins and how it runs. Curves lie in a second, binary file and are counted only.

use super::AxisUnits;
use crate::crs::Placement;
use crate::{Options, values};
use minesift_core::fact::{Fact, Position, Shape, Value};
use minesift_core::text::Text;

/// Bad lines named one by one in a well.
const MOST_NAMED: usize = 5;

/// A well, as its lines come.
pub(super) struct Well {
    /// Where it stands in the file.
    pub(super) place: String,
    name: String,
    /// The point that the path is written from (WREF).
    reference: Option<[f64; 3]>,
    /// How far depth begins above it (KB).
    kelly: Option<f64>,
    /// Depth along the hole, angle from straight down, azimuth.
    stations: Vec<[f64; 3]>,
    /// Depth along the hole, elevation, shift east, shift north.
    path: Vec<[f64; 4]>,
    curves: u64,
    markers: u64,
    down: bool,
    pub(super) units: AxisUnits,
    /// Metres in a unit of depth along the hole, where the file says so.
    along: Option<f64>,
    bad: u64,
    named: Vec<String>,
}

impl Well {
    pub(super) fn new(line: usize) -> Self {
        Self {
            place: format!("WELL at line {line}"),
            name: String::new(),
            reference: None,
            kelly: None,
            stations: Vec::new(),
            path: Vec::new(),
            curves: 0,
            markers: 0,
            down: false,
            units: AxisUnits::default(),
            along: None,
            bad: 0,
            named: Vec::new(),
        }
    }

    pub(super) fn line(&mut self, word: &str, rest: &[&str], line: &str, number: usize) {
        let numbers: Option<Vec<f64>> =
            rest.iter().take(4).map(|w| w.parse::<f64>().ok().filter(|value| value.is_finite())).collect();
        let good = match (word, numbers.as_deref()) {
            ("WREF", Some(&[x, y, z, ..])) => {
                self.reference = Some([x, y, z]);
                true
            }
            ("KB", Some(&[above, ..])) => {
                self.kelly = Some(above);
                true
            }
            ("STATION", Some(&[depth, inclination, azimuth, ..])) => {
                self.stations.push([depth, inclination, azimuth]);
                true
            }
            ("PATH", Some(&[depth, z, dx, dy])) => {
                self.path.push([depth, z, dx, dy]);
                true
            }
            ("WREF" | "STATION" | "PATH", _) => false,
            ("WELL_CURVE", _) => {
                self.curves += 1;
                true
            }
            ("MRKR" | "ZONE", _) => {
                self.markers += 1;
                true
            }
            ("ZPOSITIVE", _) => {
                self.down = rest.first().is_some_and(|w| w.eq_ignore_ascii_case("depth"));
                true
            }
            ("PATH_ZM_UNIT", _) => {
                let unit = rest.first().map(|w| w.trim_matches('"'));
                self.along = unit.and_then(|unit| values::factor(unit, "m"));
                true
            }
            ("AXIS_UNIT", _) => {
                self.units = AxisUnits::of_line(&line[line.find(word).unwrap_or(0) + word.len()..]);
                true
            }
            _ => {
                if let Some(name) = super::name_in(line).filter(|_| self.name.is_empty()) {
                    self.name = name.trim().trim_matches('"').to_owned();
                }
                true
            }
        };
        if !good {
            self.bad += 1;
            if self.named.len() < MOST_NAMED {
                self.named.push(format!("{number} ({})", line.chars().take(40).collect::<String>().trim()));
            }
        }
    }

    /// Its collar in plan, in metres, to decide where the file lies.
    pub(super) fn sample(&self, options: &Options) -> Option<[f64; 2]> {
        self.collar(self.units.metres(options)).map(|([x, y, _], _)| [x, y])
    }

    /// Where depth along the hole is zero, in metres as the file's axes run, and what it was taken from: the path knows it,
    /// the reference point lies below it by the height of the kelly bushing.
    fn collar(&self, metres: [f64; 3]) -> Option<([f64; 3], Option<Text>)> {
        let [x, y, z] = self.reference?;
        let up = if self.down { -1.0 } else { 1.0 };
        let (at, from) =
            match (self.path.iter().find(|point| point[0] == 0.0), self.kelly.filter(|above| *above != 0.0)) {
                (Some([_, top, dx, dy]), _) if [*dx, *dy, *top] != [0.0, 0.0, z] => (
                    [x + dx, y + dy, *top],
                    Some(Text::new(
                        "井口取自 PATH 的起点（深度 0），不是 WREF",
                        "the collar is where PATH begins (depth 0), not WREF",
                    )),
                ),
                (None, Some(above)) => (
                    [x, y, z + up * above],
                    Some(Text::new(
                        format!("井口标高为 WREF 加补心高（KB {above}）"),
                        format!("the collar lies above WREF by the kelly bushing (KB {above})"),
                    )),
                ),
                _ => ([x, y, z], None),
            };
        Some(([at[0] * metres[0], at[1] * metres[1], at[2] * metres[2]], from))
    }

    /// The hole and its survey stations; what was said on the way.
    pub(super) fn facts(
        self,
        placement: &Placement,
        options: &Options,
        ended: bool,
    ) -> Result<(Vec<Fact>, Vec<Text>), Text> {
        let metres = self.units.metres(options);
        let Some(([x, y, z], from)) = self.collar(metres) else {
            return Err(Text::new("没有井口坐标（WREF）", "the well has no WREF, its place is not known"));
        };
        let along = self.along.unwrap_or(metres[2]);
        let mut problems: Vec<Text> = from.into_iter().chain(self.units.turned(options)).collect();
        let mut at = Position::new(x, y, if self.down { -z } else { z });
        placement.apply(&mut at)?;
        let mut stations: Vec<[f64; 3]> = self.stations.iter().map(|[d, i, a]| [d * along, *i, *a]).collect();
        if stations.is_empty() {
            stations = self.path.windows(2).filter_map(|pair| self.leg(pair[0], pair[1], along, metres)).collect();
            if !stations.is_empty() {
                problems.push(Text::new("测斜由 PATH 各点推出", "the survey was worked out from the points of PATH"));
            }
        }
        let mut hole = Fact::new("borehole", self.name.clone()).with_shape(Shape::Point(at));
        let ends = self.path.iter().map(|p| p[0] * along).chain(stations.iter().map(|s| s[0])).reduce(f64::max);
        if let Some(end) = ends {
            hole = hole.with("depth_m", Value::Number(end));
        }
        let mut facts = vec![hole];
        for [depth, inclination, azimuth] in stations {
            if depth < 0.0 || !(0.0..=180.0).contains(&inclination) {
                problems.push(Text::new(
                    format!("测斜点 {depth} m 的天顶角 {inclination}° 不可能，未采用"),
                    format!("the station at {depth} m has an impossible inclination of {inclination}°: left out"),
                ));
                continue;
            }
            facts.push(
                Fact::new("station", format!("{}@{depth}", self.name))
                    .with("hole", Value::Text(self.name.clone()))
                    .with("depth_m", Value::Number(depth))
                    .with("inclination_deg", Value::Number(inclination))
                    .with("azimuth_deg", Value::Number(azimuth.rem_euclid(360.0))),
            );
        }
        if self.bad > 0 {
            let named = self.named.join(", ");
            problems.push(Text::new(
                format!("{} 行无法读取，未采用：行 {named}", self.bad),
                format!("{} lines could not be read and were left out: line {named}", self.bad),
            ));
        }
        if self.curves > 0 {
            problems.push(Text::new(
                format!("{} 条曲线存于另一二进制文件，未读取；请导出为 LAS 测井文件", self.curves),
                format!(
                    "{} curves lie in a second, binary file and were not read: export them as LAS logs",
                    self.curves
                ),
            ));
        }
        if self.markers > 0 {
            problems.push(Text::new(
                format!("{} 个标志层未采用；请用分层表导入", self.markers),
                format!("{} markers were not taken: bring them as a table of layers", self.markers),
            ));
        }
        if self.down {
            problems.push(Text::new(
                "Z 为深度（ZPOSITIVE Depth），已变号为标高",
                "Z is depth (ZPOSITIVE Depth): its sign was turned to elevation",
            ));
        }
        if !ended {
            problems.push(Text::new("没有 END，文件可能不完整", "there is no END: the file may be cut off"));
        }
        Ok((facts, problems))
    }

    /// The direction of the leg between two points of the path, as a station at its upper end.
    fn leg(&self, a: [f64; 4], b: [f64; 4], along: f64, metres: [f64; 3]) -> Option<[f64; 3]> {
        let sign = if self.down { -1.0 } else { 1.0 };
        let (dx, dy) = ((b[2] - a[2]) * metres[0], (b[3] - a[3]) * metres[1]);
        let dz = sign * (b[1] - a[1]) * metres[2];
        let flat = dx.hypot(dy);
        (flat.hypot(dz) > 1e-9).then(|| [a[0] * along, flat.atan2(-dz).to_degrees(), dx.atan2(dy).to_degrees()])
    }
}
