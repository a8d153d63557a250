//! What solvers say is true: of numbers of any size, after drift, on singular systems, when time is up.

use crate::solvers::{damped, hash, known, line, watched};
use lops::operators::Identity;
use lops::solvers::{Log, Options, Seen, Tolerance, cg, cgls};
use lops::{DistArray, LinearOperator, Operator, Reason, Space};
use std::cell::Cell;
use std::ops::ControlFlow;
use std::time::Duration;

/// Is slow once.
struct Slow {
    a: Operator<f64>,
    calls: Cell<usize>,
    at: usize,
}

impl Slow {
    fn call(&self) {
        if self.calls.replace(self.calls.get() + 1) == self.at {
            std::thread::sleep(Duration::from_millis(45));
        }
    }
}

impl LinearOperator<f64> for Slow {
    fn domain(&self) -> &Space {
        self.a.domain()
    }
    fn range(&self) -> &Space {
        self.a.range()
    }
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        self.call();
        self.a.apply(x, y);
    }
    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        self.call();
        self.a.apply_adjoint(y, x);
    }
}

crate::bodies! {
    fn squares_that_leave_the_range_do_not_matter(comm) {
        let layout = line(comm, 12);
        for (of_a, of_b) in [(0, 0), (0, -560), (0, -900), (0, 600), (0, 900), (-300, 0), (300, 0), (-500, -560), (500, 560)] {
            let [of_a, of_b] = [of_a, of_b].map(|n| 2f64.powi(n));
            let a = known(&layout, |k| (1.0 + k as f64) * of_a);
            let b = DistArray::from_fn(&layout, |i| hash(i[0]) * of_b);
            for least_squares in [false, true] {
                let solve = |a: &Operator<f64>, b: &DistArray<f64>| {
                    let mut x = b.zeros_like();
                    let solver = if least_squares { cgls } else { cg };
                    let report = solver(a, b, &mut x, &Options::default()).unwrap();
                    (report, x)
                };
                let (report, mut x) = solve(&a, &b);
                let near_1 = solve(&known(&layout, |k| 1.0 + k as f64), &DistArray::from_fn(&layout, |i| hash(i[0])));
                assert_eq!((&report.reason, report.iterations), (&Reason::Tolerance, near_1.0.iterations));
                // Powers of two round nothing: the bits are those of the problem near 1.
                for x in x.as_mut_slice() {
                    *x = *x / of_b * of_a;
                }
                assert_eq!(x, near_1.1);
                let costs = report.cost().iter().map(|cost| cost / of_b);
                assert!(costs.eq(near_1.0.cost().iter().copied()));
            }
        }
        let big = DistArray::full(&layout, 1e200);
        let (report, mut x) = (cg(&Identity.on(&layout), &big, &mut big.zeros_like(), &Options::default()), big.zeros_like());
        assert_eq!(report.unwrap().reason, Reason::Tolerance);
        // Damping far above the operator.
        let report = damped(&Identity.on(&layout), &big, &mut x, 1e170, &Options::default()).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        assert!(x.as_slice().iter().all(|&x| (x * 1e140 - 1.0f64).abs() < 1e-12));
        let small = DistArray::full(&layout, 1e20f32);
        let mut x = small.zeros_like();
        let report = damped(&Identity.on(&layout), &small, &mut x, 1e20, &Options::default()).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        assert!(x.as_slice().iter().all(|&x| (x * 1e20 - 1.0f32).abs() < 1e-6));
        // No number of single precision solves this.
        let (a, b) = (known(&layout, |_| 1e-22f32), DistArray::full(&layout, 1e18f32));
        for solver in [cg, cgls] {
            let report = solver(&a, &b, &mut b.zeros_like(), &Options::default()).unwrap();
            assert!(matches!(report.reason, Reason::NonFinite { vector: "x", .. }), "{}", report.reason);
        }
    }

    fn a_time_limit_leaves_the_model_of_its_iteration(comm) {
        let layout = line(comm, 30);
        let b = DistArray::from_fn(&layout, |i| hash(i[0]));
        for least_squares in [false, true] {
            for slow in 0..6 {
                // The operator is slow once, at any of its applications: the limit passes there.
                let a = Operator::new(Slow { a: known(&layout, |k| 1.0 + k as f64), calls: Cell::new(0), at: slow });
                let options = Options { time_limit: Some(Duration::from_millis(40)), ..Options::exactly(50) };
                let (mut x, mut models) = (b.zeros_like(), vec![b.zeros_like()]);
                let keep = |seen: &Seen<'_, f64>| {
                    models.push(seen.model.clone());
                    ControlFlow::Continue(())
                };
                let report = watched(least_squares, &a, &b, &mut x, &options, keep).unwrap();
                assert_eq!(models.len(), report.iterations + 1);
                assert_eq!(models[report.iterations], x);
                let r = &b - &(&a * &x);
                assert!((r.norm() - report.residual).abs() <= 1e-12 * b.norm());
            }
        }
    }

    fn what_drifted_is_not_said_to_have_converged(comm) {
        let layout = line(comm, 10);
        let a = known(&layout, |k| 1.0 + k as f64 / 3.0);
        let b = DistArray::from_fn(&layout, |i| hash(i[0]));
        let far = b.full_like(1e12);
        // Relative to such a start 1e-30 is far below all rounding errors.
        for least_squares in [false, true] {
            let solver = if least_squares { cgls } else { cg };
            let options = Options { tolerance: Tolerance::Relative(1e-30), ..Options::default() };
            let report = solver(&a, &b, &mut far.clone(), &options).unwrap();
            assert!(matches!(report.reason, Reason::Drifted { .. } | Reason::Exhausted), "{}", report.reason);
            // What can be had from it is had by new beginnings.
            let mut x = far.clone();
            let options = Options { tolerance: Tolerance::OfData(1e-9), ..Options::default() };
            let report = solver(&a, &b, &mut x, &options).unwrap();
            assert!(report.reason.converged(), "{}", report.reason);
            assert!((&b - &(&a * &x)).norm() < 1e-7 * b.norm());
        }
    }

    fn a_singular_system_is_left_when_it_is_solved(comm) {
        let layout = line(comm, 16);
        let a = known(&layout, |k| if k % 4 == 0 { 0.0 } else { k as f64 });
        let truth = DistArray::from_fn(&layout, |i| if i[0] % 4 == 0 { 0.0 } else { hash(i[0]) });
        // What lies outside of the range is like a rounding error.
        let b = &(&a * &truth) + &DistArray::from_fn(&layout, |i| 1e-17 * hash(3 * i[0]));
        for least_squares in [false, true] {
            let solver = if least_squares { cgls } else { cg };
            let mut x = b.zeros_like();
            let report = solver(&a, &b, &mut x, &Options::exactly(1000)).unwrap();
            assert!(least_squares || report.iterations < 1000, "{}", report.reason);
            assert!((&x - &truth).norm() < 1e-12, "{}", report.reason);
        }
    }

    fn a_wrong_adjoint_is_not_a_solution(comm) {
        struct OneWay(Operator<f64>);
        impl LinearOperator<f64> for OneWay {
            fn domain(&self) -> &Space {
                self.0.domain()
            }
            fn range(&self) -> &Space {
                self.0.range()
            }
            fn apply(&self, x: &[f64], y: &mut [f64]) {
                self.0.apply(x, y);
            }
            fn apply_adjoint(&self, _: &[f64], x: &mut [f64]) {
                x.fill(0.0);
            }
        }
        let layout = line(comm, 9);
        let a = Operator::new(OneWay(known(&layout, |k| 1.0 + k as f64)));
        let b = DistArray::full(&layout, 1.0);
        let report = cgls(&a, &b, &mut b.zeros_like(), &Options::default()).unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Adjoint, 0));
    }

    fn the_largest_numbers_are_no_trouble(comm) {
        let layout = line(comm, 5);
        let (a, b) = (Identity.on(&layout), DistArray::full(&layout, 1.0));
        let log = Some(Log { first: 0, last: usize::MAX, every: usize::MAX });
        let (iterations, stagnation, time_limit) = (usize::MAX, Some(usize::MAX), Some(Duration::MAX));
        let options = Options { log, iterations, stagnation, time_limit, ..Options::default() };
        assert!(cg(&a, &b, &mut b.zeros_like(), &options).unwrap().reason.converged());
        assert!(a.check(u64::MAX).is_ok() && a.dot_test(u64::MAX).is_ok());
        for tolerance in [Tolerance::Relative(1e300), Tolerance::OfData(1e300), Tolerance::AbsoluteSquared(f64::MAX)] {
            let options = Options { tolerance, ..Options::default() };
            assert_eq!(cg(&a, &b, &mut b.zeros_like(), &options).unwrap().iterations, 0);
            assert_eq!(cgls(&a, &b.zeros_like(), &mut b.zeros_like(), &options).unwrap().iterations, 0);
        }
    }
}
