//! [`Live`]: a mine of the register with its zones, brought up to date commit by commit.

use crate::diff::{self, Difference};
use crate::error::MapError;
use crate::history::{self, Known};
use crate::map::Map;
use jiff::civil::Date;
use minesift_core::fact::{Fact, Problem};
use minesift_core::plan::versions;
use minesift_core::rulebook::Rulebook;
use minesift_core::site::{Change, Site};
use minesift_core::zone::{SeamChange, ZoneMap, Zoning};
use std::fmt;

/// One mine of a register with its zones. [`Live::catch_up`] reads only the facts that commits since the last look
/// changed, and zones again only what they can reach; the answer is that of a full run to the byte.
pub struct Live {
    zoning: Zoning,
    mine: Option<String>,
    as_of: Option<Date>,
    /// The day on which versions are chosen; nothing while no fact of the register has days.
    day: Option<Date>,
    /// The last commit that was looked at.
    number: i64,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("mine", &self.mine).field("number", &self.number).finish_non_exhaustive()
    }
}

fn no_site(problems: &[Problem]) -> MapError {
    let words = |pick: fn(&Problem) -> &str| {
        problems.iter().map(|p| format!("{}: {}", p.source, pick(p))).collect::<Vec<_>>().join("\n")
    };
    MapError::file(words(|p| &p.message.zh), words(|p| &p.message.en))
}

impl Live {
    /// The mine of a register, or the one named of a county's, zoned as its facts stand; `as_of`: the day they stand
    /// for instead of their own.
    ///
    /// # Errors
    /// When the history cannot be read or the facts make no mine.
    pub fn open(map: &Map, mine: Option<&str>, book: Rulebook, as_of: Option<Date>) -> Result<Self, MapError> {
        let number = map.number_of(Known::Now)?;
        let (site, day) = site_on(map, mine, number, as_of)?;
        Ok(Self { zoning: Zoning::new(site, book), mine: mine.map(str::to_owned), as_of, day, number })
    }

    /// Its facts.
    pub fn site(&self) -> &Site {
        self.zoning.site()
    }

    /// Its zones.
    pub fn zones(&self) -> &ZoneMap {
        self.zoning.map()
    }

    /// The commit it stands at.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Site and zones as they will be once these facts are committed, which the caller does next.
    ///
    /// # Errors
    /// When the mine or its licence would be gone; then it stands where it stood.
    pub fn foresee(&mut self, changes: &[Change]) -> Result<Vec<SeamChange>, MapError> {
        self.zoning.apply(changes).map_err(|problems| no_site(&problems))
    }

    /// What these facts will change, each flip with the facts that decide it. Afterwards it stands as they are committed.
    ///
    /// # Errors
    /// As [`Live::foresee`].
    pub fn difference(&mut self, changes: &[Change]) -> Result<Difference, MapError> {
        let (site, zones) = (self.site().clone(), self.zones().clone());
        self.foresee(changes)?;
        let mut difference = diff::between(&site, &zones, self.site(), self.zones());
        diff::blame(&mut difference, &site.facts, &mut self.zoning);
        Ok(difference)
    }

    /// Brings site and zones up to the last commit; says what changed on which seam.
    ///
    /// # Errors
    /// When the history cannot be read, or the mine or its licence is gone; then it stands where it stood.
    pub fn catch_up(&mut self, map: &Map) -> Result<Vec<SeamChange>, MapError> {
        let number = map.number_of(Known::Now)?;
        let scope = self.mine.as_deref().map(crate::county::scope);
        let touched: Vec<(&'static str, String)> = history::touched_since(&map.db, self.number)?
            .into_iter()
            .filter(|(_, id)| scope.as_ref().is_none_or(|scope| id.starts_with(scope.as_str())))
            .collect();
        // The first day in the register, and another day of the mine, let other versions hold.
        // Up to the last look there was none; the other mines of the file are not read for it.
        let days_began = self.day.is_none() && self.as_of.is_none() && history::days_since(&map.db, self.number)?;
        // Which working is in force is a question to all versions of the plans together.
        let of_a_plan = |(kind, id): &(&'static str, String)| versions::may_be_of_a_version(kind, id);
        if days_began || touched.iter().any(|fact| fact.0 == "mine" || of_a_plan(fact)) {
            let (site, day) = site_on(map, self.mine.as_deref(), number, self.as_of)?;
            let changes = if site.as_of == self.zoning.site().as_of {
                self.zoning.replace(&site.facts).map_err(|problems| no_site(&problems))?
            } else {
                let book = self.zoning.book().clone();
                self.zoning = Zoning::new(site, book);
                let whole = |zones: &minesift_core::zone::SeamZones| SeamChange {
                    seam: zones.seam.clone(),
                    within: zones.ground.bounds(),
                    gone: 0,
                    come: zones.findings.len(),
                };
                self.zoning.map().seams.iter().map(whole).collect()
            };
            (self.day, self.number) = (day, number);
            return Ok(changes);
        }
        let mut changes = Vec::new();
        for (kind, id) in touched {
            let now = history::fact_on(&map.db, kind, &id, number, self.day.or(self.as_of))?;
            let own = scope.as_ref().map_or(id.as_str(), |scope| &id[scope.len()..]).to_owned();
            changes.push(match now {
                Some(fact) => Change::Put(Fact { id: own, ..fact }),
                None => Change::Remove { kind, id: own },
            });
        }
        let changed = self.zoning.apply(&changes).map_err(|problems| no_site(&problems))?;
        self.number = number;
        Ok(changed)
    }
}

/// The site at a commit, and the day on which its facts were chosen: the asked one, or where facts have days that which
/// the facts themselves name.
fn site_on(map: &Map, mine: Option<&str>, number: i64, as_of: Option<Date>) -> Result<(Site, Option<Date>), MapError> {
    let facts = |day: Option<Date>| match mine {
        Some(mine) => map.facts_of(mine, Known::Commit(number), day),
        None => map.facts(Known::Commit(number), day),
    };
    let site = Site::new(&facts(as_of)?, as_of).map_err(|problems| no_site(&problems))?;
    if as_of.is_some() || !map.has_days()? {
        return Ok((site, as_of));
    }
    let day = site.as_of;
    Ok((Site::new(&facts(Some(day))?, None).map_err(|problems| no_site(&problems))?, Some(day)))
}
