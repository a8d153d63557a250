//! Values between the samples of an axis.

use super::weights::Weights;
use super::{spline, taken};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axis};
use crate::numbers::Scalar;
use crate::operators::Operator;
use std::f64::consts::PI;

/// `y[…, k, …] = x(…, pₖ, …)`: values at places pₖ between the samples of one axis, in units of its samples from 0 to n − 1.
///
/// ```text
/// nearest        y = x[round p]                                   ties to the even sample
/// linear         y = (1 − t) x[j] + t x[j + 1]                     j = ⌊p⌋, t = p − j
/// sinc           y = Σⱼ sinc(p − j) x[j]                           sinc u = sin πu / πu, over all samples
/// cubic spline   y = the natural cubic spline through all samples   second derivatives 0 at both ends
/// ```
///
/// The adjoint spreads each value over the samples with the same weights; places may come in any order and more than once,
/// what they spread is added. Irregular traces on a regular axis are this: inverted, with some regularisation, it puts
/// them on the axis. Samples themselves are [`Restriction`](crate::operators::Restriction)'s.
///
/// # Spaces
/// `X`: one array, replicated or on any grid. `Y`: the same with the axis as long as the list of places, cut evenly where that of `X` is
/// cut. Chunks and masks are refused. Real or complex.
///
/// # Communication
/// One exchange where the axis is cut, in which a rank gets each sample that its values need once (of sincs all, of splines about 35 on each
/// side); otherwise none.
///
/// # Same bits
/// On any number of ranks and in any layout: each value is one sum on one rank, in ascending order of samples.
///
/// # Memory
/// A weight for every sample that a value needs: of sincs a dense matrix. Splines leave out weights below 10⁻²⁰.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Interp};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3], 0)?;
///     let between = Interp::linear(&[0.5, 1.75]).on(&layout)?;
///     let y = &between * &DistArray::from_global(&layout, &[0.0, 2.0, 4.0])?;
///     assert_eq!(y.gather_all().as_slice(), Some(&[1.0, 3.5][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `Interp` of pylops, which refuses places that come twice and moves linear ones from the last sample a little back.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Interp {
    places: Vec<f64>,
    kind: Kind,
    axis: usize,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Nearest,
    Linear,
    Sinc,
    CubicSpline,
}

impl Interp {
    fn new(places: &[f64], kind: Kind) -> Self {
        Self { places: places.to_vec(), kind, axis: 0 }
    }

    /// The nearest samples.
    pub fn nearest(places: &[f64]) -> Self {
        Self::new(places, Kind::Nearest)
    }

    /// On the line between two samples.
    pub fn linear(places: &[f64]) -> Self {
        Self::new(places, Kind::Linear)
    }

    /// The function without frequencies above Nyquist's that has the samples, and zeros beyond them.
    pub fn sinc(places: &[f64]) -> Self {
        Self::new(places, Kind::Sinc)
    }

    /// The smoothest curve through all samples.
    pub fn cubic_spline(places: &[f64]) -> Self {
        Self::new(places, Kind::CubicSpline)
    }

    /// Along this axis; axis 0 if nothing is said.
    pub fn along(mut self, axis: usize) -> Self {
        self.axis = axis;
        self
    }

    /// The operator on arrays of this layout. All ranks call it with the same places; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Shape`] of cubic splines through less than two samples;
    /// [`ErrorKind::Parameter`] of a place that is not finite, below 0 or above n − 1; [`ErrorKind::Layout`] of chunks and masks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { places, kind, axis } = &self;
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        check_axis(layout.shape(), *axis)?;
        let n = layout.shape()[*axis];
        if n < 2 && matches!(kind, Kind::CubicSpline) {
            return Err(Error::expected(ErrorKind::Shape, "samples of a cubic spline", "at least 2", n));
        }
        let last = n as f64 - 1.0;
        if let Some(k) = places.iter().position(|place| !(0.0..=last).contains(place)) {
            let (what, expected) = (format!("place {k} of Interp"), format!("0 to {last} (samples of axis {axis})"));
            return Err(Error::expected(ErrorKind::Parameter, what, expected, places[k]));
        }
        let weights = Weights::new(n, places.iter().map(|&place| kind.weights(n, place)));
        let name = format!("Interp({kind:?}, {} places, axis {axis})", places.len());
        taken::operator(name, &weights, *axis, layout)
    }
}

impl Kind {
    fn weights(self, n: usize, place: f64) -> Vec<(usize, f64)> {
        let whole = place.floor();
        if place == whole {
            return vec![(whole as usize, 1.0)];
        }
        let before = whole as usize;
        match self {
            Self::Nearest => vec![(place.round_ties_even() as usize, 1.0)],
            Self::Linear => vec![(before, 1.0 - (place - whole)), (before + 1, place - whole)],
            Self::Sinc => (0..n).map(|j| (j, sinc(place - j as f64))).collect(),
            Self::CubicSpline => spline::weights(n, place),
        }
    }
}

/// `sin πu / πu` of a number that is not whole.
fn sinc(u: f64) -> f64 {
    (PI * u).sin() / (PI * u)
}
