//! Numbers that data systems write for "not known".

/// Fillers in a column of any meaning.
const FILLERS: &[f64] =
    &[-555.0, -666.0, -777.0, -888.0, -999.0, -999.25, -9999.0, -9999.25, -99999.0, -999_999.0, 99999.0, 999_999.0];
/// Those that are fillers even where a great negative number may be true, as in an elevation.
const SURE_FILLERS: &[f64] = &[-999.25, -9999.0, -9999.25, -99999.0, -999_999.0];
/// From here on a number is the filler of a grid program.
const HUGE: f64 = 1e29;

/// True for a number that stands for "unknown" in a column of any meaning: -999, -9999, 1e30, Surfer's 1.70141e38. Where
/// it may be an `elevation` fewer do: -555 and -888 can well be one.
///
/// ```
/// use minesift_core::kind::filler::is_filler;
/// assert!(is_filler(-9999.0, true) && is_filler(-888.0, false) && !is_filler(-888.0, true));
/// ```
pub fn is_filler(number: f64, elevation: bool) -> bool {
    let list = if elevation { SURE_FILLERS } else { FILLERS };
    #[expect(clippy::float_cmp, reason = "a filler is written exactly")]
    let filler = list.contains(&number);
    filler || !number.is_finite() || number.abs() >= HUGE
}
