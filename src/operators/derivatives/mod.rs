//! Finite differences along axes.

mod directional;
mod first_derivative;
mod gradient;
mod laplacian;
mod second_derivative;

pub use directional::{FirstDirectionalDerivative, SecondDirectionalDerivative};
pub use first_derivative::FirstDerivative;
pub use gradient::Gradient;
pub use laplacian::Laplacian;
pub use second_derivative::SecondDerivative;
