//! From the positions of a feature to the shape of a fact: placed, checked against its kind, repaired in the open.
#![allow(clippy::float_cmp, reason = "equal here means the same bits as written in the file")]

use crate::crs::Placement;
use gdal::vector::{Geometry, OGRwkbGeometryType, geometry_type_flatten, geometry_type_has_z};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use minesift_core::fact::{Mesh, Position, Shape};
use minesift_core::kind::{Kind, ShapeKind};
use minesift_core::outline::{Outline, OutlineError};
use minesift_core::text::Text;

/// A shape as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Raw {
    Points(Vec<Position>),
    Lines(Vec<Vec<Position>>),
    /// Areas, each an outer ring and its holes.
    Areas(Vec<Vec<Vec<Position>>>),
    /// Faces of a surface in space.
    Faces(Vec<Vec<Position>>),
}

/// What became of it: several shapes only where several points stood in one feature.
pub(crate) struct Made {
    pub(crate) shapes: Vec<Shape>,
    /// What was changed.
    pub(crate) repaired: Option<Text>,
}

impl Raw {
    pub(crate) fn positions_mut(&mut self) -> Vec<&mut Position> {
        match self {
            Self::Points(points) => points.iter_mut().collect(),
            Self::Lines(lines) | Self::Faces(lines) => lines.iter_mut().flatten().collect(),
            Self::Areas(areas) => areas.iter_mut().flatten().flatten().collect(),
        }
    }

    pub(crate) fn positions(&self) -> Vec<Position> {
        match self {
            Self::Points(points) => points.clone(),
            Self::Lines(lines) | Self::Faces(lines) => lines.iter().flatten().copied().collect(),
            Self::Areas(areas) => areas.iter().flatten().flatten().copied().collect(),
        }
    }

    fn name(&self) -> Text {
        match self {
            Self::Points(_) => Text::new("点", "a point"),
            Self::Lines(_) => Text::new("线", "a line"),
            Self::Areas(_) => Text::new("面", "an area"),
            Self::Faces(_) => Text::new("三维面片", "faces in space"),
        }
    }

    /// Closed lines read as areas, the way drawings have areas; nothing where a line is open.
    pub(crate) fn closed(&self) -> Option<Self> {
        let Self::Lines(lines) = self else { return None };
        let closed =
            |line: &&Vec<Position>| line.len() > 3 && line.first().map(|p| p.xy()) == line.last().map(|p| p.xy());
        lines
            .iter()
            .all(|line| closed(&line))
            .then(|| Self::Areas(lines.iter().map(|line| vec![line.clone()]).collect()))
    }

    /// The shapes a kind may have, in the map's frame.
    pub(crate) fn shapes(mut self, kind: &Kind, placement: &Placement) -> Result<Made, Text> {
        let Some((_, wanted)) = kind.shape else {
            return Err(Text::new(
                format!("{}（{}）没有图形", kind.zh, kind.name),
                format!("a {} has no shape", kind.en),
            ));
        };
        if self.positions().is_empty() {
            return Err(Text::new("没有坐标（空几何）", "it has no coordinates (empty geometry)"));
        }
        for position in self.positions_mut() {
            placement.apply(position)?;
        }
        let done = |shapes| Ok(Made { shapes, repaired: None });
        let this = match self {
            Self::Areas(areas) if wanted == ShapeKind::Mesh && triangles(&areas) => {
                Self::Faces(areas.into_iter().flatten().collect())
            }
            other => other,
        };
        match (wanted, this) {
            (ShapeKind::Point | ShapeKind::Any, Self::Points(points)) => {
                done(points.into_iter().map(Shape::Point).collect())
            }
            (ShapeKind::Line | ShapeKind::Any, Self::Lines(lines)) => {
                let long = |line: &Vec<Position>| line.windows(2).any(|pair| pair[0].xy() != pair[1].xy());
                let (lines, dots): (Vec<_>, Vec<_>) = lines.into_iter().partition(long);
                if lines.is_empty() {
                    return Err(Text::new("线的长度为零", "the line has no length"));
                }
                let repaired = (!dots.is_empty()).then(|| {
                    Text::new(
                        format!("去掉 {} 段长度为零的线", dots.len()),
                        format!("{} parts without length were left out", dots.len()),
                    )
                });
                Ok(Made { shapes: vec![Shape::Lines(lines)], repaired })
            }
            (ShapeKind::Area | ShapeKind::Any, Self::Areas(areas)) => area(&areas),
            (ShapeKind::Mesh, Self::Faces(faces)) => done(vec![Shape::Mesh(mesh(&faces))]),
            (_, other) => {
                let (is, zh, en) = (other.name(), shape_zh(wanted), shape_en(wanted));
                Err(Text::new(
                    format!(
                        "几何类型为{}，而{}（{}）应为{zh}；几何类型不会被悄悄改变，请改用合适的类型或重画",
                        is.zh, kind.zh, kind.name
                    ),
                    format!(
                        "it is {}, but a {} is {en}: a geometry type is never changed silently; choose the fitting kind or draw it again",
                        is.en, kind.en
                    ),
                ))
            }
        }
    }
}

