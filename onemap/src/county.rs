//! Several mines in one file: a county map.
//!
//! The facts of a mine carry its id before their own, `MINE/ID`; read by mine they have their own ids again. Where
//! neighbours register the same old working differently there is one [`Conflict`] with both claims. The stricter one is
//! in force: each mine gets the other's claim beside its own, and a hazard more never opens ground.

use crate::error::MapError;
use crate::history::{self, Known};
use crate::map::Map;
use crate::writing::Writing;
use crate::zones::hash_of;
use crate::{canon, layer, wkb};
use jiff::civil::Date;
use minesift_core::fact::{Fact, Shape, Value};
use minesift_core::outline::Outline;
use minesift_core::plan::versions;
use minesift_core::text::Text;
use rusqlite::{Connection, OptionalExtension, params};

/// What the ids of a mine's facts begin with.
pub(crate) fn scope(mine: &str) -> String {
    format!("{mine}/")
}

/// What the ids of the mine begin with whose fact this is; nothing on the map of one mine.
pub(crate) fn scope_of(db: &Connection, id: &str) -> Result<String, MapError> {
    let mines = history::facts_of_kind(db, "mine", "", i64::MAX, None)?;
    let scopes = mines.iter().filter_map(|mine| mine.id.split_once('/')).map(|(mine, _)| scope(mine));
    Ok(scopes.into_iter().find(|scope| id.starts_with(scope.as_str())).unwrap_or_default())
}

/// True where this is what one mine of a county took over from another when they were merged.
pub(crate) fn is_claim(db: &Connection, id: &str) -> Result<bool, MapError> {
    let scope = scope_of(db, id)?;
    let Some((other, _)) = id[scope.len()..].split_once(':').filter(|_| !scope.is_empty()) else { return Ok(false) };
    Ok(!history::facts_of_kind(db, "mine", &self::scope(other), i64::MAX, None)?.is_empty())
}

/// Why one mine does not change what the other says: `name` of the kind, `id` on this mine's register.
pub(crate) fn not_his_to_change(name: &str, id: &str) -> MapError {
    MapError::new(
        format!(
            "{name} {id} 是邻矿所报，在此从严生效：不能由本矿撤去或改写；请邻矿核实、在其自己的图上更正后重新 minesift merge"
        ),
        format!(
            "{id} is what the neighbour registers, and is in force here as the stricter claim: it is not this mine's to retract or change; let the neighbour verify, correct his own map, and `minesift merge` again"
        ),
    )
}

/// The fact under its id on a county map.
#[must_use]
pub fn scoped(mine: &str, fact: &Fact) -> Fact {
    Fact { id: format!("{}{}", scope(mine), fact.id), ..fact.clone() }
}

impl Map {
    /// Ids of the mines of a county map; none where the map is that of one mine.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn mines(&self) -> Result<Vec<String>, MapError> {
        let mut statement =
            self.db.prepare_cached("SELECT DISTINCT id FROM ms_version WHERE kind = 'mine' ORDER BY id")?;
        let ids: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(ids.iter().filter_map(|id| id.split_once('/').map(|(mine, _)| mine.to_owned())).collect())
    }

    /// Refuses to change what a neighbour registers and is in force on this mine's register as the stricter claim. `id`:
    /// the fact's own, of a `mine` of a county map.
    ///
    /// # Errors
    /// Where it is such a claim; of the database.
    pub fn may_change(&self, mine: Option<&str>, kind: &str, id: &str) -> Result<(), MapError> {
        let Some(mine) = mine else { return Ok(()) };
        if is_claim(&self.db, &format!("{}{id}", scope(mine)))? {
            let name = minesift_core::kind::kind(kind).map_or(kind, |kind| kind.zh);
            return Err(not_his_to_change(name, id));
        }
        Ok(())
    }

    /// The facts of one mine of a county map, under their own ids; as [`Map::facts`].
    ///
    /// # Errors
    /// When the history cannot be read or there is no such mine.
    pub fn facts_of(&self, mine: &str, known: Known, day: Option<Date>) -> Result<Vec<Fact>, MapError> {
        Ok(versions::in_force(self.all_facts_of(mine, known, day)?))
    }

    /// The same with every version of its plans; as [`Map::all_facts`].
    ///
    /// # Errors
    /// When the history cannot be read or there is no such mine.
    pub fn all_facts_of(&self, mine: &str, known: Known, day: Option<Date>) -> Result<Vec<Fact>, MapError> {
        let scope = scope(mine);
        let mut facts = history::facts_within(&self.db, &scope, history::number_of(&self.db, known)?, day)?;
        if facts.is_empty() {
            let mines = self.mines()?.join(", ");
            return Err(MapError::new(
                format!("图上没有矿井 {mine}；有 {mines}"),
                format!("there is no mine {mine} on the map; there are {mines}"),
            ));
        }
        for fact in &mut facts {
            fact.id.drain(..scope.len());
        }
        Ok(facts)
    }
}

