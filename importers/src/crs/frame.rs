//! A coordinate reference system, as far as placing a mine's files needs to know it.
#![allow(clippy::float_cmp, reason = "equal here means the same bits as written in the file")]

use gdal::spatial_ref::SpatialRef;
use minesift_core::text::Text;

/// Datums that follow the ITRF within two metres, by their OGC names in lower case.
const ALIGNED: &[&str] = &[
    "wgs_1984",
    "china_2000",
    "european_terrestrial_reference_system_1989",
    "geocentric_datum_of_australia_1994",
    "geocentric_datum_of_australia_2020",
    "north_american_datum_1983",
    "international_terrestrial_reference_frame_2014",
    "international_terrestrial_reference_frame_2008",
    "international_terrestrial_reference_frame_2005",
];

/// The three Gauss-Krüger families of China: datum name, then the first EPSG code of its 3° zones with prefix
/// (zone 25), 3° by meridian (75° E), 6° with prefix (zone 13).
const FAMILIES: &[(&str, u32, u32, u32)] =
    &[("china_2000", 4513, 4534, 4491), ("xian_1980", 2349, 2370, 2327), ("beijing_1954", 2401, 2422, 21413)];

/// A coordinate reference system.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// `EPSG:n`, or what was given.
    pub(super) definition: String,
    name: String,
    pub(super) geographic: bool,
    /// Name of the datum, as in WKT.
    pub(super) datum: String,
    /// True when it carries its own shift to WGS 84.
    parameters: bool,
    /// Central meridian of a transverse Mercator, degrees east.
    pub(super) meridian: Option<f64>,
    /// True for a zone of 6° (UTM, 6° Gauss-Krüger).
    pub(super) wide: bool,
    /// Scale on the meridian, false easting, false northing, latitude of origin.
    gauss: [f64; 4],
    /// Metres in one unit.
    pub(super) metres: f64,
}

/// How coordinates stand to a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    AsWritten,
    Swapped,
    Never,
}

/// What lies between two datums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DatumStep {
    Same,
    Aligned,
    Given,
    Unknown,
}

/// A frame that magnitude alone suggests.
pub(super) struct Guess {
    pub(super) frame: Frame,
    pub(super) swap: bool,
    pub(super) why: Text,
}

impl Frame {
    pub(super) fn parse(definition: &str) -> Result<Self, String> {
        crate::gis::quiet();
        // PROJ reads "+proj=..." as an operation unless it is said to be a frame.
        let definition = definition.trim();
        let definition = if definition.starts_with('+') && !definition.contains("+type=crs") {
            format!("{definition} +type=crs")
        } else {
            definition.to_owned()
        };
        let srs = SpatialRef::from_definition(&definition).map_err(|error| error.to_string())?;
        let geographic = srs.is_geographic();
        if !geographic && !srs.is_projected() {
            return Err("neither degrees nor a projection / 既非经纬度也非投影坐标".to_owned());
        }
        let wkt = srs.to_wkt().unwrap_or_default();
        let text = |node: &str| srs.get_attr_value(node, 0).ok().flatten();
        let datum = text("DATUM").unwrap_or_default();
        let datum = datum.strip_prefix("D_").unwrap_or(&datum).to_owned();
        let parameter = |name: &str| srs.get_proj_param(name).ok().flatten();
        let transverse =
            text("PROJECTION").is_some_and(|p| matches!(p.as_str(), "Transverse_Mercator" | "Gauss_Kruger"));
        let meridian = transverse.then(|| parameter("central_meridian")).flatten();
        let scale = parameter("scale_factor").unwrap_or(1.0);
        let name = srs.name().unwrap_or_default();
        let code = srs.authority().ok().filter(|code| code.starts_with("EPSG:"));
        let parameters = wkt.contains("TOWGS84[") || definition.contains("+nadgrids");
        Ok(Self {
            // A code without the shift that came with it would lose the shift.
            definition: code.filter(|_| !parameters).unwrap_or(definition),
            wide: scale < 0.9999 || (name.contains("Gauss-Kruger") && !name.contains("3-degree")),
            gauss: [
                scale,
                parameter("false_easting").unwrap_or(0.0),
                parameter("false_northing").unwrap_or(0.0),
                parameter("latitude_of_origin").unwrap_or(0.0),
            ],
            metres: if geographic { 1.0 } else { srs.linear_units() },
            name,
            geographic,
            datum,
            parameters,
            meridian,
        })
    }

