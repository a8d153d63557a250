//! What the binary header says, in either order of bytes.

use super::format::is_code;
use super::{HEADERS, TEXT};
use crate::error::{Error, ErrorKind, Result};
use std::fmt::Display;

/// The binary header, 400 bytes, read in one order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binary<'a> {
    bytes: &'a [u8],
    pub(super) big_endian: bool,
}

impl<'a> Binary<'a> {
    /// The second of the two headers that begin a file.
    pub(super) fn of(headers: &'a [u8], big_endian: bool) -> Self {
        Self { bytes: &headers[TEXT..HEADERS], big_endian }
    }

    fn number(&self, at: usize, bytes: usize) -> u64 {
        let put = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        let bytes = &self.bytes[at..at + bytes];
        if self.big_endian { bytes.iter().fold(0, put) } else { bytes.iter().rev().fold(0, put) }
    }

    fn u16(&self, at: usize) -> u16 {
        self.number(at, 2) as u16
    }

    fn u32(&self, at: usize) -> u32 {
        self.number(at, 4) as u32
    }

    /// The code of the format.
    pub(super) fn format(&self) -> u16 {
        self.u16(24)
    }

    /// Two bytes, of which little-endian writers of one number put the major revision second.
    pub(super) fn revision(&self) -> u8 {
        if self.bytes[300] != 0 { self.bytes[300] } else { self.bytes[301] }
    }

    /// The number of samples of each trace, in the field that all revisions have.
    pub(super) fn samples(&self) -> usize {
        self.u16(20).into()
    }

    /// The same in the field of revision 2, which is not in use before.
    pub(super) fn more_samples(&self) -> usize {
        self.u32(68) as usize
    }

    /// Microseconds from sample to sample, of revision 2 with a fraction; 0 where nothing is said.
    pub(super) fn interval(&self) -> f64 {
        let exact = f64::from_bits(self.number(72, 8));
        if self.revision() >= 2 && exact.is_finite() && exact > 0.0 { exact } else { self.u16(16).into() }
    }

    /// The number of textual headers behind this one; −1 where they end with one that says so.
    pub(super) fn texts(&self) -> i16 {
        self.u16(304).cast_signed()
    }

    /// Trace headers behind the first of each trace: a number of 4 bytes in revision 2.0, of 2 in 2.1.
    pub(super) fn more_headers(&self) -> usize {
        match (self.revision(), self.bytes[301]) {
            (0 | 1, _) => 0,
            (_, 1..) if self.bytes[300] != 0 => self.u16(306).into(),
            _ => self.u32(306) as usize,
        }
    }

    /// The number of traces, and where the first begins, if revision 2 says so.
    pub(super) fn traces_and_start(&self) -> (Option<u64>, Option<u64>) {
        let said = |at| Some(self.number(at, 8)).filter(|&number| self.revision() >= 2 && number > 0);
        (said(312), said(320))
    }

    /// Blocks of 3200 bytes behind the last trace: −1 where revision 2 does not know how many.
    pub(super) fn trailers(&self) -> i32 {
        if self.revision() >= 2 { self.u32(328).cast_signed() } else { 0 }
    }
}

/// The orders of bytes in which a file may be read, the likelier first.
///
/// Revision 2 has a constant for it. Files without it tell by the code of their format: small numbers are large ones
/// in the other order.
pub(super) fn orders(headers: &[u8], is_format_told: bool, what: impl Display) -> Result<Vec<bool>> {
    let constant = match headers[TEXT + 96..TEXT + 100] {
        [1, 2, 3, 4] => Some(true),
        [4, 3, 2, 1] => Some(false),
        [2, 1, 4, 3] | [3, 4, 1, 2] => {
            let expected = "numbers with the most or the least significant byte first";
            return Err(Error::expected(ErrorKind::Format, what, expected, "pairs of bytes swapped"));
        }
        _ => None,
    };
    let both = [constant.unwrap_or(true), !constant.unwrap_or(true)];
    let codes = both.map(|big| Binary::of(headers, big).format());
    match codes.map(is_code) {
        [false, false] if is_format_told => Ok(both.to_vec()),
        [true, _] => Ok(vec![both[0]]),
        [false, true] => Ok(vec![both[1]]),
        [false, false] => {
            let expected = "a code of the format of samples, 1 to 3, 5, 6, 8 to 12, or 16";
            Err(Error::expected(ErrorKind::Format, what, expected, codes[0]))
        }
    }
}
