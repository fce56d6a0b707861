//! DXF drawings, R12 to R2018, by a reader of our own. See `docs/formats/dxf.md`.
//!
//! The layers of a drawing mean what the mapping table says, else what the default profile says; a layer that neither
//! knows is listed with its count and not taken.

mod curves;
mod drawing;
mod tags;

use crate::columns::{self, Meaning};
use crate::crs::{self, Placement};
use crate::gis::build::{Builder, Cells, Feature, Made};
use crate::gis::shapes::{Raw, mesh};
use crate::mapping::{self, Mapping, Rule, Target};
use crate::vector::refuse_many;
use crate::{ImportError, Importer, Input, Intake, Options};
use drawing::{Entity, Geometry};
use minesift_core::fact::{Fact, Position, Shape, Source};
use minesift_core::kind::{Kind, ShapeKind};
use minesift_core::text::Text;
use std::collections::BTreeMap;

pub(crate) const IMPORTER: Importer = Importer {
    name: "dxf",
    about: "drawings in DXF, R12 to R2018; layers by a mapping table",
    extensions: &["dxf"],
    recognises: |input| input.extension() == "dxf" || tags::looks_like_dxf(&input.head),
    read,
};

/// DWG is recognised to be refused with a way out.
pub(crate) const DWG: Importer = Importer {
    name: "dwg",
    about: "DWG drawings: refused, with the way to convert them to DXF",
    extensions: &["dwg"],
    recognises: |input| input.extension() == "dwg" || input.head.starts_with(b"AC10"),
    read: |input, _, _| {
        Err(ImportError::new(
            &input.name,
            "DWG 是不公开的格式，不直接读取；请在 CAD 中用“另存为 DXF（R2000 或 R2013）”，或用 ODA File Converter 批量转换后导入 .dxf",
            "DWG is a closed format and is not read: save it as DXF (R2000 or R2013) in the CAD program, or convert it with the ODA File Converter, and import the .dxf",
        ))
    },
};