    fn epsg(code: u32) -> Option<Self> {
        Self::parse(&format!("EPSG:{code}")).ok()
    }

    /// Code and name.
    pub(super) fn title(&self) -> String {
        match (self.definition.starts_with("EPSG:"), self.name.is_empty() || self.name == "unknown") {
            (true, false) => format!("{} ({})", self.definition, self.name),
            (true | false, true) => self.definition.clone(),
            (false, false) => self.name.clone(),
        }
    }

    /// Easting and northing (m) of the origin of a transverse Mercator.
    pub(super) fn origin(&self) -> Option<[f64; 2]> {
        self.meridian.map(|_| [self.gauss[1] * self.metres, self.gauss[2] * self.metres])
    }

    fn datum_key(&self) -> String {
        self.datum.to_lowercase().replace(' ', "_")
    }

    pub(super) fn datum_step(&self, target: &Self) -> DatumStep {
        let (a, b) = (self.datum_key(), target.datum_key());
        let known = !a.is_empty() && !a.contains("unknown") && !a.contains("not_specified");
        if known && a == b && !self.parameters {
            DatumStep::Same
        } else if (self.parameters || target.parameters) && self.reaches_wgs84() && target.reaches_wgs84() {
            DatumStep::Given
        } else if ALIGNED.contains(&a.as_str()) && ALIGNED.contains(&b.as_str()) {
            DatumStep::Aligned
        } else {
            DatumStep::Unknown
        }
    }

    fn reaches_wgs84(&self) -> bool {
        self.parameters || ALIGNED.contains(&self.datum_key().as_str())
    }

    /// The frame for a transformation with given parameters. PROJ drops `+towgs84` in silence where the other side is
    /// `EPSG:4548` and not a frame that itself says how it stands to WGS 84 (tried with PROJ 9.1.1).
    pub(super) fn with_datum(&self) -> String {
        if self.parameters {
            return self.definition.clone();
        }
        match SpatialRef::from_definition(&self.definition).and_then(|srs| srs.to_proj4()) {
            Ok(proj4) if !proj4.contains("+towgs84") => format!("{} +towgs84=0,0,0 +type=crs", proj4.trim()),
            Ok(proj4) => format!("{} +type=crs", proj4.trim()),
            Err(_) => self.definition.clone(),
        }
    }

    /// The shift to a frame that differs in false easting and northing only.
    pub(super) fn shift_to(&self, target: &Self) -> Option<[f64; 2]> {
        let same = self.meridian.is_some()
            && self.meridian == target.meridian
            && self.datum_key() == target.datum_key()
            && !self.parameters
            && !target.parameters
            && self.gauss[0] == target.gauss[0]
            && self.gauss[3] == target.gauss[3]
            && self.metres == 1.0
            && target.metres == 1.0;
        same.then(|| [target.gauss[1] - self.gauss[1], target.gauss[2] - self.gauss[2]])
    }

