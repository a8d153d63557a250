//! Solvers: [`cg`] for positive definite systems, [`predict_cg`] for the same with half the messages, [`pcg`] with a preconditioner, [`shifted_cg`] for several shifts at once, [`cg_columns`] for several right-hand sides; [`minres`] for Hermitian ones that
//! may be indefinite; [`gmres`] for any square ones, and [`bicgstab`] for the same in less memory; for least squares [`cgls`] (with a preconditioner [`pcgls`], for several data [`cgls_columns`]), and
//! [`lsqr`] and [`lsmr`], which hold out longer where the operator is badly conditioned.
//!
//! Preconditioners are operators: [`jacobi`], [`block_jacobi`], or one's own.
//!
//! Sparse models are found by [`fista`] and its kin ([`Shrinkage`], [`twist`]) and by [`spgl1`], column by column by [`omp`] and [`matching_pursuit`]; data with
//! outliers are fitted by [`irls`]. [`Inversion`] puts data and what else is known together for any of them.
//! A run that takes long saves itself now and then: [`Checkpoint`].
//!
//! A few eigenpairs from the ends of a spectrum come from [`eigsh`], the largest (or smallest) singular triplets of any operator from [`svds`], both
//! with bounds of their errors; norms and conditions from [`Operator::norm_estimate`](crate::Operator::norm_estimate) and its kin.
//!
//! [`Options`] says when to stop and what to show, [`Report`] why it stopped ([`Reason`]) and what it cost. A function
//! solves in one line; the method behind it ([`Cg`], [`Cgls`]) has what only it knows, and a [`Solver`] steps it or
//! calls back:
//! ```
//! # use lops::{Comm, DistArray, Layout, operators::Diagonal};
//! # use lops::solvers::{Cgls, Method, Options, cgls};
//! # use std::ops::ControlFlow;
//! # let layout = Layout::scatter(&Comm::solo(), &[5], 0)?;
//! # let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
//! # let b = DistArray::full(&layout, 60.0);
//! # let mut x = b.zeros_like();
//! # let options = Options::default();
//! let report = cgls(&a, &b, &mut x, &options)?;
//! # assert!(report.reason.converged());
//! let report = Cgls::new(&a, &b, &mut x)?.damp(0.1)?.solve(&options)?;
//! # assert!(report.reason.converged());
//! let watch = |seen: &lops::solvers::Seen<'_, f64>| {
//!     println!("{}: {:?}", seen.iteration, seen.measure("cost"));
//!     ControlFlow::Continue(())
//! };
//! let report = Cgls::new(&a, &b, &mut x)?.start(&options)?.callback(watch).solve()?;
//! # assert!(report.reason.converged());
//! # Ok::<(), lops::Error>(())
//! ```
//!
//! # A method more
//! [`Method`] is the whole of it: a name, the vectors by letter, `begin`, `iterate`, and the true residual at the end.
//! The example there is one in 40 lines, `examples/own_method` a program with one. The loop, callbacks, the log and the
//! bar, the time limit, histories and the reasons to stop come with [`Solver`]. In this crate a method is one file that
//! reads like its algorithm, and two lines here.

mod adjoint_test; // whether Aᴴ is the adjoint of A
mod bicgstab;
mod cg;
mod cgls;
mod checkpoint; // runs that survive being killed
mod columns; // several right-hand sides at once
mod gmres;
mod golub_kahan; // the bidiagonal form of an operator, a column at a time
mod gram_schmidt; // an orthonormal basis, in two messages a vector
mod hand_on; //   what a method leaves to the part it is made of
mod hessenberg; // the small problem of GMRES
mod inner; //    solves inside of other iterations
mod inversion; // regularised, in one call
mod least_squares; // what methods of least squares have in common
mod lsmr;
mod lsqr;
mod measures; // what is told of an iteration, and the series of it
mod memory_plan; // what a solve takes of memory
mod method; //   what is written for each method
mod minres;
mod near_problem; // the stopping rules of LSQR and LSMR
mod options;
mod pcg;
mod pcgls;
mod per_iteration; // what an iteration sends
mod preconditioners; // operators near an inverse
mod predict_cg;
mod report;
mod rounding; // where rounding errors begin, and iterations end
mod run; //      what a method is lent: sums over the ranks
mod seen; //     what a callback sees
mod shifted_cg;
mod show; //     bar and log
mod solver; //   the runner of all methods
mod sparse; //   sparse solvers
mod spectrum; // eigenvalues and singular values
mod square; //   what methods for any square operator have in common
mod state; //    what is saved of a method
mod stop; //     why a method cannot go on
mod system; //   what methods of conjugate gradients have in common
mod units; //    powers of two, where squares would leave the range
mod variance; // how well a model is known
mod vectors; //  vectors by letter

pub use bicgstab::{BiCgStab, bicgstab};
pub use cg::{Cg, cg};
pub use cgls::{Cgls, cgls};
pub use checkpoint::Checkpoint;
pub use columns::{CgColumns, CglsColumns, ColumnReport, cg_columns, cgls_columns};
pub use gmres::{Gmres, gmres};
pub(crate) use inner::{CgInProx, CglsInMethod, CglsInProx};
pub use inversion::{Inversion, normal_equations_inversion, preconditioned_inversion, regularized_inversion};
pub use lsmr::{Lsmr, lsmr};
pub use lsqr::{Lsqr, lsqr};
pub use measures::Measures;
pub use memory_plan::MemoryPlan;
pub use method::Method;
pub use minres::{Minres, minres};
pub use options::{Log, Options, Tolerance};
pub use pcg::{Pcg, pcg};
pub use pcgls::{Pcgls, pcgls};
pub use per_iteration::PerIteration;
pub use preconditioners::{block_jacobi, jacobi};
pub use predict_cg::{PredictCg, predict_cg};
pub use report::{Reason, Report};
pub use run::Run;
pub use seen::Seen;
pub use shifted_cg::{ShiftedCg, shifted_cg};
pub use solver::Solver;
pub(crate) use sparse::combine;
pub(crate) use sparse::soft;
pub use sparse::{Irls, MatchingPursuit, Omp, column_norms, irls, matching_pursuit, omp};
pub use sparse::{Shrinkage, Spgl1, Threshold, TwIst, fista, ista, spgl1, twist};
pub(crate) use sparse::{level_of_sum, nth_modulus};
pub(crate) use spectrum::norm_of;
pub use spectrum::{
    Condition, Eigenpairs, Eigsh, Estimate, PowerIteration, Svds, Triplets, Which, eigsh, power_iteration, svds,
};
pub use state::State;
pub use stop::Stop;
pub use vectors::Vectors;
