//! Where words go on a map: no two on one another, as far as there is room.

/// A box on paper, mm: left, top, right, bottom.
pub type Box4 = [f64; 4];

/// The places already taken.
#[derive(Clone, Debug, Default)]
pub struct Placer {
    frame: Option<Box4>,
    taken: Vec<Box4>,
}

impl Placer {
    /// Words stay inside this frame.
    pub fn new(frame: Box4) -> Self {
        Self { frame: Some(frame), taken: Vec::new() }
    }

    /// Takes a place without asking: symbols that stand where they stand.
    pub fn take(&mut self, place: Box4) {
        self.taken.push(place);
    }

    /// Area in mm² by which a box lies on others, or outside the frame (which counts tenfold).
    pub fn overlap(&self, place: Box4) -> f64 {
        let mut sum: f64 = self.taken.iter().map(|other| common(place, *other)).sum();
        if let Some(frame) = self.frame {
            let whole = (place[2] - place[0]) * (place[3] - place[1]);
            sum += 10.0 * (whole - common(place, frame)).max(0.0);
        }
        sum
    }

    /// Takes the first free of several places; where none is free, nothing.
    pub fn free(&mut self, places: impl IntoIterator<Item = Box4>) -> Option<(usize, Box4)> {
        let found = places.into_iter().enumerate().find(|(_, place)| self.overlap(*place) < 1e-6)?;
        self.taken.push(found.1);
        Some(found)
    }

    /// Takes the least bad of several places: for words that must be there.
    pub fn best(&mut self, places: impl IntoIterator<Item = Box4>) -> Option<(usize, Box4)> {
        let mut best: Option<(f64, usize, Box4)> = None;
        for (number, place) in places.into_iter().enumerate() {
            let overlap = self.overlap(place);
            if best.is_none_or(|(least, _, _)| overlap < least) {
                best = Some((overlap, number, place));
            }
            if overlap < 1e-6 {
                break;
            }
        }
        let (_, number, place) = best?;
        self.taken.push(place);
        Some((number, place))
    }
}

/// Area in mm² common to two boxes.
fn common(a: Box4, b: Box4) -> f64 {
    let width = a[2].min(b[2]) - a[0].max(b[0]);
    let height = a[3].min(b[3]) - a[1].max(b[1]);
    if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
}

/// The box of this size about a centre.
pub fn about(centre: [f64; 2], width: f64, height: f64) -> Box4 {
    [centre[0] - width / 2.0, centre[1] - height / 2.0, centre[0] + width / 2.0, centre[1] + height / 2.0]
}

/// Boxes of this size round a point: right, above, below, left, then the corners, then farther out.
pub fn round(point: [f64; 2], width: f64, height: f64, gap: f64) -> Vec<Box4> {
    let mut places = Vec::with_capacity(16);
    for gap in [gap, gap + 3.0, gap + 8.0, gap + 16.0] {
        let (dx, dy) = (width / 2.0 + gap, height / 2.0 + gap);
        for [x, y] in [[dx, 0.0], [dx, -dy], [dx, dy], [0.0, -dy], [0.0, dy], [-dx, 0.0], [-dx, -dy], [-dx, dy]] {
            places.push(about([point[0] + x, point[1] + y], width, height));
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_label_goes_elsewhere_and_the_ninth_may_find_no_room() {
        let mut placer = Placer::new([0.0, 0.0, 30.0, 10.0]);
        let places = || round([15.0, 5.0], 10.0, 3.0, 1.0);
        let (first, _) = placer.free(places()).unwrap();
        let (second, _) = placer.free(places()).unwrap();
        // Right of the point; then left of it: what lies above and below would touch the first.
        assert_eq!((first, second), (0, 5));
        while placer.free(places()).is_some() {}
        assert!(placer.best(places()).is_some(), "words that must be there find the least bad place");
    }
}
