//! Products with matrices that are cut over the ranks.

mod dist_matrix_mult; //    a dense one
mod held; //                the tile of it that a rank holds
mod tiling; //              which tile that is, and which columns of the vectors go with it
mod way; //                 one direction: what comes, is added over ranks, and goes

pub use dist_matrix_mult::DistMatrixMult;
