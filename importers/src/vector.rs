//! Shapefile, GeoPackage, GeoJSON, KML/KMZ and FlatGeobuf, through GDAL. See `docs/formats/vector.md`.

use crate::crs::{self, Placement};
use crate::gis;
use crate::gis::build::{self, Builder, Cells};
use crate::gis::shapes::{self, Raw};
use crate::mapping::{Mapping, Rule, Target};
use crate::{Choice, ImportError, Importer, Input, Intake, Options, values, words};
use gdal::vector::{Feature, FieldValue, Layer, LayerAccess, OGRFieldType};
use gdal::{Dataset, GdalOpenFlags};
use minesift_core::fact::Source;
use minesift_core::kind::{self, Kind};
use minesift_core::text::Text;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

mod encoding;
mod parquet;

pub(crate) use parquet::IMPORTER as GEOPARQUET;

pub(crate) const IMPORTER: Importer = Importer {
    name: "vector",
    about: "features of a shapefile, GeoPackage, GeoJSON, KML/KMZ or FlatGeobuf",
    extensions: &["shp", "gpkg", "geojson", "json", "kml", "kmz", "fgb"],
    recognises,
    read,
};

const DRIVERS: &[&str] = &["ESRI Shapefile", "GPKG", "GeoJSON", "GeoJSONSeq", "LIBKML", "KML", "FlatGeobuf"];
/// Features looked at to decide where a layer lies.
const LOOK_AT: usize = 1_000;
/// Positions of each that are looked at, besides the outermost.
const OF_EACH: usize = 50;
/// Features that are handed over at once, and how many such handfuls wait at most.
const HANDFUL: usize = 256;
const WAITING: usize = 8;

