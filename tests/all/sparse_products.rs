//! Sparse matrices whose rows are cut over the ranks: against plain loops, and the same bits as on one rank.

use crate::cases::Dice;
use lops::library::uniform;
use lops::ndarray::{ArrayD, IxDyn};
use lops::operators::SparseMatrix;
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result, Scalar, launch_threads, layout::Mode,
};

fn values<T: Scalar>(shape: &[usize], seed: u64) -> ArrayD<T> {
    let mut k = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1;
        T::from_parts(uniform(seed, k), uniform(seed + 50, k))
    })
}

/// So many entries in any places, of which some are the same.
fn triplets<T: Scalar>([n, k]: [usize; 2], count: usize, seed: u64) -> Vec<(usize, usize, T)> {
    let mut dice = Dice::new(seed);
    let value = |at| T::from_parts(uniform(seed, at), uniform(seed + 9, at));
    (0..count as u64).map(|at| (dice.below(n), dice.below(k), value(at))).collect()
}

/// `A x`, where a place's entries are added first, in `f64`.
fn serial<T: Scalar>(n: usize, entries: &[(usize, usize, T)], x: &ArrayD<T>, adjoint: bool) -> Vec<[f64; 2]> {
    use lops::Real;
    let x = x.to_shape((x.shape()[0], x.len() / x.shape()[0])).unwrap();
    let width = x.ncols();
    let mut y = vec![[0.0; 2]; n * width];
    for &(row, column, a) in entries {
        let (row, column, a) = if adjoint { (column, row, a.conj()) } else { (row, column, a) };
        for j in 0..width {
            let term = a * x[[column, j]];
            y[row * width + j][0] += term.re().to_f64();
            y[row * width + j][1] += term.im().to_f64();
        }
    }
    y
}

fn near<T: Scalar>(found: &ArrayD<T>, expected: &[[f64; 2]]) {
    use lops::Real;
    let tolerance = if T::DTYPE.size() < 8 + 8 * usize::from(T::IS_COMPLEX) { 1e-4 } else { 1e-12 };
    for (found, expected) in found.iter().zip(expected) {
        assert!((found.re().to_f64() - expected[0]).hypot(found.im().to_f64() - expected[1]) < tolerance);
    }
}

/// A layout that is cut along the first axis, in any way.
fn rows(dice: &mut Dice, comm: &Comm, shape: &[usize]) -> Layout {
    let first = dice.grid(comm, &shape[..1]);
    first.with_shape(shape).unwrap()
}

fn same_everywhere<T: Scalar>(comm: &Comm, [n, k]: [usize; 2], others: &[usize], count: usize, seed: u64) {
    let entries = triplets::<T>([n, k], count, 7);
    let (x, y) = (values::<T>(&[&[k], others].concat(), 1), values::<T>(&[&[n], others].concat(), 2));
    let both = |op: &Operator<T>| {
        let of = |space: &lops::Space, global| DistArray::from_global(space.layouts()[0], global).unwrap();
        let (ax, ay) = (op * &of(op.domain(), &x), op.adjoint() * &of(op.range(), &y));
        (ax.gather_all(), ay.gather_all())
    };
    let solo = Comm::solo();
    let one = SparseMatrix::from_triplets(&solo, [n, k], entries.clone()).unwrap();
    let expected = both(&one.on(&Layout::scatter(&solo, x.shape(), 0).unwrap()).unwrap());
    near(&expected.0, &serial(n, &entries, &x, false));
    near(&expected.1, &serial(k, &entries, &y, true));
    let mut dice = Dice::new(seed);
    for _ in 0..4 {
        let shares: Vec<_> = entries.iter().map(|_| dice.below(comm.size())).collect();
        let mine = entries.iter().zip(&shares).filter(|&(_, &rank)| rank == comm.rank()).map(|(&entry, _)| entry);
        let a = SparseMatrix::from_triplets(comm, [n, k], mine).unwrap();
        assert_eq!((a.entries(), a.duplicates()), (one.entries(), one.duplicates()));
        let (from, to) = (rows(&mut dice, comm, x.shape()), rows(&mut dice, comm, y.shape()));
        assert!(both(&a.on(&from).unwrap()) == expected, "from {from}");
        assert!(both(&a.to(&to).on(&from).unwrap()) == expected, "from {from} to {to}");
    }
}

