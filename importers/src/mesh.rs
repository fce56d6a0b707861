//! Surfaces in space: GOCAD TSurf, PLine, VSet and wells, STL, OBJ and PLY, by readers of our own. See
//! `docs/formats/mesh.md`.

mod gocad;
mod solid;
mod units;
mod well;

pub(crate) use units::AxisUnits;

use crate::crs::Placement;
use crate::{ImportError, Importer, Input, Intake, Options, receipt};
use minesift_core::fact::{Fact, Mesh, Position, Shape, Source, Value};
use minesift_core::kind::{self, ShapeKind};
use minesift_core::text::Text;

pub(crate) const GOCAD: Importer = Importer {
    name: "gocad",
    about: "GOCAD surfaces (TSurf), lines (PLine), points (VSet) and wells",
    extensions: &["ts", "pl", "vs", "gp", "wl", "vo", "sg", "gocad"],
    recognises: |input| input.head.starts_with(b"GOCAD"),
    read: gocad::read,
};

pub(crate) const STL: Importer = Importer {
    name: "stl",
    about: "STL meshes, text or binary",
    extensions: &["stl"],
    recognises: |input| input.extension() == "stl",
    read: |input, options, intake| solid::read(input, options, intake, solid::stl),
};

pub(crate) const OBJ: Importer = Importer {
    name: "obj",
    about: "Wavefront OBJ meshes",
    extensions: &["obj"],
    recognises: |input| input.extension() == "obj",
    read: |input, options, intake| solid::read(input, options, intake, solid::obj),
};

pub(crate) const PLY: Importer = Importer {
    name: "ply",
    about: "PLY meshes, text or binary little-endian",
    extensions: &["ply"],
    recognises: |input| input.head.starts_with(b"ply"),
    read: |input, options, intake| solid::read(input, options, intake, solid::ply),
};

/// One object of a mesh file, before it is placed.
#[derive(Default)]
pub(crate) struct Object {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) vertices: Vec<[f64; 3]>,
    pub(crate) triangles: Vec<[u32; 3]>,
    pub(crate) lines: Vec<Vec<u32>>,
    /// Vertices are depths, positive down.
    pub(crate) down: bool,
    /// Units of its axes, as far as the file says.
    pub(crate) units: AxisUnits,
    /// What was read otherwise than written.
    pub(crate) problems: Vec<Text>,
    /// What is to know about it besides.
    pub(crate) notes: Vec<Text>,
    /// Rows that could not be read.
    pub(crate) bad: u64,
}

impl Object {
    fn points(&self, metres: [f64; 3]) -> Vec<Position> {
        let sign = if self.down { -1.0 } else { 1.0 };
        self.vertices
            .iter()
            .map(|v| Position::new(v[0] * metres[0], v[1] * metres[1], sign * v[2] * metres[2]))
            .collect()
    }

    /// Its vertices in plan, in metres, to decide where the file lies.
    pub(crate) fn samples(&self, options: &Options) -> Vec<[f64; 2]> {
        let [x, y, _] = self.units.metres(options);
        self.vertices.iter().map(|v| [v[0] * x, v[1] * y]).collect()
    }
}

/// Parts of a mesh that share an edge, by edge: how often each is walked this way and that.
fn edges(mesh: &Mesh) -> std::collections::BTreeMap<[u32; 2], [u32; 2]> {
    let mut edges = std::collections::BTreeMap::new();
    for [a, b, c] in &mesh.triangles {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            let walked: &mut [u32; 2] = edges.entry([*from.min(to), *from.max(to)]).or_default();
            walked[usize::from(from > to)] += 1;
        }
    }
    edges
}

/// The volume that a mesh encloses, m³; nothing where it is open: an edge is not walked as often forth as back.
///
/// # References
/// The divergence theorem over the triangles, about the first vertex, so that large coordinates lose no digits.
pub(crate) fn enclosed_m3(mesh: &Mesh) -> Option<f64> {
    let first = mesh.vertices.first()?;
    if mesh.triangles.is_empty() || edges(mesh).values().any(|[forth, back]| forth != back) {
        return None;
    }
    let at = |i: u32| {
        let v = mesh.vertices[i as usize];
        [v[0] - first[0], v[1] - first[1], v[2] - first[2]]
    };
    let six: f64 = mesh
        .triangles
        .iter()
        .map(|t| {
            let ([ax, ay, az], [bx, by, bz], [cx, cy, cz]) = (at(t[0]), at(t[1]), at(t[2]));
            ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
        })
        .sum();
    Some(six.abs() / 6.0)
}

