//! Wide tables of picks: one row a hole, a pair of columns a seam.

use super::reading::{Reading, Row1};
use crate::Intake;
use crate::table::Row;
use minesift_core::fact::{Fact, Position, Shape, Source, Value};
use minesift_core::text::Text;

/// Says how the columns of a wide table were understood.
pub(super) fn tell_picks(
    reading: &Reading<'_>,
    pairs: &[(String, Option<usize>, Option<usize>)],
    sheet: &Source,
    intake: &mut Intake,
) {
    let rows = &reading.table.rows;
    let filled =
        |index: &Option<usize>| rows.iter().filter(|row| index.is_some_and(|i| !row.cell(i).is_empty())).count();
    let met: Vec<String> = pairs.iter().map(|(seam, top, _)| format!("{seam} {}", filled(top))).collect();
    let met = met.join(", ");
    intake.note(
        sheet,
        Text::new(
            format!("每孔一行，每层两列：TOP_ 是煤层顶面标高（不是深度），THICK_ 是厚度，底板标高由两者得出；空格为未见或未测。各层见煤孔数：{met}"),
            format!("one row a hole, two columns a seam: TOP_ is the elevation of the seam's top (no depth), THICK_ its thickness, the floor follows from both; empty means not met, or not logged. Holes that met it: {met}"),
        ),
    );
}

impl Reading<'_> {
    /// The hole, and a pick for each seam that it met.
    pub(super) fn picks(&self, row: &Row, pairs: &[(String, Option<usize>, Option<usize>)]) -> Row1 {
        let mut repairs = Vec::new();
        let Some(hole) = self.words(row, "id").or_else(|| self.words(row, "hole")) else {
            return Row1::Refused(Text::new("没有孔号", "the row names no hole"));
        };
        let at = match self.position(row, &mut repairs) {
            Ok(Some(at)) => at,
            Ok(None) => return Row1::Refused(Text::new("没有坐标", "there is no position")),
            Err(why) => return Row1::Refused(why),
        };
        let mut facts = vec![Fact::new("borehole", hole.clone()).with_shape(Shape::Point(at))];
        for (seam, top, thick) in pairs {
            let get = |index: &Option<usize>, elevation: bool, repairs: &mut Vec<Text>| match index {
                Some(index) => self.number_in(&self.columns[*index], row.cell(*index), elevation, repairs),
                None => Ok(None),
            };
            let (top, thick) = match (get(top, true, &mut repairs), get(thick, false, &mut repairs)) {
                (Ok(top), Ok(thick)) => (top, thick),
                (Err(why), _) | (_, Err(why)) => {
                    repairs.push(why);
                    continue;
                }
            };
            if top.is_none() && thick.is_none() {
                continue;
            }
            if thick.is_some_and(|thick| thick < 0.0) {
                repairs.push(Text::new(
                    format!("煤层 {seam} 厚度为负，未取"),
                    format!("the thickness of seam {seam} is negative: not taken"),
                ));
                continue;
            }
            // The floor lies below the top by the thickness; without a thickness only the top is known.
            let floor = top.zip(thick).map(|(top, thick)| top - thick);
            let mut fact = Fact::new("pick", format!("{hole}/{seam}"))
                .with_shape(Shape::Point(Position { x: at.x, y: at.y, z: floor }))
                .with("seam", Value::Text(seam.clone()))
                .with("hole", Value::Text(hole.clone()));
            if let Some(thick) = thick {
                fact = fact.with("thickness_m", Value::Number(thick));
            }
            facts.push(fact);
        }
        Row1::Facts(facts, repairs)
    }
}
