//! A section as a drawing with axes: what is cut, filled by rock and seam, with elevations and distances, as SVG or as
//! pixels. One list of marks serves both.

use crate::scene::section::Section;
use crate::scene::{Hatch, Layer, Scene, Skin};
use minesift_core::text::{Lang, Text};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Where words hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// They begin there.
    Start,
    /// They stand in the middle of it.
    Middle,
    /// They end there.
    End,
}

/// One mark on the sheet, in pixels from its upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// Triangles of one colour.
    Fill {
        /// Corners.
        triangles: Vec<[[f64; 2]; 3]>,
        /// Colour.
        colour: [u8; 3],
    },
    /// A line.
    Line {
        /// Its points.
        points: Vec<[f64; 2]>,
        /// Its width.
        width: f64,
        /// Colour.
        colour: [u8; 3],
    },
    /// Words.
    Words {
        /// Their middle height.
        at: [f64; 2],
        /// Their size.
        size: f64,
        /// Which end of them is there.
        anchor: Anchor,
        /// What they say.
        words: String,
        /// Colour.
        colour: [u8; 3],
    },
}

/// A drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Width and height in pixels.
    pub size: [f64; 2],
    /// What is on it, from the back.
    pub marks: Vec<Mark>,
}

const INK: [u8; 3] = [30, 30, 30];
const PALE: [u8; 3] = [214, 216, 220];
const LEFT: f64 = 78.0;
const TOP: f64 = 84.0;
const RIGHT: f64 = 190.0;
const BOTTOM: f64 = 66.0;

/// The frame of the drawing: from metres along the section and elevations to pixels.
struct Frame {
    metre: f64,
    stretch: f64,
    high_m: f64,
}

impl Frame {
    fn at(&self, along_m: f64, z_m: f64) -> [f64; 2] {
        [LEFT + along_m * self.metre, TOP + (self.high_m - z_m) * self.metre * self.stretch]
    }
}

