//! Multiplication element by element.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Mode, Partition};
use crate::numbers::Scalar;
use crate::operators::{Kernels, Operator, Put};
use multiversion::multiversion;

/// `yᵢ = dᵢ xᵢ`.
///
/// The adjoint is `xᵢ = d̄ᵢ yᵢ`.
///
/// # Spaces
/// `X = Y`: that of `d`, any but of chunks that are combined where they overlap: there the product of
/// two sums is not the sum of the products. Real or complex.
///
/// # Communication
/// None.
///
/// # Example
/// ```
/// use lops::{Comm, Complex, DistArray, Layout, operators::Diagonal};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let i = Complex::new(0.0, 1.0);
/// let d = Diagonal::of(&DistArray::full(&layout, i))?;
/// let x = DistArray::full(&layout, Complex::new(3.0, 0.0));
/// assert_eq!((&d * &x).as_slice(), [3.0 * i; 2]);
/// assert_eq!((d.adjoint() * &x).as_slice(), [-3.0 * i; 2]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `Diagonal`.
#[derive(Debug)]
pub struct Diagonal<T: Scalar>(DistArray<T>);

impl<T: Scalar> Diagonal<T> {
    /// The operator with this diagonal, of which it keeps a copy.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if the diagonal is in chunks of another mode than [`Mode::Replica`].
    pub fn of(diagonal: &DistArray<T>) -> Result<Operator<T>> {
        for layout in diagonal.space().layouts() {
            if matches!(layout.partition(), Partition::Chunks(chunks) if chunks.mode() != Mode::Replica) {
                let expected = "no chunks that are combined";
                return Err(Error::expected(ErrorKind::Layout, "layout of Diagonal", expected, layout));
            }
        }
        Ok(Self(diagonal.clone()).between(diagonal.space(), diagonal.space()))
    }
}

impl<T: Scalar> Kernels<T> for Diagonal<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.0.passes_over(2, 1);
        multiply(put, y, self.0.as_slice(), x); // y ← d x
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.0.passes_over(2, 1);
        multiply_conj(put, x, self.0.as_slice(), y); // x ← d̄ y
    }

    fn scratch(&self) -> usize {
        size_of_val(self.0.as_slice())
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn multiply<T: Scalar, P: Put<T>>(put: P, y: &mut [T], d: &[T], x: &[T]) {
    for ((y, &d), &x) in y.iter_mut().zip(d).zip(x) {
        put.one(y, d * x);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn multiply_conj<T: Scalar, P: Put<T>>(put: P, y: &mut [T], d: &[T], x: &[T]) {
    for ((y, &d), &x) in y.iter_mut().zip(d).zip(x) {
        put.one(y, d.conj() * x);
    }
}
