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
//!
//! nor do vectors of another scalar, which the message says in words:
//!
//! ```compile_fail,E0277
//! # use lops::{Comm, DistArray, Layout, Operator, operators::Identity};
//! # let layout = Layout::scatter(&Comm::solo(), &[3], 0).unwrap();
//! let double: Operator<f64> = Identity.on(&layout);
//! let y = &double * &DistArray::<f32>::zeros(&layout);
//! ```

use crate::Complex;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::operators::Operator;
use std::ops::{Add, Mul, Neg, Sub};

#[track_caller]
fn or_panic<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("{error}"),
    }
}

/// What may stand on the right of an operator `A : X → Y`: a vector (`A x`), an operator (`A B`), a factor (`A α`).
#[diagnostic::on_unimplemented(
    message = "an operator on arrays of `{X}` cannot be multiplied by `{Self}`",
    label = "expected an array of `{X}`, an operator that makes arrays of `{X}`, or a factor",
    note = "what stands on the right has the scalar of the operator's domain, here `{X}`: convert an array by `map`",
    note = "a factor is a number of the operator's scalar, or a real one: `2.0 * &a`"
)]
pub trait OnTheRight<X: Scalar, Y: Scalar> {
    /// What the product is.
    type Product;

    /// The product with A on the left.
    #[doc(hidden)]
    fn after(self, a: &Operator<X, Y>) -> Result<Self::Product>;
}

impl<X: Scalar, Y: Scalar> OnTheRight<X, Y> for &DistArray<X> {
    type Product = DistArray<Y>;
    fn after(self, a: &Operator<X, Y>) -> Result<DistArray<Y>> {
        a.apply_to(self)
    }
}

impl<X: Scalar, Y: Scalar> OnTheRight<X, Y> for DistArray<X> {
    type Product = DistArray<Y>;
    fn after(self, a: &Operator<X, Y>) -> Result<DistArray<Y>> {
        a.apply_to(&self)
    }
}

impl<W: Scalar, M: Scalar, Z: Scalar> OnTheRight<M, Z> for &Operator<W, M> {
    type Product = Operator<W, Z>;
    fn after(self, a: &Operator<M, Z>) -> Result<Operator<W, Z>> {
        a.compose(self)
    }
}

impl<W: Scalar, M: Scalar, Z: Scalar> OnTheRight<M, Z> for Operator<W, M> {
    type Product = Operator<W, Z>;
    fn after(self, a: &Operator<M, Z>) -> Result<Operator<W, Z>> {
        a.compose(&self)
    }
}

impl<X: Scalar, Y: Scalar, R: OnTheRight<X, Y>> Mul<R> for &Operator<X, Y> {
    type Output = R::Product;
    #[track_caller]
    fn mul(self, right: R) -> R::Product {
        or_panic(right.after(self))
    }
}

impl<X: Scalar, Y: Scalar, R: OnTheRight<X, Y>> Mul<R> for Operator<X, Y> {
    type Output = R::Product;
    #[track_caller]
    fn mul(self, right: R) -> R::Product {
        or_panic(right.after(&self))
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

        impl OnTheRight<$scalar, $scalar> for $factor {
            type Product = Operator<$scalar>;
            fn after(self, a: &Operator<$scalar>) -> Result<Operator<$scalar>> {
                Ok(a.$scale(self))
            }
        }
    };
}
factors! { f32 f64 }

/// Whole numbers, as in `2 * &a`.
impl<X: Scalar, Y: Scalar<Real = X::Real>> Mul<&Operator<X, Y>> for i32 {
    type Output = Operator<X, Y>;
    fn mul(self, operator: &Operator<X, Y>) -> Operator<X, Y> {
        operator.scale_real(X::Real::from_f64(self.into()))
    }
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Mul<Operator<X, Y>> for i32 {
    type Output = Operator<X, Y>;
    fn mul(self, operator: Operator<X, Y>) -> Operator<X, Y> {
        self * &operator
    }
}
