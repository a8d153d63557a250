//! Complex functions, each part of which is right to a few units in its last place.
//!
//! Textbook formulas cancel near 1 and far from the unit disc, overflow on the way, and make NaN of what is
//! infinite times 0. Those here do not: differences that cancel are formed in twice as many digits (`twice`),
//! exponents that leave the range are split off. All work in double precision; single precision is rounded from
//! it. Infinities, NaN and the signs of zeros are those of annex G of C99, which NumPy has too.
//!
//! - `logarithm`: roots and logarithms; `exponential`: exponentials, circular and hyperbolic functions;
//! - `inverse`: their inverses; `power`: powers, on `transcendental`.
//!
//! Branch cuts: W. Kahan, *Branch cuts for complex elementary functions, or much ado about nothing's sign bit*
//! (1987).

#[cfg(test)]
mod exact_for_tests;
mod exponential;
mod inverse;
mod logarithm;
#[cfg(test)]
pub(super) mod oracle_for_tests;
mod power;
#[cfg(test)]
mod special_tests;
#[cfg(test)]
mod tests;
mod transcendental;
mod twice;

use crate::numbers::Real;
use num_complex::{Complex, Complex64};

#[inline]
fn doubled<R: Real>(z: Complex<R>) -> Complex64 {
    Complex::new(z.re.to_f64(), z.im.to_f64())
}

#[inline]
fn rounded<R: Real>(z: Complex64) -> Complex<R> {
    Complex::new(R::from_f64(z.re), R::from_f64(z.im))
}

macro_rules! functions {
    ($($module:ident: $($name:ident)*;)*) => {$($(
        #[inline]
        pub(super) fn $name<R: Real>(z: Complex<R>) -> Complex<R> {
            rounded($module::$name(doubled(z)))
        }
    )*)*};
}
functions! {
    logarithm: sqrt ln log10 log2;
    exponential: exp exp2 sinh cosh tanh;
    inverse: asin acos acosh atanh;
}

pub(super) fn power<R: Real>(z: Complex<R>, w: Complex<R>) -> Complex<R> {
    rounded(power::power(doubled(z), doubled(w)))
}

/// i z, and back by −i.
#[inline]
fn turned<R: Real>(z: Complex<R>) -> Complex<R> {
    Complex::new(-z.im, z.re)
}

#[inline]
fn turned_back<R: Real>(z: Complex<R>) -> Complex<R> {
    Complex::new(z.im, -z.re)
}

#[inline]
pub(super) fn sin<R: Real>(z: Complex<R>) -> Complex<R> {
    turned_back(sinh(turned(z)))
}

#[inline]
pub(super) fn cos<R: Real>(z: Complex<R>) -> Complex<R> {
    cosh(turned(z))
}

#[inline]
pub(super) fn tan<R: Real>(z: Complex<R>) -> Complex<R> {
    turned_back(tanh(turned(z)))
}

#[inline]
pub(super) fn asinh<R: Real>(z: Complex<R>) -> Complex<R> {
    turned_back(asin(turned(z)))
}

#[inline]
pub(super) fn atan<R: Real>(z: Complex<R>) -> Complex<R> {
    turned_back(atanh(turned(z)))
}
