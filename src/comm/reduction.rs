//! Sums, extrema and logic over ranks.

use crate::numbers::{Buffer, DType, Element, elements_of, elements_of_mut};
use num_complex::Complex;

/// How [`Comm::all_reduce`](super::Comm::all_reduce) combines the ranks' values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// The sum; integers wrap.
    Sum,
    /// The least value; of floats with a NaN among them, which one comes out is not defined.
    Min,
    /// The greatest value; of floats with a NaN among them, which one comes out is not defined.
    Max,
    /// 1 where all are true (not 0), else 0.
    And,
    /// 1 where any is true (not 0), else 0.
    Or,
}

impl Reduction {
    /// The reduction's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::And => "and",
            Self::Or => "or",
        }
    }

    /// Whether it is defined for this type: all for real numbers and `bool` (a sum of `bool` is
    /// `Or`, its minimum `And`), only sums for complex numbers.
    pub(super) fn takes(self, dtype: DType) -> bool {
        self == Self::Sum || !matches!(dtype, DType::C64 | DType::C128)
    }
}

/// Combines two ranks' values, element by element: `into ← into ∘ from`.
pub(super) fn combine(dtype: DType, reduction: Reduction, into: &mut [u8], from: &[u8]) {
    match dtype {
        DType::Bool => match reduction {
            Reduction::Sum | Reduction::Max | Reduction::Or => each::<bool>(into, from, |a, b| a | b),
            Reduction::Min | Reduction::And => each::<bool>(into, from, |a, b| a & b),
        },
        DType::I8 => real::<i8>(reduction, into, from, i8::wrapping_add),
        DType::I16 => real::<i16>(reduction, into, from, i16::wrapping_add),
        DType::I32 => real::<i32>(reduction, into, from, i32::wrapping_add),
        DType::I64 => real::<i64>(reduction, into, from, i64::wrapping_add),
        DType::U8 => real::<u8>(reduction, into, from, u8::wrapping_add),
        DType::U16 => real::<u16>(reduction, into, from, u16::wrapping_add),
        DType::U32 => real::<u32>(reduction, into, from, u32::wrapping_add),
        DType::U64 => real::<u64>(reduction, into, from, u64::wrapping_add),
        DType::F32 => real::<f32>(reduction, into, from, |a, b| a + b),
        DType::F64 => real::<f64>(reduction, into, from, |a, b| a + b),
        DType::C64 => each::<Complex<f32>>(into, from, |a, b| a + b),
        DType::C128 => each::<Complex<f64>>(into, from, |a, b| a + b),
    }
}

fn real<T: Element + PartialOrd + num_traits::One>(
    reduction: Reduction,
    into: &mut [u8],
    from: &[u8],
    sum: impl Fn(T, T) -> T,
) {
    let (no, truth) = (T::default(), |is| if is { T::one() } else { T::default() });
    match reduction {
        Reduction::Sum => each(into, from, sum),
        Reduction::Min => each::<T>(into, from, |a, b| if b < a { b } else { a }),
        Reduction::Max => each::<T>(into, from, |a, b| if b > a { b } else { a }),
        Reduction::And => each::<T>(into, from, |a, b| truth(a != no && b != no)),
        Reduction::Or => each::<T>(into, from, |a, b| truth(a != no || b != no)),
    }
}

fn each<T: Element>(into: &mut [u8], from: &[u8], combine: impl Fn(T, T) -> T) {
    for (into, &from) in elements_of_mut(into).iter_mut().zip(elements_of(from)) {
        *into = combine(*into, from);
    }
}

/// Makes 0 and 1 of one rank's own values where the reduction is a logical one.
pub(super) fn truth(dtype: DType, reduction: Reduction, values: &mut [u8]) {
    if matches!(reduction, Reduction::And | Reduction::Or) {
        let mut own = Buffer::zeroed(dtype.size());
        for value in values.chunks_exact_mut(dtype.size()) {
            own.bytes_mut().copy_from_slice(value);
            combine(dtype, reduction, value, own.bytes());
        }
    }
}
