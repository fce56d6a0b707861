//! The layers of the map from the ground up, each with its entry in the legend and its words.

use super::legend::Swatch;
use super::symbols::{corner, cross, hole, outburst, shaft, wall};
use super::{Frame, Sheet, Spot, point_along, style, zone_words};
use crate::content::ground_of_task;
use crate::contours::contours;
use crate::labels;
use crate::svg::Paint;
use crate::words;
use minesift_core::fact::{Fact, Shape, Value};
use minesift_core::outline::Outline;
use minesift_core::site::Borehole;
use minesift_core::site::hazard::Hazard;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::Class;

/// Smallest area on paper that carries a label, mm².
const LEAST_LABEL_MM2: f64 = 9.0;

pub(super) fn draw(sheet: &mut Sheet<'_>) {
    sheet.unlabelled = 0;
    zones(sheet);
    grid(sheet);
    floor(sheet);
    group(sheet, "areas", areas);
    group(sheet, "workings", workings);
    group(sheet, "lines", lines);
    group(sheet, "water", water_lines);
    group(sheet, "changed", changed);
    licence(sheet);
    group(sheet, "points", points);
    zone_labels(sheet);
}

/// Ground that changed its class: a heavy border with a white halo, dashed where it opened, and the letters of both
/// classes with the area.
fn changed(sheet: &mut Sheet<'_>) {
    for (outline, from, to) in sheet.options.changed.clone() {
        let opened = to < from;
        let (colour, dash) = if opened { (style::WATER, "3 1.2") } else { (style::INK, "") };
        if opened {
            sheet.legend.add("放开（较前）", "opened since", Swatch::Line(colour, 0.9, dash));
        } else {
            sheet.legend.add("收紧（较前）", "closed since", Swatch::Line(colour, 0.9, dash));
        }
        let letter = |class: Option<Class>| class.map_or(Text::new("外", "–"), Class::letter);
        let (from, to) = (letter(from), letter(to));
        for part in outline.parts() {
            let rings = sheet.frame.rings(&part);
            sheet.svg.path(&rings, true, &Paint::line("#ffffff", 1.8));
            sheet.svg.path(&rings, true, &Paint::line(colour, 0.9).dashed(dash));
            let mm2 = part.area_m2() * sheet.frame.mm(1.0).powi(2);
            if mm2 < LEAST_LABEL_MM2 {
                continue;
            }
            let words = format!("{}→{}  {:.0} m²", sheet.say(&from), sheet.say(&to), part.area_m2());
            let places = inside_of(sheet, &part, 6);
            sheet.wait(1, vec![words], 2.6, colour, Spot::Inside(places), mm2 > 200.0);
        }
    }
}

fn group(sheet: &mut Sheet<'_>, name: &str, layer: fn(&mut Sheet<'_>)) {
    let prefix = sheet.options.prefix.clone();
    sheet.svg.begin(&format!("{prefix}-layer-{name}"), Some(&format!("{prefix}-clip")));
    layer(sheet);
    sheet.svg.end();
}

fn zones(sheet: &mut Sheet<'_>) {
    let prefix = sheet.options.prefix.clone();
    for class in [Class::Mineable, Class::Deferred, Class::Forbidden] {
        let title = class.title();
        sheet.legend.add(&title.zh, &title.en, Swatch::Zone(class));
        let rings = sheet.frame.rings(sheet.zones.of(class));
        let (fill, edge) = style::colours(class);
        let hatch = format!("url(#{prefix}-{})", class.name());
        sheet.svg.begin(&format!("{prefix}-zone-{}", class.name()), Some(&format!("{prefix}-clip")));
        sheet.svg.path(&rings, true, &Paint::line(edge, 0.25).filled(fill));
        sheet.svg.path(&rings, true, &Paint::fill(&hatch));
        sheet.svg.end();
    }
}

/// Grid lines every 100 mm of a wall sheet, closer on a small one; numbers stand outside the neat line.
pub(super) fn grid_step_m(frame: &Frame) -> f64 {
    let shortest = frame.metres((frame.paper[2] - frame.paper[0]).min(frame.paper[3] - frame.paper[1]));
    let hundred = frame.metres(100.0);
    [1.0, 0.5, 0.25]
        .into_iter()
        .map(|share| hundred * share)
        .find(|step| shortest / step >= 3.0)
        .unwrap_or(hundred * 0.2)
}

