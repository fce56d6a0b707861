//! [`Scene`]: a mine as points, lines and triangles in metres, each with the object it belongs to.
//!
//! Pure: no GPU, no clock, no files. Everything is `f64` in the map's own frame; the renderer subtracts
//! [`Scene::origin`] before it goes to `f32`, so nothing shakes at an easting of 38 512 345 m.

pub mod changes;
pub mod far;
pub mod nearest;
pub mod objections;
pub mod pick;
pub mod section;
pub mod shape;
pub mod sight;
pub mod slice;

mod boreholes;
mod coarse;
mod columns;
mod faults;
mod goafs;
mod ground;
mod patches;
mod plan;
mod strata;
mod zones;

pub use boreholes::{ROCKS, rock, rock_name};
pub use plan::{Progress, progress};
pub use strata::pale;
pub use zones::skin as zone_skin;

use jiff::civil::Date;
use minesift_core::fact::Source;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::ZoneMap;
use std::collections::BTreeMap;

/// Id of what is put round files that hold no mine: nothing is judged there.
pub const AS_THEY_ARE: &str = "as-they-are";

/// Opacity of the terrain before anybody set it.
pub const TERRAIN_AT_FIRST: f32 = 0.27;

/// Triangle in space, corners x, y, z in m.
pub type Triangle = [[f64; 3]; 3];

/// What a thing is drawn with besides its colour, so that a map reads without colour too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Hatch {
    /// Plain.
    None = 0,
    /// 禁采区: crossed lines.
    Forbidden = 1,
    /// 缓采区: one set of slanting lines.
    Deferred = 2,
    /// Mined out: upright lines.
    Goaf = 3,
    /// Designed pillar: level lines.
    Pillar = 4,
    /// Seen by geophysics: dots.
    Anomaly = 5,
    /// Elevation unknown: wide dots.
    Unknown = 6,
    /// Water: broken level lines.
    Water = 7,
}

/// Colour and pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skin {
    /// Red, green, blue, opacity, as they appear on the screen.
    pub colour: [u8; 4],
    /// Pattern.
    pub hatch: Hatch,
}

impl Default for Skin {
    fn default() -> Self {
        Self::plain(200, 200, 200)
    }
}

impl Skin {
    /// A plain opaque colour.
    pub const fn plain(r: u8, g: u8, b: u8) -> Self {
        Self { colour: [r, g, b, 255], hatch: Hatch::None }
    }

    /// The same with a pattern.
    #[must_use]
    pub const fn hatched(self, hatch: Hatch) -> Self {
        Self { colour: self.colour, hatch }
    }

    /// The same, seen through: 0 is clear, 255 solid.
    #[must_use]
    pub const fn opacity(self, opacity: u8) -> Self {
        let [r, g, b, _] = self.colour;
        Self { colour: [r, g, b, opacity], hatch: self.hatch }
    }
}

/// Groups that are shown and hidden together, in the order of the layer tree and of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// 剖面岩层: rock where a section cuts it.
    Strata,
    /// 前后对比: ground that changed its class.
    Changes,
    /// 分区: seams coloured by class.
    Zones,
    /// 采空区.
    Goafs,
    /// 积水.
    Water,
    /// 断层及其他线状构造.
    Faults,
    /// 陷落柱.
    Columns,
    /// 煤柱.
    Pillars,
    /// 瓦斯、冲击地压、火区等.
    Hazards,
    /// 物探异常.
    Anomalies,
    /// 井巷（实测）.
    Workings,
    /// 采掘计划.
    Plan,
    /// 钻孔.
    Boreholes,
    /// 采矿许可证.
    Licence,
    /// 普查范围、观测、治理工程.
    Surveys,
    /// 地形.
    Terrain,
    /// 其他曲面: surfaces of which no file says what they are.
    Surfaces,
    /// 其他矿井: the other mines of a province, from far.
    Neighbours,
}

