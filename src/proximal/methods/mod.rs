//! Methods that minimise sums of functions, each by its prox or its gradient.

mod admm;
mod admm_l2;
mod blocks; //   elementwise work with sums
mod hqs;
mod linearized_admm;
mod proximal_gradient;
mod split_bregman;
mod stepwise; // what all of them have in common
mod term; //     what split Bregman iterations make small

pub use admm::{Admm, admm};
pub use admm_l2::{AdmmL2, admm_l2};
pub use hqs::{Hqs, hqs};
pub use linearized_admm::{LinearizedAdmm, linearized_admm};
pub use proximal_gradient::{ProximalGradient, proximal_gradient};
pub use split_bregman::{SplitBregman, split_bregman};
pub use term::Term;
