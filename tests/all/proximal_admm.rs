//! ADMM and its kin, half-quadratic splitting, split Bregman: figures of pyproximal and PyLops, what is known of solutions, the same bits, what is refused.

use lops::prelude::*;
use lops::proximal::{
    Admm, AdmmL2, Bounds, Hqs, L1, L2, L21, LinearizedAdmm, NonNegative, ProximalOperator, SplitBregman, Term, admm,
    admm_l2, linearized_admm,
};
use lops::solvers::Checkpoint;
use std::ops::ControlFlow;
use std::{fs, process};

const N: usize = 12;

/// A small problem, by formulas: Op, A, b, where x begins.
struct Problem {
    op: Operator<f64>,
    a: Operator<f64>,
    b: DistArray<f64>,
    x: DistArray<f64>,
    layout: Layout,
}

fn problem(comm: &Comm) -> Problem {
    let layout = Layout::scatter(comm, &[N], 0).unwrap();
    let op = Convolve1D::new(&[0.3, 1.0, 0.4], 1).on(&layout).unwrap();
    let a = FirstDerivative::along(0).stencil(Stencil::Forward).on(&layout).unwrap();
    let b = DistArray::from_fn(&layout, |i| (1.7 * i[0] as f64).sin() + f64::from(u8::from(i[0] >= 6)));
    let x = DistArray::from_fn(&layout, |i| 0.1 * (i[0] as f64).cos());
    Problem { op, a, b, x, layout }
}

/// Elements 0, 5, 6 and 11.
#[track_caller]
fn compare(x: &DistArray<f64>, expected: [f64; 4], tolerance: f64) {
    let x = x.gather_all();
    let found = [0, 5, 6, 11].map(|k| x[[k]]);
    let apart = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(apart < tolerance, "{found:?}, expected {expected:?}");
}

fn exactly(iterations: usize) -> Options {
    Options::exactly(iterations)
}

/// The differences of pictures, and a function of them.
fn variation(layout: &Layout, sigma: f64, is_isotropic: bool) -> (Operator<f64>, ProximalOperator<f64>) {
    let a = Gradient::new().stencil(Stencil::Forward).on(layout).unwrap();
    let g = if is_isotropic { L21::new(sigma).on(a.range()) } else { L1::new(sigma).on(a.range()) };
    (a, g.unwrap())
}

fn picture(layout: &Layout) -> DistArray<f64> {
    DistArray::from_fn(layout, |i| {
        f64::from(u8::from(i[0] > 3 && i[1] < 5)) + 0.3 * ((3 * i[0] + 5 * i[1]) as f64).sin()
    })
}

/// The models of all methods of this file after a few iterations.
fn models(layout: &Layout) -> Vec<(&'static str, DistArray<f64>)> {
    let b = picture(layout);
    let (a, g) = variation(layout, 0.4, true);
    let laplacian: Operator<f64> = Laplacian::over(&[0, 1]).on(layout).unwrap();
    let op = 0.5 * Identity.on::<f64>(layout) + 0.1 * &laplacian;
    let (f, h) = (L2::new(1.3).to(&b).unwrap(), L1::new(0.2).on::<f64>(layout).unwrap());
    let terms = [Term::isotropic(&a, 0.4).penalty(2.0), Term::l1(&op, 0.1), Term::l2(&op, 0.2)];
    let solve = |act: &dyn Fn(&mut DistArray<f64>)| {
        let mut x = 0.1 * &b;
        act(&mut x);
        x
    };
    let o = &exactly(7);
    vec![
        ("admm", solve(&|x| drop(Admm::new(&f, &h, x).unwrap().relaxation(1.7).unwrap().solve(o).unwrap()))),
        (
            "admm-l2",
            solve(&|x| {
                drop(
                    AdmmL2::new(&op, &b, &g, &a, x)
                        .unwrap()
                        .inner(6, Tolerance::Relative(1e-3))
                        .unwrap()
                        .objective()
                        .solve(o)
                        .unwrap(),
                );
            }),
        ),
        (
            "admm-l2, g first",
            solve(&|x| drop(AdmmL2::new(&op, &b, &g, &a, x).unwrap().g_first().step(0.3).unwrap().solve(o).unwrap())),
        ),
        ("linearized", solve(&|x| drop(LinearizedAdmm::new(&f, &g, &a, x).unwrap().objective().solve(o).unwrap()))),
        ("hqs", solve(&|x| drop(Hqs::new(&f, &h, x).unwrap().shrink(0.9).unwrap().solve(o).unwrap()))),
        (
            "bregman",
            solve(&|x| {
                let method = SplitBregman::new(&op, &b, &terms, x).unwrap().passes(2).unwrap();
                drop(method.objective().solve(o).unwrap());
            }),
        ),
    ]
}

