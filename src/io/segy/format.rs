//! How samples are written.

use crate::numbers::DType;

/// How the samples of a SEG-Y file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SegyFormat {
    /// IBM's floating-point numbers of 4 bytes (code 1).
    Ibm,
    /// Integers of 4 bytes (2).
    I32,
    /// Integers of 2 bytes (3).
    I16,
    /// IEEE floating-point numbers of 4 bytes (5).
    F32,
    /// IEEE floating-point numbers of 8 bytes (6).
    F64,
    /// Integers of 1 byte (8).
    I8,
    /// Integers of 8 bytes (9).
    I64,
    /// Integers of 4 bytes without a sign (10).
    U32,
    /// Integers of 2 bytes without a sign (11).
    U16,
    /// Integers of 8 bytes without a sign (12).
    U64,
    /// Integers of 1 byte without a sign (16).
    U8,
}

use SegyFormat::{F32, F64, I8, I16, I32, I64, Ibm, U8, U16, U32, U64};

/// The formats, their codes in the binary header, and the types that hold their bytes.
const KNOWN: [(SegyFormat, u16, DType); 11] = [
    (Ibm, 1, DType::U32),
    (I32, 2, DType::I32),
    (I16, 3, DType::I16),
    (F32, 5, DType::F32),
    (F64, 6, DType::F64),
    (I8, 8, DType::I8),
    (I64, 9, DType::I64),
    (U32, 10, DType::U32),
    (U16, 11, DType::U16),
    (U64, 12, DType::U64),
    (U8, 16, DType::U8),
];

impl SegyFormat {
    /// The format of a code; `None` of fixed-point numbers with a gain (4) and of 3 bytes (7, 15), which are not
    /// read, and of what is no code.
    pub(super) fn of_code(code: u16) -> Option<Self> {
        KNOWN.iter().find(|known| known.1 == code).map(|known| known.0)
    }

    /// The format in which numbers of this type are written.
    pub(super) fn of_dtype(dtype: DType) -> Option<Self> {
        KNOWN.iter().find(|known| known.0 != Ibm && known.2 == dtype).map(|known| known.0)
    }

    /// Its code in the binary header.
    pub(super) fn code(self) -> u16 {
        KNOWN.iter().find(|known| known.0 == self).map_or(0, |known| known.1)
    }

    /// The type that holds the bytes of a sample: of IBM's numbers their bits.
    pub(super) fn dtype(self) -> DType {
        KNOWN.iter().find(|known| known.0 == self).map_or(DType::U8, |known| known.2)
    }

    /// Whether revision 1 has it.
    pub(super) fn is_old(self) -> bool {
        matches!(self, Ibm | I32 | I16 | F32 | I8)
    }
}

/// Whether a revision of the standard gives the code a meaning, be it one that is not read here.
pub(super) fn is_code(code: u16) -> bool {
    matches!(code, 1..=12 | 15 | 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_types() {
        for (format, code, dtype) in KNOWN {
            assert!(is_code(code));
            assert_eq!((SegyFormat::of_code(code), format.code(), format.dtype()), (Some(format), code, dtype));
            assert!(format == Ibm || SegyFormat::of_dtype(dtype) == Some(format));
        }
        assert_eq!([0, 4, 7, 15, 17].map(SegyFormat::of_code), [None; 5]);
        assert_eq!(SegyFormat::of_dtype(DType::Bool), None);
    }
}
