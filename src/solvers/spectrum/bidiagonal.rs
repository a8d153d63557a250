//! The process of Golub, Kahan and Lanczos with full orthogonalisation: A V = U B, Aᴴ U = V Bᵀ + β vₘ₊₁ eₘᵀ, B real.

use super::arrow::{Arrow, Small};
use super::basis::{Basis, Turn, epsilon};
use super::krylov::Krylov;
use crate::array::exponent;
use crate::numbers::powers::two_to;
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::run::real;
use crate::solvers::units::{Units, is_ordinary};
use crate::solvers::{Reason, Run, Stop, Vectors};

/// The domain of A is no larger than its range.
pub(super) struct Bidiagonal<'a, X: Scalar, Y: Scalar> {
    a: &'a Operator<X, Y>,
    pub(super) units: Units,
    pub(super) v: Basis<X>,
    pub(super) u: Basis<Y>,
    small: Small,
    largest: f64,
    pub(super) applications: usize,
}

impl<'a, X: Scalar, Y: Scalar> Bidiagonal<'a, X, Y> {
    /// Takes all memory, for so many vectors on each side, of spaces of these dimensions.
    pub(super) fn of(a: &'a Operator<X, Y>, vectors: usize, [of_v, of_u]: [usize; 2], seed: u64) -> Self {
        let v = Basis::of(a.domain(), vectors + 1, of_v, seed);
        let u = Basis::of(a.range(), vectors, of_u, seed);
        // What maps real numbers to complex ones, or back, is linear over the real ones.
        let (v, u) = if X::IS_COMPLEX == Y::IS_COMPLEX { (v, u) } else { (v.over_reals(), u.over_reals()) };
        Self { a, units: Units::default(), v, u, small: Small::of(vectors), largest: 0.0, applications: 0 }
    }

    /// Begins at random, and chooses units in which squares stay within the range of numbers, by an application of A and Aᴴ.
    pub(super) fn begin(&mut self, run: &Run) -> Result<(), Stop> {
        self.v.renew(0, run)?;
        let Self { a, units, v, u, applications, .. } = self;
        a.apply_into(v.vector(0), &mut u.q)?;
        a.apply_adjoint_into(&u.q, &mut v.q)?;
        *applications += 1;
        let is_ordinary = |square| is_ordinary::<X>(square) && is_ordinary::<Y>(square);
        if let Some(forward) = exponent(&u.q).filter(|&of_q| !is_ordinary(two_to(1.0, 2 * of_q))) {
            *units = Units { forward, gradient: forward, ..Units::default() };
        }
        Ok(())
    }

    pub(super) fn vectors(&self) -> Vectors<'_> {
        Vectors::none().and("A v", &self.u.q).and("Aᴴ u", &self.v.q)
    }
}

impl<X: Scalar, Y: Scalar> Krylov for Bidiagonal<'_, X, Y> {
    fn dimension(&self) -> usize {
        self.v.dimension
    }

    fn largest(&self) -> f64 {
        self.largest
    }

    fn epsilon(&self) -> f64 {
        epsilon::<X>().max(epsilon::<Y>())
    }

    fn renew(&mut self, count: usize, run: &Run) -> Result<(), Stop> {
        self.v.renew(count, run)
    }

    fn column(
        &mut self,
        locked: usize,
        column: usize,
        arrow: &mut Arrow,
        forgotten: f64,
        run: &Run,
    ) -> Result<(), Stop> {
        let epsilon = self.epsilon();
        let Self { a, units, v, u, largest, applications, .. } = self;
        let at = locked + column;
        units.forward(a, v.vector(at), &mut u.q)?; //                          q ← A v
        let pushed = u.push(at, run)?; //                                      q ← q − U Uᴴ q,  twice
        *largest = largest.max(pushed.norm);
        let known = |i: usize| i.checked_sub(locked).map_or(0.0, |row| arrow.coupling(row, column));
        let of_u = u.deviation(at, known);
        let alpha = u.settle(at, pushed.rest, *largest, run)?; //              α ← ‖q‖,  u ← q / α
        units.adjoint(a, u.vector(at), &mut v.q)?; //                          r ← Aᴴ u
        *applications += 1;
        let pushed = v.push(at + 1, run)?; //                                  r ← r − V Vᴴ r,  twice
        *largest = largest.max(pushed.norm);
        // ⟨vᵢ, Aᴴ u⟩ is ⟨A vᵢ, u⟩, which is known.
        let of_v = v.deviation(at + 1, |i| if i == at { alpha } else { 0.0 });
        if of_u.max(of_v) > epsilon.sqrt() * *largest + 2.0 * forgotten {
            return Err(Reason::Adjoint.into());
        }
        arrow.diagonal[column] = alpha;
        arrow.beside[column] = v.settle(at + 1, pushed.rest, *largest, run)?; // β ← ‖r‖
        Ok(())
    }

    fn decompose(&mut self, arrow: &Arrow, columns: usize) -> Result<(), Stop> {
        Ok(self.small.singular_values(arrow, columns)?)
    }

    fn value(&self, k: usize, columns: usize) -> (f64, f64) {
        let value = X::Real::from_f64(self.small.values[k]).to_f64();
        (Y::Real::from_f64(value).to_f64(), self.small.left[(columns - 1, k)])
    }

    fn turn(&mut self, turn: Turn<'_>) {
        let Self { v, u, small, .. } = self;
        v.turn(turn, |row, column| small.right[(row, column)]);
        u.turn(turn, |row, column| small.left[(row, column)]);
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.v.swap(one, other);
        self.u.swap(one, other);
    }

    /// Of [0 A; Aᴴ 0] with (u, v)/√2.
    fn residual(&mut self, at: usize, value: f64, run: &Run) -> Result<f64, Stop> {
        let Self { a, units, v, u, applications, .. } = self;
        units.forward(a, v.vector(at), &mut u.q)?; //                          q ← A v
        units.adjoint(a, u.vector(at), &mut v.q)?; //                          r ← Aᴴ u
        *applications += 1;
        let (u, q) = u.vector_and_q(at);
        let of_u = q.axpy_norm2(real(-value), u, run)?; //                     ‖q − σ u‖
        let (v, r) = v.vector_and_q(at);
        let of_v = r.axpy_norm2(real(-value), v, run)?; //                     ‖r − σ v‖
        let squares = run.sums([of_u, of_v])?;
        Ok(squares.iter().sum::<f64>().sqrt() / 2f64.sqrt())
    }
}
