//! Angles written as degrees, minutes and seconds.

/// Degrees from text: `112.5042`, `112°30′15.2″`, `112:30:15.2`, `112 30 15.2 E`, `112度30分15.2秒`, `S 33°30'`.
///
/// Nothing for what is no angle, or has minutes or seconds of 60 and more.
///
/// ```
/// use minesift_importers::crs::angle::degrees;
/// assert_eq!(degrees("112°30′18″"), Some(112.505));
/// assert_eq!(degrees("39:30:00N"), Some(39.5));
/// assert_eq!(degrees("33 30 S"), Some(-33.5));
/// assert_eq!(degrees("112°75′"), None);
/// ```
pub fn degrees(text: &str) -> Option<f64> {
    let text: String = text.trim().chars().map(half_width).collect();
    let mut sign = 1.0;
    let mut numbers = String::new();
    for c in text.chars() {
        match c {
            'N' | 'n' | 'E' | 'e' | '北' | '东' | '纬' | '经' => {}
            'S' | 's' | 'W' | 'w' | '南' | '西' => sign = -1.0,
            '+' if numbers.trim().is_empty() => {}
            '-' if numbers.trim().is_empty() => sign = -1.0,
            '0'..='9' | '.' => numbers.push(c),
            '°' | '度' | 'º' | '′' | '\'' | '’' | '分' | '″' | '"' | '”' | '秒' | ':' | ' ' => {
                numbers.push(' ');
            }
            _ => return None,
        }
    }
    let parts: Vec<f64> = numbers.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    let (&degrees, rest) = parts.split_first()?;
    if rest.len() > 2 || rest.iter().any(|part| *part >= 60.0) {
        return None;
    }
    // Only the last part may have a fraction.
    if parts[..parts.len() - 1].iter().any(|part| part.fract() != 0.0) {
        return None;
    }
    let minutes = rest.first().copied().unwrap_or(0.0);
    let seconds = rest.get(1).copied().unwrap_or(0.0);
    let value = degrees + (minutes * 60.0 + seconds) / 3600.0;
    (value <= 360.0).then_some(sign * value)
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}
