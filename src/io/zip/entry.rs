//! A member of an archive, read as a stream.

use super::super::header::read_error;
use super::super::positioned::read_exact_at;
use super::{Directory, Record, number, wrong};
use crate::error::Result;
use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Take};

const LOCAL: &[u8; 4] = b"PK\x03\x04";
/// Bytes of the member's own header before its name.
const FIXED: usize = 30;
/// Deflate cannot do better than 1032 to 1, so a claim beyond it is a lie.
const MOST_DEFLATED: u64 = 1032;
const IS_ENCRYPTED: u64 = 1;

/// The contents of a member. At their end, length and checksum are looked at.
#[derive(Debug)]
pub(in crate::io) struct Entry<'a> {
    bytes: Bytes<'a>,
    record: Record,
    /// Where its bytes begin in the file.
    start: u64,
    /// Bytes that have not been read.
    left: u64,
    checksum: Crc,
}

#[derive(Debug)]
enum Bytes<'a> {
    Stored(Take<&'a File>),
    Deflated(DeflateDecoder<BufReader<Take<&'a File>>>),
}

impl<'a> Entry<'a> {
    /// The member of a record, if the file is long enough for its bytes, and these for what is packed in them.
    pub(in crate::io) fn of(directory: &Directory<'a>, record: Record, what: &str) -> Result<Self> {
        let mut file = directory.file;
        let io_error = |e: io::Error| read_error(&e, what, "a member of the archive");
        let is_stored = match record.method {
            _ if record.flags & IS_ENCRYPTED != 0 => return wrong(what, "an entry stored or deflated", "encrypted"),
            0 => true,
            8 => false,
            other => return wrong(what, "an entry stored or deflated", format!("method {other}")),
        };
        let before = directory.end.directory.start;
        let at = record.offset.checked_add(directory.end.shift).filter(|at| at.saturating_add(FIXED as u64) <= before);
        let Some(at) = at else { return wrong(what, "an entry before the directory", record.offset) };
        let mut fixed = [0; FIXED];
        read_exact_at(file, &mut fixed, at).map_err(io_error)?;
        let (name, extra) = (number(&fixed[26..28]), number(&fixed[28..30]));
        let start = at + FIXED as u64 + name + extra;
        let (length, packed) = (record.length, record.packed);
        let most = if is_stored { packed } else { packed.saturating_mul(MOST_DEFLATED) };
        if start.saturating_add(packed) > before || length > most || is_stored && length != packed {
            return wrong(what, "an entry that its bytes can hold", format!("{length} bytes from {packed}"));
        }
        let mut own = vec![0; name as usize];
        read_exact_at(file, &mut own, at + FIXED as u64).map_err(io_error)?;
        if !fixed.starts_with(LOCAL) || own != record.name {
            return wrong(what, "the entry of this name", "something else where the directory says it is");
        }
        file.seek(SeekFrom::Start(start)).map_err(io_error)?;
        let taken = file.take(packed);
        let bytes = if is_stored {
            Bytes::Stored(taken)
        } else {
            Bytes::Deflated(DeflateDecoder::new(BufReader::with_capacity(4096, taken)))
        };
        Ok(Self { bytes, record, start, left: length, checksum: Crc::new() })
    }

    /// How many bytes it has, unpacked.
    pub(in crate::io) fn size(&self) -> u64 {
        self.record.length
    }

    /// How many it takes in the file.
    pub(in crate::io) fn packed(&self) -> u64 {
        self.record.packed
    }

    /// Whether it lies in the file as it is.
    pub(in crate::io) fn is_stored(&self) -> bool {
        matches!(self.bytes, Bytes::Stored(_))
    }

    /// Where its bytes begin in the file.
    pub(in crate::io) fn start(&self) -> u64 {
        self.start
    }

    fn next(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.bytes {
            Bytes::Stored(bytes) => bytes.read(into),
            Bytes::Deflated(bytes) => bytes.read(into),
        }
    }
}

impl Read for Entry<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        let refuse = |words: &str| Err(io::Error::new(io::ErrorKind::InvalidData, words.to_owned()));
        if self.left == 0 {
            if self.next(&mut [0])? > 0 {
                return refuse("more bytes than its length");
            }
            return if self.checksum.sum() == self.record.checksum { Ok(0) } else { refuse("another checksum") };
        }
        let most = usize::try_from(self.left).map_or(into.len(), |left| left.min(into.len()));
        let count = self.next(&mut into[..most])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.checksum.update(&into[..count]);
        self.left -= count as u64;
        Ok(count)
    }
}
