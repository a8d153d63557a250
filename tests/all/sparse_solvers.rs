//! Sparse solvers and estimates of norms: PyLops's and SPGL1's figures, counts of messages, the same bits on any cut, bad input.

use lops::operators::{Diagonal, DistMatrixMult, FFTND, Identity};
use lops::solvers::{
    Method, Options, PerIteration, Shrinkage, Spgl1, Threshold, Tolerance, TwIst, fista, ista, power_iteration, spgl1,
    twist,
};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Reason, Report, Scalar, Space};

const ROWS: usize = 12;
const COLUMNS: usize = 18;

fn element<T: Scalar>(i: usize, j: usize) -> T {
    let (i, j) = (i as f64, j as f64);
    let diagonal = if i == j { 0.5 } else { 0.0 };
    let real = 1.0 / (i + j + 1.0) + diagonal + 0.1 * (i * j).cos() + 0.3 * ((i + 1.0) * (j + 2.0)).sin();
    T::from_parts(real, 0.2 * (i + 2.0 * j).sin())
}

/// Three spikes of 18 numbers, seen through 12 sums.
fn problem<T: Scalar>(comm: &Comm) -> (Operator<T>, DistArray<T>, DistArray<T>) {
    let line = |n| Layout::scatter(comm, &[n], 0).unwrap();
    let matrix = Layout::scatter(comm, &[ROWS, COLUMNS], 0).unwrap();
    let matrix = DistArray::from_fn(&matrix, |i| element(i[0], i[1]));
    let a = DistMatrixMult::new(&matrix).on(&line(COLUMNS)).unwrap();
    let data = |i: usize| {
        let sum = [(3, 2.0), (9, -1.5), (14, 0.75)].map(|(j, x)| element::<T>(i, j) * T::from_parts(x, 0.0));
        sum[0] + sum[1] + sum[2] + T::from_parts(0.01 * (i as f64).cos(), 0.0)
    };
    let b = DistArray::from_fn(&line(ROWS), |i| data(i[0]));
    let x = DistArray::zeros(a.domain());
    let b = b.redistribute(a.range().layout().unwrap()).unwrap();
    (a, b, x)
}

fn whole<T: Scalar>(x: &DistArray<T>) -> Vec<T> {
    x.gather_all().into_raw_vec_and_offset().0
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() < tolerance * expected.abs().max(1.0), "{found} and {expected}");
}

fn bits<T: Scalar>(report: &Report<T::Real>, x: &DistArray<T>) -> Vec<u64> {
    use lops::Real as _;
    let series = report.names().flat_map(|name| report.series(name)).map(|x| x.to_f64().to_bits());
    series.chain(whole(x).iter().flat_map(|x| [x.re(), x.im()]).map(|x| x.to_f64().to_bits())).collect()
}

/// All solvers, and their bits.
fn all_bits<T: Scalar>(comm: &Comm) -> Vec<Vec<u64>> {
    let options = Options::exactly(12);
    (0..6)
        .map(|which| {
            let (a, b, mut x) = problem::<T>(comm);
            let report = match which {
                0 => ista(&a, &b, &mut x, 0.05, &options),
                1 => fista(&a, &b, &mut x, 0.05, &options),
                2 => {
                    Shrinkage::fista(&a, &b, &mut x, 0.05).unwrap().restart().threshold(Threshold::Half).solve(&options)
                }
                3 => Shrinkage::fista(&a, &b, &mut x, 0.05).unwrap().keep(30.0).unwrap().solve(&options),
                4 => twist(&a, &b, &mut x, 0.05, &options),
                _ => spgl1(&a, &b, &mut x, 0.5, &options),
            };
            bits(&report.unwrap(), &x)
        })
        .collect()
}

/// An iteration sends what was said, exactly.
fn sends(comm: &Comm, method: impl Method, said: PerIteration) {
    let mut solver = method.start(&Options::exactly(9)).unwrap();
    let before = comm.traffic();
    solver.step().unwrap();
    let (sent, said) = ((comm.traffic() - before).total(), said.total());
    assert_eq!((sent.messages, sent.bytes), (said.messages, said.bytes));
}

/// Its adjoint is 0.
struct Half(Space);

impl LinearOperator<f64> for Half {
    fn domain(&self) -> &Space {
        &self.0
    }
    fn range(&self) -> &Space {
        &self.0
    }
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        y.copy_from_slice(x);
    }
    fn apply_adjoint(&self, _: &[f64], x: &mut [f64]) {
        x.fill(0.0);
    }
}

