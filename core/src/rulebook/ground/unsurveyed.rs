#![doc = include_str!("unsurveyed.md")]

use crate::outline::Outline;
use crate::rulebook::{Finding, Question, Reads, Remark, Rule, Stops};
use crate::site::survey;
use crate::text::Text;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "BASE-1", page: include_str!("unsurveyed.md"), apply, reads: Reads::Kinds(&[]) };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !q.unknown.is_empty() {
        findings.push(Finding::ground(q, Class::Deferred, q.unknown.clone(), Stops::deferred()).because(
            "煤层底板或厚度在数据控制范围之外，未知即缓采",
            "the seam itself is unknown here, outside the support of its data",
        ));
    }
    let factors = survey::factors(q.site.mine.kind);
    let unseen: Vec<(&str, Outline)> = factors
        .iter()
        .map(|factor| (*factor, q.ground.minus(&covered(q, factor))))
        .filter(|(_, outline)| !outline.is_empty())
        .collect();
    let outline = Outline::union(unseen.iter().map(|(_, outline)| outline));
    if !outline.is_empty() {
        let names: Vec<&str> = unseen.iter().map(|(factor, _)| *factor).collect();
        let all = names.len() == factors.len();
        let named = if all { "all factors".to_owned() } else { names.join(", ") };
        findings.push(
            Finding::ground(q, Class::Deferred, outline, Stops::deferred())
                .because(
                    format!("未普查：{}", if all { "全部因素".to_owned() } else { names.join("、") }),
                    format!("not surveyed for {named}"),
                )
                .missing(&names),
        );
    }
    findings
}

/// Ground on this seam that valid surveys looked at for one factor.
fn covered(q: &Question<'_>, factor: &str) -> Outline {
    let oldest = q
        .value("valid_years")
        .map(|years| q.site.as_of.saturating_sub(jiff::Span::new().days((years * 365.25) as i64)));
    let covers: Vec<Outline> = q
        .site
        .surveys
        .iter()
        .filter(|s| s.looked_for(factor) && (s.seams.is_empty() || s.seams.contains(&q.seam.id)))
        .filter(|s| oldest.is_none_or(|oldest| s.date >= oldest))
        .map(|s| match s.depth_to_m {
            None => s.covers.clone(),
            Some(depth) => {
                // The highest ground makes the reach shallowest: the worse case.
                let top = q.site.mine.surface_m.or(q.site.licence.z_m.map(|z| z[1])).unwrap_or(0.0);
                q.seam.floor_between(&s.covers, [top - depth, f64::MAX]).below
            }
        })
        .collect();
    Outline::union(&covers)
}

/// Surveys by one method only, or older than three years (煤矿安全规程 第二十八条: every 3 years).
pub(super) fn warns(q: &Question<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for survey in q.site.surveys.iter().filter(|s| s.seams.is_empty() || s.seams.contains(&q.seam.id)) {
        let mut say = |zh: String, en: String| {
            remarks.push(Remark {
                rule: "BASE-1".to_owned(),
                hazards: vec![survey.id.clone()],
                words: Text::new(zh, en),
            });
        };
        if survey.methods.len() < 2 {
            say(
                format!("普查 {} 只用一种手段，未相互验证", survey.id),
                format!("survey {} used one method only: nothing verifies it", survey.id),
            );
        }
        if survey.date < q.site.as_of.saturating_sub(jiff::Span::new().years(3)) {
            say(
                format!("普查 {} 已超过三年（{}），应修编", survey.id, survey.date),
                format!("survey {} is older than three years ({}): revise it", survey.id, survey.date),
            );
        }
    }
    remarks
}
