//! [`Viewer`]: holds a mine, shows its scene, answers what lies under the pointer. What it looks like on the screen is
//! in the files below: [`bar`], [`tree`], [`why`], [`canvas`].

mod bar;
mod canvas;
mod measure;
mod tree;
mod why;

use crate::camera::Camera;
use crate::overlay::Ink;
use crate::parcel::Parcel;
use crate::province::Province;
use crate::render::Group;
use crate::scene::changes;
use crate::scene::nearest::{self, Near};
use crate::scene::pick::{self, Cuts, Hit};
use crate::scene::section::Section;
use crate::scene::slice::Slice;
use crate::scene::{Layer, Piece, Scene, objections};
use crate::sheet::Drawing;
use jiff::civil::Date;
use minesift_core::fact::Problem;
use minesift_core::plan::{self, Objection};
use minesift_core::rulebook::Rulebook;
use minesift_core::site::Site;
use minesift_core::text::{Lang, Text};
use minesift_core::zone::{self, ZoneMap};
use std::collections::BTreeSet;

/// What the pointer does when it clicks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Choose and explain.
    Choose,
    /// Measure from point to point.
    Measure,
    /// Draw the line of a section.
    Section,
}

/// What the panels ask of whoever holds the window: to keep a file. The name is a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The picture as it stands, with scale, north and legend.
    Picture(String),
    /// The section as a drawing with axes.
    Sheet(String),
    /// The bookmarks, one camera a line.
    Bookmarks(String),
}

/// Where a view was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Bookmark {
    /// What it is called.
    pub name: String,
    /// The view.
    pub camera: Camera,
}

/// What a map is compared with.
#[derive(Clone, Debug)]
struct Before {
    label: Text,
    map: ZoneMap,
    site: Site,
    /// True while the earlier map is the one shown.
    shown: bool,
}

/// A playing time slider.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Play {
    /// Seconds of the window's clock at the last step.
    last_s: f64,
}

/// The viewer of one mine, or of a province with one mine near.
pub struct Viewer {
    parcel: Parcel,
    moment: usize,
    site: Site,
    book: Rulebook,
    map: ZoneMap,
    scene: Scene,
    province: Option<Province>,
    first_day: Date,
    /// Language of every word.
    pub lang: Lang,
    /// Dark panels and paper.
    pub dark: bool,
    /// The view.
    pub camera: Camera,
    /// Layers that are hidden.
    pub hidden: BTreeSet<Layer>,
    /// Kinds of facts that are hidden within their layers.
    pub hidden_kinds: BTreeSet<&'static str>,
    /// Seams that are hidden.
    pub hidden_seams: BTreeSet<String>,
    /// Opacity of the terrain, 0 to 1.
    pub terrain: f32,
    /// Title and legend stand on the picture.
    pub frame: bool,
    /// What a click does.
    pub hand: Hand,
    /// Points of the measurement: easting, northing, elevation, m.
    pub measured: Vec<[f64; 3]>,
    /// What was clicked.
    pub chosen: Option<Hit>,
    near: Vec<Near>,
    section: Option<Section>,
    /// Where the line of a section begins, until its end is clicked.
    section_from: Option<[f64; 3]>,
    /// Boreholes up to this far from a section are projected onto it, m.
    pub corridor_m: f64,
    slice: Option<Slice>,
    search: String,
    /// Days after the first one.
    days: i32,
    play: Option<Play>,
    /// The slider of what was known, playing.
    play_known: Option<Play>,
    before: Option<Before>,
    objections: Option<Vec<Objection>>,
    /// Views that were kept.
    pub bookmarks: Vec<Bookmark>,
    page: Option<String>,
    pages: egui_commonmark::CommonMarkCache,
    view: Option<canvas::View>,
    flight: Option<canvas::Flight>,
    /// The picture on the screen, in points.
    rect: egui::Rect,
    frames: u64,
    message: String,
    wishes: Vec<Wish>,
}