/// A folder that is not there, the same on every rank.
fn folder(comm: &Comm, name: &str) -> std::path::PathBuf {
    let mut id = [process::id() as usize];
    comm.broadcast(&mut id, 0);
    std::env::temp_dir().join(format!("lops-admm-{}-{}-{name}", id[0], comm.size()))
}

/// Bits of the model and of all series of a run that was stopped after so many steps and went on, or of a whole one.
fn bits<M: Method<Model = f64>>(method: M, saves: Option<&Checkpoint>, steps: Option<usize>) -> Option<Vec<u64>> {
    let mut solver = method.start(&exactly(9)).unwrap();
    if let Some(saves) = saves {
        solver = solver.checkpoint(saves).unwrap();
    }
    if let Some(steps) = steps {
        (0..steps).for_each(|_| assert!(solver.step().unwrap().is_none()));
        return None;
    }
    while solver.step().unwrap().is_none() {}
    let model: Vec<_> = solver.method().model().gather_all().iter().map(|x| x.to_bits()).collect();
    let report = solver.finish().unwrap();
    let series = report.names().flat_map(|name| report.series(name).to_vec());
    Some(series.map(f64::to_bits).chain(model).collect())
}

crate::bodies! {
    /// pyproximal 0.13 on pylops 2.8: ADMML2 with LSQR to rounding errors.
    fn admm_l2_has_the_iterates_of_pyproximal(comm) {
        fn method<'a>([op, a]: [&Operator<f64>; 2], b: &'a DistArray<f64>, g: &ProximalOperator<f64>, x: &'a mut DistArray<f64>) -> AdmmL2<'a, f64> {
            AdmmL2::new(op, b, g, a, x).unwrap().step(0.2).unwrap().inner(60, Tolerance::None).unwrap()
        }

        let Problem { op, a, b, x: x0, layout } = problem(comm);
        let g = L1::new(0.3).on(&layout).unwrap();
        let mut x = x0.clone();
        let mut solver = method([&op, &a], &b, &g, &mut x).start(&exactly(6)).unwrap();
        while solver.step().unwrap().is_none() {}
        compare(solver.method().z(), [0.0, 0.0, 0.13737066393808894, 0.0], 1e-12);
        let report = solver.finish().unwrap();
        compare(&x, [0.24775551576330676, 0.3163343493808835, 0.3114779220435569, 0.40205075174044425], 1e-12);
        let cost = (&op * &x - &b).norm();
        assert!((report.cost().last().unwrap() - cost).abs() < 1e-12);
        assert_eq!((&report.reason, report.iterations), (&Reason::IterationLimit, 6));
        assert!(report.series("inner").is_sorted() && *report.series("inner").last().unwrap() <= 360.0);

        let mut x = x0.clone();
        let _ = method([&op, &a], &b, &g, &mut x).g_first().solve(&exactly(6)).unwrap();
        compare(&x, [0.27687798986103285, 0.31139621496347836, 0.30615970801008024, 0.42351271820937614], 1e-12);
        let mut x = x0.clone();
        let z0 = DistArray::from_fn(&layout, |i| 0.2 * (i[0] as f64).sin());
        let _ = method([&op, &a], &b, &g, &mut x).z0(&z0).unwrap().solve(&exactly(3)).unwrap();
        compare(&x, [0.15019242763002985, 0.289641489340598, 0.2948896342177576, 0.4865458082097945], 1e-12);
    }

    fn others_have_the_iterates_of_pyproximal(comm) {
        let Problem { a, b, x: x0, layout, .. } = problem(comm);
        let (f, g) = (L2::new(1.5).to(&b).unwrap(), L1::new(0.3).on(&layout).unwrap());
        let (f, g) = (&f, &g);
        let mut x = x0.clone();
        let _ = Admm::new(f, g, &mut x).unwrap().step(0.7).unwrap().solve(&exactly(5)).unwrap();
        compare(&x, [-0.0031974119365436467, 0.5766498105264972, 0.09389480661849504, 0.6269419521396841], 1e-14);
        let mut x = x0.clone();
        let mut solver = Admm::new(f, g, &mut x).unwrap().step(0.7).unwrap().g_first().start(&exactly(5)).unwrap();
        while solver.step().unwrap().is_none() {}
        compare(solver.method().z(), [0.0, 0.5995869568427954, 0.09981424664373098, 0.6522494901761792], 1e-14);
        let _ = solver.finish().unwrap();
        compare(&x, [0.0, 0.5877569251180742, 0.10316010033549854, 0.6388203303772357], 1e-14);

        let mut x = x0.clone();
        let linearized = LinearizedAdmm::new(f, g, &a, &mut x).unwrap().step(0.9).unwrap().model_step(0.2).unwrap();
        let _ = linearized.solve(&exactly(7)).unwrap();
        compare(&x, [0.18446606126717216, 0.4308638620728404, 0.42768692069068603, 0.5450237443526343], 1e-14);

        // Its steps are in single precision.
        let steps = [1.0f32, 0.8, 0.64, 0.512].map(f64::from);
        let mut x = x0.clone();
        let _ = Hqs::new(f, g, &mut x).unwrap().steps(&steps).unwrap().solve(&exactly(4)).unwrap();
        compare(&x, [0.0, 0.5828259299350289, 0.13037117993238573, 0.6325844659076508], 1e-14);
        let mut by_factor = x0.clone();
        let _ = Hqs::new(f, g, &mut by_factor).unwrap().shrink(0.8).unwrap().solve(&exactly(4)).unwrap();
        assert!((&x - &by_factor).norm() < 1e-7);
        let mut x = x0.clone();
        let _ = Hqs::new(f, g, &mut x).unwrap().steps(&steps).unwrap().f_first().solve(&exactly(4)).unwrap();
        compare(&x, [0.0, 0.5408728369349403, 0.13037117993238573, 0.589166259856216], 1e-14);
    }

    /// pylops 2.8, with LSQR to rounding errors. Its moduli have the weight ε², if its threshold is ε.
    fn split_bregman_has_the_iterates_of_pylops(comm) {
        let Problem { op, a, b, x: x0, layout } = problem(comm);
        let towards = DistArray::from_fn(&layout, |i| (i[0] as f64).cos());
        let terms = [Term::l1(&a, 0.09), Term::l2_towards(&Identity.on(&layout), 0.2, &towards)];
        let expected = [0.1764622898815498, 0.4017480779002331, 0.24430591002379248, 0.6269399641615692];
        for case in 0..3 {
            let mut x = x0.clone();
            let method = SplitBregman::new(&op, &b, &terms, &mut x).unwrap().passes(3).unwrap();
            let method = method.inner(60, Tolerance::None).unwrap();
            let (method, expected) = match case {
                0 => (method, expected),
                1 => (method.restart(), expected),
                _ => (
                    method.data_weight(1.7).unwrap().multiplier_step(0.9).unwrap(),
                    [-0.0021548935101187157, 0.4848527783264231, 0.14989859746325407, 0.7797525790392855],
                ),
            };
            let report = method.objective().solve(&exactly(4)).unwrap();
            compare(&x, expected, 1e-11);
            let cost = (&op * &x - &b).norm();
            assert!((report.cost().last().unwrap() - cost).abs() < 1e-12);
        }
    }

    /// Three methods and two formulations, one solution, and what makes it one.
    fn methods_meet(comm) {
        if comm.rank() > 0 {
            return; // one rank is enough: bits are the same
        }
        let layout = Layout::scatter(&comm.alone(), &[4, 5], 0).unwrap();
        let (b, op) = (picture(&layout), Identity.on::<f64>(&layout));
        for is_isotropic in [false, true] {
            let (a, g) = variation(&layout, 0.25, is_isotropic);
            let f = L2::new(1.0).to(&b).unwrap();
            let options = Options { tolerance: Tolerance::Relative(1e-5), ..Options::iterations(1000) };
            let [mut x, mut other, mut third] = [(); 3].map(|()| b.zeros_like());
            let method = AdmmL2::new(&op, &b, &g, &a, &mut x).unwrap().inner(12, Tolerance::Relative(1e-2)).unwrap();
            let report = method.step(0.5).unwrap().objective().solve(&options).unwrap();
            assert_eq!(report.reason, Reason::Tolerance);
            assert!(report.series("update").is_sorted_by(|a, b| a * 1.01 >= *b), "{:?}", report.series("update"));
            assert!(*report.series("split").last().unwrap() < 1e-4);
            assert!(linearized_admm(&f, &g, &a, &mut other, &options).unwrap().reason.converged());
            let term = if is_isotropic { Term::isotropic(&a, 0.25) } else { Term::l1(&a, 0.25) };
            let method = SplitBregman::new(&op, &b, &[term.penalty(2.0)], &mut third).unwrap().passes(1).unwrap();
            let method = method.inner(12, Tolerance::Relative(1e-2)).unwrap();
            let bregman = method.objective().solve(&options).unwrap();
            assert!(bregman.reason.converged());
            assert!((&x - &other).norm() < 1e-2 && (&x - &third).norm() < 1e-2);
            let objective = 0.5 * (&x - &b).norm().powi(2) + g.value(&(&a * &x)).unwrap();
            for report in [&report, &bregman] {
                assert!((report.series("objective").last().unwrap() - objective).abs() < 1e-3);
            }
            // Nothing near is better.
            for k in 0..4 {
                let random: DistArray<f64> = DistArray::random_signed(x.space(), k);
                let near = &x + 1e-1 * &random;
                assert!(0.5 * (&near - &b).norm().powi(2) + g.value(&(&a * &near)).unwrap() > objective);
            }
        }
    }

    /// Least squares whose unknowns have signs: the gradient is 0 where x is above 0, and not below 0 elsewhere.
    fn conditions_of_a_minimum_are_met(comm) {
        let Problem { op, b, layout, .. } = problem(comm);
        let mut x = b.zeros_like();
        let g = NonNegative.on(&layout).unwrap();
        let options = Options { tolerance: Tolerance::Relative(1e-10), ..Options::iterations(3000) };
        let report = admm_l2(&op, &b, &g, &Identity.on(&layout), &mut x, &options).unwrap();
        assert!(report.reason.converged() && report.adjoint_mismatch.unwrap() < 1e-10);
        let slope = op.adjoint() * &(&op * &x - &b);
        let (x, slope) = (x.gather_all(), slope.gather_all());
        assert!(x.iter().zip(&slope).all(|(x, slope)| if *x > 1e-6 { slope.abs() < 1e-7 } else { *slope > -1e-7 && x.abs() < 1e-7 }));
    }

    /// The prox that comes first keeps the x it begins from, so y does not move in the first step.
    fn what_does_not_move_at_first_is_not_taken_for_found(comm) {
        let b = DistArray::from_fn(&Layout::scatter(comm, &[6], 0).unwrap(), |i| i[0] as f64);
        let (f, g) = (L2::new(1.0).to(&b).unwrap(), L1::new(1.0).on(b.space()).unwrap());
        for g_first in [false, true] {
            let mut x = if g_first { b.zeros_like() } else { b.clone() };
            let method = Admm::new(&f, &g, &mut x).unwrap();
            let method = if g_first { method.g_first() } else { method };
            let report = method.solve(&Options { tolerance: Tolerance::Relative(1e-9), ..Options::iterations(200) }).unwrap();
            assert!(report.reason.converged(), "{}", report.reason);
            assert!((&x - &b.map(|b| (b - 1.0).max(0.0))).norm() < 1e-6, "{g_first}: {x}");
        }
    }

    fn over_relaxation_is_that_of_its_formula(comm) {
        let layout = Layout::scatter(comm, &[5], 0).unwrap();
        let b = DistArray::from_fn(&layout, |i| i[0] as f64 - 2.0);
        let (f, g) = (L2::new(2.0).to(&b).unwrap(), L1::new(0.5).on::<f64>(&layout).unwrap());
        let (tau, alpha) = (0.4, 1.6);
        let mut x = DistArray::full(&layout, 1.0);
        let (mut z, mut u) = (x.clone(), x.zeros_like());
        let method = Admm::new(&f, &g, &mut x).unwrap().step(tau).unwrap().relaxation(alpha).unwrap();
        let mut solver = method.objective().start(&exactly(40)).unwrap();
        for _ in 0..8 {
            solver.step().unwrap();
            let near = f.prox(&(&z - &u), tau).unwrap();
            let ahead = alpha * &near + (1.0 - alpha) * &z;
            z = g.prox(&(&ahead + &u), tau).unwrap();
            u = &u + &ahead - &z;
            assert!((solver.method().model() - &near).norm() < 1e-14 && (solver.method().z() - &z).norm() < 1e-14);
        }
        while solver.step().unwrap().is_none() {}
        drop(solver);
        assert!((&x - &b.map(|b: f64| b.signum() * (b.abs() - 0.25).max(0.0))).norm() < 1e-9);
    }

    fn all_types_and_spaces(comm) {
        single_and_complex::<f32>(comm, 2e-3);
        single_and_complex::<f64>(comm, 1e-5);
        single_and_complex::<Complex<f32>>(comm, 2e-3);
        single_and_complex::<Complex<f64>>(comm, 1e-5);
        // From real numbers to complex ones: a spectrum that is known in part.
        let layout = Layout::scatter(comm, &[6, 16], 0).unwrap();
        let op = FFT::along(1).on_real::<f64>(&layout).unwrap();
        let truth = DistArray::from_fn(&layout, |i| f64::from(u8::from(i[1] == i[0] + 3)));
        let b = &op * &truth;
        let g = L1::new(1e-4).on(op.range()).unwrap();
        let mut x = truth.zeros_like();
        let report = admm_l2(&op, &b, &g, &op, &mut x, &Options::iterations(300)).unwrap();
        assert!(report.reason.converged());
        assert!((&x - &truth).norm() < 1e-2);
        // A stack as the model.
        let b = DistArray::stack(&[&truth, &(2.0 * &truth)]).unwrap();
        let (f, g) = (L2::new(1.0).to(&b).unwrap(), Bounds::new(0.0, 1.5).on(b.space()).unwrap());
        let mut x = b.zeros_like();
        assert!(admm(&f, &g, &mut x, &Options::default()).unwrap().reason.converged());
        assert!((&x - &b.map(|b| b.min(1.5))).norm() < 1e-5);
    }

    fn same_bits_on_any_ranks(comm) {
        let shape = [9, 8];
        let on_one = models(&Layout::scatter(&comm.alone(), &shape, 0).unwrap());
        let layouts = [Layout::scatter(comm, &shape, 0), Layout::scatter(comm, &shape, 1), Layout::replicated(comm, &shape)];
        for layout in layouts {
            for ((name, expected), (_, found)) in on_one.iter().zip(models(&layout.unwrap())) {
                assert_eq!(found.gather_all(), expected.gather_all(), "{name}");
            }
        }
    }

    fn checkpoints_go_on_with_the_same_bits(comm) {
        let Problem { op, a, b, x: x0, layout } = problem(comm);
        let (f, g) = (L2::new(1.5).to(&b).unwrap(), L1::new(0.3).on::<f64>(&layout).unwrap());
        let terms = [Term::l1(&a, 0.09), Term::l2(&op, 0.2)];
        for name in ["admm", "l2", "g", "linearized", "hqs", "bregman"] {
            let run = |saves: Option<&Checkpoint>, steps: Option<usize>| {
                let mut x = x0.clone();
                let x = &mut x;
                match name {
                    "admm" => bits(Admm::new(&f, &g, x).unwrap().relaxation(1.3).unwrap(), saves, steps),
                    "l2" => bits(AdmmL2::new(&op, &b, &g, &a, x).unwrap(), saves, steps),
                    "g" => bits(AdmmL2::new(&op, &b, &g, &a, x).unwrap().g_first(), saves, steps),
                    "linearized" => bits(LinearizedAdmm::new(&f, &g, &a, x).unwrap(), saves, steps),
                    "hqs" => bits(Hqs::new(&f, &g, x).unwrap().shrink(0.8).unwrap(), saves, steps),
                    _ => bits(SplitBregman::new(&op, &b, &terms, x).unwrap(), saves, steps),
                }
            };
            let whole = run(None, None);
            let folder = folder(comm, name);
            let saves = Checkpoint::to(&folder).every(3);
            run(Some(&saves), Some(5));
            comm.barrier();
            assert!(folder.exists(), "{name}");
            comm.barrier();
            assert_eq!(run(Some(&saves), None), whole, "{name}");
            comm.barrier();
            if comm.rank() == 0 {
                fs::remove_dir_all(&folder).unwrap();
            }
            comm.barrier();
        }
    }

    fn what_is_refused(comm) {
        let Problem { op, a, b, mut x, layout } = problem(comm);
        let other = Layout::scatter(comm, &[N + 1], 0).unwrap();
        let [f, g] = [(); 2].map(|()| L1::new(1.0).on::<f64>(&layout).unwrap());
        let wrong = L1::new(1.0).on::<f64>(&other).unwrap();
        let mut long = DistArray::<f64>::zeros(&other);
        let kind = |result: Result<()>| result.unwrap_err().kind();
        let (shape, parameter) = (ErrorKind::Shape, ErrorKind::Parameter);
        assert_eq!(kind(Admm::new(&f, &wrong, &mut x).map(drop)), shape);
        assert_eq!(kind(Admm::new(&f, &g, &mut long).map(drop)), shape);
        assert_eq!(kind(Hqs::new(&wrong, &g, &mut x).map(drop)), shape);
        assert_eq!(kind(LinearizedAdmm::new(&f, &wrong, &a, &mut x).map(drop)), shape);
        assert_eq!(kind(AdmmL2::new(&op, &b, &wrong, &a, &mut x).map(drop)), shape);
        assert_eq!(kind(AdmmL2::new(&op, &long.clone(), &g, &a, &mut x).map(drop)), shape);
        assert_eq!(kind(AdmmL2::new(&op, &b, &wrong, &Identity.on(&other), &mut x).map(drop)), shape);
        assert_eq!(kind(AdmmL2::new(&op, &b, &g, &a, &mut x).unwrap().z0(&long).map(drop)), shape);
        assert_eq!(kind(SplitBregman::new(&op, &b, &[Term::l1(&Identity.on(&other), 1.0)], &mut x).map(drop)), shape);
        for alpha in [0.0, 2.0, -1.0, f64::NAN] {
            assert_eq!(kind(Admm::new(&f, &g, &mut x).unwrap().relaxation(alpha).map(drop)), parameter);
            let method = SplitBregman::new(&op, &b, &[Term::l1(&a, 1.0)], &mut x).unwrap();
            assert_eq!(kind(method.multiplier_step(alpha).map(drop)), parameter);
        }
        for tau in [0.0, -1.0, f64::INFINITY] {
            assert_eq!(kind(Admm::new(&f, &g, &mut x).unwrap().step(tau).map(drop)), parameter);
            assert_eq!(kind(AdmmL2::new(&op, &b, &g, &a, &mut x).unwrap().step(tau).map(drop)), parameter);
            assert_eq!(kind(LinearizedAdmm::new(&f, &g, &a, &mut x).unwrap().model_step(tau).map(drop)), parameter);
            assert_eq!(kind(Hqs::new(&f, &g, &mut x).unwrap().steps(&[1.0, tau]).map(drop)), parameter);
            assert_eq!(kind(SplitBregman::new(&op, &b, &[Term::l1(&a, tau)], &mut x).map(drop)), parameter);
        }
        assert_eq!(kind(Hqs::new(&f, &g, &mut x).unwrap().shrink(1.1).map(drop)), parameter);
        assert_eq!(kind(SplitBregman::new(&op, &b, &[Term::l2(&a, 1.0)], &mut x).map(drop)), parameter);
        assert_eq!(kind(SplitBregman::new(&op, &b, &[Term::l1(&a, 1.0)], &mut x).unwrap().passes(0).map(drop)), parameter);
        let negative = Tolerance::Relative(-1.0);
        assert_eq!(kind(AdmmL2::new(&op, &b, &g, &a, &mut x).unwrap().inner(5, negative).map(drop)), parameter);
        assert_eq!(kind(admm(&f, &g, &mut x, &Options::iterations(0)).map(drop)), parameter);
    }

    fn troubles_have_reasons(comm) {
        let Problem { op, a, b, x: x0, layout } = problem(comm);
        let g = L1::new(0.3).on(&layout).unwrap();
        // Steps that are too long; of functions that bound no vector, so that updates grow and grow.
        let f = L2::new(1e-3).to(&b).unwrap();
        let square = L2::new(1.0).on(&layout).unwrap();
        let mut x = x0.clone();
        let method = LinearizedAdmm::new(&f, &square, &a, &mut x).unwrap().model_step(10.0).unwrap();
        let report = method.solve(&exactly(500)).unwrap();
        assert!(matches!(report.reason, Reason::Unstable { .. }), "{}", report.reason);
        // L1 bounds the dual vector, and steps that are too long go round.
        let mut x = x0.clone();
        let method = LinearizedAdmm::new(&f, &g, &a, &mut x).unwrap().model_step(10.0).unwrap();
        let report = method.solve(&exactly(500)).unwrap();
        assert!(matches!(report.reason, Reason::TooLong(factor) if factor > 1.0 && factor < 41.0), "{}", report.reason);
        // An adjoint that is none.
        let (of_a, twice) = (a.clone(), 2.0 * &a);
        let wrong = Function::new(
            move |x: &[f64], y: &mut [f64]| of_a.apply(x, y),
            move |y: &[f64], x: &mut [f64]| twice.apply_adjoint(y, x),
        );
        let wrong = wrong.between(&layout, &layout);
        let mut x = x0.clone();
        let method = AdmmL2::new(&op, &b, &g, &wrong, &mut x).unwrap().step(0.1).unwrap();
        let report = method.solve(&exactly(20)).unwrap();
        assert_eq!(report.reason, Reason::Adjoint);
        assert!(report.adjoint_mismatch.unwrap() > 0.03);
        // A number that is none.
        let bad = DistArray::from_fn(&layout, |i| if i[0] == 7 { f64::NAN } else { 1.0 });
        let mut x = x0.clone();
        let report = admm_l2(&op, &bad, &g, &a, &mut x, &exactly(5)).unwrap();
        assert!(matches!(report.reason, Reason::NonFinite { vector: "b", .. }), "{}", report.reason);
        // A wish of one rank leaves the model of the iteration before.
        for k in 0..3 {
            let mut x = x0.clone();
            let mut last = x0.clone();
            let f = L2::new(1.0).to(&b).unwrap();
            let terms = [Term::l1(&a, 0.3)];
            let reason = match k {
                0 => watched(AdmmL2::new(&op, &b, &g, &a, &mut x).unwrap(), &mut last),
                1 => watched(Admm::new(&f, &g, &mut x).unwrap(), &mut last),
                _ => watched(SplitBregman::new(&op, &b, &terms, &mut x).unwrap().restart(), &mut last),
            };
            assert_eq!(reason, Reason::Callback);
            assert_eq!(x.gather_all(), last.gather_all());
        }
    }
}

