//! Where a file's coordinates lie, and how they reach the map's frame.
//!
//! [`Placement::decide`] weighs, in this order: what the user says, what the file says of itself as far as its own
//! coordinates can be so, and the magnitude of the coordinates. The choice and its reason go into the receipt. A datum
//! shift is made only with parameters that somebody gave; without them it is refused, since PROJ would let 100 m pass
//! as zero.

pub mod angle;
pub mod fit;
mod frame;

use crate::{Choice, ImportError, Intake, Options};
use fit::Fitted;
use frame::{Frame, Meeting};
use minesift_core::fact::{Position, Source};
use minesift_core::text::Text;
use proj::Proj;

/// Points looked at to decide; more do not decide better.
const SAMPLES: usize = 2_000;
/// Degrees from the central meridian beyond which a 3° zone, a 6° zone is left.
const BEYOND_3_DEGREE_ZONE: f64 = 2.5;
const BEYOND_6_DEGREE_ZONE: f64 = 4.0;
/// Metres east or west of its meridian beyond which a map in a transverse Mercator holds nothing: 6° at the equator. There
/// lengths are long by half a hundredth.
const BEYOND_THE_MAP_M: f64 = 670_000.0;
/// Metres north or south of the origin beyond which there is no ground: from the equator to a pole.
const BEYOND_THE_POLE_M: f64 = 10_100_000.0;
/// Only a longitude against a meridian is asked of it: to 0.01° the datum does not matter.
const ANY_DEGREES: &str = "EPSG:4326";

/// The way from a file's coordinates to the map's frame, decided once for a file or layer.
///
/// ```
/// use minesift_importers::{Options, crs::Placement};
/// use minesift_core::fact::Position;
/// let options = Options { map_crs: Some("EPSG:4526".into()), ..Options::default() };
/// // A ledger that writes X for north, without zone prefix: a mine near 114° E.
/// let placement = Placement::decide("孔口坐标.csv", &[[4_873_210.0, 512_345.0]], None, &options).unwrap();
/// let mut position = Position::plan(4_873_210.0, 512_345.0);
/// placement.apply(&mut position).unwrap();
/// assert_eq!((position.x.round(), position.y.round()), (38_512_345.0, 4_873_210.0));
/// ```
pub struct Placement {
    way: Way,
    swap: bool,
    choice: Choice,
    notes: Vec<Text>,
    /// Where the map is a transverse Mercator and positions are projected into it: its origin, and its name.
    reach: Option<([f64; 2], String)>,
}

enum Way {
    /// Coordinates stay as they are.
    Keep,
    /// Only the zone prefix or the false easting differs: exact, no projection needed.
    Shift([f64; 2]),
    /// Through PROJ.
    Project(Box<Proj>),
    /// A local grid fitted to known points.
    Fit(Fitted),
}

impl std::fmt::Debug for Placement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Placement")
            .field("swap", &self.swap)
            .field("choice", &self.choice)
            .field("notes", &self.notes)
            .finish_non_exhaustive()
    }
}

impl Placement {
    /// Coordinates that stay as they are: local metres, or a file without any.
    pub fn keep(why: Text) -> Self {
        Self {
            way: Way::Keep,
            swap: false,
            choice: Choice { value: "local".to_owned(), why },
            notes: Vec::new(),
            reach: None,
        }
    }