pub(super) fn grid_values(low: f64, high: f64, step: f64) -> impl Iterator<Item = f64> {
    ((low / step).ceil() as i64..=(high / step).floor() as i64).map(move |i| i as f64 * step)
}

fn grid(sheet: &mut Sheet<'_>) {
    let step = grid_step_m(&sheet.frame);
    let ([west, south, east, north], prefix) = (sheet.frame.ground, sheet.options.prefix.clone());
    sheet.svg.begin(&format!("{prefix}-grid"), Some(&format!("{prefix}-clip")));
    let paint = Paint::line(style::GRID, 0.08);
    for x in grid_values(west, east, step) {
        sheet.svg.line(sheet.frame.at([x, south]), sheet.frame.at([x, north]), &paint);
    }
    for y in grid_values(south, north, step) {
        sheet.svg.line(sheet.frame.at([west, y]), sheet.frame.at([east, y]), &paint);
    }
    sheet.svg.end();
}

fn floor(sheet: &mut Sheet<'_>) {
    let Some(bounds) = sheet.papers.site.licence.outline.bounds() else { return };
    let all = contours(&sheet.seam.floor, bounds);
    let prefix = sheet.options.prefix.clone();
    let ground = sheet.zones.ground.clone();
    sheet.svg.begin(&format!("{prefix}-contours"), Some(&format!("{prefix}-clip")));
    for contour in &all {
        let mut places = Vec::new();
        let lines: Vec<Vec<[f64; 2]>> = contour.lines.iter().map(|line| sheet.frame.line(line)).collect();
        // Every fifth line is the index contour.
        let step = crate::contours::interval_m(all[0].z_m, all[all.len() - 1].z_m);
        let index = all.len() < 6 || ((contour.z_m / step).round() as i64) % 5 == 0;
        sheet.svg.path(&lines, false, &Paint::line(style::CONTOUR, if index { 0.25 } else { 0.15 }));
        sheet.legend.add("底板等高线（m）", "floor contour (m)", Swatch::Line(style::CONTOUR, 0.2, ""));
        for (at, angle) in Sheet::along(&lines) {
            let x = sheet.frame.ground[0] + sheet.frame.metres(at[0] - sheet.frame.paper[0]);
            let y = sheet.frame.ground[1] + sheet.frame.metres(sheet.frame.paper[3] - at[1]);
            if ground.contains(x, y) {
                places.push((at, angle));
            }
        }
        sheet.wait(8, vec![words::short(contour.z_m)], 2.1, style::CONTOUR, Spot::Along(places), false);
    }
    sheet.svg.end();
}

/// Hazards that belong on this seam's map: those that lie in it, and those a finding on it names.
fn here<'a>(sheet: &Sheet<'a>) -> Vec<&'a Hazard> {
    let named: Vec<&str> = sheet.zones.findings.iter().flat_map(|f| f.hazards.iter().map(String::as_str)).collect();
    sheet
        .papers
        .site
        .hazards()
        .iter()
        .filter(|hazard| hazard.on_seam(sheet.seam) || named.contains(&hazard.id.as_str()))
        .collect()
}

/// The area as drawn, grown by nothing.
fn draw_area(sheet: &mut Sheet<'_>, hazard: &Hazard, paint: &Paint<'_>, pattern: &str) -> Vec<[f64; 2]> {
    let rings = if hazard.outline().is_empty() {
        hazard.lines().iter().map(|line| sheet.frame.line(line)).collect()
    } else {
        sheet.frame.rings(hazard.outline())
    };
    let closed = !hazard.outline().is_empty();
    sheet.svg.path(&rings, closed, paint);
    if closed && !pattern.is_empty() {
        let fill = format!("url(#{}-{pattern})", sheet.options.prefix);
        sheet.svg.path(&rings, true, &Paint::fill(&fill));
    }
    inside_of(sheet, hazard.outline(), 30)
}

