//! The calls of the HDF5 library that its safe bindings do not have: collective transfers of hyperslabs,
//! attributes as plain bytes, the native form of a type.

use hdf5::sync::sync;
use hdf5::{Attribute, Dataset, Dataspace, Datatype, h5check};
use hdf5_sys::h5::{herr_t, hsize_t};
use hdf5_sys::h5a::{H5Aread, H5Awrite};
use hdf5_sys::h5d::{H5Dread, H5Dwrite};
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5o::H5Oexists_by_name;
use hdf5_sys::h5p::{H5P_DEFAULT, H5Pcreate, H5Pset_elink_cb};
use hdf5_sys::h5s::{H5S_seloper_t, H5Sselect_hyperslab, H5Sselect_none};
use hdf5_sys::h5t::{H5T_class_t, H5T_direction_t, H5T_sign_t, H5Tget_class, H5Tget_native_type, H5Tget_sign};
use std::ffi::{CString, c_char, c_uint, c_void};
use std::ptr;

/// Equally spaced indices of each axis of a dataset; all of one without axes.
#[derive(Clone, Debug, Default)]
pub(super) struct Hyperslab {
    pub(super) start: Vec<hsize_t>,
    pub(super) stride: Vec<hsize_t>,
    pub(super) count: Vec<hsize_t>,
}

impl Hyperslab {
    fn len(&self) -> usize {
        self.count.iter().map(|&n| n as usize).product()
    }

    /// The space of the file with these selected, and one of memory in which they lie one after another.
    fn spaces(&self, dataset: &Dataset) -> hdf5::Result<(Dataspace, Dataspace)> {
        let file = dataset.space()?;
        let (axes, n) = (file.ndim(), self.start.len());
        if axes != n || self.stride.len() != n || self.count.len() != n {
            return Err(format!("a dataset of {axes} axes where {n} are to be selected").into());
        }
        let shape: Vec<usize> = self.count.iter().map(|&n| n as usize).collect();
        let memory = Dataspace::try_new(&shape[..])?;
        if n > 0 {
            // SAFETY: the space is open, and each list has an entry for each of its axes.
            h5check(sync(|| unsafe {
                let (start, stride) = (self.start.as_ptr(), self.stride.as_ptr());
                let set = H5S_seloper_t::H5S_SELECT_SET;
                H5Sselect_hyperslab(file.id(), set, start, stride, self.count.as_ptr(), ptr::null())
            }))?;
        }
        Ok((file, memory))
    }
}

/// Nothing of a dataset, for a rank that takes part in a collective call with nothing to give.
fn nothing(dataset: &Dataset) -> hdf5::Result<(Dataspace, Dataspace)> {
    let (file, memory) = (dataset.space()?, Dataspace::try_new([1])?);
    for space in [&file, &memory] {
        // SAFETY: the space is open.
        h5check(sync(|| unsafe { H5Sselect_none(space.id()) }))?;
    }
    Ok((file, memory))
}

/// How a transfer is made: by each rank when it likes, or by all of a parallel file together.
#[derive(Debug)]
pub(super) enum Way {
    Independent,
    #[cfg(feature = "mpi")]
    Collective(hdf5::PropertyList),
}

impl Way {
    #[cfg(feature = "mpi")]
    pub(super) fn collective() -> hdf5::Result<Self> {
        use hdf5_sys::h5p::{H5FD_mpio_xfer_t, H5Pset_dxpl_mpio};
        // SAFETY: the class of the new list is one of the library's own, and the list is then owned by its
        // wrapper.
        let list: hdf5::PropertyList =
            sync(|| unsafe { hdf5::from_id(h5check(H5Pcreate(*hdf5::globals::H5P_DATASET_XFER))?) })?;
        // SAFETY: the list is open and of the class that has this property.
        h5check(sync(|| unsafe { H5Pset_dxpl_mpio(list.id(), H5FD_mpio_xfer_t::H5FD_MPIO_COLLECTIVE) }))?;
        Ok(Self::Collective(list))
    }

    fn id(&self) -> hdf5_sys::h5i::hid_t {
        match self {
            Self::Independent => H5P_DEFAULT,
            #[cfg(feature = "mpi")]
            Self::Collective(list) => list.id(),
        }
    }
}

/// Writes bytes of values of a type, in C order, to a hyperslab, or takes part with nothing.
pub(super) fn write(
    dataset: &Dataset,
    memory: &Datatype,
    slab: Option<(&Hyperslab, &[u8])>,
    way: &Way,
) -> hdf5::Result<()> {
    let (spaces, bytes) = match slab {
        Some((slab, bytes)) => {
            check_length(slab.len(), memory, bytes.len())?;
            (slab.spaces(dataset)?, bytes)
        }
        None => (nothing(dataset)?, &[0; 16][..]),
    };
    // SAFETY: all handles are open; as many elements are selected in memory as there are in `bytes`
    // (`check_length`), whose bytes are read only.
    h5check(sync(|| unsafe {
        H5Dwrite(dataset.id(), memory.id(), spaces.1.id(), spaces.0.id(), way.id(), bytes.as_ptr().cast())
    }))?;
    Ok(())
}

