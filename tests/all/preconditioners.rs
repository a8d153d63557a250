//! Diagonals and blocks found by probes, their inverses, and least squares with them.

use lops::layout::{Cut, Grid};
use lops::ndarray::Array2;
use lops::operators::{Convolve1D, Diagonal, FirstDerivative, Identity, Laplacian, SecondDerivative, normal};
use lops::solvers::{Cgls, Method, Options, Pcgls, Tolerance, block_jacobi, jacobi, pcg, pcgls};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, Operator, Real, Reason, Scalar};

/// Layouts of 7 × 5: rows in uneven blocks, columns in blocks, a grid, all of it on each rank, rows dealt out.
fn layouts(comm: &Comm) -> Vec<Layout> {
    let shape = [7, 5];
    let over = |cuts: &[Cut]| Grid::cut(cuts).layout(comm, &shape).unwrap();
    vec![
        Layout::scatter(comm, &shape, 0).unwrap(),
        Layout::scatter(comm, &shape, 1).unwrap(),
        over(&[Cut::Block, Cut::Block]),
        Layout::replicated(comm, &shape).unwrap(),
        over(&[Cut::Cyclic, Cut::Whole]),
    ]
}

/// A stencil in two directions with coefficients that vary, Hermitian and positive definite.
fn smooth<T: Scalar>(layout: &Layout) -> Operator<T> {
    let varied = DistArray::from_fn(layout, |i| T::from_parts(1.0 + (i[0] * 5 + i[1]) as f64, 0.0));
    let turned = DistArray::from_fn(layout, |i| T::from_parts((i[1] as f64).cos(), (i[0] as f64).sin()));
    let laplacian = &Laplacian::over(&[0, 1]).on::<T>(layout).unwrap() * &Diagonal::of(&turned).unwrap();
    &laplacian.adjoint() * &laplacian + Diagonal::of(&varied).unwrap()
}

/// The square blocks about a diagonal that an axis of 7 × 5 is cut into, as a matrix with 0 elsewhere.
fn blocks_of<T: Scalar>(matrix: &Array2<T>, axis: usize, width: usize) -> Array2<T> {
    let place = |k: usize| [k / 5, k % 5];
    Array2::from_shape_fn(matrix.dim(), |(i, j)| {
        let (row, column) = (place(i), place(j));
        let same = row[axis] / width == column[axis] / width && row[1 - axis] == column[1 - axis];
        if same { matrix[[i, j]] } else { T::zero() }
    })
}

fn far<T: Scalar>(a: &Array2<T>, b: &Array2<T>) -> f64 {
    a.iter().zip(b).fold(0.0, |most, (a, b)| most.max((*a - *b).modulus().to_f64()))
}

fn bits<T: Scalar>(x: &DistArray<T>) -> Vec<u64> {
    x.gather_all().iter().flat_map(|x| [x.re(), x.im()]).map(|x| x.to_f64().to_bits()).collect()
}

/// Least squares of rather different columns, complex data of a real model or whatever the types are.
fn problem<T: Scalar>(comm: &Comm) -> (Operator<T>, DistArray<T>) {
    let layout = Layout::scatter(comm, &[13], 0).unwrap();
    let uneven = DistArray::from_fn(&layout, |i| T::from_parts(3f64.powi(i[0] as i32 % 4), 0.0));
    let sum = FirstDerivative::along(0).on::<T>(&layout).unwrap()
        + Identity.on::<T>(&layout).scale_real(<T::Real as Real>::from_f64(2.0));
    let b = DistArray::from_fn(&layout, |i| T::from_parts((i[0] as f64).cos(), (2.0 * i[0] as f64).sin()));
    (&sum * &Diagonal::of(&uneven).unwrap(), b)
}

fn run<T: Scalar>(comm: &Comm) -> Vec<u64> {
    let (a, b) = problem::<T>(comm);
    let m = jacobi(&normal(&a).diagonal(&[2]).unwrap()).unwrap();
    let mut x = b.zeros_like();
    let report = Pcgls::new(&a, &b, &mut x, &m).unwrap().damp(0.5).unwrap().solve(&Options::exactly(5)).unwrap();
    let series = ["gradient", "cost", "damped cost"].map(|name| report.series(name).to_vec()).concat();
    assert_eq!(series.len(), 18);
    series.iter().map(|x| x.to_f64().to_bits()).chain(bits(&x)).collect()
}