/// Points well inside an outline on paper, the roomiest first; empty for none.
fn inside_of(sheet: &Sheet<'_>, outline: &Outline, most: usize) -> Vec<[f64; 2]> {
    let Some([x0, y0, x1, y1]) = outline.bounds() else { return Vec::new() };
    let [west, south, east, north] = sheet.frame.ground;
    let (x0, y0, x1, y1) = (x0.max(west), y0.max(south), x1.min(east), y1.min(north));
    let mut points: Vec<(f64, [f64; 2])> = Vec::new();
    if let Some(p) = outline.label_point() {
        points.push((outline.to_border(p[0], p[1]).0, p));
    }
    const LATTICE: usize = 15;
    for i in 0..LATTICE {
        for j in 0..LATTICE {
            let share = |k: usize| (k as f64 + 0.5) / LATTICE as f64;
            let p = [x0 + (x1 - x0) * share(i), y0 + (y1 - y0) * share(j)];
            let (border, inside) = outline.to_border(p[0], p[1]);
            if inside {
                points.push((border, p));
            }
        }
    }
    // Middle of the room first; equal room in the order of the lattice.
    points.sort_by(|a, b| b.0.total_cmp(&a.0));
    points.truncate(most);
    points.into_iter().filter(|(_, p)| sheet.frame.shows(*p)).map(|(_, p)| sheet.frame.at(p)).collect()
}

