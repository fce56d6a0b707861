//! Fitting a local grid to known points, by least squares.
//!
//! # References
//! Four parameters (shift, turn, scale) and six (affine) in the plane, as every surveying textbook has them; both are
//! solved about the centroid, so that 8-digit coordinates lose no digits.

use minesift_core::text::Text;

/// What a fit may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Shift, turn and one scale: four parameters, two points at least.
    Similarity,
    /// Each axis its own scale, and shear: six parameters, three points at least.
    Affine,
}

/// A point known in both grids.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// Its name.
    pub name: String,
    /// East and north in the local grid, m.
    pub from: [f64; 2],
    /// East and north in the map's frame, m.
    pub to: [f64; 2],
}

/// Why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// Fewer points than the fit needs.
    #[error("{found} known points, {needed} needed")]
    TooFew {
        /// Points given.
        found: usize,
        /// Points needed.
        needed: usize,
    },
    /// The points lie on one spot, or on one line.
    #[error("the known points lie on one spot or one line")]
    Degenerate,
    /// A coordinate is no number.
    #[error("a coordinate is no finite number")]
    NotANumber,
}

impl FitError {
    /// In both languages.
    pub fn text(self) -> Text {
        let zh = match self {
            Self::TooFew { found, needed } => format!("已知点 {found} 个，至少需要 {needed} 个"),
            Self::Degenerate => "已知点重合或共线".to_owned(),
            Self::NotANumber => "已知点坐标不是有效数字".to_owned(),
        };
        Text::new(zh, self.to_string())
    }
}

/// A fit: `x' = a x + b y + c`, `y' = d x + e y + f`, about a centroid.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// What it may change.
    pub kind: Kind,
    middle: [f64; 2],
    matrix: [f64; 4],
    onto: [f64; 2],
    /// Distance of each known point, after the fit, from where it should be, m, in the order given.
    pub residuals_m: Vec<f64>,
}

impl Fitted {
    /// A local position in the map's frame, m.
    pub fn apply(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let (x, y) = (x - self.middle[0], y - self.middle[1]);
        let [a, b, d, e] = self.matrix;
        [a * x + b * y + self.onto[0], d * x + e * y + self.onto[1]]
    }

    /// Mean scale: one metre of the local grid in metres of the map.
    pub fn scale(&self) -> f64 {
        let [a, b, d, e] = self.matrix;
        (a * e - b * d).abs().sqrt()
    }

    /// Turn from the local grid to the map, degrees anticlockwise.
    pub fn turn_deg(&self) -> f64 {
        let [a, b, d, e] = self.matrix;
        (d - b).atan2(a + e).to_degrees()
    }

    /// Root mean square of the residuals, m.
    pub fn rms_m(&self) -> f64 {
        (self.residuals_m.iter().map(|r| r * r).sum::<f64>() / self.residuals_m.len().max(1) as f64).sqrt()
    }

    /// The fit in words, with the residual of every point.
    pub fn words(&self, known: &[Known]) -> Text {
        let each: Vec<String> =
            known.iter().zip(&self.residuals_m).map(|(known, r)| format!("{} {r:.3} m", known.name)).collect();
        let (scale, turn, rms) = (self.scale(), self.turn_deg(), self.rms_m());
        let spare = known.len() > if self.kind == Kind::Similarity { 2 } else { 3 };
        let (check_zh, check_en) = if spare {
            ("", "")
        } else {
            ("；无多余点，残差不能检核", "; no spare point, so the residuals prove nothing")
        };
        Text::new(
            format!(
                "由 {} 个已知点拟合：尺度 {scale:.6}，旋转 {turn:.5}°，中误差 {rms:.3} m（{}）{check_zh}",
                known.len(),
                each.join("，")
            ),
            format!(
                "fitted to {} known points: scale {scale:.6}, turn {turn:.5}°, rms {rms:.3} m ({}){check_en}",
                known.len(),
                each.join(", ")
            ),
        )
    }
}

