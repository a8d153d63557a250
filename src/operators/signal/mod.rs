//! Convolutions, seismic modelling by them, and shifts.

mod convolve1d;
mod convolve_nd;
mod mdc;
mod named;
mod non_stationary_convolve1d;
mod non_stationary_convolve_nd;
mod poststack;
mod shift;
mod shifted_lines;
mod smoothing;
mod wavelets;

pub use convolve_nd::ConvolveND;
pub use convolve1d::Convolve1D;
pub use mdc::MDC;
pub(in crate::operators) use named::Named;
pub use non_stationary_convolve_nd::{NonStationaryConvolve2D, NonStationaryConvolve3D};
pub use non_stationary_convolve1d::NonStationaryConvolve1D;
pub use poststack::PoststackModelling;
pub use shift::Shift;
pub(super) use shifted_lines::factors as factors_of_shift;
pub use smoothing::Smoothing;
pub(in crate::operators) use wavelets::Wavelets;
