//! What a solve takes of memory is what was said before, by a counting allocator.

use super::allocations::bytes_taken;
use lops::comm::Reduction;
use lops::operators::{
    AVOLinearModelling, BlendingContinuous, CT2D, CausalIntegration, DistMatrixMult, FFT, Identity, Kirchhoff,
    Laplacian, PhaseShift, PoststackModelling, PrestackLinearModelling, Radon2D, Sliding2D, StackedVStack, normal,
};
use lops::solvers::{
    BiCgStab, Cg, CgColumns, Cgls, CglsColumns, Gmres, Lsmr, Lsqr, Method, Minres, Options, Pcg, Pcgls, PredictCg,
    Shrinkage, Spgl1, TwIst, jacobi,
};
use lops::{Comm, Complex, DistArray, Layout, LinearOperator, Operator, Result, launch_threads};

/// The sum over the ranks: buffers of messages wander between them, so that one may give back what another has taken.
fn over_ranks(comm: &Comm, bytes: i64) -> i64 {
    let mut sum = [bytes];
    comm.all_reduce(&mut sum, Reduction::Sum);
    sum[0]
}

/// Compares what a method said with what operators, data, model and method keep after three iterations, within a tenth.
macro_rules! compare {
    ($comm:ident, $name:literal, $operators:expr, |$a:ident, $m:ident, $b:ident, $x:ident| $method:expr) => {{
        // What is shared and made once, as the plans of a layout, is there already.
        drop($operators?);
        $comm.barrier();
        let before = over_ranks($comm, bytes_taken());
        let ($a, $m) = $operators?;
        let _ = &$m;
        let ($b, mut $x) = (DistArray::random_signed($a.range(), 3), DistArray::zeros($a.domain()));
        let method = $method;
        let plan = method.memory_plan();
        let mut solver = method.start(&Options::exactly(5))?;
        for _ in 0..3 {
            solver.step()?;
        }
        $comm.barrier();
        let kept = over_ranks($comm, bytes_taken()) - before;
        let (found, said) = (kept as f64, over_ranks($comm, plan.total() as i64) as f64);
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
            compare!(comm, "CG", square(comm).map(|a| (a, ())), |a, m, b, x| Cg::new(&a, &b, &mut x)?);
            compare!(comm, "PredictCG", square(comm).map(|a| (a, ())), |a, m, b, x| PredictCg::new(&a, &b, &mut x)?);
            compare!(comm, "MINRES", square(comm).map(|a| (a, ())), |a, m, b, x| Minres::new(&a, &b, &mut x)?);
            compare!(comm, "GMRES", square(comm).map(|a| (a, ())), |a, m, b, x| Gmres::new(&a, &b, &mut x)?
                .restart(7)?);
            compare!(comm, "BiCGSTAB", square(comm).map(|a| (a, ())), |a, m, b, x| BiCgStab::new(&a, &b, &mut x)?);
            compare!(comm, "CGLS", tall(comm).map(|a| (a, ())), |a, m, b, x| Cgls::new(&a, &b, &mut x)?);
            compare!(comm, "CG of columns", square(comm).map(|a| (a, ())), |a, m, b, x| CgColumns::new(
                &a, &b, &mut x
            )?);
            compare!(comm, "CGLS of columns", square(comm).map(|a| (a, ())), |a, m, b, x| CglsColumns::new(
                &a, &b, &mut x
            )?);
            compare!(comm, "LSQR", tall(comm).map(|a| (a, ())), |a, m, b, x| Lsqr::new(&a, &b, &mut x)?);
            compare!(comm, "damped LSQR", tall(comm).map(|a| (a, ())), |a, m, b, x| Lsqr::new(&a, &b, &mut x)?
                .damp(0.1)?);
            compare!(comm, "LSMR", tall(comm).map(|a| (a, ())), |a, m, b, x| Lsmr::new(&a, &b, &mut x)?);
            compare!(comm, "FISTA", tall(comm).map(|a| (a, ())), |a, m, b, x| Shrinkage::fista(&a, &b, &mut x, 0.1)?
                .step(0.01)?);
            compare!(comm, "TwIST", tall(comm).map(|a| (a, ())), |a, m, b, x| TwIst::new(&a, &b, &mut x, 0.1)?
                .step(0.01)?);
            compare!(comm, "SPGL1", tall(comm).map(|a| (a, ())), |a, m, b, x| Spgl1::denoise(&a, &b, &mut x, 0.1)?);
            compare!(comm, "CG, normal", square(comm).map(|a| (normal(&a), ())), |a, m, b, x| Cg::new(&a, &b, &mut x)?);
            compare!(comm, "CGLS, spectrum", spectrum(comm).map(|a| (a, ())), |a, m, b, x| Cgls::new(&a, &b, &mut x)?);
            compare!(comm, "CGLS, matrix", matrix(comm).map(|a| (a, ())), |a, m, b, x| Cgls::new(&a, &b, &mut x)?);
            compare!(comm, "preconditioned CG", preconditioned(comm), |a, m, b, x| Pcg::new(&a, &b, &mut x, &m)?);
            compare!(comm, "preconditioned CGLS", preconditioned(comm), |a, m, b, x| Pcgls::new(&a, &b, &mut x, &m)?);
            compare!(comm, "preconditioned GMRES", preconditioned(comm), |a, m, b, x| {
                Gmres::new(&a, &b, &mut x)?.restart(5)?.preconditioner(&m)?
            });
            Ok(())
        })
        .unwrap();
    }
}

