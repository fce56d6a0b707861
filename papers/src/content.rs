//! What goes on paper: the zone map of a mine cut into numbered areas, each with its reasons.

use crate::words;
use minesift_core::fact::Fact;
use minesift_core::outline::Outline;
use minesift_core::rulebook::{Clause, Finding, Rulebook};
use minesift_core::site::Site;
use minesift_core::site::hazard::Hazard;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::{Class, SeamZones, ZoneMap};

/// The account of one file that was read, as the report prints it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receipt {
    /// File name.
    pub file: String,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// The importer that read it.
    pub importer: String,
    /// Encoding, coordinate system and vertical datum that were chosen, each with why.
    pub choices: Vec<(Text, String, Text)>,
    /// Rows read, accepted, repaired, refused.
    pub rows: [u64; 4],
    /// Notes, repairs and refused rows: severity in words, place, sentence.
    pub problems: Vec<(Text, String, Text)>,
}

/// All that the papers are made from.
#[derive(Clone, Copy, Debug)]
pub struct Papers<'a> {
    /// The mine.
    pub site: &'a Site,
    /// Its zones.
    pub map: &'a ZoneMap,
    /// The book they were judged by.
    pub book: &'a Rulebook,
    /// The files it came from; empty where nobody kept them.
    pub receipts: &'a [Receipt],
    /// Up to where the register's history was read, where that is to be said.
    pub known: Option<&'a Text>,
}

/// One connected area of one class on one seam (区块).
#[derive(Clone, Debug)]
pub struct Area<'a> {
    /// Its number, 区号: `3-禁-1`.
    pub number: Text,
    /// Class.
    pub class: Class,
    /// Ground.
    pub outline: Outline,
    /// m².
    pub m2: f64,
    /// Tonnes, where the seam has a density.
    pub tonnes: Option<f64>,
    /// Findings that meet it, the worse class first, each with the m² it closes there.
    pub findings: Vec<(&'a Finding, f64)>,
    /// Lowest and highest floor elevation at its corners, m.
    pub floor_m: Option<(f64, f64)>,
    /// Planned faces and headings that meet it.
    pub tasks: Vec<&'a Fact>,
}

/// What is said of a rule, wherever it comes from.
#[derive(Clone, Debug, Default)]
pub struct RuleWords {
    /// Name.
    pub name: Text,
    /// Kind of hazard.
    pub hazard: Text,
    /// Clauses.
    pub clauses: Vec<Clause>,
    /// What of it is policy.
    pub policy: Text,
    /// What opens the ground again.
    pub exit: Text,
    /// Who approves.
    pub approver: Text,
    /// The word a forbidden finding carries where it is not 禁采区.
    pub shown_as: Text,
}

/// Ground smaller than this in common, m², is a touch of borders, not a reason.
const TOUCH_M2: f64 = 0.05;

