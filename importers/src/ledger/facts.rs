//! One row as one fact of a kind.

use super::layers::{DEEPEST_HOLE_M, layer, short, too_deep};
use super::reading::{Reading, Row1};
use crate::crs::Placement;
use crate::gis::shapes::valid;
use crate::table::Row;
use crate::{site_toml, values};
use minesift_core::fact::{Fact, Position, Shape, Value};
use minesift_core::kind::{Kind, ShapeKind};
use minesift_core::text::Text;

impl Reading<'_> {
    /// One row as one fact of a kind (several where it names several seams with `+`).
    pub(super) fn fact(&self, kind: &'static Kind, row: &Row) -> Row1 {
        let mut repairs = Vec::new();
        let hole = self.words(row, "hole");
        let id = match kind.name {
            "station" | "interval" => Ok(String::new()),
            _ => self.id(kind, row),
        };
        let id = match id {
            Ok(id) => id,
            Err(why) => return Row1::Refused(why),
        };
        let mut fact = Fact::new(kind.name, id);
        let needed: &[&str] = match kind.name {
            "station" => &["hole", "depth_m"],
            "interval" => &["hole", "from_m", "to_m"],
            _ => &[],
        };
        for column in &self.columns {
            let Some(field) = column.role.as_deref().and_then(|role| kind.field(role)) else { continue };
            match self.value(field, column, row.cell(column.index), &mut repairs) {
                Ok(Some(value)) => {
                    fact.attributes.insert(field.key, value);
                }
                Ok(None) => {}
                Err(why) if needed.contains(&field.key) => return Row1::Refused(why),
                Err(why) => repairs
                    .push(Text::new(format!("{}；按未记录处理", why.zh), format!("{}; taken as not recorded", why.en))),
            }
        }
        for key in needed {
            if !fact.attributes.contains_key(key) {
                let header = self.column(key).map_or_else(|| (*key).to_owned(), |column| column.header.clone());
                return Row1::Refused(Text::new(
                    format!("列“{header}”没有值，无法使用"),
                    format!("column \"{header}\" has no value: the row cannot be used"),
                ));
            }
        }
        if let Err(why) = self.shape(kind, row, &mut fact, &mut repairs) {
            return Row1::Refused(why);
        }
        let hole = hole.unwrap_or_default();
        match kind.name {
            "station" => {
                if let Err(why) = self.station(row, &mut fact, &mut repairs) {
                    return Row1::Refused(why);
                }
                fact.id = format!("{hole}@{}", short(fact.number("depth_m").unwrap_or(0.0)));
            }
            "interval" => {
                if let Err(why) = layer(&mut fact, &mut repairs) {
                    return Row1::Refused(why);
                }
            }
            "microseism" => {
                if let Err(why) = self.event(row, &mut fact, &mut repairs) {
                    return Row1::Refused(why);
                }
            }
            "borehole" if fact.shape.is_none() => {
                return Row1::Refused(Text::new("没有坐标（X、Y 为空）", "there is no position: x and y are empty"));
            }
            "borehole" if fact.number("depth_m").is_some_and(|depth| depth > DEEPEST_HOLE_M) => {
                return Row1::Refused(too_deep(fact.number("depth_m").unwrap_or(0.0)));
            }
            _ => {}
        }
        let said = ["id", "hole", "name"].iter().any(|role| self.words(row, role).is_some());
        if fact.shape.is_none() && fact.attributes.is_empty() && !said {
            return Row1::Refused(Text::new(
                format!("此行没有一列是{}（{}）的内容；请核对 --kind，或用 --mapping 指明各列含义", kind.zh, kind.name),
                format!(
                    "no column of this row says anything of a {}: check --kind, or say with a --mapping what the columns mean",
                    kind.en
                ),
            ));
        }
        if let Some(name) = self.words(row, "name")
            && kind.field("name_zh").is_some()
            && name != fact.id
        {
            fact.attributes.entry("name_zh").or_insert(Value::Text(name));
        }
        if kind.field("seam").is_some()
            && kind.name != "interval"
            && let (None, Some(seam)) = (fact.text("seam"), &self.options.seam)
        {
            fact.attributes.insert("seam", Value::Text(seam.clone()));
        }
        if kind.field("evidence").is_some()
            && let (None, Some(evidence)) = (fact.text("evidence"), &self.options.evidence)
        {
            fact.attributes.insert("evidence", Value::Text(evidence.clone()));
        }
        Row1::Facts(by_seam(fact), repairs)
    }

    pub(super) fn shape(
        &self,
        kind: &'static Kind,
        row: &Row,
        fact: &mut Fact,
        repairs: &mut Vec<Text>,
    ) -> Result<(), Text> {
        let Some((_, wanted)) = kind.shape else { return Ok(()) };
        if let Some(words) = self.words(row, "wkt") {
            let mut shape = site_toml::from_wkt(&words).map_err(|why| {
                Text::new(format!("图形（WKT）不可读：{why}"), format!("the WKT cannot be read: {why}"))
            })?;
            if let Some(placement) = &self.placement {
                place_shape(&mut shape, placement)?;
            }
            let fits = matches!(
                (wanted, &shape),
                (ShapeKind::Any, _)
                    | (ShapeKind::Point, Shape::Point(_))
                    | (ShapeKind::Line, Shape::Lines(_))
                    | (ShapeKind::Area, Shape::Areas(_))
                    | (ShapeKind::Mesh, Shape::Mesh(_))
            );
            if !fits {
                return Err(Text::new(
                    format!("{}的图形类别不对", kind.zh),
                    format!("a shape of this type is no {}", kind.en),
                ));
            }
            if let Shape::Areas(area) = shape {
                let (area, repaired) = valid(area)?;
                repairs.extend(repaired);
                shape = Shape::Areas(area);
            }
            fact.shape = Some(shape);
            return Ok(());
        }
        if let Some(column) = self.column("wkt") {
            repairs.push(Text::new(
                format!("列“{}”为空：此行没有图形", column.header),
                format!("\"{}\" is empty: this row has no shape", column.header),
            ));
        }
        if let Some(at) = self.position(row, repairs)? {
            if matches!(wanted, ShapeKind::Point | ShapeKind::Any) {
                fact.shape = Some(Shape::Point(at));
            } else {
                repairs.push(Text::new(
                    format!("坐标是一个点，而{}需要范围：图形未取，请另给范围（WKT、DXF 或 shp）", kind.zh),
                    format!("x and y are a position, a {} needs its outline: no shape was taken, bring it as WKT, DXF or shapefile", kind.en),
                ));
            }
        }
        Ok(())
    }

    pub(super) fn station(&self, row: &Row, fact: &mut Fact, repairs: &mut Vec<Text>) -> Result<(), Text> {
        let depth = fact.number("depth_m").unwrap_or(0.0);
        if depth > DEEPEST_HOLE_M {
            return Err(too_deep(depth));
        }
        if fact.number("inclination_deg").is_none() {
            for (role, sign) in [("dip", self.dip_sign), ("dip_down", 1.0), ("dip_up", -1.0)] {
                if let Some(dip) = self.number(row, role, repairs)? {
                    if dip.abs() > 90.0 {
                        return Err(Text::new(
                            format!("倾角 {dip}° 超出 ±90°"),
                            format!("the dip {dip}° is beyond ±90°"),
                        ));
                    }
                    fact.attributes.insert("inclination_deg", Value::Number(90.0 - sign * dip));
                }
            }
        }
        if fact.number("inclination_deg").is_none() {
            return Err(Text::new("没有倾角或天顶角", "there is neither dip nor inclination"));
        }
        if fact.number("azimuth_deg").is_none() && fact.number("inclination_deg").is_some_and(|angle| angle > 0.5) {
            return Err(Text::new("斜孔没有方位角", "an inclined hole needs an azimuth"));
        }
        fact.attributes.entry("azimuth_deg").or_insert(Value::Number(0.0));
        Ok(())
    }

    pub(super) fn event(&self, row: &Row, fact: &mut Fact, repairs: &mut Vec<Text>) -> Result<(), Text> {
        if fact.shape.is_none() {
            return Err(Text::new("没有坐标", "there is no position"));
        }
        if !fact.attributes.contains_key("depth_m")
            && let Some(depth) = self.number(row, "tvd", repairs)?
        {
            fact.attributes.insert("depth_m", Value::Number(depth));
        }
        if !fact.attributes.contains_key("date") {
            let part = |role: &str| self.number(row, role, &mut Vec::new()).ok().flatten();
            if let (Some(y), Some(m), Some(d)) = (part("year"), part("month"), part("day")) {
                let date = jiff::civil::Date::new(y as i16, m as i8, d as i8)
                    .map_err(|_| Text::new(format!("{y}-{m}-{d} 不是日期"), format!("{y}-{m}-{d} is no date")))?;
                fact.attributes.insert("date", Value::Date(date));
            }
        }
        Ok(())
    }
}