/// True for a surface written as polygons that are triangles with heights: GeoJSON and many programs have no other way.
fn triangles(areas: &[Vec<Vec<Position>>]) -> bool {
    areas.iter().all(|rings| {
            matches!(rings.as_slice(), [ring] if ring.len() == 4 && ring[0] == ring[3] && ring.iter().all(|p| p.z.is_some()))
        })
}

fn shape_zh(kind: ShapeKind) -> &'static str {
    match kind {
        ShapeKind::Point => "点",
        ShapeKind::Line => "线",
        ShapeKind::Area => "面",
        ShapeKind::Any => "点、线或面",
        ShapeKind::Mesh => "三角网",
    }
}

fn shape_en(kind: ShapeKind) -> &'static str {
    match kind {
        ShapeKind::Point => "a point",
        ShapeKind::Line => "a line",
        ShapeKind::Area => "an area",
        ShapeKind::Any => "a point, line or area",
        ShapeKind::Mesh => "a mesh",
    }
}

/// An area, valid: as written, or by the even-odd rule with its size before and after.
fn area(areas: &[Vec<Vec<Position>>]) -> Result<Made, Text> {
    let ring = |ring: &Vec<Position>| -> LineString<f64> { ring.iter().map(|p| Coord { x: p.x, y: p.y }).collect() };
    let written: MultiPolygon<f64> = areas
        .iter()
        .filter_map(|rings| rings.split_first())
        .map(|(outer, holes)| Polygon::new(ring(outer), holes.iter().map(ring).collect()))
        .collect();
    let (area, repaired) = valid(written)?;
    Ok(Made { shapes: vec![Shape::Areas(area)], repaired })
}

/// An area as written where it is valid, else by the even-odd rule, with what is to be said of that.
pub(crate) fn valid(written: MultiPolygon<f64>) -> Result<(MultiPolygon<f64>, Option<Text>), Text> {
    match Outline::new(&written) {
        Ok(_) => Ok((written, None)),
        Err(OutlineError::SelfCrossing { .. }) => match Outline::repaired(&written) {
            Ok((outline, before, after)) => Ok((
                outline.to_geo(),
                Some(Text::new(
                    format!("边界自相交或重叠，按奇偶规则修复：面积由 {before:.1} m² 变为 {after:.1} m²"),
                    format!(
                        "the outline crosses itself: repaired by the even-odd rule, area {before:.1} m² before, {after:.1} m² after"
                    ),
                )),
            )),
            Err(_) => Err(empty()),
        },
        Err(OutlineError::Empty) => Err(empty()),
        Err(OutlineError::NotANumber) => {
            Err(Text::new("坐标不是有效数字（NaN 或无穷大）", "a coordinate is no finite number"))
        }
    }
}

fn empty() -> Text {
    Text::new("面积为零：不足三个角点或全部共线", "it encloses no area: fewer than three corners, or all on one line")
}

/// Faces as triangles, equal corners joined.
pub(crate) fn mesh(faces: &[Vec<Position>]) -> Mesh {
    let mut mesh = Mesh::default();
    let mut seen = std::collections::BTreeMap::new();
    for face in faces {
        let corners: Vec<u32> = face
            .iter()
            .map(|p| {
                let at = [p.x, p.y, p.z.unwrap_or(0.0)];
                *seen.entry(at.map(f64::to_bits)).or_insert_with(|| {
                    mesh.vertices.push(at);
                    mesh.vertices.len() as u32 - 1
                })
            })
            .collect();
        for i in 1..corners.len().saturating_sub(1) {
            let triangle = [corners[0], corners[i], corners[i + 1]];
            if triangle[0] != triangle[1] && triangle[1] != triangle[2] && triangle[0] != triangle[2] {
                mesh.triangles.push(triangle);
            }
        }
    }
    mesh
}

/// The geometry of a feature; nothing where it has none (GDAL's binding then hands out a null).
pub(crate) fn of<'a>(feature: &'a gdal::vector::Feature<'_>) -> Option<&'a Geometry> {
    feature.geometry().filter(|g| g.has_gdal_ptr() && g.geometry_type() != OGRwkbGeometryType::wkbUnknown)
}

