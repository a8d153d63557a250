//! CG for several shifts at once.

use lops::operators::{Diagonal, Identity, SecondDerivative, normal};
use lops::solvers::{Method, Options, ShiftedCg, Tolerance, cg, shifted_cg};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, Operator, Real, Reason, Scalar};

const N: usize = 17;
const SHIFTS: [f64; 4] = [3.0, 0.0, 0.25, 1e3];

fn problem<T: Scalar>(comm: &Comm) -> (Operator<T>, DistArray<T>) {
    let layout = Layout::scatter(comm, &[N], 0).unwrap();
    let stiff = DistArray::from_fn(&layout, |i| T::from_parts(1.0 + i[0] as f64, 0.0));
    let a = normal(&SecondDerivative::along(0).on::<T>(&layout).unwrap()) + Diagonal::of(&stiff).unwrap();
    (a, DistArray::from_fn(&layout, |i| T::from_parts((i[0] as f64).cos(), (2.0 * i[0] as f64).sin())))
}

fn bits<T: Scalar>(comm: &Comm) -> Vec<u64> {
    let (a, b) = problem::<T>(comm);
    let mut models = vec![b.zeros_like(); 4];
    let report = shifted_cg(&a, &b, &SHIFTS, &mut models, &Options::exactly(6)).unwrap();
    let numbers = models.iter().flat_map(|x| x.gather_all().into_iter().flat_map(|x| [x.re(), x.im()]));
    numbers.chain(report.cost().to_vec()).map(|x| x.to_f64().to_bits()).collect()
}

crate::bodies! {
    fn every_shift_has_the_iterates_of_cg(comm) {
        let (a, b) = problem::<Complex<f64>>(comm);
        for iterations in [1, 2, 5, 9] {
            let options = Options::exactly(iterations);
            // They begin at 0, whatever is there.
            let mut models = vec![b.clone(); 4];
            let report = shifted_cg(&a, &b, &SHIFTS, &mut models, &options).unwrap();
            for (shift, model) in SHIFTS.iter().zip(&models) {
                let shifted = &a + Identity.on::<Complex<f64>>(b.space()).scale_real(*shift);
                let mut x = b.zeros_like();
                let other = cg(&shifted, &b, &mut x, &options).unwrap();
                assert!((&x - model).norm() < 1e-12 * x.norm(), "{shift} after {iterations}");
                if *shift == 0.0 {
                    assert_eq!(report.cost()[..2], other.cost()[..2]);
                    assert!((report.residual - other.residual).abs() < 1e-12);
                } else {
                    assert!(other.residual <= report.residual);
                }
            }
        }
    }

    fn all_shifts_are_solved(comm) {
        let (a, b) = problem::<f64>(comm);
        let mut models = vec![b.zeros_like(); 4];
        let options = Options { tolerance: Tolerance::Relative(1e-10), ..Options::iterations(300) };
        let report = shifted_cg(&a, &b, &SHIFTS, &mut models, &options).unwrap();
        assert_eq!(report.reason, Reason::Tolerance);
        for (shift, x) in SHIFTS.iter().zip(&models) {
            let left = &b - &(&(&a * x) + &x.map(|x| x * shift));
            assert!(left.norm() <= 1e-10 * b.norm(), "{shift}: {}", left.norm());
        }
        // More than rounding allows is not claimed.
        let options = Options { tolerance: Tolerance::Relative(1e-17), ..Options::iterations(300) };
        let report = shifted_cg(&a, &b, &SHIFTS, &mut models, &options).unwrap();
        assert!(!report.reason.converged(), "{}", report.reason);
        // Shifts below 0 too, while all is positive definite: 0.9 is below the least eigenvalue.
        let report = shifted_cg(&a, &b, &[2.0, -0.9], &mut models[..2], &Options::iterations(300)).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        let left = &b - &(&(&a * &models[1]) - &models[1].map(|x| 0.9 * x));
        assert!(left.norm() <= 1e-6 * b.norm());
        let report = shifted_cg(&a, &b, &[2.0, -30.0], &mut models[..2], &Options::iterations(300)).unwrap();
        assert!(matches!(report.reason, Reason::Indefinite(_)), "{}", report.reason);
    }

    fn shifts_have_the_same_bits_on_any_cut(comm) {
        assert_eq!(bits::<f64>(comm), bits::<f64>(&comm.alone()));
        assert_eq!(bits::<Complex<f32>>(comm), bits::<Complex<f32>>(&comm.alone()));
    }

    fn shifts_send_what_one_sends(comm) {
        let (a, b) = problem::<f64>(comm);
        let mut models = vec![b.zeros_like(); 4];
        let method = ShiftedCg::new(&a, &b, &SHIFTS, &mut models).unwrap();
        let said = method.communication().unwrap();
        let mut x = b.zeros_like();
        assert_eq!(said, lops::solvers::Cg::new(&a, &b, &mut x).unwrap().communication().unwrap());
        let mut solver = method.start(&Options::exactly(9)).unwrap();
        let before = comm.traffic();
        solver.step().unwrap();
        let (sent, said) = ((comm.traffic() - before).total(), said.total());
        assert_eq!((sent.messages, sent.bytes), (said.messages, said.bytes));
    }

    fn shifts_tell_what_is_wrong(comm) {
        let (a, b) = problem::<f64>(comm);
        let mut models = vec![b.zeros_like(); 2];
        let kind = |shifts: &[f64], models: &mut [DistArray<f64>], says: &str| {
            let error = ShiftedCg::new(&a, &b, shifts, models).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
            error.kind()
        };
        assert_eq!(kind(&[], &mut [], "shifts"), ErrorKind::Parameter);
        assert_eq!(kind(&[1.0], &mut models, "models"), ErrorKind::Parameter);
        assert_eq!(kind(&[1.0, f64::NAN], &mut models, "shift"), ErrorKind::Parameter);
        models[1] = DistArray::zeros(Layout::scatter(comm, &[N + 1], 0).unwrap());
        assert_eq!(kind(&[1.0, 2.0], &mut models, "model of shifted CG"), ErrorKind::Shape);
        // Nothing to solve.
        let (mut models, zero) = (vec![b.clone(); 2], b.zeros_like());
        let report = shifted_cg(&a, &zero, &[1.0, 2.0], &mut models, &Options::default()).unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 0));
        assert!(models.iter().all(|x| *x == zero));
        let mut wrong = b.clone();
        wrong.set(&[4], f64::INFINITY).unwrap();
        let report = shifted_cg(&a, &wrong, &[1.0, 2.0], &mut models, &Options::default()).unwrap();
        assert!(matches!(report.reason, Reason::NonFinite { vector: "b", .. }), "{}", report.reason);
    }
}
