//! [`Parcel`]: everything a viewer is given, and the file in which it travels to a browser.
//!
//! A parcel holds facts, not pictures: the browser judges the ground with the same code as the command line, so that
//! its time sliders and its reasons are the same. What was said of a fact is kept once, with the days on which it
//! holds; a moment of the past is the part of it that had been said by then.

use crate::as_they_are::as_they_are;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use jiff::civil::Date;
use minesift_core::fact::{Fact, Mesh, Plane, Position, Shape, Source, Value};
use minesift_core::kind;
use minesift_core::plan::versions;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::{self, Site};
use minesift_core::text::{Lang, Text};
use std::collections::BTreeMap;

/// Something said of a fact: what it is from a day on, or that there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The fact; where it is taken back only its kind and id count.
    pub fact: Fact,
    /// False: there is no such fact on these days.
    pub holds: bool,
    /// First day; absent: always was.
    pub from: Option<Date>,
    /// The day it ended, no longer counted; absent: still is.
    pub to: Option<Date>,
}

impl Word {
    fn on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }
}

/// What a map knew at a moment: so many words had been said.
#[derive(Clone, Debug, PartialEq)]
struct Moment {
    label: Text,
    words: u32,
}

/// What a map knew at each of its moments, the latest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    words: Vec<Word>,
    moments: Vec<Moment>,
}

impl Memory {
    /// Adds something said after everything before.
    pub fn say(&mut self, word: Word) {
        self.words.push(word);
    }

    /// Marks what has been said so far as what was known at a moment: a commit's number and message.
    pub fn mark(&mut self, label: Text) {
        self.moments.push(Moment { label, words: self.words.len() as u32 });
    }

    /// Adds a later moment at which exactly these facts were known, whatever the day.
    pub fn push(&mut self, label: Text, facts: &[Fact]) {
        let before = self.said(self.words.len(), None);
        let key = |fact: &Fact| (kind::rank(fact.kind), fact.id.clone());
        let mut gone: BTreeMap<(usize, String), &Fact> = before.iter().map(|fact| (key(fact), *fact)).collect();
        let mut said = Vec::new();
        for fact in facts {
            if gone.remove(&key(fact)) != Some(fact) {
                said.push(Word { fact: fact.clone(), holds: true, from: None, to: None });
            }
        }
        let taken_back = gone.into_values().map(|fact| Fact::new(fact.kind, &fact.id));
        said.extend(taken_back.map(|fact| Word { fact, holds: false, from: None, to: None }));
        self.words.extend(said);
        self.mark(label);
    }

    /// How many moments there are.
    pub fn len(&self) -> usize {
        self.moments.len()
    }

    /// True when nothing was ever known.
    pub fn is_empty(&self) -> bool {
        self.moments.is_empty()
    }

    /// True when some fact holds only from or to a stated day.
    pub fn has_days(&self) -> bool {
        self.words.iter().any(|word| word.from.is_some() || word.to.is_some())
    }

    /// What a moment is called.
    pub fn label(&self, moment: usize) -> Option<&Text> {
        self.moments.get(moment).map(|moment| &moment.label)
    }

    /// What was known at a moment to hold on a day, by kind and id; without a day the last word about each fact.
    pub fn facts(&self, moment: usize, day: Option<Date>) -> Vec<Fact> {
        let known = self.moments.get(moment).map_or(0, |moment| moment.words as usize);
        self.said(known, day).into_iter().cloned().collect()
    }

    /// The last word that speaks of the day wins: one that takes a fact back from a later day on leaves this day as it was.
    fn said(&self, known: usize, day: Option<Date>) -> Vec<&Fact> {
        let mut last: BTreeMap<(usize, &str), &Word> = BTreeMap::new();
        let speaks = |word: &&Word| day.is_none_or(|day| word.on(day));
        for word in self.words.iter().take(known).filter(speaks) {
            last.insert((kind::rank(word.fact.kind), &word.fact.id), word);
        }
        last.into_values().filter(|word| word.holds).map(|word| &word.fact).collect()
    }
}

