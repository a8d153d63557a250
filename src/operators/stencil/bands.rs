//! Sums of bands along axes, between members of the domain and of the range that all have one layout.

use super::{
    both_ways::{BothWays, Pass},
    derivative::Derivative,
    kernels::PutReals,
    plan::{AxisBand, BandPlan, HeldBlock, HeldRows, Phase},
    sweep::BandSweep,
};
use crate::array::{Faces, Halo, Space};
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::{Scalar, reals_of, reals_of_mut};
use crate::operators::by_rows::{AnySweep, Slab};
use crate::operators::{Kernels, Operator};

/// One direction.
pub(in super::super) struct Bands<T: Scalar> {
    plan: BandPlan<T::Real>,
    halo: Halo<T>,
    parts: Vec<AxisBand>,
    shape: Vec<usize>,
}

impl<T: Scalar> Bands<T> {
    /// `y = Σ D x`.
    pub(in super::super) fn sum(name: String, layout: &Layout, derivatives: &[Derivative]) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{name}, {layout:#}"));
        let mut parts: Vec<AxisBand> = vec![];
        for derivative in derivatives {
            let (axis, band) = (derivative.axis(), derivative.band::<T>(layout)?);
            match parts.iter_mut().find(|part| part.axis == axis) {
                Some(part) => part.band = part.band.plus(&band),
                None => parts.push(AxisBand { axis, band, input: 0, output: 0 }),
            }
        }
        Self::operator(name, layout, layout.into(), &parts, 1)
    }

    /// `yₖ = Dₖ x`, a stack. The axes are distinct.
    pub(in super::super) fn stack(name: String, layout: &Layout, derivatives: &[Derivative]) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{name}, {layout:#}"));
        let part = |(output, derivative): (usize, &Derivative)| {
            Ok(AxisBand { axis: derivative.axis(), band: derivative.band::<T>(layout)?, input: 0, output })
        };
        let parts = derivatives.iter().enumerate().map(part).collect::<Result<Vec<_>>>()?;
        let range = Space::stack(vec![layout.into(); parts.len()])?;
        Self::operator(name, layout, range, &parts, parts.len())
    }

    fn operator(
        name: String,
        layout: &Layout,
        range: Space,
        parts: &[AxisBand],
        outputs: usize,
    ) -> Result<Operator<T>> {
        // Aᴴ = Aᵀ: the weights are real
        let transposed: Vec<_> = parts.iter().map(AxisBand::transpose).collect();
        let (forward, adjoint) = (Self::new(layout, parts, outputs)?, Self::new(layout, &transposed, 1)?);
        Ok(BothWays::new(name, forward, adjoint).between(layout, range))
    }

    fn new(layout: &Layout, parts: &[AxisBand], outputs: usize) -> Result<Self> {
        let (me, reals) = (layout.comm().rank(), if T::IS_COMPLEX { 2 } else { 1 });
        let face = |part| {
            let AxisBand { axis, band, input, .. }: &AxisBand = part;
            Faces {
                axis: *axis,
                member: *input,
                reach: Box::new(|rows| band.reach(rows)),
                most: (band.width(), band.width()),
            }
        };
        let halo = Halo::faces(layout, &parts.iter().map(face).collect::<Vec<_>>())?;
        let sides = |(k, part): (usize, &AxisBand)| {
            let rows = layout.rows_of(part.axis, me);
            let (front, back) = part.band.reach(rows.clone());
            let starts = [2 * k, 2 * k + 1].map(|side| halo.start(side) * reals);
            HeldRows { axis: part.axis, rows, front, back, starts }
        };
        let sides = parts.iter().enumerate().map(sides).collect();
        let block = HeldBlock { shape: layout.local_shape(), sides, reals };
        let plan = BandPlan::new(&block, parts, outputs);
        Ok(Self { plan, halo, parts: parts.to_vec(), shape: layout.shape().to_vec() })
    }
}

impl<T: Scalar> Pass<T> for Bands<T> {
    fn run<P: PutReals<T::Real>>(&mut self, put: P, x: &[T], y: &mut [T]) {
        let (plan, own, y) = (&mut self.plan, reals_of(x), reals_of_mut(y));
        let ghosts = self.halo.overlap(x, || plan.run(put, Phase::Inside, [own, &[]], y));
        plan.run(put, Phase::Ghosts, [own, reals_of(ghosts.as_slice())], y);
    }

    fn halo(&self) -> &Halo<T> {
        &self.halo
    }

    fn sweep(&self, slab: &Slab, members: [usize; 2]) -> Option<AnySweep<T, T>> {
        Some(BandSweep::of(slab, &self.shape, &self.parts, members))
    }

    fn scratch(&self) -> usize {
        0
    }
}
