#![doc = include_str!("slope.md")]

use crate::rulebook::{Finding, Question, Reads, Remark, Rule, Stops};
use crate::site::MineKind;
use crate::text::Text;
use crate::zone::Class;

pub(super) const RULE: Rule =
    Rule { code: "SLOPE-1", page: include_str!("slope.md"), apply, reads: Reads::Kinds(&["slope", "dump"]) };

fn apply(q: &Question<'_>, _: &[Finding]) -> Vec<Finding> {
    q.hazards("slope")
        .filter_map(|slope| {
            let (class, zh, en) = match slope.text("stability").filter(|_| q.dated_by_now(slope)) {
                Some("unstable") => (Class::Forbidden, "鉴定为不稳定", "identified as unstable"),
                None => (Class::Deferred, "未进行稳定性鉴定", "never identified"),
                Some(_) => return None,
            };
            let finding = Finding::inside(q, class, slope, slope.around(0.0), Stops::all())
                .because(format!("边坡 {} {zh}", slope.id), format!("slope {} is {en}", slope.id));
            Some(if class == Class::Deferred { finding.missing(&["stability"]) } else { finding })
        })
        .collect()
}

/// Limits of less stable slopes, identifications older than a year, high slopes and dumps without monitoring.
pub(super) fn warns(q: &Question<'_>) -> Vec<Remark> {
    if !matches!(q.site.mine.kind, MineKind::CoalOpenPit | MineKind::MetalOpenPit | MineKind::Quarry) {
        return Vec::new();
    }
    let mut remarks = Vec::new();
    let mut say = |id: &str, zh: String, en: String| {
        remarks.push(Remark { rule: "SLOPE-1".to_owned(), hazards: vec![id.to_owned()], words: Text::new(zh, en) });
    };
    let high = q.number_of("SLOPE-1", "monitored_from_height_m");
    let year_ago = q.site.as_of.saturating_sub(jiff::Span::new().years(1));
    for slope in q.hazards("slope") {
        let id = &slope.id;
        if slope.text("stability") == Some("less-stable") {
            say(
                id,
                format!("边坡 {id} 欠稳定：限制作业，须按专项措施监测治理"),
                format!("slope {id} is less stable: worked only under a special measure, monitored and treated"),
            );
        }
        if slope.fact.date("date").is_some_and(|date| date < year_ago) {
            say(
                id,
                format!("边坡 {id} 稳定性鉴定已超过一年，应重新鉴定"),
                format!("the identification of slope {id} is older than a year: repeat it"),
            );
        }
        if slope.number("height_m").is_none_or(|height| height >= high) && slope.flag("monitored") != Some(true) {
            say(
                id,
                format!("采场边坡 {id} 高度达到或可能达到 {high} m，未见在线监测"),
                format!("pit slope {id} is, or may be, {high} m high or more and no on-line monitoring is recorded"),
            );
        }
    }
    for dump in q.hazards("dump") {
        let id = &dump.id;
        if dump.number("height_m").is_none_or(|height| height >= high) && dump.flag("monitored") != Some(true) {
            say(
                id,
                format!("排土场 {id} 堆置高度达到或可能达到 {high} m，未见边坡稳定监测系统"),
                format!("dump {id} is, or may be, {high} m high or more and no monitoring system is recorded"),
            );
        }
    }
    remarks
}