#[test]
fn any_number_of_ranks_has_the_same_bits_and_they_are_right() {
    for ranks in [1, 2, 3, 4, 6, 7, 9] {
        launch_threads(ranks, |comm| {
            let seed = 100 * ranks as u64;
            same_everywhere::<f64>(comm, [40, 30], &[], 200, seed);
            same_everywhere::<f64>(comm, [40, 30], &[3, 7], 200, seed + 1);
            same_everywhere::<Complex<f64>>(comm, [9, 50], &[2], 60, seed + 2);
            same_everywhere::<Complex<f32>>(comm, [50, 9], &[], 300, seed + 3);
            same_everywhere::<f32>(comm, [1, 1], &[], 5, seed + 4);
            Ok(())
        })
        .unwrap_or_else(|error| panic!("on {ranks} ranks: {error}"));
    }
}

crate::bodies! {
    fn only_what_is_needed_is_sent(comm) {
        // A band: a rank needs one element of each neighbour.
        let n = 20 * comm.size();
        let mine = Layout::scatter(comm, &[n], 0).unwrap().range(comm.rank());
        let band = mine.flat_map(|i| [(i, i, 2.0), (i, (i + 1) % n, -1.0), (i, (i + n - 1) % n, -1.0)]);
        let a = SparseMatrix::from_triplets(comm, [n, n], band).unwrap();
        let op = a.on(&Layout::scatter(comm, &[n], 0).unwrap()).unwrap();
        let report = op.check(1).unwrap();
        assert!(report.warnings.is_empty() && !report.adds_in_floating_point, "{report}");
        let sent = op.communication();
        assert_eq!(sent.forward, sent.adjoint);
        let bytes = if comm.size() > 1 { 16 } else { 0 };
        assert_eq!((sent.forward.bytes, sent.forward.messages), (bytes, (comm.size() as u64 - 1).min(2)));
    }

    fn places_beyond_the_matrix_are_refused_on_every_rank(comm) {
        let last = comm.size() - 1;
        let mine = vec![(0, 0, 1.0), (if comm.rank() == last { 3 } else { 2 }, 1, 1.0)];
        let error = SparseMatrix::from_triplets(comm, [3, 4], mine).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
        let words = "place of entry 1 that this rank has of SparseMatrix: expected below [3, 4], found (3, 1)";
        assert!(error.to_string().ends_with(words), "{error}");
        let column = SparseMatrix::from_triplets(comm, [3, 4], [(2, 4, 1.0f32)]).unwrap_err();
        assert_eq!(column.kind(), ErrorKind::Parameter);
    }

    fn layouts_that_do_not_fit_are_refused(comm) {
        let a = SparseMatrix::<f64>::from_triplets(comm, [3, 4], []).unwrap();
        let refused = |result: Result<Operator<f64>>, kind: ErrorKind, words: &str| {
            let error = result.unwrap_err();
            assert!(error.kind() == kind && error.to_string().starts_with(words), "{error}");
        };
        let x = Layout::scatter(comm, &[4], 0).unwrap();
        let five = Layout::scatter(comm, &[5], 0).unwrap();
        refused(a.on(&five), ErrorKind::Shape, "layout of SparseMatrix: expected 4 rows, as the matrix has columns");
        refused(a.clone().to(&five).on(&x), ErrorKind::Shape, "range of SparseMatrix: expected shape [3]");
        let whole = Layout::replicated(comm, &[4]).unwrap();
        refused(a.on(&whole), ErrorKind::Layout, "layout of SparseMatrix: expected one whose first axis is cut");
        refused(a.on(&x.with_mode(Mode::Replica).unwrap()), ErrorKind::Layout, "layout of SparseMatrix: expected one whose");
        if comm.size() > 1 {
            let columns = Layout::scatter(comm, &[4, 6], 1).unwrap();
            refused(a.on(&columns), ErrorKind::Layout, "layout of SparseMatrix: expected one whose first axis is cut");
        }
        let others = Layout::scatter(&comm.duplicate(), &[4], 0).unwrap();
        refused(a.on(&others), ErrorKind::Communicator, "layout of SparseMatrix: expected the same");
        assert!(a.on(&x).unwrap().check(1).is_ok()); // nothing but zeros
    }
}