/// Fits a local grid to known points.
///
/// # Errors
/// [`FitError`] for too few points, points on one spot (similarity) or one line (affine), or no numbers.
///
/// ```
/// use minesift_importers::crs::fit::{Kind, Known, fit};
/// let known = |name: &str, from, to| Known { name: name.into(), from, to };
/// // A quarter turn anticlockwise and a shift.
/// let fitted = fit(Kind::Similarity, &[known("A", [0.0, 0.0], [100.0, 200.0]), known("B", [10.0, 0.0], [100.0, 210.0])]).unwrap();
/// let [x, y] = fitted.apply([0.0, 10.0]);
/// assert!((x - 90.0).abs() < 1e-9 && (y - 200.0).abs() < 1e-9);
/// ```
pub fn fit(kind: Kind, known: &[Known]) -> Result<Fitted, FitError> {
    let needed = if kind == Kind::Similarity { 2 } else { 3 };
    if known.len() < needed {
        return Err(FitError::TooFew { found: known.len(), needed });
    }
    if known.iter().any(|k| k.from.iter().chain(&k.to).any(|value| !value.is_finite())) {
        return Err(FitError::NotANumber);
    }
    let n = known.len() as f64;
    let mean = |of: &dyn Fn(&Known) -> f64| known.iter().map(of).sum::<f64>() / n;
    let middle = [mean(&|k| k.from[0]), mean(&|k| k.from[1])];
    let onto = [mean(&|k| k.to[0]), mean(&|k| k.to[1])];
    let sum = |of: &dyn Fn([f64; 2], [f64; 2]) -> f64| {
        known
            .iter()
            .map(|k| of([k.from[0] - middle[0], k.from[1] - middle[1]], [k.to[0] - onto[0], k.to[1] - onto[1]]))
            .sum::<f64>()
    };
    let (xx, yy, xy) = (sum(&|p, _| p[0] * p[0]), sum(&|p, _| p[1] * p[1]), sum(&|p, _| p[0] * p[1]));
    let matrix = match kind {
        Kind::Similarity => {
            if xx + yy < 1e-6 {
                return Err(FitError::Degenerate);
            }
            let along = sum(&|p, q| p[0] * q[0] + p[1] * q[1]) / (xx + yy);
            let across = sum(&|p, q| p[0] * q[1] - p[1] * q[0]) / (xx + yy);
            [along, -across, across, along]
        }
        Kind::Affine => {
            let determinant = xx * yy - xy * xy;
            if determinant.abs() < 1e-9 * (xx + yy).powi(2).max(1e-9) {
                return Err(FitError::Degenerate);
            }
            let row = |axis: usize| {
                let (xu, yu) = (sum(&|p, q| p[0] * q[axis]), sum(&|p, q| p[1] * q[axis]));
                [(xu * yy - yu * xy) / determinant, (yu * xx - xu * xy) / determinant]
            };
            let ([a, b], [d, e]) = (row(0), row(1));
            [a, b, d, e]
        }
    };
    let mut fitted = Fitted { kind, middle, matrix, onto, residuals_m: Vec::new() };
    fitted.residuals_m = known
        .iter()
        .map(|k| {
            let [x, y] = fitted.apply(k.from);
            (x - k.to[0]).hypot(y - k.to[1])
        })
        .collect();
    Ok(fitted)
}

/// Known points from CSV text: `name, local east, local north, map east, map north`; a header line is skipped.
///
/// # Errors
/// Words that name the line that is no point.
pub fn read_known(text: &str) -> Result<Vec<Known>, Text> {
    let mut known = Vec::new();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| Text::same(error.to_string()))?;
        let numbers: Option<Vec<f64>> = (1..5).map(|i| record.get(i)?.parse().ok()).collect();
        match numbers.as_deref() {
            Some(&[x, y, east, north]) => known.push(Known {
                name: record.get(0).unwrap_or_default().to_owned(),
                from: [x, y],
                to: [east, north],
            }),
            _ if row == 0 => {}
            _ => {
                return Err(Text::new(
                    format!("第 {} 行不是已知点；每行应为：名称,独立坐标东,独立坐标北,地图东,地图北", row + 1),
                    format!(
                        "row {} is no known point; a row is: name, local east, local north, map east, map north",
                        row + 1
                    ),
                ));
            }
        }
    }
    Ok(known)
}
