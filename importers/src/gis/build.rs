//! From a feature with its columns to facts of one kind, every column accounted for.

use super::shapes::Raw;
use crate::columns::{self, Meaning};
use crate::crs::Placement;
use crate::ledger::place_shape;
use crate::mapping::{Mapping, Rule, seam_of};
use crate::values;
use crate::{Intake, Options, receipt};
use minesift_core::fact::{Fact, Position, Shape, Source, Value};
use minesift_core::kind::{FieldType, Kind};
use minesift_core::text::Text;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The columns of a feature with the words in them; a million features share their columns' names.
pub(crate) type Cells = Vec<(Arc<str>, String)>;

/// A feature as read.
pub(crate) struct Feature {
    pub(crate) source: Source,
    pub(crate) layer: String,
    /// Id where no column gives one.
    pub(crate) fallback_id: String,
    pub(crate) cells: Cells,
    pub(crate) raw: Option<Raw>,
    /// True where arcs were drawn as chords.
    pub(crate) curved: bool,
}

/// What one feature became.
pub(crate) enum Made {
    Accepted(Vec<Fact>),
    Repaired(Vec<Fact>, Text),
    Refused(Text),
}

/// Builds facts, and remembers what must be said once at the end.
pub(crate) struct Builder<'a> {
    options: &'a Options,
    pub(crate) mapping: Mapping,
    ids: BTreeMap<(&'static str, String), u64>,
    /// Columns that are no key of the kind: filled cells by (kind, column).
    unknown: BTreeMap<&'static str, BTreeMap<String, u64>>,
    /// Cells that mean "unknown".
    sentinels: BTreeMap<String, u64>,
    /// Lines and points of each kind, those of them without any elevation, and lines of less than ten metres.
    flat: BTreeMap<&'static str, [u64; 3]>,
    /// What the columns of each kind mean: asked once, not at every feature.
    meanings: BTreeMap<&'static str, BTreeMap<String, Asked>>,
}

/// What a column means.
#[derive(Clone, Copy)]
enum Asked {
    /// The mapping leaves it out.
    Left,
    Means(Option<Meaning>),
}

impl<'a> Builder<'a> {
    pub(crate) fn new(options: &'a Options, mapping: Mapping) -> Self {
        Self {
            options,
            mapping,
            ids: BTreeMap::new(),
            unknown: BTreeMap::new(),
            sentinels: BTreeMap::new(),
            flat: BTreeMap::new(),
            meanings: BTreeMap::new(),
        }
    }

    fn meaning(&mut self, kind: &'static Kind, column: &str) -> Asked {
        let of = self.meanings.entry(kind.name).or_default();
        if let Some(asked) = of.get(column) {
            return *asked;
        }
        let asked = match self.mapping.column(column) {
            Some("-") => Asked::Left,
            key => Asked::Means(columns::of_feature(kind, key.unwrap_or(column))),
        };
        of.insert(column.to_owned(), asked);
        asked
    }