    /// Whether coordinates can lie in this frame, as written or with their axes exchanged.
    pub(super) fn meets(&self, samples: &[[f64; 2]]) -> Meeting {
        let fits = |swap: bool| {
            most(samples, |[x, y]| {
                let [x, y] = if swap { [y, x] } else { [x, y] };
                if self.geographic {
                    x.abs() <= 360.0 && y.abs() <= 90.0
                } else {
                    self.may_hold(x * self.metres, y * self.metres)
                }
            })
        };
        let far_east = |swap: bool| {
            let (lon, lat) = if swap { (1, 0) } else { (0, 1) };
            most(samples, |p| (73.0..136.0).contains(&p[lon]) && (3.0..54.0).contains(&p[lat]))
        };
        match (fits(false), fits(true)) {
            // Latitudes of China lie below 54 and longitudes above 73: there is no doubt which is which.
            (true, true) if self.geographic && far_east(true) => Meeting::Swapped,
            (true, _) => Meeting::AsWritten,
            (_, true) => Meeting::Swapped,
            _ => Meeting::Never,
        }
    }

    /// Whether a projected position (m) is near enough to the middle of this projection to be meant in it.
    fn may_hold(&self, x: f64, y: f64) -> bool {
        let [_, easting, northing, _] = self.gauss;
        let metres = self.metres;
        if self.meridian.is_none() {
            return x.abs() < 5e7 && y.abs() < 5e7;
        }
        let chinese = FAMILIES.iter().any(|family| family.0 == self.datum_key());
        let (x, y) = (x - easting * metres, y - northing * metres);
        // A Chinese northing is that of the country: a local grid near (0, 0) is none.
        x.abs() < 1_200_000.0 && if chinese { (300_000.0..6_500_000.0).contains(&y) } else { y.abs() < 10_100_000.0 }
    }
}

/// The family of a datum, CGCS2000 where it is none of the three.
fn family(datum: Option<&str>) -> &'static (&'static str, u32, u32, u32) {
    datum.and_then(|datum| FAMILIES.iter().find(|family| family.0 == datum)).unwrap_or(&FAMILIES[0])
}

/// What the size of the numbers says: degrees, or a Chinese Gauss-Krüger zone with or without prefix.
///
/// The datum is that of the frame that the file claimed (if one of the three), else the map's, else CGCS2000; the
/// meridian of coordinates without prefix likewise, else unknown.
pub(super) fn by_magnitude(samples: &[[f64; 2]], told: Option<&Frame>, map: Option<&Frame>) -> Option<Guess> {
    if samples.is_empty() {
        return None;
    }
    let chinese = |frame: &&Frame| FAMILIES.iter().any(|family| family.0 == frame.datum_key());
    let by = told.filter(|f| chinese(f)).or(map.filter(|f| chinese(f)));
    let (prefix_3, meridian_3, prefix_6) = {
        let &(_, a, b, c) = family(by.map(Frame::datum_key).as_deref());
        (a, b, c)
    };
    let (datum_zh, datum_en) = match by {
        Some(_) if told.is_some_and(|t| chinese(&t)) => ("基准从文件自带坐标系", "datum as the file's own frame says"),
        Some(_) => ("基准未注明，取与地图相同", "the datum is not stated: taken as the map's"),
        None => ("基准未注明，取 CGCS2000", "the datum is not stated: taken as CGCS2000"),
    };
    for swap in [false, true] {
        let turned: Vec<[f64; 2]> = super::swapped(samples, swap);
        let all = |of: &dyn Fn([f64; 2]) -> bool| most(&turned, of);
        if all(&|[x, y]| (73.0..136.0).contains(&x) && (3.0..54.0).contains(&y)) && narrow(&turned) {
            let why = Text::new(
                "数值为中国境内的经纬度，取 CGCS2000（EPSG:4490）",
                "the numbers are longitudes and latitudes of China: taken as CGCS2000 (EPSG:4490)",
            );
            return Some(Guess { frame: Frame::epsg(4490)?, swap, why });
        }
        if !all(&|[_, y]| (1_500_000.0..6_500_000.0).contains(&y)) {
            continue;
        }
        let zone = (middle(&turned, 0) / 1e6).floor();
        if all(&|[x, _]| (x / 1e6).floor() == zone && (100_000.0..900_000.0).contains(&(x - zone * 1e6))) {
            let code = match zone as i64 {
                25..=45 => Some((prefix_3 + zone as u32 - 25, 3)),
                13..=23 => Some((prefix_6 + zone as u32 - 13, 6)),
                _ => None,
            };
            if let Some((code, width)) = code {
                let why = Text::new(
                    format!("横坐标带 {zone} 带号（{width}° 带）；{datum_zh}"),
                    format!("the easting carries zone {zone} (of {width}°); {datum_en}"),
                );
                return Some(Guess { frame: Frame::epsg(code)?, swap, why });
            }
        }
        let meridian = by.and_then(|frame| frame.meridian).filter(|m| (75.0..=135.0).contains(m) && m % 3.0 == 0.0);
        if all(&|[x, _]| (100_000.0..900_000.0).contains(&x)) {
            let Some(meridian) = meridian else { continue };
            let code = meridian_3 + ((meridian - 75.0) / 3.0) as u32;
            let why = Text::new(
                format!("横坐标含 500 km 加常数、无带号；中央子午线取 {meridian}°；{datum_zh}"),
                format!("the easting has the 500 km constant and no zone; central meridian {meridian}°; {datum_en}"),
            );
            return Some(Guess { frame: Frame::epsg(code)?, swap, why });
        }
    }
    None
}

