//! Matrices that are cut over the ranks, as operators: against plain loops, the same bits as on one rank, in any layouts.

use crate::cases::Dice;
use lops::library::uniform;
use lops::ndarray::{Array2, ArrayD, IxDyn};
use lops::operators::DistMatrixMult;
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result, Scalar, launch_threads,
    layout::{Cut, Grid, Mode},
};

/// Squares and not.
const RANKS: [usize; 8] = [1, 2, 3, 4, 5, 6, 7, 9];

fn values<T: Scalar>(shape: &[usize], seed: u64) -> ArrayD<T> {
    let mut k = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1;
        T::from_parts(uniform(seed, k), uniform(seed + 50, k))
    })
}

fn of<T: Scalar>(layout: &Layout, global: &ArrayD<T>) -> DistArray<T> {
    DistArray::from_global(layout, global).unwrap()
}

fn rows<T: Scalar>(x: &ArrayD<T>) -> Array2<T> {
    let (n, all) = (x.shape()[0], x.len());
    let width = x.shape()[1..].iter().product::<usize>();
    assert_eq!(n * width, all);
    x.to_shape((n, width)).unwrap().to_owned()
}

/// The largest difference over the largest sum of moduli.
fn difference<T: Scalar>(found: &ArrayD<T>, a: &Array2<T>, x: &ArrayD<T>) -> f64 {
    let (y, x) = (rows(found), rows(x));
    let (mut most, mut scale) = (0.0f64, 1e-300f64);
    for ((i, j), y) in y.indexed_iter() {
        let terms = || (0..a.ncols()).map(|k| a[[i, k]] * x[[k, j]]);
        let sum = terms().fold([0.0, 0.0], |sum, z| [sum[0] + wide(z)[0], sum[1] + wide(z)[1]]);
        most = most.max((wide(*y)[0] - sum[0]).hypot(wide(*y)[1] - sum[1]));
        scale = scale.max(terms().map(|z| wide(z)[0].hypot(wide(z)[1])).sum());
    }
    most / scale
}

fn wide<T: Scalar>(x: T) -> [f64; 2] {
    use lops::Real;
    [x.re().to_f64(), x.im().to_f64()]
}

/// `A x` and `Aᴴ y` of one rank alone.
fn alone<T: Scalar>(a: &ArrayD<T>, x: &ArrayD<T>, y: &ArrayD<T>) -> [ArrayD<T>; 2] {
    let comm = Comm::solo();
    let here = |global: &ArrayD<T>| of(&Layout::replicated(&comm, global.shape()).unwrap(), global);
    let op = DistMatrixMult::new(&here(a)).on(here(x).layout().unwrap()).unwrap();
    let y = of(op.range().layouts()[0], y);
    [(&op * &here(x)).gather_all(), (op.adjoint() * &y).gather_all()]
}

fn equal<T: Scalar>(op: &Operator<T>, x: &ArrayD<T>, y: &ArrayD<T>, expected: &[ArrayD<T>; 2], what: &str) {
    let [domain, range] = [op.domain(), op.range()].map(|space| space.layouts()[0].clone());
    let words = |way: &str| format!("{way}, {what}, from {domain} to {range}");
    assert_eq!((op * &of(&domain, x)).gather_all(), expected[0], "{}", words("forward"));
    assert_eq!((op.adjoint() * &of(&range, y)).gather_all(), expected[1], "{}", words("adjoint"));
}

/// Of shapes of A and of columns, in layouts of all kinds.
fn in_all_layouts<T: Scalar>(comm: &Comm, [n, k]: [usize; 2], others: &[usize], seed: u64, rounds: usize) {
    let (domain, range) = ([&[k], others].concat(), [&[n], others].concat());
    let (a, x, y) = (values::<T>(&[n, k], 1), values::<T>(&domain, 2), values::<T>(&range, 3));
    let expected = alone(&a, &x, &y);
    let epsilon = wide(<T as Scalar>::from_parts(0.0, 0.0))[0]
        + if T::DTYPE.size() < 8 + 8 * usize::from(T::IS_COMPLEX) { 1e-6 } else { 1e-15 };
    let dense = rows(&a);
    assert!(difference(&expected[0], &dense, &x) < 8.0 * epsilon);
    assert!(difference(&expected[1], &dense.t().mapv(Scalar::conj), &y) < 8.0 * epsilon);
    let mut dice = Dice::new(seed);
    for round in 0..rounds {
        let [of_a, from, to] = [&[n, k][..], &domain, &range].map(|shape| dice.layout(comm, shape));
        let parts = 1 + dice.below(comm.size());
        let over = [1 + dice.below(comm.size() / parts), 1, parts];
        let matrix = of(&of_a, &a);
        let asked = match round % 4 {
            0 => DistMatrixMult::new(&matrix),
            1 => DistMatrixMult::new(&matrix).over_least(),
            2 => DistMatrixMult::new(&matrix).over(over),
            _ => DistMatrixMult::new(&matrix).over([over[1], over[0], over[2]]),
        };
        let asked = if dice.below(3) == 0 { asked } else { asked.to(&to) };
        let op = asked.on(&from).unwrap_or_else(|error| panic!("{of_a}, {over:?}: {error}"));
        equal(&op, &x, &y, &expected, &format!("A {of_a}, {over:?}"));
    }
}

