//! Where the model is not sparse itself, but the coefficients that a transform makes of it.

use super::soft::Threshold;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};
use crate::solvers::Vectors;

/// A transform S from coefficients to the model, whose type the solver need not know.
pub(super) trait Analysis<X: Scalar> {
    /// y ← S T(Sᴴ y), at the level that is given, or that the coefficients' percentile gives.
    fn shrink(&mut self, y: &mut DistArray<X>, threshold: Threshold, level: Level) -> Result<()>;

    /// These vectors and the coefficients.
    fn vectors<'v>(&'v self, vectors: Vectors<'v>) -> Vectors<'v>;

    /// Bytes that the transform keeps.
    fn scratch(&self) -> usize;
}

/// The level of a threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Level {
    At(f64),
    /// The one that keeps so many per cent.
    Keeping(f64),
}

impl Level {
    /// The number, for these coefficients.
    pub(super) fn of<T: Scalar>(self, threshold: Threshold, x: &DistArray<T>) -> f64 {
        match self {
            Self::At(level) => level,
            Self::Keeping(percent) => threshold.level_of(super::percentile::percentile_of_moduli(x, 100.0 - percent)),
        }
    }
}

/// S with its coefficients.
pub(super) struct Transform<'a, C: Scalar, X: Scalar> {
    s: &'a Operator<C, X>,
    c: DistArray<C>,
}

impl<'a, C: Scalar, X: Scalar> Transform<'a, C, X> {
    pub(super) fn new(s: &'a Operator<C, X>, x: &DistArray<X>) -> Result<Self> {
        s.range().same_as(x.space(), "range of the analysis operator")?;
        Ok(Self { s, c: DistArray::zeros(s.domain().clone()) })
    }
}

impl<C: Scalar, X: Scalar> Analysis<X> for Transform<'_, C, X> {
    fn shrink(&mut self, y: &mut DistArray<X>, threshold: Threshold, level: Level) -> Result<()> {
        self.s.apply_adjoint_into(y, &mut self.c)?; //                         c ← Sᴴ y
        let level = level.of(threshold, &self.c);
        threshold.apply(&mut self.c, level);
        self.s.apply_into(&self.c, y) //                                       y ← S c
    }

    fn vectors<'v>(&'v self, vectors: Vectors<'v>) -> Vectors<'v> {
        vectors.and("c", &self.c)
    }

    fn scratch(&self) -> usize {
        self.s.scratch()
    }
}
