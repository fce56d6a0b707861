//! One mine of the comparison's map: its licence, its faces, and the hazards that can reach either.

use anyhow::{Context, Result};
use minesift_core::fact::{Fact, Shape, Value};
use minesift_core::outline::{Convex, Outline};
use minesift_core::rulebook::Rulebook;
use minesift_onemap::many::{Layers, Row};
use std::collections::BTreeMap;

/// What is known of the whole map before any mine is read: row numbers, a few bytes a mine.
pub(crate) struct Plan {
    /// Row of each mine.
    pub(crate) mines: Vec<i64>,
    /// First and last row of each mine's faces.
    faces: BTreeMap<i64, Vec<(i64, i64)>>,
    /// Layers of hazards and how far each reaches, m.
    reach: Vec<(&'static Source, f64)>,
}

/// A layer of hazards.
struct Source {
    layer: &'static str,
    kind: &'static str,
    column: &'static str,
    fact: fn(Fact, f64) -> Option<Fact>,
}

fn word(text: &str) -> Value {
    Value::Text(text.to_owned())
}

const SOURCES: &[Source] = &[
    Source {
        layer: "goafs",
        kind: "goaf",
        column: "certainty",
        fact: |fact, certainty| {
            let grade = ["drilled", "two-methods", "reported"].get(certainty as usize - 1)?;
            Some(fact.with("evidence", word(grade)))
        },
    },
    Source {
        layer: "faults",
        kind: "fault",
        column: "water_conducting",
        fact: |fact, conducts| Some(fact.with("conducts_water", Value::Flag(conducts != 0.0))),
    },
    Source {
        layer: "columns",
        kind: "abandoned_shaft",
        column: "radius_m",
        fact: |fact, radius| Some(fact.with("sealed", word("filled")).with("radius_m", Value::Number(radius))),
    },
    Source {
        layer: "boreholes",
        kind: "old_working",
        column: "well_sealed",
        fact: |fact, sealed| (sealed == 0.0).then_some(fact),
    },
    Source {
        layer: "shafts",
        kind: "abandoned_shaft",
        column: "depth_m",
        fact: |fact, _| Some(fact.with("sealed", word("open"))),
    },
];

/// One mine.
pub(crate) struct Mine {
    pub(crate) id: i64,
    pub(crate) facts: Vec<Fact>,
    pub(crate) faces: Vec<(i64, Outline)>,
    pub(crate) hazards: usize,
}

fn areas(row: Row) -> Result<Outline> {
    match row.shape {
        Some(Shape::Areas(areas)) => Ok(Outline::repaired(&areas)?.0),
        _ => anyhow::bail!("a row that should be an area is none"),
    }
}

impl Plan {
    pub(crate) fn new(layers: &Layers, book: &Rulebook) -> Result<Self> {
        let mut faces: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
        for (mine, first, last) in layers.runs("faces", "mine_id")? {
            faces.entry(mine).or_default().push((first, last));
        }
        let mut reach = Vec::new();
        for source in SOURCES {
            let widths = book.standoffs().iter().filter(|s| s.kind == source.kind);
            let mut widest = 0.0_f64;
            for standoff in widths {
                let plus = if standoff.plus.is_some() && source.column == "radius_m" {
                    layers.largest(source.layer, source.column)?.unwrap_or(0.0)
                } else {
                    0.0
                };
                widest = widest.max(standoff.width_m + plus);
            }
            reach.push((source, widest));
        }
        Ok(Self { mines: layers.rows("mines")?, faces, reach })
    }

