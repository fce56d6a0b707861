//! As built: surveyed workings held against zones, licence and the planned outline (red line, 技术红线).
//!
//! A distance is said with its uncertainty: the survey's and the hazard's. What lies in closed ground only within that
//! uncertainty is said to *may* lie there.

use crate::fact::{Fact, Shape, Source};
use crate::outline::Outline;
use crate::plan::Plan;
use crate::plan::closure::LEAST_M2;
use crate::rulebook::Rulebook;
use crate::site::{Site, elevations, lines_of, outline_of};
use crate::text::Text;
use crate::zone::{self, Class};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How bad, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// In forbidden ground.
    Forbidden,
    /// Outside the licence, in plan or in elevation, or in a seam it does not name.
    Licence,
    /// In deferred ground.
    Deferred,
    /// Beyond the planned outline.
    RedLine,
    /// Within the stated distance of closed ground.
    Near,
}

impl Severity {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Licence => "licence",
            Self::Deferred => "deferred",
            Self::RedLine => "red-line",
            Self::Near => "near",
        }
    }
}

/// One thing that is wrong with a working as built.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// How bad.
    pub severity: Severity,
    /// The working.
    pub working: String,
    /// Day of the survey that shows it.
    pub since: Option<Date>,
    /// Ground, m².
    pub m2: f64,
    /// How far beyond the line, or how far from closed ground, m.
    pub distance_m: Option<f64>,
    /// Uncertainty of that distance, m.
    pub uncertainty_m: f64,
    /// False: only within the uncertainty.
    pub certain: bool,
    /// Rules whose findings it stands on.
    pub rules: Vec<String>,
    /// Hazards it is about.
    pub objects: Vec<String>,
    /// The sentence.
    pub words: Text,
    /// Where the working was read.
    pub source: Source,
}

/// What an audit found.
#[derive(Clone, Debug)]
pub struct Audit {
    /// Mine id.
    pub mine: String,
    /// The day the facts stand for.
    pub as_of: Date,
    /// Edition of the book.
    pub edition: String,
    /// How many workings were held against the ground.
    pub judged: usize,
    /// Breaches, the worst first, the largest first.
    pub breaches: Vec<Breach>,
    /// Workings that could not be judged, and why.
    pub undecided: Vec<(String, Text)>,
}

/// Holds every surveyed working against zones, licence and plan; says what comes within `warn_m` of closed ground.
pub fn audit(site: &Site, book: &Rulebook, warn_m: f64) -> Audit {
    let plan = Plan::new(site);
    let mut audit = Audit {
        mine: site.mine.id.clone(),
        as_of: site.as_of,
        edition: book.edition.clone(),
        judged: 0,
        breaches: Vec::new(),
        undecided: Vec::new(),
    };
    let mut layers = BTreeMap::new();
    for fact in site.facts.iter().filter(|fact| fact.kind == "working") {
        if fact.date("surveyed").is_some_and(|day| day > site.as_of) {
            continue;
        }
        let Some(outline) = outline(fact) else {
            audit.undecided.push((fact.id.clone(), Text::new("没有可用图形", "it has no usable shape")));
            continue;
        };
        let built = Built { fact, outline, uncertainty_m: fact.number("uncertainty_m").unwrap_or(0.0) };
        built.licence(site, &mut audit);
        match fact.text("task").map(|task| (task, plan.working(task))) {
            Some((_, Some(planned))) => built.red_line(&planned.outline, &planned.id, &mut audit.breaches),
            Some((task, None)) => audit.undecided.push((
                fact.id.clone(),
                Text::new(
                    format!("所属计划任务 {task} 不在计划中，技术红线未核；请改正 task，或用 --plan 给出该计划"),
                    format!("its task {task} is not in the plan, the red line was not judged: mend `task`, or give that plan with --plan"),
                ),
            )),
            None => {}
        }
        match fact.text("seam") {
            Some(id) => {
                let Some(seam) = site.seam(id) else {
                    audit.undecided.push((
                        fact.id.clone(),
                        Text::new(format!("煤层 {id} 不在图上"), format!("seam {id} is not on the map")),
                    ));
                    continue;
                };
                let (ground, findings) = layers.entry(id.to_owned()).or_insert_with(|| {
                    let ground = zone::ground_of(site, seam);
                    let findings = zone::findings_on(site, seam, &ground, book, site.as_of, false);
                    (ground, findings)
                });
                built.ground(&ground.below, findings, warn_m, &mut audit.breaches);
            }
            None => {
                if let Some(z) = built.heights() {
                    built.in_space(site, z, warn_m, &mut audit.breaches)
                } else {
                    let why = Text::new(
                        "既无煤层也无标高，无法核查；请在图上补标高，或在图层对照表中注明煤层",
                        "it gives neither seam nor elevation and cannot be judged: draw it with elevations, or name its seam in the mapping of layers",
                    );
                    audit.undecided.push((fact.id.clone(), why));
                    continue;
                }
            }
        }
        audit.judged += 1;
    }
    audit.breaches.sort_by(|a, b| {
        (a.severity, !a.certain)
            .cmp(&(b.severity, !b.certain))
            .then(b.m2.total_cmp(&a.m2))
            .then_with(|| a.working.cmp(&b.working))
    });
    audit.undecided.sort();
    audit
}