crate::bodies! {
    fn a_diagonal_is_found_by_few_products(comm) {
        for layout in layouts(comm).into_iter().take(4) {
            let a = smooth::<Complex<f64>>(&layout);
            let matrix = a.to_dense().unwrap();
            let diagonal = a.diagonal(&[2, 2]).unwrap();
            let all = diagonal.gather_all();
            all.iter().zip(matrix.diag()).for_each(|(d, m)| assert_eq!(d, m));
            // Beyond the axis it is all of it.
            assert_eq!(a.diagonal(&[usize::MAX, 3]).unwrap(), diagonal);
        }
        // Not Hermitian, and as many products as are said.
        let layout = Layout::scatter(comm, &[40], 0).unwrap();
        let a = Convolve1D::new(&[3.0, 7.0, 5.0], 0).on(&layout).unwrap();
        let before = comm.traffic();
        a.diagonal(&[2]).unwrap();
        let sent = (comm.traffic() - before).total().messages;
        assert_eq!(sent, 3 * lops::LinearOperator::communication(&a).forward.messages);
        assert_eq!(a.diagonal(&[2]).unwrap(), DistArray::full(&layout, 3.0));
    }

    fn a_diagonal_is_estimated(comm) {
        let layout = Layout::scatter(comm, &[7, 5], 0).unwrap();
        let a = smooth::<f32>(&layout);
        let alone = Layout::scatter(&comm.alone(), &[7, 5], 0).unwrap();
        let estimate = a.diagonal_estimate(200).unwrap();
        assert_eq!(bits(&estimate), bits(&smooth::<f32>(&alone).diagonal_estimate(200).unwrap()));
        let (matrix, found) = (a.to_dense().unwrap(), estimate.gather_all());
        for (i, found) in found.iter().enumerate() {
            let others: f32 = (0..35).filter(|&j| j != i).map(|j| matrix[[i, j]].powi(2)).sum();
            assert!((found - matrix[[i, i]]).abs() <= 4.0 * (others / 200.0).sqrt(), "{i}: {found}");
        }
        // Exact where there is nothing beside it.
        let d = DistArray::from_fn(&layout, |i| i[0] as f32 - 0.5);
        assert_eq!(Diagonal::of(&d).unwrap().diagonal_estimate(1).unwrap(), d);
    }

    fn blocks_are_inverted(comm) {
        fn on<T: Scalar>(comm: &Comm, tolerance: f64) {
            for (number, layout) in layouts(comm).into_iter().enumerate() {
                if number == 4 {
                    continue; // dealt out
                }
                let a = smooth::<T>(&layout);
                let matrix = a.to_dense().unwrap();
                for (axis, width) in [(0, 1), (0, 2), (0, 3), (0, 7), (1, 2), (1, 5), (1, 9)] {
                    let m = block_jacobi(&a, axis, width, &[2, 2]).unwrap();
                    let product = blocks_of(&matrix, axis, width).dot(&m.to_dense().unwrap());
                    let eye = Array2::from_shape_fn((35, 35), |(i, j)| if i == j { T::one() } else { T::zero() });
                    assert!(far(&product, &eye) < tolerance, "{number}, {axis}, {width}: {}", far(&product, &eye));
                    // A Hermitian matrix' inverse is so to the last bit.
                    let inverse = m.to_dense().unwrap();
                    assert_eq!(far(&inverse, &inverse.t().map(|m| m.conj())), 0.0);
                    assert!(m.check(3).unwrap().warnings.is_empty());
                }
            }
        }
        on::<f64>(comm, 1e-12);
        on::<Complex<f32>>(comm, 1e-4);
        // Of a matrix that is not Hermitian; where the axis is dealt out, other axes may have blocks.
        let layout = layouts(comm).pop().unwrap();
        let a = 4.0 * Identity.on::<f64>(&layout) + FirstDerivative::along(1).on::<f64>(&layout).unwrap();
        let m = block_jacobi(&a, 1, 2, &[0, 1]).unwrap();
        let product = blocks_of(&a.to_dense().unwrap(), 1, 2).dot(&m.to_dense().unwrap());
        assert!(far(&product, &Array2::eye(35)) < 1e-15);
        assert!(m.check(3).unwrap().warnings.is_empty());
        assert_ne!(m.to_dense().unwrap(), m.to_dense().unwrap().t());
    }

    fn blocks_have_the_same_bits_and_speed_up_conjugate_gradients(comm) {
        let solve = |comm: &Comm, width: Option<usize>| {
            let layout = Layout::scatter(comm, &[23, 3], 0).unwrap();
            let stiff = SecondDerivative::along(0).on::<f64>(&layout).unwrap();
            let a = &stiff.adjoint() * &stiff + 0.01 * Identity.on::<f64>(&layout);
            let m = match width {
                Some(width) => block_jacobi(&a, 0, width, &[2, 0]).unwrap(),
                None => Identity.on(&layout),
            };
            let (b, mut x) = (DistArray::random_signed(&layout, 5), DistArray::zeros(&layout));
            let report = pcg(&a, &b, &mut x, &m, &Options::iterations(200)).unwrap();
            assert!(report.reason.converged(), "{}", report.reason);
            (report.iterations, bits(&x))
        };
        for width in [4, 6] {
            assert_eq!(solve(comm, Some(width)), solve(&comm.alone(), Some(width)));
        }
        assert!(solve(comm, Some(6)).0 < solve(comm, None).0);
        assert!(solve(comm, Some(23)).0 <= 2);
    }

    fn colours_have_preconditioners_of_their_own(comm) {
        let colours: Vec<_> = (0..comm.size()).map(|rank| 2 * rank / comm.size()).collect();
        let layout = Layout::scatter(comm, &[9], 0).unwrap().with_mask(&colours).unwrap();
        let value = 2.0 + 2.0 * colours[comm.rank()] as f64;
        let (all, ones) = (DistArray::full(&layout, value), DistArray::full(&layout, 1.0));
        let a = Diagonal::of(&all).unwrap();
        assert_eq!(a.diagonal(&[1]).unwrap(), all);
        assert_eq!(a.diagonal_estimate(1 + colours[comm.rank()]).unwrap(), all);
        assert_eq!(&jacobi(&all).unwrap() * &all, ones);
        assert_eq!(&block_jacobi(&a, 0, 2, &[1]).unwrap() * &all, ones);
    }

    fn preconditioners_tell_what_is_wrong(comm) {
        let layout = Layout::scatter(comm, &[7, 5], 0).unwrap();
        let a = smooth::<f64>(&layout);
        let kind = |error: lops::Error, says: &str| {
            assert!(error.to_string().contains(says), "{error}");
            error.kind()
        };
        assert_eq!(kind(a.diagonal(&[2]).unwrap_err(), "reaches"), ErrorKind::Shape);
        assert_eq!(kind(a.diagonal_estimate(0).unwrap_err(), "samples"), ErrorKind::Parameter);
        assert_eq!(kind(block_jacobi(&a, 2, 2, &[1, 1]).unwrap_err(), "axis"), ErrorKind::Axis);
        assert_eq!(kind(block_jacobi(&a, 0, 0, &[1, 1]).unwrap_err(), "width"), ErrorKind::Parameter);
        let zero = 0.0 * Identity.on::<f64>(&layout);
        assert_eq!(kind(block_jacobi(&zero, 0, 2, &[1, 1]).unwrap_err(), "[0, 0]"), ErrorKind::Parameter);
        // One block of all has no inverse: the derivative of what is constant.
        let derivative = SecondDerivative::along(1).on::<f64>(&layout).unwrap();
        assert_eq!(kind(block_jacobi(&derivative, 1, 5, &[0, 2]).unwrap_err(), "inverse"), ErrorKind::Parameter);
        let dealt = layouts(comm).pop().unwrap();
        if comm.size() > 1 {
            let error = block_jacobi(&Identity.on::<f64>(&dealt), 0, 2, &[1, 1]).unwrap_err();
            assert_eq!(kind(error, "in blocks"), ErrorKind::Layout);
        }
        let mut d = DistArray::full(&layout, 2.0);
        assert!(jacobi(&d).is_ok());
        for wrong in [0.0, f64::NAN, f64::INFINITY, 1e-320] {
            d.set(&[6, 3], wrong).unwrap();
            let error = jacobi(&d);
            if wrong.is_infinite() {
                assert!(error.is_ok(), "1/∞ is 0");
            } else {
                assert_eq!(kind(error.unwrap_err(), "[6, 3]"), ErrorKind::Parameter);
            }
        }
        let tall = lops::operators::Restriction::new(&[1, 4]).on::<f64>(&Layout::scatter(comm, &[7], 0).unwrap()).unwrap();
        assert_eq!(kind(tall.diagonal(&[1]).unwrap_err(), "diagonal"), ErrorKind::Shape);
    }

    fn preconditioned_cgls_is_cgls_of_a_better_problem(comm) {
        let (a, b) = problem::<Complex<f64>>(comm);
        let diagonal = normal(&a).diagonal(&[2]).unwrap();
        let root = Diagonal::of(&diagonal.map(|d| Complex::new(1.0 / d.re.sqrt(), 0.0))).unwrap();
        let (m, better) = (&root * &root, &a * &root);
        for iterations in [1, 3, 6] {
            let options = Options::exactly(iterations);
            let (mut x, mut p) = (b.zeros_like(), b.zeros_like());
            let with = pcgls(&a, &b, &mut x, &m, &options).unwrap();
            let other = Cgls::new(&better, &b, &mut p).unwrap().solve(&options).unwrap();
            assert!((&x - &(&root * &p)).norm() < 1e-12 * x.norm());
            with.cost().iter().zip(other.cost()).for_each(|(with, other)| assert!((with - other).abs() < 1e-12));
        }
        // Without a preconditioner it is CGLS, with damping too, and from another model.
        let (identity, options) = (Identity.on(b.space()), Options::exactly(5));
        let (mut x, mut y) = (b.clone(), b.clone());
        let with = Pcgls::new(&a, &b, &mut x, &identity).unwrap().damp(0.7).unwrap().solve(&options).unwrap();
        let other = Cgls::new(&a, &b, &mut y).unwrap().damp(0.7).unwrap().solve(&options).unwrap();
        assert!((&x - &y).norm() < 1e-12);
        for name in ["gradient", "cost", "damped cost"] {
            let pairs = with.series(name).iter().zip(other.series(name));
            pairs.for_each(|(with, other)| assert!((with - other).abs() < 1e-11, "{name}"));
        }
    }

    fn preconditioned_cgls_needs_fewer_iterations(comm) {
        let (a, b) = problem::<f64>(comm);
        let m = jacobi(&normal(&a).diagonal(&[2]).unwrap()).unwrap();
        let options = Options { tolerance: Tolerance::Relative(1e-10), ..Options::iterations(200) };
        for damp in [0.0, 0.3] {
            let (mut x, mut y) = (b.zeros_like(), b.zeros_like());
            let with = Pcgls::new(&a, &b, &mut x, &m).unwrap().damp(damp).unwrap().solve(&options).unwrap();
            let without = Cgls::new(&a, &b, &mut y).unwrap().damp(damp).unwrap().solve(&options).unwrap();
            assert!(with.reason.converged() && without.reason.converged(), "{} {}", with.reason, without.reason);
            assert!(with.iterations < without.iterations, "{} and {}", with.iterations, without.iterations);
            assert!((&x - &y).norm() < 1e-6);
        }
    }

    fn preconditioned_cgls_has_the_same_bits_on_any_cut(comm) {
        assert_eq!(run::<f64>(comm), run::<f64>(&comm.alone()));
        assert_eq!(run::<Complex<f32>>(comm), run::<Complex<f32>>(&comm.alone()));
    }

    fn preconditioned_cgls_sends_what_it_says(comm) {
        let (a, b) = problem::<f64>(comm);
        let m = &a.adjoint() * &a; // it sends too
        for damp in [0.0, 1.0] {
            let mut x = b.zeros_like();
            let method = Pcgls::new(&a, &b, &mut x, &m).unwrap().damp(damp).unwrap();
            let said = method.communication().unwrap();
            assert_eq!(said.sums.calls, if comm.size() > 1 { 2 } else { 0 });
            let mut solver = method.start(&Options::exactly(5)).unwrap();
            let before = comm.traffic();
            solver.step().unwrap();
            let (sent, said) = ((comm.traffic() - before).total(), said.total());
            assert_eq!((sent.messages, sent.bytes), (said.messages, said.bytes));
        }
    }

    fn preconditioned_cgls_tells_what_is_wrong(comm) {
        let (a, b) = problem::<f64>(comm);
        let (m, options) = (Identity.on::<f64>(b.space()), Options::default());
        let mut x = b.zeros_like();
        let other = Layout::scatter(comm, &[14], 0).unwrap();
        let error = Pcgls::new(&a, &b, &mut x, &Identity.on(&other)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert!(error.to_string().contains("preconditioner of CGLS"), "{error}");
        for damp in [-1.0, f64::NAN, f64::INFINITY] {
            let error = Pcgls::new(&a, &b, &mut x, &m).unwrap().damp(damp).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parameter);
        }
        let report = pcgls(&a, &b, &mut x, &(-1.0 * &m), &options).unwrap();
        assert!(matches!(report.reason, Reason::Preconditioner(gamma) if gamma < 0.0), "{}", report.reason);
        assert_eq!(pcgls(&a, &b, &mut x, &(0.0 * &m), &options).unwrap().reason, Reason::Preconditioner(0.0));
        let mut wrong = b.clone();
        wrong.set(&[4], f64::NAN).unwrap();
        let report = pcgls(&a, &wrong, &mut x, &m, &options).unwrap();
        assert!(matches!(report.reason, Reason::NonFinite { vector: "b", .. }), "{}", report.reason);
        assert_eq!(x, b.zeros_like());
        let zero = b.zeros_like();
        assert_eq!(pcgls(&a, &zero, &mut x, &m, &options).unwrap().reason, Reason::Tolerance);
        // Near the ends of the range nothing false is told.
        for scale in [1e-200, 1e200] {
            let report = pcgls(&a, &b.map(|b| b * scale), &mut x, &m, &options).unwrap();
            assert!(!report.reason.converged(), "{}", report.reason);
        }
    }
}
