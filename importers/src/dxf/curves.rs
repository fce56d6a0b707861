//! Curves of a drawing as points: splines, and the boundaries of hatches.

use super::drawing::{Geometry, Ocs, bulged, number};
use super::tags::Tag;
use crate::gis::arcs;
use crate::gis::shapes::Raw;
use minesift_core::fact::Position;

/// A B-spline as points: de Boor's algorithm, rational where it has weights; through its fit points where it has no
/// control points.
pub(super) fn spline(tags: &[Tag]) -> Option<Vec<Position>> {
    let all = |code: i32| tags.iter().filter(move |tag| tag.code == code).filter_map(Tag::number).collect::<Vec<f64>>();
    let positions = |code: i32| -> Vec<Position> {
        let (x, y, z) = (all(code), all(code + 10), all(code + 20));
        x.iter()
            .zip(&y)
            .enumerate()
            .map(|(i, (x, y))| Position::new(*x, *y, z.get(i).copied().unwrap_or(0.0)))
            .collect()
    };
    let (control, knots, degree) = (positions(10), all(40), number(tags, 71).unwrap_or(3.0) as usize);
    if control.is_empty() {
        return Some(positions(11)).filter(|points| points.len() > 1);
    }
    if !(1..=11).contains(&degree)
        || control.len() <= degree
        || knots.len() < control.len() + degree + 1
        || knots.windows(2).any(|k| k[1] < k[0])
    {
        return None;
    }
    let weights = Some(all(41)).filter(|w| w.len() == control.len()).unwrap_or_else(|| vec![1.0; control.len()]);
    let mut points = Vec::new();
    for span in degree..control.len() {
        let (from, to) = (knots[span], knots[span + 1]);
        if to <= from {
            continue;
        }
        // 16 pieces a span keep a mine's smooth lines within centimetres.
        for step in 0..=16 {
            if step == 0 && !points.is_empty() {
                continue;
            }
            let t = from + (to - from) * f64::from(step) / 16.0;
            let mut d: Vec<[f64; 4]> = (span - degree..=span)
                .map(|i| {
                    let (p, w) = (control[i], weights[i]);
                    [p.x * w, p.y * w, p.z.unwrap_or(0.0) * w, w]
                })
                .collect();
            for r in 1..=degree {
                for j in (r..=degree).rev() {
                    let i = span - degree + j;
                    let width = knots[i + degree + 1 - r] - knots[i];
                    let a = if width > 0.0 { (t - knots[i]) / width } else { 0.0 };
                    let before = d[j - 1];
                    for (value, before) in d[j].iter_mut().zip(before) {
                        *value = (1.0 - a) * before + a * *value;
                    }
                }
            }
            let [x, y, z, w] = d[degree];
            points.push(Position::new(x / w, y / w, z / w));
        }
    }
    (points.len() > 1).then_some(points)
}

