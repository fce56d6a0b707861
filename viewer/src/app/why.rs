//! The panel of what was chosen: what it is, why its ground is closed, what lies near.

use super::Viewer;
use crate::scene::{objections, pick};
use jiff::civil::Date;
use minesift_core::explain;
use minesift_core::kind::words::key_title;
use minesift_core::rulebook::{self, Rulebook};
use minesift_core::text::{Lang, Text};
use minesift_core::zone::Class;

/// What nobody recorded and was supposed.
const SUPPOSED: egui::Color32 = egui::Color32::from_rgb(190, 110, 0);

impl Viewer {
    pub(super) fn why(&mut self, ui: &mut egui::Ui) {
        let Some(hit) = self.chosen.clone() else { return };
        let object = self.scene.objects[hit.object as usize].clone();
        let lang = self.lang;
        ui.heading(object.name.get(lang));
        ui.monospace(format!("E {:.2}\nN {:.2}\nZ {:.2}", hit.at[0], hit.at[1], hit.at[2]));
        for (label, value) in &object.said {
            ui.label(format!("{}: {}", label.get(lang), value.get(lang)));
        }
        if let Some(area) = self.scene.plan_m2(hit.object) {
            ui.label(format!("{} {area:.1} m²", self.words("平面积", "area in plan")));
        }
        if let Some(volume) = self.scene.volume_m3(hit.object) {
            ui.label(format!("{} {volume:.0} m³", self.words("体积", "volume")));
        }
        if !object.source.file.is_empty() || !object.source.place.is_empty() {
            ui.weak(format!("{} {}", self.words("来源", "source"), object.source.told(lang)));
        }
        for supposed in &object.supposed {
            ui.colored_label(SUPPOSED, supposed.get(lang));
        }
        for (code, sentence) in &object.against {
            ui.separator();
            ui.colored_label(egui::Color32::from_rgb(220, 30, 60), code.get(lang));
            ui.label(sentence.get(lang));
        }
        ui.separator();
        self.reasons(ui, &hit);
        self.neighbourhood(ui);
        if let Some(rule) = self.page.as_deref().and_then(rulebook::rule) {
            ui.separator();
            let text = readable(rule, &self.book, self.map.day, lang);
            egui_commonmark::CommonMarkViewer::new().show(ui, &mut self.pages, &text);
        }
    }

    /// Every reason at the place, with distance, exit, clauses and the way to the rule's page.
    fn reasons(&mut self, ui: &mut egui::Ui, hit: &pick::Hit) {
        let lang = self.lang;
        let mut open = None;
        let (site, map) = (self.shown_site(), self.map());
        if let Some(seam) = pick::seam_at(&self.scene, site, map, hit)
            && let Some(answer) = explain::at(site, map, &seam, hit.at[0], hit.at[1])
        {
            let outside = Text::new("不在该煤层许可范围内", "no licensed ground of this seam");
            let class = answer.class.map_or(outside, Class::title);
            ui.strong(format!("{} {}", answer.seam.name.get(lang), class.get(lang)));
            if answer.class == Some(Class::Mineable)
                && let Some(nearest) = &answer.nearest
            {
                let rule = objections::name_of(&self.book, &nearest.finding.rule);
                ui.label(match lang {
                    Lang::Zh => format!("最近的限制：{}，相距 {:.2} m", rule.zh, -nearest.margin_m),
                    Lang::En => format!("nearest limit: {}, {:.2} m away", rule.en, -nearest.margin_m),
                });
            }
            for reason in &answer.reasons {
                let finding = reason.finding;
                ui.separator();
                ui.label(format!(
                    "{} {}  {}",
                    finding.class.letter().get(lang),
                    finding.rule,
                    finding.because.get(lang)
                ));
                ui.label(match lang {
                    Lang::Zh => format!(
                        "距离 {:.2} m，限值 {:.2} m，裕度 {:+.2} m",
                        reason.distance_m, reason.limit_m, reason.margin_m
                    ),
                    Lang::En => format!(
                        "distance {:.2} m, limit {:.2} m, margin {:+.2} m",
                        reason.distance_m, reason.limit_m, reason.margin_m
                    ),
                });
                ui.label(format!("{}: {}", self.words("禁止", "stops"), finding.stops.words().get(lang)));
                if !finding.missing.is_empty() {
                    let kind = finding.hazards.first().and_then(|id| site.hazards().iter().find(|h| &h.id == id));
                    let kind = kind.map_or("seam", |hazard| hazard.kind);
                    let keys: Vec<String> = finding.missing.iter().map(|key| key_title(kind, key, lang)).collect();
                    let words = self.words("未记录、按最差取值", "not recorded, taken as the worse");
                    ui.colored_label(SUPPOSED, format!("{words}: {}", keys.join(self.words("、", ", "))));
                }
                for id in &finding.hazards {
                    if let Some(hazard) = site.hazards().iter().find(|hazard| &hazard.id == id) {
                        ui.weak(format!(
                            "{} {id}: {} ({})",
                            self.words("证据", "evidence"),
                            hazard.grade.title().get(lang),
                            hazard.source.told(lang)
                        ));
                    }
                }
                if !finding.exit.is_empty() {
                    ui.label(format!("{}: {}", self.words("转换条件", "opens again"), finding.exit.get(lang)));
                }
                if let Some(head) = self.book.head(&finding.rule) {
                    if !head.approver.is_empty() {
                        ui.label(format!("{}: {}", self.words("批准", "approved by"), head.approver.get(lang)));
                    }
                    for clause in &head.clauses {
                        ui.weak(format!("{} {} “{}”", clause.text, clause.clause, clause.quote));
                    }
                }
                if rulebook::rule(&finding.rule).is_some()
                    && ui.button(format!("{} {}", self.words("规则页", "page of"), finding.rule)).clicked()
                {
                    open = Some(finding.rule.clone());
                }
            }
        }
        if open.is_some() {
            self.page = open;
        }
    }

    /// The nearest hazard of each kind, in space.
    fn neighbourhood(&mut self, ui: &mut egui::Ui) {
        if self.near.is_empty() {
            return;
        }
        ui.separator();
        ui.strong(self.words("最近的各类致灾因素（空间距离）", "nearest of each kind, in space"));
        let mut fly = None;
        egui::Grid::new("near").num_columns(2).striped(true).show(ui, |ui| {
            for near in &self.near {
                let object = &self.scene.objects[near.object as usize];
                if ui.link(object.name.get(self.lang)).clicked() {
                    fly = Some(near.object);
                }
                ui.label(format!("{:.2} m", near.distance_m));
                ui.end_row();
            }
        });
        if let Some(object) = fly {
            self.fly_to(object);
        }
    }
}

/// A rule's page as people read it: its words without the blocks that the program reads, its parameters as the book sets
/// them on a day.
fn readable(rule: &rulebook::Rule, book: &Rulebook, day: Date, lang: Lang) -> String {
    let mut fenced = false;
    let mut words: Vec<&str> = Vec::new();
    for line in rule.page.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            words.push(line);
        }
    }
    let mut text = words.join("\n");
    for (key, parameter) in book.head(rule.code).iter().flat_map(|head| &head.parameters) {
        let value =
            book.value_on(rule.code, key, Some(day)).map_or_else(|| "—".to_owned(), |(value, _)| value.to_string());
        text += &format!("\n- {}: {value} {}", parameter.about.get(lang), parameter.unit);
    }
    text
}
