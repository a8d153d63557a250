//! Linear operators on distributed arrays, and the solvers that invert them.
//!
//! **New here? Begin with the [`guide`]**: a [first program](guide::first_program), the one rule that [all ranks call and rank 0 prints](guide::all_ranks),
//! [layouts in pictures](guide::layouts), [solving](guide::solving), and [from PyLops-MPI, line by line](guide::from_pylops_mpi).
//!
//! A program is written once. It runs on threads on a laptop with nothing installed but Rust, and,
//! built with feature `mpi`, under `mpirun` on a cluster, with the same bits in the result on any
//! number of ranks. The way of the data is the way through the modules:
//!
//! | module | what is there |
//! |---|---|
//! | [`numbers`] | what arrays hold and scalars can do; the [sums](numbers::exact) that are the same on any number of ranks |
//! | [`comm`] | [`launch`] starts the ranks; a [`Comm`] is what they talk through |
//! | [`layout`] | a [`Layout`] says who owns what: blocks, grids, cyclic cuts, overlapping chunks |
//! | [`array`](mod@array) | a [`Space`] is where a vector lives; a [`DistArray`] is the vector |
//! | [`library`] | what a NumPy user reaches for: functions, reductions, indexing, sorting, random numbers, products |
//! | [`operators`] | a [`LinearOperator`] is two spaces and two kernels; an [`Operator`] is the handle with the algebra |
//! | [`solvers`] | CG and CGLS, their [`Options`], and the [`Report`] with the [`Reason`] why they stopped; [`Method`](solvers::Method) for more |
//! | [`proximal`] | functions by their values and proxes, what follows from them by formulas, and the solvers that make sums of them least: total variation, low rank, sets |
//! | [`signal`], [`io`], [`plot`] | wavelets, tapers, events and smoothing, files, pictures |
//! | [`protocol`] | arrays shown to and taken from other codes, by the Distributed Array Protocol |
//!
//! Each imports only what stands above it; [`guide`] is words. A program begins with `use lops::prelude::*;`.
//!
//! # Example
//! Smoothing by regularised least squares, min ‖x − d‖² + ε ‖L x‖²:
//! ```
//! use lops::prelude::*;
//!
//! launch_threads(3, |comm| {
//!     let layout = Layout::scatter(comm, &[16, 20], 0)?;
//!     let data = DistArray::from_fn(&layout, |i| ((i[0] * 7 + i[1] * 3) % 5) as f64);
//!     let l = Laplacian::over(&[0, 1]).on::<f64>(&layout)?;
//!     let a = Identity.on::<f64>(&layout) + 0.5 * (l.adjoint() * &l);
//!     let mut x = data.zeros_like();
//!     let report = cg(&a, &data, &mut x, &Options::default())?;
//!     assert!(report.reason.converged());
//!     assert!((&l * &x).norm() < 0.5 * (&l * &data).norm());
//!     Ok(())
//! })
//! .unwrap();
//! ```
//!
//! # Three laws
//! 1. **Same bits on any number of ranks.** Reductions are exact; stencils and products are the same
//!    arithmetic wherever the cut falls. Where an operator cannot keep this, its page says so.
//! 2. **No rank is left waiting.** The same [`Error`] comes back on every rank; what leaves the
//!    program on one rank ends the job on all.
//! 3. **No hidden traffic.** What communicates says so and how much; [`Comm::traffic`] counts it.
//!    Elementwise work never does.

#![deny(unsafe_code)]
// Pages of docs.rs say what is there with a feature only.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod array;
#[allow(unsafe_code)]
pub mod comm;
#[cfg(all(debug_assertions, not(test)))]
mod compiled;
mod error;
pub mod guide;
pub mod io;
pub mod layout;
pub mod library;
pub mod numbers;
pub mod operators;
pub mod plot;
pub mod prelude;
pub mod protocol;
pub mod proximal;
pub mod signal;
pub mod solvers;

pub use array::{DistArray, Space};
pub use comm::{Comm, launch, launch_threads};
pub use error::{Error, ErrorKind, Result};
pub use layout::Layout;
pub use ndarray;
pub use num_complex::Complex;
pub use numbers::{Element, Number, Real, Scalar};
pub use operators::{LinearOperator, Operator};
pub use solvers::{Options, Reason, Report};

/// The README's example is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
