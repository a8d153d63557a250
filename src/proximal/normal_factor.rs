//! (I + c AᴴA)⁻¹ of an operator on few elements, all of which every rank holds.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};

/// The most elements of x: of more, a factor takes longer than iterations do.
pub(super) const MOST: usize = 4096;

/// AᴴA, and the Cholesky factor L of I + c AᴴA = L Lᴴ of the last c, by rows in one square: the former above the diagonal, the latter
/// below.
pub(super) struct NormalFactor<T> {
    square: Vec<T>,
    of_gram: Vec<f64>,
    of_factor: Vec<f64>,
    last: Option<f64>,
}

impl<T: Scalar> NormalFactor<T> {
    /// Makes AᴴA of what A makes of unit vectors.
    ///
    /// # Communication
    /// That of A and Aᴴ, as often as there are elements.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if x is not whole on every rank; [`ErrorKind::Shape`] of more than [`MOST`] elements.
    pub(super) fn of<Y: Scalar>(a: &Operator<T, Y>) -> Result<Self> {
        let (space, what) = (a.domain(), "domain of a factored LeastSquares");
        if !(space.is_replicated() || space.comm().size() == 1) {
            return Err(Error::expected(ErrorKind::Layout, what, "one that is whole on every rank", space));
        }
        let n = space.local_len();
        if n > MOST {
            return Err(Error::expected(ErrorKind::Shape, what, format!("at most {MOST} elements"), n));
        }
        let (mut column, mut image) = (DistArray::zeros(space), DistArray::zeros(a.range()));
        let mut square = vec![T::zero(); n * n];
        let mut of_gram = vec![0.0; n];
        for k in 0..n {
            column.fill(T::zero());
            column.as_mut_slice()[k] = T::one();
            a.apply_into(&column, &mut image)?;
            a.apply_adjoint_into(&image, &mut column)?;
            of_gram[k] = column.as_slice()[k].re().to_f64();
            for (i, &element) in column.as_slice()[..k].iter().enumerate() {
                square[i * n + k] = element;
            }
        }
        Ok(Self { square, of_gram, of_factor: vec![0.0; n], last: None })
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.square[..]) + size_of_val(&self.of_gram[..]) + size_of_val(&self.of_factor[..])
    }

    /// z ← (I + c AᴴA)⁻¹ z. Local; factors where c is another than the last one.
    ///
    /// # Errors
    /// [`ErrorKind::Other`] if I + c AᴴA is not positive definite.
    pub(super) fn solve(&mut self, c: f64, z: &mut [T]) -> Result<()> {
        if self.last != Some(c) {
            self.last = None;
            self.factor(c)?;
            self.last = Some(c);
        }
        let n = z.len();
        for i in 0..n {
            //                                              L z' = z
            let rest = z[i] - dot(&self.square[i * n..i * n + i], &z[..i]);
            z[i] = over(rest, self.of_factor[i]);
        }
        for i in (0..n).rev() {
            //                                      Lᴴ z'' = z'
            z[i] = over(z[i], self.of_factor[i]);
            let (before, at) = z.split_at_mut(i);
            for (z, l) in before.iter_mut().zip(&self.square[i * n..]) {
                *z -= l.conj() * at[0];
            }
        }
        Ok(())
    }

    fn factor(&mut self, c: f64) -> Result<()> {
        let n = self.of_gram.len();
        let times = T::Real::from_f64(c);
        for i in 0..n {
            let (above, from_here) = self.square.split_at_mut(i * n);
            let row = &mut from_here[..i];
            for j in 0..i {
                let of_gram = above[j * n + i].conj().scale(times);
                let (known, next) = row.split_at_mut(j);
                let sum = conj_dot(&above[j * n..j * n + j], known);
                next[0] = over(of_gram - sum, self.of_factor[j]);
            }
            let square: f64 = row.iter().map(|l| l.modulus().to_f64().powi(2)).sum();
            let rest = 1.0 + c * self.of_gram[i] - square;
            if !(rest > 0.0 && rest.is_finite()) {
                let what = "I + τσ AᴴA of a factored LeastSquares";
                return Err(Error::expected(
                    ErrorKind::Other,
                    what,
                    "a positive definite matrix",
                    format!("a pivot of {rest}"),
                ));
            }
            self.of_factor[i] = rest.sqrt();
        }
        Ok(())
    }
}

fn over<T: Scalar>(x: T, by: f64) -> T {
    x.scale(T::Real::from_f64(by.recip()))
}

/// Σ l z
fn dot<T: Scalar>(l: &[T], z: &[T]) -> T {
    l.iter().zip(z).fold(T::zero(), |sum, (&l, &z)| sum + l * z)
}

/// Σ l̄ m
fn conj_dot<T: Scalar>(l: &[T], m: &[T]) -> T {
    l.iter().zip(m).fold(T::zero(), |sum, (l, &m)| sum + l.conj() * m)
}
