//! An operator along each of two axes.

use crate::array::Space;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axis};
use crate::numbers::Scalar;
use crate::operators::along::check_layout;
use crate::operators::signal::Named;
use crate::operators::stacks::check_own;
use crate::operators::{BlockMap, LinearOperator, Operator, on_blocks};

/// `(A ⊗ B) x`: A along the first axis of an array and B along the second.
///
/// ```text
/// Y = A X Bᵀ        y[i, j, …] = Σₖ Σₗ a[i, k] b[j, l] x[k, l, …]        A ⊗ B = (A ⊗ I) (I ⊗ B)
/// ```
///
/// A and B are operators of one rank's own, of which every rank brings the same: matrices, derivatives, transforms, … of lines. Other axes are
/// carried along.
///
/// # Spaces
/// `X`: an array whose first two axes are as long as the domains of A and B, replicated or on any grid. `Y`: the same with these axes as long as
/// their ranges, cut evenly where those of `X` are cut, if lengths differ. Chunks and masks are refused. Real or complex.
///
/// # Communication
/// Where one of the two axes is cut, for each of them two exchanges, to lines that are whole and back, in which each element that changes its rank is
/// sent once; otherwise none. Construction: one small all-gather.
///
/// # Same bits
/// On any number of ranks and in any layout: a line is worked on by one rank.
///
/// # Example
/// ```
/// use lops::operators::{Kronecker, MatrixMult};
/// use lops::{DistArray, Layout, launch_threads, ndarray::array};
///
/// launch_threads(2, |comm| {
///     let own = |n: usize| Layout::replicated(&comm.alone(), &[n]);
///     let a = MatrixMult::new(&array![[1.0, 1.0], [1.0, -1.0], [0.0, 2.0]]).on(&own(2)?)?;
///     let b = MatrixMult::new(&array![[1.0, 10.0]]).on(&own(2)?)?;
///     let kronecker = Kronecker::new(&a, &b).on(&Layout::scatter(comm, &[2, 2], 0)?)?;
///     let x = DistArray::from_fn(kronecker.domain().layout()?, |i| (2 * i[0] + i[1]) as f64); // [[0, 1], [2, 3]]
///     assert_eq!((&kronecker * &x).gather_all(), array![[42.0], [-22.0], [64.0]].into_dyn());
///     Ok(())
/// })
/// .unwrap();
/// # use lops::LinearOperator;
/// ```
///
/// # Source
/// Behaviour: pylops `Kronecker`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Kronecker<T: Scalar> {
    factors: [Operator<T>; 2],
}

impl<T: Scalar> Kronecker<T> {
    /// Of A, along axis 0, and B, along axis 1.
    pub fn new(a: &Operator<T>, b: &Operator<T>) -> Self {
        Self { factors: [a.clone(), b.clone()] }
    }

    /// The operator on arrays of this layout. All ranks call it.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Axis`] if there is no second axis; [`ErrorKind::Communicator`] if a factor is not a rank's own;
    /// [`ErrorKind::Shape`] if its domain is not as long as its axis, or if ranks bring factors of different lengths; [`ErrorKind::Layout`] of
    /// chunks and masks.
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        let [a, b] = &self.factors;
        let comm = layout.comm();
        let told = format_args!("Kronecker of {} and {}, {layout:#}", told(a), told(b));
        let _operation = comm.operation("Operator::on", told);
        check_axis(layout.shape(), 1)?;
        check_layout("Kronecker", 1, layout)?;
        comm.agree(check_own(&self.factors))?;
        let lengths = [a.range(), a.domain(), b.range(), b.domain()].map(Space::size);
        let of_ranks = comm.all_gather(&lengths);
        let expected = [of_ranks[0], layout.shape()[0], of_ranks[2], layout.shape()[1]];
        if let Some(rank) = of_ranks.chunks(4).position(|lengths| lengths != expected) {
            let [rows_a, columns_a, rows_b, columns_b] = expected;
            let expected = format!("{rows_a} × {columns_a} and {rows_b} × {columns_b}");
            let found = &of_ranks[4 * rank..];
            let found = format!("{} × {} and {} × {}", found[0], found[1], found[2], found[3]);
            let what = format!("factors of Kronecker on {layout}");
            return Err(Error::expected(ErrorKind::Shape, what, expected, found).at_rank(rank));
        }
        let along_second = lines_of(b, 1, layout)?;
        let along_first = lines_of(a, 0, along_second.range().layout()?)?;
        let name = format!("Kronecker({}, {})", a.name(), b.name());
        Ok(Operator::new(Named { name, inner: along_first.compose(&along_second)? }))
    }
}

/// A factor for other ranks to compare.
fn told<T: Scalar>(factor: &Operator<T>) -> String {
    let (rows, columns) = factor.shape();
    format!("{} of {rows} × {columns}", factor.name())
}

/// A rank's own operator on every line along an axis.
fn lines_of<T: Scalar>(operator: &Operator<T>, axis: usize, layout: &Layout) -> Result<Operator<T>> {
    let name = format!("lines of {}", operator.name());
    on_blocks(name, &[axis], &[operator.range().size()], layout, OnLines(operator.clone()))
}

struct OnLines<T: Scalar>(Operator<T>);

impl<T: Scalar> BlockMap<T> for OnLines<T> {
    fn forward(&self, x: &[T], y: &mut [T]) {
        self.0.apply(x, y);
    }

    fn adjoint(&self, y: &[T], x: &mut [T]) {
        self.0.apply_adjoint(y, x);
    }

    fn bytes(&self) -> usize {
        self.0.scratch()
    }
}
