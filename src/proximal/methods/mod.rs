//! Methods that minimise sums of functions, each by its prox or its gradient.

mod blocks; //           elementwise work with sums
mod douglas_rachford;
mod inner; //            iterations inside of proxes
mod ppxa;
mod proximal_gradient;
mod stepwise; // what all of them have in common

pub use douglas_rachford::{DouglasRachford, douglas_rachford};
pub use ppxa::{Ppxa, consensus_admm, ppxa};
pub use proximal_gradient::{ProximalGradient, proximal_gradient};
