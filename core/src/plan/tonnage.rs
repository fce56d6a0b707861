#![doc = include_str!("tonnage.md")]

use super::verdict::{Note, short};
use super::{Check, Inquiry, Objection, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-TONNAGE", page: include_str!("tonnage.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for face in q.plan.faces() {
        let planned = if face.months_t.is_empty() { face.tonnage_t } else { Some(face.months_t.iter().sum()) };
        let (Some(planned), Some(seam)) = (planned, face.seam.as_deref().and_then(|id| q.site.seam(id))) else {
            continue;
        };
        if planned <= 0.0 || face.outline.is_empty() {
            continue;
        }
        let mut with_height = seam.clone();
        with_height.mining_height_m = face.mining_height_m.or(seam.mining_height_m);
        let Some(held) = with_height.tonnes(&face.outline) else {
            report.notes.push(Note::new(
                q,
                &face.id,
                format!("{} 缺煤层厚度或容重，产量未与块段储量核对", face.title().zh),
                format!("{}: seam thickness or density is missing, its tonnage was not judged", face.title().en),
            ));
            continue;
        };
        if planned <= held * (1.0 + 1e-9) {
            continue;
        }
        report.object(
            Objection::new(q, &face.id, face.days())
                .about([face])
                .measured("计划产量", "planned", planned, held, "t")
                .because(
                    format!(
                        "{} 计划 {} 万t，而面积 / cos 倾角 × 采高 × 容重仅 {} 万t",
                        face.title().zh,
                        short(planned / 1e4),
                        short(held / 1e4)
                    ),
                    format!(
                        "{} plans {} t; area / cos dip × mining height × density holds {} t",
                        face.title().en,
                        short(planned),
                        short(held)
                    ),
                ),
        );
    }
    report
}
