//! The integral from the first sample on.

use super::running::{Rule, Running};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Bounds, Layout, Partition};
use crate::numbers::{Real, Scalar};
use crate::operators::along::check_layout;
use crate::operators::signal::Named;
use crate::operators::{Kernels, Operator, Redistribute, Restriction};

/// The integral from the first sample to each, along one axis at steps Δ.
///
/// ```text
/// full           yᵢ = Δ (x₀ + … + xᵢ)
/// half           yᵢ = Δ (x₀ + … + xᵢ₋₁ + xᵢ/2)
/// trapezoidal    yᵢ = Δ (x₀/2 + x₁ + … + xᵢ₋₁ + xᵢ/2),   y₀ = Δ x₀/2
/// ```
///
/// The adjoint adds from the last sample back. The first derivative undoes it, but for a constant: the trapezoidal one takes `x₀` for
/// zero before the first sample, so that `y₀` is not 0; [`remove_first`](Self::remove_first) leaves that sample out.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid. With [`remove_first`](Self::remove_first) `Y` has one sample less, and each rank keeps those that it
/// has. Chunks and masks are refused. Real or complex.
///
/// # Communication
/// None where the axis is whole. Where ranks have blocks of it, one message each way, of two numbers for each line, from each rank to that which has
/// the next block. Ranks wait for one another: before it sends, a rank adds its part of one block of 32 samples, and for each other block one number a
/// line, to what it gets; all else is done before and after by all ranks at the same time. Where ranks have other samples than blocks (cyclic, listed),
/// two exchanges more, to blocks and back.
///
/// # Same bits
/// On any number of ranks and in any layout: samples are added in blocks of 32, by their number on the axis, and blocks to those before them.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::CausalIntegration};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let x = DistArray::from_global(&layout, &[2.0, 4.0, 6.0, 8.0])?;
///     let full = CausalIntegration::along(0).sampling(0.5).on(&layout)?;
///     assert_eq!((&full * &x).gather_all().as_slice(), Some(&[1.0, 3.0, 6.0, 10.0][..]));
///     let trapezoidal = CausalIntegration::trapezoidal(0).remove_first().on(&layout)?;
///     assert_eq!((&trapezoidal * &x).gather_all().as_slice(), Some(&[3.0, 8.0, 15.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `CausalIntegration`.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct CausalIntegration {
    axis: usize,
    kind: Kind,
    sampling: f64,
    removes_first: bool,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Full,
    Half,
    Trapezoidal,
}

impl CausalIntegration {
    fn new(axis: usize, kind: Kind) -> Self {
        Self { axis, kind, sampling: 1.0, removes_first: false }
    }

    /// Along this axis, each sample as a whole.
    pub fn along(axis: usize) -> Self {
        Self::new(axis, Kind::Full)
    }

    /// Along this axis, the last sample of each sum by half.
    pub fn half(axis: usize) -> Self {
        Self::new(axis, Kind::Half)
    }

    /// Along this axis, the first and the last sample of each sum by half.
    pub fn trapezoidal(axis: usize) -> Self {
        Self::new(axis, Kind::Trapezoidal)
    }

    /// The step Δ; 1 if nothing is said.
    pub fn sampling(mut self, step: f64) -> Self {
        self.sampling = step;
        self
    }

    /// Without the first sample of the result.
    #[doc(alias = "removefirst")]
    pub fn remove_first(mut self) -> Self {
        self.removes_first = true;
        self
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, [`ErrorKind::Layout`] of chunks and masks, [`ErrorKind::Parameter`] of a step that is 0 or
    /// not finite, [`ErrorKind::Shape`] if there is no first sample to remove.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { axis, kind, sampling, removes_first } = self;
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let first = if removes_first { ", without the first" } else { "" };
        let name = format!("CausalIntegration({kind:?}, axis {axis}, h {sampling}{first})");
        check_layout(&name, axis, layout)?;
        if !sampling.is_finite() || sampling == 0.0 {
            return Err(Error::expected(ErrorKind::Parameter, "sampling", "a finite number that is not 0", sampling));
        }
        let n = layout.shape()[axis];
        if removes_first && n == 0 {
            let what = format!("samples on axis {axis} of which the first is removed");
            return Err(Error::expected(ErrorKind::Shape, what, "at least 1", n));
        }
        let at_work = in_blocks(layout, axis)?;
        let mut inner = Running::new(name.clone(), kind.rule(sampling), axis, &at_work)?.between(&at_work, &at_work);
        if at_work == *layout && !removes_first {
            return Ok(inner);
        }
        if at_work != *layout {
            let there = Redistribute::to(&at_work).on(layout)?;
            inner = there.adjoint().compose(&inner.compose(&there)?)?;
        }
        if removes_first {
            let others: Vec<_> = (1..n).collect();
            inner = Restriction::new(&others).along(axis).on(layout)?.compose(&inner)?;
        }
        Ok(Operator::new(Named { name, inner }))
    }
}

impl Kind {
    fn rule<R: Real>(self, sampling: f64) -> Rule<R> {
        let (own, halves_first) = match self {
            Self::Full => (1.0, false),
            Self::Half => (0.5, false),
            Self::Trapezoidal => (0.5, true),
        };
        Rule { step: R::from_f64(sampling), own: R::from_f64(own), halves_first }
    }
}

/// The layout, if each rank has consecutive samples; else with the axis in even blocks.
fn in_blocks(layout: &Layout, axis: usize) -> Result<Layout> {
    let Some(grid) = layout.process_grid() else { return Ok(layout.clone()) };
    let map = &grid.axes()[axis];
    let over = map.coordinates();
    if (0..over).all(|coordinate| map.set(coordinate).as_range().is_some()) {
        return Ok(layout.clone());
    }
    let mut axes = grid.axes().to_vec();
    axes[axis] = AxisMap::Blocks(Bounds::even(map.size(), over));
    layout.with_partition(layout.shape(), Partition::Grid(grid.with_axes(axes)))
}
