#![doc = include_str!("spacing.md")]

use super::days::{self, Days};
use super::model::Working;
use super::verdict::{Note, short};
use super::{Check, Inquiry, Move, Objection, Report};
use crate::outline::Outline;
use crate::site::BurstGrade;
use crate::site::seam::Seam;
use jiff::civil::Date;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

pub(super) const CHECK: Check = Check { code: "PLAN-SPACING", page: include_str!("spacing.md"), apply };

type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let Some(day) = q.dated().map(|(_, _, days)| days.from).min() else { return report };
    // Nothing farther apart than the widest distance of the table needs a look.
    let widest = KEYS.iter().map(|key| q.number_on(key, day)).fold(0.0, f64::max).max(
        q.book.edition_days().iter().flat_map(|day| KEYS.iter().map(|key| q.number_on(key, *day))).fold(0.0, f64::max),
    );
    let tree: RTree<Boxed> = RTree::bulk_load(
        q.dated()
            .filter_map(|(i, working, _)| {
                let [x0, y0, x1, y1] = working.outline.bounds()?;
                Some(Boxed::new(Rectangle::from_corners([x0, y0], [x1, y1]), i))
            })
            .collect(),
    );
    for (i, one, own) in q.dated() {
        let (Some(seam), Some([x0, y0, x1, y1])) =
            (one.seam.as_deref().and_then(|id| q.site.seam(id)), one.outline.bounds())
        else {
            continue;
        };
        if !seam.outburst && seam.rock_burst == BurstGrade::None {
            continue;
        }
        let window = AABB::from_corners([x0 - widest, y0 - widest], [x1 + widest, y1 + widest]);
        let mut near: Vec<usize> =
            tree.locate_in_envelope_intersecting(&window).map(|b| b.data).filter(|j| *j > i).collect();
        near.sort_unstable();
        for j in near {
            let other = &q.plan.workings[j];
            let Some(together) = other.days().and_then(|days| days.common(own)).filter(|_| other.seam == one.seam)
            else {
                continue;
            };
            if let Some(objection) = pair(q, seam, one, other, together, &mut report.notes) {
                report.objections.push(objection);
            }
        }
    }
    report
}

const KEYS: &[&str] = &[
    "burst_faces_m",
    "burst_face_heading_m",
    "burst_headings_m",
    "outburst_faces_m",
    "outburst_face_heading_m",
    "outburst_headings_m",
    "outburst_headings_opposing_m",
];

/// The strictest distance that applies to a pair on a day, and which hazard sets it.
fn limit(
    q: &Inquiry<'_>,
    seam: &Seam,
    one: &Working,
    other: &Working,
    opposing: bool,
    day: Date,
) -> (f64, &'static str, &'static str) {
    let faces = usize::from(one.is_face()) + usize::from(other.is_face());
    let mut held = (0.0, "", "");
    let all_rock = faces == 0 && !one.in_coal && !other.in_coal;
    if seam.rock_burst > BurstGrade::None && !all_rock {
        let key = ["burst_headings_m", "burst_face_heading_m", "burst_faces_m"][faces];
        held = (q.number_on(key, day), "冲击地压煤层", "rock-burst seam");
    }
    if seam.outburst {
        let key = match faces {
            2 => "outburst_faces_m",
            1 => "outburst_face_heading_m",
            _ if opposing => "outburst_headings_opposing_m",
            _ => "outburst_headings_m",
        };
        let value = q.number_on(key, day);
        if value > held.0 {
            held = (value, "突出煤层", "outburst seam");
        }
    }
    held
}

