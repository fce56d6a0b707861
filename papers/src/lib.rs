//! The papers a mine bureau expects: three-zone maps, tables, reports.
//!
//! Pure functions from a site, its zones and the book they were judged by ([`Papers`]) to documents: no files, no
//! clock. The same site gives the same bytes.
//!
//! | to… | look at |
//! | --- | --- |
//! | draw the three-zone map (三区图) of a seam | [`zone_map`] |
//! | draw what is on record, or a seam's thickness and depth (等厚线图) | [`fact_map`] |
//! | fill the three-zone table (三区表) and the ledger (隐蔽致灾因素台账) | [`tables`] |
//! | write them as a workbook | [`workbook`] |
//! | write the census report (普查报告) | [`report`] |
//! | show the verdict on a plan | [`verdict`] |
//! | turn a drawing into pixels | [`raster`] |

pub mod content;
pub mod contours;
pub mod fact_map;
pub mod labels;
pub mod raster;
pub mod report;
pub mod svg;
pub mod tables;
pub mod verdict;
pub mod words;
pub mod workbook;
pub mod zone_map;

pub use content::{Area, Papers, Receipt};
