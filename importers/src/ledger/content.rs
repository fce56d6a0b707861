//! What a table holds, by its headers, its name or the user.

use crate::columns::{self, Mapping};
use crate::table::Table;
use crate::vector::told_by_name;
use crate::{Input, Options, exported};
use minesift_core::kind::{self, Kind};
use minesift_core::text::Text;
use std::collections::BTreeSet;

/// What a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// One row a fact of this kind.
    Rows(&'static str),
    /// Layers and, in the same rows, the position of their hole.
    LayersWithCollar,
    /// From, to and results.
    Samples,
    /// One row a hole, a pair of columns a seam: `TOP_x`, `THICK_x`.
    Picks,
    /// Thickness only; the file's name is the hole.
    HoleLog,
}

/// What a table holds, and what is to be said where only a word in its name tells.
pub(super) fn content(
    input: &Input,
    table: &Table,
    options: &Options,
    mapping: &[Mapping],
) -> Option<(Content, Option<Text>)> {
    if table.headers.is_empty() {
        return None;
    }
    by_columns(input, table, options, mapping).map(|content| (content, None)).or_else(|| {
        let told = told_by_name(&table.name, ["表名", "name of the sheet"])
            .or_else(|| told_by_name(&input.name, ["文件名", "name of the file"]));
        let (kind, said) = told?;
        let roles = roles(input, table, Some(kind), mapping);
        // A name alone is no proof: some column must be of that kind as well.
        let own = roles.iter().any(|role| kind.field(role).is_some());
        (own || roles.contains("wkt") || roles.contains("id")).then_some((Content::Rows(kind.name), said))
    })
}

fn roles(input: &Input, table: &Table, kind: Option<&'static Kind>, mapping: &[Mapping]) -> BTreeSet<String> {
    columns::columns(&input.name, table, kind, mapping)
        .map(|columns| columns.into_iter().filter_map(|c| c.role).collect())
        .unwrap_or_default()
}

fn by_columns(input: &Input, table: &Table, options: &Options, mapping: &[Mapping]) -> Option<Content> {
    let roles = |kind: Option<&'static Kind>| roles(input, table, kind, mapping);
    if let Some(kind) = options.kind.as_deref().and_then(kind::kind) {
        let plain = roles(Some(kind));
        return Some(match kind.name {
            "sample" if !plain.contains("quantity") => Content::Samples,
            "pick" if !seam_pairs(table).is_empty() => Content::Picks,
            name => Content::Rows(name),
        });
    }
    if let Some(kind) = exported::kind_of(&input.name, &table.headers) {
        return Some(Content::Rows(kind.name));
    }
    if !seam_pairs(table).is_empty() {
        return Some(Content::Picks);
    }
    let any = roles(None);
    let has = |role: &str| any.contains(role);
    let placed = (has("x") && has("y")) || (has("east") && has("north")) || (has("lon") && has("lat"));
    let layer = has("lithology") || roles(kind::kind("interval")).contains("seam");
    let named = has("hole") || has("name");
    if has("from_m") && has("to_m") && (has("hole") || (placed && named)) {
        return Some(if placed {
            Content::LayersWithCollar
        } else if layer {
            Content::Rows("interval")
        } else {
            Content::Samples
        });
    }
    if has("hole") && has("depth_m") && (has("dip") || has("inclination_deg")) && has("azimuth_deg") && !placed {
        return Some(Content::Rows("station"));
    }
    if has("hole") && placed {
        return Some(Content::Rows("borehole"));
    }
    if has("thickness") && has("lithology") && !has("hole") && !placed && !(has("from_m") && has("to_m")) {
        return Some(Content::HoleLog);
    }
    let event = roles(kind::kind("microseism"));
    if placed && (event.contains("magnitude") || event.contains("energy_j")) {
        return Some(Content::Rows("microseism"));
    }
    None
}

/// Column pairs of a wide table of picks: seam, column of its top, column of its thickness.
pub(super) fn seam_pairs(table: &Table) -> Vec<(String, Option<usize>, Option<usize>)> {
    let mut seams: Vec<(String, Option<usize>, Option<usize>)> = Vec::new();
    for (index, header) in table.headers.iter().enumerate() {
        let upper = header.trim().to_uppercase();
        let (name, top) = if let Some(name) = upper.strip_prefix("TOP_") {
            (name, true)
        } else if let Some(name) = upper.strip_prefix("THICK_") {
            (name, false)
        } else {
            continue;
        };
        let at = seams.iter().position(|(seam, ..)| seam == name).unwrap_or_else(|| {
            seams.push((name.to_owned(), None, None));
            seams.len() - 1
        });
        if top { seams[at].1 = Some(index) } else { seams[at].2 = Some(index) }
    }
    seams.retain(|(_, top, thick)| top.is_some() && thick.is_some());
    seams
}
