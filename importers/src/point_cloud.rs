//! Laser scans, LAS 1.0 to 1.4 and LAZ: thinned to a surface, or to a closed mesh with its volume where the points enclose
//! a space. See `docs/formats/point-cloud.md`.
//!
//! A file is read twice, piece by piece: once for its true extent (headers lie, and a stray point far from all others is
//! none of it), once into cells. Memory follows the cells, not the points.

mod header;
mod solid;
mod terrain;

use crate::crs::Placement;
use crate::mesh::enclosed_m3;
use crate::vector::refuse_many;
use crate::{Choice, Content, ImportError, Importer, Input, Intake, Options};
use las::{PointDataBuilder, Reader};
use minesift_core::fact::{Fact, Mesh, Position, Shape, Source, Value};
use minesift_core::text::Text;
use std::collections::BTreeMap;

pub(crate) const IMPORTER: Importer = Importer {
    name: "point-cloud",
    about: "laser scans LAS 1.0–1.4 and LAZ, thinned to a surface or a closed mesh with its volume / 激光点云",
    extensions: &["las", "laz"],
    recognises: |input| input.head.starts_with(b"LASF"),
    read,
};

/// Points read at a time.
const PIECE: u64 = 100_000;
/// Cells along the longest side: 200 leave a mesh that a viewer carries, and a scan's shape.
const CELLS: f64 = 200.0;
/// No cell is smaller than a scanner's noise, m.
const SMALLEST_CELL_M: f64 = 0.02;

/// The points of one cell: their sum and number.
#[derive(Clone, Copy, Default)]
struct Heap {
    sum: [f64; 3],
    count: f64,
}

impl Heap {
    fn add(&mut self, at: [f64; 3]) {
        for (sum, value) in self.sum.iter_mut().zip(at) {
            *sum += value;
        }
        self.count += 1.0;
    }

    fn mean(self) -> [f64; 3] {
        self.sum.map(|sum| sum / self.count)
    }
}

/// Points by cell of a lattice.
struct Cells {
    origin: [f64; 3],
    size: f64,
    heaps: BTreeMap<[i32; 3], Heap>,
}

