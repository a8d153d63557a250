//! Greedy solvers, and reweighted ones: PyLops's figures, exact recovery, ties, the same bits on any cut, counts of messages, bad input.
//! Figures of reweighted ones are in `reweighted.rs`.

use lops::array::Place;
use lops::layout::Cut;
use lops::operators::{Diagonal, DistMatrixMult, FFTND, Identity, Restriction, StackedVStack};
use lops::solvers::{
    Irls, MatchingPursuit, Method, Omp, Options, Seen, Tolerance, column_norms, irls, lsqr, matching_pursuit, omp,
};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Reason, Report, Scalar, Space,
};
use std::ops::ControlFlow;

const ROWS: usize = 12;
const COLUMNS: usize = 18;

fn element<T: Scalar>(i: usize, j: usize) -> T {
    let (i, j) = (i as f64, j as f64);
    let diagonal = if i == j { 0.5 } else { 0.0 };
    let real = 1.0 / (i + j + 1.0) + diagonal + 0.1 * (i * j).cos() + 0.3 * ((i + 1.0) * (j + 2.0)).sin();
    T::from_parts(real, 0.2 * (i + 2.0 * j).sin())
}

/// n numbers, of which the first rank has none and the last one many.
fn uneven(comm: &Comm, n: usize) -> Layout {
    let ranks = comm.size();
    let mut sizes: Vec<_> = (0..ranks).map(|rank| if rank == 0 && ranks > 1 { 0 } else { n / (2 * ranks) }).collect();
    sizes[ranks - 1] += n - sizes.iter().sum::<usize>();
    Layout::scatter_sizes(comm, &[n], 0, &sizes).unwrap()
}

/// A matrix of these elements, whose vectors are cut unevenly.
fn matrix<T: Scalar>(comm: &Comm, rows: usize, columns: usize, element: impl Fn(usize, usize) -> T) -> Operator<T> {
    let layout = Layout::scatter(comm, &[rows, columns], 0).unwrap();
    let matrix = DistArray::from_fn(&layout, |i| element(i[0], i[1]));
    let a = DistMatrixMult::new(&matrix).on(&uneven(comm, columns)).unwrap();
    let to = lops::operators::Redistribute::to(&uneven(comm, rows)).on::<T>(a.range().layout().unwrap()).unwrap();
    &to * &a
}

pub(crate) fn line<T: Scalar>(space: &Space, f: impl Fn(usize) -> T) -> DistArray<T> {
    DistArray::from_fn(space.layout().unwrap(), |i| f(i[0]))
}

/// Three spikes of 18 numbers, seen through 12 sums with small errors.
pub(crate) fn wide<T: Scalar>(comm: &Comm) -> (Operator<T>, DistArray<T>, DistArray<T>) {
    let a = matrix(comm, ROWS, COLUMNS, element::<T>);
    let b = line(a.range(), |i| {
        let sum = [(3, 2.0), (9, -1.5), (14, 0.75)].map(|(j, x)| element::<T>(i, j) * T::from_parts(x, 0.0));
        sum[0] + sum[1] + sum[2] + T::from_parts(0.01 * (i as f64).cos(), 0.0)
    });
    let x = DistArray::zeros(a.domain());
    (a, b, x)
}

/// Five numbers seen through 18 sums, of which two are wrong.
pub(crate) fn tall<T: Scalar>(comm: &Comm) -> (Operator<T>, DistArray<T>, DistArray<T>) {
    let conj = |i, j| element::<T>(i, j).conj();
    let a = matrix(comm, COLUMNS, 5, |i, j| conj(j, i));
    let b = line(a.range(), |i| {
        let terms = [1.0, -2.0, 0.5, 3.0, -1.5].into_iter().enumerate();
        let sum = terms.fold(T::zero(), |sum, (j, x)| sum + conj(j, i) * T::from_parts(x, 0.0));
        let wrong = match i {
            4 => 20.0,
            11 => -15.0,
            _ => 0.0,
        };
        sum + T::from_parts(0.05 * (3.0 * i as f64).cos() + wrong, 0.0)
    });
    let x = DistArray::zeros(a.domain());
    (a, b, x)
}

