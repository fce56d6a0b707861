//! The footer of a Parquet file, walked before the library reads it: a list there may claim millions of
//! elements in a file of a hundred bytes, and the library counts them all.
//!
//! # References
//! Thrift compact protocol, as the Parquet format uses it for its metadata.

/// Structs and lists within each other, at most.
const DEEPEST: usize = 64;

/// True where every list of the footer can stand in the bytes that are there, or where there is no footer to walk.
pub(super) fn fits(file: &[u8]) -> bool {
    let Some(body) = file.strip_suffix(b"PAR1").filter(|body| body.len() >= 4) else { return true };
    let (body, length) = body.split_at(body.len() - 4);
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
    let Some(start) = body.len().checked_sub(length) else { return true };
    Walk { rest: &body[start..] }.structure(0).is_some()
}

struct Walk<'a> {
    rest: &'a [u8],
}

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A count of things that take a byte each at the least.
    fn count(&mut self) -> Option<u64> {
        let count = self.number()?;
        (count <= self.rest.len() as u64).then_some(count)
    }

    fn structure(&mut self, depth: usize) -> Option<()> {
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            // The number of the field stands in the head, or behind it.
            if head >> 4 == 0 {
                self.number()?;
            }
            match head & 0x0f {
                // Yes and no are the type itself.
                1 | 2 => {}
                of => self.value(of, depth)?,
            }
        }
    }

    fn value(&mut self, of: u8, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match of {
            1..=3 => self.skip(1),
            4..=6 => self.number().map(drop),
            7 => self.skip(8),
            8 => {
                let length = self.number()?;
                self.skip(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let short = u64::from(head >> 4);
                let count = if short == 15 { self.count()? } else { short };
                (0..count).try_for_each(|_| self.value(head & 0x0f, depth + 1))
            }
            11 => {
                let count = self.count()?;
                if count == 0 {
                    return Some(());
                }
                let types = self.byte()?;
                (0..count).try_for_each(|_| {
                    self.value(types >> 4, depth + 1)?;
                    self.value(types & 0x0f, depth + 1)
                })
            }
            12 => self.structure(depth + 1),
            13 => self.skip(16),
            _ => None,
        }
    }
}
