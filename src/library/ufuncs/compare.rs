//! Comparisons: of every pair, and of whole arrays.

use super::operand::Operand;
use crate::array::DistArray;
use crate::comm::Reduction;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Element, Scalar};
use num_traits::{Float, Zero};

macro_rules! comparisons {
    ($bound:path: $($name:ident $sign:tt $doc:literal;)*) => {
        impl<T: Element + $bound> DistArray<T> {
            $(
                #[doc = $doc]
                /// A NaN is neither less, equal nor greater.
                ///
                /// # Errors
                /// Those of [`zip`](Self::zip); of a number, [`ErrorKind::Layout`] of chunks that are to be
                /// combined.
                pub fn $name<'a>(&self, y: impl Into<Operand<'a, T>>) -> Result<DistArray<bool>> {
                    self.with(y.into(), stringify!($name), |x, y| x $sign y)
                }
            )*
        }
    };
}
comparisons! { PartialOrd:
    less < "Where x < y.";
    less_equal <= "Where x ≤ y.";
    greater > "Where x > y.";
    greater_equal >= "Where x ≥ y.";
}
comparisons! { PartialEq:
    equal == "Where x = y.";
    not_equal != "Where x ≠ y.";
}

impl<T: Element> DistArray<T> {
    /// Whether two arrays have the same shape and equal elements: the same answer on every rank of the mask
    /// group. A NaN equals nothing. (`==` of two arrays compares their spaces and this rank's parts.)
    ///
    /// # Communication
    /// One all-reduce of 8 bytes over the mask group.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the layouts differ though the shapes do not ([`like`](Self::like) moves one to the
    /// other's), [`ErrorKind::Layout`] of chunks that are to be combined, [`ErrorKind::Communicator`] if the
    /// ranks differ.
    pub fn array_equal(&self, other: &Self) -> Result<bool> {
        let _operation = self.reduction("array_equal", format_args!(""));
        self.comm().same_as(other.comm(), "second array of array_equal")?;
        if self.shape() != other.shape() {
            return Ok(false);
        }
        self.all_of(other, |x, y| x == y)
    }

    /// Whether f is true of every pair of elements of arrays of one space, on all ranks.
    fn all_of(&self, other: &Self, f: impl Fn(T, T) -> bool) -> Result<bool> {
        crate::array::mode_rules::check_any(self.space(), "compared array")?;
        self.space().same_as(other.space(), "second array to compare")?;
        let mut differing = [self.as_slice().iter().zip(other.as_slice()).any(|(&x, &y)| !f(x, y)) as u64];
        let group = self.space().group();
        if group.size() > 1 {
            group.all_reduce(&mut differing, Reduction::Or);
        }
        Ok(differing[0] == 0)
    }
}

/// |x − y| ≤ absolute + relative · |y|, and of infinities whether they are the same.
fn close<T: Scalar>(x: T, y: T, relative: T::Real, absolute: T::Real) -> bool {
    x == y || (y.finite() && (x - y).modulus() <= absolute + relative * y.modulus())
}

impl<T: Scalar> DistArray<T> {
    /// Where |x − y| ≤ absolute + relative · |y|: NumPy's `isclose`. A NaN is close to nothing, an infinity to
    /// itself.
    ///
    /// # Errors
    /// Those of [`zip`](Self::zip); of a number, [`ErrorKind::Layout`] of chunks that are to be combined.
    #[doc(alias = "isclose")]
    pub fn is_close<'a>(
        &self,
        y: impl Into<Operand<'a, T>>,
        relative: T::Real,
        absolute: T::Real,
    ) -> Result<DistArray<bool>> {
        self.with(y.into(), "is_close", |x, y| close(x, y, relative, absolute))
    }

    /// Whether all elements are [`is_close`](Self::is_close) to the other array's (NumPy takes 1e−5 and 1e−8):
    /// the same answer on every rank of the mask group.
    ///
    /// # Communication
    /// One all-reduce of 8 bytes over the mask group.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] of tolerances that are negative or NaN; [`ErrorKind::Shape`] or
    /// [`ErrorKind::Communicator`] if the spaces differ, [`ErrorKind::Layout`] of chunks that are to be combined.
    pub fn allclose(&self, other: &Self, relative: T::Real, absolute: T::Real) -> Result<bool> {
        let _operation = self.reduction("allclose", format_args!(", {relative:?}, {absolute:?}"));
        for (what, tolerance) in [("relative tolerance", relative), ("absolute tolerance", absolute)] {
            if tolerance.is_nan() || tolerance < T::Real::zero() {
                return Err(Error::expected(ErrorKind::Parameter, what, "a number that is not negative", tolerance));
            }
        }
        self.all_of(other, |x, y| close(x, y, relative, absolute))
    }
}
