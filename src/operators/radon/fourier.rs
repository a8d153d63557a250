//! Radon transforms of spectra.

use super::axes::Axes;
use super::delays::Delays;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::signal::Named;
use crate::operators::{FFT, FFTNorm, LinearOperator, Operator, Redistribute, with_lengths};
use num_complex::Complex;
use std::ops::Range;

/// Radon transform along lines or parabolas, exact between samples: each frequency is delayed by a phase.
///
/// ```text
/// d̂[x, f] = Σₚ e^(−2πi f τ(x, p)) m̂[p, f]        m̂[p, f] = Σₓ e^(2πi f τ(x, p)) d̂[x, f]
/// ```
///
/// with τ = p x along lines and p x² along parabolas, in two directions `p₀ x₀ + p₁ x₁`, in the units of the axes as they are: nothing is
/// counted from the middle. The spectra are those of [`nfft`](Self::nfft) samples, of which the first are kept, so what goes
/// beyond the end comes in again at the front unless zeros are added. [`Radon`](super::Radon) is the same between samples but for its interpolation.
///
/// [`FourierRadon2D`] and [`FourierRadon3D`] are names of those in one and in two directions.
///
/// # Spaces
/// `X`: a model `[slownesses…, times]`, replicated or on any grid; `Y`: gathers `[places…, times]`, whose cut is the same but for the lengths. Chunks are
/// refused. Real.
///
/// # Communication
/// That of a [`FFT`] along times of model and data, which is none where times are whole; between them one exchange each to where frequencies are
/// dealt out to the ranks, and back: each rank works on its frequencies.
///
/// # Same bits
/// On any number of ranks and in any layout: a value of a spectrum is one sum on one rank.
///
/// # Memory
/// A delay for every pair of slowness and place; spectra of model and data. Matrices are made when they are applied.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::FourierRadon2D, signal::axis};
///
/// launch_threads(2, |comm| {
///     let (t, x, p) = (axis(0.0, 0.004, 50), axis(0.0, 10.0, 5), axis(-0.0004, 0.0004, 3)); // s, m, s/m
///     let layout = Layout::scatter(comm, &[3, 50], 0)?;
///     let radon = FourierRadon2D::linear(&t, [&x], [&p]).nfft(64).on::<f64>(&layout)?;
///     let gather = &radon * &DistArray::from_fn(&layout, |i| f64::from(i == [2, 20]));
///     assert!((gather.get(&[4, 24])? - 1.0).abs() < 1e-14); // 40 m at 0.4 ms/m are 4 samples
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `FourierRadon2D` and `FourierRadon3D` of pylops.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct FourierRadon<const D: usize> {
    axes: Axes<D>,
    parabolic: [bool; D],
    nfft: Option<usize>,
    band: Option<Range<usize>>,
}

/// [`FourierRadon`] of gathers of one direction, `[places, times]`.
pub type FourierRadon2D = FourierRadon<1>;

/// [`FourierRadon`] of gathers of two directions, `[places, places, times]`.
pub type FourierRadon3D = FourierRadon<2>;

impl<const D: usize> FourierRadon<D> {
    /// Along lines. Axes of times, of which the step matters, of places and of slownesses, the same on every rank.
    pub fn linear(times: &[f64], places: [&[f64]; D], slownesses: [&[f64]; D]) -> Self {
        Self { axes: Axes::new(times, places, slownesses), parabolic: [false; D], nfft: None, band: None }
    }

    /// Along parabolas in all directions.
    pub fn parabolic(times: &[f64], places: [&[f64]; D], curvatures: [&[f64]; D]) -> Self {
        Self { parabolic: [true; D], ..Self::linear(times, places, curvatures) }
    }

    /// In which directions curves are parabolas.
    pub fn kinds(mut self, parabolic: [bool; D]) -> Self {
        self.parabolic = parabolic;
        self
    }

    /// With so many samples in the transforms, as many as times at least, which it is if nothing is said.
    pub fn nfft(mut self, samples: usize) -> Self {
        self.nfft = Some(samples);
        self
    }

    /// Only these frequencies, by number from 0 to nfft/2; of others data and model are 0.
    pub fn flims(mut self, frequencies: Range<usize>) -> Self {
        self.band = Some(frequencies);
        self
    }

