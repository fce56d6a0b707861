//! [`Rulebook`]: the national rules, and the stricter numbers that a province, a company or a mine adds.

use super::page::{self, Head, day};
use super::{FAMILIES, Finding, Measure, Question, Rule, Stops};
use crate::outline::Arcs;
use crate::site::evidence::Grade;
use crate::site::hazard::Hazard;
use crate::text::Text;
use crate::zone::Class;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The rules in force and their numbers.
#[derive(Clone, Debug)]
pub struct Rulebook {
    /// Edition of the national book.
    pub edition: String,
    /// Names of the books read on top of it.
    pub books: Vec<String>,
    /// False when a book declared `base = "none"`: not a legal classification.
    pub legal: bool,
    /// How round joins are drawn.
    pub arcs: Arcs,
    entries: Vec<Entry>,
    standoffs: Vec<Standoff>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// The rule; nothing for a check of plans, which closes no ground.
    rule: Option<&'static Rule>,
    head: Head,
    on: bool,
    /// Books that switch an optional rule on, each for its days.
    switched: Vec<(Option<Date>, Option<Date>)>,
    set: BTreeMap<String, Vec<Setting>>,
}

/// A number set by a book, for the days it is in force.
#[derive(Clone, Debug, PartialEq)]
struct Setting {
    value: f64,
    book: String,
    /// Of a book without the national base: its number stands in place of the law's, looser or not.
    replaces: bool,
    from: Option<Date>,
    to: Option<Date>,
}

/// A number that books set on top of the law's.
#[derive(Clone, Debug, PartialEq)]
pub struct Tightened {
    /// Rule.
    pub rule: String,
    /// Parameter.
    pub key: String,
    /// What it is.
    pub about: Text,
    /// Unit.
    pub unit: String,
    /// The number that holds, and whose it is.
    pub holds: (f64, String),
    /// The others, the law's first, and whose they are.
    pub others: Vec<(f64, String)>,
}

fn within(day: Option<Date>, from: Option<Date>, to: Option<Date>) -> bool {
    day.is_none_or(|day| from.is_none_or(|from| day >= from) && to.is_none_or(|to| day < to))
}

/// A stand-off rule made of data alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Standoff {
    /// Code.
    pub code: String,
    /// Name.
    pub name: Text,
    /// Kind of hazard.
    pub kind: String,
    /// Attributes the hazard must carry, as text.
    pub only_where: BTreeMap<String, String>,
    /// Worst and best grade it speaks for.
    pub grades: Option<Vec<Grade>>,
    /// Width, m, plus `times` × the named number of the hazard.
    pub width_m: f64,
    /// Named number of the hazard added to the width.
    pub plus: Option<String>,
    /// Class.
    pub class: Class,
    /// Citation.
    pub cites: String,
    /// What opens it.
    pub exit: Text,
    /// The book it stands in.
    pub book: String,
    /// First day in force.
    pub from: Option<Date>,
    /// First day no longer in force.
    pub to: Option<Date>,
}

