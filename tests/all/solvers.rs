//! CG and CGLS: solutions, reasons, counts of messages, the same bits on any cut.

use lops::operators::Identity;
use lops::solvers::{Cg, Cgls, Log, Method, Options, Seen, Tolerance, cg, cgls};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Reason, Report, Result, Scalar, Space,
    array::Place, comm::Verb, numbers::Summation,
};
use std::ops::ControlFlow;
use std::time::Duration;

/// A diagonal operator given by a function of the global index: what the tests need to know all about.
struct Known<T: Scalar>(DistArray<T>);

impl<T: Scalar> LinearOperator<T> for Known<T> {
    fn domain(&self) -> &Space {
        self.0.space()
    }
    fn range(&self) -> &Space {
        self.0.space()
    }
    fn apply(&self, x: &[T], y: &mut [T]) {
        y.iter_mut().zip(x).zip(self.0.as_slice()).for_each(|((y, &x), &d)| *y = d * x);
    }
    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        x.iter_mut().zip(y).zip(self.0.as_slice()).for_each(|((x, &y), &d)| *x = d.conj() * y);
    }
}

pub(crate) fn known<T: Scalar>(layout: &Layout, d: impl Fn(usize) -> T) -> Operator<T> {
    Operator::new(Known(DistArray::from_fn(layout, |i| d(i[0]))))
}

pub(crate) fn line(comm: &Comm, n: usize) -> Layout {
    Layout::scatter(comm, &[n], 0).unwrap()
}

pub(crate) fn hash(k: usize) -> f64 {
    ((k as u64 + 3).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 11) as f64 / (1u64 << 53) as f64 - 0.5
}

fn solves<T: Scalar>(comm: &Comm, tolerance: f64) {
    let (n, small) = (23, Tolerance::Relative(tolerance / 30.0));
    let options = Options { tolerance: small, ..Options::default() };
    let layout = line(comm, n);
    let truth = DistArray::from_fn(&layout, |i| T::from_parts(hash(i[0]), hash(i[0] + 99)));
    let positive = known(&layout, |k| T::from_parts(1.0 + k as f64 / 4.0, 0.0));
    let b = &positive * &truth;
    let mut x = truth.zeros_like();
    let report = cg(&positive, &b, &mut x, &options).unwrap();
    assert!(report.reason.converged(), "{:?}", report.reason);
    let off = |x: &DistArray<T>| num_traits::ToPrimitive::to_f64(&(x - &truth).norm()).unwrap();
    assert!(off(&x) < tolerance, "{}", off(&x));
    assert_eq!(report.cost().len(), report.iterations + 1);

    let any = known(&layout, |k| T::from_parts(1.0 + k as f64 / 9.0, 0.5 - k as f64 / 30.0));
    let b = &any * &truth;
    let mut x = DistArray::full(&layout, T::one());
    let report = cgls(&any, &b, &mut x, &options).unwrap();
    assert!(report.reason.converged(), "{:?}", report.reason);
    assert!(off(&x) < tolerance, "{}", off(&x));
    assert!(report.names().eq(["gradient", "cost"]));
    assert!(report.names().all(|name| report.series(name).len() == report.iterations + 1));
    assert_eq!(report.series("damped cost"), []);
}

pub(crate) fn damped<X: Scalar, Y: Scalar>(
    a: &Operator<X, Y>,
    b: &DistArray<Y>,
    x: &mut DistArray<X>,
    damp: f64,
    options: &Options,
) -> Result<Report<X::Real>> {
    Cgls::new(a, b, x)?.damp(damp)?.solve(options)
}

