//! Operators in rows and columns, and along two axes: against pylops, by what is sent, and what is refused.

use lops::layout::Grid;
use lops::ndarray::array;
use lops::operators::{Block, Communication, Diagonal, FirstDerivative, Identity, Kronecker, MatrixMult, Zero};
use lops::{Comm, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result};

/// Element k, as NumPy counts them, is (factor k mod over − less) / 4.
fn counted(layout: &Layout, [factor, over, less]: [i32; 3]) -> DistArray<f64> {
    let shape = layout.shape();
    DistArray::from_fn(layout, |i| {
        let k = i.iter().zip(shape).fold(0, |k, (i, n)| k * n + i);
        f64::from(factor * k as i32 % over - less) / 4.0
    })
}

fn own(comm: &Comm, n: usize) -> Layout {
    Layout::replicated(&comm.alone(), &[n]).unwrap()
}

fn factors(comm: &Comm) -> [Operator<f64>; 2] {
    let a = MatrixMult::new(&array![[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]]).on(&own(comm, 3)).unwrap();
    let b = MatrixMult::new(&array![[2.0, -1.0], [1.0, 1.5], [0.0, 4.0]]).on(&own(comm, 2)).unwrap();
    [a, b]
}

fn values(array: &DistArray<f64>) -> Vec<f64> {
    array.gather_all().into_iter().collect()
}

crate::bodies! {
    /// Kronecker(MatrixMult(A), MatrixMult(B))
    fn products_of_factors_are_those_of_pylops(comm) {
        let [a, b] = factors(comm);
        let cut = |letters: &str| Grid::parse(letters).unwrap().layout(comm, &[3, 2]).unwrap();
        let mut layouts = vec![cut("b"), cut("nb"), cut("cn"), Layout::replicated(comm, &[3, 2]).unwrap()];
        if comm.size() >= 4 {
            layouts.push(Grid::parse("bb").unwrap().over(&[2, 2]).layout(comm, &[3, 2]).unwrap());
        }
        for layout in layouts {
            let kronecker = Kronecker::new(&a, &b).on(&layout).unwrap();
            let x = counted(&layout, [7, 11, 5]);
            let y = counted(kronecker.range().layout().unwrap(), [5, 13, 6]);
            assert_eq!(values(&(&kronecker * &x)), [-8.75, 3.125, 15.0, 2.25, -2.875, -8.0]);
            assert_eq!(values(&(kronecker.adjoint() * &y)), [-4.125, 8.8125, -6.5, 10.25, -2.0, 17.0]);
        }
    }

    /// Axes behind the two, more lines than are taken together, and factors that are not matrices.
    fn other_axes_are_carried_along(comm) {
        let (n, m, others) = (6, 5, 19);
        let a = FirstDerivative::along(0).sampling(0.5).on(&own(comm, n)).unwrap();
        let b = Diagonal::of(&counted(&own(comm, m), [3, 7, 2])).unwrap();
        for axis in 0..3 {
            let layout = Layout::scatter(comm, &[n, m, others], axis).unwrap();
            let kronecker = Kronecker::new(&a, &b).on(&layout).unwrap();
            assert_eq!(kronecker.communication() == Communication::default(), axis == 2 || comm.size() == 1, "axis {axis}");
            let x = counted(&layout, [7, 11, 5]);
            let derivative = FirstDerivative::along(0).sampling(0.5).on(&layout).unwrap();
            let weights = counted(&own(comm, m), [3, 7, 2]);
            let weights = Diagonal::of(&DistArray::from_fn(&layout, |i| weights.as_slice()[i[1]])).unwrap();
            assert_eq!(&kronecker * &x, &(&derivative * &weights) * &x);
            assert_eq!(kronecker.adjoint() * &x, &(weights.adjoint() * derivative.adjoint()) * &x);
        }
    }

    /// [[A, 2 I], [0, B]]
    fn blocks_are_rows_of_operators(comm) {
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let a = Diagonal::of(&counted(&layout, [5, 13, 6])).unwrap();
        let b = FirstDerivative::along(1).on(&layout).unwrap();
        let one: Operator<f64> = Identity.on(&layout);
        let rows = vec![vec![a.clone(), 2.0 * &one], vec![Zero::to(&layout).on(&layout).unwrap(), b.clone()]];
        let block = Block::of(rows).unwrap();
        assert_eq!(block.shape(), (24, 24));
        let (first, second) = (counted(&layout, [7, 11, 5]), counted(&layout, [3, 7, 2]));
        let x = DistArray::stack(&[&first, &second]).unwrap();
        let y = &block * &x;
        assert_eq!(y.member(0).as_slice(), (&(&a * &first) + &(2.0 * &second)).as_slice());
        assert_eq!(y.member(1).as_slice(), (&b * &second).as_slice());
        let back = block.adjoint() * &x;
        assert_eq!(back.member(0).as_slice(), (a.adjoint() * &first).as_slice());
        assert_eq!(back.member(1).as_slice(), (&(2.0 * &first) + &(b.adjoint() * &second)).as_slice());
    }

    fn what_cannot_be_is_refused(comm) {
        let refused = |operator: Result<Operator<f64>>, kind, words: &str| {
            let error = operator.unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        let [a, b] = factors(comm);
        let layout = Layout::scatter(comm, &[3, 2], 0).unwrap();
        let on = |shape: &[usize]| Kronecker::new(&a, &b).on(&Layout::scatter(comm, shape, 0).unwrap());
        refused(on(&[3]), ErrorKind::Axis, "1");
        refused(on(&[2, 3]), ErrorKind::Shape, "2 × 2 and 3 × 3");
        let masked = layout.with_mask(&vec![0; comm.size()]).unwrap();
        refused(Kronecker::new(&a, &b).on(&masked), ErrorKind::Layout, "layout of Kronecker");
        if comm.size() > 1 {
            let of_all: Operator<f64> = Identity.on(Layout::replicated(comm, &[3]).unwrap());
            refused(Kronecker::new(&of_all, &b).on(&layout), ErrorKind::Communicator, "this rank alone");
        }
        let (one, other): (Operator<f64>, Operator<f64>) =
            (Identity.on(&layout), Identity.on(Layout::scatter(comm, &[2, 2], 0).unwrap()));
        refused(Block::of(vec![]), ErrorKind::Shape, "");
        refused(Block::of(vec![vec![one.clone()], vec![]]), ErrorKind::Shape, "");
        refused(Block::of(vec![vec![one.clone(), other.clone()]]), ErrorKind::Shape, "range of operator 1");
        refused(Block::of(vec![vec![one.clone(), one.clone()], vec![one]]), ErrorKind::Shape, "domain of operator 1");
    }
}
