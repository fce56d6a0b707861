#![doc = include_str!("conduit_below.md")]

use super::{Water, body, head_mpa, lies_above, water};
use crate::outline::Outline;
use crate::rulebook::conduits::{Conducts, conducts, fault, once};
use crate::rulebook::formula::{self, HEAD_MPA_PER_M};
use crate::rulebook::{Finding, Opening, Question, Reads, Rule, Stops};
use crate::site::hazard::Hazard;
use crate::zone::Class;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::BTreeMap;

type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

pub(super) const RULE: Rule = Rule {
    code: "GOAF-5",
    page: include_str!("conduit_below.md"),
    apply,
    reads: Reads::OneHazard { also: &["fault", "collapse_column"] },
};

fn apply(q: &Question<'_>, earlier: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let conduits: Vec<&Hazard> = q.site.hazards_of("fault").chain(q.site.hazards_of("collapse_column")).collect();
    let tree = reaches(q, &conduits);
    let mut pillars: BTreeMap<usize, Option<Pillar<'_>>> = BTreeMap::new();
    for goaf in q.subjects_of_any_seam("goaf").chain(q.subjects_of_any_seam("old_working")) {
        if goaf.on_seam(q.seam) || water(goaf) == Water::Dry {
            continue;
        }
        let footprint = body(q, goaf);
        if !lies_above(q, goaf, goaf.seam.as_ref().and_then(|id| q.site.seam(id)), &footprint) {
            continue;
        }
        // Within the fracture zone GOAF-4 has spoken already.
        let reached = earlier.iter().filter(|f| f.rule == "GOAF-4" && f.hazards.first() == Some(&goaf.id));
        let reached = Outline::union(reached.map(|finding| &finding.outline));
        let Some([x0, y0, x1, y1]) = footprint.bounds() else { continue };
        let window = AABB::from_corners([x0, y0], [x1, y1]);
        let mut near: Vec<usize> = tree.locate_in_envelope_intersecting(&window).map(|found| found.data).collect();
        near.sort_unstable();
        for number in near {
            let pillar = pillars.entry(number).or_insert_with(|| Pillar::new(q, conduits[number]));
            let Some(pillar) = pillar else { continue };
            findings.extend(under(q, goaf, &footprint, pillar).and_then(|mut finding| {
                finding.outline = finding.outline.minus(&reached);
                (!finding.outline.is_empty()).then_some(finding)
            }));
        }
    }
    findings
}

/// Boxes that no conduit's pillar leaves on either side of a goaf's edge, so that far pairs are never looked at.
fn reaches(q: &Question<'_>, conduits: &[&Hazard]) -> RTree<Boxed> {
    // Lowest floor and highest level that any pair could meet within this distance; wider pillars are not boxed.
    const WITHIN_M: f64 = 5000.0;
    let everywhere = |[x0, y0, x1, y1]: [f64; 4], by: f64| [x0 - by, y0 - by, x1 + by, y1 + by];
    let levels = q.site.hazards_of("goaf").chain(q.site.hazards_of("old_working"));
    let highest = levels.filter_map(|goaf| goaf.number("water_level_m")).fold(f64::NEG_INFINITY, f64::max);
    let boxes = conduits.iter().enumerate().filter_map(|(number, conduit)| {
        let mut own = conduit.bounds()?;
        if conduit.kind == "fault" {
            let lines = fault::lines_on_seam(q, conduit)?;
            let between = fault::between_walls(conduit, &lines).bounds();
            let corners = lines.iter().flatten().map(|[x, y]| [*x, *y, *x, *y]).chain(between);
            own = corners.fold(own, |b, c| [b[0].min(c[0]), b[1].min(c[1]), b[2].max(c[2]), b[3].max(c[3])]);
        } else if !conduit.on_seam(q.seam) {
            return None;
        }
        own = everywhere(own, conduit.uncertainty_m);
        let [x0, y0, x1, y1] = everywhere(own, WITHIN_M);
        let around = Outline::convex(&[[x0, y0], [x1, y0], [x1, y1], [x0, y1]]);
        let floor = q.seam.floor.range().map_or_else(|| q.lowest_floor_m(&around), |range| range.0);
        let m = q.seam.thickness.range().map_or(formula::WORST_MINING_HEIGHT_M, |range| range.1.max(0.0));
        let m = q.seam.mining_height_m.unwrap_or(m);
        let p = q.full_head_mpa(floor).max(HEAD_MPA_PER_M * (highest - floor).max(0.0));
        let (k, kp) = (q.safety_factor(conduit).0, q.coal_tensile_mpa(conduit).0);
        let width = q.number_of("GOAF-2", "least_width_m").max(formula::barrier_width_m(k, m, p, kp));
        let far = if width <= WITHIN_M { 2.0 * width } else { f64::MAX / 4.0 };
        let [x0, y0, x1, y1] = everywhere(own, far + 1.0);
        Some(Boxed::new(Rectangle::from_corners([x0, y0], [x1, y1]), number))
    });
    RTree::bulk_load(boxes.collect())
}

