//! The cells of a row as numbers, words and positions, everything said that was read otherwise than written.

use super::facts::place_shape;
use crate::columns::{self, Column};
use crate::crs::{Placement, angle};
use crate::table::{Cell, Row, Table};
use crate::values::{self, DayOrder, Number};
use crate::{Input, Options, exported};
use minesift_core::fact::{Fact, Position, Value};
use minesift_core::kind::{Field, FieldType, Kind};
use minesift_core::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Everything a table's rows are read with.
pub(super) struct Reading<'a> {
    pub(super) input: &'a Input,
    pub(super) table: &'a Table,
    pub(super) options: &'a Options,
    pub(super) columns: Vec<Column>,
    pub(super) orders: BTreeMap<usize, DayOrder>,
    /// Factor of each column into metres or the field's unit.
    pub(super) scales: BTreeMap<usize, f64>,
    /// The unit that the factor reaches.
    pub(super) bases: BTreeMap<usize, &'static str>,
    pub(super) placement: Option<Placement>,
    /// Roles of the first and second coordinate, east first unless the file leaves it to [`Placement`].
    pub(super) axes: Option<[&'static str; 2]>,
    /// Plus one where a positive dip points down.
    pub(super) dip_sign: f64,
    /// Columns of samples that nobody named and that hold numbers.
    pub(super) numeric: BTreeSet<usize>,
}

/// What became of one row.
pub(super) enum Row1 {
    Facts(Vec<Fact>, Vec<Text>),
    Refused(Text),
}