/// Reads a hyperslab as values of a type, in C order.
pub(super) fn read(dataset: &Dataset, memory: &Datatype, slab: &Hyperslab, bytes: &mut [u8]) -> hdf5::Result<()> {
    check_length(slab.len(), memory, bytes.len())?;
    let spaces = slab.spaces(dataset)?;
    // SAFETY: as in `write`; the types that are read here are plain numbers, of which any bytes are a value.
    h5check(sync(|| unsafe {
        H5Dread(dataset.id(), memory.id(), spaces.1.id(), spaces.0.id(), H5P_DEFAULT, bytes.as_mut_ptr().cast())
    }))?;
    Ok(())
}

/// Reads an attribute as values of a type that has no pointers.
pub(super) fn read_attribute(attribute: &Attribute, memory: &Datatype, bytes: &mut [u8]) -> hdf5::Result<()> {
    check_length(attribute.size(), memory, bytes.len())?;
    // SAFETY: the attribute is open, and there is room for all of its elements (`check_length`).
    h5check(sync(|| unsafe { H5Aread(attribute.id(), memory.id(), bytes.as_mut_ptr().cast()) }))?;
    Ok(())
}

/// Writes an attribute, given as values of a type that has no pointers.
pub(super) fn write_attribute(attribute: &Attribute, memory: &Datatype, bytes: &[u8]) -> hdf5::Result<()> {
    check_length(attribute.size(), memory, bytes.len())?;
    // SAFETY: the attribute is open, and there are as many bytes as it has elements (`check_length`).
    h5check(sync(|| unsafe { H5Awrite(attribute.id(), memory.id(), bytes.as_ptr().cast()) }))?;
    Ok(())
}

fn check_length(elements: usize, memory: &Datatype, bytes: usize) -> hdf5::Result<()> {
    match elements.checked_mul(memory.size()) {
        Some(needed) if needed == bytes => Ok(()),
        _ => Err(format!("{elements} elements of {} bytes where there are {bytes} bytes", memory.size()).into()),
    }
}

/// Whether a name is reached without leaving the file: a link to another file is refused before that is opened,
/// which may be anything.
pub(super) fn is_inside(file: &hdf5::File, name: &str) -> bool {
    extern "C" fn refuse(
        _: *const c_char,
        _: *const c_char,
        _: *const c_char,
        _: *const c_char,
        _: *mut c_uint,
        _: hid_t,
        _: *mut c_void,
    ) -> herr_t {
        -1
    }
    let Ok(name) = CString::new(name) else { return false };
    let list = || -> hdf5::Result<hdf5::PropertyList> {
        // SAFETY: the class of the new list is one of the library's own, and the list is then owned by its wrapper.
        let list: hdf5::PropertyList =
            sync(|| unsafe { hdf5::from_id(h5check(H5Pcreate(*hdf5::globals::H5P_LINK_ACCESS))?) })?;
        // SAFETY: the list is open and of the class that has this property; the function touches nothing.
        h5check(sync(|| unsafe { H5Pset_elink_cb(list.id(), Some(refuse), ptr::null_mut()) }))?;
        Ok(list)
    };
    // SAFETY: file and list are open, and the name ends in 0.
    list().is_ok_and(|list| sync(|| unsafe { H5Oexists_by_name(file.id(), name.as_ptr(), list.id()) > 0 }))
}

/// The type in which this machine would hold values of another.
pub(super) fn native(datatype: &Datatype) -> hdf5::Result<Datatype> {
    // SAFETY: the type is open; the new one is then owned by its wrapper.
    sync(|| unsafe { hdf5::from_id(h5check(H5Tget_native_type(datatype.id(), H5T_direction_t::H5T_DIR_ASCEND))?) })
}

/// What kind of type this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Signed,
    Unsigned,
    Float,
    Text,
    Bits,
    Other,
}

/// What kind of type this is, and in words.
pub(super) fn class(datatype: &Datatype) -> (Class, &'static str) {
    // SAFETY: the type is open.
    let (class, sign) = sync(|| unsafe {
        let class = H5Tget_class(datatype.id());
        let is_integer = class == H5T_class_t::H5T_INTEGER;
        (class, is_integer.then(|| H5Tget_sign(datatype.id())))
    });
    match class {
        H5T_class_t::H5T_INTEGER if sign == Some(H5T_sign_t::H5T_SGN_2) => (Class::Signed, "an integer"),
        H5T_class_t::H5T_INTEGER => (Class::Unsigned, "an unsigned integer"),
        H5T_class_t::H5T_FLOAT => (Class::Float, "a float"),
        H5T_class_t::H5T_STRING => (Class::Text, "text"),
        H5T_class_t::H5T_COMPOUND => (Class::Other, "a compound"),
        H5T_class_t::H5T_ENUM => (Class::Other, "an enumeration"),
        H5T_class_t::H5T_ARRAY => (Class::Other, "an array"),
        H5T_class_t::H5T_VLEN => (Class::Other, "lists of any length"),
        H5T_class_t::H5T_REFERENCE => (Class::Other, "a reference"),
        H5T_class_t::H5T_OPAQUE => (Class::Other, "opaque bytes"),
        H5T_class_t::H5T_BITFIELD => (Class::Bits, "bits"),
        _ => (Class::Other, "something"),
    }
}
