//! Sparse solvers: iterations that shrink small coefficients to 0, that choose columns, that weight squares.

mod analysis; //   coefficients that a transform makes of the model
mod columns; //    of an operator, by number
mod groups; // norms of what belongs together
mod irls; //       reweighted least squares
mod l1_ball; //    the nearest point of it
mod matching_pursuit; // a step along a column
mod omp; //        the best model of a few columns
mod percentile; // of all moduli, by counting
mod pursuit; //    the column that goes with the residual best
mod shrinkage; //  ISTA and FISTA
mod soft; //       what they do with each coefficient
mod sparse_problem; // what they have in common
mod spgl1; //      as sparse as the data allow
mod triangle; //   R of the chosen columns
mod twist; //      two-step iterations

pub use columns::column_norms;
pub use irls::{Irls, irls};
pub(crate) use l1_ball::level as level_of_sum;
pub use matching_pursuit::{MatchingPursuit, matching_pursuit};
pub use omp::{Omp, omp};
pub(crate) use percentile::nth as nth_modulus;
pub use shrinkage::{Shrinkage, fista, ista};
pub use soft::Threshold;
pub(crate) use soft::soft;
pub(crate) use sparse_problem::combine;
pub use spgl1::{Spgl1, spgl1};
pub use twist::{TwIst, twist};