/// The pillar of one conduit that may lead water down, as far as it is the same under every goaf.
struct Pillar<'a> {
    conduit: &'a Hazard,
    known: Conducts,
    /// Ground within a distance of the conduit.
    reach: Box<dyn Fn(f64) -> Outline + 'a>,
    /// By the level of the water above (its bits): the width, and how it was found.
    widths: BTreeMap<Option<u64>, (f64, String)>,
}

impl<'a> Pillar<'a> {
    /// Nothing where the conduit leads no water into this seam.
    fn new(q: &Question<'_>, conduit: &'a Hazard) -> Option<Self> {
        let known = conducts(conduit);
        if known == Conducts::Tight {
            return None;
        }
        let reach: Box<dyn Fn(f64) -> Outline + 'a> = if conduit.kind == "fault" {
            if known == Conducts::Unknown && fault::too_small_to_close(q, conduit) {
                return None;
            }
            let lines = fault::lines_on_seam(q, conduit)?;
            let between = fault::between_walls(conduit, &lines);
            Box::new(once(move |width| {
                Outline::union([&conduit.around_lines(&lines, width), &between.grown(width + conduit.uncertainty_m)])
            }))
        } else {
            if !conduit.on_seam(q.seam) {
                return None;
            }
            Box::new(once(|width| conduit.around(width)))
        };
        Some(Self { conduit, known, reach, widths: BTreeMap::new() })
    }

    /// Its width under water of this level; under the full head where nobody knows the level.
    fn width(&mut self, q: &Question<'_>, level: Option<f64>) -> (f64, String) {
        if let Some(found) = self.widths.get(&level.map(f64::to_bits)) {
            return found.clone();
        }
        let least = q.number_of("GOAF-2", "least_width_m");
        let (k, kp) = (q.safety_factor(self.conduit).0, q.coal_tensile_mpa(self.conduit).0);
        let head = |ground: &Outline| head_mpa(q, level, q.lowest_floor_m(ground));
        let (width, how, _) = q.barrier(least, (k, kp), &self.reach, head);
        self.widths.insert(level.map(f64::to_bits), (width, how.clone()));
        (width, how)
    }
}

fn under(q: &Question<'_>, goaf: &Hazard, footprint: &Outline, pillar: &mut Pillar<'_>) -> Option<Finding> {
    let level = goaf.number("water_level_m").filter(|_| water(goaf) == Water::Flooded);
    let (width, how) = pillar.width(q, level);
    let (conduit, known) = (pillar.conduit, pillar.known);
    let (no_k, no_kp) = (q.safety_factor(conduit).1, q.coal_tensile_mpa(conduit).1);
    // Under the goaf and as far beside it as the pillar is wide: there the water comes down the conduit.
    let ground = (pillar.reach)(width);
    if !near(&ground, footprint, width) {
        return None;
    }
    let outline = ground.within(&footprint.grown(width));
    let (by_goaf, by_conduit) = (q.opened(goaf, &["drainage"]), q.opened(conduit, &["grouting"]));
    if outline.is_empty() || by_goaf.ground == Opening::All {
        return None;
    }
    let mut finding = Finding::inside(q, Class::Deferred, goaf, outline, Stops::all())
        .measure(
            "断层（陷落柱）防隔水煤柱宽度",
            "width of the conduit's water-barrier pillar",
            None,
            Some(width),
            "m",
            how,
        )
        .because(
            format!("{} 可能把上层采空区 {} 的积水导入本煤层", conduit.id, goaf.id),
            format!("{} may lead the water of goaf {} above down into this seam", conduit.id, goaf.id),
        );
    finding.hazards.push(conduit.id.clone());
    finding.grade = Some(goaf.grade.min(conduit.grade));
    for (missing, key) in [(no_k, "safety_factor"), (no_kp, "coal_tensile_mpa"), (level.is_none(), "water_level_m")] {
        if missing {
            finding = finding.missing(&[key]);
        }
    }
    if known == Conducts::Unknown {
        finding = finding.missing(&["conducts_water"]);
    }
    finding.but_for(&by_conduit)
}

/// False where the boxes of two outlines lie further apart than a distance, drawing errors included.
fn near(a: &Outline, b: &Outline, distance_m: f64) -> bool {
    const DRAWING_M: f64 = 0.1;
    let (Some(a), Some(b)) = (a.bounds(), b.bounds()) else { return false };
    let far = distance_m + DRAWING_M;
    a[0] <= b[2] + far && b[0] <= a[2] + far && a[1] <= b[3] + far && b[1] <= a[3] + far
}