impl Layer {
    /// Every layer in order.
    pub const ALL: &[Layer] = &[
        Layer::Strata,
        Layer::Changes,
        Layer::Zones,
        Layer::Goafs,
        Layer::Water,
        Layer::Faults,
        Layer::Columns,
        Layer::Pillars,
        Layer::Hazards,
        Layer::Anomalies,
        Layer::Workings,
        Layer::Plan,
        Layer::Boreholes,
        Layer::Licence,
        Layer::Surveys,
        Layer::Terrain,
        Layer::Surfaces,
        Layer::Neighbours,
    ];

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::Strata => Text::new("剖面岩层", "rock in sections"),
            Self::Changes => Text::new("前后变化", "changes"),
            Self::Zones => Text::new("三区划分", "zones"),
            Self::Goafs => Text::new("采空区与老窑", "goafs and old workings"),
            Self::Water => Text::new("积水", "water"),
            Self::Faults => Text::new("断层", "faults"),
            Self::Columns => Text::new("陷落柱", "collapse columns"),
            Self::Pillars => Text::new("煤柱", "pillars"),
            Self::Hazards => Text::new("其他致灾因素", "other hazards"),
            Self::Anomalies => Text::new("物探异常区", "geophysical anomalies"),
            Self::Workings => Text::new("井巷（实测）", "workings as built"),
            Self::Plan => Text::new("采掘计划", "plan"),
            Self::Boreholes => Text::new("钻孔", "boreholes"),
            Self::Licence => Text::new("采矿许可证", "licence"),
            Self::Surveys => Text::new("普查、观测与治理", "surveys, observations, treatments"),
            Self::Terrain => Text::new("地形", "terrain"),
            Self::Surfaces => Text::new("其他曲面", "other surfaces"),
            Self::Neighbours => Text::new("其他矿井", "other mines"),
        }
    }

    /// False for what a click goes through when something lies behind it.
    pub fn stops_a_click(self) -> bool {
        !matches!(self, Self::Licence | Self::Surveys | Self::Terrain)
    }

    /// True for what is shown before anybody asked.
    pub fn shown_at_first(self) -> bool {
        self != Self::Surveys
    }
}

/// One thing a person can point at.
#[derive(Clone, Debug)]
pub struct Object {
    /// Id on the map; empty for what has none.
    pub id: String,
    /// Name of its kind in the catalogue, or `zone`.
    pub kind: &'static str,
    /// What it is called on screen.
    pub name: Text,
    /// Layer.
    pub layer: Layer,
    /// The seam it lies in.
    pub seam: Option<String>,
    /// Where it was read.
    pub source: Source,
    /// What is known of it, as label and value.
    pub said: Vec<(Text, Text)>,
    /// What the picture had to suppose because nobody recorded it.
    pub supposed: Vec<Text>,
    /// First and last day, for what is planned.
    pub days: Option<(Option<Date>, Option<Date>)>,
    /// Name of the check and sentence of every objection to it, for what is planned.
    pub against: Vec<(Text, Text)>,
}

/// A prism over one triangle: its corners and the elevation of its top above each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prism {
    /// Base: corners x, y, z.
    pub base: Triangle,
    /// Elevation of the top over each corner, m.
    pub top: [f64; 3],
}

impl Prism {
    /// True when a place lies inside.
    pub fn holds(&self, at: [f64; 3]) -> bool {
        let [a, b, c] = self.base;
        let (x, y) = (at[0] - a[0], at[1] - a[1]);
        let (bx, by, cx, cy) = (b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]);
        let det = bx * cy - cx * by;
        if det == 0.0 {
            return false;
        }
        let (u, v) = ((x * cy - cx * y) / det, (bx * y - x * by) / det);
        let w = 1.0 - u - v;
        let low = w * a[2] + u * b[2] + v * c[2];
        let high = w * self.top[0] + u * self.top[1] + v * self.top[2];
        u >= 0.0 && v >= 0.0 && w >= 0.0 && at[2] >= low && at[2] <= high
    }
}

/// From how far a piece is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// From anywhere.
    #[default]
    Always,
    /// Only where it is some pixels wide.
    Near,
    /// In its place from farther.
    Far,
    /// While the picture stands, or where the adapter is fast.
    Still,
    /// In its place while the picture moves on a software adapter.
    Moving,
}

impl Detail {
    /// False for what only stands for the thing itself: it is not picked, measured or counted.
    pub fn real(self) -> bool {
        !matches!(self, Self::Far | Self::Moving)
    }
}

/// A piece of an object with one skin.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// Number of its object in [`Scene::objects`].
    pub object: u32,
    /// Colour and pattern.
    pub skin: Skin,
    /// What is drawn.
    pub triangles: Vec<Triangle>,
    /// What a section fills; empty for surfaces without inside.
    pub prisms: Vec<Prism>,
    /// True when `triangles` close a volume, which a section fills.
    pub closed: bool,
    /// Lines and their width in points.
    pub lines: Vec<Vec<[f64; 3]>>,
    /// Width of the lines in points.
    pub line_points: f32,
    /// From how far it is drawn.
    pub detail: Detail,
    /// How wide it is, m: what decides between near and far.
    pub wide_m: f64,
}

