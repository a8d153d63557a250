//! `.dnpy`: DistArray's format, a file for each rank that has a part.
//!
//! A file is a header, the Distributed Array Protocol's dictionary (see [`crate::protocol`]), and behind it the
//! part as a `.npy` stream. The files of an array are `name_0.dnpy`, `name_1.dnpy`, … in the C order of the
//! process grid; how many they are follows from the grid, which each of them names.

mod header;
mod read;
mod set;
mod write;

pub use read::{Dnpy, load_dnpy, open_dnpy};
pub use write::save_dnpy;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The file of a cell of the process grid.
fn file_of(name: &Path, cell: usize) -> PathBuf {
    let mut path = OsString::from(name);
    path.push(format!("_{cell}.dnpy"));
    path.into()
}
