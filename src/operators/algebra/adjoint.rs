//! `Aᴴ`: the two kernels change places.

use crate::numbers::Scalar;
use crate::operators::by_rows::{AnySweep, Slab};
use crate::operators::{Communication, Form, Kernels, LinearOperator, Operator, Put};

struct Adjoint<X: Scalar, Y: Scalar>(Operator<X, Y>);

impl<X: Scalar, Y: Scalar> Operator<X, Y> {
    /// `Aᴴ`.
    #[must_use]
    pub fn adjoint(&self) -> Operator<Y, X> {
        match self.form() {
            Form::AdjointOf(operator) => operator.clone(),
            _ => Adjoint(self.clone()).between(self.range(), self.domain()),
        }
    }
}

impl<X: Scalar, Y: Scalar> Kernels<Y, X> for Adjoint<X, Y> {
    fn apply(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        put.through_adjoint(&self.0, y, x, &mut []); // x ← Aᴴ y
    }

    fn apply_adjoint(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        put.through(&self.0, x, y, &mut []); // y ← A x
    }

    fn adds(&self) -> bool {
        self.0.accumulate().is_some()
    }

    fn communication(&self) -> Communication {
        self.0.communication().reversed()
    }

    fn scratch(&self) -> usize {
        self.0.scratch()
    }

    fn name(&self) -> String {
        format!("{}ᴴ", self.0.name_in_expression())
    }

    fn forward_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<Y, X>> {
        self.0.adjoint_sweep(slab)
    }

    fn adjoint_sweep(&self, slab: &Slab, _: [usize; 2]) -> Option<AnySweep<X, Y>> {
        self.0.forward_sweep(slab)
    }

    fn gains_by_rows(&self) -> bool {
        self.0.gains_by_rows()
    }

    fn form(&self) -> Form<'_, Y, X> {
        Form::AdjointOf(&self.0)
    }
}
