//! Products with matrices that are cut over the ranks.

mod dist_matrix_mult; //    a dense one
mod fredholm1; //           a matrix for each slice
mod held; //                the tile of it that a rank holds
mod kronecker; //           one along each of two axes
mod range; //               where a product lies
mod shared_sums; //         sums whose terms several ranks have
mod sparse_entries; //      entries of a sparse one, dealt out and put in order
mod sparse_matrix; //       a sparse one
mod sparse_rows; //         the rows of it that a rank has, and what they need of a vector
mod tiling; //              which tile a rank holds, and which columns of the vectors go with it
mod tree; //                the order in which sums of panels are added
mod way; //                 one direction: what comes, is added over ranks, and goes

pub use dist_matrix_mult::DistMatrixMult;
pub use fredholm1::Fredholm1;
pub use kronecker::Kronecker;
pub use sparse_matrix::SparseMatrix;