impl Drawing {
    /// The section of a scene, `width` pixels wide, heights stretched. What `shown` holds back is left out.
    pub fn of_section(
        scene: &Scene,
        section: &Section,
        shown: impl Fn(Layer, Option<&str>) -> bool,
        stretch: f64,
        width: f64,
        lang: Lang,
    ) -> Self {
        let length = section.length_m();
        let visible = |face: &&crate::scene::section::Face| {
            face.object.is_none_or(|object| {
                let object = &scene.objects[object as usize];
                shown(object.layer, object.seam.as_deref())
            })
        };
        let faces: Vec<_> = section.faces.iter().filter(visible).collect();
        let heights = faces
            .iter()
            .flat_map(|face| face.triangles.iter().flatten().chain(face.lines.iter().flatten()))
            .map(|p| p[2]);
        let (mut low, mut high) = heights.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), z| (a.min(z), b.max(z)));
        if !low.is_finite() {
            (low, high) = (scene.low[2], scene.high[2]);
        }
        let step = crate::overlay::round_metres(((high - low) / 5.0).max(1.0));
        (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        if high - low < step {
            high = low + step;
        }
        let metre = (width - LEFT - RIGHT).max(100.0) / length;
        let frame = Frame { metre, stretch, high_m: high };
        let foot = frame.at(0.0, low)[1];
        let mut drawing = Self { size: [width, (foot + BOTTOM).max(TOP + 220.0)], marks: Vec::new() };
        drawing.grid(&frame, length, low, high, step);
        let mut legend: BTreeMap<(Layer, String), (bool, Skin, Text)> = BTreeMap::new();
        for face in &faces {
            let flat = |p: &[f64; 3]| {
                let [along, _] = section.along([p[0], p[1]]);
                frame.at(along, p[2])
            };
            let [r, g, b, _] = face.skin.colour;
            let triangles: Vec<[[f64; 2]; 3]> =
                face.triangles.iter().map(|t| [flat(&t[0]), flat(&t[1]), flat(&t[2])]).collect();
            if !triangles.is_empty() {
                let ink = [r, g, b].map(|c| (f64::from(c) * 0.42) as u8);
                let hatch = hatch_lines(&triangles, face.skin.hatch);
                drawing.marks.push(Mark::Fill { triangles, colour: [r, g, b] });
                drawing.marks.extend(hatch.into_iter().map(|line| Mark::Line {
                    points: line.to_vec(),
                    width: 0.8,
                    colour: ink,
                }));
            }
            for line in &face.lines {
                let points = line.iter().map(flat).collect();
                drawing.marks.push(Mark::Line { points, width: 1.6, colour: [r, g, b] });
            }
            let named_below = |layer: Layer| matches!(layer, Layer::Strata | Layer::Boreholes);
            if let Some(object) = face.object.map(|object| &scene.objects[object as usize])
                && !named_below(object.layer)
            {
                let words = named(object.layer, object.kind, object.name.clone());
                let filled = !face.triangles.is_empty();
                // What is filled shows its hatch better than a line does.
                let line = legend.entry((object.layer, words.zh.clone())).or_insert((filled, face.skin, words.clone()));
                if filled && !line.0 {
                    *line = (true, face.skin, words);
                }
            }
        }
        let rocks = crate::overlay::rocks_of(scene, section, |layer| shown(layer, None));
        drawing.names(scene, section, &faces, &frame, lang);
        drawing.axes(section, &frame, length, [low, high, step], lang);
        let rock =
            faces.iter().filter_map(|face| face.object).any(|o| scene.objects[o as usize].layer == Layer::Strata);
        drawing.title(scene, stretch, rock, lang);
        drawing.legend(rocks, legend.into_values().map(|(_, skin, words)| (skin, words)).collect(), lang);
        drawing
    }

    fn words(&mut self, at: [f64; 2], size: f64, anchor: Anchor, words: impl Into<String>, colour: [u8; 3]) {
        self.marks.push(Mark::Words { at, size, anchor, words: words.into(), colour });
    }

    fn line(&mut self, points: Vec<[f64; 2]>, width: f64, colour: [u8; 3]) {
        self.marks.push(Mark::Line { points, width, colour });
    }

    fn grid(&mut self, frame: &Frame, length: f64, low: f64, high: f64, step: f64) {
        let mut z = low;
        while z <= high + step * 0.01 {
            self.line(vec![frame.at(0.0, z), frame.at(length, z)], 0.7, PALE);
            z += step;
        }
        let along = crate::overlay::round_metres(length / 6.0);
        let mut u = 0.0;
        while u <= length {
            self.line(vec![frame.at(u, low), frame.at(u, high)], 0.7, PALE);
            u += along;
        }
    }

    fn axes(&mut self, section: &Section, frame: &Frame, length: f64, [low, high, step]: [f64; 3], lang: Lang) {
        let corners = [[0.0, low], [length, low], [length, high], [0.0, high], [0.0, low]];
        self.line(corners.iter().map(|[u, z]| frame.at(*u, *z)).collect(), 1.2, INK);
        let mut z = low;
        while z <= high + step * 0.01 {
            let [x, y] = frame.at(0.0, z);
            self.line(vec![[x - 5.0, y], [x, y]], 1.2, INK);
            self.words([x - 8.0, y], 11.0, Anchor::End, format!("{z:+.0}"), INK);
            z += step;
        }
        let head = if lang == Lang::Zh { "标高 m" } else { "elevation m" };
        let corner = frame.at(0.0, high);
        self.words([corner[0] - 8.0, corner[1] - 14.0], 10.0, Anchor::End, head, INK);
        let along = crate::overlay::round_metres(length / 6.0);
        let mut u = 0.0;
        while u <= length {
            let [x, y] = frame.at(u, low);
            self.line(vec![[x, y], [x, y + 5.0]], 1.2, INK);
            self.words([x, y + 14.0], 11.0, Anchor::Middle, format!("{u:.0}"), INK);
            u += along;
        }
        let middle = frame.at(length / 2.0, low);
        let foot = if lang == Lang::Zh { "沿剖面线距离 m" } else { "distance along the section m" };
        self.words([middle[0], middle[1] + 30.0], 11.0, Anchor::Middle, foot, INK);
        for (name, at, u, anchor) in [("A", section.a, 0.0, Anchor::Start), ("A′", section.b, length, Anchor::End)] {
            let top = frame.at(u, high);
            self.words([top[0], top[1] - 22.0], 16.0, Anchor::Middle, name, [160, 0, 0]);
            let foot = frame.at(u, low);
            let place = format!("E {:.1}  N {:.1}", at[0], at[1]);
            self.words([foot[0], foot[1] + 48.0], 10.0, anchor, place, INK);
        }
    }

    fn title(&mut self, scene: &Scene, stretch: f64, rock: bool, lang: Lang) {
        let (head, mut sub) = match lang {
            Lang::Zh => (format!("{} A—A′ 地质剖面图", scene.title.zh), format!("判定日期 {}", scene.day)),
            Lang::En => (format!("{}: section A–A′", scene.title.en), format!("judged on {}", scene.day)),
        };
        sub += &match lang {
            Lang::Zh => format!("，垂直放大 {stretch} 倍（数值均为真实米数）"),
            Lang::En => format!(", heights ×{stretch} (all numbers are true metres)"),
        };
        if rock {
            sub += match lang {
                Lang::Zh => "，岩层按最近钻孔推绘",
                Lang::En => ", rock drawn after the nearest borehole",
            };
        }
        if !scene.legal {
            sub += if lang == Lang::Zh { "，※非法定分区" } else { ", not a legal classification" };
        }
        self.words([LEFT, 22.0], 19.0, Anchor::Start, head, INK);
        self.words([LEFT, 44.0], 12.0, Anchor::Start, sub, INK);
    }

    /// Names of bodies at their middles and of holes at their mouths, where they do not lie on each other.
    fn names(
        &mut self,
        scene: &Scene,
        section: &Section,
        faces: &[&crate::scene::section::Face],
        frame: &Frame,
        lang: Lang,
    ) {
        let mut taken: Vec<[f64; 4]> = Vec::new();
        let mut put = |drawing: &mut Self, at: [f64; 2], words: &str, size: f64, colour: [u8; 3]| {
            let half = words.chars().map(|c| if c.is_ascii() { 0.29 } else { 0.52 }).sum::<f64>() * size;
            let area = [at[0] - half, at[1] - size * 0.6, at[0] + half, at[1] + size * 0.6];
            if taken.iter().all(|t| area[2] < t[0] || t[2] < area[0] || area[3] < t[1] || t[3] < area[1]) {
                taken.push(area);
                // On a slip, or a name is not read on the rock.
                let [x0, y0, x1, y1] = area;
                let slip = vec![[[x0, y0], [x1, y0], [x1, y1]], [[x0, y0], [x1, y1], [x0, y1]]];
                drawing.marks.push(Mark::Fill { triangles: slip, colour: [250, 250, 250] });
                drawing.words(at, size, Anchor::Middle, words, colour);
            }
        };
        for hole in &section.holes {
            let at = frame.at(hole.along_m, hole.z_m);
            self.line(vec![at, [at[0], at[1] - 7.0]], 1.0, INK);
            put(self, [at[0], at[1] - 14.0], hole.name.get(lang), 10.5, INK);
        }
        let mut middles: BTreeMap<(Layer, u32), ([f64; 2], f64)> = BTreeMap::new();
        for face in faces {
            let Some(object) = face.object else { continue };
            let points: Vec<&[f64; 3]> = face.triangles.iter().flatten().chain(face.lines.iter().flatten()).collect();
            let entry = middles.entry((scene.objects[object as usize].layer, object)).or_insert(([0.0; 2], 0.0));
            for p in points {
                let at = frame.at(section.along([p[0], p[1]])[0], p[2]);
                entry.0 = [entry.0[0] + at[0], entry.0[1] + at[1]];
                entry.1 += 1.0;
            }
        }
        for ((layer, object), (sum, count)) in middles {
            let wanted = matches!(
                layer,
                Layer::Goafs | Layer::Faults | Layer::Columns | Layer::Workings | Layer::Plan | Layer::Anomalies
            );
            if wanted && count > 0.0 {
                let name = &scene.objects[object as usize].name;
                put(self, [sum[0] / count, sum[1] / count - 13.0], name.get(lang), 11.0, [60, 30, 60]);
            }
        }
        for (id, name) in &scene.seams {
            // At the left end of the seam's cut, under it.
            let own = faces.iter().filter(|face| {
                face.object.is_some_and(|o| {
                    let object = &scene.objects[o as usize];
                    object.layer == Layer::Zones && object.seam.as_ref() == Some(id)
                })
            });
            let corners = own.flat_map(|face| face.triangles.iter().flatten());
            let first = corners
                .map(|p| frame.at(section.along([p[0], p[1]])[0], p[2]))
                .min_by(|a, b| a[0].total_cmp(&b[0]).then(b[1].total_cmp(&a[1])));
            if let Some(at) = first {
                put(self, [at[0] + 34.0, at[1] + 13.0], name.get(lang), 12.5, INK);
            }
        }
    }

    fn legend(&mut self, rocks: Vec<(Skin, Text)>, mut lines: Vec<(Skin, Text)>, lang: Lang) {
        lines.extend(rocks);
        let x = self.size[0] - RIGHT + 18.0;
        // A legend longer than the section makes the sheet longer.
        self.size[1] = self.size[1].max(TOP + lines.len() as f64 * 18.0 + 12.0);
        for (i, (skin, text)) in lines.into_iter().enumerate() {
            let y = TOP + i as f64 * 18.0;
            let box_of = [[x, y], [x + 26.0, y], [x + 26.0, y + 12.0], [x, y + 12.0]];
            let triangles = vec![[box_of[0], box_of[1], box_of[2]], [box_of[0], box_of[2], box_of[3]]];
            let [r, g, b, _] = skin.colour;
            let hatch = hatch_lines(&triangles, skin.hatch);
            self.marks.push(Mark::Fill { triangles, colour: [r, g, b] });
            let ink = [r, g, b].map(|c| (f64::from(c) * 0.42) as u8);
            for line in hatch {
                self.line(line.to_vec(), 0.8, ink);
            }
            self.line([&box_of[..], &box_of[..1]].concat(), 0.8, INK);
            self.words([x + 33.0, y + 6.0], 11.5, Anchor::Start, text.get(lang), INK);
        }
    }

    /// The drawing as SVG. Words are words, in whatever Chinese font the reader has.
    pub fn svg(&self) -> String {
        let [w, h] = self.size;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w:.0}\" height=\"{h:.0}\" viewBox=\"0 0 {w:.0} {h:.0}\" \
             font-family=\"'Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        );
        let hex = |[r, g, b]: &[u8; 3]| format!("#{r:02x}{g:02x}{b:02x}");
        for mark in &self.marks {
            // Writing to a String does not fail.
            let _ = match mark {
                Mark::Fill { triangles, colour } => {
                    let path: String = triangles
                        .iter()
                        .map(|[a, b, c]| {
                            format!("M{:.2} {:.2}L{:.2} {:.2}L{:.2} {:.2}Z", a[0], a[1], b[0], b[1], c[0], c[1])
                        })
                        .collect();
                    let colour = hex(colour);
                    writeln!(out, "<path d=\"{path}\" fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"0.4\"/>")
                }
                Mark::Line { points, width, colour } => {
                    let points: Vec<String> = points.iter().map(|p| format!("{:.2},{:.2}", p[0], p[1])).collect();
                    writeln!(
                        out,
                        "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\"/>",
                        points.join(" "),
                        hex(colour)
                    )
                }
                Mark::Words { at, size, anchor, words, colour } => {
                    let anchor = match anchor {
                        Anchor::Start => "start",
                        Anchor::Middle => "middle",
                        Anchor::End => "end",
                    };
                    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                    writeln!(
                        out,
                        "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{}\">{words}</text>",
                        at[0],
                        at[1] + size * 0.36,
                        hex(colour)
                    )
                }
            };
        }
        out.push_str("</svg>\n");
        out
    }

    /// Draws it with the painter of the panels.
    pub fn paint(&self, painter: &egui::Painter) {
        let at = |p: &[f64; 2]| egui::pos2(p[0] as f32, p[1] as f32);
        let colour = |[r, g, b]: &[u8; 3]| egui::Color32::from_rgb(*r, *g, *b);
        painter.rect_filled(painter.clip_rect(), 0.0, egui::Color32::WHITE);
        for mark in &self.marks {
            match mark {
                Mark::Fill { triangles, colour: own } => {
                    let mut mesh = egui::Mesh::default();
                    for t in triangles {
                        let first = mesh.vertices.len() as u32;
                        t.iter().for_each(|p| mesh.colored_vertex(at(p), colour(own)));
                        mesh.add_triangle(first, first + 1, first + 2);
                    }
                    painter.add(egui::Shape::mesh(mesh));
                }
                Mark::Line { points, width, colour: own } => {
                    let stroke = egui::Stroke::new(*width as f32, colour(own));
                    painter.add(egui::Shape::line(points.iter().map(at).collect(), stroke));
                }
                Mark::Words { at: place, size, anchor, words, colour: own } => {
                    let align = match anchor {
                        Anchor::Start => egui::Align2::LEFT_CENTER,
                        Anchor::Middle => egui::Align2::CENTER_CENTER,
                        Anchor::End => egui::Align2::RIGHT_CENTER,
                    };
                    painter.text(at(place), align, words, egui::FontId::proportional(*size as f32), colour(own));
                }
            }
        }
    }
}

