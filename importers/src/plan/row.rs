//! One row of a plan: a face, a heading, a treatment, the reserves or a system.

use super::{Roles, Sheet, plain_name};
use crate::table::{Cell, Row, Table};
use crate::values::{self, DayOrder, Number};
use jiff::civil::Date;
use minesift_core::fact::{Fact, Value};
use minesift_core::kind::{self, FieldType};
use minesift_core::text::Text;

/// What a row of one sheet is read with.
pub(super) struct Reading<'a> {
    pub(super) table: &'a Table,
    pub(super) roles: &'a Roles,
    pub(super) sheet: Sheet,
}

/// A refused cell and why.
type Refused = (String, Text);

/// Purposes of headings as planners write them.
const PURPOSES: &[(&str, &[&str])] = &[
    ("development", &["开拓", "development"]),
    ("preparation", &["准备", "preparation"]),
    ("gate", &["回采", "顺槽", "切眼", "gate"]),
    ("exploration", &["探查", "勘探", "探巷", "exploration"]),
    ("treatment", &["治理", "注浆", "抽采", "treatment"]),
];
const ROCKS: &[(&str, &[&str])] = &[
    ("half", &["半煤", "半煤岩", "half"]),
    ("coal", &["煤", "煤巷", "coal"]),
    ("rock", &["岩", "岩巷", "全岩", "rock"]),
];
const PHASES: &[(&str, &[&str])] = &[
    ("installing", &["安装", "installing"]),
    ("producing", &["回采", "生产", "producing"]),
    ("withdrawing", &["撤面", "回撤", "withdrawing"]),
];
const SYSTEMS: &[(&str, &[&str])] = &[
    ("ventilation", &["通风", "ventilation"]),
    ("drainage", &["排水", "drainage"]),
    ("power", &["供电", "power"]),
    ("communication", &["通讯", "通信", "communication"]),
];