/// The time slider reaches this many days to both sides of the day of the facts.
const SLIDER_DAYS: i32 = 3653;

impl Viewer {
    /// A viewer of a mine judged on the day of its facts.
    pub fn new(site: Site, book: Rulebook, lang: Lang) -> Self {
        let map = zone::classify(&site, &book);
        let scene = Scene::new(&site, &map);
        Self {
            camera: Camera::overview(&scene),
            hidden: Layer::ALL.iter().copied().filter(|layer| !layer.shown_at_first()).collect(),
            hidden_kinds: BTreeSet::new(),
            hidden_seams: BTreeSet::new(),
            terrain: crate::scene::TERRAIN_AT_FIRST,
            frame: true,
            hand: Hand::Choose,
            measured: Vec::new(),
            chosen: None,
            near: Vec::new(),
            section: None,
            section_from: None,
            corridor_m: 60.0,
            slice: None,
            search: String::new(),
            days: 0,
            play: None,
            play_known: None,
            before: None,
            objections: None,
            bookmarks: Vec::new(),
            page: None,
            pages: egui_commonmark::CommonMarkCache::default(),
            view: None,
            flight: None,
            rect: egui::Rect::ZERO,
            frames: 0,
            message: String::new(),
            wishes: Vec::new(),
            first_day: map.day,
            lang,
            dark: false,
            parcel: Parcel { lang, ..Parcel::default() },
            moment: 0,
            site,
            book,
            map,
            scene,
            province: None,
        }
    }

    /// A viewer of what a map knows, with what it knew before.
    ///
    /// # Errors
    /// In words, when the latest moment is not a mine or a rulebook file is not one.
    pub fn from_parcel(parcel: Parcel) -> Result<Self, String> {
        let latest = parcel.memory.len().checked_sub(1).ok_or("the parcel is empty")?;
        let mut viewer = Self::new(parcel.site(latest)?, parcel.book()?, parcel.lang);
        viewer.moment = latest;
        viewer.parcel = parcel;
        Ok(viewer)
    }

    /// A viewer of many mines, standing back from all of them.
    ///
    /// # Errors
    /// In words, when the mine that stands in the middle cannot be read.
    pub fn of_province(mut province: Province, book: Rulebook, lang: Lang) -> Result<Self, String> {
        let site = province.start()?;
        let mut viewer = Self::new(site, book, lang);
        viewer.province = Some(province);
        viewer.redraw();
        viewer.camera = Camera::overview(&viewer.scene);
        Ok(viewer)
    }

    /// The scene that is shown.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The zones that are shown.
    pub fn map(&self) -> &ZoneMap {
        match &self.before {
            Some(before) if before.shown => &before.map,
            _ => &self.map,
        }
    }

    fn shown_site(&self) -> &Site {
        match &self.before {
            Some(before) if before.shown => &before.site,
            _ => &self.site,
        }
    }

