//! Complex numbers as others write them: compounds of two floats, in either order, by several names.

use hdf5::sync::sync;
use hdf5::{Datatype, h5check};
use hdf5_sys::h5::H5free_memory;
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5t::{
    H5T_class_t, H5Tcopy, H5Tcreate, H5Tget_class, H5Tget_member_name, H5Tget_member_type, H5Tget_nmembers, H5Tinsert,
};
use std::ffi::{CStr, CString, c_uint};

/// What the two parts are called.
const NAMES: [[&CStr; 2]; 3] = [[c"r", c"i"], [c"re", c"im"], [c"real", c"imag"]];

/// A compound that is a complex number.
#[derive(Debug)]
pub(super) struct Pair {
    names: [&'static CStr; 2],
    /// Bytes of a part, as it is stored.
    pub(super) size: usize,
}

impl Pair {
    /// The type's parts, if it is one.
    pub(super) fn of(stored: &Datatype) -> Option<Self> {
        // SAFETY: the type is open.
        let (class, count) = sync(|| unsafe { (H5Tget_class(stored.id()), H5Tget_nmembers(stored.id())) });
        if class != H5T_class_t::H5T_COMPOUND || count != 2 {
            return None;
        }
        let (first, second) = (member(stored, 0)?, member(stored, 1)?);
        let known = |names: &&[&CStr; 2]| {
            let found = [&first.0, &second.0];
            found == [names[0], names[1]] || found == [names[1], names[0]]
        };
        let names = *NAMES.iter().find(known)?;
        (first.1 == second.1).then_some(Self { names, size: first.1 })
    }

    /// The compound of these names that has the parts as they lie in memory: the real one first.
    pub(super) fn memory(&self, float: &Datatype) -> hdf5::Result<Datatype> {
        let size = float.size();
        // SAFETY: the new type is owned by its wrapper from the beginning.
        let pair: Datatype =
            sync(|| unsafe { hdf5::from_id(h5check(H5Tcreate(H5T_class_t::H5T_COMPOUND, 2 * size))?) })?;
        for (k, name) in self.names.iter().enumerate() {
            // SAFETY: both types are open, and the member lies within the compound.
            h5check(sync(|| unsafe { H5Tinsert(pair.id(), name.as_ptr(), k * size, float.id()) }))?;
        }
        Ok(pair)
    }
}

/// The name of a member, and the bytes that it has if it is a float.
fn member(stored: &Datatype, k: c_uint) -> Option<(CString, usize)> {
    // SAFETY: the type is open and has such a member; the name is the library's, which frees it; the member's type is
    // then owned by its wrapper.
    sync(|| unsafe {
        let name = H5Tget_member_name(stored.id(), k);
        if name.is_null() {
            return None;
        }
        let own = CStr::from_ptr(name).to_owned();
        H5free_memory(name.cast());
        let member: Datatype = hdf5::from_id(h5check(H5Tget_member_type(stored.id(), k)).ok()?).ok()?;
        let is_float = H5Tget_class(member.id()) == H5T_class_t::H5T_FLOAT;
        (is_float && matches!(member.size(), 2 | 4 | 8)).then(|| (own, member.size()))
    })
}

/// Bits in memory, as many bytes as an unsigned number has.
pub(super) fn bits(bytes: usize) -> hdf5::Result<Datatype> {
    let known: hid_t = match bytes {
        1 => *hdf5::globals::H5T_NATIVE_B8,
        2 => *hdf5::globals::H5T_NATIVE_B16,
        4 => *hdf5::globals::H5T_NATIVE_B32,
        _ => *hdf5::globals::H5T_NATIVE_B64,
    };
    // SAFETY: a type of the library's own, whose copy is owned by its wrapper.
    sync(|| unsafe { hdf5::from_id(h5check(H5Tcopy(known))?) })
}