fn areas(sheet: &mut Sheet<'_>) {
    let lang = sheet.options.lang;
    for hazard in here(sheet) {
        let name = words::name_of(&hazard.fact);
        let title = words::kind_title(hazard.kind);
        let titled = format!("{name} {}", title.get(lang));
        match hazard.kind {
            "goaf" | "old_working" => {
                let wet = hazard.flag("flooded") == Some(true);
                let above = !hazard.on_seam(sheet.seam);
                let dash = if above { "2 1" } else { "" };
                let pattern = if wet { "water" } else { "goaf" };
                let paint = Paint::line(style::INK, 0.3).filled("#fff").opacity(0.25).dashed(dash);
                let places = draw_area(sheet, hazard, &paint, pattern);
                if above {
                    sheet.legend.add(
                        "上覆煤层采空区（投影）",
                        "goaf of an upper seam, projected",
                        Swatch::Area(style::INK, "2 1", pattern),
                    );
                } else if wet {
                    sheet.legend.add(
                        "积水采空区、老窑",
                        "flooded goaf, old working",
                        Swatch::Area(style::INK, "", "water"),
                    );
                } else {
                    sheet.legend.add("采空区、老窑", "goaf, old working", Swatch::Area(style::INK, "", "goaf"));
                }
                let mut lines = vec![titled];
                if let (true, Some(seam)) = (above, &hazard.seam) {
                    lines[0] = match lang {
                        Lang::Zh => format!("{name}（{seam}煤{}投影）", title.zh),
                        Lang::En => format!("{name} ({} of seam {seam})", title.en),
                    };
                }
                if wet {
                    let level = hazard
                        .number("water_level_m")
                        .map_or_else(|| sheet.words("标高不明", "level unknown"), |z| format!("{} m", words::short(z)));
                    lines.push(format!("{} {level}", sheet.words("积水", "water")));
                    if let Some(volume) = hazard.number("water_volume_m3") {
                        lines.push(format!("{} m³", words::number(volume, 0)));
                    }
                    if !hazard.outline().is_empty() {
                        lines.push(format!("{} m²", words::number(hazard.outline().area_m2(), 0)));
                    }
                }
                sheet.wait(3, lines, 2.2, style::INK, Spot::Inside(places), true);
            }
            "pillar" => {
                let places = draw_area(sheet, hazard, &Paint::line(style::PILLAR, 0.3).dashed("3 0.8 0.6 0.8"), "");
                sheet.legend.add("煤（岩）柱", "pillar", Swatch::Area(style::PILLAR, "3 0.8 0.6 0.8", ""));
                let kind = words::word(hazard.text("kind").unwrap_or("unknown"));
                let approval =
                    hazard.text("approval").map_or_else(|| sheet.words("未批准", "not approved"), str::to_owned);
                let lines = vec![
                    format!("{name} {}{}", kind.get(lang), sheet.words("煤柱", " pillar")),
                    format!("（{approval}）"),
                ];
                sheet.wait(5, lines, 2.1, style::PILLAR, Spot::Inside(places), true);
            }
            "collapse_column" => {
                let places =
                    draw_area(sheet, hazard, &Paint::line(style::COLUMN, 0.4).filled("#fff").opacity(0.3), "column");
                sheet.legend.add("陷落柱", "karst collapse column", Swatch::Area(style::COLUMN, "", "column"));
                let water = match hazard.flag("conducts_water") {
                    Some(true) => sheet.words("导水", "conducts water"),
                    Some(false) => sheet.words("不导水", "tight"),
                    None => sheet.words("导水性不明", "conductivity unknown"),
                };
                sheet.wait(3, vec![titled, water], 2.2, style::COLUMN, Spot::Inside(places), true);
            }
            "anomaly" => {
                let places = draw_area(sheet, hazard, &Paint::line(style::ANOMALY, 0.35).dashed("1.6 0.8"), "");
                sheet.legend.add("物探异常区", "geophysical anomaly", Swatch::Area(style::ANOMALY, "1.6 0.8", ""));
                let drilled = hazard
                    .text("drilled")
                    .map_or_else(|| sheet.words("未钻探验证", "not drilled"), |d| words::word(d).get(lang).to_owned());
                sheet.wait(4, vec![titled, drilled], 2.1, style::ANOMALY, Spot::Inside(places), true);
            }
            "fire_area" => {
                let places = draw_area(sheet, hazard, &Paint::line(style::FIRE, 0.45), "fire");
                sheet.legend.add("火区", "fire area", Swatch::Area(style::FIRE, "", "fire"));
                sheet.wait(3, vec![titled], 2.2, style::FIRE, Spot::Inside(places), true);
            }
            "survey" | "fault" | "fold" | "outcrop" | "ground_fissure" | "outburst_point" | "abandoned_shaft"
            | "microseism" => {}
            _ => {
                let mut places =
                    draw_area(sheet, hazard, &Paint::line(style::OTHER, 0.2).dashed("2.4 0.6 0.4 0.6"), "");
                sheet.legend.add(
                    "其他致灾因素范围",
                    "extent of another hazard",
                    Swatch::Area(style::OTHER, "2.4 0.6 0.4 0.6", ""),
                );
                let grade = match hazard.kind {
                    "rock_burst_area" => hazard.text("grade"),
                    "aquifer" => hazard.text("richness"),
                    _ => None,
                };
                let lines = vec![
                    grade.map_or_else(|| titled.clone(), |grade| format!("{titled} {}", words::word(grade).get(lang))),
                ];
                if places.is_empty() {
                    places.extend(
                        hazard.lines().first().and_then(|line| line.get(line.len() / 2)).map(|p| sheet.frame.at(*p)),
                    );
                }
                sheet.wait(6, lines, 2.0, style::OTHER, Spot::Inside(places), false);
            }
        }
    }
}