/// True when it holds for nine in ten: one slip of the pen does not make a frame wrong.
fn most(points: &[[f64; 2]], of: impl Fn([f64; 2]) -> bool) -> bool {
    points.iter().filter(|p| of(**p)).count() * 10 >= points.len() * 9
}

/// The middle value of one coordinate.
fn middle(points: &[[f64; 2]], axis: usize) -> f64 {
    let mut values: Vec<f64> = points.iter().map(|p| p[axis]).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// A mine or a coalfield, not numbers that only happen to be small.
fn narrow(points: &[[f64; 2]]) -> bool {
    (0..2).all(|axis| {
        let (least, most) = points.iter().fold((f64::MAX, f64::MIN), |(a, b), p| (a.min(p[axis]), b.max(p[axis])));
        most - least < 10.0
    })
}

/// A frame in metres for degrees when the map has none yet: the 3° zone of CGCS2000 in China, UTM elsewhere.
pub(super) fn metric_frame(degrees: &Frame, samples: &[[f64; 2]]) -> Frame {
    let (longitude, latitude) = (middle(samples, 0), middle(samples, 1));
    let zone = (longitude / 3.0).round();
    let china = (25.0..=45.0).contains(&zone) && (3.0..54.0).contains(&latitude);
    let chinese = FAMILIES.iter().find(|family| family.0 == degrees.datum_key());
    let code = if china {
        chinese.unwrap_or(&FAMILIES[0]).1 + zone as u32 - 25
    } else {
        let zone = (((longitude + 180.0) / 6.0).floor() as i64).clamp(0, 59) as u32 + 1;
        if latitude < 0.0 { 32_700 + zone } else { 32_600 + zone }
    };
    Frame::epsg(code).unwrap_or_else(|| degrees.clone())
}

/// True when a point lies in a box or not farther from it than half its diagonal and a kilometre.
pub(super) fn within([x, y]: [f64; 2], [x0, y0, x1, y1]: [f64; 4]) -> bool {
    let slack = (x1 - x0).hypot(y1 - y0) / 2.0 + 1_000.0;
    (x0 - slack..=x1 + slack).contains(&x) && (y0 - slack..=y1 + slack).contains(&y)
}

/// The extent of coordinates in words.
pub(super) fn extent(samples: &[[f64; 2]]) -> String {
    let range = |axis: usize| {
        let (least, most) = samples.iter().fold((f64::MAX, f64::MIN), |(a, b), p| (a.min(p[axis]), b.max(p[axis])));
        format!("{least:.1}…{most:.1}")
    };
    if samples.is_empty() { "—".to_owned() } else { format!("{} × {}", range(0), range(1)) }
}
