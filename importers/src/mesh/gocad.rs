//! GOCAD text objects, as tolerant as the field's files need and as loud as a receipt must be.

use super::well::Well;
use super::{AxisUnits, Object, bytes, give};
use crate::crs::Placement;
use crate::{ImportError, Input, Intake, Options};
use minesift_core::fact::Source;
use minesift_core::text::Text;
use std::collections::BTreeMap;

/// Objects whose content is no surface, line or point set.
const OTHER: &[&str] = &["VOXET", "SGRID", "GSHAPE", "MODEL3D", "MODEL"];
/// Bad lines named one by one in an object.
const MOST_NAMED: usize = 5;

pub(super) fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let bytes = bytes(input)?;
    let text = crate::encoding::decide(&input.name, &bytes, options.encoding.as_deref(), &[])?;
    intake.receipt.encoding = Some(text.choice);
    intake.table("");
    let Found { objects, wells, others } = objects(&text.text);
    let mut samples: Vec<[f64; 2]> = objects.iter().flat_map(|object| object.samples(options)).collect();
    samples.extend(wells.iter().filter_map(|(well, _)| well.sample(options)));
    let placement = Placement::decide(&input.name, &samples, None, options)?;
    if !samples.is_empty() {
        placement.report(intake);
    }
    for units in
        objects.iter().filter(|o| !o.vertices.is_empty()).map(|o| &o.units).chain(wells.iter().map(|w| &w.0.units))
    {
        units.say(options, intake);
    }
    for (name, line) in others {
        let source = Source { file: input.name.clone(), place: format!("line {line}") };
        intake.refuse(
            &source,
            Text::new(
                format!("GOCAD {name} 不是面、线、点集或井，未读取；请导出为 TSurf、PLine 或 VSet"),
                format!(
                    "a GOCAD {name} is no surface, line, point set or well and is not read: export it as TSurf, PLine or VSet"
                ),
            ),
        );
    }
    for object in objects {
        give(object, options, &placement, intake)?;
    }
    for (well, ended) in wells {
        let source = Source { file: input.name.clone(), place: well.place.clone() };
        match well.facts(&placement, options, ended) {
            Ok((facts, problems)) => {
                for problem in problems {
                    intake.note(&source, problem);
                }
                intake.accept(facts.into_iter().map(|fact| fact.from_source(source.clone())));
            }
            Err(why) => intake.refuse(&source, why),
        }
    }
    if intake.receipt.total().read == 0 {
        return Err(ImportError::new(&input.name, "没有 GOCAD 对象", "there is no GOCAD object in it"));
    }
    Ok(())
}

/// What a file holds.
struct Found {
    objects: Vec<Object>,
    /// Wells, and whether each came to its END.
    wells: Vec<(Well, bool)>,
    /// Objects of other sorts by name and line.
    others: Vec<(String, usize)>,
}

