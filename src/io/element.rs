//! The element types of a `.npy` file, and their bytes.

use crate::numbers::{DType, Element, for_types};
use num_complex::Complex;

/// A number that NumPy files hold: every [`Element`] but `usize` and `isize`, whose size a file
/// must not depend on.
pub trait NpyElement: Element {
    /// The element in these bytes, which are as many as its size, most significant first if `big`. Every byte that
    /// is not 0 is a bool that is true, as NumPy has it.
    #[doc(hidden)]
    fn decode(bytes: &[u8], big: bool) -> Self;
}

macro_rules! numbers {
    ($($t:ty)*) => {$(
        impl NpyElement for $t {
            #[inline]
            fn decode(bytes: &[u8], big: bool) -> Self {
                let mut own = [0; size_of::<$t>()];
                own.copy_from_slice(bytes);
                if big { <$t>::from_be_bytes(own) } else { <$t>::from_le_bytes(own) }
            }
        }
    )*};
}
for_types! { sized_reals: numbers }

impl NpyElement for bool {
    #[inline]
    fn decode(bytes: &[u8], _: bool) -> Self {
        bytes != [0]
    }
}

macro_rules! complex {
    ($($t:ty)*) => {$(
        impl NpyElement for Complex<$t> {
            #[inline]
            fn decode(bytes: &[u8], big: bool) -> Self {
                let (re, im) = bytes.split_at(size_of::<$t>());
                Complex::new(<$t>::decode(re, big), <$t>::decode(im, big))
            }
        }
    )*};
}
for_types! { reals: complex }

/// What NumPy calls a type in this machine's byte order.
pub(super) fn descr(dtype: DType) -> String {
    let kind = match dtype {
        DType::Bool => 'b',
        DType::I8 | DType::I16 | DType::I32 | DType::I64 => 'i',
        DType::U8 | DType::U16 | DType::U32 | DType::U64 => 'u',
        DType::F32 | DType::F64 => 'f',
        DType::C64 | DType::C128 => 'c',
    };
    let order = match dtype.size() {
        1 => '|',
        _ if cfg!(target_endian = "big") => '>',
        _ => '<',
    };
    format!("{order}{kind}{}", dtype.size())
}

/// The type and the byte order that a header's `descr` means: `<f8`, `>i4`, `|b1`, `?`, `float64`, … All that
/// `numpy.dtype` takes for a type that is an element here, as it does on machines of 64 bits.
pub(super) fn parse_descr(descr: &str) -> Option<(DType, bool)> {
    let native = cfg!(target_endian = "big");
    if let Some(dtype) = of_name(descr) {
        return Some((dtype, native));
    }
    let (kind, order) = match descr.strip_prefix(['<', '>', '=', '|']) {
        Some(kind) => (kind, descr.as_bytes()[0]),
        None => (descr, b'='),
    };
    let dtype = of_kind(kind)?;
    Some((dtype, if order == b'=' || order == b'|' { native } else { order == b'>' }))
}

/// Letters of C's types, and letters of kinds with the number of bytes: what may have an order before it.
fn of_kind(kind: &str) -> Option<DType> {
    Some(match kind {
        "?" | "b1" => DType::Bool,
        "b" | "i1" => DType::I8,
        "h" | "i2" => DType::I16,
        "i" | "i4" => DType::I32,
        "l" | "q" | "p" | "n" | "i8" => DType::I64,
        "B" | "u1" => DType::U8,
        "H" | "u2" => DType::U16,
        "I" | "u4" => DType::U32,
        "L" | "Q" | "P" | "N" | "u8" => DType::U64,
        "f" | "f4" => DType::F32,
        "d" | "f8" => DType::F64,
        "F" | "c8" => DType::C64,
        "D" | "c16" => DType::C128,
        _ => return None,
    })
}

/// Names, which are of this machine's order.
fn of_name(name: &str) -> Option<DType> {
    Some(match name {
        "bool" | "bool_" => DType::Bool,
        "int8" | "byte" => DType::I8,
        "int16" | "short" => DType::I16,
        "int32" | "intc" => DType::I32,
        "int64" | "int" | "int_" | "intp" | "long" | "longlong" => DType::I64,
        "uint8" | "ubyte" => DType::U8,
        "uint16" | "ushort" => DType::U16,
        "uint32" | "uintc" => DType::U32,
        "uint64" | "uint" | "uintp" | "ulong" | "ulonglong" => DType::U64,
        "float32" | "single" => DType::F32,
        "float64" | "float" | "double" => DType::F64,
        "complex64" | "csingle" => DType::C64,
        "complex128" | "complex" | "cdouble" => DType::C128,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_types() {
        let native = cfg!(target_endian = "big");
        for dtype in DType::ALL {
            let own = descr(dtype);
            let short = &own[1..];
            assert_eq!(parse_descr(&own), Some((dtype, native)));
            for (order, big) in [("", native), ("=", native), ("|", native), ("<", false), (">", true)] {
                assert_eq!(parse_descr(&format!("{order}{short}")), Some((dtype, big)), "{order}{short}");
            }
            assert_eq!(parse_descr(dtype.name()), Some((dtype, native)));
            assert_eq!(parse_descr(&format!("<{}", dtype.name())), None); // nor does NumPy
        }
        for (text, dtype) in [("?", DType::Bool), (">?", DType::Bool), ("d", DType::F64), ("<L", DType::U64)] {
            assert_eq!(parse_descr(text).map(|(dtype, _)| dtype), Some(dtype), "{text}");
        }
        for text in ["", "<", "f", "é8", "<é", "f16", "g", "e", "O", "V8", "U4", "<<f8", "f8 ", " f8", "(2,)f8"] {
            assert_eq!(parse_descr(text).is_some(), text == "f", "{text}");
        }
    }

    #[test]
    fn bytes_that_are_not_0_are_true() {
        assert_eq!([0, 1, 2, 255].map(|byte| bool::decode(&[byte], false)), [false, true, true, true]);
    }
}