impl Cells {
    /// The same points in cells twice as long.
    fn coarser(&self) -> Self {
        let mut heaps: BTreeMap<[i32; 3], Heap> = BTreeMap::new();
        for (key, heap) in &self.heaps {
            let sum = heaps.entry(key.map(|k| k.div_euclid(2))).or_default();
            (0..3).for_each(|axis| sum.sum[axis] += heap.sum[axis]);
            sum.count += heap.count;
        }
        Self { origin: self.origin, size: self.size * 2.0, heaps }
    }
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let refused = |why: Text| ImportError::new(&input.name, why.zh, why.en);
    header::check(&input.head, input.size).map_err(refused)?;
    let source = Source { file: input.name.clone(), place: String::new() };
    let mut reader = open(input)?;
    let said = header::frames(reader.header());
    let stated = reader.header().number_of_points();
    intake.table("");
    for odd in header::odd_records(reader.header()) {
        intake.note(&source, odd);
    }
    let feet = said.vertical_m.unwrap_or(1.0);
    let mut survey = Survey { low: [f64::INFINITY; 3], high: [f64::NEG_INFINITY; 3], ..Survey::default() };
    let broken = each(&mut reader, |at, class| {
        let at = [at[0], at[1], at[2] * feet];
        if matches!(class, 7 | 18) {
            survey.noise += 1;
        } else if at.iter().all(|value| value.is_finite()) {
            survey.good += 1;
            for axis in 0..3 {
                survey.low[axis] = survey.low[axis].min(at[axis]);
                survey.high[axis] = survey.high[axis].max(at[axis]);
            }
            // Every so-maniest point decides where the cloud lies.
            if survey.good.is_multiple_of(survey.every) {
                survey.samples.push(at);
                if survey.samples.len() > 2_000 {
                    survey.every *= 2;
                    survey.samples = survey.samples.iter().step_by(2).copied().collect();
                }
            }
        } else {
            survey.wild += 1;
        }
    });
    let read_points = survey.good + survey.noise + survey.wild;
    if survey.good == 0 {
        let why = broken.unwrap_or_else(|| "0 points".to_owned());
        return Err(refused(Text::new(
            format!("没有可用的点（{why}）"),
            format!("there are no usable points ({why})"),
        )));
    }
    // The header's bounds are those of all points, strays among them or not.
    let written = [survey.low, survey.high];
    let mut fence = Fence::around(&survey.samples);
    let mut strays = Strays::default();
    if written.iter().any(|corner| !fence.holds(*corner)) {
        strays = survey.leave_out(&mut open(input)?, feet, &fence);
    }
    if strays.count == 0 {
        fence = Fence::NONE;
    }
    let mut samples: Vec<[f64; 2]> =
        survey.samples.iter().filter(|at| fence.holds(**at)).map(|at| [at[0], at[1]]).collect();
    samples.extend([[survey.low[0], survey.low[1]], [survey.high[0], survey.high[1]]]);
    let placement = Placement::decide(&input.name, &samples, said.horizontal.as_deref(), options)?;
    placement.report(intake);
    if let Some(name) = said.vertical {
        intake.receipt.vertical_datum =
            Some(Choice { value: name, why: Text::new("文件自带", "the file says so") });
    }
    if (feet - 1.0).abs() > 1e-12 {
        intake.note(
            &source,
            Text::new(
                format!("高程单位为 {feet:.6} m（英尺），已换算为米；平面单位不变"),
                format!("heights are in units of {feet:.6} m (feet): turned into metres; the plane's unit is its own"),
            ),
        );
    }
    let bounds = reader.header().bounds();
    let lies = [
        (bounds.min.x, written[0][0]),
        (bounds.max.x, written[1][0]),
        (bounds.min.y, written[0][1]),
        (bounds.max.y, written[1][1]),
    ]
    .iter()
    .any(|(said, true_)| (said - true_).abs() > 0.01 * (survey.high[0] - survey.low[0]).max(1e-9));
    if lies {
        intake.note(
            &source,
            Text::new(
                "文件头的范围与点的真实范围不符；取点的范围",
                "the header's bounds are not those of its points: the points hold",
            ),
        );
    }
    // The lattice lies in the map's frame, where a cell is as long as it is wide.
    let mut corners = Vec::new();
    for x in [survey.low[0], survey.high[0]] {
        for y in [survey.low[1], survey.high[1]] {
            let mut at = Position::plan(x, y);
            placement.apply(&mut at).map_err(refused)?;
            corners.push(at.xy());
        }
    }
    let edge = |axis: usize, pick: fn(f64, f64) -> f64| corners.iter().map(|c| c[axis]).reduce(pick).unwrap_or(0.0);
    let origin = [edge(0, f64::min), edge(1, f64::min), survey.low[2]];
    let span = [edge(0, f64::max) - origin[0], edge(1, f64::max) - origin[1], survey.high[2] - origin[2]];
    let longest = span.iter().copied().fold(0.0, f64::max);
    // Not finer than the points: about four of them in a cell of a surface.
    let per_area = (span[0] * span[1]).max(1e-9) * 4.0 / survey.good as f64;
    let size = (longest / CELLS).max(SMALLEST_CELL_M).max(per_area.sqrt().min(longest / 8.0));
    let mut cells = Cells { origin, size, heaps: BTreeMap::new() };
    let mut lost = 0_u64;
    let mut reader = open(input)?;
    each(&mut reader, |at, class| {
        if matches!(class, 7 | 18) || !fence.holds([at[0], at[1], at[2] * feet]) {
            return;
        }
        let mut position = Position::new(at[0], at[1], at[2] * feet);
        if placement.apply(&mut position).is_err() {
            lost += 1;
            return;
        }
        let at = [position.x, position.y, at[2] * feet];
        let key = [0, 1, 2].map(|axis| ((at[axis] - cells.origin[axis]) / cells.size).floor() as i32);
        cells.heaps.entry(key).or_default().add(at);
    });
    settle(input, options, &cells, &survey, lost, intake);
    if let Some(tally) = intake.receipt.tables.last_mut() {
        let good = survey.good - lost;
        tally.read += good.saturating_sub(1);
        tally.accepted += good.saturating_sub(1);
    }
    refuse_many(
        intake,
        &source,
        survey.noise,
        &Text::new("分类为噪声（7、18）的点", "points classified as noise (7, 18)"),
    );
    refuse_many(
        intake,
        &source,
        survey.wild,
        &Text::new("坐标不是有限数的点", "points whose coordinates are no finite numbers"),
    );
    let [x, y, z] = strays.first;
    refuse_many(
        intake,
        &source,
        strays.count,
        &Text::new(
            format!("远离其余所有点的孤点（首例 {x:.3} {y:.3} {z:.3}）"),
            format!("stray points, far from all others (first: {x:.3} {y:.3} {z:.3})"),
        ),
    );
    refuse_many(
        intake,
        &source,
        lost,
        &Text::new("无法换算到地图坐标系的点", "points that cannot be brought into the map's frame"),
    );
    if stated > read_points {
        let why = broken.unwrap_or_default();
        refuse_many(
            intake,
            &source,
            stated - read_points,
            &Text::new(
                format!("文件不完整，读不到的点 {why}"),
                format!("the file is cut off before these points {why}"),
            ),
        );
    }
    Ok(())
}

