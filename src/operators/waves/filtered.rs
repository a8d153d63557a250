//! Products with factors in the domain of frequencies and wavenumbers.

use crate::array::DistArray;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::signal::Named;
use crate::operators::{Diagonal, LinearOperator, Operator};
use num_complex::Complex;

/// `Fᴴ D F`, with an orthonormal transform that leaves the frequencies where they are made, and the factors on their layout.
pub(super) fn filtered<T: Scalar<Real = R>, R: Real>(
    name: String,
    transform: &Operator<T, Complex<R>>,
    factors: impl FnOnce(&Layout) -> Result<DistArray<Complex<R>>>,
) -> Result<Operator<T>>
where
    Complex<R>: Scalar<Real = R>,
{
    let factors = Diagonal::of(&factors(transform.range().layout()?)?)?;
    let inner = transform.adjoint().compose(&factors.compose(transform)?)?;
    Ok(Operator::new(Named { name, inner }))
}

/// The nearest number of this precision.
pub(super) fn narrow<R: Real>(z: Complex<f64>) -> Complex<R> {
    Complex::new(R::from_f64(z.re), R::from_f64(z.im))
}
