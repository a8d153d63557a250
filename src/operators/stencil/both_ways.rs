//! Operators made of two passes over memory, one forward and one for the adjoint.

use super::kernels::{AddPairs, PutReals};
use crate::Complex;
use crate::array::Halo;
use crate::numbers::Scalar;
use crate::operators::by_rows::{AnySweep, Slab};
use crate::operators::{Add, Communication, Kernels, Put, Set};
use num_traits::Zero;
use std::cell::RefCell;

/// One direction of an operator: sums over a rank's own elements and its ghosts.
pub(super) trait Pass<T: Scalar>: 'static {
    /// Sends what others read, computes what needs no ghosts while they fly, then the rest.
    fn run<P: PutReals<T::Real>>(&mut self, put: P, x: &[T], y: &mut [T]);

    fn halo(&self) -> &Halo<T>;

    /// The same by rows, if it can go so.
    fn sweep(&self, _: &Slab, _: [usize; 2]) -> Option<AnySweep<T, T>> {
        None
    }

    /// Bytes of memory besides the halo's.
    fn scratch(&self) -> usize;
}

pub(super) struct BothWays<P> {
    name: String,
    forward: RefCell<P>,
    adjoint: RefCell<P>,
}

impl<P> BothWays<P> {
    pub(super) fn new(name: String, forward: P, adjoint: P) -> Self {
        Self { name, forward: RefCell::new(forward), adjoint: RefCell::new(adjoint) }
    }
}

impl<T: Scalar, P: Pass<T>> Kernels<T> for BothWays<P> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        run(&mut *self.forward.borrow_mut(), put, x, y); // y ← A x
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        run(&mut *self.adjoint.borrow_mut(), put, y, x); // x ← Aᴴ y
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn communication(&self) -> Communication {
        Communication { forward: self.forward.borrow().halo().sends(), adjoint: self.adjoint.borrow().halo().sends() }
    }

    fn forward_sweep(&self, slab: &Slab, members: [usize; 2]) -> Option<AnySweep<T, T>> {
        self.forward.borrow().sweep(slab, members)
    }

    fn adjoint_sweep(&self, slab: &Slab, members: [usize; 2]) -> Option<AnySweep<T, T>> {
        self.adjoint.borrow().sweep(slab, members)
    }

    fn scratch(&self) -> usize {
        let bytes = |pass: &RefCell<P>| pass.borrow().halo().buffers() + pass.borrow().scratch();
        bytes(&self.forward) + bytes(&self.adjoint)
    }
}

/// Real weights and real factors treat real and imaginary parts alike.
fn run<T: Scalar, P: Pass<T>>(pass: &mut P, put: impl Put<T>, x: &[T], y: &mut [T]) {
    match put.alpha() {
        None => pass.run(Set, x, y),
        Some(alpha) if alpha.im().is_zero() => pass.run(Add(alpha.re()), x, y),
        Some(alpha) => pass.run(AddPairs(Complex::new(alpha.re(), alpha.im())), x, y),
    }
}
