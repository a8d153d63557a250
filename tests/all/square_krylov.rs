//! MINRES, GMRES and BiCGSTAB: SciPy's iterates, preconditioners, counts of messages, reasons, the same bits on any cut.

use lops::operators::{Diagonal, DistMatrixMult, Identity};
use lops::solvers::{BiCgStab, Gmres, Method, Minres, Options, PerIteration, Tolerance, bicgstab, gmres, minres};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Reason, Report, Result, Scalar, Space,
};
use std::cell::Cell;
use std::ops::ControlFlow;

const N: usize = 10;

fn line(comm: &Comm) -> Layout {
    Layout::scatter(comm, &[N], 0).unwrap()
}

fn operator<T: Scalar>(comm: &Comm, element: impl Fn(f64, f64) -> [f64; 2]) -> Operator<T> {
    let matrix = Layout::scatter(comm, &[N, N], 0).unwrap();
    let matrix = DistArray::from_fn(&matrix, |i| {
        let [re, im] = element(i[0] as f64, i[1] as f64);
        T::from_parts(re, im)
    });
    DistMatrixMult::new(&matrix).on(&line(comm)).unwrap()
}

/// `(2 + 3i/10) δᵢⱼ + 2/5 cos(i + 2j)`, with `3/10 i sin(2i + j)` where it is complex.
fn general<T: Scalar>(comm: &Comm) -> Operator<T> {
    operator(comm, |i, j| {
        let diagonal = if i == j { 2.0 + 0.3 * i } else { 0.0 };
        [diagonal + 0.4 * (i + 2.0 * j).cos(), 0.3 * (2.0 * i + j).sin()]
    })
}

/// `(i − 9/2) δᵢⱼ + 3/10 cos(i + j)`, with `3/10 i sin(i − j)` where it is complex: five eigenvalues on each side of 0.
fn hermitian<T: Scalar>(comm: &Comm) -> Operator<T> {
    operator(comm, |i, j| [if i == j { i - 4.5 } else { 0.0 } + 0.3 * (i + j).cos(), 0.3 * (i - j).sin()])
}

fn data<T: Scalar>(comm: &Comm) -> DistArray<T> {
    DistArray::from_fn(&line(comm), |i| T::from_parts((i[0] as f64).cos(), (i[0] as f64).sin()))
}

/// 1/Aᵢᵢ of `general`, nearly.
fn jacobi<T: Scalar>(comm: &Comm) -> Operator<T> {
    Diagonal::of(&DistArray::from_fn(&line(comm), |i| T::from_parts(1.0 / (2.0 + 0.3 * i[0] as f64), 0.0))).unwrap()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-10 * expected.abs().max(1.0), "{found} and {expected}");
}

fn parts<T: Scalar>(x: &DistArray<T>) -> Vec<[f64; 2]> {
    x.gather_all().iter().map(|x| [Real::to_f64(x.re()), Real::to_f64(x.im())]).collect()
}

/// The first elements of x, and ‖b − A x‖.
fn is(x: &DistArray<impl Scalar>, report: &Report<f64>, elements: &[[f64; 2]], residual: f64) {
    for (found, expected) in parts(x).iter().zip(elements) {
        near(found[0], expected[0]);
        near(found[1], expected[1]);
    }
    near(report.residual, residual);
    near(*report.cost().last().unwrap(), residual);
}

/// An iteration sends what was said, exactly.
fn sends(comm: &Comm, method: impl Method, said: &[PerIteration]) {
    let mut solver = method.start(&Options::exactly(said.len() + 1)).unwrap();
    for said in said {
        let before = comm.traffic();
        solver.step().unwrap();
        let (sent, said) = ((comm.traffic() - before).total(), said.total());
        assert_eq!((sent.messages, sent.bytes), (said.messages, said.bytes));
    }
}

/// z ← z_k v, with another number z_k each time it is applied.
struct Varying {
    space: Space,
    count: Cell<u32>,
}

impl LinearOperator<f64> for Varying {
    fn domain(&self) -> &Space {
        &self.space
    }
    fn range(&self) -> &Space {
        &self.space
    }
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        self.count.set(self.count.get() + 1);
        let by = [1.0, 0.25, -3.0][self.count.get() as usize % 3];
        y.iter_mut().zip(x).enumerate().for_each(|(k, (y, x))| *y = by * x * (1.0 + k as f64 % 2.0));
    }
    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        self.apply(y, x);
    }
}

