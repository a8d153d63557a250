//! The signs `+ - * /` between arrays of one space and with scalars, by value and in place.
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
//! Signs panic, at the caller's line and on every rank alike, where the spaces differ.

use super::{DistArray, kernels};
use crate::Number;
use num_complex::Complex;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

#[track_caller]
fn check<T: Number, U: Number>(left: &DistArray<T>, right: &DistArray<U>, sign: &str) {
    if let Err(error) = left.space().same_as(right.space(), &format!("right operand of {sign}")) {
        panic!("{error}");
    }
}

macro_rules! signs {
    ($($trait:ident $method:ident $assign:ident $assign_method:ident $sign:tt;)*) => {$(
        impl<T: Number> $assign<&DistArray<T>> for DistArray<T> {
            #[track_caller]
            fn $assign_method(&mut self, right: &DistArray<T>) {
                check(self, right, stringify!($sign));
                kernels::zip_in_place(self.as_mut_slice(), right.as_slice(), |a, b| a $sign b);
            }
        }

        impl<T: Number> $assign<DistArray<T>> for DistArray<T> {
            #[track_caller]
            fn $assign_method(&mut self, right: DistArray<T>) {
                $assign::$assign_method(self, &right);
            }
        }

        impl<T: Number> $assign<T> for DistArray<T> {
            fn $assign_method(&mut self, right: T) {
                kernels::map_in_place(self.as_mut_slice(), |a| a $sign right);
            }
        }

        impl<T: Number> $trait<&DistArray<T>> for &DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(self, right: &DistArray<T>) -> DistArray<T> {
                check(self, right, stringify!($sign));
                let data = kernels::zip(self.as_slice(), right.as_slice(), |a, b| a $sign b);
                DistArray::from_parts(self.space().clone(), data)
            }
        }

        impl<T: Number> $trait<DistArray<T>> for &DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(self, mut right: DistArray<T>) -> DistArray<T> {
                check(self, &right, stringify!($sign));
                kernels::zip_in_place(right.as_mut_slice(), self.as_slice(), |b, a| a $sign b);
                right
            }
        }

        impl<T: Number> $trait<&DistArray<T>> for DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(mut self, right: &DistArray<T>) -> DistArray<T> {
                $assign::$assign_method(&mut self, right);
                self
            }
        }

        impl<T: Number> $trait<DistArray<T>> for DistArray<T> {
            type Output = DistArray<T>;
            #[track_caller]
            fn $method(mut self, right: DistArray<T>) -> DistArray<T> {
                $assign::$assign_method(&mut self, &right);
                self
            }
        }

        impl<T: Number> $trait<T> for DistArray<T> {
            type Output = DistArray<T>;
            fn $method(mut self, right: T) -> DistArray<T> {
                $assign::$assign_method(&mut self, right);
                self
            }
        }

        impl<T: Number> $trait<T> for &DistArray<T> {
            type Output = DistArray<T>;
            fn $method(self, right: T) -> DistArray<T> {
                self.map(|a| a $sign right)
            }
        }
    )*};
}
signs! {
    Add add AddAssign add_assign +;
    Sub sub SubAssign sub_assign -;
    Mul mul MulAssign mul_assign *;
    Div div DivAssign div_assign /;
}

/// Scalars on the left, which only concrete types allow.
macro_rules! scalar_left {
    ($($trait:ident $method:ident $sign:tt: $($t:ty)*;)*) => {$($(
        impl $trait<DistArray<$t>> for $t {
            type Output = DistArray<$t>;
            fn $method(self, mut right: DistArray<$t>) -> DistArray<$t> {
                kernels::map_in_place(right.as_mut_slice(), |b| self $sign b);
                right
            }
        }

        impl $trait<&DistArray<$t>> for $t {
            type Output = DistArray<$t>;
            fn $method(self, right: &DistArray<$t>) -> DistArray<$t> {
                right.map(|b| self $sign b)
            }
        }
    )*)*};
}
scalar_left! {
    Add add +: i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64 Complex<f32> Complex<f64>;
    Sub sub -: i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64 Complex<f32> Complex<f64>;
    Mul mul *: i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64 Complex<f32> Complex<f64>;
    Div div /: i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64 Complex<f32> Complex<f64>;
}

/// Complex arrays and real numbers.
macro_rules! complex_by_real {
    ($($t:ident)*) => {$(
        impl MulAssign<$t> for DistArray<Complex<$t>> {
            fn mul_assign(&mut self, right: $t) {
                kernels::map_in_place(self.as_mut_slice(), |a| a * right);
            }
        }

        impl Mul<$t> for DistArray<Complex<$t>> {
            type Output = Self;
            fn mul(mut self, right: $t) -> Self {
                self *= right;
                self
            }
        }

        impl Mul<$t> for &DistArray<Complex<$t>> {
            type Output = DistArray<Complex<$t>>;
            fn mul(self, right: $t) -> DistArray<Complex<$t>> {
                self.map(|a| a * right)
            }
        }

        impl Mul<DistArray<Complex<$t>>> for $t {
            type Output = DistArray<Complex<$t>>;
            fn mul(self, right: DistArray<Complex<$t>>) -> DistArray<Complex<$t>> {
                right * self
            }
        }

        impl Mul<&DistArray<Complex<$t>>> for $t {
            type Output = DistArray<Complex<$t>>;
            fn mul(self, right: &DistArray<Complex<$t>>) -> DistArray<Complex<$t>> {
                right * self
            }
        }
    )*};
}
complex_by_real! { f32 f64 }

impl<T: Number + Neg<Output = T>> Neg for DistArray<T> {
    type Output = Self;
    fn neg(mut self) -> Self {
        kernels::map_in_place(self.as_mut_slice(), |a| -a);
        self
    }
}

impl<T: Number + Neg<Output = T>> Neg for &DistArray<T> {
    type Output = DistArray<T>;
    fn neg(self) -> DistArray<T> {
        self.map(|a| -a)
    }
}
