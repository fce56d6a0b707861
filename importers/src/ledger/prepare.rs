//! What a whole table says before its rows are read: units, the order of days, which way a dip points, where it lies.

use super::content::Content;
use super::facts::positions;
use super::reading::Reading;
use crate::columns::{self, Column};
use crate::crs::{self, Placement};
use crate::table::Table;
use crate::values::{self, Number};
use crate::{ImportError, Intake, site_toml, words};
use minesift_core::fact::{Position, Source};
use minesift_core::kind::{FieldType, Kind, ShapeKind};
use minesift_core::text::Text;

impl Reading<'_> {
    pub(super) fn prepare(
        &mut self,
        kind: &'static Kind,
        content: Content,
        pairs: &[(String, Option<usize>, Option<usize>)],
        sheet: &Source,
        intake: &mut Intake,
    ) -> Result<(), ImportError> {
        let mut assumed = Vec::new();
        let frame_units = crs::states_its_unit(self.options);
        for column in &mut self.columns {
            let Some(role) = column.role.clone() else { continue };
            let base = match role.as_str() {
                "x" | "y" | "z" | "east" | "north" | "from_m" | "to_m" | "thickness" | "tvd" => "m",
                "depth_m" => "m",
                "dip" | "dip_up" | "dip_down" => "°",
                _ => match kind.field(&role).map(|field| field.ty) {
                    Some(FieldType::Number { unit, .. }) => unit,
                    Some(FieldType::Date) => {
                        let cells = self.table.rows.iter().map(|row| row.cell(column.index));
                        self.orders.insert(column.index, values::day_order(cells));
                        continue;
                    }
                    _ => continue,
                },
            };
            // A frame in feet says in what its coordinates are.
            if frame_units && matches!(role.as_str(), "x" | "y" | "east" | "north") {
                continue;
            }
            match columns::scale(column, base, self.options) {
                Ok((factor, remark)) => {
                    self.scales.insert(column.index, factor);
                    self.bases.insert(column.index, base);
                    if remark.is_some() {
                        assumed.push(column.header.clone());
                    }
                }
                Err(why) => {
                    intake.note(
                        sheet,
                        Text::new(format!("{}；该列未读", why.zh), format!("{}; the column was not read", why.en)),
                    );
                    column.role = None;
                }
            }
        }
        if content == Content::Picks {
            let factor = self.options.units.as_deref().and_then(|unit| values::factor(unit, "m")).unwrap_or(1.0);
            for (_, top, thick) in pairs {
                for index in [top, thick].into_iter().flatten() {
                    self.scales.insert(*index, factor);
                    self.columns[*index].role = Some("-".to_owned());
                }
            }
            if self.options.units.is_none() {
                assumed.push("TOP_…, THICK_…".to_owned());
            }
        }
        if !assumed.is_empty() {
            let list = assumed.join(", ");
            intake.note(
                sheet,
                Text::new(
                    format!("列 {list} 未写单位，按米读取；若为英尺请加 --units ft"),
                    format!("columns {list} state no unit: taken as metres; if they are feet say --units ft"),
                ),
            );
        }
        if kind.name == "station" {
            // Some call the dip an inclination: an angle from straight down is never negative.
            let negative = self.column("inclination_deg").is_some_and(|column| {
                self.table.rows.iter().any(|row| matches!(values::number(row.cell(column.index), self.table.decimal_comma, false), Ok(Number::One(n)) if n < 0.0))
            });
            if negative && self.column("dip").is_none() {
                for column in self.columns.iter_mut().filter(|column| column.role.as_deref() == Some("inclination_deg"))
                {
                    column.role = Some("dip".to_owned());
                }
            }
        }
        if let Some(dip) = self.column("dip") {
            let (mut up, mut down) = (0, 0);
            for row in &self.table.rows {
                if let Ok(Number::One(number)) = values::number(row.cell(dip.index), self.table.decimal_comma, false) {
                    if number > 0.0 {
                        down += 1;
                    } else if number < 0.0 {
                        up += 1;
                    }
                }
            }
            if kind.name == "station" && up + down > 0 {
                self.dip_sign = if up > down { -1.0 } else { 1.0 };
                let (sign_zh, sign_en) = if up > down { ("负", "negative") } else { ("正", "positive") };
                intake.note(sheet, Text::new(
                    format!("倾角{sign_zh}值向下（{down} 个正值、{up} 个负值），已换算为天顶角"),
                    format!("{sign_en} dip points down ({down} positive, {up} negative values): turned into the angle from straight down"),
                ));
            }
        }
        let samples_from = content == Content::Samples;
        if samples_from {
            self.numeric =
                self.columns.iter().filter(|c| c.role.is_none() && self.is_numeric(c.index)).map(|c| c.index).collect();
        }
        let left: Vec<String> = self
            .columns
            .iter()
            .filter(|column| {
                !column.header.is_empty() && self.table.rows.iter().any(|row| !row.cell(column.index).is_empty())
            })
            .filter(|column| match column.role.as_deref() {
                None => !self.numeric.contains(&column.index),
                Some(
                    "-" | "serial" | "id" | "hole" | "x" | "y" | "z" | "east" | "north" | "lon" | "lat" | "wkt"
                    | "name",
                ) => false,
                Some("dip" | "azimuth_deg") => kind.name != "station",
                Some("thickness") => content != Content::HoleLog,
                Some("year" | "month" | "day" | "tvd") => kind.name != "microseism",
                Some(role) => kind.field(role).is_none() && !role.starts_with("sample:") && !role.starts_with("dip"),
            })
            .map(|column| {
                let filled = self.table.rows.iter().filter(|row| !row.cell(column.index).is_empty()).count();
                format!("{} ({filled})", column.header)
            })
            .collect();
        let empty: Vec<String> = self
            .columns
            .iter()
            .filter(|column| {
                !column.header.is_empty() && self.table.rows.iter().all(|row| row.cell(column.index).is_empty())
            })
            .map(|column| column.header.clone())
            .collect();
        if !empty.is_empty() && !self.table.rows.is_empty() {
            intake.note(
                sheet,
                Text::new(
                    format!("没有任何内容的列：{}", empty.join("、")),
                    format!("columns without any content: {}", empty.join(", ")),
                ),
            );
        }
        if !left.is_empty() {
            intake.note(
                sheet,
                Text::new(
                    format!("未读的列（有内容的格数）：{}；需要时用 --mapping 指明含义", left.join("、")),
                    format!(
                        "columns that were not read, with how many cells are filled: {}; say what they mean with --mapping if you need them",
                        left.join(", ")
                    ),
                ),
            );
        }
        self.place(kind, content, sheet, intake)
    }

    pub(super) fn place(
        &mut self,
        kind: &'static Kind,
        content: Content,
        sheet: &Source,
        intake: &mut Intake,
    ) -> Result<(), ImportError> {
        if kind.shape.is_none() && content != Content::LayersWithCollar {
            return Ok(());
        }
        // Beside outlines a position says nothing more, and its axes need not be those of the outlines.
        if self.column("wkt").is_some() && !matches!(kind.shape, Some((_, ShapeKind::Point | ShapeKind::Any)) | None) {
            let beside: Vec<String> = self
                .columns
                .iter_mut()
                .filter(|c| matches!(c.role.as_deref(), Some("x" | "y" | "east" | "north" | "lon" | "lat")))
                .map(|column| {
                    column.role = Some("-".to_owned());
                    column.header.clone()
                })
                .collect();
            if !beside.is_empty() {
                let list = beside.join(", ");
                intake.note(
                    sheet,
                    Text::new(
                        format!("图形取自 WKT 列；坐标列 {list} 未用"),
                        format!("shapes come from the column of WKT; the positions in {list} were not used"),
                    ),
                );
            }
        }
        let pair = [["lon", "lat"], ["east", "north"], ["x", "y"]]
            .into_iter()
            .find(|[a, b]| self.column(a).is_some() && self.column(b).is_some());
        if pair.is_none()
            && self.column("wkt").is_none()
            && kind.shape.is_some()
            && let Some((there, absent)) =
                [("lon", "lat"), ("lat", "lon"), ("east", "north"), ("north", "east"), ("x", "y"), ("y", "x")]
                    .into_iter()
                    .find_map(|(there, absent)| Some((self.column(there)?.header.clone(), absent)))
        {
            return Err(ImportError::new(
                &self.input.name,
                format!(
                    "只有一列坐标“{there}”，没有另一列（{absent}）：无法定位；请补上，或在 --mapping 中写明各列（不是坐标的写 -）"
                ),
                format!(
                    "column \"{there}\" is one coordinate, the other ({absent}) is missing: nothing can be placed; add it, or say in a --mapping what the columns are (`-` for one that is no coordinate)"
                ),
            ));
        }
        let mut samples = Vec::new();
        if let Some([a, b]) = pair {
            self.axes = Some([a, b]);
            for row in &self.table.rows {
                if let (Ok(Some(x)), Ok(Some(y))) =
                    (self.number(row, a, &mut Vec::new()), self.number(row, b, &mut Vec::new()))
                {
                    samples.push([x, y]);
                }
            }
        } else if let Some(wkt) = self.column("wkt") {
            for row in self.table.rows.iter().take(200) {
                if let Ok(shape) = site_toml::from_wkt(&row.cell(wkt.index).words()) {
                    samples.extend(positions(&shape).into_iter().map(Position::xy));
                }
            }
        }
        if samples.is_empty() {
            return Ok(());
        }
        let local = samples.iter().all(|[x, y]| x.abs() < 100_000.0 && y.abs() < 100_000.0);
        let survey_x = self.column("x").is_some_and(|column| column.header.contains("坐标"));
        if local
            && survey_x
            && self.axes == Some(["x", "y"])
            && self.options.near.is_none()
            && self.options.crs.is_none()
        {
            self.axes = Some(["y", "x"]);
            for sample in &mut samples {
                sample.swap(0, 1);
            }
            intake.note(
                sheet,
                Text::new(
                    "坐标X、坐标Y 按测量习惯：X 为北、Y 为东",
                    "坐标X and 坐标Y are read as surveyors write them: X is north, Y is east",
                ),
            );
        }
        let in_china = samples.iter().all(|[x, y]| (73.0..136.0).contains(x) && (3.0..54.0).contains(y));
        let degrees = self.axes == Some(["lon", "lat"]) && !in_china && self.options.crs.is_none();
        if degrees {
            intake.note(
                sheet,
                Text::new(
                    "列名说明是经纬度，未写明基准面：按 WGS 84 读取；请用 --crs 指定",
                    "the headers say longitude and latitude, no datum: read as WGS 84, name another with --crs",
                ),
            );
        }
        let own = frame_column(self.table);
        if let Some((header, said)) = &own {
            intake.note(
                sheet,
                Text::new(
                    format!("列“{header}”写明坐标系：{said}"),
                    format!("the column \"{header}\" says in which frame its coordinates are: {said}"),
                ),
            );
        }
        let says = degrees.then_some("EPSG:4326").or(own.as_ref().map(|(_, said)| said.as_str()));
        let placement = Placement::decide(&self.input.name, &samples, says, self.options)?;
        placement.report(intake);
        self.placement = Some(placement);
        Ok(())
    }
}