    /// Decides for a file or a layer: `samples` are some or all of its positions as written (`[x, y]`, the first
    /// column first), `file_says` is what it says of its frame: WKT, `EPSG:n` or a PROJ string.
    ///
    /// # Errors
    /// [`ImportError`] when a frame given by the user is unknown or cannot be that of the coordinates, when the map's
    /// frame is unusable, or when a datum shift would be needed and nobody gave its parameters.
    pub fn decide(
        file: &str,
        samples: &[[f64; 2]],
        file_says: Option<&str>,
        options: &Options,
    ) -> Result<Self, ImportError> {
        let samples = thin(samples, SAMPLES);
        let map = match options.map_crs.as_deref().map(str::trim) {
            None | Some("" | "local") => None,
            Some(definition) => Some(map_frame(file, definition)?),
        };
        let mut notes = Vec::new();
        let said = options.crs.as_deref().unwrap_or_default();
        for (prefix, kind) in [("fit:", fit::Kind::Similarity), ("affine:", fit::Kind::Affine)] {
            if let Some(path) = said.strip_prefix(prefix) {
                return fitted(file, path, kind);
            }
        }
        let decided = decide_frame(file, &samples, file_says, options, map.as_ref(), &mut notes)?;
        let Decided { frame, swap, why } = decided;
        let Some(frame) = frame else {
            let swap = !swap && only_swapped_meets(&samples, options.near, Some);
            let choice = Choice { value: "local".to_owned(), why };
            let mut placement = Self { way: Way::Keep, swap, choice, notes, reach: None };
            if let (Some(map), true) = (&map, placement.is_near(&samples, options.near)) {
                placement.choice = Choice {
                    value: map.title(),
                    why: Text::new(
                        "文件未注明；坐标落在采矿许可证范围附近，与地图相同",
                        "the file does not say; its coordinates lie at the licence: taken as the map's",
                    ),
                };
            }
            placement.say_swap();
            placement.say_far(&samples, options.near);
            return Ok(placement);
        };
        let (target, picked) = match map {
            Some(map) => (map, false),
            None if frame.geographic => (frame::metric_frame(&frame, &swapped(&samples, swap)), true),
            None => (frame.clone(), false),
        };
        if picked {
            not_worldwide(file, &swapped(&samples, swap), &target)?;
            notes.push(Text::new(
                format!("坐标为经纬度而未给定地图坐标系，暂投影到 {}；请用 --map-crs 指定", target.title()),
                format!(
                    "these are degrees and no map frame was given: projected to {} for now; give one with --map-crs",
                    target.title()
                ),
            ));
        }
        let way = way(file, &frame, &target, &mut notes)?;
        let reach = match way {
            Way::Project(_) => target.origin().map(|origin| (origin, target.title())),
            _ => None,
        };
        let mut placement = Self { way, swap, choice: Choice { value: frame.title(), why }, notes, reach };
        if !swap && only_swapped_meets(&samples, options.near, |p| placement.site_from_file(p)) {
            placement.swap = true;
        }
        placement.say_swap();
        placement.say_far(&samples, options.near);
        placement.say_out_of_zone(&samples, &frame, &target);
        Ok(placement)
    }

    /// What was chosen and why, for the receipt.
    pub fn choice(&self) -> &Choice {
        &self.choice
    }

    /// What people must know besides: a wrong `.prj`, swapped axes, ground far from the licence or out of its zone.
    pub fn notes(&self) -> &[Text] {
        &self.notes
    }

    /// True when the first coordinate is north and the axes are exchanged on the way.
    pub fn swaps_axes(&self) -> bool {
        self.swap
    }

    /// The shift in east and north, where the way is nothing but one: what a grid needs to stay a grid.
    pub fn shift(&self) -> Option<[f64; 2]> {
        match &self.way {
            _ if self.swap => None,
            Way::Keep => Some([0.0, 0.0]),
            Way::Shift(shift) => Some(*shift),
            Way::Project(_) | Way::Fit(_) => None,
        }
    }

    /// Writes choice and notes into a receipt.
    pub fn report(&self, intake: &mut Intake) {
        let source = Source { file: intake.receipt.file.clone(), place: String::new() };
        for note in &self.notes {
            let told = intake.receipt.problems.iter().any(|problem| problem.message == *note);
            if !told {
                intake.note(&source, note.clone());
            }
        }
        intake.receipt.crs = Some(self.choice.clone());
    }

    /// Brings one position into the map's frame; its elevation stays.
    ///
    /// # Errors
    /// When a coordinate is no finite number or the projection has no value there. The position is then unchanged.
    pub fn apply(&self, position: &mut Position) -> Result<(), Text> {
        if !(position.x.is_finite() && position.y.is_finite()) || position.z.is_some_and(|z| !z.is_finite()) {
            return Err(Text::new("坐标不是有效数字（NaN 或无穷大）", "a coordinate is no finite number"));
        }
        let [x, y] = self.site_from_file(self.turned([position.x, position.y])).ok_or_else(|| {
            Text::new(
                format!("坐标 ({}, {}) 无法换算到地图坐标系", position.x, position.y),
                format!("the position ({}, {}) cannot be brought into the map's frame", position.x, position.y),
            )
        })?;
        if let Some(([east, north], map)) = &self.reach
            && ((x - east).abs() > BEYOND_THE_MAP_M || (y - north).abs() > BEYOND_THE_POLE_M)
        {
            let (at_x, at_y) = (position.x, position.y);
            return Err(Text::new(
                format!(
                    "坐标 ({at_x}, {at_y}) 距地图 {map} 的中央子午线过远，投影后长度失真：不属于这张图；请核对坐标，或按矿区拆分文件"
                ),
                format!(
                    "the position ({at_x}, {at_y}) lies too far from the central meridian of the map, {map}, which cannot hold it: check it, or split the file by mine"
                ),
            ));
        }
        (position.x, position.y) = (x, y);
        Ok(())
    }

