//! The signs `+ - *` between arrays of one space and with scalars, by value and in place (`/` is in `division`).
//!
//! Both operands have one element type: nothing is ever narrowed or widened unasked. An integer
//! array times a fraction does not compile:
//!
//! ```compile_fail,E0277
//! # use lops::{Comm, DistArray, Layout};
//! let counts = DistArray::<i64>::zeros(&Layout::scatter(&Comm::solo(), &[3], 0).unwrap());
//! let halves = &counts * 0.5;
//! ```
//!
//! nor does adding complex numbers to real ones; say `to_complex` first:
//!
//! ```compile_fail,E0308
//! # use lops::{Comm, Complex, DistArray, Layout};
//! # let layout = Layout::scatter(&Comm::solo(), &[3], 0).unwrap();
//! let mut real = DistArray::<f64>::zeros(&layout);
//! let complex = DistArray::<Complex<f64>>::zeros(&layout);
//! real += &complex;
//! ```
//!
//! Shapes broadcast as in [`zip`](DistArray::zip). Signs panic, at the caller's line and on every rank
//! alike, where `zip` would return an error: where something would have to move, above all.

use super::dist_array::DistArray;
use super::mode_rules::Work;
use crate::error::Result;
use crate::numbers::{Number, for_types};
use num_complex::Complex;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// The value, or a panic with the error's words at the caller's line.
#[track_caller]
fn expect<V>(result: Result<V>) -> V {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

macro_rules! signs {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident $sign:tt $arrays:ident $scalar:ident;)*) => {$(
        impl<T: Number> $assign<&DistArray<T>> for DistArray<T> {
            #[track_caller]
            fn $assign_method(&mut self, right: &DistArray<T>) {
                let what = concat!("right operand of ", stringify!($sign));
                expect(self.zip_in_place_as(right, Work::$arrays, what, |a, b| a $sign b));
            }
        }

        impl<T: Number> $assign<DistArray<T>> for DistArray<T> {
            #[track_caller]
            fn $assign_method(&mut self, right: DistArray<T>) {
                $assign::$assign_method(self, &right);
            }
        }

        impl<T: Number> $assign<T> for DistArray<T> {
            #[track_caller]
            fn $assign_method(&mut self, right: T) {
                self.map_in_place_as(Work::$scalar, stringify!($sign), |a| a $sign right);
            }
        }

        impl<T: Number> $trait<&DistArray<T>> for &DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(self, right: &DistArray<T>) -> DistArray<T> {
                let what = concat!("right operand of ", stringify!($sign));
                expect(self.zip_as(right, Work::$arrays, what, |a, b| a $sign b))
            }
        }

        impl<T: Number> $trait<DistArray<T>> for &DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(self, mut right: DistArray<T>) -> DistArray<T> {
                if self.space() != right.space() {
                    return $trait::$method(self, &right);
                }
                let what = concat!("right operand of ", stringify!($sign));
                expect(right.zip_in_place_as(self, Work::$arrays, what, |b, a| a $sign b));
                right
            }
        }

        impl<T: Number> $trait<&DistArray<T>> for DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(mut self, right: &DistArray<T>) -> DistArray<T> {
                if self.space() != right.space() {
                    return $trait::$method(&self, right);
                }
                $assign::$assign_method(&mut self, right);
                self
            }
        }

        impl<T: Number> $trait<DistArray<T>> for DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(self, right: DistArray<T>) -> DistArray<T> {
                $trait::$method(self, &right)
            }
        }

        impl<T: Number> $trait<T> for DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(mut self, right: T) -> DistArray<T> {
                $assign::$assign_method(&mut self, right);
                self
            }
        }

        impl<T: Number> $trait<T> for &DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(self, right: T) -> DistArray<T> {
                self.map_as(Work::$scalar, stringify!($sign), |a| a $sign right)
            }
        }
    )*};
}
signs! {
    Add add AddAssign add_assign + Linear Any;
    Sub sub SubAssign sub_assign - Linear Any;
    Mul mul MulAssign mul_assign * Multiplicative Linear;
}

/// Scalars on the left, which only concrete types allow.
macro_rules! scalar_left {
    ($trait:ident $method:ident $sign:tt $work:ident: $($t:ty)*) => {$(
        impl $trait<DistArray<$t>> for $t {
            type Output = DistArray<$t>;
            #[track_caller]
            fn $method(self, mut right: DistArray<$t>) -> DistArray<$t> {
                right.map_in_place_as(Work::$work, stringify!($sign), |b| self $sign b);
                right
            }
        }

        impl $trait<&DistArray<$t>> for $t {
            type Output = DistArray<$t>;
            #[track_caller]
            fn $method(self, right: &DistArray<$t>) -> DistArray<$t> {
                right.map_as(Work::$work, stringify!($sign), |b| self $sign b)
            }
        }
    )*};
}
for_types! { numbers: scalar_left(Add add + Any:) }
for_types! { numbers: scalar_left(Sub sub - Any:) }
for_types! { numbers: scalar_left(Mul mul * Linear:) }

/// Complex arrays and real numbers.
macro_rules! complex_by_real {
    ($($t:ident)*) => {$(
        impl MulAssign<$t> for DistArray<Complex<$t>> {
            #[track_caller]
            fn mul_assign(&mut self, right: $t) {
                self.map_in_place_as(Work::Linear, "*", |a| a * right);
            }
        }

        impl Mul<$t> for DistArray<Complex<$t>> {
            type Output = Self;
            #[track_caller]
            fn mul(mut self, right: $t) -> Self {
                self *= right;
                self
            }
        }

        impl Mul<$t> for &DistArray<Complex<$t>> {
            type Output = DistArray<Complex<$t>>;
            #[track_caller]
            fn mul(self, right: $t) -> DistArray<Complex<$t>> {
                self.map_as(Work::Linear, "*", |a| a * right)
            }
        }

        impl Mul<DistArray<Complex<$t>>> for $t {
            type Output = DistArray<Complex<$t>>;
            #[track_caller]
            fn mul(self, right: DistArray<Complex<$t>>) -> DistArray<Complex<$t>> {
                right * self
            }
        }

        impl Mul<&DistArray<Complex<$t>>> for $t {
            type Output = DistArray<Complex<$t>>;
            #[track_caller]
            fn mul(self, right: &DistArray<Complex<$t>>) -> DistArray<Complex<$t>> {
                right * self
            }
        }
    )*};
}
for_types! { reals: complex_by_real }

impl<T: Number + Neg<Output = T>> Neg for DistArray<T> {
    type Output = Self;
    #[track_caller]
    fn neg(mut self) -> Self {
        self.map_in_place_as(Work::Linear, "-", |a| -a);
        self
    }
}

impl<T: Number + Neg<Output = T>> Neg for &DistArray<T> {
    type Output = DistArray<T>;
    #[track_caller]
    fn neg(self) -> DistArray<T> {
        self.map_as(Work::Linear, "-", |a| -a)
    }
}
