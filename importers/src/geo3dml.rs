//! Geo3DML, the Chinese exchange format of three-dimensional geology: points, lines, triangle nets and the skins of
//! tetrahedral bodies of a model file. See `docs/formats/geo3dml.md`.

mod model;

use crate::crs::Placement;
use crate::encoding::{self, Hint};
use crate::gis::build::{Builder, Cells, Feature};
use crate::gis::shapes::Raw;
use crate::mapping::Mapping;
use crate::mesh::bytes;
use crate::vector::told_by_name;
use crate::{Choice, ImportError, Importer, Input, Intake, Options};
use minesift_core::fact::Source;
use minesift_core::kind::{self, Kind, ShapeKind};
use minesift_core::text::Text;

pub(crate) const IMPORTER: Importer = Importer {
    name: "geo3dml",
    about: "Geo3DML models: points, lines, triangle nets, tetrahedral bodies / 三维地质模型交换格式",
    extensions: &["xml"],
    recognises: |input| {
        let head = String::from_utf8_lossy(&input.head[..input.head.len().min(4096)]);
        head.contains("Geo3DModel") || head.contains("Geo3DMap") || head.contains("Geo3DProject")
    },
    read,
};

/// The largest file that is read: its features are held in memory.
const LARGEST: u64 = 512 << 20;

fn read(input: &Input, options: &Options, intake: &mut Intake) -> Result<(), ImportError> {
    if input.size > LARGEST {
        return Err(ImportError::new(&input.name, "文件超过 512 MiB", "the file has more than 512 MiB"));
    }
    let bytes = bytes(input)?;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let hints: Vec<Hint> = head
        .split("encoding=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .map(|label| Hint { label: label.to_owned(), from: "XML".to_owned() })
        .into_iter()
        .collect();
    let decoded = encoding::decide(&input.name, &bytes, options.encoding.as_deref(), &hints)?;
    intake.receipt.encoding = Some(decoded.choice);
    let model = model::read(&decoded.text).map_err(|why| ImportError::new(&input.name, why.zh, why.en))?;
    if model.root == "Geo3DProject" {
        let list = model.includes.join(", ");
        return Err(ImportError::new(
            &input.name,
            format!("这是工程文件，本身没有图形；请导入其中的模型文件：{list}"),
            format!("this is a project, it holds no shapes itself: import the models that it names: {list}"),
        ));
    }
    if model.root != "Geo3DModel" {
        return Err(ImportError::new(
            &input.name,
            "这是图件文件，只有样式没有图形；请导入模型文件（Geo3DModel）",
            "this is a map, it holds styles and no shapes: import the model files (Geo3DModel)",
        ));
    }
    let said_kind = match &options.kind {
        Some(name) => Some(crate::vector::kind_named(&input.name, name)?),
        None => None,
    };
    let mapping = match &options.mapping {
        Some(path) => Mapping::read(path)?,
        None => Mapping::default(),
    };
    let samples: Vec<[f64; 2]> = model
        .features
        .iter()
        .filter_map(|feature| feature.shape.as_ref().ok())
        .flat_map(|raw| raw.positions().into_iter().take(50).map(minesift_core::fact::Position::xy).collect::<Vec<_>>())
        .collect();
    let says = model.epsg.map(|code| format!("EPSG:{code}"));
    let placement = Placement::decide(&input.name, &samples, says.as_deref(), options)?;
    placement.report(intake);
    if let Some(value) = model.vertical {
        intake.receipt.vertical_datum = Some(Choice { value, why: Text::new("文件自带", "the file says so") });
    }
    intake.table("");
    let mut builder = Builder::new(options, mapping);
    for (number, feature) in model.features.into_iter().enumerate() {
        let label = if feature.name.is_empty() { feature.id.clone() } else { feature.name.clone() };
        let place = format!("feature {} of {}", label, feature.class);
        let source = Source { file: input.name.clone(), place };
        let raw = match feature.shape {
            Ok(raw) => raw,
            Err(why) => {
                intake.refuse(&source, why);
                continue;
            }
        };
        let rules: Vec<_> = builder.mapping.for_layer(&feature.class).cloned().collect();
        let rule = rules.first();
        let mapped = rule.and_then(|rule| match rule.target {
            crate::mapping::Target::Kind(kind) => Some(kind),
            crate::mapping::Target::Ignore => None,
        });
        let mut by_name = None;
        let named = mapped
            .or(said_kind)
            .or_else(|| {
                let names = [
                    (&feature.name, ["要素名", "name of the feature"]),
                    (&feature.class, ["要素类名", "name of the class"]),
                ];
                let told = names.into_iter().find_map(|(name, what)| told_by_name(name, what));
                let (kind, said) = told.filter(|(kind, _)| fits(kind, &raw))?;
                by_name = said;
                Some(kind)
            })
            .filter(|kind| fits(kind, &raw) || said_kind.is_some() || mapped.is_some());
        if let Some(said) = by_name {
            intake.note(&source, said);
        }
        let Some(kind) = named.or_else(|| kind::kind("surface").filter(|_| matches!(raw, Raw::Faces(_)))) else {
            intake.refuse(
                &source,
                Text::new(
                    "种类未知；请用 --kind 指定（如 fault、contour、pick）或给出对照表 --mapping（按要素类名）",
                    "what it is is not known: name it with --kind (such as fault, contour, pick) or a --mapping by feature class",
                ),
            );
            continue;
        };
        let mut cells: Cells = feature.fields.into_iter().map(|(column, cell)| (column.into(), cell)).collect();
        if !feature.name.is_empty() {
            cells.push(("name".into(), feature.name.clone()));
        }
        let fallback_id = if label.is_empty() { format!("{}-{}", feature.class, number + 1) } else { label };
        let feature =
            Feature { source: source.clone(), layer: feature.class, fallback_id, cells, raw: Some(raw), curved: false };
        let made = builder.make(feature, kind, rule, &placement);
        Builder::settle(made, &source, intake);
    }
    builder.finish(intake);
    Ok(())
}

fn fits(kind: &Kind, raw: &Raw) -> bool {
    let Some((_, shape)) = kind.shape else { return false };
    match raw {
        Raw::Points(_) => matches!(shape, ShapeKind::Point | ShapeKind::Any),
        Raw::Lines(_) => matches!(shape, ShapeKind::Line | ShapeKind::Any),
        Raw::Areas(_) => matches!(shape, ShapeKind::Area | ShapeKind::Any),
        Raw::Faces(_) => shape == ShapeKind::Mesh,
    }
}
