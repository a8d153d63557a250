//! Sums along an axis, wherever it is cut.

mod causal_integration;
mod chain; //   what ranks tell one another in turn
mod running; // running sums, in blocks of fixed places
mod sum;

pub use causal_integration::CausalIntegration;
pub use sum::Sum;
