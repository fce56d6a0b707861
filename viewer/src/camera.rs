//! [`Camera`]: where one stands and looks, in the map's metres; the only place that knows the vertical exaggeration.
//!
//! Exaggeration stretches the picture, never the data: a ray leaves this file in true metres.

use crate::scene::Scene;
use crate::scene::pick::Ray;
use glam::{DMat4, DVec3, DVec4};
use std::fmt;
use std::str::FromStr;

/// A view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// What it looks at: easting, northing, elevation, m.
    pub target: [f64; 3],
    /// How far it stands from there, m in the stretched picture.
    pub distance_m: f64,
    /// Which way it looks, degrees clockwise from north.
    pub azimuth_deg: f64,
    /// How far it looks down, degrees: 90 is straight down.
    pub down_deg: f64,
    /// Plan view: north up, no perspective.
    pub plan: bool,
    /// Vertical exaggeration, 1 for none.
    pub stretch: f64,
}

/// Vertical opening angle, degrees.
const OPENING_DEG: f64 = 35.0;

impl Camera {
    /// A view of the whole scene from the south-west, near enough that its box just fits.
    pub fn overview(scene: &Scene) -> Self {
        let target = [0, 1, 2].map(|axis| f64::midpoint(scene.low[axis], scene.high[axis]));
        let mut camera = Self { target, distance_m: 1.0, azimuth_deg: 20.0, down_deg: 38.0, plan: false, stretch: 1.0 };
        let [right, up, back] = camera.axes();
        let tan = (OPENING_DEG / 2.0).to_radians().tan();
        // Panels and legend take of the width: a picture is taken to be little wider than high.
        let fits = (0..8).map(|i: u32| {
            let half =
                |axis: usize| (scene.high[axis] - scene.low[axis]) / 2.0 * if i >> axis & 1 == 0 { -1.0 } else { 1.0 };
            let corner = DVec3::new(half(0), half(1), half(2));
            corner.dot(back) + (corner.dot(right).abs() / (tan * 1.3)).max(corner.dot(up).abs() / tan)
        });
        camera.distance_m = fits.fold(1.0, f64::max) * 1.06;
        camera
    }

    /// The whole scene straight from above, north up.
    pub fn whole_plan(scene: &Scene) -> Self {
        let half = [0, 1].map(|axis| (scene.high[axis] - scene.low[axis]) / 2.0);
        // Pictures are some 1.6 times as wide as high.
        let half_height = half[1].max(half[0] / 1.5) * 1.12;
        let distance_m = (half_height / (OPENING_DEG / 2.0).to_radians().tan()).max(1.0);
        Self { plan: true, distance_m, ..Self::overview(scene) }
    }

    /// The same view, from the side as it was or straight from above: what stood in the middle stays there.
    #[must_use]
    pub fn in_plan(self, plan: bool) -> Self {
        Self { plan, ..self }
    }

