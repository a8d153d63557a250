//! Radon transforms by chirps.

use crate::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::signal::Named;
use crate::operators::{Diagonal, FFT, FFTNorm, LinearOperator, Operator, Redistribute, fft};
use num_complex::Complex;
use std::f64::consts::PI;

/// Radon transform along lines, of gathers of n traces to n slopes, in O(n log n) for each frequency: sums of delayed spectra are convolutions with
/// chirps.
///
/// ```text
/// m̂[q, k] = Σₓ e^(2πi a q x) d̂[x, k]        a = 2 pₘₐₓ k / (n nₜ),   q, x = −⌈n/2⌉, …, ⌊n/2⌋ − 1
///
/// 2 q x = q² + x² − (q − x)²
/// ```
///
/// Slopes go from −pₘₐₓ on in n steps, in samples of time per trace, and frequencies are k = 0 to nₜ/2; in two directions each has its sum. Times go around: what is shifted beyond the end comes
/// in at the front. The operator goes from gathers to slopes: its adjoint is [`FourierRadon`](super::FourierRadon) along these slopes.
///
/// [`ChirpRadon2D`] and [`ChirpRadon3D`] are names of those in one and in two directions.
///
/// # Spaces
/// `X = Y`: one array `[places…, times]` or `[slopes…, times]`, replicated or on any grid. Chunks are refused. Real.
///
/// # Communication
/// That of a [`FFT`] along times, which is none where they are whole, and one exchange to where frequencies are dealt out to the ranks; and the same back.
///
/// # Same bits
/// On any number of ranks and in any layout, as those of [`FFT`].
///
/// # Memory
/// Chirps and their spectra, complex arrays: one as large as half of the gather's spectrum, and for each direction one of twice that; and what is between.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::ChirpRadon2D};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[8, 64], 0)?;
///     let radon = ChirpRadon2D::new([2.0]); // slopes −2, −1.5, …, 1.5 samples a trace
///     let line = DistArray::from_fn(&layout, |i| f64::from(i[1] == 32 + i[0])); // of slope 1, about trace 4
///     let stacked = &radon.on::<f64>(&layout)? * &line;
///     assert!((stacked.get(&[6, 36])? - 8.0).abs() < 1e-12);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// F. Andersson and J. Robertsson, Geophysics 84 (2019) A13. Behaviour: `ChirpRadon2D` and `ChirpRadon3D` of pylops, in which steps of axes do not matter either; the
/// latter takes the first of its two slopes for the second direction.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct ChirpRadon<const D: usize> {
    steepest: [f64; D],
}

/// [`ChirpRadon`] of gathers of one direction, `[places, times]`.
pub type ChirpRadon2D = ChirpRadon<1>;

/// [`ChirpRadon`] of gathers of two directions, `[places, places, times]`.
pub type ChirpRadon3D = ChirpRadon<2>;

impl<const D: usize> ChirpRadon<D> {
    /// With slopes up to these along each direction, pₘₐₓ, in samples of time per trace.
    pub fn new(steepest: [f64; D]) -> Self {
        Self { steepest }
    }

