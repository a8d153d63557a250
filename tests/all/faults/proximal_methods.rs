//! Operations of proximal methods.

use super::operations::{Operation, x};
use lops::operators::Identity;
use lops::proximal::{
    L1, L2, PrimalDual, Term, admm, admm_l2, condat_vu, consensus_admm, douglas_rachford,
    generalized_proximal_gradient, hqs, linearized_admm, ppxa, primal_dual, proximal_gradient, split_bregman,
};
use lops::solvers::{Method, Options};
use lops::{Comm, DistArray, Result};

/// Data, two functions, and how many iterations are asked for.
fn problem(comm: &Comm, t: bool) -> Result<(DistArray<f64>, [lops::proximal::ProximalOperator<f64>; 2], Options)> {
    let b = x(comm, false)?;
    let functions = [L2::new(1.0).to(&b)?, L1::new(0.5).on(b.space())?];
    Ok((b, functions, Options::exactly(3 + usize::from(t))))
}

operations! {
    PROXIMAL_METHODS:
    proximal_gradient in "Proximal gradient" |comm, t| {
        let (b, [f, g], options) = problem(comm, t)?;
        proximal_gradient(&f, &g, &mut b.zeros_like(), &options)?
    };
    generalized_proximal_gradient in "Generalized proximal gradient" |comm, t| {
        let (b, [f, g], options) = problem(comm, t)?;
        generalized_proximal_gradient(&[f], &[g], &mut b.zeros_like(), &options)?
    };
    primal_dual in "PrimalDual" |comm, t| {
        let (b, [f, g], options) = problem(comm, t)?;
        primal_dual(&f, &g, &Identity.on(b.space()), &mut b.zeros_like(), &options)?
    };
    adaptive_primal_dual in "Adaptive PrimalDual" |comm, t| {
        let (b, [f, g], options) = problem(comm, t)?;
        let (a, mut x) = (Identity.on(b.space()), b.zeros_like());
        PrimalDual::new(&f, &g, &a, &mut x)?.adaptive()?.solve(&options)?
    };
    condat_vu in "Condat–Vũ" |comm, t| {
        let (b, [f, g], options) = problem(comm, t)?;
        condat_vu(&f, &g, &g, &Identity.on(b.space()), &mut b.zeros_like(), 1.0, &options)?
    };
    admm_l2 in "ADMM-L2" |comm, t| {
        let (b, [_, g], options) = problem(comm, t)?;
        let a = Identity.on(b.space());
        admm_l2(&a, &b, &g, &a, &mut b.zeros_like(), &options)?
    };
    admm in "ADMM" |comm, t| {
        let (b, [f, g], options) = problem(comm, t)?;
        admm(&f, &g, &mut b.zeros_like(), &options)?
    };
    linearized_admm in "Linearized ADMM" |comm, t| {
        let (b, [f, g], options) = problem(comm, t)?;
        linearized_admm(&f, &g, &Identity.on(b.space()), &mut b.zeros_like(), &options)?
    };
    hqs in "HQS" |comm, t| {
        let (b, [f, g], options) = problem(comm, t)?;
        hqs(&f, &g, &mut b.zeros_like(), &options)?
    };
    split_bregman in "Split Bregman" |comm, t| {
        let (b, _, options) = problem(comm, t)?;
        let a = Identity.on(b.space());
        split_bregman(&a, &b, &[Term::l1(&a, 0.5)], &mut b.zeros_like(), &options)?
    };
    douglas_rachford in "Douglas-Rachford" |comm, t| {
        let (b, [f, g], options) = problem(comm, false)?;
        douglas_rachford(&f, &g, &mut b.zeros_like(), 0.5 + f64::from(u8::from(t)), &options)?
    };
    ppxa in "PPXA" |comm, t| {
        let (b, functions, options) = problem(comm, false)?;
        ppxa(&functions, &mut b.zeros_like(), 0.5 + f64::from(u8::from(t)), &options)?
    };
    consensus_admm in "PPXA" |comm, t| {
        let (b, functions, options) = problem(comm, t)?;
        consensus_admm(&functions, &mut b.zeros_like(), 0.5, &options)?
    };
}