struct Built<'a> {
    fact: &'a Fact,
    outline: Outline,
    uncertainty_m: f64,
}

fn outline(fact: &Fact) -> Option<Outline> {
    let shape = fact.shape.as_ref()?;
    let width = fact.number("width_m").filter(|width| *width > 0.0).unwrap_or(5.0);
    let outline = match shape {
        Shape::Areas(_) => outline_of(fact, &mut Vec::new())?,
        Shape::Lines(_) => {
            Outline::union(&lines_of(shape).iter().map(|line| Outline::strip(line, width)).collect::<Vec<_>>())
        }
        Shape::Point(at) => Outline::disc(at.xy(), width / 2.0),
        Shape::Mesh(_) => return None,
    };
    (!outline.is_empty()).then_some(outline)
}

impl Built<'_> {
    fn breach(&self, severity: Severity, m2: f64, distance_m: Option<f64>, zh: String, en: String) -> Breach {
        let id = &self.fact.id;
        let day = self.fact.date("surveyed");
        // Every line says since when: the survey shows it, the first day of the working bounds it.
        let (on_zh, on_en) = match (day, self.fact.date("from")) {
            (Some(day), Some(from)) if from < day => {
                (format!("{from} 开工、{day} 实测 "), format!("begun on {from}, surveyed on {day}: "))
            }
            (Some(day), _) => (format!("{day} 实测 "), format!("surveyed on {day}: ")),
            (None, Some(from)) => {
                (format!("{from} 开工（未注明实测日期）"), format!("begun on {from}, no day of survey given: "))
            }
            (None, None) => ("（未注明日期）".to_owned(), "no day given: ".to_owned()),
        };
        Breach {
            severity,
            working: id.clone(),
            since: day.or(self.fact.date("from")),
            m2,
            distance_m,
            uncertainty_m: self.uncertainty_m,
            certain: true,
            rules: Vec::new(),
            objects: Vec::new(),
            words: Text::new(format!("{id}：{on_zh}{zh}"), format!("{id}: {on_en}{en}")),
            source: self.fact.source.clone(),
        }
    }

    /// Lowest and highest elevation that was measured, m; nothing where none was, or each is 0 as flat drawings write.
    fn heights(&self) -> Option<[f64; 2]> {
        let z = elevations(self.fact.shape.as_ref()?);
        let low = z.iter().copied().reduce(f64::min)?;
        let high = z.iter().copied().reduce(f64::max)?;
        Some([low, high + self.fact.number("height_m").unwrap_or(0.0)])
    }

    /// The same by the floor of its seam, where the model reaches it.
    fn floor(&self, site: &Site) -> Option<[f64; 2]> {
        let seam = site.seam(self.fact.text("seam")?)?;
        let shapes = self.outline.to_geo();
        let corners = shapes.iter().flat_map(|p| p.exterior().0.iter()).map(|c| [c.x, c.y]);
        let z: Vec<f64> = corners.chain(self.outline.label_point()).filter_map(|[x, y]| seam.floor_at(x, y)).collect();
        let low = z.iter().copied().reduce(f64::min)?;
        let high = z.iter().copied().reduce(f64::max)?;
        Some([low, high])
    }

    fn licence(&self, site: &Site, audit: &mut Audit) {
        let breaches = &mut audit.breaches;
        let outside = self.outline.minus(&site.licence.outline);
        if outside.area_m2() > LEAST_M2 {
            let far = farthest(&outside, &site.licence.outline);
            let m2 = outside.area_m2();
            breaches.push(self.breach(
                Severity::Licence,
                m2,
                Some(far),
                format!("有 {m2:.1} m² 在许可范围之外，最远 {far:.1} m（误差 {:.1} m）", self.uncertainty_m),
                format!(
                    "{m2:.1} m² of it lie outside the licence, up to {far:.1} m (uncertainty {:.1} m)",
                    self.uncertainty_m
                ),
            ));
        }
        if let Some(z) = site.licence.z_m {
            let measured = self.heights();
            // The word for where the elevation comes from, and what it is.
            let (from_zh, from_en, found) = match measured {
                Some(found) => ("标高", "elevations", Some(found)),
                None => {
                    ("按煤层底板，标高", "elevations by the floor of its seam, none was measured,", self.floor(site))
                }
            };
            match found {
                Some([low, high]) if low < z[0] || high > z[1] => {
                    let by = (z[0] - low).max(high - z[1]);
                    breaches.push(self.breach(
                        Severity::Licence,
                        self.outline.area_m2(),
                        Some(by),
                        format!("{from_zh} {low:.1} – {high:.1} m 超出许可标高 {:.1} – {:.1} m，超出 {by:.1} m", z[0], z[1]),
                        format!("{from_en} {low:.1} – {high:.1} m leave the licensed {:.1} – {:.1} m by {by:.1} m", z[0], z[1]),
                    ));
                }
                Some(_) => {}
                // Without a seam it is told once below, as a working that cannot be judged at all.
                None if self.fact.text("seam").is_none_or(|id| site.seam(id).is_none()) => {}
                None => audit.undecided.push((
                    self.fact.id.clone(),
                    Text::new(
                        "未给出标高（各点为 0 视为未给出），煤层底板在此处也未知，许可标高未核",
                        "it gives no elevation (0 at every point is none) and the floor of its seam is unknown there: the licensed elevations were not judged",
                    ),
                )),
            }
        }
        if let Some(seam) = self.fact.text("seam").filter(|seam| !site.licence.seams.iter().any(|s| s == seam)) {
            breaches.push(self.breach(
                Severity::Licence,
                self.outline.area_m2(),
                None,
                format!("在许可证未列的 {seam} 煤中"),
                format!("it is in seam {seam}, which the licence does not name"),
            ));
        }
    }

    fn red_line(&self, planned: &Outline, task: &str, breaches: &mut Vec<Breach>) {
        let beyond = self.outline.minus(planned);
        let m2 = beyond.area_m2();
        if planned.is_empty() || m2 <= LEAST_M2 {
            return;
        }
        let far = farthest(&beyond, planned);
        let mut breach = self.breach(
            Severity::RedLine,
            m2,
            Some(far),
            format!("越过计划 {task} 的技术红线 {far:.1} m、{m2:.1} m²（误差 {:.1} m）", self.uncertainty_m),
            format!(
                "it crosses the red line of {task} by {far:.1} m and {m2:.1} m² (uncertainty {:.1} m)",
                self.uncertainty_m
            ),
        );
        breach.certain = far > self.uncertainty_m;
        breach.objects.push(task.to_owned());
        breaches.push(breach);
    }

    fn ground(&self, ground: &Outline, findings: &[crate::rulebook::Finding], warn_m: f64, breaches: &mut Vec<Breach>) {
        let face = self.fact.text("kind") == Some("face");
        let stops =
            |f: &&crate::rulebook::Finding| if face { f.stops.stops_face() } else { f.stops.stops_heading(None) };
        let possible = self.outline.grown(self.uncertainty_m);
        let around = self.outline.grown(self.uncertainty_m + warn_m);
        let near: Vec<_> = findings.iter().filter(stops).filter(|f| f.outline.may_meet(&around)).collect();
        let mut inside = false;
        // The worse class wins: ground is told of once.
        let mut told = Outline::default();
        for (class, severity, zh, en) in [
            (Class::Forbidden, Severity::Forbidden, "禁采区", "forbidden ground"),
            (Class::Deferred, Severity::Deferred, "缓采区", "deferred ground"),
        ] {
            let of: Vec<_> = near.iter().filter(|f| f.class == class).collect();
            let all = Outline::union(of.iter().map(|f| &f.outline)).within(ground).minus(&told);
            told = all.clone();
            let (sure, may) = (all.within(&self.outline).area_m2(), all.within(&possible).area_m2());
            if may <= LEAST_M2 {
                continue;
            }
            inside = true;
            let certain = sure > LEAST_M2;
            let m2 = if certain { sure } else { may };
            let (may_zh, may_en) =
                if certain { ("", "") } else { ("在误差范围内可能", "may, within its uncertainty, ") };
            let here = all.within(&possible);
            let met: Vec<_> = of.iter().filter(|f| f.outline.within(&here).area_m2() > LEAST_M2).collect();
            let because = met.first().map(|f| f.because.clone()).unwrap_or_default();
            // How far it went in, from what lies open beside it; where it only crosses, how much of its length.
            let there = all.within(if certain { &self.outline } else { &possible });
            let open = self.outline.minus(&all);
            let deep = if open.is_empty() { 0.0 } else { farthest(&there, &open) };
            let (far, far_zh, far_en) = if deep > 0.05 {
                (deep, format!("、进入 {deep:.1} m"), format!(", {deep:.1} m deep,"))
            } else {
                let long = extent(&there);
                (long, format!("、长 {long:.1} m"), format!(", {long:.1} m long,"))
            };
            let far = Some(far);
            let mut breach = self.breach(
                severity,
                m2,
                far,
                format!("{may_zh}有 {m2:.1} m²{far_zh} 位于{zh}：{}", because.zh),
                format!("{may_en}{m2:.1} m² of it{far_en} in {en}: {}", because.en),
            );
            breach.certain = certain;
            for finding in met {
                breach.rules.push(finding.rule.clone());
                breach.objects.extend(finding.hazards.iter().cloned());
            }
            for list in [&mut breach.rules, &mut breach.objects] {
                list.sort();
                list.dedup();
            }
            breaches.push(breach);
        }
        if inside {
            return;
        }
        let nearest = near
            .iter()
            .map(|f| (f.outline.within(ground).distance_to_m(&self.outline), *f))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((distance, finding)) = nearest.filter(|(distance, _)| *distance <= warn_m + self.uncertainty_m) {
            let mut breach = self.breach(
                Severity::Near,
                0.0,
                Some(distance),
                format!(
                    "距封闭地段 {distance:.1} m（{} {}，误差 {:.1} m）",
                    finding.rule,
                    finding.hazards.join("、"),
                    self.uncertainty_m
                ),
                format!(
                    "{distance:.1} m from ground closed by {} {} (uncertainty {:.1} m)",
                    finding.rule,
                    finding.hazards.join(", "),
                    self.uncertainty_m
                ),
            );
            breach.rules.push(finding.rule.clone());
            breach.objects.clone_from(&finding.hazards);
            breaches.push(breach);
        }
    }

    /// A road in rock: its distance in space to the hazards themselves.
    fn in_space(&self, site: &Site, z: [f64; 2], warn_m: f64, breaches: &mut Vec<Breach>) {
        let Some(bounds) = self.outline.bounds() else { return };
        let reach = warn_m + self.uncertainty_m;
        for hazard in site.hazards_near(bounds, z[0], z[1], reach) {
            let (low, high) = hazard.z_range(&site.seams);
            let apart = (low - z[1]).max(z[0] - high).max(0.0);
            let shape = hazard.around(0.0);
            let flat = if shape.is_empty() { continue } else { self.outline.distance_to_m(&shape) };
            let distance = flat.hypot(apart);
            if distance > reach {
                continue;
            }
            let mut breach = self.breach(
                Severity::Near,
                0.0,
                Some(distance),
                format!(
                    "空间上距 {} {} m（水平 {flat:.1}，垂直 {apart:.1}，误差 {:.1} m）",
                    hazard.id,
                    format_args!("{distance:.1}"),
                    self.uncertainty_m
                ),
                format!(
                    "{distance:.1} m in space from {} (flat {flat:.1}, up or down {apart:.1}, uncertainty {:.1} m)",
                    hazard.id, self.uncertainty_m
                ),
            );
            breach.objects.push(hazard.id.clone());
            breaches.push(breach);
        }
    }
}

