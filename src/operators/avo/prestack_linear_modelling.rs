//! From logarithms of properties to gathers.

use super::avo_linear_modelling::AVOLinearModelling;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::signal::{Named, Wavelets};
use crate::operators::{FirstDerivative, Operator, Stencil};
use ndarray::{ArrayD, ArrayView2};

/// Angle gathers from logarithms of three properties of rocks, such as vp, vs and density.
///
/// ```text
/// d = W G D m      D: derivative along time (contrasts)                      FirstDerivative
///                  G: reflections at the angles θ                            AVOLinearModelling
///                  W: convolution with the wavelet, centred (traces)         Convolve1D
/// ```
///
/// The wavelet's sample of time 0 is the one at half its length (rounded down). Where coefficients are the same at all times, traces of three properties are
/// convolved, in one pass with the derivative, and then combined, `G W D m`: the same but for rounding, and less work than to convolve each angle.
/// Angles may also have [wavelets of their own](Self::per_angle).
///
/// # Spaces
/// `X`: `[samples, 3, …]`, replicated or on any grid on which time is whole or cut into blocks. `Y`: `[samples, angles, …]`, cut alike.
/// Cyclic and listed cuts of time are refused, and chunks. Real or complex; the wavelet is real.
///
/// # Communication
/// Where time is cut, one message to each rank that needs rows of this one for the wavelet, where vs/vp changes with time one more for the derivative. Where the axis of properties is cut, that of
/// [`AVOLinearModelling`] too.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::operators::{AVOLinearModelling, PrestackLinearModelling};
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6, 3, 4], 2)?; // traces over the ranks
///     let avo = AVOLinearModelling::new(&[0.0, 30.0]).vsvp(0.5);
///     let modelling = PrestackLinearModelling::new(&[-1.0, 4.0, -1.0], avo).on::<f64>(&layout)?;
///     let logarithms = DistArray::from_fn(&layout, |i| if i[0] < 3 { 1.0 } else { 1.2 });
///     let gathers = &modelling * &logarithms;
///     assert_eq!(gathers.shape(), [6, 2, 4]);
///     assert!((gathers.get(&[2, 0, 0])? - 0.3).abs() < 1e-12 && (gathers.get(&[2, 1, 0])? - 0.2375).abs() < 1e-12);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `PrestackLinearModelling` of pylops, `explicit=False`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct PrestackLinearModelling {
    wavelets: Wavelets,
    avo: AVOLinearModelling,
    stencil: Stencil,
}

impl PrestackLinearModelling {
    /// With this wavelet, centred, and these angles, ratios of vs to vp, and formula.
    pub fn new(wavelet: &[f64], avo: AVOLinearModelling) -> Self {
        Self { wavelets: Wavelets::One(wavelet.to_vec()), avo, stencil: Stencil::default() }
    }

    /// With a wavelet for each angle, the rows of a matrix: data at larger angles have lower frequencies.
    ///
    /// # Example
    /// ```
    /// use lops::ndarray::array;
    /// use lops::operators::{AVOLinearModelling, PrestackLinearModelling};
    /// use lops::{Comm, DistArray, Layout};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[5, 3], 0)?;
    /// let wavelets = array![[-1.0, 4.0, -1.0], [0.5, 2.0, 0.5]];
    /// let modelling = PrestackLinearModelling::per_angle(&wavelets, AVOLinearModelling::new(&[0.0, 0.0])).on::<f64>(&layout)?;
    /// let gather = &modelling * &DistArray::from_fn(&layout, |i| if i[0] < 2 { 1.0 } else { 2.0 });
    /// assert_eq!(gather.as_slice(), [-0.5, 0.25, 1.5, 1.25, 1.5, 1.25, -0.5, 0.25, 0.0, 0.0]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn per_angle<'a>(wavelets: impl Into<ArrayView2<'a, f64>>, avo: AVOLinearModelling) -> Self {
        Self { wavelets: Wavelets::Each(wavelets.into().into_dyn().to_owned()), avo, stencil: Stencil::default() }
    }

    /// The derivative along time; centered, of 3 points, if nothing is said.
    pub fn stencil(mut self, stencil: Stencil) -> Self {
        self.stencil = stencil;
        self
    }

    /// The operator on arrays of this layout. All ranks call it with the same; nothing is sent.
    ///
    /// # Errors
    /// Those of [`AVOLinearModelling::on`]; [`ErrorKind::Layout`] if time is cut but not into blocks; [`ErrorKind::Shape`] if the wavelet is empty or longer
    /// than the axis of time, or this is shorter than the formula of the derivative, or if there are wavelets of angles but not one for each; [`ErrorKind::Parameter`] if a value of the wavelet is not finite.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { wavelets, avo, stencil } = self;
        let told = format_args!("PrestackLinearModelling, {avo:?}, {stencil}, {:?}, {layout:#}", wavelets.values());
        let _operation = layout.comm().operation("Operator::on", told);
        avo.check::<T>(layout)?;
        check_wavelet(wavelets.samples(), layout.shape()[0])?;
        let name = format!("PrestackLinearModelling({}, {}, {stencil})", avo.name(), wavelets.told());
        let stationary = avo.is_stationary() && matches!(wavelets, Wavelets::One(_));
        let inner = if stationary {
            avo.on(layout)?.compose(&wavelets.of_derivative(stencil, 0, layout, "W D".into())?)?
        } else {
            let contrasts = FirstDerivative::along(0).stencil(stencil).on(layout)?;
            let traces = of_gathers(wavelets, layout.ndim()).on(0, &avo.range(layout)?, "W".into())?;
            traces.compose(&avo.on(layout)?.compose(&contrasts)?)?
        };
        Ok(Operator::new(Named { name, inner }))
    }
}

/// Wavelets of angles as those of all traces of gathers of so many axes.
fn of_gathers(wavelets: Wavelets, axes: usize) -> Wavelets {
    let Wavelets::Each(wavelets) = wavelets else { return wavelets };
    let mut shape = vec![1; axes];
    shape[0] = wavelets.shape()[0];
    shape[axes - 1] = wavelets.shape()[1];
    let values = wavelets.iter().copied().collect();
    Wavelets::Each(ArrayD::from_shape_vec(shape, values).expect("as many values as before"))
}

/// `Ok` of a wavelet that is no longer than a trace.
pub(super) fn check_wavelet(length: usize, samples: usize) -> Result<()> {
    if (1..=samples).contains(&length) {
        return Ok(());
    }
    let expected = format!("1 to {samples}, as a trace has");
    Err(Error::expected(ErrorKind::Shape, "samples of the wavelet", expected, length))
}
