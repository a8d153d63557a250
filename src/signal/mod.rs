//! Signals of seismic processing on one rank: source wavelets and smoothing filters.

mod ricker;
mod zero_phase_box;

pub use ricker::{Wavelet, ricker};
pub use zero_phase_box::zero_phase_box;