/// Everything a viewer is given.
#[derive(Clone, Debug, Default)]
pub struct Parcel {
    /// Language of its first words.
    pub lang: Lang,
    /// What it is called where its facts name no mine.
    pub name: String,
    /// Texts of the rulebook files on top of the national book.
    pub books: Vec<String>,
    /// The day the facts stand for, where it is not the map's own.
    pub as_of: Option<Date>,
    /// What the map knew.
    pub memory: Memory,
}

impl Parcel {
    /// The book.
    ///
    /// # Errors
    /// In words, when a rulebook file is not one.
    pub fn book(&self) -> Result<Rulebook, String> {
        self.books
            .iter()
            .try_fold(Rulebook::national(), |book, text| book.with(text).map_err(|error| error.to_string()))
    }

    /// The mine as it was known at a moment, on the day that was asked for or that the facts name.
    ///
    /// # Errors
    /// The problems in words, where what was known is not yet a mine.
    pub fn site(&self, moment: usize) -> Result<Site, String> {
        let day = self.today(moment).filter(|_| self.as_of.is_some() || self.memory.has_days());
        self.build(self.memory.facts(moment, day), self.as_of)
    }

    /// The mine as it was known at a moment, with what is true on a day. Before the day that its facts stand for it is
    /// the mine of that day; after it, what holds then with the evidence of today.
    ///
    /// # Errors
    /// As [`Parcel::site`].
    pub fn site_on(&self, moment: usize, day: Date) -> Result<Site, String> {
        let earlier = self.today(moment).is_some_and(|today| day < today);
        self.build(self.memory.facts(moment, Some(day)), if earlier { Some(day) } else { self.as_of })
    }

    /// The day that was asked for, else the one the facts say they stand for.
    fn today(&self, moment: usize) -> Option<Date> {
        site::day_of(&self.memory.facts(moment, None), self.as_of)
    }

    fn build(&self, facts: Vec<Fact>, as_of: Option<Date>) -> Result<Site, String> {
        let facts = as_they_are(versions::in_force(facts), &self.name, as_of);
        Site::new(&facts, as_of)
            .map_err(|problems| problems.iter().map(|p| p.message.get(self.lang)).collect::<Vec<_>>().join("; "))
    }

    /// The parcel as bytes: a mark, then fields in order, numbers little-endian. The same parcel gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(MARK.to_vec());
        out.byte(u8::from(self.lang == Lang::En));
        out.words(&self.name);
        out.list(&self.books, |out, book| out.words(book));
        out.maybe(self.as_of.as_ref(), |out, day| out.date(*day));
        out.list(&self.memory.words, |out, word| {
            out.fact(&word.fact);
            out.byte(u8::from(word.holds));
            out.maybe(word.from.as_ref(), |out, day| out.date(*day));
            out.maybe(word.to.as_ref(), |out, day| out.date(*day));
        });
        out.list(&self.memory.moments, |out, moment| {
            out.words(&moment.label.zh);
            out.words(&moment.label.en);
            out.whole(moment.words);
        });
        out.0
    }

    /// The parcel that bytes hold.
    ///
    /// # Errors
    /// In words, when the bytes are no parcel or end too early.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let bytes = bytes.strip_prefix(MARK).ok_or("not a parcel of this version of MineSift")?;
        let mut from = Reader(bytes);
        let lang = if from.byte()? == 1 { Lang::En } else { Lang::Zh };
        let name = from.words()?;
        let books = from.list(Reader::words)?;
        let as_of = from.maybe(Reader::date)?;
        let words = from.list(|from| {
            let (fact, holds) = (from.fact()?, from.byte()? == 1);
            Ok(Word { fact, holds, from: from.maybe(Reader::date)?, to: from.maybe(Reader::date)? })
        })?;
        let moments = from.list(|from| {
            let label = Text::new(from.words()?, from.words()?);
            Ok(Moment { label, words: from.whole()? })
        })?;
        Ok(Self { lang, name, books, as_of, memory: Memory { words, moments } })
    }
}

