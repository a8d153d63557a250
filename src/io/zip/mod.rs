//! Zip archives, as far as `.npz` needs them: what is stored or deflated, with checksums, of any length.
//!
//! The directory of an archive stands at its end and may claim anything. It is read as a stream, a few KiB at a time,
//! and once: no list of members is kept but of their names where those are asked for, and no claim is believed that the
//! length of the file does not bear out. (The `zip` crate keeps 600 bytes for each member, takes memory for as many
//! as are claimed, and looks for the end of the directory again for every place that could be one.)

mod directory;
mod end;
mod entry;
mod names;
#[cfg(test)]
mod tests;

pub(super) use directory::{Directory, Record};
pub(super) use entry::Entry;

use crate::error::{Error, ErrorKind, Result};
use std::fmt::Display;

/// What is wrong with an archive.
fn wrong<T>(what: &str, expected: &str, found: impl Display) -> Result<T> {
    Err(Error::expected(ErrorKind::Format, what, expected, found))
}

/// The number in these bytes, the least significant first.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}