/// Positions of each entity that are looked at to decide where the drawing lies, besides the outermost.
const OF_EACH: usize = 20;

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let bytes = input.bytes().map_err(|error| ImportError::new(&input.name, error.to_string(), error.to_string()))?;
    let (drawing, encoding) = drawing::read(&input.name, &bytes, options)?;
    intake.receipt.encoding = Some(encoding);
    let source = Source { file: input.name.clone(), place: String::new() };
    let (table, own) = match &options.mapping {
        Some(path) => (Mapping::read(path)?, true),
        None => (mapping::default_profile(), false),
    };
    let whole_kind = match &options.kind {
        Some(name) => Some(crate::vector::kind_named(&input.name, name)?),
        None => None,
    };
    if !own && whole_kind.is_none() {
        intake.note(
            &source,
            Text::new(
                "未给出图层对照表（--mapping），采用默认图层表",
                "no layer mapping was given (--mapping): the default profile is used",
            ),
        );
    }
    if named_like_a_section(&input.name) {
        intake.note(
            &source,
            Text::new(
                "按文件名，这是一张剖面图：若其 Y 是标高而非北坐标，图上的线不在平面上，请勿作为平面图导入",
                "its name says that this is a section: where its Y is an elevation and not a northing, its lines do not lie in plan; do not import them as a plan",
            ),
        );
    }
    for note in &drawing.notes {
        intake.note(&source, note.clone());
    }
    let samples: Vec<[f64; 2]> =
        drawing.entities.iter().flat_map(|e| crs::spread(&e.geometry.positions(), OF_EACH)).collect();
    let placement = Placement::decide(&input.name, &samples, None, options)?;
    placement.report(intake);
    intake.table("");
    let flat = drawing.entities.iter().all(|e| e.geometry.positions().iter().all(|p| p.z.is_none_or(|z| z == 0.0)));
    let mut by_layer: BTreeMap<String, Vec<Entity>> = BTreeMap::new();
    for entity in drawing.entities {
        by_layer.entry(entity.layer.clone()).or_default().push(entity);
    }
    let rules = table.clone();
    let mut builder = Builder::new(options, table);
    for (layer, entities) in by_layer {
        let rule = rules.for_layer(&layer).next();
        let at = Source { file: input.name.clone(), place: format!("layer {layer}") };
        let target = rule.map(|rule| rule.target).or(whole_kind.map(Target::Kind));
        match target {
            Some(Target::Kind(kind)) => {
                read_layer(&layer, entities, kind, rule, flat, &placement, &mut builder, intake);
            }
            Some(Target::Ignore) => {
                let row = rule.map_or(0, |rule| rule.row);
                refuse_many(
                    intake,
                    &at,
                    entities.len() as u64,
                    &Text::new(
                        format!("图层“{layer}”按{}第 {row} 行不导入", if own { "对照表" } else { "默认图层表" }),
                        format!(
                            "layer \"{layer}\" is left out by row {row} of the {}",
                            if own { "mapping" } else { "default profile" }
                        ),
                    ),
                );
            }
            None => refuse_many(
                intake,
                &at,
                entities.len() as u64,
                &Text::new(
                    format!("图层“{layer}”不在对照表中，不猜测；请在 --mapping 中写明 object_type（或 ignore）"),
                    format!(
                        "layer \"{layer}\" is in no row of the mapping and is not guessed at: give its object_type (or ignore) in a --mapping"
                    ),
                ),
            ),
        }
    }
    if !drawing.skipped.is_empty() {
        let list: Vec<String> = drawing.skipped.iter().map(|(what, count)| format!("{what} ({count})")).collect();
        let count = drawing.skipped.values().sum();
        refuse_many(
            intake,
            &source,
            count,
            &Text::new(
                format!("不含矿图图形的实体未采用：{}", list.join("、")),
                format!("entities without ground in them were not taken: {}", list.join(", ")),
            ),
        );
    }
    builder.finish(intake);
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "one layer's whole setting")]
fn read_layer(
    layer: &str,
    entities: Vec<Entity>,
    kind: &'static Kind,
    rule: Option<&Rule>,
    flat: bool,
    placement: &Placement,
    builder: &mut Builder<'_>,
    intake: &mut Intake,
) {
    let file = intake.receipt.file.clone();
    let wanted = kind.shape.map(|(_, shape)| shape);
    let (texts, shapes): (Vec<Entity>, Vec<Entity>) =
        entities.into_iter().partition(|e| matches!(e.geometry, Geometry::Text { .. }));
    let labels = rule.is_some_and(|rule| rule.label == "inside");
    let mut used = vec![false; texts.len()];
    let mut faces: Vec<Vec<Position>> = Vec::new();
    let (mut face_count, mut closed, mut face_at) = (0_u64, 0_u64, None);
    for entity in shapes {
        let source = Source { file: file.clone(), place: entity.place() };
        let mut raw = match &entity.geometry {
            Geometry::Faces(of) if of.is_empty() => {
                intake.refuse(
                    &source,
                    Text::new(
                        "面片没有面积（不足三个不同的角点）",
                        "the face has no area (fewer than three different corners)",
                    ),
                );
                continue;
            }
            Geometry::Faces(of) if wanted == Some(ShapeKind::Mesh) => {
                let mut of = of.clone();
                match of.iter_mut().flatten().try_for_each(|p| placement.apply(p)) {
                    Ok(()) => {
                        faces.append(&mut of);
                        face_count += 1;
                        face_at.get_or_insert(source);
                    }
                    Err(why) => intake.refuse(&source, why),
                }
                continue;
            }
            Geometry::Shape { raw, .. } => raw.clone(),
            Geometry::Insert { at, .. } if matches!(wanted, Some(ShapeKind::Point | ShapeKind::Any)) => {
                Raw::Points(vec![*at])
            }
            Geometry::Insert { parts, .. } => {
                if let Some(raw) = merged(parts) {
                    raw
                } else {
                    intake
                        .refuse(&source, Text::new("块内没有单一类型的图形", "the block holds no shapes of one sort"));
                    continue;
                }
            }
            // A face in a plan is an area, seen from above.
            Geometry::Faces(of) => Raw::Areas(of.iter().map(|face| vec![close(face.clone())]).collect()),
            Geometry::Text { .. } => continue,
        };
        if wanted == Some(ShapeKind::Area) {
            if let Some(area) = raw.closed().or_else(|| entity.flagged_closed().then(|| raw.clone().shut()).flatten()) {
                raw = area;
                closed += 1;
            } else if let Raw::Lines(lines) = &raw {
                let gap = lines
                    .iter()
                    .filter_map(|l| Some((l.first()?, l.last()?)))
                    .map(|(a, b)| (a.x - b.x).hypot(a.y - b.y))
                    .fold(0.0, f64::max);
                intake.refuse(&source, Text::new(
                    format!("多段线未闭合（首尾相距 {gap:.2} m），而 {} 应为面；请在 CAD 中闭合", kind.zh),
                    format!("the polyline is open (its ends are {gap:.2} m apart), but a {} is an area: close it in the drawing", kind.en),
                ));
                continue;
            }
        }
        let named = |(column, cell): &(String, String)| (column.as_str().into(), cell.clone());
        let mut cells: Cells = entity.attributes.iter().map(named).collect();
        if labels {
            for (text, used) in texts.iter().zip(&mut used) {
                if let Geometry::Text { at, words } = &text.geometry
                    && inside(&raw, *at)
                {
                    *used = true;
                    label(kind, words, &mut cells);
                }
            }
        }
        if kind.name == "contour"
            && !cells.iter().any(|(key, _)| &**key == "value_m")
            && let Some(z) = raw.positions().first().and_then(|p| p.z).filter(|_| !flat)
        {
            cells.push(("value_m".into(), z.to_string()));
        }
        if flat {
            raw.positions_mut().into_iter().for_each(|p| p.z = None);
        }
        let fallback_id = if entity.handle.is_empty() {
            format!("{layer}-L{}", entity.line)
        } else {
            format!("{layer}-{}", entity.handle)
        };
        let feature = Feature {
            source: source.clone(),
            layer: layer.to_owned(),
            fallback_id,
            cells,
            raw: Some(raw),
            curved: false,
        };
        let made: Made = builder.make(feature, kind, rule, placement);
        Builder::settle(made, &source, intake);
    }
    if let Some(source) = face_at {
        let source = Source { place: format!("layer {layer}, {face_count} faces from {}", source.place), ..source };
        intake.accept([Fact::new(kind.name, layer).with_shape(Shape::Mesh(mesh(&faces))).from_source(source)]);
        if let Some(tally) = intake.receipt.tables.last_mut() {
            tally.read += face_count - 1;
            tally.accepted += face_count - 1;
        }
    }
    let at = Source { file, place: format!("layer {layer}") };
    if closed > 0 {
        intake.note(
            &at,
            Text::new(
                format!("{closed} 条闭合多段线按面读取"),
                format!("{closed} closed polylines were read as areas, as {} is one", kind.en),
            ),
        );
    }
    let (mut named, mut loose) = (0, 0);
    for used in used {
        if used { named += 1 } else { loose += 1 }
    }
    if named > 0 {
        if let Some(tally) = intake.receipt.tables.last_mut() {
            tally.read += named;
            tally.accepted += named;
        }
        intake.note(
            &at,
            Text::new(
                format!("{named} 处文字按 label=inside 标注到所在图形"),
                format!("{named} texts name the shape they lie in (label=inside)"),
            ),
        );
    }
    refuse_many(
        intake,
        &at,
        loose,
        &Text::new(
            "是文字，未标注到任何图形（对照表 label=inside 只取图形内的文字）",
            "are texts that name no shape (label=inside of the mapping takes those inside one)",
        ),
    );
}