/// Words that stand at a place.
#[derive(Clone, Debug)]
pub struct Label {
    /// Where: x, y, z in m.
    pub at: [f64; 3],
    /// What.
    pub text: Text,
    /// Layer it goes with.
    pub layer: Layer,
    /// Seam it goes with.
    pub seam: Option<String>,
    /// What gives way when two would overlap: the smaller stays.
    pub rank: u8,
    /// Colour.
    pub colour: [u8; 3],
}

/// A mine as geometry.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Name of the mine.
    pub title: Text,
    /// The day that was judged.
    pub day: Date,
    /// False: its zones are not a legal classification.
    pub legal: bool,
    /// Seams with zones, from the uppermost down: id and name.
    pub seams: Vec<(String, Text)>,
    /// Everything that can be pointed at.
    pub objects: Vec<Object>,
    /// Everything that is drawn.
    pub pieces: Vec<Piece>,
    /// Words at places.
    pub labels: Vec<Label>,
    /// Lowest corner of all, m.
    pub low: [f64; 3],
    /// Highest corner of all, m.
    pub high: [f64; 3],
    /// What pictures subtract before they leave `f64`: the middle, on whole metres.
    pub origin: [f64; 3],
    /// What the holes met.
    pub(crate) lithology: Vec<boreholes::Log>,
    /// Object and piece of each rock where a section cuts it, by its colour in the holes.
    pub(crate) strata: BTreeMap<Skin, (u32, u32)>,
}

impl Scene {
    /// A scene with nothing in it.
    pub(crate) fn empty(title: Text, map: &ZoneMap) -> Self {
        Self {
            title,
            day: map.day,
            legal: map.legal,
            seams: map.seams.iter().map(|zones| (zones.seam.clone(), zones.name.clone())).collect(),
            objects: Vec::new(),
            pieces: Vec::new(),
            labels: Vec::new(),
            low: [0.0; 3],
            high: [0.0; 3],
            origin: [0.0; 3],
            lithology: Vec::new(),
            strata: BTreeMap::new(),
        }
    }

    /// The scene of a mine with its zones. The plan is shown as it stands on the day of the zones.
    pub fn new(site: &Site, map: &ZoneMap) -> Self {
        let mut scene = Self::empty(site.mine.name.clone(), map);
        for draw in [
            zones::draw,
            goafs::draw,
            faults::draw,
            columns::draw,
            patches::draw,
            plan::draw,
            boreholes::draw,
            ground::draw,
        ] {
            draw(&mut scene, site, map);
        }
        scene.measure();
        scene
    }

