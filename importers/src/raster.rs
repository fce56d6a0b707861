//! Surfer grids, ESRI ASCII grids and GeoTIFF as `grid` facts, through GDAL. See `docs/formats/raster.md`.
#![allow(clippy::float_cmp, reason = "equal here means the same bits as written in the file")]

use crate::crs::{self, Placement};
use crate::{ImportError, Importer, Input, Intake, Options, gis, values as units, words};
use gdal::GdalOpenFlags;
use minesift_core::fact::{Fact, Source, Value};
use minesift_core::text::Text;

pub(crate) const IMPORTER: Importer = Importer {
    name: "raster",
    about: "Surfer grids (DSAA, DSBB, DSRB), ESRI ASCII grids, GeoTIFF: floors, thicknesses, terrain",
    extensions: &["grd", "asc", "tif", "tiff"],
    recognises,
    read,
};

const DRIVERS: &[&str] = &["GSAG", "GSBG", "GS7BG", "AAIGrid", "GTiff"];
/// Nodes above which a grid is no surface of a mine (and 800 MB).
const MOST_NODES: usize = 100_000_000;
/// Nodes that any file may have, and how many more for each of its bytes: packed grids unfold, a few bytes not to gigabytes.
const NODES_OF_ANY: usize = 4_000_000;
const NODES_A_BYTE: usize = 100;

