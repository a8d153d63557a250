//! Synthetic events: reflections on traces, each a spike at its time of arrival, convolved with a wavelet.

mod axis;
#[cfg(test)]
mod tests;
mod three;
mod traces;
mod two;

pub use axis::axis;
pub use three::{Hyperboloid, Plane, hyperbolic3d, linear3d};
pub use traces::Events;
pub use two::{Hyperbola, Line, Parabola, hyperbolic2d, linear2d, parabolic2d};