/// Headers of columns that name the frame of the coordinates beside them.
const FRAME_HEADERS: &[&str] = &["utmgridid", "gridid", "crs", "epsg", "srid", "坐标系", "坐标系统", "坐标系名称"];

/// The frame that a column of one and the same word names, and its header.
fn frame_column(table: &Table) -> Option<(String, String)> {
    table.headers.iter().enumerate().find_map(|(index, header)| {
        if !FRAME_HEADERS.contains(&columns::normal(header).as_str()) {
            return None;
        }
        let mut words = table.rows.iter().map(|row| row.cell(index).words()).filter(|words| !words.is_empty());
        let first = words.next()?;
        words.all(|other| other == first).then(|| crs::named(&first)).flatten().map(|said| (header.clone(), said))
    })
}

/// Of two columns of elevation the one that is named for the collar is that of the collar: beside `altitude` a bare `z` may
/// be that of each layer, or of the hole's end.
pub(super) fn collar_by_its_name(table: &Table, columns: &mut [Column], sheet: &Source, intake: &mut Intake) {
    let Some(bare) = columns.iter().position(|column| {
        column.role.as_deref() == Some("z")
            && matches!(columns::split(&column.header).0.as_str(), "z" | "z坐标" | "标高" | "高程")
    }) else {
        return;
    };
    // A ledger of holes keeps 孔口标高 as a key of its own.
    let named = |column: &Column| {
        column.role.as_deref() == Some("surface_m")
            || column.role.is_none()
                && words::role(&columns::normal(&column.header), &columns::split(&column.header).0, None, &[])
                    == Some("z")
    };
    let Some(collar) = columns.iter().position(named) else { return };
    columns[bare].role = Some("-".to_owned());
    columns[collar].role.get_or_insert_with(|| "z".to_owned());
    let (z, collar) = (&columns[bare], &columns[collar]);
    let differ = table.rows.iter().filter(|row| row.cell(z.index) != row.cell(collar.index)).count();
    let (z, collar) = (&z.header, &collar.header);
    intake.note(
        sheet,
        Text::new(
            format!("孔口标高取自列“{collar}”；列“{z}”未用（{differ} 行与之不同）"),
            format!(
                "the collar's elevation is taken from \"{collar}\"; \"{z}\" is not used ({differ} rows differ from it)"
            ),
        ),
    );
}

