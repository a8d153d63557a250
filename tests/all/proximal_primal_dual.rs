//! PrimalDual, with fixed and adaptive steps, and Condat–Vũ.

use crate::bodies;
use lops::comm::{Reduction, Verb};
use lops::ndarray::array;
use lops::operators::{Accumulate, Gradient, Identity, MatrixMult, Stencil};
use lops::proximal::{
    Bounds, CondatVu, EuclideanBall, L1, L2, L21, NonNegative, PrimalDual, ProximalOperator, TV, condat_vu, primal_dual,
};
use lops::solvers::{Method, Options, Tolerance};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Reason, Result, Scalar, Space};
use std::ops::ControlFlow;

/// Rows long enough to go by rows, and enough of them for eight ranks.
const BY_ROWS: [usize; 3] = [64, 12, 12];

/// An operator behind which nothing can be seen: it does not go by rows.
struct Opaque<X: Scalar, Y: Scalar>(Operator<X, Y>);

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for Opaque<X, Y> {
    fn domain(&self) -> &Space {
        self.0.domain()
    }
    fn range(&self) -> &Space {
        self.0.range()
    }
    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.0.apply(x, y);
    }
    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.0.apply_adjoint(y, x);
    }
    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        self.0.accumulate()
    }
}

fn opaque<T: Scalar>(a: &Operator<T>) -> Operator<T> {
    Operator::new(Opaque(a.clone()))
}

fn gradient<T: Scalar>(layout: &Layout) -> Operator<T> {
    Gradient::new().stencil(Stencil::Forward).on(layout).unwrap()
}

/// Noise and a block that stands out.
fn noisy<T: Scalar>(layout: &Layout) -> DistArray<T> {
    let block = DistArray::from_fn(layout, |i| {
        let inside = i.iter().zip(layout.shape()).all(|(&i, &n)| 4 * i > n && 4 * i < 3 * n);
        T::from_parts(if inside { 3.0 } else { 0.0 }, 0.5)
    });
    block + DistArray::<T>::random_signed(layout, 7)
}

fn near(options: usize, tolerance: f64) -> Options {
    Options { iterations: options, tolerance: Tolerance::Relative(tolerance), ..Options::default() }
}

fn assert_near(found: &DistArray<f64>, expected: &[f64]) {
    for (found, expected) in found.gather_all().iter().zip(expected) {
        assert!((found - expected).abs() < 1e-13, "{found}, not {expected}");
    }
}

/// Bits of x and y after some iterations, and of the series.
type Bits<T> = (DistArray<T>, DistArray<T>, Vec<f64>);

/// Of all that goes into a step: θ, ρ, a linear term.
fn all_of_it<T: Scalar>(
    f: &ProximalOperator<T>,
    g: &ProximalOperator<T>,
    a: &Operator<T>,
    [theta, rho]: [f64; 2],
    z: Option<&DistArray<T>>,
) -> Bits<T>
where
    f64: From<T::Real>,
{
    let (mut x, mut y) = (DistArray::random_signed(a.domain().layout().unwrap(), 3), DistArray::zeros(a.range()));
    let method = PrimalDual::new(f, g, a, &mut x).unwrap().dual(&mut y).unwrap().steps(0.25, 0.3).unwrap();
    let method = method.theta(theta).unwrap().relaxation(rho).unwrap();
    let method = if let Some(z) = z { method.linear(z).unwrap() } else { method };
    let report = method.solve(&Options::exactly(6)).unwrap();
    let series = ["update", "x update", "y update"].map(|name| report.series(name).to_vec()).concat();
    (x, y, series.into_iter().map(f64::from).collect())
}

/// By rows and by vectors; on all ranks, by the rank itself, and in another layout.
fn has_the_same_bits<T: Scalar>(
    comm: &Comm,
    shape: &[usize],
    f: fn(&DistArray<T>) -> ProximalOperator<T>,
    g: fn(&Space) -> ProximalOperator<T>,
    numbers: [f64; 2],
    with_z: bool,
) where
    f64: From<T::Real>,
{
    let of = |layout: &Layout, hidden: bool| {
        let a = gradient(layout);
        let a = if hidden { opaque(&a) } else { a };
        let z = DistArray::random_signed(layout, 5);
        let (x, y, series) = all_of_it(&f(&noisy(layout)), &g(a.range()), &a, numbers, with_z.then_some(&z));
        let y: Vec<_> = (0..y.member_count()).map(|k| y.member(k).gather_all()).collect();
        (x.gather_all(), y, series)
    };
    let alone = of(&Layout::replicated(&comm.alone(), shape).unwrap(), true);
    let rows = Layout::scatter(comm, shape, 0).unwrap();
    assert!(of(&rows, false) == alone, "by rows");
    assert!(of(&rows, true) == alone, "by vectors");
    assert!(of(&Layout::replicated(comm, shape).unwrap(), false) == alone, "replicated");
    assert!(of(&Layout::scatter(comm, shape, 1).unwrap(), false) == alone, "cut along axis 1");
}

