//! Convolutions, seismic modelling by them, and shifts.

mod convolve1d;
mod mdc;
mod non_stationary_convolve1d;
mod poststack;
mod shift;

pub use convolve1d::Convolve1D;
pub use mdc::MDC;
pub use non_stationary_convolve1d::NonStationaryConvolve1D;
pub use poststack::PoststackModelling;
pub use shift::Shift;