/// The area of a hatch: its boundary paths by the even-odd rule.
pub(super) fn hatch(tags: &[Tag], turned: &Ocs) -> Option<Geometry> {
    let start = tags.iter().position(|tag| tag.code == 91)?;
    let z = tags[..start].iter().find(|tag| tag.code == 30).and_then(Tag::number).unwrap_or(0.0);
    let mut at = start + 1;
    let count = tags[start].number()? as usize;
    let mut rings: Vec<Vec<Position>> = Vec::new();
    let take = |at: &mut usize, code: i32| -> Option<f64> {
        let tag = tags.get(*at)?;
        (tag.code == code).then(|| {
            *at += 1;
            tag.number()
        })?
    };
    for _ in 0..count.min(10_000) {
        while tags.get(at).is_some_and(|tag| tag.code != 92) {
            if tags[at].code == 75 || tags[at].code == 98 {
                break;
            }
            at += 1;
        }
        let flags = take(&mut at, 92)? as i64;
        if flags & 2 != 0 {
            let has_bulge = take(&mut at, 72).unwrap_or(0.0) > 0.0;
            take(&mut at, 73);
            let corners = take(&mut at, 93)? as usize;
            let mut ring = Vec::new();
            for _ in 0..corners {
                let (x, y) = (take(&mut at, 10)?, take(&mut at, 20)?);
                let bulge = if has_bulge { take(&mut at, 42).unwrap_or(0.0) } else { 0.0 };
                ring.push((Position::new(x, y, z), bulge));
            }
            rings.push(super::close(bulged(&ring, true)));
        } else {
            let edges = take(&mut at, 93)? as usize;
            let mut ring: Vec<Position> = Vec::new();
            for _ in 0..edges {
                let mut piece = match take(&mut at, 72)? as i64 {
                    1 => vec![
                        Position::new(take(&mut at, 10)?, take(&mut at, 20)?, z),
                        Position::new(take(&mut at, 11)?, take(&mut at, 21)?, z),
                    ],
                    2 => {
                        let centre = Position::new(take(&mut at, 10)?, take(&mut at, 20)?, z);
                        let radius = take(&mut at, 40)?;
                        let (from, to) = (take(&mut at, 50)?.to_radians(), take(&mut at, 51)?.to_radians());
                        if take(&mut at, 73).unwrap_or(1.0) > 0.0 {
                            arcs::circle(centre, radius, from, to)
                        } else {
                            arcs::circle(centre, radius, -from, -to)
                        }
                    }
                    3 => {
                        let centre = Position::new(take(&mut at, 10)?, take(&mut at, 20)?, z);
                        let axis = [take(&mut at, 11)?, take(&mut at, 21)?];
                        let ratio = take(&mut at, 40)?;
                        let (from, to) = (take(&mut at, 50)?.to_radians(), take(&mut at, 51)?.to_radians());
                        if take(&mut at, 73).unwrap_or(1.0) > 0.0 {
                            arcs::ellipse(centre, axis, ratio, from, to)
                        } else {
                            arcs::ellipse(centre, axis, ratio, -from, -to)
                        }
                    }
                    4 => spline_edge(tags, &mut at)?,
                    _ => return None,
                };
                for p in &mut piece {
                    p.z = Some(z);
                }
                // Edges may be written in either direction.
                if let (Some(last), Some(first), Some(end)) = (ring.last(), piece.first(), piece.last()) {
                    let far = |a: &Position, b: &Position| (a.x - b.x).hypot(a.y - b.y);
                    if far(last, end) < far(last, first) {
                        piece.reverse();
                    }
                }
                ring.extend(piece);
            }
            ring.dedup_by(|a, b| a.xy() == b.xy());
            rings.push(super::close(ring));
        }
    }
    rings.retain(|ring| ring.len() > 3);
    // Outer ring first: the largest; the even-odd rule of the area's repair does the rest.
    let size = |ring: &Vec<Position>| ring.windows(2).map(|p| p[0].x * p[1].y - p[1].x * p[0].y).sum::<f64>().abs();
    rings.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let rings: Vec<Vec<Position>> = rings.into_iter().map(|ring| turned.all(ring)).collect();
    (!rings.is_empty()).then_some(Geometry::Shape { raw: Raw::Areas(vec![rings]), closed: true })
}

/// A spline among the edges of a hatch: degree, flags, the counts of its knots and control points, these, and from R2010 on
/// the count of its fit points (97) with them and the tangents of its ends.
fn spline_edge(tags: &[Tag], at: &mut usize) -> Option<Vec<Position>> {
    let from = *at;
    while tags.get(*at).is_some_and(|tag| matches!(tag.code, 94 | 73 | 74 | 95 | 96 | 40 | 10 | 20 | 42)) {
        *at += 1;
    }
    // After the last edge 97 counts the objects that the path was drawn along; their handles (330) are no part of it.
    if tags.get(*at).is_some_and(|tag| tag.code == 97) {
        *at += 1;
        while tags.get(*at).is_some_and(|tag| matches!(tag.code, 11 | 21 | 12 | 22 | 13 | 23)) {
            *at += 1;
        }
    }
    let mut own: Vec<Tag> = tags[from..*at].to_vec();
    // In a hatch 94 is the degree that a SPLINE keeps under 71, and 42 the weight under 41.
    own.iter_mut().filter(|tag| tag.code == 94).for_each(|tag| tag.code = 71);
    own.iter_mut().filter(|tag| tag.code == 42).for_each(|tag| tag.code = 41);
    spline(&own)
}
