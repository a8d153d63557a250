//! Convolutions, and seismic modelling by them.

mod convolve1d;
mod non_stationary_convolve1d;
mod poststack;

pub use convolve1d::Convolve1D;
pub use non_stationary_convolve1d::NonStationaryConvolve1D;
pub use poststack::PoststackModelling;