    /// Brings many positions into the map's frame at once.
    ///
    /// # Errors
    /// As [`Placement::apply`], at the first position that fails.
    pub fn apply_all(&self, positions: &mut [Position]) -> Result<(), Text> {
        positions.iter_mut().try_for_each(|position| self.apply(position))
    }

    fn turned(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        if self.swap { [y, x] } else { [x, y] }
    }

    /// East first in, east first out.
    fn site_from_file(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let at = match &self.way {
            Way::Keep => [x, y],
            Way::Shift([dx, dy]) => [x + dx, y + dy],
            Way::Project(proj) => {
                let (x, y) = proj.convert((x, y)).ok()?;
                [x, y]
            }
            Way::Fit(fitted) => fitted.apply([x, y]),
        };
        at.iter().all(|value| value.is_finite()).then_some(at)
    }

    fn say_swap(&mut self) {
        if self.swap {
            self.notes.push(Text::new(
                "第一列坐标为北（X 北、Y 东），已交换坐标轴",
                "the first coordinate is north (survey X): the axes were exchanged",
            ));
        }
    }

    fn is_near(&self, samples: &[[f64; 2]], near: Option<[f64; 4]>) -> bool {
        let Some(near) = near else { return false };
        samples.iter().any(|p| self.site_from_file(self.turned(*p)).is_some_and(|p| frame::within(p, near)))
    }

    fn say_far(&mut self, samples: &[[f64; 2]], near: Option<[f64; 4]>) {
        if near.is_some() && !samples.is_empty() && !self.is_near(samples, near) {
            self.notes.push(Text::new(
                "全部坐标远离采矿许可证范围：请核对坐标系，或用 --crs fit:已知点.csv 拟合独立坐标系",
                "every position lies far from the licence: check the frame, or fit a local grid with --crs fit:known-points.csv",
            ));
        }
    }

    fn say_out_of_zone(&mut self, samples: &[[f64; 2]], frame: &Frame, target: &Frame) {
        let Some(degrees) = Proj::new_known_crs(&target.definition, ANY_DEGREES, None).ok() else { return };
        let mut longitudes: Vec<f64> = samples
            .iter()
            .filter_map(|p| self.site_from_file(self.turned(*p)))
            .filter_map(|[x, y]| degrees.convert((x, y)).ok())
            .map(|(longitude, _)| longitude)
            .filter(|longitude| longitude.is_finite())
            .collect();
        longitudes.sort_by(f64::total_cmp);
        let (Some(&first), Some(&last)) = (longitudes.first(), longitudes.last()) else { return };
        for (of, zh, en) in [(frame, "文件", "the file's"), (target, "地图", "the map's")] {
            let Some(meridian) = of.meridian else { continue };
            // Around the world the short way.
            let from = |longitude: f64| ((longitude - meridian + 540.0).rem_euclid(360.0) - 180.0).abs();
            let off = from(first).max(from(last));
            let limit = if of.wide { BEYOND_6_DEGREE_ZONE } else { BEYOND_3_DEGREE_ZONE };
            if off > limit {
                self.notes.push(Text::new(
                    format!("{zh}坐标系 {} 的中央子午线为 {meridian}°，数据远至 {off:.1}°，已超出投影带（{limit}°）", of.title()),
                    format!("{en} frame {} has its central meridian at {meridian}°, the data reach {off:.1}° from it, out of the zone ({limit}°)", of.title()),
                ));
            }
            if frame.definition == target.definition {
                break;
            }
        }
    }
}

struct Decided {
    /// None: local metres.
    frame: Option<Frame>,
    swap: bool,
    why: Text,
}

