//! Arrays of `.npz` archives on many ranks: stored ones are volumes in the file, deflated ones are unpacked by
//! every rank.

use super::element::NpyElement;
use super::header::{Header, read_error};
use super::npy_shared::strided;
use super::npz::{check_end, with_entry};
use super::volume::{Look, Volume};
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::Result;
use crate::layout::Layout;
use std::io;
use std::path::Path;

/// An array of a `.npz` archive: its shape and type, and parts of it to be read.
///
/// One that `numpy.savez` stored is read where it lies, as a `.npy` file is, and its checksum is not looked at. One
/// that `numpy.savez_compressed` deflated is unpacked by rank 0 here, to see whether it is whole and matches its
/// checksum, and again by every rank when it is loaded.
///
/// # Communication
/// Two all-reduces of a number, and two broadcasts of a few numbers.
///
/// # Errors
/// On every rank those of [`read_npz`](super::read_npz).
///
/// # Example
/// ```no_run
/// use lops::{Layout, index, io, launch_threads};
///
/// launch_threads(2, |comm| {
///     let model = io::open_npz(comm, "poststack_model.npz", "model")?.slice(&index![.., ..;3])?;
///     let x = model.load::<f64>(&Layout::scatter(comm, model.shape(), 1)?)?;
///     assert!(x.norm() > 0.0);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn open_npz(comm: &Comm, path: impl AsRef<Path>, name: &str) -> Result<Volume> {
    let path = path.as_ref();
    Volume::open(comm, path, Some(name), |_| {
        with_entry(path, name, |mut entry, what, file_length| {
            let header = Header::read(&mut entry, what)?;
            header.check_length(entry.size(), what)?;
            let is_packed = !entry.is_stored();
            if is_packed {
                io::copy(&mut entry, &mut io::sink()).map_err(|e| read_error(&e, what, "all of its data"))?;
                check_end(&mut entry, what)?;
                return Ok(Look { strided: strided(&header, header.offset), is_packed });
            }
            let strided = strided(&header, entry.start().saturating_add(header.offset));
            strided.check_within(file_length, what)?;
            Ok(Look { strided, is_packed })
        })
    })
}

/// An array of a `.npz` archive, in a layout of its shape: every rank keeps its part.
///
/// # Communication
/// That of [`open_npz`] and of [`Volume::load`]. Of a deflated array one redistribution, unless the layout is
/// replicated or cut evenly along the axis whose indices lie farthest apart in the file.
///
/// # Errors
/// Those of [`open_npz`] and of [`Volume::load`].
///
/// # Example
/// As [`load_npy`](super::load_npy).
pub fn load_npz<T: NpyElement>(layout: &Layout, path: impl AsRef<Path>, name: &str) -> Result<DistArray<T>> {
    open_npz(layout.comm(), path, name)?.load(layout)
}
