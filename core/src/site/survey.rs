//! [`Survey`]: what was looked for, by which method, where: the coverage layer.

use super::MineKind;
use super::outline_of;
use crate::fact::{Fact, Problem, Source};
use crate::outline::Outline;
use crate::text::Text;
use jiff::civil::Date;

/// The factors a survey of an underground coal mine looks for (regulations: 煤矿安全规程 第三十九条 and the outline of
/// the census report).
pub const COAL_FACTORS: &[&str] = &[
    "goaf",
    "old-working",
    "abandoned-shaft",
    "borehole",
    "fault",
    "fold",
    "fracture-zone",
    "collapse-column",
    "gas",
    "aquifer",
    "fire",
    "rock-burst",
];

/// The factors of an underground metal or non-metal mine.
pub const METAL_FACTORS: &[&str] =
    &["goaf", "old-working", "aquifer", "fault", "surface-water", "rock-burst", "weak-zone", "abandoned-shaft"];

/// The factors of an open pit or quarry.
pub const OPEN_PIT_FACTORS: &[&str] = &["slope", "weak-layer", "fault", "aquifer", "goaf", "dump"];

/// The factors of a tailings pond.
pub const TAILINGS_FACTORS: &[&str] = &["dam", "seepage", "drainage", "karst", "goaf", "downstream"];

/// The factors that a complete survey of a mine of this kind looks for.
pub fn factors(kind: MineKind) -> &'static [&'static str] {
    match kind {
        MineKind::CoalUnderground => COAL_FACTORS,
        MineKind::MetalUnderground => METAL_FACTORS,
        MineKind::CoalOpenPit | MineKind::MetalOpenPit | MineKind::Quarry => OPEN_PIT_FACTORS,
        MineKind::Tailings => TAILINGS_FACTORS,
    }
}

/// One survey.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Id.
    pub id: String,
    /// Where it looked.
    pub covers: Outline,
    /// What it looked for; "all" stands for every factor.
    pub looks_for: Vec<String>,
    /// How.
    pub methods: Vec<String>,
    /// Day of its report.
    pub date: Date,
    /// Seams; empty: all.
    pub seams: Vec<String>,
    /// Depth it reached below ground, m; absent: all depths.
    pub depth_to_m: Option<f64>,
    /// Where it was read.
    pub source: Source,
}

impl Survey {
    pub(crate) fn new(fact: &Fact, problems: &mut Vec<Problem>) -> Option<Self> {
        let looks_for = fact.texts("looks_for").to_vec();
        if looks_for.is_empty() {
            problems.push(Problem::refused(
                &fact.source,
                Text::new(
                    format!("普查 {} 未说明查找哪些因素；请写 looks_for = [\"all\"] 或因素清单", fact.id),
                    format!(
                        "survey {} does not say what it looked for; write looks_for = [\"all\"] or the factors",
                        fact.id
                    ),
                ),
            ));
            return None;
        }
        let Some(date) = fact.date("date") else {
            problems.push(Problem::refused(
                &fact.source,
                Text::new(
                    format!("普查 {} 没有日期，不能算有效普查", fact.id),
                    format!("survey {} has no date and cannot count as valid", fact.id),
                ),
            ));
            return None;
        };
        Some(Self {
            id: fact.id.clone(),
            covers: outline_of(fact, problems)?,
            looks_for,
            methods: fact.texts("methods").to_vec(),
            date,
            seams: fact.texts("seams").to_vec(),
            depth_to_m: fact.number("depth_to_m"),
            source: fact.source.clone(),
        })
    }

    /// True when it looked for this factor.
    pub fn looked_for(&self, factor: &str) -> bool {
        self.looks_for.iter().any(|f| f == "all" || f == factor)
    }
}