fn pair(
    q: &Inquiry<'_>,
    seam: &Seam,
    one: &Working,
    other: &Working,
    together: Days,
    notes: &mut Vec<Note>,
) -> Option<Objection> {
    let headings = !one.is_face() && !other.is_face();
    let directed = !one.advance.is_empty() && !other.advance.is_empty();
    // Nobody said in which direction two headings advance: towards each other is the worse case.
    let (widest, ..) = limit(q, seam, one, other, headings, together.from);
    let apart = one.outline.distance_to_m(&other.outline);
    if apart >= widest - 1e-6 && q.book.edition_days().is_empty() {
        return None;
    }
    let (distance, at, held) = if one.advance.is_empty() && other.advance.is_empty() {
        (apart, together.from, limit(q, seam, one, other, headings, together.from))
    } else {
        nearest(q, seam, one, other, together, !directed)?
    };
    if distance >= held.0 - 1e-6 {
        return None;
    }
    let mut ids = [one.id.as_str(), other.id.as_str()];
    ids.sort_unstable();
    let (later, earlier) = if (one.from, &one.id) >= (other.from, &other.id) { (one, other) } else { (other, one) };
    let free = days::later(earlier.to?, 1);
    let (how_zh, how_en) = if directed {
        ("作业地点间（按日期沿推进方向内插）", "between working places (interpolated from dates)")
    } else {
        ("轮廓间（未给推进方向，按最不利情况）", "between outlines (worst case, no advance direction)")
    };
    if !directed {
        notes.push(Note::new(
            q,
            ids.join("+"),
            format!("{} 未给推进方向，间距按最不利情况计", ids.join("、")),
            format!("{}: no advance direction, the distance is the worst case", ids.join(", ")),
        ));
    }
    let shown = if at == together.from && !directed { together } else { Days { from: at, to: together.to } };
    let mut objection = Objection::new(q, ids.join("+"), Some(shown))
        .about([one, other])
        .measured("间距", "distance", distance, held.0, "m")
        .because(
            format!(
                "{} 与 {} 在{}（{}）{shown} 同时作业，{how_zh}仅 {} m，不得小于 {} m",
                one.title().zh,
                other.title().zh,
                seam.name.zh,
                held.1,
                short(distance),
                held.0
            ),
            format!(
                "{} and {} work together in {} ({}) {shown}, {} m apart {how_en}; least {} m",
                one.title().en,
                other.title().en,
                seam.name.en,
                held.2,
                short(distance),
                held.0
            ),
        )
        .cured_by(vec![Move { task: later.id.clone(), from: free }]);
    objection.objects.push(seam.id.clone());
    objection.chain.push(crate::text::Text::new(
        format!("{} 于 {} 结束", earlier.id, earlier.to?),
        format!("{} ends on {}", earlier.id, earlier.to?),
    ));
    Some(objection)
}

/// The day on which two working places are nearest to (or most under) their limit, the distance and the limit.
fn nearest(
    q: &Inquiry<'_>,
    seam: &Seam,
    one: &Working,
    other: &Working,
    together: Days,
    worst: bool,
) -> Option<(f64, Date, (f64, &'static str, &'static str))> {
    let headings = !one.is_face() && !other.is_face();
    let mut found: Option<(f64, Date, (f64, &'static str, &'static str))> = None;
    for step in 0..together.count() {
        let day = days::later(together.from, step);
        let (a, b) = (place(one, day)?, place(other, day)?);
        let distance = match (&a, &b) {
            (Place::Cut(a), Place::Cut(b)) => between(*a, *b),
            (Place::Cut(cut), Place::Anywhere(outline)) | (Place::Anywhere(outline), Place::Cut(cut)) => {
                to_outline(*cut, outline)
            }
            (Place::Anywhere(a), Place::Anywhere(b)) => a.distance_to_m(b),
        };
        let opposing = headings && (worst || approach(one, other, day));
        let held = limit(q, seam, one, other, opposing, day);
        if found.as_ref().is_none_or(|(d, _, h)| distance - held.0 < d - h.0) {
            found = Some((distance, day, held));
        }
    }
    found
}

/// Where a working place is on one day.
enum Place<'a> {
    /// Its face line.
    Cut([[f64; 2]; 2]),
    /// Somewhere in its outline.
    Anywhere(&'a Outline),
}

