//! Proximal gradient methods: solutions that are known or that fulfil their conditions, whatever the steps; the same bits on any number
//! of ranks; and what is wrong with them is said.

use lops::operators::{Convolve1D, Diagonal, Laplacian, StackedVStack};
use lops::proximal::{
    Acceleration, Backtracking, Bounds, GeneralizedProximalGradient, Huber, L1, L2, LeastSquares, NonNegative,
    ProximalGradient, ProximalOperator, Quadratic, generalized_proximal_gradient, proximal_gradient,
};
use lops::solvers::{Method, Options, Shrinkage, Tolerance};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Reason, Result, Scalar, Space,
};
use std::ops::ControlFlow;
use std::slice;

const ACCELERATIONS: [Acceleration; 2] = [Acceleration::Fista, Acceleration::Vandenberghe];

/// A blur and its differences.
fn tall<T: Scalar>(layout: &Layout) -> Operator<T> {
    let real = |value| T::from_parts(value, 0.0);
    let blur = Convolve1D::new(&[real(0.4), real(1.0), real(0.5)], 1).on(layout).unwrap();
    let differences: Operator<T> = Laplacian::over(&[0]).on(layout).unwrap();
    StackedVStack::of(vec![blur, differences.scale_real(T::Real::from_f64(0.3))]).unwrap()
}

/// min ½ ‖A x − b‖² + σ ‖x‖₁.
pub(crate) struct Lasso<T: Scalar> {
    pub(crate) a: Operator<T>,
    b: DistArray<T>,
    pub(crate) f: ProximalOperator<T>,
    pub(crate) g: ProximalOperator<T>,
}

const WEIGHT: f64 = 0.4;

pub(crate) fn lasso<T: Scalar>(layout: &Layout) -> Lasso<T> {
    let a = tall::<T>(layout);
    let b = DistArray::random_signed(a.range(), 3);
    let f = LeastSquares::new(1.0).of(&a, &b).unwrap();
    Lasso { f, g: L1::new(WEIGHT).on(layout).unwrap(), a, b }
}

impl<T: Scalar> Lasso<T> {
    pub(crate) fn method<'a>(&self, x: &'a mut DistArray<T>) -> ProximalGradient<'a, T> {
        ProximalGradient::new(&self.f, &self.g, x).unwrap()
    }

    /// ‖x − prox_g(x − ∇f(x))‖: 0 of the solution alone.
    pub(crate) fn is_off_by(&self, x: &DistArray<T>) -> f64 {
        let step = x - &self.f.gradient(x).unwrap();
        Real::to_f64((x - &self.g.prox(&step, 1.0).unwrap()).norm())
    }

    /// Solves in all ways; what each made of 0, and how many iterations that took.
    fn all_ways(&self, tolerance: f64, iterations: usize) -> Vec<(String, DistArray<T>, usize)> {
        type Way<'a, T> = &'a dyn for<'x> Fn(ProximalGradient<'x, T>) -> Result<ProximalGradient<'x, T>>;
        let options = Options { tolerance: Tolerance::Relative(tolerance), ..Options::iterations(iterations) };
        let mut all = vec![];
        let mut solve = |name: &str, way: Way<'_, T>| {
            let mut x = DistArray::zeros(self.f.space());
            let report = way(self.method(&mut x)).unwrap().solve(&options).unwrap();
            assert!(report.reason.converged(), "{name}: {}", report.reason);
            all.push((name.to_owned(), x, report.iterations));
        };
        let search = Backtracking::default();
        solve("plain", &|method| Ok(method));
        solve("relaxed", &|method| method.relaxation(1.4));
        solve("back-tracking", &|method| method.backtracking(search));
        solve("back-tracking from too long", &|method| method.step(70.0)?.backtracking(search));
        solve("relaxed back-tracking", &|method| {
            method.relaxation(1.2)?.backtracking(Backtracking { shrink: 0.8, ..search })
        });
        solve("decay", &|method| method.decay(&[1e3, 10.0, 3.0, 1.0]));
        for acceleration in ACCELERATIONS {
            let name = |what: &str| format!("{acceleration:?}{what}");
            solve(&name(""), &|method| method.accelerated(acceleration));
            solve(&name(" with restarts"), &|method| method.accelerated(acceleration)?.restarts());
            solve(&name(", back-tracking"), &|method| method.accelerated(acceleration)?.backtracking(search));
            solve(&name(", all"), &|method| {
                method.accelerated(acceleration)?.restarts()?.backtracking(search)?.decay(&[5.0, 1.0])
            });
        }
        all
    }
}