/// What one mine says of a working.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Mine.
    pub mine: String,
    /// The fact under its own id; nothing where the mine has no such working on its register.
    pub fact: Option<Fact>,
    /// Its ground, m².
    pub m2: f64,
    /// Its water, m³, where that was recorded.
    pub volume_m3: Option<f64>,
}

/// One old working that two neighbours register differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The two claims, by mine.
    pub claims: [Claim; 2],
    /// Ground that both claim, m².
    pub common_m2: f64,
    /// Ground that one of them claims alone, m²: the difference in area.
    pub differs_m2: f64,
    /// Difference in volume of water, m³; nothing where one of them did not record it.
    pub differs_m3: Option<f64>,
    /// Keys that differ, beside the outline.
    pub keys: Vec<String>,
    /// Ground of both together: what is in force.
    pub in_force: Outline,
    /// Why this stands in force.
    pub words: Text,
}

/// A mine with its facts under their own ids, in the county's frame.
#[derive(Clone, Debug)]
pub struct Mine {
    /// Its id.
    pub id: String,
    /// Its facts.
    pub facts: Vec<Fact>,
}

impl Mine {
    fn workings(&self) -> Vec<(&Fact, Outline)> {
        self.facts
            .iter()
            .filter(|fact| matches!(fact.kind, "goaf" | "old_working"))
            .filter_map(|fact| Some((fact, crate::diff::footprint(fact)?)))
            .collect()
    }

    fn licence(&self) -> Outline {
        self.facts.iter().find(|fact| fact.kind == "licence").and_then(crate::diff::footprint).unwrap_or_default()
    }

    fn has_seam(&self, seam: &str) -> bool {
        self.facts.iter().any(|fact| fact.kind == "seam" && fact.id == seam)
    }

    /// The other's fact as it stands on this mine's register: a seam that is unknown here is any seam.
    fn takes(&self, other: &str, fact: &Fact) -> Fact {
        let mut taken = Fact { id: format!("{other}:{}", fact.id), ..fact.clone() };
        if fact.text("seam").is_some_and(|seam| !self.has_seam(seam)) {
            taken.attributes.remove("seam");
        }
        if taken.kind == "goaf" {
            taken.attributes.insert("neighbours", Value::Flag(true));
        }
        taken
    }
}

/// Ground below this, m², is how two mines digitise one corner.
const LEAST_M2: f64 = 1.0;

/// Old workings that neighbours register differently, and what each mine must take from the other: (mine, fact).
///
/// Two workings are one where their grounds meet, unless both mines know both seams and name different ones. A working
/// that reaches into a neighbour's licence and is not on his register is a conflict with one claim.
pub fn conflicts(mines: &[Mine]) -> (Vec<Conflict>, Vec<(String, Fact)>) {
    let mut found = Vec::new();
    let mut taken = Vec::new();
    for (i, a) in mines.iter().enumerate() {
        for b in &mines[i + 1..] {
            let (of_a, of_b) = (a.workings(), b.workings());
            let mut paired_a = vec![false; of_a.len()];
            let mut paired_b = vec![false; of_b.len()];
            for (m, (x, ground_x)) in of_a.iter().enumerate() {
                for (n, (y, ground_y)) in of_b.iter().enumerate() {
                    if !ground_x.may_meet(ground_y) || other_seam(a, x, b, y) {
                        continue;
                    }
                    let common = ground_x.within(ground_y);
                    if common.area_m2() < LEAST_M2 {
                        continue;
                    }
                    (paired_a[m], paired_b[n]) = (true, true);
                    let keys = differing(x, y);
                    let both = Outline::union([ground_x, ground_y]);
                    let differs_m2 = both.area_m2() - common.area_m2();
                    if keys.is_empty() && differs_m2 < LEAST_M2 {
                        continue;
                    }
                    found.push(conflict(a, Some((x, ground_x)), b, Some((y, ground_y)), &common, both, keys));
                    taken.push((a.id.clone(), a.takes(&b.id, y)));
                    taken.push((b.id.clone(), b.takes(&a.id, x)));
                }
            }
            for (from, list, paired, to) in [(a, &of_a, &paired_a, b), (b, &of_b, &paired_b, a)] {
                let licence = to.licence();
                for ((fact, ground), _) in list.iter().zip(paired).filter(|(_, paired)| !**paired) {
                    if ground.may_meet(&licence) && ground.within(&licence).area_m2() >= LEAST_M2 {
                        let none = Outline::default();
                        let (x, y) =
                            if from.id == a.id { (Some((*fact, ground)), None) } else { (None, Some((*fact, ground))) };
                        found.push(conflict(a, x, b, y, &none, ground.clone(), Vec::new()));
                        taken.push((to.id.clone(), to.takes(&from.id, fact)));
                    }
                }
            }
        }
    }
    taken.sort_by(|x, y| (&x.0, x.1.kind, &x.1.id).cmp(&(&y.0, y.1.kind, &y.1.id)));
    taken.dedup_by(|x, y| x.0 == y.0 && x.1.kind == y.1.kind && x.1.id == y.1.id);
    (found, taken)
}

