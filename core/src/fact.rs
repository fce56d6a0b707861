//! [`Fact`]: one thing somebody recorded about a mine, with the row it came from.
//!
//! Facts are what importers bring, what the one map keeps and what `site.toml` writes down. They carry no judgement.
//! What a fact of each kind may say is listed in [`crate::kind::KINDS`].

use crate::text::{Lang, Text};
use geo::MultiPolygon;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt;

/// A position in the map's projected frame: metres, x east, y north, z up; z unknown where nobody measured it.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Position {
    /// Easting, m.
    pub x: f64,
    /// Northing, m.
    pub y: f64,
    /// Elevation, m.
    pub z: Option<f64>,
}

impl Position {
    /// A position in plan, elevation unknown.
    pub fn plan(x: f64, y: f64) -> Self {
        Self { x, y, z: None }
    }

    /// A position in space.
    pub fn new(x: f64, y: f64, z: f64) -> Self {
        Self { x, y, z: Some(z) }
    }

    /// Easting and northing.
    pub fn xy(self) -> [f64; 2] {
        [self.x, self.y]
    }
}

/// Triangles in space: a fault surface, a laser-scanned goaf, terrain.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Mesh {
    /// Corners: x, y, z in m.
    pub vertices: Vec<[f64; 3]>,
    /// Corner numbers of each triangle.
    pub triangles: Vec<[u32; 3]>,
}

/// The shape of a fact, as recorded, in the map's frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// One position.
    Point(Position),
    /// One or several lines.
    Lines(Vec<Vec<Position>>),
    /// An area in plan.
    Areas(MultiPolygon<f64>),
    /// A surface or the skin of a volume.
    Mesh(Mesh),
}

/// The value of one attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A number in the unit of its key.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Date(Date),
    /// Several words.
    Texts(Vec<String>),
    /// Several numbers.
    Numbers(Vec<f64>),
    /// A plane: a point on it, dip, down-dip direction.
    Plane(Plane),
    /// A second shape, such as the footwall line of a fault.
    Shape(Shape),
}

/// A plane in space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// A point on it: x, y, z in m.
    pub at: [f64; 3],
    /// Dip in degrees from horizontal, 0 to 90.
    pub dip_deg: f64,
    /// Down-dip direction in degrees clockwise from north.
    pub dip_direction_deg: f64,
}

/// Where a fact was read: the thread from any reason back to a row in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Source {
    /// File name as given.
    pub file: String,
    /// Row, cell, layer or handle in that file, in the words of that format.
    pub place: String,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file.is_empty(), self.place.is_empty()) {
            (true, _) => f.write_str(&self.place),
            (_, true) => f.write_str(&self.file),
            _ => write!(f, "{}: {}", self.file, self.place),
        }
    }
}

impl Source {
    /// The same for a reader: the words of the place in either language, names as they are.
    ///
    /// ```
    /// use minesift_core::{fact::Source, text::Lang};
    /// let source = Source { file: "采空区.dxf".into(), place: "layer 采空区-3, LWPOLYLINE handle 1F".into() };
    /// assert_eq!(source.told(Lang::Zh), "采空区.dxf: 图层 采空区-3，LWPOLYLINE 句柄 1F");
    /// let source = Source { file: "台账.csv".into(), place: "row 7".into() };
    /// assert_eq!(source.told(Lang::Zh), "台账.csv: 第 7 行");
    /// assert_eq!(source.told(Lang::En), source.to_string());
    /// ```
    pub fn told(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => Self { file: self.file.clone(), place: place_in_chinese(&self.place) }.to_string(),
            Lang::En => self.to_string(),
        }
    }

    /// Only the place, for a reader.
    pub fn place_told(&self, lang: Lang) -> String {
        Self { file: String::new(), place: self.place.clone() }.told(lang)
    }
}