    fn words(&self, zh: &'static str, en: &'static str) -> &'static str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    pub(crate) fn ink(&self) -> Ink {
        if self.dark { Ink::DARK } else { Ink::LIGHT }
    }

    fn shown(&self, layer: Layer, seam: Option<&str>) -> bool {
        !self.hidden.contains(&layer) && seam.is_none_or(|seam| !self.hidden_seams.contains(seam))
    }

    fn group_shown(&self, group: &Group) -> bool {
        self.shown(group.layer, group.seam.as_deref()) && !self.hidden_kinds.contains(group.kind)
    }

    fn piece_shown(&self, piece: &Piece) -> bool {
        let object = &self.scene.objects[piece.object as usize];
        self.shown(object.layer, object.seam.as_deref()) && !self.hidden_kinds.contains(object.kind)
    }

    /// The day that is shown.
    pub fn day(&self) -> Date {
        self.map.day
    }

    /// Judges and draws the mine on a day: with what holds on it, planned acceptances counted. Before the day of its
    /// facts it is the mine as it was then.
    pub fn go_to_day(&mut self, day: Date) {
        let changes = day < self.first_day || self.site.as_of < self.first_day || self.parcel.memory.has_days();
        if changes {
            match self.site_of(self.moment, day) {
                Ok(site) => self.site = site,
                Err(why) => {
                    self.message = why;
                    return;
                }
            }
            self.objections = self.objections.take().map(|_| plan::check(&self.site, &self.book).objections);
        }
        self.map = zone::classify_on(&self.site, &self.book, day, day > self.site.as_of);
        self.days = (day - self.first_day).get_days();
        self.redraw();
    }

    /// The mine as it was known at a moment, with what holds on a day.
    fn site_of(&self, moment: usize, day: Date) -> Result<Site, String> {
        if self.parcel.memory.is_empty() {
            // Given as a site: nothing says on which days its facts hold.
            let asked = Some(day).filter(|day| *day < self.first_day).or(Some(self.first_day));
            let problems =
                |found: Vec<Problem>| found.iter().map(|p| p.message.get(self.lang)).collect::<Vec<_>>().join("; ");
            return Site::new(&self.site.facts, asked).map_err(problems);
        }
        self.parcel.site_on(moment, day)
    }

    /// Judges and draws the mine as it was known at a moment.
    pub fn go_to_moment(&mut self, moment: usize) {
        let day = self.map.day;
        match self.site_of(moment, day) {
            Ok(site) => {
                self.moment = moment;
                self.site = site;
                self.objections = self.objections.take().map(|_| plan::check(&self.site, &self.book).objections);
                self.message.clear();
                self.map = zone::classify_on(&self.site, &self.book, day, day > self.site.as_of);
                self.redraw();
            }
            Err(why) => self.message = why,
        }
    }

    /// Keeps what is shown as what later maps are compared with, or ends the comparison.
    pub fn compare(&mut self, on: bool) {
        self.before = on.then(|| Before {
            label: self.moment_label(),
            map: self.map.clone(),
            site: self.site.clone(),
            shown: false,
        });
        self.redraw();
    }

    /// Compares with another state of the same mine.
    pub fn compare_with(&mut self, label: Text, site: Site, map: ZoneMap) {
        self.before = Some(Before { label, map, site, shown: false });
        self.redraw();
    }

    /// Shows the map before (true) or after (false); nothing changes where nothing is compared.
    pub fn show_before(&mut self, shown: bool) {
        if let Some(before) = &mut self.before {
            before.shown = shown;
            self.redraw();
        }
    }

    fn moment_label(&self) -> Text {
        let day = self.map.day;
        match self.parcel.memory.label(self.moment) {
            Some(label) => Text::new(format!("{day}，{}", label.zh), format!("{day}, {}", label.en)),
            None => Text::same(day.to_string()),
        }
    }

    /// Holds the plan against the law and marks what it objects to, or takes the marks away. Gives their number.
    pub fn object(&mut self, on: bool) -> usize {
        self.objections = on.then(|| plan::check(&self.site, &self.book).objections);
        self.redraw();
        self.objections.as_ref().map_or(0, Vec::len)
    }

    /// Draws everything again from the site and the zones that are shown; what was chosen stays chosen by its id.
    fn redraw(&mut self) {
        let chosen = self.chosen.take().map(|hit| {
            let object = &self.scene.objects[hit.object as usize];
            (object.id.clone(), object.layer, hit)
        });
        let mut scene = Scene::new(self.shown_site(), self.map());
        if let Some(before) = &self.before
            && !before.shown
        {
            let changes = changes::between(&before.map, &self.map);
            changes::draw(&mut scene, &self.site, &changes);
        }
        if let Some(objections) = &self.objections {
            objections::draw(&mut scene, objections, &self.book);
        }
        if let Some(province) = &self.province {
            province.draw(&mut scene);
        }
        self.scene = scene;
        self.chosen = chosen.and_then(|(id, layer, hit)| {
            let object = self.scene.objects.iter().position(|o| o.id == id && o.layer == layer)?;
            Some(Hit { object: object as u32, ..hit })
        });
        self.look_round();
        if let Some(section) = self.section.take() {
            self.section = Section::new(&self.scene, section.a, section.b, self.corridor_m);
        }
        if let Some(slice) = self.slice.take() {
            self.slice = Some(Slice::new(&self.scene, slice.z_m));
        }
        if let Some(view) = &mut self.view {
            view.scene_stale = true;
            view.cuts_stale = true;
        }
    }

    /// Cuts along a line, or takes the section away.
    pub fn set_section(&mut self, line: Option<[[f64; 2]; 2]>) {
        self.section = line.and_then(|[a, b]| Section::new(&self.scene, a, b, self.corridor_m));
        self.cuts_changed();
    }

    /// The section that cuts.
    pub fn section(&self) -> Option<&Section> {
        self.section.as_ref()
    }

    /// The level slice that cuts.
    pub fn slice(&self) -> Option<&Slice> {
        self.slice.as_ref()
    }

    /// The section that cuts as a drawing with axes, so many pixels wide; nothing where nothing cuts.
    pub fn sheet(&self, width: f64) -> Option<Drawing> {
        let section = self.section.as_ref()?;
        let shown = |layer: Layer, seam: Option<&str>| self.shown(layer, seam);
        Some(Drawing::of_section(&self.scene, section, shown, self.camera.stretch, width, self.lang))
    }

    /// Takes away what lies above an elevation, or nothing.
    pub fn set_level(&mut self, level_m: Option<f64>) {
        self.slice = level_m.map(|z| Slice::new(&self.scene, z));
        self.cuts_changed();
    }

    fn cuts_changed(&mut self) {
        if let Some(view) = &mut self.view {
            view.cuts_stale = true;
        }
    }

    fn cuts(&self) -> Cuts<'_> {
        Cuts { section: self.section.as_ref(), slice: self.slice.as_ref() }
    }

    /// What lies at a point of the picture (0 to 1 from the upper left).
    pub fn pick(&self, aspect: f64, at: [f64; 2]) -> Option<Hit> {
        let ray = self.camera.ray(self.scene.origin, aspect, at);
        pick::pick(&self.scene, ray, self.cuts(), |piece| self.piece_shown(piece))
    }

    /// Does what a click at a point of the picture means.
    pub fn click(&mut self, aspect: f64, at: [f64; 2]) {
        let hit = self.pick(aspect, at);
        match (self.hand, hit) {
            (Hand::Choose, hit) => self.choose(hit),
            (Hand::Measure, Some(hit)) => self.measured.push(hit.at),
            (Hand::Section, hit) => {
                let Some(p) = hit.map(|hit| hit.at).or_else(|| self.level_with_target(aspect, at)) else { return };
                match self.section_from.take() {
                    None => self.section_from = Some(p),
                    Some(a) => {
                        self.set_section(Some([a, p].map(|p| [p[0], p[1]])));
                        self.hand = Hand::Choose;
                        if let (Some(section), false) = (&self.section, self.camera.plan) {
                            self.camera = Camera::facing(section, &self.scene, self.camera.stretch);
                        }
                    }
                }
            }
            (Hand::Measure, None) => {}
        }
    }

    /// The place under a point of the picture at the elevation of what one looks at: a section may begin beside
    /// everything that is drawn.
    fn level_with_target(&self, aspect: f64, at: [f64; 2]) -> Option<[f64; 3]> {
        let ray = self.camera.ray(self.scene.origin, aspect, at);
        let along = (self.camera.target[2] - ray.from[2]) / ray.towards[2];
        (along.is_finite() && along > 0.0).then(|| [0, 1, 2].map(|axis| ray.from[axis] + along * ray.towards[axis]))
    }

    /// Chooses what was hit and measures what lies round it.
    pub fn choose(&mut self, hit: Option<Hit>) {
        self.chosen = hit;
        self.page = None;
        self.look_round();
    }

    fn look_round(&mut self) {
        self.near =
            self.chosen.as_ref().map(|hit| nearest::nearest(&self.scene, hit.at, Some(hit.object))).unwrap_or_default();
    }

    /// The nearest hazard of each kind to what was chosen, the nearest first.
    pub fn near(&self) -> &[Near] {
        &self.near
    }

    /// Objects whose name, id or kind holds these letters, at most thirty.
    pub fn find(&self, letters: &str) -> Vec<u32> {
        let letters = letters.trim().to_lowercase();
        if letters.is_empty() {
            return Vec::new();
        }
        let holds = |words: &str| words.to_lowercase().contains(&letters);
        let found = self
            .scene
            .objects
            .iter()
            .enumerate()
            .filter(|(_, o)| holds(&o.id) || holds(&o.name.zh) || holds(&o.name.en));
        found.map(|(number, _)| number as u32).take(30).collect()
    }

    /// Flies to an object and chooses it.
    pub fn fly_to(&mut self, object: u32) {
        let points: Vec<[f64; 3]> = self
            .scene
            .pieces
            .iter()
            .filter(|piece| piece.object == object)
            .flat_map(|piece| piece.triangles.iter().flatten().chain(piece.lines.iter().flatten()))
            .copied()
            .collect();
        let Some(first) = points.first() else { return };
        let (mut low, mut high) = (*first, *first);
        for p in &points {
            for axis in 0..3 {
                low[axis] = low[axis].min(p[axis]);
                high[axis] = high[axis].max(p[axis]);
            }
        }
        let target = [0, 1, 2].map(|axis| f64::midpoint(low[axis], high[axis]));
        let size = (0..3).map(|axis| (high[axis] - low[axis]).powi(2)).sum::<f64>().sqrt();
        self.flight = Some(canvas::Flight::from(self.camera));
        self.camera.target = target;
        self.camera.distance_m = (size * 2.2).max(60.0);
        self.choose(Some(Hit { object, at: self.nearest_of(object, target), along: 0.0 }));
    }

    /// The middle of that triangle of an object which lies nearest to a place: the middle of a ring is not the ring.
    fn nearest_of(&self, object: u32, place: [f64; 3]) -> [f64; 3] {
        let own = self.scene.pieces.iter().filter(|piece| piece.object == object && piece.detail.real());
        let middles =
            own.flat_map(|piece| &piece.triangles).map(|t| [0, 1, 2].map(|i| (t[0][i] + t[1][i] + t[2][i]) / 3.0));
        let away = |p: &[f64; 3]| (0..3).map(|axis| (p[axis] - place[axis]).powi(2)).sum::<f64>();
        middles.min_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or(place)
    }

    /// In a province: brings the mine that one stands near in full, in place of its picture from far.
    pub fn come_near(&mut self) {
        let Some(province) = &mut self.province else { return };
        let Some(next) = province.near(&self.camera) else { return };
        match province.enter(next) {
            Ok(site) => {
                self.map = zone::classify(&site, &self.book);
                self.first_day = self.map.day;
                self.days = 0;
                self.site = site;
                self.before = None;
                self.objections = None;
                self.redraw();
            }
            Err(why) => self.message = why,
        }
    }

    /// What the panels asked to keep since the last time.
    pub fn take_wishes(&mut self) -> Vec<Wish> {
        std::mem::take(&mut self.wishes)
    }

    /// Says something in the bar.
    pub fn say(&mut self, message: impl Into<String>) {
        self.message = message.into();
    }

    /// Bookmarks, a name and a camera a line, as [`Viewer::read_bookmarks`] takes them.
    pub fn write_bookmarks(&self) -> String {
        self.bookmarks.iter().map(|mark| format!("{}\t{}\n", mark.name, mark.camera)).collect()
    }

    /// Takes bookmarks in; a line that is none is left out.
    pub fn read_bookmarks(&mut self, text: &str) {
        let read = text.lines().filter_map(|line| {
            let (name, camera) = line.split_once('\t')?;
            Some(Bookmark { name: name.to_owned(), camera: camera.parse().ok()? })
        });
        self.bookmarks = read.collect();
    }

    /// What stands on the screen, for tests of the window and of the browser: one line of JSON.
    pub fn state(&self) -> String {
        let quoted = |words: &str| format!("{words:?}");
        let chosen = self.chosen.as_ref().map_or_else(
            || "null".to_owned(),
            |hit| {
                let object = &self.scene.objects[hit.object as usize];
                format!(
                    r#"{{"id":{},"at":[{:.3},{:.3},{:.3}],"rules":[{}]}}"#,
                    quoted(&object.id),
                    hit.at[0],
                    hit.at[1],
                    hit.at[2],
                    self.rules_at(hit).iter().map(|rule| quoted(rule)).collect::<Vec<_>>().join(",")
                )
            },
        );
        format!(
            r#"{{"frames":{},"triangles":{},"day":"{}","message":{},"chosen":{chosen}}}"#,
            self.frames,
            self.scene.triangle_count(),
            self.map.day,
            quoted(&self.message)
        )
    }

    fn rules_at(&self, hit: &Hit) -> Vec<String> {
        let (site, map) = (self.shown_site(), self.map());
        let Some(seam) = pick::seam_at(&self.scene, site, map, hit) else { return Vec::new() };
        minesift_core::explain::at(site, map, &seam, hit.at[0], hit.at[1])
            .map(|answer| answer.reasons.iter().map(|reason| reason.finding.rule.clone()).collect())
            .unwrap_or_default()
    }

    /// A point of the window, in points, where a click meets the object of this id; nothing where it is hidden.
    pub fn spot_of(&self, id: &str) -> Option<[f32; 2]> {
        const STEPS: usize = 48;
        let aspect = f64::from(self.rect.width()) / f64::from(self.rect.height()).max(1.0);
        let mut met = [[false; STEPS + 2]; STEPS + 2];
        for (row, line) in met.iter_mut().enumerate().take(STEPS).skip(1) {
            for (column, met) in line.iter_mut().enumerate().take(STEPS).skip(1) {
                let hit = self.pick(aspect, [column as f64 / STEPS as f64, row as f64 / STEPS as f64]);
                *met = hit.is_some_and(|hit| self.scene.objects[hit.object as usize].id == id);
            }
        }
        // Where most of the points round it meet the same object: away from its edges.
        let round = |row: usize, column: usize| {
            let near = (row - 1..=row + 1).flat_map(|r| (column - 1..=column + 1).map(move |c| (r, c)));
            near.filter(|(r, c)| met[*r][*c]).count()
        };
        let spots = (1..STEPS).flat_map(|row| (1..STEPS).map(move |column| (row, column)));
        let (row, column) = spots.filter(|(r, c)| met[*r][*c]).max_by_key(|(r, c)| (round(*r, *c), *r, *c))?;
        let at = [column as f32 / STEPS as f32, row as f32 / STEPS as f32];
        Some([self.rect.left() + at[0] * self.rect.width(), self.rect.top() + at[1] * self.rect.height()])
    }

    /// All panels, and the picture where there is a GPU.
    pub fn ui(&mut self, ui: &mut egui::Ui, gpu: Option<&egui_wgpu::RenderState>) {
        self.frames += 1;
        if ui.visuals().dark_mode != self.dark {
            ui.ctx().set_visuals(if self.dark { egui::Visuals::dark() } else { egui::Visuals::light() });
        }
        egui::Panel::top("bar").show(ui, |ui| self.bar(ui));
        egui::Panel::left("layers").default_size(230.0).show(ui, |ui| {
            egui::ScrollArea::vertical().show(ui, |ui| self.tree(ui));
        });
        if self.chosen.is_some() {
            egui::Panel::right("why").default_size(330.0).show(ui, |ui| {
                egui::ScrollArea::vertical().show(ui, |ui| self.why(ui));
            });
        }
        egui::CentralPanel::no_frame().show(ui, |ui| self.canvas(ui, gpu));
    }
}
