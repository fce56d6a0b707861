//! The text of a Geo3DML file: its features with their fields and shapes, and what it says of its frame.

use crate::gis::shapes::Raw;
use minesift_core::fact::Position;
use minesift_core::text::Text;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// Elements within elements, at most.
const DEEPEST: usize = 128;

/// One feature.
pub(super) struct Feature {
    pub(super) id: String,
    pub(super) name: String,
    /// Name of its feature class.
    pub(super) class: String,
    pub(super) fields: Vec<(String, String)>,
    pub(super) shape: Result<Raw, Text>,
}

/// A file.
#[derive(Default)]
pub(super) struct Model {
    /// Name of the outermost element.
    pub(super) root: String,
    pub(super) features: Vec<Feature>,
    /// Files that a project names.
    pub(super) includes: Vec<String>,
    pub(super) epsg: Option<u32>,
    pub(super) vertical: Option<String>,
}

/// The parts of a feature's shape as they come.
#[derive(Default)]
struct Building {
    id: String,
    name: String,
    fields: Vec<(String, String)>,
    /// Words of the field that is open.
    field: Option<String>,
    points: Vec<Position>,
    lines: Vec<Vec<Position>>,
    vertices: Vec<Position>,
    triangles: Vec<[usize; 3]>,
    tetrahedra: Vec<[usize; 4]>,
    /// What stood in it that has no place here.
    other: Option<String>,
    wrong: Option<Text>,
}

/// Reads a file.
pub(super) fn read(text: &str) -> Result<Model, Text> {
    let broken = |at: u64, error: &dyn std::fmt::Display| {
        let line = 1 + text.as_bytes()[..(at as usize).min(text.len())].iter().filter(|b| **b == b'\n').count();
        Text::new(
            format!("第 {line} 行起 XML 不完整或有误（{error}）；请重新导出"),
            format!("the XML is broken at line {line} ({error}): export it again"),
        )
    };
    let mut reader = Reader::from_str(text);
    let mut model = Model::default();
    let mut path: Vec<String> = Vec::new();
    let (mut class, mut open): (String, Option<Building>) = (String::new(), None);
    let mut words = String::new();
    let mut dimension = 3;
    loop {
        match reader.read_event() {
            Err(error) => return Err(broken(reader.error_position(), &error)),
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag)) => {
                let name = local(&tag);
                begin(&tag, &name, &path, &mut model, &mut class, &mut open, &mut dimension);
                words.clear();
                path.push(name);
                if path.len() > DEEPEST {
                    return Err(broken(reader.buffer_position(), &"too deep"));
                }
            }
            Ok(Event::Empty(tag)) => {
                let name = local(&tag);
                begin(&tag, &name, &path, &mut model, &mut class, &mut open, &mut dimension);
            }
            Ok(Event::Text(piece)) => words.push_str(&piece),
            Ok(Event::CData(piece)) => words.push_str(&piece),
            Ok(Event::GeneralRef(name)) => words.push_str(match &*name {
                "lt" => "<",
                "gt" => ">",
                "amp" => "&",
                "quot" => "\"",
                "apos" => "'",
                _ => "?",
            }),
            Ok(Event::End(_)) => {
                let Some(name) = path.pop() else { break };
                let parent = path.last().map_or("", String::as_str);
                end(&name, parent, words.trim(), dimension, &mut model, &mut class, &mut open);
                words.clear();
            }
            Ok(_) => {}
        }
    }
    if let Some(last) = path.last() {
        return Err(broken(reader.buffer_position(), &format!("<{last}> is not closed / 未闭合")));
    }
    Ok(model)
}

