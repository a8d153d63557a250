//! Operators made of two passes over memory, one forward and one for the adjoint.

use super::kernels::{Add, AddComplex, Set, Write};
use crate::{
    Complex, Scalar, Space,
    array::Halo,
    operators::{Accumulate, Communication, LinearOperator, Sent},
};
use num_traits::Zero;
use std::cell::RefCell;

/// One direction of an operator: sums over a rank's own elements and its ghosts.
pub(super) trait Pass<T: Scalar> {
    /// Sends what others read, computes what needs no ghosts while they fly, then the rest.
    fn run<W: Write<T::Real>>(&mut self, write: W, x: &[T], y: &mut [T]);

    fn halo(&self) -> &Halo<T>;

    /// Adds α times the sums.
    fn add(&mut self, alpha: T, x: &[T], y: &mut [T]) {
        if alpha.im().is_zero() {
            self.run(Add(alpha.re()), x, y);
        } else {
            self.run(AddComplex(Complex::new(alpha.re(), alpha.im())), x, y);
        }
    }
}

pub(super) struct BothWays<P> {
    pub(super) name: String,
    pub(super) domain: Space,
    pub(super) range: Space,
    pub(super) forward: RefCell<P>,
    pub(super) adjoint: RefCell<P>,
}

fn sent<T: Scalar, P: Pass<T>>(pass: &RefCell<P>) -> Sent {
    let (calls, messages, elements) = pass.borrow().halo().sends();
    Sent { calls, messages, bytes: elements * T::DTYPE.size() }
}

impl<T: Scalar, P: Pass<T>> LinearOperator<T> for BothWays<P> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.forward.borrow_mut().run(Set, x, y); // y ← A x
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.adjoint.borrow_mut().run(Set, y, x); // x ← Aᴴ y
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<T>> {
        Some(self)
    }

    fn communication(&self) -> Communication {
        Communication { forward: sent(&self.forward), adjoint: sent(&self.adjoint) }
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

impl<T: Scalar, P: Pass<T>> Accumulate<T> for BothWays<P> {
    fn apply_add(&self, alpha: T, x: &[T], y: &mut [T]) {
        self.forward.borrow_mut().add(alpha, x, y); // y ← y + α A x
    }

    fn apply_adjoint_add(&self, alpha: T, y: &[T], x: &mut [T]) {
        self.adjoint.borrow_mut().add(alpha, y, x); // x ← x + α Aᴴ y
    }
}
