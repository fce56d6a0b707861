#![doc = include_str!("treatment_time.md")]

use super::days::Days;
use super::{Check, Inquiry, Objection, Report};

pub(super) const CHECK: Check = Check { code: "PLAN-TREATMENT", page: include_str!("treatment_time.md"), apply };

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    for treatment in &q.site.treatments {
        let fact = q.site.facts.iter().find(|fact| fact.kind == "treatment" && fact.id == treatment.id);
        let Some(design) = fact.and_then(|fact| fact.number("design_days")) else { continue };
        let (Some(from), Some(to)) = treatment.days else { continue };
        let Some(days) = Days::new(from, to) else { continue };
        let planned = days.count() as f64;
        if planned >= design {
            continue;
        }
        let mut objection =
            Objection::new(q, &treatment.id, Some(days)).measured("计划工期", "planned", planned, design, "d").because(
                format!("治理工程 {}（对象 {}）计划工期 {days} 少于设计工期", treatment.id, treatment.hazard),
                format!(
                    "treatment {} of {} is given less time than its design says, {days}",
                    treatment.id, treatment.hazard
                ),
            );
        objection.objects.push(treatment.hazard.clone());
        report.object(objection);
    }
    report
}
