//! An operator on the leading part of an array, which leaves the rest as it is.

use crate::array::Space;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::{Communication, LinearOperator, Operator, Restriction};
use std::cell::RefCell;

/// `y = x`, but for the first half along some axes, `A` of it.
pub(super) struct Leading<T: Scalar> {
    space: Space,
    /// From the leading part to itself.
    inner: Operator<T>,
    /// Where this rank's elements of the part are among its own.
    places: Vec<usize>,
    rooms: RefCell<[Vec<T>; 2]>,
}

impl<T: Scalar> Leading<T> {
    /// Of what is made on the layout of the leading half along these axes: ranks keep what they have of it.
    pub(super) fn half(
        layout: &Layout,
        axes: &[usize],
        make: impl FnOnce(&Layout) -> Result<Operator<T>>,
    ) -> Result<Operator<T>> {
        let mut part = layout.clone();
        let mut places: Vec<_> = (0..layout.local_len()).map(|k| k as f64).collect();
        for &axis in axes {
            let leading: Vec<_> = (0..part.shape()[axis] / 2).collect();
            let taken = Restriction::new(&leading).along(axis).on::<f64>(&part)?;
            part = taken.range().layout()?.clone();
            let mut of_part = vec![0.0; part.local_len()];
            taken.apply(&places, &mut of_part);
            places = of_part;
        }
        let inner = make(&part)?;
        let rooms = RefCell::new([(); 2].map(|()| vec![T::zero(); places.len()]));
        let places = places.into_iter().map(|place| place as usize).collect();
        Ok(Operator::new(Self { space: layout.clone().into(), inner, places, rooms }))
    }

    fn run(&self, x: &[T], y: &mut [T], apply: impl Fn(&[T], &mut [T])) {
        let [part, made] = &mut *self.rooms.borrow_mut();
        part.iter_mut().zip(&self.places).for_each(|(part, &place)| *part = x[place]);
        apply(part, made);
        y.copy_from_slice(x);
        made.iter().zip(&self.places).for_each(|(&made, &place)| y[place] = made);
    }
}

impl<T: Scalar> LinearOperator<T> for Leading<T> {
    fn domain(&self) -> &Space {
        &self.space
    }

    fn range(&self) -> &Space {
        &self.space
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.run(x, y, |part, made| self.inner.apply(part, made));
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.run(y, x, |part, made| self.inner.apply_adjoint(part, made));
    }

    fn communication(&self) -> Communication {
        self.inner.communication()
    }

    fn scratch(&self) -> usize {
        let rooms: usize = self.rooms.borrow().iter().map(|room| size_of_val(&room[..])).sum();
        rooms + size_of_val(&self.places[..]) + self.inner.scratch()
    }
}
