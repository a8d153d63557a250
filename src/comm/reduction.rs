//! Sums, extrema and logic over ranks.

use super::DType;

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
