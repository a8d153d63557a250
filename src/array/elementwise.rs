//! Elementwise work by name: map, zip and the vector updates of solvers. Nothing here communicates.

use super::{DistArray, kernels};
use crate::{Element, Number, Result, Scalar};
use num_complex::Complex;

impl<T: Element> DistArray<T> {
    /// f of every element.
    #[must_use]
    pub fn map<U: Element>(&self, f: impl Fn(T) -> U) -> DistArray<U> {
        DistArray::from_parts(self.space().clone(), kernels::map(self.as_slice(), f))
    }

    /// Every element replaced by f of it.
    pub fn map_in_place(&mut self, f: impl Fn(T) -> T) {
        kernels::map_in_place(self.as_mut_slice(), f);
    }

    /// f of every pair of elements of two vectors of one space.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
    /// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if the spaces differ.
    pub fn zip<U: Element, V: Element>(&self, other: &DistArray<U>, f: impl Fn(T, U) -> V) -> Result<DistArray<V>> {
        self.space().same_as(other.space(), "second array")?;
        Ok(DistArray::from_parts(self.space().clone(), kernels::zip(self.as_slice(), other.as_slice(), f)))
    }

    /// Every element replaced by f of it and the other vector's.
    ///
    /// # Errors
    /// As [`zip`](Self::zip).
    pub fn zip_in_place<U: Element>(&mut self, other: &DistArray<U>, f: impl Fn(T, U) -> T) -> Result<()> {
        self.space().same_as(other.space(), "second array")?;
        kernels::zip_in_place(self.as_mut_slice(), other.as_slice(), f);
        Ok(())
    }
}

impl<T: Number> DistArray<T> {
    /// y ← y + a x
    ///
    /// # Errors
    /// As [`zip`](Self::zip).
    pub fn axpy(&mut self, a: T, x: &Self) -> Result<()> {
        self.space().same_as(x.space(), "x of axpy")?;
        kernels::axpy(self.as_mut_slice(), a, x.as_slice());
        Ok(())
    }

    /// y ← x + b y
    ///
    /// # Errors
    /// As [`zip`](Self::zip).
    pub fn xpby(&mut self, x: &Self, b: T) -> Result<()> {
        self.space().same_as(x.space(), "x of xpby")?;
        kernels::xpby(self.as_mut_slice(), x.as_slice(), b);
        Ok(())
    }

    /// y ← a x + b y
    ///
    /// # Errors
    /// As [`zip`](Self::zip).
    pub fn axpby(&mut self, a: T, x: &Self, b: T) -> Result<()> {
        self.space().same_as(x.space(), "x of axpby")?;
        kernels::axpby(self.as_mut_slice(), a, x.as_slice(), b);
        Ok(())
    }

    /// y ← a y
    pub fn scale(&mut self, a: T) {
        kernels::scale(self.as_mut_slice(), a);
    }
}

impl<T: Scalar> DistArray<T> {
    /// The complex conjugate.
    #[must_use]
    pub fn conj(&self) -> Self {
        self.map(Scalar::conj)
    }

    /// The real parts.
    #[must_use]
    pub fn re(&self) -> DistArray<T::Real> {
        self.map(Scalar::re)
    }

    /// The imaginary parts.
    #[must_use]
    pub fn im(&self) -> DistArray<T::Real> {
        self.map(Scalar::im)
    }

    /// The moduli.
    #[must_use]
    pub fn abs(&self) -> DistArray<T::Real> {
        self.map(Scalar::modulus)
    }
}

macro_rules! widening {
    ($($real:ident)*) => {$(
        impl DistArray<$real> {
            /// The same numbers as complex ones.
            #[must_use]
            pub fn to_complex(&self) -> DistArray<Complex<$real>> {
                self.map(|x| Complex::new(x, 0.0))
            }
        }
    )*};
}
widening! { f32 f64 }
