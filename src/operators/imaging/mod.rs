//! Operators that image: from a model in space to records in time.

mod eikonal; //      travel times where velocities change
mod kirchhoff;
mod sprayed; //      each point of a model to a sample of each trace
mod spread_along; // each sample of a model along a curve
mod travel_times; // along straight lines

pub use kirchhoff::Kirchhoff;
pub use spread_along::SpreadAlong;