fn workings(sheet: &mut Sheet<'_>) {
    let facts: Vec<&Fact> = sheet
        .papers
        .site
        .facts
        .iter()
        .filter(|fact| matches!(fact.kind, "face" | "heading" | "working"))
        .filter(|fact| fact.text("seam") == Some(&sheet.seam.id))
        .collect();
    for fact in facts {
        let days = match (fact.date("from"), fact.date("to")) {
            (Some(from), Some(to)) => format!("{}.{:02}–{}.{:02}", from.year(), from.month(), to.year(), to.month()),
            (Some(day), None) | (None, Some(day)) => day.to_string(),
            (None, None) => String::new(),
        };
        let name = words::name_of(fact);
        if fact.kind == "face" {
            let Some(ground) = ground_of_task(fact) else { continue };
            sheet.svg.path(&sheet.frame.rings(&ground), true, &Paint::line(style::INK, 0.45));
            sheet.legend.add("计划采煤工作面（起止年月）", "planned face (from–to)", Swatch::Area(style::INK, "", ""));
            let places = inside_of(sheet, &ground, 24);
            sheet.wait(4, vec![name, days], 2.4, style::INK, Spot::Inside(places), true);
        } else {
            let planned = fact.kind == "heading";
            let dash = if planned { "2 0.8" } else { "" };
            if planned {
                sheet.legend.add("计划巷道", "planned heading", Swatch::Line(style::INK, 0.35, "2 0.8"));
            } else {
                sheet.legend.add("已有井巷", "working as built", Swatch::Line(style::INK, 0.35, ""));
            }
            match &fact.shape {
                Some(Shape::Lines(lines)) => {
                    let lines: Vec<Vec<[f64; 2]>> =
                        lines.iter().map(|line| line.iter().map(|p| sheet.frame.at(p.xy())).collect()).collect();
                    sheet.svg.path(&lines, false, &Paint::line(style::INK, 0.35).dashed(dash));
                    sheet.wait(
                        7,
                        vec![format!("{name} {days}").trim().to_owned()],
                        1.9,
                        style::INK,
                        Spot::Along(Sheet::along(&lines)),
                        false,
                    );
                }
                Some(Shape::Areas(_)) => {
                    if let Some(ground) = ground_of_task(fact) {
                        sheet.svg.path(&sheet.frame.rings(&ground), true, &Paint::line(style::INK, 0.35).dashed(dash));
                        let places = inside_of(sheet, &ground, 9);
                        sheet.wait(7, vec![name], 2.0, style::INK, Spot::Inside(places), false);
                    }
                }
                Some(Shape::Point(at)) if sheet.frame.shows(at.xy()) => {
                    let at = sheet.frame.at(at.xy());
                    shaft(&mut sheet.svg, at);
                    sheet.wait(5, vec![name], 2.1, style::INK, Spot::Beside(at), false);
                }
                _ => {}
            }
        }
    }
}

/// A fault's own lines where it cuts this seam: a trace given once, with its dip, moves down the dip to each floor.
fn lines_on_seam(sheet: &Sheet<'_>, fault: &Hazard) -> Vec<Vec<[f64; 2]>> {
    let (dip, direction, z) = (fault.number("dip_deg"), fault.number("dip_direction_deg"), fault.number("trace_z_m"));
    let (None, Some(dip), Some(direction), Some(z)) = (&fault.seam, dip, direction, z) else {
        return fault.lines().to_vec();
    };
    let azimuth = direction.to_radians();
    let per_metre = if dip >= 89.9 { 0.0 } else { 1.0 / dip.to_radians().tan() };
    let moved = |[x, y]: [f64; 2]| {
        let mut at = [x, y];
        for _ in 0..20 {
            let Some(floor) = sheet.seam.floor_at(at[0], at[1]) else { break };
            let shift = (z - floor) * per_metre;
            at = [x + shift * azimuth.sin(), y + shift * azimuth.cos()];
        }
        at
    };
    fault.lines().iter().map(|line| line.iter().map(|p| moved(*p)).collect()).collect()
}

fn wall_lines(fact: &Fact, key: &str) -> Vec<Vec<[f64; 2]>> {
    match fact.get(key) {
        Some(Value::Shape(Shape::Lines(lines))) => {
            lines.iter().map(|line| line.iter().map(|p| p.xy()).collect()).collect()
        }
        _ => Vec::new(),
    }
}