/// What GDAL read, and true where curves were drawn as chords.
pub(crate) fn raw(geometry: &Geometry) -> Result<(Raw, bool), Text> {
    let mut parts = Parts::default();
    parts.add(geometry, 0)?;
    let Parts { points, lines, areas, faces, curved } = parts;
    let sorts = usize::from(!points.is_empty())
        + usize::from(!lines.is_empty())
        + usize::from(!areas.is_empty())
        + usize::from(!faces.is_empty());
    if sorts > 1 {
        return Err(Text::new(
            "一个要素里混有点、线、面；请拆分后再导入",
            "one feature mixes points, lines and areas: split it",
        ));
    }
    let raw = match (areas.is_empty(), lines.is_empty(), faces.is_empty()) {
        (false, ..) => Raw::Areas(areas),
        (_, false, _) => Raw::Lines(lines),
        (_, _, false) => Raw::Faces(faces),
        _ => Raw::Points(points),
    };
    Ok((raw, curved))
}

#[derive(Default)]
struct Parts {
    points: Vec<Position>,
    lines: Vec<Vec<Position>>,
    areas: Vec<Vec<Vec<Position>>>,
    faces: Vec<Vec<Position>>,
    curved: bool,
}

/// How deep collections may nest before a file is no file of a mine.
const DEEPEST: usize = 16;

impl Parts {
    fn add(&mut self, geometry: &Geometry, depth: usize) -> Result<(), Text> {
        use OGRwkbGeometryType as Of;
        if depth > DEEPEST {
            return Err(Text::new("几何嵌套过深", "collections nest too deeply"));
        }
        let children = || (0..geometry.geometry_count()).map(|i| geometry.get_geometry(i));
        match geometry_type_flatten(geometry.geometry_type()) {
            Of::wkbPoint => self.points.extend(positions(geometry)),
            Of::wkbLineString | Of::wkbLinearRing => {
                self.lines.extend(Some(positions(geometry)).filter(|line| !line.is_empty()));
            }
            Of::wkbCircularString | Of::wkbCompoundCurve => {
                let line = self.curve(geometry);
                self.lines.extend(Some(line).filter(|line| !line.is_empty()));
            }
            Of::wkbPolygon | Of::wkbCurvePolygon => {
                let mut rings = Vec::new();
                for i in 0..geometry.geometry_count() {
                    rings.push(self.curve(&geometry.get_geometry(i)));
                }
                self.areas.extend(Some(rings).filter(|rings| rings.first().is_some_and(|ring| !ring.is_empty())));
            }
            Of::wkbTriangle => self.faces.extend(children().next().map(|ring| positions(&ring))),
            Of::wkbTIN | Of::wkbPolyhedralSurface => {
                for face in children() {
                    if face.geometry_count() > 0 {
                        self.faces.push(positions(&face.get_geometry(0)));
                    }
                }
            }
            Of::wkbMultiPoint
            | Of::wkbMultiLineString
            | Of::wkbMultiPolygon
            | Of::wkbGeometryCollection
            | Of::wkbMultiCurve
            | Of::wkbMultiSurface => {
                for i in 0..geometry.geometry_count() {
                    self.add(&geometry.get_geometry(i), depth + 1)?;
                }
            }
            _ => {
                let name = geometry.geometry_name();
                return Err(Text::new(
                    format!("不支持的几何类型 {name}"),
                    format!("geometry of type {name} is not read"),
                ));
            }
        }
        Ok(())
    }

    /// A line of straight pieces: arcs become chords no farther than 1 cm from them.
    fn curve(&mut self, geometry: &Geometry) -> Vec<Position> {
        use OGRwkbGeometryType as Of;
        match geometry_type_flatten(geometry.geometry_type()) {
            Of::wkbCircularString => {
                self.curved = true;
                let points = positions(geometry);
                let mut line: Vec<Position> = points.first().copied().into_iter().collect();
                for arc in points.windows(3).step_by(2) {
                    line.extend(super::arcs::through(arc[0], arc[1], arc[2]).into_iter().skip(1));
                }
                line
            }
            Of::wkbCompoundCurve => {
                let mut line: Vec<Position> = Vec::new();
                for i in 0..geometry.geometry_count() {
                    let piece = self.curve(&geometry.get_geometry(i));
                    line.extend(piece.into_iter().skip(usize::from(i > 0)));
                }
                line
            }
            _ => positions(geometry),
        }
    }
}

fn positions(geometry: &Geometry) -> Vec<Position> {
    let mut points = Vec::new();
    geometry.get_points(&mut points);
    let has_z = geometry_type_has_z(geometry.geometry_type());
    points.into_iter().map(|(x, y, z)| Position { x, y, z: has_z.then_some(z) }).collect()
}