    /// A view square onto a section.
    pub fn facing(section: &crate::scene::section::Section, scene: &Scene, stretch: f64) -> Self {
        let normal = section.normal();
        // Between the highest and the lowest of what is cut, or of everything where nothing is.
        let cut =
            section.faces.iter().flat_map(|face| face.triangles.iter().flatten().chain(face.lines.iter().flatten()));
        let (low, high) =
            cut.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), p| (low.min(p[2]), high.max(p[2])));
        let (low, high) = if low < high { (low, high) } else { (scene.low[2], scene.high[2]) };
        let tan = (OPENING_DEG / 2.0).to_radians().tan();
        // The legend takes of the width: a picture is some 1.6 times as wide as high.
        let (wide, tall) = (section.length_m() / 1.6 * 1.3, (high - low) * stretch * 1.35);
        Self {
            target: section.place(section.length_m() / 2.0, f64::midpoint(low, high)),
            distance_m: (wide.max(tall) / 2.0 / tan).max(1.0),
            azimuth_deg: normal[0].atan2(normal[1]).to_degrees().rem_euclid(360.0),
            down_deg: 8.0,
            plan: false,
            stretch,
        }
    }

    /// Unit vectors of the picture: right, up, towards the viewer (stretched space).
    fn axes(&self) -> [DVec3; 3] {
        let (azimuth, down) =
            if self.plan { (0.0, 90.0_f64) } else { (self.azimuth_deg, self.down_deg.clamp(-89.9, 89.9)) };
        let (a, d) = (azimuth.to_radians(), down.to_radians());
        let forward = DVec3::new(a.sin() * d.cos(), a.cos() * d.cos(), -d.sin());
        let right = DVec3::new(a.cos(), -a.sin(), 0.0);
        [right, right.cross(forward), -forward]
    }

    /// Half the height of the picture at the target, m (stretched).
    fn half_height(&self) -> f64 {
        self.distance_m * (OPENING_DEG / 2.0).to_radians().tan()
    }

    /// Metres that one point of the picture covers at the target.
    pub fn metres_per_point(&self, height_points: f64) -> f64 {
        2.0 * self.half_height() / height_points.max(1.0)
    }

    /// Metres that one point of the picture covers at the nearest place of a box.
    pub fn metres_per_point_at(&self, low: [f64; 3], high: [f64; 3], height_points: f64) -> f64 {
        if self.plan {
            return self.metres_per_point(height_points);
        }
        let [_, _, back] = self.axes();
        let eye = self.stretched([0.0; 3], self.target) + back * self.distance_m;
        let (low, high) = (self.stretched([0.0; 3], low), self.stretched([0.0; 3], high));
        let deep = (eye - eye.clamp(low, high)).length().max(self.distance_m * 0.005);
        self.metres_per_point(height_points) * deep / self.distance_m
    }

    /// The matrix from metres relative to `origin` (true, not stretched) to the clip space of the GPU, depth reversed.
    pub fn clip_from_local(&self, origin: [f64; 3], aspect: f64) -> DMat4 {
        let [right, up, back] = self.axes();
        let target = self.stretched(origin, self.target);
        let eye = target + back * self.distance_m;
        let view = DMat4::from_cols(
            DVec4::new(right.x, up.x, back.x, 0.0),
            DVec4::new(right.y, up.y, back.y, 0.0),
            DVec4::new(right.z, up.z, back.z, 0.0),
            DVec4::new(-right.dot(eye), -up.dot(eye), -back.dot(eye), 1.0),
        );
        let projection = if self.plan {
            let h = self.half_height();
            let deep = 1.0e5;
            // Depth 1 at `deep` metres nearer than the target, 0 at as much beyond it: reversed like the other.
            DMat4::from_cols(
                DVec4::new(1.0 / (h * aspect), 0.0, 0.0, 0.0),
                DVec4::new(0.0, 1.0 / h, 0.0, 0.0),
                DVec4::new(0.0, 0.0, 0.5 / deep, 0.0),
                DVec4::new(0.0, 0.0, 0.5 + 0.5 * self.distance_m / deep, 1.0),
            )
        } else {
            // Infinite far end at depth 0, near end at depth 1.
            let f = 1.0 / (OPENING_DEG / 2.0).to_radians().tan();
            let near = (self.distance_m * 0.005).max(0.05);
            DMat4::from_cols(
                DVec4::new(f / aspect, 0.0, 0.0, 0.0),
                DVec4::new(0.0, f, 0.0, 0.0),
                DVec4::new(0.0, 0.0, 0.0, -1.0),
                DVec4::new(0.0, 0.0, near, 0.0),
            )
        };
        projection * view * DMat4::from_scale(DVec3::new(1.0, 1.0, self.stretch))
    }

    fn stretched(&self, origin: [f64; 3], p: [f64; 3]) -> DVec3 {
        DVec3::new(p[0] - origin[0], p[1] - origin[1], (p[2] - origin[2]) * self.stretch)
    }

    /// Where a place appears: x and y from the upper left in units of the picture's width and height; nothing behind
    /// the viewer.
    pub fn project(&self, origin: [f64; 3], aspect: f64, p: [f64; 3]) -> Option<[f64; 2]> {
        self.projector(origin, aspect)(p)
    }

    /// [`Camera::project`] for many places: the matrix is made once.
    pub fn projector(&self, origin: [f64; 3], aspect: f64) -> impl Fn([f64; 3]) -> Option<[f64; 2]> + use<> {
        let matrix = self.clip_from_local(origin, aspect);
        move |p| {
            let clip = matrix * DVec4::new(p[0] - origin[0], p[1] - origin[1], p[2] - origin[2], 1.0);
            (clip.w > 1e-9).then(|| [0.5 + 0.5 * clip.x / clip.w, 0.5 - 0.5 * clip.y / clip.w])
        }
    }

    /// From a place to where one stands, in true metres; straight up in plan.
    pub fn towards_eye(&self, p: [f64; 3]) -> [f64; 3] {
        if self.plan {
            return [0.0, 0.0, 2.0e4];
        }
        let [_, _, back] = self.axes();
        let back = back * self.distance_m;
        let eye = [self.target[0] + back.x, self.target[1] + back.y, self.target[2] + back.z / self.stretch];
        [0, 1, 2].map(|axis| eye[axis] - p[axis])
    }

    /// The ray through a point of the picture (x, y from the upper left, 0 to 1), in true metres.
    pub fn ray(&self, origin: [f64; 3], aspect: f64, at: [f64; 2]) -> Ray {
        let [right, up, back] = self.axes();
        let target = self.stretched(origin, self.target);
        let h = self.half_height();
        let aside = right * ((2.0 * at[0] - 1.0) * h * aspect) + up * ((1.0 - 2.0 * at[1]) * h);
        let eye = target + back * self.distance_m;
        let (from, towards) =
            if self.plan { (target + aside + back * 2.0e4, -back) } else { (eye, (target + aside - eye).normalize()) };
        Ray {
            from: [from.x + origin[0], from.y + origin[1], from.z / self.stretch + origin[2]],
            towards: [towards.x, towards.y, towards.z / self.stretch],
        }
    }

    /// A view on the way to another: a share from 0 to 1, gently at both ends. Between plan and perspective there is no
    /// way: the other is there at once.
    ///
    /// ```
    /// use minesift_viewer::camera::Camera;
    /// let from: Camera = "0,0,0,100,350,30".parse().unwrap();
    /// let to: Camera = "10,0,0,400,10,30".parse().unwrap();
    /// let half = from.between(&to, 0.5);
    /// assert_eq!((half.target[0], half.distance_m, half.azimuth_deg), (5.0, 200.0, 0.0));
    /// ```
    #[must_use]
    pub fn between(&self, to: &Self, share: f64) -> Self {
        if self.plan != to.plan {
            return *to;
        }
        let share = share.clamp(0.0, 1.0);
        let t = share * share * (3.0 - 2.0 * share);
        let mix = |a: f64, b: f64| a + (b - a) * t;
        let turn = (to.azimuth_deg - self.azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
        Self {
            target: [0, 1, 2].map(|axis| mix(self.target[axis], to.target[axis])),
            distance_m: self.distance_m * (to.distance_m / self.distance_m).powf(t),
            azimuth_deg: (self.azimuth_deg + turn * t).rem_euclid(360.0),
            down_deg: mix(self.down_deg, to.down_deg),
            plan: to.plan,
            stretch: mix(self.stretch, to.stretch),
        }
    }

    /// Turns round the target.
    pub fn orbit(&mut self, right_deg: f64, down_deg: f64) {
        self.azimuth_deg = (self.azimuth_deg + right_deg).rem_euclid(360.0);
        self.down_deg = (self.down_deg + down_deg).clamp(-85.0, 89.0);
    }

    /// Moves the target so that the picture follows the hand; points of a picture `height_points` high.
    pub fn pan(&mut self, right_points: f64, down_points: f64, height_points: f64) {
        let m = self.metres_per_point(height_points);
        let [right, up, _] = self.axes();
        let by = right * (-right_points * m) + up * (down_points * m);
        self.target = [self.target[0] + by.x, self.target[1] + by.y, self.target[2] + by.z / self.stretch];
    }

    /// Comes nearer by a factor, keeping `at` where it is in the picture.
    pub fn zoom(&mut self, factor: f64, at: Option<[f64; 3]>) {
        let factor = factor.clamp(0.05, 20.0);
        let to = (self.distance_m * factor).clamp(0.5, 1.0e7);
        let factor = to / self.distance_m;
        if let Some(at) = at {
            for axis in 0..3 {
                self.target[axis] = at[axis] + (self.target[axis] - at[axis]) * factor;
            }
        }
        self.distance_m = to;
    }
}

