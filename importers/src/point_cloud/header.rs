//! What the header of a LAS file says, checked against the size of the file before anything is allocated for it.

use minesift_core::text::Text;

/// The bytes of a record's head.
const RECORD_HEAD: u64 = 54;

/// More records than this are said.
const MANY_RECORDS: usize = 50;

/// Refuses a header that its file cannot hold: such headers make readers hang or fill memory.
pub(super) fn check(head: &[u8], size: u64) -> Result<(), Text> {
    let short = || Text::new("文件头不完整，请重新导出", "the header is cut off: export it again");
    let u16_at =
        |at: usize| head.get(at..at + 2).map(|b| u64::from(u16::from_le_bytes([b[0], b[1]]))).ok_or_else(short);
    let u32_at = |at: usize| {
        head.get(at..at + 4).map(|b| u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))).ok_or_else(short)
    };
    let u64_at = |at: usize| Ok::<u64, Text>(u32_at(at)? + (u32_at(at + 4)? << 32));
    let (major, minor) = (head.get(24).copied().ok_or_else(short)?, head.get(25).copied().ok_or_else(short)?);
    if major != 1 || minor > 4 {
        return Err(Text::new(
            format!("LAS {major}.{minor} 不存在或不支持；请导出为 LAS 1.2 至 1.4"),
            format!("LAS {major}.{minor} is not known: export it as LAS 1.2 to 1.4"),
        ));
    }
    let (header, points_at, records) = (u16_at(94)?, u32_at(96)?, u32_at(100)?);
    let (format, length) = (head.get(104).copied().ok_or_else(short)?, u16_at(105)?);
    if header + records * RECORD_HEAD > points_at || points_at > size {
        return Err(Text::new(
            format!(
                "文件头损坏：{records} 个变长记录放不进点数据之前的 {points_at} 字节（文件 {size} 字节）；请重新导出"
            ),
            format!(
                "the header is damaged: {records} variable-length records do not fit before the points at byte {points_at} (the file has {size} bytes): export it again"
            ),
        ));
    }
    // Each record states its own length; their chain must end before the points.
    let mut at = header;
    for number in 1..=records {
        let Ok(length) = u16_at(at as usize + 20) else { break };
        at += RECORD_HEAD + length;
        if at > points_at {
            return Err(Text::new(
                format!("第 {number} 个变长记录越过了点数据的起点；文件损坏，请重新导出"),
                format!("variable-length record {number} runs into the points: the file is damaged, export it again"),
            ));
        }
    }
    let compressed = format & 0xc0 != 0;
    let points = if minor == 4 && header >= 375 { u64_at(247)?.max(u32_at(107)?) } else { u32_at(107)? };
    let least: u64 = match format & 0x3f {
        0 => 20,
        1 => 28,
        2 => 26,
        3 => 34,
        4 => 57,
        5 => 63,
        6 => 30,
        7 => 36,
        8 => 38,
        9 => 59,
        10 => 67,
        other => {
            return Err(Text::new(
                format!("点格式 {other} 不存在；文件损坏"),
                format!("there is no point format {other}: the file is damaged"),
            ));
        }
    };
    if length < least {
        return Err(Text::new(
            format!("点记录长 {length} 字节，格式 {} 至少 {least} 字节；文件损坏", format & 0x3f),
            format!("a point has {length} bytes, format {} needs {least}: the file is damaged", format & 0x3f),
        ));
    }
    // A compressed point takes a tenth of a bit at the least; more than 4,000 a byte are a lie.
    let most = if compressed { size.saturating_mul(4_000) } else { (size - points_at) / length + 1 };
    if points > most.saturating_mul(16) {
        return Err(Text::new(
            format!("文件头称有 {points} 个点，{size} 字节的文件放不下；文件损坏"),
            format!("the header counts {points} points, which {size} bytes cannot hold: the file is damaged"),
        ));
    }
    if minor == 4 && header >= 375 {
        let (first, count) = (u64_at(235)?, u32_at(243)?);
        if count > 0 && (first > size || count * 60 > size) {
            return Err(Text::new(
                "扩展变长记录的位置或数目超出文件；文件损坏",
                "the extended records lie beyond the end of the file: it is damaged",
            ));
        }
    }
    Ok(())
}

/// The frames that the records name.
#[derive(Default)]
pub(super) struct Frames {
    /// WKT or `EPSG:n` of the plane.
    pub(super) horizontal: Option<String>,
    /// Name of the vertical datum.
    pub(super) vertical: Option<String>,
    /// Metres in one unit of height.
    pub(super) vertical_m: Option<f64>,
}