bodies! {
    fn primal_dual_makes_the_iterates_of_pyproximal(comm) {
        let layout = Layout::replicated(comm, &[3]).unwrap();
        let matrix = array![[0.5, -1.25, 2.0], [1.5, 0.25, -0.75], [-0.5, 1.0, 0.25], [2.0, 0.5, -1.0]];
        let a = MatrixMult::new(&matrix).on(&layout).unwrap();
        let vector = |values: &[f64]| DistArray::from_global(&layout, values).unwrap();
        let (b, z, start) = (vector(&[1.0, -2.0, 3.0]), vector(&[0.25, -0.5, 0.125]), vector(&[0.5, -0.25, 1.0]));
        let (f, g) = (L2::new(1.0).to(&b).unwrap(), L1::new(0.4).on(a.range()).unwrap());
        // PrimalDual(L2(b), L1(0.4), A, x0, 0.25, 0.125, y0, z, 0.8, niter=6), with gfirst and without: it keeps steps in single precision.
        for (primal_first, expected) in [
            (false, [0.913_384_800_462_876_4, -0.723_898_400_726_698_9, 1.604_949_199_768_561_7]),
            (true, [0.945_883_906_370_546_2, -0.747_308_465_274_797_7, 1.632_936_446_814_727]),
        ] {
            let (mut x, mut y) = (start.clone(), DistArray::zeros(a.range()));
            y.as_mut_slice().copy_from_slice(&[0.1, -0.2, 0.3, 0.05]);
            let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().steps(0.25, 0.125).unwrap().theta(0.8).unwrap();
            let method = method.linear(&z).unwrap().dual(&mut y).unwrap();
            let method = if primal_first { method.primal_first() } else { method };
            let _ = method.solve(&Options::exactly(6)).unwrap();
            assert_near(&x, &expected);
            if !primal_first {
                assert_near(&y, &[0.4, -0.265_674_518_567_441_5, -0.191_805_286_593_603_27, -0.116_596_300_569_319_42]);
            }
        }
        // AdaptivePrimalDual(L2(b), L1(0.4), A, 0, 0.05, 1, 0.5, 0.9, 1.2, 1.1, niter=8): x, and its taus and mus. (Of an x0 that is not 0 it
        // takes A x0 for 0 in the first step.)
        let mut x = start.zeros_like();
        let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().steps(0.05, 1.0).unwrap().adaptive().unwrap();
        let method = method.adaptivity(0.5, 0.9).unwrap().balance(1.2, 1.1).unwrap();
        let report = method.solve(&Options::exactly(8)).unwrap();
        assert_near(&x, &[1.020_310_415_074_529_5, -0.815_640_774_830_627_4, 1.671_855_825_805_592_2]);
        let taus = [0.05, 0.1, 0.181_818_181_818_181_82, 0.305_576_776_165_011_5, 0.480_844_651_715_203];
        for (found, expected) in report.series("tau").iter().skip(1).zip(taus) {
            assert!((found - expected).abs() < 1e-14, "{:?}", report.series("tau"));
        }
        let last = [report.series("tau"), report.series("mu")].map(|series| series[8]);
        assert!((last[0] - 0.323_103_563_720_030_63).abs() < 1e-13 && (last[1] - 0.154_749_144_281_568_58).abs() < 1e-13);
    }

    /// The prox of total variation is known from another method.
    fn primal_dual_finds_the_prox_of_total_variation(comm) {
        for shape in [&[20][..], &[5, 4]] {
            let layout = Layout::scatter(comm, shape, 0).unwrap();
            let (b, a) = (noisy::<f64>(&layout), gradient::<f64>(&layout));
            let f = L2::new(1.0).to(&b).unwrap();
            for isotropic in [true, false] {
                let (g, told) = if isotropic {
                    (L21::new(0.4).on(a.range()).unwrap(), TV::new(0.4))
                } else {
                    (L1::new(0.4).on(a.range()).unwrap(), TV::new(0.4).anisotropic())
                };
                let told = told.iterations(2000).tolerance(1e-10);
                let expected = told.on(&layout).unwrap().prox(&b, 1.0).unwrap();
                let mut x = b.zeros_like();
                let report = primal_dual(&f, &g, &a, &mut x, &near(3000, 1e-9)).unwrap();
                assert!(report.reason.converged(), "{shape:?}: {}", report.reason);
                let off = (&x - &expected).norm() / expected.norm();
                assert!(off < 1e-6, "{shape:?}, {isotropic}: {off:e}");
                let mut x = b.zeros_like();
                let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().adaptive().unwrap().balance(0.3, 1.2).unwrap();
                let report = method.solve(&near(3000, 1e-9)).unwrap();
                assert!(report.reason.converged(), "{shape:?}, adaptive: {}", report.reason);
                let off = (&x - &expected).norm() / expected.norm();
                assert!(off < 1e-6, "{shape:?}, {isotropic}, adaptive: {off:e}");
            }
        }
    }

    fn steps_by_rows_have_the_bits_of_those_by_vectors(comm) {
        let l21 = |space: &Space| L21::new(0.3).on(space).unwrap();
        has_the_same_bits::<f64>(comm, &BY_ROWS, |b| L2::new(0.8).to(b).unwrap(), l21, [1.0, 1.0], false);
        has_the_same_bits::<f64>(
            comm, &BY_ROWS, |b| L2::new(0.8).to(b).unwrap(), |space| L1::new(0.3).on(space).unwrap(), [0.7, 1.4], true,
        );
        has_the_same_bits::<f32>(
            comm, &BY_ROWS, |b| NonNegative.on(b.space()).unwrap().translated(b).unwrap(),
            |space| L21::new(0.3).on(space).unwrap().times(0.5).unwrap(), [1.0, 1.0], false,
        );
        has_the_same_bits::<f64>(
            comm, &[70, 130], |b| L1::new(0.1).on(b.space()).unwrap().plus_affine(b, 1.0).unwrap().scaled(0.5).unwrap(),
            |space| Bounds::new(-0.1, 0.2).on(space).unwrap(), [0.0, 0.9], true,
        );
    }

    fn complex_steps_by_rows_have_the_bits_of_those_by_vectors(comm) {
        has_the_same_bits::<Complex<f32>>(
            comm, &BY_ROWS, |b| L2::new(0.8).to(b).unwrap(), |space| L1::new(0.3).on(space).unwrap(), [1.0, 1.0], true,
        );
        has_the_same_bits::<Complex<f64>>(
            comm, &[64, 5, 30], |b| L2::new(0.8).to(b).unwrap(), |space| L21::new(0.3).on(space).unwrap(), [0.7, 1.4], false,
        );
    }

    /// Not by rows: a function that is no sum over places, weights of g, of which other ranks know nothing.
    fn what_does_not_go_by_rows_has_the_same_bits(comm) {
        has_the_same_bits::<f64>(
            comm, &BY_ROWS, |b| EuclideanBall::new(20.0).on(b.space()).unwrap(),
            |space| L1::new(0.3).on(space).unwrap(), [1.0, 1.0], false,
        );
        has_the_same_bits::<f64>(
            comm, &BY_ROWS, |b| L2::new(0.8).to(b).unwrap(),
            |space| {
                let weights = DistArray::stack(&(0..3).map(|k| {
                    DistArray::from_fn(space.layouts()[k], |i| 0.1 + 0.01 * (i[0] + i[1]) as f64)
                }).collect::<Vec<_>>().iter().collect::<Vec<_>>()).unwrap();
                L1::of::<f64>(&weights).unwrap()
            },
            [1.0, 1.0], false,
        );
    }

    /// x̄ and b are read; y, x and the next x̄ are read and written: 2 and 2 · 5. One message to each neighbour, and two sums in one.
    fn words_of_total_variation_are_12_by_rows(comm) {
        let layout = Layout::scatter(comm, &BY_ROWS, 0).unwrap();
        let a = gradient::<f64>(&layout);
        let f = L2::new(1.0).to(&noisy::<f64>(&layout)).unwrap();
        for g in [L1::new(0.4).on::<f64>(a.range()).unwrap(), L21::new(0.4).on(a.range()).unwrap()] {
            let mut x = DistArray::zeros(&layout);
            let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().steps(0.2, 0.3).unwrap();
            let mut solver = method.start(&Options::exactly(8)).unwrap();
            solver.step().unwrap();
            let (moved, sent) = (comm.moved(), comm.traffic());
            (0..5).for_each(|_| assert_eq!(solver.step().unwrap(), None));
            let (moved, sent) = (comm.moved() - moved, comm.traffic() - sent);
            let mut bytes = [moved.bytes()];
            comm.all_reduce(&mut bytes, Reduction::Sum);
            assert_eq!(bytes[0], 5 * 12 * 8 * layout.size() as u64);
            let neighbours = [comm.rank() > 0, comm.rank() + 1 < comm.size()];
            let neighbours = neighbours.iter().filter(|&&is_there| is_there).count() as u64;
            let sums = sent[Verb::AllReduce];
            assert_eq!((sums.calls, sums.bytes), if comm.size() > 1 { (5, 5 * 912) } else { (0, 0) });
            assert_eq!(sent.total().messages - sums.messages, 5 * neighbours);
        }
    }

    /// 0 ∈ ∇f(x) + ∂g(x) + Aᴴ y with y in ∂h(A x).
    fn condat_vu_finds_what_primal_dual_does(comm) {
        let layout = Layout::scatter(comm, &[5, 4], 0).unwrap();
        let (b, a) = (noisy::<f64>(&layout), gradient::<f64>(&layout));
        let f = L2::new(1.0).to(&b).unwrap();
        let g = NonNegative.on(&layout).unwrap();
        let h = L1::new(0.4).on(a.range()).unwrap();
        let mut x = b.zeros_like();
        let report = condat_vu(&f, &g, &h, &a, &mut x, 1.0, &near(4000, 1e-9)).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        // prox of L2 among what is not negative is max of the prox and 0.
        let both = ProximalOperator::new(NonNegativeSquare(f.clone()));
        let mut same = b.zeros_like();
        let report = primal_dual(&both, &h, &a, &mut same, &near(4000, 1e-9)).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        assert!((&x - &same).norm() < 1e-7 * x.norm(), "{:e}", (&x - &same).norm());
        let mut relaxed = b.zeros_like();
        let method = CondatVu::new(&f, &g, &h, &a, &mut relaxed, 1.0).unwrap().relaxation(1.3).unwrap().objective();
        let report = method.solve(&near(4000, 1e-9)).unwrap();
        assert!(report.reason.converged() && (&x - &relaxed).norm() < 1e-7 * x.norm());
        let objective = f.value(&x).unwrap() + h.value(&(&a * &x)).unwrap();
        // On the way x may be below 0 by relaxation; at the end it is not, but for rounding.
        assert!(report.series("objective").len() == report.iterations + 1 && objective.is_finite());
    }

    fn condat_vu_has_the_same_bits_by_rows(comm) {
        let of = |layout: &Layout, hidden: bool| {
            let (b, a) = (noisy::<f64>(layout), gradient::<f64>(layout));
            let a = if hidden { opaque(&a) } else { a };
            let (f, g) = (L2::new(1.0).to(&b).unwrap(), NonNegative.on(layout).unwrap());
            let (h, mut x) = (L21::new(0.4).on(a.range()).unwrap(), b.clone());
            let method = CondatVu::new(&f, &g, &h, &a, &mut x, 1.0).unwrap().steps(0.9, 0.02).unwrap();
            let report = method.relaxation(1.1).unwrap().solve(&Options::exactly(5)).unwrap();
            (x.gather_all(), report.series("update").to_vec())
        };
        let alone = of(&Layout::replicated(&comm.alone(), &BY_ROWS).unwrap(), true);
        let rows = Layout::scatter(comm, &BY_ROWS, 0).unwrap();
        assert!(of(&rows, false) == alone && of(&rows, true) == alone);
    }

    fn the_objective_of_primal_dual_is_that_of_its_model(comm) {
        let layout = Layout::scatter(comm, &[40], 0).unwrap();
        let (b, a, z) = (noisy::<f64>(&layout), gradient::<f64>(&layout), DistArray::random_signed(&layout, 2));
        let (f, g) = (L2::new(1.0).to(&b).unwrap(), L1::new(0.4).on(a.range()).unwrap());
        let value = |x: &DistArray<f64>| {
            f.value(x).unwrap() + g.value(&(&a * x)).unwrap() + z.vdot(x).unwrap()
        };
        let options = Options::exactly(30);
        let mut x = b.zeros_like();
        let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().linear(&z).unwrap().objective();
        let report = method.solve(&options).unwrap();
        let last = *report.series("objective").last().unwrap();
        assert!((last - value(&x)).abs() < 1e-12 * last.abs());
        let mut x = b.zeros_like();
        let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().linear(&z).unwrap().objective().adaptive().unwrap();
        let report = method.solve(&options).unwrap();
        let last = *report.series("objective").last().unwrap();
        assert!((last - value(&x)).abs() < 1e-12 * last.abs());
    }

    fn steps_that_are_too_long_are_noticed(comm) {
        let layout = Layout::scatter(comm, &[40], 0).unwrap();
        let (b, a) = (noisy::<f64>(&layout), gradient::<f64>(&layout));
        let (f, g) = (L2::new(0.01).to(&b).unwrap(), L2::new(100.0).on(a.range()).unwrap());
        let mut x = b.zeros_like();
        let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().steps(3.0, 3.0).unwrap();
        let report = method.solve(&Options::exactly(2000)).unwrap();
        assert!(matches!(report.reason, Reason::Unstable { .. }), "{}", report.reason);
    }

    /// L1 keeps y in a box, in which steps that are too long go round.
    fn steps_that_go_round_are_noticed(comm) {
        for (shape, axis) in [(&BY_ROWS[..], 0), (&BY_ROWS, 1), (&[40], 0)] {
            let layout = Layout::scatter(comm, shape, axis).unwrap();
            let (b, a) = (noisy::<f64>(&layout), gradient::<f64>(&layout));
            let (f, g) = (L2::new(1.0).to(&b).unwrap(), L1::new(0.4).on(a.range()).unwrap());
            let norm = a.norm_estimate().unwrap().value;
            let solve = |product: f64| {
                let (mut x, step) = (b.zeros_like(), product.sqrt() / norm);
                let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().steps(step, step).unwrap();
                method.solve(&Options::exactly(300)).unwrap().reason
            };
            assert_eq!(solve(1.2), Reason::IterationLimit);
            match solve(9.0) {
                Reason::TooLong(factor) => assert!(factor > 1.0 && factor < 3.0, "{factor}"),
                reason => panic!("{shape:?} along {axis}: {reason}"),
            }
        }
    }

    /// The callback of one rank ends it with the model that all have seen.
    fn a_callback_leaves_the_last_model(comm) {
        let layout = Layout::scatter(comm, &BY_ROWS, 0).unwrap();
        let (b, a) = (noisy::<f64>(&layout), gradient::<f64>(&layout));
        let (f, g) = (L2::new(1.0).to(&b).unwrap(), L21::new(0.4).on(a.range()).unwrap());
        let of = |iterations| {
            let mut x = b.zeros_like();
            let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().steps(0.2, 0.3).unwrap();
            let _ = method.solve(&Options::exactly(iterations)).unwrap();
            x
        };
        let (mut x, last) = (b.zeros_like(), comm.rank() + 1 == comm.size());
        let method = PrimalDual::new(&f, &g, &a, &mut x).unwrap().steps(0.2, 0.3).unwrap();
        let solver = method.start(&Options::exactly(20)).unwrap();
        let report = solver.callback(|now| {
            if last && now.iteration == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }).solve().unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Callback, 4));
        assert!(x == of(4));
    }

    fn what_makes_no_sense_to_primal_dual_is_refused(comm) {
        let layout = Layout::scatter(comm, &[6, 5], 0).unwrap();
        let (a, other) = (gradient::<f64>(&layout), Layout::scatter(comm, &[5, 6], 0).unwrap());
        let (f, g) = (L2::new(1.0).on::<f64>(&layout).unwrap(), L1::new(1.0).on::<f64>(a.range()).unwrap());
        let mut x = DistArray::zeros(&layout);
        let kind = |result: Result<()>| result.unwrap_err().kind();
        let of_steps = |[tau, mu]: [f64; 2], x: &mut DistArray<f64>| PrimalDual::new(&f, &g, &a, x)?.steps(tau, mu).map(drop);
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(kind(of_steps([bad, 1.0], &mut x)), ErrorKind::Parameter);
            assert_eq!(kind(of_steps([1.0, bad], &mut x)), ErrorKind::Parameter);
            assert_eq!(kind(PrimalDual::new(&f, &g, &a, &mut x).unwrap().ratio(bad).map(drop)), ErrorKind::Parameter);
            assert_eq!(kind(CondatVu::new(&f, &f, &g, &a, &mut x, bad).map(drop)), ErrorKind::Parameter);
        }
        for bad in [0.0, 2.0, -0.5, f64::NAN] {
            assert_eq!(kind(PrimalDual::new(&f, &g, &a, &mut x).unwrap().relaxation(bad).map(drop)), ErrorKind::Parameter);
        }
        assert_eq!(kind(PrimalDual::new(&f, &g, &a, &mut x).unwrap().theta(1.5).map(drop)), ErrorKind::Parameter);
        let relaxed = PrimalDual::new(&f, &g, &a, &mut x).unwrap().relaxation(1.5).unwrap();
        assert_eq!(kind(relaxed.adaptive().map(drop)), ErrorKind::Parameter);
        let adaptive = PrimalDual::new(&f, &g, &a, &mut x).unwrap().adaptive().unwrap();
        assert_eq!(kind(adaptive.adaptivity(1.0, 0.5).map(drop)), ErrorKind::Parameter);
        let adaptive = PrimalDual::new(&f, &g, &a, &mut x).unwrap().adaptive().unwrap();
        assert_eq!(kind(adaptive.balance(1.0, 0.5).map(drop)), ErrorKind::Parameter);
        assert_eq!(kind(PrimalDual::new(&g, &g, &a, &mut x).map(drop)), ErrorKind::Shape);
        assert_eq!(kind(PrimalDual::new(&f, &f, &a, &mut x).map(drop)), ErrorKind::Shape);
        assert_eq!(kind(PrimalDual::new(&f, &g, &a, &mut DistArray::zeros(&other)).map(drop)), ErrorKind::Shape);
        let none = DistArray::zeros(&other);
        assert_eq!(kind(PrimalDual::new(&f, &g, &a, &mut x).unwrap().linear(&none).map(drop)), ErrorKind::Shape);
        assert_eq!(kind(primal_dual(&f, &g, &a, &mut x, &Options::exactly(0)).map(drop)), ErrorKind::Parameter);
        // Steps, and relaxation, that do not converge; a function without a gradient.
        let solved = |method: CondatVu<'_, f64>| kind(method.solve(&Options::exactly(3)).map(drop));
        let method = CondatVu::new(&f, &f, &g, &a, &mut x, 1.0).unwrap();
        assert_eq!(solved(method.steps(1.0, 1.0).unwrap()), ErrorKind::Parameter);
        let method = CondatVu::new(&f, &f, &g, &a, &mut x, 1.0).unwrap();
        assert_eq!(solved(method.relaxation(1.5).unwrap()), ErrorKind::Parameter);
        let l1 = L1::new(1.0).on::<f64>(&layout).unwrap();
        assert_eq!(kind(CondatVu::new(&l1, &f, &g, &a, &mut x, 1.0).map(drop)), ErrorKind::Other);
    }

    /// From real vectors to complex ones, and of an operator on a stack.
    fn models_may_be_stacks(comm) {
        let layout = Layout::scatter(comm, &[9], 0).unwrap();
        let space = Space::stack(vec![(&layout).into(), (&layout).into()]).unwrap();
        let a = Identity.on::<f64>(&space);
        let b = DistArray::stack(&[&noisy::<f64>(&layout), &noisy::<f64>(&layout)]).unwrap();
        let (f, g) = (L2::new(1.0).to(&b).unwrap(), L1::new(0.5).on(&space).unwrap());
        let mut x = b.zeros_like();
        let report = primal_dual(&f, &g, &a, &mut x, &near(500, 1e-10)).unwrap();
        assert!(report.reason.converged());
        assert!((&x - &L1::new(0.5).on(&space).unwrap().prox(&b, 1.0).unwrap()).norm() < 1e-8);
    }
}

/// ½ ‖x − b‖² of what is not negative.
struct NonNegativeSquare(ProximalOperator<f64>);

impl lops::proximal::Proximal<f64> for NonNegativeSquare {
    fn space(&self) -> &Space {
        self.0.space()
    }
    fn value(&self, x: &DistArray<f64>) -> Result<f64> {
        self.0.value(x)
    }
    fn prox_into(&self, tau: f64, x: &DistArray<f64>, y: &mut DistArray<f64>) -> Result<()> {
        self.0.prox_into(tau, x, y)?;
        y.map_in_place(|x| x.max(0.0));
        Ok(())
    }
}