/// One fact for each seam where several are joined by `+`.
pub(super) fn by_seam(fact: Fact) -> Vec<Fact> {
    if !fact.attributes.contains_key("seam") {
        return vec![fact];
    }
    let seams: Vec<String> = match fact.text("seam") {
        Some(words) if words.contains('+') => {
            words.split('+').filter_map(|word| values::seam(word).map(|(name, _)| name)).collect()
        }
        _ => return vec![fact],
    };
    seams
        .into_iter()
        .map(|seam| {
            let mut one = fact.clone();
            one.id = format!("{}@{seam}", fact.id);
            one.attributes.insert("seam", Value::Text(seam));
            one
        })
        .collect()
}

pub(super) fn positions(shape: &Shape) -> Vec<Position> {
    use geo::CoordsIter;
    match shape {
        Shape::Point(at) => vec![*at],
        Shape::Lines(lines) => lines.iter().flatten().copied().collect(),
        Shape::Areas(areas) => areas.coords_iter().map(|c| Position::plan(c.x, c.y)).collect(),
        Shape::Mesh(mesh) => mesh.vertices.iter().map(|v| Position::new(v[0], v[1], v[2])).collect(),
    }
}

pub(crate) fn place_shape(shape: &mut Shape, placement: &Placement) -> Result<(), Text> {
    use geo::MapCoordsInPlace;
    match shape {
        Shape::Point(at) => placement.apply(at),
        Shape::Lines(lines) => lines.iter_mut().flatten().try_for_each(|at| placement.apply(at)),
        Shape::Areas(areas) => areas.try_map_coords_in_place(|c| {
            let mut at = Position::plan(c.x, c.y);
            placement.apply(&mut at)?;
            Ok(geo::Coord { x: at.x, y: at.y })
        }),
        Shape::Mesh(mesh) => mesh.vertices.iter_mut().try_for_each(|v| {
            let mut at = Position::new(v[0], v[1], v[2]);
            placement.apply(&mut at)?;
            *v = [at.x, at.y, v[2]];
            Ok(())
        }),
    }
}
