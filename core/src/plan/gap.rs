#![doc = include_str!("gap.md")]

use super::days::{self, Days};
use super::verdict::Note;
use super::{Check, Inquiry, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-GAP", page: include_str!("gap.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    let mut faces: Vec<(Days, &str)> = q
        .plan
        .faces()
        .filter(|face| face.producing)
        .filter_map(|face| Some((face.days()?, face.id.as_str())))
        .collect();
    faces.sort();
    let Some(mut busy_to) = faces.first().map(|(days, _)| days.to) else { return report };
    for (own, id) in &faces {
        let idle = days::number(own.from) - days::number(busy_to) - 1;
        let most = q.number_on("most_days", own.from);
        if idle as f64 > most {
            let from = days::later(busy_to, 1);
            let mut note = Note::new(
                q,
                *id,
                format!("{from} 至 {id} 开始（{}）之间 {idle} 天没有采煤工作面，超过 {most} 天：接替脱节", own.from),
                format!(
                    "no face works for {idle} days from {from} until {id} begins on {}, more than {most}: a gap in succession",
                    own.from
                ),
            );
            note.due = Some(from);
            report.remarks.push(note);
        }
        busy_to = busy_to.max(own.to);
    }
    report
}