impl fmt::Display for Camera {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [e, n, z] = self.target;
        write!(
            f,
            "{e:.2},{n:.2},{z:.2},{:.2},{:.2},{:.2},{}",
            self.distance_m, self.azimuth_deg, self.down_deg, self.stretch
        )?;
        if self.plan { write!(f, ",plan") } else { Ok(()) }
    }
}

impl FromStr for Camera {
    type Err = String;

    /// `E,N,Z,distance,azimuth,down[,stretch][,plan]`, as [`Camera`] prints itself: what a bookmark holds.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut words: Vec<&str> = text.split([',', '，']).map(str::trim).collect();
        let plan = words.last() == Some(&"plan");
        if plan {
            words.pop();
        }
        let numbers: Vec<f64> = words
            .iter()
            .map(|word| {
                word.parse::<f64>().ok().filter(|n| n.is_finite()).ok_or_else(|| format!("{word} is no number"))
            })
            .collect::<Result<_, _>>()?;
        match numbers.as_slice() {
            [e, n, z, distance, azimuth, down, rest @ ..] if rest.len() <= 1 && *distance > 0.0 => Ok(Self {
                target: [*e, *n, *z],
                distance_m: *distance,
                azimuth_deg: azimuth.rem_euclid(360.0),
                down_deg: *down,
                plan,
                stretch: rest.first().copied().filter(|s| *s > 0.0).unwrap_or(1.0),
            }),
            _ => Err("E,N,Z,distance,azimuth,down[,stretch][,plan]".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: [f64; 3] = [38_512_345.0, 4_873_210.0, -300.0];

    fn camera(plan: bool, stretch: f64) -> Camera {
        Camera {
            target: [FAR[0] + 12.0, FAR[1] - 7.0, FAR[2] + 5.0],
            distance_m: 800.0,
            azimuth_deg: 33.0,
            down_deg: 41.0,
            plan,
            stretch,
        }
    }

    #[test]
    fn a_ray_through_where_a_place_appears_passes_the_place() {
        for camera in [camera(false, 1.0), camera(true, 1.0), camera(false, 5.0), camera(true, 3.0)] {
            let p = [FAR[0] + 101.25, FAR[1] + 33.5, FAR[2] + 17.125];
            let at = camera.project(FAR, 1.5, p).unwrap();
            let ray = camera.ray(FAR, 1.5, at);
            let (from, towards) = (DVec3::from_array(ray.from), DVec3::from_array(ray.towards));
            let along = (DVec3::from_array(p) - from).dot(towards) / towards.length_squared();
            let miss = (from + towards * along).distance(DVec3::from_array(p));
            assert!(miss < 1e-5, "{camera}: missed by {miss} m");
        }
    }

    #[test]
    fn north_is_up_in_plan_and_east_is_right() {
        let camera = camera(true, 1.0);
        let at = |dx: f64, dy: f64| camera.project(FAR, 1.0, [FAR[0] + dx, FAR[1] + dy, FAR[2]]).unwrap();
        assert!(at(0.0, 50.0)[1] < at(0.0, 0.0)[1]);
        assert!(at(50.0, 0.0)[0] > at(0.0, 0.0)[0]);
    }

    #[test]
    fn a_bookmark_comes_back_as_it_was_and_a_wrong_one_says_how() {
        let camera: Camera = "38512345.25,4873210.5,-300,800,33,41,2.5,plan".parse().unwrap();
        assert_eq!(camera.to_string().parse::<Camera>().unwrap(), camera);
        assert!("1,2,3".parse::<Camera>().unwrap_err().contains("azimuth"));
        assert!("a,2,3,4,5,6".parse::<Camera>().unwrap_err().contains("no number"));
    }

    #[test]
    fn switching_to_plan_keeps_the_place() {
        let mut camera = camera(false, 1.0);
        let before = camera.target;
        camera.plan = true;
        let at = camera.project(FAR, 1.5, before).unwrap();
        assert!((at[0] - 0.5).abs() < 1e-9 && (at[1] - 0.5).abs() < 1e-9);
    }
}
