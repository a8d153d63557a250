//! Fourier transforms over one axis or two, and as functions of arrays.

use super::fftnd::{FFTND, FFTNorm};
use super::route::with_lengths;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::check_axis;
use crate::numbers::{Real, Scalar};
use crate::operators::LinearOperator;
use num_complex::Complex;

/// The Fourier transform along one axis: [`FFTND`] over it alone, with all that it can be told.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::FFT};
///
/// launch_threads(2, |comm| {
///     // Traces of 100 samples, zeros behind them up to 128, their spectra up to half of the sampling rate.
///     let layout = Layout::scatter(comm, &[6, 100], 0)?;
///     let description = FFT::along(1).nffts(&[128]).sampling(&[0.004]);
///     let spectra = &description.on_real::<f64>(&layout)? * &DistArray::random_signed(&layout, 1);
///     assert_eq!(spectra.shape(), [6, 65]);
///     assert_eq!(description.frequencies(&[6, 100], true)?[0][64], 125.0);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `FFT` of pylops.
#[derive(Clone, Copy, Debug)]
pub struct FFT;

impl FFT {
    /// Along this axis.
    pub fn along(axis: usize) -> FFTND {
        FFTND::over(&[axis])
    }
}

/// The Fourier transform over two axes: [`FFTND`] over them, with all that it can be told.
///
/// # Example
/// ```
/// use lops::{Complex, DistArray, Layout, launch_threads, operators::FFT2D};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6, 5], 0)?;
///     let f = FFT2D::over(0, 1).on::<f64>(&layout)?;
///     let x = DistArray::random_signed(&layout, 1);
///     let back = &FFT2D::over(0, 1).inverse::<f64>(&layout)? * &(&f * &x);
///     assert!((&back - &x).norm() < 1e-14 * x.norm());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `FFT2D` of pylops, `MPIFFT2D` of pylops-mpi.
#[derive(Clone, Copy, Debug)]
pub struct FFT2D;

impl FFT2D {
    /// Over these axes; of real arrays the second one has half of the frequencies.
    pub fn over(first: usize, second: usize) -> FFTND {
        FFTND::over(&[first, second])
    }
}

/// `X = F x` along an axis: [`FFT`] without a scale, planned and applied once.
///
/// # Communication
/// That of [`FFTND`].
///
/// # Errors
/// Those of [`FFTND::on`]; [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack.
///
/// # Example
/// ```
/// use lops::{Complex, DistArray, Layout, launch_threads, operators::{fft, ifft}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let x = DistArray::from_fn(&layout, |i| Complex::new(i[0] as f64, 0.0));
///     let y = fft(&x, 0)?;
///     assert_eq!(y.get(&[1])?, Complex::new(-2.0, 2.0));
///     assert_eq!(ifft(&y, 0)?, x);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn fft<R: Real>(x: &DistArray<Complex<R>>, axis: usize) -> Result<DistArray<Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    fftn(x, &[axis])
}

/// `x = F⁻¹ X` along an axis. As [`fft`].
///
/// # Errors
/// As [`fft`].
pub fn ifft<R: Real>(x: &DistArray<Complex<R>>, axis: usize) -> Result<DistArray<Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    ifftn(x, &[axis])
}

/// `X = F x` over some axes. As [`fft`].
///
/// # Errors
/// As [`fft`].
pub fn fftn<R: Real>(x: &DistArray<Complex<R>>, axes: &[usize]) -> Result<DistArray<Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    FFTND::over(axes).on::<R>(x.layout()?)?.apply_to(x)
}

/// `x = F⁻¹ X` over some axes. As [`fft`].
///
/// # Errors
/// As [`fft`].
pub fn ifftn<R: Real>(x: &DistArray<Complex<R>>, axes: &[usize]) -> Result<DistArray<Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    FFTND::over(axes).norm(FFTNorm::OneOverN).on::<R>(x.layout()?)?.apply_adjoint_to(x)
}

/// The frequencies 0 to n/2 of a real array along an axis, as NumPy's `rfft`: none is multiplied by √2. As [`fft`].
///
/// # Errors
/// As [`fft`].
pub fn rfft<R: Real>(x: &DistArray<R>, axis: usize) -> Result<DistArray<Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    FFT::along(axis).weight(1.0).on_real::<R>(x.layout()?)?.apply_to(x)
}

/// The n real numbers along an axis that have these frequencies, 0 to n/2: what undoes [`rfft`]. As [`fft`].
///
/// # Errors
/// As [`fft`]; [`ErrorKind::Shape`] unless there are n/2 + 1 frequencies.
pub fn irfft<R: Real>(x: &DistArray<Complex<R>>, axis: usize, n: usize) -> Result<DistArray<R>>
where
    Complex<R>: Scalar<Real = R>,
{
    let layout = x.layout()?;
    check_axis(layout.shape(), axis)?;
    if layout.shape()[axis] != n / 2 + 1 {
        let what = format!("frequencies along axis {axis} of {n} real numbers");
        return Err(Error::expected(ErrorKind::Shape, what, n / 2 + 1, layout.shape()[axis]));
    }
    let reals = with_lengths(layout, &[(axis, n)])?;
    // Twice what stands for two, as the adjoint of a transform with that weight has it.
    let operator = FFT::along(axis).weight(2.0).norm(FFTNorm::OneOverN).on_real::<R>(&reals)?;
    let frequencies = operator.range().layout()?;
    if frequencies == layout {
        return operator.apply_adjoint_to(x);
    }
    operator.apply_adjoint_to(&x.redistribute(frequencies)?)
}
