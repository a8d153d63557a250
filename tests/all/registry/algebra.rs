//! Sums, products and powers, and what goes from real to complex arrays.

use super::cuts::{BLOCKS, ONE_PLACE};
use super::{Entry, diagonal, entries};
use lops::operators::{FirstDerivative, LinearOperator, StackedVStack};
use lops::{Complex, DistArray, Operator, Real, Scalar, Space};

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        ONE_PLACE "algebra": |comm, cut| {
            let layout = cut.layout(comm, &[6], &[0])?;
            let (a, b) = (diagonal::<T>(&layout, 3)?, diagonal::<T>(&layout, 4)?.transpose());
            let alpha = T::from_parts(0.7, -0.3);
            Ok((&a * &b + a.scale(alpha) - b.conj()).pow(3)?.adjoint() - a.pow(0)?)
        }
    }
}

/// Operators from real arrays to complex ones.
pub(super) fn real_to_complex<R: Real>() -> Vec<Entry<R, Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    entries! {
        ONE_PLACE "a user's own": |comm, cut| { Ok(weighted(&cut.layout(comm, &[7, 4], &[0, 1])?.into())) }
        BLOCKS "algebra": |comm, cut| {
            let layout = cut.layout(comm, &[7, 4], &[0, 1])?;
            let slope = FirstDerivative::along(0).on::<R>(&layout)?;
            let weighted = weighted::<R>(&layout.into());
            let first = slope.to_complex().compose(&weighted)?;
            let second = weighted.compose(&slope)?;
            Ok(&first + &second - &weighted)
        }
        ONE_PLACE "StackedVStack": |comm, cut| {
            let weighted = weighted(&cut.layout(comm, &[7, 4], &[0, 1])?.into());
            StackedVStack::of(vec![weighted.clone(), weighted])
        }
    }
}

/// y = w x with a complex w, and x = Re(w̄ y).
struct Weighted<R: Real>(DistArray<Complex<R>>)
where
    Complex<R>: Scalar<Real = R>;

fn weighted<R: Real>(space: &Space) -> Operator<R, Complex<R>>
where
    Complex<R>: Scalar<Real = R>,
{
    Operator::new(Weighted(DistArray::random_signed(space, 8)))
}

impl<R: Real> LinearOperator<R, Complex<R>> for Weighted<R>
where
    Complex<R>: Scalar<Real = R>,
{
    fn domain(&self) -> &Space {
        self.0.space()
    }

    fn range(&self) -> &Space {
        self.0.space()
    }

    fn apply(&self, x: &[R], y: &mut [Complex<R>]) {
        y.iter_mut().zip(self.0.as_slice()).zip(x).for_each(|((y, w), &x)| *y = w.scale(x));
    }

    fn apply_adjoint(&self, y: &[Complex<R>], x: &mut [R]) {
        x.iter_mut().zip(self.0.as_slice()).zip(y).for_each(|((x, w), &y)| *x = Scalar::re(w.conj() * y));
    }
}
