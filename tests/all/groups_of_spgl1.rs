//! SPGL1 with groups and weights: the figures of its authors' program, the same bits on any cut, bad input.

use lops::layout::{Cut, Grid};
use lops::operators::{Diagonal, DistMatrixMult, Identity};
use lops::solvers::{Method, Options, Spgl1, Tolerance};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Reason, Scalar};

const ROWS: usize = 12;
const COLUMNS: usize = 18;
const MEASUREMENTS: usize = 3;

fn element(i: usize, j: usize) -> f64 {
    let (i, j) = (i as f64, j as f64);
    let diagonal = if i == j { 0.5 } else { 0.0 };
    1.0 / (i + j + 1.0) + diagonal + 0.1 * (i * j).cos() + 0.3 * ((i + 1.0) * (j + 2.0)).sin()
}

/// Three rows of numbers, seen through twelve sums, with an error.
fn problem<T: Scalar>(comm: &Comm) -> (Operator<T>, DistArray<T>) {
    let layout = Layout::scatter(comm, &[ROWS, COLUMNS], 0).unwrap();
    let matrix = DistArray::from_fn(&layout, |i| T::from_parts(element(i[0], i[1]), 0.0));
    let model = Layout::scatter(comm, &[COLUMNS, MEASUREMENTS], 0).unwrap();
    let a = DistMatrixMult::new(&matrix).on(&model).unwrap();
    let rows = [(3, [2.0, -1.0, 0.5]), (9, [0.3, 1.5, -1.0]), (14, [-1.0, -1.0, 0.25])];
    let data = |i: &[usize]| {
        let exact: f64 = rows.iter().map(|(j, x)| element(i[0], *j) * x[i[1]]).sum();
        T::from_parts(exact + 0.05 * (i[0] as f64 * (1.0 + i[1] as f64)).cos(), 0.0)
    };
    let b = DistArray::from_fn(a.range().layout().unwrap(), data);
    (a, b)
}

/// 1 + cos(i)/2 for each row.
fn weights<R: Real>(comm: &Comm) -> DistArray<R> {
    let layout = Layout::scatter(comm, &[COLUMNS, 1], 0).unwrap();
    DistArray::from_fn(&layout, |i| R::from_f64(1.0 + 0.5 * (i[0] as f64).cos()))
}

fn exactly() -> Options {
    Options { tolerance: Tolerance::Relative(1e-8), ..Options::iterations(20_000) }
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 2e-5 * expected.abs().max(1.0), "{found} and {expected}");
}

fn bits<T: Scalar>(comm: &Comm) -> Vec<u64> {
    let (a, b) = problem::<T>(comm);
    let b = b.map(|b| b * T::from_parts(0.6, 0.8));
    let mut x = DistArray::zeros(a.domain());
    let method = Spgl1::denoise(&a, &b, &mut x, 0.3).unwrap().groups().unwrap().weights(&weights(comm)).unwrap();
    let report = method.solve(&Options::exactly(25)).unwrap();
    let series = report.names().flat_map(|name| report.series(name)).map(|x| x.to_f64().to_bits());
    let model = x.gather_all();
    series.chain(model.iter().flat_map(|x| [x.re(), x.im()]).map(|x| x.to_f64().to_bits())).collect()
}