    /// The operator on models of this layout. All ranks call it.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if the model has not D + 1 axes; [`ErrorKind::Layout`] of chunks; [`ErrorKind::Shape`] unless it is as long as its axes, or of axes of times or
    /// places of less than two samples; [`ErrorKind::Parameter`] of axes that are not finite, steps of 0, a transform shorter than the times, or frequencies
    /// that it does not have.
    pub fn on<R: Real>(self, layout: &Layout) -> Result<Operator<R>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let comm = layout.comm();
        let _operation = comm.operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let (name, nfft) = (self.name(), self.nfft.unwrap_or(self.axes.times()));
        let band = self.check(&name, nfft, layout)?;
        let to_places: Vec<_> = self.axes.place_counts().into_iter().enumerate().collect();
        let transform = FFT::along(D).nffts(&[nfft]).norm(FFTNorm::Ortho);
        let of_model = transform.on_real::<R>(layout)?;
        let of_data = transform.on_real::<R>(&with_lengths(layout, &to_places)?)?;
        // Where each rank has some of the frequencies.
        let [slownesses, places] =
            [&of_model, &of_data].map(|spectra| Layout::scatter(comm, spectra.range().layout()?.shape(), D));
        let (slownesses, places) = (slownesses?, places?);
        let per_step = 1.0 / (nfft as f64 * self.axes.time_step());
        let delays = self.delays().map(|delay| delay * per_step).collect();
        let count = self.axes.slowness_counts().iter().product();
        let delays = Operator::<Complex<R>>::new(Delays::new(&slownesses, &places, delays, count, band));
        let there = Redistribute::to(&slownesses).on::<Complex<R>>(of_model.range().layout()?)?;
        let back = Redistribute::to(&places).on::<Complex<R>>(of_data.range().layout()?)?.adjoint();
        let spectra = back.compose(&delays.compose(&there)?)?;
        let inner = of_data.adjoint().compose(&spectra.compose(&of_model)?)?;
        Ok(Operator::new(Named { name, inner }))
    }

    /// Of every place by all slownesses.
    fn delays(&self) -> impl Iterator<Item = f64> {
        let slownesses = self.axes.true_slownesses();
        let of_place = move |place: [f64; D]| {
            let delay = move |slowness: &[f64; D]| {
                let along = |k: usize| slowness[k] * if self.parabolic[k] { place[k] * place[k] } else { place[k] };
                (0..D).map(along).sum()
            };
            slownesses.iter().map(delay).collect::<Vec<f64>>()
        };
        self.axes.true_places().into_iter().flat_map(of_place)
    }

    /// The frequencies that are used.
    fn check(&self, name: &str, nfft: usize, layout: &Layout) -> Result<Range<usize>> {
        if layout.ndim() != D + 1 {
            let what = format!("number of axes of the model of {name}");
            return Err(Error::expected(ErrorKind::Axis, what, D + 1, layout.ndim()));
        }
        self.axes.check(name)?;
        let expected = [&self.axes.slowness_counts()[..], &[self.axes.times()]].concat();
        if layout.shape() != expected {
            let (expected, found) = (format!("{expected:?}"), format!("{:?}", layout.shape()));
            return Err(Error::expected(ErrorKind::Shape, format!("model of {name}"), expected, found));
        }
        if nfft < self.axes.times() {
            let expected = format!("at least {}, the times", self.axes.times());
            return Err(Error::expected(ErrorKind::Parameter, format!("nfft of {name}"), expected, nfft));
        }
        let all = 0..nfft / 2 + 1;
        let band = self.band.clone().unwrap_or(all.clone());
        if band.start > band.end || band.end > all.end {
            let (expected, found) = (format!("a range within {all:?}"), format!("{band:?}"));
            return Err(Error::expected(ErrorKind::Parameter, format!("flims of {name}"), expected, found));
        }
        Ok(band)
    }

    /// As PyLops calls it.
    fn name(&self) -> String {
        let kinds = self.parabolic.map(|parabolic| if parabolic { "Parabolic" } else { "Linear" });
        let [slownesses, places] = [self.axes.slowness_counts(), self.axes.place_counts()];
        format!("FourierRadon{}D({}, {slownesses:?} to {places:?})", D + 1, kinds.join(" and "))
    }
}
