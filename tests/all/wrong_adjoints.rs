//! Adjoints that are not those of their operators: methods of least squares come upon them by the way.

use lops::operators::{Convolve1D, Diagonal, Identity, Laplacian};
use lops::solvers::{Cgls, Irls, Lsmr, Lsqr, Method, Options, Pcgls, Tolerance, jacobi};
use lops::{Comm, Complex, DistArray, Layout, LinearOperator, Operator, Reason, Report, Scalar, Space};

/// One operator forward, and the adjoint of another.
struct Mismatched<T: Scalar>(Operator<T>, Operator<T>);

impl<T: Scalar> LinearOperator<T> for Mismatched<T> {
    fn domain(&self) -> &Space {
        self.0.domain()
    }
    fn range(&self) -> &Space {
        self.0.range()
    }
    fn apply(&self, x: &[T], y: &mut [T]) {
        self.0.apply(x, y);
    }
    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.1.apply_adjoint(y, x);
    }
}

fn number<T: Scalar>(re: f64, im: f64) -> T {
    T::from_parts(re, im)
}

/// A diagonal; complex where numbers are.
fn diagonal<T: Scalar>(layout: &Layout, f: impl Fn(usize) -> T) -> Operator<T> {
    Diagonal::of(&DistArray::from_fn(layout, |i| f(i[0]))).unwrap()
}

/// x + 0.3 L x, with a Laplacian: by rows where rows are long.
fn smooth<T: Scalar>(layout: &Layout) -> Operator<T> {
    let small = DistArray::full(layout, number::<T>(0.3, 0.0));
    let laplacian: Operator<T> = Laplacian::over(&[0, 1]).on(layout).unwrap();
    &Diagonal::of(&small).unwrap() * &laplacian + Identity.on(layout)
}

/// xᵢ + xᵢ₊₁, where the second term of every other row may be left out, as of a halo that nobody sent.
fn neighbours<T: Scalar>(layout: &Layout, is_whole: bool) -> Operator<T> {
    let shift: Operator<T> = Convolve1D::new(&[T::one(), T::zero(), T::zero()], 1).along(0).on(layout).unwrap();
    let sent: Operator<T> = diagonal(layout, |i| if is_whole || i % 2 > 0 { T::one() } else { T::zero() });
    &sent * &shift + Identity.on(layout)
}

/// Pairs that differ by a factor, by a conjugate, and by contributions of a neighbour.
fn mismatched<T: Scalar>(layout: &Layout) -> Vec<(&'static str, Operator<T>)> {
    let d = |i: usize| number(1.0 + (i % 7) as f64, if T::IS_COMPLEX { 2.0 - (i % 3) as f64 } else { 0.0 });
    let times = |factor: f64| diagonal(layout, |i| number::<T>(factor, 0.0) * d(i));
    let a = || times(1.0);
    let mut all = vec![
        ("2", a(), times(2.0)),
        ("−1", a(), times(-1.0)),
        ("1e-3", a(), times(1e-3)),
        ("halo", neighbours(layout, true), neighbours(layout, false)),
    ];
    if T::IS_COMPLEX {
        all.push(("conjugate", a(), diagonal(layout, |i| d(i).conj())));
    }
    all.into_iter().map(|(name, a, b)| (name, Operator::new(Mismatched(a, b)))).collect()
}

/// What each method says.
fn reports<T: Scalar>(a: &Operator<T>, options: &Options) -> Vec<(&'static str, Report<T::Real>)> {
    let (b, x) = (&DistArray::random_signed(a.range(), 1), || DistArray::<T>::zeros(a.domain()));
    let m = jacobi(&DistArray::full(a.domain().layout().unwrap(), T::one())).unwrap();
    vec![
        ("CGLS", Cgls::new(a, b, &mut x()).unwrap().solve(options).unwrap()),
        ("damped CGLS", Cgls::new(a, b, &mut x()).unwrap().damp(0.1).unwrap().solve(options).unwrap()),
        ("PCGLS", Pcgls::new(a, b, &mut x(), &m).unwrap().solve(options).unwrap()),
        ("LSQR", Lsqr::new(a, b, &mut x()).unwrap().solve(options).unwrap()),
        ("damped LSQR", Lsqr::new(a, b, &mut x()).unwrap().damp(0.1).unwrap().solve(options).unwrap()),
        ("LSMR", Lsmr::new(a, b, &mut x()).unwrap().solve(options).unwrap()),
    ]
}

