//! Operators that image: from a model in space to records in time.

mod checks; //       of a survey that is described
mod eikonal; //      travel times where velocities change
mod half_derivative; // of a wavelet
mod kirchhoff;
mod slopes; //       how times change from point to point
mod sprayed; //      each point of a model to a sample of each trace
mod spread_along; // each sample of a model along a curve
mod survey; //       times and weights of all ways
mod travel_times; // along straight lines
mod weights; //      of each way

pub use kirchhoff::Kirchhoff;
pub use spread_along::SpreadAlong;
