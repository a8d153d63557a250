//! Operations of solvers, and of what they are given.

use super::operations::{Operation, x};
use lops::Layout;
use lops::operators::Identity;
use lops::solvers::{BiCgStab, Cg, Cgls, Gmres, Irls, Lsmr, Lsqr, Method, Minres, Omp, Options, PredictCg, Which};
use lops::solvers::{
    block_jacobi, cg_columns, cgls_columns, column_norms, eigsh, fista, ista, jacobi, matching_pursuit, omp, pcg,
    pcgls, shifted_cg, spgl1, svds, twist,
};

operations! {
    SOLVERS:
    cg in "CG" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        let mut x = b.zeros_like();
        Cg::new(&a, &b, &mut x)?.solve(&Options::exactly(3 + usize::from(t)))?
    };
    pcg in "Preconditioned CG" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        pcg(&a, &b, &mut b.zeros_like(), &a, &Options::exactly(3 + usize::from(t)))?
    };
    diagonal |comm, t| Identity.on::<f64>(x(comm, false)?.space()).diagonal(&[usize::from(t), 1])?;
    diagonal_estimate |comm, t| Identity.on::<f64>(x(comm, false)?.space()).diagonal_estimate(1 + usize::from(t))?;
    over_ranks |comm, t| {
        let b = x(comm, false)?;
        let (a, mut y) = (Identity.on(b.space()), b.zeros_like());
        let plan = if t { Cgls::new(&a, &b, &mut y)?.memory_plan() } else { Cg::new(&a, &b, &mut y)?.memory_plan() };
        plan.over_ranks(comm)
    };
    jacobi |comm, t| jacobi(&x(comm, t)?)?;
    block_jacobi |comm, t| block_jacobi(&Identity.on::<f64>(x(comm, false)?.space()), 1, 1 + usize::from(t), &[1, 1])?;
    pcgls in "Preconditioned CGLS" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        pcgls(&a, &b, &mut b.zeros_like(), &a, &Options::exactly(3 + usize::from(t)))?
    };
    shifted_cg in "Shifted CG" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        shifted_cg(&a, &b, &[0.5, 1.0], &mut [b.clone(), b.clone()], &Options::exactly(3 + usize::from(t)))?
    };
    cg_columns in "CG of columns" |comm, t| cg_columns(&Identity.on::<f64>(x(comm, false)?.space()), &x(comm, false)?,
        &mut x(comm, false)?, &Options::exactly(3 + usize::from(t)))?;
    cgls_columns in "CGLS of columns" |comm, t| cgls_columns(&Identity.on::<f64>(x(comm, false)?.space()), &x(comm, false)?,
        &mut x(comm, false)?, &Options::exactly(3 + usize::from(t)))?;
    predict_cg in "Predict-and-recompute CG" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        let mut x = b.zeros_like();
        PredictCg::new(&a, &b, &mut x)?.solve(&Options::exactly(3 + usize::from(t)))?
    };
    cgls in "CGLS" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        let mut x = b.zeros_like();
        Cgls::new(&a, &b, &mut x)?.damp(f64::from(u8::from(t)))?.solve(&Options::exactly(3))?
    };
    lsqr in "LSQR" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        let mut x = b.zeros_like();
        Lsqr::new(&a, &b, &mut x)?.damp(f64::from(u8::from(t)))?.solve(&Options::exactly(3))?
    };
    lsmr in "LSMR" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        let mut x = b.zeros_like();
        Lsmr::new(&a, &b, &mut x)?.damp(f64::from(u8::from(t)))?.solve(&Options::exactly(3))?
    };
    fista in "FISTA" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        fista(&a, &b, &mut b.zeros_like(), 0.1 + f64::from(u8::from(t)), &Options::exactly(3))?
    };
    ista in "ISTA" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        ista(&a, &b, &mut b.zeros_like(), 0.1 + f64::from(u8::from(t)), &Options::exactly(3))?
    };
    twist in "TwIST" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        twist(&a, &b, &mut b.zeros_like(), 0.1 + f64::from(u8::from(t)), &Options::exactly(3))?
    };
    spgl1 in "SPGL1" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        spgl1(&a, &b, &mut b.zeros_like(), 0.1 + f64::from(u8::from(t)), &Options::exactly(3))?
    };
    omp in "OMP" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        omp(&a, &b, &mut b.zeros_like(), 4, f64::from(u8::from(t)), &Options::exactly(3))?
    };
    omp_norms in "agree" "all_reduce" |comm, t| {
        let b = x(comm, false)?;
        let (a, norms, mut x) = (Identity.on::<f64>(b.space()), b.clone(), b.zeros_like());
        let method = Omp::new(&a, &b, &mut x, 4, 0.0)?;
        if t { comm.broadcast(&mut [0], 0) } else { drop(method.norms(&norms)?) }
    };
    matching_pursuit in "Matching pursuit" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        matching_pursuit(&a, &b, &mut b.zeros_like(), f64::from(u8::from(t)), &Options::exactly(3))?
    };
    column_norms |comm, t| column_norms(&Identity.on::<f64>(&Layout::scatter(comm, &[6 + usize::from(t)], 0)?))?;
    irls in "IRLS" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        let mut x = b.zeros_like();
        Irls::data(&a, &b, &mut x)?.damp(0.1 + f64::from(u8::from(t)))?.solve(&Options::exactly(3))?
    };
    minres in "MINRES" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        let mut x = b.zeros_like();
        Minres::new(&a, &b, &mut x)?.shift(0.5 * f64::from(u8::from(t)))?.solve(&Options::exactly(3))?
    };
    gmres in "GMRES" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        let mut x = b.zeros_like();
        Gmres::new(&a, &b, &mut x)?.restart(3 + usize::from(t))?.solve(&Options::exactly(3))?
    };
    bicgstab in "BiCGSTAB" |comm, t| {
        let b = x(comm, false)?;
        let a = Identity.on::<f64>(b.space());
        let mut x = b.zeros_like();
        BiCgStab::new(&a, &b, &mut x)?.solve(&Options::exactly(3 + usize::from(t)))?
    };
    eigsh |comm, t| eigsh(&Identity.on::<f64>(x(comm, false)?.space()), 2 + usize::from(t), Which::Largest)?;
    svds |comm, t| svds(&Identity.on::<f64>(x(comm, false)?.space()), 2 + usize::from(t))?;
}
