//! Stencils: operators whose output depends on a few neighbours along the axes.
//!
//! Short ones are sums of [bands] along axes, whose [plan] lays out what a rank computes in one pass; long
//! ones go along packed [lines]. [kernels] sum the ones, [correlate] the others.

mod band; //        a one-dimensional stencil as a matrix
mod bands; //       sums of them
mod bank; //        filters that change along an axis
mod bank_nd; //     filters that change along several axes
mod blend; //       Σ (a + f d) x
mod blocks; //      long correlations by Fourier transforms
mod both_ways; //   an operator of a pass forward and a pass for the adjoint
mod convolution;
mod convolution_nd; // the same over several axes
mod correlate; //   Σ cₜ xᵢ₊ₜ
mod correlation; // the taps of a convolution
mod derivative; //  Stencil, and the weights that it means
mod kernels; //     Σ wₖ sₖ
mod lines;
mod lines_sweep; // the same row by row, along other axes than the first
mod own_filters; // convolutions with a filter for each line
mod packed; //      a band on packed rows
mod packing; //     rows side by side
mod patch; //       boxes of numbers
mod patches; //     filters over several axes, tile by tile
mod plan;
mod spectra; //     long filters over several axes by Fourier transforms
mod surroundings; // a block and what lies around it
mod sweep; //       bands, row by row
mod varying; //     convolutions with a filter for each row
mod varying_nd; //  the same over several axes
mod weigh; //       Σ wᵢₜ xᵢ₊ₜ
mod woven; //       Σ wₖ sₖ of rows that lie apart

pub(super) use bands::Bands;
pub(super) use convolution::Convolution;
pub(super) use convolution_nd::ConvolutionND;
pub(super) use derivative::{Derivative, PerAxis};
pub use derivative::{Points, Stencil};
pub(super) use own_filters::OwnFilters;
pub(super) use varying::Varying;
pub(super) use varying_nd::VaryingND;
