//! Files that hold no mine: a mine and a licence are put round them, so that they are shown as they are.

use crate::scene::AS_THEY_ARE;
use jiff::civil::Date;
use minesift_core::fact::{Fact, Shape, Value};

/// Facts with a mine and a licence round them, where they hold none: a box in plan, without seams, so that nothing is
/// classified. `name` is what it is called; the day is the one asked for.
pub fn as_they_are(mut facts: Vec<Fact>, name: &str, as_of: Option<Date>) -> Vec<Fact> {
    let has = |kind: &str| facts.iter().any(|fact| fact.kind == kind);
    if has("mine") && has("licence") {
        return facts;
    }
    let Some(([x0, y0, x1, y1], heights)) = bounds(&facts) else { return facts };
    let text = |words: &str| Value::Text(words.to_owned());
    if !has("mine") {
        // A day is needed and none is recorded: one that is plainly none.
        let day = as_of.unwrap_or(jiff::civil::date(2000, 1, 1));
        facts.push(
            Fact::new("mine", AS_THEY_ARE)
                .with("name_zh", text(name))
                .with("kind", text("coal-underground"))
                .with("hydrogeology", text("medium"))
                .with("gas", text("low"))
                .with("rock_burst", text("none"))
                .with("as_of", Value::Date(day)),
        );
    }
    if !facts.iter().any(|fact| fact.kind == "licence") {
        let ring = [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]];
        let ring: geo::LineString<f64> = ring.iter().map(|p| geo::Coord { x: p[0], y: p[1] }).collect();
        let outline = geo::MultiPolygon(vec![geo::Polygon::new(ring, Vec::new())]);
        // No higher and no lower than what it holds, or the first view would look past it.
        let heights = heights.unwrap_or([0.0, 1.0]);
        facts.push(
            Fact::new("licence", AS_THEY_ARE)
                .with_shape(Shape::Areas(outline))
                .with("z_m", Value::Numbers(heights.to_vec())),
        );
    }
    facts
}

/// The box in plan round everything that has a place, and its lowest and highest elevation where any is recorded.
fn bounds(facts: &[Fact]) -> Option<([f64; 4], Option<[f64; 2]>)> {
    let mut all = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let mut heights = [f64::INFINITY, f64::NEG_INFINITY];
    let mut meet = |x: f64, y: f64, z: Option<f64>| {
        all = [all[0].min(x), all[1].min(y), all[2].max(x), all[3].max(y)];
        if let Some(z) = z.filter(|z| z.is_finite()) {
            heights = [heights[0].min(z), heights[1].max(z)];
        }
    };
    for fact in facts {
        match &fact.shape {
            Some(Shape::Point(p)) => meet(p.x, p.y, p.z),
            Some(Shape::Lines(lines)) => lines.iter().flatten().for_each(|p| meet(p.x, p.y, p.z)),
            Some(Shape::Areas(areas)) => {
                areas.iter().flat_map(|polygon| polygon.exterior().coords()).for_each(|c| meet(c.x, c.y, None));
            }
            Some(Shape::Mesh(mesh)) => mesh.vertices.iter().for_each(|p| meet(p[0], p[1], Some(p[2]))),
            None if fact.kind == "grid" => {
                if let ([x, y], [dx, dy], Some(columns)) =
                    (fact.numbers("origin"), fact.numbers("step_m"), fact.number("columns"))
                {
                    let values = fact.numbers("values_m");
                    let rows = (values.len() as f64 / columns.max(1.0)).max(1.0);
                    meet(*x, *y, None);
                    meet(x + dx * (columns - 1.0), y + dy * (rows - 1.0), None);
                    values.iter().for_each(|z| meet(*x, *y, Some(*z)));
                }
            }
            None => {}
        }
    }
    // A single point still gets ground round it.
    let plan = [all[0] - 1.0, all[1] - 1.0, all[2] + 1.0, all[3] + 1.0];
    (all[0] <= all[2]).then_some((plan, (heights[0] <= heights[1]).then_some(heights)))
}
