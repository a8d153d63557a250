//! `.dnpy` files from an array: every rank writes its own.

use super::super::atomic::{Temporary, cannot_write, stamp};
use super::super::element::NpyElement;
use super::super::header::header_text;
use super::super::progress::Progress;
use super::{file_of, header};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::bytes_of;
use crate::protocol::{DimData, dim};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// One call writes no more, so that progress is seen.
const PIECE: usize = 8 << 20;

/// Writes an array as `.dnpy` files, byte for byte as DistArray does: `name_0.dnpy`, `name_1.dnpy`, …, one for
/// each cell of the process grid in C order, each by the rank that has the cell. A replicated array is one file
/// with rank 0's values.
///
/// Lists of indices are written in full, so that the files can be read; DistArray's own cannot. Block sizes
/// are kept; that the layout has a mask, and which rank has which cell of the grid, is not.
///
/// All files are written under temporary names and handed to the disk. When they are complete on all ranks,
/// an older `name_0.dnpy` is removed, the files get their names, and `name_0.dnpy` the last: where it is, the set
/// is whole. A job that is killed leaves the old set, or none, and never a mixture. Files of an older set that
/// had more are left; as the grid says how many there are, they are not taken for part of the new one.
///
/// # Communication
/// Four all-reduces of a number.
///
/// # Errors
/// On every rank [`ErrorKind::Layout`] of chunks and of a stack, which the format cannot say, and where a list of
/// indices is too long for its header (65535 bytes); [`ErrorKind::Io`] if the place cannot be written to.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, io, launch_threads};
///
/// let name = std::env::temp_dir().join("lops-doc-save-dnpy");
/// launch_threads(3, |comm| {
///     let rows = Layout::scatter(comm, &[7, 4], 0)?;
///     let x = DistArray::from_fn(&rows, |i| (i[0] * 4 + i[1]) as f64);
///     io::save_dnpy(&name, &x)?; // lops-doc-save-dnpy_0.dnpy, …_1.dnpy, …_2.dnpy
///     let columns = Layout::scatter(comm, &[7, 4], 1)?;
///     assert_eq!(io::load_dnpy::<f64>(&columns, &name)?, x.redistribute(&columns)?);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// `distarray.localapi.format` and `save_dnpy` of DistArray 0.6.
pub fn save_dnpy<T: NpyElement>(name: impl AsRef<Path>, array: &DistArray<T>) -> Result<()> {
    let (name, comm) = (name.as_ref(), array.comm());
    let own = own_part(array.layout()?)?;
    let path = file_of(name, own.as_ref().map_or(0, |(cell, _)| *cell));
    let words = |e: io::Error| cannot_write(&path, &e);
    let written = own.as_ref().map(|(_, dims)| {
        let header = header::text(dims)?;
        write(&path, &header, array, dims).map_err(words)
    });
    let temporary = comm.agree(written.transpose())?;
    let is_first = own.is_some_and(|(cell, _)| cell == 0);
    let removed = if is_first { fs::remove_file(&path) } else { Ok(()) };
    let removed = removed.or_else(|e| if e.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(words(e)) });
    comm.agree(removed)?;
    let (first, other) = if is_first { (temporary, None) } else { (None, temporary) };
    comm.agree(other.map_or(Ok(()), Temporary::publish).map_err(words))?;
    comm.agree(first.map_or(Ok(()), Temporary::publish).map_err(words))
}

/// The cell of this rank, and what it holds of each axis; `None` where it writes nothing.
fn own_part(layout: &Layout) -> Result<Option<(usize, Vec<DimData>)>> {
    let rank = layout.comm().rank();
    if layout.is_replicated() {
        let dims = layout.shape().iter().map(|&n| DimData::whole(n)).collect();
        return Ok((rank == 0).then_some((0, dims)));
    }
    let Some(grid) = layout.process_grid() else {
        let (what, expected) = ("array to write as .dnpy", "axes cut over a process grid, or all on every rank");
        return Err(Error::expected(ErrorKind::Layout, what, expected, layout));
    };
    let Some(at) = grid.coordinates_of(rank) else { return Ok(None) };
    let cell = at.iter().zip(grid.shape()).fold(0, |cell, (&c, &p)| cell * p + c);
    Ok(Some((cell, grid.axes().iter().zip(at).map(|(map, c)| dim(map, c)).collect())))
}

fn write<T: NpyElement>(path: &Path, header: &[u8], array: &DistArray<T>, dims: &[DimData]) -> io::Result<Temporary> {
    let (temporary, mut file) = Temporary::beside(path, stamp())?;
    let shape: Vec<_> = dims.iter().map(DimData::cells).collect();
    file.write_all(&[header, &header_text(T::DTYPE, false, &shape)].concat())?;
    let bytes = bytes_of(array.as_slice());
    let mut progress = Progress::new(array.comm(), &format!("writing {}", path.display()), bytes.len() as u64);
    for piece in bytes.chunks(PIECE) {
        file.write_all(piece)?;
        progress.add(piece.len());
    }
    file.sync_data()?;
    Ok(temporary)
}
