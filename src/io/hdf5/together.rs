//! Values written by all ranks at once, into a file that they have opened together through MPI.
//!
//! Every rank has one stretch of the file, so there is nothing for MPI to gather: each writes its own. But
//! where chunks are packed they find their places only then, and the library wants all ranks in one collective
//! call. That call is not believed: Open MPI's collective writes are silent when the disk is full (4.1.4), so
//! packed values are read back.

use super::file::Hdf5File;
use super::opening::{self, Mode};
use super::pieces::Pieces;
use super::slabs::box_of;
use super::transfer::{self, Way};
use super::values::{self, Stored, stretch};
use super::{failed, types};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Element, bytes_of};
use std::mem::ManuallyDrop;
use std::ops::Range;

/// No rank hands more than this to MPI at once: some of its counts are 32 bits wide.
const PIECE_BYTES: usize = 1 << 30;
/// So much is read back at once.
const CHECKED_BYTES: usize = 1 << 26;

/// Writes the boxes of all ranks.
///
/// Every rank makes the same calls, whatever comes of them: how many there are follows from the layout.
pub(super) fn write<T: Element>(
    file: &Hdf5File,
    name: &str,
    slabs: &Layout,
    stored: Stored<'_>,
    own: &[T],
    mpi: mpi::ffi::MPI_Comm,
) -> Result<()> {
    let comm = file.comm();
    let words = || failed(file.what(name), "a dataset that can be written");
    let opened = opening::open_with(file.place(), Mode::Write, |list| {
        list.mpio(mpi, None);
    });
    // To close it takes all ranks: where one has it not, the others keep it open.
    let opened = comm.agree(opened.map(ManuallyDrop::new).map_err(words()))?;
    let opened = ManuallyDrop::into_inner(opened);
    // What is opened together is the same for all: one cannot fail alone but for want of memory.
    let dataset = comm.agree(opened.dataset(name).map_err(words()));
    let written = dataset.and_then(|dataset| comm.agree(write_pieces(&dataset, slabs, stored, own).map_err(words())));
    let closed = opened.close().map_err(words());
    written.and(comm.agree(closed))?;
    if stored.packed { comm.agree(read_back(file, name, slabs, stored, own)) } else { Ok(()) }
}

fn write_pieces<T: Element>(
    dataset: &hdf5::Dataset,
    slabs: &Layout,
    stored: Stored<'_>,
    own: &[T],
) -> hdf5::Result<()> {
    let comm = slabs.comm();
    let memory = types::datatype(T::DTYPE)?;
    let way = if stored.packed { Way::collective()? } else { Way::Independent };
    let pieces = Pieces { size: size_of::<T>(), most: PIECE_BYTES, chunk: stored.chunks };
    let count_of = |rank| box_of(slabs, rank).map_or(0, |ranges| pieces.count(&ranges));
    let calls = (0..comm.size()).map(count_of).max().unwrap_or(0);
    let mine = box_of(slabs, comm.rank()).unwrap_or_default();
    let count = count_of(comm.rank());
    let mut written = Ok(());
    for k in 0..calls {
        let piece = (k < count).then(|| pieces.get(&mine, k));
        let piece = piece.map(|piece| {
            let length: usize = piece.ranges.iter().map(Range::len).product();
            (stretch(&piece.ranges), &own[piece.at..piece.at + length])
        });
        let slab = piece.as_ref().map(|(slab, values)| (slab, bytes_of(values)));
        let now = transfer::write(dataset, &memory, slab, &way);
        written = written.and(now);
    }
    written
}

/// `Ok` if the file has this rank's values. Local.
fn read_back<T: Element>(file: &Hdf5File, name: &str, slabs: &Layout, stored: Stored<'_>, own: &[T]) -> Result<()> {
    let Some(mine) = box_of(slabs, slabs.comm().rank()) else { return Ok(()) };
    let what = file.what(name);
    let words = || failed(&what, "values that were written");
    let opened = opening::open(file.place(), Mode::Read).map_err(words())?;
    let dataset = opened.dataset(name).map_err(words())?;
    let pieces = Pieces { size: size_of::<T>(), most: CHECKED_BYTES, chunk: stored.chunks };
    for k in 0..pieces.count(&mine) {
        let piece = pieces.get(&mine, k);
        let mut found = values::room::<T>(piece.ranges.iter().map(Range::len).product(), &what)?;
        values::read(&dataset, &stretch(&piece.ranges), &mut found, &what)?;
        if bytes_of(&found) != bytes_of(&own[piece.at..piece.at + found.len()]) {
            let found = "others: the disk may be full";
            return Err(Error::expected(ErrorKind::Io, what, "the values that were written", found));
        }
    }
    Ok(())
}
