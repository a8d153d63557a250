//! Conjugate gradients with one reduction an iteration: it does what CG does, as accurately, with half the messages.

use crate::solvers::{hash, known, line};
use lops::operators::{FirstDerivative, Identity, Laplacian};
use lops::solvers::{Cg, Method, Options, PredictCg, Seen, Tolerance, cg, predict_cg};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Reason, Report, Result, Scalar, Space,
    comm::Verb, numbers::Summation,
};
use std::ops::ControlFlow;
use std::time::Duration;

/// −div (k grad u) on a square of 64 × 64 points between zeros, by differences; k of a face is the mean of those beside it.
struct Poisson {
    space: Space,
    k: Vec<f64>,
}

const SIDE: usize = 64;

impl Poisson {
    /// Coefficients from 1 to `contrast`, without any order; the whole on each rank.
    fn on(layout: &Layout, contrast: f64) -> Operator<f64> {
        let k = (0..SIDE * SIDE).map(|i| contrast.powf(0.5 + hash(7 * i + 1))).collect();
        Operator::new(Self { space: layout.into(), k })
    }
}

impl LinearOperator<f64> for Poisson {
    fn domain(&self) -> &Space {
        &self.space
    }
    fn range(&self) -> &Space {
        &self.space
    }
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for (at, y) in y.iter_mut().enumerate() {
            let (row, column) = (at / SIDE, at % SIDE);
            let beside = [
                (row > 0, -(SIDE as isize)),
                (row + 1 < SIDE, SIDE as isize),
                (column > 0, -1),
                (column + 1 < SIDE, 1),
            ];
            *y = 0.0;
            for (is_inside, step) in beside {
                let other = at.wrapping_add_signed(step);
                let (k, value) = if is_inside { (self.k[other], x[other]) } else { (self.k[at], 0.0) };
                *y += 0.5 * (self.k[at] + k) * (x[at] - value);
            }
        }
    }
    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        self.apply(y, x); // real and symmetric
    }
}

/// Iterations until the residual is 1e-10 of the first, and the least true one in half as many again.
fn accuracy(
    method: impl Fn(&mut DistArray<f64>, &Options, Watch<'_>) -> Report<f64>,
    residual: &dyn Fn(&DistArray<f64>) -> f64,
    zero: &DistArray<f64>,
) -> (usize, f64) {
    let enough = Options { tolerance: Tolerance::Relative(1e-10), ..Options::iterations(10_000) };
    let report = method(&mut zero.clone(), &enough, &mut |_| ControlFlow::Continue(()));
    assert!(report.reason.converged(), "{}", report.reason);
    let mut least = f64::INFINITY;
    let mut watch = |seen: &Seen<'_, f64>| {
        if seen.iteration > report.iterations && seen.iteration.is_multiple_of(10) {
            least = least.min(residual(seen.model));
        }
        ControlFlow::Continue(())
    };
    let _ = method(&mut zero.clone(), &Options::exactly(report.iterations * 3 / 2), &mut watch);
    (report.iterations, least)
}

type Watch<'a> = &'a mut dyn FnMut(&Seen<'_, f64>) -> ControlFlow<()>;

#[test]
fn it_is_as_accurate_as_conjugate_gradients() {
    let layout = Layout::scatter(&Comm::solo(), &[SIDE * SIDE], 0).unwrap();
    let b = DistArray::from_fn(&layout, |i| hash(i[0]));
    for contrast in [1.0, 1e3, 1e6] {
        let a = Poisson::on(&layout, contrast);
        let residual = |x: &DistArray<f64>| (&b - &(&a * x)).norm() / b.norm();
        let zero = b.zeros_like();
        let two = |x: &mut DistArray<f64>, options: &Options, watch: Watch<'_>| {
            Cg::new(&a, &b, x).unwrap().start(options).unwrap().callback(watch).solve().unwrap()
        };
        let one = |x: &mut DistArray<f64>, options: &Options, watch: Watch<'_>| {
            PredictCg::new(&a, &b, x).unwrap().start(options).unwrap().callback(watch).solve().unwrap()
        };
        let (usual, predicted) = (accuracy(two, &residual, &zero), accuracy(one, &residual, &zero));
        println!("contrast {contrast:e}: CG {usual:?}, predicted {predicted:?}");
        assert!(usual.0.abs_diff(predicted.0) <= usual.0 / 50, "{contrast}: {usual:?} {predicted:?}");
        assert!(predicted.1 <= 1.5 * usual.1, "{contrast}: {usual:?} {predicted:?}");
    }
}

