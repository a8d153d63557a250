//! Distributed arrays, linear operators with exact adjoints, and solvers for large-scale inversion.

#![deny(unsafe_code)]

pub mod array;
#[allow(unsafe_code)]
pub mod comm;
mod dense;
mod error;
pub mod exact;
pub mod io;
pub mod operators;
pub mod plot;
mod scalar;
pub mod signal;
pub mod solvers;

pub use array::{DistArray, Layout, Norm, Partition, Region, Space, Summation};
pub use comm::{
    Comm, Count, DType, Element, Exchange, InFlight, Neighbour, Received, Reduction, Traffic, Verb, launch,
    launch_threads,
};
pub use error::{Error, ErrorKind, Result};
pub use ndarray;
pub use num_complex::Complex;
pub use operators::{LinearOperator, Operator};
pub use scalar::{Number, Real, Scalar};
pub use solvers::{Options, Reason, Report};
