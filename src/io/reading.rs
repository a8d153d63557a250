//! Elements from a file into memory: straight, where they lie as they are wanted, else through a window.

use super::element::NpyElement;
use super::positioned::read_exact_at;
use super::progress::Progress;
use super::transfer::{Run, Transfer};
use crate::numbers::{DType, bytes_of_mut};
use std::fs::File;
use std::io::{self, Read};

/// Bytes of the window: what reading takes beside the array itself.
const WINDOW: usize = 16 << 10;
/// Runs of so many bytes are worth a call of their own.
const LONG: usize = 4 << 10;
/// One call reads no more, so that progress is seen.
const PIECE: usize = 8 << 20;

/// Where bytes come from.
pub(super) trait Source {
    fn read_exact_at(&mut self, buffer: &mut [u8], at: u64) -> io::Result<()>;
}

impl Source for &File {
    fn read_exact_at(&mut self, buffer: &mut [u8], at: u64) -> io::Result<()> {
        read_exact_at(self, buffer, at)
    }
}

/// A stream, read forwards only.
#[derive(Debug)]
pub(super) struct Stream<R> {
    reader: R,
    at: u64,
}

impl<R: Read> Stream<R> {
    /// A stream that begins with byte 0.
    pub(super) fn new(reader: R) -> Self {
        Self { reader, at: 0 }
    }
}

impl<R: Read> Source for Stream<R> {
    fn read_exact_at(&mut self, buffer: &mut [u8], at: u64) -> io::Result<()> {
        let skip = at.checked_sub(self.at).ok_or_else(|| io::Error::other("a stream is read forwards only"))?;
        let skipped = io::copy(&mut (&mut self.reader).take(skip), &mut io::sink())?;
        if skipped < skip {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.reader.read_exact(buffer)?;
        self.at = at + buffer.len() as u64;
        Ok(())
    }
}

/// Reads all elements of a transfer to their places.
pub(super) fn read<T: NpyElement>(
    source: &mut impl Source,
    transfer: &Transfer,
    big_endian: bool,
    into: &mut [T],
    progress: &mut Progress,
) -> io::Result<()> {
    let size = size_of::<T>();
    let (elements, runs) = transfer.elements_and_runs();
    let native = big_endian == cfg!(target_endian = "big") || size == 1;
    // Bools are 0 and 1 in memory, and any bytes in a file.
    if native && T::DTYPE != DType::Bool && transfer.is_plain() && elements * size >= runs * LONG {
        return transfer.try_for_each(|run| {
            let bytes = bytes_of_mut(&mut into[run.memory..run.memory + run.len]);
            for (k, piece) in bytes.chunks_mut(PIECE).enumerate() {
                source.read_exact_at(piece, run.file as u64 + (k * PIECE) as u64)?;
                progress.add(piece.len());
            }
            Ok(())
        });
    }
    let extent = transfer.extent();
    // Reading what lies between costs less than a call for each run, unless it is much more.
    let is_dense = (elements * size) as u64 >= (extent.end - extent.start) as u64 / 8;
    let mut window = Window { source, bytes: vec![], start: 0, ahead: is_dense.then_some(extent.end as u64) };
    transfer.try_for_each(|run| read_run(&mut window, run, big_endian, into, progress))
}

fn read_run<T: NpyElement, S: Source>(
    window: &mut Window<'_, S>,
    run: Run,
    big_endian: bool,
    into: &mut [T],
    progress: &mut Progress,
) -> io::Result<()> {
    let size = size_of::<T>();
    let step = run.file_step.unsigned_abs() as usize;
    // As many at a time as fit into the window, or one where they lie far apart.
    let at_once = if step > LONG { 1 } else { (WINDOW - size) / step.max(1) + 1 };
    let mut done = 0;
    while done < run.len {
        let count = at_once.min(run.len - done);
        let (first, reach) = (run.file + done as i64 * run.file_step, (count as i64 - 1) * run.file_step);
        let low = first + reach.min(0);
        let bytes = window.bytes(low as u64, step * (count - 1) + size)?;
        let places = into[run.memory + done * run.memory_step..].iter_mut().step_by(run.memory_step.max(1));
        if run.file_step == size as i64 {
            for (place, bytes) in places.take(count).zip(bytes.chunks_exact(size)) {
                *place = T::decode(bytes, big_endian);
            }
        } else {
            let start = first - low;
            for (k, place) in places.take(count).enumerate() {
                let at = (start + k as i64 * run.file_step) as usize;
                *place = T::decode(&bytes[at..at + size], big_endian);
            }
        }
        progress.add(count * size);
        done += count;
    }
    Ok(())
}

/// Some bytes of the file that have been read and may be asked for again.
struct Window<'a, S> {
    source: &'a mut S,
    bytes: Vec<u8>,
    start: u64,
    /// Where reading ahead ends, if it pays.
    ahead: Option<u64>,
}

impl<S: Source> Window<'_, S> {
    /// `length` bytes from `at` on, no more than a window.
    fn bytes(&mut self, at: u64, length: usize) -> io::Result<&[u8]> {
        let end = self.start + self.bytes.len() as u64;
        if at < self.start || at + length as u64 > end {
            let fill = self.ahead.map_or(length, |ahead| (ahead.saturating_sub(at) as usize).clamp(length, WINDOW));
            // What is there already is not read again: a stream could not.
            let kept = if (self.start..end).contains(&at) { (end - at) as usize } else { 0 };
            let have = self.bytes.len();
            if have > kept && kept > 0 {
                self.bytes.copy_within(have - kept.., 0);
            }
            self.bytes.reserve_exact(fill.saturating_sub(have));
            self.bytes.resize(fill, 0);
            self.start = at;
            self.source.read_exact_at(&mut self.bytes[kept..], at + kept as u64)?;
        }
        let from = (at - self.start) as usize;
        Ok(&self.bytes[from..from + length])
    }
}