fn recognises(input: &Input) -> bool {
    let head = |bytes: &[u8]| input.head.starts_with(bytes);
    let text = || String::from_utf8_lossy(&input.head[..input.head.len().min(4096)]).into_owned();
    match input.extension().as_str() {
        "shp" | "kml" | "kmz" | "fgb" | "geojson" => true,
        "gpkg" => head(b"SQLite format 3"),
        "json" => {
            let text = text();
            text.contains("\"FeatureCollection\"") || text.contains("\"Feature\"") || text.contains("\"coordinates\"")
        }
        // An index begins as its shapefile does.
        "shx" => false,
        _ => head(&[0, 0, 0x27, 0x0a]) || head(b"fgb"),
    }
}

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    let encoding = if input.extension() == "shp" { encoding::of_shapefile(input, options)? } else { None };
    let option = encoding.as_ref().map(|choice| format!("ENCODING={}", encoding::for_gdal(&choice.value)));
    let open_options: Vec<&str> = option.iter().map(String::as_str).collect();
    intake.receipt.encoding = encoding
        .or_else(|| Some(Choice { value: "UTF-8".to_owned(), why: Text::new("格式规定", "the format says so") }));
    let mapping = match &options.mapping {
        Some(path) => Mapping::read(path)?,
        None => Mapping::default(),
    };
    let said_kind = match &options.kind {
        Some(name) => Some(kind_named(&input.name, name)?),
        None => None,
    };
    let mut opened =
        gis::open(input, GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY, DRIVERS, &open_options)?;
    let dataset = opened.dataset_mut()?;
    let single = dataset.layer_count() == 1;
    let mut builder = Builder::new(options, mapping);
    for index in 0..dataset.layer_count() {
        let mut layer = dataset.layer(index).map_err(|error| {
            ImportError::new(
                &input.name,
                format!("第 {index} 个图层无法读取：{error}"),
                format!("layer {index} cannot be read: {error}"),
            )
        })?;
        let name = layer.name();
        if name == "layer_styles" {
            continue;
        }
        intake.table(if single { String::new() } else { name.clone() });
        let stem = input.name.rsplit_once('.').map_or(input.name.as_str(), |(stem, _)| stem);
        let mut told = None;
        if said_kind.is_none() && builder.mapping.for_layer(&name).next().is_none() {
            told = told_by_name(&name, ["图层名", "name of the layer"])
                .or_else(|| told_by_name(stem, ["文件名", "name of the file"]).filter(|_| single));
        }
        let kind = said_kind.or(told.as_ref().map(|(kind, _)| *kind));
        let by_name = told.and_then(|(_, said)| said);
        let file_says = layer.spatial_ref().and_then(|srs| {
            srs.authority().ok().filter(|code| code.starts_with("EPSG:")).or_else(|| srs.to_wkt().ok())
        });
        let beyond = beyond_the_looked_at(&layer);
        let samples: Vec<[f64; 2]> = layer
            .features()
            .take(LOOK_AT)
            .filter_map(|feature| shapes::raw(shapes::of(&feature)?).ok())
            .flat_map(|(raw, _)| crs::spread(&raw.positions(), OF_EACH))
            .chain(beyond)
            .collect();
        let placement = Placement::decide(&input.name, &samples, file_says.as_deref(), options)?;
        placement.report(intake);
        let columns: Vec<(Arc<str>, OGRFieldType::Type)> =
            layer.defn().fields().map(|field| (field.name().into(), field.field_type())).collect();
        let stated = layer.try_feature_count();
        let mut read = 0;
        let mut taking = Taking::new(&mut builder, &name, kind, &placement);
        // GDAL reads on a thread of its own while the features before become facts on this one, in the same order.
        let (send, receive) = sync_channel(WAITING);
        let warnings = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                features(dataset, index, &columns, &send);
                drop(send);
                gis::said()
            });
            for feature in receive.into_iter().flatten() {
                read += 1;
                let Written { fid, cells, shape } = feature;
                let number = fid.unwrap_or(read);
                let place =
                    if single { format!("feature {number}") } else { format!("layer {name}, feature {number}") };
                let source = Source { file: input.name.clone(), place };
                taking.take(number, source, cells, || shape, intake);
            }
            reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        gis::keep_said(warnings);
        let (layer_source, taken) = taking.finish(intake);
        if let Some(said) = by_name.filter(|_| taken) {
            intake.note(&layer_source, said);
        }
        if let Some(stated) = stated.filter(|stated| *stated > read) {
            refuse_many(
                intake,
                &Source { file: input.name.clone(), place: format!("layer {name}") },
                stated - read,
                &Text::new("文件不完整，读不到", "the file is cut off before them"),
            );
        }
    }
    builder.finish(intake);
    gis::note_said(intake);
    Ok(())
}

/// Corners of a layer's extent, where it has more features than are looked at and knows its extent without reading them.
fn beyond_the_looked_at(layer: &Layer<'_>) -> Vec<[f64; 2]> {
    if layer.try_feature_count().is_none_or(|count| count <= LOOK_AT as u64) {
        return Vec::new();
    }
    let extent = layer.try_get_extent().ok().flatten();
    extent.map_or_else(Vec::new, |of| vec![[of.MinX, of.MinY], [of.MaxX, of.MaxY]])
}

/// The kind that a name of a layer or file tells, and where it is no name of the catalogue but holds a word of the field,
/// what is to be said of that.
pub(crate) fn told_by_name(name: &str, what: [&str; 2]) -> Option<(&'static Kind, Option<Text>)> {
    let kind = words::kind_of(name)?;
    let [zh, en] = what;
    let exact = [kind.name, kind.zh, kind.en].contains(&name.trim().to_lowercase().as_str());
    let said = (!exact).then(|| {
        Text::new(
            format!("{zh}“{name}”含有该词，按{}（{}）读取；不对时请用 --kind 指定", kind.zh, kind.name),
            format!(
                "taken as {} ({}) by a word in the {en} \"{name}\": if that is wrong, name it with --kind",
                kind.name, kind.en
            ),
        )
    });
    Some((kind, said))
}

/// A feature as GDAL has it.
struct Written {
    fid: Option<u64>,
    cells: Cells,
    shape: Option<Result<(Raw, bool), Text>>,
}