type Solve<T> = fn(&Operator<T>, &DistArray<T>, &mut DistArray<T>, &Options) -> Result<Report<f64>>;

/// All bits of what each of the three makes of the problems.
fn bits<T: Scalar<Real = f64>>(comm: &Comm) -> Vec<u64> {
    let solvers: [(Solve<T>, Operator<T>); 4] =
        [(minres, hermitian(comm)), (gmres, hermitian(comm)), (gmres, general(comm)), (bicgstab, general(comm))];
    let mut bits = vec![];
    for (solve, a) in solvers {
        let mut x = DistArray::zeros(a.domain());
        let report = solve(&a, &data(comm), &mut x, &Options::exactly(7)).unwrap();
        bits.extend(parts(&x).as_flattened().iter().chain(report.cost()).map(|x| x.to_bits()));
        bits.push(report.residual.to_bits());
    }
    let (a, m, b) = (general::<f64>(comm), jacobi(comm), data(comm));
    let mut x = DistArray::zeros(a.domain());
    let report = Gmres::new(&a, &b, &mut x).unwrap().restart(3).unwrap().preconditioner(&m).unwrap();
    let report = report.solve(&Options::exactly(8)).unwrap();
    bits.extend(parts(&x).as_flattened().iter().chain(report.cost()).map(|x| x.to_bits()));
    bits
}

/// An iteration of each sends what it says.
fn counted<T: Scalar>(comm: &Comm, (a, b, m): (Operator<T>, DistArray<T>, Operator<T>)) {
    let mut x = DistArray::zeros(a.domain());
    let method = Minres::new(&a, &b, &mut x).unwrap().shift(0.5).unwrap();
    let said = method.communication().unwrap();
    assert_eq!(said.sums.calls, if comm.size() > 1 { 2 } else { 0 });
    sends(comm, method, &[said; 3]);
    let method = Gmres::new(&a, &b, &mut x).unwrap().preconditioner(&m).unwrap().restart(6).unwrap();
    let said = [1, 2, 3, 4, 5].map(|k| method.communication(k).unwrap());
    assert!(said.iter().all(|said| said.sums.calls == if comm.size() > 1 { 2 } else { 0 }));
    sends(comm, method, &said);
    let method = BiCgStab::new(&a, &b, &mut x).unwrap();
    let said = method.communication().unwrap();
    assert_eq!(said.sums.calls, if comm.size() > 1 { 3 } else { 0 });
    sends(comm, method, &[said; 3]);
}

