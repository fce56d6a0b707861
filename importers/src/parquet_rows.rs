//! Parquet, row by row: what OMF 2 keeps its arrays in and GeoParquet its features.

mod footer;

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};

/// Opens a file's bytes.
///
/// # Errors
/// Of the format.
pub(crate) fn open(bytes: Vec<u8>) -> Result<SerializedFileReader<bytes::Bytes>, ParquetError> {
    if !footer::fits(&bytes) {
        return Err(ParquetError::General("its footer claims more than the file holds".to_owned()));
    }
    SerializedFileReader::new(bytes::Bytes::from(bytes))
}

/// All numbers of a file of numbers, row by row; an unknown one is NaN.
///
/// # Errors
/// Of the format, or in words where the file holds something else or more than `most`.
pub(crate) fn numbers(bytes: Vec<u8>, most: usize) -> Result<Vec<f64>, String> {
    let reader = open(bytes).map_err(|error| error.to_string())?;
    let mut numbers = Vec::new();
    for row in reader.get_row_iter(None).map_err(|error| error.to_string())? {
        let row: Row = row.map_err(|error| error.to_string())?;
        for (name, field) in row.get_column_iter() {
            numbers.push(number(field).ok_or_else(|| format!("{name} = {field} is no number"))?);
        }
        if numbers.len() > most {
            return Err(format!("more than {most} numbers"));
        }
    }
    Ok(numbers)
}

/// A field as a number; NaN where it is null.
pub(crate) fn number(field: &Field) -> Option<f64> {
    Some(match field {
        Field::Null => f64::NAN,
        Field::Bool(b) => f64::from(u8::from(*b)),
        Field::Byte(n) => f64::from(*n),
        Field::Short(n) => f64::from(*n),
        Field::Int(n) => f64::from(*n),
        Field::Long(n) => *n as f64,
        Field::UByte(n) => f64::from(*n),
        Field::UShort(n) => f64::from(*n),
        Field::UInt(n) => f64::from(*n),
        Field::ULong(n) => *n as f64,
        Field::Float(n) => f64::from(*n),
        Field::Double(n) => *n,
        _ => return None,
    })
}
