//! What methods of conjugate gradients for A x = b have in common: all but the iteration.

use super::units::{Units, is_ordinary, scaled_residual};
use super::{Measures, PerIteration, Run, State, Stop, Vectors, rounding::Rounding};
use crate::array::{DistArray, exponent};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};
use std::fmt;

/// The system with the vectors r, p and q, in units, and ρ = ‖r‖².
pub(super) struct System<'a, T: Scalar> {
    pub(super) a: &'a Operator<T>,
    pub(super) b: &'a DistArray<T>,
    pub(super) x: &'a mut DistArray<T>,
    pub(super) r: DistArray<T>,
    pub(super) p: DistArray<T>,
    pub(super) q: DistArray<T>,
    pub(super) rho: f64,
    pub(super) units: Units,
    pub(super) rounding: Rounding,
}

impl<'a, T: Scalar> System<'a, T> {
    /// Checks the spaces, and takes all memory.
    pub(super) fn new(a: &'a Operator<T>, b: &'a DistArray<T>, x: &'a mut DistArray<T>) -> Result<Self> {
        check_square(a, b, x, "CG")?;
        Ok(Self::within(a, b, x, [(); 3].map(|()| b.zeros_like())))
    }

    /// The same in memory that is there, of spaces that are those of A.
    pub(super) fn within(
        a: &'a Operator<T>,
        b: &'a DistArray<T>,
        x: &'a mut DistArray<T>,
        [r, p, q]: [DistArray<T>; 3],
    ) -> Self {
        Self { a, b, x, r, p, q, rho: 0.0, units: Units::default(), rounding: Rounding::default() }
    }

    /// Its memory, for another solve.
    pub(super) fn into_rooms(self) -> [DistArray<T>; 3] {
        [self.r, self.p, self.q]
    }

    pub(super) fn vectors(&self) -> Vectors<'_> {
        Vectors::data("b", self.b).and("x", self.x).and("r", &self.r).and("q", &self.q).and("p", &self.p)
    }

    pub(super) fn state(&mut self) -> State<'_> {
        let Self { x, r, p, rho, units, rounding, .. } = self;
        let state = State::new().vector("x", *x).vector("r", r).vector("p", p).number("rho", rho);
        rounding.state(units.state(state))
    }

    pub(super) fn scratch(&self) -> usize {
        self.a.scratch()
    }

    /// What this rank sends in an iteration with messages of so many sums.
    pub(super) fn communication(&self, messages: &[usize]) -> Result<PerIteration> {
        let spaces = [self.a.domain(), self.a.range()];
        PerIteration::of(self.a.communication().forward, &spaces, messages)
    }

    /// The first residual and direction.
    pub(super) fn start_in_units(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, b, x, r, p, q, rho, units, rounding } = self;
        units.forward(a, x, q)?; //                                            q ← A x
        units.copy_data(b, r)?; //                                             r ← b
        let sums = [r.axpy_norm2(-T::one(), q, run)?, x.norm2(run)];
        let [square, x2] = run.sums(sums)?; //                                 r ← r − q,  ρ ← ‖r‖²
        p.copy_from(r)?; //                                                    p ← r
        *rho = square;
        rounding.begin_system::<T>(square, x2);
        let hidden = rounding.hidden_in_residual(run.size_when_judging(b, units.data));
        Ok(Measures::in_units("cost", square, units.data).hiding(hidden))
    }

    /// Whether what was measured at the start can be gone on with.
    pub(super) fn is_ordinary(&self) -> bool {
        is_ordinary::<T>(self.rho)
    }

    /// Chooses units by the residual, and by A times it.
    pub(super) fn choose_units(&mut self, _: &Run) -> Result<(), Stop> {
        let Self { a, b, x, r, q, units, rounding, .. } = self;
        (*units, *rounding) = (Units::default(), Rounding::default());
        if let Some(data) = scaled_residual(a, b, x, r, q)? {
            a.apply_into(r, q)?; //                                            q ← A r
            let forward = exponent(q).unwrap_or(0);
            *units = Units { data, gradient: data, model: data - forward, forward, ..*units };
        }
        Ok(())
    }

    /// ‖b − A x‖, by way of q.
    pub(super) fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.a, self.b, self.x, &mut self.q)
    }

    pub(super) fn criterion_at_zero(&self, run: &Run) -> Result<Option<Measures>, Stop> {
        cost_at_zero(self.b, run).map(Some)
    }

    /// What a method made of this is, to its `Debug`.
    pub(super) fn tell(&self, method: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(method).field("vectors", &self.vectors()).field("rho", &self.rho).finish_non_exhaustive()
    }
}

/// Checks the spaces of A x = b; errors name the method.
pub(super) fn check_square<T: Scalar>(a: &Operator<T>, b: &DistArray<T>, x: &DistArray<T>, method: &str) -> Result<()> {
    a.domain().same_as(a.range(), &format!("range of the operator of {method}"))?;
    a.range().same_as(b.space(), &format!("right-hand side of {method}"))?;
    a.domain().same_as(x.space(), &format!("model of {method}"))
}

/// ‖b‖, the criterion at x = 0.
pub(super) fn cost_at_zero<T: Scalar>(b: &DistArray<T>, run: &Run) -> Result<Measures, Stop> {
    let [square] = run.sums([b.norm2(run)])?; //                               ‖b‖²
    let at_zero = Measures::criterion("cost", square);
    Ok(if is_ordinary::<T>(square) { at_zero } else { Measures::of_norm("cost", run.norm(b)) })
}
