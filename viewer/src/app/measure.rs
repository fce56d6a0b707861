//! Measuring: always in true metres, whatever the vertical exaggeration.

use super::Viewer;
use minesift_core::text::Lang;

/// Area of a polygon in space, m²: half the length of the sum of its corners' cross products, from the first corner.
pub(super) fn polygon_m2(points: &[[f64; 3]]) -> f64 {
    let Some(first) = points.first() else { return 0.0 };
    let local = |p: &[f64; 3]| glam::DVec3::from_array(*p) - glam::DVec3::from_array(*first);
    points.windows(2).map(|pair| local(&pair[0]).cross(local(&pair[1]))).sum::<glam::DVec3>().length() / 2.0
}

impl Viewer {
    /// The measurement in words: length, level distance, rise, azimuth and dip; from three points on also the area in
    /// plan and in space.
    pub fn measurement(&self) -> Option<String> {
        let (first, last) = (self.measured.first()?, self.measured.last()?);
        if self.measured.len() < 2 {
            return None;
        }
        let step = |a: &[f64; 3], b: &[f64; 3]| [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
        let total: f64 = self
            .measured
            .windows(2)
            .map(|p| step(&p[0], &p[1]))
            .map(|d| (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt())
            .sum();
        let d = step(first, last);
        let plan = d[0].hypot(d[1]);
        let azimuth = d[0].atan2(d[1]).to_degrees().rem_euclid(360.0);
        let dip = (-d[2]).atan2(plan).to_degrees();
        let mut words = match self.lang {
            Lang::Zh => {
                format!("长度 {total:.2} m，平距 {plan:.2} m，高差 {:+.2} m，方位 {azimuth:.1}°，倾角 {dip:.1}°", d[2])
            }
            Lang::En => format!(
                "length {total:.2} m, level {plan:.2} m, rise {:+.2} m, azimuth {azimuth:.1}°, dip {dip:.1}°",
                d[2]
            ),
        };
        if self.measured.len() > 2 {
            let level: Vec<[f64; 3]> = self.measured.iter().map(|p| [p[0], p[1], 0.0]).collect();
            let (flat, true_m2) = (polygon_m2(&level), polygon_m2(&self.measured));
            words += &match self.lang {
                Lang::Zh => format!("，平面积 {flat:.1} m²，斜面积 {true_m2:.1} m²"),
                Lang::En => format!(", area in plan {flat:.1} m², on the slope {true_m2:.1} m²"),
            };
        }
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_on_a_slope_far_from_zero_has_its_true_area() {
        let (e, n) = (38_512_345.0, 4_873_210.0);
        let square = [[e, n, 0.0], [e + 30.0, n, 40.0], [e + 30.0, n + 10.0, 40.0], [e, n + 10.0, 0.0]];
        assert!((polygon_m2(&square) - 500.0).abs() < 1e-6);
    }
}