    /// Reads one mine.
    pub(crate) fn read(&self, layers: &Layers, place: usize) -> Result<Mine> {
        let row = layers.read("mines", &["mine_id"], &[self.mines[place]])?.pop().context("the mine's row is gone")?;
        let id = row.number(0).context("a mine has no mine_id")? as i64;
        let shape = row.shape.context("a mine has no shape")?;
        let Shape::Areas(areas_of) = &shape else { anyhow::bail!("mine {id} has no area") };
        let licence = Outline::repaired(areas_of)?.0;
        let rows: Vec<i64> = self.faces.get(&id).into_iter().flatten().flat_map(|&(a, b)| a..=b).collect();
        let mut faces = Vec::with_capacity(rows.len());
        for row in layers.read("faces", &["face_id", "mine_id"], &rows)? {
            if row.number(1) == Some(id as f64) {
                faces.push((row.number(0).context("a face has no face_id")? as i64, areas(row)?));
            }
        }
        let all = Outline::bounds(&licence).context("an empty licence")?;
        let window = faces
            .iter()
            .filter_map(|f| f.1.bounds())
            .fold(all, |w, b| [w[0].min(b[0]), w[1].min(b[1]), w[2].max(b[2]), w[3].max(b[3])]);
        let ring: Vec<[f64; 2]> =
            licence.to_geo().iter().flat_map(|p| p.exterior().0.iter()).map(|c| [c.x, c.y]).collect();
        let convex: Vec<(Convex, [f64; 4])> =
            faces.iter().filter_map(|f| Some((Convex::new(&f.1)?, f.1.bounds()?))).collect();
        let mut facts = vec![
            Fact::new("mine", id.to_string())
                .with("kind", word("coal-underground"))
                .with("hydrogeology", word("simple"))
                .with("gas", word("low"))
                .with("rock_burst", word("none"))
                .with("as_of", Value::Date(jiff::civil::date(2026, 11, 21))),
            Fact::new("licence", id.to_string()).with_shape(shape).with("seams", Value::Texts(vec!["8".to_owned()])),
            Fact::new("seam", "8").with("floor_m", Value::Number(0.0)).with("thickness_m", Value::Number(3.0)),
        ];
        let mut hazards = 0;
        for &(source, reach) in &self.reach {
            let grown = |b: [f64; 4]| [b[0] - reach, b[1] - reach, b[2] + reach, b[3] + reach];
            let near: Vec<i64> = layers
                .boxes(source.layer, grown(window))?
                .into_iter()
                .filter(|(_, b)| {
                    let b = grown(*b);
                    meets(b, &ring)
                        || convex.iter().any(|(convex, face)| {
                            b[0] <= face[2]
                                && face[0] <= b[2]
                                && b[1] <= face[3]
                                && face[1] <= b[3]
                                && Outline::rectangle(b[0], b[1], b[2], b[3]).meets_convex(convex)
                        })
                })
                .map(|found| found.0)
                .collect();
            for row in layers.read(source.layer, &["hazard_id", source.column], &near)? {
                let (Some(hazard), Some(number), Some(shape)) = (row.number(0), row.number(1), row.shape) else {
                    anyhow::bail!("a row of {} lacks its id, its {} or its shape", source.layer, source.column)
                };
                let fact = Fact::new(source.kind, (hazard as i64).to_string()).with_shape(shape);
                if let Some(fact) = (source.fact)(fact, number) {
                    facts.push(fact);
                    hazards += 1;
                }
            }
        }
        Ok(Mine { id, facts, faces, hazards })
    }
}

/// True when a box and the area inside a ring have a point in common.
fn meets(b: [f64; 4], ring: &[[f64; 2]]) -> bool {
    let centre = [f64::midpoint(b[0], b[2]), f64::midpoint(b[1], b[3])];
    let mut inside = false;
    for pair in ring.windows(2) {
        let (p, q) = (pair[0], pair[1]);
        // The part of the side inside the box, by its parameters.
        let (mut t0, mut t1) = (0.0_f64, 1.0_f64);
        for axis in 0..2 {
            let d = q[axis] - p[axis];
            let (low, high) = (b[axis] - p[axis], b[axis + 2] - p[axis]);
            if d == 0.0 {
                if low > 0.0 || high < 0.0 {
                    t1 = -1.0;
                }
            } else {
                let (u, v) = (low / d, high / d);
                t0 = t0.max(u.min(v));
                t1 = t1.min(u.max(v));
            }
        }
        if t0 <= t1 {
            return true;
        }
        if (p[1] > centre[1]) != (q[1] > centre[1])
            && centre[0] < p[0] + (q[0] - p[0]) * (centre[1] - p[1]) / (q[1] - p[1])
        {
            inside = !inside;
        }
    }
    inside
}
