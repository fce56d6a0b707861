//! The papers a mine bureau expects: three-zone maps, tables, reports.
