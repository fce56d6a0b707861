//! The statement of check, 合规性核校意见: only for a verdict without objections.

use super::{escape, pick};
use minesift_core::plan::{CHECKS, Plan, Verdict};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::text::Lang;
use std::fmt::Write as _;

/// What was checked, on what it rests, and where to sign.
pub(super) fn statement(site: &Site, plan: &Plan, verdict: &Verdict, lang: Lang) -> String {
    let mut rests: Vec<&str> = verdict.tasks.iter().flat_map(|t| t.rests_on.iter().map(String::as_str)).collect();
    rests.sort_unstable();
    rests.dedup();
    let faces = plan.faces().count();
    let headings = plan.workings.len() - faces;
    let version = plan.version.as_deref().unwrap_or("—");
    let days = match (plan.from, plan.to) {
        (Some(from), Some(to)) => format!("{from} – {to}"),
        _ => "—".to_owned(),
    };
    let (mine, name) = (site.mine.name.get(lang), &plan.name);
    let (edition, day, remarks) = (&verdict.edition, verdict.as_of, verdict.remarks.len());
    let mut words = match lang {
        Lang::Zh => vec![
            format!(
                "核校对象：{mine}《{name}》，版本 {version}，计划期 {days}；采煤工作面 {faces} 个，掘进工作面 {headings} 个，全部作出判定。"
            ),
            format!("核校依据：规则 {edition}；截至 {day} 已登记的资料；图、计划、规则文件及其哈希值列于文末。"),
            format!("核校意见：未发现不符合项。另有提示 {remarks} 条，列于后，由矿井处理。"),
        ],
        Lang::En => vec![
            format!(
                "Checked: {mine}, plan {name}, version {version}, {days}; {faces} faces and {headings} headings, all of them judged."
            ),
            format!(
                "On: rulebook {edition}; the facts registered by {day}; map, plan and rulebook stand with their hashes at the end."
            ),
            format!("Found: no objection. {remarks} remarks stand below, for the mine to deal with."),
        ],
    };
    if !rests.is_empty() {
        words.push(match lang {
            Lang::Zh => format!("前提：计划治理工程 {} 按期完成并验收；未按期验收的，本意见对受其影响的工作面失效。", rests.join("、")),
            Lang::En => format!(
                "Provided that {} are finished and accepted in time; where one is not, this says nothing of the workings that rest on it.",
                rests.join(", ")
            ),
        });
    }
    words.push(
        pick(
            lang,
            "本意见由程序按规则核校得出，不代替设计、审批和现场管理；资料或计划变更后须重新核校。",
            "A program found this by rules. It replaces no design, approval or supervision; check again when facts or plan change.",
        )
        .to_owned(),
    );
    let mut out =
        format!("<section class=\"statement\"><h2>{}</h2>", pick(lang, "合规性核校意见", "Statement of check"));
    for line in words {
        let _ = write!(out, "<p>{}</p>", escape(&line));
    }
    let book = Rulebook::national();
    let names: Vec<String> = CHECKS
        .iter()
        .filter_map(|check| book.head(check.code))
        .map(|head| format!("{}（{}）", head.name.get(lang), head.code))
        .collect();
    let (between, label) = match lang {
        Lang::Zh => ("、", "核校项目（图和计划未给数据的不作判定，见提示）："),
        Lang::En => ("; ", "Checks (where map and plan give no data they say nothing, see the remarks): "),
    };
    let list = names.join(between);
    let list = if lang == Lang::En { list.replace('（', " (").replace('）', ")") } else { list };
    let _ = write!(out, "<p>{label}{}{}</p>", escape(&list), pick(lang, "。", "."));
    let _ = write!(
        out,
        "<p class=\"sign\">{}</p></section>",
        pick(
            lang,
            "核校人：＿＿＿＿＿＿＿　　总工程师：＿＿＿＿＿＿＿　　日期：＿＿＿＿年＿＿月＿＿日",
            "Checked by: ______________  Chief engineer: ______________  Date: ______________"
        )
    );
    out
}
