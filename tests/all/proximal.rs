//! Proximal operators against what PyProximal computes, and what they refuse.

use crate::proximal_figures::{self as figures, Figures, TAUS, X};
use lops::ndarray::Array2;
use lops::operators::{Diagonal, MatrixMult, Restriction};
use lops::proximal::{
    AffineSet, Bounds, Euclid, EuclideanBall, HalfSpace, Huber, L0, L0Ball, L1, L1Ball, L2, L21, LeastSquares,
    LogPenalty, NonNegative, ProximalOperator, Quadratic, Simplex,
};
use lops::{DistArray, ErrorKind, Layout, LinearOperator, Operator, Result};

/// An operator's matrix times vectors of 8 elements, cut: the first rows of a symmetric one of three diagonals.
fn three_diagonals(layout: &Layout, rows: usize) -> Result<Operator<f64>> {
    let matrix = Array2::from_shape_fn((rows, 8), |(i, j)| match i.abs_diff(j) {
        0 => (i + 1) as f64,
        1 => 0.5,
        _ => 0.0,
    });
    let whole = Layout::replicated(layout.comm(), &[8])?;
    let gather = lops::operators::Redistribute::to(&whole).on::<f64>(layout)?;
    let product = MatrixMult::new(&matrix).on(&whole)?.compose(&gather)?;
    match rows {
        8 => gather.adjoint().compose(&product),
        _ => Ok(product),
    }
}

fn close(found: &DistArray<f64>, expected: &[f64], tolerance: f64, what: &str) {
    for (found, expected) in found.gather_all().iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{what}: {found}, not {expected}");
    }
}

/// Value and proxes at X, but at elements where PyProximal is known to be wrong.
fn as_pyproximal(name: &str, f: &ProximalOperator<f64>, x: &DistArray<f64>, figures: &Figures, tolerance: f64) {
    let (value, proxes) = figures;
    let found = f.value(x).unwrap();
    match value {
        Some(value) => assert!((found - value).abs() <= 1e-12 * value.abs(), "{name}: {found}, not {value}"),
        None => assert_eq!(found, f64::INFINITY, "{name}"),
    }
    for (tau, expected) in TAUS.into_iter().zip(proxes) {
        close(&f.prox(x, tau).unwrap(), expected, tolerance, &format!("{name} at {tau}"));
    }
}