impl<'a> Papers<'a> {
    /// The numbered areas of a seam: forbidden, deferred, mineable, each from the largest down.
    pub fn areas(&self, zones: &'a SeamZones) -> Vec<Area<'a>> {
        let seam = self.site.seam(&zones.seam);
        let tasks: Vec<(&'a Fact, Outline)> = self.tasks_on(&zones.seam);
        let mut areas = Vec::new();
        for class in [Class::Forbidden, Class::Deferred, Class::Mineable] {
            let mut parts: Vec<(f64, Outline)> = zones.of(class).parts().map(|part| (part.area_m2(), part)).collect();
            parts.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            for (i, (m2, outline)) in parts.into_iter().enumerate() {
                let mut findings: Vec<(&Finding, f64)> = Vec::new();
                if class > Class::Mineable {
                    for finding in &zones.findings {
                        let met = finding.outline.within(&outline).area_m2();
                        if met > TOUCH_M2.min(m2 / 2.0) {
                            findings.push((finding, met));
                        }
                    }
                    findings.sort_by_key(|finding| std::cmp::Reverse(finding.0.class));
                }
                let letter = class.letter();
                areas.push(Area {
                    number: Text::new(
                        format!("{}-{}-{}", zones.seam, letter.zh, i + 1),
                        format!("{}-{}-{}", zones.seam, letter.en, i + 1),
                    ),
                    class,
                    m2,
                    tonnes: seam.and_then(|seam| seam.tonnes(&outline)),
                    findings,
                    floor_m: seam.and_then(|seam| {
                        let corners = outline.to_geo();
                        let zs =
                            corners.iter().flat_map(|p| p.exterior().0.iter()).filter_map(|c| seam.floor_at(c.x, c.y));
                        zs.fold(None, |range: Option<(f64, f64)>, z| {
                            Some(range.map_or((z, z), |(low, high)| (low.min(z), high.max(z))))
                        })
                    }),
                    tasks: tasks
                        .iter()
                        .filter(|(_, ground)| ground.within(&outline).area_m2() > TOUCH_M2)
                        .map(|(fact, _)| *fact)
                        .collect(),
                    outline,
                });
            }
        }
        areas
    }

    /// Planned faces and headings of a seam with their ground.
    pub fn tasks_on(&self, seam: &str) -> Vec<(&'a Fact, Outline)> {
        self.site
            .facts
            .iter()
            .filter(|fact| matches!(fact.kind, "face" | "heading") && fact.text("seam") == Some(seam))
            .filter_map(|fact| Some((fact, ground_of_task(fact)?)))
            .collect()
    }

    /// The hazard of this id.
    pub fn hazard(&self, id: &str) -> Option<&'a Hazard> {
        self.site.hazards().iter().find(|hazard| hazard.id == id)
    }

    /// What is said of a rule.
    pub fn rule(&self, code: &str) -> RuleWords {
        if let Some(head) = self.book.head(code) {
            return RuleWords {
                name: head.name.clone(),
                hazard: head.hazard.clone(),
                clauses: head.clauses.clone(),
                policy: head.policy.clone(),
                exit: head.exit.clone(),
                approver: head.approver.clone(),
                shown_as: head.shown_as.clone(),
            };
        }
        match self.book.standoffs().iter().find(|standoff| standoff.code == code) {
            Some(standoff) => RuleWords {
                name: standoff.name.clone(),
                hazard: words::kind_title(&standoff.kind),
                policy: Text::new(
                    format!("{}：{}", standoff.book, standoff.cites),
                    format!("{}: {}", standoff.book, standoff.cites),
                ),
                exit: standoff.exit.clone(),
                ..RuleWords::default()
            },
            None => RuleWords { name: Text::same(code), ..RuleWords::default() },
        }
    }

    /// Clauses of a rule in one line: what the table's 划分依据 holds.
    pub fn cites(&self, code: &str, lang: Lang) -> String {
        let rule = self.rule(code);
        // One text is named once, without its number of issue: the report's appendix gives both in full, with the quotes.
        let mut texts: Vec<(&str, Vec<&str>)> = Vec::new();
        for clause in &rule.clauses {
            let name = clause.text.split(['（', '(']).next().unwrap_or_default().trim();
            let number = clause.clause.trim();
            let place = texts.iter().position(|(text, _)| *text == name).unwrap_or_else(|| {
                texts.push((name, Vec::new()));
                texts.len() - 1
            });
            if !number.is_empty() && !texts[place].1.contains(&number) {
                texts[place].1.push(number);
            }
        }
        let mut cites: Vec<String> =
            texts.iter().map(|(text, numbers)| format!("{text} {}", numbers.join("、")).trim().to_owned()).collect();
        if !rule.policy.is_empty() {
            cites.push(match lang {
                Lang::Zh => format!("政策：{}", rule.policy.zh),
                Lang::En => format!("policy: {}", rule.policy.en),
            });
        }
        format!("{code} {}", cites.join(words::semicolon(lang))).trim().to_owned()
    }

    /// Kinds of hazard behind an area, and their ids, in the order of its findings: those that make its class.
    pub fn causes(&self, area: &Area<'_>, lang: Lang) -> (Vec<String>, Vec<String>) {
        let (mut kinds, mut ids) = (Vec::new(), Vec::new());
        for (finding, _) in area.findings.iter().filter(|(finding, _)| finding.class == area.class) {
            let kind = self.rule(&finding.rule).hazard.get(lang).to_owned();
            if !kind.is_empty() && !kinds.contains(&kind) {
                kinds.push(kind);
            }
            for id in &finding.hazards {
                if !ids.contains(id) {
                    ids.push(id.clone());
                }
            }
        }
        (kinds, ids)
    }

    /// The mine's fact, where what no rule needs is kept: coordinate system, place.
    pub fn mine_text(&self, key: &str) -> Option<&'a str> {
        self.site.facts.iter().find(|fact| fact.kind == "mine")?.text(key)
    }

    /// Coordinate system and vertical datum in words.
    pub fn frame(&self) -> (Text, Text) {
        let crs =
            self.mine_text("crs").map_or_else(|| Text::new("未说明（局部坐标）", "not stated (local)"), words::crs);
        let datum = self.mine_text("vertical_datum").map_or_else(
            || Text::new("未说明", "not stated"),
            |datum| match datum {
                "1985" => Text::new("1985国家高程基准", "China 1985"),
                "1956" => Text::new("1956年黄海高程系", "Huanghai 1956"),
                other => Text::same(other),
            },
        );
        (crs, datum)
    }

    /// The corners of the licence as recorded, ring by ring, closing corner left out.
    pub fn corners(&self) -> Vec<Vec<[f64; 2]>> {
        let Some(minesift_core::fact::Shape::Areas(areas)) =
            self.site.facts.iter().find(|fact| fact.kind == "licence").and_then(|fact| fact.shape.as_ref())
        else {
            return Vec::new();
        };
        areas
            .iter()
            .map(|polygon| {
                let mut ring: Vec<[f64; 2]> = polygon.exterior().0.iter().map(|c| [c.x, c.y]).collect();
                if ring.len() > 1 && ring.first() == ring.last() {
                    ring.pop();
                }
                ring
            })
            .collect()
    }
}

/// The ground a face or a heading takes; nothing without a usable shape.
pub fn ground_of_task(fact: &Fact) -> Option<Outline> {
    use minesift_core::fact::Shape;
    let outline = match fact.shape.as_ref()? {
        Shape::Areas(areas) => {
            Outline::new(areas).or_else(|_| Outline::repaired(areas).map(|repaired| repaired.0)).ok()?
        }
        Shape::Lines(lines) => {
            // A heading without a recorded width is drawn and counted five metres wide.
            let width = fact.number("width_m").unwrap_or(5.0);
            let strips: Vec<Outline> = lines
                .iter()
                .map(|line| Outline::strip(&line.iter().map(|p| p.xy()).collect::<Vec<_>>(), width))
                .collect();
            Outline::union(&strips)
        }
        _ => return None,
    };
    (!outline.is_empty()).then_some(outline)
}
