//! The mine itself as it states it: kind and grades, licence, neighbours.

use super::outline_of;
use crate::fact::{Fact, Problem, Severity, Shape, Source};
use crate::outline::Outline;
use crate::text::Text;

/// What kind of mine: decides which rules speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MineKind {
    /// Underground coal mine, 煤矿（井工）.
    CoalUnderground,
    /// Open-pit coal mine, 露天煤矿.
    CoalOpenPit,
    /// Underground metal or non-metal mine, 金属非金属地下矿山.
    MetalUnderground,
    /// Open-pit metal or non-metal mine, 金属非金属露天矿山.
    MetalOpenPit,
    /// Small hillside quarry, 小型露天采石场.
    Quarry,
    /// Tailings pond, 尾矿库.
    Tailings,
}

impl MineKind {
    /// The kind of this name in files.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "coal-underground" => Self::CoalUnderground,
            "coal-open-pit" => Self::CoalOpenPit,
            "metal-underground" => Self::MetalUnderground,
            "metal-open-pit" => Self::MetalOpenPit,
            "quarry" => Self::Quarry,
            "tailings" => Self::Tailings,
            _ => return None,
        })
    }
}

/// The mine and its grades.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Kind.
    pub kind: MineKind,
    /// Hydrogeological type; unknown is taken as the worst.
    pub hydrogeology: Hydrogeology,
    /// Gas class; unknown is taken as the worst.
    pub gas: Gas,
    /// Rock-burst class; unknown is taken as the worst.
    pub rock_burst: BurstGrade,
    /// Safety factor K of the barrier-pillar formula, as stated.
    pub safety_factor: Option<f64>,
    /// Approved capacity, t/a.
    pub capacity_t_a: Option<f64>,
    /// Highest ground elevation, m.
    pub surface_m: Option<f64>,
}

/// Hydrogeological type, 水文地质类型, from the mildest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hydrogeology {
    /// 简单.
    Simple,
    /// 中等.
    Medium,
    /// 复杂.
    Complex,
    /// 极复杂.
    ExtremelyComplex,
}

/// Gas class, 瓦斯等级, from the mildest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gas {
    /// 低瓦斯.
    Low,
    /// 高瓦斯.
    High,
    /// 煤与瓦斯突出.
    Outburst,
}

/// Rock-burst class, 冲击地压, from the mildest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BurstGrade {
    /// 无.
    None,
    /// 弱.
    Weak,
    /// 中等.
    Medium,
    /// 强.
    Strong,
}

impl BurstGrade {
    /// The grade of this name in files.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::None,
            "weak" => Self::Weak,
            "medium" => Self::Medium,
            "strong" => Self::Strong,
            _ => return None,
        })
    }
}

/// The mining licence.
#[derive(Clone, Debug, PartialEq)]
pub struct Licence {
    /// Its outline.
    pub outline: Outline,
    /// Lowest and highest licensed elevation, m; absent: any.
    pub z_m: Option<[f64; 2]>,
    /// Licensed seams; absent: none is licensed.
    pub seams: Vec<String>,
}

/// A neighbour and the border shared with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbour {
    /// Id.
    pub id: String,
    /// The shared border, several lines.
    pub shared: Vec<Vec<[f64; 2]>>,
    /// Approved width of the boundary pillar on this side, m.
    pub pillar_m: Option<f64>,
    /// Where it was read.
    pub source: Source,
}

pub(super) fn read_mine(facts: &[Fact], problems: &mut Vec<Problem>) -> Option<Mine> {
    let Some(fact) = facts.iter().find(|fact| fact.kind == "mine") else {
        problems.push(Problem::refused(
            &Source::default(),
            Text::new(
                "没有矿井记录；请写 [mine] 及 kind、hydrogeology、gas、rock_burst",
                "there is no mine; write [mine] with kind, hydrogeology, gas, rock_burst",
            ),
        ));
        return None;
    };
    let mut missing = |key: &str| {
        problems.push(Problem::refused(
            &fact.source,
            Text::new(
                format!("矿井 {} 未给出 {key}；矿井必须自报等级，不清楚时写 \"unknown\"（按最差等级处理）", fact.id),
                format!(
                    "mine {} does not state {key}; a mine states its grades, \"unknown\" counts as the worst",
                    fact.id
                ),
            ),
        ));
    };
    let Some(kind) = fact.text("kind").and_then(MineKind::from_name) else {
        missing("kind");
        return None;
    };
    let coal = kind == MineKind::CoalUnderground;
    for key in ["hydrogeology", "gas", "rock_burst"] {
        if coal && fact.text(key).is_none() {
            missing(key);
        }
    }
    if problems
        .iter()
        .any(|problem| problem.severity == Severity::Refused && problem.message.en.contains("does not state"))
    {
        return None;
    }
    Some(Mine {
        id: fact.id.clone(),
        name: Text::new(
            fact.text("name_zh").unwrap_or(&fact.id),
            fact.text("name_en").or(fact.text("name_zh")).unwrap_or(&fact.id),
        ),
        kind,
        hydrogeology: match fact.text("hydrogeology") {
            Some("simple") => Hydrogeology::Simple,
            Some("medium") => Hydrogeology::Medium,
            Some("complex") => Hydrogeology::Complex,
            _ => Hydrogeology::ExtremelyComplex,
        },
        gas: match fact.text("gas") {
            Some("low") => Gas::Low,
            Some("high") => Gas::High,
            _ => Gas::Outburst,
        },
        rock_burst: fact.text("rock_burst").and_then(BurstGrade::from_name).unwrap_or(BurstGrade::Strong),
        safety_factor: fact.number("safety_factor"),
        capacity_t_a: fact.number("capacity_t_a"),
        surface_m: fact.number("surface_m"),
    })
}

pub(super) fn read_licence(facts: &[Fact], problems: &mut Vec<Problem>) -> Option<Licence> {
    let Some(fact) = facts.iter().find(|fact| fact.kind == "licence") else {
        problems.push(Problem::refused(
            &Source::default(),
            Text::new(
                "没有采矿许可证；请写 [licence] 及 outline、z_m、seams",
                "there is no licence; write [licence] with outline, z_m, seams",
            ),
        ));
        return None;
    };
    let outline = outline_of(fact, problems)?;
    let z_m = match fact.numbers("z_m") {
        [a, b] => Some([a.min(*b), a.max(*b)]),
        _ => None,
    };
    Some(Licence { outline, z_m, seams: fact.texts("seams").to_vec() })
}

pub(super) fn read_neighbour(fact: &Fact) -> Neighbour {
    let shared = match &fact.shape {
        Some(Shape::Lines(lines)) => lines.iter().map(|line| line.iter().map(|p| p.xy()).collect()).collect(),
        _ => Vec::new(),
    };
    Neighbour { id: fact.id.clone(), shared, pillar_m: fact.number("pillar_m"), source: fact.source.clone() }
}