/// Why a rulebook file was not taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BookError {
    /// Not TOML, or not of the form of a book.
    #[error("{0}")]
    Form(String),
    /// No such rule.
    #[error("rule {0} is not in the national book; see `minesift rules`")]
    NoRule(String),
    /// No such parameter.
    #[error("rule {0} has no parameter {1}")]
    NoParameter(String, String),
    /// A number looser than the law.
    #[error("{rule}.{key} = {given} is looser than {held} of {by}: a book may only tighten")]
    Looser {
        /// Rule.
        rule: String,
        /// Parameter.
        key: String,
        /// What the file says.
        given: f64,
        /// What holds.
        held: f64,
        /// Whose number holds.
        by: String,
    },
    /// A national rule cannot be switched off.
    #[error("rule {0} is in force and cannot be switched off by a book")]
    SwitchedOff(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBook {
    name: String,
    base: Option<String>,
    from: Option<toml::value::Datetime>,
    to: Option<toml::value::Datetime>,
    arc_segments_per_quarter: Option<u32>,
    leave_out_near_inner_corners: Option<f64>,
    #[serde(default)]
    rule: BTreeMap<String, RawRule>,
    #[serde(default)]
    standoff: Vec<RawStandoff>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    enabled: Option<bool>,
    #[serde(default)]
    parameters: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStandoff {
    code: String,
    zh: String,
    en: String,
    kind: String,
    #[serde(default)]
    only_where: BTreeMap<String, toml::Value>,
    grades: Option<Vec<String>>,
    #[serde(default)]
    width_m: f64,
    plus: Option<String>,
    class: String,
    #[serde(default)]
    cites: String,
    #[serde(default)]
    exit_zh: String,
    #[serde(default)]
    exit_en: String,
}

/// Edition of the national book: the day its texts were last compared.
pub const EDITION: &str = "CN-2026-11";

impl Rulebook {
    /// The national book.
    ///
    /// # Panics
    /// When a compiled-in page has no readable head: a mistake in the program, caught by its tests.
    pub fn national() -> Self {
        let entries = FAMILIES
            .iter()
            .copied()
            .flatten()
            .map(|rule| {
                let head = page::head(rule.page).unwrap_or_else(|error| panic!("page of {}: {error}", rule.code));
                assert_eq!(head.code, rule.code, "page and rule agree on the code");
                Entry { rule: Some(rule), on: head.enabled, switched: Vec::new(), head, set: BTreeMap::new() }
            })
            .chain(crate::plan::CHECKS.iter().map(|check| {
                let head = page::head(check.page).unwrap_or_else(|error| panic!("page of {}: {error}", check.code));
                assert_eq!(head.code, check.code, "page and check agree on the code");
                Entry { rule: None, on: head.enabled, switched: Vec::new(), head, set: BTreeMap::new() }
            }))
            .collect();
        Self {
            edition: EDITION.to_owned(),
            books: Vec::new(),
            legal: true,
            arcs: Arcs::default(),
            entries,
            standoffs: Vec::new(),
        }
    }

    /// This book with a rulebook file on top of it: stricter numbers, optional rules, stand-off rules made of data.
    ///
    /// # Errors
    /// [`BookError`], which names the rule and the number: a looser number is refused.
    pub fn with(mut self, text: &str) -> Result<Self, BookError> {
        let raw: RawBook = toml::from_str(text).map_err(|error| BookError::Form(error.to_string()))?;
        match raw.base.as_deref() {
            None | Some("national") => {}
            Some("none") => {
                self.legal = false;
                for entry in &mut self.entries {
                    entry.on = false;
                }
            }
            Some(other) => {
                return Err(BookError::Form(format!("base = \"{other}\": only \"national\" and \"none\" are known")));
            }
        }
        if let Some(per_quarter) = raw.arc_segments_per_quarter {
            if self.legal {
                return Err(BookError::Form(
                    "arc_segments_per_quarter draws stand-offs too small; it needs base = \"none\"".into(),
                ));
            }
            let leave_out = raw.leave_out_near_inner_corners.unwrap_or(0.0);
            if !(0.0..=0.05).contains(&leave_out) {
                return Err(BookError::Form("leave_out_near_inner_corners is a share of the width, 0 to 0.05".into()));
            }
            self.arcs = Arcs::Inscribed { per_quarter, leave_out };
        } else if raw.leave_out_near_inner_corners.is_some() {
            return Err(BookError::Form("leave_out_near_inner_corners needs arc_segments_per_quarter".into()));
        }
        let (from, to) = (raw.from.as_ref().and_then(day), raw.to.as_ref().and_then(day));
        for (code, rule) in raw.rule {
            let legal = self.legal;
            let entry =
                self.entries.iter_mut().find(|e| e.head.code == code).ok_or_else(|| BookError::NoRule(code.clone()))?;
            match rule.enabled {
                Some(true) => entry.switched.push((from, to)),
                Some(false) if entry.on && legal => return Err(BookError::SwitchedOff(code)),
                _ => {}
            }
            for (key, value) in rule.parameters {
                if !value.is_finite() {
                    return Err(BookError::Form(format!("{code}.{key} = {value} is no number to judge by")));
                }
                let parameter =
                    entry.head.parameters.get(&key).ok_or_else(|| BookError::NoParameter(code.clone(), key.clone()))?;
                let looser = |held: f64| if parameter.larger_is_stricter { value < held } else { value > held };
                if let Some(held) = parameter.default.filter(|held| legal && looser(*held)) {
                    return Err(BookError::Looser { rule: code, key, given: value, held, by: self.edition.clone() });
                }
                entry.set.entry(key).or_default().push(Setting {
                    value,
                    book: raw.name.clone(),
                    replaces: !legal,
                    from,
                    to,
                });
            }
        }
        for s in raw.standoff {
            if crate::kind::kind(&s.kind).is_none() {
                return Err(BookError::Form(format!("stand-off {}: no kind of hazard is called {}", s.code, s.kind)));
            }
            let kind = crate::kind::kind(&s.kind).filter(|kind| kind.group == crate::kind::Group::Hazard);
            let Some(kind) = kind else {
                return Err(BookError::Form(format!("stand-off {}: {} is no hazard", s.code, s.kind)));
            };
            if self.entries.iter().any(|entry| entry.head.code == s.code) {
                return Err(BookError::Form(format!(
                    "stand-off {}: a national rule has this code; take another",
                    s.code
                )));
            }
            if !(s.width_m.is_finite() && s.width_m >= 0.0) {
                return Err(BookError::Form(format!("stand-off {}: width_m = {} is no distance", s.code, s.width_m)));
            }
            if let Some(key) = s.only_where.keys().chain(&s.plus).find(|key| kind.field(key).is_none()) {
                return Err(BookError::Form(format!("stand-off {}: {} has no key {key}", s.code, s.kind)));
            }
            let class = match s.class.as_str() {
                "deferred" => Class::Deferred,
                "forbidden" => Class::Forbidden,
                other => {
                    return Err(BookError::Form(format!(
                        "stand-off {}: class \"{other}\"; write deferred or forbidden",
                        s.code
                    )));
                }
            };
            let grades = match s.grades {
                None => None,
                Some(names) => Some(
                    names
                        .iter()
                        .map(|name| {
                            Grade::from_name(name)
                                .ok_or_else(|| BookError::Form(format!("stand-off {}: no grade {name}", s.code)))
                        })
                        .collect::<Result<Vec<_>, _>>()?,
                ),
            };
            self.standoffs.push(Standoff {
                code: s.code,
                name: Text::new(s.zh, s.en),
                kind: s.kind,
                only_where: s
                    .only_where
                    .into_iter()
                    .map(|(k, v)| (k, v.to_string().trim_matches('"').to_owned()))
                    .collect(),
                grades,
                width_m: s.width_m,
                plus: s.plus,
                class,
                cites: s.cites,
                exit: Text::new(s.exit_zh, s.exit_en),
                book: raw.name.clone(),
                from,
                to,
            });
        }
        self.books.push(raw.name);
        Ok(self)
    }

    /// Rules that are switched on and in force for a kind of mine on a day, in order, with their heads.
    pub fn in_force(&self, mine: &str, day: Date) -> impl Iterator<Item = (&'static Rule, &Head)> {
        self.entries
            .iter()
            .filter(move |entry| entry.on || entry.switched.iter().any(|(from, to)| within(Some(day), *from, *to)))
            .filter(move |entry| entry.head.mines.iter().any(|m| m == mine || m == "all"))
            .filter(move |entry| in_force_on(&entry.head, day))
            .filter_map(|entry| Some((entry.rule?, &entry.head)))
    }

    /// True when a check of plans is switched on and in force for a kind of mine on a day.
    pub fn checks_on(&self, code: &str, mine: &str, day: Date) -> bool {
        self.entries.iter().any(|entry| {
            entry.head.code == code
                && (entry.on || entry.switched.iter().any(|(from, to)| within(Some(day), *from, *to)))
                && entry.head.mines.iter().any(|m| m == mine || m == "all")
                && in_force_on(&entry.head, day)
        })
    }

    /// Days on which anything in the book changes: a clause repealed, a number or a rule of data coming or going.
    /// Between two of them the book says the same every day.
    pub fn edition_days(&self) -> Vec<Date> {
        let clauses = self.entries.iter().flat_map(|entry| entry.head.clauses.iter().filter_map(|clause| clause.to));
        let settings = self.entries.iter().flat_map(|entry| entry.set.values().flatten()).flat_map(|s| [s.from, s.to]);
        let standoffs = self.standoffs.iter().flat_map(|s| [s.from, s.to]);
        let switched = self.entries.iter().flat_map(|entry| &entry.switched).flat_map(|(from, to)| [*from, *to]);
        let mut days: Vec<Date> = clauses.chain(settings.chain(standoffs).chain(switched).flatten()).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The head of a rule's page.
    pub fn head(&self, code: &str) -> Option<&Head> {
        self.entries.iter().find(|entry| entry.head.code == code).map(|entry| &entry.head)
    }

    /// All heads in order, with whether the rule is switched on.
    pub fn heads(&self) -> impl Iterator<Item = (&Head, bool)> {
        self.entries.iter().map(|entry| (&entry.head, entry.on || !entry.switched.is_empty()))
    }

    /// Stand-off rules made of data.
    pub fn standoffs(&self) -> &[Standoff] {
        &self.standoffs
    }

    /// The value of a parameter, the strictest of the national number and of every book without dates.
    ///
    /// # Panics
    /// When there is no such rule or parameter: a mistake in the program.
    pub fn value(&self, code: &str, key: &str) -> Option<f64> {
        self.value_on(code, key, None).map(|(value, _)| value)
    }

    /// The value of a parameter on a day, and whose it is.
    ///
    /// # Panics
    /// When there is no such rule or parameter: a mistake in the program.
    pub fn value_on(&self, code: &str, key: &str, day: Option<Date>) -> Option<(f64, &str)> {
        let entry = self.entries.iter().find(|entry| entry.head.code == code).expect("a rule of the book");
        let parameter = entry.head.parameters.get(key).unwrap_or_else(|| panic!("{code} has no parameter {key}"));
        let mut held = parameter.default.map(|value| (value, self.edition.as_str()));
        for setting in entry.set.get(key).into_iter().flatten() {
            if !within(day, setting.from, setting.to) {
                continue;
            }
            if setting.replaces {
                held = Some((setting.value, &setting.book));
                continue;
            }
            let stricter = held.is_none_or(|(value, _)| {
                if parameter.larger_is_stricter { setting.value > value } else { setting.value < value }
            });
            if stricter {
                held = Some((setting.value, &setting.book));
            }
        }
        held
    }

    /// Every number that a book in force on a day sets, the one that holds first and all others with whose they are: a
    /// report names both.
    pub fn tightened(&self, day: Date) -> Vec<Tightened> {
        let mut found = Vec::new();
        for entry in &self.entries {
            for (key, settings) in &entry.set {
                let on_day: Vec<&Setting> = settings.iter().filter(|s| within(Some(day), s.from, s.to)).collect();
                let Some((value, book)) =
                    self.value_on(&entry.head.code, key, Some(day)).filter(|_| !on_day.is_empty())
                else {
                    continue;
                };
                let parameter = &entry.head.parameters[key];
                let law = parameter.default.map(|value| (value, self.edition.clone()));
                let all = law.into_iter().chain(on_day.iter().map(|s| (s.value, s.book.clone())));
                found.push(Tightened {
                    rule: entry.head.code.clone(),
                    key: key.clone(),
                    about: parameter.about.clone(),
                    unit: parameter.unit.clone(),
                    holds: (value, book.to_owned()),
                    others: all.filter(|other| *other != (value, book.to_owned())).collect(),
                });
            }
        }
        found
    }

    /// What one stand-off rule made of data finds on one seam, by its number in [`Rulebook::standoffs`].
    pub(crate) fn apply_standoff(&self, number: usize, q: &Question<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let Some(standoff) = self.standoffs.get(number) else { return findings };
        if within(Some(q.day), standoff.from, standoff.to) {
            for hazard in q.subjects(&standoff.kind) {
                findings.extend(standoff.apply(q, hazard));
            }
        }
        findings
    }
}

impl Standoff {
    fn apply(&self, q: &Question<'_>, hazard: &Hazard) -> Option<Finding> {
        let meets = self.only_where.iter().all(|(key, want)| match hazard.fact.attributes.get(key.as_str()) {
            Some(crate::fact::Value::Flag(flag)) => flag.to_string() == *want,
            Some(crate::fact::Value::Text(text)) => text == want,
            Some(crate::fact::Value::Number(number)) => want.parse() == Ok(*number),
            // Nobody recorded it: the worse case is that it meets.
            None => true,
            _ => false,
        });
        let graded = self.grades.as_ref().is_none_or(|grades| grades.contains(&hazard.grade));
        if !meets || !graded {
            return None;
        }
        let plus = self.plus.as_ref().and_then(|key| match hazard.fact.attributes.get(key.as_str()) {
            Some(crate::fact::Value::Number(number)) => Some(*number),
            _ => None,
        });
        let width_m = self.width_m + plus.unwrap_or(0.0);
        if let Some(key) = self.plus.as_ref().filter(|_| plus.is_none() && q.book.legal) {
            // How wide it is, nobody recorded: the ground is undecided.
            let mut undecided = Finding::inside(q, Class::Deferred, hazard, q.ground.clone(), Stops::deferred());
            undecided.rule.clone_from(&self.code);
            undecided.because = Text::new(
                format!("{}：{} 未记录 {key}，宽度未定（{}）", self.name.zh, hazard.id, self.cites),
                format!(
                    "{}: {} does not record {key}, so its width is undecided ({})",
                    self.name.en, hazard.id, self.cites
                ),
            );
            undecided.missing.push(key.clone());
            undecided.exit = self.exit.clone();
            return Some(undecided);
        }
        let outline = grown_as_drawn(hazard, width_m, self.plus.as_deref() == Some("radius_m"), q.book.arcs);
        let mut finding = Finding::inside(q, self.class, hazard, outline, Stops::all());
        finding.reach_m = Some(width_m + hazard.uncertainty_m);
        finding.rule.clone_from(&self.code);
        finding.measure = Measure {
            what: Text::new("距离", "distance"),
            value: None,
            limit: Some(width_m),
            unit: "m",
            formula: String::new(),
        };
        finding.because = Text::new(
            format!("{}：距 {} 不足 {width_m} m（{}）", self.name.zh, hazard.id, self.cites),
            format!("{}: within {width_m} m of {} ({})", self.name.en, hazard.id, self.cites),
        );
        finding.exit = self.exit.clone();
        Some(finding)
    }
}

/// [`Hazard::around`] with arcs of a stated kind; a radius that is already in the width is not counted twice.
fn grown_as_drawn(hazard: &Hazard, width_m: f64, radius_counted: bool, arcs: Arcs) -> crate::outline::Outline {
    use crate::outline::Outline;
    let reach = width_m + hazard.uncertainty_m;
    let mut parts = vec![hazard.outline().grown_with(reach, arcs)];
    parts.extend(hazard.lines().iter().map(|line| Outline::around_line_with(line, reach, arcs)));
    if let Some(point) = hazard.point() {
        let radius = if radius_counted {
            0.0
        } else {
            hazard
                .fact
                .attributes
                .get("radius_m")
                .map_or(0.0, |v| if let crate::fact::Value::Number(r) = v { *r } else { 0.0 })
        };
        parts.push(Outline::disc_with(point, reach + radius, arcs));
    }
    parts.retain(|part| !part.is_empty());
    if parts.len() == 1 { parts.remove(0) } else { Outline::union(&parts) }
}

/// What a date in a clause's head means: `from` is the first day of the edition that was *read*, not of the duty, which
/// is mostly older under other numbers; `to` is the first day on which the duty itself no longer stands. So a rule is in
/// force on a day unless every clause it stands on has been repealed by then. Days before the first
/// edition we have read are judged by that edition: an older text we do not have opens nothing.
fn in_force_on(head: &Head, day: Date) -> bool {
    head.clauses.is_empty() || head.clauses.iter().any(|clause| clause.to.is_none_or(|to| day < to))
}