    /// Size of the box round everything, m.
    pub fn extent_m(&self) -> f64 {
        let d: Vec<f64> = (0..3).map(|axis| self.high[axis] - self.low[axis]).collect();
        (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt().max(1.0)
    }

    /// How many triangles are drawn.
    pub fn triangle_count(&self) -> usize {
        self.pieces.iter().filter(|piece| piece.detail.real()).map(|piece| piece.triangles.len()).sum()
    }

    /// Volume of an object's prisms and closed skins, m³; nothing for what has no inside.
    pub fn volume_m3(&self, object: u32) -> Option<f64> {
        let volume: f64 = self
            .pieces
            .iter()
            .filter(|piece| piece.object == object && piece.detail.real())
            .map(|piece| match (piece.prisms.is_empty(), piece.closed) {
                (false, _) => piece.prisms.iter().map(shape::prism_m3).sum(),
                (true, true) => shape::closed_m3(&piece.triangles),
                _ => 0.0,
            })
            .sum();
        (volume > 0.0).then_some(volume)
    }

    /// Area in plan of an object's prisms, m²; nothing for what has none.
    pub fn plan_m2(&self, object: u32) -> Option<f64> {
        let area: f64 = self
            .pieces
            .iter()
            .filter(|piece| piece.object == object)
            .flat_map(|piece| &piece.prisms)
            .map(|prism| shape::plan_area_m2(&prism.base.map(|p| [p[0], p[1]])))
            .sum();
        (area > 0.0).then_some(area)
    }

    /// Takes everything of other scenes in, their objects after the own ones.
    pub fn join_all(&mut self, others: impl IntoIterator<Item = Self>) {
        for other in others {
            let first = self.objects.len() as u32;
            self.objects.extend(other.objects);
            self.pieces.extend(other.pieces.into_iter().map(|piece| Piece { object: piece.object + first, ..piece }));
            self.labels.extend(other.labels);
        }
        self.measure();
    }

    pub(crate) fn add(&mut self, object: Object) -> u32 {
        self.objects.push(object);
        (self.objects.len() - 1) as u32
    }

    pub(crate) fn surface(&mut self, object: u32, skin: Skin, triangles: Vec<Triangle>) {
        if triangles.len() > coarse::MANY {
            let plain = coarse::coarse(&triangles);
            self.pieces.push(Piece { object, skin, triangles: plain, detail: Detail::Moving, ..Piece::default() });
            self.pieces.push(Piece { object, skin, triangles, detail: Detail::Still, ..Piece::default() });
        } else if !triangles.is_empty() {
            self.pieces.push(Piece { object, skin, triangles, ..Piece::default() });
        }
    }

    pub(crate) fn solid(&mut self, object: u32, skin: Skin, triangles: Vec<Triangle>) {
        if !triangles.is_empty() {
            self.pieces.push(Piece { object, skin, triangles, closed: true, ..Piece::default() });
        }
    }

    pub(crate) fn prisms(&mut self, object: u32, skin: Skin, prisms: Vec<Prism>) {
        if !prisms.is_empty() {
            // Seen through its top, its foot would flicker with the seam it stands on.
            let triangles = shape::skin_of_prisms(&prisms, skin.colour[3] == 255);
            self.pieces.push(Piece { object, skin, triangles, prisms, ..Piece::default() });
        }
    }

    /// Prisms of which only the base is drawn; a section still fills them.
    pub(crate) fn slab(&mut self, object: u32, skin: Skin, prisms: Vec<Prism>) {
        if !prisms.is_empty() {
            let triangles = prisms.iter().map(|prism| prism.base).collect();
            self.pieces.push(Piece { object, skin, triangles, prisms, ..Piece::default() });
        }
    }

    pub(crate) fn lines(&mut self, object: u32, skin: Skin, line_points: f32, mut lines: Vec<Vec<[f64; 3]>>) {
        lines.retain(|line| line.len() > 1);
        if !lines.is_empty() {
            self.pieces.push(Piece { object, skin, lines, line_points, ..Piece::default() });
        }
    }

    pub(crate) fn measure(&mut self) {
        let points =
            self.pieces.iter().flat_map(|piece| piece.triangles.iter().flatten().chain(piece.lines.iter().flatten()));
        let (mut low, mut high) = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
        for point in points {
            for axis in 0..3 {
                low[axis] = low[axis].min(point[axis]);
                high[axis] = high[axis].max(point[axis]);
            }
        }
        if low[0].is_finite() {
            self.low = low;
            self.high = high;
            self.origin = [0, 1, 2].map(|axis| f64::midpoint(low[axis], high[axis]).round());
        }
    }
}

/// Label and value of everything recorded about a fact that is words, a number, a flag or a day.
pub(crate) fn said(fact: &minesift_core::fact::Fact) -> Vec<(Text, Text)> {
    use minesift_core::kind::words::{key_title, value};
    let Some(kind) = minesift_core::kind::kind(fact.kind) else { return Vec::new() };
    kind.all_fields()
        // What a thing is called stands above.
        .filter(|field| !matches!(field.key, "name_zh" | "name_en"))
        .filter_map(|field| {
            let recorded = fact.attributes.get(field.key)?;
            // A grid's own values are drawn, not written.
            if matches!(recorded, minesift_core::fact::Value::Numbers(numbers) if numbers.len() > 8) {
                return None;
            }
            let label = |lang| key_title(fact.kind, field.key, lang);
            let said = |lang| value(fact.kind, field.key, recorded, lang);
            Some((Text::new(label(Lang::Zh), label(Lang::En)), Text::new(said(Lang::Zh)?, said(Lang::En)?)))
        })
        .collect()
}

/// An object of a fact, in a layer.
pub(crate) fn object_of(fact: &minesift_core::fact::Fact, layer: Layer, seam: Option<&str>) -> Object {
    let kind = minesift_core::kind::kind(fact.kind);
    let (zh, en) = kind.map_or((fact.kind, fact.kind), |kind| (kind.zh, kind.en));
    let own = fact.attributes.get("name_zh").and_then(|value| match value {
        minesift_core::fact::Value::Text(name) => Some(name.as_str()),
        _ => None,
    });
    Object {
        id: fact.id.clone(),
        kind: fact.kind,
        name: match own {
            Some(own) => Text::new(own, format!("{en} {own}")),
            None => Text::new(format!("{zh} {}", fact.id), format!("{en} {}", fact.id)),
        },
        layer,
        seam: seam.map(str::to_owned),
        source: fact.source.clone(),
        said: said(fact),
        supposed: Vec::new(),
        days: None,
        against: Vec::new(),
    }
}
