//! Layers of holes: from, to, rock and seam; and what holds for every depth.

use super::reading::{Reading, Row1};
use crate::table::Row;
use crate::values;
use minesift_core::fact::{Fact, Shape, Value};
use minesift_core::kind::Kind;
use minesift_core::text::Text;
use std::collections::BTreeMap;

/// No hole of any mine is deeper: the deepest ever drilled has 12,262 m.
pub(super) const DEEPEST_HOLE_M: f64 = 13_000.0;

impl Reading<'_> {
    pub(super) fn layer_with_collar(
        &self,
        kind: &'static Kind,
        row: &Row,
        seen: &BTreeMap<(&'static str, String), u64>,
    ) -> Row1 {
        let Some(hole) = self.words(row, "hole").or_else(|| self.words(row, "name")) else {
            return Row1::Refused(Text::new("没有孔号", "the row names no hole"));
        };
        let Row1::Facts(mut facts, mut repairs) = self.fact_of_hole(kind, row, &hole) else {
            return self.fact_of_hole(kind, row, &hole);
        };
        if !seen.contains_key(&("borehole", hole.clone())) {
            match self.position(row, &mut repairs) {
                Ok(Some(at)) => facts.insert(0, Fact::new("borehole", hole).with_shape(Shape::Point(at))),
                Ok(None) => {}
                Err(why) => return Row1::Refused(why),
            }
        }
        Row1::Facts(facts, repairs)
    }

    pub(super) fn fact_of_hole(&self, kind: &'static Kind, row: &Row, hole: &str) -> Row1 {
        let mut repairs = Vec::new();
        let mut fact = Fact::new(kind.name, "").with("hole", Value::Text(hole.to_owned()));
        for column in &self.columns {
            let Some(field) = column.role.as_deref().filter(|role| *role != "hole").and_then(|role| kind.field(role))
            else {
                continue;
            };
            match self.value(field, column, row.cell(column.index), &mut repairs) {
                Ok(Some(value)) => {
                    fact.attributes.insert(field.key, value);
                }
                Ok(None) => {}
                Err(why) => return Row1::Refused(why),
            }
        }
        match layer(&mut fact, &mut repairs) {
            Ok(()) => Row1::Facts(vec![fact], repairs),
            Err(why) => Row1::Refused(why),
        }
    }
}

/// A depth as it stands in an id: without the noise of a conversion.
pub(super) fn short(depth: f64) -> String {
    let text = format!("{depth:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn too_deep(depth: f64) -> Text {
    Text::new(
        format!("深度 {} m 超过世界上最深的钻孔：是填充值，不是深度；请给出真实深度", short(depth)),
        format!("a depth of {} m is deeper than any hole ever drilled: a filler, give the true depth", short(depth)),
    )
}

pub(super) fn ends(from: f64, to: f64) -> Result<(), Text> {
    if from < 0.0 || to < from {
        return Err(Text::new(
            format!("止深 {} m 小于起深 {} m，或起深为负", short(to), short(from)),
            format!("the lower end {} m lies above the upper end {} m, or that is negative", short(to), short(from)),
        ));
    }
    if to > DEEPEST_HOLE_M { Err(too_deep(to)) } else { Ok(()) }
}

/// Checks a layer, finds its seam in the words of its lithology and gives it its id.
pub(super) fn layer(fact: &mut Fact, repairs: &mut Vec<Text>) -> Result<(), Text> {
    let (Some(from), Some(to)) = (fact.number("from_m"), fact.number("to_m")) else {
        return Err(Text::new("没有起止深度", "there is no from or no to"));
    };
    ends(from, to)?;
    if fact.text("seam").is_none()
        && let Some((seam, repair)) = fact.text("lithology").and_then(seam_of_rock)
    {
        repairs.extend(repair);
        fact.attributes.insert("seam", Value::Text(seam));
    }
    fact.id = format!("{}@{}-{}", fact.text("hole").unwrap_or_default(), short(from), short(to));
    Ok(())
}

/// The seam a layer's name says: `16-2下煤`, `3号煤层`; none for plain 煤 and for names that count within a hole.
pub(super) fn seam_of_rock(words: &str) -> Option<(String, Option<Text>)> {
    let plain = values::half_width(words);
    let coal = plain.ends_with('煤') || plain.ends_with("煤层");
    if !coal || !plain.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (name, changed) = values::seam(&plain)?;
    let known = name.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '上' | '中' | '下' | '号'));
    known.then(|| {
        let repair = changed.then(|| {
            Text::new(format!("煤层“{words}”写作“{name}”"), format!("seam \"{words}\" is written \"{name}\""))
        });
        (name, repair)
    })
}
