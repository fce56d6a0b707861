#![doc = include_str!("island.md")]

use super::verdict::Note;
use super::{Check, Inquiry, Objection, Report, Working};
use crate::outline::Outline;
use crate::site::BurstGrade;
use crate::text::Text;
use geo::MinimumRotatedRect;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check { code: "PLAN-ISLAND", page: include_str!("island.md"), apply };

/// Places looked at along each side of a face.
const LOOKS: usize = 40;

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for face in q.plan.faces() {
        let Some(seam) = face.seam.as_deref().and_then(|id| q.site.seam(id)) else { continue };
        if seam.rock_burst == BurstGrade::None {
            continue;
        }
        let beside = goaf_beside(q, face);
        // Which data told it: the planner's word, or what is drawn beside it.
        let (objects, by) = match (face.fact.flag("island") == Some(true), beside) {
            (true, None) => (Vec::new(), Text::new("计划注明为孤岛工作面", "the plan calls it one")),
            (_, Some(ids)) => {
                let by = Text::new(
                    format!("由图上其两侧长边的采空区 {} 得出", ids.join("、")),
                    format!("told by the goaf drawn along both of its long sides: {}", ids.join(", ")),
                );
                (ids, by)
            }
            (false, None) => continue,
        };
        let title = face.title();
        if seam.rock_burst == BurstGrade::Strong {
            let mut objection = Objection::new(q, &face.id, face.days()).about([face]).because(
                format!("{} 是强冲击地压煤层（{}）中的孤岛工作面（{}）", title.zh, seam.name.zh, by.zh),
                format!("{} is an island face in {}, a strong rock-burst seam ({})", title.en, seam.name.en, by.en),
            );
            objection.objects = objects;
            report.object(objection);
        } else {
            report.remarks.push(Note::new(
                q,
                &face.id,
                format!(
                    "{} 是冲击地压煤层（{}）中的孤岛工作面（{}），须经防冲安全性论证并批准",
                    title.zh, seam.name.zh, by.zh
                ),
                format!(
                    "{} is an island face in {}, a rock-burst seam ({}): it must be argued safe and approved",
                    title.en, seam.name.en, by.en
                ),
            ));
        }
    }
    report
}

/// Goafs along both long sides of a face on its first day, by id: those on the map and faces of the plan that are
/// finished by then; nothing where one of the sides has none.
fn goaf_beside(q: &Inquiry<'_>, face: &Working) -> Option<Vec<String>> {
    let (seam, own) = (q.site.seam(face.seam.as_deref()?)?, face.days()?);
    let (width, share) = (q.number_on("beside_m", own.from), q.number_on("share", own.from));
    let [x0, y0, x1, y1] = face.outline.bounds()?;
    let near = |outline: &Outline| {
        outline
            .bounds()
            .is_some_and(|b| x0 - width <= b[2] && b[0] <= x1 + width && y0 - width <= b[3] && b[1] <= y1 + width)
    };
    let on_map = q
        .site
        .hazards_of("goaf")
        .filter(|goaf| goaf.on_seam(seam) && near(goaf.outline()))
        .map(|goaf| (goaf.id.as_str(), goaf.outline()));
    let planned = q
        .plan
        .faces()
        .filter(|other| other.producing && other.id != face.id && other.seam == face.seam && near(&other.outline))
        .filter(|other| other.days().is_some_and(|days| days.to < own.from))
        .map(|other| (other.id.as_str(), &other.outline));
    let goafs: Vec<(&str, &Outline)> = on_map.chain(planned).collect();
    if goafs.is_empty() {
        return None;
    }
    let rectangle = face.outline.to_geo().minimum_rotated_rect()?;
    let corners: Vec<[f64; 2]> = rectangle.exterior().0.iter().map(|c| [c.x, c.y]).collect();
    let length = |a: [f64; 2], b: [f64; 2]| (b[0] - a[0]).hypot(b[1] - a[1]);
    let [a, b, c, d, ..] = corners[..] else { return None };
    let sides = if length(a, b) >= length(b, c) { [[a, b], [c, d]] } else { [[b, c], [d, a]] };
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for [from, to] in sides {
        let mut beside = 0;
        for i in 0..LOOKS {
            let t = (i as f64 + 0.5) / LOOKS as f64;
            let (x, y) = (from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1]));
            let met = goafs.iter().filter(|(_, goaf)| goaf.distance_m(x, y) <= width).map(|(id, _)| (*id).to_owned());
            let before = beside;
            for id in met {
                beside = before + 1;
                ids.insert(id);
            }
        }
        if (beside as f64) < share * LOOKS as f64 {
            return None;
        }
    }
    Some(ids.into_iter().collect())
}
