//! Post-stack seismic modelling: from log impedance to traces.

use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;
use crate::operators::stencil::{Convolution, Derivative, Stencil};

/// Post-stack modelling of seismic traces from the logarithm of acoustic impedance.
///
/// ```text
/// y = W D x        D x at i: (xᵢ₊₁ - xᵢ₋₁) / 2, and 0 at both ends        (reflectivity)
///                  W: convolution with the wavelet, centred               (trace)
/// ```
///
/// along the time axis, as one operator in one pass. The wavelet's sample of time 0 is the one at half its
/// length (rounded down).
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which the axis is whole or cut into blocks, the
/// other axes being cut as one likes. Cyclic and listed cuts of the axis are refused, and chunks. Real
/// or complex; the wavelet is real.
///
/// # Communication
/// Where the axis is cut: one message to each rank that needs rows of this one (half a
/// wavelet and one row more, both ways), which flies while the inside is computed. Otherwise none.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::PoststackModelling};
///
/// let layout = Layout::scatter(&Comm::solo(), &[6], 0)?;
/// let modelling = PoststackModelling::new(&[-1.0, 4.0, -1.0]).along(0).on::<f64>(&layout)?;
/// let log_impedance = DistArray::from_fn(&layout, |i| if i[0] < 3 { 1.0 } else { 2.0 });
/// assert_eq!((&modelling * &log_impedance).as_slice(), [0.0, -0.5, 1.5, 1.5, -0.5, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `PoststackLinearModelling` of pylops, `kind="centered"`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct PoststackModelling {
    wavelet: Vec<f64>,
    axis: usize,
}

impl PoststackModelling {
    /// With this wavelet, centred; along axis 0.
    pub fn new(wavelet: &[f64]) -> Self {
        Self { wavelet: wavelet.to_vec(), axis: 0 }
    }

    /// Along this axis, time.
    pub fn along(mut self, axis: usize) -> Self {
        self.axis = axis;
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) if it is cut but not into blocks, and of chunks;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if the wavelet is empty or the axis has fewer than
    /// 3 rows; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if a value of the wavelet is not
    /// finite.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { wavelet, axis } = self;
        let name = format!("PoststackModelling(axis {axis}, wavelet of {} samples)", wavelet.len());
        let taps: Vec<_> = wavelet.iter().map(|&w| T::from_parts(w, 0.0)).collect();
        let reflectivity = Derivative::first(axis, Stencil::default(), 1.0);
        Convolution { taps: &taps, offset: taps.len() / 2, axis, derivative: Some(reflectivity) }.on(layout, name)
    }
}
