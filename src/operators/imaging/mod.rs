//! Operators that image: from a model in space to records in time.

mod kirchhoff;
mod sprayed; //      each point of a model to a sample of each trace
mod travel_times;

pub use kirchhoff::Kirchhoff;
