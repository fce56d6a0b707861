//! GeoParquet: columns as a Parquet file has them, geometry as WKB, the frame in the file's `geo` record.

use super::{LOOK_AT, OF_EACH, Taking, kind_named, told_by_name};
use crate::crs::{self, Placement};
use crate::gis::build::Builder;
use crate::gis::shapes;
use crate::mapping::Mapping;
use crate::{Choice, ImportError, Importer, Input, Intake, Options, gis, parquet_rows};
use gdal::vector::Geometry;
use minesift_core::fact::Source;
use minesift_core::text::Text;
use parquet::file::reader::FileReader;
use parquet::record::{Field, Row};

pub(crate) const IMPORTER: Importer = Importer {
    name: "geoparquet",
    about: "features of a GeoParquet file / GeoParquet 要素",
    extensions: &["parquet", "geoparquet"],
    recognises: |input| input.head.starts_with(b"PAR1"),
    read,
};

/// The largest file that is read: its bytes are held in memory, its rows are not.
const LARGEST: u64 = 2 << 30;

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let fail = |error: &dyn std::fmt::Display| {
        ImportError::new(
            &input.name,
            format!("GeoParquet 无法读取（{error}）；请重新导出"),
            format!("this GeoParquet cannot be read ({error}): export it again"),
        )
    };
    if input.size > LARGEST {
        return Err(fail(&format!("> {} MiB", LARGEST >> 20)));
    }
    gis::quiet();
    let bytes = input.bytes().map_err(|error| fail(&error))?.into_owned();
    let reader = parquet_rows::open(bytes).map_err(|error| fail(&error))?;
    let records = reader.metadata().file_metadata().key_value_metadata();
    let geo = records.into_iter().flatten().find(|record| record.key == "geo").and_then(|record| record.value.clone());
    let Some(geo) = geo else {
        return Err(ImportError::new(
            &input.name,
            "是 Parquet 表而非 GeoParquet（没有 geo 元数据）；请导出为 GeoParquet，或转为 CSV 按台账导入",
            "this is Parquet and no GeoParquet (it has no geo record): export it as GeoParquet, or as CSV and import it as a ledger",
        ));
    };
    let geo: serde_json::Value = serde_json::from_str(&geo).map_err(|error| fail(&error))?;
    let column = geo["primary_column"].as_str().unwrap_or("geometry").to_owned();
    let about = &geo["columns"][&column];
    let encoding = about["encoding"].as_str().unwrap_or("WKB");
    if !encoding.eq_ignore_ascii_case("wkb") {
        return Err(ImportError::new(
            &input.name,
            format!("几何编码为 {encoding}，只支持 WKB；请以 WKB 编码导出"),
            format!("its geometry is encoded as {encoding}, only WKB is read: export it with WKB"),
        ));
    }
    let says = match about.get("crs") {
        // Without a frame the format means longitude and latitude of WGS 84; null means that nobody knows.
        None => Some("OGC:CRS84".to_owned()),
        Some(serde_json::Value::Null) => None,
        Some(crs) => match (crs["id"]["authority"].as_str(), &crs["id"]["code"]) {
            (Some(authority), serde_json::Value::Number(code)) => Some(format!("{authority}:{code}")),
            (Some(authority), serde_json::Value::String(code)) => Some(format!("{authority}:{code}")),
            _ => Some(crs.to_string()),
        },
    };
    intake.receipt.encoding =
        Some(Choice { value: "UTF-8".to_owned(), why: Text::new("格式规定", "the format says so") });
    let rows = || reader.get_row_iter(None).map_err(|error| fail(&error));
    let mut samples = Vec::new();
    for row in rows()?.take(LOOK_AT) {
        let row = row.map_err(|error| fail(&error))?;
        if let Some(Ok((raw, _))) = geometry(&row, &column) {
            samples.extend(crs::spread(&raw.positions(), OF_EACH));
        }
    }
    let placement = Placement::decide(&input.name, &samples, says.as_deref(), options)?;
    placement.report(intake);
    let stem = input.name.rsplit_once('.').map_or(input.name.as_str(), |(stem, _)| stem);
    let (kind, by_name) = match &options.kind {
        Some(name) => (Some(kind_named(&input.name, name)?), None),
        None => {
            told_by_name(stem, ["文件名", "name of the file"]).map_or((None, None), |(kind, said)| (Some(kind), said))
        }
    };
    let mapping = match &options.mapping {
        Some(path) => Mapping::read(path)?,
        None => Mapping::default(),
    };
    intake.table("");
    let mut builder = Builder::new(options, mapping);
    let mut taking = Taking::new(&mut builder, stem, kind, &placement);
    let mut number = 0;
    let mut broken = None;
    for row in rows()? {
        number += 1;
        let source = Source { file: input.name.clone(), place: format!("feature {number}") };
        match row {
            Ok(row) => {
                let cells = row
                    .get_column_iter()
                    .filter(|(name, _)| **name != column && name.as_str() != "bbox")
                    .map(|(name, field)| (name.as_str().into(), cell(field)))
                    .collect();
                taking.take(number, source, cells, || geometry(&row, &column), intake);
            }
            Err(error) => {
                broken = Some(error.to_string());
                break;
            }
        }
    }
    let (source, taken) = taking.finish(intake);
    if let Some(said) = by_name.filter(|_| taken) {
        intake.note(&source, said);
    }
    if let Some(error) = broken {
        let stated = u64::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
        let source = Source { file: input.name.clone(), place: format!("feature {number} and on") };
        super::refuse_many(
            intake,
            &source,
            (stated + 1).saturating_sub(number).max(1),
            &Text::new(format!("文件损坏，读不到（{error}）"), format!("the file is damaged there ({error})")),
        );
    }
    builder.finish(intake);
    gis::note_said(intake);
    Ok(())
}

fn geometry(row: &Row, column: &str) -> Option<Result<(shapes::Raw, bool), Text>> {
    let (_, field) = row.get_column_iter().find(|(name, _)| name.as_str() == column)?;
    let Field::Bytes(bytes) = field else { return None };
    Some(match Geometry::from_wkb(bytes.data()) {
        Ok(geometry) => shapes::raw(&geometry),
        Err(_) => Err(Text::new("几何（WKB）损坏", "its geometry (WKB) is damaged")),
    })
}

fn cell(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Date(_) | Field::TimestampMillis(_) | Field::TimestampMicros(_) => {
            field.to_string().split(' ').next().unwrap_or_default().to_owned()
        }
        other => match parquet_rows::number(other) {
            Some(number) if !matches!(other, Field::Bool(_)) => number.to_string(),
            _ => other.to_string(),
        },
    }
}
