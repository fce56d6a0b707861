//! Faults as surfaces: the trace pushed along the dip, with arrows for the throw.

use super::goafs::number;
use super::shape::resample;
use super::zones::supposed_floor;
use super::{Label, Layer, Scene, Skin, Triangle, object_of};
use minesift_core::fact::{Shape, Value};
use minesift_core::site::Site;
use minesift_core::site::hazard::Hazard;
use minesift_core::site::surface::Surface;
use minesift_core::text::Text;
use minesift_core::zone::ZoneMap;

const CONDUCTS: Skin = Skin::plain(60, 90, 210).opacity(150);
const TIGHT: Skin = Skin::plain(120, 120, 120).opacity(150);
const UNKNOWN: Skin = Skin::plain(190, 70, 170).opacity(150);
const TRACE: Skin = Skin::plain(170, 20, 60);

/// How far above and below its trace a fault is drawn where nobody recorded its ends, m.
const REACH_M: f64 = 45.0;

pub(super) fn draw(scene: &mut Scene, site: &Site, _: &ZoneMap) {
    let ground = super::ground::terrain(site);
    for fault in site.hazards_of("fault") {
        surface(scene, site, fault, ground.as_ref());
    }
    for line in site.hazards_of("fold").chain(site.hazards_of("ground_fissure")).chain(site.hazards_of("outcrop")) {
        let Some(seam) = line.seam.as_deref().and_then(|id| site.seam(id)).or(site.seams.first()) else { continue };
        let object = scene.add(object_of(&line.fact, Layer::Faults, line.seam.as_deref()));
        let z = |x: f64, y: f64| seam.floor_at(x, y).or_else(|| Some(supposed_floor(site, seam)));
        scene.lines(
            object,
            Skin::plain(120, 40, 120),
            2.0,
            line.lines().iter().flat_map(|l| super::shape::lift(l, 40.0, z)).collect(),
        );
    }
}