fn lines(sheet: &mut Sheet<'_>) {
    let lang = sheet.options.lang;
    for hazard in here(sheet) {
        let name = words::name_of(&hazard.fact);
        match hazard.kind {
            "fault" => {
                let (mut hanging, mut foot) =
                    (wall_lines(&hazard.fact, "hanging_wall"), wall_lines(&hazard.fact, "footwall"));
                let own = lines_on_seam(sheet, hazard);
                let on_paper = |lines: &[Vec<[f64; 2]>]| -> Vec<Vec<[f64; 2]>> {
                    lines.iter().map(|line| sheet.frame.line(line)).collect()
                };
                let walls_only =
                    !hanging.is_empty() && own.iter().all(|line| hanging.contains(line) || foot.contains(line));
                (hanging, foot) = (on_paper(&hanging), on_paper(&foot));
                let trace = if walls_only { hanging.clone() } else { on_paper(&own) };
                if !walls_only {
                    sheet.svg.path(&trace, false, &Paint::line(style::FAULT, 0.5));
                    sheet.legend.add(
                        "断层（∠倾角，H落差）",
                        "fault (∠ dip, H throw)",
                        Swatch::Line(style::FAULT, 0.5, ""),
                    );
                    dip_ticks(sheet, hazard, &trace);
                }
                if !hanging.is_empty() {
                    wall(&mut sheet.svg, &hanging, true);
                    sheet.legend.add("断层上盘断煤交线", "hanging-wall cut-off of a fault", Swatch::HangingWall);
                }
                if !foot.is_empty() {
                    wall(&mut sheet.svg, &foot, false);
                    sheet.legend.add("断层下盘断煤交线", "footwall cut-off of a fault", Swatch::Footwall);
                }
                let mut label = name;
                if let Some(dip) = hazard.number("dip_deg") {
                    label.push_str(&format!(" ∠{}°", words::short(dip)));
                }
                if let Some(throw) = hazard.number("throw_m") {
                    label.push_str(&format!(" H={}m", words::short(throw)));
                }
                let visible: Vec<_> = Sheet::along(&trace).into_iter().filter(|(at, _)| on_sheet(sheet, *at)).collect();
                // Words stand beside the line, not on it.
                let beside = |side: f64| {
                    visible.iter().map(move |(at, angle)| {
                        let (sin, cos) = (angle.to_radians().sin(), angle.to_radians().cos());
                        ([at[0] + side * sin, at[1] - side * cos], *angle)
                    })
                };
                let places: Vec<_> = beside(1.9).chain(beside(-1.9)).collect();
                sheet.wait(2, vec![label], 2.5, style::FAULT, Spot::Along(places), true);
            }
            "fold" | "outcrop" | "ground_fissure" => {
                let lines: Vec<Vec<[f64; 2]>> = hazard.lines().iter().map(|line| sheet.frame.line(line)).collect();
                let title = words::kind_title(hazard.kind);
                let dash = if hazard.kind == "fold" { "6 1 1 1" } else { "3 1" };
                sheet.svg.path(&lines, false, &Paint::line(style::OTHER, 0.3).dashed(dash));
                let swatch = Swatch::Line(style::OTHER, 0.3, dash);
                sheet.legend.add(&title.zh, &title.en, swatch);
                sheet.wait(
                    6,
                    vec![format!("{name} {}", title.get(lang))],
                    2.1,
                    style::OTHER,
                    Spot::Along(Sheet::along(&lines)),
                    false,
                );
            }
            _ => {}
        }
    }
}

fn on_sheet(sheet: &Sheet<'_>, at: [f64; 2]) -> bool {
    let paper = sheet.frame.paper;
    at[0] > paper[0] && at[0] < paper[2] && at[1] > paper[1] && at[1] < paper[3]
}

/// Short ticks on the down-dip side of a fault.
fn dip_ticks(sheet: &mut Sheet<'_>, hazard: &Hazard, trace: &[Vec<[f64; 2]>]) {
    let Some(direction) = hazard.number("dip_direction_deg") else { return };
    let azimuth = direction.to_radians();
    let towards = [1.6 * azimuth.sin(), -1.6 * azimuth.cos()];
    for line in trace {
        let length: f64 = line.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
        let ticks = (length / 25.0).floor() as usize;
        for i in 0..=ticks {
            if let Some((at, _)) = point_along(line, length * (i as f64 + 0.5) / (ticks + 1) as f64) {
                sheet.svg.line(at, [at[0] + towards[0], at[1] + towards[1]], &Paint::line(style::FAULT, 0.3));
            }
        }
    }
}

fn water_lines(sheet: &mut Sheet<'_>) {
    let flooded: Vec<Outline> = here(sheet)
        .into_iter()
        .filter(|h| matches!(h.kind, "goaf" | "old_working") && h.flag("flooded") == Some(true))
        .map(|h| h.outline().clone())
        .collect();
    let flooded = Outline::union(&flooded);
    named_line(sheet, &flooded, "积水线", "water line", style::WATER, 0.5, "");
    let bands: Vec<&Outline> = sheet.zones.findings.iter().filter(|f| f.rule == "GOAF-3").map(|f| &f.outline).collect();
    let probe = Outline::union(bands);
    named_line(sheet, &probe, "探水线", "probe line", style::PROBE, 0.4, "4 1.2");
    if let Some(metres) = sheet.options.warning_m {
        named_line(sheet, &probe.grown(metres), "警戒线", "warning line", style::WARNING, 0.4, "5 1 0.6 1 0.6 1");
    }
}

