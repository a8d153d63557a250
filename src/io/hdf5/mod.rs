//! HDF5 files: datasets read and written by all ranks, each its own part.
//!
//! Two things happen to a file. *What is in it* (names, shapes, types, attributes) is rank 0's to ask and to
//! change, with the others told what came of it: a damaged file is judged once, and no rank waits for another
//! that has failed. *Values* are moved by all ranks: brought into one box a rank by an exchange (see
//! [`slabs`]), and written by all at once through a parallel library under MPI, by one rank after the other
//! elsewhere. Reading needs no parallel library at all: every rank opens the file for itself.

mod attributes;
mod broadcast;
#[cfg(unix)]
#[allow(unsafe_code)] // a process of its own for what may crash
mod child;
mod create;
mod dataset;
mod file;
#[allow(unsafe_code)] // of what the bindings would believe too much
mod listing;
#[allow(unsafe_code)] // the same
mod members;
#[allow(unsafe_code)] // names that are not UTF-8
mod opening;
mod pieces;
mod saved_layout;
mod slabs;
#[cfg(feature = "mpi")]
mod together;
#[allow(unsafe_code)] // calls of the library that its bindings do not have
mod transfer;
mod tree;
mod types;
mod values;
mod verify;

pub use attributes::Attribute;
pub use create::NewDataset;
pub use dataset::Hdf5Dataset;
pub use file::Hdf5File;

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Element;
use std::path::Path;

/// Writes an array to an HDF5 file of its own, as the dataset `name`, whole or not at all.
///
/// [`Hdf5File`] does more: several datasets and attributes in a file, chunks, compression.
///
/// # Communication
/// That of [`Hdf5File::write`].
///
/// # Errors
/// Those of [`Hdf5File::create`] and [`Hdf5File::write`].
///
/// # Example
/// ```
/// use lops::io::{load_hdf5, save_hdf5};
/// use lops::{DistArray, Layout, launch_threads, layout::Cut};
///
/// let path = std::env::temp_dir().join("lops-doc-save-hdf5.h5");
/// launch_threads(3, |comm| {
///     let cyclic = Layout::grid(comm, &[7, 4], &[Cut::Cyclic])?;
///     let x = DistArray::from_fn(&cyclic, |i| (4 * i[0] + i[1]) as f64);
///     save_hdf5(&path, "model/velocity", &x)?;
///     let y = load_hdf5(&Layout::scatter(comm, &[7, 4], 1)?, &path, "model/velocity")?;
///     assert_eq!(y, x.redistribute(y.layout()?)?);
///     Ok(())
/// })?;
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// DistArray, `Context.save_hdf5`.
pub fn save_hdf5<T: Element>(path: impl AsRef<Path>, name: &str, array: &DistArray<T>) -> Result<()> {
    let file = Hdf5File::create(array.comm(), path)?;
    file.write(name, array)?;
    file.finish()
}

/// Reads the dataset `name` of an HDF5 file into a layout, whoever wrote it.
///
/// # Communication
/// That of [`Hdf5Dataset::load`].
///
/// # Errors
/// Those of [`Hdf5File::open`], [`Hdf5File::dataset`] and [`Hdf5Dataset::load`].
///
/// # Source
/// DistArray, `Context.load_hdf5`.
pub fn load_hdf5<T: Element>(layout: &Layout, path: impl AsRef<Path>, name: &str) -> Result<DistArray<T>> {
    Hdf5File::open(layout.comm(), path)?.dataset(name)?.load(layout)
}

/// An error of the library as one of the crate.
fn failed(what: impl std::fmt::Display, expected: &str) -> impl FnOnce(hdf5::Error) -> Error {
    let what = what.to_string();
    let expected = expected.to_owned();
    move |error| Error::expected(ErrorKind::Io, what, expected, error)
}

/// What the file says makes no sense.
fn wrong<T>(
    what: impl std::fmt::Display,
    expected: impl std::fmt::Display,
    found: impl std::fmt::Display,
) -> Result<T> {
    Err(Error::expected(ErrorKind::Format, what, expected, found))
}