pub(crate) fn watched(
    least_squares: bool,
    a: &Operator<f64>,
    b: &DistArray<f64>,
    x: &mut DistArray<f64>,
    options: &Options,
    callback: impl FnMut(&Seen<'_, f64>) -> ControlFlow<()>,
) -> Result<Report<f64>> {
    if least_squares {
        return Cgls::new(a, b, x)?.start(options)?.callback(callback).solve();
    }
    Cg::new(a, b, x)?.start(options)?.callback(callback).solve()
}

/// Iterates of CG and CGLS on some cut, as bits.
fn iterates(comm: &Comm, sizes: &[usize], summation: Summation) -> Vec<f64> {
    let layout = Layout::scatter_sizes(comm, &[19], 0, sizes).unwrap();
    let a = known(&layout, |k| 1.0 + hash(k).abs() * 100.0);
    let b = DistArray::from_fn(&layout, |i| hash(7 * i[0]));
    let options = Options { summation, ..Options::exactly(6) };
    let (mut x, mut y) = (b.zeros_like(), b.zeros_like());
    let cg = cg(&a, &b, &mut x, &options).unwrap();
    let cgls = damped(&a, &b, &mut y, 0.3, &options).unwrap();
    let mut all = x.gather_all().into_raw_vec_and_offset().0;
    all.extend(y.gather_all());
    all.extend(cg.cost());
    all.extend(["cost", "gradient", "damped cost"].iter().flat_map(|name| cgls.series(name)));
    all.extend([cg.residual, cgls.residual]);
    all
}

crate::bodies! {
    fn systems_are_solved(comm) {
        solves::<f64>(comm, 1e-9);
        solves::<f32>(comm, 1e-3);
        solves::<Complex<f64>>(comm, 1e-9);
        solves::<Complex<f32>>(comm, 1e-3);
    }

    fn iterates_have_the_same_bits_on_any_cut(comm) {
        let one = iterates(&comm.alone(), &[19], Summation::Exact);
        let p = comm.size();
        let mut sizes = vec![0; p];
        sizes[p - 1] = 19;
        assert_eq!(iterates(comm, &sizes, Summation::Exact), one);
        let even: Vec<_> = (0..p).map(|r| 19 / p + usize::from(r < 19 % p)).collect();
        assert_eq!(iterates(comm, &even, Summation::Exact), one);
        for (plain, exact) in iterates(comm, &even, Summation::Plain).iter().zip(&one) {
            assert!((plain - exact).abs() <= 1e-10 * exact.abs().max(1e-3), "{plain} {exact}");
        }
    }

    fn damping_is_that_of_the_normal_equations(comm) {
        let layout = line(comm, 8);
        let d = |k: usize| 1.0 + k as f64;
        let a = known(&layout, d);
        let b = DistArray::from_fn(&layout, |i| hash(i[0]));
        let mut x = DistArray::full(&layout, 2.0);
        let options = Options { tolerance: Tolerance::Relative(1e-13), ..Options::default() };
        let report = damped(&a, &b, &mut x, 0.7, &options).unwrap();
        let want = DistArray::from_fn(&layout, |i| d(i[0]) * hash(i[0]) / (d(i[0]).powi(2) + 0.49));
        assert!((&x - &want).norm() < 1e-12);
        let last = *report.series("damped cost").last().unwrap();
        let true_cost = (report.residual.powi(2) + 0.49 * x.norm().powi(2)).sqrt();
        assert!((last - true_cost).abs() < 1e-12);
    }

    fn iterations_send_two_reductions(comm) {
        let layout = line(comm, 40);
        let a = known(&layout, |k| 1.0 + k as f64);
        let b = DistArray::full(&layout, 1.0);
        for damp in [0.0, 0.5] {
            for wishes in [false, true] {
                let time_limit = wishes.then_some(Duration::from_secs(600));
                let options = Options { time_limit, ..Options::exactly(30) };
                let mut x = b.zeros_like();
                let mut solver = Cgls::new(&a, &b, &mut x).unwrap().damp(damp).unwrap().start(&options).unwrap();
                for _ in 0..3 {
                    let before = comm.traffic();
                    assert!(solver.step().unwrap().is_none());
                    let spent = comm.traffic() - before;
                    assert_eq!(spent.total().calls, spent[Verb::AllReduce].calls);
                    assert_eq!(spent[Verb::AllReduce].calls, if comm.size() > 1 { 2 } else { 0 });
                    let sums = if damp > 0.0 { 5 } else { 3 };
                    let bytes = sums * 456 + if wishes { 32 } else { 0 };
                    assert_eq!(spent[Verb::AllReduce].bytes, if comm.size() > 1 { bytes } else { 0 });
                }
                let _ = solver.finish().unwrap();
            }
        }
        let mut x = b.zeros_like();
        let mut solver = Cg::new(&a, &b, &mut x).unwrap().start(&Options::exactly(30)).unwrap();
        for _ in 0..3 {
            let before = comm.traffic();
            assert!(solver.step().unwrap().is_none());
            let spent = (comm.traffic() - before).total();
            assert_eq!((spent.calls, spent.bytes), if comm.size() > 1 { (2, 912) } else { (0, 0) });
        }
        assert_eq!((solver.iterations(), solver.method().model().size()), (3, 40));
    }

    fn solvers_say_why_they_stopped(comm) {
        let layout = line(comm, 6);
        let b = DistArray::full(&layout, 1.0);
        let run = |a: &Operator<f64>, b: &DistArray<f64>, options: &Options| {
            let mut x = b.zeros_like();
            cg(a, b, &mut x, options).unwrap()
        };
        let positive = known(&layout, |k| 1.0 + k as f64);
        assert_eq!(run(&positive, &b, &Options::exactly(2)).reason, Reason::IterationLimit);
        assert_eq!(run(&positive, &b, &Options::exactly(0)).reason, Reason::IterationLimit);
        let zero = run(&positive, &b.zeros_like(), &Options::default());
        assert_eq!((zero.reason, zero.iterations, zero.residual), (Reason::Tolerance, 0, 0.0));
        let once = run(&Identity.on(&layout), &b, &Options::default());
        assert_eq!((once.reason, once.iterations, once.residual), (Reason::Tolerance, 1, 0.0));
        let negative = run(&known(&layout, |k| if k == 3 { -10.0 } else { 1.0 }), &b, &Options::default());
        assert_eq!(negative.reason, Reason::Indefinite(-5.0));
        let nothing = run(&known(&layout, |_| 0.0), &b, &Options::default());
        assert_eq!(nothing.reason, Reason::Breakdown(0.0));
        let late = Options { time_limit: Some(Duration::ZERO), ..Options::default() };
        let report = run(&positive, &b, &late);
        assert_eq!((&report.reason, report.iterations, report.cost().len()), (&Reason::TimeLimit, 0, 1));
        let stale = Options { tolerance: Tolerance::Relative(0.0), stagnation: Some(5), ..Options::default() };
        let a = known(&layout, |k| 1.0 + hash(k));
        let mut x = b.zeros_like();
        let reason = cgls(&a, &b, &mut x, &stale).unwrap().reason;
        assert!(matches!(reason, Reason::Stagnation | Reason::Tolerance | Reason::Drifted { .. }), "{reason}");
        let mut x = b.zeros_like();
        let nothing = cgls(&known(&layout, |_| 0.0), &b, &mut x, &Options::default()).unwrap();
        assert_eq!((nothing.reason, nothing.iterations), (Reason::Tolerance, 0));
    }

    fn what_is_not_finite_is_named(comm) {
        let layout = Layout::scatter(comm, &[4, 5], 1).unwrap();
        let a = Identity.on(&layout);
        for bad in [f64::NAN, f64::INFINITY] {
            let b = DistArray::from_fn(&layout, |i| if i == [2, 3] { bad } else { 1.0 });
            let owner = (0..comm.size()).find(|&rank| layout.range(rank).contains(&3)).unwrap();
            let place = Some(Place::at(&[2, 3]));
            let named = Reason::NonFinite { vector: "b", rank: owner, place: place.clone() };
            let mut x = b.zeros_like();
            assert_eq!(cg(&a, &b, &mut x, &Options::default()).unwrap().reason, named);
            assert_eq!(cgls(&a, &b, &mut x, &Options::default()).unwrap().reason, named);
            let good = DistArray::full(&layout, 1.0);
            let mut x = b.clone();
            let reason = cg(&a, &good, &mut x, &Options::default()).unwrap().reason;
            assert_eq!(reason, Reason::NonFinite { vector: "x", rank: owner, place });
            assert_eq!(reason.to_string(), format!("x is not finite at global index [2, 3], on rank {owner}"));
        }
        let one = line(comm, 7);
        let sick = known(&one, |k| if k == 5 { f64::NAN } else { 1.0 });
        let (b, mut x) = (DistArray::full(&one, 1.0), DistArray::zeros(&one));
        let reason = cg(&sick, &b, &mut x, &Options::default()).unwrap().reason;
        assert!(matches!(&reason, Reason::NonFinite { place: Some(place), .. } if place.index == [5]), "{reason}");
        assert!(!reason.converged());
    }

    fn what_is_not_finite_in_a_stack_is_named_with_its_member(comm) {
        let layouts = [Layout::scatter(comm, &[3, 2], 0).unwrap(), Layout::scatter(comm, &[4, 5], 1).unwrap()];
        let space = Space::stack(layouts.iter().map(Space::from).collect()).unwrap();
        let sick = DistArray::from_fn(&layouts[1], |i| if i == [3, 1] { f64::NAN } else { 1.0 });
        let b = DistArray::stack(&[&DistArray::full(&layouts[0], 1.0), &sick]).unwrap();
        let report = cg(&Identity.on(&space), &b, &mut b.zeros_like(), &Options::default()).unwrap();
        let rank = (0..comm.size()).find(|&rank| layouts[1].range(rank).contains(&1)).unwrap();
        let place = Some(Place::in_member(1, &[3, 1]));
        assert_eq!(report.reason, Reason::NonFinite { vector: "b", rank, place });
        assert!(report.reason.to_string().contains("global index [3, 1] of member 1"));
    }

    fn one_rank_may_stop_all(comm) {
        let layout = line(comm, 12);
        let a = known(&layout, |k| 1.0 + k as f64);
        let b = DistArray::full(&layout, 1.0);
        let wisher = comm.size() - 1;
        for least_squares in [false, true] {
            let mut x = b.zeros_like();
            let (mut seen, mut models) = (0, vec![]);
            let callback = |now: &Seen<'_, f64>| {
                seen = now.iteration;
                assert!(now.measure("cost").is_some_and(f64::is_finite));
                models.push(now.model.clone());
                if comm.rank() == wisher && seen == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let report = watched(least_squares, &a, &b, &mut x, &Options::exactly(30), callback).unwrap();
            assert_eq!((report.reason, report.iterations, seen), (Reason::Callback, 4, 4));
            assert_eq!(models.len(), 4);
            assert_eq!(models[3], x);
        }
    }

    fn callbacks_see_every_iteration(comm) {
        let layout = line(comm, 12);
        let a = known(&layout, |k| 1.0 + k as f64);
        let b = DistArray::full(&layout, 1.0);
        let enough = Options { tolerance: Tolerance::Relative(1e-2), ..Options::default() };
        for options in [Options::exactly(3), enough, Options::exactly(0)] {
            for least_squares in [false, true] {
                let (mut x, mut seen) = (b.zeros_like(), vec![]);
                let callback = |now: &Seen<'_, f64>| {
                    seen.push((now.iteration, now.measure("cost").unwrap(), now.model.clone()));
                    assert_eq!(now.measure("cast"), None);
                    ControlFlow::Continue(())
                };
                let report = watched(least_squares, &a, &b, &mut x, &options, callback).unwrap();
                assert!(seen.iter().map(|seen| seen.0).eq(1..=report.iterations), "{:?}", report.reason);
                assert!(seen.iter().map(|seen| seen.1).eq(report.cost()[1..].iter().copied()));
                assert!(seen.last().is_none_or(|last| last.2 == x));
            }
        }
    }

    fn stacked_and_broadcast_vectors_work(comm) {
        let rows = Layout::scatter(comm, &[9], 0).unwrap();
        let all = Layout::replicated(comm, &[4]).unwrap();
        let space = Space::stack(vec![rows.clone().into(), all.clone().into()]).unwrap();
        let a = 2.0 * Identity.on::<f64>(&space);
        let x_true = DistArray::stack(&[
            &DistArray::from_fn(&rows, |i| hash(i[0])),
            &DistArray::from_fn(&all, |i| hash(20 + i[0])),
        ])
        .unwrap();
        let b = &a * &x_true;
        let mut x = b.zeros_like();
        assert!(cg(&a, &b, &mut x, &Options::default()).unwrap().reason.converged());
        assert!((&x - &x_true).norm() < 1e-12);
        let a = 2.0 * Identity.on::<f64>(&all);
        let b = DistArray::full(&all, 4.0);
        let mut x = b.zeros_like();
        let before = comm.traffic();
        assert!(cgls(&a, &b, &mut x, &Options::default()).unwrap().reason.converged());
        assert_eq!((comm.traffic() - before).total().calls, 0);
        assert_eq!(x.as_slice(), [2.0; 4]);
    }

    fn bad_arguments_are_refused(comm) {
        let (layout, other) = (line(comm, 6), line(comm, 7));
        let a = Identity.on::<f64>(&layout);
        let (b, short) = (DistArray::full(&layout, 1.0), DistArray::full(&other, 1.0));
        let refused = |b: &DistArray<f64>, x: &DistArray<f64>, options: Options| {
            let errors = (
                cg(&a, b, &mut x.clone(), &options).unwrap_err(),
                cgls(&a, b, &mut x.clone(), &options).unwrap_err(),
            );
            assert_eq!(errors.0.kind(), errors.1.kind());
            errors.0.kind()
        };
        assert_eq!(refused(&short, &b, Options::default()), ErrorKind::Shape);
        assert_eq!(refused(&b, &short, Options::default()), ErrorKind::Shape);
        for bad in [f64::NAN, -1.0, f64::INFINITY] {
            let tolerance = Tolerance::Relative(bad);
            assert_eq!(refused(&b, &b, Options { tolerance, ..Options::default() }), ErrorKind::Parameter);
            let tolerance = Tolerance::OfData(bad);
            assert_eq!(refused(&b, &b, Options { tolerance, ..Options::default() }), ErrorKind::Parameter);
            let damped = Cgls::new(&a, &b, &mut b.clone()).unwrap().damp(bad).map(drop);
            assert_eq!(damped.unwrap_err().kind(), ErrorKind::Parameter);
        }
        let log = Some(Log { first: 1, last: 1, every: 0 });
        assert_eq!(refused(&b, &b, Options { log, ..Options::default() }), ErrorKind::Parameter);
    }

    fn a_limit_of_iterations_keeps_the_tolerance(comm) {
        let layout = line(comm, 12);
        let a = known(&layout, |k| 1.0 + k as f64);
        let b = DistArray::full(&layout, 1.0);
        let run = |options: &Options| cg(&a, &b, &mut b.zeros_like(), options).unwrap();
        let (default, limited) = (run(&Options::default()), run(&Options::iterations(50)));
        assert_eq!((&limited.reason, limited.iterations), (&Reason::Tolerance, default.iterations));
        assert_eq!(run(&Options::iterations(2)).reason, Reason::IterationLimit);
        let all = run(&Options::exactly(default.iterations + 1));
        assert_eq!((&all.reason, all.iterations), (&Reason::IterationLimit, default.iterations + 1));
    }

    fn a_tolerance_relative_to_the_data_knows_no_start(comm) {
        let layout = line(comm, 12);
        let a = known(&layout, |k| 1.0 + k as f64);
        let b = DistArray::from_fn(&layout, |i| hash(i[0]));
        let of_data = Options { tolerance: Tolerance::OfData(1e-6), ..Options::default() };
        for least_squares in [false, true] {
            let solve = |x: &mut DistArray<f64>, options: &Options| {
                if least_squares { cgls(&a, &b, x, options) } else { cg(&a, &b, x, options) }.unwrap()
            };
            let criterion = |x: &DistArray<f64>| {
                let r = &b - &(&a * x);
                if least_squares { (&a.adjoint() * &r).norm() } else { r.norm() }
            };
            let enough = 1e-6 * criterion(&b.zeros_like());
            // From 0 it is the tolerance relative to the start.
            let (mut x, mut y) = (b.zeros_like(), b.zeros_like());
            let (report, other) = (solve(&mut x, &of_data), solve(&mut y, &Options::default()));
            assert_eq!((&report.reason, report.iterations), (&other.reason, other.iterations));
            assert_eq!(x, y);
            // From a solution there is nothing to do, and from far away no less.
            let again = solve(&mut x, &of_data);
            assert_eq!((&again.reason, again.iterations), (&Reason::Tolerance, 0));
            let mut x = b.full_like(1e7);
            let far = solve(&mut x, &Options { iterations: 40, ..of_data.clone() });
            assert!(far.reason.converged(), "{}", far.reason);
            assert!(criterion(&x) <= 1.1 * enough, "{} {enough}", criterion(&x));
        }
    }

    fn a_tolerance_relative_to_the_data_costs_what_it_says(comm) {
        let layout = line(comm, 12);
        let a = known(&layout, |k| 1.0 + k as f64);
        let b = DistArray::from_fn(&layout, |i| hash(i[0]));
        let start = |tolerance, least_squares: bool, first: f64| {
            let (options, mut x) = (Options { tolerance, ..Options::default() }, b.full_like(first));
            let before = comm.traffic();
            if least_squares {
                drop(Cgls::new(&a, &b, &mut x).unwrap().start(&options).unwrap());
            } else {
                drop(Cg::new(&a, &b, &mut x).unwrap().start(&options).unwrap());
            }
            (comm.traffic() - before).total().calls
        };
        let (relative, of_data) = (Tolerance::Relative(0.1), Tolerance::OfData(0.1));
        for (least_squares, first, more) in [(false, 0.0, 1), (false, 1.0, 1), (true, 0.0, 1), (true, 1.0, 2)] {
            let spent = start(of_data, least_squares, first) - start(relative, least_squares, first);
            assert_eq!(spent, if comm.size() > 1 { more } else { 0 }, "{least_squares} {first}");
        }
    }
}
