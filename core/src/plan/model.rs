//! [`Plan`]: faces and headings with their days, read from the facts of a site.

use super::days::{self, Days};
use crate::fact::{Fact, Problem, Shape, Source};
use crate::outline::Outline;
use crate::site::{Site, attribute_lines, elevations, lines_of, outline_of};
use crate::text::Text;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What a working is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkingKind {
    /// 采煤工作面.
    Face,
    /// 掘进工作面.
    Heading,
}

/// One planned face or heading.
#[derive(Clone, Debug)]
pub struct Working {
    /// Its id: the task.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Face or heading.
    pub kind: WorkingKind,
    /// Seam.
    pub seam: Option<String>,
    /// Outline in plan: a heading's is its line with its width, flat ends. Empty where none was given.
    pub outline: Outline,
    /// A heading's line in plan.
    pub line: Vec<Vec<[f64; 2]>>,
    /// First day, as given.
    pub from: Option<Date>,
    /// Last day, as given.
    pub to: Option<Date>,
    /// Coal it plans to win, t.
    pub tonnage_t: Option<f64>,
    /// The same month by month from its first month, t.
    pub months_t: Vec<f64>,
    /// District.
    pub district: Option<String>,
    /// Wing.
    pub wing: Option<String>,
    /// Level.
    pub level: Option<String>,
    /// False while it is installed or withdrawn.
    pub producing: bool,
    /// What a heading is driven for.
    pub purpose: Option<String>,
    /// False for a heading that is said to be all in rock.
    pub in_coal: bool,
    /// Path of its working place in plan, from the first day to the last; empty where no direction was given.
    pub advance: Vec<[f64; 2]>,
    /// Lowest and highest elevation, where given.
    pub z_m: Option<[f64; 2]>,
    /// Mining height, m, where it is not the seam's.
    pub mining_height_m: Option<f64>,
    /// Where it was read.
    pub source: Source,
    /// Everything recorded about it.
    pub fact: Fact,
}

impl Working {
    fn new(fact: &Fact, problems: &mut Vec<Problem>) -> Self {
        let kind = if fact.kind == "face" { WorkingKind::Face } else { WorkingKind::Heading };
        let (mut outline, mut line, mut z_m) = (Outline::default(), Vec::new(), None);
        match &fact.shape {
            Some(Shape::Areas(_)) => outline = outline_of(fact, problems).unwrap_or_default(),
            Some(shape @ Shape::Lines(_)) => {
                line = lines_of(shape);
                // Nobody said how wide: 5 m, said in the problems.
                let width_m = fact.number("width_m").filter(|width| *width > 0.0).unwrap_or_else(|| {
                    problems.push(Problem::note(
                        &fact.source,
                        Text::new(
                            format!("掘进 {} 未给出宽度，按 5 m 计", fact.id),
                            format!("heading {} gives no width, taken as 5 m", fact.id),
                        ),
                    ));
                    5.0
                });
                let strips: Vec<Outline> = line.iter().map(|line| Outline::strip(line, width_m)).collect();
                outline = Outline::union(&strips);
                let heights = elevations(shape);
                if !heights.is_empty() {
                    let low = heights.iter().copied().fold(f64::INFINITY, f64::min);
                    let high = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    z_m = Some([low, high + fact.number("height_m").unwrap_or(0.0)]);
                }
            }
            _ => {}
        }
        let number = |key| if kind == WorkingKind::Face { fact.number(key) } else { None };
        if let (Some(low), Some(high)) = (number("z_from_m"), number("z_to_m")) {
            z_m = Some([low.min(high), low.max(high)]);
        }
        Self {
            id: fact.id.clone(),
            name: fact.text("name_zh").unwrap_or(&fact.id).to_owned(),
            kind,
            seam: fact.text("seam").map(str::to_owned),
            outline,
            line,
            from: fact.date("from"),
            to: fact.date("to"),
            tonnage_t: fact.number("tonnage_t"),
            months_t: if kind == WorkingKind::Face { fact.numbers("months_t").to_vec() } else { Vec::new() },
            district: fact.text("district").map(str::to_owned),
            wing: fact.text("wing").map(str::to_owned),
            level: fact.text("level").map(str::to_owned),
            producing: kind == WorkingKind::Heading
                || !matches!(fact.text("phase"), Some("installing" | "withdrawing")),
            purpose: if kind == WorkingKind::Heading { fact.text("purpose").map(str::to_owned) } else { None },
            in_coal: kind == WorkingKind::Face || fact.text("rock") != Some("rock"),
            advance: attribute_lines(fact, "advance").into_iter().next().unwrap_or_default(),
            z_m,
            mining_height_m: number("mining_height_m"),
            source: fact.source.clone(),
            fact: fact.clone(),
        }
    }