    /// The facts of a feature; `shapes` overrides what its own positions would give.
    pub(crate) fn make(
        &mut self,
        feature: Feature,
        kind: &'static Kind,
        rule: Option<&Rule>,
        placement: &Placement,
    ) -> Made {
        let mut repairs: Vec<Text> = Vec::new();
        let mut attributes: BTreeMap<&'static str, Value> = BTreeMap::new();
        let (mut id, mut z, mut rest) = (None, None, Vec::new());
        for (column, cell) in &feature.cells {
            if cell.trim().is_empty() {
                continue;
            }
            let Asked::Means(meaning) = self.meaning(kind, column) else { continue };
            match meaning {
                Some(Meaning::Id) => id = id.or_else(|| Some(cell.trim().to_owned())),
                Some(Meaning::Elevation(metres)) if z.is_none() && kind.shape.is_some() => {
                    match cell.trim().parse::<f64>() {
                        Ok(value) if values::is_sentinel(value, false) => {
                            *self.sentinels.entry(column.to_string()).or_default() += 1
                        }
                        Ok(value) => z = Some(value * metres),
                        Err(_) => rest.push((column, cell)),
                    }
                }
                Some(Meaning::Key(field, factor)) if !attributes.contains_key(field.key) => {
                    match values::value(field, cell, factor) {
                        Ok(Some(mut value)) => {
                            if let Value::Shape(shape) = &mut value
                                && let Err(why) = place_shape(shape, placement)
                            {
                                return Made::Refused(why);
                            }
                            attributes.insert(field.key, if field.key == "seam" { seam_value(value) } else { value });
                        }
                        Ok(None) => *self.sentinels.entry(column.to_string()).or_default() += 1,
                        Err(why) => {
                            repairs.push(Text::new(format!("{}，未采用", why.zh), format!("{}: not taken", why.en)));
                            rest.push((column, cell));
                        }
                    }
                }
                _ if cell.trim().parse::<f64>().is_ok_and(|number| values::is_sentinel(number, false)) => {
                    *self.sentinels.entry(column.to_string()).or_default() += 1;
                }
                _ => {
                    let of = self.unknown.entry(kind.name).or_default();
                    match of.get_mut(&**column) {
                        Some(count) => *count += 1,
                        None => {
                            of.insert(column.to_string(), 1);
                        }
                    }
                    rest.push((column, cell));
                }
            }
        }
        self.constants(&feature, kind, rule, &mut attributes, &mut id, &mut repairs);
        let has = |key: &str| kind.field(key).is_some();
        if has("seam")
            && !attributes.contains_key("seam")
            && let Some(seam) = seam_of(rule, self.options.seam.as_deref(), &feature.layer)
        {
            attributes.insert("seam", Value::Text(seam));
        }
        if let (Some(field), Some(grade), false) =
            (kind.field("evidence"), &self.options.evidence, attributes.contains_key("evidence"))
            && let Ok(Some(value)) = values::value(field, grade, 1.0)
        {
            attributes.insert("evidence", value);
        }
        if has("flooded") && feature.layer.contains("积水") && !attributes.contains_key("flooded") {
            attributes.insert("flooded", Value::Flag(true));
        }
        if has("note") && !rest.is_empty() {
            let kept: Vec<String> = rest.iter().map(|(column, cell)| format!("{column}={cell}")).collect();
            let note = match attributes.remove("note") {
                Some(Value::Text(note)) => format!("{note}; {}", kept.join("; ")),
                _ => kept.join("; "),
            };
            attributes.insert("note", Value::Text(note));
        }
        let Some(raw) = feature.raw else {
            return Made::Refused(Text::new("没有几何（空图形）", "it has no geometry"));
        };
        if feature.curved {
            repairs.push(Text::new("曲线按弦长误差 1 cm 折线化", "curves were drawn as chords within 1 cm"));
        }
        let made = match raw.shapes(kind, placement) {
            Ok(made) => made,
            Err(why) => return Made::Refused(why),
        };
        repairs.extend(made.repaired);
        let several = made.shapes.len() > 1;
        // What a drawing or ledger calls a hole is its number.
        if let (None, "borehole", Some(Value::Text(name))) = (&id, kind.name, attributes.get("name_zh")) {
            id = Some(name.clone());
        }
        let id = id.unwrap_or(feature.fallback_id);
        let mut facts = Vec::new();
        for (number, mut shape) in made.shapes.into_iter().enumerate() {
            if let (Shape::Point(at), Some(z)) = (&mut shape, z) {
                at.z = at.z.or(Some(z));
            }
            let wanted = if several { format!("{id}-{}", number + 1) } else { id.clone() };
            let id = self.unique(kind, wanted, &mut repairs);
            let heights: Option<bool> = match &shape {
                Shape::Point(at) => Some(at.z.is_some()),
                Shape::Lines(lines) => Some(lines.iter().flatten().any(|at| at.z.is_some())),
                Shape::Areas(_) | Shape::Mesh(_) => None,
            };
            if let Some(high) = heights {
                let high = high || attributes.keys().any(|key| columns::is_elevation(key));
                let flat = self.flat.entry(kind.name).or_default();
                flat[0] += 1;
                flat[1] += u64::from(!high);
                flat[2] += u64::from(matches!(&shape, Shape::Lines(lines) if length(lines) < SHORT_LINE_M));
            }
            let mut fact = Fact::new(kind.name, id).with_shape(shape).from_source(feature.source.clone());
            fact.attributes.clone_from(&attributes);
            facts.push(fact);
        }
        match receipt::all(&repairs) {
            None => Made::Accepted(facts),
            Some(why) => Made::Repaired(facts, why),
        }
    }