fn axis(n: usize, step: f64) -> Vec<f64> {
    (0..n).map(|k| step * k as f64).collect()
}

fn kirchhoff(layout: &Layout) -> Result<Operator<f64>> {
    let axis = axis(60, 10.0);
    let line = |n: usize| (0..n).map(|k| [590.0 * k as f64 / n as f64, 0.0]).collect::<Vec<_>>();
    let kirchhoff = Kirchhoff::new([&axis, &axis], &line(6), &line(9)).velocity(2000.0).record(200, 0.004);
    kirchhoff.dynamic().aperture(1.0, 2.0).on(layout)
}

fn radon() -> Radon2D {
    Radon2D::hyperbolic(&axis(200, 0.004), [&axis(40, 10.0)], [&axis(30, 0.1)[1..]])
}

#[test]
fn operators_of_imaging_say_what_they_take() {
    for ranks in 1..=3 {
        launch_threads(ranks, |comm| {
            macro_rules! cgls_of {
                ($name:literal, $operator:expr) => {
                    compare!(comm, $name, $operator.map(|a| (a, ())), |a, m, b, x| Cgls::new(&a, &b, &mut x)?);
                };
            }
            cgls_of!("Kirchhoff", kirchhoff(&Layout::replicated(comm, &[60, 60])?));
            cgls_of!("Kirchhoff of a cut model", kirchhoff(&Layout::scatter(comm, &[60, 60], 0)?));
            let angles = axis(90, 0.03);
            cgls_of!("CT2D", CT2D::parallel(1.0, 140, &angles).on::<f64>(&Layout::replicated(comm, &[96, 96])?));
            cgls_of!("Radon2D", radon().along([1], 2).on::<f64>(&Layout::scatter(comm, &[4, 29, 200], 0)?));
            cgls_of!("Radon2D over traces", radon().over_traces::<f64>(&Layout::replicated(comm, &[29, 200])?));
            cgls_of!("Sliding2D", {
                let (times, places, slownesses) = (axis(200, 0.004), axis(20, 10.0), axis(21, 1e-5));
                Sliding2D::new([20], [10]).on(&Layout::scatter(comm, &[100, 200], 0)?, |window| {
                    Radon2D::linear(&times, [&places], [&slownesses]).on::<f64>(&window.model(&[21, 200])?)
                })
            });
            cgls_of!("CausalIntegration", CausalIntegration::trapezoidal(0).on::<f64>(&layout(comm)?));
            cgls_of!("BlendingContinuous", {
                let times = axis(12, 0.31);
                BlendingContinuous::new(&times).sampling(0.01).on::<f64>(&Layout::scatter(comm, &[12, 20, 100], 1)?)
            });
            let shift = PhaseShift::new(2000.0, 40.0).sampling(&[0.004, 10.0]);
            cgls_of!("PhaseShift", shift.clone().on::<f64>(&Layout::scatter(comm, &[128, 96], 1)?));
            cgls_of!("PrestackLinearModelling", {
                let avo = AVOLinearModelling::new(&[0.0, 15.0, 30.0]);
                let modelling = PrestackLinearModelling::new(&[-0.5, 1.0, 2.0, 1.0, -0.5], avo);
                modelling.on::<f64>(&Layout::scatter(comm, &[150, 3, 60], 2)?)
            });
            Ok(())
        })
        .unwrap();
    }
}
