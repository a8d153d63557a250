//! Elements from memory into a file: straight, where they lie as they are wanted, else gathered first.

use super::element::NpyElement;
use super::positioned::write_all_at;
use super::progress::Progress;
use super::transfer::Transfer;
use crate::numbers::bytes_of;
use std::fs::File;
use std::io;

/// Bytes that are gathered before they are written.
const GATHERED: usize = 1 << 20;
/// Runs of so many bytes are worth a call of their own.
const LONG: usize = 4 << 10;
/// One call writes no more, so that progress is seen.
const PIECE: usize = 8 << 20;

/// Writes all elements of a transfer to their places.
pub(super) fn write<T: NpyElement>(
    file: &File,
    transfer: &Transfer,
    big_endian: bool,
    from: &[T],
    progress: &mut Progress,
) -> io::Result<()> {
    let size = size_of::<T>();
    let (elements, runs) = transfer.elements_and_runs();
    let native = big_endian == cfg!(target_endian = "big") || size == 1;
    if native && transfer.is_plain() && elements * size >= runs * LONG {
        return transfer.try_for_each(|run| {
            let bytes = bytes_of(&from[run.memory..run.memory + run.len]);
            for (k, piece) in bytes.chunks(PIECE).enumerate() {
                write_all_at(file, piece, run.file as u64 + (k * PIECE) as u64)?;
                progress.add(piece.len());
            }
            Ok(())
        });
    }
    let mut gathered = Gathered { file, bytes: Vec::with_capacity(GATHERED.min(elements * size)), start: 0 };
    transfer.try_for_each(|run| {
        if native && (run.len == 1 || (run.file_step, run.memory_step) == (size as i64, 1)) {
            gathered.put(bytes_of(&from[run.memory..run.memory + run.len]), run.file as u64)?;
        } else {
            let values = from[run.memory..].iter().step_by(run.memory_step.max(1)).take(run.len);
            for (k, &value) in values.enumerate() {
                let value = if native { value } else { swapped(value) };
                gathered.put(bytes_of(&[value]), (run.file + k as i64 * run.file_step) as u64)?;
            }
        }
        progress.add(run.len * size);
        Ok::<_, io::Error>(())
    })?;
    gathered.flush()
}

/// The value whose bytes stand in the other order.
fn swapped<T: NpyElement>(value: T) -> T {
    T::decode(bytes_of(&[value]), cfg!(target_endian = "little"))
}

/// Bytes that follow one another in the file, not written yet.
struct Gathered<'a> {
    file: &'a File,
    bytes: Vec<u8>,
    start: u64,
}

impl Gathered<'_> {
    fn put(&mut self, bytes: &[u8], at: u64) -> io::Result<()> {
        if at != self.start + self.bytes.len() as u64 || self.bytes.len() + bytes.len() > GATHERED {
            self.flush()?;
            self.start = at;
        }
        if bytes.len() > GATHERED {
            write_all_at(self.file, bytes, at)?;
            self.start = at + bytes.len() as u64;
            return Ok(());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        write_all_at(self.file, &self.bytes, self.start)?;
        self.bytes.clear();
        Ok(())
    }
}
