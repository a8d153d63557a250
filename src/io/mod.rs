//! Files of arrays: NumPy's, DistArray's, SEG-Y, and bare volumes.
//!
//! Distributed arrays are read and written by all ranks together, each its own part, in any layout and on any
//! number of ranks: [`load_npy`], [`save_npy`], [`load_npz`], [`load_dnpy`], [`save_dnpy`],
//! [`RawVolume`], [`open_segy`]. A [`Volume`] is a file that is looked at first, and of which parts are read.
//! What is on one rank is read and written by [`read_npy`], [`read_npz`], [`write_npy`].
//!
//! With feature `hdf5` there are HDF5 files too: `Hdf5File`, `save_hdf5`, `load_hdf5`.
//!
//! A file is judged before it is believed: what its header claims is held against its length
//! before memory is taken, and every error names the file, the entry, what was expected and what
//! was found, on every rank. Files are written whole or not at all: under a temporary name beside their place. What is
//! overwritten keeps its permissions, and of a symbolic link the file that it leads to is replaced.
//!
//! | format | read | written |
//! |---|---|---|
//! | `.npy` | [`load_npy`], [`open_npy`], [`read_npy`] | [`save_npy`], [`write_npy`] |
//! | `.npz` | [`load_npz`], [`open_npz`], [`read_npz`], [`npz_names`]; SciPy's sparse matrices: [`load_sparse_npz`] | |
//! | `.dnpy` | [`load_dnpy`], [`open_dnpy`] | [`save_dnpy`] |
//! | SEG-Y | [`open_segy`], [`OpenSegy`] | [`save_segy`], [`NewSegy`] |
//! | bare bytes | [`RawVolume`] | [`RawVolume`] |
//! | HDF5 | `load_hdf5`, `Hdf5File` | `save_hdf5`, `Hdf5File` |

mod atomic;
mod dnpy;
mod element;
#[cfg(feature = "hdf5")]
mod hdf5;
mod header;
mod literal;
mod npy;
mod npy_shared;
mod npz;
mod npz_shared;
mod npz_sparse;
mod positioned;
mod progress;
mod raw;
mod reading;
mod runs;
mod save;
mod segy;
mod strided;
#[cfg(test)]
pub(crate) mod tests;
mod transfer;
mod volume;
mod widen;
mod writing;
mod zip;

#[cfg(feature = "hdf5")]
pub use self::hdf5::{Attribute, Hdf5Dataset, Hdf5File, NewDataset, load_hdf5, save_hdf5};
pub(crate) use atomic::write_atomically;
pub use dnpy::{Dnpy, load_dnpy, open_dnpy, save_dnpy};
pub use element::NpyElement;
pub use npy::{read_npy, read_npy_f64, write_npy};
pub use npy_shared::{load_npy, open_npy, save_npy};
pub use npz::{npz_names, read_npz, read_npz_f64};
pub use npz_shared::{load_npz, open_npz};
pub use npz_sparse::{Triplets, load_sparse_npz};
pub use raw::RawVolume;
pub use segy::{NewSegy, OpenSegy, Segy, SegyFormat, SegyRevision, open_segy, save_segy};
pub use volume::Volume;