crate::bodies! {
    fn shrinkage_has_the_iterates_of_pylops(comm) {
        // x[0, 3, 9, 14] and the cost of pylops 2.8 after 20 iterations with alpha = 0.1 and eps = 0.05, or 30 per cent kept.
        type Figures = (&'static str, Threshold, bool, [f64; 4], f64);
        let cases: [Figures; 6] = [
            ("fista", Threshold::Soft, false, [-0.027103288779339457, 1.6957558683424023, -1.108539412393875, 0.625913870742555],
                0.2923758896657776),
            ("fista", Threshold::Half, false, [0.0, 1.6771248540244632, -1.1173764023236419, 0.641262326772526],
                0.3081989577291808),
            ("fista", Threshold::Soft, true, [0.014695230900374067, 1.940182276107181, -1.4329111721298886, 0.5329382682705354],
                f64::NAN),
            ("fista", Threshold::Hard, true, [0.0, 1.9151464391831021, -1.4089835666058945, 0.897505044180216], f64::NAN),
            ("fista", Threshold::Half, true, [0.0, 2.025505817140759, -1.5499485215237763, 0.741329964527659], f64::NAN),
            ("ista", Threshold::Soft, false, [0.025219703643389317, 1.4340281561709645, -0.8024110495544372, 0.4473820625668289],
                f64::NAN),
        ];
        for (name, threshold, keeps, expected, cost) in cases {
            let (a, b, mut x) = problem::<f64>(comm);
            let new = if name == "ista" { Shrinkage::ista } else { Shrinkage::fista };
            let method = new(&a, &b, &mut x, 0.05).unwrap().step(0.1).unwrap().threshold(threshold);
            let method = if keeps { method.keep(30.0).unwrap() } else { method };
            let report = method.solve(&Options::exactly(20)).unwrap();
            assert_eq!(report.iterations, 20);
            let found = whole(&x);
            [0, 3, 9, 14].iter().zip(expected).for_each(|(&i, expected)| near(found[i], expected, 1e-10));
            if !cost.is_nan() {
                near(*report.series("objective").last().unwrap(), cost, 1e-10);
            }
            near(report.residual, *report.cost().last().unwrap(), 1e-10);
        }
    }

    fn spgl1_has_the_solutions_of_its_authors_program(comm) {
        // x[0, 3, 9, 14], ‖x‖₁ and ‖b − A x‖ of spgl1 0.0.3 with tolerances of 1e-10.
        let cases = [
            (0.05, [0.003513667217579567, 1.972010560734124, -1.4800446240111418, 0.7044008847173294], 4.159969736680175, 0.05),
            (0.5, [0.0, 1.778803295211491, -1.2115946746107895, 0.28355500672933676], 3.2739529765516173, 0.5),
        ];
        let options = Options { tolerance: Tolerance::Relative(1e-7), ..Options::iterations(3000) };
        let compare = |x: &DistArray<f64>, expected: [f64; 4]| {
            let found = whole(x);
            [0, 3, 9, 14].iter().zip(expected).for_each(|(&i, expected)| near(found[i], expected, 1e-5));
        };
        for (sigma, expected, size, residual) in cases {
            let (a, b, mut x) = problem::<f64>(comm);
            let report = spgl1(&a, &b, &mut x, sigma, &options).unwrap();
            assert_eq!(report.reason, Reason::Tolerance, "{} iterations", report.iterations);
            compare(&x, expected);
            near(*report.series("size").last().unwrap(), size, 1e-6);
            near(report.residual, residual, 1e-6);
        }
        let (a, b, mut x) = problem::<f64>(comm);
        let report = Spgl1::lasso(&a, &b, &mut x, 2.0).unwrap().solve(&options).unwrap();
        assert_eq!(report.reason, Reason::Tolerance);
        compare(&x, [0.0, 1.3482199619651123, -0.6517800380348879, 0.0]);
        near(report.residual, 1.2087683852607334, 1e-7);
    }

    fn sparse_solvers_have_the_same_bits_on_any_cut(comm) {
        let alone = comm.alone();
        assert_eq!(all_bits::<f64>(comm), all_bits::<f64>(&alone));
        assert_eq!(all_bits::<Complex<f32>>(comm), all_bits::<Complex<f32>>(&alone));
    }

    fn shrinkage_sends_what_it_says(comm) {
        let (a, b, x) = problem::<f64>(comm);
        let (mut x, mut y, mut z) = (x.clone(), x.clone(), x);
        let method = Shrinkage::ista(&a, &b, &mut x, 0.05).unwrap();
        let said = method.communication().unwrap();
        assert_eq!(said.sums.calls, u64::from(comm.size() > 1));
        sends(comm, method, said);
        let method = Shrinkage::fista(&a, &b, &mut y, 0.05).unwrap();
        let said = method.communication().unwrap();
        sends(comm, method, said);
        let method = Shrinkage::fista(&a, &b, &mut z, 0.05).unwrap().restart();
        let said = method.communication().unwrap();
        sends(comm, method, said);
    }

    /// ISTA, FISTA and TwIST minimise the same, and say when they have; restarts help.
    fn shrinkage_converges_to_one_solution(comm) {
        let options = Options { tolerance: Tolerance::Relative(1e-9), ..Options::iterations(20_000) };
        let solve = |which: usize| {
            let (a, b, mut x) = problem::<f64>(comm);
            let report = match which {
                0 => ista(&a, &b, &mut x, 0.1, &options),
                1 => fista(&a, &b, &mut x, 0.1, &options),
                2 => Shrinkage::fista(&a, &b, &mut x, 0.1).unwrap().restart().solve(&options),
                _ => TwIst::new(&a, &b, &mut x, 0.1).unwrap().least_eigenvalue(1e-2).unwrap().solve(&options),
            };
            let report = report.unwrap();
            assert_eq!(report.reason, Reason::Tolerance, "{which}");
            (x, report)
        };
        let runs: Vec<_> = (0..4).map(solve).collect();
        for (x, _) in &runs[1..] {
            assert!((x - &runs[0].0).norm() < 1e-6);
        }
        let [ista, _, restarted, twist] = [0, 1, 2, 3].map(|which| runs[which].1.iterations);
        assert!(restarted < ista && twist < ista, "{ista} iterations of ISTA, {restarted} and {twist}");
        let merits: Vec<_> = runs[3].1.cost().iter().zip(runs[3].1.series("size")).map(|(r, s)| 0.5 * (r * r + 0.1 * s)).collect();
        assert!(merits.is_sorted_by(|a, b| a + 1e-14 >= *b), "{merits:?}");
        // The optimality conditions: |Aᴴ r| is ε/2 where x is not 0, and no more where it is.
        let (a, b, _) = problem::<f64>(comm);
        let x = &runs[2].0;
        let gradient = whole(&(&a.adjoint() * &(&b - &(&a * x))));
        for (x, g) in whole(x).iter().zip(gradient) {
            assert!(g.abs() < 0.05 + 1e-6 && (*x == 0.0 || (g - 0.05 * x.signum()).abs() < 1e-6), "{x}, {g}");
        }
    }

    /// A real signal that is sparse in frequency, of which half is missing.
    fn transforms_of_another_type_carry_the_sparsity(comm) {
        let n = 64;
        let layout = Layout::scatter(comm, &[n], 0).unwrap();
        let wave = |i: usize| (std::f64::consts::TAU * 5.0 * i as f64 / n as f64).cos();
        let truth = DistArray::from_fn(&layout, |i| wave(i[0]));
        let kept = DistArray::from_fn(&layout, |i| f64::from(u8::from((i[0] * i[0] + i[0] / 3) % 2 == 0)));
        let mask = Diagonal::of(&kept).unwrap();
        let fourier = FFTND::over(&[0]).on_real::<f64>(&layout).unwrap();
        let s = fourier.adjoint().scale_real(1.0 / (n as f64).sqrt());
        let b = &mask * &truth;
        let mut x = b.zeros_like();
        let method = Shrinkage::fista(&mask, &b, &mut x, 0.05).unwrap().step(1.0).unwrap().analysis(&s).unwrap();
        let _ = method.solve(&Options::exactly(300)).unwrap();
        let error = (&x - &truth).norm() / truth.norm();
        assert!(error < 0.05, "{error}");
    }

    fn sparse_solvers_tell_what_is_wrong(comm) {
        let (a, b, mut x) = problem::<f64>(comm);
        let other = DistArray::<f64>::zeros(Layout::scatter(comm, &[COLUMNS + 1], 0).unwrap());
        let kind = |result: Result<(), lops::Error>| result.unwrap_err().kind();
        let none = |_: Shrinkage<'_, f64>| ();
        for wrong in [-0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(kind(Shrinkage::fista(&a, &b, &mut x, wrong).map(none)), ErrorKind::Parameter);
            assert_eq!(kind(Shrinkage::ista(&a, &b, &mut x, 1.0).unwrap().step(wrong).map(none)), ErrorKind::Parameter);
            assert_eq!(kind(Shrinkage::ista(&a, &b, &mut x, 1.0).unwrap().decay(&[1.0, wrong]).map(none)), ErrorKind::Parameter);
            assert_eq!(kind(Spgl1::denoise(&a, &b, &mut x, wrong).map(|_| ())), ErrorKind::Parameter);
            assert_eq!(kind(Spgl1::lasso(&a, &b, &mut x, wrong).map(|_| ())), ErrorKind::Parameter);
            assert_eq!(kind(TwIst::new(&a, &b, &mut x, 1.0).unwrap().least_eigenvalue(wrong).map(|_| ())), ErrorKind::Parameter);
        }
        assert_eq!(kind(Shrinkage::ista(&a, &b, &mut x, 1.0).unwrap().keep(101.0).map(none)), ErrorKind::Parameter);
        assert_eq!(kind(Shrinkage::ista(&a, &other, &mut x, 1.0).map(none)), ErrorKind::Shape);
        assert_eq!(kind(Spgl1::denoise(&a, &other, &mut x, 1.0).map(|_| ())), ErrorKind::Shape);
        let analysis = Identity.on::<f64>(other.space());
        assert_eq!(kind(Shrinkage::ista(&a, &b, &mut x, 1.0).unwrap().analysis(&analysis).map(none)), ErrorKind::Shape);
        assert_eq!(kind(a.cond_estimate(0).map(|_| ())), ErrorKind::Parameter);

        // A step that is too long, with and without somebody who watches.
        let options = Options::iterations(2000);
        let report = Shrinkage::ista(&a, &b, &mut x, 0.1).unwrap().step(1.0).unwrap().solve(&options).unwrap();
        assert!(matches!(report.reason, Reason::NonFinite { .. }), "{:?}", report.reason);
        let (_, _, mut x) = problem::<f64>(comm);
        let report = Shrinkage::ista(&a, &b, &mut x, 0.1).unwrap().step(1.0).unwrap().monitor().solve(&options).unwrap();
        assert!(matches!(report.reason, Reason::Diverged(_)), "{:?}", report.reason);

        // No model explains data out of the range.
        let layout = Layout::scatter(comm, &[5], 0).unwrap();
        let a = Diagonal::of(&DistArray::from_fn(&layout, |i| if i[0] == 2 { 0.0 } else { 1.0 })).unwrap();
        let (b, mut x) = (DistArray::full(&layout, 1.0), DistArray::zeros(&layout));
        let report = spgl1(&a, &b, &mut x, 0.5, &options).unwrap();
        assert!(!report.reason.converged() && report.residual > 0.9, "{report:?}");

        // An adjoint that is none.
        let a = Operator::new(Half(Space::from(&layout)));
        assert!(a.norm_estimate().unwrap_err().to_string().contains("adjoint of"));
        let report = fista(&a, &b, &mut x, 0.1, &options).unwrap();
        assert_eq!(report.reason, Reason::Adjoint);
    }

    fn norms_and_conditions_are_numpys(comm) {
        let (a, _, _) = problem::<f64>(comm);
        let norm = a.norm_estimate().unwrap();
        near(norm.value, 2.888219177715346, 1e-7);
        assert!(norm.value <= 2.888219177715346 + 1e-12 && norm.value + norm.error >= 2.888219177715346 - 1e-12, "{norm:?}");
        let condition = a.cond_estimate(40).unwrap();
        near(condition.value, 5.914331108611051, 1e-6);
        assert_eq!(condition, problem::<f64>(&comm.alone()).0.cond_estimate(40).unwrap());
        // At the ends of the range of numbers, and of nothing at all.
        for scale in [1e-200, 1e200] {
            near(a.scale(scale).norm_estimate().unwrap().value / scale, 2.888219177715346, 1e-7);
        }
        assert_eq!(a.scale(0.0).norm_estimate().unwrap().value, 0.0);
        assert_eq!(a.scale(0.0).cond_estimate(5).unwrap().value, 1.0);
    }

    fn power_iteration_finds_eigenvalues_of_either_sign(comm) {
        let layout = Layout::scatter(comm, &[9], 0).unwrap();
        let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 - i[0] as f64)).unwrap();
        let mut x = DistArray::zeros(&layout);
        let found = power_iteration(&a, &mut x, 1000, 1e-13).unwrap();
        assert!(found.converged && found.error < 1e-5);
        near(found.value, -7.0, 1e-10);
        let mut alone = DistArray::zeros(Layout::scatter(&comm.alone(), &[9], 0).unwrap());
        let a = Diagonal::of(&DistArray::from_fn(alone.layout().unwrap(), |i| 1.0 - i[0] as f64)).unwrap();
        assert_eq!(power_iteration(&a, &mut alone, 1000, 1e-13).unwrap(), found);
        assert_eq!(whole(&alone), whole(&x));
        let wide = problem::<f64>(comm).0;
        assert!(power_iteration(&wide, &mut x, 10, 1e-3).is_err());
    }
}