crate::bodies! {
    fn minres_has_the_iterates_of_scipy(comm) {
        // x[..3] and the norm of the residual of scipy.sparse.linalg.minres 1.17 after so many iterations.
        let cases: [(f64, usize, [f64; 3], f64); 6] = [
            (0.0, 2, [-0.17471634978502307, -0.06270443496755368, 0.028751456001863407], 1.4440407104296282),
            (0.0, 4, [-0.17804679601912632, -0.1915789782282332, 0.17807502847709172], 0.9608227205888156),
            (0.0, 6, [-0.2110449264970946, -0.11837127081761022, 0.23377959393411069], 0.7324475116034317),
            (0.7, 2, [-0.1766966149811294, -0.061891059399540385, 0.026963676403780598], 1.4534668904956114),
            (0.7, 4, [-0.13302864071394396, -0.16995188434106379, 0.16003586017312366], 0.9449326672497677),
            (0.7, 6, [-0.15727096773543242, -0.06976771311648915, 0.16481108670902841], 0.7167888179402336),
        ];
        let (a, b) = (hermitian::<f64>(comm), data(comm));
        for (shift, iterations, x, residual) in cases {
            let mut found = DistArray::zeros(a.domain());
            let report = Minres::new(&a, &b, &mut found).unwrap().shift(shift).unwrap();
            let report = report.solve(&Options::exactly(iterations)).unwrap();
            is(&found, &report, &x.map(|x| [x, 0.0]), residual);
        }
    }

    fn minres_of_complex_numbers_has_the_least_residuals(comm) {
        // Of all x in the Krylov space, by QR of a basis in NumPy.
        let cases: [(usize, [[f64; 2]; 3], f64); 3] = [
            (2, [[-0.12602604385584268, 0.0], [-0.03333797208465861, -0.19380982861282503], [0.008993534414322234, -0.15741757778297172]], 1.886366096621427),
            (4, [[-0.1523589689436789, 0.0], [-0.10262388786618075, -0.18029763103720958], [0.10610740457813084, -0.29166592103457883]], 1.4215575847000386),
            (6, [[-0.18886303760522546, 0.0], [-0.12220957239502651, -0.18247957968728717], [0.150429949870539, -0.2975033788653395]], 1.2054084918564418),
        ];
        let (a, b) = (hermitian::<Complex<f64>>(comm), data(comm));
        for (iterations, x, residual) in cases {
            let mut found = DistArray::zeros(a.domain());
            is(&found, &minres(&a, &b, &mut found.clone(), &Options::exactly(0)).unwrap(), &[], b.norm());
            let report = minres(&a, &b, &mut found, &Options::exactly(iterations)).unwrap();
            is(&found, &report, &x, residual);
            // GMRES minimises the same.
            let mut of_gmres = DistArray::zeros(a.domain());
            let report = gmres(&a, &b, &mut of_gmres, &Options::exactly(iterations)).unwrap();
            is(&of_gmres, &report, &x, residual);
        }
    }

    fn gmres_has_the_iterates_of_scipy(comm) {
        // x[..3] and the norm of the residual of scipy.sparse.linalg.gmres 1.17: cycles of so many iterations, so many of them.
        let real: [(usize, usize, [f64; 3], f64); 4] = [
            (4, 1, [0.4559960022448434, 0.26727290216302074, -0.09684184262425462], 0.0049729085743153755),
            (4, 3, [0.45604503954025577, 0.2665091345789978, -0.09604257698753232], 1.598104360252003e-07),
            (7, 1, [0.4560429938704939, 0.2665192350535923, -0.09603965548404252], 4.755510493241028e-05),
            (3, 3, [0.45604713408847664, 0.2665088491531987, -0.09604237455375181], 7.649663441828158e-06),
        ];
        let (a, b) = (general::<f64>(comm), data(comm));
        for (restart, cycles, x, residual) in real {
            let mut found = DistArray::zeros(a.domain());
            let method = Gmres::new(&a, &b, &mut found).unwrap().restart(restart).unwrap();
            let report = method.solve(&Options::exactly(restart * cycles)).unwrap();
            is(&found, &report, &x.map(|x| [x, 0.0]), residual);
        }
        let complex: [(usize, usize, [[f64; 2]; 2], f64); 3] = [
            (4, 1, [[0.5140711091829031, 0.02643654552129493], [0.13558250017724888, 0.155751837830095]], 0.02483650287075638),
            (7, 1, [[0.5170801640160233, 0.02778811790006283], [0.1298052447932494, 0.15632271409856474]], 0.0004357274721797261),
            (3, 3, [[0.5170447613108134, 0.02774594834084185], [0.13002203207128005, 0.1562412840401507]], 0.0006933446196604349),
        ];
        let (a, b) = (general::<Complex<f64>>(comm), data(comm));
        for (restart, cycles, x, residual) in complex {
            let mut found = DistArray::zeros(a.domain());
            let method = Gmres::new(&a, &b, &mut found).unwrap().restart(restart).unwrap();
            let report = method.solve(&Options::exactly(restart * cycles)).unwrap();
            is(&found, &report, &x, residual);
        }
        // Every residual of three cycles of three, as SciPy's callback has them.
        let (a, b) = (general::<f64>(comm), data(comm));
        let mut x = DistArray::zeros(a.domain());
        let report = Gmres::new(&a, &b, &mut x).unwrap().restart(3).unwrap().solve(&Options::exactly(9)).unwrap();
        let costs = [
            0.689748360793589, 0.17997820659975416, 0.04281070769388896, 0.012601157543391462, 0.002454630184369654,
            0.0005878836680197196, 0.00030115806940106854, 3.332229347337973e-05, 7.649663441775622e-06,
        ];
        report.cost()[1..].iter().zip(costs).for_each(|(&found, cost)| assert!((found - cost).abs() < 1e-12));
    }

    fn bicgstab_has_the_iterates_of_scipy(comm) {
        let real: [(usize, [f64; 3], f64); 3] = [
            (2, [0.4523807024901793, 0.26545511371871927, -0.09818161747850145], 0.018388175049967682),
            (4, [0.4560803176216477, 0.2665305437377237, -0.09602175612026259], 0.0001422385190586694),
            (5, [0.4560453037455293, 0.2665074277815646, -0.09604266735580361], 6.6431417209428795e-06),
        ];
        let (a, b) = (general::<f64>(comm), data(comm));
        for (iterations, x, residual) in real {
            let mut found = DistArray::zeros(a.domain());
            let report = bicgstab(&a, &b, &mut found, &Options::exactly(iterations)).unwrap();
            is(&found, &report, &x.map(|x| [x, 0.0]), residual);
        }
        let complex: [(usize, [[f64; 2]; 2], f64); 2] = [
            (2, [[0.5067867677838545, 0.02607677122998163], [0.13802773265439008, 0.15952554742881758]], 0.04624603005999696),
            (5, [[0.5170323653489572, 0.027748379558772174], [0.12982299341217232, 0.15630542650898763]], 0.00011813668123811614),
        ];
        let (a, b) = (general::<Complex<f64>>(comm), data(comm));
        for (iterations, x, residual) in complex {
            let mut found = DistArray::zeros(a.domain());
            let report = bicgstab(&a, &b, &mut found, &Options::exactly(iterations)).unwrap();
            is(&found, &report, &x, residual);
        }
    }

    fn preconditioners_shorten_the_way_and_leave_the_residual_true(comm) {
        let (a, b, m) = (general::<f64>(comm), data(comm), jacobi(comm));
        let options = Options { tolerance: Tolerance::Relative(1e-10), ..Options::default() };
        let mut expected = DistArray::zeros(a.domain());
        let plain = gmres(&a, &b, &mut expected, &options).unwrap();
        assert!(plain.reason.converged());
        let check = |x: &DistArray<f64>, report: Report<f64>| {
            assert!(report.reason.converged(), "{}", report.reason);
            near(report.residual, (&b - &(&a * x)).norm());
            assert!((x - &expected).norm() < 1e-9);
            report.iterations
        };
        let mut x = DistArray::full(a.domain(), 2.0);
        let report = Gmres::new(&a, &b, &mut x).unwrap().preconditioner(&m).unwrap().restart(4).unwrap().solve(&options);
        check(&x, report.unwrap());
        let mut x = DistArray::zeros(a.domain());
        let report = BiCgStab::new(&a, &b, &mut x).unwrap().preconditioner(&m).unwrap().solve(&options);
        check(&x, report.unwrap());
        // One that varies.
        let varying = Operator::new(Varying { space: a.domain().clone(), count: Cell::new(0) });
        let mut x = DistArray::zeros(a.domain());
        let report = Gmres::new(&a, &b, &mut x).unwrap().preconditioner(&varying).unwrap().restart(5).unwrap().solve(&options);
        assert!(check(&x, report.unwrap()) > 5);
        // The inverse.
        let d = Diagonal::of(&DistArray::from_fn(&line(comm), |i| 1.0 - 2.5 * i[0] as f64)).unwrap();
        let inverse = Diagonal::of(&DistArray::from_fn(&line(comm), |i| 1.0 / (1.0 - 2.5 * i[0] as f64))).unwrap();
        for scale in [1.0, 1e-170, 1e170] {
            let (d, inverse) = (scale * d.clone(), scale.recip() * inverse.clone());
            let mut x = DistArray::zeros(a.domain());
            let report = Gmres::new(&d, &b, &mut x).unwrap().preconditioner(&inverse).unwrap().solve(&options).unwrap();
            assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 1));
            let mut x = DistArray::zeros(a.domain());
            let report = BiCgStab::new(&d, &b, &mut x).unwrap().preconditioner(&inverse).unwrap().solve(&options).unwrap();
            assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 1));
        }
    }

    fn x_is_right_whenever_a_run_ends(comm) {
        let (a, b) = (general::<f64>(comm), data(comm));
        for iterations in 0..10 {
            let mut x = DistArray::full(a.domain(), 0.5);
            let method = Gmres::new(&a, &b, &mut x).unwrap().restart(4).unwrap();
            let report = method.solve(&Options::exactly(iterations)).unwrap();
            assert_eq!((report.reason.clone(), report.iterations), (Reason::IterationLimit, iterations));
            near(*report.cost().last().unwrap(), (&b - &(&a * &x)).norm());
            // Stopped by a callback, on one rank.
            let mut again = DistArray::full(a.domain(), 0.5);
            let mut solver = Gmres::new(&a, &b, &mut again).unwrap().restart(4).unwrap().start(&Options::exactly(20)).unwrap();
            solver = solver.callback(|seen| {
                let is_last = seen.iteration == iterations && comm.rank() == comm.size() - 1;
                if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            if iterations > 0 {
                let report = solver.solve().unwrap();
                assert_eq!((report.reason, report.iterations), (Reason::Callback, iterations));
                assert_eq!(parts(&again), parts(&x));
            }
            // Ended by whoever steps it.
            let mut again = DistArray::full(a.domain(), 0.5);
            let mut solver = Gmres::new(&a, &b, &mut again).unwrap().restart(4).unwrap().start(&Options::exactly(20)).unwrap();
            for _ in 0..iterations {
                assert_eq!(solver.step().unwrap(), None);
            }
            let report = solver.finish().unwrap();
            near(report.residual, (&b - &(&a * &again)).norm());
            assert_eq!(parts(&again), parts(&x));
        }
    }

    fn an_iteration_sends_what_it_says(comm) {
        let real = (hermitian::<f64>(comm), data(comm), jacobi(comm));
        counted(comm, real);
        counted(comm, (hermitian::<Complex<f64>>(comm), data(comm), jacobi(comm)));
    }

    fn the_same_bits_as_alone_of_square_operators(comm) {
        assert_eq!(bits::<f64>(comm), bits::<f64>(&comm.alone()));
        assert_eq!(bits::<Complex<f64>>(comm), bits::<Complex<f64>>(&comm.alone()));
    }

    fn singular_operators_are_a_reason(comm) {
        let b = data::<f64>(comm);
        let zero = 0.0 * Identity.on::<f64>(b.space());
        let shift = operator::<f64>(comm, |i, j| [if j == i + 1.0 { 1.0 } else { 0.0 }, 0.0]);
        let skew = operator::<f64>(comm, |i, j| [i - j, 0.0]);
        let first = DistArray::from_fn(&line(comm), |i| if i[0] == 0 { 1.0 } else { 0.0 });
        let solvers: [Solve<f64>; 3] = [minres, gmres, bicgstab];
        for (solve, name) in solvers.into_iter().zip(["minres", "gmres", "bicgstab"]) {
            let mut x = DistArray::zeros(b.space());
            let report = solve(&zero, &b, &mut x, &Options::default()).unwrap();
            assert_eq!((report.reason, report.iterations), (Reason::Breakdown(0.0), 0), "{name}");
            assert_eq!(report.residual, b.norm());
        }
        // A e₁ = 0, and e₁ is what is left; ⟨r, A r⟩ = 0.
        for (a, b) in [(&shift, &first), (&skew, &first)] {
            let mut x = DistArray::zeros(b.space());
            let report = bicgstab(a, b, &mut x, &Options::default()).unwrap();
            assert!(matches!(report.reason, Reason::Breakdown(_)), "{}", report.reason);
            assert_eq!((parts(&x), report.residual), (vec![[0.0; 2]; N], 1.0));
        }
        let mut x = DistArray::zeros(b.space());
        let report = gmres(&shift, &first, &mut x, &Options::default()).unwrap();
        assert_eq!((report.reason, report.residual), (Reason::Breakdown(0.0), 1.0));
        // Not in the range: what is left is the part of b that A does not reach.
        let half = Diagonal::of(&DistArray::from_fn(&line(comm), |i| (i[0] as f64 - 4.0).max(0.0))).unwrap();
        let part = DistArray::from_fn(&line(comm), |i| if i[0] <= 4 { (i[0] as f64).cos() } else { 0.0 });
        let solvers: [Solve<f64>; 2] = [minres, gmres];
        for solve in solvers {
            let mut x = DistArray::zeros(b.space());
            let report = solve(&half, &b, &mut x, &Options::default()).unwrap();
            assert!(!report.reason.converged(), "{}", report.reason);
            assert!(report.residual > (1.0 - 1e-12) * part.norm(), "{}", report.residual);
        }
    }

    fn all_digits_and_then_a_reason(comm) {
        let (a, h, b) = (general::<f64>(comm), hermitian::<f64>(comm), data(comm));
        let solvers: [(Solve<f64>, &Operator<f64>); 4] = [(minres, &h), (gmres, &h), (gmres, &a), (bicgstab, &a)];
        for (solve, a) in solvers {
            let mut x = DistArray::full(b.space(), 1e5);
            let report = solve(a, &b, &mut x, &Options::exactly(300)).unwrap();
            assert_eq!(report.reason, Reason::Exhausted);
            assert!(report.residual < 1e-14 * b.norm() && report.iterations < 200, "{report:?}");
        }
    }

    fn too_bad_a_condition_is_a_reason_of_minres(comm) {
        let b = DistArray::full(line(comm), 1.0);
        let a = Diagonal::of(&DistArray::from_fn(&line(comm), |i| if i[0] % 2 == 0 { 1e-3 } else { -2.0 })).unwrap();
        let solve = |limit: f64, x: &mut DistArray<f64>| {
            Minres::new(&a, &b, x).unwrap().condition_limit(limit).unwrap().solve(&Options::default()).unwrap()
        };
        let mut x = DistArray::zeros(b.space());
        let report = solve(1e9, &mut x);
        assert!(report.reason.converged());
        let (condition, norm) = (report.series("condition").last().unwrap(), report.series("norm").last().unwrap());
        assert!((1e3..4e3).contains(condition), "{condition}");
        assert!((1.9..4.0).contains(norm), "{norm}");
        let tight = Options { tolerance: Tolerance::None, ..Options::iterations(4) };
        let mut x = DistArray::zeros(b.space());
        let method = Minres::new(&a, &b, &mut x).unwrap().condition_limit(30.0).unwrap();
        let report = method.solve(&tight).unwrap();
        assert!(matches!(report.reason, Reason::ConditionLimit(found) if found > 30.0), "{}", report.reason);
    }

    fn what_they_are_told_is_checked(comm) {
        let (a, b) = (general::<f64>(comm), data::<f64>(comm));
        let other = Layout::scatter(comm, &[N + 1], 0).unwrap();
        let (long, mut long_x) = (DistArray::<f64>::zeros(&other), DistArray::<f64>::zeros(&other));
        let of_long = Identity.on::<f64>(&other);
        let tall = DistArray::<f64>::zeros(Layout::scatter(comm, &[N + 1, N], 0).unwrap());
        let tall = DistMatrixMult::new(&tall).on(&line(comm)).unwrap();
        let mut x = DistArray::zeros(b.space());
        let mut kinds = vec![
            Minres::new(&tall, &long, &mut x).unwrap_err().kind(),
            Gmres::new(&tall, &long, &mut x).unwrap_err().kind(),
            BiCgStab::new(&tall, &long, &mut x).unwrap_err().kind(),
            Minres::new(&a, &long, &mut x).unwrap_err().kind(),
            Gmres::new(&a, &b, &mut long_x).unwrap_err().kind(),
            BiCgStab::new(&a, &long, &mut x).unwrap_err().kind(),
            Gmres::new(&a, &b, &mut x).unwrap().preconditioner(&of_long).unwrap_err().kind(),
            BiCgStab::new(&a, &b, &mut x).unwrap().preconditioner(&tall).unwrap_err().kind(),
        ];
        kinds.dedup();
        assert_eq!(kinds, [ErrorKind::Shape]);
        let mut kinds = vec![Gmres::new(&a, &b, &mut x).unwrap().restart(0).unwrap_err().kind()];
        for shift in [f64::NAN, f64::INFINITY] {
            kinds.push(Minres::new(&a, &b, &mut x).unwrap().shift(shift).unwrap_err().kind());
        }
        kinds.push(Minres::new(&a, &b, &mut x).unwrap().condition_limit(0.5).unwrap_err().kind());
        kinds.dedup();
        assert_eq!(kinds, [ErrorKind::Parameter]);
        let single = DistArray::<f32>::zeros(line(comm));
        let (a, mut x) = (Identity.on::<f32>(single.space()), single.clone());
        assert_eq!(Minres::new(&a, &single, &mut x).unwrap().shift(1e300).unwrap_err().kind(), ErrorKind::Parameter);
    }

    fn nothing_to_solve_is_solved(comm) {
        let layout = Layout::scatter(comm, &[0], 0).unwrap();
        let a = Identity.on::<f64>(&layout);
        let solvers: [Solve<f64>; 3] = [minres, gmres, bicgstab];
        for solve in solvers {
            let (b, mut x) = (DistArray::zeros(&layout), DistArray::zeros(&layout));
            let report = solve(&a, &b, &mut x, &Options::default()).unwrap();
            assert_eq!((report.reason, report.iterations, report.residual), (Reason::Tolerance, 0, 0.0));
        }
    }
}