/// What is odd about the records of a header: very many of them, a record of the frame that holds nothing.
pub(super) fn odd_records(header: &las::Header) -> Vec<Text> {
    let mut odd = Vec::new();
    let count = header.all_vlrs().count();
    if count > MANY_RECORDS {
        odd.push(Text::new(
            format!("文件头有 {count} 个变长记录，与点无关的未读"),
            format!(
                "the header has {count} variable-length records; those that say nothing of the points were not read"
            ),
        ));
    }
    if header.all_vlrs().any(|record| (record.is_geotiff_crs() || record.is_wkt_crs()) && record.data.is_empty()) {
        odd.push(Text::new(
            "坐标系记录（GeoTIFF 或 WKT）为空：文件没有说明坐标系",
            "its GeoTIFF record is empty: the file does not say its frame",
        ));
    }
    odd
}

/// The frames that a header's records name: WKT, else GeoTIFF keys.
pub(super) fn frames(header: &las::Header) -> Frames {
    let mut frames = Frames::default();
    for record in header.all_vlrs() {
        if record.is_wkt_crs() {
            let text = String::from_utf8_lossy(&record.data);
            let text = text.trim_end_matches('\0').trim();
            if !text.is_empty() {
                frames.horizontal = Some(plane_of(text));
                if let Some((name, metres)) = vertical_of(text) {
                    (frames.vertical, frames.vertical_m) = (Some(name), metres);
                }
                return frames;
            }
        }
    }
    for record in header.all_vlrs().filter(|record| record.is_geotiff_crs() && record.record_id == 34_735) {
        let words: Vec<u16> = record.data.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
        let keys: Vec<(u16, u16)> = words.get(4..).unwrap_or_default().chunks_exact(4).map(|k| (k[0], k[3])).collect();
        let key = |wanted: u16| keys.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
        // 3072 projected, 2048 geographic, 4096 vertical, 4099 unit of heights; 32767 is "user defined".
        let code =
            key(3072).filter(|c| *c != 32_767 && *c > 0).or_else(|| key(2048).filter(|c| *c != 32_767 && *c > 0));
        frames.horizontal = frames.horizontal.or_else(|| code.map(|code| format!("EPSG:{code}")));
        frames.vertical = key(4096).filter(|c| *c != 32_767 && *c > 0).map(|code| format!("EPSG:{code}"));
        frames.vertical_m = match key(4099) {
            Some(9002) => Some(0.3048),
            Some(9003) => Some(1200.0 / 3937.0),
            _ => None,
        };
    }
    frames
}

/// The plane's part of a compound frame.
fn plane_of(wkt: &str) -> String {
    for (compound, parts) in [("COMPD_CS[", ["PROJCS[", "GEOGCS["]), ("COMPOUNDCRS[", ["PROJCRS[", "GEOGCRS["])] {
        if wkt.starts_with(compound)
            && let Some(at) = parts.iter().filter_map(|part| wkt.find(part)).min()
        {
            return node(&wkt[at..]).to_owned();
        }
    }
    wkt.to_owned()
}

/// Name and unit of the vertical part of a frame.
fn vertical_of(wkt: &str) -> Option<(String, Option<f64>)> {
    let at = ["VERT_CS[", "VERTCRS[", "VERTICALCRS["].iter().filter_map(|name| wkt.find(name)).min()?;
    let part = node(&wkt[at..]);
    let name = part.split('"').nth(1)?.to_owned();
    let unit = ["LENGTHUNIT[", "UNIT["].iter().find_map(|unit| part.rfind(unit))?;
    let metres = part[unit..].split(',').nth(1)?.trim_end_matches([']', ' ']).trim().parse::<f64>().ok();
    Some((name, metres.filter(|metres| *metres > 0.0)))
}

/// One bracketed node of WKT, from its name to its closing bracket.
fn node(text: &str) -> &str {
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => {
                depth -= 1;
                if depth == 0 {
                    return &text[..=i];
                }
            }
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compound_frame_is_taken_apart() {
        let wkt = "COMPD_CS[\"both\",PROJCS[\"plane\",UNIT[\"metre\",1]],VERT_CS[\"NAVD88 height (ftUS)\",VERT_DATUM[\"d\",2005],UNIT[\"US survey foot\",0.304800609601219]]]";
        assert_eq!(plane_of(wkt), "PROJCS[\"plane\",UNIT[\"metre\",1]]");
        let (name, metres) = vertical_of(wkt).unwrap();
        assert_eq!((name.as_str(), metres), ("NAVD88 height (ftUS)", Some(0.304_800_609_601_219)));
    }

    #[test]
    fn a_header_that_its_file_cannot_hold_is_refused() {
        assert!(check(b"LASF", 4).is_err());
        let mut head = vec![0_u8; 375];
        head[..4].copy_from_slice(b"LASF");
        (head[24], head[25], head[94]) = (1, 2, 227);
        head[96..100].copy_from_slice(&300_u32.to_le_bytes());
        head[100..104].copy_from_slice(&0xdead_beef_u32.to_le_bytes());
        head[105] = 20;
        let why = check(&head, 10_000).unwrap_err();
        assert!(why.en.contains("3735928559 variable-length records"), "{why}");
    }
}
