//! A rule's page: its head (TOML) and its prose.

use crate::text::Text;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Two wordings, as pages write them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    zh: String,
    en: String,
}

impl From<Words> for Text {
    fn from(words: Words) -> Self {
        Text::new(words.zh, words.en)
    }
}

/// One clause a rule stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The text: act or document.
    pub text: String,
    /// The article; empty where its number was not read.
    pub clause: String,
    /// The sentence, as read.
    pub quote: String,
    /// How well it was read: V, V-ocr, V2 (see `docs/regulations.md`).
    pub mark: String,
    /// Ids of the reading notes it stands on.
    pub ids: Vec<String>,
    /// First day in force, where known.
    pub from: Option<Date>,
    /// First day no longer in force, where known.
    pub to: Option<Date>,
}

/// A number of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// What it is.
    pub about: Text,
    /// Unit.
    pub unit: String,
    /// Its value; absent: the mine must say.
    pub default: Option<f64>,
    /// True when a larger number is stricter.
    pub larger_is_stricter: bool,
    /// True when the number is our policy, not the law's.
    pub policy: bool,
}

/// The head of a rule's page.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Code.
    pub code: String,
    /// Name.
    pub name: Text,
    /// What kind of hazard it belongs to, in words for maps: 水害 …
    pub hazard: Text,
    /// Clauses; empty for pure policy.
    pub clauses: Vec<Clause>,
    /// What of it is policy, in words; empty for pure law.
    pub policy: Text,
    /// The word a forbidden finding of it carries on a map, where it is not 禁采区.
    pub shown_as: Text,
    /// Kinds of mine it speaks for.
    pub mines: Vec<String>,
    /// False: switched off until a book switches it on.
    pub enabled: bool,
    /// Numbers.
    pub parameters: BTreeMap<String, Parameter>,
    /// What opens the ground again.
    pub exit: Text,
    /// Who approves that.
    pub approver: Text,
}

impl Head {
    /// The clauses that stand on a day, for citing; all of them where none of those read was in force yet.
    pub fn clauses_on(&self, day: Date) -> Vec<&Clause> {
        let on: Vec<&Clause> = self
            .clauses
            .iter()
            .filter(|clause| clause.from.is_none_or(|from| day >= from) && clause.to.is_none_or(|to| day < to))
            .collect();
        if on.is_empty() { self.clauses.iter().collect() } else { on }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHead {
    code: String,
    name: Words,
    hazard: Words,
    #[serde(default)]
    clause: Vec<RawClause>,
    policy: Option<Words>,
    shown_as: Option<Words>,
    mines: Vec<String>,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    parameter: BTreeMap<String, RawParameter>,
    exit: Words,
    approver: Option<Words>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClause {
    text: String,
    #[serde(default)]
    clause: String,
    #[serde(default)]
    quote: String,
    mark: String,
    #[serde(default)]
    ids: Vec<String>,
    from: Option<toml::value::Datetime>,
    to: Option<toml::value::Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParameter {
    zh: String,
    en: String,
    unit: String,
    default: Option<f64>,
    stricter: Stricter,
    #[serde(default)]
    policy: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stricter {
    Larger,
    Smaller,
}

/// A fenced block of a page, with the heading above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    /// The nearest heading above.
    pub heading: &'a str,
    /// The text between the fences.
    pub text: &'a str,
    /// Line of its first text line, from 1.
    pub line: usize,
}

/// The TOML blocks of a page: the head first, then its worked cases.
pub fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let (mut heading, mut start) = ("", None::<(usize, usize)>);
    let mut offset = 0;
    for (number, line) in page.split_inclusive('\n').enumerate() {
        let bare = line.trim_end();
        match start {
            None if bare == "```toml" => start = Some((offset + line.len(), number + 2)),
            None => {
                if let Some(words) = bare.strip_prefix('#') {
                    heading = words.trim_start_matches('#').trim();
                }
            }
            Some((from, at)) if bare == "```" => {
                found.push(Block { heading, text: &page[from..offset], line: at });
                start = None;
            }
            Some(_) => {}
        }
        offset += line.len();
    }
    found
}

/// A day of a TOML value.
pub(crate) fn day(value: &toml::value::Datetime) -> Option<Date> {
    let date = value.date?;
    Date::new(i16::try_from(date.year).ok()?, i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?).ok()
}

/// The head of a page.
///
/// # Errors
/// In words, where the head is missing or malformed: a page that does not read stops the tests, not the user.
pub fn head(page: &str) -> Result<Head, String> {
    let block = blocks(page).into_iter().next().ok_or("the page has no head")?;
    let raw: RawHead = toml::from_str(block.text).map_err(|error| error.to_string())?;
    Ok(Head {
        code: raw.code,
        name: raw.name.into(),
        hazard: raw.hazard.into(),
        clauses: raw
            .clause
            .into_iter()
            .map(|c| Clause {
                text: c.text,
                clause: c.clause,
                quote: c.quote,
                mark: c.mark,
                ids: c.ids,
                from: c.from.as_ref().and_then(day),
                to: c.to.as_ref().and_then(day),
            })
            .collect(),
        policy: raw.policy.map(Text::from).unwrap_or_default(),
        shown_as: raw.shown_as.map(Text::from).unwrap_or_default(),
        mines: raw.mines,
        enabled: raw.enabled,
        parameters: raw
            .parameter
            .into_iter()
            .map(|(key, p)| {
                (
                    key,
                    Parameter {
                        about: Text::new(p.zh, p.en),
                        unit: p.unit,
                        default: p.default,
                        larger_is_stricter: matches!(p.stricter, Stricter::Larger),
                        policy: p.policy,
                    },
                )
            })
            .collect(),
        exit: raw.exit.into(),
        approver: raw.approver.map(Text::from).unwrap_or_default(),
    })
}