    /// Its days; nothing where one is not given or it ends before it begins.
    pub fn days(&self) -> Option<Days> {
        Days::new(self.from?, self.to?)
    }

    /// True for a face.
    pub fn is_face(&self) -> bool {
        self.kind == WorkingKind::Face
    }

    /// Its level as compared: one name for `-300`, `－300m` and `-300 水平`.
    pub fn level_key(&self) -> Option<String> {
        self.level.as_deref().map(level_key)
    }

    /// What it is called in a sentence.
    pub fn title(&self) -> Text {
        let named = if self.name == self.id { self.id.clone() } else { format!("{}（{}）", self.name, self.id) };
        let en = if self.name == self.id { self.id.clone() } else { format!("{} ({})", self.name, self.id) };
        match self.kind {
            WorkingKind::Face => Text::new(format!("采煤工作面 {named}"), format!("face {en}")),
            WorkingKind::Heading => Text::new(format!("掘进工作面 {named}"), format!("heading {en}")),
        }
    }

    /// Coal it wins in these days, t: month by month where the plan says so, else spread evenly over its days.
    pub fn tonnes_in(&self, days: Days) -> f64 {
        let Some(own) = self.days() else { return 0.0 };
        if self.months_t.is_empty() {
            let Some(common) = own.common(days) else { return 0.0 };
            return self.tonnage_t.unwrap_or(0.0) * common.count() as f64 / own.count() as f64;
        }
        let mut month = own.from.first_of_month();
        let mut sum = 0.0;
        for tonnes in &self.months_t {
            let whole = Days { from: month.max(own.from), to: month.last_of_month() };
            // A month after the last day still counts what the plan says of it: on all of its days.
            let worked = whole.common(own).unwrap_or(whole);
            if let Some(common) = worked.common(days) {
                sum += tonnes * common.count() as f64 / worked.count() as f64;
            }
            month = days::later(month.last_of_month(), 1);
        }
        sum
    }

    /// Why it cannot be judged; nothing when it can.
    pub(crate) fn undecided(&self, site: &Site) -> Option<Text> {
        if self.outline.is_empty() {
            return Some(Text::new("没有图形", "it has no shape"));
        }
        match (self.from, self.to) {
            (Some(from), Some(to)) if to < from => {
                return Some(Text::new(
                    format!("止（{to}）早于起（{from}）"),
                    format!("it ends ({to}) before it begins ({from})"),
                ));
            }
            (Some(_), Some(_)) => {}
            _ => return Some(Text::new("没有起止日期", "it has no dates")),
        }
        match &self.seam {
            None => Some(Text::new("未说明煤层", "its seam is not said")),
            Some(seam) if site.seam(seam).is_none() => {
                Some(Text::new(format!("煤层 {seam} 不在图上"), format!("seam {seam} is not on the map")))
            }
            Some(_) => None,
        }
    }
}

/// A level's name without what people write round its number: `-300`, `－300m`, `-300 水平`, `-300.0` are one level.
///
/// ```
/// use minesift_core::plan::model::level_key;
/// assert!(["－300", "−300m", "-300 水平", "-300.0米水平"].iter().all(|name| level_key(name) == "-300"));
/// assert_eq!((level_key("+830"), level_key("一水平")), ("830".to_owned(), "一".to_owned()));
/// ```
pub fn level_key(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '−' | '－' | '–' => '-',
            '＋' => '+',
            '．' => '.',
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            c => c.to_ascii_lowercase(),
        })
        .collect();
    let mut core = plain.as_str();
    while let Some(shorter) = ["水平", "标高", "level", "米", "ｍ", "m"]
        .iter()
        .find_map(|word| core.strip_suffix(word).or_else(|| core.strip_prefix(word)))
    {
        core = shorter;
    }
    match core.parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        _ if core.is_empty() => plain,
        _ => core.to_owned(),
    }
}