fn all_ways_lead_to_the_solution<T: Scalar>(comm: &Comm, tolerance: f64, slack: f64) {
    for layout in [Layout::scatter(comm, &[23, 2], 0).unwrap(), Layout::replicated(comm, &[23, 2]).unwrap()] {
        let problem = lasso::<T>(&layout);
        for (name, x, _) in problem.all_ways(tolerance, 5000) {
            let off = problem.is_off_by(&x);
            assert!(off < slack, "{name}, {layout}: off by {off}");
            let zeros = x.gather_all().iter().filter(|x| x.is_zero()).count();
            assert!(zeros > 0 && zeros < 46, "{name}: {zeros} zeros");
        }
    }
}

/// A diagonal, and twice it as its adjoint.
struct Mismatched(Operator<f64>);

impl LinearOperator<f64> for Mismatched {
    fn domain(&self) -> &Space {
        self.0.domain()
    }
    fn range(&self) -> &Space {
        self.0.range()
    }
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        self.0.apply(x, y);
    }
    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        self.0.apply_adjoint(y, x);
        for x in x {
            *x *= 2.0;
        }
    }
}

type Generalized<'a> = GeneralizedProximalGradient<'a, f64>;

/// The problem of the figures that pyproximal 0.13 made: f = ½ Σ (dₖ xₖ − bₖ)² of these, from 0.
fn of_figures(comm: &Comm) -> (Layout, ProximalOperator<f64>) {
    let layout = Layout::scatter(comm, &[6], 0).unwrap();
    let d = Diagonal::of(&DistArray::from_fn(&layout, |i| 0.5 + 0.25 * i[0] as f64)).unwrap();
    let sign = |k: usize| if k.is_multiple_of(2) { 1.0 } else { -1.0 };
    let b = DistArray::from_fn(&layout, |i| sign(i[0]) * (1.0 + 0.5 * i[0] as f64));
    let f = LeastSquares::new(1.0).of(&d, &b).unwrap();
    (layout, f)
}

fn is_near(x: &DistArray<f64>, expected: &[f64]) {
    let found = x.gather_all();
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-14, "{found}, not {expected}");
    }
}

/// x and series as they are on one rank, to the last bit.
fn same_bits<T: Scalar>(comm: &Comm, solve: impl Fn(&Layout, &mut DistArray<T>) -> Vec<f64>) {
    let alone = Layout::replicated(&comm.alone(), &[23, 2]).unwrap();
    let mut expected = DistArray::zeros(&alone);
    let series = solve(&alone, &mut expected);
    for layout in [
        Layout::scatter(comm, &[23, 2], 0).unwrap(),
        Layout::scatter(comm, &[23, 2], 1).unwrap(),
        Layout::replicated(comm, &[23, 2]).unwrap(),
    ] {
        let mut x = DistArray::zeros(&layout);
        assert!(solve(&layout, &mut x) == series, "series on {layout}");
        assert!(x.gather_all() == expected.gather_all(), "{layout}");
    }
}