impl Reading<'_> {
    pub(super) fn column(&self, role: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.role.as_deref() == Some(role))
    }

    pub(super) fn cell<'r>(&self, row: &'r Row, role: &str) -> Option<(&Column, &'r Cell)> {
        let column = self.column(role)?;
        Some((column, row.cell(column.index)))
    }

    pub(super) fn words(&self, row: &Row, role: &str) -> Option<String> {
        let (_, cell) = self.cell(row, role)?;
        let words = cell.words();
        (!words.is_empty()).then_some(words)
    }

    /// A number in its base unit; repairs are said into `repairs`, a range is none.
    pub(super) fn number(&self, row: &Row, role: &str, repairs: &mut Vec<Text>) -> Result<Option<f64>, Text> {
        let Some((column, cell)) = self.cell(row, role) else { return Ok(None) };
        // Degrees may be written with minutes and seconds.
        if matches!(role, "lon" | "lat")
            && let Cell::Text(words) = cell
            && values::plain_number(words, self.table.decimal_comma).is_none()
            && let Some(degrees) = angle::degrees(words)
        {
            return Ok(Some(degrees));
        }
        self.number_in(column, cell, columns::is_elevation(role), repairs)
    }

    pub(super) fn number_in(
        &self,
        column: &Column,
        cell: &Cell,
        elevation: bool,
        repairs: &mut Vec<Text>,
    ) -> Result<Option<f64>, Text> {
        let header = &column.header;
        let mut scale = self.scales.get(&column.index).copied().unwrap_or(1.0);
        // A unit in the cell itself holds for that cell.
        if let (Some(base), Cell::Text(words)) = (self.bases.get(&column.index), cell)
            && let Some(unit) = values::unit_behind(words)
        {
            scale = values::factor(&unit, base).ok_or_else(|| {
                Text::new(
                    format!("列“{header}”：“{words}”的单位 {unit} 不能换算为 {base}"),
                    format!("column \"{header}\": the unit {unit} of \"{words}\" is no {base}"),
                )
            })?;
        }
        match values::number(cell, self.table.decimal_comma, elevation) {
            Ok(Number::None) => Ok(None),
            Ok(Number::One(number)) => Ok(Some(number * scale)),
            Ok(Number::Sentinel(number)) => {
                repairs.push(Text::new(
                    format!("列“{header}”的 {number} 按“无数据”处理"),
                    format!("{number} in \"{header}\" stands for no data"),
                ));
                Ok(None)
            }
            // Of a water level the higher end counts: it presses harder, and "unknown" would ask for a narrower barrier.
            Ok(Number::Range(a, b)) if column.role.as_deref() == Some("water_level_m") => {
                repairs.push(Text::new(
                    format!("列“{header}”是范围 {a}–{b}：取较高者 {b}"),
                    format!("\"{header}\" holds the range {a}–{b}: the higher end, {b}, was taken"),
                ));
                Ok(Some(b * scale))
            }
            Ok(Number::Range(a, b)) => {
                repairs.push(Text::new(
                    format!("列“{header}”是范围 {a}–{b}，不是一个数：按未知处理，请给出一个值"),
                    format!(
                        "\"{header}\" holds the range {a}–{b}, no single number: taken as not known, give one value"
                    ),
                ));
                Ok(None)
            }
            Err(why) => Err(Text::new(format!("列“{header}”：{}", why.zh), format!("column \"{header}\": {}", why.en))),
        }
    }

    /// Rows that are no records: totals, repeated headers, more cells than columns.
    pub(super) fn no_record(&self, row: &Row) -> Option<Text> {
        let first = row.cells.iter().find(|cell| !cell.is_empty()).map(Cell::words).unwrap_or_default();
        if matches!(
            first.replace(' ', "").as_str(),
            "合计" | "小计" | "总计" | "累计" | "平均" | "total" | "Total" | "TOTAL"
        ) {
            return Some(Text::new("合计行，不是记录", "a total, no record"));
        }
        let extra = row.cells.iter().skip(self.table.headers.len()).filter(|cell| !cell.is_empty()).count();
        if extra > 0 {
            return Some(Text::new(
                format!("比表头多 {extra} 个单元格：可能有未加引号的逗号"),
                format!("{extra} more cells than the header has: a comma without quotes?"),
            ));
        }
        let same = row
            .cells
            .iter()
            .zip(&self.table.headers)
            .filter(|(cell, header)| !header.is_empty() && cell.words() == **header)
            .count();
        (same > 1 && same == self.table.headers.iter().filter(|h| !h.is_empty()).count())
            .then(|| Text::new("重复的表头行，不是记录", "the header again, no record"))
    }

    pub(super) fn is_numeric(&self, index: usize) -> bool {
        let (mut numbers, mut words) = (0, 0);
        for row in &self.table.rows {
            match values::number(row.cell(index), self.table.decimal_comma, false) {
                Ok(Number::None) => {}
                Ok(_) => numbers += 1,
                Err(_) => words += 1,
            }
        }
        numbers > 0 && words * 10 < numbers
    }

    /// The position of a row in the map's frame; none where nothing was written.
    pub(super) fn position(&self, row: &Row, repairs: &mut Vec<Text>) -> Result<Option<Position>, Text> {
        let (Some([a, b]), Some(placement)) = (self.axes, &self.placement) else { return Ok(None) };
        let (x, y) = (self.number(row, a, repairs)?, self.number(row, b, repairs)?);
        let (x, y) = match (x, y) {
            (Some(x), Some(y)) => (x, y),
            (None, None) => return Ok(None),
            _ => return Err(Text::new("坐标只有一个数", "only one of the two coordinates is there")),
        };
        let mut at = Position { x, y, z: self.number(row, "z", repairs)? };
        placement.apply(&mut at)?;
        Ok(Some(at))
    }

    pub(super) fn id(&self, kind: &Kind, row: &Row) -> Result<String, Text> {
        // Only positions are called by their hole; another kind's `hole` says where it lies.
        let roles: &[&str] = if kind.name == "borehole" { &["hole", "id", "name"] } else { &["id", "name"] };
        let mut asked = None;
        for role in roles {
            if let Some((column, cell)) = self.cell(row, role) {
                if !cell.is_empty() {
                    return Ok(cell.words());
                }
                asked = asked.or(Some(column.header.clone()));
            }
        }
        if let Some(header) = asked {
            Err(Text::new(format!("列“{header}”没有编号"), format!("column \"{header}\" has no id")))
        } else {
            let stem = self.input.name.rsplit_once('.').map_or(self.input.name.as_str(), |(stem, _)| stem);
            let sheet = if self.table.name.is_empty() { String::new() } else { format!("/{}", self.table.name) };
            Ok(format!("{stem}{sheet}#{}", row.number))
        }
    }

    pub(super) fn value(
        &self,
        field: &'static Field,
        column: &Column,
        cell: &Cell,
        repairs: &mut Vec<Text>,
    ) -> Result<Option<Value>, Text> {
        let headed = |why: Text| {
            Text::new(format!("列“{}”：{}", column.header, why.zh), format!("column \"{}\": {}", column.header, why.en))
        };
        if cell.is_empty() {
            return Ok(None);
        }
        if let Cell::Text(words) = cell
            && let Some(mut value) = exported::value(field, words)
        {
            if let (Value::Shape(shape), Some(placement)) = (&mut value, &self.placement) {
                place_shape(shape, placement)?;
            }
            return Ok(Some(value));
        }
        Ok(match field.ty {
            FieldType::Number { unit, least, most } => {
                match self.number_in(column, cell, columns::is_elevation(field.key), repairs)? {
                    Some(number) if number < least || number > most => {
                        return Err(headed(Text::new(
                            format!("{number} 超出范围（{least} 至 {most} {unit}）"),
                            format!("{number} is not between {least} and {most} {unit}"),
                        )));
                    }
                    number => number.map(Value::Number),
                }
            }
            FieldType::Text if field.key == "seam" => values::seam(&cell.words()).map(|(name, changed)| {
                if changed {
                    repairs.push(Text::new(
                        format!("煤层“{}”写作“{name}”", cell.words()),
                        format!("seam \"{}\" is written \"{name}\"", cell.words()),
                    ));
                }
                Value::Text(name)
            }),
            FieldType::Text => Some(Value::Text(cell.words())),
            FieldType::OneOf(of) => {
                values::one_of(cell, field.key, of).map_err(headed)?.map(|word| Value::Text(word.to_owned()))
            }
            // 无 under 验证结果 says that there is no result, not that the answer is no.
            FieldType::Flag if column.header.contains("结果") && matches!(cell.words().as_str(), "有" | "无") => {
                None
            }
            FieldType::Flag => values::flag(cell).map_err(headed)?.map(Value::Flag),
            FieldType::Date => {
                let order = self.orders.get(&column.index).copied().unwrap_or(DayOrder::Open);
                values::date(cell, order).map_err(headed)?.map(|(date, repair)| {
                    repairs.extend(repair);
                    Value::Date(date)
                })
            }
            FieldType::Texts => Some(Value::Texts(values::texts(&cell.words()))),
            FieldType::Shape(_) | FieldType::Plane | FieldType::Numbers(_) => {
                return Err(headed(Text::new(
                    format!("“{}”不可读：图形写作 WKT，数列与平面写作 JSON", cell.words()),
                    format!(
                        "\"{}\" cannot be read: shapes are written as WKT, numbers and planes as JSON",
                        cell.words()
                    ),
                )));
            }
        })
    }
}
