//! A map of our own as a file to import: its facts as they stand, to the byte, whatever a layer of a GIS could not hold.

use minesift_core::text::Text;
use minesift_importers::{Choice, ImportError, Input, Intake, Options};
use minesift_onemap::{Known, Map};

/// The facts of a map that is given as a file; nothing where it is none, or where the user says what its layers hold.
pub(crate) fn read(input: &Input, options: &Options) -> Option<Result<Intake, ImportError>> {
    let path = input.path()?;
    let said = options.importer.is_some() || options.kind.is_some() || options.mapping.is_some();
    (!said && Map::is_map(path)).then(|| facts(input, path, options))
}

fn facts(input: &Input, path: &std::path::Path, options: &Options) -> Result<Intake, ImportError> {
    let fail = |error: minesift_onemap::MapError| ImportError {
        place: minesift_core::fact::Source { file: input.name.clone(), place: String::new() },
        message: error.message,
    };
    let map = Map::open_to_read(path).map_err(fail)?;
    let (own, wanted) = (map.crs(), options.map_crs.clone());
    if let (Some(own), Some(wanted)) = (&own, &wanted)
        && !own.eq_ignore_ascii_case(wanted)
    {
        return Err(ImportError::new(
            &input.name,
            format!("此图在 {own}，目标图在 {wanted}：请用 minesift export 按种类写出 GeoJSON 再导入，坐标会随之换算"),
            format!(
                "this map stands in {own}, the other in {wanted}: write its kinds as GeoJSON with `minesift export` and import those, which moves them"
            ),
        ));
    }
    let mut intake = Intake::new(input, "minesift-map");
    let why = || Text::new("地图自己写明", "the map says so itself");
    intake.receipt.crs = own.or(wanted).map(|value| Choice { value, why: why() });
    intake.receipt.vertical_datum = map.vertical_datum().map(|value| Choice { value, why: why() });
    let mut open = "";
    // Every version of every plan, as the register keeps them.
    for fact in map.all_facts(Known::Now, None).map_err(fail)? {
        if fact.kind != open {
            open = fact.kind;
            intake.table(open);
        }
        intake.accept([fact]);
    }
    let source = minesift_core::fact::Source { file: input.name.clone(), place: String::new() };
    intake.note(
        &source,
        Text::new(
            "是 minesift 图：取最后一次提交时的全部事实；分区由事实重新得出，历史留在原图",
            "a map of minesift: its facts as the last commit has them; zones follow from facts anew, its history stays with it",
        ),
    );
    Ok(intake)
}
