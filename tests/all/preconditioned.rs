//! Preconditioned CG: SciPy's iterates, counts of messages, the same bits on any cut, reasons, bad input.

use lops::operators::{Diagonal, Identity, Laplacian};
use lops::solvers::{Cg, Method, Options, Pcg, Tolerance, cg, pcg};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, Operator, Reason, Scalar};

const N: usize = 11;

/// Diagonal i³ + 1, less a second difference, and its diagonal's inverse.
fn problem<T: Scalar>(comm: &Comm) -> (Operator<T>, Operator<T>, DistArray<T>) {
    let layout = Layout::scatter(comm, &[N], 0).unwrap();
    let number = |x: f64| T::from_parts(x, 0.0);
    let stiff = |i: usize| (i as f64).powi(3) + 1.0;
    let laplacian = Laplacian::over(&[0]).on::<T>(&layout).unwrap();
    let square = &laplacian.adjoint() * &laplacian;
    let a = Diagonal::of(&DistArray::from_fn(&layout, |i| number(stiff(i[0])))).unwrap() + square;
    let m = Diagonal::of(&DistArray::from_fn(&layout, |i| number(1.0 / stiff(i[0])))).unwrap();
    let b = DistArray::from_fn(&layout, |i| T::from_parts((i[0] as f64).cos(), (2.0 * i[0] as f64).sin()));
    (a, m, b)
}

fn bits<T: Scalar>(comm: &Comm) -> Vec<u64> {
    use lops::Real as _;
    let (a, m, b) = problem::<T>(comm);
    let mut x = b.zeros_like();
    let report = pcg(&a, &b, &mut x, &m, &Options::exactly(6)).unwrap();
    let series = report.cost().iter().map(|x| x.to_f64().to_bits());
    series.chain(x.gather_all().iter().flat_map(|x| [x.re(), x.im()]).map(|x| x.to_f64().to_bits())).collect()
}

crate::bodies! {
    fn preconditioned_cg_solves_in_fewer_iterations(comm) {
        let (a, m, b) = problem::<f64>(comm);
        let options = Options { tolerance: Tolerance::Relative(1e-10), ..Options::iterations(200) };
        let (mut x, mut y, mut z) = (b.zeros_like(), b.zeros_like(), b.zeros_like());
        let with = pcg(&a, &b, &mut x, &m, &options).unwrap();
        let without = cg(&a, &b, &mut y, &options).unwrap();
        assert!(with.reason.converged() && without.reason.converged());
        assert!(with.iterations < without.iterations, "{} and {}", with.iterations, without.iterations);
        assert!((&x - &y).norm() < 1e-8);
        assert!((&b - &(&a * &x)).norm() <= 1e-10 * b.norm());
        // Without a preconditioner it is CG; with the inverse one iteration is enough.
        let identity = Identity.on::<f64>(b.space());
        let as_cg = pcg(&a, &b, &mut z, &identity, &options).unwrap();
        assert_eq!(as_cg.iterations, without.iterations);
        as_cg.cost().iter().zip(without.cost()).for_each(|(p, c)| assert!((p - c).abs() < 1e-9 * without.cost()[0]));
        let d = Diagonal::of(&DistArray::from_fn(b.layout().unwrap(), |i| 1.0 + i[0] as f64)).unwrap();
        let inverse = Diagonal::of(&DistArray::from_fn(b.layout().unwrap(), |i| 1.0 / (1.0 + i[0] as f64))).unwrap();
        let mut x = b.zeros_like();
        assert_eq!(pcg(&d, &b, &mut x, &inverse, &options).unwrap().iterations, 1);
    }

    fn preconditioned_cg_has_the_same_bits_on_any_cut(comm) {
        assert_eq!(bits::<f64>(comm), bits::<f64>(&comm.alone()));
        assert_eq!(bits::<Complex<f32>>(comm), bits::<Complex<f32>>(&comm.alone()));
    }

    fn preconditioned_cg_sends_what_it_says(comm) {
        let (a, m, b) = problem::<f64>(comm);
        let mut x = b.zeros_like();
        let method = Pcg::new(&a, &b, &mut x, &m).unwrap();
        let said = method.communication().unwrap();
        assert_eq!(said.sums.calls, if comm.size() > 1 { 2 } else { 0 });
        let mut solver = method.start(&Options::exactly(5)).unwrap();
        let before = comm.traffic();
        solver.step().unwrap();
        let (sent, said) = ((comm.traffic() - before).total(), said.total());
        assert_eq!((sent.messages, sent.bytes), (said.messages, said.bytes));
    }

    fn preconditioned_cg_tells_what_is_wrong(comm) {
        let (a, m, b) = problem::<f64>(comm);
        let mut x = b.zeros_like();
        let other = Layout::scatter(comm, &[N + 1], 0).unwrap();
        let error = Pcg::new(&a, &b, &mut x, &Identity.on::<f64>(&other)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert!(error.to_string().contains("preconditioner of CG"), "{error}");
        let options = Options::default();
        let report = pcg(&a, &b, &mut x, &(-1.0 * &m), &options).unwrap();
        assert!(matches!(report.reason, Reason::Preconditioner(rho) if rho < 0.0), "{}", report.reason);
        let report = pcg(&a, &b, &mut x, &(0.0 * &m), &options).unwrap();
        assert_eq!(report.reason, Reason::Preconditioner(0.0));
        let report = pcg(&(-1.0 * &a), &b, &mut x, &m, &options).unwrap();
        assert!(matches!(report.reason, Reason::Indefinite(_)), "{}", report.reason);
        assert_eq!(x, b.zeros_like());
        // Nothing to solve, and numbers near the ends of the range.
        let zero = b.zeros_like();
        assert_eq!(pcg(&a, &zero, &mut x, &m, &options).unwrap().reason, Reason::Tolerance);
        for scale in [1e-200, 1e200] {
            let report = pcg(&a, &b.map(|b| b * scale), &mut x, &m, &options).unwrap();
            assert!(!report.reason.converged(), "{}", report.reason);
        }
        // Told as CG tells it.
        assert_eq!(Cg::new(&a, &b, &mut x).unwrap().columns(), [("r2norm", "cost")]);
    }
}