fn named_line(
    sheet: &mut Sheet<'_>,
    outline: &Outline,
    zh: &str,
    en: &str,
    colour: &'static str,
    width: f64,
    dash: &'static str,
) {
    if outline.is_empty() {
        return;
    }
    sheet.legend.add(zh, en, Swatch::Line(colour, width, dash));
    for part in outline.parts() {
        let mut rings = sheet.frame.rings(&part);
        sheet.svg.path(&rings, true, &Paint::line(colour, width).dashed(dash));
        for ring in &mut rings {
            if let Some(first) = ring.first().copied() {
                ring.push(first);
            }
        }
        let places: Vec<_> = Sheet::along(&rings).into_iter().filter(|(at, _)| on_sheet(sheet, *at)).collect();
        let words = sheet.words(zh, en);
        sheet.wait(7, vec![words], 1.9, colour, Spot::Along(places), false);
    }
}

fn licence(sheet: &mut Sheet<'_>) {
    let prefix = sheet.options.prefix.clone();
    let rings = sheet.frame.rings(&sheet.papers.site.licence.outline);
    sheet.svg.begin(&format!("{prefix}-licence"), Some(&format!("{prefix}-clip")));
    sheet.svg.path(&rings, true, &Paint::line("#fff", 1.3).opacity(1.0));
    sheet.svg.path(&rings, true, &Paint::line(style::LICENCE, 0.7).dashed("7 1.2 0.7 1.2 0.7 1.2"));
    sheet.legend.add(
        "井田（采矿许可证）边界",
        "licence boundary",
        Swatch::Line(style::LICENCE, 0.7, "7 1.2 0.7 1.2 0.7 1.2"),
    );
    sheet.legend.add("井田拐点及编号", "licence corner, numbered", Swatch::Corner);
    let mut number = 0;
    for ring in sheet.papers.corners() {
        for p in &ring {
            number += 1;
            let at = sheet.frame.at(*p);
            corner(&mut sheet.svg, at);
            sheet.placer.take(labels::about(at, 2.4, 2.4));
            sheet.wait(1, vec![format!("J{number}")], 2.5, style::INK, Spot::Beside(at), false);
        }
    }
    sheet.svg.end();
}

fn points(sheet: &mut Sheet<'_>) {
    for hole in &sheet.papers.site.boreholes {
        borehole(sheet, hole);
    }
    let lang = sheet.options.lang;
    for hazard in here(sheet) {
        let Some(p) = hazard.point().filter(|p| sheet.frame.shows(*p)) else { continue };
        let at = sheet.frame.at(p);
        let name = words::name_of(&hazard.fact);
        match hazard.kind {
            "outburst_point" => {
                outburst(&mut sheet.svg, at);
                sheet.legend.add("突出点（突出煤量 t）", "outburst point (t thrown out)", Swatch::Outburst);
                let tonnage =
                    hazard.number("tonnage_t").map_or_else(String::new, |t| format!(" {} t", words::short(t)));
                sheet.placer.take(labels::about(at, 3.0, 3.0));
                sheet.wait(2, vec![format!("{name}{tonnage}")], 2.1, style::FAULT, Spot::Beside(at), true);
            }
            "abandoned_shaft" => {
                shaft(&mut sheet.svg, at);
                sheet.legend.add("废弃井筒", "abandoned shaft", Swatch::Shaft);
                sheet.placer.take(labels::about(at, 3.0, 3.0));
                sheet.wait(
                    2,
                    vec![format!("{name} {}", words::kind_title(hazard.kind).get(lang))],
                    2.1,
                    style::INK,
                    Spot::Beside(at),
                    true,
                );
            }
            "microseism" => {
                cross(&mut sheet.svg, at);
                sheet.legend.add("微震事件", "microseismic event", Swatch::Cross);
            }
            _ => {
                cross(&mut sheet.svg, at);
                sheet.placer.take(labels::about(at, 2.0, 2.0));
                sheet.legend.add("其他致灾因素点", "other hazard at a point", Swatch::Cross);
                sheet.wait(
                    6,
                    vec![format!("{name} {}", words::kind_title(hazard.kind).get(lang))],
                    2.0,
                    style::OTHER,
                    Spot::Beside(at),
                    false,
                );
            }
        }
    }
}