/// Rock words, to tell a column of lithology from one of strata codes.
pub(super) const ROCKS: &[&str] =
    &["stone", "coal", "clay", "shale", "gravel", "sand", "loess", "soil", "岩", "煤", "砂", "土", "砾", "泥"];

pub(super) fn lithology_by_its_words(table: &Table, columns: &mut [Column], sheet: &Source, intake: &mut Intake) {
    let candidates: Vec<usize> = columns
        .iter()
        .filter(|column| {
            matches!(columns::split(&column.header).0.as_str(), "strataname" | "rockname" | "岩石名称" | "地层名称")
        })
        .map(|column| column.index)
        .collect();
    if candidates.len() < 2 {
        return;
    }
    let rocks = |index: usize| {
        table
            .rows
            .iter()
            .filter(|row| {
                let words = row.cell(index).words().to_lowercase();
                ROCKS.iter().any(|rock| words.contains(rock))
            })
            .count()
    };
    let Some(best) = candidates.iter().copied().max_by_key(|index| (rocks(*index), std::cmp::Reverse(*index))) else {
        return;
    };
    for column in columns.iter_mut() {
        if column.index == best {
            column.role = Some("lithology".into());
        } else if candidates.contains(&column.index) && column.role.as_deref() == Some("lithology") {
            column.role = None;
        }
    }
    let header = &columns[best].header;
    if columns::split(header).0 != "rockname" {
        intake.note(sheet, Text::new(
            format!("岩性取自列“{header}”：其中是岩石名称，而名为岩石名称的列不是"),
            format!("lithology is taken from \"{header}\": it holds the rock names, the column called rock name does not"),
        ));
    }
}
