//! Fourier transforms over any axes.

use super::axis::{AxisTransform, shift, unshift};
use super::chain::Chain;
use super::group::First;
use super::itinerary::Itinerary;
use super::passes::frequencies;
use super::planned::{OfComplex, OfReal};
use super::route;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axis};
use crate::numbers::{Real, Scalar};
use crate::operators::Operator;
use num_complex::Complex;
use std::f64::consts::SQRT_2;

/// How a Fourier transform and its adjoint are scaled, N being the product of the lengths of the transforms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FFTNorm {
    /// Not at all: `F` and `Fᴴ`, `Fᴴ F = N I`.
    #[default]
    None,
    /// `F/N` and `Fᴴ/N`, which is the inverse of `F` (PyLops' `"1/n"`).
    OneOverN,
    /// `F/√N` and its adjoint, which is its inverse.
    Ortho,
}

/// The discrete Fourier transform over some axes, or one.
///
/// ```text
/// y[k₁, …] = s Σ x[j₁, …] e^(−2πi (j₁ k₁/n₁ + …))        s: 1, 1/N or 1/√N ([`FFTNorm`])
/// ```
///
/// Of complex arrays ([`on`](Self::on)) or of real ones ([`on_real`](Self::on_real)): those have only the frequencies 0 to n/2 of
/// the last of the axes, and those that stand for two are multiplied by √2, so that the adjoint is exact, and with
/// [`Ortho`](FFTNorm::Ortho) the inverse, in the real inner product.
///
/// # Spaces
/// `X`: one array, replicated or on any grid: axes may be whole or cut in any way, those of the transform too. `Y`: the
/// same cut; an axis that changes its length is cut evenly over as many coordinates. With
/// [`transposed`](Self::transposed), what the last exchange makes of it. Chunks are refused.
///
/// # Communication
/// Axes that are whole are transformed where they are. For those that are not the array goes into a layout in which they
/// are, in one exchange if the other axes have work for all ranks (slabs), else in two (pencils); and one exchange back
/// into the cut of `X`, which [`transposed`](Self::transposed) saves. In an exchange each element that changes its rank
/// is sent once, in one message for each pair of ranks. An array of one axis that is cut has no other to cut: one rank transforms it.
///
/// Blocks of 8 MB or more are transformed in pieces of about 1 MB, each in an exchange of its own: the messages of one fly while
/// the next is transformed. Then there are as many exchanges as pieces, of as many bytes in all, and messages take the
/// memory of a few pieces.
///
/// # Same bits
/// On any number of ranks and in any layout: every line is transformed by itself, always in the same order of axes.
///
/// # Example
/// ```
/// use lops::{Complex, DistArray, Layout, launch_threads, operators::FFTND};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[8, 6, 5], 0)?;
///     let f = FFTND::over(&[0, 1, 2]).on::<f64>(&layout)?;
///     let x = DistArray::full(&layout, Complex::new(1.0, 0.0));
///     let y = &f * &x; // all in frequency 0
///     assert!((y.get(&[0, 0, 0])? - 240.0).norm() < 1e-12 && y.norm() - 240.0 < 1e-12);
///
///     // Real data, half of the frequencies; the adjoint of the orthonormal transform is its inverse.
///     let f = FFTND::over(&[0, 2]).norm(lops::operators::FFTNorm::Ortho).on_real::<f64>(&layout)?;
///     let x = DistArray::random_signed(&layout, 1);
///     let y = &f * &x;
///     assert_eq!(y.shape(), [8, 6, 3]);
///     assert!((&(f.adjoint() * &y) - &x).norm() < 1e-14 * x.norm());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `FFTND` and `FFT` of pylops, `MPIFFTND` of pylops-mpi, NumPy's `fft`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct FFTND {
    axes: Vec<usize>,
    norm: FFTNorm,
    nffts: Option<Vec<usize>>,
    sampling: Vec<f64>,
    before: Vec<usize>,
    after: Vec<usize>,
    transposed: bool,
    whole_spectrum: bool,
    /// Only so many frequencies of the half, where not all are wanted.
    kept: Option<usize>,
    /// What those of the half that stand for two are multiplied by.
    weight: f64,
    /// Bytes of the pieces in which blocks are transformed and sent, where it is not left to the operator.
    piece: Option<usize>,
}

impl FFTND {
    /// Over these axes. The last one is that with half of the frequencies, where the array is real.
    pub fn over(axes: &[usize]) -> Self {
        Self {
            axes: axes.to_vec(),
            norm: FFTNorm::None,
            nffts: None,
            sampling: vec![1.0; axes.len()],
            before: vec![],
            after: vec![],
            transposed: false,
            whole_spectrum: false,
            kept: None,
            weight: SQRT_2,
            piece: None,
        }
    }

    /// How both directions are scaled.
    pub fn norm(mut self, norm: FFTNorm) -> Self {
        self.norm = norm;
        self
    }

    /// The lengths of the transforms, one for each axis of [`over`](Self::over): longer ones put zeros behind the numbers,
    /// shorter ones cut them off.
    pub fn nffts(mut self, nffts: &[usize]) -> Self {
        self.nffts = Some(nffts.to_vec());
        self
    }

