//! Names of links and attributes, and nothing else of what a file says of them: the bindings make Rust's enumerations of
//! numbers in the file, whatever these are.

use hdf5::sync::sync;
use hdf5::{Group, Location, h5check};
use hdf5_sys::h5::{H5_index_t, H5_iter_order_t, herr_t};
use hdf5_sys::h5a::{H5A_info_t, H5Aiterate2};
use hdf5_sys::h5i::hid_t;
#[allow(deprecated)] // the form that all versions have
use hdf5_sys::h5l::{H5L_info1_t, H5Literate1};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;

/// The names of the attributes of an object, in order. What is not UTF-8 becomes `�`.
pub(super) fn attributes(object: &Location) -> hdf5::Result<Vec<String>> {
    extern "C" fn put(_: hid_t, name: *const c_char, _: *const H5A_info_t, names: *mut c_void) -> herr_t {
        // SAFETY: the library passes a name that ends in 0, and the list below.
        unsafe { (*names.cast::<Vec<String>>()).push(CStr::from_ptr(name).to_string_lossy().into_owned()) };
        0
    }
    let mut names: Vec<String> = vec![];
    let (index, order) = (H5_index_t::H5_INDEX_NAME, H5_iter_order_t::H5_ITER_INC);
    // SAFETY: the object is open, and the list is there while the library calls.
    h5check(sync(|| unsafe {
        H5Aiterate2(object.id(), index, order, ptr::null_mut(), Some(put), (&raw mut names).cast())
    }))?;
    Ok(names)
}

/// The names of the hard links of a group. What is not UTF-8 becomes `�`.
#[allow(deprecated)]
pub(super) fn hard_links(group: &Group) -> hdf5::Result<Vec<String>> {
    extern "C" fn put(_: hid_t, name: *const c_char, info: *const H5L_info1_t, names: *mut c_void) -> herr_t {
        // SAFETY: as above; the kind of the link stands first, and is looked at as the number that it is.
        unsafe {
            if *info.cast::<c_int>() == 0 {
                (*names.cast::<Vec<String>>()).push(CStr::from_ptr(name).to_string_lossy().into_owned());
            }
        }
        0
    }
    let mut names: Vec<String> = vec![];
    let (index, order) = (H5_index_t::H5_INDEX_NAME, H5_iter_order_t::H5_ITER_NATIVE);
    // SAFETY: the group is open, and the list is there while the library calls.
    h5check(sync(|| unsafe {
        H5Literate1(group.id(), index, order, ptr::null_mut(), Some(put), (&raw mut names).cast())
    }))?;
    Ok(names)
}
