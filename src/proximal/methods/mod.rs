//! Methods that minimise sums of functions, each by its prox or its gradient.

mod admm_l2;
mod blocks; //           elementwise work with sums
mod douglas_rachford;
mod inner; //            iterations inside of proxes
mod ppxa;
mod primal_dual;
mod proximal_gradient;
mod stepwise; //         what all of them have in common

pub use admm_l2::{AdmmL2, admm_l2};
pub use douglas_rachford::{DouglasRachford, douglas_rachford};
pub use ppxa::{Ppxa, consensus_admm, ppxa};
pub use primal_dual::{AdaptivePrimalDual, CondatVu, PrimalDual, condat_vu, primal_dual};
pub use proximal_gradient::{ProximalGradient, proximal_gradient};