/// What the first reading found.
struct Survey {
    low: [f64; 3],
    high: [f64; 3],
    good: u64,
    noise: u64,
    wild: u64,
    samples: Vec<[f64; 3]>,
    every: u64,
}

/// Points far from all others.
#[derive(Default)]
struct Strays {
    count: u64,
    first: [f64; 3],
}

/// A point is stray that lies farther beyond the middle 98 of 100 points than so many times their span.
const STRAY_SPANS: f64 = 5.0;
/// Metres in a degree of latitude, about.
const METRES_IN_A_DEGREE: f64 = 111_000.0;
/// More of them than one in so many are no strays but a part of the scan.
const STRAY_ONE_IN: u64 = 200;

/// The box outside of which a point is stray.
struct Fence([[f64; 3]; 2]);

impl Fence {
    const NONE: Self = Self([[f64::MIN; 3], [f64::MAX; 3]]);

    /// Around the sampled points. Both axes in plan have the span of the longer one, a height at least that: a drift is
    /// narrow and a floor is flat, and what sticks out of them is no stray.
    fn around(samples: &[[f64; 3]]) -> Self {
        let n = samples.len();
        // Of fewer points nothing tells which is the odd one.
        if n < 100 {
            return Self::NONE;
        }
        let middle = [0, 1, 2].map(|axis| {
            let mut along: Vec<f64> = samples.iter().map(|at| at[axis]).collect();
            along.sort_by(f64::total_cmp);
            [along[n / 100], along[n - 1 - n / 100]]
        });
        let [x, y, z] = middle.map(|[low, high]| high - low);
        let plane = x.max(y);
        let degrees = middle[0].iter().all(|x| x.abs() <= 360.0) && middle[1].iter().all(|y| y.abs() <= 90.0);
        let spans = [plane, plane, z.max(if degrees { plane * METRES_IN_A_DEGREE } else { plane })];
        Self([
            [0, 1, 2].map(|axis| middle[axis][0] - STRAY_SPANS * spans[axis]),
            [0, 1, 2].map(|axis| middle[axis][1] + STRAY_SPANS * spans[axis]),
        ])
    }

    fn holds(&self, at: [f64; 3]) -> bool {
        (0..3).all(|axis| (self.0[0][axis]..=self.0[1][axis]).contains(&at[axis]))
    }
}

impl Survey {
    /// Takes the extent anew from the points within; where too many lie without, they are no strays and all count.
    fn leave_out(&mut self, reader: &mut Reader, feet: f64, fence: &Fence) -> Strays {
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        let mut strays = Strays::default();
        each(reader, |at, class| {
            let at = [at[0], at[1], at[2] * feet];
            if matches!(class, 7 | 18) || at.iter().any(|value| !value.is_finite()) {
                return;
            }
            if fence.holds(at) {
                for axis in 0..3 {
                    low[axis] = low[axis].min(at[axis]);
                    high[axis] = high[axis].max(at[axis]);
                }
            } else {
                strays.count += 1;
                if strays.count == 1 {
                    strays.first = at;
                }
            }
        });
        if strays.count * STRAY_ONE_IN > self.good {
            return Strays::default();
        }
        (self.low, self.high) = (low, high);
        self.good -= strays.count;
        strays
    }
}

impl Default for Survey {
    fn default() -> Self {
        Self { low: [0.0; 3], high: [0.0; 3], good: 0, noise: 0, wild: 0, samples: Vec::new(), every: 1 }
    }
}

fn open(input: &Input) -> Result<Reader, ImportError> {
    let fail = |error: String| {
        ImportError::new(
            &input.name,
            format!("点云无法打开（{error}）；文件可能损坏，请重新导出为 LAS 1.2 或 LAZ"),
            format!("the point cloud cannot be opened ({error}): it may be damaged, export it again as LAS 1.2 or LAZ"),
        )
    };
    match &input.content {
        Content::File(path) => {
            let file = std::fs::File::open(path).map_err(|error| fail(error.to_string()))?;
            Reader::new(std::io::BufReader::new(file)).map_err(|error| fail(error.to_string()))
        }
        Content::Memory(bytes) => {
            Reader::new(std::io::Cursor::new(bytes.clone())).map_err(|error| fail(error.to_string()))
        }
    }
}