fn surface(scene: &mut Scene, site: &Site, fault: &Hazard, ground: Option<&Surface>) {
    let seam = fault.seam.as_deref().and_then(|id| site.seam(id));
    let mut object = object_of(&fault.fact, Layer::Faults, fault.seam.as_deref());
    let skin = match (fault.flag("conducts_water"), fault.flag("water_tested")) {
        (Some(true), _) => CONDUCTS,
        (Some(false), Some(true)) => TIGHT,
        _ => UNKNOWN,
    };
    let (dip, direction) = (number(fault, "dip_deg"), number(fault, "dip_direction_deg"));
    // Metres that the surface moves down-dip for each metre it goes down.
    let run = match (dip, direction) {
        (Some(dip), Some(towards)) if dip > 1.0 => {
            let towards = towards.to_radians();
            let run = 1.0 / dip.to_radians().tan();
            [run * towards.sin(), run * towards.cos()]
        }
        _ => {
            object
                .supposed
                .push(Text::new("倾角或倾向未记录，按直立绘制", "dip or its direction not recorded: drawn upright"));
            [0.0, 0.0]
        }
    };
    let z_of = |x: f64, y: f64| {
        seam.and_then(|seam| seam.floor_at(x, y)).or_else(|| {
            // On the trace itself the floor is broken: ask a little to both sides.
            let seam = seam?;
            let near: Vec<f64> = [[25.0, 0.0], [-25.0, 0.0], [0.0, 25.0], [0.0, -25.0], [60.0, 0.0], [-60.0, 0.0]]
                .iter()
                .filter_map(|d| seam.floor_at(x + d[0], y + d[1]))
                .collect();
            (!near.is_empty()).then(|| near.iter().sum::<f64>() / near.len() as f64)
        })
    };
    let level = seam
        .map(|seam| supposed_floor(site, seam))
        .or_else(|| site.licence.z_m.map(|z| f64::midpoint(z[0], z[1])))
        .unwrap_or(0.0);
    let ends = (number(fault, "floor_z_m"), number(fault, "top_z_m"));
    if ends.0.is_none() || ends.1.is_none() {
        object.supposed.push(Text::new(
            format!("上下延深未记录，按交面线上下各 {REACH_M} m 绘制"),
            format!("its ends up and down are not recorded: drawn {REACH_M} m above and below its line on the seam"),
        ));
    }
    if let Some(Shape::Mesh(mesh)) = &fault.fact.shape {
        // Surveyed or modelled as a surface: drawn as it is.
        let object = scene.add(object);
        return scene.surface(object, skin, super::ground::triangles_of(mesh));
    }
    let on_ground = seam.is_none() && ground.is_some();
    if on_ground {
        object.supposed.push(Text::new("未记录煤层，迹线画在地表", "names no seam: its line is drawn on the ground"));
    }
    let throw = number(fault, "throw_m");
    let mut lines: Vec<Vec<[f64; 2]>> = fault.lines().to_vec();
    if lines.is_empty() {
        for key in ["footwall", "hanging_wall"] {
            if let Some(Value::Shape(Shape::Lines(walls))) = fault.fact.attributes.get(key) {
                lines.extend(walls.iter().map(|wall| wall.iter().map(|p| p.xy()).collect::<Vec<_>>()));
            }
        }
    }
    let (mut triangles, mut traces, mut arrows): (Vec<Triangle>, Vec<_>, Vec<_>) = Default::default();
    let mut middle = None;
    for line in &lines {
        let fine = resample(line, 40.0);
        let at = |p: &[f64; 2], z: f64, from: f64| [p[0] + run[0] * (from - z), p[1] + run[1] * (from - z), z];
        let rows: Vec<[[f64; 3]; 3]> = fine
            .iter()
            .map(|p| {
                let on_top = || ground.filter(|_| on_ground).and_then(|ground| ground.at(p[0], p[1]));
                let z = z_of(p[0], p[1]).or_else(on_top).unwrap_or(level);
                [at(p, ends.0.unwrap_or(z - REACH_M), z), [p[0], p[1], z], at(p, ends.1.unwrap_or(z + REACH_M), z)]
            })
            .collect();
        for pair in rows.windows(2) {
            for i in 0..2 {
                triangles.push([pair[0][i], pair[1][i], pair[1][i + 1]]);
                triangles.push([pair[0][i], pair[1][i + 1], pair[0][i + 1]]);
            }
        }
        traces.push(rows.iter().map(|row| row[1]).collect::<Vec<_>>());
        if let (Some(row), Some(throw)) = (rows.get(rows.len() / 2), throw) {
            middle = Some(row[1]);
            arrows.extend(throw_arrows(row[1], run, throw, fault.text("kind") == Some("reverse")));
        } else {
            middle = middle.or(rows.get(rows.len() / 2).map(|row| row[1]));
        }
    }
    let words = |zh: bool| {
        let mut words = if zh { object.name.zh.clone() } else { object.name.en.clone() };
        if let Some(dip) = dip {
            words += &format!(" ∠{dip}°");
        }
        if let Some(throw) = throw {
            words += &format!(" H={throw} m");
        }
        words
    };
    let text = Text::new(words(true), words(false));
    let object = scene.add(object);
    scene.surface(object, skin, triangles);
    scene.lines(object, TRACE, 2.2, traces);
    scene.lines(object, Skin::plain(20, 20, 20), 2.0, arrows);
    if let Some(at) = middle {
        scene.labels.push(Label {
            at,
            text,
            layer: Layer::Faults,
            seam: fault.seam.clone(),
            rank: 2,
            colour: [150, 10, 50],
        });
    }
}

/// Two half-arrows as long as the throw: the hanging wall goes down on a normal fault, up on a reverse one.
fn throw_arrows(at: [f64; 3], run: [f64; 2], throw_m: f64, reverse: bool) -> Vec<Vec<[f64; 3]>> {
    let length = run[0].hypot(run[1]);
    let side = if length > 0.0 { [run[0] / length, run[1] / length] } else { [1.0, 0.0] };
    let sign = if reverse { 1.0 } else { -1.0 };
    [(1.0, sign), (-1.0, -sign)]
        .into_iter()
        .flat_map(|(hand, up)| {
            let foot = [at[0] + hand * side[0] * 12.0, at[1] + hand * side[1] * 12.0, at[2] - up * throw_m / 2.0];
            let head = [foot[0], foot[1], foot[2] + up * throw_m];
            let barb = [
                head[0] + hand * side[0] * throw_m * 0.2,
                head[1] + hand * side[1] * throw_m * 0.2,
                head[2] - up * throw_m * 0.25,
            ];
            [vec![foot, head], vec![head, barb]]
        })
        .collect()
}