/// Position on the path of advance on a day, and its direction.
fn along(working: &Working, day: Date) -> Option<([f64; 2], [f64; 2])> {
    let days = working.days()?;
    let path = &working.advance;
    let whole: f64 = path.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
    if whole <= 0.0 {
        return None;
    }
    let share = (days::number(day) - days::number(days.from)) as f64 / (days.count() - 1).max(1) as f64;
    let mut left = whole * share.clamp(0.0, 1.0);
    let mut last = None;
    for pair in path.windows(2) {
        let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
        let length = dx.hypot(dy);
        if length <= 0.0 {
            continue;
        }
        let direction = [dx / length, dy / length];
        if left <= length {
            return Some(([pair[0][0] + direction[0] * left, pair[0][1] + direction[1] * left], direction));
        }
        left -= length;
        last = Some((pair[1], direction));
    }
    last
}

fn place(working: &Working, day: Date) -> Option<Place<'_>> {
    let Some((at, direction)) = along(working, day) else { return Some(Place::Anywhere(&working.outline)) };
    // The face line: the outline cut across the direction of advance.
    let across = |p: [f64; 2]| (p[0] - at[0]) * direction[0] + (p[1] - at[1]) * direction[1];
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for ring in working.outline.to_geo().iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
        for line in ring.lines() {
            let (a, b) = ([line.start.x, line.start.y], [line.end.x, line.end.y]);
            let (va, vb) = (across(a), across(b));
            // A place at the very end of the outline is still on it.
            if va.min(vb) > 1e-3 || va.max(vb) < -1e-3 {
                continue;
            }
            let ts: &[f64] = if (va - vb).abs() < 1e-9 { &[0.0, 1.0] } else { &[va / (va - vb)] };
            for t in ts {
                let t = t.clamp(0.0, 1.0);
                let p = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
                let s = (p[0] - at[0]) * -direction[1] + (p[1] - at[1]) * direction[0];
                low = low.min(s);
                high = high.max(s);
            }
        }
    }
    if low > high {
        // The path leaves the outline: only the path is known.
        (low, high) = (0.0, 0.0);
    }
    let point = |s: f64| [at[0] - direction[1] * s, at[1] + direction[0] * s];
    Some(Place::Cut([point(low), point(high)]))
}

/// True when both headings come nearer by their own advance.
fn approach(one: &Working, other: &Working, day: Date) -> bool {
    let (Some((a, da)), Some((b, db))) = (along(one, day), along(other, day)) else { return true };
    let to = [b[0] - a[0], b[1] - a[1]];
    let facing = da[0] * db[0] + da[1] * db[1] < 0.0;
    facing && to[0] * da[0] + to[1] * da[1] > 0.0 && to[0] * db[0] + to[1] * db[1] < 0.0
}

/// Shortest distance between two segments.
fn between(a: [[f64; 2]; 2], b: [[f64; 2]; 2]) -> f64 {
    use crate::site::hazard::to_segment_m;
    let side = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    if side(a[0], a[1], b[0]) * side(a[0], a[1], b[1]) < 0.0 && side(b[0], b[1], a[0]) * side(b[0], b[1], a[1]) < 0.0 {
        return 0.0;
    }
    let ends = [
        to_segment_m(a[0], b[0], b[1]),
        to_segment_m(a[1], b[0], b[1]),
        to_segment_m(b[0], a[0], a[1]),
        to_segment_m(b[1], a[0], a[1]),
    ];
    ends.into_iter().fold(f64::INFINITY, f64::min)
}

fn to_outline(cut: [[f64; 2]; 2], outline: &Outline) -> f64 {
    let mut nearest = outline.distance_m(cut[0][0], cut[0][1]).min(outline.distance_m(cut[1][0], cut[1][1]));
    for ring in outline.to_geo().iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
        for line in ring.lines() {
            nearest = nearest.min(between(cut, [[line.start.x, line.start.y], [line.end.x, line.end.y]]));
        }
    }
    nearest
}
