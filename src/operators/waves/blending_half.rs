//! Sources far from one another that fire into one record.

use super::blending::of_groups;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use ndarray::{Array2, ArrayView2};

/// Half blending: several vessels, each with a line of sources, fire into one another.
///
/// ```text
/// y_g(r, t) = Σⱼ x_{j n + g}(r, t − τⱼ_g)          g = 0, …, n − 1, with n records
/// ```
///
/// Sources are numbered vessel after vessel: a record has one of each. Otherwise as [`BlendingGroup`](super::BlendingGroup), in which
/// sources of a record are neighbours.
///
/// # Spaces
/// Those of [`BlendingGroup`](super::BlendingGroup). Sources of a record are on one rank where sources are dealt out in turn
/// ([`Cut::Cyclic`](crate::layout::Cut::Cyclic)) to as many ranks as divide n.
///
/// # Communication
/// As of [`BlendingGroup`](super::BlendingGroup).
///
/// # Same bits
/// As of [`BlendingGroup`](super::BlendingGroup).
///
/// # Example
/// ```
/// use lops::ndarray::array;
/// use lops::{DistArray, Layout, layout::Cut, launch_threads, operators::{BlendingHalf, Communication}};
///
/// launch_threads(2, |comm| {
///     let shots = Layout::grid(comm, &[4, 1, 5], &[Cut::Cyclic])?; // sources 0 and 2, sources 1 and 3
///     let blend = BlendingHalf::new(&array![[0.0, 0.0], [2.0, 1.0]]).on(&shots)?;
///     assert_eq!(blend.communication(), Communication::default());
///     let record = &blend * &DistArray::from_fn(&shots, |i| if i[2] == 1 { 1.0 + i[0] as f64 } else { 0.0 });
///     let expected = [[0.0, 1.0, 0.0, 3.0, 0.0], [0.0, 2.0, 4.0, 0.0, 0.0]][comm.rank()];
///     assert!(record.as_slice().iter().zip(expected).all(|(y, e): (&f64, f64)| (y - e).abs() < 1e-14));
///     Ok(())
/// })
/// .unwrap();
/// # use lops::LinearOperator;
/// ```
///
/// # Source
/// Behaviour: pylops `BlendingHalf`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct BlendingHalf {
    times: Array2<f64>,
    sampling: f64,
}

impl BlendingHalf {
    /// With the times τ at which sources fire, shape `[vessels, records]`; samples at steps 1.
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
    /// Those of [`BlendingGroup::on`](super::BlendingGroup::on).
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let records = self.times.ncols();
        of_groups("BlendingHalf", &self.times, self.sampling, layout, |member, group| member * records + group)
    }
}