/// True where two workings surely lie in different seams.
fn other_seam(a: &Mine, x: &Fact, b: &Mine, y: &Fact) -> bool {
    match (x.text("seam"), y.text("seam")) {
        (Some(p), Some(q)) => p != q && a.has_seam(q) && b.has_seam(p),
        _ => false,
    }
}

/// Keys in which two claims differ, beside outline, names and papers.
fn differing(x: &Fact, y: &Fact) -> Vec<String> {
    const OF_NO_MATTER: [&str; 5] = ["name_zh", "document", "note", "found", "neighbours"];
    let mut keys: Vec<&str> = x.attributes.keys().chain(y.attributes.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .filter(|key| !OF_NO_MATTER.contains(key))
        .filter(|key| canon::value(x.attributes.get(key)) != canon::value(y.attributes.get(key)))
        .map(str::to_owned)
        .collect()
}

fn conflict(
    a: &Mine,
    x: Option<(&Fact, &Outline)>,
    b: &Mine,
    y: Option<(&Fact, &Outline)>,
    common: &Outline,
    in_force: Outline,
    keys: Vec<String>,
) -> Conflict {
    let claim = |mine: &Mine, says: Option<(&Fact, &Outline)>| Claim {
        mine: mine.id.clone(),
        fact: says.map(|(fact, _)| fact.clone()),
        m2: says.map_or(0.0, |(_, ground)| ground.area_m2()),
        volume_m3: says.and_then(|(fact, _)| fact.number("water_volume_m3")),
    };
    let claims = [claim(a, x), claim(b, y)];
    let words = match (&claims[0].fact, &claims[1].fact) {
        (Some(_), Some(_)) => Text::new(
            "两矿所报并存，每处从严（就高不就低）；核实后各自更正并重新合并",
            "both claims stand, the stricter one at every place; let both mines verify, correct and merge again",
        ),
        (one, _) => {
            let (has, lacks) = if one.is_some() { (&a.id, &b.id) } else { (&b.id, &a.id) };
            Text::new(
                format!("{has} 已登记而 {lacks} 未登记，按 {has} 所报对两矿生效"),
                format!("{has} registers it and {lacks} does not: what {has} says is in force for both"),
            )
        }
    };
    Conflict {
        common_m2: common.area_m2(),
        differs_m2: in_force.area_m2() - common.area_m2(),
        differs_m3: claims[0].volume_m3.zip(claims[1].volume_m3).map(|(p, q)| (p - q).abs()),
        claims,
        keys,
        in_force,
        words,
    }
}

impl Writing<'_> {
    /// Writes the layer `conflicts` in place of the one before, and gives the SHA-256 over it, which its commit keeps.
    ///
    /// # Errors
    /// Of the database.
    pub fn put_conflicts(&mut self, conflicts: &[Conflict]) -> Result<String, MapError> {
        layer::drop(&self.transaction, LAYER)?;
        self.transaction.execute_batch(
            "CREATE TABLE conflicts (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, mine_a TEXT NOT NULL, id_a TEXT, m2_a DOUBLE, volume_a_m3 DOUBLE, mine_b TEXT NOT NULL, id_b TEXT, m2_b DOUBLE, volume_b_m3 DOUBLE, common_m2 DOUBLE, differs_m2 DOUBLE, differs_m3 DOUBLE, keys TEXT, in_force_zh TEXT, in_force_en TEXT);",
        )?;
        layer::register(
            &self.transaction,
            LAYER,
            "老空矛盾",
            "邻矿登记不一致的老空 / old workings that neighbours register differently",
            Some(("MULTIPOLYGON", 0)),
            self.srs_id,
        )?;
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO conflicts(geom, mine_a, id_a, m2_a, volume_a_m3, mine_b, id_b, m2_b, volume_b_m3, common_m2, differs_m2, differs_m3, keys, in_force_zh, in_force_en) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?;
        for conflict in conflicts {
            let [a, b] = &conflict.claims;
            let id = |claim: &Claim| claim.fact.as_ref().map(|fact| fact.id.clone());
            insert.execute(params![
                wkb::encode(&Shape::Areas(conflict.in_force.to_geo()), self.srs_id),
                a.mine,
                id(a),
                a.m2,
                a.volume_m3,
                b.mine,
                id(b),
                b.m2,
                b.volume_m3,
                conflict.common_m2,
                conflict.differs_m2,
                conflict.differs_m3,
                conflict.keys.join(" "),
                conflict.words.zh,
                conflict.words.en,
            ])?;
        }
        hash_of(&self.transaction, &[LAYER])
    }

    /// Makes the layer `conflicts` again where it was changed by hand, from what the mines said when they were joined.
    ///
    /// # Errors
    /// Of the database.
    pub(crate) fn mend_conflicts(&mut self) -> Result<(), MapError> {
        if changed(&self.transaction)?.is_none() {
            return Ok(());
        }
        let Some((number, _)) = joined(&self.transaction)? else { return Ok(()) };
        let map = self.map();
        let mut mines = Vec::new();
        for id in map.mines()? {
            let facts = map.all_facts_of(&id, Known::Commit(number), None)?;
            let is_his_own = |fact: &Fact| is_claim(&map.db, &format!("{}{}", scope(&id), fact.id)).map(|claim| !claim);
            let mut own = Vec::new();
            for fact in facts {
                if is_his_own(&fact)? {
                    own.push(fact);
                }
            }
            mines.push(Mine { id, facts: own });
        }
        self.put_conflicts(&conflicts(&mines).0).map(drop)
    }
}