crate::bodies! {
    fn proxes_and_values_are_those_of_pyproximal(comm) {
        let layout = Layout::scatter(comm, &[8], 0).unwrap();
        let x = DistArray::from_global(&layout, &X).unwrap();
        let count = DistArray::from_fn(&layout, |i| i[0] as f64);
        let l1 = L1::new(0.8).on::<f64>(&layout).unwrap();
        let check = |name, f: Result<ProximalOperator<f64>>, figures, tolerance| {
            as_pyproximal(name, &f.unwrap(), &x, figures, tolerance);
        };
        check("L1", Ok(l1.clone()), &figures::L1, 1e-15);
        check("L2", L2::new(0.8).on(&layout), &figures::L2, 1e-15);
        check("L2 to b", L2::new(0.8).to(&count), &figures::L2_TO_B, 1e-15);
        check("Euclid", Euclid::new(0.8).on(&layout), &figures::EUCLID, 1e-15);
        check("LogPenalty", LogPenalty::new(0.8, 1.3).on(&layout), &figures::LOG, 1e-13);
        check("Bounds", Bounds::new(-0.5, 1.5).on(&layout), &figures::BOUNDS, 0.0);
        check("HalfSpace", HalfSpace::new(1.0).of(&(&count - 2.0)), &figures::HALF_SPACE, 1e-15);
        check("Simplex", Simplex::new(5.0).on(&layout), &figures::SIMPLEX, 1e-12);
        check("L1Ball", L1Ball::new(3.0).on(&layout), &figures::L1_BALL, 1e-12);
        let ball = EuclideanBall::new(1.5).on(&layout).unwrap();
        check("EuclideanBall", ball.translated(&DistArray::full(&layout, -0.5)), &figures::BALL, 1e-15);
        check("L0Ball", L0Ball::new(3).on(&layout), &figures::L0_BALL, 0.0);
        let a = three_diagonals(&layout, 8).unwrap();
        check("Quadratic", Quadratic::new().constant(1.0).of(&a, &(&count - 3.0)), &figures::QUADRATIC, 1e-8);
        let a = three_diagonals(&layout, 5).unwrap();
        let b = DistArray::from_global(a.range().layout().unwrap(), &[0.0, 1.0, 2.0, 3.0, 4.0]).unwrap();
        let f = LeastSquares::new(0.8).iterations(50).of(&a, &b);
        check("LeastSquares", f, &figures::LEAST_SQUARES, 1e-6); // of which theirs are the last digits
        let scaled = l1.translated(&DistArray::full(&layout, 0.5)).unwrap().scaled(2.0);
        check("scaled", scaled, &figures::SCALED, 1e-15);
        check("affine", l1.plus_affine(&(0.125 * &count), 0.0), &figures::AFFINE, 1e-15);
        check("multiple", l1.times(3.0), &figures::MULTIPLE, 1e-15);
    }

    /// The value of L0 is without σ there, its level τσ itself; from α to α + τ Huber's prox is that of the modulus.
    fn what_pyproximal_gets_wrong_is_right_here(comm) {
        let layout = Layout::scatter(comm, &[8], 0).unwrap();
        let x = DistArray::from_global(&layout, &X).unwrap();
        let f = L0::new(0.8).on::<f64>(&layout).unwrap();
        assert_eq!((f.value(&x).unwrap(), figures::L0.0), (5.6000000000000005, Some(7.0)));
        for (tau, theirs) in TAUS.into_iter().zip(figures::L0.1) {
            let kept = |level: f64| X.map(|x| if x.abs() > level { x } else { 0.0 });
            assert_eq!(theirs, kept(0.8 * tau));
            close(&f.prox(&x, tau).unwrap(), &kept((2.0 * 0.8 * tau).sqrt()), 0.0, "L0");
        }
        let f = Huber::new(0.8).on::<f64>(&layout).unwrap();
        assert!((f.value(&x).unwrap() - figures::HUBER.0.unwrap()).abs() < 1e-14);
        for (tau, mut expected) in TAUS.into_iter().zip(figures::HUBER.1) {
            for (expected, x) in expected.iter_mut().zip(X).filter(|(_, x)| x.abs() > 0.8 && x.abs() <= 0.8 + tau) {
                *expected = x * 0.8 / (0.8 + tau);
            }
            close(&f.prox(&x, tau).unwrap(), &expected, 1e-15, "Huber");
        }
    }

    fn groups_are_those_of_a_stack_or_along_an_axis(comm) {
        let halves = Layout::scatter(comm, &[4], 0).unwrap();
        let half = |k: usize| DistArray::from_fn(&halves, |i| X[4 * k + i[0]]);
        let x = DistArray::stack(&[&half(0), &half(1)]).unwrap();
        let f = L21::new(0.8).on::<f64>(x.space()).unwrap();
        let flat = |y: &DistArray<f64>| [y.member(0), y.member(1)].map(|half| half.gather_all().into_iter().collect::<Vec<_>>()).concat();
        for (tau, expected) in TAUS.into_iter().zip(figures::L21.1) {
            let found = flat(&f.prox(&x, tau).unwrap());
            assert!(found.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-15), "{found:?}");
        }
        assert!((f.value(&x).unwrap() - figures::L21.0.unwrap()).abs() < 1e-14);
        for (axis, shape) in [(0, [2, 4]), (1, [4, 2])] {
            let layout = Layout::scatter(comm, &shape, 1 - axis).unwrap();
            let of = |i: &[usize]| X[4 * i[axis] + i[1 - axis]];
            let y = L21::new(0.8).along(axis).on::<f64>(&layout).unwrap().prox(&DistArray::from_fn(&layout, of), 1.5).unwrap();
            let expected = figures::L21.1[1];
            close(&y, &(0..8).map(|k| expected[4 * [k / 4, k % 2][axis] + [k % 4, k / 2][axis]]).collect::<Vec<_>>(), 1e-15, "along");
        }
    }

    fn gradients_are_those_of_pyproximal(comm) {
        let layout = Layout::scatter(comm, &[8], 0).unwrap();
        let x = DistArray::from_global(&layout, &X).unwrap();
        let a = three_diagonals(&layout, 5).unwrap();
        let b = DistArray::from_global(a.range().layout().unwrap(), &[0.0, 1.0, 2.0, 3.0, 4.0]).unwrap();
        let f = LeastSquares::new(0.8).of(&a, &b).unwrap();
        close(&f.gradient(&x).unwrap(), &[-3.74, -7.86, -7.24, -3.82, 10.1, 1.06, 0.0, 0.0], 1e-14, "LeastSquares");
        let f = Huber::new(0.8).on(&layout).unwrap();
        let expected = [-1.0, -0.875, 0.0, 0.375, 1.0, 1.0, -0.25, 1.0];
        close(&f.gradient(&x).unwrap(), &expected, 1e-15, "Huber");
    }

    /// An element of a box that is at its end, one that ties, a stack.
    fn ends_and_ties(comm) {
        let layout = Layout::scatter(comm, &[3, 4], 1).unwrap();
        let x = DistArray::from_fn(&layout, |i| if i[0] == 1 { 2.0 } else { 1.0 });
        let kept = L0Ball::new(6).on::<f64>(&layout).unwrap().prox(&x, 1.0).unwrap();
        let expected = [1.0, 1.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0];
        close(&kept, &expected, 0.0, "first of equal ones");
        let two = DistArray::stack(&[&x, &x]).unwrap();
        let kept = L0Ball::new(9).on::<f64>(two.space()).unwrap().prox(&two, 1.0).unwrap();
        close(&kept.member(0), &[1.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0], 0.0, "first member");
        close(&kept.member(1), &[0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0], 0.0, "second member");
        assert_eq!(L0Ball::new(0).on::<f64>(&layout).unwrap().prox(&x, 1.0).unwrap().norm(), 0.0);
        assert_eq!(Bounds::new(1.0, 2.0).on::<f64>(&layout).unwrap().value(&x).unwrap(), 0.0);
        assert_eq!(NonNegative.on::<f64>(&layout).unwrap().value(&-&x).unwrap(), f64::INFINITY);
        assert!(NonNegative.on::<f64>(&layout).unwrap().prox(&DistArray::full(&layout, f64::NAN), 1.0).unwrap().norm().is_nan());
    }

    fn equations_are_solved(comm) {
        let layout = Layout::scatter(comm, &[8], 0).unwrap();
        let a = three_diagonals(&layout, 5).unwrap();
        let b = DistArray::from_global(a.range().layout().unwrap(), &[0.0, 1.0, 2.0, 3.0, 4.0]).unwrap();
        let f = AffineSet::new().of(&a, &b).unwrap();
        let x = DistArray::from_global(&layout, &X).unwrap();
        let y = f.prox(&x, 1.0).unwrap();
        assert!((a.apply_to(&y).unwrap() - &b).norm() < 1e-10);
        assert_eq!((f.value(&x).unwrap(), f.value(&y).unwrap()), (f64::INFINITY, 0.0));
        // What is taken is the shortest way: it is of the range of Aᴴ, and the last two elements are not reached.
        assert_eq!((y.get(&[6]).unwrap(), y.get(&[7]).unwrap()), (X[6], X[7]));
        assert!(f.inner_iterations() >= 5);
    }

    fn what_makes_no_sense_is_refused(comm) {
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let kind = |made: Result<ProximalOperator<f64>>| made.map(|_| ()).unwrap_err().kind();
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            for made in [
                L1::new(bad).on(&layout), L0::new(bad).on(&layout), L2::new(bad).on(&layout), Huber::new(bad).on(&layout),
                LogPenalty::new(1.0, bad).on(&layout), LogPenalty::new(bad, 1.0).on(&layout), Euclid::new(bad).on(&layout),
                L21::new(bad).along(1).on(&layout), L1Ball::new(bad).on(&layout), EuclideanBall::new(bad).on(&layout),
                Simplex::new(bad).on(&layout),
            ] {
                assert_eq!(kind(made), ErrorKind::Parameter, "{bad}");
            }
        }
        let ones = DistArray::<f64>::full(&layout, 1.0);
        // One weight, on one rank.
        let weights = DistArray::from_fn(&layout, |i| if i == [3, 2] { -1.0 } else { 1.0 });
        assert_eq!(kind(L1::of(&weights)), ErrorKind::Parameter);
        assert_eq!(kind(Bounds::of(&ones, &weights)), ErrorKind::Parameter);
        assert_eq!(kind(Bounds::new(1.0, 0.0).on(&layout)), ErrorKind::Parameter);
        assert_eq!(kind(Bounds::new(f64::NAN, 0.0).on(&layout)), ErrorKind::Parameter);
        assert_eq!(kind(Bounds::new(f64::INFINITY, f64::INFINITY).on(&layout)), ErrorKind::Parameter);
        assert_eq!(kind(HalfSpace::new(1.0).of(&ones.zeros_like())), ErrorKind::Parameter);
        assert_eq!(kind(HalfSpace::new(f64::NAN).of(&ones)), ErrorKind::Parameter);
        assert_eq!(kind(L21::new(1.0).along(2).on(&layout)), ErrorKind::Axis);
        assert_eq!(kind(L21::new(1.0).on(&layout)), ErrorKind::Layout);
        if comm.size() > 1 {
            assert_eq!(kind(L21::new(1.0).along(0).on(&layout)), ErrorKind::Layout);
        }
        assert_eq!(kind(Simplex::new(1.0).on(Layout::scatter(comm, &[0], 0).unwrap())), ErrorKind::Shape);
        let other = Layout::scatter(comm, &[5], 0).unwrap();
        let others = DistArray::<f64>::zeros(&other);
        assert_eq!(kind(Bounds::of(&ones, &others)), ErrorKind::Shape);
        let pair = DistArray::stack(&[&ones, &others]).unwrap();
        assert_eq!(kind(L21::new(1.0).on(pair.space())), ErrorKind::Shape);
        let a = Restriction::new(&[1]).along(1).on::<f64>(&layout).unwrap();
        assert_eq!(kind(LeastSquares::new(1.0).of(&a, &ones)), ErrorKind::Shape);
        assert_eq!(kind(LeastSquares::new(0.0).of(&a, &DistArray::zeros(a.range()))), ErrorKind::Parameter);
        assert_eq!(kind(LeastSquares::new(1.0).tolerance(f64::NAN).of(&a, &DistArray::zeros(a.range()))), ErrorKind::Parameter);
        assert_eq!(kind(AffineSet::new().of(&a, &ones)), ErrorKind::Shape);
        assert_eq!(kind(Quadratic::new().of(&a, &ones)), ErrorKind::Shape);
        let d = Diagonal::of(&ones).unwrap();
        assert_eq!(kind(Quadratic::new().of(&d, &others)), ErrorKind::Shape);
        assert_eq!(kind(Quadratic::new().constant(f64::NAN).of(&d, &ones)), ErrorKind::Parameter);
        let f = L1::new(1.0).on::<f64>(&layout).unwrap();
        assert_eq!(kind(f.translated(&others)), ErrorKind::Shape);
        assert_eq!(kind(f.plus_affine(&others, 0.0)), ErrorKind::Shape);
        assert_eq!(kind(f.plus_affine(&ones, f64::NAN)), ErrorKind::Parameter);
        assert_eq!(kind(f.scaled(0.0)), ErrorKind::Parameter);
        assert_eq!(kind(f.times(-1.0)), ErrorKind::Parameter);
        assert_eq!(kind(f.orthogonal(&a, 1.0)), ErrorKind::Shape);
        assert_eq!(kind(f.orthogonal(&d, 0.0)), ErrorKind::Parameter);
        assert_eq!(kind(ProximalOperator::stacked(vec![])), ErrorKind::Shape);
        for tau in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(f.prox(&ones, tau).unwrap_err().kind(), ErrorKind::Parameter);
            assert_eq!(f.dual_prox(&ones, tau).unwrap_err().kind(), ErrorKind::Parameter);
        }
        assert_eq!(f.value(&others).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(f.prox(&others, 1.0).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(f.gradient(&ones).unwrap_err().to_string(), "gradient of L1: expected a function with a gradient, found one without");
    }
}
