//! The element types of a `.npy` file, and their bytes.

use crate::numbers::{DType, Element, for_types};
use num_complex::Complex;

/// A number that NumPy files hold: every [`Element`] but `usize` and `isize`, whose size a file
/// must not depend on.
pub trait NpyElement: Element {
    /// The element in these bytes (as many as its size), most significant first if `big`; `None`
    /// where the bytes are no value of the type.
    #[doc(hidden)]
    fn decode(bytes: &[u8], big: bool) -> Option<Self>;
}

macro_rules! numbers {
    ($($t:ty)*) => {$(
        impl NpyElement for $t {
            fn decode(bytes: &[u8], big: bool) -> Option<Self> {
                let bytes = bytes.try_into().ok()?;
                Some(if big { <$t>::from_be_bytes(bytes) } else { <$t>::from_le_bytes(bytes) })
            }
        }
    )*};
}
for_types! { sized_reals: numbers }

impl NpyElement for bool {
    fn decode(bytes: &[u8], _: bool) -> Option<Self> {
        match bytes {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

macro_rules! complex {
    ($($t:ty)*) => {$(
        impl NpyElement for Complex<$t> {
            fn decode(bytes: &[u8], big: bool) -> Option<Self> {
                let (re, im) = bytes.split_at_checked(size_of::<$t>())?;
                Some(Complex::new(<$t>::decode(re, big)?, <$t>::decode(im, big)?))
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

/// The type and the byte order that a header's `descr` means: `<f8`, `>i4`, `|b1`, …
pub(super) fn parse_descr(descr: &str) -> Option<(DType, bool)> {
    let (order, name) = descr.split_at_checked(1)?;
    let dtype = match name {
        "b1" => DType::Bool,
        "i1" => DType::I8,
        "i2" => DType::I16,
        "i4" => DType::I32,
        "i8" => DType::I64,
        "u1" => DType::U8,
        "u2" => DType::U16,
        "u4" => DType::U32,
        "u8" => DType::U64,
        "f4" => DType::F32,
        "f8" => DType::F64,
        "c8" => DType::C64,
        "c16" => DType::C128,
        _ => return None,
    };
    match order {
        "<" => Some((dtype, false)),
        ">" => Some((dtype, true)),
        "=" => Some((dtype, cfg!(target_endian = "big"))),
        "|" if dtype.size() == 1 => Some((dtype, false)),
        _ => None,
    }
}
