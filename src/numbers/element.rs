//! What can travel and be stored: plain numbers and `bool`, and their view as bytes.

use super::memory;
use num_complex::Complex;
use std::fmt;

/// The type of an element, named as NumPy names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum DType {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
    C64,
    C128,
}

impl DType {
    /// All of them, in the order of their numbers in messages.
    pub(crate) const ALL: [Self; 13] = [
        Self::Bool,
        Self::I8,
        Self::I16,
        Self::I32,
        Self::I64,
        Self::U8,
        Self::U16,
        Self::U32,
        Self::U64,
        Self::F32,
        Self::F64,
        Self::C64,
        Self::C128,
    ];

    /// The number that stands for this type in messages.
    pub(crate) fn code(self) -> usize {
        Self::ALL.iter().position(|&known| known == self).unwrap_or(Self::ALL.len())
    }

    /// Whether it is a real or complex floating-point type.
    pub(crate) const fn is_floating(self) -> bool {
        matches!(self, Self::F32 | Self::F64 | Self::C64 | Self::C128)
    }

    /// NumPy's name: `float64`, `complex64`, `bool`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::I8 => "int8",
            Self::I16 => "int16",
            Self::I32 => "int32",
            Self::I64 => "int64",
            Self::U8 => "uint8",
            Self::U16 => "uint16",
            Self::U32 => "uint32",
            Self::U64 => "uint64",
            Self::F32 => "float32",
            Self::F64 => "float64",
            Self::C64 => "complex64",
            Self::C128 => "complex128",
        }
    }

    /// Bytes of one element.
    pub fn size(self) -> usize {
        match self {
            Self::Bool | Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::I64 | Self::U64 | Self::F64 | Self::C64 => 8,
            Self::C128 => 16,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A plain number (integer, float, complex) or `bool`: what an array holds and a message carries.
///
/// # Safety
/// The type has no padding and no pointers, and any value of it may be copied as bytes to another
/// process of the same binary. `bool` is the only implementor with invalid bit patterns; bytes
/// only ever come from values of the same type.
pub unsafe trait Element:
    Copy + Default + PartialEq + fmt::Debug + fmt::Display + Send + Sync + 'static
{
    /// The type's name, size and make, for messages and files.
    const DTYPE: DType;
}

macro_rules! elements {
    ($($t:ty => $dtype:ident),* $(,)?) => {$(
        // SAFETY: a primitive number, or a `repr(C)` pair of them: no padding, no pointer.
        unsafe impl Element for $t {
            const DTYPE: DType = DType::$dtype;
        }
    )*};
}
elements! {
    bool => Bool, i8 => I8, i16 => I16, i32 => I32, i64 => I64, u8 => U8, u16 => U16, u32 => U32,
    u64 => U64, f32 => F32, f64 => F64, Complex<f32> => C64, Complex<f64> => C128,
}
#[cfg(target_pointer_width = "64")]
elements! { isize => I64, usize => U64 }
#[cfg(target_pointer_width = "32")]
elements! { isize => I32, usize => U32 }

/// The bytes of a slice of elements.
pub(crate) fn bytes_of<T: Element>(values: &[T]) -> &[u8] {
    // SAFETY: an `Element` has no padding, so all its bytes are initialised.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

/// The bytes of a slice of elements, to be overwritten with bytes of the same type.
pub(crate) fn bytes_of_mut<T: Element>(values: &mut [T]) -> &mut [u8] {
    // SAFETY: as in `bytes_of`; only bytes of values of `T` are written (contract of `Element`).
    unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), size_of_val(values)) }
}

/// Bytes of elements, seen as elements again.
pub(crate) fn elements_of<T: Element>(bytes: &[u8]) -> &[T] {
    // SAFETY: they are bytes of values of `T` (the caller knows the type they came from).
    let (before, elements, after) = unsafe { bytes.align_to() };
    assert!(before.is_empty() && after.is_empty(), "bytes of {}", T::DTYPE);
    elements
}

/// Bytes of elements, seen as elements again.
pub(crate) fn elements_of_mut<T: Element>(bytes: &mut [u8]) -> &mut [T] {
    // SAFETY: as in `elements_of`; any value of `T` may be written.
    let (before, elements, after) = unsafe { bytes.align_to_mut() };
    assert!(before.is_empty() && after.is_empty(), "bytes of {}", T::DTYPE);
    elements
}

/// A buffer of bytes aligned for every element type, seen as elements.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    words: Vec<u64>,
    bytes: usize,
}

impl Buffer {
    /// Zeroed room for this many bytes.
    pub(crate) fn zeroed(bytes: usize) -> Self {
        Self { words: memory::filled(bytes.div_ceil(8), 0), bytes }
    }

    /// The most bytes it can hold.
    pub(crate) fn room(&self) -> usize {
        8 * self.words.len()
    }

    /// The same memory as a buffer of so many bytes, for which there is room.
    pub(crate) fn resized(mut self, bytes: usize) -> Self {
        assert!(bytes <= self.room());
        self.bytes = bytes;
        self
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &bytes_of(&self.words)[..self.bytes]
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        let bytes = self.bytes;
        &mut bytes_of_mut(&mut self.words)[..bytes]
    }

    pub(crate) fn elements<T: Element>(&self) -> &[T] {
        // SAFETY: aligned to 8 (no element needs more), zeroed or filled with bytes of `T`, and
        // zero bytes are a value of every element type.
        unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast(), self.bytes / size_of::<T>()) }
    }

    pub(crate) fn elements_mut<T: Element>(&mut self) -> &mut [T] {
        // SAFETY: as in `elements`.
        unsafe { std::slice::from_raw_parts_mut(self.words.as_mut_ptr().cast(), self.bytes / size_of::<T>()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_back() {
        let values = [Complex::new(1.0f32, -2.0), Complex::new(0.5, 3.0)];
        let mut copy = [Complex::default(); 2];
        bytes_of_mut(&mut copy).copy_from_slice(bytes_of(&values));
        assert_eq!(values, copy);
        let mut buffer = Buffer::zeroed(16);
        buffer.elements_mut::<Complex<f32>>().copy_from_slice(&values);
        assert_eq!(buffer.bytes(), bytes_of(&values));
        assert_eq!(buffer.elements::<Complex<f32>>(), values);
    }

    #[test]
    fn sizes_are_those_of_the_types() {
        fn check<T: Element>() {
            assert_eq!(T::DTYPE.size(), size_of::<T>(), "{}", T::DTYPE);
        }
        check::<bool>();
        check::<i8>();
        check::<u16>();
        check::<f32>();
        check::<usize>();
        check::<Complex<f32>>();
        check::<Complex<f64>>();
    }
}
