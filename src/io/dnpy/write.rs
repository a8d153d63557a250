//! `.dnpy` files from an array: every rank writes its own.

use super::super::atomic::cannot_write;
use super::super::element::NpyElement;
use super::super::header::header_text;
use super::super::progress::Progress;
use super::set::NewSet;
use super::{file_of, header};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::bytes_of;
use crate::protocol::{DimData, dim};
use std::fs::File;
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
/// The files are made in a hidden folder beside them, and handed to the disk. When they are complete on all ranks they
/// take the place of an older set all at once: a reader of the set finds the old one or the new one, also if the job
/// is killed at any moment. (It leaves the folder then, and names that are symbolic links into it, until the set is
/// saved again. Where the file system has no symbolic links, as on Windows, a job that is killed in the last moments
/// leaves the old set, the new one, or none.) Files keep their permissions, and symbolic links of your own are
/// followed. Files of an older set that had more are left; as the grid says how many there are, they are not taken for
/// part of the new one.
///
/// # Communication
/// Six all-reduces of a number or two and one broadcast of four; of an array in one file four.
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
    let (name, comm, layout) = (name.as_ref(), array.comm(), array.layout()?);
    let _operation = comm.compare("save_dnpy", format_args!("{}, {}, {layout:#}", name.display(), T::DTYPE))?;
    let own = own_part(layout)?;
    let count = layout.process_grid().map_or(1, |grid| grid.ranks().len());
    let set = NewSet::begin(comm, name, own.as_ref().map(|(cell, _)| *cell), count)?;
    let write = || match (set.create(), &own) {
        (Err(e), Some((cell, _))) => Err(cannot_write(&file_of(name, *cell), &e)),
        (Ok(Some(file)), Some((cell, dims))) => {
            let path = file_of(name, *cell);
            let shape: Vec<_> = dims.iter().map(DimData::cells).collect();
            let header = [header::text(dims)?, header_text(T::DTYPE, false, &shape)?].concat();
            write(file, &path, &header, array).map_err(|e| cannot_write(&path, &e))
        }
        _ => Ok(()),
    };
    let written = write();
    set.publish(written)
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

fn write<T: NpyElement>(mut file: File, path: &Path, header: &[u8], array: &DistArray<T>) -> io::Result<()> {
    file.write_all(header)?;
    let bytes = bytes_of(array.as_slice());
    let mut progress = Progress::new(array.comm(), &format!("writing {}", path.display()), bytes.len() as u64);
    for piece in bytes.chunks(PIECE) {
        file.write_all(piece)?;
        progress.add(piece.len());
    }
    file.sync_data()
}