fn recognises(input: &Input) -> bool {
    let head = &input.head;
    let magic: [&[u8]; 5] = [b"DSAA", b"DSBB", b"DSRB", b"II*\0", b"MM\0*"];
    magic.iter().any(|magic| head.starts_with(magic))
        || head.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"ncols"))
        || matches!(input.extension().as_str(), "grd" | "asc" | "tif" | "tiff")
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let opened = gis::open(input, GdalOpenFlags::GDAL_OF_RASTER | GdalOpenFlags::GDAL_OF_READONLY, DRIVERS, &[])?;
    let dataset = opened.dataset()?;
    let fail = |zh: String, en: String| ImportError::new(&input.name, zh, en);
    let gdal = |error: gdal::errors::GdalError| {
        let why = gis::said().first().cloned().unwrap_or_else(|| error.to_string());
        ImportError::new(
            &input.name,
            format!("读取失败：{why}；文件可能不完整，请重新导出"),
            format!("it cannot be read: {why}; it may be cut off: export it again"),
        )
    };
    let driver = dataset.driver().short_name();
    let (columns, rows) = dataset.raster_size();
    let bytes = usize::try_from(input.size).unwrap_or(usize::MAX);
    let most = bytes.saturating_mul(NODES_A_BYTE).saturating_add(NODES_OF_ANY).min(MOST_NODES);
    if columns.checked_mul(rows).is_none_or(|nodes| nodes > most || nodes == 0) {
        return Err(fail(
            format!("网格为 {columns} × {rows}，过大或为空；请先裁剪到井田范围"),
            format!("a grid of {columns} × {rows} is too large or empty: cut it to the mine first"),
        ));
    }
    let says = dataset
        .spatial_ref()
        .ok()
        .and_then(|srs| srs.authority().ok().filter(|code| code.starts_with("EPSG:")).or_else(|| srs.to_wkt().ok()));
    // Without a frame of its own the plane is in the unit of the heights.
    let said = options.units.as_deref().and_then(|unit| units::factor(unit, "m"));
    let plane = said.filter(|_| says.is_none() && !crs::states_its_unit(options)).unwrap_or(1.0);
    let [x0, dx, skew_x, y0, skew_y, dy] = dataset
        .geo_transform()
        .map_err(|_| fail("没有位置信息（地理变换）".into(), "it has no position (geotransform)".into()))?
        .map(|value| value * plane);
    if skew_x != 0.0 || skew_y != 0.0 || dx == 0.0 || dy == 0.0 {
        return Err(fail(
            "网格是旋转的；请重采样为正北网格（gdalwarp）".into(),
            "the grid is turned: resample it to a grid along the axes (gdalwarp)".into(),
        ));
    }
    let band = dataset.rasterband(1).map_err(gdal)?;
    if dataset.raster_count() > 1 {
        return Err(fail(
            format!("有 {} 个波段，是影像而非高程网格；请给出单波段文件", dataset.raster_count()),
            format!("it has {} bands: a picture, no surface; give a file with one band", dataset.raster_count()),
        ));
    }
    let buffer = band.read_as::<f64>((0, 0), (columns, rows), (columns, rows), None).map_err(gdal)?;
    let nodata = band.no_data_value();
    let blank = |value: f64| {
        !value.is_finite()
            || value.abs() >= 1.7e38
            || nodata.is_some_and(|none| value == none || (value - none).abs() < 1e-9 * none.abs())
    };
    let unit = band.unit();
    let stated = units::factor(&unit, "m").filter(|_| !unit.trim().is_empty());
    let metres = stated.or(said).unwrap_or(1.0);
    let (scale, offset) = (band.scale().unwrap_or(1.0) * metres, band.offset().unwrap_or(0.0) * metres);
    // GDAL's rows run with dy; ours run from the south.
    let mut values = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        let from = if dy < 0.0 { rows - 1 - row } else { row };
        for column in 0..columns {
            let column = if dx < 0.0 { columns - 1 - column } else { column };
            let value = buffer.data()[from * columns + column];
            values.push(if blank(value) { f64::NAN } else { value * scale + offset });
        }
    }
    let unknown = values.iter().filter(|value| value.is_nan()).count();
    let (step_x, step_y) = (dx.abs(), dy.abs());
    let west = x0.min(x0 + dx * columns as f64) + step_x / 2.0;
    let south = y0.min(y0 + dy * rows as f64) + step_y / 2.0;
    let far = [west + step_x * (columns - 1) as f64, south + step_y * (rows - 1) as f64];
    let placement = Placement::decide(&input.name, &[[west, south], far], says.as_deref(), options)?;
    placement.report(intake);
    let Some([shift_x, shift_y]) = placement.shift() else {
        return Err(fail(
            format!(
                "网格的坐标系 {} 与地图不同，换算会使网格变形；请先重采样：gdalwarp -t_srs {} 输入 输出.tif",
                placement.choice().value,
                options.map_crs.as_deref().unwrap_or("EPSG:…")
            ),
            format!(
                "the grid's frame {} differs from the map's and would bend the grid: resample it first with gdalwarp -t_srs {} IN OUT.tif",
                placement.choice().value,
                options.map_crs.as_deref().unwrap_or("EPSG:...")
            ),
        ));
    };
    let source = Source { file: input.name.clone(), place: driver.clone() };
    let nodes = driver.starts_with("GS");
    intake.note(
        &source,
        if nodes {
            Text::new(
                "Surfer 网格：数值在结点上，原点为西南角结点",
                "a Surfer grid: values stand at nodes, the origin is the south-west node",
            )
        } else {
            Text::new(
                "像元网格：数值在像元中心，原点取西南角像元的中心",
                "a grid of cells: values stand in their middle, the origin is the middle of the south-west cell",
            )
        },
    );
    intake.note(
        &source,
        match (stated, options.units.as_deref()) {
            (Some(_), _) => Text::new(format!("高程单位为 {unit}"), format!("heights are in {unit}")),
            (None, Some(said)) => Text::new(
                format!("文件未写高程单位，按 --units 取 {said}"),
                format!("the file states no unit of heights: taken as {said}, as --units says"),
            ),
            (None, None) => Text::new(
                "文件未写高程单位，按米读取；若为英尺请加 --units ft",
                "the file states no unit of heights: taken as metres; if they are feet say --units ft",
            ),
        },
    );
    if unknown > 0 {
        intake.note(
            &source,
            Text::new(format!("{unknown} 个结点无数据，按未知处理"), format!("{unknown} nodes have no data: unknown")),
        );
    }
    let stem = input.name.rsplit_once('.').map_or(input.name.as_str(), |(stem, _)| stem);
    let seam = options.seam.clone().or_else(|| words::seam_in(stem));
    let lower = stem.to_lowercase();
    let surface = match () {
        () if ["厚"].iter().any(|w| lower.contains(w)) || lower.contains("thick") => "thickness",
        () if ["底板"].iter().any(|w| lower.contains(w)) || lower.contains("floor") => "floor",
        () if seam.is_some() => "floor",
        () => "terrain",
    };
    let by_name = Text::new(
        format!(
            "读作{}{}；否则请用 --seam 与文件名（底板、厚度、地形）说明",
            if surface == "floor" {
                "底板标高"
            } else if surface == "thickness" {
                "煤厚"
            } else {
                "地形"
            },
            seam.as_ref().map(|s| format!("，{s} 煤")).unwrap_or_default()
        ),
        format!(
            "read as {surface}{}; if it is another, say so with --seam and a file name with floor, thickness or terrain in it",
            seam.as_ref().map(|s| format!(" of seam {s}")).unwrap_or_default()
        ),
    );
    intake.note(&source, by_name);
    let mut fact = Fact::new("grid", stem)
        .with("surface", Value::Text(surface.to_owned()))
        .with("origin", Value::Numbers(vec![west + shift_x, south + shift_y]))
        .with("step_m", Value::Numbers(vec![step_x, step_y]))
        .with("columns", Value::Number(columns as f64))
        .with("values_m", Value::Numbers(values))
        .from_source(source);
    if let (Some(seam), true) = (seam, surface != "terrain") {
        fact = fact.with("seam", Value::Text(seam));
    }
    intake.table("");
    intake.accept([fact]);
    gis::note_said(intake);
    Ok(())
}
