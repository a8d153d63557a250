//! Elementwise work by name: map, zip and the vector updates of solvers. Nothing here communicates.
//!
//! Two operands are of one layout, or of shapes that broadcast by NumPy's rules where the smaller one is
//! on the spot: replicated, or cut as the larger one is along the axes that it has. Where something would
//! have to move they are refused, and [`like`](DistArray::like) moves it.
//!
//! Of chunks that overlap in another mode than [`Mode::Replica`](crate::layout::Mode::Replica) only that is done
//! which needs no combining: sums and multiples of sum arrays, products and moduli of product arrays.

use super::broadcast::{Against, for_each_stretch, meet};
use super::dist_array::DistArray;
use super::mode_rules::{self, Work};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Element, Number, Scalar, for_types, kernels, memory};
use num_complex::Complex;

impl<T: Element> DistArray<T> {
    /// f of every element.
    ///
    /// # Panics
    /// Of chunks that are not replicas: of f of a part nothing follows.
    #[must_use]
    #[track_caller]
    pub fn map<U: Element>(&self, f: impl Fn(T) -> U) -> DistArray<U> {
        self.map_as(Work::Any, "map", f)
    }

    /// f of every element, where f goes with the mode as said.
    #[track_caller]
    pub(crate) fn map_as<U: Element>(&self, work: Work, what: &str, f: impl Fn(T) -> U) -> DistArray<U> {
        mode_rules::expect(self.space(), work, what);
        let y = DistArray::from_parts(self.space().clone(), kernels::map(self.as_slice(), f));
        self.comm().moves(size_of_val(self.as_slice()), size_of_val(y.as_slice()));
        y
    }

    /// Every element replaced by f of it.
    ///
    /// # Panics
    /// As [`map`](Self::map).
    #[track_caller]
    pub fn map_in_place(&mut self, f: impl Fn(T) -> T) {
        self.map_in_place_as(Work::Any, "map_in_place", f);
    }

    #[track_caller]
    pub(crate) fn map_in_place_as(&mut self, work: Work, what: &str, f: impl Fn(T) -> T) {
        mode_rules::expect(self.space(), work, what);
        self.passes_over(0, 1);
        kernels::map_in_place(self.as_mut_slice(), f);
    }

    /// f of every pair of elements of two arrays of one space, or of shapes that broadcast on the spot.
    ///
    /// The result has the layout of the one that has its shape; where none has, of the one that can be
    /// repeated to it.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the shapes do not broadcast, [`ErrorKind::Layout`] if something would have to
    /// move ([`like`](Self::like) does so) or of chunks that are not replicas,
    /// [`ErrorKind::Communicator`] if the ranks differ.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::<f64>::full(&Layout::scatter(comm, &[5, 4], 0)?, 2.0);
    ///     let row = DistArray::from_fn(&Layout::replicated(comm, &[4])?, |i| i[0] as f64);
    ///     let column = DistArray::from_fn(&Layout::scatter(comm, &[5, 1], 0)?, |i| i[0] as f64);
    ///     assert_eq!((&x * &row + &column).get(&[4, 3])?, 10.0);
    ///     assert_eq!((&column * &row).layout()?, x.layout()?);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn zip<U: Element, V: Element>(&self, other: &DistArray<U>, f: impl Fn(T, U) -> V) -> Result<DistArray<V>> {
        self.zip_as(other, Work::Any, "second array", f)
    }

    pub(crate) fn zip_as<U: Element, V: Element>(
        &self,
        other: &DistArray<U>,
        work: Work,
        what: &str,
        f: impl Fn(T, U) -> V,
    ) -> Result<DistArray<V>> {
        mode_rules::check(self.space(), work, what)?;
        if self.space() == other.space() {
            let (x, y) = (self.as_slice(), other.as_slice());
            let zipped = DistArray::from_parts(self.space().clone(), kernels::zip(x, y, f));
            self.comm().moves(size_of_val(x) + size_of_val(y), size_of_val(zipped.as_slice()));
            return Ok(zipped);
        }
        let (Ok(left), Ok(right)) = (self.layout(), other.layout()) else {
            self.space().same_as(other.space(), what)?;
            return Err(Error::expected(ErrorKind::Shape, what, self.space(), other.space()));
        };
        let layout = meet(left, right, what)?;
        let (left, right) = (Against::all(self, &layout)?, Against::all(other, &layout)?);
        let mut data = memory::room(layout.local_len());
        for ((region, left), right) in layout.regions(layout.comm().rank()).iter().zip(&left).zip(&right) {
            let (Some(left), Some(right)) = (left, right) else { continue };
            let shape = region.shape();
            let (x, y) = (left.values(), right.values());
            for_each_stretch(&shape, &left.strides(&shape), &right.strides(&shape), &mut |a, da, b, db, n| match (
                da, db,
            ) {
                (1, 1) => kernels::append_zip(&mut data, &x[a..a + n], &y[b..b + n], &f),
                (1, _) => kernels::append_map(&mut data, &x[a..a + n], |x| f(x, y[b])),
                (_, 1) => kernels::append_map(&mut data, &y[b..b + n], |y| f(x[a], y)),
                _ => data.extend(std::iter::repeat_n(f(x[a], y[b]), n)),
            });
        }
        let (read, written) = (size_of_val(self.as_slice()) + size_of_val(other.as_slice()), size_of_val(&data[..]));
        self.comm().moves(read, written);
        Ok(DistArray::from_parts(layout.into(), data))
    }

    /// Every element replaced by f of it and the other array's, whose shape may broadcast to this one's.
    ///
    /// # Errors
    /// As [`zip`](Self::zip); [`ErrorKind::Shape`] if the result would have another shape.
    pub fn zip_in_place<U: Element>(&mut self, other: &DistArray<U>, f: impl Fn(T, U) -> T) -> Result<()> {
        self.zip_in_place_as(other, Work::Any, "second array", f)
    }

    pub(crate) fn zip_in_place_as<U: Element>(
        &mut self,
        other: &DistArray<U>,
        work: Work,
        what: &str,
        f: impl Fn(T, U) -> T,
    ) -> Result<()> {
        mode_rules::check(self.space(), work, what)?;
        if self.space() == other.space() {
            self.comm().moves(size_of_val(other.as_slice()), size_of_val(self.as_slice()));
            kernels::zip_in_place(self.as_mut_slice(), other.as_slice(), f);
            return Ok(());
        }
        let (Ok(left), Ok(right)) = (self.layout(), other.layout()) else {
            return self.space().same_as(other.space(), what);
        };
        let layout = meet(left, right, what)?;
        if layout != *left {
            return Err(Error::expected(
                ErrorKind::Shape,
                what,
                format!("a shape that broadcasts to that of {left}"),
                right,
            ));
        }
        self.comm().moves(size_of_val(other.as_slice()), size_of_val(self.as_slice()));
        let mut start = 0;
        for (region, right) in layout.regions(layout.comm().rank()).iter().zip(&Against::all(other, &layout)?) {
            let Some(right) = right else { continue };
            let (shape, y) = (region.shape(), right.values());
            let x = &mut self.as_mut_slice()[start..start + region.len()];
            for_each_stretch(&shape, &c_strides(&shape), &right.strides(&shape), &mut |a, _, b, db, n| match db {
                1 => kernels::zip_in_place(&mut x[a..a + n], &y[b..b + n], &f),
                _ => kernels::map_in_place(&mut x[a..a + n], |x| f(x, y[b])),
            });
            start += region.len();
        }
        Ok(())
    }

    /// `Ok` if an update of this vector with another one is one of equal spaces, and linear.
    fn check_update(&self, x: &Self, what: &str) -> Result<()> {
        self.space().same_as(x.space(), what)?;
        mode_rules::check(self.space(), Work::Linear, what)
    }
}