/// Largest distance of a corner from an outline, m.
fn farthest(outline: &Outline, from: &Outline) -> f64 {
    let shapes = outline.to_geo();
    let corners = shapes.iter().flat_map(|p| p.exterior().0.iter());
    corners.map(|c| from.distance_m(c.x, c.y)).fold(0.0, f64::max)
}

/// Largest distance between two corners of one part of an outline, m.
fn extent(outline: &Outline) -> f64 {
    let of = |ring: &[geo::Coord<f64>]| {
        let from = |a: &geo::Coord<f64>| ring.iter().map(|b| (b.x - a.x).hypot(b.y - a.y)).fold(0.0, f64::max);
        ring.iter().map(from).fold(0.0, f64::max)
    };
    outline.to_geo().iter().map(|polygon| of(&polygon.exterior().0)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Value;
    use jiff::civil::date;

    fn area(x0: f64, y0: f64, x1: f64, y1: f64) -> Shape {
        Shape::Areas(Outline::rectangle(x0, y0, x1, y1).to_geo())
    }

    fn mine() -> Vec<Fact> {
        let text = |words: &str| Value::Text(words.to_owned());
        vec![
            Fact::new("mine", "M")
                .with("kind", text("coal-underground"))
                .with("hydrogeology", text("simple"))
                .with("gas", text("low"))
                .with("rock_burst", text("none"))
                .with("as_of", Value::Date(date(2026, 11, 1))),
            Fact::new("licence", "L")
                .with_shape(area(0.0, 0.0, 1000.0, 1000.0))
                .with("seams", Value::Texts(vec!["3".into()])),
            Fact::new("seam", "3").with("floor_m", Value::Number(-300.0)).with("thickness_m", Value::Number(3.0)),
            Fact::new("survey", "S")
                .with_shape(area(0.0, 0.0, 1000.0, 1000.0))
                .with("looks_for", Value::Texts(vec!["all".into()]))
                .with("date", Value::Date(date(2026, 3, 1))),
            Fact::new("pillar", "P1")
                .with_shape(area(0.0, 400.0, 1000.0, 440.0))
                .with("seam", text("3"))
                .with("kind", text("boundary")),
            Fact::new("face", "F1").with_shape(area(100.0, 100.0, 200.0, 350.0)).with("seam", text("3")),
            Fact::new("working", "W1")
                .with_shape(area(100.0, 100.0, 200.0, 410.0))
                .with("seam", text("3"))
                .with("kind", text("face"))
                .with("task", text("F1"))
                .with("surveyed", Value::Date(date(2026, 10, 1))),
            Fact::new("working", "W2")
                .with_shape(area(600.0, 100.0, 700.0, 399.0))
                .with("seam", text("3"))
                .with("kind", text("face"))
                .with("uncertainty_m", Value::Number(2.0)),
            Fact::new("working", "W3")
                .with_shape(area(900.0, 100.0, 1010.0, 200.0))
                .with("seam", text("3"))
                .with("kind", text("face")),
        ]
    }

    #[test]
    fn breaches_come_worst_first_with_metres_and_square_metres() {
        let site = Site::new(&mine(), None).unwrap();
        let audit = audit(&site, &Rulebook::national(), 30.0);
        let found: Vec<(&str, &str, bool)> =
            audit.breaches.iter().map(|b| (b.severity.name(), b.working.as_str(), b.certain)).collect();
        assert_eq!(
            found,
            [("forbidden", "W1", true), ("forbidden", "W2", false), ("licence", "W3", true), ("red-line", "W1", true)]
        );
        assert!((audit.breaches[0].m2 - 1000.0).abs() < 1e-6, "100 m by 10 m of the pillar");
        assert_eq!(audit.breaches[3].distance_m, Some(60.0));
        assert_eq!(audit.judged, 3);
    }
}
