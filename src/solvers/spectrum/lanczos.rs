//! The Lanczos process with full orthogonalisation: A V = V T + β vₘ₊₁ eₘᵀ, T real.

use super::arrow::{Arrow, Small};
use super::basis::{Basis, Turn, epsilon};
use super::krylov::Krylov;
use crate::array::exponent;
use crate::error::{Error, ErrorKind};
use crate::numbers::powers::two_to;
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::run::real;
use crate::solvers::units::{Units, is_ordinary};
use crate::solvers::{Run, Stop, Vectors};

pub(super) struct Lanczos<'a, T: Scalar> {
    a: &'a Operator<T>,
    pub(super) units: Units,
    pub(super) basis: Basis<T>,
    small: Small,
    largest: f64,
    pub(super) applications: usize,
}

impl<'a, T: Scalar> Lanczos<'a, T> {
    /// Takes all memory, for so many vectors of a space of this dimension.
    pub(super) fn of(a: &'a Operator<T>, vectors: usize, dimension: usize, seed: u64) -> Self {
        let basis = Basis::of(a.domain(), vectors + 1, dimension, seed);
        Self { a, units: Units::default(), basis, small: Small::of(vectors), largest: 0.0, applications: 0 }
    }

    /// Begins at random, and chooses units in which squares stay within the range of numbers, by an application of A.
    pub(super) fn begin(&mut self, run: &Run) -> Result<(), Stop> {
        self.basis.renew(0, run)?;
        let (v, q) = self.basis.vector_and_q(0);
        self.units.forward(self.a, v, q)?;
        self.applications += 1;
        if let Some(forward) = exponent(q).filter(|&of_q| !is_ordinary::<T>(two_to(1.0, 2 * of_q))) {
            self.units = Units { forward, ..Units::default() };
        }
        Ok(())
    }

    pub(super) fn vectors(&self) -> Vectors<'_> {
        Vectors::none().and("A v", &self.basis.q)
    }
}

impl<T: Scalar> Krylov for Lanczos<'_, T> {
    fn dimension(&self) -> usize {
        self.basis.dimension
    }

    fn largest(&self) -> f64 {
        self.largest
    }

    fn epsilon(&self) -> f64 {
        epsilon::<T>()
    }

    fn renew(&mut self, count: usize, run: &Run) -> Result<(), Stop> {
        self.basis.renew(count, run)
    }

    fn column(
        &mut self,
        locked: usize,
        column: usize,
        arrow: &mut Arrow,
        forgotten: f64,
        run: &Run,
    ) -> Result<(), Stop> {
        let Self { a, units, basis, largest, applications, .. } = self;
        let at = locked + column;
        let (v, q) = basis.vector_and_q(at);
        units.forward(a, v, q)?; //                                            q ← A v
        *applications += 1;
        let pushed = basis.push(at + 1, run)?; //                              h ← Vᴴ q,  q ← q − V h,  twice
        *largest = largest.max(pushed.norm);
        let alpha = basis.product(at).re;
        // ⟨u, A v⟩ of an earlier u is ⟨A u, v⟩, which is known, and ⟨v, A v⟩ is real.
        let expected = |i: usize| match i.checked_sub(locked) {
            None => 0.0,
            Some(row) if row == column => alpha,
            Some(row) => arrow.coupling(row, column),
        };
        if basis.deviation(at + 1, expected) > epsilon::<T>().sqrt() * *largest + 2.0 * forgotten {
            let what = format!("operator of eigsh, {a}");
            let expected = "a Hermitian one, ⟨u, A v⟩ = ⟨A u, v⟩";
            return Err(Error::expected(ErrorKind::Other, what, expected, "one that is not").into());
        }
        arrow.diagonal[column] = alpha;
        arrow.beside[column] = basis.settle(at + 1, pushed.rest, *largest, run)?; // β ← ‖q‖
        Ok(())
    }

    fn decompose(&mut self, arrow: &Arrow, columns: usize) -> Result<(), Stop> {
        Ok(self.small.eigenvalues(arrow, columns)?)
    }

    fn value(&self, k: usize, columns: usize) -> (f64, f64) {
        (T::Real::from_f64(self.small.values[k]).to_f64(), self.small.left[(columns - 1, k)])
    }

    fn turn(&mut self, turn: Turn<'_>) {
        let Self { basis, small, .. } = self;
        basis.turn(turn, |row, column| small.left[(row, column)]);
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.basis.swap(one, other);
    }

    fn residual(&mut self, at: usize, value: f64, run: &Run) -> Result<f64, Stop> {
        let Self { a, units, basis, applications, .. } = self;
        let (v, q) = basis.vector_and_q(at);
        units.forward(a, v, q)?; //                                            q ← A v
        *applications += 1;
        let [square] = run.sums([q.axpy_norm2(real(-value), v, run)?])?; //    ‖q − λ v‖
        Ok(square.sqrt())
    }
}
