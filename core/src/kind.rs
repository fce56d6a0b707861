//! The catalogue of what a fact can be: every kind, its shape and its keys, in one list.
//!
//! One list serves the `site.toml` reader (unknown keys are refused), the columns of the one map, the headers of
//! ledgers (Chinese and English) and the generated page `docs/formats/site-toml.md`.

mod evidence;
pub mod filler;
mod ground;
mod hazards;
mod plan;
pub mod words;

use crate::text::Text;

/// What shape a kind has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeKind {
    /// A position `[x, y]` or `[x, y, z]`.
    Point,
    /// A line or several, WKT.
    Line,
    /// An area in plan, WKT.
    Area,
    /// An area, a line or a position: whatever was surveyed.
    Any,
    /// Triangles.
    Mesh,
}

/// What an attribute may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldType {
    /// Words.
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A number from `least` to `most`, in `unit`.
    Number {
        /// Unit, empty for a pure number.
        unit: &'static str,
        /// Smallest value that makes sense.
        least: f64,
        /// Largest value that makes sense.
        most: f64,
    },
    /// Yes or no.
    Flag,
    /// A day.
    Date,
    /// A list of words.
    Texts,
    /// A list of numbers of this length (0: any length).
    Numbers(usize),
    /// A plane `{ at, dip_deg, dip_direction_deg }`.
    Plane,
    /// A second shape.
    Shape(ShapeKind),
}

/// One key of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// The key, with its unit where it has one.
    pub key: &'static str,
    /// Chinese name, as a ledger's header says it.
    pub zh: &'static str,
    /// What it means, for the format's page.
    pub about: &'static str,
    /// What it may be.
    pub ty: FieldType,
}

/// Who reads a kind, in broad strokes: how the one map groups its layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The mine, its licence, seams, boreholes, surfaces.
    Ground,
    /// What may hurt it.
    Hazard,
    /// How things are known and what was done about them.
    Evidence,
    /// What is planned or driven.
    Plan,
}

/// One kind of fact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kind {
    /// Name in files and code, singular.
    pub name: &'static str,
    /// Chinese name.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
    /// Group.
    pub group: Group,
    /// True where a map has at most one, written `[name]` instead of `[[name]]`.
    pub single: bool,
    /// The key of the shape and what it is, for kinds that have one.
    pub shape: Option<(&'static str, ShapeKind)>,
    /// Its keys besides `id` and the shape.
    pub fields: &'static [Field],
}

impl Kind {
    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key).or_else(|| {
            (self.group == Group::Hazard).then(|| hazards::COMMON.iter().find(|field| field.key == key)).flatten()
        })
    }

    /// Every field, those that all hazards share included.
    pub fn all_fields(&self) -> impl Iterator<Item = &'static Field> {
        let common: &'static [Field] = if self.group == Group::Hazard { hazards::COMMON } else { &[] };
        self.fields.iter().chain(common)
    }

    /// Its name in both languages.
    pub fn title(&self) -> Text {
        Text::new(self.zh, self.en)
    }
}

/// Every kind of fact. The order is that of `site.toml`, of the layers of the one map and of every list on screen.
pub const KINDS: &[&[Kind]] = &[ground::KINDS, evidence::KINDS, hazards::KINDS, plan::KINDS];

/// All kinds in order.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().copied().flatten()
}

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    kinds().find(|kind| kind.name == name)
}

/// The place of a kind in the catalogue, for sorting.
pub fn rank(name: &str) -> usize {
    kinds().position(|kind| kind.name == name).unwrap_or(usize::MAX)
}

const fn text(key: &'static str, zh: &'static str, about: &'static str) -> Field {
    Field { key, zh, about, ty: FieldType::Text }
}

const fn one_of(key: &'static str, zh: &'static str, about: &'static str, of: &'static [&'static str]) -> Field {
    Field { key, zh, about, ty: FieldType::OneOf(of) }
}

const fn flag(key: &'static str, zh: &'static str, about: &'static str) -> Field {
    Field { key, zh, about, ty: FieldType::Flag }
}

const fn date(key: &'static str, zh: &'static str, about: &'static str) -> Field {
    Field { key, zh, about, ty: FieldType::Date }
}

const fn number(key: &'static str, zh: &'static str, unit: &'static str, about: &'static str) -> Field {
    between(key, zh, unit, about, f64::NEG_INFINITY, f64::INFINITY)
}

const fn positive(key: &'static str, zh: &'static str, unit: &'static str, about: &'static str) -> Field {
    between(key, zh, unit, about, 0.0, f64::INFINITY)
}

const fn between(
    key: &'static str,
    zh: &'static str,
    unit: &'static str,
    about: &'static str,
    least: f64,
    most: f64,
) -> Field {
    Field { key, zh, about, ty: FieldType::Number { unit, least, most } }
}

const fn texts(key: &'static str, zh: &'static str, about: &'static str) -> Field {
    Field { key, zh, about, ty: FieldType::Texts }
}

const fn numbers(key: &'static str, zh: &'static str, about: &'static str, length: usize) -> Field {
    Field { key, zh, about, ty: FieldType::Numbers(length) }
}

const fn many(
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    group: Group,
    shape: Option<(&'static str, ShapeKind)>,
    fields: &'static [Field],
) -> Kind {
    Kind { name, zh, en, group, single: false, shape, fields }
}

const fn single(
    name: &'static str,
    zh: &'static str,
    en: &'static str,
    group: Group,
    shape: Option<(&'static str, ShapeKind)>,
    fields: &'static [Field],
) -> Kind {
    Kind { name, zh, en, group, single: true, shape, fields }
}