fn solves<T: Scalar>(comm: &Comm, tolerance: f64) {
    let layout = Layout::scatter(comm, &[3 * comm.size() + 9, 5], 0).unwrap();
    let d = FirstDerivative::along(0).on::<T>(&layout).unwrap();
    let turned = &d.scale(T::from_parts(0.3, 0.8)) + &Identity.on(&layout);
    let a = &(&turned.adjoint() * &turned) + &Identity.on(&layout); // Hermitian, and complex where T is
    let truth = DistArray::from_fn(&layout, |i| T::from_parts(hash(5 * i[0] + i[1]), hash(99 + 5 * i[0] + i[1])));
    let b = &a * &truth;
    let options = Options { tolerance: Tolerance::Relative(tolerance / 30.0), ..Options::default() };
    for start in [T::zero(), T::one()] {
        let mut x = b.full_like(start);
        let report = predict_cg(&a, &b, &mut x, &options).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        let off = num_traits::ToPrimitive::to_f64(&(&x - &truth).norm()).unwrap();
        assert!(off < tolerance, "{off}");
        assert_eq!(report.cost().len(), report.iterations + 1);
        let usual = cg(&a, &b, &mut b.full_like(start), &options).unwrap();
        assert!(usual.iterations.abs_diff(report.iterations) <= 1, "{} {}", usual.iterations, report.iterations);
    }
}

/// What it makes of a system on some layout, as bits.
fn bits(layout: &Layout, a: &Operator<f64>, summation: Summation) -> Vec<f64> {
    let columns = layout.shape()[1..].iter().product::<usize>();
    let b = DistArray::from_fn(layout, |i| hash(7 * (i[0] * columns + i[1..].iter().sum::<usize>())));
    let mut x = b.zeros_like();
    let report = predict_cg(a, &b, &mut x, &Options { summation, ..Options::exactly(9) }).unwrap();
    let mut all = x.gather_all().into_raw_vec_and_offset().0;
    all.extend(report.cost());
    all.push(report.residual);
    all
}

fn damped_laplacian(layout: &Layout) -> Operator<f64> {
    let l = Laplacian::over(&[0, 1, 2]).on::<f64>(layout).unwrap();
    &(&l.adjoint() * &l) + &Identity.on(layout).scale(0.1)
}