/// The bits that were found on one number of ranks are those of any.
#[test]
fn any_number_of_ranks_has_the_same_bits_and_they_are_right() {
    for ranks in RANKS {
        launch_threads(ranks, |comm| {
            for (seed, shape) in [[150, 130], [40, 300], [300, 33], [7, 5], [1, 200], [200, 1]].into_iter().enumerate()
            {
                let seed = 100 * ranks as u64 + 10 * seed as u64;
                in_all_layouts::<f64>(comm, shape, &[], seed, 2);
                in_all_layouts::<f64>(comm, shape, &[19], seed + 1, 1);
                in_all_layouts::<Complex<f32>>(comm, shape, &[], seed + 2, 1);
                in_all_layouts::<Complex<f64>>(comm, shape, &[2, 3], seed + 3, 1);
                in_all_layouts::<f32>(comm, shape, &[1, 1], seed + 4, 1);
                in_all_layouts::<f32>(comm, shape, &[2], seed + 5, 1);
            }
            in_all_layouts::<f64>(comm, [70, 90], &[3, 300], 7, 2); // several tiles of columns
            in_all_layouts::<f64>(comm, [20, 700], &[], 8, 3); // 44 panels, with several columns 11
            in_all_layouts::<f32>(comm, [20, 700], &[3], 9, 3);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("on {ranks} ranks: {error}"));
    }
}

/// A rank whose panels are a part of the tree sends one number of each sum, one with others some more.
#[test]
fn ranks_send_what_they_made_of_each_sum() {
    let found = |ranks: usize, k: usize| {
        let of_the_first = launch_threads(ranks, |comm| {
            let a = DistArray::<f64>::zeros(Layout::scatter(comm, &[60, k], 1)?);
            let x = DistArray::<f64>::zeros(Layout::replicated(comm, &[k, 8])?);
            let op = DistMatrixMult::new(&a).to(&Layout::scatter(comm, &[60, 8], 0)?).on(x.layout()?)?;
            let before = comm.traffic();
            let _ = &op * &x;
            let sent = (comm.traffic() - before).total();
            assert_eq!(sent, op.communication().forward);
            Ok((sent.calls, sent.messages, sent.bytes))
        });
        of_the_first.unwrap()
    };
    let sent = |messages: usize, numbers: usize| (1, messages as u64, (messages * numbers * 8) as u64);
    assert_eq!(found(4, 256), sent(3, 15 * 8)); // panels 0 and 1 of 8
    assert_eq!(found(3, 192), sent(2, 20 * 8)); // panels 0 and 1 of 6
    assert_eq!(found(3, 288), sent(2, 2 * 20 * 8)); // panels 0 to 2 of 9: 0 + 1, 2
    assert_eq!(found(10, 288), sent(9, 6 * 8)); // one of 9
    assert_eq!(found(4, 20), (1, 0, 0)); // one panel, on another rank, which sends the sums
}

/// What PyLops-MPI calls "summa" and "block", and what it does not take.
#[test]
fn both_kinds_of_pylops_mpi_are_grids() {
    for ranks in [4, 6, 9] {
        launch_threads(ranks, |comm| {
            let q = if ranks == 9 { 3 } else { 2 };
            let tiles = Grid::cut(&[Cut::CeilBlock, Cut::CeilBlock]).over(&[q, ranks / q]);
            let (a, x, y) = (values::<f64>(&[50, 30], 1), values(&[30, 40], 2), values(&[50, 40], 3));
            let expected = alone(&a, &x, &y);
            let [of_a, of_x, of_y] = [&a, &x, &y].map(|global| tiles.layout(comm, global.shape()).unwrap());
            let summa = DistMatrixMult::new(&of(&of_a, &a)).to(&of_y).on(&of_x).unwrap();
            equal(&summa, &x, &y, &expected, "summa");
            let columns = Layout::scatter(comm, &[30, 40], 1)?;
            let block = DistMatrixMult::new(&of(&of_a, &a)).over([q, 1, ranks / q]).on(&columns).unwrap();
            assert_eq!(block.range().layouts()[0], &Layout::scatter(comm, &[50, 40], 1)?);
            equal(&block, &x, &y, &expected, "block");
            Ok(())
        })
        .unwrap();
    }
}

crate::bodies! {
    fn it_is_an_operator_like_any_other(comm) {
        let check = |op: Operator<f64>| {
            let report = op.check(3).unwrap();
            assert!(report.warnings.is_empty() && !report.adds_in_floating_point, "{report}");
        };
        for others in [&[][..], &[5], &[2, 300]] {
            let layout = Layout::scatter(comm, &[&[90], others].concat(), 0).unwrap();
            let a = DistArray::<f64>::random_signed(Layout::scatter(comm, &[70, 90], 0).unwrap(), 1);
            check(DistMatrixMult::new(&a).on(&layout).unwrap());
            check(DistMatrixMult::new(&a.redistribute_axis(1).unwrap()).on(&layout).unwrap());
            let everywhere = Layout::replicated(comm, layout.shape()).unwrap();
            check(DistMatrixMult::new(&a).on(&everywhere).unwrap());
            let op = DistMatrixMult::new(&a).on(&layout).unwrap();
            check(&op.adjoint() * &op);
            let b = DistArray::<f64>::random_signed(Layout::scatter(comm, &[70, 90], 1).unwrap(), 2);
            check(&op + 2.0 * &DistMatrixMult::new(&b).on(&layout).unwrap());
        }
    }

    fn what_is_not_finite_stays_in_its_column(comm) {
        let (layout, rows) = (Layout::scatter(comm, &[90, 2], 0).unwrap(), Layout::scatter(comm, &[70, 90], 1).unwrap());
        let op = DistMatrixMult::new(&DistArray::<f64>::full(&rows, 1.0)).on(&layout).unwrap();
        for strange in [f64::INFINITY, f64::NAN] {
            let x = DistArray::from_fn(&layout, |i| if i == [77, 1] { strange } else { 1.0 });
            let y = (&op * &x).gather_all();
            assert!(y.rows().into_iter().all(|y| y[0] == 90.0 && !y[1].is_finite() && y[1].is_nan() == strange.is_nan()), "{y}");
        }
    }

    fn nothing_is_a_matrix_too(comm) {
        for [n, k] in [[0, 5], [5, 0], [0, 0]] {
            for others in [&[][..], &[3], &[0]] {
                let a = DistArray::<f64>::zeros(Layout::scatter(comm, &[n, k], 0).unwrap());
                let layout = Layout::scatter(comm, &[&[k], others].concat(), 0).unwrap();
                let op = DistMatrixMult::new(&a).on(&layout).unwrap();
                let y = &op * &DistArray::full(&layout, 1.0);
                assert!(y.as_slice().iter().all(|&y| y == 0.0));
                assert!((op.adjoint() * &y).as_slice().iter().all(|&x| x == 0.0));
            }
        }
    }

    fn what_does_not_fit_is_refused_on_every_rank(comm) {
        let a = DistArray::<f64>::zeros(Layout::scatter(comm, &[4, 6], 0).unwrap());
        let x = Layout::scatter(comm, &[6], 0).unwrap();
        let refused = |result: Result<Operator<f64>>, kind: ErrorKind, words: &str| {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().starts_with(words), "{error}");
        };
        let of = |a| DistMatrixMult::<f64>::new(a);
        let five = Layout::scatter(comm, &[5], 0).unwrap();
        refused(of(&a).on(&five), ErrorKind::Shape, "layout of DistMatrixMult: expected 6 rows, as the matrix has columns");
        let scalar = Layout::replicated(comm, &[]).unwrap();
        refused(of(&a).on(&scalar), ErrorKind::Shape, "layout of DistMatrixMult: expected 6 rows");
        refused(of(&a).to(&five).on(&x), ErrorKind::Shape, "range of DistMatrixMult: expected shape [4]");
        let cube = DistArray::<f64>::zeros(Layout::scatter(comm, &[4, 6, 1], 0).unwrap());
        refused(of(&cube).on(&x), ErrorKind::Shape, "matrix of DistMatrixMult: expected two axes");
        let chunks = |layout: &Layout| layout.with_mode(Mode::Replica).unwrap();
        let in_chunks = a.redistribute(&chunks(a.layout().unwrap())).unwrap();
        refused(of(&in_chunks).on(&x), ErrorKind::Layout, "matrix of DistMatrixMult: expected neither chunks nor a mask");
        refused(of(&a).on(&chunks(&x)), ErrorKind::Layout, "layout of DistMatrixMult: expected neither chunks");
        let masked = x.with_mask(&vec![0; comm.size()]).unwrap();
        refused(of(&a).on(&masked), ErrorKind::Layout, "layout of DistMatrixMult: expected neither chunks nor a mask");
        let four = Layout::scatter(comm, &[4], 0).unwrap();
        refused(of(&a).to(&chunks(&four)).on(&x), ErrorKind::Layout, "range of DistMatrixMult: expected neither");
        let others = Layout::scatter(&comm.duplicate(), &[6], 0).unwrap();
        refused(of(&a).on(&others), ErrorKind::Communicator, "matrix of DistMatrixMult: expected the same comm");
        let most = format!("process grid of DistMatrixMult: expected 1 to {} coordinates", comm.size());
        refused(of(&a).over([comm.size(), 2, 1]).on(&x), ErrorKind::Layout, &most);
        refused(of(&a).over([1, 0, 1]).on(&x), ErrorKind::Layout, &most);
        refused(of(&a).over([usize::MAX, 2, 1]).on(&x), ErrorKind::Layout, &most);
    }
}