/// A label's words as cells: `老空区 G1`, `积水标高 -250`, `G3-02`.
fn label(kind: &'static Kind, words: &str, cells: &mut Cells) {
    for line in words.split(['\n', ';', '；', '，']) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let split = line.find(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '：' | ':' | '=' | ' ' | '－'));
        let (name, rest) = split.map_or((line, ""), |at| line.split_at(at));
        let value = rest.trim_matches([' ', ':', '：', '=']).replace('－', "-");
        match columns::of_feature(kind, name) {
            Some(Meaning::Key(field, _)) if !value.is_empty() => cells.push((field.key.into(), value)),
            _ => {
                // The last word with a digit in it is the number on the drawing; without one, the words are a name.
                match line.split_whitespace().rev().find(|word| word.chars().any(|c| c.is_ascii_digit())) {
                    Some(id) => cells.push(("id".into(), id.to_owned())),
                    None => cells.push(("name_zh".into(), line.to_owned())),
                }
            }
        }
    }
}

fn close(mut ring: Vec<Position>) -> Vec<Position> {
    if ring.first().map(|p| p.xy()) != ring.last().map(|p| p.xy()) {
        ring.extend(ring.first().copied());
    }
    ring
}

impl Raw {
    /// Lines that the drawing says are closed, closed.
    fn shut(self) -> Option<Self> {
        let Self::Lines(lines) = self else { return None };
        Self::Lines(lines.into_iter().map(close).collect()).closed()
    }
}

