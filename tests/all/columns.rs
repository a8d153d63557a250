//! Several right-hand sides at once.

use lops::array::Norm;
use lops::layout::{Chunk, Mode};
use lops::ndarray;
use lops::operators::{
    Convolve1D, Diagonal, FirstDerivative, Function, Identity, MatrixMult, SecondDerivative, normal,
};
use lops::solvers::{Cg, CgColumns, Cgls, CglsColumns, Method, Options, Tolerance, cg, cg_columns, cgls_columns};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Reason, Scalar};
use std::ops::ControlFlow;

const N: usize = 37;
/// Very different sizes, and a column of zeros.
const SIZES: [f64; 5] = [1.0, 1e-10, 0.0, 1e10, 1e3];
const K: usize = SIZES.len();

fn size<T: Scalar>(j: usize) -> f64 {
    if size_of::<T::Real>() == 4 && SIZES[j] > 0.0 { SIZES[j].powf(0.5) } else { SIZES[j] }
}

fn value<T: Scalar>(i: usize, j: usize) -> T {
    let (i, size) = (i as f64, size::<T>(j));
    T::from_parts(size * (i * (j as f64 + 1.3)).cos(), size * (2.0 * i + j as f64).sin())
}

/// Cut unevenly along the first axis, with an empty rank where there are three or more.
fn uneven(comm: &Comm, shape: &[usize]) -> Layout {
    let ranks = comm.size();
    let mut sizes = vec![0; ranks];
    sizes[0] = shape[0] - shape[0] / 3 * usize::from(ranks > 1);
    sizes[ranks - 1] += shape[0] - sizes[0];
    Layout::scatter_sizes(comm, shape, 0, &sizes).unwrap()
}

fn square<T: Scalar>(layout: &Layout) -> Operator<T> {
    let stiff = DistArray::from_fn(layout, |i| T::from_parts(1.0 + (i[0] % 7) as f64, 0.0));
    normal(&SecondDerivative::along(0).on::<T>(layout).unwrap()) + Diagonal::of(&stiff).unwrap()
}

fn tall<T: Scalar>(layout: &Layout) -> Operator<T> {
    let filter = [0.3, 1.0, -0.4].map(|h| T::from_parts(h, 0.2 * h));
    let along = Convolve1D::new(&filter, 1).along(0).on(layout).unwrap();
    along * (FirstDerivative::along(0).on::<T>(layout).unwrap() + Identity.on::<T>(layout))
}

/// A column by itself: an array of one axis.
fn column<T: Scalar>(x: &DistArray<T>, j: usize) -> Vec<T> {
    x.gather_all().iter().skip(j).step_by(K).copied().collect()
}

fn close<T: Scalar>(x: &[T], y: &[T], tolerance: f64) -> bool {
    let norm = |x: &mut dyn Iterator<Item = T>| x.map(|x| x.modulus().to_f64().powi(2)).sum::<f64>().sqrt();
    let apart = norm(&mut x.iter().zip(y).map(|(&x, &y)| x - y));
    apart <= tolerance * norm(&mut y.iter().copied())
}

fn each_column_is_that_of_cg<T: Scalar>(comm: &Comm, iterations: usize, tolerance: f64) {
    let (layout, line) = (uneven(comm, &[N, K]), uneven(comm, &[N]));
    let (a, of_one) = (square::<T>(&layout), square::<T>(&line));
    let b = DistArray::from_fn(&layout, |i| value::<T>(i[0], i[1]));
    let mut x = DistArray::from_fn(&layout, |i| if i[1] == 3 { value::<T>(i[0] + 1, i[1]) } else { T::zero() });
    let start = x.clone();
    let options = Options::exactly(iterations);
    let mut reports = vec![];
    let report = CgColumns::new(&a, &b, &mut x).unwrap().report_columns(&mut reports).solve(&options).unwrap();
    assert_eq!(report.iterations, iterations);
    let mut all = 0.0;
    for j in (0..K).filter(|j| SIZES[*j] > 0.0) {
        let b = DistArray::from_fn(&line, |i| value::<T>(i[0], j));
        let begin = column(&start, j);
        let mut of_one_x = DistArray::from_fn(&line, |i| begin[i[0]]);
        let other = cg(&of_one, &b, &mut of_one_x, &options).unwrap();
        let expected: Vec<T> = of_one_x.gather_all().iter().copied().collect();
        assert_eq!(column(&x, j), expected, "column {j} after {iterations}"); // not a bit is different
        assert_eq!(reports[j].iterations, iterations);
        let residual = other.residual.to_f64();
        assert!((reports[j].residual - residual).abs() <= 1e3 * tolerance * b.norm().to_f64());
        all += residual.powi(2);
    }
    assert!(column(&x, 2).iter().all(T::is_zero) && reports[2].iterations == 0 && reports[2].residual == 0.0);
    assert!((report.residual.to_f64() - all.sqrt()).abs() <= 1e3 * tolerance * b.norm().to_f64());
}

