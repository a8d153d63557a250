//! A real operator on complex vectors: on the real and the imaginary part alike.

use crate::Complex;
use crate::array::Space;
use crate::numbers::{Real, Scalar};
use crate::operators::{Communication, LinearOperator, Operator, Room};

struct Complexified<T: Real> {
    inner: Operator<T>,
    x: Room<T>,
    y: Room<T>,
}

impl<T: Real> Operator<T>
where
    Complex<T>: Scalar<Real = T>,
{
    /// The same matrix, applied to complex vectors: `A (u + i v) = A u + i A v`.
    ///
    /// # Communication
    /// Twice the real operator's.
    #[must_use]
    pub fn to_complex(&self) -> Operator<Complex<T>> {
        let x = Room::new(self.domain().local_len());
        let y = Room::new(self.range().local_len());
        Operator::new(Complexified { inner: self.clone(), x, y })
    }
}

impl<T: Real> Complexified<T> {
    /// Real and imaginary part each go through all of the complex vectors, beside what the operator moves itself.
    fn tells_copies(&self, input: usize, output: usize) {
        self.inner.domain().comm().moves(2 * input + output, input + 2 * output);
    }
}

impl<T: Real> LinearOperator<Complex<T>> for Complexified<T>
where
    Complex<T>: Scalar<Real = T>,
{
    fn domain(&self) -> &Space {
        self.inner.domain()
    }

    fn range(&self) -> &Space {
        self.inner.range()
    }

    fn apply(&self, x: &[Complex<T>], y: &mut [Complex<T>]) {
        let (mut from, mut into) = (self.x.lend(), self.y.lend());
        self.tells_copies(size_of_val(x), size_of_val(y));
        by_parts(x, y, &mut from, &mut into, |x, y| self.inner.apply(x, y));
    }

    fn apply_adjoint(&self, y: &[Complex<T>], x: &mut [Complex<T>]) {
        let (mut from, mut into) = (self.y.lend(), self.x.lend());
        self.tells_copies(size_of_val(y), size_of_val(x));
        by_parts(y, x, &mut from, &mut into, |y, x| self.inner.apply_adjoint(y, x));
    }

    fn communication(&self) -> Communication {
        self.inner.communication().times(2)
    }

    fn scratch(&self) -> usize {
        self.inner.scratch() + self.x.bytes() + self.y.bytes()
    }

    fn name(&self) -> String {
        self.inner.name()
    }
}

fn by_parts<T: Real>(
    x: &[Complex<T>],
    y: &mut [Complex<T>],
    from: &mut [T],
    into: &mut [T],
    apply: impl Fn(&[T], &mut [T]),
) {
    from.iter_mut().zip(x).for_each(|(part, x)| *part = x.re);
    apply(from, into);
    y.iter_mut().zip(&*into).for_each(|(y, &part)| y.re = part);
    from.iter_mut().zip(x).for_each(|(part, x)| *part = x.im);
    apply(from, into);
    y.iter_mut().zip(&*into).for_each(|(y, &part)| y.im = part);
}
