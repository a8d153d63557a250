//! The rules by which LSQR and LSMR stop by themselves, what they know of the operator, and how well a model is known.

use lops::operators::DistMatrixMult;
use lops::solvers::{Lsmr, Lsqr, Method, Options, Tolerance};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Reason, Report, Scalar};

const ROWS: usize = 12;
const COLUMNS: usize = 9;

/// `1/(i + j + 1) + δᵢⱼ/2 + cos(ij)/10 + 3/10 sin((i + 1)(j + 2))`, and a bit of i where it is complex.
fn operator<T: Scalar>(comm: &Comm) -> Operator<T> {
    let layout = Layout::scatter(comm, &[ROWS, COLUMNS], 0).unwrap();
    let matrix = DistArray::from_fn(&layout, |at| {
        let (i, j) = (at[0] as f64, at[1] as f64);
        let re = 1.0 / (i + j + 1.0) + if i == j { 0.5 } else { 0.0 } + 0.1 * (i * j).cos();
        T::from_parts(re + 0.3 * ((i + 1.0) * (j + 2.0)).sin(), 0.1 * (i - j).cos())
    });
    DistMatrixMult::new(&matrix).on(&Layout::scatter(comm, &[COLUMNS], 0).unwrap()).unwrap()
}

/// 3 cos i + i/10.
fn data<T: Scalar>(a: &Operator<T>) -> DistArray<T> {
    let layout = a.range().layout().unwrap();
    DistArray::from_fn(layout, |i| T::from_parts(3.0 * (i[0] as f64).cos() + 0.1 * i[0] as f64, 0.0))
}

/// By the rules alone.
fn only_rules() -> Options {
    Options { tolerance: Tolerance::None, ..Options::iterations(200) }
}

/// With LSQR or LSMR.
fn solve(a: &Operator<f64>, b: &DistArray<f64>, method: &str, [atol, btol, damp]: [f64; 3]) -> Report<f64> {
    let mut x = DistArray::zeros(a.domain());
    let options = only_rules();
    if method == "lsqr" {
        Lsqr::new(a, b, &mut x).unwrap().damp(damp).unwrap().tolerances(atol, btol).unwrap().solve(&options).unwrap()
    } else {
        Lsmr::new(a, b, &mut x).unwrap().damp(damp).unwrap().tolerances(atol, btol).unwrap().solve(&options).unwrap()
    }
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-8 * expected.abs().max(1.0), "{found} and {expected}");
}

fn bits<T: Scalar>(comm: &Comm) -> Vec<u64> {
    let a = operator::<T>(comm);
    let (b, mut x) = (data(&a), DistArray::zeros(a.domain()));
    let mut variance = DistArray::<T::Real>::zeros(a.domain());
    let method = Lsqr::new(&a, &b, &mut x).unwrap().variance(&mut variance).unwrap().condition_limit(1e9).unwrap();
    let report = method.tolerances(1e-2, 0.0).unwrap().solve(&only_rules()).unwrap();
    let numbers = report.series("condition").iter().chain(report.series("norm")).map(|x| x.to_f64().to_bits());
    let known = variance.gather_all();
    numbers.chain(known.iter().map(|x| x.to_f64().to_bits())).chain([report.iterations as u64]).collect()
}

