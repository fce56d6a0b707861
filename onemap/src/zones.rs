//! Layers that a classification writes: zones, findings and the named water lines.

use crate::error::MapError;
use crate::map::Map;
use crate::writing::Writing;
use crate::{county, layer, wkb};
use geo::MultiPolygon;
use minesift_core::fact::{Position, Shape};
use minesift_core::kind;
use minesift_core::outline::Outline;
use minesift_core::rulebook::Finding;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::{Class, SeamZones, ZoneMap};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Layers a classification writes.
const LAYERS: [&str; 3] = ["zones", "findings", "water_lines"];

/// One layer of a classification.
struct Layer {
    name: &'static str,
    sql: &'static str,
    zh: &'static str,
    about: &'static str,
    geometry: &'static str,
}

const TABLES: [Layer; 3] = [
    Layer {
        name: "zones",
        sql: "CREATE TABLE zones (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, seam TEXT NOT NULL, seam_zh TEXT, class TEXT NOT NULL, class_zh TEXT NOT NULL, letter TEXT NOT NULL, part INTEGER NOT NULL, reasons_zh TEXT, reasons_en TEXT, rules TEXT, hazards TEXT, hazard_kinds TEXT, hazard_kinds_zh TEXT, area_m2 DOUBLE, tonnes DOUBLE, classified DATE, edition TEXT, label TEXT)",
        zh: "三区",
        about: "可采区、缓采区、禁采区 / mineable, deferred and forbidden ground",
        geometry: "MULTIPOLYGON",
    },
    Layer {
        name: "findings",
        sql: "CREATE TABLE findings (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, seam TEXT NOT NULL, rule TEXT NOT NULL, class TEXT NOT NULL, class_zh TEXT NOT NULL, because_zh TEXT, because_en TEXT, hazards TEXT, evidence TEXT, measure_zh TEXT, measure_en TEXT, value DOUBLE, limit_value DOUBLE, unit TEXT, formula TEXT, stops_zh TEXT, stops_en TEXT, missing TEXT, exit_zh TEXT, exit_en TEXT, area_m2 DOUBLE, classified DATE, edition TEXT)",
        zh: "判定",
        about: "每条规则的判定 / what each rule finds",
        geometry: "MULTIPOLYGON",
    },
    Layer {
        name: "water_lines",
        sql: "CREATE TABLE water_lines (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTILINESTRING, line TEXT NOT NULL, line_zh TEXT NOT NULL, seam TEXT, hazard TEXT NOT NULL, water_level_m DOUBLE, water_volume_m3 DOUBLE, area_m2 DOUBLE, classified DATE)",
        zh: "积水线、探水线、警戒线",
        about: "water, probe and warning lines",
        geometry: "MULTILINESTRING",
    },
];

/// Creates the empty layers.
pub(crate) fn create(db: &Connection, srs_id: i32) -> Result<(), MapError> {
    for Layer { name, sql, zh, about, geometry } in TABLES {
        db.execute_batch(sql)?;
        layer::register(db, name, zh, about, Some((geometry, 0)), srs_id)?;
    }
    Ok(())
}

/// True while a layer is there with the columns that a classification writes.
fn is_whole(db: &Connection, layer: &Layer) -> Result<bool, MapError> {
    let sql = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1";
    let sql: Option<String> = db.query_row(sql, [layer.name], |row| row.get(0)).optional()?;
    Ok(sql.as_deref() == Some(layer.sql) && layer::is_there(db, &layer::tree(layer.name))?)
}

/// Makes layers again, empty, that another program dropped or changed: the next classification fills them.
pub(crate) fn mend(db: &Connection, srs_id: i32) -> Result<(), MapError> {
    for layer in TABLES {
        if !is_whole(db, &layer)? {
            layer::drop(db, layer.name)?;
            db.execute_batch(layer.sql)?;
            layer::register(db, layer.name, layer.zh, layer.about, Some((layer.geometry, 0)), srs_id)?;
        }
    }
    Ok(())
}

fn areas(outline: &Outline) -> MultiPolygon<f64> {
    outline.to_geo()
}

