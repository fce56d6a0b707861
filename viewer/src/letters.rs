//! Letters that the program's own font lacks: from the fonts of the machine, else as the number of the character, so
//! that no name is ever drawn as an empty box.

use egui::epaint::text::{GlyphBitmap, GlyphRasterizer, GlyphRasterizerRequest, RasterizedGlyph};
use egui::{Color32, ColorImage, Context};

/// Where systems keep a font with many Chinese characters: the file, and the face in it.
#[cfg(not(target_arch = "wasm32"))]
const FONTS: &[(&str, u32)] = &[
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("C:\\Windows\\Fonts\\msyh.ttc", 0),
    ("C:\\Windows\\Fonts\\simsun.ttc", 0),
    ("C:\\Windows\\Fonts\\simsunb.ttf", 0),
    ("/System/Library/Fonts/PingFang.ttc", 0),
    ("/System/Library/Fonts/STHeiti Medium.ttc", 0),
];

/// Lets a context draw what its own font lacks. A browser asks its own fonts before the number is written.
pub fn complete(context: &Context) {
    #[cfg(not(target_arch = "wasm32"))]
    for (path, face) in FONTS.iter().filter(|(path, _)| std::path::Path::new(path).is_file()) {
        context.add_font_provider(std::sync::Arc::new(Installed {
            path,
            face: *face,
            read: std::sync::OnceLock::new(),
        }));
    }
    context.add_glyph_rasterizer(GlyphRasterizer::new("minesift numbers", |request: &GlyphRasterizerRequest<'_>| {
        request.cluster.chars().next().map(|letter| number(letter, request.font_size_px))
    }));
}

/// A font of the machine, read when a letter is first looked for in it.
#[cfg(not(target_arch = "wasm32"))]
struct Installed {
    path: &'static str,
    face: u32,
    read: std::sync::OnceLock<Option<&'static [u8]>>,
}

#[cfg(not(target_arch = "wasm32"))]
impl egui::epaint::text::FontProvider for Installed {
    fn font_for(&self, request: &egui::epaint::text::FallbackRequest<'_>) -> Option<egui::epaint::text::FontInsert> {
        use egui::epaint::text::{FontInsert, FontPriority, InsertFontFamily};
        // Kept as long as the program runs: the letters point into it.
        let bytes = *self.read.get_or_init(|| std::fs::read(self.path).ok().map(|bytes| &*bytes.leak()));
        let data = egui::FontData { index: self.face, ..egui::FontData::from_static(bytes?) };
        let family = InsertFontFamily { family: request.family.clone(), priority: FontPriority::Lowest };
        Some(FontInsert::new(self.path, data, vec![family]))
    }
}

/// Sixteen digits, three dots wide and five high, a row in three bits.
const DIGITS: [[u8; 5]; 16] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 3, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
    [2, 5, 7, 5, 5],
    [6, 5, 6, 5, 6],
    [3, 4, 4, 4, 3],
    [6, 5, 5, 5, 6],
    [7, 4, 6, 4, 7],
    [7, 4, 6, 4, 4],
];

/// The number of a character, hexadecimal, in two rows of small digits.
fn number(letter: char, size_px: f32) -> RasterizedGlyph {
    let digits: Vec<usize> =
        format!("{:04X}", u32::from(letter)).chars().filter_map(|c| c.to_digit(16)).map(|d| d as usize).collect();
    let columns = digits.len().div_ceil(2);
    let dot = ((size_px / 12.0) as usize).max(1);
    let size = [(columns * 4 - 1) * dot, 11 * dot];
    let mut image = ColorImage::filled(size, Color32::TRANSPARENT);
    for (place, digit) in digits.iter().enumerate() {
        let (column, row) = (place % columns, place / columns);
        for (y, line) in DIGITS[*digit].iter().enumerate() {
            for x in (0..3).filter(|x| line >> (2 - x) & 1 == 1) {
                let corner = [(column * 4 + x) * dot, (row * 6 + y) * dot];
                for (dx, dy) in (0..dot).flat_map(|dx| (0..dot).map(move |dy| (dx, dy))) {
                    image[(corner[0] + dx, corner[1] + dy)] = Color32::WHITE;
                }
            }
        }
    }
    let offset_px = egui::vec2(dot as f32, -(size[1] as f32));
    let advance_px = (size[0] + 2 * dot) as f32;
    RasterizedGlyph { bitmap: GlyphBitmap { image, offset_px, is_color: false }, advance_px }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_no_font_has_is_written_as_its_number() {
        // 㙍 is U+364D, 𠮷 is U+20BB7: two and three columns of digits.
        let (four, five) = (number('㙍', 12.0), number('𠮷', 12.0));
        assert_eq!((four.bitmap.image.width(), five.bitmap.image.width()), (7, 11));
        let dots = |glyph: &RasterizedGlyph| glyph.bitmap.image.pixels.iter().filter(|p| **p == Color32::WHITE).count();
        assert!(dots(&four) > 30 && dots(&five) > 30, "{} {}", dots(&four), dots(&five));
    }

    #[test]
    fn the_own_font_has_every_character_of_the_general_standard() {
        let context = Context::default();
        crate::overlay::set_font(&context, egui::FontData::from_static(crate::overlay::FONT));
        context.run_ui(egui::RawInput::default(), |_| {}).textures_delta.clear();
        // Of place names and names of mines, outside GB 2312: third table of the General Standard of 2013.
        for letter in "垚堃淼喆镕玥昇犇崾峁塬圪垯硐砟".chars() {
            assert!(context.fonts_mut(|fonts| fonts.has_glyph(&egui::FontId::proportional(12.0), letter)), "{letter}");
        }
    }
}
