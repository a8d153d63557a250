//! Methods that minimise sums of functions, each by its prox or its gradient.

mod admm;
mod admm_l2;
mod backtracking; //     steps that are found on the way
mod blocks; //           elementwise work with sums
mod douglas_rachford;
mod generalized_proximal_gradient;
mod gradient_steps; //   what methods of gradients have in common
mod hqs;
mod inner; //            iterations inside of proxes
mod linearized_admm;
mod momentum; //         looking ahead
mod ppxa;
mod primal_dual;
mod proximal_gradient;
mod split_bregman;
mod stepwise; //         what all of them have in common
mod summands; //         f and g
mod term; //             what split Bregman iterations make small
mod too_long; //         steps that go round

pub use admm::{Admm, admm};
pub use admm_l2::{AdmmL2, admm_l2};
pub use backtracking::Backtracking;
pub use douglas_rachford::{DouglasRachford, douglas_rachford};
pub use generalized_proximal_gradient::{GeneralizedProximalGradient, generalized_proximal_gradient};
pub use hqs::{Hqs, hqs};
pub use linearized_admm::{LinearizedAdmm, linearized_admm};
pub use momentum::Acceleration;
pub use ppxa::{Ppxa, consensus_admm, ppxa};
pub use primal_dual::{AdaptivePrimalDual, CondatVu, PrimalDual, condat_vu, primal_dual};
pub use proximal_gradient::{ProximalGradient, proximal_gradient};
pub use split_bregman::{SplitBregman, split_bregman};
pub use term::Term;
