//! Values of a dataset, from and to the ranks' boxes.

use super::file::opener;
#[cfg(feature = "mpi")]
use super::pieces::Pieces;
use super::slabs::box_of;
use super::transfer::{self, Hyperslab, Way};
use super::{Hdf5File, failed, types, wrong};
use crate::comm::{bytes_of, bytes_of_mut};
use crate::{DType, Element, Error, ErrorKind, Layout, Result};
use std::ops::Range;

/// No rank hands more than this to MPI at once: some of its counts are 32 bits wide.
#[cfg(feature = "mpi")]
const PIECE_BYTES: usize = 1 << 30;

fn stretch(ranges: &[Range<usize>]) -> Hyperslab {
    Hyperslab {
        start: ranges.iter().map(|range| range.start as u64).collect(),
        stride: vec![1; ranges.len()],
        count: ranges.iter().map(|range| range.len() as u64).collect(),
    }
}

/// Writes the boxes of all ranks to a dataset that is there and has room for them.
pub(super) fn write<T: Element>(
    file: &Hdf5File,
    name: &str,
    slabs: &Layout,
    chunks: Option<&[usize]>,
    own: &[T],
) -> Result<()> {
    file.release()?;
    #[cfg(feature = "mpi")]
    if let Some(mpi) = file.comm().mpi_comm() {
        return together(file, name, slabs, chunks, own, mpi);
    }
    let _ = chunks;
    in_turns(file, name, slabs, own)
}

/// One rank after the other.
fn in_turns<T: Element>(file: &Hdf5File, name: &str, slabs: &Layout, own: &[T]) -> Result<()> {
    let comm = file.comm();
    let write = |ranges: &[Range<usize>]| {
        let open = opener().open_rw(file.place())?;
        let dataset = open.dataset(name)?;
        let slab = stretch(ranges);
        transfer::write(&dataset, &types::datatype(T::DTYPE)?, Some((&slab, bytes_of(own))), &Way::Independent)?;
        drop(dataset);
        open.close()
    };
    let mut written = Ok(());
    for turn in 0..comm.size() {
        if turn == comm.rank()
            && let Some(ranges) = box_of(slabs, turn)
        {
            written = write(&ranges).map_err(failed(file.what(name), "a dataset that can be written"));
        }
        comm.barrier();
    }
    comm.agree(written)
}

/// All ranks at once, in a file that they have opened together.
///
/// Every rank makes the same calls, whatever comes of them: how many there are follows from the layout.
#[cfg(feature = "mpi")]
fn together<T: Element>(
    file: &Hdf5File,
    name: &str,
    slabs: &Layout,
    chunk: Option<&[usize]>,
    own: &[T],
    mpi: mpi::ffi::MPI_Comm,
) -> Result<()> {
    let comm = file.comm();
    let words = || failed(file.what(name), "a dataset that can be written");
    let opened = opener().with_fapl(|list| list.mpio(mpi, None)).open_rw(file.place());
    let opened = match (opened, comm.rank()) {
        (Ok(opened), _) => std::mem::ManuallyDrop::new(opened), // to close it takes all ranks
        (Err(error), _) => return comm.agree(Err(words()(error))),
    };
    comm.agree(Ok(()))?;
    let opened = std::mem::ManuallyDrop::into_inner(opened);
    let write = |dataset: &hdf5::Dataset| {
        let (memory, way) = (types::datatype(T::DTYPE)?, Way::collective()?);
        let size = size_of::<T>();
        let pieces = Pieces { size, most: PIECE_BYTES, chunk };
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
    };
    // What is opened together is the same for all: one cannot fail alone but for want of memory.
    let dataset = comm.agree(opened.dataset(name).map_err(words()));
    let written = dataset.and_then(|dataset| comm.agree(write(&dataset).map_err(words())));
    let closed = opened.close().map_err(words());
    written.and(comm.agree(closed))
}

/// Reads a part of a dataset, as values in C order. Local.
pub(super) fn read<T: Element>(dataset: &hdf5::Dataset, slab: &Hyperslab, values: &mut [T], what: &str) -> Result<()> {
    let words = || failed(what, "a dataset that can be read");
    let memory = types::datatype(T::DTYPE).map_err(words())?;
    if T::DTYPE != DType::Bool {
        return transfer::read(dataset, &memory, slab, bytes_of_mut(values)).map_err(words());
    }
    // A file may hold any bytes; a bool may not.
    let mut bytes = room(values.len(), what)?;
    transfer::read(dataset, &memory, slab, &mut bytes).map_err(words())?;
    if let Some(other) = bytes.iter().find(|&&byte| byte > 1) {
        return wrong(what, "values FALSE and TRUE", format!("{other}"));
    }
    bytes_of_mut(values).copy_from_slice(&bytes);
    Ok(())
}

/// Zeros, if there is memory for them.
pub(super) fn room<T: Element>(length: usize, what: &str) -> Result<Vec<T>> {
    let tried = Vec::<T>::new().try_reserve_exact(length);
    tried.map_err(|e| Error::expected(ErrorKind::Io, what, "memory for the array", e))?;
    Ok(crate::memory::filled(length, T::default()))
}
