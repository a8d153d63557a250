//! Sums of the norms of groups, with weights: what is made small where coefficients that belong together are 0 together.

use super::l1_ball::level;
use super::sparse_problem::BLOCK;
use crate::array::{DistArray, Norm, Summing};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::AxisMap;
use crate::numbers::{PartialSum, Real, Scalar, Summed};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::{Run, Stop};
use std::marker::PhantomData;

/// Σ w ‖x_G‖ over groups G: the elements, or what lies along the last axis.
pub(super) struct Groups<X: Scalar> {
    /// Elements of a group, which are neighbours in memory.
    length: usize,
    /// ‖x_G‖ of the vector looked at last.
    norms: DistArray<X::Real>,
    weights: Option<DistArray<X::Real>>,
    scalar: PhantomData<X>,
}

impl<X: Scalar> Groups<X> {
    /// Each element by itself.
    pub(super) fn of_elements(x: &DistArray<X>) -> Self {
        Self { length: 1, norms: DistArray::zeros(x.space()), weights: None, scalar: PhantomData }
    }

    /// Along the last axis.
    pub(super) fn along_last_axis<Y: Scalar>(a: &Operator<X, Y>) -> Result<Self> {
        let layout = a.domain().layout()?;
        let mut shape = layout.shape().to_vec();
        let Some(last) = shape.last_mut() else {
            return Err(Error::expected(ErrorKind::Shape, "model in groups", "an axis at least", layout));
        };
        let length = std::mem::replace(last, 1);
        let is_whole = layout.process_grid().is_none_or(|grid| grid.axes().last().is_some_and(AxisMap::is_whole));
        if !is_whole || length == 0 {
            let expected = "a last axis that is whole on every rank and not empty";
            return Err(Error::expected(ErrorKind::Layout, "layout of a model in groups", expected, layout));
        }
        let norms = DistArray::zeros(&layout.with_shape(&shape)?);
        Ok(Self { length, norms, weights: None, scalar: PhantomData })
    }

    /// With weights, one for each group.
    pub(super) fn set_weights(&mut self, weights: &DistArray<X::Real>) -> Result<()> {
        self.norms.space().same_as(weights.space(), "weights of SPGL1")?;
        let wrong = weights.as_slice().iter().find(|w| !(w.finite() && w.to_f64() > 0.0));
        let expected = "finite numbers above 0";
        let checked = wrong.map(|wrong| Error::expected(ErrorKind::Parameter, "weights of SPGL1", expected, wrong));
        weights.space().group().agree(checked.map_or(Ok(()), Err))?;
        self.weights = Some(weights.clone());
        Ok(())
    }

    /// Bytes that it keeps.
    pub(super) fn bytes(&self) -> usize {
        let of = |x: &DistArray<X::Real>| size_of_val(x.as_slice());
        of(&self.norms) + self.weights.as_ref().map_or(0, of)
    }

    /// The norms of a vector's groups.
    fn look_at(&mut self, x: &DistArray<X>) {
        x.passes_over(1, 0);
        let groups = x.as_slice().chunks_exact(self.length);
        for (norm, group) in self.norms.as_mut_slice().iter_mut().zip(groups) {
            *norm = match group {
                [x] => x.modulus(),
                // In double precision: what is small or large in single is neither there.
                _ => X::Real::from_f64(group.iter().map(|x| x.modulus().to_f64().powi(2)).sum::<f64>().sqrt()),
            };
        }
    }

    /// Σ w ‖x_G‖: this rank's part.
    pub(super) fn size(&mut self, x: &DistArray<X>, run: &Run) -> PartialSum {
        self.look_at(x);
        let [size, _] = self.sums_above(-1.0, run);
        size
    }

    /// The largest ‖x_G‖ / w.
    pub(super) fn largest(&mut self, x: &DistArray<X>) -> Result<f64> {
        self.look_at(x);
        if let Some(weights) = &self.weights {
            self.norms.zip_in_place(weights, |norm, w| norm / w)?;
        }
        self.norms.norm_of(Norm::Inf)
    }

    /// x ← the nearest point with Σ w ‖x_G‖ ≤ τ: norms less λ w, with the λ that is returned.
    pub(super) fn project(&mut self, x: &mut DistArray<X>, tau: f64, guess: f64, run: &Run) -> Result<f64, Stop> {
        self.look_at(x);
        let level = level(tau, guess, |level| run.sums(self.sums_above(level, run)))?;
        if level > 0.0 {
            x.passes_over(0, 1);
            let groups = x.as_mut_slice().chunks_exact_mut(self.length);
            for (k, (group, norm)) in groups.zip(self.norms.as_slice()).enumerate() {
                let (norm, less) = (norm.to_f64(), level * self.weight(k));
                let factor = X::Real::from_f64(if norm > less { (norm - less) / norm } else { 0.0 });
                for x in group {
                    *x = x.scale(factor);
                }
            }
        }
        Ok(level)
    }

    fn weight(&self, k: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights.as_slice()[k].to_f64())
    }

    /// Of the groups whose norm is above λ w: Σ w ‖x_G‖ and Σ w², this rank's parts.
    fn sums_above(&self, level: f64, run: &Run) -> [PartialSum; 2] {
        let summing = Summing::from(run);
        let [mut size, mut slope] = [summing.start(), summing.start()];
        let (mut sizes, mut weights) = ([0.0; BLOCK], [0.0; BLOCK]);
        let norms = self.norms.as_slice();
        self.norms.space().for_each_stretch(summing.counts_replicas(), |range, counted| {
            for start in range.clone().step_by(BLOCK).filter(|_| counted) {
                let count = BLOCK.min(range.end - start);
                for k in 0..count {
                    let (norm, w) = (norms[start + k].to_f64(), self.weight(start + k));
                    (sizes[k], weights[k]) = if norm > level * w { (norm * w, w) } else { (0.0, 0.0) };
                }
                f64::add_moduli(&mut size, &sizes[..count]);
                f64::add_squares(&mut slope, &weights[..count]);
            }
        });
        [size, slope]
    }
}