crate::bodies! {
    fn systems_are_solved_with_one_reduction(comm) {
        solves::<f64>(comm, 1e-9);
        solves::<f32>(comm, 1e-3);
        solves::<Complex<f64>>(comm, 1e-9);
        solves::<Complex<f32>>(comm, 1e-3);
    }

    fn predictions_have_the_same_bits_on_any_cut(comm) {
        let diagonal = |layout: &Layout| known(layout, |k| 1.0 + hash(k).abs() * 100.0);
        let alone = line(&comm.alone(), 19);
        let one = bits(&alone, &diagonal(&alone), Summation::Exact);
        let mut sizes = vec![0; comm.size()];
        sizes[comm.size() - 1] = 19;
        for layout in [line(comm, 19), Layout::scatter_sizes(comm, &[19], 0, &sizes).unwrap(), Layout::replicated(comm, &[19]).unwrap()] {
            assert_eq!(bits(&layout, &diagonal(&layout), Summation::Exact), one, "{layout}");
            for (plain, exact) in bits(&layout, &diagonal(&layout), Summation::Plain).iter().zip(&one) {
                assert!((plain - exact).abs() <= 1e-10 * exact.abs().max(1e-3), "{plain} {exact}");
            }
        }
        // By rows.
        let shape = [16 * comm.size() + 3, 12, 14];
        let alone = Layout::scatter(&comm.alone(), &shape, 0).unwrap();
        let one = bits(&alone, &damped_laplacian(&alone), Summation::Exact);
        for layout in [Layout::scatter(comm, &shape, 0).unwrap(), Layout::scatter(comm, &shape, 1).unwrap()] {
            assert_eq!(bits(&layout, &damped_laplacian(&layout), Summation::Exact), one, "{layout}");
        }
    }

    fn iterations_send_one_reduction(comm) {
        let grid = Layout::scatter(comm, &[16 * comm.size(), 12, 14], 0).unwrap();
        let rows = line(comm, 40);
        for a in [damped_laplacian(&grid), known(&rows, |k| 1.0 + k as f64)] {
            let b = DistArray::random_signed(a.range(), 5);
            let mut y = b.zeros_like();
            let before = comm.traffic();
            a.apply_into(&b, &mut y).unwrap();
            let of_a = (comm.traffic() - before).total();
            for wishes in [false, true] {
                let time_limit = wishes.then_some(Duration::from_secs(600));
                let mut x = b.zeros_like();
                let options = Options { time_limit, ..Options::exactly(30) };
                let mut solver = PredictCg::new(&a, &b, &mut x).unwrap().start(&options).unwrap();
                for _ in 0..4 {
                    let before = comm.traffic();
                    assert!(solver.step().unwrap().is_none());
                    let spent = comm.traffic() - before;
                    let bytes = 4 * 456 + if wishes { 16 } else { 0 };
                    let reduced = (spent[Verb::AllReduce].calls, spent[Verb::AllReduce].bytes);
                    assert_eq!(reduced, if comm.size() > 1 { (1, bytes) } else { (0, 0) });
                    assert_eq!(spent.total().calls, of_a.calls + reduced.0);
                    assert_eq!(spent.total().bytes, of_a.bytes + reduced.1);
                }
                assert_eq!((solver.iterations(), solver.method().model().size()), (4, b.size()));
            }
        }
    }

    fn what_cannot_be_predicted_is_computed(comm) {
        // One step leaves rounding errors of r, which no prediction knows.
        let layout = line(comm, 40);
        let a = known(&layout, |k| if k == 0 { 3.0 + 1e-6 } else { 3.0 });
        let b = DistArray::from_fn(&layout, |i| hash(i[0]));
        let mut x = b.zeros_like();
        let mut solver = PredictCg::new(&a, &b, &mut x).unwrap().start(&Options::exactly(30)).unwrap();
        let before = comm.traffic();
        assert!(solver.step().unwrap().is_none());
        let spent = (comm.traffic() - before).total();
        assert_eq!((spent.calls, spent.bytes), if comm.size() > 1 { (2, 5 * 456) } else { (0, 0) });
        let report = solver.finish().unwrap();
        let found = report.cost()[1];
        assert!(found > 0.0 && found < 1e-5 * b.norm() && (found / report.residual - 1.0).abs() < 1e-6, "{found}");
    }

    fn it_says_why_it_stopped(comm) {
        let layout = line(comm, 6);
        let b = DistArray::full(&layout, 1.0);
        let run = |a: &Operator<f64>, b: &DistArray<f64>, options: &Options| {
            predict_cg(a, b, &mut b.zeros_like(), options).unwrap()
        };
        let positive = known(&layout, |k| 1.0 + k as f64);
        assert_eq!(run(&positive, &b, &Options::exactly(2)).reason, Reason::IterationLimit);
        let zero = run(&positive, &b.zeros_like(), &Options::default());
        assert_eq!((zero.reason, zero.iterations, zero.residual), (Reason::Tolerance, 0, 0.0));
        let once = run(&Identity.on(&layout), &b, &Options::default());
        assert_eq!((once.reason, once.iterations, once.residual), (Reason::Tolerance, 1, 0.0));
        let negative = run(&known(&layout, |k| if k == 3 { -10.0 } else { 1.0 }), &b, &Options::default());
        assert_eq!(negative.reason, Reason::Indefinite(-5.0));
        let nothing = run(&known(&layout, |_| 0.0), &b, &Options::default());
        assert_eq!(nothing.reason, Reason::Breakdown(0.0));
        let late = Options { time_limit: Some(Duration::ZERO), ..Options::default() };
        assert_eq!(run(&positive, &b, &late).reason, Reason::TimeLimit);
        let sick = run(&known(&layout, |k| if k == 5 { f64::NAN } else { 1.0 }), &b, &Options::default());
        assert!(matches!(&sick.reason, Reason::NonFinite { place: Some(place), .. } if place.index == [5]), "{}", sick.reason);
        let all = run(&positive, &b, &Options { tolerance: Tolerance::OfData(1e-12), ..Options::default() });
        assert_eq!((all.reason, all.iterations), (Reason::Tolerance, 6));
    }

    fn one_rank_may_stop_it(comm) {
        let layout = line(comm, 12);
        let a = known(&layout, |k| 1.0 + k as f64);
        let b = DistArray::full(&layout, 1.0);
        let (mut x, mut models) = (b.zeros_like(), vec![]);
        let callback = |now: &Seen<'_, f64>| {
            models.push(now.model.clone());
            let is_enough = comm.rank() + 1 == comm.size() && now.iteration == 4;
            if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let solver = PredictCg::new(&a, &b, &mut x).unwrap().start(&Options::exactly(30)).unwrap();
        let report = solver.callback(callback).solve().unwrap();
        assert_eq!((report.reason, report.iterations, models.len()), (Reason::Callback, 4, 4));
        assert_eq!(models[3], x);
    }

    fn it_knows_no_ends_of_range(comm) {
        let layout = line(comm, 12);
        let solve = |of_a: f64, of_b: f64| -> Result<_> {
            let a = known(&layout, |k| (1.0 + k as f64) * of_a);
            let b = DistArray::from_fn(&layout, |i| hash(i[0]) * of_b);
            let mut x = b.zeros_like();
            let report = predict_cg(&a, &b, &mut x, &Options::default())?;
            x.as_mut_slice().iter_mut().for_each(|x| *x = *x / of_b * of_a);
            Ok((report.reason, report.iterations, x))
        };
        let near_1 = solve(1.0, 1.0).unwrap();
        assert_eq!(near_1.0, Reason::Tolerance);
        for (of_a, of_b) in [(0, -560), (0, 900), (-300, 0), (300, 0), (-500, -560), (500, 560)] {
            // Powers of two round nothing: the bits are those of the problem near 1.
            assert_eq!(solve(2f64.powi(of_a), 2f64.powi(of_b)).unwrap(), near_1, "2^{of_a}, 2^{of_b}");
        }
    }

    fn stacks_and_singular_systems_are_solved(comm) {
        let (rows, all) = (line(comm, 9), Layout::replicated(comm, &[4]).unwrap());
        let space = Space::stack(vec![rows.clone().into(), all.clone().into()]).unwrap();
        let a = 2.0 * Identity.on::<f64>(&space);
        let b = DistArray::stack(&[&DistArray::from_fn(&rows, |i| hash(i[0])), &DistArray::full(&all, 4.0)]).unwrap();
        let mut x = b.zeros_like();
        assert!(predict_cg(&a, &b, &mut x, &Options::default()).unwrap().reason.converged());
        assert!((&(2.0 * &x) - &b).norm() < 1e-12);
        let layout = line(comm, 16);
        let a = known(&layout, |k| if k % 4 == 0 { 0.0 } else { k as f64 });
        let truth = DistArray::from_fn(&layout, |i| if i[0] % 4 == 0 { 0.0 } else { hash(i[0]) });
        let b = &(&a * &truth) + &DistArray::from_fn(&layout, |i| 1e-17 * hash(3 * i[0]));
        let mut x = b.zeros_like();
        let report = predict_cg(&a, &b, &mut x, &Options::exactly(1000)).unwrap();
        assert!(report.iterations < 1000, "{}", report.reason);
        assert!((&x - &truth).norm() < 1e-12, "{}", report.reason);
    }

    fn bad_arguments_of_it_are_refused(comm) {
        let a = Identity.on::<f64>(&line(comm, 6));
        let (b, short) = (DistArray::full(line(comm, 6), 1.0), DistArray::full(line(comm, 7), 1.0));
        for (b, x) in [(&b, &short), (&short, &b)] {
            let error = predict_cg(&a, b, &mut x.clone(), &Options::default()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Shape);
        }
        let options = Options { tolerance: Tolerance::Relative(f64::NAN), ..Options::default() };
        assert_eq!(predict_cg(&a, &b, &mut b.clone(), &options).unwrap_err().kind(), ErrorKind::Parameter);
    }
}