/// Stops after three iterations by the wish of the last rank; the model that its callback saw last.
fn watched<M: Method<Model = f64>>(method: M, last: &mut DistArray<f64>) -> Reason {
    let solver = method.start(&exactly(20)).unwrap().callback(|seen| {
        last.copy_from(seen.model).unwrap();
        let comm = seen.model.comm();
        if seen.iteration == 3 && comm.rank() + 1 == comm.size() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    solver.solve().unwrap().reason
}

fn single_and_complex<T: Scalar>(comm: &Comm, tolerance: f64) {
    let layout = Layout::scatter(comm, &[10], 0).unwrap();
    let one = T::from_parts(1.0, if T::IS_COMPLEX { 0.5 } else { 0.0 });
    let b = DistArray::from_fn(&layout, |i| if i[0] >= 5 { one } else { T::zero() });
    let a = FirstDerivative::along(0).stencil(Stencil::Forward).on::<T>(&layout).unwrap();
    let g = L1::new(0.3).on::<T>(&layout).unwrap();
    // Each side goes along the step to the other one, by 0.3/5.
    let size = one.modulus().to_f64();
    let expected = DistArray::from_fn(&layout, |i| {
        let part = if i[0] >= 5 { 1.0 - 0.06 / size } else { 0.06 / size };
        one * T::from_parts(part, 0.0)
    });
    let mut x = b.zeros_like();
    let options = Options { tolerance: Tolerance::Relative(tolerance * 1e-2), ..Options::iterations(2000) };
    let report = admm_l2(&Identity.on(&layout), &b, &g, &a, &mut x, &options).unwrap();
    assert!(report.reason.converged(), "{}: {}", T::DTYPE, report.reason);
    assert!((&x - &expected).norm().to_f64() < tolerance, "{}", T::DTYPE);
}