crate::bodies! {
    fn all_ways_lead_to_the_solution_of_reals(comm) {
        all_ways_lead_to_the_solution::<f64>(comm, 1e-9, 1e-8);
    }

    fn all_ways_lead_to_the_solution_of_others(comm) {
        all_ways_lead_to_the_solution::<Complex<f64>>(comm, 1e-6, 1e-5);
        all_ways_lead_to_the_solution::<f32>(comm, 1e-5, 1e-3);
    }

    fn restarts_save_iterations(comm) {
        let layout = Layout::scatter(comm, &[14], 0).unwrap();
        let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64)).unwrap();
        let f = LeastSquares::new(1.0).of(&a, &DistArray::full(&layout, 1.0)).unwrap();
        let g = L1::new(1e-3).on(&layout).unwrap();
        let iterations = |way: &dyn Fn(ProximalGradient<'_, f64>) -> Result<usize>| {
            let mut x = DistArray::zeros(&layout);
            way(ProximalGradient::new(&f, &g, &mut x).unwrap()).unwrap()
        };
        let options = Options { tolerance: Tolerance::Relative(1e-9), ..Options::iterations(20_000) };
        let count = |method: ProximalGradient<'_, f64>| Ok(method.solve(&options)?.iterations);
        let plain = iterations(&|method| count(method));
        for acceleration in ACCELERATIONS {
            let ahead = iterations(&|method| count(method.accelerated(acceleration)?));
            let anew = iterations(&|method| count(method.accelerated(acceleration)?.restarts()?));
            assert!(anew < ahead && anew < plain / 3, "{plain}, {ahead}, {anew}");
        }
    }

    /// FISTA of sparse solvers counts ε half; its iterates are the same, but for the order of operations.
    fn iterates_are_those_of_shrinkage(comm) {
        let layout = Layout::scatter(comm, &[23, 2], 0).unwrap();
        let problem = lasso::<f64>(&layout);
        let options = Options::exactly(25);
        let [mut x, mut y] = [(); 2].map(|()| DistArray::zeros(&layout));
        let report = problem.method(&mut x).step(0.2).unwrap().accelerated(Acceleration::Fista).unwrap();
        let report = report.objective().solve(&options).unwrap();
        let fista = Shrinkage::fista(&problem.a, &problem.b, &mut y, 2.0 * WEIGHT).unwrap().step(0.2).unwrap();
        let fista = fista.solve(&options).unwrap();
        assert!((&x - &y).norm() < 1e-13 * y.norm());
        let objective = |k: usize| 0.5 * fista.series("cost")[k].powi(2) + WEIGHT * fista.series("size")[k];
        for k in 1..=25 {
            // The first step of this method is made at the beginning.
            assert!((report.series("objective")[k] - objective(k)).abs() < 1e-12 * objective(k), "{k}");
        }
    }

    fn iterates_are_those_of_pyproximal(comm) {
        let (layout, f) = of_figures(comm);
        let g = L1::new(0.3).on(&layout).unwrap();
        let mut x = DistArray::zeros(&layout);
        // ProximalGradient(f, L1(sigma=.3), zeros, tau=.25, eta=1.3, niter=7)
        let method = ProximalGradient::new(&f, &g, &mut x).unwrap().step(0.25).unwrap().relaxation(1.3).unwrap();
        let _ = method.solve(&Options::exactly(7)).unwrap();
        is_near(&x, &[
            0.3579499422547928, -1.1097363593161451, 1.5914636203302004, -1.795349360360842, 1.8664776473961524,
            -1.9020408163265305,
        ]);
        // GeneralizedProximalGradient([f, L2(sigma=.5)], [L1(sigma=.3), Box(-.5, 1.)], zeros, tau=.2, eta=1.1,
        // weights=[.25, .75], niter=7)
        let half = L2::new(0.5).on(&layout).unwrap();
        let bounds = Bounds::new(-0.5, 1.0).on(&layout).unwrap();
        let mut x = DistArray::zeros(&layout);
        let method = GeneralizedProximalGradient::new(&[f, half], &[g, bounds], &mut x).unwrap();
        let method = method.step(0.2).unwrap().relaxation(1.1).unwrap().weights(&[1.0, 3.0]).unwrap();
        let _ = method.solve(&Options::exactly(7)).unwrap();
        is_near(&x, &[
            0.2042457875937819, -0.49767397816455083, 1.0058998024481491, -0.5005996784139173, 1.0003091770464374,
            -0.5000557139906145,
        ]);
    }

    /// A decay that begins where 0 is the solution does not end there, though the first step goes nowhere.
    fn a_decay_does_not_end_before_its_end(comm) {
        let layout = Layout::scatter(comm, &[5], 0).unwrap();
        let f = L2::new(1.0).to(&DistArray::full(&layout, 3.0)).unwrap();
        let g = L1::new(1.0).on(&layout).unwrap();
        let mut x = DistArray::zeros(&layout);
        let method = ProximalGradient::new(&f, &g, &mut x).unwrap().decay(&[100.0, 50.0, 10.0, 1.0]).unwrap();
        let report = method.objective().solve(&Options::default()).unwrap();
        assert!(report.reason.converged() && report.iterations >= 4, "{} after {}", report.reason, report.iterations);
        assert_eq!(x, DistArray::full(&layout, 2.0));
        assert_eq!(report.series("objective").last(), Some(&12.5)); // 5 (½ + 2)
    }

    /// Of what is made of functions: with steps of 1/L squares of one curvature need one.
    fn constants_follow_from_those_of_functions(comm) {
        let layout = Layout::scatter(comm, &[6], 0).unwrap();
        let b = DistArray::<f64>::random_signed(&layout, 4);
        let a = Diagonal::of(&DistArray::full(&layout, 3.0)).unwrap();
        let square = || L2::new(2.0).to(&b).unwrap();
        let functions = [
            square(),
            square().times(3.0).unwrap(),
            square().scaled(-2.0).unwrap(),
            square().translated(&b).unwrap(),
            square().plus_affine(&b, 1.0).unwrap(),
            square().orthogonal(&a, 9.0).unwrap(),
            LeastSquares::new(0.7).of(&a, &b).unwrap(),
            Quadratic::new().of(&a, &b).unwrap(),
            Huber::new(0.3).on(&layout).unwrap().scaled(0.01).unwrap(), // within its square
        ];
        let anywhere = Bounds::new(-1e3, 1e3).on(&layout).unwrap();
        for f in &functions {
            let start = &b + 1.0;
            let mut x = start.clone();
            let report = proximal_gradient(f, &anywhere, &mut x, &Options { tolerance: Tolerance::Relative(1e-6), ..Options::default() }).unwrap();
            assert!(report.reason.converged() && report.iterations <= 2, "{f:?}: {} after {}", report.reason, report.iterations);
            assert!(f.gradient(&x).unwrap().norm() < 1e-6 * f.gradient(&start).unwrap().norm(), "{f:?}");
        }
        let stacked = ProximalOperator::stacked(vec![square(), square().times(3.0).unwrap()]).unwrap();
        let mut x = DistArray::zeros(stacked.space());
        let g = L1::new(1e-2).on(stacked.space()).unwrap();
        let report = proximal_gradient(&stacked, &g, &mut x, &Options { tolerance: Tolerance::Relative(1e-8), ..Options::default() }).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        for (k, weight) in [0.01 / 2.0, 0.01 / 6.0].into_iter().enumerate() {
            let expected = b.map(|b: f64| b.signum() * (b.abs() - weight).max(0.0));
            assert!((x.member(k).clone() - &expected).norm() < 1e-7, "{k}");
        }
    }

    fn too_long_steps_are_noticed(comm) {
        let layout = Layout::scatter(comm, &[23, 2], 0).unwrap();
        let problem = lasso::<f64>(&layout);
        let constant = problem.a.norm_estimate().unwrap().value.powi(2);
        let solve = |step: f64| {
            let mut x = DistArray::zeros(&layout);
            problem.method(&mut x).step(step / constant).unwrap().solve(&Options::iterations(1000)).unwrap().reason
        };
        assert!(solve(1.9).converged());
        assert!(matches!(solve(6.0), Reason::Unstable { .. }), "{}", solve(6.0));
        let mut x = DistArray::zeros(&layout);
        let method = GeneralizedProximalGradient::new(&[problem.f], &[problem.g], &mut x).unwrap();
        let reason = method.step(6.0 / constant).unwrap().solve(&Options::iterations(1000)).unwrap().reason;
        assert!(matches!(reason, Reason::Unstable { .. }), "{reason}");
    }

    /// A box holds the model, in which steps that are too long go round.
    fn steps_that_go_round_are_noticed(comm) {
        let layout = Layout::scatter(comm, &[23, 2], 0).unwrap();
        let problem = lasso::<f64>(&layout);
        let constant = problem.a.norm_estimate().unwrap().value.powi(2);
        let g = Bounds::new(-1.0, 1.0).on(&layout).unwrap();
        for acceleration in [None, Some(Acceleration::Fista)] {
            let solve = |step: f64| {
                let mut x = DistArray::zeros(&layout);
                let method = ProximalGradient::new(&problem.f, &g, &mut x).unwrap().step(step / constant).unwrap();
                let method = acceleration.into_iter().fold(method, |method, how| method.accelerated(how).unwrap());
                method.solve(&Options::iterations(4000)).unwrap().reason
            };
            assert!(solve(0.99).converged(), "{}", solve(0.99));
            match solve(8.0) {
                Reason::TooLong(factor) => assert!(factor > 1.0 && factor <= 6.0, "{factor}"),
                reason => panic!("{acceleration:?}: {reason}"),
            }
        }
    }

    fn a_wrong_adjoint_is_seen(comm) {
        let layout = Layout::scatter(comm, &[7], 0).unwrap();
        let a = Operator::new(Mismatched(Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64)).unwrap()));
        let f = LeastSquares::new(1.0).of(&a, &DistArray::full(&layout, 1.0)).unwrap();
        let report = proximal_gradient(&f, &L1::new(1.0).on(&layout).unwrap(), &mut DistArray::zeros(&layout), &Options::default());
        assert_eq!(report.unwrap().reason, Reason::Adjoint);
    }

    fn any_ranks_and_layouts_give_the_same_bits(comm) {
        fn series<T: Scalar>(report: &lops::Report<T::Real>) -> Vec<f64> {
            report.names().flat_map(|name| report.series(name)).map(|&value| Real::to_f64(value)).collect()
        }
        same_bits::<f64>(comm, |layout, x| {
            let problem = lasso(layout);
            let method = problem.method(x).accelerated(Acceleration::Fista).unwrap().restarts().unwrap();
            series::<f64>(&method.objective().solve(&Options::exactly(20)).unwrap())
        });
        same_bits::<Complex<f32>>(comm, |layout, x| {
            let problem = lasso(layout);
            let method = problem.method(x).accelerated(Acceleration::Vandenberghe).unwrap();
            series::<Complex<f32>>(&method.backtracking(Backtracking::default()).unwrap().solve(&Options::exactly(20)).unwrap())
        });
        same_bits::<f64>(comm, |layout, x| {
            let problem = lasso(layout);
            let gs = [problem.g.clone(), NonNegative.on(layout).unwrap()];
            let method = GeneralizedProximalGradient::new(&[problem.f.clone(), L2::new(0.2).on(layout).unwrap()], &gs, x).unwrap();
            series::<f64>(&method.weights(&[1.0, 2.0]).unwrap().objective().solve(&Options::exactly(20)).unwrap())
        });
    }

    /// The prox of g solves: its iterations are counted.
    fn iterations_inside_are_told(comm) {
        let layout = Layout::scatter(comm, &[12], 0).unwrap();
        let d = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + 0.2 * i[0] as f64)).unwrap();
        let b = DistArray::full(&layout, 1.0);
        let f = L2::new(1.0).to(&b).unwrap();
        let g = LeastSquares::new(1.0).of(&d, &b).unwrap();
        g.prox(&b, 1.0).unwrap(); // by somebody else
        let before = g.inner_iterations();
        let mut x = DistArray::zeros(&layout);
        let report = proximal_gradient(&f, &g, &mut x, &Options::default()).unwrap();
        let inner = report.series("inner");
        assert_eq!(inner.len(), report.iterations + 1);
        assert!(inner[0] > 0.0 && inner.windows(2).all(|inner| inner[1] >= inner[0]));
        assert_eq!(*inner.last().unwrap(), (g.inner_iterations() - before) as f64);
    }

    fn a_callback_leaves_the_last_model(comm) {
        let layout = Layout::scatter(comm, &[23, 2], 0).unwrap();
        let problem = lasso::<f64>(&layout);
        let [mut x, mut y] = [(); 2].map(|()| DistArray::zeros(&layout));
        let wish = |iteration: usize| if iteration < 4 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
        let method = problem.method(&mut x).accelerated(Acceleration::Fista).unwrap().backtracking(Backtracking::default()).unwrap();
        let report = method.start(&Options::exactly(9)).unwrap().callback(|seen| wish(seen.iteration)).solve().unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Callback, 4));
        let method = problem.method(&mut y).accelerated(Acceleration::Fista).unwrap().backtracking(Backtracking::default()).unwrap();
        let _ = method.solve(&Options::exactly(4)).unwrap();
        assert_eq!(x, y);
        let [mut x, mut y] = [(); 2].map(|()| DistArray::zeros(&layout));
        let gs = [problem.g.clone(), NonNegative.on(&layout).unwrap()];
        let fs = [problem.f.clone()];
        let method = GeneralizedProximalGradient::new(&fs, &gs, &mut x).unwrap();
        let report = method.start(&Options::exactly(9)).unwrap().callback(|seen| wish(seen.iteration)).solve().unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Callback, 4));
        let _ = GeneralizedProximalGradient::new(&fs, &gs, &mut y).unwrap().solve(&Options::exactly(4)).unwrap();
        assert_eq!(x, y);
    }

    /// Of one function with a prox it is the proximal gradient method; of several it finds what that finds of their sum.
    fn the_generalized_method_finds_the_same(comm) {
        let layout = Layout::scatter(comm, &[23, 2], 0).unwrap();
        let problem = lasso::<f64>(&layout);
        let [mut x, mut y] = [(); 2].map(|()| DistArray::zeros(&layout));
        let options = Options::exactly(12);
        let _ = proximal_gradient(&problem.f, &problem.g, &mut x, &options).unwrap();
        let _ = generalized_proximal_gradient(slice::from_ref(&problem.f), slice::from_ref(&problem.g), &mut y, &options).unwrap();
        assert!((&x - &y).norm() < 1e-13 * x.norm());
        // σ |x| of all x ≥ 0 is ⟨σ, x⟩ there.
        let tilted = problem.f.plus_affine(&DistArray::full(&layout, WEIGHT), 0.0).unwrap();
        let positive = NonNegative.on(&layout).unwrap();
        let options = Options { tolerance: Tolerance::Relative(1e-9), ..Options::iterations(20_000) };
        let _ = proximal_gradient(&tilted, &positive, &mut x, &options).unwrap();
        for (eta, weights) in [(1.0, [1.0, 1.0]), (1.3, [1.0, 4.0]), (0.7, [3.0, 1.0])] {
            let mut y = DistArray::zeros(&layout);
            let method = GeneralizedProximalGradient::new(slice::from_ref(&problem.f), &[problem.g.clone(), positive.clone()], &mut y).unwrap();
            let method = method.relaxation(eta).unwrap().weights(&weights).unwrap().objective();
            let report = method.solve(&options).unwrap();
            assert!(report.reason.converged(), "{eta}, {weights:?}: {}", report.reason);
            assert!((&x - &y).norm() < 1e-6 * x.norm(), "{eta}, {weights:?}: {}", (&x - &y).norm());
            let objective = tilted.value(&x).unwrap();
            assert!((report.series("objective").last().unwrap() - objective).abs() < 1e-5 * objective);
        }
    }

    fn stacks_are_models_too(comm) {
        let [one, two] = [[9], [14]].map(|shape| Layout::scatter(comm, &shape, 0).unwrap());
        let space = Space::stack(vec![one.into(), two.into()]).unwrap();
        let b = DistArray::<f64>::random_signed(&space, 8);
        let f = L2::new(3.0).to(&b).unwrap();
        let gs = [L1::new(0.9).on(&space).unwrap(), NonNegative.on(&space).unwrap()];
        let [mut x, mut y] = [(); 2].map(|()| DistArray::zeros(&space));
        let method = ProximalGradient::new(&f, &gs[0], &mut x).unwrap().accelerated(Acceleration::Fista).unwrap().restarts().unwrap();
        assert!(method.solve(&Options::default()).unwrap().reason.converged());
        let report = generalized_proximal_gradient(slice::from_ref(&f), &gs, &mut y, &Options::iterations(300)).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        for k in 0..2 {
            let soft = b.member(k).map(|b: f64| b.signum() * (b.abs() - 0.3).max(0.0));
            assert!((x.member(k).clone() - &soft).norm() < 1e-12);
            assert!((y.member(k).clone() - &soft.map(|x| x.max(0.0))).norm() < 1e-5);
        }
    }

    fn bad_input_is_refused(comm) {
        let layout = Layout::scatter(comm, &[5], 0).unwrap();
        let other = Layout::scatter(comm, &[6], 0).unwrap();
        let f = L2::new(1.0).on::<f64>(&layout).unwrap();
        let g = L1::new(1.0).on::<f64>(&layout).unwrap();
        let mut x = DistArray::zeros(&layout);
        let mut wrong = DistArray::zeros(&other);
        let kind = |result: Result<()>| result.unwrap_err().kind();
        assert_eq!(kind(ProximalGradient::new(&f, &g, &mut wrong).map(drop)), ErrorKind::Shape);
        assert_eq!(kind(ProximalGradient::new(&f, &L1::new(1.0).on(&other).unwrap(), &mut x).map(drop)), ErrorKind::Shape);
        assert_eq!(kind(ProximalGradient::new(&g, &f, &mut x).map(drop)), ErrorKind::Other);
        let fs = [f.clone()];
        let gs = [g.clone()];
        assert_eq!(kind(GeneralizedProximalGradient::new(&fs, &gs, &mut wrong).map(drop)), ErrorKind::Shape);
        assert_eq!(kind(GeneralizedProximalGradient::new(&gs, &fs, &mut x).map(drop)), ErrorKind::Other);
        assert_eq!(kind(GeneralizedProximalGradient::new(&fs, &[], &mut x).map(drop)), ErrorKind::Parameter);
        let refused = |way: &dyn for<'x> Fn(ProximalGradient<'x, f64>) -> Result<ProximalGradient<'x, f64>>| {
            let mut x = DistArray::zeros(&layout);
            assert_eq!(kind(way(ProximalGradient::new(&f, &g, &mut x).unwrap()).map(drop)), ErrorKind::Parameter);
        };
        let generalized = |way: &dyn for<'x> Fn(Generalized<'x>) -> Result<Generalized<'x>>| {
            let mut x = DistArray::zeros(&layout);
            let method = GeneralizedProximalGradient::new(&fs, &gs, &mut x).unwrap();
            assert_eq!(kind(way(method).map(drop)), ErrorKind::Parameter);
        };
        let search = Backtracking::default();
        for number in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            refused(&|method| method.step(number));
            refused(&|method| method.relaxation(number));
            refused(&|method| method.decay(&[1.0, number]));
            refused(&|method| method.backtracking(Backtracking { shrink: number, ..search }));
            generalized(&|method| method.step(number));
            generalized(&|method| method.relaxation(number));
            generalized(&|method| method.weights(&[number]));
        }
        refused(&|method| method.relaxation(2.0));
        refused(&|method| method.decay(&[]));
        refused(&|method| method.restarts());
        refused(&|method| method.backtracking(Backtracking { shrink: 1.0, ..search }));
        refused(&|method| method.backtracking(Backtracking { tries: 0, ..search }));
        refused(&|method| method.relaxation(1.1)?.accelerated(Acceleration::Fista));
        refused(&|method| method.accelerated(Acceleration::Fista)?.relaxation(1.1));
        generalized(&|method| method.weights(&[0.5, 0.5]));
        generalized(&|method| method.relaxation(2.0));
        let method = ProximalGradient::new(&f, &g, &mut x).unwrap();
        assert_eq!(kind(method.solve(&Options::exactly(0)).map(drop)), ErrorKind::Parameter);
    }
}