/// Where a borehole meets the floor of the seam, else its collar.
fn meets(sheet: &Sheet<'_>, hole: &Borehole) -> [f64; 2] {
    for pair in hole.path.windows(2) {
        let (Some(a), Some(b)) =
            (sheet.seam.floor_at(pair[0][0], pair[0][1]), sheet.seam.floor_at(pair[1][0], pair[1][1]))
        else {
            continue;
        };
        let (above, below) = (pair[0][2] - a, pair[1][2] - b);
        if above >= 0.0 && below <= 0.0 {
            let t = if above > below { above / (above - below) } else { 0.0 };
            return [pair[0][0] + t * (pair[1][0] - pair[0][0]), pair[0][1] + t * (pair[1][1] - pair[0][1])];
        }
    }
    hole.collar.xy()
}

fn borehole(sheet: &mut Sheet<'_>, bore: &Borehole) {
    let p = meets(sheet, bore);
    if !sheet.frame.shows(p) {
        return;
    }
    let at = sheet.frame.at(p);
    hole(&mut sheet.svg, at, bore.sealing);
    sheet.placer.take(labels::about(at, 2.6, 2.6));
    match bore.sealing {
        Some(true) => sheet.legend.add("钻孔（封孔合格）", "borehole, sealing qualified", Swatch::Hole(Some(true))),
        Some(false) => {
            sheet.legend.add("钻孔（封孔不合格）", "borehole, sealing unqualified", Swatch::Hole(Some(false)));
        }
        None => sheet.legend.add("钻孔（封孔质量不明）", "borehole, sealing unknown", Swatch::Hole(None)),
    }
    let name = sheet
        .papers
        .site
        .facts
        .iter()
        .find(|f| f.kind == "borehole" && f.id == bore.id)
        .map_or_else(|| bore.id.clone(), words::name_of);
    let mut lines = vec![name];
    let floor = sheet.seam.floor_at(p[0], p[1]);
    // Floor elevation over thickness only where the hole itself could tell: every borehole of the seam's own data does.
    if let (Some(floor), Some(thickness), false) = (floor, sheet.seam.thickness_at(p[0], p[1]), bore.path.is_empty()) {
        lines.push(format!(
            "{}/{}",
            words::short((floor * 10.0).round() / 10.0),
            words::short((thickness * 100.0).round() / 100.0)
        ));
        sheet.legend.add(
            "孔旁数字：底板标高/煤厚（m）",
            "beside a hole: floor elevation/thickness (m)",
            Swatch::Hole(bore.sealing),
        );
    }
    sheet.wait(if bore.sealing == Some(true) { 9 } else { 6 }, lines, 1.9, style::INK, Spot::Beside(at), false);
}

fn zone_labels(sheet: &mut Sheet<'_>) {
    let areas = sheet.areas;
    for area in areas {
        let on_paper = area.m2 * (1000.0 / sheet.frame.scale).powi(2);
        if on_paper < LEAST_LABEL_MM2 {
            sheet.unlabelled += 1;
            continue;
        }
        let mut lines = zone_words(sheet, area);
        let places = inside_of(sheet, &area.outline, 60);
        // A narrow or small area carries its number only; the table says the rest.
        if on_paper < 160.0 {
            lines.truncate(2);
        }
        let size = if on_paper < 60.0 { 2.0 } else { 2.5 };
        let colour = style::dark(area.class);
        // The mineable zone is the largest and finds room last.
        let rank = if area.class == Class::Mineable { 5 } else { 0 };
        sheet.wait(rank, lines, size, colour, Spot::Inside(places), true);
        if let Some(words) = sheet.waiting.last_mut() {
            words.bold_first = true;
        }
    }
}