crate::bodies! {
    fn groups_have_the_solutions_of_the_authors_program(comm) {
        // X[3, 0], X[9, 1], X[14, 2], X[0, 0], Σ w ‖X_i‖ of spg_mmv of spgl1 0.0.3 with tolerances of 1e-10.
        let cases = [
            (0.3, false, [1.8760834578690928, 1.408801582912651, 0.09613282187226295, 0.010106463396848788, 5.062653882702188]),
            (0.05, false, [1.8984297584081522, 1.5167659157565936, 0.09345210858555403, 0.048409785543885725, 5.844962486398183]),
            (0.3, true, [1.920094637708873, 1.4495023274435483, 0.09805734158699111, 0.0, 3.2793462881784188]),
        ];
        for (sigma, weighted, expected) in cases {
            let (a, b) = problem::<f64>(comm);
            let mut x = DistArray::zeros(a.domain());
            let method = Spgl1::denoise(&a, &b, &mut x, sigma).unwrap().groups().unwrap();
            let method = if weighted { method.weights(&weights(comm)).unwrap() } else { method };
            let report = method.solve(&exactly()).unwrap();
            assert_eq!(report.reason, Reason::Tolerance, "{sigma}, {weighted}: {} iterations", report.iterations);
            let found = [[3, 0], [9, 1], [14, 2], [0, 0]].map(|place| x.get(&place).unwrap());
            found.iter().zip(expected).for_each(|(found, expected)| near(*found, expected));
            near(*report.series("size").last().unwrap(), expected[4]);
            near(report.residual, sigma);
        }
    }

    fn weights_have_the_solution_of_the_authors_program(comm) {
        // Of spg_bpdn with the first column of the data, σ = 0.2.
        let (a, b) = problem::<f64>(comm);
        let one = |space: &lops::Space| Layout::scatter(comm, &[space.layout().unwrap().shape()[0]], 0).unwrap();
        let matrix = Layout::scatter(comm, &[ROWS, COLUMNS], 0).unwrap();
        let matrix = DistArray::from_fn(&matrix, |i| element(i[0], i[1]));
        let all = b.gather_all();
        let a = DistMatrixMult::new(&matrix).on(&one(a.domain())).unwrap();
        let b = DistArray::from_fn(a.range().layout().unwrap(), |i| all[[i[0], 0]]);
        let w = DistArray::from_fn(a.domain().layout().unwrap(), |i| 1.0 + 0.5 * (i[0] as f64).cos());
        let mut x = DistArray::zeros(a.domain());
        let report = Spgl1::denoise(&a, &b, &mut x, 0.2).unwrap().weights(&w).unwrap().solve(&exactly()).unwrap();
        assert_eq!(report.reason, Reason::Tolerance);
        let expected = [(0, 0.0), (3, 1.9315205175095937), (9, 0.20466989002673347), (14, -0.816523945182428)];
        for (i, expected) in expected {
            near(x.get(&[i]).unwrap(), expected);
        }
        near(*report.series("size").last().unwrap(), 1.9592030842187842);
        // The same as a problem of w x.
        let (mut scaled, other) = (x.zeros_like(), &a * &Diagonal::of(&w.map(|w| 1.0 / w)).unwrap());
        let report = Spgl1::denoise(&other, &b, &mut scaled, 0.2).unwrap().solve(&exactly()).unwrap();
        assert_eq!(report.reason, Reason::Tolerance);
        assert!((&(&x * &w) - &scaled).norm() < 1e-4);
        // Weights of 1 change nothing.
        let (mut plain, mut ones) = (x.zeros_like(), x.zeros_like());
        let options = Options::exactly(30);
        let first = Spgl1::lasso(&a, &b, &mut plain, 2.0).unwrap().solve(&options).unwrap();
        let weighted = Spgl1::lasso(&a, &b, &mut ones, 2.0).unwrap().weights(&w.map(|_| 1.0)).unwrap();
        assert_eq!(first.cost(), weighted.solve(&options).unwrap().cost());
        assert_eq!(plain, ones);
        // One axis alone is one group: the nearest in a ball, of the 2-norm.
        let identity = Identity.on::<f64>(&Layout::replicated(comm, &[COLUMNS]).unwrap());
        let far = DistArray::full(identity.domain(), 2.0);
        let mut near = far.zeros_like();
        let report = Spgl1::lasso(&identity, &far, &mut near, 1.0).unwrap().groups().unwrap().solve(&exactly()).unwrap();
        assert!(report.reason.converged());
        assert!((near.norm() - 1.0).abs() < 1e-9);
    }

    fn groups_have_the_same_bits_on_any_cut(comm) {
        assert_eq!(bits::<f64>(comm), bits::<f64>(&comm.alone()));
        assert_eq!(bits::<Complex<f32>>(comm), bits::<Complex<f32>>(&comm.alone()));
    }

    fn groups_tell_what_is_wrong(comm) {
        let (a, b) = problem::<f64>(comm);
        let mut x = DistArray::zeros(a.domain());
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let mut w = weights::<f64>(comm);
            w.set(&[16, 0], wrong).unwrap();
            let error = Spgl1::denoise(&a, &b, &mut x, 0.1).unwrap().groups().unwrap().weights(&w).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parameter);
        }
        // Without groups there is one for each number.
        let error = Spgl1::denoise(&a, &b, &mut x, 0.1).unwrap().weights(&weights(comm)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        if comm.size() > 1 {
            let cut = Grid::cut(&[Cut::Whole, Cut::Block]).layout(comm, &[4, 6]).unwrap();
            let (identity, data) = (Identity.on::<f64>(&cut), DistArray::full(&cut, 1.0));
            let mut x = data.zeros_like();
            let error = Spgl1::lasso(&identity, &data, &mut x, 1.0).unwrap().groups().unwrap_err();
            assert!(error.kind() == ErrorKind::Layout && error.to_string().contains("groups"), "{error}");
        }
    }
}