fn decide_frame(
    file: &str,
    samples: &[[f64; 2]],
    file_says: Option<&str>,
    options: &Options,
    map: Option<&Frame>,
    notes: &mut Vec<Text>,
) -> Result<Decided, ImportError> {
    if let Some(said) = options.crs.as_deref().map(str::trim).filter(|said| !said.is_empty()) {
        if said == "local" {
            let why = Text::new("用户指定为独立坐标，保持原样", "the user says local metres: kept as they are");
            return Ok(Decided { frame: None, swap: false, why });
        }
        let frame = Frame::parse(said).map_err(|error| unknown_frame(file, said, &error))?;
        let swap = match frame.meets(samples) {
            Meeting::AsWritten => false,
            Meeting::Swapped => true,
            Meeting::Never => {
                let at = frame::extent(samples);
                return Err(ImportError::new(
                    file,
                    format!("坐标（{at}）不可能属于 --crs {said}；请核对，或去掉 --crs 由程序判断"),
                    format!(
                        "coordinates of {at} cannot lie in --crs {said}: check it, or leave --crs out and let the magnitude decide"
                    ),
                ));
            }
        };
        return Ok(Decided { frame: Some(frame), swap, why: Text::new("用户指定", "the user says so") });
    }
    let mut told = None;
    if let Some(said) = file_says.map(str::trim).filter(|said| !said.is_empty()) {
        match Frame::parse(said) {
            Ok(frame) if samples.is_empty() => {
                return Ok(Decided {
                    frame: Some(frame), swap: false, why: Text::new("文件自带", "the file says so")
                });
            }
            Ok(frame) => match frame.meets(samples) {
                Meeting::Never => {
                    let at = frame::extent(samples);
                    notes.push(Text::new(
                        format!("文件自带坐标系 {} 有误：坐标为 {at}，不可能属于该坐标系；未采用", frame.title()),
                        format!(
                            "the file's own frame {} is wrong: coordinates of {at} cannot lie in it; not used",
                            frame.title()
                        ),
                    ));
                    told = Some(frame);
                }
                meeting => {
                    let why = Text::new("文件自带，且坐标数值相符", "the file says so, and its coordinates can be so");
                    return Ok(Decided { frame: Some(frame), swap: meeting == Meeting::Swapped, why });
                }
            },
            Err(error) => notes.push(Text::new(
                format!("文件自带的坐标系无法识别（{error}），改按数值判断"),
                format!("the file's own frame is not understood ({error}): judged by magnitude"),
            )),
        }
    }
    Ok(match frame::by_magnitude(samples, told.as_ref(), map) {
        Some(guess) => Decided { frame: Some(guess.frame), swap: guess.swap, why: guess.why },
        None if samples.is_empty() => {
            Decided { frame: None, swap: false, why: Text::new("没有坐标", "there are no coordinates") }
        }
        None => {
            let at = frame::extent(samples);
            let why = Text::new(
                format!("坐标为 {at}，不像经纬度，也不像高斯-克吕格坐标；按独立坐标（米）保持原样"),
                format!("coordinates of {at} look like neither degrees nor Gauss-Krüger: kept as local metres"),
            );
            Decided { frame: None, swap: false, why }
        }
    })
}

/// Datum and central meridian of a coordinate reference system, by its code or definition, else by the words of a plan's
/// sheet (`CGCS2000 3度带 中央子午线114°`); nothing where neither is understood.
pub(crate) fn frame_of(words: &str) -> Option<(Option<String>, Option<f64>)> {
    if let Ok(frame) = Frame::parse(words) {
        return Some((Some(frame.datum.to_lowercase().replace(' ', "_")), frame.meridian));
    }
    const DATUMS: &[(&str, &[&str])] = &[
        ("china_2000", &["cgcs2000", "国家2000", "2000国家", "大地2000"]),
        ("xian_1980", &["西安80", "西安1980", "1980西安", "80西安", "xian"]),
        ("beijing_1954", &["北京54", "北京1954", "1954北京", "54北京", "beijing"]),
        ("wgs_1984", &["wgs84", "wgs1984"]),
    ];
    let plain: String =
        crate::values::half_width(words).to_lowercase().chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let datum = DATUMS.iter().find(|(_, names)| names.iter().any(|name| plain.contains(name))).map(|(key, _)| *key);
    let meridian = plain.split_once("中央子午线").and_then(|(_, after)| {
        let digits: String =
            after.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        digits.parse().ok()
    });
    (datum.is_some() || meridian.is_some()).then(|| (datum.map(str::to_owned), meridian))
}