/// Hands over every feature of a layer in handfuls, until nobody takes them any more.
fn features(
    dataset: &mut Dataset,
    index: usize,
    columns: &[(Arc<str>, OGRFieldType::Type)],
    send: &SyncSender<Vec<Written>>,
) {
    let Ok(mut layer) = dataset.layer(index) else { return };
    let mut handful = Vec::with_capacity(HANDFUL);
    for feature in layer.features() {
        handful.push(Written {
            fid: feature.fid(),
            cells: columns.iter().enumerate().map(|(i, (name, ty))| (name.clone(), cell(&feature, i, *ty))).collect(),
            shape: shapes::of(&feature).map(shapes::raw),
        });
        if handful.len() == HANDFUL && send.send(std::mem::replace(&mut handful, Vec::with_capacity(HANDFUL))).is_err()
        {
            return;
        }
    }
    let _ = send.send(handful);
}

/// The features of one layer, as they become facts.
struct Taking<'b, 'o> {
    builder: &'b mut Builder<'o>,
    layer: &'b str,
    /// What they are where no mapping says so.
    kind: Option<&'static Kind>,
    rules: Vec<Rule>,
    placement: &'b Placement,
    /// Features left out, by reason.
    left: BTreeMap<Text, u64>,
    /// Whether some feature was taken for what the layer is.
    by_layer: bool,
}

impl<'b, 'o> Taking<'b, 'o> {
    fn new(
        builder: &'b mut Builder<'o>,
        layer: &'b str,
        kind: Option<&'static Kind>,
        placement: &'b Placement,
    ) -> Self {
        let rules = builder.mapping.for_layer(layer).cloned().collect();
        Self { builder, layer, kind, rules, placement, left: BTreeMap::new(), by_layer: false }
    }

    /// One feature; its shape is asked for only where it is taken.
    fn take(
        &mut self,
        number: u64,
        source: Source,
        mut cells: Cells,
        shape: impl FnOnce() -> Option<Result<(Raw, bool), Text>>,
        intake: &mut Intake,
    ) {
        let layer = self.layer;
        let rule = self.rules.iter().find(|rule| {
            rule.filter
                .as_ref()
                .is_none_or(|(column, value)| cells.iter().any(|(c, v)| **c == *column && v.trim() == value))
        });
        let target = match rule {
            Some(rule) => Some(rule.target),
            None if self.rules.is_empty() => {
                let own = own_kind(&mut cells);
                self.by_layer |= own.is_none();
                own.or(self.kind).map(Target::Kind)
            }
            None => None,
        };
        let target = match target {
            Some(Target::Kind(kind)) => kind,
            Some(Target::Ignore) => {
                let row = rule.map_or(0, |rule| rule.row);
                let why =
                    Text::new(format!("按对照表第 {row} 行不导入"), format!("left out by row {row} of the mapping"));
                *self.left.entry(why).or_default() += 1;
                return;
            }
            None => {
                let why = if self.rules.is_empty() {
                    Text::new(
                        format!("图层 {layer} 的类型未知；请用 --kind 指定（例如 goaf、fault）或给出对照表 --mapping"),
                        format!(
                            "what layer {layer} holds is not known: name it with --kind (such as goaf, fault) or a --mapping"
                        ),
                    )
                } else {
                    Text::new("不符合对照表任何一行的条件", "no row of the mapping has a condition that fits")
                };
                *self.left.entry(why).or_default() += 1;
                return;
            }
        };
        let (raw, curved) = match shape() {
            Some(Ok((raw, curved))) => (Some(raw), curved),
            Some(Err(why)) => return intake.refuse(&source, why),
            None => (None, false),
        };
        let fallback_id = format!("{layer}-{number}");
        let feature =
            build::Feature { source: source.clone(), layer: layer.to_owned(), fallback_id, cells, raw, curved };
        let made = self.builder.make(feature, target, rule, self.placement);
        Builder::settle(made, &source, intake);
    }

