//! The directory: a record for each member.

use super::super::header::read_error;
use super::super::positioned::read_exact_at;
use super::end::{End, find};
use super::{names, number, wrong};
use crate::error::Result;
use std::fs::File;
use std::io;

/// Bytes of a record before the name.
const FIXED: usize = 46;
const RECORD: &[u8; 4] = b"PK\x01\x02";
/// A number of 4 bytes that stands for one of 8 in the record's extra fields.
const LARGE: u64 = 0xffff_ffff;

/// The directory of an archive, which has been found.
#[derive(Debug)]
pub(in crate::io) struct Directory<'a> {
    pub(super) file: &'a File,
    pub(super) what: &'a str,
    pub(super) end: End,
}

/// What the directory says of a member.
#[derive(Clone, Debug)]
pub(in crate::io) struct Record {
    pub(super) name: Vec<u8>,
    pub(super) flags: u64,
    pub(super) method: u64,
    pub(super) checksum: u32,
    pub(super) packed: u64,
    pub(super) length: u64,
    /// Where its own header begins, from the beginning of the archive.
    pub(super) offset: u64,
}

impl Record {
    /// The name, as NumPy decodes it.
    pub(in crate::io) fn name(&self) -> String {
        names::decoded(&self.name, self.flags)
    }
}

impl<'a> Directory<'a> {
    /// Looks for the directory of an archive of this length; `what` names it in errors.
    pub(in crate::io) fn of(file: &'a File, length: u64, what: &'a str) -> Result<Self> {
        Ok(Self { file, what, end: find(file, length, what)? })
    }

    /// The most members that it has room for.
    pub(in crate::io) fn most(&self) -> usize {
        ((self.end.directory.end - self.end.directory.start) / FIXED as u64) as usize
    }

    /// Calls `f` with every record, in order.
    pub(in crate::io) fn for_each(&self, mut f: impl FnMut(&Record)) -> Result<()> {
        let mut stream = Stream { directory: self, window: vec![0; 4096], start: 0, have: 0 };
        let mut record = Record { name: vec![], flags: 0, method: 0, checksum: 0, packed: 0, length: 0, offset: 0 };
        let mut extra = vec![];
        let (mut at, mut count) = (self.end.directory.start, 0_u64);
        while at < self.end.directory.end {
            let mut fixed = [0; FIXED];
            stream.read(at, &mut fixed)?;
            if !fixed.starts_with(RECORD) {
                return wrong(self.what, "a record of the directory", format!("{:?}", &fixed[..4]));
            }
            let two = |at: usize| number(&fixed[at..at + 2]);
            let four = |at: usize| number(&fixed[at..at + 4]);
            let lengths = [28, 30, 32].map(two);
            (record.flags, record.method, record.checksum) = (two(8), two(10), four(16) as u32);
            (record.packed, record.length, record.offset) = (four(20), four(24), four(42));
            at += FIXED as u64;
            record.name.resize(lengths[0] as usize, 0);
            stream.read(at, &mut record.name)?;
            at += lengths[0];
            if [record.packed, record.length, record.offset].contains(&LARGE) {
                extra.resize(lengths[1] as usize, 0);
                stream.read(at, &mut extra)?;
                record.enlarge(&extra);
            }
            at += lengths[1] + lengths[2];
            count += 1;
            f(&record);
        }
        let counted = if self.end.is_large { count } else { count & 0xffff };
        if at > self.end.directory.end || counted != self.end.count {
            let expected = format!("{} members that fill the directory", self.end.count);
            return wrong(self.what, &expected, format!("{count}"));
        }
        Ok(())
    }
}

impl Record {
    /// Numbers of 8 bytes, those that need it, in this order.
    fn enlarge(&mut self, mut extra: &[u8]) {
        while let Some((head, rest)) = extra.split_at_checked(4) {
            let length = number(&head[2..4]) as usize;
            let Some((mut field, rest)) = rest.split_at_checked(length) else { return };
            if number(&head[..2]) == 1 {
                for value in [&mut self.length, &mut self.packed, &mut self.offset] {
                    if *value == LARGE
                        && let Some((large, rest)) = field.split_at_checked(8)
                    {
                        (*value, field) = (number(large), rest);
                    }
                }
                return;
            }
            extra = rest;
        }
    }
}

/// The bytes of the directory, through a window that goes forwards.
struct Stream<'a> {
    directory: &'a Directory<'a>,
    window: Vec<u8>,
    start: u64,
    have: usize,
}

impl Stream<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        let Directory { file, what, end } = self.directory;
        let io_error = |e: io::Error| read_error(&e, what, "a whole directory");
        let reach = at + into.len() as u64;
        if reach > end.directory.end {
            return wrong(what, "a whole directory", "the end of it within a record");
        }
        if into.len() > self.window.len() {
            return read_exact_at(file, into, at).map_err(io_error);
        }
        if at < self.start || reach > self.start + self.have as u64 {
            self.have = (end.directory.end - at).min(self.window.len() as u64) as usize;
            self.start = at;
            read_exact_at(file, &mut self.window[..self.have], at).map_err(io_error)?;
        }
        let from = (at - self.start) as usize;
        into.copy_from_slice(&self.window[from..from + into.len()]);
        Ok(())
    }
}