/// The three reserves as the planner states them.
#[derive(Clone, Debug, PartialEq)]
pub struct Reserves {
    /// The day they stand for.
    pub date: Date,
    /// 开拓煤量, t.
    pub developed_t: Option<f64>,
    /// 准备煤量, t.
    pub prepared_t: Option<f64>,
    /// 回采煤量, t.
    pub ready_t: Option<f64>,
}

/// A succession plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// ten-year, five-year, three-year, annual.
    pub tier: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// First day; where none is given, that of its first working.
    pub from: Option<Date>,
    /// Last day; where none is given, that of its last working.
    pub to: Option<Date>,
    /// Seams that protect others, `3>8`: seam 3 is won first and relieves seam 8.
    pub protective: Vec<String>,
    /// `large` or `small`, where the plan is that of a new or expanded mine.
    pub new_mine: Option<String>,
    /// The three reserves, where stated.
    pub reserves: Option<Reserves>,
    /// Faces, then headings, by id.
    pub workings: Vec<Working>,
    /// What people must know about its data.
    pub problems: Vec<Problem>,
}

impl Plan {
    /// The plan that a site's facts hold.
    pub fn new(site: &Site) -> Self {
        Self::from_facts(&site.facts)
    }

    /// The plan that facts hold.
    pub fn from_facts(facts: &[Fact]) -> Self {
        let mut problems = Vec::new();
        let mut workings: Vec<Working> = facts
            .iter()
            .filter(|fact| matches!(fact.kind, "face" | "heading"))
            .map(|fact| Working::new(fact, &mut problems))
            .collect();
        workings.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
        let mut seen: BTreeMap<&str, &Source> = BTreeMap::new();
        for working in &workings {
            if let Some(first) = seen.insert(&working.id, &working.source) {
                problems.push(Problem::note(
                    &working.source,
                    Text::new(
                        format!("任务编号 {} 也见于 {first}；结论按编号指称，请改用不同编号", working.id),
                        format!(
                            "the id {} is also at {first}; verdicts name tasks by id, give each its own",
                            working.id
                        ),
                    ),
                ));
            }
        }
        let fact = facts.iter().find(|fact| fact.kind == "plan");
        let first = workings.iter().filter_map(Working::days).map(|days| days.from).min();
        let last = workings.iter().filter_map(Working::days).map(|days| days.to).max();
        let reserves = facts.iter().find(|fact| fact.kind == "reserves").and_then(|fact| {
            let date = fact.date("date").or_else(|| {
                problems.push(Problem::note(
                    &fact.source,
                    Text::new("三量表没有统计日期，无法核校", "the three reserves have no date and cannot be checked"),
                ));
                None
            })?;
            Some(Reserves {
                date,
                developed_t: fact.number("developed_t"),
                prepared_t: fact.number("prepared_t"),
                ready_t: fact.number("ready_t"),
            })
        });
        let text = |key: &str| fact.and_then(|fact| fact.text(key)).map(str::to_owned);
        let id = fact.map_or_else(|| "plan".to_owned(), |fact| fact.id.clone());
        problems.sort();
        Self {
            name: text("name_zh").unwrap_or_else(|| id.clone()),
            id,
            tier: text("tier"),
            version: text("version"),
            from: fact.and_then(|fact| fact.date("from")).or(first),
            to: fact.and_then(|fact| fact.date("to")).or(last),
            protective: fact.map(|fact| fact.texts("protective").to_vec()).unwrap_or_default(),
            new_mine: text("new_mine"),
            reserves,
            workings,
            problems,
        }
    }

    /// The working of this id.
    pub fn working(&self, id: &str) -> Option<&Working> {
        self.workings.iter().find(|working| working.id == id)
    }

    /// Faces, by id.
    pub fn faces(&self) -> impl Iterator<Item = &Working> {
        self.workings.iter().filter(|working| working.is_face())
    }

    /// The same plan with some tasks begun on other days and as long as before.
    #[must_use]
    pub fn moved(&self, moves: &[super::Move]) -> Self {
        let mut plan = self.clone();
        for step in moves {
            for working in plan.workings.iter_mut().filter(|working| working.id == step.task) {
                if let Some(days) = working.days() {
                    let days = days.moved_to(step.from);
                    (working.from, working.to) = (Some(days.from), Some(days.to));
                }
            }
        }
        plan
    }

    /// Output in these days: faces and, where given, the coal of headings, t.
    pub fn output_t(&self, days: Days) -> f64 {
        self.workings.iter().map(|working| working.tonnes_in(days)).sum()
    }
}