    /// Says what was left out, and how often; gives back where that is, and whether features were taken for what the layer
    /// is.
    fn finish(self, intake: &mut Intake) -> (Source, bool) {
        let file = intake.receipt.file.clone();
        let source = Source { file, place: format!("layer {}", self.layer) };
        for (why, count) in self.left {
            refuse_many(intake, &source, count, &why);
        }
        (source, self.by_layer)
    }
}

/// The kind that a feature of our own export names in its column `kind`; what the export put around its keys is taken
/// off again.
fn own_kind(cells: &mut Cells) -> Option<&'static Kind> {
    let at = |name: &str| cells.iter().position(|(column, _)| &**column == name);
    at("source")?;
    let kind = kind::kind(&cells[at("kind")?].1)?;
    cells.retain(|(column, _)| !matches!(&**column, "kind" | "source"));
    for (column, _) in cells.iter_mut().filter(|(column, _)| &**column == "kind_") {
        *column = "kind".into();
    }
    Some(kind)
}

/// Counts many rows as refused for one reason, in one problem.
pub(crate) fn refuse_many(intake: &mut Intake, source: &Source, count: u64, why: &Text) {
    if count == 0 {
        return;
    }
    intake.refuse(source, Text::new(format!("{count} 个要素：{}", why.zh), format!("{count} features: {}", why.en)));
    if let Some(tally) = intake.receipt.tables.last_mut() {
        tally.read += count - 1;
        tally.refused += count - 1;
    }
}

/// The kind a user names.
pub(crate) fn kind_named(file: &str, name: &str) -> Result<&'static Kind, ImportError> {
    kind::kinds().find(|kind| kind.name == name || kind.zh == name).ok_or_else(|| {
        let known: Vec<&str> = kind::kinds().map(|kind| kind.name).collect();
        ImportError::new(
            file,
            format!("没有类型 {name}；可用：{}", known.join("、")),
            format!("there is no kind {name}; there are: {}", known.join(", ")),
        )
    })
}

/// The words of one field, as the file has it.
fn cell(feature: &Feature<'_>, index: usize, ty: OGRFieldType::Type) -> String {
    // Words asked for as words are null where a feature does not have the field at all; the binding of a number then
    // gives 0, and of a list without an address the address.
    match ty {
        OGRFieldType::OFTString => return feature.field_as_string(index).ok().flatten().unwrap_or_default(),
        OGRFieldType::OFTReal => match feature.field_as_double(index) {
            Ok(None) => return String::new(),
            // Nothing but a true 0 is 0 in words as well.
            Ok(Some(number)) if number != 0.0 => return number.to_string(),
            _ => {}
        },
        _ => {}
    }
    let words = feature.field_as_string(index).ok().flatten().unwrap_or_default();
    if words.is_empty() || words == "(0:)" {
        return String::new();
    }
    match feature.field(index) {
        Ok(None) => String::new(),
        // Times of day, and whatever else has no type of its own there.
        Err(_) => words,
        Ok(Some(value)) => in_words(value),
    }
}

fn in_words(value: FieldValue) -> String {
    match value {
        FieldValue::StringValue(text) => text,
        FieldValue::IntegerValue(n) => n.to_string(),
        FieldValue::Integer64Value(n) => n.to_string(),
        FieldValue::RealValue(n) => n.to_string(),
        FieldValue::DateValue(date) => date.to_string(),
        FieldValue::DateTimeValue(time) => format!("{time:?}"),
        // Words that hold a comma stay one word.
        FieldValue::StringListValue(list) if list.iter().any(|word| values::texts(word).len() > 1) => {
            serde_json::Value::from(list).to_string()
        }
        FieldValue::StringListValue(list) => list.join("、"),
        FieldValue::IntegerListValue(list) => comma(&list),
        FieldValue::Integer64ListValue(list) => comma(&list),
        FieldValue::RealListValue(list) => comma(&list),
    }
}

fn comma<T: ToString>(list: &[T]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
