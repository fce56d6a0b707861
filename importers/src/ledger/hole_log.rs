//! One file a hole, thickness only: depths are summed from the top.

use super::layers::{layer, short};
use super::reading::{Reading, Row1};
use crate::Intake;
use crate::table::Row;
use minesift_core::fact::{Fact, Source, Value};
use minesift_core::text::Text;
use std::collections::BTreeMap;

/// The state of reading a thickness-only log from the top down.
pub(super) struct HoleLog {
    hole: String,
    depth: f64,
    lost: Option<u64>,
    nameless: BTreeMap<String, u64>,
    /// Seams and in which rows they were met.
    seams: BTreeMap<String, Vec<u64>>,
    /// The numbers of the layers as they come.
    serials: Vec<f64>,
    layers: u64,
}

impl HoleLog {
    pub(super) fn new(reading: &Reading<'_>, _: &Source, _: &mut Intake) -> Self {
        let hole = reading.input.name.rsplit_once('.').map_or(reading.input.name.as_str(), |(stem, _)| stem).to_owned();
        Self {
            hole,
            depth: 0.0,
            lost: None,
            nameless: BTreeMap::new(),
            seams: BTreeMap::new(),
            serials: Vec::new(),
            layers: 0,
        }
    }

    pub(super) fn layer(&mut self, reading: &Reading<'_>, row: &Row) -> Row1 {
        if let Some(lost) = self.lost {
            return Row1::Refused(Text::new(
                format!("第 {lost} 行没有厚度，以下各层的埋深不知"),
                format!("row {lost} has no thickness: the depth of every layer below it is not known"),
            ));
        }
        let mut repairs = Vec::new();
        let thickness = match reading.number(row, "thickness", &mut repairs) {
            Ok(Some(thickness)) if thickness >= 0.0 => thickness,
            other => {
                self.lost = Some(row.number);
                return Row1::Refused(match other {
                    Err(why) => why,
                    Ok(Some(_)) => Text::new("厚度为负", "the thickness is negative"),
                    Ok(None) => Text::new("没有厚度", "there is no thickness"),
                });
            }
        };
        let (from, to) = (self.depth, self.depth + thickness);
        self.depth = to;
        self.layers += 1;
        let rock = reading.words(row, "lithology");
        let mut fact = Fact::new("interval", "")
            .with("hole", Value::Text(self.hole.clone()))
            .with("from_m", Value::Number(from))
            .with("to_m", Value::Number(to));
        if let Some(rock) = &rock {
            fact = fact.with("lithology", Value::Text(rock.clone()));
        }
        if let Err(why) = layer(&mut fact, &mut repairs) {
            return Row1::Refused(why);
        }
        if let Some(seam) = fact.text("seam") {
            self.seams.entry(seam.to_owned()).or_default().push(row.number);
        }
        if let Ok(Some(serial)) = reading.number(row, "serial", &mut Vec::new()) {
            self.serials.push(serial);
        }
        if let (None, Some(rock)) = (fact.text("seam"), rock.filter(|rock| rock.contains('煤'))) {
            *self.nameless.entry(rock).or_default() += 1;
        }
        // Two layers of no thickness would share an id.
        if thickness == 0.0 {
            fact.id = format!("{}#{}", fact.id, row.number);
        }
        Row1::Facts(vec![fact], repairs)
    }

    pub(super) fn tell(&self, sheet: &Source, intake: &mut Intake) {
        intake.note(sheet, Text::new(
            format!("孔 {}：{} 层，累计 {} m；只有厚度，自孔口向下累加为埋深。文件没有孔口标高和坐标：坐标取自坐标表，标高不得而知", self.hole, self.layers, short(self.depth)),
            format!("hole {}: {} layers, {} m in all; thickness only, summed downwards to depths below the collar. The file has neither position nor collar elevation: the position comes from a table of positions, elevations are not known", self.hole, self.layers, short(self.depth)),
        ));
        if self.serials.len() > 1 && self.serials.windows(2).all(|pair| pair[0] > pair[1]) {
            let (first, last) = (self.serials[0], self.serials[self.serials.len() - 1]);
            intake.note(sheet, Text::new(
                format!("序号自上而下由 {first} 减到 {last}：按行序，第一行为最上层"),
                format!("its layers are numbered downwards from {first} to {last}: taken in the order of the rows, the first is the uppermost"),
            ));
        }
        for (seam, rows) in self.seams.iter().filter(|(_, rows)| rows.len() > 1) {
            let list = rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            intake.note(sheet, Text::new(
                format!("煤层 {seam} 在此孔出现 {} 次（第 {list} 行）：断层重复、分层，或编号有误", rows.len()),
                format!("seam {seam} stands {} times in this hole (rows {list}): repeated by a fault, split, or misnamed", rows.len()),
            ));
        }
        if !self.nameless.is_empty() {
            let list: Vec<String> = self.nameless.iter().map(|(rock, n)| format!("{rock}×{n}")).collect();
            intake.note(
                sheet,
                Text::new(
                    format!("没有煤层编号的煤：{}；不归入任何煤层", list.join("、")),
                    format!("coal without a seam's number: {}; it belongs to no seam", list.join(", ")),
                ),
            );
        }
    }
}
