//! Neighbouring sources that fire into one record.

use super::blending::of_groups;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use ndarray::{Array2, ArrayView2};

/// Group blending: sources in groups of neighbours, each group with a record of its own.
///
/// ```text
/// y_g(r, t) = Σⱼ x_{g m + j}(r, t − τⱼ_g)          j = 0, …, m − 1, with m sources in a group
/// ```
///
/// Delays are changes of phase as in [`Shift`](crate::operators::Shift): traces go around, what leaves a record at its end
/// comes in at its front. Delays may be negative.
///
/// # Spaces
/// `X`: shape `[sources, receivers, times]`, replicated or on any grid (receivers may be several axes). `Y`: shape
/// `[groups, receivers, times]`, each record where its sources are; else with receivers cut evenly. Chunks are refused, and masks where elements change their ranks. Real or complex.
///
/// # Communication
/// None where times are whole and all sources of each group are on one rank. Else one exchange each way, to all sources of some
/// receivers, in which each element of `X` that changes its rank is sent once.
///
/// # Same bits
/// On any number of ranks and in any layout: each sample is the sum over a group's sources in their order, formed on one rank.
///
/// # Example
/// ```
/// use lops::ndarray::array;
/// use lops::{DistArray, Layout, launch_threads, operators::BlendingGroup};
///
/// launch_threads(2, |comm| {
///     let shots = Layout::scatter(comm, &[4, 1, 6], 0)?; // two sources, a group, on each rank
///     let blend = BlendingGroup::new(&array![[0.0, 0.0], [2.0, 1.0]]).on(&shots)?;
///     let record = &blend * &DistArray::from_fn(&shots, |i| if i[2] == 1 { 1.0 } else { 0.0 });
///     assert_eq!(record.shape(), [2, 1, 6]);
///     let expected = [[0.0, 1.0, 0.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0, 0.0, 0.0]][comm.rank()];
///     assert!(record.as_slice().iter().zip(expected).all(|(y, e): (&f64, f64)| (y - e).abs() < 1e-14));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `BlendingGroup`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct BlendingGroup {
    times: Array2<f64>,
    sampling: f64,
}

impl BlendingGroup {
    /// With the times τ at which sources fire, shape `[sources of a group, groups]`; samples at steps 1.
    pub fn new<'a>(times: impl Into<ArrayView2<'a, f64>>) -> Self {
        Self { times: times.into().to_owned(), sampling: 1.0 }
    }

    /// The step of samples, in the unit of the times.
    pub fn sampling(mut self, step: f64) -> Self {
        self.sampling = step;
        self
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks; [`ErrorKind::Shape`](crate::ErrorKind::Shape) unless it has three axes or more, a source
    /// and a time, or if the groups do not have as many sources in all; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the
    /// step is not positive and finite, or a time in samples is not finite.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let size = self.times.nrows();
        of_groups("BlendingGroup", &self.times, self.sampling, layout, |member, group| group * size + member)
    }
}