    fn constants(
        &self,
        feature: &Feature,
        kind: &'static Kind,
        rule: Option<&Rule>,
        attributes: &mut BTreeMap<&'static str, Value>,
        id: &mut Option<String>,
        repairs: &mut Vec<Text>,
    ) {
        for (key, template) in rule.map(|rule| rule.keys.as_slice()).unwrap_or_default() {
            let value = match template.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
                Some(column) => feature
                    .cells
                    .iter()
                    .find(|(name, _)| **name == *column)
                    .map(|(_, cell)| cell.clone())
                    .unwrap_or_default(),
                None => template.clone(),
            };
            if value.trim().is_empty() {
                continue;
            }
            let key = match key.as_str() {
                "id" => {
                    *id = Some(value);
                    continue;
                }
                "valid_from" if kind.field("found").is_some() => "found",
                "valid_from" if kind.field("surveyed").is_some() => "surveyed",
                "valid_from" => "date",
                "mine" => continue,
                other => other,
            };
            let Some(field) = kind.field(key) else { continue };
            match values::value(field, &value, 1.0) {
                Ok(Some(value)) => {
                    attributes.entry(field.key).or_insert(value);
                }
                Ok(None) => {}
                // A profile gives `kind` to several kinds; only those that know the word take it.
                Err(_)
                    if matches!(field.ty, FieldType::OneOf(_)) && self.mapping == crate::mapping::default_profile() => {
                }
                Err(why) => repairs.push(Text::new(
                    format!("对照表第 {} 行：{}", rule.map_or(0, |r| r.row), why.zh),
                    format!("row {} of the mapping: {}", rule.map_or(0, |r| r.row), why.en),
                )),
            }
        }
    }

    /// An id that no other fact of this kind from this file has.
    fn unique(&mut self, kind: &'static Kind, id: String, repairs: &mut Vec<Text>) -> String {
        let count = self.ids.entry((kind.name, id.clone())).or_default();
        *count += 1;
        if *count == 1 {
            return id;
        }
        let mut n = *count;
        let mut other = format!("{id}~{n}");
        while self.ids.contains_key(&(kind.name, other.clone())) {
            n += 1;
            other = format!("{id}~{n}");
        }
        self.ids.insert((kind.name, other.clone()), 1);
        repairs.push(Text::new(
            format!("编号 {id} 重复，改记为 {other}"),
            format!("the id {id} is there twice: this one is kept as {other}"),
        ));
        other
    }

    /// Counts a feature in the receipt.
    pub(crate) fn settle(made: Made, source: &Source, intake: &mut Intake) {
        match made {
            Made::Accepted(facts) => intake.accept(facts),
            Made::Repaired(facts, why) => intake.repair(facts, source, why),
            Made::Refused(why) => intake.refuse(source, why),
        }
    }

    /// Says once what concerns many features.
    pub(crate) fn finish(self, intake: &mut Intake) {
        let source = Source { file: intake.receipt.file.clone(), place: String::new() };
        for (name, columns) in &self.unknown {
            let columns: Vec<String> = columns.iter().map(|(column, count)| format!("{column} ({count})")).collect();
            let kept = minesift_core::kind::kind(name).is_some_and(|kind| kind.field("note").is_some());
            let (zh, en) = if kept {
                ("已原样存入备注", "kept in the note of each fact")
            } else {
                ("未采用", "not taken")
            };
            let columns_en = columns.join(", ");
            intake.note(&source, Text::new(
                format!("{name} 不认识的列：{}；{zh}；可用 --mapping（column,key）指明含义", columns.join("、")),
                format!("columns that are no key of {name}: {columns_en}; {en}; a mapping (column,key) can say what they mean"),
            ));
        }
        for (name, [all, flat, short]) in &self.flat {
            let title = minesift_core::kind::kind(name).map_or(*name, |kind| kind.zh);
            if *short > 0 {
                intake.note(
                    &source,
                    Text::new(
                        format!("{all} 条{title}中有 {short} 条短于 10 m：请核对是否为碎线"),
                        format!("{short} of {all} {name} are shorter than 10 m: scraps of a drawing?"),
                    ),
                );
            }
            if *flat == 0 {
                continue;
            }
            intake.note(
                &source,
                Text::new(
                    format!("{all} 个{title}中有 {flat} 个没有标高（只有平面位置）"),
                    format!("{flat} of {all} {name} have no elevation: they lie in plan only"),
                ),
            );
        }
        for (column, count) in &self.sentinels {
            intake.note(
                &source,
                Text::new(
                    format!("列 {column} 有 {count} 个单元为“未知”（-999、不详之类），按未记录处理"),
                    format!(
                        "column {column} has {count} cells that mean unknown (-999 and the like): taken as not recorded"
                    ),
                ),
            );
        }
    }
}

/// Lines shorter than this are counted and said.
const SHORT_LINE_M: f64 = 10.0;

/// Length in plan of all parts together.
fn length(lines: &[Vec<Position>]) -> f64 {
    lines.iter().flat_map(|line| line.windows(2)).map(|pair| (pair[0].x - pair[1].x).hypot(pair[0].y - pair[1].y)).sum()
}

/// `3煤` and `3#` are seam 3.
fn seam_value(value: Value) -> Value {
    match value {
        Value::Text(text) => {
            let bare = text.trim().trim_end_matches(['煤', '层', '#', '号']).trim_end_matches(['煤', '#', '号']);
            Value::Text(if bare.is_empty() { text } else { bare.to_owned() })
        }
        other => other,
    }
}
