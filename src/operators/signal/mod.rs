//! Convolutions, and seismic modelling by them.

mod convolve1d;
mod mdc;
mod poststack;

pub use convolve1d::Convolve1D;
pub use mdc::MDC;
pub use poststack::PoststackModelling;