crate::bodies! {
    fn rules_stop_where_those_of_scipy_do(comm) {
        let a = operator::<f64>(comm);
        let b = data(&a);
        // atol, btol, damp; and the iterations of scipy.sparse.linalg's lsqr and lsmr.
        let cases = [([1e-3, 0.0, 0.0], [9, 8]), ([1e-6, 0.0, 0.0], [9, 9]), ([1e-4, 0.0, 0.5], [7, 7]), ([0.1, 0.1, 0.0], [3, 4])];
        for (rules, counts) in cases {
            for (method, count) in ["lsqr", "lsmr"].into_iter().zip(counts) {
                let report = solve(&a, &b, method, rules);
                assert_eq!((report.reason, report.iterations), (Reason::Tolerance, count), "{method}, {rules:?}");
            }
        }
        // Of data that a model explains the other rule stops.
        let model = DistArray::from_fn(a.domain().layout().unwrap(), |i| 1.0 + i[0] as f64);
        let explained = &a * &model;
        for (rules, count) in [([0.0, 1e-2, 0.0], 6), ([0.0, 1e-5, 0.0], 9), ([1e-4, 1e-4, 0.0], 8)] {
            for method in ["lsqr", "lsmr"] {
                let report = solve(&a, &explained, method, rules);
                assert_eq!((report.reason, report.iterations), (Reason::Tolerance, count), "{method}, {rules:?}");
                assert!(report.residual <= 1.1 * explained.norm() * rules[0].max(rules[1]) * 20.0);
            }
        }
        // Data that no model explains to a tenth: that rule is never met, and nothing false is told.
        for method in ["lsqr", "lsmr"] {
            assert!(!matches!(solve(&a, &b, method, [0.0, 0.1, 0.0]).reason, Reason::Tolerance));
        }
        // Beside a tolerance either is enough.
        let mut x = DistArray::zeros(a.domain());
        let method = Lsqr::new(&a, &b, &mut x).unwrap().tolerances(0.1, 0.1).unwrap();
        let options = Options { tolerance: Tolerance::Relative(1e-9), ..Options::default() };
        let report = method.solve(&options).unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 3));
        let report = Lsqr::new(&a, &b, &mut x).unwrap().tolerances(0.0, 0.0).unwrap().solve(&options).unwrap();
        assert!(report.reason.converged() && report.iterations > 3);
    }

    fn lsqr_knows_how_well_a_model_is_known(comm) {
        let a = operator::<f64>(comm);
        let (b, layout) = (data(&a), a.domain().layout().unwrap());
        let (mut x, mut variance) = (DistArray::zeros(layout), DistArray::full(layout, 7.0));
        // var of scipy.sparse.linalg.lsqr with damp 0.3 after 9 iterations.
        let expected = [
            0.649939302074, 1.45775421024, 1.94205196918, 1.28759167495, 3.27021216808, 1.54517699855, 2.49323093052,
            1.17252169997, 1.66738565666,
        ];
        let method = Lsqr::new(&a, &b, &mut x).unwrap().damp(0.3).unwrap().variance(&mut variance).unwrap();
        assert_eq!(method.solve(&Options::exactly(9)).unwrap().iterations, 9);
        // Rounding errors grow from iteration to iteration, here by a million.
        variance.gather_all().iter().zip(expected).for_each(|(v, e)| assert!((v - e).abs() < 1e-6 * e, "{v} and {e}"));
        // The new beginning by which x is judged leaves it as it is.
        let method = Lsqr::new(&a, &b, &mut x).unwrap().variance(&mut variance).unwrap();
        let report = method.solve(&Options { tolerance: Tolerance::Relative(1e-6), ..Options::default() }).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        let inverse = [0.819965, 1.993275, 2.750395, 1.676807, 4.809158, 2.050410, 3.657714, 1.396299, 2.387475];
        variance.gather_all().iter().zip(inverse).for_each(|(v, e)| assert!((v - e).abs() < 1e-3 * e, "{v} and {e}"));
        // Of numbers far from 1 too.
        let scaled = a.scale_real(1e-170);
        let (mut far, data) = (x.zeros_like(), data(&scaled));
        let method = Lsqr::new(&scaled, &data, &mut far).unwrap().variance(&mut variance).unwrap();
        let report = method.solve(&Options::exactly(3)).unwrap();
        assert_eq!(report.iterations, 3);
        assert!(variance.as_slice().iter().all(|&v| v == f64::INFINITY), "{variance:?}");
    }

    fn lsmr_knows_the_norm_and_the_condition(comm) {
        let a = operator::<f64>(comm);
        let (b, mut x) = (data(&a), DistArray::zeros(a.domain()));
        // normA and condA of scipy.sparse.linalg.lsmr after so many iterations.
        let expected = [
            (1, 2.2633747141066713, 1.0),
            (4, 3.2223465517303165, 4.823559494682345),
            (6, 3.506579508643151, 5.1045763984533234),
            (8, 3.699215100283334, 4.5846182108928515),
        ];
        let report = Lsmr::new(&a, &b, &mut x).unwrap().condition_limit(1e9).unwrap().solve(&Options::exactly(8)).unwrap();
        for (iteration, norm, condition) in expected {
            near(report.series("norm")[iteration], norm);
            near(report.series("condition")[iteration], condition);
        }
        x.fill(0.0);
        let report = Lsmr::new(&a, &b, &mut x).unwrap().condition_limit(4.5).unwrap().solve(&Options::exactly(8)).unwrap();
        assert!(matches!(report.reason, Reason::ConditionLimit(found) if found > 4.5), "{}", report.reason);
        assert_eq!(report.iterations, 4);
    }

    fn rules_have_the_same_bits_on_any_cut(comm) {
        assert_eq!(bits::<f64>(comm), bits::<f64>(&comm.alone()));
        assert_eq!(bits::<Complex<f32>>(comm), bits::<Complex<f32>>(&comm.alone()));
    }

    fn rules_send_what_they_say(comm) {
        let a = operator::<f64>(comm);
        let (b, mut x) = (data(&a), DistArray::zeros(a.domain()));
        for damp in [0.0, 0.5] {
            let method = Lsqr::new(&a, &b, &mut x).unwrap().damp(damp).unwrap().tolerances(1e-9, 1e-9).unwrap();
            let said = method.communication().unwrap().total();
            let mut solver = method.start(&Options::exactly(9)).unwrap();
            let before = comm.traffic();
            solver.step().unwrap();
            let sent = (comm.traffic() - before).total();
            assert_eq!((sent.messages, sent.bytes), (said.messages, said.bytes));
            drop(solver);
            let method = Lsmr::new(&a, &b, &mut x).unwrap().damp(damp).unwrap().tolerances(1e-9, 1e-9).unwrap();
            let said = method.communication().unwrap().total();
            let mut solver = method.start(&Options::exactly(9)).unwrap();
            let before = comm.traffic();
            solver.step().unwrap();
            let sent = (comm.traffic() - before).total();
            assert_eq!((sent.messages, sent.bytes), (said.messages, said.bytes));
        }
    }

    fn rules_tell_what_is_wrong(comm) {
        let a = operator::<f64>(comm);
        let (b, mut x) = (data(&a), DistArray::zeros(a.domain()));
        for wrong in [-1e-3, f64::NAN, f64::INFINITY] {
            let kind = |result: lops::Result<()>| result.unwrap_err().kind();
            assert_eq!(kind(Lsqr::new(&a, &b, &mut x).unwrap().tolerances(wrong, 0.0).map(drop)), ErrorKind::Parameter);
            assert_eq!(kind(Lsqr::new(&a, &b, &mut x).unwrap().tolerances(0.0, wrong).map(drop)), ErrorKind::Parameter);
            assert_eq!(kind(Lsmr::new(&a, &b, &mut x).unwrap().tolerances(wrong, 0.0).map(drop)), ErrorKind::Parameter);
            assert_eq!(kind(Lsmr::new(&a, &b, &mut x).unwrap().condition_limit(0.5).map(drop)), ErrorKind::Parameter);
        }
        let mut other = DistArray::<f64>::zeros(a.range());
        let error = Lsqr::new(&a, &b, &mut x).unwrap().variance(&mut other).unwrap_err();
        assert!(error.kind() == ErrorKind::Shape && error.to_string().contains("variance of LSQR"), "{error}");
    }
}