fn c_strides(shape: &[usize]) -> Vec<usize> {
    (0..shape.len()).map(|axis| shape[axis + 1..].iter().product()).collect()
}

impl<T: Number> DistArray<T> {
    /// y ← y + a x
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if the spaces differ, [`ErrorKind::Layout`] of chunks
    /// in a mode in which this means something else (see [`map`](Self::map)).
    pub fn axpy(&mut self, a: T, x: &Self) -> Result<()> {
        self.check_update(x, "x of axpy")?;
        self.passes_over(1, 1);
        kernels::axpy(self.as_mut_slice(), a, x.as_slice());
        Ok(())
    }

    /// y ← x + b y
    ///
    /// # Errors
    /// As [`axpy`](Self::axpy).
    pub fn xpby(&mut self, x: &Self, b: T) -> Result<()> {
        self.check_update(x, "x of xpby")?;
        self.passes_over(1, 1);
        kernels::xpby(self.as_mut_slice(), x.as_slice(), b);
        Ok(())
    }

    /// y ← a x + b y
    ///
    /// # Errors
    /// As [`axpy`](Self::axpy).
    pub fn axpby(&mut self, a: T, x: &Self, b: T) -> Result<()> {
        self.check_update(x, "x of axpby")?;
        self.passes_over(1, 1);
        kernels::axpby(self.as_mut_slice(), a, x.as_slice(), b);
        Ok(())
    }

    /// y ← a y
    ///
    /// # Panics
    /// Of chunks in another mode than replica or sum.
    #[track_caller]
    pub fn scale(&mut self, a: T) {
        mode_rules::expect(self.space(), Work::Linear, "scale");
        self.passes_over(0, 1);
        kernels::scale(self.as_mut_slice(), a);
    }
}

impl<T: Scalar> DistArray<T> {
    /// The complex conjugate.
    ///
    /// # Panics
    /// Of chunks in another mode than replica, sum or product.
    #[must_use]
    #[track_caller]
    pub fn conj(&self) -> Self {
        self.map_as(Work::LinearAndMultiplicative, "conj", Scalar::conj)
    }

    /// The real parts.
    ///
    /// # Panics
    /// Of chunks in another mode than replica or sum.
    #[must_use]
    #[track_caller]
    pub fn re(&self) -> DistArray<T::Real> {
        self.map_as(Work::Linear, "re", Scalar::re)
    }

    /// The imaginary parts.
    ///
    /// # Panics
    /// Of chunks in another mode than replica or sum.
    #[must_use]
    #[track_caller]
    pub fn im(&self) -> DistArray<T::Real> {
        self.map_as(Work::Linear, "im", Scalar::im)
    }

    /// The moduli.
    ///
    /// # Panics
    /// Of chunks in another mode than replica or product.
    #[must_use]
    #[track_caller]
    pub fn abs(&self) -> DistArray<T::Real> {
        self.map_as(Work::Multiplicative, "abs", Scalar::modulus)
    }
}

macro_rules! widening {
    ($($real:ident)*) => {$(
        impl DistArray<$real> {
            /// The same numbers as complex ones.
            ///
            /// # Panics
            /// Of chunks in another mode than replica or sum.
            #[must_use]
            #[track_caller]
            pub fn to_complex(&self) -> DistArray<Complex<$real>> {
                self.map_as(Work::Linear, "to_complex", |x| Complex::new(x, 0.0))
            }
        }
    )*};
}
for_types! { reals: widening }
