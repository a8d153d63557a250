//! Real and imaginary parts of complex arrays.

use crate::array::Space;
use crate::numbers::{Real, Scalar};
use crate::operators::{Kernels, Operator, Put};
use num_complex::Complex;

/// `y = Re x` of complex x; the adjoint makes complex numbers of real ones, `x = y + 0i`.
///
/// It is linear over the real numbers, and the adjoint that of the inner product `Re ⟨·, ·⟩`, as everywhere between complex and real spaces.
///
/// # Spaces
/// `X`: any, complex. `Y`: the same, real.
///
/// # Communication
/// None.
///
/// # Example
/// ```
/// use lops::{Comm, Complex, DistArray, Layout, operators::RealPart};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let re = RealPart.on::<f64>(&layout);
/// let y = &re * &DistArray::full(&layout, Complex::new(1.0, 2.0));
/// assert_eq!(y.as_slice(), [1.0, 1.0]);
/// assert_eq!((re.adjoint() * &y).as_slice(), [Complex::new(1.0, 0.0); 2]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `Real`.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "Real")]
pub struct RealPart;

/// `y = Im x` of complex x; the adjoint is `x = 0 + iy`. Otherwise as [`RealPart`].
///
/// # Example
/// ```
/// use lops::{Comm, Complex, DistArray, Layout, operators::ImaginaryPart};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let im = ImaginaryPart.on::<f64>(&layout);
/// let y = &im * &DistArray::full(&layout, Complex::new(1.0, 2.0));
/// assert_eq!(y.as_slice(), [2.0, 2.0]);
/// assert_eq!((im.adjoint() * &y).as_slice(), [Complex::new(0.0, 2.0); 2]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `Imag`.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "Imag")]
pub struct ImaginaryPart;

impl RealPart {
    /// The real parts of a space's elements.
    pub fn on<R: Real>(self, space: impl Into<Space>) -> Operator<Complex<R>, R>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let space = space.into();
        self.between(space.clone(), space)
    }
}

impl ImaginaryPart {
    /// The imaginary parts of a space's elements.
    pub fn on<R: Real>(self, space: impl Into<Space>) -> Operator<Complex<R>, R>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let space = space.into();
        self.between(space.clone(), space)
    }
}

impl<R: Real> Kernels<Complex<R>, R> for RealPart
where
    Complex<R>: Scalar<Real = R>,
{
    fn apply(&self, put: impl Put<R>, x: &[Complex<R>], y: &mut [R]) {
        y.iter_mut().zip(x).for_each(|(y, x)| put.one(y, x.re));
    }

    fn apply_adjoint(&self, put: impl Put<Complex<R>>, y: &[R], x: &mut [Complex<R>]) {
        x.iter_mut().zip(y).for_each(|(x, &y)| put.one(x, Complex::new(y, R::zero())));
    }
}

impl<R: Real> Kernels<Complex<R>, R> for ImaginaryPart
where
    Complex<R>: Scalar<Real = R>,
{
    fn apply(&self, put: impl Put<R>, x: &[Complex<R>], y: &mut [R]) {
        y.iter_mut().zip(x).for_each(|(y, x)| put.one(y, x.im));
    }

    fn apply_adjoint(&self, put: impl Put<Complex<R>>, y: &[R], x: &mut [Complex<R>]) {
        x.iter_mut().zip(y).for_each(|(x, &y)| put.one(x, Complex::new(R::zero(), y)));
    }
}