impl Reading<'_> {
    fn at(&self, row: &Row, role: &str) -> String {
        self.roles
            .of
            .get(role)
            .map_or_else(|| format!("row {}", row.number), |(index, _)| self.table.cell_name(row, *index))
    }

    fn cell<'r>(&self, row: &'r Row, role: &str) -> &'r Cell {
        self.roles.of.get(role).map_or(&Cell::Empty, |(index, _)| row.cell(*index))
    }

    fn words(&self, row: &Row, role: &str) -> Option<String> {
        let words = values::half_width(&self.cell(row, role).words());
        (!words.is_empty() && !values::is_nothing(&words)).then_some(words)
    }

    fn refuse(&self, row: &Row, role: &str, zh: impl Into<String>, en: impl Into<String>) -> Refused {
        self.refused(row, role, &Text::new(zh, en))
    }

    /// A refusal that names the column by its header, besides the cell.
    fn refused(&self, row: &Row, role: &str, why: &Text) -> Refused {
        let header = self.roles.of.get(role).and_then(|(index, _)| self.table.headers.get(*index));
        let why = match header.filter(|header| !header.is_empty()) {
            Some(header) => Text::new(format!("“{header}”列：{}", why.zh), format!("column \"{header}\": {}", why.en)),
            None => why.clone(),
        };
        (self.at(row, role), why)
    }

    /// The same with the words that tell what may stand there, where the reason does not.
    fn refused_with(&self, row: &Row, role: &str, why: &Text, cure: (&str, &str)) -> Refused {
        if why.zh.contains('；') {
            return self.refused(row, role, why);
        }
        self.refused(row, role, &Text::new(format!("{}；{}", why.zh, cure.0), format!("{}: {}", why.en, cure.1)))
    }

    /// A number in the unit of the plan.
    fn number(&self, row: &Row, role: &str, base: &str) -> Result<Option<f64>, Refused> {
        let cell = self.cell(row, role);
        let unit = self.roles.of.get(role).and_then(|(_, unit)| unit.clone());
        let factor = match &unit {
            None => 1.0,
            Some(unit) => values::factor(unit, base).ok_or_else(|| {
                self.refuse(
                    row,
                    role,
                    format!("单位 {unit} 不能换算为 {base}；请在列映射表中写明单位"),
                    format!("the unit {unit} is no {base}: state the unit in a mapping of columns"),
                )
            })?,
        };
        match values::number(cell, self.table.decimal_comma, false) {
            Ok(Number::None | Number::Sentinel(_)) => Ok(None),
            Ok(Number::One(number)) if number >= 0.0 => Ok(Some(number * factor)),
            Ok(Number::One(number)) => Err(self.refuse(
                row,
                role,
                format!("{number} 小于零；请填不小于零的数，未知则留空"),
                format!("{number} is less than zero: write a number that is not, or leave it empty"),
            )),
            Ok(Number::Range(a, b)) => Err(self.refuse(
                row,
                role,
                format!("是范围 {a}–{b}，不是一个数；请给出一个值"),
                format!("it holds the range {a}–{b}, no single number: give one value"),
            )),
            Err(why) => {
                Err(self.refused_with(row, role, &why, ("请填一个数，未知则留空", "write a number, or leave it empty")))
            }
        }
    }

    fn date(&self, row: &Row, role: &str, repairs: &mut Vec<Text>) -> Result<Option<Date>, Refused> {
        match values::date(self.cell(row, role), DayOrder::Open) {
            Ok(None) => Ok(None),
            Ok(Some((day, said))) => {
                repairs.extend(said.map(|said| self.in_cell(row, role, &said)));
                Ok(Some(day))
            }
            Err(why) => Err(self.refused_with(row, role, &why, ("请写成 2027-01-01", "write it as 2027-01-01"))),
        }
    }

    fn in_cell(&self, row: &Row, role: &str, words: &Text) -> Text {
        let at = self.at(row, role);
        Text::new(format!("{at}：{}", words.zh), format!("{at}: {}", words.en))
    }

    /// First and last day, from two columns or from one.
    fn days(&self, row: &Row, repairs: &mut Vec<Text>) -> Result<(Option<Date>, Option<Date>), Refused> {
        let (from, to) = if self.roles.has("between") && !self.cell(row, "between").is_empty() {
            let words = self.cell(row, "between").words();
            match between(&words) {
                Err(why) => return Err(self.refused(row, "between", &why)),
                Ok((from, to, said)) => {
                    repairs.extend(said.map(|said| self.in_cell(row, "between", &said)));
                    (Some(from), Some(to))
                }
            }
        } else {
            (self.date(row, "from", repairs)?, self.date(row, "to", repairs)?)
        };
        if let (Some(first), Some(last)) = (from, to)
            && last < first
        {
            let role = if self.roles.has("between") { "between" } else { "to" };
            return Err(self.refuse(
                row,
                role,
                format!("止 {last} 早于起 {first}；请改正起止日期"),
                format!("it ends on {last} before it begins on {first}: mend the dates"),
            ));
        }
        Ok((from, to))
    }

    fn one_of(&self, row: &Row, role: &str, known: &[(&'static str, &[&str])]) -> Result<Option<Value>, Refused> {
        let Some(words) = self.words(row, role) else { return Ok(None) };
        let lower = words.to_lowercase();
        let found = known.iter().find(|(_, names)| names.contains(&lower.as_str()));
        let found = found.or_else(|| known.iter().find(|(_, names)| names.iter().any(|name| lower.contains(name))));
        found.map(|(word, _)| Some(Value::Text((*word).to_owned()))).ok_or_else(|| {
            let list: Vec<&str> = known.iter().map(|(_, names)| names[0]).collect();
            self.refuse(
                row,
                role,
                format!("“{words}”不在 {} 中；请改为其中之一", list.join("、")),
                format!("\"{words}\" is none of {}: write one of them", list.join(", ")),
            )
        })
    }

    /// A word of the catalogue.
    fn of_catalogue(&self, row: &Row, role: &str, kind_name: &str, key: &str) -> Result<Option<Value>, Refused> {
        let field = kind::kind(kind_name).and_then(|kind| kind.field(key));
        let Some(FieldType::OneOf(of)) = field.map(|field| field.ty) else { return Ok(None) };
        match values::one_of(self.cell(row, role), key, of) {
            Ok(word) => Ok(word.map(|word| Value::Text(word.to_owned()))),
            Err(why) => Err(self.refused_with(row, role, &why, ("请改为其中之一", "write one of them"))),
        }
    }

    /// The fact of a row, the cells that name it, and what was read otherwise than written.
    pub(super) fn fact(&self, row: &Row) -> Result<(Fact, String, Vec<Text>), Refused> {
        let mut repairs = Vec::new();
        let (kind, role) = match self.sheet {
            Sheet::Faces => ("face", "face"),
            Sheet::Headings => ("heading", "heading"),
            Sheet::Treatments => ("treatment", "treatment"),
            Sheet::Reserves => ("reserves", "date"),
            Sheet::Systems | Sheet::About => ("system", "district"),
        };
        let mut cells = self.at(row, role);
        for (index, (_, column)) in
            self.table.filled.iter().enumerate().filter(|(_, (number, _))| *number == row.number)
        {
            let (name, header) = (self.table.cell_name(row, *column), self.table.headers.get(*column));
            let _ = index;
            repairs.push(Text::new(
                format!("{name}：“{}”是与上行合并的单元格，取同一值", header.map_or("", String::as_str)),
                format!(
                    "{name}: \"{}\" is merged with the row above and says the same here",
                    header.map_or("", String::as_str)
                ),
            ));
        }
        let fact = match self.sheet {
            Sheet::Reserves => {
                let mut fact = Fact::new(kind, "reserves");
                if let Some(day) = self.date(row, "date", &mut repairs)? {
                    fact = fact.with("date", Value::Date(day));
                }
                for key in ["developed_t", "prepared_t", "ready_t"] {
                    if let Some(tonnes) = self.number(row, key, "t")? {
                        fact = fact.with(key, Value::Number(round(tonnes)));
                    }
                }
                fact
            }
            Sheet::Systems | Sheet::About => {
                let (Some(district), Some(system)) =
                    (self.words(row, "district"), self.one_of(row, "system", SYSTEMS)?)
                else {
                    return Err(self.refuse(
                        row,
                        "district",
                        "没有采区或系统；请填写两者",
                        "it names no district or no system: write both",
                    ));
                };
                let id = format!("{district}-{}", if let Value::Text(word) = &system { word } else { "" });
                let mut fact = Fact::new(kind, id).with("district", Value::Text(district)).with("system", system);
                if let Some(day) = self.date(row, "done", &mut repairs)? {
                    fact = fact.with("done", Value::Date(day));
                }
                fact
            }
            Sheet::Treatments => self.treatment(row, &mut repairs)?,
            Sheet::Faces | Sheet::Headings => {
                let Some(written) = self.words(row, role) else {
                    return Err(self.refuse(
                        row,
                        role,
                        "没有名称；请填写工作面或巷道名",
                        "it has no name: write the face's or the road's",
                    ));
                };
                let id = plain_name(&written);
                let as_written = self.cell(row, role).words();
                if id != as_written.trim() {
                    repairs.push(Text::new(
                        format!("{cells}：“{as_written}”按 {id} 读取"),
                        format!("{cells}: \"{as_written}\" is read as {id}"),
                    ));
                }
                if self.roles.has("seam") {
                    cells =
                        format!("{cells} ({} {})", self.table.headers[self.roles.of["seam"].0], self.at(row, "seam"));
                }
                self.working(kind, &id, row, &mut repairs)?
            }
        };
        Ok((fact, cells, repairs))
    }

    fn working(&self, kind: &str, id: &str, row: &Row, repairs: &mut Vec<Text>) -> Result<Fact, Refused> {
        let mut fact = Fact::new(kind, id);
        let (from, to) = self.days(row, repairs)?;
        for (key, day) in [("from", from), ("to", to)] {
            if let Some(day) = day {
                fact = fact.with(key, Value::Date(day));
            }
        }
        if let Some(words) = self.words(row, "seam") {
            match values::seam(&words) {
                Some((seam, changed)) => {
                    if changed {
                        repairs.push(self.in_cell(
                            row,
                            "seam",
                            &Text::new(
                                format!("煤层“{words}”按 {seam} 读取"),
                                format!("seam \"{words}\" is read as {seam}"),
                            ),
                        ));
                    }
                    fact = fact.with("seam", Value::Text(seam));
                }
                None => {
                    return Err(self.refuse(
                        row,
                        "seam",
                        format!("“{words}”没有说明哪一层煤；请写煤层编号，如 3"),
                        format!("\"{words}\" names no seam: write its number, as 3"),
                    ));
                }
            }
        }
        for key in ["level", "district", "wing", "note"] {
            if let Some(words) = self.words(row, key) {
                fact = fact.with(key, Value::Text(words));
            }
        }
        if let Some(words) = self.words(row, "after") {
            let list = words.split(['、', ',', '，', ';', '；']).map(plain_name).filter(|name| !name.is_empty());
            fact = fact.with("after", Value::Texts(list.collect()));
        }
        let mut tonnes = self.number(row, "tonnage_t", "t")?;
        if kind == "face" {
            if let Some(words) = self.words(row, "next") {
                fact = fact.with("next", Value::Text(plain_name(&words)));
            }
            if let Some(phase) = self.one_of(row, "phase", PHASES)? {
                fact = fact.with("phase", phase);
            }
            if let Some(height) = self.number(row, "mining_height_m", "m")? {
                fact = fact.with("mining_height_m", Value::Number(height));
            }
            if let Some(recovery) = self.number(row, "recovery", "")? {
                // Written as 93 without a unit it is per cent.
                let recovery = if recovery > 1.0 { recovery / 100.0 } else { recovery };
                fact = fact.with("recovery", Value::Number((recovery * 1e6).round() / 1e6));
            }
            if let Some(document) = self.words(row, "pillar_document") {
                fact = fact.with("pillar_document", Value::Text(document));
            }
            if let Ok(Some(leaves)) = values::flag(self.cell(row, "leaves_pillar")) {
                fact = fact.with("leaves_pillar", Value::Flag(leaves));
            }
            if let Ok(Some(island)) = values::flag(self.cell(row, "island")) {
                fact = fact.with("island", Value::Flag(island));
            }
            if tonnes.is_none()
                && let (Some(month), Some(from), Some(to)) = (self.number(row, "month_t", "t")?, from, to)
            {
                let months = f64::from((to - from).get_days() + 1) / (365.25 / 12.0);
                tonnes = Some(month * months);
                repairs.push(self.in_cell(
                    row,
                    "month_t",
                    &Text::new(
                        format!("未给出计划产量，按月产量 × {months:.2} 个月计"),
                        format!("no planned tonnes: taken as the month's output × {months:.2} months"),
                    ),
                ));
            }
        } else {
            for (role, key) in [("serves", "face"), ("breaks_into", "breaks_into")] {
                if let Some(words) = self.words(row, role) {
                    fact = fact.with(key, Value::Text(plain_name(&words)));
                }
            }
            if let Some(purpose) = self.one_of(row, "purpose", PURPOSES)? {
                fact = fact.with("purpose", purpose);
            }
            if let Some(rock) = self.one_of(row, "rock", ROCKS)? {
                fact = fact.with("rock", rock);
            }
            for key in ["width_m", "height_m"] {
                if let Some(metres) = self.number(row, key, "m")? {
                    fact = fact.with(key, Value::Number(metres));
                }
            }
            if let Ok(Some(crosses)) = values::flag(self.cell(row, "crosses_seams")) {
                fact = fact.with("crosses_seams", Value::Flag(crosses));
            }
        }
        if let Some(tonnes) = tonnes {
            fact = fact.with("tonnage_t", Value::Number(round(tonnes)));
        }
        Ok(fact)
    }

    fn treatment(&self, row: &Row, repairs: &mut Vec<Text>) -> Result<Fact, Refused> {
        let Some(id) = self.words(row, "treatment") else {
            return Err(self.refuse(
                row,
                "treatment",
                "没有编号；请填写治理编号",
                "it has no id: write the treatment's",
            ));
        };
        let Some(hazard) = self.words(row, "hazard") else {
            return Err(self.refuse(
                row,
                "hazard",
                "没有治理对象；请填写图上隐患的编号",
                "it names no hazard: write the id it has on the map",
            ));
        };
        let mut fact = Fact::new("treatment", id).with("hazard", Value::Text(hazard));
        let Some(kind) = self.of_catalogue(row, "kind", "treatment", "kind")? else {
            return Err(self.refuse(row, "kind", "没有治理措施；请填写", "it names no measure: write it"));
        };
        fact = fact.with("kind", kind);
        // A row of a plan that does not say its state is planned.
        let state = self.of_catalogue(row, "state", "treatment", "state")?.unwrap_or(Value::Text("planned".to_owned()));
        fact = fact.with("state", state);
        match self.words(row, "covers").as_deref() {
            Some("全部" | "全区" | "整体" | "all") => fact = fact.with("covers", Value::Text("all".to_owned())),
            Some(words) => repairs.push(self.in_cell(
                row,
                "covers",
                &Text::new(
                    format!("范围“{words}”没有图形，不解放任何地段；请在图形文件中给出或写“全部”"),
                    format!("\"{words}\" is no shape and opens no ground: draw it, or write 全部"),
                ),
            )),
            None => {}
        }
        let (from, to) = self.days(row, repairs)?;
        let accepts = self.date(row, "accepts", repairs)?;
        if let (Some(to), Some(accepts)) = (to, accepts)
            && accepts < to
        {
            return Err(self.refuse(
                row,
                "accepts",
                format!("计划验收 {accepts} 早于完工 {to}；请改正其一"),
                format!("it is to be accepted on {accepts}, before it is finished on {to}: mend one of them"),
            ));
        }
        for (key, day) in [("from", from), ("to", to), ("accepts", accepts)] {
            if let Some(day) = day {
                fact = fact.with(key, Value::Date(day));
            }
        }
        if let Some(days) = self.number(row, "design_days", "d")? {
            fact = fact.with("design_days", Value::Number(days));
        }
        if let Some(name) = self.words(row, "name") {
            fact = fact.with("name_zh", Value::Text(name));
        }
        Ok(fact)
    }
}

/// Tonnes to the kilogram: 75.41 万t is 754 100 t.
fn round(tonnes: f64) -> f64 {
    (tonnes * 1000.0).round() / 1000.0
}

/// Two days in one cell: `2027.1.1-2027.6.30`, `2027年1月1日至2027年6月30日`, `2027-01-01～2027-06-30`,
/// `20270101-20270630`; months alone are whole months.
pub(super) fn between(words: &str) -> Result<(Date, Date, Option<Text>), Text> {
    let plain = values::half_width(words);
    let numbers: Vec<i16> = plain
        .split(|c: char| !c.is_ascii_digit())
        .filter(|piece| !piece.is_empty())
        .flat_map(|piece| match piece.len() {
            8 => vec![&piece[..4], &piece[4..6], &piece[6..]],
            _ => vec![piece],
        })
        .filter_map(|piece| piece.parse().ok())
        .collect();
    let day = |y: i16, m: i16, d: i16| Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok();
    let year = |y: i16| (1900..=2200).contains(&y);
    let found = match numbers[..] {
        [y, m, d, y2, m2, d2] if year(y) && year(y2) => day(y, m, d).zip(day(y2, m2, d2)).map(|(a, b)| (a, b, None)),
        [y, m, d, m2, d2] if year(y) && !year(m2) => day(y, m, d).zip(day(y, m2, d2)).map(|(a, b)| {
            (
                a,
                b,
                Some(Text::new(
                    format!("“{words}”的止未写年份，取 {y} 年"),
                    format!("the last day of \"{words}\" has no year: {y} was taken"),
                )),
            )
        }),
        [y, m, y2, m2] if year(y) && year(y2) => day(y, m, 1).zip(day(y2, m2, 1)).map(|(a, b)| {
            let said = Text::new(
                format!("“{words}”只有年月，取首月第一天至末月最后一天"),
                format!("\"{words}\" names months: from the first day of the first to the last of the last"),
            );
            (a, b.last_of_month(), Some(said))
        }),
        _ => None,
    };
    found.ok_or_else(|| {
        Text::new(
            format!("“{words}”不是起止日期；请写 2027-01-01～2027-06-30"),
            format!("\"{words}\" is no pair of days: write 2027-01-01～2027-06-30"),
        )
    })
}
