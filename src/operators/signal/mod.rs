//! Convolutions, and seismic modelling by them.

mod convolve1d;
mod poststack;

pub use convolve1d::Convolve1D;
pub use poststack::PoststackModelling;