    /// The distances of samples, one for each axis of [`over`](Self::over): for [`frequencies`](Self::frequencies) alone.
    pub fn sampling(mut self, sampling: &[f64]) -> Self {
        self.sampling = sampling.to_vec();
        self
    }

    /// These axes have their origin in the middle: `ifftshift` before the transform.
    pub fn ifftshift_before(mut self, axes: &[usize]) -> Self {
        self.before = axes.to_vec();
        self
    }

    /// Frequencies of these axes with 0 in the middle: `fftshift` after the transform.
    pub fn fftshift_after(mut self, axes: &[usize]) -> Self {
        self.after = axes.to_vec();
        self
    }

    /// Leaves the result in the layout in which the last axis was transformed, which saves an exchange each way.
    pub fn transposed(mut self) -> Self {
        self.transposed = true;
        self
    }

    /// All frequencies of real arrays, not half of them.
    pub fn whole_spectrum(mut self) -> Self {
        self.whole_spectrum = true;
        self
    }

    /// Only the first frequencies of the half.
    pub(in crate::operators) fn kept(mut self, frequencies: usize) -> Self {
        self.kept = Some(frequencies);
        self
    }

    /// With this weight instead of √2 of the frequencies that stand for two.
    pub(crate) fn weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// With pieces of so many bytes, for tests.
    #[doc(hidden)]
    pub fn piece(mut self, bytes: usize) -> Self {
        self.piece = Some(bytes);
        self
    }

