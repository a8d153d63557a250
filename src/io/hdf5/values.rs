//! Values of a dataset, from and to the ranks' boxes.

use super::file::Hdf5File;
use super::opening::{self, Mode};
use super::slabs::box_of;
use super::transfer::{self, Hyperslab, Way};
use super::{failed, types, wrong};
use crate::error::Result;
pub(super) use crate::io::volume::room;
use crate::layout::Layout;
use crate::numbers::{DType, Element, bytes_of, bytes_of_mut};
use std::ops::Range;

/// The box between these bounds.
pub(super) fn stretch(ranges: &[Range<usize>]) -> Hyperslab {
    Hyperslab {
        start: ranges.iter().map(|range| range.start as u64).collect(),
        stride: vec![1; ranges.len()],
        count: ranges.iter().map(|range| range.len() as u64).collect(),
    }
}

/// How a dataset is stored, as far as those who write it must know.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "mpi"), allow(dead_code))]
pub(super) struct Stored<'a> {
    /// The shape of its chunks.
    pub(super) chunks: Option<&'a [usize]>,
    /// Whether chunks are packed, so that their places are not known before.
    pub(super) packed: bool,
}

/// Writes the boxes of all ranks to a dataset that is there and has room for them.
pub(super) fn write<T: Element>(
    file: &Hdf5File,
    name: &str,
    slabs: &Layout,
    stored: Stored<'_>,
    own: &[T],
) -> Result<()> {
    file.release()?;
    #[cfg(feature = "mpi")]
    if let Some(mpi) = file.comm().mpi_comm() {
        return super::together::write(file, name, slabs, stored, own, mpi);
    }
    let _ = stored;
    in_turns(file, name, slabs, own)
}

/// One rank after the other.
fn in_turns<T: Element>(file: &Hdf5File, name: &str, slabs: &Layout, own: &[T]) -> Result<()> {
    let comm = file.comm();
    let write = |ranges: &[Range<usize>]| {
        let open = opening::open(file.place(), Mode::Write)?;
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

/// Reads a part of a dataset, as values in C order. Local.
pub(super) fn read<T: Element>(dataset: &hdf5::Dataset, slab: &Hyperslab, values: &mut [T], what: &str) -> Result<()> {
    let words = || failed(what, "a dataset that can be read");
    let stored = dataset.dtype().map_err(words())?;
    let memory = types::memory_of(&stored, T::DTYPE).map_err(words())?;
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
