//! MapGIS 6.x (.wt, .wl, .wp) is recognised to be refused with a way out.
//!
//! Its coordinates are in paper millimetres times a scale, its frame is an index into the vendor's own table, and no
//! description of the files is published: a reader that guessed would place a mine wrongly and say nothing.

use crate::{ImportError, Importer};

pub(crate) const IMPORTER: Importer = Importer {
    name: "mapgis",
    about: "MapGIS 6.x points, lines, areas: refused, with the way to convert them / MapGIS 6.x：给出转换办法",
    extensions: &["wt", "wl", "wp"],
    recognises: |input| {
        input.head.starts_with(b"WMAP")
            || matches!(input.extension().as_str(), "wt" | "wl" | "wp" | "wat" | "wal" | "wap")
    },
    read: |input, _, _| {
        Err(ImportError::new(
            &input.name,
            "MapGIS 6.x 的格式未公开：坐标为图上毫米乘比例尺，坐标系是厂商表中的序号，猜错会把矿放错地方，故不直接读取。请在 MapGIS 中“文件转换”输出为 SHAPE（.shp，先做投影变换，单位米、比例尺分母 1），或输出 DXF，再导入",
            "the format of MapGIS 6.x is not published: coordinates are paper millimetres times a scale, the frame an index into the vendor's table, and a wrong guess would misplace a mine. Export it in MapGIS as shapefile (after its projection transform, in metres, scale denominator 1) or as DXF and import that",
        ))
    },
};