/// The definition of a frame that a cell names: `EPSG:32651`, `32651`, `WGS84_51`, `UTM 51S`; none where it names none.
pub(crate) fn named(words: &str) -> Option<String> {
    let plain: String = words.to_uppercase().chars().filter(|c| c.is_ascii_alphanumeric() || *c == ':').collect();
    if Frame::parse(words).is_ok() {
        return Some(words.trim().to_owned());
    }
    if let Ok(code) = plain.parse::<u32>() {
        return Frame::parse(&format!("EPSG:{code}")).is_ok().then(|| format!("EPSG:{code}"));
    }
    let zone = ["WGS84UTM", "WGS1984UTM", "WGS84", "UTM"].iter().find_map(|family| plain.strip_prefix(family))?;
    let zone = zone.trim_start_matches("ZONE");
    let (zone, south) = zone.strip_suffix('S').map_or((zone.trim_end_matches('N'), false), |zone| (zone, true));
    let zone: u32 = zone.parse().ok().filter(|zone| (1..=60).contains(zone))?;
    Some(format!("EPSG:{}", if south { 32_700 } else { 32_600 } + zone))
}

/// True where `--crs` names a projected frame in another unit than the metre: coordinates are then in that unit, and
/// `--units` speaks of heights and depths only.
pub(crate) fn states_its_unit(options: &Options) -> bool {
    let frame = options.crs.as_deref().and_then(|said| Frame::parse(said).ok());
    frame.is_some_and(|frame| !frame.geographic && (frame.metres - 1.0).abs() > 1e-9)
}

fn map_frame(file: &str, definition: &str) -> Result<Frame, ImportError> {
    let frame = Frame::parse(definition).map_err(|error| unknown_frame(file, definition, &error))?;
    if frame.geographic {
        return Err(ImportError::new(
            file,
            format!("地图坐标系 {definition} 是经纬度；地图须用以米为单位的投影坐标系，例如 EPSG:4526"),
            format!(
                "the map's frame {definition} is in degrees: a map needs a projected frame in metres, such as EPSG:4526"
            ),
        ));
    }
    if (frame.metres - 1.0).abs() > 1e-9 {
        return Err(ImportError::new(
            file,
            format!("地图坐标系 {definition} 的单位不是米；地图须以米为单位"),
            format!("the map's frame {definition} is not in metres: a map needs metres"),
        ));
    }
    Ok(frame)
}

fn unknown_frame(file: &str, said: &str, error: &str) -> ImportError {
    ImportError::new(
        file,
        format!("无法识别的坐标系 {said}（{error}）；请写 EPSG:代码、PROJ 字符串、WKT、local 或 fit:已知点.csv"),
        format!(
            "the frame {said} is not understood ({error}): write EPSG:code, a PROJ string, WKT, local or fit:known-points.csv"
        ),
    )
}

fn fitted(file: &str, path: &str, kind: fit::Kind) -> Result<Placement, ImportError> {
    let refuse =
        |error: Text| ImportError { place: Source { file: path.to_owned(), place: String::new() }, message: error };
    let text = std::fs::read_to_string(path)
        .map_err(|error| ImportError::new(file, format!("{path}：{error}"), format!("{path}: {error}")))?;
    let known = fit::read_known(&text).map_err(refuse)?;
    let fitted = fit::fit(kind, &known).map_err(|error| refuse(error.text()))?;
    let why = fitted.words(&known);
    Ok(Placement {
        way: Way::Fit(fitted),
        swap: false,
        choice: Choice { value: format!("{}:{path}", if kind == fit::Kind::Affine { "affine" } else { "fit" }), why },
        notes: Vec::new(),
        reach: None,
    })
}

