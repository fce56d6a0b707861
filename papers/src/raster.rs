//! From the drawing to pixels: SVG to PNG with the carried font, the same on every machine.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;
use std::sync::Arc;

/// The letters of every picture.
pub const FONT: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-subset.otf");
/// The family name of [`FONT`].
pub const FONT_FAMILY: &str = "Noto Sans CJK SC";
/// Pixels beyond which a picture is refused rather than filling the memory: 400 million are 1.6 GB.
const MOST_PIXELS: f64 = 4.0e8;

/// Why a drawing did not become a picture.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RasterError {
    /// Not an SVG that can be drawn.
    #[error("the drawing cannot be read: {0}")]
    Drawing(String),
    /// Too many pixels.
    #[error("{width} x {height} pixels are too many; choose a smaller scale or fewer dots per inch")]
    TooLarge {
        /// Width in pixels.
        width: u64,
        /// Height in pixels.
        height: u64,
    },
    /// The PNG could not be written.
    #[error("the picture cannot be written: {0}")]
    Png(String),
}

/// An SVG as a PNG at `dpi` dots per inch; its physical size is kept in the file, so that it prints to scale.
///
/// # Errors
/// [`RasterError`].
pub fn png(svg: &str, dpi: f64) -> Result<Vec<u8>, RasterError> {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(FONT)));
    fonts.set_sans_serif_family(FONT_FAMILY);
    let options = usvg::Options {
        font_family: FONT_FAMILY.to_owned(),
        fontdb: Arc::new(fonts),
        dpi: 96.0,
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| RasterError::Drawing(error.to_string()))?;
    let zoom = (dpi / 96.0) as f32;
    let (width, height) = (f64::from(tree.size().width() * zoom).ceil(), f64::from(tree.size().height() * zoom).ceil());
    let too_large = RasterError::TooLarge { width: width as u64, height: height as u64 };
    if width * height > MOST_PIXELS {
        return Err(too_large);
    }
    let mut pixels = Pixmap::new(width as u32, height as u32).ok_or(too_large)?;
    resvg::render(&tree, Transform::from_scale(zoom, zoom), &mut pixels.as_mut());
    encode(&pixels, dpi).map_err(|error| RasterError::Png(error.to_string()))
}

fn encode(pixels: &Pixmap, dpi: f64) -> Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let dots_per_m = (dpi / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: dots_per_m, yppu: dots_per_m, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header()?;
    // The paper is opaque: three bytes a pixel are enough.
    let rgb: Vec<u8> = pixels.data().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(out)
}