fn border(outline: &Outline) -> Shape {
    let line = |ring: &geo::LineString<f64>| ring.0.iter().map(|c| Position::plan(c.x, c.y)).collect();
    Shape::Lines(
        outline
            .to_geo()
            .iter()
            .flat_map(|polygon| {
                std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(line).collect::<Vec<_>>()
            })
            .collect(),
    )
}

fn sorted(words: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort();
    words.dedup();
    words
}

/// Kind of everything a finding can name.
fn kinds_by_id(site: &Site) -> BTreeMap<&str, &'static str> {
    let mut kinds: BTreeMap<&str, &'static str> = site.facts.iter().map(|fact| (fact.id.as_str(), fact.kind)).collect();
    kinds.extend(site.hazards().iter().map(|hazard| (hazard.id.as_str(), hazard.kind)));
    kinds
}

impl Writing<'_> {
    /// Writes the layers `zones`, `findings` and `water_lines` of a classification in place of those before, and gives
    /// the SHA-256 over them. `warning_m`: how far outside the probe line the mine sets its warning line; without it
    /// none is drawn.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_zones(&mut self, site: &Site, map: &ZoneMap, warning_m: Option<f64>) -> Result<String, MapError> {
        mend(&self.transaction, self.srs_id)?;
        for layer in LAYERS {
            self.transaction.execute(&format!("DELETE FROM {layer}"), [])?;
            self.transaction.execute("DELETE FROM sqlite_sequence WHERE name = ?1", [layer])?;
        }
        let kinds = kinds_by_id(site);
        for zones in &map.seams {
            self.zone_rows(site, map, zones, &kinds)?;
            self.finding_rows(map, zones)?;
            self.water_rows(site, map, zones, warning_m)?;
        }
        hash(&self.transaction)
    }

    fn zone_rows(
        &self,
        site: &Site,
        map: &ZoneMap,
        zones: &SeamZones,
        kinds: &BTreeMap<&str, &'static str>,
    ) -> Result<(), MapError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO zones(geom, seam, seam_zh, class, class_zh, letter, part, reasons_zh, reasons_en, rules, hazards, hazard_kinds, hazard_kinds_zh, area_m2, tonnes, classified, edition, label) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        )?;
        let seam = site.seam(&zones.seam);
        for class in [Class::Mineable, Class::Deferred, Class::Forbidden] {
            for (part, outline) in zones.of(class).parts().enumerate() {
                let reasons: Vec<&Finding> = zones
                    .findings
                    .iter()
                    .filter(|finding| class != Class::Mineable && !finding.outline.within(&outline).is_empty())
                    .collect();
                let lines = |lang: Lang| {
                    let mut seen = Vec::new();
                    for finding in &reasons {
                        let words = format!("{}：{}", finding.rule, finding.because.get(lang));
                        if !seen.contains(&words) {
                            seen.push(words);
                        }
                    }
                    seen.join("\n")
                };
                let hazards = sorted(reasons.iter().flat_map(|finding| finding.hazards.iter().cloned()));
                let names: Vec<&'static kind::Kind> = {
                    let mut ranks: Vec<usize> =
                        hazards.iter().filter_map(|id| kinds.get(id.as_str())).map(|kind| kind::rank(kind)).collect();
                    ranks.sort_unstable();
                    ranks.dedup();
                    ranks.into_iter().filter_map(|rank| kind::kinds().nth(rank)).collect()
                };
                let rules = sorted(reasons.iter().map(|finding| format!("{}:{}", finding.rule, finding.class.name())));
                let kinds_zh: Vec<&str> = names.iter().map(|kind| kind.zh).collect();
                let mut label = vec![format!("{} {}", zones.name.get(Lang::Zh), class.letter().zh)];
                label.extend((!kinds_zh.is_empty()).then(|| kinds_zh.join("、")));
                label.push(map.day.to_string());
                insert.execute(params![
                    wkb::encode(&Shape::Areas(areas(&outline)), self.srs_id),
                    zones.seam,
                    zones.name.zh,
                    class.name(),
                    class.title().zh,
                    class.letter().zh,
                    part as i64 + 1,
                    lines(Lang::Zh),
                    lines(Lang::En).replace('：', ": "),
                    rules.join(" "),
                    hazards.join(" "),
                    names.iter().map(|kind| kind.name).collect::<Vec<_>>().join(" "),
                    kinds_zh.join("、"),
                    outline.area_m2(),
                    seam.and_then(|seam| seam.tonnes(&outline)),
                    map.day.to_string(),
                    map.edition,
                    label.join("\n"),
                ])?;
            }
        }
        Ok(())
    }

    fn finding_rows(&self, map: &ZoneMap, zones: &SeamZones) -> Result<(), MapError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO findings(geom, seam, rule, class, class_zh, because_zh, because_en, hazards, evidence, measure_zh, measure_en, value, limit_value, unit, formula, stops_zh, stops_en, missing, exit_zh, exit_en, area_m2, classified, edition) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
        )?;
        for finding in &zones.findings {
            let outline = finding.outline.within(&zones.ground);
            let stops = finding.stops.words();
            insert.execute(params![
                wkb::encode(&Shape::Areas(areas(&outline)), self.srs_id),
                zones.seam,
                finding.rule,
                finding.class.name(),
                finding.class.title().zh,
                finding.because.zh,
                finding.because.en,
                finding.hazards.join(" "),
                finding.grade.map(minesift_core::site::evidence::Grade::name),
                finding.measure.what.zh,
                finding.measure.what.en,
                finding.measure.value,
                finding.measure.limit,
                finding.measure.unit,
                finding.measure.formula,
                stops.zh,
                stops.en,
                finding.missing.join(" "),
                finding.exit.zh,
                finding.exit.en,
                outline.area_m2(),
                map.day.to_string(),
                map.edition,
            ])?;
        }
        Ok(())
    }

    /// 积水线: the border of flooded ground; 探水线: the outer edge of the probe band; 警戒线: as far outside it as the mine says.
    fn water_rows(
        &self,
        site: &Site,
        map: &ZoneMap,
        zones: &SeamZones,
        warning_m: Option<f64>,
    ) -> Result<(), MapError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO water_lines(geom, line, line_zh, seam, hazard, water_level_m, water_volume_m3, area_m2, classified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        let mut add = |line: &Text, hazard: &str, outline: &Outline| -> Result<(), MapError> {
            let of = site.hazards().iter().find(|h| h.id == hazard);
            insert.execute(params![
                wkb::encode(&border(outline), self.srs_id),
                line.en,
                line.zh,
                zones.seam,
                hazard,
                of.and_then(|h| h.fact.attributes.get("water_level_m")).and_then(number),
                of.and_then(|h| h.fact.attributes.get("water_volume_m3")).and_then(number),
                outline.area_m2(),
                map.day.to_string(),
            ])?;
            Ok(())
        };
        for hazard in site.hazards() {
            let here = hazard.seam.as_deref() == Some(zones.seam.as_str());
            let flooded = hazard.fact.attributes.get("flooded") == Some(&minesift_core::fact::Value::Flag(true));
            if here && flooded && !hazard.outline().is_empty() {
                add(&Text::new("积水线", "water line"), &hazard.id, hazard.outline())?;
            }
        }
        for finding in zones.findings.iter().filter(|finding| finding.rule == "GOAF-3") {
            let Some(id) = finding.hazards.first() else { continue };
            add(&Text::new("探水线", "probe line"), id, &finding.outline)?;
            if let Some(further) = warning_m.filter(|m| *m > 0.0) {
                add(&Text::new("警戒线", "warning line"), id, &finding.outline.grown(further))?;
            }
        }
        Ok(())
    }
}

