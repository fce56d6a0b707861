//! One mine through the ordinary path: facts, site, rulebook, zones; then its faces.

use crate::input::Plan;
use crate::journal::Journal;
use crate::{Cpu, cpu_ns};
use anyhow::{Context, Result};
use minesift_core::fact::{Problem, Shape};
use minesift_core::outline::{Convex, Outline};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::{Change, Site};
use minesift_core::text::Lang;
use minesift_core::zone::{SeamZones, Zoning, classify};
use minesift_onemap::many::{Layers, ZoneSink};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Edits that are timed, each undone by the next.
const ROUNDS: usize = 200;

/// What a mine adds to the counts of a run.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) hazards: usize,
    pub(crate) findings: usize,
    pub(crate) vertices: usize,
    pub(crate) pairs: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.hazards += other.hazards;
        self.findings += other.findings;
        self.vertices += other.vertices;
        self.pairs += other.pairs;
    }
}

/// What came of a mine.
pub(crate) struct Done {
    id: i64,
    /// Forbidden, deferred, mineable.
    classes: [(&'static str, Outline); 3],
    faces: String,
    pairs: String,
    pub(crate) counts: Counts,
}

impl Done {
    pub(crate) fn write(&self, place: usize, journal: &mut Journal, sink: &mut ZoneSink) -> Result<()> {
        let [f, d, m] = [0, 1, 2].map(|class| self.classes[class].1.area_m2());
        journal.add([&format!("{},{f:.3},{d:.3},{m:.3}\n", self.id), &self.faces, &self.pairs])?;
        for ((class, outline), m2) in self.classes.iter().zip([f, d, m]) {
            sink.put(place, self.id, class, m2, outline)?;
        }
        Ok(())
    }
}

fn said(problems: &[Problem]) -> anyhow::Error {
    anyhow::anyhow!("{}", problems.iter().map(|p| p.message.get(Lang::En)).collect::<Vec<_>>().join("; "))
}

pub(crate) fn run(layers: &Layers, plan: &Plan, place: usize, book: &Rulebook, cpu: &Cpu) -> Result<Done> {
    let mut at = cpu_ns();
    let mut lap = |of: &AtomicUsize| {
        let now = cpu_ns();
        of.fetch_add(now - at, Ordering::Relaxed);
        at = now;
    };
    let mine = plan.read(layers, place)?;
    lap(&cpu.read);
    let site = Site::new(&mine.facts, None).map_err(|problems| said(&problems))?;
    lap(&cpu.site);
    let mut map = classify(&site, book);
    lap(&cpu.classify);
    let zones = map.seams.pop().context("no seam")?;
    let (mut faces, mut pairs, mut counts) = (String::new(), String::new(), Counts::default());
    let (mut convex, mut places) = (Vec::with_capacity(mine.faces.len()), Vec::with_capacity(mine.faces.len()));
    for (id, face) in &mine.faces {
        if let (Some(face), Some(bounds)) = (Convex::new(face), face.bounds()) {
            convex.push(face);
            places.push((*id, bounds));
        }
    }
    let mut of_convex = zones
        .forbidden
        .areas_within_convex_m2(&convex)
        .into_iter()
        .zip(zones.deferred.areas_within_convex_m2(&convex))
        .zip(places.iter().map(|place| place.0))
        .peekable();
    for (id, face) in &mine.faces {
        let held = of_convex.next_if(|(_, of)| of == id);
        let (f, d) = held.map_or_else(|| areas(&zones, face), |(areas, _)| areas);
        writeln!(faces, "{id},{f:.3},{d:.3}")?;
    }
    for finding in zones.findings.iter().chain(&zones.beside) {
        let Some(b) = finding.outline.bounds() else { continue };
        for ((id, bounds), face) in places.iter().zip(&convex) {
            if b[0] <= bounds[2]
                && bounds[0] <= b[2]
                && b[1] <= bounds[3]
                && bounds[1] <= b[3]
                && finding.outline.meets_convex(face)
            {
                writeln!(pairs, "{id},{},{}", finding.hazards[0], finding.rule)?;
                counts.pairs += 1;
            }
        }
    }
    counts.hazards = mine.hazards;
    counts.findings = zones.findings.len() + zones.beside.len();
    counts.vertices = [&zones.forbidden, &zones.deferred, &zones.mineable].iter().map(|o| o.corners()).sum();
    lap(&cpu.faces);
    let classes = [("forbidden", zones.forbidden), ("deferred", zones.deferred), ("mineable", zones.mineable)];
    Ok(Done { id: mine.id, classes, faces, pairs, counts })
}

/// Ground of a face that is forbidden, and that is deferred, m².
fn areas(zones: &SeamZones, face: &Outline) -> (f64, f64) {
    match Convex::new(face) {
        Some(face) => (zones.forbidden.area_within_convex_m2(&face), zones.deferred.area_within_convex_m2(&face)),
        None => (zones.forbidden.within(face).area_m2(), zones.deferred.within(face).area_m2()),
    }
}

/// Times the edit of one goaf, grown by 10 m, in a map of which all mines are held: their zones, faces and pairs are
/// brought up to date.
pub(crate) fn edit(map: &Path, out: &Path, book: &Rulebook, hazard: i64) -> Result<()> {
    let layers = Layers::open(map)?;
    let plan = Plan::new(&layers, book)?;
    let mut held = Vec::new();
    for place in 0..plan.mines.len() {
        let mine = plan.read(&layers, place)?;
        let site = Site::new(&mine.facts, None).map_err(|problems| said(&problems))?;
        held.push((Zoning::new(site, book.clone()), mine.faces));
    }
    let id = hazard.to_string();
    let is_it = |f: &&minesift_core::fact::Fact| f.kind == "goaf" && f.id == id;
    let old = held.iter().find_map(|(z, _)| z.site().facts.iter().find(is_it)).context("no such goaf")?.clone();
    let Some(Shape::Areas(areas_of)) = &old.shape else { anyhow::bail!("the goaf has no area") };
    let grown = Outline::repaired(areas_of)?.0.grown(10.0);
    let new = old.clone().with_shape(Shape::Areas(grown.to_geo()));
    let mut walls: Vec<f64> = Vec::new();
    let mut hit = 0;
    // The system counts CPU time by ticks of some milliseconds, so it is told of all rounds together.
    let begun = cpu_ns();
    for round in 0..ROUNDS {
        let fact = if round % 2 == 0 { &new } else { &old };
        let from = Instant::now();
        let reach = grown.bounds().map(|b| [b[0] - 90.0, b[1] - 90.0, b[2] + 90.0, b[3] + 90.0]).unwrap_or_default();
        hit = 0;
        for (zoning, faces) in &mut held {
            let ground = zoning.site().licence.outline.bounds().unwrap_or_default();
            if reach[0] > ground[2] || ground[0] > reach[2] || reach[1] > ground[3] || ground[1] > reach[3] {
                continue;
            }
            let changed = zoning.apply(&[Change::Put(fact.clone())]).map_err(|problems| said(&problems))?;
            hit += 1;
            let Some(w) = changed.first().and_then(|change| change.within) else { continue };
            let zones = &zoning.map().seams[0];
            let mut pairs = 0;
            for (_, face) in faces.iter() {
                let b = face.bounds().unwrap_or_default();
                if b[0] <= w[2] && w[0] <= b[2] && b[1] <= w[3] && w[1] <= b[3] {
                    let (f, d) = areas(zones, face);
                    std::hint::black_box(f + d);
                    let Some(face) = Convex::new(face) else { continue };
                    let of = zones.findings.iter().chain(&zones.beside).filter(|f| f.hazards[0] == id);
                    pairs += of.filter(|finding| finding.outline.meets_convex(&face)).count();
                }
            }
            std::hint::black_box(pairs);
        }
        walls.push(from.elapsed().as_secs_f64() * 1e3);
    }
    let cpu_ms = (cpu_ns() - begun) as f64 * 1e-6 / ROUNDS as f64;
    walls.sort_by(f64::total_cmp);
    let answer = serde_json::json!({
        "mines": held.len(), "mines_hit": hit, "edits": ROUNDS, "cpu_ms_mean": cpu_ms,
        "wall_ms_min": walls[0], "wall_ms_median": walls[walls.len() / 2], "wall_ms_max": walls[walls.len() - 1],
    });
    std::fs::write(out.join("edit.json"), answer.to_string())?;
    println!("{answer}");
    Ok(())
}