fn each_column_is_that_of_cgls<T: Scalar>(comm: &Comm, damp: f64, iterations: usize, tolerance: f64) {
    let (layout, line) = (uneven(comm, &[N, K]), uneven(comm, &[N]));
    let (a, of_one) = (tall::<T>(&layout), tall::<T>(&line));
    let b = DistArray::from_fn(&layout, |i| value::<T>(i[0], i[1]));
    let (mut x, options) = (b.zeros_like(), Options::exactly(iterations));
    let mut reports = vec![];
    let method = CglsColumns::new(&a, &b, &mut x).unwrap().damp(damp).unwrap().report_columns(&mut reports);
    assert_eq!(method.solve(&options).unwrap().iterations, iterations);
    for j in (0..K).filter(|j| SIZES[*j] > 0.0) {
        let b = DistArray::from_fn(&line, |i| value::<T>(i[0], j));
        let mut of_one_x = b.zeros_like();
        let other = Cgls::new(&of_one, &b, &mut of_one_x).unwrap().damp(damp).unwrap().solve(&options).unwrap();
        let expected: Vec<T> = of_one_x.gather_all().iter().copied().collect();
        assert!(close(&column(&x, j), &expected, tolerance), "column {j} after {iterations} with {damp}");
        assert!((reports[j].residual - other.residual.to_f64()).abs() <= 1e3 * tolerance * b.norm().to_f64());
    }
    assert!(column(&x, 2).iter().all(T::is_zero));
}

fn bits<T: Scalar>(layout: &Layout) -> Vec<u64> {
    let b = DistArray::from_fn(layout, |i| value::<T>(i[0], i[i.len() - 1]));
    let (mut x, mut y, options) = (b.zeros_like(), b.zeros_like(), Options::exactly(7));
    let mut reports = [vec![], vec![]];
    let [of_x, of_y] = &mut reports;
    let (square, tall) = (square::<T>(layout), tall::<T>(layout));
    let one = CgColumns::new(&square, &b, &mut x).unwrap().report_columns(of_x).solve(&options).unwrap();
    let method = CglsColumns::new(&tall, &b, &mut y).unwrap().damp(0.1).unwrap().report_columns(of_y);
    let two = method.solve(&options).unwrap();
    let models = [&x, &y].map(DistArray::gather_all).into_iter().flatten().flat_map(|x| [x.re(), x.im()]);
    let series = [one, two].map(|report| [report.series("largest"), report.cost()].concat());
    let numbers = models.chain(series.concat()).map(Real::to_f64);
    numbers.chain(reports.concat().iter().flat_map(|r| [r.residual, r.criterion])).map(f64::to_bits).collect()
}

