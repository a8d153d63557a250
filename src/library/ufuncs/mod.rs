//! NumPy's elementwise functions by name, on every layout. Nothing here communicates, but for the two that
//! give one answer: [`allclose`](crate::DistArray::allclose) and [`array_equal`](crate::DistArray::array_equal).
//!
//! A function gives a new array; one whose name ends in `_in_place` changes the array. The second operand of
//! a function of two is an [`Operand`]: a number, or an array whose shape broadcasts as in
//! [`zip`](crate::DistArray::zip), with its errors. Names are Rust's (`asin`, `ln_1p`), as `ndarray` has them;
//! the documentation finds NumPy's too (`arcsin`, `log1p`).
//!
//! Types say what comes out: comparisons give `bool`, moduli and angles of complex numbers are real, and
//! nothing is widened unasked. What is not here is a [`map`](crate::DistArray::map), a
//! [`zip`](crate::DistArray::zip) or a [`zip3`](crate::DistArray::zip3) away, and several steps in one closure
//! cost one pass over memory.

/// Functions of one operand: a new array, and the same in place.
macro_rules! of_one {
    ($bound:ident: $($(#[$meta:meta])* $name:ident $in_place:ident $work:ident = $f:expr;)*) => {
        impl<T: $bound> DistArray<T> {
            $(
                $(#[$meta])*
                ///
                /// # Panics
                /// Of chunks that are to be combined, where that is not the same as doing it to the array.
                #[must_use]
                #[track_caller]
                pub fn $name(&self) -> Self {
                    self.map_as(Work::$work, stringify!($name), $f)
                }

                #[doc = concat!("[`", stringify!($name), "`](Self::", stringify!($name), ") in place.")]
                ///
                /// # Panics
                #[doc = concat!("As [`", stringify!($name), "`](Self::", stringify!($name), ").")]
                #[track_caller]
                pub fn $in_place(&mut self) {
                    self.map_in_place_as(Work::$work, stringify!($in_place), $f);
                }
            )*
        }
    };
}

/// Functions of two operands of one type: a new array, and the same in place.
macro_rules! of_two {
    ($bound:ident: $($(#[$meta:meta])* $name:ident $in_place:ident = $f:expr;)*) => {
        impl<T: $bound> DistArray<T> {
            $(
                $(#[$meta])*
                ///
                /// # Errors
                /// Those of [`zip`](Self::zip); of a number, [`ErrorKind::Layout`](crate::ErrorKind::Layout) of
                /// chunks that are to be combined.
                pub fn $name<'a>(&self, y: impl Into<Operand<'a, T>>) -> Result<Self> {
                    self.with(y.into(), stringify!($name), $f)
                }

                #[doc = concat!("[`", stringify!($name), "`](Self::", stringify!($name), ") in place.")]
                ///
                /// # Errors
                #[doc = concat!("As [`", stringify!($name), "`](Self::", stringify!($name), "), and those of")]
                /// [`zip_in_place`](Self::zip_in_place).
                pub fn $in_place<'a>(&mut self, y: impl Into<Operand<'a, T>>) -> Result<()> {
                    self.with_in_place(y.into(), stringify!($in_place), $f)
                }
            )*
        }
    };
}

mod bits;
mod compare;
mod complex;
mod elementary;
mod hyperbolic;
mod operand;
mod ordered;
mod power;
mod real;
mod select;

pub use bits::Integer;
pub use elementary::Elementary;
pub use operand::Operand;
pub use ordered::Ordered;
pub use power::Power;
