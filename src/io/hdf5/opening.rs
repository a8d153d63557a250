//! Opening files whatever they are called: the bindings take only names in UTF-8.

use hdf5::file::FileAccessBuilder;
use hdf5::sync::sync;
use hdf5::{File, Location, h5check};
use hdf5_sys::h5f::{H5F_ACC_RDONLY, H5F_ACC_RDWR, H5F_ACC_TRUNC, H5Fcreate, H5Fget_name, H5Fopen};
use hdf5_sys::h5p::H5P_DEFAULT;
use std::ffi::CString;
use std::path::Path;
use std::ptr;

/// What is to be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Read,
    Write,
    Create,
}

/// Opens a file without a lock of the system's. Ranks take a file up one after the other, and the lock of one would
/// outlive it in any process that its program has started meanwhile; some parallel file systems have no locks at all.
pub(super) fn open(path: &Path, mode: Mode) -> hdf5::Result<File> {
    open_with(path, mode, |_| ())
}

/// The same, with more said of how it is reached.
pub(super) fn open_with(path: &Path, mode: Mode, say: impl FnOnce(&mut FileAccessBuilder)) -> hdf5::Result<File> {
    let name = CString::new(path.as_os_str().as_encoded_bytes()).map_err(|e| format!("{e}"))?;
    let mut access = FileAccessBuilder::new();
    access.file_locking(false);
    say(&mut access);
    let access = access.finish()?;
    // SAFETY: the name ends in 0, the list is open, and the file is then owned by its wrapper.
    sync(|| unsafe {
        let id = match mode {
            Mode::Read => H5Fopen(name.as_ptr(), H5F_ACC_RDONLY, access.id()),
            Mode::Write => H5Fopen(name.as_ptr(), H5F_ACC_RDWR, access.id()),
            Mode::Create => H5Fcreate(name.as_ptr(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()),
        };
        hdf5::from_id(h5check(id)?)
    })
}

/// The name of the file in which something lies, as bytes.
pub(super) fn file_name(object: &Location) -> Vec<u8> {
    // SAFETY: the object is open; the library writes no more than the buffer has.
    sync(|| unsafe {
        let length = usize::try_from(H5Fget_name(object.id(), ptr::null_mut(), 0)).unwrap_or(0);
        let mut name = vec![0_u8; length + 1];
        H5Fget_name(object.id(), name.as_mut_ptr().cast(), name.len());
        name.truncate(length);
        name
    })
}