    /// The operator on gathers of this layout. All ranks call it.
    ///
    /// # Communication
    /// None but what [`Redistribute`] and [`FFT`] need to be made.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if it has not D + 1 axes; [`ErrorKind::Layout`] of chunks; [`ErrorKind::Shape`] if one has no samples; [`ErrorKind::Parameter`] of slopes that
    /// are not finite.
    pub fn on<R: Real>(self, layout: &Layout) -> Result<Operator<R>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        self.check(layout)?;
        let inner = self.chirps(layout, 1.0, |_| 1.0)?;
        Ok(Operator::new(Named { name: format!("ChirpRadon{}D({:?})", D + 1, self.steepest), inner }))
    }

    /// From slopes back to gathers: the adjoint with each frequency weighted by a, of every direction. It is the inverse but for what aperture
    /// and slopes leave out.
    ///
    /// # Errors
    /// Those of [`on`](Self::on).
    pub fn inverse<R: Real>(self, layout: &Layout) -> Result<Operator<R>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let _operation = layout.comm().operation("Operator::on", format_args!("inverse of {self:?}, {layout:#}"));
        self.check(layout)?;
        let rates = self.rates(layout.shape());
        let weight = |k: usize| rates.iter().map(|rate| (rate * k as f64).abs()).product();
        let inner = self.chirps(layout, -1.0, weight)?;
        let name = format!("inverse of ChirpRadon{}D({:?})", D + 1, self.steepest);
        Ok(Operator::new(Named { name, inner }))
    }

    /// a for k = 1, of each direction.
    fn rates(&self, shape: &[usize]) -> [f64; D] {
        std::array::from_fn(|d| 2.0 * self.steepest[d] / (shape[d] as f64 * shape[D] as f64))
    }

    /// With phases of this sign, and results weighted at each frequency.
    fn chirps<R: Real>(&self, layout: &Layout, sign: f64, weight: impl Fn(usize) -> f64) -> Result<Operator<R>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let (shape, rates) = (layout.shape(), self.rates(layout.shape()));
        let spectra = FFT::along(D).norm(FFTNorm::Ortho).on_real::<R>(layout)?;
        let at_work = Layout::scatter(layout.comm(), spectra.range().layout()?.shape(), D)?;
        let there = Redistribute::to(&at_work).on::<Complex<R>>(spectra.range().layout()?)?.compose(&spectra)?;
        // e^(πi a n²), for a distance n of samples along a direction.
        let chirp = |d: usize, n: f64, k: usize, weight: f64| {
            let chirp = Complex::from_polar(weight, sign * PI * rates[d] * k as f64 * n * n);
            Complex::new(R::from_f64(chirp.re), R::from_f64(chirp.im))
        };
        let modulation = |weight: &dyn Fn(usize) -> f64| {
            let of_all = |i: &[usize]| {
                let of_one = |d: usize| {
                    let from_middle = i[d] as f64 - shape[d].div_ceil(2) as f64;
                    chirp(d, from_middle, i[D], if d == 0 { weight(i[D]) } else { 1.0 })
                };
                (1..D).map(of_one).fold(of_one(0), |product, chirp| product * chirp)
            };
            Diagonal::of(&DistArray::from_fn(&at_work, of_all))
        };
        let mut inner = modulation(&|_| 1.0)?.compose(&there)?;
        for (d, &n) in shape[..D].iter().enumerate() {
            let padded = FFT::along(d).nffts(&[2 * n]).norm(FFTNorm::Ortho).on::<R>(&at_work)?;
            let of_chirp = DistArray::from_fn(padded.range().layout()?, |i| {
                let distance = if i[d] < n { i[d] } else { 2 * n - i[d] };
                chirp(d, distance as f64, i[D], 1.0).conj()
            });
            let convolution = padded.adjoint().compose(&Diagonal::of(&fft(&of_chirp, d)?)?.compose(&padded)?)?;
            inner = convolution.compose(&inner)?;
        }
        let weighted = modulation(&weight)?.compose(&inner)?;
        let back = Redistribute::to(&at_work).on::<Complex<R>>(spectra.range().layout()?)?.adjoint();
        spectra.adjoint().compose(&back.compose(&weighted)?)
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        let name = format!("ChirpRadon{}D", D + 1);
        if layout.ndim() != D + 1 || D == 0 {
            let what = format!("number of axes of the gather of {name}");
            return Err(Error::expected(ErrorKind::Axis, what, D + 1, layout.ndim()));
        }
        if layout.shape().contains(&0) {
            let (what, found) = (format!("gather of {name}"), format!("{:?}", layout.shape()));
            return Err(Error::expected(ErrorKind::Shape, what, "at least one sample on each axis", found));
        }
        match self.steepest.iter().find(|slope| !slope.is_finite()) {
            Some(slope) => {
                let what = format!("greatest slope of {name}");
                Err(Error::expected(ErrorKind::Parameter, what, "a finite number", slope))
            }
            None => Ok(()),
        }
    }
}
