//! Pixels as PNG.

/// Pixels, row by row, red, green, blue, opacity, as PNG without the opacity.
///
/// # Errors
/// In words, when there are not as many pixels as the size says.
///
/// ```
/// let png = minesift_viewer::pixels::to_png(&[255; 16], [2, 2]).unwrap();
/// assert_eq!(&png[1..4], b"PNG");
/// assert!(minesift_viewer::pixels::to_png(&[255; 12], [2, 2]).is_err());
/// ```
pub fn to_png(pixels: &[u8], size: [u32; 2]) -> Result<Vec<u8>, String> {
    let failed = |error: png::EncodingError| error.to_string();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, size[0], size[1]);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let rgb: Vec<u8> = pixels.chunks_exact(4).flat_map(|p| &p[..3]).copied().collect();
    encoder.write_header().map_err(failed)?.write_image_data(&rgb).map_err(failed)?;
    Ok(bytes)
}