fn objects(text: &str) -> Found {
    let (mut objects, mut wells, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut current: Option<Building> = None;
    let mut well: Option<Well> = None;
    let mut skipping = false;
    for (number, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace();
        let Some(word) = words.next() else { continue };
        let rest: Vec<&str> = words.collect();
        if word.eq_ignore_ascii_case("GOCAD") {
            let sort = rest.first().copied().unwrap_or_default().to_uppercase();
            // Inside a group each member begins again.
            objects.extend(current.take().map(|building| building.done(false)));
            wells.extend(well.take().map(|well| (well, false)));
            if sort.ends_with("GROUP") {
                skipping = true;
                continue;
            }
            if sort == "WELL" {
                skipping = false;
                well = Some(Well::new(number + 1));
                continue;
            }
            skipping = OTHER.contains(&sort.as_str()) || !matches!(sort.as_str(), "TSURF" | "PLINE" | "VSET");
            if skipping {
                others.push((if sort.is_empty() { "?".to_owned() } else { sort }, number + 1));
            } else {
                current = Some(Building::new(&sort, number + 1));
            }
            continue;
        }
        if skipping {
            continue;
        }
        if let Some(open) = &mut well {
            if word == "END" {
                wells.extend(well.take().map(|well| (well, true)));
            } else {
                open.line(word, &rest, line, number + 1);
            }
            continue;
        }
        let Some(building) = &mut current else { continue };
        if word == "END" {
            objects.extend(current.take().map(|building| building.done(true)));
            continue;
        }
        building.line(word, &rest, line, number + 1);
    }
    objects.extend(current.take().map(|building| building.done(false)));
    wells.extend(well.take().map(|well| (well, false)));
    Found { objects, wells, others }
}

struct Building {
    object: Object,
    /// Numbers in the file → places in the list.
    ids: BTreeMap<i64, u32>,
    line: Vec<u32>,
    named: Vec<String>,
    /// Names of properties beside the coordinates.
    properties: Vec<String>,
    /// Stones and edges of its border.
    border: u64,
}

impl Building {
    fn new(sort: &str, line: usize) -> Self {
        Self {
            object: Object { place: format!("{sort} at line {line}"), ..Object::default() },
            ids: BTreeMap::new(),
            line: Vec::new(),
            named: Vec::new(),
            properties: Vec::new(),
            border: 0,
        }
    }

    fn bad(&mut self, number: usize, line: &str) {
        self.object.bad += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push(format!("{number} ({})", line.chars().take(40).collect::<String>().trim()));
        }
    }

    fn line(&mut self, word: &str, rest: &[&str], line: &str, number: usize) {
        let integer = |i: usize| rest.get(i).and_then(|w| w.parse::<i64>().ok());
        match word {
            "VRTX" | "PVRTX" => {
                let at: Option<Vec<f64>> =
                    (1..4).map(|i| rest.get(i)?.parse::<f64>().ok().filter(|v| v.is_finite())).collect();
                match (integer(0), at.as_deref()) {
                    (Some(id), Some(&[x, y, z])) => self.vertex(id, [x, y, z]),
                    _ => self.bad(number, line),
                }
            }
            "ATOM" | "PATOM" => match integer(0).zip(integer(1)) {
                Some((id, of)) if self.ids.contains_key(&of) => {
                    let at = self.object.vertices[self.ids[&of] as usize];
                    self.vertex(id, at);
                }
                _ => self.bad(number, line),
            },
            "TRGL" => {
                let corners: Option<Vec<u32>> = (0..3).map(|i| self.ids.get(&integer(i)?).copied()).collect();
                match corners.as_deref() {
                    Some(&[a, b, c]) if a != b && b != c && a != c => self.object.triangles.push([a, b, c]),
                    _ => self.bad(number, line),
                }
            }
            "SEG" => match integer(0).zip(integer(1)).and_then(|(a, b)| Some((*self.ids.get(&a)?, *self.ids.get(&b)?)))
            {
                Some((a, b)) => {
                    if self.line.last() != Some(&a) {
                        self.end_line();
                        self.line.push(a);
                    }
                    self.line.push(b);
                }
                None => self.bad(number, line),
            },
            "ILINE" => self.end_line(),
            "ZPOSITIVE" => self.object.down = rest.first().is_some_and(|w| w.eq_ignore_ascii_case("depth")),
            "AXIS_UNIT" => self.object.units = AxisUnits::of_line(&line[line.find("AXIS_UNIT").unwrap_or(0) + 9..]),
            "PROPERTIES" => self.properties = rest.iter().map(|word| (*word).to_owned()).collect(),
            "BSTONE" | "BORDER" => self.border += 1,
            _ => {
                let name = super::name_in(line);
                if let Some(name) = name.filter(|_| self.object.name.is_empty()) {
                    self.object.name = name.trim().trim_matches('"').to_owned();
                }
            }
        }
    }

    fn vertex(&mut self, id: i64, at: [f64; 3]) {
        self.ids.insert(id, self.object.vertices.len() as u32);
        self.object.vertices.push(at);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.len() > 1 {
            self.object.lines.push(line);
        }
    }

    fn done(mut self, ended: bool) -> Object {
        self.end_line();
        let mut object = self.object;
        if object.down {
            object.problems.push(Text::new(
                "Z 为深度（ZPOSITIVE Depth），已变号为标高",
                "Z is depth (ZPOSITIVE Depth): its sign was turned to elevation",
            ));
        }
        if object.bad > 0 {
            let named = self.named.join(", ");
            object.problems.push(Text::new(
                format!("{} 行无法读取，未采用：行 {named}", object.bad),
                format!("{} lines could not be read and were left out: line {named}", object.bad),
            ));
        }
        if !ended {
            object.problems.push(Text::new("没有 END，文件可能不完整", "there is no END: the file may be cut off"));
        }
        if !self.properties.is_empty() {
            let list = self.properties.join(", ");
            object.notes.push(Text::new(
                format!("顶点属性未采用：{list}"),
                format!("properties of its vertices were not taken: {list}"),
            ));
        }
        if self.border > 0 {
            object.notes.push(Text::new(
                format!("边界标记（BSTONE、BORDER）{} 行未采用：边界由三角形本身得出", self.border),
                format!(
                    "{} lines that mark its border (BSTONE, BORDER) were not taken: the triangles have it",
                    self.border
                ),
            ));
        }
        object
    }
}