/// Gives an object to the intake: a `surface`, or a fact of the kind the user names where lines or points fit it.
pub(crate) fn give(
    object: Object,
    options: &Options,
    placement: &Placement,
    intake: &mut Intake,
) -> Result<(), ImportError> {
    let file = intake.receipt.file.clone();
    let source = Source { file: file.clone(), place: object.place.clone() };
    let mut by_name = None;
    let named = match &options.kind {
        Some(name) => Some(crate::vector::kind_named(&file, name)?),
        None => {
            let told = crate::vector::told_by_name(&object.name, ["对象名", "name of the object"]);
            by_name = told.as_ref().and_then(|(_, said)| said.clone());
            told.map(|(kind, _)| kind)
        }
    };
    for note in &object.notes {
        intake.note(&source, note.clone());
    }
    let mut points = object.points(object.units.metres(options));
    if let Err(why) = placement.apply_all(&mut points) {
        intake.refuse(&source, why);
        return Ok(());
    }
    let id = if object.name.is_empty() { file.clone() } else { object.name.clone() };
    let fits = |wanted: &[ShapeKind]| named.filter(|kind| kind.shape.is_some_and(|(_, shape)| wanted.contains(&shape)));
    let mut facts = Vec::new();
    if !object.triangles.is_empty() {
        let mesh = Mesh {
            vertices: points.iter().map(|p| [p.x, p.y, p.z.unwrap_or(0.0)]).collect(),
            triangles: object.triangles,
        };
        let kind = fits(&[ShapeKind::Mesh]).or_else(|| kind::kind("surface"));
        let Some(kind) = kind else { return Ok(()) };
        let mut fact = Fact::new(kind.name, id).with_shape(Shape::Mesh(mesh));
        if kind.name == "surface" {
            fact = fact.with("name_zh", Value::Text(object.name.clone()));
            let volume = match &fact.shape {
                Some(Shape::Mesh(mesh)) => enclosed_m3(mesh).filter(|volume| *volume > 0.0),
                _ => None,
            };
            if let Some(volume) = volume {
                fact = fact.with("volume_m3", Value::Number(volume));
            }
        }
        facts.push(fact);
    } else if !object.lines.is_empty() {
        let lines: Vec<Vec<Position>> = object
            .lines
            .iter()
            .map(|line| line.iter().filter_map(|i| points.get(*i as usize).copied()).collect::<Vec<_>>())
            .filter(|line: &Vec<Position>| line.len() > 1)
            .collect();
        match fits(&[ShapeKind::Line, ShapeKind::Any]) {
            Some(kind) if !lines.is_empty() => facts.push(Fact::new(kind.name, id).with_shape(Shape::Lines(lines))),
            _ => {
                intake.refuse(
                    &source,
                    Text::new(
                        "是线；请用 --kind 指定线状类型（例如 fault、contour）",
                        "it holds lines: name a kind of lines with --kind (such as fault, contour)",
                    ),
                );
                return Ok(());
            }
        }
    } else if !points.is_empty() {
        if let Some(kind) = fits(&[ShapeKind::Point, ShapeKind::Any]) {
            facts.extend(
                points
                    .iter()
                    .enumerate()
                    .map(|(i, p)| Fact::new(kind.name, format!("{id}-{}", i + 1)).with_shape(Shape::Point(*p))),
            );
        } else {
            intake.refuse(
                &source,
                Text::new(
                    "是点集；请用 --kind 指定点状类型（例如 pick、microseism）",
                    "it holds points: name a kind of points with --kind (such as pick, microseism)",
                ),
            );
            return Ok(());
        }
    } else {
        let nothing = || Text::new("没有可用的点或三角形", "there are no usable points or triangles in it");
        intake.refuse(&source, receipt::all(&object.problems).unwrap_or_else(nothing));
        return Ok(());
    }
    if let Some(said) = by_name.filter(|_| facts.iter().any(|fact| named.is_some_and(|kind| kind.name == fact.kind))) {
        intake.note(&source, said);
    }
    let mut problems = object.problems;
    problems.extend(object.units.turned(options));
    for fact in &mut facts {
        fact.source = source.clone();
        if let (Some(seam), Some(_)) = (&options.seam, kind::kind(fact.kind).and_then(|k| k.field("seam"))) {
            fact.attributes.insert("seam", Value::Text(seam.clone()));
        }
    }
    intake.take(facts, &source, &problems);
    Ok(())
}

/// What a line of a GOCAD header names the object: `name:`, `*name:`, in letters of either size.
fn name_in(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches('*');
    line.get(..5).filter(|word| word.eq_ignore_ascii_case("name:")).map(|_| &line[5..])
}

pub(crate) fn bytes(input: &Input) -> Result<std::borrow::Cow<'_, [u8]>, ImportError> {
    input.bytes().map_err(|error| ImportError::new(&input.name, error.to_string(), error.to_string()))
}
