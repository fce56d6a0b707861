//! How well a hazard is known: observations, and the grade computed from them.

use crate::fact::{Fact, Problem, Source};
use crate::text::Text;
use jiff::civil::Date;

/// How well a thing is known, from the worst; an input of every rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Grade {
    /// Old papers or hearsay, 调查.
    #[default]
    Reported,
    /// One method saw it, 推断.
    OneMethod,
    /// Two independent methods agree, 相互验证.
    TwoMethods,
    /// Drilled into, 控制.
    Drilled,
    /// Surveyed underground, 实测.
    Surveyed,
}

impl Grade {
    /// The grade of this name in files.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "reported" => Self::Reported,
            "one-method" => Self::OneMethod,
            "two-methods" => Self::TwoMethods,
            "drilled" => Self::Drilled,
            "surveyed" => Self::Surveyed,
            _ => return None,
        })
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::OneMethod => "one-method",
            Self::TwoMethods => "two-methods",
            Self::Drilled => "drilled",
            Self::Surveyed => "surveyed",
        }
    }

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::Reported => Text::new("调查（资料）", "reported"),
            Self::OneMethod => Text::new("推断（单一手段）", "one method"),
            Self::TwoMethods => Text::new("两种手段互相验证", "two methods agree"),
            Self::Drilled => Text::new("钻探控制", "drilled"),
            Self::Surveyed => Text::new("实测", "surveyed"),
        }
    }
}

/// One look at a hazard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// Day.
    pub date: Option<Date>,
    /// Id.
    pub id: String,
    /// The hazard it is about.
    pub hazard: String,
    /// The method.
    pub method: String,
    /// True: it saw the thing; false: it should have seen it and did not.
    pub sees: bool,
    /// True: it met water.
    pub water: bool,
    /// Result in words.
    pub result: String,
    /// Where it was read.
    pub source: Source,
}

impl Observation {
    /// The observation a fact records; a problem when it says neither what it is about nor how it was made.
    pub(crate) fn new(fact: &Fact, problems: &mut Vec<Problem>) -> Option<Self> {
        let (Some(hazard), Some(method)) = (fact.text("hazard"), fact.text("method")) else {
            problems.push(Problem::refused(
                &fact.source,
                Text::new(
                    format!("观测 {} 未说明对象或手段", fact.id),
                    format!("observation {} does not say its hazard or its method", fact.id),
                ),
            ));
            return None;
        };
        Some(Self {
            date: fact.date("date"),
            id: fact.id.clone(),
            hazard: hazard.to_owned(),
            method: method.to_owned(),
            // An observation that does not say what it saw confirms nothing.
            sees: fact.flag("sees").unwrap_or(false),
            water: fact.flag("water").unwrap_or(false),
            result: fact.text("result").unwrap_or_default().to_owned(),
            source: fact.source.clone(),
        })
    }
}

/// Methods of one family see the same physics: two of them are not independent.
fn family(method: &str) -> &str {
    match method {
        "tem" | "resistivity" => "electrical",
        "seismic-3d" | "in-seam-seismic" => "seismic",
        "interview" | "document" => "papers",
        other => other,
    }
}

/// The grade that observations of one hazard earn, and those that contradict it and stay open.
///
/// A method that should have seen the thing and did not is an open contradiction until a survey or a drilling of the
/// same day or later settles it; while one is open, two methods do not agree.
///
/// *Source:* 矿安〔2024〕1号 item 7 (物探、钻探、化探等工程措施相互验证); 煤矿防治水细则 第七十六条（三）
/// (物探等探查圈定的异常区应当采用钻探方法验证).
///
/// ```
/// use minesift_core::site::evidence::{grade, Grade, Observation};
/// let look = |method: &str, sees| Observation {
///     date: None, id: method.into(), hazard: "G1".into(), method: method.into(), sees, water: false,
///     result: String::new(), source: Default::default(),
/// };
/// assert_eq!(grade(&[&look("tem", true)]).0, Grade::OneMethod);
/// assert_eq!(grade(&[&look("tem", true), &look("resistivity", true)]).0, Grade::OneMethod);
/// assert_eq!(grade(&[&look("tem", true), &look("seismic-3d", true)]).0, Grade::TwoMethods);
/// assert_eq!(grade(&[&look("tem", true), &look("seismic-3d", false)]), (Grade::OneMethod, vec!["seismic-3d".into()]));
/// ```
pub fn grade(observations: &[&Observation]) -> (Grade, Vec<String>) {
    let settled = observations
        .iter()
        .filter(|o| o.sees && matches!(o.method.as_str(), "survey" | "drilling"))
        .map(|o| o.date)
        .max();
    let open: Vec<String> = observations
        .iter()
        .filter(|o| !o.sees && settled.is_none_or(|day| day < o.date))
        .map(|o| o.id.clone())
        .collect();
    let mut saw: Vec<&str> = observations.iter().filter(|o| o.sees).map(|o| family(&o.method)).collect();
    saw.sort_unstable();
    saw.dedup();
    let grade = if saw.contains(&"survey") {
        Grade::Surveyed
    } else if saw.contains(&"drilling") {
        Grade::Drilled
    } else {
        let methods = saw.iter().filter(|method| **method != "papers").count();
        match methods {
            0 => Grade::Reported,
            1 => Grade::OneMethod,
            _ if open.is_empty() => Grade::TwoMethods,
            _ => Grade::OneMethod,
        }
    };
    let grade = if open.is_empty() { grade } else { grade.min(Grade::OneMethod) };
    (grade, open)
}
