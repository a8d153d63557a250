//! `.npy` files from and to arrays on many ranks: one file, of which each reads and writes its part.

use super::element::NpyElement;
use super::header::{Header, header_text};
use super::npy::open_file;
use super::save::save;
use super::strided::Strided;
use super::volume::{Look, Volume};
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::Result;
use crate::layout::Layout;
use std::io::BufReader;
use std::path::Path;

/// A `.npy` file: its shape and type, and parts of it to be read.
///
/// In C or Fortran order, in either byte order. Rank 0 reads the header and holds it against the length of
/// the file.
///
/// # Communication
/// Two all-reduces of a number, and two broadcasts of a few numbers.
///
/// # Errors
/// On every rank [`ErrorKind::Io`](crate::ErrorKind::Io) if one of them cannot open the file,
/// [`ErrorKind::Format`](crate::ErrorKind::Format) if it is no `.npy` file or is shorter or longer than it
/// says: that is known before any memory is taken.
///
/// # Example
/// See [`Volume`].
///
/// # Source
/// NumPy Enhancement Proposal 1 and `numpy.lib.format`.
#[doc(alias = "mmap_mode")]
pub fn open_npy(comm: &Comm, path: impl AsRef<Path>) -> Result<Volume> {
    let path = path.as_ref();
    Volume::open(comm, path, None, |what| {
        let (file, length) = open_file(path)?;
        let header = Header::read(&mut BufReader::new(file), what)?;
        header.check_length(length, what)?;
        Ok(Look { strided: strided(&header, header.offset), is_packed: false })
    })
}

/// The array of a `.npy` file, in a layout of its shape: every rank reads what it holds.
///
/// Nothing is converted. See [`Volume::load`] for how it is read.
///
/// # Communication
/// That of [`open_npy`] and of [`Volume::load`]: four all-reduces of a few numbers, two broadcasts; one
/// redistribution where the layout cuts the file into short runs.
///
/// # Errors
/// Those of [`open_npy`] and of [`Volume::load`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, io, launch_threads, layout::Cut};
///
/// let path = std::env::temp_dir().join("lops-doc-load-npy.npy");
/// launch_threads(4, |comm| {
///     let grid = Layout::grid(comm, &[6, 8], &[Cut::Block, Cut::Cyclic])?;
///     let x = DistArray::from_fn(&grid, |i| (i[0] * 8 + i[1]) as i32);
///     io::save_npy(&path, &x)?;
///     assert_eq!(io::load_npy::<i32>(&grid, &path)?, x);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[doc(alias = "load")]
pub fn load_npy<T: NpyElement>(layout: &Layout, path: impl AsRef<Path>) -> Result<DistArray<T>> {
    open_npy(layout.comm(), path)?.load(layout)
}

/// Writes an array to one `.npy` file, byte for byte as `numpy.save` would: each rank writes its part.
///
/// The file is written under a temporary name beside `path`, and renamed when it is complete on all ranks and
/// has been handed to the disk (`fdatasync` on every rank). A job that is killed before that leaves a
/// `.….part`, and what was at `path` as it was. Of a replicated array rank 0's values are written, of chunks the
/// global array.
///
/// # Communication
/// Five all-reduces of a few numbers and one broadcast. One redistribution more where runs of bytes would be
/// shorter than 4 KiB on average and rows are longer, and of chunks.
///
/// # Errors
/// On every rank [`ErrorKind::Io`](crate::ErrorKind::Io) if the place cannot be written to,
/// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack, [`ErrorKind::Shape`](crate::ErrorKind::Shape) of
/// more than 64 axes.
///
/// # Example
/// See [`load_npy`].
#[doc(alias = "save")]
pub fn save_npy<T: NpyElement>(path: impl AsRef<Path>, array: &DistArray<T>) -> Result<()> {
    let shape = array.layout()?.shape();
    let header = header_text(T::DTYPE, false, shape)?;
    let volume = Strided::dense(shape, T::DTYPE, false, header.len() as u64);
    save(path.as_ref(), array, &header, &volume)
}

/// Where the elements of an array with this header lie, of which the first stands at `offset`.
pub(super) fn strided(header: &Header, offset: u64) -> Strided {
    let strided = Strided::dense(&header.shape, header.dtype, header.fortran, offset);
    Strided { big_endian: header.big_endian, ..strided }
}