    /// The operator on complex arrays of this layout. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no axis, no such axis, or one twice; [`ErrorKind::Shape`] if an axis of the
    /// transform has no elements, or there is not one length or sampling for each; [`ErrorKind::Parameter`] if a length is 0, a
    /// sampling is not positive, or an axis that is to be shifted is not transformed; [`ErrorKind::Layout`] of chunks.
    pub fn on<R: Real>(&self, layout: &Layout) -> Result<Operator<Complex<R>>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let _operation =
            layout.comm().operation("Operator::on", format_args!("{self:?} of complex numbers, {layout:#}"));
        let way = Itinerary::new(layout, self.transforms(layout, false)?, self.transposed, self.piece)?;
        let chain = Chain::new(layout.comm(), way.steps(layout.comm())?);
        Ok(Operator::new(OfComplex::new(self.name(), layout, &way.end, chain)))
    }

    /// The operator on real arrays of this layout: to half of the frequencies, or to all. Nothing is sent.
    ///
    /// # Errors
    /// Those of [`on`](Self::on), and [`ErrorKind::Parameter`] if half of the frequencies are to be shifted.
    pub fn on_real<R: Real>(&self, layout: &Layout) -> Result<Operator<R, Complex<R>>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?} of real numbers, {layout:#}"));
        let transforms = self.transforms(layout, !self.whole_spectrum)?;
        let way = Itinerary::new(layout, transforms, self.transposed, self.piece)?;
        let kind = if self.whole_spectrum { First::Whole } else { First::Half };
        let (start, steps) = way.start_and_steps(layout.comm(), kind)?;
        let chain = Chain::new(layout.comm(), steps);
        Ok(Operator::new(OfReal::new(self.name(), layout, &way.end, start, chain)))
    }

    /// `F⁻¹` of complex arrays of this layout: an operator from frequencies to numbers, the adjoint of [`on`](Self::on)
    /// scaled. With longer transforms than there are numbers, what gives those back. Nothing is sent.
    ///
    /// # Errors
    /// Those of [`on`](Self::on), and [`ErrorKind::Parameter`] if a transform is shorter than its axis.
    pub fn inverse<R: Real>(&self, layout: &Layout) -> Result<Operator<Complex<R>>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let operator = self.on::<R>(layout)?;
        Ok(operator.adjoint().scale_real(R::from_f64(self.inverse_scale(layout)?)))
    }

    /// `F⁻¹` of real arrays of this layout. As [`inverse`](Self::inverse).
    ///
    /// # Errors
    /// As [`inverse`](Self::inverse).
    pub fn inverse_real<R: Real>(&self, layout: &Layout) -> Result<Operator<Complex<R>, R>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let operator = self.on_real::<R>(layout)?;
        Ok(operator.adjoint().scale_real(R::from_f64(self.inverse_scale(layout)?)))
    }

    /// The frequencies of each axis, in the order of [`over`](Self::over), of arrays of this shape: in the reciprocal unit of
    /// the samplings, in the order in which the result has them. `half`: of real arrays, half of the last axis.
    ///
    /// # Errors
    /// Those of [`on`](Self::on).
    ///
    /// # Example
    /// ```
    /// let f = lops::operators::FFTND::over(&[0, 1]).sampling(&[0.5, 2.0]).fftshift_after(&[0]);
    /// assert_eq!(f.frequencies(&[4, 5], true)?, [vec![-1.0, -0.5, 0.0, 0.5], vec![0.0, 0.1, 0.2]]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn frequencies(&self, shape: &[usize], half: bool) -> Result<Vec<Vec<f64>>> {
        let transforms: Vec<AxisTransform<f64>> = self.transforms_of(shape, half)?;
        let of_axis = |(axis, step): (&usize, &f64)| {
            let transform = transforms.iter().find(|transform| transform.axis == *axis)?;
            let n = transform.nfft as i64;
            let mut frequencies = vec![0.0; transform.out];
            for (run, at) in transform.places_after() {
                for (place, k) in (at..).zip(run) {
                    let (k, of_half) = (k as i64, half && *axis == transforms[0].axis);
                    let k = if !of_half && 2 * k >= n { k - n } else { k };
                    frequencies[place] = k as f64 / (n as f64 * step);
                }
            }
            Some(frequencies)
        };
        Ok(self.axes.iter().zip(&self.sampling).filter_map(of_axis).collect())
    }

    fn name(&self) -> String {
        format!("FFTND(axes {:?})", self.axes)
    }

    /// `1 / (s² N)`.
    fn inverse_scale(&self, layout: &Layout) -> Result<f64> {
        let transforms = self.transforms_of::<f64>(layout.shape(), false)?;
        if let Some(short) = transforms.iter().find(|transform| transform.nfft < transform.n) {
            let what = format!("length of the transform along axis {} for an inverse", short.axis);
            return Err(Error::expected(ErrorKind::Parameter, what, format!("at least {}", short.n), short.nfft));
        }
        let n = points(&transforms);
        Ok(match self.norm {
            FFTNorm::None => 1.0 / n,
            FFTNorm::OneOverN => n,
            FFTNorm::Ortho => 1.0,
        })
    }

    fn transforms<R: Real>(&self, layout: &Layout, half: bool) -> Result<Vec<AxisTransform<R>>> {
        route::check(layout)?;
        self.transforms_of(layout.shape(), half)
    }

    /// What is to be done, checked, in order: the last axis first.
    fn transforms_of<R: Real>(&self, shape: &[usize], half: bool) -> Result<Vec<AxisTransform<R>>> {
        let count = self.axes.len();
        if count == 0 {
            return Err(Error::expected(ErrorKind::Axis, "axes of a Fourier transform", "at least one", "none"));
        }
        for (k, &axis) in self.axes.iter().enumerate() {
            check_axis(shape, axis)?;
            if self.axes[..k].contains(&axis) {
                return Err(Error::expected(ErrorKind::Axis, "axes of a Fourier transform", "each once", axis));
            }
            if shape[axis] == 0 {
                let what = format!("length of axis {axis} of a Fourier transform");
                return Err(Error::expected(ErrorKind::Shape, what, "at least 1", 0));
            }
        }
        let nffts = self.nffts.clone().unwrap_or_else(|| self.axes.iter().map(|&axis| shape[axis]).collect());
        for (what, found) in [("lengths of transforms", nffts.len()), ("samplings", self.sampling.len())] {
            if found != count {
                return Err(Error::expected(ErrorKind::Shape, what, format!("{count}, one for each axis"), found));
            }
        }
        if nffts.contains(&0) {
            return Err(Error::expected(ErrorKind::Parameter, "length of a Fourier transform", "at least 1", 0));
        }
        if let Some(sampling) = self.sampling.iter().find(|&&sampling| !(sampling > 0.0 && sampling.is_finite())) {
            return Err(Error::expected(ErrorKind::Parameter, "sampling of a Fourier transform", "above 0", sampling));
        }
        if let Some(axis) = self.before.iter().chain(&self.after).find(|axis| !self.axes.contains(axis)) {
            let expected = format!("among those that are transformed, {:?}", self.axes);
            return Err(Error::expected(ErrorKind::Parameter, "axis to shift", expected, axis));
        }
        if half && self.axes.last().is_some_and(|last| self.after.contains(last)) {
            let expected = "all frequencies, not half of them";
            return Err(Error::expected(ErrorKind::Parameter, "frequencies to shift", expected, "real numbers"));
        }
        let transform = |(k, (&axis, &nfft)): (usize, (&usize, &usize))| {
            let of_half = half && k + 1 == count;
            let all = if of_half { frequencies(nfft) } else { nfft };
            let (n, out) = (shape[axis], self.kept.filter(|_| of_half).map_or(all, |kept| kept.min(all)));
            AxisTransform {
                axis,
                n,
                nfft,
                out,
                shift_before: if self.before.contains(&axis) { unshift(n) } else { 0 },
                shift_after: if self.after.contains(&axis) { shift(out) } else { 0 },
                scale: R::one(),
                weight: R::from_f64(self.weight),
            }
        };
        let mut transforms: Vec<_> = self.axes.iter().zip(&nffts).enumerate().map(transform).rev().collect();
        let n = points(&transforms);
        transforms[0].scale = R::from_f64(match self.norm {
            FFTNorm::None => 1.0,
            FFTNorm::OneOverN => 1.0 / n,
            FFTNorm::Ortho => 1.0 / n.sqrt(),
        });
        Ok(transforms)
    }
}

/// N, the product of the lengths of transforms.
fn points<R>(transforms: &[AxisTransform<R>]) -> f64 {
    transforms.iter().map(|transform| transform.nfft as f64).product()
}