/// The way from one frame to another, or a refusal where the datums differ and nobody said how.
fn way(file: &str, frame: &Frame, target: &Frame, notes: &mut Vec<Text>) -> Result<Way, ImportError> {
    if frame.definition == target.definition {
        return Ok(Way::Keep);
    }
    let step = frame.datum_step(target);
    match step {
        frame::DatumStep::Same => {}
        frame::DatumStep::Given => notes.push(Text::new(
            format!("{} 到 {} 的基准转换采用给定参数（towgs84）", frame.title(), target.title()),
            format!(
                "the datum shift from {} to {} uses the parameters that were given (towgs84)",
                frame.title(),
                target.title()
            ),
        )),
        frame::DatumStep::Aligned => notes.push(Text::new(
            format!("{} 与 {} 的基准按一致处理（均与 ITRF 对齐，相差在 2 m 以内）", frame.title(), target.title()),
            format!(
                "the datums of {} and {} are taken as one (both follow the ITRF, within 2 m)",
                frame.title(),
                target.title()
            ),
        )),
        frame::DatumStep::Unknown => {
            return Err(ImportError::new(
                file,
                format!(
                    "文件基准为 {}，地图基准为 {}，两者相差可达 100 m，且未给出转换参数：拒绝静默转换。请用 --crs \"+proj=… +towgs84=dx,dy,dz,rx,ry,rz,s\" 给出参数，或用 --crs fit:已知点.csv 拟合",
                    frame.datum, target.datum
                ),
                format!(
                    "the file is on datum {}, the map on {}: up to 100 m apart, and no parameters are given; give them with --crs \"+proj=... +towgs84=dx,dy,dz,rx,ry,rz,s\", or fit with --crs fit:known-points.csv",
                    frame.datum, target.datum
                ),
            ));
        }
    }
    if let Some(shift) = frame.shift_to(target) {
        return Ok(Way::Shift(shift));
    }
    let (from, to) = match step {
        frame::DatumStep::Given => (frame.with_datum(), target.with_datum()),
        _ => (frame.definition.clone(), target.definition.clone()),
    };
    let proj = Proj::new_known_crs(&from, &to, None)
        .map_err(|error| unknown_frame(file, &frame.definition, &error.to_string()))?;
    Ok(Way::Project(Box::new(proj)))
}

/// Every so-maniest finite position, about as many as asked for, and the outermost ones: they say how far it reaches.
pub(crate) fn thin(samples: &[[f64; 2]], most: usize) -> Vec<[f64; 2]> {
    let finite = || samples.iter().filter(|p| p[0].is_finite() && p[1].is_finite()).copied();
    let every = finite().count().div_ceil(most).max(1);
    let mut thinned: Vec<[f64; 2]> = finite().step_by(every).collect();
    if every > 1 {
        for axis in [0, 1] {
            let along = |a: &[f64; 2], b: &[f64; 2]| a[axis].total_cmp(&b[axis]);
            thinned.extend(finite().min_by(along));
            thinned.extend(finite().max_by(along));
        }
    }
    thinned
}

/// Positions of one feature or entity, thinned.
pub(crate) fn spread(positions: &[Position], most: usize) -> Vec<[f64; 2]> {
    thin(&positions.iter().map(|at| at.xy()).collect::<Vec<_>>(), most)
}

/// Refuses degrees of half the world where nobody named the map: any zone that were picked would be wrong for most.
fn not_worldwide(file: &str, samples: &[[f64; 2]], picked: &Frame) -> Result<(), ImportError> {
    let Some(meridian) = picked.meridian else { return Ok(()) };
    // 6° of a meridian, as far as a map in that zone holds ground; one slip of the pen is refused by its row.
    let far = samples.iter().filter(|[longitude, _]| (longitude - meridian).abs() > 6.0).count();
    if far * 10 <= samples.len() {
        return Ok(());
    }
    let at = frame::extent(samples);
    Err(ImportError::new(
        file,
        format!(
            "经纬度范围为 {at}，任何以米为单位的投影带都容不下：请用 --map-crs 指定本矿地图的坐标系（例如 EPSG:4526；其余要素将逐个拒收），或按矿区拆分文件；若其实是本矿独立坐标（米），请用 --crs local"
        ),
        format!(
            "these degrees reach over {at}, no projected frame in metres holds them all: name the frame of your mine's map with --map-crs (such as EPSG:4526; features elsewhere are then refused one by one), or split the file by mine; if they are metres of a grid of the mine's own, say --crs local"
        ),
    ))
}

fn swapped(samples: &[[f64; 2]], swap: bool) -> Vec<[f64; 2]> {
    samples.iter().map(|&[x, y]| if swap { [y, x] } else { [x, y] }).collect()
}

/// True when no sample lies near the licence as written, but most do with the axes exchanged.
fn only_swapped_meets(
    samples: &[[f64; 2]],
    near: Option<[f64; 4]>,
    site_from_file: impl Fn([f64; 2]) -> Option<[f64; 2]>,
) -> bool {
    let Some(near) = near else { return false };
    let count = |swap: bool| {
        let turned = samples.iter().map(|&[x, y]| if swap { [y, x] } else { [x, y] });
        turned.filter_map(&site_from_file).filter(|p| frame::within(*p, near)).count()
    };
    count(false) == 0 && count(true) * 2 > samples.len()
}

#[cfg(test)]
mod tests;