/// The words that importers say places with; whatever else stands there is a name.
fn place_in_chinese(place: &str) -> String {
    let mut words = place.split(' ').peekable();
    let mut said: Vec<String> = Vec::new();
    while let Some(word) = words.next() {
        let (sheet, word) = word.rsplit_once('!').map_or(("", word), |(sheet, word)| (sheet, word));
        let sheet = if sheet.is_empty() { String::new() } else { format!("{sheet}!") };
        let counted = match word {
            "line" | "row" => Some("行"),
            "column" => Some("列"),
            "feature" => Some("个要素"),
            _ => None,
        };
        let number = words.peek().map(|next| next.trim_end_matches(',')).filter(|next| next.parse::<u64>().is_ok());
        if let (Some(counted), Some(number)) = (counted, number) {
            let more = if words.next().is_some_and(|next| next.ends_with(',')) { "，" } else { "" };
            said.push(format!("{sheet}第 {number} {counted}{more}"));
            continue;
        }
        let word = match word {
            "layer" => "图层",
            "handle" => "句柄",
            "at" if words.peek() == Some(&"line") => continue,
            "task" if words.peek() == Some(&"UID") => "任务",
            other => other,
        };
        said.push(format!("{sheet}{}", word.strip_suffix(',').map_or_else(|| word.to_owned(), |w| format!("{w}，"))));
    }
    said.join(" ").replace("， ", "，")
}

/// One recorded thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Name of its kind, one of [`crate::kind::KINDS`].
    pub kind: &'static str,
    /// Its id, unique among facts of its kind on one map.
    pub id: String,
    /// Its shape, if its kind has one and somebody recorded it.
    pub shape: Option<Shape>,
    /// What else was recorded, by key; a key nobody recorded is absent.
    pub attributes: BTreeMap<&'static str, Value>,
    /// Where it was read.
    pub source: Source,
}

impl Fact {
    /// A fact without shape or attributes.
    ///
    /// # Panics
    /// When `kind` is not in [`crate::kind::KINDS`]: a mistake in the program, not in the data.
    pub fn new(kind: &str, id: impl Into<String>) -> Self {
        let kind = crate::kind::kind(kind).expect("a kind of the catalogue");
        Self { kind: kind.name, id: id.into(), shape: None, attributes: BTreeMap::new(), source: Source::default() }
    }

    /// The same fact with a shape.
    #[must_use]
    pub fn with_shape(mut self, shape: Shape) -> Self {
        self.shape = Some(shape);
        self
    }

    /// The same fact with one attribute more.
    ///
    /// # Panics
    /// When the kind has no such key: a mistake in the program, not in the data.
    #[must_use]
    pub fn with(mut self, key: &str, value: Value) -> Self {
        let field = crate::kind::kind(self.kind).and_then(|kind| kind.field(key));
        self.attributes.insert(field.expect("a key of the catalogue").key, value);
        self
    }

    /// The same fact, read from somewhere.
    #[must_use]
    pub fn from_source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// The attribute, if it was recorded.
    pub fn get(&self, key: &str) -> Option<&Value> {
        debug_assert!(
            crate::kind::kind(self.kind).is_some_and(|kind| kind.field(key).is_some()),
            "{} has no key {key}",
            self.kind
        );
        self.attributes.get(key)
    }

    /// A number, if recorded.
    pub fn number(&self, key: &str) -> Option<f64> {
        match self.get(key) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Words, if recorded.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Yes or no, if recorded.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.get(key) {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// A day, if recorded.
    pub fn date(&self, key: &str) -> Option<Date> {
        match self.get(key) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        }
    }

    /// A list of words; empty when not recorded.
    pub fn texts(&self, key: &str) -> &[String] {
        match self.get(key) {
            Some(Value::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// A list of numbers; empty when not recorded.
    pub fn numbers(&self, key: &str) -> &[f64] {
        match self.get(key) {
            Some(Value::Numbers(numbers)) => numbers,
            _ => &[],
        }
    }
}

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing was changed.
    Note,
    /// Read, but not as written: the message says what was changed.
    Repaired,
    /// Not taken: the message says why and what would help.
    Refused,
}

/// Something about the data that a person must know; reading went on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// How bad.
    pub severity: Severity,
    /// Where.
    pub source: Source,
    /// What was found, what was expected, what to do.
    pub message: Text,
}

impl Problem {
    /// A refused row or fact.
    pub fn refused(source: &Source, message: Text) -> Self {
        Self { severity: Severity::Refused, source: source.clone(), message }
    }

    /// Something read otherwise than written.
    pub fn repaired(source: &Source, message: Text) -> Self {
        Self { severity: Severity::Repaired, source: source.clone(), message }
    }

    /// Something to know.
    pub fn note(source: &Source, message: Text) -> Self {
        Self { severity: Severity::Note, source: source.clone(), message }
    }
}
