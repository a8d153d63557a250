//! What is summed of each element of columns side by side.

use super::exact_folds::Centred;
use crate::Complex;
use crate::numbers::exact::{ColumnTerms, ExactSum};
use std::marker::PhantomData;

/// The parts of an element.
pub(super) struct Plain<T>(pub(super) PhantomData<T>);

/// The parts of an element's deviation, and their squares.
pub(super) struct Deviations<T>(pub(super) PhantomData<T>);

macro_rules! copied {
    ($($name:ident)*) => {$(
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $name<T> {}
    )*};
}
copied! { Plain Deviations }

impl<T: Copy + Into<f64>> ColumnTerms<1> for Plain<T> {
    type Element = T;
    type State = [ExactSum; 1];
    type Centre = ();

    #[inline(always)]
    fn centre(self, _: &[ExactSum; 1]) {}

    #[inline(always)]
    fn sums(self, sums: &mut [ExactSum; 1]) -> &mut [ExactSum] {
        sums
    }

    #[inline(always)]
    fn terms(self, (): (), x: T) -> [f64; 1] {
        [x.into()]
    }
}

impl<T: Copy + Into<f64>> ColumnTerms<2> for Plain<Complex<T>> {
    type Element = Complex<T>;
    type State = [ExactSum; 2];
    type Centre = ();

    #[inline(always)]
    fn centre(self, _: &[ExactSum; 2]) {}

    #[inline(always)]
    fn sums(self, sums: &mut [ExactSum; 2]) -> &mut [ExactSum] {
        sums
    }

    #[inline(always)]
    fn terms(self, (): (), x: Complex<T>) -> [f64; 2] {
        [x.re.into(), x.im.into()]
    }
}

impl<T: Copy + Into<f64>> ColumnTerms<2> for Deviations<T> {
    type Element = T;
    type State = Centred<[ExactSum; 2]>;
    type Centre = f64;

    #[inline(always)]
    fn centre(self, (centre, _): &Self::State) -> f64 {
        centre.re
    }

    #[inline(always)]
    fn sums(self, (_, sums): &mut Self::State) -> &mut [ExactSum] {
        sums
    }

    #[inline(always)]
    fn terms(self, centre: f64, x: T) -> [f64; 2] {
        let d = x.into() - centre;
        [d, d * d]
    }
}

impl<T: Copy + Into<f64>> ColumnTerms<4> for Deviations<Complex<T>> {
    type Element = Complex<T>;
    type State = Centred<[ExactSum; 3]>;
    type Centre = Complex<f64>;

    #[inline(always)]
    fn centre(self, (centre, _): &Self::State) -> Complex<f64> {
        *centre
    }

    #[inline(always)]
    fn sums(self, (_, sums): &mut Self::State) -> &mut [ExactSum] {
        sums
    }

    #[inline(always)]
    fn terms(self, centre: Complex<f64>, x: Complex<T>) -> [f64; 4] {
        let (re, im) = (x.re.into() - centre.re, x.im.into() - centre.im);
        [re, im, re * re, im * im]
    }
}
