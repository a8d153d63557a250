//! Post-stack seismic modelling: from log impedance to traces.

use super::wavelets::Wavelets;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::{Operator, Stencil};
use ndarray::{ArrayView, ArrayView2, Dimension};

/// Post-stack modelling of seismic traces from the logarithm of acoustic impedance.
///
/// ```text
/// y = W D x        D x at i: (xᵢ₊₁ - xᵢ₋₁) / 2, and 0 at both ends        (reflectivity)
///                  W: convolution with the wavelet, centred               (trace)
/// ```
///
/// along the time axis. The wavelet's sample of time 0 is the one at half its length (rounded down). With one wavelet for all, both factors
/// are one operator in one pass; a wavelet may also [change along time](Self::non_stationary) or [from trace to trace](Self::per_trace).
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which the axis is whole or cut into blocks, the
/// other axes being cut as one likes. Cyclic and listed cuts of the axis are refused, and chunks. Real
/// or complex; wavelets are real.
///
/// # Communication
/// Where the axis is cut: one message to each rank that needs rows of this one (half a
/// wavelet and one row more, both ways), which flies while the inside is computed; of several wavelets a message for each factor. Otherwise none.
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
/// Behaviour: `PoststackLinearModelling` of pylops, with `kind="forward"` too ([`Stencil::Forward`]), and wavelets in two dimensions
/// ([`non_stationary`](Self::non_stationary)).
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct PoststackModelling {
    wavelets: Wavelets,
    axis: usize,
    stencil: Stencil,
}

impl PoststackModelling {
    /// With this wavelet, centred; along axis 0.
    pub fn new(wavelet: &[f64]) -> Self {
        Self::with(Wavelets::One(wavelet.to_vec()))
    }

    fn with(wavelets: Wavelets) -> Self {
        Self { wavelets, axis: 0, stencil: Stencil::default() }
    }

    /// With wavelets that change along time, the rows of a matrix, centred at these samples of the axis, in equal steps: one for each sample are at
    /// 0, 1, 2, …. Between two of them the wavelet is their linear interpolation, before the first and after the last it is that one. Each
    /// reflection has the wavelet of its own time ([`NonStationaryConvolve1D`](crate::operators::NonStationaryConvolve1D)).
    ///
    /// # Example
    /// ```
    /// use lops::ndarray::array;
    /// use lops::{DistArray, Layout, launch_threads, operators::PoststackModelling};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[9], 0)?;
    ///     let weaker = array![[-1.0, 4.0, -1.0], [0.0, 2.0, 0.0]]; // at samples 0 and 8
    ///     let modelling = PoststackModelling::non_stationary(&weaker, &[0, 8]).on::<f64>(&layout)?;
    ///     let trace = &modelling * &DistArray::from_fn(&layout, |i| f64::from(i[0] > 4)); // ½ at 4 and 5
    ///     assert_eq!(trace.gather_all().as_slice().unwrap()[3..7], [-0.25, 1.3125, 1.125, -0.1875]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn non_stationary<'a>(wavelets: impl Into<ArrayView2<'a, f64>>, samples: &[usize]) -> Self {
        Self::with(Wavelets::Along(wavelets.into().to_owned(), samples.to_vec()))
    }

    /// With wavelets that change from trace to trace: an array as long as the other axes of the model, in their order, with the wavelets' samples behind them, the
    /// same on every rank. A length of 1 means that wavelets are the same along that axis: `[angles, 1, samples]` are wavelets of
    /// gathers `[time, angles, places]`.
    ///
    /// # Example
    /// ```
    /// use lops::ndarray::array;
    /// use lops::{DistArray, Layout, launch_threads, operators::PoststackModelling};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[6, 2], 0)?;
    ///     let modelling = PoststackModelling::per_trace(&array![[-1.0, 4.0, -1.0], [0.0, 2.0, 0.0]]).on::<f64>(&layout)?;
    ///     let traces = &modelling * &DistArray::from_fn(&layout, |i| if i[0] < 3 { 1.0 } else { 2.0 });
    ///     let traces = traces.gather_all();
    ///     assert_eq!(traces.as_slice().unwrap(), [0.0, 0.0, -0.5, 0.0, 1.5, 1.0, 1.5, 1.0, -0.5, 0.0, 0.0, 0.0]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn per_trace<'a, D: Dimension>(wavelets: impl Into<ArrayView<'a, f64, D>>) -> Self {
        Self::with(Wavelets::Each(wavelets.into().into_dyn().to_owned()))
    }

    /// Along this axis, time.
    pub fn along(mut self, axis: usize) -> Self {
        self.axis = axis;
        self
    }

    /// The derivative along time; centered, of 3 points, if nothing is said.
    pub fn stencil(mut self, stencil: Stencil) -> Self {
        self.stencil = stencil;
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) if it is cut but not into blocks, and of chunks;
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if a wavelet is empty or the axis has fewer than
    /// 3 rows (with other derivatives 2 or 5), if wavelets along time have an even length or are not as many as their samples, or those of traces do not have the lengths of the other
    /// axes; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if a value of a wavelet is not finite, or samples of wavelets
    /// do not rise in equal steps or leave the axis.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { wavelets, axis, stencil } = self;
        let derivative = if stencil == Stencil::default() { String::new() } else { format!(", {stencil}") };
        let name = format!("PoststackModelling(axis {axis}, {}{derivative})", wavelets.told());
        wavelets.of_derivative(stencil, axis, layout, name)
    }
}