pub(crate) fn whole<T: Scalar>(x: &DistArray<T>) -> Vec<[f64; 2]> {
    x.gather_all().iter().map(|x| [x.re().to_f64(), x.im().to_f64()]).collect()
}

pub(crate) fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() < tolerance * expected.abs().max(1.0), "{found} and {expected}");
}

/// These numbers of x, and no others where `others` says that they are 0.
pub(crate) fn compare<T: Scalar>(x: &DistArray<T>, expected: &[(usize, f64, f64)], others: bool, tolerance: f64) {
    let found = whole(x);
    for &(k, re, im) in expected {
        near(found[k][0], re, tolerance);
        near(found[k][1], im, tolerance);
    }
    if others {
        assert_eq!(found.iter().filter(|x| **x != [0.0; 2]).count(), expected.len(), "{found:?}");
    }
}

fn costs<R: Real>(report: &Report<R>, expected: &[f64], tolerance: f64) {
    assert_eq!(report.cost().len(), expected.len());
    report.cost().iter().zip(expected).for_each(|(found, &expected)| near(Real::to_f64(*found), expected, tolerance));
    near(Real::to_f64(report.residual), *expected.last().unwrap(), tolerance);
}

pub(crate) fn tight() -> Options {
    Options { tolerance: Tolerance::OfData(1e-15), ..Options::iterations(200) }
}

fn bits<T: Scalar>(report: &Report<T::Real>, x: &DistArray<T>) -> Vec<u64> {
    let series = report.names().flat_map(|name| report.series(name)).map(|x| x.to_f64().to_bits());
    series.chain(whole(x).iter().flatten().map(|x| x.to_bits())).collect()
}

/// All solvers, and their bits.
fn all_bits<T: Scalar>(comm: &Comm) -> Vec<Vec<u64>> {
    let options = Options::exactly(5);
    (0..6)
        .map(|which| {
            let (a, b, mut x) = if which == 3 { tall::<T>(comm) } else { wide::<T>(comm) };
            let norms = column_norms(&a).unwrap();
            let report = match which {
                0 => omp(&a, &b, &mut x, 7, 0.0, &options),
                1 => Omp::new(&a, &b, &mut x, 4, 0.0).unwrap().norms(&norms).unwrap().solve(&options),
                2 => matching_pursuit(&a, &b, &mut x, 0.0, &options),
                3 => irls(&a, &b, &mut x, &options),
                4 => Irls::model(&a, &b, &mut x).unwrap().damp(0.1).unwrap().solve(&options),
                _ => {
                    let stack = StackedVStack::of(vec![a.clone(), a.scale_real(T::Real::from_f64(0.5))]).unwrap();
                    let b = DistArray::stack(&[&b, &b]).unwrap();
                    omp(&stack, &b, &mut x, 3, 0.0, &options)
                }
            };
            bits(&report.unwrap(), &x)
        })
        .collect()
}

/// An application gives NaN at one place.
struct Spoils(Space);

