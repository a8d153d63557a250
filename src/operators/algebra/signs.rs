//! `A x`, `A B`, `A + B`, `A − B`, `α A`, `−A` for handles, by reference and by value.
//!
//! Signs panic at the caller's line, with the words of the named methods' errors, where spaces
//! don't fit. Operators of different scalars don't mix:
//!
//! ```compile_fail,E0308
//! # use lops::{Comm, Layout, Operator, operators::Identity};
//! # let layout = Layout::scatter(&Comm::solo(), &[3], 0).unwrap();
//! let single: Operator<f32> = Identity.on(&layout);
//! let double: Operator<f64> = Identity.on(&layout);
//! let sum = single + double;
//! ```

use crate::Complex;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::Operator;
use std::ops::{Add, Mul, Neg, Sub};

#[track_caller]
fn or_panic<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

impl<X: Scalar, Y: Scalar> Mul<&DistArray<X>> for &Operator<X, Y> {
    type Output = DistArray<Y>;
    #[track_caller]
    fn mul(self, x: &DistArray<X>) -> DistArray<Y> {
        or_panic(self.apply_to(x))
    }
}

impl<X: Scalar, Y: Scalar> Mul<&DistArray<X>> for Operator<X, Y> {
    type Output = DistArray<Y>;
    #[track_caller]
    fn mul(self, x: &DistArray<X>) -> DistArray<Y> {
        or_panic(self.apply_to(x))
    }
}

/// Both operands by reference or by value: a handle is a pointer.
macro_rules! by_reference_and_value {
    ($([$($generics:tt)*] $trait:ident $method:ident($left:ty, $right:ty) -> $out:ty { |$a:ident, $b:ident| $body:expr })*) => {$(
        by_reference_and_value!(@one [$($generics)*] $trait $method(&$left, &$right) -> $out { |$a, $b| $body });
        by_reference_and_value!(@one [$($generics)*] $trait $method(&$left, $right) -> $out { |$a, $b| { let $b = &$b; $body } });
        by_reference_and_value!(@one [$($generics)*] $trait $method($left, &$right) -> $out { |$a, $b| { let $a = &$a; $body } });
        by_reference_and_value!(@one [$($generics)*] $trait $method($left, $right) -> $out { |$a, $b| { let ($a, $b) = (&$a, &$b); $body } });
    )*};
    (@one [$($generics:tt)*] $trait:ident $method:ident($left:ty, $right:ty) -> $out:ty { |$a:ident, $b:ident| $body:expr }) => {
        impl<$($generics)*> $trait<$right> for $left {
            type Output = $out;
            #[track_caller]
            fn $method(self, right: $right) -> $out {
                let ($a, $b) = (self, right);
                or_panic($body)
            }
        }
    };
}
by_reference_and_value! {
    [X: Scalar, M: Scalar, Y: Scalar] Mul mul(Operator<M, Y>, Operator<X, M>) -> Operator<X, Y> { |a, b| a.compose(b) }
    [X: Scalar, Y: Scalar] Add add(Operator<X, Y>, Operator<X, Y>) -> Operator<X, Y> { |a, b| a.plus(b) }
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Neg for &Operator<X, Y> {
    type Output = Operator<X, Y>;
    fn neg(self) -> Operator<X, Y> {
        self.scale_real(-<X::Real as num_traits::One>::one())
    }
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Neg for Operator<X, Y> {
    type Output = Self;
    fn neg(self) -> Self {
        -&self
    }
}

macro_rules! differences {
    ($([$left:ty, $right:ty])*) => {$(
        impl<X: Scalar, Y: Scalar<Real = X::Real>> Sub<$right> for $left {
            type Output = Operator<X, Y>;
            #[track_caller]
            fn sub(self, right: $right) -> Operator<X, Y> {
                or_panic(self.plus(&-right))
            }
        }
    )*};
}
differences! {
    [&Operator<X, Y>, &Operator<X, Y>] [&Operator<X, Y>, Operator<X, Y>]
    [Operator<X, Y>, &Operator<X, Y>] [Operator<X, Y>, Operator<X, Y>]
}

/// Factors: concrete types, on either side.
macro_rules! factors {
    ($($t:ident)*) => {$(
        factors!(@pair $t, $t, scale);
        factors!(@pair Complex<$t>, Complex<$t>, scale);
        factors!(@pair $t, Complex<$t>, scale_real);
    )*};
    (@pair $factor:ty, $scalar:ty, $scale:ident) => {
        impl Mul<&Operator<$scalar>> for $factor {
            type Output = Operator<$scalar>;
            fn mul(self, operator: &Operator<$scalar>) -> Operator<$scalar> {
                operator.$scale(self)
            }
        }

        impl Mul<Operator<$scalar>> for $factor {
            type Output = Operator<$scalar>;
            fn mul(self, operator: Operator<$scalar>) -> Operator<$scalar> {
                operator.$scale(self)
            }
        }

        impl Mul<$factor> for &Operator<$scalar> {
            type Output = Operator<$scalar>;
            fn mul(self, factor: $factor) -> Operator<$scalar> {
                self.$scale(factor)
            }
        }

        impl Mul<$factor> for Operator<$scalar> {
            type Output = Operator<$scalar>;
            fn mul(self, factor: $factor) -> Operator<$scalar> {
                self.$scale(factor)
            }
        }
    };
}
factors! { f32 f64 }