/// Whether a position lies in the areas, or in the closed lines.
fn inside(raw: &Raw, at: Position) -> bool {
    let rings: Vec<&Vec<Position>> = match raw {
        Raw::Areas(areas) => areas.iter().flatten().collect(),
        _ => return false,
    };
    let mut inside = false;
    for ring in rings {
        for pair in ring.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if (a.y > at.y) != (b.y > at.y) && at.x < a.x + (b.x - a.x) * (at.y - a.y) / (b.y - a.y) {
                inside = !inside;
            }
        }
    }
    inside
}

/// The shapes of a block as one, where they are of one sort.
fn merged(parts: &[Raw]) -> Option<Raw> {
    let mut parts = parts.iter();
    let mut sum = parts.next()?.clone();
    for part in parts {
        match (&mut sum, part) {
            (Raw::Points(a), Raw::Points(b)) => a.extend(b),
            (Raw::Lines(a), Raw::Lines(b)) => a.extend(b.iter().cloned()),
            (Raw::Areas(a), Raw::Areas(b)) => a.extend(b.iter().cloned()),
            _ => return None,
        }
    }
    Some(sum)
}

/// True for the names of sections: 剖面, 勘探线, 断面, section, profile, or the coordinate of a cut alone, as `S_-10` or
/// `N_4000`. Nothing inside such a drawing tells it from a plan.
fn named_like_a_section(file: &str) -> bool {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_lowercase();
    let cut = || {
        let (axis, at) = stem.split_once('_')?;
        (matches!(axis, "s" | "n" | "e" | "w" | "x" | "y") && at.parse::<f64>().is_ok_and(f64::is_finite)).then_some(())
    };
    ["剖面", "勘探线", "断面", "section", "profile"].iter().any(|word| stem.contains(word)) || cut().is_some()
}

#[cfg(test)]
mod tests {
    use super::named_like_a_section;

    #[test]
    fn sections_are_told_by_their_names() {
        for name in ["S_-10.dxf", "S_0.dxf", "x_4000.5.dxf", "3-3'剖面图.dxf", "7勘探线.dxf", "Section A.DXF"] {
            assert!(named_like_a_section(name), "{name}");
        }
        for name in ["采掘工程平面图.dxf", "S_main.dxf", "plan_10.dxf", "s.dxf"] {
            assert!(!named_like_a_section(name), "{name}");
        }
    }
}
