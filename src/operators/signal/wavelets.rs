//! What traces are convolved with: one wavelet, several along time, or each trace its own.

use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::stencil::{Convolution, Derivative, OwnFilters, Stencil, Varying};
use crate::operators::{FirstDerivative, Operator};
use ndarray::{Array2, ArrayD};

#[derive(Clone, Debug)]
pub(in crate::operators) enum Wavelets {
    One(Vec<f64>),
    /// At rows of the axis, interpolated between them.
    Along(Array2<f64>, Vec<usize>),
    /// Of each line, samples along the last axis.
    Each(ArrayD<f64>),
}

impl Wavelets {
    /// `W D`: convolution with the wavelets, whose samples of time 0 are at half their length, of the derivative along an axis.
    pub(in crate::operators) fn of_derivative<T: Scalar>(
        &self,
        stencil: Stencil,
        axis: usize,
        layout: &Layout,
        name: String,
    ) -> Result<Operator<T>> {
        let derivative = || FirstDerivative::along(axis).stencil(stencil).on::<T>(layout);
        match self {
            Self::One(wavelet) => {
                let derivative = Some(Derivative::first(axis, stencil, 1.0));
                convolution(wavelet, axis, derivative, layout, name)
            }
            _ => Ok(Operator::new(super::Named {
                inner: self.on(axis, layout, name.clone())?.compose(&derivative()?)?,
                name,
            })),
        }
    }

    /// `W`.
    pub(in crate::operators) fn on<T: Scalar>(
        &self,
        axis: usize,
        layout: &Layout,
        name: String,
    ) -> Result<Operator<T>> {
        match self {
            Self::One(wavelet) => convolution(wavelet, axis, None, layout, name),
            Self::Along(wavelets, positions) => {
                let filters = wavelets.mapv(|w| T::from_parts(w, 0.0));
                Varying { filters: filters.view(), positions, axis }.on(layout, name)
            }
            Self::Each(wavelets) => {
                let offset = wavelets.shape().last().map_or(0, |samples| samples / 2);
                OwnFilters { filters: wavelets.view(), offset, axis }.on(layout, name)
            }
        }
    }

    /// How many samples a wavelet has.
    pub(in crate::operators) fn samples(&self) -> usize {
        match self {
            Self::One(wavelet) => wavelet.len(),
            Self::Along(wavelets, _) => wavelets.ncols(),
            Self::Each(wavelets) => wavelets.shape().last().copied().unwrap_or(0),
        }
    }

    /// All of them: an array leaves out some in print.
    pub(in crate::operators) fn values(&self) -> Vec<f64> {
        match self {
            Self::One(wavelet) => wavelet.clone(),
            Self::Along(wavelets, _) => wavelets.iter().copied().collect(),
            Self::Each(wavelets) => wavelets.iter().copied().collect(),
        }
    }

    /// In words.
    pub(in crate::operators) fn told(&self) -> String {
        let samples = self.samples();
        match self {
            Self::One(_) => format!("wavelet of {samples} samples"),
            Self::Along(wavelets, _) => format!("{} wavelets of {samples} samples along time", wavelets.nrows()),
            Self::Each(_) => format!("wavelets of {samples} samples of each trace"),
        }
    }
}

fn convolution<T: Scalar>(
    wavelet: &[f64],
    axis: usize,
    derivative: Option<Derivative>,
    layout: &Layout,
    name: String,
) -> Result<Operator<T>> {
    let taps: Vec<_> = wavelet.iter().map(|&w| T::from_parts(w, 0.0)).collect();
    Convolution { taps: &taps, offset: taps.len() / 2, axis, derivative }.on(layout, name)
}
