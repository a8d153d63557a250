//! A rank's own operator on every line along an axis.

use crate::error::Result;
use crate::layout::{AlongAxis, Layout};
use crate::numbers::Scalar;
use crate::operators::{Kernels, LinearOperator, Operator, Put, Redistribute, gathered, is_whole, with_lengths};
use std::cell::RefCell;

/// Lines that are brought to lie one after another at a time.
const TOGETHER: usize = 16;

/// From arrays of this layout, whose axis is as long as the operator's domain. All ranks call it with the same operator; a cut axis is gathered, and
/// cut again.
pub(super) fn along_axis<T: Scalar>(operator: &Operator<T>, axis: usize, layout: &Layout) -> Result<Operator<T>> {
    let n = operator.range().size();
    let is_whole = is_whole(layout, axis);
    let from = if is_whole { layout.clone() } else { gathered(layout, &[axis])? };
    let to = with_lengths(&from, &[(axis, n)])?;
    let [from_block, to_block] = [&from, &to].map(|layout| AlongAxis::new(&layout.local_shape(), axis));
    let room = |n: usize| vec![T::zero(); n * TOGETHER];
    let rooms = RefCell::new([room(from_block.n), room(to_block.n)]);
    let lines = Lines { operator: operator.clone(), from: from_block, to: to_block, rooms }.between(&from, &to);
    if is_whole {
        return Ok(lines);
    }
    let there = Redistribute::to(&from).on(layout)?;
    let back = Redistribute::to(&with_lengths(layout, &[(axis, n)])?).on(&to)?;
    back.compose(&lines.compose(&there)?)
}

struct Lines<T: Scalar> {
    operator: Operator<T>,
    from: AlongAxis,
    to: AlongAxis,
    /// Some lines of the domain, and of the range.
    rooms: RefCell<[Vec<T>; 2]>,
}

/// `f` of every line.
fn each<T: Scalar>(
    put: impl Put<T>,
    [from, to]: [AlongAxis; 2],
    [x, y]: [&mut [T]; 2],
    source: &[T],
    target: &mut [T],
    f: impl Fn(&[T], &mut [T]),
) {
    let inner = to.inner;
    for slab in 0..to.outer {
        for column in (0..inner).step_by(TOGETHER) {
            let width = TOGETHER.min(inner - column);
            for row in 0..from.n {
                let source = &source[(slab * from.n + row) * inner + column..][..width];
                source.iter().enumerate().for_each(|(line, &value)| x[line * from.n + row] = value);
            }
            for line in 0..width {
                f(&x[line * from.n..][..from.n], &mut y[line * to.n..][..to.n]);
            }
            for row in 0..to.n {
                let target = &mut target[(slab * to.n + row) * inner + column..][..width];
                target.iter_mut().enumerate().for_each(|(line, target)| put.one(target, y[line * to.n + row]));
            }
        }
    }
}

impl<T: Scalar> Kernels<T> for Lines<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let [of_x, of_y] = &mut *self.rooms.borrow_mut();
        each(put, [self.from, self.to], [of_x, of_y], x, y, |x, y| self.operator.apply(x, y)); // y ← A x
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        let [of_x, of_y] = &mut *self.rooms.borrow_mut();
        each(put, [self.to, self.from], [of_y, of_x], y, x, |y, x| self.operator.apply_adjoint(y, x)); // x ← Aᴴ y
    }

    fn scratch(&self) -> usize {
        let [of_x, of_y] = &*self.rooms.borrow();
        self.operator.scratch() + size_of_val(&of_x[..]) + size_of_val(&of_y[..])
    }

    fn name(&self) -> String {
        format!("lines of {}", self.operator.name())
    }
}
