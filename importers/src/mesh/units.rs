//! In which unit the axes of a model stand: what its file says, else `--units`, else metres, and said.

use crate::{Intake, Options, crs, values};
use minesift_core::fact::Source;
use minesift_core::text::Text;

/// The units that a file states for x, y and z, as written; empty where it states none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AxisUnits(pub(crate) [String; 3]);

impl AxisUnits {
    /// The words after `AXIS_UNIT`: in quotes, or one word an axis.
    pub(crate) fn of_line(words: &str) -> Self {
        let mut units = if words.contains('"') {
            words.split('"').skip(1).step_by(2).map(|unit| unit.trim().to_owned()).collect::<Vec<_>>()
        } else {
            words.split_whitespace().map(str::to_owned).collect()
        };
        units.resize(3, String::new());
        Self([0, 1, 2].map(|axis| std::mem::take(&mut units[axis])))
    }

    /// One unit for all axes.
    pub(crate) fn all(unit: &str) -> Self {
        Self([0; 3].map(|_| unit.to_owned()))
    }

    fn stated(&self, axis: usize) -> Option<f64> {
        values::factor(&self.0[axis], "m")
    }

    /// Metres in a unit of each axis.
    pub(crate) fn metres(&self, options: &Options) -> [f64; 3] {
        let said = options.units.as_deref().and_then(|unit| values::factor(unit, "m")).unwrap_or(1.0);
        let plane = if crs::states_its_unit(options) { 1.0 } else { said };
        [0, 1, 2].map(|axis| self.stated(axis).unwrap_or(if axis == 2 { said } else { plane }))
    }

    /// What was turned into metres because the file says so; nothing where it is in metres.
    pub(crate) fn turned(&self, options: &Options) -> Option<Text> {
        let stated = (0..3).any(|axis| self.stated(axis).is_some());
        let metres = self.metres(options);
        (stated && metres.iter().any(|factor| (factor - 1.0).abs() > f64::EPSILON)).then(|| {
            let units = self.0.join(", ");
            Text::new(
                format!("坐标轴单位为 {units}，已换算为米"),
                format!("its axes are in {units}: turned into metres"),
            )
        })
    }

    /// Says, once a file, which unit was taken where it states none.
    pub(crate) fn say(&self, options: &Options, intake: &mut Intake) {
        if (0..3).all(|axis| self.stated(axis).is_some()) {
            return;
        }
        let source = Source { file: intake.receipt.file.clone(), place: String::new() };
        let words = match options.units.as_deref() {
            Some(unit) => Text::new(
                format!("文件未写长度单位，按 --units 取 {unit}"),
                format!("the file states no unit of length: taken as {unit}, as --units says"),
            ),
            None => Text::new(
                "文件未写长度单位，按米读取；若为英尺请加 --units ft",
                "the file states no unit of length: taken as metres; if it is feet say --units ft",
            ),
        };
        if !intake.receipt.problems.iter().any(|problem| problem.message == words) {
            intake.note(&source, words);
        }
    }
}