const MARK: &[u8] = b"MineSift parcel 2\n";

struct Writer(Vec<u8>);

impl Writer {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn whole(&mut self, n: u32) {
        self.0.extend(n.to_le_bytes());
    }

    fn number(&mut self, n: f64) {
        self.0.extend(n.to_le_bytes());
    }

    fn words(&mut self, words: &str) {
        self.whole(words.len() as u32);
        self.0.extend(words.as_bytes());
    }

    fn date(&mut self, day: Date) {
        self.0.extend(day.year().to_le_bytes());
        self.0.extend([day.month() as u8, day.day() as u8]);
    }

    fn maybe<T>(&mut self, value: Option<&T>, write: impl Fn(&mut Self, &T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn list<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.whole(items.len() as u32);
        items.iter().for_each(|item| write(self, item));
    }

    fn position(&mut self, p: &Position) {
        self.number(p.x);
        self.number(p.y);
        self.maybe(p.z.as_ref(), |out, z| out.number(*z));
    }

    fn ring(&mut self, ring: &LineString<f64>) {
        self.list(&ring.0, |out, c| {
            out.number(c.x);
            out.number(c.y);
        });
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Point(p) => {
                self.byte(0);
                self.position(p);
            }
            Shape::Lines(lines) => {
                self.byte(1);
                self.list(lines, |out, line| out.list(line, Self::position));
            }
            Shape::Areas(areas) => {
                self.byte(2);
                self.list(&areas.0, |out, polygon| {
                    out.ring(polygon.exterior());
                    out.list(polygon.interiors(), Self::ring);
                });
            }
            Shape::Mesh(mesh) => {
                self.byte(3);
                self.list(&mesh.vertices, |out, p| p.iter().for_each(|n| out.number(*n)));
                self.list(&mesh.triangles, |out, t| t.iter().for_each(|n| out.whole(*n)));
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Text(words) => {
                self.byte(0);
                self.words(words);
            }
            Value::Number(n) => {
                self.byte(1);
                self.number(*n);
            }
            Value::Flag(flag) => {
                self.byte(2);
                self.byte(u8::from(*flag));
            }
            Value::Date(day) => {
                self.byte(3);
                self.date(*day);
            }
            Value::Texts(texts) => {
                self.byte(4);
                self.list(texts, |out, words| out.words(words));
            }
            Value::Numbers(numbers) => {
                self.byte(5);
                self.list(numbers, |out, n| out.number(*n));
            }
            Value::Plane(plane) => {
                self.byte(6);
                plane.at.iter().for_each(|n| self.number(*n));
                self.number(plane.dip_deg);
                self.number(plane.dip_direction_deg);
            }
            Value::Shape(shape) => {
                self.byte(7);
                self.shape(shape);
            }
        }
    }

    fn fact(&mut self, fact: &Fact) {
        self.words(fact.kind);
        self.words(&fact.id);
        self.words(&fact.source.file);
        self.words(&fact.source.place);
        self.maybe(fact.shape.as_ref(), Self::shape);
        self.whole(fact.attributes.len() as u32);
        for (key, value) in &fact.attributes {
            self.words(key);
            self.value(value);
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or("the parcel ends too early")?;
        self.0 = rest;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take::<1>()?[0])
    }

    fn whole(&mut self) -> Result<u32, String> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    fn number(&mut self) -> Result<f64, String> {
        Ok(f64::from_le_bytes(self.take()?))
    }

    fn words(&mut self) -> Result<String, String> {
        let length = self.whole()? as usize;
        let (head, rest) = self.0.split_at_checked(length).ok_or("the parcel ends too early")?;
        self.0 = rest;
        String::from_utf8(head.to_vec()).map_err(|error| error.to_string())
    }

    fn date(&mut self) -> Result<Date, String> {
        let [y0, y1, month, day] = self.take()?;
        Date::new(i16::from_le_bytes([y0, y1]), month as i8, day as i8).map_err(|error| error.to_string())
    }

    fn maybe<T>(&mut self, read: impl Fn(&mut Self) -> Result<T, String>) -> Result<Option<T>, String> {
        if self.byte()? == 0 { Ok(None) } else { read(self).map(Some) }
    }

    fn list<T>(&mut self, read: impl Fn(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let length = self.whole()? as usize;
        // A damaged length must not ask for more memory than there are bytes.
        let mut items = Vec::with_capacity(length.min(self.0.len()));
        for _ in 0..length {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn position(&mut self) -> Result<Position, String> {
        Ok(Position { x: self.number()?, y: self.number()?, z: self.maybe(Self::number)? })
    }

    fn ring(&mut self) -> Result<LineString<f64>, String> {
        Ok(LineString::new(self.list(|from| Ok(Coord { x: from.number()?, y: from.number()? }))?))
    }

    fn shape(&mut self) -> Result<Shape, String> {
        Ok(match self.byte()? {
            0 => Shape::Point(self.position()?),
            1 => Shape::Lines(self.list(|from| from.list(Self::position))?),
            2 => Shape::Areas(MultiPolygon(self.list(|from| Ok(Polygon::new(from.ring()?, from.list(Self::ring)?)))?)),
            3 => Shape::Mesh(Mesh {
                vertices: self.list(|from| Ok([from.number()?, from.number()?, from.number()?]))?,
                triangles: self.list(|from| Ok([from.whole()?, from.whole()?, from.whole()?]))?,
            }),
            other => return Err(format!("no shape has the mark {other}")),
        })
    }

    fn value(&mut self) -> Result<Value, String> {
        Ok(match self.byte()? {
            0 => Value::Text(self.words()?),
            1 => Value::Number(self.number()?),
            2 => Value::Flag(self.byte()? != 0),
            3 => Value::Date(self.date()?),
            4 => Value::Texts(self.list(Self::words)?),
            5 => Value::Numbers(self.list(Self::number)?),
            6 => Value::Plane(Plane {
                at: [self.number()?, self.number()?, self.number()?],
                dip_deg: self.number()?,
                dip_direction_deg: self.number()?,
            }),
            7 => Value::Shape(self.shape()?),
            other => return Err(format!("no value has the mark {other}")),
        })
    }

    fn fact(&mut self) -> Result<Fact, String> {
        let (name, id) = (self.words()?, self.words()?);
        let source = Source { file: self.words()?, place: self.words()? };
        let kind = kind::kind(&name).ok_or_else(|| format!("no kind of fact is called {name}"))?;
        let mut fact = Fact::new(kind.name, id).from_source(source);
        fact.shape = self.maybe(Self::shape)?;
        for _ in 0..self.whole()? {
            let key = self.words()?;
            let value = self.value()?;
            let field = kind.field(&key).ok_or_else(|| format!("{name} has no key {key}"))?;
            fact.attributes.insert(field.key, value);
        }
        Ok(fact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel() -> Parcel {
        let day = jiff::civil::date(2026, 11, 1);
        let ring = |half: f64| {
            LineString::new(vec![
                Coord { x: -half, y: -half },
                Coord { x: half, y: -half },
                Coord { x: half, y: half },
                Coord { x: -half, y: -half },
            ])
        };
        let goaf = Fact::new("goaf", "G1")
            .with_shape(Shape::Areas(MultiPolygon(vec![Polygon::new(ring(9.0), vec![ring(1.0)])])))
            .with("flooded", Value::Flag(true))
            .with("water_level_m", Value::Number(0.1 + 0.2))
            .from_source(Source { file: "老空水台账.csv".into(), place: "row 2".into() });
        let mesh = Mesh { vertices: vec![[38_512_345.123, 4_873_210.456, -1.0]; 3], triangles: vec![[0, 1, 2]] };
        let seam = Fact::new("seam", "3")
            .with("floor_plane", Value::Plane(Plane { at: [1.0, 2.0, 3.0], dip_deg: 4.0, dip_direction_deg: 5.0 }));
        let fault = Fact::new("fault", "F1")
            .with_shape(Shape::Lines(vec![vec![Position::plan(1.0, 2.0), Position::new(3.0, 4.0, 5.0)]]))
            .with("hanging_wall", Value::Shape(Shape::Lines(vec![vec![Position::plan(1.0, 2.0)]])));
        let mine = Fact::new("mine", "M").with("as_of", Value::Date(day));
        let licence = Fact::new("licence", "C1")
            .with("seams", Value::Texts(vec!["3".into()]))
            .with("z_m", Value::Numbers(vec![-600.0, 0.0]));
        let surface = Fact::new("surface", "S").with_shape(Shape::Mesh(mesh));
        let hole = Fact::new("borehole", "ZK1").with_shape(Shape::Point(Position::new(1.0, 2.0, 3.0)));
        let all = [mine, licence, seam, goaf, fault, surface, hole];
        let mut memory = Memory::default();
        memory.push(Text::new("第一次提交", "first commit"), &all[..4]);
        memory.push(Text::new("第二次提交", "second commit"), &all);
        memory.say(Word {
            fact: Fact::new("goaf", "G1"),
            holds: false,
            from: Some(day),
            to: Some(jiff::civil::date(2027, 1, 1)),
        });
        Parcel {
            lang: Lang::En, name: "图.gpkg".into(), books: vec!["name = \"省\"".into()], as_of: Some(day), memory
        }
    }

    #[test]
    fn a_parcel_comes_back_as_it_went() {
        let sent = parcel();
        let got = Parcel::from_bytes(&sent.to_bytes()).expect("a parcel");
        assert_eq!(got.memory, sent.memory);
        assert_eq!((got.lang, got.name, got.books, got.as_of), (sent.lang, sent.name, sent.books, sent.as_of));
        assert_eq!(got.memory.facts(0, None).len(), 4);
    }

    #[test]
    fn what_did_not_change_is_kept_once() {
        assert_eq!(parcel().memory.words.len(), 8);
    }

    #[test]
    fn the_last_word_that_speaks_of_a_day_wins() {
        let (spring, autumn) = (jiff::civil::date(2026, 4, 1), jiff::civil::date(2026, 10, 1));
        let fact = |level: f64| Fact::new("goaf", "G1").with("water_level_m", Value::Number(level));
        let mut memory = Memory::default();
        memory.say(Word { fact: fact(10.0), holds: true, from: None, to: None });
        memory.mark(Text::same("#1"));
        memory.say(Word { fact: fact(20.0), holds: true, from: Some(spring), to: None });
        memory.say(Word { fact: Fact::new("goaf", "G1"), holds: false, from: Some(autumn), to: None });
        memory.mark(Text::same("#2"));
        let level =
            |moment: usize, day| memory.facts(moment, Some(day)).first().and_then(|f| f.number("water_level_m"));
        assert_eq!(level(0, autumn), Some(10.0), "nobody knew better");
        assert_eq!(level(1, jiff::civil::date(2026, 3, 31)), Some(10.0));
        assert_eq!(level(1, spring), Some(20.0));
        assert_eq!(level(1, autumn), None, "taken back from that day on");
        assert!(memory.has_days() && memory.facts(1, None).is_empty());
    }

    #[test]
    fn a_damaged_parcel_is_refused_in_words_at_every_length() {
        let bytes = parcel().to_bytes();
        for length in 0..bytes.len() {
            assert!(Parcel::from_bytes(&bytes[..length]).is_err(), "{length}");
        }
        assert!(Parcel::from_bytes(b"PNG").is_err());
    }
}
