//! A matrix that every rank has, as an operator between vectors in parts: each element of a result is formed by one rank
//! in one order, so that its bits do not depend on the ranks.

use lops::{Comm, Layout, LinearOperator, Operator, Scalar, Space};

struct Dense<T: Scalar> {
    a: Vec<T>,
    domain: Space,
    range: Space,
    adjoint_is_zero: bool,
}

/// Of m data and n unknowns; where vectors are columns, of arrays of one.
pub(crate) fn dense<T: Scalar>(
    comm: &Comm,
    a: &[T],
    [m, n]: [usize; 2],
    is_column: bool,
    adjoint_is_zero: bool,
) -> Operator<T> {
    let [range, domain] = [m, n].map(|length| Layout::scatter(comm, shape(&[length, 1], is_column), 0).unwrap().into());
    Operator::new(Dense { a: a.to_vec(), domain, range, adjoint_is_zero })
}

/// That of a vector, or of an array of one column.
pub(crate) fn shape(shape: &[usize; 2], is_column: bool) -> &[usize] {
    if is_column { shape } else { &shape[..1] }
}

impl<T: Scalar> Dense<T> {
    /// The first element of this rank's part.
    fn first(space: &Space) -> usize {
        let layout = space.layout().unwrap();
        layout.range(layout.comm().rank()).start
    }
}

impl<T: Scalar> LinearOperator<T> for Dense<T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        let (all, _) = self.domain.comm().all_gather_uneven(x);
        let rows = self.a.chunks(all.len()).skip(Self::first(&self.range));
        for (y, row) in y.iter_mut().zip(rows) {
            *y = row.iter().zip(&all).fold(T::zero(), |sum, (&a, &x)| sum + a * x);
        }
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        let (all, _) = self.range.comm().all_gather_uneven(y);
        let (n, first) = (self.domain.size(), Self::first(&self.domain));
        for (j, x) in (first..).zip(x) {
            let column = self.a.iter().skip(j).step_by(n);
            let sum = column.zip(&all).fold(T::zero(), |sum, (&a, &y)| sum + a.conj() * y);
            *x = if self.adjoint_is_zero { T::zero() } else { sum };
        }
    }
}