fn wrong_ones_are_found<T: Scalar>(comm: &Comm) {
    let layout = Layout::scatter(comm, &[37], 0).unwrap();
    for (name, a) in mismatched::<T>(&layout) {
        for (method, report) in reports(&a, &Options::iterations(60)) {
            let Report { reason, iterations, adjoint_mismatch, .. } = &report;
            let what = format!("{method}, {name}: {reason} after {iterations}, {adjoint_mismatch:?}");
            assert!(*reason == Reason::Adjoint && *iterations <= 4, "{what}");
            assert!(adjoint_mismatch.is_some_and(|mismatch| mismatch > 0.03 && mismatch <= 2.0), "{what}");
        }
    }
}

crate::bodies! {
    fn wrong_adjoints_end_a_solve_early(comm) {
        wrong_ones_are_found::<f64>(comm);
        wrong_ones_are_found::<f32>(comm);
        wrong_ones_are_found::<Complex<f64>>(comm);
        wrong_ones_are_found::<Complex<f32>>(comm);
    }

    fn sloppy_adjoints_are_told_of(comm) {
        let layout = Layout::scatter(comm, &[40], 0).unwrap();
        let a = || diagonal(&layout, |i| 1.0 + (i % 7) as f64);
        let sloppy = Operator::new(Mismatched(a(), 1.01 * a()));
        for (method, report) in reports(&sloppy, &Options::iterations(60)) {
            let mismatch = report.adjoint_mismatch.unwrap();
            assert!((0.009..0.011).contains(&mismatch) && report.reason != Reason::Adjoint, "{method}: {mismatch}");
        }
        let (b, mut x) = (DistArray::random_signed(sloppy.range(), 1), DistArray::zeros(sloppy.domain()));
        let report = Irls::data(&sloppy, &b, &mut x).unwrap().solve(&Options::iterations(3)).unwrap();
        assert!(report.adjoint_mismatch.is_some_and(|mismatch| (0.005..0.03).contains(&mismatch)), "{report:?}");
    }

    /// As of back-projectors that are not matched to their projectors.
    fn approximate_adjoints_are_let_through_where_that_is_asked_for(comm) {
        let layout = Layout::scatter(comm, &[40], 0).unwrap();
        let a = || diagonal(&layout, |i| 1.0 + (i % 7) as f64);
        let approximate = Operator::new(Mismatched(a(), 1.2 * a()));
        for (method, report) in reports(&approximate, &Options { check_adjoint: false, ..Options::iterations(60) }) {
            let (reason, mismatch) = (&report.reason, report.adjoint_mismatch);
            assert!(*reason != Reason::Adjoint && report.iterations > 4, "{method}: {reason} after {}", report.iterations);
            assert!(mismatch.is_some_and(|mismatch| mismatch > 0.03), "{method}: {mismatch:?}");
        }
    }

    /// By rows and by parts, until nothing but rounding errors is left.
    fn nothing_is_said_of_exact_adjoints(comm) {
        for shape in [[12, 300], [90, 4]] {
            let layout = Layout::scatter(comm, &shape, 0).unwrap();
            let (a, single) = (smooth::<f64>(&layout), smooth::<f32>(&layout));
            for tolerance in [Tolerance::Relative(1e-4), Tolerance::None] {
                let options = Options { tolerance, ..Options::iterations(40) };
                for (method, report) in reports(&a, &options) {
                    assert_eq!(report.adjoint_mismatch, Some(0.0), "{method}: {}", report.reason);
                }
                for (method, report) in reports(&single, &options) {
                    assert_eq!(report.adjoint_mismatch, Some(0.0), "{method}: {}", report.reason);
                }
            }
        }
    }
}