/// The layer of conflicts.
const LAYER: &str = "conflicts";

/// The last commit that joined mines, and what it keeps.
fn joined(db: &Connection) -> Result<Option<(i64, serde_json::Value)>, MapError> {
    let last: Option<(i64, String)> = db
        .query_row(
            "SELECT number, detail FROM ms_commit WHERE what = 'conflicts' ORDER BY number DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    Ok(last.map(|(number, detail)| (number, serde_json::from_str(&detail).unwrap_or_default())))
}

/// Says so when the layer of conflicts was changed by hand.
pub(crate) fn changed(db: &Connection) -> Result<Option<Text>, MapError> {
    let Some((number, detail)) = joined(db)? else { return Ok(None) };
    let stands = match detail["layers_sha256"].as_str() {
        Some(hash) => layer::is_there(db, LAYER)? && hash_of(db, &[LAYER])? == hash,
        // Of a map that was joined before its commit kept the hash nothing can be said.
        None => true,
    };
    Ok((!stands).then(|| {
        Text::new(
            format!("图层 conflicts 与第 {number} 号提交（合并）不符：被手工改过；minesift commit MAP --discard 按历史重建"),
            format!(
                "the layer conflicts differs from what commit {number} (merge) wrote: changed by hand; `minesift commit MAP --discard` makes it again"
            ),
        )
    }))
}

/// What is to be known of the layer of conflicts before anybody believes it.
pub(crate) fn about_conflicts(db: &Connection) -> Result<Vec<Text>, MapError> {
    let mut about = Vec::from_iter(changed(db)?);
    if let Some((number, _)) = joined(db)? {
        let facts: i64 = db.query_row("SELECT coalesce(max(number), 0) FROM ms_version", [], |row| row.get(0))?;
        if facts > number {
            about.push(Text::new(
                format!("图层 conflicts 是第 {number} 号提交（合并）的结果，第 {facts} 号提交已改动事实：请各矿更正后重新 minesift merge"),
                format!(
                    "the layer conflicts is that of commit {number} (merge); commit {facts} changed facts since: `minesift merge` the mines' own maps again"
                ),
            ));
        }
    }
    Ok(about)
}