fn number(value: &minesift_core::fact::Value) -> Option<f64> {
    match value {
        minesift_core::fact::Value::Number(number) => Some(*number),
        _ => None,
    }
}

/// SHA-256 over every cell of the layers of a classification, hexadecimal.
fn hash(db: &Connection) -> Result<String, MapError> {
    hash_of(db, &LAYERS)
}

/// SHA-256 over every cell of these layers, hexadecimal.
pub(crate) fn hash_of(db: &Connection, layers: &[&str]) -> Result<String, MapError> {
    let mut hasher = Sha256::new();
    for layer in layers {
        let mut statement = db.prepare(&format!("SELECT * FROM {layer} ORDER BY fid"))?;
        let width = statement.column_count();
        hasher.update(layer.as_bytes());
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for i in 0..width {
                use rusqlite::types::ValueRef;
                let (tag, bytes) = match row.get_ref(i)? {
                    ValueRef::Null => (0, Vec::new()),
                    ValueRef::Integer(n) => (1, n.to_le_bytes().to_vec()),
                    ValueRef::Real(n) => (2, n.to_le_bytes().to_vec()),
                    ValueRef::Text(words) => (3, words.to_vec()),
                    ValueRef::Blob(blob) => (4, blob.to_vec()),
                };
                hasher.update([tag]);
                hasher.update((bytes.len() as u64).to_le_bytes());
                hasher.update(&bytes);
            }
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// SHA-256 over the layers that a classification would write, without a file: what `verify --replay` compares.
///
/// # Errors
/// Of the database in memory.
pub fn layers_hash(site: &Site, map: &ZoneMap, crs: Option<&str>, warning_m: Option<f64>) -> Result<String, MapError> {
    let mut db = Connection::open_in_memory()?;
    layer::functions(&db)?;
    let srs_id = crate::schema::create(&db, crs, None)?;
    Writing::of(db.transaction()?, srs_id).put_zones(site, map, warning_m)
}

impl Map {
    /// What is to be known of the layers of the last classification before anybody believes them: that they were
    /// changed by hand, that facts have changed since. Nothing where they stand as the facts do, or were never written.
    ///
    /// # Errors
    /// Of the database.
    pub fn about_zones(&self) -> Result<Vec<Text>, MapError> {
        let zones = changed(&self.db)?.into_iter().chain(outdated(&self.db)?);
        Ok(zones.chain(county::about_conflicts(&self.db)?).collect())
    }

    /// The second of these alone, which is quickly answered.
    ///
    /// # Errors
    /// Of the database.
    pub fn zones_outdated(&self) -> Result<Option<Text>, MapError> {
        outdated(&self.db)
    }
}

/// Says so when facts were changed after the last classification.
fn outdated(db: &Connection) -> Result<Option<Text>, MapError> {
    let last = "SELECT max(number) FROM ms_commit WHERE what = 'classify'";
    let Some(classified) = db.query_row(last, [], |row| row.get::<_, Option<i64>>(0))? else { return Ok(None) };
    let facts: Option<i64> = db.query_row("SELECT max(number) FROM ms_version", [], |row| row.get(0))?;
    Ok(facts.filter(|facts| *facts > classified).map(|facts| {
        Text::new(
            format!("图中三区图层是第 {classified} 号提交的结果，第 {facts} 号提交已改动事实：请运行 minesift classify 更新"),
            format!(
                "the map's layers of zones are those of commit {classified}; commit {facts} changed facts since: run `minesift classify`"
            ),
        )
    }))
}

/// Says so when the layers of the last classification were changed by hand.
pub(crate) fn changed(db: &Connection) -> Result<Option<Text>, MapError> {
    let last: Option<(i64, String)> = db
        .query_row(
            "SELECT number, detail FROM ms_commit WHERE what = 'classify' ORDER BY number DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((number, detail)) = last else { return Ok(None) };
    let detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
    for layer in &TABLES {
        if !is_whole(db, layer)? {
            let name = layer.name;
            return Ok(Some(Text::new(
                format!("图层 {name} 缺失或被改过结构；请重新 minesift classify"),
                format!("the layer {name} is gone or its columns were changed: run `minesift classify` again"),
            )));
        }
    }
    if detail["layers_sha256"].as_str() == Some(hash(db)?.as_str()) {
        return Ok(None);
    }
    Ok(Some(Text::new(
        format!(
            "图层 zones、findings、water_lines 与第 {number} 号提交（分区）不符：被手工改过；请重新 minesift classify"
        ),
        format!(
            "the layers zones, findings and water_lines differ from what commit {number} (classify) wrote: changed by hand; run `minesift classify` again"
        ),
    )))
}
