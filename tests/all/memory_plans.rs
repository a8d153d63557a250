//! What a solve takes of memory is what was said before, by a counting allocator.

use super::allocations::bytes_taken;
use lops::operators::{DistMatrixMult, FFT, Identity, Laplacian, PoststackModelling, StackedVStack, normal};
use lops::solvers::{
    BiCgStab, Cg, CgColumns, Cgls, CglsColumns, Gmres, Lsmr, Lsqr, Method, Minres, Options, Pcg, Pcgls, PredictCg,
    Shrinkage, Spgl1, TwIst, jacobi,
};
use lops::{Comm, Complex, DistArray, Layout, LinearOperator, Operator, Result, launch_threads};

/// Compares what a method said with what operators, data, model and method keep after three iterations, within a tenth.
macro_rules! compare {
    ($name:literal, $operators:expr, |$a:ident, $m:ident, $b:ident, $x:ident| $method:expr) => {{
        // What is shared and made once, as the plans of a layout, is there already.
        drop($operators?);
        let before = bytes_taken();
        let ($a, $m) = $operators?;
        let _ = &$m;
        let ($b, mut $x) = (DistArray::random_signed($a.range(), 3), DistArray::zeros($a.domain()));
        let method = $method;
        let plan = method.memory_plan();
        let mut solver = method.start(&Options::exactly(5))?;
        for _ in 0..3 {
            solver.step()?;
        }
        let (found, said) = ((bytes_taken() - before) as f64, plan.total() as f64);
        assert!((found - said).abs() <= 0.1 * said, "{}: {said} bytes were said, {found} are kept: {plan}", $name);
        drop(solver);
    }};
}

fn layout(comm: &Comm) -> Result<Layout> {
    Layout::scatter(comm, &[600, 128], 0)
}

fn square(comm: &Comm) -> Result<Operator<f64>> {
    let layout = layout(comm)?;
    Ok(Identity.on::<f64>(&layout) - Laplacian::over(&[0, 1]).on(&layout)?)
}

fn tall(comm: &Comm) -> Result<Operator<f64>> {
    let layout = layout(comm)?;
    let modelling = PoststackModelling::new(&[0.2, 1.0, -0.4]).along(1).on(&layout)?;
    StackedVStack::of(vec![modelling, 0.5 * Laplacian::over(&[0, 1]).on::<f64>(&layout)?])
}

fn spectrum(comm: &Comm) -> Result<Operator<f64, Complex<f64>>> {
    FFT::along(1).on_real(&layout(comm)?)
}

fn matrix(comm: &Comm) -> Result<Operator<f64>> {
    let matrix = DistArray::random_signed(&Layout::scatter(comm, &[300, 240], 0)?, 4);
    DistMatrixMult::new(&matrix).on(&Layout::scatter(comm, &[240], 0)?)
}

/// An operator and a preconditioner.
fn preconditioned(comm: &Comm) -> Result<(Operator<f64>, Operator<f64>)> {
    Ok((square(comm)?, jacobi(&DistArray::full(&layout(comm)?, 5.0))?))
}

#[test]
fn a_method_says_what_a_solve_takes() {
    for ranks in 1..=3 {
        launch_threads(ranks, |comm| {
            compare!("CG", square(comm).map(|a| (a, ())), |a, m, b, x| Cg::new(&a, &b, &mut x)?);
            compare!("PredictCG", square(comm).map(|a| (a, ())), |a, m, b, x| PredictCg::new(&a, &b, &mut x)?);
            compare!("MINRES", square(comm).map(|a| (a, ())), |a, m, b, x| Minres::new(&a, &b, &mut x)?);
            compare!("GMRES", square(comm).map(|a| (a, ())), |a, m, b, x| Gmres::new(&a, &b, &mut x)?.restart(7)?);
            compare!("BiCGSTAB", square(comm).map(|a| (a, ())), |a, m, b, x| BiCgStab::new(&a, &b, &mut x)?);
            compare!("CGLS", tall(comm).map(|a| (a, ())), |a, m, b, x| Cgls::new(&a, &b, &mut x)?);
            compare!("CG of columns", square(comm).map(|a| (a, ())), |a, m, b, x| CgColumns::new(&a, &b, &mut x)?);
            compare!("CGLS of columns", square(comm).map(|a| (a, ())), |a, m, b, x| CglsColumns::new(&a, &b, &mut x)?);
            compare!("LSQR", tall(comm).map(|a| (a, ())), |a, m, b, x| Lsqr::new(&a, &b, &mut x)?);
            compare!("damped LSQR", tall(comm).map(|a| (a, ())), |a, m, b, x| Lsqr::new(&a, &b, &mut x)?.damp(0.1)?);
            compare!("LSMR", tall(comm).map(|a| (a, ())), |a, m, b, x| Lsmr::new(&a, &b, &mut x)?);
            compare!("FISTA", tall(comm).map(|a| (a, ())), |a, m, b, x| Shrinkage::fista(&a, &b, &mut x, 0.1)?
                .step(0.01)?);
            compare!("TwIST", tall(comm).map(|a| (a, ())), |a, m, b, x| TwIst::new(&a, &b, &mut x, 0.1)?.step(0.01)?);
            compare!("SPGL1", tall(comm).map(|a| (a, ())), |a, m, b, x| Spgl1::denoise(&a, &b, &mut x, 0.1)?);
            compare!("CG, normal", square(comm).map(|a| (normal(&a), ())), |a, m, b, x| Cg::new(&a, &b, &mut x)?);
            compare!("CGLS, spectrum", spectrum(comm).map(|a| (a, ())), |a, m, b, x| Cgls::new(&a, &b, &mut x)?);
            compare!("CGLS, matrix", matrix(comm).map(|a| (a, ())), |a, m, b, x| Cgls::new(&a, &b, &mut x)?);
            compare!("preconditioned CG", preconditioned(comm), |a, m, b, x| Pcg::new(&a, &b, &mut x, &m)?);
            compare!("preconditioned CGLS", preconditioned(comm), |a, m, b, x| Pcgls::new(&a, &b, &mut x, &m)?);
            compare!("preconditioned GMRES", preconditioned(comm), |a, m, b, x| {
                Gmres::new(&a, &b, &mut x)?.restart(5)?.preconditioner(&m)?
            });
            Ok(())
        })
        .unwrap();
    }
}