fn local(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Option<String> {
    tag.attributes()
        .flatten()
        .find_map(|attribute| (attribute.key.local_name().as_ref() == wanted).then(|| attribute.value.into_owned()))
}

fn begin(
    tag: &BytesStart<'_>,
    name: &str,
    path: &[String],
    model: &mut Model,
    class: &mut String,
    open: &mut Option<Building>,
    dimension: &mut usize,
) {
    if path.is_empty() {
        name.clone_into(&mut model.root);
    }
    match name {
        "include" => model.includes.extend(attribute(tag, "href")),
        "GeoFeatureClass" => *class = attribute(tag, "id").unwrap_or_default(),
        "GeoFeature" | "GeoDiscreteCoverage" => {
            *open = Some(Building { id: attribute(tag, "id").unwrap_or_default(), ..Building::default() });
        }
        "Field" => {
            if let Some(open) = open {
                open.field = attribute(tag, "Name");
            }
        }
        "pos" | "posList" => {
            *dimension = attribute(tag, "srsDimension")
                .and_then(|d| d.parse().ok())
                .filter(|d| (2..=3).contains(d))
                .unwrap_or(3);
        }
        "GeoCuboidVolume"
        | "GeoTriangularPrismVolume"
        | "GeoTruncatedRegularGrid"
        | "RectifiedGrid"
        | "GeoCornerPointGrid"
        | "GeoMixedVolume" => {
            if let Some(open) = open {
                open.other = Some(name.to_owned());
            }
        }
        _ => {}
    }
}

fn end(
    name: &str,
    parent: &str,
    words: &str,
    dimension: usize,
    model: &mut Model,
    class: &mut String,
    open: &mut Option<Building>,
) {
    match (name, parent, open.as_mut()) {
        ("name", "GeoFeatureClass", _) => words.clone_into(class),
        ("Parameter", "CoordinateReferenceSystem", _) => model.epsg = words.parse().ok(),
        ("ReferenceSystem" | "Category", "VerticalReferenceSystem", _) if !words.is_empty() => {
            model.vertical = Some(words.to_owned());
        }
        ("name", "GeoFeature", Some(open)) => words.clone_into(&mut open.name),
        ("value", _, Some(open)) if open.field.is_some() && !words.is_empty() => {
            if let Some(field) = &open.field {
                open.fields.push((field.clone(), words.to_owned()));
            }
        }
        ("Field", _, Some(open)) => open.field = None,
        ("pos", _, Some(open)) => match positions(words, dimension) {
            Some(places) => open.points.extend(places),
            None => open.spoilt(words),
        },
        ("posList", _, Some(open)) => match positions(words, dimension) {
            Some(line) => open.lines.push(line),
            None => open.spoilt(words),
        },
        ("Vertex", _, Some(open)) => match positions(words, 3).as_deref() {
            Some([place]) => open.vertices.push(*place),
            _ => open.spoilt(words),
        },
        ("VertexList", "Triangle", Some(open)) => match corners::<3>(words) {
            Some(corners) => open.triangles.push(corners),
            None => open.spoilt(words),
        },
        ("VertexList", "Tetrahedron", Some(open)) => match corners::<4>(words) {
            Some(corners) => open.tetrahedra.push(corners),
            None => open.spoilt(words),
        },
        ("GeoFeature" | "GeoDiscreteCoverage", _, Some(_)) => {
            if let Some(done) = open.take() {
                model.features.push(done.done(class));
            }
        }
        _ => {}
    }
}

fn positions(words: &str, dimension: usize) -> Option<Vec<Position>> {
    let numbers: Vec<f64> = words
        .split([' ', ',', '\n', '\r', '\t'])
        .filter(|word| !word.is_empty())
        .map(|word| word.parse::<f64>().ok().filter(|n| n.is_finite()))
        .collect::<Option<_>>()?;
    let whole = !numbers.is_empty() && numbers.len().is_multiple_of(dimension);
    whole
        .then(|| numbers.chunks_exact(dimension).map(|p| Position { x: p[0], y: p[1], z: p.get(2).copied() }).collect())
}

fn corners<const N: usize>(words: &str) -> Option<[usize; N]> {
    let list: Vec<usize> = words.split_whitespace().map(|word| word.parse().ok()).collect::<Option<_>>()?;
    list.try_into().ok()
}

impl Building {
    fn spoilt(&mut self, words: &str) {
        let words: String = words.chars().take(40).collect();
        self.wrong.get_or_insert_with(|| {
            Text::new(format!("“{words}”不是坐标或顶点号"), format!("\"{words}\" are no coordinates or vertex numbers"))
        });
    }

    fn done(self, class: &str) -> Feature {
        let shape = self.shape();
        Feature { id: self.id, name: self.name, class: class.to_owned(), fields: self.fields, shape }
    }

    fn shape(&self) -> Result<Raw, Text> {
        if let Some(why) = &self.wrong {
            return Err(why.clone());
        }
        if !self.triangles.is_empty() || !self.tetrahedra.is_empty() {
            let mut faces = self.triangles.clone();
            faces.extend(skin(&self.tetrahedra, &self.vertices)?);
            let place = |n: &usize| self.vertices.get(*n).copied();
            let placed: Option<Vec<Vec<Position>>> =
                faces.iter().map(|face| face.iter().map(place).collect()).collect();
            return placed.map(Raw::Faces).ok_or_else(missing);
        }
        if let Some(other) = &self.other {
            return Err(Text::new(
                format!("体元网格（{other}）没有面、线或点，未读取；请导出其外壳三角网（GeoTin）"),
                format!(
                    "a body of cells ({other}) is no surface, line or point and is not read: export its shell as GeoTin"
                ),
            ));
        }
        match (self.lines.is_empty(), self.points.is_empty()) {
            (false, _) => Ok(Raw::Lines(self.lines.clone())),
            (_, false) => Ok(Raw::Points(self.points.clone())),
            _ => Err(Text::new("没有几何（空图形）", "it has no geometry")),
        }
    }
}

fn missing() -> Text {
    Text::new("引用了不存在的顶点", "a face names a vertex that is not there")
}

/// The faces that only one tetrahedron has, turned outwards.
fn skin(tetrahedra: &[[usize; 4]], vertices: &[Position]) -> Result<Vec<[usize; 3]>, Text> {
    let mut faces: BTreeMap<[usize; 3], Option<[usize; 3]>> = BTreeMap::new();
    for corners in tetrahedra {
        for apex in 0..4 {
            let face: Vec<usize> = (0..4).filter(|i| *i != apex).map(|i| corners[i]).collect();
            let at = |n: usize| {
                let p = vertices.get(n).ok_or_else(missing)?;
                Ok::<_, Text>([p.x, p.y, p.z.unwrap_or(0.0)])
            };
            let (a, b, c, d) = (at(face[0])?, at(face[1])?, at(face[2])?, at(corners[apex])?);
            let from = |p: [f64; 3]| [0, 1, 2].map(|axis| p[axis] - a[axis]);
            let (u, v, w) = (from(b), from(c), from(d));
            let side = w[0] * (u[1] * v[2] - u[2] * v[1])
                + w[1] * (u[2] * v[0] - u[0] * v[2])
                + w[2] * (u[0] * v[1] - u[1] * v[0]);
            let outward = if side > 0.0 { [face[0], face[2], face[1]] } else { [face[0], face[1], face[2]] };
            let mut key = outward;
            key.sort_unstable();
            faces.entry(key).and_modify(|face| *face = None).or_insert(Some(outward));
        }
    }
    Ok(faces.into_values().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = r#"<?xml version="1.0"?><g:Geo3DModel xmlns:g="x" xmlns:gml="y"><FeatureClass><GeoFeatureClass gml:id="c"><gml:name>断层</gml:name>
      <GeoFeature gml:id="f1"><gml:name>F1</gml:name><Fields><Field Name="throw"><Text><value>12</value></Text></Field></Fields>
      <Shape><gml:LineString><gml:posList srsDimension="2">0 0 10 5</gml:posList></gml:LineString></Shape></GeoFeature>
      <GeoFeature gml:id="b"><Shape><GeoTetrahedronVolume><Vertices><Vertex>0 0 0</Vertex><Vertex>1 0 0</Vertex><Vertex>0 1 0</Vertex><Vertex>0 0 1</Vertex></Vertices>
      <Tetrahedron><VertexList>0 1 2 3</VertexList></Tetrahedron></GeoTetrahedronVolume></Shape></GeoFeature>
      </GeoFeatureClass></FeatureClass></g:Geo3DModel>"#;

    #[test]
    fn features_keep_their_fields_and_bodies_their_skin() {
        let model = read(MODEL).unwrap();
        assert_eq!((model.root.as_str(), model.features.len()), ("Geo3DModel", 2));
        let fault = &model.features[0];
        assert_eq!((fault.name.as_str(), fault.class.as_str()), ("F1", "断层"));
        assert_eq!(fault.fields, [("throw".to_owned(), "12".to_owned())]);
        assert!(matches!(&fault.shape, Ok(Raw::Lines(lines)) if lines[0].len() == 2));
        assert!(matches!(&model.features[1].shape, Ok(Raw::Faces(faces)) if faces.len() == 4));
    }

    #[test]
    fn broken_text_names_its_line() {
        for end in (0..MODEL.len()).filter(|end| MODEL.is_char_boundary(*end)) {
            // No panic; what is cut off is no whole file.
            assert!(read(&MODEL[..end]).is_err() || end < 40 || end > MODEL.len() - 3, "{end}");
        }
        let why = read("<a>\n<b></c></a>").err().unwrap();
        assert!(why.en.contains("line 2"), "{why}");
    }
}
