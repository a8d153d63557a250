//! Balls, and the simplex, which is a face of one.

mod euclidean_ball;
mod l0_ball;
mod l1_ball;
mod simplex;

pub use euclidean_ball::EuclideanBall;
pub use l0_ball::L0Ball;
pub use l1_ball::L1Ball;
pub use simplex::Simplex;