/// Every point and its class; what broke, where the file ends too early.
fn each(reader: &mut Reader, mut with: impl FnMut([f64; 3], u8)) -> Option<String> {
    let mut points = PointDataBuilder::new().for_header(reader.header()).build();
    loop {
        match reader.fill_points(PIECE, &mut points) {
            Ok(0) => return None,
            Ok(_) => {
                let places = points.x().zip(points.y()).zip(points.z()).zip(points.classification());
                places.for_each(|(((x, y), z), class)| with([x, y, z], class));
            }
            Err(error) => return Some(error.to_string()),
        }
    }
}

/// The fact of a cloud: one row of the receipt stands for all points that it was made of.
fn settle(input: &Input, options: &Options, cells: &Cells, survey: &Survey, lost: u64, intake: &mut Intake) {
    let source = Source { file: input.name.clone(), place: format!("{} points", survey.good - lost) };
    let stem = input.name.rsplit_once('.').map_or(input.name.as_str(), |(stem, _)| stem);
    // A wall with gaps closes in coarser cells.
    let closed = solid::around(cells).or_else(|| {
        let twice = cells.coarser();
        solid::around(&twice).or_else(|| solid::around(&twice.coarser()))
    });
    let (mesh, closed) = match closed {
        Some(mesh) => (mesh, true),
        None => (terrain::over(cells), false),
    };
    let Mesh { vertices, triangles } = &mesh;
    if triangles.is_empty() {
        intake.refuse(
            &source,
            Text::new("点太少或共线，构不成面", "too few points, or all on one line: they make no surface"),
        );
        return;
    }
    let (points, size) = (survey.good, cells.size);
    let (v, t) = (vertices.len(), triangles.len());
    let volume = enclosed_m3(&mesh);
    let mut fact = Fact::new("surface", stem).with("name_zh", Value::Text(stem.to_owned()));
    if let Some(of) = &options.seam {
        fact = fact.with("of", Value::Text(of.clone()));
    }
    match volume.filter(|_| closed) {
        Some(volume) => {
            fact = fact.with("volume_m3", Value::Number(volume));
            intake.note(&source, Text::new(
                format!("点云围成封闭空间：{points} 点按 {size:.2} m 格抽稀为 {v} 个顶点、{t} 个三角形的封闭网，体积 {volume:.1} m³"),
                format!("the points enclose a space: {points} points thinned by cells of {size:.2} m to a closed mesh of {v} vertices and {t} triangles, volume {volume:.1} m³"),
            ));
        }
        None => intake.note(&source, Text::new(
            format!("点云不封闭，按面读取：{points} 点按 {size:.2} m 格抽稀为 {v} 个顶点、{t} 个三角形；格内取最高层的平均"),
            format!("the points enclose nothing, read as a surface: {points} points thinned by cells of {size:.2} m to {v} vertices and {t} triangles, the mean of the highest layer in each cell"),
        )),
    }
    intake.accept([fact.with_shape(Shape::Mesh(mesh)).from_source(source)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(points: impl Iterator<Item = [f64; 3]>, size: f64) -> Cells {
        let mut cells = Cells { origin: [-20.0; 3], size, heaps: BTreeMap::new() };
        for at in points {
            let key = [0, 1, 2].map(|axis| ((at[axis] + 20.0) / size).floor() as i32);
            cells.heaps.entry(key).or_default().add(at);
        }
        cells
    }

    /// Points on a sphere, evenly (the golden angle).
    fn sphere(radius: f64, count: u32) -> impl Iterator<Item = [f64; 3]> {
        (0..count).map(move |i| {
            let z = 1.0 - (2.0 * f64::from(i) + 1.0) / f64::from(count);
            let (r, turn) = ((1.0 - z * z).sqrt(), f64::from(i) * 2.399_963_229_728_653);
            [radius * r * turn.cos(), radius * r * turn.sin(), radius * z]
        })
    }

    #[test]
    fn a_scanned_sphere_is_a_closed_mesh_of_its_volume() {
        let cells = cells(sphere(10.0, 60_000), 0.5);
        let mesh = solid::around(&cells).expect("it encloses a space");
        let volume = enclosed_m3(&mesh).expect("closed");
        let truth = 4.0 / 3.0 * std::f64::consts::PI * 1000.0;
        assert!((volume / truth - 1.0).abs() < 0.02, "{volume} for {truth}");
    }

    #[test]
    fn half_a_sphere_is_a_surface() {
        let cells = cells(sphere(10.0, 60_000).filter(|p| p[2] > 0.0), 0.5);
        assert!(solid::around(&cells).is_none());
        let mesh = terrain::over(&cells);
        assert!(enclosed_m3(&mesh).is_none() && mesh.triangles.len() > 500);
        let top = mesh.vertices.iter().map(|v| v[2]).fold(f64::MIN, f64::max);
        assert!((top - 10.0).abs() < 0.1, "{top}");
    }
}
