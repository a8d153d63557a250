//! Element types as HDF5 has them, in the manner of h5py: `bool` as an enumeration of FALSE and TRUE,
//! complex numbers as a pair of `r` and `i`.

use super::members::{self, Pair};
use super::transfer::{self, Class};
use crate::numbers::DType;
use hdf5::Datatype;
use hdf5::types::{CompoundField, CompoundType, FloatSize, IntSize, TypeDescriptor};

/// The type in the byte order of this machine.
pub(super) fn descriptor(dtype: DType) -> TypeDescriptor {
    use TypeDescriptor::{Boolean, Float, Integer, Unsigned};
    match dtype {
        DType::Bool => Boolean,
        DType::I8 => Integer(IntSize::U1),
        DType::I16 => Integer(IntSize::U2),
        DType::I32 => Integer(IntSize::U4),
        DType::I64 => Integer(IntSize::U8),
        DType::U8 => Unsigned(IntSize::U1),
        DType::U16 => Unsigned(IntSize::U2),
        DType::U32 => Unsigned(IntSize::U4),
        DType::U64 => Unsigned(IntSize::U8),
        DType::F32 => Float(FloatSize::U4),
        DType::F64 => Float(FloatSize::U8),
        DType::C64 => pair(FloatSize::U4, 4),
        DType::C128 => pair(FloatSize::U8, 8),
    }
}

fn pair(float: FloatSize, size: usize) -> TypeDescriptor {
    let field = |name, index: usize| CompoundField::new(name, TypeDescriptor::Float(float), index * size, index);
    TypeDescriptor::Compound(CompoundType { fields: vec![field("r", 0), field("i", 1)], size: 2 * size })
}

/// The same as an object of the library.
pub(super) fn datatype(dtype: DType) -> hdf5::Result<Datatype> {
    Datatype::from_descriptor(&descriptor(dtype))
}

/// The element type that a type of a file is, in either byte order: the one that holds all of its values.
///
/// The library is asked for what it would take for the type on this machine and the answer is compared:
/// what a file says of its types is never taken to pieces here.
pub(super) fn dtype_of(stored: &Datatype) -> Option<DType> {
    let native = transfer::native(stored).ok()?;
    let is = |dtype: &DType| dtype.size() == stored.size() && datatype(*dtype).is_ok_and(|known| known == native);
    DType::ALL.into_iter().find(|dtype| is(dtype)).or_else(|| foreign(stored))
}

/// The element type of what others write: bits, floats of 16 bits, complex numbers by other names.
fn foreign(stored: &Datatype) -> Option<DType> {
    match (transfer::class(stored).0, stored.size()) {
        (Class::Float, 2) => Some(DType::F32),
        (Class::Bits, 1) => Some(DType::U8),
        (Class::Bits, 2) => Some(DType::U16),
        (Class::Bits, 4) => Some(DType::U32),
        (Class::Bits, 8) => Some(DType::U64),
        _ => Pair::of(stored).map(|pair| if pair.size == 8 { DType::C128 } else { DType::C64 }),
    }
}

/// The type to which the library converts values of a type of a file, so that they are elements of this type.
pub(super) fn memory_of(stored: &Datatype, dtype: DType) -> hdf5::Result<Datatype> {
    let float = match dtype {
        DType::C64 => DType::F32,
        DType::C128 => DType::F64,
        _ if transfer::class(stored).0 == Class::Bits => return members::bits(dtype.size()),
        _ => return datatype(dtype),
    };
    Pair::of(stored).map_or_else(|| datatype(dtype), |pair| pair.memory(&datatype(float)?))
}

/// What a type of a file is, for an error: NumPy's name where it has one.
pub(super) fn words(stored: &Datatype) -> String {
    match dtype_of(stored) {
        Some(dtype) => dtype.to_string(),
        None => format!("{} of {} bytes", transfer::class(stored).1, stored.size()),
    }
}
