//! Frames: rows of `gpkg_spatial_ref_sys` for the projections that Chinese mines use, and others by their number.

/// One row of `gpkg_spatial_ref_sys`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Srs {
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) organization: &'static str,
    pub(crate) definition: String,
}

/// A datum of Chinese mine maps.
struct Datum {
    short: &'static str,
    geographic: (&'static str, u32),
    name: &'static str,
    code: u32,
    spheroid: (&'static str, &'static str, &'static str, u32),
    /// First EPSG code, first zone number, degrees a zone, whether eastings carry the zone number; how many.
    series: &'static [(u32, u32, u32, bool, u32)],
}

const DATUMS: &[Datum] = &[
    Datum {
        short: "CGCS2000",
        geographic: ("China Geodetic Coordinate System 2000", 4490),
        name: "China_2000",
        code: 1043,
        spheroid: ("CGCS2000", "6378137", "298.257222101", 1024),
        series: &[(4491, 13, 6, true, 11), (4502, 13, 6, false, 11), (4513, 25, 3, true, 21), (4534, 25, 3, false, 21)],
    },
    Datum {
        short: "Xian 1980",
        geographic: ("Xian 1980", 4610),
        name: "Xian_1980",
        code: 6610,
        spheroid: ("IAG 1975", "6378140", "298.257", 7049),
        series: &[(2327, 13, 6, true, 11), (2338, 13, 6, false, 11), (2349, 25, 3, true, 21), (2370, 25, 3, false, 21)],
    },
    Datum {
        short: "Beijing 1954",
        geographic: ("Beijing 1954", 4214),
        name: "Beijing_1954",
        code: 6214,
        spheroid: ("Krassowsky 1940", "6378245", "298.3", 7024),
        series: &[(21413, 13, 6, true, 11), (2401, 25, 3, true, 21), (2422, 25, 3, false, 21)],
    },
    Datum {
        short: "WGS 84",
        geographic: ("WGS 84", 4326),
        name: "WGS_1984",
        code: 6326,
        spheroid: ("WGS 84", "6378137", "298.257223563", 7030),
        series: &[],
    },
];

impl Datum {
    fn geographic(&self) -> String {
        let (spheroid, a, f, code) = self.spheroid;
        format!(
            "GEOGCS[\"{}\",DATUM[\"{}\",SPHEROID[\"{spheroid}\",{a},{f},AUTHORITY[\"EPSG\",\"{code}\"]],\
             AUTHORITY[\"EPSG\",\"{}\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],\
             UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"{}\"]]",
            self.geographic.0, self.name, self.code, self.geographic.1
        )
    }

    fn gauss_krueger(&self, code: u32) -> Option<Srs> {
        let (first, zone, degrees, prefix, _) =
            *self.series.iter().find(|(first, .., n)| (*first..first + n).contains(&code))?;
        let zone = zone + code - first;
        let meridian = if degrees == 3 { zone * 3 } else { zone * 6 - 3 };
        let kind = if degrees == 3 { "3-degree Gauss-Kruger" } else { "Gauss-Kruger" };
        let name = if prefix {
            format!("{} / {kind} zone {zone}", self.short)
        } else {
            format!("{} / {kind} CM {meridian}E", self.short)
        };
        let easting = if prefix { zone * 1_000_000 + 500_000 } else { 500_000 };
        Some(Srs {
            id: i32::try_from(code).ok()?,
            definition: transverse_mercator(&name, &self.geographic(), meridian.cast_signed(), "1", easting, 0, code),
            name,
            organization: "EPSG",
        })
    }
}

fn transverse_mercator(
    name: &str,
    geographic: &str,
    meridian: i32,
    scale: &str,
    easting: u32,
    northing: u32,
    code: u32,
) -> String {
    format!(
        "PROJCS[\"{name}\",{geographic},PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",0],\
         PARAMETER[\"central_meridian\",{meridian}],PARAMETER[\"scale_factor\",{scale}],PARAMETER[\"false_easting\",{easting}],\
         PARAMETER[\"false_northing\",{northing}],UNIT[\"metre\",1,AUTHORITY[\"EPSG\",\"9001\"]],AUTHORITY[\"EPSG\",\"{code}\"]]"
    )
}

/// The number behind `EPSG:4526`.
pub(crate) fn code(crs: &str) -> Option<u32> {
    let (name, number) = crs.trim().split_once(':')?;
    name.eq_ignore_ascii_case("epsg").then(|| number.trim().parse().ok()).flatten()
}

/// The row of an EPSG code. A code outside the tables below keeps its number, by which every GIS knows it.
pub(crate) fn of(code: u32) -> Option<Srs> {
    let id = i32::try_from(code).ok().filter(|id| *id > 0)?;
    if let Some(datum) = DATUMS.iter().find(|datum| datum.geographic.1 == code) {
        return Some(Srs {
            id,
            name: datum.geographic.0.to_owned(),
            organization: "EPSG",
            definition: datum.geographic(),
        });
    }
    if let Some(srs) = DATUMS.iter().find_map(|datum| datum.gauss_krueger(code)) {
        return Some(srs);
    }
    if let (south @ (326 | 327), zone @ 1..=60) = (code / 100, code % 100) {
        let wgs = DATUMS.iter().find(|datum| datum.geographic.1 == 4326)?;
        let name = format!("WGS 84 / UTM zone {zone}{}", if south == 327 { "S" } else { "N" });
        let northing = if south == 327 { 10_000_000 } else { 0 };
        let meridian = zone.cast_signed() * 6 - 183;
        return Some(Srs {
            id,
            definition: transverse_mercator(&name, &wgs.geographic(), meridian, "0.9996", 500_000, northing, code),
            name,
            organization: "EPSG",
        });
    }
    Some(Srs { id, name: format!("EPSG:{code}"), organization: "EPSG", definition: "undefined".into() })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn the_zones_of_chinese_mine_maps_have_their_meridian_and_false_easting() {
        for (code, name, meridian, easting) in [
            (4526, "CGCS2000 / 3-degree Gauss-Kruger zone 38", 114, 38_500_000),
            (4549, "CGCS2000 / 3-degree Gauss-Kruger CM 120E", 120, 500_000),
            (4498, "CGCS2000 / Gauss-Kruger zone 20", 117, 20_500_000),
            (2361, "Xian 1980 / 3-degree Gauss-Kruger zone 37", 111, 37_500_000),
            (2384, "Xian 1980 / 3-degree Gauss-Kruger CM 117E", 117, 500_000),
        ] {
            let srs = of(code).unwrap();
            assert_eq!(srs.name, name);
            assert!(srs.definition.contains(&format!("[\"central_meridian\",{meridian}]")), "{code}");
            assert!(srs.definition.contains(&format!("[\"false_easting\",{easting}]")), "{code}");
        }
        assert!(of(32650).unwrap().definition.contains("[\"central_meridian\",117]"));
        assert_eq!(of(0), None);
    }
}
