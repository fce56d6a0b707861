//! The register: one GeoPackage file with a memory.
//!
//! Current layers, one a kind of fact, open in any GIS; beneath them lies a history that is only ever added to. The
//! history is the truth: a commit is a number, a time, an author, a reason, its changes and the hash of the commit
//! before it. What somebody changes in a layer by hand shows as an edit until it is taken in as a commit or discarded.
//!
//! # By purpose
//!
//! | to… | look at |
//! | --- | --- |
//! | make or open a map | [`Map`] |
//! | change it | [`Writing`] |
//! | read the facts of any day | [`Map::facts`], [`Known`] |
//! | see edits made by hand | [`Map::edits`] |
//! | check the chain | [`Map::verify`] |
//! | sign a commit | [`Map::sign`], [`Signed::holds`] |
//! | see what looks invented | [`hints::look`] |
//! | join mines in one file | [`county`] |
//! | write zones and findings as layers | [`Writing::put_zones`] |
//!
//! The tables are described in `docs/formats/onemap.md`.

mod bulk;
mod canon;
mod chain;
pub mod county;
pub mod coverage;
pub mod diff;
mod door;
mod error;
pub mod hints;
mod history;
mod intake;
mod layer;
mod live;
pub mod many;
mod map;
mod rtree;
mod schema;
mod sign;
mod spans;
mod srs;
mod style;
mod valid;
mod values;
mod wkb;
mod writing;
mod zones;

pub use chain::Broken;
pub use error::MapError;
pub use history::{Commit, Entry, HashStart, Known, Word, day_of};
pub use intake::Brought;
pub use live::Live;
pub use map::{Edit, EditKind, Map};
pub use sign::{Key, NAMESPACE, Signed};
pub use spans::{Span, told_since};
pub use valid::Valid;
pub use writing::Writing;
pub use zones::layers_hash;

#[cfg(test)]
mod tests;
