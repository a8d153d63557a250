//! What a program imports: `use lops::prelude::*;`.
//!
//! The names at the crate's root; layouts and how axes are cut; random arrays, products and reductions by name; every
//! operator; the solvers and what they are told.

pub use crate::array::Norm;
pub use crate::comm::Reduction;
pub use crate::layout::{Chunk, Cut, Grid, Mode, by};
pub use crate::library::{Random, matmul, tensordot};
pub use crate::numbers::Summation;
pub use crate::operators::*;
pub use crate::solvers::{
    BiCgStab, Cg, CgColumns, Cgls, CglsColumns, Eigsh, Gmres, Irls, Log, Lsmr, Lsqr, MatchingPursuit, Method, Minres,
    Omp, Pcg, Pcgls, PredictCg, ShiftedCg, Shrinkage, Spgl1, Svds, Threshold, Tolerance, TwIst, Which, bicgstab,
    block_jacobi, cg, cg_columns, cgls, cgls_columns, eigsh, fista, gmres, irls, ista, jacobi, lsmr, lsqr,
    matching_pursuit, minres, omp, pcg, pcgls, power_iteration, predict_cg, shifted_cg, spgl1, svds, twist,
};
pub use crate::{
    Comm, Complex, DistArray, Element, Error, ErrorKind, Layout, Number, Options, Real, Reason, Report, Result, Scalar,
    Space, index, launch, launch_threads, ndarray,
};
