//! Solvers: [`cg`] for positive definite systems, [`cgls`] for least squares.
//!
//! Each is one file that reads like the algorithm, a function and a struct that steps one iteration
//! at a time. All memory is taken before the loop. [`Options`] says when to stop and what to show,
//! [`Report`] why it stopped ([`Reason`]) and what it cost.

mod cg;
mod cgls;
mod monitor;
mod options;
mod report;
mod show;

pub use cg::{Cg, cg, cg_with};
pub use cgls::{Cgls, cgls, cgls_with};
pub use options::{Log, Options, Tolerance};
pub use report::{Progress, Reason, Report};
