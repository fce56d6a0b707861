#![doc = include_str!("reserves.md")]

use super::days::{self, Days};
use super::verdict::{Note, digits_of, short, telling_digits};
use super::{Check, Inquiry, Objection, Report};
use crate::site::{BurstGrade, Gas, Hydrogeology, MineKind};
use jiff::civil::Date;

pub(super) const CHECK: Check = Check { code: "PLAN-RESERVES", page: include_str!("reserves.md"), apply };

/// The least supply of a mine of this class on a day: developed (years), prepared (months), ready (months).
pub(crate) fn least(q: &Inquiry<'_>, day: Date) -> [f64; 3] {
    let mine = &q.site.mine;
    let burst = mine.rock_burst > BurstGrade::None;
    let outburst = mine.gas == Gas::Outburst;
    let developed = if outburst || burst || mine.hydrogeology == Hydrogeology::ExtremelyComplex {
        "developed_worst_a"
    } else if mine.gas == Gas::High || mine.hydrogeology == Hydrogeology::Complex {
        "developed_middle_a"
    } else {
        "developed_a"
    };
    let prepared = if outburst || burst || mine.hydrogeology >= Hydrogeology::Complex {
        "prepared_worst_months"
    } else {
        "prepared_months"
    };
    let faces =
        q.plan.faces().filter(|face| face.producing && face.days().is_some_and(|days| days.contains(day))).count();
    let ready = if faces >= 2 { "ready_two_faces_months" } else { "ready_months" };
    [developed, prepared, ready].map(|key| q.number_on(key, day))
}

fn apply(q: &Inquiry<'_>) -> Report {
    let mut report = Report::default();
    if q.site.mine.kind != MineKind::CoalUnderground {
        return report;
    }
    let Some(reserves) = &q.plan.reserves else {
        report.notes.push(Note::new(q, "mine", "三量未填报，未核", "the three reserves are not stated: not judged"));
        return report;
    };
    let date = reserves.date;
    let year = Days { from: date, to: days::later(days::years_later(date, 1.0), -1) };
    let year_t = q.plan.output_t(year);
    if year_t <= 0.0 {
        report.notes.push(Note::new(
            q,
            "mine",
            format!("{year} 没有计划产量，三量可采期无法计算"),
            format!("the plan wins no coal in {year}: months of supply cannot be computed"),
        ));
        return report;
    }
    let [developed, prepared, ready] = least(q, date);
    let rows = [
        ("developed", "开拓煤量", "developed reserves", reserves.developed_t, year_t, developed, "a", "年"),
        ("prepared", "准备煤量", "prepared reserves", reserves.prepared_t, year_t / 12.0, prepared, "months", "个月"),
        ("ready", "回采煤量", "ready reserves", reserves.ready_t, year_t / 12.0, ready, "months", "个月"),
    ];
    for (task, zh, en, tonnes, divisor, least, unit, unit_zh) in rows.iter().copied() {
        let Some(tonnes) = tonnes else {
            report.notes.push(Note::new(
                q,
                task,
                format!("{zh}未填报，未核"),
                format!("{en} are not stated: not judged"),
            ));
            continue;
        };
        let supply = tonnes / divisor;
        if supply >= least * (1.0 - 1e-9) {
            continue;
        }
        let lasts = digits_of(supply, telling_digits(least - supply));
        report.object(
            Objection::new(q, task, Some(Days { from: date, to: date }))
                .measured("可采期", "supply", supply, least, unit)
                .because(
                    format!("{date} {zh} {} 万t，按其后 12 个月计划 {} 万t 计，可采期 {} {unit_zh}，不足 {least} {unit_zh}", short(tonnes / 1e4), short(year_t / 1e4), lasts),
                    format!("{en} of {date}: {} t last {} {unit} at the {} t planned for the next 12 months, least {least} {unit}", short(tonnes), lasts, short(year_t)),
                ),
        );
    }
    let months = super::months::months(q);
    if months.len() > 1 {
        report.notes.push(Note::new(
            q,
            "months",
            "三量逐月数：计划未列的工作面不计入，越往后越是下限；“扣除禁采、缓采煤量”按每个工作面封闭面积所占比例估算（禁采、缓采取较大者），不是分块核算",
            "the reserves month by month leave out faces that the plan does not list: the later, the more they are a lower bound; closed ground is taken off by its share of each face's area, the larger of forbidden and deferred, an estimate and no count by blocks",
        ));
    }
    for (i, (task, zh, en, .., unit, unit_zh)) in rows.iter().enumerate() {
        for open in [false, true] {
            let of = |month: &super::months::Month| if open { month.open_supply[i] } else { month.supply[i] };
            let below: Vec<_> = months
                .iter()
                .filter(|month| {
                    month.day > date && of(month).is_some_and(|supply| supply < month.least[i] * (1.0 - 1e-9))
                })
                .collect();
            let Some(first) = below.first() else { continue };
            let (by_zh, by_en) =
                if open { ("（扣除禁采、缓采煤量）", " with closed ground taken off") } else { ("", "") };
            let (supply, least, count) = (of(first).unwrap_or_default(), first.least[i], below.len());
            let lasts = digits_of(supply, telling_digits(least - supply));
            let spans = spans(&below.iter().map(|month| month.day).collect::<Vec<_>>());
            // The worst month is told besides the first: a span alone hides how short it gets.
            let worst = below.iter().copied().min_by(|a, b| {
                let share = |m: &super::months::Month| of(m).unwrap_or_default() / m.least[i];
                share(a).total_cmp(&share(b))
            });
            let at = worst.filter(|month| month.day != first.day).and_then(|month| Some((month.day, of(month)?)));
            let (worst_zh, worst_en) = at.map_or_else(Default::default, |(day, supply)| {
                (
                    format!("，最低 {day} {} {unit_zh}", short(supply)),
                    format!(", the least on {day}: {} {unit}", short(supply)),
                )
            });
            let mut note = Note::new(
                q,
                *task,
                format!(
                    "{zh}{by_zh}有 {count} 个月可采期不足（{spans}）：{} {lasts} {unit_zh}{worst_zh}，规定 {least} {unit_zh}",
                    first.day
                ),
                format!(
                    "{en}{by_en} last too short in {count} month{} ({spans}): {lasts} {unit} on {}{worst_en}, least {least} {unit}",
                    if count == 1 { "" } else { "s" },
                    first.day,
                ),
            );
            note.due = Some(first.day);
            report.remarks.push(note);
        }
    }
    report
}

/// Months by their first days as people name them: `2027-03 – 2027-06, 2027-09`.
fn spans(days: &[Date]) -> String {
    let month = |day: Date| format!("{:04}-{:02}", day.year(), day.month());
    let number = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    let runs = days.chunk_by(|a, b| number(*b) == number(*a) + 1);
    let named = runs.filter_map(|run| match run {
        [] => None,
        [one] => Some(month(*one)),
        [first, .., last] => Some(format!("{} – {}", month(*first), month(*last))),
    });
    named.collect::<Vec<_>>().join(", ")
}
