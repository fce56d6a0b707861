//! Synthetic mines of any number, and the demo mine.
//!
//! [`mine`] makes one plausible mine that does not exist, as facts. Mine `i` depends on nothing but the seed and `i`, so
//! a county of ten is the beginning of a province of five hundred, and any one of them can be made alone. Mines lie side
//! by side: a border that two of them share has the same corners in both.
//!
//! Plausible, not real: shapes and numbers are drawn between bounds that the field knows, never measured anywhere. Every
//! name is invented.
//!
//! ```
//! use minesift_datasets::{Kind, mine};
//! let facts = mine(7, 0, Kind::CoalUnderground);
//! assert_eq!(facts, mine(7, 0, Kind::CoalUnderground));
//! assert!(facts.iter().any(|fact| fact.kind == "goaf"));
//! ```

mod dice;
mod ground;
mod hazards;
mod lattice;
mod names;
mod work;

use dice::Dice;
use jiff::civil::Date;
use lattice::Licence;
use minesift_core::fact::Fact;

/// Which kind of mine to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 井工煤矿.
    CoalUnderground,
    /// 露天煤矿.
    CoalOpenPit,
    /// 金属非金属地下矿山.
    MetalUnderground,
    /// 金属非金属露天矿山.
    MetalOpenPit,
}

impl Kind {
    /// Every kind that can be made.
    pub const ALL: &[Self] = &[Self::CoalUnderground, Self::CoalOpenPit, Self::MetalUnderground, Self::MetalOpenPit];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::CoalUnderground => "coal-underground",
            Self::CoalOpenPit => "coal-open-pit",
            Self::MetalUnderground => "metal-underground",
            Self::MetalOpenPit => "metal-open-pit",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    fn underground(self) -> bool {
        matches!(self, Self::CoalUnderground | Self::MetalUnderground)
    }
}

/// The day every synthetic mine stands for.
pub(crate) const AS_OF: Date = Date::constant(2026, 11, 1);

/// Mine number `number` of the province with this seed, as facts in the projected frame of [`CRS`], sorted as made.
pub fn mine(seed: u64, number: u64, kind: Kind) -> Vec<Fact> {
    let mut dice = Dice::new(seed, &[number, kind as u64]);
    let licence = Licence::new(seed, number);
    let mut facts = Vec::new();
    let ground = ground::ground(&mut facts, &mut dice, seed, number, kind, &licence);
    hazards::hazards(&mut facts, &mut dice, kind, &licence, &ground);
    work::work(&mut facts, &mut dice, kind, &licence, &ground);
    facts
}

/// The frame of synthetic mines: CGCS2000, 3° Gauss-Krüger, zone 38 with prefix.
pub const CRS: &str = "EPSG:4526";
