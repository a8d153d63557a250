//! The windows of a rank, one after another.

use crate::array::Space;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator, list};
use std::cell::RefCell;

/// `yₖ = wₖ · Aₖ xₖ`, from the models of this rank's windows to their data.
pub(super) struct Tapered<X: Scalar, T: Scalar> {
    domain: Space,
    range: Space,
    operators: Vec<Operator<X, T>>,
    /// Of each window which of the tapers it has.
    kinds: Vec<usize>,
    /// None if all weights are 1.
    tapers: Option<Vec<Vec<T::Real>>>,
    /// The data of a window.
    room: RefCell<Vec<T>>,
}

impl<X: Scalar, T: Scalar> Tapered<X, T> {
    pub(super) fn new(
        domain: Space,
        range: Space,
        operators: Vec<Operator<X, T>>,
        kinds: Vec<usize>,
        tapers: Option<Vec<Vec<T::Real>>>,
    ) -> Self {
        let of_window = operators.first().filter(|_| tapers.is_some()).map_or(0, |operator| operator.range().size());
        let room = RefCell::new(vec![T::zero(); of_window]);
        Self { domain, range, operators, kinds, tapers, room }
    }

    /// Each window's operator with its taper.
    fn windows(&self) -> impl Iterator<Item = (&Operator<X, T>, Option<&Vec<T::Real>>)> {
        let tapers = self.kinds.iter().map(|&kind| self.tapers.as_ref().map(|tapers| &tapers[kind]));
        self.operators.iter().zip(tapers)
    }
}

impl<X: Scalar, T: Scalar> LinearOperator<X, T> for Tapered<X, T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, mut x: &[X], mut y: &mut [T]) {
        for (operator, taper) in self.windows() {
            let (own_x, rest_x) = x.split_at(operator.domain().local_len());
            let (own_y, rest_y) = y.split_at_mut(operator.range().local_len());
            operator.apply(own_x, own_y);
            if let Some(taper) = taper {
                own_y.iter_mut().zip(taper).for_each(|(y, &weight)| *y = y.scale(weight));
            }
            (x, y) = (rest_x, rest_y);
        }
    }

    fn apply_adjoint(&self, mut y: &[T], mut x: &mut [X]) {
        let mut room = self.room.borrow_mut();
        for (operator, taper) in self.windows() {
            let (own_x, rest_x) = x.split_at_mut(operator.domain().local_len());
            let (own_y, rest_y) = y.split_at(operator.range().local_len());
            if let Some(taper) = taper {
                let weighted = own_y.iter().zip(taper).map(|(y, &weight)| y.scale(weight));
                room.iter_mut().zip(weighted).for_each(|(room, y)| *room = y);
                operator.apply_adjoint(&room, own_x);
            } else {
                operator.apply_adjoint(own_y, own_x);
            }
            (x, y) = (rest_x, rest_y);
        }
    }

    fn name(&self) -> String {
        list::name("tapered", &self.operators)
    }

    fn scratch(&self) -> usize {
        let tapers: usize = self.tapers.iter().flatten().map(|taper| size_of_val(&taper[..])).sum();
        list::scratch(&self.operators) + tapers + size_of_val(&self.room.borrow()[..]) + size_of_val(&self.kinds[..])
    }
}
