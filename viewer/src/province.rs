//! [`Province`]: many mines, each drawn from far, the one that is near in full.

use crate::camera::Camera;
use crate::scene::Scene;
use crate::scene::far::FarMine;
use minesift_core::site::Site;

/// Brings a mine in full.
pub type Fetch = Box<dyn FnMut(usize) -> Result<Site, String>>;

/// Many mines.
pub struct Province {
    mines: Vec<FarMine>,
    fetch: Fetch,
    near: usize,
    refused: Option<usize>,
}

impl Province {
    /// A province of mines drawn from far; `fetch` brings the mine of a number in full.
    pub fn new(mines: Vec<FarMine>, fetch: Fetch) -> Self {
        Self { mines, fetch, near: 0, refused: None }
    }

    /// The mine in the middle, in full: what is near before anybody moved.
    pub(crate) fn start(&mut self) -> Result<Site, String> {
        let middle = |axis: usize| {
            self.mines.iter().map(|m| f64::midpoint(m.bounds[axis], m.bounds[axis + 2])).sum::<f64>()
                / self.mines.len().max(1) as f64
        };
        let (x, y) = (middle(0), middle(1));
        let next = self.nearest(x, y).ok_or("no mine could be read")?;
        self.enter(next)
    }

    /// The mine that one stands near, where it is another than the one that is drawn in full.
    pub(crate) fn near(&self, camera: &Camera) -> Option<usize> {
        let next = self.nearest(camera.target[0], camera.target[1])?;
        let [x0, y0, x1, y1] = self.mines[next].bounds;
        let close = camera.distance_m < 4.0 * (x1 - x0).hypot(y1 - y0);
        (close && next != self.near && self.refused != Some(next)).then_some(next)
    }

    /// The mine of a number in full, which is then the near one.
    pub(crate) fn enter(&mut self, next: usize) -> Result<Site, String> {
        let site = (self.fetch)(next).inspect_err(|_| self.refused = Some(next))?;
        self.near = next;
        Ok(site)
    }

    /// Adds every mine but the near one to a scene.
    pub(crate) fn draw(&self, scene: &mut Scene) {
        let others = self.mines.iter().enumerate().filter(|(number, _)| *number != self.near);
        scene.join_all(others.map(|(_, mine)| mine.scene.clone()));
    }

    /// How many mines there are.
    pub fn len(&self) -> usize {
        self.mines.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.mines.is_empty()
    }

    fn nearest(&self, x: f64, y: f64) -> Option<usize> {
        let away = |[x0, y0, x1, y1]: [f64; 4]| {
            let d = [(x0 - x).max(x - x1).max(0.0), (y0 - y).max(y - y1).max(0.0)];
            // Inside several boxes the nearest middle decides.
            let m = [f64::midpoint(x0, x1) - x, f64::midpoint(y0, y1) - y];
            d[0].hypot(d[1]) * 1000.0 + m[0].hypot(m[1])
        };
        let by = |a: &(usize, f64), b: &(usize, f64)| a.1.total_cmp(&b.1);
        self.mines.iter().map(|mine| away(mine.bounds)).enumerate().min_by(by).map(|(number, _)| number)
    }
}
