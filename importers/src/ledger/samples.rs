//! Samples: from, to and a column a result.

use super::layers::{ends, short};
use super::reading::{Reading, Row1};
use crate::table::Row;
use crate::values::{self, DayOrder};
use minesift_core::fact::{Fact, Value};
use minesift_core::text::Text;

impl Reading<'_> {
    /// From, to and every numeric column as a sample.
    pub(super) fn samples(&self, row: &Row) -> Row1 {
        let mut repairs = Vec::new();
        let Some(hole) = self.words(row, "hole") else {
            return Row1::Refused(Text::new("没有孔号", "the row names no hole"));
        };
        let depth = |role: &str, repairs: &mut Vec<Text>| self.number(row, role, repairs);
        let (from, to) = match (depth("from_m", &mut repairs), depth("to_m", &mut repairs)) {
            (Ok(Some(from)), Ok(Some(to))) => (from, to),
            (Err(why), _) | (_, Err(why)) => return Row1::Refused(why),
            _ => return Row1::Refused(Text::new("没有起止深度", "there is no from or no to")),
        };
        if let Err(why) = ends(from, to) {
            return Row1::Refused(why);
        }
        let date = self.columns.iter().find(|column| column.role.as_deref() == Some("date")).and_then(|column| {
            let order = self.orders.get(&column.index).copied().unwrap_or(DayOrder::Open);
            values::date(row.cell(column.index), order).ok().flatten()
        });
        let mut facts = Vec::new();
        for column in &self.columns {
            let named = column.role.as_deref().and_then(|role| role.strip_prefix("sample:"));
            let quantity = match (named, column.role.as_deref()) {
                (Some(name), _) => name.to_owned(),
                (None, None) if !column.header.is_empty() => column.header.clone(),
                _ => continue,
            };
            let number = match self.number_in(column, row.cell(column.index), false, &mut repairs) {
                Ok(Some(number)) => number,
                Ok(None) => continue,
                // A column of words beside the results is listed as not read, once.
                Err(_) if named.is_none() => continue,
                Err(why) => {
                    repairs.push(why);
                    continue;
                }
            };
            if named.is_none() && !self.scales.contains_key(&column.index) && !self.numeric.contains(&column.index) {
                continue;
            }
            let mut fact = Fact::new("sample", format!("{hole}@{}-{}/{quantity}", short(from), short(to)))
                .with("hole", Value::Text(hole.clone()))
                .with("from_m", Value::Number(from))
                .with("to_m", Value::Number(to))
                .with("quantity", Value::Text(quantity))
                .with("value", Value::Number(number));
            if let Some((date, _)) = &date {
                fact = fact.with("date", Value::Date(*date));
            }
            facts.push(fact);
        }
        Row1::Facts(facts, repairs)
    }
}
