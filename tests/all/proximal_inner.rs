//! Solvers inside of proximal operators: what is told where they go wrong, where they begin, what they send.

use lops::comm::Verb;
use lops::operators::{Diagonal, Restriction};
use lops::proximal::{AffineSet, Bounds, Euclid, HalfSpace, L1, LeastSquares, ProximalOperator, Quadratic, Sum, TV};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Scalar, Space};

/// A diagonal whose adjoint is another one.
struct Unmatched(DistArray<f64>);

impl LinearOperator<f64> for Unmatched {
    fn domain(&self) -> &Space {
        self.0.space()
    }

    fn range(&self) -> &Space {
        self.0.space()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        y.iter_mut().zip(x).zip(self.0.as_slice()).for_each(|((y, x), d)| *y = d * x);
    }

    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        x.iter_mut().zip(y).zip(self.0.as_slice()).for_each(|((x, y), d)| *x = (d * d - 3.0) * y);
    }
}

fn noise<T: Scalar>(space: &Space, seed: u64) -> DistArray<T> {
    DistArray::random_signed(space, seed)
}

/// The error's words.
fn refused<T: Scalar>(f: &ProximalOperator<T>, x: &DistArray<T>) -> String {
    let error = f.prox(x, 1.0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
    error.to_string()
}

fn factor_is_what_iterations_find<T: Scalar>(comm: &Comm, tolerance: f64) {
    let layout = Layout::replicated(comm, &[3, 2]).unwrap();
    let a = Diagonal::of(&noise::<T>(&(&layout).into(), 2)).unwrap();
    let part = Restriction::new(&[0, 2]).along(0).on::<T>(&layout).unwrap();
    let a = part.compose(&(&a + &(&a * &a))).unwrap();
    let b = noise(a.range(), 3);
    let iterated = LeastSquares::new(0.7).iterations(50).tolerance(1e-13).of(&a, &b).unwrap();
    let factored = LeastSquares::new(0.7).factored().of(&a, &b).unwrap();
    let x = noise(a.domain(), 4);
    assert_eq!(factored.value(&x).unwrap(), iterated.value(&x).unwrap());
    for tau in [0.3, 2.0, 2.0, 0.3] {
        let [found, expected] = [&factored, &iterated].map(|f| f.prox(&x, tau).unwrap());
        assert!(Real::to_f64((found - expected).norm()) < tolerance);
    }
    assert_eq!(factored.inner_iterations(), 0);
}

crate::bodies! {
    fn a_solve_that_goes_wrong_is_an_error(comm) {
        let layout = Layout::scatter(comm, &[9], 0).unwrap();
        let d = DistArray::from_fn(&layout, |i| 1.0 + 0.1 * i[0] as f64);
        let unmatched = Operator::new(Unmatched(d.clone()));
        let b = DistArray::from_fn(&layout, |i| 1.0 + (3 * i[0] % 5) as f64);
        let told = LeastSquares::new(5.0).iterations(20);
        let words = refused(&told.of(&unmatched, &b).unwrap(), &b);
        assert!(words.contains("CGLS in the prox of LeastSquares") && words.contains("the adjoint is not that of A"), "{words}");
        told.check_adjoint(false).of(&unmatched, &b).unwrap().prox(&b, 1.0).unwrap();
        // A is not positive semidefinite, by far.
        let negative = Diagonal::of(&(-10.0 * &d)).unwrap();
        let words = refused(&Quadratic::new().of(&negative, &b).unwrap(), &b);
        assert!(words.contains("CG in the prox of Quadratic") && words.contains("not positive definite"), "{words}");
        // A number that is not finite, on one rank.
        let a = Diagonal::of(&d).unwrap();
        let x = DistArray::from_fn(&layout, |i| if i[0] == 7 { f64::NAN } else { 1.0 });
        for f in [told.of(&a, &b), AffineSet::new().of(&a, &b), Quadratic::new().of(&a, &b)] {
            let words = refused(&f.unwrap(), &x);
            assert!(words.contains("not finite at global index [7]"), "{words}");
        }
        // The limit of iterations is none; and after an error all goes on.
        let f = LeastSquares::new(5.0).iterations(2).of(&a, &b).unwrap();
        assert!(f.prox(&x, 1.0).is_err());
        f.prox(&b, 1.0).unwrap();
        assert_eq!(f.inner_iterations(), 2);
    }

    fn a_factor_finds_what_iterations_do(comm) {
        factor_is_what_iterations_find::<f64>(comm, 1e-12);
        factor_is_what_iterations_find::<Complex<f64>>(comm, 1e-12);
        factor_is_what_iterations_find::<f32>(comm, 1e-5);
        let kind = |made: lops::Result<ProximalOperator<f64>>| made.map(|_| ()).unwrap_err().kind();
        let large = Layout::replicated(comm, &[5000]).unwrap();
        let b = DistArray::full(&large, 1.0);
        let told = LeastSquares::new(1.0).factored();
        assert_eq!(kind(told.of(&Diagonal::of(&b).unwrap(), &b)), ErrorKind::Shape);
        if comm.size() > 1 {
            let b = DistArray::full(Layout::scatter(comm, &[9], 0).unwrap(), 1.0);
            assert_eq!(kind(told.of(&Diagonal::of(&b).unwrap(), &b)), ErrorKind::Layout);
        }
    }

    /// Total variation and sums go on from where the last prox ended, at another step too.
    fn a_second_prox_is_nearly_there(comm) {
        let layout = Layout::scatter(comm, &[8, 6], 0).unwrap();
        let x = noise::<f64>(&(&layout).into(), 7);
        let tv = |told: TV| told.iterations(5000).tolerance(1e-7).on::<f64>(&layout).unwrap();
        let box_ = Bounds::new(-0.2, 0.9).on::<f64>(&layout).unwrap();
        let sum = |told: Sum| told.of(vec![Euclid::new(0.3).on(&layout).unwrap(), L1::new(0.2).on(&layout).unwrap(), box_.clone()]).unwrap();
        for (warm, cold) in [(tv(TV::new(0.2)), tv(TV::new(0.2).cold())), (sum(Sum::new()), sum(Sum::new().cold()))] {
            let counts = |f: &ProximalOperator<f64>, tau| {
                let before = f.inner_iterations();
                let y = f.prox(&x, tau).unwrap();
                (f.inner_iterations() - before, y)
            };
            let [(first, _), (second, _), (third, found)] = [1.0, 1.0, 1.01].map(|tau| counts(&warm, tau));
            let [(once, _), (again, _), (_, expected)] = [1.0, 1.0, 1.01].map(|tau| counts(&cold, tau));
            assert!(first == once && once == again && first > 4, "{first}, {once}, {again}");
            assert!(4 * second < first && third < first, "{first}, {second}, {third}");
            assert!((found - expected).norm() < 1e-4);
        }
    }

    /// An iteration of TV sums once, a turn of Sum too.
    fn iterations_sum_once(comm) {
        let layout = Layout::scatter(comm, &[8, 6], 0).unwrap();
        let x = noise::<f64>(&(&layout).into(), 7);
        let sums = |f: &ProximalOperator<f64>| {
            let before = comm.traffic();
            f.prox(&x, 1.0).unwrap();
            (comm.traffic() - before)[Verb::AllReduce].calls as usize
        };
        let f = TV::new(0.3).iterations(6).tolerance(0.0).on::<f64>(&layout).unwrap();
        let found = sums(&f);
        assert_eq!((found, f.inner_iterations()), (if comm.size() > 1 { 6 } else { 0 }, 6));
        let parts = vec![L1::new(0.2).on(&layout).unwrap(), Bounds::new(0.0, 1.0).on(&layout).unwrap()];
        let f = Sum::new().iterations(1).of(parts).unwrap();
        assert_eq!((sums(&f), f.inner_iterations()), (usize::from(comm.size() > 1), 1));
        let below = HalfSpace::new(0.1).of(&x).unwrap();
        let f = Sum::new().iterations(2).tolerance(0.0).of(vec![below, L1::new(0.2).on(&layout).unwrap()]).unwrap();
        assert_eq!(sums(&f), if comm.size() > 1 { 4 } else { 0 });
    }

    /// Squares of what is long beside τσ leave the range of numbers.
    fn total_variation_of_large_numbers(comm) {
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let x = DistArray::from_fn(&layout, |i| if i[0] < 2 { 1e200 } else { -1e200 });
        for told in [TV::new(1.0), TV::new(1.0).anisotropic()] {
            let y = told.iterations(3).on::<f64>(&layout).unwrap().prox(&x, 1.0).unwrap();
            assert!((y.norm() / x.norm() - 1.0).abs() < 1e-12);
            let y = told.on::<f64>(&layout).unwrap().prox(&(1e-200 * &x), 1.0).unwrap();
            assert!(y.norm() < 0.9 * 12f64.sqrt());
        }
    }
}