/// One line of the legend for all objects of one look: zones by class, the rest by layer or name.
fn named(layer: Layer, kind: &'static str, name: Text) -> Text {
    match layer {
        Layer::Zones => {
            let last = |words: &str| words.rsplit(' ').next().unwrap_or_default().to_owned();
            Text::new(last(&name.zh), last(&name.en))
        }
        Layer::Water | Layer::Terrain | Layer::Licence => layer.title(),
        _ => minesift_core::kind::kind(kind).map_or(name, minesift_core::kind::Kind::title),
    }
}

/// Lines of a hatch, cut to the triangles they fill.
fn hatch_lines(triangles: &[[[f64; 2]; 3]], hatch: Hatch) -> Vec<[[f64; 2]; 2]> {
    let (normals, step): (&[[f64; 2]], f64) = match hatch {
        Hatch::None => return Vec::new(),
        Hatch::Forbidden => (&[[0.707, 0.707], [0.707, -0.707]], 5.0),
        Hatch::Deferred => (&[[0.707, 0.707]], 5.0),
        Hatch::Goaf => (&[[1.0, 0.0]], 5.0),
        Hatch::Pillar | Hatch::Water => (&[[0.0, 1.0]], 4.0),
        Hatch::Anomaly | Hatch::Unknown => (&[[0.94, 0.34]], 7.0),
    };
    let mut lines = Vec::new();
    for t in triangles {
        for n in normals {
            let d = t.map(|p| p[0] * n[0] + p[1] * n[1]);
            let (low, high) = (d[0].min(d[1]).min(d[2]), d[0].max(d[1]).max(d[2]));
            let mut at = (low / step).ceil() * step;
            while at < high {
                let mut ends = Vec::with_capacity(2);
                for i in 0..3 {
                    let j = (i + 1) % 3;
                    if (d[i] >= at) != (d[j] >= at) {
                        let s = (at - d[i]) / (d[j] - d[i]);
                        ends.push([t[i][0] + s * (t[j][0] - t[i][0]), t[i][1] + s * (t[j][1] - t[i][1])]);
                    }
                }
                if let [p, q] = ends[..] {
                    lines.push([p, q]);
                }
                at += step;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hatch_stays_within_its_triangle() {
        let t = [[0.0, 0.0], [40.0, 0.0], [0.0, 30.0]];
        let lines = hatch_lines(&[t], Hatch::Forbidden);
        assert!(lines.len() > 8);
        for [x, y] in lines.into_iter().flatten() {
            assert!(x >= -1e-9 && y >= -1e-9 && x / 40.0 + y / 30.0 <= 1.0 + 1e-9, "{x} {y}");
        }
    }

    #[test]
    fn words_with_angle_brackets_stay_words() {
        let mark = Mark::Words {
            at: [0.0, 0.0],
            size: 10.0,
            anchor: Anchor::Start,
            words: "H < 3 & 导水".into(),
            colour: INK,
        };
        let svg = Drawing { size: [10.0, 10.0], marks: vec![mark] }.svg();
        assert!(svg.contains("H &lt; 3 &amp; 导水"), "{svg}");
    }
}
