//! The record that ends an archive and says where its directory is.

use super::super::header::read_error;
use super::super::positioned::read_exact_at;
use super::{number, wrong};
use crate::error::Result;
use std::fs::File;
use std::ops::Range;

const END: &[u8; 4] = b"PK\x05\x06";
/// Bytes of the record; a comment follows, of up to 65,535.
const END_LENGTH: u64 = 22;
const LONGEST_COMMENT: u64 = 0xffff;
/// Where the larger record is, which stands before the other.
const LOCATOR: &[u8; 4] = b"PK\x06\x07";
const LOCATOR_LENGTH: u64 = 20;
const LARGE_END: &[u8; 4] = b"PK\x06\x06";
const LARGE_END_LENGTH: u64 = 56;
const RECORD: &[u8; 4] = b"PK\x01\x02";

/// Where the directory lies, as far as the file can hold it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct End {
    pub(super) directory: Range<u64>,
    /// Records in it, as they are counted: modulo 65536 without the larger record.
    pub(super) count: u64,
    pub(super) is_large: bool,
    /// Bytes before the archive in the file.
    pub(super) shift: u64,
}

/// Looks for the end record: the last place that could be it.
pub(super) fn find(file: &File, length: u64, what: &str) -> Result<End> {
    let io_error = |e| read_error(&e, what, "a .npz archive");
    let first = length.saturating_sub(END_LENGTH + LONGEST_COMMENT);
    // A window goes backwards, each overlapping the one before by what a record needs.
    let mut window = [0; 4096];
    let mut high = length;
    while high >= first + END_LENGTH {
        let low = high.saturating_sub(window.len() as u64).max(first);
        let bytes = &mut window[..(high - low) as usize];
        read_exact_at(file, bytes, low).map_err(io_error)?;
        for at in (0..=bytes.len() - END_LENGTH as usize).rev() {
            let record = &bytes[at..at + END_LENGTH as usize];
            let place = low + at as u64;
            if record.starts_with(END)
                && place + END_LENGTH + number(&record[20..22]) <= length
                && let Some(end) = judged(file, place, record).map_err(io_error)?
            {
                return Ok(end);
            }
        }
        if low == first {
            break;
        }
        high = low + END_LENGTH - 1;
    }
    wrong(what, "a .npz archive, with a directory within the file", format!("{length} bytes without one"))
}

/// What the record at this place says, if there is such a directory.
fn judged(file: &File, place: u64, record: &[u8]) -> std::io::Result<Option<End>> {
    let mut is_large = false;
    let (mut count, mut size, mut offset) = (number(&record[10..12]), number(&record[12..16]), number(&record[16..20]));
    let mut end = place;
    if let Some(at) = place.checked_sub(LOCATOR_LENGTH) {
        let mut locator = [0; LOCATOR_LENGTH as usize];
        read_exact_at(file, &mut locator, at)?;
        if locator.starts_with(LOCATOR) {
            // Where it is said to be, or right before if the archive stands behind something else.
            for at in [Some(number(&locator[8..16])), at.checked_sub(LARGE_END_LENGTH)].into_iter().flatten() {
                let mut large = [0; LARGE_END_LENGTH as usize];
                if at.checked_add(LARGE_END_LENGTH).is_none_or(|end| end > place) {
                    continue;
                }
                read_exact_at(file, &mut large, at)?;
                if large.starts_with(LARGE_END) {
                    (is_large, end) = (true, at);
                    (count, size, offset) = (number(&large[32..40]), number(&large[40..48]), number(&large[48..56]));
                    break;
                }
            }
        }
    }
    // The directory ends where the record begins, or it is where it is said to be.
    for start in [end.checked_sub(size), Some(offset)].into_iter().flatten() {
        let (Some(shift), Some(stop)) = (start.checked_sub(offset), start.checked_add(size)) else { continue };
        let mut first = [0; 4];
        if stop > end || size > 0 && size < 46 {
            continue;
        }
        if size > 0 {
            read_exact_at(file, &mut first, start)?;
        }
        if (size == 0 && count == 0) || &first == RECORD {
            return Ok(Some(End { directory: start..stop, count, is_large, shift }));
        }
    }
    Ok(None)
}
