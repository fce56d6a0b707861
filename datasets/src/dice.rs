//! [`Dice`]: chance that is the same everywhere and always.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A stream of numbers that depends on a seed and a place, and on nothing else.
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    /// The stream of one place, such as a mine or a border, under one seed.
    pub(crate) fn new(seed: u64, place: &[u64]) -> Self {
        // SplitMix64 over the parts, so that neighbouring places have nothing in common.
        let mixed =
            place.iter().fold(mix(seed), |state, part| mix(state ^ mix(part.wrapping_add(0x9e37_79b9_7f4a_7c15))));
        Self(Pcg64Mcg::seed_from_u64(mixed))
    }

    /// A number from `low` up to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    /// A number from `low` to `high`, to `digits` places.
    pub(crate) fn rounded(&mut self, low: f64, high: f64, digits: i32) -> f64 {
        let scale = 10_f64.powi(digits);
        (self.between(low, high) * scale).round() / scale
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn whole(&mut self, low: u32, high: u32) -> u32 {
        self.0.random_range(low..=high)
    }

    /// True this often.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.0.random::<f64>() < probability
    }

    /// One of these.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.0.random_range(0..of.len())]
    }
}

fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