impl LinearOperator<f64> for Spoils {
    fn domain(&self) -> &Space {
        &self.0
    }
    fn range(&self) -> &Space {
        &self.0
    }
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        y.copy_from_slice(x);
        let first = self.0.layout().unwrap().range(self.0.comm().rank()).start;
        if let Some(y) = y.iter_mut().enumerate().find_map(|(k, y)| (first + k == 7).then_some(y)) {
            *y = f64::NAN;
        }
    }
    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        x.copy_from_slice(y);
    }
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
    fn omp_chooses_the_columns_of_pylops(comm) {
        // x and costs of pylops 2.8, with 200 inner iterations, after 6 outer ones.
        let (a, b, mut x) = wide::<f64>(comm);
        let report = omp(&a, &b, &mut x, 6, 0.0, &Options::exactly(10)).unwrap();
        assert_eq!((&report.reason, report.iterations), (&Reason::ColumnLimit, 6));
        compare(&x, &[(0, 0.01071335381722076, 0.0), (3, 1.9812601442201254, 0.0), (7, 0.007423858601475676, 0.0),
            (9, -1.51586536089779, 0.0), (12, -0.026144617872838588, 0.0), (14, 0.7562905297036409, 0.0)], true, 1e-11);
        costs(&report, &[2.6985009864323146, 1.5564796560687189, 0.5795208187025038, 0.022873875906345337,
            0.020364031327671155, 0.013920924563760716, 0.012161594745767801], 1e-12);

        let (norms, mut x) = (column_norms(&a).unwrap(), x.zeros_like());
        let report = Omp::new(&a, &b, &mut x, 6, 0.0).unwrap().norms(&norms).unwrap().solve(&Options::exactly(6)).unwrap();
        assert_eq!((&report.reason, report.iterations), (&Reason::IterationLimit, 6));
        compare(&x, &[(3, 1.982612468303003, 0.0), (4, -0.033657668478031935, 0.0), (6, 0.020879996010629634, 0.0),
            (9, -1.5057993731741373, 0.0), (10, -0.007358740927867236, 0.0), (14, 0.7457265341869624, 0.0)], true, 1e-11);
        costs(&report, &[2.6985009864323146, 1.5564796560687189, 0.5795208187025038, 0.022873875906345337,
            0.018623618685130912, 0.014255686069147091, 0.012747972526141169], 1e-12);

        let (a, b, mut x) = wide::<Complex<f64>>(comm);
        let report = omp(&a, &b, &mut x, 6, 0.0, &Options::exactly(10)).unwrap();
        compare(&x, &[(0, 0.006111461713807066, -0.005778187815744002), (3, 1.9908458295164747, 0.011276499148138719),
            (9, -1.506833978026566, 0.007056904975963955), (12, -0.01562851296847836, 0.011836308119027583),
            (14, 0.7527461623667243, -0.0018232260251125239), (16, -0.008083042383278501, -0.01171878830867091)], true, 1e-11);
        costs(&report, &[2.7274422684729225, 1.7655531327006413, 0.6345928295297113, 0.022128403403255986,
            0.019637079588033558, 0.013297640140469885, 0.008172642568222685], 1e-12);
        // σ is where iterations end.
        let mut x = x.zeros_like();
        let report = omp(&a, &b, &mut x, 6, 0.02, &Options::exactly(10)).unwrap();
        assert_eq!((&report.reason, report.iterations), (&Reason::Tolerance, 4));
    }

    fn matching_pursuit_has_the_iterates_of_pylops(comm) {
        // x and costs of pylops 2.8 with niter_inner=0 and optimal_coeff=True.
        let (a, b, mut x) = wide::<f64>(comm);
        let report = matching_pursuit(&a, &b, &mut x, 0.0, &Options::exactly(15)).unwrap();
        compare(&x, &[(0, 0.009092457724140118, 0.0), (3, 1.9839352467162763, 0.0), (4, -0.019116890269488634, 0.0),
            (7, 0.00511502757917652, 0.0), (9, -1.5143271141619816, 0.0), (12, -0.011319048860956337, 0.0),
            (14, 0.7421366810804232, 0.0)], true, 1e-11);
        costs(&report, &[2.6985009864323146, 1.5564796560687189, 0.579722853114868, 0.0628149016286548, 0.03881188248554309,
            0.03318670830654749, 0.022350915132900114, 0.020942640091151158, 0.018587293740927706, 0.01792131940851653,
            0.01722311200116895, 0.014024163312201084, 0.01376875254967755, 0.012861953452025386, 0.011548262640213799,
            0.010623644244070397], 1e-11);
        let (a, b, mut x) = wide::<Complex<f64>>(comm);
        let norms = column_norms(&a).unwrap();
        let method = MatchingPursuit::new(&a, &b, &mut x, 0.0).unwrap().norms(&norms).unwrap();
        let report = method.solve(&Options::exactly(15)).unwrap();
        near(report.residual, 0.019674388675104373, 1e-11);
        compare(&x, &[(2, -0.007676907097095692, 0.0029953238029551375), (9, -1.4836157227790996, -0.012255636185699414)],
            false, 1e-10);
    }

    fn greedy_solvers_have_the_same_bits_on_any_cut(comm) {
        let alone = comm.alone();
        assert_eq!(all_bits::<f64>(comm), all_bits::<f64>(&alone));
        assert_eq!(all_bits::<f32>(comm), all_bits::<f32>(&alone));
        assert_eq!(all_bits::<Complex<f32>>(comm), all_bits::<Complex<f32>>(&alone));
    }

    fn sparse_models_are_recovered_to_rounding(comm) {
        let (a, _, mut x) = wide::<f64>(comm);
        let truth = line(a.domain(), |i| match i { 3 => 2.0, 9 => -1.5, 14 => 0.75, _ => 0.0 });
        // At any scale.
        for scale in [1.0, 1e-180, 1e180] {
            let a = a.scale(scale);
            let b = &a * &truth;
            x = x.zeros_like();
            let report = omp(&a, &b, &mut x, 8, 0.0, &Options::exactly(8)).unwrap();
            assert_eq!((&report.reason, report.iterations), (&Reason::Exhausted, 3), "times {scale}");
            assert!((&x - &truth).norm() < 1e-14, "{}", (&x - &truth).norm());
            // What is passed in is added to.
            let report = omp(&a, &b, &mut x, 8, 0.0, &Options::default()).unwrap();
            assert!(report.iterations == 0 && (&x - &truth).norm() < 1e-14);
        }
        // By weights of the model, without knowing how many there are.
        let (b, mut x) = (&a * &truth, x.zeros_like());
        let options = Options { tolerance: Tolerance::Relative(1e-10), ..Options::iterations(40) };
        let report = Irls::model(&a, &b, &mut x).unwrap().inner(&tight()).solve(&options).unwrap();
        assert_eq!(report.reason, Reason::Tolerance);
        assert!((&x - &truth).norm() < 1e-9, "{}", (&x - &truth).norm());

        // Real spikes from half of their complex spectrum: coefficients are real, and so is the inner product.
        let layout = uneven(comm, 32);
        let spikes = DistArray::from_fn(&layout, |i| match i[0] { 5 => 1.0, 6 => 0.5, 20 => -0.25, _ => 0.0 });
        let fourier = FFTND::over(&[0]).on_real::<f64>(&layout).unwrap();
        let few: Vec<_> = (1..14).collect();
        let few = Restriction::new(&few).along(0).on::<Complex<f64>>(fourier.range().layout().unwrap()).unwrap();
        let a = &few * &fourier;
        let (b, mut x) = (&a * &spikes, spikes.zeros_like());
        let report = omp(&a, &b, &mut x, 8, 0.0, &Options::exactly(8)).unwrap();
        assert_eq!((&report.reason, report.iterations), (&Reason::Exhausted, 3));
        assert!((&x - &spikes).norm() < 1e-14, "{}", (&x - &spikes).norm());
    }

    fn of_equal_columns_the_first_is_chosen(comm) {
        let layouts = [uneven(comm, 10), Layout::grid(comm, &[10], &[Cut::Cyclic]).unwrap(), Layout::replicated(comm, &[10]).unwrap()];
        for layout in layouts {
            let a = Identity.on::<f64>(&layout);
            let b = DistArray::from_fn(&layout, |i| if i[0] < 4 { 1.0 } else { [3.0, -3.0][i[0] % 2] });
            let mut x = b.zeros_like();
            let report = omp(&a, &b, &mut x, 3, 0.0, &Options::default()).unwrap();
            assert_eq!(report.reason, Reason::ColumnLimit);
            compare(&x, &[(4, 3.0, 0.0), (5, -3.0, 0.0), (6, 3.0, 0.0)], true, 1e-15);
            let mut x = b.zeros_like();
            let _ = matching_pursuit(&a, &b, &mut x, 0.0, &Options::exactly(2)).unwrap();
            compare(&x, &[(4, 3.0, 0.0), (5, -3.0, 0.0)], true, 1e-15);
        }
        // Of a stack, the first member's.
        let members = [uneven(comm, 4), Layout::replicated(comm, &[3]).unwrap()];
        let space = Space::stack(members.iter().map(Space::from).collect()).unwrap();
        let a = Identity.on::<f64>(&space);
        let (b, mut x) = (DistArray::full(&space, 2.0), DistArray::zeros(&space));
        let mut solver = Omp::new(&a, &b, &mut x, 5, 0.0).unwrap().start(&Options::default()).unwrap();
        while solver.step().unwrap().is_none() {}
        let order = solver.method().vectors().get::<f64>("k").unwrap().clone();
        assert_eq!(whole(&order.member(0)), [1.0, 2.0, 3.0, 4.0].map(|k| [k, 0.0]));
        assert_eq!(whole(&order.member(1)), [5.0, 0.0, 0.0].map(|k| [k, 0.0]));
        let report = solver.finish().unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::ColumnLimit, 5));
        near(report.residual, 8f64.sqrt(), 1e-14);
    }

    fn greedy_solvers_say_why_they_stop(comm) {
        // Two columns are one, and another is made of two: three are left.
        let a = matrix(comm, 9, 5, |i, j| match j {
            1 => element::<f64>(i, 0),
            4 => element::<f64>(i, 0) - 2.0 * element::<f64>(i, 3),
            _ => element::<f64>(i, j),
        });
        let b = line(a.range(), |i| 1.0 + (i as f64).sin());
        let mut x = DistArray::zeros(a.domain());
        let report = omp(&a, &b, &mut x, 5, 0.0, &Options::exactly(5)).unwrap();
        assert!(matches!(report.reason, Reason::Incompatible(left) if (left - report.residual).abs() < 1e-12), "{report:?}");
        assert_eq!(report.iterations, 3);
        let mut y = x.zeros_like();
        let squares = lsqr(&a, &b, &mut y, &tight()).unwrap();
        near(report.residual, squares.residual, 1e-12);
        // No data, no columns.
        let nothing = b.zeros_like();
        let report = omp(&a, &nothing, &mut y.zeros_like(), 2, 0.0, &Options::default()).unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 0));
        let report = irls(&a, &nothing, &mut y.zeros_like(), &Options::default()).unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 1));
        // Where the residual is not seen by Aᴴ, though A sees it.
        let layout = uneven(comm, 6);
        let half = Operator::new(Half(layout.clone().into()));
        let b = DistArray::full(&layout, 1.0);
        let report = omp(&half, &b, &mut b.zeros_like(), 2, 0.0, &Options::default()).unwrap();
        assert_eq!(report.reason, Reason::Adjoint);
        let report = irls(&half, &b, &mut b.zeros_like(), &Options::default()).unwrap();
        assert_eq!(report.reason, Reason::Adjoint);
        // A callback of one rank; the iteration that it stops leaves no trace in the model.
        let (a, b, mut x) = wide::<f64>(comm);
        let stop = |seen: &Seen<'_, f64>| match seen.iteration {
            2 if seen.model.comm().rank() == 0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        let two = Options::exactly(2);
        let many = Options::exactly(5);
        let mut expected = x.zeros_like();
        let report = Omp::new(&a, &b, &mut x, 9, 0.0).unwrap().start(&many).unwrap().callback(stop).solve().unwrap();
        let _ = omp(&a, &b, &mut expected, 9, 0.0, &two).unwrap();
        assert_eq!((&report.reason, report.iterations, &x), (&Reason::Callback, 2, &expected));
        let [mut x, mut expected] = [x.zeros_like(), x.zeros_like()];
        let report = Irls::model(&a, &b, &mut x).unwrap().start(&many).unwrap().callback(stop).solve().unwrap();
        let _ = Irls::model(&a, &b, &mut expected).unwrap().solve(&two).unwrap();
        assert_eq!((&report.reason, report.iterations, &x), (&Reason::Callback, 2, &expected));
        let b = DistArray::full(&layout, 1.0);
        // Columns of 0 are never chosen.
        let d = Diagonal::of(&line(&layout.into(), |i| [0.0, 1.0][i % 2])).unwrap();
        let norms = column_norms(&d).unwrap();
        let method = |x| Omp::new(&d, &b, x, 6, 0.0).unwrap().norms(&norms).unwrap().solve(&Options::exactly(9)).unwrap();
        let report = method(&mut b.zeros_like());
        assert!(matches!(report.reason, Reason::Incompatible(_)) && report.iterations == 3, "{report:?}");
    }

    fn greedy_solvers_send_what_they_say(comm) {
        let layout = uneven(comm, 12);
        let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64)).unwrap(); // sends nothing
        let (b, mut x) = (DistArray::full(&layout, 1.0), DistArray::zeros(&layout));
        let reductions = |before: lops::comm::Traffic| {
            use lops::comm::Verb;
            let sent = (comm.traffic() - before)[Verb::AllReduce];
            (sent.calls, sent.bytes)
        };
        let of = |sums: &[usize]| -> u64 {
            sums.iter().map(|&sums| lops::comm::Sent::all_reduce::<i64>(comm, 57 * sums).bytes).sum()
        };
        let small = |count: u64| count * lops::comm::Sent::all_reduce::<i64>(comm, 1).bytes;
        let is_many = u64::from(comm.size() > 1);
        let mut solver = Omp::new(&a, &b, &mut x, 6, 0.0).unwrap().start(&Options::exactly(9)).unwrap();
        solver.step().unwrap();
        solver.step().unwrap();
        let before = comm.traffic();
        solver.step().unwrap();
        assert_eq!(reductions(before), (7 * is_many, is_many * (small(3) + of(&[3, 3, 1, 1]))));
        drop(solver);
        let mut x = x.zeros_like();
        let mut solver = MatchingPursuit::new(&a, &b, &mut x, 0.0).unwrap().start(&Options::exactly(9)).unwrap();
        let before = comm.traffic();
        solver.step().unwrap();
        assert_eq!(reductions(before), (5 * is_many, is_many * (small(3) + of(&[2, 1]))));
        drop(solver);
        // IRLS sends one message more than in its first iteration, for the largest weight; LSQR makes one iteration in each.
        let mut x = x.zeros_like();
        let inner = Options::exactly(1);
        let mut solver = Irls::data(&a, &b, &mut x).unwrap().inner(&inner).start(&Options::exactly(9)).unwrap();
        let mut step = || {
            let before = comm.traffic();
            solver.step().unwrap();
            reductions(before)
        };
        let ([first, of_first], [calls, bytes]) = (<[u64; 2]>::from(step()), <[u64; 2]>::from(step()));
        assert_eq!((calls - first, bytes - of_first), (1, is_many * small(1)));
        assert!(of_first >= is_many * of(&[4]));
    }

    fn greedy_solvers_tell_what_is_wrong(comm) {
        let (a, b, mut x) = wide::<f64>(comm);
        let other = DistArray::<f64>::zeros(Layout::scatter(comm, &[COLUMNS + 1], 0).unwrap());
        let kind = |result: Result<(), lops::Error>| result.unwrap_err().kind();
        for wrong in [-0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(kind(Omp::new(&a, &b, &mut x, 3, wrong).map(|_| ())), ErrorKind::Parameter);
            assert_eq!(kind(MatchingPursuit::new(&a, &b, &mut x, wrong).map(|_| ())), ErrorKind::Parameter);
            assert_eq!(kind(Irls::data(&a, &b, &mut x).unwrap().delta(wrong).map(|_| ())), ErrorKind::Parameter);
            assert_eq!(kind(Irls::model(&a, &b, &mut x).unwrap().damp(wrong).map(|_| ())), ErrorKind::Parameter);
            // One norm, on one rank.
            let norms = line(a.domain(), |j| if j == COLUMNS - 1 { wrong } else { 1.0 });
            assert_eq!(kind(Omp::new(&a, &b, &mut x, 3, 0.0).unwrap().norms(&norms).map(|_| ())), ErrorKind::Parameter);
        }
        assert_eq!(kind(Irls::data(&a, &b, &mut x).unwrap().delta(0.0).map(|_| ())), ErrorKind::Parameter);
        for columns in [0, COLUMNS + 1] {
            let error = Omp::new(&a, &b, &mut x, columns, 0.0).map(|_| ()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parameter);
            assert!(error.to_string().contains("from 1 to 18"), "{error}");
        }
        assert_eq!(kind(Omp::new(&a, &other, &mut x, 3, 0.0).map(|_| ())), ErrorKind::Shape);
        assert_eq!(kind(MatchingPursuit::new(&a, &other, &mut x, 0.0).map(|_| ())), ErrorKind::Shape);
        assert_eq!(kind(Irls::data(&a, &other, &mut x).map(|_| ())), ErrorKind::Shape);
        assert_eq!(kind(Omp::new(&a, &b, &mut x, 3, 0.0).unwrap().norms(&other).map(|_| ())), ErrorKind::Shape);
        let layout = uneven(comm, 8);
        let fourier = FFTND::over(&[0]).on_real::<f64>(&layout).unwrap().adjoint();
        let (real, mut complex) = (DistArray::<f64>::zeros(&layout), DistArray::zeros(fourier.domain()));
        assert_eq!(kind(Omp::new(&fourier, &real, &mut complex, 3, 0.0).map(|_| ())), ErrorKind::Parameter);

        // What is not finite, with its place.
        let options = Options::default();
        let layout = uneven(comm, 12);
        let spoils = Operator::new(Spoils(layout.clone().into()));
        let b = DistArray::from_fn(&layout, |i| i[0] as f64);
        let owner = layout.owner(&[7]).unwrap();
        let expect = |report: Report<f64>, letter: &str| {
            let Reason::NonFinite { vector, rank, place: Some(place) } = &report.reason else { panic!("{:?}", report.reason) };
            assert_eq!((*vector, *rank, place), (letter, owner, &Place::at(&[7])));
        };
        expect(omp(&spoils, &b, &mut b.zeros_like(), 3, 0.0, &options).unwrap(), "r");
        expect(matching_pursuit(&spoils, &b, &mut b.zeros_like(), 0.0, &options).unwrap(), "r");
        expect(irls(&spoils, &b, &mut b.zeros_like(), &options).unwrap(), "r");
        expect(omp(&spoils.adjoint(), &b, &mut b.zeros_like(), 3, 0.0, &options).unwrap(), "g");
        let a = Identity.on::<f64>(&layout);
        let b = DistArray::from_fn(&layout, |i| if i[0] == 7 { f64::INFINITY } else { 1.0 });
        expect(omp(&a, &b, &mut b.zeros_like(), 3, 0.0, &options).unwrap(), "b");
        expect(Irls::model(&a, &b, &mut b.zeros_like()).unwrap().solve(&options).unwrap(), "b");
    }
}