crate::bodies! {
    fn every_column_has_the_iterates_of_cg(comm) {
        for iterations in [1, 2, 9] {
            each_column_is_that_of_cg::<f64>(comm, iterations, 1e-12);
            each_column_is_that_of_cg::<Complex<f64>>(comm, iterations, 1e-12);
        }
        each_column_is_that_of_cg::<f32>(comm, 5, 1e-5);
        each_column_is_that_of_cg::<Complex<f32>>(comm, 5, 1e-5);
    }

    fn every_column_has_the_iterates_of_cgls(comm) {
        for damp in [0.0, 0.5] {
            for iterations in [1, 2, 8] {
                each_column_is_that_of_cgls::<f64>(comm, damp, iterations, 1e-12);
                each_column_is_that_of_cgls::<Complex<f64>>(comm, damp, iterations, 1e-12);
            }
            each_column_is_that_of_cgls::<f32>(comm, damp, 4, 1e-5);
        }
    }

    fn columns_have_the_same_bits_on_any_cut(comm) {
        for shape in [vec![N, K], vec![N, 4, K]] {
            let alone = Layout::scatter(&comm.alone(), &shape, 0).unwrap();
            let mut cuts = vec![uneven(comm, &shape), Layout::scatter(comm, &shape, 0).unwrap()];
            cuts.push(Layout::replicated(comm, &shape).unwrap());
            if shape.len() == 3 {
                cuts.push(Layout::scatter(comm, &shape, 1).unwrap());
            }
            for cut in &cuts {
                assert_eq!(bits::<f64>(cut), bits::<f64>(&alone), "{cut}");
                assert_eq!(bits::<Complex<f32>>(cut), bits::<Complex<f32>>(&alone), "{cut}");
            }
        }
        // Chunks that overlap, each row on two ranks: a diagonal reads nobody's rows.
        let of_rank = |rank: usize| {
            let rows = |k: usize| N * (k % comm.size()) / comm.size()..N * (k % comm.size() + 1) / comm.size();
            vec![Chunk::from((rows(rank), 0..K)), Chunk::from((rows(rank + 1), 0..K))]
        };
        let map: Vec<_> = (0..comm.size()).map(of_rank).collect();
        let solve = |layout: &Layout| {
            let a = Diagonal::of(&DistArray::from_fn(layout, |i| 1.0 + (i[0] % 5) as f64)).unwrap();
            let b = DistArray::from_fn(layout, |i| value::<f64>(i[0], i[1]));
            let mut x = b.zeros_like();
            let report = cg_columns(&a, &b, &mut x, &Options::exactly(3)).unwrap();
            (x.gather_all(), report.cost().to_vec())
        };
        if comm.size() > 1 {
            let chunked = Layout::chunked(comm, &[N, K], &map, Mode::Replica).unwrap();
            assert_eq!(solve(&chunked), solve(&Layout::scatter(&comm.alone(), &[N, K], 0).unwrap()));
        }
    }

    fn every_column_is_solved_before_all_are(comm) {
        let layout = uneven(comm, &[N, K]);
        let a = square::<f64>(&layout);
        let b = DistArray::from_fn(&layout, |i| value::<f64>(i[0], i[1]));
        let norms = |x: &DistArray<f64>| x.over(&[0]).norm(Norm::P(2.0)).unwrap().gather_all();
        for (tolerance, limits) in [
            (Tolerance::Relative(1e-10), SIZES.map(|_| 1e-10)),
            (Tolerance::OfData(1e-9), SIZES.map(|_| 1e-9)),
        ] {
            let options = Options { tolerance, ..Options::iterations(300) };
            let (mut x, mut reports) = (b.zeros_like(), vec![]);
            let method = CgColumns::new(&a, &b, &mut x).unwrap().report_columns(&mut reports);
            let report = method.solve(&options).unwrap();
            assert_eq!(report.reason, Reason::Tolerance);
            let left = norms(&(&b - &(&a * &x)));
            for (((left, norm), limit), report) in left.iter().zip(&norms(&b)).zip(limits).zip(&reports) {
                assert!(*left <= 1.001 * limit * norm && (report.residual - left).abs() <= 1e-9 * limit * norm + 1e-6 * left);
                assert!(report.criterion <= limit);
            }
            assert_eq!(report.series("largest")[0], 1.0);
            assert_eq!(reports.iter().map(|column| column.iterations).max(), Some(report.iterations));
        }
        // Absolutely: the large column is the last, and small ones have nothing to do.
        let options = Options { tolerance: Tolerance::AbsoluteSquared(1e-4), ..Options::iterations(300) };
        let (mut x, mut reports) = (b.zeros_like(), vec![]);
        let report = CgColumns::new(&a, &b, &mut x).unwrap().report_columns(&mut reports).solve(&options).unwrap();
        assert_eq!(report.reason, Reason::Tolerance);
        assert!(norms(&(&b - &(&a * &x))).iter().all(|left| *left <= 1.0001e-2));
        assert!(reports[1].iterations == 0 && reports[3].iterations == report.iterations);
        // More than rounding errors allow is not claimed, whichever column it is of.
        let options = Options { tolerance: Tolerance::Relative(1e-17), ..Options::iterations(300) };
        let report = cg_columns(&a, &b, &mut b.zeros_like(), &options).unwrap();
        assert!(!report.reason.converged(), "{}", report.reason);
        // The data of a column are 0, and its model is not: it is never 1e-9 of nothing.
        let options = Options { tolerance: Tolerance::OfData(1e-9), ..Options::iterations(300) };
        let report = cg_columns(&a, &b, &mut b.map(|_| 1.0), &options).unwrap();
        assert!(!report.reason.converged(), "{}", report.reason);
    }

    fn a_column_that_has_converged_does_not_change(comm) {
        let layout = uneven(comm, &[N, 2]);
        let d = |i: usize| 1.0 + (i % 11) as f64;
        let a = Diagonal::of(&DistArray::from_fn(&layout, |i| d(i[0]))).unwrap();
        // The second column is near an eigenvector: one step is enough, though more would make it better.
        let b = DistArray::from_fn(&layout, |i| if i[1] == 0 || i[0] == 4 { 3.0 } else { 1e-5 });
        let (mut x, mut reports, mut seen) = (b.zeros_like(), vec![], vec![]);
        let options = Options { tolerance: Tolerance::Relative(1e-3), ..Options::default() };
        let method = CgColumns::new(&a, &b, &mut x).unwrap().report_columns(&mut reports);
        let solver = method.start(&options).unwrap().callback(|state| {
            let x = state.model.gather_all();
            seen.push(x.iter().skip(1).step_by(2).map(|x| x.to_bits()).collect::<Vec<_>>());
            ControlFlow::Continue(())
        });
        let report = solver.solve().unwrap();
        assert!(report.reason.converged() && report.iterations > 3);
        assert_eq!((reports[0].iterations, reports[1].iterations), (report.iterations, 1));
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
        assert!((f64::from_bits(seen[0][4]) - 3.0 / d(4)).abs() < 1e-4);
    }

    fn least_squares_of_columns_are_solved(comm) {
        // More data than unknowns, columns over the last axis of both.
        let matrix = ndarray::Array2::from_shape_fn((11, 6), |(i, k)| ((i * i + 3 * k) as f64).sin());
        let domain = Layout::replicated(comm, &[6, 3]).unwrap();
        let a = MatrixMult::new(&matrix).on(&domain).unwrap();
        let b = DistArray::from_fn(a.range().layout().unwrap(), |i| ((i[0] + 5 * i[1]) as f64).cos() * 1e3f64.powi(i[1] as i32));
        for damp in [0.0, 0.3] {
            let (mut x, mut reports) = (DistArray::zeros(&domain), vec![]);
            let method = CglsColumns::new(&a, &b, &mut x).unwrap().damp(damp).unwrap().report_columns(&mut reports);
            let report = method.solve(&Options { tolerance: Tolerance::Relative(1e-10), ..Options::default() }).unwrap();
            assert_eq!(report.reason, Reason::Tolerance);
            let gradient = a.adjoint() * &(&b - &(&a * &x)) - x.map(|x| damp * damp * x);
            let first = a.adjoint() * &b;
            let norms = |x: &DistArray<f64>| x.over(&[0]).norm(Norm::P(2.0)).unwrap().gather_all();
            assert!(norms(&gradient).iter().zip(&norms(&first)).all(|(left, first)| *left <= 1.01e-10 * first));
            let residuals = norms(&(&b - &(&a * &x)));
            assert!(residuals.iter().zip(&reports).all(|(left, report)| (left - report.residual).abs() <= 1e-12 * left));
        }
        // A wrong adjoint is seen where a gradient is 0 though data are left.
        let b = DistArray::<f64>::full(Layout::scatter(comm, &[5, 2], 0).unwrap(), 1.0);
        let a = Identity.on::<f64>(b.space());
        assert_eq!(cgls_columns(&a, &b, &mut b.zeros_like(), &Options::default()).unwrap().reason, Reason::Tolerance);
        let forward = |x: &[f64], y: &mut [f64]| y.copy_from_slice(x);
        let adjoint = |y: &[f64], x: &mut [f64]| (0..x.len()).for_each(|k| x[k] = if k % 2 == 0 { y[k] } else { 0.0 });
        let wrong = Function::new(forward, adjoint).between(b.space(), b.space());
        let report = cgls_columns(&wrong, &b, &mut b.zeros_like(), &Options::default()).unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Adjoint, 0));
        // Or by the way.
        let d = |k: usize| 1.0 + (k % 5) as f64;
        let forward = move |x: &[f64], y: &mut [f64]| (0..x.len()).for_each(|k| y[k] = d(k) * x[k]);
        let adjoint = move |y: &[f64], x: &mut [f64]| (0..x.len()).for_each(|k| x[k] = 2.0 * d(k) * y[k]);
        let b = DistArray::<f64>::random_signed(Layout::scatter(comm, &[13, 2], 0).unwrap(), 1);
        let wrong = Function::new(forward, adjoint).between(b.space(), b.space());
        let report = cgls_columns(&wrong, &b, &mut b.zeros_like(), &Options::default()).unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Adjoint, 1));
        assert!(report.adjoint_mismatch.unwrap() > 0.4);
    }

    fn columns_send_what_they_say(comm) {
        let layout = uneven(comm, &[N, K]);
        let (a, t) = (square::<f64>(&layout), tall::<f64>(&layout));
        let b = DistArray::from_fn(&layout, |i| value::<f64>(i[0], i[1]));
        let (mut x, mut y) = (b.zeros_like(), b.zeros_like());
        let mut one = DistArray::<f64>::zeros(uneven(comm, &[N]));
        let of_one = Cg::new(&square(&uneven(comm, &[N])), &one.clone(), &mut one).unwrap().communication().unwrap();
        let method = CgColumns::new(&a, &b, &mut x).unwrap();
        assert_eq!(method.communication().unwrap().sums.calls, of_one.sums.calls);
        sends(comm, method.communication().unwrap().total(), method);
        for damp in [0.0, 0.1] {
            let method = CglsColumns::new(&t, &b, &mut y).unwrap().damp(damp).unwrap();
            sends(comm, method.communication().unwrap().total(), method);
        }
    }

    fn columns_tell_what_is_wrong(comm) {
        let layout = uneven(comm, &[N, K]);
        let (a, b) = (Identity.on::<f64>(&layout), DistArray::<f64>::full(&layout, 1.0));
        let wrong = |layout: Layout| {
            let (a, b) = (Identity.on::<f64>(&layout), DistArray::<f64>::zeros(&layout));
            let of_cg = CgColumns::new(&a, &b, &mut b.clone()).unwrap_err();
            let of_cgls = CglsColumns::new(&a, &b, &mut b.clone()).unwrap_err();
            assert_eq!(of_cg.kind(), of_cgls.kind());
            of_cg
        };
        assert_eq!(wrong(Layout::scatter(comm, &[N], 0).unwrap()).kind(), ErrorKind::Shape);
        assert_eq!(wrong(Layout::replicated(comm, &[N, 0]).unwrap()).kind(), ErrorKind::Shape);
        if comm.size() > 1 {
            let error = wrong(Layout::scatter(comm, &[3, N], 1).unwrap());
            assert_eq!(error.kind(), ErrorKind::Layout);
            assert!(error.to_string().contains("whole on every rank"), "{error}");
        }
        let stack = DistArray::stack(&[&b, &b]).unwrap();
        let of_stack = Identity.on::<f64>(stack.space());
        let error = CgColumns::new(&of_stack, &stack, &mut stack.clone()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout);
        let other = DistArray::zeros(uneven(comm, &[N, K + 1]));
        assert_eq!(CgColumns::new(&a, &b, &mut other.clone()).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(CglsColumns::new(&a, &other, &mut b.clone()).unwrap_err().kind(), ErrorKind::Shape);
        let damp = CglsColumns::new(&a, &b, &mut b.clone()).unwrap().damp(-1.0).unwrap_err().kind();
        assert_eq!(damp, ErrorKind::Parameter);
        // One column is indefinite only where A is: nothing of x has changed.
        let sign = Diagonal::of(&DistArray::from_fn(&layout, |i| if i[0] == 7 { -1.0 } else { 1.0 })).unwrap();
        let b = DistArray::from_fn(&layout, |i| f64::from(u8::from((i[1] == 3) == (i[0] == 7))));
        let mut x = b.zeros_like();
        let report = cg_columns(&sign, &b, &mut x, &Options::default()).unwrap();
        assert!(matches!(report.reason, Reason::Indefinite(delta) if delta < 0.0), "{}", report.reason);
        assert_eq!(x, b.zeros_like());
        // Beyond the range of numbers, in one column.
        let far = DistArray::from_fn(&layout, |i| if i[1] == 1 { 1e-200 } else { 1.0 });
        for report in [
            cg_columns(&a, &far, &mut b.zeros_like(), &Options::default()).unwrap(),
            cgls_columns(&a, &far, &mut b.zeros_like(), &Options::default()).unwrap(),
        ] {
            assert!(matches!(report.reason, Reason::Breakdown(_)), "{}", report.reason);
        }
        let mut wrong = b.clone();
        wrong.set(&[4, 1], f64::NAN).unwrap();
        let report = cg_columns(&a, &wrong, &mut b.zeros_like(), &Options::default()).unwrap();
        assert!(matches!(report.reason, Reason::NonFinite { vector: "b", .. }), "{}", report.reason);
        // Nothing to solve.
        let report = cgls_columns(&a, &b.zeros_like(), &mut b.zeros_like(), &Options::default()).unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 0));
    }

    fn a_singular_column_ends_and_others_go_on(comm) {
        // Of the first column half of the data are out of A's range: no model explains them.
        let layout = uneven(comm, &[N, 2]);
        let d = DistArray::from_fn(&layout, |i| if i[0] % 2 == 0 { 1.0 + i[0] as f64 } else { 0.0 });
        let a = Diagonal::of(&d).unwrap();
        let b = DistArray::from_fn(&layout, |i| if i[1] == 0 || i[0] % 2 == 0 { 1.0 + (i[0] as f64).sin() } else { 0.0 });
        let (mut x, mut reports) = (b.zeros_like(), vec![]);
        let report = CglsColumns::new(&a, &b, &mut x).unwrap().report_columns(&mut reports).solve(&Options::default()).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        assert!(reports[0].residual > 1.0 && reports[1].residual < 1e-5);
        // A start that is the solution to rounding: nothing but rounding errors is left of that column, and that is said.
        let a = square::<f64>(&layout);
        let mut x = DistArray::from_fn(&layout, |i| if i[1] == 0 { (i[0] as f64).sin() } else { 0.0 });
        let b = &a * &DistArray::from_fn(&layout, |i| (i[0] as f64).sin() + 1e-16 * f64::from(u8::from(i[0] == 3)));
        let options = Options { tolerance: Tolerance::Relative(1e-8), ..Options::iterations(500) };
        let report = CgColumns::new(&a, &b.map(|b| b * 1.1), &mut x.map(|x| x * 1.1)).unwrap().report_columns(&mut reports).solve(&options).unwrap();
        assert!(!report.reason.converged() || reports.iter().all(|column| column.criterion <= 1e-8), "{}", report.reason);
        assert!(reports[1].criterion <= 1e-8);
        x.fill(0.0);
        assert!(cg_columns(&a, &b, &mut x, &options).unwrap().reason.converged());
    }
}

fn sends(comm: &Comm, said: lops::comm::Sent, method: impl Method) {
    let mut solver = method.start(&Options::exactly(9)).unwrap();
    let before = comm.traffic();
    solver.step().unwrap();
    let sent = (comm.traffic() - before).total();
    assert_eq!((sent.messages, sent.bytes), (said.messages, said.bytes));
}
